using System.Text.RegularExpressions;

namespace Renda.Platform.Matters;

/// <summary>Official numbers as people write them: 发文机关代字〔年份〕顺序号 (GB/T 9704-2012, 7.2.5).</summary>
public static partial class MatterNumber
{
    /// <summary>The number as it is printed, also when a keyboard without 〔〕 wrote it; null when the text is no whole number.</summary>
    public static string? Whole(string text) => WholeNumber().Match(text.Trim()) is { Success: true } m ? $"{m.Groups[1].Value}〔{m.Groups[2].Value}〕{m.Groups[3].Value}号" : null;

    /// <summary>A whole number, or for digits alone that number of the series to which another belongs; otherwise the text.</summary>
    public static string Of(string text, string another) =>
        text.Trim() is [_, ..] trimmed && trimmed.All(char.IsAsciiDigit) ? LastDigits().Replace(another, trimmed.TrimStart('0')) : Whole(text) ?? text.Trim();

    [GeneratedRegex(@"^([^\s\d]{1,20})[〔\[［（(](\d{4})[〕\]］）)](\d{1,9})号$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"\d+(?=\D*$)")]
    private static partial Regex LastDigits();
}
