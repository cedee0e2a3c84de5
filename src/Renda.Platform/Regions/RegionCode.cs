using System.Globalization;

namespace Renda.Platform.Regions;

/// <summary>The five levels of a division code, from the largest area to the smallest.</summary>
public enum RegionLevel
{
    /// <summary>Province (省): two significant digits.</summary>
    Province,

    /// <summary>City (市): four significant digits.</summary>
    City,

    /// <summary>County or district (县、区): six significant digits.</summary>
    County,

    /// <summary>Town, township or subdistrict (镇、乡、街道): nine significant digits.</summary>
    Town,

    /// <summary>Village or residential community (村、社区): all twelve digits.</summary>
    Village,
}

/// <summary>
/// A 12-digit division code, e.g. 330522110225. The code is the path: a region and everything below it are the
/// numbers from <see cref="First"/> to <see cref="Last"/>, so a subtree is one range condition on an indexed column.
/// </summary>
public readonly record struct RegionCode : IComparable<RegionCode>
{
    private const long Smallest = 110_000_000_000;
    private const long Largest = 999_999_999_999;

    // How many codes lie in one region of each level, in the order of RegionLevel.
    private static readonly long[] Spans = [10_000_000_000, 100_000_000, 1_000_000, 1_000, 1];

    /// <summary>Takes a code that is known to be good.</summary>
    /// <param name="value">Twelve digits, 110000000000 to 999999999999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number has not twelve digits, or begins below 11.</exception>
    public RegionCode(long value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, Smallest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Largest);
        Value = value;
    }

    /// <summary>The code as the number that entities and tables hold. 0 only in <c>default</c>.</summary>
    public long Value { get; }

    /// <summary>The level, read from the zeros at the end.</summary>
    public RegionLevel Level
    {
        get
        {
            for (var level = RegionLevel.Province; level < RegionLevel.Village; level++)
            {
                if (Value % Spans[(int)level] == 0)
                    return level;
            }

            return RegionLevel.Village;
        }
    }

    /// <summary>The region one level up; null for a province.</summary>
    public RegionCode? Parent => Level == RegionLevel.Province ? null : new RegionCode(Floor(Value, Level - 1));

    /// <summary>The smallest code of the subtree: the region itself.</summary>
    public long First => Value;

    /// <summary>The largest code that can lie in the subtree (inclusive).</summary>
    public long Last => Value + Spans[(int)Level] - 1;

    /// <summary>True for this region's own code and for every code below it.</summary>
    public bool Contains(long code) => code >= First && code <= Last;

    /// <summary>The code of the city that a code lies in. A code of a province comes back unchanged.</summary>
    public static long City(long code) => Floor(code, RegionLevel.City);

    /// <summary>The code of the county or district that a code lies in. A code above it comes back unchanged.</summary>
    public static long County(long code) => Floor(code, RegionLevel.County);

    /// <summary>The code of the town or subdistrict that a code lies in. A code above it comes back unchanged.</summary>
    public static long Town(long code) => Floor(code, RegionLevel.Town);

    /// <summary>Reads exactly twelve ASCII digits; anything else, from whatever source, is false and never throws.</summary>
    public static bool TryParse(string? text, out RegionCode code)
    {
        code = default;
        // Not long.TryParse alone: it would take signs, spaces and shorter numbers.
        if (text is not { Length: 12 } || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return false;
        return TryCreate(long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture), out code);
    }

    /// <summary>Takes a number that may be no code; false, and <c>default</c>, when it is none.</summary>
    public static bool TryCreate(long value, out RegionCode code)
    {
        code = value is >= Smallest and <= Largest ? new RegionCode(value) : default;
        return code.Value != 0;
    }

    /// <summary>Twelve digits.</summary>
    public override string ToString() => Value.ToString("D12", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public int CompareTo(RegionCode other) => Value.CompareTo(other.Value);

    /// <summary>Earlier in the order of codes: a region comes before everything below it.</summary>
    public static bool operator <(RegionCode left, RegionCode right) => left.Value < right.Value;

    /// <summary>Later in the order of codes.</summary>
    public static bool operator >(RegionCode left, RegionCode right) => left.Value > right.Value;

    /// <summary>Earlier in the order of codes, or the same.</summary>
    public static bool operator <=(RegionCode left, RegionCode right) => left.Value <= right.Value;

    /// <summary>Later in the order of codes, or the same.</summary>
    public static bool operator >=(RegionCode left, RegionCode right) => left.Value >= right.Value;

    private static long Floor(long code, RegionLevel level) => code - code % Spans[(int)level];
}
