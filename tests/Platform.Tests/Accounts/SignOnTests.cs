using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Accounts;
using Renda.Platform.Persistence;
using Renda.Platform.Settings;

namespace Platform.Tests.Accounts;

/// <summary>Codes, limits and sessions, on both databases, one at a time and many at once.</summary>
public sealed class SignOnTests
{
    private static readonly Visitor Office = new("office", "Edge", "Windows", "203.0.113.*"), Phone = new("phone", "WeChat", "iPhone", "198.51.100.*");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_one_time_code_is_taken_once_even_of_many_at_the_same_moment(DatabaseProvider provider)
    {
        await using var w = await SignOnWorld.CreateAsync(provider);
        var (account, secret) = await EnrolAsync(w);
        w.Clock.Now += TimeSpan.FromMinutes(2);
        var code = Code(w, secret);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => w.Factors.TakeCodeAsync(account.Id, code, Cancellation)));
        Assert.Single(answers, a => a is null);
        Assert.Equal("second-factor.wrong", (await w.Factors.TakeCodeAsync(account.Id, code, Cancellation))!.Code);
        // Nor one that is older than the last.
        Assert.NotNull(await w.Factors.TakeCodeAsync(account.Id, Code(w, secret, -1), Cancellation));
        w.Clock.Now += TimeSpan.FromSeconds(30);
        w.Clock.Now += TimeSpan.FromMinutes(15);
        Assert.Null(await w.Factors.TakeCodeAsync(account.Id, Code(w, secret), Cancellation));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_code_that_set_it_up_does_not_sign_in_and_twice_is_once(DatabaseProvider provider)
    {
        await using var w = await SignOnWorld.CreateAsync(provider);
        var account = await w.AccountAsync("zhoumin");
        var (secret, seal) = w.Factors.Begin(account.Id);
        Assert.Equal(secret, w.Factors.Open(account.Id, seal));
        Assert.Null(w.Factors.Open(Guid.NewGuid(), seal));
        Assert.Null(w.Factors.Open(account.Id, seal + "x"));
        Assert.Equal("second-factor.wrong", (await w.Factors.ConfirmAsync(account.Id, secret, "000000x", Cancellation)).Refusal!.Code);
        Assert.False((await w.Factors.OfAsync(account.Id, Cancellation)).Any);
        var code = Code(w, secret);
        var (codes, refusal) = await w.Factors.ConfirmAsync(account.Id, secret, code, Cancellation);
        Assert.Null(refusal);
        Assert.Equal("second-factor.set", (await w.Factors.ConfirmAsync(account.Id, secret, code, Cancellation)).Refusal!.Code);
        Assert.NotNull(await w.Factors.TakeCodeAsync(account.Id, code, Cancellation));
        var has = await w.Factors.OfAsync(account.Id, Cancellation);
        Assert.Equal((SecondFactors.RecoveryCodesMade, codes.Count), (has.RecoveryCodes, has.RecoveryCodes));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Five_wrong_codes_and_no_more_are_looked_at_however_many_come_at_once(DatabaseProvider provider)
    {
        await using var w = await SignOnWorld.CreateAsync(provider);
        var (account, secret) = await EnrolAsync(w);
        w.Clock.Now += TimeSpan.FromMinutes(2);
        var right = Code(w, secret);
        var wrong = Enumerable.Range(0, 1_000_000).Select(i => i.ToString("D6")).First(c => Totp.Match(secret, c, w.Clock.Now.UtcDateTime) is null);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => w.Factors.TakeCodeAsync(account.Id, wrong, Cancellation)));
        Assert.Equal(5, answers.Count(a => a!.Code == "second-factor.wrong"));
        Assert.Equal(15, answers.Count(a => a!.Code == "second-factor.locked"));
        Assert.Equal("second-factor.locked", (await w.Factors.TakeCodeAsync(account.Id, right, Cancellation))!.Code);
        Assert.Single(await w.NoticesAsync(account));

        // Ten minutes later it is open; the next time it takes twice as long.
        w.Clock.Now += TimeSpan.FromMinutes(10);
        for (var i = 0; i < 5; i++) Assert.Equal("second-factor.wrong", (await w.Factors.TakeCodeAsync(account.Id, wrong, Cancellation))!.Code);
        w.Clock.Now += TimeSpan.FromMinutes(11);
        Assert.Equal("second-factor.locked", (await w.Factors.TakeCodeAsync(account.Id, Code(w, secret), Cancellation))!.Code);
        w.Clock.Now += TimeSpan.FromMinutes(10);
        Assert.Null(await w.Factors.TakeCodeAsync(account.Id, Code(w, secret), Cancellation));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_recovery_code_works_once_and_only_for_its_account(DatabaseProvider provider)
    {
        await using var w = await SignOnWorld.CreateAsync(provider);
        var (account, _, codes) = await EnrolWithCodesAsync(w, "zhoumin");
        var (other, _, _) = await EnrolWithCodesAsync(w, "liyang");
        Assert.Equal(10, codes.Distinct().Count());
        Assert.NotNull(await w.Factors.TakeRecoveryCodeAsync(other.Id, codes[0], Cancellation));
        Assert.Equal("second-factor.recovery-malformed", (await w.Factors.TakeRecoveryCodeAsync(account.Id, "abc", Cancellation))!.Code);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => w.Factors.TakeRecoveryCodeAsync(account.Id, codes[0].ToLowerInvariant().Replace('-', ' '), Cancellation)));
        Assert.Single(answers, a => a is null);
        var renewed = await w.Factors.RenewAsync(account.Id, Cancellation);
        w.Clock.Now += TimeSpan.FromMinutes(10);
        Assert.NotNull(await w.Factors.TakeRecoveryCodeAsync(account.Id, codes[1], Cancellation));
        Assert.Null(await w.Factors.TakeRecoveryCodeAsync(account.Id, renewed[0], Cancellation));
        await w.Factors.RemoveAsync(account.Id, Cancellation);
        Assert.False((await w.Factors.OfAsync(account.Id, Cancellation)).Any);
        Assert.NotNull(await w.Factors.TakeRecoveryCodeAsync(account.Id, renewed[1], Cancellation));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_phone_code_signs_its_deputy_in_once_within_five_minutes_and_five_tries(DatabaseProvider provider)
    {
        await using var w = await SignOnWorld.CreateAsync(provider);
        await w.Delivery.StartAsync(Cancellation);
        var liyang = await w.AccountAsync("liyang", "13800138000");
        var code = await AskedAsync(w, "13800138000");
        Assert.Equal("phone.code-malformed", (await w.Phones.TakeAsync(code.Ticket, "12345", Cancellation)).Refusal!.Code);
        Assert.Equal("phone.code-over", (await w.Phones.TakeAsync(Guid.NewGuid(), code.Text, Cancellation)).Refusal!.Code);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => w.Phones.TakeAsync(code.Ticket, code.Text, Cancellation)));
        Assert.Equal(liyang.Id, Assert.Single(answers, a => a.Refusal is null).AccountId);
        Assert.NotNull((await w.Phones.TakeAsync(code.Ticket, code.Text, Cancellation)).Refusal);

        // A new one takes the place of the old.
        w.Clock.Now += TimeSpan.FromMinutes(1);
        var old = await AskedAsync(w, "13800138000");
        w.Clock.Now += TimeSpan.FromMinutes(1);
        var next = await AskedAsync(w, "13800138000");
        Assert.NotNull((await w.Phones.TakeAsync(old.Ticket, old.Text, Cancellation)).Refusal);

        // Five tries, also when they come at once, and then not even the right one.
        var wrong = next.Text == "000000" ? "000001" : "000000";
        var tries = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => w.Phones.TakeAsync(next.Ticket, wrong, Cancellation)));
        Assert.Equal(5, tries.Count(t => t.Refusal!.Code == "phone.code-wrong"));
        Assert.Equal("phone.code-over", (await w.Phones.TakeAsync(next.Ticket, next.Text, Cancellation)).Refusal!.Code);

        w.Clock.Now += TimeSpan.FromMinutes(1);
        var late = await AskedAsync(w, "13800138000");
        w.Clock.Now += TimeSpan.FromMinutes(5);
        Assert.Equal("phone.code-over", (await w.Phones.TakeAsync(late.Ticket, late.Text, Cancellation)).Refusal!.Code);
        Assert.All(w.Carrier.Sent, m => Assert.Matches("^登录验证码 [0-9]{6}，5 分钟内有效", m.Text));

        await using var db = w.CreateDbContext();
        Assert.DoesNotContain("13800138000", (await db.Set<PhoneCode>().SingleAsync(Cancellation)).Phone, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_phone_is_sent_one_a_minute_and_ten_a_day_and_an_unknown_one_is_answered_alike(DatabaseProvider provider)
    {
        await using var w = await SignOnWorld.CreateAsync(provider);
        await w.Delivery.StartAsync(Cancellation);
        await w.AccountAsync("liyang", "13800138000");
        await w.AccountAsync("zhoumin", "13800138001", "clerk");
        await w.AccountAsync("first", "13800138002");
        await w.AccountAsync("second", "13800138002");
        var said = new List<string>();
        foreach (var phone in (string[])["13800138000", "13800138001", "13800138002", "13900139000"])
        {
            var start = w.Clock.Now;
            var at = new List<string>();
            var first = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => w.Phones.AskAsync(phone, Cancellation)));
            Assert.Single(first, a => a.Refusal is null);
            at.AddRange(first.Select(a => a.Refusal?.Code ?? "sent").Order());
            for (var i = 0; i < 11; i++)
            {
                w.Clock.Now += TimeSpan.FromSeconds(59);
                at.Add((await w.Phones.AskAsync(phone, Cancellation)).Refusal?.Code ?? "sent");
                w.Clock.Now += TimeSpan.FromSeconds(1);
                at.Add((await w.Phones.AskAsync(phone, Cancellation)).Refusal?.Code ?? "sent");
            }
            w.Clock.Now = start + TimeSpan.FromDays(1);
            at.Add((await w.Phones.AskAsync(phone, Cancellation)).Refusal?.Code ?? "sent");
            said.Add(string.Join(' ', at));
            Assert.Equal(11, at.Count(a => a == "sent"));
            w.Clock.Now = start;
        }
        Assert.Single(said.Distinct());
        for (var i = 0; i < 100 && w.Carrier.Sent.Count < 11; i++) await Task.Delay(50, Cancellation);
        Assert.All(w.Carrier.Sent, m => Assert.Equal("13800138000", m.Phone));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_new_device_is_told_of_once_and_not_the_first_one(DatabaseProvider provider)
    {
        await using var w = await SignOnWorld.CreateAsync(provider);
        var account = await w.AccountAsync("zhoumin");
        await w.Sessions.StartAsync(account, Office, "password", false, false, Cancellation);
        Assert.Empty(await w.NoticesAsync(account));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => w.Sessions.StartAsync(account, Phone, "password", false, false, Cancellation)));
        await w.Sessions.StartAsync(account, Office, "password", false, false, Cancellation);
        Assert.Equal(["新设备登录：iPhone 上的微信，地址 198.51.100.*。不是您本人？请在“我的账号”退出它，并改密码。"], await w.NoticesAsync(account));
        // Signing in again on a device takes the place of its session there.
        Assert.Equal(2, (await w.Sessions.ListAsync(account.Id, Cancellation)).Select(s => s.Device).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_session_that_was_ended_stops_at_once_here_and_within_15_seconds_elsewhere(DatabaseProvider provider)
    {
        await using var w = await SignOnWorld.CreateAsync(provider);
        var (account, other) = (await w.AccountAsync("zhoumin"), await w.AccountAsync("liyang"));
        var office = await w.Sessions.StartAsync(account, Office, "password", false, true, Cancellation);
        var phone = await w.Sessions.StartAsync(account, Phone, "passkey", true, true, Cancellation);
        var foreign = await w.Sessions.StartAsync(other, Office, "password", false, false, Cancellation);
        Assert.Equal(new OpenSession(phone.Id, account.Id, true), await w.Sessions.FindAsync(phone.Id, Cancellation));

        // Not by somebody else.
        Assert.False(await w.Sessions.EndAsync(other.Id, phone.Id, Cancellation));
        Assert.NotNull(await w.Sessions.FindAsync(phone.Id, Cancellation));
        Assert.True(await w.Sessions.RemembersAsync(account.Id, Phone.Device, Cancellation));
        Assert.True(await w.Sessions.EndAsync(account.Id, phone.Id, Cancellation));
        Assert.False(await w.Sessions.EndAsync(account.Id, phone.Id, Cancellation));
        Assert.Null(await w.Sessions.FindAsync(phone.Id, Cancellation));
        Assert.False(await w.Sessions.RemembersAsync(account.Id, Phone.Device, Cancellation));
        Assert.True(await w.Sessions.RemembersAsync(account.Id, Office.Device, Cancellation));

        // Ended by another node: this one looks again after 15 seconds.
        Assert.NotNull(await w.Sessions.FindAsync(office.Id, Cancellation));
        await using (var db = w.CreateDbContext()) await db.Set<Session>().Where(s => s.Id == office.Id).ExecuteUpdateAsync(x => x.SetProperty(s => s.EndedAt, w.Clock.Now.UtcDateTime), Cancellation);
        w.ForgetCache();
        Assert.Null(await w.Sessions.FindAsync(office.Id, Cancellation));
        Assert.NotNull(await w.Sessions.FindAsync(foreign.Id, Cancellation));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Sessions_end_everywhere_but_here_and_by_themselves_after_14_days(DatabaseProvider provider)
    {
        await using var w = await SignOnWorld.CreateAsync(provider);
        var account = await w.AccountAsync("zhoumin");
        var here = await w.Sessions.StartAsync(account, Office, "password", false, false, Cancellation);
        for (var i = 0; i < 3; i++) await w.Sessions.StartAsync(account, Phone with { Device = "d" + i }, "password", false, false, Cancellation);
        Assert.Equal(3, await w.Sessions.EndAllAsync(account.Id, here.Id, Cancellation));
        Assert.Equal(here.Id, Assert.Single(await w.Sessions.ListAsync(account.Id, Cancellation)).Id);

        // Seen is noted every five minutes, and keeps it alive.
        w.Clock.Now += TimeSpan.FromMinutes(4);
        w.ForgetCache();
        await w.Sessions.FindAsync(here.Id, Cancellation);
        Assert.Equal(here.StartedAt, (await w.Sessions.ListAsync(account.Id, Cancellation))[0].SeenAt);
        w.Clock.Now += TimeSpan.FromDays(13);
        w.ForgetCache();
        Assert.NotNull(await w.Sessions.FindAsync(here.Id, Cancellation));
        w.Clock.Now += TimeSpan.FromDays(13);
        w.ForgetCache();
        Assert.NotNull(await w.Sessions.FindAsync(here.Id, Cancellation));
        w.Clock.Now += TimeSpan.FromDays(14);
        w.ForgetCache();
        Assert.Null(await w.Sessions.FindAsync(here.Id, Cancellation));
        w.Clock.Now += TimeSpan.FromDays(77);
        await w.Sessions.SweepAsync(Cancellation);
        await using var db = w.CreateDbContext();
        Assert.Equal(0, await db.Set<Session>().CountAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_setting_is_what_was_set_last(DatabaseProvider provider)
    {
        await using var w = await SignOnWorld.CreateAsync(provider);
        using var cache = new MemoryCache(new MemoryCacheOptions());
        var settings = new StoredSettings(w, cache, w.Clock);
        Assert.Empty((await settings.ReadAsync<SignOnRules>(SignOnRules.Name, Cancellation)).SecondFactorRoles);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => settings.WriteAsync(SignOnRules.Name, new SignOnRules { SecondFactorRoles = ["clerk"] }, Guid.NewGuid(), Cancellation)));
        Assert.Equal(["clerk"], (await settings.ReadAsync<SignOnRules>(SignOnRules.Name, Cancellation)).SecondFactorRoles);
        await settings.WriteAsync(SignOnRules.Name, new SignOnRules { SecondFactorRoles = ["admin", "clerk"] }, Guid.NewGuid(), Cancellation);
        Assert.Equal(["admin", "clerk"], (await settings.ReadAsync<SignOnRules>(SignOnRules.Name, Cancellation)).SecondFactorRoles);
    }

    private static string Code(SignOnWorld w, byte[] secret, int steps = 0) => Totp.Code(secret, Totp.Step(w.Clock.Now.UtcDateTime) + steps);

    private static async Task<(Account Account, byte[] Secret)> EnrolAsync(SignOnWorld w) => await EnrolWithCodesAsync(w, "zhoumin") is var (account, secret, _) ? (account, secret) : default;

    private static async Task<(Account Account, byte[] Secret, IReadOnlyList<string> Codes)> EnrolWithCodesAsync(SignOnWorld w, string name)
    {
        var account = await w.AccountAsync(name);
        var (secret, _) = w.Factors.Begin(account.Id);
        var (codes, refusal) = await w.Factors.ConfirmAsync(account.Id, secret, Code(w, secret), Cancellation);
        Assert.Null(refusal);
        return (account, secret, codes);
    }

    private static async Task<(Guid Ticket, string Text)> AskedAsync(SignOnWorld w, string phone)
    {
        var before = w.Carrier.Sent.Count;
        var (ticket, refusal) = await w.Phones.AskAsync(phone, Cancellation);
        Assert.Null(refusal);
        for (var i = 0; i < 100 && w.Carrier.Sent.Count == before; i++) await Task.Delay(20, Cancellation);
        return (ticket, w.Carrier.Sent[before].Code);
    }
}
