using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Renda.Platform.Regions;

/// <summary>
/// All regions that the system serves: immutable, in memory, safe to share between threads.
/// </summary>
/// <remarks>
/// The embedded list is Zhejiang, Huzhou and all below it, by the national codes of 30 June 2023. The South Taihu New
/// Area (南太湖新区) is a functional area without a division code of its own; its places keep the codes of Wuxing, so it
/// is not in the list.
/// </remarks>
public sealed class RegionDirectory
{
    private const int LongestSearch = 64;

    // What is embedded lies within it, with the next county on every side.
    private static readonly GeoBox AroundEmbedded = new(29.8, 118.7, 31.7, 121.1);

    private static readonly Lazy<RegionDirectory> Embedded = new(ReadEmbedded);

    private readonly Region[] _regions;
    private readonly long[] _codes;
    private readonly FrozenDictionary<long, Region> _byCode;
    private readonly FrozenDictionary<long, Region[]> _children;

    /// <summary>Builds a directory of another city's regions.</summary>
    /// <param name="regions">In any order; their <see cref="Region.FullName"/> is computed here.</param>
    /// <param name="surroundings">Where boundaries of them can lie; null for anywhere in China.</param>
    /// <exception cref="InvalidRegionsException">
    /// The list is empty, a code is no code or occurs twice, a name is empty, initials are not lower-case letters, or
    /// a town or village lies in a region that is not in the list.
    /// </exception>
    public RegionDirectory(IEnumerable<Region> regions, GeoBox? surroundings = null)
    {
        Surroundings = surroundings ?? GeoBox.China;
        var known = new Dictionary<long, Region>();
        foreach (var region in regions)
        {
            Check(region);
            if (!known.TryAdd(region.Code, region))
                throw Invalid(region, "代码重复", "the code occurs twice");
        }

        if (known.Count == 0)
            throw new InvalidRegionsException(new Words("区划名单是空的。", "The list of regions is empty."));

        _codes = [.. known.Keys.Order()];
        _regions = [.. _codes.Select(code => known[code] with { FullName = NameFromCounty(known[code], known) })];
        _byCode = _regions.ToFrozenDictionary(region => region.Code);
        _children = _regions
            .Where(region => ParentOf(region) is not null)
            .GroupBy(region => ParentOf(region)!.Value)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>Huzhou and the province above it, from the embedded list.</summary>
    public static RegionDirectory Huzhou => Embedded.Value;

    /// <summary>Where the boundaries of its regions below the province can lie: a file that leaves it is wrong.</summary>
    public GeoBox Surroundings { get; }

    /// <summary>Every region, in the order of the codes: each one before those below it.</summary>
    public IReadOnlyList<Region> All => _regions;

    /// <summary>Reads a list in the format of the embedded one: a line <c>code,name,initials</c>, then one per region.</summary>
    /// <exception cref="InvalidRegionsException">A line has not three fields or a bad code, or the list does not fit together.</exception>
    public static RegionDirectory FromCsv(TextReader csv) => FromCsv(csv, null);

    private static RegionDirectory FromCsv(TextReader csv, GeoBox? surroundings)
    {
        var regions = new List<Region>();
        csv.ReadLine();
        for (var number = 2; csv.ReadLine() is { } line; number++)
        {
            var fields = line.Split(',');
            if (fields.Length != 3 || !RegionCode.TryParse(fields[0], out var code))
            {
                throw new InvalidRegionsException(
                    new Words("第 {0} 行不是“12位代码,名称,拼音首字母”。", "Line {0} is not \"12-digit code,name,initials\".").With(number));
            }

            regions.Add(new Region(code.Value, fields[1], fields[2]));
        }

        return new RegionDirectory(regions, surroundings);
    }

    /// <summary>The region of a code; null when the code is not in the directory.</summary>
    public Region? Find(long code) => _byCode.GetValueOrDefault(code);

    /// <summary>The regions one level down, in the order of their codes; empty for a village or an unknown code.</summary>
    public IReadOnlyList<Region> Children(long code) => _children.GetValueOrDefault(code, []);

    /// <summary>
    /// The name from the county down, e.g. 长兴县和平镇红山村. For a code that is not in the directory its digits, so
    /// that an old record of a merged village is still shown.
    /// </summary>
    public string FullName(long code) => Find(code)?.FullName ?? code.ToString("D12", CultureInfo.InvariantCulture);

    /// <summary>From the largest known area down to the region itself; empty for an unknown code.</summary>
    public IReadOnlyList<Region> Path(long code)
    {
        var path = new List<Region>();
        for (var region = Find(code); region is not null; region = ParentOf(region) is { } parent ? Find(parent) : null)
            path.Insert(0, region);
        return path;
    }

    /// <summary>
    /// Finds regions by a part of the name (红山, 和平镇红山) or of the pinyin initials (hs), best first: whole name,
    /// beginning of the name, inside it, then only in the full name; shorter names before longer.
    /// </summary>
    /// <param name="text">What the person typed, of whatever source. Nothing but spaces finds nothing.</param>
    /// <param name="within">Only this region and those below it; null for all. An unknown code finds nothing.</param>
    /// <param name="limit">How many at most, 1 or more.</param>
    public IReadOnlyList<Region> Search(string? text, long? within = null, int limit = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var wanted = Plain(text);
        if (wanted.Length == 0)
            return [];

        return
        [
            .. Subtree(within)
                .Select(region => (region, rank: Rank(region, wanted)))
                .Where(found => found.rank is not null)
                .OrderBy(found => found.rank)
                .ThenBy(found => found.region.Name.Length)
                .ThenBy(found => found.region.Level)
                .ThenBy(found => found.region.Code)
                .Take(limit)
                .Select(found => found.region),
        ];
    }

    /// <summary>
    /// Reads towns and villages out of a written address (浙江省湖州市吴兴区织里镇吴兴大道100号): the villages it names within
    /// a town it names, then the towns, or else the villages it names in full. A county or town that is named in full
    /// leaves no other one.
    /// </summary>
    /// <param name="text">What the person typed, of whatever source.</param>
    /// <param name="limit">How many at most, 1 or more; those named at greater length first.</param>
    public IReadOnlyList<Region> InAddress(string? text, int limit = 12)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var address = Plain(text);
        var counties = NamedIn(_regions.Where(r => r.Level == RegionLevel.County));
        // A county's short name counts too (长兴和平镇), but what is written in full goes before it.
        List<(Region Region, int Length)> towns = [];
        foreach (var town in _regions.Where(r => r.Level == RegionLevel.Town && (counties.Count == 0 || counties.Contains(ParentOf(r)))))
        {
            // The town's short name needs its county's before it: 和平 is a word of every day.
            if (address.Contains(town.Name, StringComparison.Ordinal)) towns.Add((town, town.Name.Length + Mentioned(Find(ParentOf(town) ?? 0), address)));
            else if (Mentioned(Find(ParentOf(town) ?? 0), address) is > 0 and var before && Mentioned(town, address) is > 0 and var named) towns.Add((town, named + before));
        }
        if (NamedIn(towns.Select(t => t.Region)) is { Count: > 0 } inFull) towns.RemoveAll(t => !inFull.Contains(t.Region.Code));

        List<(Region Region, int Length)> found = [];
        foreach (var (town, length) in towns)
            found.AddRange(Children(town.Code).Select(v => (Region: v, Length: Mentioned(v, After(town)))).Where(v => v.Length > 0).Select(v => (v.Region, v.Length + length)));
        // The town last: what was taken for a village can be a street.
        found.AddRange(towns);
        if (found.Count == 0)
            found = [.. _regions.Where(r => r.Level == RegionLevel.Village && address.Contains(r.Name, StringComparison.Ordinal) && (counties.Count == 0 || Path(r.Code).Any(p => counties.Contains(p.Code)))).Select(r => (r, r.Name.Length))];
        return [.. found.OrderByDescending(f => f.Length).ThenBy(f => f.Region.Code).Take(limit).Select(f => f.Region)];

        HashSet<long?> NamedIn(IEnumerable<Region> regions) => [.. regions.Where(r => address.Contains(r.Name, StringComparison.Ordinal)).Select(r => (long?)r.Code)];

        // What follows the town: 织里镇织里社区 names the village and not the town twice.
        string After(Region town)
        {
            var name = address.Contains(town.Name, StringComparison.Ordinal) ? town.Name : Stem(town.Name);
            return address[(address.IndexOf(name, StringComparison.Ordinal) + name.Length)..];
        }
    }

    /// <summary>How many characters of a region's name a text has: all, its name without the kind of place (two or more), or none.</summary>
    private static int Mentioned(Region? region, string text) =>
        region is null ? 0 : text.Contains(region.Name, StringComparison.Ordinal) ? region.Name.Length : Stem(region.Name) is { Length: > 1 } stem && text.Contains(stem, StringComparison.Ordinal) ? stem.Length : 0;

    private static string Stem(string name) => name[..^Math.Min(KindLength(name), name.Length - 1)];

    private ArraySegment<Region> Subtree(long? within)
    {
        if (within is null)
            return _regions;
        if (!RegionCode.TryCreate(within.Value, out var area))
            return ArraySegment<Region>.Empty;
        var first = Position(area.First);
        return new ArraySegment<Region>(_regions, first, Position(area.Last + 1) - first);

        int Position(long code)
        {
            var found = Array.BinarySearch(_codes, code);
            return found >= 0 ? found : ~found;
        }
    }

    private static int? Rank(Region region, string wanted)
    {
        if (region.Name == wanted || region.Initials == wanted)
            return 0;
        if (region.Name.StartsWith(wanted, StringComparison.Ordinal))
            // 和平 means 和平镇 before 和平桥村: what is left over is only the kind of the place.
            return region.Name.Length - wanted.Length <= KindLength(region.Name) ? 1 : 2;
        if (region.Initials.StartsWith(wanted, StringComparison.Ordinal))
            return 2;
        if (region.Name.Contains(wanted, StringComparison.Ordinal) || region.Initials.Contains(wanted, StringComparison.Ordinal))
            return 3;
        return region.FullName.Contains(wanted, StringComparison.Ordinal) && wanted.Length > 1 && Crosses(region, wanted) ? 4 : null;
    }

    // 和平镇红山 crosses from the town into the village's own name; 和平镇 alone would bring every village of the town.
    private static bool Crosses(Region region, string wanted) =>
        region.FullName.IndexOf(wanted, StringComparison.Ordinal) + wanted.Length > region.FullName.Length - region.Name.Length;

    private static int KindLength(string name) =>
        name.EndsWith("街道", StringComparison.Ordinal) || name.EndsWith("社区", StringComparison.Ordinal) ? 2 : 1;

    /// <summary>Without spaces, full-width forms (as typed in a Chinese input method) as plain ones, letters in lower case.</summary>
    private static string Plain(string? text)
    {
        var plain = new StringBuilder();
        foreach (var letter in text.AsSpan())
        {
            if (char.IsWhiteSpace(letter))
                continue;
            if (plain.Length == LongestSearch)
                break;
            plain.Append(char.ToLowerInvariant(letter is >= '！' and <= '～' ? (char)(letter - '！' + '!') : letter));
        }

        return plain.ToString();
    }

    private static long? ParentOf(Region region) => new RegionCode(region.Code).Parent?.Value;

    private static string NameFromCounty(Region region, Dictionary<long, Region> known)
    {
        if (region.Level <= RegionLevel.County)
            return region.Name;
        if (!known.TryGetValue(ParentOf(region)!.Value, out var parent))
            throw Invalid(region, "上级区划不在名单里", "the region above it is not in the list");
        // A city without counties (直筒子市) has its towns directly below; then the name begins at the city.
        return NameFromCounty(parent, known) + region.Name;
    }

    private static void Check(Region region)
    {
        if (!RegionCode.TryCreate(region.Code, out _))
            throw Invalid(region, "代码不是12位区划代码", "the code has not twelve digits");
        if (string.IsNullOrWhiteSpace(region.Name))
            throw Invalid(region, "缺少名称", "the name is missing");
        if (region.Initials.AsSpan().ContainsAnyExceptInRange('a', 'z'))
            throw Invalid(region, "拼音首字母应为小写字母", "initials must be lower-case letters");
    }

    private static InvalidRegionsException Invalid(Region region, string zh, string en) =>
        new(new Words("区划 {0} {1}：{2}。", "Region {0} {1}: {3}.").With(region.Code, region.Name, zh, en));

    private static RegionDirectory ReadEmbedded()
    {
        var assembly = typeof(RegionDirectory).Assembly;
        using var stream = assembly.GetManifestResourceStream("Renda.Platform.Regions.Data.huzhou.csv")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return FromCsv(reader, AroundEmbedded);
    }
}
