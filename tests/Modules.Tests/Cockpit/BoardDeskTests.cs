using CsCheck;
using Microsoft.EntityFrameworkCore;
using Modules.Tests.Visits;
using Renda.Cockpit;
using Renda.Cockpit.Data;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Indicators;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Modules.Tests.Cockpit;

/// <summary>Boards that are made here: who is offered which, what each save leaves behind, what cannot be laid out.</summary>
public sealed class BoardDeskTests
{
    private static readonly IReadOnlyList<RendaModule> Modules = [VisitsRules.Module, new CockpitModule()];

    private static readonly Tile[] Tiles =
    [
        new(TileKind.Ranking, new("哪里多", "Where"), 1, 5, 3, 4) { Indicators = ["visits.raised"], By = IndicatorBy.Unit, Most = 5 },
        new(TileKind.Lights, new("按时", "On time"), 4, 1, 6, 8) { Indicators = ["visits.on-time"], Good = 90, Poor = 60.5m, Layers = ["visits.tracks"] },
        new(TileKind.Number, new("收到", "Received"), 1, 1, 3, 4) { Indicators = ["visits.raised"] },
    ];

    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Actor Person(string name, string role, long region) => new(Guid.CreateVersion7(), null, name, [new ActorGrant(Role.Find(role)!, region, null, Modules.SelectMany(m => m.Permissions).Where(p => p.Roles.Contains(role)).Select(p => p.Id).ToHashSet())]);

    private static BoardDesk Desk(FindingWorld w) => new(w.Databases, new BoardShelf(Modules), RegionDirectory.Huzhou, Modules, w.Time);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_board_is_offered_to_those_it_is_for_and_changed_by_those_beside_its_author(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var desk = Desk(w);
        var (author, beside, leader, city, town, elsewhere) = (Person("甲", "clerk", 330522000000), Person("乙", "clerk", 330522000000), Person("丙", "leader", 330522000000), Person("丁", "clerk", 330500000000), Person("戊", "clerk", 330522110000), Person("己", "clerk", 330523000000));
        foreach (var (reach, seen, changed) in ((BoardReach, Actor[], Actor[])[])
        [
            (BoardReach.Own, [author], [author]),
            (BoardReach.Place, [author, beside, leader], [author, beside]),
            (BoardReach.Below, [author, beside, leader, town], [author, beside]),
        ])
        {
            var id = Guid.CreateVersion7();
            Assert.Null(await desk.SaveAsync(id, 0, "我的屏", reach, Tiles, author, Cancellation));
            foreach (var who in (Actor[])[author, beside, leader, city, town, elsewhere])
            {
                var found = await desk.FindAsync(id.ToString("D"), who, null, Cancellation);
                Assert.Equal(seen.Contains(who), found is not null);
                Assert.Equal(seen.Contains(who), (await desk.ListAsync(who, Cancellation)).Any(b => b.Stored?.Id == id));
                Assert.Equal(changed.Contains(who), found?.MayEdit == true);
                // Whoever may not change it is told that it is not there.
                if (!changed.Contains(who)) Assert.Equal(404, (await desk.SaveAsync(id, 1, "别人的", reach, Tiles, who, Cancellation))?.Status);
            }
            Assert.Equal(404, (await desk.RemoveAsync(id, beside, Cancellation))?.Status);
            Assert.Null(await desk.RemoveAsync(id, author, Cancellation));
            Assert.Null(await desk.RemoveAsync(id, author, Cancellation));
            Assert.Null(await desk.FindAsync(id.ToString("D"), author, null, Cancellation));
        }
        // A leader looks, and makes none.
        Assert.Equal(404, (await desk.SaveAsync(Guid.CreateVersion7(), 0, "领导的", BoardReach.Own, Tiles, leader, Cancellation))?.Status);
        // Those beside the author change what is on it, not who is offered it.
        var shared = Guid.CreateVersion7();
        Assert.Null(await desk.SaveAsync(shared, 0, "共用", BoardReach.Place, Tiles, author, Cancellation));
        Assert.Null(await desk.SaveAsync(shared, 1, "共用", BoardReach.Below, Tiles[1..], beside, Cancellation));
        Assert.Null(await desk.FindAsync(shared.ToString("D"), town, null, Cancellation));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Each_save_leaves_a_version_a_retry_leaves_none_and_nobody_is_overwritten_unawares(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var desk = Desk(w);
        var (author, beside, id) = (Person("甲", "clerk", 330522000000), Person("乙", "office-head", 330522000000), Guid.CreateVersion7());
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => desk.SaveAsync(id, 0, "大厅", BoardReach.Place, Tiles, author, Cancellation))), Assert.Null);
        Assert.Single(await desk.VersionsAsync(id, Cancellation));
        var kept = (await desk.FindAsync(id.ToString("D"), author, null, Cancellation))!.Board;
        // A phone shows them in the order in which they lie.
        Assert.Equal(["收到", "按时", "哪里多"], kept.Tiles.Select(t => t.Title.Zh));
        Assert.Equal(Board.Write([Tiles[2], Tiles[1], Tiles[0]]), Board.Write(kept.Tiles));

        Assert.Null(await desk.SaveAsync(id, 1, "大厅二", BoardReach.Place, Tiles[..1], beside, Cancellation));
        var refused = await desk.SaveAsync(id, 1, "大厅三", BoardReach.Place, Tiles[1..], author, Cancellation);
        Assert.Equal(("cockpit.overtaken", 409), (refused!.Code, refused.Status));
        Assert.Contains("乙", refused.Text.Zh, StringComparison.Ordinal);
        // Two at once, from the same version: one of them is told.
        var both = await Task.WhenAll(desk.SaveAsync(id, 2, "左", BoardReach.Place, Tiles, author, Cancellation), desk.SaveAsync(id, 2, "右", BoardReach.Place, Tiles, beside, Cancellation));
        Assert.Equal(["cockpit.overtaken"], both.OfType<Refusal>().Select(r => r.Code));
        Assert.Equal([3, 2, 1], (await desk.VersionsAsync(id, Cancellation)).Select(v => v.Version));
        Assert.Equal("大厅二", (await desk.FindAsync(id.ToString("D"), author, 2, Cancellation))!.Board.Name.Zh);
        Assert.Null(await desk.FindAsync(id.ToString("D"), author, 9, Cancellation));
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal(3, (await db.Set<StoredBoard>().SingleAsync(b => b.Id == id, Cancellation)).Version);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_cannot_be_laid_out_is_named_at_its_tile_and_nothing_is_kept(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var (desk, author) = (Desk(w), Person("甲", "clerk", 330522000000));
        foreach (var (tiles, field) in ((Tile[], string)[])
        [
            ([], "tiles"),
            ([Tiles[0] with { Column = 11 }], "t0"), ([Tiles[0] with { Row = 0 }], "t0"), ([Tiles[0] with { Height = 13 }], "t0"),
            ([Tiles[0], Tiles[1], Tiles[2] with { Height = 5 }], "t2"),
            ([Tiles[0] with { Indicators = [] }], "t0"), ([Tiles[0] with { Indicators = ["visits.raised", "visits.closed"] }], "t0"), ([Tiles[0] with { By = IndicatorBy.Day }], "t0"), ([Tiles[0] with { Most = 21 }], "t0"),
            ([Tiles[1] with { Poor = 90 }], "t0"), ([Tiles[2] with { Title = new("", "") }], "t0"), ([new Tile(TileKind.Funnel, new("步", "Steps"), 1, 1, 2, 2) { Scenario = "nothing" }], "t0"),
        ])
        {
            var id = Guid.CreateVersion7();
            Assert.Contains((await desk.SaveAsync(id, 0, "屏", BoardReach.Own, tiles, author, Cancellation))!.Fields, f => f.Field == field);
            Assert.Null(await desk.FindAsync(id.ToString("D"), author, null, Cancellation));
        }
        Assert.Contains((await desk.SaveAsync(Guid.CreateVersion7(), 0, new string('长', 31), BoardReach.Own, Tiles, author, Cancellation))!.Fields, f => f.Field == "title");
    }

    [Fact]
    public void Boards_of_the_product_can_be_laid_out_and_what_is_added_finds_free_ground()
    {
        foreach (var board in new BoardShelf(Modules).All)
            Assert.Equal([], board.Tiles.SelectMany((t, i) => board.Tiles.Take(i).Where(t.Overlaps)).Select(t => board.Code + t.Key));
        Gen.Int[1, 12].Select(Gen.Int[1, 12], Gen.Int[1, 6], Gen.Int[1, 6]).List[0, 12].Sample(places =>
        {
            var tiles = places.Select(p => new Tile(TileKind.Ticker, default, p.Item1, p.Item2, Math.Min(p.Item3, 13 - p.Item1), Math.Min(p.Item4, 13 - p.Item2))).ToList();
            var taken = Enumerable.Range(0, 144).Count(i => tiles.Any(new Tile(TileKind.Ticker, default, 1 + (i % 12), 1 + (i / 12), 1, 1).Overlaps));
            if (BoardDesk.Free(tiles) is not var (column, row, width, height)) return taken == 144;
            return column + width <= 13 && row + height <= 13 && !tiles.Any(new Tile(TileKind.Ticker, default, column, row, width, height).Overlaps);
        });
    }

    [Theory]
    [InlineData(95, 90, 60, BoardLight.Green)]
    [InlineData(90, 90, 60, BoardLight.Green)]
    [InlineData(75, 90, 60, BoardLight.Yellow)]
    [InlineData(60, 90, 60, BoardLight.Red)]
    [InlineData(3, 5, 10, BoardLight.Green)]
    [InlineData(7, 5, 10, BoardLight.Yellow)]
    [InlineData(10, 5, 10, BoardLight.Red)]
    public void A_light_is_green_on_the_good_side_whichever_that_is(int value, int good, int poor, BoardLight light) => Assert.Equal(light, BoardReader.LightOf(value, good, poor));
}
