using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Platform.Web;

/// <summary>Whether demo accounts are offered at one press.</summary>
/// <param name="On">True with <c>--demo</c>.</param>
/// <param name="Findings">How many of the demo campaign's findings are made, the oldest first; a small demo starts quickly.</param>
public sealed record DemoMode(bool On, int Findings);

/// <summary>The platform's own endpoints beside its pages.</summary>
public static class PlatformWeb
{
    /// <summary>Regions, the form token: what pages ask for.</summary>
    public static void MapPlatformApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/regions", (string? q, long? within, RegionDirectory regions, int limit = 20) =>
            Results.Ok(regions.Search(q, within, Math.Clamp(limit, 1, 50)).Select(r => new { Code = r.Code.ToString("D12"), r.Name, r.FullName, Level = r.Level.ToString() })))
            .RequireAuthorization().WithTags("Regions").WithSummary("Divisions by name or pinyin initials");
        api.MapGet("/regions/nearest", async (double lat, double lon, RendaDbContext db, RegionDirectory regions, HttpContext http) =>
        {
            // There are no boundaries of villages to ask; but a village was named wherever a matter was raised.
            const double reach = 0.02;
            var near = await db.Set<Matter>().AsNoTracking()
                .Where(m => m.Latitude >= lat - reach && m.Latitude <= lat + reach && m.Longitude >= lon - reach && m.Longitude <= lon + reach && m.Region % 1000 != 0)
                .OrderBy(m => (m.Latitude - lat) * (m.Latitude - lat) + (m.Longitude - lon) * (m.Longitude - lon) * 0.74).Select(m => m.Region).FirstOrDefaultAsync(http.RequestAborted);
            return Results.Ok(regions.Find(near) is { } r ? new[] { new { Code = r.Code.ToString("D12"), r.Name, r.FullName, Level = r.Level.ToString() } } : []);
        }).RequireAuthorization().WithTags("Regions").WithSummary("The village of the matter raised nearest to a point, within about 2 km; empty when there is none");
        api.MapGet("/antiforgery", async (IAntiforgery antiforgery, HttpContext http) => Results.Ok(new { Token = antiforgery.GetAndStoreTokens(http).RequestToken, Account = (await http.ActorAsync()).AccountId.ToString("N") }))
            .RequireAuthorization().WithTags("Accounts").WithSummary("A fresh form token for requests by cookie");
    }

    /// <summary>Signing in and out, and the language: small forms that must work before anything else does.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapPost("/sign-in/password", async ([FromForm] string? name, [FromForm] string? password, [FromForm] string? from, SignInManager<Account> signIn) =>
        {
            var result = await signIn.PasswordSignInAsync(name?.Trim() ?? "", password ?? "", isPersistent: true, lockoutOnFailure: true);
            // One answer for an unknown name and a wrong password.
            return result.Succeeded ? Results.LocalRedirect(Local(from)) : Results.LocalRedirect($"/sign-in?failed={(result.IsLockedOut ? "locked" : "wrong")}&from={Uri.EscapeDataString(Local(from))}");
        }).AllowAnonymous().RequireRateLimiting("sign-in").ExcludeFromDescription();

        app.MapPost("/sign-in/demo", async ([FromForm] string? name, [FromForm] string? from, DemoMode demo, RendaDbContext db, SignInManager<Account> signIn) =>
        {
            var normal = name?.ToUpperInvariant();
            var account = demo.On ? await db.Users.FirstOrDefaultAsync(a => a.NormalizedUserName == normal && a.IsDemo && a.ClosedAt == null) : null;
            if (account is null) return Results.NotFound();
            await signIn.SignInAsync(account, isPersistent: true);
            return Results.LocalRedirect(Local(from));
        }).AllowAnonymous().RequireRateLimiting("sign-in").ExcludeFromDescription();

        app.MapPost("/sign-out", async (SignInManager<Account> signIn) =>
        {
            await signIn.SignOutAsync();
            return Results.LocalRedirect("/sign-in");
        }).AllowAnonymous().ExcludeFromDescription().WithMetadata(new RequireAntiforgeryTokenAttribute());

        app.MapGet("/language/{code}", (string code, string? from, HttpContext http) =>
        {
            http.Response.Cookies.Append("renda-language", $"c=zh-CN|uic={(code == "en" ? "en" : "zh-CN")}", new CookieOptions { IsEssential = true, HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(365) });
            return Results.LocalRedirect(Local(from));
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Only addresses of our own; anything else goes home.</summary>
    private static string Local(string? from) => from is ['/', not ('/' or '\\'), ..] ? from : "/";
}
