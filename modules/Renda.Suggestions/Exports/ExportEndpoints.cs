using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Documents;
using static Renda.Platform.Language;

namespace Renda.Suggestions.Exports;

/// <summary>Files to take away. They stand beside the pages, because people follow links to them.</summary>
internal static class ExportEndpoints
{
    private const string Document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    private const string Sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void Map(IEndpointRouteBuilder root)
    {
        var export = root.MapGroup("/suggestions/export").WithTags("Suggestions").ExcludeFromDescription();
        export.MapGet("/list.xlsx", ListAsync).RequirePermission("suggestions.read");
        export.MapGet("/{id:guid}/original.docx", async (Guid id, HttpContext http, SuggestionExports exports) => Answer(await exports.OriginalAsync(id, await http.ActorAsync(), http.RequestAborted))).RequirePermission("suggestions.read");
        export.MapGet("/{id:guid}/letters/{unit:guid}.docx", async (Guid id, Guid unit, bool? draft, HttpContext http, SuggestionExports exports) => Answer(await exports.LetterAsync(id, unit, draft == true, await http.ActorAsync(), http.RequestAborted))).RequirePermission("suggestions.read");
        export.MapGet("/reports/{session:guid}.docx", async (Guid session, HttpContext http, SuggestionExports exports) => Answer(await exports.ReportAsync(session, await http.ActorAsync(), http.RequestAborted))).RequirePermission("suggestions.statistics");
    }

    private static async Task ListAsync(HttpContext http, SuggestionExports exports)
    {
        // Before the first byte, so that a malformed address is answered and not half a file.
        var actor = await http.ActorAsync();
        var (filter, time) = (SuggestionFilter.Read(http.Request.Query, actor), http.RequestServices.GetRequiredService<TimeProvider>());
        var disposition = new ContentDispositionHeaderValue("attachment");
        var name = http.Request.Query["kind"] == "assigned" ? T("交办清单", "assigned") : T("代表建议", "suggestions");
        disposition.SetHttpFileName($"{name}-{time.GetUtcNow().AddHours(8).ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture)}.xlsx");
        http.Response.ContentType = Sheet;
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.CacheControl = "private, no-store";
        await exports.WriteListAsync(http.Response.Body, filter, actor, $"{http.Request.Scheme}://{http.Request.Host}", http.RequestAborted);
    }

    private static IResult Answer(ExportedDocument? document) => document is null ? Refusal.NotFound.Problem() : Results.File(document.Bytes, Document, document.Name);
}
