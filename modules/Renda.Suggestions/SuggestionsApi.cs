using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renda.Platform;
using Renda.Platform.Access;

namespace Renda.Suggestions;

/// <summary>A suggestion as a deputy's program sends it.</summary>
public sealed record SuggestionRequest
{
    /// <summary>The congress; may be left out by whoever has one seat only.</summary>
    public Guid? CongressId { get; init; }

    /// <summary>Title, at most 80 characters.</summary>
    public string? Title { get; init; }

    /// <summary>Subject, a code of <c>suggestions.subject</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>How things are, at most 4,000 characters.</summary>
    public string? Situation { get; init; }

    /// <summary>Why, at most 4,000 characters.</summary>
    public string? Analysis { get; init; }

    /// <summary>What should be done, at most 4,000 characters.</summary>
    public string? Proposal { get; init; }

    /// <summary>Where it comes from: <c>research</c>, <c>station</c>, <c>visit</c>, <c>finding</c>, <c>motion</c> or <c>own</c>.</summary>
    public string? Origin { get; init; }

    /// <summary>Whether it was put forward before.</summary>
    public bool Repeated { get; init; }

    /// <summary>Whether it may be published; true when left out.</summary>
    public bool? Open { get; init; }

    /// <summary><c>visit</c>, <c>call</c> or <c>letter</c>; call when left out.</summary>
    public string? Contact { get; init; }

    /// <summary>Unit that might handle it, or null.</summary>
    public Guid? UnitId { get; init; }

    /// <summary>The matter it grew out of, or null.</summary>
    public Guid? SourceId { get; init; }

    /// <summary>Deputies asked to sign, by person.</summary>
    public IReadOnlyList<Guid>? Cosigners { get; init; }

    /// <summary>SHA-256 of attachments, uploaded before.</summary>
    public IReadOnlyList<string>? Media { get; init; }
}

/// <summary>A co-signer's answer.</summary>
public sealed record CosignRequest
{
    /// <summary>The text that was read.</summary>
    public int Revision { get; init; }

    /// <summary>Whether the deputy signs.</summary>
    public bool Signs { get; init; }
}

/// <summary>The API of suggestions; steps of the handling are those of all matters, <c>POST /matters/{id}/actions/{action}</c>.</summary>
internal static class SuggestionsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var suggestions = api.MapGroup("/suggestions").WithTags("Suggestions");
        suggestions.MapPut("/drafts/{id:guid}", SaveAsync).RequirePermission("suggestions.propose").WithSummary("Keep a draft; the same request again is harmless");
        suggestions.MapGet("/drafts/{id:guid}", GetAsync).RequirePermission("suggestions.propose").WithSummary("A draft one wrote or was asked to sign");
        suggestions.MapPost("/drafts/{id:guid}/signature", SignAsync).RequirePermission("suggestions.propose").WithSummary("Sign a draft, or decline to");
        suggestions.MapPost("/drafts/{id:guid}/submit", SubmitAsync).RequirePermission("suggestions.propose").WithSummary("Hand a draft in; the same request again is harmless");
        suggestions.MapGet("/colleagues/{congress:guid}", ColleaguesAsync).RequirePermission("suggestions.read").WithSummary("Deputies of a congress by name");
        suggestions.MapGet("/deputies", DeputiesAsync).RequirePermission("suggestions.register").WithSummary("Deputies for whom one may write suggestions down, by name");
        suggestions.MapGet("/reports/{session:guid}", ReportAsync).RequirePermission("suggestions.statistics").WithSummary("Figures of a session within one's scope");
    }

    private static async Task<IResult> SaveAsync(Guid id, SuggestionRequest request, Drafts drafts, HttpContext http)
    {
        var actor = await http.ActorAsync();
        if (actor.PersonId is not { } person) return Refusal.NotFound.Problem();
        var congress = request.CongressId ?? ((await drafts.SeatsAsync(person, http.RequestAborted)) is [var only] ? only.Congress.Id : Guid.Empty);
        var wanted = new SuggestionDraft
        {
            PersonId = person, CongressId = congress, Title = request.Title ?? "", Subject = request.Subject ?? "", Situation = request.Situation ?? "", Analysis = request.Analysis ?? "", Proposal = request.Proposal ?? "",
            Origin = request.Origin ?? "", Repeated = request.Repeated, Openness = request.Open == false ? "closed" : "open", Contact = request.Contact ?? "call", UnitId = request.UnitId, SourceId = request.SourceId,
            Media = string.Join('\n', (request.Media ?? []).Distinct()),
        };
        if (await drafts.SaveAsync(id, wanted, request.Cosigners ?? [], actor, http.RequestAborted) is { } refusal) return refusal.Problem();
        return Results.Ok(Show((await drafts.FindAsync(id, actor, http.RequestAborted))!));
    }

    private static async Task<IResult> GetAsync(Guid id, Drafts drafts, HttpContext http) =>
        await drafts.FindAsync(id, await http.ActorAsync(), http.RequestAborted) is { } record ? Results.Ok(Show(record)) : Refusal.NotFound.Problem();

    private static async Task<IResult> SignAsync(Guid id, CosignRequest request, Drafts drafts, HttpContext http) =>
        await drafts.AnswerAsync(id, request.Revision, request.Signs, await http.ActorAsync(), http.RequestAborted) is { } refusal ? refusal.Problem() : Results.NoContent();

    private static async Task<IResult> SubmitAsync(Guid id, Drafts drafts, HttpContext http)
    {
        var answer = await drafts.SubmitAsync(id, await http.ActorAsync(), http.RequestAborted);
        if (answer.Refusal is { } refusal) return refusal.Problem();
        var m = answer.Matter!.Matter;
        var body = new { m.Id, m.Number, m.Title, m.State, m.Version, m.SubmittedAt };
        return answer.Repeated ? Results.Ok(body) : Results.Created($"/api/v1/matters/{m.Id}", body);
    }

    private static async Task<IResult> ColleaguesAsync(Guid congress, string? q, Drafts drafts, HttpContext http)
    {
        var actor = await http.ActorAsync();
        // Colleagues are those of one's own congress; the office knows its deputies.
        if (!await drafts.KnowsAsync(congress, actor, http.RequestAborted)) return Refusal.NotFound.Problem();
        return Results.Ok((await drafts.ColleaguesAsync(congress, q ?? "", 12, http.RequestAborted)).Where(c => c.Id != actor.PersonId).Select(c => new { c.Id, c.Name, Note = c.Delegation }));
    }

    private static async Task<IResult> DeputiesAsync(string? q, Drafts drafts, HttpContext http) =>
        Results.Ok((await drafts.DeputiesAsync(q ?? "", 12, await http.ActorAsync(), http.RequestAborted)).Select(c => new { c.Id, c.Name, Note = c.Delegation }));

    private static async Task<IResult> ReportAsync(Guid session, SuggestionReports reports, HttpContext http) =>
        await reports.ReadAsync(session, await http.ActorAsync(), http.RequestAborted) is { } report ? Results.Ok(report) : Refusal.NotFound.Problem();

    private static object Show(DraftRecord record) => new
    {
        record.Draft.Id, record.Draft.Title, record.Draft.Revision, record.Draft.ChangedAt, record.Draft.SubmittedAt, Congress = record.Draft.CongressId,
        Cosigners = record.Cosigners.Select(c => new { c.PersonId, c.Name, Signed = record.HasSigned(c), c.Declined }),
    };
}
