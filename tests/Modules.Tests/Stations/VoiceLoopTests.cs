using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Stations;

namespace Modules.Tests.Stations;

/// <summary>The loop of what a citizen says, on both databases.</summary>
public sealed class VoiceLoopTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task It_goes_from_the_citizen_to_the_deputy_over_the_town_and_back(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var (code, id) = await w.SayAsync();
        Assert.Equal([("submitted", (Guid?)w.Station)], await w.DutiesAsync(id));
        var said = await w.LoadAsync(id);
        Assert.Null(said.Matter.ReporterId);
        Assert.Equal("群众〔2026〕1号", said.Matter.Number);

        await w.ActAsync(id, "accept", w.Keeper, new { title = "村口路灯坏了", category = "roads", deputy = w.LiId });
        Assert.Equal([("offered", (Guid?)w.LiId)], await w.DutiesAsync(id));
        await w.ActAsync(id, "take", w.Li);
        // A deputy gives no orders to units: the staff do.
        await w.ActAsync(id, "ask-transfer", w.Li, new { level = "town", text = "请镇里修。" });
        Assert.Equal([("to-town", (Guid?)w.Station)], await w.DutiesAsync(id));
        foreach (var other in new[] { w.Li, w.OtherKeeper, w.TownClerk }) Assert.NotNull(await w.RefusedAsync(id, "transfer-town", other, new { leadUnit = w.Government }));
        await w.ActAsync(id, "transfer-town", w.Keeper, new { leadUnit = w.Government });
        await w.ActAsync(id, "sign-for", w.TownClerk);
        // Nor does the unit answer the citizen: it replies to the deputy.
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "feed-back", w.TownClerk, new { text = "修好了。" }));
        await w.ActAsync(id, "reply", w.TownClerk, new { text = "已更换灯泡和线路。" });
        Assert.Equal([("replied", (Guid?)w.LiId)], await w.DutiesAsync(id));
        var answered = await w.ActAsync(id, "feed-back", w.Li, new { text = "您好，路灯修好了，我晚上去看过。" });
        Assert.Equal("answered", answered.Matter.State);
        // Nobody of the office has a duty while the citizen rates.
        Assert.Empty(await w.DutiesAsync(id));

        Assert.Equal("form.required", await w.CitizenAsync(code, "rate", new { }));
        Assert.Null(await w.CitizenAsync(code, "rate", new { score = "1", text = "谢谢" }));
        var closed = await w.LoadAsync(id);
        Assert.Equal(("closed", true, 1), (closed.Matter.State, closed.Matter.Closed, closed.Matter.Result));
        var steps = await w.Portal.StoryAsync(closed, CancellationToken.None);
        Assert.Contains(steps, s => s.Text == "您好，路灯修好了，我晚上去看过。");
        // What officials say among themselves is not the citizen's to read.
        Assert.DoesNotContain(steps, s => s.Text.Contains("请镇里修", StringComparison.Ordinal) || s.Text.Contains("更换灯泡", StringComparison.Ordinal));
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_deputy_of_the_station_takes_up_what_waits_and_no_other(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var (_, id) = await w.SayAsync();
        await w.ActAsync(id, "accept", w.Keeper, new { title = "路灯", category = "roads" });
        Assert.Equal([("open", (Guid?)w.Station)], await w.DutiesAsync(id));
        Assert.Equal([id], (await w.Voices.OpenForAsync(w.Shen, CancellationToken.None)).Select(o => o.Row.Id));
        Assert.Empty(await w.Voices.OpenForAsync(w.Wu, CancellationToken.None));
        // Without the placement it does not exist for a deputy, neither by the module nor by the kernel.
        Assert.Equal(404, (await w.Voices.ClaimAsync(id, w.Wu, CancellationToken.None)).Refusal!.Status);
        Assert.Equal("not-found", await w.RefusedAsync(id, "claim", w.Shen));
        Assert.Null((await w.Voices.ClaimAsync(id, w.Shen, CancellationToken.None)).Refusal);
        Assert.Equal("matters.wrong-state", (await w.Voices.ClaimAsync(id, w.Li, CancellationToken.None)).Refusal!.Code);
        var claimed = await w.LoadAsync(id);
        Assert.Equal(w.ShenId, claimed.Matter.ReporterId);
        Assert.True(MatterScope.MaySee(w.Shen, claimed.Matter, claimed.Assignments, claimed.Reporters));

        // Passed on, it is nobody's again, and the former deputy does not see it any more.
        await w.ActAsync(id, "pass", w.Shen, new { reason = "不在我的片区。" });
        var open = await w.LoadAsync(id);
        Assert.False(MatterScope.MaySee(w.Shen, open.Matter, open.Assignments, open.Reporters));
        await w.ActAsync(id, "offer", w.Keeper, new { deputy = w.LiId });
        Assert.Equal("form.unknown-deputy", await w.RefusedAsync(id, "offer", w.Keeper, new { deputy = Guid.CreateVersion7() }));
        // Who left the station takes up nothing.
        var (_, second) = await w.SayAsync(w.Saying("另一件：河道里有垃圾没人清。"));
        await w.ActAsync(second, "accept", w.Keeper, new { title = "河道垃圾", category = "environment" });
        var placement = (await w.Stations.DeputiesAsync(w.Station, CancellationToken.None)).First(d => d.Placement.PersonId == w.ShenId).Placement.Id;
        Assert.Null(await w.Stations.EndPlacementAsync(w.Station, placement, new(2026, 3, 1), w.Keeper, CancellationToken.None));
        Assert.Equal(404, (await w.Voices.ClaimAsync(second, w.Shen, CancellationToken.None)).Refusal!.Status);
        await w.HoldsAsync();
    }

    // Working days of 2026 by the official calendar: the Tomb-Sweeping holiday is 4 to 6 April.
    [Theory]
    [InlineData("town", "2026-03-16")]
    [InlineData("county", "2026-03-23")]
    [InlineData("city", "2026-03-30")]
    public async Task Each_tier_has_its_own_time_and_no_other_clock_runs_beside_it(string level, string due)
    {
        await using var w = await StationWorld.CreateAsync(DatabaseProvider.Sqlite);
        var (_, id) = await w.ClaimedAsync();
        await w.ActAsync(id, "ask-transfer", w.Li, new { level = "county", text = "要部门来办。" });
        Assert.Equal([("to-transfer", (Guid?)w.Office)], await w.DutiesAsync(id));
        await w.ActAsync(id, "transfer", w.Clerk, new { level, leadUnit = w.Roads });
        var fold = await w.ActAsync(id, "sign-for", w.RoadsClerk);
        Assert.Equal(due, fold.Body.Clocks["handling"].DueDate.ToString("yyyy-MM-dd"));
        Assert.Equal(["handling"], fold.Body.Clocks.Keys);
        Assert.Equal(fold.Body.Clocks["handling"].DueAt, fold.Matter.DueAt);

        var later = fold.Body.Clocks["handling"].DueDate.AddDays(7).ToString("yyyy-MM-dd");
        await w.ActAsync(id, "extend", w.Clerk, new { until = later, reason = "要等材料。" });
        Assert.Equal("stations.extended", await w.RefusedAsync(id, "extend", w.Clerk, new { until = "2026-05-30", reason = "再等等。" }));
        w.Time.Now = new DateTimeOffset(DateTime.Parse(later, System.Globalization.CultureInfo.InvariantCulture).AddDays(2), TimeSpan.Zero);
        Assert.Equal(1, await w.Watch.EscalateAsync(CancellationToken.None));
        Assert.True((await w.ActAsync(id, "reply", w.RoadsClerk, new { text = "已修。" })).Matter.Late);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task It_is_said_again_once_and_closes_by_itself_when_nobody_rates(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var (code, id) = await w.ClaimedAsync();
        await w.ActAsync(id, "answer", w.Li, new { text = "已经联系村里。" });
        Assert.Null(await w.CitizenAsync(code, "rate", new { score = "3" }));
        Assert.Null(await w.CitizenAsync(code, "reopen", new { reason = "还是没亮。" }));
        Assert.Equal(("claimed", false, 1), ((await w.LoadAsync(id)).Matter.State, (await w.LoadAsync(id)).Matter.Closed, (await w.LoadAsync(id)).Matter.Redone));
        // It stays with its deputy.
        Assert.Equal("stations.keep-it", await w.RefusedAsync(id, "pass", w.Li, new { reason = "别人去。" }));
        await w.ActAsync(id, "answer", w.Li, new { text = "这次修好了。" });
        Assert.Equal("stations.reopened", await w.CitizenAsync(code, "reopen", new { reason = "又坏了。" }));
        Assert.Equal(404, (await w.Voices.ActAsync(code, "publish", [], CancellationToken.None))!.Status);
        w.Time.Now += TimeSpan.FromDays(20);
        Assert.Equal(1, await w.Watch.EscalateAsync(CancellationToken.None));
        var closed = await w.LoadAsync(id);
        Assert.Equal(("closed-unrated", 4), (closed.Matter.State, closed.Matter.Result));
        Assert.Equal(0, await w.Watch.EscalateAsync(CancellationToken.None));
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_not_the_congresss_is_shown_the_right_way_and_what_is_general_becomes_a_suggestion(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var (code, id) = await w.SayAsync(w.Saying("我和邻居的宅基地官司判得不公，请代表过问。"));
        Assert.Equal("form.unknown-choice", await w.RefusedAsync(id, "not-accept", w.Keeper, new { channel = "no-such", reason = "案件。" }));
        await w.ActAsync(id, "not-accept", w.Keeper, new { channel = "court", reason = "正在审理的案件，请依法上诉。" });
        var found = (await w.Voices.FindAsync(code, CancellationToken.None))!.Value;
        Assert.Equal("not-accepted", found.Matter.Matter.State);
        Assert.Contains(await w.Portal.StoryAsync(found.Matter, CancellationToken.None), s => s.Text.Contains("依法上诉", StringComparison.Ordinal));

        var (_, general) = await w.ClaimedAsync();
        await w.ActAsync(general, "convert", w.Li, new { kind = "suggestion", text = "各村都有，我提成建议。" });
        Assert.Equal("converted", (await w.LoadAsync(general)).Matter.State);

        // The same again: handled with the first, and its citizen follows that.
        var (_, first) = await w.SayAsync();
        var (_, second) = await w.SayAsync();
        await w.ActAsync(second, "merge", w.Keeper, new { target = first });
        Assert.Equal(first, (await w.LoadAsync(second)).Matter.MergedIntoId);
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Who_is_not_concerned_sees_nothing_and_does_nothing(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var (_, id) = await w.ClaimedAsync();
        foreach (var other in new[] { w.OtherKeeper, w.Wu, w.Shen, w.TownClerk, w.RoadsClerk }) Assert.Equal("not-found", await w.RefusedAsync(id, "answer", other, new { text = "不该。" }));
        // Staff of the county see it, but it is the deputy's to answer and the station's to look through.
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "answer", w.Clerk, new { text = "不该。" }));
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "rate", w.Li, new { score = "1" }));
        // How to reach the citizen: the station and the deputy, each look noted; nobody else.
        Assert.Equal("13812345678", (await w.Voices.RevealAsync(id, w.Keeper, CancellationToken.None)).Contact);
        Assert.Equal("13812345678", (await w.Voices.RevealAsync(id, w.Li, CancellationToken.None)).Contact);
        foreach (var other in new[] { w.OtherKeeper, w.Clerk, w.Head, w.Shen, w.RoadsClerk }) Assert.Equal(404, (await w.Voices.RevealAsync(id, other, CancellationToken.None)).Refusal!.Status);
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal(2, await db.Set<Renda.Platform.Audit.AuditEntry>().CountAsync(e => e.Action == "stations.contact", TestContext.Current.CancellationToken));
        // The sealed history knows nothing of it.
        Assert.False(await db.Set<MatterEvent>().AnyAsync(e => e.Content.Contains("13812345678"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Sent_twice_it_is_there_once_with_the_same_code_and_the_contact_can_be_erased(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var saying = w.Saying();
        var (first, id) = await w.SayAsync(saying);
        // The process died between the matter and what is kept beside it.
        await using (var db = w.Databases.CreateDbContext()) await db.Set<StationVoice>().ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        var (second, again) = await w.SayAsync(saying);
        Assert.Equal((first, id), (second, again));
        Assert.NotEqual(saying.Key, id);
        Assert.Equal("matters.id-taken", (await w.Voices.SayAsync(saying with { Text = "完全是另一件事情。" }, Actor.Citizen, CancellationToken.None)).Refusal!.Code);
        // Typed in whatever form; a wrong one is nobody's.
        Assert.Equal(id, (await w.Voices.FindAsync(" " + first.ToLowerInvariant().Replace("-", ""), CancellationToken.None))!.Value.Matter.Matter.Id);
        Assert.Null(await w.Voices.FindAsync("AAAA-BBBB-CCCC", CancellationToken.None));
        Assert.Null(await w.Voices.FindAsync(new string('%', 5000), CancellationToken.None));

        Assert.Equal(0, await w.Voices.SweepAsync(TimeSpan.FromDays(0), CancellationToken.None));
        Assert.Null(await w.Voices.EraseAsync(first, CancellationToken.None));
        Assert.Null(await w.Voices.EraseAsync(first, CancellationToken.None));
        Assert.Equal("stations.no-contact", (await w.Voices.RevealAsync(id, w.Keeper, CancellationToken.None)).Refusal!.Code);
        // What ended long ago is erased without anybody's asking; what is under way is not.
        var (_, closed) = await w.SayAsync(w.Saying("第三件：广场舞声音太大。"));
        await w.ActAsync(closed, "not-accept", w.Keeper, new { channel = "hotline", reason = "请打12345。" });
        await w.SayAsync(w.Saying("第四件：还在办的事情。"));
        w.Time.Now += TimeSpan.FromDays(181);
        Assert.Equal(1, await w.Voices.SweepAsync(TimeSpan.FromDays(180), CancellationToken.None));
        await w.HoldsAsync();
    }

    [Fact]
    public async Task What_a_stranger_sends_is_checked_at_every_field()
    {
        await using var w = await StationWorld.CreateAsync(DatabaseProvider.Sqlite);
        var bad = w.Saying("短") with { Category = "no-such", PlaceText = new string('长', 101), Contact = new string('1', 61), Village = StationWorld.City, DeputyId = Guid.CreateVersion7(), Media = ["no-such"] };
        Assert.Equal(["category", "text", "place", "contact", "village", "photos", "deputy"], (await w.Voices.SayAsync(bad, Actor.Citizen, CancellationToken.None)).Refusal!.Fields.Select(f => f.Field));
        Assert.Equal(404, (await w.Voices.SayAsync(w.Saying() with { StationId = w.Office }, Actor.Citizen, CancellationToken.None)).Refusal!.Status);
        Assert.Equal(404, (await w.Voices.SayAsync(w.Saying(), w.OtherKeeper, CancellationToken.None)).Refusal!.Status);
        Assert.Equal("form-invalid", (await w.Voices.SayAsync(w.Saying(new string('长', 2001)), Actor.Citizen, CancellationToken.None)).Refusal!.Code);
        var (_, id) = await w.SayAsync(w.Saying("路灯\u202e坏了\u0000，请看看。<script>alert(1)</script>"));
        Assert.Equal("路灯坏了，请看看。<script>alert(1)</script>", (await w.LoadAsync(id)).Body.Data["description"]!.ToString());
    }

    [Fact]
    public async Task The_portal_keeps_programs_and_crowds_out()
    {
        await using var w = await StationWorld.CreateAsync(DatabaseProvider.Sqlite);
        var key = Guid.CreateVersion7();
        var ticket = w.Portal.Ticket(key);
        Assert.Equal("stations.too-fast", (await w.Portal.OpenAsync(ticket, null, CancellationToken.None)).Refusal!.Code);
        w.Time.Now += TimeSpan.FromSeconds(10);
        Assert.Equal("stations.too-fast", (await w.Portal.OpenAsync(ticket, "http", CancellationToken.None)).Refusal!.Code);
        Assert.Equal(key, (await w.Portal.OpenAsync(ticket, "", CancellationToken.None)).Key);
        Assert.Equal("stations.form-over", (await w.Portal.OpenAsync("made up", null, CancellationToken.None)).Refusal!.Code);
        w.Time.Now += TimeSpan.FromDays(2);
        Assert.Equal("stations.form-over", (await w.Portal.OpenAsync(ticket, null, CancellationToken.None)).Refusal!.Code);

        Assert.Null(await w.Portal.SetAsync(new Dictionary<string, string> { ["open"] = "1", ["perStationAnHour"] = "2", ["leastSeconds"] = "0", ["keepDays"] = "30" }, w.Head, CancellationToken.None));
        Assert.Null(await w.Portal.CrowdedAsync(w.Station, CancellationToken.None));
        await w.SayAsync();
        await w.SayAsync();
        Assert.Equal("stations.crowded", (await w.Portal.CrowdedAsync(w.Station, CancellationToken.None))!.Code);
        Assert.Null(await w.Portal.CrowdedAsync(w.OtherStation, CancellationToken.None));
        Assert.Null(await w.Portal.SetAsync(new Dictionary<string, string> { ["perStationAnHour"] = "2", ["leastSeconds"] = "0", ["keepDays"] = "30" }, w.Head, CancellationToken.None));
        Assert.Equal("stations.portal-closed", (await w.Portal.OpenAsync(w.Portal.Ticket(key), null, CancellationToken.None)).Refusal!.Code);
        Assert.Equal(["perStationAnHour", "keepDays"], (await w.Portal.SetAsync(new Dictionary<string, string> { ["perStationAnHour"] = "0", ["leastSeconds"] = "0", ["keepDays"] = "x" }, w.Head, CancellationToken.None))!.Fields.Select(f => f.Field));
    }
}
