using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Platform.Registry;

/// <summary>
/// What a mandate gives: its holder's accounts hold the role of a deputy while it is active, from the same transaction on
/// in which it became so and no longer than that. A right that ended is felt within the quarter of a minute for which
/// <see cref="Access.Actors"/> remembers.
/// </summary>
internal static class MandateRights
{
    public static async Task FollowAsync(RendaDbContext db, RegistryEdit edit, CancellationToken cancellation)
    {
        var mandates = edit.Rows.Select(r => r.After ?? r.Before).OfType<Mandate>().ToList();
        foreach (var chunk in mandates.Select(m => m.Id).Distinct().Chunk(500))
        {
            var rows = await db.Set<Mandate>().AsNoTracking().Where(m => chunk.Contains(m.Id)).ToListAsync(cancellation);
            var people = rows.Select(m => m.PersonId).Concat(mandates.Where(m => chunk.Contains(m.Id)).Select(m => m.PersonId)).Distinct().ToList();
            var accounts = await db.Users.AsNoTracking().Where(a => a.PersonId != null && people.Contains(a.PersonId.Value)).Select(a => new { a.Id, a.PersonId }).ToListAsync(cancellation);
            if (accounts.Count == 0) continue;
            var ids = accounts.Select(a => a.Id).ToList();
            var grants = await db.Set<Grant>().Where(g => ids.Contains(g.AccountId) && g.MandateId != null && chunk.Contains(g.MandateId.Value)).ToListAsync(cancellation);
            foreach (var mandate in chunk)
            {
                var row = rows.FirstOrDefault(m => m.Id == mandate);
                foreach (var account in accounts)
                {
                    var held = grants.Where(g => g.MandateId == mandate && g.AccountId == account.Id && (g.ValidTo == null || g.ValidTo > edit.Now)).ToList();
                    var wanted = row is { Status: MandateStatus.Active } && row.PersonId == account.PersonId && (row.ValidTo is null || row.ValidTo > edit.Now);
                    if (wanted && held.Count == 0)
                        db.Add(new Grant { Id = Guid.CreateVersion7(), AccountId = account.Id, Role = "deputy", Region = row!.Region, MandateId = mandate, ValidFrom = row.ValidFrom > edit.Now ? row.ValidFrom : edit.Now, ValidTo = row.ValidTo });
                    foreach (var grant in held)
                    {
                        if (!wanted) grant.ValidTo = edit.Now;
                        else (grant.ValidTo, grant.Region) = (row!.ValidTo, row.Region);
                    }
                }
            }
        }
    }
}
