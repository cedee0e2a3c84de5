using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Accounts;

/// <summary>A way to sign in. It belongs to a person by id, never by name.</summary>
/// <remarks>Its <see cref="IdentityUser{TKey}.PhoneNumber"/> is a confirmed mobile number of eleven digits, or null.</remarks>
public sealed class Account : IdentityUser<Guid>
{
    /// <summary>The person who signs in with it; null for accounts of programs.</summary>
    public Guid? PersonId { get; set; }

    /// <summary>Name shown on screen and in histories.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>Made by <c>--demo</c>; such accounts are offered at one press and exist nowhere else.</summary>
    public bool IsDemo { get; set; }

    /// <summary>What the sign-in page of the demo says of this person, in Chinese; null for those not offered there.</summary>
    public string? Persona { get; set; }

    /// <summary>When the account was closed (UTC); null while it may be used.</summary>
    public DateTime? ClosedAt { get; set; }
}

/// <summary>A role held by an account within a scope and a period. What a role may do is in the module manifests.</summary>
public sealed class Grant
{
    /// <summary>Id of the grant.</summary>
    public Guid Id { get; set; }

    /// <summary>Who holds it.</summary>
    public Guid AccountId { get; set; }

    /// <summary>Role id, e.g. <c>clerk</c>; see <c>Access/Roles.cs</c>.</summary>
    public string Role { get; set; } = "";

    /// <summary>12-digit division code whose subtree it covers; 0 for roles that are not territorial.</summary>
    public long Region { get; set; }

    /// <summary>The organisation on whose behalf the holder acts: a unit, an office; null for deputies.</summary>
    public Guid? OrganisationId { get; set; }

    /// <summary>The mandate it follows from: it begins and ends with that; null for rights given by hand.</summary>
    public Guid? MandateId { get; set; }

    /// <summary>First day (UTC) on which it holds.</summary>
    public DateTime ValidFrom { get; set; }

    /// <summary>End (UTC, exclusive); null while open.</summary>
    public DateTime? ValidTo { get; set; }
}

/// <summary>A bearer token for the API. Only its SHA-256 is kept.</summary>
public sealed class ApiToken
{
    /// <summary>Lower-case hex SHA-256 of the token's text.</summary>
    public string Hash { get; set; } = "";

    /// <summary>The account that acts when it is shown.</summary>
    public Guid AccountId { get; set; }

    /// <summary>When it was made (UTC).</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>When it ends (UTC).</summary>
    public DateTime ExpiresAt { get; set; }
}

internal sealed class AccountConfiguration :
    IEntityTypeConfiguration<Account>, IEntityTypeConfiguration<Grant>, IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.ToTable("accounts");
        builder.Property(a => a.DisplayName).HasMaxLength(100);
        builder.HasIndex(a => a.PersonId);
        builder.HasIndex(a => a.PhoneNumber);
    }

    public void Configure(EntityTypeBuilder<Grant> builder)
    {
        builder.ToTable("grants");
        builder.Property(g => g.Role).HasMaxLength(40);
        builder.HasIndex(g => g.AccountId);
        builder.HasIndex(g => new { g.OrganisationId, g.Role });
        builder.HasIndex(g => g.MandateId);
    }

    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.ToTable("api_tokens");
        builder.HasKey(t => t.Hash);
        builder.Property(t => t.Hash).HasMaxLength(64);
        builder.HasIndex(t => t.AccountId);
    }
}
