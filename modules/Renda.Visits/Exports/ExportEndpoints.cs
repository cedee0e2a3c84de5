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

namespace Renda.Visits.Exports;

/// <summary>Files to take away. They stand beside the pages, because people follow links to them.</summary>
internal static class ExportEndpoints
{
    private const string Document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    public static void Map(IEndpointRouteBuilder root)
    {
        var export = root.MapGroup("/visits/export").WithTags("Visits").ExcludeFromDescription();
        export.MapGet("/ledger.xlsx", (HttpContext http, FindingExports exports) => StreamAsync(
            http, T("问题清单", "findings"), ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", exports.WriteLedgerAsync)).RequirePermission("visits.read");
        export.MapGet("/findings.geojson", (HttpContext http, FindingExports exports) => StreamAsync(
            http, T("寻访问题", "findings"), ".geojson", "application/geo+json", exports.WriteGeoJsonAsync)).RequirePermission("visits.read");
        export.MapGet("/findings/{id:guid}.docx", async (Guid id, HttpContext http, FindingExports exports) =>
            Answer(await exports.CardAsync(id, await http.ActorAsync(), Site(http), http.RequestAborted))).RequirePermission("visits.read");
        export.MapGet("/campaigns/{id:guid}/report.docx", async (Guid id, HttpContext http, FindingExports exports) =>
            Answer(await exports.ReportAsync(id, await http.ActorAsync(), http.RequestAborted))).RequirePermission("visits.statistics");
    }

    private static async Task StreamAsync(HttpContext http, string name, string ending, string type, Func<Stream, FindingFilter, Actor, string, CancellationToken, Task<int>> writeAsync)
    {
        // Before the first byte, so that a malformed address is answered and not half a file.
        var (filter, actor, time) = (FindingFilter.Read(http.Request.Query), await http.ActorAsync(), http.RequestServices.GetRequiredService<TimeProvider>());
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{name}-{time.GetUtcNow().AddHours(8).ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture)}{ending}");
        http.Response.ContentType = type;
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.CacheControl = "private, no-store";
        await writeAsync(http.Response.Body, filter, actor, Site(http), http.RequestAborted);
    }

    private static IResult Answer(ExportedDocument? document) => document is null ? Refusal.NotFound.Problem() : Results.File(document.Bytes, Document, document.Name);

    private static string Site(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";
}
