using System.Globalization;

namespace Renda.Platform.Indicators;

/// <summary>
/// Says in a sentence what a number is, how it changed and where it is largest: plain rules, the same words on a page and in a
/// brief, so that two people who read the same number read the same finding.
/// </summary>
public static class IndicatorSentences
{
    // More that are alike are counted, not named.
    private const int MostNamed = 3;

    /// <summary>A number for reading: thousands apart, no zeros at its end; a dash where there is none.</summary>
    public static string Number(decimal? value) => value?.ToString("#,0.####", CultureInfo.InvariantCulture) ?? "—";

    /// <summary>A number with its unit, e.g. 93% or 12 件.</summary>
    public static Words With(Indicator indicator, decimal? value) => value is null ? new("没有数", "no figure")
        : indicator.UnitZh == "%" ? new(Number(value) + "%", Number(value) + "%") : new($"{Number(value)} {indicator.UnitZh}", $"{Number(value)} {indicator.UnitAfter(Number(value)).En}");

    /// <summary>Whether a change is for the better; null where nothing changed, or where neither way is.</summary>
    public static bool? Good(Indicator indicator, decimal? now, decimal? before) =>
        now is null || before is null || now == before ? null : indicator.Better switch { IndicatorDirection.Up => now > before, IndicatorDirection.Down => now < before, _ => null };

    /// <summary>How a number stands to an earlier one, e.g. 较上月升 4 个百分点，向好.</summary>
    /// <param name="indicator">Definition.</param>
    /// <param name="now">The number.</param>
    /// <param name="before">The earlier one; null where there was none to tell.</param>
    /// <param name="then">What the earlier time is called, e.g. 上月.</param>
    public static Words Change(Indicator indicator, decimal? now, decimal? before, Words then)
    {
        if (now is not { } value) return default;
        if (before is not { } earlier) return new($"{then.Zh}没有数", $"no figure for {then.En}");
        if (value == earlier) return new($"与{then.Zh}持平", $"the same as {then.En}");
        // Of nothing there is no share.
        if (earlier == 0 && indicator.UnitZh != "%") return new($"{then.Zh}是 0 {indicator.UnitZh}", $"up from nothing {then.En}");
        var (more, by) = (value > earlier, Math.Abs(value - earlier));
        var turn = Good(indicator, value, earlier) switch { true => new Words("，向好", " (better)"), false => new("，需关注", " (worse)"), _ => new("", "") };
        if (indicator.UnitZh == "%") return new($"较{then.Zh}{(more ? "升" : "降")} {Number(by)} 个百分点{turn.Zh}", $"{(more ? "up" : "down")} {Number(by)} points on {then.En}{turn.En}");
        var share = earlier > 0 ? Math.Round(100 * by / earlier, MidpointRounding.AwayFromZero) : 0;
        return new($"较{then.Zh}{(more ? "增加" : "减少")} {Number(by)} {indicator.UnitZh}{(share > 0 ? $"（{(more ? "增" : "减")} {Number(share)}%）" : "")}{turn.Zh}",
            $"{(more ? "up" : "down")} {Number(by)} {indicator.UnitAfter(Number(by)).En}{(share > 0 ? $" ({Number(share)}%)" : "")} on {then.En}{turn.En}");
    }

    /// <summary>What a number is and how it stands to earlier ones, e.g. 本月按时办结率 93%，较上月升 4 个百分点，向好；与去年同月持平。</summary>
    /// <param name="indicator">Definition.</param>
    /// <param name="period">What its time is called, e.g. 本月.</param>
    /// <param name="value">The number.</param>
    /// <param name="earlier">Earlier numbers, each with what its time is called.</param>
    public static Words Statement(Indicator indicator, Words period, decimal? value, params IReadOnlyList<(Words Then, decimal? Value)> earlier)
    {
        var (zh, en) = (indicator.ShortName.Zh, indicator.ShortName.En);
        if (value is null) return new($"{period.Zh}{zh}没有数。", $"{Large(en)} {period.En}: no figure.");
        var changes = earlier.Select(e => Change(indicator, value, e.Value, e.Then)).ToList();
        var told = With(indicator, value);
        return new($"{period.Zh}{zh} {told.Zh}{(changes.Count > 0 ? "，" : "")}{string.Join("；", changes.Select(c => c.Zh))}。", $"{Large(en)} {period.En}: {told.En}{(changes.Count > 0 ? ", " : "")}{string.Join("; ", changes.Select(c => c.En))}.");
    }

    /// <summary>Which of several has most, e.g. 最多的是武康街道，12 件，占 40%；其次是莫干山镇（8 件）。</summary>
    /// <param name="indicator">Definition.</param>
    /// <param name="lines">Names and numbers, in any order.</param>
    /// <param name="total">The whole of which they are parts; null where the numbers do not add up, as rates do not.</param>
    public static Words Most(Indicator indicator, IReadOnlyList<(string Name, decimal? Value)> lines, decimal? total)
    {
        var told = lines.Where(l => l.Value is not null).OrderByDescending(l => l.Value).ToList();
        if (told.Count == 0 || told[0].Value == 0 && told[^1].Value == 0) return new("都没有数。", "There is nothing to tell.");
        var (most, top) = (told[0].Value, told.Where(l => l.Value == told[0].Value).Select(l => l.Name).ToList());
        if (top.Count == told.Count && top.Count > 1) return new($"各处都是 {With(indicator, most).Zh}。", $"All of them have {With(indicator, most).En}.");
        var (count, large) = (With(indicator, most), total is null ? new Words("最高", "Highest") : new("最多", "Most"));
        if (top.Count > MostNamed) return new($"{top.Count} 个并列{large.Zh}，各 {count.Zh}。", $"{large.En}: {top.Count} alike with {count.En} each.");
        var share = total is > 0 && most is { } m ? Math.Round(100 * m * top.Count / total.Value, MidpointRounding.AwayFromZero) : 0;
        var next = top.Count > 1 ? [] : told.Skip(1).Where(l => l.Value > 0).Take(2).ToList();
        return new($"{large.Zh}的是{string.Join("、", top)}，{(top.Count > 1 ? "各 " : "")}{count.Zh}{(share > 0 ? $"，{(top.Count > 1 ? "共" : "")}占 {Number(share)}%" : "")}{(next.Count > 0 ? "；其次是" + string.Join("、", next.Select(n => $"{n.Name}（{With(indicator, n.Value).Zh}）")) : "")}。",
            $"{large.En}: {string.Join(", ", top)} with {count.En}{(top.Count > 1 ? " each" : "")}{(share > 0 ? $", {Number(share)}% {(top.Count > 1 ? "together" : "of all")}" : "")}{(next.Count > 0 ? "; then " + string.Join(", ", next.Select(n => $"{n.Name} ({With(indicator, n.Value).En})")) : "")}.");
    }

    /// <summary>How a number went over time, e.g. 收到件数最高是 2026年8月（30 件），最低是 2026年1月（3 件），最近 2026年10月 12 件。</summary>
    /// <param name="indicator">Definition.</param>
    /// <param name="points">What each time is called and its number, in order.</param>
    public static Words Course(Indicator indicator, IReadOnlyList<(Words When, decimal? Value)> points)
    {
        var told = points.Where(p => p.Value is not null).ToList();
        var (zh, en) = (indicator.ShortName.Zh, Large(indicator.ShortName.En));
        if (told.Count == 0) return new($"{zh}在这段时间没有数。", $"{en}: no figure within this time.");
        if (told.Count == 1) return new($"{zh}只有 {told[0].When.Zh}有数，{With(indicator, told[0].Value).Zh}。", $"{en}: a figure for {told[0].When.En} only, {With(indicator, told[0].Value).En}.");
        var (high, low, last) = (told.MaxBy(p => p.Value), told.MinBy(p => p.Value), told[^1]);
        if (high.Value == low.Value) return new($"{zh}一直是 {With(indicator, high.Value).Zh}。", $"{en}: {With(indicator, high.Value).En} all the time.");
        // Where several are lowest the first of them is no finding; and the latest is told once.
        var many = told.Count(p => p.Value == low.Value) > 1;
        var again = last == high || last.Value == low.Value;
        return new($"{zh}最高是 {high.When.Zh}（{With(indicator, high.Value).Zh}），最低{(many ? $" {With(indicator, low.Value).Zh}" : $"是 {low.When.Zh}（{With(indicator, low.Value).Zh}）")}{(again ? "" : $"，最近 {last.When.Zh} {With(indicator, last.Value).Zh}")}。",
            $"{en}: highest {high.When.En} ({With(indicator, high.Value).En}), lowest {(many ? With(indicator, low.Value).En : $"{low.When.En} ({With(indicator, low.Value).En})")}{(again ? "" : $", latest {last.When.En} {With(indicator, last.Value).En}")}.");
    }

    /// <summary>A text with a capital at its head.</summary>
    /// <param name="text">In English; other scripts stay as they are.</param>
    public static string Large(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
