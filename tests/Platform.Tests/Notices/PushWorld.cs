using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tests.Media;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Platform.Tests.Notices;

/// <summary>The program's end at a moment of its choosing.</summary>
internal sealed class KilledException : Exception;

/// <summary>Ends whoever works with the database before and after each statement and each commit, at the one that is counted.</summary>
internal sealed class Killer : DbCommandInterceptor, IDbTransactionInterceptor
{
    /// <summary>Moments still to live; -1 for ever.</summary>
    public int Left { get; set; } = -1;

    private void Moment()
    {
        if (Left > 0) Left--;
        else if (Left == 0) throw new KilledException();
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Moment();
        return new(result);
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        Moment();
        return new(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Moment();
        return new(result);
    }

    public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Moment();
        return new(result);
    }

    public ValueTask<InterceptionResult> TransactionCommittingAsync(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Moment();
        return new(result);
    }

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Moment();
        return Task.CompletedTask;
    }
}

/// <summary>A way out that keeps what it is given and can refuse it.</summary>
internal sealed class TestChannel(string id, Func<Account, string?> address) : INoticeChannel
{
    private readonly Lock _lock = new();

    public string Id => id;
    public Words Name => new(id, id);
    public bool Offered { get; set; } = true;
    public int AtOnce => 4;
    public Queue<ChannelFailure> Next { get; } = [];
    public List<(OutgoingNotice Notice, string Address)> Taken { get; } = [];

    /// <summary>Called while something is on its way; may throw as a broken process does.</summary>
    public Action? Meanwhile { get; set; }

    public bool Recalls { get; set; }
    public List<Guid> TakenBack { get; } = [];

    public Task<IReadOnlyDictionary<Guid, string>> AddressesAsync(IReadOnlyCollection<Account> accounts, CancellationToken cancellation) => OwnAddresses.OfAsync(accounts, address);

    public Task<ChannelFailure?> RecallAsync(Guid id, CancellationToken cancellation)
    {
        if (Next.TryDequeue(out var failure)) return Task.FromResult<ChannelFailure?>(failure);
        TakenBack.Add(id);
        return Task.FromResult<ChannelFailure?>(null);
    }

    public Task<ChannelFailure?> SendAsync(OutgoingNotice notice, string address, CancellationToken cancellation)
    {
        lock (_lock)
        {
            Meanwhile?.Invoke();
            if (Next.TryDequeue(out var failure)) return Task.FromResult<ChannelFailure?>(failure);
            Taken.Add((notice, address));
            return Task.FromResult<ChannelFailure?>(null);
        }
    }
}

/// <summary>A county with two towns and their deputies, and what pushes are made of.</summary>
internal sealed class PushWorld : IAsyncDisposable, IDbContextFactory<RendaDbContext>
{
    public const long County = 330522000000, Heping = 330522110000, Lincheng = 330522104000, Other = 330523000000;
    private readonly TestDatabase _database;

    private PushWorld(TestDatabase database, Func<PushWorld, INoticeChannel[]>? channels)
    {
        _database = database;
        Feed = new ChangeFeed();
        Relay = new ChangeRelay(this, database.Settings, Feed, NullLogger<ChangeRelay>.Instance);
        Channels = channels?.Invoke(this) ?? [Sms, Mail];
        Outbox = New();
        Pushes = Desk(Outbox);
        Deliveries = NewDeliveries();
    }

    public TestClock Clock { get; } = new() { Now = new DateTimeOffset(2026, 11, 26, 1, 0, 0, TimeSpan.Zero) };
    public Killer Killer { get; } = new();
    public TestChannel Sms { get; } = new("sms", a => a.PhoneNumberConfirmed ? a.PhoneNumber : null);
    public TestChannel Mail { get; } = new("mail", a => a.EmailConfirmed ? a.Email : null);
    public INoticeChannel[] Channels { get; set; }
    public ChangeFeed Feed { get; }
    public ChangeRelay Relay { get; }
    public NoticeOutbox Outbox { get; }
    public NoticeDeliveries Deliveries { get; }
    public Broadcasts Pushes { get; }
    public Guid HepingCongress { get; } = Guid.CreateVersion7();
    public Guid CountyCongress { get; } = Guid.CreateVersion7();
    public Guid Delegation { get; } = Guid.CreateVersion7();
    public Guid Office { get; } = Guid.CreateVersion7();
    public Guid OtherOffice { get; } = Guid.CreateVersion7();
    public Actor Clerk { get; private set; } = null!;
    public Actor OtherClerk { get; private set; } = null!;

    public static async Task<PushWorld> CreateAsync(DatabaseProvider provider, Func<PushWorld, INoticeChannel[]>? channels = null)
    {
        var world = new PushWorld(await TestDatabase.CreateAsync(provider), channels);
        await using var db = world.CreateDbContext();
        Organisation Body(Guid id, string name, OrganisationKind kind, long region) => new() { Id = id, Name = name, ShortName = name, Kind = kind, Region = region, ValidFrom = new(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc) };
        db.AddRange(Body(world.HepingCongress, "和平镇人大", OrganisationKind.Congress, Heping), Body(world.CountyCongress, "长兴县人大", OrganisationKind.Congress, County),
            Body(world.Delegation, "和平代表团", OrganisationKind.Delegation, County), Body(world.Office, "代表工委", OrganisationKind.Office, County), Body(world.OtherOffice, "安吉代表工委", OrganisationKind.Office, Other));
        await db.SaveChangesAsync();
        world.Clerk = await world.StaffAsync("周敏", County, world.Office);
        world.OtherClerk = await world.StaffAsync("别县", Other, world.OtherOffice);
        return world;
    }

    public RendaDbContext CreateDbContext()
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        _database.Settings.Configure(options);
        options.AddInterceptors(Killer);
        return new RendaDbContext(options.Options, TestDatabase.Assemblies);
    }

    /// <summary>A worker as a new process has it.</summary>
    public NoticeOutbox New(int chunk = 500) => new(this, Channels, Relay, Clock, NullLogger<NoticeOutbox>.Instance) { Chunk = chunk };

    public NoticeDeliveries NewDeliveries() => new(this, Channels, Outbox, Clock, NullLogger<NoticeDeliveries>.Instance);

    public AuditLog Audit => new(this, _database.Settings, Clock);

    // No attachments are pushed here; those are looked at over the wire.
    private Broadcasts Desk(NoticeOutbox outbox) => new(this, Audit, null!, outbox, Relay, Clock);

    /// <summary>Deputies of a congress with open accounts; their persons.</summary>
    public async Task<List<Guid>> DeputiesAsync(int count, Guid congress, long region, Guid? delegation = null, Action<int, Account>? account = null, bool open = true)
    {
        await using var db = CreateDbContext();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var people = new List<Guid>();
        var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var i = 0; i < count; i++)
        {
            // By chance, so that the order of ids is not the order of coming.
            var person = Guid.NewGuid();
            people.Add(person);
            db.Add(new Person { Id = person, Name = $"代表{region % 1_000_000 / 1000}-{i:0000}", ValidFrom = since });
            db.Add(new Mandate { Id = Guid.CreateVersion7(), PersonId = person, CongressId = congress, DelegationId = delegation, Region = region, ValidFrom = since });
            if (!open) continue;
            var made = new Account { Id = Guid.CreateVersion7(), UserName = "d" + person.ToString("N"), NormalizedUserName = "D" + person.ToString("N"), DisplayName = "代表", PersonId = person, SecurityStamp = "s" };
            account?.Invoke(i, made);
            db.Add(made);
        }
        await db.SaveChangesAsync();
        return people;
    }

    public async Task<Actor> StaffAsync(string name, long region, Guid office, string role = "clerk")
    {
        await using var db = CreateDbContext();
        var (person, account, since) = (Guid.NewGuid(), Guid.CreateVersion7(), new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        db.Add(new Person { Id = person, Name = name, ValidFrom = since });
        db.Add(new Account { Id = account, UserName = "s" + account.ToString("N"), NormalizedUserName = "S" + account.ToString("N"), DisplayName = name, PersonId = person, SecurityStamp = "s" });
        db.Add(new Grant { Id = Guid.CreateVersion7(), AccountId = account, Role = role, Region = region, OrganisationId = office, ValidFrom = since });
        await db.SaveChangesAsync();
        return new Actor(account, person, name, [new ActorGrant(Role.Find(role)!, region, office, role is "clerk" or "admin" ? new HashSet<string> { Broadcasts.Permission, NoticeDeliveries.Permission } : new HashSet<string>())]);
    }

    /// <summary>Who reads, as the person.</summary>
    public static Actor Reader(Guid person) => new(Guid.NewGuid(), person, "读者", []);

    public static Audience Deputies(long region, RegionLevel tier = RegionLevel.Village, params Guid[] groups) => new() { Region = region, Tier = tier, Roles = ["deputy"], Groups = groups };

    /// <summary>Writes a draft, counts it and sends it; its id.</summary>
    public async Task<Guid> SendAsync(Audience audience, string title = "开会通知", Actor? actor = null)
    {
        var id = Guid.CreateVersion7();
        Assert.Null(await Pushes.SaveAsync(id, new(title, "请各位代表准时参加。", audience, []), actor ?? Clerk, default));
        var draft = (await Pushes.FindAsync(id, actor ?? Clerk, default))!;
        Assert.Null(await Pushes.SendAsync(id, draft.Version, (await Pushes.CountAsync(draft, default)).People, actor ?? Clerk, default));
        return id;
    }

    public async Task<List<Notice>> NoticesAsync(Guid push)
    {
        await using var db = CreateDbContext();
        return await db.Set<Notice>().AsNoTracking().Where(n => n.BroadcastId == push).ToListAsync();
    }

    public async Task<List<NoticeDelivery>> DeliveriesAsync()
    {
        await using var db = CreateDbContext();
        return await db.Set<NoticeDelivery>().AsNoTracking().OrderBy(d => d.Id).ToListAsync();
    }

    public async Task<Broadcast> PushAsync(Guid id)
    {
        await using var db = CreateDbContext();
        return await db.Set<Broadcast>().AsNoTracking().SingleAsync(b => b.Id == id);
    }

    public async Task SetAsync(Guid person, string channels, int? digest = null, (int From, int To)? quiet = null)
    {
        await using var db = CreateDbContext();
        var row = await db.Set<NoticeSettings>().FirstOrDefaultAsync(s => s.PersonId == person);
        if (row is null) db.Add(row = new NoticeSettings { PersonId = person });
        row.Set(channels, digest, quiet, Clock.Now.UtcDateTime);
        await db.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Killer.Left = -1;
        Deliveries.Dispose();
        Outbox.Dispose();
        Relay.Dispose();
        await _database.DisposeAsync();
    }
}
