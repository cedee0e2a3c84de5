using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using Renda.Platform.Accounts;
using Renda.Platform.OpenId;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Renda.Platform.Web.SigningIn;

/// <summary>
/// Where neighbouring applications send people to sign in and to sign out. What applications themselves ask for (tokens,
/// who somebody is) is answered before any endpoint; see <c>SignOnHandlers.cs</c>.
/// </summary>
public static class OpenIdEndpoints
{
    /// <summary>Where all of it lies.</summary>
    public const string Root = "/sign-on";

    /// <summary>Limit of requests by browsers.</summary>
    public const string Limit = "sign-on";

    /// <summary>Maps them.</summary>
    public static void MapOpenId(this IEndpointRouteBuilder app)
    {
        // Other sites send forms here too; what a request says is proven by the protocol and not by a token of a page.
        app.MapMethods(Root + "/authorize", ["GET", "POST"], AuthorizeAsync).AllowAnonymous().RequireRateLimiting(Limit).ExcludeFromDescription();
        app.MapMethods(Root + "/end", ["GET", "POST"], EndAsync).AllowAnonymous().RequireRateLimiting(Limit).ExcludeFromDescription();
        app.MapGet(Root + "/continue", (HttpContext http) => Onward.To(Root + "/authorize" + http.Request.QueryString)).AllowAnonymous().RequireRateLimiting(Limit).ExcludeFromDescription();
    }

    private static async Task<IResult> AuthorizeAsync(HttpContext http, SignOnRights rights, SignOnPolicy policy, LogoutCalls calls)
    {
        http.Response.Headers.CacheControl = "no-store";
        // Without an address that may be trusted the refusal stays here.
        if (http.GetOpenIddictServerResponse() is { Error.Length: > 0 } wrong) return Results.LocalRedirect(Root + "/refused?why=" + Uri.EscapeDataString(wrong.Error));
        if (http.GetOpenIddictServerRequest() is not { } request) return Results.NotFound();
        // Another site's form brings no cookie of ours along; the page it leads to does.
        if (HttpMethods.IsPost(http.Request.Method)) return Onward.To(Root + "/authorize" + Parameters(request));
        var silent = request.HasPromptValue(PromptValues.None);
        var session = SignOn.SessionOf(http.User) is { } id ? await rights.FindAsync(id, http.RequestAborted) : null;
        var anew = request.HasPromptValue(PromptValues.Login) || request.HasPromptValue(PromptValues.SelectAccount);
        var weak = session is null && SignOn.SessionOf(http.User) is not null && Guid.TryParse(http.User.FindFirstValue(ClaimTypes.NameIdentifier), out var account) && await policy.RequiresSecondFactorAsync(account, http.RequestAborted);
        // Whoever is to sign in anew shows the factor after that.
        if (weak && !anew) return silent ? Refuse(Errors.InteractionRequired, "The person has to show a second factor.") : Results.LocalRedirect(SecondFactorGate.Way(Back()));
        var now = http.RequestServices.GetService(typeof(TimeProvider)) is TimeProvider time ? time.GetUtcNow().UtcDateTime : default;
        if (session is null || anew || (request.MaxAge is { } seconds && now - session.StartedAt > TimeSpan.FromSeconds(seconds)))
        {
            if (silent) return Refuse(Errors.LoginRequired, "Nobody is signed in.");
            // Asked once: who comes back has signed in anew.
            return Results.LocalRedirect("/sign-in?from=" + Uri.EscapeDataString(Back()));
        }
        var bound = new ClaimsIdentity();
        bound.SetScopes(request.GetScopes());
        var identity = await rights.IdentityAsync(session, bound, http.RequestAborted);
        await calls.NoteAsync(session, request.ClientId!, $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}/", http.RequestAborted);
        return Results.SignIn(new ClaimsPrincipal(identity), null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);

        string Back() => Root + "/continue" + Parameters(request, "prompt");
    }

    private static async Task<IResult> EndAsync(HttpContext http, SignOn signOn, IAntiforgery antiforgery)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (http.GetOpenIddictServerResponse() is { Error.Length: > 0 } wrong) return Results.LocalRedirect(Root + "/refused?why=" + Uri.EscapeDataString(wrong.Error));
        if (http.GetOpenIddictServerRequest() is not { } request) return Results.NotFound();
        var here = Parameters(request, "confirm", "__RequestVerificationToken");
        if (HttpMethods.IsPost(http.Request.Method) && !request.HasParameter("confirm")) return Onward.To(Root + "/end" + here);
        if (SignOn.SessionOf(http.User) is { } session)
        {
            var hint = (await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal;
            if (HttpMethods.IsPost(http.Request.Method))
            {
                if (!await antiforgery.IsRequestValidAsync(http)) return Results.LocalRedirect(Root + "/leave" + here);
                await signOn.LeaveAsync();
                return Onward.To(Root + "/end" + here);
            }
            // A link somewhere must not sign people out; an application shows that it was told of this very session.
            if (hint?.GetClaim(SignOnRights.SessionClaim) != session.ToString("N")) return Results.LocalRedirect(Root + "/leave" + here);
            await signOn.LeaveAsync();
        }
        return Results.SignOut(new AuthenticationProperties { RedirectUri = "/sign-in" }, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }

    private static QueryString Parameters(OpenIddictRequest request, params string[] without) =>
        QueryString.Create(request.GetParameters().Where(p => !without.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, (string?)p.Value)));

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?> { [OpenIddictServerAspNetCoreConstants.Properties.Error] = error, [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description }),
        [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
}
