using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Search;

namespace Renda.Platform.Indicators;

/// <summary>
/// A line of the ledger of facts: something came to count for a measure, or no longer does. It has two days, that on which it
/// happened and that on which it became known; a line is never changed, so that what was told on a past day can be told again.
/// </summary>
[FollowsEvents]
public sealed class IndicatorFact
{
    /// <summary>Id of the measure.</summary>
    public string Measure { get; set; } = "";

    /// <summary>Sequence number of the event that told it.</summary>
    public long Seq { get; set; }

    /// <summary>Order among the lines of that event.</summary>
    public int Ordinal { get; set; }

    /// <summary>The matter it comes from.</summary>
    public Guid Source { get; set; }

    /// <summary>Day in China on which it happened.</summary>
    public DateOnly Day { get; set; }

    /// <summary>Day in China on which it became known; later than <see cref="Day"/> for a correction.</summary>
    public DateOnly KnownOn { get; set; }

    /// <summary>12-digit division code, as fine as known; 0 for nowhere.</summary>
    public long Division { get; set; }

    /// <summary>The unit; empty for none.</summary>
    public Guid UnitId { get; set; }

    /// <summary>Category id; empty for none.</summary>
    public string Category { get; set; } = "";

    /// <summary>How much, negative where it is taken back.</summary>
    public long Amount { get; set; }
}

/// <summary>How a <see cref="IndicatorCell"/> is cut.</summary>
public enum IndicatorCut
{
    /// <summary>By town, or by county or city where the town is not known.</summary>
    Place,

    /// <summary>By county and category.</summary>
    Category,

    /// <summary>By county and unit.</summary>
    Unit,
}

/// <summary>A sum over facts, kept in the transaction that writes them; <c>renda verify</c> adds them up again.</summary>
[FollowsEvents]
public sealed class IndicatorCell
{
    /// <summary>Id of the measure.</summary>
    public string Measure { get; set; } = "";

    /// <summary>How it is cut: each fact counts in one cell of every cut it has something of.</summary>
    public IndicatorCut Cut { get; set; }

    /// <summary>Day in China on which it happened.</summary>
    public DateOnly Day { get; set; }

    /// <summary>Day in China on which it became known.</summary>
    public DateOnly KnownOn { get; set; }

    /// <summary>Division code as coarse as the cut has it.</summary>
    public long Division { get; set; }

    /// <summary>Unit as the cut has it; empty otherwise.</summary>
    public Guid UnitId { get; set; }

    /// <summary>Category id as the cut has it; empty otherwise.</summary>
    public string Category { get; set; } = "";

    /// <summary>Sum.</summary>
    public long Amount { get; set; }

    internal (string, IndicatorCut, DateOnly, DateOnly, long, Guid, string) Key => (Measure, Cut, Day, KnownOn, Division, UnitId, Category);

    /// <summary>The cells a fact counts in.</summary>
    internal static IEnumerable<IndicatorCell> Of(IndicatorFact f)
    {
        yield return One(IndicatorCut.Place, Coarse(f.Division, 1000), Guid.Empty, "");
        if (f.Category.Length > 0) yield return One(IndicatorCut.Category, Coarse(f.Division, 1_000_000), Guid.Empty, f.Category);
        if (f.UnitId != Guid.Empty) yield return One(IndicatorCut.Unit, Coarse(f.Division, 1_000_000), f.UnitId, "");

        IndicatorCell One(IndicatorCut cut, long division, Guid unit, string category) => new() { Measure = f.Measure, Cut = cut, Day = f.Day, KnownOn = f.KnownOn, Division = division, UnitId = unit, Category = category, Amount = f.Amount };
    }

    private static long Coarse(long division, long span) => division - division % span;
}

internal sealed class IndicatorFactConfiguration : IEntityTypeConfiguration<IndicatorFact>, IEntityTypeConfiguration<IndicatorCell>
{
    public void Configure(EntityTypeBuilder<IndicatorFact> builder)
    {
        builder.ToTable("indicator_facts");
        builder.HasKey(f => new { f.Measure, f.Day, f.Seq, f.Ordinal });
        builder.Property(f => f.Measure).HasMaxLength(40);
        builder.Property(f => f.Category).HasMaxLength(60);
        builder.HasIndex(f => new { f.Measure, f.Division, f.Day });
        builder.HasIndex(f => new { f.UnitId, f.Measure, f.Day });
        builder.HasIndex(f => f.Source);
    }

    public void Configure(EntityTypeBuilder<IndicatorCell> builder)
    {
        builder.ToTable("indicator_cells");
        builder.HasKey(c => new { c.Measure, c.Cut, c.Day, c.Division, c.UnitId, c.Category, c.KnownOn });
        builder.Property(c => c.Measure).HasMaxLength(40);
        builder.Property(c => c.Category).HasMaxLength(60);
    }
}
