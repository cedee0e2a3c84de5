using System.Text;

namespace Renda.Platform.Search;

/// <summary>
/// Cuts text into what is searched for. Chinese has no spaces, so each two neighbouring characters are a word
/// (电线杆 → 电线, 线杆); Latin letters and digits that stand together are one word, in lower case. Full-width
/// forms count as their plain ones.
/// </summary>
public static class SearchWords
{
    /// <summary>Longest text that is looked at, in characters; what is longer is cut.</summary>
    public const int MostCharacters = 20_000;

    /// <summary>The words of a text to be found, each once. The last character of a run stands alone too, so that one character finds it.</summary>
    public static IReadOnlySet<string> Of(string text)
    {
        var words = new HashSet<string>();
        foreach (var run in Runs(text))
        {
            if (!IsIdeograph(run[0]))
            {
                words.Add(run);
                continue;
            }
            for (var i = 0; i + 1 < run.Length; i++) words.Add(run.Substring(i, 2));
            words.Add(run[^1..]);
        }
        return words;
    }

    /// <summary>
    /// What a text asked for must contain: all of these. A word marked as a beginning is found where a word begins with
    /// it: a single Chinese character, or the Latin letters or digits somebody may still be typing.
    /// </summary>
    public static IReadOnlyList<(string Word, bool Beginning)> Asked(string question)
    {
        var asked = new List<(string, bool)>();
        foreach (var run in Runs(question.Length > 100 ? question[..100] : question))
        {
            if (!IsIdeograph(run[0]) || run.Length == 1) asked.Add((run, true));
            else
                for (var i = 0; i + 1 < run.Length; i++) asked.Add((run.Substring(i, 2), false));
        }
        return [.. asked.Distinct()];
    }

    /// <summary>Runs of letters and digits, each all ideographs or none. Characters beyond the basic plane, very rare ones of names, are left out.</summary>
    private static IEnumerable<string> Runs(string text)
    {
        if (text.Length > MostCharacters) text = text[..MostCharacters];
        // Half a surrogate pair has no normal form.
        if (text.Any(char.IsSurrogate)) text = new string([.. text.Select(c => char.IsSurrogate(c) ? ' ' : c)]);
        text = text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]) && (i == start || IsIdeograph(text[i]) == IsIdeograph(text[start]))) continue;
            if (i > start) yield return text[start..i];
            start = i < text.Length && char.IsLetterOrDigit(text[i]) ? i : i + 1;
        }
    }

    // CJK, kana and Hangul: scripts written without spaces, or found well by pairs.
    private static bool IsIdeograph(char c) => c is >= '\u2E80' and <= '\uD7FF' or >= '\uF900' and <= '\uFAFF';
}
