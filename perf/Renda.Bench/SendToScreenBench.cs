using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Playwright;

namespace Renda.Bench;

/// <summary>How long it takes from a deputy's send until other people's open screens know of it.</summary>
internal static class SendToScreenBench
{
    private const long Changxing = 330522000000;

    public static async Task<int> RunAsync(Options options)
    {
        var senders = options.Number("--senders", 100, 1, 1000);
        var feeds = options.Number("--feeds", 1000, 1, 5000);
        var rate = options.Number("--rate", 5, 1, 500);
        var seconds = options.Number("--seconds", 40, 5, 600);
        var pages = options.Number("--pages", 3, 0, 10);
        await using var product = await Product.FreshAsync(options.Postgres);
        var report = new Report("send-to-screen", product.DatabaseName, new { senders, feeds, findingsPerSecond = rate, seconds, pages, everyFeedSeesEveryFinding = true });
        await product.StartAsync();
        var source = await FindingSource.OpenAsync(product, Changxing);
        var deputies = await product.TokensAsync(await product.AccountsAsync("deputy", senders));
        var watchers = await product.TokensAsync(
            [.. await product.AccountsAsync("clerk", 50, Changxing), .. await product.AccountsAsync("office-head", 20, Changxing), .. await product.AccountsAsync("leader", 20, Changxing)]);

        var sent = new ConcurrentDictionary<Guid, long>();
        using var stop = new CancellationTokenSource();
        using var feedHttp = product.Client();
        feedHttp.Timeout = Timeout.InfiniteTimeSpan;
        var open = new CountdownEvent(feeds);
        var listeners = new List<Task<Latencies>>();
        for (var i = 0; i < feeds; i++)
        {
            listeners.Add(ListenAsync(feedHttp, watchers[i % watchers.Count], sent, open, stop.Token));
            // A connection at a time, as people come to the office; a thousand at once is another test.
            if (i % 20 == 19) await Task.Delay(10);
        }
        if (!await Task.Run(() => open.Wait(TimeSpan.FromSeconds(90)))) throw new BenchException($"{open.CurrentCount} feeds did not open.");
        Report.Say($"{feeds} feeds are open");

        using var http = product.Client();
        // Code that is not compiled yet is no part of a working day.
        for (var i = 0; i < 20; i++) await FindingSource.PutAsync(http, deputies[0], Guid.CreateVersion7(), FindingSource.Bytes(source.Next()));

        var screens = await Screens.OpenAsync(product, pages);
        var answered = new Latencies();
        var failures = 0;
        var until = Stopwatch.GetTimestamp() + seconds * Stopwatch.Frequency;
        await Task.WhenAll([
            .. Enumerable.Range(0, senders).Select(sender => Task.Run(async () =>
            {
                // Each at a time of their own, on average so often that all together make the rate.
                while (true)
                {
                    await Task.Delay(TimeSpan.FromSeconds(-Math.Log(1 - Random.Shared.NextDouble()) * senders / rate));
                    if (Stopwatch.GetTimestamp() >= until) return;
                    var id = Guid.CreateVersion7();
                    var body = FindingSource.Bytes(source.Next());
                    var start = Stopwatch.GetTimestamp();
                    sent[id] = start;
                    try
                    {
                        await FindingSource.PutAsync(http, deputies[sender % deputies.Count], id, body);
                        lock (answered) answered.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    }
                    catch (Exception e) when (e is BenchException or HttpRequestException)
                    {
                        sent.TryRemove(id, out _);
                        Interlocked.Increment(ref failures);
                        Report.Say(e.Message);
                    }
                }
            })),
            screens is null ? Task.CompletedTask : Task.Run(async () =>
            {
                for (var i = 0; Stopwatch.GetTimestamp() < until; i++)
                {
                    var mark = $"（屏{i}）";
                    var body = FindingSource.Bytes(source.Next(mark));
                    await screens.WaitForAsync(mark, () => FindingSource.PutAsync(http, deputies[0], Guid.CreateVersion7(), body));
                    await Task.Delay(500);
                }
            }),
        ]);
        await Task.Delay(3000);
        await stop.CancelAsync();
        var arrived = new Latencies();
        foreach (var own in await Task.WhenAll(listeners)) arrived.AddRange(own);

        var expected = (long)sent.Count * feeds;
        report.Add(new("findings sent", sent.Count, "findings"));
        report.Add(new("answer to the sender, p95", answered.Percentile(0.95), "ms"));
        report.Add(new("on other open feeds, p50", arrived.Percentile(0.50), "ms"));
        report.Add(new("on other open feeds, p95", arrived.Percentile(0.95), "ms", Goal: "<= 300", Holds: arrived.Percentile(0.95) <= 300));
        report.Add(new("on other open feeds, p99", arrived.Percentile(0.99), "ms", Goal: "<= 1000", Holds: arrived.Percentile(0.99) <= 1000));
        report.Add(new("not arrived", expected - arrived.Count, "changes", Goal: "0", Holds: expected == arrived.Count, Note: $"of {expected}"));
        report.Add(new("sends refused", failures, "findings", Goal: "0", Holds: failures == 0));
        if (screens is null)
        {
            report.Add(new("in the inbox of a browser", 0, "pages", Note: pages == 0 ? "skipped: --pages 0" : "skipped: Chromium is not installed"));
        }
        else
        {
            report.Add(new("in the inbox of a browser, p50", screens.Seen.Percentile(0.50), "ms", Note: $"{screens.Seen.Count} sightings on {pages} pages; of changes that follow closely the page shows several together"));
            report.Add(new("in the inbox of a browser, p95", screens.Seen.Percentile(0.95), "ms", Goal: "<= 300", Holds: screens.Seen.Percentile(0.95) <= 300));
            report.Add(new("in the inbox of a browser, p99", screens.Seen.Percentile(0.99), "ms", Goal: "<= 1000", Holds: screens.Seen.Percentile(0.99) <= 1000));
            report.Add(new("not seen in the inbox within 15 s", screens.Missed, "sightings", Goal: "0", Holds: screens.Missed == 0));
            await screens.DisposeAsync();
        }
        report.Add(new("memory, most during the run", product.MemoryMb("VmHWM"), "MB", Goal: "<= 700", Holds: product.MemoryMb("VmHWM") <= 700));
        return report.Finish(options);
    }

    private static async Task<Latencies> ListenAsync(HttpClient http, string token, ConcurrentDictionary<Guid, long> sent, CountdownEvent open, CancellationToken stop)
    {
        var own = new Latencies();
        try
        {
            using var request = Product.Request(HttpMethod.Get, "/api/v1/live?topics=matters", token);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            answer.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                if (line is "event: ready") open.Signal();
                if (!line.StartsWith("data:", StringComparison.Ordinal) || !line.Contains("\"submit\"", StringComparison.Ordinal)) continue;
                var at = line.IndexOf("\"matter\":\"", StringComparison.Ordinal) + 10;
                if (at > 10 && Guid.TryParse(line.AsSpan(at, 36), out var id) && sent.TryGetValue(id, out var start)) own.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            if (!stop.IsCancellationRequested) Report.Say("A feed broke: " + e.Message);
        }
        return own;
    }

    /// <summary>Real browsers with the clerk's inbox open.</summary>
    private sealed class Screens(IPlaywright playwright, IBrowser browser, IReadOnlyList<IPage> pages) : IAsyncDisposable
    {
        public Latencies Seen { get; } = new();

        public int Missed { get; private set; }

        public static async Task<Screens?> OpenAsync(Product product, int count)
        {
            var chromium = Environment.GetEnvironmentVariable("RENDA_TEST_CHROMIUM") ?? "/usr/bin/chromium";
            if (count == 0 || !File.Exists(chromium)) return null;
            var playwright = await Playwright.CreateAsync();
            var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
            var pages = new List<IPage>();
            for (var i = 0; i < count; i++)
            {
                var context = await browser.NewContextAsync(new() { BaseURL = product.Address.ToString(), ViewportSize = new() { Width = 1440, Height = 900 }, Locale = "zh-CN" });
                var page = await context.NewPageAsync();
                await page.GotoAsync("/sign-in");
                await page.Locator("button.persona[value=zhoumin]").ClickAsync();
                await page.WaitForURLAsync("**/", new() { WaitUntil = WaitUntilState.Commit });
                await page.GotoAsync("/visits?view=triage");
                await page.Locator("[data-live=inbox].on").WaitForAsync();
                pages.Add(page);
            }
            return new Screens(playwright, browser, pages);
        }

        /// <summary>Sends, and waits until every page shows the mark.</summary>
        public async Task WaitForAsync(string mark, Func<Task> send)
        {
            // The page itself notes the moment; both clocks are this machine's.
            var watching = pages.Select(page => page.EvaluateAsync<double>(
                """
                mark => new Promise(done => {
                  const list = document.getElementById("inbox").parentElement;
                  const seen = () => list.textContent.includes(mark);
                  const end = setTimeout(() => { watch.disconnect(); done(-1); }, 15000);
                  const watch = new MutationObserver(() => { if (seen()) { clearTimeout(end); watch.disconnect(); done(performance.timeOrigin + performance.now()); } });
                  watch.observe(list, { childList: true, subtree: true, characterData: true });
                })
                """, mark)).ToList();
            await Task.Delay(50);
            var start = (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;
            await send();
            foreach (var at in await Task.WhenAll(watching))
                if (at < 0) Missed++;
                else Seen.Add(at - start);
        }

        public async ValueTask DisposeAsync()
        {
            await browser.CloseAsync();
            playwright.Dispose();
        }
    }
}
