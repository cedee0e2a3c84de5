using Microsoft.EntityFrameworkCore;
using Renda.Deputies;
using Renda.Platform;
using Renda.Platform.Audit;
using Renda.Platform.Persistence;

namespace Modules.Tests.Deputies;

/// <summary>Activities of deputies, on both databases.</summary>
public sealed class ActivityTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_activity_is_planned_announced_answered_and_counts_only_once_it_is_recorded(DatabaseProvider provider)
    {
        await using var w = await ActivityWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        Assert.Equal(["title", "day", "ends"], (await w.Desk.PlanAsync(id, w.Congress, ActivityWorld.Form(("title", ""), ("day", "明天"), ("ends", "")), w.Clerk, Stop))!.Fields.Select(f => f.Field));
        Assert.Null(await w.Desk.PlanAsync(id, w.Congress, ActivityWorld.Form(), w.Clerk, Stop));
        Assert.Equal("deputies.nobody", (await w.Desk.PublishAsync(id, w.Clerk, Stop))!.Code);
        Assert.Null(await w.Desk.InviteAsync(id, new Invitation(false, [w.Delegation], []), w.Clerk, Stop));
        Assert.Equal("deputies.not-sitting", (await w.Desk.InviteAsync(id, new Invitation(false, [], [w.StrangerId]), w.Clerk, Stop))!.Fields[0].Code);
        // Nobody hears of a draft.
        Assert.Empty(await w.OpenAsync());
        Assert.Empty(await w.ToldAsync(w.People[0]));
        Assert.Equal(404, (await w.Desk.SignUpAsync(id, w.Deputies[0], Stop))!.Status);

        Assert.Null(await w.Desk.PublishAsync(id, w.Clerk, Stop));
        Assert.Null(await w.Desk.PublishAsync(id, w.Clerk, Stop));
        Assert.Equal(3, (await w.OpenAsync()).Count(t => t.Kind == "answer"));
        Assert.Single(await w.ToldAsync(w.People[0]));
        // More people later: told at once, the others not again.
        Assert.Null(await w.Desk.InviteAsync(id, new Invitation(false, [w.Delegation], [w.People[3]]), w.Clerk, Stop));
        Assert.Equal(4, (await w.OpenAsync()).Count);
        Assert.Single(await w.ToldAsync(w.People[0]));

        Assert.Null(await w.Desk.SignUpAsync(id, w.Deputies[0], Stop));
        var answered = (await w.RowAsync(id, w.People[0])).AnsweredAt;
        w.Time.Now += TimeSpan.FromMinutes(5);
        Assert.Null(await w.Desk.SignUpAsync(id, w.Deputies[0], Stop));
        Assert.Equal(answered, (await w.RowAsync(id, w.People[0])).AnsweredAt);
        Assert.DoesNotContain(("answer", (Guid?)w.People[0]), await w.OpenAsync());

        // Moved: told to all, asked of those who have not answered.
        Assert.Null(await w.Desk.PlanAsync(id, w.Congress, ActivityWorld.Form(("begins", "08:30")), w.Clerk, Stop));
        Assert.Null(await w.Desk.PlanAsync(id, w.Congress, ActivityWorld.Form(("begins", "08:30")), w.Clerk, Stop));
        Assert.Equal(2, (await w.ToldAsync(w.People[0])).Count);
        Assert.Equal("deputies.not-begun", (await w.Desk.RecordAsync(id, Record(), [], [], w.Clerk, Stop))!.Code);

        // When it begins nothing is asked any more.
        w.At(10, 8, 30);
        Assert.Equal(3, await w.Clock.SweepAsync(Stop));
        Assert.Equal(0, await w.Clock.SweepAsync(Stop));
        Assert.Empty(await w.OpenAsync());
        Assert.Equal("deputies.begun", (await w.Desk.SignUpAsync(id, w.Deputies[1], Stop))!.Code);

        var code = (await w.LoadAsync(id)).Code;
        Assert.NotNull((await w.Desk.CheckInAsync(code, null, null, w.Deputies[0], Stop)).Done);
        Assert.Null(await w.Desk.TickAsync(id, w.People[1], true, w.Clerk, Stop));
        Assert.Empty(await w.CountedAsync(w.People[0]));
        w.At(11, 9, 0);
        Assert.Equal(["record"], (await w.Desk.RecordAsync(id, Record(("record", "")), [], [], w.Clerk, Stop))!.Fields.Select(f => f.Field));
        Assert.Equal([$"s-{w.People[3]}"], (await w.Desk.RecordAsync(id, Record(), [new(w.People[3], ParticipantState.Absent, "没来也发言")], [], w.Clerk, Stop))!.Fields.Select(f => f.Field));
        Assert.Equal("form.unknown-media", (await w.Desk.RecordAsync(id, Record(), [], [new('a', 64)], w.Clerk, Stop))!.Fields[0].Code);
        var marks = new AttendedMark[] { new(w.People[0], ParticipantState.Attended, "关于管网更换") };
        Assert.Null(await w.Desk.RecordAsync(id, Record(), marks, [], w.Clerk, Stop));
        Assert.Null(await w.Desk.RecordAsync(id, Record(), marks, [], w.Clerk, Stop));
        // Of whom nothing was said, the check-in told.
        Assert.Equal([ParticipantState.Attended, ParticipantState.Attended, ParticipantState.Absent, ParticipantState.Absent], await StatesAsync(w, id));
        Assert.Equal(new Dictionary<string, int> { ["deputies.inspection"] = 1, ["deputies.speech"] = 1 }, await w.CountedAsync(w.People[0]));
        Assert.Equal(["deputies.inspection"], (await w.CountedAsync(w.People[1])).Keys);
        Assert.Empty(await w.CountedAsync(w.People[2]));

        // A correction of one leaves the others, and is noted once.
        Assert.Null(await w.Desk.RecordAsync(id, Record(), [new(w.People[1], ParticipantState.Absent, "")], [], w.Clerk, Stop));
        Assert.Equal([ParticipantState.Attended, ParticipantState.Absent, ParticipantState.Absent, ParticipantState.Absent], await StatesAsync(w, id));
        Assert.Empty(await w.CountedAsync(w.People[1]));
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal(["登记", "更正"], (await db.Set<AuditEntry>().Where(e => e.Action == "deputies.edit" && e.Text.Contains("到场")).OrderBy(e => e.Seq).Select(e => e.Text).ToListAsync(Stop)).Select(t => t[..2]));
        Assert.Equal("deputies.held", (await w.Desk.CancelAsync(id, "取消", w.Clerk, Stop))!.Code);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Places_are_not_given_twice_however_many_press_at_once(DatabaseProvider provider)
    {
        await using var w = await ActivityWorld.CreateAsync(provider);
        var id = await w.PublishedAsync(("places", "2"));
        var answers = await Task.WhenAll(w.Deputies.Concat(w.Deputies).Select(d => Task.Run(() => w.Desk.SignUpAsync(id, d, Stop), Stop)));
        Assert.Equal(4, answers.Count(a => a is null));
        Assert.All(answers.OfType<Refusal>(), a => Assert.Equal("deputies.full", a.Code));
        Assert.Equal(2, (await StatesAsync(w, id)).Count(s => s == ParticipantState.SignedUp));
        // A place that is given back is free again.
        List<int> came = [.. Enumerable.Range(0, 4).Where(i => answers[i] is null)];
        Assert.Null(await w.Desk.AskLeaveAsync(id, "出差", w.Deputies[came[0]], Stop));
        Assert.Null(await w.Desk.SignUpAsync(id, w.Deputies[Enumerable.Range(0, 4).Except(came).First()], Stop));
        Assert.Equal("deputies.places", (await w.Desk.PlanAsync(id, w.Congress, ActivityWorld.Form(("places", "1")), w.Clerk, Stop))!.Fields[0].Code);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Leave_is_decided_by_the_office_and_is_not_absence(DatabaseProvider provider)
    {
        await using var w = await ActivityWorld.CreateAsync(provider);
        var id = await w.PublishedAsync(("answerDay", "2026-03-05"));
        Assert.Equal("reason", (await w.Desk.AskLeaveAsync(id, " ", w.Deputies[0], Stop))!.Fields[0].Field);
        foreach (var deputy in w.Deputies.Take(3)) Assert.Null(await w.Desk.AskLeaveAsync(id, "住院", deputy, Stop));
        Assert.Null(await w.Desk.AskLeaveAsync(id, "住院", w.Deputies[0], Stop));
        Assert.Equal(3, (await w.OpenAsync()).Count(t => t == ("leave", w.Office)));
        Assert.Null(await w.Desk.DecideAsync(id, w.People[0], true, "早日康复", w.Clerk, Stop));
        Assert.Null(await w.Desk.DecideAsync(id, w.People[0], true, "", w.Clerk, Stop));
        Assert.Equal("deputies.leave-decided", (await w.Desk.DecideAsync(id, w.People[0], false, "", w.Clerk, Stop))!.Code);
        Assert.Null(await w.Desk.DecideAsync(id, w.People[1], false, "", w.Clerk, Stop));
        Assert.Contains("已批准", (await w.ToldAsync(w.People[0]))[^1], StringComparison.Ordinal);
        Assert.Contains("没有批准", (await w.ToldAsync(w.People[1]))[^1], StringComparison.Ordinal);
        // The third comes after all: there is nothing to decide any more.
        Assert.Null(await w.Desk.SignUpAsync(id, w.Deputies[2], Stop));
        Assert.Equal([("answer", (Guid?)w.People[3])], await w.OpenAsync());
        // The last day is over for signing up, not for leave.
        w.At(6, 0, 0);
        Assert.Equal("deputies.answer-late", (await w.Desk.SignUpAsync(id, w.Deputies[3], Stop))!.Code);
        Assert.Null(await w.Desk.AskLeaveAsync(id, "急诊", w.Deputies[3], Stop));

        w.At(10, 12, 0);
        Assert.Null(await w.Desk.RecordAsync(id, Record(), [], [], w.Clerk, Stop));
        // Approved leave stays leave; what was refused, and what nobody decided on, is absence, as is not coming.
        Assert.Equal([ParticipantState.OnLeave, ParticipantState.Absent, ParticipantState.Absent, ParticipantState.Absent], await StatesAsync(w, id));
        Assert.Empty(await w.OpenAsync());
        Assert.Null(await w.Desk.RecordAsync(id, Record(), [new(w.People[3], ParticipantState.OnLeave, "")], [], w.Clerk, Stop));
        Assert.Equal(ParticipantState.OnLeave, (await w.RowAsync(id, w.People[3])).State);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task One_checks_in_from_an_hour_before_until_the_end_and_near_the_place(DatabaseProvider provider)
    {
        await using var w = await ActivityWorld.CreateAsync(provider);
        var id = await w.PublishedAsync(("latitude", "31.0267"), ("longitude", "119.9105"), ("metres", "500"));
        var code = (await w.LoadAsync(id)).Code;
        // One degree of latitude is 111.195 km on the mean sphere.
        static double North(double metres) => ActivityWorld.Latitude + metres / 111_195.08;
        async Task<string?> TryAsync(int deputy, double? latitude = ActivityWorld.Latitude, double? longitude = ActivityWorld.Longitude, string? other = null) => (await w.Desk.CheckInAsync(other ?? code, latitude, longitude, w.Deputies[deputy], Stop)).Refusal?.Code;

        w.At(10, 7, 59);
        Assert.Equal("deputies.early", await TryAsync(0));
        Assert.Equal("deputies.early", (await w.Desk.TickAsync(id, w.People[0], true, w.Clerk, Stop))!.Code);
        w.At(10, 8, 0);
        Assert.Equal("deputies.no-position", await TryAsync(0, null, null));
        Assert.Equal("deputies.no-position", await TryAsync(0, 91));
        var (none, far) = await w.Desk.CheckInAsync(code, North(501), ActivityWorld.Longitude, w.Deputies[0], Stop);
        Assert.Null(none);
        Assert.Equal("deputies.too-far", far!.Code);
        Assert.Contains("501 米", far.Text.Zh, StringComparison.Ordinal);
        Assert.Null(await TryAsync(0, North(500)));
        Assert.Equal((500, "code"), ((await w.RowAsync(id, w.People[0])).Distance, (await w.RowAsync(id, w.People[0])).CheckedInBy));
        // Repeated, from wherever and however late: the first stands.
        w.At(10, 8, 20);
        var again = await w.Desk.CheckInAsync(code.ToLowerInvariant(), null, null, w.Deputies[0], Stop);
        Assert.Equal((new DateTime(2026, 3, 10, 0, 0, 0), 500), (DateTime.SpecifyKind(again.Done!.At, DateTimeKind.Unspecified), again.Done.Distance));

        // No code, another's, and not being invited are one answer.
        Assert.Equal("deputies.not-invited", await TryAsync(1, other: "NOSUCHCODE"));
        Assert.Equal("deputies.not-invited", await TryAsync(1, other: "' or 1=1"));
        Assert.Equal(404, (await w.Desk.CheckInAsync(code, null, null, w.Stranger, Stop)).Refusal!.Status);
        Assert.Equal(404, (await w.Desk.CheckInAsync(code, null, null, w.Clerk, Stop)).Refusal!.Status);

        w.At(10, 11, 30);
        Assert.Null(await TryAsync(1));
        Assert.Null(await w.Desk.TickAsync(id, w.People[1], false, w.Clerk, Stop));
        Assert.Null(await w.Desk.TickAsync(id, w.People[1], false, w.Clerk, Stop));
        Assert.Null((await w.RowAsync(id, w.People[1])).CheckedInAt);
        w.At(10, 11, 31);
        Assert.Equal("deputies.over", await TryAsync(1));
        // The staff's list knows no hour.
        Assert.Null(await w.Desk.TickAsync(id, w.People[2], true, w.Clerk, Stop));
        Assert.Equal("staff", (await w.RowAsync(id, w.People[2])).CheckedInBy);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_called_off_is_told_and_asks_nothing_any_more(DatabaseProvider provider)
    {
        await using var w = await ActivityWorld.CreateAsync(provider);
        var id = await w.PublishedAsync();
        Assert.Null(await w.Desk.AskLeaveAsync(id, "出差", w.Deputies[0], Stop));
        Assert.Equal("reason", (await w.Desk.CancelAsync(id, "", w.Clerk, Stop))!.Fields[0].Field);
        Assert.Null(await w.Desk.CancelAsync(id, "大风改期。", w.Clerk, Stop));
        Assert.Null(await w.Desk.CancelAsync(id, "大风改期。", w.Clerk, Stop));
        Assert.Empty(await w.OpenAsync());
        foreach (var person in w.People) Assert.Single(await w.ToldAsync(person), t => t.Contains("大风改期", StringComparison.Ordinal));
        foreach (var refusal in new[] { await w.Desk.SignUpAsync(id, w.Deputies[1], Stop), await w.Desk.PublishAsync(id, w.Clerk, Stop), await w.Desk.RecordAsync(id, Record(), [], [], w.Clerk, Stop), await w.Desk.InviteAsync(id, new Invitation(true, [], []), w.Clerk, Stop) }) Assert.Equal("deputies.cancelled", refusal!.Code);
        w.At(10, 9, 0);
        Assert.Equal("deputies.cancelled", (await w.Desk.CheckInAsync((await w.LoadAsync(id)).Code, null, null, w.Deputies[1], Stop)).Refusal!.Code);

        // A draft is called off without a word.
        var draft = Guid.CreateVersion7();
        Assert.Null(await w.Desk.PlanAsync(draft, w.Congress, ActivityWorld.Form(("day", "2026-03-20")), w.Clerk, Stop));
        Assert.Null(await w.Desk.InviteAsync(draft, new Invitation(true, [], []), w.Clerk, Stop));
        Assert.Null(await w.Desk.CancelAsync(draft, "不办了", w.Clerk, Stop));
        Assert.DoesNotContain(await w.ToldAsync(w.People[0]), t => t.Contains("不办了", StringComparison.Ordinal));
        await using var db = w.Databases.CreateDbContext();
        Assert.Null(await Activities.FindAsync(db, draft, w.Deputies[0], Stop));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Who_keeps_it_who_is_invited_and_who_sees_nothing(DatabaseProvider provider)
    {
        await using var w = await ActivityWorld.CreateAsync(provider);
        var id = await w.PublishedAsync();
        foreach (var other in new[] { w.OtherClerk, w.Deputies[0], w.Leader, w.Stranger })
        {
            Assert.Equal(404, (await w.Desk.PlanAsync(id, w.Congress, ActivityWorld.Form(), other, Stop))!.Status);
            Assert.Equal(404, (await w.Desk.InviteAsync(id, new Invitation(true, [], []), other, Stop))!.Status);
            Assert.Equal(404, (await w.Desk.CancelAsync(id, "取消", other, Stop))!.Status);
            Assert.Equal(404, (await w.Desk.DecideAsync(id, w.People[0], true, "", other, Stop))!.Status);
            Assert.Equal(404, (await w.Desk.TickAsync(id, w.People[0], true, other, Stop))!.Status);
            Assert.Equal(404, (await w.Desk.RecordAsync(id, Record(), [], [], other, Stop))!.Status);
        }
        // Nor to another congress's by giving its id.
        Assert.Equal(404, (await w.Desk.PlanAsync(id, w.NeighbourCongress, ActivityWorld.Form(), w.OtherClerk, Stop))!.Status);
        Assert.Equal(404, (await w.Desk.SignUpAsync(id, w.Stranger, Stop))!.Status);
        Assert.Equal(404, (await w.Desk.AskLeaveAsync(id, "出差", w.Clerk, Stop))!.Status);

        await using var db = w.Databases.CreateDbContext();
        Assert.True((await Activities.FindAsync(db, id, w.Clerk, Stop)) is { Keeps: true, Reads: true, Own: null });
        Assert.True((await Activities.FindAsync(db, id, w.Leader, Stop)) is { Keeps: false, Reads: true });
        Assert.True((await Activities.FindAsync(db, id, w.Deputies[0], Stop)) is { Keeps: false, Reads: false, Own: not null });
        Assert.Null(await Activities.FindAsync(db, id, w.Stranger, Stop));
        Assert.Null(await Activities.FindAsync(db, id, w.OtherClerk, Stop));

        // Lists by key, without a gap and without a double.
        for (var day = 11; day <= 15; day++) await w.PublishedAsync(("day", $"2026-03-{day}"));
        var now = w.Time.Now.UtcDateTime;
        List<Guid> seen = [];
        string? after = null;
        do
        {
            var (items, next) = await Activities.PageAsync(db, [w.Congress], new ActivityFilter(null, "coming", "inspection"), now, 4, after, Stop);
            seen.AddRange(items.Select(i => i.Activity.Id));
            Assert.All(items, i => Assert.Equal(4, i.Invited));
            after = next;
        }
        while (after is not null);
        Assert.Equal(6, seen.Distinct().Count());
        Assert.Equal(6, seen.Count);
        Assert.Empty((await Activities.PageAsync(db, [w.NeighbourCongress], new ActivityFilter(w.Congress, null, null), now, 4, null, Stop)).Items);
        Assert.Equal(6, (await Activities.ComingAsync(db, w.People[0], now, Stop)).Count);
        Assert.Empty(await Activities.ComingAsync(db, w.StrangerId, now, Stop));
        Assert.Equal(6, (await Activities.PastAsync(db, w.People[0], now.AddDays(30), 10, null, Stop)).Items.Count);
        Assert.Equal(2, (await Activities.PeopleAsync(db, await w.LoadAsync(id), null, 2, null, Stop)).Items.Count);
        Assert.Equal(["和平镇代表团", "和平镇代表团", "和平镇代表团", ""], (await Activities.PeopleAsync(db, await w.LoadAsync(id), null, 10, null, Stop)).Items.OrderBy(p => p.Name).Select(p => p.Group));
        Assert.Equal(6, (await Activities.BetweenAsync(db, w.Clerk, now, now.AddDays(30), Stop)).Count);
        Assert.Equal(6, (await Activities.BetweenAsync(db, w.Deputies[0], now, now.AddDays(30), Stop)).Count);
        Assert.Empty(await Activities.BetweenAsync(db, w.OtherClerk, now, now.AddDays(30), Stop));
    }

    private static Dictionary<string, string> Record(params (string Field, string Value)[] other)
    {
        var form = new Dictionary<string, string> { ["record"] = "看了两处水厂。", ["result"] = "更换管网。" };
        foreach (var (field, value) in other) form[field] = value;
        return form;
    }

    private static async Task<List<ParticipantState>> StatesAsync(ActivityWorld w, Guid id)
    {
        List<ParticipantState> states = [];
        foreach (var person in w.People) states.Add((await w.RowAsync(id, person)).State);
        return states;
    }
}
