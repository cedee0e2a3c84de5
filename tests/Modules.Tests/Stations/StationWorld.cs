using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tests;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;
using Renda.Platform.Settings;
using Renda.Platform.Sms;
using Renda.Platform.Todos;
using Renda.Stations;
using Renda.Stations.Open;

namespace Modules.Tests.Stations;

/// <summary>A town with a station, its keeper, three deputies, its government, a county department and the county's deputies' office, on a real database, with the kernel running.</summary>
internal sealed class StationWorld : IAsyncDisposable
{
    public const long City = 330500000000, County = 330522000000, Town = 330522110000, Village = 330522110225;

    private static readonly StationsModule Module = new();
    private static readonly ProcedureRules Rules = Make();
    private readonly TestDatabase _database;
    private readonly MatterWriter _writer;
    private readonly ChangeRelay _relay;
    private readonly SmsDelivery _delivery;

    private StationWorld(TestDatabase database)
    {
        _database = database;
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        database.Settings.Configure(options);
        Databases = new RendaDbContextFactory(options.Options, TestModel.All);
        Deadlines = new Deadlines(Databases, ChineseCalendar.Official.Provisional());
        _relay = new ChangeRelay(Databases, database.Settings, new ChangeFeed(), NullLogger<ChangeRelay>.Instance);
        _writer = new MatterWriter(Databases, database.Settings, _relay, NullLogger<MatterWriter>.Instance);
        var codes = TestCodes.Of(Databases, database.Settings, Time, Module);
        var catalogue = new ProcedureCatalogue(Module.Procedures, Rules, Module.Permissions, Module.Deadlines.Select(d => d.Code));
        var audit = new AuditLog(Databases, database.Settings, Time);
        Desk = new MatterDesk(Databases, _writer, catalogue, new ProcedureEngine(Rules), Deadlines, codes, Time);
        Stations = new StationDesk(Databases, audit, Deadlines, _relay, Time);
        var (settings, personal, protection) = (new StoredSettings(Databases, new MemoryCache(new MemoryCacheOptions()), Time), new PersonalData(new byte[96], PersonalCipher.Aes), new EphemeralDataProtectionProvider());
        Voices = new Voices(Databases, Desk, Stations, codes, RegionDirectory.Huzhou, personal, settings, audit, Time);
        var sms = new SmsSettings(new Uri("http://sms.renda.example"), "the gateway's key", SmsSettings.UsualTemplate);
        _delivery = new SmsDelivery(Carrier, Time, NullLogger<SmsDelivery>.Instance);
        var phones = new PhoneCodes(Databases, sms, _delivery, Time);
        Phones = new CitizenPhones(phones, protection);
        Portal = new Portal(Databases, Stations, RegionDirectory.Huzhou, settings, audit, protection, catalogue, phones, new MemoryCache(new MemoryCacheOptions()), Time);
        Proposals = new Proposals(Databases);
        Data = new OpenData(Databases, codes, RegionDirectory.Huzhou, new MemoryCache(new MemoryCacheOptions()), Time);
        Report = new GeoReport(Databases, Voices, Portal, Stations, codes, RegionDirectory.Huzhou, new BoundaryIndex(Databases, RegionDirectory.Huzhou, Time), personal, protection);
        Reports = new StationReports(Databases);
        Watch = new ClockWatch(Databases, Desk, Deadlines, Time, NullLogger<ClockWatch>.Instance);
        Keeper = Person("陆联络", "station-keeper", organisation: Station);
        OtherKeeper = Person("别站", "station-keeper", organisation: OtherStation);
        Clerk = Person("周办", "clerk", County, Office);
        Head = Person("姚主任", "office-head", County, Office);
        Li = Person("李代表", "deputy", person: LiId);
        Shen = Person("沈代表", "deputy", person: ShenId);
        Wu = Person("吴代表", "deputy", person: WuId);
        TownClerk = Person("镇政府", "unit-clerk", organisation: Government);
        RoadsClerk = Person("交通", "unit-clerk", organisation: Roads);
    }

    public DatabaseSettings Settings => _database.Settings;
    public Guid Station { get; } = Guid.CreateVersion7();
    public Guid OtherStation { get; } = Guid.CreateVersion7();
    public Guid Office { get; } = Guid.CreateVersion7();
    public Guid Government { get; } = Guid.CreateVersion7();
    public Guid Roads { get; } = Guid.CreateVersion7();
    public Guid Constituency { get; } = Guid.CreateVersion7();
    public Guid LiId { get; } = Guid.CreateVersion7();
    public Guid ShenId { get; } = Guid.CreateVersion7();
    public Guid WuId { get; } = Guid.CreateVersion7();
    public Actor Keeper { get; }
    public Actor OtherKeeper { get; }
    public Actor Clerk { get; }
    public Actor Head { get; }
    public Actor Li { get; }
    public Actor Shen { get; }
    public Actor Wu { get; }
    public Actor TownClerk { get; }
    public Actor RoadsClerk { get; }
    public RendaDbContextFactory Databases { get; }
    public Deadlines Deadlines { get; }
    public MatterDesk Desk { get; }
    public StationDesk Stations { get; }
    public Voices Voices { get; }
    public Portal Portal { get; }
    public CitizenPhones Phones { get; }
    public Proposals Proposals { get; }
    public OpenData Data { get; }
    public GeoReport Report { get; }
    public StationReports Reports { get; }
    public Carrier Carrier { get; } = new();
    public ClockWatch Watch { get; }

    /// <summary>Monday, 2 March 2026, 10:00 in China.</summary>
    public SetTime Time { get; } = new() { Now = new(2026, 3, 2, 2, 0, 0, TimeSpan.Zero) };

    public static async Task<StationWorld> CreateAsync(DatabaseProvider provider)
    {
        var w = new StationWorld(await TestDatabase.CreateAsync(provider, TestModel.All, migrate: true));
        await using (var db = w.Databases.CreateDbContext())
        {
            var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            var (town, county) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            db.AddRange(
                Body(w.Station, "和平镇中心联络站", OrganisationKind.Station, Town, ""), Body(w.OtherStation, "夹浦镇中心联络站", OrganisationKind.Station, 330522103000, ""), Body(w.Office, "县人大代表工委", OrganisationKind.Office, County, "deputies"),
                Body(w.Government, "和平镇政府", OrganisationKind.TownGovernment, Town, "town-government"), Body(w.Roads, "县交通运输局", OrganisationKind.HandlingUnit, County, "transport"),
                Body(town, "和平镇人民代表大会", OrganisationKind.Congress, Town, ""), Body(county, "长兴县人民代表大会", OrganisationKind.Congress, County, ""),
                new Constituency { Id = w.Constituency, CongressId = town, Number = 1, Name = "第1选区（红山村）", Regions = Village.ToString(), ValidFrom = since });
            foreach (var (id, name, congress, region) in new[] { (w.LiId, "李代表", town, Town), (w.ShenId, "沈代表", county, Town), (w.WuId, "吴代表", county, 330522103000L) })
            {
                db.Add(new Person { Id = id, Name = name, ValidFrom = since });
                db.Add(new Mandate { Id = Guid.CreateVersion7(), PersonId = id, CongressId = congress, Region = region, ConstituencyId = id == w.LiId ? w.Constituency : null, Status = MandateStatus.Active, ValidFrom = since });
            }
            foreach (var d in Module.Deadlines)
                db.Add(new Deadline { Id = Guid.CreateVersion7(), Code = d.Code, Zh = d.Zh, En = d.En, Unit = d.Unit, Amount = d.Amount, YellowBefore = d.YellowBefore, EffectiveFrom = since, BasisZh = d.BasisZh, BasisEn = d.BasisEn });
            db.Add(new Deadline { Id = Guid.CreateVersion7(), Code = ClockWatch.EscalateAgain, Zh = "再次提醒", En = "Again", Unit = DeadlineUnit.WorkingDays, Amount = 3, YellowBefore = 0, EffectiveFrom = since });
            await db.SaveChangesAsync();

            Organisation Body(Guid id, string name, OrganisationKind kind, long region, string duty) => new() { Id = id, Name = name, ShortName = name, Kind = kind, Region = region, Duty = duty, ValidFrom = since };
        }
        await w.Deadlines.ReloadAsync(CancellationToken.None);
        await w._writer.StartAsync(CancellationToken.None);
        await w._delivery.StartAsync(CancellationToken.None);
        foreach (var person in new[] { w.LiId, w.ShenId }) Assert.Null(await w.Stations.PlaceAsync(w.Station, person, new(2026, 1, 1), w.Keeper, CancellationToken.None));
        return w;
    }

    public Saying Saying(string text = "村口的路灯坏了半个月，晚上老人出门不安全。") => new() { Key = Guid.CreateVersion7(), StationId = Station, Category = "roads", Text = text, PlaceText = "村口", Village = Village, Contact = "13812345678" };

    /// <summary>Said by the portal; the query code and the matter.</summary>
    public async Task<(string Code, Guid Id)> SayAsync(Saying? saying = null)
    {
        var answer = await Voices.SayAsync(saying ?? Saying(), Actor.Citizen, CancellationToken.None);
        Assert.Null(answer.Refusal);
        return (answer.Code!, answer.Matter!.Matter.Id);
    }

    /// <summary>Said, taken in and taken up by Li.</summary>
    public async Task<(string Code, Guid Id)> ClaimedAsync()
    {
        var said = await SayAsync();
        await ActAsync(said.Id, "accept", Keeper, new { title = "村口路灯坏了", category = "roads", deputy = LiId });
        await ActAsync(said.Id, "take", Li);
        return said;
    }

    /// <summary>Said, answered by Li, rated and published with other words than were said.</summary>
    public async Task<Guid> PublishedAsync(string text = "村口的路灯已经修好。", string score = "1")
    {
        var (code, id) = await ClaimedAsync();
        await ActAsync(id, "answer", Li, new { text = "已经修好，李代表，13800000000。" });
        Assert.Null(await CitizenAsync(code, "rate", new { score }));
        await ActAsync(id, "publish", Keeper, new { publicText = text, publicAnswer = "已经修好。" });
        return id;
    }

    /// <summary>What administrators set, from what they had set before.</summary>
    public async Task<Refusal?> SetAsync(params (string Name, string Value)[] fields)
    {
        var form = new Dictionary<string, string> { ["open"] = "1", ["perStationAnHour"] = "100", ["leastSeconds"] = "0", ["keepDays"] = "30", ["api"] = "key", ["licence"] = "by" };
        foreach (var (name, value) in fields) form[name] = value;
        return await Portal.SetAsync(form, Head, CancellationToken.None);
    }

    /// <summary>Takes an action; a minute passes.</summary>
    public Task<MatterAnswer> TryAsync(Guid id, string action, Actor actor, object? form = null)
    {
        Time.Now += TimeSpan.FromMinutes(1);
        return Desk.ActAsync(id, action, JsonSerializer.SerializeToNode(form ?? new { }) as JsonObject ?? [], actor, null, null, CancellationToken.None);
    }

    public async Task<MatterFold> ActAsync(Guid id, string action, Actor actor, object? form = null)
    {
        var answer = await TryAsync(id, action, actor, form);
        Assert.True(answer.Refusal is null, $"{action}: {answer.Refusal?.Code} {string.Join(',', answer.Refusal?.Fields.Select(f => f.Field + " " + f.Code) ?? [])}");
        return answer.Matter!;
    }

    public async Task<string?> RefusedAsync(Guid id, string action, Actor actor, object? form = null) =>
        (await TryAsync(id, action, actor, form)).Refusal is { } refusal ? refusal.Fields is [var field, ..] ? field.Code : refusal.Code : null;

    public async Task<string?> CitizenAsync(string code, string action, object form)
    {
        Time.Now += TimeSpan.FromMinutes(1);
        return (await Voices.ActAsync(code, action, (JsonObject)JsonSerializer.SerializeToNode(form)!, CancellationToken.None)) is { } refusal ? refusal.Fields is [var field, ..] ? field.Code : refusal.Code : null;
    }

    public async Task<MatterFold> LoadAsync(Guid id)
    {
        await using var db = Databases.CreateDbContext();
        return (await MatterDesk.LoadAsync(db, id, CancellationToken.None))!;
    }

    public async Task<List<(string, Guid?)>> DutiesAsync(Guid item)
    {
        await using var db = Databases.CreateDbContext();
        var open = await db.Set<Todo>().AsNoTracking().Where(t => t.ItemId == item && t.DoneAt == null).ToListAsync();
        return [.. open.Select(t => (t.Kind, t.PersonId ?? t.OrganisationId)).OrderBy(t => t.Kind, StringComparer.Ordinal)];
    }

    public async Task HoldsAsync() => Assert.Empty((await new Verification(Databases).RunAsync(CancellationToken.None)).Faults);

    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync(CancellationToken.None);
        await _delivery.StopAsync(CancellationToken.None);
        _delivery.Dispose();
        Phones.Dispose();
        _writer.Dispose();
        _relay.Dispose();
        await _database.DisposeAsync();
    }

    private static Actor Person(string name, string role, long region = 0, Guid? organisation = null, Guid? person = null) => new(
        Guid.CreateVersion7(), person, name, [new ActorGrant(Role.Find(role)!, region, organisation, Module.Permissions.Where(p => p.Roles.Contains(role)).Select(p => p.Id).ToHashSet())]);

    private static ProcedureRules Make()
    {
        var rules = new ProcedureRules().AddKernelRules();
        Module.AddRules(rules);
        return rules;
    }

    internal sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

/// <summary>A carrier of text messages that takes every one.</summary>
internal sealed class Carrier : ISmsSender
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<SmsMessage> _seen = [];

    public Task SendAsync(SmsMessage message, CancellationToken cancellation)
    {
        _seen.Enqueue(message);
        return Task.CompletedTask;
    }

    /// <summary>The message last sent, once there are as many as asked for.</summary>
    public async Task<SmsMessage> LastAsync(int count)
    {
        for (var i = 0; i < 400 && _seen.Count < count; i++) await Task.Delay(25);
        Assert.Equal(count, _seen.Count);
        return _seen.Last();
    }
}
