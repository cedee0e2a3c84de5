using Microsoft.EntityFrameworkCore;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Search;

namespace Renda.Platform.Indicators;

/// <summary>How far the ledger had come at a moment; who asks many questions reads it once for all of them.</summary>
public sealed class LedgerState
{
    private readonly Dictionary<string, long> _cursors;
    private readonly long _last;
    private readonly DateTime? _until;

    private LedgerState(Dictionary<string, long> cursors, long last, DateTime? until) => (_cursors, _last, _until) = (cursors, last, until);

    /// <summary>Reads it.</summary>
    public static async Task<LedgerState> ReadAsync(RendaDbContext db, CancellationToken cancellation)
    {
        var cursors = await db.Set<FeedCursor>().AsNoTracking().Where(c => c.Name.StartsWith("i/")).ToDictionaryAsync(c => c.Name, c => c.Seq, cancellation);
        var last = await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq, cancellation) ?? 0;
        var least = cursors.Values.DefaultIfEmpty(0).Min();
        return new(cursors, last, least >= last ? null : await db.Set<MatterEvent>().AsNoTracking().Where(e => e.Seq <= least).OrderByDescending(e => e.Seq).Select(e => (DateTime?)e.At).FirstOrDefaultAsync(cancellation) ?? DateTime.UnixEpoch);
    }

    /// <summary>How far measures have come together; null while they stand apart.</summary>
    public long? Position(IEnumerable<string> measures)
    {
        var at = measures.Select(m => _cursors.TryGetValue(IndicatorLedger.Cursor(m), out var seq) ? seq : -1).Distinct().ToList();
        return at is [>= 0 and var one] ? one : null;
    }

    /// <summary>The moment (UTC) up to which everything is counted for measures; null for now. While some measures catch up it is theirs for all.</summary>
    public DateTime? Until(IEnumerable<string> measures) => measures.All(m => _cursors.GetValueOrDefault(IndicatorLedger.Cursor(m)) >= _last) ? null : _until;
}
