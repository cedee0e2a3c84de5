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

/// <summary>What the demo county has set, and what its deputies reported (演示数据): through the same doors as in real life; only the clock is the plan's.</summary>
internal static class DeputiesDemo
{
    private const string Done = "demo/deputies";

    public static async Task SeedAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var databases = services.GetRequiredService<IDbContextFactory<RendaDbContext>>();
        await using var db = databases.CreateDbContext();
        if (await db.Set<RunningNumber>().AnyAsync(n => n.Name == Done, cancellation)) return;
        if (await db.Set<ReportedEntry>().AnyAsync(cancellation)) throw new InvalidOperationException("The demo city was interrupted while it was being made. Start again with --reset.");
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var today = ChinaTime.Date(now);
        var congress = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Kind == OrganisationKind.Congress && o.Region == DemoCity.Changxing, cancellation);
        var seats = await DeputyScope.Sitting(db, congress.Id, now).Where(m => db.Users.Any(a => a.PersonId == m.PersonId)).OrderBy(m => m.Id).Take(8).ToListAsync(cancellation);
        var people = seats.Select(m => m.PersonId).ToList();
        var accounts = await db.Users.Where(a => a.UserName == "liyang" || a.UserName == "zhoumin" || a.UserName == "chenguoqiang" || (a.PersonId != null && people.Contains(a.PersonId.Value))).Select(a => new { a.Id, a.UserName }).ToListAsync(cancellation);
        var loaded = (await services.GetRequiredService<Actors>().LoadAsync([.. accounts.Select(a => a.Id)], cancellation)).ToDictionary(a => a.AccountId);
        var clerk = loaded[accounts.First(a => a.UserName == "zhoumin").Id];
        var liyang = loaded[accounts.First(a => a.UserName == "liyang").Id];

        await RulesAsync(services.GetRequiredService<DeputyRules>(), congress.Id, HeadOf(clerk, congress), today, cancellation);

        var clock = new DemoClock();
        var (entries, desk) = (services.GetRequiredService<Entries>().By(clock), services.GetRequiredService<MatterDesk>().By(clock));
        (int Days, string Kind, string Title, string Text, int Electors, string Then)[] told =
        [
            (200, "contact", "走访回车岭村困难家庭 9 户", "春节前走访回车岭村困难家庭 9 户，了解取暖和就医情况，有 2 户反映医保报销不清楚，已帮忙联系镇卫生院。", 9, "confirm"),
            (150, "speech", "审议环境状况报告时发言", "审议年度环境状况和环境保护目标完成情况报告时发言，建议加强农村生活污水管网日常维护。", 0, "confirm"),
            (95, "research", "调研村级养老服务照料中心", "随机调研三个村的居家养老服务照料中心，看用餐、看台账、听老人说，写成调研笔记。", 26, "confirm"),
            (40, "help", "联系企业为村里捐建路灯", "联系本地两家企业为红山村捐建太阳能路灯 16 盏，已经亮灯。", 0, "deny"),
            (12, "group", "参加代表小组夜学", "参加和平代表小组夜学，学习代表法修改内容，交流联系群众的做法。", 0, "return"),
            (2, "contact", "在村口听取选民意见", "傍晚在村口广场听取选民意见，主要是停车和广场舞噪声，来的有 14 人。", 14, ""),
        ];
        foreach (var (plan, i) in told.Select((t, i) => (t, i)).OrderByDescending(t => t.t.Days))
        {
            // Li Yang's are the first and the last; colleagues reported the others.
            var who = i is 0 or 1 or 5 ? liyang : loaded.Values.Where(a => a.PersonId is { } p && people.Contains(p)).OrderBy(a => a.AccountId).ElementAtOrDefault(i) ?? liyang;
            var seat = await DeputyScope.Sitting(db, congress.Id, now).FirstOrDefaultAsync(m => m.PersonId == who.PersonId, cancellation) ?? await db.Set<Mandate>().AsNoTracking().FirstAsync(m => m.PersonId == who.PersonId && m.Status == MandateStatus.Active && m.ValidTo == null, cancellation);
            clock.Now = now.AddDays(-plan.Days);
            var answer = await entries.ReportAsync(new NewEntry { Id = Guid.CreateVersion7(clock.GetUtcNow()), MandateId = seat.Id, Kind = plan.Kind, Day = ChinaTime.Date(clock.Now), Title = plan.Title, Text = plan.Text, Electors = plan.Electors }, who, cancellation);
            if (answer.Refusal is { } refusal) throw new InvalidOperationException($"The demo's entry was refused: {refusal.Code} {string.Join("; ", refusal.Fields.Select(f => f.Field + " " + f.Text.En))}");
            if (plan.Then.Length == 0) continue;
            clock.Now = now.AddDays(-plan.Days + 1);
            var done = await desk.ActAsync(answer.Matter!.Matter.Id, plan.Then, plan.Then == "confirm" ? [] : new() { ["reason"] = plan.Then == "deny" ? "捐建由企业和村里完成，请写明您做了哪些工作，另行申报。" : "请补充学习的时间和地点。" }, clerk, null, null, cancellation);
            if (done.Refusal is { } no) throw new InvalidOperationException($"The demo's entry was not {plan.Then}ed: {no.Code} {no.Text.En}");
        }
        db.Add(new RunningNumber { Name = Done, Value = told.Length });
        await db.SaveChangesAsync(cancellation);
    }

    private static async Task RulesAsync(DeputyRules rules, Guid congress, Actor head, DateOnly today, CancellationToken cancellation)
    {
        Expect(await rules.SetAsync(congress, new Dictionary<string, string> { ["ranking"] = "1", ["through"] = $"{DeputyRules.LastQuarter(today):yyyy-MM-dd}", ["silentDays"] = "90", ["groupMeetings"] = "3", ["daysAYear"] = "" }, head, cancellation));
        (string Item, string Points, string Cap)[] table =
        [
            ("registry.session", "10", ""), ("deputies.speech", "3", "9"), ("deputies.reported-speech", "2", "6"), ("suggestions.lead", "5", "20"), ("suggestions.cosigned", "1", "5"), ("deputies.non-voting", "3", "9"), ("deputies.inspection", "3", "12"), ("deputies.research", "4", "12"),
            ("visits.visit", "3", "15"), ("visits.finding", "1", "10"), ("deputies.group", "2", "8"), ("deputies.course", "2", "8"), ("stations.reception", "2", "12"), ("stations.answered", "2", "12"), ("deputies.elector-report", "5", "5"), ("deputies.reported-electors", "1", "6"),
        ];
        foreach (var (item, points, cap) in table) Expect(await rules.WorthAsync(congress, new Dictionary<string, string> { ["item"] = item, ["points"] = points, ["cap"] = cap, ["from"] = $"{today.Year - 1}-01-01" }, head, cancellation));
    }

    // What the head of the office decides is not the clerk's; the demo's plan has the right for it.
    private static Actor HeadOf(Actor clerk, Organisation congress) => clerk with { Grants = [.. clerk.Grants, new ActorGrant(Planner, congress.Region, null, new HashSet<string> { DeputiesModule.Rules })] };

    private static readonly Role Planner = new("demo-plan", new("演示数据", "Demo data"), RoleScope.Territory);

    private static void Expect(Refusal? refusal)
    {
        if (refusal is not null) throw new InvalidOperationException($"The demo's rules were refused: {refusal.Code} {string.Join("; ", refusal.Fields.Select(f => f.Field + " " + f.Text.En))}");
    }
}
