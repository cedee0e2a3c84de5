using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tests;
using Renda.Deputies;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Modules.Tests.Deputies;

/// <summary>A county's congress with a delegation, its office, four deputies, its clerk, and a neighbour's clerk and deputy, on a real database.</summary>
internal sealed class ActivityWorld : IAsyncDisposable
{
    public const long County = 330522000000, Neighbour = 330523000000;

    /// <summary>Where the county's activities are held, in WGS-84 degrees.</summary>
    public const double Latitude = 31.0267, Longitude = 119.9105;

    private static readonly DeputiesModule Module = new();
    private readonly TestDatabase _database;
    private readonly ChangeRelay _relay;

    private ActivityWorld(TestDatabase database)
    {
        _database = database;
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        database.Settings.Configure(options);
        Databases = new RendaDbContextFactory(options.Options, TestModel.All);
        _relay = new ChangeRelay(Databases, database.Settings, new ChangeFeed(), NullLogger<ChangeRelay>.Instance);
        Desk = new ActivityDesk(Databases, new AuditLog(Databases, database.Settings, Time), TestCodes.Of(Databases, database.Settings, Time, Module), _relay, Time);
        Clock = new ActivityClock(Databases, _relay, Time, NullLogger<ActivityClock>.Instance);
        Files = new PerformanceFiles(Databases, [Module], Time);
        Clerk = Someone("周办", "clerk", County, Office);
        OtherClerk = Someone("邻县", "clerk", Neighbour);
        Leader = Someone("姚主任", "leader", County);
        Deputies = [.. People.Select((p, i) => Someone($"代表{i + 1}", "deputy", person: p))];
        Stranger = Someone("邻县代表", "deputy", person: StrangerId);
    }

    public Guid Congress { get; } = Guid.CreateVersion7();
    public Guid NeighbourCongress { get; } = Guid.CreateVersion7();
    public Guid Delegation { get; } = Guid.CreateVersion7();
    public Guid Office { get; } = Guid.CreateVersion7();
    public IReadOnlyList<Guid> People { get; } = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
    public Guid StrangerId { get; } = Guid.CreateVersion7();
    public Actor Clerk { get; }
    public Actor OtherClerk { get; }
    public Actor Leader { get; }
    public IReadOnlyList<Actor> Deputies { get; }
    public Actor Stranger { get; }
    public RendaDbContextFactory Databases { get; }
    public ActivityDesk Desk { get; }
    public ActivityClock Clock { get; }
    public PerformanceFiles Files { get; }

    /// <summary>Monday, 2 March 2026, 10:00 in China.</summary>
    public SetTime Time { get; } = new() { Now = new(2026, 3, 2, 2, 0, 0, TimeSpan.Zero) };

    public static async Task<ActivityWorld> CreateAsync(DatabaseProvider provider)
    {
        var w = new ActivityWorld(await TestDatabase.CreateAsync(provider, TestModel.All, migrate: true));
        await using var db = w.Databases.CreateDbContext();
        var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        db.AddRange(Body(w.Congress, "长兴县人民代表大会", OrganisationKind.Congress, County), Body(w.NeighbourCongress, "安吉县人民代表大会", OrganisationKind.Congress, Neighbour), Body(w.Office, "县人大代表工委", OrganisationKind.Office, County, "deputies"), Body(w.Delegation, "和平镇代表团", OrganisationKind.Delegation, 330522110000, parent: w.Congress));
        foreach (var (id, i) in w.People.Append(w.StrangerId).Select((p, i) => (p, i)))
        {
            var stranger = id == w.StrangerId;
            db.Add(new Person { Id = id, Name = stranger ? "邻县代表" : $"代表{i + 1}", ValidFrom = since });
            // The first three are the delegation's.
            db.Add(new Mandate { Id = Guid.CreateVersion7(), PersonId = id, CongressId = stranger ? w.NeighbourCongress : w.Congress, DelegationId = i < 3 ? w.Delegation : null, Region = stranger ? Neighbour : 330522110000, Status = MandateStatus.Active, ValidFrom = since });
        }
        await db.SaveChangesAsync();
        return w;

        Organisation Body(Guid id, string name, OrganisationKind kind, long region, string duty = "", Guid? parent = null) => new() { Id = id, Name = name, ShortName = name, Kind = kind, Region = region, Duty = duty, ParentId = parent, ValidFrom = since };
    }

    /// <summary>A form for 10 March 2026, 9:00 to 11:30 in China.</summary>
    public static Dictionary<string, string> Form(params (string Field, string Value)[] other)
    {
        var form = new Dictionary<string, string> { ["title"] = "视察饮用水工程", ["kind"] = "inspection", ["day"] = "2026-03-10", ["begins"] = "09:00", ["ends"] = "11:30", ["place"] = "县行政中心" };
        foreach (var (field, value) in other) form[field] = value;
        return form;
    }

    /// <summary>Planned and announced to all four.</summary>
    public async Task<Guid> PublishedAsync(params (string Field, string Value)[] other)
    {
        var id = Guid.CreateVersion7();
        Assert.Null(await Desk.PlanAsync(id, Congress, Form(other), Clerk, CancellationToken.None));
        Assert.Null(await Desk.InviteAsync(id, new Invitation(true, [], []), Clerk, CancellationToken.None));
        Assert.Null(await Desk.PublishAsync(id, Clerk, CancellationToken.None));
        return id;
    }

    public void At(int day, int hour, int minute) => Time.Now = new DateTimeOffset(2026, 3, day, hour, minute, 0, TimeSpan.FromHours(8));

    public async Task<Activity> LoadAsync(Guid id)
    {
        await using var db = Databases.CreateDbContext();
        return await db.Set<Activity>().AsNoTracking().SingleAsync(a => a.Id == id);
    }

    public async Task<Participant> RowAsync(Guid id, Guid person)
    {
        await using var db = Databases.CreateDbContext();
        return await db.Set<Participant>().AsNoTracking().SingleAsync(p => p.ActivityId == id && p.PersonId == person);
    }

    /// <summary>Who has open duties, by kind.</summary>
    public async Task<List<(string Kind, Guid? Holder)>> OpenAsync()
    {
        await using var db = Databases.CreateDbContext();
        return [.. (await db.Set<Todo>().AsNoTracking().Where(t => t.DoneAt == null).ToListAsync()).Select(t => (t.Kind, t.PersonId ?? t.OrganisationId))];
    }

    public async Task<List<string>> ToldAsync(Guid person)
    {
        await using var db = Databases.CreateDbContext();
        return [.. (await db.Set<Notice>().AsNoTracking().Where(n => n.PersonId == person).ToListAsync()).OrderBy(n => n.At).Select(n => n.Zh)];
    }

    /// <summary>What counts in somebody's file of 2026, by item.</summary>
    public async Task<Dictionary<string, int>> CountedAsync(Guid person)
    {
        var seat = (await Files.OfPersonAsync(person, CancellationToken.None))[0];
        return (await Files.CountAsync(seat, PerformanceFiles.Year(seat, 2026), CancellationToken.None)).ToDictionary(c => c.Item.Id, c => c.Amount);
    }

    public async ValueTask DisposeAsync()
    {
        _relay.Dispose();
        Clock.Dispose();
        await _database.DisposeAsync();
    }

    private static Actor Someone(string name, string role, long region = 0, Guid? organisation = null, Guid? person = null) => new(
        Guid.CreateVersion7(), person, name, [new ActorGrant(Role.Find(role)!, region, organisation, Module.Permissions.Where(p => p.Roles.Contains(role)).Select(p => p.Id).ToHashSet())]);

    internal sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
