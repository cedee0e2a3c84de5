using Renda.Platform.Matters;
using Renda.Platform.Performance;

namespace Renda.Deputies;

/// <summary>What this module itself records of deputies' performance.</summary>
internal static class DeputyPerformance
{
    /// <summary>Every item.</summary>
    public static IReadOnlyList<PerformanceItem> All { get; } =
    [
        Held("non-voting", PerformanceHeading.NonVoting, "列席会议", "Meetings attended without a vote"),
        Held("inspection", PerformanceHeading.Inspection, "视察", "Inspections"),
        Held("research", PerformanceHeading.Inspection, "专题调研", "Research"),
        Held("law-check", PerformanceHeading.Inspection, "执法检查", "Law checks"),
        Held("group", PerformanceHeading.Activities, "代表小组活动", "Activities of the deputy group"),
        Held("training", PerformanceHeading.Activities, "集中培训", "Training held"),
        Held("electors", PerformanceHeading.Electors, "联系选民活动", "Activities with electors"),
        new("deputies.speech", PerformanceHeading.Speech, new("会议、活动发言", "Speeches"), new("次", "speeches"), (db, period) =>
            from p in db.Set<Participant>()
            join a in db.Set<Activity>() on p.ActivityId equals a.Id
            where a.State == ActivityState.Held && p.State == ParticipantState.Attended && p.Speech != "" && a.Begins >= period.Begin && a.Begins < period.End
            select new PerformanceRow { PersonId = p.PersonId, CongressId = a.CongressId, At = a.Begins, Day = null, Source = a.Id, Title = p.Speech, Public = a.Public, Amount = 1 }, Activity),
        new("deputies.course", PerformanceHeading.Activities, new("完成课程", "Courses completed"), new("门", "courses"), (db, period) =>
            from l in db.Set<Learning>()
            join c in db.Set<Course>() on l.CourseId equals c.Id
            where l.CompletedAt != null && l.CompletedAt >= period.Begin && l.CompletedAt < period.End
            select new PerformanceRow { PersonId = l.PersonId, CongressId = null, At = l.CompletedAt, Day = null, Source = c.Id, Title = c.Title, Amount = 1 }, course => $"/deputies/courses/{course}"),
        new("deputies.elector-report", PerformanceHeading.Electors, new("向选民述职", "Reports to electors"), new("次", "reports"), (db, period) =>
            from r in db.Set<ElectorReport>()
            where r.HeldAt != null && r.Day >= period.First && r.Day <= period.Last
            select new PerformanceRow { PersonId = r.PersonId, CongressId = r.CongressId, At = null, Day = r.Day, Source = r.Id, Title = r.Audience, Public = r.Public, Amount = 1 }, report => $"/deputies/reports/{report}"),
        Reported(PerformanceHeading.Speech), Reported(PerformanceHeading.NonVoting), Reported(PerformanceHeading.Inspection), Reported(PerformanceHeading.Activities), Reported(PerformanceHeading.Electors),
    ];

    // An activity counts once its record stands, for those who were there; by the kind that it has.
    private static PerformanceItem Held(string kind, PerformanceHeading heading, string zh, string en) => new("deputies." + kind, heading, new(zh, en), new("次", "times"), (db, period) =>
        from p in db.Set<Participant>()
        join a in db.Set<Activity>() on p.ActivityId equals a.Id
        where a.Kind == kind && a.State == ActivityState.Held && p.State == ParticipantState.Attended && a.Begins >= period.Begin && a.Begins < period.End
        select new PerformanceRow { PersonId = p.PersonId, CongressId = a.CongressId, At = a.Begins, Day = null, Source = a.Id, Title = a.Title, Public = a.Public, Amount = 1 }, Activity);

    private static PerformanceItem Reported(PerformanceHeading heading) => new("deputies.reported-" + heading.ToString().ToLowerInvariant(), heading, new("自行申报：" + heading.Name().Zh, "Reported: " + heading.Name().En), new("次", "times"), (db, period) =>
        from e in db.Set<ReportedEntry>()
        join m in db.Set<Matter>() on e.MatterId equals m.Id
        where e.Heading == heading && m.State == "confirmed" && e.Day >= period.First && e.Day <= period.Last
        select new PerformanceRow { PersonId = e.PersonId, CongressId = e.CongressId, At = null, Day = e.Day, Source = m.Id, Title = m.Title, Amount = 1 }, matter => $"/matters/{matter}");

    private static string Activity(Guid activity) => $"/deputies/activities/{activity}";
}
