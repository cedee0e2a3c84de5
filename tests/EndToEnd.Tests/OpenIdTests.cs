using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static EndToEnd.Tests.OpenIdTowns;

namespace EndToEnd.Tests;

/// <summary>Neighbouring applications ask who has signed in: an independent client, as a process of its own, on both databases.</summary>
public sealed class OpenIdTests(OpenIdTowns towns) : IClassFixture<OpenIdTowns>
{
    private const string Verifier = "a-verifier-of-the-tests-that-is-long-enough-to-be-one";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Challenge { get; } = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_neighbour_learns_who_signed_in_and_what_holds_now(string database)
    {
        var town = await towns.OnAsync(database);
        var (meetings, id, _) = await towns.NeighbourAsync(town, "meet");
        var (archive, _, _) = await towns.NeighbourAsync(town, "arch", confidential: false);
        using var browser = GuardedTowns.Fresh(town.Server);

        // Nobody is signed in: without a page there is no answer but that.
        var (_, text, way) = await WalkAsync(browser, meetings.Address + "/sign-in?prompt=none");
        Assert.Equal(("/callback", "login_required"), (way[^1].AbsolutePath, JsonNode.Parse(text)!["error"]!.ToString()));
        var claims = await VisitAsync(browser, meetings, "chenjianguo");
        Assert.Equal((id, "陈建国", "chenjianguo", town.Server.Address + "/"), (claims["aud"]!.ToString(), claims["name"]!.ToString(), claims["preferred_username"]!.ToString(), claims["iss"]!.ToString()));
        Assert.Null(claims["roles"]);

        var (status, about) = await AskAsync(browser, meetings, "/about");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(claims["sub"]!.ToString(), about["sub"]!.ToString());
        Assert.Contains("unit-clerk", about["roles"]!.AsArray().Select(r => r!.ToString()));
        Assert.NotEmpty(about["unit"]!["name"]!.ToString());
        Assert.True(Guid.TryParse(about["unit"]!["id"]!.ToString(), out var unit) && unit != Guid.Empty);

        // A second application asks nobody to sign in again, without a secret too.
        var (_, second, secondWay) = await WalkAsync(browser, archive.Address + "/sign-in?prompt=none");
        Assert.Equal(claims["sub"]!.ToString(), JsonNode.Parse(second)!["claims"]!["sub"]!.ToString());
        Assert.DoesNotContain(secondWay, u => u.AbsolutePath == "/sign-in" && u.Authority == new Uri(town.Server.Address).Authority);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(browser, archive, "/refresh", post: true)).Status);
        // Asked to sign in anew, somebody else may do so.
        var (_, _, asked) = await WalkAsync(browser, archive.Address + "/sign-in?prompt=login");
        Assert.Equal("/sign-in", asked[^1].AbsolutePath);

        // A right that ended has ended for the neighbour, with the very token it holds.
        await ExecuteAsync(town, $"UPDATE grants SET valid_to = valid_from WHERE role = 'unit-clerk' AND account_id IN (SELECT id FROM accounts WHERE user_name = 'chenjianguo')");
        (status, about) = await AskAsync(browser, meetings, "/about");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain("unit-clerk", about["roles"]?.AsArray().Select(r => r!.ToString()) ?? []);
        // A closed account has no tokens.
        await ExecuteAsync(town, "UPDATE accounts SET closed_at = '2026-01-01 00:00:00' WHERE user_name = 'chenjianguo'");
        Assert.Equal((HttpStatusCode.Forbidden, "invalid_grant"), Error(await AskAsync(browser, meetings, "/refresh", post: true)));
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(browser, meetings, "/about")).Status);
        await ExecuteAsync(town, "UPDATE accounts SET closed_at = NULL WHERE user_name = 'chenjianguo'");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_is_not_as_it_was_entered_is_refused(string database)
    {
        var town = await towns.OnAsync(database);
        var (right, id, secret) = await towns.NeighbourAsync(town, "right");
        var (other, otherId, otherSecret) = await towns.NeighbourAsync(town, "other");
        using var browser = GuardedTowns.Fresh(town.Server);
        await VisitAsync(browser, right, "zhoumin");
        using var program = new HttpClient { BaseAddress = new Uri(town.Server.Address) };

        // Where the answer may not go, nobody is sent, and the person is told in words.
        foreach (var bad in (Dictionary<string, string>[])[new() { ["client_id"] = "no-such" }, new() { ["redirect_uri"] = right.Address + "/callback/" }, new() { ["redirect_uri"] = "https://elsewhere.renda.example/callback" }, new() { ["redirect_uri"] = other.Address + "/callback" }])
        {
            var (answer, text, way) = await WalkAsync(browser, Ask(bad));
            Assert.Equal((HttpStatusCode.BadRequest, "/sign-on/refused"), (answer.StatusCode, way[^1].AbsolutePath));
            Assert.Contains("请把下面这一行告诉", WebUtility.HtmlDecode(text), StringComparison.Ordinal);
        }
        // What is wrong with the rest of it is told to the application, or here when its address was not looked at yet.
        Assert.Equal("invalid_request", await RefusedAsync(new() { ["code_challenge"] = "", ["code_challenge_method"] = "" }));
        Assert.Equal("invalid_request", await RefusedAsync(new() { ["code_challenge"] = Verifier, ["code_challenge_method"] = "plain" }));
        Assert.Contains(await RefusedAsync(new() { ["response_type"] = "token" }), (string[])["unsupported_response_type", "unauthorized_client"]);
        Assert.Equal("invalid_scope", await RefusedAsync(new() { ["scope"] = "openid everything" }));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), await TokenAsync(await CodeAsync(), new() { ["client_secret"] = "rns_wrong" }));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await TokenAsync(await CodeAsync(), new() { ["code_verifier"] = Verifier + "x" }));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await TokenAsync(await CodeAsync(), new() { ["redirect_uri"] = right.Address + "/other" }));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await TokenAsync(await CodeAsync(), new() { ["client_id"] = otherId, ["client_secret"] = otherSecret }));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), await TokenAsync(await CodeAsync(), new() { ["code_verifier"] = "" }));

        // A code that comes twice ends what the first was given.
        var (_, _, visit) = await WalkAsync(browser, right.Address + "/sign-in");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(browser, right, "/refresh", post: true)).Status);
        var replay = await browser.GetAsync(visit[^1], Stop);
        Assert.Equal("invalid_grant", JsonNode.Parse(await replay.Content.ReadAsStringAsync(Stop))!["error"]!.ToString());
        Assert.Equal((HttpStatusCode.Forbidden, "invalid_grant"), Error(await AskAsync(browser, right, "/refresh", post: true)));

        // Plain http is for this machine only, whatever the proxy says it was called by.
        using var far = new HttpRequestMessage(HttpMethod.Get, "/.well-known/openid-configuration");
        far.Headers.Add("X-Forwarded-Host", "renda.example");
        using var refused = await program.SendAsync(far, Stop);
        Assert.Equal((HttpStatusCode.BadRequest, "sign-on.https"), (refused.StatusCode, JsonNode.Parse(await refused.Content.ReadAsStringAsync(Stop))!["code"]!.ToString()));

        // A new secret ends the old one; a retired client is not there.
        using var admin = await town.Server.ClientAsync("zhangliping");
        var page = "/administration/applications?edit=" + id;
        var renewed = await (await Server.PostAsync(admin, page, page, [], "sign-on-renew")).Content.ReadAsStringAsync(Stop);
        Assert.Contains("rns_", renewed, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, renewed, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), await TokenAsync(await CodeAsync(), []));
        await Server.PostAsync(admin, page, page, [], "sign-on-retire");
        Assert.Equal("/sign-on/refused", (await WalkAsync(browser, Ask([]))).Way[^1].AbsolutePath);
        Assert.Equal(0, (await town.Server.VerifyAsync()).Code);

        string Ask(Dictionary<string, string> changed)
        {
            var query = new Dictionary<string, string> { ["client_id"] = id, ["redirect_uri"] = right.Address + "/callback", ["response_type"] = "code", ["scope"] = "openid", ["state"] = "s", ["code_challenge"] = Challenge, ["code_challenge_method"] = "S256" };
            foreach (var (name, value) in changed) query[name] = value;
            return "/sign-on/authorize?" + string.Join('&', query.Where(q => q.Value.Length > 0).Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}"));
        }

        async Task<string> RefusedAsync(Dictionary<string, string> changed)
        {
            using var answer = await browser.GetAsync(Ask(changed), Stop);
            var to = new Uri(new Uri(town.Server.Address), answer.Headers.Location!);
            Assert.Contains(to.GetLeftPart(UriPartial.Path), (string[])[right.Address + "/callback", town.Server.Address + "/sign-on/refused"]);
            var said = System.Web.HttpUtility.ParseQueryString(to.Query);
            Assert.Null(said["code"]);
            return said["error"] ?? said["why"]!;
        }

        async Task<string> CodeAsync()
        {
            using var answer = await browser.GetAsync(Ask([]), Stop);
            return System.Web.HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"]!;
        }

        async Task<(HttpStatusCode, string?)> TokenAsync(string code, Dictionary<string, string> changed)
        {
            var fields = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code, ["client_id"] = id, ["client_secret"] = secret, ["redirect_uri"] = right.Address + "/callback", ["code_verifier"] = Verifier };
            foreach (var (name, value) in changed) fields[name] = value;
            using var answer = await program.PostAsync("/sign-on/token", new FormUrlEncodedContent(fields.Where(f => f.Value.Length > 0)), Stop);
            return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!["error"]?.ToString());
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Signing_out_anywhere_is_signing_out_everywhere(string database)
    {
        var town = await towns.OnAsync(database);
        var (one, _, _) = await towns.NeighbourAsync(town, "one");
        var (two, _, _) = await towns.NeighbourAsync(town, "two");
        using var desk = GuardedTowns.Fresh(town.Server);
        using var phone = GuardedTowns.Fresh(town.Server);

        // Given back by the application: its tokens are over, the person's session is not.
        await VisitAsync(desk, one, "yaoweiping");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(desk, one, "/revoke", post: true)).Status);
        Assert.Equal((HttpStatusCode.Forbidden, "invalid_grant"), Error(await AskAsync(desk, one, "/refresh", post: true)));
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(desk, one, "/about")).Status);
        Assert.Equal(HttpStatusCode.OK, (await desk.GetAsync("/account", Stop)).StatusCode);

        // Everywhere, from another device: tokens end at once, and both applications are told.
        await VisitAsync(desk, one, "yaoweiping");
        await VisitAsync(phone, two, "yaoweiping");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(desk, one, "/refresh", post: true)).Status);
        await Server.PostAsync(phone, "/account", "/account", new() { ["all"] = "yes" }, "devices");
        Assert.Equal((HttpStatusCode.Forbidden, "invalid_grant"), Error(await AskAsync(desk, one, "/refresh", post: true)));
        await GoneAsync(desk, one);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(phone, two, "/me")).Status);

        // In one application: it leads by the platform, which ends its own session and tells the other.
        using var third = GuardedTowns.Fresh(town.Server);
        await VisitAsync(third, one, "shenguorong");
        await VisitAsync(third, two, "shenguorong");
        var (_, text, way) = await WalkAsync(third, two.Address + "/sign-out");
        Assert.Equal((two.Address, "left"), ($"http://{way[^1].Authority}", JsonNode.Parse(text)!["state"]!.ToString()));
        Assert.StartsWith("/sign-in", GuardedTowns.PathOf(await third.GetAsync("/account", Stop))!, StringComparison.Ordinal);
        await GoneAsync(third, two);
        await GoneAsync(third, one);

        // A link that shows no token of this session asks first, and leads nowhere that was not entered.
        using var fourth = GuardedTowns.Fresh(town.Server);
        await VisitAsync(fourth, one, "xuxiaoyan");
        var (_, page, asked) = await WalkAsync(fourth, one.Address + "/sign-out?unnamed=1");
        Assert.Equal("/sign-on/leave", asked[^1].AbsolutePath);
        Assert.Contains("要退出登录吗", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await fourth.GetAsync("/account", Stop)).StatusCode);
        // A form of another site is no other way.
        using (var posted = await fourth.PostAsync("/sign-on/end", new FormUrlEncodedContent([new("state", "x")]), Stop)) Assert.Equal("/sign-on/leave", (await WalkAsync(fourth, "/", posted)).Way[^1].AbsolutePath);
        // Without the page's token a form of another site asks too.
        using var forged = await fourth.PostAsync("/sign-on/end", new FormUrlEncodedContent([new("confirm", "yes")]), Stop);
        Assert.StartsWith("/sign-on/leave", GuardedTowns.PathOf(forged)!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await fourth.GetAsync("/account", Stop)).StatusCode);
        var fields = System.Web.HttpUtility.ParseQueryString(asked[^1].Query);
        var confirmed = await Server.PostAsync(fourth, asked[^1].PathAndQuery, "/sign-on/end", fields.AllKeys.ToDictionary(k => k!, k => fields[k]!).Append(new("confirm", "yes")).ToDictionary());
        (_, text, way) = await WalkAsync(fourth, "/", confirmed);
        Assert.Equal("/signed-out", way[^1].AbsolutePath);
        Assert.StartsWith("/sign-in", GuardedTowns.PathOf(await fourth.GetAsync("/account", Stop))!, StringComparison.Ordinal);
        var (answer, _, elsewhere) = await WalkAsync(fourth, one.Address + "/sign-out?back=" + Uri.EscapeDataString("https://elsewhere.renda.example/"));
        Assert.Equal((HttpStatusCode.BadRequest, "/sign-on/refused"), (answer.StatusCode, elsewhere[^1].AbsolutePath));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Clients_are_an_administrators_and_what_was_done_is_noted_and_backed_up(string database)
    {
        var town = await towns.OnAsync(database);
        var (neighbour, id, secret) = await towns.NeighbourAsync(town, "kept");
        foreach (var name in (string[])["zhoumin", "liyang", "chenjianguo"])
        {
            using var person = await town.Server.ClientAsync(name);
            Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync("/administration/applications?edit=" + id, Stop)).StatusCode);
        }
        using var admin = await town.Server.ClientAsync("zhangliping");
        Assert.DoesNotContain(secret, await admin.GetStringAsync("/administration/applications?edit=" + id, Stop), StringComparison.Ordinal);
        foreach (var bad in (string[])["", "meetings.renda.example/callback", "http://meetings.renda.example/callback", "https://meetings.renda.example/callback#here", "https://*.renda.example/callback", "javascript:alert(1)", "https://me.renda.example:you@meetings.renda.example/"])
        {
            var page = WebUtility.HtmlDecode(await (await OpenAsync(admin, id, true, bad, "", "")).Content.ReadAsStringAsync(Stop));
            Assert.Contains("请检查标出的内容", page, StringComparison.Ordinal);
        }
        using var browser = GuardedTowns.Fresh(town.Server);
        await VisitAsync(browser, neighbour, "zhoumin");

        // Into the other database and to the same: nothing is lost, and the keys are not in it.
        var file = Path.Combine(Path.GetDirectoryName(town.Data)!, $"{database}.tar");
        var backup = await town.Server.VerbAsync("backup", file);
        Assert.True(backup.Code == 0, backup.Wrong);
        Assert.Contains("keys/sign-on", backup.Said, StringComparison.Ordinal);
        var data = Path.Combine(Path.GetDirectoryName(town.Data)!, database + "-restored");
        var restored = await Product.RunAsync("restore", file, "--data", data);
        Assert.True(restored.Code == 0, restored.Wrong);
        var verified = await Product.RunAsync("verify", "--data", data);
        Assert.True(verified.Code == 0, verified.Said + verified.Wrong);
        Assert.False(Directory.Exists(Path.Combine(data, "keys", "sign-on")));
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(data, "renda.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(Stop);
        Assert.True(await CountAsync("sign_on_tokens WHERE application_id IS NOT NULL AND authorization_id IS NOT NULL") > 0);
        Assert.Equal(1, await CountAsync($"sign_on_clients WHERE client_id = '{id}'"));
        Assert.Equal(0, await CountAsync($"sign_on_clients WHERE client_secret LIKE '%{secret}%'"));
        Assert.Equal(1, await CountAsync($"audit_entries WHERE action = 'sign-on.open' AND actor_name = '章丽萍' AND text LIKE '{id}：%'"));

        async Task<long> CountAsync(string where)
        {
            await using var command = new Microsoft.Data.Sqlite.SqliteCommand("SELECT COUNT(*) FROM " + where, connection);
            return (long)(await command.ExecuteScalarAsync(Stop))!;
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Whoever_shows_a_second_factor_on_the_way_to_a_neighbour_arrives_there(string database)
    {
        var town = await towns.OnAsync(database);
        var (neighbour, _, _) = await towns.NeighbourAsync(town, "far");
        const string rules = "/administration/sign-in";
        using var admin = await town.Server.ClientAsync("zhangliping");
        await Server.PostAsync(admin, rules, rules, new() { ["role"] = "auditor" }, "rules");
        try
        {
            // Who has none sets it up, and keeps the way through a wrong digit.
            using var desk = GuardedTowns.Fresh(town.Server);
            var here = (await EnterAsync(desk, (await WalkAsync(desk, neighbour.Address + "/sign-in")).Way[^1], "feijianping")).Way[^1];
            Assert.Equal("/account/second-factor", here.AbsolutePath);
            Assert.DoesNotMatch("(href|value|action)=\"//elsewhere", await desk.GetStringAsync("/account/second-factor?from=//elsewhere.renda.example/", Stop));
            var page = await desk.GetStringAsync(here, Stop);
            var (secret, seal) = (SignOnTests.SecretOf(page), SignOnTests.SealOf(page));
            page = await TextAsync(desk, here.PathAndQuery, new() { ["seal"] = seal, ["code"] = "12ab" }, "confirm");
            Assert.Contains($"{here.PathAndQuery}#code", page, StringComparison.Ordinal);
            page = await TextAsync(desk, here.PathAndQuery, new() { ["seal"] = seal, ["code"] = SignOnTests.Now(secret, -1) }, "confirm");
            var kept = Regex.Match(page, "class=\"btn primary\" href=\"(/sign-on/continue[^\"]+)\"").Groups[1].Value;
            Assert.Equal("费建平", Claims((await WalkAsync(desk, kept)).Text));

            // Who has one shows it, and so does whoever is asked to sign in anew.
            using var phone = GuardedTowns.Fresh(town.Server);
            var step = 0;
            foreach (var way in (string[])["/sign-in", "/sign-in?prompt=login"])
            {
                here = (await EnterAsync(phone, (await WalkAsync(phone, neighbour.Address + way)).Way[^1], "feijianping")).Way[^1];
                Assert.Equal("/sign-in/code", here.AbsolutePath);
                using var answer = await Server.PostAsync(phone, here.PathAndQuery, here.PathAndQuery, new() { ["code"] = SignOnTests.Now(secret, step++) }, "code");
                Assert.Equal("费建平", Claims((await WalkAsync(phone, here.PathAndQuery, answer)).Text));
            }
        }
        finally
        {
            await Server.PostAsync(admin, rules, rules, [], "rules");
        }

        async Task<string> TextAsync(HttpClient browser, string path, Dictionary<string, string> form, string handler) =>
            WebUtility.HtmlDecode(await (await Server.PostAsync(browser, path, path, form, handler)).Content.ReadAsStringAsync(Stop));

        static string Claims(string said) => JsonNode.Parse(said)!["claims"]!["name"]!.ToString();
    }

    private static (HttpStatusCode, string) Error((HttpStatusCode Status, JsonNode Said) answer) => (answer.Status, answer.Said["error"]!.ToString());

    // Within the time in which people look whether they are out.
    private static async Task GoneAsync(HttpClient browser, Peer neighbour)
    {
        var watch = Stopwatch.StartNew();
        while ((await AskAsync(browser, neighbour, "/me")).Status != HttpStatusCode.Unauthorized)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "The neighbour was not told");
            await Task.Delay(300, Stop);
        }
    }
}
