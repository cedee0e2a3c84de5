using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>The API of activities, for deputies' own programs and for the page that invites.</summary>
internal static class ActivityApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var activities = api.MapGroup("/deputies/activities").WithTags("Deputies");
        activities.MapGet("", ListAsync).RequirePermission(DeputiesModule.Own).WithSummary("What one is invited to: what comes, and what is past by key");
        activities.MapPost("/{id:guid}/answer", AnswerAsync).RequirePermission(DeputiesModule.Own).WithSummary("Sign up, or ask for leave with a reason");
        activities.MapPost("/check-in", CheckInAsync).RequirePermission(DeputiesModule.Own).WithSummary("Check in by the code on the spot");
        activities.MapGet("/candidates/{congress:guid}", CandidatesAsync).RequirePermission(DeputiesModule.Manage).WithSummary("Deputies of a congress in office by name, to be invited");
    }

    /// <summary>An answer to an invitation.</summary>
    /// <param name="Come">True to sign up, false to ask for leave.</param>
    /// <param name="Reason">Why leave is asked for, 1 to 300 characters.</param>
    public sealed record AnswerRequest(bool Come, string? Reason);

    /// <summary>A check-in.</summary>
    /// <param name="Code">As in the QR code.</param>
    /// <param name="Latitude">WGS-84 latitude in degrees; null when not known.</param>
    /// <param name="Longitude">WGS-84 longitude in degrees; null with the latitude.</param>
    public sealed record CheckInRequest(string? Code, double? Latitude, double? Longitude);

    private static async Task<IResult> ListAsync(string? view, string? after, RendaDbContext db, TimeProvider time, HttpContext http, int limit = 25)
    {
        if (limit is < 1 or > 100) return new Refusal("list.limit", new("每页 1 到 100 条。", "Between 1 and 100 rows a page."), 400, "limit").Problem();
        var (actor, now) = (await http.ActorAsync(), time.GetUtcNow().UtcDateTime);
        if (actor.PersonId is not { } person) return Refusal.NotFound.Problem();
        var (items, next) = view == "past" ? await Activities.PastAsync(db, person, now, limit, after, http.RequestAborted) : (await Activities.ComingAsync(db, person, now, http.RequestAborted), null);
        return Results.Ok(new
        {
            Items = items.Select(i => new
            {
                i.Activity.Id, i.Activity.Kind, i.Activity.Title, i.Congress, i.Activity.Begins, i.Activity.Ends, i.Activity.Place, i.Activity.Latitude, i.Activity.Longitude, i.Activity.AnswerBy,
                State = i.Activity.State.ToString().ToLowerInvariant(), Own = i.Own.State.ToString().ToLowerInvariant(), i.Own.CheckedInAt,
            }),
            Next = next,
        });
    }

    private static async Task<IResult> AnswerAsync(Guid id, AnswerRequest answer, ActivityDesk desk, HttpContext http)
    {
        var actor = await http.ActorAsync();
        var refusal = answer.Come ? await desk.SignUpAsync(id, actor, http.RequestAborted) : await desk.AskLeaveAsync(id, answer.Reason ?? "", actor, http.RequestAborted);
        return refusal?.Problem() ?? Results.NoContent();
    }

    private static async Task<IResult> CheckInAsync(CheckInRequest request, ActivityDesk desk, HttpContext http)
    {
        var (done, refusal) = await desk.CheckInAsync(request.Code, request.Latitude, request.Longitude, await http.ActorAsync(), http.RequestAborted);
        return refusal?.Problem() ?? Results.Ok(new { Activity = done!.Activity.Id, done.Activity.Title, done.At, done.Distance });
    }

    private static async Task<IResult> CandidatesAsync(Guid congress, string? q, RendaDbContext db, TimeProvider time, HttpContext http)
    {
        var (text, now) = ((q ?? "").Trim(), time.GetUtcNow().UtcDateTime);
        if (await DeputyScope.CongressAsync(db, congress, await http.ActorAsync(), DeputiesModule.Manage, http.RequestAborted) is null) return Refusal.NotFound.Problem();
        if (text.Length is 0 or > 60) return Results.Ok(Array.Empty<object>());
        var found = await (from m in DeputyScope.Sitting(db, congress, now)
                           join p in db.Set<Person>() on m.PersonId equals p.Id
                           where p.Name.StartsWith(text) && p.MergedIntoId == null
                           orderby p.Name, p.Id
                           select new { p.Id, p.Name, Note = db.Set<Organisation>().Where(o => o.Id == (m.DelegationId ?? m.GroupId)).Select(o => o.ShortName).FirstOrDefault() ?? "" }).Take(12).ToListAsync(http.RequestAborted);
        return Results.Ok(found);
    }
}
