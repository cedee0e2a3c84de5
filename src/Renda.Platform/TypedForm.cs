using System.Globalization;
using Renda.Platform.Calendar;
using Renda.Platform.Regions;

namespace Renda.Platform;

/// <summary>What was typed into a form, by field, and what is wrong with it.</summary>
/// <param name="form">The fields.</param>
/// <param name="now">Now (UTC).</param>
public sealed class TypedForm(IReadOnlyDictionary<string, string> form, DateTime now)
{
    /// <summary>What is wrong, at its fields.</summary>
    public List<Refusal> Errors { get; } = [];

    /// <summary>A field's text without the space around it; empty when it was not sent.</summary>
    public string Text(string field) => form.GetValueOrDefault(field)?.Trim() ?? "";

    /// <summary>A field's id; null when it is none.</summary>
    public Guid? Id(string field) => Guid.TryParse(Text(field), out var id) ? id : null;

    /// <summary>Notes at a field what is wrong with it, unless it holds.</summary>
    public void Need(bool holds, string field, string zh, string en)
    {
        if (!holds) Errors.Add(new("form.invalid", new(zh, en), Field: field));
    }

    /// <summary>Notes what is wrong with a number that could not be read.</summary>
    public int? Bad(string field, string zh, string en)
    {
        Need(false, field, zh, en);
        return null;
    }

    /// <summary>Notes when a text is longer than that many characters.</summary>
    public void Short(string text, int most, string field) => Need(text.Length <= most, field, $"最多 {most} 字，现在 {text.Length} 字。", $"At most {most} characters; it has {text.Length}.");

    /// <summary>A day, also as it comes from paper: 2026.1.3, 2026/1/3, digits of full width.</summary>
    public DateOnly? Day(string field, bool needed)
    {
        var text = Plain(Text(field)).Replace('/', '-').Replace('.', '-');
        if (DateOnly.TryParseExact(text, "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 2200) return day;
        Need(!needed && text.Length == 0, field, "日期写作 2026-11-23。", "A day is written as 2026-11-23.");
        return null;
    }

    /// <summary>From when it is so: the beginning of a day that is not to come, or now for today.</summary>
    public DateTime From(bool needed)
    {
        var day = Day("from", needed);
        var today = ChinaTime.Date(now);
        Need(day is null || day <= today, "from", "日期不能晚于今天。", "The day cannot be later than today.");
        return day is null || day == today ? Now : ChinaTime.StartOf(day.Value);
    }

    /// <summary>Now, as both databases keep it: in microseconds.</summary>
    public DateTime Now => new(now.Ticks - now.Ticks % 10, DateTimeKind.Utc);

    /// <summary>The ground on which something is done.</summary>
    public string Reason(bool needed)
    {
        var reason = Text("reason");
        Need(!needed || reason.Length > 0, "reason", "请写明依据或原因。", "Say on what ground.");
        Short(reason, 300, "reason");
        return reason;
    }

    /// <summary>An announcement or decision.</summary>
    public string Document(bool needed)
    {
        var document = Text("document");
        Need(!needed || document.Length > 0, "document", "请写公告或决定的文号、标题。", "Give the number or title of the announcement or decision.");
        Short(document, 200, "document");
        return document;
    }

    /// <summary>A division by its code or, typed without script, by its full name; 0 for nothing.</summary>
    public long Region(string field, RegionDirectory regions)
    {
        if (RegionCode.TryParse(Text(field), out var code) && regions.Find(code.Value) is not null) return code.Value;
        if (Text(field + "Text") is { Length: > 0 } text)
        {
            if (regions.Search(text, limit: 2) is [var only] || (regions.Search(text, limit: 1) is [var best] && best.FullName == text && (only = best) is not null)) return only.Code;
            Need(false, field, "没有找到这个地方，或者不止一个。", "No such place, or more than one.");
        }
        return 0;
    }

    /// <summary>Digits and letters in their plain width, without spaces.</summary>
    public static string Plain(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)).Select(c => c is >= '！' and <= '～' ? (char)(c - '！' + '!') : c));
}
