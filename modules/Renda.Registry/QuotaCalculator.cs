using Renda.Platform.Regions;

namespace Renda.Registry;

/// <summary>Seats of a congress by population: Election Law (选举法, 2020) art. 12.</summary>
public static class QuotaCalculator
{
    /// <summary>
    /// The number of deputies of a congress: a base and one for each so many people, up to the law's maximum (city and
    /// county have a higher number of people from which on it binds; township and province have one maximum).
    /// </summary>
    /// <param name="level">Tier of the congress.</param>
    /// <param name="population">People; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, or a level that has no congress of this kind.</exception>
    public static int Seats(RegionLevel level, long population)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(population);
        return level switch
        {
            RegionLevel.Province => (int)Math.Min(1000, 350 + population / 150_000),
            RegionLevel.City => population > 10_000_000 ? 650 : (int)Math.Min(650, 240 + population / 25_000),
            RegionLevel.County => population > 1_550_000 ? 450 : (int)Math.Min(450, 140 + population / 5_000),
            RegionLevel.Town => (int)Math.Min(160, 45 + population / 1_500),
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "There is no congress of this level."),
        };
    }
}
