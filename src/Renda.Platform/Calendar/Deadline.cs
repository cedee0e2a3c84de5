using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Calendar;

/// <summary>
/// How long something may take, as data: by deadline code, tier, category and day of effect, with the law or rule
/// behind it. The most particular row that is in effect counts.
/// </summary>
public sealed class Deadline
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>What it limits, e.g. <c>visits.verify</c>; procedures name it.</summary>
    public string Code { get; set; } = "";

    /// <summary>Name in Chinese.</summary>
    public string Zh { get; set; } = "";

    /// <summary>Name in English.</summary>
    public string En { get; set; } = "";

    /// <summary>Category it is for; empty for all.</summary>
    public string Category { get; set; } = "";

    /// <summary>Division code of the congress it is for, with its subtree; 0 for all.</summary>
    public long Region { get; set; }

    /// <summary>First day (UTC) on which it counts.</summary>
    public DateTime EffectiveFrom { get; set; }

    /// <summary>Unit of <see cref="Amount"/>.</summary>
    public DeadlineUnit Unit { get; set; }

    /// <summary>How many, at least 1.</summary>
    public int Amount { get; set; }

    /// <summary>How many units before the end the light turns yellow.</summary>
    public int YellowBefore { get; set; }

    /// <summary>Law, rule or local decision behind it, in Chinese.</summary>
    public string BasisZh { get; set; } = "";

    /// <summary>The same in English.</summary>
    public string BasisEn { get; set; } = "";

    /// <summary>The account that wrote it; null for those that came with a module.</summary>
    public Guid? SetBy { get; set; }

    /// <summary>When it was written (UTC); null for those that came with a module.</summary>
    public DateTime? SetAt { get; set; }
}

internal sealed class DeadlineConfiguration : IEntityTypeConfiguration<Deadline>
{
    public void Configure(EntityTypeBuilder<Deadline> builder)
    {
        builder.ToTable("deadlines");
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.Unit).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(d => d.Code);
    }
}
