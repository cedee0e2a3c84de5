using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using Renda.Visits.Demo;
using SkiaSharp;

namespace Modules.Tests.Visits.Demo;

public class DemoMediaTests
{
    private static readonly DateTime Taken = new(2026, 11, 3, 1, 2, 3, DateTimeKind.Utc);

    public static TheoryData<string> Problems => [.. RegulationCategories.Problems.Keys];

    [Theory]
    [MemberData(nameof(Problems))]
    public void Each_problem_has_a_scene_before_and_after_that_differ(string problem)
    {
        var before = DemoScenes.Draw(40, problem, false, Taken, 30.8138, 119.8967);
        var after = DemoScenes.Draw(40, problem, true, Taken, 30.8138, 119.8967);
        using var picture = SKBitmap.Decode(before);
        Assert.Equal((600, 450), (picture.Width, picture.Height));
        Assert.InRange(before.Length, 30_000, 160_000);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void Photos_of_different_places_views_and_times_are_all_different()
    {
        var hashes = Enumerable.Range(0, 48).Select(i => Hash(DemoScenes.Draw(i, "rivers", false, Taken, 30.8, 119.9))).ToList();
        hashes.Add(Hash(DemoScenes.Draw(0, "rivers", false, Taken.AddSeconds(1), 30.8, 119.9)));
        Assert.Equal(49, hashes.Distinct().Count());
    }

    [Fact]
    public void Different_places_differ_in_the_picture_and_not_only_in_its_metadata()
    {
        static byte[] Pixels(int seed)
        {
            using var picture = SKBitmap.Decode(DemoScenes.Draw(seed, "roads", false, Taken, 30.8, 119.9));
            return SHA256.HashData(picture.Bytes);
        }
        Assert.NotEqual(Pixels(0), Pixels(8));
    }

    [Fact]
    public void The_same_arguments_give_the_same_bytes() =>
        Assert.Equal(DemoScenes.Draw(17, "waste", true, Taken, 30.8, 119.9), DemoScenes.Draw(17, "waste", true, Taken, 30.8, 119.9));

    [Fact]
    public void Draw_of_an_unknown_category_is_refused() =>
        Assert.Throws<ArgumentException>(() => DemoScenes.Draw(1, "volcano", false, Taken, 30.8, 119.9));

    [Theory]
    [InlineData(30.8138, 119.8967)]
    [InlineData(-33.856784, -70.000139)]
    public void Exif_time_and_place_read_back(double latitude, double longitude)
    {
        using var stream = new MemoryStream(DemoScenes.Draw(3, "poles", false, Taken, latitude, longitude));
        var directories = ImageMetadataReader.ReadMetadata(stream);
        Assert.DoesNotContain(directories, d => d.HasError);
        var exif = directories.OfType<ExifSubIfdDirectory>().Single();
        Assert.Equal("2026:11:03 09:02:03", exif.GetString(ExifDirectoryBase.TagDateTimeOriginal));
        Assert.Equal("+08:00", exif.GetString(ExifDirectoryBase.TagTimeZoneOriginal));
        var location = directories.OfType<GpsDirectory>().Single();
        var place = location.GetGeoLocation()!;
        Assert.Equal(latitude, place.Latitude, 6);
        Assert.Equal(longitude, place.Longitude, 6);
        Assert.Contains("Demo", directories.OfType<ExifIfd0Directory>().Single().GetString(ExifDirectoryBase.TagModel), StringComparison.Ordinal);
    }

    [Fact]
    public void Videos_of_different_seeds_are_different_files_of_whole_boxes()
    {
        var files = RegulationCategories.Fields.SelectMany(f => f.Groups).SelectMany(g => Enumerable.Range(0, 5).Select(i => DemoVideos.Make(i, g.Id))).ToList();
        Assert.Equal(files.Count, files.Select(Hash).Distinct().Count());
        foreach (var file in files)
        {
            Assert.InRange(file.Length, 5_000, 60_000);
            Assert.Equal(["ftyp", "moov"], Boxes(file).Take(2));
            Assert.Equal("free", Boxes(file).Last());
        }
        Assert.Equal(DemoVideos.Make(7, "poles"), DemoVideos.Make(7, "pole-leaning"));
    }

    [Fact]
    public async Task Videos_are_read_by_ffprobe()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = System.IO.Directory.CreateTempSubdirectory("renda-demo-");
        try
        {
            var path = Path.Combine(folder.FullName, "video.mp4");
            await File.WriteAllBytesAsync(path, DemoVideos.Make(123, "livestock"), token);
            Process? probe = null;
            try
            {
                probe = Process.Start(new ProcessStartInfo("ffprobe", ["-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", path]) { RedirectStandardOutput = true, RedirectStandardError = true });
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Assert.Skip("ffprobe is not installed.");
            }
            Assert.Equal("h264,320,240", (await probe!.StandardOutput.ReadToEndAsync(token)).Trim());
            Assert.Empty(await probe.StandardError.ReadToEndAsync(token));
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    private static List<string> Boxes(byte[] file)
    {
        List<string> names = [];
        var at = 0;
        while (at < file.Length)
        {
            names.Add(System.Text.Encoding.ASCII.GetString(file, at + 4, 4));
            at += BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
        }
        Assert.Equal(file.Length, at);
        return names;
    }
}
