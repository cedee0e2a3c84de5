using Microsoft.EntityFrameworkCore;
using Renda.Deputies;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Persistence;

namespace Modules.Tests.Deputies;

/// <summary>Reports to electors from the plan to the performance file, on both databases.</summary>
public sealed class ElectorReportTests
{
    private const string Words = "各位选民，我一年来走访四十户，反映路灯问题两件，都已办好。";

    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task It_is_planned_written_held_counted_and_stands_in_the_file(DatabaseProvider provider)
    {
        await using var w = await TrainingWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        Assert.Null(await PlanAsync(w, id, w.LiSeat));
        Assert.Null(await PlanAsync(w, id, w.LiSeat));
        Assert.Single(await w.ToldAsync(w.Li));
        Assert.Equal(["写 03-20 述职报告"], await w.DutiesAsync(w.Li));
        // Another day: told again, still one duty.
        Assert.Null(await PlanAsync(w, id, w.LiSeat, "2026-03-21"));
        Assert.Equal(["写 03-21 述职报告"], await w.DutiesAsync(w.Li));
        Assert.Equal(2, (await w.ToldAsync(w.Li)).Count);
        Assert.Equal([id], (await w.Reports.DaysAsync(w.Li.PersonId!.Value, new(2026, 3, 1), new(2026, 3, 31), Stop)).Select(r => r.Id));

        Assert.Equal("deputies.report-text", (await RecordAsync(w, id, 40, 30, 6, 2))!.Code);
        // A draft is the deputy's alone.
        Assert.Null(await w.Reports.WriteAsync(id, "草稿", false, w.Li, Stop));
        Assert.Equal(("草稿", ""), ((await w.Reports.FindAsync(id, w.Li, Stop))!.Report.Text, (await w.Reports.FindAsync(id, w.Clerk, Stop))!.Report.Text));
        Assert.Equal("deputies.report-own", (await w.Reports.WriteAsync(id, Words, true, w.Clerk, Stop))!.Code);
        Assert.Equal(["text"], (await w.Reports.WriteAsync(id, "草稿", true, w.Li, Stop))!.Fields.Select(f => f.Field));
        Assert.Equal(["text"], (await w.Reports.WriteAsync(id, new string('长', ReportDesk.LongestText + 1), false, w.Li, Stop))!.Fields.Select(f => f.Field));
        Assert.Null(await w.Reports.WriteAsync(id, Words, true, w.Li, Stop));
        Assert.Null(await w.Reports.WriteAsync(id, Words, true, w.Li, Stop));
        Assert.Empty(await w.DutiesAsync(w.Li));
        Assert.Equal("submitted", (await w.Reports.FindAsync(id, w.Clerk, Stop))!.State);

        var seat = (await w.Files.SeatAsync(w.LiSeat, Stop))!;
        Assert.Empty(await w.Files.CountAsync(seat, PerformanceFiles.Year(seat, 2026), Stop));
        w.Time.Now = new(2026, 3, 21, 4, 0, 0, TimeSpan.Zero);
        // Not more ballots than people, no number that is none, not a day to come.
        Assert.Equal(["present"], (await RecordAsync(w, id, 37, 30, 6, 2))!.Fields.Select(f => f.Field));
        Assert.Equal(["satisfied", "dissatisfied"], (await RecordAsync(w, id, 40, -1, 6, 100_001))!.Fields.Select(f => f.Field));
        Assert.Equal(["present"], (await RecordAsync(w, id, 0, 0, 0, 0))!.Fields.Select(f => f.Field));
        Assert.Equal(["day"], (await RecordAsync(w, id, 40, 30, 6, 2, "2026-03-22"))!.Fields.Select(f => f.Field));
        Assert.Null(await RecordAsync(w, id, 40, 30, 6, 2));
        Assert.Null(await RecordAsync(w, id, 40, 30, 6, 2));
        var result = ReportResult.Of((await w.Reports.FindAsync(id, w.Li, Stop))!.Report);
        Assert.Equal((38, "78.9%", "94.7%"), (result.Ballots, ReportResult.Percent(result.Rate), ReportResult.Percent(result.RateWithBasically)));
        Assert.Equal("—", ReportResult.Percent(new ReportResult(10, 0, 0, 0).Rate));
        // Held: the text stays, the plan stays, figures can be corrected.
        Assert.Equal("deputies.report-held", (await w.Reports.WriteAsync(id, Words + "改", true, w.Li, Stop))!.Code);
        Assert.Equal("deputies.report-held", (await PlanAsync(w, id, w.LiSeat))!.Code);
        Assert.Equal("deputies.report-held", (await w.Reports.CancelAsync(id, w.Clerk, Stop))!.Code);
        var held = (await w.Reports.FindAsync(id, w.Clerk, Stop))!.Report.HeldAt;
        w.Time.Now += TimeSpan.FromDays(1);
        Assert.Null(await RecordAsync(w, id, 41, 31, 6, 2));
        Assert.Equal((held, 41, Words), (await w.Reports.FindAsync(id, w.Clerk, Stop))!.Report is var now ? (now.HeldAt, now.Present, now.Text) : default);
        await using (var db = w.Databases.CreateDbContext()) Assert.Equal(5, await db.Set<AuditEntry>().CountAsync(e => e.RecordId == id, Stop));

        var count = Assert.Single(await w.Files.CountAsync(seat, PerformanceFiles.Year(seat, 2026), Stop));
        Assert.Equal(("deputies.elector-report", 1, new DateOnly(2026, 3, 21)), (count.Item.Id, count.Amount, count.Last));
        Assert.Empty(await w.Files.CountAsync(seat, PerformanceFiles.Year(seat, 2025), Stop));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task It_is_the_deputys_and_the_own_congresss_staffs_and_for_nobody_else_there(DatabaseProvider provider)
    {
        await using var w = await TrainingWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        foreach (var other in new[] { w.OtherClerk, w.Li, w.Auditor }) Assert.Equal(404, (await PlanAsync(w, id, w.LiSeat, by: other))!.Status);
        Assert.Equal(404, (await PlanAsync(w, id, w.WuSeat))!.Status);
        Assert.Equal(["mandate"], (await PlanAsync(w, id, Guid.CreateVersion7()))!.Fields.Select(f => f.Field));
        Assert.Equal(["day", "place", "audience"], (await w.Reports.PlanAsync(id, new Dictionary<string, string> { ["mandate"] = w.LiSeat.ToString(), ["day"] = "2029-01-01", ["audience"] = new string('长', 121) }, w.Clerk, Stop))!.Fields.Select(f => f.Field));
        Assert.Equal("deputies.id-version", (await PlanAsync(w, Guid.NewGuid(), w.LiSeat))!.Code);
        Assert.Null(await PlanAsync(w, id, w.LiSeat));
        foreach (var other in new[] { w.OtherClerk, w.Wu, w.Shen })
        {
            Assert.Null(await w.Reports.FindAsync(id, other, Stop));
            Assert.Equal(404, (await w.Reports.WriteAsync(id, Words, true, other, Stop))!.Status);
            Assert.Equal(404, (await RecordAsync(w, id, 40, 30, 6, 2, by: other))!.Status);
            Assert.Equal(404, (await w.Reports.CancelAsync(id, other, Stop))!.Status);
        }
        // Neither the deputy nor who only sees files records it.
        foreach (var other in new[] { w.Li, w.Auditor }) Assert.Equal(404, (await RecordAsync(w, id, 40, 30, 6, 2, by: other))!.Status);
        Assert.NotNull(await w.Reports.FindAsync(id, w.Auditor, Stop));
        Assert.Empty((await w.Reports.ListAsync(new(null, null, ""), null, 10, w.OtherClerk, Stop)).Items);
        Assert.Empty((await w.Reports.OwnAsync(w.Shen.PersonId!.Value, null, 10, Stop)).Items);
        Assert.Equal(["李代表"], (await w.Reports.SeatsAsync("李", 10, w.Clerk, Stop)).Select(s => s.Name));
        Assert.Empty(await w.Reports.SeatsAsync("吴", 10, w.Clerk, Stop));

        // A paper report is typed in where the deputy has written nothing; called off, all of it is gone.
        Assert.Null(await w.Reports.WriteAsync(id, Words, true, w.Clerk, Stop));
        Assert.Null(await w.Reports.WriteAsync(id, Words, true, w.Clerk, Stop));
        Assert.Equal(Words, (await w.Reports.FindAsync(id, w.Li, Stop))!.Report.Text);
        Assert.Null(await w.Reports.CancelAsync(id, w.Clerk, Stop));
        Assert.Null(await w.Reports.FindAsync(id, w.Li, Stop));
        Assert.Equal(2, (await w.ToldAsync(w.Li)).Count);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task They_are_listed_page_by_page_by_congress_year_and_state_with_their_figures(DatabaseProvider provider)
    {
        await using var w = await TrainingWorld.CreateAsync(provider);
        var ids = Enumerable.Range(0, 4).Select(i => Guid.CreateVersion7(w.Time.Now.AddMinutes(i))).ToList();
        foreach (var (id, day) in ids.Zip((string[])["2025-11-20", "2026-01-15", "2026-01-15", "2026-04-01"])) Assert.Null(await PlanAsync(w, id, w.LiSeat, day));
        foreach (var id in ids.Take(3)) Assert.Null(await w.Reports.WriteAsync(id, Words, true, w.Li, Stop));
        Assert.Null(await RecordAsync(w, ids[0], 20, 10, 5, 5, "2025-11-20"));
        Assert.Null(await RecordAsync(w, ids[1], 30, 20, 10, 0, "2026-01-15"));

        List<Guid> seen = [];
        (DateOnly, Guid)? before = null;
        do
        {
            var (items, more) = await w.Reports.ListAsync(new(null, null, ""), before, 1, w.Clerk, Stop);
            seen.AddRange(items.Select(i => i.Id));
            before = more ? (items[^1].Day, items[^1].Id) : null;
        }
        while (before is not null);
        Assert.Equal([ids[3], ids[2], ids[1], ids[0]], seen);
        Assert.Equal([ids[2], ids[1]], await FoundAsync(w, new(w.Town, 2026, "")) is var all ? all[1..] : []);
        Assert.Equal([ids[1]], await FoundAsync(w, new(null, 2026, "held")));
        Assert.Equal([ids[2]], await FoundAsync(w, new(null, null, "submitted")));
        Assert.Equal([ids[3]], await FoundAsync(w, new(null, null, "planned")));
        Assert.Empty(await FoundAsync(w, new(w.County, null, "")));
        Assert.Empty(await FoundAsync(w, new(w.Other, null, "")));

        var figures = await w.Reports.FiguresAsync(new(null, null, ""), w.Clerk, Stop);
        Assert.Equal((2, 1, 2), (figures.Planned, figures.Submitted, figures.Held));
        Assert.Equal((50, "60.0%", "90.0%"), (figures.Result.Present, ReportResult.Percent(figures.Result.Rate), ReportResult.Percent(figures.Result.RateWithBasically)));
        Assert.Equal(0, (await w.Reports.FiguresAsync(new(null, null, ""), w.OtherClerk, Stop)).Held);
        Assert.Equal(new ReportFilter(null, 2026, ""), ReportFilter.Read("no id", "2026", "' or 1=1"));
    }

    private static async Task<List<Guid>> FoundAsync(TrainingWorld w, ReportFilter filter) => [.. (await w.Reports.ListAsync(filter, null, 10, w.Clerk, Stop)).Items.Select(i => i.Id)];

    private static Task<Refusal?> PlanAsync(TrainingWorld w, Guid id, Guid seat, string day = "2026-03-20", Actor? by = null) =>
        w.Reports.PlanAsync(id, new Dictionary<string, string> { ["mandate"] = seat.ToString(), ["day"] = day, ["place"] = "村文化礼堂", ["audience"] = "红山村选区选民" }, by ?? w.Clerk, Stop);

    private static Task<Refusal?> RecordAsync(TrainingWorld w, Guid id, int present, int satisfied, int basically, int dissatisfied, string? day = null, Actor? by = null) =>
        w.Reports.RecordAsync(id, new Dictionary<string, string> { ["day"] = day ?? TrainingDay(w), ["present"] = $"{present}", ["satisfied"] = $"{satisfied}", ["basically"] = $"{basically}", ["dissatisfied"] = $"{dissatisfied}", ["comments"] = "多走走。", ["public"] = "1" }, by ?? w.Clerk, Stop);

    private static string TrainingDay(TrainingWorld w) => w.Time.Now.AddHours(8) is var now && now.Day == 22 ? "2026-03-21" : now.ToString("yyyy-MM-dd");
}
