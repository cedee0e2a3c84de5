using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Stations;

/// <summary>
/// What is kept of a citizen beside the matter: how to find it again and how to reach them. It stands apart from the matter,
/// whose history is sealed, so that it can be erased.
/// </summary>
public sealed class StationVoice
{
    /// <summary>The matter.</summary>
    public Guid MatterId { get; set; }

    /// <summary>The station.</summary>
    public Guid StationId { get; set; }

    /// <summary>Blind index of the query code; the code itself is nowhere.</summary>
    public string CodeIndex { get; set; } = "";

    /// <summary>How to reach the citizen, sealed; null when not told or erased.</summary>
    public string? ContactSealed { get; set; }

    /// <summary>Whether the public is not told who said it; the deputy and the station may know.</summary>
    public bool Anonymous { get; set; }

    /// <summary>The reception at which it was said; null for none.</summary>
    public Guid? ReceptionId { get; set; }

    /// <summary>When it was said (UTC).</summary>
    public DateTime At { get; set; }

    /// <summary>When what was personal was erased (UTC); null while it is kept.</summary>
    public DateTime? ErasedAt { get; set; }

    /// <summary>What a citizen's contact is sealed for.</summary>
    public const string ContactColumn = "stations-contact";

    /// <summary>What a query code is indexed for.</summary>
    public const string CodeColumn = "stations-query";
}

internal sealed class StationVoiceConfiguration : IEntityTypeConfiguration<StationVoice>
{
    public void Configure(EntityTypeBuilder<StationVoice> builder)
    {
        builder.ToTable("stations_voices");
        builder.HasKey(v => v.MatterId);
        builder.Property(v => v.MatterId).ValueGeneratedNever();
        builder.Property(v => v.CodeIndex).HasMaxLength(64);
        builder.HasIndex(v => v.CodeIndex).IsUnique();
        builder.HasIndex(v => new { v.StationId, v.At });
        builder.HasIndex(v => v.ReceptionId);
        // What is still to be erased, oldest first.
        builder.HasIndex(v => v.At).HasFilter("contact_sealed IS NOT NULL").HasDatabaseName("ix_stations_voices_kept");
    }
}
