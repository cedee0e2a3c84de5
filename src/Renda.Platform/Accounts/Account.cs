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

    /// <summary>The module to whose permissions it is narrowed; empty for all that the role may do.</summary>
    public string Module { get; set; } = "";

    /// <summary>First day (UTC) on which it holds.</summary>
    public DateTime ValidFrom { get; set; }

    /// <summary>End (UTC, exclusive); null while open.</summary>
    public DateTime? ValidTo { get; set; }

    /// <summary>The right it was lent from for a period (委托): it holds no longer than that one, nor than its holder's account; null for one's own.</summary>
    public Guid? LentFromId { get; set; }

    /// <summary>Who gave it; null for what follows from a mandate and for the first administrator.</summary>
    public Guid? GivenBy { get; set; }

    /// <summary>The second person, where two are needed; null otherwise.</summary>
    public Guid? ConfirmedBy { get; set; }

    /// <summary>On what ground it was given.</summary>
    public string Reason { get; set; } = "";
}

/// <summary>A right that was asked for and that a second person has to confirm (四眼原则).</summary>
public sealed class GrantRequest
{
    /// <summary>Id of the request, and of the grant that comes of it.</summary>
    public Guid Id { get; set; }

    /// <summary>Who shall hold it.</summary>
    public Guid AccountId { get; set; }

    /// <summary>The role.</summary>
    public string Role { get; set; } = "";

    /// <summary>As <see cref="Grant.Region"/>.</summary>
    public long Region { get; set; }

    /// <summary>As <see cref="Grant.OrganisationId"/>.</summary>
    public Guid? OrganisationId { get; set; }

    /// <summary>As <see cref="Grant.Module"/>.</summary>
    public string Module { get; set; } = "";

    /// <summary>From when (UTC); not before it is confirmed.</summary>
    public DateTime ValidFrom { get; set; }

    /// <summary>Until when (UTC, exclusive); null for no end.</summary>
    public DateTime? ValidTo { get; set; }

    /// <summary>On what ground.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Who asked.</summary>
    public Guid AskedBy { get; set; }

    /// <summary>When (UTC).</summary>
    public DateTime AskedAt { get; set; }

    /// <summary>Who confirmed or declined it; null while it waits.</summary>
    public Guid? DecidedBy { get; set; }

    /// <summary>When that was (UTC).</summary>
    public DateTime? DecidedAt { get; set; }

    /// <summary>Whether it was confirmed.</summary>
    public bool Confirmed { get; set; }
}

/// <summary>Questions about grants.</summary>
public static class GrantQueries
{
    /// <summary>Those that hold at a moment: within their period and, where lent, while the lender holds the right and the account is open.</summary>
    public static IQueryable<Grant> InForce(this IQueryable<Grant> grants, DbContext db, DateTime at) => grants.Where(g => g.ValidFrom <= at && (g.ValidTo == null || g.ValidTo > at)
        && (g.LentFromId == null || db.Set<Grant>().Any(l => l.Id == g.LentFromId && l.ValidFrom <= at && (l.ValidTo == null || l.ValidTo > at) && db.Set<Account>().Any(a => a.Id == l.AccountId && a.ClosedAt == null))));
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
    IEntityTypeConfiguration<Account>, IEntityTypeConfiguration<Grant>, IEntityTypeConfiguration<GrantRequest>, IEntityTypeConfiguration<ApiToken>
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
        builder.Property(g => g.Module).HasMaxLength(40);
        builder.Property(g => g.Reason).HasMaxLength(300);
        builder.HasIndex(g => g.AccountId);
        builder.HasIndex(g => new { g.OrganisationId, g.Role });
        builder.HasIndex(g => g.MandateId);
        builder.HasIndex(g => g.LentFromId);
        builder.HasIndex(g => new { g.Region, g.Role });
    }

    public void Configure(EntityTypeBuilder<GrantRequest> builder)
    {
        builder.ToTable("grant_requests");
        builder.Property(r => r.Role).HasMaxLength(40);
        builder.Property(r => r.Module).HasMaxLength(40);
        builder.Property(r => r.Reason).HasMaxLength(300);
        builder.HasIndex(r => r.DecidedAt);
        builder.HasIndex(r => r.AccountId);
    }

    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.ToTable("api_tokens");
        builder.HasKey(t => t.Hash);
        builder.Property(t => t.Hash).HasMaxLength(64);
        builder.HasIndex(t => t.AccountId);
    }
}
