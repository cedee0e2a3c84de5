using System.Security.Claims;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Congresses;
using Renda.Platform.Persistence;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Renda.Platform.OpenId;

/// <summary>A session in which an application may be told who somebody is.</summary>
/// <param name="Id">The session.</param>
/// <param name="AccountId">Whose it is.</param>
/// <param name="StartedAt">Begin (UTC).</param>
/// <param name="Strong">Whether two factors were shown.</param>
public sealed record StandingSession(Guid Id, Guid AccountId, DateTime StartedAt, bool Strong);

/// <summary>
/// Answers what holds now for whoever an application asks about. Read from the rows each time and from no memory: what
/// ended a moment ago, here or on another node, has ended for the neighbours too.
/// </summary>
public sealed class SignOnRights(IDbContextFactory<RendaDbContext> databases, Actors actors, SignOnPolicy policy, TimeProvider time)
{
    /// <summary>Claim that names the session to applications.</summary>
    public const string SessionClaim = "sid";

    /// <summary>The session while it lasts, its account is open and it has shown the factors it must; null otherwise. Does not count as use of the session.</summary>
    public async Task<StandingSession?> FindAsync(Guid sessionId, CancellationToken cancellation)
    {
        var since = time.GetUtcNow().UtcDateTime - Sessions.Life;
        await using var db = databases.CreateDbContext();
        var found = await db.Set<Session>().AsNoTracking()
            .Where(s => s.Id == sessionId && s.EndedAt == null && s.SeenAt > since && db.Users.Any(a => a.Id == s.AccountId && a.ClosedAt == null))
            .Select(s => new StandingSession(s.Id, s.AccountId, s.StartedAt, s.Strong)).FirstOrDefaultAsync(cancellation);
        return found is null || (!found.Strong && await policy.RequiresSecondFactorAsync(found.AccountId, cancellation)) ? null : found;
    }

    /// <summary>The same for the session that a code or a token names.</summary>
    public async Task<StandingSession?> FindAsync(ClaimsPrincipal token, CancellationToken cancellation) =>
        Guid.TryParse(token.GetClaim(SessionClaim), out var id) && Guid.TryParse(token.GetClaim(Claims.Subject), out var account) && await FindAsync(id, cancellation) is { } found && found.AccountId == account ? found : null;

    /// <summary>What an identity token says of a session's account.</summary>
    /// <param name="session">The session.</param>
    /// <param name="bound">What binds it to its client and chain: scopes at first, then the code or the token it follows from.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<ClaimsIdentity> IdentityAsync(StandingSession session, ClaimsIdentity bound, CancellationToken cancellation)
    {
        var identity = new ClaimsIdentity(bound.Claims, "Renda", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, session.AccountId.ToString()).SetClaim(SessionClaim, session.Id.ToString("N"))
            .SetClaim(Claims.AuthenticationTime, new DateTimeOffset(session.StartedAt).ToUnixTimeSeconds());
        if (session.Strong) identity.SetClaims(Claims.AuthenticationMethodReference, ["mfa"]);
        foreach (var (name, value) in await ClaimsAsync(session.AccountId, identity.HasScope, cancellation))
            if (name is Claims.Name or Claims.PreferredUsername) identity.SetClaim(name, value.GetString());
        // Roles are asked for anew each time: what stands in a token would outlive the right.
        identity.SetDestinations(static claim => claim.Type switch
        {
            Claims.Subject or SessionClaim => [Destinations.AccessToken, Destinations.IdentityToken],
            Claims.AuthenticationTime or Claims.AuthenticationMethodReference or Claims.Name or Claims.PreferredUsername => [Destinations.IdentityToken],
            _ => [],
        });
        return identity;
    }

    /// <summary>What may be told of an account now, by name: who it is with <c>profile</c>, its rights with <c>roles</c>.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ClaimsAsync(Guid accountId, Func<string, bool> asked, CancellationToken cancellation)
    {
        var told = new Dictionary<string, JsonElement>();
        await using var db = databases.CreateDbContext();
        if (asked(Scopes.Profile) && await db.Users.AsNoTracking().Where(a => a.Id == accountId).Select(a => new { a.DisplayName, a.UserName }).FirstOrDefaultAsync(cancellation) is { } account)
        {
            told[Claims.Name] = Json(account.DisplayName);
            told[Claims.PreferredUsername] = Json(account.UserName);
        }
        if (!asked(Scopes.Roles)) return told;
        var grants = (await actors.LoadAsync([accountId], cancellation)).SelectMany(a => a.Grants).OrderByDescending(g => g.Region > 0 ? Territory.Level(g.Region) : -1).ThenBy(g => g.Role.Id, StringComparer.Ordinal).ToList();
        var organisations = grants.Select(g => g.OrganisationId).OfType<Guid>().Distinct().ToList();
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => organisations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        if (grants.FirstOrDefault(g => g.Region > 0) is { } widest) told[Claims.Region] = Json(Code(widest.Region));
        if (grants.FirstOrDefault(g => g.OrganisationId is not null) is { } first) told["unit"] = Json(Unit(first));
        told["roles"] = Json(grants.Select(g => g.Role.Id).Distinct());
        // Whoever holds several roles holds each somewhere else.
        told["grants"] = Json(grants.Select(g => new { role = g.Role.Id, region = g.Region > 0 ? Code(g.Region) : null, unit = Unit(g) }));
        return told;

        object? Unit(ActorGrant grant) => grant.OrganisationId is { } id ? new { id, name = names.GetValueOrDefault(id, "") } : null;
        static string Code(long region) => region.ToString("D12", System.Globalization.CultureInfo.InvariantCulture);
        static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value);
    }
}
