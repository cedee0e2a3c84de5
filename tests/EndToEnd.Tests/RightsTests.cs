using System.Net;
using System.Text.RegularExpressions;

namespace EndToEnd.Tests;

/// <summary>Accounts and rights as an administrator, an auditor, a clerk on holiday and the wrong person meet them.</summary>
public sealed partial class RightsTests(Towns towns) : IClassFixture<Towns>
{
    private const string Accounts = "/administration/accounts", Requests = "/administration/requests";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_account_is_opened_by_one_made_administrator_by_two_and_closed(string database)
    {
        var town = await towns.OnAsync(database);
        using var admin = await town.ClientAsync("zhangliping");
        var page = Decode(await admin.GetStringAsync(Accounts + "?q=" + Uri.EscapeDataString("周敏"), Stop));
        Assert.Contains("委室工作人员 · 长兴县", page, StringComparison.Ordinal);
        foreach (var wrong in (string[])["zhoumin", "yaoweiping", "liyang", "chenjianguo", "feijianping"])
        {
            using var client = await town.ClientAsync(wrong);
            foreach (var path in (string[])[Accounts, Accounts + "/new", "/administration/roles", AccountLink().Match(page).Value])
                Assert.Equal((wrong, path, HttpStatusCode.NotFound), (wrong, path, (await client.GetAsync(path, Stop)).StatusCode));
        }

        // What is wrong is told at its field and what was typed stays.
        var refused = Decode(await Text(await Server.PostAsync(admin, Accounts + "/new", Accounts + "/new", new() { ["display"] = "孙丽<b>", ["name"] = "孙丽", ["role"] = "clerk" }, "open")));
        foreach (var field in (string[])["name", "region", "reason"]) Assert.Matches($"<div class=\"field bad\"><label for=\"{field}\">", refused);
        Assert.Contains("value=\"孙丽<b>\"", refused, StringComparison.Ordinal);

        var opened = await Text(await Server.PostAsync(admin, Accounts + "/new", Accounts + "/new", new() { ["display"] = "孙丽", ["name"] = "sunli", ["role"] = "clerk", ["region"] = "330522000000", ["reason"] = "新任" }, "open"));
        var link = Decode(Regex.Match(opened, "value=\"(http[^\"]+/set-password[^\"]+)\"").Groups[1].Value);
        var account = AccountLink().Matches(opened).Select(m => m.Value).First(p => !p.EndsWith("/new", StringComparison.Ordinal));

        using var sun = await town.ClientAsync();
        var path2 = new Uri(link).PathAndQuery;
        Assert.Contains("sunli", await sun.GetStringAsync(path2, Stop), StringComparison.Ordinal);
        Assert.Contains("密码太简单", Decode(await Text(await Server.PostAsync(sun, path2, path2, new() { ["new"] = "short", ["again"] = "short" }, "password"))), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(sun, path2, path2, new() { ["new"] = "correct-horse-9", ["again"] = "correct-horse-9" }, "password")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await sun.GetAsync("/visits?view=triage", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await sun.GetAsync(Accounts, Stop)).StatusCode);
        // The link has been used.
        using var thief = await town.ClientAsync();
        Assert.Contains("链接已经失效", Decode(await thief.GetStringAsync(path2, Stop)), StringComparison.Ordinal);
        Assert.Contains("链接已经失效", Decode(await thief.GetStringAsync("/set-password?code=CfDJ8x", Stop)), StringComparison.Ordinal);

        // An administrator takes two people.
        var given = await Server.PostAsync(admin, account, account, new() { ["role"] = "admin", ["region"] = "330522000000", ["reason"] = "兼任" }, "give");
        Assert.EndsWith("done=waits", given.Headers.Location!.ToString(), StringComparison.Ordinal);
        var own = Decode(await admin.GetStringAsync(Requests, Stop));
        Assert.Contains("要由另一个人确认", own, StringComparison.Ordinal);
        using var auditor = await town.ClientAsync("feijianping");
        Assert.Contains("请您确认", Decode(await auditor.GetStringAsync("/notices", Stop)), StringComparison.Ordinal);
        var waiting = Decode(await auditor.GetStringAsync(Requests, Stop));
        var handler = Regex.Match(waiting, "value=\"(decide-[0-9a-f-]{36})\"").Groups[1].Value;
        Assert.NotEmpty(handler);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(auditor, Requests, Requests, new() { ["answer"] = "yes" }, handler)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await sun.GetAsync(Accounts, Stop)).StatusCode);
        // A county's administrator sees the county's accounts and gives nothing beyond.
        Assert.DoesNotContain("<b>徐晓燕</b>", Decode(await sun.GetStringAsync(Accounts + "?q=" + Uri.EscapeDataString("徐晓燕"), Stop)), StringComparison.Ordinal);
        var beyond = Decode(await Text(await Server.PostAsync(sun, AccountOf(page), AccountOf(page), new() { ["role"] = "clerk", ["region"] = "330500000000", ["reason"] = "越权" }, "give")));
        Assert.Contains("这个地方不在您的管理范围内", beyond, StringComparison.Ordinal);

        Assert.EndsWith("done=closed", (await Server.PostAsync(admin, account, account, new() { ["reason"] = "调离" }, "close")).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await sun.GetAsync("/visits?view=triage", Stop)).StatusCode);
        var shown = Decode(await admin.GetStringAsync(account, Stop));
        foreach (var said in (string[])["开账号 孙丽", "申请授予 孙丽", "确认授予 孙丽", "停用账号 孙丽"]) Assert.Contains(said, shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Who_is_away_lends_a_right_and_takes_it_back(string database)
    {
        var town = await towns.OnAsync(database);
        const string rights = "/account/rights";
        using var head = await town.ClientAsync("yaoweiping");
        using var clerk = await town.ClientAsync("zhoumin");
        var page = await head.GetStringAsync(rights, Stop);
        var handler = Regex.Match(page, "value=\"(lend-[0-9a-f-]{36})\"").Groups[1].Value;
        var to = Regex.Match(Decode(page), "<option value=\"([0-9a-f-]{36})\"[^>]*>周敏</option>").Groups[1].Value;
        Assert.DoesNotContain("委室负责人", Decode(await clerk.GetStringAsync(rights, Stop)), StringComparison.Ordinal);
        var refused = Decode(await Text(await Server.PostAsync(head, rights, rights, new() { ["to"] = to, ["until"] = "2001-01-01", ["reason"] = "" }, handler)));
        foreach (var field in (string[])["until", "reason"]) Assert.Matches($"<div class=\"field bad\"><label for=\"{field}\">", refused);
        var day = DateTime.UtcNow.AddHours(8).AddDays(3).ToString("yyyy-MM-dd");
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(head, rights, rights, new() { ["to"] = to, ["until"] = day, ["reason"] = "去党校学习" }, handler)).StatusCode);
        var held = Decode(await clerk.GetStringAsync(rights, Stop));
        Assert.Contains("姚卫平委托", held, StringComparison.Ordinal);
        Assert.Contains("去党校学习", Decode(await clerk.GetStringAsync("/notices", Stop)), StringComparison.Ordinal);
        Assert.Contains("委托给周敏", Decode(await head.GetStringAsync(rights, Stop)), StringComparison.Ordinal);
        var back = Regex.Match(await head.GetStringAsync(rights, Stop), "value=\"(back-[0-9a-f-]{36})\"").Groups[1].Value;
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(head, rights, rights, [], back)).StatusCode);
        Assert.DoesNotContain("姚卫平委托", Decode(await clerk.GetStringAsync(rights, Stop)), StringComparison.Ordinal);
        // A deputy's right follows from the mandate and is not lent.
        using var deputy = await town.ClientAsync("liyang");
        Assert.DoesNotContain("value=\"lend-", await deputy.GetStringAsync(rights, Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Who_sees_a_matter_is_told_with_the_right_by_which(string database)
    {
        var town = await towns.OnAsync(database);
        using var api = await town.ApiAsync("liyang");
        var id = await Server.ReportAsync(api, await town.CampaignAsync(), "谁能看到这件事");
        var number = System.Text.Json.Nodes.JsonNode.Parse(await api.GetStringAsync($"/api/v1/matters/{id}", Stop))!["number"]!.ToString();
        using var auditor = await town.ClientAsync("feijianping");
        var page = Decode(await auditor.GetStringAsync("/administration/access?number=" + number, Stop));
        foreach (var (name, why) in ((string, string)[])[("周敏", "委室工作人员，管长兴县"), ("李阳", "人大代表，本人提出"), ("费建平", "审计员，管湖州市")])
            Assert.Matches($"<b>{name}</b>(</a>)?</td><td[^>]*>{why}</td>", page);
        Assert.DoesNotContain("陈建国", page, StringComparison.Ordinal);
        using var admin = await town.ClientAsync("zhangliping");
        var unit = AccountOf(Decode(await admin.GetStringAsync(Accounts + "?q=chenjianguo", Stop)));
        Assert.Contains("看不到：没有一项权限管到它", Decode(await admin.GetStringAsync(unit + "?number=" + number, Stop)), StringComparison.Ordinal);
        var clerk = AccountOf(Decode(await admin.GetStringAsync(Accounts + "?q=zhoumin", Stop)));
        Assert.Contains("看得到：委室工作人员，管长兴县", Decode(await admin.GetStringAsync(clerk + "?number=" + number, Stop)), StringComparison.Ordinal);
        // The administrator opens no finding by it.
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync($"/matters/{id}", Stop)).StatusCode);
        using var wrong = await town.ClientAsync("zhoumin");
        Assert.Equal(HttpStatusCode.NotFound, (await wrong.GetAsync("/administration/access?number=" + number, Stop)).StatusCode);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_calendar_is_read_at_its_secret_address_until_it_is_stopped(string database)
    {
        var town = await towns.OnAsync(database);
        using var clerk = await town.ClientAsync("xuxiaoyan");
        var page = Decode(await Text(await Server.PostAsync(clerk, "/calendar", "/calendar", new() { ["do"] = "make" }, "subscribe")));
        var address = new Uri(Regex.Match(page, "value=\"(http[^\"]+\\.ics)\"").Groups[1].Value).PathAndQuery;
        using var phone = await town.ClientAsync();
        var answer = await phone.GetAsync(address, Stop);
        Assert.Equal((HttpStatusCode.OK, "text/calendar"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.StartsWith("BEGIN:VCALENDAR", await Text(answer), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await phone.GetAsync("/calendar/" + new string('A', 32) + ".ics", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await phone.GetAsync("/calendar", Stop)).StatusCode);
        await Server.PostAsync(clerk, "/calendar", "/calendar", new() { ["do"] = "stop" }, "subscribe");
        Assert.Equal(HttpStatusCode.NotFound, (await phone.GetAsync(address, Stop)).StatusCode);
    }

    private static string Decode(string html) => WebUtility.HtmlDecode(html);

    private static Task<string> Text(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(Stop);

    private static string AccountOf(string page) => AccountLink().Matches(page).Select(m => m.Value).First();

    [GeneratedRegex("/administration/accounts/[0-9a-f-]{36}")]
    private static partial Regex AccountLink();
}
