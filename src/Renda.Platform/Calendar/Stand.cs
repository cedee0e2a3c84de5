#pragma warning disable CS1591, CA1822
namespace Renda.Platform.Calendar;
public enum DeadlineUnit { Hours, CalendarDays, WorkingDays, Months, DaysBefore }
public sealed record Clock(string Name, DateTime StartedAt, DateTime DueAt, DateTime YellowAt, Words Basis, DateTime? PausedAt = null, DateTime? StoppedAt = null)
{
    public Clock Pause(DateTime now, string reason) => this with { PausedAt = now };
    public Clock Extend(DateTime due, Guid approver, string reason, DateTime now) => this with { DueAt = due };
}
public static class ChineseTime { public static DateTime EndOfDay(DateOnly day) => day.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc).AddHours(-8); }
public sealed class Deadlines
{
    public Clock Start(string code, long region, string category, DateTime now) => new(code, now, now.AddDays(3), now.AddDays(2), default);
    public Clock Resume(Clock clock, DateTime now) => clock with { PausedAt = null };
}
