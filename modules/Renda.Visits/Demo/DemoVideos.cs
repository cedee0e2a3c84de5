using System.Buffers.Binary;

namespace Renda.Visits.Demo;

/// <summary>
/// The demo's videos: a few short MP4 files made at development time from drawn scenes (Videos/make.sh), each given out
/// under many seeds as a different, valid file.
/// </summary>
public static class DemoVideos
{
    private static readonly Dictionary<string, byte[]> Files = Read();

    /// <summary>
    /// An MP4 (H.264 baseline, 320 × 240, 2 to 4 s) for the category. Files of different seeds differ in a last box of
    /// type <c>free</c>, which players skip. The same arguments give the same bytes.
    /// </summary>
    /// <param name="seed">Number of the video.</param>
    /// <param name="category">A concrete problem's id or a category's id (<see cref="RegulationCategories"/>).</param>
    /// <exception cref="ArgumentException">The category is not in the tree.</exception>
    public static byte[] Make(int seed, string category)
    {
        var group = RegulationCategories.Problems.TryGetValue(category, out var found) ? found.Group.Id : category;
        if (!Files.TryGetValue(group, out var file))
            throw new ArgumentException($"There is no category {category}.", nameof(category));
        var result = new byte[file.Length + 24];
        file.CopyTo(result, 0);
        var box = result.AsSpan(file.Length);
        BinaryPrimitives.WriteInt32BigEndian(box, 24);
        "free"u8.CopyTo(box[4..]);
        "renda-demo-"u8.CopyTo(box[8..]);
        BinaryPrimitives.WriteInt32BigEndian(box[20..], seed);
        return result;
    }

    private static Dictionary<string, byte[]> Read()
    {
        const string prefix = "demo-video-", suffix = ".mp4";
        var assembly = typeof(DemoVideos).Assembly;
        Dictionary<string, byte[]> files = [];
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            files[name[prefix.Length..^suffix.Length]] = bytes;
        }
        return files;
    }
}
