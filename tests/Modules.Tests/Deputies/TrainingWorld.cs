using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tests;
using Renda.Deputies;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Media;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Modules.Tests.Deputies;

/// <summary>A city with two counties and a town, their clerks, and deputies of each, on a real database.</summary>
internal sealed class TrainingWorld : IAsyncDisposable
{
    public const long CityRegion = 330500000000, CountyRegion = 330522000000, TownRegion = 330522110000, OtherRegion = 330523000000;

    private static readonly DeputiesModule Module = new();
    private readonly TestDatabase _database;
    private readonly ChangeRelay _relay;

    private TrainingWorld(TestDatabase database)
    {
        _database = database;
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        database.Settings.Configure(options);
        Databases = new RendaDbContextFactory(options.Options, TestModel.All);
        _relay = new ChangeRelay(Databases, database.Settings, new ChangeFeed(), NullLogger<ChangeRelay>.Instance);
        var audit = new AuditLog(Databases, database.Settings, Time);
        Courses = new CourseDesk(Databases, audit, _relay, Time);
        Learnings = new Learnings(Databases, Time);
        Reports = new ReportDesk(Databases, audit, _relay, Time);
        Files = new PerformanceFiles(Databases, [Module], Time);
        (Clerk, CityClerk, OtherClerk, Auditor) = (Acts("周办", "clerk", CountyRegion), Acts("市办", "clerk", CityRegion), Acts("安吉办", "clerk", OtherRegion), Acts("审计", "auditor", CountyRegion));
        (Li, Shen, Wu, Qian) = (Acts("李代表", "deputy"), Acts("沈代表", "deputy"), Acts("吴代表", "deputy"), Acts("钱代表", "deputy"));
    }

    public Guid City { get; } = Guid.CreateVersion7();
    public Guid County { get; } = Guid.CreateVersion7();
    public Guid Town { get; } = Guid.CreateVersion7();
    public Guid Other { get; } = Guid.CreateVersion7();
    public Guid LiSeat { get; } = Guid.CreateVersion7();
    public Guid WuSeat { get; } = Guid.CreateVersion7();

    /// <summary>Clerk of the county.</summary>
    public Actor Clerk { get; }

    /// <summary>Clerk of the city.</summary>
    public Actor CityClerk { get; }

    /// <summary>Clerk of another county.</summary>
    public Actor OtherClerk { get; }

    /// <summary>Sees files of the county and keeps nothing.</summary>
    public Actor Auditor { get; }

    /// <summary>Deputy of the town.</summary>
    public Actor Li { get; }

    /// <summary>Deputy of the county, and of the town.</summary>
    public Actor Shen { get; }

    /// <summary>Deputy of another county.</summary>
    public Actor Wu { get; }

    /// <summary>Deputy of the city.</summary>
    public Actor Qian { get; }

    public RendaDbContextFactory Databases { get; }
    public CourseDesk Courses { get; }
    public Learnings Learnings { get; }
    public ReportDesk Reports { get; }
    public PerformanceFiles Files { get; }

    /// <summary>Monday, 2 March 2026, 10:00 in China.</summary>
    public SetTime Time { get; } = new() { Now = new(2026, 3, 2, 2, 0, 0, TimeSpan.Zero) };

    public static async Task<TrainingWorld> CreateAsync(DatabaseProvider provider)
    {
        var w = new TrainingWorld(await TestDatabase.CreateAsync(provider, TestModel.All, migrate: true));
        await using var db = w.Databases.CreateDbContext();
        var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var (id, name, region) in new[] { (w.City, "湖州市人大", CityRegion), (w.County, "长兴县人大", CountyRegion), (w.Town, "和平镇人大", TownRegion), (w.Other, "安吉县人大", OtherRegion) })
            db.Add(new Organisation { Id = id, Name = name, ShortName = name, Kind = OrganisationKind.Congress, Region = region, ValidFrom = since });
        foreach (var (actor, seats) in new (Actor, (Guid Id, Guid Congress, long Region)[])[] { (w.Li, [(w.LiSeat, w.Town, TownRegion)]), (w.Shen, [(Guid.CreateVersion7(), w.County, TownRegion), (Guid.CreateVersion7(), w.Town, TownRegion)]), (w.Wu, [(w.WuSeat, w.Other, OtherRegion)]), (w.Qian, [(Guid.CreateVersion7(), w.City, CountyRegion)]) })
        {
            db.Add(new Person { Id = actor.PersonId!.Value, Name = actor.Name, ValidFrom = since });
            db.Add(new Account { Id = actor.AccountId, UserName = actor.AccountId.ToString("N"), NormalizedUserName = actor.AccountId.ToString("N").ToUpperInvariant(), DisplayName = actor.Name, PersonId = actor.PersonId, SecurityStamp = "s" });
            foreach (var seat in seats) db.Add(new Mandate { Id = seat.Id, PersonId = actor.PersonId.Value, CongressId = seat.Congress, Region = seat.Region, Status = MandateStatus.Active, ValidFrom = since });
        }
        await db.SaveChangesAsync();
        return w;
    }

    /// <summary>A file that somebody has sent.</summary>
    public async Task<string> FileAsync(Actor by, char digit)
    {
        var sha = new string(digit, 64);
        await using var db = Databases.CreateDbContext();
        db.Add(new MediaItem { Sha256 = sha, ContentType = "application/pdf", Length = 1234, Kind = MediaKind.Document, Name = $"讲义 {digit}.pdf", UploadedBy = by.AccountId, UploadedAt = Time.Now.UtcDateTime });
        await db.SaveChangesAsync();
        return sha;
    }

    public async Task<List<string>> ToldAsync(Actor person)
    {
        await using var db = Databases.CreateDbContext();
        return await db.Set<Notice>().AsNoTracking().Where(n => n.PersonId == person.PersonId).OrderBy(n => n.At).ThenBy(n => n.Id).Select(n => n.Zh).ToListAsync();
    }

    public async Task<List<string>> DutiesAsync(Actor person)
    {
        await using var db = Databases.CreateDbContext();
        return await db.Set<Todo>().AsNoTracking().Where(t => t.PersonId == person.PersonId && t.DoneAt == null).Select(t => t.Title).ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _relay.Dispose();
        await _database.DisposeAsync();
    }

    private static Actor Acts(string name, string role, long region = 0) => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), name, [new ActorGrant(Role.Find(role)!, region, null, Module.Permissions.Where(p => p.Roles.Contains(role)).Select(p => p.Id).ToHashSet())]);

    internal sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
