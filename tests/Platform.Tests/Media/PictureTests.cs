using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Media;
using Renda.Platform.Persistence;
using SkiaSharp;

namespace Platform.Tests.Media;

public sealed class PictureTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_eight_orientations_show_the_same_picture()
    {
        await using var server = await MediaServer.StartAsync();
        using var upright = SKBitmap.Decode(await ShownAsync(server, Turned(1), "view"));
        Assert.Equal((640, 480), (upright.Width, upright.Height));
        Assert.True(Near(upright.GetPixel(100, 400), SKColors.Green) && Near(upright.GetPixel(600, 20), SKColors.Yellow));
        for (var orientation = 2; orientation <= 8; orientation++)
        {
            foreach (var variant in (string[])["view", "thumb"])
            {
                using var expected = SKBitmap.Decode(await ShownAsync(server, Turned(1), variant));
                using var shown = SKBitmap.Decode(await ShownAsync(server, Turned(orientation), variant));
                Assert.Equal((orientation, expected.Width, expected.Height), (orientation, shown.Width, shown.Height));
                var furthest = 0;
                for (var y = 0; y < shown.Height; y++)
                    for (var x = 0; x < shown.Width; x++)
                        furthest = Math.Max(furthest, Distance(shown.GetPixel(x, y), expected.GetPixel(x, y)));
                // The sources were compressed turned, each with its own rounding.
                Assert.True(furthest <= 24, $"{variant} of orientation {orientation}: {furthest}");
            }
        }
    }

    [Theory]
    [InlineData("thumb", 4000, 3000, 320, 240)]
    [InlineData("view", 4000, 3000, 1600, 1200)]
    [InlineData("thumb", 100, 200, 100, 200)]
    [InlineData("view", 3000, 300, 1600, 160)]
    [InlineData("thumb", 5000, 2, 320, 1)]
    public async Task A_picture_fits_its_edge_and_is_never_enlarged(string variant, int width, int height, int shownWidth, int shownHeight)
    {
        await using var server = await MediaServer.StartAsync();
        using var shown = SKBitmap.Decode(await ShownAsync(server, MediaFiles.Jpeg(width, height), variant));
        Assert.Equal((shownWidth, shownHeight), (shown.Width, shown.Height));
    }

    [Fact]
    public async Task A_derivative_carries_no_metadata_at_all()
    {
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.WithExif(MediaFiles.Jpeg(2000, 1500), MediaFiles.Tiff(orientation: 3));
        foreach (var variant in (string[])["thumb", "view"])
        {
            var shown = await ShownAsync(server, file, variant);
            Assert.DoesNotContain("HUAWEI", Encoding.Latin1.GetString(shown));
            // Only JFIF's own APP0; no EXIF, XMP, profile or comment.
            Assert.All(Segments(shown), marker => Assert.True(marker is 0xE0 or 0xDB or 0xC0 or 0xC2 or 0xC4 or 0xDA, $"{variant}: segment {marker:X2}"));
        }
    }

    [Fact]
    public async Task A_transparent_picture_is_shown_on_white()
    {
        await using var server = await MediaServer.StartAsync();
        using var clear = new SKBitmap(new SKImageInfo(50, 50, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        using var png = clear.Encode(SKEncodedImageFormat.Png, 100);
        using var shown = SKBitmap.Decode(await ShownAsync(server, png.ToArray(), "thumb"));
        Assert.True(Near(shown.GetPixel(25, 25), SKColors.White));
    }

    [Fact]
    public async Task A_heic_photo_is_shown_when_the_converter_is_installed()
    {
        var file = await MediaFiles.HeicAsync();
        await using var server = await MediaServer.StartAsync();
        using var shown = SKBitmap.Decode(await ShownAsync(server, file, "thumb"));
        Assert.Equal((320, 240), (shown.Width, shown.Height));
        Assert.True(Near(shown.GetPixel(310, 10), SKColors.Yellow, 60) && Near(shown.GetPixel(10, 230), SKColors.Green, 60));
    }

    [Fact]
    public async Task Without_the_converter_a_heic_photo_is_kept_and_the_answer_says_why_it_is_not_shown()
    {
        var file = await MediaFiles.HeicAsync();
        await using var server = await MediaServer.StartAsync(settings: s => s with { ToolPath = "/nonexistent" });
        var item = await IntakeTests.SendAsync(server, file);
        using var answer = await server.Client.GetAsync($"/api/v1/media/{item.Sha256}/thumb", Ct);
        Assert.Equal((HttpStatusCode.NotFound, "media.no-preview"), (answer.StatusCode, await ResumableUploadTests.CodeAsync(answer)));
        Assert.Equal(file, await server.Client.GetByteArrayAsync($"/api/v1/media/{item.Sha256}/original?purpose=test", Ct));
    }

    [Theory]
    [InlineData(".mp4")]
    [InlineData(".mov")]
    [InlineData(".webm")]
    public async Task A_video_has_a_poster_where_ffmpeg_is_installed_and_says_so_where_not(string extension)
    {
        var file = await MediaFiles.VideoAsync(extension);
        await using (var server = await MediaServer.StartAsync())
        {
            using var poster = SKBitmap.Decode(await ShownAsync(server, file, "poster"));
            Assert.Equal((320, 240), (poster.Width, poster.Height));
        }
        await using var bare = await MediaServer.StartAsync(settings: s => s with { ToolPath = "/nonexistent" });
        var item = await IntakeTests.SendAsync(bare, file);
        using var answer = await bare.Client.GetAsync($"/api/v1/media/{item.Sha256}/poster", Ct);
        Assert.Equal((HttpStatusCode.NotFound, "media.no-poster"), (answer.StatusCode, await ResumableUploadTests.CodeAsync(answer)));
        using var play = await bare.Client.GetAsync($"/api/v1/media/{item.Sha256}/play", Ct);
        Assert.Equal(HttpStatusCode.OK, play.StatusCode);
    }

    [Fact]
    public async Task A_program_that_overruns_is_ended()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("a shell script stands for the program");
            return;
        }
        var folder = Directory.CreateTempSubdirectory("renda-slow-").FullName;
        var slow = Path.Combine(folder, "ffmpeg");
        await File.WriteAllTextAsync(slow, "#!/bin/sh\n/bin/sleep 60\n", Ct);
        File.SetUnixFileMode(slow, (UnixFileMode)0b111_101_101);
        var file = await MediaFiles.VideoAsync(".mp4");
        await using var server = await MediaServer.StartAsync(settings: s => s with { ToolPath = folder, ToolTimeout = TimeSpan.FromMilliseconds(300) });
        var item = await IntakeTests.SendAsync(server, file);
        using var answer = await server.Client.GetAsync($"/api/v1/media/{item.Sha256}/poster", Ct).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        Assert.Equal((HttpStatusCode.NotFound, "media.no-preview"), (answer.StatusCode, await ResumableUploadTests.CodeAsync(answer)));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(".mp4", "video/mp4")]
    [InlineData(".mov", "video/mp4")]
    [InlineData(".webm", "video/webm")]
    public async Task A_video_plays_in_ranges_and_tells_nothing_of_its_maker(string extension, string type)
    {
        var file = await MediaFiles.VideoAsync(extension, "-metadata", "location=+30.8600+119.9050/", "-metadata", "title=SECRET", "-metadata", "comment=SECRET", "-metadata", "creation_time=2026-11-20T06:30:15Z");
        await using var server = await MediaServer.StartAsync();
        var item = await IntakeTests.SendAsync(server, file);
        var at = $"/api/v1/media/{item.Sha256}/play";
        using var whole = await server.Client.GetAsync(at, Ct);
        Assert.Equal(type, whole.Content.Headers.ContentType!.MediaType);
        Assert.Equal("bytes", whole.Headers.AcceptRanges.Single());
        var shown = await whole.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal(file.Length, shown.Length);
        Assert.Contains("SECRET", Encoding.Latin1.GetString(file));
        Assert.DoesNotContain("SECRET", Encoding.Latin1.GetString(shown));
        Assert.DoesNotContain("30.86", Encoding.Latin1.GetString(shown));

        var pieces = new List<byte>();
        for (var from = 0; from < shown.Length; from += 3_001)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, at) { Headers = { Range = new(from, Math.Min(from + 3_000, shown.Length - 1)) } };
            using var part = await server.Client.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            pieces.AddRange(await part.Content.ReadAsByteArrayAsync(Ct));
        }
        Assert.Equal(shown, pieces);

        // It still decodes, frame by frame, and a reader finds no time in it.
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, shown, Ct);
        var frames = Encoding.ASCII.GetString(await MediaFiles.ByToolAsync("ffmpeg", ".txt", o => ["-v", "error", "-xerror", "-i", path, "-map", "0:v", "-f", "framemd5", o]));
        Assert.Equal(20, frames.Split('\n').Count(l => l.Length > 0 && l[0] != '#'));
        var tags = Encoding.ASCII.GetString(await MediaFiles.ByToolAsync("ffmpeg", ".txt", o => ["-v", "error", "-i", path, "-f", "ffmetadata", o]));
        Assert.DoesNotContain("2026", tags);
        File.Delete(path);
    }

    [Fact]
    public async Task Tracks_of_positions_are_blanked_with_their_samples()
    {
        await using var server = await MediaServer.StartAsync();
        byte[] data = [.. "picture0"u8, .. "GPS 30.86 119.90"u8, .. "picture1"u8];
        // ftyp is 24 bytes, so that the samples lie at 32 + 8.
        var table = MediaFiles.Box("stbl",
            MediaFiles.Box("stsz", [0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 2]),
            MediaFiles.Box("stsc", [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1]),
            MediaFiles.Box("stco", [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 40]));
        var track = MediaFiles.Box("trak", MediaFiles.Box("mdia", IntakeTests.Handler("meta"), MediaFiles.Box("minf", table)));
        var file = IntakeTests.Movie(userData: MediaFiles.Box("udta", MediaFiles.Box("\u00A9xyz", [0, 18, 0, 0, .. "+30.8600+119.9050/"u8])), moreTracks: track, data: data);
        var item = await IntakeTests.SendAsync(server, file);
        Assert.Equal((30.86, 119.905), (item.Latitude, item.Longitude));
        var shown = await server.Client.GetByteArrayAsync($"/api/v1/media/{item.Sha256}/play", Ct);
        var text = Encoding.Latin1.GetString(shown);
        Assert.Equal(file.Length, shown.Length);
        Assert.Contains("picture0" + new string('\0', 16) + "picture1", text);
        Assert.DoesNotContain("119.9", text);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task An_original_is_sealed_and_each_look_is_recorded(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var file = MediaFiles.Jpeg();
        var item = await IntakeTests.SendAsync(server, file, "电杆 1.jpg");
        var at = $"/api/v1/media/{item.Sha256}/original";
        foreach (var bad in (string[])[at, at + "?purpose=", at + "?purpose=%20%00"])
        {
            using var refused = await server.Client.GetAsync(bad, Ct);
            Assert.Equal((HttpStatusCode.BadRequest, "media.purpose-required"), (refused.StatusCode, await ResumableUploadTests.CodeAsync(refused)));
        }
        using var other = server.ClientOf(MediaServer.WangFang);
        using (var refused = await other.GetAsync(at + "?purpose=x", Ct)) Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        using var answer = await server.Client.GetAsync(at + "?purpose=" + Uri.EscapeDataString("核对拍摄时间"), Ct);
        Assert.Equal(file, await answer.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("电杆 1.jpg", answer.Content.Headers.ContentDisposition.FileNameStar);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        await using var db = server.Database.CreateContext();
        var look = await db.Set<MediaLook>().SingleAsync(Ct);
        Assert.Equal((item.Sha256, MediaServer.LiYang, "核对拍摄时间", server.Clock.Now.UtcDateTime), (look.Sha256, look.AccountId, look.Purpose, look.At));
    }

    [Fact]
    public async Task Only_the_senders_see_a_file_that_nothing_refers_to()
    {
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.Jpeg();
        var item = await IntakeTests.SendAsync(server, file);
        using var other = server.ClientOf(MediaServer.WangFang);
        using (var answer = await other.GetAsync($"/api/v1/media/{item.Sha256}/thumb", Ct)) Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        using (await other.PostAsync("/api/v1/media", new ByteArrayContent(file), Ct)) { }
        using (var answer = await other.GetAsync($"/api/v1/media/{item.Sha256}/thumb", Ct)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("thumb/../../../etc/passwd")]
    [InlineData("svg")]
    [InlineData("thumb.jpg")]
    [InlineData("poster")]
    public async Task Other_variants_do_not_exist(string variant)
    {
        await using var server = await MediaServer.StartAsync();
        var item = await IntakeTests.SendAsync(server, MediaFiles.Jpeg());
        using var answer = await server.Client.GetAsync($"/api/v1/media/{item.Sha256}/{variant}", Ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("ABCDEF")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public async Task A_name_that_is_no_hash_is_404(string sha)
    {
        await using var server = await MediaServer.StartAsync();
        using var answer = await server.Client.GetAsync($"/api/v1/media/{sha}/thumb", Ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Null(server.Store.OpenRead("../" + sha));
    }

    [Fact]
    public async Task A_picture_is_private_for_ever_and_never_active()
    {
        await using var server = await MediaServer.StartAsync();
        var item = await IntakeTests.SendAsync(server, MediaFiles.Jpeg());
        using var answer = await server.Client.GetAsync($"/api/v1/media/{item.Sha256}/thumb", Ct);
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(answer.Headers.CacheControl is { Private: true } cache && cache.ToString().Contains("immutable", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Get, answer.RequestMessage!.RequestUri) { Headers = { IfNoneMatch = { answer.Headers.ETag! } } };
        using var again = await server.Client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task A_polyglot_is_served_only_as_what_it_was_taken_for()
    {
        await using var server = await MediaServer.StartAsync();
        byte[] file = [.. MediaFiles.Jpeg(), .. "<script>alert(1)</script>"u8];
        var item = await IntakeTests.SendAsync(server, file, "page.html");
        Assert.DoesNotContain("<script>", Encoding.Latin1.GetString(await ShownAsync(server, file, "view")));
        using var answer = await server.Client.GetAsync($"/api/v1/media/{item.Sha256}/original?purpose=test", Ct);
        Assert.Equal(("image/jpeg", "page.jpg"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.FileNameStar));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task The_hash_of_a_picture_comes_by_itself_and_is_near_for_the_same_scene(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        using var noise = new SKBitmap(640, 480);
        var random = new Random(5);
        for (var y = 0; y < 480; y += 40)
            for (var x = 0; x < 640; x += 40)
            {
                using var canvas = new SKCanvas(noise);
                using var paint = new SKPaint { Color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)) };
                canvas.DrawRect(x, y, 40, 40, paint);
            }
        using var unlike = noise.Encode(SKEncodedImageFormat.Jpeg, 90);
        byte[][] files = [MediaFiles.Picture(SKEncodedImageFormat.Jpeg, quality: 95), MediaFiles.Picture(SKEncodedImageFormat.Jpeg, 1280, 960, quality: 40), unlike.ToArray()];
        foreach (var file in files) await IntakeTests.SendAsync(server, file);
        await using var db = server.Database.CreateContext();
        for (var i = 0; i < 100 && await db.Set<MediaItem>().AnyAsync(m => m.PerceptualHash == 0, Ct); i++) await Task.Delay(50, Ct);
        var hashes = await db.Set<MediaItem>().ToDictionaryAsync(m => m.Sha256, m => m.PerceptualHash, Ct);
        long[] inOrder = [.. files.Select(f => hashes[MediaFiles.ShaOf(f)])];
        Assert.InRange(PerceptualHash.Distance(inOrder[0], inOrder[1]), 0, 6);
        Assert.InRange(PerceptualHash.Distance(inOrder[0], inOrder[2]), 16, 64);
    }

    [Fact]
    public async Task A_hash_that_cannot_be_saved_ends_nothing_and_comes_with_the_next_start()
    {
        var server = await MediaServer.StartAsync();
        await using (var db = server.Database.CreateContext())
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER full_disk BEFORE UPDATE ON media_items BEGIN SELECT RAISE(ABORT, 'no room'); END", Ct);
        var first = await IntakeTests.SendAsync(server, MediaFiles.Picture(SKEncodedImageFormat.Jpeg));
        for (var i = 0; i < 100 && !File.Exists(server.Store.PathOf(first.Sha256, "thumb.jpg")); i++) await Task.Delay(50, Ct);
        await Task.Delay(200, Ct);
        Assert.Equal(0, await HashAsync(first.Sha256));
        await using (var db = server.Database.CreateContext()) await db.Database.ExecuteSqlRawAsync("DROP TRIGGER full_disk", Ct);

        // The one who makes pictures is still at work.
        var second = await IntakeTests.SendAsync(server, MediaFiles.Picture(SKEncodedImageFormat.Jpeg, quality: 60));
        for (var i = 0; i < 100 && await HashAsync(second.Sha256) == 0; i++) await Task.Delay(50, Ct);
        var hash = await HashAsync(second.Sha256);
        Assert.NotEqual(0, hash);

        await using var again = await server.AgainAsync();
        server = again;
        for (var i = 0; i < 100 && await HashAsync(first.Sha256) == 0; i++) await Task.Delay(50, Ct);
        Assert.InRange(PerceptualHash.Distance(hash, await HashAsync(first.Sha256)), 0, 6);

        async Task<long> HashAsync(string sha)
        {
            await using var db = server.Database.CreateContext();
            return await db.Set<MediaItem>().Where(m => m.Sha256 == sha).Select(m => m.PerceptualHash).SingleAsync(Ct);
        }
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(-1, 0, 64)]
    [InlineData(5, 6, 2)]
    public void Distance_counts_the_bits_that_differ(long left, long right, int bits) => Assert.Equal(bits, PerceptualHash.Distance(left, right));

    private static async Task<byte[]> ShownAsync(MediaServer server, byte[] file, string variant)
    {
        var item = await IntakeTests.SendAsync(server, file);
        return await server.Client.GetByteArrayAsync($"/api/v1/media/{item.Sha256}/{variant}", Ct);
    }

    /// <summary>The scene as a camera held that way stores it. Written without the code under test: by pixel.</summary>
    private static byte[] Turned(int orientation)
    {
        using var scene = MediaFiles.Scene();
        int w = scene.Width, h = scene.Height;
        var swapped = orientation >= 5;
        using var stored = new SKBitmap(swapped ? h : w, swapped ? w : h);
        for (var y = 0; y < stored.Height; y++)
            for (var x = 0; x < stored.Width; x++)
            {
                // EXIF: where row 0 and column 0 of what is stored lie in the scene.
                var (sx, sy) = orientation switch
                {
                    1 => (x, y),
                    2 => (w - 1 - x, y),
                    3 => (w - 1 - x, h - 1 - y),
                    4 => (x, h - 1 - y),
                    5 => (y, x),
                    6 => (w - 1 - y, x),
                    7 => (w - 1 - y, h - 1 - x),
                    _ => (y, h - 1 - x),
                };
                stored.SetPixel(x, y, scene.GetPixel(sx, sy));
            }
        using var data = stored.Encode(SKEncodedImageFormat.Jpeg, 100);
        return MediaFiles.WithExif(data.ToArray(), MediaFiles.Tiff(orientation));
    }

    private static List<byte> Segments(byte[] jpeg)
    {
        var markers = new List<byte>();
        for (var at = 2; at < jpeg.Length && jpeg[at] == 0xFF; at += 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]))
        {
            markers.Add(jpeg[at + 1]);
            if (jpeg[at + 1] == 0xDA) break;
        }
        Assert.Contains((byte)0xDA, markers);
        return markers;
    }

    private static bool Near(SKColor a, SKColor b, int most = 24) => Distance(a, b) <= most;

    private static int Distance(SKColor a, SKColor b) => Math.Max(Math.Abs(a.Red - b.Red), Math.Max(Math.Abs(a.Green - b.Green), Math.Abs(a.Blue - b.Blue)));
}
