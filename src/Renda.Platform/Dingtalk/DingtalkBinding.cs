using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Dingtalk;

/// <summary>An account at 浙政钉 that opens an account here and is told there. Made by the account's owner and by nobody else.</summary>
public sealed class DingtalkBinding
{
    /// <summary>The account here; one each.</summary>
    public Guid AccountId { get; set; }

    /// <summary>The tenant of the account there.</summary>
    public string Tenant { get; set; } = "";

    /// <summary>The account there (accountId); of one account here at most.</summary>
    public long DingtalkId { get; set; }

    /// <summary>Name there, as it was when bound.</summary>
    public string Name { get; set; } = "";

    /// <summary>When it was bound (UTC).</summary>
    public DateTime BoundAt { get; set; }

    /// <summary>Since when it opens nothing and tells nothing, because its person has left there (UTC); null while it holds.</summary>
    public DateTime? SuspendedAt { get; set; }
}

internal sealed class DingtalkBindingConfiguration : IEntityTypeConfiguration<DingtalkBinding>
{
    public void Configure(EntityTypeBuilder<DingtalkBinding> builder)
    {
        builder.ToTable("dingtalk_bindings");
        builder.HasKey(b => b.AccountId);
        builder.Property(b => b.AccountId).ValueGeneratedNever();
        builder.Property(b => b.Tenant).HasMaxLength(100);
        builder.Property(b => b.Name).HasMaxLength(DingtalkDoor.LongestName);
        builder.HasIndex(b => new { b.Tenant, b.DingtalkId }).IsUnique();
    }
}
