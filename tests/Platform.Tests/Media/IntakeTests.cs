using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Media;
using Renda.Platform.Persistence;
using SkiaSharp;

namespace Platform.Tests.Media;

public sealed class IntakeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_form_without_script_sends_a_file(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var file = MediaFiles.WithExif(MediaFiles.Jpeg(), MediaFiles.Tiff(orientation: 6));
        using var form = new MultipartFormDataContent { { new StringContent("塘子头"), "place" }, { new ByteArrayContent(file), "file", "电杆.jpg" } };
        using var answer = await server.Client.PostAsync("/api/v1/media", form, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var sha = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement.GetProperty("sha256").GetString();
        Assert.Equal(MediaFiles.ShaOf(file), sha);
        Assert.Equal(sha, answer.Headers.GetValues("Renda-Sha256").Single());
        await using var db = server.Database.CreateContext();
        var item = await db.Set<MediaItem>().SingleAsync(Ct);
        Assert.Equal(("电杆.jpg", 480, 640, "HUAWEI Mate 60"), (item.Name, item.Width, item.Height, item.Device));
        Assert.Equal(new DateTime(2026, 11, 20, 6, 30, 15, DateTimeKind.Utc), item.TakenAt);
        Assert.Equal(30.86, item.Latitude!.Value, 6);
        Assert.Equal(119.905, item.Longitude!.Value, 6);
    }

    [Theory]
    [InlineData(null, 6)]
    [InlineData("+00:00", 14)]
    [InlineData("-05:30", 20)]
    public async Task The_cameras_time_is_taken_with_its_offset_or_the_assumed_one(string? offset, int hour)
    {
        await using var server = await MediaServer.StartAsync();
        var item = await SendAsync(server, MediaFiles.WithExif(MediaFiles.Jpeg(), MediaFiles.Tiff(offset: offset, place: false)));
        Assert.Equal(hour, item.TakenAt!.Value.Hour);
        Assert.Null(item.Latitude);
    }

    [Fact]
    public async Task Control_characters_in_what_a_camera_says_reach_no_database()
    {
        await using var server = await MediaServer.StartAsync(DatabaseProvider.Postgres);
        var item = await SendAsync(server, MediaFiles.WithExif(MediaFiles.Jpeg(), MediaFiles.Tiff(make: "A\0B\u0007C", model: "x\0", time: "9999:99:99 99:99:99")), name: "a\0b\n../../etc/c.jpg");
        Assert.DoesNotContain('\0', item.Device!);
        Assert.Null(item.TakenAt);
        Assert.Equal("c.jpg", item.Name);
    }

    public static TheoryData<string> Pictures => ["jpeg", "png", "webp"];

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task A_photo_is_told_by_its_content(string kind)
    {
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.Picture(Enum.Parse<SKEncodedImageFormat>(kind, ignoreCase: true));
        var item = await SendAsync(server, file, name: "wrong.pdf");
        Assert.Equal(("image/" + kind, MediaKind.Photo, 640, 480), (item.ContentType, item.Kind, item.Width, item.Height));
    }

    [Fact]
    public async Task Documents_are_told_by_their_content()
    {
        await using var server = await MediaServer.StartAsync();
        Assert.Equal("application/pdf", (await SendAsync(server, MediaFiles.Pdf())).ContentType);
        Assert.Equal("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (await SendAsync(server, MediaFiles.Docx())).ContentType);
        var sheet = await SendAsync(server, MediaFiles.Xlsx());
        Assert.Equal(("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", MediaKind.Document), (sheet.ContentType, sheet.Kind));
    }

    [Theory]
    [InlineData(".mp4", "video/mp4")]
    [InlineData(".mov", "video/quicktime")]
    [InlineData(".webm", "video/webm")]
    public async Task A_video_is_told_by_its_content(string extension, string type)
    {
        var file = await MediaFiles.VideoAsync(extension);
        await using var server = await MediaServer.StartAsync();
        var item = await SendAsync(server, file);
        Assert.Equal((type, MediaKind.Video, 320, 240), (item.ContentType, item.Kind, item.Width, item.Height));
        Assert.InRange(item.DurationMs!.Value, 1900, 2200);
    }

    [Theory]
    [InlineData(".mp4", true)]
    [InlineData(".mp4", false)]
    [InlineData(".mov", true)]
    [InlineData(".mov", false)]
    public async Task Time_and_place_of_a_video_are_read(string extension, bool keys)
    {
        string[] how = keys ? ["-movflags", "use_metadata_tags", "-metadata", "com.apple.quicktime.location.ISO6709=+30.8600+119.9050+012.000/", "-metadata", "com.apple.quicktime.creationdate=2026-11-20T14:30:15+0800",
            "-metadata", "com.apple.quicktime.make=Apple", "-metadata", "com.apple.quicktime.model=iPhone 17"]
            : ["-metadata", "location=+30.8600+119.9050/", "-metadata", "creation_time=2026-11-20T06:30:15Z"];
        var file = await MediaFiles.VideoAsync(extension, how);
        await using var server = await MediaServer.StartAsync();
        var item = await SendAsync(server, file);
        Assert.Equal(30.86, item.Latitude!.Value, 4);
        Assert.Equal(119.905, item.Longitude!.Value, 4);
        Assert.Equal(new DateTime(2026, 11, 20, 6, 30, 15, DateTimeKind.Utc), item.TakenAt);
        if (keys) Assert.Equal("Apple iPhone 17", item.Device);
    }

    [Fact]
    public async Task A_heic_photo_is_told_and_its_exif_read()
    {
        var file = await MediaFiles.HeicAsync();
        await using var server = await MediaServer.StartAsync();
        var item = await SendAsync(server, file);
        Assert.Equal(("image/heic", MediaKind.Photo, 640, 480), (item.ContentType, item.Kind, item.Width, item.Height));
        Assert.Equal("HUAWEI Mate 60", item.Device);
        Assert.Equal(30.86, item.Latitude!.Value, 6);
    }

    public static TheoryData<string, string> HostileFiles => new()
    {
        { "html", "media.unsupported-type" }, { "svg", "media.unsupported-type" }, { "exe", "media.unsupported-type" }, { "gif", "media.unsupported-type" }, { "text", "media.unsupported-type" },
        { "zip", "media.unsupported-type" }, { "mkv", "media.unsupported-type" }, { "empty", "media.empty" }, { "zip bomb", "media.unsafe" }, { "macros", "media.unsafe" },
        { "png 65535", "media.too-many-pixels" }, { "png 2^31", "media.broken" }, { "jpeg header", "media.broken" }, { "jpeg of scans", "media.too-many-pixels" }, { "png cut", "media.broken" },
        { "webp cut", "media.broken" }, { "docx cut", "media.broken" }, { "pdf cut", "media.broken" }, { "nested boxes", "media.broken" }, { "heic boxes", "media.broken" }, { "heic of 2^31", "media.too-many-pixels" },
        { "mp4 cut", "media.broken" }, { "box of no end", "media.broken" },
    };

    [Theory]
    [MemberData(nameof(HostileFiles))]
    public async Task A_hostile_file_is_refused_with_a_clear_text(string what, string code)
    {
        await using var server = await MediaServer.StartAsync();
        var file = Hostile(what);
        using var answer = await server.Client.PostAsync("/api/v1/media?name=photo.jpg", new ByteArrayContent(file), Ct);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (answer.StatusCode, await ResumableUploadTests.CodeAsync(answer)));
        using var upload = await ResumableUploadTests.PostAsync(server.Client, file, file.Length);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, upload.StatusCode);
        Assert.Empty(Directory.GetFiles(server.Folder, "*", SearchOption.AllDirectories));
        await SendAsync(server, MediaFiles.Jpeg());
    }

    [Theory]
    [InlineData("en", "The file is empty.")]
    [InlineData("zh-CN", "文件是空的。")]
    public void A_refusal_speaks_the_language_of_the_request(string culture, string text)
    {
        var before = System.Globalization.CultureInfo.CurrentUICulture;
        System.Globalization.CultureInfo.CurrentUICulture = new(culture);
        Assert.Equal(text, MediaRefusals.Empty.Text.ToString());
        System.Globalization.CultureInfo.CurrentUICulture = before;
    }

    [Fact]
    public async Task A_cut_jpeg_is_accepted_and_shows_what_arrived()
    {
        await using var server = await MediaServer.StartAsync();
        var whole = MediaFiles.Jpeg(2000, 1500);
        var item = await SendAsync(server, whole[..(whole.Length * 3 / 4)]);
        using var thumb = await server.Client.GetAsync($"/api/v1/media/{item.Sha256}/thumb", Ct);
        Assert.Equal(HttpStatusCode.OK, thumb.StatusCode);
    }

    [Fact]
    public async Task Exif_that_chains_to_itself_ends()
    {
        await using var server = await MediaServer.StartAsync();
        // Each directory holds one link to the next, as deep as a segment is long; then one that points at itself.
        foreach (var step in (int[])[18, 0])
        {
            var tiff = new byte[65_000];
            "II*\0\x8\0\0\0"u8.CopyTo(tiff);
            for (var at = 8; at + 36 < tiff.Length; at += 18)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at), 1);
                BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at + 2), 0x8769);
                BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at + 4), 4);
                BinaryPrimitives.WriteInt32LittleEndian(tiff.AsSpan(at + 6), 1);
                BinaryPrimitives.WriteInt32LittleEndian(tiff.AsSpan(at + 10), at + step);
            }
            await SendAsync(server, MediaFiles.WithExif(MediaFiles.Jpeg(), tiff));
        }
    }

    [Fact]
    public async Task Random_bytes_and_broken_copies_never_stop_the_server()
    {
        await using var server = await MediaServer.StartAsync();
        var random = new Random(20261123);
        List<byte[]> good =
        [
            MediaFiles.WithExif(MediaFiles.Jpeg(), MediaFiles.Tiff()), MediaFiles.Picture(SKEncodedImageFormat.Png), MediaFiles.Picture(SKEncodedImageFormat.Webp),
            MediaFiles.Docx(), MediaFiles.Xlsx(), MediaFiles.Pdf(), Movie(), .. await InstalledAsync(),
        ];
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(1, 5000)];
            random.NextBytes(bytes);
            // Half of them begin as a file should.
            if (i % 2 == 0) good[i / 2 % good.Count].AsSpan(0, Math.Min(bytes.Length, random.Next(8, 64))).CopyTo(bytes);
            using var answer = await server.Client.PostAsync("/api/v1/media", new ByteArrayContent(bytes), Ct);
            Assert.InRange((int)answer.StatusCode, 200, 499);
            if (i % 2 == 1) Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        }
        foreach (var file in good)
        {
            for (var i = 0; i < 40; i++)
            {
                var bytes = file[..(i % 4 == 0 ? random.Next(1, file.Length) : file.Length)];
                for (var n = random.Next(1, 20); n > 0; n--) bytes[random.Next(Math.Min(bytes.Length, i % 2 == 0 ? 1000 : int.MaxValue))] = (byte)random.Next(256);
                using var answer = await server.Client.PostAsync("/api/v1/media", new ByteArrayContent(bytes), Ct);
                Assert.InRange((int)answer.StatusCode, 200, 499);
                if (!answer.IsSuccessStatusCode) continue;
                // What was let in must not hurt where it is shown either.
                foreach (var variant in (string[])["thumb", "play"])
                {
                    using var shown = await server.Client.GetAsync($"/api/v1/media/{MediaFiles.ShaOf(bytes)}/{variant}", Ct);
                    Assert.InRange((int)shown.StatusCode, 200, 499);
                }
            }
        }
        await SendAsync(server, MediaFiles.Jpeg());
    }

    [Fact]
    public async Task Each_kind_has_its_own_limit()
    {
        await using var server = await MediaServer.StartAsync(settings: s => s with { PhotoLimit = 2000, VideoLimit = 5000, DocumentLimit = 100 });
        foreach (var file in (byte[][])[MediaFiles.Jpeg(), MediaFiles.Docx(), new byte[6000]])
        {
            using var answer = await server.Client.PostAsync("/api/v1/media", new ByteArrayContent(file), Ct);
            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "media.too-large"), (answer.StatusCode, await ResumableUploadTests.CodeAsync(answer)));
        }
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n--x--\r\n")]
    [InlineData("multipart/form-data; boundary=x", "no boundary at all")]
    [InlineData("multipart/form-data", "--x--")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\nnever ends")]
    public async Task A_malformed_form_is_400(string type, string body)
    {
        await using var server = await MediaServer.StartAsync();
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await server.Client.PostAsync("/api/v1/media", content, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Verify_names_what_is_missing_and_what_was_altered(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        string[] shas = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(async i => (await SendAsync(server, MediaFiles.Jpeg(seed: i))).Sha256))];
        Assert.Empty(await server.Media.VerifyAllAsync(Ct).ToListAsync(Ct));
        string PathOf(string sha) => Path.Combine(server.Folder, "originals", sha[..2], sha[2..4], sha);
        File.Delete(PathOf(shas[1]));
        var altered = await File.ReadAllBytesAsync(PathOf(shas[2]), Ct);
        altered[^10] ^= 1;
        await File.WriteAllBytesAsync(PathOf(shas[2]), altered, Ct);
        var faults = await server.Media.VerifyAllAsync(Ct).ToListAsync(Ct);
        Assert.Equal([(shas[1], "The original is missing."), (shas[2], "The original has been altered.")],
            faults.Select(f => (f.Sha256, f.Problem.En)).OrderBy(f => Array.IndexOf(shas, f.Sha256)));
        // Sending the same photo again heals it.
        await SendAsync(server, MediaFiles.Jpeg(seed: 1));
        await SendAsync(server, MediaFiles.Jpeg(seed: 2));
        Assert.Empty(await server.Media.VerifyAllAsync(Ct).ToListAsync(Ct));
    }

    internal static async Task<MediaItem> SendAsync(MediaServer server, byte[] file, string name = "photo.jpg")
    {
        using var answer = await server.Client.PostAsync("/api/v1/media?name=" + Uri.EscapeDataString(name), new ByteArrayContent(file), Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        await using var db = server.Database.CreateContext();
        var sha = MediaFiles.ShaOf(file);
        return await db.Set<MediaItem>().SingleAsync(m => m.Sha256 == sha, Ct);
    }

    private static byte[] Hostile(string what)
    {
        byte[] jpeg = MediaFiles.Jpeg(), ftyp = MediaFiles.Box("ftyp", "isom\0\0\0\0isommp42"u8.ToArray()), heic = MediaFiles.Box("ftyp", "heic\0\0\0\0mif1heic"u8.ToArray());
        return what switch
        {
            "html" => "<!doctype html><script>alert(1)</script>"u8.ToArray(),
            "svg" => "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"u8.ToArray(),
            "exe" => [.. "MZ"u8, .. new byte[500]],
            "gif" => [.. "GIF89a"u8, .. new byte[500]],
            "text" => "塘子头的电线杆歪了"u8.ToArray(),
            "zip" => MediaFiles.Zip(("a.txt", "text"), ("word/document.xml", "")),
            "mkv" => [0x1A, 0x45, 0xDF, 0xA3, 0x8B, 0x42, 0x82, 0x88, .. "matroska"u8],
            "empty" => [],
            "zip bomb" => MediaFiles.ZipBomb(),
            "macros" => MediaFiles.Zip(("[Content_Types].xml", "wordprocessingml.document.main+xml"), ("word/document.xml", ""), ("word/vbaProject.bin", "x")),
            "png 65535" => MediaFiles.PngOf(65535, 65535),
            "png 2^31" => MediaFiles.PngOf(0x8000_0001, 0x8000_0001),
            "jpeg header" => jpeg[..200],
            "jpeg of scans" => Scans(),
            "png cut" => MediaFiles.Picture(SKEncodedImageFormat.Png)[..30],
            "webp cut" => MediaFiles.Picture(SKEncodedImageFormat.Webp)[..40],
            "docx cut" => MediaFiles.Docx()[..^30],
            "pdf cut" => MediaFiles.Pdf()[..40],
            "nested boxes" => [.. ftyp, .. Nested("moov", 200_000)],
            "heic boxes" => [.. heic, .. Nested("meta", 200_000)],
            "heic of 2^31" => [.. heic, .. MediaFiles.Box("meta", new byte[4], MediaFiles.Box("iprp", MediaFiles.Box("ipco", MediaFiles.Box("ispe", [0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff])))), .. MediaFiles.Box("mdat", new byte[8])],
            "mp4 cut" => Movie()[..60],
            "box of no end" => [.. ftyp, 0, 0, 0, 1, .. "moov"u8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            _ => throw new ArgumentException(what),
        };
    }

    /// <summary>A picture of 9,000 × 9,000 in a few kilobytes that is gone over a thousand times.</summary>
    private static byte[] Scans()
    {
        var jpeg = MediaFiles.Jpeg().ToList();
        var frame = jpeg.IndexOf(0xC0);
        while (jpeg[frame - 1] != 0xFF) frame = jpeg.IndexOf(0xC0, frame + 1);
        jpeg[frame] = 0xC2;
        (jpeg[frame + 4], jpeg[frame + 5], jpeg[frame + 6], jpeg[frame + 7]) = (9000 >> 8, 9000 & 255, 9000 >> 8, 9000 & 255);
        var scan = frame;
        while (!(jpeg[scan] == 0xFF && jpeg[scan + 1] == 0xDA)) scan++;
        byte[] more = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 1];
        return [.. jpeg[..scan], .. Enumerable.Repeat(more, 1000).SelectMany(m => m), 0xFF, 0xD9];
    }

    private static byte[] Nested(string type, int depth)
    {
        var bytes = new byte[depth * 8];
        for (var i = 0; i < depth; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * 8), bytes.Length - i * 8);
            Encoding.ASCII.GetBytes(type).CopyTo(bytes, i * 8 + 4);
        }
        return bytes;
    }

    /// <summary>An MP4 with an index and no picture data, enough to be told and read.</summary>
    internal static byte[] Movie(byte[]? userData = null, byte[]? moreTracks = null, byte[]? data = null)
    {
        var head = new byte[100];
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), 3_878_000_000);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(12), 1000);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(16), 2000);
        var track = new byte[84];
        BinaryPrimitives.WriteUInt32BigEndian(track.AsSpan(4), 3_878_000_000);
        BinaryPrimitives.WriteInt32BigEndian(track.AsSpan(76), 320 << 16);
        BinaryPrimitives.WriteInt32BigEndian(track.AsSpan(80), 240 << 16);
        return
        [
            .. MediaFiles.Box("ftyp", "isom\0\0\0\0isommp42"u8.ToArray()),
            .. MediaFiles.Box("mdat", data ?? new byte[16]),
            .. MediaFiles.Box("moov", MediaFiles.Box("mvhd", head), MediaFiles.Box("trak", MediaFiles.Box("tkhd", track), MediaFiles.Box("mdia", Handler("vide"))), moreTracks ?? [], userData ?? []),
        ];
    }

    internal static byte[] Handler(string type) => MediaFiles.Box("hdlr", new byte[8], Encoding.ASCII.GetBytes(type), new byte[13]);

    private static async Task<byte[][]> InstalledAsync() =>
        File.Exists("/usr/bin/ffmpeg") && File.Exists("/usr/bin/heif-enc") ? [await MediaFiles.VideoAsync(".webm"), await MediaFiles.VideoAsync(".mov"), await MediaFiles.HeicAsync(64, 64)] : [];
}
