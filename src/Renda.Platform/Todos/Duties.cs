using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Live;
using Renda.Platform.Persistence;

namespace Renda.Platform.Todos;

/// <summary>Somebody who acts for the same organisation.</summary>
/// <param name="OrganisationId">The organisation.</param>
/// <param name="AccountId">The account.</param>
/// <param name="Name">Name shown.</param>
public sealed record Colleague(Guid OrganisationId, Guid AccountId, string Name);

/// <summary>
/// What people agree on about duties among themselves: who of an organisation takes one, who is given one, what was read.
/// It tells colleagues who has it and takes no right from anybody: each of them can still do it.
/// </summary>
public sealed class Duties(IDbContextFactory<RendaDbContext> databases, ChangeRelay relay, TimeProvider time)
{
    /// <summary>Longest reason, in characters.</summary>
    public const int LongestReason = 200;

    private static Refusal Alone { get; } = new("todos.own", new("这是您个人的事，不用领取，也不能委托。", "This duty is yours alone; it can be neither taken nor given."), 409);

    /// <summary>Takes an open duty of one's organisation; twice is once.</summary>
    public async Task<Refusal?> ClaimAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (todo, claim, refusal) = await FindAsync(db, id, actor, cancellation);
        if (refusal is not null) return refusal;
        if (claim is not null) return claim.AccountId == actor.AccountId ? null : Taken(claim);
        db.Add(new TodoClaim { TodoId = id, AccountId = actor.AccountId, Name = actor.Name, At = Now });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // A colleague was quicker by a moment, or one's own second press.
            db.ChangeTracker.Clear();
            if (await db.Set<TodoClaim>().AsNoTracking().FirstOrDefaultAsync(c => c.TodoId == id, cancellation) is not { } other) throw;
            return other.AccountId == actor.AccountId ? null : Taken(other);
        }
        await relay.DutiesChangedAsync(db, todo!, cancellation);
        return null;
    }

    /// <summary>Gives a duty to a colleague of the same organisation, who is told why.</summary>
    public async Task<Refusal?> DelegateAsync(Guid id, Guid to, string reason, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (todo, claim, refusal) = await FindAsync(db, id, actor, cancellation);
        if (refusal is not null) return refusal;
        if (claim is not null && claim.AccountId != actor.AccountId && claim.GivenBy != actor.AccountId) return Taken(claim);
        reason = reason.Trim();
        if (reason.Length is 0 or > LongestReason) return new("todos.reason", new($"请写明为什么委托，最多 {LongestReason} 字。", $"Say why you give it away, in at most {LongestReason} characters."), Field: "reason");
        var colleague = to == actor.AccountId ? null : (await ColleaguesAsync(db, [todo!.OrganisationId!.Value], cancellation)).FirstOrDefault(c => c.AccountId == to);
        if (colleague is null) return new("todos.colleague", new("请在本单位的同事中选一位。", "Choose a colleague of the same organisation."), Field: "to");
        if (claim is null) db.Add(claim = new TodoClaim { TodoId = id });
        (claim.AccountId, claim.Name, claim.At, claim.GivenBy, claim.GivenByName, claim.Reason) = (colleague.AccountId, colleague.Name, Now, actor.AccountId, actor.Name, reason);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            db.ChangeTracker.Clear();
            return await db.Set<TodoClaim>().AsNoTracking().FirstOrDefaultAsync(c => c.TodoId == id, cancellation) is { } other ? Taken(other) : Changed;
        }
        await relay.DutiesChangedAsync(db, todo!, cancellation);
        return null;
    }

    /// <summary>Puts a duty back that one has taken, was given, or has given: it is everybody's again. Twice is once.</summary>
    public async Task<Refusal?> GiveBackAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (todo, claim, refusal) = await FindAsync(db, id, actor, cancellation);
        if (refusal is not null || claim is null) return refusal;
        var (me, has) = (actor.AccountId, claim.AccountId);
        if (has != me && claim.GivenBy != me) return Taken(claim);
        await db.Set<TodoClaim>().Where(c => c.TodoId == id && c.AccountId == has && (c.AccountId == me || c.GivenBy == me)).ExecuteDeleteAsync(cancellation);
        await relay.DutiesChangedAsync(db, todo!, cancellation);
        return null;
    }

    /// <summary>Marks what is only to be read as read; twice is once.</summary>
    public async Task<Refusal?> ReadAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var todo = await db.Set<Todo>().AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, cancellation);
        if (todo is null || !todo.IsOf(actor)) return Refusal.NotFound;
        if (!todo.Reading) return new("todos.not-reading", new("这件事要办理，不能只标为已阅。", "This has to be done; marking it read is not enough."), 409);
        var now = Now;
        if (await db.Set<Todo>().Where(t => t.Id == id && t.DoneAt == null).ExecuteUpdateAsync(s => s.SetProperty(t => t.DoneAt, now).SetProperty(t => t.DoneBy, actor.AccountId), cancellation) > 0)
            await relay.DutiesChangedAsync(db, todo, cancellation);
        return null;
    }

    /// <summary>Who acts now for these organisations.</summary>
    public async Task<IReadOnlyList<Colleague>> ColleaguesAsync(IReadOnlyList<Guid> organisations, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await ColleaguesAsync(db, organisations, cancellation);
    }

    private static Refusal Changed { get; } = new("todos.changed", new("这件事刚刚有变化，请看最新情况。", "This duty has just changed; look at it as it is now."), 409);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static Refusal Taken(TodoClaim claim) => new("todos.taken", new($"已由{claim.Name}领取。要换人，请{claim.Name}退回或委托。", $"{claim.Name} has taken it, and can give it back or to somebody else."), 409);

    private static async Task<(Todo? Todo, TodoClaim? Claim, Refusal? Refusal)> FindAsync(RendaDbContext db, Guid id, Actor actor, CancellationToken cancellation)
    {
        var todo = await db.Set<Todo>().AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, cancellation);
        if (todo is null || !todo.IsOf(actor)) return (null, null, Refusal.NotFound);
        if (todo.DoneAt is not null) return (null, null, new("todos.done", new("这件事已经办完。", "This duty is done already."), 409));
        if (todo.OrganisationId is null) return (null, null, Alone);
        return (todo, await db.Set<TodoClaim>().FirstOrDefaultAsync(c => c.TodoId == id, cancellation), null);
    }

    private async Task<List<Colleague>> ColleaguesAsync(RendaDbContext db, IReadOnlyList<Guid> organisations, CancellationToken cancellation)
    {
        var now = Now;
        var found = await db.Set<Grant>().AsNoTracking().Where(g => g.OrganisationId != null && organisations.Contains(g.OrganisationId.Value)).InForce(db, now)
            .Join(db.Users.Where(a => a.ClosedAt == null), g => g.AccountId, a => a.Id, (g, a) => new { Organisation = g.OrganisationId!.Value, a.Id, a.DisplayName }).Distinct().ToListAsync(cancellation);
        return [.. found.Select(f => new Colleague(f.Organisation, f.Id, f.DisplayName)).OrderBy(c => c.Name, StringComparer.Ordinal)];
    }
}
