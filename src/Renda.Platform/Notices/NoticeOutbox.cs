using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform.Accounts;
using Renda.Platform.Calendar;
using Renda.Platform.Live;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Renda.Platform.Notices;

/// <summary>
/// Writes the recipients of pushes, decides for each notice by which channels its person hears of it, and makes the daily
/// digests. Each step is one transaction that moves its own mark (a push's cursor, a notice's <see cref="Notice.Routed"/>,
/// the day of a digest) together with what it writes: stopped at any instruction and begun again, and on several nodes at
/// once, nobody is told twice and nobody is left out.
/// </summary>
public sealed class NoticeOutbox(IDbContextFactory<RendaDbContext> databases, IEnumerable<INoticeChannel> channels, ChangeRelay relay, TimeProvider time, ILogger<NoticeOutbox> log) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim _awake = new(0, 1);

    /// <summary>Recipients that are written in one transaction.</summary>
    public int Chunk { get; init; } = 500;

    /// <summary>Called after something was routed, so that deliveries need not wait for their turn.</summary>
    public event Action? Routed;

    /// <summary>Looks at once instead of in a few seconds.</summary>
    public void Wake()
    {
        try
        {
            _awake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>Does everything there is to do now; what tests and the loop call.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        // By turns, so that a push to a whole city keeps nobody's message waiting.
        var more = true;
        while (more)
        {
            more = await WriteAsync(cancellation);
            more |= await RouteAsync(cancellation);
        }
        while (await DigestAsync(cancellation)) await RouteAsync(cancellation);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
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
                    log.LogError(e, "Notices could not be brought on their way; tried again");
                }
                await _awake.WaitAsync(Rest, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Taken up at the next start.
        }
    }

    /// <summary>Writes one chunk of a push's recipients; false when no push waits.</summary>
    internal async Task<bool> WriteAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        // The one that is least far: a small push does not wait for the end of a large one.
        var push = await db.Set<Broadcast>().AsNoTracking().Where(b => b.State == BroadcastState.Sending).OrderBy(b => b.Written).ThenBy(b => b.SentAt).FirstOrDefaultAsync(cancellation);
        if (push is null) return false;
        var (cursor, written) = (push.Cursor, push.Written);
        var people = await push.Audience.PeopleAt(db, push.SentAt!.Value).Where(id => id.CompareTo(cursor) > 0).OrderBy(id => id).Take(Chunk).ToListAsync(cancellation);
        var last = people.Count < Chunk;
        var (total, at) = (written + people.Count, push.SentAt!.Value);
        var (next, state) = (people.Count > 0 ? people[^1] : cursor, last ? BroadcastState.Sent : BroadcastState.Sending);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // The claim: another node, or a recall, was quicker when the mark is not where it was seen.
        var mine = await db.Set<Broadcast>().Where(b => b.Id == push.Id && b.State == BroadcastState.Sending && b.Cursor == cursor && b.Written == written).ExecuteUpdateAsync(s => s
            .SetProperty(b => b.Cursor, next).SetProperty(b => b.Written, total).SetProperty(b => b.State, state).SetProperty(b => b.Recipients, b => last ? total : b.Recipients), cancellation);
        if (mine == 0) return true;
        db.AddRange(people.Select(p =>
        {
            var id = Guid.CreateVersion7(new DateTimeOffset(at));
            return new Notice { Id = id, PersonId = p, BroadcastId = push.Id, Path = $"/notices/{id}", Zh = push.Title, En = push.Title, At = at };
        }));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        await relay.NoticesChangedAsync(db, [push.SenderId, .. people], cancellation);
        return true;
    }

    /// <summary>Decides for some notices who hears of them by which channel; false when none waits.</summary>
    internal async Task<bool> RouteAsync(CancellationToken cancellation)
    {
        var offered = channels.Where(c => c.Offered).ToList();
        await using var db = databases.CreateDbContext();
        var waiting = await db.Set<Notice>().AsNoTracking().Where(n => !n.Routed).OrderBy(n => n.Id).Take(500).ToListAsync(cancellation);
        if (waiting.Count == 0) return false;
        var concerned = offered.Count == 0 ? [] : waiting.Where(n => n is { PersonId: not null, ReadAt: null, RecalledAt: null }).ToList();
        var people = concerned.Select(n => n.PersonId!.Value).Distinct().ToList();
        var settings = people.Count == 0 ? [] : await db.Set<NoticeSettings>().AsNoTracking().Where(s => people.Contains(s.PersonId)).ToDictionaryAsync(s => s.PersonId, cancellation);
        var accounts = (people.Count == 0 ? [] : await db.Users.AsNoTracking().Where(a => a.ClosedAt == null && a.PersonId != null && people.Contains(a.PersonId.Value)).ToListAsync(cancellation)).ToLookup(a => a.PersonId!.Value);
        var all = accounts.SelectMany(a => a).ToList();
        var addresses = new Dictionary<string, IReadOnlyDictionary<Guid, string>>();
        if (all.Count > 0) foreach (var channel in offered) addresses[channel.Id] = await channel.AddressesAsync(all, cancellation);
        var now = time.GetUtcNow().UtcDateTime;
        var deliveries = new List<NoticeDelivery>();
        foreach (var notice in concerned)
        {
            var person = notice.PersonId!.Value;
            var set = settings.GetValueOrDefault(person);
            // One message a day means one.
            if (set?.DigestHour is not null && !notice.Digest) continue;
            var channel = Order(set, notice).Select(id => offered.Find(c => c.Id == id)).FirstOrDefault(c => c is not null && accounts[person].Any(a => addresses[c.Id].ContainsKey(a.Id)));
            if (channel is not null) deliveries.Add(new NoticeDelivery { NoticeId = notice.Id, Channel = channel.Id, Round = notice.Reminders, Id = Guid.CreateVersion7(), PersonId = person, NextAt = (set ?? NoticeSettings.Usual).NotQuiet(now), ChangedAt = now });
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var mine = 0;
        // A notice that was reminded of in the meantime is another round and waits for it.
        foreach (var round in waiting.GroupBy(n => n.Reminders))
        {
            var ids = round.Select(n => n.Id).ToList();
            mine += await db.Set<Notice>().Where(n => ids.Contains(n.Id) && !n.Routed && n.Reminders == round.Key).ExecuteUpdateAsync(s => s.SetProperty(n => n.Routed, true), cancellation);
        }
        // Another node, a recall or a reminder was quicker with some: what is left is looked at again as it is now.
        if (mine < waiting.Count) return true;
        db.AddRange(deliveries);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        if (deliveries.Count > 0) Routed?.Invoke();
        return true;
    }

    /// <summary>The channels that can take back what was handed over to them.</summary>
    internal IReadOnlyList<string> Recalling => [.. channels.Where(c => c.Offered && c.Recalls).Select(c => c.Id)];

    /// <summary>The channels by which a person hears of a notice, the first to be tried first.</summary>
    internal IReadOnlyList<string> Order(NoticeSettings? settings, Notice notice) =>
        settings?.Order ?? (notice.BroadcastId is null ? [] : [.. channels.Select(c => c.Id)]);

    /// <summary>Makes the digests of some people whose hour has come; false when there is none.</summary>
    internal async Task<bool> DigestAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (today, hour) = (ChinaTime.Date(now), (now + ChinaTime.Offset).Hour);
        await using var db = databases.CreateDbContext();
        var people = await db.Set<NoticeSettings>().Where(s => s.DigestHour != null && s.DigestHour <= hour && (s.DigestedOn == null || s.DigestedOn < today)).OrderBy(s => s.PersonId).Take(200).Select(s => s.PersonId).ToListAsync(cancellation);
        if (people.Count == 0) return false;

        var accounts = await db.Users.AsNoTracking().Where(a => a.ClosedAt == null && a.PersonId != null && people.Contains(a.PersonId.Value)).Select(a => new { a.Id, Person = a.PersonId!.Value }).ToListAsync(cancellation);
        var ids = accounts.ConvertAll(a => a.Id);
        var acts = await db.Set<Grant>().AsNoTracking().Where(g => ids.Contains(g.AccountId) && g.OrganisationId != null && g.ValidFrom <= now && (g.ValidTo == null || g.ValidTo > now)).Select(g => new { g.AccountId, Organisation = g.OrganisationId!.Value }).Distinct().ToListAsync(cancellation);
        var bodies = accounts.Join(acts, a => a.Id, g => g.AccountId, (a, g) => (a.Person, g.Organisation)).Distinct().ToLookup(p => p.Person, p => p.Organisation);
        var organisations = acts.Select(g => g.Organisation).Distinct().ToList();
        var unread = db.Set<Notice>().AsNoTracking().Where(n => n.ReadAt == null && n.RecalledAt == null && !n.Digest);
        var unreadOf = await unread.Where(n => n.PersonId != null && people.Contains(n.PersonId.Value)).GroupBy(n => n.PersonId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        foreach (var g in await unread.Where(n => n.OrganisationId != null && n.PersonId == null && organisations.Contains(n.OrganisationId.Value)).GroupBy(n => n.OrganisationId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation)) unreadOf[g.Key] = g.Count;
        var end = ChinaTime.EndOf(today);
        var due = db.Set<Todo>().AsNoTracking().Where(t => t.DoneAt == null && t.DueAt <= end);
        var dueOf = await due.Where(t => t.PersonId != null && people.Contains(t.PersonId.Value)).GroupBy(t => t.PersonId!.Value).Select(g => new { g.Key, Count = g.Count(), Late = g.Count(t => t.DueAt <= now) }).ToDictionaryAsync(g => g.Key, g => (g.Count, g.Late), cancellation);
        foreach (var g in await due.Where(t => t.OrganisationId != null && organisations.Contains(t.OrganisationId.Value)).GroupBy(t => t.OrganisationId!.Value).Select(g => new { g.Key, Count = g.Count(), Late = g.Count(t => t.DueAt <= now) }).ToListAsync(cancellation)) dueOf[g.Key] = (g.Count, g.Late);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var mine = await db.Set<NoticeSettings>().Where(s => people.Contains(s.PersonId) && s.DigestHour != null && (s.DigestedOn == null || s.DigestedOn < today)).ExecuteUpdateAsync(s => s.SetProperty(x => x.DigestedOn, today), cancellation);
        if (mine < people.Count) return true;
        foreach (var person in people)
        {
            Guid[] holders = [person, .. bodies[person]];
            var (news, open, late) = (holders.Sum(h => unreadOf.GetValueOrDefault(h)), holders.Sum(h => dueOf.GetValueOrDefault(h).Count), holders.Sum(h => dueOf.GetValueOrDefault(h).Late));
            if (news + open == 0) continue;
            var text = Text(news, open, late);
            db.Add(new Notice { Id = Guid.CreateVersion7(new DateTimeOffset(now)), PersonId = person, Digest = true, Path = open > 0 ? "/todos" : "/notices", Zh = text.Zh, En = text.En, At = now });
        }
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        await relay.NoticesChangedAsync(db, people, cancellation);
        return true;
    }

    private static Words Text(int news, int open, int late)
    {
        var (zh, en) = (new List<string>(), new List<string>());
        if (news > 0)
        {
            zh.Add($"{news} 条消息未读");
            en.Add($"{news} unread");
        }
        if (open > late)
        {
            zh.Add($"{open - late} 件待办今天到期");
            en.Add($"{open - late} due today");
        }
        if (late > 0)
        {
            zh.Add($"{late} 件待办已超期");
            en.Add($"{late} overdue");
        }
        return new("每日摘要：" + string.Join("，", zh), "Today: " + string.Join(", ", en));
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _awake.Dispose();
        base.Dispose();
    }
}
