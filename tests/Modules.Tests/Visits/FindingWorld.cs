using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tests;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;
using Renda.Platform.Search;
using Renda.Platform.Todos;
using Renda.Visits;

namespace Modules.Tests.Visits;

/// <summary>A county with an office, three units and two deputies, on a real database, with the kernel running.</summary>
internal sealed class FindingWorld : IAsyncDisposable
{
    public const long County = 330522000000;
    public const double Latitude = 30.8653;
    public const double Longitude = 119.8921;

    private static readonly ModelAssemblies Model = TestModel.All;
    private readonly TestDatabase _database;
    private readonly MatterWriter _writer;

    public DatabaseSettings Settings => _database.Settings;

    private FindingWorld(TestDatabase database)
    {
        _database = database;
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        database.Settings.Configure(options);
        Databases = new RendaDbContextFactory(options.Options, Model);
        Deadlines = new Deadlines(Databases, VisitsRules.Calendar);
        Relay = new ChangeRelay(Databases, database.Settings, Feed, NullLogger<ChangeRelay>.Instance);
        _writer = new MatterWriter(Databases, database.Settings, Relay, NullLogger<MatterWriter>.Instance);
        Duties = new Duties(Databases, Relay, Time);
        var catalogue = new ProcedureCatalogue(VisitsRules.Module.Procedures, VisitsRules.Rules, VisitsRules.Module.Permissions, VisitsRules.Deadlines);
        Desk = new MatterDesk(Databases, _writer, catalogue, new ProcedureEngine(VisitsRules.Rules), Deadlines, TestCodes.Of(Databases, database.Settings, Time, VisitsRules.Module), Time);
        Figures = new CampaignFigures(Databases, new MemoryCache(new MemoryCacheOptions()));
        Findings = new Findings(Desk, Databases, RegionDirectory.Huzhou, new MemoryCache(new MemoryCacheOptions()), Time);
        Campaigns = new Campaigns(Databases, Deadlines, Findings, RegionDirectory.Huzhou, Time);
        Search = new MatterSearch(Databases, database.Settings, [VisitsRules.Module], Time, NullLogger<MatterSearch>.Instance);
        Visits = new Renda.Visits.Visits(Databases, Findings, RegionDirectory.Huzhou, Time);
        Clerk = VisitsRules.Person("钱办", "clerk", County, Office);
        Deputy = VisitsRules.Person("李代表", "deputy", person: Li);
        OtherDeputy = VisitsRules.Person("王代表", "deputy", person: Wang);
        PowerClerk = VisitsRules.Person("供电", "unit-clerk", organisation: Power);
        RoadsClerk = VisitsRules.Person("公路", "unit-clerk", organisation: Roads);
        Head = VisitsRules.Person("孙主任", "office-head", County, Office);
    }

    public Guid Office { get; } = Guid.CreateVersion7();
    public Guid Power { get; } = Guid.CreateVersion7();
    public Guid Roads { get; } = Guid.CreateVersion7();
    public Guid Campaign { get; } = Guid.CreateVersion7();
    public Guid Li { get; } = Guid.CreateVersion7();
    public Guid Wang { get; } = Guid.CreateVersion7();
    public Actor Clerk { get; }
    public Actor Head { get; }
    public Actor Deputy { get; }
    public Actor OtherDeputy { get; }
    public Actor PowerClerk { get; }
    public Actor RoadsClerk { get; }
    public RendaDbContextFactory Databases { get; }
    public Deadlines Deadlines { get; }
    public MatterDesk Desk { get; }
    public Findings Findings { get; }
    public Campaigns Campaigns { get; }
    public CampaignFigures Figures { get; }

    public Renda.Visits.Visits Visits { get; }
    public ChangeFeed Feed { get; } = new();
    public ChangeRelay Relay { get; }
    public Duties Duties { get; }
    public MatterSearch Search { get; }
    public SetTime Time { get; } = new();

    public static async Task<FindingWorld> CreateAsync(DatabaseProvider provider)
    {
        var world = new FindingWorld(await TestDatabase.CreateAsync(provider, Model, migrate: true));
        await using (var db = world.Databases.CreateDbContext())
        {
            var since = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            db.Add(new Organisation { Id = world.Office, Name = "代工委", ShortName = "代工委", Kind = OrganisationKind.Office, Region = County, Duty = "deputies", ValidFrom = since });
            db.Add(new Organisation { Id = world.Power, Name = "县供电公司", ShortName = "供电", Kind = OrganisationKind.HandlingUnit, Region = County, Duty = "power", ValidFrom = since });
            db.Add(new Organisation { Id = world.Roads, Name = "县公路中心", ShortName = "公路", Kind = OrganisationKind.HandlingUnit, Region = County, Duty = "roads", ValidFrom = since });
            var content = new CampaignContent { Regulation = "湖州市美丽乡村建设条例", Categories = [new CampaignCategory { Id = "poles", Name = new Words("杆线", "Poles"), Duty = "power", RequiredPhotos = 0 }] };
            db.Add(new Campaign
            {
                Id = world.Campaign, Title = "美丽乡村", OfficeId = world.Office, Region = 330500000000, OpensAt = since, ClosesAt = new DateTime(2028, 1, 1, 0, 0, 0, DateTimeKind.Utc),
                Version = 1, Content = JsonSerializer.Serialize(content, EventContent.Json), PublishedAt = since,
            });
            foreach (var d in VisitsRules.Module.Deadlines)
                db.Add(new Deadline { Id = Guid.CreateVersion7(), Code = d.Code, Zh = d.Zh, En = d.En, Unit = d.Unit, Amount = d.Amount, YellowBefore = d.YellowBefore, EffectiveFrom = since, BasisZh = d.BasisZh, BasisEn = d.BasisEn });
            await db.SaveChangesAsync();
        }
        await world.Deadlines.ReloadAsync(CancellationToken.None);
        await world._writer.StartAsync(CancellationToken.None);
        return world;
    }

    public FindingRequest Request(string description = "电线杆歪了") => new()
    {
        CampaignId = Campaign, CampaignVersion = 1, Category = "poles", Description = description, RegionCode = "330522110225", Latitude = Latitude, Longitude = Longitude, CapturedAt = new DateTime(2026, 11, 23, 0, 30, 0, DateTimeKind.Utc),
    };

    public Task<MatterAnswer> SubmitAsync(Guid id, FindingRequest request, Actor? actor = null) => Findings.SubmitAsync(id, request, actor ?? Deputy, CancellationToken.None);

    public async Task<Guid> SubmitAsync(string description = "电线杆歪了", Actor? actor = null)
    {
        var id = Guid.CreateVersion7();
        Assert.Null((await SubmitAsync(id, Request(description), actor)).Refusal);
        return id;
    }

    /// <summary>Takes an action; a minute passes.</summary>
    public Task<MatterAnswer> TryAsync(Guid id, string action, Actor actor, object? form = null, int? version = null, string? key = null)
    {
        Time.Now += TimeSpan.FromMinutes(1);
        return Desk.ActAsync(id, action, JsonSerializer.SerializeToNode(form ?? new { }) as JsonObject ?? [], actor, version, key, CancellationToken.None);
    }

    public async Task<MatterFold> ActAsync(Guid id, string action, Actor actor, object? form = null)
    {
        var answer = await TryAsync(id, action, actor, form);
        Assert.True(answer.Refusal is null, $"{action}: {answer.Refusal?.Code} {string.Join(',', answer.Refusal?.Fields.Select(f => f.Code) ?? [])}");
        return answer.Matter!;
    }

    /// <summary>A photo that a person has uploaded, taken so far north of the finding.</summary>
    public async Task<string> PhotoAsync(Actor by, double metresAway)
    {
        var sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Guid.NewGuid().ToByteArray()));
        await using var db = Databases.CreateDbContext();
        db.Add(new MediaItem
        {
            Sha256 = sha, ContentType = "image/jpeg", Kind = MediaKind.Photo, Length = 1, UploadedBy = by.AccountId, UploadedAt = Time.Now.UtcDateTime, TakenAt = Time.Now.UtcDateTime,
            Latitude = Latitude + metresAway / 111_195, Longitude = Longitude,
        });
        await db.SaveChangesAsync();
        return sha;
    }

    /// <summary>The open duties of a matter, each as kind and who.</summary>
    public async Task<List<(string, Guid?)>> DutiesAsync(Guid id)
    {
        await using var db = Databases.CreateDbContext();
        var open = await db.Set<Todo>().AsNoTracking().Where(t => t.ItemId == id && t.DoneAt == null).ToListAsync();
        return [.. open.Select(t => (t.Kind, t.PersonId ?? t.OrganisationId)).OrderBy(t => t.Kind)];
    }

    public async Task<List<MatterEvent>> EventsAsync(Guid id)
    {
        await using var db = Databases.CreateDbContext();
        return await db.Set<MatterEvent>().AsNoTracking().Where(e => e.MatterId == id).OrderBy(e => e.Version).ToListAsync();
    }

    public Task<VerificationResult> VerifyAsync(Renda.Platform.Indicators.IndicatorLedger? ledger = null) => new Verification(Databases, ledger).RunAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync(CancellationToken.None);
        _writer.Dispose();
        Search.Dispose();
        Relay.Dispose();
        await _database.DisposeAsync();
    }

    internal sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 23, 1, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
