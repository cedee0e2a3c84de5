using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Performance;

namespace Renda.Deputies;

/// <summary>What the file needs of a reported entry beside its matter, where its text, its photos and its history are.</summary>
public sealed class ReportedEntry
{
    /// <summary>The matter.</summary>
    public Guid MatterId { get; set; }

    /// <summary>Who did it.</summary>
    public Guid PersonId { get; set; }

    /// <summary>The seat for which it was done.</summary>
    public Guid MandateId { get; set; }

    /// <summary>The congress of that seat.</summary>
    public Guid CongressId { get; set; }

    /// <summary>The heading it counts under.</summary>
    public PerformanceHeading Heading { get; set; }

    /// <summary>On which day in China.</summary>
    public DateOnly Day { get; set; }

    /// <summary>Electors met, as person-times; 0 where it does not apply.</summary>
    public int Electors { get; set; }
}

internal sealed class ReportedEntryConfiguration : IEntityTypeConfiguration<ReportedEntry>
{
    public void Configure(EntityTypeBuilder<ReportedEntry> builder)
    {
        builder.ToTable("deputies_entries");
        builder.HasKey(e => e.MatterId);
        builder.Property(e => e.MatterId).ValueGeneratedNever();
        builder.Property(e => e.Heading).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(e => new { e.PersonId, e.Day });
        builder.HasIndex(e => new { e.CongressId, e.Day });
    }
}
