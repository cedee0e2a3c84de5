namespace Renda.Map;

/// <summary>
/// The grid of the web's maps (Web Mercator): at zoom z the world is 2^z by 2^z tiles. A <b>spot</b> is the tile of zoom
/// <see cref="Finest"/> that holds a point, its column and row woven into one number, so that whatever lies in a tile of any zoom
/// is one range of spots.
/// </summary>
public static class Grid
{
    /// <summary>Zoom of a spot: some 60 cm at the equator.</summary>
    public const int Finest = 26;

    private const double MostLatitude = 85.051_128;

    /// <summary>Column and row of a point at the finest zoom.</summary>
    public static (long X, long Y) At(double latitude, double longitude)
    {
        var size = 1L << Finest;
        var sin = Math.Sin(Math.Clamp(latitude, -MostLatitude, MostLatitude) * Math.PI / 180);
        return (Within((longitude + 180) / 360), Within(0.5 - Math.Log((1 + sin) / (1 - sin)) / (4 * Math.PI)));

        long Within(double part) => Math.Clamp((long)Math.Floor(part * size), 0, size - 1);
    }

    /// <summary>The spot of a column and a row.</summary>
    public static long Weave(long x, long y) => Spread(x) | Spread(y) << 1;

    /// <summary>Column and row of a spot, or of a cell at its own zoom.</summary>
    public static (long X, long Y) Unweave(long spot) => (Gather(spot), Gather(spot >> 1));

    /// <summary>The point of a column and a row at the finest zoom; WGS-84 degrees.</summary>
    public static (double Latitude, double Longitude) Place(double x, double y)
    {
        var size = (double)(1L << Finest);
        return (Math.Atan(Math.Sinh(Math.PI * (1 - 2 * y / size))) * 180 / Math.PI, x / size * 360 - 180);
    }

    /// <summary>How many spots a tile of a zoom has.</summary>
    public static long Spots(int zoom) => 1L << 2 * (Finest - zoom);

    private static long Spread(long n)
    {
        n = (n | n << 16) & 0x0000_FFFF_0000_FFFF;
        n = (n | n << 8) & 0x00FF_00FF_00FF_00FF;
        n = (n | n << 4) & 0x0F0F_0F0F_0F0F_0F0F;
        n = (n | n << 2) & 0x3333_3333_3333_3333;
        return (n | n << 1) & 0x5555_5555_5555_5555;
    }

    private static long Gather(long n)
    {
        n &= 0x5555_5555_5555_5555;
        n = (n | n >> 1) & 0x3333_3333_3333_3333;
        n = (n | n >> 2) & 0x0F0F_0F0F_0F0F_0F0F;
        n = (n | n >> 4) & 0x00FF_00FF_00FF_00FF;
        n = (n | n >> 8) & 0x0000_FFFF_0000_FFFF;
        return (n | n >> 16) & 0x0000_0000_FFFF_FFFF;
    }
}
