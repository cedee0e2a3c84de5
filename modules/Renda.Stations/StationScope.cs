using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Persistence;

namespace Renda.Stations;

/// <summary>Who may do what with a station: its keeper with that station, the congress's staff with those in their territory, and whoever works in it.</summary>
public static class StationScope
{
    /// <summary>Whether the actor may do this with a station.</summary>
    public static bool May(Actor actor, string permission, Organisation station) => actor.Grants.Any(g => g.Permissions.Contains(permission) && g.Role.Scope switch
    {
        RoleScope.Unit => g.OrganisationId == station.Id,
        RoleScope.Territory => g.Region > 0 && station.Region >= g.Region && station.Region <= Territory.Last(g.Region),
        _ => false,
    });

    /// <summary>The stations with which the actor may do this, not tracked.</summary>
    public static IQueryable<Organisation> Where(RendaDbContext db, Actor actor, string permission)
    {
        IQueryable<Organisation>? any = null;
        foreach (var grant in actor.Grants.Where(g => g.Permissions.Contains(permission)))
        {
            var (unit, region, last) = (grant.OrganisationId, grant.Region, Territory.Last(grant.Region));
            var all = db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Station && o.ValidTo == null);
            var own = grant.Role.Scope switch
            {
                RoleScope.Unit when unit is not null => all.Where(o => o.Id == unit),
                RoleScope.Territory when region > 0 => all.Where(o => o.Region >= region && o.Region <= last),
                _ => null,
            };
            if (own is not null) any = any is null ? own : any.Union(own);
        }
        return any ?? db.Set<Organisation>().AsNoTracking().Where(o => false);
    }

    /// <summary>
    /// The actor with what a placement gives: to see what was said at the station and to claim it, as long as the placement
    /// lasts. Nothing is written for it, so that nothing is left of it.
    /// </summary>
    public static Actor AtStation(Actor deputy, Guid station) => deputy with { Grants = [.. deputy.Grants, new ActorGrant(Placed, 0, station, PlacedMay)] };

    private static readonly Role Placed = new("stations-deputy", new("进站代表", "Deputy of a station"), RoleScope.Unit);
    private static readonly HashSet<string> PlacedMay = [StationsModule.Read, StationsModule.Claim];
}
