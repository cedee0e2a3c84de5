using Renda.Platform.Calendar;
using Renda.Platform.Matters;
using static Renda.Platform.Language;

namespace Renda.Platform.Web;

/// <summary>How values are shown to people.</summary>
public static class Show
{
    /// <summary>A day and time in China, e.g. <c>11-23 09:00</c>, with the year when it is not this one.</summary>
    public static string Time(DateTime utc, DateTime now)
    {
        var (at, today) = (utc.AddHours(8), now.AddHours(8));
        return at.ToString(at.Year == today.Year ? "MM-dd HH:mm" : "yyyy-MM-dd HH:mm");
    }

    /// <summary>A day with its weekday, e.g. <c>2026-11-23 周一</c>.</summary>
    public static string Day(DateTime utc)
    {
        var at = utc.AddHours(8);
        return at.ToString("yyyy-MM-dd ") + (IsEnglish ? at.DayOfWeek.ToString()[..3] : "周" + "日一二三四五六"[(int)at.DayOfWeek]);
    }

    /// <summary>The last day of a deadline: it ends at 24:00, so the instant before counts.</summary>
    public static string DueDay(DateTime due) => Day(due.AddTicks(-1));

    /// <summary>Colour, icon and words of a running clock.</summary>
    public static (string Class, string Icon, string Text) Light(DateTime? due, DateTime? yellow, bool closed, DateTime now)
    {
        if (closed) return ("done", "archive", T("已结束", "Ended"));
        if (due is not { } end) return ("wait", "hourglass", T("计时暂停", "Clock paused"));
        var days = (int)Math.Ceiling(Math.Abs((end - now).TotalDays));
        if (end <= now) return ("late", "alert-triangle", T($"超期 {days} 天", $"{days} d overdue"));
        var text = (end - now).TotalHours < 24 ? T("今天到期", "Due today") : T($"{DueDay(end)[5..10]} 到期", $"Due {DueDay(end)[5..10]}");
        return yellow <= now ? ("soon", "clock-hour-4", text) : ("ok", "circle-check", text);
    }

    /// <summary>The light of a row.</summary>
    public static (string Class, string Icon, string Text) Light(MatterRow row, DateTime now) => Light(row.DueAt, row.YellowAt, row.Closed, now);

    /// <summary>How long ago, in words.</summary>
    public static string Ago(DateTime utc, DateTime now) => (now - utc) switch
    {
        { TotalMinutes: < 1 } => T("刚刚", "just now"),
        { TotalHours: < 1 } span => T($"{(int)span.TotalMinutes} 分钟前", $"{(int)span.TotalMinutes} min ago"),
        { TotalHours: < 24 } span => T($"{(int)span.TotalHours} 小时前", $"{(int)span.TotalHours} h ago"),
        _ => Time(utc, now),
    };

    /// <summary>A distance, e.g. <c>43 米</c> or <c>1.2 公里</c>.</summary>
    public static string Metres(double metres) => metres < 1000 ? T($"{metres:0} 米", $"{metres:0} m") : T($"{metres / 1000:0.#} 公里", $"{metres / 1000:0.#} km");

    /// <summary>A judgement in words.</summary>
    public static string Rating(int rating) => rating switch
    {
        1 => T("满意", "Satisfied"),
        2 => T("基本满意", "Basically satisfied"),
        3 => T("不满意", "Not satisfied"),
        4 => T("未评价", "Not returned"),
        _ => "",
    };

    /// <summary>A rule in words, e.g. <c>15 个工作日</c>.</summary>
    public static string Rule(DeadlineRule rule)
    {
        return rule.Unit switch
        {
            DeadlineUnit.Hours => T($"{rule.Amount} 小时", $"{rule.Amount} {Many("hour")}"),
            DeadlineUnit.CalendarDays => T($"{rule.Amount} 日", $"{rule.Amount} {Many("day")}"),
            DeadlineUnit.WorkingDays => T($"{rule.Amount} 个工作日", $"{rule.Amount} working {Many("day")}"),
            DeadlineUnit.Months => T($"{rule.Amount} 个月", $"{rule.Amount} {Many("month")}"),
            _ => T($"提前 {rule.Amount} 日", $"{rule.Amount} {Many("day")} before"),
        };

        string Many(string one) => rule.Amount == 1 ? one : one + "s";
    }

    /// <summary>A clock's own light.</summary>
    public static string ClockName(Clock clock, DateTime now) => clock.Light(now) switch
    {
        Calendar.Light.Paused => T("已暂停", "paused"),
        Calendar.Light.Red => T("已超期", "overdue"),
        Calendar.Light.Yellow => T("快到期", "due soon"),
        _ => T("按时", "on time"),
    };
}
