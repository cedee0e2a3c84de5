using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Logging;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Platform.Search;

/// <summary>
/// The full-text index over matters: FTS5 on SQLite, a GIN index on PostgreSQL, both filled with the words of
/// <see cref="SearchWords"/>. It follows the events from a cursor, a second behind at most, so that taking a matter in
/// does not wait for it; it can be made anew by setting the cursor <c>search</c> to 0.
/// </summary>
public sealed class MatterSearch(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, IReadOnlyList<RendaModule> modules, TimeProvider time, ILogger<MatterSearch> log) : EventFollower(Batch, time, log)
{
    private const string Name = "search";
    // Small enough that whoever takes a matter in on SQLite does not wait for long: one writes at a time.
    private const int Batch = 500;
    // Matters of which this many bits of the running number are the same lie in one window.
    private const int WindowBits = 13;
    // More of them cost the index more than asking it for all.
    private const int RecentWindows = 2;

    /// <summary>
    /// The matters whose words contain all that is asked for. The divisions, units and persons of the actor's grants are
    /// asked of the index too, which spares looking at others' matters; what may be seen is still decided by <c>VisibleTo</c>.
    /// </summary>
    /// <param name="db">Where to read.</param>
    /// <param name="question">What somebody typed.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="region">A division the answer is narrowed to, or null.</param>
    /// <param name="before">Only those that arrived before this running number; null for all.</param>
    /// <param name="recent">On PostgreSQL only the newest <see cref="RecentWindows"/> windows of those.</param>
    public static IQueryable<Matter> Find(DbContext db, string question, Actor actor, long? region, long? before = null, bool recent = false)
    {
        // A whole number has an index of its own; its words are in nearly every matter.
        if (MatterNumber.Whole(question) is { } number) return db.Set<Matter>().Where(m => m.Number == number && m.Serial < (before ?? long.MaxValue));
        var asked = SearchWords.Asked(question);
        if (asked.Count == 0) return db.Set<Matter>().Where(m => false);
        var sqlite = db.Database.IsSqlite();
        var parts = asked.Select(a => Quoted(a.Word, sqlite) + (a.Beginning ? sqlite ? " *" : ":*" : "")).ToList();
        if (region is { } r && Place(r) is { } place) parts.Add(Quoted(place, sqlite));
        // With a grant that the index does not know, it is not asked about any.
        var mine = actor.Grants.Where(g => MatterScope.Readable(g).Length > 0).Select(g => g.Role.Scope switch { RoleScope.Territory => Place(g.Region), RoleScope.Unit => Unit(g.OrganisationId), _ => Person(actor.PersonId) }).ToList();
        if (mine.Count > 0 && mine.All(p => p is not null))
            parts.Add("(" + string.Join(sqlite ? " OR " : " | ", mine.Distinct().Select(p => Quoted(p!, sqlite))) + ")");
        if (recent && !sqlite) parts.Add("(" + string.Join(" | ", WindowsBefore(before ?? long.MaxValue).Select(w => Quoted(Window(w), sqlite))) + ")");
        var query = string.Join(sqlite ? " AND " : " & ", parts);

        var type = db.Model.FindEntityType(typeof(Matter))!;
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        var columns = type.GetProperties().Select(p => p.GetColumnName(table)!);
        // The running number is the index's own row number: read from there it gives the newest first without sorting.
        // CROSS JOIN keeps SQLite from turning the order of the two round.
        var sql = sqlite
            ? $"SELECT {string.Join(", ", columns.Select(c => c == "serial" ? "s.rowid AS serial" : $"m.\"{c}\""))} FROM matter_search AS s CROSS JOIN matters AS m ON m.serial = s.rowid WHERE s.matter_search MATCH {{0}} AND s.rowid < {{1}}"
            // OFFSET 0 keeps the question within the index of words: a plan made for any words would walk all matters for rare
            // ones. Sorted there, the numbers are looked up newest first until a page is full, and no further.
            // A sum has no index: a plan made for any number would read the index of numbers as well, up to all of it.
            : "SELECT m.* FROM matters AS m JOIN (SELECT serial FROM matter_search WHERE words @@ {0}::tsquery AND serial + 0 < {1} ORDER BY serial DESC OFFSET 0) AS s ON s.serial = m.serial";
        return db.Set<Matter>().FromSqlRaw(sql, query, before ?? long.MaxValue);
    }

    /// <summary>
    /// Whether a question is answered sooner by looking among the newest first. PostgreSQL's index of words knows no order: of
    /// a word that is in each twentieth matter it would fetch and sort all numbers. SQLite's gives the newest first by itself.
    /// </summary>
    public static bool RecentFirst(DbContext db, string question) => !db.Database.IsSqlite() && MatterNumber.Whole(question) is null && SearchWords.Asked(question).Count > 0;

    private static IEnumerable<long> WindowsBefore(long serial)
    {
        var newest = Math.Max(0, serial - 1) >> WindowBits;
        return Enumerable.Range(0, (int)Math.Min(RecentWindows, newest + 1)).Select(i => newest - i);
    }

    /// <inheritdoc />
    public override async Task<int> CatchUpAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var from = await db.Set<FeedCursor>().AsNoTracking().Where(c => c.Name == Name).Select(c => (long?)c.Seq).FirstOrDefaultAsync(cancellation);
        var events = await db.Set<MatterEvent>().AsNoTracking().Where(e => e.Seq > (from ?? 0)).OrderBy(e => e.Seq).Take(Batch).Select(e => new { e.Seq, e.MatterId, e.Content }).ToListAsync(cancellation);
        if (events.Count == 0) return 0;
        var changed = events.Where(e => EventContent.Parse(e.Content).Changes.Any(c => c is Created or Titled or DataSet or Placed or Assigned or ReporterAdded or ReporterRemoved)).Select(e => e.MatterId).Distinct().ToList();
        var documents = await DocumentsAsync(db, changed, cancellation);

        await using var transaction = await db.Database.BeginTransactionAsync(settings.Provider == DatabaseProvider.Sqlite ? System.Data.IsolationLevel.Serializable : System.Data.IsolationLevel.ReadCommitted, cancellation);
        // Whoever moves the cursor writes; another node that was quicker has written the same.
        var last = events[^1].Seq;
        if (!await MoveAsync(db, Name, from, last, cancellation)) return events.Count;
        if (settings.Provider == DatabaseProvider.Sqlite)
        {
            foreach (var (serial, words) in documents)
                await db.Database.ExecuteSqlAsync($"INSERT OR REPLACE INTO matter_search (rowid, words) VALUES ({serial}, {string.Join(' ', words)})", cancellation);
        }
        else if (documents.Count > 0)
        {
            // In one round trip: over a wire it is the trips that take the time.
            var (serials, words) = (documents.Select(d => d.Serial).ToArray(), documents.Select(d => string.Join(' ', d.Words)).ToArray());
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO matter_search (serial, words) SELECT d.serial, array_to_tsvector(string_to_array(d.words, ' ')) FROM unnest({serials}, {words}) AS d(serial, words) ON CONFLICT (serial) DO UPDATE SET words = excluded.words", cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return events.Count;
    }

    private async Task<List<(long Serial, string[] Words)>> DocumentsAsync(RendaDbContext db, List<Guid> ids, CancellationToken cancellation)
    {
        var documents = new List<(long, string[])>(ids.Count);
        var matters = await db.Set<Matter>().AsNoTracking().Where(m => ids.Contains(m.Id))
            .Select(m => new { m.Id, m.Serial, m.Scenario, m.Number, m.Title, m.City, m.County, m.Town, m.Body }).ToListAsync(cancellation);
        var reporters = (await db.Set<MatterReporter>().AsNoTracking().Where(r => ids.Contains(r.MatterId))
            .Select(r => new { r.MatterId, r.PersonId, Name = db.Set<Person>().Where(p => p.Id == r.PersonId).Select(p => p.Name).FirstOrDefault() }).ToListAsync(cancellation)).ToLookup(r => r.MatterId);
        var units = (await db.Set<Assignment>().AsNoTracking().Where(a => ids.Contains(a.MatterId)).Select(a => new { a.MatterId, a.UnitId }).ToListAsync(cancellation)).ToLookup(a => a.MatterId, a => a.UnitId);
        foreach (var m in matters)
        {
            var text = new StringBuilder(m.Number).Append('\n').Append(m.Title);
            foreach (var reporter in reporters[m.Id]) text.Append('\n').Append(reporter.Name);
            var data = JsonNode.Parse(m.Body)?["data"];
            foreach (var field in modules.FirstOrDefault(x => x.Id == m.Scenario)?.SearchedData ?? []) text.Append('\n').Append(data?[field]);
            documents.Add((m.Serial, [.. SearchWords.Of(text.ToString()), .. settings.Provider == DatabaseProvider.Postgres ? (string[])[Window(m.Serial >> WindowBits)] : [], .. new[] { m.City, m.County, m.Town }.Where(c => c > 0).Distinct().Select(c => Place(c)!), .. reporters[m.Id].Select(r => Person(r.PersonId)!).Distinct(), .. units[m.Id].Distinct().Select(u => Unit(u)!)]));
        }
        return documents;
    }

    /// <summary>The word that stands for a division; null for one that is not kept in a column of its own.</summary>
    private static string? Place(long region) => Territory.Level(region) is >= 1 and <= 3 ? "r" + region : null;

    /// <summary>The word that stands for a window; none that a text can have.</summary>
    private static string Window(long window) => "w:" + window;

    private static string? Unit(Guid? unit) => unit is { } id ? "u" + id.ToString("N") : null;

    private static string? Person(Guid? person) => person is { } id ? "p" + id.ToString("N") : null;

    private static string Quoted(string word, bool sqlite) => sqlite ? $"\"{word}\"" : $"'{word}'";
}
