using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Indicators;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.Performance;
using Renda.Platform.Procedures;

namespace Renda.Visits;

/// <summary>Visits (代表寻访一件事): deputies report what they find, units mend it, deputies judge.</summary>
public sealed class VisitsModule : RendaModule
{
    /// <inheritdoc />
    public override string Id => "visits";

    /// <inheritdoc />
    public override Words Name => new("代表寻访一件事", "Visits");

    /// <inheritdoc />
    public override string Icon => "camera";

    /// <inheritdoc />
    public override TaskGroup Group => TaskGroup.Deputies;

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        new("visits.read", new("查看寻访问题", "See findings"), "deputy", "clerk", "office-head", "leader", "auditor", "unit-clerk", "unit-head"),
        new("visits.report", new("反映问题", "Report"), "deputy"),
        new("visits.evaluate", new("评价办理", "Judge the handling"), "deputy"),
        new("visits.triage", new("核实、核验", "Verify and check"), "clerk", "office-head"),
        new("visits.assign", new("交办", "Assign"), "clerk", "office-head"),
        new("visits.extend", new("批准延期", "Extend"), "office-head"),
        new("visits.handle", new("承办", "Handle"), "unit-clerk", "unit-head"),
        new(VisitScope.Permission, new("查看寻访记录", "See visits"), "deputy", "clerk", "office-head", "leader", "auditor"),
        new(Campaigns.Permission, new("管理寻访活动", "Run campaigns"), "clerk", "office-head"),
        new("visits.statistics", new("查看统计", "See statistics"), "clerk", "office-head", "leader", "auditor"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Procedure> Procedures { get; } = [FindingProcedure.Create()];

    /// <inheritdoc />
    public override IReadOnlyList<Deadline> Deadlines { get; } =
    [
        Days("visits.verify", "核实", "Verify", 2, 1),
        Days("visits.complete", "代表补充", "Complete", 5, 1),
        Days("visits.assign", "交办", "Assign", 2, 1),
        Days("visits.accept", "签收", "Accept", 2, 1),
        Days("visits.decide-return", "答复退办申请", "Decide on a return", 2, 1),
        Days("visits.handle", "办理并答复", "Handle and reply", 15, 3),
        Days("visits.co-answer", "会办意见", "Co-handler's opinion", 10, 2),
        Days("visits.redo", "重新办理", "Do again", 10, 2),
        Days("visits.check", "核验", "Check", 3, 1),
        Days("visits.evaluate", "代表评价", "Judge", 10, 2),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<RecordBook> Records { get; } = [new TourBook()];

    /// <inheritdoc />
    public override IReadOnlyList<Indicator> Indicators => [.. base.Indicators, .. TourBook.Indicators];

    /// <inheritdoc />
    public override IReadOnlyList<PerformanceItem> Performance { get; } =
    [
        new("visits.visit", PerformanceHeading.Inspection, new("寻访", "Visits"), new("次", "times"), (db, period) =>
            from v in db.Set<Visit>()
            join c in db.Set<Campaign>() on v.CampaignId equals c.Id
            where v.BeganAt >= period.Begin && v.BeganAt < period.End && v.EndedAt != null
            select new PerformanceRow { PersonId = v.PersonId, CongressId = null, At = v.BeganAt, Day = null, Source = v.Id, Title = c.Title, Amount = 1 }, visit => $"/visits/tours/{visit}"),
        new("visits.companion", PerformanceHeading.Inspection, new("一同寻访", "Visits made with others"), new("次", "times"), (db, period) =>
            from w in db.Set<VisitCompanion>()
            join v in db.Set<Visit>() on w.VisitId equals v.Id
            join c in db.Set<Campaign>() on v.CampaignId equals c.Id
            where w.PersonId != null && w.PersonId != v.PersonId && v.BeganAt >= period.Begin && v.BeganAt < period.End && v.EndedAt != null
            select new PerformanceRow { PersonId = w.PersonId!.Value, CongressId = null, At = v.BeganAt, Day = null, Source = v.Id, Title = c.Title, Amount = 1 }, visit => $"/visits/tours/{visit}"),
        new("visits.finding", PerformanceHeading.Inspection, new("寻访反映问题", "Findings reported"), new("件", "findings"), (db, period) =>
            from r in db.Set<MatterReporter>()
            join m in db.Set<Matter>() on r.MatterId equals m.Id
            where m.Scenario == "visits" && r.ViaMatterId == m.Id && m.SubmittedAt >= period.Begin && m.SubmittedAt < period.End && m.State != "not-accepted" && m.State != "withdrawn"
            select new PerformanceRow { PersonId = r.PersonId, CongressId = null, At = m.SubmittedAt, Day = null, Source = m.Id, Title = m.Title, Amount = 1 }, matter => $"/matters/{matter}"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("随手拍", "Report"), "/visits/capture", "visits.report", "camera"),
        new(new("我反映的", "My findings"), "/visits?view=mine", "visits.report", "list-check"),
        new(new("待核实待交办", "To verify and assign"), "/visits?view=triage", "visits.triage", "inbox"),
        new(new("待核验", "To check"), "/visits?view=check", "visits.triage", "photo-check"),
        new(new("待签收待办理", "To handle"), "/visits?view=handle", "visits.handle", "inbox"),
        new(new("办理中", "Under way"), "/visits?view=running", "visits.read", "progress"),
        new(new("待评价", "To judge"), "/visits?view=evaluate", "visits.read", "star"),
        new(new("已办结", "Closed"), "/visits?view=closed", "visits.read", "circle-check"),
        new(new("我的寻访", "My visits"), "/visits/tours", "visits.report", "route"),
        new(new("寻访记录", "Visit records"), "/visits/tours", "visits.statistics", "route"),
        new(new("寻访活动", "Campaigns"), "/visits/campaigns", Campaigns.Permission, "flag"),
        new(new("统计", "Statistics"), "/visits/statistics", "visits.statistics", "chart-bar"),
        new(new("高发问题", "Frequent problems"), "/visits/common", "visits.statistics", "sort-descending"),
    ];

    /// <inheritdoc />
    public override string MapList => "/visits?view=all";

    /// <inheritdoc />
    public override IReadOnlyList<MapLayer> MapLayers { get; } = [new("visits.tracks", new("寻访轨迹", "Ways of visits"), "route", VisitScope.Permission, TrackLayer.ReadAsync)];

    /// <inheritdoc />
    public override Type DeskNote => typeof(Pages.WaitingNote);

    /// <inheritdoc />
    public override IReadOnlyList<string> SearchedData => ["description", "suggestion", "placeText"];

    /// <inheritdoc />
    public override void AddRules(ProcedureRules rules) => rules.AddFindingRules();

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyDictionary<string, Words>> CategoriesAsync(IServiceProvider services, IReadOnlyList<string> asked, CancellationToken cancellation) =>
        await services.GetRequiredService<Findings>().CategoryNamesAsync(asked, cancellation);

    /// <inheritdoc />
    public override async ValueTask<MatterDescription> DescribeAsync(IServiceProvider services, Matter matter, bool forStaff, CancellationToken cancellation)
    {
        var (findings, triage) = (services.GetRequiredService<Findings>(), services.GetRequiredService<Triage>());
        var campaign = matter.ContextId is { } id ? await findings.CampaignAsync(id, cancellation) : null;
        var leaf = matter.ContextId is { } contextId ? await findings.LeafAsync(contextId, matter.Category, cancellation) : null;
        var data = JsonSerializer.Deserialize<JsonObject>(matter.Body)?["data"] as JsonObject ?? [];
        var near = forStaff && matter is { Latitude: { } lat, Longitude: { } lon, ContextId: { } context, State: "submitted" or "verified" }
            ? await triage.NearAsync(context, matter.Category, lat, lon, matter.Title, await triage.LooksAsync(matter.Id, cancellation), matter.Id, cancellation)
            : [];
        return new MatterDescription
        {
            Category = leaf?.Name ?? new Words(matter.Category, matter.Category),
            Context = campaign?.Campaign.Title ?? "",
            Basis = leaf?.Article is { } article ? new Words($"《{campaign!.Value.Content.Regulation}》第{article}条", $"{campaign.Value.Content.Regulation}, art. {article}") : default,
            Units = forStaff ? await triage.SuggestUnitsAsync(matter, cancellation) : [],
            Near = near,
            ProofMetres = FindingRules.ProofMetres(data),
            Facts =
            [
                .. (data["answers"] as JsonArray ?? []).OfType<JsonObject>().Select(a => new MatterFact(new Words(a["label"]!.ToString(), a["label"]!.ToString()), a["text"]!.ToString())),
                .. data["visitId"] is { } visit ? [new MatterFact(new("寻访", "Visit"), Language.T("看这次寻访", "See the visit"), $"/visits/tours/{visit}", VisitScope.Permission)] : Array.Empty<MatterFact>(),
            ],
            Choices = data["ratings"] is { } ratings ? new Dictionary<string, IReadOnlyList<string>> { ["attitude"] = ratings.ToString().Split(','), ["result"] = ratings.ToString().Split(',') } : new Dictionary<string, IReadOnlyList<string>>(),
        };
    }

    /// <inheritdoc />
    public override void AddServices(IServiceCollection services) =>
        services.AddSingleton<Findings>().AddSingleton<Triage>().AddSingleton<Campaigns>().AddSingleton<CampaignFigures>().AddSingleton<Visits>().AddSingleton<FocusLists>().AddSingleton<Exports.FindingExports>();

    /// <inheritdoc />
    public override void MapApi(IEndpointRouteBuilder api) => VisitsApi.Map(api);

    /// <inheritdoc />
    public override void MapRoot(IEndpointRouteBuilder root)
    {
        Exports.ExportEndpoints.Map(root);
        // A service worker reaches only below its own address.
        root.MapGet("/sw.js", (IWebHostEnvironment web) => File(web, "dist/sw.js", "text/javascript")).AllowAnonymous().ExcludeFromDescription();
        root.MapGet("/manifest.webmanifest", (IWebHostEnvironment web) => File(web, "manifest.webmanifest", "application/manifest+json")).AllowAnonymous().ExcludeFromDescription();

        static IResult File(IWebHostEnvironment web, string path, string type) =>
            web.WebRootFileProvider.GetFileInfo("_content/Renda.Visits/" + path) is { Exists: true } file ? Results.File(file.CreateReadStream(), type) : Results.NotFound();
    }

    /// <inheritdoc />
    public override Task SeedDemoAsync(IServiceProvider services, CancellationToken cancellation) => Demo.VisitsDemo.SeedAsync(services, cancellation);

    private static Deadline Days(string code, string zh, string en, int days, int yellow) => new()
    {
        Code = code, Zh = zh, En = en, Unit = DeadlineUnit.WorkingDays, Amount = days, YellowBefore = yellow,
        BasisZh = "寻访活动方案（示例值，由各地自定）", BasisEn = "Campaign scheme (sample value, set locally)",
    };
}
