using System.Globalization;
using System.Text.RegularExpressions;
using Renda.Platform;

namespace Renda.Registry.Import;

/// <summary>The fields a roster may have, and how their cells are read.</summary>
public static partial class RosterFields
{
    /// <summary>Id, name for people, and the headers under which it is met.</summary>
    public static IReadOnlyList<(string Id, Words Name, string[] Headers)> All { get; } =
    [
        ("name", new("姓名", "Name"), ["姓名", "代表姓名", "名字"]),
        ("sex", new("性别", "Sex"), ["性别"]),
        ("idNumber", new("身份证号", "Identity number"), ["身份证号", "身份证", "身份证号码", "公民身份号码", "证件号码"]),
        ("phone", new("电话", "Phone"), ["电话", "手机", "手机号", "手机号码", "联系电话", "联系方式"]),
        ("birth", new("出生日期", "Day of birth"), ["出生日期", "出生年月", "出生年月日", "生日"]),
        ("ethnicity", new("民族", "Ethnicity"), ["民族"]),
        ("party", new("党派", "Party"), ["党派", "政治面貌"]),
        ("education", new("学历", "Education"), ["学历", "文化程度", "学历学位"]),
        ("occupation", new("职业类别", "Occupation"), ["职业", "职业类别", "代表结构", "身份"]),
        ("employer", new("单位和职务", "Employer and title"), ["单位", "单位职务", "单位及职务", "工作单位", "工作单位及职务", "单位和职务", "职务"]),
        ("residence", new("居住地", "Residence"), ["居住地", "住址", "家庭住址", "现居住地"]),
        ("region", new("代表的地方", "Place represented"), ["所在乡镇", "乡镇", "镇街", "所在镇", "代表的地方", "区划代码"]),
        ("constituency", new("选区或选举单位", "Constituency"), ["选区", "选举单位", "选区名称"]),
        ("delegation", new("代表团", "Delegation"), ["代表团", "所在代表团"]),
        ("certificate", new("代表证号", "Certificate no."), ["代表证号", "证号", "代表证编号"]),
    ];

    /// <summary>The field that a header names, or null.</summary>
    public static string? Guess(string header)
    {
        var plain = Key(header);
        return plain.Length == 0 ? null : All.FirstOrDefault(f => f.Headers.Contains(plain)).Id;
    }

    /// <summary>A header without what differs between sheets: spaces, marks, line ends.</summary>
    public static string Key(string header) => Marks().Replace(TypedForm.Plain(header), "");

    /// <summary>
    /// A day as people write it: 1988-3-9, 1988/03/09, 1988.3.9, 19880309, 1988年3月9日, or the number a sheet counts days by.
    /// Null when it is none of these or no real day.
    /// </summary>
    public static DateOnly? Day(string text)
    {
        var plain = TypedForm.Plain(text);
        var match = Written().Match(plain);
        if (match.Success && int.TryParse(match.Groups[1].Value, out var year) && int.TryParse(match.Groups[2].Value, out var month) && int.TryParse(match.Groups[3].Value, out var day))
            return year is > 1900 and < 2200 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
        if (DateOnly.TryParseExact(plain, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var packed)) return packed.Year is > 1900 and < 2200 ? packed : null;
        return plain.Length == 5 && int.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out var serial) ? new DateOnly(1899, 12, 30).AddDays(serial) : null;
    }

    [GeneratedRegex(@"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")]
    private static partial Regex Written();

    [GeneratedRegex(@"[\s*＊（）()：:]+")]
    private static partial Regex Marks();
}
