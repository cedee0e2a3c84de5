using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Search;

/// <summary>A way of narrowing a list that somebody gave a name, to come back to it. Seen by that account only.</summary>
public sealed class SavedFilter
{
    /// <summary>Most that one account may keep.</summary>
    public const int Most = 50;

    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 30;

    /// <summary>Longest query, in characters.</summary>
    public const int LongestQuery = 1000;

    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>Whose it is.</summary>
    public Guid AccountId { get; set; }

    /// <summary>Address of the list, e.g. <c>/visits</c>.</summary>
    public string Page { get; set; } = "";

    /// <summary>Name, 1 to <see cref="LongestName"/> characters; unique for the account and the list.</summary>
    public string Name { get; set; } = "";

    /// <summary>What the list's address says after the question mark, at most <see cref="LongestQuery"/> characters.</summary>
    public string Query { get; set; } = "";

    /// <summary>When it was kept (UTC).</summary>
    public DateTime SavedAt { get; set; }
}

internal sealed class SavedFilterConfiguration : IEntityTypeConfiguration<SavedFilter>
{
    public void Configure(EntityTypeBuilder<SavedFilter> builder)
    {
        builder.ToTable("saved_filters");
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.Property(f => f.Page).HasMaxLength(100);
        builder.Property(f => f.Name).HasMaxLength(SavedFilter.LongestName);
        builder.Property(f => f.Query).HasMaxLength(SavedFilter.LongestQuery);
        builder.HasIndex(f => new { f.AccountId, f.Page, f.Name }).IsUnique();
    }
}
