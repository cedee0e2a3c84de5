using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Renda.Platform.Access;
using Renda.Platform.Dingtalk;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;
using static Platform.Tests.Notices.PushWorld;

namespace Platform.Tests.Dingtalk;

/// <summary>The duties of people who are bound are tasks at 浙政钉, and end there as they end here.</summary>
public sealed class DingtalkTasksTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Providers))]
    public async Task A_duty_is_a_task_is_finished_when_done_and_cancelled_when_gone(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider);
        using var tasks = New(w);
        var people = await w.Push.DeputiesAsync(3, w.Push.HepingCongress, Heping);
        await w.BindAsync(people[0], 100135);
        await w.BindAsync(people[1], 100136);
        var (done, gone, late, others) = (Duty(people[0], null, "评价：路灯不亮"), Duty(people[0], null, "评价：井盖松动"), Duty(people[1], null, "评价：河道"), Duty(people[2], null, "没有绑定的人"));
        (done.DueAt, late.Href) = (new DateTime(2026, 11, 30, 9, 30, 0, DateTimeKind.Utc), "https://neighbour.renda.example/7");
        await AddAsync(w, done, gone, late, others);
        // The gateway is down: nothing is lost and nothing of the office fails.
        w.Gateway.Down = true;
        await tasks.RunAsync(Stop);
        Assert.Empty(w.Gateway.Tasks);
        Assert.Equal((0, 3, 0), await tasks.CountAsync(Stop));
        await tasks.RunAsync(Stop);
        w.Gateway.Down = false;
        // Made there, and the answer lost: the same again is the same task.
        w.Gateway.Next.Enqueue("drop");
        w.Push.Clock.Now += TimeSpan.FromMinutes(1);
        await tasks.RunAsync(Stop);
        w.Push.Clock.Now += TimeSpan.FromMinutes(5);
        await tasks.RunAsync(Stop);
        Assert.Equal(["评价：井盖松动", "评价：河道", "评价：路灯不亮"], w.Gateway.Tasks.Values.Select(t => t.Subject).Order(StringComparer.Ordinal));
        Assert.Single(w.Gateway.Tasks.Values, t => t.Times == 2);
        var (lamp, cover, river) = (There("路灯不亮"), There("井盖松动"), There("河道"));
        Assert.Equal(("100135", "2026-11-30 17:30:00", "https://renda.example/dingtalk?to=" + Uri.EscapeDataString($"/matters/{done.ItemId}")), (lamp.To, lamp.Due, lamp.Url));
        Assert.Equal(("100136", "https://neighbour.renda.example/7"), (river.To, river.Url));
        Assert.Equal((3, 0, 0), await tasks.CountAsync(Stop));

        // Done by its person; fallen away; the third is refused for good when it is ended, which ends it as well.
        var account = (await w.AccountAsync(people[0])).Id;
        await EndAsync(w, done.Id, account);
        await EndAsync(w, gone.Id, null);
        await tasks.RunAsync(Stop);
        Assert.Equal(("finished", "cancelled", "open"), (lamp.State, cover.State, river.State));
        await w.Door.UnbindAccountAsync((await w.AccountAsync(people[1])).Id, Stop);
        w.Gateway.Next.Enqueue("busy");
        await tasks.RunAsync(Stop);
        Assert.Equal("open", river.State);
        w.Push.Clock.Now += TimeSpan.FromMinutes(1);
        await tasks.RunAsync(Stop);
        Assert.Equal("cancelled", river.State);
        Assert.Equal((0, 0, 0), await tasks.CountAsync(Stop));
        Assert.Empty(w.Gateway.Complaints);

        DingtalkGateway.Task There(string subject) => w.Gateway.Tasks.Values.Single(t => t.Subject.EndsWith(subject, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_duty_of_an_organisation_is_a_task_of_each_colleague_until_one_takes_it(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider);
        using var tasks = New(w);
        var (one, two, strange) = (await w.Push.StaffAsync("甲", County, w.Push.Office), await w.Push.StaffAsync("乙", County, w.Push.Office), await w.Push.StaffAsync("别县的", Other, w.Push.OtherOffice));
        await w.BindAsync(one.PersonId!.Value, 1);
        await w.BindAsync(two.PersonId!.Value, 2);
        await w.BindAsync(strange.PersonId!.Value, 3);
        var duty = Duty(null, w.Push.Office, "交办：路灯不亮");
        await AddAsync(w, duty);
        await tasks.RunAsync(Stop);
        Assert.Equal(["1", "2"], w.Gateway.Tasks.Values.Select(t => t.To).Order());
        await ClaimAsync(one);
        await tasks.RunAsync(Stop);
        Assert.Equal([("1", "open"), ("2", "cancelled")], w.Gateway.Tasks.Values.Select(t => (t.To, t.State)).Order());
        // Given back, it is both's again; done by the other, it is finished there and cancelled here.
        await using (var db = w.Push.CreateDbContext()) await db.Set<TodoClaim>().ExecuteDeleteAsync(Stop);
        await tasks.RunAsync(Stop);
        Assert.Equal([("1", "open"), ("2", "cancelled"), ("2", "open")], w.Gateway.Tasks.Values.Select(t => (t.To, t.State)).Order());
        await EndAsync(w, duty.Id, two.AccountId);
        await tasks.RunAsync(Stop);
        Assert.Equal([("1", "cancelled"), ("2", "cancelled"), ("2", "finished")], w.Gateway.Tasks.Values.Select(t => (t.To, t.State)).Order());

        // Refused for good: not tried again, and forgotten with its duty.
        w.Gateway.Next.Enqueue("refuse");
        w.Gateway.Next.Enqueue("refuse");
        var refused = Duty(null, w.Push.Office, "对方不收");
        await AddAsync(w, refused);
        await tasks.RunAsync(Stop);
        w.Push.Clock.Now += TimeSpan.FromDays(1);
        await tasks.RunAsync(Stop);
        Assert.Equal((0, 0, 2), await tasks.CountAsync(Stop));
        await EndAsync(w, refused.Id, one.AccountId);
        await tasks.RunAsync(Stop);
        Assert.Equal((0, 0, 0), await tasks.CountAsync(Stop));

        async Task ClaimAsync(Actor actor)
        {
            await using var db = w.Push.CreateDbContext();
            db.Add(new TodoClaim { TodoId = duty.Id, AccountId = actor.AccountId, Name = actor.Name, At = w.Push.Clock.Now.UtcDateTime });
            await db.SaveChangesAsync(Stop);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_duty_that_is_due_at_another_time_is_a_task_anew(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider);
        using var tasks = New(w);
        var people = await w.Push.DeputiesAsync(1, w.Push.HepingCongress, Heping);
        await w.BindAsync(people[0], 100135);
        var (moved, stays) = (Duty(people[0], null, "答复：路灯不亮"), Duty(people[0], null, "答复：河道"));
        moved.DueAt = stays.DueAt = new DateTime(2026, 11, 30, 9, 30, 0, DateTimeKind.Utc).AddMicroseconds(123);
        await AddAsync(w, moved, stays);
        // Moved before the other side has answered: it may have been made there with the old day.
        w.Gateway.Next.Enqueue("drop");
        w.Gateway.Next.Enqueue("drop");
        await tasks.RunAsync(Stop);
        await MoveAsync(new DateTime(2026, 12, 7, 9, 30, 0, DateTimeKind.Utc));
        w.Push.Clock.Now += TimeSpan.FromMinutes(5);
        await ThriceAsync();
        Assert.Equal([("2026-11-30 17:30:00", "cancelled"), ("2026-12-07 17:30:00", "open")], There("路灯不亮"));
        Assert.Equal([("2026-11-30 17:30:00", "open")], There("河道"));
        // Twice more, the second time to no day at all; and what stays is left alone.
        await MoveAsync(new DateTime(2026, 12, 9, 9, 30, 0, DateTimeKind.Utc));
        await ThriceAsync();
        await MoveAsync(null);
        await ThriceAsync();
        Assert.Equal([("", "open"), ("2026-11-30 17:30:00", "cancelled"), ("2026-12-07 17:30:00", "cancelled"), ("2026-12-09 17:30:00", "cancelled")], There("路灯不亮"));
        Assert.Equal([("2026-11-30 17:30:00", "open")], There("河道"));
        Assert.Equal((2, 0, 0), await tasks.CountAsync(Stop));
        Assert.Empty(w.Gateway.Complaints);

        IEnumerable<(string, string)> There(string subject) => w.Gateway.Tasks.Values.Where(t => t.Subject.EndsWith(subject, StringComparison.Ordinal)).Select(t => (t.Due, t.State)).Order();

        async Task MoveAsync(DateTime? due)
        {
            await using var db = w.Push.CreateDbContext();
            await db.Set<Todo>().Where(t => t.Id == moved.Id).ExecuteUpdateAsync(s => s.SetProperty(t => t.DueAt, due), Stop);
        }

        async Task ThriceAsync()
        {
            for (var i = 0; i < 3; i++) await tasks.RunAsync(Stop);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_is_only_to_be_read_is_a_notification_and_is_taken_back_when_it_falls_away(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider);
        using var tasks = New(w);
        var people = await w.Push.DeputiesAsync(4, w.Push.HepingCongress, Heping);
        for (var i = 0; i < 4; i++) await w.BindAsync(people[i], 100135 + i);
        // By choice told on the platform alone, and once a day.
        await SetAsync(people[2], "", null);
        await SetAsync(people[3], NoticeSettings.Unset, 8);
        var (read, gone, old) = (Duty(people[0], null, "阅知：工作报告", reading: true), Duty(people[1], null, "阅知：调研通知", reading: true), Duty(people[0], null, "绑定以前的", reading: true));
        old.ArrivedAt = w.Push.Clock.Now.UtcDateTime.AddDays(-1);
        read.Href = "/registry/people";
        // At night it waits for the morning.
        w.Push.Clock.Now = new DateTimeOffset(2026, 11, 26, 15, 0, 0, TimeSpan.Zero);
        await AddAsync(w, read, gone, old, Duty(people[2], null, "阅知：只在系统里", reading: true), Duty(people[3], null, "阅知：每天一次", reading: true));
        await tasks.RunAsync(Stop);
        Assert.Empty(w.Gateway.Messages);
        Assert.Equal((0, 2, 0), await tasks.CountAsync(Stop));
        w.Push.Clock.Now = new DateTimeOffset(2026, 11, 26, 23, 1, 0, TimeSpan.Zero);
        w.Gateway.Next.Enqueue("drop");
        await tasks.RunAsync(Stop);
        w.Push.Clock.Now += TimeSpan.FromMinutes(1);
        await tasks.RunAsync(Stop);
        Assert.Empty(w.Gateway.Tasks);
        Assert.Equal([("100135", false), ("100136", false)], w.Gateway.Messages.Values.Select(m => (m.To, m.Revoked)).Order());
        var message = w.Gateway.Messages.Values.Single(m => m.To == "100135");
        Assert.Contains("阅知：工作报告", message.Text, StringComparison.Ordinal);
        Assert.Contains(Uri.EscapeDataString("/registry/people"), message.Text, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), await tasks.CountAsync(Stop));

        await EndAsync(w, read.Id, (await w.AccountAsync(people[0])).Id);
        await EndAsync(w, gone.Id, null);
        await tasks.RunAsync(Stop);
        Assert.Equal([("100135", false), ("100136", true)], w.Gateway.Messages.Values.Select(m => (m.To, m.Revoked)).Order());
        await using (var db = w.Push.CreateDbContext()) Assert.Equal(0, await db.Set<DingtalkTask>().CountAsync(Stop));
        Assert.Empty(w.Gateway.Complaints);

        async Task SetAsync(Guid person, string channels, int? digest)
        {
            await using var db = w.Push.CreateDbContext();
            var row = new NoticeSettings { PersonId = person };
            row.Set(channels, digest, null, w.Push.Clock.Now.UtcDateTime);
            db.Add(row);
            await db.SaveChangesAsync(Stop);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Two_nodes_make_each_task_once(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider);
        using var one = New(w);
        using var two = New(w);
        var people = await w.Push.DeputiesAsync(1, w.Push.HepingCongress, Heping);
        await w.BindAsync(people[0], 100135);
        await AddAsync(w, [.. Enumerable.Range(0, 30).Select(i => Duty(people[0], null, $"第 {i} 件"))]);
        await Task.WhenAll(Task.Run(() => one.RunAsync(Stop), Stop), Task.Run(() => two.RunAsync(Stop), Stop));
        await one.RunAsync(Stop);
        Assert.Equal(30, w.Gateway.Tasks.Count);
        Assert.All(w.Gateway.Tasks.Values, t => Assert.Equal(1, t.Times));
    }

    private static DingtalkTasks New(DingtalkWorld w) => new(w.Push, w.Settings, w.Client, new SiteSettings(new Uri("https://renda.example")), w.Push.Clock, NullLogger<DingtalkTasks>.Instance);

    private static Todo Duty(Guid? person, Guid? organisation, string title, bool reading = false) => new()
    {
        Id = Guid.CreateVersion7(), ItemId = Guid.CreateVersion7(), Scenario = "visits", Kind = "submitted", PersonId = person, OrganisationId = organisation, Title = title, Reading = reading, ArrivedAt = new DateTime(2026, 11, 26, 1, 0, 0, DateTimeKind.Utc),
    };

    private static async Task AddAsync(DingtalkWorld w, params Todo[] duties)
    {
        await using var db = w.Push.CreateDbContext();
        db.AddRange(duties);
        await db.SaveChangesAsync(Stop);
    }

    private static async Task EndAsync(DingtalkWorld w, Guid duty, Guid? by)
    {
        await using var db = w.Push.CreateDbContext();
        await db.Set<Todo>().Where(t => t.Id == duty).ExecuteUpdateAsync(s => s.SetProperty(t => t.DoneAt, w.Push.Clock.Now.UtcDateTime).SetProperty(t => t.DoneBy, by), Stop);
    }
}
