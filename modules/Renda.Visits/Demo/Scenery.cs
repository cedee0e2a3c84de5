using SkiaSharp;

namespace Renda.Visits.Demo;

/// <summary>Season of a scene, from the month in which it is taken.</summary>
internal enum SceneSeason
{
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// <summary>Weather of a scene.</summary>
internal enum SceneWeather
{
    Clear,
    Fair,
    Overcast,
    Drizzle,
    Evening,
}

/// <summary>What stands around the subject: sky, hills, houses, trees, fields, roads and water of northern Zhejiang.</summary>
internal sealed class Scenery(Easel easel, SceneSeason season, SceneWeather weather)
{
    public const float Horizon = 400;

    // Most trees here are evergreen; each place takes its own step towards the season's other colour.
    public SKColor Grass { get; } = Turning(easel, season, ("#7DA356", "#96B25A"), ("#6B9A48", "#7FA650"), ("#86A052", "#B3A459"), ("#8E9A62", "#A79C70"));
    public SKColor Leaf { get; } = Turning(easel, season, ("#5E9450", "#86AE54"), ("#3F7A45", "#4F8A4A"), ("#4F7F45", "#B58A3A"), ("#56754B", "#7E7F55"));
    public SKColor Crop { get; } = Turning(easel, season, ("#8DB84F", "#D9C84A"), ("#62A04A", "#7FB24F"), ("#7FAA4C", "#D8B54C"), ("#83A05A", "#A9A870"));
    public SKColor Soil { get; } = SKColor.Parse("#8F6F4F");
    public SKColor Concrete { get; } = SKColor.Parse("#C3BEB2");
    public SKColor Asphalt { get; } = SKColor.Parse("#7D7F84");
    public SKColor Water { get; } = weather is SceneWeather.Overcast or SceneWeather.Drizzle ? SKColor.Parse("#8FA6A6") : SKColor.Parse("#7FA9B4");

    private SKColor Haze => weather switch
    {
        SceneWeather.Evening => SKColor.Parse("#F2CFA8"),
        SceneWeather.Overcast => SKColor.Parse("#D5DADB"),
        SceneWeather.Drizzle => SKColor.Parse("#C4CCCF"),
        _ => SKColor.Parse("#DCEAEE"),
    };

    public static SKColor C(string hex) => SKColor.Parse(hex);

    /// <summary>The sky; <paramref name="sky"/> draws from a stream of its own, so that an after-photo has other clouds.</summary>
    public void Sky(Easel sky)
    {
        var (top, low) = weather switch
        {
            SceneWeather.Clear => ("#6FA9D6", "#D8EAF1"),
            SceneWeather.Fair => ("#86B5D6", "#E3EDEE"),
            SceneWeather.Overcast => ("#A9B4BC", "#DDE0DE"),
            SceneWeather.Drizzle => ("#8C99A3", "#C9D0D2"),
            _ => ("#7D93BE", "#F7CB96"),
        };
        sky.Fade(0, 0, Easel.Width, 470, C(top), C(low));
        var sunX = sky.Between(100, 1100);
        if (weather == SceneWeather.Clear)
            sky.Glow(sunX, sky.Between(40, 150), 210, new SKColor(255, 248, 220, 190));
        if (weather == SceneWeather.Evening)
        {
            sky.Glow(sunX, 330, 320, new SKColor(255, 214, 140, 210));
            sky.Oval(sunX, 320, 44, 44, new SKColor(255, 240, 205));
        }
        var clouds = weather switch { SceneWeather.Clear => 2, SceneWeather.Fair => 5, SceneWeather.Evening => 4, _ => 7 };
        var body = weather == SceneWeather.Evening ? new SKColor(255, 226, 196, 190) : Easel.Mix(C("#FFFFFF"), C(top), weather is SceneWeather.Clear or SceneWeather.Fair ? 0.04f : 0.35f).WithAlpha(200);
        for (var i = 0; i < clouds; i++)
        {
            var (x, y, size) = (sky.Between(-60, 1260), sky.Between(40, 300), sky.Between(0.5, 1.5));
            if (weather is SceneWeather.Overcast or SceneWeather.Drizzle)
                size *= 1.9f;
            sky.Oval(x, y + (12 * size), 110 * size, 17 * size, Easel.Dark(body, 0.07f));
            sky.Blob(x - (44 * size), y, 54 * size, 22 * size, body);
            sky.Blob(x + (8 * size), y - (14 * size), 56 * size, 32 * size, body);
            sky.Blob(x + (62 * size), y + (2 * size), 48 * size, 19 * size, body);
        }
        if (sky.Random.Chance(0.3))
        {
            for (var i = 0; i < 5; i++)
            {
                var (x, y) = (sky.Between(200, 1000), sky.Between(80, 250));
                sky.Stroke(new SKColor(60, 66, 76, 150), 2.2f, x - 9, y - 5, x, y, x + 9, y - 6);
            }
        }
    }

    /// <summary>Hills, then the level land before them with its trees and houses.</summary>
    public void Land()
    {
        var hilly = easel.Random.Next(4);
        var blue = Easel.Mix(C("#7E9AA8"), Haze, 0.45f);
        if (hilly > 0)
            easel.Rolling(300, easel.Between(40, 110), easel.Between(0.8, 1.8), Easel.Mix(blue, Haze, 0.35f), Haze, 470);
        if (hilly > 1)
            easel.Rolling(335, easel.Between(30, 80), easel.Between(1, 2.4), Easel.Mix(blue, Leaf, 0.25f), Easel.Mix(blue, Haze, 0.5f), 470);
        easel.Rolling(372, easel.Between(16, 42), easel.Between(1.5, 3), Easel.Mix(Leaf, Haze, 0.38f), Easel.Mix(Grass, Haze, 0.3f), 480);
        if (hilly > 2)
        {
            // A bamboo slope close by.
            var (peak, reach) = (easel.Random.Chance(0.5) ? easel.Between(60, 320) : easel.Between(880, 1140), easel.Between(300, 460));
            using var slope = easel.BlobPath(peak, 430, reach, easel.Between(150, 230), 0.08f, 12);
            var bamboo = Easel.Mix(C("#5F8A4A"), Haze, 0.3f);
            using (easel.Inside(slope))
            {
                easel.Fade(peak - (reach * 1.2f), 190, reach * 2.4f, 240, Easel.Pale(bamboo, 0.12f), Easel.Dark(bamboo, 0.12f));
                easel.Strokes(260, Easel.Pale(bamboo, 0.2f), 5, peak - reach, 200, peak + reach, 420, 16, -20, 12);
                easel.Strokes(200, Easel.Dark(bamboo, 0.14f), 5, peak - reach, 200, peak + reach, 420, -14, -18, 12);
            }
        }
        var edge = Easel.Mix(Leaf, Haze, 0.25f);
        for (var x = -20f; x < 1220; x += easel.Between(26, 60))
            easel.Blob(x, 392 + easel.Between(-5, 8), easel.Between(18, 40), easel.Between(10, 26), Easel.Dark(edge, easel.Between(0, 0.12)), 0.14f, 7);
        easel.Fade(0, Horizon - 4, Easel.Width, Easel.Height - Horizon + 4, Easel.Mix(Grass, Haze, 0.2f), Grass);
        var houses = easel.Random.Next(4);
        for (var i = 0; i < houses; i++)
            House(easel.Between(40, 1060), Horizon + easel.Between(6, 16), easel.Between(0.34, 0.62));
        var trees = easel.Random.Whole(2, 6);
        for (var i = 0; i < trees; i++)
            Tree(easel.Between(0, 1200), Horizon + easel.Between(4, 22), easel.Between(60, 130));
    }

    /// <summary>Light on the finished picture: evening warmth, rain, a darker rim.</summary>
    public static void Light(Easel sky, SceneWeather weather, SKRect area)
    {
        if (weather == SceneWeather.Evening)
            sky.Rect(area.Left, area.Top, area.Width, area.Height, new SKColor(255, 170, 80, 26));
        if (weather is SceneWeather.Overcast or SceneWeather.Drizzle)
            sky.Rect(area.Left, area.Top, area.Width, area.Height, new SKColor(96, 112, 128, 30));
        if (weather == SceneWeather.Drizzle)
            sky.Strokes(170, new SKColor(240, 246, 250, 90), 1.6f, area.Left, area.Top, area.Right, area.Bottom, -7, 34, 5);
    }

    /// <summary>A farm house of the region: white walls, dark tiles, its foot at the given point; 300 units wide at scale 1.</summary>
    public void House(float x, float y, float scale)
    {
        var wall = Easel.Mix(C(easel.Random.OneOf("#F4F1E8", "#ECE6D8", "#F0EBE0", "#DDD6C6")), Haze, scale < 0.7f ? 0.15f : 0);
        var roof = Easel.Mix(C(easel.Random.OneOf("#4A4F57", "#5A5A5C", "#6A4A42", "#3F4750")), Haze, scale < 0.7f ? 0.2f : 0);
        var floors = easel.Random.Whole(1, 3);
        using var _ = easel.At(x, y, 0, scale);
        var height = 100f * floors;
        easel.Rect(0, -height, 300, height, wall);
        easel.Rect(220, -height, 80, height, Easel.Dark(wall, 0.1f));
        easel.Rect(0, -14, 300, 14, Easel.Dark(wall, 0.25f));
        easel.Shape(roof, -26, -height + 6, 30, -height - 66, 270, -height - 66, 326, -height + 6);
        easel.Stroke(Easel.Dark(roof, 0.25f), 5, 28, -height - 66, 272, -height - 66);
        for (var i = 1; i < 12; i++)
            easel.Stroke(Easel.Dark(roof, 0.14f), 2, 30 + (i * 20), -height - 64, -26 + (i * 29), -height + 5);
        easel.Rect(-26, -height + 4, 352, 7, Easel.Dark(roof, 0.3f));
        for (var floor = 0; floor < floors; floor++)
        {
            for (var i = 0; i < 3; i++)
            {
                if (floor == 0 && i == 1)
                    continue;
                var (left, top) = (28f + (i * 96), -height + 30 + ((floors - 1 - floor) * 100));
                easel.Rect(left, top, 56, 46, C("#EDEFF0"));
                easel.Rect(left + 4, top + 4, 48, 38, C("#5F7A8A"));
                easel.Stroke(C("#EDEFF0"), 3, left + 28, top + 4, left + 28, top + 42);
            }
        }
        easel.Rect(126, -68, 50, 68, C("#7A4A38"));
        if (easel.Random.Chance(0.35))
            easel.Shape(C("#39424E"), 210, -height - 66, 226, -height - 98, 268, -height - 98, 252, -height - 66);
    }

    /// <summary>A tree with its foot at the given point: camphor, dawn redwood, willow or a clump of bamboo.</summary>
    public void Tree(float x, float y, float height, int? kind = null)
    {
        var leaf = Easel.Mix(Easel.Dark(Leaf, easel.Between(0, 0.18)), Haze, height < 140 ? 0.12f : 0);
        easel.Oval(x, y, height * 0.22f, height * 0.035f, new SKColor(30, 40, 30, 60));
        switch (kind ?? easel.Random.Next(4))
        {
            case 0:
                easel.Stroke(C("#6B5440"), height * 0.05f, x, y, x + (height * 0.02f), y - (height * 0.5f));
                easel.Blob(x, y - (height * 0.58f), height * 0.3f, height * 0.26f, Easel.Dark(leaf, 0.15f));
                easel.Blob(x - (height * 0.12f), y - (height * 0.66f), height * 0.22f, height * 0.2f, leaf);
                easel.Blob(x + (height * 0.13f), y - (height * 0.74f), height * 0.2f, height * 0.19f, Easel.Pale(leaf, 0.1f));
                easel.Dots((int)(height / 6), Easel.Pale(leaf, 0.22f), height * 0.022f, x - (height * 0.22f), y - (height * 0.86f), x + (height * 0.22f), y - (height * 0.45f));
                break;
            case 1:
                easel.Stroke(C("#6B5440"), height * 0.035f, x, y, x, y - (height * 0.9f));
                for (var i = 0; i < 5; i++)
                {
                    var (half, level) = (height * (0.17f - (i * 0.027f)), y - (height * (0.2f + (i * 0.17f))));
                    easel.Shape(Easel.Mix(Easel.Dark(leaf, 0.12f), Easel.Pale(leaf, 0.08f), i / 5f), x - half, level, x, level - (height * 0.28f), x + half, level, x, level + (height * 0.03f));
                }
                break;
            case 2:
                easel.Curve(C("#6B5440"), height * 0.045f, x, y, x - (height * 0.04f), y - (height * 0.3f), x + (height * 0.03f), y - (height * 0.6f));
                easel.Blob(x + (height * 0.02f), y - (height * 0.66f), height * 0.27f, height * 0.2f, leaf);
                for (var i = 0; i < 9; i++)
                {
                    var dx = height * (-0.26f + (i * 0.066f));
                    easel.Curve(Easel.Pale(leaf, 0.12f), height * 0.018f, x + dx, y - (height * 0.66f), x + (dx * 1.35f), y - (height * 0.5f), x + (dx * 1.3f), y - (height * easel.Between(0.2, 0.42)));
                }
                break;
            default:
                for (var i = 0; i < 6; i++)
                {
                    var (lean, foot) = (height * easel.Between(-0.2, 0.2), x + (height * easel.Between(-0.1, 0.1)));
                    easel.Curve(Easel.Dark(leaf, 0.05f), height * 0.014f, foot, y, foot, y - (height * 0.6f), foot + lean, y - (height * easel.Between(0.8, 1)));
                    easel.Strokes(9, Easel.Pale(leaf, easel.Between(0, 0.18)), height * 0.03f, foot + (lean * 0.6f) - (height * 0.09f), y - (height * 0.95f), foot + (lean * 0.6f) + (height * 0.09f), y - (height * 0.4f), height * 0.03f, height * 0.05f, height * 0.03f);
                }
                break;
        }
    }

    public void Bush(float x, float y, float size, SKColor? color = null)
    {
        var leaf = color ?? Easel.Dark(Leaf, easel.Between(0, 0.2));
        easel.Oval(x, y, size * 1.1f, size * 0.18f, new SKColor(30, 40, 30, 60));
        easel.Blob(x, y - (size * 0.42f), size, size * 0.5f, Easel.Dark(leaf, 0.12f));
        easel.Blob(x - (size * 0.3f), y - (size * 0.6f), size * 0.5f, size * 0.34f, leaf);
        easel.Blob(x + (size * 0.32f), y - (size * 0.66f), size * 0.46f, size * 0.36f, Easel.Pale(leaf, 0.1f));
    }

    public void Flowers(int count, float left, float top, float right, float bottom)
    {
        easel.Dots(count, C("#D9536F"), 9, left, top, right, bottom);
        easel.Dots(count, C("#F2C14E"), 8, left, top, right, bottom);
        easel.Dots(count / 2, C("#F7F3EA"), 8, left, top, right, bottom);
    }

    /// <summary>Rows of a field that run towards a point on the horizon, with plants on them.</summary>
    public void Rows(float vanishX, SKColor ridge, SKColor furrow, bool planted, float top = 440)
    {
        easel.Fade(0, top, Easel.Width, Easel.Height - top, Easel.Mix(furrow, Haze, 0.25f), furrow);
        for (var i = -14; i < 15; i++)
        {
            var (near, far) = (vanishX + (i * 150f), vanishX + (i * 22f));
            easel.Shape(Easel.Mix(ridge, Haze, 0.08f), far, top, far + 11, top, near + 74, Easel.Height, near, Easel.Height);
            if (!planted || near < -500 || near > 1700)
                continue;
            for (var step = 0; step < 9; step++)
            {
                var t = (step + easel.Between(0.1, 0.9)) / 9;
                t *= t;
                var (x, y, size) = (far + 5 + ((near + 32 - far) * t), top + ((Easel.Height - top) * t), 4 + (30 * t));
                if (x < -40 || x > 1240)
                    continue;
                var leaf = Easel.Dark(Crop, easel.Between(0, 0.16));
                easel.Stroke(leaf, 1.5f + (size * 0.16f), x - (size * 0.6f), y - (size * 0.8f), x, y, x + (size * 0.6f), y - (size * 0.85f));
                easel.Stroke(Easel.Pale(leaf, 0.1f), 1.5f + (size * 0.16f), x, y, x, y - size);
            }
        }
    }

    /// <summary>A road or lane that runs from the lower edge to the horizon.</summary>
    public void Road(float nearLeft, float nearRight, float farX, float farWidth, SKColor color, bool marked)
    {
        easel.Shape(Easel.Dark(Grass, 0.12f), farX - 6, Horizon + 14, farX + farWidth + 6, Horizon + 14, nearRight + 50, 900, nearLeft - 50, 900);
        easel.FadeShape(Easel.Mix(color, Haze, 0.3f), color, farX, Horizon + 12, farX + farWidth, Horizon + 12, nearRight, 900, nearLeft, 900);
        using var clip = Easel.Path([farX, Horizon + 12, farX + farWidth, Horizon + 12, nearRight, 900, nearLeft, 900], true);
        using (easel.Inside(clip))
        {
            easel.Dots(260, Easel.Dark(color, 0.12f), 4, nearLeft, 520, nearRight, 900);
            easel.Dots(220, Easel.Pale(color, 0.18f), 4, nearLeft, 500, nearRight, 900);
        }
        if (!marked)
            return;
        var (farMiddle, nearMiddle) = (farX + (farWidth / 2), (nearLeft + nearRight) / 2);
        for (var t = 0.06f; t < 1; t += 0.06f + (0.18f * t))
        {
            var end = t + 0.03f + (0.08f * t);
            var (y0, y1) = (Horizon + 12 + (488 * t), Horizon + 12 + (488 * end));
            var (x0, x1) = (farMiddle + ((nearMiddle - farMiddle) * t), farMiddle + ((nearMiddle - farMiddle) * end));
            easel.Shape(C("#EFE9DA"), x0 - (8 * t), y0, x0 + (8 * t), y0, x1 + (9 * end), y1, x1 - (9 * end), y1);
        }
    }

    /// <summary>Level ground before a wall or house: paving or trodden earth.</summary>
    public void Yard(float top, SKColor color, bool paved)
    {
        easel.Fade(0, top, Easel.Width, Easel.Height - top, Easel.Mix(color, Haze, 0.2f), Easel.Dark(color, 0.05f));
        if (paved)
        {
            for (var y = top + 26; y < 900; y += (y - top) * 0.32f + 20)
                easel.Stroke(Easel.Dark(color, 0.12f), 2, 0, y, 1200, y + easel.Between(-4, 4));
            for (var i = -8; i < 20; i++)
                easel.Stroke(Easel.Dark(color, 0.12f), 2, 600 + ((i - 6) * 62), top, 600 + ((i - 6) * 190), 900);
        }
        easel.Dots(180, Easel.Dark(color, 0.14f), 4, 0, top + 10, 1200, 900);
        easel.Dots(120, Easel.Pale(color, 0.2f), 4, 0, top + 10, 1200, 900);
    }

    /// <summary>A river or ditch from the lower edge to the horizon, with its far bank.</summary>
    public void River(float nearLeft, float nearRight, float farLeft, float farRight, SKColor water, float top = Horizon + 18)
    {
        var bank = Easel.Dark(Soil, 0.1f);
        easel.Shape(bank, farLeft - 10, top, farRight + 10, top, nearRight + 60, 900, nearLeft - 60, 900);
        easel.FadeShape(Easel.Pale(water, 0.35f), Easel.Dark(water, 0.12f), farLeft, top, farRight, top, nearRight, 900, nearLeft, 900);
        for (var i = 0; i < 26; i++)
        {
            var t = easel.Between(0.04, 1);
            var y = top + ((900 - top) * t);
            var (left, right) = (farLeft + ((nearLeft - farLeft) * t), farRight + ((nearRight - farRight) * t));
            var x = left + ((right - left) * easel.Between(0.08, 0.75));
            easel.Stroke(new SKColor(255, 255, 255, 76), 1.5f + (2.5f * t), x, y, x + ((right - left) * easel.Between(0.05, 0.2)), y);
        }
    }

    public void GrassTufts(int count, float top = 470, float left = 0, float right = 1200, float bottom = 900)
    {
        easel.Strokes(count, Easel.Dark(Grass, 0.22f), 3.2f, left, top, right, bottom, 3, -22, 8);
        easel.Strokes(count, Easel.Pale(Grass, 0.16f), 2.6f, left, top, right, bottom, -2, -19, 9);
    }

    public void Person(float x, float y, float size, SKColor jacket, bool worker)
    {
        using var _ = easel.At(x, y, 0, size / 200);
        easel.Oval(0, 0, 44, 8, new SKColor(30, 40, 30, 70));
        easel.Stroke(C("#3B4250"), 22, -12, -84, -15, -8);
        easel.Stroke(C("#3B4250"), 22, 12, -84, 15, -8);
        easel.Rect(-30, -156, 60, 84, jacket, 18);
        if (worker)
        {
            easel.Rect(-30, -128, 60, 9, C("#EFE7B0"));
            easel.Rect(-30, -104, 60, 9, C("#EFE7B0"));
        }
        easel.Stroke(jacket, 16, -26, -142, -42, -92);
        easel.Stroke(jacket, 16, 26, -142, 48, -104);
        easel.Oval(0, -176, 19, 22, C("#E3B48C"));
        if (worker)
            easel.Shape(C("#F0B93A"), -25, -180, -20, -200, 0, -208, 20, -200, 25, -180);
        else
            easel.Shape(C("#33302E"), -20, -176, -18, -196, 0, -202, 18, -196, 20, -176, 10, -186, -8, -187);
    }

    private static SKColor Turning(
        Easel easel, SceneSeason season, (string, string) spring, (string, string) summer, (string, string) autumn, (string, string) winter)
    {
        var (from, to) = season switch
        {
            SceneSeason.Spring => spring,
            SceneSeason.Summer => summer,
            SceneSeason.Autumn => autumn,
            _ => winter,
        };
        return Easel.Mix(C(from), C(to), easel.Between(0, 1));
    }
}
