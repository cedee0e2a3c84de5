using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Matters;

/// <summary>
/// A cell of counted matters, kept in the transaction that moves a matter from one cell to another. Every count on a
/// screen is a sum over cells with the same scope as the list behind it; <c>renda verify</c> recounts them all.
/// </summary>
public sealed class Tally
{
    /// <summary>Module.</summary>
    public string Scenario { get; set; } = "";

    /// <summary>Context, e.g. the campaign; empty for none.</summary>
    public Guid ContextId { get; set; }

    /// <summary>City division code.</summary>
    public long City { get; set; }

    /// <summary>County division code; 0 for none.</summary>
    public long County { get; set; }

    /// <summary>Town division code; 0 for none.</summary>
    public long Town { get; set; }

    /// <summary>Category id.</summary>
    public string Category { get; set; } = "";

    /// <summary>Lead unit; empty before assignment.</summary>
    public Guid UnitId { get; set; }

    /// <summary>State.</summary>
    public string State { get; set; } = "";

    /// <summary>Matters in the cell.</summary>
    public long Matters { get; set; }

    /// <summary>Their reporters' photos.</summary>
    public long Photos { get; set; }

    /// <summary>Their reporters' videos.</summary>
    public long Videos { get; set; }

    /// <summary>How many were handled late.</summary>
    public long Late { get; set; }

    /// <summary>How many are closed with proof.</summary>
    public long Proven { get; set; }

    /// <summary>Attitude judged satisfied, basically, not.</summary>
    public long Attitude1 { get; set; }

    /// <summary>Attitude judged basically satisfied.</summary>
    public long Attitude2 { get; set; }

    /// <summary>Attitude judged not satisfied.</summary>
    public long Attitude3 { get; set; }

    /// <summary>Result judged satisfied.</summary>
    public long Result1 { get; set; }

    /// <summary>Result judged basically satisfied.</summary>
    public long Result2 { get; set; }

    /// <summary>Result judged not satisfied.</summary>
    public long Result3 { get; set; }

    /// <summary>Judgement asked for and not returned.</summary>
    public long Unreturned { get; set; }

    /// <summary>Listed as focus.</summary>
    public long Focus { get; set; }

    /// <summary>The cell a matter counts in, with its contribution.</summary>
    internal static Tally Of(Matter m) => new()
    {
        Scenario = m.Scenario,
        ContextId = m.ContextId ?? Guid.Empty,
        City = m.City,
        County = m.County,
        Town = m.Town,
        Category = m.Category,
        UnitId = m.LeadUnitId ?? Guid.Empty,
        State = m.State,
        Matters = 1,
        Photos = m.Photos,
        Videos = m.Videos,
        Late = m.Late ? 1 : 0,
        Proven = m.Proven ? 1 : 0,
        Attitude1 = m.Attitude == 1 ? 1 : 0,
        Attitude2 = m.Attitude == 2 ? 1 : 0,
        Attitude3 = m.Attitude == 3 ? 1 : 0,
        Result1 = m.Result == 1 ? 1 : 0,
        Result2 = m.Result == 2 ? 1 : 0,
        Result3 = m.Result == 3 ? 1 : 0,
        Unreturned = m.Result == 4 ? 1 : 0,
        Focus = m.Focus ? 1 : 0,
    };

    internal (string, Guid, long, long, long, string, Guid, string) Key => (Scenario, ContextId, City, County, Town, Category, UnitId, State);

    internal void Add(Tally other, int sign)
    {
        Matters += sign * other.Matters;
        Photos += sign * other.Photos;
        Videos += sign * other.Videos;
        Late += sign * other.Late;
        Proven += sign * other.Proven;
        Attitude1 += sign * other.Attitude1;
        Attitude2 += sign * other.Attitude2;
        Attitude3 += sign * other.Attitude3;
        Result1 += sign * other.Result1;
        Result2 += sign * other.Result2;
        Result3 += sign * other.Result3;
        Unreturned += sign * other.Unreturned;
        Focus += sign * other.Focus;
    }
}

/// <summary>A running number, e.g. of the matters of a year. Advanced in the transaction that uses it: no gaps.</summary>
public sealed class RunningNumber
{
    /// <summary>What is counted, e.g. <c>visits/2026</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The last number given.</summary>
    public long Value { get; set; }
}

internal sealed class TallyConfiguration : IEntityTypeConfiguration<Tally>, IEntityTypeConfiguration<RunningNumber>
{
    public void Configure(EntityTypeBuilder<Tally> builder)
    {
        builder.ToTable("tallies");
        builder.HasKey(t => new { t.Scenario, t.ContextId, t.City, t.County, t.Town, t.Category, t.UnitId, t.State });
        builder.HasIndex(t => new { t.County, t.State });
        builder.HasIndex(t => new { t.UnitId, t.State });
    }

    public void Configure(EntityTypeBuilder<RunningNumber> builder)
    {
        builder.ToTable("running_numbers");
        builder.HasKey(n => n.Name);
    }
}
