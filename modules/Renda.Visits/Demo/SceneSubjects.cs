using Renda.Platform.Demo;
using SkiaSharp;
using static Renda.Visits.Demo.Easel;
using static Renda.Visits.Demo.Scenery;

namespace Renda.Visits.Demo;

/// <summary>What each photograph is about, broken or mended. The layout comes from the place's stream, the damage from its own.</summary>
internal sealed class SceneSubjects(Easel e, Scenery s, int place, bool after, bool dusk)
{
    public void Paint(string group, string problem)
    {
        switch (group)
        {
            case "poles": Poles(problem); break;
            case "roads": Roads(problem); break;
            case "toilets": Toilet(problem); break;
            case "waste": Waste(problem); break;
            case "construction-waste": Rubble(problem); break;
            case "sewage": Sewage(problem); break;
            case "rivers": Rivers(problem); break;
            case "farm-waste": FarmWaste(problem); break;
            case "livestock": Livestock(problem); break;
            case "public-space": PublicSpace(problem); break;
            case "greening": Greening(problem); break;
            default: throw new ArgumentException($"No scene for {group}.", nameof(group));
        }
        // Only where there is ground to stand on, and never before the thing that was mended.
        if (after && group is not ("rivers" or "sewage" or "waste") && e.Random.Chance(0.3))
            s.Person(e.Random.Chance(0.5) ? e.Between(50, 150) : e.Between(1050, 1150), e.Between(770, 860), e.Between(190, 250), C(e.Random.OneOf("#E8762C", "#E8A12C", "#2F6FA8")), true);
    }

    private void Damage() => e.Random = new DemoRandom(place, after ? 3 : 2);

    private void Poles(string problem)
    {
        if (problem == "pipes-exposed")
        {
            Pipes();
            return;
        }
        var vanish = e.Between(300, 900);
        if (e.Random.Chance(0.65))
            s.Rows(vanish, Mix(s.Crop, s.Soil, 0.45f), Dark(s.Soil, 0.05f), true);
        else
            s.Rows(vanish, s.Crop, Dark(s.Crop, 0.2f), true);
        var (side, count) = (e.Random.Chance(0.5) ? 1 : -1, e.Random.Whole(3, 4));
        var first = side > 0 ? e.Between(220, 360) : e.Between(840, 980);
        var bushAt = first + (side * e.Between(240, 330));
        var lanes = e.Random.Whole(3, 5);
        var leaning = e.Random.Next(2);
        Damage();

        var (poleColor, wire) = (after ? C("#B9B6AE") : C("#6B503C"), C("#23262C"));
        Span<(float X, float Y, float Tilt, float Height)> poles = stackalloc (float, float, float, float)[count];
        for (var i = 0; i < count; i++)
        {
            var shrink = 1 / (1 + (i * 0.62f));
            var tilt = after ? 0 : i == leaning || problem == "pole-leaning" && i == 1 - leaning ? e.Between(7, 15) * (e.Random.Chance(0.6) ? side : -side) : e.Between(-3, 3);
            if (problem != "pole-leaning")
                tilt *= 0.45f;
            poles[i] = (first + (side * (1 - shrink) * 1050), Horizon + 20 + (410 * shrink), tilt, 700 * shrink);
        }
        for (var lane = 0; lane < lanes; lane++)
        {
            var (x0, y0) = (first - (side * 700), 60f + (lane * 16));
            for (var i = 0; i < count; i++)
            {
                var (x1, y1) = Arm(poles[i], lane, lanes);
                var sag = after ? 10 : e.Between(30, 90);
                if (!after && i == 1 && lane > 1)
                    sag = problem == "wires-low" ? e.Between(190, 260) : problem == "lines-tangled" ? e.Between(40, 150) : sag;
                e.Wire(wire, Math.Max(1.4f, 4.2f - (i * 0.9f)), x0, y0, x1, y1, sag);
                (x0, y0) = (x1, y1);
            }
        }
        for (var i = count - 1; i >= 0; i--)
        {
            var (x, y, tilt, height) = poles[i];
            e.Oval(x, y, height * 0.05f, height * 0.012f, new SKColor(30, 30, 30, 80));
            using (e.At(x, y, tilt, height / 700))
            {
                e.Shape(poleColor, -11, 4, -8, -700, 8, -700, 11, 4);
                e.Shape(Dark(poleColor, 0.25f), 2, 4, 2, -700, 8, -700, 11, 4);
                if (after)
                {
                    for (var band = 0; band < 4; band++)
                        e.Rect(-11, -150 + (band * 26), 22, 26, band % 2 == 0 ? C("#F4D03F") : C("#2B2B2B"));
                }
                else
                {
                    e.Stroke(Dark(poleColor, 0.35f), 2.5f, -3, -120, 1, -260, -2, -330);
                    e.Stroke(Dark(poleColor, 0.35f), 2, 4, -420, 2, -520);
                }
                foreach (var level in (ReadOnlySpan<float>)[-670, -618])
                {
                    using (e.At(0, level, after ? 0 : e.Between(-9, 9)))
                    {
                        e.Rect(-92, -7, 184, 13, after ? C("#8C9196") : C("#4B3A2E"));
                        for (var pin = -80; pin <= 80; pin += 40)
                            e.Rect(pin - 5, -20, 10, 14, C("#D8DDE0"), 3);
                    }
                }
                if (problem == "lines-tangled" && i == 0)
                    Tangle();
            }
        }
        if (problem == "wires-low" || e.Random.Chance(0.6))
        {
            s.Bush(bushAt, 780, after ? 80 : 120);
            s.Tree(bushAt + (side * 130), 770, after ? 220 : 330, after ? 0 : 2);
        }
        if (!after && problem != "lines-tangled")
        {
            for (var i = 0; i < 2; i++)
                e.Curve(wire, 3.6f, poles[0].X + (side * 30), 330, poles[0].X + (side * e.Between(60, 160)), 700, bushAt + e.Between(-60, 60), e.Between(690, 740));
        }
        if (after)
        {
            e.Rect(bushAt - 20, 776, 34, 62, C("#F2F0E8"), 4);
            e.Rect(bushAt - 20, 776, 34, 16, C("#C0392B"), 4);
        }
        s.GrassTufts(90, 800);
    }

    private static (float X, float Y) Arm((float X, float Y, float Tilt, float Height) pole, int lane, int lanes)
    {
        var scale = pole.Height / 700;
        var (x, y) = ((-80 + (160f * (lane % 3) / 2)) * scale, (lane < 3 ? -688 : -636) * scale);
        if (lanes > 4 && lane == 4)
            (x, y) = (40 * scale, -500 * scale);
        var (sin, cos) = MathF.SinCos(pole.Tilt * MathF.PI / 180);
        return (pole.X + (x * cos) - (y * sin), pole.Y + (x * sin) + (y * cos));
    }

    private void Tangle()
    {
        if (after)
        {
            e.Rect(-30, -420, 60, 90, C("#DADCD8"), 6);
            e.Stroke(C("#2B2E34"), 9, 0, -330, 0, -20);
            return;
        }
        foreach (var level in (ReadOnlySpan<float>)[-480, -430, -360])
        {
            e.Rect(-44, level, 50, 60, C(e.Random.OneOf("#C9CCC8", "#A9B7A6", "#D9CDB4")), 5);
            e.Ring(e.Between(10, 40), level + 50, e.Between(28, 46), e.Between(30, 52), C("#22252B"), 5);
        }
        for (var i = 0; i < 16; i++)
        {
            var color = C(e.Random.OneOf("#1E2126", "#2C2F36", "#33373F", "#22344F", "#4B2B2B"));
            e.Curve(color, e.Between(2.5, 5), e.Between(-30, 30), e.Between(-600, -380), e.Between(-200, 220), e.Between(-330, -60), e.Between(-120, 190), e.Between(-460, -180));
        }
        for (var i = 0; i < 7; i++)
            e.Curve(C("#1E2126"), 3.4f, e.Between(-10, 20), e.Between(-560, -400), e.Between(150, 360), e.Between(-380, -200), e.Between(430, 760), e.Between(-600, -430));
    }

    private void Pipes()
    {
        s.Yard(520, s.Concrete, false);
        s.House(e.Between(60, 160), 560, e.Between(1.5, 1.9));
        var level = e.Between(610, 650);
        var size = e.Between(26, 38);
        Damage();
        if (after)
        {
            e.FadeShape(C("#D6D1C5"), C("#A9A499"), 0, level - 34, 1200, level - 34, 1200, level + 44, 0, level + 44);
            for (var x = 30f; x < 1200; x += 130)
                e.Stroke(C("#918C80"), 3, x, level - 32, x, level + 42);
            for (var x = 95f; x < 1200; x += 260)
                e.Rect(x, level - 14, 70, 30, C("#3C7FB1"), 4);
            s.Flowers(50, 0, level + 50, 1200, level + 76);
            return;
        }
        e.Stroke(C("#B7B3A6"), size, -20, level, 520, level + 8);
        e.Stroke(Pale(C("#B7B3A6")), size * 0.3f, -20, level - 8, 520, level);
        e.Stroke(C("#A8A294"), size, 580, level + 44, 1220, level + 14);
        e.Stroke(C("#2F5F8A"), size * 0.7f, -20, level + 62, 400, level + 76, 470, level + 160, 1220, level + 120);
        e.Stroke(C("#7A4B35"), size * 0.4f, -20, level + 40, 700, level - 20, 1220, level + 60);
        e.Shape(C("#5E5A52"), 510, level - 18, 540, level - 2, 522, level + 6, 546, level + 20, 508, level + 26);
        e.Curve(new SKColor(170, 205, 220, 220), 20, 530, level + 8, 590, level + 40, 575, level + 150);
        e.Blob(610, level + 180, 240, 52, new SKColor(110, 140, 150, 170));
        e.Blob(600, level + 176, 150, 26, new SKColor(190, 215, 222, 150));
        for (var x = 120f; x < 1200; x += 330)
            e.Rect(x, level + 6, 20, 60, C("#8B7E6C"));
        e.Dots(40, C("#6F685B"), 12, 420, level + 40, 820, level + 200);
    }

    private void Roads(string problem)
    {
        var (left, right, farX) = (e.Between(140, 320), e.Between(880, 1060), e.Between(500, 660));
        var asphalt = e.Random.Chance(0.5);
        var water = problem == "road-unguarded";
        if (water)
            s.River(right + 70, 1700, farX + 90, farX + 420, s.Water);
        var side = e.Random.Chance(0.5) ? 1 : -1;
        s.House(water || side < 0 ? e.Between(-20, 60) : e.Between(880, 960), 470, e.Between(0.7, 0.95));
        s.Road(left, right, farX, 46, after ? (asphalt ? C("#6C6F75") : C("#CAC6BB")) : asphalt ? C("#8A8986") : C("#B9B2A3"), asphalt && (after || e.Random.Chance(0.3)));
        s.Tree(water ? 90 : side > 0 ? 100 : 1100, 640, e.Between(260, 380));
        var middle = (left + right) / 2;
        Damage();
        switch (problem)
        {
            case "road-broken" when !after:
                var holes = e.Random.Whole(4, 8);
                for (var i = 0; i < holes; i++)
                {
                    var t = 0.2f + (0.75f * i / holes);
                    var (x, y, size) = (farX + 23 + ((middle - farX) * t) + (e.Between(-190, 190) * t), Horizon + 30 + (450 * t), e.Between(60, 120) * t);
                    e.Blob(x, y, size, size * 0.36f, C("#6E665A"), 0.28f);
                    e.Blob(x, y + (size * 0.04f), size * 0.84f, size * 0.27f, e.Random.Chance(0.5) ? C("#9DB2B8") : C("#57503F"), 0.2f);
                    for (var crack = 0; crack < 4; crack++)
                        e.Stroke(C("#5A5348"), 2 + (2 * t), x + e.Between(-20, 20), y, x + (size * e.Between(-1.5, 1.5)), y + (size * e.Between(-0.3, 0.4)), x + (size * e.Between(-2.2, 2.2)), y + (size * e.Between(-0.5, 0.6)));
                    e.Dots(12, C("#9A907F"), 7 * t, x - (size * 1.3f), y - (size * 0.4f), x + (size * 1.3f), y + (size * 0.5f));
                }
                break;
            case "road-unguarded":
                if (after)
                    Guard(right + 22, farX + 54);
                else
                {
                    e.Shape(Dark(s.Soil), right + 20, 900, right - 90, 760, right - 30, 690, right + 60, 700, right + 90, 900);
                    e.Dots(40, C("#B9B2A3"), 13, right - 60, 700, right + 90, 890);
                    e.Stroke(C("#8B7E6C"), 12, right - 10, 690, right + 30, 610);
                    e.Stroke(C("#C0392B"), 6, right + 30, 612, right - 70, 800);
                }
                break;
            case "lamp-out":
                Lamps(left, right, farX);
                break;
            case "parking-disorder":
                Cars(left, right, farX);
                break;
        }
        if (after && problem == "road-broken")
            e.Shape(new SKColor(60, 62, 68, 60), farX + 8, Horizon + 60, farX + 38, Horizon + 60, middle + 130, 900, middle - 150, 900);
        if (!after && problem == "road-broken" && e.Random.Chance(0.4))
            Cone(middle + e.Between(-120, 120), 790);
        s.GrassTufts(70, 620, 0, left - 60);
        if (!water)
            s.GrassTufts(70, 620, right + 60);
    }

    private void Guard(float nearX, float farX)
    {
        (float X, float Y) last = default;
        for (var i = 0; i < 9; i++)
        {
            var t = MathF.Pow(i / 8f, 2);
            var (x, y, height) = (farX + ((nearX - farX) * t), Horizon + 20 + (500 * t), 12 + (130 * t));
            if (i > 0)
            {
                e.Stroke(C("#E9EDEE"), 3 + (13 * t), last.X, last.Y, x, y - height);
                e.Stroke(C("#C0392B"), 2 + (6 * t), last.X, last.Y + (4 + (16 * t)), x, y - height + 4 + (16 * t));
            }
            e.Rect(x - 2 - (6 * t), y - height, 4 + (12 * t), height, C("#BFC6C8"));
            last = (x, y - height);
        }
    }

    private void Lamps(float left, float right, float farX)
    {
        for (var i = 3; i >= 0; i--)
        {
            var t = 1 / (1 + (i * 0.9f));
            foreach (var side in (ReadOnlySpan<int>)[-1, 1])
            {
                var x = farX + 23 + (((side < 0 ? left - 30 : right + 30) - farX - 23) * t);
                var y = Horizon + 20 + (430 * t);
                using (e.At(x, y, after || i != 0 || side > 0 ? 0 : e.Between(5, 11), t))
                {
                    e.Rect(-8, -560, 16, 562, C("#7C858C"));
                    e.Curve(C("#7C858C"), 12, 0, -555, -side * 20, -600, -side * 120, -590);
                    e.Rect(-side * 150 - 34, -600, 68, 18, C("#5C646B"), 6);
                    e.Shape(C("#2F3E57"), -50, -590, 30, -640, 50, -626, -30, -574);
                    if (after)
                    {
                        e.Rect(-side * 150 - 28, -584, 56, 10, C("#FFF3C4"), 4);
                        e.Glow(-side * 150, -570, dusk ? 260 : 120, new SKColor(255, 236, 170, (byte)(dusk ? 170 : 110)));
                    }
                    else if (i == 0)
                    {
                        e.Stroke(C("#2B2E34"), 4, -side * 150, -582, -side * 140, -520, -side * 156, -480);
                        e.Shape(C("#F2E9D2"), -24, -330, 26, -334, 28, -270, -22, -262);
                    }
                }
            }
        }
    }

    private void Cars(float left, float right, float farX)
    {
        if (after)
        {
            for (var i = 0; i < 5; i++)
            {
                var t = 0.3f + (i * 0.16f);
                e.Stroke(C("#F3F1E8"), 3 + (4 * t), right + ((farX - right) * (1 - t)) - (150 * t), Horizon + (480 * t), right + ((farX - right) * (1 - t)) + (20 * t), Horizon + (480 * t));
            }
            using (e.At(left - 60, 690))
            {
                e.Rect(-6, -190, 12, 190, C("#8C9196"));
                e.Rect(-46, -270, 92, 92, C("#2B66A8"), 10);
                e.Write("停车", -38, -208, 37, SKColors.White);
            }
        }
        var count = after ? 2 : e.Random.Whole(3, 5);
        for (var i = 0; i < count; i++)
        {
            var t = after ? 0.42f + (0.38f * i) : 0.25f + (0.62f * i / count);
            var x = after ? right + ((farX - right) * (1 - t)) - (70 * t) : farX + ((((left + right) / 2) - farX) * t) + (e.Between(-260, 260) * t);
            Car(x, Horizon + 20 + (450 * t), t * (after ? 0.9f : e.Between(0.95, 1.15)), after ? 0 : e.Between(-7, 7), e.Random.Chance(0.5));
        }
    }

    private void Car(float x, float y, float scale, float tilt, bool mirrored)
    {
        var color = C(e.Random.OneOf("#E4E6E6", "#2F4A6B", "#9C2F2C", "#4A4E55", "#C7A25A", "#5B7B6A"));
        using var _ = e.At(x, y, tilt, mirrored ? -scale : scale, scale);
        e.Oval(0, 0, 190, 22, new SKColor(20, 22, 26, 90));
        e.Shape(Dark(color, 0.06f), -120, -86, -78, -146, 66, -146, 116, -86);
        e.Shape(C("#8FB0BF"), -100, -88, -68, -134, -8, -134, -8, -88);
        e.Shape(C("#7FA2B2"), 4, -88, 4, -134, 58, -134, 96, -88);
        e.Rect(-178, -90, 350, 70, color, 24);
        e.Rect(-178, -46, 350, 24, Dark(color, 0.18f), 10);
        e.Rect(150, -74, 22, 18, C("#FFF2C0"), 5);
        e.Rect(-178, -74, 16, 18, C("#C0392B"), 5);
        foreach (var wheel in (ReadOnlySpan<float>)[-104, 104])
        {
            e.Oval(wheel, -18, 34, 34, C("#23262B"));
            e.Oval(wheel, -18, 15, 15, C("#B9BEC2"));
        }
    }

    private void Cone(float x, float y)
    {
        e.Shape(C("#E8622C"), x - 30, y, x - 8, y - 86, x + 8, y - 86, x + 30, y);
        e.Shape(C("#F5F2EA"), x - 20, y - 36, x - 15, y - 58, x + 15, y - 58, x + 20, y - 36);
        e.Rect(x - 40, y - 4, 80, 12, C("#2F3238"), 4);
    }

    private void Toilet(string problem)
    {
        s.Yard(540, s.Concrete, true);
        var (x, wide) = (e.Between(170, 300), e.Between(620, 740));
        var old = problem == "toilet-dry" && !after;
        var wall = old ? C("#B08A6E") : C(e.Random.OneOf("#F1ECE0", "#E9E2D2", "#DFE6E2"));
        var roof = C(e.Random.OneOf("#4A4F57", "#6A4A42", "#5C6B66"));
        s.Tree(x + wide + e.Between(60, 150), 600, e.Between(260, 400));
        Damage();
        if (!old)
        {
            e.Oval(x + (wide / 2), 706, wide * 0.56f, 26, new SKColor(30, 30, 30, 60));
            e.FadeShape(wall, Dark(wall, 0.1f), x, 400, x + wide, 400, x + wide, 700, x, 700);
            e.Rect(x, 640, wide, 60, C("#9AA6A6"));
            e.Shape(roof, x - 46, 410, x + 40, 300, x + wide - 40, 300, x + wide + 46, 410);
            for (var i = 1; i < 16; i++)
                e.Stroke(Dark(roof, 0.15f), 3, x + 40 + (i * (wide - 80) / 16), 302, x - 46 + (i * (wide + 92) / 16), 408);
            e.Rect(x - 46, 404, wide + 92, 14, Dark(roof, 0.3f));
            e.Rect(x + (wide / 2) - 96, 424, 192, 66, C(after ? "#2F6E9E" : "#5C7C93"), 8);
            e.Write("公厕", x + (wide / 2) - 62, 477, 58, SKColors.White);
            foreach (var (door, color) in (ReadOnlySpan<(float, string)>)[(x + 60, "#3C6E96"), (x + wide - 210, "#A6546A")])
            {
                e.Rect(door, 478, 150, 222, C("#3A3F45"));
                var broken = !after && problem == "toilet-broken" && door > x + 100;
                using (e.At(door, 478, broken ? 9 : 0))
                {
                    e.Rect(6, 6, after ? 52 : 138, 216, C(color));
                    e.Oval(75, 60, 13, 13, SKColors.White);
                    e.Shape(SKColors.White, 58, 130, 66, 80, 84, 80, 92, 130);
                }
            }
        }
        switch (problem)
        {
            case "toilet-dry" when !after:
                Bricks(x + 60, 430, 420, 270, C("#A9775A"), 0.7f);
                e.Shape(C("#6C665C"), x + 20, 440, x + 90, 372, x + 470, 360, x + 520, 436);
                e.Rect(x + 200, 500, 110, 200, C("#2E2A27"));
                e.Oval(x + 610, 730, 130, 46, C("#8A8072"));
                e.Oval(x + 610, 724, 106, 32, C("#4A4030"));
                e.Dots(26, C("#22201C"), 5, x + 500, 620, x + 720, 710);
                s.GrassTufts(60, 690, x, x + 700, 770);
                break;
            case "toilet-no-access":
                e.FadeShape(C("#BDB8AC"), C("#8F8A80"), x + 40, 700, x + 240, 700, x + 260, 740, x + 20, 740);
                e.FadeShape(C("#B2ADA1"), C("#85807A"), x + 20, 740, x + 260, 740, x + 280, 782, x, 782);
                if (after)
                {
                    e.FadeShape(C("#C8B48A"), C("#B79F70"), x + wide - 240, 702, x + wide - 40, 702, x + wide + 60, 830, x + wide - 240, 830);
                    foreach (var rail in (ReadOnlySpan<float>)[-246, 10])
                    {
                        e.Stroke(C("#D9DEE0"), 10, x + wide + rail, 640, x + wide + rail + (rail > 0 ? 50 : 0), 760);
                        e.Stroke(C("#D9DEE0"), 10, x + wide + rail, 640, x + wide + rail, 704);
                    }
                }
                break;
            case "toilet-dirty" when !after:
                Litter(60, x, 690, x + wide, 850);
                e.Blob(x + (wide * 0.55f), 760, 190, 34, new SKColor(90, 84, 62, 160));
                e.Blob(x + 220, 590, 40, 70, new SKColor(120, 104, 70, 120));
                e.Dots(24, C("#22201C"), 5, x + 100, 560, x + wide, 740);
                break;
            case "toilet-broken" when !after:
                e.Rect(x + (wide / 2) - 70, 590, 140, 24, C("#D9DEE0"), 6);
                e.Shape(C("#C3C9CC"), x + (wide / 2) - 60, 614, x + (wide / 2) + 10, 614, x + (wide / 2) - 10, 668, x + (wide / 2) - 46, 660);
                e.Stroke(C("#8C9196"), 8, x + (wide / 2) + 30, 590, x + (wide / 2) + 46, 540, x + (wide / 2) + 74, 566);
                e.Blob(x + (wide / 2), 770, 210, 38, new SKColor(120, 146, 152, 150));
                Litter(14, x, 710, x + wide, 840);
                break;
        }
        if (after)
        {
            if (problem is "toilet-broken" or "toilet-dirty")
            {
                e.Rect(x + (wide / 2) - 80, 590, 160, 26, C("#F4F6F6"), 8);
                e.Rect(x + (wide / 2) - 60, 614, 120, 40, C("#E1E6E8"), 18);
                e.Curve(C("#AEB6BA"), 9, x + (wide / 2), 590, x + (wide / 2), 540, x + (wide / 2) + 34, 556);
            }
            Planter(x - 110, 720);
            Planter(x + wide + 10, 730);
        }
    }

    private void Planter(float x, float y)
    {
        e.Rect(x, y, 100, 44, C("#A5563F"), 5);
        s.Bush(x + 50, y + 8, 54);
        s.Flowers(8, x + 6, y - 52, x + 94, y - 6);
    }

    private void Litter(int count, float left, float top, float right, float bottom)
    {
        for (var i = 0; i < count; i++)
        {
            var (x, y, size) = (e.Between(left, right), e.Between(top, bottom), e.Between(7, 20));
            var color = C(e.Random.OneOf("#F0F0EC", "#D94F45", "#4F8FC0", "#E5C44A", "#6FA065", "#BFB29A", "#2E3036"));
            if (i % 3 == 0)
                e.Blob(x, y, size * 1.3f, size * 0.8f, color, 0.3f, 6);
            else
                e.Shape(color, x, y, x + size, y - (size * 0.4f), x + (size * 1.3f), y + (size * 0.3f), x + (size * 0.4f), y + (size * 0.6f));
        }
    }

    private void Waste(string problem)
    {
        s.Yard(560, s.Concrete, e.Random.Chance(0.5));
        var wallColor = C(e.Random.OneOf("#EDE7D9", "#D9CDBB", "#C9B8A2", "#E3E6E2"));
        e.FadeShape(Pale(wallColor, 0.1f), Dark(wallColor, 0.12f), 0, 330, 1200, 330, 1200, 600, 0, 600);
        e.Rect(0, 316, 1200, 22, C("#4E535A"));
        e.Rect(0, 560, 1200, 40, Dark(wallColor, 0.22f));
        s.Tree(e.Between(40, 1160), 330, e.Between(160, 250));
        var bins = e.Random.Whole(2, 4);
        var start = e.Between(150, 300);
        var step = e.Between(190, 220);
        Damage();
        if (after)
        {
            var width = bins * step + 60;
            e.Rect(start - 50, 300, 16, 420, C("#6F777C"));
            e.Rect(start + width - 50, 300, 16, 420, C("#6F777C"));
            e.Shape(C("#3F6B57"), start - 90, 316, start - 50, 250, start + width - 30, 250, start + width + 10, 316);
            e.Rect(start - 10, 340, width - 70, 74, C("#2F7A58"), 8);
            e.Write("垃圾分类", start + 12, 396, Math.Min(56, (width - 110) / 4.4f), SKColors.White);
        }
        else if (problem == "station-dirty")
        {
            e.Rect(680, 350, 400, 240, C("#9DA6A5"));
            for (var i = 0; i < 12; i++)
                e.Stroke(C("#848E8D"), 4, 680, 360 + (i * 19), 1080, 360 + (i * 19));
            e.Blob(700, 770, 380, 60, new SKColor(72, 66, 40, 180));
            e.Blob(560, 800, 190, 30, new SKColor(110, 104, 66, 150));
        }
        for (var i = 0; i < bins; i++)
        {
            var color = C((i % 4) switch { 0 => "#2F7D4F", 1 => "#2B66A8", 2 => "#5E6368", _ => "#B5372F" });
            var fallen = !after && problem is "bins-broken" && i == bins - 1;
            Bin(start + (i * step), 720, color, fallen, !after && (problem is "bins-overflow" or "station-dirty" || (problem == "sorting-mixed" && i > 0)), !after && problem == "bins-broken");
        }
        if (!after)
        {
            var bags = problem == "bins-broken" ? 3 : e.Random.Whole(5, 10);
            for (var i = 0; i < bags; i++)
                Bag(start + e.Between(-60, (bins * step) + 160), e.Between(730, 820), e.Between(36, 74));
            Litter(problem == "bins-broken" ? 18 : 46, start - 120, 720, start + (bins * step) + 160, 870);
            e.Dots(16, C("#22201C"), 5, start, 520, start + (bins * step), 680);
        }
        else
        {
            Planter(start - 190, 700);
        }
    }

    private void Bin(float x, float y, SKColor color, bool fallen, bool full, bool broken)
    {
        using var _ = e.At(x + 70, y, fallen ? 82 : 0);
        e.Oval(0, 4, 92, 16, new SKColor(20, 22, 26, 70));
        if (full)
        {
            Bag(-26, -190, 50);
            Bag(28, -200, 58);
            Bag(4, -236, 44);
        }
        e.FadeShape(Pale(color, 0.1f), Dark(color, 0.2f), -74, -190, 74, -190, 58, 0, -58, 0);
        e.Shape(Dark(color, 0.22f), 30, -190, 74, -190, 58, 0, 30, 0);
        e.Rect(-44, -130, 72, 46, Pale(color, 0.75f), 5);
        e.Oval(-8, -107, 13, 13, color);
        e.Oval(-46, -4, 17, 17, C("#23262B"));
        e.Oval(46, -4, 17, 17, C("#23262B"));
        if (full)
        {
            using (e.At(74, -196, 58))
                e.Rect(-8, -12, 150, 18, Dark(color, 0.1f), 8);
        }
        else if (!broken)
        {
            e.Rect(-84, -214, 168, 28, Dark(color, 0.1f), 12);
            e.Rect(-30, -226, 60, 16, Dark(color, 0.2f), 7);
        }
        if (broken)
            e.Shape(C("#2B2620"), -60, -192, -20, -192, -30, -120, -46, -150, -52, -128);
    }

    private void Bag(float x, float y, float size)
    {
        var color = C(e.Random.OneOf("#26282C", "#34373D", "#D8D3C6", "#B5423A", "#3E74A8", "#E9E6DD"));
        e.Blob(x, y - (size * 0.5f), size * 0.62f, size * 0.52f, color, 0.13f, 8);
        e.Blob(x - (size * 0.16f), y - (size * 0.66f), size * 0.26f, size * 0.2f, Pale(color, 0.16f), 0.2f, 6);
        e.Shape(Dark(color, 0.1f), x - (size * 0.14f), y - (size * 1.14f), x + (size * 0.16f), y - (size * 1.12f), x + (size * 0.06f), y - (size * 0.92f), x - (size * 0.06f), y - (size * 0.92f));
    }

    private void Bricks(float x, float y, float width, float height, SKColor color, float ruin)
    {
        const float brickWidth = 46, brickHeight = 22;
        var rows = (int)(height / brickHeight);
        for (var row = 0; row < rows; row++)
        {
            var level = y + height - ((row + 1) * brickHeight);
            var share = row / (float)rows;
            for (var left = row % 2 == 0 ? 0 : -brickWidth / 2; left < width; left += brickWidth)
            {
                var edge = Math.Abs((left / width) - 0.35f);
                if (ruin > 0 && share > 1.15f - (ruin * edge) - (float)e.Random.Between(0, 0.22 * ruin) - (ruin * 0.18f))
                    continue;
                var (from, to) = (Math.Max(0, left), Math.Min(width, left + brickWidth - 3));
                if (to > from)
                    e.Rect(x + from, level, to - from, brickHeight - 3, Mix(color, C(e.Random.OneOf("#6E4B3A", "#D9A98A", "#8A8074")), e.Between(0, 0.3)), 2);
            }
        }
    }

    private void Heap(float x, float y, float radius, SKColor color, int pieces)
    {
        e.Oval(x, y, radius * 1.15f, radius * 0.2f, new SKColor(30, 30, 30, 80));
        e.Blob(x, y - (radius * 0.26f), radius, radius * 0.4f, Dark(color, 0.14f), 0.2f, 11);
        e.Blob(x - (radius * 0.14f), y - (radius * 0.4f), radius * 0.66f, radius * 0.32f, color, 0.22f, 9);
        for (var i = 0; i < pieces; i++)
        {
            var (angle, reach) = (e.Between(0.1, 3.04), e.Between(0.2, 1.05));
            var (px, py, size) = (x + (MathF.Cos(angle) * radius * reach), y - (MathF.Sin(angle) * radius * 0.56f * reach), e.Between(12, 34));
            using (e.At(px, py, e.Between(-50, 50)))
                e.Rect(-size, -size / 3, size * 2, size * 0.7f, C(e.Random.OneOf("#A65B43", "#B9705A", "#C8C4BA", "#9B978E", "#DAD6CC", "#7F6A58")), 2);
        }
    }

    private void Rubble(string problem)
    {
        if (problem == "rubble-in-field")
            s.Rows(e.Between(350, 850), Mix(s.Crop, s.Soil, 0.3f), Dark(s.Soil), true);
        else if (problem == "rubble-on-road")
            s.Road(e.Between(40, 140), e.Between(1000, 1160), e.Between(500, 650), 60, s.Concrete, false);
        else
            s.Yard(470, Mix(s.Grass, s.Soil, 0.5f), false);
        var (x, y) = (e.Between(480, 720), e.Between(700, 760));
        s.House(e.Random.Chance(0.5) ? e.Between(20, 100) : e.Between(800, 900), 500, e.Between(0.8, 1.1));
        Damage();
        if (!after)
        {
            var soil = problem == "rubble-in-field" ? C("#A5835F") : C("#B3AA9B");
            Heap(x + e.Between(180, 280), y - 90, e.Between(130, 190), Dark(soil, 0.05f), 26);
            Heap(x - e.Between(160, 260), y - 50, e.Between(120, 180), soil, 26);
            Heap(x, y + 20, e.Between(210, 290), soil, 62);
            for (var i = 0; i < 3; i++)
                Bag(x + e.Between(-320, 320), y + e.Between(20, 90), e.Between(50, 76));
            e.Stroke(C("#7A5B40"), 12, x - 120, y - 70, x + 60, y - 200);
            e.Stroke(C("#8B6A4C"), 10, x + 40, y - 60, x + 210, y - 150);
            if (e.Random.Chance(0.5))
                e.Rect(x - 300, y - 60, 90, 110, C("#E4E2DC"), 12);
            Litter(18, x - 380, y, x + 380, y + 110);
        }
        else if (problem == "rubble-on-road")
        {
            e.Oval(x, y, 260, 50, new SKColor(255, 255, 255, 40));
            Cone(x + 300, y + 20);
        }
        else
        {
            e.Blob(x, y + 10, 380, 90, Mix(s.Grass, s.Crop, 0.5f), 0.1f, 12);
            e.Strokes(220, Dark(s.Crop, 0.2f), 3.4f, x - 340, y - 50, x + 340, y + 80, 2, -20, 6);
            s.Flowers(16, x - 300, y - 30, x + 300, y + 70);
            Sign(x + 330, y + 30);
        }
        s.GrassTufts(70, 780);
    }

    private void Sign(float x, float y)
    {
        e.Rect(x - 6, y - 180, 12, 190, C("#8B7355"));
        e.Rect(x - 90, y - 240, 180, 84, C("#2F7A58"), 8);
        e.Write(e.Random.OneOf("文明乡村", "美丽乡村"), x - 78, y - 184, 37, SKColors.White);
    }

    private void Sewage(string problem)
    {
        var lean = e.Between(-120, 120);
        if (problem == "manhole-broken")
        {
            s.Road(e.Between(60, 180), e.Between(1020, 1150), e.Between(500, 640), 60, s.Concrete, false);
            var (x, y) = (e.Between(500, 700), e.Between(670, 740));
            Damage();
            e.Oval(x, y, 190, 74, Dark(s.Concrete, 0.2f));
            e.Oval(x, y - 3, 172, 64, C("#8E9093"));
            if (after)
            {
                e.Oval(x, y - 4, 150, 54, C("#55595E"));
                e.Ring(x, y - 4, 106, 37, C("#7A7F85"), 5);
                for (var i = -4; i <= 4; i++)
                    e.Stroke(C("#7A7F85"), 4, x + (i * 28), y - 36, x + (i * 28), y + 28);
                return;
            }
            e.Oval(x, y, 150, 54, C("#1C1D20"));
            e.Shape(C("#6D7177"), x - 150, y, x - 120, y - 36, x - 20, y - 50, x - 50, y + 8, x - 90, y + 30);
            for (var i = 0; i < 8; i++)
                e.Stroke(Dark(s.Concrete, 0.45f), 4, x + e.Between(-160, 160), y + 50, x + e.Between(-260, 260), y + e.Between(70, 110), x + e.Between(-340, 340), y + e.Between(90, 150));
            e.Curve(C("#5C4632"), 14, x + 30, y + 10, x + 70, y - 180, x + 40, y - 330);
            s.Bush(x + 40, y - 250, 80);
            e.Shape(C("#C0392B"), x + 44, y - 330, x + 130, y - 300, x + 46, y - 268);
            return;
        }
        if (problem == "treatment-idle")
        {
            s.Yard(520, Mix(s.Grass, s.Concrete, 0.5f), false);
            var x = e.Between(220, 340);
            Damage();
            e.FadeShape(C("#DADFD8"), C("#B4BBB4"), x, 400, x + 420, 400, x + 420, 640, x, 640);
            e.Rect(x, 384, 420, 26, C("#4F6F62"));
            e.Rect(x + 60, 470, 90, 170, C("#5C7468"));
            e.Rect(x + 210, 450, 150, 90, C("#6A7E86"), 6);
            for (var i = 0; i < 2; i++)
            {
                e.FadeShape(C("#B9BEC0"), C("#8E9497"), x + 480 + (i * 170), 470, x + 620 + (i * 170), 470, x + 620 + (i * 170), 660, x + 480 + (i * 170), 660);
                e.Oval(x + 550 + (i * 170), 470, 70, 22, after ? C("#8FC1CE") : C("#5F5A3C"));
            }
            if (after)
            {
                for (var fence = 40f; fence < 1180; fence += 46)
                    e.Rect(fence, 660, 10, 110, C("#F1F3F0"), 3);
                e.Rect(30, 690, 1140, 10, C("#F1F3F0"));
                s.Flowers(40, 40, 780, 1160, 820);
                e.Dots(3, C("#3FBF6F"), 18, x + 226, 466, x + 340, 520);
            }
            else
            {
                s.GrassTufts(240, 640, 100, 1100, 800);
                e.Blob(x + 160, 600, 70, 60, new SKColor(110, 84, 52, 130));
                e.Curve(C("#4F7A45"), 9, x + 20, 650, x + 60, 500, x + 10, 420);
                e.Rect(x + 240, 560, 92, 58, C("#F2E9D2"));
                e.Stroke(C("#B5372F"), 7, x + 250, 570, x + 322, 608);
                e.Stroke(C("#B5372F"), 7, x + 322, 570, x + 250, 608);
            }
            return;
        }
        var foul = problem == "sewage-direct" ? C("#5B5B45") : C("#6A6043");
        s.House(e.Between(20, 120), 500, e.Between(0.9, 1.2));
        s.River(360 + lean, 840 + lean, 560, 640, after ? s.Water : foul, 450);
        var stone = C("#A9A59A");
        e.FadeShape(Pale(stone), Dark(stone), 548, 450, 560, 450, 360 + lean, 900, 200 + lean, 900);
        e.FadeShape(Pale(stone), Dark(stone), 640, 450, 652, 450, 1000 + lean, 900, 840 + lean, 900);
        for (var i = 0; i < 9; i++)
        {
            var t = i / 9f;
            e.Stroke(Dark(stone, 0.3f), 2 + (2 * t), 548 - ((348 - lean) * t), 450 + (450 * t), 560 - ((200 - lean) * t), 450 + (450 * t));
            e.Stroke(Dark(stone, 0.3f), 2 + (2 * t), 640 + ((200 + lean) * t), 450 + (450 * t), 652 + ((348 + lean) * t), 450 + (450 * t));
        }
        Damage();
        var mouth = 300 + (lean * 0.6f);
        if (problem == "sewage-direct")
        {
            e.Stroke(C("#D8DADB"), 62, mouth - 170, 640, mouth + 60, 660);
            e.Oval(mouth + 74, 661, 18, 32, after ? C("#9AA0A2") : C("#2A2A22"));
            if (after)
                e.Oval(mouth + 76, 661, 15, 29, C("#C6CACC"));
            else
            {
                e.Curve(Dark(foul, 0.2f), 40, mouth + 80, 664, mouth + 170, 670, mouth + 180, 790);
                e.Blob(mouth + 210, 800, 130, 38, new SKColor(222, 218, 196, 190), 0.25f);
                e.Blob(mouth + 300, 850, 90, 22, new SKColor(214, 208, 180, 150), 0.3f);
                e.Dots(40, new SKColor(236, 232, 214, 190), 12, mouth + 120, 770, mouth + 330, 860);
            }
        }
        if (!after)
        {
            if (problem == "drain-blocked")
            {
                e.Blob(600 + (lean * 0.7f), 740, 170, 60, C("#6B5940"), 0.25f, 11);
                e.Blob(610 + (lean * 0.4f), 640, 90, 34, C("#5E7A44"), 0.3f, 9);
                s.GrassTufts(60, 640, 480 + (lean * 0.7f), 730 + (lean * 0.7f), 780);
            }
            Litter(problem == "drain-blocked" ? 44 : 16, 440 + lean, 690, 800 + lean, 870);
        }
        else
        {
            Planter(930 + (lean * 0.5f), 640);
        }
        s.GrassTufts(60, 640, 0, 180);
        s.GrassTufts(60, 640, 1020);
    }

    private void Rivers(string problem)
    {
        var (left, right) = (e.Between(-100, 160), e.Between(1000, 1320));
        var (farLeft, farRight) = (e.Between(380, 520), e.Between(680, 860));
        var water = after ? s.Water : problem switch { "river-algae" => C("#7C9A4A"), "pond-silted" => C("#9A8A66"), "river-floating" => Mix(s.Water, C("#7E8460"), 0.45f), _ => Mix(s.Water, C("#A89468"), 0.35f) };
        s.River(left, right, farLeft, farRight, water);
        s.Tree(farLeft - 90, 470, e.Between(130, 220), 2);
        s.Tree(farRight + 120, 480, e.Between(150, 240));
        if (e.Random.Chance(0.4))
        {
            e.Curve(C("#A9A59A"), 26, farLeft - 60, 436, (farLeft + farRight) / 2, 350, farRight + 60, 436);
            e.Curve(C("#C9C5BA"), 8, farLeft - 60, 420, (farLeft + farRight) / 2, 334, farRight + 60, 420);
        }
        var bank = e.Random.Chance(0.5);
        Damage();
        var middle = (left + right) / 2;
        if (!after)
        {
            switch (problem)
            {
                case "river-floating":
                    for (var i = 0; i < 4; i++)
                    {
                        var (x, y) = (middle + e.Between(-330, 330), e.Between(600, 840));
                        e.Blob(x, y, e.Between(80, 190), e.Between(16, 40), C(e.Random.OneOf("#5E7C42", "#6B8A4A", "#7B7350")), 0.3f, 11);
                        Litter(22, x - 180, y - 34, x + 180, y + 34);
                    }
                    for (var i = 0; i < 5; i++)
                        Bottle(middle + e.Between(-360, 360), e.Between(590, 850), e.Between(0.5, 1.1), e.Between(-80, 80));
                    break;
                case "river-algae":
                    for (var i = 0; i < 12; i++)
                        e.Blob(middle + e.Between(-420, 420), e.Between(520, 870), e.Between(60, 190), e.Between(10, 30), new SKColor(110, 160, 50, 120), 0.3f, 10);
                    e.Dots(260, new SKColor(150, 190, 70, 190), 7, left + 120, 560, right - 120, 890);
                    for (var i = 0; i < 3; i++)
                        Fish(middle + e.Between(-260, 260), e.Between(640, 830));
                    break;
                case "bank-collapsed":
                    var edge = right - 60;
                    e.Shape(C("#7B5B3E"), edge + 240, 900, edge - 60, 620, edge - 210, 590, edge - 300, 660, edge - 230, 760, edge - 320, 860, edge - 260, 910);
                    e.Shape(C("#9A7753"), edge + 240, 860, edge - 20, 640, edge - 170, 606, edge - 190, 660, edge - 110, 740, edge - 160, 830, edge - 40, 900);
                    e.Dots(60, C("#5C432D"), 15, edge - 280, 620, edge, 890);
                    Heap(edge - 250, 860, 110, C("#8B6A48"), 18);
                    e.Stroke(C("#6B5440"), 18, edge - 140, 640, edge - 330, 700);
                    s.Bush(edge - 350, 720, 60);
                    break;
                default:
                    e.Blob(middle - 120, 790, 330, 80, C("#8B7750"), 0.22f, 12);
                    e.Blob(middle + 180, 660, 210, 44, C("#9B8860"), 0.25f, 11);
                    e.Strokes(140, C("#6F7F45"), 4, middle - 400, 640, middle + 340, 840, 4, -44, 10);
                    Litter(14, middle - 360, 700, middle + 320, 850);
                    break;
            }
        }
        else
        {
            for (var i = 0; i < 9; i++)
            {
                var (x, y) = (middle + (e.Between(140, 420) * (i % 2 == 0 ? 1 : -1)), e.Between(640, 850));
                e.Oval(x, y, 46, 15, C("#5F9A5C"));
                e.Oval(x - 8, y - 3, 26, 7, C("#7FB574"));
                if (i % 3 == 0)
                    e.Blob(x + 6, y - 16, 15, 13, C("#E58FA6"), 0.25f, 7);
            }
            if (bank || problem == "bank-collapsed")
            {
                for (var i = 0; i < 16; i++)
                {
                    var t = i / 15f;
                    e.Blob(farRight + 14 + ((right - farRight) * t), 430 + (480 * t), 16 + (58 * t), 9 + (30 * t), C(e.Random.OneOf("#A9A59A", "#BAB6AB", "#96928A")), 0.2f, 8);
                }
            }
            if (e.Random.Chance(0.5))
                Boat(middle + e.Between(-120, 120), e.Between(600, 690));
            else
                Heron(middle + e.Between(-200, 200), e.Between(620, 700));
        }
        s.GrassTufts(80, 700, 0, Math.Max(60, left));
        s.GrassTufts(60, 760, Math.Min(1140, right));
    }

    private void Bottle(float x, float y, float scale, float turn)
    {
        using var _ = e.At(x, y, turn, scale);
        var color = C(e.Random.OneOf("#D7E6EA", "#4F8FC0", "#6FA065", "#E9E4D4"));
        e.Rect(-14, -34, 28, 66, color, 9);
        e.Rect(-7, -52, 14, 20, color, 4);
        e.Rect(-8, -58, 16, 9, C("#C0392B"), 2);
        e.Rect(-14, -14, 28, 22, Dark(color, 0.25f));
    }

    private void Fish(float x, float y)
    {
        e.Oval(x, y, 44, 12, C("#D9DEDC"));
        e.Shape(C("#C6CCCA"), x + 36, y, x + 64, y - 14, x + 64, y + 14);
        e.Oval(x - 28, y - 3, 4, 4, C("#23262B"));
    }

    private void Boat(float x, float y)
    {
        e.Shape(C("#7A5A40"), x - 130, y - 24, x + 130, y - 24, x + 96, y + 16, x - 96, y + 16);
        e.Shape(C("#5F4430"), x - 130, y - 24, x + 130, y - 24, x + 122, y - 14, x - 122, y - 14);
        s.Person(x - 30, y - 8, 130, C("#E8762C"), true);
        e.Stroke(C("#8B6A4C"), 6, x + 10, y - 120, x + 96, y + 40);
    }

    private void Heron(float x, float y)
    {
        e.Stroke(C("#4A4A46"), 4, x, y, x, y - 60);
        e.Stroke(C("#4A4A46"), 4, x + 12, y, x + 12, y - 60);
        e.Oval(x + 6, y - 76, 36, 22, C("#F6F5F0"));
        e.Curve(C("#F6F5F0"), 10, x - 20, y - 84, x - 52, y - 120, x - 26, y - 148);
        e.Shape(C("#E0A13A"), x - 30, y - 154, x - 72, y - 146, x - 30, y - 142);
    }

    private void FarmWaste(string problem)
    {
        var vanish = e.Between(350, 850);
        var stubble = problem == "straw-burning";
        s.Rows(vanish, stubble && !after ? C("#C9AE6A") : Mix(s.Crop, s.Soil, 0.35f), Dark(s.Soil, 0.05f), after || !stubble);
        var (x, y) = (e.Between(420, 780), e.Between(680, 770));
        if (e.Random.Chance(0.5))
        {
            // A plastic tunnel of the kind that leaves its film behind.
            e.FadeShape(C("#EEF3F3"), C("#C7D2D3"), 60, 470, 130, 424, 330, 424, 400, 470);
            for (var i = 0; i < 6; i++)
                e.Stroke(C("#AEBBBD"), 3, 76 + (i * 62), 470, 130 + (i * 40), 424);
        }
        Damage();
        if (after)
        {
            Bin(x + 280, y + 60, C("#2F7D4F"), false, false, false);
            s.Person(x - 240, y + 40, 210, C("#4F7FA8"), false);
            s.GrassTufts(50, 820);
            return;
        }
        switch (problem)
        {
            case "film-left":
                for (var i = 0; i < 9; i++)
                {
                    var (px, py, size) = (x + e.Between(-420, 420), y + e.Between(-190, 120), e.Between(60, 170));
                    e.Blob(px, py, size, size * 0.22f, new SKColor(240, 244, 244, 190), 0.34f, 11);
                    e.Curve(new SKColor(255, 255, 255, 220), 5, px - size, py, px, py - e.Between(30, 80), px + (size * 0.8f), py + 6);
                    e.Curve(new SKColor(180, 192, 194, 200), 3, px - (size * 0.7f), py + 6, px, py - 20, px + (size * 0.7f), py + 10);
                }
                e.Shape(new SKColor(32, 34, 38, 220), x - 260, y + 70, x - 120, y + 20, x + 10, y + 80, x - 60, y + 110, x - 200, y + 104);
                break;
            case "pesticide-bottles":
                e.Shape(C("#7E9AA0"), x - 460, 900, x - 180, y - 40, x + 40, y - 60, x + 120, 900);
                for (var i = 0; i < 16; i++)
                    Bottle(x + e.Between(-330, 360), y + e.Between(-90, 110), e.Between(0.8, 1.5), e.Between(-95, 95));
                Litter(20, x - 320, y - 60, x + 340, y + 120);
                break;
            default:
                for (var i = 0; i < 3; i++)
                {
                    var heapX = x + ((i - 1) * e.Between(210, 280));
                    e.Blob(heapX, y - 50, 150, 90, C("#C7A55A"), 0.14f, 10);
                    e.Strokes(60, C("#A5843F"), 4, heapX - 120, y - 120, heapX + 120, y + 10, 22, 16, 18);
                }
                for (var i = 0; i < 8; i++)
                    e.Blob(x + (i * 26) + e.Between(-40, 40), y - 130 - (i * 62), 70 + (i * 17), 46 + (i * 11), new SKColor(150, 150, 150, (byte)(150 - (i * 14))), 0.2f);
                for (var i = 0; i < 6; i++)
                {
                    var flame = x + e.Between(-90, 90);
                    e.Shape(C("#E8762C"), flame - 22, y - 60, flame, y - 60 - e.Between(60, 130), flame + 22, y - 60);
                    e.Shape(C("#F6C944"), flame - 10, y - 58, flame, y - 60 - e.Between(26, 56), flame + 10, y - 58);
                }
                e.Blob(x, y + 30, 260, 40, new SKColor(40, 36, 32, 150), 0.25f, 11);
                break;
        }
        s.GrassTufts(60, 830);
    }

    private void Livestock(string problem)
    {
        s.Yard(500, Mix(s.Soil, s.Grass, 0.35f), false);
        if (problem == "shed-illegal")
            s.River(700, 1500, 760, 1100, s.Water);
        var x = e.Between(120, 260);
        var roof = C(e.Random.OneOf("#4F7FA8", "#A55A4A", "#6F777C"));
        Damage();
        if (problem == "shed-illegal" && after)
        {
            e.Blob(x + 300, 680, 360, 80, s.Grass, 0.1f, 12);
            s.Tree(x + 120, 680, 260);
            s.Tree(x + 380, 700, 300, 2);
            s.Flowers(30, x, 690, x + 560, 780);
            s.GrassTufts(160, 660, x - 100, x + 600, 820);
            return;
        }
        e.Oval(x + 300, 660, 360, 26, new SKColor(30, 30, 30, 70));
        e.Rect(x, 440, 600, 216, C("#4A443E"));
        for (var i = 0; i <= 6; i++)
            e.Rect(x + (i * 98), 440, 16, 220, C("#8B6A4C"));
        e.Rect(x, 560, 600, 96, after ? C("#D9D3C6") : C("#A88F74"));
        e.Shape(roof, x - 60, 446, x + 20, 350, x + 580, 350, x + 660, 446);
        for (var i = 1; i < 18; i++)
            e.Stroke(Dark(roof, 0.15f), 3, x + 20 + (i * 31), 352, x - 60 + (i * 40), 444);
        if (!after)
            e.Shape(C("#3A3F45"), x + 300, 372, x + 400, 380, x + 380, 420, x + 290, 410);
        if (problem == "animals-loose" && !after)
        {
            for (var i = 0; i < 11; i++)
                Bird(e.Between(80, 1120), e.Between(690, 860), e.Between(0.7, 1.25));
            e.Dots(60, C("#5C4B34"), 9, 60, 700, 1140, 880);
        }
        else if (problem != "animals-loose")
        {
            for (var i = 0; i < 3; i++)
                Pig(x + 100 + (i * 190), after ? 606 : e.Between(640, 700), after ? 0.62f : e.Between(0.75, 0.95));
        }
        if (after)
        {
            for (var post = x - 40; post < x + 680; post += 40)
                e.Rect(post, 610, 9, 100, C("#EFEDE6"), 3);
            e.Rect(x - 40, 634, 716, 9, C("#EFEDE6"));
            e.Rect(x - 40, 674, 716, 9, C("#EFEDE6"));
            if (problem == "animals-loose")
            {
                for (var i = 0; i < 5; i++)
                    Bird(x + 60 + (i * 120), 660, 0.62f);
            }
            e.FadeShape(C("#6FA07A"), C("#3F6B4B"), x + 740, 520, x + 900, 520, x + 900, 690, x + 740, 690);
            e.Oval(x + 820, 520, 80, 26, C("#88B592"));
            s.GrassTufts(80, 760);
            return;
        }
        if (problem is "manure-runoff" or "shed-illegal")
        {
            e.Blob(x + 420, 740, 300, 60, C("#5C4730"), 0.22f, 12);
            e.Shape(C("#5C4730"), x + 560, 700, x + 700, 730, 1240, 830, 1240, 900, x + 520, 790);
            e.Blob(x + 400, 736, 190, 22, C("#7A6244"), 0.25f, 10);
            e.Dots(50, C("#1F1D1A"), 5, x + 150, 560, x + 800, 740);
        }
        if (problem == "shed-illegal")
            Litter(20, x, 690, x + 640, 800);
    }

    private void Pig(float x, float y, float scale)
    {
        using var _ = e.At(x, y, 0, e.Random.Chance(0.5) ? scale : -scale, scale);
        var pink = C(e.Random.OneOf("#E5A79A", "#D99A90", "#4A4548"));
        foreach (var leg in (ReadOnlySpan<float>)[-58, -34, 36, 58])
            e.Stroke(Dark(pink, 0.12f), 15, leg, -30, leg, 0);
        e.Oval(0, -56, 92, 46, pink);
        e.Oval(82, -70, 38, 33, pink);
        e.Oval(116, -66, 13, 17, Dark(pink, 0.18f));
        e.Shape(Dark(pink, 0.12f), 62, -96, 78, -122, 90, -94);
        e.Oval(94, -80, 4.5f, 4.5f, C("#23262B"));
        e.Curve(Dark(pink, 0.1f), 6, -88, -70, -116, -92, -104, -58);
    }

    private void Bird(float x, float y, float scale)
    {
        using var _ = e.At(x, y, 0, e.Random.Chance(0.5) ? scale : -scale, scale);
        var duck = e.Random.Chance(0.45);
        var color = C(duck ? e.Random.OneOf("#F4F1E8", "#D9CBB0") : e.Random.OneOf("#A5563A", "#7A4A34", "#E8DCC2", "#3A3634"));
        e.Oval(0, 2, 40, 7, new SKColor(30, 30, 30, 70));
        e.Stroke(C("#D98A2E"), 5, -6, -20, -8, 0);
        e.Stroke(C("#D98A2E"), 5, 10, -20, 12, 0);
        e.Oval(0, -38, 40, 25, color);
        e.Shape(Dark(color, 0.15f), -34, -46, -62, -72, -24, -58);
        e.Shape(color, 18, -48, 30, -84, 46, -80, 38, -36);
        e.Oval(37, -84, 15, 14, color);
        e.Shape(C("#E0A13A"), 49, -88, 68, -81, 49, -77);
        if (!duck)
            e.Blob(36, -99, 10, 8, C("#C0392B"), 0.3f, 6);
        e.Oval(41, -87, 2.6f, 2.6f, C("#1F1D1A"));
        e.Oval(-6, -38, 22, 12, Dark(color, 0.1f));
    }

    private void PublicSpace(string problem)
    {
        s.Yard(520, Mix(s.Concrete, s.Soil, 0.2f), e.Random.Chance(0.5));
        s.House(e.Between(640, 800), 540, e.Between(1, 1.3));
        s.Tree(e.Between(40, 200), 560, e.Between(260, 380));
        var x = e.Between(180, 320);
        var brick = C(e.Random.OneOf("#B0694C", "#A8755C", "#9A8A78"));
        Damage();
        switch (problem)
        {
            case "wall-ruined":
                if (after)
                {
                    Bricks(x - 40, 650, 660, 66, C("#B9B2A3"), 0);
                    e.Rect(x - 54, 636, 688, 20, C("#DAD5C9"), 5);
                    for (var i = 0; i < 7; i++)
                        s.Bush(x + 20 + (i * 92), 640, 50);
                    s.Flowers(40, x - 30, 590, x + 610, 634);
                    Sign(x + 720, 760);
                }
                else
                {
                    Bricks(x - 40, 400, 640, 330, brick, 1);
                    Heap(x + 380, 770, 190, Dark(brick, 0.05f), 44);
                    Heap(x + 40, 780, 110, brick, 18);
                    e.Stroke(C("#3A3028"), 5, x + 120, 730, x + 150, 620, x + 110, 560);
                    s.GrassTufts(120, 700, x - 80, x + 640, 800);
                    e.Stroke(C("#6B503C"), 14, x + 180, 760, x + 330, 590);
                }
                break;
            case "billboard-broken":
                using (e.At(x + 290, 720, after ? 0 : e.Between(4, 9) * (e.Random.Chance(0.5) ? 1 : -1)))
                {
                    e.Rect(-230, -330, 20, 334, C("#7C858C"));
                    e.Rect(210, -330, 20, 334, C("#7C858C"));
                    e.Rect(-280, -470, 560, 270, C("#5C646B"), 6);
                    e.Rect(-266, -456, 532, 242, after ? C("#2F7A58") : C("#D9C9A8"));
                    e.Write(e.Random.OneOf("美丽乡村", "文明乡村"), -232, -310, 112, after ? SKColors.White : new SKColor(150, 60, 50, 150));
                    if (!after)
                    {
                        e.Shape(C("#59616A"), -266, -456, -90, -456, -150, -380, -110, -330, -266, -270);
                        e.Shape(C("#59616A"), 90, -214, 150, -300, 200, -280, 266, -360, 266, -214);
                        e.Shape(C("#EDE4CC"), -110, -330, -40, -160, -130, -120, -180, -240);
                        e.Shape(C("#E2D6B8"), 150, -300, 190, -120, 110, -150);
                    }
                }
                if (!after)
                    Litter(12, x, 720, x + 600, 800);
                else
                    s.Flowers(40, x, 720, x + 580, 764);
                break;
            case "goods-piled":
                if (after)
                {
                    Planter(x, 700);
                    Planter(x + 160, 700);
                    e.Rect(x + 330, 690, 230, 20, C("#8B6A4C"), 5);
                    e.Rect(x + 350, 710, 18, 50, C("#5F4430"));
                    e.Rect(x + 520, 710, 18, 50, C("#5F4430"));
                    break;
                }
                for (var row = 0; row < 6; row++)
                {
                    for (var i = 0; i < 11 - (row / 2); i++)
                    {
                        e.Oval(x - 60 + (i * 32) + (row % 2 * 15), 740 - (row * 27), 15, 13, C("#B98F62"));
                        e.Ring(x - 60 + (i * 32) + (row % 2 * 15), 740 - (row * 27), 8, 7, C("#8B6A4C"), 2.5f);
                    }
                }
                for (var i = 0; i < 3; i++)
                {
                    e.Oval(x + 420, 770 - (i * 38), 86, 30, C("#26282C"));
                    e.Oval(x + 420, 764 - (i * 38), 46, 13, C("#4A4E55"));
                }
                foreach (var (dx, dy, color) in (ReadOnlySpan<(float, float, string)>)[(540, 690, "#C9A36B"), (600, 730, "#B98F58"), (560, 650, "#D3B27E")])
                {
                    e.Rect(x + dx, dy, 120, 90, C(color), 3);
                    e.Rect(x + dx + 52, dy, 16, 90, Dark(C(color), 0.15f));
                }
                Bag(x + 300, 800, 90);
                Bag(x + 230, 810, 70);
                Litter(16, x - 80, 780, x + 700, 860);
                break;
            default:
                e.Blob(x + 320, 780, 470, 90, after ? C("#7FA98F") : C("#A39C8C"), 0.06f, 14);
                for (var i = 0; i < 3; i++)
                {
                    var color = after ? C(i == 1 ? "#E0A13A" : "#2F6FA8") : C(i == 1 ? "#A58A5C" : "#6F8396");
                    using (e.At(x + 60 + (i * 250), 780, !after && i == 1 ? e.Between(10, 18) : 0))
                    {
                        e.Stroke(color, 16, -70, 0, -70, -240);
                        e.Stroke(color, 16, 70, 0, 70, -240);
                        e.Stroke(color, 14, -70, -236, 70, !after && i == 2 ? -140 : -236);
                        e.Stroke(Dark(color, 0.3f), 11, -24, -232, -40, -70);
                        if (after || i != 0)
                            e.Stroke(Dark(color, 0.3f), 11, 24, -232, 44, -76);
                        e.Rect(-62, -72, 46, 12, C("#2B2E34"), 5);
                        if (after)
                            e.Rect(24, -78, 46, 12, C("#2B2E34"), 5);
                        else
                            e.Dots(10, C("#8B4A2A"), 9, -80, -240, 80, -20);
                    }
                }
                if (!after)
                    s.GrassTufts(120, 740, x - 100, x + 700, 840);
                break;
        }
    }

    private void Greening(string problem)
    {
        var (left, right, farX) = (e.Between(380, 470), e.Between(1080, 1220), e.Between(600, 680));
        s.Road(left, right, farX, 44, e.Random.Chance(0.5) ? s.Asphalt : s.Concrete, e.Random.Chance(0.5));
        var kind = e.Random.Next(3);
        Damage();
        e.FadeShape(Mix(s.Grass, s.Soil, 0.3f), after ? s.Grass : problem == "soil-bare" ? Pale(s.Soil, 0.2f) : Mix(s.Grass, s.Soil, 0.4f), -300, 900, farX - 120, 420, farX - 4, 420, left - 30, 900);
        e.Stroke(C("#D9D5CA"), 9, farX - 2, 424, left - 20, 900);
        for (var i = 4; i >= 0; i--)
        {
            var t = 1 / (1 + (i * 0.72f));
            var (x, y, height) = (farX - 60 + ((130 - farX) * t), Horizon + 24 + (390 * t), 560 * t);
            if (problem == "trees-dead" && !after)
            {
                if (i % 3 == 2)
                {
                    s.Tree(x, y, height * 0.7f, kind);
                    continue;
                }
                DeadTree(x, y, height * 0.8f);
            }
            else if (problem != "soil-bare" || after)
            {
                s.Tree(x, y, height * (problem == "trees-dead" ? 0.85f : 0.75f), kind);
            }
        }
        if (after)
        {
            for (var i = 0; i < 6; i++)
                s.Bush(e.Between(20, 340), e.Between(740, 850), e.Between(40, 70));
            s.Flowers(34, 40, 760, 340, 880);
            s.GrassTufts(90, 720, 0, left - 60);
            return;
        }
        if (problem == "green-occupied")
        {
            for (var row = 0; row < 4; row++)
            {
                e.Shape(s.Soil, 20 - (row * 10), 900 - (row * 62), 60, 872 - (row * 62), 400 - (row * 8), 872 - (row * 62), 380, 900 - (row * 62));
                for (var i = 0; i < 9; i++)
                    e.Blob(50 + (i * 39) + (row * 4), 872 - (row * 62), 20, 15, C(i % 2 == 0 ? "#6FA850" : "#8CBF5F"), 0.3f, 7);
            }
            for (var i = 0; i < 5; i++)
                e.Stroke(C("#B08A5A"), 6, 40 + (i * 80), 690, 70 + (i * 80), 560);
            e.Stroke(C("#B08A5A"), 5, 50, 610, 400, 606);
        }
        if (problem == "soil-bare")
        {
            e.Dots(160, Dark(s.Soil, 0.15f), 8, 0, 700, left - 60, 890);
            e.Dots(40, C("#B9B2A3"), 14, 0, 700, left - 60, 890);
            for (var i = 0; i < 5; i++)
                e.Stroke(Dark(s.Soil, 0.3f), 4, e.Between(20, 340), e.Between(720, 880), e.Between(20, 340), e.Between(720, 880));
        }
        if (problem == "trees-dead")
            e.Dots(80, C("#A8743A"), 9, 40, 720, left - 40, 890);
    }

    private void DeadTree(float x, float y, float height)
    {
        var bark = C("#7A6552");
        e.Stroke(bark, height * 0.05f, x, y, x + (height * 0.02f), y - (height * 0.55f));
        for (var i = 0; i < 7; i++)
        {
            var (from, side) = (y - (height * (0.3f + (i * 0.045f))), i % 2 == 0 ? 1 : -1);
            var (bx, by) = (x + (side * height * e.Between(0.12, 0.24)), from - (height * e.Between(0.12, 0.3)));
            e.Stroke(bark, height * 0.018f, x + (height * 0.01f), from, bx, by, bx + (side * height * 0.06f), by - (height * 0.1f));
            e.Stroke(bark, height * 0.01f, bx, by, bx - (side * height * 0.03f), by - (height * 0.12f));
        }
        e.Dots(7, C("#B07A3E"), height * 0.02f, x - (height * 0.2f), y - (height * 0.8f), x + (height * 0.2f), y - (height * 0.4f));
    }
}
