using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using Renda.Platform.Hub;

namespace Renda.Platform.OpenId;

/// <summary>The sign-on client of a joined application: by its id it asks who has signed in here.</summary>
public sealed class SignOnClient : OpenIddictEntityFrameworkCoreApplication<Guid, SignOnAuthorization, SignOnToken>
{
    /// <summary>Where the application is told that a session has ended; null when it does not want to know.</summary>
    public string? LogoutAddress { get; set; }
}

/// <summary>That an application was told who somebody is, in one session.</summary>
public sealed class SignOnAuthorization : OpenIddictEntityFrameworkCoreAuthorization<Guid, SignOnClient, SignOnToken>
{
    /// <summary>The client. A column of ours, so that a backup copies it like any other.</summary>
    public Guid? ApplicationId { get; set; }
}

/// <summary>A code or a token that was given out; its text is kept sealed, and found by a hash.</summary>
public sealed class SignOnToken : OpenIddictEntityFrameworkCoreToken<Guid, SignOnClient, SignOnAuthorization>
{
    /// <summary>The client it was given to.</summary>
    public Guid? ApplicationId { get; set; }

    /// <summary>What it belongs to.</summary>
    public Guid? AuthorizationId { get; set; }
}

/// <summary>Something a client may ask for that is set in the database; the program's own are not.</summary>
public sealed class SignOnScope : OpenIddictEntityFrameworkCoreScope<Guid>;

/// <summary>An application that wants to be told when a session ends in which it asked who somebody is.</summary>
public sealed class SignOnVisit
{
    /// <summary>The session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The client.</summary>
    public Guid ClientId { get; set; }

    /// <summary>Whose session it is.</summary>
    public Guid AccountId { get; set; }

    /// <summary>The address by which the client knows this platform.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>When it is to be told (again), once the session has ended (UTC).</summary>
    public DateTime NextAt { get; set; }

    /// <summary>How often that was tried.</summary>
    public int Tries { get; set; }
}

/// <summary>An account at the outside provider that opens an account here.</summary>
public sealed class OutsideLink
{
    /// <summary>The provider's issuer.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The provider's own id of the account.</summary>
    public string Subject { get; set; } = "";

    /// <summary>The account here; one link of each provider at most.</summary>
    public Guid AccountId { get; set; }

    /// <summary>Name at the provider, as it was when linked.</summary>
    public string Name { get; set; } = "";

    /// <summary>When it was linked (UTC).</summary>
    public DateTime LinkedAt { get; set; }
}

internal sealed class SignOnConfiguration :
    IEntityTypeConfiguration<SignOnClient>, IEntityTypeConfiguration<SignOnAuthorization>, IEntityTypeConfiguration<SignOnToken>, IEntityTypeConfiguration<SignOnScope>, IEntityTypeConfiguration<SignOnVisit>,
    IEntityTypeConfiguration<OutsideLink>
{
    public void Configure(EntityTypeBuilder<SignOnClient> builder)
    {
        new OpenIddictEntityFrameworkCoreApplicationConfiguration<SignOnClient, SignOnAuthorization, SignOnToken, Guid>().Configure(builder);
        builder.ToTable("sign_on_clients");
        builder.Property(c => c.LogoutAddress).HasMaxLength(JoinedApplications.LongestAddress);
    }

    public void Configure(EntityTypeBuilder<SignOnAuthorization> builder)
    {
        new OpenIddictEntityFrameworkCoreAuthorizationConfiguration<SignOnAuthorization, SignOnClient, SignOnToken, Guid>().Configure(builder);
        builder.ToTable("sign_on_authorizations");
    }

    public void Configure(EntityTypeBuilder<SignOnToken> builder)
    {
        new OpenIddictEntityFrameworkCoreTokenConfiguration<SignOnToken, SignOnClient, SignOnAuthorization, Guid>().Configure(builder);
        builder.ToTable("sign_on_tokens");
        builder.HasIndex(t => t.ExpirationDate);
    }

    public void Configure(EntityTypeBuilder<SignOnScope> builder)
    {
        new OpenIddictEntityFrameworkCoreScopeConfiguration<SignOnScope, Guid>().Configure(builder);
        builder.ToTable("sign_on_scopes");
    }

    public void Configure(EntityTypeBuilder<SignOnVisit> builder)
    {
        builder.ToTable("sign_on_visits");
        builder.HasKey(v => new { v.SessionId, v.ClientId });
        builder.Property(v => v.Issuer).HasMaxLength(JoinedApplications.LongestAddress);
        builder.HasIndex(v => v.NextAt);
    }

    public void Configure(EntityTypeBuilder<OutsideLink> builder)
    {
        builder.ToTable("account_outside_links");
        builder.HasKey(l => new { l.Issuer, l.Subject });
        builder.Property(l => l.Issuer).HasMaxLength(300);
        builder.Property(l => l.Subject).HasMaxLength(255);
        builder.Property(l => l.Name).HasMaxLength(OutsideDoor.LongestName);
        builder.HasIndex(l => new { l.AccountId, l.Issuer }).IsUnique();
    }
}
