using Renda.Platform.Calendar;
using Renda.Platform.Persistence;

namespace Renda.Platform.Performance;

/// <summary>The seven headings under which a deputy's performance (履职) is recorded. See 代表法 art. 58 and the usual register form.</summary>
public enum PerformanceHeading
{
    /// <summary>Attending the congress (出席会议).</summary>
    Congress,

    /// <summary>Speaking in deliberation (审议发言).</summary>
    Speech,

    /// <summary>Motions and suggestions (议案建议).</summary>
    Suggestions,

    /// <summary>Attending meetings without a vote (列席会议).</summary>
    NonVoting,

    /// <summary>Inspection, research, law checks (视察调研执法检查).</summary>
    Inspection,

    /// <summary>Activities of deputy groups, and training (代表小组活动).</summary>
    Activities,

    /// <summary>Contact with electors (联系选民群众).</summary>
    Electors,
}

/// <summary>Days for which performance is asked, both included.</summary>
/// <param name="First">First day in China.</param>
/// <param name="Last">Last day in China.</param>
public readonly record struct PerformancePeriod(DateOnly First, DateOnly Last)
{
    /// <summary>Its beginning (UTC).</summary>
    public DateTime Begin => ChinaTime.StartOf(First);

    /// <summary>Its end (UTC), no longer included.</summary>
    public DateTime End => ChinaTime.EndOf(Last);
}

/// <summary>
/// One thing a deputy did, as a query gives it. It is a class with setters so that the database may narrow, group and count it
/// after a module has named its columns.
/// </summary>
public sealed class PerformanceRow
{
    /// <summary>Who did it.</summary>
    public Guid PersonId { get; set; }

    /// <summary>The congress for which it was done; null where it counts for every seat the person holds that day.</summary>
    public Guid? CongressId { get; set; }

    /// <summary>When (UTC); null where only the day is known.</summary>
    public DateTime? At { get; set; }

    /// <summary>On which day in China; null where the time is known.</summary>
    public DateOnly? Day { get; set; }

    /// <summary>What it was done in: a matter, a visit, a session.</summary>
    public Guid Source { get; set; }

    /// <summary>What it was, in the words of its record.</summary>
    public string Title { get; set; } = "";

    /// <summary>Whether its title may be shown to everybody; otherwise only the number is.</summary>
    public bool Public { get; set; }

    /// <summary>How much of the item's unit it counts for, 1 for most.</summary>
    public int Amount { get; set; } = 1;
}

/// <summary>
/// A kind of performance that a module records anyway: the performance file (履职档案) reads it there and keeps no copy, so that
/// nothing is typed twice and a correction at the source corrects the file.
/// </summary>
/// <param name="Id">Stable id, e.g. <c>stations.reception</c>.</param>
/// <param name="Heading">The heading it stands under.</param>
/// <param name="Name">Name.</param>
/// <param name="Unit">What is counted, e.g. 次.</param>
/// <param name="Rows">All of it within a period, by whomever; narrowed to people by whoever asks.</param>
/// <param name="Href">Address of a source.</param>
public sealed record PerformanceItem(string Id, PerformanceHeading Heading, Words Name, Words Unit, Func<RendaDbContext, PerformancePeriod, IQueryable<PerformanceRow>> Rows, Func<Guid, string> Href);

/// <summary>Names of the headings.</summary>
public static class PerformanceHeadings
{
    /// <summary>Every heading in the usual order.</summary>
    public static IReadOnlyList<(PerformanceHeading Heading, Words Name)> All { get; } =
    [
        (PerformanceHeading.Congress, new("出席人代会", "Attending the congress")), (PerformanceHeading.Speech, new("审议发言", "Speaking in deliberation")), (PerformanceHeading.Suggestions, new("议案建议", "Motions and suggestions")),
        (PerformanceHeading.NonVoting, new("列席会议", "Meetings without a vote")), (PerformanceHeading.Inspection, new("视察调研执法检查", "Inspection and research")), (PerformanceHeading.Activities, new("小组活动和学习", "Group activities and training")),
        (PerformanceHeading.Electors, new("联系选民", "Contact with electors")),
    ];

    /// <summary>The name of one.</summary>
    public static Words Name(this PerformanceHeading heading) => All.First(h => h.Heading == heading).Name;
}
