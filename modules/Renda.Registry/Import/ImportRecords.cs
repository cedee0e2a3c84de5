using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Registry.Import;

/// <summary>Where an import stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportState>))]
public enum ImportState
{
    /// <summary>Read; waits for somebody to say which column is what.</summary>
    Uploaded,

    /// <summary>Its rows are being compared with the registry.</summary>
    Comparing,

    /// <summary>Compared; waits for somebody to apply it.</summary>
    Compared,

    /// <summary>Being written.</summary>
    Applying,

    /// <summary>Written.</summary>
    Applied,

    /// <summary>Could not be done; <see cref="RosterImport.Fault"/> says why.</summary>
    Failed,
}

/// <summary>A roster (名册) that was brought as a file.</summary>
public sealed class RosterImport
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>Name of the file, as the sender called it.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it stands.</summary>
    public ImportState State { get; set; }

    /// <summary>The account that brought it.</summary>
    public Guid AccountId { get; set; }

    /// <summary>Name of who brought it.</summary>
    public string ActorName { get; set; } = "";

    /// <summary>When (UTC).</summary>
    public DateTime At { get; set; }

    /// <summary>Headers of its columns, as JSON.</summary>
    public string Headers { get; set; } = "[]";

    /// <summary>Field of each column, as JSON; empty for a column that is left out.</summary>
    public string Fields { get; set; } = "[]";

    /// <summary>The congress whose roster it is; null for people without seats.</summary>
    public Guid? CongressId { get; set; }

    /// <summary>From which day on it is so.</summary>
    public DateOnly From { get; set; }

    /// <summary>Whether deputies of that congress who are not in it have ended their term.</summary>
    public bool EndsOthers { get; set; }

    /// <summary>Rows.</summary>
    public int Rows { get; set; }

    /// <summary>Rows done in the present state, for the bar.</summary>
    public int Done { get; set; }

    /// <summary>Rows by outcome, as JSON; for lists.</summary>
    public string Counts { get; set; } = "{}";

    /// <summary>What went wrong as a whole, in Chinese; empty when nothing did.</summary>
    public string Fault { get; set; } = "";

    /// <summary>The change set it became.</summary>
    public Guid? ChangeSetId { get; set; }
}

/// <summary>What becomes of a row.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RowOutcome>))]
public enum RowOutcome
{
    /// <summary>Not compared yet.</summary>
    Waiting,

    /// <summary>Somebody the registry does not know.</summary>
    New,

    /// <summary>Somebody known, of whom something is different.</summary>
    Changed,

    /// <summary>Nothing is different.</summary>
    Same,

    /// <summary>A deputy who is not in the roster; no row of the file.</summary>
    Ended,

    /// <summary>It is not clear who is meant; left out.</summary>
    Conflict,

    /// <summary>Something in it cannot be right; left out.</summary>
    Wrong,
}

/// <summary>A row of a roster.</summary>
public sealed class RosterImportRow
{
    /// <summary>The import.</summary>
    public Guid ImportId { get; set; }

    /// <summary>Row in the sheet, from 1; beyond its rows for deputies who are not in it.</summary>
    public int Row { get; set; }

    /// <summary>Its cells as JSON, sealed like a personal number: a roster is full of them.</summary>
    public string Cells { get; set; } = "";

    /// <summary>What becomes of it.</summary>
    public RowOutcome Outcome { get; set; }

    /// <summary>Name in it, for the preview.</summary>
    public string Name { get; set; } = "";

    /// <summary>What is different, or why not, in Chinese.</summary>
    public string Text { get; set; } = "";

    /// <summary>Whom it is about, when known.</summary>
    public Guid? PersonId { get; set; }
}

/// <summary>What a column of some header was last time.</summary>
public sealed class ColumnMemory
{
    /// <summary>The header, without spaces.</summary>
    public string Header { get; set; } = "";

    /// <summary>The field; empty for one that was left out.</summary>
    public string Field { get; set; } = "";
}

internal sealed class ImportConfiguration : IEntityTypeConfiguration<RosterImport>, IEntityTypeConfiguration<RosterImportRow>, IEntityTypeConfiguration<ColumnMemory>
{
    public void Configure(EntityTypeBuilder<RosterImport> builder)
    {
        builder.ToTable("registry_imports");
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Property(i => i.State).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(i => new { i.AccountId, i.At });
    }

    public void Configure(EntityTypeBuilder<RosterImportRow> builder)
    {
        builder.ToTable("registry_import_rows");
        builder.HasKey(r => new { r.ImportId, r.Row });
        builder.Property(r => r.Outcome).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(r => new { r.ImportId, r.Outcome, r.Row });
    }

    public void Configure(EntityTypeBuilder<ColumnMemory> builder)
    {
        builder.ToTable("registry_column_memory");
        builder.HasKey(c => c.Header);
        builder.Property(c => c.Header).HasMaxLength(100);
        builder.Property(c => c.Field).HasMaxLength(40);
    }
}
