namespace Renda.Platform.Media;

/// <summary>Where media are kept and how much of what is accepted.</summary>
public sealed record MediaSettings
{
    /// <summary>Folder of the store; made when missing. Everything below it belongs to the store.</summary>
    public required string Folder { get; init; }

    /// <summary>Largest photo in bytes.</summary>
    public long PhotoLimit { get; init; } = 30L << 20;

    /// <summary>Largest video in bytes; also the most that one upload may hold.</summary>
    public long VideoLimit { get; init; } = 500L << 20;

    /// <summary>Largest document in bytes.</summary>
    public long DocumentLimit { get; init; } = 30L << 20;

    /// <summary>Most pixels of a photo or of a frame. Checked before anything is decoded.</summary>
    public long PixelLimit { get; init; } = 100_000_000;

    /// <summary>How long an unfinished upload waits for its next byte.</summary>
    public TimeSpan UploadLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Most uploads that one account may have open at once.</summary>
    public int OpenUploadLimit { get; init; } = 200;

    /// <summary>Free space in bytes that an upload may not touch; it is the database's.</summary>
    public long ReservedSpace { get; init; } = 256L << 20;

    /// <summary>Offset from UTC of a photo's time when the camera wrote none.</summary>
    public TimeSpan CameraOffset { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Where ffmpeg and heif-convert are looked for, as in PATH; null means PATH itself.</summary>
    public string? ToolPath { get; init; }

    /// <summary>After this time an outside program is ended.</summary>
    public TimeSpan ToolTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
