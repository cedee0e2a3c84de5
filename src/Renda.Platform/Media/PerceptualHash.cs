using System.Numerics;
using SkiaSharp;

namespace Renda.Platform.Media;

/// <summary>64-bit difference hash (dHash): pictures that look alike differ in few bits, whatever their size or quality.</summary>
public static class PerceptualHash
{
    /// <summary>Bits that differ, 0 (alike) to 64. Up to about 10 is usually the same scene.</summary>
    public static int Distance(long left, long right) => BitOperations.PopCount((ulong)(left ^ right));

    /// <summary>Of a picture in a file; 0 when it cannot be decoded.</summary>
    internal static long Of(string path)
    {
        using var picture = SKImage.FromEncodedData(path);
        return picture is null ? 0 : Of(picture);
    }

    /// <summary>Brightness of each point of a 9 × 8 reduction against its right neighbour.</summary>
    internal static long Of(SKImage picture)
    {
        using var small = new SKBitmap(new SKImageInfo(9, 8, SKColorType.Gray8, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(small))
            canvas.DrawImage(picture, new SKRect(0, 0, 9, 8), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        var pixels = small.GetPixelSpan();
        var hash = 0UL;
        for (var y = 0; y < 8; y++)
            for (var x = 0; x < 8; x++)
                hash = hash << 1 | (pixels[y * small.RowBytes + x] < pixels[y * small.RowBytes + x + 1] ? 1UL : 0UL);
        return (long)hash;
    }
}
