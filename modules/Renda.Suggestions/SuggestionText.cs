using Renda.Platform.Congresses;
using Renda.Platform.Procedures;

namespace Renda.Suggestions;

/// <summary>Words and measures of a suggestion.</summary>
public static class SuggestionText
{
    /// <summary>Longest title, in characters.</summary>
    public const int LongestTitle = 80;

    /// <summary>Longest of the three parts, in characters.</summary>
    public const int LongestPart = 4000;

    /// <summary>Most co-signers of one suggestion.</summary>
    public const int MostCosigners = 60;

    /// <summary>Most attachments.</summary>
    public const int MostMedia = 9;

    /// <summary>Where suggestions come from.</summary>
    public static IReadOnlyList<Choice> Origins { get; } =
    [
        new("research", new("调研、视察", "Research or inspection")), new("station", new("联络站接待", "Reception at a station")), new("visit", new("走访选民", "Visits to voters")),
        new("finding", new("寻访发现", "A finding")), new("motion", new("议案转为建议", "A motion handled as a suggestion")), new("own", new("本人工作生活中了解", "Own work and life")),
    ];

    /// <summary>How a deputy may wish to be contacted.</summary>
    public static IReadOnlyList<Choice> Contacts { get; } = [new("visit", new("走访或座谈", "Visit or meeting")), new("call", new("电话", "Telephone")), new("letter", new("书面", "In writing"))];

    /// <summary>Name of a choice; its id where it is none of them.</summary>
    public static string Name(IReadOnlyList<Choice> choices, string id) => choices.FirstOrDefault(c => c.Id == id)?.Name.ToString() ?? id;

    /// <summary>The attachments a draft names; what is no line of one is left out.</summary>
    public static IEnumerable<(string Sha, string Name)> Files(string media) =>
        media.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|', 2)).Where(p => p[0].Length == 64).Select(p => (p[0], p.Length > 1 && p[1].Length > 0 ? p[1] : p[0][..12]));

    /// <summary>A file's name as kept: without folders, at most 120 characters.</summary>
    public static string FileName(string name) => Path.GetFileName(name.Replace('|', ' ').Replace('\n', ' ')) is { Length: > 0 } plain ? plain[^Math.Min(plain.Length, 120)..] : "附件";

    /// <summary>The full title, e.g. 关于加快……的建议.</summary>
    public static string Full(string title) => title.StartsWith("关于", StringComparison.Ordinal) || title.EndsWith("建议", StringComparison.Ordinal) ? title : $"关于{title}的建议";

    /// <summary>A session as the office writes it, e.g. 九届五次.</summary>
    public static string Session(Term term, CongressSession session) => $"{Numeral(term.Ordinal)}届{Numeral(session.Ordinal)}次";

    /// <summary>A number from 1 to 99 in Chinese, e.g. 十七.</summary>
    public static string Numeral(int n)
    {
        const string digits = "零一二三四五六七八九";
        if (n is < 1 or > 99) return n.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return (n / 10) switch { 0 => "", 1 => "十", var tens => digits[tens] + "十" } + (n % 10 > 0 ? digits[n % 10] : "");
    }
}
