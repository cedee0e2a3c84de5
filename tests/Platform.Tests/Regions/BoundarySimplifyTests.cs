using CsCheck;
using NetTopologySuite.Coverage;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Demo;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Platform.Tests.Regions;

/// <summary>Neighbours keep their common line when they are simplified; the demo's schematic is such a coverage, whole and in place.</summary>
public sealed class BoundarySimplifyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task The_schematic_comes_in_whole_and_each_class_fits_together(DatabaseProvider provider)
    {
        await using var w = await BoundaryWorld.OnAsync(provider);
        var id = Guid.CreateVersion7();
        Assert.Null(await w.ReadAsync(id, DemoSchematic.Huzhou.ToGeoJson()));
        Assert.Empty((await w.LookAsync(id)).Notes);
        await using var db = w.Open();
        var rows = await db.Set<Boundary>().AsNoTracking().Where(b => b.SetId == id).ToListAsync(Stop);
        // Every region below the province.
        Assert.Equal(RegionDirectory.Huzhou.All.Where(r => r.Level > RegionLevel.Province).Select(r => r.Code).Order(), rows.Select(r => r.Code).Order());
        var reader = new WKBReader();
        var sizes = new List<int>();
        foreach (var shape in (Func<Boundary, byte[]>[])[b => b.Shape, b => b.Near, b => b.Middle, b => b.Far])
        {
            foreach (var level in rows.GroupBy(r => r.Level))
            {
                Geometry[] all = [.. level.Select(b => reader.Read(shape(b)))];
                Assert.All(all, g => Assert.True(g is { IsEmpty: false, IsValid: true, Area: > 0 }));
                Assert.True(CoverageValidator.IsValid(all), $"{level.Key}: neighbours do not fit");
                // What is simplified together covers the same ground.
                Assert.InRange(all.Sum(g => g.Area) / rows.Where(r => r.Level == RegionLevel.City).Sum(c => reader.Read(c.Shape).Area), 0.97, 1.03);
            }
            sizes.Add(rows.Sum(r => shape(r).Length));
        }
        Assert.True(sizes[0] >= sizes[1] && sizes[1] > sizes[2] && sizes[2] > sizes[3], string.Join(' ', sizes));
        // The city has some 5,800 square kilometres.
        Assert.InRange(rows.Single(r => r.Level == RegionLevel.City).Area, 4_500, 7_000);
    }

    [Fact]
    public async Task A_point_of_the_demo_lies_in_its_village_and_in_all_above()
    {
        await using var w = await BoundaryWorld.OnAsync(DatabaseProvider.Sqlite);
        var id = Guid.CreateVersion7();
        Assert.Null(await w.ReadAsync(id, DemoSchematic.Huzhou.ToGeoJson()));
        Assert.Null(await w.Sets.WriteAsync(id, BoundaryWorld.Admin, Stop));
        foreach (var village in RegionDirectory.Huzhou.All.Where(r => r.Level == RegionLevel.Village))
        {
            var (latitude, longitude) = DemoPlaces.PointOf(village.Code);
            Assert.Equal(village.Code, await w.AtAsync(latitude, longitude));
            foreach (var above in RegionDirectory.Huzhou.Path(village.Code).Where(r => r.Level > RegionLevel.Province)) Assert.True(DemoSchematic.Huzhou.Holds(above.Code, latitude, longitude));
        }
        foreach (var region in RegionDirectory.Huzhou.All.Where(r => r.Level is RegionLevel.County or RegionLevel.Town))
        {
            var (latitude, longitude) = DemoPlaces.PointOf(region.Code);
            Assert.True(DemoSchematic.Huzhou.Holds(region.Code, latitude, longitude), region.FullName);
        }
        Assert.Equal((30.8121, 119.8984), DemoPlaces.PointOf(DemoPlaces.Hongshan));
        Assert.Equal((30.81, 119.90), DemoPlaces.PointOf(DemoCity.Heping));
        Assert.Equal(DemoPlaces.Hongshan, await w.AtAsync(DemoPlaces.Tangzitou.Latitude, DemoPlaces.Tangzitou.Longitude));
    }

    [Fact]
    public void The_schematic_is_the_same_each_time_and_quickly_drawn()
    {
        var again = new DemoSchematic(RegionDirectory.Huzhou).ToGeoJson();
        Assert.Equal(DemoSchematic.Huzhou.ToGeoJson(), again);
        var begun = TimeProvider.System.GetTimestamp();
        _ = new DemoSchematic(RegionDirectory.Huzhou);
        TestContext.Current.SendDiagnosticMessage($"drawn in {TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds:0} ms, {again.Length / 1024} KB");
    }

    /// <summary>Files of neighbours whose common border is a random walk: what one has, the other has too.</summary>
    [Fact]
    public void Whatever_line_two_share_they_share_it_simplified() =>
        Gen.Double[-0.4, 0.4].Array[2, 200].Select(Gen.Double[0.0005, 0.05]).Sample((walk, size) =>
        {
            var border = walk.Select((y, i) => new Coordinate(119.5 + (i + 1) * size / 10, 30.8 + y * size)).ToList();
            var (west, east, half) = (119.5, 119.5 + (walk.Length + 1) * size / 10, size * 2);
            Polygon Side(double y) => BoundaryShapesOf([new(west, 30.8), .. border, new(east, 30.8), new(east, 30.8 + y), new(west, 30.8 + y), new(west, 30.8)]);
            Geometry[] both = [Side(half), Side(-half)];
            var simple = BoundaryShapes.Simplify(both);
            foreach (var pair in (Geometry[][])[[simple[0].Far, simple[1].Far], [simple[0].Middle, simple[1].Middle], [simple[0].Near, simple[1].Near]])
                Assert.True(pair.All(g => g is { IsValid: true, IsEmpty: false, Area: > 0 }) && CoverageValidator.IsValid(pair));

            static Polygon BoundaryShapesOf(List<Coordinate> shell) => BoundaryShapes.Factory.CreatePolygon([.. shell]);
        }, iter: 300);
}
