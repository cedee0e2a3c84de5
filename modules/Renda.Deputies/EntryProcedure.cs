using Renda.Platform.Procedures;
using Renda.Platform.Todos;
using static Renda.Platform.Procedures.Draw;

namespace Renda.Deputies;

/// <summary>
/// What a deputy says to have done that no other module knows of (自行申报的履职): it counts once the office has confirmed it, and
/// no longer when the office finds that it was not so.
/// </summary>
public static class EntryProcedure
{
    /// <summary>Id of the procedure.</summary>
    public const string Id = "deputies.entry";

    /// <summary>Id of the code set of kinds; what a code means is the heading it counts under.</summary>
    public const string Kinds = "deputies.entry";

    /// <summary>The procedure as shipped.</summary>
    public static Procedure Create() => new()
    {
        Id = Id,
        Version = 1,
        Name = new("履职申报", "Reported performance"),
        Phases = [new("report", new("申报", "Reported")), new("confirm", new("确认", "Confirmed"))],
        States =
        [
            Wait("submitted", "report", "待确认", "To confirm", Party.Office, "deputies.confirm", "等待人大代表工作机构确认", "Waiting for the deputies' office to confirm it", DutyKind.Review),
            Wait("returned", "report", "待补充", "To complete", Party.Reporter, "deputies.complete", "等待代表补充", "Waiting for the deputy to complete it"),
            End("confirmed", "confirm", "已确认", "Confirmed"),
            End("denied", "report", "不予确认", "Not confirmed"),
            End("withdrawn", "report", "已撤回", "Withdrawn"),
        ],
        Actions =
        [
            Act("confirm", "确认", "Confirm", "已确认，记入履职档案", "confirmed, part of the file", Party.Office, "deputies.confirm", ["submitted"], "confirmed", primary: true, basis: new("确认后才记入履职档案、计算积分", "Only what is confirmed counts")),
            Act("return", "请代表补充", "Ask for more", "请代表补充", "the deputy is asked for more", Party.Office, "deputies.confirm", ["submitted"], "returned", form: [Reason("缺什么", "What is missing")]),
            Act("deny", "不予确认", "Do not confirm", "不予确认", "not confirmed", Party.Office, "deputies.confirm", ["submitted", "returned"], "denied", form: [Reason("为什么，代表会看到", "Why; the deputy reads it")]),
            Act("complete", "补充", "Complete", "代表已补充", "completed by the deputy", Party.Reporter, "deputies.report", ["returned"], "submitted", primary: true, effects: ["attach-before"],
                form: [Text("text", "补充说明", "What is added", 1000), Files("照片、材料", "Photos, documents")]),
            Act("withdraw", "撤回", "Withdraw", "代表已撤回", "withdrawn by the deputy", Party.Reporter, "deputies.report", ["submitted", "returned"], "withdrawn"),
            Act("revoke", "撤销确认", "Take the confirmation back", "撤销确认，不再计入", "no longer counted", Party.Office, "deputies.confirm", ["confirmed"], "denied", form: [Reason("为什么，代表会看到", "Why; the deputy reads it")]),
            Act("remind", "期限已到", "Time is up", "期限已到", "the time was up", Party.System, "deputies.confirm", ["submitted", "returned"], null, effects: ["deputies.time-up"]),
        ],
    };
}
