using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Matters;

namespace Renda.Platform.Access;

/// <summary>
/// What a person may see. Every list, count, map, export, search and live topic asks here, once as a query and once
/// in memory; a test holds the two equal.
/// </summary>
public static class MatterScope
{
    /// <summary>The matters the actor may see.</summary>
    public static IQueryable<Matter> VisibleTo(this IQueryable<Matter> matters, Actor actor, DbContext db)
    {
        Expression<Func<Matter, bool>>? any = null;
        foreach (var grant in actor.Grants)
        {
            var scenarios = Readable(grant);
            if (scenarios.Length == 0) continue;
            var where = Predicate(grant, actor, db);
            if (where is null) continue;
            Expression<Func<Matter, bool>> readable = m => scenarios.Contains(m.Scenario);
            any = any.Or(readable.And(where));
        }
        return any is null ? matters.Where(m => false) : matters.Where(any);
    }

    /// <summary>Whether the actor may see this matter.</summary>
    public static bool MaySee(Actor actor, Matter matter, IEnumerable<Assignment> assignments, IEnumerable<MatterReporter> reporters) =>
        actor.Grants.Any(g => Readable(g).Contains(matter.Scenario) && g.Role.Scope switch
        {
            RoleScope.Territory => Territory.Covers(g.Region, matter),
            RoleScope.Unit => assignments.Any(a => a.UnitId == g.OrganisationId),
            _ => reporters.Any(r => r.PersonId == actor.PersonId),
        });

    /// <summary>
    /// The same matters as <see cref="VisibleTo"/> in parts, one or more for each grant and scenario, each of which an index
    /// gives newest first: a hundred suggestions are found though a million findings came
    /// after them. A matter may be in two parts.
    /// </summary>
    /// <param name="db">Where to read.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="scenario">The only scenario asked for, or null for all.</param>
    /// <param name="region">A division the answer will be narrowed to: parts that have nothing in common with it are left out.</param>
    public static IEnumerable<MatterBranch> Branches(DbContext db, Actor actor, string? scenario, long? region)
    {
        foreach (var grant in actor.Grants.DistinctBy(g => (g.Role.Scope, g.Region, g.OrganisationId, string.Join(',', Readable(g)))))
        {
            foreach (var one in Readable(grant).Where(s => scenario is null || s == scenario))
            {
                Expression<Func<Matter, bool>> ofOne = m => m.Scenario == one;
                switch (grant.Role.Scope)
                {
                    case RoleScope.Territory when grant.Region > 0:
                        var all = db.Set<Matter>().Where(ofOne);
                        var asked = region is > 0 ? region.Value : grant.Region;
                        // What is asked for lies within the grant: asking for both would only leave the choice of the index open.
                        if (Contains(grant.Region, asked)) yield return new(region is > 0 ? all : all.Where(In(asked)), true);
                        else if (Contains(asked, grant.Region)) yield return new(all.Where(In(grant.Region)), true);
                        break;
                    case RoleScope.Unit when grant.OrganisationId is { } unit:
                        foreach (var part in OfUnit(db, unit)) yield return part.With(of => of.Where(ofOne));
                        break;
                    case RoleScope.Personal when actor.PersonId is { } person:
                        yield return OfReporter(db, person).With(of => of.Where(ofOne));
                        break;
                }
            }
        }
    }

    /// <summary>The matters of a unit in parts: those it leads, and those in which it has another part or which it led once.</summary>
    public static IEnumerable<MatterBranch> OfUnit(DbContext db, Guid unit)
    {
        yield return new(db.Set<Matter>().Where(m => m.LeadUnitId == unit), true);
        // Joined by what stands on both sides: an order or a state asked of the matter is then found in the index of the parts.
        // A bound is not: asked of the matter alone, every part since would be walked through.
        IQueryable<Matter> Beside(IQueryable<Assignment> parts) =>
            from a in parts
            join m in db.Set<Matter>() on new { Serial = a.MatterSerial, State = a.MatterState, a.Scenario } equals new { m.Serial, m.State, m.Scenario }
            where a.UnitId == unit && a.Beside
            select m;
        yield return new(Beside(db.Set<Assignment>()), true) { Older = serial => Beside(db.Set<Assignment>().Where(a => a.MatterSerial < serial)) };
    }

    /// <summary>The matters a person raised, first or by a merged duplicate.</summary>
    public static MatterBranch OfReporter(DbContext db, Guid person)
    {
        var all = db.Set<MatterReporter>();
        // Once, though two of the person's were merged into it.
        IQueryable<Matter> Raised(IQueryable<MatterReporter> reports) =>
            from r in reports
            join m in db.Set<Matter>() on r.MatterSerial equals m.Serial
            where r.PersonId == person && !all.Any(o => o.MatterId == r.MatterId && o.PersonId == person && o.ViaMatterId.CompareTo(r.ViaMatterId) < 0)
            select m;
        return new(Raised(all), false) { Older = serial => Raised(all.Where(r => r.MatterSerial < serial)) };
    }

    /// <summary>Whether a matter's place is in a division. Equality on one column where there is one, so that an index gives the newest first.</summary>
    public static Expression<Func<Matter, bool>> In(long region)
    {
        var last = Territory.Last(region);
        return Territory.Level(region) switch
        {
            3 => m => m.City == region,
            2 => m => m.County == region,
            1 => m => m.Town == region,
            _ => m => m.Region >= region && m.Region <= last,
        };
    }

    internal static string[] Readable(ActorGrant grant) =>
        [.. grant.Permissions.Where(p => p.EndsWith(".read", StringComparison.Ordinal)).Select(p => p[..^5]).Order(StringComparer.Ordinal)];

    /// <summary>Whether a division is another or contains it.</summary>
    internal static bool Contains(long division, long other) => other >= division && other <= Territory.Last(division);

    private static Expression<Func<Matter, bool>>? Predicate(ActorGrant grant, Actor actor, DbContext db)
    {
        switch (grant.Role.Scope)
        {
            case RoleScope.Territory:
                return grant.Region > 0 ? In(grant.Region) : null;
            case RoleScope.Unit:
                if (grant.OrganisationId is not { } unit) return null;
                var assignments = db.Set<Assignment>();
                return m => assignments.Any(a => a.MatterId == m.Id && a.UnitId == unit);
            default:
                if (actor.PersonId is not { } person) return null;
                var reporters = db.Set<MatterReporter>();
                return m => reporters.Any(r => r.MatterId == m.Id && r.PersonId == person);
        }
    }
}
