using System.Globalization;
using System.Security.Cryptography;
using Renda.Platform;
using Renda.Platform.Procedures;

namespace Renda.Deputies;

/// <summary>Words and measures of activities.</summary>
public static class ActivityText
{
    // Neither 0 and O nor 1, I and L: it may be read from paper.
    private const string Letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

    /// <summary>Most files of a record.</summary>
    public const int MostFiles = 9;

    /// <summary>Most people invited to one activity.</summary>
    public const int MostInvited = 3000;

    /// <summary>How long before it begins one may check in.</summary>
    public static readonly TimeSpan Early = TimeSpan.FromMinutes(60);

    /// <summary>States by which a list is narrowed; what took place and is not recorded stands apart, because it waits for staff.</summary>
    public static IReadOnlyList<Choice> States { get; } =
    [
        new("draft", new("草稿", "Draft")), new("coming", new("已发布", "Published")), new("to-record", new("待登记", "To record")), new("held", new("已登记", "Recorded")), new("cancelled", new("已取消", "Called off")),
    ];

    /// <summary>A code nobody guesses.</summary>
    public static string NewCode() => RandomNumberGenerator.GetString(Letters, 10);

    /// <summary>A code as it was typed or scanned; empty when it can be none.</summary>
    public static string Code(string? typed)
    {
        var plain = TypedForm.Plain((typed ?? "")[..Math.Min(20, typed?.Length ?? 0)]).ToUpperInvariant();
        return plain.Length is > 0 and <= 12 && plain.All(char.IsAsciiLetterOrDigit) ? plain : "";
    }

    /// <summary>Where it stands now, as the id of one of <see cref="States"/>.</summary>
    public static string StateOf(Activity activity, DateTime now) => activity.State switch
    {
        ActivityState.Draft => "draft",
        ActivityState.Held => "held",
        ActivityState.Cancelled => "cancelled",
        _ => activity.Ends <= now ? "to-record" : "coming",
    };

    /// <summary>Colour, icon and words of where it stands.</summary>
    public static (string Class, string Icon, string Text) Light(Activity activity, DateTime now) => StateOf(activity, now) switch
    {
        "draft" => ("done", "pencil", Language.T("草稿", "Draft")),
        "held" => ("ok", "circle-check", Language.T("已登记", "Recorded")),
        "cancelled" => ("done", "x", Language.T("已取消", "Called off")),
        "to-record" => ("soon", "clock-hour-4", Language.T("待登记", "To record")),
        _ => activity.Begins <= now ? ("wait", "clock-hour-4", Language.T("进行中", "Now")) : ("wait", "calendar", Language.T("已发布", "Published")),
    };

    /// <summary>Colour, icon and words of how somebody stands to it.</summary>
    public static (string Class, string Icon, string Text) Light(ParticipantState state) => state switch
    {
        ParticipantState.Invited => ("soon", "hourglass", Name(state)),
        ParticipantState.SignedUp => ("ok", "circle-check", Name(state)),
        ParticipantState.LeaveAsked => ("soon", "clock-hour-4", Name(state)),
        ParticipantState.LeaveRefused => ("late", "alert-triangle", Name(state)),
        ParticipantState.Attended => ("ok", "circle-check", Name(state)),
        ParticipantState.Absent => ("late", "x", Name(state)),
        _ => ("done", "calendar", Name(state)),
    };

    /// <summary>How somebody stands to it, in words.</summary>
    public static string Name(ParticipantState state) => Words(state).ToString();

    /// <summary>How somebody stands to it, in both languages.</summary>
    public static Words Words(ParticipantState state) => state switch
    {
        ParticipantState.Invited => new("未答复", "No answer"),
        ParticipantState.SignedUp => new("已报名", "Coming"),
        ParticipantState.LeaveAsked => new("请假待批", "Asks for leave"),
        ParticipantState.OnLeave => new("已准假", "On leave"),
        ParticipantState.LeaveRefused => new("未准假", "Leave refused"),
        ParticipantState.Attended => new("到场", "Was there"),
        _ => new("缺席", "Absent"),
    };

    /// <summary>From when to when, in China, e.g. <c>2026-11-28 周六 09:00–11:30</c>; with both days where it lasts longer.</summary>
    public static string When(Activity activity)
    {
        var (begins, ends) = (activity.Begins.AddHours(8), activity.Ends.AddHours(8));
        return begins.Date == ends.Date
            ? string.Create(CultureInfo.InvariantCulture, $"{Day(begins)} {begins:HH:mm}–{ends:HH:mm}")
            : string.Create(CultureInfo.InvariantCulture, $"{Day(begins)} {begins:HH:mm} {Language.T("至", "to")} {Day(ends)} {ends:HH:mm}");
    }

    /// <summary>A time in China for a notice, e.g. <c>11-28 09:00</c>.</summary>
    public static string Short(DateTime utc) => utc.AddHours(8).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Files kept, as SHA-256.</summary>
    public static IReadOnlyList<string> Files(string media) => media.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static string Day(DateTime china) => china.ToString("yyyy-MM-dd ", CultureInfo.InvariantCulture) + Language.T("周" + "日一二三四五六"[(int)china.DayOfWeek], china.DayOfWeek.ToString()[..3]);
}
