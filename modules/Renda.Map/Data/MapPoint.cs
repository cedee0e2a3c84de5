using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Calendar;
using Renda.Platform.Search;

namespace Renda.Map.Data;

/// <summary>A matter that has a place, with what the map is narrowed by.</summary>
[FollowsEvents]
public sealed class MapPoint
{
    /// <summary>Serial of the matter.</summary>
    public long Serial { get; set; }

    /// <summary>Scenario of the matter.</summary>
    public string Scenario { get; set; } = "";

    /// <summary>Where it is, see <see cref="Grid"/>.</summary>
    public long Spot { get; set; }

    /// <summary>12-digit division code, as fine as known.</summary>
    public long Region { get; set; }

    /// <summary>Category id.</summary>
    public string Category { get; set; } = "";

    /// <summary>State of the procedure.</summary>
    public string State { get; set; } = "";

    /// <summary>Month in China in which it arrived, e.g. 202611.</summary>
    public int Month { get; set; }

    /// <summary>What there is of a matter; null where it has no place.</summary>
    internal static MapPoint? Of(long serial, string scenario, long region, string category, string state, DateTime submittedAt, double? latitude, double? longitude)
    {
        if (latitude is not { } north || longitude is not { } east) return null;
        var (x, y) = Grid.At(north, east);
        var day = ChinaTime.Date(submittedAt);
        return new() { Serial = serial, Scenario = scenario, Spot = Grid.Weave(x, y), Region = region, Category = category, State = state, Month = day.Year * 100 + day.Month };
    }

    /// <summary>Whether another row says the same of the same matter.</summary>
    internal bool Same(MapPoint other) => (Scenario, Spot, Region, Category, State, Month) == (other.Scenario, other.Spot, other.Region, other.Category, other.State, other.Month);
}

/// <summary>
/// The point of a matter that is assigned to a unit, once for each: a large unit has tens of thousands, of which a tile has few, so that they
/// are found by where they are and not by whose they are alone.
/// </summary>
[FollowsEvents]
public sealed class MapUnitPoint
{
    /// <summary>Serial of the matter.</summary>
    public long Serial { get; set; }

    /// <summary>The unit.</summary>
    public Guid UnitId { get; set; }

    /// <summary>Scenario of the matter.</summary>
    public string Scenario { get; set; } = "";

    /// <summary>Where it is, see <see cref="Grid"/>.</summary>
    public long Spot { get; set; }

    /// <summary>12-digit division code, as fine as known.</summary>
    public long Region { get; set; }

    /// <summary>Category id.</summary>
    public string Category { get; set; } = "";

    /// <summary>State of the procedure.</summary>
    public string State { get; set; } = "";

    /// <summary>Month in China in which it arrived, e.g. 202611.</summary>
    public int Month { get; set; }

    /// <summary>What a unit has of a matter's point.</summary>
    internal static MapUnitPoint Of(MapPoint p, Guid unit) => new() { UnitId = unit, Serial = p.Serial, Scenario = p.Scenario, Spot = p.Spot, Region = p.Region, Category = p.Category, State = p.State, Month = p.Month };

    /// <summary>Whether another row says the same of the same unit and matter.</summary>
    internal bool Same(MapUnitPoint other) => (Scenario, Spot, Region, Category, State, Month) == (other.Scenario, other.Spot, other.Region, other.Category, other.State, other.Month);
}

/// <summary>How many matters a square of the map has, by all that it may be narrowed by: a sum over <see cref="MapPoint"/>s.</summary>
[FollowsEvents]
public sealed class MapCell
{
    /// <summary>Stands for any category and for any state.</summary>
    public const string Any = "*";

    /// <summary>Scenario of the matters.</summary>
    public string Scenario { get; set; } = "";

    /// <summary>Zoom of the squares: a square of 64 pixels is a tile two zooms on.</summary>
    public int Zoom { get; set; }

    /// <summary>Category id, or <see cref="Any"/>.</summary>
    public string Category { get; set; } = "";

    /// <summary>State, or <see cref="Any"/>.</summary>
    public string State { get; set; } = "";

    /// <summary>The square: a spot without its last digits.</summary>
    public long Cell { get; set; }

    /// <summary>Month in China in which they arrived.</summary>
    public int Month { get; set; }

    /// <summary>Division code of the county, or of the city where no county is known.</summary>
    public long Area { get; set; }

    /// <summary>How many.</summary>
    public long Count { get; set; }

    /// <summary>Sum of their columns at the finest zoom.</summary>
    public long X { get; set; }

    /// <summary>Sum of their rows at the finest zoom.</summary>
    public long Y { get; set; }

    internal (string, int, string, string, long, int, long) Key => (Scenario, Zoom, Category, State, Cell, Month, Area);

    /// <summary>The zooms that are kept. At 10^6 matters of one city the finest has some 110 squares and about 10^6 cells at most; finer ones would have as many cells as matters.</summary>
    internal static IReadOnlyList<int> Zooms { get; } = [11, 12];

    /// <summary>The cells a point counts in.</summary>
    /// <param name="point">The point.</param>
    /// <param name="sign">1, or −1 to take it out.</param>
    internal static IEnumerable<MapCell> Of(MapPoint point, int sign)
    {
        var (x, y) = Grid.Unweave(point.Spot);
        foreach (var zoom in Zooms)
            foreach (var category in (string[])[Any, point.Category])
                foreach (var state in (string[])[Any, point.State])
                    yield return new()
                    {
                        Scenario = point.Scenario, Zoom = zoom, Category = category, State = state, Cell = point.Spot / Grid.Spots(zoom), Month = point.Month, Area = point.Region - point.Region % 1_000_000,
                        Count = sign, X = sign * x, Y = sign * y,
                    };
    }
}

internal sealed class MapConfiguration : IEntityTypeConfiguration<MapPoint>, IEntityTypeConfiguration<MapUnitPoint>, IEntityTypeConfiguration<MapCell>
{
    public void Configure(EntityTypeBuilder<MapUnitPoint> builder)
    {
        builder.ToTable("map_unit_points");
        builder.HasKey(p => new { p.Serial, p.UnitId });
        builder.Property(p => p.Scenario).HasMaxLength(40);
        builder.Property(p => p.Category).HasMaxLength(60);
        builder.Property(p => p.State).HasMaxLength(60);
        builder.HasIndex(p => new { p.UnitId, p.Scenario, p.Spot, p.Region, p.Category, p.State, p.Month, p.Serial }).HasDatabaseName("ix_map_unit_points_all");
    }

    public void Configure(EntityTypeBuilder<MapPoint> builder)
    {
        builder.ToTable("map_points");
        builder.HasKey(p => p.Serial);
        builder.Property(p => p.Serial).ValueGeneratedNever();
        builder.Property(p => p.Scenario).HasMaxLength(40);
        builder.Property(p => p.Category).HasMaxLength(60);
        builder.Property(p => p.State).HasMaxLength(60);
        // With all that is asked of it, so that a tile is counted from the index alone.
        builder.HasIndex(p => new { p.Scenario, p.Spot, p.Region, p.Category, p.State, p.Month, p.Serial });
        builder.HasIndex(p => new { p.Scenario, p.Region, p.Spot });
    }

    public void Configure(EntityTypeBuilder<MapCell> builder)
    {
        builder.ToTable("map_cells");
        builder.HasKey(c => new { c.Scenario, c.Zoom, c.Category, c.State, c.Cell, c.Month, c.Area });
        builder.Property(c => c.Scenario).HasMaxLength(40);
        builder.Property(c => c.Category).HasMaxLength(60);
        builder.Property(c => c.State).HasMaxLength(60);
    }
}
