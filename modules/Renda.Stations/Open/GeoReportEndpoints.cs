using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Renda.Platform;

namespace Renda.Stations.Open;

/// <summary>Open311 GeoReport v2 at <c>/open311/v2</c>: the format is the ending of the address, JSON or XML, and every error is the standard's.</summary>
internal static class GeoReportEndpoints
{
    private static readonly Words TooMany = new("请求太多，请过一分钟再试。", "Too many requests; try again in a minute.");
    private static readonly Words Nothing = new("没有这个地址；结尾是 .json 或者 .xml。", "There is no such address; it ends in .json or .xml.");

    public static void Map(IEndpointRouteBuilder root)
    {
        var open311 = root.MapGroup("/open311/v2").AllowAnonymous().ExcludeFromDescription().WithMetadata(new Overrun(http => GeoReportFormat.WriteAsync(http, Ending(http), GeoReport.Fault(StatusCodes.Status429TooManyRequests, TooMany))));
        Get("/discovery.{format:regex(^(json|xml)$)}", (report, http) => report.DiscoveryAsync(OpenDataEndpoints.Site(http), http.RequestAborted));
        Get("/services.{format:regex(^(json|xml)$)}", (report, http) => report.ServicesAsync(http.RequestAborted));
        Get("/services/{service}.{format:regex(^(json|xml)$)}", (report, http) => report.ServiceAsync(http.GetRouteValue("service")?.ToString(), http.RequestAborted));
        Get("/requests.{format:regex(^(json|xml)$)}", (report, http) => report.RequestsAsync(http.Request.Query, http.RequestAborted));
        Get("/requests/{request}.{format:regex(^(json|xml)$)}", (report, http) => report.RequestAsync(http.GetRouteValue("request")?.ToString() ?? "", http.RequestAborted));
        // No shared cache keeps what belongs to a token.
        Get("/tokens/{token}.{format:regex(^(json|xml)$)}", (report, http) => report.TokenAsync(http.GetRouteValue("token")?.ToString() ?? "", http.RequestAborted), cacheable: false);
        open311.MapPost("/requests.{format:regex(^(json|xml)$)}", PostAsync).RequireRateLimiting("codes").WithMetadata(new RequestSizeLimitAttribute(GeoReport.LongestBody));
        open311.Map("/{**rest}", (HttpContext http) => GeoReportFormat.WriteAsync(http, Ending(http), GeoReport.Fault(StatusCodes.Status404NotFound, Nothing))).RequireRateLimiting(OpenDataEndpoints.Limit);

        void Get(string path, Func<GeoReport, HttpContext, Task<GeoAnswer>> askAsync, bool cacheable = true) =>
            open311.MapMethods(path, ["GET", "HEAD"], async (HttpContext http, GeoReport report) =>
            {
                var answer = await askAsync(report, http);
                if (cacheable && answer.Status == StatusCodes.Status200OK) OpenDataEndpoints.Cacheable(http);
                await GeoReportFormat.WriteAsync(http, Ending(http), answer);
            }).RequireRateLimiting(OpenDataEndpoints.Limit);
    }

    private static async Task PostAsync(HttpContext http, GeoReport report)
    {
        http.Response.Headers.CacheControl = "no-store";
        GeoAnswer answer;
        try
        {
            answer = http.Request.HasFormContentType
                ? await report.PostAsync(await http.Request.ReadFormAsync(http.RequestAborted), http.Request.Headers["Idempotency-Key"], OpenDataEndpoints.Site(http), http.RequestAborted)
                : GeoReport.Fault(StatusCodes.Status400BadRequest, new("请用表单提交（application/x-www-form-urlencoded）。", "Send a form (application/x-www-form-urlencoded)."));
        }
        catch (Exception e) when (e is BadHttpRequestException or InvalidDataException)
        {
            var status = (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            answer = GeoReport.Fault(status, status == StatusCodes.Status413PayloadTooLarge ? new("内容太长。", "It is too long.") : new("表单读不出来。", "The form cannot be read."));
        }
        await GeoReportFormat.WriteAsync(http, Ending(http), answer);
    }

    private static string Ending(HttpContext http) => http.Request.Path.Value?.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) == true ? "xml" : "json";
}
