using System.Globalization;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Documents;
using Renda.Platform.People;
using Renda.Platform.Performance;
using Renda.Platform.Persistence;
using Renda.Platform.Web;

namespace Renda.Deputies.Exports;

/// <summary>Files to take away: the register of a deputy's performance, all entries, the figures of a congress, data for certificates. In Chinese, as the office's papers are.</summary>
public sealed class DeputyExports(IDbContextFactory<RendaDbContext> databases, PerformanceFiles files, DeputyAnalysis analysis, DemoMode demo, TimeProvider time)
{
    private const int All = 100_000;

    /// <summary>The register of performance (履职登记表) of a year, or of the whole seat when none is named.</summary>
    public async Task<ExportedDocument> RegisterAsync(DeputySeat seat, int? year, CancellationToken cancellation)
    {
        var period = Period(seat, year);
        var entries = await files.EntriesAsync(seat, period, All, cancellation);
        var points = year is null ? [] : (await files.PointsAsync(seat.Congress.Id, [seat.Mandate.PersonId], period, cancellation)).GetValueOrDefault(seat.Mandate.PersonId) ?? [];
        var title = $"{seat.Congress.Name}代表履职登记表";
        using var document = new DocumentFile($"{seat.Name}履职登记表", "代表履职登记表");
        document.Note($"截至 {files.Today:yyyy 年 M 月 d 日}{(demo.On ? "（演示数据）" : "")}");
        document.Title(title);
        document.Facts(
        [
            ("姓名", seat.Name), ("代表团、小组", seat.Group), ("代表证号", seat.Mandate.CertificateNo), ("任职", $"{seat.Since:yyyy.MM}—{(seat.Until is { } end ? end.ToString("yyyy.MM", CultureInfo.InvariantCulture) : "")}"),
            ("期间", $"{period.First:yyyy-MM-dd} 至 {period.Last:yyyy-MM-dd}"), ("履职天数", $"{entries.Select(e => e.Day).Distinct().Count()} 天"), ("积分", points.Count > 0 ? Number(points.Sum(p => p.Points)) : ""),
        ]);
        foreach (var (heading, name) in PerformanceHeadings.All)
        {
            var own = entries.Where(e => e.Item.Heading == heading).OrderBy(e => e.Day).ToList();
            document.Heading($"{name.Zh}（{own.Sum(e => e.Amount)}）");
            if (own.Count == 0) document.Paragraph("没有记录。");
            else document.Table([("日期", 2.6), ("项目", 4.4), ("内容", 9.0)], own.Select(e => (IReadOnlyList<string>)[$"{e.Day:yyyy-MM-dd}", e.Item.Name.Zh, e.Title]));
        }
        document.Right("代表签名：＿＿＿＿＿＿　　代表工作机构（章）");
        return new($"{seat.Name}履职登记表{(year is { } y ? $"（{y} 年）" : "")}.docx", document.End());
    }

    /// <summary>Everything in the file as rows.</summary>
    public async Task WriteEntriesAsync(DeputySeat seat, int? year, Stream to, CancellationToken cancellation)
    {
        using var sheet = await SheetFile.BeginAsync(to, "履职记录", [("日期", 12), ("类别", 20), ("项目", 24), ("内容", 60), ("数量", 8), ("单位", 8)], cancellation);
        foreach (var e in (await files.EntriesAsync(seat, Period(seat, year), All, cancellation)).OrderBy(e => e.Day)) await sheet.RowAsync($"{e.Day:yyyy-MM-dd}", e.Item.Heading.Name().Zh, e.Item.Name.Zh, e.Title, $"{e.Amount}", e.Item.Unit.Zh);
        await sheet.EndAsync();
    }

    /// <summary>What is handed over when a seat has ended: the register of the whole seat and its entries.</summary>
    public async Task<byte[]> ArchiveAsync(DeputySeat seat, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var register = await RegisterAsync(seat, null, cancellation);
            await using (var file = await zip.CreateEntry(register.Name).OpenAsync(cancellation)) await file.WriteAsync(register.Bytes, cancellation);
            await using (var file = await zip.CreateEntry($"{seat.Name}履职记录.xlsx").OpenAsync(cancellation)) await WriteEntriesAsync(seat, null, file, cancellation);
        }
        return bytes.ToArray();
    }

    /// <summary>What the deputies of a congress did in a year, by heading, with points.</summary>
    public async Task WriteFiguresAsync(Organisation congress, int year, Stream to, CancellationToken cancellation)
    {
        var period = new PerformancePeriod(new(year, 1, 1), new(year, 12, 31));
        var figures = await analysis.ReadAsync(congress, period, cancellation);
        var points = await files.PointsAsync(congress.Id, null, period, cancellation);
        using var sheet = await SheetFile.BeginAsync(to, $"{year}", [("姓名", 12), ("代表团、小组", 26), .. PerformanceHeadings.All.Select(h => (h.Name.Zh, 12)), ("合计", 8), ("积分", 8), ("最近履职", 12)], cancellation);
        foreach (var d in figures.Deputies)
            await sheet.RowAsync([d.Seat.Name, d.Seat.Group, .. PerformanceHeadings.All.Select(h => $"{d.Of(h.Heading)}"), $"{d.All}", points.TryGetValue(d.Seat.Mandate.PersonId, out var p) ? Number(p.Sum(x => x.Points)) : "", d.Last?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? ""]);
        await sheet.EndAsync();
    }

    /// <summary>What is printed on deputies' certificates (代表证).</summary>
    public async Task WriteCertificatesAsync(Organisation congress, Stream to, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var seats = await PerformanceFiles.SeatsAsync(db, await DeputyScope.Sitting(db, congress.Id, time.GetUtcNow().UtcDateTime).ToListAsync(cancellation), cancellation);
        Dictionary<Guid, Person> people = [];
        foreach (var part in seats.Select(s => s.Mandate.PersonId).Distinct().Chunk(2000)) foreach (var p in await db.Set<Person>().AsNoTracking().Where(p => part.Contains(p.Id)).ToListAsync(cancellation)) people[p.Id] = p;
        using var sheet = await SheetFile.BeginAsync(to, "代表证", [("代表证号", 16), ("姓名", 12), ("性别", 6), ("民族", 8), ("出生年月", 12), ("工作单位及职务", 36), ("代表团、小组", 26), ("任职起", 12)], cancellation);
        foreach (var s in seats.OrderBy(s => s.Mandate.CertificateNo, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal))
        {
            var p = people[s.Mandate.PersonId];
            await sheet.RowAsync(s.Mandate.CertificateNo, p.Name, p.Sex, p.Ethnicity, p.BirthDate?.ToString("yyyy-MM", CultureInfo.InvariantCulture) ?? "", string.Join(" ", new[] { p.Employer, p.Occupation }.Where(t => t.Length > 0)), s.Group, $"{s.Since:yyyy-MM-dd}");
        }
        await sheet.EndAsync();
    }

    private PerformancePeriod Period(DeputySeat seat, int? year) => year is { } y ? PerformanceFiles.Year(seat, y) : new(seat.Since, seat.Until ?? files.Today);

    private static string Number(decimal value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <summary>They stand beside the pages, because people follow links to them.</summary>
internal static class ExportEndpoints
{
    private const string Document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void Map(IEndpointRouteBuilder root)
    {
        var export = root.MapGroup("/deputies/export").WithTags("Deputies").ExcludeFromDescription();
        export.MapGet("/files/{mandate:guid}.docx", RegisterAsync).RequireAuthorization();
        export.MapGet("/files/{mandate:guid}.xlsx", EntriesAsync).RequireAuthorization();
        export.MapGet("/figures.xlsx", (Guid congress, int year, HttpContext http, RendaDbContext db, DeputyExports exports) => SheetAsync(congress, $"代表履职{year}.xlsx", DeputiesModule.Files, year is > 2000 and < 2200, http, db, (to, of, stop) => exports.WriteFiguresAsync(of, year, to, stop))).RequirePermission(DeputiesModule.Files);
        export.MapGet("/certificates.xlsx", (Guid congress, HttpContext http, RendaDbContext db, DeputyExports exports) => SheetAsync(congress, "代表证信息.xlsx", DeputiesModule.Manage, true, http, db, (to, of, stop) => exports.WriteCertificatesAsync(of, to, stop))).RequirePermission(DeputiesModule.Manage);
        export.MapGet("/archives/{mandate:guid}.zip", ArchiveAsync).RequirePermission(DeputiesModule.Files);
    }

    private static async Task<IResult> RegisterAsync(Guid mandate, int? year, HttpContext http, PerformanceFiles files, DeputyExports exports, AuditLog audit)
    {
        if (await SeatAsync(mandate, http, files) is not { } seat || year is < 2000 or > 2200) return Refusal.NotFound.Problem();
        var file = await exports.RegisterAsync(seat, year, http.RequestAborted);
        await audit.NoteAsync(await http.ActorAsync(), "deputies.export", "Mandate", mandate, file.Name, http.RequestAborted);
        return Results.File(file.Bytes, Document, file.Name);
    }

    private static async Task<IResult> EntriesAsync(Guid mandate, int? year, HttpContext http, PerformanceFiles files, DeputyExports exports, AuditLog audit)
    {
        if (await SeatAsync(mandate, http, files) is not { } seat || year is < 2000 or > 2200) return Refusal.NotFound.Problem();
        await audit.NoteAsync(await http.ActorAsync(), "deputies.export", "Mandate", mandate, $"{seat.Name}履职记录", http.RequestAborted);
        return Results.Stream(to => exports.WriteEntriesAsync(seat, year, to, http.RequestAborted), Sheet, $"{seat.Name}履职记录.xlsx");
    }

    private static async Task<IResult> SheetAsync(Guid congress, string name, string permission, bool good, HttpContext http, RendaDbContext db, Func<Stream, Organisation, CancellationToken, Task> write) =>
        good && await DeputyScope.CongressAsync(db, congress, await http.ActorAsync(), permission, http.RequestAborted) is { } of ? Results.Stream(to => write(to, of, http.RequestAborted), Sheet, name) : Refusal.NotFound.Problem();

    private static async Task<IResult> ArchiveAsync(Guid mandate, HttpContext http, PerformanceFiles files, RendaDbContext db) =>
        await SeatAsync(mandate, http, files) is not null && await db.Set<LifeArchive>().AsNoTracking().FirstOrDefaultAsync(a => a.MandateId == mandate, http.RequestAborted) is { } archive
            ? Results.File(archive.Content, "application/zip", $"履职档案 {ChinaTime.Date(archive.At):yyyy-MM-dd}.zip") : Refusal.NotFound.Problem();

    private static async Task<DeputySeat?> SeatAsync(Guid mandate, HttpContext http, PerformanceFiles files) =>
        await files.SeatAsync(mandate, http.RequestAborted) is { } seat && DeputyScope.MaySee(await http.ActorAsync(), seat) ? seat : null;
}
