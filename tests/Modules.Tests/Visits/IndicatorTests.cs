using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Indicators;
using Renda.Platform.Matters;
using Renda.Platform.Live;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Search;

namespace Modules.Tests.Visits;

/// <summary>Numbers that can be told again, as each of the people.</summary>
public sealed class IndicatorTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The indicators of a world of findings.</summary>
    private sealed class Figures(FindingWorld w)
    {
        public IndicatorLedger Ledger { get; } = new(w.Databases, w.Settings, [VisitsRules.Module], new ChangeFeed(), w.Time, NullLogger<IndicatorLedger>.Instance);

        public IndicatorBook Book => new(w.Databases, [VisitsRules.Module], Ledger, new AuditLog(w.Databases, w.Settings, w.Time), w.Time);

        public async Task CatchUpAsync()
        {
            while (await Ledger.CatchUpAsync(Cancellation) > 0)
            {
            }
        }

        /// <summary>Keeps what it was asked all along, as an installation does.</summary>
        public IndicatorValues Values { get; } = Fresh(w);

        /// <summary>Who has been asked before, and what came since, says the same as who is asked for the first time.</summary>
        public async Task<IndicatorAnswer> AskAsync(string code, IndicatorQuestion question, Actor actor)
        {
            var indicator = (await Book.FindAsync(code, question.To, Cancellation))!;
            var answer = await Values.AskAsync(indicator, question, actor, Cancellation);
            var anew = await Fresh(w).AskAsync(indicator, question, actor, Cancellation);
            Assert.Equal(Told(anew.Total), Told(answer.Total));
            Assert.Equal(anew.Lines.Select(Told), answer.Lines.Select(Told));
            Assert.Equal(anew.Corrected?.Value, answer.Corrected?.Value);
            return answer;

            static string Told(IndicatorLine line) => $"{line.Key} {line.Value} {string.Join(' ', line.Sums.OrderBy(s => s.Key, StringComparer.Ordinal))}";
        }

        private static IndicatorValues Fresh(FindingWorld w) => new(w.Databases, new(w.Databases, [VisitsRules.Module], new(w.Databases, w.Settings, [VisitsRules.Module], new ChangeFeed(), w.Time, NullLogger<IndicatorLedger>.Instance), new AuditLog(w.Databases, w.Settings, w.Time), w.Time), RegionDirectory.Huzhou, new MemoryCache(new MemoryCacheOptions()), w.Time);

        public async Task<decimal?> ValueAsync(string code, IndicatorQuestion question, Actor actor) => (await AskAsync(code, question, actor)).Total.Value;

        public async Task<List<Guid>> RowsAsync(string measure, IndicatorQuestion question, Actor actor, bool stock = false, params IReadOnlyList<string> without)
        {
            var (all, values, after) = (new List<Guid>(), Values, (string?)null);
            do
            {
                var (rows, next) = await values.RowsAsync(measure, question, actor, stock, without, after, 3, Cancellation);
                all.AddRange(rows.Select(r => r.Fact.Source));
                after = next;
            }
            while (after is not null);
            return all;
        }
    }

    private static IndicatorQuestion Year(FindingWorld w, IndicatorBy by = IndicatorBy.None) => new(new(2026, 1, 1), ChinaTime.Date(w.Time.Now.UtcDateTime), by);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_finding_is_counted_on_the_day_it_came_and_on_the_day_it_ended(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var figures = new Figures(w);
        var (first, second) = (await w.SubmitAsync(), await w.SubmitAsync("河边缺护栏", w.OtherDeputy));
        await figures.CatchUpAsync();
        var day = ChinaTime.Date(w.Time.Now.UtcDateTime);
        Assert.Equal(2, await figures.ValueAsync("visits.raised", Year(w), w.Clerk));
        Assert.Equal(2, await figures.ValueAsync("visits.under-way", Year(w), w.Clerk));
        Assert.Null(await figures.ValueAsync("visits.on-time", Year(w), w.Clerk));

        w.Time.Now += TimeSpan.FromDays(2);
        await w.ActAsync(first, "assign", w.Clerk, new { leadUnit = w.Power });
        await w.ActAsync(first, "accept", w.PowerClerk);
        await w.ActAsync(first, "reply", w.PowerClerk, new { text = "扶正了", media = new[] { await w.PhotoAsync(w.PowerClerk, 20) } });
        await w.ActAsync(first, "check", w.Clerk);
        await w.ActAsync(first, "evaluate", w.Deputy, new { attitude = "1", result = "1" });
        await figures.CatchUpAsync();
        Assert.Equal(1, await figures.ValueAsync("visits.closed", Year(w), w.Clerk));
        Assert.Equal(1, await figures.ValueAsync("visits.under-way", Year(w), w.Clerk));
        Assert.Equal(100, await figures.ValueAsync("visits.satisfied", Year(w), w.Clerk));
        Assert.Equal(2.0m, await figures.ValueAsync("visits.days", Year(w), w.Clerk));
        // It was not closed on the day it came, and nobody knew then that it would be.
        Assert.Equal(0, await figures.ValueAsync("visits.closed", new(day, day), w.Clerk));
        Assert.Equal(2, await figures.ValueAsync("visits.under-way", new(day, day), w.Clerk));
        var byDay = (await figures.AskAsync("visits.under-way", new(day, day.AddDays(2), IndicatorBy.Day), w.Clerk)).Lines;
        Assert.Equal([2m, 2m, 1m], byDay.Select(l => l.Value));
        Assert.Equal([first], await figures.RowsAsync("visits.closed", Year(w), w.Clerk));
        Assert.Equal(new[] { first, second }.Order(), (await figures.RowsAsync("visits.raised", Year(w), w.Clerk)).Order());
        var byUnit = (await figures.AskAsync("visits.raised", Year(w, IndicatorBy.Unit), w.Clerk)).Lines;
        Assert.Equal([(w.Power.ToString(), (decimal?)1)], byUnit.Select(l => (l.Key, l.Value)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_was_told_on_a_day_is_told_again_of_that_day(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var figures = new Figures(w);
        var random = new Random(20261127);
        string[] villages = ["330522110225", "330522110200", "330522100201", "330522001001"];
        villages = [.. villages.Where(v => RegionDirectory.Huzhou.Find(long.Parse(v)) is not null)];
        Assert.True(villages.Length > 1);
        Actor[] people = [w.Clerk, w.Deputy, w.OtherDeputy, w.PowerClerk, w.RoadsClerk, VisitsRules.Person("镇", "clerk", 330522110000), VisitsRules.Person("全市", "leader", 330500000000), VisitsRules.Person("安吉", "clerk", 330523000000)];
        string[] codes = ["visits.raised", "visits.closed", "visits.under-way", "visits.on-time", "visits.satisfied", "visits.days"];
        var (open, told) = (new List<Guid>(), new List<(DateOnly Day, Actor Actor, string Code, IndicatorBy By, string Answer)>());
        for (var turn = 0; turn < 40; turn++)
        {
            // A year goes by in forty steps.
            w.Time.Now += TimeSpan.FromHours(random.Next(1, 440));
            var today = ChinaTime.Date(w.Time.Now.UtcDateTime);
            var id = Guid.CreateVersion7();
            Assert.Null((await w.SubmitAsync(id, w.Request($"第 {turn} 件") with { RegionCode = villages[random.Next(villages.Length)], CapturedAt = w.Time.Now.UtcDateTime.AddMinutes(-5) }, random.Next(2) == 0 ? w.Deputy : w.OtherDeputy)).Refusal);
            open.Add(id);
            foreach (var one in open.ToList())
            {
                if (random.Next(3) != 0) continue;
                var step = random.Next(8);
                var unit = random.Next(2) == 0 ? w.Power : w.Roads;
                _ = step switch
                {
                    0 => await w.TryAsync(one, "assign", w.Clerk, new { leadUnit = unit }),
                    1 => await w.TryAsync(one, "accept", random.Next(2) == 0 ? w.PowerClerk : w.RoadsClerk),
                    2 => await ReplyAsync(one, random.Next(2) == 0 ? w.PowerClerk : w.RoadsClerk),
                    3 => await w.TryAsync(one, "evaluate", random.Next(2) == 0 ? w.Deputy : w.OtherDeputy, new { attitude = "1", result = random.Next(1, 4).ToString(), reason = "还要再看看" }),
                    4 => await w.TryAsync(one, "check", w.Clerk),
                    5 => await w.TryAsync(one, "merge", w.Clerk, new { target = open[0] }),
                    6 => await w.TryAsync(one, "unmerge", w.Clerk, new { reason = "不是同一件" }),
                    _ => await w.TryAsync(one, "request-return", random.Next(2) == 0 ? w.PowerClerk : w.RoadsClerk, new { reason = "不归我们管" }),
                };
            }
            await figures.CatchUpAsync();
            // Screens that ask the same again and again, while it changes.
            foreach (var actor in people)
                foreach (var by in Enum.GetValues<IndicatorBy>())
                    if (random.Next(10) == 0)
                        await figures.AskAsync(codes[random.Next(codes.Length)], new(new(2026, 1, 1), new(2027, 12, 31), by, random.Next(2) == 0 ? 330522000000 : null, random.Next(4) == 0 ? w.Power : null, random.Next(4) == 0 ? "poles" : null, random.Next(4) == 0 ? new(2027, 6, 30) : null), actor);
            // Of the day before, which is over.
            var yesterday = today.AddDays(-1);
            foreach (var actor in people)
                foreach (var code in codes)
                    foreach (var by in (IndicatorBy[])[IndicatorBy.None, IndicatorBy.Region, IndicatorBy.Unit, IndicatorBy.Category, IndicatorBy.Month])
                        if (random.Next(12) == 0) told.Add((yesterday, actor, code, by, await TellAsync(actor, code, by, yesterday)));
        }
        Assert.True(told.Count > 200, told.Count.ToString());
        foreach (var (day, actor, code, by, answer) in told) Assert.Equal($"{actor.Name} {code} {by} {day}: {answer}", $"{actor.Name} {code} {by} {day}: {await TellAsync(actor, code, by, day)}");

        // Made anew from the first event they say the same.
        await using (var db = w.Databases.CreateDbContext())
        {
            await db.Set<IndicatorFact>().ExecuteDeleteAsync(Cancellation);
            await db.Set<IndicatorCell>().ExecuteDeleteAsync(Cancellation);
            await db.Set<FeedCursor>().Where(c => c.Name.StartsWith("i/")).ExecuteDeleteAsync(Cancellation);
        }
        await figures.CatchUpAsync();
        foreach (var (day, actor, code, by, answer) in told)
            Assert.Equal(answer, await TellAsync(actor, code, by, day));

        // Counted again from the events; and one line or sum that is altered is named.
        Assert.Empty((await w.VerifyAsync(figures.Ledger)).Faults);
        await using (var db = w.Databases.CreateDbContext())
        {
            var line = await db.Set<IndicatorFact>().OrderBy(f => f.Seq).FirstAsync(Cancellation);
            await db.Set<IndicatorFact>().Where(f => f == line).ExecuteUpdateAsync(x => x.SetProperty(f => f.Amount, f => f.Amount + 1), Cancellation);
            var faults = (await w.VerifyAsync(figures.Ledger)).Faults;
            Assert.Contains(faults, f => f.Contains(line.Source.ToString(), StringComparison.Ordinal) && f.Contains("1 too many", StringComparison.Ordinal));
            Assert.Contains(faults, f => f.StartsWith("sum (" + line.Measure, StringComparison.Ordinal));
            await db.Set<IndicatorFact>().Where(f => f == line).ExecuteUpdateAsync(x => x.SetProperty(f => f.Amount, f => f.Amount - 1), Cancellation);
            Assert.Empty((await w.VerifyAsync(figures.Ledger)).Faults);
        }

        // What a number counts is what its list has, whoever looks; and it is theirs to see.
        var year = Year(w);
        foreach (var actor in people)
        {
            foreach (var code in (string[])["visits.raised", "visits.closed"])
            {
                var rows = await figures.RowsAsync(code, year with { From = new(2020, 1, 1) }, actor);
                Assert.Equal(await figures.ValueAsync(code, year with { From = new(2020, 1, 1) }, actor), rows.Count);
                Assert.Equal(rows.Count, rows.Distinct().Count());
                await using var db = w.Databases.CreateDbContext();
                Assert.Empty(rows.Except(await db.Set<Matter>().VisibleTo(actor, db).Select(m => m.Id).ToListAsync(Cancellation)));
            }
        }
        // Many at once say what each says alone.
        var all = (await figures.Book.AllAsync(Cancellation)).DistinctBy(i => i.Code).ToList();
        foreach (var actor in people)
            foreach (var (indicator, line) in all.Zip(await figures.Values.TotalsAsync(all, year, actor, Cancellation)))
                Assert.Equal(await figures.ValueAsync(indicator.Code, year, actor), line.Value);

        // What is under way stands behind its number, now and as of a day in between.
        foreach (var asOf in (DateOnly?[])[null, ChinaTime.Date(w.Time.Now.UtcDateTime).AddDays(-150)])
        {
            var question = new IndicatorQuestion(new(2020, 1, 1), asOf ?? year.To, AsOf: asOf);
            var under = await figures.RowsAsync("visits.raised", question, w.Clerk, stock: true, "visits.closed", "visits.merged");
            Assert.NotEmpty(under);
            Assert.Equal(await figures.ValueAsync("visits.under-way", question, w.Clerk), under.Count);
        }
        // By the rows of the matters themselves.
        await using (var db = w.Databases.CreateDbContext())
        {
            Assert.Equal(await db.Set<Matter>().CountAsync(Cancellation), await figures.ValueAsync("visits.raised", year with { From = new(2020, 1, 1) }, w.Clerk));
            Assert.Equal(await db.Set<Matter>().CountAsync(m => m.Closed && m.MergedIntoId == null, Cancellation), await figures.ValueAsync("visits.closed", year with { From = new(2020, 1, 1) }, w.Clerk));
            Assert.Equal(await db.Set<Matter>().CountAsync(m => !m.Closed, Cancellation), await figures.ValueAsync("visits.under-way", year, w.Clerk));
        }

        async Task<MatterAnswer> ReplyAsync(Guid id, Actor unit) => await w.TryAsync(id, "reply", unit, new { text = "办了", media = new[] { await w.PhotoAsync(unit, 20) } });

        async Task<string> TellAsync(Actor actor, string code, IndicatorBy by, DateOnly day)
        {
            var answer = await figures.AskAsync(code, new(new(2026, 11, 1), day, by, Region: by == IndicatorBy.Region && actor != w.Deputy ? FindingWorld.County : null, AsOf: day), actor);
            return $"{answer.Total.Value} {string.Join(' ', answer.Lines.Select(l => $"{l.Key}={l.Value}"))}";
        }
    }

    [Fact]
    public void A_formula_is_read_or_told_what_is_wrong_with_it()
    {
        static bool Known(string id) => id is "a.x" or "a.y";
        foreach (var (text, value) in ((string, decimal?)[])[("a.x", 6), ("a.x + a.y * 2", 12), ("(a.x + a.y) * 2", 18), ("a.x / (a.y - 3)", null), ("100 * a.x/a.y", 200), ("stock(a.x - a.y) - a.x", 54 - 6), ("a.x - a.y - 1", 2), ("12.5 * a.x", 75)])
        {
            var (formula, wrong) = Formula.Read(text, Known);
            Assert.True(formula is not null, $"{text}: {wrong}");
            Assert.Equal(value, formula.Value((m, stock) => (m == "a.x" ? 6 : 3) * (stock ? m == "a.x" ? 10 : 2 : 1)));
        }
        Assert.Equal(("a.x", true), Formula.Read("stock(a.x - a.y)", Known).Formula!.Things is { Without: ["a.y"] } things ? (things.Measure, things.Stock) : default);
        Assert.NotNull(Formula.Read("a.x", Known).Formula!.Things);
        foreach (var text in (string[])["a.x / a.y", "a.x + a.y", "2 * a.x", "a.x - stock(a.y)", "a.x - a.y - 1", "a.x * a.y"]) Assert.Null(Formula.Read(text, Known).Formula!.Things);
        foreach (var text in (string[])["", "a.z", "a.x +", "(a.x", "a.x)", "1", "a.x a.y", "stock a.x", "stock(stock(a.x))", "a.x; drop", "1.2.3 + a.x", new string('(', 60) + "a.x", new string('a', 500)])
            Assert.NotNull(Formula.Read(text, Known).Wrong);
    }
}
