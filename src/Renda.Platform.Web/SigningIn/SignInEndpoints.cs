using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Persistence;

namespace Renda.Platform.Web.SigningIn;

/// <summary>Signing in and out, and the language: small forms that must work before anything else does.</summary>
public static class SignInEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapPost("/sign-in/password", async ([FromForm] string? name, [FromForm] string? password, [FromForm] string? from, PasswordDoor door, SignOn signOn) =>
        {
            var (account, locked) = await door.OpenAsync(name?.Trim() ?? "", password ?? "");
            return account is null ? Again(locked ? "locked" : "wrong", from) : await EnterAsync(signOn, account, "password", strong: false, from);
        }).AllowAnonymous().RequireRateLimiting("sign-in").ExcludeFromDescription();

        app.MapPost("/sign-in/demo", async ([FromForm] string? name, [FromForm] string? from, DemoMode demo, RendaDbContext db, SignOn signOn) =>
        {
            var normal = name?.ToUpperInvariant();
            var account = demo.On ? await db.Users.FirstOrDefaultAsync(a => a.NormalizedUserName == normal && a.IsDemo && a.ClosedAt == null) : null;
            return account is null ? Results.NotFound() : await EnterAsync(signOn, account, "demo", strong: false, from);
        }).AllowAnonymous().RequireRateLimiting("sign-in").ExcludeFromDescription();

        app.MapPost("/sign-in/passkey/options", async (SignInManager<Account> signIn) => Results.Content(await signIn.MakePasskeyRequestOptionsAsync(null), "application/json"))
            .AllowAnonymous().RequireRateLimiting("passkey-options").ExcludeFromDescription().WithMetadata(new RequireAntiforgeryTokenAttribute());

        app.MapPost("/sign-in/passkey", async ([FromForm] string? credential, [FromForm] string? from, PasskeyDoor door, SignOn signOn) =>
            await door.OpenAsync(credential) is { } account ? await EnterAsync(signOn, account, "passkey", strong: true, from) : Again("passkey", from))
            .AllowAnonymous().RequireRateLimiting("sign-in").ExcludeFromDescription();

        app.MapPost("/account/passkeys/options", async (SignInManager<Account> signIn, SecondFactorGate gate, HttpContext http) =>
        {
            var account = await signIn.UserManager.GetUserAsync(http.User);
            return account is null || await gate.ShutsAsync(http) ? Results.NotFound()
                : Results.Content(await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = account.Id.ToString(), Name = account.UserName!, DisplayName = account.DisplayName }), "application/json");
        }).RequireAuthorization().ExcludeFromDescription().WithMetadata(new RequireAntiforgeryTokenAttribute(), new BeforeSecondFactorAttribute());

        app.MapPost("/account/passkeys", async ([FromForm] string? credential, [FromForm] string? from, PasskeyDoor door, SignOn signOn, UserManager<Account> accounts, SecondFactorGate gate, AccountNotices notices, HttpContext http) =>
        {
            var account = await accounts.GetUserAsync(http.User);
            if (account is null || await gate.ShutsAsync(http)) return Results.NotFound();
            var visitor = Visitor.Of(http);
            if (await door.AddAsync(account, credential, Visitor.Describe(visitor.Browser, visitor.RunsOn).ToString()) is { } refusal) return Results.LocalRedirect($"/account?failed={refusal.Code}#passkeys");
            await notices.TellAsync(account, new("您的账号添加了一个通行密钥。", "A passkey was added to your account."), http.RequestAborted);
            // The device has just verified its user, which is what a sign-in with it would show.
            if (await gate.IsWeakAsync(http))
            {
                await signOn.CompleteAsync(account, "passkey", strong: true, remember: false);
                if (Local(from) is { Length: > 1 } on) return Results.LocalRedirect(on);
            }
            return Results.LocalRedirect("/account?done=passkey#passkeys");
        }).RequireAuthorization().ExcludeFromDescription().WithMetadata(new BeforeSecondFactorAttribute());

        app.MapPost("/sign-out", async ([FromForm] string? from, SignOn signOn) =>
        {
            await signOn.LeaveAsync();
            return Results.LocalRedirect(Local(from) is { Length: > 1 } on ? "/sign-in?from=" + Uri.EscapeDataString(on) : "/sign-in");
        }).AllowAnonymous().ExcludeFromDescription().WithMetadata(new RequireAntiforgeryTokenAttribute());

        app.MapGet("/language/{code}", (string code, string? from, HttpContext http) =>
        {
            http.Response.Cookies.Append("renda-language", $"c=zh-CN|uic={(code == "en" ? "en" : "zh-CN")}", new CookieOptions { IsEssential = true, HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(365) });
            return Results.LocalRedirect(Local(from));
        }).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Only addresses of our own; anything else goes home.</summary>
    public static string Local(string? from) => from is ['/', not ('/' or '\\'), ..] ? from : "/";

    /// <summary>Where the next page is, after a factor was shown.</summary>
    public static string Next(SignOnStep step, string? from) => step == SignOnStep.Done ? Local(from) : "/sign-in/code?from=" + Uri.EscapeDataString(Local(from));

    /// <summary>Whether a passkey can belong to the address of this request: it needs a name, or the one that is set.</summary>
    public static bool AllowsPasskeys(this HttpContext http) => !IPAddress.TryParse(http.Request.Host.Host.Trim('[', ']'), out _);

    private static async Task<IResult> EnterAsync(SignOn signOn, Account account, string method, bool strong, string? from) => Results.LocalRedirect(Next(await signOn.EnterAsync(account, method, strong), from));

    private static IResult Again(string why, string? from) => Results.LocalRedirect($"/sign-in?failed={why}&from={Uri.EscapeDataString(Local(from))}");
}
