using Renda.Platform.Access;
using Renda.Platform.Settings;

namespace Renda.Platform.Accounts;

/// <summary>What administrators decide about signing in.</summary>
public sealed record SignOnRules
{
    /// <summary>Name of the setting.</summary>
    public const string Name = "sign-on";

    /// <summary>Ids of the roles whose holders must have a second factor; none in a new installation.</summary>
    public IReadOnlyList<string> SecondFactorRoles { get; init; } = [];
}

/// <summary>Answers who must have a second factor.</summary>
public sealed class SignOnPolicy(StoredSettings settings, Actors actors)
{
    /// <summary>Whether a role the account holds now asks for a second factor.</summary>
    public async ValueTask<bool> RequiresSecondFactorAsync(Guid accountId, CancellationToken cancellation)
    {
        var rules = await settings.ReadAsync<SignOnRules>(SignOnRules.Name, cancellation);
        return rules.SecondFactorRoles.Count > 0 && await actors.FindAsync(accountId, cancellation) is { } actor && actor.Grants.Any(g => rules.SecondFactorRoles.Contains(g.Role.Id));
    }
}

/// <summary>An endpoint that may be reached by those who still have to set up their second factor.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class BeforeSecondFactorAttribute : Attribute;
