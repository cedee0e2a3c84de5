using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>To whom a course is offered: the deputies of the congress that offers it and of those below; and who looks after it.</summary>
public static class CourseScope
{
    /// <summary>Seats that hold at that moment in the congresses of a division and below, not tracked.</summary>
    public static IQueryable<Mandate> Sitting(RendaDbContext db, long region, DateTime at)
    {
        var last = Territory.Last(region);
        return db.Set<Mandate>().AsNoTracking().Where(m => m.Status == MandateStatus.Active && m.ValidFrom <= at && (m.ValidTo == null || m.ValidTo > at)
            && db.Set<Organisation>().Any(o => o.Id == m.CongressId && o.Region >= region && o.Region <= last));
    }

    /// <summary>Divisions whose congresses offer courses to this deputy: those of the own seats and all above them.</summary>
    public static async Task<IReadOnlyList<long>> DivisionsAsync(RendaDbContext db, Guid person, DateTime at, CancellationToken cancellation)
    {
        var own = await (from m in db.Set<Mandate>().AsNoTracking()
                         join o in db.Set<Organisation>() on m.CongressId equals o.Id
                         where m.PersonId == person && m.Status == MandateStatus.Active && m.ValidFrom <= at && (m.ValidTo == null || m.ValidTo > at)
                         select o.Region).Distinct().ToListAsync(cancellation);
        return [.. own.SelectMany(Above).Distinct()];
    }

    /// <summary>Courses that are open to deputies in one of these divisions.</summary>
    public static IQueryable<Course> Offered(RendaDbContext db, IReadOnlyList<long> divisions) =>
        db.Set<Course>().AsNoTracking().Where(c => c.PublishedAt != null && c.ClosedAt == null && db.Set<Organisation>().Any(o => o.Id == c.CongressId && divisions.Contains(o.Region)));

    /// <summary>Whether staff see a published course: that of their territory, and those from above that are offered to its deputies.</summary>
    public static bool StaffSees(Actor actor, long region) =>
        DeputyScope.Reaches(actor, DeputiesModule.Files, region) || GrantDesk.Territories(actor, DeputiesModule.Files).Any(t => Above(t).Contains(region));

    // The division and those it lies in, up to the province.
    private static IEnumerable<long> Above(long division) => new[] { 1, 1_000, 1_000_000, 100_000_000, 10_000_000_000 }.Select(step => division / step * step).Distinct();
}
