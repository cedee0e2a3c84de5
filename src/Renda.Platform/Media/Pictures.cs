using SkiaSharp;

namespace Renda.Platform.Media;

/// <summary>What people look at instead of an original: JPEGs without a byte of metadata, the right way up.</summary>
internal sealed record Pictures(byte[] Thumb, byte[] View, long Hash)
{
    public const int ThumbEdge = 320, ViewEdge = 1600;

    // Between two mipmaps instead of at the nearest takes ten times as long and looks the same.
    private static readonly SKSamplingOptions Smooth = new(SKFilterMode.Linear, SKMipmapMode.Nearest);

    /// <summary>Null when not even a part of the picture can be decoded.</summary>
    /// <param name="path">A picture that SkiaSharp reads.</param>
    /// <param name="turn">False where whoever made the file has applied the orientation already.</param>
    public static Pictures? Make(string path, bool turn = true)
    {
        using var codec = SKCodec.Create(path);
        if (codec is null) return null;
        var origin = turn ? codec.EncodedOrigin : SKEncodedOrigin.TopLeft;
        var size = DecodeSize(codec);
        using var srgb = SKColorSpace.CreateSrgb();
        using var decoded = new SKBitmap();
        var alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
        if (!decoded.TryAllocPixels(new SKImageInfo(size.Width, size.Height, SKImageInfo.PlatformColorType, alpha, srgb))) return null;
        // A cut file shows what arrived of it.
        if (codec.GetPixels(decoded.Info, decoded.GetPixels()) is not (SKCodecResult.Success or SKCodecResult.IncompleteInput or SKCodecResult.ErrorInInput)) return null;
        decoded.SetImmutable();
        using var source = SKImage.FromBitmap(decoded);
        using var view = Draw(source, ViewEdge, origin);
        using var viewImage = SKImage.FromBitmap(view);
        using var thumb = Draw(viewImage, ThumbEdge, SKEncodedOrigin.TopLeft);
        using var thumbImage = SKImage.FromBitmap(thumb);
        return new Pictures(Encode(thumb, 78), Encode(view, 82), PerceptualHash.Of(thumbImage));
    }

    /// <summary>JPEG and WebP decode at a fraction of their size; memory then depends on the view, not on the original.</summary>
    private static SKSizeI DecodeSize(SKCodec codec)
    {
        var edge = Math.Max(codec.Info.Width, codec.Info.Height);
        // Halves only: the decoder is several times slower at other fractions.
        for (var scale = 0.125f; scale < 1; scale *= 2)
        {
            var size = codec.GetScaledDimensions(scale);
            if (Math.Max(size.Width, size.Height) >= Math.Min(edge, ViewEdge)) return size;
        }
        return codec.Info.Size;
    }

    private static SKBitmap Draw(SKImage source, int longEdge, SKEncodedOrigin origin)
    {
        var scale = Math.Min(1f, longEdge / (float)Math.Max(source.Width, source.Height));
        int width = Math.Max(1, (int)MathF.Round(source.Width * scale)), height = Math.Max(1, (int)MathF.Round(source.Height * scale));
        var turned = origin >= SKEncodedOrigin.LeftTop;
        // Without a colour space the encoder writes no profile; the pixels are sRGB, which is what is assumed then.
        var target = new SKBitmap(new SKImageInfo(turned ? height : width, turned ? width : height, SKImageInfo.PlatformColorType, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(target);
        canvas.Clear(SKColors.White);
        canvas.SetMatrix(Upright(origin, width, height));
        canvas.DrawImage(source, new SKRect(0, 0, width, height), scale < 1 ? Smooth : SKSamplingOptions.Default);
        return target;
    }

    private static SKMatrix Upright(SKEncodedOrigin origin, float w, float h) => origin switch
    {
        SKEncodedOrigin.TopRight => new(-1, 0, w, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new(-1, 0, w, 0, -1, h, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new(1, 0, 0, 0, -1, h, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new(0, -1, h, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new(0, -1, h, -1, 0, w, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new(0, 1, 0, -1, 0, w, 0, 0, 1),
        _ => SKMatrix.Identity,
    };

    private static byte[] Encode(SKBitmap bitmap, int quality)
    {
        using var pixels = bitmap.PeekPixels();
        using var data = pixels.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore)) ?? throw new InvalidOperationException("The picture could not be encoded.");
        return data.ToArray();
    }
}
