using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Media;

/// <summary>What a stored file is to people.</summary>
public enum MediaKind
{
    /// <summary>JPEG, PNG, WebP, HEIC.</summary>
    Photo,

    /// <summary>MP4, MOV, WebM.</summary>
    Video,

    /// <summary>PDF, docx, xlsx.</summary>
    Document,
}

/// <summary>An original in the store. Its row exists only once its bytes are on disk.</summary>
public sealed class MediaItem
{
    /// <summary>Lower-case hex SHA-256 of the original, 64 characters.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Media type, told from the content.</summary>
    public string ContentType { get; set; } = "";

    /// <summary>Bytes of the original.</summary>
    public long Length { get; set; }

    /// <summary>Photo, video or document.</summary>
    public MediaKind Kind { get; set; }

    /// <summary>Name the sender gave, cleaned, at most 200 characters; empty when none.</summary>
    public string Name { get; set; } = "";

    /// <summary>Width in pixels as shown, orientation applied; 0 for documents and where unknown.</summary>
    public int Width { get; set; }

    /// <summary>Height in pixels as shown, orientation applied; 0 for documents and where unknown.</summary>
    public int Height { get; set; }

    /// <summary>Length of a video in milliseconds; null where unknown.</summary>
    public long? DurationMs { get; set; }

    /// <summary>When the camera says it was taken (UTC); null where it says nothing believable.</summary>
    public DateTime? TakenAt { get; set; }

    /// <summary>Where the camera says it was, WGS-84 degrees, -90 to 90.</summary>
    public double? Latitude { get; set; }

    /// <summary>Where the camera says it was, WGS-84 degrees, -180 to 180.</summary>
    public double? Longitude { get; set; }

    /// <summary>Make and model of the camera, at most 100 characters.</summary>
    public string? Device { get; set; }

    /// <summary>The account that sent it first. Others who sent the same bytes are <see cref="MediaCopy"/> rows.</summary>
    public Guid UploadedBy { get; set; }

    /// <summary>When it was first stored (UTC).</summary>
    public DateTime UploadedAt { get; set; }

    /// <summary>64-bit difference hash of the picture; 0 until there is one. See <see cref="Media.PerceptualHash"/>.</summary>
    public long PerceptualHash { get; set; }

    /// <summary>JSON of what the file's own data and the phone's claim disagree on; null until compared.</summary>
    public string? ExifNotes { get; set; }
}

/// <summary>Someone else sent the very same bytes too, and so may see them.</summary>
public sealed class MediaCopy
{
    /// <summary>The original.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Who sent it again.</summary>
    public Guid AccountId { get; set; }

    /// <summary>When (UTC).</summary>
    public DateTime UploadedAt { get; set; }
}

/// <summary>One look at a sealed original. Written before the first byte is shown.</summary>
public sealed class MediaLook
{
    /// <summary>Id of the look.</summary>
    public Guid Id { get; set; }

    /// <summary>The original looked at.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Who looked.</summary>
    public Guid AccountId { get; set; }

    /// <summary>When (UTC).</summary>
    public DateTime At { get; set; }

    /// <summary>Why, in the person's words; at most 200 characters.</summary>
    public string Purpose { get; set; } = "";
}

/// <summary>An upload that may be taken up again where it broke (tus 1.0).</summary>
public sealed class Upload
{
    /// <summary>Id, the last part of its address.</summary>
    public Guid Id { get; set; }

    /// <summary>Whose it is; for everyone else it does not exist.</summary>
    public Guid AccountId { get; set; }

    /// <summary>Bytes in all; null while the sender has not said.</summary>
    public long? Length { get; set; }

    /// <summary>Bytes held after the last request. For people: the truth is the length of the file.</summary>
    public long Offset { get; set; }

    /// <summary>The <c>Upload-Metadata</c> header as sent; empty when none.</summary>
    public string Metadata { get; set; } = "";

    /// <summary>When it is given up (UTC); moved on by every byte.</summary>
    public DateTime ExpiresAt { get; set; }

    /// <summary>The original it became; null while unfinished.</summary>
    public string? CompletedSha { get; set; }

    /// <summary>Name of its file in the store's folder of incoming files.</summary>
    public string FileName { get; set; } = "";
}

internal sealed class MediaConfiguration :
    IEntityTypeConfiguration<MediaItem>, IEntityTypeConfiguration<MediaCopy>, IEntityTypeConfiguration<MediaLook>, IEntityTypeConfiguration<Upload>
{
    public void Configure(EntityTypeBuilder<MediaItem> builder)
    {
        builder.ToTable("media_items");
        builder.HasKey(m => m.Sha256);
        builder.Property(m => m.Sha256).HasMaxLength(64).IsFixedLength();
        builder.Property(m => m.ContentType).HasMaxLength(100);
        builder.Property(m => m.Kind).HasConversion<string>().HasMaxLength(10);
        builder.Property(m => m.Name).HasMaxLength(200);
        builder.Property(m => m.Device).HasMaxLength(100);
        builder.HasIndex(m => m.UploadedAt);
    }

    public void Configure(EntityTypeBuilder<MediaCopy> builder)
    {
        builder.ToTable("media_copies");
        builder.HasKey(c => new { c.Sha256, c.AccountId });
        builder.Property(c => c.Sha256).HasMaxLength(64).IsFixedLength();
    }

    public void Configure(EntityTypeBuilder<MediaLook> builder)
    {
        builder.ToTable("media_looks");
        builder.Property(l => l.Sha256).HasMaxLength(64).IsFixedLength();
        builder.Property(l => l.Purpose).HasMaxLength(200);
        builder.HasIndex(l => new { l.Sha256, l.At });
    }

    public void Configure(EntityTypeBuilder<Upload> builder)
    {
        builder.ToTable("uploads");
        builder.Property(u => u.Id).ValueGeneratedNever();
        builder.Property(u => u.Metadata).HasMaxLength(4000);
        builder.Property(u => u.CompletedSha).HasMaxLength(64).IsFixedLength();
        builder.Property(u => u.FileName).HasMaxLength(64);
        builder.HasIndex(u => new { u.AccountId, u.CompletedSha });
        builder.HasIndex(u => u.ExpiresAt);
    }
}
