using Microsoft.EntityFrameworkCore;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Search;

namespace Renda.Platform.Indicators;

/// <summary>Counts again what the ledger of facts says, from the events up to where each measure has come, and its sums from the ledger.</summary>
internal sealed class LedgerRecount
{
    private readonly IReadOnlyList<Measure> _measures;
    private readonly Dictionary<string, long> _until;

    private LedgerRecount(IReadOnlyList<Measure> measures, Dictionary<string, long> until) => (_measures, _until) = (measures, until);

    public static async Task<LedgerRecount> BeginAsync(RendaDbContext db, IReadOnlyList<Measure> measures, CancellationToken cancellation)
    {
        var cursors = await db.Set<FeedCursor>().AsNoTracking().Where(c => c.Name.StartsWith("i/")).ToDictionaryAsync(c => c.Name, c => c.Seq, cancellation);
        var ofMatters = measures.Where(m => m.Of is not null).ToList();
        return new(ofMatters, ofMatters.ToDictionary(m => m.Id, m => cursors.GetValueOrDefault(IndicatorLedger.Cursor(m.Id))));
    }

    /// <summary>Compares what some matters count for with their lines.</summary>
    public async Task CheckAsync(RendaDbContext db, ILookup<Guid, MatterEvent> events, List<string> faults, CancellationToken cancellation)
    {
        var ids = events.Select(g => g.Key).ToList();
        var lines = (await db.Set<IndicatorFact>().AsNoTracking().Where(f => ids.Contains(f.Source)).ToListAsync(cancellation)).ToLookup(f => f.Source);
        foreach (var matter in events)
        {
            var sums = new Dictionary<Fact, long>();
            foreach (var line in lines[matter.Key])
            {
                var key = new Fact(line.Measure, line.Day, line.Division, line.UnitId, line.Category, 0);
                sums[key] = sums.GetValueOrDefault(key) + line.Amount;
            }
            foreach (var fact in Counted(matter))
            {
                var key = fact with { Amount = 0 };
                sums[key] = sums.GetValueOrDefault(key) - fact.Amount;
            }
            foreach (var (key, left) in sums)
                if (left != 0) faults.Add($"matter {matter.Key}: the ledger of {key.Measure} has {left} too many on {key.Day:yyyy-MM-dd}, {key.Division}, {key.UnitId}, {key.Category}.");
        }
    }

    private List<Fact> Counted(IEnumerable<MatterEvent> events)
    {
        var (fold, facts, ordered) = (new MatterFold(), new List<Fact>(), events.OrderBy(e => e.Version).ToList());
        for (var i = 0; i < ordered.Count; i++)
        {
            try
            {
                fold.Apply(ordered[i]);
            }
            catch (Exception error) when (error is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
            {
                // Told already by whoever replays it against its rows.
                return facts;
            }
            var next = i + 1 < ordered.Count ? ordered[i + 1].Seq : long.MaxValue;
            foreach (var measure in _measures.Where(m => m.Scenario == fold.Matter.Scenario && _until[m.Id] >= ordered[i].Seq && _until[m.Id] < next)) facts.AddRange(measure.Of!(fold));
        }
        return facts;
    }

    /// <summary>Compares the sums with the lines, a measure and a year at a time.</summary>
    public async Task CheckCellsAsync(RendaDbContext db, List<string> faults, CancellationToken cancellation)
    {
        foreach (var measure in _measures.Select(m => m.Id))
        {
            var first = await db.Set<IndicatorFact>().Where(f => f.Measure == measure).MinAsync(f => (DateOnly?)f.Day, cancellation);
            var last = await db.Set<IndicatorFact>().Where(f => f.Measure == measure).MaxAsync(f => (DateOnly?)f.Day, cancellation);
            var kept = await db.Set<IndicatorCell>().CountAsync(c => c.Measure == measure, cancellation);
            for (var year = first?.Year ?? 0; year <= (last?.Year ?? -1); year++)
            {
                var (from, to) = (new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));
                var sums = new Dictionary<object, long>();
                await foreach (var fact in db.Set<IndicatorFact>().AsNoTracking().Where(f => f.Measure == measure && f.Day >= from && f.Day <= to).AsAsyncEnumerable().WithCancellation(cancellation))
                    foreach (var cell in IndicatorCell.Of(fact)) sums[cell.Key] = sums.GetValueOrDefault(cell.Key) + cell.Amount;
                await foreach (var cell in db.Set<IndicatorCell>().AsNoTracking().Where(c => c.Measure == measure && c.Day >= from && c.Day <= to).AsAsyncEnumerable().WithCancellation(cancellation))
                {
                    kept--;
                    sums.Remove(cell.Key, out var sum);
                    if (sum != cell.Amount) faults.Add($"sum {cell.Key}: kept {cell.Amount}, counted {sum}.");
                }
                foreach (var (key, sum) in sums)
                    if (sum != 0) faults.Add($"sum {key}: missing, counted {sum}.");
            }
            if (kept != 0) faults.Add($"sums of {measure}: {kept} stand outside the days of its lines.");
        }
    }
}
