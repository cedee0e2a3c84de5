using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Indicators;
using Renda.Platform.Modules;
using Renda.Platform.Regions;
using static Renda.Platform.Language;

namespace Renda.Cockpit.Briefs;

/// <summary>
/// Makes what a brief tells from the tiles of a board: the figures of the whole place, whoever makes it, as they were known at
/// the end of the month, so that the same brief can be made again; and sentences that say what they show.
/// </summary>
public sealed class BriefReader(IndicatorBook book, IndicatorValues values, IndicatorReader names, BoardReader boards, IReadOnlyList<RendaModule> modules, IServiceProvider services, TimeProvider time)
{
    private static readonly Words ThisMonth = new("本月", "this month"), MonthBefore = new("上月", "the month before"), YearBefore = new("去年同月", "the same month last year");

    /// <summary>Whether somebody may read all of a scenario within a place: only then its figures are those of the place.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="right">Id of the scenario or, of records, the permission to ask for what they count.</param>
    /// <param name="region">Division code of the place.</param>
    public static bool Whole(Actor actor, string right, long region)
    {
        var permission = right.Contains('.', StringComparison.Ordinal) ? right : right + ".read";
        return actor.Grants.Any(g => g.Role.Scope == RoleScope.Territory && g.Region > 0 && g.Permissions.Contains(permission) && region >= g.Region && region <= Territory.Last(g.Region));
    }

    /// <summary>Makes a brief in the language of whoever asks.</summary>
    /// <param name="board">The board.</param>
    /// <param name="month">First day of the month; not to come.</param>
    /// <param name="place">The place.</param>
    /// <param name="actor">Who asks; scenarios that are not all theirs to read are left out.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<BriefContent> ReadAsync(Board board, DateOnly month, Region place, Actor actor, CancellationToken cancellation)
    {
        var (last, today) = (month.AddMonths(1).AddDays(-1), ChinaTime.Date(time.GetUtcNow().UtcDateTime));
        var asOf = last < today ? last : today;
        // Who sees less of a scenario than the place is not asked for it: the figures would be theirs alone.
        var known = (await book.AllAsync(cancellation)).Where(i => i.From <= asOf).DistinctBy(i => i.Code).Where(i => book.Formula(i).Terms.All(t => Whole(actor, Right(t.Measure), place.Code))).ToDictionary(i => i.Code);
        var question = new IndicatorQuestion(month, asOf, Region: place.Code, AsOf: asOf);
        var tiles = await OfBusiestAsync(board.Tiles, known, question, actor, cancellation);
        List<Indicator> numbers = [.. tiles.Where(t => t.Kind is TileKind.Figures or TileKind.Number).SelectMany(t => t.Indicators).Distinct().Select(known.GetValueOrDefault).OfType<Indicator>()];
        var figures = (await FiguresAsync(numbers, question, actor, cancellation)).ToDictionary(f => f.Indicator.Code);
        // Where a board is of one scenario its name need not stand at each number.
        var several = tiles.SelectMany(t => t.Indicators).Where(known.ContainsKey).Select(Scenario).Distinct().Count() > 1;
        var parts = new List<BriefSection>();
        foreach (var tile in tiles)
        {
            List<Indicator> of = [.. tile.Indicators.Select(known.GetValueOrDefault).OfType<Indicator>()];
            if (tile.Scenario.Length > 0 && !Whole(actor, tile.Scenario, place.Code) || of.Count == 0 && tile.Kind != TileKind.Funnel) continue;
            if (await PartAsync(tile, of) is { } part && parts.All(p => p.Key != part.Key)) parts.Add(part);
        }
        // By what its formulas count: a code says nothing of that.
        var scenarios = parts.SelectMany(p => p.Figures.Select(f => f.Indicator).Concat(p.Courses.Select(c => c.Indicator)).Append(p.Ranked).OfType<Indicator>()).SelectMany(i => book.Formula(i).Terms).Select(t => Right(t.Measure))
            .Concat(tiles.Where(t => t.Kind == TileKind.Funnel && parts.Any(p => p.Key == "steps-" + t.Scenario)).Select(t => t.Scenario)).Concat(tiles.Where(t => t.Kind == TileKind.Heat).SelectMany(t => t.Indicators).Select(known.GetValueOrDefault).OfType<Indicator>().SelectMany(i => book.Formula(i).Terms).Select(t => Right(t.Measure)));
        return new(board.Name.ToString(), place.FullName, place.Code, month, asOf, IsEnglish, [.. scenarios.Distinct().Order(StringComparer.Ordinal)], parts);

        async Task<BriefSection?> PartAsync(Tile tile, List<Indicator> of) => tile.Kind switch
        {
            TileKind.Number => Numbers(tile.Title.ToString(), [figures[of[0].Code]]),
            TileKind.Lights => await RankingAsync(of[0], tile.By, 24, several),
            TileKind.Figures => Numbers(several || parts.Any(p => p.Figures.Count > 0) ? tile.Title.ToString() : T("主要数字", "Main figures"), [.. of.Select(i => figures[i.Code])]),
            TileKind.Ranking => await RankingAsync(of[0], tile.By, tile.Most, several),
            // A map is told as the list of its divisions.
            TileKind.Areas => await RankingAsync(of[0], IndicatorBy.Region, tile.Most, several),
            TileKind.Trend => await CoursesAsync(of),
            TileKind.Heat => await DaysAsync(of[0]),
            TileKind.Funnel => await StepsAsync(tile.Scenario),
            _ => null,
        };

        async Task<BriefSection> RankingAsync(Indicator indicator, IndicatorBy by, int most, bool withScenario)
        {
            var answer = await values.AskAsync(indicator, question with { By = by }, actor, cancellation);
            var told = await names.NamesAsync(indicator, by, [.. answer.Lines.Select(l => l.Key)], services, cancellation);
            var name = withScenario ? Full(indicator).Name : indicator.ShortName;
            var title = by switch { IndicatorBy.Unit => T($"各单位{name}", $"{IndicatorSentences.Large(name.ToString())} by unit"), IndicatorBy.Category => T($"各类{name}", $"{IndicatorSentences.Large(name.ToString())} by category"), _ => T($"各地{name}", $"{IndicatorSentences.Large(name.ToString())} by place") };
            return new($"ranking-{indicator.Code}-{by}".ToLowerInvariant(), title, IndicatorSentences.Most(indicator, [.. answer.Lines.Select(l => (told.GetValueOrDefault(l.Key, l.Key), l.Value))], book.Formula(indicator).Things is null ? null : answer.Total.Value).ToString())
            {
                Ranked = indicator, By = by,
                Lines = [.. answer.Lines.Where(l => l.Value is > 0).OrderByDescending(l => l.Value).ThenBy(l => l.Key, StringComparer.Ordinal).Take(most).Select(l => new BriefLine(l.Key, told.GetValueOrDefault(l.Key, l.Key), l.Value!.Value))],
            };
        }

        async Task<BriefSection> CoursesAsync(List<Indicator> of)
        {
            var courses = new List<BriefCourse>();
            foreach (var indicator in of)
            {
                var answer = await values.AskAsync(indicator, Year(question), actor, cancellation);
                courses.Add(new(indicator, [.. answer.Lines.Select(l => new BriefPoint(Day(l.Key), l.Value))]));
            }
            var sentences = courses.Select(c => IndicatorSentences.Course(of.Select(i => i.ShortName).Distinct().Count() < of.Count ? Full(c.Indicator) : c.Indicator, [.. c.Points.Select(p => (MonthName(p.Month), p.Value))]).ToString());
            return new("trend-" + string.Join('-', of.Select(i => i.Code)), T("近十二个月走势", "The last twelve months"), string.Join('\n', sentences)) { Courses = courses };
        }

        async Task<BriefSection> DaysAsync(Indicator indicator)
        {
            var answer = await values.AskAsync(indicator, question with { By = IndicatorBy.Day }, actor, cancellation);
            return new("days-" + indicator.Code, T($"逐日{indicator.ShortName}", $"{IndicatorSentences.Large(indicator.ShortName.En)} day by day"), IndicatorSentences.Most(indicator, [.. answer.Lines.Select(l => (DayName(Day(l.Key)).ToString(), l.Value))], book.Formula(indicator).Things is null ? null : answer.Total.Value).ToString());
        }

        async Task<BriefSection?> StepsAsync(string scenario)
        {
            if (boards.Main(scenario) is not { } procedure) return null;
            var steps = await boards.StepsAsync(scenario, place, actor, cancellation);
            var now = time.GetUtcNow().UtcDateTime;
            return new("steps-" + scenario, T("办理进度", "How far the matters are"), steps.Count == 0 || steps[0].Value == 0 ? T("还没有事项。", "There are no matters yet.")
                : T($"累计 {IndicatorSentences.Number(steps[0].Value)} 件，其中走到“{steps[^1].Name}”的 {IndicatorSentences.Number(steps[^1].Value)} 件。", $"{IndicatorSentences.Number(steps[0].Value)} matters in all; {IndicatorSentences.Number(steps[^1].Value)} have come to “{steps[^1].Name}”."))
            { Lines = [.. steps.Zip(procedure.Phases, (s, p) => new BriefLine(p.Id, s.Name, s.Value))], CountedAt = new(now.Ticks - now.Ticks % 10, DateTimeKind.Utc) };
        }

        BriefSection Numbers(string title, List<BriefFigure> figures) => new("figures-" + string.Join('-', figures.Select(f => f.Indicator.Code)), title,
            string.Join('\n', figures.Select(f => IndicatorSentences.Statement(f.Indicator, ThisMonth, f.Value, (MonthBefore, f.Before), (YearBefore, f.YearBefore)).ToString())))
        { Figures = figures };
    }

    /// <summary>What of an issued brief is told otherwise today, by the same definitions; and of how many corrections that comes.</summary>
    public async Task<(IReadOnlyList<BriefDifference> Differences, int Corrections)> DifferAsync(BriefContent told, Actor actor, CancellationToken cancellation)
    {
        var today = new IndicatorQuestion(told.Month, told.AsOf, Region: told.Region);
        var found = new List<BriefDifference>();
        foreach (var section in told.Sections)
        {
            var now = await values.TotalsAsync([.. section.Figures.Select(f => f.Indicator)], today, actor, cancellation);
            foreach (var (figure, line) in section.Figures.Zip(now)) Compare(figure.Indicator, MonthName(told.Month).ToString(), figure.Value, line.Value);
            if (section.Ranked is { } ranked)
            {
                var lines = (await values.AskAsync(ranked, today with { By = section.By }, actor, cancellation)).Lines.ToDictionary(l => l.Key, l => l.Value);
                foreach (var line in section.Lines) Compare(ranked, line.Name, line.Value, lines.GetValueOrDefault(line.Key) ?? 0);
            }
            foreach (var course in section.Courses)
            {
                var points = (await values.AskAsync(course.Indicator, Year(today), actor, cancellation)).Lines.ToDictionary(l => Day(l.Key), l => l.Value);
                foreach (var point in course.Points) Compare(course.Indicator, MonthName(point.Month).ToString(), point.Value, points.GetValueOrDefault(point.Month));
            }
        }
        var corrections = 0;
        // The sums of one scenario share their lines: those of the one with most are told.
        foreach (var indicator in found.Select(d => d.Indicator).DistinctBy(i => i.Code))
            corrections = Math.Max(corrections, (await values.CorrectedAsync(indicator, today with { From = Year(today).From }, told.AsOf, actor, cancellation)).Facts);
        return ([.. found.DistinctBy(d => (d.Indicator.Code, d.What))], corrections);

        void Compare(Indicator indicator, string what, decimal? then, decimal? now)
        {
            if (then != now) found.Add(new(indicator, what, then, now));
        }
    }

    private async Task<IReadOnlyList<BriefFigure>> FiguresAsync(List<Indicator> numbers, IndicatorQuestion month, Actor actor, CancellationToken cancellation)
    {
        var now = await values.TotalsAsync(numbers, month, actor, cancellation);
        var before = await values.TotalsAsync(numbers, month with { From = month.From.AddMonths(-1), To = Earlier(month, -1) }, actor, cancellation);
        var year = await values.TotalsAsync(numbers, month with { From = month.From.AddYears(-1), To = Earlier(month, -12) }, actor, cancellation);
        return [.. numbers.Select((n, i) => new BriefFigure(n, now[i].Value, before[i].Value, year[i].Value))];
    }

    // A whole month beside a whole month; one that runs beside as many days.
    private static DateOnly Earlier(IndicatorQuestion month, int months) =>
        month.To == month.From.AddMonths(1).AddDays(-1) ? month.From.AddMonths(months + 1).AddDays(-1) : month.To.AddMonths(months);

    private async Task<IReadOnlyList<Tile>> OfBusiestAsync(IReadOnlyList<Tile> tiles, Dictionary<string, Indicator> known, IndicatorQuestion question, Actor actor, CancellationToken cancellation)
    {
        List<RendaModule> scenarios = [.. modules.Where(m => known.ContainsKey(m.Id + ".raised"))];
        if (scenarios.Count == 0) return [.. tiles.Where(t => t.Scenario != Tile.Busiest)];
        var raised = await values.TotalsAsync([.. scenarios.Select(m => known[m.Id + ".raised"])], question with { From = new(question.From.Year, 1, 1) }, actor, cancellation);
        var busiest = scenarios.Zip(raised).MaxBy(r => r.Second.Value).First;
        return [.. tiles.Select(t => t.Of(busiest))];
    }

    /// <summary>The twelve months that end with a question's.</summary>
    private static IndicatorQuestion Year(IndicatorQuestion question) => question with { From = question.From.AddMonths(-11), By = IndicatorBy.Month };

    // Of several scenarios the same short name would be said of each.
    private static Indicator Full(Indicator i) => new() { Code = i.Code, Zh = i.Zh.Replace("·", "", StringComparison.Ordinal), En = i.En.Replace(": ", " ", StringComparison.Ordinal), UnitZh = i.UnitZh, UnitEn = i.UnitEn, Decimals = i.Decimals, Better = i.Better };

    /// <summary>A month's name, e.g. 2026年10月.</summary>
    public static Words MonthName(DateOnly month) => new($"{month.Year}年{month.Month}月", month.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture));

    private static Words DayName(DateOnly day) => new($"{day.Month}月{day.Day}日", day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    private string Right(string measure) => book.RecordsOf(measure)?.Permission ?? Scenario(measure);

    private static string Scenario(string code) => code[..code.IndexOf('.', StringComparison.Ordinal)];

    private static DateOnly Day(string key) => DateOnly.ParseExact(key, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
