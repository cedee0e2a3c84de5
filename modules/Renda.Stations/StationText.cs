using System.Security.Cryptography;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Procedures;

namespace Renda.Stations;

/// <summary>Words and measures of stations.</summary>
public static class StationText
{
    // Neither 0 and O nor 1, I and L: it is read from paper and typed on a phone.
    private const string Letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

    /// <summary>Length of a query code, without its hyphens.</summary>
    public const int CodeLength = 12;

    /// <summary>What a station may be as well: a base unit (基层单元) is all of these in one place.</summary>
    public static IReadOnlyList<Choice> Points { get; } = [new("legislative", new("基层立法联系点", "Legislative contact point")), new("finance", new("财经联系点", "Finance contact point"))];

    /// <summary>Levels of stations.</summary>
    public static IReadOnlyList<Choice> Levels { get; } = [new("centre", new("中心站", "Centre")), new("area", new("片区站", "Area station")), new("point", new("联络点", "Contact point"))];

    /// <summary>Tiers of deputies, highest first.</summary>
    public static IReadOnlyList<Choice> Tiers { get; } =
    [
        new("nation", new("全国人大代表", "National deputy")), new("province", new("省人大代表", "Provincial deputy")), new("city", new("市人大代表", "City deputy")),
        new("county", new("县（区）人大代表", "County deputy")), new("town", new("乡镇人大代表", "Town deputy")),
    ];

    /// <summary>Name of a choice; its id where it is none of them.</summary>
    public static string Name(IReadOnlyList<Choice> choices, string id) => choices.FirstOrDefault(c => c.Id == id)?.Name.ToString() ?? id;

    /// <summary>Tier of a congress by its division code.</summary>
    public static string Tier(long region) => region == 0 ? "nation" : Territory.Level(region) switch { 4 => "province", 3 => "city", 2 => "county", _ => "town" };

    /// <summary>Place of a tier, the highest first.</summary>
    public static int Rank(string tier) => Tiers.TakeWhile(t => t.Id != tier).Count();

    /// <summary>A code nobody guesses, of that many characters.</summary>
    public static string NewCode(int length) => RandomNumberGenerator.GetString(Letters, length);

    /// <summary>A query code as it is shown: in groups of four.</summary>
    public static string Grouped(string code) => string.Join('-', code.Chunk(4).Select(c => new string(c)));

    /// <summary>A query code as it is typed, in whatever form; empty when it can be none.</summary>
    public static string Code(string? typed)
    {
        var plain = string.Concat(TypedForm.Plain((typed ?? "")[..Math.Min(60, typed?.Length ?? 0)]).ToUpperInvariant().Where(char.IsAsciiLetterOrDigit));
        return plain.Length == CodeLength && plain.All(Letters.Contains) ? plain : "";
    }

    /// <summary>A day as people say it, e.g. 11-28 周六.</summary>
    public static string Day(DateOnly day) => $"{day:yyyy-MM-dd} {Language.T("周" + "日一二三四五六"[(int)day.DayOfWeek], day.DayOfWeek.ToString()[..3])}";

    /// <summary>The first line of a text as a title, at most so many characters.</summary>
    public static string Title(string text, int most)
    {
        var line = text.Trim().Split('\n', '。', '！', '？')[0].Trim();
        return line.Length <= most ? line : line[..(most - 1)] + "…";
    }
}
