using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Documents;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Platform.Indicators;

/// <summary>The API of indicators, and their files.</summary>
public static class IndicatorApi
{
    /// <summary>Maps it below <c>/api/v1</c>.</summary>
    public static void MapIndicators(this IEndpointRouteBuilder api)
    {
        var indicators = api.MapGroup("/indicators").RequireAuthorization().WithTags("Indicators");
        indicators.MapGet("/", ListAsync).WithSummary("The indicators one may ask for");
        indicators.MapGet("/{code}", GetAsync).WithSummary("An indicator's value, broken down as asked, as of any day");
        indicators.MapGet("/{code}/rows", RowsAsync).WithSummary("The matters that it counts or, where it counts none by itself, as a rate, those of one of its measures");
        indicators.MapGet("/{code}.csv", (string code, [AsParameters] Asked asked, [AsParameters] Beside beside, HttpContext http, IndicatorReader reader) => FileAsync(code, asked, beside, false, http, reader)).ExcludeFromDescription();
        indicators.MapGet("/{code}.xlsx", (string code, [AsParameters] Asked asked, [AsParameters] Beside beside, HttpContext http, IndicatorReader reader) => FileAsync(code, asked, beside, true, http, reader)).ExcludeFromDescription();
    }

    /// <summary>A question as an address has it.</summary>
    /// <param name="By">day, month, region, category, unit; none where nothing is said.</param>
    /// <param name="From">First day, yyyy-MM-dd; the first of the year of <paramref name="To"/> where nothing is said.</param>
    /// <param name="To">Last day; today where nothing is said.</param>
    /// <param name="AsOf">As it was known at the end of that day.</param>
    /// <param name="Region">12-digit division code.</param>
    /// <param name="Unit">Id of a unit.</param>
    /// <param name="Category">Id of a category.</param>
    public readonly record struct Asked(
        [FromQuery(Name = "by")] string? By, [FromQuery(Name = "from")] string? From, [FromQuery(Name = "to")] string? To, [FromQuery(Name = "asOf")] string? AsOf, [FromQuery(Name = "region")] string? Region, [FromQuery(Name = "unit")] string? Unit,
        [FromQuery(Name = "category")] string? Category)
    {
        /// <summary>Reads it.</summary>
        /// <param name="today">Today in China.</param>
        /// <returns>The question, or what is wrong with it.</returns>
        public (IndicatorQuestion? Question, Refusal? Refusal) Read(DateOnly today)
        {
            var (to, asOf) = (today, (DateOnly?)null);
            var by = IndicatorBy.None;
            if (!string.IsNullOrEmpty(To) && !Day(To, out to)) return (null, Wrong("to"));
            var from = new DateOnly(to.Year, 1, 1);
            if (!string.IsNullOrEmpty(From) && !Day(From, out from)) return (null, Wrong("from"));
            if (!string.IsNullOrEmpty(AsOf))
            {
                if (!Day(AsOf, out var known)) return (null, Wrong("asOf"));
                asOf = known;
            }
            if (from > to || to > today.AddYears(1)) return (null, new("indicators.period", new("开始的那天不能晚于结束的那天。", "The first day cannot be after the last."), 400, "from"));
            if (!string.IsNullOrEmpty(By) && (!Enum.TryParse(By, ignoreCase: true, out by) || !Enum.IsDefined(by) || int.TryParse(By, out _))) return (null, new("form.unknown-choice", new("请从 day、month、region、category、unit 中选择。", "One of day, month, region, category, unit."), 400, "by"));
            if (by == IndicatorBy.Day && to.DayNumber - from.DayNumber > 1100) return (null, new("indicators.period", new("按天最多三年，请改为按月。", "Three years at most by day; ask by month."), 400, "from"));
            long? region = null;
            if (!string.IsNullOrEmpty(Region))
            {
                if (!RegionCode.TryParse(Region, out var code)) return (null, new("form.invalid", new("区划代码是 12 位数字。", "A division code has 12 digits."), 400, "region"));
                region = code.Value;
            }
            Guid? unit = null;
            if (!string.IsNullOrEmpty(Unit))
            {
                if (!Guid.TryParse(Unit, out var id)) return (null, new("form.invalid", new("没有这个单位。", "There is no such unit."), 400, "unit"));
                unit = id;
            }
            return (new(from, to, by, region, unit, string.IsNullOrEmpty(Category) ? null : Category[..Math.Min(60, Category.Length)], asOf), null);
        }

        private static bool Day(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && day.Year is > 1948 and < 2200;

        private static Refusal Wrong(string field) => new("form.bad-day", new("日期写成 2026-01-31 这样。", "Write days as 2026-01-31."), 400, field);
    }

    /// <summary>What else is set beside an indicator, as an address has it.</summary>
    /// <param name="With">Code of a second indicator.</param>
    /// <param name="Compare"><c>year</c> for the same days of the year before.</param>
    public readonly record struct Beside([FromQuery(Name = "with")] string? With, [FromQuery(Name = "compare")] string? Compare);

    private static async Task<IResult> ListAsync(IndicatorBook book, TimeProvider time, HttpContext http)
    {
        var (actor, today) = (await http.ActorAsync(), ChinaTime.Date(time.GetUtcNow().UtcDateTime));
        var all = await book.AllAsync(http.RequestAborted);
        return Results.Ok(all.Where(i => i.From <= today).DistinctBy(i => i.Code).Where(i => book.IsFor(actor, i)).Select(Definition));
    }

    private static object Definition(Indicator i) => new { i.Code, i.Version, i.From, Name = i.Name.ToString(), Unit = i.Unit.ToString(), Better = i.Better.ToString().ToLowerInvariant(), i.Formula, i.Decimals, Meaning = i.Meaning.ToString(), i.Owner };

    private static async Task<IResult> GetAsync(string code, [AsParameters] Asked asked, IndicatorReader reader, HttpContext http)
    {
        var (read, refusal) = await reader.ReadAsync(code, asked, http);
        if (read is null) return refusal!.Problem();
        return Results.Ok(new
        {
            Definition = Definition(read.Indicator), read.Question.From, read.Question.To, read.Question.AsOf, read.Answer.Total.Value, read.Answer.Total.Sums, read.Answer.Until,
            AsKnownThen = read.Answer.Corrected?.Value, Corrected = read.Answer.Corrected is not null,
            Lines = read.Answer.Lines.Select(l => new { l.Key, Name = read.Names.GetValueOrDefault(l.Key, l.Key), l.Value, l.Sums }),
        });
    }

    private static async Task<IResult> RowsAsync(string code, string? measure, [AsParameters] Asked asked, IndicatorBook book, IndicatorValues values, IndicatorReader reader, HttpContext http, string? after = null, int limit = 25)
    {
        if (limit is < 1 or > 200) return new Refusal("list.limit", new("每页 1 到 200 条。", "Between 1 and 200 rows a page."), 400, "limit").Problem();
        var (indicator, question, refusal) = await reader.FindAsync(code, asked, http);
        if (indicator is null || question is null) return refusal!.Problem();
        var formula = book.Formula(indicator);
        var things = measure is null ? formula.Things : null;
        var term = measure is null ? formula.Terms[0] : formula.Terms.FirstOrDefault(t => t.Measure == measure);
        if (term.Measure is null) return Refusal.NotFound.Problem();
        var (rows, next) = await values.RowsAsync(things?.Measure ?? term.Measure, question, await http.ActorAsync(), things?.Stock ?? term.Stock, things?.Without ?? [], after, limit, http.RequestAborted);
        return Results.Ok(new { Items = rows.Select(r => new { Matter = r.Fact.Source, r.Address, r.Number, r.Title, r.State, r.Fact.Day, r.Fact.KnownOn, r.Fact.Division, Unit = r.Fact.UnitId == Guid.Empty ? (Guid?)null : r.Fact.UnitId, r.Fact.Category, r.Fact.Amount }), Next = next });
    }

    private static async Task<IResult> FileAsync(string code, Asked asked, Beside beside, bool sheet, HttpContext http, IndicatorReader reader)
    {
        var (found, refusal) = await reader.ExploreAsync(code, asked, beside, http);
        if (found is null) return refusal!.Problem();
        var question = found.Numbers[0].Read.Question;
        var name = Uri.EscapeDataString($"{string.Join('和', found.Numbers.Select(n => n.Read.Indicator.Name.Zh))} {question.From:yyyy-MM-dd} {question.To:yyyy-MM-dd}{(sheet ? ".xlsx" : ".csv")}");
        http.Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{name}";
        http.Response.ContentType = sheet ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8";
        var cancellation = http.RequestAborted;
        var (headers, rows) = Sheet(found, reader);
        if (sheet)
        {
            using var file = await SheetFile.BeginAsync(http.Response.Body, "指标", headers, cancellation);
            foreach (var row in rows) await file.RowAsync(row);
            await file.EndAsync();
        }
        else
        {
            var file = new CsvFile(http.Response.Body);
            await file.RowAsync(cancellation, [.. headers.Select(h => h.Item1)]);
            foreach (var row in rows) await file.RowAsync(cancellation, row);
            await file.EndAsync(cancellation);
        }
        return Results.Empty;
    }

    /// <summary>What an exploration shows, as headers with widths and rows; below the numbers stands what they mean.</summary>
    private static (List<(string Header, int Width)> Headers, List<string?[]> Rows) Sheet(Exploration found, IndicatorReader reader)
    {
        var question = found.Numbers[0].Read.Question;
        List<(string, int)> headers = [("", 24)];
        foreach (var number in found.Numbers)
        {
            headers.Add(($"{number.Read.Indicator.Name.Zh}（{number.Read.Indicator.Unit.Zh}）", 24));
            if (number.Before is not null) headers.Add(("去年同期", 14));
            if (question.AsOf is not null) headers.Add(("今天再算", 14));
            headers.AddRange(number.Read.Answer.Total.Sums.Keys.Select(s => (reader.Measure(s).Zh, 18)));
        }
        List<string?[]> rows = [.. found.Lines.Select(line => (string?[])[line.Name, .. found.Numbers.SelectMany((n, i) => Cells(n, line.Cells[i], n.Read.Answer.Lines.FirstOrDefault(l => l.Key == line.Key)))])];
        rows.Add(["合计", .. found.Numbers.SelectMany(n => Cells(n, new(n.Read.Answer.Total.Value, n.Before?.Value, n.Now?.Value), n.Read.Answer.Total))]);
        foreach (var indicator in found.Numbers.Select(n => n.Read.Indicator)) rows.Add([$"口径（第 {indicator.Version} 版）", indicator.Meaning.Zh]);
        rows.Add(["期间", $"{question.From:yyyy-MM-dd} 至 {question.To:yyyy-MM-dd}"]);
        rows.Add(["截至", question.AsOf is { } day ? $"{day:yyyy-MM-dd} 所知" : "现在"]);
        foreach (var number in found.Numbers)
            if (number.Correction is { } c) rows.Add(["更正", $"{number.Read.Indicator.Name.Zh}：{c.On:yyyy-MM-dd} 当日所知 {Text(c.Then)}，今天再算 {Text(c.Now)}，更正 {c.Facts} 条，涉及 {c.Matters} 件"]);
        return (headers, rows);

        IEnumerable<string?> Cells(ExploredNumber number, ExploredCell cell, IndicatorLine? line)
        {
            yield return Text(cell.Value);
            if (number.Before is not null) yield return Text(cell.Before);
            if (question.AsOf is not null) yield return Text(cell.Now);
            foreach (var sum in number.Read.Answer.Total.Sums.Keys) yield return (line?.Sums.GetValueOrDefault(sum) ?? 0).ToString(CultureInfo.InvariantCulture);
        }

        static string Text(decimal? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
    }
}

/// <summary>A definition, what was asked of it and the answer, with names for its lines.</summary>
/// <param name="Indicator">The version that is used on the last day.</param>
/// <param name="Question">What was asked.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Names">Names of divisions, units and categories by key.</param>
public sealed record IndicatorReading(Indicator Indicator, IndicatorQuestion Question, IndicatorAnswer Answer, IReadOnlyDictionary<string, string> Names);

/// <summary>Answers what an address asks of an indicator; shared by the API, the files and the pages.</summary>
public sealed class IndicatorReader(IndicatorBook book, IndicatorValues values, IndicatorLedger ledger, IReadOnlyList<RendaModule> modules, RegionDirectory regions, IDbContextFactory<RendaDbContext> databases, TimeProvider time)
{
    /// <summary>The definition and the question, or why not.</summary>
    public async Task<(Indicator? Indicator, IndicatorQuestion? Question, Refusal? Refusal)> FindAsync(string code, IndicatorApi.Asked asked, HttpContext http)
    {
        var (question, refusal) = asked.Read(ChinaTime.Date(time.GetUtcNow().UtcDateTime));
        if (question is null) return (null, null, refusal);
        // What was told for a day is told again in the words of that day.
        return await book.FindAsync(code, question.AsOf ?? question.To, http.RequestAborted) is { } found && book.IsFor(await http.ActorAsync(), found) ? (found, question, null) : (null, null, Refusal.NotFound);
    }

    /// <summary>The answer, or why not.</summary>
    public async Task<(IndicatorReading? Reading, Refusal? Refusal)> ReadAsync(string code, IndicatorApi.Asked asked, HttpContext http)
    {
        var (indicator, question, refusal) = await FindAsync(code, asked, http);
        if (indicator is null || question is null) return (null, refusal);
        var answer = await values.AskAsync(indicator, question, await http.ActorAsync(), http.RequestAborted);
        return (new(indicator, question, answer, await NamesAsync(indicator, question.By, [.. answer.Lines.Select(l => l.Key)], http.RequestServices, http.RequestAborted)), null);
    }

    /// <summary>One indicator or two with what stands beside them, or why not.</summary>
    public async Task<(Exploration? Found, Refusal? Refusal)> ExploreAsync(string code, IndicatorApi.Asked asked, IndicatorApi.Beside beside, HttpContext http)
    {
        if (beside.Compare is not (null or "" or "year")) return (null, new("form.unknown-choice", new("只能和去年同期比。", "Only the year before can be compared with."), 400, "compare"));
        var (actor, cancellation) = (await http.ActorAsync(), http.RequestAborted);
        var (numbers, names) = (new List<ExploredNumber>(), new Dictionary<string, string>());
        var cells = new List<(Dictionary<string, decimal?> Value, Dictionary<string, decimal?> Before, Dictionary<string, decimal?> Now, decimal? Nothing)>();
        foreach (var one in string.IsNullOrEmpty(beside.With) || beside.With == code ? (string[])[code] : [code, beside.With])
        {
            var (read, refusal) = await ReadAsync(one, asked, http);
            if (read is null) return (null, one != code && refusal!.Status == 404 ? new("form.unknown-choice", new("没有这个指标。", "There is no such indicator."), 400, "with") : refusal);
            var question = read.Question;
            var before = beside.Compare == "year" ? await values.AskAsync(read.Indicator, Exploration.YearBefore(question), actor, cancellation) : null;
            var now = question.AsOf is null ? null : await values.AskAsync(read.Indicator, question with { AsOf = null }, actor, cancellation);
            numbers.Add(new(read, before?.Total, now?.Total, await CorrectionAsync(read, actor, cancellation)));
            // What is not among the lines has nothing: none of what is counted, and no rate.
            cells.Add((Of(read.Answer), Of(before), Of(now), book.Formula(read.Indicator).Value((_, _) => 0)));
            foreach (var (key, name) in await NamesAsync(read.Indicator, question.By, [.. Of(read.Answer).Keys.Union(Of(before).Keys).Union(Of(now).Keys)], http.RequestServices, cancellation)) names.TryAdd(key, name);
        }
        var by = numbers[0].Read.Question.By;
        var overTime = by is IndicatorBy.Day or IndicatorBy.Month;
        // What has nothing this year may have had something in the year before.
        var keys = cells.SelectMany(c => overTime ? c.Value.Keys : c.Value.Keys.Concat(c.Before.Keys).Concat(c.Now.Keys)).Distinct();
        keys = overTime ? keys.Order(StringComparer.Ordinal) : keys.OrderByDescending(k => cells[0].Value.GetValueOrDefault(k, cells[0].Nothing) ?? decimal.MinValue).ThenBy(k => k, StringComparer.Ordinal);
        return (new(numbers, [.. keys.Select(key => new ExploredLine(key, by == IndicatorBy.Month ? key[..7] : names.GetValueOrDefault(key, key),
            [.. cells.Select((c, n) => new ExploredCell(c.Value.GetValueOrDefault(key, c.Nothing),
                numbers[n].Before is not null && Exploration.HasBefore(key, by) ? c.Before.GetValueOrDefault(Exploration.KeyBefore(key, by), c.Nothing) : null, numbers[n].Now is not null ? c.Now.GetValueOrDefault(key, c.Nothing) : null))]))]), null);

        static Dictionary<string, decimal?> Of(IndicatorAnswer? answer) => answer?.Lines.ToDictionary(l => l.Key, l => l.Value) ?? [];
    }

    private async Task<IndicatorCorrection?> CorrectionAsync(IndicatorReading read, Actor actor, CancellationToken cancellation)
    {
        var question = read.Question;
        var on = question.AsOf ?? question.To;
        // What happened after the day is news and no correction of what was told on it.
        var about = question with { By = IndicatorBy.None, To = question.To < on ? question.To : on, AsOf = null };
        if (on >= ChinaTime.Date(time.GetUtcNow().UtcDateTime) || about.From > about.To) return null;
        var then = (await values.TotalsAsync([read.Indicator], about with { AsOf = on }, actor, cancellation))[0].Value;
        var now = (await values.TotalsAsync([read.Indicator], about, actor, cancellation))[0].Value;
        if (then == now) return null;
        var (facts, matters) = await values.CorrectedAsync(read.Indicator, about, on, actor, cancellation);
        return new(on, about.To, then, now, facts, matters);
    }

    /// <summary>The units and categories that an indicator has anything of within a period and place, by key and name: what can be chosen without meeting nothing.</summary>
    public async Task<IReadOnlyList<(string Key, string Name)>> ChoicesAsync(Indicator indicator, IndicatorQuestion question, IndicatorBy by, HttpContext http)
    {
        var answer = await values.AskAsync(indicator, question with { By = by, Unit = null, Category = null }, await http.ActorAsync(), http.RequestAborted);
        var names = await NamesAsync(indicator, by, [.. answer.Lines.Select(l => l.Key)], http.RequestServices, http.RequestAborted);
        return [.. answer.Lines.Select(l => (l.Key, Name: names.GetValueOrDefault(l.Key, l.Key))).OrderBy(l => l.Name, StringComparer.Ordinal)];
    }

    /// <summary>Name of a measure as it stands in <see cref="IndicatorLine.Sums"/>.</summary>
    public Words Measure(string sum)
    {
        var stock = sum.StartsWith("stock:", StringComparison.Ordinal);
        var id = stock ? sum[6..] : sum;
        var name = ledger.Measures.FirstOrDefault(m => m.Id == id)?.Name ?? new(id, id);
        return stock ? new($"{name.Zh}（累计）", $"{name.En} (in all)") : name;
    }

    /// <summary>Unit of a measure as it stands in <see cref="IndicatorLine.Sums"/>; empty where the measure is not there any more.</summary>
    public Words UnitOf(string sum) => ledger.Measures.FirstOrDefault(m => m.Id == (sum.StartsWith("stock:", StringComparison.Ordinal) ? sum[6..] : sum))?.Unit ?? new("", "");

    /// <summary>Names of what an indicator is broken down by, by key; days and months name themselves.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(Indicator indicator, IndicatorBy by, IReadOnlyList<string> keys, IServiceProvider services, CancellationToken cancellation)
    {
        switch (by)
        {
            case IndicatorBy.Region:
                return keys.ToDictionary(k => k, k => regions.Find(long.Parse(k, CultureInfo.InvariantCulture))?.Name ?? k);
            case IndicatorBy.Unit:
                var ids = keys.Select(Guid.Parse).ToList();
                await using (var db = databases.CreateDbContext())
                {
                    // In full: each county has a bureau of the same short name.
                    var units = (await db.Set<Organisation>().AsNoTracking().Where(o => o.Latest && ids.Contains(o.Id)).Select(o => new { o.Id, o.Name }).ToListAsync(cancellation)).ToDictionary(o => o.Id.ToString(), o => o.Name);
                    units[Guid.Empty.ToString()] = new Words("还没有交办", "Not assigned yet").ToString();
                    return units;
                }
            case IndicatorBy.Category:
                var names = new Dictionary<string, string>();
                foreach (var module in modules.Where(m => book.Formula(indicator).Terms.Any(t => t.Measure.StartsWith(m.Id + ".", StringComparison.Ordinal))))
                    foreach (var (id, name) in await module.CategoriesAsync(services, keys, cancellation)) names.TryAdd(id, name.ToString());
                return names;
            default:
                return new Dictionary<string, string>();
        }
    }
}
