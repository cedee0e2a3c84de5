using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Renda.Platform.Media;

/// <summary>
/// Reads the boxes of MP4, MOV and HEIC files: facts, and what must be blanked before a video is shown. Own code
/// because readers that follow any nesting can be made to run out of stack, which ends the process.
/// </summary>
internal sealed partial class IsoMedia(Stream file)
{
    // More boxes than the longest fragmented recording, fewer than a hostile file could hold.
    private const int MostBoxes = 200_000, MostSamples = 2_000_000;
    private static readonly DateTime Epoch = new(1904, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private int _boxes;

    private readonly record struct Box(string Type, long Start, long Content, long End)
    {
        public long Length => End - Content;
    }

    /// <summary>Facts of a video; null when it has no index or no picture.</summary>
    public static MediaFacts? ReadVideo(Stream file, string type)
    {
        var reader = new IsoMedia(file);
        if (reader.Find(0, file.Length, "moov") is not { } moov) return null;
        var facts = new MediaFacts(type, MediaKind.Video);
        foreach (var box in reader.Children(moov))
        {
            switch (box.Type)
            {
                case "mvhd": facts = reader.MovieHeader(box, facts); break;
                case "trak" when facts.Width == 0: facts = reader.Track(box, facts); break;
                case "udta": facts = reader.UserData(box, facts); break;
                case "meta": facts = reader.AppleData(box, facts); break;
            }
        }
        return facts.Width == 0 ? null : facts;
    }

    /// <summary>Size as shown and EXIF (from its TIFF header on) of a HEIC picture; null when it has no picture.</summary>
    public static (int Width, int Height, byte[]? Exif)? ReadHeic(Stream file)
    {
        var reader = new IsoMedia(file);
        if (reader.Find(0, file.Length, "meta") is not { } meta || reader.Find(0, file.Length, "mdat") is null) return null;
        var from = meta.Content + 4;
        long width = 0, height = 0;
        var turned = false;
        if (reader.Find(from, meta.End, "iprp") is { } properties && reader.Find(properties.Content, properties.End, "ipco") is { } list)
        {
            foreach (var box in reader.Children(list))
            {
                // The tiles of a large picture have sizes of their own; the whole is the largest.
                if (box.Type == "ispe" && reader.Bytes(box, 12) is { } size)
                {
                    long w = BinaryPrimitives.ReadUInt32BigEndian(size.AsSpan(4)), h = BinaryPrimitives.ReadUInt32BigEndian(size.AsSpan(8));
                    if (w is 0 or > int.MaxValue || h is 0 or > int.MaxValue) return null;
                    if (w * h > width * height) (width, height) = (w, h);
                }
                if (box.Type == "irot" && reader.Bytes(box, 1) is { } angle) turned = (angle[0] & 1) == 1;
            }
        }
        if (width == 0) return null;
        var exif = reader.HeicExif(from, meta.End);
        return turned ? ((int)height, (int)width, exif) : ((int)width, (int)height, exif);
    }

    /// <summary>
    /// What to blank so that the video shows but tells nothing of where, when and by whom: everything the player does
    /// not need, the times in the headers, and whole tracks that are neither picture nor sound (positions, faces).
    /// </summary>
    public static Blanking PlanPlay(Stream file)
    {
        var reader = new IsoMedia(file);
        var plan = new Blanking();
        foreach (var box in reader.Boxes(0, file.Length))
        {
            if (box.Type == "moov") reader.PlanMovie(box, plan);
            else if (box.Type is not ("ftyp" or "mdat" or "moof" or "mfra" or "sidx" or "ssix" or "styp" or "wide" or "prft")) Free(box, plan);
        }
        return plan;
    }

    private void PlanMovie(Box moov, Blanking plan)
    {
        foreach (var box in Children(moov))
        {
            if (box.Type == "mvhd") BlankTimes(box, plan);
            else if (box.Type == "trak") PlanTrack(box, plan);
            else if (box.Type is not ("mvex" or "iods")) Free(box, plan);
        }
    }

    private void PlanTrack(Box track, Blanking plan)
    {
        var media = Find(track.Content, track.End, "mdia");
        if (media is null || Handler(media.Value) is not ("vide" or "soun"))
        {
            if (media is not null) BlankSamples(media.Value, plan);
            Free(track, plan);
            return;
        }
        foreach (var box in Children(track))
        {
            if (box.Type == "tkhd") BlankTimes(box, plan);
            else if (box.Type == "mdia")
            {
                foreach (var inner in Children(box))
                {
                    if (inner.Type == "mdhd") BlankTimes(inner, plan);
                    else if (inner.Type is not ("hdlr" or "minf" or "elng")) Free(inner, plan);
                }
            }
            else if (box.Type is not ("edts" or "tref" or "tapt")) Free(box, plan);
        }
    }

    private void BlankTimes(Box box, Blanking plan)
    {
        if (Bytes(box, 1) is { } version) plan.Zero(box.Content + 4, version[0] == 1 ? 16 : 8);
    }

    private void BlankSamples(Box media, Blanking plan)
    {
        if (Find(media.Content, media.End, "minf") is not { } info || Find(info.Content, info.End, "stbl") is not { } table) return;
        if (Find(table.Content, table.End, "stsz") is not { } sizeBox || Find(table.Content, table.End, "stsc") is not { } chunkBox) return;
        var wide = Find(table.Content, table.End, "co64");
        if ((wide ?? Find(table.Content, table.End, "stco")) is not { } offsetBox) return;
        byte[] sizes = Table(sizeBox), chunks = Table(chunkBox), offsets = Table(offsetBox);
        uint same = U32(sizes, 4), samples = U32(sizes, 8), runs = U32(chunks, 4), count = U32(offsets, 4);
        if (samples > MostSamples || count > MostSamples) throw new InvalidDataException("too many samples");
        uint sample = 0, run = 0;
        for (var chunk = 1u; chunk <= count; chunk++)
        {
            while (run + 1 < runs && U32(chunks, 8 + 12 * (int)(run + 1)) <= chunk) run++;
            var start = wide is null ? U32(offsets, 4 + 4 * (int)chunk) : (long)BinaryPrimitives.ReadUInt64BigEndian(offsets.AsSpan(8 * (int)chunk));
            long length = 0;
            for (var n = U32(chunks, 12 + 12 * (int)run); n > 0 && sample < samples; n--, sample++)
                length += same != 0 ? same : U32(sizes, 12 + 4 * (int)sample);
            plan.Zero(start, length);
        }
    }

    private byte[] Table(Box box) => box.Length <= 16 << 20 && Bytes(box, (int)box.Length) is { } bytes ? bytes : throw new InvalidDataException(box.Type);

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));

    private static void Free(Box box, Blanking plan)
    {
        plan.Write(box.Start + 4, "free"u8);
        plan.Zero(box.Content, box.Length);
    }

    private string? Handler(Box media) =>
        Find(media.Content, media.End, "hdlr") is { } box && Bytes(box, 12) is { } bytes ? Encoding.Latin1.GetString(bytes, 8, 4) : null;

    private MediaFacts MovieHeader(Box box, MediaFacts facts)
    {
        if (Bytes(box, 32) is not { } b) return facts;
        var wide = b[0] == 1;
        var created = wide ? BinaryPrimitives.ReadUInt64BigEndian(b.AsSpan(4)) : U32(b, 4);
        var scale = U32(b, wide ? 20 : 12);
        var length = wide ? BinaryPrimitives.ReadUInt64BigEndian(b.AsSpan(24)) : U32(b, 16);
        return facts with
        {
            // A maker that sets its clock from 1970 instead of 1904 yields a year that is not believed.
            TakenAt = facts.TakenAt ?? (created is > 0 and < 10_000_000_000 ? MediaInspector.Believable(Epoch.AddSeconds(created)) : null),
            DurationMs = scale > 0 && length / scale < 864_000 && length != uint.MaxValue ? (long)(length * 1000.0 / scale) : null,
        };
    }

    private MediaFacts Track(Box track, MediaFacts facts)
    {
        if (Find(track.Content, track.End, "mdia") is not { } media || Handler(media) != "vide") return facts;
        if (Find(track.Content, track.End, "tkhd") is not { } header || Bytes(header, 1) is not { } version) return facts;
        var matrix = version[0] == 1 ? 52 : 40;
        if (Bytes(header, matrix + 44) is not { } b) return facts;
        int width = (int)(U32(b, matrix + 36) >> 16), height = (int)(U32(b, matrix + 40) >> 16);
        var turned = U32(b, matrix) == 0 && U32(b, matrix + 4) != 0;
        return turned ? facts with { Width = height, Height = width } : facts with { Width = width, Height = height };
    }

    /// <summary>Android and others: <c>©xyz</c> holds the place, or <c>loci</c> as 3GPP has it.</summary>
    private MediaFacts UserData(Box data, MediaFacts facts)
    {
        string? make = null, model = null;
        foreach (var box in Children(data))
        {
            if (box.Type == "meta") facts = AppleData(box, facts);
            if (box.Type == "loci" && facts.Latitude is null) facts = Location(box, facts);
            if (box.Type[0] != '\u00A9' || Bytes(box, (int)Math.Min(box.Length, 256)) is not { Length: > 4 } bytes) continue;
            var text = Encoding.UTF8.GetString(bytes.AsSpan(4));
            if (box.Type == "\u00A9xyz") facts = WithPlace(facts, text);
            if (box.Type == "\u00A9mak") make = text;
            if (box.Type == "\u00A9mod") model = text;
        }
        return facts with { Device = facts.Device ?? MediaInspector.DeviceName(make, model) };
    }

    private MediaFacts Location(Box box, MediaFacts facts)
    {
        // Version, language, a name that ends with zero, a role, then two numbers with 16 bits behind the point.
        if (box.Length is < 16 or > 1024 || Bytes(box, (int)box.Length) is not { } bytes) return facts;
        var after = bytes.AsSpan(6).IndexOf((byte)0) + 8;
        if (after < 8 || bytes.Length < after + 8) return facts;
        var (latitude, longitude) = MediaInspector.Believable(
            BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(after + 4)) / 65536.0, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(after)) / 65536.0);
        return facts with { Latitude = latitude, Longitude = longitude };
    }

    /// <summary>Apple's list of keys and values.</summary>
    private MediaFacts AppleData(Box meta, MediaFacts facts)
    {
        // QuickTime's meta is a plain box, MP4's has four bytes of version first.
        var from = Bytes(meta, 8) is { } first && first.AsSpan(4, 4).SequenceEqual("hdlr"u8) ? meta.Content : meta.Content + 4;
        if (Find(from, meta.End, "keys") is not { Length: < 64 << 10 } keyBox || Find(from, meta.End, "ilst") is not { } list) return facts;
        var keys = new List<string>();
        var raw = Table(keyBox);
        for (var at = 8; at + 8 <= raw.Length && U32(raw, at) is >= 8 and var size && size <= raw.Length - at; at += (int)size)
            keys.Add(Encoding.UTF8.GetString(raw.AsSpan(at + 8, (int)size - 8)));
        string? make = null, model = null;
        foreach (var item in Children(list))
        {
            var index = BinaryPrimitives.ReadInt32BigEndian(Encoding.Latin1.GetBytes(item.Type)) - 1;
            if (index < 0 || index >= keys.Count || item.Length is < 17 or > 1024 || Bytes(item, (int)item.Length) is not { } value) continue;
            var text = Encoding.UTF8.GetString(value.AsSpan(16));
            switch (keys[index])
            {
                case "com.apple.quicktime.location.ISO6709": facts = WithPlace(facts, text); break;
                case "com.apple.quicktime.make" or "com.android.manufacturer": make = text; break;
                case "com.apple.quicktime.model" or "com.android.model": model = text; break;
                case "com.apple.quicktime.creationdate" when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var taken):
                    facts = facts with { TakenAt = MediaInspector.Believable(taken.UtcDateTime) ?? facts.TakenAt };
                    break;
            }
        }
        return facts with { Device = MediaInspector.DeviceName(make, model) ?? facts.Device };
    }

    private static MediaFacts WithPlace(MediaFacts facts, string iso6709)
    {
        var match = Place().Match(iso6709);
        if (!match.Success) return facts;
        var (latitude, longitude) = MediaInspector.Believable(
            double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
        return facts with { Latitude = latitude, Longitude = longitude };
    }

    [GeneratedRegex(@"^\s*([+-]\d{1,2}(?:\.\d{1,10})?)([+-]\d{1,3}(?:\.\d{1,10})?)")]
    private static partial Regex Place();

    private byte[]? HeicExif(long from, long to)
    {
        if (Find(from, to, "iinf") is not { } infoBox || Find(from, to, "iloc") is not { } placeBox || Bytes(infoBox, 8) is not { } info) return null;
        uint? exifItem = null;
        foreach (var entry in Boxes(infoBox.Content + (info[0] == 0 ? 6 : 8), infoBox.End))
        {
            if (entry.Type != "infe" || Bytes(entry, (int)Math.Min(entry.Length, 14)) is not { Length: >= 12 } e || e[0] < 2) continue;
            var wide = e[0] > 2;
            if (wide && e.Length < 14) continue;
            if (e.AsSpan(wide ? 10 : 8, 4).SequenceEqual("Exif"u8)) exifItem = wide ? U32(e, 4) : BinaryPrimitives.ReadUInt16BigEndian(e.AsSpan(4));
        }
        if (exifItem is null || placeBox.Length > 1 << 20) return null;
        var b = Table(placeBox);
        int at = 4, version = b[0], offsetSize = b[at] >> 4, lengthSize = b[at] & 15, baseSize = b[at + 1] >> 4, indexSize = version > 0 ? b[at + 1] & 15 : 0;
        at += 2;
        for (var items = Number(b, ref at, version < 2 ? 2 : 4); items > 0; items--)
        {
            var item = Number(b, ref at, version < 2 ? 2 : 4);
            var method = version > 0 ? Number(b, ref at, 2) & 15 : 0;
            at += 2;
            var start = Number(b, ref at, baseSize);
            for (var extents = Number(b, ref at, 2); extents > 0; extents--)
            {
                at += indexSize;
                var offset = start + Number(b, ref at, offsetSize);
                var length = Number(b, ref at, lengthSize);
                if (item == exifItem && method == 0) return Tiff(offset, length);
            }
        }
        return null;
    }

    private byte[]? Tiff(long offset, long length)
    {
        if (length is < 12 or > 256 << 10 || offset < 0 || offset > file.Length - length) return null;
        var bytes = new byte[length];
        file.Position = offset;
        file.ReadExactly(bytes);
        var skip = 4 + U32(bytes, 0);
        return skip < length ? bytes[(int)skip..] : null;
    }

    private static long Number(byte[] bytes, ref int at, int size)
    {
        long value = 0;
        for (var i = 0; i < size; i++) value = value << 8 | bytes[at++];
        return value;
    }

    private byte[]? Bytes(Box box, int count)
    {
        if (box.Length < count) return null;
        var bytes = new byte[count];
        file.Position = box.Content;
        file.ReadExactly(bytes);
        return bytes;
    }

    private Box? Find(long from, long to, string type)
    {
        foreach (var box in Boxes(from, to))
            if (box.Type == type) return box;
        return null;
    }

    private IEnumerable<Box> Children(Box box) => Boxes(box.Content, box.End);

    private IEnumerable<Box> Boxes(long from, long to)
    {
        var header = new byte[16];
        while (from + 8 <= to)
        {
            if (++_boxes > MostBoxes) throw new InvalidDataException("too many boxes");
            file.Position = from;
            file.ReadExactly(header, 0, 8);
            long length = U32(header, 0), content = from + 8;
            if (length == 1 && from + 16 <= to)
            {
                file.ReadExactly(header, 8, 8);
                length = BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(8));
                content += 8;
            }
            else if (length == 0)
            {
                length = to - from;
            }
            if (length < content - from || length > to - from)
            {
                // A user data list may end with four zero bytes; a cut file has a last box longer than itself.
                yield break;
            }
            yield return new Box(Encoding.Latin1.GetString(header, 4, 4), from, content, from + length);
            from += length;
        }
    }
}
