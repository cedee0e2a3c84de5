using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>Whose files and activities somebody keeps: the staff those of the congresses in their territory, a deputy the own.</summary>
public static class DeputyScope
{
    /// <summary>Whether the actor may do this with what belongs to a congress of that division.</summary>
    public static bool Reaches(Actor actor, string permission, long region) => GrantDesk.Territories(actor, permission).Any(t => region >= t && region <= Territory.Last(t));

    /// <summary>Whether the actor may see the file of a seat: staff those of their territory, deputies the own.</summary>
    public static bool MaySee(Actor actor, DeputySeat seat) => Reaches(actor, DeputiesModule.Files, seat.Congress.Region) || (actor.PersonId == seat.Mandate.PersonId && actor.May(DeputiesModule.Own));

    /// <summary>The congresses for which the actor may do this, highest tier first; at most 500.</summary>
    public static async Task<IReadOnlyList<Organisation>> CongressesAsync(RendaDbContext db, Actor actor, string permission, CancellationToken cancellation)
    {
        List<Organisation> found = [];
        foreach (var first in GrantDesk.Territories(actor, permission))
        {
            var last = Territory.Last(first);
            found.AddRange(await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Congress && o.ValidTo == null && o.Region >= first && o.Region <= last).OrderBy(o => o.Region).Take(500).ToListAsync(cancellation));
        }
        return [.. found.DistinctBy(o => o.Id).OrderByDescending(o => Territory.Level(o.Region)).ThenBy(o => o.Region)];
    }

    /// <summary>The congress, when the actor may do this for it.</summary>
    public static async Task<Organisation?> CongressAsync(RendaDbContext db, Guid id, Actor actor, string permission, CancellationToken cancellation) =>
        await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == id && o.Kind == OrganisationKind.Congress, cancellation) is { } congress && Reaches(actor, permission, congress.Region) ? congress : null;

    /// <summary>Seats of a congress that hold at that moment, not tracked.</summary>
    public static IQueryable<Mandate> Sitting(RendaDbContext db, Guid congress, DateTime at) =>
        db.Set<Mandate>().AsNoTracking().Where(m => m.CongressId == congress && m.Status == MandateStatus.Active && m.ValidFrom <= at && (m.ValidTo == null || m.ValidTo > at));
}
