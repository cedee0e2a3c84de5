using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Deputies;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Performance;
using Renda.Platform.Persistence;
using Renda.Stations;
using Renda.Visits;

namespace Modules.Tests.Deputies;

/// <summary>The performance file of a seat, on both databases.</summary>
public sealed class PerformanceFileTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Every_item_of_every_module_can_be_counted_and_listed(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        Assert.Equal(Enum.GetValues<PerformanceHeading>(), w.Files.Items.Select(i => i.Heading).Distinct().Order());
        Assert.Equal(w.Files.Items.Count, w.Files.Items.Select(i => i.Id).Distinct().Count());
        // No rows: what is proven is that both databases take every question, of one, of some and of all.
        Assert.Empty(await w.CountsAsync(w.LiCounty));
        Assert.Empty(await w.Files.EntriesAsync(await w.SeatAsync(w.LiCounty), new(new(2022, 1, 1), new(2026, 12, 31)), 10, Stop));
        await using var db = w.Databases.CreateDbContext();
        Assert.Empty(await w.Files.CountAsync(db, w.CountyCongress, null, new(new(2026, 1, 1), new(2026, 12, 31)), Stop));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_modules_record_stands_in_the_file_of_the_seat_it_was_done_for(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        var (term, session, visit, station, reception, campaign) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        await w.AddAsync(
            new Term { Id = term, CongressId = w.TownCongress, Ordinal = 17, ValidFrom = since }, new CongressSession { Id = session, TermId = term, Ordinal = 6, Opens = new(2026, 2, 10), Closes = new(2026, 2, 11), ValidFrom = since },
            new Attendance { Id = Attendance.IdOf(session, w.LiTown), SessionId = session, MandateId = w.LiTown, Status = AttendanceStatus.Present, ValidFrom = since },
            new Campaign { Id = campaign, Title = "寻访一件事", Region = FileWorld.County }, new Organisation { Id = station, Name = "中心站", ShortName = "中心站", Kind = OrganisationKind.Station, Region = FileWorld.Town, ValidFrom = since },
            new Visit { Id = visit, CampaignId = campaign, PersonId = w.LiId, BeganAt = new(2026, 5, 1, 2, 0, 0, DateTimeKind.Utc), EndedAt = new(2026, 5, 1, 4, 0, 0, DateTimeKind.Utc) },
            new VisitCompanion { VisitId = visit, Ordinal = 0, PersonId = w.ShenId, Name = "沈代表" },
            new StationReception { Id = reception, StationId = station, Day = new(2026, 12, 31), Voters = 3 }, new StationReceptionDeputy { ReceptionId = reception, PersonId = w.LiId, Tier = "county" });
        await w.HeldAsync("inspection", new(2026, 3, 1, 1, 0, 0, DateTimeKind.Utc), "污水管网");

        // The session was the town's, the inspection the county's; a visit and a reception count for every seat.
        Assert.Equal(new Dictionary<string, int> { ["registry.session"] = 1, ["visits.visit"] = 1, ["stations.reception"] = 1 }, await w.CountsAsync(w.LiTown));
        Assert.Equal(new Dictionary<string, int> { ["visits.visit"] = 1, ["stations.reception"] = 1, ["deputies.inspection"] = 1, ["deputies.speech"] = 1 }, await w.CountsAsync(w.LiCounty));
        Assert.Equal(new Dictionary<string, int> { ["visits.companion"] = 1 }, await w.CountsAsync(w.ShenCounty));
        Assert.Empty(await w.CountsAsync(w.LiCounty, 2025));

        var seat = await w.SeatAsync(w.LiTown);
        var entries = await w.Files.EntriesAsync(seat, PerformanceFiles.Year(seat, 2026), 10, Stop);
        Assert.Equal([$"/registry/sessions/{session}", $"/visits/tours/{visit}", $"/stations/{station}"], entries.OrderBy(e => e.Day).Select(e => e.Href));
        Assert.Equal(new DateOnly(2026, 12, 31), entries.Max(e => e.Day));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_activity_counts_once_it_is_held_for_those_who_were_there(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        var day = new DateTime(2026, 3, 1, 1, 0, 0, DateTimeKind.Utc);
        await w.HeldAsync("research", day, "", ActivityState.Published);
        await w.HeldAsync("research", day, "x", ActivityState.Held, ParticipantState.OnLeave);
        await w.HeldAsync("research", day, "x", ActivityState.Held, ParticipantState.Absent);
        Assert.Empty(await w.CountsAsync(w.LiCounty));
        await w.HeldAsync("research", day);
        Assert.Equal(new Dictionary<string, int> { ["deputies.research"] = 1 }, await w.CountsAsync(w.LiCounty));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_year_in_China_decides_and_a_seat_counts_only_while_it_was_held(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        // 31 December 23:59 in China, and a minute later.
        await w.HeldAsync("group", new(2025, 12, 31, 15, 59, 0, DateTimeKind.Utc));
        await w.HeldAsync("group", new(2025, 12, 31, 16, 0, 0, DateTimeKind.Utc));
        Assert.Equal((1, 1), ((await w.CountsAsync(w.LiCounty, 2025))["deputies.group"], (await w.CountsAsync(w.LiCounty))["deputies.group"]));
        await using (var db = w.Databases.CreateDbContext())
        {
            var seat = await db.Set<Mandate>().SingleAsync(m => m.Id == w.LiCounty, Stop);
            // It ended on 30 June; what was done afterwards is not that seat's.
            seat.ValidTo = new DateTime(2026, 6, 30, 2, 0, 0, DateTimeKind.Utc);
            await db.SaveChangesAsync(Stop);
        }
        await w.HeldAsync("group", new(2026, 7, 1, 1, 0, 0, DateTimeKind.Utc));
        Assert.Equal(1, (await w.CountsAsync(w.LiCounty))["deputies.group"]);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_reported_entry_counts_from_its_confirmation_until_that_is_taken_back(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        var entry = w.Entry();
        Assert.Null((await w.Entries.ReportAsync(entry, w.Li, Stop)).Refusal);
        // The same again is the same; another content under the id is refused.
        Assert.True((await w.Entries.ReportAsync(entry, w.Li, Stop)) is { Refusal: null, Repeated: true });
        Assert.Equal("matters.id-taken", (await w.Entries.ReportAsync(entry with { Text = "另外的内容" }, w.Li, Stop)).Refusal!.Code);
        Assert.Empty(await w.CountsAsync(w.LiCounty));
        // Nobody confirms the own, and no other county's office does.
        Assert.NotNull(await w.ActAsync(entry.Id, "confirm", w.Li));
        Assert.NotNull(await w.ActAsync(entry.Id, "confirm", w.Stranger));
        Assert.Null(await w.ActAsync(entry.Id, "return", w.Clerk, new JsonObject { ["reason"] = "请补充地点" }));
        Assert.NotNull(await w.ActAsync(entry.Id, "confirm", w.Clerk));
        Assert.Null(await w.ActAsync(entry.Id, "complete", w.Li, new JsonObject { ["text"] = "在回车岭村" }));
        Assert.Null(await w.ActAsync(entry.Id, "confirm", w.Clerk));
        Assert.Equal(new Dictionary<string, int> { ["deputies.reported-electors"] = 1 }, await w.CountsAsync(w.LiCounty));
        Assert.Empty(await w.CountsAsync(w.LiTown));
        Assert.Null(await w.ActAsync(entry.Id, "revoke", w.Clerk, new JsonObject { ["reason"] = "重复申报" }));
        Assert.Empty(await w.CountsAsync(w.LiCounty));
        Assert.Empty((await new Verification(w.Databases).RunAsync(Stop)).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_reported_wrongly_is_told_at_its_field_and_leaves_nothing(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        async Task<string?> RefusedAsync(NewEntry entry) => (await w.Entries.ReportAsync(entry, w.Li, Stop)).Refusal is { } refusal ? refusal.Fields is [var field, ..] ? field.Field : refusal.Code : null;
        Assert.Equal("day", await RefusedAsync(w.Entry(day: new(2026, 11, 3))));
        Assert.Equal("day", await RefusedAsync(w.Entry(day: new(2025, 11, 1))));
        Assert.Null(await RefusedAsync(w.Entry(day: new(2025, 11, 2))));
        Assert.Equal("kind", await RefusedAsync(w.Entry() with { Kind = "nothing" }));
        Assert.Equal("title", await RefusedAsync(w.Entry() with { Title = new string('长', 41) }));
        Assert.Equal("text", await RefusedAsync(w.Entry() with { Text = "短" }));
        Assert.Equal("electors", await RefusedAsync(w.Entry() with { Electors = -1 }));
        Assert.Equal("media", await RefusedAsync(w.Entry() with { Media = [new string('a', 64)] }));
        Assert.Equal("deputies.id-version", await RefusedAsync(w.Entry() with { Id = Guid.NewGuid() }));
        // For a colleague's seat.
        Assert.Equal(Renda.Platform.Refusal.NotFound.Code, await RefusedAsync(w.Entry(w.ShenCounty)));
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal((1, 1), (await db.Set<Matter>().CountAsync(Stop), await db.Set<ReportedEntry>().CountAsync(Stop)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Points_follow_the_table_of_the_day_and_are_capped_by_the_year(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        async Task WorthAsync(string item, string points, string cap, string from) => Assert.Null(await w.Rules.WorthAsync(w.CountyCongress, new Dictionary<string, string> { ["item"] = item, ["points"] = points, ["cap"] = cap, ["from"] = from }, w.Head, Stop));
        foreach (var month in new[] { 1, 2, 3, 8, 9 }) await w.HeldAsync("research", new(2026, month, 5, 1, 0, 0, DateTimeKind.Utc));
        async Task<decimal?> PointsAsync() => (await w.Files.PointsAsync(w.CountyCongress, [w.LiId], new(new(2026, 1, 1), new(2026, 12, 31)), Stop)).GetValueOrDefault(w.LiId)?.Sum(p => p.Points);

        Assert.Null(await PointsAsync());
        await WorthAsync("deputies.research", "2.5", "", "2026-02-01");
        // January's was worth nothing yet.
        Assert.Equal(10m, await PointsAsync());
        await WorthAsync("deputies.research", "4", "", "2026-07-01");
        Assert.Equal(2 * 2.5m + 2 * 4m, await PointsAsync());
        await WorthAsync("deputies.research", "4", "12", "2026-07-01");
        Assert.Equal(12m, await PointsAsync());
        // A table of next year changes nothing of this year's.
        await WorthAsync("deputies.research", "100", "", "2027-01-01");
        Assert.Equal(12m, await PointsAsync());
        // All of the congress at once gives each the same.
        Assert.Equal(12m, (await w.Files.PointsAsync(w.CountyCongress, null, new(new(2026, 1, 1), new(2026, 12, 31)), Stop))[w.LiId].Sum(p => p.Points));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Only_the_own_congresss_head_sets_points_and_what_counts_is_not_taken_away(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        Dictionary<string, string> Form(string from, string points = "3") => new() { ["item"] = "deputies.research", ["points"] = points, ["cap"] = "", ["from"] = from };
        Assert.Equal(404, (await w.Rules.WorthAsync(w.CountyCongress, Form("2026-01-01"), w.Stranger, Stop))!.Status);
        Assert.Equal(404, (await w.Rules.WorthAsync(w.CountyCongress, Form("2026-01-01"), w.Clerk, Stop))!.Status);
        Assert.Equal(404, (await w.Rules.SetAsync(w.CountyCongress, new Dictionary<string, string> { ["silentDays"] = "90", ["groupMeetings"] = "3" }, w.Stranger, Stop))!.Status);
        Assert.Equal("points", (await w.Rules.WorthAsync(w.CountyCongress, Form("2026-01-01", "-1"), w.Head, Stop))!.Fields[0].Field);
        Assert.Equal("from", (await w.Rules.WorthAsync(w.CountyCongress, Form(""), w.Head, Stop))!.Fields[0].Field);
        Assert.Null(await w.Rules.WorthAsync(w.CountyCongress, Form("2026-01-01"), w.Head, Stop));
        Assert.Null(await w.Rules.WorthAsync(w.CountyCongress, Form("2027-01-01"), w.Head, Stop));
        var rules = await w.Files.RulesAsync(w.CountyCongress, Stop);
        Assert.Equal(409, (await w.Rules.RemoveAsync(rules[0].Id, w.Head, Stop))!.Status);
        Assert.Equal(404, (await w.Rules.RemoveAsync(rules[1].Id, w.Stranger, Stop))!.Status);
        Assert.Null(await w.Rules.RemoveAsync(rules[1].Id, w.Head, Stop));
        Assert.Single(await w.Files.RulesAsync(w.CountyCongress, Stop));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Nothing_is_published_unless_the_congress_says_through_which_day(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        await w.ConfirmedAsync(w.Entry(day: new(2026, 9, 30)));
        await w.ConfirmedAsync(w.Entry(day: new(2026, 10, 1)) with { Title = "十月一日" });
        await w.HeldAsync("group", new(2026, 9, 1, 1, 0, 0, DateTimeKind.Utc), open: true);
        // What was not marked public counts and is not named, nor is what was said there.
        await w.HeldAsync("research", new(2026, 9, 2, 1, 0, 0, DateTimeKind.Utc), "没有公开的发言");
        Assert.Null(await w.Publication.DeputyAsync(w.LiCounty, null, Stop));
        Assert.Null(await w.Publication.GroupAsync(w.Delegation, Stop));
        Assert.Empty(await w.Publication.FindAsync("李", Stop));
        Dictionary<string, string> form = new() { ["silentDays"] = "90", ["groupMeetings"] = "3", ["through"] = "2026-11-03" };
        Assert.Equal("through", (await w.Rules.SetAsync(w.CountyCongress, form, w.Head, Stop))!.Fields[0].Field);
        Assert.Null(await w.Rules.SetAsync(w.CountyCongress, new Dictionary<string, string>(form) { ["through"] = "2026-09-30" }, w.Head, Stop));

        var shown = (await w.Publication.DeputyAsync(w.LiCounty, null, Stop))!;
        // Of what was reported the number is shown, up to that day; of the activity the name as well.
        Assert.Equal(1, shown.Counts.Single(c => c.Item.Id == "deputies.reported-electors").Amount);
        Assert.Equal([("deputies.group", "活动")], shown.Entries.Select(e => (e.Item.Id, e.Title)));
        Assert.Equal((1, 1), (shown.Counts.Single(c => c.Item.Id == "deputies.research").Amount, shown.Counts.Single(c => c.Item.Id == "deputies.speech").Amount));
        Assert.Null(await w.Publication.DeputyAsync(w.LiTown, null, Stop));
        var group = (await w.Publication.GroupAsync(w.Delegation, Stop))!;
        Assert.Equal((2, 4, "建了一个口袋公园"), (group.Deputies.Count, group.Deputies.Sum(d => d.All), group.Results.Single().Result));
        Assert.Equal([w.LiCounty], (await w.Publication.FindAsync("李", Stop)).Select(s => s.Mandate.Id));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Silence_is_found_with_what_the_records_say_of_it(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        var congress = (await w.SeatAsync(w.LiCounty)).Congress;
        Assert.Equal(2, (await w.Analysis.SilentAsync(congress, 90, Stop)).Count);
        await w.ConfirmedAsync(w.Entry());
        await w.HeldAsync("group", new(2026, 10, 1, 1, 0, 0, DateTimeKind.Utc), there: ParticipantState.Absent);
        var silent = Assert.Single(await w.Analysis.SilentAsync(congress, 90, Stop));
        Assert.Equal((w.ShenCounty, null, "还没有账号"), (silent.Seat.Mandate.Id, silent.Last, silent.Why.Zh));
        var figures = await w.Analysis.ReadAsync(congress, new(new(2026, 1, 1), new(2026, 12, 31)), Stop);
        var group = Assert.Single(figures.Groups);
        Assert.Equal((2, 1, 1, 1), (group.Deputies, group.Active, group.Done, group.Meetings));
        Assert.Equal([("女", 0.0), ("男", 1.0)], figures.Structure[0].Of.Select(g => (g.Name, g.Average)).OrderBy(g => g.Average));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_file_is_handed_over_once_and_stays_as_it_was(DatabaseProvider provider)
    {
        await using var w = await FileWorld.CreateAsync(provider);
        await w.ConfirmedAsync(w.Entry());
        Assert.Equal("deputies.in-office", (await w.Lives.ArchiveAsync(w.LiCounty, "档案室", w.Clerk, Stop))!.Code);
        Assert.Null(await w.Lives.TickAsync(w.LiCounty, "certificate", true, "第 86 号", w.Clerk, Stop));
        Assert.Null(await w.Lives.TickAsync(w.LiCounty, "certificate", true, "别的", w.Clerk, Stop));
        Assert.Equal(404, (await w.Lives.TickAsync(w.LiCounty, "certificate", false, "", w.Stranger, Stop))!.Status);
        Assert.Contains("第 86 号", (await w.Lives.ReadAsync(await w.SeatAsync(w.LiCounty), Stop)).Lines.Single(l => l.Id == "certificate").Note);
        await using (var db = w.Databases.CreateDbContext())
        {
            (await db.Set<Mandate>().SingleAsync(m => m.Id == w.LiCounty, Stop)).ValidTo = new DateTime(2026, 11, 1, 2, 0, 0, DateTimeKind.Utc);
            await db.SaveChangesAsync(Stop);
        }
        Assert.Equal([w.LiCounty], (await w.Lives.ListAsync(w.CountyCongress, true, Stop)).Select(s => s.Mandate.Id));
        Assert.Equal(404, (await w.Lives.ArchiveAsync(w.LiCounty, "档案室", w.Stranger, Stop))!.Status);
        Assert.Null(await w.Lives.ArchiveAsync(w.LiCounty, "档案室", w.Clerk, Stop));
        Assert.Empty(await w.Lives.ListAsync(w.CountyCongress, true, Stop));
        await using var read = w.Databases.CreateDbContext();
        var archive = await read.Set<LifeArchive>().AsNoTracking().SingleAsync(Stop);
        Assert.Null(await w.Lives.ArchiveAsync(w.LiCounty, "别处", w.Clerk, Stop));
        Assert.Equal(("档案室", archive.Sha256), ((await read.Set<LifeArchive>().AsNoTracking().SingleAsync(Stop)).To, Convert.ToHexStringLower(SHA256.HashData(archive.Content))));
        using var zip = new ZipArchive(new MemoryStream(archive.Content));
        Assert.Equal(["李代表履职登记表.docx", "李代表履职记录.xlsx"], zip.Entries.Select(e => e.FullName).Order());
    }
}
