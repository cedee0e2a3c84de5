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
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.Performance;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;

namespace Renda.Deputies;

/// <summary>Deputy service (代表履职云平台): a deputy's life from election to leaving, and the file of what was done in between.</summary>
public sealed class DeputiesModule : RendaModule
{
    /// <summary>Permission to see reported entries: staff those of their territory, deputies their own.</summary>
    public const string Read = "deputies.read";

    /// <summary>Permission to see performance files and figures.</summary>
    public const string Files = "deputies.files";

    /// <summary>Permission to keep activities, courses, reports to electors and checklists.</summary>
    public const string Manage = "deputies.manage";

    /// <summary>Permission to confirm what deputies report.</summary>
    public const string Confirm = "deputies.confirm";

    /// <summary>Permission of a deputy: the own file, activities, courses, reports.</summary>
    public const string Own = "deputies.report";

    /// <summary>Permission to set points, ranking and what is published.</summary>
    public const string Rules = "deputies.rules";

    /// <summary>Id of the code set of activities' kinds; those shipped have an item of the file each.</summary>
    public const string ActivityKinds = "deputies.activity";

    /// <summary>Id of the code set of the steps of an entry into office that are ticked by hand.</summary>
    public const string EntrySteps = "deputies.entry-steps";

    /// <summary>Id of the code set of the steps of leaving office that are ticked by hand.</summary>
    public const string LeavingSteps = "deputies.leaving-steps";

    /// <inheritdoc />
    public override string Id => "deputies";

    /// <inheritdoc />
    public override Words Name => new("代表履职", "Deputy service");

    /// <inheritdoc />
    public override string Icon => "user-check";

    /// <inheritdoc />
    public override TaskGroup Group => TaskGroup.Deputies;

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        new(Read, new("查看履职申报", "See reported performance"), "deputy", "clerk", "office-head", "leader", "auditor"),
        new(Own, new("申报履职、参加活动、学习、述职", "Report, take part, learn"), "deputy"),
        new(Files, new("查看履职档案和分析", "See performance files and figures"), "clerk", "office-head", "leader", "auditor"),
        new(Confirm, new("确认履职申报", "Confirm what deputies report"), "clerk", "office-head"),
        new(Manage, new("组织代表活动、培训、述职", "Keep activities, courses and reports"), "clerk", "office-head"),
        new(Rules, new("设置积分、排名和公开", "Set points, ranking and what is published"), "office-head"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Procedure> Procedures { get; } = [EntryProcedure.Create()];

    /// <inheritdoc />
    public override IReadOnlyList<PerformanceItem> Performance => DeputyPerformance.All;

    /// <inheritdoc />
    public override IReadOnlyList<(string Id, Words Name)> AuditActions { get; } =
    [
        ("deputies.edit", new("维护代表活动、培训、述职", "keep activities, courses, reports")), ("deputies.rules", new("设置积分、排名和公开", "set points, ranking, publication")), ("deputies.export", new("导出履职档案", "export a performance file")),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Deadline> Deadlines { get; } =
    [
        Rule("deputies.confirm", "确认履职申报", "Confirm reported performance", 5, 2),
        Rule("deputies.complete", "代表补充", "Complete", 10, 3),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<CodeSet> CodeSets { get; } =
    [
        new(EntryProcedure.Kinds, new("履职申报类别", "Kinds of reported performance"), [.. PerformanceHeadings.All.Where(h => h.Heading is not (PerformanceHeading.Congress or PerformanceHeading.Suggestions)).Select(h => (h.Heading.ToString(), h.Name))],
        [
            Plain("speech", "审议发言", "Speech in deliberation", PerformanceHeading.Speech), Plain("opinion", "提出审议意见", "Opinion given", PerformanceHeading.Speech), Plain("non-voting", "列席会议", "Meeting without a vote", PerformanceHeading.NonVoting),
            Plain("inspection", "视察", "Inspection", PerformanceHeading.Inspection), Plain("research", "调研", "Research", PerformanceHeading.Inspection), Plain("group", "代表小组活动", "Group activity", PerformanceHeading.Activities),
            Plain("contact", "走访联系选民", "Contact with electors", PerformanceHeading.Electors), Plain("help", "为群众办实事", "Help given to people", PerformanceHeading.Electors),
        ]),
        new(ActivityKinds, new("代表活动类别", "Kinds of activities"), [],
        [
            Plain("non-voting", "列席会议", "Meeting without a vote"), Plain("inspection", "视察", "Inspection"), Plain("research", "专题调研", "Research"), Plain("law-check", "执法检查", "Law check"),
            Plain("group", "代表小组活动", "Activity of a deputy group"), Plain("training", "集中培训", "Training"), Plain("electors", "联系选民", "With electors"),
        ]),
        new(EntrySteps, new("新任代表事项", "Steps of entry"), [], [Plain("certificate", "颁发代表证", "Certificate given"), Plain("register", "填写履职登记表", "Register form filled in"), Plain("handbook", "发放履职手册", "Handbook given"), Plain("talk", "任前谈话", "Talk before office"), Plain("station", "编入联络站", "Placed in a station")]),
        new(LeavingSteps, new("离任事项", "Steps of leaving"), [], [Plain("returned", "收回代表证", "Certificate returned"), Plain("matters", "未办结事项交接", "Open matters handed over"), Plain("station", "调整联络站编组", "Station rearranged")]),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("我的履职", "My performance"), "/deputies/mine", Own, "user-check"),
        .. ActivityParts.Menu,
        new(new("履职档案", "Performance files"), "/deputies/files", Files, "folder"),
        new(new("待确认申报", "To confirm"), "/deputies/entries?view=confirm", Confirm, "inbox"),
        new(new("履职申报", "Reported performance"), "/deputies/entries?view=all", Files, "list-check"),
        new(new("履职分析", "Analysis"), "/deputies/analysis", Files, "chart-bar"),
        new(new("新任和离任", "Entry and leaving"), "/deputies/life", Manage, "checklist"),
        .. Training.Menu,
        new(new("积分和公开", "Points and publication"), "/deputies/rules", Rules, "settings"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<string> SearchedData => ["description"];

    /// <inheritdoc />
    public override void AddRules(ProcedureRules rules) => rules.AddEffect("deputies.time-up", d => [new Escalated(d.Matter.Matter.Escalation + 1)]);

    /// <inheritdoc />
    public override void AddServices(IServiceCollection services) => services
        .AddSingleton<PerformanceFiles>().AddSingleton<Entries>().AddSingleton<DeputyRules>().AddSingleton<DeputyAnalysis>().AddSingleton<DeputyPublication>().AddSingleton<DeputyLives>().AddSingleton<Exports.DeputyExports>()
        .AddTraining().AddActivities();

    /// <inheritdoc />
    public override void MapApi(IEndpointRouteBuilder api)
    {
        DeputiesApi.Map(api);
        Training.MapApi(api);
        ActivityParts.MapApi(api);
    }

    /// <inheritdoc />
    public override void MapRoot(IEndpointRouteBuilder root)
    {
        Exports.ExportEndpoints.Map(root);
        Exports.TrainingExports.Map(root);
        ActivityParts.MapRoot(root);
    }

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyList<AgendaEntry>> AgendaAsync(IServiceProvider services, Actor actor, DateOnly first, DateOnly last, CancellationToken cancellation) =>
    [
        .. await Training.AgendaAsync(services, actor, first, last, cancellation),
        .. await ActivityParts.AgendaAsync(services, actor, first, last, cancellation),
    ];

    /// <inheritdoc />
    public override async Task SeedDemoAsync(IServiceProvider services, CancellationToken cancellation)
    {
        await Demo.DeputiesDemo.SeedAsync(services, cancellation);
        await Demo.TrainingDemo.SeedAsync(services, cancellation);
        await Demo.ActivitiesDemo.SeedAsync(services, cancellation);
    }

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyDictionary<string, Words>> CategoriesAsync(IServiceProvider services, IReadOnlyList<string> asked, CancellationToken cancellation) =>
        (await services.GetRequiredService<CodeSets>().OfAsync(EntryProcedure.Kinds, cancellation)).ToDictionary(c => c.Id, c => c.Name);

    /// <inheritdoc />
    public override async ValueTask<MatterDescription> DescribeAsync(IServiceProvider services, Matter matter, bool forStaff, CancellationToken cancellation)
    {
        var data = JsonSerializer.Deserialize<JsonObject>(matter.Body)?["data"] as JsonObject ?? [];
        var kind = (await services.GetRequiredService<CodeSets>().OfAsync(EntryProcedure.Kinds, cancellation)).FirstOrDefault(c => c.Id == matter.Category);
        await using var db = await services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContextAsync(cancellation);
        var entry = await db.Set<ReportedEntry>().AsNoTracking().FirstOrDefaultAsync(e => e.MatterId == matter.Id, cancellation);
        return new MatterDescription
        {
            Category = kind?.Name ?? new(matter.Category, matter.Category),
            Context = data["congress"]?.ToString() ?? "",
            Sections = [new(new("做了什么", "What was done"), data["description"]?.ToString() ?? "")],
            Facts =
            [
                new(new("记在哪一项", "Heading"), entry is null ? "" : entry.Heading.Name().ToString()),
                new(new("哪一天", "Day"), entry is null ? "" : entry.Day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)),
                .. entry is { Electors: > 0 } ? [new MatterFact(new("选民人次", "Electors"), entry.Electors.ToString(System.Globalization.CultureInfo.InvariantCulture))] : Array.Empty<MatterFact>(),
                .. entry is not null ? [new MatterFact(new("履职档案", "File"), Language.T("打开", "Open"), $"/deputies/files/{entry.MandateId}", Files)] : Array.Empty<MatterFact>(),
            ],
        };
    }

    private static Code Plain(string id, string zh, string en, PerformanceHeading? heading = null) => new() { Id = id, Zh = zh, En = en, Meaning = heading?.ToString() ?? "" };

    private static Deadline Rule(string code, string zh, string en, int days, int yellow) => new()
    {
        Code = code, Zh = zh, En = en, Unit = DeadlineUnit.WorkingDays, Amount = days, YellowBefore = yellow, BasisZh = "示例值，由各地自定", BasisEn = "Sample value, set locally",
    };
}
