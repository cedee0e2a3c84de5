using System.Collections.Frozen;
using System.Text.Json;

namespace Renda.Platform.Calendar;

/// <summary>
/// The working days of China: Monday to Friday, without the days off and with the swapped weekends that the State
/// Council announces for each year. Immutable; safe to share between threads.
/// </summary>
public sealed class ChineseCalendar
{
    private static readonly JsonSerializerOptions Format =
        new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static readonly Lazy<ChineseCalendar> Embedded = new(ReadEmbedded);

    private readonly CalendarYear[] _announced;
    private readonly FrozenSet<int> _years;
    private readonly FrozenSet<DateOnly> _off;
    private readonly FrozenSet<DateOnly> _work;
    private readonly bool _guesses;

    /// <summary>Builds a calendar from the announcements of one or more years.</summary>
    /// <exception cref="InvalidCalendarException">There is no year, or a year does not hold together.</exception>
    public ChineseCalendar(IEnumerable<CalendarYear> years)
        : this(years, guesses: false)
    {
    }

    private ChineseCalendar(IEnumerable<CalendarYear> years, bool guesses)
    {
        _announced = [.. years.OrderBy(year => year.Year)];
        CalendarYear.Check(_announced);
        _years = _announced.Select(year => year.Year).ToFrozenSet();
        _off = _announced.SelectMany(year => year.Off).ToFrozenSet();
        _work = _announced.SelectMany(year => year.Work).ToFrozenSet();
        _guesses = guesses;
    }

    /// <summary>The calendar that comes with the program: 2015 to 2026.</summary>
    public static ChineseCalendar Official => Embedded.Value;

    /// <summary>The years whose announcement is known, in order.</summary>
    public IReadOnlyList<int> Years => [.. _announced.Select(year => year.Year)];

    /// <summary>Whether the announcement of a year is known. Next year's usually comes in November.</summary>
    public bool Knows(int year) => _years.Contains(year);

    /// <summary>
    /// The same calendar, but for a year that is not announced yet it goes by the weekends and the holidays fixed by
    /// law, without swapped days, instead of throwing. So a long deadline can start in autumn; recompute it when
    /// <see cref="Knows"/> turns true for its year.
    /// </summary>
    public ChineseCalendar Provisional() => _guesses ? this : new ChineseCalendar(_announced, guesses: true);

    /// <summary>
    /// This calendar with further years, or better ones, from a file in the format of the embedded
    /// <c>holidays.json</c>: <c>{"years":[{"year":2027,"notices":["…"],"off":["2027-01-01",…],"work":[…]}]}</c>.
    /// </summary>
    /// <exception cref="InvalidCalendarException">The file is not of that format, or a year does not hold together.</exception>
    public ChineseCalendar Import(string json)
    {
        var imported = Read(json);
        CalendarYear.Check(imported);
        var kept = _announced.ExceptBy(imported.Select(year => year.Year), year => year.Year);
        return new ChineseCalendar([.. kept, .. imported], _guesses);
    }

    /// <summary>Whether offices work on a day.</summary>
    /// <exception cref="UnknownCalendarYearException">The announcement of its year is not known.</exception>
    public bool IsWorkingDay(DateOnly day)
    {
        // The notice for 2027 may still move a day of December 2026, as the one for 2019 did; until then the own year's
        // notice is the best there is.
        var weekday = day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
        if (Knows(day.Year))
            return weekday ? !_off.Contains(day) : _work.Contains(day);
        if (!_guesses)
            throw new UnknownCalendarYearException(day.Year);
        return weekday && !StatutoryHolidays.Contains(day);
    }

    /// <summary>The n-th working day after a day; the day after the start is the first that can count.</summary>
    /// <param name="start">Any day. With n = 0 it comes back as it is.</param>
    /// <param name="n">0 or more.</param>
    /// <exception cref="UnknownCalendarYearException">The count runs into a year that is not known.</exception>
    public DateOnly AddWorkingDays(DateOnly start, int n) => Step(start, n, +1);

    /// <summary>The n-th working day before a day; the day before the end is the first that can count.</summary>
    /// <param name="end">Any day. With n = 0 it comes back as it is.</param>
    /// <param name="n">0 or more.</param>
    /// <exception cref="UnknownCalendarYearException">The count runs into a year that is not known.</exception>
    public DateOnly SubtractWorkingDays(DateOnly end, int n) => Step(end, n, -1);

    /// <summary>
    /// How many working days follow one day up to and including another: what is left until a deadline. Negative when
    /// the second is earlier: how many it is late.
    /// </summary>
    /// <exception cref="UnknownCalendarYearException">A day between lies in a year that is not known.</exception>
    public int WorkingDaysBetween(DateOnly from, DateOnly to)
    {
        if (to < from)
            return -WorkingDaysBetween(to, from);
        var count = 0;
        for (var day = from; day < to;)
        {
            day = day.AddDays(1);
            if (IsWorkingDay(day))
                count++;
        }

        return count;
    }

    /// <summary>The day itself when it is a working day, otherwise the next one.</summary>
    /// <exception cref="UnknownCalendarYearException">The day, or the next working day, lies in a year that is not known.</exception>
    public DateOnly OnOrAfter(DateOnly day)
    {
        while (!IsWorkingDay(day))
            day = day.AddDays(1);
        return day;
    }

    private DateOnly Step(DateOnly day, int n, int direction)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        while (n > 0)
        {
            day = day.AddDays(direction);
            if (IsWorkingDay(day))
                n--;
        }

        return day;
    }

    private static IReadOnlyList<CalendarYear> Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<CalendarFile>(json, Format)?.Years ?? [];
        }
        catch (JsonException cause)
        {
            throw new InvalidCalendarException(
                [new Words("文件格式不对（{0}）。", "The file is not in the right format ({0}).").With(cause.Path ?? "$")], cause);
        }
    }

    private static ChineseCalendar ReadEmbedded()
    {
        using var stream = typeof(ChineseCalendar).Assembly.GetManifestResourceStream("Renda.Platform.Calendar.Data.holidays.json")!;
        using var reader = new StreamReader(stream);
        return new ChineseCalendar(Read(reader.ReadToEnd()));
    }

    private sealed record CalendarFile(IReadOnlyList<CalendarYear> Years);
}
