using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Analysis;

/// <summary>What a common problem is taken up as.</summary>
public enum FocusKind
{
    /// <summary>Focus of an inspection (检查重点).</summary>
    Inspection,

    /// <summary>Topic to be deliberated on (议题).</summary>
    Topic,
}

/// <summary>
/// A focus of an inspection or a topic: a common problem that the congress takes up, with the matters that speak for it. They
/// are fixed when it is made, so that whoever takes it up sees what was decided on.
/// </summary>
public sealed class Focus
{
    /// <summary>UUIDv7, made by the page, so that pressing twice makes one.</summary>
    public Guid Id { get; set; }

    /// <summary>What it is taken up as.</summary>
    public FocusKind Kind { get; set; }

    /// <summary>Title. At most 100 characters.</summary>
    public string Title { get; set; } = "";

    /// <summary>Why it is taken up. At most 1,000 characters.</summary>
    public string Reason { get; set; } = "";

    /// <summary>The group it was made of; it may have changed since, or be gone.</summary>
    public Guid GroupId { get; set; }

    /// <summary>The study of the group.</summary>
    public Guid StudyId { get; set; }

    /// <summary>Division code of the area.</summary>
    public long Region { get; set; }

    /// <summary>How many matters it has.</summary>
    public int Matters { get; set; }

    /// <summary>The account that made it.</summary>
    public Guid CreatedBy { get; set; }

    /// <summary>Name of who made it, as it was then.</summary>
    public string CreatedByName { get; set; } = "";

    /// <summary>When it was made (UTC).</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>When it was closed (UTC); null while it is open.</summary>
    public DateTime? ClosedAt { get; set; }

    /// <summary>Who closed it.</summary>
    public string ClosedByName { get; set; } = "";

    /// <summary>What came of it. At most 1,000 characters.</summary>
    public string Outcome { get; set; } = "";
}

/// <summary>A matter that speaks for a focus.</summary>
public sealed class FocusMatter
{
    /// <summary>The focus.</summary>
    public Guid FocusId { get; set; }

    /// <summary>Serial of the matter.</summary>
    public long Serial { get; set; }
}

internal sealed class FocusConfiguration : IEntityTypeConfiguration<Focus>, IEntityTypeConfiguration<FocusMatter>
{
    public void Configure(EntityTypeBuilder<Focus> builder)
    {
        builder.ToTable("analysis_focuses");
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.Property(f => f.Kind).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(f => f.Region);
        builder.HasIndex(f => f.GroupId);
    }

    public void Configure(EntityTypeBuilder<FocusMatter> builder)
    {
        builder.ToTable("analysis_focus_matters");
        builder.HasKey(f => new { f.FocusId, f.Serial });
        builder.HasIndex(f => f.Serial);
    }
}
