using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Platform.Indicators;

/// <summary>What an indicator is broken down by.</summary>
public enum IndicatorBy
{
    /// <summary>Nothing: one number.</summary>
    None,

    /// <summary>Day.</summary>
    Day,

    /// <summary>Month, told by its first day.</summary>
    Month,

    /// <summary>The divisions below the one that is asked for.</summary>
    Region,

    /// <summary>Category.</summary>
    Category,

    /// <summary>Unit.</summary>
    Unit,
}

/// <summary>What is asked of an indicator.</summary>
/// <param name="From">First day in China.</param>
/// <param name="To">Last day, included; the day of a stock.</param>
/// <param name="By">What it is broken down by.</param>
/// <param name="Region">A division and what is below it, or null for all one may see.</param>
/// <param name="Unit">One unit, or null.</param>
/// <param name="Category">One category, or null.</param>
/// <param name="AsOf">As it was known at the end of this day; null for now.</param>
public sealed record IndicatorQuestion(DateOnly From, DateOnly To, IndicatorBy By = IndicatorBy.None, long? Region = null, Guid? Unit = null, string? Category = null, DateOnly? AsOf = null);

/// <summary>One line of an answer.</summary>
/// <param name="Key">Day (yyyy-MM-dd), 12-digit division code, category id or unit id; empty for the whole.</param>
/// <param name="Value">The number, null where there is none to tell.</param>
/// <param name="Sums">The measures' sums it was reckoned from.</param>
public sealed record IndicatorLine(string Key, decimal? Value, IReadOnlyDictionary<string, long> Sums);

/// <summary>An answer.</summary>
/// <param name="Total">The whole.</param>
/// <param name="Lines">Broken down as asked.</param>
/// <param name="Until">Up to when (UTC) everything is counted; null for now.</param>
/// <param name="Corrected">The whole as it was known at the end of the last day, where that is another number than now.</param>
public sealed record IndicatorAnswer(IndicatorLine Total, IReadOnlyList<IndicatorLine> Lines, DateTime? Until, IndicatorLine? Corrected);

/// <summary>Something that counts in a number.</summary>
/// <param name="Fact">The line of the ledger.</param>
/// <param name="Number">Official number of the matter; empty for a record that is none.</param>
/// <param name="Title">Its title.</param>
/// <param name="State">Its state now; empty for a record.</param>
/// <param name="Address">Path of its page.</param>
public sealed record IndicatorRow(IndicatorFact Fact, string Number, string Title, string State, string Address);

/// <summary>Reckons indicators within what somebody may see, as of any day.</summary>
public sealed class IndicatorValues(IDbContextFactory<RendaDbContext> databases, IndicatorBook book, RegionDirectory regions, IMemoryCache cache, TimeProvider time)
{
    private readonly KeptSums _kept = new(cache);

    /// <summary>Who may ask for a measure, and which ledger has its lines.</summary>
    /// <param name="Permission">The permission.</param>
    /// <param name="Records">The book, for one that counts records.</param>
    private readonly record struct Right(string Permission, RecordBook? Records);

    private Right RightOf(string measure) => book.RecordsOf(measure) is { } records ? new(records.Permission, records) : new(Scenario(measure) + ".read", null);

    /// <summary>How far the ledger has come; who asks many questions hands it to each.</summary>
    public async Task<LedgerState> StateAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await LedgerState.ReadAsync(db, cancellation);
    }

    /// <summary>Answers a question within the actor's scope.</summary>
    public async Task<IndicatorAnswer> AskAsync(Indicator indicator, IndicatorQuestion question, Actor actor, CancellationToken cancellation, LedgerState? state = null)
    {
        var formula = book.Formula(indicator);
        var whole = question with { By = IndicatorBy.None };
        await using var db = databases.CreateDbContext();
        state ??= await LedgerState.ReadAsync(db, cancellation);
        var total = Told(indicator, formula, "", await SumsAsync(db, state, formula.Terms, whole, actor, cancellation));
        var lines = question.By == IndicatorBy.None ? [] : await LinesAsync(db, state, formula, indicator, question, actor, cancellation);
        // Nobody can know today what becomes known after today.
        var settled = question.To >= ChinaTime.Date(time.GetUtcNow().UtcDateTime) || question.AsOf <= question.To;
        var then = settled ? total : Told(indicator, formula, "", await SumsAsync(db, state, formula.Terms, whole with { AsOf = question.To }, actor, cancellation));
        return new(total, lines, state.Until(formula.Terms.Select(t => t.Measure)), then.Value == total.Value ? null : then);
    }

    /// <summary>The whole of many indicators at once, in their order: their modules are asked once each.</summary>
    public async Task<IReadOnlyList<IndicatorLine>> TotalsAsync(IReadOnlyList<Indicator> indicators, IndicatorQuestion question, Actor actor, CancellationToken cancellation, LedgerState? state = null)
    {
        var formulas = indicators.Select(book.Formula).ToList();
        await using var db = databases.CreateDbContext();
        var sums = await SumsAsync(db, state ?? await LedgerState.ReadAsync(db, cancellation), [.. formulas.SelectMany(f => f.Terms).Distinct()], question with { By = IndicatorBy.None }, actor, cancellation);
        return [.. indicators.Zip(formulas, (i, f) => Told(i, f, "", sums))];
    }

    private async Task<IReadOnlyList<IndicatorLine>> LinesAsync(RendaDbContext db, LedgerState state, Formula formula, Indicator indicator, IndicatorQuestion question, Actor actor, CancellationToken cancellation)
    {
        var sums = await SumsAsync(db, state, formula.Terms, question, actor, cancellation);
        var keys = Keys(question, actor, sums.Keys.Select(k => k.Key).ToHashSet());
        if (question.By is IndicatorBy.Day or IndicatorBy.Month) RunOn(formula, keys, sums);
        return [.. keys.Select(key => Told(indicator, formula, key, sums))];
    }

    private static IndicatorLine Told(Indicator indicator, Formula formula, string key, Dictionary<(string Key, string Measure, bool Stock), long> sums) =>
        new(key, Rounded(formula.Value((m, s) => sums.GetValueOrDefault((key, m, s))), indicator), formula.Terms.ToDictionary(t => (t.Stock ? "stock:" : "") + t.Measure, t => sums.GetValueOrDefault((key, t.Measure, t.Stock))));

    private static decimal? Rounded(decimal? value, Indicator indicator) => value is { } v ? Math.Round(v, indicator.Decimals, MidpointRounding.AwayFromZero) : null;

    // What there is on a day is what there was on the day before and what came since.
    private static void RunOn(Formula formula, IReadOnlyList<string> keys, Dictionary<(string Key, string Measure, bool Stock), long> sums)
    {
        foreach (var (measure, _) in formula.Terms.Where(t => t.Stock))
        {
            var running = sums.GetValueOrDefault(("", measure, true));
            foreach (var key in keys) sums[(key, measure, true)] = running += sums.GetValueOrDefault((key, measure, true));
        }
    }

    private IReadOnlyList<string> Keys(IndicatorQuestion q, Actor actor, HashSet<string> met)
    {
        switch (q.By)
        {
            case IndicatorBy.Day:
                return [.. Enumerable.Range(0, q.To.DayNumber - q.From.DayNumber + 1).Select(i => Key(q.From.AddDays(i)))];
            case IndicatorBy.Month:
                var months = new List<string>();
                for (var month = First(q.From); month <= q.To; month = month.AddMonths(1)) months.Add(Key(month));
                return months;
            case IndicatorBy.Region:
                // Those with nothing stand there with nothing: that is news too. Of what is not theirs to see nobody is told that there is nothing.
                return [.. (q.Region is { } r ? regions.Children(r).Where(c => actor.Grants.Any(g => g.Role.Scope == RoleScope.Territory && g.Region > 0 && (MatterScope.Contains(g.Region, c.Code) || MatterScope.Contains(c.Code, g.Region)))).Select(c => Code(c.Code)) : []).Union(met.Where(k => k.Length > 0)).Order(StringComparer.Ordinal)];
            default:
                return [.. met.Where(k => k.Length > 0).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>A cell or a fact, as far as it is added up.</summary>
    private sealed class Part
    {
        public string Measure { get; set; } = "";
        public DateOnly Day { get; set; }
        public long Division { get; set; }
        public Guid UnitId { get; set; }
        public string Category { get; set; } = "";
        public long Amount { get; set; }
    }

    private async Task<Dictionary<(string Key, string Measure, bool Stock), long>> SumsAsync(RendaDbContext db, LedgerState state, IReadOnlyList<(string Measure, bool Stock)> terms, IndicatorQuestion q, Actor actor, CancellationToken cancellation)
    {
        var sums = new Dictionary<(string, string, bool), long>();
        // What one may see is the same for all measures of a module.
        foreach (var group in terms.GroupBy(t => (Right: RightOf(t.Measure), t.Stock)))
        {
            string[] measures = [.. group.Select(t => t.Measure).Distinct().Order(StringComparer.Ordinal)];
            var stock = group.Key.Stock;
            IReadOnlyDictionary<(string Measure, string Key), long> told;
            if (Cut(group.Key.Right, q, actor) is { } cut)
            {
                var ranges = Ranges(group.Key.Right, q, actor);
                var asked = new KeptSums.Asked(string.Join(' ', measures), cut, stock, q, string.Join(' ', ranges.Order()));
                told = await _kept.ReadAsync(db, asked, measures, state.Position(measures), () => AddUpAsync(Cells(db, measures, cut, stock, q, ranges), stock, q, cancellation), c => Counts(c, measures, cut, stock, q, ranges), c => KeyOf(q, stock, c.Day, c.Division, c.Category, c.UnitId), cancellation);
            }
            else
            {
                told = await AddUpAsync(Lines(db, measures, stock, q, actor), stock, q, cancellation);
            }
            foreach (var ((measure, key), sum) in told.Where(t => t.Value != 0)) sums[(key, measure, stock)] = sum;
        }
        return sums;
    }

    private static async Task<Dictionary<(string Measure, string Key), long>> AddUpAsync(IQueryable<Part> parts, bool stock, IndicatorQuestion q, CancellationToken cancellation)
    {
        var rows = q.By switch
        {
            IndicatorBy.Day or IndicatorBy.Month => (await parts.GroupBy(p => new { p.Measure, p.Day }).Select(g => new { g.Key.Measure, g.Key.Day, Sum = g.Sum(p => p.Amount) }).ToListAsync(cancellation)).Select(g => (g.Measure, Key: KeyOf(q, stock, g.Day, 0, "", Guid.Empty), g.Sum)),
            IndicatorBy.Region => (await parts.GroupBy(p => new { p.Measure, p.Division }).Select(g => new { g.Key.Measure, g.Key.Division, Sum = g.Sum(p => p.Amount) }).ToListAsync(cancellation)).Select(g => (g.Measure, Key: KeyOf(q, stock, default, g.Division, "", Guid.Empty), g.Sum)),
            IndicatorBy.Category => (await parts.GroupBy(p => new { p.Measure, p.Category }).Select(g => new { g.Key.Measure, g.Key.Category, Sum = g.Sum(p => p.Amount) }).ToListAsync(cancellation)).Select(g => (g.Measure, Key: KeyOf(q, stock, default, 0, g.Category, Guid.Empty), g.Sum)),
            IndicatorBy.Unit => (await parts.GroupBy(p => new { p.Measure, p.UnitId }).Select(g => new { g.Key.Measure, g.Key.UnitId, Sum = g.Sum(p => p.Amount) }).ToListAsync(cancellation)).Select(g => (g.Measure, Key: KeyOf(q, stock, default, 0, "", g.UnitId), g.Sum)),
            _ => (await parts.GroupBy(p => p.Measure).Select(g => new { Measure = g.Key, Sum = g.Sum(p => p.Amount) }).ToListAsync(cancellation)).Select(g => (g.Measure, Key: "", g.Sum)),
        };
        var sums = new Dictionary<(string Measure, string Key), long>();
        foreach (var (measure, key, sum) in rows) sums[(measure, key)] = sums.GetValueOrDefault((measure, key)) + sum;
        return sums;
    }

    /// <summary>What a cell or a line is told by.</summary>
    private static string KeyOf(IndicatorQuestion q, bool stock, DateOnly day, long division, string category, Guid unit) => q.By switch
    {
        IndicatorBy.Day or IndicatorBy.Month => When(q, stock, day),
        IndicatorBy.Region => Code(Below(division, q.Region)),
        IndicatorBy.Category => category,
        IndicatorBy.Unit => unit == Guid.Empty ? "" : unit.ToString(),
        _ => "",
    };

    private IQueryable<Part> Lines(RendaDbContext db, string[] measures, bool stock, IndicatorQuestion q, Actor actor)
    {
        var (known, from) = (q.AsOf ?? DateOnly.MaxValue, stock ? DateOnly.MinValue : q.From);
        return Facts(db, measures, q, actor).Where(f => f.Day >= from && f.Day <= q.To && f.KnownOn <= known)
            .Select(f => new Part { Measure = f.Measure, Day = f.Day, Division = f.Division, UnitId = f.UnitId, Category = f.Category, Amount = f.Amount });
    }

    private static IQueryable<Part> Cells(RendaDbContext db, string[] measures, IndicatorCut cut, bool stock, IndicatorQuestion q, List<(long First, long Last)> ranges)
    {
        var (known, begin) = (q.AsOf ?? DateOnly.MaxValue, stock ? DateOnly.MinValue : q.From);
        var cells = db.Set<IndicatorCell>().AsNoTracking().Where(c => measures.Contains(c.Measure) && c.Cut == cut && c.Day >= begin && c.Day <= q.To && c.KnownOn <= known);
        Expression<Func<IndicatorCell, bool>>? within = null;
        foreach (var (first, last) in ranges) within = within.Or(c => c.Division >= first && c.Division <= last);
        cells = within is null ? cells.Where(c => false) : cells.Where(within);
        if (q.Unit is { } unit) cells = cells.Where(c => c.UnitId == unit);
        if (q.Category is { } category) cells = cells.Where(c => c.Category == category);
        return cells.Select(c => new Part { Measure = c.Measure, Day = c.Day, Division = c.Division, UnitId = c.UnitId, Category = c.Category, Amount = c.Amount });
    }

    /// <summary>Whether a cell is among <see cref="Cells"/>.</summary>
    private static bool Counts(IndicatorCell c, string[] measures, IndicatorCut cut, bool stock, IndicatorQuestion q, List<(long First, long Last)> ranges) =>
        c.Cut == cut && measures.Contains(c.Measure) && (stock || c.Day >= q.From) && c.Day <= q.To && c.KnownOn <= (q.AsOf ?? DateOnly.MaxValue)
        && ranges.Any(r => c.Division >= r.First && c.Division <= r.Last) && (q.Unit is not { } unit || c.UnitId == unit) && (q.Category is not { } category || c.Category == category);

    // What came before the first day is where a stock begins.
    private static string When(IndicatorQuestion q, bool stock, DateOnly day) => stock && day < q.From ? "" : Key(q.By == IndicatorBy.Day ? day : First(day));

    /// <summary>The cut whose cells answer this exactly; null where only the facts do.</summary>
    private static IndicatorCut? Cut(Right right, IndicatorQuestion q, Actor actor)
    {
        // Of records there are too few to keep sums of.
        if (right.Records is not null) return null;
        // The cells know territories; whoever sees by unit or by person has few facts.
        if (Grants(right, actor).Any(g => g.Role.Scope != RoleScope.Territory)) return null;
        var finest = Ranges(right, q, actor).Select(r => Territory.Level(r.First)).DefaultIfEmpty(4).Min();
        var (unit, category) = (q.Unit is not null || q.By == IndicatorBy.Unit, q.Category is not null || q.By == IndicatorBy.Category);
        if (unit && category) return null;
        if (unit || category) return q.By != IndicatorBy.Region && finest >= 2 ? unit ? IndicatorCut.Unit : IndicatorCut.Category : null;
        // Towns have cells, villages have not.
        return finest >= (q.By == IndicatorBy.Region ? 2 : 1) ? IndicatorCut.Place : null;
    }

    /// <summary>The disjoint ranges of division codes that are asked for and lie within the actor's territories.</summary>
    private static List<(long First, long Last)> Ranges(Right right, IndicatorQuestion q, Actor actor)
    {
        var ranges = new List<(long First, long Last)>();
        foreach (var region in Grants(right, actor).Where(g => g.Role.Scope == RoleScope.Territory).Select(g => g.Region).Distinct())
        {
            var range = (First: region, Last: Territory.Last(region));
            if (q.Region is { } asked)
            {
                var (first, last) = (asked, Territory.Last(asked));
                // Codes nest: either one holds the other, or they have nothing in common.
                if (first >= range.First && last <= range.Last) range = (first, last);
                else if (range.First < first || range.Last > last) continue;
            }
            ranges.Add(range);
        }
        return [.. ranges.Where(r => !ranges.Any(o => o != r && o.First <= r.First && o.Last >= r.Last)).Distinct()];
    }

    private static string Scenario(string measure) => measure[..measure.IndexOf('.', StringComparison.Ordinal)];

    // A record belongs to a place, to no unit and no person.
    private static IEnumerable<ActorGrant> Grants(Right right, Actor actor) => actor.Grants.Where(g => g.Permissions.Contains(right.Permission)
        && g.Role.Scope switch { RoleScope.Territory => g.Region > 0, RoleScope.Unit => right.Records is null && g.OrganisationId is not null, _ => right.Records is null && actor.PersonId is not null });

    private static IQueryable<IndicatorFact> Ledger(RendaDbContext db, Right right) => right.Records is null ? db.Set<IndicatorFact>().AsNoTracking()
        : db.Set<RecordFact>().AsNoTracking().Select(f => new IndicatorFact { Measure = f.Measure, Seq = f.Seq, Ordinal = f.Ordinal, Source = f.Source, Day = f.Day, KnownOn = f.KnownOn, Division = f.Division, UnitId = f.UnitId, Category = f.Category, Amount = f.Amount });

    /// <summary>The lines of a module's measures that somebody may see, narrowed as asked but for the days.</summary>
    private IQueryable<IndicatorFact> Facts(RendaDbContext db, string[] measures, IndicatorQuestion q, Actor actor)
    {
        var right = RightOf(measures[0]);
        Expression<Func<IndicatorFact, bool>>? any = null;
        foreach (var (first, last) in Ranges(right, q, actor)) any = any.Or(f => f.Division >= first && f.Division <= last);
        foreach (var unit in Grants(right, actor).Where(g => g.Role.Scope == RoleScope.Unit).Select(g => g.OrganisationId!.Value).Distinct()) any = any.Or(f => f.UnitId == unit);
        if (actor.PersonId is { } person && Grants(right, actor).Any(g => g.Role.Scope == RoleScope.Personal))
        {
            var reporters = db.Set<MatterReporter>();
            // What one raised oneself: who joined by a merge did so later, and what was told before must stay.
            any = any.Or(f => reporters.Any(r => r.MatterId == f.Source && r.ViaMatterId == f.Source && r.PersonId == person));
        }
        var facts = Ledger(db, right).Where(f => measures.Contains(f.Measure));
        facts = any is null ? facts.Where(f => false) : facts.Where(any);
        if (q.Region is { } region)
        {
            var last = Territory.Last(region);
            facts = facts.Where(f => f.Division >= region && f.Division <= last);
        }
        if (q.Unit is { } of) facts = facts.Where(f => f.UnitId == of);
        if (q.Category is { } category) facts = facts.Where(f => f.Category == category);
        return facts;
    }

    /// <summary>The things a measure counts within a question, newest first: what was taken back is not among them.</summary>
    /// <param name="measure">Id of the measure.</param>
    /// <param name="question">The question; what it is broken down by does not matter.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="stock">Whether everything from the beginning is meant.</param>
    /// <param name="without">Measures whose things are left out, see <see cref="Formula.Things"/>.</param>
    /// <param name="after">Key of the last row of the page before, or null.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(IReadOnlyList<IndicatorRow> Rows, string? Next)> RowsAsync(string measure, IndicatorQuestion question, Actor actor, bool stock, IReadOnlyList<string> without, string? after, int limit, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var known = question.AsOf ?? DateOnly.MaxValue;
        var from = stock ? DateOnly.MinValue : question.From;
        var facts = Facts(db, [measure], question, actor).Where(f => f.Day >= from && f.Day <= question.To && f.KnownOn <= known);
        var right = RightOf(measure);
        var lines = Ledger(db, right);
        // A line that a later one takes back as it was does not count any more.
        facts = facts.Where(f => f.Amount > 0 && !lines.Any(b => b.Source == f.Source && b.Measure == f.Measure && b.Day == f.Day && b.Division == f.Division && b.UnitId == f.UnitId && b.Category == f.Category && b.Amount == -f.Amount && b.Seq > f.Seq && b.KnownOn <= known));
        foreach (var other in without)
            facts = facts.Where(f => lines.Where(o => o.Source == f.Source && o.Measure == other && o.Day >= from && o.Day <= question.To && o.KnownOn <= known).Sum(o => o.Amount) == 0);
        if (after?.Split('_') is [var d, var s, var o] && DateOnly.TryParseExact(d, "yyyy-MM-dd", out var day) && long.TryParse(s, out var seq) && int.TryParse(o, out var ordinal))
            facts = facts.Where(f => f.Day < day || (f.Day == day && (f.Seq < seq || (f.Seq == seq && f.Ordinal < ordinal))));
        facts = facts.OrderByDescending(f => f.Day).ThenByDescending(f => f.Seq).ThenByDescending(f => f.Ordinal);
        var page = right.Records is { } records
            ? await OfRecordsAsync(db, records, await facts.Take(limit + 1).ToListAsync(cancellation), cancellation)
            : [.. (await (from f in facts
                          join m in db.Set<Matter>() on f.Source equals m.Id
                          orderby f.Day descending, f.Seq descending, f.Ordinal descending
                          select new { f, m.Number, m.Title, m.State }).Take(limit + 1).ToListAsync(cancellation)).Select(r => new IndicatorRow(r.f, r.Number, r.Title, r.State, $"/matters/{r.f.Source}"))];
        var rows = page.Take(limit).ToList();
        return (rows, page.Count > limit && rows.Count > 0 ? $"{Key(rows[^1].Fact.Day)}_{rows[^1].Fact.Seq}_{rows[^1].Fact.Ordinal}" : null);
    }

    private static async Task<List<IndicatorRow>> OfRecordsAsync(RendaDbContext db, RecordBook records, List<IndicatorFact> facts, CancellationToken cancellation)
    {
        var names = await records.NamesAsync(db, [.. facts.Select(f => f.Source).Distinct()], cancellation);
        return [.. facts.Select(f => names.TryGetValue(f.Source, out var name) ? new IndicatorRow(f, "", name.Title, "", name.Address) : new(f, "", "—", "", ""))];
    }

    /// <summary>How many lines of the ledger, and of how many matters, an indicator is reckoned from that became known after a day though they are about days until the last of the question.</summary>
    /// <param name="indicator">The definition.</param>
    /// <param name="question">The question; its own as-of and what it is broken down by do not matter.</param>
    /// <param name="after">The day.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(int Facts, int Matters)> CorrectedAsync(Indicator indicator, IndicatorQuestion question, DateOnly after, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (count, matters) = (0, 0);
        foreach (var group in book.Formula(indicator).Terms.GroupBy(t => (Right: RightOf(t.Measure), t.Stock)))
        {
            var from = group.Key.Stock ? DateOnly.MinValue : question.From;
            var facts = Facts(db, [.. group.Select(t => t.Measure)], question, actor).Where(f => f.Day >= from && f.Day <= question.To && f.KnownOn > after);
            count += await facts.CountAsync(cancellation);
            matters += await facts.Select(f => f.Source).Distinct().CountAsync(cancellation);
        }
        return (count, matters);
    }

    private static string Key(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string Code(long division) => division.ToString("D12", System.Globalization.CultureInfo.InvariantCulture);

    private static DateOnly First(DateOnly day) => new(day.Year, day.Month, 1);

    /// <summary>The division one level below the one asked for in which a place lies; the place itself where it is no finer.</summary>
    private static long Below(long division, long? asked)
    {
        if (asked is not { } region) return RegionCode.County(division);
        return Territory.Level(region) switch { 4 => RegionCode.City(division), 3 => RegionCode.County(division), 2 => RegionCode.Town(division), _ => division };
    }
}
