using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Renda.Platform.Accounts;

/// <summary>One sign-in on one device. The cookie only names it: what is ended here is over there.</summary>
public sealed class Session
{
    /// <summary>Id; in the cookie.</summary>
    public Guid Id { get; set; }

    /// <summary>Who signed in.</summary>
    public Guid AccountId { get; set; }

    /// <summary>The device; see <see cref="Visitor.Device"/>.</summary>
    public string Device { get; set; } = "";

    /// <summary>How: <c>password</c>, <c>passkey</c>, <c>phone</c>, <c>demo</c>, <c>first</c>.</summary>
    public string Method { get; set; } = "";

    /// <summary>Whether two factors were shown: a passkey, or a code beside the first.</summary>
    public bool Strong { get; set; }

    /// <summary>Browser or app.</summary>
    public string Browser { get; set; } = "";

    /// <summary>What it runs on.</summary>
    public string RunsOn { get; set; } = "";

    /// <summary>Where it came from, coarse.</summary>
    public string Address { get; set; } = "";

    /// <summary>Begin (UTC).</summary>
    public DateTime StartedAt { get; set; }

    /// <summary>Last request (UTC), to five minutes.</summary>
    public DateTime SeenAt { get; set; }

    /// <summary>End (UTC); null while it lasts.</summary>
    public DateTime? EndedAt { get; set; }
}

/// <summary>A browser from which an account has signed in before.</summary>
public sealed class KnownDevice
{
    /// <summary>The account.</summary>
    public Guid AccountId { get; set; }

    /// <summary>The device; see <see cref="Visitor.Device"/>.</summary>
    public string Device { get; set; } = "";

    /// <summary>First sign-in (UTC).</summary>
    public DateTime FirstSeenAt { get; set; }

    /// <summary>No code is asked for there before (UTC); null when it always is.</summary>
    public DateTime? RememberedUntil { get; set; }
}

/// <summary>What a request needs to know of its session.</summary>
/// <param name="Id">The session.</param>
/// <param name="AccountId">Whose it is.</param>
/// <param name="Strong">Whether two factors were shown.</param>
public sealed record OpenSession(Guid Id, Guid AccountId, bool Strong);

/// <summary>Begins, finds and ends sessions. A session is looked up at most every 15 seconds, so that one that was ended stops within the minute on every node.</summary>
public sealed class Sessions(IDbContextFactory<RendaDbContext> databases, IMemoryCache cache, TimeProvider time, ILogger<Sessions> log)
{
    /// <summary>How long a session lasts without a request.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(14);

    private static readonly TimeSpan Looked = TimeSpan.FromSeconds(15), Noted = TimeSpan.FromMinutes(5), Remembered = TimeSpan.FromDays(30), Kept = TimeSpan.FromDays(90);

    /// <summary>
    /// Begins a session. A device not seen before is told to the account's person in the same transaction, unless it is
    /// the account's first.
    /// </summary>
    /// <param name="account">Who signed in.</param>
    /// <param name="visitor">From where.</param>
    /// <param name="method">How.</param>
    /// <param name="strong">Whether two factors were shown.</param>
    /// <param name="remember">Whether no code is to be asked for on this device for 30 days.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Session> StartAsync(Account account, Visitor visitor, string method, bool strong, bool remember, CancellationToken cancellation)
    {
        for (var again = false; ; again = true)
        {
            var now = time.GetUtcNow().UtcDateTime;
            await using var db = databases.CreateDbContext();
            var session = new Session
            {
                Id = Guid.CreateVersion7(), AccountId = account.Id, Device = visitor.Device, Method = method, Strong = strong, Browser = visitor.Browser, RunsOn = visitor.RunsOn, Address = visitor.Address, StartedAt = now, SeenAt = now,
            };
            db.Add(session);
            var device = await db.Set<KnownDevice>().FirstOrDefaultAsync(d => d.AccountId == account.Id && d.Device == visitor.Device, cancellation);
            if (device is null)
            {
                if (account.PersonId is { } person && await db.Set<KnownDevice>().AnyAsync(d => d.AccountId == account.Id, cancellation)) db.Add(AccountNotice.For(person, NewDevice(visitor), now));
                db.Add(device = new KnownDevice { AccountId = account.Id, Device = visitor.Device, FirstSeenAt = now });
            }
            if (remember) device.RememberedUntil = now + Remembered;
            try
            {
                await db.SaveChangesAsync(cancellation);
                // Its cookie has just been replaced on this device. Older ones only: of two sign-ins at this moment one goes on, not neither.
                await db.Set<Session>().Where(s => s.AccountId == account.Id && s.Device == visitor.Device && s.Id.CompareTo(session.Id) < 0 && s.EndedAt == null).ExecuteUpdateAsync(x => x.SetProperty(s => s.EndedAt, now), cancellation);
                return session;
            }
            catch (DbUpdateException) when (!again && !cancellation.IsCancellationRequested)
            {
                // Two sign-ins of one new device at this moment: the other one told of it.
            }
        }
    }

    /// <summary>The session while it lasts, or null. Notes now and then that it was seen.</summary>
    public async ValueTask<OpenSession?> FindAsync(Guid id, CancellationToken cancellation)
    {
        if (cache.TryGetValue((typeof(Session), id), out OpenSession? open)) return open;
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        var row = await db.Set<Session>().AsNoTracking().Where(s => s.Id == id && s.EndedAt == null && s.SeenAt > now - Life).Select(s => new { s.AccountId, s.Strong, s.SeenAt }).FirstOrDefaultAsync(cancellation);
        open = row is null ? null : new OpenSession(id, row.AccountId, row.Strong);
        cache.Set((typeof(Session), id), open, Looked);
        if (row is not null && row.SeenAt <= now - Noted) await NoteAsync(db, id, now, cancellation);
        return open;
    }

    /// <summary>Whether no code is to be asked for on this device.</summary>
    public async Task<bool> RemembersAsync(Guid accountId, string device, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        return await db.Set<KnownDevice>().AnyAsync(d => d.AccountId == accountId && d.Device == device && d.RememberedUntil > now, cancellation);
    }

    /// <summary>The account's open sessions, the last seen first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(Guid accountId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        return await db.Set<Session>().AsNoTracking().Where(s => s.AccountId == accountId && s.EndedAt == null && s.SeenAt > now - Life).OrderByDescending(s => s.SeenAt).ThenBy(s => s.Id).Take(100).ToListAsync(cancellation);
    }

    /// <summary>Ends one of the account's own sessions, and the remembering of its device; false when there is none such.</summary>
    public async Task<bool> EndAsync(Guid accountId, Guid id, CancellationToken cancellation) => await EndAsync(accountId, s => s.Id == id, cancellation) > 0;

    /// <summary>Ends the account's sessions except one, if any, and the remembering of their devices; how many there were.</summary>
    public Task<int> EndAllAsync(Guid accountId, Guid? except, CancellationToken cancellation) => EndAsync(accountId, s => s.Id != except, cancellation);

    /// <summary>A session that is left by its own device: the device is still remembered.</summary>
    public async Task LeaveAsync(Guid id, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        await db.Set<Session>().Where(s => s.Id == id && s.EndedAt == null).ExecuteUpdateAsync(x => x.SetProperty(s => s.EndedAt, now), cancellation);
        cache.Remove((typeof(Session), id));
    }

    /// <summary>Forgets sessions that have been over for 90 days.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var before = time.GetUtcNow().UtcDateTime - Kept;
        await using var db = databases.CreateDbContext();
        await db.Set<Session>().Where(s => s.SeenAt < before).ExecuteDeleteAsync(cancellation);
    }

    private async Task<int> EndAsync(Guid accountId, Expression<Func<Session, bool>> which, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        var ended = await db.Set<Session>().Where(s => s.AccountId == accountId && s.EndedAt == null).Where(which).Select(s => new { s.Id, s.Device }).ToListAsync(cancellation);
        var (ids, devices) = (ended.Select(s => s.Id).ToList(), ended.Select(s => s.Device).Distinct().ToList());
        var count = await db.Set<Session>().Where(s => ids.Contains(s.Id) && s.EndedAt == null).ExecuteUpdateAsync(x => x.SetProperty(s => s.EndedAt, now), cancellation);
        await db.Set<KnownDevice>().Where(d => d.AccountId == accountId && devices.Contains(d.Device)).ExecuteUpdateAsync(x => x.SetProperty(d => d.RememberedUntil, (DateTime?)null), cancellation);
        foreach (var id in ids) cache.Remove((typeof(Session), id));
        return count;
    }

    private async Task NoteAsync(RendaDbContext db, Guid id, DateTime now, CancellationToken cancellation)
    {
        try
        {
            await db.Set<Session>().Where(s => s.Id == id && s.SeenAt <= now - Noted).ExecuteUpdateAsync(x => x.SetProperty(s => s.SeenAt, now), cancellation);
        }
        catch (DbException e)
        {
            // A full disk or a busy database must not end the request of somebody who only reads.
            log.LogWarning(e, "When a session was last seen could not be noted");
        }
    }

    private static Words NewDevice(Visitor visitor)
    {
        var (what, at) = (Visitor.Describe(visitor.Browser, visitor.RunsOn), visitor.Address);
        return new($"新设备登录：{what.Zh}{(at.Length > 0 ? $"，地址 {at}" : "")}。不是您本人？请在“我的账号”退出它，并改密码。", $"New device signed in: {what.En}{(at.Length > 0 ? $", address {at}" : "")}. If it was not you, end it under My account and change the password.");
    }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>, IEntityTypeConfiguration<KnownDevice>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("account_sessions");
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Device).HasMaxLength(64);
        builder.Property(s => s.Method).HasMaxLength(20);
        builder.Property(s => s.Browser).HasMaxLength(40);
        builder.Property(s => s.RunsOn).HasMaxLength(40);
        builder.Property(s => s.Address).HasMaxLength(45);
        builder.HasIndex(s => new { s.AccountId, s.SeenAt });
        builder.HasIndex(s => s.SeenAt);
    }

    public void Configure(EntityTypeBuilder<KnownDevice> builder)
    {
        builder.ToTable("account_devices");
        builder.HasKey(d => new { d.AccountId, d.Device });
        builder.Property(d => d.Device).HasMaxLength(64);
    }
}
