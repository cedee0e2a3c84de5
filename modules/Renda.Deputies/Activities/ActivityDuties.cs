using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Renda.Deputies;

/// <summary>
/// What a change of an activity asks of people and tells them: raised and ended in the change's own transaction, told to the
/// screens after it.
/// </summary>
internal sealed class ActivityDuties(RendaDbContext db, DateTime now)
{
    private const string Scenario = "deputies";

    // Which body of a congress decides on leave, the likeliest first, as it does for its sessions.
    private static readonly string[] Office = ["deputies", "presidium", "credentials"];

    /// <summary>Whose duties changed.</summary>
    public HashSet<Guid> Holders { get; } = [];

    /// <summary>Who was told something.</summary>
    public HashSet<Guid> Told { get; } = [];

    /// <summary>The item of the duty to decide on somebody's leave.</summary>
    public static Guid LeaveOf(Guid activity, Guid person) => Todo.ItemOf(Scenario, $"leave:{activity:N}:{person:N}");

    /// <summary>Tells somebody something that leads to the activity.</summary>
    public void Tell(Activity activity, Guid person, Words text)
    {
        db.Add(AccountNotice.For(person, text, now, $"/deputies/activities/{activity.Id}"));
        Told.Add(person);
    }

    /// <summary>Asks somebody to answer an invitation.</summary>
    public void AskToAnswer(Activity activity, Guid person)
    {
        db.Add(new Todo
        {
            Id = Guid.CreateVersion7(), ItemId = activity.Id, Scenario = Scenario, Kind = "answer", Duty = DutyKind.Handle, PersonId = person, Title = $"答复是否参加：{activity.Title}",
            Href = $"/deputies/activities/{activity.Id}", ArrivedAt = now, DueAt = Due(activity), YellowAt = Due(activity).AddDays(-1),
        });
        Holders.Add(person);
    }

    /// <summary>Moves what is still asked to where the activity has moved.</summary>
    public async Task MoveAsync(Activity activity, CancellationToken cancellation)
    {
        foreach (var todo in await db.Set<Todo>().Where(t => t.ItemId == activity.Id && t.DoneAt == null).ToListAsync(cancellation))
        {
            (todo.Title, todo.DueAt, todo.YellowAt) = ($"答复是否参加：{activity.Title}", Due(activity), Due(activity).AddDays(-1));
            Holders.Add((todo.PersonId ?? todo.OrganisationId)!.Value);
        }
        // Whoever had not answered when it was to begin is asked again: their duty has ended with its time.
        foreach (var person in await db.Set<Participant>().Where(p => p.ActivityId == activity.Id && p.State == ParticipantState.Invited && !db.Set<Todo>().Any(t => t.ItemId == activity.Id && t.PersonId == p.PersonId && t.DoneAt == null)).Select(p => p.PersonId).ToListAsync(cancellation))
            AskToAnswer(activity, person);
    }

    /// <summary>Asks the congress's office to decide on a leave; where it has none, the activity's page shows it to its staff.</summary>
    public async Task AskToDecideAsync(Activity activity, Organisation congress, Guid person, string name, CancellationToken cancellation)
    {
        var bodies = await db.Set<Organisation>().AsNoTracking().Where(o => o.Region == congress.Region && Office.Contains(o.Duty) && o.ValidTo == null && (o.Kind == OrganisationKind.Office || o.Kind == OrganisationKind.SpecialCommittee))
            .OrderBy(o => o.Id).Select(o => new { o.Id, o.Duty }).ToListAsync(cancellation);
        var item = LeaveOf(activity.Id, person);
        if (bodies.MinBy(b => Array.IndexOf(Office, b.Duty)) is not { } office || await db.Set<Todo>().AnyAsync(t => t.ItemId == item && t.DoneAt == null, cancellation)) return;
        db.Add(new Todo
        {
            Id = Guid.CreateVersion7(), ItemId = item, Scenario = Scenario, Kind = "leave", Duty = DutyKind.Review, OrganisationId = office.Id, Title = $"{name}请假：{activity.Title}",
            Href = $"/deputies/activities/{activity.Id}#leave", ArrivedAt = now, DueAt = activity.Begins, YellowAt = activity.Begins.AddDays(-1),
        });
        Holders.Add(office.Id);
    }

    /// <summary>Ends what was asked about these items; of one person only where one is told.</summary>
    public async Task EndAsync(IReadOnlyList<Guid> items, Guid? person, Actor actor, CancellationToken cancellation)
    {
        foreach (var part in items.Chunk(500))
        {
            foreach (var todo in await db.Set<Todo>().Where(t => part.Contains(t.ItemId) && t.DoneAt == null && (person == null || t.PersonId == person || t.PersonId == null)).ToListAsync(cancellation))
            {
                (todo.DoneAt, todo.DoneBy) = (now, actor.IsPlatform ? null : actor.AccountId);
                Holders.Add((todo.PersonId ?? todo.OrganisationId)!.Value);
            }
        }
    }

    /// <summary>Tells the screens. Called after the change is committed.</summary>
    public async Task ShowAsync(IDbContextFactory<RendaDbContext> databases, ChangeRelay relay)
    {
        if (Holders.Count + Told.Count == 0) return;
        await using var after = databases.CreateDbContext();
        foreach (var some in Holders.Chunk(100)) await relay.DutiesChangedAsync(after, some, CancellationToken.None);
        await relay.NoticesChangedAsync(after, [.. Told], CancellationToken.None);
    }

    private static DateTime Due(Activity activity) => activity.AnswerBy ?? activity.Begins;
}

/// <summary>Ends, each minute, the duty to answer what has begun: from then on there is nothing to answer.</summary>
public sealed class ActivityClock(IDbContextFactory<RendaDbContext> databases, ChangeRelay relay, TimeProvider time, ILogger<ActivityClock> log) : BackgroundService
{
    // A server that stood still for longer than this has other worries; the duties end when the activity is recorded.
    private static readonly TimeSpan Back = TimeSpan.FromDays(30);

    /// <summary>Ends them once. Harmless at any time.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        var since = now - Back;
        var begun = db.Set<Activity>().Where(a => a.Begins <= now && a.Begins > since).Select(a => a.Id);
        var open = await db.Set<Todo>().AsNoTracking().Where(t => begun.Contains(t.ItemId) && t.DoneAt == null).Take(5000).Select(t => new { t.Id, t.PersonId }).ToListAsync(cancellation);
        foreach (var part in open.Chunk(500))
        {
            List<Guid> ids = [.. part.Select(t => t.Id)];
            await db.Set<Todo>().Where(t => ids.Contains(t.Id) && t.DoneAt == null).ExecuteUpdateAsync(s => s.SetProperty(t => t.DoneAt, now), cancellation);
            foreach (var some in part.Select(t => t.PersonId).OfType<Guid>().Distinct().Chunk(100)) await relay.DutiesChangedAsync(db, some, cancellation);
        }
        return open.Count;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await SweepAsync(stoppingToken);
                }
#pragma warning disable CA1031 // Whatever went wrong once, the next minute is a new chance.
                catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    log.LogError(e, "Duties to answer what has begun could not be ended; tried again in a minute");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }
}
