namespace Renda.Platform.Calendar;

/// <summary>Days as people in China count them, from and to instants in UTC.</summary>
public static class ChinaTime
{
    /// <summary>
    /// China has one time zone and has had no daylight saving since 1992, so a constant is exact, and the answer does
    /// not depend on the time zone data of the machine.
    /// </summary>
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>The day in China at an instant.</summary>
    /// <exception cref="ArgumentException">The instant is of kind Local.</exception>
    public static DateOnly Date(DateTime utc) => DateOnly.FromDateTime(Utc(utc) + Offset);

    /// <summary>The instant at which a day begins in China (00:00), in UTC.</summary>
    public static DateTime StartOf(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) - Offset;

    /// <summary>The instant at which a day ends in China (24:00), in UTC: a deadline "on" that day has then passed.</summary>
    public static DateTime EndOf(DateOnly day) => StartOf(day) + TimeSpan.FromDays(1);

    // Databases hand out Unspecified; every time of ours is UTC, so only Local can be a mistake.
    internal static DateTime Utc(DateTime time) => time.Kind == DateTimeKind.Local
        ? throw new ArgumentException("Times are UTC; this one is local.", nameof(time))
        : DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
