using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Renda.Cockpit;
using Renda.Cockpit.Data;
using Renda.Platform.Indicators;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Bench;

/// <summary>
/// The boards of a filled database: the first reading after something changed and those that share it, and many walls at once, from a
/// deputy's press to the last of them that has the new number.
/// </summary>
internal static partial class CockpitBench
{
    private const long Changxing = 330522000000;
    private const double GoalReading = 25, GoalPage = 1000, GoalSeen = 300;

    private static readonly (string Name, string Path)[] Shipped = [("the board over all", "/cockpit/all"), ("the board of visits", "/cockpit/visits")];

    public static async Task<int> RunAsync(Options options)
    {
        var seconds = options.Number("--seconds", 2, 1, 60);
        var matters = options.Number("--matters", 20_000, 1000, 2_000_000);
        var feeds = options.Number("--feeds", 1000, 1, 5000);
        var rounds = options.Number("--rounds", 20, 1, 1000);
        await using var product = options.Text("--data") is { } folder ? Product.At(folder, options.Postgres) : await Product.FreshAsync(options.Postgres);
        await Seeding.FillAsync(product, matters);
        await product.StartAsync(demo: false);
        await using var db = product.OpenDatabase();
        await Product.FollowedAsync(db);
        var there = await db.Set<Matter>().CountAsync();
        var report = new Report("cockpit", product.DatabaseName, new { seconds, matters = there, clients = (int[])[1, 8], feeds, rounds });
        report.Add(new("matters", there, ""));
        report.Add(new("events", await db.Set<MatterEvent>().MaxAsync(e => e.Seq), ""));

        var askers = (await ListsBench.AskersAsync(product, db)).Where(a => a.Name is "leader" or "clerk").ToList();
        var source = await FindingSource.OpenAsync(product, Changxing);
        var deputy = (await product.TokensAsync(await product.AccountsAsync("deputy", 1)))[0];
        using var http = product.Client();
        var made = new Dictionary<ListsBench.Asker, string>();
        foreach (var asker in askers) made[asker] = await MakeAsync(db, asker);
        IEnumerable<(string Name, string Path)> Boards(ListsBench.Asker asker) => [.. Shipped, ("a board of 30 tiles", "/cockpit/" + made[asker])];
        foreach (var asker in askers)
            foreach (var (name, path) in Boards(asker))
            {
                var page = await ListsBench.GetAsync(http, path, asker.Token);
                report.Add(new($"{name}, {asker.Name}", Tiles().Count(page), "tiles", Note: $"{page.Length / 1024} KB"));
            }
        foreach (var asker in askers)
            foreach (var board in Boards(asker)) await FirstReadingsAsync(http, asker, board, source, deputy, rounds, report);
        foreach (var clients in (int[])[1, 8])
            foreach (var asker in askers)
                foreach (var (name, path) in Boards(asker))
                {
                    await ListsBench.GetAsync(http, path, asker.Token);
                    var done = await Load.RunAsync(clients, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(seconds), _ => ListsBench.GetAsync(http, path, asker.Token));
                    var what = $"{name} when nothing changed, {asker.Name}, {clients} clients";
                    report.Add(new(what, done.PerSecond, "1/s", Goal: clients == 8 ? $">= {GoalPage}" : null, Holds: clients == 8 ? done.PerSecond >= GoalPage && done.Failures == 0 : null, Note: done.Failures > 0 ? $"{done.Failures} failed: {done.FirstFailure}" : null));
                    report.Add(new(what + ", p50", done.Latencies.Percentile(0.5), "ms"));
                    var p95 = done.Latencies.Percentile(0.95);
                    report.Add(new(what + ", p95", p95, "ms", Goal: $"<= {GoalReading}", Holds: p95 <= GoalReading && done.Failures == 0));
                }
        await WallsAsync(product, http, source, deputy, feeds, rounds, report);
        report.Add(new("memory, most during the run", product.MemoryMb("VmHWM"), "MB", Goal: "<= 700", Holds: product.MemoryMb("VmHWM") <= 700));
        return report.Finish(options);
    }

    /// <summary>Somebody's own board: all kinds, one small tile beside the other.</summary>
    private static async Task<string> MakeAsync(RendaDbContext db, ListsBench.Asker asker)
    {
        string[] codes = ["visits.raised", "visits.closed", "visits.under-way", "visits.on-time", "visits.satisfied", "visits.days"];
        TileKind[] kinds = [TileKind.Number, TileKind.Ranking, TileKind.Trend, TileKind.Number, TileKind.Heat, TileKind.Ranking];
        var tiles = new List<Tile> { new(TileKind.Figures, new("本年", "This year"), 1, 1, 2, 2) { Indicators = codes }, new(TileKind.Areas, new("分布", "By place"), 3, 1, 2, 2) { Indicators = [codes[0]] }, new(TileKind.Funnel, new("到了哪步", "Step by step"), 5, 1, 2, 2) { Scenario = "visits" }, new(TileKind.Ticker, new("正在发生", "Happening now"), 7, 1, 2, 2) { Scenario = "visits" } };
        for (var i = 0; tiles.Count < 30; i++)
        {
            var at = tiles.Count;
            tiles.Add(new(kinds[i % kinds.Length], new($"第 {at + 1} 块", $"Tile {at + 1}"), at % 6 * 2 + 1, at / 6 * 2 + 1, 2, 2) { Indicators = [codes[(i + i / kinds.Length) % codes.Length]], By = (i / 3 % 3) switch { 0 => IndicatorBy.Region, 1 => IndicatorBy.Category, _ => IndicatorBy.Unit } });
        }
        var (id, account) = (Guid.CreateVersion7(), asker.Account);
        db.Add(new StoredBoard { Id = id, AuthorId = account, Region = asker.Name == "leader" ? Renda.Platform.Demo.DemoCity.Huzhou : Changxing, Reach = BoardReach.Own, Version = 1, Title = "三十块" });
        db.Add(new BoardVersion { BoardId = id, Version = 1, Title = "三十块", Tiles = Board.Write(tiles), AccountId = account, SavedBy = asker.Name, At = DateTime.UtcNow });
        await db.SaveChangesAsync();
        return id.ToString("D");
    }

    /// <summary>After each finding, as soon as the feed says that it is counted, one reads the board; another time eight at once.</summary>
    private static async Task FirstReadingsAsync(HttpClient http, ListsBench.Asker asker, (string Name, string Path) board, FindingSource source, string deputy, int rounds, Report report)
    {
        using var stop = new CancellationTokenSource();
        using var counted = new SemaphoreSlim(0);
        var ready = new TaskCompletionSource();
        var listening = ListenAsync(http, asker.Token, () => ready.TrySetResult(), () => counted.Release(), stop.Token);
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30));
        foreach (var clients in (int[])[1, 8])
        {
            var (first, shared, missing) = (new Latencies(), new Latencies(), 0);
            for (var round = 0; round < rounds; round++)
            {
                var before = Number(await ListsBench.GetAsync(http, board.Path, asker.Token));
                while (counted.Wait(0, CancellationToken.None)) { }
                await FindingSource.PutAsync(http, deputy, Guid.CreateVersion7(), FindingSource.Bytes(source.Next()));
                if (!await counted.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None)) throw new BenchException("nothing was counted within 30 s");
                var took = await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
                {
                    var watch = Stopwatch.GetTimestamp();
                    var page = await ListsBench.GetAsync(http, board.Path, asker.Token);
                    var elapsed = Stopwatch.GetElapsedTime(watch).TotalMilliseconds;
                    if (Number(page) != before + 1) Interlocked.Increment(ref missing);
                    return elapsed;
                }));
                foreach (var one in took) first.Add(one);
                var again = Stopwatch.GetTimestamp();
                await ListsBench.GetAsync(http, board.Path, asker.Token);
                shared.Add(Stopwatch.GetElapsedTime(again).TotalMilliseconds);
            }
            var what = $"{board.Name} when it changed, {asker.Name}, {clients} clients";
            report.Add(new(what + ", p50", first.Percentile(0.5), "ms"));
            report.Add(new(what + ", p95", first.Percentile(0.95), "ms", Goal: $"<= {GoalReading}", Holds: first.Percentile(0.95) <= GoalReading));
            report.Add(new(what + ", then once more, p95", shared.Percentile(0.95), "ms", Goal: $"<= {GoalReading}", Holds: shared.Percentile(0.95) <= GoalReading));
            report.Add(new(what + ", the number is not the one before and one", missing, "readings", Goal: "0", Holds: missing == 0));
        }
        await stop.CancelAsync();
        await listening;
    }

    /// <summary>A wall: reads the board again whenever the feed says so, as the page does.</summary>
    private sealed class Wall
    {
        public long Number;
        public long Told;
        public long Has;
        public int Asked;
    }

    private static async Task WallsAsync(Product product, HttpClient http, FindingSource source, string deputy, int feeds, int rounds, Report report)
    {
        const string path = "/cockpit/visits";
        var people = await product.TokensAsync(
            [.. await product.AccountsAsync("clerk", 50, Changxing), .. await product.AccountsAsync("office-head", 20, Changxing), .. await product.AccountsAsync("leader", 20, Changxing)]);
        var looking = new List<string>();
        foreach (var one in people)
        {
            try
            {
                await ListsBench.GetAsync(http, path, one);
                looking.Add(one);
            }
            catch (BenchException)
            {
                // Has no board of this scenario.
            }
        }
        if (looking.Count == 0) throw new BenchException("nobody may see " + path);
        using var feedHttp = product.Client();
        feedHttp.Timeout = Timeout.InfiniteTimeSpan;
        using var stop = new CancellationTokenSource();
        var open = new CountdownEvent(feeds);
        var walls = Enumerable.Range(0, feeds).Select(_ => new Wall()).ToArray();
        var listeners = new List<Task>();
        var failures = 0;
        for (var i = 0; i < feeds; i++)
        {
            var (wall, token) = (walls[i], looking[i % looking.Count]);
            listeners.Add(ListenAsync(feedHttp, token, () => open.Signal(), () =>
            {
                Interlocked.CompareExchange(ref wall.Told, Stopwatch.GetTimestamp(), 0);
                _ = Task.Run(async () =>
                {
                    Interlocked.Increment(ref wall.Asked);
                    try
                    {
                        var number = Number(await ListsBench.GetAsync(http, path, token));
                        if (number > Interlocked.Read(ref wall.Number)) Interlocked.CompareExchange(ref wall.Has, Stopwatch.GetTimestamp(), 0);
                    }
                    catch (Exception e) when (e is BenchException or HttpRequestException or TaskCanceledException)
                    {
                        Interlocked.Increment(ref failures);
                    }
                });
            }, stop.Token));
            if (i % 20 == 19) await Task.Delay(10);
        }
        if (!await Task.Run(() => open.Wait(TimeSpan.FromSeconds(90)))) throw new BenchException($"{open.CurrentCount} feeds did not open.");
        Report.Say($"{feeds} feeds are open, of {looking.Count} people");

        var (word, screen, after, last, lastAfter) = (new Latencies(), new Latencies(), new Latencies(), new Latencies(), new Latencies());
        var missing = 0;
        // The first rounds meet code that is not compiled yet, and connections that are not open yet.
        for (var round = -3; round < rounds; round++)
        {
            var numbers = new Dictionary<string, long>();
            foreach (var one in looking) numbers[one] = Number(await ListsBench.GetAsync(http, path, one));
            for (var i = 0; i < feeds; i++) (walls[i].Number, walls[i].Told, walls[i].Has) = (numbers[looking[i % looking.Count]], 0, 0);
            await Task.Delay(TimeSpan.FromMilliseconds(500 + Random.Shared.Next(1000)));
            var body = FindingSource.Bytes(source.Next());
            var pressed = Stopwatch.GetTimestamp();
            await FindingSource.PutAsync(http, deputy, Guid.CreateVersion7(), body);
            var patience = Stopwatch.StartNew();
            while (walls.Any(w => Interlocked.Read(ref w.Has) == 0) && patience.Elapsed < TimeSpan.FromSeconds(20)) await Task.Delay(20);
            await Task.Delay(200);
            if (round < 0) continue;
            missing += walls.Count(w => w.Has == 0);
            var reached = walls.Where(w => w.Has > 0).ToList();
            if (reached.Count == 0) continue;
            var firstWord = reached.Min(w => w.Told);
            foreach (var wall in reached)
            {
                word.Add(Stopwatch.GetElapsedTime(pressed, wall.Told).TotalMilliseconds);
                screen.Add(Stopwatch.GetElapsedTime(pressed, wall.Has).TotalMilliseconds);
                after.Add(Stopwatch.GetElapsedTime(firstWord, wall.Has).TotalMilliseconds);
            }
            last.Add(Stopwatch.GetElapsedTime(pressed, reached.Max(w => w.Has)).TotalMilliseconds);
            lastAfter.Add(Stopwatch.GetElapsedTime(firstWord, reached.Max(w => w.Has)).TotalMilliseconds);
        }
        await stop.CancelAsync();
        await Task.WhenAll(listeners);
        report.Add(new($"{feeds} walls: press to the word that it is counted, p50", word.Percentile(0.5), "ms"));
        report.Add(new($"{feeds} walls: press to the word that it is counted, p95", word.Percentile(0.95), "ms"));
        report.Add(new($"{feeds} walls: press to the new number, p50", screen.Percentile(0.5), "ms"));
        report.Add(new($"{feeds} walls: press to the new number, p95", screen.Percentile(0.95), "ms", Goal: $"<= {GoalSeen}", Holds: screen.Percentile(0.95) <= GoalSeen));
        report.Add(new($"{feeds} walls: press to the new number on the last of them, p95", last.Percentile(0.95), "ms", Goal: "<= 2000", Holds: last.Percentile(0.95) <= 2000));
        report.Add(new($"{feeds} walls: first word to the new number, p95", after.Percentile(0.95), "ms"));
        report.Add(new($"{feeds} walls: first word to the new number on the last of them, p95", lastAfter.Percentile(0.95), "ms"));
        report.Add(new($"{feeds} walls: without the new number after 20 s", missing, "walls", Goal: "0", Holds: missing == 0, Note: $"of {rounds * feeds}"));
        report.Add(new($"{feeds} walls: boards read for a change", walls.Average(w => (double)w.Asked) / (rounds + 3), "a wall", Note: failures > 0 ? $"{failures} readings failed" : null, Goal: "none fails", Holds: failures == 0));
    }

    private static async Task ListenAsync(HttpClient http, string token, Action ready, Action counted, CancellationToken stop)
    {
        try
        {
            using var request = Product.Request(HttpMethod.Get, "/api/v1/live?topics=numbers", token);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            answer.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                if (line is "event: ready") ready();
                if (line is "event: numbers") counted();
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
    }

    /// <summary>What a board says of how many visits' findings were raised this year.</summary>
    private static long Number(string page) => Raised().Match(page) is { Success: true } found
        ? long.Parse(found.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)
        : throw new BenchException("the board does not tell how many were raised");

    [GeneratedRegex("<section class=\"b-tile")]
    private static partial Regex Tiles();

    [GeneratedRegex("<a href=\"/indicators/visits\\.raised\\?[^\"]*\"><b>([0-9,]+)<")]
    private static partial Regex Raised();
}
