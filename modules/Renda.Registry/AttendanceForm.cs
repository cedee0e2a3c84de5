using System.Text.RegularExpressions;
using Renda.Platform;
using Renda.Platform.Congresses;

namespace Renda.Registry;

/// <summary>Attendance as it is typed: on the list of a session, or pasted from a sheet.</summary>
public static partial class AttendanceForm
{
    /// <summary>Most lines of a pasted list.</summary>
    public const int MostLines = 3000;

    /// <summary>What was typed into the list: <c>m-</c>, <c>was-</c>, <c>by-</c>, <c>reason-</c> and <c>document-</c> with the mandate's id; <c>rest</c> marks present whoever is not marked.</summary>
    public static IReadOnlyList<AttendanceMark> Read(IReadOnlyDictionary<string, string> form)
    {
        var rest = form.GetValueOrDefault("rest") == "present";
        var marks = new List<AttendanceMark>();
        foreach (var (field, was) in form)
        {
            if (!field.StartsWith("was-", StringComparison.Ordinal) || !Guid.TryParse(field[4..], out var mandate)) continue;
            string Text(string name) => form.GetValueOrDefault($"{name}-{mandate}") ?? "";
            if (Status(Text("m")) is { } status) marks.Add(new(mandate, status, Status(was), Text("by"), Text("reason"), Text("document")));
            // Whoever asked for leave waits for an answer, and is not marked in passing.
            else if (rest && Status(was) is not AttendanceStatus.Asked) marks.Add(new(mandate, AttendanceStatus.Present, Status(was)));
        }
        return marks;
    }

    /// <summary>Reads a list as it is copied from a sheet: name, attendance, who approved, why, document; a heading is passed over.</summary>
    public static (IReadOnlyList<AttendanceMark> Marks, Refusal? Refusal) Paste(string text, AttendanceSheet sheet)
    {
        var lines = text.Split('\n').Select(l => l.Trim('\r', ' ', '\u3000')).ToList();
        if (lines.Count > MostLines) return ([], One($"一次最多 {MostLines} 行。", $"At most {MostLines} lines at once."));
        var (marks, faults) = (new List<AttendanceMark>(), new List<Refusal>());
        var byName = sheet.Lines.ToLookup(l => l.Seat.Person.Name);
        for (var i = 0; i < lines.Count; i++)
        {
            string[] cells = [.. Between().Split(lines[i].Trim('\t')).Select(c => c.Trim())];
            if (lines[i].Length == 0 || (i == 0 && cells.Contains("姓名"))) continue;
            // A number in front is the sheet's own.
            if (cells.Length > 1 && int.TryParse(cells[0], out _)) cells = cells[1..];
            string Cell(int n) => n < cells.Length ? cells[n] : "";
            var found = byName[RegistryForms.PersonName(Cell(0))].ToList();
            if (found.Count != 1)
            {
                if (found.Count == 0) Fault($"名单上没有“{Cell(0)}”。", $"“{Cell(0)}” is not on the list.");
                else Fault($"有 {found.Count} 名“{Cell(0)}”，请在名单上登记。", $"There are {found.Count} of the name “{Cell(0)}”; mark them on the list.");
            }
            else if (Said(Cell(1)) is not { } status) Fault($"看不懂“{Cell(1)}”，请写出席、请假或者缺席。", $"“{Cell(1)}” is not understood; write 出席, 请假 or 缺席.");
            else if (status == AttendanceStatus.Leave && (Cell(2).Length == 0 || Cell(3).Length == 0)) Fault($"{Cell(0)}请假，要写批准人和事由。", $"{Cell(0)} is on leave: say who approved it and why.");
            else marks.Add(new(found[0].Seat.Mandate.Id, status, found[0].Row?.Status, Cell(2), Cell(3), Cell(4)));

            void Fault(string zh, string en)
            {
                if (faults.Count < 20) faults.Add(new("registry.attendance-line", new($"第 {i + 1} 行：{zh}", $"Line {i + 1}: {en}"), Field: "list"));
            }
        }
        if (marks.Count + faults.Count == 0) return ([], One("请粘贴名单，每行一人：姓名、出席情况。", "Paste a list, one person a line: name and attendance."));
        return faults.Count > 0 ? ([], Refusal.Form(faults)) : (marks, null);

        static Refusal One(string zh, string en) => Refusal.Form([new("registry.attendance-list", new(zh, en), Field: "list")]);
    }

    /// <summary>The name of a status in forms and addresses, e.g. <c>present</c>; empty for nothing.</summary>
    public static string Id(AttendanceStatus? status) => status?.ToString().ToLowerInvariant() ?? "";

    /// <summary>The status of that name, or null.</summary>
    public static AttendanceStatus? Status(string? id) => Enum.GetValues<AttendanceStatus>().Where(s => Id(s) == id).Select(s => (AttendanceStatus?)s).FirstOrDefault();

    private static AttendanceStatus? Said(string word) => word.ToLowerInvariant() switch
    {
        "出席" or "到会" or "已到" or "present" => AttendanceStatus.Present,
        "请假" or "leave" or "on leave" => AttendanceStatus.Leave,
        "缺席" or "未经批准缺席" or "absent" or "absent without approval" => AttendanceStatus.Absent,
        _ => null,
    };

    [GeneratedRegex("[\t,，]")]
    private static partial Regex Between();
}
