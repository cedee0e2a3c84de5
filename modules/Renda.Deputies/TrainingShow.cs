using Renda.Platform.Calendar;
using static Renda.Platform.Language;

namespace Renda.Deputies;

/// <summary>How states of courses and reports are shown: a colour, an icon and a word.</summary>
internal static class TrainingShow
{
    private const int SoonDays = 7;

    /// <summary>State of a course for those who keep it.</summary>
    public static (string Class, string Icon, string Text) State(Course course) => CourseText.State(course) switch
    {
        "draft" => ("wait", "pencil", T("编写中", "Being written")),
        "open" => ("ok", "circle-check", T("开放学习", "Open")),
        _ => ("done", "archive", T("已结束", "Closed")),
    };

    /// <summary>How a deputy stands to a course.</summary>
    public static (string Class, string Icon, string Text) Own(Course course, Learning? learning, DateTime now) => (learning, course.Until) switch
    {
        ({ CompletedAt: { } at }, _) => ("ok", "circle-check", T($"{Short(ChinaTime.Date(at), now)} 完成", $"Completed {Short(ChinaTime.Date(at), now)}")),
        (_, _) when course.ClosedAt is not null => ("done", "archive", T("已结束", "Closed")),
        (_, { } until) when until < ChinaTime.Date(now) => ("late", "alert-triangle", T($"已过期限 {Short(until, now)}", $"Was due {Short(until, now)}")),
        (_, { } until) when until <= ChinaTime.Date(now).AddDays(SoonDays) => ("soon", "clock-hour-4", T($"{until:MM-dd} 到期", $"Due {until:MM-dd}")),
        (null, _) => ("wait", "book", T("未开始", "Not begun")),
        _ => ("wait", "hourglass", T("学习中", "Begun")),
    };

    /// <summary>State of a report.</summary>
    public static (string Class, string Icon, string Text) Report(string state, DateOnly day, DateTime now) => state switch
    {
        "held" => ("ok", "circle-check", T("已述职", "Held")),
        "submitted" => day < ChinaTime.Date(now) ? ("soon", "clock-hour-4", T("待登记结果", "To be recorded")) : ("wait", "file-text", T("已交报告", "Text handed in")),
        _ => day < ChinaTime.Date(now) ? ("late", "alert-triangle", T("未交报告", "Text missing")) : day <= ChinaTime.Date(now).AddDays(SoonDays) ? ("soon", "clock-hour-4", T("待写报告", "To be written")) : ("wait", "pencil", T("待写报告", "To be written")),
    };

    /// <summary>A day with its weekday, e.g. <c>2026-11-23 周一</c>.</summary>
    public static string Day(DateOnly day) => $"{day:yyyy-MM-dd} {T("周" + "日一二三四五六"[(int)day.DayOfWeek], day.DayOfWeek.ToString()[..3])}";

    private static string Short(DateOnly day, DateTime now) => day.ToString(day.Year == ChinaTime.Date(now).Year ? "MM-dd" : "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A length of a file in words.</summary>
    public static string Size(long bytes) => bytes < 1 << 20 ? $"{Math.Max(1, bytes >> 10)} KB" : $"{bytes / 1048576.0:0.#} MB";
}
