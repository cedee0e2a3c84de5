using System.Buffers.Binary;

namespace Renda.Platform.Media;

/// <summary>Reads the elements of WebM files: facts, and what must be blanked before a video is shown.</summary>
internal sealed class Matroska(Stream file)
{
    private const int MostElements = 500_000;
    private const uint Segment = 0x18538067, SeekHead = 0x114D9B74, Info = 0x1549A966, Tracks = 0x1654AE6B, Cluster = 0x1F43B675,
        Cues = 0x1C53BB6B, Tags = 0x1254C367, Attachments = 0x1941A469, Chapters = 0x1043A770,
        TimecodeScale = 0x2AD7B1, Duration = 0x4489, DateUtc = 0x4461, Title = 0x7BA9, SegmentFile = 0x7384,
        TrackEntry = 0xAE, Video = 0xE0, PixelWidth = 0xB0, PixelHeight = 0xBA;
    private int _elements;

    private readonly record struct Element(uint Id, long Start, long Content, long End);

    /// <summary>Facts of a video; null when it has no picture.</summary>
    public static MediaFacts? ReadVideo(Stream file)
    {
        var reader = new Matroska(file);
        if (reader.FindSegment() is not { } segment) return null;
        var facts = new MediaFacts(MediaInspector.Webm, MediaKind.Video);
        foreach (var element in reader.Elements(segment.Content, segment.End))
        {
            if (element.Id == Info) facts = reader.Times(element, facts);
            if (element.Id == Tracks) facts = reader.Picture(element, facts);
            if (element.Id == Cluster) return facts.Width == 0 ? null : facts;
        }
        return null;
    }

    /// <summary>Blanks everything the player does not need, the date and the title.</summary>
    public static Blanking PlanPlay(Stream file)
    {
        var reader = new Matroska(file);
        var plan = new Blanking();
        if (reader.FindSegment() is not { } segment) return plan;
        foreach (var element in reader.Elements(segment.Content, segment.End))
        {
            if (element.Id == Info)
            {
                foreach (var inner in reader.Elements(element.Content, element.End))
                    if (inner.Id is DateUtc or Title or SegmentFile) Void(inner, plan);
            }
            else if (element.Id is not (SeekHead or Tracks or Cluster or Cues))
            {
                Void(element, plan);
            }
        }
        return plan;
    }

    private Element? FindSegment()
    {
        foreach (var element in Elements(0, file.Length))
            if (element.Id == Segment) return element;
        return null;
    }

    private MediaFacts Times(Element info, MediaFacts facts)
    {
        double scale = 1_000_000, length = 0;
        foreach (var element in Elements(info.Content, info.End))
        {
            if (element.Id == TimecodeScale) scale = Number(element);
            if (element.Id == Duration) length = Float(element);
            // Nanoseconds since 2001.
            if (element.Id == DateUtc) facts = facts with { TakenAt = MediaInspector.Believable(new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks((long)Number(element) / 100)) };
        }
        var milliseconds = length * scale / 1_000_000;
        return facts with { DurationMs = milliseconds is > 0 and < 864_000_000 ? (long)milliseconds : null };
    }

    private MediaFacts Picture(Element tracks, MediaFacts facts)
    {
        foreach (var track in Elements(tracks.Content, tracks.End).Where(t => t.Id == TrackEntry))
            foreach (var video in Elements(track.Content, track.End).Where(t => t.Id == Video))
                foreach (var size in Elements(video.Content, video.End))
                {
                    if (size.Id == PixelWidth) facts = facts with { Width = (int)Math.Min(Number(size), int.MaxValue) };
                    if (size.Id == PixelHeight) facts = facts with { Height = (int)Math.Min(Number(size), int.MaxValue) };
                }
        return facts;
    }

    private static void Void(Element element, Blanking plan)
    {
        var whole = element.End - element.Start;
        if (whole < 2) return;
        plan.Zero(element.Start, whole);
        if (whole < 9)
        {
            plan.Write(element.Start, [0xEC, (byte)(0x80 | (whole - 2))]);
            return;
        }
        var header = new byte[9];
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(1), whole - 9 | 1L << 56);
        header[0] = 0xEC;
        plan.Write(element.Start, header);
    }

    private ulong Number(Element element)
    {
        ulong value = 0;
        foreach (var b in Bytes(element)) value = value << 8 | b;
        return value;
    }

    private double Float(Element element) => Bytes(element) switch
    {
        { Length: 4 } b => BinaryPrimitives.ReadSingleBigEndian(b),
        { Length: 8 } b => BinaryPrimitives.ReadDoubleBigEndian(b),
        _ => 0,
    };

    private byte[] Bytes(Element element)
    {
        if (element.End - element.Content > 8) throw new InvalidDataException("number too long");
        var bytes = new byte[element.End - element.Content];
        file.Position = element.Content;
        file.ReadExactly(bytes);
        return bytes;
    }

    private IEnumerable<Element> Elements(long from, long to)
    {
        while (from < to)
        {
            if (++_elements > MostElements) throw new InvalidDataException("too many elements");
            file.Position = from;
            var (id, idLength) = Variable(keepMark: true, most: 4);
            var (length, lengthLength) = Variable(keepMark: false, most: 8);
            if (idLength == 0 || lengthLength == 0) yield break;
            var content = from + idLength + lengthLength;
            var unknown = length == (1L << (7 * lengthLength)) - 1;
            // A recorder that could not go back leaves the length of the segment and of each cluster open.
            var end = !unknown ? content + length : id == Cluster ? EndOfOpenCluster(content, to) : to;
            if (end > to || end < content) end = to;
            yield return new Element((uint)id, from, content, end);
            from = end;
        }
    }

    private long EndOfOpenCluster(long from, long to)
    {
        while (from < to)
        {
            if (++_elements > MostElements) throw new InvalidDataException("too many elements");
            file.Position = from;
            var (id, idLength) = Variable(keepMark: true, most: 4);
            if (idLength == 0 || id is Cluster or Cues or Tags or Attachments or Chapters or SeekHead or Info or Tracks) return from;
            var (length, lengthLength) = Variable(keepMark: false, most: 8);
            if (lengthLength == 0) return to;
            from += idLength + lengthLength + length;
        }
        return to;
    }

    private (long Value, int Length) Variable(bool keepMark, int most)
    {
        var first = file.ReadByte();
        if (first <= 0) return (0, 0);
        var length = System.Numerics.BitOperations.LeadingZeroCount((uint)first) - 23;
        if (length > most) return (0, 0);
        long value = keepMark ? first : first & ((1 << (8 - length)) - 1);
        for (var i = 1; i < length; i++)
        {
            var next = file.ReadByte();
            if (next < 0) return (0, 0);
            value = value << 8 | (uint)next;
        }
        return (value, length);
    }
}
