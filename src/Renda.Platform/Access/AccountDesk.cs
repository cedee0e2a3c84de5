using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Platform.Access;

/// <summary>Opens accounts and gives links by which their passwords are chosen.</summary>
public sealed class AccountDesk(IDbContextFactory<RendaDbContext> databases, AuditLog audit, GrantDesk grants, Roles roles, PasswordLinks links, Sessions sessions, TimeProvider time)
{
    /// <summary>Longest login name, in characters.</summary>
    public const int LongestName = 40;

    /// <summary>Opens an account with its first right, so that somebody answers for it from the beginning.</summary>
    /// <param name="form">person (id) or display (name), name (login), and the fields of <see cref="GrantDesk.GiveAsync(Guid, IReadOnlyDictionary{string, string}, Actor, CancellationToken)"/>.</param>
    /// <param name="actor">Who opens it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The account, the code of its link and whether the right waits for a second person; or why not.</returns>
    public async Task<((Guid Id, string Code, bool Waits)? Made, Refusal? Refusal)> OpenAsync(IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var typed = new TypedForm(form, now);
        var (name, display, personId) = (typed.Text("name"), typed.Text("display"), typed.Id("person"));
        typed.Need(name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '@'), "name", "账号用字母、数字和 - . _ @，最多 40 个。", "Letters, digits and - . _ @, at most 40.");
        typed.Need(personId is not null || display.Length is > 0 and <= 40, "display", "请写姓名，最多 40 字。", "Give a name of at most 40 characters.");
        var (wanted, wrong) = await grants.ReadAsync(form, actor, cancellation);
        if (wrong is { Fields.Count: > 0 }) typed.Errors.AddRange(wrong.Fields);
        else if (wrong is not null) return (null, wrong);
        if (typed.Errors.Count > 0) return (null, Refusal.Form(typed.Errors));
        try
        {
            var (made, refusal) = await audit.RunAsync<((Guid, string, bool)?, Refusal?)>(async (db, note) =>
            {
                var normal = name.ToUpperInvariant();
                if (await db.Users.AnyAsync(a => a.NormalizedUserName == normal, cancellation)) return (null, Taken);
                var person = personId is { } id ? await db.Set<Person>().AsNoTracking().FirstOrDefaultAsync(p => p.Id == id && p.MergedIntoId == null, cancellation) : null;
                if (personId is not null && (person is null || !await ReachesAsync(db, person.Id, actor, cancellation))) return (null, Refusal.NotFound);
                // A second account would see the duties and notices of the first.
                if (person is not null && await db.Users.AnyAsync(a => a.PersonId == person.Id && a.ClosedAt == null, cancellation)) return (null, new("accounts.has-one", new("这个人已经有账号。", "This person has an account already."), 409));
                if (person is null) db.Add(person = new Person { Id = Guid.CreateVersion7(), Name = display, ValidFrom = typed.Now });
                var account = new Account { Id = Guid.CreateVersion7(), UserName = name, NormalizedUserName = normal, DisplayName = person.Name, PersonId = person.Id, SecurityStamp = Guid.NewGuid().ToString("N"), LockoutEnabled = true };
                db.Add(account);
                await note(AuditLog.Entry(actor, "platform.open-account", "Account", account.Id, $"开账号 {account.DisplayName}（{name}）"));
                var (waits, refused) = await grants.GiveAsync(db, note, account, wanted!, actor, cancellation);
                return refused is null ? ((account.Id, links.Make(account), waits), null) : throw new InvalidOperationException("A new account holds nothing that could be in the way.");
            }, cancellation);
            return (made, refusal);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Two were opened at this moment; the second finds the first.
            await using var db = databases.CreateDbContext();
            var normal = name.ToUpperInvariant();
            if (!await db.Users.AnyAsync(a => a.NormalizedUserName == normal, cancellation)) throw;
            return (null, Taken);
        }
    }

    /// <summary>
    /// Gives a link to choose another password, and ends all sessions. Not for accounts whose rights take two people to give:
    /// whoever set their password could be both; for those it is made at the console.
    /// </summary>
    public async Task<(string? Code, Refusal? Refusal)> ResetAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        if (id == actor.AccountId) return (null, new("accounts.own", new("自己的密码在“我的账号”里改。", "Change your own password at “My account”."), 409));
        var (code, refusal) = await audit.RunAsync<(string?, Refusal?)>(async (db, note) =>
        {
            if (await GrantDesk.Within(db, GrantDesk.Territories(actor, GrantDesk.Accounts)).FirstOrDefaultAsync(a => a.Id == id, cancellation) is not { ClosedAt: null } account) return (null, Refusal.NotFound);
            if (await grants.BeyondAsync(db, account, actor, cancellation) is { } beyond) return (null, beyond);
            var all = await roles.AllAsync(cancellation);
            var now = time.GetUtcNow().UtcDateTime;
            var held = await db.Set<Grant>().Where(g => g.AccountId == id && (g.ValidTo == null || g.ValidTo > now)).Select(g => g.Role).Distinct().ToListAsync(cancellation);
            if (held.Any(r => all.GetValueOrDefault(r) is { } role && roles.IsGuarded(role))) return (null, new("accounts.console", new("管理员和审计员的密码只能在服务器上重设：renda account link 账号。", "For administrators and auditors it is done on the server only: renda account link ACCOUNT."), 409));
            account.SecurityStamp = Guid.NewGuid().ToString("N");
            await note(AuditLog.Entry(actor, "platform.reset-password", "Account", id, $"给 {account.DisplayName}（{account.UserName}）重设密码的链接"));
            return (links.Make(account), null);
        }, cancellation);
        if (refusal is null) await sessions.EndAllAsync(id, null, cancellation);
        return (code, refusal);
    }

    /// <summary>Ends every session of an account, on all devices.</summary>
    public async Task<Refusal?> SignOutAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            if (await GrantDesk.Within(db, GrantDesk.Territories(actor, GrantDesk.Accounts)).AsNoTracking().FirstOrDefaultAsync(a => a.Id == id, cancellation) is not { } account) return Refusal.NotFound;
            if (await grants.BeyondAsync(db, account, actor, cancellation) is { } beyond) return beyond;
            await note(AuditLog.Entry(actor, "platform.sign-out", "Account", id, $"让 {account.DisplayName}（{account.UserName}）在各处退出"));
            return (Refusal?)null;
        }, cancellation);
        if (refusal is null) await sessions.EndAllAsync(id, null, cancellation);
        return refusal;
    }

    // Whoever is bound to a person sees what that person is told: only of people with a seat or a post in the own territory or,
    // where no body names them, of any.
    private static async Task<bool> ReachesAsync(RendaDbContext db, Guid person, Actor actor, CancellationToken cancellation)
    {
        var bodies = db.Set<Mandate>().IgnoreQueryFilters().Where(m => m.PersonId == person).Select(m => m.CongressId).Concat(db.Set<Post>().IgnoreQueryFilters().Where(p => p.PersonId == person).Select(p => p.OrganisationId));
        var regions = await db.Set<Organisation>().Where(o => bodies.Contains(o.Id)).Select(o => o.Region).Distinct().ToListAsync(cancellation);
        var territories = GrantDesk.Territories(actor, GrantDesk.Accounts);
        return regions.Count == 0 || regions.Any(r => territories.Any(t => r >= t && r <= Territory.Last(t)));
    }

    private static Refusal Taken { get; } = Refusal.Form([new("accounts.taken", new("这个账号已经有人用了。", "The account name is taken."), Field: "name")]);
}
