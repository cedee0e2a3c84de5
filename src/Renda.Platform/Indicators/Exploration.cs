namespace Renda.Platform.Indicators;

/// <summary>That an answer became another since, though it is about the same days (更正).</summary>
/// <param name="On">The day as of whose end it was told.</param>
/// <param name="To">Last day it is about: nothing after <paramref name="On"/>, which is no correction but news.</param>
/// <param name="Then">What was told.</param>
/// <param name="Now">What is told today.</param>
/// <param name="Facts">How many lines of the ledger became known since.</param>
/// <param name="Matters">Of how many matters they are.</param>
public sealed record IndicatorCorrection(DateOnly On, DateOnly To, decimal? Then, decimal? Now, int Facts, int Matters);

/// <summary>One indicator of an exploration.</summary>
/// <param name="Read">Definition, question and answer.</param>
/// <param name="Before">The whole within the same days of the year before; null when it was not asked for.</param>
/// <param name="Now">The whole as it is told today; null where no past day was asked for.</param>
/// <param name="Correction">What became of the answer since; null where it is the same.</param>
public sealed record ExploredNumber(IndicatorReading Read, IndicatorLine? Before, IndicatorLine? Now, IndicatorCorrection? Correction);

/// <summary>A number of a line of an exploration.</summary>
/// <param name="Value">The number; null where the line has none.</param>
/// <param name="Before">Within the same days of the year before.</param>
/// <param name="Now">As it is told today, where a past day was asked for.</param>
public readonly record struct ExploredCell(decimal? Value, decimal? Before, decimal? Now);

/// <summary>A line of an exploration.</summary>
/// <param name="Key">As <see cref="IndicatorLine.Key"/>.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Cells">One for each indicator.</param>
public sealed record ExploredLine(string Key, string Name, IReadOnlyList<ExploredCell> Cells);

/// <summary>One indicator or two, broken down and beside the year before: what the page shows and the files hold.</summary>
/// <param name="Numbers">The indicators.</param>
/// <param name="Lines">Days and months in order, everything else by the first indicator, the largest first.</param>
public sealed record Exploration(IReadOnlyList<ExploredNumber> Numbers, IReadOnlyList<ExploredLine> Lines)
{
    /// <summary>The same days of the year before.</summary>
    public static IndicatorQuestion YearBefore(IndicatorQuestion question) => question with { From = question.From.AddYears(-1), To = question.To.AddYears(-1) };

    /// <summary>A line's key in the year before: a day or month has another, everything else the same.</summary>
    public static string KeyBefore(string key, IndicatorBy by) =>
        by is IndicatorBy.Day or IndicatorBy.Month ? DateOnly.ParseExact(key, "yyyy-MM-dd").AddYears(-1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : key;

    // 29 February and 28 February have the same day before them: the year before is told once.
    internal static bool HasBefore(string key, IndicatorBy by) => by != IndicatorBy.Day || !key.EndsWith("-02-29", StringComparison.Ordinal);
}
