using System.Text;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Audit;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using static Platform.Tests.Regions.BoundaryWorld;

namespace Platform.Tests.Regions;

/// <summary>Boundaries come in whole, are looked at before they count, hold by day, and go out again as they came.</summary>
public sealed class BoundaryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_preview_counts_only_when_it_is_written_and_not_any_more_when_it_is_undone(DatabaseProvider provider)
    {
        await using var w = await OnAsync(provider);
        var (id, file) = (Guid.CreateVersion7(), Collection(Square(Heping, 119.9, 30.81, 0.05), Square(Hongshan, 119.8984, 30.8121, 0.01), Square(Changxing, 119.9, 31, 0.25)));
        Assert.Null(await w.ReadAsync(id, file));
        Assert.Null(await w.AtAsync(30.8121, 119.8984));
        // Once more, as a phone does that did not hear the answer.
        Assert.Null(await w.ReadAsync(id, file));
        Assert.Equal("boundaries.id-taken", (await w.ReadAsync(id, Collection(Square(Heping, 119.9, 30.81))))!.Code);
        for (var i = 0; i < 2; i++) Assert.Null(await w.Sets.WriteAsync(id, Admin, Stop));

        Assert.Equal(Hongshan, await w.AtAsync(30.8121, 119.8984));
        Assert.Equal(Heping, await w.AtAsync(30.83, 119.93));
        Assert.Equal(Changxing, await w.AtAsync(31.1, 119.9));
        Assert.Null(await w.AtAsync(30.5, 119.9));

        Assert.Equal("form.invalid", (await w.Sets.UndoAsync(id, " ", Admin, Stop))!.Code);
        for (var i = 0; i < 2; i++) Assert.Null(await w.Sets.UndoAsync(id, "坐标系弄错了", Admin, Stop));
        Assert.Null(await w.AtAsync(30.8121, 119.8984));
        Assert.Equal("boundaries.undone", (await w.Sets.WriteAsync(id, Admin, Stop))!.Code);
        Assert.Equal("not-found", (await w.Sets.WriteAsync(Guid.CreateVersion7(), Admin, Stop))!.Code);

        await using var db = w.Open();
        Assert.Equal(["platform.write-boundaries", "platform.undo-boundaries"], await db.Set<AuditEntry>().OrderBy(e => e.Seq).Select(e => e.Action).ToListAsync(Stop));
        Assert.Empty(await w.Audit.VerifyAsync(Stop));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task The_newest_data_holds_for_each_region_as_of_each_day(DatabaseProvider provider)
    {
        await using var w = await OnAsync(provider);
        var old = await w.BringAsync(Collection(Square(Heping, 119.9, 30.81), Square(Hongshan, 119.9, 30.81, 0.01)), day: "2020-01-01");
        var newer = await w.BringAsync(Collection(Square(Hongshan, 119.92, 30.81, 0.01)), day: "2024-06-01");
        // Brought last and older: it holds only for what nobody knows better.
        var late = await w.BringAsync(Collection(Square(Hongshan, 119.95, 30.81, 0.01), Square(Anji, 119.68, 30.64)), day: "2022-01-01");
        await using var db = w.Open();
        async Task<(Guid?, Guid?, Guid?)> HeldAsync(int year)
        {
            var held = await db.HoldersAsync(new DateOnly(year, 12, 31), 0, long.MaxValue, null, Stop);
            return (held.TryGetValue(Heping, out var h) ? h : null, held.TryGetValue(Hongshan, out var v) ? v : null, held.TryGetValue(Anji, out var a) ? a : null);
        }
        Assert.Equal((null, null, null), await HeldAsync(2019));
        Assert.Equal((old, old, null), await HeldAsync(2021));
        Assert.Equal((old, late, late), await HeldAsync(2023));
        Assert.Equal((old, newer, late), await HeldAsync(2025));
        Assert.Equal([Hongshan], (await db.HoldersAsync(new DateOnly(2025, 1, 1), Heping, Heping + 999, RegionLevel.Village, Stop)).Keys);
        Assert.Equal(Hongshan, await w.AtAsync(30.81, 119.92));
        Assert.Equal(Heping, await w.AtAsync(30.81, 119.9));

        Assert.Null(await w.Sets.UndoAsync(newer, "撤", Admin, Stop));
        Assert.Equal((old, late, late), await HeldAsync(2025));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Another_node_sees_it_within_15_seconds(DatabaseProvider provider)
    {
        await using var w = await OnAsync(provider);
        using var other = new BoundaryIndex(w.Databases, RegionDirectory.Huzhou, w.Time);
        Assert.Null(await other.FindAsync(30.81, 119.9, Stop));
        var set = await w.BringAsync(Collection(Square(Heping, 119.9, 30.81)));
        w.Time.By += TimeSpan.FromSeconds(15);
        Assert.Equal(Heping, (await other.FindAsync(30.81, 119.9, Stop))?.Code);
        Assert.Null(await w.Sets.UndoAsync(set, "撤", Admin, Stop));
        w.Time.By += TimeSpan.FromSeconds(15);
        Assert.Null(await other.FindAsync(30.81, 119.9, Stop));
        // Many at once while it is read are all answered.
        await w.BringAsync(Collection(Square(Heping, 119.9, 30.81)));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => w.AtAsync(30.81, 119.9), Stop))), code => Assert.Equal(Heping, code));
    }

    [Fact]
    public async Task Each_datum_is_brought_to_the_same_place()
    {
        await using var w = await OnAsync(DatabaseProvider.Sqlite);
        foreach (var datum in Enum.GetValues<Datum>())
        {
            var (lat, lon) = Datums.FromWgs84(datum, 30.81, 119.9);
            var id = Guid.CreateVersion7();
            Assert.Null(await w.ReadAsync(id, Collection(Square(Heping, lon, lat, 0.001)), datum.ToString()));
            await using var db = w.Open();
            var b = await db.Set<Boundary>().SingleAsync(x => x.SetId == id, Stop);
            Assert.InRange((b.South + b.North) / 2, 30.81 - 2e-6, 30.81 + 2e-6);
            Assert.InRange((b.West + b.East) / 2, 119.9 - 2e-6, 119.9 + 2e-6);
            // 0.002 of a degree each way.
            Assert.InRange(b.Area, 0.0420, 0.0432);
        }
        Assert.Equal(["datum"], (await w.ReadAsync(Guid.CreateVersion7(), Collection(Square(Heping, 119.9, 30.81)), ""))!.Fields.Select(f => f.Field));
        Assert.Equal(["datum"], (await w.ReadAsync(Guid.CreateVersion7(), Collection(Square(Heping, 119.9, 30.81)), "7"))!.Fields.Select(f => f.Field));
    }

    [Fact]
    public async Task Codes_are_filled_up_and_names_are_found_within_the_region_above()
    {
        await using var w = await OnAsync(DatabaseProvider.Sqlite);
        async Task<(List<long> Codes, List<string> Notes)> CodesAsync(string file, params (string, string)[] more)
        {
            var id = Guid.CreateVersion7();
            var refusal = await w.ReadAsync(id, file, more: more);
            Assert.True(refusal is null, refusal?.Text.En);
            await using var db = w.Open();
            return (await db.Set<Boundary>().Where(b => b.SetId == id).Select(b => b.Code).Order().ToListAsync(Stop), (await w.LookAsync(id)).Notes);
        }
        string At(int i, string properties) => Feature(properties, Box(119.7 + i * 0.05, 30.8, 0.01));

        Assert.Equal([Changxing, Heping, Hongshan, Anji], (await CodesAsync(Collection(At(0, """{"id":7,"gb":"330522"}"""), At(1, """{"id":8,"gb":330522110}"""), At(2, """{"id":9,"gb":330522110225.0}"""), At(3, """{"id":10,"gb":"156330523"}""")))).Codes);
        Assert.Equal([Changxing, Heping, Hongshan], (await CodesAsync(Collection(At(0, """{"名称":"长兴县"}"""), At(1, """{"名称":"和平镇"}"""), At(2, """{"名称":"红山村村民委员会"}""")))).Codes);

        var name = RegionDirectory.Huzhou.All.Where(r => r.Level == RegionLevel.Village).GroupBy(r => r.Name).First(g => g.Select(r => RegionCode.Town(r.Code)).Distinct().Count() > 1);
        var (one, other) = (name.First(), name.Last());
        var both = Collection(At(0, $$"""{"n":"{{name.Key}}","t":"{{RegionDirectory.Huzhou.Find(RegionCode.Town(one.Code))!.FullName}}"}"""), At(1, $$"""{"n":"{{name.Key}}","t":"{{RegionCode.Town(other.Code)}}"}"""));
        Assert.Equal([one.Code, other.Code], (await CodesAsync(both, ("title", "n"), ("parent", "t"))).Codes);
        Assert.Equal(["1 ambiguous-name!", "2 ambiguous-name!"], (await CodesAsync(both, ("title", "n"))).Notes);
        Assert.Equal(["2 twice!"], (await CodesAsync(both, ("title", "n"), ("within", RegionCode.Town(one.Code).ToString()))).Notes);

        Assert.Equal("boundaries.no-key", (await w.ReadAsync(Guid.CreateVersion7(), Collection(At(0, """{"a":"x"}"""))))!.Code);
        var missing = (await w.ReadAsync(Guid.CreateVersion7(), Collection(At(0, """{"a":"x"}""")), more: [("code", "b")]))!;
        Assert.Equal("boundaries.no-property", missing.Code);
        Assert.Contains("a", missing.Text.Zh, StringComparison.Ordinal);
    }

    /// <summary>Everything that files of boundaries are known to get wrong, one by one and told by name.</summary>
    [Theory]
    [InlineData("self-crossing", """{"type":"Polygon","coordinates":[[[119.90,30.80],[119.92,30.82],[119.92,30.80],[119.90,30.82],[119.90,30.80]]]}""", true)]
    [InlineData("open-ring", """{"type":"Polygon","coordinates":[[[119.90,30.80],[119.92,30.80],[119.92,30.82],[119.90,30.82]]]}""", true)]
    [InlineData("heights", """{"type":"Polygon","coordinates":[[[119.90,30.80,5],[119.92,30.80,5],[119.92,30.82,5],[119.90,30.80,5]]]}""", true)]
    [InlineData("swapped", """{"type":"Polygon","coordinates":[[[30.80,119.90],[30.80,119.92],[30.82,119.92],[30.80,119.90]]]}""", true)]
    [InlineData("rings", """{"type":"Polygon","coordinates":[[[119.90,30.80],[119.92,30.80],[119.92,30.82],[119.90,30.82],[119.90,30.80]],[[119.95,30.80],[119.96,30.80],[119.96,30.81],[119.95,30.80]]]}""", true)]
    [InlineData("rings", """{"type":"MultiPolygon","coordinates":[[[[119.90,30.80],[119.94,30.80],[119.94,30.84],[119.90,30.84],[119.90,30.80]]],[[[119.91,30.81],[119.92,30.81],[119.92,30.82],[119.91,30.82],[119.91,30.81]]]]}""", true)]
    [InlineData("self-crossing", """{"type":"MultiPolygon","coordinates":[[[[119.90,30.80],[119.93,30.80],[119.93,30.83],[119.90,30.83],[119.90,30.80]]],[[[119.92,30.82],[119.95,30.82],[119.95,30.85],[119.92,30.85],[119.92,30.82]]]]}""", true)]
    [InlineData("empty", """{"type":"Polygon","coordinates":[]}""", false)]
    [InlineData("empty", """{"type":"Polygon","coordinates":[[[119.9,30.8],[119.91,30.8],[119.9,30.8]]]}""", false)]
    [InlineData("empty", """{"type":"MultiPolygon","coordinates":[]}""", false)]
    [InlineData("empty", "null", false)]
    [InlineData("no-area", """{"type":"Polygon","coordinates":[[[119.90,30.80],[119.92,30.80],[119.94,30.80],[119.90,30.80]]]}""", false)]
    [InlineData("no-polygon", """{"type":"Point","coordinates":[119.9,30.8]}""", false)]
    [InlineData("no-polygon", """{"type":"LineString","coordinates":[[119.9,30.8],[119.91,30.8]]}""", false)]
    [InlineData("no-polygon", """{"type":"GeometryCollection","geometries":[]}""", false)]
    [InlineData("no-polygon", """{}""", false)]
    [InlineData("outside", """{"type":"Polygon","coordinates":[[[116.3,39.9],[116.4,39.9],[116.4,40.0],[116.3,39.9]]]}""", false)]
    [InlineData("outside", """{"type":"Polygon","coordinates":[[[119.90,30.80],[119.92,30.80],[125.92,30.82],[119.90,30.80]]]}""", false)]
    [InlineData("projected", """{"type":"Polygon","coordinates":[[[490000,3400000],[491000,3400000],[491000,3401000],[490000,3400000]]]}""", false)]
    [InlineData("broken", """{"type":"Polygon","coordinates":[[[119.90,30.80],[119.92,null],[119.92,30.82],[119.90,30.80]]]}""", false)]
    [InlineData("broken", """{"type":"Polygon","coordinates":[[[119.90,30.80],[119.92,1e999],[119.92,30.82],[119.90,30.80]]]}""", false)]
    [InlineData("broken", """{"type":"Polygon","coordinates":[[[119.90,30.80],[119.92],[119.92,30.82],[119.90,30.80]]]}""", false)]
    [InlineData("broken", """{"type":"Polygon","coordinates":[119.90,30.80,119.92]}""", false)]
    [InlineData("broken", """{"type":"MultiPolygon","coordinates":[[[[119.9,30.8],[119.91,30.8],[119.91,30.81],[119.9,30.8]]],7]}""", false)]
    public async Task What_is_broken_is_mended_or_left_out_and_told(string kind, string geometry, bool mended)
    {
        await using var w = await OnAsync(DatabaseProvider.Sqlite);
        var id = Guid.CreateVersion7();
        Assert.Null(await w.ReadAsync(id, Collection(Feature($$"""{"code":"{{Hongshan}}"}""", geometry), Square(Anji, 119.68, 30.64))));
        var (set, notes) = await w.LookAsync(id);
        Assert.Equal($"1 {kind}{(mended ? "" : "!")}", notes.Count == 0 ? "nothing" : notes[^1]);
        Assert.Equal((2, mended ? 2 : 1), (set.Features, set.Taken));
        await using var db = w.Open();
        var reader = new NetTopologySuite.IO.WKBReader();
        foreach (var b in await db.Set<Boundary>().Where(b => b.SetId == id).ToListAsync(Stop))
        {
            Assert.All((byte[][])[b.Shape, b.Far, b.Middle, b.Near], wkb => Assert.True(reader.Read(wkb) is { IsValid: true, IsEmpty: false, Area: > 0 }));
            Assert.True(b.Area > 0 && b.South < b.North && b.West < b.East);
        }
    }

    [Fact]
    public async Task Nothing_of_value_leaves_nothing_to_write()
    {
        await using var w = await OnAsync(DatabaseProvider.Sqlite);
        var id = Guid.CreateVersion7();
        Assert.Null(await w.ReadAsync(id, Collection(Square(Hongshan, 119.9, 30.8, 0.01).Replace("Polygon", "Point", StringComparison.Ordinal))));
        Assert.Equal("boundaries.none", (await w.Sets.WriteAsync(id, Admin, Stop))!.Code);
        var unknown = Guid.CreateVersion7();
        Assert.Null(await w.ReadAsync(unknown, Collection(Square(330599000000, 119.9, 30.8), Square(Heping, 119.9, 30.8), Square(Heping, 119.9, 30.8), Feature("null", Box(119.9, 30.8, 0.01)))));
        Assert.Equal(["1 unknown-code!", "3 twice!", "4 unknown-code!"], (await w.LookAsync(unknown)).Notes);
        await w.Sets.DiscardAsync(unknown, Stop);
        // A written one is not thrown away; an old preview is forgotten with the next file.
        var written = await w.BringAsync(Collection(Square(Heping, 119.9, 30.8)));
        await w.Sets.DiscardAsync(written, Stop);
        w.Time.By = TimeSpan.FromDays(Boundaries.PreviewDays + 1);
        Assert.Null(await w.ReadAsync(Guid.CreateVersion7(), Collection(Square(Heping, 119.9, 30.81))));
        await using var db = w.Open();
        Assert.Equal(2, await db.Set<BoundarySet>().CountAsync(Stop));
        Assert.Equal(2, await db.Set<Boundary>().CountAsync(Stop));
    }

    [Fact]
    public async Task Hostile_files_are_refused_with_words()
    {
        await using var w = await OnAsync(DatabaseProvider.Sqlite);
        var deep = new string('[', 5000);
        var many = string.Join(',', Enumerable.Repeat("{}", 20_001));
        var detailed = string.Join(',', Enumerable.Range(0, 60_001).Select(i => FormattableString.Invariant($"[119.9,{30 + i / 1e6}]")));
        foreach (var (code, file) in ((string, byte[])[])
        [
            ("not-geojson", []), ("not-geojson", "{"u8.ToArray()), ("not-geojson", "[]"u8.ToArray()), ("not-geojson", """{"type":"Topology"}"""u8.ToArray()), ("not-geojson", """{"type":"FeatureCollection","features":{}}"""u8.ToArray()),
            ("not-geojson", Encoding.UTF8.GetBytes($$"""{"type":"FeatureCollection","features":{{deep}}""")), ("not-geojson", Encoding.UTF8.GetBytes(Collection(Feature("""{"code":"\ud800"}""", "null")))),
            ("not-utf8", [.. "{\"type\":\""u8, 0xB3, 0xA4, 0xD0, 0xCB]), ("empty", Encoding.UTF8.GetBytes(Collection())), ("too-many", Encoding.UTF8.GetBytes(Collection(many))),
            ("too-detailed", Encoding.UTF8.GetBytes(Collection(Feature("{}", $$"""{"type":"Polygon","coordinates":[[{{detailed}}]]}""")))),
            ("too-large", new byte[Boundaries.LongestFile + 1]),
        ])
        {
            var refusal = await w.ReadAsync(Guid.CreateVersion7(), file);
            Assert.Equal("boundaries." + code, refusal?.Code);
            Assert.False(refusal!.Text.IsIncomplete);
        }
        await using var db = w.Open();
        Assert.Equal(0, await db.Set<BoundarySet>().CountAsync(Stop));
    }

    [Fact]
    public async Task An_outline_that_crosses_itself_everywhere_is_left_out_at_once()
    {
        await using var w = await OnAsync(DatabaseProvider.Sqlite);
        var random = new Random(1);
        var wild = string.Join(',', Enumerable.Range(0, 20_000).Select(_ => FormattableString.Invariant($"[{119.5 + random.NextDouble()},{30.4 + random.NextDouble() / 2}]")));
        var id = Guid.CreateVersion7();
        var begun = TimeProvider.System.GetTimestamp();
        Assert.Null(await w.ReadAsync(id, Collection(Feature($$"""{"code":"{{Heping}}"}""", $$"""{"type":"Polygon","coordinates":[[{{wild}}]]}"""))));
        Assert.Contains("1 self-crossing!", (await w.LookAsync(id)).Notes);
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(60));
    }
}
