using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Modules.Tests.Visits;

public sealed class FindingLoopTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_finding_goes_round_the_loop_with_one_duty_at_each_step(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        Assert.Equal([("submitted", w.Office)], await w.DutiesAsync(id));

        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power, coUnits = new[] { w.Roads } });
        Assert.Equal([("assigned", w.Power), ("co-answer", w.Roads)], await w.DutiesAsync(id));

        await w.ActAsync(id, "accept", w.PowerClerk);
        Assert.Equal([("co-answer", w.Roads), ("handling", w.Power)], await w.DutiesAsync(id));

        var near = await w.PhotoAsync(w.PowerClerk, 15);
        var early = await w.TryAsync(id, "reply", w.PowerClerk, new { text = "已扶正", media = new[] { near } });
        Assert.Equal(("matters.co-units-open", 409), (early.Refusal!.Code, early.Refusal.Status));

        await w.ActAsync(id, "co-answer", w.RoadsClerk, new { text = "路面无碍" });
        Assert.Equal([("handling", w.Power)], await w.DutiesAsync(id));

        var bare = await w.TryAsync(id, "reply", w.PowerClerk, new { text = "已扶正" });
        Assert.Equal("visits.after-photo-missing", Assert.Single(bare.Refusal!.Fields).Code);

        await w.ActAsync(id, "reply", w.PowerClerk, new { text = "已扶正", media = new[] { near } });
        Assert.Equal([("replied", w.Office)], await w.DutiesAsync(id));

        await w.ActAsync(id, "check", w.Clerk);
        Assert.Equal([("checked", w.Li)], await w.DutiesAsync(id));

        var end = await w.ActAsync(id, "evaluate", w.Deputy, new { attitude = "1", result = "2" });
        Assert.Empty(await w.DutiesAsync(id));
        Assert.Equal(("closed", true, true, 1, 2, false), (end.Matter.State, end.Matter.Closed, end.Matter.Proven, end.Matter.Attitude, end.Matter.Result, end.Matter.Late));
        Assert.All(end.Assignments, a => Assert.Equal("answered", a.State));
        Assert.Equal(["submit", "assign", "accept", "co-answer", "reply", "check", "evaluate"], (await w.EventsAsync(id)).Select(e => e.Action));
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_deputy_who_is_not_satisfied_sends_it_round_again_and_then_closes_it(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await CheckedAsync(w);
        var mute = await w.TryAsync(id, "evaluate", w.Deputy, new { attitude = "1", result = "3" });
        Assert.Equal("visits.reason-missing", Assert.Single(mute.Refusal!.Fields).Code);

        var redo = await w.ActAsync(id, "evaluate", w.Deputy, new { attitude = "1", result = "3", reason = "还是歪的" });
        Assert.Equal(("redo", 1, "accepted"), (redo.Matter.State, redo.Matter.Redone, redo.Lead!.State));
        Assert.Equal([("redo", w.Power)], await w.DutiesAsync(id));

        await w.ActAsync(id, "reply", w.PowerClerk, new { text = "换了新杆", media = new[] { await w.PhotoAsync(w.PowerClerk, 3) } });
        await w.ActAsync(id, "check", w.Clerk);
        var end = await w.ActAsync(id, "evaluate", w.Deputy, new { attitude = "1", result = "1" });
        Assert.Equal(("closed", 1), (end.Matter.State, end.Matter.Result));
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_after_photo_from_far_away_needs_a_signed_reason(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await RepliedAsync(w, 450);
        var refused = await w.TryAsync(id, "check", w.Clerk);
        Assert.Equal("visits.proof-missing", Assert.Single(refused.Refusal!.Fields).Code);
        var passed = await w.ActAsync(id, "check", w.Clerk, new { signed = "已到现场看过" });
        Assert.Equal(("checked", false), (passed.Matter.State, passed.Matter.Proven));
        Assert.InRange(passed.Media.Single().DistanceMetres!.Value, 449, 451);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_out_of_turn_stale_or_foreign_is_refused_and_changes_nothing(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        var wrong = await w.TryAsync(id, "check", w.Clerk);
        Assert.Equal(("matters.wrong-state", 409), (wrong.Refusal!.Code, wrong.Refusal.Status));
        var stale = await w.TryAsync(id, "verify", w.Clerk, version: 2);
        Assert.Equal(("matters.stale-version", 409), (stale.Refusal!.Code, stale.Refusal.Status));
        Assert.Equal("matters.not-yours", (await w.TryAsync(id, "assign", w.Deputy, new { leadUnit = w.Power })).Refusal!.Code);
        Assert.Equal("not-found", (await w.TryAsync(id, "accept", w.PowerClerk)).Refusal!.Code);
        Assert.Equal("not-found", (await w.TryAsync(id, "verify", VisitsRules.Person("邻县", "clerk", 330521000000))).Refusal!.Code);
        Assert.Equal("form.unknown-unit", Assert.Single((await w.TryAsync(id, "assign", w.Clerk, new { leadUnit = w.Office })).Refusal!.Fields).Code);
        Assert.Single(await w.EventsAsync(id));
        Assert.Null((await w.TryAsync(id, "verify", w.Clerk, version: 1)).Refusal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_retry_is_harmless_and_a_reused_id_is_refused(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        var first = await w.SubmitAsync(id, w.Request());
        var again = await w.SubmitAsync(id, w.Request());
        Assert.Equal((false, true), (first.Repeated, again.Repeated));
        Assert.Equal(first.Matter!.Matter.Number, again.Matter!.Matter.Number);
        Assert.Equal("matters.id-taken", (await w.SubmitAsync(id, w.Request("别的事"))).Refusal?.Code);
        Assert.Equal("matters.id-taken", (await w.SubmitAsync(id, w.Request(), w.OtherDeputy)).Refusal?.Code);

        Assert.False((await w.TryAsync(id, "verify", w.Clerk, version: 1, key: "k1")).Repeated);
        var retry = await w.TryAsync(id, "verify", w.Clerk, version: 1, key: "k1");
        Assert.True(retry.Repeated);
        Assert.Equal("verified", retry.Matter!.Matter.State);
        Assert.Equal("matters.key-taken", (await w.TryAsync(id, "decline", w.Clerk, new { channel = "hotline", reason = "不归这里" }, key: "k1")).Refusal?.Code);
        Assert.Equal(["submit", "verify"], (await w.EventsAsync(id)).Select(e => e.Action));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_merge_keeps_both_reporters_and_can_be_undone(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var into = await w.SubmitAsync();
        var twin = await w.SubmitAsync("电线杆斜了", w.OtherDeputy);
        var itself = await w.TryAsync(twin, "merge", w.Clerk, new { target = twin });
        Assert.Equal("matters.merge-target", Assert.Single(itself.Refusal!.Fields).Code);

        await w.ActAsync(twin, "merge", w.Clerk, new { target = into });
        Assert.Equal([w.Li, w.Wang], await ReportersAsync(w, into));
        Assert.Empty(await w.DutiesAsync(twin));
        Assert.Equal([("submitted", w.Office)], await w.DutiesAsync(into));
        Assert.Null((await w.TryAsync(into, "withdraw", w.OtherDeputy, new { reason = "看错了" }, version: 99)).Matter);

        var back = await w.ActAsync(twin, "unmerge", w.Clerk, new { reason = "不是一处" });
        Assert.Equal(("submitted", false, null), (back.Matter.State, back.Matter.Closed, back.Matter.MergedIntoId));
        Assert.Equal([w.Li], await ReportersAsync(w, into));
        Assert.Equal([("submitted", w.Office)], await w.DutiesAsync(twin));
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Sent_back_it_waits_for_the_deputy_and_comes_again(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        await w.ActAsync(id, "return", w.Clerk, new { reason = "看不出在哪里" });
        Assert.Equal([("returned", w.Li)], await w.DutiesAsync(id));
        var photo = await w.PhotoAsync(w.Deputy, 0);
        var back = await w.ActAsync(id, "complete", w.Deputy, new { text = "村口", media = new[] { photo } });
        Assert.Equal(("submitted", 1, photo), (back.Matter.State, back.Matter.Photos, back.Matter.Thumbnail));
        Assert.Equal([("submitted", w.Office)], await w.DutiesAsync(id));
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_unit_may_ask_to_give_it_back_and_is_answered(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power });
        await w.ActAsync(id, "request-return", w.PowerClerk, new { reason = "是通信杆" });
        Assert.Equal([("return-requested", w.Office)], await w.DutiesAsync(id));
        await w.ActAsync(id, "refuse-return", w.Clerk, new { reason = "是你们的杆" });
        Assert.Equal([("assigned", w.Power)], await w.DutiesAsync(id));
        await w.ActAsync(id, "request-return", w.PowerClerk, new { reason = "确实不是" });
        var granted = await w.ActAsync(id, "grant-return", w.Clerk);
        Assert.Equal(("verified", null, "returned"), (granted.Matter.State, granted.Matter.LeadUnitId, Assert.Single(granted.Assignments).State));
        Assert.Equal(["step"], granted.Body.Clocks.Keys);
        Assert.Equal([("verified", w.Office)], await w.DutiesAsync(id));
        var again = await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Roads });
        Assert.Equal(w.Roads, again.Matter.LeadUnitId);
        Assert.Equal("matters.not-yours", (await w.TryAsync(id, "accept", w.PowerClerk)).Refusal?.Code);
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_paused_clock_stands_still_and_an_extension_needs_the_head(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power });
        var due = (await w.ActAsync(id, "accept", w.PowerClerk)).Matter.DueAt!.Value;
        Assert.Null((await w.ActAsync(id, "pause", w.Clerk, new { reason = "等雨停" })).Matter.DueAt);
        w.Time.Now += TimeSpan.FromDays(7);
        var resumed = (await w.ActAsync(id, "resume", w.Clerk, new { reason = "雨停了" })).Matter.DueAt!.Value;
        Assert.Equal(due.AddDays(7), resumed);

        Assert.Equal("matters.not-yours", (await w.TryAsync(id, "extend", w.Clerk, new { until = "2027-01-15", reason = "等料" })).Refusal?.Code);
        Assert.Equal("matters.extension-not-later", Assert.Single((await w.TryAsync(id, "extend", w.Head, new { until = "2026-12-01", reason = "等料" })).Refusal!.Fields).Code);
        var extended = await w.ActAsync(id, "extend", w.Head, new { until = "2027-01-15", reason = "等料" });
        Assert.Equal(new DateTime(2027, 1, 15, 16, 0, 0, DateTimeKind.Utc), extended.Matter.DueAt);
        Assert.Equal(w.Head.AccountId, Assert.Single(extended.Body.Clocks["handling"].Extensions).Approver);
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Twenty_identical_submissions_at_once_make_one_finding(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => w.SubmitAsync(id, w.Request()))));
        Assert.All(answers, a => Assert.Null(a.Refusal));
        Assert.Equal(19, answers.Count(a => a.Repeated));
        Assert.Single(await w.EventsAsync(id));
        Assert.Single(await w.DutiesAsync(id));
        var result = await w.VerifyAsync();
        Assert.Equal(1, result.Matters);
        Assert.Empty(result.Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Twenty_different_submissions_at_once_are_numbered_without_a_gap_in_commit_order(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => w.SubmitAsync($"第{i}处"))));
        await using var db = w.Databases.CreateDbContext();
        var rows = await db.Set<Matter>().AsNoTracking().Join(db.Set<MatterEvent>(), m => m.Id, e => e.MatterId, (m, e) => new { m.Serial, m.Number, e.Seq }).OrderBy(r => r.Seq).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 20).Select(n => ((long)n, (long)n, $"寻访〔2026〕{n}号")), rows.Select(r => (r.Seq, r.Serial, r.Number)));
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Of_ten_who_act_on_one_version_at_once_one_succeeds(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => w.TryAsync(id, "verify", w.Clerk, version: 1))));
        Assert.Single(answers, a => a.Refusal is null);
        Assert.Equal(2, (await w.EventsAsync(id)).Count);
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Verification_names_each_thing_that_was_tampered_with(DatabaseProvider provider)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var w = await FindingWorld.CreateAsync(provider);
        var ids = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await w.SubmitAsync($"第{i}处"));
            await w.ActAsync(ids[i], "verify", w.Clerk);
            await w.ActAsync(ids[i], "assign", w.Clerk, new { leadUnit = w.Power, note = "请抓紧" });
        }
        Assert.Empty((await w.VerifyAsync()).Faults);
        await using var db = w.Databases.CreateDbContext();

        await db.Set<MatterEvent>().Where(e => e.MatterId == ids[0] && e.Version == 3)
            .ExecuteUpdateAsync(s => s.SetProperty(e => e.Content, e => e.Content.Replace("抓紧", "抓牢")), cancellation);
        Assert.Equal([$"matter {ids[0]}: the seal of event 3 does not hold."], (await w.VerifyAsync()).Faults);

        await db.Set<Matter>().Where(m => m.Id == ids[1]).ExecuteUpdateAsync(s => s.SetProperty(m => m.Late, true), cancellation);
        Assert.Single((await w.VerifyAsync()).Faults, f => f.StartsWith($"matter {ids[1]}: row ", StringComparison.Ordinal));

        await db.Set<MatterEvent>().Where(e => e.MatterId == ids[2] && e.Version == 2).ExecuteDeleteAsync(cancellation);
        Assert.Contains($"matter {ids[2]}: event 3 follows 1.", (await w.VerifyAsync()).Faults);

        // The last one leaves no gap behind, but the row knows better.
        await db.Set<MatterEvent>().Where(e => e.MatterId == ids[3] && e.Version == 3).ExecuteDeleteAsync(cancellation);
        Assert.Contains((await w.VerifyAsync()).Faults, f => f.StartsWith($"matter {ids[3]}: row ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Verification_names_a_wrong_count_and_a_finding_that_vanished(DatabaseProvider provider)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        await using var db = w.Databases.CreateDbContext();
        await db.Set<Tally>().ExecuteUpdateAsync(s => s.SetProperty(t => t.Photos, t => t.Photos + 1), cancellation);
        var fault = Assert.Single((await w.VerifyAsync()).Faults);
        Assert.StartsWith("count (visits, " + w.Campaign, fault, StringComparison.Ordinal);

        await db.Set<Tally>().ExecuteDeleteAsync(cancellation);
        Assert.EndsWith(": missing.", Assert.Single((await w.VerifyAsync()).Faults), StringComparison.Ordinal);

        await db.Set<Occurrence>().Where(o => o.Kind == Occurrence.Reporter).ExecuteUpdateAsync(s => s.SetProperty(o => o.Matters, 2), cancellation);
        Assert.Contains((await w.VerifyAsync()).Faults, f => f.EndsWith("kept 2, counted 1.", StringComparison.Ordinal));
        await db.Set<Occurrence>().ExecuteDeleteAsync(cancellation);

        await db.Set<Matter>().Where(m => m.Id == id).ExecuteDeleteAsync(cancellation);
        Assert.Equal(["events: 1 belong to no matter."], (await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_database_of_before_is_counted_as_one_that_grew_since(DatabaseProvider provider)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var w = await FindingWorld.CreateAsync(provider);
        await w.SubmitAsync();
        var rejected = await w.SubmitAsync();
        await w.ActAsync(rejected, "decline", w.Clerk, new { reason = "属于涉法涉诉事项", channel = "litigation" });
        await using var db = w.Databases.CreateDbContext();
        var before = await db.Set<Occurrence>().AsNoTracking().OrderBy(o => o.Kind).ThenBy(o => o.Member).Select(o => new { o.Kind, o.Division, o.Member, o.Matters }).ToListAsync(cancellation);
        Assert.Equal(3, before.Count);

        await db.GetService<IMigrator>().MigrateAsync("Search", cancellation);
        await db.Database.MigrateAsync(cancellation);

        Assert.Equal(before, await db.Set<Occurrence>().AsNoTracking().OrderBy(o => o.Kind).ThenBy(o => o.Member).Select(o => new { o.Kind, o.Division, o.Member, o.Matters }).ToListAsync(cancellation));
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    private static async Task<Guid> RepliedAsync(FindingWorld w, double metresAway)
    {
        var id = await w.SubmitAsync();
        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power });
        await w.ActAsync(id, "accept", w.PowerClerk);
        await w.ActAsync(id, "reply", w.PowerClerk, new { text = "已扶正", media = new[] { await w.PhotoAsync(w.PowerClerk, metresAway) } });
        return id;
    }

    private static async Task<Guid> CheckedAsync(FindingWorld w)
    {
        var id = await RepliedAsync(w, 10);
        await w.ActAsync(id, "check", w.Clerk);
        return id;
    }

    private static async Task<List<Guid>> ReportersAsync(FindingWorld w, Guid id)
    {
        await using var db = w.Databases.CreateDbContext();
        var people = await db.Set<MatterReporter>().Where(r => r.MatterId == id).ToListAsync();
        return [.. people.OrderBy(r => r.ViaMatterId != r.MatterId).Select(r => r.PersonId)];
    }
}
