using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Npgsql;
using Renda.Platform.Accounts;

namespace EndToEnd.Tests;

/// <summary>A demo city on each database, behind a proxy that tells where people come from, with a carrier for text messages.</summary>
public sealed class GuardedTowns : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renda-guarded-").FullName;
    private readonly Dictionary<string, Server> _servers = [];
    private string? _database;
    private static int _addresses;

    public Carrier Carrier { get; private set; } = null!;

    public async Task<Server> OnAsync(string database)
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
        return _servers[database] = await Server.StartAsync(Path.Combine(_folder, database), 0, connection, ["--proxy", "127.0.0.1"],
            new Dictionary<string, string> { ["RENDA_SMS_ADDRESS"] = Carrier.Address, ["RENDA_SMS_KEY"] = Carrier.Key });
    }

    /// <summary>A browser nobody has used yet, from an address of its own.</summary>
    public static HttpClient Fresh(Server server, string agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36")
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromSeconds(30) };
        var n = Interlocked.Increment(ref _addresses);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", $"203.0.{n / 250}.{(n % 250) + 1}");
        client.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
        return client;
    }

    /// <summary>The same, with a person at the first factor.</summary>
    public static async Task<(HttpClient Client, string Next)> PressAsync(Server server, string name, HttpClient? client = null)
    {
        client ??= Fresh(server);
        var answer = await Server.PostAsync(client, "/sign-in", "/sign-in/demo", new() { ["name"] = name });
        return (client, PathOf(answer)!);
    }

    /// <summary>Where an answer leads, without the server's own address; null when nowhere.</summary>
    public static string? PathOf(HttpResponseMessage answer) => answer.Headers.Location is { } to ? to.IsAbsoluteUri ? to.PathAndQuery : to.ToString() : null;

    public async ValueTask InitializeAsync() => Carrier = await Carrier.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values) await server.DisposeAsync();
        await Carrier.DisposeAsync();
        if (_database is not null) await ExecuteAsync($"DROP DATABASE IF EXISTS {_database} WITH (FORCE)");
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

/// <summary>Second factor, phone codes and sessions over the wire, as named persons, on both databases.</summary>
public sealed class SignOnTests(GuardedTowns towns) : IClassFixture<GuardedTowns>
{
    private const string SecondFactor = "/account/second-factor";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_second_factor_is_set_up_and_asked_for_and_no_code_works_twice(string database)
    {
        var town = await towns.OnAsync(database);
        Assert.True(town.Lives, await town.EndAsync());
        var (desk, next) = await GuardedTowns.PressAsync(town, "zhoumin");
        var (elsewhere, _) = await GuardedTowns.PressAsync(town, "zhoumin");
        Assert.Equal("/", next);

        // A wrong code turns nothing on and asks for no other scan.
        var page = await desk.GetStringAsync(SecondFactor, Cancellation);
        var (secret, seal) = (SecretOf(page), SealOf(page));
        var answer = await Server.PostAsync(desk, SecondFactor, SecondFactor, new() { ["seal"] = seal, ["code"] = "12ab" }, "confirm");
        page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains("验证码不对", page, StringComparison.Ordinal);
        Assert.Equal((Totp.Base32(secret), seal), (Totp.Base32(SecretOf(page)), SealOf(page)));
        Assert.DoesNotContain("<div class=\"recovery", page, StringComparison.Ordinal);

        // Somebody else's seal is worth nothing.
        var (other, _) = await GuardedTowns.PressAsync(town, "liyang");
        answer = await Server.PostAsync(other, SecondFactor, SecondFactor, new() { ["seal"] = seal, ["code"] = Now(secret) }, "confirm");
        Assert.Contains("请重新扫码", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);

        answer = await Server.PostAsync(desk, SecondFactor, SecondFactor, new() { ["seal"] = seal, ["code"] = Now(secret, -1) }, "confirm");
        var codes = Regex.Matches(await answer.Content.ReadAsStringAsync(Cancellation), "<li>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</li>").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(10, codes.Count);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        // Told once; this screen goes on, the others do not.
        Assert.DoesNotContain(codes[0], await desk.GetStringAsync(SecondFactor, Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync("/todos", Cancellation)).StatusCode);

        // The first factor alone opens nothing.
        (var phone, next) = await GuardedTowns.PressAsync(town, "zhoumin");
        Assert.StartsWith("/sign-in/code", next, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await phone.GetAsync("/todos", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await phone.GetAsync("/api/v1/matters", Cancellation)).StatusCode);
        // The code that set it up is used; the next is taken, once.
        var right = Now(secret, 1);
        Assert.Null(await CodeAsync(phone, Now(secret, -1)));
        Assert.Equal("/todos", await CodeAsync(phone, right, remember: true, from: "/todos"));
        Assert.Equal(HttpStatusCode.OK, (await phone.GetAsync("/todos", Cancellation)).StatusCode);
        var (third, _) = await GuardedTowns.PressAsync(town, "zhoumin");
        Assert.Null(await CodeAsync(third, right));
        Assert.Equal(HttpStatusCode.Redirect, (await third.GetAsync("/todos", Cancellation)).StatusCode);
        // A recovery code does, once.
        Assert.Equal("/", await CodeAsync(third, codes[0], handler: "recovery"));
        var (fourth, _) = await GuardedTowns.PressAsync(town, "zhoumin");
        Assert.Null(await CodeAsync(fourth, codes[0], handler: "recovery"));

        // The device that is to be remembered is asked for no code after signing out, others are; ended from elsewhere it is forgotten.
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(phone, "/account", "/sign-out", [])).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await phone.GetAsync("/todos", Cancellation)).StatusCode);
        Assert.Equal("/", (await GuardedTowns.PressAsync(town, "zhoumin", phone)).Next);
        await Server.PostAsync(third, "/account", "/account", new() { ["all"] = "yes" }, "devices");
        Assert.StartsWith("/sign-in/code", (await GuardedTowns.PressAsync(town, "zhoumin", phone)).Next, StringComparison.Ordinal);

        // Nobody's half way in is anybody's.
        using var nobody = GuardedTowns.Fresh(town);
        var lost = await nobody.GetAsync("/sign-in/code", Cancellation);
        Assert.Equal((HttpStatusCode.Redirect, true), (lost.StatusCode, lost.Headers.Location!.ToString().Contains("failed=over", StringComparison.Ordinal)));

        // Lost altogether: the console takes it away and ends the sessions.
        Assert.Equal(HttpStatusCode.OK, (await third.GetAsync("/todos", Cancellation)).StatusCode);
        Assert.Equal(0, (await town.VerbAsync("account", "unlock", "zhoumin")).Code);
        Assert.Equal(2, (await town.VerbAsync("account", "unlock", "no-such")).Code);
        Assert.Equal("/", (await GuardedTowns.PressAsync(town, "zhoumin")).Next);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_role_that_needs_a_second_factor_is_led_to_it_before_anything_else(string database)
    {
        var town = await towns.OnAsync(database);
        Assert.True(town.Lives, await town.EndAsync());
        const string page = "/administration/sign-in";
        var (administrator, _) = await GuardedTowns.PressAsync(town, "zhangliping");
        var (unit, _) = await GuardedTowns.PressAsync(town, "chenjianguo");
        var (deputy, _) = await GuardedTowns.PressAsync(town, "liyang");
        Assert.Equal(HttpStatusCode.OK, (await unit.GetAsync("/todos", Cancellation)).StatusCode);
        // Not by those whose work it is not.
        Assert.Equal(HttpStatusCode.NotFound, (await Server.PostAsync(deputy, "/", page, new() { ["role"] = "unit-clerk" }, "rules")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(administrator, page, page, new() { ["role"] = "unit-clerk" }, "rules")).StatusCode);
        Assert.Matches("value=\"unit-clerk\"[^>]*checked", await administrator.GetStringAsync(page, Cancellation));

        foreach (var path in (string[])["/", "/todos", "/account", "/visits?view=handle"])
        {
            var answer = await unit.GetAsync(path, Cancellation);
            Assert.Equal((HttpStatusCode.Redirect, path == "/" ? SecondFactor : $"{SecondFactor}?from={Uri.EscapeDataString(path)}"), (answer.StatusCode, GuardedTowns.PathOf(answer)));
        }
        var api = await unit.GetAsync("/api/v1/matters", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
        Assert.Equal("second-factor.required", JsonNode.Parse(await api.Content.ReadAsStringAsync(Cancellation))!["code"]!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await deputy.GetAsync("/todos", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await administrator.GetAsync("/administration/holidays", Cancellation)).StatusCode);

        var setUp = await unit.GetStringAsync(SecondFactor, Cancellation);
        var secret = SecretOf(setUp);
        var done = await Server.PostAsync(unit, SecondFactor, SecondFactor, new() { ["seal"] = SealOf(setUp), ["code"] = Now(secret) }, "confirm");
        Assert.Contains("请保存恢复码", WebUtility.HtmlDecode(await done.Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await unit.GetAsync("/todos", Cancellation)).StatusCode);

        // It cannot be turned off while it is the only one and required.
        await Server.PostAsync(unit, SecondFactor, SecondFactor, new() { ["off"] = Now(secret, 1) }, "off");
        Assert.Contains("验证码", WebUtility.HtmlDecode(await unit.GetStringAsync(SecondFactor, Cancellation)), StringComparison.Ordinal);
        Assert.StartsWith("/sign-in/code", (await GuardedTowns.PressAsync(town, "chenjianguo")).Next, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(administrator, page, page, [], "rules")).StatusCode);
        Assert.Equal(0, (await town.VerbAsync("account", "unlock", "chenjianguo")).Code);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_deputy_signs_in_by_a_text_message_and_an_unknown_number_is_answered_alike(string database)
    {
        var town = await towns.OnAsync(database);
        Assert.True(town.Lives, await town.EndAsync());
        const string own = "/account/phone", door = "/sign-in/phone";
        var (known, unknown) = database == "sqlite" ? ("13800138000", "13900139000") : ("13800138011", "13900139011");
        var (deputy, _) = await GuardedTowns.PressAsync(town, "liyang");

        // The number is shown to be one's own first; the carrier fails twice and has it the third time, under the same id.
        var wrong = await Server.PostAsync(deputy, own, own, new() { ["phone"] = "12345" }, "phone");
        Assert.Contains("手机号是 1 开头的 11 位数字", WebUtility.HtmlDecode(await wrong.Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
        towns.Carrier.Next.Enqueue(500);
        towns.Carrier.Next.Enqueue(503);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(deputy, own, own, new() { ["phone"] = known }, "phone")).StatusCode);
        var code = await towns.Carrier.CodeAsync(known);
        Assert.Equal([500, 503, 200], towns.Carrier.Seen.Where(m => m.Phone == known).Select(m => m.Status));
        Assert.Single(towns.Carrier.Seen.Where(m => m.Phone == known).Select(m => m.Id).Distinct());
        // The ticket is this browser's and this account's.
        var (clerk, _) = await GuardedTowns.PressAsync(town, "xuxiaoyan");
        Assert.Contains("已经失效", WebUtility.HtmlDecode(await (await Server.PostAsync(clerk, own, own, new() { ["code"] = code }, "code")).Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
        Assert.Equal("/account?done=phone", GuardedTowns.PathOf(await Server.PostAsync(deputy, own, own, new() { ["code"] = code }, "code")));
        Assert.Contains($"{known[..3]}****{known[7..]}", await deputy.GetStringAsync("/account", Cancellation), StringComparison.Ordinal);

        // Known and unknown: the same page after the same time, although the carrier does not answer at all.
        await Task.Delay(TimeSpan.FromSeconds(61), Cancellation);
        using var phone = GuardedTowns.Fresh(town);
        using var stranger = GuardedTowns.Fresh(town);
        towns.Carrier.Next.Enqueue(0);
        var (first, took) = await AskAsync(phone, known);
        var (second, tookUnknown) = await AskAsync(stranger, unknown);
        Assert.Equal(first.Replace(known, "N", StringComparison.Ordinal).Replace($"{known[..3]}****{known[7..]}", "M", StringComparison.Ordinal), second.Replace(unknown, "N", StringComparison.Ordinal).Replace($"{unknown[..3]}****{unknown[7..]}", "M", StringComparison.Ordinal));
        Assert.True(took < TimeSpan.FromSeconds(5) && tookUnknown < TimeSpan.FromSeconds(5), $"{took} {tookUnknown}");
        Assert.DoesNotContain(towns.Carrier.Seen, m => m.Phone == unknown);
        // Again within the minute: both are told to wait.
        foreach (var (client, number) in ((HttpClient, string)[])[(phone, known), (stranger, unknown)])
            Assert.Contains("一分钟后再试", WebUtility.HtmlDecode(await (await Server.PostAsync(client, door, door, new() { ["phone"] = number }, "phone")).Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);

        code = await towns.Carrier.CodeAsync(known, 2);
        var bad = code == "000000" ? "000001" : "000000";
        foreach (var client in (HttpClient[])[phone, stranger])
            Assert.Contains("验证码不对", WebUtility.HtmlDecode(await (await Server.PostAsync(client, door, door, new() { ["code"] = bad }, "code")).Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
        // From another browser the code is worth nothing.
        Assert.Equal(HttpStatusCode.OK, (await Server.PostAsync(stranger, door, door, new() { ["code"] = code }, "code")).StatusCode);
        Assert.Equal("/", GuardedTowns.PathOf(await Server.PostAsync(phone, door, door, new() { ["code"] = code }, "code")));
        Assert.Contains("李阳", WebUtility.HtmlDecode(await phone.GetStringAsync("/", Cancellation)), StringComparison.Ordinal);
        Assert.Contains("短信验证码", WebUtility.HtmlDecode(await phone.GetStringAsync("/account", Cancellation)), StringComparison.Ordinal);

        static async Task<(string Page, TimeSpan Took)> AskAsync(HttpClient client, string number)
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(client, door, door, new() { ["phone"] = number }, "phone")).StatusCode);
            var took = watch.Elapsed;
            return (Regex.Replace(await client.GetStringAsync(door, Cancellation), "name=\"__RequestVerificationToken\" value=\"[^\"]+\"", ""), took);
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Devices_are_listed_told_of_and_ended_and_a_live_screen_ends_with_its_session(string database)
    {
        var town = await towns.OnAsync(database);
        Assert.True(town.Lives, await town.EndAsync());
        var (desk, _) = await GuardedTowns.PressAsync(town, "yaoweiping");
        var (phone, _) = await GuardedTowns.PressAsync(town, "yaoweiping", GuardedTowns.Fresh(town, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0.42"));
        var (third, _) = await GuardedTowns.PressAsync(town, "yaoweiping");
        var (stranger, _) = await GuardedTowns.PressAsync(town, "shenguorong");
        var notices = WebUtility.HtmlDecode(await desk.GetStringAsync("/notices", Cancellation));
        Assert.Contains("新设备登录：iPhone 上的微信，地址 203.0.", notices, StringComparison.Ordinal);
        Assert.Contains("href=\"/account\">新设备登录", notices, StringComparison.Ordinal);
        Assert.DoesNotContain("新设备登录", WebUtility.HtmlDecode(await stranger.GetStringAsync("/notices", Cancellation)), StringComparison.Ordinal);

        var page = WebUtility.HtmlDecode(await desk.GetStringAsync("/account", Cancellation));
        Assert.Contains("iPhone 上的微信", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "本机</span>"));
        var id = Regex.Match(page, "value=\"([0-9a-f-]{36})\" aria-label=\"退出 iPhone 上的微信\"").Groups[1].Value;
        Assert.NotEmpty(id);

        using var live = await phone.GetAsync("/api/v1/live", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var stream = await live.Content.ReadAsStreamAsync(Cancellation);
        // Not by somebody else.
        await Server.PostAsync(stranger, "/account", "/account", new() { ["id"] = id }, "devices");
        Assert.Equal(HttpStatusCode.OK, (await phone.GetAsync("/todos", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(desk, "/account", "/account", new() { ["id"] = id }, "devices")).StatusCode);
        var watch = Stopwatch.StartNew();
        Assert.True(town.Lives, await town.EndAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, (await phone.GetAsync("/api/v1/matters", Cancellation)).StatusCode);
        Assert.StartsWith("/sign-in", GuardedTowns.PathOf(await phone.GetAsync("/todos", Cancellation))!, StringComparison.Ordinal);
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, Cancellation) > 0) Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "the live screen goes on");
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.OK, (await third.GetAsync("/todos", Cancellation)).StatusCode);
        await Server.PostAsync(desk, "/account", "/account", new() { ["all"] = "yes" }, "devices");
        Assert.Equal(HttpStatusCode.Redirect, (await third.GetAsync("/todos", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await desk.GetAsync("/todos", Cancellation)).StatusCode);
        Assert.DoesNotContain("aria-label=\"退出", WebUtility.HtmlDecode(await desk.GetStringAsync("/account", Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_locked_like_one_that_does()
    {
        var town = await towns.OnAsync("sqlite");
        using var guesser = GuardedTowns.Fresh(town);
        var said = new List<string>();
        for (var i = 0; i < 6; i++) said.Add((await Server.PostAsync(guesser, "/sign-in", "/sign-in/password", new() { ["name"] = "no-such-name", ["password"] = "guess-" + i })).Headers.Location!.ToString());
        Assert.All(said.Take(4), s => Assert.Contains("failed=wrong", s, StringComparison.Ordinal));
        Assert.All(said.Skip(4), s => Assert.Contains("failed=locked", s, StringComparison.Ordinal));
        // Nor does it matter what is sent.
        foreach (var name in (string[])["", new string('x', 5000), "<script>"])
            Assert.Equal((name, HttpStatusCode.Redirect), (name, (await Server.PostAsync(guesser, "/sign-in", "/sign-in/password", new() { ["name"] = name, ["password"] = "x" })).StatusCode));
        foreach (var credential in (string[])["", "{}", "[]", "{\"response\":{\"clientDataJSON\":7}}", new string('x', 50_000)])
            Assert.Contains("failed=passkey", (await Server.PostAsync(guesser, "/sign-in", "/sign-in/passkey", new() { ["credential"] = credential })).Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    internal static string Now(byte[] secret, int steps = 0) => Totp.Code(secret, Totp.Step(DateTime.UtcNow) + steps);

    internal static string SealOf(string page) => WebUtility.HtmlDecode(Regex.Match(page, "name=\"seal\" value=\"([^\"]+)\"").Groups[1].Value);

    internal static byte[] SecretOf(string page)
    {
        var text = Regex.Match(page, "id=\"secret\">([A-Z2-7 ]+)<").Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        var (bytes, bits, held) = (new List<byte>(), 0, 0);
        foreach (var c in text)
        {
            (bits, held) = ((bits << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), held + 5);
            if (held < 8) continue;
            bytes.Add((byte)(bits >> (held - 8)));
            (held, bits) = (held - 8, bits & 0xFFFF);
        }
        Assert.Equal(20, bytes.Count);
        return [.. bytes];
    }

    /// <summary>Where a code leads, or null when it was not taken.</summary>
    private static async Task<string?> CodeAsync(HttpClient client, string code, bool remember = false, string from = "/", string handler = "code")
    {
        var page = "/sign-in/code?from=" + Uri.EscapeDataString(from);
        var fields = new Dictionary<string, string> { [handler] = code };
        if (remember) fields["remember"] = "yes";
        return GuardedTowns.PathOf(await Server.PostAsync(client, page, page, fields, handler));
    }
}
