using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.People;

namespace Renda.Registry;

/// <summary>
/// Whose records a person may see in detail and change: of people with a mandate or a post in the own territory, and of
/// bodies in it.
/// </summary>
internal static class RegistryScope
{
    public const string Details = "registry.details", Edit = "registry.edit", Reveal = "registry.reveal", Undo = "registry.undo", Leave = "registry.leave", Credentials = "registry.credentials";

    /// <summary>The territories (division codes) within which the actor may do this.</summary>
    public static IReadOnlyList<long> Territories(Actor actor, string permission) => GrantDesk.Territories(actor, permission);

    /// <summary>Whether a place lies in one of the actor's territories.</summary>
    public static bool Reaches(Actor actor, string permission, long region) =>
        Territories(actor, permission).Any(t => region >= t && region <= Territory.Last(t));

    /// <summary>Whether the actor may do this with a person's record.</summary>
    public static async Task<bool> ReachesPersonAsync(DbContext db, Actor actor, string permission, Guid person, CancellationToken cancellation)
    {
        var territories = Territories(actor, permission);
        if (territories.Count == 0) return false;
        if (territories.Any(t => Territory.Level(t) >= 3)) return true;
        var bodies = db.Set<Mandate>().IgnoreQueryFilters().Where(m => m.PersonId == person).Select(m => m.CongressId)
            .Concat(db.Set<Post>().IgnoreQueryFilters().Where(p => p.PersonId == person).Select(p => p.OrganisationId));
        var regions = await db.Set<Organisation>().Where(o => bodies.Contains(o.Id)).Select(o => o.Region).Distinct().ToListAsync(cancellation);
        if (regions.Count > 0) return regions.Any(r => Reaches(actor, permission, r));
        // Somebody whom no body names yet is kept where the person lives or, when that is not known, by whoever keeps a registry.
        var residence = await db.Set<Person>().Where(p => p.Id == person).Select(p => (long?)p.Residence).FirstOrDefaultAsync(cancellation);
        return residence is { } home && (home == 0 || Reaches(actor, permission, home));
    }
}
