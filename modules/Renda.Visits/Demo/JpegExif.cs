using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Renda.Visits.Demo;

/// <summary>Writes the few EXIF fields that a phone writes into a JPEG: device, time taken, place.</summary>
internal static class JpegExif
{
    private const ushort Ascii = 2, Short = 3, Long = 4, Rational = 5, Undefined = 7;

    /// <summary>The JPEG with an EXIF segment put behind its first marker.</summary>
    /// <param name="jpeg">A JPEG without EXIF.</param>
    /// <param name="device">Model, ASCII.</param>
    /// <param name="takenAtUtc">Time taken; stored as Beijing time with its offset, as phones here do.</param>
    /// <param name="latitude">WGS-84 degrees.</param>
    /// <param name="longitude">WGS-84 degrees.</param>
    /// <param name="accuracyMetres">Horizontal accuracy.</param>
    public static byte[] Add(ReadOnlySpan<byte> jpeg, string device, DateTime takenAtUtc, double latitude, double longitude, int accuracyMetres)
    {
        var taken = takenAtUtc.AddHours(8).ToString("yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture);
        (ushort Tag, ushort Type, byte[] Value)[] exif =
        [
            (0x9000, Undefined, "0232"u8.ToArray()),
            (0x9003, Ascii, Text(taken)),
            (0x9011, Ascii, Text("+08:00")),
        ];
        (ushort Tag, ushort Type, byte[] Value)[] gps =
        [
            (0x0000, 1, [2, 3, 0, 0]),
            (0x0001, Ascii, Text(latitude < 0 ? "S" : "N")),
            (0x0002, Rational, Degrees(latitude)),
            (0x0003, Ascii, Text(longitude < 0 ? "W" : "E")),
            (0x0004, Rational, Degrees(longitude)),
            (0x0007, Rational, Fractions((uint)takenAtUtc.Hour, 1, (uint)takenAtUtc.Minute, 1, (uint)takenAtUtc.Second, 1)),
            (0x0012, Ascii, Text("WGS-84")),
            (0x001D, Ascii, Text(takenAtUtc.ToString("yyyy:MM:dd", CultureInfo.InvariantCulture))),
            (0x001F, Rational, Fractions((uint)accuracyMetres, 1)),
        ];
        (ushort Tag, ushort Type, byte[] Value)[] main =
        [
            (0x010F, Ascii, Text("Renda demo")),
            (0x0110, Ascii, Text(device)),
            (0x0112, Short, [0, 1]),
            (0x0132, Ascii, Text(taken)),
            (0x8769, Long, new byte[4]),
            (0x8825, Long, new byte[4]),
        ];
        const int mainAt = 8;
        var exifAt = mainAt + SizeOf(main);
        var gpsAt = exifAt + SizeOf(exif);
        BinaryPrimitives.WriteInt32BigEndian(main[4].Value, exifAt);
        BinaryPrimitives.WriteInt32BigEndian(main[5].Value, gpsAt);

        var tiff = new byte[gpsAt + SizeOf(gps)];
        "MM\0*\0\0\0\b"u8.CopyTo(tiff);
        WriteDirectory(tiff, mainAt, main);
        WriteDirectory(tiff, exifAt, exif);
        WriteDirectory(tiff, gpsAt, gps);

        var result = new byte[jpeg.Length + 10 + tiff.Length];
        jpeg[..2].CopyTo(result);
        result[2] = 0xFF;
        result[3] = 0xE1;
        BinaryPrimitives.WriteUInt16BigEndian(result.AsSpan(4), (ushort)(tiff.Length + 8));
        "Exif\0\0"u8.CopyTo(result.AsSpan(6));
        tiff.CopyTo(result, 12);
        jpeg[2..].CopyTo(result.AsSpan(12 + tiff.Length));
        return result;
    }

    private static void WriteDirectory(byte[] tiff, int at, (ushort Tag, ushort Type, byte[] Value)[] entries)
    {
        var span = tiff.AsSpan();
        BinaryPrimitives.WriteUInt16BigEndian(span[at..], (ushort)entries.Length);
        var data = at + 2 + (entries.Length * 12) + 4;
        for (var i = 0; i < entries.Length; i++)
        {
            var (tag, type, value) = entries[i];
            var entry = span[(at + 2 + (i * 12))..];
            BinaryPrimitives.WriteUInt16BigEndian(entry, tag);
            BinaryPrimitives.WriteUInt16BigEndian(entry[2..], type);
            BinaryPrimitives.WriteInt32BigEndian(entry[4..], value.Length / type switch { Short => 2, Long => 4, Rational => 8, _ => 1 });
            if (value.Length <= 4)
            {
                value.CopyTo(entry[8..]);
                continue;
            }
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], data);
            value.CopyTo(span[data..]);
            data += Even(value.Length);
        }
    }

    private static int SizeOf((ushort Tag, ushort Type, byte[] Value)[] entries) =>
        2 + (entries.Length * 12) + 4 + entries.Sum(e => e.Value.Length > 4 ? Even(e.Value.Length) : 0);

    private static int Even(int length) => (length + 1) & ~1;

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text + "\0");

    private static byte[] Degrees(double value)
    {
        value = Math.Abs(value);
        var degrees = (uint)value;
        var minutes = (uint)((value - degrees) * 60);
        var seconds = (value - degrees - (minutes / 60.0)) * 3600;
        return Fractions(degrees, 1, minutes, 1, (uint)Math.Round(Math.Max(0, seconds) * 10000), 10000);
    }

    /// <summary>Numerators and denominators by turns.</summary>
    private static byte[] Fractions(params ReadOnlySpan<uint> values)
    {
        var bytes = new byte[values.Length * 4];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * 4), values[i]);
        return bytes;
    }
}
