using System.Globalization;
using System.Text.Json;
using CsCheck;
using Renda.Platform.Calendar;

namespace Platform.Tests.Calendar;

public sealed class DeadlineRuleTests
{
    private static readonly ChineseCalendar Official = ChineseCalendar.Official;

    // Times are China's, as a clerk would write them; "24:00" of a day is 00:00 of the next.
    [Theory]
    [InlineData(DeadlineUnit.Hours, 48, "2026-09-30 15:30:00", "2026-10-02 15:30:00")] // hours run through a holiday
    [InlineData(DeadlineUnit.CalendarDays, 10, "2026-03-02 09:00:00", "2026-03-13 00:00:00")]
    [InlineData(DeadlineUnit.CalendarDays, 5, "2026-03-02 23:59:59", "2026-03-10 00:00:00")] // Saturday 7th to Monday 9th
    [InlineData(DeadlineUnit.CalendarDays, 5, "2026-09-28 09:00:00", "2026-10-09 00:00:00")] // National Day to the 8th
    [InlineData(DeadlineUnit.CalendarDays, 2, "2026-09-18 09:00:00", "2026-09-21 00:00:00")] // a swapped Sunday stays
    [InlineData(DeadlineUnit.WorkingDays, 1, "2026-02-13 17:00:00", "2026-02-15 00:00:00")] // the swapped Saturday
    [InlineData(DeadlineUnit.WorkingDays, 2, "2026-02-13 17:00:00", "2026-02-25 00:00:00")] // Spring Festival
    [InlineData(DeadlineUnit.WorkingDays, 5, "2026-02-28 00:00:00", "2026-03-07 00:00:00")]
    [InlineData(DeadlineUnit.WorkingDays, 0, "2026-03-03 08:00:00", "2026-03-04 00:00:00")]
    [InlineData(DeadlineUnit.Months, 1, "2025-01-31 10:00:00", "2025-03-01 00:00:00")] // clamped to Friday 28 February
    [InlineData(DeadlineUnit.Months, 1, "2024-01-31 10:00:00", "2024-03-01 00:00:00")] // leap day, a Thursday
    [InlineData(DeadlineUnit.Months, 12, "2024-02-29 10:00:00", "2025-03-01 00:00:00")]
    [InlineData(DeadlineUnit.Months, 1, "2026-01-31 10:00:00", "2026-03-01 00:00:00")] // 28 February 2026 is a swapped Saturday
    [InlineData(DeadlineUnit.Months, 3, "2026-07-01 10:00:00", "2026-10-09 00:00:00")] // 1 October to the 8th
    [InlineData(DeadlineUnit.Months, 6, "2026-03-31 10:00:00", "2026-10-01 00:00:00")]
    [InlineData(DeadlineUnit.DaysBefore, 20, "2026-01-25 09:00:00", "2026-01-06 00:00:00")]
    [InlineData(DeadlineUnit.DaysBefore, 30, "2026-11-02 09:00:00", "2026-10-04 00:00:00")] // in a holiday, and stays
    public void A_deadline_ends_when_the_law_says(DeadlineUnit unit, int amount, string from, string due) =>
        Assert.Equal(China(due), new DeadlineRule(unit, amount).Due(China(from), Official));

    [Fact]
    public void The_day_is_that_of_China_and_not_of_UTC()
    {
        var rule = new DeadlineRule(DeadlineUnit.WorkingDays, 1);

        // 23:59 and 24:00 of Monday 2 March 2026 in China are 15:59 and 16:00 UTC of the same day.
        Assert.Equal(
            new DateTime(2026, 3, 3, 16, 0, 0, DateTimeKind.Utc),
            rule.Due(new DateTime(2026, 3, 2, 15, 59, 0, DateTimeKind.Utc), Official));
        Assert.Equal(
            new DateTime(2026, 3, 4, 16, 0, 0, DateTimeKind.Utc),
            rule.Due(new DateTime(2026, 3, 2, 16, 0, 0, DateTimeKind.Utc), Official));
    }

    [Theory]
    [InlineData(DeadlineUnit.CalendarDays, 5, "2026-09-28 09:00:00", "2026-10-04 00:00:00")]
    [InlineData(DeadlineUnit.Months, 3, "2026-07-01 10:00:00", "2026-10-02 00:00:00")]
    public void Without_rolling_the_last_day_may_be_a_holiday(DeadlineUnit unit, int amount, string from, string due) =>
        Assert.Equal(China(due), new DeadlineRule(unit, amount, RollForward: false).Due(China(from), Official));

    [Fact]
    public void A_deadline_into_an_unknown_year_is_refused_and_a_provisional_one_given()
    {
        var rule = new DeadlineRule(DeadlineUnit.Months, 3);
        var from = China("2026-11-23 09:00:00");

        Assert.Throws<UnknownCalendarYearException>(() => rule.Due(from, Official));
        Assert.Equal(China("2027-02-24 00:00:00"), rule.Due(from, Official.Provisional()));
    }

    [Fact]
    public void More_time_never_ends_earlier() =>
        Gen.Select(Gen.Enum<DeadlineUnit>(), Gen.Int[0, 12], Gen.Int[0, 3900 * 24]).Sample((unit, amount, hours) =>
        {
            // 13 months after the last of these days is still a year that the calendar knows.
            var from = new DateTime(2015, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(hours);
            var less = new DeadlineRule(unit, amount).Due(from, Official);
            var more = new DeadlineRule(unit, amount + 1).Due(from, Official);
            return less.Kind == DateTimeKind.Utc && (unit == DeadlineUnit.DaysBefore ? more < less : more >= less);
        });

    [Fact]
    public void A_rule_is_equal_after_JSON_and_rolls_when_nothing_is_said()
    {
        var rule = new DeadlineRule(DeadlineUnit.Months, 3, RollForward: false);

        Assert.Equal(rule, JsonSerializer.Deserialize<DeadlineRule>(JsonSerializer.Serialize(rule)));
        Assert.Equal(
            new DeadlineRule(DeadlineUnit.WorkingDays, 20),
            JsonSerializer.Deserialize<DeadlineRule>("""{"Unit":"WorkingDays","Amount":20}"""));
    }

    [Fact]
    public void An_impossible_amount_or_a_local_time_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeadlineRule(DeadlineUnit.Hours, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeadlineRule(DeadlineUnit.Hours, 1) with { Amount = 10_001 });
        Assert.Throws<ArgumentException>(
            () => new DeadlineRule(DeadlineUnit.Hours, 1).Due(new DateTime(2026, 1, 5, 0, 0, 0, DateTimeKind.Local), Official));
    }

    internal static DateTime China(string text) => DateTime.SpecifyKind(
        DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture).AddHours(-8),
        DateTimeKind.Utc);
}
