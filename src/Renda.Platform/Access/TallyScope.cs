using Renda.Platform.Matters;

namespace Renda.Platform.Access;

/// <summary>The counted cells a person may sum.</summary>
public static class TallyScope
{
    /// <summary>
    /// Cells of the actor's territory or, for a unit, those it leads. Persons without either have no cells: their own
    /// matters are few and counted from the rows.
    /// </summary>
    public static IQueryable<Tally> VisibleTo(this IQueryable<Tally> tallies, Actor actor)
    {
        IQueryable<Tally>? all = null;
        foreach (var grant in actor.Grants)
        {
            var scenarios = MatterScope.Readable(grant);
            var part = tallies.Where(t => scenarios.Contains(t.Scenario));
            var region = grant.Region;
            if (grant.Role.Scope == RoleScope.Unit && grant.OrganisationId is { } unit) part = part.Where(t => t.UnitId == unit);
            else if (grant.Role.Scope == RoleScope.Territory && region > 0)
                part = part.In(region);
            else continue;
            // A union drops a cell that two grants both cover, so that it is not counted twice.
            all = all is null ? part : all.Union(part);
        }
        return all ?? tallies.Where(t => false);
    }

    /// <summary>The cells of a division. Villages have none of their own.</summary>
    public static IQueryable<Tally> In(this IQueryable<Tally> tallies, long region) => Territory.Level(region) switch
    {
        3 => tallies.Where(t => t.City == region),
        2 => tallies.Where(t => t.County == region),
        1 => tallies.Where(t => t.Town == region),
        4 => tallies.Where(t => t.City >= region && t.City <= region + 9_999_999_999),
        _ => tallies.Where(t => false),
    };
}
