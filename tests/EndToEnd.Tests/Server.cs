using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EndToEnd.Tests;

/// <summary>The product as a process of its own, on a folder that the caller keeps.</summary>
public sealed class Server : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;
    private readonly string? _postgres;
    private readonly Task<string> _wrong;
    private readonly Dictionary<string, CookieCollection> _cookies = [];
    private readonly SemaphoreSlim _signingIn = new(1);
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _tokens = [];

    private Server(Process process, string address, string data, string? postgres)
    {
        (_process, Address, _data, _postgres) = (process, address, data, postgres);
        _wrong = process.StandardError.ReadToEndAsync();
        Said = process.StandardOutput.ReadToEndAsync();
    }

    public string Address { get; }

    /// <summary>What it wrote, once it has ended.</summary>
    public Task<string> Said { get; }

    public bool Lives => !_process.HasExited;

    /// <summary>How it ended and what it complained of; for the message of a test that finds it gone.</summary>
    public async Task<string> EndAsync() => Lives ? "it lives" : $"status {_process.ExitCode}: {await Said} {await _wrong}";

    /// <summary>The most memory it ever held, in MB.</summary>
    public double PeakMb => double.Parse(Regex.Match(File.ReadAllText($"/proc/{_process.Id}/status"), @"VmHWM:\s+(\d+)").Groups[1].Value) / 1024;

    /// <summary>A demo city of as many findings, with further options and variables.</summary>
    public static async Task<Server> StartAsync(string data, int findings, string? postgres = null, string[]? options = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        // The smallest city is asked for most: it is made once, and copied.
        if (findings == 0 && !(Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())) await Cities.CopyAsync(data, postgres);
        return await StartAnywayAsync(data, findings, postgres, options, environment);
    }

    /// <summary>The same, making the city where there is none.</summary>
    internal static async Task<Server> StartAnywayAsync(string data, int findings, string? postgres = null, string[]? options = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "renda.dll"), "serve", "--demo", "--demo-findings", findings.ToString(), "--data", data, "--port", port.ToString(), .. Postgres(postgres), .. options ?? []])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var server = new Server(Process.Start(start)!, $"http://127.0.0.1:{port}", data, postgres);
        using var http = new HttpClient();
        for (var i = 0; ; i++)
        {
            try
            {
                if ((await http.GetAsync(server.Address + "/health/ready")).IsSuccessStatusCode) return server;
            }
            catch (HttpRequestException)
            {
            }
            if (!server.Lives || i >= 600) throw new InvalidOperationException("The product did not start: " + (server.Lives ? "no answer" : await server.Said + await server._wrong));
            await Task.Delay(200);
        }
    }

    /// <summary>
    /// A client that follows no redirect, with the cookies of a person who signed in, or of nobody. A person signs in
    /// once: more would meet the limit that keeps guessers out.
    /// </summary>
    public async Task<HttpClient> ClientAsync(string? name = null)
    {
        var cookies = new CookieContainer();
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = new Uri(Address), Timeout = TimeSpan.FromSeconds(30) };
        if (name is null) return client;
        await _signingIn.WaitAsync();
        try
        {
            if (!_cookies.TryGetValue(name, out var kept))
            {
                var answer = await PostAsync(client, "/sign-in", "/sign-in/demo", new() { ["name"] = name });
                Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
                _cookies[name] = cookies.GetAllCookies();
            }
            else
            {
                cookies.Add(kept);
            }
        }
        finally
        {
            _signingIn.Release();
        }
        return client;
    }

    /// <summary>Fills in a form of a page and sends it, with the page's hidden fields.</summary>
    public static async Task<HttpResponseMessage> PostAsync(HttpClient client, string page, string action, Dictionary<string, string> fields, string? handler = null)
    {
        var text = await client.GetStringAsync(page);
        fields["__RequestVerificationToken"] = Regex.Match(text, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        if (handler is not null) fields["_handler"] = handler;
        return await client.PostAsync(action, new FormUrlEncodedContent(fields));
    }

    /// <summary>A client of the API with a bearer token of an account, which is made once: each takes a process.</summary>
    public async Task<HttpClient> ApiAsync(string account)
    {
        var client = await ClientAsync();
        client.DefaultRequestHeaders.Authorization = new("Bearer", await _tokens.GetOrAdd(account, _ => new(TokenAsync)).Value);
        return client;

        async Task<string> TokenAsync()
        {
            var (code, token, wrong) = await Product.RunAsync(["token", account, "--days", "1", "--data", _data, .. Postgres(_postgres)]);
            Assert.True(code == 0, wrong);
            return token.Trim();
        }
    }

    /// <summary>What a deputy's capture page knows: the campaign that runs and its categories.</summary>
    public async Task<(string Campaign, string Category)> CampaignAsync()
    {
        using var pages = await ClientAsync("liyang");
        var capture = await pages.GetStringAsync("/visits/capture");
        return (Regex.Match(capture, "\"id\":\"([0-9a-f-]{36})\"").Groups[1].Value, Regex.Match(capture, "<option value=\"([a-z0-9-]+)\"").Groups[1].Value);
    }

    /// <summary>A photo that nobody has sent yet.</summary>
    public static byte[] Photo() => Renda.Visits.Demo.DemoScenes.Draw(Random.Shared.Next(), "pole-leaning", false, DateTime.UtcNow.AddMinutes(-2), 30.8138, 119.8967);

    /// <summary>Sends a file in one request.</summary>
    public static async Task<HttpResponseMessage> UploadAsync(HttpClient api, byte[] file, string? metadata = null)
    {
        using var upload = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads") { Content = new ByteArrayContent(file) };
        upload.Content.Headers.ContentType = new("application/offset+octet-stream");
        upload.Headers.Add("Tus-Resumable", "1.0.0");
        upload.Headers.Add("Upload-Length", file.Length.ToString());
        if (metadata is not null) upload.Headers.Add("Upload-Metadata", metadata);
        return await api.SendAsync(upload);
    }

    /// <summary>A finding with one photo, as the body of a request.</summary>
    public static JsonObject Finding((string Campaign, string Category) campaign, string description, string sha) => new()
    {
        ["campaignId"] = campaign.Campaign, ["campaignVersion"] = 1, ["category"] = campaign.Category, ["description"] = description, ["regionCode"] = "330522110225", ["latitude"] = 30.8138, ["longitude"] = 119.8967,
        ["media"] = new JsonArray(new JsonObject { ["sha256"] = sha }),
    };

    /// <summary>Li Yang reports one more finding by the API, with a photo; its id.</summary>
    public static async Task<Guid> ReportAsync(HttpClient api, (string Campaign, string Category) campaign, string description)
    {
        var stored = await UploadAsync(api, Photo());
        Assert.True(stored.StatusCode == HttpStatusCode.Created, await stored.Content.ReadAsStringAsync());
        var id = Guid.CreateVersion7();
        var answer = await api.PutAsJsonAsync($"/api/v1/visits/findings/{id}", Finding(campaign, description, stored.Headers.GetValues("Renda-Sha256").Single()));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return id;
    }

    /// <summary>A port that nobody has at this moment.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Runs a verb on its data.</summary>
    public Task<(int Code, string Said, string Wrong)> VerbAsync(params string[] arguments) => Product.RunAsync([.. arguments, "--data", _data, .. Postgres(_postgres)]);

    /// <summary>Proves what it has written.</summary>
    public Task<(int Code, string Said, string Wrong)> VerifyAsync() => Product.RunAsync(["verify", "--data", _data, .. Postgres(_postgres)]);

    /// <summary>Ends it at once: SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process.HasExited) return;
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _signingIn.Dispose();
    }

    private static string[] Postgres(string? connection) => connection is null ? [] : ["--postgres", connection];
}
