using System.Globalization;
using CsCheck;
using Renda.Platform.Calendar;

namespace Platform.Tests.Calendar;

public sealed class ChineseCalendarTests
{
    private static readonly ChineseCalendar Official = ChineseCalendar.Official;

    private static readonly Gen<DateOnly> KnownDay =
        Gen.Int[new DateOnly(2015, 1, 1).DayNumber, new DateOnly(2026, 6, 30).DayNumber].Select(DateOnly.FromDayNumber);

    [Fact]
    public void The_embedded_years_are_2015_to_2026() => Assert.Equal(Enumerable.Range(2015, 12), Official.Years);

    // Working days of each year, counted by hand: weekdays, less the days off on weekdays, plus the swapped weekends.
    [Theory]
    [InlineData(2015, 261 - 17 + 5)]
    [InlineData(2016, 261 - 17 + 6)]
    [InlineData(2017, 260 - 16 + 5)]
    [InlineData(2018, 261 - 18 + 7)]
    [InlineData(2019, 261 - 17 + 6)]
    [InlineData(2020, 262 - 19 + 6)]
    [InlineData(2021, 261 - 18 + 7)]
    [InlineData(2022, 260 - 18 + 7)]
    [InlineData(2023, 260 - 18 + 7)]
    [InlineData(2024, 262 - 19 + 8)]
    [InlineData(2025, 261 - 18 + 5)]
    [InlineData(2026, 261 - 19 + 6)]
    public void A_year_has_its_working_days(int year, int expected)
    {
        var days = Enumerable.Range(0, 366).Select(n => new DateOnly(year, 1, 1).AddDays(n)).Where(day => day.Year == year);

        Assert.Equal(expected, days.Count(Official.IsWorkingDay));
    }

    [Theory]
    [InlineData("2015-01-04", true)] // a Sunday swapped for 2 January
    [InlineData("2015-09-03", false)] // the parade, announced in May
    [InlineData("2015-09-06", true)]
    [InlineData("2018-12-29", true)] // set by the notice for 2019
    [InlineData("2018-12-31", false)]
    [InlineData("2019-05-03", false)] // Labour Day, lengthened in March
    [InlineData("2019-05-05", true)]
    [InlineData("2020-01-31", false)] // Spring Festival, lengthened for the epidemic
    [InlineData("2020-02-01", false)] // a Saturday that would have been a working day
    [InlineData("2020-02-03", true)]
    [InlineData("2022-01-30", true)] // a Sunday before Spring Festival
    [InlineData("2023-01-03", true)]
    [InlineData("2024-02-09", true)] // New Year's Eve was no day off in 2024
    [InlineData("2025-10-08", false)]
    [InlineData("2025-10-11", true)]
    [InlineData("2026-01-02", false)]
    [InlineData("2026-01-04", true)]
    [InlineData("2026-02-23", false)]
    [InlineData("2026-02-28", true)]
    [InlineData("2026-09-20", true)]
    [InlineData("2026-09-25", false)]
    [InlineData("2026-11-21", false)] // an ordinary Saturday
    [InlineData("2026-11-23", true)] // an ordinary Monday
    public void Days_off_and_swapped_weekends_are_as_announced(string day, bool working) =>
        Assert.Equal(working, Official.IsWorkingDay(Day(day)));

    [Theory]
    [InlineData("2026-02-13", 1, "2026-02-14")] // the swapped Saturday before Spring Festival
    [InlineData("2026-02-13", 2, "2026-02-24")]
    [InlineData("2026-02-13", 6, "2026-02-28")] // 24, 25, 26, 27 and the swapped Saturday
    [InlineData("2026-02-13", 7, "2026-03-02")]
    [InlineData("2026-02-18", 1, "2026-02-24")] // begun within the holiday
    [InlineData("2026-09-18", 1, "2026-09-20")] // the swapped Sunday before National Day
    [InlineData("2026-09-30", 1, "2026-10-08")]
    [InlineData("2026-09-30", 3, "2026-10-10")] // 8, 9 and the swapped Saturday
    [InlineData("2025-09-28", 2, "2025-09-30")]
    [InlineData("2025-09-30", 1, "2025-10-09")]
    [InlineData("2022-12-30", 1, "2023-01-03")]
    [InlineData("2026-02-18", 0, "2026-02-18")]
    public void Working_days_are_added(string start, int n, string expected) =>
        Assert.Equal(Day(expected), Official.AddWorkingDays(Day(start), n));

    [Theory]
    [InlineData("2026-02-24", 1, "2026-02-14")]
    [InlineData("2026-10-10", 3, "2026-09-30")]
    [InlineData("2026-09-21", 1, "2026-09-20")]
    public void Working_days_are_subtracted(string end, int n, string expected) =>
        Assert.Equal(Day(expected), Official.SubtractWorkingDays(Day(end), n));

    [Theory]
    [InlineData("2026-02-13", "2026-02-23", 1)]
    [InlineData("2026-02-13", "2026-02-24", 2)]
    [InlineData("2026-02-24", "2026-02-13", -2)]
    [InlineData("2026-10-01", "2026-10-07", 0)]
    [InlineData("2026-03-03", "2026-03-03", 0)]
    public void Working_days_between_count_the_last_day_and_not_the_first(string from, string to, int expected) =>
        Assert.Equal(expected, Official.WorkingDaysBetween(Day(from), Day(to)));

    [Fact]
    public void Adding_and_counting_working_days_agree() =>
        Gen.Select(KnownDay, Gen.Int[1, 90]).Sample((start, n) =>
        {
            var end = Official.AddWorkingDays(start, n);
            return Official.IsWorkingDay(end)
                && Official.WorkingDaysBetween(start, end) == n
                && Official.WorkingDaysBetween(end, start) == -n
                && Official.AddWorkingDays(start, n - 1) < end
                && Official.AddWorkingDays(start.AddDays(1), n) >= end
                && (!Official.IsWorkingDay(start) || Official.SubtractWorkingDays(end, n) == start);
        });

    [Fact]
    public void A_year_without_a_notice_is_refused_with_words_for_the_person()
    {
        var refusal = Assert.Throws<UnknownCalendarYearException>(() => Official.IsWorkingDay(new DateOnly(2027, 1, 4)));

        Assert.Equal(2027, refusal.Year);
        Assert.Contains("2027年", refusal.Words.Zh, StringComparison.Ordinal);
        Assert.Contains("2027", refusal.Words.En, StringComparison.Ordinal);
        Assert.Contains(refusal.Words.Zh, refusal.Message, StringComparison.Ordinal);
        Assert.Throws<UnknownCalendarYearException>(() => Official.AddWorkingDays(new DateOnly(2026, 12, 31), 1));
        Assert.Throws<UnknownCalendarYearException>(() => Official.IsWorkingDay(new DateOnly(2014, 12, 31)));
        Assert.Throws<UnknownCalendarYearException>(() => Official.AddWorkingDays(new DateOnly(2026, 1, 1), int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => Official.AddWorkingDays(new DateOnly(2026, 1, 1), -1));
    }

    [Fact]
    public void A_provisional_calendar_goes_by_weekends_and_the_holidays_of_the_law()
    {
        var provisional = Official.Provisional();

        Assert.False(provisional.Knows(2027));
        // Spring Festival 2027 is Saturday 6 February; New Year's Eve, Friday the 5th, is a holiday since 2025.
        Assert.True(provisional.IsWorkingDay(new DateOnly(2027, 2, 4)));
        Assert.False(provisional.IsWorkingDay(new DateOnly(2027, 2, 5)));
        Assert.False(provisional.IsWorkingDay(new DateOnly(2027, 2, 6)));
        Assert.True(provisional.IsWorkingDay(new DateOnly(2027, 2, 9)));
        Assert.False(provisional.IsWorkingDay(new DateOnly(2027, 4, 5))); // Qingming
        Assert.False(provisional.IsWorkingDay(new DateOnly(2027, 6, 9))); // Dragon Boat
        Assert.False(provisional.IsWorkingDay(new DateOnly(2027, 9, 15))); // Mid-Autumn
        Assert.False(provisional.IsWorkingDay(new DateOnly(2026, 10, 5))); // a known year stays as announced
    }

    [Fact]
    public void A_later_year_is_imported_and_may_move_a_day_of_the_December_before()
    {
        var calendar = Official.Import(Year2027(off: ["2026-12-31"], work: ["2026-12-27"]));

        Assert.True(calendar.Knows(2027));
        Assert.False(calendar.IsWorkingDay(new DateOnly(2026, 12, 31)));
        Assert.True(calendar.IsWorkingDay(new DateOnly(2026, 12, 27)));
        Assert.False(calendar.IsWorkingDay(new DateOnly(2027, 1, 1)));
        Assert.True(calendar.IsWorkingDay(new DateOnly(2027, 1, 4)));
        Assert.True(Official.IsWorkingDay(new DateOnly(2026, 12, 31)));
        Assert.False(Official.Knows(2027));
    }

    [Fact]
    public void A_second_import_of_a_year_replaces_the_first()
    {
        var calendar = Official.Import(Year2027(off: ["2027-02-11"])).Import(Year2027());

        Assert.True(calendar.IsWorkingDay(new DateOnly(2027, 2, 11)));
        Assert.Equal(Enumerable.Range(2015, 13), calendar.Years);
    }

    [Theory]
    [InlineData("2027-02-06", null, "周末")]
    [InlineData("2028-02-07", null, "2027年")]
    [InlineData("2027-02-08", null, "不止一次")]
    [InlineData(null, "2027-02-10", "调休上班日")]
    [InlineData(null, "2026-11-28", "12月")]
    public void An_import_with_a_mistake_is_refused_with_the_reason(string? off, string? work, string reason)
    {
        var json = Year2027(off is null ? [] : [off], work is null ? [] : [work]);
        var refusal = Assert.Throws<InvalidCalendarException>(() => Official.Import(json));

        Assert.Contains(refusal.Mistakes, mistake => mistake.Zh.Contains(reason, StringComparison.Ordinal) && !mistake.IsIncomplete);
    }

    [Fact]
    public void An_import_that_lacks_holidays_of_the_law_names_each_of_them()
    {
        var refusal = Assert.Throws<InvalidCalendarException>(
            () => Official.Import("""{"years":[{"year":2027,"notices":[],"off":["2027-01-01"],"work":[]}]}"""));

        Assert.Contains(refusal.Mistakes, mistake => mistake.En.Contains("2027-02-05", StringComparison.Ordinal));
        Assert.Contains(refusal.Mistakes, mistake => mistake.En.Contains("2027-10-01", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"years\":null}")]
    [InlineData("{\"years\":[]}")]
    [InlineData("{\"years\":[{\"year\":2027}]}")]
    [InlineData("{\"years\":[{\"year\":2027,\"notices\":[],\"off\":[\"2027-13-01\"],\"work\":[]}]}")]
    [InlineData("{\"years\":[{\"year\":2027,\"notices\":[],\"off\":[],\"work\":[],\"extra\":1}]}")]
    [InlineData("{\"years\":[{\"year\":99999,\"notices\":[],\"off\":[],\"work\":[]}]}")]
    public void A_file_of_another_format_is_refused(string json) =>
        Assert.NotEmpty(Assert.Throws<InvalidCalendarException>(() => Official.Import(json)).Mistakes);

    // Invented: only the holidays of the law, as the real notice was not out when this was written.
    private static string Year2027(string[]? off = null, string[]? work = null)
    {
        string[] law = ["2027-01-01", "2027-02-05", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15", "2027-10-01"];
        return $$"""{"years":[{"year":2027,"notices":["测试"],"off":[{{List([.. law, .. off ?? []])}}],"work":[{{List(work ?? [])}}]}]}""";

        static string List(string[] days) => string.Join(',', days.Select(day => $"\"{day}\""));
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
