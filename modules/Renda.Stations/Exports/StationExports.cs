using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Documents;
using Renda.Platform.Regions;
using Renda.Platform.Web;

namespace Renda.Stations.Exports;

/// <summary>Files to take away: the monthly report of a station and of all stations within somebody's scope, and proposals for projects. In Chinese, as reports are.</summary>
public sealed class StationExports(StationReports reports, StationDesk desk, Proposals proposals, CodeSets codes, RegionDirectory regions, DemoMode demo, TimeProvider time)
{
    /// <summary>The report of a month; null when it is not the actor's to see.</summary>
    public async Task<(string Name, byte[] Bytes)?> ReportAsync(DateOnly month, Guid? station, Actor actor, CancellationToken cancellation)
    {
        var figures = await reports.ReadAsync(month, station, actor, cancellation);
        if (station is not null && figures.Count == 0) return null;
        var title = $"{(station is null ? "代表联络站" : figures[0].Station.Name)}{month:yyyy 年 M 月}工作月报";
        using var document = new DocumentFile(title, "代表联络站");
        document.Note($"截至 {ChinaTime.Date(time.GetUtcNow().UtcDateTime):yyyy 年 M 月 d 日}{(demo.On ? "（演示数据）" : "")}");
        document.Title(title);
        var all = StationReports.Sum(figures, "合计");
        document.Letter($"本月接待 {all.Receptions} 次，代表 {all.Deputies} 人次，接待群众 {all.Voters} 人次；收到群众意见 {all.Said} 件，受理 {all.Accepted} 件，解决 {all.Solved} 件，解决率 {Percent(all.SolvedRate)}；已评价 {all.Rated} 件，满意率 {Percent(all.Satisfaction)}；平均 {Days(all.Days)} 天答复。");
        if (station is { } id)
        {
            document.Heading("接待记录");
            var receptions = await desk.ReceptionsAsync(id, month, month.AddMonths(1).AddDays(-1), cancellation);
            document.Table([("日期", 3.0), ("接待代表", 6.0), ("到场部门", 4.0), ("群众人次", 2.0), ("意见", 1.5)], receptions.OrderBy(r => r.Reception.Day).Select(r => (IReadOnlyList<string>)[$"{r.Reception.Day:MM-dd}", string.Join("、", r.Deputies.Select(d => d.Name)), r.Reception.Officials, $"{r.Reception.Voters}", $"{r.Voices}"]));
        }
        else
        {
            document.Heading("按联络站");
            document.Table(
                [("联络站", 4.5), ("接待", 1.4), ("代表人次", 1.8), ("群众人次", 1.8), ("意见", 1.4), ("解决率", 1.8), ("满意率", 1.8), ("平均天数", 1.8)],
                figures.Where(f => f.Receptions + f.Said > 0).Append(all).Select(f => (IReadOnlyList<string>)[f.Station.ShortName, $"{f.Receptions}", $"{f.Deputies}", $"{f.Voters}", $"{f.Said}", Percent(f.SolvedRate), Percent(f.Satisfaction), Days(f.Days)]));
        }
        document.Paragraph("解决率为已解决占已受理，满意率为满意和基本满意占已评价，没有评价的不计入；接待按人次计。");
        return ($"{title.Replace(" ", "", StringComparison.Ordinal)}.docx", document.End());
    }

    /// <summary>The day in China.</summary>
    public DateOnly Today => ChinaTime.Date(time.GetUtcNow().UtcDateTime);

    /// <summary>Writes the proposals of matters the actor may see as a workbook, page by page.</summary>
    public async Task WriteProposalsAsync(Stream to, Actor actor, CancellationToken cancellation)
    {
        var categories = (await codes.OfAsync(VoiceProcedure.Categories, cancellation)).ToDictionary(c => c.Id, c => c.Name.Zh);
        using var sheet = await SheetFile.BeginAsync(to, "民生实事项目建议", [("标题", 30), ("类别", 14), ("地点", 28), ("群众反映", 60), ("提出理由", 40), ("提出人", 12), ("提出日期", 12), ("联络站", 24), ("来自", 18), ("已列入", 30)], cancellation);
        for (long? before = null; ;)
        {
            var rows = await proposals.ListAsync(actor, before, 500, cancellation);
            foreach (var (p, number, _, station, into) in rows)
                await sheet.RowAsync(p.Title, categories.GetValueOrDefault(p.Category, p.Category), regions.FullName(p.Region), p.Text, p.Reason, p.By, $"{ChinaTime.Date(p.At):yyyy-MM-dd}", station, number, into is { } taken ? $"{taken.Number} {taken.Title}" : "");
            if (rows.Count < 500) break;
            before = rows[^1].Serial;
        }
        await sheet.EndAsync();
    }

    private static string Percent(double? share) => share is { } value ? value.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal) : "—";

    private static string Days(double? days) => days is { } value ? value.ToString("0.0", CultureInfo.InvariantCulture) : "—";
}

/// <summary>They stand beside the pages, because people follow links to them.</summary>
internal static class ExportEndpoints
{
    private const string Document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    public static void Map(IEndpointRouteBuilder root)
    {
        var export = root.MapGroup("/stations/export").WithTags("Stations").ExcludeFromDescription();
        export.MapGet("/report.docx", (string? month, HttpContext http, StationExports exports) => AnswerAsync(month, null, http, exports)).RequirePermission(StationsModule.Statistics);
        export.MapGet("/proposals.xlsx", ProposalsAsync).RequirePermission(StationsModule.Read);
        export.MapGet("/{id:guid}/report.docx", (Guid id, string? month, HttpContext http, StationExports exports) => AnswerAsync(month, id, http, exports)).RequirePermission(StationsModule.Statistics);
    }

    private static async Task ProposalsAsync(HttpContext http, StationExports exports)
    {
        var actor = await http.ActorAsync();
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"民生实事项目建议-{exports.Today:yyyyMMdd}.xlsx");
        http.Response.ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.CacheControl = "private, no-store";
        await exports.WriteProposalsAsync(http.Response.Body, actor, http.RequestAborted);
    }

    private static async Task<IResult> AnswerAsync(string? month, Guid? station, HttpContext http, StationExports exports)
    {
        if (StationReports.Month(month) is not { } first) return new Refusal("stations.month", new("月份写作 2026-11。", "A month is written as 2026-11."), 400).Problem();
        return await exports.ReportAsync(first, station, await http.ActorAsync(), http.RequestAborted) is { } file ? Results.File(file.Bytes, Document, file.Name) : Refusal.NotFound.Problem();
    }
}
