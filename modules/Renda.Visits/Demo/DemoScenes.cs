using Renda.Platform.Demo;
using SkiaSharp;

namespace Renda.Visits.Demo;

/// <summary>
/// Draws the demo's photographs: naive pictures of what a deputy meets in a village, one kind for each category, and of
/// the same place mended. Every picture carries the words 演示数据, so that nobody takes it for a real photograph.
/// </summary>
public static class DemoScenes
{
    /// <summary>Viewpoints of one place: seeds <c>place × 8</c> to <c>place × 8 + 7</c> show the same place.</summary>
    public const int ViewsPerPlace = 8;

    private static readonly string[] Devices = ["Demo Phone A1", "Demo Phone A2 Pro", "Demo Phone M5", "Demo Phone X20", "Demo Pad T3"];

    // Scenes are laid out on 1200 × 900 units. Half of that in pixels keeps first start short: most of a photo's time
    // is the encoding, which grows with its area.
    private const float PixelsPerUnit = 0.5f;

    private static readonly SKImage Upright = MakeRim(450, 600), Level = MakeRim(600, 450);

    /// <summary>
    /// A JPEG of 600 × 450 or 450 × 600 pixels with EXIF device, time and place. The same arguments give the same bytes.
    /// </summary>
    /// <param name="seed"><c>seed / 8</c> is the place, <c>seed % 8</c> the viewpoint; view 0 shows the whole scene. Not negative.</param>
    /// <param name="category">A concrete problem's id, or a category's id for its first problem (<see cref="RegulationCategories"/>).</param>
    /// <param name="after">True for the mended place, seen from the same viewpoint.</param>
    /// <param name="takenAtUtc">Sets the season and the light, and goes into EXIF.</param>
    /// <param name="latitude">WGS-84 degrees, into EXIF.</param>
    /// <param name="longitude">WGS-84 degrees, into EXIF.</param>
    /// <exception cref="ArgumentException">The category is not in the tree.</exception>
    public static byte[] Draw(int seed, string category, bool after, DateTime takenAtUtc, double latitude, double longitude)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        var (group, problem) = Find(category);
        var (place, view) = (seed / ViewsPerPlace, seed % ViewsPerPlace);
        var viewRandom = new DemoRandom(place, view, 11);
        var portrait = view > 0 && viewRandom.Chance(0.3);
        var rim = portrait ? Upright : Level;
        var (width, height) = (rim.Width / PixelsPerUnit, rim.Height / PixelsPerUnit);

        // The platform's own order of colours takes Skia's short way; another one costs ten times as much.
        using var bitmap = new SKBitmap(rim.Width, rim.Height, SKImageInfo.PlatformColorType, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Scale(PixelsPerUnit);
        // Photos of one place taken on one day share the sky.
        var moment = new DemoRandom(place, after ? 1 : 0, takenAtUtc.AddHours(8).Date.Ticks, 12);
        var weather = WeatherAt(takenAtUtc.AddHours(8), moment);
        canvas.Save();
        Frame(canvas, view, viewRandom, portrait);
        using (var easel = new Easel(canvas, new DemoRandom(place, 1)))
        using (var sky = new Easel(canvas, moment))
        {
            var scenery = new Scenery(easel, SeasonOf(takenAtUtc.AddHours(8)), weather);
            scenery.Sky(sky);
            scenery.Land();
            new SceneSubjects(easel, scenery, place, after, weather == SceneWeather.Evening).Paint(group.Id, problem.Id);
            canvas.Restore();
            Scenery.Light(sky, weather, new SKRect(0, 0, width, height));
            Finish(canvas, sky, rim, width, height);
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 82);
        return JpegExif.Add(data.Span, Devices[place % Devices.Length], takenAtUtc, latitude, longitude, moment.Whole(3, 18));
    }

    private static (RegulationGroup Group, RegulationProblem Problem) Find(string category)
    {
        if (RegulationCategories.Problems.TryGetValue(category, out var found))
            return found;
        var group = RegulationCategories.Fields.SelectMany(f => f.Groups).FirstOrDefault(g => g.Id == category)
            ?? throw new ArgumentException($"There is no category {category}.", nameof(category));
        return (group, group.Problems[0]);
    }

    // A second photo is nearer, from a step to the side, and the hand is never quite level.
    private static void Frame(SKCanvas canvas, int view, DemoRandom random, bool portrait)
    {
        if (portrait)
            canvas.Scale(4 / 3f);
        if (view == 0)
        {
            canvas.RotateDegrees((float)random.Between(-0.8, 0.8), 600, 450);
            canvas.Scale(1.02f, 1.02f, 600, 450);
            return;
        }
        var zoom = (float)random.Between(1.12, 1.5);
        var (focusX, focusY) = ((float)random.Between(470, 730), (float)random.Between(480, 620));
        var (halfWidth, halfHeight) = ((portrait ? 337 : 600) / zoom, 450 / zoom);
        focusX = Math.Clamp(focusX, halfWidth + 20, 1180 - halfWidth);
        focusY = Math.Clamp(focusY, halfHeight + 16, 884 - halfHeight);
        canvas.Translate(portrait ? 337 : 600, 450);
        canvas.RotateDegrees((float)random.Between(-1.6, 1.6));
        canvas.Scale(zoom);
        canvas.Translate(-focusX, -focusY);
    }

    private static void Finish(SKCanvas canvas, Easel easel, SKImage rim, float width, float height)
    {
        canvas.Save();
        canvas.ResetMatrix();
        canvas.DrawImage(rim, 0, 0, SKSamplingOptions.Default);
        canvas.Restore();
        easel.Rect(width - 194, height - 60, 176, 42, new SKColor(20, 22, 30, 130), 8);
        easel.Write("演示数据", width - 182, height - 26, 36, new SKColor(255, 255, 255, 230));
    }

    private static SceneSeason SeasonOf(DateTime local) => local.Month switch
    {
        3 or 4 or 5 => SceneSeason.Spring,
        6 or 7 or 8 or 9 => SceneSeason.Summer,
        10 or 11 => SceneSeason.Autumn,
        _ => SceneSeason.Winter,
    };

    private static SceneWeather WeatherAt(DateTime local, DemoRandom random)
    {
        if (local.Hour is >= 17 or < 7)
            return SceneWeather.Evening;
        return random.Next(10) switch { < 3 => SceneWeather.Clear, < 7 => SceneWeather.Fair, < 9 => SceneWeather.Overcast, _ => SceneWeather.Drizzle };
    }

    // Grain and a darker rim, as of a small lens; made once, because laying it over is cheap and working it out is not.
    private static SKImage MakeRim(int width, int height)
    {
        var random = new DemoRandom(77);
        using var bitmap = new SKBitmap(width, height, SKImageInfo.PlatformColorType, SKAlphaType.Premul);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (dx, dy) = ((x - (width / 2.0)) / width, (y - (height / 2.0)) / height);
                var shade = Math.Max(0, Math.Sqrt((dx * dx) + (dy * dy)) - 0.4) * 190;
                var grain = (random.Between(-1, 1) + random.Between(-1, 1)) * 7;
                bitmap.SetPixel(x, y, grain > shade ? new SKColor(255, 252, 240, (byte)(grain - shade)) : new SKColor(18, 20, 34, (byte)(shade - grain)));
            }
        }
        return SKImage.FromBitmap(bitmap);
    }
}
