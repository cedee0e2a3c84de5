using System.Buffers;
using System.Text.Json;
using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.OverlayNG;
using NetTopologySuite.Operation.Polygonize;
using NetTopologySuite.Triangulate;
using Renda.Platform.Regions;

namespace Renda.Platform.Demo;

/// <summary>
/// A schematic map of the demo city (演示数据·示意图): the counties of <see cref="DemoOutline"/>, divided evenly among their
/// towns and those among their villages. Where a town lies within its county is made up. All levels fit each other without
/// gap or overlap; the same on every machine.
/// </summary>
public sealed class DemoSchematic
{
    private const int SamplesPerVillage = 60;
    private const int Rounds = 10;

    // A millionth of a degree, 10 cm: what corners are rounded to.
    private static readonly PrecisionModel Grid = new(1e6);

    private static readonly Lazy<DemoSchematic> Drawn = new(() => new DemoSchematic(RegionDirectory.Huzhou));

    private readonly RegionDirectory _regions;
    private readonly Dictionary<long, Geometry> _areas = [];
    private readonly Dictionary<long, (double Latitude, double Longitude)> _points = [];

    /// <summary>Draws the city of a directory: its counties must be those of Huzhou.</summary>
    public DemoSchematic(RegionDirectory regions)
    {
        _regions = regions;
        var lines = new List<Geometry>();
        var counties = DemoOutline.Draw().Select(c => new County(c.Value, Divide(c.Key, c.Value, lines))).ToList();
        var pieces = new Dictionary<long, List<Geometry>>();
        var polygonizer = new Polygonizer();
        // All lines at once, cut where they meet: what two regions share is then the same for both.
        polygonizer.Add(UnaryUnionNG.Union(lines, BoundaryShapes.Factory, Grid));
        foreach (var face in polygonizer.GetPolygons())
        {
            var inside = face.InteriorPoint.Coordinate;
            if (counties.Find(c => SimplePointInAreaLocator.IsContained(inside, c.Outline)) is not { } county) continue;
            var town = Nearest(county.Towns, inside);
            var code = town.Villages.Count > 0 ? Nearest(town.Villages, inside).Code : town.Code;
            if (pieces.TryGetValue(code, out var list)) list.Add(face);
            else pieces[code] = [face];
        }
        foreach (var (code, parts) in pieces) _areas[code] = Union(parts);
        Join(RegionLevel.Town);
        Join(RegionLevel.County);
        Join(RegionLevel.City);
        foreach (var site in counties.SelectMany(c => c.Towns).SelectMany(t => t.Villages.Append(t))) Point(site.Code, site.At);
    }

    /// <summary>The one that the demo city is made of, drawn at the first question.</summary>
    public static DemoSchematic Huzhou => Drawn.Value;

    /// <summary>A point of a town or village inside its area, WGS-84 degrees; null when it has none.</summary>
    public (double Latitude, double Longitude)? PointOf(long code) => _points.TryGetValue(code, out var point) ? point : null;

    /// <summary>Whether a point (WGS-84 degrees) lies in the area of a region.</summary>
    public bool Holds(long code, double latitude, double longitude) => _areas.TryGetValue(code, out var area) && SimplePointInAreaLocator.IsContained(new Coordinate(longitude, latitude), area);

    /// <summary>All areas from the city down to the villages as a file that the product imports.</summary>
    public byte[] ToGeoJson()
    {
        var body = new ArrayBufferWriter<byte>(1 << 20);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteStartArray("features");
            foreach (var (code, area) in _areas.OrderBy(a => a.Key)) BoundaryApi.Write(json, _regions.Find(code)!, area, ZoomClass.Near);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return body.WrittenSpan.ToArray();
    }

    /// <summary>Areas of a level from those below it.</summary>
    private void Join(RegionLevel level)
    {
        foreach (var region in _regions.All.Where(r => r.Level == level && !_areas.ContainsKey(r.Code)))
        {
            var below = _regions.Children(region.Code).Select(c => _areas.GetValueOrDefault(c.Code)).OfType<Geometry>().ToList();
            if (below.Count > 0) _areas[region.Code] = Union(below);
        }
    }

    private void Point(long code, Coordinate site)
    {
        if (!_areas.TryGetValue(code, out var area)) return;
        // A crooked area may not hold its own middle.
        var at = SimplePointInAreaLocator.IsContained(site, area) ? site : area.InteriorPoint.Coordinate;
        _points[code] = (Math.Round(at.Y, 6), Math.Round(at.X, 6));
    }

    /// <summary>Spreads a county's towns over it and their villages over them; adds all borders to the lines.</summary>
    private List<Town> Divide(long county, Polygon outline, List<Geometry> lines)
    {
        lines.Add(outline.ExteriorRing);
        var random = new DemoRandom(county, 11);
        var towns = _regions.Children(county);
        var villages = towns.Sum(t => Math.Max(1, _regions.Children(t.Code).Count));
        var samples = Samples(outline, villages * SamplesPerVillage, random);
        var sites = Spread(samples, [.. towns.Select(t => t.Code)], random);
        var shares = samples.ToLookup(s => sites.MinBy(site => site.At.Distance(s))!.Code);
        var cells = Cells(sites, outline, lines);
        return [.. sites.Select(site =>
        {
            var below = Spread([.. shares[site.Code]], [.. _regions.Children(site.Code).Select(v => v.Code)], new DemoRandom(site.Code, 12));
            Cells(below, cells[site.Code], lines);
            return new Town(site.Code, site.At, below);
        })];
    }

    private static List<Coordinate> Samples(Polygon outline, int count, DemoRandom random)
    {
        var (box, step) = (outline.EnvelopeInternal, Math.Sqrt(outline.Area / count));
        var locator = new IndexedPointInAreaLocator(outline);
        var samples = new List<Coordinate>(count + count / 10);
        for (var y = box.MinY; y < box.MaxY; y += step)
            for (var x = box.MinX; x < box.MaxX; x += step)
                if (new Coordinate(x + random.Between(0, step), y + random.Between(0, step)) is var point && locator.Locate(point) == Location.Interior) samples.Add(point);
        return samples;
    }

    /// <summary>Places as evenly as they go: each moves to the middle of what is nearest to it, a few times (Lloyd).</summary>
    private static List<Site> Spread(List<Coordinate> samples, List<long> codes, DemoRandom random)
    {
        if (codes.Count == 0 || samples.Count < codes.Count) return [];
        random.Shuffle(samples);
        var at = codes.Select((code, i) => Fixed(code) ?? samples[i].Copy()).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var sums = new (double X, double Y, int Count)[at.Length];
            foreach (var sample in samples)
            {
                var nearest = 0;
                for (var i = 1; i < at.Length; i++)
                    if (Square(at[i], sample) < Square(at[nearest], sample)) nearest = i;
                sums[nearest] = (sums[nearest].X + sample.X, sums[nearest].Y + sample.Y, sums[nearest].Count + 1);
            }
            for (var i = 0; i < at.Length; i++)
                if (sums[i].Count > 0 && Fixed(codes[i]) is null) at[i] = new Coordinate(sums[i].X / sums[i].Count, sums[i].Y / sums[i].Count);
        }
        return [.. codes.Select((code, i) => new Site(code, at[i]))];

        static double Square(Coordinate a, Coordinate b) => (a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y);
    }

    /// <summary>Where the demo's story plays stays where it is told.</summary>
    private static Coordinate? Fixed(long code) => code switch
    {
        DemoCity.Heping => new(119.90, 30.81),
        DemoPlaces.Hongshan => new(119.8984, 30.8121),
        _ => null,
    };

    /// <summary>What of an area is nearest to each site; the borders between them are added to the lines.</summary>
    private static Dictionary<long, Geometry> Cells(List<Site> sites, Geometry area, List<Geometry> lines)
    {
        if (sites.Count < 2) return sites.ToDictionary(s => s.Code, _ => area);
        var box = new Envelope(area.EnvelopeInternal);
        box.ExpandBy(1);
        var builder = new VoronoiDiagramBuilder { ClipEnvelope = box };
        builder.SetSites([.. sites.Select(s => s.At)]);
        var diagram = builder.GetDiagram(BoundaryShapes.Factory);
        var cells = new Dictionary<long, Geometry>();
        for (var i = 0; i < diagram.NumGeometries; i++)
        {
            var cell = (Polygon)diagram.GetGeometryN(i);
            lines.Add(OverlayNGRobust.Overlay(cell.ExteriorRing, area, NetTopologySuite.Operation.Overlay.SpatialFunction.Intersection));
            var site = sites.Find(s => SimplePointInAreaLocator.IsContained(s.At, cell))!;
            cells[site.Code] = OverlayNGRobust.Overlay(cell, area, NetTopologySuite.Operation.Overlay.SpatialFunction.Intersection);
        }
        return cells;
    }

    private static T Nearest<T>(List<T> sites, Coordinate point) where T : Site => sites.MinBy(s => s.At.Distance(point))!;

    private static Geometry Union(List<Geometry> parts) => parts.Count == 1 ? parts[0] : BoundaryShapes.Areas(NetTopologySuite.Coverage.CoverageUnion.Union([.. parts]))!;

    private record Site(long Code, Coordinate At);

    private sealed record Town(long Code, Coordinate At, List<Site> Villages) : Site(Code, At);

    private sealed record County(Polygon Outline, List<Town> Towns);
}
