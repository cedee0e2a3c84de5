using NetTopologySuite.Geometries;
using Renda.Platform.Regions;

namespace Renda.Platform.Demo;

/// <summary>
/// The five counties in outline, drawn by hand for the demo from what everybody knows of the city: Lake Tai to the north
/// of Changxing and Wuxing, hills to the west of Anji, Deqing in the south, Nanxun in the east. A schematic (示意图), traced
/// from no map. What two counties share is one line, so that they fit.
/// </summary>
internal static class DemoOutline
{
    // How far the middle of a stretch is moved aside, as a share of its length, and how often stretches are halved.
    private const double Sway = 0.09;
    private const int Halvings = 3;

    // Corners where three meet; longitude first.
    private static readonly (double X, double Y)
        LakeWest = (120.085, 30.955), LakeEast = (120.370, 30.928), SouthEast = (120.300, 30.612), South = (119.770, 30.530),
        West = (119.570, 30.860), Hills = (119.868, 30.752), Middle = (119.880, 30.690), Canal = (120.180, 30.660);

    private static readonly (double X, double Y)[][] Lines =
    [
        // 0 Changxing's border with the provinces to the west and north, and its shore.
        [West, (119.560, 30.930), (119.565, 31.000), (119.600, 31.070), (119.590, 31.130), (119.680, 31.165), (119.790, 31.180), (119.890, 31.170), (119.940, 31.150), (119.975, 31.080), (120.020, 31.020), (120.055, 30.975), LakeWest],
        // 1 Wuxing's shore.
        [LakeWest, (120.150, 30.950), (120.250, 30.945), (120.330, 30.936), LakeEast],
        // 2 Nanxun's border to the east.
        [LakeEast, (120.440, 30.905), (120.490, 30.860), (120.470, 30.800), (120.500, 30.740), (120.460, 30.680), (120.380, 30.625), SouthEast],
        // 3 Deqing's border to the south.
        [SouthEast, (120.330, 30.560), (120.270, 30.500), (120.150, 30.462), (120.030, 30.450), (119.930, 30.470), (119.830, 30.500), South],
        // 4 Anji's border to the south and west.
        [South, (119.740, 30.462), (119.660, 30.405), (119.580, 30.385), (119.480, 30.425), (119.380, 30.465), (119.300, 30.525), (119.245, 30.600), (119.300, 30.680), (119.370, 30.745), (119.430, 30.800), (119.500, 30.850), West],
        // 5 Changxing and Anji.
        [West, (119.660, 30.830), (119.740, 30.800), (119.820, 30.772), Hills],
        // 6 Changxing and Wuxing.
        [Hills, (119.950, 30.800), (119.985, 30.860), (120.030, 30.910), LakeWest],
        // 7 Anji and Wuxing.
        [Hills, (119.890, 30.722), Middle],
        // 8 Anji and Deqing.
        [Middle, (119.840, 30.640), (119.800, 30.590), South],
        // 9 Wuxing and Deqing.
        [Middle, (119.960, 30.672), (120.040, 30.662), (120.120, 30.680), Canal],
        // 10 Deqing and Nanxun.
        [Canal, (120.240, 30.632), SouthEast],
        // 11 Wuxing and Nanxun.
        [Canal, (120.205, 30.720), (120.240, 30.780), (120.275, 30.840), (120.320, 30.885), LakeEast],
    ];

    // The lines of each county in the order of its outline; ~n is line n backwards.
    private static readonly (long County, int[] Outline)[] Counties =
    [
        (330502000000, [1, ~11, ~9, ~7, 6]), (330503000000, [2, ~10, 11]), (330521000000, [3, ~8, 9, 10]),
        (330522000000, [0, ~6, ~5]), (330523000000, [4, 5, 7, 8]),
    ];

    /// <summary>The counties' areas by code.</summary>
    public static Dictionary<long, Polygon> Draw()
    {
        var drawn = Lines.Select((line, i) => Bend(line, new DemoRandom(3305, i))).ToList();
        return Counties.ToDictionary(c => c.County, c =>
        {
            var outline = new List<Coordinate>();
            foreach (var line in c.Outline)
                foreach (var point in line >= 0 ? drawn[line] : drawn[~line].AsEnumerable().Reverse())
                    if (outline.Count == 0 || !outline[^1].Equals2D(point)) outline.Add(point.Copy());
            return BoundaryShapes.Factory.CreatePolygon([.. outline]);
        });
    }

    /// <summary>Halves each stretch and moves its middle aside, a few times: borders are not straight.</summary>
    private static List<Coordinate> Bend((double X, double Y)[] line, DemoRandom random)
    {
        for (var round = 0; round < Halvings; round++)
        {
            var bent = new List<(double X, double Y)> { line[0] };
            for (var i = 0; i + 1 < line.Length; i++)
            {
                var (a, b) = (line[i], line[i + 1]);
                var aside = random.Between(-Sway, Sway);
                bent.Add(((a.X + b.X) / 2 - (b.Y - a.Y) * aside, (a.Y + b.Y) / 2 + (b.X - a.X) * aside));
                bent.Add(b);
            }
            line = [.. bent];
        }
        return [.. line.Select(p => new Coordinate(Math.Round(p.X, 6), Math.Round(p.Y, 6)))];
    }
}
