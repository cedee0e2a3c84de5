using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Renda.Cockpit.Data;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Cockpit;

/// <summary>Wall screens: each has a secret address that reads boards, and nothing else, in the rights of whoever made it.</summary>
public sealed class ScreenDesk(IDbContextFactory<RendaDbContext> databases, BoardDesk boards, RegionDirectory regions, Actors actors, AuditLog audit, TimeProvider time)
{
    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 30;

    /// <summary>Seconds a board is shown, at least and at most.</summary>
    public const int Shortest = 10, Longest = 3600;

    /// <summary>Days an address is valid, at most.</summary>
    public const int MostDays = 366;

    /// <summary>Most boards a screen shows in turn.</summary>
    public const int MostBoards = 12;

    /// <summary>The screens of the actor's places, the newest first.</summary>
    public async Task<IReadOnlyList<WallScreen>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await Of(db, actor).AsNoTracking().OrderByDescending(s => s.MadeAt).Take(200).ToListAsync(cancellation);
    }

    /// <summary>Makes a screen. Returns its secret, which is not kept and cannot be shown again, or what is wrong.</summary>
    /// <param name="form">name, boards, seconds, days, look, news.</param>
    /// <param name="codes">Codes of the boards, in turn.</param>
    /// <param name="actor">In whose rights it reads.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(string? Secret, Refusal? Refusal)> MakeAsync(IReadOnlyDictionary<string, string> form, IReadOnlyList<string> codes, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var name = typed.Text("name");
        var seconds = int.TryParse(typed.Text("seconds"), out var s) ? s : 0;
        var days = int.TryParse(typed.Text("days"), out var d) ? d : 0;
        var offered = (await boards.ListAsync(actor, cancellation)).Select(b => b.Board.Code).ToHashSet();
        typed.Need(name.Length is > 0 and <= LongestName, "name", $"写明屏在哪里，最多 {LongestName} 字。", $"Say where it hangs, in at most {LongestName} characters.");
        typed.Need(codes.Count is > 0 and <= MostBoards && codes.All(offered.Contains), "boards", $"选 1 到 {MostBoards} 块屏。", $"Choose 1 to {MostBoards} boards.");
        typed.Need(seconds is >= Shortest and <= Longest, "seconds", $"每块 {Shortest} 到 {Longest} 秒。", $"{Shortest} to {Longest} seconds each.");
        typed.Need(days is >= 1 and <= MostDays, "days", $"1 到 {MostDays} 天。", $"1 to {MostDays} days.");
        if (typed.Errors.Count > 0) return (null, Refusal.Form(typed.Errors));

        var (secret, now) = (RandomNumberGenerator.GetHexString(32, lowercase: true), time.GetUtcNow().UtcDateTime);
        var screen = new WallScreen
        {
            Id = Guid.CreateVersion7(), Name = name, AccountId = actor.AccountId, Region = BoardReader.PlaceOf(actor, regions).Code, Boards = string.Join(',', codes), Seconds = seconds, Day = typed.Text("look") == "day", News = typed.Text("news") == "1",
            Hash = HashOf(secret), MadeAt = now, ExpiresAt = now.AddDays(days),
        };
        await audit.RunAsync(async (db, note) =>
        {
            db.Add(screen);
            await note(AuditLog.Entry(actor, CockpitModule.Screens, nameof(WallScreen), screen.Id, $"开通大屏“{name}”，{days} 天有效"));
            return true;
        }, cancellation);
        return (secret, null);
    }

    /// <summary>Ends a screen's address for good. Twice is once.</summary>
    public async Task<Refusal?> EndAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return await audit.RunAsync<Refusal?>(async (db, note) =>
        {
            if (await Of(db, actor).FirstOrDefaultAsync(s => s.Id == id, cancellation) is not { } screen) return Refusal.NotFound;
            if (screen.ExpiresAt <= now) return null;
            screen.ExpiresAt = now;
            await note(AuditLog.Entry(actor, CockpitModule.Screens, nameof(WallScreen), id, $"停用大屏“{screen.Name}”"));
            return null;
        }, cancellation);
    }

    /// <summary>
    /// The screen behind a secret, and the actor it reads as: whoever made it, cut down to reading within their territory. Null when
    /// it is unknown or has ended, and when they may not look at the cockpit any more.
    /// </summary>
    public async Task<(WallScreen Screen, Actor Actor)?> OpenAsync(string secret, CancellationToken cancellation)
    {
        var (hash, now) = (HashOf(secret), time.GetUtcNow().UtcDateTime);
        await using var db = databases.CreateDbContext();
        if (await db.Set<WallScreen>().AsNoTracking().FirstOrDefaultAsync(s => s.Hash == hash && s.ExpiresAt > now, cancellation) is not { } screen) return null;
        if (await actors.FindAsync(screen.AccountId, cancellation) is not { } maker || !maker.May(CockpitModule.Screens)) return null;
        var minute = now.AddMinutes(-1);
        if (screen.SeenAt is not { } seen || seen < minute) await db.Set<WallScreen>().Where(s => s.Id == screen.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.SeenAt, now), cancellation);
        return (screen, maker with
        {
            PersonId = null,
            Grants = [.. maker.Grants.Where(g => g.Role.Scope == RoleScope.Territory).Select(g => g with { Permissions = g.Permissions.Where(p => p == CockpitModule.View || p.EndsWith(".read", StringComparison.Ordinal)).ToHashSet() })],
        });
    }

    private static IQueryable<WallScreen> Of(RendaDbContext db, Actor actor)
    {
        var places = actor.Grants.Where(g => g.Role.Scope == RoleScope.Territory && g.Permissions.Contains(CockpitModule.Screens)).Select(g => g.Region).Distinct().ToList();
        return db.Set<WallScreen>().Where(s => places.Contains(s.Region));
    }

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
