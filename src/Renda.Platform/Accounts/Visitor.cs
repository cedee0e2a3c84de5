using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Renda.Platform.Accounts;

/// <summary>What a request tells of the device it comes from.</summary>
/// <param name="Device">Lower-case hex SHA-256 of the browser's own long-lived random cookie.</param>
/// <param name="Browser">Browser or app, e.g. <c>Chrome</c>; empty when it cannot be told.</param>
/// <param name="RunsOn">What it runs on, e.g. <c>Windows</c>; empty when it cannot be told.</param>
/// <param name="Address">Where it comes from, coarse: the last quarter of an IPv4 address and all but the first three groups of an IPv6 one are left out.</param>
public sealed partial record Visitor(string Device, string Browser, string RunsOn, string Address)
{
    private const string Cookie = "renda-device";

    // Apps first: they carry the name of the browser they are made of.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("DingTalk", "DingTalk"), ("MicroMessenger", "WeChat"), ("HuaweiBrowser", "Huawei"), ("QQBrowser", "QQ"), ("UCBrowser", "UC"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
        ("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
        [("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>Who comes by this request. A browser that is not known yet is given its cookie with the answer.</summary>
    public static Visitor Of(HttpContext http)
    {
        var known = http.Request.Cookies[Cookie];
        if (known is null || !Token().IsMatch(known))
        {
            known = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            // Browsers keep none for longer.
            http.Response.Cookies.Append(Cookie, known, new CookieOptions { HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = TimeSpan.FromDays(400) });
        }
        var agent = http.Request.Headers.UserAgent.ToString();
        return new Visitor(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(known))), Named(Browsers, agent), Named(Systems, agent), Coarse(http.Connection.RemoteIpAddress));
    }

    /// <summary>Browser and system in words.</summary>
    public static Words Describe(string browser, string runsOn)
    {
        var (zh, en) = browser switch
        {
            "WeChat" => ("微信", "WeChat"),
            "DingTalk" => ("钉钉", "DingTalk"),
            "Huawei" => ("华为浏览器", "Huawei Browser"),
            "QQ" => ("QQ 浏览器", "QQ Browser"),
            "UC" => ("UC 浏览器", "UC Browser"),
            "" => ("浏览器", "a browser"),
            _ => ($"{browser} 浏览器", browser),
        };
        return runsOn switch
        {
            "" => new(zh, en),
            "iPhone" or "iPad" => new($"{runsOn} 上的{Spaced(zh)}", $"{en} on {runsOn}"),
            "Android" or "HarmonyOS" => new($"{runsOn} 设备上的{Spaced(zh)}", $"{en} on {runsOn}"),
            _ => new($"{runsOn} 电脑上的{Spaced(zh)}", $"{en} on {runsOn}"),
        };

        static string Spaced(string name) => char.IsAscii(name[0]) ? " " + name : name;
    }

    private static string Named((string Mark, string Name)[] names, string agent) => names.FirstOrDefault(n => agent.Contains(n.Mark, StringComparison.OrdinalIgnoreCase)).Name ?? "";

    private static string Coarse(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork) return string.Join('.', address.GetAddressBytes().Take(3)) + ".*";
        var bytes = address.GetAddressBytes();
        return string.Join(':', Enumerable.Range(0, 3).Select(i => $"{(bytes[2 * i] << 8) | bytes[(2 * i) + 1]:x}")) + ":*";
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{43}$")]
    private static partial Regex Token();
}
