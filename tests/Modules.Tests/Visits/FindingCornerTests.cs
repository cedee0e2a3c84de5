using Microsoft.EntityFrameworkCore;
using Renda.Platform.Matters;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Modules.Tests.Visits;

/// <summary>What happens seldom: chains of merges, duties nobody could fulfil, the same key at once, reminders.</summary>
public sealed class FindingCornerTests
{
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_merge_is_asked_for_by_number_within_the_scope(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var into = await w.SubmitAsync();
        var (a, b, c) = (await w.SubmitAsync(), await w.SubmitAsync(), await w.SubmitAsync());
        await w.ActAsync(a, "merge", w.Clerk, new { target = " 1 " });
        await w.ActAsync(b, "merge", w.Clerk, new { target = "寻访〔2026〕1号" });
        var refused = (await w.TryAsync(c, "merge", w.Clerk, new { target = "77" })).Refusal!;
        Assert.Equal("form.unknown-matter", Assert.Single(refused.Fields).Code);
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal([into, into, null], await db.Set<Matter>().Where(m => m.Serial > 1).OrderBy(m => m.Serial).Select(m => m.MergedIntoId).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_clock_that_was_set_back_stops_nobody(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power });
        w.Time.Now -= TimeSpan.FromDays(1);
        await w.ActAsync(id, "accept", w.PowerClerk);
        await w.ActAsync(id, "reply", w.PowerClerk, new { text = "修好了", noPhotoReason = "下雨" });
        await w.ActAsync(id, "send-back", w.Clerk, new { reason = "再看看" });
        var events = await w.EventsAsync(id);
        Assert.Equal(events.Select(e => e.At), events.Select(e => e.At).Order());
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Of_two_duplicates_by_one_person_undoing_one_keeps_the_other(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var into = await w.SubmitAsync();
        var (a, b) = (await w.SubmitAsync("a", w.OtherDeputy), await w.SubmitAsync("b", w.OtherDeputy));
        await w.ActAsync(a, "merge", w.Clerk, new { target = into });
        await w.ActAsync(b, "merge", w.Clerk, new { target = into });
        await w.ActAsync(a, "unmerge", w.Clerk, new { reason = "不是同一处" });
        Assert.Equal([w.Li, w.Wang], await ReportersAsync(w, into));
        await w.ActAsync(b, "unmerge", w.Clerk, new { reason = "不是同一处" });
        Assert.Equal([w.Li], await ReportersAsync(w, into));
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_chain_of_merges_keeps_every_reporter_and_unwinds_in_any_order(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var (c, b, a) = (await w.SubmitAsync(), await w.SubmitAsync("b"), await w.SubmitAsync("a", w.OtherDeputy));
        await w.ActAsync(a, "merge", w.Clerk, new { target = b });
        await w.ActAsync(b, "merge", w.Clerk, new { target = c });
        Assert.Equal([w.Li, w.Wang], (await ReportersAsync(w, c)).Distinct());
        await w.ActAsync(a, "unmerge", w.Clerk, new { reason = "不是同一处" });
        Assert.DoesNotContain(w.Wang, await ReportersAsync(w, c));
        Assert.DoesNotContain(w.Wang, await ReportersAsync(w, b));
        await w.ActAsync(b, "unmerge", w.Clerk, new { reason = "不是同一处" });
        Assert.Equal([w.Li], await ReportersAsync(w, c));
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Nobody_has_a_duty_that_cannot_be_done_in_the_present_state(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power, coUnits = new[] { w.Roads } });
        await w.ActAsync(id, "request-return", w.PowerClerk, new { reason = "是通信线" });
        Assert.Equal([("return-requested", w.Office)], await w.DutiesAsync(id));
        await w.ActAsync(id, "refuse-return", w.Clerk, new { reason = "先由你单位牵头" });
        Assert.Equal([("assigned", w.Power), ("co-answer", w.Roads)], await w.DutiesAsync(id));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_same_request_ten_times_at_once_is_done_once_and_answered_ten_times(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => w.TryAsync(id, "verify", w.Clerk, version: 1, key: "k"))));
        Assert.All(answers, a => Assert.Null(a.Refusal));
        Assert.Equal(1, answers.Count(a => !a.Repeated));
        Assert.Equal(["submit", "verify"], (await w.EventsAsync(id)).Select(e => e.Action));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_reminder_reaches_whoever_it_waits_for(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power });
        await w.ActAsync(id, "remind", w.Clerk, new { text = "汛期将至，请抓紧" });
        await using var db = w.Databases.CreateDbContext();
        var notice = Assert.Single(await db.Set<Notice>().Where(n => n.MatterId == id && n.Zh.Contains("汛期将至")).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(w.Power, notice.OrganisationId);
    }

    private static async Task<List<Guid>> ReportersAsync(FindingWorld w, Guid id)
    {
        await using var db = w.Databases.CreateDbContext();
        var people = await db.Set<MatterReporter>().Where(r => r.MatterId == id).ToListAsync(TestContext.Current.CancellationToken);
        return [.. people.OrderBy(r => r.ViaMatterId != r.MatterId).Select(r => r.PersonId)];
    }
}
