using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Renda.Platform.Dingtalk;

/// <summary>Somebody whom 浙政钉 vouched for in this browser and who opens no account here yet.</summary>
/// <param name="Tenant">The tenant there.</param>
/// <param name="Id">The account there.</param>
/// <param name="Name">Name there.</param>
/// <param name="From">Where the person wanted to go.</param>
public sealed record DingtalkVisitor(string Tenant, long Id, string Name, string From);

/// <summary>
/// Signing in by 浙政钉. Which account it opens is told by a binding that the account's owner made after signing in here, and
/// by nothing else: namesakes are many, and a number may pass to somebody else.
/// </summary>
public sealed class DingtalkDoor(IDbContextFactory<RendaDbContext> databases, AuditLog audit, Actors actors, TimeProvider time, DingtalkSettings settings)
{
    /// <summary>Longest name that is kept, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>What people call it.</summary>
    public static Words Name { get; } = new("浙政钉", "DingTalk");

    /// <summary>What is offered of it.</summary>
    public DingtalkSettings Settings => settings;

    /// <summary>Somebody the gateway told of.</summary>
    public DingtalkVisitor Visitor(DingtalkPerson person, string from) => new(settings.Tenant, person.Id, person.Name[..Math.Min(person.Name.Length, LongestName)], from);

    /// <summary>The open account that somebody there opens, or null.</summary>
    public async Task<Account?> OpenAsync(DingtalkVisitor visitor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(a => a.ClosedAt == null && db.Set<DingtalkBinding>().Any(b => b.AccountId == a.Id && b.Tenant == visitor.Tenant && b.DingtalkId == visitor.Id && b.SuspendedAt == null), cancellation);
    }

    /// <summary>Whether somebody there is bound with any account, closed ones and suspended bindings too.</summary>
    public async Task<bool> KnowsAsync(DingtalkVisitor visitor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<DingtalkBinding>().AnyAsync(b => b.Tenant == visitor.Tenant && b.DingtalkId == visitor.Id, cancellation);
    }

    /// <summary>The account's binding, or null.</summary>
    public async Task<DingtalkBinding?> BindingOfAsync(Guid accountId, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<DingtalkBinding>().AsNoTracking().FirstOrDefaultAsync(b => b.AccountId == accountId && b.Tenant == settings.Tenant, cancellation);
    }

    /// <summary>Binds an account with somebody there; null, or why not. The same again is done already.</summary>
    public async Task<Refusal?> BindAccountAsync(Guid accountId, DingtalkVisitor visitor, CancellationToken cancellation)
    {
        if (!settings.On || visitor.Tenant != settings.Tenant || await actors.FindAsync(accountId, cancellation) is not { } actor) return Refusal.NotFound;
        var now = time.GetUtcNow().UtcDateTime;
        return await audit.RunAsync(async (db, note) =>
        {
            var bindings = await db.Set<DingtalkBinding>().Where(b => b.AccountId == accountId || (b.Tenant == visitor.Tenant && b.DingtalkId == visitor.Id)).ToListAsync(cancellation);
            if (bindings.Exists(b => b.AccountId != accountId)) return TakenByAnother;
            var own = bindings.FirstOrDefault();
            if (own is not null && own.Tenant == visitor.Tenant) return own.DingtalkId == visitor.Id ? null : AlreadyBound;
            // One of a tenant that is not set any more opens nothing and gives way.
            if (own is not null)
            {
                db.Remove(own);
                await db.SaveChangesAsync(cancellation);
            }
            db.Add(new DingtalkBinding { AccountId = accountId, Tenant = visitor.Tenant, DingtalkId = visitor.Id, Name = visitor.Name, BoundAt = now });
            if (actor.PersonId is { } person) db.Add(AccountNotice.For(person, new("您的账号绑定了浙政钉。不是您本人？请在“我的账号”取消，并改密码。", "Your account was bound with DingTalk. If it was not you, undo it under My account and change the password."), now));
            await note(AuditLog.Entry(actor, "account.bind-dingtalk", nameof(Account), accountId, $"绑定浙政钉：{visitor.Name}（{visitor.Id}）"));
            return null;
        }, cancellation);
    }

    /// <summary>Ends the account's binding. Sessions that began by it go on; their owner ends them like any other.</summary>
    public async Task UnbindAccountAsync(Guid accountId, CancellationToken cancellation)
    {
        if (await actors.FindAsync(accountId, cancellation) is not { } actor) return;
        var now = time.GetUtcNow().UtcDateTime;
        await audit.RunAsync(async (db, note) =>
        {
            if (await db.Set<DingtalkBinding>().Where(b => b.AccountId == accountId).ExecuteDeleteAsync(cancellation) == 0) return false;
            if (actor.PersonId is { } person) db.Add(AccountNotice.For(person, new("您的账号不再绑定浙政钉。", "Your account is no longer bound with DingTalk."), now));
            await note(AuditLog.Entry(actor, "account.unbind-dingtalk", nameof(Account), accountId, "取消绑定浙政钉"));
            return true;
        }, cancellation);
    }

    private static Refusal TakenByAnother { get; } = new("dingtalk.taken", new("这个浙政钉账号已经绑定了别人的账号，不能再绑定您的。", "This DingTalk account is bound with somebody else's account already."), 409, "bind");

    private static Refusal AlreadyBound { get; } = new("dingtalk.bound", new("您的账号已经绑定了另一个浙政钉账号，请先在“我的账号”取消它。", "Your account is bound with another DingTalk account already; undo that under My account first."), 409, "bind");
}
