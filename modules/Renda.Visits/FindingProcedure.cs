using Renda.Platform.Procedures;
using Renda.Platform.Todos;
using static Renda.Platform.Procedures.Draw;

namespace Renda.Visits;

/// <summary>
/// The loop of a finding: 反映—交办—承办—反馈—评价. A deputy reports and judges; only staff give orders to units
/// (Deputies Law, art. 31: deputies do not directly handle problems).
/// </summary>
public static class FindingProcedure
{
    /// <summary>Id of the procedure.</summary>
    public const string Id = "visits.finding";

    private static readonly string[] Running = ["submitted", "returned", "verified", "assigned", "return-requested", "handling", "replied", "checked", "redo"];

    /// <summary>The procedure as shipped.</summary>
    public static Procedure Create() => new()
    {
        Id = Id,
        Version = 1,
        Name = new("代表寻访问题办理", "Handling of a finding"),
        Phases =
        [
            new("report", new("反映", "Report")),
            new("assign", new("交办", "Assign")),
            new("handle", new("承办", "Handle")),
            new("feedback", new("反馈", "Feed back")),
            new("evaluate", new("评价", "Evaluate")),
        ],
        States =
        [
            Wait("submitted", "report", "待核实", "To verify", Party.Office, "visits.verify", "等待人大工作人员核实", "Waiting for the congress staff to verify it", DutyKind.Review),
            Wait("returned", "report", "待补充", "To complete", Party.Reporter, "visits.complete", "等待代表补充", "Waiting for the deputy to complete it"),
            Wait("verified", "assign", "待交办", "To assign", Party.Office, "visits.assign", "等待人大工作人员交办", "Waiting for the congress staff to assign it"),
            Wait("assigned", "assign", "待签收", "To accept", Party.LeadUnit, "visits.accept", "等待承办单位签收", "Waiting for the unit to accept it", DutyKind.Sign),
            Wait("return-requested", "assign", "申请退办", "Return requested", Party.Office, "visits.decide-return", "等待人大工作人员答复退办申请", "Waiting for the staff to decide on the return", DutyKind.Review),
            Wait("handling", "handle", "办理中", "Being handled", Party.LeadUnit, "visits.handle", "等待承办单位答复", "Waiting for the unit's reply"),
            Wait("redo", "handle", "重新办理", "To be done again", Party.LeadUnit, "visits.redo", "等待承办单位重新办理", "Waiting for the unit to do it again"),
            Wait("replied", "feedback", "待核验", "To check", Party.Office, "visits.check", "等待人大工作人员核验整改照片", "Waiting for the staff to check the proof", DutyKind.Review),
            Wait("checked", "evaluate", "待评价", "To evaluate", Party.Reporter, "visits.evaluate", "等待代表评价", "Waiting for the deputy's judgement", DutyKind.Assess),
            End("closed", "evaluate", "已办结", "Closed"),
            End("closed-unreturned", "evaluate", "办结（未评价）", "Closed, no judgement"),
            End("duplicate", "report", "重复并入", "Merged as duplicate"),
            End("not-accepted", "report", "不予受理", "Not accepted"),
            End("withdrawn", "report", "已撤回", "Withdrawn"),
        ],
        Actions =
        [
            Act("verify", "核实", "Verify", "已核实", "verified", Party.Office, "visits.triage", ["submitted"], "verified"),
            Act("return", "退回补充", "Send back", "被退回补充", "sent back to be completed", Party.Office, "visits.triage", ["submitted", "verified"], "returned",
                form: [Reason("缺什么、请代表补充什么", "What is missing")]),
            Act("complete", "补充后再送", "Complete", "已补充", "completed", Party.Reporter, "visits.report", ["returned"], "submitted", primary: true, effects: ["attach-before"],
                form: [Text("text", "补充说明", "What you add"), Files("补充照片", "More photos")]),
            Act("withdraw", "撤回", "Withdraw", "已撤回", "withdrawn", Party.Reporter, "visits.report", ["submitted", "returned"], "withdrawn", form: [Reason("为什么撤回", "Why")]),
            Act("merge", "并入另一件", "Merge", "已并入同一问题", "merged into the same finding", Party.Office, "visits.triage", ["submitted", "verified"], "duplicate",
                requires: ["target-other"], effects: ["merge"],
                form: [new Field { Id = "target", Label = new("并入哪一件", "Into which"), Kind = FieldKind.Matter, Required = true }]),
            Act("unmerge", "撤销并入", "Undo merge", "已撤销并入", "merge undone", Party.Office, "visits.triage", ["duplicate"], "submitted", effects: ["unmerge"], form: [Reason("为什么撤销", "Why")]),
            Act("decline", "不予受理", "Decline", "未受理", "not accepted", Party.Office, "visits.triage", ["submitted", "verified"], "not-accepted",
                form:
                [
                    Choice("channel", "应走的渠道", "The right channel",
                        ("litigation", "诉讼、仲裁、复议", "Court, arbitration, reconsideration"), ("petition", "信访", "Letters and visits office"),
                        ("hotline", "12345 热线", "12345 hotline"), ("out-of-scope", "不属于本次寻访范围", "Outside this campaign"), ("not-there", "现场未发现问题", "Nothing found on the spot")),
                    Reason("理由，会告诉代表", "Reason, told to the deputy"),
                ]),
            Act("assign", "交办", "Assign", "已交办", "assigned", Party.Office, "visits.assign", ["submitted", "verified"], "assigned", primary: true,
                requires: ["lead-not-co"], effects: ["visits.assign"],
                form:
                [
                    Unit("leadUnit", "主办单位", "Lead unit"),
                    Units("coUnits", "会办单位", "Co-handling units", 8),
                    Text("note", "交办意见", "Note to the unit", required: false),
                ]),
            Act("accept", "签收", "Accept", "承办单位已签收", "accepted by the unit", Party.LeadUnit, "visits.handle", ["assigned"], "handling", primary: true, effects: ["accept-assignment"]),
            Act("request-return", "申请退办", "Ask to return", "承办单位申请退办", "return requested by the unit", Party.LeadUnit, "visits.handle", ["assigned"], "return-requested",
                form: [Reason("为什么不属于本单位，建议由谁办", "Why it is not yours and whose it is")]),
            Act("grant-return", "同意退办", "Grant return", "退办获同意", "return granted", Party.Office, "visits.assign", ["return-requested"], "verified", primary: true, effects: ["return-assignments"]),
            Act("refuse-return", "不同意退办", "Refuse return", "退办未获同意", "return refused", Party.Office, "visits.assign", ["return-requested"], "assigned", form: [Reason("理由", "Reason")]),
            Act("co-answer", "提出会办意见", "Answer as co-handler", "会办单位已提出意见", "answered by the co-handler", Party.CoUnit, "visits.handle", ["assigned", "handling", "redo"], null, primary: true,
                effects: ["answer-assignment"], form: [Text("text", "会办意见", "Opinion")]),
            Act("reply", "答复", "Reply", "承办单位已答复", "replied by the unit", Party.LeadUnit, "visits.handle", ["handling", "redo"], "replied", primary: true,
                requires: ["co-units-answered", "visits.after-photo"], effects: ["attach-after", "answer-assignment", "stop-handling"],
                form:
                [
                    Text("text", "办理情况", "What was done"),
                    Files("整改后照片（在原处拍）", "After-photos, taken at the same place"),
                    Text("noPhotoReason", "没有整改照片的原因", "Why there is no after-photo", required: false),
                ]),
            Act("send-back", "退回重办", "Send back", "核验未通过，退回办理", "sent back to the unit", Party.Office, "visits.triage", ["replied"], "handling",
                effects: ["reopen-assignment", "visits.handle-again"], form: [Reason("哪里不符合", "What is not right")]),
            Act("check", "核验通过", "Pass", "已核验，请代表评价", "checked, judgement asked for", Party.Office, "visits.triage", ["replied"], "checked", primary: true,
                requires: ["visits.proof-or-signed"], effects: ["visits.prove"],
                form: [Text("signed", "没有就近整改照片时，同意办结的理由（签字）", "If there is no after-photo nearby: why it may close (signed)", required: false)]),
            Act("evaluate", "评价", "Evaluate", "代表已评价", "judged by the deputy", Party.Reporter, "visits.evaluate", ["checked"], null, primary: true,
                requires: ["visits.reason-if-not"], effects: ["visits.rate"],
                to: [new("redo", "visits.redo-wanted"), new("closed")],
                form:
                [
                    Choice("attitude", "办理态度", "Attitude", ("1", "满意", "Satisfied"), ("2", "基本满意", "Basically satisfied"), ("3", "不满意", "Not satisfied")),
                    Choice("result", "办理结果", "Result", ("1", "满意", "Satisfied"), ("2", "基本满意", "Basically satisfied"), ("3", "不满意", "Not satisfied")),
                    Text("reason", "不满意的原因（选了不满意必填）", "Reason, needed if not satisfied", required: false),
                ]),
            Act("close-unreturned", "未收到评价，办结", "Close without judgement", "未评价办结", "closed without judgement", Party.Office, "visits.triage", ["checked"], "closed-unreturned",
                requires: ["visits.evaluation-overdue"], effects: ["visits.unreturned"], form: [Reason("催评情况", "How the deputy was reminded")]),
            Act("pause", "暂停计时", "Pause the clock", "计时已暂停", "clock paused", Party.Office, "visits.assign", ["handling", "redo"], null, effects: ["pause-clock"], form: [Reason("为什么暂停", "Why")]),
            Act("resume", "恢复计时", "Resume the clock", "计时已恢复", "clock resumed", Party.Office, "visits.assign", ["handling", "redo"], null, effects: ["resume-clock"], form: [Reason("为什么恢复", "Why")]),
            Act("extend", "延长期限", "Extend", "期限已延长", "deadline extended", Party.OfficeHead, "visits.extend", ["handling"], null, requires: ["later-than-due"], effects: ["extend-clock"],
                form: [Day("until", "延长至", "Until"), Reason("为什么延长", "Why")]),
            Act("focus", "列为检查重点", "List as focus", "已列为执法检查重点", "listed as inspection focus", Party.Office, "visits.triage",
                ["verified", "assigned", "handling", "replied", "checked", "redo", "closed", "closed-unreturned"], null, effects: ["list-as-focus"], form: [Reason("为什么", "Why")]),
            Act("remind", "催办", "Remind", "已催办", "reminded", Party.Office, "visits.triage", ["assigned", "handling", "redo", "checked"], null, form: [Text("text", "催办内容", "Message")]) with { Tells = true },
            Act("escalate", "超期提醒", "Escalate", "已超期并提醒", "overdue, brought to notice", Party.System, "visits.triage", Running, null, effects: ["escalate"]),
        ],
    };
}
