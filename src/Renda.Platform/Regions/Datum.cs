namespace Renda.Platform.Regions;

/// <summary>What a latitude and a longitude refer to.</summary>
public enum Datum
{
    /// <summary>WGS-84: what satellites, phones and the EXIF of photos give. Everything is stored in it.</summary>
    Wgs84,

    /// <summary>GCJ-02: the shifted coordinates of AMap, Tencent and the chat clients; some 500 m off in Zhejiang.</summary>
    Gcj02,

    /// <summary>
    /// CGCS2000, the national datum of government maps. Its ellipsoid differs from that of WGS-84 by 0.1 mm at the pole and
    /// its frame, ITRF97 at epoch 2000.0, from today's WGS-84 by the drift of the plates, some decimetres: taken as equal.
    /// </summary>
    /// <remarks>
    /// Source: Yang Yuanxi, "Chinese geodetic coordinate system 2000", Chinese Science Bulletin 54 (2009), 2714–2721: the
    /// same point differs by at most 0.11 mm through the ellipsoids, and the frames agree to centimetres at one epoch.
    /// </remarks>
    Cgcs2000,
}

/// <summary>From one datum to another, for points anywhere; latitudes −90 to 90 and longitudes −180 to 180 in degrees.</summary>
/// <remarks>
/// GCJ-02 is shifted by the formula that has been public since 2010 (first as C# in "EvilTransform"; the same in eviltransform,
/// coordtransform and gcoord). It shifts within a box about China only; outside, points are the same in all datums. The
/// shift has no inverse in closed form: a point is sought whose shift leads to the one given. Right at the edge of the box,
/// in the sea or abroad, up to 700 m belong to either side.
/// </remarks>
public static class Datums
{
    // Krasovsky 1940, which the formula takes whatever the datum of its input.
    private const double Axis = 6_378_245.0;
    private const double Eccentricity2 = 0.006_693_421_622_965_943_23;

    // A tenth of a millimetre, in degrees; reached after four or five rounds.
    private const double Near = 1e-9;
    private const int Rounds = 30;

    /// <summary>The point in WGS-84; exact to less than a centimetre.</summary>
    public static (double Latitude, double Longitude) ToWgs84(Datum datum, double latitude, double longitude)
    {
        if (datum != Datum.Gcj02 || !IsShifted(latitude, longitude)) return (latitude, longitude);
        var (lat, lon) = (latitude, longitude);
        for (var round = 0; round < Rounds; round++)
        {
            var (north, east) = Shift(lat, lon);
            var (missLat, missLon) = (lat + north - latitude, lon + east - longitude);
            (lat, lon) = (lat - missLat, lon - missLon);
            if (Math.Abs(missLat) < Near && Math.Abs(missLon) < Near) break;
        }
        return (lat, lon);
    }

    /// <summary>A WGS-84 point in another datum.</summary>
    public static (double Latitude, double Longitude) FromWgs84(Datum datum, double latitude, double longitude)
    {
        if (datum != Datum.Gcj02 || !IsShifted(latitude, longitude)) return (latitude, longitude);
        var (north, east) = Shift(latitude, longitude);
        return (latitude + north, longitude + east);
    }

    /// <summary>The name of a datum, for people.</summary>
    public static Words Name(Datum datum) => datum switch
    {
        Datum.Gcj02 => new("GCJ-02（高德、腾讯地图）", "GCJ-02 (AMap, Tencent)"),
        Datum.Cgcs2000 => new("CGCS2000（国家大地坐标系）", "CGCS2000 (national datum)"),
        _ => new("WGS-84（卫星定位）", "WGS-84 (satellites)"),
    };

    private static bool IsShifted(double latitude, double longitude) => longitude is >= 72.004 and <= 137.8347 && latitude is >= 0.8293 and <= 55.8271;

    /// <summary>How far GCJ-02 lies from a WGS-84 point, in degrees to the north and to the east.</summary>
    private static (double North, double East) Shift(double latitude, double longitude)
    {
        var (x, y) = (longitude - 105, latitude - 35);
        var root = Math.Sqrt(Math.Abs(x));
        var waves = (20 * Math.Sin(6 * x * Math.PI) + 20 * Math.Sin(2 * x * Math.PI)) * 2 / 3;
        var north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
            + (20 * Math.Sin(y * Math.PI) + 40 * Math.Sin(y / 3 * Math.PI)) * 2 / 3
            + (160 * Math.Sin(y / 12 * Math.PI) + 320 * Math.Sin(y * Math.PI / 30)) * 2 / 3;
        var east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
            + (20 * Math.Sin(x * Math.PI) + 40 * Math.Sin(x / 3 * Math.PI)) * 2 / 3
            + (150 * Math.Sin(x / 12 * Math.PI) + 300 * Math.Sin(x / 30 * Math.PI)) * 2 / 3;
        var radians = double.DegreesToRadians(latitude);
        var curve = 1 - Eccentricity2 * Math.Sin(radians) * Math.Sin(radians);
        return (
            double.RadiansToDegrees(north / (Axis * (1 - Eccentricity2) / (curve * Math.Sqrt(curve)))),
            double.RadiansToDegrees(east / (Axis / Math.Sqrt(curve) * Math.Cos(radians))));
    }
}
