using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using NetTopologySuite.Geometries;

namespace Renda.Platform.Regions;

/// <summary>What was noticed at one feature of a file of boundaries.</summary>
/// <param name="Row">Place of the feature in the file, from 1.</param>
/// <param name="Code">12-digit code of its region; 0 when not known.</param>
/// <param name="Name">Its name or what stands in its place, for people.</param>
/// <param name="Kind">Stable word, e.g. <c>self-crossing</c>.</param>
/// <param name="Refused">True when the feature was left out; false when it was repaired.</param>
/// <param name="Zh">What, in Chinese.</param>
/// <param name="En">The same in English.</param>
public sealed record BoundaryNote(int Row, long Code, string Name, string Kind, bool Refused, string Zh, string En)
{
    /// <summary>What, in the language of the reader.</summary>
    [JsonIgnore]
    public Words Words => new(Zh, En);
}

/// <summary>A file that cannot be used as a whole.</summary>
internal sealed class BoundaryFileException(string code, string zh, string en) : Exception(en)
{
    public Refusal Refusal { get; } = new("boundaries." + code, new(zh, en), Field: "file");
}

/// <summary>One feature as it stands in the file: its texts, and rings of x and y in the file's own datum.</summary>
internal sealed class BoundaryFeature
{
    public required int Row { get; init; }

    public Dictionary<string, string> Texts { get; } = [];

    /// <summary>Polygons of rings, the outer ring first; null when it has no polygon.</summary>
    public List<List<Coordinate[]>>? Polygons { get; set; }

    /// <summary>The type of the geometry as it is written; empty for none.</summary>
    public string Type { get; set; } = "";

    public bool HadHeight { get; set; }

    public bool HadOpenRing { get; set; }

    public bool IsBroken { get; set; }

    public int Coordinates { get; set; }
}

/// <summary>Reads GeoJSON (RFC 7946) of areas, within limits that no file of a city's boundaries meets.</summary>
internal static class BoundaryFile
{
    /// <summary>Longest file in bytes. A city's villages with 500 corners each take about 16 MB.</summary>
    public const int Longest = 25 << 20;

    /// <summary>Most features.</summary>
    public const int MostFeatures = 20_000;

    /// <summary>Most coordinates in all.</summary>
    public const int MostCoordinates = 1_200_000;

    /// <summary>Most coordinates of one feature.</summary>
    public const int MostOfOne = 60_000;

    // A FeatureCollection of MultiPolygons is eight deep; properties may be nested a little.
    private const int Deepest = 24;
    private const int MostTexts = 100;
    private const int LongestText = 100;

    /// <summary>Reads all features.</summary>
    /// <exception cref="BoundaryFileException">It is no such file, or beyond the limits.</exception>
    public static List<BoundaryFeature> Read(ReadOnlyMemory<byte> file)
    {
        if (file.Span.StartsWith("\uFEFF"u8)) file = file[3..];
        if (!Utf8.IsValid(file.Span)) throw new BoundaryFileException("not-utf8", "文件不是 UTF-8 编码，请另存为 UTF-8 的 GeoJSON。", "The file is not UTF-8; save it as GeoJSON in UTF-8.");
        try
        {
            using var json = JsonDocument.Parse(file, new JsonDocumentOptions { MaxDepth = Deepest });
            return Read(json.RootElement);
        }
        catch (JsonException)
        {
            throw NotGeoJson();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: well-formed JSON that is no text.
            throw NotGeoJson();
        }
    }

    private static List<BoundaryFeature> Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "type") != "FeatureCollection" || !root.TryGetProperty("features", out var list) || list.ValueKind != JsonValueKind.Array) throw NotGeoJson();
        if (list.GetArrayLength() > MostFeatures) throw new BoundaryFileException("too-many", $"文件里有 {list.GetArrayLength()} 个要素，最多 {MostFeatures} 个。", $"The file has {list.GetArrayLength()} features; at most {MostFeatures} are taken.");
        if (list.GetArrayLength() == 0) throw new BoundaryFileException("empty", "文件里没有要素。", "There are no features in the file.");
        var features = new List<BoundaryFeature>(list.GetArrayLength());
        var coordinates = 0;
        foreach (var element in list.EnumerateArray())
        {
            var feature = Feature(element, features.Count + 1);
            coordinates += feature.Coordinates;
            if (coordinates > MostCoordinates || feature.Coordinates > MostOfOne)
                throw new BoundaryFileException("too-detailed", $"坐标点太多：一共最多 {MostCoordinates} 个，一个要素最多 {MostOfOne} 个。请先化简，或者分几个文件传。", $"Too many coordinates: at most {MostCoordinates} in all and {MostOfOne} of one feature. Simplify it first, or bring it in several files.");
            features.Add(feature);
        }
        return features;
    }

    private static BoundaryFeature Feature(JsonElement element, int row)
    {
        var feature = new BoundaryFeature { Row = row };
        if (element.ValueKind != JsonValueKind.Object) return feature;
        if (element.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in properties.EnumerateObject().Take(MostTexts))
            {
                var text = property.Value.ValueKind is JsonValueKind.String ? property.Value.GetString()! : property.Value.ValueKind is JsonValueKind.Number ? Digits(property.Value.GetRawText()) : "";
                if (text.Length is > 0 and <= LongestText && property.Name.Length <= LongestText) feature.Texts[property.Name] = text.Trim();
            }
        }
        if (!element.TryGetProperty("geometry", out var geometry) || geometry.ValueKind != JsonValueKind.Object) return feature;
        feature.Type = Text(geometry, "type") is { Length: > 0 } type ? type : "?";
        if (feature.Type is not ("Polygon" or "MultiPolygon")) return feature;
        feature.Polygons = [];
        if (!geometry.TryGetProperty("coordinates", out var shape) || shape.ValueKind != JsonValueKind.Array) return feature;
        if (feature.Type == "Polygon") Polygon(shape, feature);
        else foreach (var part in shape.EnumerateArray()) Polygon(part, feature);
        return feature;
    }

    private static void Polygon(JsonElement element, BoundaryFeature feature)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            feature.IsBroken = true;
            return;
        }
        var rings = new List<Coordinate[]>();
        foreach (var part in element.EnumerateArray())
        {
            var ring = Ring(part, feature);
            // What is left of the outer ring decides; a hole of less than a triangle is none.
            if (ring.Length >= 4) rings.Add(ring);
            else if (rings.Count == 0) return;
        }
        if (rings.Count > 0) feature.Polygons!.Add(rings);
    }

    private static Coordinate[] Ring(JsonElement element, BoundaryFeature feature)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            feature.IsBroken = true;
            return [];
        }
        var points = new List<Coordinate>(element.GetArrayLength() + 1);
        foreach (var position in element.EnumerateArray())
        {
            // Counted before it is kept: a feature beyond the limit is not read to its end.
            if (++feature.Coordinates > MostOfOne) return [];
            if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() < 2 || Number(position[0]) is not { } x || Number(position[1]) is not { } y)
            {
                feature.IsBroken = true;
                continue;
            }
            if (position.GetArrayLength() > 2) feature.HadHeight = true;
            if (points.Count == 0 || !points[^1].Equals2D(new Coordinate(x, y))) points.Add(new Coordinate(x, y));
        }
        if (points.Count >= 3 && !points[0].Equals2D(points[^1]))
        {
            feature.HadOpenRing = true;
            points.Add(points[0].Copy());
        }
        return [.. points];
    }

    private static double? Number(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    // Programs that keep codes as numbers write 330522110225.0 or 3.30522110225E11.
    private static string Digits(string raw) =>
        decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number) && Math.Abs(number) < 1e15m ? number.ToString("0", CultureInfo.InvariantCulture) : raw;

    private static BoundaryFileException NotGeoJson() => new("not-geojson", "这不是 GeoJSON：要一个 FeatureCollection，里面是 Polygon 或者 MultiPolygon。", "This is no GeoJSON: a FeatureCollection of Polygons or MultiPolygons is needed.");
}
