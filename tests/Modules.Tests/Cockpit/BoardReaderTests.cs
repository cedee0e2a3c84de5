using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Modules.Tests.Visits;
using Renda.Cockpit;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Indicators;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Modules.Tests.Cockpit;

/// <summary>Each number of a board is that of the list behind it, for whoever looks.</summary>
public sealed class BoardReaderTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Actor Looks(string name, string role, long region) =>
        VisitsRules.Person(name, role, region) is var person ? person with { Grants = [.. person.Grants.Select(g => g with { Permissions = g.Permissions.Append(CockpitModule.View).ToHashSet() })] } : throw new InvalidOperationException();

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Numbers_lines_steps_and_news_are_those_of_the_lists_for_ten_people(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using var services = BoardServices.Of(w);
        await MakeAsync(w);
        var ledger = services.GetRequiredService<IndicatorLedger>();
        while (await ledger.CatchUpAsync(Cancellation) > 0) { }
        var (reader, values) = (services.GetRequiredService<BoardReader>(), services.GetRequiredService<IndicatorValues>());
        var board = services.GetRequiredService<BoardShelf>().Find("visits")!;
        var today = ChinaTime.Date(w.Time.Now.UtcDateTime);
        var different = new HashSet<string>();
        Actor[] people =
        [
            Looks("市领导", "leader", 330500000000), Looks("市干部", "clerk", 330500000000), Looks("长兴", "clerk", 330522000000), Looks("长兴主任", "office-head", 330522000000), Looks("安吉", "clerk", 330523000000),
            Looks("德清", "leader", 330521000000), Looks("和平镇", "clerk", 330522110000), Looks("别的镇", "clerk", 330523100000), Looks("村", "clerk", 330522110225),
            // Two territories at once: nothing is counted twice.
            Looks("兼任", "clerk", 330522110000) is var one ? one with { Grants = [.. one.Grants, .. Looks("兼任", "clerk", 330523000000).Grants, .. Looks("兼任", "clerk", 330522000000).Grants] } : null!,
        ];
        foreach (var actor in people)
        {
            var place = reader.PlaceOf(actor);
            var question = new IndicatorQuestion(new DateOnly(today.Year, 1, 1), today, Region: place.Code);
            var read = (await reader.ReadAsync(board, actor, Cancellation)).ToDictionary(t => t.Tile.Key);
            foreach (var (code, measure) in ((string, string)[])[("visits.raised", "visits.raised"), ("visits.closed", "visits.closed")])
            {
                var figure = read["1-1"].Figures.Single(f => f.Indicator.Code == code);
                var rows = (await values.RowsAsync(measure, question, actor, stock: false, [], null, 500, Cancellation)).Rows.Count;
                Assert.True(figure.Value == rows, $"{actor.Name} {code}: {figure.Value}, listed {rows}");
                different.Add($"{code} {figure.Value}");
            }
            var raised = read["1-1"].Figures.Single(f => f.Indicator.Code == "visits.raised").Value ?? 0;
            // Every line of a ranking is the number of the same question asked of that line's place alone.
            foreach (var share in read["1-5"].Shares)
            {
                var region = long.Parse(share.Path[(share.Path.IndexOf("region=", StringComparison.Ordinal) + 7)..][..12], System.Globalization.CultureInfo.InvariantCulture);
                var rows = (await values.RowsAsync("visits.raised", question with { Region = region }, actor, stock: false, [], null, 500, Cancellation)).Rows.Count;
                Assert.True(share.Value == rows, $"{actor.Name} {share.Path}: {share.Value}, listed {rows}");
            }
            Assert.Equal(raised, read["1-5"].Shares.Sum(s => s.Value));
            Assert.Equal(raised, read["1-9"].Courses[0].Points.Where(p => p.Day >= question.From).Sum(p => p.Value ?? 0));
            await using var db = w.Databases.CreateDbContext();
            var procedure = reader.Main("visits")!;
            foreach (var (step, i) in read["10-1"].Shares.Select((s, i) => (s, i)))
            {
                var filter = new MatterFilter { Scenario = "visits", State = string.Join(',', BoardReader.Reached(procedure, procedure.Phases[i].Id)), Region = place.Code };
                var count = (await MatterPage.CountAsync(filter.Branches(db, actor, w.Time.Now.UtcDateTime), Cancellation)).Count;
                Assert.True(step.Value == count, $"{actor.Name} {step.Name}: {step.Value}, listed {count}");
            }
            foreach (var news in read["1-12"].News)
            {
                var id = Guid.Parse(news.Path[^36..]);
                Assert.True(await db.Set<Matter>().VisibleTo(actor, db).AnyAsync(m => m.Id == id, Cancellation), $"{actor.Name} is told of {news.Title}");
            }
        }
        Assert.True(different.Count > 4, string.Join(", ", different));
    }

    // Findings of a year in several towns and counties, some of them handled to their end.
    private static async Task MakeAsync(FindingWorld w)
    {
        var random = new Random(20261127);
        // Two towns of each county, a village of each.
        string[] villages = [.. ((long[])[330522000000, 330523000000, 330521000000]).SelectMany(c => RegionDirectory.Huzhou.Children(c).Take(2)).Select(t => RegionDirectory.Huzhou.Children(t.Code) is [var village, ..] ? village : t).Append(RegionDirectory.Huzhou.Find(330522110225)!).Select(r => r.Code.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        var open = new List<Guid>();
        for (var turn = 0; turn < 36; turn++)
        {
            w.Time.Now += TimeSpan.FromHours(random.Next(1, 90));
            var id = Guid.CreateVersion7();
            Assert.Null((await w.SubmitAsync(id, w.Request($"第 {turn} 件") with { RegionCode = villages[random.Next(villages.Length)], CapturedAt = w.Time.Now.UtcDateTime.AddMinutes(-5), Latitude = null, Longitude = null }, random.Next(2) == 0 ? w.Deputy : w.OtherDeputy)).Refusal);
            open.Add(id);
            foreach (var one in open.ToList())
            {
                if (random.Next(3) != 0) continue;
                await w.TryAsync(one, "assign", w.Clerk, new { leadUnit = w.Power });
                await w.TryAsync(one, "accept", w.PowerClerk);
                if (random.Next(3) == 0) await w.TryAsync(one, "merge", w.Clerk, new { target = open[0] });
                else if (random.Next(2) == 0) await w.TryAsync(one, "decline", w.Clerk, new { reason = "不属于寻访范围" });
            }
        }
    }
}
