using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Renda.Platform.Calendar;
using Renda.Platform.Live;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Search;

namespace Renda.Platform.Indicators;

/// <summary>
/// Writes the ledger of facts and its sums by following the events from a cursor for each measure, a second behind at most, so
/// that taking a matter in does not wait for it. A measure that is new begins with the first event and overtakes the others by
/// itself; one whose cursor is taken away is made anew.
/// </summary>
public sealed class IndicatorLedger(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, IReadOnlyList<RendaModule> modules, ChangeFeed feed, TimeProvider time, ILogger<IndicatorLedger> log) : EventFollower(LargeBatch, time, log)
{
    // One part a second, so that whoever takes matters in has the machine for themselves most of the time. Of years of events
    // more are taken together and without a rest, since each matter among them is replayed once for all of its own.
    private const int Batch = 2000, LargeBatch = 4000, Far = 20_000;
    // How far screens were told that the numbers have come.
    private long _told = -1;
    private static readonly IReadOnlySet<string> Amount = new HashSet<string> { "amount" };

    private readonly IReadOnlyList<Measure> _ofMatters = [.. modules.SelectMany(m => m.Measures)];
    private readonly RecordLedger _records = new(databases, settings, [.. modules.SelectMany(m => m.Records)], time);
    private long _recordsTold;

    /// <summary>Every measure of every module.</summary>
    public IReadOnlyList<Measure> Measures { get; } = [.. modules.SelectMany(m => m.Measures), .. modules.SelectMany(m => m.Records).SelectMany(r => r.Measures)];

    /// <summary>The books of records.</summary>
    public IReadOnlyList<RecordBook> Records { get; } = [.. modules.SelectMany(m => m.Records)];

    /// <summary>Changes whenever something was counted further, here or at another node: what was read at one position stays as it is.</summary>
    public long Position => Interlocked.Read(ref _told) + Interlocked.Read(ref _recordsTold);

    /// <inheritdoc />
    protected override Task NextChange => feed.NextChange;

    /// <summary>Name of a measure's cursor.</summary>
    public static string Cursor(string measure) => "i/" + measure;

    /// <inheritdoc />
    public override async Task<int> CatchUpAsync(CancellationToken cancellation)
    {
        var records = await _records.CatchUpAsync(cancellation);
        if (records > 0)
        {
            Interlocked.Add(ref _recordsTold, records);
            feed.PublishNumbers();
        }
        return Math.Max(records, await MattersAsync(cancellation));
    }

    private async Task<int> MattersAsync(CancellationToken cancellation)
    {
        if (_ofMatters.Count == 0) return 0;
        await using var db = databases.CreateDbContext();
        var kept = await db.Set<FeedCursor>().AsNoTracking().Where(c => c.Name.StartsWith("i/")).ToDictionaryAsync(c => c.Name, c => c.Seq, cancellation);
        var at = _ofMatters.ToDictionary(m => m.Id, m => kept.TryGetValue(Cursor(m.Id), out var seq) ? seq : (long?)null);
        var from = at.Values.Min(s => s ?? 0);
        // Also when another node counted on.
        if (Interlocked.Exchange(ref _told, from) != from) feed.PublishNumbers();
        var due = _ofMatters.Where(m => (at[m.Id] ?? 0) == from).ToList();
        // A measure that comes after goes no further than where the next one stands; from there they go on together.
        var until = at.Values.Select(s => s ?? 0).Where(s => s > from).DefaultIfEmpty(long.MaxValue).Min();
        var batch = await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq, cancellation) - from > Far ? LargeBatch : Batch;
        var events = await db.Set<MatterEvent>().AsNoTracking().Where(e => e.Seq > from && e.Seq <= until).OrderBy(e => e.Seq).Take(batch).Select(e => new { e.Seq, e.MatterId }).ToListAsync(cancellation);
        if (events.Count == 0)
        {
            if (until == long.MaxValue) return 0;
            // Nothing in between: a gap, as a restored backup may have one.
            await MoveAsync(db, due, at, until, cancellation);
            return 1;
        }
        var last = events[^1].Seq;
        var facts = await FactsAsync(db, due, events.Select(e => e.MatterId).Distinct().ToList(), from, last, cancellation);

        await using var transaction = await db.Database.BeginTransactionAsync(settings.Provider == DatabaseProvider.Sqlite ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted, cancellation);
        // Whoever moves the cursors writes; another node that was quicker has written the same.
        if (!await MoveAsync(db, due, at, last, cancellation)) return events.Count;
        var statements = db.Statements();
        var cells = new Dictionary<object, IndicatorCell>();
        foreach (var fact in facts)
        {
            await statements.InsertAsync(fact);
            foreach (var cell in IndicatorCell.Of(fact))
            {
                if (cells.TryGetValue(cell.Key, out var sum)) sum.Amount += cell.Amount;
                else cells[cell.Key] = cell;
            }
        }
        foreach (var cell in cells.Values.Where(c => c.Amount != 0)) await statements.AddAsync(cell, Amount);
        await statements.FlushAsync();
        await transaction.CommitAsync(cancellation);
        Interlocked.Exchange(ref _told, last);
        feed.PublishNumbers();
        return events.Count;
    }

    private static async Task<bool> MoveAsync(RendaDbContext db, List<Measure> due, Dictionary<string, long?> at, long to, CancellationToken cancellation)
    {
        var moved = 0;
        foreach (var fresh in due.Where(m => at[m.Id] is null).Select(m => Cursor(m.Id)))
            if (await MoveAsync(db, fresh, null, to, cancellation)) moved++;
        foreach (var group in due.Where(m => at[m.Id] is not null).GroupBy(m => at[m.Id]!.Value))
        {
            var names = group.Select(m => Cursor(m.Id)).ToList();
            moved += await db.Set<FeedCursor>().Where(c => names.Contains(c.Name) && c.Seq == group.Key).ExecuteUpdateAsync(s => s.SetProperty(c => c.Seq, to), cancellation);
        }
        // All or none: the caller's transaction goes when one of them was moved by another.
        return moved == due.Count;
    }

    /// <summary>What the events between two cursors changed in what their matters count for.</summary>
    private static async Task<List<IndicatorFact>> FactsAsync(RendaDbContext db, List<Measure> due, List<Guid> ids, long from, long last, CancellationToken cancellation)
    {
        var of = due.ToLookup(m => m.Scenario);
        var facts = new List<IndicatorFact>();
        foreach (var some in ids.Chunk(500)) await OfAsync(some);
        return facts;

        async Task OfAsync(Guid[] some)
        {
            var events = (await db.Set<MatterEvent>().AsNoTracking().Where(e => some.Contains(e.MatterId) && e.Seq <= last).ToListAsync(cancellation)).ToLookup(e => e.MatterId);
            foreach (var id in some) Replay(id, events[id]);
        }

        void Replay(Guid id, IEnumerable<MatterEvent> events)
        {
            var fold = new MatterFold();
            List<Fact>? before = null;
            foreach (var e in events.OrderBy(e => e.Version))
            {
                if (e.Seq > from) before ??= e.Version == 1 ? [] : Of(fold);
                fold.Apply(e);
                if (e.Seq <= from) continue;
                var after = Of(fold);
                Differ(facts, e, before!, after);
                before = after;
            }
        }

        List<Fact> Of(MatterFold fold) => [.. of[fold.Matter.Scenario].SelectMany(m => m.Of!(fold))];
    }

    /// <summary>Adds the lines that lead from what counted before an event to what counts after it.</summary>
    private static void Differ(List<IndicatorFact> facts, MatterEvent e, IReadOnlyList<Fact> before, IReadOnlyList<Fact> after)
    {
        var (known, ordinal) = (ChinaTime.Date(e.At), 0);
        foreach (var gone in before.Except(after)) facts.Add(Line(gone, -1));
        foreach (var come in after.Except(before)) facts.Add(Line(come, 1));

        IndicatorFact Line(Fact f, int sign) => new()
        {
            Measure = f.Measure, Seq = e.Seq, Ordinal = ordinal++, Source = e.MatterId, Day = f.Day, KnownOn = known, Division = f.Division, UnitId = f.UnitId, Category = f.Category, Amount = sign * f.Amount,
        };
    }
}
