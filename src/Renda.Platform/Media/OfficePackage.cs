using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Renda.Platform.Media;

/// <summary>
/// Tells docx from xlsx by the list at the end of a zip. Nothing is unpacked but the beginning of one small entry, so
/// a zip bomb costs nothing here, and what would be one for whoever opens it is refused.
/// </summary>
internal static class OfficePackage
{
    private const int MostEntries = 10_000, MostListBytes = 4 << 20, MostTypesBytes = 256 << 10;
    private const long MostUnpacked = 1L << 30;

    public static MediaFacts? Read(FileStream file, out Refusal? refusal)
    {
        refusal = null;
        if (End(file) is not { } end) return null;
        var list = new byte[end.Length];
        file.Position = end.Start;
        file.ReadExactly(list);
        var names = new HashSet<string>(StringComparer.Ordinal);
        long unpacked = 0, packed = 0, types = -1;
        for (int at = 0, entry = 0; entry < end.Entries; entry++)
        {
            var record = list.AsSpan(at);
            if (record.Length < 46 || BinaryPrimitives.ReadUInt32LittleEndian(record) != 0x02014B50) return null;
            packed += BinaryPrimitives.ReadUInt32LittleEndian(record[20..]);
            unpacked += BinaryPrimitives.ReadUInt32LittleEndian(record[24..]);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(record[28..]);
            var name = Encoding.UTF8.GetString(record.Slice(46, length));
            names.Add(name);
            if (name == "[Content_Types].xml") types = BinaryPrimitives.ReadUInt32LittleEndian(record[42..]);
            at += 46 + length + BinaryPrimitives.ReadUInt16LittleEndian(record[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(record[32..]);
        }
        if (types < 0)
        {
            refusal = MediaRefusals.Unsupported;
            return null;
        }
        var text = Beginning(file, types);
        if (names.Any(n => n.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)) || unpacked > MostUnpacked || (unpacked > 100 << 20 && unpacked / Math.Max(1, packed) > 200))
        {
            refusal = MediaRefusals.Unsafe;
            return null;
        }
        if (names.Any(n => n.StartsWith("word/", StringComparison.Ordinal)) && text.Contains("wordprocessingml.document.main+xml", StringComparison.Ordinal))
            return new MediaFacts(MediaInspector.Docx, MediaKind.Document);
        if (names.Any(n => n.StartsWith("xl/", StringComparison.Ordinal)) && text.Contains("spreadsheetml.sheet.main+xml", StringComparison.Ordinal))
            return new MediaFacts(MediaInspector.Xlsx, MediaKind.Document);
        refusal = MediaRefusals.Unsupported;
        return null;
    }

    private static (long Start, int Length, int Entries)? End(FileStream file)
    {
        var tail = new byte[Math.Min(file.Length, 22 + ushort.MaxValue)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\x5\x6"u8);
        if (at < 0 || tail.Length - at < 22) return null;
        var record = tail.AsSpan(at);
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]), start = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        return entries <= MostEntries && length <= MostListBytes && start + length <= file.Length ? (start, (int)length, entries) : null;
    }

    private static string Beginning(FileStream file, long start)
    {
        file.Position = start;
        Span<byte> header = stackalloc byte[30];
        file.ReadExactly(header);
        file.Position += BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var text = new byte[MostTypesBytes];
        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (method is not (0 or 8)) return "";
        using var inflater = method == 8 ? new DeflateStream(file, CompressionMode.Decompress, leaveOpen: true) : null;
        var length = (inflater ?? (Stream)file).ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(text.AsSpan(0, length));
    }
}
