using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using NetTopologySuite;
using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Implementation;
using NetTopologySuite.Index.Strtree;
using NetTopologySuite.IO;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Platform.Regions;

/// <summary>
/// Says in which region a point lies, by the boundaries that count today. Read from the database at the first question, and
/// again when a set was written or undone: at once here, within 15 seconds at another node.
/// </summary>
public sealed class BoundaryIndex(IDbContextFactory<RendaDbContext> databases, RegionDirectory regions, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);

    // Corners as plain numbers: half the memory of objects, and they are only ever read.
    private static readonly NtsGeometryServices Packed = new(PackedCoordinateSequenceFactory.DoubleFactory, new PrecisionModel(), 4326);

    private readonly SemaphoreSlim _reading = new(1);
    private volatile Shapes? _shapes;
    private volatile bool _stale;

    /// <summary>The finest region whose boundary holds a point; null where there is none.</summary>
    /// <param name="latitude">WGS-84 degrees.</param>
    /// <param name="longitude">WGS-84 degrees.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<Region?> FindAsync(double latitude, double longitude, CancellationToken cancellation)
    {
        var shapes = await ShapesAsync(cancellation);
        var point = new Coordinate(longitude, latitude);
        // Where neighbours overlap, and on a border, the smaller one: always the same.
        return shapes.Tree.Query(new Envelope(point)).OrderByDescending(s => s.Level).ThenBy(s => s.Area).ThenBy(s => s.Code)
            .Where(s => SimplePointInAreaLocator.IsContained(point, s.Geometry)).Select(s => regions.Find(s.Code)).FirstOrDefault(r => r is not null);
    }

    /// <summary>Whether any boundary counts today: without one there is nothing to point at.</summary>
    public async ValueTask<bool> AnyAsync(CancellationToken cancellation) => !(await ShapesAsync(cancellation)).Tree.IsEmpty;

    /// <summary>
    /// The village of a point: by the boundaries, or, where there are none of villages, that of the matter raised nearest
    /// to it, within about 2 km and within the region that holds the point. Null when there is none of either.
    /// </summary>
    /// <param name="latitude">WGS-84 degrees.</param>
    /// <param name="longitude">WGS-84 degrees.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Region?> VillageNearAsync(double latitude, double longitude, CancellationToken cancellation)
    {
        const double reach = 0.02;
        var found = await FindAsync(latitude, longitude, cancellation);
        if (found?.Level == RegionLevel.Village) return found;
        var (first, last) = found is null ? (0, long.MaxValue) : (found.Code, new RegionCode(found.Code).Last);
        await using var db = databases.CreateDbContext();
        var near = await db.Set<Matter>().AsNoTracking()
            .Where(m => m.Latitude >= latitude - reach && m.Latitude <= latitude + reach && m.Longitude >= longitude - reach && m.Longitude <= longitude + reach && m.Region % 1000 != 0 && m.Region >= first && m.Region <= last)
            .OrderBy(m => (m.Latitude - latitude) * (m.Latitude - latitude) + (m.Longitude - longitude) * (m.Longitude - longitude) * 0.74).Select(m => m.Region).FirstOrDefaultAsync(cancellation);
        return regions.Find(near);
    }

    /// <summary>Reads anew before the next answer.</summary>
    public void Forget() => _stale = true;

    /// <inheritdoc />
    public void Dispose() => _reading.Dispose();

    /// <summary>A word that changes whenever other sets count on a day.</summary>
    internal static async Task<string> VersionAsync(RendaDbContext db, DateOnly day, CancellationToken cancellation)
    {
        var sets = await db.Set<BoundarySet>().InForce(day).Select(s => s.Id).ToListAsync(cancellation);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(' ', sets))).AsSpan(0, 8));
    }

    private async ValueTask<Shapes> ShapesAsync(CancellationToken cancellation)
    {
        if (_shapes is { } fresh && !_stale && time.GetElapsedTime(fresh.LookedAt) < Fresh) return fresh;
        await _reading.WaitAsync(cancellation);
        try
        {
            // Whoever waited finds what the one before has read.
            if (_shapes is { } read && !_stale && time.GetElapsedTime(read.LookedAt) < Fresh) return read;
            _stale = false;
            var (lookedAt, day) = (time.GetTimestamp(), ChinaTime.Date(time.GetUtcNow().UtcDateTime));
            await using var db = databases.CreateDbContext();
            var version = await VersionAsync(db, day, cancellation);
            return _shapes = _shapes is { } same && same.Version == version ? same with { LookedAt = lookedAt } : await ReadAsync(db, day, version, lookedAt, cancellation);
        }
        catch
        {
            _stale = true;
            throw;
        }
        finally
        {
            _reading.Release();
        }
    }

    private static async Task<Shapes> ReadAsync(RendaDbContext db, DateOnly day, string version, long lookedAt, CancellationToken cancellation)
    {
        var holders = await db.HoldersAsync(day, 0, long.MaxValue, null, cancellation);
        var tree = new STRtree<Shape>();
        var reader = new WKBReader(Packed);
        foreach (var set in holders.Values.Distinct().ToList())
        {
            await foreach (var row in db.Set<Boundary>().AsNoTracking().Where(b => b.SetId == set).Select(b => new { b.Code, b.Level, b.Area, b.Shape }).AsAsyncEnumerable().WithCancellation(cancellation))
            {
                if (holders[row.Code] != set) continue;
                var geometry = reader.Read(row.Shape);
                tree.Insert(geometry.EnvelopeInternal, new Shape(row.Code, row.Level, row.Area, geometry));
            }
        }
        // It would be built by the first question, and two may come at once.
        tree.Build();
        return new Shapes(version, lookedAt, tree);
    }

    private sealed record Shape(long Code, RegionLevel Level, double Area, Geometry Geometry);

    private sealed record Shapes(string Version, long LookedAt, STRtree<Shape> Tree);
}
