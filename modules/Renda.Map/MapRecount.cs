using Microsoft.EntityFrameworkCore;
using Renda.Map.Data;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Search;

namespace Renda.Map;

/// <summary>Counts again what the map keeps: every point from its matter, and every square from the points.</summary>
public static class MapRecount
{
    private const int Page = 2000;

    /// <summary>What does not agree, each naming its row. Reads one snapshot, so that it can run while others write; memory does not grow with the number of matters.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(IDbContextFactory<RendaDbContext> databases, CancellationToken cancellation)
    {
        var faults = new List<string>();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.BeginSnapshotAsync(cancellation);
        var cursors = await db.Set<FeedCursor>().AsNoTracking().Where(c => c.Name == MapLedger.Cursor || c.Name == MapLedger.Filled || c.Name == MapLedger.Units).ToDictionaryAsync(c => c.Name, c => c.Seq, cancellation);
        // Without a cursor nothing was begun: then there may be nothing either.
        await CheckPointsAsync(db, cursors.GetValueOrDefault(MapLedger.Cursor, -1), cursors.ContainsKey(MapLedger.Units) ? cursors.GetValueOrDefault(MapLedger.Filled, long.MaxValue) : 0, faults, cancellation);
        await CheckCellsAsync(db, faults, cancellation);
        return faults;
    }

    private static async Task CheckPointsAsync(RendaDbContext db, long cursor, long filled, List<string> faults, CancellationToken cancellation)
    {
        for (var serial = 0L; ;)
        {
            var matters = await db.Set<Matter>().AsNoTracking().Where(m => m.Serial > serial).OrderBy(m => m.Serial).Take(Page)
                .Select(m => new { m.Id, m.Serial, m.Scenario, m.Region, m.Category, m.State, m.SubmittedAt, m.Latitude, m.Longitude, OnItsWay = db.Set<MatterEvent>().Any(e => e.MatterId == m.Id && e.Seq > cursor) }).ToListAsync(cancellation);
            var last = matters.Count < Page ? long.MaxValue : matters[^1].Serial;
            var points = await db.Set<MapPoint>().AsNoTracking().Where(p => p.Serial > serial && p.Serial <= last).ToDictionaryAsync(p => p.Serial, cancellation);
            var ids = matters.Select(m => m.Id).ToList();
            var theirs = (await db.Set<MapUnitPoint>().AsNoTracking().Where(p => p.Serial > serial && p.Serial <= last).ToListAsync(cancellation)).ToLookup(p => p.Serial);
            var units = (await db.Set<Assignment>().Where(a => ids.Contains(a.MatterId)).Select(a => new { a.MatterId, a.UnitId }).Distinct().ToListAsync(cancellation)).ToLookup(a => a.MatterId, a => a.UnitId);
            foreach (var stray in theirs.Select(p => p.Key).Except(matters.Select(m => m.Serial))) faults.Add($"map: a unit's point {stray} belongs to no matter.");
            foreach (var m in matters)
            {
                points.Remove(m.Serial, out var kept);
                // What happened after the cursor may be in the row and not yet in the point; what is still to be gone through has none, or an old one.
                if (m.OnItsWay || m.Serial > filled) continue;
                var counted = MapPoint.Of(m.Serial, m.Scenario, m.Region, m.Category, m.State, m.SubmittedAt, m.Latitude, m.Longitude);
                if (kept is null ? counted is not null : counted is null || !kept.Same(counted)) faults.Add($"map: matter {m.Id} stands as {Told(kept)}, its row says {Told(counted)}.");
                var (has, wants) = (theirs[m.Serial].ToDictionary(p => p.UnitId), counted is null ? [] : units[m.Id].ToDictionary(u => u, u => MapUnitPoint.Of(counted, u)));
                foreach (var unit in has.Keys.Union(wants.Keys))
                    if (!has.TryGetValue(unit, out var one) || !wants.TryGetValue(unit, out var other) || !one.Same(other)) faults.Add($"map: matter {m.Id} stands otherwise for unit {unit} than its row says.");
            }
            foreach (var orphan in points.Keys) faults.Add($"map: point {orphan} belongs to no matter.");
            if (last == long.MaxValue) return;
            serial = last;
        }
    }

    /// <summary>Compares the squares with the points, a scenario and a year at a time.</summary>
    private static async Task CheckCellsAsync(RendaDbContext db, List<string> faults, CancellationToken cancellation)
    {
        var points = await db.Set<MapPoint>().Select(p => new { p.Scenario, Year = p.Month / 100 }).Distinct().ToListAsync(cancellation);
        var cells = await db.Set<MapCell>().Select(c => new { c.Scenario, Year = c.Month / 100 }).Distinct().ToListAsync(cancellation);
        foreach (var part in points.Union(cells).OrderBy(p => p.Scenario, StringComparer.Ordinal).ThenBy(p => p.Year))
        {
            var (from, to) = (part.Year * 100, part.Year * 100 + 99);
            var sums = new Dictionary<object, MapCell>();
            await foreach (var point in db.Set<MapPoint>().AsNoTracking().Where(p => p.Scenario == part.Scenario && p.Month >= from && p.Month <= to).AsAsyncEnumerable().WithCancellation(cancellation))
                foreach (var cell in MapCell.Of(point, 1))
                    if (!sums.TryAdd(cell.Key, cell) && sums[cell.Key] is var sum) (sum.Count, sum.X, sum.Y) = (sum.Count + cell.Count, sum.X + cell.X, sum.Y + cell.Y);
            await foreach (var kept in db.Set<MapCell>().AsNoTracking().Where(c => c.Scenario == part.Scenario && c.Month >= from && c.Month <= to).AsAsyncEnumerable().WithCancellation(cancellation))
            {
                sums.Remove(kept.Key, out var counted);
                if ((kept.Count, kept.X, kept.Y) != (counted?.Count ?? 0, counted?.X ?? 0, counted?.Y ?? 0)) faults.Add($"map: square {kept.Key} keeps {kept.Count}, {kept.X}, {kept.Y}, counted {counted?.Count ?? 0}, {counted?.X ?? 0}, {counted?.Y ?? 0}.");
            }
            foreach (var missing in sums.Values) faults.Add($"map: square {missing.Key} is missing, counted {missing.Count}.");
        }
    }

    private static string Told(MapPoint? point) => point is null ? "nothing" : $"{point.Scenario} {point.Spot} {point.Region} {point.Category} {point.State} {point.Month}";
}
