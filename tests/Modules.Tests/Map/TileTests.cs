using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Modules.Tests.Visits;
using Renda.Map;
using Renda.Map.Data;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Search;

namespace Modules.Tests.Map;

/// <summary>What stands on the map is what stands in the lists, whoever looks.</summary>
public sealed class TileTests
{
    private static readonly int[] Zooms = [5, 7, 9, 10, 11, 12, 14, 16, 17, 18];

    private static readonly (double Latitude, double Longitude)[] Corners = [(30.5, 119.4), (30.52, 119.42), (30.9, 119.9), (30.95, 120.02), (31.05, 119.6), (30.86, 119.89)];

    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Tiles_of_every_zoom_add_up_to_the_list_whoever_looks(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        using var ledger = new MapLedger(w.Databases, w.Settings, w.Time, NullLogger<MapLedger>.Instance);
        var tiles = new MapTiles(w.Databases);
        var random = new Random(20261127);
        Actor[] people =
        [
            w.Clerk, w.Deputy, w.OtherDeputy, w.PowerClerk, w.RoadsClerk, VisitsRules.Person("镇", "clerk", 330522110000), VisitsRules.Person("村", "clerk", 330522110225), VisitsRules.Person("全市", "leader", 330500000000), VisitsRules.Person("安吉", "clerk", 330523000000),
            // Several rights that overlap: nothing is counted twice.
            Both(w.Deputy, VisitsRules.Person("镇", "clerk", 330522110000)), Both(w.PowerClerk, VisitsRules.Person("安吉", "clerk", 330523000000)), Both(w.Clerk, w.RoadsClerk, VisitsRules.Person("镇", "clerk", 330522110000)), Both(w.PowerClerk, w.RoadsClerk, w.OtherDeputy),
            new(Guid.CreateVersion7(), null, "无权", []),
        ];
        string[] villages = [.. RegionDirectory.Huzhou.Children(330522110000).Take(3).Concat(RegionDirectory.Huzhou.Children(330523100000).Take(2)).Concat(RegionDirectory.Huzhou.Children(330522100000).Take(2)).Select(r => r.Code.ToString())];
        var open = new List<Guid>();
        for (var turn = 0; turn < 40; turn++)
        {
            w.Time.Now += TimeSpan.FromHours(random.Next(1, 110));
            var id = Guid.CreateVersion7();
            // Some at one and the same place, some far apart, some without any.
            var (latitude, longitude) = turn % 5 == 0 ? (FindingWorld.Latitude, FindingWorld.Longitude) : Corners[random.Next(Corners.Length)] is var corner ? (corner.Latitude + random.NextDouble() * 0.003, corner.Longitude + random.NextDouble() * 0.003) : default;
            var request = w.Request($"第 {turn} 件") with { RegionCode = villages[random.Next(villages.Length)], CapturedAt = w.Time.Now.UtcDateTime.AddMinutes(-5), Latitude = turn % 7 == 0 ? null : latitude, Longitude = turn % 7 == 0 ? null : longitude };
            Assert.Null((await w.SubmitAsync(id, request, random.Next(2) == 0 ? w.Deputy : w.OtherDeputy)).Refusal);
            open.Add(id);
            foreach (var one in open.ToList())
            {
                if (random.Next(4) != 0) continue;
                _ = random.Next(6) switch
                {
                    0 => await w.TryAsync(one, "assign", w.Clerk, new { leadUnit = random.Next(2) == 0 ? w.Power : w.Roads }),
                    1 => await w.TryAsync(one, "accept", random.Next(2) == 0 ? w.PowerClerk : w.RoadsClerk),
                    2 => await w.TryAsync(one, "merge", w.Clerk, new { target = open[0] }),
                    3 => await w.TryAsync(one, "unmerge", w.Clerk, new { reason = "不是同一件" }),
                    4 => await w.TryAsync(one, "request-return", random.Next(2) == 0 ? w.PowerClerk : w.RoadsClerk, new { reason = "不归我们管" }),
                    _ => await w.TryAsync(one, "decline", w.Clerk, new { reason = "不属于寻访范围" }),
                };
            }
            // In parts of any size, as in an installation.
            if (turn % 9 == 0) await CatchUpAsync(ledger);
        }
        await CatchUpAsync(ledger);
        await CompareAsync(2);

        // Made anew it says the same.
        await using (var db = w.Databases.CreateDbContext())
        {
            await db.Set<MapPoint>().ExecuteDeleteAsync(Cancellation);
            await db.Set<MapCell>().ExecuteDeleteAsync(Cancellation);
            await db.Set<FeedCursor>().ExecuteDeleteAsync(Cancellation);
        }
        await CatchUpAsync(ledger);
        await CompareAsync(1);

        async Task CompareAsync(int zooms)
        {
            await using var db = w.Databases.CreateDbContext();
            var all = await db.Set<Matter>().AsNoTracking().ToListAsync(Cancellation);
            var months = all.Select(m => Month(m)).Distinct().Order().ToList();
            Assert.True(months.Count > 2, "more than two months");
            MapFilter[] filters =
            [
                new(), new() { Scenario = "visits" }, new() { Scenario = "stations" }, new() { States = ["submitted"] }, new() { States = ["assigned", "handling", "merged"], Category = "poles" }, new() { Category = "nothing" },
                new() { From = months[1] }, new() { To = months[0] }, new() { From = months[1], To = months[1], States = ["submitted", "assigned"] },
            ];
            foreach (var actor in people)
            {
                foreach (var filter in filters)
                {
                    var list = await new MatterFilter { Scenario = filter.Scenario, State = string.Join(',', filter.States), Category = filter.Category }.Apply(db, actor, w.Time.Now.UtcDateTime).ToListAsync(Cancellation);
                    var placed = list.Where(m => m.Latitude is not null && (filter.From ?? 0) <= Month(m) && Month(m) <= (filter.To ?? 999999)).ToList();
                    foreach (var zoom in random.GetItems(Zooms, zooms))
                    {
                        var (sum, alone) = (0L, new List<Guid>());
                        foreach (var (x, y) in all.Where(m => m.Latitude is not null).Select(m => Tile(m, zoom)).Distinct())
                        {
                            var tile = await tiles.ReadAsync(zoom, x, y, filter, actor, Cancellation);
                            Assert.Equal(tile.Count, tile.Clusters.Sum(c => c.Count) + tile.Matters.Count);
                            Assert.All(tile.Clusters, c => Assert.Equal((x, y), Tile(c.Lat, c.Lon, zoom)));
                            Assert.All(tile.Matters, m => Assert.Equal((x, y), Tile(m.Lat, m.Lon, zoom)));
                            Assert.Equal(placed.Count(m => Tile(m, zoom) == (x, y)), tile.Count);
                            sum += tile.Count;
                            alone.AddRange(tile.Matters.Select(m => m.Id));
                        }
                        Assert.Equal(placed.Count, sum);
                        Assert.Empty(alone.Except(placed.Select(m => m.Id)));
                        Assert.Equal(alone.Count, alone.Distinct().Count());
                    }
                    var counties = await tiles.ByRegionAsync(filter, actor, null, Cancellation);
                    Assert.Equal(Counts(placed, 1_000_000), Sorted(counties));
                    Assert.Equal(Counts(placed.Where(m => m.County == FindingWorld.County), 1_000), Sorted(await tiles.ByRegionAsync(filter, actor, FindingWorld.County, Cancellation)));
                    var box = new MapBox(30.5, 119.5, 31, 120.1);
                    Assert.Equal(placed.Where(m => m.Latitude >= box.South && m.Latitude <= box.North && m.Longitude >= box.West && m.Longitude <= box.East).OrderByDescending(m => m.Serial).Take(7).Select(m => m.Id),
                        (await tiles.NewestAsync(box, filter, actor, 7, Cancellation)).Select(m => m.Id));
                }
                var seen = await db.Set<Matter>().AsNoTracking().VisibleTo(actor, db).Where(m => m.Latitude != null).ToListAsync(Cancellation);
                Assert.Equal(seen.Count == 0 ? null : (seen.Min(Month), seen.Max(Month)), await tiles.MonthsAsync(actor, Cancellation));
            }
        }
    }

    [Fact]
    public void A_tile_is_one_range_of_spots()
    {
        Gen.Select(Gen.Long[0, (1L << Grid.Finest) - 1], Gen.Long[0, (1L << Grid.Finest) - 1]).Sample((x, y) => Assert.Equal((x, y), Grid.Unweave(Grid.Weave(x, y))));
        Gen.Select(Gen.Double[29, 32], Gen.Double[118, 122], Gen.Int[0, 24]).Sample((latitude, longitude, zoom) =>
        {
            var (x, y) = Grid.At(latitude, longitude);
            var (column, row) = Tile(latitude, longitude, zoom);
            Assert.Equal(Grid.Weave(column, row), Grid.Weave(x, y) / Grid.Spots(zoom));
            var (back, forth) = Grid.Place(x + 0.5, y + 0.5);
            Assert.InRange(back - latitude, -1e-5, 1e-5);
            Assert.InRange(forth - longitude, -1e-5, 1e-5);
            // A box is held by its ranges.
            var box = new MapBox(latitude - 0.1, longitude - 0.2, latitude + 0.01, longitude + 0.02);
            Assert.Contains(box.Ranges(), r => r.First <= Grid.Weave(x, y) && Grid.Weave(x, y) <= r.Last);
            Assert.InRange(box.Ranges().Count(), 1, 64);
        });
    }

    [Theory]
    [InlineData(4, 1, 1), InlineData(19, 1, 1), InlineData(10, -1, 3), InlineData(10, 3, 1024), InlineData(10, 1024, 3)]
    public void There_is_no_such_tile(int z, int x, int y) => Assert.False(MapTiles.Exists(z, x, y));

    [Theory]
    [InlineData(""), InlineData("1,2,3"), InlineData("31,120,30,121"), InlineData("30,120,31,NaN"), InlineData("30,120,91,121"), InlineData("a,b,c,d")]
    public void A_malformed_box_is_none(string box) => Assert.Null(MapBox.Read(box));

    private static async Task CatchUpAsync(MapLedger ledger)
    {
        while (await ledger.CatchUpAsync(Cancellation) > 0)
        {
        }
    }

    private static Actor Both(params Actor[] actors) => actors[0] with { PersonId = actors.Select(a => a.PersonId).FirstOrDefault(p => p is not null), Grants = [.. actors.SelectMany(a => a.Grants)] };

    private static SortedDictionary<long, long> Counts(IEnumerable<Matter> matters, long span) => new(matters.GroupBy(m => m.Region - m.Region % span).ToDictionary(g => g.Key, g => g.LongCount()));

    private static SortedDictionary<long, long> Sorted(IReadOnlyDictionary<long, long> counts) => new(counts.ToDictionary());

    private static int Month(Matter m) => ChinaTime.Date(m.SubmittedAt) is var day ? day.Year * 100 + day.Month : 0;

    private static (int X, int Y) Tile(Matter m, int zoom) => Tile(m.Latitude!.Value, m.Longitude!.Value, zoom);

    // As the web's maps define it.
    private static (int X, int Y) Tile(double latitude, double longitude, int zoom)
    {
        var (n, angle) = (Math.Pow(2, zoom), latitude * Math.PI / 180);
        return ((int)Math.Floor((longitude + 180) / 360 * n), (int)Math.Floor((1 - Math.Asinh(Math.Tan(angle)) / Math.PI) / 2 * n));
    }
}
