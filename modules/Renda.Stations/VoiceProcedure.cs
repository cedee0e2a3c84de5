using Renda.Platform.Procedures;
using Renda.Platform.Todos;
using static Renda.Platform.Procedures.Draw;

namespace Renda.Stations;

/// <summary>
/// The loop of what a citizen says at a station (群众意见): looked through, taken up by a deputy, answered on the spot or given to
/// a unit by staff, and told to the citizen by the deputy, who is judged. Only staff give orders to units; only the deputy
/// answers the citizen. The congress does not handle specific cases: those are shown the right way.
/// </summary>
public static class VoiceProcedure
{
    /// <summary>Id of the procedure.</summary>
    public const string Id = "stations.voice";

    /// <summary>Id of the code set of categories.</summary>
    public const string Categories = "stations.category";

    /// <summary>Where somebody is sent whose matter a congress does not handle.</summary>
    public static IReadOnlyList<Choice> Channels { get; } =
    [
        new("court", new("诉讼：向人民法院起诉或者申请执行", "Litigation: the court")), new("reconsideration", new("行政复议：向行政复议机关申请", "Administrative reconsideration")), new("arbitration", new("仲裁：向仲裁机构申请", "Arbitration")),
        new("petition", new("信访：向信访部门提出", "Petition: the petitions office")), new("supervision", new("举报：向纪检监察机关反映", "Report to discipline and supervision")), new("police", new("报警：110", "Police: 110")),
        new("hotline", new("政务服务热线：12345", "Government hotline: 12345")), new("other", new("其他渠道，见说明", "Another way, as explained")),
    ];

    /// <summary>States in which it is under way, comma-separated.</summary>
    public const string Running = "submitted,open,offered,claimed,to-town,to-transfer,transferred,handling,replied";

    /// <summary>States of what was answered, comma-separated.</summary>
    public const string Answered = "answered,closed,closed-unrated,converted,proposed";

    private static readonly string[] Ended = ["closed", "closed-unrated", "converted", "proposed"];

    /// <summary>The procedure as shipped.</summary>
    public static Procedure Create() => new()
    {
        Id = Id,
        Version = 1,
        OfCitizens = true,
        Name = new("群众意见办理", "Handling of a citizen's matter"),
        Phases = [new("raise", new("反映", "Said")), new("claim", new("认领", "Taken up")), new("handle", new("办理", "Handled")), new("answer", new("反馈", "Answered")), new("rate", new("评价", "Rated"))],
        States =
        [
            Wait("submitted", "raise", "待筛查", "To look through", Party.Coordinator, "stations.screen", "等待联络站筛查", "Waiting for the station to look through it", DutyKind.Review),
            Wait("open", "claim", "待认领", "To be taken up", Party.Coordinator, "stations.claim", "等待代表认领，或者由联络站交给代表", "Waiting for a deputy to take it up"),
            Wait("offered", "claim", "待代表承接", "Put to a deputy", Party.FirstReporter, "stations.claim", "等待代表承接", "Waiting for the deputy to take it up", DutyKind.Sign),
            Wait("claimed", "handle", "代表办理", "With the deputy", Party.FirstReporter, "stations.answer", "等待代表答复，或者提请转办", "Waiting for the deputy to answer or to ask for a unit"),
            Wait("to-town", "handle", "待乡镇转办", "To be given to the town", Party.Coordinator, "stations.transfer", "等待联络站转交乡镇、街道办理", "Waiting for the station to give it to the town", DutyKind.Review),
            Wait("to-transfer", "handle", "待转办", "To be given to a unit", Party.Office, "stations.transfer", "等待人大代表工作机构转交部门办理", "Waiting for the deputies' office to give it to a unit", DutyKind.Review),
            Wait("transferred", "handle", "待签收", "To accept", Party.LeadUnit, "stations.sign-for", "等待承办单位签收", "Waiting for the unit to accept it", DutyKind.Sign),
            Wait("handling", "handle", "办理中", "Being handled", Party.LeadUnit, "stations.handle", "等待承办单位答复代表", "Waiting for the unit to reply to the deputy"),
            Wait("replied", "answer", "待代表反馈", "To be told to the citizen", Party.FirstReporter, "stations.feed-back", "等待代表向群众反馈", "Waiting for the deputy to tell the citizen", DutyKind.Assess),
            Wait("answered", "rate", "待群众评价", "To be rated", Party.Citizen, "stations.rate", "已答复，等待群众评价", "Answered; waiting for the citizen's rating"),
            End("closed", "rate", "已办结", "Closed"),
            End("closed-unrated", "rate", "办结（未评价）", "Closed, not rated"),
            End("converted", "answer", "转为建议", "Became a suggestion"),
            End("proposed", "answer", "转为民生实事项目建议", "Became a proposal for a livelihood project"),
            End("not-accepted", "raise", "不属于受理范围", "Not for the congress"),
            End("duplicate", "raise", "重复反映", "Said before"),
        ],
        Actions =
        [
            Act("accept", "受理", "Take in", "已受理", "taken in", Party.Coordinator, "stations.screen", ["submitted"], null, primary: true, effects: ["stations.classify", "stations.offer-if-named", "stations.hold"], to: [new("offered", "stations.is-offered"), new("open")],
                form: [Line("title", "一句话概括", "In one line", 40), Code("category", "类别", "Category", Categories), Deputy("deputy", "交给哪位代表", "Which deputy", false)]),
            Act("not-accept", "不受理", "Do not take in", "不属于受理范围", "not for the congress", Party.Coordinator, "stations.screen", ["submitted", "open"], "not-accepted", effects: ["stations.channel"],
                form: [new Field { Id = "channel", Label = new("告诉群众的渠道", "The right way"), Kind = FieldKind.Choice, Required = true, Choices = Channels }, Reason("为什么，怎么办，会告诉群众", "Why, and what to do; told to the citizen")],
                basis: new("人大一般不办理具体案件；涉法涉诉、信访、复议、仲裁事项告知相应渠道", "The congress does not handle specific cases; courts, petitions, reconsideration and arbitration have their own ways")),
            Act("merge", "与另一件重复", "Said before", "与另一件重复，一并办理", "said before, handled with that", Party.Coordinator, "stations.screen", ["submitted", "open"], "duplicate", requires: ["target-other"], effects: ["merge"],
                form: [new Field { Id = "target", Label = new("与哪一件重复", "Which"), Kind = FieldKind.Matter, Required = true }]),
            Act("offer", "交给代表", "Put to a deputy", "已交给代表", "put to a deputy", Party.Coordinator, "stations.screen", ["open", "offered"], "offered", primary: true, effects: ["stations.offer"], form: [Deputy("deputy", "交给哪位代表", "Which deputy", true)]),
            Act("claim", "认领", "Take it up", "代表已认领", "taken up by a deputy", Party.Coordinator, "stations.claim", ["open"], "claimed", effects: ["stations.claim"]),
            Act("take", "承接", "Take it up", "代表已承接", "taken up by the deputy", Party.FirstReporter, "stations.answer", ["offered"], "claimed", primary: true),
            Act("pass", "请联络站另交代表", "Pass it on", "代表请联络站另交", "passed on by the deputy", Party.FirstReporter, "stations.answer", ["offered", "claimed"], "open", requires: ["stations.no-parts"], effects: ["stations.put-back"], form: [Reason("为什么，建议由谁办", "Why, and who might")]),
            Act("answer", "直接答复群众", "Answer the citizen", "代表已答复", "answered by the deputy", Party.FirstReporter, "stations.answer", ["claimed"], "answered", primary: true, effects: ["stations.answer"], form: [Text("text", "答复，会告诉群众", "Answer, told to the citizen")]),
            Act("visit", "记录走访", "Record a visit", "代表已走访", "the deputy visited", Party.FirstReporter, "stations.answer", ["claimed", "to-town", "to-transfer", "transferred", "handling", "replied"], null, effects: ["attach-before"],
                form: [Text("text", "看到什么，说了什么", "What was seen and said"), new Field { Id = "media", Label = new("照片", "Photos"), Kind = FieldKind.Media, Max = 9 }]),
            Act("ask-transfer", "提请转办", "Ask for a unit", "代表提请转办", "the deputy asks for a unit", Party.FirstReporter, "stations.answer", ["claimed"], null, effects: ["stations.level"], to: [new("to-town", "stations.is-town"), new("to-transfer")],
                form: [Level(), Text("text", "代表的意见", "The deputy's opinion", 500)], basis: new("只有工作人员向单位交办，代表不直接处理问题", "Only staff give orders to units; deputies do not handle problems themselves")),
            // Open only where the place has opened the fast lane (民情直通车): no role holds this permission, the desk lends it.
            Act("hand-over", "直接转办", "Hand over straight", "代表已直接转办", "handed over by the deputy", Party.FirstReporter, StationsModule.FastLane, ["claimed"], "transferred", effects: ["stations.assign-straight"],
                form: [Level(), Unit("leadUnit", "承办单位", "Unit"), Text("text", "代表的意见", "The deputy's opinion", 500)], basis: new("民情直通车：小事由代表直接转承办单位，同时抄送人大代表工作机构和联络站", "Fast lane: small matters go from the deputy straight to a unit, with the deputies' office and the station in copy")) with { TellsTo = Party.Office },
            Act("transfer-town", "转乡镇办理", "Give to the town", "已转交办理", "given to a unit", Party.Coordinator, "stations.transfer-town", ["to-town"], "transferred", primary: true, requires: ["lead-not-co"], effects: ["stations.assign-town"],
                form: [Unit("leadUnit", "承办单位", "Unit"), Units("coUnits", "会办单位", "Co-handling units", 6), Text("note", "转办意见", "Note", 500, false)]),
            Act("pass-up", "提请上级人大转办", "Pass it up", "已提请上级转办", "passed up", Party.Coordinator, "stations.transfer-town", ["to-town"], "to-transfer", effects: ["stations.pass-up"], form: [Reason("为什么乡镇办不了", "Why the town cannot")]),
            Act("transfer", "转部门办理", "Give to a unit", "已转交办理", "given to a unit", Party.Office, "stations.transfer", ["to-transfer"], "transferred", primary: true, requires: ["lead-not-co"], effects: ["stations.assign"],
                form: [Level(), Unit("leadUnit", "承办单位", "Unit"), Units("coUnits", "会办单位", "Co-handling units", 6), Text("note", "转办意见", "Note", 500, false)]),
            Act("give-back", "退回代表", "Give back to the deputy", "已退回代表", "given back to the deputy", Party.Office, "stations.transfer", ["to-transfer"], "claimed", form: [Reason("为什么不转办", "Why no unit gets it")]),
            Act("sign-for", "签收", "Accept", "承办单位已签收", "accepted by the unit", Party.LeadUnit, "stations.handle", ["transferred"], "handling", primary: true, effects: ["accept-assignment"]),
            Act("hand-back", "退回", "Hand back", "承办单位退回", "handed back by the unit", Party.LeadUnit, "stations.handle", ["transferred"], null, effects: ["return-assignments"], to: [new("to-town", "stations.was-town"), new("to-transfer")], form: [Reason("为什么不属于本单位，建议由谁办", "Why it is not yours and whose it is")]),
            Act("co-answer", "提出会办意见", "Answer as co-handler", "会办单位已提出意见", "answered by the co-handler", Party.CoUnit, "stations.handle", ["transferred", "handling"], null, primary: true, effects: ["answer-assignment"], form: [Text("text", "会办意见", "Opinion")]),
            Act("reply", "答复代表", "Reply to the deputy", "承办单位已答复代表", "the unit replied to the deputy", Party.LeadUnit, "stations.handle", ["handling"], "replied", primary: true, requires: ["co-units-answered"], effects: ["answer-assignment", "attach-after", "stop-handling", "stations.reply"],
                form: [Text("text", "办理情况", "What was done", 5000), new Field { Id = "media", Label = new("照片", "Photos"), Kind = FieldKind.Media, Max = 9 }], basis: new("承办单位答复代表，由代表反馈群众", "The unit replies to the deputy, who tells the citizen")),
            Act("feed-back", "确认并反馈群众", "Tell the citizen", "代表已反馈群众", "the deputy told the citizen", Party.FirstReporter, "stations.answer", ["replied"], "answered", primary: true, effects: ["stations.answer"], form: [Text("text", "告诉群众的话", "What the citizen is told")]),
            Act("object", "答复不实，请再办", "Not good enough", "代表认为没有办好", "not good enough, says the deputy", Party.FirstReporter, "stations.answer", ["replied"], null, effects: ["stations.object"], to: [new("to-town", "stations.was-town"), new("to-transfer")], form: [Reason("哪里没有办好", "What is not good")]),
            Act("convert", "转为建议或民生实事", "Make it a suggestion or project", "已转为建议或民生实事项目建议", "became a suggestion or project", Party.FirstReporter, "stations.answer", ["claimed", "replied"], null, effects: ["stations.convert"], to: [new("proposed", "stations.is-project"), new("converted")], form: ConvertForm(),
                basis: new("普遍性、代表性问题转为建议、议案或者民生实事项目", "General problems become suggestions, motions or livelihood projects")),
            Act("convert-office", "转为建议或民生实事", "Make it a suggestion or project", "已转为建议或民生实事项目建议", "became a suggestion or project", Party.Office, "stations.transfer", ["to-transfer"], null, effects: ["stations.convert"], to: [new("proposed", "stations.is-project"), new("converted")], form: ConvertForm()),
            Act("extend", "延长办理期限", "Extend", "期限已延长", "deadline extended", Party.Office, "stations.transfer", ["handling"], null, requires: ["stations.once", "later-than-due"], effects: ["extend-clock", "stations.extended"],
                form: [new Field { Id = "until", Label = new("延长至", "Until"), Kind = FieldKind.Date, Required = true }, Reason("为什么延长", "Why")], basis: new("只能延长一次", "Once only")),
            Act("push", "请办公室督促", "Ask the office to press", "代表请办公室督促", "the deputy asks the office to press", Party.FirstReporter, "stations.answer", ["to-town", "to-transfer", "transferred", "handling"], null, form: [Text("text", "情况", "What is the matter", 500)]) with { TellsTo = Party.Office },
            Act("remind", "催办", "Remind", "已催办", "reminded", Party.Office, "stations.transfer", ["submitted", "open", "offered", "claimed", "to-town", "transferred", "handling", "replied"], null, form: [Text("text", "催办内容", "Message", 500)]) with { Tells = true },
            Act("record-rating", "代记群众评价", "Write the rating down", "联络站代记评价", "rating written down by the station", Party.Coordinator, "stations.screen", ["answered"], "closed", effects: ["stations.rate"],
                form: [Satisfaction(), Text("text", "群众怎么说的，怎么问到的", "What the citizen said, and how it was asked", 500)]),
            Act("rate", "评价", "Rate", "群众已评价", "rated by the citizen", Party.Citizen, Rights, ["answered"], "closed", primary: true, effects: ["stations.rate"], form: [Satisfaction(), Text("text", "还想说的", "What else there is to say", 500, false)]),
            Act("reopen", "没有解决，再次反映", "Not solved, say it again", "群众再次反映", "said again by the citizen", Party.Citizen, Rights, ["answered", "closed"], "claimed", requires: ["stations.reopen-once"], effects: ["stations.reopen"], form: [Reason("哪里没有解决", "What is not solved")]),
            Act("publish", "公开", "Publish", "已公开", "published", Party.Coordinator, "stations.publish", Ended, null, effects: ["stations.publish"],
                form: [Text("publicText", "公开的意见（请隐去姓名、电话、住址）", "What was said, without names, numbers and addresses"), Text("publicAnswer", "公开的答复", "What became of it")]),
            Act("unpublish", "撤下公开", "Take down", "已撤下公开", "taken down", Party.Coordinator, "stations.publish", Ended, null, requires: ["stations.is-published"], effects: ["stations.unpublish"], form: [Reason("为什么撤下", "Why")]),
            Act("escalate", "期限已到", "Time is up", "期限已到", "the time was up", Party.System, "stations.screen", [.. Running.Split(','), "answered"], null, effects: ["stations.time-up"], to: [new("closed-unrated", "stations.unrated"), new(null)]),
        ],
    };

    // The citizen has no role; who acts for one is not asked for a permission, but each action names one.
    private const string Rights = StationsModule.Read;

    private static IReadOnlyList<Field> ConvertForm() =>
        [new Field { Id = "kind", Label = new("转为", "Into"), Kind = FieldKind.Choice, Required = true, Choices = [new("suggestion", new("代表建议", "A suggestion")), new("project", new("民生实事项目", "A livelihood project"))] }, Text("text", "告诉群众的话", "What the citizen is told")];

    private static Field Satisfaction() => new() { Id = "score", Label = new("满意吗", "Satisfied?"), Kind = FieldKind.Choice, Required = true, Choices = [new("1", new("满意", "Satisfied")), new("2", new("基本满意", "Basically satisfied")), new("3", new("不满意", "Not satisfied"))] };

    private static Field Level() => new()
    {
        Id = "level", Label = new("哪一级办理", "Which tier"), Kind = FieldKind.Choice, Required = true,
        Choices = [new("town", new("乡镇、街道", "Town")), new("county", new("县（区）部门", "County")), new("city", new("市级部门", "City"))],
    };

    private static Field Deputy(string id, string zh, string en, bool required) => new() { Id = id, Label = new(zh, en), Kind = FieldKind.Deputy, Required = required };
}
