using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Persistence;

namespace Renda.Platform.Regions;

/// <summary>
/// Boundaries that came in one file. It counts from <see cref="WrittenAt"/> until <see cref="UndoneAt"/>; before, it is a
/// preview. Nothing is overwritten: for each region the set with the newest data holds.
/// </summary>
public sealed class BoundarySet
{
    /// <summary>Id, made by the form: the same file sent twice is one set.</summary>
    public Guid Id { get; set; }

    /// <summary>Name for people.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where the data is from; shown beside every map.</summary>
    public string Source { get; set; } = "";

    /// <summary>The day the data describes; it holds from that day on.</summary>
    public DateOnly DataDay { get; set; }

    /// <summary>The datum the file was in. What is stored is WGS-84.</summary>
    public Datum Datum { get; set; }

    /// <summary>The account that brought it; empty for the platform.</summary>
    public Guid BroughtBy { get; set; }

    /// <summary>Name of who brought it.</summary>
    public string BroughtByName { get; set; } = "";

    /// <summary>When (UTC).</summary>
    public DateTime BroughtAt { get; set; }

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    public string FileHash { get; set; } = "";

    /// <summary>Features in the file.</summary>
    public int Features { get; set; }

    /// <summary>Boundaries taken from it.</summary>
    public int Taken { get; set; }

    /// <summary>What was repaired or refused, row by row: <see cref="BoundaryNote"/>s as JSON.</summary>
    public string Report { get; set; } = "[]";

    /// <summary>Since when it counts (UTC); null for a preview.</summary>
    public DateTime? WrittenAt { get; set; }

    /// <summary>Name of who wrote it.</summary>
    public string WrittenByName { get; set; } = "";

    /// <summary>Since when it does not count any more (UTC).</summary>
    public DateTime? UndoneAt { get; set; }

    /// <summary>Name of who undid it.</summary>
    public string UndoneByName { get; set; } = "";

    /// <summary>Why it was undone.</summary>
    public string UndoneReason { get; set; } = "";

    /// <summary>True while nobody has decided whether it shall count.</summary>
    public bool IsPreview => WrittenAt is null;

    /// <summary>True while it counts.</summary>
    public bool Counts => WrittenAt is not null && UndoneAt is null;
}

/// <summary>The area of one region as one set has it. Geometries are polygons or multipolygons in WGS-84 degrees, x east, as WKB.</summary>
public sealed class Boundary
{
    /// <summary>The set.</summary>
    public Guid SetId { get; set; }

    /// <summary>12-digit division code.</summary>
    public long Code { get; set; }

    /// <summary>Level of the code.</summary>
    public RegionLevel Level { get; set; }

    /// <summary>As it was given, repaired.</summary>
    public byte[] Shape { get; set; } = [];

    /// <summary>For a whole city on the screen: zoom up to 9, details below some 260 m left out.</summary>
    public byte[] Far { get; set; } = [];

    /// <summary>For a county or a town: zoom 10 to 12, details below some 33 m left out.</summary>
    public byte[] Middle { get; set; } = [];

    /// <summary>For a village: zoom from 13, details below some 8 m left out.</summary>
    public byte[] Near { get; set; } = [];

    /// <summary>Southernmost latitude.</summary>
    public double South { get; set; }

    /// <summary>Westernmost longitude.</summary>
    public double West { get; set; }

    /// <summary>Northernmost latitude.</summary>
    public double North { get; set; }

    /// <summary>Easternmost longitude.</summary>
    public double East { get; set; }

    /// <summary>Square kilometres on the sphere, right to about 0.5 %.</summary>
    public double Area { get; set; }
}

/// <summary>Questions about boundaries that several ask.</summary>
public static class BoundaryQueries
{
    /// <summary>The sets that count on a day, the one that goes before the others first.</summary>
    public static IQueryable<BoundarySet> InForce(this IQueryable<BoundarySet> sets, DateOnly day) =>
        sets.Where(s => s.WrittenAt != null && s.UndoneAt == null && s.DataDay <= day).OrderByDescending(s => s.DataDay).ThenByDescending(s => s.WrittenAt).ThenByDescending(s => s.Id);

    /// <summary>Which set has the boundary of each region that has one on a day.</summary>
    /// <param name="db">The database.</param>
    /// <param name="day">The day.</param>
    /// <param name="first">Smallest code.</param>
    /// <param name="last">Largest code, inclusive.</param>
    /// <param name="level">Only this level; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Dictionary<long, Guid>> HoldersAsync(this RendaDbContext db, DateOnly day, long first, long last, RegionLevel? level, CancellationToken cancellation)
    {
        var sets = await db.Set<BoundarySet>().InForce(day).Select(s => s.Id).ToListAsync(cancellation);
        var held = new Dictionary<long, Guid>();
        foreach (var set in sets)
        {
            foreach (var code in await db.Set<Boundary>().Where(b => b.SetId == set && b.Code >= first && b.Code <= last && (level == null || b.Level == level)).Select(b => b.Code).ToListAsync(cancellation))
                held.TryAdd(code, set);
        }
        return held;
    }
}

internal sealed class BoundaryConfiguration : IEntityTypeConfiguration<BoundarySet>, IEntityTypeConfiguration<Boundary>
{
    public void Configure(EntityTypeBuilder<BoundarySet> builder)
    {
        builder.ToTable("boundary_sets");
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Name).HasMaxLength(100);
        builder.Property(s => s.Source).HasMaxLength(200);
        builder.Property(s => s.Datum).HasConversion<string>().HasMaxLength(20);
        builder.Property(s => s.FileHash).HasMaxLength(64);
        builder.Property(s => s.UndoneReason).HasMaxLength(300);
        builder.Ignore(s => s.IsPreview);
        builder.Ignore(s => s.Counts);
        builder.HasIndex(s => new { s.DataDay, s.WrittenAt });
    }

    public void Configure(EntityTypeBuilder<Boundary> builder)
    {
        builder.ToTable("boundaries");
        builder.HasKey(b => new { b.SetId, b.Code });
        builder.Property(b => b.Level).HasConversion<string>().HasMaxLength(20);
        builder.HasOne<BoundarySet>().WithMany().HasForeignKey(b => b.SetId).OnDelete(DeleteBehavior.Cascade);
    }
}
