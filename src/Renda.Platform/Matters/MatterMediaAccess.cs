using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Media;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Renda.Platform.Matters;

/// <summary>A file is seen by those who sent it, by those who see a matter it belongs to, and by those who have a push it goes with.</summary>
public sealed class MatterMediaAccess(MediaService media, Actors actors, IDbContextFactory<RendaDbContext> databases) : IMediaAccess
{
    /// <inheritdoc />
    public async ValueTask<bool> MaySeeAsync(ClaimsPrincipal user, string sha, string variant, CancellationToken ct)
    {
        if (await actors.FindAsync(user, ct) is not { } actor) return false;
        if (await media.IsSenderAsync(sha, actor.AccountId, ct)) return true;
        await using var db = databases.CreateDbContext();
        if (actor.PersonId is { } person && await db.Set<BroadcastMedia>().AnyAsync(m => m.Sha256 == sha && db.Set<Notice>().Any(n => n.BroadcastId == m.BroadcastId && n.PersonId == person && n.RecalledAt == null), ct)) return true;
        var of = db.Set<MatterMedia>().Where(m => m.Sha256 == sha).Select(m => m.MatterId);
        return await db.Set<Matter>().Where(m => of.Contains(m.Id)).VisibleTo(actor, db).AnyAsync(ct);
    }
}
