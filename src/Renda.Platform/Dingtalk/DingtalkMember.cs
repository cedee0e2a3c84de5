using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Dingtalk;

/// <summary>Somebody in 浙政钉's contacts, as last seen. Nothing here opens an account: it only shows who is there and who has left.</summary>
public sealed class DingtalkMember
{
    /// <summary>Code of the person there.</summary>
    public string EmployeeCode { get; set; } = "";

    /// <summary>The account there (accountId); null for people who have none.</summary>
    public long? DingtalkId { get; set; }

    /// <summary>Name there.</summary>
    public string Name { get; set; } = "";

    /// <summary>Code of the organisation where the person was seen last.</summary>
    public string OrganisationCode { get; set; } = "";

    /// <summary>The round in which the person was seen last.</summary>
    public Guid SyncId { get; set; }

    /// <summary>Since when the person is not in the contacts any more (UTC); null while there.</summary>
    public DateTime? LeftAt { get; set; }
}

/// <summary>An organisation in 浙政钉's contacts, as last seen.</summary>
public sealed class DingtalkOrganisation
{
    /// <summary>Its code there.</summary>
    public string Code { get; set; } = "";

    /// <summary>Its name there.</summary>
    public string Name { get; set; } = "";

    /// <summary>The round in which it was seen last.</summary>
    public Guid SyncId { get; set; }
}

/// <summary>One round through the contacts.</summary>
public sealed class DingtalkSync
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>Who asked for it; null for the one that comes by itself each night.</summary>
    public Guid? AskedBy { get; set; }

    /// <summary>When it began (UTC).</summary>
    public DateTime StartedAt { get; set; }

    /// <summary>When it last went on (UTC); one that stands still was broken off.</summary>
    public DateTime SeenAt { get; set; }

    /// <summary>When it ended (UTC); null while it runs.</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>Organisations seen.</summary>
    public int Organisations { get; set; }

    /// <summary>People seen.</summary>
    public int People { get; set; }

    /// <summary>People who are not there any more.</summary>
    public int Left { get; set; }

    /// <summary>Bindings that were suspended.</summary>
    public int Suspended { get; set; }

    /// <summary>Why it did not come to its end, at most 500 characters; empty when it did.</summary>
    public string Error { get; set; } = "";
}

internal sealed class DingtalkContactsConfiguration : IEntityTypeConfiguration<DingtalkMember>, IEntityTypeConfiguration<DingtalkOrganisation>, IEntityTypeConfiguration<DingtalkSync>
{
    public void Configure(EntityTypeBuilder<DingtalkMember> builder)
    {
        builder.ToTable("dingtalk_members");
        builder.HasKey(m => m.EmployeeCode);
        builder.Property(m => m.EmployeeCode).HasMaxLength(100);
        builder.Property(m => m.Name).HasMaxLength(DingtalkDoor.LongestName);
        builder.Property(m => m.OrganisationCode).HasMaxLength(100);
        builder.HasIndex(m => m.DingtalkId);
        builder.HasIndex(m => m.SyncId);
    }

    public void Configure(EntityTypeBuilder<DingtalkOrganisation> builder)
    {
        builder.ToTable("dingtalk_organisations");
        builder.HasKey(o => o.Code);
        builder.Property(o => o.Code).HasMaxLength(100);
        builder.Property(o => o.Name).HasMaxLength(200);
    }

    public void Configure(EntityTypeBuilder<DingtalkSync> builder)
    {
        builder.ToTable("dingtalk_syncs");
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Error).HasMaxLength(500);
        builder.HasIndex(s => s.StartedAt);
    }
}
