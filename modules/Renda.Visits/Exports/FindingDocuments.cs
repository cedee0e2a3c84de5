using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Documents;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Procedures;
using Renda.Platform.Web;
using static Renda.Platform.Language;

namespace Renda.Visits.Exports;

/// <content>The documents: one finding, one campaign.</content>
public sealed partial class FindingExports
{
    private const int CardPictures = 4;
    private const int ReportPairs = 4;

    /// <summary>The finding card (寻访问题卡片): facts, pictures before and after, the course of handling, the judgement. Null when it is not there or not the actor's to see.</summary>
    public async Task<ExportedDocument?> CardAsync(Guid id, Actor actor, string site, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (!await db.Set<Matter>().VisibleTo(actor, db).AnyAsync(m => m.Id == id && m.Scenario == "visits", cancellation)) return null;
        var fold = (await MatterDesk.LoadAsync(db, id, cancellation))!;
        var m = fold.Matter;
        var procedure = procedures.Get(m.Procedure, m.ProcedureVersion);
        var campaign = m.ContextId is { } context ? await findings.CampaignAsync(context, cancellation) : null;
        var leaf = campaign?.Content.Leaf(m.Category);
        var events = await db.Set<MatterEvent>().AsNoTracking().Where(e => e.MatterId == id).OrderBy(e => e.Version).ToListAsync(cancellation);
        var unitIds = fold.Assignments.Select(a => a.UnitId).Concat(events.Select(e => e.OnBehalfOf).OfType<Guid>()).Distinct().ToList();
        var units = await db.Set<Organisation>().AsNoTracking().Where(o => unitIds.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.ShortName, cancellation);
        var people = fold.Reporters.Select(r => r.PersonId).Distinct().ToList();
        var names = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).Select(p => new { p.Id, p.Name }).ToListAsync(cancellation);

        using var document = new DocumentFile($"{m.Number} {m.Title}", Foot());
        document.Title(T("寻访问题卡片", "Finding card"));
        document.Note(m.Number + DemoMark());
        document.Facts(
        [
            (T("标题", "Title"), m.Title),
            (T("寻访活动", "Campaign"), campaign?.Campaign.Title ?? ""),
            (T("类别", "Category"), leaf?.Name.ToString() ?? m.Category),
            (T("依据", "Basis"), leaf?.Article is { } article ? T($"《{campaign!.Value.Content.Regulation}》第{article}条", $"{campaign.Value.Content.Regulation}, art. {article}") : ""),
            (T("地点", "Place"), string.Join(" · ", new[] { regions.FullName(m.Region), fold.Body.Data["placeText"]?.ToString() }.Where(t => !string.IsNullOrEmpty(t)))),
            (T("坐标（WGS-84）", "Position (WGS-84)"), m is { Latitude: { } lat, Longitude: { } lon } ? FormattableString.Invariant($"{lat:0.00000}, {lon:0.00000}") : ""),
            (T("反映代表", "Reported by"), string.Join(T("、", ", "), people.Select(p => names.FirstOrDefault(n => n.Id == p)?.Name).OfType<string>())),
            (T("反映时间", "Reported"), Time(m.SubmittedAt)),
            (T("主办单位", "Lead unit"), m.LeadUnitId is { } lead ? units.GetValueOrDefault(lead, "") : ""),
            (T("会办单位", "Co-handlers"), string.Join(T("、", ", "), fold.Assignments.Where(a => a.Kind == "co" && a.State != "returned").Select(a => units.GetValueOrDefault(a.UnitId, "")))),
            (T("状态", "State"), procedure.State(m.State).Name.ToString()),
            (T("期限", "Due"), m.DueAt is { } due ? Show.DueDay(due) : ""),
            (T("答复超期", "Replied late"), YesNo(m.Late)),
            (T("有凭证办结", "Closed with proof"), YesNo(m.Proven)),
            (T("检查重点", "Inspection focus"), YesNo(m.Focus)),
        ]);
        document.Heading(T("反映的问题", "What was reported"));
        document.Paragraph(fold.Body.Data["description"]?.ToString() ?? "");
        if (fold.Body.Data["suggestion"]?.ToString() is { Length: > 0 } suggestion) document.Paragraph(T("建议：", "Suggestion: ") + suggestion);

        var before = await PicturesAsync(fold.Media.Where(x => x.Role == "before"), CardPictures, cancellation);
        var after = await PicturesAsync(fold.Media.Where(x => x.Role == "after"), CardPictures, cancellation);
        if (before.Count + after.Count > 0)
        {
            document.Heading(T("整改前后", "Before and after"));
            document.SideBySide(T("整改前", "Before"), T("整改后", "After"), before, after);
        }

        document.Heading(T("办理经过", "Course of handling"));
        document.Table(
            [(T("时间", "Time"), 3.4), (T("谁", "Who"), 3.4), (T("办理", "What"), 3.2), (T("内容", "Details"), 6.0)],
            events.Select(e => (string[])
            [
                Time(e.At),
                e.OnBehalfOf is { } behalf && units.TryGetValue(behalf, out var unit) ? $"{e.ActorName}\n{unit}" : e.ActorName,
                e.Action switch
                {
                    "submit" => T("反映问题", "Reported"), "merged" => T("另一件并入本件", "Another was merged into this"), "unmerged" => T("撤销了并入", "A merge was undone"),
                    _ => procedure.Action(e.Action)?.Name.ToString() ?? e.Action,
                },
                string.Join("\n", Said(procedure.Action(e.Action), EventContent.Parse(e.Content), units)),
            ]));

        if (m.Result > 0)
        {
            document.Heading(T("代表评价", "The deputy's judgement"));
            document.Facts([(T("办理态度", "Attitude"), Show.Rating(m.Attitude)), (T("办理结果", "Result"), Show.Rating(m.Result))]);
        }
        document.Note($"{site}/matters/{m.Id}");
        return new ExportedDocument(FileName(T("寻访问题卡片", "finding"), m.Number) + ".docx", document.End());
    }

    /// <summary>The campaign report: figures, charts, frequent problems and a few pairs of pictures, all within the actor's scope. Null when the campaign is not there or not within it.</summary>
    public async Task<ExportedDocument?> ReportAsync(Guid campaignId, Actor actor, CancellationToken cancellation)
    {
        if (await findings.CampaignAsync(campaignId, cancellation) is not var (campaign, content)) return null;
        // Of a city's campaign a county has its part; of another county's it has none.
        var (campaignFirst, campaignLast) = (campaign.Region, Territory.Last(campaign.Region));
        var reach = FocusScope.Territories(actor).Where(t => t.First <= campaignLast && campaignFirst <= t.Last).ToList();
        if (reach.Count == 0) return null;
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        var figures = await campaignFigures.ReadAsync(campaignId, actor, cancellation);
        var filter = new FindingFilter { Campaign = campaignId };
        var byCategory = await FrequentProblems.RankAsync(db, actor, filter, byTown: false, now, cancellation);
        var byTown = await FrequentProblems.RankAsync(db, actor, filter, byTown: true, now, cancellation);
        var unitIds = figures.ByUnit.Keys.ToList();
        var units = await db.Set<Organisation>().AsNoTracking().Where(o => unitIds.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.ShortName, cancellation);
        var states = procedures.Newest(FindingProcedure.Id).States.ToDictionary(s => s.Id, s => s.Name.ToString());

        using var document = new DocumentFile(campaign.Title, Foot());
        document.Title(T($"{campaign.Title}寻访活动报告", $"Report on the campaign {campaign.Title}"));
        document.Note(T($"范围：{string.Join("、", reach.Select(t => regions.FullName(t.First)))}　截至 {Time(now)}", $"Area: {string.Join(", ", reach.Select(t => regions.FullName(t.First)))}; as of {Time(now)}") + DemoMark());
        document.Heading(T("一、总体情况", "1. Figures"));
        document.Paragraph(T(
            $"{figures.Deputies} 名代表在 {figures.Villages} 个村（社区）反映问题 {figures.Findings} 件，上传照片 {figures.Photos} 张、视频 {figures.Videos} 个；已办结 {figures.Closed} 件，其中有就近整改照片为证的 {figures.Proven} 件。",
            $"{figures.Deputies} deputies reported {figures.Findings} findings in {figures.Villages} villages, with {figures.Photos} photos and {figures.Videos} videos; {figures.Closed} are closed, {figures.Proven} of them proven by an after-photo nearby."));
        document.Facts(
        [
            (T("问题（件）", "Findings"), $"{figures.Findings}"), (T("参与代表（人）", "Deputies"), $"{figures.Deputies}"),
            (T("村社区（个）", "Villages"), $"{figures.Villages}"), (T("照片（张）", "Photos"), $"{figures.Photos}"),
            (T("视频（个）", "Videos"), $"{figures.Videos}"), (T("已办结（件）", "Closed"), $"{figures.Closed}"),
            (T("有凭证办结", "With proof"), $"{figures.Proven}"), (T("答复超期", "Replied late"), $"{figures.Late}"),
            (T("满意率", "Satisfied"), Rate(figures.SatisfiedRate)), (T("含基本满意", "Or basically"), Rate(figures.SatisfiedOrBasicallyRate)),
            (T("不满意（件）", "Not satisfied"), $"{figures.NotSatisfied}"), (T("未评价（件）", "Not judged"), $"{figures.Unreturned}"),
        ]);
        document.Chart(T("各状态件数", "Findings by state"), [.. figures.ByState.Select(s => (states.GetValueOrDefault(s.Key, s.Key), s.Value))]);
        document.Chart(T("各类别件数（前 12）", "Findings by category (first 12)"), [.. figures.ByCategory.Take(12).Select(c => (Category(c.Key), c.Value))]);
        if (figures.ByCounty.Count > 1) document.Chart(T("各县区件数", "Findings by county"), [.. figures.ByCounty.Select(c => (regions.FullName(long.Parse(c.Key)), c.Value))]);
        document.Chart(T("各乡镇街道件数（前 12）", "Findings by town (first 12)"), [.. figures.ByTown.Take(12).Select(t => (regions.FullName(long.Parse(t.Key)), t.Value))]);
        document.Chart(T("各主办单位件数（前 12）", "Findings by lead unit (first 12)"), [.. figures.ByUnit.OrderByDescending(u => u.Value).Take(12).Select(u => (units.GetValueOrDefault(u.Key, ""), u.Value))]);

        document.Heading(T("二、高发问题", "2. Frequent problems"));
        document.Paragraph(T("按已核实的问题排列，可列为执法检查重点。", "Ranked by confirmed findings; they may be listed as focuses of an inspection."));
        document.Table(
            [(T("类别", "Category"), 5.0), (T("件数", "Count"), 1.6), (T("已办结", "Closed"), 1.8), (T("最多的地方", "Most in"), 7.6)],
            byCategory.Take(10).Select(p => (string[])[Category(p.Category!), $"{p.Count}", $"{p.Closed}", string.Join(T("、", ", "), p.Most.Select(x => $"{regions.FullName(x.Town!.Value)} {x.Count}"))]));
        document.Table(
            [(T("乡镇街道", "Town"), 5.0), (T("件数", "Count"), 1.6), (T("已办结", "Closed"), 1.8), (T("最多的类别", "Most of"), 7.6)],
            byTown.Take(10).Select(p => (string[])[regions.FullName(p.Town!.Value), $"{p.Count}", $"{p.Closed}", string.Join(T("、", ", "), p.Most.Select(x => $"{Category(x.Category!)} {x.Count}"))]));

        var proven = await (filter with { View = FindingView.Find("closed") }).Apply(db, actor, now).Where(m => m.Proven && m.Thumbnail != null)
            .OrderBy(m => m.Result == 1 ? 0 : 1).ThenByDescending(m => m.Serial).Take(ReportPairs).Select(m => new { m.Id, m.Number, m.Title, m.Region }).ToListAsync(cancellation);
        var ids = proven.Select(p => p.Id).ToList();
        var shots = await db.Set<MatterMedia>().AsNoTracking().Where(x => ids.Contains(x.MatterId) && x.Kind == "photo").OrderBy(x => x.Position).ToListAsync(cancellation);
        if (proven.Count > 0) document.Heading(T("三、整改前后", "3. Before and after"));
        foreach (var matter in proven)
        {
            var before = await PicturesAsync(shots.Where(s => s.MatterId == matter.Id && s.Role == "before"), 1, cancellation);
            var after = await PicturesAsync(shots.Where(s => s.MatterId == matter.Id && s.Role == "after").OrderBy(s => s.DistanceMetres ?? double.MaxValue), 1, cancellation);
            if (before.Count == 0 || after.Count == 0) continue;
            document.Paragraph($"{matter.Number} {matter.Title}（{regions.FullName(matter.Region)}）", withNext: true);
            document.SideBySide(T("整改前", "Before"), T("整改后", "After"), before, after);
        }
        return new ExportedDocument(FileName(T("寻访活动报告", "campaign-report"), campaign.Title) + ".docx", document.End());

        string Category(string id) => content.Leaf(id)?.Name.ToString() ?? id;
        static string Rate(double? rate) => rate is { } r ? r.ToString("P1") : "—";
    }

    /// <summary>Public derivatives of photos or, where there is none, posters of videos. The sealed original is never opened; what has no picture is left out.</summary>
    private async Task<List<DocumentPicture>> PicturesAsync(IEnumerable<MatterMedia> shots, int most, CancellationToken cancellation)
    {
        var pictures = new List<DocumentPicture>();
        foreach (var shot in shots.Where(s => s.Kind is "photo" or "video").OrderBy(s => s.Kind == "video"))
        {
            if (pictures.Count == most || (pictures.Count > 0 && shot.Kind == "video")) break;
            await using var stream = await media.OpenPictureAsync(shot.Sha256, cancellation);
            if (stream is null) continue;
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellation);
            var caption = new[]
            {
                shot.Kind == "video" ? T("视频画面", "Video") : null,
                shot.TakenAt is { } at ? Time(at) : null,
                shot.Role == "after" ? shot.DistanceMetres is { } metres ? T($"距原处 {metres:0} 米", $"{metres:0} m from the place") : T("无定位", "no position") : null,
            };
            pictures.Add(new DocumentPicture(bytes.ToArray(), string.Join(" · ", caption.OfType<string>())));
        }
        return pictures;
    }

    private static IEnumerable<string> Said(ProcedureAction? action, EventContent content, Dictionary<Guid, string> units)
    {
        foreach (var field in action?.Form ?? [])
        {
            if (field.Kind is FieldKind.Media or FieldKind.Matter || content.Form[field.Id] is not { } value) continue;
            var text = field.Kind switch
            {
                FieldKind.Choice => field.Choices.FirstOrDefault(c => c.Id == value.ToString())?.Name.ToString() ?? "",
                FieldKind.Unit => Name(value.ToString()),
                FieldKind.Units => string.Join(T("、", ", "), value.AsArray().Select(v => Name(v?.ToString()))),
                _ => value.ToString(),
            };
            if (text.Length > 0) yield return $"{field.Label.ToString().Split('（', '(')[0].Trim()}{T("：", ": ")}{text}";
        }

        string Name(string? id) => Guid.TryParse(id, out var unit) ? units.GetValueOrDefault(unit, "") : "";
    }

    private string Foot() => T($"生成于 {Time(time.GetUtcNow().UtcDateTime)}", $"Made {Time(time.GetUtcNow().UtcDateTime)}") + DemoMark();

    private string DemoMark() => demo.On ? T("　演示数据", "; demo data") : "";

    private static string FileName(string kind, string of) => $"{kind}-{string.Concat(of.Select(c => Path.GetInvalidFileNameChars().Contains(c) || c is '"' or '\\' or ':' ? '-' : c))}";
}
