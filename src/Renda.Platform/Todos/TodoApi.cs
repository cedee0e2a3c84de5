using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renda.Platform.Access;
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
    }

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
