using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Access;
using Renda.Platform.Persistence;

namespace Renda.Platform.Indicators;

/// <summary>
/// A row that counts in measures though it belongs to no matter, e.g. a visit. Whoever saves it, by the change tracker or by
/// <see cref="RowStatements"/>, leaves a <see cref="RecordChange"/> in the same transaction; a statement that changes many at once
/// has to leave its own.
/// </summary>
public interface ICounted
{
    /// <summary>Id of the <see cref="RecordBook"/>, and of the record in it.</summary>
    (string Book, Guid Source) Counted { get; }
}

/// <summary>What a record is called, and where it is looked at.</summary>
/// <param name="Title">In words.</param>
/// <param name="Address">Path of its page.</param>
public sealed record RecordName(string Title, string Address);

/// <summary>
/// Records of a module that are counted (记录): visits, receptions, mandates. They have no events to be replayed: a change is noted in the
/// transaction that makes it, and <see cref="RecordLedger"/> sets what the record counts for now beside what it counted for before.
/// </summary>
/// <param name="id">Stable id, e.g. <c>visits.tours</c>; at most 40 characters.</param>
/// <param name="name">What they are, e.g. 走访.</param>
/// <param name="permission">Whoever has it for a territory may ask for what the records count within it.</param>
/// <param name="measures">The measures they count in.</param>
public abstract class RecordBook(string id, Words name, string permission, IReadOnlyList<Measure> measures)
{
    /// <summary>Stable id.</summary>
    public string Id { get; } = id;

    /// <summary>What they are.</summary>
    public Words Name { get; } = name;

    /// <summary>The permission to ask for its measures.</summary>
    public string Permission { get; } = permission;

    /// <summary>Its measures.</summary>
    public IReadOnlyList<Measure> Measures { get; } = measures;

    /// <summary>Whether somebody may ask for its measures: a record belongs to a place, to no unit and no person.</summary>
    public bool IsFor(Actor actor) => actor.Grants.Any(g => g.Role.Scope == RoleScope.Territory && g.Region > 0 && g.Permissions.Contains(Permission));

    /// <summary>Every record there is.</summary>
    public abstract Task<List<Guid>> AllAsync(RendaDbContext db, CancellationToken cancellation);

    /// <summary>What some records count for as they stand, each fact once for a record and with an amount above 0; nothing of one that is gone.</summary>
    public abstract Task<IEnumerable<(Guid Source, Fact Fact)>> FactsAsync(RendaDbContext db, IReadOnlyCollection<Guid> records, CancellationToken cancellation);

    /// <summary>What some records are called; who asks may see the territory they lie in.</summary>
    public abstract Task<IReadOnlyDictionary<Guid, RecordName>> NamesAsync(RendaDbContext db, IReadOnlyCollection<Guid> records, CancellationToken cancellation);
}

/// <summary>A record that was written and is not counted anew yet.</summary>
public sealed class RecordChange
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; set; } = Guid.CreateVersion7();

    /// <summary>Id of the book.</summary>
    public string Book { get; set; } = "";

    /// <summary>The record.</summary>
    public Guid Source { get; set; }

    /// <summary>That of a counted row.</summary>
    public static RecordChange Of(ICounted row) => new() { Book = row.Counted.Book, Source = row.Counted.Source };
}

/// <summary>
/// A line of the ledger of records, see <see cref="IndicatorFact"/>. Unlike that ledger it cannot be made anew, since records keep no history
/// of themselves: it is in the backup.
/// </summary>
public sealed class RecordFact
{
    /// <summary>Id of the measure.</summary>
    public string Measure { get; set; } = "";

    /// <summary>Number of the step in which it was counted.</summary>
    public long Seq { get; set; }

    /// <summary>Order among the lines of that step.</summary>
    public int Ordinal { get; set; }

    /// <summary>The record it comes from.</summary>
    public Guid Source { get; set; }

    /// <summary>Day in China on which it happened.</summary>
    public DateOnly Day { get; set; }

    /// <summary>Day in China on which it was counted; of what was there before anybody counted, the day on which it happened.</summary>
    public DateOnly KnownOn { get; set; }

    /// <summary>12-digit division code, as fine as known; 0 for nowhere.</summary>
    public long Division { get; set; }

    /// <summary>The unit; empty for none.</summary>
    public Guid UnitId { get; set; }

    /// <summary>Category id; empty for none.</summary>
    public string Category { get; set; } = "";

    /// <summary>How much, negative where it is taken back.</summary>
    public long Amount { get; set; }
}

internal sealed class RecordConfiguration : IEntityTypeConfiguration<RecordChange>, IEntityTypeConfiguration<RecordFact>
{
    public void Configure(EntityTypeBuilder<RecordChange> builder)
    {
        builder.ToTable("record_changes");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Book).HasMaxLength(40);
    }

    public void Configure(EntityTypeBuilder<RecordFact> builder)
    {
        builder.ToTable("record_facts");
        builder.HasKey(f => new { f.Measure, f.Day, f.Seq, f.Ordinal });
        builder.Property(f => f.Measure).HasMaxLength(40);
        builder.Property(f => f.Category).HasMaxLength(60);
        builder.HasIndex(f => new { f.Measure, f.Division, f.Day });
        builder.HasIndex(f => f.Source);
    }
}
