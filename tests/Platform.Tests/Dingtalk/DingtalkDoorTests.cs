using Microsoft.EntityFrameworkCore;
using Renda.Platform.Audit;
using Renda.Platform.Dingtalk;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using static Platform.Tests.Notices.PushWorld;

namespace Platform.Tests.Dingtalk;

/// <summary>Who of 浙政钉 opens whose account: whom its owner bound, and nobody else.</summary>
public sealed class DingtalkDoorTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Providers))]
    public async Task Only_the_number_that_was_bound_opens_the_account_and_no_namesake(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider);
        var people = await w.Push.DeputiesAsync(3, w.Push.HepingCongress, Heping);
        var (li, zhou) = (await w.AccountAsync(people[0]), await w.AccountAsync(people[1]));
        // A name that is the same as the account's opens nothing.
        Assert.Null(await w.Door.OpenAsync(DingtalkWorld.Visitor(100135, li.DisplayName), Stop));
        Assert.Null(await w.Door.BindAccountAsync(li.Id, DingtalkWorld.Visitor(100135, "李阳"), Stop));
        Assert.Equal(li.Id, (await w.Door.OpenAsync(DingtalkWorld.Visitor(100135, "改了名"), Stop))!.Id);
        Assert.Null(await w.Door.OpenAsync(DingtalkWorld.Visitor(100136, "李阳"), Stop));
        Assert.Null(await w.Door.OpenAsync(DingtalkWorld.Visitor(100135, "李阳", tenant: "another"), Stop));

        // The same again is done; another's is taken; a second one needs the first undone; of another tenant is nothing.
        Assert.Null(await w.Door.BindAccountAsync(li.Id, DingtalkWorld.Visitor(100135), Stop));
        Assert.Equal("dingtalk.taken", (await w.Door.BindAccountAsync(zhou.Id, DingtalkWorld.Visitor(100135), Stop))!.Code);
        Assert.Equal("dingtalk.bound", (await w.Door.BindAccountAsync(li.Id, DingtalkWorld.Visitor(100999), Stop))!.Code);
        Assert.Equal(404, (await w.Door.BindAccountAsync(zhou.Id, DingtalkWorld.Visitor(100136, tenant: "another"), Stop))!.Status);
        Assert.Equal(404, (await w.Door.BindAccountAsync(Guid.NewGuid(), DingtalkWorld.Visitor(100136), Stop))!.Status);
        Assert.Null(await w.Door.BindingOfAsync(zhou.Id, Stop));

        // Its owner is told, and it is noted.
        await using (var db = w.Push.CreateDbContext())
        {
            Assert.Contains("绑定了浙政钉", Assert.Single(await db.Set<Notice>().Where(n => n.PersonId == people[0]).ToListAsync(Stop)).Zh, StringComparison.Ordinal);
            Assert.Equal("绑定浙政钉：李阳（100135）", (await db.Set<AuditEntry>().SingleAsync(e => e.Action == "account.bind-dingtalk", Stop)).Text);
        }
        // A closed account stays closed, and its number is not free for another.
        await using (var db = w.Push.CreateDbContext()) await db.Users.Where(a => a.Id == li.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.ClosedAt, w.Push.Clock.Now.UtcDateTime), Stop);
        Assert.Null(await w.Door.OpenAsync(DingtalkWorld.Visitor(100135), Stop));
        Assert.True(await w.Door.KnowsAsync(DingtalkWorld.Visitor(100135), Stop));
        await using (var db = w.Push.CreateDbContext()) await db.Users.Where(a => a.Id == li.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.ClosedAt, (DateTime?)null), Stop);
        w.Actors.Forget(li.Id);
        await w.Door.UnbindAccountAsync(li.Id, Stop);
        await w.Door.UnbindAccountAsync(li.Id, Stop);
        Assert.False(await w.Door.KnowsAsync(DingtalkWorld.Visitor(100135), Stop));
        Assert.Null(await w.Door.BindAccountAsync(zhou.Id, DingtalkWorld.Visitor(100135), Stop));
        Assert.Equal(zhou.Id, (await w.Door.OpenAsync(DingtalkWorld.Visitor(100135), Stop))!.Id);
        Assert.Empty(await w.Push.Audit.VerifyAsync(Stop));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Of_two_who_bind_the_same_number_at_once_one_has_it(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider);
        var people = await w.Push.DeputiesAsync(2, w.Push.HepingCongress, Heping);
        var accounts = new[] { await w.AccountAsync(people[0]), await w.AccountAsync(people[1]) };
        var answers = await Task.WhenAll(accounts.Select(a => Task.Run(() => w.Door.BindAccountAsync(a.Id, DingtalkWorld.Visitor(100135), Stop))));
        Assert.Equal(["dingtalk.taken"], answers.OfType<Renda.Platform.Refusal>().Select(r => r.Code));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Whoever_is_bound_is_told_there_and_the_others_as_before(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider, new Uri("https://renda.example"));
        var people = await w.Push.DeputiesAsync(4, w.Push.HepingCongress, Heping, account: (i, a) => (a.PhoneNumber, a.PhoneNumberConfirmed) = ($"138{i:00000000}", i < 3));
        await w.BindAsync(people[0], 100135);
        await w.BindAsync(people[1], 100136);
        await using (var db = w.Push.CreateDbContext()) await db.Set<DingtalkBinding>().Where(b => b.DingtalkId == 100136).ExecuteUpdateAsync(s => s.SetProperty(b => b.SuspendedAt, w.Push.Clock.Now.UtcDateTime), Stop);
        var push = await w.Push.SendAsync(Deputies(Heping));
        await w.Push.Outbox.RunAsync(Stop);
        // Bound; suspended; not bound; not bound and without a number.
        var deliveries = await w.Push.DeliveriesAsync();
        Assert.Equal([(people[0], "dingtalk"), (people[1], "sms"), (people[2], "sms")], deliveries.Select(d => (d.PersonId, d.Channel)).OrderBy(d => people.IndexOf(d.PersonId)));

        // The gateway is down: later each time, nothing is lost, and the same again is the same message.
        w.Gateway.Down = true;
        Assert.Equal(1, await w.Push.Deliveries.DeliverAsync(w.Channel, Stop));
        w.Push.Clock.Now += TimeSpan.FromMinutes(1);
        w.Gateway.Down = false;
        w.Gateway.Next.Enqueue("drop");
        Assert.Equal(1, await w.Push.Deliveries.DeliverAsync(w.Channel, Stop));
        w.Push.Clock.Now += TimeSpan.FromMinutes(3);
        Assert.Equal(1, await w.Push.Deliveries.DeliverAsync(w.Channel, Stop));
        var delivery = (await w.Push.DeliveriesAsync()).Single(d => d.Channel == "dingtalk");
        Assert.Equal((DeliveryState.Sent, 3), (delivery.State, delivery.Attempts));
        var message = Assert.Single(w.Gateway.Messages);
        Assert.Equal((delivery.Id.ToString("N"), "100135", 2), (message.Key, message.Value.To, message.Value.Times));
        Assert.Contains("\"title\":\"开会通知\"", message.Value.Text, StringComparison.Ordinal);
        Assert.Contains($"https://renda.example/dingtalk?to={Uri.EscapeDataString($"/notices/{delivery.NoticeId}")}", message.Value.Text, StringComparison.Ordinal);

        // Taken back here, it is taken back there, however often it takes.
        Assert.Null(await w.Push.Pushes.RecallAsync(push, w.Push.Clerk, Stop));
        w.Gateway.Next.Enqueue("busy");
        Assert.Equal(1, await w.Push.Deliveries.RecallAsync(w.Channel, Stop));
        Assert.False(message.Value.Revoked);
        Assert.Equal(0, await w.Push.Deliveries.RecallAsync(w.Channel, Stop));
        w.Push.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(1, await w.Push.Deliveries.RecallAsync(w.Channel, Stop));
        Assert.True(message.Value.Revoked);
        Assert.Equal([DeliveryState.Revoked, DeliveryState.Dropped, DeliveryState.Dropped], (await w.Push.DeliveriesAsync()).OrderBy(d => people.IndexOf(d.PersonId)).Select(d => d.State));
        Assert.Empty(w.Gateway.Complaints);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_is_recalled_while_it_is_on_its_way_is_taken_back_once_it_is_there(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider);
        var people = await w.Push.DeputiesAsync(2, w.Push.HepingCongress, Heping);
        await w.BindAsync(people[0], 100135);
        await w.BindAsync(people[1], 100136);
        var push = await w.Push.SendAsync(Deputies(Heping));
        await w.Push.Outbox.RunAsync(Stop);
        // Both are late there.
        w.Gateway.Next.Enqueue("late");
        w.Gateway.Next.Enqueue("late");
        var sending = w.Push.Deliveries.DeliverAsync(w.Channel, Stop);
        await Task.Delay(700, Stop);
        Assert.Null(await w.Push.Pushes.RecallAsync(push, w.Push.Clerk, Stop));
        // Nothing to be taken back yet: they say so.
        Assert.Equal(2, await w.Push.Deliveries.RecallAsync(w.Channel, Stop));
        Assert.Equal(2, await sending);
        Assert.All(w.Gateway.Messages.Values, m => Assert.False(m.Revoked));
        Assert.Equal(2, await w.Push.Deliveries.RecallAsync(w.Channel, Stop));
        Assert.Equal(2, w.Gateway.Messages.Values.Count(m => m.Revoked));
        Assert.All(await w.Push.DeliveriesAsync(), d => Assert.Equal(DeliveryState.Revoked, d.State));
    }
}
