using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Documents;
using Renda.Platform.Media;
using Renda.Platform.Web;
using static Renda.Platform.Language;

namespace Renda.Deputies.Exports;

/// <summary>Files to take away: who has completed a course, reports to electors as a list, one of them as a document; and the files of a course.</summary>
public sealed class TrainingExports(CourseDesk courses, Learnings learnings, ReportDesk reports, AuditLog audit, MediaService media, MediaStore store, DemoMode demo, TimeProvider time)
{
    private const string Sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    private const int PageRows = 500;

    /// <summary>Writes who has completed a course and who has not to the answer.</summary>
    public async Task LearnersAsync(Guid id, HttpContext http)
    {
        var (actor, cancellation) = (await http.ActorAsync(), http.RequestAborted);
        if (await courses.FindAsync(id, actor, cancellation) is not { Course.PublishedAt: not null } course)
        {
            await Refusal.NotFound.Problem().ExecuteAsync(http);
            return;
        }
        await audit.NoteAsync(actor, "deputies.export", nameof(Course), id, $"课程“{course.Course.Title}”学习情况", cancellation);
        Attach(http, $"{course.Course.Title}-{T("学习情况", "learners")}.xlsx", Sheet);
        using var sheet = await SheetFile.BeginAsync(http.Response.Body, Named(T("学习情况", "Learners")),
            [(T("姓名", "Name"), 12), (T("人大", "Congress"), 30), (T("状态", "State"), 10), (T("材料已读", "Files read"), 10), (T("答题次数", "Tries"), 10), (T("最好成绩", "Best"), 10), (T("完成时间", "Completed"), 18), (T("学时", "Hours"), 8)], cancellation);
        var files = course.Files.Select(f => f.Sha256).ToList();
        (string, Guid)? after = null;
        do
        {
            var (items, more) = await courses.LearnersAsync(course, null, null, after, PageRows, cancellation);
            foreach (var row in items)
            {
                var l = row.Learning;
                await sheet.RowAsync(row.Name, row.Seats, l?.CompletedAt is not null ? T("已完成", "Completed") : l is not null ? T("学习中", "Begun") : T("未开始", "Not begun"), l is null ? "" : $"{files.Count(f => CourseText.Files(l.Read).Contains(f))}/{files.Count}",
                    l is { Tries: > 0 } ? Number(l.Tries) : "", l?.Best is { } best ? $"{best}%" : "", l?.CompletedAt is { } at ? at.Add(ChinaTime.Offset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "", l?.CompletedAt is null ? "" : l.Hours.ToString("0.#", CultureInfo.InvariantCulture));
            }
            after = more ? (items[^1].Name, items[^1].PersonId) : null;
        }
        while (after is not null);
        await sheet.EndAsync();
    }

    /// <summary>Writes reports to electors as a list to the answer.</summary>
    public async Task ReportsAsync(ReportFilter filter, HttpContext http)
    {
        var (actor, cancellation) = (await http.ActorAsync(), http.RequestAborted);
        await audit.NoteAsync(actor, "deputies.export", nameof(ElectorReport), null, $"代表述职清单，{filter.Year?.ToString(CultureInfo.InvariantCulture) ?? "全部"}", cancellation);
        Attach(http, T("代表述职清单", "Reports to electors") + ".xlsx", Sheet);
        using var sheet = await SheetFile.BeginAsync(http.Response.Body, Named(T("代表述职", "Reports")),
        [
            (T("代表", "Deputy"), 12), (T("人大", "Congress"), 20), (T("日期", "Day"), 12), (T("地点", "Place"), 28), (T("述职对象", "Audience"), 28), (T("状态", "State"), 12), (T("到会", "Present"), 8),
            (T("满意", "Satisfied"), 8), (T("基本满意", "Basically"), 10), (T("不满意", "Dissatisfied"), 10), (T("满意率", "Satisfied %"), 10), (T("含基本满意", "With basically"), 12), (T("公开", "Public"), 8),
        ], cancellation);
        (DateOnly, Guid)? before = null;
        do
        {
            var (items, more) = await reports.ListAsync(filter, before, PageRows, actor, cancellation);
            foreach (var row in items)
            {
                var held = row.State == "held";
                await sheet.RowAsync(row.Name, row.Congress, Day(row.Day), row.Place, row.Audience, ReportFilter.States.First(s => s.Id == row.State).Name.ToString(), Held(row.Result.Present), Held(row.Result.Satisfied), Held(row.Result.Basically), Held(row.Result.Dissatisfied),
                    held ? ReportResult.Percent(row.Result.Rate) : "", held ? ReportResult.Percent(row.Result.RateWithBasically) : "", row.Public ? T("是", "yes") : "");
                string Held(int number) => held ? Number(number) : "";
            }
            before = more ? (items[^1].Day, items[^1].Id) : null;
        }
        while (before is not null);
        await sheet.EndAsync();
    }

    /// <summary>A report as a document, with the table of its result once it was held; null when it is not the actor's to see. In Chinese, as such reports are.</summary>
    public async Task<ExportedDocument?> ReportAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        if (await reports.FindAsync(id, actor, cancellation) is not { } view) return null;
        var report = view.Report;
        using var document = new DocumentFile($"{view.Name}述职报告", $"{view.Congress.Name}代表述职报告");
        document.Title("述职报告");
        document.Note($"{view.Congress.Name}代表　{view.Name}{(demo.On ? "（演示数据）" : "")}");
        document.Facts([("述职日期", $"{report.Day:yyyy 年 M 月 d 日}"), ("地点", report.Place), ("述职对象", report.Audience), ("提交时间", report.SubmittedAt is { } at ? at.Add(ChinaTime.Offset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "")]);
        if (report.Text.Length > 0) document.Letter(report.Text);
        else document.Letter("述职报告尚未提交。");
        if (report.HeldAt is not null)
        {
            var result = ReportResult.Of(report);
            document.Heading("测评结果");
            document.Table([("到会", 2.0), ("收回票数", 2.2), ("满意", 2.0), ("基本满意", 2.2), ("不满意", 2.2), ("满意率", 2.5), ("含基本满意", 2.9)],
                [[Number(result.Present), Number(result.Ballots), Number(result.Satisfied), Number(result.Basically), Number(result.Dissatisfied), ReportResult.Percent(result.Rate), ReportResult.Percent(result.RateWithBasically)]]);
            document.Paragraph("满意率为满意票占收回票数，含基本满意为满意和基本满意票占收回票数；弃权和未交票的不计入。");
            if (report.Comments.Length > 0)
            {
                document.Heading("选民意见");
                document.Letter(report.Comments);
            }
        }
        document.Right($"{ChinaTime.Date(time.GetUtcNow().UtcDateTime):yyyy 年 M 月 d 日}");
        return new($"{view.Name}述职报告-{report.Day:yyyyMMdd}.docx", document.End());
    }

    /// <summary>A file of a course for those to whom the course is offered or who look after it; not found for everybody else.</summary>
    public async Task<IResult> FileAsync(Guid id, string sha, HttpContext http)
    {
        var cancellation = http.RequestAborted;
        if (await learnings.FileAsync(id, sha, await http.ActorAsync(), cancellation) is not { } file) return Refusal.NotFound.Problem();
        // A photo is shown without what the camera wrote into it; a video plays in parts.
        var picture = file.Kind == MediaKind.Photo ? await media.OpenPictureAsync(sha, cancellation) : null;
        if ((picture ?? store.OpenRead(sha)) is not { } content) return Refusal.NotFound.Problem();
        http.Response.Headers.XContentTypeOptions = "nosniff";
        // Should a browser ever take one for a page, it may neither run nor load anything.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        http.Response.Headers.CacheControl = "private, no-cache";
        var disposition = new ContentDispositionHeaderValue(file.Kind == MediaKind.Document || (file.Kind == MediaKind.Photo && picture is null) ? "attachment" : "inline");
        disposition.SetHttpFileName(CourseText.FileName(file));
        http.Response.Headers.ContentDisposition = disposition.ToString();
        return Results.Stream(content, picture is null ? file.ContentType : "image/jpeg", entityTag: new EntityTagHeaderValue($"\"{sha}\""), enableRangeProcessing: true);
    }

    private string Named(string name) => name + (demo.On ? T("（演示数据）", " (demo data)") : "");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Attach(HttpContext http, string name, string type)
    {
        http.Response.ContentType = type;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        http.Response.Headers.ContentDisposition = disposition.ToString();
    }

    /// <summary>They stand beside the pages, because people follow links to them.</summary>
    internal static void Map(IEndpointRouteBuilder root)
    {
        var courses = root.MapGroup("/deputies/courses/{id:guid}").WithTags("Deputies").ExcludeFromDescription();
        courses.MapGet("/learners.xlsx", (Guid id, HttpContext http, TrainingExports exports) => exports.LearnersAsync(id, http)).RequirePermission(DeputiesModule.Manage);
        courses.MapMethods("/files/{sha}", ["GET", "HEAD"], (Guid id, string sha, HttpContext http, TrainingExports exports) => exports.FileAsync(id, sha, http)).RequirePermission(DeputiesModule.Read);
        var all = root.MapGroup("/deputies/reports").WithTags("Deputies").ExcludeFromDescription();
        all.MapGet("/list.xlsx", (string? congress, string? year, string? state, HttpContext http, TrainingExports exports) => exports.ReportsAsync(ReportFilter.Read(congress, year, state), http)).RequirePermission(DeputiesModule.Manage);
        all.MapGet("/{id:guid}/report.docx", async (Guid id, HttpContext http, TrainingExports exports) =>
            await exports.ReportAsync(id, await http.ActorAsync(), http.RequestAborted) is { } file ? Results.File(file.Bytes, Document, file.Name) : Refusal.NotFound.Problem()).RequirePermission(DeputiesModule.Read);
    }
}
