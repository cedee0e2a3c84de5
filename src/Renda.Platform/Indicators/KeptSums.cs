using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Platform.Indicators;

/// <summary>
/// Sums over cells as they were read once, each with how far the ledger had come. Lines are only added, so that who asks the same
/// again is told what was kept and the lines since: a year of a city is some hundred thousand cells, what came since the last look a
/// few lines.
/// </summary>
internal sealed class KeptSums(IMemoryCache cache)
{
    // So many events further, reading the cells anew is no more work.
    private const long Far = 5000;

    /// <summary>What is asked, as far as it decides which cells count and how they are told apart.</summary>
    internal sealed record Asked(string Measures, IndicatorCut Cut, bool Stock, IndicatorQuestion Question, string Ranges);

    private sealed record Kept(long Position, IReadOnlyDictionary<(string Measure, string Key), long> Sums);

    /// <summary>The sums by measure and key; those of zero may be among them.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="asked">The question.</param>
    /// <param name="measures">Ids of the measures.</param>
    /// <param name="position">How far they have come, see <see cref="LedgerState"/>.</param>
    /// <param name="read">Reads all cells.</param>
    /// <param name="counts">Whether a cell counts.</param>
    /// <param name="key">What it is told by.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyDictionary<(string Measure, string Key), long>> ReadAsync(
        RendaDbContext db, Asked asked, string[] measures, long? position, Func<Task<Dictionary<(string Measure, string Key), long>>> read, Func<IndicatorCell, bool> counts, Func<IndicatorCell, string> key, CancellationToken cancellation)
    {
        // Another request may have gone further; what stands far before is another ledger.
        if (position is { } now && cache.TryGetValue<Kept>(asked, out var kept) && Math.Abs(now - kept!.Position) <= Far)
        {
            if (kept.Position >= now) return kept.Sums;
            var sums = new Dictionary<(string Measure, string Key), long>(kept.Sums);
            foreach (var cell in (await SinceAsync(db, kept.Position, now, cancellation)).Where(counts)) sums[(cell.Measure, key(cell))] = sums.GetValueOrDefault((cell.Measure, key(cell))) + cell.Amount;
            Keep(asked, new(now, sums));
            return sums;
        }
        var all = await read();
        // Nothing was counted while they were read: then they are as of there.
        if (position is { } at && (await LedgerState.ReadAsync(db, cancellation)).Position(measures) == at) Keep(asked, new(at, all));
        return all;
    }

    private void Keep(Asked asked, Kept kept) => cache.Set(asked, kept, new MemoryCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(10) });

    /// <summary>The cells of the lines that came between two positions, of every measure.</summary>
    private async Task<IReadOnlyList<IndicatorCell>> SinceAsync(RendaDbContext db, long from, long to, CancellationToken cancellation)
    {
        // All that a board asks stood at the same position.
        if (cache.TryGetValue<IReadOnlyList<IndicatorCell>>((typeof(KeptSums), from, to), out var known)) return known!;
        var lines = new List<IndicatorFact>();
        var sources = await db.Set<MatterEvent>().Where(e => e.Seq > from && e.Seq <= to).Select(e => e.MatterId).Distinct().ToListAsync(cancellation);
        foreach (var some in sources.Chunk(500)) lines.AddRange(await db.Set<IndicatorFact>().AsNoTracking().Where(f => some.Contains(f.Source) && f.Seq > from && f.Seq <= to).ToListAsync(cancellation));
        IReadOnlyList<IndicatorCell> cells = [.. lines.SelectMany(IndicatorCell.Of)];
        return cache.Set((typeof(KeptSums), from, to), cells, TimeSpan.FromSeconds(30));
    }
}
