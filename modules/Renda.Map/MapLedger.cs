using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Renda.Map.Data;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Search;

namespace Renda.Map;

/// <summary>
/// Keeps the points of matters and the counts by square. On a filled database, and far behind, it goes through the matters once, by
/// their serial, and from then on follows the events: what stands of a matter is compared with what the row says now, so that doing it twice
/// changes nothing.
/// </summary>
public sealed class MapLedger(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, TimeProvider time, ILogger<MapLedger> log) : EventFollower(Part, time, log)
{
    // Small enough that whoever takes a matter in on SQLite does not wait for long: one writes at a time.
    private const int Part = 1000;
    // So many events behind, each matter has several among them: its row is read once.
    private const long Far = 50 * Part;
    internal const string Cursor = "map", Filled = "map/filled", Units = "map/units";
    private static readonly IReadOnlySet<string> Sums = new HashSet<string> { "count", "x", "y" };

    /// <inheritdoc />
    public override async Task<int> CatchUpAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var cursors = await db.Set<FeedCursor>().AsNoTracking().Where(c => c.Name == Cursor || c.Name == Filled || c.Name == Units).ToDictionaryAsync(c => c.Name, c => c.Seq, cancellation);
        if (!cursors.TryGetValue(Cursor, out var from))
        {
            // What happens from here on is followed; what was before is in the rows.
            var newest = await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq, cancellation) ?? 0;
            await WriteAsync(db, [], [(Cursor, null, newest), (Filled, null, 0), (Units, null, long.MaxValue)], cancellation);
            return Part;
        }
        var filled = cursors.GetValueOrDefault(Filled, long.MaxValue);
        if (!cursors.ContainsKey(Units))
        {
            // Of a database in which units had no points of their own yet: everything is gone through once more.
            await WriteAsync(db, [], [(Filled, cursors.TryGetValue(Filled, out var until) ? until : null, 0), (Units, null, long.MaxValue)], cancellation);
            return Part;
        }
        if (cursors.ContainsKey(Filled) && filled == long.MaxValue && await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq, cancellation) is { } last && last - from > Far)
        {
            await WriteAsync(db, [], [(Cursor, from, last), (Filled, filled, 0)], cancellation);
            return Part;
        }
        if (filled < long.MaxValue)
        {
            var next = await RowsAsync(db.Set<Matter>().Where(m => m.Serial > filled).OrderBy(m => m.Serial).Take(Part), cancellation);
            await WriteAsync(db, await DiffersAsync(db, next, cancellation), [(Filled, filled, next.Count == 0 ? long.MaxValue : next[^1].Serial)], cancellation);
            return Part;
        }
        var events = await db.Set<MatterEvent>().AsNoTracking().Where(e => e.Seq > from).OrderBy(e => e.Seq).Take(Part).Select(e => new { e.Seq, e.MatterId }).ToListAsync(cancellation);
        if (events.Count == 0) return 0;
        var ids = events.Select(e => e.MatterId).Distinct().ToList();
        var rows = await RowsAsync(db.Set<Matter>().Where(m => ids.Contains(m.Id)), cancellation);
        await WriteAsync(db, await DiffersAsync(db, rows, cancellation), [(Cursor, from, events[^1].Seq)], cancellation);
        return events.Count;
    }

    /// <summary>Writes what is different. Everything was read after the cursor, and whoever writes moves it: what was read still stands, or nothing is written.</summary>
    private async Task WriteAsync(RendaDbContext db, IReadOnlyList<(Known Before, Known After)> differences, (string Name, long? From, long To)[] cursors, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(settings.Provider == DatabaseProvider.Sqlite ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted, cancellation);
        foreach (var (name, from, to) in cursors)
            if (!await MoveAsync(db, name, from, to, cancellation)) return;
        var statements = db.Statements();
        var cells = new Dictionary<object, MapCell>();
        foreach (var (before, after) in differences)
        {
            if (!Same(before.Point, after.Point, (a, b) => a.Same(b)))
            {
                if (before.Point is { } gone) Count(gone, -1);
                if (after.Point is { } come) Count(come, 1);
                await LeadAsync(before.Point, after.Point);
            }
            foreach (var unit in before.Units.Keys.Union(after.Units.Keys))
            {
                var (old, now) = (before.Units.GetValueOrDefault(unit), after.Units.GetValueOrDefault(unit));
                if (!Same(old, now, (a, b) => a.Same(b))) await LeadAsync(old, now);
            }
        }
        foreach (var cell in cells.Values.Where(c => (c.Count, c.X, c.Y) != default)) await statements.AddAsync(cell, Sums);
        await statements.FlushAsync();
        await transaction.CommitAsync(cancellation);

        async Task LeadAsync<T>(T? before, T? after) where T : class
        {
            if (before is null) await statements.InsertAsync(after!);
            else if (after is null) await statements.DeleteAsync(before);
            else await statements.UpdateAsync(after);
        }

        void Count(MapPoint point, int sign)
        {
            foreach (var cell in MapCell.Of(point, sign))
            {
                if (!cells.TryAdd(cell.Key, cell) && cells[cell.Key] is var sum) (sum.Count, sum.X, sum.Y) = (sum.Count + cell.Count, sum.X + cell.X, sum.Y + cell.Y);
            }
        }

        static bool Same<T>(T? a, T? b, Func<T, T, bool> same) where T : class => a is null ? b is null : b is not null && same(a, b);
    }

    private static async Task<List<Row>> RowsAsync(IQueryable<Matter> matters, CancellationToken cancellation) =>
        await matters.AsNoTracking().Select(m => new Row(m.Id, m.Serial, m.Scenario, m.Region, m.Category, m.State, m.SubmittedAt, m.Latitude, m.Longitude)).ToListAsync(cancellation);

    /// <summary>What is kept of each matter, and what its rows say now.</summary>
    private static async Task<IReadOnlyList<(Known Before, Known After)>> DiffersAsync(RendaDbContext db, List<Row> rows, CancellationToken cancellation)
    {
        var (serials, ids) = (rows.Select(r => r.Serial).ToList(), rows.Select(r => r.Id).ToList());
        var points = await db.Set<MapPoint>().AsNoTracking().Where(p => serials.Contains(p.Serial)).ToDictionaryAsync(p => p.Serial, cancellation);
        var theirs = (await db.Set<MapUnitPoint>().AsNoTracking().Where(p => serials.Contains(p.Serial)).ToListAsync(cancellation)).ToLookup(p => p.Serial);
        var units = (await db.Set<Assignment>().Where(a => ids.Contains(a.MatterId)).Select(a => new { a.MatterId, a.UnitId }).Distinct().ToListAsync(cancellation)).ToLookup(a => a.MatterId, a => a.UnitId);
        return [.. rows.Select(r => (new Known(points.GetValueOrDefault(r.Serial), theirs[r.Serial].ToDictionary(p => p.UnitId)), Known.Of(r.Point(), units[r.Id])))];
    }

    /// <summary>The rows of one matter on the map.</summary>
    private sealed record Known(MapPoint? Point, Dictionary<Guid, MapUnitPoint> Units)
    {
        public static Known Of(MapPoint? point, IEnumerable<Guid> units) => new(point, point is null ? [] : units.ToDictionary(u => u, u => MapUnitPoint.Of(point, u)));
    }

    private sealed record Row(Guid Id, long Serial, string Scenario, long Region, string Category, string State, DateTime SubmittedAt, double? Latitude, double? Longitude)
    {
        public MapPoint? Point() => MapPoint.Of(Serial, Scenario, Region, Category, State, SubmittedAt, Latitude, Longitude);
    }
}
