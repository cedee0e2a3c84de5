using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Live;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Search;

namespace Renda.Platform.Matters;

/// <summary>A matter in a list.</summary>
public sealed record MatterRow(
    Guid Id, long Serial, string Number, string Title, string Scenario, string State, int Phase, string Category, long Region, Guid? Unit, DateTime OccurredAt, DateTime SubmittedAt, DateTime UpdatedAt,
    DateTime? DueAt, DateTime? YellowAt, string? Thumbnail, int Photos, int Videos, bool Closed, int Attitude, int Result, bool Late, bool Proven, int Version)
{
    /// <summary>Projects without loading the body.</summary>
    public static IQueryable<MatterRow> From(IQueryable<Matter> matters) => matters.Select(m => new MatterRow(
        m.Id, m.Serial, m.Number, m.Title, m.Scenario, m.State, m.Phase, m.Category, m.Region, m.LeadUnitId, m.OccurredAt, m.SubmittedAt, m.UpdatedAt,
        m.DueAt, m.YellowAt, m.Thumbnail, m.Photos, m.Videos, m.Closed, m.Attitude, m.Result, m.Late, m.Proven, m.Version));
}

/// <summary>One page of a list, newest first.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Next">Cursor of the next page for <c>after</c>; null at the end.</param>
public sealed record MatterPage(IReadOnlyList<MatterRow> Items, long? Next);

/// <summary>What a list of matters may be narrowed by. Empty fields do not narrow.</summary>
public sealed record MatterFilter
{
    /// <summary>Module.</summary>
    public string? Scenario { get; init; }

    /// <summary>One or more states, comma-separated.</summary>
    public string? State { get; init; }

    /// <summary>Division code whose subtree counts.</summary>
    public long? Region { get; init; }

    /// <summary>Handling unit, in whatever part.</summary>
    public Guid? Unit { get; init; }

    /// <summary>Context, e.g. campaign.</summary>
    public Guid? Context { get; init; }

    /// <summary>Category id.</summary>
    public string? Category { get; init; }

    /// <summary>Words to be found in number, title, text and names of reporters; all of them. See <see cref="SearchWords"/>.</summary>
    public string? Q { get; init; }

    /// <summary>Only those whose running clock has run out, when true.</summary>
    public bool? Overdue { get; init; }

    /// <summary>What it leaves of the matters the actor may see, not tracked.</summary>
    public IQueryable<Matter> Apply(DbContext db, Actor actor, DateTime now)
    {
        var all = string.IsNullOrWhiteSpace(Q) ? db.Set<Matter>() : MatterSearch.Find(db, Q, actor, Region);
        var matters = all.AsNoTracking().VisibleTo(actor, db);
        if (!string.IsNullOrEmpty(Scenario)) matters = matters.Where(m => m.Scenario == Scenario);
        if (!string.IsNullOrEmpty(State))
        {
            var states = State.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            matters = states.Length == 1 ? matters.Where(m => m.State == states[0]) : matters.Where(m => states.Contains(m.State));
        }
        if (Region is { } region and > 0)
        {
            var last = Territory.Last(region);
            matters = Territory.Level(region) switch
            {
                3 => matters.Where(m => m.City == region),
                2 => matters.Where(m => m.County == region),
                1 => matters.Where(m => m.Town == region),
                _ => matters.Where(m => m.Region >= region && m.Region <= last),
            };
        }
        if (Unit is { } unit) matters = matters.Where(m => db.Set<Assignment>().Any(a => a.MatterId == m.Id && a.UnitId == unit));
        if (Context is { } context) matters = matters.Where(m => m.ContextId == context);
        if (!string.IsNullOrEmpty(Category)) matters = matters.Where(m => m.Category == Category);
        if (Overdue == true) matters = matters.Where(m => m.DueAt < now);
        return matters;
    }
}

/// <summary>The API of matters, the same for every scenario.</summary>
public static class MatterApi
{
    /// <summary>Maps it below <c>/api/v1</c>.</summary>
    public static void MapMatters(this IEndpointRouteBuilder api)
    {
        var matters = api.MapGroup("/matters").RequireAuthorization().WithTags("Matters");
        matters.MapGet("/", ListAsync);
        matters.MapGet("/{id:guid}", GetAsync);
        matters.MapGet("/{id:guid}/events", EventsAsync);
        matters.MapPost("/{id:guid}/actions/{action}", ActAsync);
        api.MapGet("/live", LiveAsync).RequireAuthorization().WithTags("Live");
    }

    private static async Task<IResult> ListAsync([AsParameters] MatterFilter filter, RendaDbContext db, TimeProvider time, HttpContext http, int limit = 25, long? after = null)
    {
        if (limit is < 1 or > 200) return new Refusal("list.limit", new("每页 1 到 200 条。", "Between 1 and 200 rows a page."), 400, "limit").Problem();
        return Results.Ok(await PageAsync(db, await http.ActorAsync(), filter, limit, after, time.GetUtcNow().UtcDateTime, http.RequestAborted));
    }

    /// <summary>One page of what the actor may see, newest first.</summary>
    public static async Task<MatterPage> PageAsync(RendaDbContext db, Actor actor, MatterFilter filter, int limit, long? after, DateTime now, CancellationToken cancellation)
    {
        var query = filter.Apply(db, actor, now);
        if (after is { } cursor) query = query.Where(m => m.Serial < cursor);
        var rows = await MatterRow.From(query.OrderByDescending(m => m.Serial).Take(limit + 1)).ToListAsync(cancellation);
        var more = rows.Count > limit;
        if (more) rows.RemoveAt(limit);
        return new MatterPage(rows, more ? rows[^1].Serial : null);
    }

    private static async Task<IResult> GetAsync(Guid id, RendaDbContext db, ProcedureCatalogue procedures, HttpContext http)
    {
        var actor = await http.ActorAsync();
        var fold = await MatterDesk.LoadAsync(db, id, http.RequestAborted);
        if (fold is null || !MatterScope.MaySee(actor, fold.Matter, fold.Assignments, fold.Reporters)) return Refusal.NotFound.Problem();
        return Results.Ok(View(fold, procedures, actor));
    }

    private static object View(MatterFold fold, ProcedureCatalogue procedures, Actor actor)
    {
        var m = fold.Matter;
        var procedure = procedures.Get(m.Procedure, m.ProcedureVersion);
        return new
        {
            m.Id, m.Number, m.Title, m.Scenario, m.State, StateName = procedure.State(m.State).Name.ToString(), m.Phase, m.Closed, m.Category, m.Region, m.ContextId, m.ReporterId, m.OfficeId, m.LeadUnitId,
            m.OccurredAt, m.SubmittedAt, m.UpdatedAt, m.ClosedAt, m.DueAt, m.YellowAt, m.Latitude, m.Longitude, m.Attitude, m.Result, m.Late, m.Proven, m.Focus, m.MergedIntoId, m.Version,
            fold.Body.Data,
            fold.Body.Clocks,
            Assignments = fold.Assignments.Select(a => new { a.Id, Unit = a.UnitId, a.Kind, a.State, a.AssignedAt, a.DueAt, a.AnsweredAt, a.Answer }),
            Media = fold.Media.Select(x => new { x.Sha256, x.Role, x.Kind, x.TakenAt, x.DistanceMetres }),
            Links = fold.Links.Select(l => new { l.ToId, l.Kind }),
            Actions = ProcedureEngine.OpenTo(procedure, fold, actor).Select(a => new { a.Action.Id, Name = a.Action.Name.ToString(), a.Action.Primary }),
        };
    }

    private static async Task<IResult> EventsAsync(Guid id, RendaDbContext db, HttpContext http)
    {
        var actor = await http.ActorAsync();
        if (!await db.Set<Matter>().VisibleTo(actor, db).AnyAsync(m => m.Id == id, http.RequestAborted)) return Refusal.NotFound.Problem();
        var events = await db.Set<MatterEvent>().AsNoTracking().Where(e => e.MatterId == id).OrderBy(e => e.Version).ToListAsync(http.RequestAborted);
        return Results.Ok(events.Select(e => new { e.Seq, e.Version, e.Action, e.At, e.ActorName, e.OnBehalfOf, e.Reason, Content = JsonNode.Parse(e.Content), e.PreviousHash, e.Hash }));
    }

    /// <summary>What an action is asked with.</summary>
    /// <param name="ExpectedVersion">The version the person saw; null to act on whatever it is now.</param>
    /// <param name="Form">Answers by field id.</param>
    public sealed record ActionRequest(int? ExpectedVersion, JsonObject? Form);

    private static async Task<IResult> ActAsync(Guid id, string action, [FromBody] ActionRequest? request, [FromHeader(Name = "Idempotency-Key")] string? key, MatterDesk desk, ProcedureCatalogue procedures, HttpContext http)
    {
        if (key is { Length: > 100 }) return new Refusal("matters.key-too-long", new("请求编号最多 100 字。", "An idempotency key has at most 100 characters."), 400).Problem();
        var actor = await http.ActorAsync();
        var answer = await desk.ActAsync(id, action, request?.Form ?? [], actor, request?.ExpectedVersion, string.IsNullOrWhiteSpace(key) ? null : key, http.RequestAborted);
        return answer.Refusal is { } refusal ? refusal.Problem() : Results.Ok(View(answer.Matter!, procedures, actor));
    }

    /// <summary>
    /// Changes of the matters a person may see, as they are committed. <c>topics</c>: <c>matters</c> for all,
    /// <c>matter:{id}</c> for one. Resumes after <c>Last-Event-ID</c>.
    /// </summary>
    private static async Task<IResult> LiveAsync(string? topics, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, ChangeFeed feed, IDbContextFactory<RendaDbContext> databases, HttpContext http)
    {
        var actor = await http.ActorAsync();
        var wanted = (topics ?? "matters").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet();
        // Subscribed before the past is read, so that nothing falls between.
        var subscription = feed.Subscribe();
        http.Response.RegisterForDispose(subscription);
        return TypedResults.ServerSentEvents(StreamAsync(actor, wanted, long.TryParse(lastEventId, out var cursor) ? cursor : null, subscription, databases, http.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<LiveItem>> StreamAsync(
        Actor actor, HashSet<string> topics, long? cursor, ChangeFeed.Subscription subscription, IDbContextFactory<RendaDbContext> databases, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var seen = cursor ?? 0;
        if (cursor is null)
        {
            await using var db = databases.CreateDbContext();
            seen = await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq, cancellation) ?? 0;
            yield return new SseItem<LiveItem>(new LiveItem(null, null, null, 0), "ready") { EventId = seen.ToString() };
        }
        else
        {
            // What was missed, in pages. Scope is asked of the matter as it is now: what is no longer one's own is not told.
            while (true)
            {
                await using var db = databases.CreateDbContext();
                var missed = await db.Set<MatterEvent>().AsNoTracking().Where(e => e.Seq > seen).OrderBy(e => e.Seq).Take(500)
                    .Select(e => new { e.Seq, e.Action, e.MatterId, e.Version }).ToListAsync(cancellation);
                var ids = missed.Select(e => e.MatterId).Distinct().ToList();
                var visible = await db.Set<Matter>().AsNoTracking().Where(m => ids.Contains(m.Id)).VisibleTo(actor, db).Select(m => new { m.Id, m.State }).ToDictionaryAsync(m => m.Id, m => m.State, cancellation);
                foreach (var e in missed)
                {
                    seen = e.Seq;
                    if (visible.TryGetValue(e.MatterId, out var state) && (topics.Contains("matters") || topics.Contains("matter:" + e.MatterId)))
                        yield return new SseItem<LiveItem>(new LiveItem(e.MatterId, e.Action, state, e.Version), "change") { EventId = e.Seq.ToString() };
                }
                if (missed.Count < 500) break;
            }
            yield return new SseItem<LiveItem>(new LiveItem(null, null, null, 0), "ready") { EventId = seen.ToString() };
        }

        await foreach (var change in WithBeats(subscription.Changes, cancellation))
        {
            if (change is null)
            {
                yield return new SseItem<LiveItem>(new LiveItem(null, null, null, 0), "beat");
                continue;
            }
            if (change.Seq <= seen || !(topics.Contains("matters") || topics.Contains("matter:" + change.Matter.Id))) continue;
            if (!MatterScope.MaySee(actor, change.Matter, change.Assignments, change.Reporters)) continue;
            yield return new SseItem<LiveItem>(new LiveItem(change.Matter.Id, change.Action, change.Matter.State, change.Matter.Version), "change") { EventId = change.Seq.ToString() };
        }
    }

    /// <summary>A null every 20 seconds keeps proxies from cutting a quiet stream, and finds the dead ones.</summary>
    private static async IAsyncEnumerable<LiveChange?> WithBeats(ChannelReader<LiveChange> changes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            using var beat = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            beat.CancelAfter(TimeSpan.FromSeconds(20));
            bool open;
            var quiet = false;
            try
            {
                open = await changes.WaitToReadAsync(beat.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                (open, quiet) = (true, true);
            }
            if (!open) yield break;
            if (quiet) yield return null;
            while (changes.TryRead(out var change)) yield return change;
        }
    }

    /// <summary>What a screen is told: which matter changed and how; it reads the rest itself.</summary>
    public sealed record LiveItem(Guid? Matter, string? Action, string? State, int Version);
}
