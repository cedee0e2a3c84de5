using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Agenda;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Indicators;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.Performance;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;

namespace Renda.Stations;

/// <summary>Contact stations (代表联络站 · 有事找代表): deputies receive citizens, take up what they say and tell them what became of it.</summary>
public sealed class StationsModule : RendaModule
{
    /// <summary>Permission to see stations and what was said there.</summary>
    public const string Read = "stations.read";

    /// <summary>Permission to keep a station's book.</summary>
    public const string Manage = "stations.manage";

    /// <summary>Permission to take up what was said at a station; it follows from working there.</summary>
    public const string Claim = "stations.claim";

    /// <summary>Permission to hand a matter straight to a unit; no role has it, it is lent where the fast lane is open.</summary>
    public const string FastLane = "stations.fast-lane";

    /// <summary>Permission to see figures.</summary>
    public const string Statistics = "stations.statistics";

    /// <summary>Permission to see how a citizen can be reached, for the station's own and for whoever took it up.</summary>
    public const string Contact = "stations.contact";

    /// <summary>Permission to set what the public portal does.</summary>
    public const string Portal = "stations.portal";

    /// <inheritdoc />
    public override string Id => "stations";

    /// <inheritdoc />
    public override Words Name => new("代表联络站", "Contact stations");

    /// <inheritdoc />
    public override string Icon => "building-community";

    /// <inheritdoc />
    public override TaskGroup Group => TaskGroup.Deputies;

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        new(Read, new("查看联络站和群众意见", "See stations and what was said"), "deputy", "station-keeper", "clerk", "office-head", "leader", "auditor", "unit-clerk", "unit-head"),
        new(Manage, new("维护联络站、排班、登记接待", "Keep stations, rosters, receptions"), "station-keeper", "clerk", "office-head"),
        new("stations.screen", new("筛查、交给代表", "Look through, put to deputies"), "station-keeper"),
        new(Claim, new("认领群众意见", "Take up what was said")),
        new("stations.answer", new("承接、答复群众", "Take up and answer"), "deputy"),
        new(FastLane, new("民情直通车：直接转办", "Fast lane: hand over straight")),
        new(Contact, new("查看群众联系方式", "See how to reach citizens"), "deputy", "station-keeper"),
        new("stations.transfer-town", new("转乡镇办理", "Give to the town"), "station-keeper"),
        new("stations.transfer", new("转部门办理", "Give to units"), "clerk", "office-head"),
        new("stations.handle", new("承办", "Handle"), "unit-clerk", "unit-head"),
        new("stations.publish", new("公开群众意见和答复", "Publish"), "station-keeper"),
        new(Statistics, new("查看统计月报", "See figures"), "station-keeper", "clerk", "office-head", "leader", "auditor"),
        new(Portal, new("设置群众端", "Set the public portal"), "office-head", "admin"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Procedure> Procedures { get; } = [VoiceProcedure.Create()];

    /// <inheritdoc />
    public override IReadOnlyList<(string Id, Words Name)> AuditActions { get; } =
    [
        ("stations.edit", new("维护联络站", "keep a station")), ("stations.contact", new("查看群众联系方式", "see how to reach a citizen")), ("stations.erase", new("删除群众个人信息", "erase a citizen's data")), ("stations.portal", new("设置群众端", "set the public portal")),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Deadline> Deadlines { get; } =
    [
        Rule("stations.notice", "公布接待公告", "Publish the notice of a reception", DeadlineUnit.DaysBefore, 3, 2, "联络站工作规范：接待公告提前公布", "Working rules of stations: published ahead"),
        Rule("stations.screen", "筛查", "Look through", DeadlineUnit.WorkingDays, 2, 1),
        Rule("stations.claim", "代表认领、承接", "Take up", DeadlineUnit.WorkingDays, 2, 1),
        Rule("stations.answer", "代表答复或提请转办", "Answer or ask for a unit", DeadlineUnit.WorkingDays, 5, 2),
        Rule("stations.transfer", "转交办理", "Give to a unit", DeadlineUnit.WorkingDays, 2, 1),
        Rule("stations.sign-for", "签收", "Accept", DeadlineUnit.WorkingDays, 2, 1),
        Rule("stations.handle", "乡镇、街道办理", "Handling by a town", DeadlineUnit.WorkingDays, 10, 2),
        Rule("stations.handle-county", "县级部门办理", "Handling by a county's unit", DeadlineUnit.WorkingDays, 15, 3),
        Rule("stations.handle-city", "市级部门办理", "Handling by a city's unit", DeadlineUnit.WorkingDays, 20, 3),
        Rule("stations.opinion", "会办意见", "Co-handler's opinion", DeadlineUnit.WorkingDays, 5, 1),
        Rule("stations.feed-back", "代表反馈群众", "Tell the citizen", DeadlineUnit.WorkingDays, 3, 1),
        Rule("stations.rate", "群众评价", "Rate", DeadlineUnit.WorkingDays, 10, 2),
        Rule("stations.reopen", "再次反映", "Say it again", DeadlineUnit.CalendarDays, 30, 5),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<CodeSet> CodeSets { get; } =
    [
        new(VoiceProcedure.Categories, new("群众意见类别", "Categories of citizens' matters"), [],
        [
            Plain("roads", "道路交通", "Roads and traffic"), Plain("environment", "环境卫生", "Environment"), Plain("housing", "住房和物业", "Housing"), Plain("water-power", "水电气网", "Water, power, gas, network"),
            Plain("education", "教育", "Education"), Plain("health", "医疗卫生", "Health"), Plain("welfare", "养老和社会保障", "Elderly and welfare"), Plain("farming", "农业农村", "Farming and villages"),
            Plain("safety", "公共安全", "Public safety"), Plain("other", "其他", "Other"),
        ]),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<RecordBook> Records { get; } = [new ReceptionBook()];

    /// <inheritdoc />
    public override IReadOnlyList<Indicator> Indicators => [.. base.Indicators, .. ReceptionBook.Indicators];

    /// <inheritdoc />
    public override IReadOnlyList<PerformanceItem> Performance { get; } =
    [
        new("stations.reception", PerformanceHeading.Electors, new("在联络站接待", "Receptions at a station"), new("次", "times"), (db, period) =>
            from d in db.Set<StationReceptionDeputy>()
            join r in db.Set<StationReception>() on d.ReceptionId equals r.Id
            join o in db.Set<Organisation>() on r.StationId equals o.Id
            where r.Day >= period.First && r.Day <= period.Last
            select new PerformanceRow { PersonId = d.PersonId, CongressId = null, At = null, Day = r.Day, Source = r.StationId, Title = o.ShortName, Public = true, Amount = 1 }, station => $"/stations/{station}"),
        new("stations.answered", PerformanceHeading.Electors, new("办理群众意见", "Citizens' matters answered"), new("件", "matters"), (db, period) =>
            from m in db.Set<Matter>()
            where m.Scenario == "stations" && m.ReporterId != null && m.SubmittedAt >= period.Begin && m.SubmittedAt < period.End && (m.State == "answered" || m.State == "closed" || m.State == "closed-unrated" || m.State == "converted" || m.State == "proposed")
            select new PerformanceRow { PersonId = m.ReporterId!.Value, CongressId = null, At = m.SubmittedAt, Day = null, Source = m.Id, Title = m.Title, Amount = 1 }, matter => $"/matters/{matter}"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("我的联络站", "My stations"), "/stations/mine", "stations.answer", "building-community"),
        new(new("联络站", "Stations"), "/stations", Read, "map-pin"),
        new(new("待筛查待认领", "To look through"), "/stations/voices?view=screen", "stations.screen", "inbox"),
        new(new("登记群众意见", "Write one down"), "/stations/voices/new", "stations.screen", "pencil"),
        new(new("我承接的", "Those I took up"), "/stations/voices?view=mine", "stations.answer", "list-check"),
        new(new("待转办", "To give to units"), "/stations/voices?view=transfer", "stations.transfer", "inbox"),
        new(new("待签收待办理", "To handle"), "/stations/voices?view=handle", "stations.handle", "inbox"),
        new(new("群众意见", "What was said"), "/stations/voices?view=all", Read, "message"),
        new(new("民生实事项目建议", "Project proposals"), "/stations/proposals", Read, "bulb"),
        new(new("统计月报", "Monthly figures"), "/stations/report", Statistics, "chart-bar"),
        new(new("群众端设置", "Public portal"), "/stations/settings", Portal, "settings"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> OfPlace { get; } = [new(new("这里的代表和联络站", "Deputies and stations of this place"), "/p?place={code}", Read, "users")];

    /// <inheritdoc />
    public override IReadOnlyList<MapLayer> MapLayers { get; } = [new("stations.stations", new("联络站", "Contact stations"), "building-community", Read, StationLayers.StationsAsync), new("stations.deputies", new("代表（在联络站）", "Deputies (at their stations)"), "users", Read, StationLayers.DeputiesAsync), new("stations.points", new("立法、财经联系点", "Contact points for legislation and finance"), "gavel", Read, StationLayers.PointsAsync)];

    /// <inheritdoc />
    public override IReadOnlyList<string> SearchedData => ["description"];

    /// <inheritdoc />
    public override void AddRules(ProcedureRules rules) => rules.AddVoiceRules();

    /// <inheritdoc />
    public override void AddServices(IServiceCollection services) => services.AddSingleton<StationDesk>().AddSingleton<Voices>().AddSingleton<Portal>().AddSingleton<CitizenPhones>().AddSingleton<Proposals>().AddSingleton<StationReports>().AddSingleton<Exports.StationExports>()
        .AddSingleton<Open.OpenData>().AddSingleton<Open.GeoReport>().AddHostedService<ContactKeeper>();

    /// <inheritdoc />
    public override void MapApi(IEndpointRouteBuilder api) => StationsApi.Map(api);

    /// <inheritdoc />
    public override void MapRoot(IEndpointRouteBuilder root)
    {
        Exports.ExportEndpoints.Map(root);
        Open.OpenDataEndpoints.Map(root);
        Open.GeoReportEndpoints.Map(root);
    }

    /// <inheritdoc />
    public override Task SeedDemoAsync(IServiceProvider services, CancellationToken cancellation) => Demo.StationsDemo.SeedAsync(services, cancellation);

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyList<AgendaEntry>> AgendaAsync(IServiceProvider services, Actor actor, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        if (actor.PersonId is not { } person || !actor.May(Read)) return [];
        var duties = await services.GetRequiredService<StationDesk>().DutiesOfAsync(person, first, last, cancellation);
        return [.. duties.Select(d => new AgendaEntry($"station-{d.Duty.Id:N}", $"{d.Duty.Begins:HH\\:mm} {d.Station.ShortName}接待", new("联络站接待", "Reception"), d.Duty.Day, d.Duty.Day, "/stations/mine", false))];
    }

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyDictionary<string, Words>> CategoriesAsync(IServiceProvider services, IReadOnlyList<string> asked, CancellationToken cancellation) =>
        (await services.GetRequiredService<CodeSets>().OfAsync(VoiceProcedure.Categories, cancellation)).ToDictionary(c => c.Id, c => c.Name);

    /// <inheritdoc />
    public override async ValueTask<MatterDescription> DescribeAsync(IServiceProvider services, Matter matter, bool forStaff, CancellationToken cancellation)
    {
        var data = JsonSerializer.Deserialize<JsonObject>(matter.Body)?["data"] as JsonObject ?? [];
        string Text(string name) => data[name]?.ToString() ?? "";
        var codes = await services.GetRequiredService<CodeSets>().OfAsync(VoiceProcedure.Categories, cancellation);
        var category = codes.FirstOrDefault(c => c.Id == matter.Category);
        await using var db = await services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContextAsync(cancellation);
        var station = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == matter.ContextId, cancellation);
        var office = Text("givenBy") == "deputy" ? await db.Set<Organisation>().Where(o => o.Id == matter.OfficeId).Select(o => o.ShortName).FirstOrDefaultAsync(cancellation) : null;
        var deputies = forStaff && station is not null ? await services.GetRequiredService<StationDesk>().DeputiesAsync(station.Id, cancellation) : [];
        return new MatterDescription
        {
            Category = category?.Name ?? new(matter.Category, matter.Category),
            Context = station?.ShortName ?? "",
            Sections =
            [
                new(new("群众反映", "What the citizen says"), Text("description")),
                .. Text("again").Length > 0 ? [new MatterSection(new("再次反映", "Said again"), Text("again"))] : Array.Empty<MatterSection>(),
            ],
            Panel = typeof(Pages.VoicePanel),
            Units = forStaff ? await UnitsAsync(db, matter, cancellation) : [],
            // Whom the citizen asked for comes first.
            Deputies = [.. deputies.Select(d => (d.Placement.PersonId, $"{d.Name}（{StationText.Name(StationText.Tiers, d.Placement.Tier)}）")).OrderByDescending(d => d.PersonId.ToString() == Text("deputy"))],
            Presets = new Dictionary<string, string> { ["title"] = matter.Title, ["category"] = matter.Category, ["deputy"] = Text("deputy"), ["level"] = Text("level"), ["publicText"] = Text("description"), ["publicAnswer"] = (data["told"] as JsonObject)?["text"]?.ToString() ?? "" },
            Facts =
            [
                new(new("联络站", "Station"), station?.Name ?? "", station is null ? null : $"/stations/{station.Id}"),
                new(new("怎么来的", "How it came"), Text("source") switch { "reception" => Language.T("接待时反映", "At a reception"), "desk" => Language.T("到站反映", "At the station"), "deputy" => Language.T("扫代表码", "By a deputy's code"), "api" => Language.T("接入的应用（Open311）", "A joined application (Open311)"), _ => Language.T("群众端", "Public portal") }),
                .. Text("deputyName").Length > 0 ? [new MatterFact(new("想找的代表", "Asked for"), Text("deputyName"))] : Array.Empty<MatterFact>(),
                .. data["anonymous"] is not null ? [new MatterFact(new("对外匿名", "Anonymous"), Language.T("不向社会公开是谁反映的", "the public is not told who said it"))] : Array.Empty<MatterFact>(),
                .. Text("level").Length > 0 ? [new MatterFact(new("办理层级", "Tier"), Text("level") switch { "town" => Language.T("乡镇、街道", "Town"), "city" => Language.T("市级部门", "City"), _ => Language.T("县（区）部门", "County") })] : Array.Empty<MatterFact>(),
                .. Text("givenBy") == "deputy" ? [new MatterFact(new("民情直通车", "Fast lane"), Language.T($"代表直接转办，抄送{office}和联络站", $"Handed over by the deputy; {office} and the station in copy"))] : Array.Empty<MatterFact>(),
                .. data["verified"] is not null ? [new MatterFact(new("手机号", "Telephone"), Language.T("已用短信验证码核实", "verified by a code"))] : Array.Empty<MatterFact>(),
                .. Text("channel").Length > 0 ? [new MatterFact(new("告知的渠道", "Way shown"), StationText.Name(VoiceProcedure.Channels, Text("channel")))] : Array.Empty<MatterFact>(),
            ],
        };
    }

    // The town's own government first; the county's departments help a town, and the city's are reached by the office.
    internal static async Task<List<UnitSuggestion>> UnitsAsync(RendaDbContext db, Matter matter, CancellationToken cancellation)
    {
        var (town, county, city) = (matter.Town, matter.County, matter.City);
        var last = Territory.Last(county);
        var units = await db.Set<Organisation>().AsNoTracking()
            .Where(o => o.ValidTo == null && ((o.Kind == OrganisationKind.TownGovernment && (o.Region == town || (matter.State != "to-town" && o.Region >= county && o.Region <= last))) || (o.Kind == OrganisationKind.HandlingUnit && (o.Region == county || (matter.State != "to-town" && o.Region == city)))))
            .ToListAsync(cancellation);
        return [.. units.OrderByDescending(o => o.Region == town && town > 0 && o.Kind == OrganisationKind.TownGovernment).ThenByDescending(o => o.Region == county).ThenByDescending(o => o.Region == city).ThenBy(o => o.ShortName, StringComparer.Ordinal)
            .Select(o => new UnitSuggestion(o, o.Region == town && o.Kind == OrganisationKind.TownGovernment && matter.State == "to-town" ? new("事发地乡镇、街道", "the town it is in") : default))];
    }

    private static Code Plain(string id, string zh, string en) => new() { Id = id, Zh = zh, En = en };

    private static Deadline Rule(string code, string zh, string en, DeadlineUnit unit, int amount, int yellow, string basisZh = "示例值，由各地自定", string basisEn = "Sample value, set locally") => new()
    {
        Code = code, Zh = zh, En = en, Unit = unit, Amount = amount, YellowBefore = yellow, BasisZh = basisZh, BasisEn = basisEn,
    };
}
