using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(EndToEnd.Tests.Product))]

namespace EndToEnd.Tests;

/// <summary>The product as a process of its own with a small demo city, and a browser.</summary>
public sealed class Product : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("renda-e2e-").FullName;
    private Process? _process;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public string Address { get; private set; } = "";

    public static string Chromium { get; } = Environment.GetEnvironmentVariable("RENDA_TEST_CHROMIUM") ?? "/usr/bin/chromium";

    /// <summary>Pictures of what was seen, for people to look at.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(Root(), "artifacts", "pictures")).FullName;

    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium)) return;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "renda.dll"), "serve", "--demo", "--demo-findings", "14", "--data", _data, "--port", new Uri(Address).Port.ToString()])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        var said = _process.StandardOutput.ReadToEndAsync();
        var wrong = _process.StandardError.ReadToEndAsync();
        using var http = new HttpClient();
        for (var i = 0; ; i++)
        {
            try
            {
                if ((await http.GetAsync(Address + "/health/ready")).IsSuccessStatusCode) break;
            }
            catch (HttpRequestException) when (i < 600 && !_process.HasExited)
            {
            }
            if (_process.HasExited || i >= 600) throw new InvalidOperationException("The product did not start: " + (_process.HasExited ? await said + await wrong : "no answer"));
            await Task.Delay(200);
        }
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Arguments });
    }

    public string Data => _data;

    /// <summary>Runs a verb of the program; what it said, and how it ended.</summary>
    public static async Task<(int Code, string Said, string Wrong)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "renda.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await said, await wrong);
    }

    /// <summary>A client that follows no redirect, with the cookies of a person who signed in, or of nobody.</summary>
    public async Task<HttpClient> ClientAsync(string? name = null)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Address) };
        if (name is null) return client;
        var page = await client.GetStringAsync("/sign-in");
        var token = System.Text.RegularExpressions.Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        var answer = await client.PostAsync("/sign-in/demo", new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token, ["name"] = name }));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    /// <summary>Li Yang reports one more finding by the API, with a photo; its id.</summary>
    public async Task<Guid> ReportAsync(string description)
    {
        using var pages = await ClientAsync("liyang");
        var capture = await pages.GetStringAsync("/visits/capture");
        var campaign = System.Text.RegularExpressions.Regex.Match(capture, "\"id\":\"([0-9a-f-]{36})\"").Groups[1].Value;
        var category = System.Text.RegularExpressions.Regex.Match(capture, "<option value=\"([a-z0-9-]+)\"").Groups[1].Value;
        var (_, token, _) = await RunAsync("token", "liyang", "--days", "1", "--data", _data);
        using var api = await ClientAsync();
        api.DefaultRequestHeaders.Authorization = new("Bearer", token.Trim());
        var photo = Renda.Visits.Demo.DemoScenes.Draw(78, "pole-leaning", false, DateTime.UtcNow.AddMinutes(-2), 30.8138, 119.8967);
        using var upload = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads") { Content = new ByteArrayContent(photo) };
        upload.Content.Headers.ContentType = new("application/offset+octet-stream");
        upload.Headers.Add("Tus-Resumable", "1.0.0");
        upload.Headers.Add("Upload-Length", photo.Length.ToString());
        var stored = await api.SendAsync(upload);
        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        var id = Guid.CreateVersion7();
        var answer = await System.Net.Http.Json.HttpClientJsonExtensions.PutAsJsonAsync(api, $"/api/v1/visits/findings/{id}", new
        {
            campaignId = campaign, campaignVersion = 1, category, description, regionCode = "330522110225", latitude = 30.8138, longitude = 119.8967,
            media = new[] { new { sha256 = stored.Headers.GetValues("Renda-Sha256").Single() } },
        });
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return id;
    }

    /// <summary>A window of a size; nobody is signed in.</summary>
    public async Task<IPage> OpenAsync(int width = 1440, int height = 900)
    {
        Assert.SkipWhen(_browser is null, "Chromium is not installed");
        var context = await _browser!.NewContextAsync(new() { BaseURL = Address, ViewportSize = new() { Width = width, Height = height }, Locale = "zh-CN", TimezoneId = "Asia/Shanghai" });
        return await context.NewPageAsync();
    }

    /// <summary>A phone with a profile that outlives the browser.</summary>
    public async Task<IBrowserContext> PhoneAsync(string profile, float latitude, float longitude)
    {
        Assert.SkipWhen(_playwright is null, "Chromium is not installed");
        return await _playwright!.Chromium.LaunchPersistentContextAsync(Path.Combine(_data, profile), new()
        {
            ExecutablePath = Chromium, Args = Arguments, BaseURL = Address, ViewportSize = new() { Width = 390, Height = 844 }, IsMobile = true, HasTouch = true, Locale = "zh-CN", TimezoneId = "Asia/Shanghai",
            Geolocation = new() { Latitude = latitude, Longitude = longitude, Accuracy = 8 }, Permissions = ["geolocation"],
        });
    }

    public static async Task SignInAsync(IPage page, string name)
    {
        await page.GotoAsync("/sign-in");
        await page.Locator($"button.persona[value={name}]").ClickAsync();
        await page.WaitForURLAsync("**/");
    }

    public static Task PictureAsync(IPage page, string name, bool whole = false) => page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, name + ".png"), FullPage = whole });

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process?.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static string Root([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Renda.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? Path.GetDirectoryName(here)!;
    }
}
