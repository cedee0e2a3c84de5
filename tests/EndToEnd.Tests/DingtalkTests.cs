using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Npgsql;
using Platform.Tests.Dingtalk;
using static EndToEnd.Tests.OpenIdTowns;

namespace EndToEnd.Tests;

/// <summary>A demo city on each database with 浙政钉's gateway beside it.</summary>
public sealed class DingtalkTowns : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renda-dingtalk-").FullName;
    private readonly Dictionary<string, Server> _servers = [];
    private readonly SemaphoreSlim _starting = new(1);
    private string? _database;

    public DingtalkGateway Gateway { get; private set; } = null!;

    public async Task<Server> OnAsync(string database)
    {
        await _starting.WaitAsync();
        try
        {
            if (_servers.TryGetValue(database, out var server)) return server;
            string? connection = null;
            if (database == "postgres")
            {
                var place = Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES");
                Assert.SkipWhen(string.IsNullOrEmpty(place), "RENDA_TEST_POSTGRES is not set");
                _database = "t_" + Guid.NewGuid().ToString("N");
                await ExecuteAsync($"CREATE DATABASE {_database}");
                connection = new NpgsqlConnectionStringBuilder(place) { Database = _database }.ToString();
            }
            var secret = Path.Combine(_folder, "secret");
            await File.WriteAllTextAsync(secret, DingtalkGateway.Secret + "\n");
            return _servers[database] = await Server.StartAsync(Path.Combine(_folder, database), 4, connection,
                ["--proxy", "127.0.0.1", "--dingtalk", Gateway.Address.ToString(), "--dingtalk-key", DingtalkGateway.Key, "--dingtalk-secret", secret, "--dingtalk-tenant", DingtalkGateway.Tenant, "--dingtalk-login", Gateway.Address.ToString(), "--dingtalk-client", DingtalkGateway.Client],
                new Dictionary<string, string> { ["RENDA_DINGTALK_CORP"] = DingtalkGateway.Corporation });
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask InitializeAsync()
    {
        Gateway = await DingtalkGateway.StartAsync();
        Gateway.Organisations.Add(("GO_1", "县人大", ""));
        for (var i = 0; i < 20; i++) Gateway.Members.Add(new(100100 + i, i < 2 ? "李阳" : "某某" + i, "GE_" + i, "GO_1"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values) await server.DisposeAsync();
        await Gateway.DisposeAsync();
        if (_database is not null) await ExecuteAsync($"DROP DATABASE IF EXISTS {_database} WITH (FORCE)");
        _starting.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Signing in by 浙政钉 over the wire and in a browser, as named persons.</summary>
public sealed partial class DingtalkTests(DingtalkTowns towns, Product product) : IClassFixture<DingtalkTowns>
{
    private const string Confirm = "/account/dingtalk", Silent = "/sign-in/dingtalk/silent";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite", 100100)]
    [InlineData("postgres", 100100)]
    public async Task Who_is_not_bound_signs_in_once_and_confirms_and_a_namesake_opens_nothing(string database, long id)
    {
        var town = await towns.OnAsync(database);
        using var phone = GuardedTowns.Fresh(town);
        // 李阳 there and 李阳 here: still nobody is signed in.
        var (_, page, way) = await SilentAsync(phone, towns.Gateway.Code(id, false), "/todos");
        Assert.Equal("/sign-in", way[^1].AbsolutePath);
        Assert.Contains("浙政钉的“李阳”还没有绑定这里的账号", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await phone.GetAsync("/todos", Stop)).StatusCode);
        (_, page, way) = await EnterAsync(phone, way[^1], "liyang");
        Assert.Equal(Confirm, way[^1].AbsolutePath);
        Assert.Contains($"李阳 · {id}", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("李阳 · liyang", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        // Not without the page's own form, and not before it is confirmed.
        Assert.Equal(HttpStatusCode.BadRequest, (await phone.PostAsync(Confirm, new FormUrlEncodedContent([new("answer", "bind"), new("_handler", "bind")]), Stop)).StatusCode);
        Assert.DoesNotContain("取消绑定", WebUtility.HtmlDecode(await phone.GetStringAsync("/account", Stop)), StringComparison.Ordinal);
        Assert.Equal("/todos", GuardedTowns.PathOf(await AnswerAsync(phone, "bind")));
        Assert.Contains("浙政钉的“李阳”", WebUtility.HtmlDecode(await phone.GetStringAsync("/account", Stop)), StringComparison.Ordinal);
        Assert.Contains("您的账号绑定了浙政钉", WebUtility.HtmlDecode(await phone.GetStringAsync("/notices", Stop)), StringComparison.Ordinal);
        Assert.Contains("没有要绑定的", WebUtility.HtmlDecode(await phone.GetStringAsync(Confirm, Stop)), StringComparison.Ordinal);
        Assert.Contains("已绑定", WebUtility.HtmlDecode(await phone.GetStringAsync("/notices/settings", Stop)), StringComparison.Ordinal);

        // From then on without a password; only addresses of our own afterwards.
        using var again = GuardedTowns.Fresh(town);
        Assert.Equal("/todos", (await SilentAsync(again, towns.Gateway.Code(id, false), "/todos")).Way[^1].AbsolutePath);
        Assert.Contains("浙政钉", WebUtility.HtmlDecode(await again.GetStringAsync("/account", Stop)), StringComparison.Ordinal);
        using var lured = GuardedTowns.Fresh(town);
        Assert.Equal(new Uri(town.Address + "/"), (await SilentAsync(lured, towns.Gateway.Code(id, false), "//elsewhere.renda.example/")).Way[^1]);
        // The other 李阳 of the contacts.
        using var namesake = GuardedTowns.Fresh(town);
        Assert.Equal("/sign-in", (await SilentAsync(namesake, towns.Gateway.Code(id + 1, false), "/todos")).Way[^1].AbsolutePath);
        Assert.Equal(HttpStatusCode.Redirect, (await namesake.GetAsync("/todos", Stop)).StatusCode);
        // Bound by one person, it is not bound by another as well.
        using var zhou = GuardedTowns.Fresh(town);
        await GuardedTowns.PressAsync(town, "zhoumin", zhou);
        await ScanAsync(zhou, id, "/sign-in/dingtalk?bind=true");
        Assert.Contains("已经绑定了别人的账号", WebUtility.HtmlDecode(await (await AnswerAsync(zhou, "bind")).Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        // Undone by its owner, it opens nothing.
        await Server.PostAsync(phone, "/account", "/account", [], "dingtalk");
        using var late = GuardedTowns.Fresh(town);
        Assert.Equal("/sign-in", (await SilentAsync(late, towns.Gateway.Code(id, false), "/todos")).Way[^1].AbsolutePath);
    }

    [Theory]
    [InlineData("sqlite", 100105)]
    [InlineData("postgres", 100105)]
    public async Task A_scan_counts_in_the_browser_that_began_it_and_once(string database, long id)
    {
        var town = await towns.OnAsync(database);
        using var owner = GuardedTowns.Fresh(town);
        await GuardedTowns.PressAsync(town, "shenguorong", owner);
        Assert.Equal(Confirm, (await ScanAsync(owner, id, "/sign-in/dingtalk?bind=true")).Way[^1].AbsolutePath);
        Assert.Equal("/account?done=dingtalk", GuardedTowns.PathOf(await AnswerAsync(owner, "bind"))!.Split('#')[0]);

        using var browser = GuardedTowns.Fresh(town);
        var back = await BackAsync(browser, id, "/sign-in/dingtalk?from=/todos");
        // From another browser, as a link sent to somebody would come; with another state; with none.
        using var victim = GuardedTowns.Fresh(town);
        await RefusedAsync(victim, back, "不是在这台浏览器上开始的");
        await RefusedAsync(browser, Regex.Replace(back, "state=[^&]+", "state=other"), "不是在这台浏览器上开始的");
        back = await BackAsync(browser, id, "/sign-in/dingtalk?from=/todos");
        await RefusedAsync(browser, Regex.Replace(back, "&state=[^&]+", ""), "不是在这台浏览器上开始的");
        // Twice.
        back = await BackAsync(browser, id, "/sign-in/dingtalk?from=/todos");
        Assert.Equal("/todos", (await WalkAsync(browser, back)).Way[^1].AbsolutePath);
        using (await Server.PostAsync(browser, "/account", "/sign-out", [])) await RefusedAsync(browser, back, "不是在这台浏览器上开始的");
        // A right state with a code that was used, or is none.
        back = await BackAsync(browser, id, "/sign-in/dingtalk");
        await RefusedAsync(browser, Regex.Replace(back, "code=[^&]+", "code=0123456789abcdef"), "登录码已经用过或者过期");
        using var phone = GuardedTowns.Fresh(town);
        var code = towns.Gateway.Code(id, false);
        Assert.Equal("/", (await SilentAsync(phone, code, "/")).Way[^1].AbsolutePath);
        using var thief = GuardedTowns.Fresh(town);
        Assert.Contains("登录码已经用过或者过期", WebUtility.HtmlDecode((await SilentAsync(thief, code, "/")).Text), StringComparison.Ordinal);
        // Away: said so, and not that the code was wrong.
        back = await BackAsync(browser, id, "/sign-in/dingtalk");
        towns.Gateway.Down = true;
        try
        {
            await RefusedAsync(browser, back, "现在连不上浙政钉");
        }
        finally
        {
            towns.Gateway.Down = false;
        }
        // Begun by one to be bound, ended by another in the same browser.
        using var shared = GuardedTowns.Fresh(town);
        await GuardedTowns.PressAsync(town, "yaoweiping", shared);
        back = await BackAsync(shared, id + 1, "/sign-in/dingtalk?bind=true");
        await GuardedTowns.PressAsync(town, "xuxiaoyan", shared);
        Assert.Contains("不是在这台浏览器上开始的", WebUtility.HtmlDecode((await WalkAsync(shared, back)).Text), StringComparison.Ordinal);
        // The form of one's own page is needed.
        Assert.Equal(HttpStatusCode.BadRequest, (await GuardedTowns.Fresh(town).PostAsync(Silent, new FormUrlEncodedContent([new("code", towns.Gateway.Code(id, false))]), Stop)).StatusCode);
        Assert.Empty(towns.Gateway.Complaints);

        async Task RefusedAsync(HttpClient who, string address, string words)
        {
            var (_, text, way) = await WalkAsync(who, address);
            Assert.Equal("/sign-in", way[^1].AbsolutePath);
            Assert.Contains(words, WebUtility.HtmlDecode(text), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Redirect, (await who.GetAsync("/todos", Stop)).StatusCode);
        }
    }

    [Theory]
    [InlineData("sqlite", 100110)]
    [InlineData("postgres", 100110)]
    public async Task An_administrator_sees_who_is_bound_and_has_the_contacts_gone_through(string database, long id)
    {
        const string administration = "/administration/dingtalk";
        var town = await towns.OnAsync(database);
        foreach (var name in (string[])["liyang", "zhoumin"])
        {
            using var other = await town.ClientAsync(name);
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(administration, Stop)).StatusCode);
        }
        using var owner = GuardedTowns.Fresh(town);
        await GuardedTowns.PressAsync(town, "xuxiaoyan", owner);
        await ScanAsync(owner, id, "/sign-in/dingtalk?bind=true");
        await AnswerAsync(owner, "bind");
        using var admin = GuardedTowns.Fresh(town);
        await GuardedTowns.PressAsync(town, "zhangliping", admin);
        var page = WebUtility.HtmlDecode(await admin.GetStringAsync(administration, Stop));
        Assert.Contains("xuxiaoyan", page, StringComparison.Ordinal);
        Assert.Contains("没有配置系统的网址", page, StringComparison.Ordinal);
        Assert.Contains(administration, await admin.GetStringAsync("/administration/channels", Stop), StringComparison.Ordinal);
        for (var i = 0; !page.Contains("人员 20 人", StringComparison.Ordinal); i++)
        {
            Assert.True(i < 60, page);
            // The night's own round may be at it just now.
            if (i % 10 == 0) await Server.PostAsync(admin, administration, administration, [], "sync");
            await Task.Delay(500, Stop);
            page = WebUtility.HtmlDecode(await admin.GetStringAsync(administration, Stop));
        }
        Assert.Contains("机构 1 个，人员 20 人，其中离开的 0 人", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_gateway_nothing_of_it_is_there()
    {
        using var nobody = await product.ClientAsync();
        Assert.DoesNotContain("浙政钉", WebUtility.HtmlDecode(await nobody.GetStringAsync("/sign-in", Stop)), StringComparison.Ordinal);
        foreach (var path in (string[])["/dingtalk", "/sign-in/dingtalk", "/sign-in/dingtalk/back", "/sign-in/dingtalk/enter"]) Assert.Equal(HttpStatusCode.NotFound, (await nobody.GetAsync(path, Stop)).StatusCode);
        using var admin = await product.ClientAsync("zhangliping");
        Assert.DoesNotContain("id=\"dingtalk\"", await admin.GetStringAsync("/account", Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync(Confirm, Stop)).StatusCode);
    }

    [Fact]
    public async Task In_a_browser_the_frame_is_listened_to_and_no_other_page()
    {
        var town = await towns.OnAsync("sqlite");
        var page = await product.OpenAsync();
        await page.GotoAsync(town.Address + "/sign-in?from=/todos");
        await page.GetByRole(AriaRole.Link, new() { Name = "用浙政钉扫码登录" }).ClickAsync();
        var frame = page.FrameLocator("dingtalk-scan iframe");
        await frame.GetByRole(AriaRole.Button, new() { Name = "某某9" }).WaitForAsync();
        await Product.PictureAsync(page, "dingtalk-scan");
        // Told by another page than the frame, with the right state: not listened to.
        var state = await page.Locator("dingtalk-scan").GetAttributeAsync("data-state");
        var code = towns.Gateway.Code(100109, true);
        await page.EvaluateAsync("said => window.postMessage(said, '*')", new { code, state });
        await Task.Delay(500, Stop);
        Assert.EndsWith("/sign-in/dingtalk?from=%2Ftodos", page.Url, StringComparison.Ordinal);
        // The frame tells it twice; it is followed once.
        await frame.GetByRole(AriaRole.Button, new() { Name = "某某9" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in?dingtalk=new**");
        await page.Locator("button.persona[value=yaoweiping]").ClickAsync();
        await page.WaitForURLAsync("**/account/dingtalk");
        await Product.PictureAsync(page, "dingtalk-bind");
        await page.GetByRole(AriaRole.Button, new() { Name = "是我的，绑定" }).ClickAsync();
        await page.WaitForURLAsync(town.Address + "/todos");
        await page.GotoAsync(town.Address + "/account");
        await page.Locator("#dingtalk").ScrollIntoViewIfNeededAsync();
        await Product.PictureAsync(page, "dingtalk-account");

        var admin = await product.OpenAsync();
        await admin.GotoAsync(town.Address + "/sign-in?from=/administration/dingtalk");
        await admin.Locator("button.persona[value=zhangliping]").ClickAsync();
        await admin.WaitForURLAsync("**/administration/dingtalk");
        await Product.PictureAsync(admin, "dingtalk-administration", whole: true);

        // Another browser, by the page of 浙政钉 alone: it leads back here.
        var other = await product.OpenAsync(390, 844);
        await other.GotoAsync(town.Address + "/sign-in/dingtalk?from=/todos");
        await Product.PictureAsync(other, "dingtalk-scan-phone");
        await other.GetByRole(AriaRole.Link, new() { Name = "到浙政钉的页面上扫" }).ClickAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "某某9" }).ClickAsync();
        await other.WaitForURLAsync(town.Address + "/todos");

        // Within 浙政钉: its browser has dd, and nobody types anything.
        var app = await product.OpenAsync(390, 844);
        await app.AddInitScriptAsync($"window.dd = {{ getAuthCode: async options => ({{ auth_code: options.corpId === '{DingtalkGateway.Corporation}' ? '{towns.Gateway.Code(100109, false)}' : '' }}) }};");
        await app.GotoAsync(town.Address + "/dingtalk?to=/todos");
        await app.WaitForURLAsync(town.Address + "/todos");
        // Elsewhere it says so.
        var browser = await product.OpenAsync(390, 844);
        await browser.GotoAsync(town.Address + "/dingtalk?to=/todos");
        await browser.GetByText("请在浙政钉里打开").WaitForAsync();
        await Product.PictureAsync(browser, "dingtalk-elsewhere");
    }

    /// <summary>Opens the page of the micro-app and sends what its script would.</summary>
    private static async Task<(HttpResponseMessage Answer, string Text, List<Uri> Way)> SilentAsync(HttpClient browser, string code, string to) =>
        await WalkAsync(browser, "/", await Server.PostAsync(browser, "/dingtalk?to=" + Uri.EscapeDataString(to), Silent, new() { ["code"] = code, ["to"] = to }));

    private static async Task<(HttpResponseMessage Answer, string Text, List<Uri> Way)> ScanAsync(HttpClient browser, long id, string start) => await WalkAsync(browser, await BackAsync(browser, id, start));

    /// <summary>Begins a scan and confirms it on the phone; where 浙政钉 leads back to.</summary>
    private static async Task<string> BackAsync(HttpClient browser, long id, string start)
    {
        var page = WebUtility.HtmlDecode(await browser.GetStringAsync(start, Stop));
        var alone = LinkPattern().Match(page).Groups[1].Value;
        using var there = new HttpClient();
        var back = await there.GetStringAsync(alone.Replace("/oauth2/auth.htm", "/oauth2/scanned", StringComparison.Ordinal) + "&account=" + id, Stop);
        Assert.StartsWith(browser.BaseAddress!.ToString(), back, StringComparison.Ordinal);
        return new Uri(back).PathAndQuery;
    }

    private static Task<HttpResponseMessage> AnswerAsync(HttpClient browser, string answer) => Server.PostAsync(browser, Confirm, Confirm, new() { ["answer"] = answer }, "bind");

    [GeneratedRegex("<a href=\"(http[^\"]+/oauth2/auth.htm[^\"]+)\"")]
    private static partial Regex LinkPattern();
}
