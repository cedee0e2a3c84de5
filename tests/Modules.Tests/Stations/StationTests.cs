using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Audit;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;
using Renda.Stations;

namespace Modules.Tests.Stations;

/// <summary>The book of a station, on both databases.</summary>
public sealed class StationTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_reception_is_planned_published_in_time_held_and_counted(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var duty = Guid.CreateVersion7();
        // Three days ahead: what is nearer cannot be published in time any more.
        Assert.Equal("stations.notice-time", (await PlanAsync(w, duty, "2026-03-04"))!.Fields[0].Code);
        Assert.Null(await PlanAsync(w, duty, "2026-03-05"));
        Assert.Null(await PlanAsync(w, duty, "2026-03-06"));
        await using (var db = w.Databases.CreateDbContext())
        {
            var todo = await db.Set<Todo>().SingleAsync(t => t.Kind == "notice" && t.DoneAt == null, Stop);
            // To be out by the end of 3 March.
            Assert.Equal((w.Station, new DateTime(2026, 3, 3, 16, 0, 0, DateTimeKind.Utc)), (todo.OrganisationId, DateTime.SpecifyKind(todo.DueAt!.Value, DateTimeKind.Utc)));
        }
        Assert.Null(await w.Stations.PublishAsync(w.Station, duty, w.Keeper, Stop));
        Assert.Null(await w.Stations.PublishAsync(w.Station, duty, w.Keeper, Stop));
        Assert.Equal("stations.published", (await PlanAsync(w, duty, "2026-03-10"))!.Code);
        Assert.Equal([duty], (await w.Stations.DutiesOfAsync(w.LiId, new(2026, 3, 1), new(2026, 3, 31), Stop)).Select(d => d.Duty.Id));

        var late = Guid.CreateVersion7();
        Assert.Null(await PlanAsync(w, late, "2026-03-20"));
        w.Time.Now = new(2026, 3, 18, 2, 0, 0, TimeSpan.Zero);
        Assert.Equal("stations.notice-late", (await w.Stations.PublishAsync(w.Station, late, w.Keeper, Stop))!.Code);
        Assert.Equal("form-invalid", (await w.Stations.CancelAsync(w.Station, late, " ", w.Keeper, Stop))!.Code);
        Assert.Null(await w.Stations.CancelAsync(w.Station, late, "没有及时公告。", w.Keeper, Stop));

        var held = Guid.CreateVersion7();
        Assert.Null(await RecordAsync(w, held, duty, "2026-03-06", "12", w.LiId, w.ShenId));
        // The same again, and a correction, are one reception; a second for the same day's plan is refused.
        Assert.Null(await RecordAsync(w, held, duty, "2026-03-06", "13", w.LiId, w.ShenId));
        Assert.Equal("stations.held", (await RecordAsync(w, Guid.CreateVersion7(), duty, "2026-03-06", "1", w.LiId))!.Code);
        Assert.Equal("stations.not-placed", (await RecordAsync(w, Guid.CreateVersion7(), null, "2026-03-06", "1", w.WuId))!.Fields[0].Code);
        // Without a plan as well.
        Assert.Null(await RecordAsync(w, Guid.CreateVersion7(), null, "2026-03-12", "5", w.LiId));
        Assert.Equal("stations.held", (await w.Stations.CancelAsync(w.Station, duty, "取消", w.Keeper, Stop))!.Code);

        var said = await w.Voices.SayAsync(w.Saying() with { ReceptionId = held, Source = "reception" }, w.Keeper, Stop);
        Assert.Null(said.Refusal);
        var id = said.Matter!.Matter.Id;
        await w.ActAsync(id, "accept", w.Keeper, new { title = "路灯", category = "roads", deputy = w.LiId });
        await w.ActAsync(id, "take", w.Li);
        await w.ActAsync(id, "answer", w.Li, new { text = "已修。" });
        await w.ActAsync(id, "record-rating", w.Keeper, new { score = "2", text = "电话回访。" });
        var (_, refused) = await w.SayAsync();
        await w.ActAsync(refused, "not-accept", w.Keeper, new { channel = "petition", reason = "信访事项。" });

        var figures = Assert.Single(await w.Reports.ReadAsync(new(2026, 3, 1), null, w.Keeper, Stop));
        Assert.Equal((2, 3, 18, 2, 1, 1, 1, 1), (figures.Receptions, figures.Deputies, figures.Voters, figures.Said, figures.Accepted, figures.Solved, figures.Rated, figures.Satisfied));
        Assert.Equal((1d, 1d), (figures.SolvedRate, figures.Satisfaction));
        Assert.Equal(2, (await w.Reports.ReadAsync(new(2026, 3, 1), null, w.Clerk, Stop)).Count);
        // The figures open exactly the rows they count.
        await using var rows = w.Databases.CreateDbContext();
        Assert.Equal(1, (await new VoiceFilter { Station = w.Station, Month = new(2026, 3, 1), Mark = "solved" }.CountAsync(rows, w.Keeper, w.Time.Now.UtcDateTime, Stop)).Count);
        Assert.Equal(1, (await new VoiceFilter { Station = w.Station, Reception = held }.CountAsync(rows, w.Keeper, w.Time.Now.UtcDateTime, Stop)).Count);
        Assert.Equal(0, (await new VoiceFilter { Station = w.Station }.CountAsync(rows, w.OtherKeeper, w.Time.Now.UtcDateTime, Stop)).Count);
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_station_is_kept_by_its_keeper_and_the_congresss_staff_and_each_change_is_noted(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var form = new Dictionary<string, string> { ["level"] = "centre", ["head"] = "徐站长", ["address"] = "和平路 1 号", ["hours"] = "工作日 8:30–17:00", ["latitude"] = "30.86", ["longitude"] = "119.9", ["stars"] = "5", ["starsYear"] = "2025" };
        foreach (var other in new[] { w.OtherKeeper, w.Li, w.TownClerk }) Assert.Equal(404, (await w.Stations.SaveAsync(w.Station, form, other, Stop))!.Status);
        Assert.Null(await w.Stations.SaveAsync(w.Station, form, w.Keeper, Stop));
        Assert.Null(await w.Stations.SaveAsync(w.Station, form, w.Clerk, Stop));
        Assert.Equal(("centre", "徐站长", 5), ((await w.Stations.FindAsync(w.Station, Stop))!.Detail.Level, (await w.Stations.FindAsync(w.Station, Stop))!.Detail.Head, (await w.Stations.FindAsync(w.Station, Stop))!.Detail.Stars));
        form["stars"] = "9";
        form["latitude"] = "300";
        form["starsYear"] = "1066";
        Assert.Equal(["latitude", "latitude", "stars", "starsYear"], (await w.Stations.SaveAsync(w.Station, form, w.Keeper, Stop))!.Fields.Select(f => f.Field));
        Assert.Equal([w.Station], (await w.Stations.ListAsync(StationWorld.County, "centre", "和平路", Stop)).Select(s => s.Station.Id));
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal(4, await db.Set<AuditEntry>().CountAsync(e => e.Action == "stations.edit", Stop));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Who_works_in_a_station_is_a_deputy_in_office_and_the_public_learns_only_what_the_law_publishes(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        Assert.Equal("stations.no-deputy", (await w.Stations.PlaceAsync(w.Station, Guid.CreateVersion7(), new(2026, 1, 1), w.Keeper, Stop))!.Fields[0].Code);
        Assert.Null(await w.Stations.PlaceAsync(w.Station, w.LiId, new(2026, 2, 1), w.Keeper, Stop));
        Assert.Equal(["沈代表", "李代表"], (await w.Stations.DeputiesAsync(w.Station, Stop)).Select(d => d.Name));
        Assert.Equal(["county", "town"], (await w.Stations.DeputiesAsync(w.Station, Stop)).Select(d => d.Placement.Tier));

        // Of Hongshan: Li by the constituency, and the county's two; of another village, not Li.
        Assert.Equal(["李代表", "沈代表", "吴代表"], (await w.Portal.DeputiesOfAsync(StationWorld.Village, Stop)).Select(d => d.Name));
        Assert.DoesNotContain(await w.Portal.DeputiesOfAsync(330522110201, Stop), d => d.Name == "李代表");
        var code = await w.Stations.CodeAsync(w.LiId, true, Stop);
        Assert.Equal(code, await w.Stations.CodeAsync(w.LiId, true, Stop));
        Assert.Equal("李代表", (await w.Portal.DeputyAsync(code.ToLowerInvariant(), Stop))!.Value.Deputy.Name);
        Assert.Null(await w.Portal.DeputyAsync(await w.Stations.CodeAsync(w.Station, false, Stop), Stop));

        // A mandate that is suspended rests: neither listed nor found by the code.
        await using (var db = w.Databases.CreateDbContext()) await db.Set<Mandate>().Where(m => m.PersonId == w.LiId).ExecuteUpdateAsync(s => s.SetProperty(m => m.Status, MandateStatus.Suspended), Stop);
        Assert.Equal(["沈代表"], (await w.Stations.DeputiesAsync(w.Station, Stop)).Select(d => d.Name));
        Assert.Null(await w.Portal.DeputyAsync(code, Stop));
    }

    private static Task<Refusal?> PlanAsync(StationWorld w, Guid id, string day) =>
        w.Stations.PlanAsync(id, w.Station, new Dictionary<string, string> { ["day"] = day, ["begins"] = "09:00", ["ends"] = "11:30", ["theme"] = "道路" }, [w.LiId, w.ShenId], w.Keeper, Stop);

    private static Task<Refusal?> RecordAsync(StationWorld w, Guid id, Guid? duty, string day, string voters, params Guid[] deputies) =>
        w.Stations.RecordAsync(id, w.Station, new Dictionary<string, string> { ["day"] = day, ["voters"] = voters, ["duty"] = duty?.ToString() ?? "" }, deputies, w.Keeper, Stop);
}
