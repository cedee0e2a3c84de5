using System.Diagnostics;
using System.Globalization;
using CsCheck;
using Renda.Platform.Matters;
using Renda.Platform.Regions;

namespace Platform.Tests.Regions;

/// <summary>Points go from one datum to another and come back; the shift is the one everybody else computes.</summary>
public sealed class DatumTests
{
    private const string Script = """
        const gcoord = require(process.env.GCOORD);
        const points = JSON.parse(require('fs').readFileSync(process.env.POINTS, 'utf8'));
        const lines = points.map(p => {
          const there = gcoord.transform(p, gcoord.WGS84, gcoord.GCJ02), back = gcoord.transform(p, gcoord.GCJ02, gcoord.WGS84);
          return [...there, ...back].map(n => n.toFixed(9)).join(' ');
        });
        console.log(lines.join('\n'));
        """;

    // All China on land and sea, well inside the box of the shift.
    private static readonly Gen<(double Latitude, double Longitude)> China = Gen.Select(Gen.Double[3.5, 54], Gen.Double[73.2, 135.5]);

    [Theory]
    [InlineData(Datum.Wgs84)]
    [InlineData(Datum.Gcj02)]
    [InlineData(Datum.Cgcs2000)]
    public void There_and_back_is_within_a_centimetre(Datum datum) => China.Sample(p =>
    {
        var there = Datums.FromWgs84(datum, p.Latitude, p.Longitude);
        var back = Datums.ToWgs84(datum, there.Latitude, there.Longitude);
        var (given, again) = (Datums.ToWgs84(datum, p.Latitude, p.Longitude), p);
        var (lat, lon) = Datums.FromWgs84(datum, given.Latitude, given.Longitude);
        return Distance.Metres(p.Latitude, p.Longitude, back.Latitude, back.Longitude) < 0.01 && Distance.Metres(again.Latitude, again.Longitude, lat, lon) < 0.01;
    }, iter: 20_000);

    [Fact]
    public void Where_the_formula_is_steepest_it_comes_back_too()
    {
        // The root of the distance from this meridian has no slope at it.
        foreach (var east in (double[])[0, 1e-12, -1e-12, 1e-9, 1e-7, -1e-7, 1e-4])
        {
            var there = Datums.FromWgs84(Datum.Gcj02, 35, 105 + east);
            var back = Datums.ToWgs84(Datum.Gcj02, there.Latitude, there.Longitude);
            Assert.InRange(Distance.Metres(35, 105 + east, back.Latitude, back.Longitude), 0, 0.01);
        }
    }

    [Fact]
    public void The_shift_is_some_hundred_metres_and_in_the_city_518() => China.Sample(p =>
    {
        var (lat, lon) = Datums.FromWgs84(Datum.Gcj02, p.Latitude, p.Longitude);
        return Distance.Metres(p.Latitude, p.Longitude, lat, lon) is > 10 and < 1500 && Math.Abs(Metres(30.87, 120.09) - 518) < 10;

        static double Metres(double latitude, double longitude)
        {
            var (lat, lon) = Datums.FromWgs84(Datum.Gcj02, latitude, longitude);
            return Distance.Metres(latitude, longitude, lat, lon);
        }
    }, iter: 2_000);

    [Fact]
    public void Abroad_nothing_moves() =>
        Gen.Select(Gen.Double[-90, 90], Gen.Double[-180, 180], Gen.Enum<Datum>()).Where((lat, lon, _) => lat is < 0.8 or > 55.9 || lon is < 72 or > 137.9).Sample((lat, lon, datum) =>
            Datums.FromWgs84(datum, lat, lon) == (lat, lon) && Datums.ToWgs84(datum, lat, lon) == (lat, lon), iter: 5_000);

    [Fact]
    public async Task Gcoord_says_the_same_over_all_of_China()
    {
        var library = Library();
        Assert.SkipWhen(library is null, "gcoord is not installed: run npm ci");
        var random = new Random(3305);
        var points = Enumerable.Range(0, 6000).Select(_ => (Lat: 3.5 + random.NextDouble() * 50.5, Lon: 73.2 + random.NextDouble() * 62.3)).ToList();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "[" + string.Join(',', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"[{p.Lon:R},{p.Lat:R}]"))) + "]", TestContext.Current.CancellationToken);
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["-e", Script]) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["GCOORD"] = library, ["POINTS"] = file } })!;
            var (said, wrong) = (node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(node.ExitCode == 0, await wrong);
            var lines = (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(points.Count, lines.Length);
            var (there, back) = (0.0, 0.0);
            foreach (var (p, line) in points.Zip(lines))
            {
                var n = line.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToList();
                var (shifted, given) = (Datums.FromWgs84(Datum.Gcj02, p.Lat, p.Lon), Datums.ToWgs84(Datum.Gcj02, p.Lat, p.Lon));
                there = Math.Max(there, Distance.Metres(n[1], n[0], shifted.Latitude, shifted.Longitude));
                back = Math.Max(back, Distance.Metres(n[3], n[2], given.Latitude, given.Longitude));
            }
            Assert.InRange(there, 0, 0.001);
            // It stops seeking at a millionth of a degree, 11 cm.
            Assert.InRange(back, 0, 0.2);
            TestContext.Current.SendDiagnosticMessage($"largest difference: there {there * 1000:0.000} mm, back {back * 1000:0.000} mm");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string? Library()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "node_modules", "gcoord", "package.json"))) return Path.Combine(folder.FullName, "node_modules", "gcoord");
        return null;
    }
}
