using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Renda.Platform;

namespace Renda.Visits;

/// <summary>A fault in a text that is written line by line.</summary>
/// <param name="Line">Number of the line, from 1.</param>
/// <param name="Text">What is wrong and what to write instead.</param>
public sealed record LineFault(int Line, Words Text);

/// <summary>
/// The parts of a campaign that a clerk writes as lines: the category tree, the form's further fields and the points
/// to look at. Each can be written out and read back without loss; reading is strict and names the line.
/// </summary>
public static partial class CampaignText
{
    /// <summary>Most leaves of a tree.</summary>
    public const int MostLeaves = 400;

    /// <summary>Most lines of the other lists.</summary>
    public const int MostLines = 40;

    /// <summary>
    /// The tree as lines: two spaces for each level, what a leaf asks for behind bars, its id behind <c>#</c>. English
    /// names are left out: they stay known by the id.
    /// </summary>
    /// <param name="categories">The tree.</param>
    /// <param name="duties">Names of duties by id.</param>
    public static string Write(IReadOnlyList<CampaignCategory> categories, IReadOnlyDictionary<string, string> duties)
    {
        var text = new StringBuilder();
        foreach (var category in categories) Write(text, category, 0, duties);
        return text.ToString();
    }

    private static void Write(StringBuilder text, CampaignCategory category, int level, IReadOnlyDictionary<string, string> duties)
    {
        text.Append(' ', level * 2).Append(category.Name.Zh);
        if (level == 2)
        {
            if (category.Article is { } article) text.Append(CultureInfo.InvariantCulture, $" | 第{article}条");
            if (category.Duty.Length > 0) text.Append(" | ").Append(duties.GetValueOrDefault(category.Duty, category.Duty));
            if (category.Days is { } days) text.Append(CultureInfo.InvariantCulture, $" | {days}个工作日");
            text.Append(CultureInfo.InvariantCulture, $" | {category.RequiredPhotos}张");
        }
        text.Append(" #").Append(category.Id).Append('\n');
        foreach (var child in category.Children) Write(text, child, level + 1, duties);
    }

    /// <summary>Reads a tree. What can be read is given even when there are faults, so that it can be shown.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="duties">Ids of duties by every name that may be written for them.</param>
    /// <param name="known">Categories known before, by id: their icons stay, and their English names while the Chinese ones do.</param>
    public static (IReadOnlyList<CampaignCategory> Categories, IReadOnlyList<LineFault> Faults) ReadTree(
        string text, IReadOnlyDictionary<string, string> duties, IReadOnlyDictionary<string, CampaignCategory> known)
    {
        var faults = new List<LineFault>();
        var roots = new List<Node>();
        var path = new List<Node>();
        var ids = new HashSet<string>();
        var leaves = 0;
        foreach (var (number, line) in Lines(text))
        {
            var (level, rest) = Indent(line);
            if (level is null)
            {
                Fault(number, "缩进用两个空格表示一级，这一行的空格数不对。", "Indent by two spaces for each level; this line has an odd number.");
                continue;
            }
            if (level > path.Count || level > 2)
            {
                Fault(number, level > 2 ? "最多三级。" : "比上一行多缩进了不止一级。", level > 2 ? "At most three levels." : "Indented by more than one level below the line above.");
                continue;
            }
            var node = Parse(number, rest, level.Value, path);
            path.RemoveRange(level.Value, path.Count - level.Value);
            var siblings = level == 0 ? roots : path[^1].Children;
            if (siblings.Any(s => s.Name.Zh == node.Name.Zh)) Fault(number, $"同一级里“{node.Name.Zh}”写了两次。", $"“{node.Name.Zh}” is there twice on the same level.");
            if (!ids.Add(node.Id)) Fault(number, $"代码 #{node.Id} 已经用在前面。", $"The code #{node.Id} is used above.");
            if (level == 2 && ++leaves == MostLeaves + 1) Fault(number, $"最多 {MostLeaves} 个小类。", $"At most {MostLeaves} kinds.");
            siblings.Add(node);
            path.Add(node);
        }
        foreach (var node in roots.Concat(roots.SelectMany(r => r.Children)).Where(n => n.Children.Count == 0).OrderBy(n => n.Line))
            Fault(node.Line, $"“{node.Name.Zh}”下面还没有小类。代表选的是第三级。", $"There is nothing below “{node.Name.Zh}”; deputies choose on the third level.");
        return ([.. roots.Select(Finish)], [.. faults.OrderBy(f => f.Line)]);

        Node Parse(int number, string rest, int level, List<Node> above)
        {
            var id = "";
            if (Code().Match(rest) is { Success: true } code)
            {
                id = code.Groups[1].Value;
                rest = rest[..code.Index];
            }
            else if (rest.LastIndexOf(" #", StringComparison.Ordinal) is > 0 and var at)
            {
                Fault(number, "# 后面的代码只能用小写字母、数字和短横。", "The code behind # may have only lower-case letters, digits and hyphens.");
                rest = rest[..at];
            }
            var parts = rest.Split('|', '｜').Select(p => p.Trim()).ToList();
            var names = parts[0].Split(" / ", 2);
            var name = new Words(names[0].Trim(), names[^1].Trim());
            if (name.Zh.Length == 0) Fault(number, "这一行没有名称。", "The line has no name.");
            if (name.Zh.Length > 30 || name.En.Length > 80) Fault(number, "名称太长：中文最多 30 字。", "The name is too long: at most 30 characters, 80 in English.");
            if (id.Length == 0) id = CodeOf(string.Concat(above.Take(level).Select(n => n.Name.Zh + "/")) + name.Zh);
            if (names.Length == 1 && known.GetValueOrDefault(id) is { } before && before.Name.Zh == name.Zh) name = before.Name;
            var node = new Node { Id = id, Name = name, Line = number };
            if (level < 2 && parts.Count > 1) Fault(number, "条款、单位、时限和照片只写在第三级。", "Article, unit, days and photos are written on the third level only.");
            if (level < 2) return node;
            var seen = new HashSet<string>();
            foreach (var part in parts.Skip(1).Where(p => p.Length > 0))
            {
                var kind = "duty";
                if (Article().Match(part) is { Success: true } article)
                {
                    kind = "article";
                    node.Article = Number(article.Groups[1].Value);
                    if (node.Article is not (>= 1 and <= 999)) Fault(number, $"“{part}”看不懂，条款写作“第24条”。", $"“{part}” is no article; write 第24条.");
                }
                else if (Days().Match(part) is { Success: true } days)
                {
                    kind = "days";
                    node.Days = Number(days.Groups[1].Value);
                    if (node.Days is not (>= 1 and <= 365)) Fault(number, "办理时限是 1 到 365 个工作日。", "The deadline is 1 to 365 working days.");
                }
                else if (Photos().Match(part) is { Success: true } photos)
                {
                    kind = "photos";
                    node.Photos = Number(photos.Groups[1].Value) ?? -1;
                    if (node.Photos is not (>= 0 and <= Findings.MostMedia)) Fault(number, $"照片是 0 到 {Findings.MostMedia} 张。", $"Photos are 0 to {Findings.MostMedia}.");
                }
                else if (duties.TryGetValue(part, out var duty)) node.Duty = duty;
                else Fault(number, $"“{part}”看不懂：不是条款（第24条）、时限（7个工作日）、照片（2张），也不是本地的承办单位。", $"“{part}” is not an article (第24条), a deadline (7个工作日), photos (2张) or a unit known here.");
                if (!seen.Add(kind)) Fault(number, $"“{part}”重复了，每样只写一次。", $"“{part}” says a second time what was said before.");
            }
            return node;
        }

        CampaignCategory Finish(Node node) => new()
        {
            Id = node.Id, Name = node.Name, Article = node.Article, Duty = node.Duty, Days = node.Days, RequiredPhotos = node.Photos,
            Icon = known.GetValueOrDefault(node.Id)?.Icon ?? "point", Children = [.. node.Children.Select(Finish)],
        };

        void Fault(int line, string zh, string en) => faults.Add(new LineFault(line, new Words(zh, en)));
    }

    /// <summary>The further fields as lines.</summary>
    public static string Write(IReadOnlyList<CampaignField> fields) => string.Concat(fields.Select(f =>
        $"{f.Label} | {(f.Choices.Count == 0 ? "文字" : "选择：" + string.Join("、", f.Choices))}{(f.Required ? " | 必填" : "")} #{f.Id}\n"));

    /// <summary>Reads further fields, one a line: <c>水体颜色 | 选择：清、浑、黑 | 必填</c>.</summary>
    public static (IReadOnlyList<CampaignField> Fields, IReadOnlyList<LineFault> Faults) ReadFields(string text)
    {
        var faults = new List<LineFault>();
        var fields = new List<CampaignField>();
        foreach (var (number, line) in Lines(text))
        {
            var rest = line.Trim();
            var code = Code().Match(rest);
            if (code.Success) rest = rest[..code.Index];
            var parts = rest.Split('|', '｜').Select(p => p.Trim()).ToList();
            var label = parts[0];
            if (label.Length is 0 or > 30) Fault(number, "字段名是 1 到 30 字。", "A field's name has 1 to 30 characters.");
            IReadOnlyList<string> choices = [];
            var required = false;
            foreach (var part in parts.Skip(1))
            {
                if (part is "必填") required = true;
                else if (part.StartsWith("选择：", StringComparison.Ordinal) || part.StartsWith("选择:", StringComparison.Ordinal))
                {
                    choices = [.. part[3..].Split('、', '，', ',').Select(c => c.Trim()).Where(c => c.Length > 0).Distinct()];
                    if (choices.Count is < 2 or > 20 || choices.Any(c => c.Length > 30)) Fault(number, "选项用顿号隔开，2 到 20 个，每个最多 30 字。", "2 to 20 choices of at most 30 characters, with 、 between.");
                }
                else if (part is not "文字") Fault(number, $"“{part}”看不懂：写“文字”、“选择：甲、乙”或“必填”。", $"“{part}” is not 文字, 选择：… or 必填.");
            }
            var id = code.Success ? code.Groups[1].Value : CodeOf(label);
            if (fields.Any(f => f.Id == id || f.Label == label)) Fault(number, $"“{label}”写了两次。", $"“{label}” is there twice.");
            else fields.Add(new CampaignField { Id = id, Label = label, Required = required, Choices = choices });
            if (fields.Count == MostLines + 1) Fault(number, $"最多 {MostLines} 个字段。", $"At most {MostLines} fields.");
        }
        return (fields, faults);

        void Fault(int line, string zh, string en) => faults.Add(new LineFault(line, new Words(zh, en)));
    }

    /// <summary>Reads the points to look at, one a line.</summary>
    public static (IReadOnlyList<string> Points, IReadOnlyList<LineFault> Faults) ReadPoints(string text)
    {
        var faults = new List<LineFault>();
        var points = new List<string>();
        foreach (var (number, line) in Lines(text))
        {
            var point = line.Trim();
            if (point.Length > 60) faults.Add(new(number, new("一条要点最多 60 字。", "A point has at most 60 characters.")));
            else if (points.Contains(point)) faults.Add(new(number, new("这一条写了两次。", "This point is there twice.")));
            else points.Add(point);
            if (points.Count == MostLines + 1) faults.Add(new(number, new($"最多 {MostLines} 条。", $"At most {MostLines} points.")));
        }
        return (points, faults);
    }

    private static IEnumerable<(int Number, string Line)> Lines(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select((line, i) => (i + 1, line.TrimEnd())).Where(l => l.Item2.Length > 0);

    /// <summary>A tab and a full-width space count as one level, as people paste them.</summary>
    private static (int? Level, string Text) Indent(string line)
    {
        var half = 0;
        var i = 0;
        for (; i < line.Length && line[i] is ' ' or '\t' or '　'; i++) half += line[i] == ' ' ? 1 : 2;
        return (half % 2 == 0 ? half / 2 : null, line[i..]);
    }

    private static string CodeOf(string path) => "k" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..10];

    /// <summary>Arabic or Chinese figures below a thousand; null for anything else.</summary>
    private static int? Number(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        const string digits = "〇一二三四五六七八九";
        var (sum, digit) = (0, -1);
        foreach (var c in text.Replace('零', '〇'))
        {
            if (digits.IndexOf(c) is >= 0 and var d) digit = d;
            else if (c is '十' or '百')
            {
                sum += (digit < 0 ? 1 : digit) * (c == '十' ? 10 : 100);
                digit = -1;
            }
            else return null;
        }
        return sum + Math.Max(0, digit);
    }

    [GeneratedRegex(@"\s+#([a-z0-9][a-z0-9-]{0,59})$")]
    private static partial Regex Code();

    [GeneratedRegex(@"^第?\s*([0-9]{1,4}|[〇零一二三四五六七八九十百]{1,7})\s*条$")]
    private static partial Regex Article();

    [GeneratedRegex(@"^([0-9]{1,5}|[一二三四五六七八九十百]{1,7})\s*(?:个工作日|工作日|天|日)$")]
    private static partial Regex Days();

    [GeneratedRegex(@"^([0-9]{1,5}|[一二三四五六七八九十]{1,3})\s*张(?:照片)?$")]
    private static partial Regex Photos();

    private sealed class Node
    {
        public required string Id { get; init; }

        public required Words Name { get; init; }

        public required int Line { get; init; }

        public int? Article { get; set; }

        public string Duty { get; set; } = "";

        public int? Days { get; set; }

        public int Photos { get; set; } = 1;

        public List<Node> Children { get; } = [];
    }
}
