namespace Renda.Platform.Demo;

/// <summary>
/// Approximate positions for the demo city. The division codes come without coordinates, so each town is given a point
/// inside an ellipse about the middle of its county, and each village a point near its town. They look plausible on a
/// map of the whole city and are wrong by kilometres on a map of one village: for demo data only.
/// </summary>
public static class DemoPlaces
{
    /// <summary>Tangzitou (塘子头自然村), a natural village of Hongshan village in Heping; approximate, WGS-84.</summary>
    public static (double Latitude, double Longitude) Tangzitou { get; } = (30.8138, 119.8967);

    private const long Heping = 330522110000;

    /// <summary>Hongshan village (红山村), Heping town, Changxing county.</summary>
    public const long Hongshan = 330522110225;

    // Half axes in degrees: about the reach of each county.
    private static readonly (long County, double Latitude, double Longitude, double ReachLatitude, double ReachLongitude)[] Counties =
    [
        (330502, 30.87, 120.12, 0.085, 0.105),
        (330503, 30.78, 120.36, 0.100, 0.120),
        (330521, 30.54, 119.98, 0.090, 0.200),
        (330522, 31.02, 119.91, 0.130, 0.170),
        (330523, 30.64, 119.68, 0.150, 0.160),
    ];

    /// <summary>
    /// The demo point of a county, town or village, WGS-84 degrees; always the same for the same code. A code outside
    /// Huzhou's counties gets the middle of the city.
    /// </summary>
    /// <param name="code">12-digit division code.</param>
    public static (double Latitude, double Longitude) PointOf(long code)
    {
        if (code == Hongshan)
            return (30.8121, 119.8984);
        var county = Array.Find(Counties, c => c.County == code / 1_000_000);
        if (county.County == 0)
            return (30.87, 120.09);
        if (code % 1_000_000 == 0)
            return (county.Latitude, county.Longitude);

        var town = code / 1000 * 1000;
        var (latitude, longitude) = town == Heping
            ? (30.81, 119.90)
            : InEllipse(new DemoRandom(town), county.Latitude, county.Longitude, county.ReachLatitude, county.ReachLongitude);
        return code == town ? (latitude, longitude) : InEllipse(new DemoRandom(code, 7), latitude, longitude, 0.026, 0.030);
    }

    /// <summary>A point the given metres away in the given direction (degrees clockwise from north); for spots within a village.</summary>
    public static (double Latitude, double Longitude) Away((double Latitude, double Longitude) from, double metres, double bearing)
    {
        const double metresPerDegree = 111_320;
        var angle = bearing * Math.PI / 180;
        return (
            from.Latitude + (metres * Math.Cos(angle) / metresPerDegree),
            from.Longitude + (metres * Math.Sin(angle) / (metresPerDegree * Math.Cos(from.Latitude * Math.PI / 180))));
    }

    private static (double Latitude, double Longitude) InEllipse(DemoRandom random, double latitude, double longitude, double reachLatitude, double reachLongitude)
    {
        // The root spreads the points evenly over the area instead of heaping them up in the middle.
        var distance = Math.Sqrt(random.NextDouble());
        var angle = random.Between(0, 2 * Math.PI);
        return (
            Math.Round(latitude + (reachLatitude * distance * Math.Sin(angle)), 6),
            Math.Round(longitude + (reachLongitude * distance * Math.Cos(angle)), 6));
    }
}
