using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.OpenId;

namespace Renda.Platform.Web.SigningIn;

/// <summary>Signing in by the outside provider, and linking an account with somebody there.</summary>
public static class OutsideEndpoints
{
    /// <summary>Name of the authentication scheme.</summary>
    public const string Scheme = "Outside";

    /// <summary>Where the provider sends people back to.</summary>
    public const string Callback = "/sign-in/outside/callback";

    /// <summary>Cookie with the <see cref="OutsideVisitor"/> that waits to be linked.</summary>
    public const string Ticket = "renda-outside";

    private const string From = "renda:from", LinkFor = "renda:link";

    /// <summary>Maps them.</summary>
    public static void MapOutside(this IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in/outside", async ([FromQuery] string? from, OutsideDoor door, HttpContext http) =>
        {
            if (door.Provider is null) return Results.NotFound();
            return await GoAsync(http, new AuthenticationProperties(new Dictionary<string, string?> { [From] = SignInEndpoints.Local(from) }), "/sign-in");
        }).AllowAnonymous().RequireRateLimiting("sign-in").ExcludeFromDescription();

        app.MapGet("/account/outside/start", async (OutsideDoor door, HttpContext http) =>
        {
            if (door.Provider is null) return Results.NotFound();
            return await GoAsync(http, new AuthenticationProperties(new Dictionary<string, string?> { [LinkFor] = (await http.ActorAsync()).AccountId.ToString("N"), [From] = "/account?done=outside#outside" }), "/account");
        }).RequireAuthorization().RequireRateLimiting("sign-in").ExcludeFromDescription();
    }

    /// <summary>Sets up the framework's client for the provider.</summary>
    public static void Configure(OpenIdConnectOptions options, OutsideProvider provider)
    {
        options.Authority = provider.Issuer;
        options.ClientId = provider.ClientId;
        options.ClientSecret = provider.Secret;
        options.CallbackPath = Callback;
        options.RequireHttpsMetadata = !new Uri(provider.Issuer).IsLoopback;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // The answer comes by an address and not by a form of another site, so the cookies need not be shown to such.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.DisableTelemetry = true;
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        options.RemoteAuthenticationTimeout = TimeSpan.FromMinutes(10);
        options.Scope.Clear();
        options.Scope.Add("openid");
        options.Scope.Add("profile");
        foreach (var cookie in (CookieBuilder[])[options.NonceCookie, options.CorrelationCookie]) (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
        // The provider that was set up, whatever its own description says.
        options.TokenValidationParameters.IssuerValidator = (issuer, _, _) => issuer == provider.Issuer ? issuer : throw new SecurityTokenInvalidIssuerException($"The token is of {issuer}.");
        options.Events = new OpenIdConnectEvents
        {
            OnMessageReceived = context =>
            {
                if (context.ProtocolMessage.Iss is { Length: > 0 } said && said != provider.Issuer) context.Fail(new SecurityTokenInvalidIssuerException($"The answer is of {said}."));
                return Task.CompletedTask;
            },
            OnTicketReceived = TakeAsync,
            OnRemoteFailure = FailAsync,
            OnAccessDenied = context =>
            {
                context.HandleResponse();
                context.Response.Redirect("/sign-in?failed=outside-denied");
                return Task.CompletedTask;
            },
        };
    }

    private static async Task<IResult> GoAsync(HttpContext http, AuthenticationProperties properties, string back)
    {
        try
        {
            await http.ChallengeAsync(Scheme, properties);
            return Results.Empty;
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException && !http.Response.HasStarted)
        {
            // Its description cannot be fetched.
            return Results.LocalRedirect(back + "?failed=outside-away#outside");
        }
    }

    private static async Task TakeAsync(TicketReceivedContext context)
    {
        var http = context.HttpContext;
        var services = http.RequestServices;
        var (door, tickets) = (services.GetRequiredService<OutsideDoor>(), services.GetRequiredService<Tickets>());
        var principal = context.Principal!;
        var subject = principal.FindFirstValue("sub") ?? "";
        context.HandleResponse();
        if (subject.Length is 0 or > 255)
        {
            http.Response.Redirect("/sign-in?failed=outside-untrusted");
            return;
        }
        var (from, linkFor) = (SignInEndpoints.Local(context.Properties!.Items[From]), context.Properties.Items.TryGetValue(LinkFor, out var account) ? account : null);
        var name = (principal.FindFirstValue("name") ?? principal.FindFirstValue("preferred_username") ?? subject).Trim();
        var visitor = new OutsideVisitor(door.Provider!.Issuer, subject, name.Length > OutsideDoor.LongestName ? name[..OutsideDoor.LongestName] : name, from);
        if (linkFor is not null)
        {
            // Only for the account that began it, should another have signed in here meanwhile.
            if ((await PresentAsync(http)).ToString("N") != linkFor)
            {
                http.Response.Redirect("/sign-in?failed=outside-over");
                return;
            }
            tickets.Give(http, Ticket, "/", visitor, TimeSpan.FromMinutes(10));
            await Onward.WriteAsync(http.Response, "/account/outside");
        }
        else if (await door.OpenAsync(visitor.Issuer, subject, http.RequestAborted) is { } found)
        {
            // A session of somebody else in this browser is left first.
            await PresentAsync(http);
            await Onward.WriteAsync(http.Response, SignInEndpoints.Next(await services.GetRequiredService<SignOn>().EnterAsync(found, "outside", strong: false), from));
        }
        else if (await door.KnowsAsync(visitor.Issuer, subject, http.RequestAborted))
        {
            // Its account was closed.
            http.Response.Redirect("/sign-in?failed=outside-closed");
        }
        else
        {
            tickets.Give(http, Ticket, "/", visitor, TimeSpan.FromMinutes(10));
            await Onward.WriteAsync(http.Response, "/sign-in?outside=new&from=" + Uri.EscapeDataString("/account/outside"));
        }
    }

    // Nobody has looked at the cookie yet: the answer is taken before that.
    private static async Task<Guid> PresentAsync(HttpContext http)
    {
        var result = await http.AuthenticateAsync(Microsoft.AspNetCore.Identity.IdentityConstants.ApplicationScheme);
        if (result.Principal is { } principal) http.User = principal;
        return Guid.TryParse(result.Principal?.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : Guid.Empty;
    }

    private static Task FailAsync(RemoteFailureContext context)
    {
        var why = context.Failure switch
        {
            SecurityTokenException or OpenIdConnectProtocolInvalidNonceException => "untrusted",
            OpenIdConnectProtocolException => "untrusted",
            HttpRequestException or IOException or TaskCanceledException => "away",
            { Message: var said } when said.Contains("Correlation", StringComparison.Ordinal) || said.Contains("message.State", StringComparison.Ordinal) => "over",
            { InnerException: SecurityTokenException } => "untrusted",
            _ => "failed",
        };
        context.HandleResponse();
        context.Response.Redirect("/sign-in?failed=outside-" + why);
        return Task.CompletedTask;
    }
}
