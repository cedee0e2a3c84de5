using Renda.Platform.Matters;

namespace Renda.Platform.Access;

/// <summary>The occurrences a person may count.</summary>
public static class OccurrenceScope
{
    /// <summary>Those of the actor's territory; who has none has none, as with <see cref="TallyScope"/>.</summary>
    public static IQueryable<Occurrence> VisibleTo(this IQueryable<Occurrence> occurrences, Actor actor)
    {
        IQueryable<Occurrence>? all = null;
        foreach (var grant in actor.Grants.Where(g => g.Role.Scope == RoleScope.Territory && Territory.Level(g.Region) > 0))
        {
            var scenarios = MatterScope.Readable(grant);
            var (first, last) = (grant.Region, Territory.Last(grant.Region));
            var part = occurrences.Where(o => scenarios.Contains(o.Scenario) && o.Division >= first && o.Division <= last);
            // A union drops what two grants both cover, so that it is not counted twice.
            all = all is null ? part : all.Union(part);
        }
        return all ?? occurrences.Where(o => false);
    }
}
