using System.Net;
using Microsoft.AspNetCore.Http;
using static Renda.Platform.Language;

namespace Renda.Platform.Web.SigningIn;

/// <summary>
/// Leads on to another address by a page of our own. A plain redirect would still count as part of what began it: a form,
/// whose answers our content policy keeps on this site, or another site, to which our strict cookies are not shown.
/// </summary>
public static class Onward
{
    /// <summary>The page; the address is one of ours.</summary>
    public static IResult To(string address) => Results.Content(Page(address), "text/html; charset=utf-8");

    /// <summary>The same, written into an answer that no endpoint gives.</summary>
    public static Task WriteAsync(HttpResponse response, string address)
    {
        response.Headers.CacheControl = "no-store";
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(Page(address));
    }

    private static string Page(string address)
    {
        var to = WebUtility.HtmlEncode(SignInEndpoints.Local(address));
        return $"""
            <!doctype html>
            <html lang="{(IsEnglish ? "en" : "zh-CN")}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="0;url={to}"><title>{T("请稍候", "One moment")}</title></head>
            <body><p><a href="{to}">{T("请稍候，没有反应请点这里", "One moment; press here if nothing happens")}</a></p></body></html>
            """;
    }
}
