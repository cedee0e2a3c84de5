using System.Data;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Calendar;
using Renda.Platform.Persistence;
using Renda.Platform.Search;

namespace Renda.Platform.Indicators;

/// <summary>Keeps the lines of records: what is noted as changed is counted again, and what differs from the lines that stand is added to them.</summary>
internal sealed class RecordLedger(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, IReadOnlyList<RecordBook> books, TimeProvider time)
{
    private const int Part = 500;
    // One counts at a time, each step with a number of its own.
    private const string Cursor = "records", Anew = "records/anew";

    private static string Filled(RecordBook book) => "records/" + book.Id;

    /// <summary>Takes in a part of what was changed. Returns how many records that was; 0 when it is up to date.</summary>
    public async Task<int> CatchUpAsync(CancellationToken cancellation)
    {
        if (books.Count == 0) return 0;
        await using var db = databases.CreateDbContext();
        var changes = await db.Set<RecordChange>().AsNoTracking().OrderBy(c => c.Id).Take(Part).ToListAsync(cancellation);
        var cursors = await db.Set<FeedCursor>().AsNoTracking().Where(c => c.Name.StartsWith(Cursor)).ToDictionaryAsync(c => c.Name, c => c.Seq, cancellation);
        foreach (var book in books.Where(b => !cursors.ContainsKey(Filled(b)))) return await FillAsync(db, book, cursors, cancellation);
        if (changes.Count == 0) return 0;
        foreach (var some in changes.GroupBy(c => c.Book))
        {
            var ids = some.Select(c => c.Id).ToList();
            // Of a module that is not there any more nothing is counted.
            var book = books.FirstOrDefault(b => b.Id == some.Key);
            await WriteAsync(db, book, [.. some.Select(c => c.Source).Distinct()], cursors, false, async () => await db.Set<RecordChange>().Where(c => ids.Contains(c.Id)).ExecuteDeleteAsync(cancellation), cancellation);
        }
        return changes.Count;
    }

    /// <summary>
    /// Takes everything that was counted away once, so that it is counted anew as what was there before: records of a demonstration
    /// became known on the days they tell of, and not on that on which they were written.
    /// </summary>
    public static async Task BeginAnewAsync(RendaDbContext db, CancellationToken cancellation)
    {
        if (await db.Set<FeedCursor>().AnyAsync(c => c.Name == Anew, cancellation)) return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Set<FeedCursor>().Where(c => c.Name.StartsWith(Cursor)).ExecuteDeleteAsync(cancellation);
        await db.Set<RecordChange>().ExecuteDeleteAsync(cancellation);
        await db.Set<RecordFact>().ExecuteDeleteAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"INSERT INTO feed_cursors (name, seq) VALUES ({Anew}, 0) ON CONFLICT DO NOTHING", cancellation);
        await transaction.CommitAsync(cancellation);
    }

    // What was there before anybody counted, a part at a time: killed in the middle it begins again, and finds that part counted.
    private async Task<int> FillAsync(RendaDbContext db, RecordBook book, Dictionary<string, long> cursors, CancellationToken cancellation)
    {
        var all = await book.AllAsync(db, cancellation);
        foreach (var some in all.Chunk(Part))
            if (!await WriteAsync(db, book, some, cursors, true, null, cancellation)) return Part;
        await WriteAsync(db, book, [], cursors, true, async () => await db.Database.ExecuteSqlAsync($"INSERT INTO feed_cursors (name, seq) VALUES ({Filled(book)}, {all.Count}) ON CONFLICT DO NOTHING", cancellation), cancellation);
        return Part;
    }

    private async Task<bool> WriteAsync(RendaDbContext db, RecordBook? book, IReadOnlyCollection<Guid> records, Dictionary<string, long> cursors, bool first, Func<Task>? also, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(settings.Provider == DatabaseProvider.Sqlite ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted, cancellation);
        // A lock for as long as the transaction lasts: another node that was quicker has counted the same.
        var (from, to) = (cursors.TryGetValue(Cursor, out var at) ? at : (long?)null, at + 1);
        // After a restore the cursors are gone, the lines are not.
        if (from is null) to = Math.Max(to, (await db.Set<RecordFact>().MaxAsync(f => (long?)f.Seq, cancellation) ?? 0) + 1);
        if (!await EventFollower.MoveAsync(db, Cursor, from, to, cancellation)) return false;
        if (book is not null)
        {
            var today = ChinaTime.Date(time.GetUtcNow().UtcDateTime);
            var (statements, ordinal) = (db.Statements(), 0);
            foreach (var (source, fact, sign) in await DiffersAsync(db, book, records, cancellation))
                await statements.InsertAsync(new RecordFact
                {
                    Measure = fact.Measure, Seq = to, Ordinal = ordinal++, Source = source, Day = fact.Day, KnownOn = first && fact.Day < today ? fact.Day : today,
                    Division = fact.Division, UnitId = fact.UnitId, Category = fact.Category, Amount = sign * fact.Amount,
                });
            await statements.FlushAsync();
        }
        if (also is not null) await also();
        await transaction.CommitAsync(cancellation);
        cursors[Cursor] = to;
        return true;
    }

    /// <summary>What leads from the lines of some records to what they count for now.</summary>
    private static async Task<List<(Guid Source, Fact Fact, int Sign)>> DiffersAsync(RendaDbContext db, RecordBook book, IReadOnlyCollection<Guid> records, CancellationToken cancellation)
    {
        var measures = book.Measures.Select(m => m.Id).ToArray();
        var left = new Dictionary<(Guid Source, Fact Fact), int>();
        foreach (var (source, fact) in await book.FactsAsync(db, records, cancellation)) left[(source, fact)] = 1;
        foreach (var line in await db.Set<RecordFact>().AsNoTracking().Where(f => records.Contains(f.Source) && measures.Contains(f.Measure)).ToListAsync(cancellation))
        {
            var key = (line.Source, new Fact(line.Measure, line.Day, line.Division, line.UnitId, line.Category, Math.Abs(line.Amount)));
            left[key] = left.GetValueOrDefault(key) - Math.Sign(line.Amount);
        }
        return [.. left.Where(l => l.Value != 0).Select(l => (l.Key.Source, l.Key.Fact, Math.Sign(l.Value)))];
    }

    /// <summary>Counts every record again; what does not agree, each naming its record. What is noted as changed is on its way.</summary>
    public static async Task CheckAsync(RendaDbContext db, IReadOnlyList<RecordBook> books, List<string> faults, CancellationToken cancellation)
    {
        foreach (var book in books)
        {
            if (!await db.Set<FeedCursor>().AnyAsync(c => c.Name == Filled(book), cancellation)) continue;
            var measures = book.Measures.Select(m => m.Id).ToArray();
            var onTheirWay = (await db.Set<RecordChange>().Where(c => c.Book == book.Id).Select(c => c.Source).ToListAsync(cancellation)).ToHashSet();
            // Also what has lines and is gone.
            var counted = await db.Set<RecordFact>().Where(f => measures.Contains(f.Measure)).Select(f => f.Source).Distinct().ToListAsync(cancellation);
            foreach (var some in (await book.AllAsync(db, cancellation)).Union(counted).Where(id => !onTheirWay.Contains(id)).Chunk(Part))
                foreach (var (source, fact, sign) in await DiffersAsync(db, book, some, cancellation))
                    faults.Add($"{book.Id} {source}: the ledger of {fact.Measure} has one {(sign > 0 ? "too few" : "too many")} on {fact.Day:yyyy-MM-dd}, {fact.Division}, {fact.Category}, amount {fact.Amount}.");
        }
    }
}
