using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using Renda.Platform;
using Renda.Platform.Accounts;
using Renda.Platform.OpenId;
using Renda.Platform.Persistence;
using Renda.Platform.Web.SigningIn;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Renda.Host;

/// <summary>Composition of sign-on: as a provider to neighbouring applications, and by a provider outside.</summary>
internal static class SignOnServices
{
    private static readonly string[] ByApplications = [OpenIdEndpoints.Root + "/token", OpenIdEndpoints.Root + "/userinfo", OpenIdEndpoints.Root + "/revoke", OpenIdEndpoints.Root + "/keys", "/.well-known/openid-configuration"];

    /// <summary>What answers neighbouring applications.</summary>
    public static void AddOpenIdProvider(this IServiceCollection services, HostSettings settings)
    {
        services.AddSingleton(p => new SignOnKeys(Path.Combine(settings.DataFolder, "keys", "sign-on"), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(p => p.GetRequiredService<SignOnKeys>());
        services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(p => p.GetRequiredService<SignOnKeys>());
        services.AddSingleton<SignOnRights>();
        services.AddSingleton<SignOnClients>();
        services.AddSingleton<LogoutCalls>();
        services.AddHostedService(p => p.GetRequiredService<LogoutCalls>());
        services.AddOpenIddict()
            .AddCore(core =>
            {
                core.UseEntityFrameworkCore().UseDbContext<RendaDbContext>().ReplaceDefaultEntities<SignOnClient, SignOnAuthorization, SignOnScope, SignOnToken, Guid>();
                core.ReplaceApplicationManager<SignOnClient, SignOnClientManager>();
            })
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris(Address("/authorize")).SetTokenEndpointUris(Address("/token")).SetUserInfoEndpointUris(Address("/userinfo")).SetRevocationEndpointUris(Address("/revoke"))
                    .SetEndSessionEndpointUris(Address("/end")).SetJsonWebKeySetEndpointUris(Address("/keys")).SetConfigurationEndpointUris(".well-known/openid-configuration");
                server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().RequireProofKeyForCodeExchange();
                // A verifier in the clear proves nothing.
                server.Configure(o => o.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain));
                server.RegisterScopes(Scopes.Profile, Scopes.Roles);
                server.RegisterClaims(Claims.Subject, SignOnRights.SessionClaim, Claims.AuthenticationTime, Claims.Name, Claims.PreferredUsername, Claims.Region, "unit", "roles", "grants");
                // Short random texts outside, sealed rows inside: an application cannot read into a token what it was not told.
                server.UseReferenceAccessTokens().UseReferenceRefreshTokens();
                server.SetAuthorizationCodeLifetime(TimeSpan.FromMinutes(2)).SetAccessTokenLifetime(TimeSpan.FromMinutes(10)).SetIdentityTokenLifetime(TimeSpan.FromMinutes(10)).SetRefreshTokenLifetime(Sessions.Life);
                server.AddEventHandler<HandleTokenRequestContext>(h => h.UseSingletonHandler<SignOnExchange>().SetOrder(OpenIddictServerHandlers.Exchange.AttachPrincipal.Descriptor.Order + 500));
                server.AddEventHandler<HandleUserInfoRequestContext>(h => h.UseSingletonHandler<SignOnUserInfo>().SetOrder(OpenIddictServerHandlers.UserInfo.AttachClaims.Descriptor.Order + 500));
                server.AddEventHandler<HandleRevocationRequestContext>(h => h.UseSingletonHandler<SignOnRevocation>().SetOrder(OpenIddictServerHandlers.Revocation.AttachPrincipal.Descriptor.Order + 100));
                server.AddEventHandler<HandleConfigurationRequestContext>(h => h.UseSingletonHandler<SignOnDiscovery>().SetOrder(OpenIddictServerHandlers.Discovery.AttachAdditionalMetadata.Descriptor.Order + 500));
                // Plain http is refused below, except to this machine itself.
                server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableEndSessionEndpointPassthrough().EnableErrorPassthrough().DisableTransportSecurityRequirement();
            });

        static string Address(string path) => OpenIdEndpoints.Root[1..] + path;
    }

    /// <summary>What takes people from an outside provider, where one is set.</summary>
    public static AuthenticationBuilder AddOutsideProvider(this AuthenticationBuilder authentication, HostSettings settings)
    {
        authentication.Services.AddScoped<OutsideDoor>();
        if (settings.Outside is not { } provider) return authentication;
        authentication.Services.AddSingleton(provider);
        return authentication.AddOpenIdConnect(OutsideEndpoints.Scheme, o => OutsideEndpoints.Configure(o, provider));
    }

    /// <summary>What comes before the protocol: no plain http but on this machine, and a pace for each application's address.</summary>
    public static void UseSignOnGuard(this WebApplication app)
    {
        app.Use(async (http, next) =>
        {
            if ((http.Request.Path.StartsWithSegments(OpenIdEndpoints.Root) || ByApplications.Any(p => http.Request.Path.StartsWithSegments(p))) && !http.Request.IsHttps && !IsLoopback(http.Request.Host.Host))
            {
                await new Refusal("sign-on.https", new("单点登录只能用 https 访问。", "Sign-on is reached by https only."), 400).Problem().ExecuteAsync(http);
                return;
            }
            await next(http);
        });
        // Answered before any endpoint, so the limit does not hang on one: a burst of 200 and then 20 a second for each address.
        var pace = new RateLimiterOptions
        {
            RejectionStatusCode = StatusCodes.Status429TooManyRequests,
            GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetTokenBucketLimiter(http.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new TokenBucketRateLimiterOptions { TokenLimit = 200, TokensPerPeriod = 20, ReplenishmentPeriod = TimeSpan.FromSeconds(1) })),
            OnRejected = (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = "1";
                return ValueTask.CompletedTask;
            },
        };
        app.UseWhen(http => ByApplications.Any(p => http.Request.Path.StartsWithSegments(p)), branch => branch.UseRateLimiter(pace));
    }

    private static bool IsLoopback(string host) => host == "localhost" || (System.Net.IPAddress.TryParse(host.Trim('[', ']'), out var address) && System.Net.IPAddress.IsLoopback(address));
}
