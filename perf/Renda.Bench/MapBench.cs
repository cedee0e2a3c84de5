using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Matters;
using Renda.Platform.Search;

namespace Renda.Bench;

/// <summary>
/// Tiles of the map on a filled database, as a leader, a clerk, a unit and a deputy pan over the city at several zooms, as they are
/// and with filters. Each request is a tile that holds a matter, drawn by lot, so that dense places are asked for as often as people look there.
/// </summary>
internal static class MapBench
{
    private const double GoalP95 = 100;
    private static readonly int[] Zooms = [7, 9, 10, 11, 12, 14, 17];

    public static async Task<int> RunAsync(Options options)
    {
        var seconds = options.Number("--seconds", 2, 1, 60);
        var size = options.Number("--matters", 20_000, 1000, 2_000_000);
        var report = new Report("map", options.Postgres is null ? "sqlite" : "postgres", new { seconds, matters = size, clients = (int[])[1, 8] });
        await using var product = options.Text("--data") is { } folder ? Product.At(folder, options.Postgres) : await Product.FreshAsync(options.Postgres);
        await Seeding.FillAsync(product, size);
        await product.StartAsync(demo: false);
        await using var db = product.OpenDatabase();
        var newest = await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq) ?? 0;
        var began = Stopwatch.GetTimestamp();
        while (await db.Set<FeedCursor>().Where(c => c.Name == "map/filled").Select(c => (long?)c.Seq).FirstOrDefaultAsync() is not long.MaxValue
            || await db.Set<FeedCursor>().Where(c => c.Name == "map").Select(c => (long?)c.Seq).FirstOrDefaultAsync() is not { } at || at < newest) await Task.Delay(TimeSpan.FromSeconds(1));
        report.Add(new("points and squares are made from nothing, where they were not", Stopwatch.GetElapsedTime(began).TotalSeconds, "s"));
        report.Add(new("matters", await db.Set<Matter>().CountAsync(), ""));

        var last = await db.Set<Matter>().MaxAsync(m => m.Serial);
        var random = new Random(20261127);
        var serials = Enumerable.Range(0, 400).Select(_ => random.NextInt64(1, last + 1)).ToList();
        var places = await db.Set<Matter>().Where(m => serials.Contains(m.Serial) && m.Latitude != null).Select(m => new { Latitude = m.Latitude!.Value, Longitude = m.Longitude!.Value, m.Category }).ToListAsync();
        var category = places.GroupBy(p => p.Category).MaxBy(g => g.Count())!.Key;
        (string Name, string Query)[] filters = [("all", ""), ("closed", "?state=closed"), ("of a category in a year", $"?category={Uri.EscapeDataString(category)}&from=2026-01&to=2026-12"), ("of a category in two states", $"?category={Uri.EscapeDataString(category)}&state=closed,handling")];
        using var http = product.Client();
        foreach (var asker in await ListsBench.AskersAsync(product, db))
            foreach (var zoom in Zooms)
                foreach (var (name, query) in filters)
                    foreach (var clients in (int[])[1, 8])
                    {
                        if (clients > 1 && query.Length > 0) continue;
                        var next = -1;
                        await ListsBench.GetAsync(http, Tile(places[0].Latitude, places[0].Longitude, zoom) + query, asker.Token);
                        var done = await Load.RunAsync(clients, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(seconds), _ =>
                        {
                            var place = places[(int)((uint)Interlocked.Increment(ref next) % places.Count)];
                            return ListsBench.GetAsync(http, Tile(place.Latitude, place.Longitude, zoom) + query, asker.Token);
                        });
                        var p95 = done.Latencies.Percentile(0.95);
                        var what = $"zoom {zoom}, {name}, {asker.Name}, {clients} clients";
                        report.Add(new(what + ", p50", done.Latencies.Percentile(0.5), "ms"));
                        report.Add(new(what + ", p95", p95, "ms", Goal: $"<= {GoalP95}", Holds: p95 <= GoalP95 && done.Failures == 0, Note: done.Failures > 0 ? done.FirstFailure : null));
                    }
        return report.Finish(options);
    }

    private static string Tile(double latitude, double longitude, int zoom)
    {
        var n = 1 << zoom;
        return $"/api/v1/map/matters/{zoom}/{(int)((longitude + 180) / 360 * n)}/{(int)((1 - Math.Asinh(Math.Tan(latitude * Math.PI / 180)) / Math.PI) / 2 * n)}";
    }
}
