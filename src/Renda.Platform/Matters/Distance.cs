namespace Renda.Platform.Matters;

/// <summary>Distances on the ground.</summary>
public static class Distance
{
    /// <summary>Great-circle distance in metres between two WGS-84 points in degrees (haversine, mean radius).</summary>
    public static double Metres(double latitude1, double longitude1, double latitude2, double longitude2)
    {
        const double radius = 6_371_008.8;
        var (a, b) = (double.DegreesToRadians(latitude1), double.DegreesToRadians(latitude2));
        var h = Math.Pow(Math.Sin((b - a) / 2), 2) + Math.Cos(a) * Math.Cos(b) * Math.Pow(Math.Sin(double.DegreesToRadians(longitude2 - longitude1) / 2), 2);
        return 2 * radius * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }
}
