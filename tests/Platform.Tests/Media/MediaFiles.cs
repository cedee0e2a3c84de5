using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using SkiaSharp;

namespace Platform.Tests.Media;

/// <summary>Small files of every kind, made on the spot.</summary>
internal static class MediaFiles
{
    public static string ShaOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Four fields of colour and a pole: no two turnings of it look alike.</summary>
    public static SKBitmap Scene(int width = 640, int height = 480, int seed = 0)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor((byte)(40 + seed * 37 % 200), 90, 160));
        using var paint = new SKPaint();
        paint.Color = SKColors.Red;
        canvas.DrawRect(0, 0, width / 2, height / 2, paint);
        paint.Color = SKColors.Yellow;
        canvas.DrawRect(width / 2, 0, width / 2, height / 2, paint);
        paint.Color = SKColors.Green;
        canvas.DrawRect(0, height / 2, width / 2, height / 2, paint);
        paint.Color = SKColors.Black;
        canvas.DrawRect(width / 4, height / 8, 16, height / 2, paint);
        return bitmap;
    }

    public static byte[] Picture(SKEncodedImageFormat format, int width = 640, int height = 480, int seed = 0, int quality = 92)
    {
        using var bitmap = Scene(width, height, seed);
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    public static byte[] Jpeg(int width = 640, int height = 480, int seed = 0) => Picture(SKEncodedImageFormat.Jpeg, width, height, seed);

    /// <summary>Puts an EXIF segment behind the first two bytes of a JPEG.</summary>
    public static byte[] WithExif(byte[] jpeg, byte[] tiff)
    {
        byte[] payload = [.. "Exif\0\0"u8, .. tiff];
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)((payload.Length + 2) >> 8), (byte)(payload.Length + 2), .. payload, .. jpeg[2..]];
    }

    /// <summary>A TIFF block with orientation, make, model, time, and a place at Hongshan village.</summary>
    public static byte[] Tiff(int orientation = 1, string make = "HUAWEI", string model = "Mate 60", string time = "2026:11:20 14:30:15", string? offset = "+08:00", bool place = true)
    {
        var ifd0 = new List<(ushort, ushort, byte[])>
        {
            (0x010F, 2, Ascii(make)), (0x0110, 2, Ascii(model)), (0x0112, 3, [(byte)orientation, 0]),
        };
        var exif = new List<(ushort, ushort, byte[])> { (0x9003, 2, Ascii(time)) };
        if (offset is not null) exif.Add((0x9011, 2, Ascii(offset)));
        var gps = new List<(ushort, ushort, byte[])>
        {
            (1, 2, Ascii("N")), (2, 5, Rationals(30, 1, 51, 1, 3600, 100)), (3, 2, Ascii("E")), (4, 5, Rationals(119, 1, 54, 1, 1800, 100)),
        };
        var links = place ? 2 : 1;
        var exifAt = 8 + SizeOf(ifd0, links);
        var gpsAt = exifAt + SizeOf(exif, 0);
        using var output = new MemoryStream();
        output.Write("II*\0\x8\0\0\0"u8);
        Directory(output, ifd0, 8, place ? [(0x8769, exifAt), (0x8825, gpsAt)] : [(0x8769, exifAt)]);
        Directory(output, exif, exifAt, []);
        if (place) Directory(output, gps, gpsAt, []);
        return output.ToArray();
    }

    public static byte[] Zip(params (string Name, string Text)[] entries)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var entry = new StreamWriter(zip.CreateEntry(name).Open());
                entry.Write(text);
            }
        }
        return output.ToArray();
    }

    public static byte[] Docx() => Zip(
        ("[Content_Types].xml", """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""),
        ("word/document.xml", "<w:document/>"));

    public static byte[] Xlsx() => Zip(
        ("[Content_Types].xml", """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""),
        ("xl/workbook.xml", "<workbook/>"));

    public static byte[] Pdf() => Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n");

    /// <summary>A zip of one entry that unpacks to two gigabytes of nothing.</summary>
    public static byte[] ZipBomb()
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var types = new StreamWriter(zip.CreateEntry("[Content_Types].xml").Open())) types.Write("wordprocessingml.document.main+xml");
            using var entry = zip.CreateEntry("word/document.xml", CompressionLevel.Optimal).Open();
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 300; i++) entry.Write(zeros);
        }
        return output.ToArray();
    }

    /// <summary>A PNG whose header asks for more pixels than any phone takes.</summary>
    public static byte[] PngOf(uint width, uint height)
    {
        using var output = new MemoryStream();
        output.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(header, width);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        Chunk(output, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(new byte[1 << 20]);
        Chunk(output, "IDAT"u8, packed.ToArray());
        Chunk(output, "IEND"u8, []);
        return output.ToArray();
    }

    public static byte[] Box(string type, params byte[][] content)
    {
        var body = content.SelectMany(c => c).ToArray();
        var box = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        Encoding.Latin1.GetBytes(type).CopyTo(box, 4);
        body.CopyTo(box, 8);
        return box;
    }

    /// <summary>Made by a program that may not be installed; the test is then skipped and counted as skipped.</summary>
    public static async Task<byte[]> ByToolAsync(string program, string extension, Func<string, string[]> arguments)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("renda-tool-").FullName;
        try
        {
            var path = Path.Combine(folder, "made" + extension);
            Process? process = null;
            try
            {
                process = Process.Start(new ProcessStartInfo(program, arguments(path)) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true });
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Assert.Skip(program + " is not installed");
            }
            process!.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            var words = process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await error + await words);
            return await File.ReadAllBytesAsync(path);
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    public static Task<byte[]> VideoAsync(string extension, params string[] more) => ByToolAsync("ffmpeg", extension, path =>
    [
        "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=10:duration=2", "-f", "lavfi", "-i", "sine=frequency=440:duration=2",
        .. extension == ".webm" ? new[] { "-c:v", "libvpx", "-c:a", "libvorbis", "-b:v", "200k" } : ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"],
        .. more, "-y", path,
    ]);

    public static async Task<byte[]> HeicAsync(int width = 640, int height = 480)
    {
        var source = Path.GetTempFileName() + ".jpg";
        await File.WriteAllBytesAsync(source, WithExif(Jpeg(width, height), Tiff()));
        try
        {
            return await ByToolAsync("heif-enc", ".heic", path => ["-q", "60", "-o", path, source]);
        }
        finally
        {
            File.Delete(source);
        }
    }

    private static byte[] Ascii(string text) => [.. Encoding.ASCII.GetBytes(text), 0];

    private static byte[] Rationals(params uint[] numbers)
    {
        var bytes = new byte[numbers.Length * 4];
        for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), numbers[i]);
        return bytes;
    }

    private static int SizeOf(List<(ushort Tag, ushort Type, byte[] Value)> entries, int links) =>
        6 + 12 * (entries.Count + links) + entries.Sum(e => e.Value.Length > 4 ? e.Value.Length : 0);

    private static void Directory(MemoryStream output, List<(ushort Tag, ushort Type, byte[] Value)> entries, int at, (ushort Tag, int At)[] links)
    {
        var data = at + 6 + 12 * (entries.Count + links.Length);
        using var writer = new BinaryWriter(output, Encoding.Latin1, leaveOpen: true);
        writer.Write((ushort)(entries.Count + links.Length));
        foreach (var (tag, type, value) in entries)
        {
            writer.Write(tag);
            writer.Write(type);
            writer.Write(type switch { 5 => value.Length / 8, 3 => value.Length / 2, _ => value.Length });
            if (value.Length > 4)
            {
                writer.Write(data);
                data += value.Length;
            }
            else
            {
                writer.Write([.. value, .. new byte[4 - value.Length]]);
            }
        }
        foreach (var (tag, target) in links)
        {
            writer.Write(tag);
            writer.Write((ushort)4);
            writer.Write(1);
            writer.Write(target);
        }
        writer.Write(0);
        foreach (var (_, _, value) in entries.Where(e => e.Value.Length > 4)) writer.Write(value);
    }

    private static void Chunk(MemoryStream output, ReadOnlySpan<byte> type, byte[] data)
    {
        var bytes = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, data.Length);
        type.CopyTo(bytes.AsSpan(4));
        data.CopyTo(bytes, 8);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8 + data.Length), Crc(bytes.AsSpan(4, 4 + data.Length)));
        output.Write(bytes);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFF;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
