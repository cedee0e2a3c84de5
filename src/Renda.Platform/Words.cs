using System.Globalization;

namespace Renda.Platform;

/// <summary>
/// A text for people, in both languages at once. Both are required, so that no page can be half translated.
/// </summary>
/// <param name="Zh">Simplified Chinese, as a good official would say it. Shown by default.</param>
/// <param name="En">English.</param>
public readonly record struct Words(string Zh, string En)
{
    /// <summary>The text in the language of the current request.</summary>
    public override string ToString() => Language.IsEnglish ? En : Zh;

    /// <summary>Fills numbered places (<c>{0}</c>) in both languages.</summary>
    public Words With(params object?[] args) =>
        new(string.Format(CultureInfo.InvariantCulture, Zh, args), string.Format(CultureInfo.InvariantCulture, En, args));

    /// <summary>True when either language is missing; a procedure with such a text is not started.</summary>
    public bool IsIncomplete => string.IsNullOrWhiteSpace(Zh) || string.IsNullOrWhiteSpace(En);
}

/// <summary>The two languages of the product.</summary>
public static class Language
{
    /// <summary>True when the current request asked for English; everything else is Chinese.</summary>
    public static bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    /// <summary>Picks the text of the current language.</summary>
    public static string T(string zh, string en) => IsEnglish ? en : zh;
}
