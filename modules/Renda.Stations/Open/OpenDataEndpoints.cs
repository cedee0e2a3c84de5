using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform.Notices;

namespace Renda.Stations.Open;

/// <summary>The open files, beside the page that tells of them.</summary>
internal static class OpenDataEndpoints
{
    /// <summary>The host's limit for what anybody may read without an account.</summary>
    public const string Limit = "open";

    public static void Map(IEndpointRouteBuilder root)
    {
        File(root, "/p/open/stations.csv", "text/csv; charset=utf-8", (data, to, site, cancellation) => data.WriteStationsAsync(to, site, cancellation));
        File(root, "/p/open/stations.geojson", "application/geo+json", (data, to, site, cancellation) => data.WriteStationsGeoJsonAsync(to, site, cancellation));
        File(root, "/p/open/voices.csv", "text/csv; charset=utf-8", (data, to, _, cancellation) => data.WriteVoicesAsync(to, cancellation));
        File(root, "/p/open/deputies.csv", "text/csv; charset=utf-8", (data, to, site, cancellation) => data.WriteDeputiesAsync(to, site, cancellation));
    }

    private static void File(IEndpointRouteBuilder root, string path, string type, Func<OpenData, Stream, string, CancellationToken, Task> writeAsync) =>
        root.MapMethods(path, ["GET", "HEAD"], async (HttpContext http, OpenData data) =>
        {
            var headers = http.Response.Headers;
            http.Response.ContentType = type;
            headers.ContentDisposition = $"attachment; filename=\"{path[(path.LastIndexOf('/') + 1)..]}\"";
            Cacheable(http);
            if (HttpMethods.IsHead(http.Request.Method)) return;
            await writeAsync(data, http.Response.Body, Site(http), http.RequestAborted);
        }).AllowAnonymous().RequireRateLimiting(Limit).ExcludeFromDescription();

    /// <summary>The same for everybody, for five minutes; programs of other sites may read it.</summary>
    public static void Cacheable(HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=300";
        http.Response.Headers.AccessControlAllowOrigin = "*";
    }

    /// <summary>The product's address: as it is set, so that nobody can put another into what caches keep; without that, as it was asked.</summary>
    public static string Site(HttpContext http) => http.RequestServices.GetRequiredService<SiteSettings>().Address is { } set ? set.ToString().TrimEnd('/') : $"{http.Request.Scheme}://{http.Request.Host}";
}
