using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(EndToEnd.Tests.Product))]

namespace EndToEnd.Tests;

/// <summary>The product as a process of its own with a small demo city, and a browser.</summary>
public sealed class Product : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("renda-e2e-").FullName;
    private Server? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public string Address => _server?.Address ?? "";

    public Server Server => _server!;

    public static string Chromium { get; } = Environment.GetEnvironmentVariable("RENDA_TEST_CHROMIUM") ?? "/usr/bin/chromium";

    /// <summary>Pictures of what was seen, for people to look at.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(Root(), "artifacts", "pictures")).FullName;

    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium)) return;
        _server = await Server.StartAsync(_data, 14);
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
    public Task<HttpClient> ClientAsync(string? name = null) => _server!.ClientAsync(name);

    /// <summary>Li Yang reports one more finding by the API, with a photo; its id.</summary>
    public async Task<Guid> ReportAsync(string description)
    {
        using var api = await _server!.ApiAsync("liyang");
        return await Server.ReportAsync(api, await _server.CampaignAsync(), description);
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
        // What is to be seen, not what the browser told of its loading: that may be over before anybody listens.
        await Assertions.Expect(page.Locator("header.top .me")).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    public static Task PictureAsync(IPage page, string name, bool whole = false) => page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, name + ".png"), FullPage = whole });

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
        await Cities.ForgetAsync();
    }

    private static string Root([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Renda.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? Path.GetDirectoryName(here)!;
    }
}
