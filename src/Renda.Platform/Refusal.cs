namespace Renda.Platform;

/// <summary>
/// An expected "no", with a code that never changes and a text for the person. Exceptions are for bugs.
/// </summary>
/// <param name="Code">Stable, dotted, lower case, e.g. <c>matters.stale-version</c>. Part of the API.</param>
/// <param name="Text">What to do about it, in both languages.</param>
/// <param name="Status">HTTP status it is answered with.</param>
/// <param name="Field">The form field concerned, or null.</param>
public sealed record Refusal(string Code, Words Text, int Status = 422, string? Field = null)
{
    /// <summary>All field errors of one form, when there is more than one.</summary>
    public IReadOnlyList<Refusal> Fields { get; init; } = [];

    /// <summary>Out of scope and absent are the same answer, so that nothing can be learnt by trying.</summary>
    public static Refusal NotFound { get; } = new("not-found", new("没有找到，或者您无权查看。", "Not found, or not yours to see."), 404);

    /// <summary>The form as a whole could not be accepted; the reasons are at the fields.</summary>
    public static Refusal Form(IReadOnlyList<Refusal> fields) =>
        new("form-invalid", new("请检查标出的内容。", "Please check the marked fields."), 422) { Fields = fields };
}
