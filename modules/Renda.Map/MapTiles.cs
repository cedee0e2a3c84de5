using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Renda.Map.Data;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Map;

/// <summary>Several matters in one square of a tile.</summary>
/// <param name="Lat">Latitude of their mean place, WGS-84 degrees.</param>
/// <param name="Lon">Longitude of it.</param>
/// <param name="Count">How many.</param>
public sealed record MapCluster(double Lat, double Lon, long Count);

/// <summary>One matter on the map.</summary>
public sealed record MapMatter(Guid Id, string Number, string Title, string Scenario, string State, string Category, bool Closed, DateTime? DueAt, DateTime? YellowAt, Guid? Unit, long Region, string? Thumbnail, DateTime SubmittedAt, double Lat, double Lon);

/// <summary>What a tile has: each matter is either counted in a square or listed.</summary>
/// <param name="Count">How many in all.</param>
/// <param name="Clusters">Squares with more than one.</param>
/// <param name="Matters">Those that are alone in their square, or all where they are few and the map is near.</param>
public sealed record MapTile(long Count, IReadOnlyList<MapCluster> Clusters, IReadOnlyList<MapMatter> Matters);

/// <summary>Counts the matters of a tile for one person: the squares kept for a territory, the points for everybody else.</summary>
public sealed class MapTiles(IDbContextFactory<RendaDbContext> databases)
{
    /// <summary>The zooms there are tiles of.</summary>
    public const int FirstZoom = 5, LastZoom = 18;

    /// <summary>From this zoom on matters are listed one by one, where a tile has no more than <see cref="MostListed"/>.</summary>
    private const int Near = 17, MostListed = 200;

    // A square is 64 pixels of a tile of 256. What is counted from points is counted in squares of 8 pixels first, so that a mark stands where the matters are.
    private const int Square = 2, Grain = 3;

    private const int Recent = 20_000;

    /// <summary>Whether there is such a tile.</summary>
    public static bool Exists(int z, int x, int y) => z is >= FirstZoom and <= LastZoom && x >= 0 && y >= 0 && x < 1 << z && y < 1 << z;

    /// <summary>Reads a tile of the web's maps.</summary>
    /// <param name="z">Zoom, within <see cref="FirstZoom"/> and <see cref="LastZoom"/>.</param>
    /// <param name="x">Column.</param>
    /// <param name="y">Row.</param>
    /// <param name="filter">What it is narrowed by.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<MapTile> ReadAsync(int z, int x, int y, MapFilter filter, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (first, last) = Range(z, Grid.Weave(x, y));
        var squares = new Dictionary<long, Sum>();
        var reaches = Reach.Of(actor, filter.Scenario);
        if (z >= Near)
        {
            var serials = new List<long>();
            foreach (var part in reaches.SelectMany(r => Parts(db, filter, r, wide: true)))
                serials.AddRange(await part.In(first, last).Select(p => p.Serial).Take(MostListed + 1).ToListAsync(cancellation));
            if (serials.Count <= MostListed) return new(serials.Count, [], await MattersAsync(db, serials, actor, cancellation));
        }
        foreach (var reach in reaches) await CountAsync(db, filter, reach, z, first, last, squares, cancellation);

        var alone = squares.Where(s => s.Value is { Count: 1, Serial: 0 }).Select(s => s.Key).ToList();
        var single = squares.Values.Where(s => s is { Count: 1, Serial: > 0 }).Select(s => s.Serial).ToList();
        foreach (var part in alone.Count > 0 ? reaches.SelectMany(r => Parts(db, filter, r, wide: true)) : [])
            single.AddRange(await part.In(first, last).Where(Any(alone.Select(s => Range(z + Square, s)))).Select(p => p.Serial).Take(alone.Count).ToListAsync(cancellation));
        var matters = await MattersAsync(db, single, actor, cancellation);
        return new(squares.Values.Sum(s => s.Count), [.. squares.Values.Where(s => s.Count > 1).Select(s => s.Cluster())], matters);
    }

    /// <summary>The newest matters in a box, newest first.</summary>
    public async Task<IReadOnlyList<MapMatter>> NewestAsync(MapBox box, MapFilter filter, Actor actor, int most, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        // Where the box is much of the city they are among the newest of the list.
        var recent = (await db.Set<MapPoint>().MaxAsync(p => (long?)p.Serial, cancellation) ?? 0) - Recent;
        var (begin, end) = filter.Days();
        var branches = new MatterFilter { Scenario = filter.Scenario, State = string.Join(',', filter.States), Category = filter.Category }.Branches(db, actor, DateTime.UnixEpoch).Select(b => b.With(all =>
            // A sum has no index: they are taken in the order of arrival.
            all.Where(m => m.Serial > recent && m.Latitude + 0 >= box.South && m.Latitude + 0 <= box.North && m.Longitude + 0 >= box.West && m.Longitude + 0 <= box.East && m.SubmittedAt >= begin && m.SubmittedAt < end)));
        var page = await MatterPage.ReadAsync(db, [.. branches], most, null, cancellation);
        if (page.Items.Count >= most) return await MattersAsync(db, [.. page.Items.Select(m => m.Serial)], actor, cancellation);

        var serials = new List<long>();
        List<(long First, long Last)> ranges = [.. box.Ranges()];
        foreach (var part in Reach.Of(actor, filter.Scenario).SelectMany(r => Parts(db, filter, r, wide: true)))
            // The ranges are a little larger than the box.
            serials.AddRange(await part.In(ranges.Min(r => r.First), ranges.Max(r => r.Last)).Where(Any(ranges)).OrderByDescending(p => p.Serial).Select(p => p.Serial).Take(most * 8).ToListAsync(cancellation));
        var newest = await MattersAsync(db, [.. serials.OrderDescending().Take(most * 8)], actor, cancellation);
        return [.. newest.Where(m => m.Lat >= box.South && m.Lat <= box.North && m.Lon >= box.West && m.Lon <= box.East).Take(most)];
    }

    /// <summary>How many matters with a place each division has, for everything the actor may see.</summary>
    /// <param name="filter">What it is narrowed by.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="county">Its towns; null for the counties.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyDictionary<long, long>> ByRegionAsync(MapFilter filter, Actor actor, long? county, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var counts = new Dictionary<long, long>();
        foreach (var reach in Reach.Of(actor, filter.Scenario))
        {
            if (county is null && Wide(reach) is { } wide)
            {
                foreach (var row in await filter.Narrow(db.Set<MapCell>(), reach.Scenario, MapCell.Zooms[0]).Where(wide).GroupBy(c => c.Area).Select(g => new { g.Key, Count = g.Sum(c => c.Count) }).ToListAsync(cancellation))
                    Add(row.Key, row.Count);
            }
            var span = county is null ? 1_000_000L : 1_000L;
            foreach (var part in Parts(db, filter, reach, wide: county is not null))
            {
                var points = part.Points;
                if (county is { } within)
                {
                    var end = Territory.Last(within);
                    points = points.Where(p => p.Region >= within && p.Region <= end);
                }
                foreach (var row in await points.GroupBy(p => p.Region / span).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation))
                    Add(row.Key * span, row.Count);
            }
        }
        return counts;

        void Add(long region, long count)
        {
            if (count > 0) counts[region] = counts.GetValueOrDefault(region) + count;
        }
    }

    /// <summary>Months in which matters that the actor may see arrived, first and last; null when there are none.</summary>
    public async Task<(int First, int Last)?> MonthsAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var months = new List<int>();
        foreach (var reach in Reach.Of(actor, null))
        {
            if (Wide(reach) is { } wide)
                months.AddRange(await new MapFilter().Narrow(db.Set<MapCell>(), reach.Scenario, MapCell.Zooms[0]).Where(wide).Where(c => c.Count > 0).Select(c => c.Month).Distinct().ToListAsync(cancellation));
            foreach (var part in Parts(db, new(), reach, wide: false)) months.AddRange(await part.Points.Select(p => p.Month).Distinct().ToListAsync(cancellation));
        }
        return months.Count == 0 ? null : (months.Min(), months.Max());
    }

    private static async Task CountAsync(RendaDbContext db, MapFilter filter, Reach reach, int z, long first, long last, Dictionary<long, Sum> squares, CancellationToken cancellation)
    {
        var kept = MapCell.Zooms.FirstOrDefault(k => k >= z + Square);
        if (kept > 0)
        {
            if (Wide(reach) is { } wide)
            {
                var (firstCell, lastCell) = (first / Grid.Spots(kept), last / Grid.Spots(kept));
                var cells = await filter.Narrow(db.Set<MapCell>(), reach.Scenario, kept).Where(c => c.Cell >= firstCell && c.Cell <= lastCell).Where(wide)
                    .GroupBy(c => c.Cell).Select(g => new { g.Key, Count = g.Sum(c => c.Count), X = g.Sum(c => c.X), Y = g.Sum(c => c.Y) }).ToListAsync(cancellation);
                foreach (var cell in cells.Where(c => c.Count > 0)) Of(cell.Key * Grid.Spots(kept)).Add(cell.Count, cell.X, cell.Y, 0);
            }
        }
        var size = Grid.Spots(z + Square + Grain);
        foreach (var part in Parts(db, filter, reach, wide: kept == 0))
        {
            foreach (var grain in await part.In(first, last).GroupBy(p => p.Spot / size).Select(g => new { g.Key, Count = g.Count(), Serial = g.Min(p => p.Serial) }).ToListAsync(cancellation))
            {
                var spot = grain.Key * size;
                var (x, y) = Grid.Unweave(spot);
                var half = 1L << Grid.Finest - z - Square - Grain - 1;
                Of(spot).Add(grain.Count, grain.Count * (x + half), grain.Count * (y + half), grain.Serial);
            }
        }

        Sum Of(long spot)
        {
            var square = spot / Grid.Spots(z + Square);
            if (!squares.TryGetValue(square, out var sum)) squares[square] = sum = new Sum();
            return sum;
        }
    }

    private static async Task<IReadOnlyList<MapMatter>> MattersAsync(RendaDbContext db, List<long> serials, Actor actor, CancellationToken cancellation)
    {
        if (serials.Count == 0) return [];
        // Asked again of the row: a matter that has left somebody's territory this very second is not shown.
        return await db.Set<Matter>().AsNoTracking().Where(m => serials.Contains(m.Serial) && m.Latitude != null && m.Longitude != null).VisibleTo(actor, db).OrderByDescending(m => m.Serial)
            .Select(m => new MapMatter(m.Id, m.Number, m.Title, m.Scenario, m.State, m.Category, m.Closed, m.DueAt, m.YellowAt, m.LeadUnitId, m.Region, m.Thumbnail, m.SubmittedAt, m.Latitude!.Value, m.Longitude!.Value)).ToListAsync(cancellation);
    }

    private static (long First, long Last) Range(int zoom, long tile) => (tile * Grid.Spots(zoom), (tile + 1) * Grid.Spots(zoom) - 1);

    /// <summary>The cells of territories of a county and larger; null when there is no such territory.</summary>
    private static Expression<Func<MapCell, bool>>? Wide(Reach reach) =>
        reach.Territories.Where(IsWide).Aggregate((Expression<Func<MapCell, bool>>?)null, (any, t) => any.Or(c => c.Area >= t.First && c.Area <= t.Last));

    /// <summary>The points that may be seen, in parts that have nothing in common, each with an index of its own.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="filter">What they are narrowed by.</param>
    /// <param name="reach">What may be seen.</param>
    /// <param name="wide">Whether with those of counties and larger, which the cells of <see cref="Wide"/> count.</param>
    private static IEnumerable<Part> Parts(RendaDbContext db, MapFilter filter, Reach reach, bool wide)
    {
        var points = filter.Narrow(db.Set<MapPoint>().AsNoTracking());
        var scenario = reach.Scenario;
        foreach (var (first, last) in reach.Territories)
        {
            // A sum has no index: a town is found by its region, of which there are fewer matters than in a tile; a county's are looked for within the tile.
            if (!IsWide((first, last))) yield return new(points.Where(p => p.Scenario == scenario && p.Region >= first && p.Region <= last), false);
            else if (wide) yield return new(points.Where(p => p.Scenario == scenario && p.Region + 0 >= first && p.Region + 0 <= last), true);
        }
        if (reach.Units is { Count: > 0 } units)
        {
            var theirs = db.Set<MapUnitPoint>().AsNoTracking().Where(p => units.Contains(p.UnitId) && p.Scenario == scenario).Select(p => new MapPoint { Serial = p.Serial, Scenario = p.Scenario, Spot = p.Spot, Region = p.Region, Category = p.Category, State = p.State, Month = p.Month });
            // A matter of two units of one person counts once.
            if (units.Count > 1) theirs = theirs.Distinct();
            yield return new(filter.Narrow(theirs).Where(Outside()), true);
        }
        if (reach.Person is { } person)
        {
            var raised = MatterScope.OfReporter(db, person).Matters.Where(m => m.Scenario == scenario).Select(m => m.Serial);
            // Their scenario is asked of the matters: asked of the points, too, it would lead through all points of it.
            var mine = points.Where(p => raised.Contains(p.Serial)).Where(Outside());
            if (reach.Units is { Count: > 0 } also)
            {
                var counted = db.Set<MapUnitPoint>().Where(p => also.Contains(p.UnitId)).Select(p => p.Serial);
                mine = mine.Where(p => !counted.Contains(p.Serial));
            }
            yield return new(mine, false);
        }

        // What a territory has is counted there.
        Expression<Func<MapPoint, bool>> Outside() => reach.Territories.Aggregate((Expression<Func<MapPoint, bool>>)(p => true), (all, t) => all.And(p => p.Region < t.First || p.Region > t.Last));
    }

    private static Expression<Func<MapPoint, bool>> Any(IEnumerable<(long First, long Last)> ranges) =>
        ranges.Aggregate((Expression<Func<MapPoint, bool>>?)null, (any, r) => any.Or(p => p.Spot >= r.First && p.Spot <= r.Last))!;

    /// <summary>Points that may be seen.</summary>
    /// <param name="Points">The points.</param>
    /// <param name="Many">Whether there are more of them than in a tile.</param>
    private sealed record Part(IQueryable<MapPoint> Points, bool Many)
    {
        /// <summary>Those in a range of spots.</summary>
        public IQueryable<MapPoint> In(long first, long last) => Many ? Points.Where(p => p.Spot >= first && p.Spot <= last) : Points.Where(p => p.Spot + 0 >= first && p.Spot + 0 <= last);
    }

    private static bool IsWide((long First, long Last) territory) => Territory.Level(territory.First) >= 2;

    private sealed class Sum
    {
        private long _x, _y;

        public long Count { get; private set; }

        public long Serial { get; private set; }

        public void Add(long count, long x, long y, long serial)
        {
            Count += count;
            (_x, _y) = (_x + x, _y + y);
            if (serial > 0) Serial = serial;
        }

        public MapCluster Cluster()
        {
            var (latitude, longitude) = Grid.Place((double)_x / Count, (double)_y / Count);
            return new(Math.Round(latitude, 6), Math.Round(longitude, 6), Count);
        }
    }
}
