using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform.Accounts;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Renda.Platform.Dingtalk;

/// <summary>
/// Keeps the tasks at 浙政钉 what the duties of the hub are: each pass looks at what is open here and not there, and the other
/// way round, writes down what has to be told, and tells it, later when the other side cannot be reached. It follows the
/// duties and is asked by nothing that writes them, so that nothing of an office waits for it or fails with it. What is only
/// to be read is no task there but a work notification, which is taken back when it falls away unread.
/// </summary>
public sealed class DingtalkTasks(IDbContextFactory<RendaDbContext> databases, DingtalkSettings settings, DingtalkClient client, SiteSettings site, TimeProvider time, ILogger<DingtalkTasks> log) : BackgroundService
{
    private const int Chunk = 200, AtOnce = 4;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10), Lease = TimeSpan.FromMinutes(2);

    /// <summary>Whether there are tasks: they need an address to lead to.</summary>
    public bool On => settings.On && site.Address is not null;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!On) return;
        try
        {
            while (true)
            {
                try
                {
                    await RunAsync(stoppingToken);
                }
#pragma warning disable CA1031 // Whatever went wrong once, the next round is a new chance.
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    log.LogError(e, "Tasks could not be brought to DingTalk; tried again");
                }
                await Task.Delay(Rest, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Taken up at the next start.
        }
    }

    /// <summary>Does everything there is to do now.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        while (await BeginAsync(cancellation)) { }
        await EndAsync(cancellation);
        while (await TellAsync(cancellation)) { }
    }

    /// <summary>How many tasks are there, how many wait to be told, and how many were refused.</summary>
    public async Task<(int Open, int Waiting, int Refused)> CountAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var by = await db.Set<DingtalkTask>().Where(t => !t.Reading || t.State != DingtalkTaskState.Open).GroupBy(t => t.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var (open, dead) = (by.GetValueOrDefault(DingtalkTaskState.Open), by.GetValueOrDefault(DingtalkTaskState.Dead));
        return (open, by.Values.Sum() - open - dead, dead);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Who has which duty now: one's own, and those of the organisations one acts for that no colleague has taken. Of what is
    /// only to be read, what came after the binding, and to nobody who is told elsewhere or once a day by choice.
    /// </summary>
    private IQueryable<Held> Held(RendaDbContext db, DateTime now)
    {
        var tenant = settings.Tenant;
        var bound = db.Set<DingtalkBinding>().Where(b => b.Tenant == tenant && b.SuspendedAt == null).Join(db.Users.Where(a => a.ClosedAt == null), b => b.AccountId, a => a.Id, (b, a) => new
        {
            b.AccountId, b.DingtalkId, a.PersonId, b.BoundAt,
            Elsewhere = db.Set<NoticeSettings>().Any(s => s.PersonId == a.PersonId && (s.DigestHour != null || (s.Channels != NoticeSettings.Unset && !s.Channels.Contains(DingtalkChannel.ChannelId)))),
        });
        var open = db.Set<Todo>().Where(t => t.DoneAt == null);
        var acts = db.Set<Grant>().Where(g => g.OrganisationId != null).InForce(db, now).Select(g => new { g.AccountId, g.OrganisationId }).Distinct();
        var claims = db.Set<TodoClaim>();
        return bound.Join(open, b => b.PersonId, t => t.PersonId, (b, t) => new { b.AccountId, b.DingtalkId, b.BoundAt, b.Elsewhere, t.Id, t.Reading, t.ArrivedAt })
            .Concat(bound.Join(acts, b => b.AccountId, g => g.AccountId, (b, g) => new { b.AccountId, b.DingtalkId, b.BoundAt, b.Elsewhere, g.OrganisationId })
                .Join(open, b => b.OrganisationId, t => t.OrganisationId, (b, t) => new { b.AccountId, b.DingtalkId, b.BoundAt, b.Elsewhere, t.Id, t.Reading, t.ArrivedAt })
                .Where(h => !claims.Any(c => c.TodoId == h.Id && c.AccountId != h.AccountId)))
            .Where(h => !h.Reading || (h.ArrivedAt >= h.BoundAt && !h.Elsewhere))
            .Select(h => new Held { TodoId = h.Id, AccountId = h.AccountId, DingtalkId = h.DingtalkId, Reading = h.Reading });
    }

    /// <summary>Writes down some that are not there yet; false when there are no more.</summary>
    private async Task<bool> BeginAsync(CancellationToken cancellation)
    {
        var now = Now;
        await using var db = databases.CreateDbContext();
        var tasks = db.Set<DingtalkTask>();
        var missing = await Held(db, now).Where(h => !tasks.Any(t => t.TodoId == h.TodoId && t.AccountId == h.AccountId)).OrderBy(h => h.TodoId).ThenBy(h => h.AccountId).Take(Chunk).ToListAsync(cancellation);
        if (missing.Count == 0) return false;
        db.AddRange(missing.Select(h => new DingtalkTask { Id = Guid.CreateVersion7(), TodoId = h.TodoId, AccountId = h.AccountId, DingtalkId = h.DingtalkId, Reading = h.Reading, NextAt = now }));
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Another node wrote some of them at this moment: the next pass finds what is left.
            return false;
        }
        return missing.Count == Chunk;
    }

    /// <summary>Writes down which of those that are there have to end.</summary>
    private async Task EndAsync(CancellationToken cancellation)
    {
        var now = Now;
        await using var db = databases.CreateDbContext();
        var (tenant, todos, acts, claims) = (settings.Tenant, db.Set<Todo>(), db.Set<Grant>().InForce(db, now), db.Set<TodoClaim>());
        var bound = db.Set<DingtalkBinding>().Where(b => b.Tenant == tenant && b.SuspendedAt == null);
        var people = db.Users.Where(a => a.ClosedAt == null);
        // The same as what Held finds, asked of each row by its keys. What is due at another time now ends as well: nothing there
        // can be moved, so that the next pass makes it anew.
        var over = await db.Set<DingtalkTask>().AsNoTracking().Where(t => (t.State == DingtalkTaskState.Open || t.State == DingtalkTaskState.Dead || (t.State == DingtalkTaskState.Creating && t.Attempts == 0))
                && ((t.State == DingtalkTaskState.Open && !t.Reading && todos.Any(d => d.Id == t.TodoId && d.DueAt != t.DueAt)) || !(bound.Any(b => b.AccountId == t.AccountId && b.DingtalkId == t.DingtalkId)
                    && people.Any(a => a.Id == t.AccountId && todos.Any(d => d.Id == t.TodoId && d.DoneAt == null && ((d.PersonId != null && d.PersonId == a.PersonId)
                        || (d.OrganisationId != null && acts.Any(g => g.AccountId == a.Id && g.OrganisationId == d.OrganisationId) && !claims.Any(c => c.TodoId == d.Id && c.AccountId != a.Id))))))))
            .Select(t => new { t.Id, t.State, t.Reading, Finished = todos.Any(d => d.Id == t.TodoId && d.DoneAt != null && d.DoneBy == t.AccountId) }).Take(2000).ToListAsync(cancellation);
        // What never went out needs no word, nor does what was read.
        var silent = over.Where(t => t.State != DingtalkTaskState.Open || (t.Reading && t.Finished)).Select(t => t.Id).ToList();
        if (silent.Count > 0) await db.Set<DingtalkTask>().Where(t => silent.Contains(t.Id) && (t.State == DingtalkTaskState.Dead || t.Attempts == 0)).ExecuteDeleteAsync(cancellation);
        foreach (var group in over.Where(t => t.State == DingtalkTaskState.Open && !(t.Reading && t.Finished)).GroupBy(t => t.Finished))
        {
            var (ids, state) = (group.Select(t => t.Id).ToList(), group.Key ? DingtalkTaskState.Finishing : DingtalkTaskState.Cancelling);
            await db.Set<DingtalkTask>().Where(t => ids.Contains(t.Id) && t.State == DingtalkTaskState.Open).ExecuteUpdateAsync(s => s.SetProperty(t => t.State, state).SetProperty(t => t.Attempts, 0).SetProperty(t => t.NextAt, now), cancellation);
        }
    }

    /// <summary>Tells the other side some of what has to be told; false when nothing is due.</summary>
    private async Task<bool> TellAsync(CancellationToken cancellation)
    {
        var now = Now;
        List<DingtalkTask> due;
        Dictionary<Guid, Todo> todos;
        Dictionary<Guid, NoticeSettings> wishes;
        await using (var db = databases.CreateDbContext())
        {
            due = await db.Set<DingtalkTask>().AsNoTracking().Where(t => (t.State == DingtalkTaskState.Creating || t.State == DingtalkTaskState.Finishing || t.State == DingtalkTaskState.Cancelling) && t.NextAt <= now).OrderBy(t => t.NextAt).Take(Chunk).ToListAsync(cancellation);
            if (due.Count == 0) return false;
            var ids = due.Select(t => t.TodoId).Distinct().ToList();
            todos = await db.Set<Todo>().AsNoTracking().Where(t => ids.Contains(t.Id)).ToDictionaryAsync(t => t.Id, cancellation);
            var readers = due.Where(t => t.Reading).Select(t => t.AccountId).Distinct().ToList();
            wishes = await db.Users.Where(a => readers.Contains(a.Id)).Join(db.Set<NoticeSettings>().AsNoTracking(), a => a.PersonId, s => (Guid?)s.PersonId, (a, s) => new { a.Id, Wishes = s }).ToDictionaryAsync(s => s.Id, s => s.Wishes, cancellation);
        }
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, (task, stop) =>
            new ValueTask(TellAsync(task, todos.GetValueOrDefault(task.TodoId), wishes.GetValueOrDefault(task.AccountId, NoticeSettings.Usual), stop)));
        return true;
    }

    private async Task TellAsync(DingtalkTask task, Todo? todo, NoticeSettings wishes, CancellationToken stopping)
    {
        await using var db = databases.CreateDbContext();
        var (attempts, until) = (task.Attempts, Now + Lease);
        var mine = db.Set<DingtalkTask>().Where(t => t.Id == task.Id && t.State == task.State);
        var creating = task.State == DingtalkTaskState.Creating;
        if (creating && task.Reading && wishes.NotQuiet(Now) is var awake && awake > Now)
        {
            await mine.Where(t => t.Attempts == attempts).ExecuteUpdateAsync(s => s.SetProperty(t => t.NextAt, awake), stopping);
            return;
        }
        // Tried again it is the same task there, as it was told first.
        var told = creating && attempts == 0 ? todo?.DueAt : task.DueAt;
        if (await mine.Where(t => t.Attempts == attempts).ExecuteUpdateAsync(s => s.SetProperty(t => t.Attempts, attempts + 1).SetProperty(t => t.NextAt, until).SetProperty(t => t.DueAt, told), stopping) == 0) return;
        var (uuid, fault) = creating ? todo is null ? (null, null) : await CreateAsync(task, todo, told, stopping)
            : ("", task.Reading ? await client.RevokeAsync(task.Id, stopping) : await client.EndTaskAsync(task.TaskUuid, task.DingtalkId, finished: task.State == DingtalkTaskState.Finishing, stopping));
        var error = fault?.ToString() ?? "";
        if (error.Length > 500) error = error[..500];
        if (fault is { Permanent: false })
        {
            // As long as it takes: the duty is there, and so shall the task be.
            var next = Now + NoticeDeliveries.Rests[Math.Min(attempts, NoticeDeliveries.Rests.Count - 1)];
            await mine.ExecuteUpdateAsync(s => s.SetProperty(t => t.NextAt, next).SetProperty(t => t.LastError, error), CancellationToken.None);
        }
        else if (!creating || uuid is null && fault is null) await mine.ExecuteDeleteAsync(CancellationToken.None);
        else if (fault is null) await mine.ExecuteUpdateAsync(s => s.SetProperty(t => t.State, DingtalkTaskState.Open).SetProperty(t => t.TaskUuid, uuid).SetProperty(t => t.Attempts, 0).SetProperty(t => t.LastError, ""), CancellationToken.None);
        else await mine.ExecuteUpdateAsync(s => s.SetProperty(t => t.State, DingtalkTaskState.Dead).SetProperty(t => t.LastError, error), CancellationToken.None);
    }

    private async Task<(string? Uuid, DingtalkFault? Fault)> CreateAsync(DingtalkTask task, Todo todo, DateTime? due, CancellationToken cancellation)
    {
        var link = site.Link(todo.Address.StartsWith('/') ? settings.Landing(todo.Address) : todo.Address)!;
        if (!task.Reading) return await client.CreateTaskAsync(task.Id, task.DingtalkId, todo.Title, link, due, cancellation);
        var fault = await client.NotifyAsync(task.Id, task.DingtalkId.ToString(CultureInfo.InvariantCulture), DingtalkChannel.Message("待阅", todo.Title, "", "", link), cancellation);
        return (fault is null ? "" : null, fault);
    }
}

/// <summary>A duty and one who has it.</summary>
internal sealed class Held
{
    public Guid TodoId { get; init; }
    public Guid AccountId { get; init; }
    public long DingtalkId { get; init; }
    public bool Reading { get; init; }
}
