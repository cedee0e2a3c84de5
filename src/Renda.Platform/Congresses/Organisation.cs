using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Registry;

namespace Renda.Platform.Congresses;

/// <summary>A body with people and duties: a congress, its committees, delegations and offices, and the organs it supervises.</summary>
public sealed class Organisation : IDated
{
    /// <inheritdoc />
    public Guid Id { get; set; }

    /// <inheritdoc />
    public DateTime ValidFrom { get; set; }

    /// <inheritdoc />
    public DateTime? ValidTo { get; set; }

    /// <inheritdoc />
    public bool Latest { get; set; } = true;

    /// <summary>Full name, e.g. 长兴县人大常委会代表与选举任免工作委员会.</summary>
    public string Name { get; set; } = "";

    /// <summary>Name used in lists, e.g. 县供电公司.</summary>
    public string ShortName { get; set; } = "";

    /// <summary>What it is.</summary>
    public OrganisationKind Kind { get; set; }

    /// <summary>Division code of its territory. A subdistrict (街道) has no congress, only a working committee.</summary>
    public long Region { get; set; }

    /// <summary>
    /// What it is answerable for, e.g. <c>power</c> for a handling unit, <c>deputies</c> for an office; routing rules name
    /// it. Empty otherwise.
    /// </summary>
    public string Duty { get; set; } = "";

    /// <summary>Unified social credit code (统一社会信用代码), 18 characters; empty when not known.</summary>
    public string Code { get; set; } = "";

    /// <summary>The body it belongs to, or null.</summary>
    public Guid? ParentId { get; set; }

    /// <summary>Address; empty when not known.</summary>
    public string Address { get; set; } = "";
}

/// <summary>Kinds of organisations.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrganisationKind>))]
public enum OrganisationKind
{
    /// <summary>A people's congress; its tier is that of its region.</summary>
    Congress,

    /// <summary>A standing committee (常委会), or a town's presidium (主席团).</summary>
    StandingCommittee,

    /// <summary>A special committee (专门委员会).</summary>
    SpecialCommittee,

    /// <summary>A working body or office of a congress (委室); in a subdistrict its working committee (街道工委).</summary>
    Office,

    /// <summary>A delegation (代表团) of a congress.</summary>
    Delegation,

    /// <summary>A deputies' group (代表小组).</summary>
    DeputyGroup,

    /// <summary>A contact station (代表联络站).</summary>
    Station,

    /// <summary>One government, one commission, two courts (一府一委两院): what a congress supervises.</summary>
    SupervisedOrgan,

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
        builder.Dated();
        builder.Property(o => o.Kind).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(o => new { o.Kind, o.Region });
        builder.HasIndex(o => o.ParentId);
    }
}
