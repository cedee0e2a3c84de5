using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Registry;

namespace Renda.Platform.Congresses;

/// <summary>A term (届) of a congress, five years by law. Its period is that of the record.</summary>
public sealed class Term : IDated
{
    /// <inheritdoc />
    public Guid Id { get; set; }

    /// <inheritdoc />
    public DateTime ValidFrom { get; set; }

    /// <inheritdoc />
    public DateTime? ValidTo { get; set; }

    /// <inheritdoc />
    public bool Latest { get; set; } = true;

    /// <summary>The congress.</summary>
    public Guid CongressId { get; set; }

    /// <summary>Which term, from 1, e.g. 9 for 九届.</summary>
    public int Ordinal { get; set; }

    /// <summary>Seats of the congress in this term.</summary>
    public int Seats { get; set; }
}

/// <summary>A session (次) of a congress or of its standing committee.</summary>
public sealed class CongressSession : IDated
{
    /// <inheritdoc />
    public Guid Id { get; set; }

    /// <inheritdoc />
    public DateTime ValidFrom { get; set; }

    /// <inheritdoc />
    public DateTime? ValidTo { get; set; }

    /// <inheritdoc />
    public bool Latest { get; set; } = true;

    /// <summary>The term it belongs to.</summary>
    public Guid TermId { get; set; }

    /// <summary>Which session of the term, from 1. A standing committee counts its own.</summary>
    public int Ordinal { get; set; }

    /// <summary>True for a session of the standing committee.</summary>
    public bool OfCommittee { get; set; }

    /// <summary>First day.</summary>
    public DateOnly Opens { get; set; }

    /// <summary>Last day.</summary>
    public DateOnly Closes { get; set; }
}

/// <summary>
/// Where deputies are elected: a constituency (选区) whose voters elect directly (township, county), or an electing unit
/// (选举单位), the congress below, which elects to the city and above.
/// </summary>
public sealed class Constituency : IDated
{
    /// <inheritdoc />
    public Guid Id { get; set; }

    /// <inheritdoc />
    public DateTime ValidFrom { get; set; }

    /// <inheritdoc />
    public DateTime? ValidTo { get; set; }

    /// <inheritdoc />
    public bool Latest { get; set; } = true;

    /// <summary>The congress it elects to.</summary>
    public Guid CongressId { get; set; }

    /// <summary>Number, e.g. 第12选区; unique within the congress.</summary>
    public int Number { get; set; }

    /// <summary>Name, e.g. 和平镇第三选区.</summary>
    public string Name { get; set; } = "";

    /// <summary>True for an electing unit, false for a constituency of voters.</summary>
    public bool Indirect { get; set; }

    /// <summary>Deputies it elects.</summary>
    public int Seats { get; set; }

    /// <summary>Division codes of the places it consists of, comma-separated, in order.</summary>
    public string Regions { get; set; } = "";
}

internal sealed class TermConfiguration : IEntityTypeConfiguration<Term>, IEntityTypeConfiguration<CongressSession>, IEntityTypeConfiguration<Constituency>
{
    public void Configure(EntityTypeBuilder<Term> builder)
    {
        builder.ToTable("terms");
        builder.Dated();
        builder.HasIndex(t => t.CongressId);
    }

    public void Configure(EntityTypeBuilder<CongressSession> builder)
    {
        builder.ToTable("congress_sessions");
        builder.Dated();
        builder.HasIndex(s => s.TermId);
    }

    public void Configure(EntityTypeBuilder<Constituency> builder)
    {
        builder.ToTable("constituencies");
        builder.Dated();
        builder.HasIndex(c => c.CongressId);
    }
}
