using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Dingtalk;
using Renda.Platform.Notices;

namespace Renda.Platform.Web.SigningIn;

/// <summary>A scan that was begun in this browser.</summary>
/// <param name="State">What comes back with the code, so that a code from elsewhere is none.</param>
/// <param name="From">Where the person wanted to go.</param>
/// <param name="BindFor">The account that shall be bound; null when somebody signs in.</param>
public sealed record ScanBegun(string State, string From, Guid? BindFor);

/// <summary>Signing in by 浙政钉: from within it without typing (免登), and by a code that is scanned.</summary>
public static class DingtalkEndpoints
{
    /// <summary>The pace of an address.</summary>
    public const string Limit = "dingtalk";

    /// <summary>Cookie with the <see cref="DingtalkVisitor"/> that waits to be bound.</summary>
    public const string Ticket = "renda-dingtalk";

    /// <summary>Page with the code that is scanned.</summary>
    public const string ScanPage = "/sign-in/dingtalk";

    private const string Begun = "renda-dingtalk-scan";

    private static readonly Lock Ending = new();

    /// <summary>Maps them.</summary>
    public static void MapDingtalk(this IEndpointRouteBuilder app)
    {
        // Other sites lead here, so the strict cookie is not shown yet: a page of ours leads on.
        app.MapGet(ScanPage + "/back", ([FromQuery] string? code, [FromQuery] string? state, DingtalkDoor door) =>
            door.Settings.Scans ? Onward.To($"{ScanPage}/enter?code={Uri.EscapeDataString(code ?? "")}&state={Uri.EscapeDataString(state ?? "")}") : Results.NotFound())
            .AllowAnonymous().RequireRateLimiting(Limit).ExcludeFromDescription();

        app.MapGet(ScanPage + "/enter", async ([FromQuery] string? code, [FromQuery] string? state, DingtalkDoor door, Tickets tickets, IMemoryCache cache, HttpContext http) =>
        {
            if (!door.Settings.Scans) return Results.NotFound();
            var begun = tickets.Read<ScanBegun>(http, Begun);
            Tickets.Take(http, Begun, ScanPage);
            if (begun is null || !Same(begun.State, state ?? "") || Used(cache, begun.State)) return Failed("over");
            return await EnterAsync(http, door, code, scanned: true, begun.From, begun.BindFor);
        }).AllowAnonymous().RequireRateLimiting(Limit).ExcludeFromDescription();

        app.MapPost("/sign-in/dingtalk/silent", async ([FromForm] string? code, [FromForm] string? to, DingtalkDoor door, HttpContext http) =>
            door.Settings.Silent ? await EnterAsync(http, door, code, scanned: false, SignInEndpoints.Local(to), null) : Results.NotFound())
            .AllowAnonymous().RequireRateLimiting(Limit).ExcludeFromDescription();
    }

    /// <summary>Begins a scan in this browser: the address of the page at 浙政钉, alone or within a page of ours.</summary>
    public static (string Embedded, string Alone, string State) Begin(HttpContext http, Tickets tickets, DingtalkSettings settings, SiteSettings site, string? from, Guid? bindFor)
    {
        var state = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        tickets.Give(http, Begun, ScanPage, new ScanBegun(state, SignInEndpoints.Local(from), bindFor), TimeSpan.FromMinutes(10));
        var back = site.Link(ScanPage + "/back") ?? $"{http.Request.Scheme}://{http.Request.Host}{ScanPage}/back";
        var address = new Uri(settings.Login!, $"/oauth2/auth.htm?response_type=code&client_id={Uri.EscapeDataString(settings.Client)}&redirect_uri={Uri.EscapeDataString(back)}&scope=get_user_info&authType=QRCODE&state={state}").AbsoluteUri;
        return (address + "&embedMode=true", address, state);
    }

    /// <summary>What else the content policy of a page of ours lets in: a frame, or a script of another site.</summary>
    public static void Admit(HttpContext http, Uri? frame, Uri? script)
    {
        var headers = http.Response.Headers;
        if (frame is not null) headers.ContentSecurityPolicy = $"{headers.ContentSecurityPolicy}; frame-src {frame.GetLeftPart(UriPartial.Authority)}";
        if (script is not null) headers.ContentSecurityPolicy = headers.ContentSecurityPolicy.ToString().Replace("script-src 'self'", $"script-src 'self' {script.GetLeftPart(UriPartial.Path)}", StringComparison.Ordinal);
    }

    private static async Task<IResult> EnterAsync(HttpContext http, DingtalkDoor door, string? code, bool scanned, string from, Guid? bindFor)
    {
        var services = http.RequestServices;
        if (code is null or { Length: 0 or > 500 }) return Failed("code");
        var (person, fault) = await services.GetRequiredService<DingtalkClient>().WhoAsync(code, scanned, http.RequestAborted);
        if (person is null) return Failed(fault is { Away: false, Permanent: true } ? "code" : "away");
        var visitor = door.Visitor(person, from);
        var tickets = services.GetRequiredService<Tickets>();
        if (bindFor is not null)
        {
            // Only for the account that began it, should another have signed in here meanwhile.
            if (!(http.User.Identity?.IsAuthenticated ?? false) || (await http.ActorAsync()).AccountId != bindFor) return Failed("over");
            tickets.Give(http, Ticket, "/", visitor, TimeSpan.FromMinutes(10));
            return Onward.To("/account/dingtalk");
        }
        if (await door.OpenAsync(visitor, http.RequestAborted) is { } found) return Onward.To(SignInEndpoints.Next(await services.GetRequiredService<SignOn>().EnterAsync(found, "dingtalk", strong: false), from));
        if (await door.KnowsAsync(visitor, http.RequestAborted)) return Failed("closed");
        tickets.Give(http, Ticket, "/", visitor, TimeSpan.FromMinutes(10));
        return Onward.To("/sign-in?dingtalk=new&from=" + Uri.EscapeDataString("/account/dingtalk"));
    }

    private static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    /// <summary>A scan is ended once, whatever becomes of its cookie; the code itself is good once in any case.</summary>
    private static bool Used(IMemoryCache cache, string state)
    {
        lock (Ending)
        {
            if (cache.TryGetValue((typeof(ScanBegun), state), out _)) return true;
            cache.Set((typeof(ScanBegun), state), state, TimeSpan.FromMinutes(15));
            return false;
        }
    }

    private static IResult Failed(string why) => Onward.To("/sign-in?failed=dingtalk-" + why);
}
