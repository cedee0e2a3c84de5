using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Renda.Platform.OpenId;

/// <summary>The OpenID provider outside by which people may sign in.</summary>
/// <param name="Issuer">Its issuer, exactly as it calls itself.</param>
/// <param name="ClientId">What it calls this platform.</param>
/// <param name="Secret">The secret shared with it.</param>
/// <param name="Name">Its name on the sign-in page.</param>
public sealed record OutsideProvider(string Issuer, string ClientId, string Secret, Words Name);

/// <summary>Somebody whom the outside provider vouched for in this browser and who opens no account here yet.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">Its own id of the account.</param>
/// <param name="Name">Name there.</param>
/// <param name="From">Where the person wanted to go.</param>
public sealed record OutsideVisitor(string Issuer, string Subject, string Name, string From);

/// <summary>
/// Signing in by an outside provider. Which account it opens is told by a link that the account's owner made, and by
/// nothing else: not by a name, an address or a number, which the provider may give to somebody else one day.
/// </summary>
public sealed class OutsideDoor(IDbContextFactory<RendaDbContext> databases, AuditLog audit, Actors actors, TimeProvider time, OutsideProvider? provider = null)
{
    /// <summary>Longest name that is kept, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>The provider, or null when none is set.</summary>
    public OutsideProvider? Provider => provider;

    /// <summary>The open account that somebody at the provider opens, or null.</summary>
    public async Task<Account?> OpenAsync(string issuer, string subject, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(a => a.ClosedAt == null && db.Set<OutsideLink>().Any(l => l.Issuer == issuer && l.Subject == subject && l.AccountId == a.Id), cancellation);
    }

    /// <summary>Whether somebody at the provider is linked with any account, closed ones too.</summary>
    public async Task<bool> KnowsAsync(string issuer, string subject, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<OutsideLink>().AnyAsync(l => l.Issuer == issuer && l.Subject == subject, cancellation);
    }

    /// <summary>The account's link with the provider, or null.</summary>
    public async Task<OutsideLink?> LinkOfAsync(Guid accountId, CancellationToken cancellation)
    {
        if (provider is null) return null;
        await using var db = databases.CreateDbContext();
        return await db.Set<OutsideLink>().AsNoTracking().FirstOrDefaultAsync(l => l.AccountId == accountId && l.Issuer == provider.Issuer, cancellation);
    }

    /// <summary>Links an account with somebody at the provider; null, or why not. The same again is done already.</summary>
    public async Task<Refusal?> LinkAsync(Guid accountId, OutsideVisitor visitor, CancellationToken cancellation)
    {
        if (provider is null || visitor.Issuer != provider.Issuer || await actors.FindAsync(accountId, cancellation) is not { } actor) return Refusal.NotFound;
        var now = time.GetUtcNow().UtcDateTime;
        return await audit.RunAsync(async (db, note) =>
        {
            var links = await db.Set<OutsideLink>().AsNoTracking().Where(l => l.Issuer == visitor.Issuer && (l.Subject == visitor.Subject || l.AccountId == accountId)).ToListAsync(cancellation);
            if (links.Any(l => l.Subject == visitor.Subject && l.AccountId == accountId)) return null;
            if (links.Any(l => l.Subject == visitor.Subject)) return TakenByAnother;
            if (links.Count > 0) return AlreadyLinked;
            db.Add(new OutsideLink { Issuer = visitor.Issuer, Subject = visitor.Subject, AccountId = accountId, Name = visitor.Name[..Math.Min(visitor.Name.Length, LongestName)], LinkedAt = now });
            if (actor.PersonId is { } person) db.Add(AccountNotice.For(person, new($"您的账号关联了{provider.Name.Zh}。不是您本人？请在“我的账号”取消，并改密码。", $"Your account was linked with {provider.Name.En}. If it was not you, undo it under My account and change the password."), now));
            await note(AuditLog.Entry(actor, "account.link", nameof(Account), accountId, $"关联外部登录：{visitor.Issuer}"));
            return null;
        }, cancellation);
    }

    /// <summary>Ends the account's link. Sessions that began by it go on; their owner ends them like any other.</summary>
    public async Task UnlinkAsync(Guid accountId, CancellationToken cancellation)
    {
        if (provider is null || await actors.FindAsync(accountId, cancellation) is not { } actor) return;
        var now = time.GetUtcNow().UtcDateTime;
        await audit.RunAsync(async (db, note) =>
        {
            if (await db.Set<OutsideLink>().Where(l => l.AccountId == accountId && l.Issuer == provider.Issuer).ExecuteDeleteAsync(cancellation) == 0) return false;
            if (actor.PersonId is { } person) db.Add(AccountNotice.For(person, new($"您的账号不再关联{provider.Name.Zh}。", $"Your account is no longer linked with {provider.Name.En}."), now));
            await note(AuditLog.Entry(actor, "account.unlink", nameof(Account), accountId, $"取消关联外部登录：{provider.Issuer}"));
            return true;
        }, cancellation);
    }

    private static Refusal TakenByAnother { get; } = new("outside.taken", new("这个外部账号已经关联了别人的账号，不能再关联您的。", "This outside account is linked with somebody else's account already."), 409, "link");

    private static Refusal AlreadyLinked { get; } = new("outside.linked", new("您的账号已经关联了另一个外部账号，请先在“我的账号”取消它。", "Your account is linked with another outside account already; undo that under My account first."), 409, "link");
}
