using System.Globalization;
using NetTopologySuite.Algorithm;
using NetTopologySuite.Coverage;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using NetTopologySuite.Noding;
using NetTopologySuite.Operation.Valid;

namespace Renda.Platform.Regions;

/// <summary>How finely a map is looked at.</summary>
public enum ZoomClass
{
    /// <summary>A whole city: zoom up to 9.</summary>
    Far,

    /// <summary>A county or a town: zoom 10 to 12.</summary>
    Middle,

    /// <summary>A village: zoom from 13.</summary>
    Near,
}

/// <summary>What is done to the geometries of a file: pure, in WGS-84 degrees.</summary>
internal static class BoundaryShapes
{
    // Crossings of its own outline that a drawn boundary never has; what a random one has costs their square to repair.
    private const int MostCrossings = 2_000;

    // One pixel at the closest zoom of each class, at 31° north; the near one is that of zoom 14.
    private static readonly double[] Tolerances = [262 / MetresPerDegree, 33 / MetresPerDegree, 8 / MetresPerDegree];

    private const double MetresPerDegree = 111_320;
    private const double Radius = 6_371_007.2;

    public static GeometryFactory Factory { get; } = new(new PrecisionModel(), 4326);

    public static ZoomClass ClassOf(double zoom) => zoom < 10 ? ZoomClass.Far : zoom < 13 ? ZoomClass.Middle : ZoomClass.Near;

    /// <summary>
    /// The polygons of a feature in WGS-84, cut to 1e-7 degrees (1 cm): equal corners of neighbours stay equal. Null
    /// when nothing of an area is left.
    /// </summary>
    public static Geometry? Build(List<List<Coordinate[]>> polygons, Datum datum, bool swapped)
    {
        var built = new List<Polygon>(polygons.Count);
        foreach (var rings in polygons)
        {
            var moved = rings.ConvertAll(r => Move(r, datum, swapped));
            if (moved[0].Length < 4) continue;
            built.Add(Factory.CreatePolygon(Factory.CreateLinearRing(moved[0]), [.. moved.Skip(1).Where(r => r.Length >= 4).Select(Factory.CreateLinearRing)]));
        }
        return built.Count switch { 0 => null, 1 => built[0], _ => Factory.CreateMultiPolygon([.. built]) };
    }

    private static Coordinate[] Move(Coordinate[] ring, Datum datum, bool swapped)
    {
        var moved = new List<Coordinate>(ring.Length);
        foreach (var c in ring)
        {
            var (latitude, longitude) = swapped ? Datums.ToWgs84(datum, c.X, c.Y) : Datums.ToWgs84(datum, c.Y, c.X);
            var point = new Coordinate(Math.Round(longitude, 7), Math.Round(latitude, 7));
            if (moved.Count == 0 || !moved[^1].Equals2D(point)) moved.Add(point);
        }
        return [.. moved];
    }

    /// <summary>A valid geometry of the same area, and what was wrong with it; no geometry when it cannot be mended.</summary>
    public static (Geometry? Mended, string Kind, Words Text) Mend(Geometry shape)
    {
        if (new IsValidOp(shape).ValidationError is not { } error) return (shape, "", default);
        var crosses = error.ErrorType is TopologyValidationErrors.SelfIntersection or TopologyValidationErrors.RingSelfIntersection;
        if (crosses && Crossings(shape) > MostCrossings)
            return (null, "self-crossing", new($"边界自己和自己交叉超过 {MostCrossings} 处，没法修补。", $"The outline crosses itself more than {MostCrossings} times and cannot be mended."));
        var at = error.Coordinate is { } c ? string.Create(CultureInfo.InvariantCulture, $"{c.X:0.#####}, {c.Y:0.#####}") : "";
        var mended = Areas(GeometryFixer.Fix(shape));
        if (mended is null || !mended.IsValid) return (null, "no-area", new("修补以后没有剩下面积。", "No area is left after mending."));
        return crosses
            ? (mended, "self-crossing", new($"边界在 {at} 处自己交叉，已修补，请核对。", $"The outline crossed itself at {at}; mended, please check."))
            : (mended, "rings", new($"内外环的关系不对（{at}），已修补，请核对。", $"Rings did not fit each other ({at}); mended, please check."));
    }

    /// <summary>
    /// Geometries of one level simplified together, so that what two neighbours share stays the same line for both. None
    /// vanishes: one too small for a class keeps the shape of the next finer one.
    /// </summary>
    public static (Geometry Far, Geometry Middle, Geometry Near)[] Simplify(IReadOnlyList<Geometry> level)
    {
        var finer = level.ToArray();
        var classes = new Geometry[Tolerances.Length][];
        for (var at = Tolerances.Length - 1; at >= 0; at--)
        {
            // Each from the original: a shape that was kept whole must not keep its neighbours from fitting theirs.
            var simple = CoverageSimplifier.Simplify([.. level], Tolerances[at]);
            classes[at] = [.. simple.Select((s, i) => s is { IsEmpty: false, IsValid: true, Area: > 0 } and (Polygon or MultiPolygon) ? s : finer[i])];
            finer = classes[at];
        }
        return [.. level.Select((_, i) => (classes[0][i], classes[1][i], classes[2][i]))];
    }

    /// <summary>Square kilometres on the sphere of the same surface as the earth.</summary>
    public static double SquareKilometres(Geometry shape)
    {
        var area = 0.0;
        for (var i = 0; i < shape.NumGeometries; i++)
        {
            var polygon = (Polygon)shape.GetGeometryN(i);
            area += Ring(polygon.Shell) - polygon.Holes.Sum(Ring);
        }
        return area / 1e6;

        // Chamberlain and Duquette, "Some algorithms for polygons on a sphere", JPL 07-03 (2007).
        static double Ring(LinearRing ring)
        {
            var (points, sum) = (ring.Coordinates, 0.0);
            for (var i = 0; i + 1 < points.Length; i++)
                sum += double.DegreesToRadians(points[i + 1].X - points[i].X) * (2 + Math.Sin(double.DegreesToRadians(points[i].Y)) + Math.Sin(double.DegreesToRadians(points[i + 1].Y)));
            return Math.Abs(sum * Radius * Radius / 2);
        }
    }

    /// <summary>The polygons of a geometry; null when there are none.</summary>
    public static Geometry? Areas(Geometry shape)
    {
        if (shape is Polygon or MultiPolygon) return shape.IsEmpty ? null : shape;
        var polygons = PolygonExtracter.GetPolygons(shape).Cast<Polygon>().Where(p => !p.IsEmpty).ToArray();
        return polygons.Length switch { 0 => null, 1 => polygons[0], _ => Factory.CreateMultiPolygon(polygons) };
    }

    private static int Crossings(Geometry shape)
    {
        var count = new CrossingCount(MostCrossings);
        var rings = new List<ISegmentString>();
        foreach (var line in LinearComponentExtracter.GetLines(shape)) rings.Add(new BasicSegmentString(line.Coordinates, null));
        new MCIndexNoder(count).ComputeNodes(rings);
        return count.Count;
    }

    /// <summary>Counts proper crossings and stops when there are too many.</summary>
    private sealed class CrossingCount(int most) : ISegmentIntersector
    {
        private readonly RobustLineIntersector _line = new();

        public int Count { get; private set; }

        public bool IsDone => Count > most;

        public void ProcessIntersections(ISegmentString e0, int segIndex0, ISegmentString e1, int segIndex1)
        {
            if (ReferenceEquals(e0, e1) && segIndex0 == segIndex1) return;
            _line.ComputeIntersection(e0.Coordinates[segIndex0], e0.Coordinates[segIndex0 + 1], e1.Coordinates[segIndex1], e1.Coordinates[segIndex1 + 1]);
            if (_line.HasIntersection && _line.IsInteriorIntersection()) Count++;
        }
    }
}
