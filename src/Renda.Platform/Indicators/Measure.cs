using Renda.Platform.Matters;

namespace Renda.Platform.Indicators;

/// <summary>What one thing counts for in one measure.</summary>
/// <param name="Measure">Id of the measure.</param>
/// <param name="Day">Day in China on which it happened.</param>
/// <param name="Division">12-digit division code of where, as fine as known; 0 for nowhere.</param>
/// <param name="UnitId">The unit it is told of, e.g. the lead unit; empty for none.</param>
/// <param name="Category">Category id within the module; empty for none.</param>
/// <param name="Amount">How much, in the measure's unit; mostly 1.</param>
public readonly record struct Fact(string Measure, DateOnly Day, long Division, Guid UnitId, string Category, long Amount);

/// <summary>
/// Something that a module counts (度量): a projection of its matters' events. A number on a screen is a formula over measures,
/// see <see cref="Indicator"/>; the facts themselves are kept, so that each number leads to the things it counts.
/// </summary>
/// <param name="Id">Stable id, e.g. <c>visits.closed</c>; at most 38 characters. The part before the dot is the module.</param>
/// <param name="Name">Name, e.g. 办结件数.</param>
/// <param name="Unit">What is counted, e.g. 件.</param>
/// <param name="Of">What a matter of the module counts for as it stands, asked again after each of its events; null for one that counts the records of a <see cref="RecordBook"/>.</param>
public sealed record Measure(string Id, Words Name, Words Unit, Func<MatterFold, IEnumerable<Fact>>? Of = null)
{
    /// <summary>The module.</summary>
    public string Scenario => Id[..Id.IndexOf('.', StringComparison.Ordinal)];
}
