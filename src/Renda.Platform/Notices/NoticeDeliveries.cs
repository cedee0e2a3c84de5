using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform.Access;
using Renda.Platform.Persistence;

namespace Renda.Platform.Notices;

/// <summary>A delivery that nobody took, as an administrator sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Channel">Id of its channel.</param>
/// <param name="Person">Whose it is.</param>
/// <param name="Title">What it says.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="LastError">Why not.</param>
/// <param name="At">Since when (UTC).</param>
public sealed record DeadDelivery(Guid Id, string Channel, string Person, string Title, int Attempts, string LastError, DateTime At);

/// <summary>
/// Hands deliveries over to their channels. What was not taken is tried again, later each time; what is refused or was
/// tried too often is dead, and its notice goes by the person's next channel.
/// </summary>
public sealed class NoticeDeliveries(IDbContextFactory<RendaDbContext> databases, IEnumerable<INoticeChannel> channels, NoticeOutbox outbox, TimeProvider time, ILogger<NoticeDeliveries> log) : BackgroundService
{
    /// <summary>What an administrator must hold to see the dead.</summary>
    public const string Permission = "platform.channels";

    // A try that is broken off, with its process or by the other side's silence, is taken up again after this.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2), Patience = TimeSpan.FromSeconds(60), Rest = TimeSpan.FromSeconds(3);

    /// <summary>Rests between attempts, each a fifth longer or shorter by chance.</summary>
    public static IReadOnlyList<TimeSpan> Rests { get; } =
        [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6)];

    private readonly Dictionary<string, SemaphoreSlim> _awake = channels.ToDictionary(c => c.Id, _ => new SemaphoreSlim(0, 1));

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        outbox.Routed += Wake;
        return Task.WhenAll(channels.Where(c => c.Offered).Select(c => WorkAsync(c, stoppingToken)));
    }

    private async Task WorkAsync(INoticeChannel channel, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                try
                {
                    while (await DeliverAsync(channel, stopping) > 0) { }
                    if (channel.Recalls) while (await RecallAsync(channel, stopping) > 0) { }
                }
#pragma warning disable CA1031 // Whatever went wrong once, the next round is a new chance.
                catch (Exception e) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    log.LogError(e, "Deliveries by {Channel} could not be made; tried again", channel.Id);
                }
                await _awake[channel.Id].WaitAsync(Rest, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Taken up at the next start.
        }
    }

    /// <summary>Makes some of the deliveries that are due; returns how many were looked at.</summary>
    internal async Task<int> DeliverAsync(INoticeChannel channel, CancellationToken cancellation)
    {
        var now = Now;
        List<NoticeDelivery> due;
        Dictionary<Guid, Notice> notices;
        Dictionary<Guid, Broadcast> pushes;
        Dictionary<Guid, NoticeSettings> settings;
        ILookup<Guid, Accounts.Account> accounts;
        await using (var db = databases.CreateDbContext())
        {
            due = await db.Set<NoticeDelivery>().AsNoTracking().Where(d => d.Channel == channel.Id && d.State == DeliveryState.Waiting && d.NextAt <= now).OrderBy(d => d.NextAt).Take(20).ToListAsync(cancellation);
            if (due.Count == 0) return 0;
            var (ids, people) = (due.ConvertAll(d => d.NoticeId), due.Select(d => d.PersonId).Distinct().ToList());
            notices = await db.Set<Notice>().AsNoTracking().Where(n => ids.Contains(n.Id)).ToDictionaryAsync(n => n.Id, cancellation);
            var of = notices.Values.Select(n => n.BroadcastId).OfType<Guid>().Distinct().ToList();
            pushes = await db.Set<Broadcast>().AsNoTracking().Where(b => of.Contains(b.Id)).ToDictionaryAsync(b => b.Id, cancellation);
            settings = await db.Set<NoticeSettings>().AsNoTracking().Where(s => people.Contains(s.PersonId)).ToDictionaryAsync(s => s.PersonId, cancellation);
            accounts = (await db.Users.AsNoTracking().Where(a => a.ClosedAt == null && a.PersonId != null && people.Contains(a.PersonId.Value)).ToListAsync(cancellation)).ToLookup(a => a.PersonId!.Value);
        }
        var addresses = await channel.AddressesAsync([.. accounts.SelectMany(a => a)], cancellation);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = channel.AtOnce, CancellationToken = cancellation }, async (delivery, stop) =>
        {
            var (notice, set) = (notices.GetValueOrDefault(delivery.NoticeId), settings.GetValueOrDefault(delivery.PersonId));
            var awake = (set ?? NoticeSettings.Usual).NotQuiet(now);
            var address = accounts[delivery.PersonId].Select(a => addresses.GetValueOrDefault(a.Id)).FirstOrDefault(a => a is not null);
            var next = notice is null ? [] : outbox.Order(set, notice);
            // Broken off each time: whatever it is that breaks off, it is not tried for ever.
            if (delivery.Attempts > Rests.Count) await SettleAsync(delivery, DeliveryState.Dead, "broken off", next, stop);
            else if (notice is not { ReadAt: null, RecalledAt: null }) await SettleAsync(delivery, DeliveryState.Dropped, "", [], stop);
            else if (awake > now) await PutOffAsync(delivery, awake, stop);
            else if (address is null) await SettleAsync(delivery, DeliveryState.NoAddress, "", next, stop);
            else await TryAsync(channel, delivery, Outgoing(delivery, notice, notice.BroadcastId is { } push ? pushes.GetValueOrDefault(push) : null), address, next, stop);
        });
        return due.Count;
    }

    private async Task TryAsync(INoticeChannel channel, NoticeDelivery delivery, OutgoingNotice outgoing, string address, IReadOnlyList<string> next, CancellationToken stopping)
    {
        var (attempts, until) = (delivery.Attempts, Now + Lease);
        await using (var db = databases.CreateDbContext())
        {
            if (await Seen(db, delivery).ExecuteUpdateAsync(s => s.SetProperty(d => d.Attempts, attempts + 1).SetProperty(d => d.NextAt, until), stopping) == 0) return;
        }
        delivery.Attempts++;
        ChannelFailure? failure;
        using (var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping))
        {
            patience.CancelAfter(Patience);
            try
            {
                failure = await channel.SendAsync(outgoing, address, patience.Token);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                failure = new(false, "no answer in time");
            }
        }
        // What the other side has taken is noted even while the program stops.
        if (failure is null) await TakenAsync(channel, delivery);
        else if (failure.Permanent || delivery.Attempts > Rests.Count) await SettleAsync(delivery, DeliveryState.Dead, failure.Text, next, CancellationToken.None);
        else await AgainAsync(delivery, failure.Text, stopping);
    }

    private async Task TakenAsync(INoticeChannel channel, NoticeDelivery delivery)
    {
        if (await SettleAsync(delivery, DeliveryState.Sent, "", [], CancellationToken.None) || !channel.Recalls) return;
        // Taken back while it was on its way: asked back now that it is there.
        var now = Now;
        await using var db = databases.CreateDbContext();
        await db.Set<NoticeDelivery>().Where(d => d.Id == delivery.Id && d.NoticeId == delivery.NoticeId && d.State != DeliveryState.Waiting && db.Set<Notice>().Any(n => n.Id == d.NoticeId && n.RecalledAt != null))
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DeliveryState.Revoking).SetProperty(d => d.Attempts, 0).SetProperty(d => d.NextAt, now), CancellationToken.None);
    }

    /// <summary>
    /// Takes back some of what was handed over before its push was recalled; returns how many were looked at. What the other
    /// side will not give back, or not however often it is asked, stays sent, and says so.
    /// </summary>
    internal async Task<int> RecallAsync(INoticeChannel channel, CancellationToken cancellation)
    {
        var now = Now;
        List<NoticeDelivery> due;
        await using (var db = databases.CreateDbContext())
            due = await db.Set<NoticeDelivery>().AsNoTracking().Where(d => d.Channel == channel.Id && d.State == DeliveryState.Revoking && d.NextAt <= now).OrderBy(d => d.NextAt).Take(20).ToListAsync(cancellation);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = channel.AtOnce, CancellationToken = cancellation }, async (delivery, stop) =>
        {
            await using var db = databases.CreateDbContext();
            var (attempts, until) = (delivery.Attempts, Now + Lease);
            var row = db.Set<NoticeDelivery>().Where(d => d.NoticeId == delivery.NoticeId && d.Channel == delivery.Channel && d.Round == delivery.Round && d.State == DeliveryState.Revoking);
            if (await row.Where(d => d.Attempts == attempts).ExecuteUpdateAsync(s => s.SetProperty(d => d.Attempts, attempts + 1).SetProperty(d => d.NextAt, until), stop) == 0) return;
            var failure = await channel.RecallAsync(delivery.Id, stop);
            row = row.Where(d => d.Attempts == attempts + 1);
            if (failure is { Permanent: false } && attempts < Rests.Count)
            {
                var next = Now + Rests[attempts];
                await row.ExecuteUpdateAsync(s => s.SetProperty(d => d.NextAt, next).SetProperty(d => d.LastError, Cut(failure.Text)), CancellationToken.None);
                return;
            }
            var (state, error, at) = (failure is null ? DeliveryState.Revoked : DeliveryState.Sent, Cut(failure?.Text ?? ""), Now);
            await row.ExecuteUpdateAsync(s => s.SetProperty(d => d.State, state).SetProperty(d => d.LastError, error).SetProperty(d => d.ChangedAt, at), CancellationToken.None);
        });
        return due.Count;
    }

    /// <summary>Ends a delivery. When it did not reach its person, the notice goes by the next channel, in the same transaction.</summary>
    private async Task<bool> SettleAsync(NoticeDelivery delivery, DeliveryState state, string error, IReadOnlyList<string> order, CancellationToken cancellation)
    {
        var now = Now;
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await Seen(db, delivery).ExecuteUpdateAsync(s => s.SetProperty(d => d.State, state).SetProperty(d => d.LastError, Cut(error)).SetProperty(d => d.ChangedAt, now), cancellation) == 0) return false;
        if (order.SkipWhile(c => c != delivery.Channel).Skip(1).FirstOrDefault(c => channels.Any(x => x.Id == c && x.Offered)) is { } channel
            && !await db.Set<NoticeDelivery>().AnyAsync(d => d.NoticeId == delivery.NoticeId && d.Channel == channel && d.Round == delivery.Round, cancellation))
        {
            db.Add(new NoticeDelivery { NoticeId = delivery.NoticeId, Channel = channel, Round = delivery.Round, Id = Guid.CreateVersion7(), PersonId = delivery.PersonId, NextAt = now, ChangedAt = now });
            await db.SaveChangesAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async Task AgainAsync(NoticeDelivery delivery, string error, CancellationToken cancellation)
    {
        var rest = Rests[delivery.Attempts - 1];
#pragma warning disable CA5394 // Chance that keeps tries apart is no secret.
        var next = Now + rest * (0.8 + Random.Shared.NextDouble() * 0.4);
#pragma warning restore CA5394
        await using var db = databases.CreateDbContext();
        await Seen(db, delivery).ExecuteUpdateAsync(s => s.SetProperty(d => d.NextAt, next).SetProperty(d => d.LastError, Cut(error)), cancellation);
    }

    private async Task PutOffAsync(NoticeDelivery delivery, DateTime until, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        await Seen(db, delivery).ExecuteUpdateAsync(s => s.SetProperty(d => d.NextAt, until), cancellation);
    }

    /// <summary>What is dead and belongs to people of the actor's territories, the oldest first; counts stop at 1,000.</summary>
    public async Task<(IReadOnlyList<DeadDelivery> Rows, int Count, string? Next)> DeadAsync(Actor actor, string? after, int size, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (Dead(db, actor) is not { } dead) return ([], 0, null);
        var count = await dead.Take(1000).CountAsync(cancellation);
        var place = after?.Split('.') is [var ticks, var id] && long.TryParse(ticks, out var t) && t > 0 && t < DateTime.MaxValue.Ticks && Guid.TryParse(id, out var last) ? (At: new DateTime(t, DateTimeKind.Utc), Id: last) : default;
        if (place != default) dead = dead.Where(d => d.ChangedAt >= place.At && (d.ChangedAt > place.At || d.Id.CompareTo(place.Id) > 0));
        var page = await dead.OrderBy(d => d.ChangedAt).ThenBy(d => d.Id).Take(size + 1)
            .Select(d => new DeadDelivery(d.Id, d.Channel,
                db.Set<People.Person>().Where(p => p.Latest && p.Id == d.PersonId).Select(p => p.Name).FirstOrDefault() ?? "", db.Set<Notice>().Where(n => n.Id == d.NoticeId).Select(n => n.Zh).FirstOrDefault() ?? "", d.Attempts, d.LastError, d.ChangedAt)).ToListAsync(cancellation);
        var more = page.Count > size;
        if (more) page.RemoveAt(size);
        return (page, count, more ? $"{page[^1].At.Ticks}.{page[^1].Id:N}" : null);
    }

    /// <summary>How many wait, by channel.</summary>
    public async Task<IReadOnlyDictionary<string, int>> WaitingAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<NoticeDelivery>().Where(d => d.State == DeliveryState.Waiting).GroupBy(d => d.Channel).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
    }

    /// <summary>Tries dead ones again from the beginning; an id that is not dead or not the actor's to see is left out. Null for all.</summary>
    public Task<int> RetryAsync(IReadOnlyList<Guid>? ids, Actor actor, CancellationToken cancellation) => MoveAsync(ids, actor, DeliveryState.Waiting, cancellation);

    /// <summary>Gives dead ones up.</summary>
    public Task<int> GiveUpAsync(IReadOnlyList<Guid>? ids, Actor actor, CancellationToken cancellation) => MoveAsync(ids, actor, DeliveryState.GivenUp, cancellation);

    private async Task<int> MoveAsync(IReadOnlyList<Guid>? ids, Actor actor, DeliveryState to, CancellationToken cancellation)
    {
        var now = Now;
        await using var db = databases.CreateDbContext();
        if (Dead(db, actor) is not { } dead) return 0;
        if (ids is not null) dead = dead.Where(d => ids.Contains(d.Id));
        var chosen = await dead.Select(d => d.Id).Take(10_000).ToListAsync(cancellation);
        var moved = await db.Set<NoticeDelivery>().Where(d => d.State == DeliveryState.Dead && chosen.Contains(d.Id)).ExecuteUpdateAsync(s => s
            .SetProperty(d => d.State, to).SetProperty(d => d.ChangedAt, now).SetProperty(d => d.NextAt, now).SetProperty(d => d.Attempts, d => to == DeliveryState.Waiting ? 0 : d.Attempts), cancellation);
        Wake();
        return moved;
    }

    private IQueryable<NoticeDelivery>? Dead(RendaDbContext db, Actor actor)
    {
        var territories = actor.Grants.Where(g => g.Permissions.Contains(Permission) && g.Region > 0 && g.Role.Scope == RoleScope.Territory).Select(g => g.Region).Distinct().ToList();
        if (territories.Count == 0) return null;
        var within = Audience.Within(db, territories, Now);
        return db.Set<NoticeDelivery>().Where(d => d.State == DeliveryState.Dead && within.Contains(d.PersonId));
    }

    /// <summary>The row as it was seen: whoever took it up in between has counted an attempt or moved it on.</summary>
    private static IQueryable<NoticeDelivery> Seen(RendaDbContext db, NoticeDelivery delivery) =>
        db.Set<NoticeDelivery>().Where(d => d.NoticeId == delivery.NoticeId && d.Channel == delivery.Channel && d.Round == delivery.Round && d.State == DeliveryState.Waiting && d.Attempts == delivery.Attempts);

    private static OutgoingNotice Outgoing(NoticeDelivery delivery, Notice notice, Broadcast? push) => new(
        delivery.Id, (delivery.Round > 0 ? "【提醒】" : "") + notice.Zh, push?.Text ?? "", push is null ? "" : push.SenderOffice.Length > 0 ? push.SenderOffice : push.SenderName, notice.MatterId is { } matter ? $"/matters/{matter}" : notice.Path);

    private void Wake()
    {
        foreach (var sleeper in _awake.Values)
        {
            try
            {
                sleeper.Release();
            }
            catch (SemaphoreFullException)
            {
                // It is awake already.
            }
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static string Cut(string text) => text.Length > 500 ? text[..500] : text;

    /// <inheritdoc />
    public override void Dispose()
    {
        outbox.Routed -= Wake;
        foreach (var sleeper in _awake.Values) sleeper.Dispose();
        base.Dispose();
    }
}
