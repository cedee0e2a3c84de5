using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Stations;
using Renda.Suggestions;

namespace Modules.Tests.Suggestions;

/// <summary>The loop of a suggestion as the law draws it, on both databases.</summary>
public sealed class SuggestionLoopTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task It_goes_from_the_deputy_over_both_offices_to_the_unit_and_back(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = await w.SubmitAsync("整治农村杆线", w.Wu);
        Assert.Equal([("submitted", (Guid?)w.Office)], await w.DutiesAsync(id));
        Assert.StartsWith("收〔2026〕", (await w.LoadAsync(id)).Matter.Number);

        var accepted = await w.ActAsync(id, "accept", w.Clerk, new { committee = "construction", subject = "services" });
        Assert.Equal(("十七届五次第001号", "services", "关于整治农村杆线的建议"), (accepted.Matter.Number, accepted.Matter.Category, accepted.Matter.Title));
        await w.ActAsync(id, "to-coordinator", w.Clerk, new { coordinator = w.GovernmentOffice, proposedUnit = w.Power });
        Assert.Equal([("joint", (Guid?)w.GovernmentOffice)], await w.DutiesAsync(id));
        await w.ActAsync(id, "distribute", w.Government, new { leadUnit = w.Power, coUnits = new[] { w.Roads }, term = "normal" });
        Assert.Equal(new List<(string, Guid?)> { ("assigned", w.Power), ("co-answer", w.Roads) }, await w.DutiesAsync(id));
        await w.ActAsync(id, "sign-for", w.PowerClerk);

        // Neither without the helper's opinion nor without having spoken to the deputy.
        var draft = new { docNumber = "长电函〔2026〕1号", @class = "A", text = "已完成。", contactName = "李工", contactPhone = "0572-100", disclosure = "open" };
        Assert.Equal("matters.co-units-open", await w.RefusedAsync(id, "draft-reply", w.PowerClerk, draft));
        await w.ActAsync(id, "co-answer", w.RoadsClerk, new { text = "同意。" });
        Assert.Equal("suggestions.not-contacted", await w.RefusedAsync(id, "draft-reply", w.PowerClerk, draft));
        await w.ActAsync(id, "contact", w.PowerClerk, new { how = "visit", day = "2026-03-02", text = "年内完成。" });
        await w.ActAsync(id, "draft-reply", w.PowerClerk, draft);
        // A draft is the unit's own: neither the deputy nor the office reads it before it is signed.
        var drafted = await w.LoadAsync(id);
        Assert.Equal("已完成。", SuggestionRules.DraftOf(drafted, w.Power)!.Text);
        Assert.Contains("已完成。", drafted.Body.DataFor(w.PowerHead).ToJsonString(EventContent.Json), StringComparison.Ordinal);
        foreach (var other in new[] { w.Shen, w.Clerk, w.RoadsClerk, w.Government }) Assert.DoesNotContain("已完成。", drafted.Body.DataFor(other).ToJsonString(EventContent.Json), StringComparison.Ordinal);
        // The clerk drafts, the head signs.
        Assert.Equal([("drafted", (Guid?)w.Power)], await w.DutiesAsync(id));
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "sign", w.PowerClerk, new { signer = "张经理" }));
        var replied = await w.ActAsync(id, "sign", w.PowerHead, new { signer = "张经理" });
        Assert.Equal(("replied", false), (replied.Matter.State, replied.Matter.Late));
        Assert.Equal("张经理", SuggestionRules.Replies(replied)[w.Power].Signer);
        Assert.Equal([("replied", (Guid?)w.ShenId)], await w.DutiesAsync(id));

        // Whoever signed with the first sees it and may add a word, but the judgement is the first's.
        Assert.True(MatterScope.MaySee(w.Wu, replied.Matter, replied.Assignments, replied.Reporters));
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "evaluate", w.Wu, new { attitude = "1", result = "1" }));
        await w.ActAsync(id, "say", w.Wu, new { text = "同意领衔代表意见。" });
        var closed = await w.ActAsync(id, "evaluate", w.Shen, new { attitude = "1", result = "2" });
        Assert.Equal(("closed", true, 1, 2), (closed.Matter.State, closed.Matter.Closed, closed.Matter.Attitude, closed.Matter.Result));
        Assert.Empty(await w.DutiesAsync(id));
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Numbers_are_given_when_it_is_taken_in_and_count_apart_between_sessions(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var (first, declined, second) = (await w.SubmitAsync("甲"), await w.SubmitAsync("乙"), await w.SubmitAsync("丙"));
        Assert.Equal("十七届五次第001号", (await w.ActAsync(second, "accept", w.Clerk, new { committee = "general", subject = "other" })).Matter.Number);
        await w.ActAsync(declined, "decline", w.Clerk, new { ground = "bidding", reason = "正在招标，请向公共资源交易中心反映。" });
        Assert.Equal("十七届五次第002号", (await w.ActAsync(first, "accept", w.Clerk, new { committee = "general", subject = "other" })).Matter.Number);
        w.Time.Now = new(2026, 5, 6, 2, 0, 0, TimeSpan.Zero);
        Assert.Equal("十七届五次闭会第1号", (await w.LoadAsync(await w.AcceptedAsync("丁"))).Matter.Number);
        // Told to the deputy, with the number of none given away.
        await using var db = w.Databases.CreateDbContext();
        Assert.Contains(await db.Set<Notice>().Where(n => n.PersonId == w.ShenId).Select(n => n.Zh).ToListAsync(TestContext.Current.CancellationToken), n => n.Contains("未立案", StringComparison.Ordinal));
        Assert.Equal("十七届五次第003号", await NumberAsync());
        await w.HoldsAsync();

        async Task<string> NumberAsync()
        {
            w.Time.Now = new(2026, 3, 3, 2, 0, 0, TimeSpan.Zero);
            return (await w.LoadAsync(await w.AcceptedAsync("戊"))).Matter.Number;
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_hundred_taken_in_at_once_get_a_hundred_numbers(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var ids = new List<Guid>();
        for (var i = 0; i < 100; i++) ids.Add(await w.SubmitAsync($"第{i}件"));
        var answers = await Task.WhenAll(ids.Select(id => w.Desk.ActAsync(id, "accept", new JsonObject { ["committee"] = "general", ["subject"] = "other" }, w.Clerk, null, "once", CancellationToken.None)));
        Assert.All(answers, a => Assert.Null(a.Refusal));
        Assert.Equal(Enumerable.Range(1, 100).Select(n => $"十七届五次第{n:000}号"), answers.Select(a => a.Matter!.Matter.Number).Order(StringComparer.Ordinal));
        // A retry is told the same number and takes no other.
        var again = await w.Desk.ActAsync(ids[0], "accept", new JsonObject { ["committee"] = "general", ["subject"] = "other" }, w.Clerk, null, "once", CancellationToken.None);
        Assert.Equal((true, answers[0].Matter!.Matter.Number), (again.Repeated, again.Matter!.Matter.Number));
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Separate_handlers_each_accept_reply_and_are_due_on_their_own(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = await w.AcceptedAsync();
        Assert.Equal("suggestions.no-unit", await w.RefusedAsync(id, "assign", w.Clerk, new { term = "normal" }));
        Assert.Equal("suggestions.one-separate", await w.RefusedAsync(id, "assign", w.Clerk, new { separateUnits = new[] { w.Power }, term = "normal" }));
        Assert.Equal("suggestions.two-ways", await w.RefusedAsync(id, "assign", w.Clerk, new { leadUnit = w.Water, separateUnits = new[] { w.Power, w.Roads }, term = "normal" }));
        await w.ActAsync(id, "assign", w.Clerk, new { separateUnits = new[] { w.Power, w.Roads }, term = "normal" });
        Assert.Equal(2, (await w.DutiesAsync(id)).Count(d => d.Item1 == "assigned"));
        await w.ActAsync(id, "sign-for", w.PowerClerk);
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "sign-for", w.PowerClerk));
        Assert.Equal(new List<(string, Guid?)> { ("assigned", w.Roads), ("handling", w.Power) }, await w.DutiesAsync(id));
        await w.ReplyAsync(id, w.PowerClerk, w.PowerHead);
        Assert.Equal("handling", (await w.LoadAsync(id)).Matter.State);
        await w.ActAsync(id, "sign-for", w.RoadsClerk);
        // The second is late: it is not the first's fault, but the suggestion's.
        w.Time.Now = new(2026, 6, 3, 2, 0, 0, TimeSpan.Zero);
        await w.ReplyAsync(id, w.RoadsClerk, w.RoadsHead);
        var replied = await w.LoadAsync(id);
        Assert.Equal(("replied", true), (replied.Matter.State, replied.Matter.Late));
        Assert.Equal(2, SuggestionRules.Replies(replied).Count(r => r.Value.SignedAt is not null));
        // Dissatisfied: both do it again.
        await w.ActAsync(id, "evaluate", w.Shen, new { attitude = "2", result = "3", reason = "没有解决。" });
        Assert.Equal(2, (await w.DutiesAsync(id)).Count(d => d.Item1 == "redo"));
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_unit_returns_it_with_consent_and_in_time_only(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = await w.HandlingAsync(co: w.Roads);
        await w.ActAsync(id, "request-return", w.PowerClerk, new { reason = "属于水利。" });
        // Whoever distributed it decides.
        Assert.Equal([("return-asked", (Guid?)w.GovernmentOffice)], await w.DutiesAsync(id));
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "coordinator-grants", w.Clerk));
        await w.ActAsync(id, "coordinator-refuses", w.Government, new { reason = "以你单位为主。" });
        Assert.Equal("handling", (await w.LoadAsync(id)).Matter.State);
        await w.ActAsync(id, "request-return", w.PowerClerk, new { reason = "属于水利。" });
        var back = await w.ActAsync(id, "coordinator-grants", w.Government);
        Assert.Equal(("joint", 0), (back.Matter.State, back.Repliers.Count()));
        await w.ActAsync(id, "distribute", w.Government, new { leadUnit = w.Water, term = "normal" });
        await w.ActAsync(id, "sign-for", w.WaterClerk);
        w.Time.Now = new(2026, 3, 13, 2, 0, 0, TimeSpan.Zero);
        Assert.Equal("suggestions.return-late", await w.RefusedAsync(id, "request-return", w.WaterClerk, new { reason = "晚了。" }));
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_a_citizen_says_becomes_a_suggestion_whose_promise_is_kept_a_year_later(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        const long town = 330522110000;
        var station = Guid.CreateVersion7();
        await using (var db = w.Databases.CreateDbContext())
        {
            db.Add(new Organisation { Id = station, Name = "和平镇中心联络站", ShortName = "和平镇中心站", Kind = OrganisationKind.Station, Region = town, ValidFrom = new(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc) });
            await db.SaveChangesAsync(CancellationToken.None);
        }
        var keeper = SuggestionWorld.Person("陆联络", "station-keeper", organisation: station);
        Assert.Null(await w.Stations.PlaceAsync(station, w.ShenId, new(2026, 1, 1), keeper, CancellationToken.None));
        var said = await w.Voices.SayAsync(new Saying { Key = Guid.CreateVersion7(), StationId = station, Category = "water-power", Text = "村里的电线像蜘蛛网，各家公司各拉各的，刮风下雨让人担心。", Village = 330522110225, Contact = "13812345678" }, Actor.Citizen, CancellationToken.None);
        Assert.Null(said.Refusal);
        var voice = said.Matter!.Matter.Id;
        await w.ActAsync(voice, "accept", keeper, new { title = "农村线路交叉缠绕", category = "water-power", deputy = w.ShenId });
        await w.ActAsync(voice, "take", w.Shen);
        var converted = await w.ActAsync(voice, "convert", w.Shen, new { kind = "suggestion", text = "您说的各村都有，我向人代会提建议。" });
        Assert.Equal(("converted", true), (converted.Matter.State, converted.Matter.Closed));

        // The suggestion keeps where it came from, and whoever sees both goes from one to the other.
        var id = Guid.CreateVersion7();
        var draft = w.Draft("统一整治农村杆线");
        (draft.Origin, draft.SourceId) = ("station", voice);
        Assert.Null(await w.Drafts.SaveAsync(id, draft, [], w.Shen, CancellationToken.None));
        Assert.Null((await w.Drafts.SubmitAsync(id, w.Shen, CancellationToken.None)).Refusal);
        Assert.Equal([("raised-by", voice)], (await w.LoadAsync(id)).Links.Select(l => (l.Kind, l.ToId)));
        // What the citizen left to be reached by is not in it.
        Assert.DoesNotContain("13812345678", (await w.LoadAsync(id)).Matter.Body, StringComparison.Ordinal);

        await w.ActAsync(id, "accept", w.Clerk, new { committee = "construction", subject = "infrastructure" });
        await w.ActAsync(id, "to-coordinator", w.Clerk, new { coordinator = w.GovernmentOffice, proposedUnit = w.Power });
        await w.ActAsync(id, "distribute", w.Government, new { leadUnit = w.Power, coUnits = Array.Empty<Guid>(), term = "normal" });
        await w.ActAsync(id, "sign-for", w.PowerClerk);
        await w.ReplyAsync(id, w.PowerClerk, w.PowerHead, "B", "2027-02-26");
        Assert.Equal("tracking", (await w.ActAsync(id, "evaluate", w.Shen, new { attitude = "1", result = "2" })).Matter.State);
        // A year later, before its day.
        w.Time.Now = new(2027, 2, 25, 2, 0, 0, TimeSpan.Zero);
        await w.ActAsync(id, "report-promise", w.PowerHead, new { text = "全镇完成。" });
        var kept = await w.ActAsync(id, "confirm-promise", w.Shen, new { text = "和群众一起看过了。" });
        Assert.Equal(("closed-kept", null), (kept.Matter.State, kept.Body.Data["promiseLate"]?.ToString()));
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_promise_is_followed_over_the_year_until_it_is_kept(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = await w.HandlingAsync();
        await w.ActAsync(id, "contact", w.PowerClerk, new { how = "call", day = "2026-03-02", text = "年内完成。" });
        var draft = new { docNumber = "1号", @class = "B", text = "分年实施。", contactName = "李工", contactPhone = "1", disclosure = "open", promise = "", promiseDue = "" };
        Assert.Equal("suggestions.promise-missing", await w.RefusedAsync(id, "draft-reply", w.PowerClerk, draft));
        Assert.Equal("suggestions.promise-range", await w.RefusedAsync(id, "draft-reply", w.PowerClerk, draft with { promise = "完成其余村。", promiseDue = "2026-03-02" }));
        await w.ActAsync(id, "draft-reply", w.PowerClerk, draft with { promise = "完成其余村。", promiseDue = "2027-03-31" });
        await w.ActAsync(id, "sign", w.PowerHead, new { signer = "张经理" });
        var tracking = await w.ActAsync(id, "evaluate", w.Shen, new { attitude = "1", result = "1" });
        Assert.Equal(("tracking", new DateTime(2027, 3, 31, 16, 0, 0, DateTimeKind.Utc)), (tracking.Matter.State, tracking.Matter.DueAt));
        Assert.Equal([("tracking", (Guid?)w.Power)], await w.DutiesAsync(id));

        // A year later: the first report does not convince, the second does.
        w.Time.Now = new(2027, 3, 20, 2, 0, 0, TimeSpan.Zero);
        await w.ActAsync(id, "report-promise", w.PowerHead, new { text = "完成九成。" });
        Assert.Equal([("promise-reported", (Guid?)w.ShenId)], await w.DutiesAsync(id));
        await w.ActAsync(id, "deny-promise", w.Shen, new { reason = "两个村没有做。" });
        await w.ActAsync(id, "move-promise", w.Head, new { until = "2027-07-31", reason = "汛期停工。" });
        w.Time.Now = new(2027, 8, 2, 2, 0, 0, TimeSpan.Zero);
        await w.ActAsync(id, "report-promise", w.PowerHead, new { text = "全部完成。" });
        var kept = await w.ActAsync(id, "confirm-promise", w.Shen, new { text = "看过了。" });
        Assert.Equal(("closed-kept", true), (kept.Matter.State, kept.Matter.Closed));
        Assert.Equal(("true", "1", "1"), (kept.Body.Data["promiseLate"]!.ToString(), kept.Body.Data["promiseMoves"]!.ToString(), kept.Body.Data["promiseDenied"]!.ToString()));
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Whoever_is_not_concerned_sees_and_does_nothing(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = await w.HandlingAsync();
        // Another deputy, another unit, another county: it is not there.
        foreach (var stranger in new[] { w.Shi, w.WaterClerk, SuggestionWorld.Person("德清", "clerk", 330521000000) })
            Assert.Equal("not-found", (await w.TryAsync(id, "remind", stranger, new { text = "快" })).Refusal!.Code);
        // The city's staff see what lies in the city, but do not act for the county's congress.
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "remind", w.CityClerk, new { text = "快" }));
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "extend", w.Clerk, new { until = "2026-08-01", reason = "难" }));
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "evaluate", w.PowerHead, new { attitude = "1", result = "1" }));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_published_is_what_both_allow(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = await w.RepliedAsync();
        var form = new { publicText = "隐去姓名的建议", publicReply = "隐去电话的答复" };
        var published = await w.ActAsync(id, "publish", w.Clerk, form);
        Assert.True(published.Matter.Public);
        Assert.Equal("隐去姓名的建议", published.Body.Data["published"]!["text"]!.ToString());
        Assert.False((await w.ActAsync(id, "unpublish", w.Clerk, new { reason = "有误。" })).Matter.Public);
        Assert.Equal("suggestions.not-published", await w.RefusedAsync(id, "unpublish", w.Clerk, new { reason = "再撤。" }));

        var closed = Guid.CreateVersion7();
        var draft = w.Draft("涉密");
        draft.Openness = "closed";
        Assert.Null(await w.Drafts.SaveAsync(closed, draft, [], w.Shen, CancellationToken.None));
        Assert.Null((await w.Drafts.SubmitAsync(closed, w.Shen, CancellationToken.None)).Refusal);
        await w.ActAsync(closed, "accept", w.Clerk, new { committee = "general", subject = "other" });
        await w.ActAsync(closed, "assign", w.Clerk, new { leadUnit = w.Power, term = "normal" });
        await w.ActAsync(closed, "sign-for", w.PowerClerk);
        await w.ReplyAsync(closed, w.PowerClerk, w.PowerHead);
        Assert.Equal("suggestions.deputy-objects", await w.RefusedAsync(closed, "publish", w.Clerk, form));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_letters_of_the_classes_are_the_places_own(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var set = w.Codes.All.Single(s => s.Id == SuggestionProcedure.Classes);
        Assert.Null(await w.Codes.SaveAsync(set, Form("D", "planned"), w.Head, CancellationToken.None));
        // What a letter means to the rules never changes behind the back of those who bear it.
        Assert.Equal("meaning", (await w.Codes.SaveAsync(set, Form("D", "solved"), w.Head, CancellationToken.None))!.Fields[0].Field);
        var id = await w.HandlingAsync();
        await w.ActAsync(id, "contact", w.PowerClerk, new { how = "call", day = "2026-03-02", text = "好。" });
        Assert.Equal("suggestions.promise-missing", await w.RefusedAsync(id, "draft-reply", w.PowerClerk, new { docNumber = "1", @class = "D", text = "分期。", contactName = "李", contactPhone = "1", disclosure = "open" }));
        Assert.Equal("form.unknown-choice", await w.RefusedAsync(id, "draft-reply", w.PowerClerk, new { docNumber = "1", @class = "E", text = "分期。", contactName = "李", contactPhone = "1", disclosure = "open" }));

        static Dictionary<string, string> Form(string id, string meaning) => new() { ["id"] = id, ["zh"] = "分期实施", ["en"] = "In stages", ["meaning"] = meaning };
    }

    /// <summary>Legal periods against dates counted by hand with the State Council's calendar of 2026.</summary>
    [Theory]
    // Deputies Law art. 51: three months of assignment; 2 June 2026 is a Tuesday.
    [InlineData("2026-03-02", "normal", "2026-06-02")]
    // 28 February plus three months is 28 May.
    [InlineData("2026-02-28", "normal", "2026-05-28")]
    // 30 November 2025 plus three months: February has no 30th; 28 February 2026 is a Saturday that is worked (Spring Festival swap).
    [InlineData("2025-11-30", "normal", "2026-02-28")]
    // 1 July 2026 plus three months is 1 October, a holiday; the next working day is 8 October.
    [InlineData("2026-07-01", "normal", "2026-10-08")]
    // Six months from 3 March 2026: 3 September, a Thursday.
    [InlineData("2026-03-03", "hard", "2026-09-03")]
    // Six months from 4 April 2026: 4 October, in the National Day holidays; 8 October is worked.
    [InlineData("2026-04-04", "hard", "2026-10-08")]
    public async Task A_reply_is_due_on_the_day_the_law_says(string assigned, string term, string due)
    {
        await using var w = await SuggestionWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using (var db = w.Databases.CreateDbContext())
        {
            // So that there is a session before the earliest of these days.
            var session = await db.Set<Renda.Platform.Congresses.CongressSession>().SingleAsync(TestContext.Current.CancellationToken);
            (session.Opens, session.Closes) = (new DateOnly(2025, 2, 1), new DateOnly(2025, 2, 4));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        w.Time.Now = new DateTimeOffset(DateTime.Parse(assigned, System.Globalization.CultureInfo.InvariantCulture).AddHours(2), TimeSpan.Zero);
        var id = await w.AcceptedAsync();
        var fold = await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power, coUnits = new[] { w.Roads }, term });
        Assert.Equal(due, fold.Body.Clocks["handling"].DueDate.ToString("yyyy-MM-dd"));
        Assert.Equal(due, ChinaTime.Date(fold.Lead!.DueAt.AddTicks(-1)).ToString("yyyy-MM-dd"));
        // No shorter clock runs beside it.
        var handled = await w.ActAsync(id, "sign-for", w.PowerClerk);
        Assert.Equal(due, ChinaTime.Date(handled.Matter.DueAt!.Value.AddTicks(-1)).ToString("yyyy-MM-dd"));
    }

    [Fact]
    public async Task More_time_is_given_by_the_head_up_to_six_months()
    {
        await using var w = await SuggestionWorld.CreateAsync(DatabaseProvider.Sqlite);
        var id = await w.HandlingAsync();
        await w.ActAsync(id, "ask-extension", w.PowerClerk, new { until = "2026-08-31", reason = "涉及多个乡镇。" });
        await using (var db = w.Databases.CreateDbContext())
            Assert.True(await db.Set<Notice>().AnyAsync(n => n.OrganisationId == w.Office && n.Zh.Contains("申请延期"), TestContext.Current.CancellationToken));
        Assert.Equal("suggestions.beyond-six-months", await w.RefusedAsync(id, "extend", w.Head, new { until = "2026-09-03", reason = "难。" }));
        var extended = await w.ActAsync(id, "extend", w.Head, new { until = "2026-08-31", reason = "同意。" });
        Assert.Equal("2026-08-31", extended.Body.Clocks["handling"].DueDate.ToString("yyyy-MM-dd"));
        Assert.Equal(extended.Body.Clocks["handling"].DueAt, extended.Lead!.DueAt);
    }

    /// <summary>A county has a million findings and a few hundred suggestions: the list must not walk past the ones to the others.</summary>
    [Theory]
    [InlineData("", "ix_matters_scenario_county_serial")]
    [InlineData("submitted", "ix_matters_scenario_county_state_serial")]
    public async Task A_list_of_suggestions_does_not_walk_past_the_findings(string state, string index)
    {
        await using var w = await SuggestionWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var db = w.Databases.CreateDbContext();
        await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var branch = Assert.Single(new MatterFilter { Scenario = "suggestions", State = state }.Branches(db, w.Clerk, w.Time.Now.UtcDateTime));
        await AssertPlanAsync(branch.Matters.OrderByDescending(m => m.Serial).Take(25), index);
        // What is published is found without looking at what is not.
        await AssertPlanAsync(db.Set<Matter>().Where(m => m.Public && m.Scenario == "suggestions" && m.Serial < 100).OrderByDescending(m => m.Serial).Take(21), "ix_matters_scenario_serial");

        async Task AssertPlanAsync(IQueryable<Matter> query, string by)
        {
            await using var command = query.CreateDbCommand();
            command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
            var plan = new List<string>();
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken)) plan.Add(reader.GetString(3));
            Assert.Contains(plan, p => p.Contains("USING INDEX " + by, StringComparison.Ordinal));
            Assert.DoesNotContain(plan, p => p.Contains("TEMP B-TREE", StringComparison.Ordinal) || p.StartsWith("SCAN", StringComparison.Ordinal));
        }
    }
}
