using System.Net;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Sms;
using Renda.Platform.Todos;
using static Platform.Tests.Notices.PushWorld;

namespace Platform.Tests.Notices;

/// <summary>What goes out beside the platform: to whom by what, when, how often, and what becomes of what nobody takes.</summary>
public sealed class ChannelTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static void Both(int i, Account a) => (a.PhoneNumber, a.PhoneNumberConfirmed, a.Email, a.EmailConfirmed) = ($"138{i:00000000}", true, $"d{i}@renda.example", true);

    [Theory, MemberData(nameof(Providers))]
    public async Task Each_is_told_by_the_channel_chosen_that_has_an_address(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        var people = await w.DeputiesAsync(6, w.HepingCongress, Heping, account: (i, a) =>
        {
            Both(i, a);
            if (i == 4) a.PhoneNumberConfirmed = false;
            if (i == 5) (a.PhoneNumber, a.Email) = (null, null);
        });
        await w.SetAsync(people[1], "");
        await w.SetAsync(people[2], "mail");
        await w.SetAsync(people[3], "mail,sms");
        await w.SendAsync(Deputies(Heping));
        await w.Outbox.RunAsync(Stop);
        // Nothing was set: by text message; unconfirmed: by mail; no address: on the platform alone.
        Assert.Equal([(people[0], "sms"), (people[2], "mail"), (people[3], "mail"), (people[4], "mail")], (await w.DeliveriesAsync()).Select(d => (d.PersonId, d.Channel)).OrderBy(d => people.IndexOf(d.PersonId)));
        // What is no push goes out only for those who asked for everything.
        await using (var db = w.CreateDbContext())
        {
            foreach (var person in people) db.Add(AccountNotice.For(person, new("新设备登录", "New device"), w.Clock.Now.UtcDateTime));
            await db.SaveChangesAsync(Stop);
        }
        await w.Outbox.RunAsync(Stop);
        Assert.Equal(6, (await w.DeliveriesAsync()).Count);
        await using var read = w.CreateDbContext();
        Assert.False(await read.Set<Notice>().AnyAsync(n => !n.Routed, Stop));
        Assert.Equal(6, await DeliverAsync(w));
        Assert.Equal(["138" + "00000000"], w.Sms.Taken.Select(t => t.Address));
        Assert.Equal("代表工委", w.Sms.Taken[0].Notice.From);
        Assert.StartsWith("/notices/", w.Sms.Taken[0].Notice.Path, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_is_not_taken_is_tried_later_each_time_and_dead_goes_by_the_next_channel(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        var people = await w.DeputiesAsync(1, w.HepingCongress, Heping, account: Both);
        await w.SetAsync(people[0], "sms,mail");
        await w.SendAsync(Deputies(Heping));
        await w.Outbox.RunAsync(Stop);
        for (var i = 0; i < 7; i++) w.Sms.Next.Enqueue(new(false, "HTTP 503"));
        var last = TimeSpan.Zero;
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(1, await w.Deliveries.DeliverAsync(w.Sms, Stop));
            var waiting = Assert.Single(await w.DeliveriesAsync());
            Assert.Equal((DeliveryState.Waiting, i + 1, "HTTP 503"), (waiting.State, waiting.Attempts, waiting.LastError));
            var rest = waiting.NextAt - w.Clock.Now.UtcDateTime;
            Assert.InRange(rest, NoticeDeliveries.Rests[i] * 0.79, NoticeDeliveries.Rests[i] * 1.21);
            Assert.True(rest > last);
            last = rest;
            w.Clock.Now += rest - TimeSpan.FromSeconds(1);
            Assert.Equal(0, await w.Deliveries.DeliverAsync(w.Sms, Stop));
            w.Clock.Now += TimeSpan.FromSeconds(2);
        }
        Assert.Equal(1, await w.Deliveries.DeliverAsync(w.Sms, Stop));
        Assert.Equal([("sms", DeliveryState.Dead), ("mail", DeliveryState.Waiting)], (await w.DeliveriesAsync()).Select(d => (d.Channel, d.State)));
        Assert.Equal(1, await w.Deliveries.DeliverAsync(w.Mail, Stop));
        Assert.Equal("d0@renda.example", Assert.Single(w.Mail.Taken).Address);

        // The administrator of the county sees why; one of another county does not, and moves nothing.
        var (admin, other) = (await w.StaffAsync("管理员", County, w.Office, "admin"), await w.StaffAsync("外县", Other, w.OtherOffice, "admin"));
        var (rows, count, _) = await w.Deliveries.DeadAsync(admin, null, 50, Stop);
        Assert.Equal((1, "HTTP 503", 7, "开会通知"), (count, rows[0].LastError, rows[0].Attempts, rows[0].Title));
        Assert.Empty((await w.Deliveries.DeadAsync(other, null, 50, Stop)).Rows);
        Assert.Equal(0, await w.Deliveries.RetryAsync(null, other, Stop));
        Assert.Equal(0, await w.Deliveries.GiveUpAsync([rows[0].Id], PushWorld.Reader(people[0]), Stop));
        Assert.Equal(1, await w.Deliveries.RetryAsync([rows[0].Id], admin, Stop));
        Assert.Equal(1, await w.Deliveries.DeliverAsync(w.Sms, Stop));
        Assert.Equal(rows[0].Id, Assert.Single(w.Sms.Taken).Notice.Id);
        Assert.Equal(0, await w.Deliveries.GiveUpAsync(null, admin, Stop));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Refused_for_good_is_dead_at_once_and_a_lost_address_is_no_fault(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        var people = await w.DeputiesAsync(2, w.HepingCongress, Heping, account: Both);
        foreach (var person in people) await w.SetAsync(person, "sms,mail");
        await w.SendAsync(Deputies(Heping));
        await w.Outbox.RunAsync(Stop);
        await using (var db = w.CreateDbContext()) await db.Users.Where(a => a.PersonId == people[1]).ExecuteUpdateAsync(s => s.SetProperty(a => a.PhoneNumber, (string?)null), Stop);
        w.Sms.Next.Enqueue(new(true, "HTTP 422"));
        Assert.Equal(2, await w.Deliveries.DeliverAsync(w.Sms, Stop));
        Assert.Equal([("sms", DeliveryState.Dead), ("mail", DeliveryState.Waiting)], (await w.DeliveriesAsync()).Where(d => d.PersonId == people[0]).Select(d => (d.Channel, d.State)));
        Assert.Equal([("sms", DeliveryState.NoAddress), ("mail", DeliveryState.Waiting)], (await w.DeliveriesAsync()).Where(d => d.PersonId == people[1]).Select(d => (d.Channel, d.State)));
        // Read in the meantime needs no mail.
        await using (var db = w.CreateDbContext()) await db.Set<Notice>().Where(n => n.PersonId == people[0]).ExecuteUpdateAsync(s => s.SetProperty(n => n.ReadAt, w.Clock.Now.UtcDateTime), Stop);
        await w.Deliveries.DeliverAsync(w.Mail, Stop);
        Assert.Equal("d1@renda.example", Assert.Single(w.Mail.Taken).Address);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_process_that_dies_while_handing_over_does_so_again_under_the_same_id_and_not_for_ever(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        await w.DeputiesAsync(1, w.HepingCongress, Heping, account: Both);
        await w.SendAsync(Deputies(Heping));
        await w.Outbox.RunAsync(Stop);
        var id = Assert.Single(await w.DeliveriesAsync()).Id;
        w.Sms.Meanwhile = () => throw new KilledException();
        for (var i = 0; i < 7; i++)
        {
            await Assert.ThrowsAsync<KilledException>(() => w.Deliveries.DeliverAsync(w.Sms, Stop));
            // Not while the first may still be at it.
            Assert.Equal(0, await w.Deliveries.DeliverAsync(w.Sms, Stop));
            w.Clock.Now += TimeSpan.FromMinutes(3);
            if (i > 0) continue;
            w.Sms.Meanwhile = null;
            using var next = w.NewDeliveries();
            Assert.Equal(1, await next.DeliverAsync(w.Sms, Stop));
            Assert.Equal(id, Assert.Single(w.Sms.Taken).Notice.Id);
            Assert.Equal(DeliveryState.Sent, Assert.Single(await w.DeliveriesAsync()).State);
            await using var db = w.CreateDbContext();
            await db.Set<NoticeDelivery>().ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DeliveryState.Waiting).SetProperty(d => d.Attempts, 1), Stop);
            w.Sms.Meanwhile = () => throw new KilledException();
            w.Clock.Now += TimeSpan.FromMinutes(3);
        }
        await w.Deliveries.DeliverAsync(w.Sms, Stop);
        Assert.Equal((DeliveryState.Dead, "broken off"), ((await w.DeliveriesAsync())[0].State, (await w.DeliveriesAsync())[0].LastError));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task At_night_nothing_goes_out_and_in_the_morning_it_does(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        var people = await w.DeputiesAsync(3, w.HepingCongress, Heping, account: Both);
        await w.SetAsync(people[1], "sms", quiet: (12, 14));
        await w.SetAsync(people[2], "sms", quiet: null);
        // 22:30 in China.
        w.Clock.Now = new(2026, 11, 26, 14, 30, 0, TimeSpan.Zero);
        var id = await w.SendAsync(Deputies(Heping));
        await w.Outbox.RunAsync(Stop);
        Assert.Equal(3, (await w.NoticesAsync(id)).Count);
        Assert.Equal(2, await DeliverAsync(w));
        // A retry that falls into quiet hours waits for their end as well.
        await using (var db = w.CreateDbContext()) await db.Set<NoticeDelivery>().Where(d => d.State == DeliveryState.Waiting).ExecuteUpdateAsync(s => s.SetProperty(d => d.NextAt, w.Clock.Now.UtcDateTime), Stop);
        w.Clock.Now = new(2026, 11, 26, 22, 59, 0, TimeSpan.Zero);
        await DeliverAsync(w);
        Assert.Equal(2, w.Sms.Taken.Count);
        Assert.Equal(new DateTime(2026, 11, 26, 23, 0, 0, DateTimeKind.Utc), (await w.DeliveriesAsync()).Single(d => d.State == DeliveryState.Waiting).NextAt);
        w.Clock.Now = new(2026, 11, 26, 23, 0, 1, TimeSpan.Zero);
        await DeliverAsync(w);
        Assert.Equal(3, w.Sms.Taken.Count);
    }

    [Theory]
    [InlineData(22, 7, "2026-11-26T13:59:00", "2026-11-26T13:59:00")]
    [InlineData(22, 7, "2026-11-26T14:00:00", "2026-11-26T23:00:00")]
    [InlineData(22, 7, "2026-11-26T16:30:00", "2026-11-26T23:00:00")]
    [InlineData(22, 7, "2026-11-26T22:59:59", "2026-11-26T23:00:00")]
    [InlineData(22, 7, "2026-11-26T23:00:00", "2026-11-26T23:00:00")]
    [InlineData(12, 14, "2026-11-26T05:00:00", "2026-11-26T06:00:00")]
    [InlineData(0, 6, "2026-11-25T16:00:00", "2026-11-25T22:00:00")]
    [InlineData(8, 8, "2026-11-26T00:30:00", "2026-11-26T00:30:00")]
    public void Quiet_hours_are_those_of_China_and_may_reach_over_midnight(int from, int to, string at, string until)
    {
        var settings = new NoticeSettings { QuietFrom = from, QuietTo = to };
        Assert.Equal(DateTime.Parse(until), settings.NotQuiet(DateTime.Parse(at)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Once_a_day_one_message_tells_what_is_unread_and_due(DatabaseProvider provider)
    {
        await using var w = await PushWorld.CreateAsync(provider);
        var people = await w.DeputiesAsync(3, w.HepingCongress, Heping, account: Both);
        var clerk = w.Clerk.PersonId!.Value;
        // 09:00 in China: the hour of eight has passed today, the hour of ten has not.
        await w.SetAsync(people[0], "sms", digest: 8);
        await w.SetAsync(people[1], "sms", digest: 10);
        await w.SetAsync(clerk, "mail", digest: 10);
        await using (var db = w.CreateDbContext())
        {
            await db.Users.Where(a => a.Id == w.Clerk.AccountId).ExecuteUpdateAsync(s => s.SetProperty(a => a.Email, "zhou@renda.example").SetProperty(a => a.EmailConfirmed, true), Stop);
            Todo Due(Guid? person, Guid? office, DateTime at) => new() { Id = Guid.CreateVersion7(), ItemId = Guid.NewGuid(), Scenario = "x", Title = "事", PersonId = person, OrganisationId = office, DueAt = at };
            var now = w.Clock.Now.UtcDateTime;
            db.AddRange(Due(people[1], null, now.AddHours(3)), Due(people[1], null, now.AddHours(-3)), Due(people[1], null, now.AddDays(2)), Due(null, w.Office, now.AddHours(5)), Due(null, w.OtherOffice, now.AddHours(5)));
            db.Add(new Notice { Id = Guid.CreateVersion7(), OrganisationId = w.Office, Zh = "单位", En = "office", At = now });
            await db.SaveChangesAsync(Stop);
        }
        await w.SendAsync(Deputies(Heping));
        await w.Outbox.RunAsync(Stop);
        // Those who get one message a day get no other.
        Assert.Equal([people[2]], (await w.DeliveriesAsync()).Select(d => d.PersonId));
        w.Clock.Now += TimeSpan.FromHours(1);
        // Two nodes, and one that dies in the middle.
        w.Killer.Left = 12;
        using (var dying = w.New()) await Assert.ThrowsAnyAsync<Exception>(() => dying.RunAsync(Stop));
        w.Killer.Left = -1;
        using (var other = w.New()) await other.RunAsync(Stop);
        await w.Outbox.RunAsync(Stop);
        await DeliverAsync(w);
        await using (var db = w.CreateDbContext())
        {
            var digests = await db.Set<Notice>().Where(n => n.Digest).ToListAsync(Stop);
            Assert.Equal([("每日摘要：1 条消息未读，1 件待办今天到期", clerk), ("每日摘要：1 条消息未读，1 件待办今天到期，1 件待办已超期", people[1])], digests.Select(d => (d.Zh, d.PersonId!.Value)).OrderBy(d => d.Zh.Length));
        }
        Assert.Equal(2, w.Sms.Taken.Count);
        Assert.Equal("zhou@renda.example", Assert.Single(w.Mail.Taken).Address);

        // The next day again, for the one of eight as well; a digest itself is nothing unread, and nothing is told of nothing.
        await using (var db = w.CreateDbContext())
        {
            await db.Set<Notice>().Where(n => n.PersonId == people[0]).ExecuteUpdateAsync(s => s.SetProperty(n => n.ReadAt, w.Clock.Now.UtcDateTime), Stop);
        }
        w.Clock.Now += TimeSpan.FromHours(23);
        await w.Outbox.RunAsync(Stop);
        w.Clock.Now += TimeSpan.FromHours(1);
        await w.Outbox.RunAsync(Stop);
        await using var read = w.CreateDbContext();
        Assert.Equal([2, 2], await read.Set<Notice>().Where(n => n.Digest).GroupBy(n => n.PersonId).Select(g => g.Count()).ToListAsync(Stop));
    }

    [Fact]
    public async Task Mail_is_handed_over_and_what_the_server_says_is_understood()
    {
        await using var sink = new SmtpSink();
        using var mail = new MailChannel(new MailSettings(sink.Address, "renda@renda.example", "", ""), new SiteSettings(new Uri("https://renda.example")), TimeProvider.System);
        var notice = new OutgoingNotice(Guid.CreateVersion7(), "开会通知：十一月三十日\r\nBcc: x@renda.example", "请准时参加。", "代表工委", "/notices/1");
        Assert.Null(await mail.SendAsync(notice, "liyang@renda.example", Stop));
        var taken = Assert.Single(sink.Taken);
        Assert.Equal(("liyang@renda.example", $"<{notice.Id:N}@renda.example>"), (taken.To, taken.Id));
        Assert.DoesNotContain("\nBcc:", taken.Raw, StringComparison.Ordinal);
        var body = MimeKit.MimeMessage.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(taken.Raw)), Stop).TextBody;
        Assert.Contains("请准时参加。", body, StringComparison.Ordinal);
        Assert.Contains("https://renda.example/notices/1", body, StringComparison.Ordinal);

        // One connection for several.
        Assert.Null(await mail.SendAsync(notice with { Id = Guid.CreateVersion7() }, "liyang@renda.example", Stop));
        Assert.Equal(1, sink.Connections);

        foreach (var (script, permanent) in new[] { ("rcpt 450", false), ("rcpt 550", true), ("data 451", false), ("data 554", true), ("drop-lost", false) })
        {
            sink.Next.Enqueue(script);
            var failure = await mail.SendAsync(notice with { Id = Guid.CreateVersion7() }, "liyang@renda.example", Stop);
            Assert.Equal((script, permanent), (script, failure!.Permanent));
            Assert.DoesNotContain("liyang", failure.Text, StringComparison.Ordinal);
            Assert.Equal(2, sink.Taken.Count);
            // And the next one goes.
        }
        // Kept and the answer lost: sent again under the same Message-ID, by which the reader's server knows it.
        var lost = notice with { Id = Guid.CreateVersion7() };
        sink.Next.Enqueue("drop");
        Assert.False((await mail.SendAsync(lost, "liyang@renda.example", Stop))!.Permanent);
        Assert.Null(await mail.SendAsync(lost, "liyang@renda.example", Stop));
        Assert.Equal([$"<{lost.Id:N}@renda.example>", $"<{lost.Id:N}@renda.example>"], sink.Taken.Skip(2).Select(t => t.Id));

        Assert.True((await mail.SendAsync(notice, "not an address", Stop))!.Permanent);
        using var nobody = new MailChannel(new MailSettings(new Uri("smtp://127.0.0.1:1"), "renda@renda.example", "", ""), new SiteSettings(null), TimeProvider.System);
        Assert.False((await nobody.SendAsync(notice, "liyang@renda.example", Stop))!.Permanent);
        // A name and a password are not said over an open line.
        using var open = new MailChannel(new MailSettings(sink.Address, "renda@renda.example", "renda", "secret"), new SiteSettings(null), TimeProvider.System);
        Assert.False((await open.SendAsync(notice, "liyang@renda.example", Stop))!.Permanent);
        Assert.Equal(4, sink.Taken.Count);
    }

    [Theory]
    [InlineData(422, true)]
    [InlineData(400, true)]
    [InlineData(401, false)]
    [InlineData(429, false)]
    [InlineData(503, false)]
    public async Task What_a_gateway_says_is_understood(int status, bool permanent)
    {
        var sms = new SmsChannel(new SmsSettings(new Uri("http://127.0.0.1/"), "a key that is long enough", SmsSettings.UsualTemplate), new Gateway((HttpStatusCode)status), new SiteSettings(null), TimeProvider.System);
        var failure = await sms.SendAsync(new(Guid.CreateVersion7(), new string('长', 500), "", "代表工委", "/notices/1"), "13800000000", Stop);
        Assert.Equal((permanent, $"HTTP {status}"), (failure!.Permanent, failure.Text));
    }

    private static async Task<int> DeliverAsync(PushWorld w) => await w.Deliveries.DeliverAsync(w.Sms, Stop) + await w.Deliveries.DeliverAsync(w.Mail, Stop);

    private sealed class Gateway(HttpStatusCode status) : ISmsSender
    {
        public Task SendAsync(SmsMessage message, CancellationToken cancellation)
        {
            Assert.Equal(200, message.Text.Length);
            throw new HttpRequestException(null, null, status);
        }
    }
}
