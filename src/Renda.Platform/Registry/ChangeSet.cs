using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Registry;

/// <summary>What somebody changed in the registry in one go: a form, an import, a merge, or the undoing of one of these.</summary>
public sealed class ChangeSet
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>When (UTC).</summary>
    public DateTime At { get; set; }

    /// <summary>The account that did it; null for the platform itself.</summary>
    public Guid? ActorId { get; set; }

    /// <summary>Name of who did it, as it was then.</summary>
    public string ActorName { get; set; } = "";

    /// <summary><c>edit</c>, <c>import</c>, <c>merge</c> or <c>undo</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>What it was about, in the office's words.</summary>
    public string Title { get; set; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; set; } = "";

    /// <summary>How many rows it wrote.</summary>
    public int Rows { get; set; }

    /// <summary>The set it undoes, or null.</summary>
    public Guid? Undoes { get; set; }

    /// <summary>The set that undid it, or null.</summary>
    public Guid? UndoneBy { get; set; }
}

/// <summary>One row of the registry as it was before a change set and as it is after.</summary>
public sealed class RegistryChange
{
    /// <summary>The change set.</summary>
    public Guid ChangeSetId { get; set; }

    /// <summary>Order within the set, from 1.</summary>
    public int Ordinal { get; set; }

    /// <summary>What kind of record, e.g. <c>Person</c>.</summary>
    public string Record { get; set; } = "";

    /// <summary>The thing.</summary>
    public Guid RecordId { get; set; }

    /// <summary>The row as JSON; null when there was none. Personal numbers are encrypted as in their columns.</summary>
    public string? Before { get; set; }

    /// <summary>The row as JSON; null when it was taken away, which only undoing does.</summary>
    public string? After { get; set; }
}

internal sealed class ChangeSetConfiguration : IEntityTypeConfiguration<ChangeSet>, IEntityTypeConfiguration<RegistryChange>
{
    public void Configure(EntityTypeBuilder<ChangeSet> builder)
    {
        builder.ToTable("registry_change_sets");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Kind).HasMaxLength(20);
        builder.HasIndex(c => c.At);
    }

    public void Configure(EntityTypeBuilder<RegistryChange> builder)
    {
        builder.ToTable("registry_changes");
        builder.HasKey(c => new { c.ChangeSetId, c.Ordinal });
        builder.Property(c => c.Record).HasMaxLength(40);
        builder.HasIndex(c => c.RecordId);
    }
}
