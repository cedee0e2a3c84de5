using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Renda.Platform;

/// <summary>Refusals as Problem Details (RFC 9457).</summary>
public static class Problems
{
    /// <summary>
    /// The answer for a refusal: its status, its stable <c>code</c>, its text in the language of the request and,
    /// for forms, <c>errors</c> by field.
    /// </summary>
    public static IResult Problem(this Refusal refusal)
    {
        var details = new ProblemDetails { Status = refusal.Status, Title = refusal.Text.ToString(), Type = "about:blank" };
        details.Extensions["code"] = refusal.Code;
        var fields = refusal.Fields.Count > 0 ? refusal.Fields : refusal.Field is null ? [] : [refusal];
        if (fields.Count > 0)
            details.Extensions["errors"] = fields.Where(f => f.Field is not null).GroupBy(f => f.Field!).ToDictionary(g => g.Key, g => g.Select(f => new { f.Code, Text = f.Text.ToString() }).ToArray());
        return Results.Problem(details);
    }
}

/// <summary>Of an endpoint: what it answers itself when its rate limit is met, where its callers expect a form of their own.</summary>
/// <param name="AnswerAsync">Writes the answer; the status is set.</param>
public sealed record Overrun(Func<HttpContext, Task> AnswerAsync);
