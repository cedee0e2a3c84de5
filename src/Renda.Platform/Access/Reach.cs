namespace Renda.Platform.Access;

/// <summary>
/// What <see cref="MatterScope"/> says of one scenario in parts that have nothing in common, so that what is counted in each may
/// be added up: territories, and beside them the matters of units and one's own that lie outside of these.
/// </summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Territories">Ranges of division codes, both ends included, none within another.</param>
/// <param name="Units">Units whose matters may be seen.</param>
/// <param name="Person">The person whose own matters may be seen; null for nobody.</param>
public sealed record Reach(string Scenario, IReadOnlyList<(long First, long Last)> Territories, IReadOnlyList<Guid> Units, Guid? Person)
{
    /// <summary>How far an actor sees in each scenario, in the order of their ids; those of which nothing may be seen are left out.</summary>
    /// <param name="actor">Who looks.</param>
    /// <param name="scenario">The only scenario asked for, or null for all.</param>
    public static IReadOnlyList<Reach> Of(Actor actor, string? scenario)
    {
        var reaches = new List<Reach>();
        foreach (var one in actor.Grants.SelectMany(MatterScope.Readable).Distinct().Where(s => scenario is null || s == scenario).Order(StringComparer.Ordinal))
        {
            var grants = actor.Grants.Where(g => MatterScope.Readable(g).Contains(one)).ToList();
            var all = grants.Where(g => g.Role.Scope == RoleScope.Territory && g.Region > 0).Select(g => (First: g.Region, Last: Territory.Last(g.Region))).Distinct().ToList();
            var reach = new Reach(one, [.. all.Where(t => !all.Any(o => o != t && o.First <= t.First && o.Last >= t.Last)).Order()],
                [.. grants.Where(g => g.Role.Scope == RoleScope.Unit).Select(g => g.OrganisationId).OfType<Guid>().Distinct()], grants.Any(g => g.Role.Scope == RoleScope.Personal) ? actor.PersonId : null);
            if (reach.Territories.Count + reach.Units.Count > 0 || reach.Person is not null) reaches.Add(reach);
        }
        return reaches;
    }
}
