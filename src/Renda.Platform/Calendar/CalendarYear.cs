using System.Globalization;

namespace Renda.Platform.Calendar;

/// <summary>What the State Council announced for one year.</summary>
/// <param name="Year">2015 to 2099.</param>
/// <param name="Notices">Titles of the notices, so that a clerk can check the days.</param>
/// <param name="Off">Days off that fall on Monday to Friday, in this year or in the December before.</param>
/// <param name="Work">Saturdays and Sundays that are working days, in this year or in the December before.</param>
public sealed record CalendarYear(
    int Year,
    IReadOnlyList<string> Notices,
    IReadOnlyList<DateOnly> Off,
    IReadOnlyList<DateOnly> Work)
{
    // The holidays fixed by law that are checked below are those since 2015; the formula for Qingming ends with the century.
    private const int Earliest = 2015;
    private const int Latest = 2099;

    /// <summary>Finds everything that cannot be right, so that a typing error moves no deadline.</summary>
    /// <exception cref="InvalidCalendarException">With one text for each mistake.</exception>
    internal static void Check(IReadOnlyList<CalendarYear> years)
    {
        var mistakes = new List<Words>();
        if (years.Count == 0)
            mistakes.Add(new Words("没有任何年份。", "There is no year in it."));
        foreach (var twice in years.GroupBy(year => year.Year).Where(group => group.Count() > 1))
            mistakes.Add(new Words("{0}年出现了不止一次。", "The year {0} occurs more than once.").With(twice.Key));
        foreach (var year in years)
            mistakes.AddRange(year.Mistakes());
        if (mistakes.Count > 0)
            throw new InvalidCalendarException(mistakes);
    }

    private IEnumerable<Words> Mistakes()
    {
        if (Year is < Earliest or > Latest)
        {
            yield return new Words("{0}年不在{1}年至{2}年之间。", "The year {0} is not between {1} and {2}.").With(Year, Earliest, Latest);
            yield break;
        }

        foreach (var day in Off.Concat(Work).Where(day => day.Year != Year && (day.Year, day.Month) != (Year - 1, 12)))
            yield return new Words("{0}不属于{1}年，也不在上一年12月。", "{0} is neither in {1} nor in the December before.").With(Text(day), Year);
        foreach (var day in Off.Where(IsWeekend))
            yield return new Words("{0}是周末，本来就休息，不应列入放假日。", "{0} is a weekend, off anyway; it does not belong in the days off.").With(Text(day));
        foreach (var day in Work.Where(day => !IsWeekend(day)))
            yield return new Words("{0}不是周末，不能是调休上班日。", "{0} is no weekend; it cannot be a swapped working day.").With(Text(day));
        foreach (var day in Off.Concat(Work).GroupBy(day => day).Where(group => group.Count() > 1))
            yield return new Words("{0}列了不止一次。", "{0} is listed more than once.").With(Text(day.Key));
        foreach (var day in StatutoryHolidays.Of(Year).Where(day => !IsWeekend(day)).Except(Off))
            yield return new Words("缺少{0}：这一天是法定节假日。", "{0} is missing: it is a holiday by law.").With(Text(day));
    }

    private static bool IsWeekend(DateOnly day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
