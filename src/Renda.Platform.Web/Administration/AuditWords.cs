using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Documents;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using static Renda.Platform.Language;

namespace Renda.Platform.Web.Administration;

/// <summary>The audit log in the office's words, and its files.</summary>
internal static class AuditWords
{
    /// <summary>An action in words; its code when no module knows it any more.</summary>
    public static string Name(IReadOnlyList<RendaModule> modules, string action) => modules.SelectMany(m => m.AuditActions).FirstOrDefault(a => a.Id == action).Name is { Zh: not null } name ? name.ToString() : action;

    public static AuditFilter Filter(IQueryCollection query) => new(query["who"], query["action"], Guid.TryParse(query["record"], out var id) ? id : null, query["text"], Day(query["from"]), Day(query["to"]));

    /// <summary>What the page lists, as a sheet. Taking it away is noted in the log itself.</summary>
    public static async Task SheetAsync(HttpContext http, RendaDbContext db, AuditLog audit, IReadOnlyList<RendaModule> modules, TimeProvider time)
    {
        var actor = await http.ActorAsync();
        await audit.NoteAsync(actor, "platform.export", "AuditEntry", null, $"导出审计记录：{http.Request.QueryString.Value}", http.RequestAborted);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{T("审计记录", "audit-log")}-{time.GetUtcNow().AddHours(8).ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture)}.xlsx");
        http.Response.ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.CacheControl = "private, no-store";
        using var sheet = await SheetFile.BeginAsync(http.Response.Body, T("审计记录", "Audit log"), [(T("序号", "No."), 10), (T("时间", "When"), 20), (T("谁", "Who"), 14), (T("做什么", "What"), 18), (T("内容", "Text"), 80), (T("对象", "Object"), 38), (T("封印", "Seal"), 66)], http.RequestAborted);
        await foreach (var entry in Filter(http.Request.Query).Apply(db, actor).OrderByDescending(e => e.Seq).AsAsyncEnumerable().WithCancellation(http.RequestAborted))
            await sheet.RowAsync(entry.Seq.ToString(CultureInfo.InvariantCulture), entry.At.AddHours(8).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), entry.ActorName, Name(modules, entry.Action), entry.Text, entry.RecordId?.ToString(), entry.Hash);
        await sheet.EndAsync();
    }

    /// <summary>All daily signatures and the public key, to be kept where nobody of this installation writes.</summary>
    public static async Task<IResult> CheckpointsAsync(HttpContext http, RendaDbContext db, AuditKey key, AuditLog audit)
    {
        var actor = await http.ActorAsync();
        if (!GrantDesk.Territories(actor, AuditFilter.Permission).Any(t => Territory.Level(t) >= 3)) return Refusal.NotFound.Problem();
        await audit.NoteAsync(actor, "platform.export", "AuditCheckpoint", null, "下载每日签名", http.RequestAborted);
        var all = await db.Set<AuditCheckpoint>().AsNoTracking().OrderBy(c => c.Day).ToListAsync(http.RequestAborted);
        var json = JsonSerializer.SerializeToUtf8Bytes(new { publicKey = key.PublicPem(), signed = "renda-audit DAY SEQ HASH", checkpoints = all.Select(c => new { day = c.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), seq = c.Seq, hash = c.Hash, at = c.At, signature = c.Signature }) });
        return Results.File(json, "application/json", "renda-audit-checkpoints.json");
    }

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
