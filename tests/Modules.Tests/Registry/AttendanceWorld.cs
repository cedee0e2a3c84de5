using Microsoft.EntityFrameworkCore;
using Platform.Tests;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Registry;
using Renda.Platform.Todos;
using Renda.Registry;

namespace Modules.Tests.Registry;

/// <summary>A county's congress with an office, some sessions in the past, one today and one to come.</summary>
internal sealed class AttendanceWorld : IAsyncDisposable
{
    public const long County = 330522000000, Other = 330523000000;
    public static readonly DateTime Began = new(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly TestDatabase _database;

    private AttendanceWorld(TestDatabase database)
    {
        _database = database;
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        database.Settings.Configure(options);
        Databases = new RendaDbContextFactory(options.Options, TestModel.All);
        Audit = new AuditLog(Databases, database.Settings, TimeProvider.System);
        Duties = new AbsenceDuties(Databases);
        Desk = new RegistryDesk(Audit, TimeProvider.System, [Duties.FollowAsync]);
        var actors = TestActors.Of(Databases, database.Settings, new RegistryModule().Permissions, TimeProvider.System);
        var personal = new PersonalData(new byte[96], PersonalCipher.Aes);
        Attendances = new Attendances(Desk, Databases, TimeProvider.System);
        Terms = new Terms(Desk, TimeProvider.System);
        Forms = new RegistryForms(Desk, Databases, RegionDirectory.Huzhou, personal, actors, TimeProvider.System);
        Merging = new Merging(Desk, Databases, actors);
        Checks = new Checks(Databases, Merging, RegionDirectory.Huzhou, TimeProvider.System);
    }

    public RendaDbContextFactory Databases { get; }
    public AuditLog Audit { get; }
    public AbsenceDuties Duties { get; }
    public RegistryDesk Desk { get; }
    public Attendances Attendances { get; }

    public Terms Terms { get; }
    public RegistryForms Forms { get; }
    public Merging Merging { get; }
    public Checks Checks { get; }
    public Actor Clerk { get; } = Person("周敏", "clerk", County);
    public Actor Colleague { get; } = Person("钱办", "clerk", County);
    public Actor Head { get; } = Person("姚卫平", "office-head", County);
    public Actor Neighbour { get; } = Person("邻县", "office-head", Other);
    public Guid Congress { get; } = Guid.CreateVersion7();
    public Guid Office { get; } = Guid.CreateVersion7();
    public Guid Term { get; } = Guid.CreateVersion7();

    /// <summary>Four sessions that are over, the oldest first.</summary>
    public IReadOnlyList<Guid> Past { get; } = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];

    /// <summary>A session that began today and goes on tomorrow.</summary>
    public Guid Running { get; } = Guid.CreateVersion7();

    /// <summary>A session of next month.</summary>
    public Guid Coming { get; } = Guid.CreateVersion7();

    public static DateOnly Today => ChinaTime.Date(TimeProvider.System.GetUtcNow().UtcDateTime);

    public static async Task<AttendanceWorld> CreateAsync(DatabaseProvider provider)
    {
        var world = new AttendanceWorld(await TestDatabase.CreateAsync(provider, TestModel.All));
        await world.AddAsync(
            new Organisation { Id = world.Congress, Name = "长兴县人民代表大会", ShortName = "县人大", Kind = OrganisationKind.Congress, Region = County, ValidFrom = DateTime.UnixEpoch },
            new Organisation { Id = world.Office, Name = "长兴县人大常委会代表工委", ShortName = "代表工委", Kind = OrganisationKind.Office, Duty = "deputies", Region = County, ValidFrom = DateTime.UnixEpoch },
            new Term { Id = world.Term, CongressId = world.Congress, Ordinal = 17, Seats = 300, ValidFrom = Began, ValidTo = Began.AddYears(10) });
        for (var i = 0; i < world.Past.Count; i++) await world.SessionAsync(world.Past[i], i + 1, Today.AddDays(-400 + 100 * i), Today.AddDays(-398 + 100 * i));
        await world.SessionAsync(world.Running, 5, Today, Today.AddDays(1));
        await world.SessionAsync(world.Coming, 6, Today.AddDays(30), Today.AddDays(33));
        return world;
    }

    public RendaDbContext Context() => Databases.CreateDbContext();

    public static Actor Person(string name, string role, long region, Guid? person = null) => new(Guid.CreateVersion7(), person ?? Guid.CreateVersion7(), name,
        [new ActorGrant(Role.Find(role)!, region, null, new RegistryModule().Permissions.Where(p => p.Roles.Contains(role)).Select(p => p.Id).ToHashSet())]);

    public Task SessionAsync(Guid id, int ordinal, DateOnly opens, DateOnly closes) =>
        AddAsync(new CongressSession { Id = id, TermId = Term, Ordinal = ordinal, Opens = opens, Closes = closes, ValidFrom = Began });

    /// <summary>A deputy: the seat's id and who acts with it.</summary>
    public async Task<(Guid Mandate, Actor Actor)> DeputyAsync(string name, Action<Mandate>? more = null)
    {
        var person = new Person { Id = Guid.CreateVersion7(), Name = name, ValidFrom = DateTime.UnixEpoch };
        var mandate = new Mandate { Id = Guid.CreateVersion7(), PersonId = person.Id, CongressId = Congress, TermId = Term, Region = County, ValidFrom = Began };
        more?.Invoke(mandate);
        await AddAsync(person, mandate);
        return (mandate.Id, Person(name, "deputy", County, person.Id));
    }

    public async Task AddAsync(params object[] rows)
    {
        await using var db = Context();
        db.AddRange(rows);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Records one deputy over what stands, as a clerk does who looks first.</summary>
    public async Task<Refusal?> MarkAsync(Guid session, Guid mandate, AttendanceStatus status, string why = "")
    {
        var was = await NowAsync(session, mandate);
        return (await Attendances.RecordAsync(session, [new(mandate, status, was?.Status, "主任会议", "生病", "")], why, Clerk, TestContext.Current.CancellationToken)).Refusal;
    }

    public async Task<Attendance?> NowAsync(Guid session, Guid mandate)
    {
        await using var db = Context();
        return await db.Set<Attendance>().AsNoTracking().FirstOrDefaultAsync(a => a.SessionId == session && a.MandateId == mandate, TestContext.Current.CancellationToken);
    }

    public async Task<List<Attendance>> HistoryAsync(Guid session, Guid mandate)
    {
        await using var db = Context();
        return await db.Set<Attendance>().IgnoreQueryFilters().AsNoTracking().Where(a => a.SessionId == session && a.MandateId == mandate).OrderBy(a => a.ValidFrom).ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The committee's duties about a mandate, open and done.</summary>
    public async Task<List<Todo>> DutiesAsync(Guid mandate)
    {
        await using var db = Context();
        var item = AbsenceDuties.ItemOf(mandate);
        return await db.Set<Todo>().AsNoTracking().Where(t => t.ItemId == item).OrderBy(t => t.ArrivedAt).ThenBy(t => t.Id).ToListAsync(TestContext.Current.CancellationToken);
    }

    public async Task<Todo?> OpenDutyAsync(Guid mandate) => (await DutiesAsync(mandate)).SingleOrDefault(t => t.DoneAt is null);

    public async Task<int> CheckAsync() => (await Checks.RunAsync(Clerk, TestContext.Current.CancellationToken)).Single(r => r.Id == "absences").Count;

    public async Task<int> SetsAsync()
    {
        await using var db = Context();
        return await db.Set<ChangeSet>().CountAsync(TestContext.Current.CancellationToken);
    }

    public async Task<Guid> LastSetAsync()
    {
        await using var db = Context();
        return await db.Set<ChangeSet>().OrderByDescending(s => s.Id).Select(s => s.Id).FirstAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();
}
