using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tests;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;
using Renda.Platform.Settings;
using Renda.Platform.Todos;
using Renda.Stations;
using Renda.Suggestions;

namespace Modules.Tests.Suggestions;

/// <summary>A county's congress with a session, its office, the government's office, three units and three deputies, on a real database, with the kernel running.</summary>
internal sealed class SuggestionWorld : IAsyncDisposable
{
    public const long County = 330522000000;

    // Stations as well: what a citizen says there may become a suggestion.
    private static readonly IReadOnlyList<RendaModule> Scenarios = [new SuggestionsModule(), new StationsModule()];
    private static readonly ProcedureRules Rules = Make();
    private readonly TestDatabase _database;
    private readonly MatterWriter _writer;
    private readonly ChangeRelay _relay;

    private SuggestionWorld(TestDatabase database)
    {
        _database = database;
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        database.Settings.Configure(options);
        Databases = new RendaDbContextFactory(options.Options, TestModel.All);
        Deadlines = new Deadlines(Databases, ChineseCalendar.Official.Provisional());
        _relay = new ChangeRelay(Databases, database.Settings, new ChangeFeed(), NullLogger<ChangeRelay>.Instance);
        _writer = new MatterWriter(Databases, database.Settings, _relay, NullLogger<MatterWriter>.Instance);
        Codes = TestCodes.Of(Databases, database.Settings, Time, Scenarios);
        var catalogue = new ProcedureCatalogue([.. Scenarios.SelectMany(m => m.Procedures)], Rules, [.. Scenarios.SelectMany(m => m.Permissions)], Scenarios.SelectMany(m => m.Deadlines).Select(d => d.Code));
        Desk = new MatterDesk(Databases, _writer, catalogue, new ProcedureEngine(Rules), Deadlines, Codes, Time);
        Drafts = new Drafts(Databases, Desk, Codes, _relay, Time);
        Reports = new SuggestionReports(Databases, Codes);
        Stations = new StationDesk(Databases, new AuditLog(Databases, database.Settings, Time), Deadlines, _relay, Time);
        Voices = new Voices(Databases, Desk, Stations, Codes, RegionDirectory.Huzhou, new PersonalData(new byte[96], PersonalCipher.Aes), new StoredSettings(Databases, new MemoryCache(new MemoryCacheOptions()), Time), new AuditLog(Databases, database.Settings, Time), Time);
        Clerk = Person("钱办", "clerk", County, Office);
        Head = Person("孙主任", "office-head", County, Office);
        CityClerk = Person("市办", "clerk", 330500000000);
        Shen = Person("沈代表", "deputy", person: ShenId);
        Wu = Person("吴代表", "deputy", person: WuId);
        Shi = Person("施代表", "deputy", person: ShiId);
        Government = Person("政府办", "unit-clerk", organisation: GovernmentOffice);
        PowerClerk = Person("供电", "unit-clerk", organisation: Power);
        PowerHead = Person("供电经理", "unit-head", organisation: Power);
        RoadsClerk = Person("交通", "unit-clerk", organisation: Roads);
        RoadsHead = Person("交通局长", "unit-head", organisation: Roads);
        WaterClerk = Person("水利", "unit-clerk", organisation: Water);
    }

    public Guid Congress { get; } = Guid.CreateVersion7();
    public Guid Session { get; } = Guid.CreateVersion7();
    public Guid Office { get; } = Guid.CreateVersion7();
    public Guid GovernmentOffice { get; } = Guid.CreateVersion7();
    public Guid Power { get; } = Guid.CreateVersion7();
    public Guid Roads { get; } = Guid.CreateVersion7();
    public Guid Water { get; } = Guid.CreateVersion7();
    public Guid ShenId { get; } = Guid.CreateVersion7();
    public Guid WuId { get; } = Guid.CreateVersion7();
    public Guid ShiId { get; } = Guid.CreateVersion7();
    public Actor Clerk { get; }
    public Actor Head { get; }
    public Actor CityClerk { get; }
    public Actor Shen { get; }
    public Actor Wu { get; }
    public Actor Shi { get; }
    public Actor Government { get; }
    public Actor PowerClerk { get; }
    public Actor PowerHead { get; }
    public Actor RoadsClerk { get; }
    public Actor RoadsHead { get; }
    public Actor WaterClerk { get; }
    public RendaDbContextFactory Databases { get; }
    public Deadlines Deadlines { get; }
    public CodeSets Codes { get; }
    public MatterDesk Desk { get; }
    public Drafts Drafts { get; }
    public SuggestionReports Reports { get; }
    public StationDesk Stations { get; }
    public Voices Voices { get; }
    public DatabaseSettings Settings => _database.Settings;

    /// <summary>Monday, 2 March 2026, 10:00 in China: the session is on.</summary>
    public SetTime Time { get; } = new() { Now = new(2026, 3, 2, 2, 0, 0, TimeSpan.Zero) };

    public static async Task<SuggestionWorld> CreateAsync(DatabaseProvider provider)
    {
        var w = new SuggestionWorld(await TestDatabase.CreateAsync(provider, TestModel.All, migrate: true));
        await using (var db = w.Databases.CreateDbContext())
        {
            var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            var term = new Term { Id = Guid.CreateVersion7(), CongressId = w.Congress, Ordinal = 17, Seats = 300, ValidFrom = since };
            db.AddRange(
                Body(w.Congress, "长兴县人民代表大会", OrganisationKind.Congress, ""), Body(w.Office, "县人大代表工委", OrganisationKind.Office, "deputies"), Body(w.GovernmentOffice, "县政府办", OrganisationKind.HandlingUnit, "government-office"),
                Body(w.Power, "县供电公司", OrganisationKind.HandlingUnit, "power"), Body(w.Roads, "县交通运输局", OrganisationKind.HandlingUnit, "transport"), Body(w.Water, "县水利局", OrganisationKind.HandlingUnit, "water"),
                term, new CongressSession { Id = w.Session, TermId = term.Id, Ordinal = 5, Opens = new(2026, 3, 1), Closes = new(2026, 3, 4), ValidFrom = since });
            foreach (var (id, name) in new[] { (w.ShenId, "沈代表"), (w.WuId, "吴代表"), (w.ShiId, "施代表") })
            {
                db.Add(new Renda.Platform.People.Person { Id = id, Name = name, ValidFrom = since });
                db.Add(new Mandate { Id = Guid.CreateVersion7(), PersonId = id, CongressId = w.Congress, TermId = term.Id, Region = County, Status = MandateStatus.Active, ValidFrom = since });
            }
            foreach (var d in Scenarios.SelectMany(m => m.Deadlines))
                db.Add(new Deadline { Id = Guid.CreateVersion7(), Code = d.Code, Zh = d.Zh, En = d.En, Unit = d.Unit, Amount = d.Amount, YellowBefore = d.YellowBefore, EffectiveFrom = since, BasisZh = d.BasisZh, BasisEn = d.BasisEn });
            await db.SaveChangesAsync();

            Organisation Body(Guid id, string name, OrganisationKind kind, string duty) => new() { Id = id, Name = name, ShortName = name, Kind = kind, Region = County, Duty = duty, ValidFrom = since };
        }
        await w.Deadlines.ReloadAsync(CancellationToken.None);
        await w._writer.StartAsync(CancellationToken.None);
        return w;
    }

    public SuggestionDraft Draft(string title = "整治农村杆线") => new()
    {
        PersonId = ShenId, CongressId = Congress, Title = title, Subject = "infrastructure", Situation = "线路交叉缠绕。", Analysis = "各自架线。", Proposal = "统一整治。", Origin = "research", UnitId = Power,
    };

    /// <summary>Handed in by Shen, signed by those named.</summary>
    public async Task<Guid> SubmitAsync(string title = "整治农村杆线", params Actor[] cosigners)
    {
        var id = Guid.CreateVersion7();
        Assert.Null(await Drafts.SaveAsync(id, Draft(title), [.. cosigners.Select(c => c.PersonId!.Value)], Shen, CancellationToken.None));
        foreach (var c in cosigners) Assert.Null(await Drafts.AnswerAsync(id, 1, true, c, CancellationToken.None));
        Assert.Null((await Drafts.SubmitAsync(id, Shen, CancellationToken.None)).Refusal);
        return id;
    }

    /// <summary>Handed in and taken in.</summary>
    public async Task<Guid> AcceptedAsync(string title = "整治农村杆线", params Actor[] cosigners)
    {
        var id = await SubmitAsync(title, cosigners);
        await ActAsync(id, "accept", Clerk, new { committee = "construction", subject = "infrastructure" });
        return id;
    }

    /// <summary>At the lead unit, which has accepted it.</summary>
    public async Task<Guid> HandlingAsync(string term = "normal", Guid? co = null)
    {
        var id = await AcceptedAsync();
        await ActAsync(id, "to-coordinator", Clerk, new { coordinator = GovernmentOffice, proposedUnit = Power });
        await ActAsync(id, "distribute", Government, new { leadUnit = Power, coUnits = co is { } helper ? new[] { helper } : [], term });
        await ActAsync(id, "sign-for", PowerClerk);
        return id;
    }

    /// <summary>Replied to by the lead unit.</summary>
    public async Task<Guid> RepliedAsync(string @class = "A", string promiseDue = "")
    {
        var id = await HandlingAsync();
        await ReplyAsync(id, PowerClerk, PowerHead, @class, promiseDue);
        return id;
    }

    public async Task ReplyAsync(Guid id, Actor clerk, Actor head, string @class = "A", string promiseDue = "")
    {
        await ActAsync(id, "contact", clerk, new { how = "visit", day = ChinaTime.Date(Time.Now.UtcDateTime).ToString("yyyy-MM-dd"), text = "代表希望年内完成。" });
        await ActAsync(id, "draft-reply", clerk, new { docNumber = "长电函〔2026〕1号", @class, text = "已完成整治。", contactName = "李工", contactPhone = "0572-100", disclosure = "open", promise = promiseDue.Length > 0 ? "完成其余村。" : "", promiseDue });
        await ActAsync(id, "sign", head, new { signer = "张经理" });
    }

    /// <summary>Takes an action; a minute passes.</summary>
    public Task<MatterAnswer> TryAsync(Guid id, string action, Actor actor, object? form = null, string? key = null)
    {
        Time.Now += TimeSpan.FromMinutes(1);
        return Desk.ActAsync(id, action, JsonSerializer.SerializeToNode(form ?? new { }) as JsonObject ?? [], actor, null, key, CancellationToken.None);
    }

    public async Task<MatterFold> ActAsync(Guid id, string action, Actor actor, object? form = null)
    {
        var answer = await TryAsync(id, action, actor, form);
        Assert.True(answer.Refusal is null, $"{action}: {answer.Refusal?.Code} {string.Join(',', answer.Refusal?.Fields.Select(f => f.Field + " " + f.Code) ?? [])}");
        return answer.Matter!;
    }

    public async Task<string?> RefusedAsync(Guid id, string action, Actor actor, object? form = null) =>
        (await TryAsync(id, action, actor, form)).Refusal is { } refusal ? refusal.Fields is [var field, ..] ? field.Code : refusal.Code : null;

    public async Task<MatterFold> LoadAsync(Guid id)
    {
        await using var db = Databases.CreateDbContext();
        return (await MatterDesk.LoadAsync(db, id, CancellationToken.None))!;
    }

    /// <summary>The open duties of a matter, each as kind and who.</summary>
    public async Task<List<(string, Guid?)>> DutiesAsync(Guid item)
    {
        await using var db = Databases.CreateDbContext();
        var open = await db.Set<Todo>().AsNoTracking().Where(t => t.ItemId == item && t.DoneAt == null).ToListAsync();
        return [.. open.Select(t => (t.Kind, t.PersonId ?? t.OrganisationId)).OrderBy(t => t.Kind, StringComparer.Ordinal).ThenBy(t => t.Item2)];
    }

    public async Task HoldsAsync() => Assert.Empty((await new Verification(Databases).RunAsync(CancellationToken.None)).Faults);

    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync(CancellationToken.None);
        _writer.Dispose();
        _relay.Dispose();
        await _database.DisposeAsync();
    }

    public static Actor Person(string name, string role, long region = 0, Guid? organisation = null, Guid? person = null) => new(
        Guid.CreateVersion7(), person, name, [new ActorGrant(Role.Find(role)!, region, organisation, Scenarios.SelectMany(m => m.Permissions).Where(p => p.Roles.Contains(role)).Select(p => p.Id).ToHashSet())]);

    private static ProcedureRules Make()
    {
        var rules = new ProcedureRules().AddKernelRules();
        foreach (var scenario in Scenarios) scenario.AddRules(rules);
        return rules;
    }

    internal sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
