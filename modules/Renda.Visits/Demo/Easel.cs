using Renda.Platform.Demo;
using SkiaSharp;

namespace Renda.Visits.Demo;

/// <summary>
/// What the painters of the demo scenes draw with: a canvas of 1200 × 900 units and shapes with slightly unsteady edges.
/// One paint is used for everything, because making paints costs more than most of the shapes.
/// </summary>
internal sealed class Easel(SKCanvas canvas, DemoRandom random) : IDisposable
{
    public const float Width = 1200;
    public const float Height = 900;

    private static readonly Dictionary<char, SKPath> Glyphs = ReadGlyphs();

    private readonly SKPaint paint = new() { IsAntialias = true, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };

    public SKCanvas Canvas => canvas;

    /// <summary>Where the shapes come from: the place's stream, or for what differs between before and after one of their own.</summary>
    public DemoRandom Random { get; set; } = random;

    public float Between(double low, double high) => (float)Random.Between(low, high);

    public void Dispose() => paint.Dispose();

    public void Rect(float x, float y, float width, float height, SKColor color, float radius = 0)
    {
        Solid(color);
        if (radius > 0)
            canvas.DrawRoundRect(x, y, width, height, radius, radius, paint);
        else
            canvas.DrawRect(x, y, width, height, paint);
    }

    public void Oval(float x, float y, float radiusX, float radiusY, SKColor color)
    {
        Solid(color);
        canvas.DrawOval(x, y, radiusX, radiusY, paint);
    }

    public void Ring(float x, float y, float radiusX, float radiusY, SKColor color, float width)
    {
        Line(color, width);
        canvas.DrawOval(x, y, radiusX, radiusY, paint);
    }

    /// <summary>A filled shape through the points, with straight edges.</summary>
    public void Shape(SKColor color, params ReadOnlySpan<float> points)
    {
        using var path = Path(points, true);
        Solid(color);
        canvas.DrawPath(path, paint);
    }

    /// <summary>A line through the points.</summary>
    public void Stroke(SKColor color, float width, params ReadOnlySpan<float> points)
    {
        Line(color, width);
        if (points.Length == 4)
        {
            canvas.DrawLine(points[0], points[1], points[2], points[3], paint);
            return;
        }
        using var path = Path(points, false);
        canvas.DrawPath(path, paint);
    }

    /// <summary>A curve from one point to another, pulled towards a third.</summary>
    public void Curve(SKColor color, float width, float x0, float y0, float pullX, float pullY, float x1, float y1)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(x0, y0);
        builder.QuadTo(pullX, pullY, x1, y1);
        using var path = builder.Detach();
        Line(color, width);
        canvas.DrawPath(path, paint);
    }

    /// <summary>A wire that hangs between two points.</summary>
    public void Wire(SKColor color, float width, float x0, float y0, float x1, float y1, float sag) =>
        Curve(color, width, x0, y0, (x0 + x1) / 2, ((y0 + y1) / 2) + (sag * 2), x1, y1);

    /// <summary>An uneven round shape: a tree's crown, a heap, a puddle, a cloud.</summary>
    public void Blob(float x, float y, float radiusX, float radiusY, SKColor color, float unevenness = 0.16f, int corners = 9)
    {
        using var path = BlobPath(x, y, radiusX, radiusY, unevenness, corners);
        Solid(color);
        canvas.DrawPath(path, paint);
    }

    public SKPath BlobPath(float x, float y, float radiusX, float radiusY, float unevenness = 0.16f, int corners = 9)
    {
        Span<SKPoint> points = stackalloc SKPoint[corners];
        for (var i = 0; i < corners; i++)
        {
            var angle = (i + Between(-0.25, 0.25)) * MathF.Tau / corners;
            var reach = 1 + Between(-unevenness, unevenness);
            points[i] = new SKPoint(x + (MathF.Cos(angle) * radiusX * reach), y + (MathF.Sin(angle) * radiusY * reach));
        }
        using var builder = new SKPathBuilder();
        builder.MoveTo(Middle(points[corners - 1], points[0]));
        for (var i = 0; i < corners; i++)
            builder.QuadTo(points[i], Middle(points[i], points[(i + 1) % corners]));
        builder.Close();
        return builder.Detach();
    }

    /// <summary>The area below a rolling line; used for hills, banks and fields.</summary>
    public void Rolling(float level, float swing, float waves, SKColor top, SKColor bottom, float to = Height)
    {
        using var builder = new SKPathBuilder();
        var (a, b, c) = (Between(0, 6.3), Between(0, 6.3), Between(0, 6.3));
        builder.MoveTo(-20, to);
        for (var x = -20f; x <= Width + 20; x += 24)
        {
            var t = x / Width * waves;
            builder.LineTo(x, level - (swing * ((0.55f * MathF.Sin((t * 2.1f) + a)) + (0.3f * MathF.Sin((t * 4.7f) + b)) + (0.15f * MathF.Sin((t * 11f) + c)))));
        }
        builder.LineTo(Width + 20, to);
        builder.Close();
        using var path = builder.Detach();
        Graded(level - swing, level + Math.Min(to - level, 260), top, bottom);
        canvas.DrawPath(path, paint);
        Unshade();
    }

    /// <summary>
    /// A rectangle whose opaque colour changes from top to bottom. Laid in bands: a shader over the whole picture takes
    /// as long as all the rest, and the grain hides the steps.
    /// </summary>
    public void Fade(float x, float y, float width, float height, SKColor top, SKColor bottom)
    {
        var bands = (int)Math.Clamp(height / 7, 2, 72);
        var step = height / bands;
        paint.IsAntialias = false;
        for (var i = 0; i < bands; i++)
            Rect(x, y + (i * step), width, Math.Min(step + 3, height - (i * step)), Mix(top, bottom, (i + 0.5f) / bands));
        paint.IsAntialias = true;
    }

    /// <summary>A filled shape whose colour changes from top to bottom.</summary>
    public void FadeShape(SKColor top, SKColor bottom, params ReadOnlySpan<float> points)
    {
        var (high, low) = (float.MaxValue, float.MinValue);
        for (var i = 1; i < points.Length; i += 2)
            (high, low) = (Math.Min(high, points[i]), Math.Max(low, points[i]));
        using var path = Path(points, true);
        Graded(high, low, top, bottom);
        canvas.DrawPath(path, paint);
        Unshade();
    }

    /// <summary>A glow that fades out to nothing.</summary>
    public void Glow(float x, float y, float radius, SKColor color)
    {
        paint.Shader = SKShader.CreateRadialGradient(new SKPoint(x, y), radius, [color, color.WithAlpha(0)], SKShaderTileMode.Clamp);
        Solid(color);
        canvas.DrawCircle(x, y, radius, paint);
        Unshade();
    }

    /// <summary>Short strokes strewn over a strip: grass, stubble, rain, bricks' crumbs. Drawn as one path, for speed.</summary>
    public void Strokes(int count, SKColor color, float width, float left, float top, float right, float bottom, float dx, float dy, float spread)
    {
        using var builder = new SKPathBuilder();
        for (var i = 0; i < count; i++)
        {
            var (x, y) = (Between(left, right), Between(top, bottom));
            var size = 0.55f + (0.75f * (y - top) / Math.Max(1, bottom - top));
            builder.MoveTo(x, y);
            builder.LineTo(x + ((dx + Between(-spread, spread)) * size), y + ((dy + Between(-spread / 2, spread / 2)) * size));
        }
        using var path = builder.Detach();
        Line(color, width);
        canvas.DrawPath(path, paint);
    }

    /// <summary>Dots strewn over an area.</summary>
    public void Dots(int count, SKColor color, float size, float left, float top, float right, float bottom)
    {
        var points = new SKPoint[count];
        for (var i = 0; i < count; i++)
            points[i] = new SKPoint(Between(left, right), Between(top, bottom));
        Line(color, size);
        canvas.DrawPoints(SKPointMode.Points, points, paint);
    }

    /// <summary>Draws only inside the shape until the result is disposed.</summary>
    public Clipping Inside(SKPath path)
    {
        canvas.Save();
        canvas.ClipPath(path, SKClipOperation.Intersect, false);
        return new Clipping(canvas);
    }

    /// <summary>Draws turned and scaled about a point until the result is disposed; the point becomes the origin.</summary>
    public Clipping At(float x, float y, float degrees = 0, float scaleX = 1, float? scaleY = null)
    {
        canvas.Save();
        canvas.Translate(x, y);
        canvas.RotateDegrees(degrees);
        canvas.Scale(scaleX, scaleY ?? scaleX);
        return new Clipping(canvas);
    }

    /// <summary>
    /// Writes with outlines of our own store, since a user's machine may have no Chinese font; a character that is not in
    /// the store leaves a gap. The point is the left end of the base line.
    /// </summary>
    public void Write(string text, float x, float y, float size, SKColor color)
    {
        Solid(color);
        foreach (var character in text)
        {
            if (Glyphs.TryGetValue(character, out var glyph))
            {
                using (At(x, y, 0, size / 100))
                    canvas.DrawPath(glyph, paint);
            }
            x += size * 1.04f;
        }
    }

    public static SKColor Mix(SKColor a, SKColor b, float share) => new(
        (byte)(a.Red + ((b.Red - a.Red) * share)), (byte)(a.Green + ((b.Green - a.Green) * share)),
        (byte)(a.Blue + ((b.Blue - a.Blue) * share)), (byte)(a.Alpha + ((b.Alpha - a.Alpha) * share)));

    public static SKColor Dark(SKColor color, float share = 0.2f) => Mix(color, new SKColor(20, 24, 34, color.Alpha), share);

    public static SKColor Pale(SKColor color, float share = 0.2f) => Mix(color, new SKColor(255, 252, 240, color.Alpha), share);

    public static SKPath Path(ReadOnlySpan<float> points, bool close)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(points[0], points[1]);
        for (var i = 2; i < points.Length; i += 2)
            builder.LineTo(points[i], points[i + 1]);
        if (close)
            builder.Close();
        return builder.Detach();
    }

    private static SKPoint Middle(SKPoint a, SKPoint b) => new((a.X + b.X) / 2, (a.Y + b.Y) / 2);

    private static Dictionary<char, SKPath> ReadGlyphs()
    {
        using var stream = typeof(Easel).Assembly.GetManifestResourceStream("demo-glyphs.tsv")!;
        using var reader = new StreamReader(stream);
        Dictionary<char, SKPath> glyphs = [];
        while (reader.ReadLine() is { Length: > 2 } line)
            glyphs[line[0]] = SKPath.ParseSvgPathData(line[2..]);
        return glyphs;
    }

    private void Solid(SKColor color)
    {
        paint.Style = SKPaintStyle.Fill;
        paint.Color = color;
    }

    private void Line(SKColor color, float width)
    {
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = width;
        paint.Color = color;
    }

    private void Graded(float top, float bottom, SKColor high, SKColor low)
    {
        Solid(SKColors.Black);
        paint.Shader = SKShader.CreateLinearGradient(new SKPoint(0, top), new SKPoint(0, bottom), [high, low], SKShaderTileMode.Clamp);
    }

    private void Unshade()
    {
        var shader = paint.Shader;
        paint.Shader = null;
        shader?.Dispose();
    }

    /// <summary>Undoes a clip or a turn of the canvas.</summary>
    internal readonly struct Clipping(SKCanvas canvas) : IDisposable
    {
        public void Dispose() => canvas.Restore();
    }
}
