using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Renda.Platform.Access;
using Renda.Platform.Hub;
using Renda.Platform.Persistence;

namespace Renda.Platform.Todos;

/// <summary>The API of one's own duties.</summary>
public static class TodoApi
{
    /// <summary>Maps it below <c>/api/v1</c>.</summary>
    public static void MapTodos(this IEndpointRouteBuilder api)
    {
        var todos = api.MapGroup("/todos").RequireAuthorization().WithTags("Todos");
        todos.MapGet("/", ListAsync).WithSummary("One's own duties");
        todos.MapGet("/counts", async (RendaDbContext db, TimeProvider time, HttpContext http) =>
        {
            var counts = await db.Set<Todo>().CountAsync(await http.ActorAsync(), time.GetUtcNow().UtcDateTime, http.RequestAborted);
            return Results.Ok(new { counts.Open, counts.ToRead, counts.Late, Scenarios = counts.Cells.GroupBy(c => c.Scenario).ToDictionary(g => g.Key, g => g.Sum(c => c.Open)) });
        }).WithSummary("How many duties one has");
        todos.MapPost("/{id:guid}/claim", async (Guid id, Duties duties, HttpContext http) => Answer(await duties.ClaimAsync(id, await http.ActorAsync(), http.RequestAborted))).WithSummary("Takes a duty of one's organisation");
        todos.MapPost("/{id:guid}/return", async (Guid id, Duties duties, HttpContext http) => Answer(await duties.GiveBackAsync(id, await http.ActorAsync(), http.RequestAborted))).WithSummary("Puts a duty back, or takes back one that was given");
        todos.MapPost("/{id:guid}/delegate", async (Guid id, DelegateRequest request, Duties duties, HttpContext http) =>
            Answer(await duties.DelegateAsync(id, request.To, request.Reason ?? "", await http.ActorAsync(), http.RequestAborted))).WithSummary("Gives a duty to a colleague");
        todos.MapPost("/{id:guid}/read", async (Guid id, Duties duties, HttpContext http) => Answer(await duties.ReadAsync(id, await http.ActorAsync(), http.RequestAborted))).WithSummary("Marks what is only to be read as read");

        var fed = todos.MapGroup("/{source}/{key}").RequirePermission(DutyFeed.Permission).RequireRateLimiting(FeedLimit).WithMetadata(new RequestSizeLimitAttribute(LongestBody));
        fed.MapPut("/", async (string source, string key, FedDuty told, DutyFeed feed, HttpContext http) =>
        {
            var answer = await feed.PutAsync(source, key, told, await http.ActorAsync(), http.RequestAborted);
            if (answer.Refusal is { } refusal) return refusal.Problem();
            var known = new { source, Id = key, answer.Duty!.Revision };
            return answer.Created ? Results.Created($"/api/v1/todos/{source}/{key}", known) : Results.Ok(known);
        }).WithSummary("A joined application tells a duty, its change or its end");
        fed.MapDelete("/", async (string source, string key, DutyFeed feed, HttpContext http) => Answer(await feed.CloseAsync(source, key, await http.ActorAsync(), http.RequestAborted))).WithSummary("A joined application closes a duty");
        fed.MapGet("/", async (string source, string key, DutyFeed feed, HttpContext http) =>
        {
            var (known, open, refusal) = await feed.LookAsync(source, key, await http.ActorAsync(), http.RequestAborted);
            return refusal?.Problem() ?? Results.Ok(new { source, Id = key, known!.Revision, Status = open ? "open" : "done", known.ChangedAt });
        }).WithSummary("What is known of a duty of the application's own");
    }

    /// <summary>Name of the limit for joined applications: each has its own.</summary>
    public const string FeedLimit = "feed";

    /// <summary>Longest body of a told duty, in bytes.</summary>
    public const int LongestBody = 16 * 1024;

    /// <summary>Who is given a duty, and why.</summary>
    /// <param name="To">Account of the colleague.</param>
    /// <param name="Reason">Why, 1 to 200 characters.</param>
    public sealed record DelegateRequest(Guid To, string? Reason);

    private static async Task<IResult> ListAsync(RendaDbContext db, TimeProvider time, HttpContext http, string? view, string? scenario, string? kind, string? light, string? of, string? q, string? after, int limit = 25)
    {
        if (limit is < 1 or > 200) return new Refusal("list.limit", new("每页 1 到 200 条。", "Between 1 and 200 rows a page."), 400, "limit").Problem();
        if (kind is not null && DutyKinds.Find(kind) is null) return new Refusal("todos.kind", new("没有这种待办。", "There is no such kind of duty."), 400, "kind").Problem();
        var filter = new TodoFilter { View = Views.GetValueOrDefault(view ?? "", TodoView.Open), Scenario = scenario, Duty = DutyKinds.Find(kind), Light = light, Of = of, Q = q };
        var page = await TodoPage.ReadAsync(db, await http.ActorAsync(), filter, time.GetUtcNow().UtcDateTime, limit, after, http.RequestAborted);
        return Results.Ok(new
        {
            Items = page.Items.Select(t => new
            {
                t.Id, Source = t.Scenario, Matter = t.Href is null ? t.ItemId : (Guid?)null, State = t.Kind, Kind = t.Duty.Id(), t.Title, Link = t.Address, Person = t.PersonId, Organisation = t.OrganisationId,
                t.ArrivedAt, t.DueAt, t.YellowAt, t.DoneAt,
                Claim = page.Claims.TryGetValue(t.Id, out var claim) ? new { Account = claim.AccountId, claim.Name, claim.At, claim.GivenBy, claim.GivenByName, claim.Reason } : null,
            }),
            page.Next,
        });
    }

    /// <summary>The lists by their name in addresses.</summary>
    public static IReadOnlyDictionary<string, TodoView> Views { get; } = new Dictionary<string, TodoView> { ["open"] = TodoView.Open, ["to-read"] = TodoView.ToRead, ["done"] = TodoView.Done, ["read"] = TodoView.Read };

    private static IResult Answer(Refusal? refusal) => refusal?.Problem() ?? Results.NoContent();
}
