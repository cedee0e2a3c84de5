using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Modules.Tests.Visits;
using Renda.Map;
using Renda.Map.Data;
using Renda.Platform.Persistence;
using Renda.Platform.Search;

namespace Modules.Tests.Map;

/// <summary><c>renda verify</c> finds a row of the map that somebody changed, took away or added.</summary>
public sealed class MapRecountTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Whatever_was_altered_is_named(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        using var ledger = new MapLedger(w.Databases, w.Settings, w.Time, NullLogger<MapLedger>.Instance);
        // Before anything was counted nothing is missing.
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++) await RaiseAsync(i < 4);
        Assert.Empty(await FaultsAsync());
        await CatchUpAsync();
        Assert.Empty(await FaultsAsync());

        // What happened since is on its way, and no fault.
        await RaiseAsync(true);
        await w.ActAsync(ids[0], "assign", w.Clerk, new { leadUnit = w.Power });
        Assert.Empty(await FaultsAsync());
        await CatchUpAsync();
        Assert.Empty(await FaultsAsync());

        await using var db = w.Databases.CreateDbContext();
        // Far behind it goes by the rows, and says the same.
        await RaiseAsync(true);
        await db.Database.ExecuteSqlAsync($"UPDATE feed_cursors SET seq = -1000000 WHERE name = 'map'", Cancellation);
        await ledger.CatchUpAsync(Cancellation);
        Assert.Empty(await FaultsAsync());
        Assert.Equal(5, await db.Set<MapPoint>().CountAsync(Cancellation));
        await CatchUpAsync();
        Assert.Empty(await FaultsAsync());
        Assert.Equal(6, await db.Set<MapPoint>().CountAsync(Cancellation));

        // A database from before units had points of their own is gone through once more, and nothing is counted twice.
        await db.Set<MapUnitPoint>().ExecuteDeleteAsync(Cancellation);
        await db.Set<FeedCursor>().Where(c => c.Name == "map/units").ExecuteDeleteAsync(Cancellation);
        Assert.Empty(await FaultsAsync());
        await CatchUpAsync();
        Assert.Empty(await FaultsAsync());
        Assert.Equal(1, await db.Set<MapUnitPoint>().CountAsync(Cancellation));

        var serial = (await db.Set<MapPoint>().OrderBy(p => p.Serial).FirstAsync(Cancellation)).Serial;
        await AlteredAsync($"matter {ids[0]}", () => db.Database.ExecuteSqlAsync($"UPDATE map_points SET state = 'closed' WHERE serial = {serial}", Cancellation));
        await AlteredAsync($"matter {ids[0]} stands as nothing", () => db.Database.ExecuteSqlAsync($"DELETE FROM map_points WHERE serial = {serial}", Cancellation));
        await AlteredAsync("point 4711 belongs to no matter", () => db.Database.ExecuteSqlAsync($"INSERT INTO map_points (serial, scenario, spot, region, category, state, month) SELECT 4711, scenario, spot, region, category, state, month FROM map_points WHERE serial = {serial}", Cancellation));
        await AlteredAsync($"matter {ids[0]} stands otherwise for unit", () => db.Database.ExecuteSqlAsync($"UPDATE map_unit_points SET region = region + 1 WHERE serial = {serial}", Cancellation));
        await AlteredAsync($"matter {ids[0]} stands otherwise for unit", () => db.Database.ExecuteSqlAsync($"DELETE FROM map_unit_points WHERE serial = {serial}", Cancellation));
        await AlteredAsync("unit's point 4711 belongs to no matter", () => db.Database.ExecuteSqlAsync($"INSERT INTO map_unit_points (unit_id, serial, scenario, spot, region, category, state, month) SELECT unit_id, 4711, scenario, spot, region, category, state, month FROM map_unit_points WHERE serial = {serial}", Cancellation));
        await AlteredAsync("square (visits, 11, *, *,", () => db.Database.ExecuteSqlAsync($"UPDATE map_cells SET count = count + 1 WHERE scenario = 'visits' AND zoom = 11 AND category = '*' AND state = '*'", Cancellation));
        await AlteredAsync("is missing", () => db.Database.ExecuteSqlAsync($"DELETE FROM map_cells WHERE scenario = 'visits' AND zoom = 12 AND category <> '*'", Cancellation));
        await AlteredAsync("square (nowhere, 11", () => db.Database.ExecuteSqlAsync($"INSERT INTO map_cells (scenario, zoom, category, state, cell, month, area, count, x, y) VALUES ('nowhere', 11, '*', '*', 1, 209901, 330522000000, 1, 1, 1)", Cancellation));

        async Task RaiseAsync(bool placed)
        {
            ids.Add(Guid.CreateVersion7());
            var request = w.Request($"第 {ids.Count} 件");
            Assert.Null((await w.SubmitAsync(ids[^1], placed ? request : request with { Latitude = null, Longitude = null }, w.Deputy)).Refusal);
        }

        // Named while it stands, and gone when the map is made anew.
        async Task AlteredAsync(string named, Func<Task<int>> alter)
        {
            Assert.NotEqual(0, await alter());
            Assert.Contains(await FaultsAsync(), f => f.Contains(named, StringComparison.Ordinal));
            await db.Set<MapPoint>().ExecuteDeleteAsync(Cancellation);
            await db.Set<MapUnitPoint>().ExecuteDeleteAsync(Cancellation);
            await db.Set<MapCell>().ExecuteDeleteAsync(Cancellation);
            await db.Set<FeedCursor>().ExecuteDeleteAsync(Cancellation);
            await CatchUpAsync();
            Assert.Empty(await FaultsAsync());
        }

        async Task CatchUpAsync()
        {
            while (await ledger.CatchUpAsync(Cancellation) > 0)
            {
            }
        }

        async Task<IReadOnlyList<string>> FaultsAsync() => await MapRecount.RunAsync(w.Databases, Cancellation);
    }
}
