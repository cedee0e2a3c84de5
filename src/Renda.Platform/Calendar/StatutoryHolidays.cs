using System.Globalization;

namespace Renda.Platform.Calendar;

/// <summary>
/// The holidays that the State Council's regulation on public holidays (全国年节及纪念日放假办法, arts. 2 and 6) fixes
/// for every year, whatever the yearly notice adds: 11 days since 2008, 13 since 2025.
/// </summary>
internal static class StatutoryHolidays
{
    private static readonly ChineseLunisolarCalendar Lunar = new();

    /// <summary>The days of a year from 2008 to 2099, in no order; two may be one when festivals meet.</summary>
    public static IEnumerable<DateOnly> Of(int year)
    {
        var springFestival = FromLunar(year, 1, 1);
        yield return new DateOnly(year, 1, 1);
        if (year >= 2025)
            yield return springFestival.AddDays(-1);
        yield return springFestival;
        yield return springFestival.AddDays(1);
        yield return springFestival.AddDays(2);
        yield return new DateOnly(year, 4, QingmingDay(year));
        yield return new DateOnly(year, 5, 1);
        if (year >= 2025)
            yield return new DateOnly(year, 5, 2);
        yield return FromLunar(year, 5, 5);
        yield return FromLunar(year, 8, 15);
        yield return new DateOnly(year, 10, 1);
        yield return new DateOnly(year, 10, 2);
        yield return new DateOnly(year, 10, 3);
    }

    /// <summary>Whether a day is one of them; years outside 2008 to 2099 have none.</summary>
    public static bool Contains(DateOnly day) => day.Year is >= 2008 and <= 2099 && Of(day.Year).Contains(day);

    // The sun's longitude of 15°, by the usual formula; exact from 2008 to 2099.
    private static int QingmingDay(int year) => (int)(year % 100 * 0.2422 + 4.81) - year % 100 / 4;

    private static DateOnly FromLunar(int year, int month, int day)
    {
        // .NET numbers a leap month after its namesake, so months behind it move up by one.
        var leap = Lunar.GetLeapMonth(year);
        var number = leap > 0 && month >= leap ? month + 1 : month;
        return DateOnly.FromDateTime(Lunar.ToDateTime(year, number, day, 0, 0, 0, 0));
    }
}
