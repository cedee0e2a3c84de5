using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Demo;
using Renda.Platform.Persistence;

namespace Renda.Registry;

/// <summary>The attendance of the last session of three of the demo city's congresses, recorded by their clerks as in real life.</summary>
internal static class AttendanceDemo
{
    private const string WithOneAbsence = "吴国良";

    private static readonly (long Region, string Clerk)[] Congresses = [(DemoCity.Huzhou, "XUXIAOYAN"), (DemoCity.Changxing, "ZHOUMIN"), (DemoCity.Heping, "ZHOUMIN")];

    public static async Task SeedAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var (attendances, actors) = (services.GetRequiredService<Attendances>(), services.GetRequiredService<Actors>());
        var today = ChinaTime.Date(services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime);
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        foreach (var (region, clerk) in Congresses)
        {
            var session = await (from s in db.Set<CongressSession>()
                                 join t in db.Set<Term>() on s.TermId equals t.Id
                                 join c in db.Set<Organisation>() on t.CongressId equals c.Id
                                 where c.Kind == OrganisationKind.Congress && c.Region == region && s.Closes < today
                                 orderby s.Opens descending
                                 select (Guid?)s.Id).FirstOrDefaultAsync(cancellation);
            var account = await db.Users.Where(a => a.NormalizedUserName == clerk && a.IsDemo).Select(a => (Guid?)a.Id).FirstOrDefaultAsync(cancellation);
            // A start that was killed half way goes on with the congress that is missing.
            if (session is not { } id || account is not { } who || await db.Set<Attendance>().AnyAsync(a => a.SessionId == id, cancellation)) continue;
            var actor = (await actors.LoadAsync([who], cancellation)).SingleOrDefault();
            if (actor is null || await attendances.ReadAsync(id, actor, RegistryScope.Edit, cancellation) is not { } sheet) continue;
            List<AttendanceMark> marks = [.. sheet.Lines.Select((l, i) => l.Seat.Person.Name == WithOneAbsence ? Mark(l, AttendanceStatus.Absent) : i % 29 == 7 ? Mark(l, AttendanceStatus.Leave, i % 2 == 0 ? "因病住院治疗" : "在外地参加省级培训") : Mark(l, AttendanceStatus.Present))];
            if ((await attendances.RecordAsync(id, marks, "", actor, cancellation)).Refusal is { } refusal) throw new InvalidOperationException($"The demo city's attendance was refused: {refusal.Code}");
        }
    }

    private static AttendanceMark Mark(AttendanceLine line, AttendanceStatus status, string reason = "") =>
        new(line.Seat.Mandate.Id, status, line.Row?.Status, status == AttendanceStatus.Leave ? "大会秘书处" : "", reason, "");
}
