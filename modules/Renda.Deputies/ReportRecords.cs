using System.Globalization;
using Renda.Platform;
using Renda.Platform.Congresses;

namespace Renda.Deputies;

/// <summary>Which reports to electors are meant.</summary>
/// <param name="Congress">Of one congress; null for all.</param>
/// <param name="Year">Of a calendar year; null for all.</param>
/// <param name="State"><c>planned</c>, <c>submitted</c> or <c>held</c>; empty for all.</param>
public sealed record ReportFilter(Guid? Congress, int? Year, string State)
{
    /// <summary>States of a report, as filters name them.</summary>
    public static IReadOnlyList<(string Id, Words Name)> States { get; } = [("planned", new("待写报告", "To be written")), ("submitted", new("已交报告", "Text handed in")), ("held", new("已述职", "Held"))];

    /// <summary>From an address; what it does not understand is left out.</summary>
    public static ReportFilter Read(string? congress, string? year, string? state) => new(
        Guid.TryParse(congress, out var id) ? id : null, int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null, States.Any(s => s.Id == state) ? state! : "");

    /// <summary>The part of an address that asks for this.</summary>
    public string Query => string.Join('&', new[] { Congress is { } c ? $"congress={c}" : "", Year is { } y ? $"year={y}" : "", State.Length > 0 ? $"state={State}" : "" }.Where(p => p.Length > 0));
}

/// <summary>A report in a list.</summary>
/// <param name="Id">Id.</param>
/// <param name="PersonId">Who reports.</param>
/// <param name="Name">Name.</param>
/// <param name="Congress">Short name of the congress.</param>
/// <param name="Day">Day of the meeting.</param>
/// <param name="Place">Where.</param>
/// <param name="Audience">To whom.</param>
/// <param name="State">State, see <see cref="ReportFilter.States"/>.</param>
/// <param name="Result">How it was rated.</param>
/// <param name="Public">Whether it is shown to everybody.</param>
public sealed record ReportRow(Guid Id, Guid PersonId, string Name, string Congress, DateOnly Day, string Place, string Audience, string State, ReportResult Result, bool Public);

/// <summary>How reports were rated, one or several together.</summary>
/// <param name="Present">Electors or members who were there.</param>
/// <param name="Satisfied">Ballots for satisfied.</param>
/// <param name="Basically">Ballots for basically satisfied.</param>
/// <param name="Dissatisfied">Ballots for not satisfied.</param>
public sealed record ReportResult(int Present, int Satisfied, int Basically, int Dissatisfied)
{
    /// <summary>Ballots cast.</summary>
    public int Ballots => Satisfied + Basically + Dissatisfied;

    /// <summary>Share satisfied, 0 to 1, of the ballots cast; null without any.</summary>
    public double? Rate => Ballots == 0 ? null : (double)Satisfied / Ballots;

    /// <summary>Share satisfied or basically satisfied, 0 to 1, of the ballots cast; null without any.</summary>
    public double? RateWithBasically => Ballots == 0 ? null : (double)(Satisfied + Basically) / Ballots;

    /// <summary>That of a report.</summary>
    public static ReportResult Of(ElectorReport report) => new(report.Present, report.Satisfied, report.Basically, report.Dissatisfied);

    /// <summary>A share in words; a dash for none.</summary>
    public static string Percent(double? share) => share is { } value ? value.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal) : "—";
}

/// <summary>How many reports there are and how they were rated.</summary>
/// <param name="Planned">Planned and not held.</param>
/// <param name="Submitted">Of them those whose text is handed in.</param>
/// <param name="Held">Held.</param>
/// <param name="Result">How these were rated together.</param>
public sealed record ReportFigures(int Planned, int Submitted, int Held, ReportResult Result);

/// <summary>A report with what somebody may see of it.</summary>
/// <param name="Report">The report; its text is empty for whoever may not read it yet.</param>
/// <param name="Name">Name of the deputy.</param>
/// <param name="Congress">The congress.</param>
/// <param name="Keeps">Whether the actor keeps it.</param>
/// <param name="Own">Whether it is the actor's own.</param>
public sealed record ReportView(ElectorReport Report, string Name, Organisation Congress, bool Keeps, bool Own)
{
    /// <summary>State, see <see cref="ReportFilter.States"/>.</summary>
    public string State => Report.HeldAt is not null ? "held" : Report.SubmittedAt is not null ? "submitted" : "planned";
}

/// <summary>A seat for which a report may be planned.</summary>
/// <param name="Id">The mandate.</param>
/// <param name="Name">The deputy's name.</param>
/// <param name="Note">Congress and delegation.</param>
public sealed record ReportSeat(Guid Id, string Name, string Note);
