using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
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
/// <param name="Number">Official number of the matter.</param>
/// <param name="Title">Its title.</param>
/// <param name="State">Its state now.</param>
public sealed record IndicatorRow(IndicatorFact Fact, string Number, string Title, string State);

/// <summary>Reckons indicators within what somebody may see, as of any day.</summary>
public sealed class IndicatorValues(IDbContextFactory<RendaDbContext> databases, IndicatorBook book, RegionDirectory regions)
{
    /// <summary>Answers a question within the actor's scope.</summary>
    public async Task<IndicatorAnswer> AskAsync(Indicator indicator, IndicatorQuestion question, Actor actor, CancellationToken cancellation)
    {
        var formula = book.Formula(indicator);
        await using var db = databases.CreateDbContext();
        var lines = await LinesAsync(db, formula, indicator, question, actor, cancellation);
        var total = question.By == IndicatorBy.None ? lines[0] : (await LinesAsync(db, formula, indicator, question with { By = IndicatorBy.None }, actor, cancellation))[0];
        var then = question with { By = IndicatorBy.None, AsOf = question.To };
        var corrected = question.AsOf is { } day && day <= question.To ? total : (await LinesAsync(db, formula, indicator, then, actor, cancellation))[0];
        var (until, _) = await IndicatorLedger.FreshnessAsync(db, [.. formula.Terms.Select(t => t.Measure)], cancellation);
        return new(total, question.By == IndicatorBy.None ? [] : lines, until, corrected.Value == total.Value ? null : corrected);
    }

    private async Task<IReadOnlyList<IndicatorLine>> LinesAsync(RendaDbContext db, Formula formula, Indicator indicator, IndicatorQuestion question, Actor actor, CancellationToken cancellation)
    {
        var sums = new Dictionary<(string Key, string Measure, bool Stock), long>();
        foreach (var stock in formula.Terms.Select(t => t.Stock).Distinct())
            foreach (var one in formula.Terms.Where(t => t.Stock == stock).Select(t => t.Measure))
                foreach (var (key, amount) in await SumsAsync(db, one, stock, question, actor, cancellation))
                    sums[(key, one, stock)] = sums.GetValueOrDefault((key, one, stock)) + amount;
        var keys = question.By == IndicatorBy.None ? [""] : Keys(question, sums.Keys.Select(k => k.Key).ToHashSet());
        if (question.By is IndicatorBy.Day or IndicatorBy.Month) RunOn(formula, keys, sums);
        return [.. keys.Select(key => new IndicatorLine(key, Rounded(formula.Value((m, s) => sums.GetValueOrDefault((key, m, s))), indicator), formula.Terms.ToDictionary(t => (t.Stock ? "stock:" : "") + t.Measure, t => sums.GetValueOrDefault((key, t.Measure, t.Stock)))))];
    }

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

    private IReadOnlyList<string> Keys(IndicatorQuestion q, HashSet<string> met)
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
                // Those with nothing stand there with nothing: that is news too.
                return [.. (q.Region is { } r ? regions.Children(r).Select(c => Code(c.Code)) : []).Union(met.Where(k => k.Length > 0)).Order(StringComparer.Ordinal)];
            default:
                return [.. met.Where(k => k.Length > 0).Order(StringComparer.Ordinal)];
        }
    }

    private static async Task<IEnumerable<(string Key, long Amount)>> SumsAsync(RendaDbContext db, string measure, bool stock, IndicatorQuestion q, Actor actor, CancellationToken cancellation)
    {
        var known = q.AsOf ?? DateOnly.MaxValue;
        var from = stock ? DateOnly.MinValue : q.From;
        var byTime = q.By is IndicatorBy.Day or IndicatorBy.Month;
        if (Cut(measure, q, actor) is { } cut)
        {
            var cells = db.Set<IndicatorCell>().AsNoTracking().Where(c => c.Measure == measure && c.Cut == cut && c.Day >= from && c.Day <= q.To && c.KnownOn <= known);
            Expression<Func<IndicatorCell, bool>>? within = null;
            foreach (var (first, last) in Ranges(measure, q, actor)) within = within.Or(c => c.Division >= first && c.Division <= last);
            cells = within is null ? cells.Where(c => false) : cells.Where(within);
            if (q.Unit is { } unit) cells = cells.Where(c => c.UnitId == unit);
            if (q.Category is { } category) cells = cells.Where(c => c.Category == category);
            return Named(q, stock, byTime ? [.. (await cells.GroupBy(c => c.Day).Select(g => new { g.Key, Sum = g.Sum(c => c.Amount) }).ToListAsync(cancellation)).Select(g => new Sum(g.Key, 0, Guid.Empty, "", g.Sum))]
                : q.By switch
                {
                    IndicatorBy.Region => [.. (await cells.GroupBy(c => c.Division).Select(g => new { g.Key, Sum = g.Sum(c => c.Amount) }).ToListAsync(cancellation)).Select(g => new Sum(default, g.Key, Guid.Empty, "", g.Sum))],
                    IndicatorBy.Category => [.. (await cells.GroupBy(c => c.Category).Select(g => new { g.Key, Sum = g.Sum(c => c.Amount) }).ToListAsync(cancellation)).Select(g => new Sum(default, 0, Guid.Empty, g.Key, g.Sum))],
                    IndicatorBy.Unit => [.. (await cells.GroupBy(c => c.UnitId).Select(g => new { g.Key, Sum = g.Sum(c => c.Amount) }).ToListAsync(cancellation)).Select(g => new Sum(default, 0, g.Key, "", g.Sum))],
                    _ => [new Sum(default, 0, Guid.Empty, "", await cells.SumAsync(c => c.Amount, cancellation))],
                });
        }
        var facts = Facts(db, measure, q, actor).Where(f => f.Day >= from && f.Day <= q.To && f.KnownOn <= known);
        return Named(q, stock, byTime ? [.. (await facts.GroupBy(c => c.Day).Select(g => new { g.Key, Sum = g.Sum(c => c.Amount) }).ToListAsync(cancellation)).Select(g => new Sum(g.Key, 0, Guid.Empty, "", g.Sum))]
            : q.By switch
            {
                IndicatorBy.Region => [.. (await facts.GroupBy(c => c.Division).Select(g => new { g.Key, Sum = g.Sum(c => c.Amount) }).ToListAsync(cancellation)).Select(g => new Sum(default, g.Key, Guid.Empty, "", g.Sum))],
                IndicatorBy.Category => [.. (await facts.GroupBy(c => c.Category).Select(g => new { g.Key, Sum = g.Sum(c => c.Amount) }).ToListAsync(cancellation)).Select(g => new Sum(default, 0, Guid.Empty, g.Key, g.Sum))],
                IndicatorBy.Unit => [.. (await facts.GroupBy(c => c.UnitId).Select(g => new { g.Key, Sum = g.Sum(c => c.Amount) }).ToListAsync(cancellation)).Select(g => new Sum(default, 0, g.Key, "", g.Sum))],
                _ => [new Sum(default, 0, Guid.Empty, "", await facts.SumAsync(c => c.Amount, cancellation))],
            });
    }

    private readonly record struct Sum(DateOnly Day, long Division, Guid Unit, string Category, long Amount);

    private static IEnumerable<(string, long)> Named(IndicatorQuestion q, bool stock, IReadOnlyList<Sum> sums) => sums.Where(s => s.Amount != 0).Select(s => (q.By switch
    {
        // What came before the first day is where the stock begins.
        IndicatorBy.Day or IndicatorBy.Month when stock && s.Day < q.From => "",
        IndicatorBy.Day => Key(s.Day),
        IndicatorBy.Month => Key(First(s.Day)),
        IndicatorBy.Region => Code(Below(s.Division, q.Region)),
        IndicatorBy.Category => s.Category,
        IndicatorBy.Unit => s.Unit == Guid.Empty ? "" : s.Unit.ToString(),
        _ => "",
    }, s.Amount));

    /// <summary>The cut whose cells answer this exactly; null where only the facts do.</summary>
    private static IndicatorCut? Cut(string measure, IndicatorQuestion q, Actor actor)
    {
        // The cells know territories; whoever sees by unit or by person has few facts.
        if (Grants(measure, actor).Any(g => g.Role.Scope != RoleScope.Territory)) return null;
        var finest = Ranges(measure, q, actor).Select(r => Territory.Level(r.First)).DefaultIfEmpty(4).Min();
        var (unit, category) = (q.Unit is not null || q.By == IndicatorBy.Unit, q.Category is not null || q.By == IndicatorBy.Category);
        if (unit && category) return null;
        if (unit || category) return q.By != IndicatorBy.Region && finest >= 2 ? unit ? IndicatorCut.Unit : IndicatorCut.Category : null;
        // Towns have cells, villages have not.
        return finest >= (q.By == IndicatorBy.Region ? 2 : 1) ? IndicatorCut.Place : null;
    }

    /// <summary>The disjoint ranges of division codes that are asked for and lie within the actor's territories.</summary>
    private static List<(long First, long Last)> Ranges(string measure, IndicatorQuestion q, Actor actor)
    {
        var ranges = new List<(long First, long Last)>();
        foreach (var region in Grants(measure, actor).Where(g => g.Role.Scope == RoleScope.Territory).Select(g => g.Region).Distinct())
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

    private static IEnumerable<ActorGrant> Grants(string measure, Actor actor)
    {
        var read = measure[..measure.IndexOf('.', StringComparison.Ordinal)] + ".read";
        return actor.Grants.Where(g => g.Permissions.Contains(read) && g.Role.Scope switch { RoleScope.Territory => g.Region > 0, RoleScope.Unit => g.OrganisationId is not null, _ => actor.PersonId is not null });
    }

    /// <summary>The lines of a measure that somebody may see, narrowed as asked but for the days.</summary>
    private static IQueryable<IndicatorFact> Facts(RendaDbContext db, string measure, IndicatorQuestion q, Actor actor)
    {
        Expression<Func<IndicatorFact, bool>>? any = null;
        foreach (var (first, last) in Ranges(measure, q, actor)) any = any.Or(f => f.Division >= first && f.Division <= last);
        foreach (var unit in Grants(measure, actor).Where(g => g.Role.Scope == RoleScope.Unit).Select(g => g.OrganisationId!.Value).Distinct()) any = any.Or(f => f.UnitId == unit);
        if (actor.PersonId is { } person && Grants(measure, actor).Any(g => g.Role.Scope == RoleScope.Personal))
        {
            var reporters = db.Set<MatterReporter>();
            // What one raised oneself: who joined by a merge did so later, and what was told before must stay.
            any = any.Or(f => reporters.Any(r => r.MatterId == f.Source && r.ViaMatterId == f.Source && r.PersonId == person));
        }
        var facts = db.Set<IndicatorFact>().AsNoTracking().Where(f => f.Measure == measure);
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
        var facts = Facts(db, measure, question, actor).Where(f => f.Day >= from && f.Day <= question.To && f.KnownOn <= known);
        var lines = db.Set<IndicatorFact>();
        // A line that a later one takes back as it was does not count any more.
        facts = facts.Where(f => f.Amount > 0 && !lines.Any(b => b.Source == f.Source && b.Measure == f.Measure && b.Day == f.Day && b.Division == f.Division && b.UnitId == f.UnitId && b.Category == f.Category && b.Amount == -f.Amount && b.Seq > f.Seq && b.KnownOn <= known));
        foreach (var other in without)
            facts = facts.Where(f => lines.Where(o => o.Source == f.Source && o.Measure == other && o.Day >= from && o.Day <= question.To && o.KnownOn <= known).Sum(o => o.Amount) == 0);
        if (after?.Split('_') is [var d, var s, var o] && DateOnly.TryParseExact(d, "yyyy-MM-dd", out var day) && long.TryParse(s, out var seq) && int.TryParse(o, out var ordinal))
            facts = facts.Where(f => f.Day < day || (f.Day == day && (f.Seq < seq || (f.Seq == seq && f.Ordinal < ordinal))));
        var page = await (from f in facts
                          join m in db.Set<Matter>() on f.Source equals m.Id
                          orderby f.Day descending, f.Seq descending, f.Ordinal descending
                          select new { f, m.Number, m.Title, m.State }).Take(limit + 1).ToListAsync(cancellation);
        var rows = page.Take(limit).Select(r => new IndicatorRow(r.f, r.Number, r.Title, r.State)).ToList();
        return (rows, page.Count > limit && rows.Count > 0 ? $"{Key(rows[^1].Fact.Day)}_{rows[^1].Fact.Seq}_{rows[^1].Fact.Ordinal}" : null);
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
