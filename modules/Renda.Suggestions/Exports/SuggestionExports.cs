using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Documents;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Web;
using static Renda.Platform.Language;

namespace Renda.Suggestions.Exports;

/// <summary>Suggestions as files, never more than the actor may see: the original, the reply letter with its form for the deputy's opinion, lists and the report. Letters are in Chinese, whatever the language of the page.</summary>
public sealed class SuggestionExports(IDbContextFactory<RendaDbContext> databases, ProcedureCatalogue procedures, CodeSets codes, SuggestionReports reports, DemoMode demo, TimeProvider time)
{
    private const int PageRows = 2_000;

    /// <summary>The suggestion as handed in (建议原件); null when it is not there or not the actor's to see.</summary>
    public async Task<ExportedDocument?> OriginalAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await LoadAsync(db, id, actor, cancellation) is not { } fold) return null;
        var (m, data) = (fold.Matter, fold.Body.Data);
        var subjects = await codes.OfAsync(SuggestionProcedure.Subjects, cancellation);
        using var document = new DocumentFile($"{m.Number} {m.Title}", Foot(Text(data, "congress")));
        document.Note($"{Text(data, "congress")}代表建议、批评和意见{Demo()}");
        document.Title(m.Title);
        document.Facts(
        [
            ("编号", m.Number), ("届次", Text(data, "session") + (data["between"] is null ? "" : "（闭会期间）")), ("领衔代表", Text(data, "lead")), ("代表团", Text(data, "delegation")),
            ("附议代表", string.Join("、", Cosigners(data))), ("主题分类", subjects.FirstOrDefault(s => s.Id == m.Category)?.Zh ?? m.Category), ("来源", SuggestionText.Origins.FirstOrDefault(o => o.Id == Text(data, "origin"))?.Name.Zh ?? ""),
            ("公开意愿", Text(data, "openness") == "closed" ? "代表要求不公开" : "可以公开"), ("提出日期", Day(m.SubmittedAt)), ("联系方式意愿", SuggestionText.Contacts.FirstOrDefault(c => c.Id == Text(data, "contact"))?.Name.Zh ?? ""),
        ]);
        foreach (var (heading, field) in (ReadOnlySpan<(string, string)>)[("一、情况", "situation"), ("二、分析", "analysis"), ("三、具体意见", "proposal")])
        {
            document.Heading(heading);
            document.Letter(Text(data, field));
        }
        document.Right($"领衔代表：{Text(data, "lead")}");
        document.Right(LongDay(m.SubmittedAt));
        return new ExportedDocument($"{Safe(m.Number)}建议原件.docx", document.End());
    }

    /// <summary>
    /// The reply of a unit as an official letter, with its result class at the top right, and the form for the deputy's
    /// opinion (征询意见表) enclosed; null when it is not there, not signed, or not the actor's to see. Its draft, for the unit itself.
    /// </summary>
    public async Task<ExportedDocument?> LetterAsync(Guid id, Guid unit, bool draft, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await LoadAsync(db, id, actor, cancellation) is not { } fold) return null;
        // A draft is the unit's own until it is signed.
        if ((draft ? actor.Organisations.Contains(unit) ? SuggestionRules.DraftOf(fold, unit) : null : SuggestionRules.Replies(fold).GetValueOrDefault(unit)) is not { } reply) return null;
        var (m, data) = (fold.Matter, fold.Body.Data);
        var organisations = await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == unit || fold.Assignments.Select(a => a.UnitId).Contains(o.Id)).ToDictionaryAsync(o => o.Id, cancellation);
        var name = organisations[unit].Name;
        var helpers = fold.Assignments.Where(a => a is { Kind: "co", State: "answered" }).Select(a => organisations[a.UnitId].Name).ToList();
        using var document = new DocumentFile($"对{m.Number}建议的答复", Foot(name));
        document.Right($"办理结果：{reply.Class}");
        document.Note(name + Demo());
        document.Note(reply.DocNumber + (reply.SignedAt is null ? "（未签发稿）" : ""));
        document.Title($"对{m.Number}建议的答复");
        // A suggestion of several is answered to each of them.
        document.Paragraph(string.Join("、", new[] { Text(data, "lead") }.Concat(Cosigners(data))) + "代表：");
        document.Letter($"您提出的《{m.Title}》收悉。现答复如下：");
        document.Letter(reply.Text);
        if (helpers.Count > 0) document.Letter($"本件由{string.Join("、", helpers)}会办，答复中已吸收会办意见。");
        if (reply.Promise.Length > 0) document.Letter($"承诺事项：{reply.Promise}（计划于 {reply.PromiseDue} 前完成，届时再次书面答复）。");
        document.Letter("感谢您对我们工作的关心和支持。");
        document.Right(name);
        document.Right(LongDay(reply.SignedAt ?? time.GetUtcNow().UtcDateTime));
        if (reply.Signer.Length > 0) document.Right($"签发人：{reply.Signer}");
        document.Paragraph($"联系人：{reply.ContactName}　联系电话：{reply.ContactPhone}");
        document.Paragraph($"公开属性：{Disclosure(reply.Disclosure)}");
        document.Paragraph($"抄送：{Text(data, "congress")}代表工作机构{(fold.Assignments.Any(a => a.Kind == "coordinator") ? "，政府办公室" : "")}。");

        document.NewPage();
        document.Title("代表建议办理征询意见表");
        document.Facts(
        [
            ("建议编号", m.Number), ("建议标题", m.Title), ("领衔代表", Text(data, "lead")), ("代表团", Text(data, "delegation")), ("承办单位", name), ("办理结果", reply.Class), ("联系人", reply.ContactName), ("联系电话", reply.ContactPhone),
        ]);
        document.Table([("征询事项", 4.0), ("满意", 3.0), ("基本满意", 3.0), ("不满意", 3.0), ("备注", 3.0)], [["对办理态度", Mark(m.Attitude, 1), Mark(m.Attitude, 2), Mark(m.Attitude, 3), ""], ["对办理结果", Mark(m.Result, 1), Mark(m.Result, 2), Mark(m.Result, 3), ""]]);
        document.Paragraph("代表意见和要求（不满意的请写明原因）：");
        document.Paragraph("　");
        document.Paragraph("　");
        document.Right("代表签名：　　　　　　　　年　　月　　日");
        document.Paragraph("承办人：　　　　　　　单位负责人：　　　　　　　政府领导：　　　　　　");
        return new ExportedDocument($"{Safe(m.Number)}答复函.docx", document.End());

        static string Mark(int rating, int value) => rating == value ? "√" : "□";
    }

    /// <summary>Writes a list: what was given to whom and by when (交办清单), the ledger of promises, or everything the list shows.</summary>
    /// <param name="to">Where to; only written, asynchronously.</param>
    /// <param name="filter">What of it.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="site">Address of the site; links begin with it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WriteListAsync(Stream to, SuggestionFilter filter, Actor actor, string site, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        var states = procedures.Newest(SuggestionProcedure.Id).States.ToDictionary(s => s.Id, s => s.Name.ToString());
        var subjects = (await codes.OfAsync(SuggestionProcedure.Subjects, cancellation)).ToDictionary(c => c.Id, c => c.Name.ToString());
        (string, int)[] columns =
        [
            (T("编号", "Number"), 22), (T("标题", "Title"), 48), (T("领衔代表", "Lead deputy"), 12), (T("代表团", "Delegation"), 14), (T("附议", "Co-signers"), 8), (T("主题", "Subject"), 14), (T("状态", "State"), 12),
            (T("主办（分办）单位", "Lead or separate units"), 24), (T("会办单位", "Co-handlers"), 24), (T("交办日期", "Assigned"), 12), (T("答复期限", "Reply due"), 12), (T("办理结果", "Class"), 10), (T("答复日期", "Replied"), 12),
            (T("承诺事项", "Promise"), 40), (T("承诺期限", "Promised for"), 12), (T("态度", "Attitude"), 10), (T("结果", "Result"), 10), (T("重点督办", "Priority"), 10), (T("链接", "Link"), 50),
        ];
        using var sheet = await SheetFile.BeginAsync(to, T("代表建议", "Suggestions") + (demo.On ? T("（演示数据）", " (demo data)") : ""), columns, cancellation);
        long? after = null;
        do
        {
            var page = await filter.PageAsync(db, actor, PageRows, after, now, cancellation);
            var ids = page.Items.Select(i => i.Id).ToList();
            var bodies = await db.Set<Matter>().AsNoTracking().Where(m => ids.Contains(m.Id)).Select(m => new { m.Id, m.Body, m.Focus }).ToDictionaryAsync(m => m.Id, cancellation);
            var parts = (await db.Set<Assignment>().AsNoTracking().Where(a => ids.Contains(a.MatterId) && a.State != "returned").ToListAsync(cancellation)).ToLookup(a => a.MatterId);
            var units = parts.SelectMany(p => p).Select(a => a.UnitId).Distinct().ToList();
            var names = await db.Set<Organisation>().AsNoTracking().Where(o => units.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.ShortName, cancellation);
            foreach (var row in page.Items)
            {
                var data = JsonSerializer.Deserialize<MatterBody>(bodies[row.Id].Body, EventContent.Json)!.Data;
                var replies = (data["replies"] as JsonObject ?? []).Select(p => p.Value.Deserialize<Reply>(EventContent.Json)!).Where(r => r.SignedAt is not null).ToList();
                var repliers = parts[row.Id].Where(a => a.Kind is "lead" or "separate").ToList();
                await sheet.RowAsync(
                    row.Number, row.Title, Text(data, "lead"), Text(data, "delegation"), Cosigners(data).Count.ToString(CultureInfo.InvariantCulture), subjects.GetValueOrDefault(row.Category, row.Category), states.GetValueOrDefault(row.State, row.State),
                    string.Join("、", repliers.Select(a => names.GetValueOrDefault(a.UnitId, ""))), string.Join("、", parts[row.Id].Where(a => a.Kind == "co").Select(a => names.GetValueOrDefault(a.UnitId, ""))),
                    repliers.Count > 0 ? Day(repliers.Min(a => a.AssignedAt)) : "", repliers.Count > 0 ? Show.DueDay(repliers.Max(a => a.DueAt))[..10] : "", string.Join("、", replies.Select(r => r.Class)), replies.Count > 0 ? Day(replies.Max(r => r.SignedAt!.Value)) : "",
                    string.Join("；", replies.Select(r => r.Promise).Where(p => p.Length > 0)), Text(data, "promiseDue"), Show.Rating(row.Attitude), Show.Rating(row.Result), bodies[row.Id].Focus ? T("是", "yes") : "", $"{site}/matters/{row.Id}");
            }
            after = page.Next;
        }
        while (after is not null);
        await sheet.EndAsync();
    }

    /// <summary>The report on a session as a document; null when it is not there or not the actor's to see.</summary>
    public async Task<ExportedDocument?> ReportAsync(Guid session, Actor actor, CancellationToken cancellation)
    {
        if (!actor.May("suggestions.statistics") || await reports.ReadAsync(session, actor, cancellation) is not { } report) return null;
        var classes = await codes.OfAsync(SuggestionProcedure.Classes, cancellation);
        var compared = await reports.CompareAsync(session, actor, cancellation);
        var all = report.All.Figures;
        using var document = new DocumentFile($"{report.Name}代表建议办理情况报告", Foot(""));
        document.Title($"{report.Name}代表建议办理情况报告");
        document.Note($"截至 {LongDay(time.GetUtcNow().UtcDateTime)}{Demo()}");
        document.Heading("一、总体情况");
        document.Letter($"{report.Name}会议期间和闭会期间共收到代表建议 {report.Arrived} 件，其中闭会期间 {report.Between} 件。立案 {all.Accepted} 件，不作为建议处理 {report.Inadmissible} 件，代表撤回 {report.Withdrawn} 件，正在审查 {report.Waiting} 件。");
        document.Letter($"已答复 {all.Replied} 件，占立案数的 {Percent(all.Accepted == 0 ? null : (double)all.Replied / all.Accepted)}；超期答复 {all.Late} 件；重新办理 {all.Redone} 件；重点督办 {all.Priorities} 件。办理结果：{string.Join("，", classes.Where(c => all.Classes.ContainsKey(c.Id)).Select(c => $"{c.Id} 类（{c.Zh}）{all.Classes[c.Id]} 件"))}。");
        document.Letter($"代表反馈 {all.Result.Sum()} 件，未反馈 {all.Unreturned} 件（不计入满意率）。对办理结果满意率 {Percent(SuggestionFigures.Rate(all.Result, false))}，含基本满意 {Percent(SuggestionFigures.Rate(all.Result, true))}；对办理态度满意率 {Percent(SuggestionFigures.Rate(all.Attitude, false))}，含基本满意 {Percent(SuggestionFigures.Rate(all.Attitude, true))}。");
        document.Letter($"列入承诺事项台账 {all.Promises} 件，已兑现 {all.Kept} 件。");
        if (report.Subjects.Count > 0) document.Chart("按主题分类（件）", [.. report.Subjects.Select(s => (s.Name, (long)s.Figures.Accepted))]);
        document.Heading("二、按承办单位");
        document.Table([("承办单位", 4.0), ("承办", 1.5), ("已答复", 1.7), ("超期", 1.5), ("办理结果", 3.3), ("结果满意率", 2.0), ("含基本满意", 2.0)], report.Units.Select(u => (IReadOnlyList<string>)[u.Name, $"{u.Figures.Accepted}", $"{u.Figures.Replied}", $"{u.Figures.Late}", Classes(u.Figures), Percent(SuggestionFigures.Rate(u.Figures.Result, false)), Percent(SuggestionFigures.Rate(u.Figures.Result, true))]));
        document.Heading("三、按代表团");
        document.Table([("代表团", 6.0), ("立案", 2.5), ("已答复", 2.5), ("结果满意率", 2.5), ("含基本满意", 2.5)], report.Delegations.Select(u => (IReadOnlyList<string>)[u.Name.Length > 0 ? u.Name : "（未登记代表团）", $"{u.Figures.Accepted}", $"{u.Figures.Replied}", Percent(SuggestionFigures.Rate(u.Figures.Result, false)), Percent(SuggestionFigures.Rate(u.Figures.Result, true))]));
        if (compared.Count > 1)
        {
            document.Heading("四、历次会议比较");
            document.Table([("会议", 4.0), ("立案", 2.0), ("已答复", 2.0), ("超期", 2.0), ("结果满意率", 2.0), ("含基本满意", 2.0), ("承诺兑现", 2.0)], compared.Select(c => (IReadOnlyList<string>)[c.Name, $"{c.All.Figures.Accepted}", $"{c.All.Figures.Replied}", $"{c.All.Figures.Late}", Percent(SuggestionFigures.Rate(c.All.Figures.Result, false)), Percent(SuggestionFigures.Rate(c.All.Figures.Result, true)), $"{c.All.Figures.Kept}/{c.All.Figures.Promises}"]));
        }
        return new ExportedDocument($"{report.Name}代表建议办理情况报告.docx", document.End());

        string Classes(SuggestionFigures f) => string.Join(" ", classes.Where(c => f.Classes.ContainsKey(c.Id)).Select(c => $"{c.Id}{f.Classes[c.Id]}"));
    }

    private static async Task<MatterFold?> LoadAsync(RendaDbContext db, Guid id, Actor actor, CancellationToken cancellation) =>
        await MatterDesk.LoadAsync(db, id, cancellation) is { Matter.Scenario: "suggestions" } fold && MatterScope.MaySee(actor, fold.Matter, fold.Assignments, fold.Reporters) ? fold : null;

    private static IReadOnlyList<string> Cosigners(JsonObject data) => [.. (data["cosigners"] as JsonArray ?? []).Select(c => c!["name"]!.ToString())];

    private static string Text(JsonObject data, string name) => data[name]?.ToString() ?? "";

    private static string Day(DateTime utc) => ChinaTime.Date(utc).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string LongDay(DateTime utc) => ChinaTime.Date(utc).ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    private static string Percent(double? share) => share is { } value ? value.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal) : "—";

    private static string Disclosure(string id) => id switch { "open" => "主动公开", "partly" => "部分公开", _ => "不予公开" };

    private static string Safe(string number) => string.Concat(number.Where(c => c is not ('/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|')));

    private static string Foot(string of) => of;

    private string Demo() => demo.On ? "（演示数据）" : "";
}
