using System.Globalization;

namespace Renda.Platform.Calendar;

/// <summary>A date was asked for whose year's days off are not known; an administrator can import them.</summary>
public sealed class UnknownCalendarYearException : Exception
{
    /// <summary>Says that a year is missing.</summary>
    public UnknownCalendarYearException(int year)
        : this(year, TextFor(year))
    {
    }

    private UnknownCalendarYearException(int year, Words words)
        : base($"{words.Zh} / {words.En}") => (Year, Words) = (year, words);

    /// <summary>The year that is missing.</summary>
    public int Year { get; }

    /// <summary>What to tell the person, and what can be done.</summary>
    public Words Words { get; }

    private static Words TextFor(int year) => new Words(
        "工作日历中没有{0}年的放假安排，无法计算期限。请系统管理员导入国务院办公厅公布的{0}年节假日安排。",
        "The working calendar has no days off for {0}, so the deadline cannot be computed. An administrator has to import the State Council's notice for {0}.")
        .With(year.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Calendar data that cannot be right; nothing of it was taken.</summary>
public sealed class InvalidCalendarException(IReadOnlyList<Words> mistakes, Exception? cause = null)
    : Exception(string.Join(' ', mistakes.Select(words => $"{words.Zh} / {words.En}")), cause)
{
    /// <summary>Every mistake found, one text each; at least one.</summary>
    public IReadOnlyList<Words> Mistakes { get; } = mistakes;
}
