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
using Renda.Platform.Accounts;
using Renda.Platform.Live;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;

namespace Renda.Platform.Matters;

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

    private static async Task<IResult> ListAsync([AsParameters] MatterFilter filter, RendaDbContext db, ProcedureCatalogue procedures, KeptReadings kept, TimeProvider time, HttpContext http, int limit = 25, long? after = null)
    {
        if (limit is < 1 or > 200) return new Refusal("list.limit", new("每页 1 到 200 条。", "Between 1 and 200 rows a page."), 400, "limit").Problem();
        var (actor, now) = (await http.ActorAsync(), KeptReadings.Second(time));
        return Results.Ok(filter.Settled ? await kept.ReadAsync(actor, (filter, limit, after, filter.Overdue == true ? now : default), ReadAsync) : await ReadAsync());

        Task<MatterPage> ReadAsync() => MatterPage.ReadAsync(db, filter.Clocked(procedures).Branches(db, actor, now), limit, after, http.RequestAborted);
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
            Data = fold.Body.DataFor(actor),
            fold.Body.Clocks,
            Assignments = fold.Assignments.Select(a => new { a.Id, Unit = a.UnitId, a.Kind, a.State, a.AssignedAt, a.DueAt, a.AnsweredAt, a.Answer }),
            Media = fold.Media.Select(x => new { x.Sha256, x.Role, x.Kind, x.TakenAt, x.DistanceMetres }),
            Links = fold.Links.Select(l => new { l.ToId, l.Kind }),
            Actions = ProcedureEngine.OpenTo(procedure, fold, actor).Select(a => new { a.Action.Id, Name = a.Action.Name.ToString(), a.Action.Primary }),
        };
    }

    private static async Task<IResult> EventsAsync(Guid id, RendaDbContext db, ProcedureCatalogue procedures, HttpContext http)
    {
        var actor = await http.ActorAsync();
        if (await db.Set<Matter>().VisibleTo(actor, db).Where(m => m.Id == id).Select(m => new { m.Procedure, m.ProcedureVersion }).FirstOrDefaultAsync(http.RequestAborted) is not { } matter) return Refusal.NotFound.Problem();
        var procedure = procedures.Get(matter.Procedure, matter.ProcedureVersion);
        var events = await db.Set<MatterEvent>().AsNoTracking().Where(e => e.MatterId == id).OrderBy(e => e.Version).ToListAsync(http.RequestAborted);
        return Results.Ok(events.Select(e => procedure.Tells(e, actor)
            ? new { e.Seq, e.Version, e.Action, e.At, e.ActorName, e.OnBehalfOf, e.Reason, Content = JsonNode.Parse(e.Content), e.PreviousHash, e.Hash }
            : new { e.Seq, e.Version, e.Action, e.At, e.ActorName, e.OnBehalfOf, Reason = (string?)null, Content = (JsonNode?)null, e.PreviousHash, e.Hash }));
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
    /// <c>matter:{id}</c> for one, <c>todos</c> for word that one's own duties may have changed, <c>notices</c> the same of
    /// one's notices and pushes, <c>numbers</c> for word that indicators were counted further. Resumes after <c>Last-Event-ID</c>.
    /// </summary>
    private static async Task<IResult> LiveAsync(string? topics, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, ChangeFeed feed, Sessions sessions, IDbContextFactory<RendaDbContext> databases, HttpContext http)
    {
        var actor = await http.ActorAsync();
        var session = SignOn.SessionOf(http.User);
        var wanted = (topics ?? "matters").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet();
        // Subscribed before the past is read, so that nothing falls between.
        var subscription = feed.Subscribe();
        http.Response.RegisterForDispose(subscription);
        return TypedResults.ServerSentEvents(StreamAsync(actor, wanted, long.TryParse(lastEventId, out var cursor) ? cursor : null, subscription, SignedInAsync, databases, http.RequestAborted));

        // A stream outlives the request's own look at its session; it is asked again at each beat and change.
        async ValueTask<bool> SignedInAsync() => session is not { } id || await sessions.FindAsync(id, http.RequestAborted) is not null;
    }

    private static async IAsyncEnumerable<SseItem<LiveItem>> StreamAsync(
        Actor actor, HashSet<string> topics, long? cursor, ChangeFeed.Subscription subscription, Func<ValueTask<bool>> signedIn, IDbContextFactory<RendaDbContext> databases, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var seen = cursor ?? 0;
        if (cursor is null)
        {
            await using var db = databases.CreateDbContext();
            seen = await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq, cancellation) ?? 0;
            yield return new SseItem<LiveItem>(Nothing, "ready") { EventId = seen.ToString() };
            // A push is often written between its page and this connection.
            if (topics.Contains("notices")) yield return new SseItem<LiveItem>(Nothing, "notices");
        }
        else if (!topics.Any(t => t.StartsWith("matter", StringComparison.Ordinal)))
        {
            // Duties are looked at once; each change in between would say the same.
            if (topics.Contains("todos")) yield return new SseItem<LiveItem>(Nothing, "todos");
            if (topics.Contains("notices")) yield return new SseItem<LiveItem>(Nothing, "notices");
            // A board that was away shows what it had: it looks once.
            if (topics.Contains("numbers")) yield return new SseItem<LiveItem>(Nothing, "numbers");
        }
        else
        {
            if (topics.Contains("todos")) yield return new SseItem<LiveItem>(Nothing, "todos");
            if (topics.Contains("notices")) yield return new SseItem<LiveItem>(Nothing, "notices");
            if (topics.Contains("numbers")) yield return new SseItem<LiveItem>(Nothing, "numbers");
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
            yield return new SseItem<LiveItem>(Nothing, "ready") { EventId = seen.ToString() };
        }

        await foreach (var news in WithBeats(subscription.Changes, cancellation))
        {
            if (!await signedIn()) yield break;
            if (news is not { } told)
            {
                yield return new SseItem<LiveItem>(Nothing, "beat");
                continue;
            }
            if (told.OfNumbers)
            {
                // That something was counted somewhere tells nobody what.
                if (topics.Contains("numbers")) yield return new SseItem<LiveItem>(Nothing, "numbers");
                continue;
            }
            if (topics.Contains("todos") && !told.OfNotices && Tells(told, actor)) yield return new SseItem<LiveItem>(Nothing, "todos");
            // What changes a matter writes notices too.
            if (topics.Contains("notices") && (told.OfNotices || told.Change is not null) && Tells(told, actor)) yield return new SseItem<LiveItem>(Nothing, "notices");
            if (told.Change is not { } change || change.Seq <= seen || !(topics.Contains("matters") || topics.Contains("matter:" + change.Matter.Id))) continue;
            if (!MatterScope.MaySee(actor, change.Matter, change.Assignments, change.Reporters)) continue;
            yield return new SseItem<LiveItem>(new LiveItem(change.Matter.Id, change.Action, change.Matter.State, change.Matter.Version), "change") { EventId = change.Seq.ToString() };
        }
    }

    /// <summary>Word that indicators were counted further, and nothing else, to a screen at which nobody is signed in. A screen that came back is told at once.</summary>
    /// <param name="subscription">The feed.</param>
    /// <param name="open">Whether the screen may still listen; asked at each beat and before each word.</param>
    /// <param name="cancellation">Ends when the screen is gone.</param>
    public static async IAsyncEnumerable<SseItem<LiveItem>> NumbersAsync(ChangeFeed.Subscription subscription, Func<ValueTask<bool>> open, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return new SseItem<LiveItem>(Nothing, "numbers");
        await foreach (var news in WithBeats(subscription.Changes, cancellation))
        {
            if (news is { OfNumbers: false }) continue;
            if (!await open()) yield break;
            yield return new SseItem<LiveItem>(Nothing, news is null ? "beat" : "numbers");
        }
    }

    /// <summary>Whether duties or notices of the actor may have changed. Of a matter those concerned are its parties; it is not said what changed.</summary>
    private static bool Tells(LiveNews news, Actor actor)
    {
        if (news.Holders is { } holders) return holders.Count == 0 || (actor.PersonId is { } me && holders.Contains(me)) || holders.Contains(actor.AccountId) || actor.Organisations.Any(holders.Contains);
        var (matter, assignments) = (news.Change!.Matter, news.Change.Assignments);
        return (matter.ReporterId is { } reporter && reporter == actor.PersonId) || actor.Organisations.Any(o => o == matter.OfficeId || assignments.Any(a => a.UnitId == o));
    }

    /// <summary>A null every 20 seconds keeps proxies from cutting a quiet stream, and finds the dead ones.</summary>
    private static async IAsyncEnumerable<LiveNews?> WithBeats(ChannelReader<LiveNews> changes, [EnumeratorCancellation] CancellationToken cancellation)
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
            while (changes.TryRead(out var news)) yield return news;
        }
    }

    private static LiveItem Nothing { get; } = new(null, null, null, 0);

    /// <summary>What a screen is told: which matter changed and how; it reads the rest itself.</summary>
    public sealed record LiveItem(Guid? Matter, string? Action, string? State, int Version);
}
