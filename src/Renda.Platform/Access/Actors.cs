using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Accounts;
using Renda.Platform.Persistence;

namespace Renda.Platform.Access;

/// <summary>Finds who acts. Grants are looked up at most every 15 seconds, so that a right that ended ends within the minute.</summary>
public sealed class Actors(IDbContextFactory<RendaDbContext> databases, Roles roles, IMemoryCache cache, TimeProvider time)
{
    /// <summary>The actor behind a signed-in principal; null for nobody, or when the account is closed.</summary>
    public async ValueTask<Actor?> FindAsync(ClaimsPrincipal principal, CancellationToken cancellation = default)
    {
        if (!Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id)) return null;
        return await FindAsync(id, cancellation);
    }

    /// <summary>The actor of an account.</summary>
    public async ValueTask<Actor?> FindAsync(Guid accountId, CancellationToken cancellation = default)
    {
        if (cache.TryGetValue((typeof(Actor), accountId), out Actor? actor)) return actor;
        actor = await LoadAsync([accountId], cancellation) is [var found] ? found : null;
        cache.Set((typeof(Actor), accountId), actor, TimeSpan.FromSeconds(15));
        return actor;
    }

    /// <summary>Forgets what is cached of an account, after its grants changed.</summary>
    public void Forget(Guid accountId) => cache.Remove((typeof(Actor), accountId));

    /// <summary>The actors of several accounts as of now, without those that are closed; nothing is cached.</summary>
    public async Task<IReadOnlyList<Actor>> LoadAsync(IReadOnlyList<Guid> accounts, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var now = time.GetUtcNow().UtcDateTime;
        var known = await roles.AllAsync(cancellation);
        var open = await db.Users.AsNoTracking().Where(a => accounts.Contains(a.Id) && a.ClosedAt == null).Select(a => new { a.Id, a.PersonId, a.DisplayName }).ToListAsync(cancellation);
        var grants = (await db.Set<Grant>().AsNoTracking().Where(g => accounts.Contains(g.AccountId)).InForce(db, now).ToListAsync(cancellation)).ToLookup(g => g.AccountId);
        return [.. open.Select(a => new Actor(a.Id, a.PersonId, a.DisplayName, [.. grants[a.Id].Select(g => known.GetValueOrDefault(g.Role)?.For(g)).OfType<ActorGrant>()]))];
    }
}

/// <summary>Asks for a permission; whether a certain matter is within its scope is asked where the matter is loaded.</summary>
/// <param name="Permission">Permission id.</param>
public sealed record PermissionRequirement(string Permission) : IAuthorizationRequirement;

/// <summary>Answers <see cref="PermissionRequirement"/>.</summary>
public sealed class PermissionHandler(Actors actors) : AuthorizationHandler<PermissionRequirement>
{
    /// <inheritdoc />
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        if (await actors.FindAsync(context.User) is { } actor && actor.May(requirement.Permission)) context.Succeed(requirement);
    }
}

/// <summary>Policies named after permissions: <c>[Authorize("may:visits.report")]</c>.</summary>
public sealed class PermissionPolicies(Microsoft.Extensions.Options.IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options)
{
    /// <inheritdoc />
    public override async Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) =>
        policyName.StartsWith("may:", StringComparison.Ordinal)
            ? new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(policyName[4..])).Build()
            : await base.GetPolicyAsync(policyName);
}

/// <summary>Shorthands for endpoints.</summary>
public static class AccessEndpoints
{
    /// <summary>Only for those who hold this permission.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, string permission) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization("may:" + permission);

    /// <summary>The actor of this request; throws when nobody is signed in, which the policy excludes.</summary>
    public static async ValueTask<Actor> ActorAsync(this HttpContext context) =>
        await ((Actors)context.RequestServices.GetService(typeof(Actors))!).FindAsync(context.User, context.RequestAborted)
        ?? throw new InvalidOperationException("The endpoint has no policy that asks for a signed-in account.");
}
