using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Modules;

namespace Renda.Platform.Hub;

/// <summary>An application beside the platform that has a tile on the desk and may put duties into people's lists.</summary>
public sealed class JoinedApplication
{
    /// <summary>Stable id, lower case, 2 to 40 characters; the source of its duties. Never that of a module.</summary>
    public string Id { get; set; } = "";

    /// <summary>Name in Chinese.</summary>
    public string Zh { get; set; } = "";

    /// <summary>Name in English.</summary>
    public string En { get; set; } = "";

    /// <summary>Name of its icon in the sprite; one of <see cref="JoinedApplications.Icons"/>.</summary>
    public string Icon { get; set; } = "";

    /// <summary>Where its tile leads: http or https. Links of its duties must be of the same origin.</summary>
    public string Address { get; set; } = "";

    /// <summary>Where its tile stands.</summary>
    public TaskGroup Group { get; set; }

    /// <summary>Whether it may put duties into people's lists.</summary>
    public bool Feeds { get; set; }

    /// <summary>The account its token acts as; it can do nothing else.</summary>
    public Guid AccountId { get; set; }

    /// <summary>When it joined (UTC).</summary>
    public DateTime JoinedAt { get; set; }

    /// <summary>When it was retired (UTC); null while it is there.</summary>
    public DateTime? RetiredAt { get; set; }

    /// <summary>Its name in both languages.</summary>
    public Words Name => new(Zh, En);
}

/// <summary>
/// What is known of a duty of a joined application: kept after the duty is done, so that what is sent again or late does
/// not bring it back.
/// </summary>
public sealed class ApplicationDuty
{
    /// <summary>The application.</summary>
    public string Source { get; set; } = "";

    /// <summary>The application's own id of it.</summary>
    public string Key { get; set; } = "";

    /// <summary>Counted by the application; a change must have a higher one.</summary>
    public long Revision { get; set; }

    /// <summary>Hash of the content at this revision, lower-case hex SHA-256.</summary>
    public string Hash { get; set; } = "";

    /// <summary>The newest row in the list of duties; null when it came closed.</summary>
    public Guid? TodoId { get; set; }

    /// <summary>When it last changed (UTC).</summary>
    public DateTime ChangedAt { get; set; }
}

internal sealed class JoinedApplicationConfiguration : IEntityTypeConfiguration<JoinedApplication>, IEntityTypeConfiguration<ApplicationDuty>
{
    public void Configure(EntityTypeBuilder<JoinedApplication> builder)
    {
        builder.ToTable("applications");
        builder.Property(a => a.Id).HasMaxLength(JoinedApplications.LongestName).ValueGeneratedNever();
        builder.Property(a => a.Zh).HasMaxLength(JoinedApplications.LongestName);
        builder.Property(a => a.En).HasMaxLength(JoinedApplications.LongestName);
        builder.Property(a => a.Icon).HasMaxLength(40);
        builder.Property(a => a.Address).HasMaxLength(JoinedApplications.LongestAddress);
        builder.Property(a => a.Group).HasConversion<string>().HasMaxLength(20);
        builder.Ignore(a => a.Name);
        builder.HasIndex(a => a.AccountId).IsUnique();
    }

    public void Configure(EntityTypeBuilder<ApplicationDuty> builder)
    {
        builder.ToTable("application_duties");
        builder.HasKey(d => new { d.Source, d.Key });
        builder.Property(d => d.Source).HasMaxLength(JoinedApplications.LongestName);
        builder.Property(d => d.Key).HasMaxLength(DutyFeed.LongestKey);
        builder.Property(d => d.Hash).HasMaxLength(64);
        // Two requests about the same duty at once: the second decides again on what the first made.
        builder.Property(d => d.Revision).IsConcurrencyToken();
    }
}
