namespace Renda.Platform.Regions;

/// <summary>One region as people name it.</summary>
/// <param name="Code">12-digit division code, see <see cref="RegionCode"/>.</param>
/// <param name="Name">Name of its own level, e.g. 红山村.</param>
/// <param name="Initials">First letters of the pinyin, lower case, e.g. hsc. Empty when unknown: not found by letters.</param>
public sealed record Region(long Code, string Name, string Initials)
{
    /// <summary>
    /// Name from the county down, e.g. 长兴县和平镇红山村: tells apart the villages of one name. Set by the
    /// <see cref="RegionDirectory"/>; until then the bare name.
    /// </summary>
    public string FullName { get; init; } = Name;

    /// <summary>The level of the code.</summary>
    public RegionLevel Level => new RegionCode(Code).Level;

    /// <summary>
    /// True for a subdistrict (街道). It stands at the level of a town but has no people's congress: the standing
    /// committee of its county sets up a work committee there.
    /// </summary>
    public bool IsSubdistrict => Level == RegionLevel.Town && Name.EndsWith("街道", StringComparison.Ordinal);
}

/// <summary>A box of latitudes and longitudes, WGS-84 degrees; never across the date line.</summary>
/// <param name="South">Smallest latitude.</param>
/// <param name="West">Smallest longitude.</param>
/// <param name="North">Largest latitude.</param>
/// <param name="East">Largest longitude.</param>
public readonly record struct GeoBox(double South, double West, double North, double East)
{
    /// <summary>All of China with its seas.</summary>
    public static GeoBox China { get; } = new(3, 73, 54, 136);

    /// <summary>Whether a point is in it, its edge included.</summary>
    public bool Contains(double latitude, double longitude) => latitude >= South && latitude <= North && longitude >= West && longitude <= East;
}

/// <summary>A list of regions that cannot be used, with the reason for the person who brought it.</summary>
public sealed class InvalidRegionsException(Words words) : Exception($"{words.Zh} / {words.En}")
{
    /// <summary>What is wrong, and with which region or line.</summary>
    public Words Words { get; } = words;
}
