using Renda.Platform.Congresses;
using Renda.Platform.People;
using static Renda.Platform.Language;

namespace Renda.Registry;

/// <summary>Kinds and states in the office's words.</summary>
internal static class RegistryWords
{
    public static string Of(OrganisationKind kind) => kind switch
    {
        OrganisationKind.Congress => T("人民代表大会", "Congress"),
        OrganisationKind.StandingCommittee => T("常委会、主席团", "Standing committee or presidium"),
        OrganisationKind.SpecialCommittee => T("专门委员会", "Special committee"),
        OrganisationKind.Office => T("工作机构、办事机构", "Office"),
        OrganisationKind.Delegation => T("代表团", "Delegation"),
        OrganisationKind.DeputyGroup => T("代表小组", "Deputies' group"),
        OrganisationKind.Station => T("代表联络站", "Contact station"),
        OrganisationKind.SupervisedOrgan => T("一府一委两院", "Supervised organ"),
        OrganisationKind.HandlingUnit => T("承办单位", "Handling unit"),
        _ => T("乡镇政府、街道办事处", "Town government"),
    };

    /// <summary>Colour, icon and word of where a mandate stands at a moment (UTC).</summary>
    public static (string Class, string Icon, string Text) Of(Mandate mandate, DateTime at) => mandate switch
    {
        { ValidTo: { } end } when end <= at => ("done", "archive", T("已终止", "Ended")),
        { Status: MandateStatus.Elected } => ("wait", "hourglass", T("已当选", "Elected")),
        { Status: MandateStatus.Review } => ("soon", "zoom-question", T("资格审查中", "Under review")),
        { Status: MandateStatus.Suspended } => ("late", "hand-stop", T("暂停执行职务", "Suspended")),
        _ => ("ok", "circle-check", T("履职中", "Active")),
    };

    /// <summary>Colour, icon and word of how a deputy stands to a session; of nothing recorded too.</summary>
    public static (string Class, string Icon, string Text) Of(AttendanceStatus? status) => status switch
    {
        AttendanceStatus.Present => ("ok", "circle-check", T("出席", "Present")),
        AttendanceStatus.Leave => ("wait", "calendar-off", T("请假", "On leave")),
        AttendanceStatus.Absent => ("late", "user-x", T("未经批准缺席", "Absent without approval")),
        AttendanceStatus.Asked => ("soon", "hourglass", T("请假待批", "Leave asked for")),
        AttendanceStatus.Refused => ("late", "hand-stop", T("未准假", "Leave refused")),
        _ => ("done", "circle-dashed", T("未登记", "Not recorded")),
    };

    /// <summary>The forms' fields as typed, by name.</summary>
    public static Dictionary<string, string> Read(Microsoft.AspNetCore.Http.HttpRequest request) =>
        request.HasFormContentType ? request.Form.Where(f => !f.Key.StartsWith('_')).ToDictionary(f => f.Key, f => f.Value.ToString()) : [];

    public static string Cause(string id) => MandateCause.Find(id)?.Name.ToString() ?? "";
}
