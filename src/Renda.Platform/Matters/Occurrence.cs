using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Matters;

/// <summary>
/// How many matters of a place have something in common that is to be counted once or put in order: the person who
/// raised them, the village, the days they took. A <see cref="Tally"/> sums; this answers "how many different" and "half
/// of them no longer than". Kept in the same transaction, recounted by <c>renda verify</c>.
/// </summary>
public sealed class Occurrence
{
    /// <summary>Kind of <see cref="Member"/>: the id of a person who raised it.</summary>
    public const string Reporter = "reporter";

    /// <summary>Kind of <see cref="Member"/>: the 12-digit code of the village.</summary>
    public const string Village = "village";

    /// <summary>Module.</summary>
    public string Scenario { get; set; } = "";

    /// <summary>Context, e.g. the campaign; empty for none.</summary>
    public Guid ContextId { get; set; }

    /// <summary><see cref="Reporter"/>, <see cref="Village"/> or <see cref="DaysIn"/> of a final state.</summary>
    public string Kind { get; set; } = "";

    /// <summary>12-digit code of the town or, when that is not known, of the county or city.</summary>
    public long Division { get; set; }

    /// <summary>What they have in common.</summary>
    public string Member { get; set; } = "";

    /// <summary>How many matters.</summary>
    public long Matters { get; set; }

    /// <summary>Kind of <see cref="Member"/>: tenths of a day from arrival to the end in this state.</summary>
    public static string DaysIn(string state) => "days/" + state;

    /// <summary>The days of an occurrence of kind <see cref="DaysIn"/>.</summary>
    public static double Days(string member) => long.Parse(member, CultureInfo.InvariantCulture) / 10.0;

    /// <summary>What a matter counts for, each once.</summary>
    internal static IEnumerable<Occurrence> Of(Matter m, IEnumerable<MatterReporter> reporters)
    {
        // One who sent two that were merged counts once.
        foreach (var person in reporters.Select(r => r.PersonId).Distinct()) yield return One(Reporter, person.ToString());
        if (m.Region % 1000 != 0) yield return One(Village, m.Region.ToString(CultureInfo.InvariantCulture));
        // Whole seconds: what both databases can say of themselves in the same way.
        if (m is { Closed: true, ClosedAt: { } closed }) yield return One(DaysIn(m.State), ((closed.Ticks / TimeSpan.TicksPerSecond - m.SubmittedAt.Ticks / TimeSpan.TicksPerSecond) / 8640).ToString(CultureInfo.InvariantCulture));

        Occurrence One(string kind, string member) => new()
        {
            Scenario = m.Scenario, ContextId = m.ContextId ?? Guid.Empty, Kind = kind, Division = m.Town > 0 ? m.Town : m.County > 0 ? m.County : m.City, Member = member, Matters = 1,
        };
    }

    internal (string, Guid, string, long, string) Key => (Scenario, ContextId, Kind, Division, Member);
}

internal sealed class OccurrenceConfiguration : IEntityTypeConfiguration<Occurrence>
{
    public void Configure(EntityTypeBuilder<Occurrence> builder)
    {
        builder.ToTable("occurrences");
        builder.HasKey(o => new { o.Scenario, o.ContextId, o.Kind, o.Division, o.Member });
        builder.Property(o => o.Member).HasMaxLength(40);
    }
}
