using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Deputies;

/// <summary>A step of a mandate's entry or leaving that somebody has ticked. What the records show by themselves is not ticked and has no row.</summary>
public sealed class LifeStep
{
    /// <summary>The mandate.</summary>
    public Guid MandateId { get; set; }

    /// <summary>The step, a code of the set <c>deputies.entry-steps</c> or <c>deputies.leaving-steps</c>.</summary>
    public string Step { get; set; } = "";

    /// <summary>When it was done (UTC).</summary>
    public DateTime DoneAt { get; set; }

    /// <summary>Who ticked it.</summary>
    public string By { get; set; } = "";

    /// <summary>What is to be remembered of it, e.g. the number of a certificate.</summary>
    public string Note { get; set; } = "";
}

/// <summary>The performance file of a mandate that has ended, as it was handed over (履职档案移交).</summary>
public sealed class LifeArchive
{
    /// <summary>The mandate.</summary>
    public Guid MandateId { get; set; }

    /// <summary>When it was closed (UTC).</summary>
    public DateTime At { get; set; }

    /// <summary>Who closed it.</summary>
    public string By { get; set; } = "";

    /// <summary>To whom it was handed.</summary>
    public string To { get; set; } = "";

    /// <summary>The file, a zip with the register as docx and the entries as xlsx.</summary>
    public byte[] Content { get; set; } = [];

    /// <summary>Lower-case hex SHA-256 of it.</summary>
    public string Sha256 { get; set; } = "";
}

/// <summary>How many points one of an item is worth, from a day on (履职积分).</summary>
public sealed class PointRule
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>The congress that gives them.</summary>
    public Guid CongressId { get; set; }

    /// <summary>The item, as a module names it.</summary>
    public string Item { get; set; } = "";

    /// <summary>Points for one, 0 to 1000.</summary>
    public decimal Points { get; set; }

    /// <summary>Most points of this item within a calendar year; null for no limit.</summary>
    public decimal? Cap { get; set; }

    /// <summary>First day on which it counts so (China).</summary>
    public DateOnly From { get; set; }

    /// <summary>Who set it.</summary>
    public string By { get; set; } = "";

    /// <summary>When (UTC).</summary>
    public DateTime At { get; set; }
}

internal sealed class LifeConfiguration : IEntityTypeConfiguration<LifeStep>, IEntityTypeConfiguration<LifeArchive>, IEntityTypeConfiguration<PointRule>
{
    public void Configure(EntityTypeBuilder<LifeStep> builder)
    {
        builder.ToTable("deputies_steps");
        builder.HasKey(s => new { s.MandateId, s.Step });
        builder.Property(s => s.Step).HasMaxLength(20);
        builder.Property(s => s.By).HasMaxLength(60);
        builder.Property(s => s.Note).HasMaxLength(200);
    }

    public void Configure(EntityTypeBuilder<LifeArchive> builder)
    {
        builder.ToTable("deputies_archives");
        builder.HasKey(a => a.MandateId);
        builder.Property(a => a.MandateId).ValueGeneratedNever();
        builder.Property(a => a.By).HasMaxLength(60);
        builder.Property(a => a.To).HasMaxLength(60);
        builder.Property(a => a.Sha256).HasMaxLength(64);
    }

    public void Configure(EntityTypeBuilder<PointRule> builder)
    {
        builder.ToTable("deputies_points");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Item).HasMaxLength(40);
        builder.Property(r => r.Points).HasPrecision(8, 2);
        builder.Property(r => r.Cap).HasPrecision(8, 2);
        builder.Property(r => r.By).HasMaxLength(60);
        builder.HasIndex(r => new { r.CongressId, r.Item, r.From }).IsUnique();
    }
}
