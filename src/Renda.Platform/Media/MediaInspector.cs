using System.Buffers.Binary;
using System.Text;
using MetadataExtractor.Formats.Exif;
using SkiaSharp;

namespace Renda.Platform.Media;

/// <summary>What a file says of itself. Everything in it was written by whoever sent the file.</summary>
internal sealed record MediaFacts(string ContentType, MediaKind Kind)
{
    public int Width { get; init; }
    public int Height { get; init; }
    public long? DurationMs { get; init; }
    public DateTime? TakenAt { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public string? Device { get; init; }

    /// <summary>Only decoding the whole picture tells whether it can be decoded at all.</summary>
    public bool DecodeToKnow { get; init; }
}

/// <summary>
/// Tells the type of a file from its content and reads its facts. Whatever goes wrong while reading a hostile file is
/// a refusal or an absent fact, never an exception.
/// </summary>
internal sealed class MediaInspector(MediaSettings settings)
{
    public const string Jpeg = "image/jpeg", Png = "image/png", Webp = "image/webp", Heic = "image/heic",
        Mp4 = "video/mp4", Mov = "video/quicktime", Webm = "video/webm", Pdf = "application/pdf",
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private const string Zip = "application/zip";

    /// <summary>Extension, with its dot, that belongs to one of our types.</summary>
    public static string ExtensionOf(string contentType) => contentType switch
    {
        Jpeg => ".jpg",
        Png => ".png",
        Webp => ".webp",
        Heic => ".heic",
        Mp4 => ".mp4",
        Mov => ".mov",
        Webm => ".webm",
        Pdf => ".pdf",
        Docx => ".docx",
        Xlsx => ".xlsx",
        _ => "",
    };

    /// <summary>Facts or a refusal, never both. The path names a complete file.</summary>
    public (MediaFacts? Facts, Refusal? Refusal) Inspect(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 16 << 10);
            if (file.Length == 0) return (null, MediaRefusals.Empty);
            Span<byte> head = stackalloc byte[64];
            head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            var type = TypeOf(head);
            var limit = LimitOf(type);
            if (file.Length > limit) return (null, MediaRefusals.TooLarge(limit));
            file.Position = 0;
            var facts = type switch
            {
                Jpeg or Png or Webp => Picture(path, file, type),
                Heic => HeicFacts(file),
                Mp4 or Mov => IsoMedia.ReadVideo(file, type),
                Webm => Matroska.ReadVideo(file),
                Pdf => Has(file, "%%EOF"u8) ? new MediaFacts(Pdf, MediaKind.Document) : null,
                Zip => OfficePackage.Read(file, out var refusal) ?? (refusal is null ? null : throw new RefusedException(refusal)),
                _ => throw new RefusedException(MediaRefusals.Unsupported),
            };
            if (facts is null) return (null, MediaRefusals.Broken);
            if ((long)facts.Width * facts.Height > settings.PixelLimit) return (null, MediaRefusals.TooManyPixels);
            return (facts, null);
        }
        catch (RefusedException e)
        {
            return (null, e.Refusal);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            return (null, MediaRefusals.Broken);
        }
    }

    private static string? TypeOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return Jpeg;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10])) return Png;
        if (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8)) return Webp;
        if (head.StartsWith("%PDF-"u8)) return Pdf;
        if (head.StartsWith("PK\x3\x4"u8)) return Zip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])) return head.IndexOf("webm"u8) > 0 ? Webm : null;
        if (head.Length < 16) return null;
        var box = head[4..8];
        // QuickTime files older than the ftyp box begin with one of these.
        if (box.SequenceEqual("moov"u8) || box.SequenceEqual("wide"u8) || box.SequenceEqual("mdat"u8)) return Mov;
        if (!box.SequenceEqual("ftyp"u8)) return null;
        var end = Math.Min(head.Length, (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), 64u));
        var brands = new List<string> { Encoding.Latin1.GetString(head[8..12]) };
        for (var at = 16; at + 4 <= end; at += 4) brands.Add(Encoding.Latin1.GetString(head[at..(at + 4)]));
        if (brands[0] is "avif" or "avis") return null;
        if (brands[0] is "heic" or "heix" or "heim" or "heis") return Heic;
        if (brands[0] is "mif1" or "msf1") return brands.Any(b => b is "heic" or "heix") ? Heic : null;
        if (brands[0] is "qt  ") return Mov;
        return brands.Any(b => b is "isom" or "mp41" or "mp42" or "avc1" or "M4V " or "MSNV" or "dash" || b.StartsWith("iso", StringComparison.Ordinal) || b.StartsWith("3g", StringComparison.Ordinal)) ? Mp4 : null;
    }

    private long LimitOf(string? type) => type switch
    {
        Mp4 or Mov or Webm => settings.VideoLimit,
        Jpeg or Png or Webp or Heic => settings.PhotoLimit,
        _ => settings.DocumentLimit,
    };

    private MediaFacts? Picture(string path, FileStream file, string type)
    {
        byte[]? exif = null;
        var decodeToKnow = true;
        if (type == Jpeg)
        {
            if (JpegScan.Read(file) is not { } scan) return null;
            // A few bytes can ask for the whole picture to be gone over again, thousands of times.
            if (scan.Scans > 1 && scan.Scans * (long)scan.Width * scan.Height > settings.PixelLimit * 20) throw new RefusedException(MediaRefusals.TooManyPixels);
            exif = scan.Exif;
            decodeToKnow = scan.Scans > 1;
        }
        using var codec = SKCodec.Create(path);
        if (codec is null || codec.Info.Width <= 0 || codec.Info.Height <= 0) return null;
        // Cheap, and true for a camera's JPEG: its coding is one the decoder knows.
        if (!decodeToKnow && codec.StartScanlineDecode(codec.Info) != SKCodecResult.Success) return null;
        var turned = codec.EncodedOrigin >= SKEncodedOrigin.LeftTop;
        var facts = new MediaFacts(type, MediaKind.Photo)
        {
            Width = turned ? codec.Info.Height : codec.Info.Width,
            Height = turned ? codec.Info.Width : codec.Info.Height,
            DecodeToKnow = decodeToKnow,
        };
        return WithExif(facts, exif);
    }

    private MediaFacts? HeicFacts(FileStream file) =>
        IsoMedia.ReadHeic(file) is { } heic
            ? WithExif(new MediaFacts(Heic, MediaKind.Photo) { Width = heic.Width, Height = heic.Height }, heic.Exif)
            : null;

    private MediaFacts WithExif(MediaFacts facts, byte[]? tiff)
    {
        if (tiff is null) return facts;
        try
        {
            var directories = new ExifReader().Extract(new MetadataExtractor.IO.ByteArrayReader(tiff));
            var ifd0 = directories.OfType<ExifIfd0Directory>().FirstOrDefault();
            var exif = directories.OfType<ExifSubIfdDirectory>().FirstOrDefault();
            var place = directories.OfType<GpsDirectory>().FirstOrDefault()?.GetGeoLocation();
            var (latitude, longitude) = Believable(place?.Latitude, place?.Longitude);
            return facts with
            {
                TakenAt = CameraTime(Text(exif, ExifDirectoryBase.TagDateTimeOriginal) ?? Text(exif, ExifDirectoryBase.TagDateTimeDigitized), Text(exif, OffsetTimeOriginal) ?? Text(exif, OffsetTime)),
                Latitude = latitude,
                Longitude = longitude,
                Device = DeviceName(Text(ifd0, ExifDirectoryBase.TagMake), Text(ifd0, ExifDirectoryBase.TagModel)),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The picture stands without what is written about it.
            return facts;
        }
    }

    private const int OffsetTime = 0x9010, OffsetTimeOriginal = 0x9011;

    private static string? Text(MetadataExtractor.Directory? directory, int tag) => directory?.GetObject(tag)?.ToString();

    private DateTime? CameraTime(string? time, string? offset)
    {
        if (!DateTime.TryParseExact(time?.Trim('\0', ' '), "yyyy:MM:dd HH:mm:ss", null, System.Globalization.DateTimeStyles.None, out var local)) return null;
        var shift = offset?.Trim('\0', ' ') is { Length: 6 } text && TimeSpan.TryParseExact(text[1..], @"hh\:mm", null, out var parsed) && text[0] is '+' or '-'
            ? offset.TrimStart('\0', ' ')[0] == '-' ? -parsed : parsed
            : settings.CameraOffset;
        return local.Year < 1990 ? null : Believable(DateTime.SpecifyKind(local - shift, DateTimeKind.Utc));
    }

    public static DateTime? Believable(DateTime? time) => time is { Year: >= 1990 and < 2200 } ? time : null;

    public static (double?, double?) Believable(double? latitude, double? longitude) =>
        latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180 && (latitude != 0 || longitude != 0) ? (latitude, longitude) : (null, null);

    public static string? DeviceName(string? make, string? model)
    {
        make = Clean(make, 100);
        model = Clean(model, 100);
        var name = model.StartsWith(make, StringComparison.OrdinalIgnoreCase) ? model : $"{make} {model}";
        return name.Length == 0 ? null : Clean(name, 100);
    }

    /// <summary>One line that any database and any header takes: no control characters, no halves of characters.</summary>
    public static string Clean(string? text, int length)
    {
        var clean = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format) continue;
            if (clean.Length + rune.Utf16SequenceLength > length) break;
            clean.Append(rune);
        }
        return clean.ToString().Trim();
    }

    private static bool Has(FileStream file, ReadOnlySpan<byte> mark)
    {
        var tail = new byte[Math.Min(file.Length, 64 << 10)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        return tail.AsSpan().LastIndexOf(mark) >= 0;
    }

    private sealed class RefusedException(Refusal refusal) : Exception
    {
        public Refusal Refusal => refusal;
    }
}
