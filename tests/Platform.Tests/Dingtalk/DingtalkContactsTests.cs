using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Renda.Platform.Dingtalk;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using static Platform.Tests.Notices.PushWorld;

namespace Platform.Tests.Dingtalk;

/// <summary>The contacts are gone through page by page; who has left opens nothing, and nobody is bound by them.</summary>
public sealed class DingtalkContactsTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Providers))]
    public async Task Whoever_left_is_suspended_and_whoever_is_back_is_not_and_administrators_are_told(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider);
        using var contacts = New(w);
        Fill(w, 250);
        var people = await w.Push.DeputiesAsync(3, w.Push.HepingCongress, Heping);
        var admin = await w.Push.StaffAsync("管理员", County, w.Push.Office, "admin");
        await w.BindAsync(people[0], 900_001, "GO_town");
        await w.BindAsync(people[1], 900_002, "GO_town");
        // Beyond what the contacts show: never seen there, so never said to have left.
        await w.BindAsync(people[2], 900_003, "GO_beyond");
        Assert.Equal((4, 252, 0, 0, ""), await RoundAsync(contacts, w));
        await using (var db = w.Push.CreateDbContext())
        {
            Assert.Equal(252, await db.Set<DingtalkMember>().CountAsync(m => m.DingtalkId != null && m.LeftAt == null, Stop));
            Assert.Equal(["GO_county 县政府", "GO_empty 空的", "GO_school 县教育局", "GO_town 和平镇"], (await db.Set<DingtalkOrganisation>().Select(o => o.Code + " " + o.Name).ToListAsync(Stop)).Order(StringComparer.Ordinal));
            // 代表 and 代表: a name binds nobody.
            Assert.Equal(3, await db.Set<DingtalkBinding>().CountAsync(Stop));
        }

        // Down on the way: nobody has left.
        w.Gateway.Members.RemoveAll(m => m.Account is 900_001 or 900_003);
        for (var i = 0; i < 7; i++) w.Gateway.Next.Enqueue("");
        w.Gateway.Next.Enqueue("500");
        var (_, _, left, suspended, error) = await RoundAsync(contacts, w);
        Assert.Equal((0, 0, "HTTP 500"), (left, suspended, error));
        Assert.NotNull(await w.Door.OpenAsync(DingtalkWorld.Visitor(900_001), Stop));

        Assert.Equal((4, 251, 1, 1, ""), await RoundAsync(contacts, w));
        Assert.Null(await w.Door.OpenAsync(DingtalkWorld.Visitor(900_001), Stop));
        Assert.True(await w.Door.KnowsAsync(DingtalkWorld.Visitor(900_001), Stop));
        Assert.NotNull(await w.Door.OpenAsync(DingtalkWorld.Visitor(900_002), Stop));
        Assert.NotNull(await w.Door.OpenAsync(DingtalkWorld.Visitor(900_003), Stop));
        Assert.Empty(await w.Channel.AddressesAsync([await w.AccountAsync(people[0])], Stop));
        await using (var db = w.Push.CreateDbContext())
        {
            Assert.Contains("少了 1 位", Assert.Single(await db.Set<Notice>().Where(n => n.PersonId == admin.PersonId).ToListAsync(Stop)).Zh, StringComparison.Ordinal);
            Assert.False(await db.Set<Notice>().AnyAsync(n => n.PersonId == w.Push.Clerk.PersonId, Stop));
        }
        // The number now belongs to nobody else by that: who has it must be bound anew by the owner of an account.
        Assert.Equal("dingtalk.taken", (await w.Door.BindAccountAsync((await w.AccountAsync(people[1])).Id, DingtalkWorld.Visitor(900_001), Stop))!.Code);

        w.Gateway.Members.Add(new(900_001, "同名", "GE_900001", "GO_school"));
        Assert.Equal((4, 252, 0, 0, ""), await RoundAsync(contacts, w));
        Assert.NotNull(await w.Door.OpenAsync(DingtalkWorld.Visitor(900_001), Stop));

        // A scope that was set wrong shuts nobody out.
        w.Gateway.Organisations.RemoveAll(o => o.Code != "GO_empty");
        w.Gateway.Organisations[0] = ("GO_empty", "空的", "");
        (_, _, left, suspended, error) = await RoundAsync(contacts, w);
        Assert.Equal((0, 0), (left, suspended));
        Assert.Contains("252 people are missing", error, StringComparison.Ordinal);
        Assert.NotNull(await w.Door.OpenAsync(DingtalkWorld.Visitor(900_002), Stop));
        Assert.Empty(w.Gateway.Complaints);
        Assert.Empty(await w.Push.Audit.VerifyAsync(Stop));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task It_is_done_once_a_night_and_when_asked_and_taken_up_when_broken_off(DatabaseProvider provider)
    {
        await using var w = await DingtalkWorld.CreateAsync(provider);
        using var one = New(w);
        using var two = New(w);
        Fill(w, 3);
        var admin = await w.Push.StaffAsync("管理员", County, w.Push.Office, "admin");
        // Of two nodes one does it.
        var due = await Task.WhenAll(Task.Run(() => one.DueAsync(Stop), Stop), Task.Run(() => two.DueAsync(Stop), Stop));
        var night = Assert.Single(due, d => d is not null)!;
        Assert.Equal("dingtalk.running", (await one.AskAsync(admin, Stop))!.Code);
        Assert.Null(await one.DueAsync(Stop));
        // It was broken off: ten minutes later another goes on.
        w.Push.Clock.Now += TimeSpan.FromMinutes(11);
        Assert.Equal(night.Id, (await two.DueAsync(Stop))!.Id);
        Assert.Null(await one.DueAsync(Stop));
        await two.RunAsync(night, Stop);
        Assert.Null(await one.DueAsync(Stop));
        Assert.Null(await one.AskAsync(admin, Stop));
        Assert.Equal("dingtalk.running", (await two.AskAsync(admin, Stop))!.Code);
        var asked = (await two.DueAsync(Stop))!;
        Assert.Equal(admin.AccountId, asked.AskedBy);
        await two.RunAsync(asked, Stop);
        Assert.Null(await one.DueAsync(Stop));
        // Not before two o'clock of the next night.
        w.Push.Clock.Now = new DateTimeOffset(2026, 11, 27, 1, 59, 0, TimeSpan.FromHours(8));
        Assert.Null(await one.DueAsync(Stop));
        w.Push.Clock.Now += TimeSpan.FromMinutes(2);
        Assert.NotNull(await one.DueAsync(Stop));
    }

    private static DingtalkContacts New(DingtalkWorld w) => new(w.Push, w.Settings, w.Client, w.Push.Audit, w.Push.Clock, NullLogger<DingtalkContacts>.Instance);

    private static void Fill(DingtalkWorld w, int people)
    {
        w.Gateway.Organisations.AddRange([("GO_county", "县政府", ""), ("GO_town", "和平镇", "GO_county"), ("GO_school", "县教育局", "GO_county"), ("GO_empty", "空的", "GO_town")]);
        for (var i = 0; i < people; i++) w.Gateway.Members.Add(new(1000 + i, "代表", $"GE_m{i}", "GO_school"));
    }

    private static async Task<(int Organisations, int People, int Left, int Suspended, string Error)> RoundAsync(DingtalkContacts contacts, DingtalkWorld w)
    {
        var admin = await w.Push.StaffAsync("一位", County, w.Push.Office);
        w.Push.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Null(await contacts.AskAsync(admin, Stop));
        var sync = (await contacts.DueAsync(Stop))!;
        await contacts.RunAsync(sync, Stop);
        await using var db = w.Push.CreateDbContext();
        var ended = await db.Set<DingtalkSync>().AsNoTracking().SingleAsync(s => s.Id == sync.Id && s.EndedAt != null, Stop);
        return (ended.Organisations, ended.People, ended.Left, ended.Suspended, ended.Error);
    }
}
