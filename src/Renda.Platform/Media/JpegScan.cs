using System.Buffers.Binary;

namespace Renda.Platform.Media;

/// <summary>The segments of a JPEG up to its picture: size, EXIF and how often the picture will be gone over.</summary>
internal sealed record JpegScan(int Width, int Height, int Scans, byte[]? Exif)
{
    /// <summary>Null when the file ends before the first byte of a picture.</summary>
    public static JpegScan? Read(Stream file)
    {
        int width = 0, height = 0, components = 0, scans = 0;
        var progressive = false;
        byte[]? exif = null;
        Span<byte> word = stackalloc byte[2];
        var header = new byte[6];
        if (file.ReadByte() != 0xFF || file.ReadByte() != 0xD8) return null;
        while (NextMarker(file, inPicture: scans > 0) is { } marker)
        {
            if (marker is 0xD9) break;
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7)) continue;
            if (file.ReadAtLeast(word, 2, throwOnEndOfStream: false) < 2) break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(word) - 2;
            if (length < 0) break;
            var next = file.Position + length;
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                if (file.ReadAtLeast(header, 6, throwOnEndOfStream: false) < 6) break;
                progressive = marker is 0xC2 or 0xC6 or 0xCA or 0xCE;
                height = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1));
                width = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3));
                components = header[5];
            }
            else if (marker == 0xE1 && exif is null && length > 14)
            {
                var payload = new byte[length];
                if (file.ReadAtLeast(payload, length, throwOnEndOfStream: false) < length) break;
                if (payload.AsSpan().StartsWith("Exif\0"u8)) exif = payload[6..];
            }
            else if (marker == 0xDA)
            {
                if (width == 0) return null;
                var inScan = file.ReadByte();
                if (next >= file.Length) break;
                scans++;
                // The usual camera picture: everything in one scan, nothing more to learn.
                if (!progressive && inScan == components) break;
            }
            file.Position = next;
        }
        return scans == 0 ? null : new JpegScan(width, height, scans, exif);
    }

    private static int? NextMarker(Stream file, bool inPicture)
    {
        int value;
        while ((value = file.ReadByte()) >= 0)
        {
            if (value != 0xFF)
            {
                if (!inPicture) return null;
                continue;
            }
            while ((value = file.ReadByte()) == 0xFF) { }
            if (value < 0) return null;
            // Within a picture FF 00 is a value and FF D0…D7 a place to begin again.
            if (inPicture && value is 0x00 or (>= 0xD0 and <= 0xD7)) continue;
            return value;
        }
        return null;
    }
}
