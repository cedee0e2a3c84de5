namespace Renda.Deputies.Demo;

/// <summary>A course of the demo (演示数据).</summary>
/// <param name="Title">Title.</param>
/// <param name="Content">What one learns.</param>
/// <param name="Hours">Hours.</param>
/// <param name="Onboarding">For new deputies.</param>
/// <param name="Opened">How many days ago it was opened; null for a draft.</param>
/// <param name="Closed">How many days ago it was closed; null when it is open.</param>
/// <param name="Until">In how many days it is to be completed; null for no limit.</param>
/// <param name="Material">Paragraphs of its file; empty for none.</param>
/// <param name="Questions">Its questions.</param>
internal sealed record DemoCourse(string Title, string Content, string Hours, bool Onboarding, int? Opened, int? Closed, int? Until, string[] Material, CourseQuestion[] Questions)
{
    public static IReadOnlyList<DemoCourse> All { get; } =
    [
        new("2025 年预算审查入门", "看懂预算草案：收支、转移支付、债务、绩效。", "2", false, 380, 190, null, [], [
            Ask("预算草案由谁审查批准？", [0], "人民代表大会", "财政部门", "审计机关"), Ask("下列哪些属于审查重点？", [0, 1, 3], "重大政策落实", "转移支付", "办公室装修样式", "政府债务")]),
        new("新任代表履职第一课", "代表的权利和义务、怎样参加会议、闭会期间做什么、怎样联系选民。新任代表当选后一个月内学完。", "2", true, 330, null, null,
            ["代表依法参加本级人民代表大会会议，审议各项议案、报告，提出议案、建议、批评和意见。", "闭会期间参加视察、调研、代表小组活动，联系原选区选民或者原选举单位，听取和反映意见。", "代表在视察中可以提出意见，但不直接处理问题：问题交由人大常委会办事机构转有关单位办理。"],
            [Ask("代表在视察时发现路灯不亮，应当怎么办？", [1], "当场要求供电所派人修", "如实反映，由人大转有关单位办理", "不属于代表的事"), Ask("闭会期间的活动包括哪些？", [0, 1, 2], "视察、调研", "代表小组活动", "联系选民", "审批工程项目"),
                Ask("代表在会议上的发言和表决，是否受法律追究？", [1], "受", "不受"), Ask("不能出席会议的，应当怎样？", [0], "事先请假", "会后说明", "请同事代为表决")]),
        new("怎样写好一件代表建议", "情况、分析、具体意见三段怎么写，一事一议，怎样调研取证，怎样评价答复。", "1.5", false, 55, null, 20,
            ["一事一议：一件建议只写一件事，承办单位才好办、好答。", "写清情况：时间、地点、涉及多少人，最好有走访记录和照片。", "写出具体意见：建议谁、做什么、做到什么程度。"],
            [Ask("一件建议可以写几件事？", [0], "一件", "三件以内", "不限"), Ask("具体意见要写清什么？", [0, 1, 2], "建议谁来办", "办什么事", "办到什么程度", "由代表指定施工单位"), Ask("对答复不满意，可以怎样？", [1], "自己去办", "评价不满意，要求重新办理")]),
        new("代表法修改解读", "2025 年修改了哪些内容，联系群众、履职登记、向选民述职有什么新要求。", "1", false, 18, null, 6, [], [
            Ask("代表应当怎样联系群众？", [0, 1], "参加联络站活动", "走访选民", "只在开会时听取意见"), Ask("代表怎样向选民或者原选举单位报告履职？", [1], "不需要报告", "口头或者书面报告，接受监督"), Ask("代表履职情况由谁登记？", [2], "代表所在单位", "代表自己决定", "人大常委会办事机构")]),
        new("联络站接待群众的方法", "接待前看什么、接待时怎么听、接待后怎么答复。", "1", false, null, null, null, [], [Ask("群众反映的事不归人大办，应当怎样？", [1], "收下再说", "告知应当走的渠道")]),
    ];

    public static string Report { get; } = """
        各位选民：
        现在我把一年来履行代表职务的情况向大家报告，请提意见。
        一、参加会议和活动。出席镇人民代表大会会议，参加视察、调研，到联络站接待选民，每季度走访联系的农户。
        二、提出建议和反映问题。把大家反映的路灯、排水、道路问题写成建议、随手拍反映，大部分已经办好，没有办好的，说明了原因和打算。
        三、答应大家的事。去年答应的村道护栏已经装上；老年活动室的空调还在采购，今年上半年装好。
        四、不足和打算。走访外出务工的选民不够，今年每季度安排一次线上座谈，请大家监督。
        """;

    private static CourseQuestion Ask(string text, int[] right, params string[] options) => new(0, text, options, right);
}
