using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Map.Data;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Search;

namespace Renda.Map;

/// <summary>A point in memory, see <see cref="MapPoint"/>.</summary>
internal readonly record struct KeptPoint(long Spot, long Serial, long Region, int Month, string Category, string State);

/// <summary>
/// Points in memory: all of a scenario, some 50 MB for a million, and those that somebody sees by unit or as a person. In the database
/// a tile of a crowded place is fifty thousand rows of an index, and of a unit's matters there is no order by place. They are read
/// once and kept, with how far the map had come; what happened since is looked at again.
/// </summary>
internal sealed class KeptPoints(IMemoryCache cache)
{
    // So many events further, reading all is no more work.
    private const long Far = 5000;

    // So many that moved are put in their order.
    private const int Loose = 2000;

    private sealed class Kept
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public long Position { get; set; } = -1;

        public PointSet Points { get; set; } = PointSet.None;
    }

    /// <summary>All of a scenario; null while the map is being filled.</summary>
    public async Task<PointSet?> AllAsync(RendaDbContext db, string scenario, CancellationToken cancellation)
    {
        if (await PositionAsync(db, cancellation) is not { } now) return null;
        var points = db.Set<MapPoint>().AsNoTracking();
        return await FollowAsync(db, (typeof(KeptPoints), scenario), now, () => ReadAsync([points.Where(p => p.Scenario == scenario)], cancellation), (_, serials) => Task.FromResult(serials), scenario, cancellation);
    }

    /// <summary>Those that are seen by unit or as a person, outside of one's territories.</summary>
    public async Task<PointSet> OwnAsync(RendaDbContext db, Reach reach, CancellationToken cancellation)
    {
        if (reach.Units.Count == 0 && reach.Person is null) return PointSet.None;
        var (scenario, units, points) = (reach.Scenario, reach.Units, db.Set<MapPoint>().AsNoTracking());
        var parts = new List<IQueryable<MapPoint>>();
        foreach (var unit in units)
        {
            var theirs = db.Set<Assignment>().Where(a => a.UnitId == unit && a.Scenario == scenario).Select(a => a.MatterSerial);
            parts.Add(points.Where(p => theirs.Contains(p.Serial)));
        }
        if (reach.Person is { } person)
        {
            var raised = MatterScope.OfReporter(db, person).Where(m => m.Scenario == scenario).Select(m => m.Serial);
            parts.Add(points.Where(p => raised.Contains(p.Serial)));
        }
        var own = await PositionAsync(db, cancellation) is { } now
            ? await FollowAsync(db, (typeof(KeptPoints), scenario, string.Join(' ', units.Order()), reach.Person), now, () => ReadAsync(parts, cancellation), StillAsync, scenario, cancellation)
            : await ReadAsync(parts, cancellation);
        return own with { Outside = reach.Territories };

        // They may have been given away as well.
        async Task<List<(Guid Id, long Serial)>> StillAsync(Guid[] ids, List<(Guid Id, long Serial)> serials)
        {
            var mine = units.Count == 0 ? [] : await db.Set<Assignment>().Where(a => ids.Contains(a.MatterId) && units.Contains(a.UnitId)).Select(a => a.MatterId).ToListAsync(cancellation);
            if (reach.Person is { } me) mine.AddRange(await MatterScope.OfReporter(db, me).Where(m => ids.Contains(m.Id)).Select(m => m.Id).ToListAsync(cancellation));
            return [.. serials.Where(s => mine.Contains(s.Id))];
        }
    }

    /// <summary>How far the map has come; null while it is being filled, when points come that no event tells of.</summary>
    private static async Task<long?> PositionAsync(RendaDbContext db, CancellationToken cancellation)
    {
        var cursors = await db.Set<FeedCursor>().AsNoTracking().Where(c => c.Name == MapLedger.Cursor || c.Name == MapLedger.Filled).ToDictionaryAsync(c => c.Name, c => c.Seq, cancellation);
        return cursors.TryGetValue(MapLedger.Cursor, out var now) && cursors.GetValueOrDefault(MapLedger.Filled) == long.MaxValue ? now : null;
    }

    private async Task<PointSet> FollowAsync(RendaDbContext db, object key, long now, Func<Task<PointSet>> read, Func<Guid[], List<(Guid Id, long Serial)>, Task<List<(Guid Id, long Serial)>>> still, string scenario, CancellationToken cancellation)
    {
        var kept = cache.GetOrCreate(key, entry =>
        {
            entry.SlidingExpiration = TimeSpan.FromMinutes(20);
            return new Kept();
        })!;
        // A screen asks for thirty tiles at once: one of them reads.
        await kept.Gate.WaitAsync(cancellation);
        try
        {
            // Another request may have gone further; a map that stands far before is another map.
            if (kept.Position >= now && kept.Position - now <= Far) return kept.Points;
            kept.Points = kept.Position >= 0 && Math.Abs(now - kept.Position) <= Far ? await MovedAsync() : await read();
            kept.Position = now;
            return kept.Points;
        }
        finally
        {
            kept.Gate.Release();
        }

        async Task<PointSet> MovedAsync()
        {
            var from = kept.Position;
            var ids = await db.Set<MatterEvent>().Where(e => e.Seq > from && e.Seq <= now).Select(e => e.MatterId).Distinct().ToListAsync(cancellation);
            var (touched, come) = (new HashSet<long>(), new List<KeptPoint>());
            foreach (var some in ids.Chunk(500))
            {
                var serials = (await db.Set<Matter>().Where(m => some.Contains(m.Id) && m.Scenario == scenario).Select(m => new { m.Id, m.Serial }).ToListAsync(cancellation)).ConvertAll(m => (m.Id, m.Serial));
                touched.UnionWith(serials.Select(s => s.Serial));
                var there = (await still(some, serials)).ConvertAll(s => s.Serial);
                if (there.Count > 0) come.AddRange(await Told(db.Set<MapPoint>().AsNoTracking().Where(p => there.Contains(p.Serial))).ToListAsync(cancellation));
            }
            return kept.Points.Moved(touched, come, Loose);
        }
    }

    private static async Task<PointSet> ReadAsync(IReadOnlyList<IQueryable<MapPoint>> parts, CancellationToken cancellation)
    {
        // The same few words a million times.
        var words = new Dictionary<string, string>();
        var points = new List<KeptPoint>();
        foreach (var part in parts)
            await foreach (var point in Told(part).AsAsyncEnumerable().WithCancellation(cancellation)) points.Add(point with { Category = Once(point.Category), State = Once(point.State) });
        return PointSet.Of(parts.Count > 1 ? points.DistinctBy(p => p.Serial) : points);

        string Once(string word) => words.TryGetValue(word, out var known) ? known : words[word] = word;
    }

    private static IQueryable<KeptPoint> Told(IQueryable<MapPoint> points) => points.Select(p => new KeptPoint(p.Spot, p.Serial, p.Region, p.Month, p.Category, p.State));
}

/// <summary>Points by spot, and beside them those that moved since they were put in order. It is replaced and never changed.</summary>
internal sealed record PointSet
{
    private KeptPoint[] _ordered = [];
    private HashSet<long> _gone = [];
    private KeptPoint[] _come = [];

    /// <summary>No points.</summary>
    public static PointSet None { get; } = new();

    /// <summary>Territories whose points are left out: they are counted there.</summary>
    public IReadOnlyList<(long First, long Last)> Outside { get; init; } = [];

    /// <summary>The only territories whose points are meant; none for everywhere.</summary>
    public IReadOnlyList<(long First, long Last)> Inside { get; init; } = [];

    /// <summary>Puts points in order.</summary>
    public static PointSet Of(IEnumerable<KeptPoint> points)
    {
        KeptPoint[] ordered = [.. points];
        Array.Sort(ordered, (a, b) => a.Spot.CompareTo(b.Spot));
        return new() { _ordered = ordered };
    }

    /// <summary>The same without what was touched, and with what has come.</summary>
    public PointSet Moved(HashSet<long> touched, List<KeptPoint> come, int loose)
    {
        if (touched.Count == 0) return this;
        var moved = this with { _gone = [.. _gone, .. touched], _come = [.. _come.Where(p => !touched.Contains(p.Serial)), .. come] };
        return moved._gone.Count > loose ? Of(moved._ordered.Where(p => !moved._gone.Contains(p.Serial)).Concat(moved._come)) : moved;
    }

    /// <summary>Goes through those in a range of spots that pass a filter.</summary>
    public void Each(long first, long last, MapFilter filter, Action<KeptPoint> each)
    {
        for (var i = Lower(first); i < _ordered.Length && _ordered[i].Spot <= last; i++)
            if ((_gone.Count == 0 || !_gone.Contains(_ordered[i].Serial)) && Has(_ordered[i])) each(_ordered[i]);
        foreach (var point in _come)
            if (point.Spot >= first && point.Spot <= last && Has(point)) each(point);

        bool Has(in KeptPoint p)
        {
            if (!filter.Has(p)) return false;
            foreach (var (begin, end) in Outside)
                if (p.Region >= begin && p.Region <= end) return false;
            foreach (var (begin, end) in Inside)
                if (p.Region >= begin && p.Region <= end) return true;
            return Inside.Count == 0;
        }
    }

    private int Lower(long spot)
    {
        var (low, high) = (0, _ordered.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ordered[middle].Spot < spot) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
