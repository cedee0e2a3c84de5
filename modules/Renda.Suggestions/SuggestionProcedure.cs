using Renda.Platform.Procedures;
using Renda.Platform.Todos;
using static Renda.Platform.Procedures.Draw;

namespace Renda.Suggestions;

/// <summary>
/// The loop of a suggestion (代表建议、批评和意见): put forward, examined, given to units, replied to, judged, and its promise
/// followed until it is kept. Rules: Deputies Law (代表法) art. 51 and Zhejiang's provisions on handling suggestions; every
/// period is a deadline that places set for themselves.
/// </summary>
public static class SuggestionProcedure
{
    /// <summary>Id of the procedure.</summary>
    public const string Id = "suggestions.suggestion";

    /// <summary>Id of the code set of result classes.</summary>
    public const string Classes = "suggestions.class";

    /// <summary>Id of the code set of subjects.</summary>
    public const string Subjects = "suggestions.subject";

    /// <summary>Id of the code set of committees.</summary>
    public const string Committees = "suggestions.committee";

    /// <summary>The seven grounds on which a suggestion is not taken in: Zhejiang's provisions, art. 6.</summary>
    public static IReadOnlyList<Choice> Grounds { get; } =
    [
        new("personal", new("代表本人及其亲属的个人问题", "A personal matter of the deputy or of relatives")), new("forwarded", new("转交人民群众来信、个案申诉", "Letters or petitions of others passed on")),
        new("academic", new("学术探讨、产品推介", "Academic discussion or promotion of a product")), new("no-content", new("没有具体内容", "No concrete content")),
        new("judicial", new("进入诉讼、仲裁等程序的案件", "A case before a court or an arbitrator")), new("bidding", new("正在招标投标的事项", "A bid under way")), new("other", new("其他不应作为建议的", "Other that is no suggestion")),
    ];

    private static readonly string[] Running = ["submitted", "returned", "accepted", "joint", "assigned", "return-asked", "return-requested", "handling", "replied", "redo", "tracking", "promise-reported"];
    private static readonly string[] Ended = ["replied", "tracking", "promise-reported", "closed", "closed-kept", "closed-unreturned"];

    /// <summary>The procedure as shipped.</summary>
    public static Procedure Create() => new()
    {
        Id = Id,
        Version = 1,
        Name = new("代表建议办理", "Handling of a suggestion"),
        Phases =
        [
            new("propose", new("提出", "Put forward")),
            new("assign", new("交办", "Assign")),
            new("handle", new("办理", "Handle")),
            new("evaluate", new("评价", "Judge")),
            new("track", new("跟踪", "Follow")),
        ],
        States =
        [
            Wait("submitted", "propose", "待审查", "To examine", Party.OwnOffice, "suggestions.review", "等待人大代表工作机构审查立案", "Waiting for the deputies' office to examine it", DutyKind.Review),
            Wait("returned", "propose", "待修改", "To revise", Party.FirstReporter, "suggestions.complete", "等待领衔代表修改", "Waiting for the lead deputy to revise it"),
            Wait("accepted", "assign", "待交办", "To assign", Party.OwnOffice, "suggestions.assign", "等待人大代表工作机构交办", "Waiting for the deputies' office to assign it"),
            Wait("joint", "assign", "待分办", "To distribute", Party.Coordinator, "suggestions.joint", "等待政府办公室确定承办单位", "Waiting for the government office to name the units"),
            Wait("assigned", "assign", "待签收", "To accept", Party.LeadUnit, "suggestions.sign-for", "等待承办单位签收", "Waiting for the unit to accept it", DutyKind.Sign),
            Wait("return-asked", "assign", "申请退办（政府办）", "Return asked of the government office", Party.Coordinator, "suggestions.decide-return", "等待政府办公室答复退办申请", "Waiting for the government office to decide on the return", DutyKind.Review),
            Wait("return-requested", "assign", "申请退办", "Return requested", Party.OwnOffice, "suggestions.decide-return", "等待人大代表工作机构答复退办申请", "Waiting for the deputies' office to decide on the return", DutyKind.Review),
            Wait("handling", "handle", "办理中", "Being handled", Party.LeadUnit, "suggestions.reply", "等待承办单位答复", "Waiting for the unit's reply"),
            Wait("redo", "handle", "重新办理", "To be done again", Party.LeadUnit, "suggestions.redo", "等待承办单位重新办理并书面答复", "Waiting for the unit to do it again and reply in writing"),
            Wait("replied", "evaluate", "待评价", "To judge", Party.FirstReporter, "suggestions.evaluate", "等待领衔代表反馈意见", "Waiting for the lead deputy's judgement", DutyKind.Assess),
            Wait("tracking", "track", "承诺跟踪", "Promise followed", Party.LeadUnit, "suggestions.promise", "等待承办单位兑现承诺并再次答复", "Waiting for the unit to keep its promise and reply again"),
            Wait("promise-reported", "track", "待确认兑现", "To confirm", Party.FirstReporter, "suggestions.check-promise", "等待领衔代表确认承诺是否兑现", "Waiting for the lead deputy to say whether the promise was kept", DutyKind.Assess),
            End("closed", "evaluate", "已办结", "Closed"),
            End("closed-kept", "track", "承诺已兑现", "Promise kept"),
            End("closed-unreturned", "evaluate", "办结（未反馈）", "Closed, not returned"),
            End("inadmissible", "propose", "不作为建议处理", "Not taken in"),
            End("withdrawn", "propose", "已撤回", "Withdrawn"),
        ],
        Actions =
        [
            Act("accept", "立案", "Take in", "已立案", "taken in", Party.OwnOffice, "suggestions.review", ["submitted"], "accepted", primary: true, effects: ["suggestions.classify"],
                form: [Code("committee", "对口委员会", "Committee", Committees), Code("subject", "主题分类", "Subject", Subjects)]) with { Numbering = "suggestions.number" },
            Act("return", "退回修改", "Send back", "被退回修改", "sent back to be revised", Party.OwnOffice, "suggestions.review", ["submitted"], "returned", form: [Reason("需要修改什么，会告诉代表", "What is to be revised; told to the deputy")]),
            Act("complete", "修改后再提交", "Revise", "已修改", "revised", Party.FirstReporter, "suggestions.propose", ["returned"], "submitted", primary: true, effects: ["suggestions.rewrite"],
                form: [Line("title", "标题", "Title", 80), Text("situation", "情况", "Situation", 4000), Text("analysis", "分析", "Analysis", 4000), Text("proposal", "具体意见", "What should be done", 4000)]),
            Act("decline", "不作为建议处理", "Do not take in", "未立案", "not taken in", Party.OwnOffice, "suggestions.review", ["submitted"], "inadmissible",
                form: [new Field { Id = "ground", Label = new("依据", "Ground"), Kind = FieldKind.Choice, Required = true, Choices = Grounds }, Reason("理由和建议的渠道，会告诉代表", "Why, and what to do instead; told to the deputy")],
                basis: new("《浙江省人民代表大会代表建议办理规定》第六条", "Zhejiang provisions on handling suggestions, art. 6")),
            Act("withdraw", "撤回", "Withdraw", "已撤回", "withdrawn", Party.FirstReporter, "suggestions.propose", ["submitted", "returned", "accepted", "joint", "assigned", "handling"], "withdrawn", form: [Reason("为什么撤回", "Why")]),
            Act("to-coordinator", "交政府办联合交办", "Give to the government office", "已交政府办联合交办", "given to the government office to distribute", Party.OwnOffice, "suggestions.assign", ["accepted"], "joint", primary: true, effects: ["suggestions.to-coordinator"],
                form: [Unit("coordinator", "政府办公室", "Government office", true), Unit("proposedUnit", "建议的主办单位", "Lead unit proposed", false), Text("note", "交办意见", "Note", required: false)],
                basis: new("代表工作机构与政府办公室联合交办", "Assigned jointly by the deputies' office and the government office")),
            Act("assign", "直接交办", "Assign directly", "已交办", "assigned", Party.OwnOffice, "suggestions.assign", ["accepted"], "assigned", requires: ["suggestions.one-way", "lead-not-co"], effects: ["suggestions.assign"], form: AssignForm()),
            Act("distribute", "分办", "Distribute", "已交办", "assigned", Party.Coordinator, "suggestions.coordinate", ["joint"], "assigned", primary: true, requires: ["suggestions.one-way", "lead-not-co"], effects: ["suggestions.answer-coordinator", "suggestions.assign"], form: AssignForm()),
            Act("hand-back", "退回代表工作机构", "Give back to the office", "政府办退回", "given back by the government office", Party.Coordinator, "suggestions.coordinate", ["joint"], "accepted", effects: ["suggestions.return-coordinator"], form: [Reason("为什么不属于政府系统办理", "Why it is not for the government")]),
            Act("sign-for", "签收", "Accept", "承办单位已签收", "accepted by the unit", Party.LeadUnit, "suggestions.handle", ["assigned", "handling"], "handling", primary: true, effects: ["accept-assignment"]) with { OwnPart = ["assigned"] },
            Act("request-return", "申请退办", "Ask to return", "承办单位申请退办", "return requested by the unit", Party.LeadUnit, "suggestions.handle", ["assigned", "handling"], null, requires: ["suggestions.return-in-time"], effects: ["suggestions.ask-return"],
                to: [new("return-asked", "suggestions.has-coordinator"), new("return-requested")], form: [Reason("为什么不属于本单位，建议由谁办", "Why it is not yours and whose it is")],
                basis: new("收到之日起十日内提出，经同意方可退回，不得自行转办", "Within ten days of receipt and with consent; never passed on by oneself")) with { OwnPart = ["assigned", "accepted"] },
            Act("grant-return", "同意退办", "Grant return", "退办获同意", "return granted", Party.OwnOffice, "suggestions.assign", ["return-requested"], null, primary: true, effects: ["suggestions.return-part"], to: [new("handling", "suggestions.others-handle"), new("accepted")]),
            Act("refuse-return", "不同意退办", "Refuse return", "退办未获同意", "return refused", Party.OwnOffice, "suggestions.assign", ["return-requested"], null, to: [new("handling", "suggestions.someone-handles"), new("assigned")], form: [Reason("理由", "Reason")]),
            Act("coordinator-grants", "同意退办", "Grant return", "退办获同意", "return granted", Party.Coordinator, "suggestions.coordinate", ["return-asked"], null, primary: true, effects: ["suggestions.return-part"], to: [new("handling", "suggestions.others-handle"), new("joint")]),
            Act("coordinator-refuses", "不同意退办", "Refuse return", "退办未获同意", "return refused", Party.Coordinator, "suggestions.coordinate", ["return-asked"], null, to: [new("handling", "suggestions.someone-handles"), new("assigned")], form: [Reason("理由", "Reason")]),
            Act("contact", "记录与代表联系", "Record contact", "已联系代表", "the deputy was contacted", Party.LeadUnit, "suggestions.handle", ["handling", "redo"], null, requires: ["suggestions.contact-day"], effects: ["suggestions.contact"],
                form: [Choice("how", "方式", "How", ("visit", "走访", "Visit"), ("meeting", "座谈", "Meeting"), ("call", "电话", "Call"), ("letter", "书面", "In writing")), Day("day", "日期", "Day"), Text("text", "代表的意见", "What the deputy said")],
                basis: new("承办单位应当先与代表联系沟通", "The unit contacts the deputy first")) with { OwnPart = ["accepted", "drafted"] },
            Act("co-answer", "提出会办意见", "Answer as co-handler", "会办单位已提出意见", "answered by the co-handler", Party.CoUnit, "suggestions.handle", ["assigned", "handling", "redo"], null, primary: true, effects: ["answer-assignment"],
                form: [Line("docNumber", "函号", "Number of the letter", 40, required: false), Text("text", "会办意见", "Opinion", 5000)]),
            Act("draft-reply", "拟写答复", "Draft the reply", "已拟写答复，待签发", "reply drafted, to be signed", Party.LeadUnit, "suggestions.handle", ["handling", "redo"], null, primary: true,
                requires: ["co-units-answered", "suggestions.contacted", "suggestions.promise-told"], effects: ["suggestions.draft"],
                form:
                [
                    Line("docNumber", "发文字号", "Number of the letter", 40), Code("class", "办理结果", "Result class", Classes), Text("text", "答复正文", "Text of the reply", 20000),
                    Text("promise", "承诺事项（列入计划逐步解决的必填）", "What is promised, needed if it is to be solved step by step", 2000, required: false), Day("promiseDue", "承诺完成日期（有承诺的必填）", "Day of the promise, needed with one", required: false),
                    Line("contactName", "联系人", "Contact person", 40), Line("contactPhone", "联系电话", "Telephone", 40),
                    Choice("disclosure", "公开属性", "Disclosure", ("open", "主动公开", "Public"), ("partly", "部分公开", "Public in part"), ("closed", "不予公开", "Not public")),
                ]) with { OwnPart = ["accepted", "drafted"], Internal = true },
            Act("sign", "签发答复", "Sign the reply", "承办单位已答复", "replied by the unit", Party.LeadUnit, "suggestions.sign", ["handling", "redo"], null, primary: true, effects: ["suggestions.sign", "suggestions.stop", "suggestions.attach"], to: [new("replied", "all-answered"), new(null)],
                form: [Line("signer", "签发人（单位主要负责人）", "Signed by, the principal head", 40), Files("随函附件", "Attachments to the letter")], basis: new("答复由承办单位主要负责人审核签发", "Replies are signed by the principal head of the unit")) with { OwnPart = ["drafted"] },
            Act("redraft", "退回重拟", "Send back the draft", "答复稿退回重拟", "draft sent back", Party.LeadUnit, "suggestions.sign", ["handling", "redo"], null, effects: ["accept-assignment"], form: [Reason("哪里要改", "What is to be changed")]) with { OwnPart = ["drafted"], Internal = true },
            Act("say", "补充附议意见", "Add a co-signer's opinion", "附议代表补充意见", "a co-signer added an opinion", Party.Reporter, "suggestions.evaluate", ["replied"], null, form: [Text("text", "意见", "Opinion")]),
            Act("evaluate", "反馈意见", "Judge", "代表已反馈意见", "judged by the deputy", Party.FirstReporter, "suggestions.evaluate", ["replied"], null, primary: true, requires: ["suggestions.reason-if-not"], effects: ["suggestions.rate", "suggestions.track"],
                to: [new("redo", "suggestions.redo-wanted"), new("tracking", "suggestions.promised"), new("closed")],
                form:
                [
                    Choice("attitude", "办理态度", "Attitude", ("1", "满意", "Satisfied"), ("2", "基本满意", "Basically satisfied"), ("3", "不满意", "Not satisfied")),
                    Choice("result", "办理结果", "Result", ("1", "满意", "Satisfied"), ("2", "基本满意", "Basically satisfied"), ("3", "不满意", "Not satisfied")),
                    Text("reason", "不满意的原因（选了不满意必填）", "Reason, needed if not satisfied", 500, required: false),
                ]),
            Act("close-unreturned", "未收到反馈，办结", "Close without judgement", "未反馈办结", "closed without judgement", Party.OwnOffice, "suggestions.review", ["replied"], null, requires: ["suggestions.time-is-up"], effects: ["suggestions.unreturned", "suggestions.track"],
                to: [new("tracking", "suggestions.promised"), new("closed-unreturned")], form: [Reason("催收情况", "How the deputy was reminded")]),
            Act("report-promise", "再次答复：报告兑现情况", "Reply again on the promise", "承办单位报告兑现情况", "the unit replied again on its promise", Party.LeadUnit, "suggestions.sign", ["tracking"], null, primary: true, effects: ["suggestions.report-promise", "suggestions.stop-promise", "suggestions.attach"], to: [new("promise-reported", "all-answered"), new(null)],
                form: [Line("docNumber", "发文字号", "Number of the letter", 40, required: false), Text("text", "兑现情况", "How it was kept", 5000), Files("附件", "Attachments")]) with { OwnPart = ["tracking"] },
            Act("move-promise", "同意调整承诺日期", "Move the promise", "承诺日期已调整", "promise moved", Party.OwnOfficeHead, "suggestions.extend", ["tracking"], null, requires: ["suggestions.promise-later"], effects: ["suggestions.move-promise"],
                form: [Day("until", "新的完成日期", "New day"), Reason("为什么", "Why")]),
            Act("confirm-promise", "确认兑现", "Confirm", "代表已确认兑现", "kept, says the deputy", Party.FirstReporter, "suggestions.evaluate", ["promise-reported"], "closed-kept", primary: true, effects: ["suggestions.kept"], form: [Text("text", "意见", "Opinion", 500, required: false)]),
            Act("deny-promise", "没有兑现", "Not kept", "代表认为没有兑现", "not kept, says the deputy", Party.FirstReporter, "suggestions.evaluate", ["promise-reported"], "tracking", effects: ["suggestions.track-again"], form: [Reason("哪里没有兑现", "What was not kept")]),
            Act("close-promise", "未收到确认，办结", "Close without confirmation", "未确认办结", "closed without confirmation", Party.OwnOffice, "suggestions.review", ["promise-reported"], "closed-kept", requires: ["suggestions.time-is-up"], effects: ["suggestions.kept"], form: [Reason("核实情况", "What the office found")]),
            Act("ask-extension", "申请延期", "Ask for more time", "承办单位申请延期", "more time asked for", Party.LeadUnit, "suggestions.handle", ["handling"], null, effects: ["suggestions.ask-extension"],
                form: [Day("until", "延长至", "Until"), Reason("为什么，难在哪里", "Why, and what makes it hard")]) with { OwnPart = ["accepted", "drafted"], TellsTo = Party.OwnOffice },
            Act("extend", "同意延期", "Extend", "期限已延长", "deadline extended", Party.OwnOfficeHead, "suggestions.extend", ["handling"], null, requires: ["later-than-due", "suggestions.six-months"], effects: ["extend-clock", "suggestions.extend-parts"],
                form: [Day("until", "延长至", "Until"), Reason("为什么延长", "Why")], basis: new("涉及面广、处理难度大的，经交办机关同意，自交办之日起六个月内答复", "Wide or hard items, with the assigning body's consent: within six months of assignment")),
            Act("pause", "暂停计时", "Pause the clock", "计时已暂停", "clock paused", Party.OwnOffice, "suggestions.assign", ["handling", "redo"], null, effects: ["pause-clock"], form: [Reason("为什么暂停", "Why")]),
            Act("resume", "恢复计时", "Resume the clock", "计时已恢复", "clock resumed", Party.OwnOffice, "suggestions.assign", ["handling", "redo"], null, effects: ["resume-clock"], form: [Reason("为什么恢复", "Why")]),
            Act("prioritise", "列为重点督办", "Make it a priority", "已列为重点督办", "made a priority", Party.OwnOfficeHead, "suggestions.extend", ["accepted", "joint", "assigned", "handling", "redo", "replied", "tracking"], null, effects: ["list-as-focus", "suggestions.prioritise"],
                form: [Line("leader", "领办领导", "Leader who takes it up", 40), Line("supervisor", "督办机构", "Committee that supervises", 60), Reason("主任会议确定的依据", "Decision of the chairpersons' meeting")]),
            Act("handle-with", "并案办理", "Handle together", "已并案办理", "handled together with another", Party.OwnOffice, "suggestions.assign", ["accepted", "joint", "assigned", "handling"], null, requires: ["target-other"], effects: ["suggestions.handle-with"],
                form: [new Field { Id = "target", Label = new("与哪一件并案", "Together with"), Kind = FieldKind.Matter, Required = true, Hint = new("并案办理的，每一件仍要分别答复。", "Each still gets a reply of its own.") }]),
            Act("publish", "公开", "Publish", "已公开", "published", Party.OwnOffice, "suggestions.publish", Ended, null, requires: ["suggestions.may-publish"], effects: ["suggestions.publish"],
                form:
                [
                    Text("publicText", "公开的建议内容（请隐去涉密、商业秘密和个人隐私）", "Text to publish, without secrets and personal data", 20000), Text("publicReply", "公开的答复内容", "Reply to publish", 20000),
                ]),
            Act("unpublish", "撤下公开", "Take down", "已撤下公开", "taken down", Party.OwnOffice, "suggestions.publish", Ended, null, requires: ["suggestions.is-published"], effects: ["suggestions.unpublish"], form: [Reason("为什么撤下", "Why")]),
            Act("remind", "催办", "Remind", "已催办", "reminded", Party.OwnOffice, "suggestions.review", ["joint", "assigned", "handling", "redo", "replied", "tracking", "promise-reported"], null, form: [Text("text", "催办内容", "Message", 500)]) with { Tells = true },
            Act("escalate", "超期提醒", "Escalate", "已超期并提醒", "overdue, brought to notice", Party.System, "suggestions.review", Running, null, effects: ["escalate"]),
        ],
    };

    private static IReadOnlyList<Field> AssignForm() =>
    [
        Unit("leadUnit", "主办单位", "Lead unit", false), Units("coUnits", "会办单位", "Co-handling units", 12), Units("separateUnits", "分办单位（各自答复，不设主办）", "Separate handlers, each replies; no lead unit then", 12),
        Choice("term", "答复期限", "Reply within", ("normal", "三个月", "Three months"), ("hard", "六个月（涉及面广、难度大）", "Six months (wide or hard)")), Text("note", "交办意见", "Note to the units", required: false),
    ];
}
