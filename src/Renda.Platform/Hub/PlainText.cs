using System.Globalization;
using System.Text;

namespace Renda.Platform.Hub;

/// <summary>Texts from outside that are shown in a line.</summary>
internal static class PlainText
{
    /// <summary>Whether a text holds what no name or title needs: control characters, turned directions, halves of characters.</summary>
    public static bool IsHostile(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))
                return true;
        return false;
    }
}
