using Renda.Platform;
using Renda.Platform.Indicators;

namespace Modules.Tests.Cockpit;

/// <summary>What is said of numbers, in both languages.</summary>
public sealed class SentenceTests
{
    private static readonly Words Month = new("本月", "this month"), Before = new("上月", "the month before"), Year = new("去年同月", "the same month last year");

    private static Indicator Rate { get; } = new() { Zh = "寻访·按时办结率", En = "Visits: closed in time", UnitZh = "%", UnitEn = "%", Better = IndicatorDirection.Up, Decimals = 1 };

    private static Indicator Count { get; } = new() { Zh = "寻访·收到件数", En = "Visits: received", UnitZh = "件", UnitEn = "matters" };

    private static Indicator Days { get; } = new() { Zh = "寻访·平均办理天数", En = "Visits: days taken on average", UnitZh = "天", UnitEn = "days", Better = IndicatorDirection.Down, Decimals = 1 };

    public static TheoryData<string, double?, double?, string, string> Statements { get; } = new()
    {
        { "rate", 93.0, 89.0, "本月按时办结率 93%，较上月升 4 个百分点，向好。", "Closed in time this month: 93%, up 4 points on the month before (better)." },
        { "rate", 89.5, 93.0, "本月按时办结率 89.5%，较上月降 3.5 个百分点，需关注。", "Closed in time this month: 89.5%, down 3.5 points on the month before (worse)." },
        { "rate", 93.0, 93.0, "本月按时办结率 93%，与上月持平。", "Closed in time this month: 93%, the same as the month before." },
        { "rate", 50.0, 0.0, "本月按时办结率 50%，较上月升 50 个百分点，向好。", "Closed in time this month: 50%, up 50 points on the month before (better)." },
        { "rate", null, 93.0, "本月按时办结率没有数。", "Closed in time this month: no figure." },
        { "rate", 93.0, null, "本月按时办结率 93%，上月没有数。", "Closed in time this month: 93%, no figure for the month before." },
        { "count", 15.0, 12.0, "本月收到件数 15 件，较上月增加 3 件（增 25%）。", "Received this month: 15 matters, up 3 matters (25%) on the month before." },
        { "count", 1200.0, 1600.0, "本月收到件数 1,200 件，较上月减少 400 件（减 25%）。", "Received this month: 1,200 matters, down 400 matters (25%) on the month before." },
        { "count", 5.0, 0.0, "本月收到件数 5 件，上月是 0 件。", "Received this month: 5 matters, up from nothing the month before." },
        { "count", 0.0, 0.0, "本月收到件数 0 件，与上月持平。", "Received this month: 0 matters, the same as the month before." },
        { "count", 0.0, 4.0, "本月收到件数 0 件，较上月减少 4 件（减 100%）。", "Received this month: 0 matters, down 4 matters (100%) on the month before." },
        { "count", 1001.0, 1000.0, "本月收到件数 1,001 件，较上月增加 1 件。", "Received this month: 1,001 matters, up 1 matter on the month before." },
        { "days", 4.5, 6.0, "本月平均办理天数 4.5 天，较上月减少 1.5 天（减 25%），向好。", "Days taken on average this month: 4.5 days, down 1.5 days (25%) on the month before (better)." },
        { "days", 8.0, 6.4, "本月平均办理天数 8 天，较上月增加 1.6 天（增 25%），需关注。", "Days taken on average this month: 8 days, up 1.6 days (25%) on the month before (worse)." },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public void A_number_is_told_with_its_change(string which, double? now, double? before, string zh, string en)
    {
        var told = IndicatorSentences.Statement(Of(which), Month, (decimal?)now, (Before, (decimal?)before));
        Assert.Equal((zh, en), (told.Zh, told.En));
    }

    [Fact]
    public void The_same_month_of_the_year_before_is_told_after_the_month_before()
    {
        var told = IndicatorSentences.Statement(Rate, Month, 93, (Before, 89), (Year, 95));
        Assert.Equal("本月按时办结率 93%，较上月升 4 个百分点，向好；较去年同月降 2 个百分点，需关注。", told.Zh);
        Assert.Equal("Closed in time this month: 93%, up 4 points on the month before (better); down 2 points on the same month last year (worse).", told.En);
    }

    public static TheoryData<string, (string, double?)[], double?, string, string> Rankings { get; } = new()
    {
        { "count", [("武康", 12), ("莫干山", 8), ("新市", 6), ("洛舍", 4)], 30, "最多的是武康，12 件，占 40%；其次是莫干山（8 件）、新市（6 件）。", "Most: 武康 with 12 matters, 40% of all; then 莫干山 (8 matters), 新市 (6 matters)." },
        { "count", [("武康", 5), ("新市", 5), ("洛舍", 0)], 10, "最多的是武康、新市，各 5 件，共占 100%。", "Most: 武康, 新市 with 5 matters each, 100% together." },
        { "count", [("武康", 3), ("新市", 0)], 3, "最多的是武康，3 件，占 100%。", "Most: 武康 with 3 matters, 100% of all." },
        { "count", [("甲", 2), ("乙", 2), ("丙", 2), ("丁", 2), ("戊", 1)], 9, "4 个并列最多，各 2 件。", "Most: 4 alike with 2 matters each." },
        { "count", [("甲", 2), ("乙", 2)], 4, "各处都是 2 件。", "All of them have 2 matters." },
        { "count", [("甲", 0), ("乙", 0)], 0, "都没有数。", "There is nothing to tell." },
        { "count", [], 0, "都没有数。", "There is nothing to tell." },
        { "rate", [("武康", 93.5), ("新市", null), ("洛舍", 80)], null, "最高的是武康，93.5%；其次是洛舍（80%）。", "Highest: 武康 with 93.5%; then 洛舍 (80%)." },
    };

    [Theory]
    [MemberData(nameof(Rankings))]
    public void The_largest_is_named_with_its_share(string which, (string, double?)[] lines, double? total, string zh, string en)
    {
        var told = IndicatorSentences.Most(Of(which), [.. lines.Select(l => (l.Item1, (decimal?)l.Item2))], (decimal?)total);
        Assert.Equal((zh, en), (told.Zh, told.En));
    }

    public static TheoryData<double?[], string> Courses { get; } = new()
    {
        { [3, 30, 12], "收到件数最高是 2月（30 件），最低是 1月（3 件），最近 3月 12 件。" },
        { [0, 0, 12], "收到件数最高是 3月（12 件），最低 0 件。" },
        { [0, 12, 0], "收到件数最高是 2月（12 件），最低 0 件。" },
        { [2, 12, 4], "收到件数最高是 2月（12 件），最低是 1月（2 件），最近 3月 4 件。" },
        { [5, 5, 5], "收到件数一直是 5 件。" },
        { [null, 4, null], "收到件数只有 2月有数，4 件。" },
        { [null, null, null], "收到件数在这段时间没有数。" },
    };

    [Theory]
    [MemberData(nameof(Courses))]
    public void A_course_is_told_by_its_ends(double?[] values, string zh) =>
        Assert.Equal(zh, IndicatorSentences.Course(Count, [.. values.Select((v, i) => (new Words($"{i + 1}月", $"month {i + 1}"), (decimal?)v))]).Zh);

    private static Indicator Of(string which) => which switch { "rate" => Rate, "count" => Count, _ => Days };
}
