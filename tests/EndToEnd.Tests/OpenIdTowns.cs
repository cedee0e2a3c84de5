using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace EndToEnd.Tests;

/// <summary>A demo city on each database with an OpenID provider outside, neighbours that join it, and browsers that walk between them.</summary>
public sealed partial class OpenIdTowns : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renda-openid-").FullName;
    private readonly Dictionary<string, Town> _towns = [];
    private readonly List<Peer> _peers = [];
    private readonly List<string> _databases = [];
    private readonly SemaphoreSlim _starting = new(1);

    /// <summary>One of them.</summary>
    /// <param name="Server">The product.</param>
    /// <param name="Outside">Address of the provider outside.</param>
    /// <param name="Connection">Its database, when that is PostgreSQL.</param>
    /// <param name="Data">Its data folder.</param>
    public sealed record Town(Server Server, string Outside, string? Connection, string Data);

    public async Task<Town> OnAsync(string database)
    {
        await _starting.WaitAsync();
        try
        {
            if (_towns.TryGetValue(database, out var town)) return town;
            var connection = await DatabaseAsync(database);
            var (port, data) = (Server.FreePort(), Path.Combine(_folder, database));
            var server = await Server.StartAsync(data, 0, connection, ["--proxy", "127.0.0.1", "--outside-issuer", $"http://127.0.0.1:{port}", "--outside-client", "renda", "--outside-zh", "全省统一认证", "--outside-en", "the province's account"],
                new Dictionary<string, string> { ["RENDA_OUTSIDE_SECRET"] = "shared with the provider in tests" });
            var outside = await Peer.StartAsync("outside.mjs", port, port.ToString(), "renda", "shared with the provider in tests", server.Address + "/sign-in/outside/callback");
            _peers.Add(outside);
            return _towns[database] = new Town(server, outside.Address, connection, data);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>An empty database, as a connection string; null for SQLite.</summary>
    public async Task<string?> DatabaseAsync(string database)
    {
        if (database != "postgres") return null;
        var place = Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES");
        Assert.SkipWhen(string.IsNullOrEmpty(place), "RENDA_TEST_POSTGRES is not set");
        var name = "t_" + Guid.NewGuid().ToString("N");
        await PostgresAsync(place, $"CREATE DATABASE {name}");
        _databases.Add(name);
        return new NpgsqlConnectionStringBuilder(place) { Database = name }.ToString();
    }

    /// <summary>An application that an administrator let join, with a sign-on client, as a process of its own.</summary>
    public async Task<(Peer Peer, string Id, string Secret)> NeighbourAsync(Town town, string prefix, bool confidential = true)
    {
        var (id, port) = (prefix + Guid.NewGuid().ToString("N")[..6], Server.FreePort());
        var own = $"http://127.0.0.1:{port}";
        using var admin = await town.Server.ClientAsync("zhangliping");
        const string page = "/administration/applications";
        await Server.PostAsync(admin, page + "?new=1", page + "?new=1", new() { ["id"] = id, ["zh"] = "邻居" + prefix, ["en"] = "Neighbour " + prefix, ["icon"] = "calendar", ["address"] = own + "/", ["group"] = "Office" }, "application");
        var answer = await OpenAsync(admin, id, confidential, $"{own}/callback", $"{own}/signed-out", $"{own}/logout-call");
        var secret = SecretPattern().Match(await answer.Content.ReadAsStringAsync()).Value;
        Assert.Equal(confidential, secret.Length > 0);
        var peer = await Peer.StartAsync("neighbour.mjs", port, town.Server.Address + "/", id, confidential ? secret : "-", port.ToString());
        _peers.Add(peer);
        return (peer, id, secret);
    }

    /// <summary>Sends the form of a client as an administrator does.</summary>
    public static Task<HttpResponseMessage> OpenAsync(HttpClient admin, string id, bool confidential, string redirects, string afterLogout, string logout)
    {
        var page = "/administration/applications?edit=" + id;
        return Server.PostAsync(admin, page, page, new() { ["kind"] = confidential ? "confidential" : "public", ["redirects"] = redirects, ["after-logout"] = afterLogout, ["logout"] = logout }, "sign-on");
    }

    /// <summary>Goes where answers lead, by redirects and by pages that lead on, until something is shown.</summary>
    public static async Task<(HttpResponseMessage Answer, string Text, List<Uri> Way)> WalkAsync(HttpClient browser, string address, HttpResponseMessage? answer = null)
    {
        var (here, way) = (new Uri(browser.BaseAddress!, address), new List<Uri>());
        for (var i = 0; i < 20; i++)
        {
            if (answer is null)
            {
                way.Add(here);
                answer = await browser.GetAsync(here);
            }
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.Headers.Location is { } to) here = new Uri(here, to);
            else if (RefreshPattern().Match(text) is { Success: true } onward) here = new Uri(here, WebUtility.HtmlDecode(onward.Groups[1].Value));
            else return (answer, text, way);
            // An answer at another place than the one that was told.
            answer = null;
        }
        throw new InvalidOperationException("It leads nowhere: " + string.Join(" → ", way));
    }

    /// <summary>Signs in where a walk has ended, by the press of the demo, and walks on.</summary>
    public static async Task<(HttpResponseMessage Answer, string Text, List<Uri> Way)> EnterAsync(HttpClient browser, Uri signIn, string name)
    {
        Assert.Equal("/sign-in", signIn.AbsolutePath);
        var from = System.Web.HttpUtility.ParseQueryString(signIn.Query)["from"] ?? "/";
        return await WalkAsync(browser, "/", await Server.PostAsync(browser, signIn.PathAndQuery, "/sign-in/demo", new() { ["name"] = name, ["from"] = from }));
    }

    /// <summary>Signs in to a neighbour from its own page; what it then knows of the person.</summary>
    public static async Task<JsonNode> VisitAsync(HttpClient browser, Peer neighbour, string name)
    {
        var (_, text, way) = await WalkAsync(browser, neighbour.Address + "/sign-in");
        if (way[^1].AbsolutePath == "/sign-in" && way[^1].Authority == browser.BaseAddress!.Authority) (_, text, _) = await EnterAsync(browser, way[^1], name);
        var said = JsonNode.Parse(text)!;
        Assert.True(said["claims"] is not null, text);
        return said["claims"]!;
    }

    /// <summary>What a neighbour answers.</summary>
    public static async Task<(HttpStatusCode Status, JsonNode Said)> AskAsync(HttpClient browser, Peer neighbour, string path, bool post = false)
    {
        using var answer = post ? await browser.PostAsync(neighbour.Address + path, null) : await browser.GetAsync(neighbour.Address + path);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    /// <summary>Changes rows behind the program's back, as no page does yet.</summary>
    public static async Task ExecuteAsync(Town town, string sql)
    {
        if (town.Connection is not null)
        {
            await PostgresAsync(town.Connection, sql);
            return;
        }
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(town.Data, "renda.db")};Default Timeout=30");
        await connection.OpenAsync();
        await using var command = new SqliteCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers) await peer.DisposeAsync();
        foreach (var town in _towns.Values) await town.Server.DisposeAsync();
        foreach (var name in _databases) await PostgresAsync(Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES")!, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        _starting.Dispose();
    }

    private static async Task PostgresAsync(string place, string sql)
    {
        await using var connection = new NpgsqlConnection(place);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex("rns_[A-Za-z0-9_-]{43}")]
    private static partial Regex SecretPattern();

    [GeneratedRegex("http-equiv=\"refresh\" content=\"0;url=([^\"]+)\"")]
    private static partial Regex RefreshPattern();
}
