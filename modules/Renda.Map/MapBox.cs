using System.Globalization;
using Renda.Platform.Regions;

namespace Renda.Map;

/// <summary>A part of the world that is on somebody's screen, WGS-84 degrees.</summary>
/// <param name="South">Smallest latitude.</param>
/// <param name="West">Smallest longitude.</param>
/// <param name="North">Largest latitude.</param>
/// <param name="East">Largest longitude.</param>
public sealed record MapBox(double South, double West, double North, double East)
{
    // So many ranges of spots at most describe it.
    private const int MostAcross = 8;

    /// <summary>Reads <c>south,west,north,east</c>; null when it is malformed.</summary>
    public static MapBox? Read(string? text)
    {
        var parts = (text ?? "").Split(',');
        var numbers = new double[4];
        if (parts.Length != 4) return null;
        for (var i = 0; i < 4; i++)
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])) return null;
        var box = new MapBox(numbers[0], numbers[1], numbers[2], numbers[3]);
        return box is { South: >= -90, North: <= 90, West: >= -180, East: <= 180 } && box.South < box.North && box.West < box.East ? box : null;
    }

    /// <summary>The box as the kernel has it.</summary>
    public GeoBox Geo => new(South, West, North, East);

    /// <summary>Ranges of spots that hold it, and somewhat more: the tiles of the finest zoom of which it touches no more than a few across.</summary>
    public IEnumerable<(long First, long Last)> Ranges()
    {
        var ((west, north), (east, south)) = (Grid.At(North, West), Grid.At(South, East));
        var zoom = Grid.Finest;
        while (zoom > 0 && ((east >> Grid.Finest - zoom) - (west >> Grid.Finest - zoom) >= MostAcross || (south >> Grid.Finest - zoom) - (north >> Grid.Finest - zoom) >= MostAcross)) zoom--;
        var shift = Grid.Finest - zoom;
        for (var x = west >> shift; x <= east >> shift; x++)
            for (var y = north >> shift; y <= south >> shift; y++)
                yield return (Grid.Weave(x, y) * Grid.Spots(zoom), (Grid.Weave(x, y) + 1) * Grid.Spots(zoom) - 1);
    }
}
