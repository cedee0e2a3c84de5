using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Cockpit.Data;

/// <summary>Who is offered a board beside its author. What each sees on it is within their own rights all the same.</summary>
public enum BoardReach
{
    /// <summary>Nobody else.</summary>
    Own,

    /// <summary>Whoever looks at the cockpit for the same place; those who may make boards may change it.</summary>
    Place,

    /// <summary>These, and whoever looks at the cockpit for a place within it.</summary>
    Below,
}

/// <summary>A board that was made here, as it is now.</summary>
public sealed class StoredBoard
{
    /// <summary>Id; last part of its address.</summary>
    public Guid Id { get; set; }

    /// <summary>Account that made it.</summary>
    public Guid AuthorId { get; set; }

    /// <summary>Place it was made for: 12-digit division code.</summary>
    public long Region { get; set; }

    /// <summary>Who else is offered it.</summary>
    public BoardReach Reach { get; set; }

    /// <summary>Its version now, from 1; the version that was seen has to be named by whoever changes it.</summary>
    public int Version { get; set; }

    /// <summary>Title now, 1 to <see cref="BoardDesk.LongestTitle"/> characters.</summary>
    public string Title { get; set; } = "";

    /// <summary>When it was put away (UTC); null while it is in use. Its versions stay.</summary>
    public DateTime? RemovedAt { get; set; }
}

/// <summary>A board as it was saved once; never changed.</summary>
public sealed class BoardVersion
{
    /// <summary>The board.</summary>
    public Guid BoardId { get; set; }

    /// <summary>From 1, without gaps.</summary>
    public int Version { get; set; }

    /// <summary>Title.</summary>
    public string Title { get; set; } = "";

    /// <summary>Its tiles, see <see cref="Board.Write"/>.</summary>
    public string Tiles { get; set; } = "";

    /// <summary>Account that saved it.</summary>
    public Guid AccountId { get; set; }

    /// <summary>Name of who saved it, as it was then.</summary>
    public string SavedBy { get; set; } = "";

    /// <summary>When (UTC).</summary>
    public DateTime At { get; set; }
}

/// <summary>A wall screen that shows boards by a secret address, without anybody signed in at it.</summary>
public sealed class WallScreen
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>Where it hangs, 1 to <see cref="ScreenDesk.LongestName"/> characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>Account in whose rights it reads; when these end, it shows nothing.</summary>
    public Guid AccountId { get; set; }

    /// <summary>Place it was made for: 12-digit division code.</summary>
    public long Region { get; set; }

    /// <summary>Codes of the boards in turn, separated by commas.</summary>
    public string Boards { get; set; } = "";

    /// <summary>Seconds each is shown, <see cref="ScreenDesk.Shortest"/> to <see cref="ScreenDesk.Longest"/>.</summary>
    public int Seconds { get; set; }

    /// <summary>Whether it is light; otherwise dark.</summary>
    public bool Day { get; set; }

    /// <summary>Whether it tells what just happened, with names and titles: not every wall hangs where only staff pass.</summary>
    public bool News { get; set; }

    /// <summary>SHA-256 of its secret, hexadecimal: the secret itself is shown once.</summary>
    public string Hash { get; set; } = "";

    /// <summary>When it was made (UTC).</summary>
    public DateTime MadeAt { get; set; }

    /// <summary>From when on its address is not valid any more (UTC).</summary>
    public DateTime ExpiresAt { get; set; }

    /// <summary>When it last asked (UTC), to the minute; null for never.</summary>
    public DateTime? SeenAt { get; set; }
}

internal sealed class CockpitConfiguration : IEntityTypeConfiguration<StoredBoard>, IEntityTypeConfiguration<BoardVersion>, IEntityTypeConfiguration<WallScreen>
{
    public void Configure(EntityTypeBuilder<StoredBoard> builder)
    {
        builder.ToTable("cockpit_boards");
        builder.Property(b => b.Id).ValueGeneratedNever();
        builder.Property(b => b.Title).HasMaxLength(BoardDesk.LongestTitle);
        builder.Property(b => b.Version).IsConcurrencyToken();
        builder.HasIndex(b => b.AuthorId);
        builder.HasIndex(b => new { b.Region, b.Reach });
    }

    public void Configure(EntityTypeBuilder<BoardVersion> builder)
    {
        builder.ToTable("cockpit_versions");
        builder.HasKey(v => new { v.BoardId, v.Version });
        builder.Property(v => v.Title).HasMaxLength(BoardDesk.LongestTitle);
        builder.Property(v => v.SavedBy).HasMaxLength(100);
    }

    public void Configure(EntityTypeBuilder<WallScreen> builder)
    {
        builder.ToTable("cockpit_screens");
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Name).HasMaxLength(ScreenDesk.LongestName);
        builder.Property(s => s.Boards).HasMaxLength(1000);
        builder.Property(s => s.Hash).HasMaxLength(64);
        builder.HasIndex(s => s.Hash).IsUnique();
        builder.HasIndex(s => s.Region);
    }
}
