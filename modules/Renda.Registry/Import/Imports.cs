using System.Text.Json;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Registry;

namespace Renda.Registry.Import;

/// <summary>
/// Takes rosters in: read at once, compared and written in the background, one after another. What a stop interrupted is
/// taken up at the next start: comparing changes nothing, and writing is one transaction with its own state.
/// </summary>
public sealed class Imports(
    IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, RegistryDesk desk, Actors actors, PersonalData personal, RegionDirectory regions, TimeProvider time, ILogger<Imports> log) : BackgroundService
{
    private const string CellsColumn = "roster-cells";
    private readonly Channel<Guid> _work = Channel.CreateUnbounded<Guid>(new() { SingleReader = true });

    /// <summary>Reads a file; its columns then wait to be confirmed.</summary>
    public async Task<(Guid Id, Refusal? Refusal)> ReadAsync(Stream file, string name, Actor actor, CancellationToken cancellation)
    {
        var import = new RosterImport { Id = Guid.CreateVersion7(), Name = Path.GetFileName(name) is { Length: > 0 } given ? given[..Math.Min(100, given.Length)] : "roster", AccountId = actor.AccountId, ActorName = actor.Name, At = Now(), From = ChinaTime.Date(Now()) };
        try
        {
            await using var db = databases.CreateDbContext();
            var (headers, rows) = RosterSheet.Read(file, name);
            var keys = headers.Select(RosterFields.Key).ToList();
            var memory = await db.Set<ColumnMemory>().AsNoTracking().Where(c => keys.Contains(c.Header)).ToDictionaryAsync(c => c.Header, c => c.Field, cancellation);
            // One column a field: the first that was it last time, else the first that looks like it.
            var fields = new List<string>();
            foreach (var (header, key) in headers.Zip(keys))
            {
                var field = memory.TryGetValue(key, out var last) ? last : RosterFields.Guess(header) ?? "";
                fields.Add(fields.Contains(field) ? "" : field);
            }
            (import.Headers, import.Fields) = (JsonSerializer.Serialize(headers), JsonSerializer.Serialize(fields));
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            db.Add(import);
            await db.SaveChangesAsync(cancellation);
            var statements = db.Statements();
            foreach (var (row, cells) in rows)
            {
                await statements.InsertAsync(new RosterImportRow { ImportId = import.Id, Row = row, Cells = personal.Seal(JsonSerializer.Serialize(cells), CellsColumn)!, Outcome = RowOutcome.Waiting });
                import.Rows++;
            }
            await statements.FlushAsync();
            if (import.Rows == 0) return (default, new Refusal("registry.empty-roster", new("表头下面没有数据。", "There is nothing below the headers."), Field: "file"));
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return (import.Id, null);
        }
        catch (RefusedFileException refused)
        {
            return (default, new Refusal("registry.bad-file", refused.Words, Field: "file"));
        }
    }

    /// <summary>Says which column is what, and compares in the background. May be said again until it is applied.</summary>
    /// <param name="id">The import.</param>
    /// <param name="fields">Field of each column; empty to leave it out.</param>
    /// <param name="congress">The congress whose roster it is, or null.</param>
    /// <param name="from">From which day on it is so.</param>
    /// <param name="endsOthers">Whether the congress's deputies who are not in it have ended their term.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> CompareAsync(Guid id, IReadOnlyList<string> fields, Guid? congress, DateOnly from, bool endsOthers, Actor actor, CancellationToken cancellation)
    {
        if (!fields.Contains("name")) return Refusal.Form([new("registry.no-name-column", new("请指明哪一列是姓名。", "Say which column is the name."), Field: "fields")]);
        if (fields.Where(f => f.Length > 0).GroupBy(f => f).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return Refusal.Form([new("registry.column-twice", new($"“{RosterFields.All.First(f => f.Id == twice.Key).Name.Zh}”选了两列。", "A field has two columns."), Field: "fields")]);
        if (fields.Any(f => f.Length > 0 && RosterFields.All.All(x => x.Id != f))) return Refusal.Form([new("form.unknown-choice", new("请从列出的选项中选择。", "Choose one of those listed."), Field: "fields")]);
        if (from > ChinaTime.Date(Now()) || from.Year < 1949) return Refusal.Form([new("registry.bad-day", new("日期不能晚于今天。", "The day cannot be later than today."), Field: "from")]);
        await using var db = databases.CreateDbContext();
        var import = await db.Set<RosterImport>().FirstOrDefaultAsync(i => i.Id == id && i.AccountId == actor.AccountId, cancellation);
        if (import is null) return Refusal.NotFound;
        if (import.State is not (ImportState.Uploaded or ImportState.Compared or ImportState.Failed)) return Busy;
        if (congress is { } body && !(await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == body && o.Kind == OrganisationKind.Congress && o.ValidTo == null, cancellation) is { } known && RegistryScope.Reaches(actor, RegistryScope.Edit, known.Region)))
            return Refusal.Form([new("registry.not-your-congress", new("您不能为这个代表大会登记代表。", "You cannot record deputies of this congress."), Field: "congress")]);
        var headers = JsonSerializer.Deserialize<List<string>>(import.Headers)!;
        if (fields.Count != headers.Count) return Refusal.Form([new("form.unknown-choice", new("请为每一列选择。", "Choose for each column."), Field: "fields")]);
        (import.Fields, import.CongressId, import.From, import.EndsOthers, import.State, import.Done, import.Fault) = (JsonSerializer.Serialize(fields), congress, from, endsOthers && congress is not null, ImportState.Comparing, 0, "");
        foreach (var (header, field) in headers.Select(RosterFields.Key).Zip(fields).Where(p => p.First.Length is > 0 and <= 100).DistinctBy(p => p.First))
        {
            if (await db.Set<ColumnMemory>().FirstOrDefaultAsync(c => c.Header == header, cancellation) is { } memory) memory.Field = field;
            else db.Add(new ColumnMemory { Header = header, Field = field });
        }
        await db.SaveChangesAsync(cancellation);
        _work.Writer.TryWrite(id);
        return null;
    }

    /// <summary>Applies what was compared, in the background, as one change set.</summary>
    public async Task<Refusal?> ApplyAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        // Of two presses one begins.
        var begun = await db.Set<RosterImport>().Where(i => i.Id == id && i.AccountId == actor.AccountId && i.State == ImportState.Compared)
            .ExecuteUpdateAsync(s => s.SetProperty(i => i.State, ImportState.Applying).SetProperty(i => i.Done, 0), cancellation);
        if (begun == 0) return await db.Set<RosterImport>().AnyAsync(i => i.Id == id && i.AccountId == actor.AccountId, cancellation) ? Busy : Refusal.NotFound;
        _work.Writer.TryWrite(id);
        return null;
    }

    /// <summary>The cells of rows, opened.</summary>
    public IReadOnlyList<string> Cells(RosterImportRow row) => row.Cells.Length == 0 ? [] : JsonSerializer.Deserialize<List<string>>(personal.Open(row.Cells, CellsColumn)!)!;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using (var db = databases.CreateDbContext())
                foreach (var id in await db.Set<RosterImport>().Where(i => i.State == ImportState.Comparing || i.State == ImportState.Applying).OrderBy(i => i.At).Select(i => i.Id).ToListAsync(stoppingToken)) _work.Writer.TryWrite(id);
            await foreach (var id in _work.Reader.ReadAllAsync(stoppingToken)) await RunAsync(id, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Taken up at the next start.
        }
    }

    private async Task RunAsync(Guid id, CancellationToken stopping)
    {
        try
        {
            await using var db = databases.CreateDbContext();
            var import = await db.Set<RosterImport>().AsNoTracking().FirstAsync(i => i.Id == id, stopping);
            if (import.State == ImportState.Comparing) await CompareAsync(import, stopping);
            else if (import.State == ImportState.Applying) await ApplyAsync(import, stopping);
        }
#pragma warning disable CA1031 // One bad roster must not end the reading of all later ones.
        catch (Exception e) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(e, "Import {Id} failed", id);
            await using var db = databases.CreateDbContext();
            await db.Set<RosterImport>().Where(i => i.Id == id).ExecuteUpdateAsync(s => s.SetProperty(i => i.State, ImportState.Failed).SetProperty(i => i.Fault, "系统出错了，什么都没有写入。请重试。"), CancellationToken.None);
        }
    }

    private async Task CompareAsync(RosterImport import, CancellationToken stopping)
    {
        await using var db = databases.CreateDbContext();
        var compared = await CompareRowsAsync(db, import, stopping);
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        await db.Set<RosterImportRow>().Where(r => r.ImportId == import.Id && r.Cells == "").ExecuteDeleteAsync(stopping);
        var statements = db.Statements();
        foreach (var some in compared.Chunk(1000))
        {
            var (first, last) = (some[0].Row, some[^1].Row);
            var cells = await db.Set<RosterImportRow>().AsNoTracking().Where(r => r.ImportId == import.Id && r.Row >= first && r.Row <= last).ToDictionaryAsync(r => r.Row, r => r.Cells, stopping);
            foreach (var row in some)
            {
                var record = new RosterImportRow { ImportId = import.Id, Row = row.Row, Cells = cells.GetValueOrDefault(row.Row, ""), Outcome = row.Outcome, Name = row.Name, Text = row.Text.Length > 1000 ? row.Text[..1000] : row.Text, PersonId = row.Person?.Id };
                if (record.Cells.Length == 0) await statements.InsertAsync(record);
                else await statements.UpdateAsync(record);
            }
            await statements.FlushAsync();
        }
        var counts = JsonSerializer.Serialize(compared.CountBy(c => c.Outcome).ToDictionary(c => c.Key.ToString(), c => c.Value));
        await db.Set<RosterImport>().Where(i => i.Id == import.Id).ExecuteUpdateAsync(s => s.SetProperty(i => i.State, ImportState.Compared).SetProperty(i => i.Counts, counts).SetProperty(i => i.Done, import.Rows), stopping);
        await transaction.CommitAsync(stopping);
    }

    private async Task ApplyAsync(RosterImport import, CancellationToken stopping)
    {
        var actor = await actors.FindAsync(import.AccountId, stopping);
        await using var db = databases.CreateDbContext();
        var compared = await CompareRowsAsync(db, import, stopping);
        var shown = await db.Set<RosterImportRow>().AsNoTracking().Where(r => r.ImportId == import.Id).Select(r => new { r.Row, r.Outcome, r.Text }).ToDictionaryAsync(r => r.Row, stopping);
        var congress = import.CongressId is { } body ? await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == body, stopping) : null;
        string? fault = null;
        if (actor is null || (congress is null ? RegistryScope.Territories(actor, RegistryScope.Edit).Count == 0 : !RegistryScope.Reaches(actor, RegistryScope.Edit, congress.Region))) fault = "您已没有维护这部分数据的权限。";
        // What somebody confirmed is what is written, or nothing.
        else if (compared.Any(c => !shown.TryGetValue(c.Row, out var s) || s.Outcome != c.Outcome || s.Text != c.Text[..Math.Min(1000, c.Text.Length)])) fault = "预览之后数据又有变化，请重新比对。";
        if (fault is not null)
        {
            await db.Set<RosterImport>().Where(i => i.Id == import.Id).ExecuteUpdateAsync(s => s.SetProperty(i => i.State, ImportState.Failed).SetProperty(i => i.Fault, fault), stopping);
            return;
        }
        var from = import.From == ChinaTime.Date(Now()) ? Now() : ChinaTime.StartOf(import.From);
        var term = congress is null ? null : await db.Set<Term>().AsNoTracking().FirstOrDefaultAsync(t => t.CongressId == congress.Id && t.ValidFrom <= from && (t.ValidTo == null || t.ValidTo > from), stopping);
        var mandates = congress is null ? [] : await MandatesAsync(db, congress.Id, stopping);
        var (set, refusal) = await desk.ChangeAsync(actor!, "import", $"导入 {import.Name}", congress?.Name ?? "", async (write, edit) =>
        {
            foreach (var row in compared)
            {
                var person = row.Person;
                switch (row.Outcome)
                {
                    case RowOutcome.New or RowOutcome.Changed:
                        var id = person?.Id ?? Guid.CreateVersion7();
                        if (person is null)
                        {
                            var added = new Person { Id = id, ValidFrom = from };
                            row.Fill!(added);
                            edit.Add(added);
                        }
                        // A record that began later than the roster's day is corrected from its begin.
                        else if (row.PersonChanges) edit.Revise(person, from < person.ValidFrom ? person.ValidFrom : from, row.Fill!);
                        if (row is not { Seat: { } seat, SeatChanges: true }) break;
                        if (mandates.TryGetValue(id, out var held)) edit.Revise(held, from < held.ValidFrom ? held.ValidFrom : from, seat);
                        else
                        {
                            var mandate = new Mandate { Id = Guid.CreateVersion7(), PersonId = id, CongressId = congress!.Id, TermId = term?.Id, Status = MandateStatus.Active, ValidFrom = from, Document = import.Name };
                            seat(mandate);
                            edit.Add(mandate);
                        }
                        break;
                    case RowOutcome.Ended when import.EndsOthers && mandates.TryGetValue(person!.Id, out var ended):
                        edit.End(ended, from < ended.ValidFrom ? ended.ValidFrom : from, m => (m.Cause, m.Document) = ("term", import.Name));
                        break;
                    default:
                        break;
                }
            }
            // In the same transaction: killed before the commit it is applied at the next start, after it never again.
            await write.Set<RosterImport>().Where(i => i.Id == import.Id).ExecuteUpdateAsync(s => s.SetProperty(i => i.State, ImportState.Applied).SetProperty(i => i.Done, import.Rows), stopping);
            return null;
        }, stopping);
        if (refusal is null) await db.Set<RosterImport>().Where(i => i.Id == import.Id).ExecuteUpdateAsync(s => s.SetProperty(i => i.ChangeSetId, set!.Id), stopping);
    }

    private async Task<List<Compared>> CompareRowsAsync(RendaDbContext db, RosterImport import, CancellationToken stopping)
    {
        var congress = import.CongressId is { } body ? await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == body, stopping) : null;
        var mandates = congress is null ? [] : await MandatesAsync(db, congress.Id, stopping);
        var known = new Known(
            await db.Set<Person>().AsNoTracking().Where(p => p.MergedIntoId == null).ToListAsync(stopping), mandates, congress,
            congress is null ? [] : await db.Set<Constituency>().AsNoTracking().Where(c => c.CongressId == congress.Id && c.ValidTo == null).ToListAsync(stopping),
            congress is null ? [] : await db.Set<Organisation>().AsNoTracking().Where(o => o.ParentId == congress.Id && o.Kind == OrganisationKind.Delegation && o.ValidTo == null).ToListAsync(stopping));
        var comparison = new RosterComparison(known, JsonSerializer.Deserialize<List<string>>(import.Fields)!, personal, regions);
        var compared = new List<Compared>(import.Rows);
        await foreach (var row in db.Set<RosterImportRow>().AsNoTracking().Where(r => r.ImportId == import.Id && r.Cells != "").OrderBy(r => r.Row).AsAsyncEnumerable().WithCancellation(stopping))
        {
            compared.Add(comparison.Compare(row.Row, Cells(row)));
            if (compared.Count % 5000 == 0) await ProgressAsync(import.Id, compared.Count, stopping);
        }
        var met = comparison.Met.ToHashSet();
        var next = compared.Count == 0 ? 1 : compared[^1].Row + 1;
        foreach (var person in known.People.Where(p => mandates.ContainsKey(p.Id) && !met.Contains(p.Id)).OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Id))
            compared.Add(new(next++, RowOutcome.Ended, person.Name, import.EndsOthers ? "名册里没有，代表资格任期届满" : "名册里没有，不作改动", person, null, null, false, false));
        return compared;
    }

    private static async Task<Dictionary<Guid, Mandate>> MandatesAsync(RendaDbContext db, Guid congress, CancellationToken stopping) =>
        (await db.Set<Mandate>().AsNoTracking().Where(m => m.CongressId == congress && m.ValidTo == null).ToListAsync(stopping)).DistinctBy(m => m.PersonId).ToDictionary(m => m.PersonId);

    /// <summary>On PostgreSQL only: SQLite has one writer, and while an import is being written that is the import.</summary>
    private async Task ProgressAsync(Guid id, int done, CancellationToken stopping)
    {
        if (settings.Provider == DatabaseProvider.Sqlite && done % 20_000 != 0) return;
        await using var db = databases.CreateDbContext();
        await db.Set<RosterImport>().Where(i => i.Id == id).ExecuteUpdateAsync(s => s.SetProperty(i => i.Done, done), stopping);
    }

    private static Refusal Busy { get; } = new("registry.import-busy", new("这份名册正在处理或已经导入，请刷新看最新情况。", "The roster is being worked on or was applied; reload to see."), 409);

    private DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc);
    }
}
