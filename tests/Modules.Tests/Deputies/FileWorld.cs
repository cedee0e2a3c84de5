using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tests;
using Renda.Deputies;
using Renda.Deputies.Exports;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Settings;
using Renda.Platform.Web;
using Renda.Registry;
using Renda.Stations;
using Renda.Suggestions;
using Renda.Visits;

namespace Modules.Tests.Deputies;

/// <summary>A county and a town congress with deputies, one of whom sits in both, their staff, and what modules have recorded of them.</summary>
internal sealed class FileWorld : IAsyncDisposable
{
    public const long County = 330522000000, Town = 330522110000, OtherCounty = 330521000000;

    private static readonly DeputiesModule Module = new();
    private static readonly IReadOnlyList<RendaModule> Modules = [Module, new RegistryModule(), new VisitsModule(), new StationsModule(), new SuggestionsModule()];
    private readonly TestDatabase _database;
    private readonly MatterWriter _writer;
    private readonly ChangeRelay _relay;

    private FileWorld(TestDatabase database)
    {
        _database = database;
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        database.Settings.Configure(options);
        Databases = new RendaDbContextFactory(options.Options, TestModel.All);
        Deadlines = new Deadlines(Databases, ChineseCalendar.Official.Provisional());
        _relay = new ChangeRelay(Databases, database.Settings, new ChangeFeed(), NullLogger<ChangeRelay>.Instance);
        _writer = new MatterWriter(Databases, database.Settings, _relay, NullLogger<MatterWriter>.Instance);
        var rules = new ProcedureRules().AddKernelRules();
        Module.AddRules(rules);
        var codes = TestCodes.Of(Databases, database.Settings, Time, Module);
        var catalogue = new ProcedureCatalogue(Module.Procedures, rules, Module.Permissions, Module.Deadlines.Select(d => d.Code));
        var audit = new AuditLog(Databases, database.Settings, Time);
        Desk = new MatterDesk(Databases, _writer, catalogue, new ProcedureEngine(rules), Deadlines, codes, Time);
        Entries = new Entries(Databases, Desk, codes, Time);
        Files = new PerformanceFiles(Databases, Modules, Time);
        Rules = new DeputyRules(Databases, Files, new StoredSettings(Databases, new MemoryCache(new MemoryCacheOptions()), Time), audit, Time);
        Analysis = new DeputyAnalysis(Databases, Files, Time);
        Publication = new DeputyPublication(Databases, Files, Rules, Time);
        Exports = new DeputyExports(Databases, Files, Analysis, new DemoMode(false, 0), Time);
        Lives = new DeputyLives(Databases, codes, Exports, audit, Time);
        Clerk = Staff("周办", "clerk", County);
        Head = Staff("姚主任", "office-head", County);
        Stranger = Staff("别县", "office-head", OtherCounty);
        Li = Deputy("李代表", LiId);
        Shen = Deputy("沈代表", ShenId);
    }

    public Guid CountyCongress { get; } = Guid.CreateVersion7();
    public Guid TownCongress { get; } = Guid.CreateVersion7();
    public Guid Delegation { get; } = Guid.CreateVersion7();
    public Guid LiId { get; } = Guid.CreateVersion7();
    public Guid ShenId { get; } = Guid.CreateVersion7();
    public Guid LiCounty { get; } = Guid.CreateVersion7();
    public Guid LiTown { get; } = Guid.CreateVersion7();
    public Guid ShenCounty { get; } = Guid.CreateVersion7();
    public Actor Clerk { get; }
    public Actor Head { get; }
    public Actor Stranger { get; }
    public Actor Li { get; }
    public Actor Shen { get; }
    public RendaDbContextFactory Databases { get; }
    public Deadlines Deadlines { get; }
    public MatterDesk Desk { get; }
    public Entries Entries { get; }
    public PerformanceFiles Files { get; }
    public DeputyRules Rules { get; }
    public DeputyAnalysis Analysis { get; }
    public DeputyPublication Publication { get; }
    public DeputyExports Exports { get; }
    public DeputyLives Lives { get; }

    /// <summary>Monday, 2 November 2026, 10:00 in China.</summary>
    public SetTime Time { get; } = new() { Now = new(2026, 11, 2, 2, 0, 0, TimeSpan.Zero) };

    public static async Task<FileWorld> CreateAsync(DatabaseProvider provider)
    {
        var w = new FileWorld(await TestDatabase.CreateAsync(provider, TestModel.All, migrate: true));
        await using (var db = w.Databases.CreateDbContext())
        {
            var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            Organisation Body(Guid id, string name, OrganisationKind kind, long region, string duty = "", Guid? parent = null) => new() { Id = id, Name = name, ShortName = name, Kind = kind, Region = region, Duty = duty, ParentId = parent, ValidFrom = since };
            db.AddRange(
                Body(w.CountyCongress, "长兴县人民代表大会", OrganisationKind.Congress, County), Body(w.TownCongress, "和平镇人民代表大会", OrganisationKind.Congress, Town), Body(w.Delegation, "和平镇团", OrganisationKind.Delegation, County, parent: w.CountyCongress),
                Body(Guid.CreateVersion7(), "县人大代表工委", OrganisationKind.Office, County, "deputies"), Body(Guid.CreateVersion7(), "镇人大主席团", OrganisationKind.Office, Town, "presidium"));
            db.AddRange(new Person { Id = w.LiId, Name = "李代表", Sex = "男", ValidFrom = since }, new Person { Id = w.ShenId, Name = "沈代表", Sex = "女", ValidFrom = since });
            db.AddRange(Seat(w.LiCounty, w.LiId, w.CountyCongress, w.Delegation), Seat(w.LiTown, w.LiId, w.TownCongress, null), Seat(w.ShenCounty, w.ShenId, w.CountyCongress, w.Delegation));
            Mandate Seat(Guid id, Guid person, Guid congress, Guid? delegation) => new() { Id = id, PersonId = person, CongressId = congress, DelegationId = delegation, Region = Town, Status = MandateStatus.Active, ValidFrom = since };
            foreach (var d in Module.Deadlines)
                db.Add(new Deadline { Id = Guid.CreateVersion7(), Code = d.Code, Zh = d.Zh, En = d.En, Unit = d.Unit, Amount = d.Amount, YellowBefore = d.YellowBefore, EffectiveFrom = since, BasisZh = d.BasisZh, BasisEn = d.BasisEn });
            await db.SaveChangesAsync();
        }
        await w.Deadlines.ReloadAsync(CancellationToken.None);
        await w._writer.StartAsync(CancellationToken.None);
        return w;
    }

    public NewEntry Entry(Guid? mandate = null, DateOnly? day = null) => new() { Id = Guid.CreateVersion7(), MandateId = mandate ?? LiCounty, Kind = "contact", Day = day ?? new(2026, 10, 30), Title = "走访困难家庭 9 户", Text = "走访回车岭村困难家庭 9 户。", Electors = 9 };

    /// <summary>Reported by Li and confirmed by the clerk.</summary>
    public async Task<Guid> ConfirmedAsync(NewEntry entry)
    {
        Assert.Null((await Entries.ReportAsync(entry, Li, CancellationToken.None)).Refusal);
        Assert.Null(await ActAsync(entry.Id, "confirm", Clerk));
        return entry.Id;
    }

    public async Task<string?> ActAsync(Guid id, string action, Actor actor, JsonObject? form = null)
    {
        Time.Now += TimeSpan.FromMinutes(1);
        return (await Desk.ActAsync(id, action, form ?? [], actor, null, null, CancellationToken.None)).Refusal?.Code;
    }

    public async Task AddAsync(params object[] rows)
    {
        await using var db = Databases.CreateDbContext();
        db.AddRange(rows);
        await db.SaveChangesAsync();
    }

    /// <summary>An activity of the county that was held, and Li was there.</summary>
    public Task HeldAsync(string kind, DateTime begins, string speech = "", ActivityState state = ActivityState.Held, ParticipantState there = ParticipantState.Attended, bool open = false)
    {
        var id = Guid.CreateVersion7();
        return AddAsync(
            new Activity { Id = id, CongressId = CountyCongress, GroupId = Delegation, Kind = kind, Title = "活动", Begins = begins, Ends = begins.AddHours(2), State = state, Code = id.ToString("N")[20..], Result = "建了一个口袋公园", Public = open, ChangedAt = begins },
            new Participant { ActivityId = id, PersonId = LiId, State = there, Speech = speech });
    }

    public async Task<DeputySeat> SeatAsync(Guid mandate) => (await Files.SeatAsync(mandate, CancellationToken.None))!;

    public async Task<Dictionary<string, int>> CountsAsync(Guid mandate, int year = 2026)
    {
        var seat = await SeatAsync(mandate);
        return (await Files.CountAsync(seat, PerformanceFiles.Year(seat, year), CancellationToken.None)).ToDictionary(c => c.Item.Id, c => c.Amount);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync(CancellationToken.None);
        _writer.Dispose();
        _relay.Dispose();
        await _database.DisposeAsync();
    }

    private static Actor Staff(string name, string role, long region) => new(Guid.CreateVersion7(), null, name, [new ActorGrant(Role.Find(role)!, region, null, May(role))]);

    private static Actor Deputy(string name, Guid person) => new(Guid.CreateVersion7(), person, name, [new ActorGrant(Role.Find("deputy")!, 0, null, May("deputy"))]);

    private static HashSet<string> May(string role) => [.. Module.Permissions.Where(p => p.Roles.Contains(role)).Select(p => p.Id)];

    internal sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
