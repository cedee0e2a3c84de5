using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Renda.Map;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Bench;

/// <summary>
/// The map of a filled database, as four people pan and zoom it: tiles by zoom with filters and without, whole screens, the months as a
/// film, what stands beside it for those who do not point; whether the squares of a covering set of tiles add up to what the lists have;
/// and the plans by which the database answers.
/// </summary>
internal static partial class MapBench
{
    private const double GoalTile = 100, GoalFrame = 1200;

    /// <summary>Tiles of a screen of 1440 by 900, and how many of them a browser asks for at a time.</summary>
    private const int Across = 7, Down = 5, AtATime = 6;

    private const int Places = 64;

    private static readonly (string Name, int First, int Last)[] Bands = [("zoom 7 to 10", 7, 10), ("zoom 11 to 13", 11, 13), ("zoom 14 to 16", 14, 16), ("zoom 17 and 18", 17, 18)];

    /// <summary>Of one person: where their matters are, and which there are.</summary>
    private sealed record Walker(ListsBench.Asker Asker, IReadOnlyList<(double Latitude, double Longitude)> Places, IReadOnlyList<Guid> Matters);

    public static async Task<int> RunAsync(Options options)
    {
        var seconds = options.Number("--seconds", 2, 1, 60);
        var matters = options.Number("--matters", 20_000, 1000, 2_000_000);
        await using var product = options.Text("--data") is { } folder ? Product.At(folder, options.Postgres) : await Product.FreshAsync(options.Postgres);
        await Seeding.FillAsync(product, matters);
        await product.StartAsync(demo: false);
        await using var db = product.OpenDatabase();
        await Product.FollowedAsync(db);
        var there = await db.Set<Matter>().CountAsync();
        var report = new Report("map", product.DatabaseName, new { seconds, matters = there, clients = (int[])[1, 8] });
        report.Add(new("matters", there, ""));
        report.Add(new("matters with a place", await db.Set<Matter>().CountAsync(m => m.Latitude != null), ""));

        var walkers = new List<Walker>();
        foreach (var asker in (await ListsBench.AskersAsync(product, db)).Where(a => options.Text("--as") is not { } only || a.Name == only)) walkers.Add(await WalkerAsync(db, asker));
        if (walkers.Count == 0) throw new BenchException("--as clerk, unit, deputy or leader");
        var filters = await FiltersAsync(db);
        using var http = product.Client();
        foreach (var walker in walkers) await ExactAsync(http, db, walker, filters, report);
        foreach (var walker in walkers) await PlansAsync(product, walker, filters, report);
        foreach (var clients in (int[])[1, 8])
            foreach (var walker in walkers)
            {
                foreach (var (band, first, last) in Bands)
                    foreach (var (name, filter) in filters)
                        await AskAsync(http, walker, $"tiles, {band}, {name}", [.. Walk(walker, first, last).Select(p => p + "?" + Query(filter))], clients, seconds, report);
                await AskAsync(http, walker, "the list beside the map", [.. Screens(walker).Select(s => $"/map?z={s.Zoom}&{s.Where}")], clients, seconds, report);
                await AskAsync(http, walker, "the newest within a screen", [.. Screens(walker).Select(s => $"/api/v1/map/matters?{s.Where}")], clients, seconds, report);
                await AskAsync(http, walker, "a matter's card", [.. walker.Matters.Select(m => $"/api/v1/map/matters/{m}")], clients, seconds, report);
            }
        foreach (var walker in walkers)
        {
            await ScreensAsync(http, walker, seconds, report);
            await FilmAsync(http, db, walker, report);
        }
        report.Add(new("memory", product.MemoryMb("VmRSS"), "MB"));
        return report.Finish(options);
    }

    private static async Task<Walker> WalkerAsync(RendaDbContext db, ListsBench.Asker asker)
    {
        // The newest: among so many they lie all over what one may see.
        var own = await db.Set<Matter>().AsNoTracking().VisibleTo(asker.Actor, db).Where(m => m.Latitude != null && m.Longitude != null).OrderByDescending(m => m.Serial).Take(20_000).Select(m => new { m.Id, Latitude = m.Latitude!.Value, Longitude = m.Longitude!.Value }).ToListAsync();
        if (own.Count == 0) throw new BenchException($"{asker.Name} sees nothing with a place");
        var random = new Random(20261127);
        var some = random.GetItems([.. own], Places);
        return new(asker, [.. some.Select(m => (m.Latitude, m.Longitude))], [.. some.Select(m => m.Id)]);
    }

    /// <summary>Without any; a state of the category that there is most of; several states; a month.</summary>
    private static async Task<IReadOnlyList<(string Name, MapFilter Filter)>> FiltersAsync(RendaDbContext db)
    {
        var category = await db.Set<Matter>().Where(m => m.Scenario == "visits").GroupBy(m => m.Category).OrderByDescending(g => g.Count()).Select(g => g.Key).FirstAsync();
        var day = ChinaTime.Date(await db.Set<Matter>().MaxAsync(m => m.SubmittedAt)).AddMonths(-6);
        var month = day.Year * 100 + day.Month;
        return [("all", new()), ("a category and a state", new() { Scenario = "visits", Category = category, States = ["closed"] }), ("three states", new() { States = ["submitted", "assigned", "handling"] }), ("a month", new() { From = month, To = month })];
    }

    private static string Query(MapFilter filter) => string.Join('&', filter.Pairs().Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}"));

    private static string Tile(int zoom, long x, long y) => string.Create(CultureInfo.InvariantCulture, $"/api/v1/map/matters/{zoom}/{x}/{y}");

    private static (long X, long Y) At((double Latitude, double Longitude) place, int zoom)
    {
        var (x, y) = Grid.At(place.Latitude, place.Longitude);
        return (x >> Grid.Finest - zoom, y >> Grid.Finest - zoom);
    }

    /// <summary>To one place after another: in, and one tile on to each side.</summary>
    private static IEnumerable<string> Walk(Walker walker, int first, int last)
    {
        foreach (var place in walker.Places)
            for (var zoom = first; zoom <= last; zoom++)
            {
                var (x, y) = At(place, zoom);
                yield return Tile(zoom, x, y);
                yield return Tile(zoom, x + 1, y);
                yield return Tile(zoom, x, y + 1);
            }
    }

    private static IEnumerable<(int Zoom, string Where, List<string> Tiles)> Screens(Walker walker)
    {
        for (var i = 0; i < walker.Places.Count; i++)
        {
            var zoom = 8 + i % 10;
            var (x, y) = At(walker.Places[i], zoom);
            var (west, north, size) = (x - Across / 2, y - Down / 2, 1L << Grid.Finest - zoom);
            var (top, bottom) = (Grid.Place((double)west * size, (double)north * size), Grid.Place((double)(west + Across) * size, (double)(north + Down) * size));
            yield return (zoom, string.Create(CultureInfo.InvariantCulture, $"box={bottom.Latitude:0.#####},{top.Longitude:0.#####},{top.Latitude:0.#####},{bottom.Longitude:0.#####}"),
                [.. from row in Enumerable.Range(0, Down) from column in Enumerable.Range(0, Across) select Tile(zoom, west + column, north + row)]);
        }
    }

    private static async Task AskAsync(HttpClient http, Walker walker, string what, IReadOnlyList<string> paths, int clients, int seconds, Report report)
    {
        var next = -1;
        var done = await Load.RunAsync(clients, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(seconds), _ => ListsBench.GetAsync(http, paths[(int)((uint)Interlocked.Increment(ref next) % (uint)paths.Count)], walker.Asker.Token));
        var name = $"{what}, {walker.Asker.Name}, {clients} clients";
        report.Add(new(name, done.PerSecond, "1/s", Note: done.Failures > 0 ? $"{done.Failures} failed: {done.FirstFailure}" : null));
        report.Add(new(name + ", p50", done.Latencies.Percentile(0.5), "ms"));
        var p95 = done.Latencies.Percentile(0.95);
        report.Add(new(name + ", p95", p95, "ms", Goal: $"<= {GoalTile}", Holds: p95 <= GoalTile && done.Failures == 0));
    }

    private static async Task<TimeSpan> ScreenAsync(HttpClient http, Walker walker, IEnumerable<string> tiles)
    {
        var watch = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(tiles, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (tile, _) => await ListsBench.GetAsync(http, tile, walker.Asker.Token));
        return Stopwatch.GetElapsedTime(watch);
    }

    /// <summary>Until every tile of a screen is there, six at a time.</summary>
    private static async Task ScreensAsync(HttpClient http, Walker walker, int seconds, Report report)
    {
        var (all, watch) = (new Latencies(), Stopwatch.StartNew());
        foreach (var (_, _, tiles) in Screens(walker))
        {
            all.Add((await ScreenAsync(http, walker, tiles)).TotalMilliseconds);
            if (watch.Elapsed.TotalSeconds > seconds * 4) break;
        }
        report.Add(new($"a whole screen of {Across * Down} tiles, {walker.Asker.Name}, p50", all.Percentile(0.5), "ms", Note: $"{all.Count} screens of zoom 8 to 17"));
        report.Add(new($"a whole screen of {Across * Down} tiles, {walker.Asker.Name}, p95", all.Percentile(0.95), "ms"));
    }

    /// <summary>Every month in turn on the same screen; the page gives each 1.2 s.</summary>
    private static async Task FilmAsync(HttpClient http, RendaDbContext db, Walker walker, Report report)
    {
        var (first, last) = (ChinaTime.Date(await db.Set<Matter>().MinAsync(m => m.SubmittedAt)), ChinaTime.Date(await db.Set<Matter>().MaxAsync(m => m.SubmittedAt)));
        foreach (var (zoom, _, tiles) in Screens(walker).Where(s => s.Zoom is 9 or 12).DistinctBy(s => s.Zoom))
        {
            var frames = new Latencies();
            for (var day = new DateOnly(first.Year, first.Month, 1); day <= last; day = day.AddMonths(1))
                frames.Add((await ScreenAsync(http, walker, tiles.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t}?from={day:yyyy-MM}&to={day:yyyy-MM}")))).TotalMilliseconds);
            var p95 = frames.Percentile(0.95);
            report.Add(new($"the film of {frames.Count} months at zoom {zoom}, a month's screen, {walker.Asker.Name}, p95", p95, "ms", Goal: $"<= {GoalFrame}", Holds: p95 <= GoalFrame));
        }
    }

    /// <summary>The tiles of some zooms that cover everything, against the rows that the lists have; and every tile against those it is divided into.</summary>
    private static async Task ExactAsync(HttpClient http, RendaDbContext db, Walker walker, IReadOnlyList<(string Name, MapFilter Filter)> filters, Report report)
    {
        int[] told = [9, 10, 11, 13];
        foreach (var (name, filter) in filters)
        {
            var list = db.Set<Matter>().AsNoTracking().VisibleTo(walker.Asker.Actor, db).Where(m => m.Latitude != null && m.Longitude != null);
            if (filter.Scenario is { } scenario) list = list.Where(m => m.Scenario == scenario);
            if (filter.Category is { } category) list = list.Where(m => m.Category == category);
            var states = filter.States.ToArray();
            if (states.Length > 0) list = list.Where(m => states.Contains(m.State));
            if (filter.From is { } month)
            {
                var begin = ChinaTime.StartOf(new DateOnly(month / 100, month % 100, 1));
                var end = ChinaTime.StartOf(new DateOnly(month / 100, month % 100, 1).AddMonths(1));
                list = list.Where(m => m.SubmittedAt >= begin && m.SubmittedAt < end);
            }
            var expected = await list.LongCountAsync();
            var (faults, asked) = (new List<string>(), 0);
            var level = Cover(RegionDirectory.Huzhou.Surroundings, 5);
            for (var zoom = 5; zoom <= told[^1]; zoom++)
            {
                var sums = new Dictionary<(long, long), long>();
                var counts = new System.Collections.Concurrent.ConcurrentDictionary<(long X, long Y), long>();
                await Parallel.ForEachAsync(level.Keys, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (at, _) =>
                {
                    using var tile = JsonDocument.Parse(await ListsBench.GetAsync(http, Tile(zoom, at.X, at.Y) + "?" + Query(filter), walker.Asker.Token));
                    var (count, parts) = (tile.RootElement.GetProperty("count").GetInt64(), tile.RootElement.GetProperty("clusters").EnumerateArray().Sum(c => c.GetProperty("count").GetInt64()) + tile.RootElement.GetProperty("matters").GetArrayLength());
                    if (count != parts) lock (faults) faults.Add($"{zoom}/{at.X}/{at.Y} says {count} and shows {parts}");
                    if (count > 0) counts[at] = count;
                });
                asked += level.Count;
                foreach (var (at, count) in counts) sums[(at.X / 2, at.Y / 2)] = sums.GetValueOrDefault((at.X / 2, at.Y / 2)) + count;
                if (zoom > 5)
                    foreach (var (at, count) in level.Where(l => l.Value >= 0).GroupBy(l => (l.Key.X / 2, l.Key.Y / 2)).Select(g => (g.Key, g.First().Value)))
                        if (sums.GetValueOrDefault(at) != count) faults.Add($"{zoom - 1}/{at.Item1}/{at.Item2} has {count}, its four {sums.GetValueOrDefault(at)}");
                if (told.Contains(zoom) && counts.Values.Sum() != expected) faults.Add($"zoom {zoom}: {counts.Values.Sum()}, the rows {expected}");
                level = counts.SelectMany(c => ((long, long)[])[(c.Key.X * 2, c.Key.Y * 2), (c.Key.X * 2 + 1, c.Key.Y * 2), (c.Key.X * 2, c.Key.Y * 2 + 1), (c.Key.X * 2 + 1, c.Key.Y * 2 + 1)], (c, at) => (At: at, c.Value)).ToDictionary(c => c.At, c => c.Value);
            }
            var page = await ListsBench.GetAsync(http, "/map?" + Query(filter), walker.Asker.Token);
            var total = Total().Match(System.Net.WebUtility.HtmlDecode(page)) is { Success: true } found ? long.Parse(found.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : -1;
            if (total != expected) faults.Add($"the page says {total}, the rows {expected}");
            report.Add(new($"tiles that differ from the list, {name}, {walker.Asker.Name}", faults.Count, "tiles", Goal: "0", Holds: faults.Count == 0, Note: faults.Count > 0 ? string.Join("; ", faults.Take(5)) : $"{expected} matters in {asked} tiles of zoom 5 to {told[^1]}"));
        }
    }

    private static Dictionary<(long X, long Y), long> Cover(GeoBox box, int zoom)
    {
        var (first, last) = (At((box.North, box.West), zoom), At((box.South, box.East), zoom));
        var tiles = new Dictionary<(long X, long Y), long>();
        for (var x = first.X; x <= last.X; x++)
            for (var y = first.Y; y <= last.Y; y++) tiles[(x, y)] = -1;
        return tiles;
    }

    /// <summary>Asks through the product's own code and lets the database explain every statement it sent; what is sorted are a tile's few.</summary>
    private static async Task PlansAsync(Product product, Walker walker, IReadOnlyList<(string Name, MapFilter Filter)> filters, Report report)
    {
        var recorder = new ListsBench.Recorder(sorts: false);
        var tiles = new MapTiles(ListsBench.Factory(product, recorder));
        var actor = walker.Asker.Actor;
        var around = RegionDirectory.Huzhou.Surroundings;
        foreach (var (name, filter) in filters)
        {
            foreach (var zoom in (int[])[8, 10, 11, 13, 15, 18])
            {
                var (x, y) = At(walker.Places[0], zoom);
                await ExplainAsync($"a tile of zoom {zoom}, {name}", () => tiles.ReadAsync(zoom, (int)x, (int)y, filter, actor, CancellationToken.None));
            }
            await ExplainAsync($"by county, {name}", () => tiles.ByRegionAsync(filter, actor, null, CancellationToken.None));
            await ExplainAsync($"by town, {name}", () => tiles.ByRegionAsync(filter, actor, Renda.Platform.Demo.DemoCity.Changxing, CancellationToken.None));
            await ExplainAsync($"the newest, {name}", () => tiles.NewestAsync(new(around.South, around.West, around.North, around.East), filter, actor, MapApi.Newest, CancellationToken.None));
        }
        await ExplainAsync("the months", () => tiles.MonthsAsync(actor, CancellationToken.None));

        async Task ExplainAsync(string what, Func<Task> ask)
        {
            recorder.Explained.Clear();
            recorder.On = true;
            await ask();
            recorder.On = false;
            var bad = recorder.Explained.Where(e => e.Verdict.Length > 0).ToList();
            report.Add(new($"plan: {what}, {walker.Asker.Name}", bad.Count, "statements that walk over a table", Goal: "0", Holds: bad.Count == 0,
                Note: string.Join(" || ", bad.Select(b => $"{b.Milliseconds:0} ms: {b.Verdict} :: {b.Sql}")) is { Length: > 0 } told ? told : null));
        }
    }

    [GeneratedRegex("共 ([0-9,]+) 件有位置")]
    private static partial Regex Total();
}
