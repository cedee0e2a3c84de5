using System.Globalization;
using Renda.Platform.Calendar;
using Renda.Platform.Documents;
using Renda.Platform.Indicators;
using Renda.Platform.Web;

namespace Renda.Cockpit.Briefs;

/// <summary>A brief as the document that is printed and sent round. The same content makes the same pages, whenever it is made.</summary>
public sealed class BriefDocument(DemoMode demo)
{
    private const string Numerals = "一二三四五六七八九十";

    /// <summary>Makes it, in the language in which it was written.</summary>
    /// <param name="content">What it tells.</param>
    /// <param name="issue">The brief with its issue and day; null for a draft.</param>
    public ExportedDocument Make(BriefContent content, Brief? issue)
    {
        var (english, issued) = (content.English, issue?.IssuedAt);
        var (month, title) = (BriefReader.MonthName(content.Month), TitleOf(content));
        var mark = demo.On ? T("　演示数据", "; demo data") : "";
        var known = T($"数据截至 {content.AsOf:yyyy-MM-dd}", $"figures as known on {content.AsOf:yyyy-MM-dd}");
        using var document = new DocumentFile(title, T($"{content.Place}　{known}", $"{content.Place}; {known}") + mark);
        document.Masthead(T("工作简报", "Brief"), issue is { IssuedAt: not null } ? T($"{content.Month.Year}年第{issue.Issue}期", $"{content.Month.Year}, no. {issue.Issue}") : T("草稿", "Draft"),
            T($"{content.Place}人大常委会", $"Standing committee of {content.Place}"), issued is { } at ? Day(ChinaTime.Date(at)) : "");
        document.Title(title);
        document.Note(T($"{month.Zh}　数据截至 {Day(content.AsOf)}", $"{month.En}; figures as known on {Day(content.AsOf)}") + mark);
        foreach (var (section, n) in content.Sections.Select((s, n) => (s, n)))
        {
            document.Heading(T($"{(n < Numerals.Length ? Numerals[n].ToString() : (n + 1).ToString(CultureInfo.InvariantCulture))}、{section.Title}", $"{n + 1}. {section.Title}"));
            document.Letter(section.Text);
            if (section.Figures.Count > 0)
                document.Table([(T("指标", "Indicator"), 5.2), (T("本月", "This month"), 3.6), (T("上月", "Month before"), 3.6), (T("去年同月", "Year before"), 3.6)],
                    section.Figures.Select(f => (string[])[Name(f.Indicator.ShortName), Value(f.Indicator, f.Value), Value(f.Indicator, f.Before), Value(f.Indicator, f.YearBefore)]));
            if (section.Lines.Count > 0)
                document.Table([(section.Ranked is null ? T("步骤", "Step") : T("名称", "Name"), 10.0), (section.Ranked is { } r ? Name(r.ShortName) : T("件数", "Matters"), 6.0)],
                    section.Lines.Select(l => (string[])[l.Name, section.Ranked is { } ranked ? Value(ranked, l.Value) : IndicatorSentences.Number(l.Value)]));
            // Percents and counts have no scale in common.
            foreach (var courses in section.Courses.GroupBy(c => c.Indicator.UnitZh))
            {
                List<BriefCourse> of = [.. courses];
                var full = of.Select(c => c.Indicator.ShortName.Zh).Distinct().Count() < of.Count;
                document.LineChart(T($"{section.Title}（{of[0].Indicator.UnitZh}）", $"{section.Title} ({of[0].Indicator.UnitEn})"), [.. of[0].Points.Select(p => p.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture))],
                    [.. of.Select(c => (Name(full ? c.Indicator.Name : c.Indicator.ShortName), (IReadOnlyList<decimal?>)[.. c.Points.Select(p => p.Value)]))]);
            }
            document.Note(section.CountedAt is { } counted ? T($"数据截至 {Moment(counted)}（按当时的状态）", $"Figures of {Moment(counted)}, by the states of that moment") : T($"数据截至 {Day(content.AsOf)}", $"Figures as known on {Day(content.AsOf)}"));
        }
        if (issue is { IssuedAt: not null }) document.Right(T($"签发：{issue.IssuedByName}", $"Issued by {issue.IssuedByName}"));
        return new($"{title}.docx", document.End());

        string T(string zh, string en) => english ? en : zh;
        string Name(Renda.Platform.Words words) => english ? IndicatorSentences.Large(words.En) : words.Zh;
        string Value(Indicator indicator, decimal? value) => value is null ? "—" : Name(IndicatorSentences.With(indicator, value));
        string Day(DateOnly day) => english ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : $"{day.Year}年{day.Month}月{day.Day}日";
        string Moment(DateTime utc) => (utc + ChinaTime.Offset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>The title of a brief, e.g. 德清县2026年10月代表寻访情况; of several scenarios it is the work of the congress.</summary>
    public static string TitleOf(BriefContent content)
    {
        var (month, several) = (BriefReader.MonthName(content.Month), content.Scenarios.Select(s => s.Split('.')[0]).Distinct().Count() > 1);
        return content.English ? $"{(several ? "Work of the congress" : content.Board)} in {content.Place}, {month.En}" : $"{content.Place}{month.Zh}{(several ? "人大工作" : content.Board)}情况";
    }
}
