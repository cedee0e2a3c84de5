using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Renda.Platform.Persistence;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Renda.Platform.OpenId;

/// <summary>A code or a refresh token is worth what its session is: over when that has ended or its account was closed.</summary>
public sealed class SignOnExchange(SignOnRights rights) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    /// <inheritdoc />
    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        // What shows neither must not get through because it was not looked at.
        if ((context.AuthorizationCodePrincipal ?? context.RefreshTokenPrincipal) is not { } shown)
        {
            context.Reject(Errors.UnsupportedGrantType, "A code or a refresh token is needed.");
            return;
        }
        if (await rights.FindAsync(shown, context.CancellationToken) is not { } session)
        {
            context.Reject(Errors.InvalidGrant, "The sign-in this belongs to has ended.");
            return;
        }
        // With the name of today.
        var identity = await rights.IdentityAsync(session, new ClaimsIdentity(shown.Claims), context.CancellationToken);
        context.SignIn(new ClaimsPrincipal(identity));
    }
}

/// <summary>Tells an application who its token's holder is and what holds now.</summary>
public sealed class SignOnUserInfo(SignOnRights rights) : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    /// <inheritdoc />
    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        if (await rights.FindAsync(context.AccessTokenPrincipal, context.CancellationToken) is not { } session)
        {
            context.Reject(Errors.InvalidToken, "The sign-in this belongs to has ended.");
            return;
        }
        context.Subject = session.AccountId.ToString();
        foreach (var (name, value) in await rights.ClaimsAsync(session.AccountId, context.AccessTokenPrincipal.HasScope, context.CancellationToken)) context.Claims[name] = value;
    }
}

/// <summary>Who gives one token back gives back all that came with it.</summary>
public sealed class SignOnRevocation(IDbContextFactory<RendaDbContext> databases) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    /// <inheritdoc />
    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        if (!Guid.TryParse(context.GenericTokenPrincipal.GetAuthorizationId(), out var authorization)) return;
        await using var db = databases.CreateDbContext();
        // The one that was shown is left to the handler after this one.
        _ = Guid.TryParse(context.GenericTokenPrincipal.GetTokenId(), out var shown);
        await db.Set<SignOnToken>().Where(t => t.AuthorizationId == authorization && t.Status == Statuses.Valid && t.Id != shown)
            .ExecuteUpdateAsync(x => x.SetProperty(t => t.Status, Statuses.Revoked), context.CancellationToken);
    }
}

/// <summary>Says in the discovery document that applications are told when a session ends.</summary>
public sealed class SignOnDiscovery : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    /// <inheritdoc />
    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.Metadata["backchannel_logout_supported"] = true;
        context.Metadata["backchannel_logout_session_supported"] = true;
        return ValueTask.CompletedTask;
    }
}
