using CsCheck;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Registry;
using Renda.Platform.Todos;
using Renda.Registry;
using static Renda.Platform.Congresses.AttendanceStatus;

namespace Modules.Tests.Registry;

/// <summary>Attendance is recorded once, corrected in the open, and two absences without approval come before the committee.</summary>
public sealed class AttendanceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly Dictionary<string, string> Opinion = new() { ["reason"] = "第一次缺席系会务组漏发通知", ["document"] = "审查意见〔2026〕1号" };

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task The_second_absence_raises_one_duty_and_the_end_of_the_mandate_ends_it(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        var (wu, _) = await w.DeputyAsync("吴国良");
        var (shen, _) = await w.DeputyAsync("沈建芳");
        Assert.Null(await w.MarkAsync(w.Past[0], wu, Absent));
        Assert.Null(await w.MarkAsync(w.Past[1], wu, Leave));
        Assert.Null(await w.MarkAsync(w.Past[1], shen, Absent));
        // One absence and an approved leave are no two absences.
        Assert.Empty(await w.DutiesAsync(wu));
        Assert.Equal(0, await w.CheckAsync());
        // Not one after the other, and still two.
        Assert.Null(await w.MarkAsync(w.Past[3], wu, Absent));
        var duty = Assert.Single(await w.DutiesAsync(wu));
        Assert.Equal((w.Office, (Guid?)null, DutyKind.Review, "registry", $"/registry/mandates/{wu}#absences"), (duty.OrganisationId!.Value, duty.PersonId, duty.Duty, duty.Scenario, duty.Href));
        Assert.Contains("吴国良", duty.Title, StringComparison.Ordinal);
        Assert.Empty(await w.DutiesAsync(shen));
        Assert.Equal(1, await w.CheckAsync());

        // The same again is no change, and a third absence is the same duty.
        var sets = await w.SetsAsync();
        Assert.Null(await w.MarkAsync(w.Past[3], wu, Absent));
        Assert.Equal(sets, await w.SetsAsync());
        Assert.Null(await w.MarkAsync(w.Past[2], wu, Absent));
        Assert.Equal(duty.Id, Assert.Single(await w.DutiesAsync(wu)).Id);

        Assert.Null(await w.Forms.StepAsync(wu, "end", new Dictionary<string, string> { ["from"] = AttendanceWorld.Today.ToString("yyyy-MM-dd"), ["cause"] = "absent", ["document"] = "公告〔2026〕9号" }, w.Clerk, Stop));
        var done = Assert.Single(await w.DutiesAsync(wu));
        Assert.NotNull(done.DoneAt);
        Assert.Equal(w.Clerk.AccountId, done.DoneBy);
        Assert.Equal(0, await w.CheckAsync());
        // The announcement was a mistake: what was to be examined is to be examined again.
        Assert.Null((await w.Desk.UndoAsync(await w.LastSetAsync(), w.Head, "公告撤回", Stop)).Refusal);
        Assert.NotNull(await w.OpenDutyAsync(wu));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task The_committees_opinion_ends_it_until_another_session_is_missed(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        var (wu, self) = await w.DeputyAsync("吴国良");
        Assert.Equal("registry.nothing-to-examine", (await w.Attendances.OpinionAsync(wu, Opinion, w.Head, Stop))!.Code);
        foreach (var session in w.Past.Take(2)) Assert.Null(await w.MarkAsync(session, wu, Absent));
        foreach (var wrong in (Renda.Platform.Access.Actor[])[w.Clerk, w.Neighbour, self]) Assert.Equal("not-found", (await w.Attendances.OpinionAsync(wu, Opinion, wrong, Stop))!.Code);
        Assert.Equal(["reason", "document"], (await w.Attendances.OpinionAsync(wu, new Dictionary<string, string>(), w.Head, Stop))!.Fields.Select(f => f.Field));
        Assert.NotNull(await w.OpenDutyAsync(wu));
        Assert.Null(await w.Attendances.OpinionAsync(wu, Opinion, w.Head, Stop));
        Assert.Null(await w.OpenDutyAsync(wu));
        Assert.Equal(0, await w.CheckAsync());
        // Said twice it is refused, as there is nothing left to look at.
        Assert.Equal("registry.nothing-to-examine", (await w.Attendances.OpinionAsync(wu, Opinion, w.Head, Stop))!.Code);
        Assert.Null(await w.MarkAsync(w.Past[2], wu, Absent));
        Assert.NotNull(await w.OpenDutyAsync(wu));
        Assert.Null(await w.Attendances.OpinionAsync(wu, Opinion, w.Head, Stop));
        Assert.Null(await w.OpenDutyAsync(wu));
        Assert.Null((await w.Desk.UndoAsync(await w.LastSetAsync(), w.Head, "意见撤回", Stop)).Refusal);
        Assert.NotNull(await w.OpenDutyAsync(wu));
        Assert.Equal(1, await w.CheckAsync());
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_correction_says_why_keeps_what_was_recorded_and_ends_the_duty(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        var (wu, _) = await w.DeputyAsync("吴国良");
        foreach (var session in w.Past.Take(2)) Assert.Null(await w.MarkAsync(session, wu, Absent));
        Assert.Equal("why", (await w.MarkAsync(w.Past[1], wu, Present))!.Fields.Single().Field);
        Assert.NotNull(await w.OpenDutyAsync(wu));
        Assert.Null(await w.MarkAsync(w.Past[1], wu, Present, "签到表补交"));
        Assert.Null(await w.OpenDutyAsync(wu));
        var rows = await w.HistoryAsync(w.Past[1], wu);
        Assert.Equal([Absent, Present], rows.Select(r => r.Status));
        Assert.Equal([false, true], rows.Select(r => r.Latest));
        Assert.Equal(rows[1].ValidFrom, rows[0].ValidTo);
        Assert.All(rows, r => Assert.Equal(("周敏", (Guid?)w.Clerk.AccountId), (r.RecordedByName, r.RecordedBy)));
        var shown = (await w.Attendances.OfMandateAsync(wu, Stop)).Single(s => s.Of.Session.Id == w.Past[1]);
        Assert.Equal((Present, 2), (shown.Now!.Status, shown.Rows.Count));
        await using (var db = w.Context()) Assert.Equal("签到表补交", (await db.Set<ChangeSet>().SingleAsync(s => s.Title.StartsWith("更正出席"), Stop)).Reason);
        Assert.Null((await w.Desk.UndoAsync(await w.LastSetAsync(), w.Head, "签到表是别人的", Stop)).Refusal);
        Assert.NotNull(await w.OpenDutyAsync(wu));
        Assert.Equal([Absent], (await w.HistoryAsync(w.Past[1], wu)).Select(r => r.Status));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, 25)]
    [InlineData(DatabaseProvider.Postgres, 8)]
    public async Task Whatever_is_recorded_the_duty_is_there_if_the_law_asks_for_it(DatabaseProvider provider, int rounds)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        // What may happen to a deputy: a session recorded, the opinion given, the seat ended or the end undone.
        var steps = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 3], Gen.Int[0, 2]).List[1, 14];
        foreach (var number in Enumerable.Range(0, rounds))
        {
            var (seat, _) = await w.DeputyAsync($"代表{number}");
            var (said, examined, ended) = (new Dictionary<Guid, AttendanceStatus>(), new HashSet<Guid>(), (Guid?)null);
            var trail = "";
            foreach (var (what, which, how) in steps.Single())
            {
                trail += $" {what}{which}{how}";
                var session = w.Past[which];
                if (what == 5 && ended is null)
                {
                    if (await w.Attendances.OpinionAsync(seat, Opinion, w.Head, Stop) is null) examined = [.. said.Where(s => s.Value == Absent).Select(s => s.Key)];
                }
                else if (what == 6 && ended is null)
                {
                    Assert.Null(await w.Forms.StepAsync(seat, "end", new Dictionary<string, string> { ["from"] = AttendanceWorld.Today.ToString("yyyy-MM-dd"), ["cause"] = "absent", ["document"] = "公告" }, w.Clerk, Stop));
                    ended = await w.LastSetAsync();
                }
                else if (what == 6)
                {
                    Assert.Null((await w.Desk.UndoAsync(ended!.Value, w.Head, "撤回", Stop)).Refusal);
                    ended = null;
                }
                else
                {
                    said[session] = ((AttendanceStatus[])[Present, Leave, Absent])[how];
                    Assert.Null(await w.MarkAsync(session, seat, said[session], "核对签到表"));
                }

                var missed = said.Where(s => s.Value == Absent).Select(s => s.Key).ToList();
                var lawAsks = ended is null && missed.Count >= 2 && !missed.All(examined.Contains);
                Assert.True(lawAsks == await w.OpenDutyAsync(seat) is not null, $"The law asks: {lawAsks}, after{trail}");
            }
        }
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task What_a_clerk_may_not_say_is_refused_at_the_deputy(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        var (wu, self) = await w.DeputyAsync("吴国良");
        async Task<string> SaysAsync(Guid session, AttendanceMark mark, Renda.Platform.Access.Actor? who = null)
        {
            var refusal = (await w.Attendances.RecordAsync(session, [mark], "", who ?? w.Clerk, Stop)).Refusal;
            return refusal is null ? "" : refusal.Fields.Select(f => $"{f.Code}").FirstOrDefault() ?? refusal.Code;
        }

        Assert.Equal("registry.attendance-leave", await SaysAsync(w.Past[0], new(wu, Leave, null, "", "生病")));
        Assert.Equal("registry.attendance-leave", await SaysAsync(w.Past[0], new(wu, Leave, null, "主任会议", new string('长', 301))));
        Assert.Equal("registry.attendance-not-open", await SaysAsync(w.Coming, new(wu, Present, null)));
        Assert.Equal("registry.attendance-not-closed", await SaysAsync(w.Running, new(wu, Absent, null)));
        Assert.Equal("registry.attendance-changed", await SaysAsync(w.Past[0], new(wu, Present, Absent)));
        Assert.Equal("not-found", await SaysAsync(w.Past[0], new(wu, Asked, null)));
        Assert.Equal("not-found", await SaysAsync(w.Past[0], new(Guid.CreateVersion7(), Present, null)));
        Assert.Equal("not-found", await SaysAsync(Guid.CreateVersion7(), new(wu, Present, null)));
        foreach (var wrong in (Renda.Platform.Access.Actor[])[w.Neighbour, self]) Assert.Equal("not-found", await SaysAsync(w.Past[0], new(wu, Present, null), wrong));
        Assert.Null(await w.Attendances.ReadAsync(w.Past[0], w.Neighbour, "registry.details", Stop));
        Assert.Equal(0, await w.SetsAsync());
        // What is right of the same sheet is not written either: a sheet is one thing.
        var (other, _) = await w.DeputyAsync("沈建芳");
        Assert.NotNull((await w.Attendances.RecordAsync(w.Past[0], [new(other, Present, null), new(wu, Leave, null)], "", w.Clerk, Stop)).Refusal);
        Assert.Null(await w.NowAsync(w.Past[0], other));
        Assert.Equal("", await SaysAsync(w.Coming, new(wu, Leave, null, "主任会议", "出国培训")));
        Assert.Equal("", await SaysAsync(w.Running, new(wu, Present, null)));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Two_clerks_at_once_leave_one_record_and_one_duty(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        var (wu, _) = await w.DeputyAsync("吴国良");
        Assert.Null(await w.MarkAsync(w.Past[0], wu, Absent));
        var both = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => w.Attendances.RecordAsync(w.Past[1], [new(wu, Absent, null)], "", i % 2 == 0 ? w.Clerk : w.Colleague, Stop))));
        Assert.All(both, b => Assert.Null(b.Refusal));
        Assert.Equal(1, both.Sum(b => b.Changed));
        Assert.Single(await w.HistoryAsync(w.Past[1], wu));
        Assert.Single(await w.DutiesAsync(wu));
        // Who saw nothing there does not overwrite what a colleague said meanwhile, and leaves alone what was not touched.
        Assert.Equal("registry.attendance-changed", (await w.Attendances.RecordAsync(w.Past[1], [new(wu, Present, null)], "", w.Clerk, Stop)).Refusal!.Fields.Single().Code);
        Assert.Equal((0, null), await w.Attendances.RecordAsync(w.Past[1], [new(wu, Present, Present)], "", w.Clerk, Stop));
        Assert.Equal(Absent, (await w.NowAsync(w.Past[1], wu))!.Status);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task What_ends_between_the_record_and_its_duty_leaves_neither(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        var (wu, _) = await w.DeputyAsync("吴国良");
        Assert.Null(await w.MarkAsync(w.Past[0], wu, Absent));
        var broken = new Attendances(new RegistryDesk(w.Audit, TimeProvider.System, [w.Duties.FollowAsync, (_, _, _, _) => throw new IOException("power")]), w.Databases, TimeProvider.System);
        await Assert.ThrowsAsync<IOException>(() => broken.RecordAsync(w.Past[1], [new(wu, Absent, null)], "", w.Clerk, Stop));
        Assert.Null(await w.NowAsync(w.Past[1], wu));
        Assert.Empty(await w.DutiesAsync(wu));
        Assert.Null(await w.MarkAsync(w.Past[1], wu, Absent));
        Assert.Single(await w.DutiesAsync(wu));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task The_list_is_of_those_who_were_deputies_on_the_sessions_days(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        DateTime On(int day) => ChinaTime.StartOf(AttendanceWorld.Today.AddDays(day));
        var (old, now) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await w.AddAsync(
            new Organisation { Id = old, ParentId = w.Congress, Name = "雉城代表团", Kind = OrganisationKind.Delegation, Region = AttendanceWorld.County, ValidFrom = AttendanceWorld.Began },
            new Organisation { Id = now, ParentId = w.Congress, Name = "和平代表团", Kind = OrganisationKind.Delegation, Region = AttendanceWorld.County, ValidFrom = AttendanceWorld.Began });
        await w.DeputyAsync("已离任", m => m.ValidTo = On(-401));
        await w.DeputyAsync("会中终止", m => m.ValidTo = On(-399));
        await w.DeputyAsync("后来补选", m => m.ValidFrom = On(-390));
        await w.DeputyAsync("暂停的", m => m.Status = MandateStatus.Suspended);
        await w.DeputyAsync("审查中", m => m.Status = MandateStatus.Review);
        // Moved to another delegation after the session.
        var (moved, _) = await w.DeputyAsync("换团的", m => (m.DelegationId, m.ValidFrom) = (now, On(-100)));
        await w.AddAsync(new Mandate { Id = moved, PersonId = (await PersonOfAsync(moved)), CongressId = w.Congress, Region = AttendanceWorld.County, DelegationId = old, ValidFrom = AttendanceWorld.Began, ValidTo = On(-100), Latest = false });
        var sheet = (await w.Attendances.ReadAsync(w.Past[0], w.Clerk, "registry.details", Stop))!;
        Assert.Equal([("会中终止", ""), ("换团的", "雉城代表团")], sheet.Lines.Select(l => (l.Seat.Person.Name, l.Delegation)));
        Assert.Equal((1, 2), (sheet.Suspended, sheet.Open));
        var later = (await w.Attendances.ReadAsync(w.Past[3], w.Clerk, "registry.details", Stop))!;
        Assert.Equal([("后来补选", ""), ("换团的", "和平代表团")], later.Lines.Select(l => (l.Seat.Person.Name, l.Delegation)));

        async Task<Guid> PersonOfAsync(Guid mandate)
        {
            await using var db = w.Context();
            return await db.Set<Mandate>().Where(m => m.Id == mandate).Select(m => m.PersonId).SingleAsync(Stop);
        }
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_deputy_asks_for_leave_and_the_head_decides(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        var (wu, self) = await w.DeputyAsync("吴国良");
        var (_, stranger) = await w.DeputyAsync("沈建芳");
        Dictionary<string, string> Ask(Guid session, string reason = "住院手术") => new() { ["session"] = session.ToString(), ["reason"] = reason };
        Assert.Equal("not-found", (await w.Attendances.AskAsync(wu, Ask(w.Coming), stranger, Stop))!.Code);
        Assert.Equal("reason", (await w.Attendances.AskAsync(wu, Ask(w.Coming, " "), self, Stop))!.Fields.Single().Field);
        Assert.Equal("session", (await w.Attendances.AskAsync(wu, Ask(w.Past[0]), self, Stop))!.Fields.Single().Field);
        Assert.Null(await w.Attendances.AskAsync(wu, Ask(w.Coming), self, Stop));
        Assert.Null(await w.Attendances.AskAsync(wu, Ask(w.Coming), self, Stop));
        Assert.Single(await w.HistoryAsync(w.Coming, wu));
        Assert.Equal((w.Office, 2), (Assert.Single(await LeavesAsync()).OrganisationId!.Value, (await w.Attendances.ReadAsync(w.Coming, w.Clerk, "registry.details", Stop))!.Open));
        // A clerk keeps the list and does not approve; a neighbour sees nothing.
        foreach (var wrong in (Renda.Platform.Access.Actor[])[w.Clerk, w.Neighbour, self]) Assert.Equal("not-found", (await w.Attendances.DecideAsync(w.Coming, wu, true, "", wrong, Stop))!.Code);
        Assert.Null(await w.Attendances.DecideAsync(w.Coming, wu, true, "批字〔2026〕2号", w.Head, Stop));
        Assert.Null(await w.Attendances.DecideAsync(w.Coming, wu, true, "", w.Head, Stop));
        Assert.Equal("registry.leave-decided", (await w.Attendances.DecideAsync(w.Coming, wu, false, "", w.Head, Stop))!.Code);
        var row = (await w.NowAsync(w.Coming, wu))!;
        Assert.Equal((Leave, "姚卫平", "住院手术", "批字〔2026〕2号"), (row.Status, row.ApprovedBy, row.Reason, row.Document));
        Assert.Empty(await LeavesAsync());
        Assert.Equal("registry.already-recorded", (await w.Attendances.AskAsync(wu, Ask(w.Coming), self, Stop))!.Code);
        // What was refused is neither leave nor absence, and may be asked for again.
        Assert.Null(await w.Attendances.AskAsync(wu, Ask(w.Running, "出差"), self, Stop));
        Assert.Null(await w.Attendances.DecideAsync(w.Running, wu, false, "", w.Head, Stop));
        Assert.Equal(Refused, (await w.NowAsync(w.Running, wu))!.Status);
        Assert.Null(await w.Attendances.AskAsync(wu, Ask(w.Running, "抢险"), self, Stop));
        Assert.Single(await LeavesAsync());

        async Task<List<Todo>> LeavesAsync()
        {
            await using var db = w.Context();
            return await db.Set<Todo>().AsNoTracking().Where(t => t.DoneAt == null && t.Title.Contains("请假")).ToListAsync(Stop);
        }
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_committee_of_its_own_takes_over_what_the_office_had(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        var (wu, _) = await w.DeputyAsync("吴国良");
        foreach (var session in w.Past.Take(2)) Assert.Null(await w.MarkAsync(session, wu, Absent));
        Assert.Equal(w.Office, (await w.OpenDutyAsync(wu))!.OrganisationId);
        Dictionary<string, string> form = new() { ["name"] = "长兴县人大常委会代表资格审查委员会", ["kind"] = "SpecialCommittee", ["region"] = AttendanceWorld.County.ToString(), ["duty"] = "credentials", ["from"] = "2026-01-05" };
        var (committee, refusal) = await w.Forms.SaveOrganisationAsync(null, form, w.Clerk, Stop);
        Assert.Null(refusal);
        Assert.Equal(committee, (await w.OpenDutyAsync(wu))!.OrganisationId);
        Assert.Equal(2, (await w.DutiesAsync(wu)).Count);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Absences_recorded_for_one_person_twice_are_counted_together_when_the_two_become_one(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        var (keep, one) = await w.DeputyAsync("吴国良");
        var (gone, two) = await w.DeputyAsync("吴国良");
        Assert.Null(await w.MarkAsync(w.Past[0], keep, Absent));
        Assert.Null(await w.MarkAsync(w.Past[1], gone, Absent));
        // What the kept seat says of a session stands.
        Assert.Null(await w.MarkAsync(w.Past[2], keep, Present));
        Assert.Null(await w.MarkAsync(w.Past[2], gone, Absent));
        Assert.NotNull(await w.OpenDutyAsync(gone));
        Assert.Null(await w.Merging.MergeAsync(one.PersonId!.Value, two.PersonId!.Value, "同一人", w.Clerk, Stop));
        Assert.Null(await w.OpenDutyAsync(gone));
        Assert.NotNull(await w.OpenDutyAsync(keep));
        Assert.Equal(Present, (await w.NowAsync(w.Past[2], keep))!.Status);
        Assert.Null((await w.Desk.UndoAsync(await w.LastSetAsync(), w.Head, "不是一人", Stop)).Refusal);
        Assert.Null(await w.OpenDutyAsync(keep));
        Assert.NotNull(await w.OpenDutyAsync(gone));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_pasted_list_is_taken_whole_or_not_at_all(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        var (wu, _) = await w.DeputyAsync("吴国良");
        await w.DeputyAsync("沈建芳");
        var (qian, _) = await w.DeputyAsync("钱小兰");
        foreach (var _ in Enumerable.Range(0, 2)) await w.DeputyAsync("王芳");
        var sheet = (await w.Attendances.ReadAsync(w.Past[0], w.Clerk, "registry.details", Stop))!;
        var (none, wrong) = AttendanceForm.Paste("姓名\t情况\n吴国良\t出席\n王芳\t出席\n没有的\t出席\n沈建芳\t迟到\n钱小兰\t请假\n", sheet);
        Assert.Empty(none);
        Assert.Equal(["第 3 行：有 2 名“王芳”，请在名单上登记。", "第 4 行：名单上没有“没有的”。", "第 5 行：看不懂“迟到”，请写出席、请假或者缺席。", "第 6 行：钱小兰请假，要写批准人和事由。"], wrong!.Fields.Select(f => f.Text.Zh));
        Assert.NotNull(AttendanceForm.Paste(" \n\t\n", sheet).Refusal);
        var (marks, refusal) = AttendanceForm.Paste("序号,姓名,情况\r\n1,吴　国良,缺席\r\n2,沈建芳,present\r\n3，钱小兰，请假，主任会议，住院，批字1号\r\n", sheet);
        Assert.Null(refusal);
        Assert.Equal((3, null), await w.Attendances.RecordAsync(w.Past[0], marks, "", w.Clerk, Stop));
        Assert.Equal(Absent, (await w.NowAsync(w.Past[0], wu))!.Status);
        Assert.Equal("批字1号", (await w.NowAsync(w.Past[0], qian))!.Document);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_session_is_recorded_once_within_a_term(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        Dictionary<string, string> Form(string ordinal, string opens, string closes) => new() { ["ordinal"] = ordinal, ["opens"] = opens, ["closes"] = closes };
        Assert.Equal("not-found", (await w.Terms.AddSessionAsync(w.Congress, Form("7", "2026-03-01", "2026-03-04"), w.Neighbour, Stop))!.Code);
        Assert.Equal(["ordinal", "closes"], (await w.Terms.AddSessionAsync(w.Congress, Form("0", "2026-03-04", "2026-03-01"), w.Clerk, Stop))!.Fields.Select(f => f.Field));
        Assert.Equal("ordinal", (await w.Terms.AddSessionAsync(w.Congress, Form("1", "2026-03-01", "2026-03-04"), w.Clerk, Stop))!.Fields.Single().Field);
        Assert.Equal("opens", (await w.Terms.AddSessionAsync(w.Congress, Form("7", "2016-03-01", "2016-03-04"), w.Clerk, Stop))!.Fields.Single().Field);
        Assert.Null(await w.Terms.AddSessionAsync(w.Congress, Form("7", "2026-03-01", "2026-03-04"), w.Clerk, Stop));
        Assert.Equal("ordinal", (await w.Terms.AddSessionAsync(w.Congress, Form("7", "2026-03-01", "2026-03-04"), w.Clerk, Stop))!.Fields.Single().Field);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_term_ends_the_one_before_and_takes_the_sessions_of_its_days(DatabaseProvider provider)
    {
        await using var w = await AttendanceWorld.CreateAsync(provider);
        Dictionary<string, string> Form(string term, string seats, string since) => new() { ["term"] = term, ["seats"] = seats, ["since"] = since };
        Assert.Equal("not-found", (await w.Terms.AddTermAsync(w.Congress, Form("18", "216", "2026-02-01"), w.Neighbour, Stop))!.Code);
        Assert.Equal(["term", "seats", "since"], (await w.Terms.AddTermAsync(w.Congress, Form("0", "", "x"), w.Clerk, Stop))!.Fields.Select(f => f.Field));
        Assert.Equal("term", (await w.Terms.AddTermAsync(w.Congress, Form("17", "216", "2026-02-01"), w.Clerk, Stop))!.Fields.Single().Field);
        Assert.Equal("since", (await w.Terms.AddTermAsync(w.Congress, Form("18", "216", "2001-02-01"), w.Clerk, Stop))!.Fields.Single().Field);
        Assert.Null(await w.Terms.AddTermAsync(w.Congress, Form("１８", "216", "2026-02-01"), w.Clerk, Stop));
        Assert.Null(await w.Terms.AddSessionAsync(w.Congress, new Dictionary<string, string> { ["ordinal"] = "1", ["opens"] = "2026-02-10", ["closes"] = "2026-02-13" }, w.Clerk, Stop));
        await using var db = w.Databases.CreateDbContext();
        var terms = await db.Set<Term>().AsNoTracking().OrderBy(t => t.Ordinal).ToListAsync(Stop);
        Assert.Equal([17, 18], terms.Select(t => t.Ordinal));
        Assert.Equal(terms[1].ValidFrom, terms[0].ValidTo);
        Assert.True(await db.Set<CongressSession>().AnyAsync(s => s.TermId == terms[1].Id && s.Ordinal == 1, Stop));
    }

    [Fact]
    public void Who_is_not_marked_is_marked_only_when_asked_and_never_while_leave_is_undecided()
    {
        var (a, b, c) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        Dictionary<string, string> form = new() { [$"was-{a}"] = "", [$"m-{a}"] = "leave", [$"by-{a}"] = "主任会议", [$"reason-{a}"] = "病", [$"was-{b}"] = "", [$"was-{c}"] = "asked", ["was-x"] = "", [$"m-{Guid.CreateVersion7()}"] = "present" };
        Assert.Equal([new(a, Leave, null, "主任会议", "病", "")], AttendanceForm.Read(form));
        form["rest"] = "present";
        Assert.Equal([new(a, Leave, null, "主任会议", "病", ""), new(b, Present, null)], AttendanceForm.Read(form));
    }
}
