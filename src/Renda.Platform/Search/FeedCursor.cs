using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Search;

/// <summary>How far something that follows the events has come. It can be set back to have it made anew.</summary>
[FollowsEvents]
public sealed class FeedCursor
{
    /// <summary>Who follows, e.g. <c>search</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The last <see cref="Matters.MatterEvent.Seq"/> that is taken in.</summary>
    public long Seq { get; set; }
}

internal sealed class FeedCursorConfiguration : IEntityTypeConfiguration<FeedCursor>
{
    public void Configure(EntityTypeBuilder<FeedCursor> builder)
    {
        builder.ToTable("feed_cursors");
        builder.HasKey(c => c.Name);
        builder.Property(c => c.Name).HasMaxLength(40);
    }
}
