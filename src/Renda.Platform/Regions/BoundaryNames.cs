namespace Renda.Platform.Regions;

/// <summary>Says which region a feature of a file is, by its code or, within a region, by its name.</summary>
internal sealed class BoundaryNames
{
    // What statistics offices add to the name of a village; the directory leaves it out.
    private static readonly string[] Additions = ["村民委员会", "居民委员会", "居委会", "委会"];

    private readonly RegionDirectory _regions;
    private readonly Dictionary<string, List<Region>> _byName;
    private readonly string _parentProperty;

    private BoundaryNames(RegionDirectory regions, string codeProperty, string nameProperty, string parentProperty, Dictionary<string, List<Region>> byName) =>
        (_regions, CodeProperty, NameProperty, _parentProperty, _byName) = (regions, codeProperty, nameProperty, parentProperty, byName);

    /// <summary>The property that holds the code; empty when it goes by names.</summary>
    public string CodeProperty { get; }

    /// <summary>The property that holds the name; empty when it goes by codes.</summary>
    public string NameProperty { get; }

    /// <summary>Takes the properties that were named, or finds them by what the features hold.</summary>
    /// <exception cref="BoundaryFileException">A property is not in the file, or none of them fits.</exception>
    public static BoundaryNames Find(IReadOnlyList<BoundaryFeature> features, RegionDirectory regions, string codeProperty, string nameProperty, string parentProperty, long within)
    {
        var known = features.SelectMany(f => f.Texts.Keys).Distinct().ToList();
        foreach (var named in (string[])[codeProperty, nameProperty, parentProperty])
        {
            if (named.Length > 0 && !known.Contains(named))
                throw new BoundaryFileException("no-property", $"文件里没有属性“{named}”，有的是：{Listed(known)}。", $"The file has no property “{named}”; it has: {Listed(known)}.");
        }
        var byName = new Dictionary<string, List<Region>>();
        foreach (var region in regions.All.Where(r => !RegionCode.TryCreate(within, out var area) || area.Contains(r.Code)))
        {
            Add(region.Name, region);
            if (region.FullName != region.Name) Add(region.FullName, region);
        }
        if (codeProperty.Length == 0 && nameProperty.Length == 0)
        {
            codeProperty = Best(text => Code(text) is { } code && regions.Find(code) is not null);
            if (codeProperty.Length == 0) nameProperty = Best(text => byName.ContainsKey(Plain(text)));
            if (codeProperty.Length + nameProperty.Length == 0)
                throw new BoundaryFileException("no-key", $"哪一个属性都不是这里的区划代码或者地名，请写明属性名。文件里有：{Listed(known)}。", $"No property holds codes or names of regions that are known here; name it. The file has: {Listed(known)}.");
        }
        return new(regions, codeProperty, codeProperty.Length > 0 ? "" : nameProperty, parentProperty, byName);

        void Add(string name, Region region)
        {
            if (byName.TryGetValue(name, out var same)) same.Add(region);
            else byName[name] = [region];
        }

        string Best(Func<string, bool> fits) =>
            known.Select(k => (Name: k, Hits: features.Count(f => f.Texts.TryGetValue(k, out var text) && fits(text)))).Where(k => k.Hits > 0).OrderByDescending(k => k.Hits).ThenBy(k => known.IndexOf(k.Name)).FirstOrDefault().Name ?? "";
    }

    /// <summary>The region of a feature, and what the feature calls it; why not, when it is not found.</summary>
    public (Region? Region, string Shown, string Kind, Words Why) Of(BoundaryFeature feature)
    {
        if (CodeProperty.Length > 0)
        {
            var written = feature.Texts.GetValueOrDefault(CodeProperty, "");
            if (Code(written) is not { } code) return (null, written, "unknown-code", new($"“{written}”不是 12 位区划代码（6 位、9 位会补零）。", $"“{written}” is no 12-digit division code (6 or 9 digits are filled up)."));
            return _regions.Find(code) is { } region ? (region, region.Name, "", default) : (null, written, "unknown-code", new($"区划名单里没有代码 {written}。", $"Code {written} is not in the list of regions."));
        }
        var name = feature.Texts.GetValueOrDefault(NameProperty, "");
        var found = _byName.GetValueOrDefault(Plain(name), []);
        if (found.Count > 0 && _parentProperty.Length > 0 && feature.Texts.TryGetValue(_parentProperty, out var parent))
        {
            var above = Code(parent) is { } code ? [code] : _byName.GetValueOrDefault(Plain(parent), []).Select(r => r.Code).ToList();
            found = [.. found.Where(r => above.Any(a => a != r.Code && RegionCode.TryCreate(a, out var area) && area.Contains(r.Code)))];
        }
        return found switch
        {
            [var only] => (only, only.Name, "", default),
            [] => (null, name, "unknown-name", new($"没有叫“{name}”的地方。", $"No region is called “{name}”.")),
            _ => (null, name, "ambiguous-name", new($"叫“{name}”的不止一个（{string.Join("、", found.Take(3).Select(r => r.FullName))}），请写明上级或者用代码。", $"More than one region is called “{name}” ({string.Join(", ", found.Take(3).Select(r => r.FullName))}); name the region above or use codes.")),
        };
    }

    /// <summary>The 12-digit code that a text means: shorter ones are filled up with zeros; Tianditu's begin with 156 for the country.</summary>
    internal static long? Code(string text)
    {
        text = text.Length == 9 && text.StartsWith("156", StringComparison.Ordinal) ? text[3..] : text;
        return text.Length is 2 or 4 or 6 or 9 or 12 && RegionCode.TryParse(text.PadRight(12, '0'), out var code) ? code.Value : null;
    }

    private static string Plain(string name)
    {
        var addition = Array.Find(Additions, a => name.Length > a.Length + 1 && name.EndsWith(a, StringComparison.Ordinal));
        return addition is null ? name : name[..^addition.Length];
    }

    private static string Listed(List<string> names) => names.Count == 0 ? "—" : string.Join("、", names.Take(12)) + (names.Count > 12 ? "……" : "");
}
