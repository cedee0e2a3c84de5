using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.Performance;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;

namespace Renda.Suggestions;

/// <summary>Suggestions (代表建议办理): deputies put them forward, units reply in time, deputies judge, promises are followed until they are kept.</summary>
public sealed class SuggestionsModule : RendaModule
{
    /// <inheritdoc />
    public override string Id => "suggestions";

    /// <inheritdoc />
    public override Words Name => new("代表建议办理", "Suggestions");

    /// <inheritdoc />
    public override string Icon => "bulb";

    /// <inheritdoc />
    public override TaskGroup Group => TaskGroup.Deputies;

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        new("suggestions.read", new("查看代表建议", "See suggestions"), "deputy", "clerk", "office-head", "leader", "auditor", "unit-clerk", "unit-head"),
        new("suggestions.propose", new("提出建议、附议", "Put suggestions forward and co-sign"), "deputy"),
        new("suggestions.evaluate", new("反馈意见", "Judge the handling"), "deputy"),
        new("suggestions.register", new("代为登记建议", "Write suggestions down for deputies"), "clerk", "office-head"),
        new("suggestions.review", new("审查立案", "Examine"), "clerk", "office-head"),
        new("suggestions.assign", new("交办", "Assign"), "clerk", "office-head"),
        new("suggestions.extend", new("同意延期、确定重点督办", "Extend, make priorities"), "office-head"),
        new("suggestions.publish", new("公开建议和答复", "Publish"), "clerk", "office-head"),
        new("suggestions.coordinate", new("统筹分办", "Distribute"), "unit-clerk", "unit-head"),
        new("suggestions.handle", new("承办", "Handle"), "unit-clerk", "unit-head"),
        new("suggestions.sign", new("签发答复", "Sign replies"), "unit-head"),
        new("suggestions.statistics", new("查看统计报告", "See statistics"), "clerk", "office-head", "leader", "auditor"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Procedure> Procedures { get; } = [SuggestionProcedure.Create()];

    /// <inheritdoc />
    public override IReadOnlyList<Deadline> Deadlines { get; } =
    [
        Rule("suggestions.review", "审查立案并告知代表", "Examine and tell the deputy", DeadlineUnit.CalendarDays, 7, 2, "《浙江省人民代表大会代表建议办理规定》：闭会期间七日内告知", "Zhejiang provisions: told within seven days between sessions"),
        Rule("suggestions.complete", "代表修改", "Revise", DeadlineUnit.WorkingDays, 5, 1),
        Rule("suggestions.assign", "交办", "Assign", DeadlineUnit.WorkingDays, 5, 1),
        Rule("suggestions.joint", "政府办分办", "Distribution by the government office", DeadlineUnit.WorkingDays, 5, 1),
        Rule("suggestions.sign-for", "签收", "Accept", DeadlineUnit.WorkingDays, 3, 1),
        Rule("suggestions.return", "申请退办", "Ask to return", DeadlineUnit.CalendarDays, 10, 2, "《浙江省人民代表大会代表建议办理规定》：收到之日起十日内", "Zhejiang provisions: within ten days of receipt"),
        Rule("suggestions.decide-return", "答复退办申请", "Decide on a return", DeadlineUnit.WorkingDays, 5, 1),
        Rule("suggestions.reply", "答复代表", "Reply to the deputy", DeadlineUnit.Months, 3, 15, "《代表法》第五十一条：交办之日起三个月内", "Deputies Law, art. 51: within three months of assignment"),
        Rule("suggestions.reply-hard", "答复代表（涉及面广、难度大）", "Reply to the deputy, wide or hard items", DeadlineUnit.Months, 6, 30, "《代表法》第五十一条：交办之日起六个月内", "Deputies Law, art. 51: within six months of assignment"),
        Rule("suggestions.opinion", "会办意见", "Co-handler's opinion", DeadlineUnit.Months, 2, 10, "《浙江省人民代表大会代表建议办理规定》：两个月内", "Zhejiang provisions: within two months"),
        Rule("suggestions.evaluate", "代表反馈意见", "Judge", DeadlineUnit.WorkingDays, 20, 5),
        Rule("suggestions.redo", "重新办理并书面答复", "Do again and reply in writing", DeadlineUnit.Months, 1, 7, "《浙江省人民代表大会代表建议办理规定》：一个月内", "Zhejiang provisions: within a month"),
        Rule("suggestions.promise", "兑现承诺", "Keep a promise", DeadlineUnit.Months, 3, 30),
        Rule("suggestions.check-promise", "确认承诺兑现", "Confirm a promise", DeadlineUnit.WorkingDays, 20, 5),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<CodeSet> CodeSets { get; } =
    [
        new(SuggestionProcedure.Classes, new("建议办理结果", "Result classes of suggestions"), [("solved", new("已解决", "Solved")), (SuggestionRules.Planned, new("列入计划，跟踪承诺", "Planned, its promise is followed")), ("reference", new("留作参考", "Kept for reference"))],
        [
            new Code { Id = "A", Zh = "已经解决或基本解决", En = "Solved or basically solved", Meaning = "solved" },
            new Code { Id = "B", Zh = "正在解决或列入计划逐步解决", En = "Being solved or planned", Meaning = SuggestionRules.Planned },
            new Code { Id = "C", Zh = "留作参考或因条件限制难以解决", En = "Kept for reference, or not feasible now", Meaning = "reference" },
        ]),
        new(SuggestionProcedure.Subjects, new("建议主题分类", "Subjects of suggestions"), [],
        [
            Plain("infrastructure", "城乡基础设施", "Infrastructure"), Plain("social", "社会事业", "Social affairs"), Plain("industry", "产业发展", "Industry"), Plain("livelihood", "民生保障", "Livelihood"),
            Plain("services", "公共服务", "Public services"), Plain("agriculture", "农业农村", "Agriculture"), Plain("resources", "资源环境", "Resources and environment"), Plain("other", "其他", "Other"),
        ]),
        new(SuggestionProcedure.Committees, new("建议对口委员会", "Committees for suggestions"), [],
        [
            Plain("finance", "财政经济", "Finance and economy"), Plain("rural", "农业农村", "Rural affairs"), Plain("construction", "城建环保", "Construction and environment"), Plain("education", "教科文卫", "Education, science, culture, health"),
            Plain("justice", "监察司法", "Supervision and justice"), Plain("society", "社会建设", "Social development"), Plain("general", "综合", "General"),
        ]),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<PerformanceItem> Performance { get; } =
    [
        new("suggestions.lead", PerformanceHeading.Suggestions, new("领衔提出建议", "Suggestions made as lead"), new("件", "suggestions"), (db, period) =>
            from m in db.Set<Matter>()
            join d in db.Set<SuggestionDraft>() on m.Id equals d.Id
            where m.Scenario == "suggestions" && m.ReporterId != null && m.SubmittedAt >= period.Begin && m.SubmittedAt < period.End && m.State != "inadmissible" && m.State != "withdrawn"
            select new PerformanceRow { PersonId = m.ReporterId!.Value, CongressId = d.CongressId, At = m.SubmittedAt, Day = null, Source = m.Id, Title = m.Title, Amount = 1 }, matter => $"/matters/{matter}"),
        new("suggestions.cosigned", PerformanceHeading.Suggestions, new("附议建议", "Suggestions co-signed"), new("件", "suggestions"), (db, period) =>
            from r in db.Set<MatterReporter>()
            join m in db.Set<Matter>() on r.MatterId equals m.Id
            join d in db.Set<SuggestionDraft>() on m.Id equals d.Id
            where m.Scenario == "suggestions" && r.PersonId != m.ReporterId && m.SubmittedAt >= period.Begin && m.SubmittedAt < period.End && m.State != "inadmissible" && m.State != "withdrawn"
            select new PerformanceRow { PersonId = r.PersonId, CongressId = d.CongressId, At = m.SubmittedAt, Day = null, Source = m.Id, Title = m.Title, Amount = 1 }, matter => $"/matters/{matter}"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("提建议", "New suggestion"), "/suggestions/new", "suggestions.propose", "pencil"),
        new(new("我的建议", "My suggestions"), "/suggestions?view=mine", "suggestions.propose", "list-check"),
        new(new("登记建议", "Write one down"), "/suggestions/register", "suggestions.register", "pencil"),
        new(new("待审查待交办", "To examine and assign"), "/suggestions?view=triage", "suggestions.review", "inbox"),
        new(new("交办会", "Assignment meeting"), "/suggestions/board", "suggestions.assign", "layout-board"),
        new(new("待签收待办理", "To handle"), "/suggestions?view=handle", "suggestions.handle", "inbox"),
        new(new("办理中", "Under way"), "/suggestions?view=running", "suggestions.read", "progress"),
        new(new("待评价", "To judge"), "/suggestions?view=evaluate", "suggestions.read", "star"),
        new(new("承诺事项台账", "Promises"), "/suggestions/promises", "suggestions.read", "flag"),
        new(new("已办结", "Closed"), "/suggestions?view=closed", "suggestions.read", "circle-check"),
        new(new("办理报告", "Report"), "/suggestions/report", "suggestions.statistics", "chart-bar"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<string> SearchedData => ["situation", "analysis", "proposal", "lead"];

    /// <inheritdoc />
    public override void AddRules(ProcedureRules rules) => rules.AddSuggestionRules();

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Offers(Matter matter) => [new(new("转为代表建议", "Make a suggestion of it"), $"/suggestions/new?from={matter.Id}", "suggestions.propose", "bulb")];

    /// <inheritdoc />
    public override void AddServices(IServiceCollection services) => services.AddSingleton<Drafts>().AddSingleton<SuggestionReports>().AddSingleton<Exports.SuggestionExports>();

    /// <inheritdoc />
    public override void MapApi(IEndpointRouteBuilder api) => SuggestionsApi.Map(api);

    /// <inheritdoc />
    public override void MapRoot(IEndpointRouteBuilder root) => Exports.ExportEndpoints.Map(root);

    /// <inheritdoc />
    public override Task SeedDemoAsync(IServiceProvider services, CancellationToken cancellation) => Demo.SuggestionsDemo.SeedAsync(services, cancellation);

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyDictionary<string, Words>> CategoriesAsync(IServiceProvider services, IReadOnlyList<string> asked, CancellationToken cancellation) =>
        (await services.GetRequiredService<CodeSets>().OfAsync(SuggestionProcedure.Subjects, cancellation)).ToDictionary(c => c.Id, c => c.Name);

    /// <inheritdoc />
    public override async ValueTask<MatterDescription> DescribeAsync(IServiceProvider services, Matter matter, bool forStaff, CancellationToken cancellation)
    {
        var codes = services.GetRequiredService<CodeSets>();
        var data = JsonSerializer.Deserialize<JsonObject>(matter.Body)?["data"] as JsonObject ?? [];
        string Text(string name) => data[name]?.ToString() ?? "";
        async ValueTask<string> CodeAsync(string set, string id) => id.Length == 0 ? "" : (await codes.OfAsync(set, cancellation)).FirstOrDefault(c => c.Id == id)?.Name.ToString() ?? id;
        await using var db = await services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContextAsync(cancellation);
        var units = forStaff ? await UnitsAsync(db, matter.Region, cancellation) : [];
        var proposed = Text("proposedUnit") is { Length: > 0 } first ? first : Text("unit");
        var subject = await CodeAsync(SuggestionProcedure.Subjects, matter.Category);
        var wish = units.Find(u => u.Unit.Id.ToString() == proposed)?.Unit.ShortName ?? (Guid.TryParse(Text("unit"), out var wished) ? await db.Set<Organisation>().Where(o => o.Id == wished).Select(o => o.ShortName).FirstOrDefaultAsync(cancellation) : null) ?? "";
        // The unit that was proposed comes first, with the reason.
        if (units.FindIndex(u => u.Unit.Id.ToString() == proposed) is >= 0 and var at)
        {
            var chosen = units[at] with { Reason = Text("proposedUnit").Length > 0 ? new("代表工作机构建议", "proposed by the deputies' office") : new("代表建议", "the deputy's wish") };
            units.RemoveAt(at);
            units.Insert(0, chosen);
        }
        var cosigners = (data["cosigners"] as JsonArray ?? []).Select(c => c!["name"]!.ToString()).ToList();
        var priority = data["priority"] as JsonObject;
        return new MatterDescription
        {
            Category = new(subject, subject),
            Context = $"{Text("congress")} {Text("session")}{(data["between"] is null ? "" : Language.T("闭会期间", ", between sessions"))}",
            Sections = [new(new("情况", "Situation"), Text("situation")), new(new("分析", "Analysis"), Text("analysis")), new(new("具体意见", "What should be done"), Text("proposal"))],
            Panel = typeof(Pages.SuggestionPanel),
            Units = units,
            UnitsOf = new Dictionary<string, IReadOnlyList<UnitSuggestion>>
            {
                ["coordinator"] = [.. (forStaff ? await CoordinatorsAsync(db, matter.Region, cancellation) : []).Select(o => new UnitSuggestion(o, default))],
            },
            Presets = new Dictionary<string, string>
            {
                ["subject"] = matter.Category, ["committee"] = Text("committee"), ["term"] = "normal", ["title"] = matter.Title, ["situation"] = Text("situation"), ["analysis"] = Text("analysis"), ["proposal"] = Text("proposal"),
                ["publicText"] = string.Join("\n\n", Text("situation"), Text("analysis"), Text("proposal")), ["publicReply"] = ReplyText(data), ["until"] = Text("extensionAsked"),
            },
            Facts =
            [
                new(new("领衔代表", "Lead deputy"), Text("lead") + (Text("delegation").Length > 0 ? $"（{Text("delegation")}）" : "")),
                .. cosigners.Count > 0 ? [new MatterFact(new($"附议代表（{cosigners.Count} 名）", $"Co-signers ({cosigners.Count})"), string.Join(Language.T("、", ", "), cosigners))] : Array.Empty<MatterFact>(),
                new(new("来源", "Origin"), SuggestionText.Name(SuggestionText.Origins, Text("origin"))),
                .. Text("committee").Length > 0 ? [new MatterFact(new("对口委员会", "Committee"), await CodeAsync(SuggestionProcedure.Committees, Text("committee")))] : Array.Empty<MatterFact>(),
                .. wish.Length > 0 ? [new MatterFact(new("建议的承办单位", "Unit proposed"), wish)] : Array.Empty<MatterFact>(),
                new(new("联系方式意愿", "Wishes to be contacted by"), SuggestionText.Name(SuggestionText.Contacts, Text("contact"))),
                .. data["repeated"] is not null ? [new MatterFact(new("是否重复提出", "Put forward before"), Language.T("以前提过", "yes"))] : Array.Empty<MatterFact>(),
                new(new("公开意愿", "May be published"), Text("openness") == "closed" ? Language.T("代表要求不公开", "the deputy asks that it is not") : Language.T("可以公开", "yes")),
                .. priority is not null ? [new MatterFact(new("重点督办", "Priority"), Language.T($"{priority["leader"]}领办，{priority["supervisor"]}督办", $"taken up by {priority["leader"]}, supervised by {priority["supervisor"]}"))] : Array.Empty<MatterFact>(),
                .. Text("promiseDue").Length > 0 ? [new MatterFact(new("承诺完成日期", "Promised for"), Text("promiseDue"))] : Array.Empty<MatterFact>(),
                .. Text("extensionAsked").Length > 0 ? [new MatterFact(new("申请延期至", "More time asked until"), Text("extensionAsked"))] : Array.Empty<MatterFact>(),
            ],
        };
    }

    /// <summary>Units of a congress's own level that may handle its suggestions, towns' governments last.</summary>
    internal static async Task<List<UnitSuggestion>> UnitsAsync(RendaDbContext db, long region, CancellationToken cancellation)
    {
        var last = Territory.Last(region);
        var all = await db.Set<Organisation>().AsNoTracking()
            .Where(o => o.ValidTo == null && o.Duty != Coordinator && (((o.Kind == OrganisationKind.HandlingUnit || o.Kind == OrganisationKind.SupervisedOrgan) && o.Region == region) || (o.Kind == OrganisationKind.TownGovernment && o.Region >= region && o.Region <= last)))
            .ToListAsync(cancellation);
        // A town has no departments of its own: its county's come to its help.
        if (Territory.Level(region) <= 1)
        {
            var county = RegionCode.County(region);
            all.AddRange(await db.Set<Organisation>().AsNoTracking().Where(o => o.ValidTo == null && o.Kind == OrganisationKind.HandlingUnit && o.Region == county && o.Duty != Coordinator).ToListAsync(cancellation));
        }
        return [.. all.OrderBy(o => o.Kind == OrganisationKind.TownGovernment).ThenBy(o => o.Kind == OrganisationKind.SupervisedOrgan).ThenBy(o => o.ShortName, StringComparer.Ordinal).Select(o => new UnitSuggestion(o, default))];
    }

    /// <summary>Duty of the body that gives suggestions on to units: the government's office.</summary>
    public const string Coordinator = "government-office";

    internal static Task<List<Organisation>> CoordinatorsAsync(RendaDbContext db, long region, CancellationToken cancellation) =>
        db.Set<Organisation>().AsNoTracking().Where(o => o.ValidTo == null && o.Kind == OrganisationKind.HandlingUnit && o.Region == region && o.Duty == Coordinator).OrderBy(o => o.Id).ToListAsync(cancellation);

    private static string ReplyText(JsonObject data) =>
        string.Join("\n\n", (data["replies"] as JsonObject ?? []).Select(p => p.Value.Deserialize<Reply>(EventContent.Json)!).Where(r => r is { SignedAt: not null, Disclosure: not "closed" }).Select(r => r.Text));

    private static Code Plain(string id, string zh, string en) => new() { Id = id, Zh = zh, En = en };

    private static Deadline Rule(string code, string zh, string en, DeadlineUnit unit, int amount, int yellow, string basisZh = "示例值，由各地自定", string basisEn = "Sample value, set locally") => new()
    {
        Code = code, Zh = zh, En = en, Unit = unit, Amount = amount, YellowBefore = yellow, BasisZh = basisZh, BasisEn = basisEn,
    };
}
