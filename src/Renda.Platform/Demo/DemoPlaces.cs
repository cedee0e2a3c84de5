namespace Renda.Platform.Demo;

/// <summary>
/// Positions in the demo city, by <see cref="DemoSchematic"/>: each inside the area that the demo's map gives its region. They
/// look plausible on a map of the whole city and are wrong by kilometres on a map of one village: for demo data only.
/// </summary>
public static class DemoPlaces
{
    /// <summary>Tangzitou (塘子头自然村), a natural village of Hongshan village in Heping; approximate, WGS-84.</summary>
    public static (double Latitude, double Longitude) Tangzitou { get; } = (30.8138, 119.8967);

    /// <summary>Hongshan village (红山村), Heping town, Changxing county.</summary>
    public const long Hongshan = 330522110225;

    private static readonly (long County, double Latitude, double Longitude)[] Counties =
        [(330502, 30.87, 120.12), (330503, 30.78, 120.36), (330521, 30.54, 119.98), (330522, 31.02, 119.91), (330523, 30.64, 119.68)];

    /// <summary>
    /// The demo point of a county, town or village, WGS-84 degrees; always the same for the same code. A village that the
    /// directory does not know gets a point near its town and in it, a code outside Huzhou's counties the middle of the city.
    /// </summary>
    /// <param name="code">12-digit division code.</param>
    public static (double Latitude, double Longitude) PointOf(long code)
    {
        var county = Array.Find(Counties, c => c.County == code / 1_000_000);
        if (county.County == 0)
            return (30.87, 120.09);
        if (code % 1_000_000 == 0)
            return (county.Latitude, county.Longitude);
        if (DemoSchematic.Huzhou.PointOf(code) is { } point)
            return point;
        var town = code / 1000 * 1000;
        if (DemoSchematic.Huzhou.PointOf(town) is not { } seat)
            return (county.Latitude, county.Longitude);
        var random = new DemoRandom(code, 7);
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var (latitude, longitude) = InEllipse(random, seat.Latitude, seat.Longitude, 0.026, 0.030);
            if (DemoSchematic.Huzhou.Holds(town, latitude, longitude))
                return (latitude, longitude);
        }
        return seat;
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
