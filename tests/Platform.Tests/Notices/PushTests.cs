using Microsoft.EntityFrameworkCore;
using Renda.Platform.Audit;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Todos;
using static Platform.Tests.Notices.PushWorld;

namespace Platform.Tests.Notices;

/// <summary>A push reaches each of those it is for once, whatever happens on the way, and nobody else.</summary>
public sealed class PushTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Providers))]
    public async Task Stopped_before_and_after_every_statement_each_is_notified_once(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        var people = await w.DeputiesAsync(34, w.HepingCongress, Heping, account: (i, a) => (a.PhoneNumber, a.PhoneNumberConfirmed) = ($"138{i:00000000}", true));
        await w.DeputiesAsync(3, w.CountyCongress, Lincheng);
        var id = await w.SendAsync(Deputies(Heping));
        // One life longer each time: every moment of a chunk and of routing is once the last.
        var killed = 0;
        for (var life = 0; ; life++)
        {
            Assert.True(life < 1000);
            w.Killer.Left = life;
            try
            {
                using var worker = w.New(chunk: 5);
                await worker.RunAsync(Stop);
                break;
            }
            catch (KilledException)
            {
                killed++;
            }
            catch (DbUpdateException e) when (e.InnerException is KilledException || e.GetBaseException() is KilledException)
            {
                killed++;
            }
        }
        w.Killer.Left = -1;
        Assert.True(killed > 10, $"{killed}");
        var notices = await w.NoticesAsync(id);
        Assert.Equal(people.Order(), notices.Select(n => n.PersonId!.Value).Order());
        Assert.All(notices, n => Assert.True(n.Routed));
        var push = await w.PushAsync(id);
        Assert.Equal((BroadcastState.Sent, 34, 34), (push.State, push.Recipients, push.Written));
        var deliveries = await w.DeliveriesAsync();
        Assert.Equal(people.Order(), deliveries.Select(d => d.PersonId).Order());
        Assert.All(deliveries, d => Assert.Equal("sms", d.Channel));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Five_thousand_are_notified_once_though_workers_die_and_several_work_at_once(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        await w.DeputiesAsync(5000, w.HepingCongress, Heping);
        var id = await w.SendAsync(Deputies(County));
        var small = await w.SendAsync(new Audience { People = [w.Clerk.PersonId!.Value] }, "只给一位");
        for (var i = 0; i < 5; i++)
        {
            w.Killer.Left = 7 + i * (provider == DatabaseProvider.Sqlite ? 700 : 9);
            using var worker = w.New();
            await Assert.ThrowsAnyAsync<Exception>(() => worker.RunAsync(Stop));
        }
        w.Killer.Left = -1;
        // Several nodes share PostgreSQL; SQLite has one.
        var nodes = Enumerable.Range(0, provider == DatabaseProvider.Postgres ? 3 : 1).Select(_ => w.New()).ToList();
        await Task.WhenAll(nodes.Select(async node =>
        {
            for (var i = 0; i < 40; i++)
            {
                try
                {
                    await node.RunAsync(Stop);
                    if ((await w.PushAsync(id)).State == BroadcastState.Sent) break;
                }
                catch (Exception e) when (e is DbUpdateException or InvalidOperationException)
                {
                    // Another node was quicker; the loop of the worker goes on.
                }
            }
        }));
        await nodes[0].RunAsync(Stop);
        var notices = await w.NoticesAsync(id);
        Assert.Equal((5000, 5000), (notices.Count, notices.DistinctBy(n => n.PersonId).Count()));
        Assert.Equal((BroadcastState.Sent, 5000), ((await w.PushAsync(id)).State, (await w.PushAsync(id)).Written));
        Assert.Single(await w.NoticesAsync(small));
        foreach (var node in nodes) node.Dispose();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_audience_is_counted_exactly_by_place_level_group_role_and_name(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        var town = await w.DeputiesAsync(7, w.HepingCongress, Heping);
        await w.DeputiesAsync(4, w.CountyCongress, Heping, w.Delegation);
        await w.DeputiesAsync(5, w.CountyCongress, Lincheng);
        await w.DeputiesAsync(2, w.HepingCongress, Heping, open: false);
        await using (var db = w.CreateDbContext())
        {
            // One who has both seats is one person; one whose seat rests and one whose seat has ended are none.
            db.Add(new Mandate { Id = Guid.CreateVersion7(), PersonId = town[0], CongressId = w.CountyCongress, Region = Heping, ValidFrom = new(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc) });
            var rests = await db.Set<Mandate>().FirstAsync(m => m.PersonId == town[1], Stop);
            rests.Status = MandateStatus.Suspended;
            var ended = await db.Set<Mandate>().FirstAsync(m => m.PersonId == town[2], Stop);
            ended.ValidTo = w.Clock.Now.UtcDateTime.AddDays(-1);
            // What was so before is a row of the same thing.
            db.Add(new Mandate { Id = ended.Id, PersonId = town[2], CongressId = w.HepingCongress, Region = Heping, ValidFrom = new(2017, 1, 1, 0, 0, 0, DateTimeKind.Utc), ValidTo = new(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc), Latest = false });
            (await db.Users.FirstAsync(a => a.PersonId == town[3], Stop)).ClosedAt = w.Clock.Now.UtcDateTime;
            await db.SaveChangesAsync(Stop);
        }
        Assert.Equal(4 + 4, await CountAsync(Deputies(Heping)));
        Assert.Equal(4, await CountAsync(Deputies(Heping, RegionLevel.Town)));
        Assert.Equal(0, await CountAsync(Deputies(Heping, RegionLevel.Town, w.CountyCongress)));
        Assert.Equal(4 + 1, await CountAsync(Deputies(Heping, RegionLevel.County)));
        Assert.Equal(4, await CountAsync(Deputies(Heping, RegionLevel.Village, w.Delegation)));
        Assert.Equal(4 + 4 + 5, await CountAsync(Deputies(County)));
        Assert.Equal(1, await CountAsync(new Audience { Region = County, Roles = ["clerk"] }));
        Assert.Equal(0, await CountAsync(new Audience { Region = County, Tier = RegionLevel.Town, Roles = ["clerk"] }));
        Assert.Equal(4 + 4 + 5 + 1, await CountAsync(new Audience { Region = County }));
        Assert.Equal(4 + 1, await CountAsync(new Audience { Region = Heping, Roles = ["deputy"], Tier = RegionLevel.Town, People = [w.Clerk.PersonId!.Value, town[0]] }));
        Assert.Equal(2, await CountAsync(new Audience { People = [town[0], town[4], town[3]] }));
        await using var read = w.CreateDbContext();
        // Two never had an account, one has a closed one.
        Assert.Equal(3, await Deputies(Heping).WithoutAccount(read, w.Clock.Now.UtcDateTime).CountAsync(Stop));

        async Task<int> CountAsync(Audience audience)
        {
            await using var db = w.CreateDbContext();
            return await audience.PeopleAt(db, w.Clock.Now.UtcDateTime).CountAsync(Stop);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Nobody_pushes_beyond_the_own_territory_whatever_the_form_says(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        var mine = await w.DeputiesAsync(2, w.HepingCongress, Heping);
        foreach (var (audience, field) in new (Audience, string)[]
        {
            (Deputies(County), "region"), (Deputies(Heping), "region"), (Deputies(330500000000), "region"), (new Audience { Region = 1, Roles = ["deputy"] }, "region"),
            (Deputies(Other, RegionLevel.Village, w.Office), "groups"), (new Audience { Region = Other, People = [mine[0]] }, "people"), (new Audience { People = [mine[0]] }, "people"), (new Audience { People = [Guid.NewGuid()] }, "people"),
            (new Audience { Region = Other, Roles = ["application"] }, "roles"), (new Audience { Region = Other, Roles = ["emperor"] }, "roles"), (new Audience(), "region"),
        })
        {
            var refusal = await w.Pushes.SaveAsync(Guid.CreateVersion7(), new("标题", "内容", audience, []), w.OtherClerk, Stop);
            Assert.Contains(refusal!.Fields, f => f.Field == field);
        }
        Assert.Empty(await w.Pushes.GroupsAsync(w.OtherClerk, "代表工委", 8, Stop) is { } groups ? groups.Where(g => g.Id != w.OtherOffice) : []);
        Assert.Empty(await w.Pushes.PeopleAsync(w.OtherClerk, "代表", 8, Stop));
        Assert.Equal(2, (await w.Pushes.PeopleAsync(w.Clerk, "代表", 8, Stop)).Count);

        // Another's push does not exist; nor does a draft for those it would go to.
        var id = Guid.CreateVersion7();
        Assert.Null(await w.Pushes.SaveAsync(id, new("标题", "内容", Deputies(Heping), []), w.Clerk, Stop));
        Assert.Equal(404, (await w.Pushes.SaveAsync(id, new("改", "改", Deputies(Other), []), w.OtherClerk, Stop))!.Status);
        Assert.Null(await w.Pushes.FindAsync(id, w.OtherClerk, Stop));
        Assert.Equal(404, (await w.Pushes.SendAsync(id, 1, 2, w.OtherClerk, Stop))!.Status);
        Assert.Equal(404, (await w.Pushes.DiscardAsync(id, w.OtherClerk, Stop))!.Status);
        // A right that became smaller since counts.
        var moved = w.Clerk with { Grants = [w.Clerk.Grants[0] with { Region = Lincheng }] };
        Assert.Equal("push.region", (await w.Pushes.SendAsync(id, 1, 2, moved, Stop))!.Code);
        Assert.Equal(BroadcastState.Draft, (await w.PushAsync(id)).State);
        await w.Pushes.SendAsync(id, 1, 2, w.Clerk, Stop);
        Assert.Equal(404, (await w.Pushes.RecallAsync(id, w.OtherClerk, Stop))!.Status);
        Assert.Equal(404, (await w.Pushes.RemindAsync(id, w.OtherClerk, Stop))!.Status);
        Assert.Equal("push.sent", (await w.Pushes.SaveAsync(id, new("改", "改", Deputies(Heping), []), w.Clerk, Stop))!.Code);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_was_looked_at_is_what_is_sent_and_sent_twice_is_once(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        await w.DeputiesAsync(3, w.HepingCongress, Heping);
        var id = Guid.CreateVersion7();
        Assert.Null(await w.Pushes.SaveAsync(id, new(" 开会\n通知 ", "内容", Deputies(Heping), []), w.Clerk, Stop));
        Assert.Equal("开会 通知", (await w.PushAsync(id)).Title);
        await w.DeputiesAsync(1, w.HepingCongress, Heping);
        var changed = await w.Pushes.SendAsync(id, 1, 3, w.Clerk, Stop);
        Assert.Equal("push.changed", changed!.Code);
        Assert.Contains("4 人", changed.Text.Zh, StringComparison.Ordinal);
        Assert.Null(await w.Pushes.SaveAsync(id, new("改过", "内容", Deputies(Heping), []), w.Clerk, Stop));
        Assert.Equal("push.changed", (await w.Pushes.SendAsync(id, 1, 4, w.Clerk, Stop))!.Code);
        Assert.Equal(BroadcastState.Draft, (await w.PushAsync(id)).State);

        var answers = await Task.WhenAll(w.Pushes.SendAsync(id, 2, 4, w.Clerk, Stop), w.Pushes.SendAsync(id, 2, 4, w.Clerk, Stop));
        Assert.All(answers, Assert.Null);
        Assert.Null(await w.Pushes.SendAsync(id, 2, 4, w.Clerk, Stop));
        await w.Outbox.RunAsync(Stop);
        Assert.Equal(4, (await w.NoticesAsync(id)).Count);
        await using var db = w.CreateDbContext();
        Assert.Equal(1, await db.Set<AuditEntry>().CountAsync(e => e.Action == "push.send" && e.RecordId == id, Stop));
        // Who came later was not meant.
        await w.DeputiesAsync(1, w.HepingCongress, Heping);
        await w.Outbox.RunAsync(Stop);
        Assert.Equal(4, (await w.NoticesAsync(id)).Count);
        var nobody = Guid.CreateVersion7();
        Assert.Null(await w.Pushes.SaveAsync(nobody, new("标题", "内容", Deputies(Lincheng), []), w.Clerk, Stop));
        Assert.Equal("push.nobody", (await w.Pushes.SendAsync(nobody, 1, 0, w.Clerk, Stop))!.Code);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Opening_it_is_the_receipt_and_reminders_go_to_the_unread_once_an_hour(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        var people = await w.DeputiesAsync(3, w.HepingCongress, Heping, account: (i, a) => (a.PhoneNumber, a.PhoneNumberConfirmed) = ($"138{i:00000000}", true));
        var id = await w.SendAsync(Deputies(Heping));
        await w.Outbox.RunAsync(Stop);
        using var screen = w.Feed.Subscribe();
        var notice = (await w.NoticesAsync(id)).Single(n => n.PersonId == people[0]);
        Assert.Null(await w.Pushes.OpenAsync(notice.Id, Reader(people[1]), Stop));
        Assert.Null(await w.Pushes.OpenAsync(notice.Id, w.Clerk, Stop));
        var opened = (await w.Pushes.OpenAsync(notice.Id, Reader(people[0]), Stop))!.Value;
        Assert.Equal("请各位代表准时参加。", opened.Push!.Text);
        // The sender's screens are told, once.
        Assert.True(screen.Changes.TryRead(out var news) && news.OfNotices && news.Holders!.Contains(w.Clerk.AccountId));
        Assert.NotNull(await w.Pushes.OpenAsync(notice.Id, Reader(people[0]), Stop));
        Assert.False(screen.Changes.TryRead(out _));
        Assert.Equal(1, (await w.NoticesAsync(id)).Count(n => n.ReadAt is not null));

        Assert.Null(await w.Pushes.RemindAsync(id, w.Clerk, Stop));
        Assert.Equal("push.reminded", (await w.Pushes.RemindAsync(id, w.Clerk, Stop))!.Code);
        await w.Outbox.RunAsync(Stop);
        Assert.Equal([0, 1, 1], (await w.NoticesAsync(id)).Select(n => n.Reminders).Order());
        // Three by the push and two by the reminder.
        Assert.Equal([0, 0, 0, 1, 1], (await w.DeliveriesAsync()).Select(d => d.Round).Order());
        w.Clock.Now += TimeSpan.FromMinutes(61);
        Assert.Null(await w.Pushes.RemindAsync(id, w.Clerk, Stop));
        await using var db = w.CreateDbContext();
        Assert.Equal(1, await db.Set<Notice>().For(Reader(people[1])).Single().CountAsync(n => n.ReadAt == null, Stop));
        Assert.Equal(0, await db.Set<Notice>().For(Reader(people[0])).Single().CountAsync(n => n.ReadAt == null, Stop));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Taken_back_it_is_gone_for_the_unread_and_says_so_to_the_others_and_nothing_more_goes_out(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        var people = await w.DeputiesAsync(12, w.HepingCongress, Heping, account: (i, a) => (a.PhoneNumber, a.PhoneNumberConfirmed) = ($"138{i:00000000}", true));
        var id = await w.SendAsync(Deputies(Heping));
        using var worker = w.New(chunk: 5);
        Assert.True(await worker.WriteAsync(Stop));
        await worker.RouteAsync(Stop);
        var first = (await w.NoticesAsync(id))[0];
        Assert.NotNull(await w.Pushes.OpenAsync(first.Id, Reader(first.PersonId!.Value), Stop));
        Assert.Null(await w.Pushes.RecallAsync(id, w.Clerk, Stop));
        Assert.Null(await w.Pushes.RecallAsync(id, w.Clerk, Stop));
        // Seven were not written yet and never are.
        await w.Outbox.RunAsync(Stop);
        var notices = await w.NoticesAsync(id);
        Assert.Equal(5, notices.Count);
        Assert.Equal(5, (await w.PushAsync(id)).Recipients);
        await w.Deliveries.DeliverAsync(w.Sms, Stop);
        Assert.Empty(w.Sms.Taken);
        Assert.All(await w.DeliveriesAsync(), d => Assert.Equal(DeliveryState.Dropped, d.State));

        await using var db = w.CreateDbContext();
        var read = (await w.Pushes.OpenAsync(first.Id, Reader(first.PersonId!.Value), Stop))!.Value;
        Assert.NotNull(read.Push!.RecalledAt);
        var other = notices.First(n => n.ReadAt is null);
        Assert.Null(await w.Pushes.OpenAsync(other.Id, Reader(other.PersonId!.Value), Stop));
        Assert.Equal(0, await db.Set<Notice>().For(Reader(other.PersonId!.Value)).Single().CountAsync(n => n.ReadAt == null, Stop));
        Assert.Empty(await db.Set<Notice>().For(Reader(other.PersonId!.Value)).Single().ToListAsync(Stop));
        Assert.Single(await db.Set<Notice>().For(Reader(first.PersonId!.Value)).Single().ToListAsync(Stop));
        Assert.Equal(404, (await w.Pushes.RemindAsync(id, w.Clerk, Stop))!.Status);
        Assert.Equal(1, await db.Set<AuditEntry>().CountAsync(e => e.Action == "push.recall", Stop));
        Assert.Equal(12, people.Count);
    }
}
