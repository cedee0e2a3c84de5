using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Demo;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Deputies.Demo;

/// <summary>
/// A year of activities of three of the demo city's congresses (演示数据). What comes, what waits to be recorded and what was
/// called off goes through the same doors as in real life; what was recorded long ago is written as rows, because hundreds of
/// answers and check-ins of the past would make the city's first start slow.
/// </summary>
internal static class ActivitiesDemo
{
    private const string Done = "demo/activities";

    public static async Task SeedAsync(IServiceProvider services, CancellationToken cancellation)
    {
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        if (await db.Set<RunningNumber>().AnyAsync(n => n.Name == Done, cancellation)) return;
        if (await db.Set<Activity>().AnyAsync(cancellation)) throw new InvalidOperationException("The demo city was interrupted while it was being made. Start again with --reset.");
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var clock = new DemoClock { Now = now };
        var desk = services.GetRequiredService<ActivityDesk>().By(clock);
        var actors = services.GetRequiredService<Actors>();
        var staff = await db.Users.Where(a => a.UserName == "zhoumin" || a.UserName == "xuxiaoyan").ToDictionaryAsync(a => a.UserName!, a => a.Id, cancellation);
        var known = (await actors.LoadAsync([.. staff.Values], cancellation)).ToDictionary(a => a.AccountId);
        foreach (var (region, account) in ((long, string)[])[(DemoCity.Huzhou, "xuxiaoyan"), (DemoCity.Changxing, "zhoumin"), (DemoCity.Heping, "zhoumin")])
        {
            if (!staff.TryGetValue(account, out var id) || !known.TryGetValue(id, out var clerk) || await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Kind == OrganisationKind.Congress && o.Region == region, cancellation) is not { } congress) continue;
            var sitting = await DeputyScope.Sitting(db, congress.Id, now).OrderBy(m => m.CertificateNo).ToListAsync(cancellation);
            if (sitting.Count == 0) continue;
            Remember(db, congress, sitting, clerk, now);
            await db.SaveChangesAsync(cancellation);
            await LiveAsync(db, desk, actors, clock, new Scene(congress, sitting, clerk, now), cancellation);
        }
        db.Add(new RunningNumber { Name = Done, Value = 1 });
        await db.SaveChangesAsync(cancellation);
    }

    // One a month of a county and of a town, one in two of the city.
    private static void Remember(RendaDbContext db, Organisation congress, List<Mandate> sitting, Actor clerk, DateTime now)
    {
        var seed = (int)(congress.Region / 1000 % 97);
        for (var month = congress.Region == DemoCity.Huzhou ? 2 : 1; month <= 12; month += congress.Region == DemoCity.Huzhou ? 2 : 1)
        {
            var told = Past[(month + seed) % Past.Length];
            var begins = ChinaTime.StartOf(Working(ChinaTime.Date(now.AddDays(-29 * month - seed % 5)), -1)).AddHours(9);
            var activity = new Activity
            {
                Id = Guid.CreateVersion7(begins), CongressId = congress.Id, Kind = told.Kind, Title = told.Title, Content = "请准时参加，需要的材料现场发放。", Begins = begins, Ends = begins.AddHours(told.Kind == "training" ? 7 : 2.5), Place = told.Place,
                State = ActivityState.Held, Code = ActivityText.NewCode(), Record = told.Record, Result = told.Result, Public = month % 3 != 0, KeptBy = clerk.Name, ChangedAt = begins.AddDays(2),
            };
            // A group goes together; a town's deputies all come.
            var group = sitting[(month * 37 + seed) % sitting.Count] is var one && told.Kind == "training" ? null : one.GroupId ?? one.DelegationId;
            activity.GroupId = group;
            db.Add(activity);
            var invited = sitting.Where(m => group is null || m.GroupId == group || m.DelegationId == group).Take(45).ToList();
            foreach (var (mandate, i) in invited.Select((m, i) => (m, i)))
            {
                var fate = (i * 7 + month * 3 + seed) % 19;
                var there = fate is not (4 or 9 or 13);
                db.Add(new Participant
                {
                    ActivityId = activity.Id, PersonId = mandate.PersonId, AnsweredAt = begins.AddDays(-4).AddMinutes(11 * i), State = there ? ParticipantState.Attended : fate == 9 ? ParticipantState.Absent : ParticipantState.OnLeave,
                    LeaveReason = there || fate == 9 ? "" : Reasons[i % Reasons.Length], DecidedBy = there || fate == 9 ? "" : clerk.Name, CheckedInAt = there ? begins.AddMinutes(i % 25 - 20) : null, CheckedInBy = !there ? "" : fate == 2 ? "staff" : "code",
                    Speech = there && fate == 6 ? told.Speech : "",
                });
            }
        }
    }

    private static async Task LiveAsync(RendaDbContext db, ActivityDesk desk, Actors actors, DemoClock clock, Scene scene, CancellationToken cancellation)
    {
        var (congress, clerk, now) = (scene.Congress, scene.Clerk, scene.Now);
        if (congress.Region == DemoCity.Heping)
        {
            // Li Yang has one to answer and is coming to the other.
            await PlanAsync("冬季农田水利工程视察", "inspection", 6, "和平镇便民服务中心门口集合", "看回车岭、红山两处山塘和灌渠清淤，请穿便于走路的鞋。", 3, scene.All(40), 30.8402, 119.8951, answers: (5, 2));
            await PlanAsync("代表小组学习交流会", "group", 13, "和平镇人大代表中心联络站", "学习代表法修改后的规定，交流联系选民的做法。", 2, scene.All(40), answers: (6, 1), also: "liyang");
        }
        else if (congress.Region == DemoCity.Changxing)
        {
            var group = scene.Sitting.GroupBy(m => m.GroupId).Where(g => g.Key is not null).OrderByDescending(g => g.Count()).ThenBy(g => g.First().CertificateNo, StringComparer.Ordinal).First().ToList();
            await PlanAsync("优化营商环境专题调研", "research", 9, "县行政中心 3 号楼 201 会议室", "走访两家企业，座谈。", 4, [.. group.Take(24).Select(m => m.PersonId)], 31.0267, 119.9105, places: 20, answers: (9, 3));
            await PlanAsync("学校食堂食品安全执法检查", "law-check", 16, "县实验小学", "检查三所学校食堂，请带工作证。", 2, [.. scene.Sitting.Take(18).Select(m => m.PersonId)], answers: (4, 2));
            await PlanAsync("民生实事项目票决前视察", "inspection", 24, "另行通知", "看五个候选项目。", -1, [.. scene.Sitting.Skip(20).Take(30).Select(m => m.PersonId)]);
            // It took place two days ago and waits to be recorded.
            await PlanAsync("列席县人大常委会会议", "non-voting", -2, "县人大常委会会议厅", "听取审议两个专项工作报告。", 9, [.. scene.Sitting.Skip(60).Take(12).Select(m => m.PersonId)], 31.0267, 119.9105, answers: (9, 1), come: true);
            var off = await PlanAsync("太湖沿岸生态修复视察", "inspection", 5, "夹浦镇码头", "乘船看岸线。", 6, [.. scene.Sitting.Skip(40).Take(15).Select(m => m.PersonId)], answers: (3, 0));
            clock.Now = now.AddHours(-20);
            Expect(await desk.CancelAsync(off, "预报有大风，改期再通知。", clerk, cancellation));
        }
        else
        {
            await PlanAsync("市级重点项目集中视察", "inspection", 11, "市民中心南门", "分三组看六个项目。", 3, [.. scene.Sitting.Take(40).Select(m => m.PersonId)], answers: (8, 2));
        }
        clock.Now = now;

        async Task<Guid> PlanAsync(string title, string kind, int days, string place, string content, int toldDaysBefore, IReadOnlyList<Guid> people, double? latitude = null, double? longitude = null, int places = 0, (int Come, int Leave) answers = default, bool come = false, string also = "")
        {
            var begins = ChinaTime.StartOf(Working(ChinaTime.Date(now.AddDays(days)), days < 0 ? -1 : 1)).AddHours(9);
            // What is only planned was planned yesterday; what is past was told before it.
            clock.Now = toldDaysBefore < 0 ? now.AddDays(-1) : (days < 0 ? begins : now).AddDays(-toldDaysBefore);
            var id = Guid.CreateVersion7(clock.Now);
            var day = ChinaTime.Date(begins).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            Expect(await desk.PlanAsync(id, congress.Id, new Dictionary<string, string>
            {
                ["title"] = title, ["kind"] = kind, ["day"] = day, ["begins"] = "09:00", ["ends"] = "11:30", ["place"] = place, ["content"] = content, ["places"] = places > 0 ? places.ToString(CultureInfo.InvariantCulture) : "",
                ["latitude"] = latitude?.ToString(CultureInfo.InvariantCulture) ?? "", ["longitude"] = longitude?.ToString(CultureInfo.InvariantCulture) ?? "",
            }, clerk, cancellation), title);
            Expect(await desk.InviteAsync(id, new Invitation(false, [], people), clerk, cancellation), title);
            if (toldDaysBefore < 0) return id;
            Expect(await desk.PublishAsync(id, clerk, cancellation), title);
            var code = await db.Set<Activity>().Where(a => a.Id == id).Select(a => a.Code).FirstAsync(cancellation);
            var ids = people.ToList();
            var accounts = await db.Users.Where(u => u.PersonId != null && ids.Contains(u.PersonId.Value)).Select(u => new { u.Id, u.UserName, u.PersonId }).ToListAsync(cancellation);
            var loaded = (await actors.LoadAsync([.. accounts.OrderBy(u => ids.IndexOf(u.PersonId!.Value)).Take(answers.Come + answers.Leave + 2).Select(u => u.Id).Concat(accounts.Where(u => u.UserName == also).Select(u => u.Id)).Distinct()], cancellation)).ToDictionary(a => a.AccountId);
            // Whoever plays in the story answers by hand.
            var extras = accounts.Where(u => u.UserName != "liyang" && loaded.ContainsKey(u.Id)).OrderBy(u => ids.IndexOf(u.PersonId!.Value)).Select(u => loaded[u.Id]).ToList();
            foreach (var actor in extras.Take(answers.Come).Concat(accounts.Where(u => u.UserName == also && loaded.ContainsKey(u.Id)).Select(u => loaded[u.Id])))
            {
                clock.Now = clock.Now.AddMinutes(17);
                Expect(await desk.SignUpAsync(id, actor, cancellation), title);
            }
            foreach (var (actor, i) in extras.Skip(answers.Come).Take(answers.Leave).Select((a, i) => (a, i)))
            {
                clock.Now = clock.Now.AddMinutes(23);
                Expect(await desk.AskLeaveAsync(id, Reasons[i % Reasons.Length], actor, cancellation), title);
                if (come) Expect(await desk.DecideAsync(id, actor.PersonId!.Value, true, "", clerk, cancellation), title);
            }
            if (!come) return id;
            foreach (var (actor, i) in extras.Take(answers.Come).Select((a, i) => (a, i)))
            {
                clock.Now = begins.AddMinutes(3 * i - 25);
                if (i % 5 == 4) Expect(await desk.TickAsync(id, actor.PersonId!.Value, true, clerk, cancellation), title);
                else Expect((await desk.CheckInAsync(code, latitude + 0.0002 * (i % 4), longitude, actor, cancellation)).Refusal, title);
            }
            return id;
        }
    }

    private static readonly string[] Reasons = ["单位当天有检查，走不开", "陪家人住院", "在外地出差", "村里换届培训"];

    private static readonly (string Kind, string Title, string Place, string Record, string Result, string Speech)[] Past =
    [
        ("inspection", "农村饮用水工程视察", "水厂门口集合", "实地看了两处水厂和一个村的管网末端，听取水务部门汇报，代表就水压和水质公开提了问题。", "形成三条意见，水务部门承诺汛期前完成两处老旧管网更换。", "关于山区村供水水压不足"),
        ("group", "代表小组活动：走访困难企业", "工业园区服务中心", "走访四家企业，了解用工、用电和贷款情况。", "收集问题七个，当场答复三个，其余转有关部门。", "关于小微企业贷款手续"),
        ("research", "养老服务专题调研", "社区养老服务中心", "看了两家照料中心、一家民办养老院，召开座谈会。", "形成调研报告，建议增加助餐点。", "关于农村助餐点的补贴"),
        ("training", "代表履职培训", "县委党校 201 教室", "学习代表法、监督法修改的内容，讲解怎样提出高质量的建议。", "参训代表完成测试。", "怎样写好一件建议"),
        ("law-check", "道路交通安全条例执法检查", "交警大队", "随机抽查三条农村公路和两个学校门口，查阅执法台账。", "提出整改清单五条，两个月后复查。", "关于校门口的限速标线"),
        ("electors", "代表联系选民活动日", "村文化礼堂", "集中接待选民，听取意见。", "收到意见十二条，形成建议两件。", "关于村道路灯"),
        ("non-voting", "列席常委会会议", "常委会会议厅", "列席审议财政决算和审计工作报告。", "代表的意见写入审议意见。", "关于审计整改的公开"),
        ("inspection", "垃圾分类处理视察", "再生资源中心", "看了分拣中心和两个小区，听取汇报。", "建议增加定时投放点的夜间照明。", "关于撤桶并点后的保洁"),
    ];

    private static DateOnly Working(DateOnly day, int step)
    {
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday) day = day.AddDays(step);
        return day;
    }

    private static void Expect(Refusal? refusal, string what = "")
    {
        if (refusal is not null) throw new InvalidOperationException($"The demo's activity was refused {what}: {refusal.Code} {string.Join("; ", refusal.Fields.Select(f => f.Field + " " + f.Text.En))} {refusal.Text.En}");
    }

    /// <summary>Where it plays.</summary>
    private sealed record Scene(Organisation Congress, List<Mandate> Sitting, Actor Clerk, DateTime Now)
    {
        public IReadOnlyList<Guid> All(int most) => [.. Sitting.Take(most).Select(m => m.PersonId)];
    }

    private sealed class DemoClock : TimeProvider
    {
        public DateTime Now { get; set; }

        public override DateTimeOffset GetUtcNow() => new(Now, TimeSpan.Zero);
    }
}
