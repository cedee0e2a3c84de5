using System.Text.Json.Serialization;

namespace Renda.Platform.Calendar;

/// <summary>What the number of a deadline counts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadlineUnit>))]
public enum DeadlineUnit
{
    /// <summary>Hours from the instant, to the second.</summary>
    Hours,

    /// <summary>Days (日), holidays included.</summary>
    CalendarDays,

    /// <summary>Working days (工作日).</summary>
    WorkingDays,

    /// <summary>Months (月): the same day of a later month, or its last day when there is no such day.</summary>
    Months,

    /// <summary>Days before an event (会议举行的二十日前).</summary>
    DaysBefore,
}

/// <summary>A deadline as a law states it. Data: compared by value, stored as JSON.</summary>
/// <remarks>
/// The day of the base instant is not counted (民法典 art. 201) and the last day ends at 24:00 China time (art. 203).
/// </remarks>
/// <param name="Unit">What is counted.</param>
/// <param name="Amount">How many, 0 to 10000.</param>
/// <param name="RollForward">
/// Whether a last day that is no working day moves to the next one (民法典 art. 203). Applies to
/// <see cref="DeadlineUnit.CalendarDays"/> and <see cref="DeadlineUnit.Months"/>: working days need it not, hours are
/// exact, and days before an event would move towards the event.
/// </param>
public sealed record DeadlineRule(DeadlineUnit Unit, int Amount, bool RollForward = true)
{
    /// <summary>How many of the unit, 0 to 10000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to a number outside of that.</exception>
    public int Amount { get; init => field = Checked(value); } = Checked(Amount);

    /// <summary>The instant at which the deadline has passed, UTC.</summary>
    /// <param name="baseUtc">What the deadline counts from (or back from, for <see cref="DeadlineUnit.DaysBefore"/>), UTC.</param>
    /// <param name="calendar">The working days.</param>
    /// <exception cref="UnknownCalendarYearException">The calendar does not know a year that matters.</exception>
    public DateTime Due(DateTime baseUtc, ChineseCalendar calendar)
    {
        var day = ChinaTime.Date(baseUtc);
        return Unit switch
        {
            DeadlineUnit.Hours => ChinaTime.Utc(baseUtc).AddHours(Amount),
            DeadlineUnit.CalendarDays => ChinaTime.EndOf(Rolled(day.AddDays(Amount), calendar)),
            DeadlineUnit.WorkingDays => ChinaTime.EndOf(calendar.AddWorkingDays(day, Amount)),
            DeadlineUnit.Months => ChinaTime.EndOf(Rolled(day.AddMonths(Amount), calendar)),
            DeadlineUnit.DaysBefore => ChinaTime.EndOf(day.AddDays(-Amount)),
            _ => throw new InvalidOperationException($"No such unit: {Unit}."),
        };
    }

    /// <summary>The last day, moved on when the rule says so.</summary>
    internal DateOnly Rolled(DateOnly day, ChineseCalendar calendar) =>
        RollForward && Unit is (DeadlineUnit.CalendarDays or DeadlineUnit.Months) ? calendar.OnOrAfter(day) : day;

    private static int Checked(int amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, 10_000);
        return amount;
    }
}
