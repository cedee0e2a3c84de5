using System.Net;
using System.Text.RegularExpressions;
using static EndToEnd.Tests.OpenIdTowns;

namespace EndToEnd.Tests;

/// <summary>Signing in by a provider outside: an independent one, as a process of its own, on both databases.</summary>
public sealed class OutsideTests(OpenIdTowns towns) : IClassFixture<OpenIdTowns>
{
    private const string Confirm = "/account/outside";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Who_is_not_linked_signs_in_once_and_confirms_and_then_gets_in_directly(string database)
    {
        var town = await towns.OnAsync(database);
        using var desk = GuardedTowns.Fresh(town.Server);
        Assert.Contains("用全省统一认证登录", WebUtility.HtmlDecode(await desk.GetStringAsync("/sign-in", Stop)), StringComparison.Ordinal);
        var (_, page, way) = await OutsideAsync(desk, town, "/sign-in/outside?from=/todos", "yao-first");
        // A name that is the same is nothing: nobody is signed in yet.
        Assert.Equal("/sign-in", way[^1].AbsolutePath);
        Assert.Contains("全省统一认证的“外部的yao-first”还没有关联这里的账号", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await desk.GetAsync("/todos", Stop)).StatusCode);
        (_, page, way) = await EnterAsync(desk, way[^1], "yaoweiping");
        Assert.Equal(Confirm, way[^1].AbsolutePath);
        Assert.Contains("外部的yao-first", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("姚卫平 · yaoweiping", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        // Not before it is confirmed, and not without the page's own form.
        Assert.Contains("用全省统一认证登录这个账号", WebUtility.HtmlDecode(await desk.GetStringAsync("/account", Stop)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.PostAsync(Confirm, new FormUrlEncodedContent([new("answer", "link"), new("_handler", "link")]), Stop)).StatusCode);
        Assert.Equal("/todos", GuardedTowns.PathOf(await AnswerAsync(desk, "link")));
        page = WebUtility.HtmlDecode(await desk.GetStringAsync("/account", Stop));
        Assert.Contains("“外部的yao-first”", page, StringComparison.Ordinal);
        Assert.Contains("您的账号关联了全省统一认证", WebUtility.HtmlDecode(await desk.GetStringAsync("/notices", Stop)), StringComparison.Ordinal);
        // Told once: the same confirmation is over.
        Assert.Contains("没有要关联的", WebUtility.HtmlDecode(await desk.GetStringAsync(Confirm, Stop)), StringComparison.Ordinal);

        using var phone = GuardedTowns.Fresh(town.Server);
        (_, _, way) = await OutsideAsync(phone, town, "/sign-in/outside?from=/todos", "yao-first");
        Assert.Equal("/todos", way[^1].AbsolutePath);
        Assert.Contains("外部登录", WebUtility.HtmlDecode(await phone.GetStringAsync("/account", Stop)), StringComparison.Ordinal);
        // Only addresses of our own afterwards.
        using var lured = GuardedTowns.Fresh(town.Server);
        (_, _, way) = await OutsideAsync(lured, town, "/sign-in/outside?from=" + Uri.EscapeDataString("//elsewhere.renda.example/"), "yao-first");
        Assert.Equal(new Uri(town.Server.Address + "/"), way[^1]);

        // A closed account stays closed; after that the link is undone by its owner and opens nothing.
        await ExecuteAsync(town, "UPDATE accounts SET closed_at = '2026-01-01 00:00:00' WHERE user_name = 'yaoweiping'");
        using var late = GuardedTowns.Fresh(town.Server);
        Assert.Contains("关联的账号已停用", WebUtility.HtmlDecode((await OutsideAsync(late, town, "/sign-in/outside", "yao-first")).Text), StringComparison.Ordinal);
        await ExecuteAsync(town, "UPDATE accounts SET closed_at = NULL WHERE user_name = 'yaoweiping'");
        await Task.Delay(TimeSpan.FromSeconds(16), Stop);
        await Server.PostAsync(phone, "/account", "/account", [], "outside");
        Assert.Equal("/sign-in", (await OutsideAsync(late, town, "/sign-in/outside", "yao-first")).Way[^1].AbsolutePath);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Nobody_links_what_is_anothers_and_no_account_has_two(string database)
    {
        var town = await towns.OnAsync(database);
        using var zhou = GuardedTowns.Fresh(town.Server);
        await GuardedTowns.PressAsync(town.Server, "zhoumin", zhou);
        var (_, _, way) = await OutsideAsync(zhou, town, "/account/outside/start", "zhou");
        Assert.Equal(Confirm, way[^1].AbsolutePath);
        Assert.Equal("/account?done=outside", GuardedTowns.PathOf(await AnswerAsync(zhou, "link")));

        // Another person with the same outside account: said so, and neither signed in as the first nor linked.
        using var li = GuardedTowns.Fresh(town.Server);
        await GuardedTowns.PressAsync(town.Server, "liyang", li);
        await OutsideAsync(li, town, "/account/outside/start", "zhou");
        Assert.Contains("已经关联了别人的账号", await ReadAsync(await AnswerAsync(li, "link")), StringComparison.Ordinal);
        Assert.Contains("李阳", WebUtility.HtmlDecode(await li.GetStringAsync("/account", Stop)), StringComparison.Ordinal);
        Assert.DoesNotContain("取消关联", WebUtility.HtmlDecode(await li.GetStringAsync("/account", Stop)), StringComparison.Ordinal);
        // Declined is declined.
        Assert.Equal("/", GuardedTowns.PathOf(await AnswerAsync(li, "no")));

        // A second outside account for the same person; and the first one again, which is done already.
        using var again = GuardedTowns.Fresh(town.Server);
        await GuardedTowns.PressAsync(town.Server, "zhoumin", again);
        await OutsideAsync(again, town, "/account/outside/start", "zhou-second");
        Assert.Contains("已经关联了另一个外部账号", await ReadAsync(await AnswerAsync(again, "link")), StringComparison.Ordinal);
        using var once = GuardedTowns.Fresh(town.Server);
        await GuardedTowns.PressAsync(town.Server, "zhoumin", once);
        await OutsideAsync(once, town, "/account/outside/start", "zhou");
        Assert.Equal("/account?done=outside", GuardedTowns.PathOf(await AnswerAsync(once, "link")));

        // Begun by one, ended by another in the same browser.
        using var shared = GuardedTowns.Fresh(town.Server);
        await GuardedTowns.PressAsync(town.Server, "liyang", shared);
        var back = await BackAsync(shared, town, "/account/outside/start", "li");
        await GuardedTowns.PressAsync(town.Server, "xuxiaoyan", shared);
        Assert.Contains("不是在这台浏览器上开始的", WebUtility.HtmlDecode((await WalkAsync(shared, back)).Text), StringComparison.Ordinal);
        // What waits in one browser does not wait in another.
        using var stranger = GuardedTowns.Fresh(town.Server);
        await GuardedTowns.PressAsync(town.Server, "shenguorong", stranger);
        Assert.Contains("没有要关联的", WebUtility.HtmlDecode(await stranger.GetStringAsync(Confirm, Stop)), StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", GuardedTowns.PathOf(await GuardedTowns.Fresh(town.Server).GetAsync("/account/outside/start", Stop))!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_answer_that_was_used_or_is_not_the_providers_opens_nothing(string database)
    {
        var town = await towns.OnAsync(database);
        using var owner = GuardedTowns.Fresh(town.Server);
        await GuardedTowns.PressAsync(town.Server, "xuxiaoyan", owner);
        await OutsideAsync(owner, town, "/account/outside/start", "xu");
        await AnswerAsync(owner, "link");

        using var browser = GuardedTowns.Fresh(town.Server);
        var back = await BackAsync(browser, town, "/sign-in/outside", "xu");
        // From another browser, as a link sent to somebody would come.
        using var victim = GuardedTowns.Fresh(town.Server);
        await RefusedAsync(victim, back, "不是在这台浏览器上开始的");
        // With another state, with none, with the name of another provider.
        await RefusedAsync(browser, Regex.Replace(back, "state=[^&]+", "state=other"), "不是在这台浏览器上开始的");
        await RefusedAsync(browser, Regex.Replace(back, "state=[^&]+&?", ""), "不是在这台浏览器上开始的");
        await RefusedAsync(browser, Regex.Replace(await BackAsync(browser, town, "/sign-in/outside", "xu"), "iss=[^&]+", "iss=" + Uri.EscapeDataString("https://elsewhere.renda.example")), "没有通过核对");
        // Twice.
        back = await BackAsync(browser, town, "/sign-in/outside", "xu");
        Assert.Equal("/", (await WalkAsync(browser, back)).Way[^1].AbsolutePath);
        using (await Server.PostAsync(browser, "/account", "/sign-out", [])) await RefusedAsync(browser, back, "不是在这台浏览器上开始的");
        // Cancelled there, by somebody who has not signed in there yet.
        using var unwilling = GuardedTowns.Fresh(town.Server);
        await RefusedAsync(unwilling, await BackAsync(unwilling, town, "/sign-in/outside", "nobody"), "您在对方那里取消了登录");

        foreach (var wrong in (string[])["nonce", "issuer", "audience", "expired", "key"])
        {
            using var other = GuardedTowns.Fresh(town.Server);
            back = await BackAsync(other, town, "/sign-in/outside", "xu");
            await other.GetStringAsync($"{town.Outside}/wrong/{wrong}", Stop);
            await RefusedAsync(other, back, "没有通过核对");
            await other.GetStringAsync($"{town.Outside}/wrong/", Stop);
        }
        Assert.True(town.Server.Lives);

        async Task RefusedAsync(HttpClient who, string address, string words)
        {
            var (_, text, way) = await WalkAsync(who, address);
            Assert.Equal("/sign-in", way[^1].AbsolutePath);
            Assert.Contains(words, WebUtility.HtmlDecode(text), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Redirect, (await who.GetAsync("/todos", Stop)).StatusCode);
        }
    }

    [Fact]
    public async Task The_second_factor_is_asked_for_after_the_outside_one()
    {
        var town = await towns.OnAsync("sqlite");
        using var desk = GuardedTowns.Fresh(town.Server);
        await GuardedTowns.PressAsync(town.Server, "shenguorong", desk);
        await OutsideAsync(desk, town, "/account/outside/start", "shen");
        await AnswerAsync(desk, "link");
        // Required of the role: whoever comes from outside is led to it before anything else, and so is who goes to a neighbour.
        const string rules = "/administration/sign-in";
        using var admin = GuardedTowns.Fresh(town.Server);
        await GuardedTowns.PressAsync(town.Server, "zhangliping", admin);
        var (neighbour, _, _) = await towns.NeighbourAsync(town, "gate");
        await Server.PostAsync(admin, rules, rules, new() { ["role"] = "leader" }, "rules");
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(16), Stop);
            using var phone = GuardedTowns.Fresh(town.Server);
            Assert.Equal("/account/second-factor", (await OutsideAsync(phone, town, "/sign-in/outside?from=/todos", "shen")).Way[^1].AbsolutePath);
            Assert.Equal("/account/second-factor", (await WalkAsync(phone, neighbour.Address + "/sign-in")).Way[^1].AbsolutePath);
            Assert.Contains("interaction_required", (await WalkAsync(phone, neighbour.Address + "/sign-in?prompt=none")).Text, StringComparison.Ordinal);
        }
        finally
        {
            await Server.PostAsync(admin, rules, rules, [], "rules");
        }
    }

    /// <summary>Goes to the provider and says there who one is; where that leads.</summary>
    private static async Task<(HttpResponseMessage Answer, string Text, List<Uri> Way)> OutsideAsync(HttpClient browser, Town town, string start, string who) =>
        await WalkAsync(browser, await BackAsync(browser, town, start, who));

    /// <summary>The same, up to the address with the provider's answer.</summary>
    private static async Task<string> BackAsync(HttpClient browser, Town town, string start, string who)
    {
        var here = new Uri(new Uri(town.Server.Address), start);
        for (var i = 0; i < 10; i++)
        {
            using var answer = await browser.GetAsync(here, Stop);
            if (answer.Headers.Location is { } to) here = new Uri(here, to);
            else if (here.AbsolutePath.StartsWith("/interaction/", StringComparison.Ordinal)) here = new Uri(here + "?as=" + who);
            else break;
            if (here.AbsolutePath == "/sign-in/outside/callback") return here.PathAndQuery;
        }
        throw new InvalidOperationException("The provider did not answer: " + here);
    }

    private static Task<HttpResponseMessage> AnswerAsync(HttpClient browser, string answer) => Server.PostAsync(browser, Confirm, Confirm, new() { ["answer"] = answer }, "link");

    private static async Task<string> ReadAsync(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
}
