using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Congresses;

/// <summary>A body with people and duties: a congress, its offices, and the organs it supervises.</summary>
public sealed class Organisation
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>Full name, e.g. 长兴县人大常委会代表与选举任免工作委员会.</summary>
    public string Name { get; set; } = "";

    /// <summary>Name used in lists, e.g. 县供电公司.</summary>
    public string ShortName { get; set; } = "";

    /// <summary>What it is.</summary>
    public OrganisationKind Kind { get; set; }

    /// <summary>Division code of its territory. A subdistrict (街道) has no congress, only a working office.</summary>
    public long Region { get; set; }

    /// <summary>For handling units, what they are answerable for, e.g. <c>power</c>; routing rules name it. Empty otherwise.</summary>
    public string Duty { get; set; } = "";

    /// <summary>The body it belongs to, or null.</summary>
    public Guid? ParentId { get; set; }

    /// <summary>Begin (UTC).</summary>
    public DateTime ValidFrom { get; set; }

    /// <summary>End (UTC, exclusive); null while it exists.</summary>
    public DateTime? ValidTo { get; set; }
}

/// <summary>Kinds of organisations.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrganisationKind>))]
public enum OrganisationKind
{
    /// <summary>A people's congress; its tier is that of its region.</summary>
    Congress,

    /// <summary>A working body or office of a congress (委室).</summary>
    Office,

    /// <summary>A unit that handles matters (承办单位): department, court, company with public duty.</summary>
    HandlingUnit,

    /// <summary>A town's government; handles matters in its town.</summary>
    TownGovernment,
}

internal sealed class OrganisationConfiguration : IEntityTypeConfiguration<Organisation>
{
    public void Configure(EntityTypeBuilder<Organisation> builder)
    {
        builder.ToTable("organisations");
        builder.Property(o => o.Id).ValueGeneratedNever();
        builder.Property(o => o.Kind).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(o => new { o.Kind, o.Region });
    }
}
