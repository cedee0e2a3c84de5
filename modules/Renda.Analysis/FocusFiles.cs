using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Documents;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Web;
using static Renda.Platform.Language;

namespace Renda.Analysis;

/// <summary>A focus or topic as a document: the list of problems (问题清单) that goes with it.</summary>
public sealed class FocusFiles(IDbContextFactory<RendaDbContext> databases, Focuses focuses, AnalysisWords words, RegionDirectory regions, DemoMode demo, TimeProvider time)
{
    /// <summary>Makes it, of the matters that the actor may read; null when the focus is not theirs to see.</summary>
    public async Task<ExportedDocument?> MakeAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        if (await focuses.FindAsync(id, actor, cancellation) is not { } focus) return null;
        var figures = await focuses.FiguresAsync(id, actor, cancellation);
        await using var db = databases.CreateDbContext();
        var matters = await MatterRow.From(Focuses.Matters(db, id, actor).OrderBy(m => m.Region).ThenBy(m => m.Serial)).ToListAsync(cancellation);
        var categories = await words.CategoriesAsync(matters.Select(m => $"{m.Scenario}/{m.Category}"), cancellation);
        var ids = matters.Select(m => m.Unit).OfType<Guid>().Distinct().ToList();
        var units = await db.Set<Organisation>().AsNoTracking().Where(o => ids.Contains(o.Id)).Select(o => new { o.Id, o.ShortName }).ToDictionaryAsync(o => o.Id, o => o.ShortName, cancellation);

        var kind = AnalysisWords.Kind(focus.Kind);
        using var document = new DocumentFile(focus.Title, T($"生成于 {Day(time.GetUtcNow().UtcDateTime)}", $"Made {Day(time.GetUtcNow().UtcDateTime)}") + (demo.On ? T("　演示数据", "; demo data") : ""));
        document.Title(focus.Title + T("问题清单", ": list of problems"));
        document.Note(kind + T("　", " · ") + regions.FullName(focus.Region));
        document.Facts(
        [
            (T("列为", "Taken up as"), kind), (T("列入时间", "On"), Day(focus.CreatedAt)), (T("列入人", "By"), focus.CreatedByName), (T("事项（件）", "Matters"), $"{figures.Seen}"),
            (T("已办结（件）", "Closed"), $"{figures.Closed}"), (T("现在超期（件）", "Overdue now"), $"{figures.Overdue}"), (T("状态", "State"), AnalysisWords.Light(focus).Text), (T("办结时间", "Closed on"), focus.ClosedAt is { } at ? Day(at) : ""),
        ]);
        document.Heading(T("一、理由", "1. Why"));
        document.Letter(focus.Reason);
        document.Heading(T("二、分布", "2. Where"));
        document.Chart(T("各乡镇街道件数（前 12）", "Matters by town (first 12)"),
            [.. matters.CountBy(m => RegionCode.Town(m.Region)).OrderByDescending(t => t.Value).ThenBy(t => t.Key).Take(12).Select(t => (regions.FullName(t.Key), (long)t.Value))]);
        document.Heading(T("三、问题清单", "3. Problems"));
        document.Table(
            [(T("序号", "No."), 1.2), (T("编号", "Number"), 2.8), (T("标题", "Title"), 4.6), (T("地点", "Place"), 3.0), (T("主办单位", "Unit"), 2.2), (T("状态", "State"), 2.2)],
            matters.Select((m, i) => (string[])[$"{i + 1}", m.Number, $"{m.Title}（{categories.GetValueOrDefault($"{m.Scenario}/{m.Category}", m.Category)}）", regions.FullName(m.Region), m.Unit is { } unit ? units.GetValueOrDefault(unit, "") : "", words.State(m.Scenario, m.State)]));
        if (focus.Outcome.Length > 0)
        {
            document.Heading(T("四、办理结果", "4. What came of it"));
            document.Letter(focus.Outcome);
        }
        var name = string.Concat(focus.Title.Select(c => Path.GetInvalidFileNameChars().Contains(c) || c is '"' or '\\' or ':' ? '-' : c));
        return new($"{T("问题清单", "problems")}-{name}.docx", document.End());
    }

    internal static async Task<IResult> ServeAsync(Guid id, FocusFiles files, HttpContext http) =>
        await files.MakeAsync(id, await http.ActorAsync(), http.RequestAborted) is { } file
            ? Results.File(file.Bytes, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", file.Name)
            : Refusal.NotFound.Problem();

    private static string Day(DateTime utc) => utc.AddHours(8).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
