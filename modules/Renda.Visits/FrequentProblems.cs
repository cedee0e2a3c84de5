using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;

namespace Renda.Visits;

/// <summary>A frequent problem: how often something was found, and where or what most.</summary>
/// <param name="Category">Category id; null when ranked by town.</param>
/// <param name="Town">Division code of the town; null when ranked by category.</param>
/// <param name="Count">Confirmed findings.</param>
/// <param name="Closed">How many of them are closed.</param>
/// <param name="Focus">How many of them are listed as a focus already.</param>
/// <param name="Most">Where (or what) it was found most, with counts; at most three.</param>
public sealed record FrequentProblem(string? Category, long? Town, int Count, int Closed, int Focus, IReadOnlyList<(string? Category, long? Town, int Count)> Most);

/// <summary>Ranks confirmed findings by category or by town.</summary>
public static class FrequentProblems
{
    /// <summary>The ranking, most frequent first, of what the filter leaves in the actor's scope. Counted from the rows, so it is equal to the lists behind it.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="filter">Period, area, campaign; the view is always the confirmed findings.</param>
    /// <param name="byTown">By town instead of by category.</param>
    /// <param name="now">The present (UTC).</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<IReadOnlyList<FrequentProblem>> RankAsync(DbContext db, Actor actor, FindingFilter filter, bool byTown, DateTime now, CancellationToken cancellation)
    {
        var cells = await (filter with { View = FindingView.Find("confirmed") }).Apply(db, actor, now)
            .GroupBy(m => new { m.Category, m.Town })
            .Select(g => new { g.Key.Category, g.Key.Town, Count = g.Count(), Closed = g.Count(m => m.Closed), Focus = g.Count(m => m.Focus) }).ToListAsync(cancellation);
        return
        [
            .. cells.GroupBy(c => byTown ? (null, c.Town) : (c.Category, (long?)null)).Select(g => new FrequentProblem(
                    g.Key.Item1, g.Key.Item2, g.Sum(c => c.Count), g.Sum(c => c.Closed), g.Sum(c => c.Focus),
                    [.. g.OrderByDescending(c => c.Count).ThenBy(c => c.Category, StringComparer.Ordinal).ThenBy(c => c.Town).Take(3).Select(c => byTown ? (c.Category, null, c.Count) : ((string?)null, (long?)c.Town, c.Count))]))
                .OrderByDescending(p => p.Count).ThenBy(p => p.Category, StringComparer.Ordinal).ThenBy(p => p.Town),
        ];
    }
}
