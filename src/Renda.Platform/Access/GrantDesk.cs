using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Todos;

namespace Renda.Platform.Access;

/// <summary>
/// The only writer of rights given by hand: gives, ends, lends and hands them over, each with its entry in the audit log in
/// one transaction. Nobody gives a right to oneself, nobody beyond the own territory, and what opens doors to others takes two.
/// </summary>
public sealed class GrantDesk(IDbContextFactory<RendaDbContext> databases, AuditLog audit, Roles roles, Actors actors, Sessions sessions, RegionDirectory regions, TimeProvider time)
{
    /// <summary>Permission to open accounts and give rights.</summary>
    public const string Accounts = "platform.accounts";

    /// <summary>Permission to confirm as the second person.</summary>
    public const string Confirm = "platform.confirm";

    /// <summary>Longest time for which a right is lent, in days.</summary>
    public const int LongestLoan = 366;

    private DateTime Now
    {
        get
        {
            var now = time.GetUtcNow().UtcDateTime;
            return new(now.Ticks - now.Ticks % 10, DateTimeKind.Utc);
        }
    }

    /// <summary>The territories within which somebody may do this.</summary>
    public static IReadOnlyList<long> Territories(Actor actor, string permission) =>
        [.. actor.Grants.Where(g => g.Permissions.Contains(permission) && g.Region > 0 && g.Role.Scope == RoleScope.Territory).Select(g => g.Region).Distinct()];

    /// <summary>Whether nobody administers more than the actor: what counts everywhere is theirs to decide.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="permission">What it is about.</param>
    /// <param name="now">Now (UTC).</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<bool> IsWidestAsync(RendaDbContext db, Actor actor, string permission, DateTime now, CancellationToken cancellation)
    {
        var widest = (await db.Set<Grant>().InForce(db, now).Where(g => g.Role == "admin" && db.Users.Any(a => a.Id == g.AccountId && a.ClosedAt == null)).Select(g => g.Region).Distinct().ToListAsync(cancellation)).Select(Territory.Level).DefaultIfEmpty().Max();
        return Territories(actor, permission).Any(t => Territory.Level(t) >= widest);
    }

    /// <summary>Accounts with a right, now or once, or a request for one, in one of the territories; with the whole city's, all but those of applications.</summary>
    public static IQueryable<Account> Within(RendaDbContext db, IReadOnlyList<long> territories)
    {
        if (territories.Count == 0) return db.Users.Where(a => false);
        var people = db.Users.Where(a => !db.Set<Grant>().Any(g => g.AccountId == a.Id && g.Role == "application"));
        if (territories.Any(t => Territory.Level(t) >= 3)) return people;
        IQueryable<Guid>? ids = null;
        foreach (var territory in territories)
        {
            var last = Territory.Last(territory);
            var bodies = db.Set<Organisation>().IgnoreQueryFilters().Where(o => o.Region >= territory && o.Region <= last).Select(o => o.Id);
            var held = db.Set<Grant>().Where(g => (g.Region >= territory && g.Region <= last) || (g.OrganisationId != null && bodies.Contains(g.OrganisationId.Value))).Select(g => g.AccountId);
            var asked = db.Set<GrantRequest>().Where(r => r.DecidedAt == null && ((r.Region >= territory && r.Region <= last) || (r.OrganisationId != null && bodies.Contains(r.OrganisationId.Value)))).Select(r => r.AccountId);
            ids = ids is null ? held.Union(asked) : ids.Union(held).Union(asked);
        }
        return people.Where(a => ids!.Contains(a.Id));
    }

    /// <summary>Gives an account a right, or asks a second person to confirm it where the role needs two.</summary>
    /// <param name="account">Who shall hold it.</param>
    /// <param name="form">role, region or organisation, module, from, to, reason.</param>
    /// <param name="actor">Who gives it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether it waits for confirmation, or why not.</returns>
    public async Task<(bool Waits, Refusal? Refusal)> GiveAsync(Guid account, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var (wanted, refusal) = await ReadAsync(form, actor, cancellation);
        if (wanted is null) return (false, refusal);
        if (account == actor.AccountId) return (false, Own);
        var result = await audit.RunAsync<(bool, Refusal?)>(async (db, note) =>
        {
            if (await Within(db, Territories(actor, Accounts)).FirstOrDefaultAsync(a => a.Id == account, cancellation) is not { ClosedAt: null } holder) return (false, Refusal.NotFound);
            return await GiveAsync(db, note, holder, wanted, actor, cancellation);
        }, cancellation);
        actors.Forget(account);
        return result;
    }

    /// <summary>What a form asks for, when its sender may give it.</summary>
    internal async Task<(GrantRequest? Wanted, Refusal? Refusal)> ReadAsync(IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var now = Now;
        var typed = new TypedForm(form, now);
        var territories = Territories(actor, Accounts);
        if (territories.Count == 0) return (null, Refusal.NotFound);
        var role = (await roles.AllAsync(cancellation)).GetValueOrDefault(typed.Text("role"));
        typed.Need(role is { Role.ByHand: true, Own: null or { RetiredAt: null } }, "role", "请选择角色。", "Choose the role.");
        var wanted = new GrantRequest { Id = Guid.CreateVersion7(), Role = role?.Role.Id ?? "", Module = typed.Text("module"), Reason = typed.Reason(needed: true), AskedBy = actor.AccountId, AskedAt = now };
        typed.Need(wanted.Module.Length == 0 || role?.Permissions.Any(p => p.StartsWith(wanted.Module + ".", StringComparison.Ordinal)) == true, "module", "这个角色在该应用里没有权限。", "The role may do nothing in that application.");
        if (role?.Role.Scope == RoleScope.Territory)
        {
            wanted.Region = typed.Region("region", regions);
            typed.Need(wanted.Region > 0, "region", "请选择管理范围。", "Choose the place it covers.");
            typed.Need(wanted.Region == 0 || territories.Any(t => wanted.Region >= t && wanted.Region <= Territory.Last(t)), "region", "这个地方不在您的管理范围内。", "The place is outside what you administer.");
        }
        if (role is not null && role.Role.Scope != RoleScope.Personal && typed.Text("organisation").Length + (role.Role.Scope == RoleScope.Unit ? 1 : 0) > 0)
        {
            await using var db = databases.CreateDbContext();
            var id = typed.Id("organisation");
            var organisation = id is null ? null : await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == id && (o.ValidTo == null || o.ValidTo > now), cancellation);
            typed.Need(organisation is not null && territories.Any(t => organisation.Region >= t && organisation.Region <= Territory.Last(t)), "organisation", "请选择您管理范围内的机构。", "Choose an organisation within what you administer.");
            wanted.OrganisationId = organisation?.Id;
        }
        var (from, to) = (typed.Day("from", needed: false), typed.Day("to", needed: false));
        var today = ChinaTime.Date(now);
        typed.Need(from is null || from >= today, "from", "不能早于今天：权限不能追溯。", "Not before today: a right does not reach back.");
        typed.Need(to is null || to >= (from ?? today), "to", "结束不能早于开始。", "It cannot end before it begins.");
        wanted.ValidFrom = from is null || from <= today ? now : ChinaTime.StartOf(from.Value);
        // The last day counts as a whole.
        wanted.ValidTo = to is { } last ? ChinaTime.StartOf(last.AddDays(1)) : null;
        return typed.Errors.Count > 0 ? (null, Refusal.Form(typed.Errors)) : (wanted, null);
    }

    /// <summary>Gives what was read, within a transaction of the caller's.</summary>
    internal async Task<(bool Waits, Refusal? Refusal)> GiveAsync(RendaDbContext db, Func<AuditEntry, Task> note, Account holder, GrantRequest wanted, Actor actor, CancellationToken cancellation)
    {
        var role = (await roles.AllAsync(cancellation))[wanted.Role];
        var same = await db.Set<Grant>().AnyAsync(g => g.AccountId == holder.Id && g.Role == wanted.Role && g.Region == wanted.Region && g.OrganisationId == wanted.OrganisationId && g.Module == wanted.Module && g.LentFromId == null && (g.ValidTo == null || g.ValidTo > wanted.ValidFrom), cancellation)
            || await db.Set<GrantRequest>().AnyAsync(r => r.AccountId == holder.Id && r.Role == wanted.Role && r.Region == wanted.Region && r.OrganisationId == wanted.OrganisationId && r.Module == wanted.Module && r.DecidedAt == null, cancellation);
        if (same) return (false, new("grants.same", new("已经有这项权限，或者正在等人确认。", "It is held already, or waits to be confirmed."), 409, "role"));
        wanted.AccountId = holder.Id;
        var text = $"{holder.DisplayName}（{holder.UserName}）：{await DescribeAsync(db, role.Role, wanted.Region, wanted.OrganisationId, wanted.Module, cancellation)}；{wanted.Reason}";
        if (!roles.IsGuarded(role))
        {
            db.Add(ToGrant(wanted, actor.AccountId, null));
            await note(AuditLog.Entry(actor, "platform.grant", "Account", holder.Id, "授予 " + text));
            return (false, null);
        }
        db.Add(wanted);
        await note(AuditLog.Entry(actor, "platform.ask", "Account", holder.Id, "申请授予 " + text));
        foreach (var person in await SecondsAsync(db, wanted, cancellation))
            db.Add(AccountNotice.For(person, new($"{actor.Name}申请授予{holder.DisplayName}“{role.Role.Name.Zh}”，请您确认。", $"{actor.Name} asks you to confirm the role “{role.Role.Name.En}” for {holder.DisplayName}."), Now, "/administration/requests"));
        return (true, null);
    }

    /// <summary>
    /// Confirms or declines, as the second person, a right that was asked for. Neither who asked nor who shall hold it may. The
    /// platform itself does it for whoever stands at the console, where there is no second person yet.
    /// </summary>
    public async Task<Refusal?> DecideAsync(Guid request, bool confirm, Actor actor, CancellationToken cancellation)
    {
        Guid holder = default;
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            if (await db.Set<GrantRequest>().FirstOrDefaultAsync(r => r.Id == request, cancellation) is not { } asked || !(actor.IsPlatform || await ReachesAsync(db, Territories(actor, Confirm), asked.Region, asked.OrganisationId, cancellation))) return Refusal.NotFound;
            if (asked.DecidedAt is not null) return asked.DecidedBy == actor.AccountId && asked.Confirmed == confirm ? null : new("grants.decided", new("已经有人处理过了。", "Somebody has decided it already."), 409);
            if (asked.AskedBy == actor.AccountId || asked.AccountId == actor.AccountId) return new("grants.second", new("要由另一个人确认：不能是申请人，也不能是得到权限的人。", "It takes another person: neither who asked nor who gets it."), 409);
            var account = await db.Users.FirstAsync(a => a.Id == asked.AccountId, cancellation);
            if (confirm && account.ClosedAt is not null) return new("grants.closed", new("这个账号已经停用。", "The account is closed."), 409);
            var role = (await roles.AllAsync(cancellation))[asked.Role];
            (asked.DecidedBy, asked.DecidedAt, asked.Confirmed, holder) = (actor.IsPlatform ? null : actor.AccountId, Now, confirm, asked.AccountId);
            if (confirm)
            {
                if (asked.ValidFrom < Now) asked.ValidFrom = Now;
                db.Add(ToGrant(asked, asked.AskedBy, actor.IsPlatform ? null : actor.AccountId));
            }
            await note(AuditLog.Entry(actor, confirm ? "platform.confirm" : "platform.decline", "Account", holder, $"{(confirm ? "确认" : "不同意")}授予 {account.DisplayName}（{account.UserName}）：{await DescribeAsync(db, role.Role, asked.Region, asked.OrganisationId, asked.Module, cancellation)}"));
            return (Refusal?)null;
        }, cancellation);
        actors.Forget(holder);
        return refusal;
    }

    /// <summary>Ends a right at once, with those lent from it. What follows from a mandate ends with that. Twice is once.</summary>
    public async Task<Refusal?> EndAsync(Guid grant, string reason, Actor actor, CancellationToken cancellation)
    {
        reason = reason.Trim();
        if (reason.Length is 0 or > 300) return new("grants.reason", new("请写明为什么收回，最多 300 字。", "Say why it ends, in at most 300 characters."), Field: "reason");
        List<Guid> forget = [];
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            if (await db.Set<Grant>().FirstOrDefaultAsync(g => g.Id == grant, cancellation) is not { } held) return Refusal.NotFound;
            var (lender, now) = (held.LentFromId is { } from ? await db.Set<Grant>().Where(g => g.Id == from).Select(g => (Guid?)g.AccountId).FirstOrDefaultAsync(cancellation) : null, Now);
            // Who lent or borrowed a right ends that alone; all else is the administrators'.
            var own = held.LentFromId is not null && (held.AccountId == actor.AccountId || lender == actor.AccountId);
            if (!own && !(await Within(db, Territories(actor, Accounts)).AnyAsync(a => a.Id == held.AccountId, cancellation) && await ReachesAsync(db, Territories(actor, Accounts), held.Region, held.OrganisationId, cancellation))) return Refusal.NotFound;
            if (held.MandateId is not null || held.Role == "application") return new("grants.follows", new("这项权限随代表资格或者应用，不能单独收回。", "It follows from a mandate or an application and does not end alone."), 409);
            if (held.ValidTo is { } ended && ended <= now) return null;
            if (held.LentFromId is null && held.AccountId == actor.AccountId) return Own;
            var account = await db.Users.FirstAsync(a => a.Id == held.AccountId, cancellation);
            await EndAsync(db, held, now, forget, cancellation);
            var role = (await roles.AllAsync(cancellation)).GetValueOrDefault(held.Role)?.Role ?? new Role(held.Role, new(held.Role, held.Role), RoleScope.Personal);
            await note(AuditLog.Entry(actor, "platform.end-grant", "Account", account.Id, $"收回 {account.DisplayName}（{account.UserName}）：{await DescribeAsync(db, role, held.Region, held.OrganisationId, held.Module, cancellation)}；{reason}"));
            return (Refusal?)null;
        }, cancellation);
        foreach (var account in forget) actors.Forget(account);
        return refusal;
    }

    /// <summary>Lends one of one's own rights to a colleague for a period (委托). Both can act meanwhile, and each act says who.</summary>
    /// <param name="grant">The right; not one that was lent, follows from a mandate or needs two to be given.</param>
    /// <param name="form">to (an account), from, until, reason.</param>
    /// <param name="actor">Who lends it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> LendAsync(Guid grant, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var now = Now;
        var typed = new TypedForm(form, now);
        var (to, reason) = (typed.Id("to") ?? Guid.Empty, typed.Reason(needed: true));
        var (from, until, today) = (typed.Day("from", needed: false) ?? ChinaTime.Date(now), typed.Day("until", needed: true), ChinaTime.Date(now));
        typed.Need(from >= today, "from", "不能早于今天。", "Not before today.");
        typed.Need(until is null || (until >= from && until <= from.AddDays(LongestLoan)), "until", $"结束不能早于开始，也不能超过 {LongestLoan} 天。", $"Not before its beginning, and at most {LongestLoan} days.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            if (await db.Set<Grant>().InForce(db, now).FirstOrDefaultAsync(g => g.Id == grant && g.AccountId == actor.AccountId, cancellation) is not { } own) return Refusal.NotFound;
            var role = (await roles.AllAsync(cancellation))[own.Role];
            if (!IsLendable(own, role)) return new("grants.not-lendable", new("这项职权不能委托。", "This right cannot be lent."), 409);
            if (await Borrowers(db, own, now).FirstOrDefaultAsync(a => a.Id == to, cancellation) is not { } colleague) return Refusal.Form([new("grants.colleague", new("请选一位同事。", "Choose a colleague."), Field: "to")]);
            if (await db.Set<Grant>().AnyAsync(g => g.LentFromId == own.Id && g.AccountId == to && (g.ValidTo == null || g.ValidTo > now), cancellation)) return Refusal.Form([new("grants.same", new("已经委托给他了。", "It is lent to that colleague already."), 409, "to")]);
            var lent = new Grant
            {
                Id = Guid.CreateVersion7(), AccountId = to, Role = own.Role, Region = own.Region, OrganisationId = own.OrganisationId, Module = own.Module, LentFromId = own.Id, GivenBy = actor.AccountId, Reason = reason,
                ValidFrom = from <= today ? now : ChinaTime.StartOf(from), ValidTo = ChinaTime.StartOf(until!.Value.AddDays(1)),
            };
            db.Add(lent);
            await note(AuditLog.Entry(actor, "platform.lend", "Account", to, $"委托 {colleague.DisplayName}（{colleague.UserName}）：{await DescribeAsync(db, role.Role, own.Region, own.OrganisationId, own.Module, cancellation)}，至 {until:yyyy-MM-dd}；{reason}"));
            if (colleague.PersonId is { } person) db.Add(AccountNotice.For(person, new($"{actor.Name}把“{role.Role.Name.Zh}”的职权委托给您，{from:MM-dd} 至 {until:MM-dd}：{reason}", $"{actor.Name} lends you the role “{role.Role.Name.En}” from {from:MM-dd} to {until:MM-dd}: {reason}"), now, "/account/rights"));
            return (Refusal?)null;
        }, cancellation);
        actors.Forget(to);
        return refusal;
    }

    /// <summary>Whether a right may be lent.</summary>
    public bool IsLendable(Grant grant, RoleRights role) => grant is { LentFromId: null, MandateId: null } && role.Role.ByHand && !roles.IsGuarded(role);

    /// <summary>To whom a right may be lent: who acts for the same organisation or, where there is none, in its place or below.</summary>
    public static IQueryable<Account> Borrowers(RendaDbContext db, Grant grant, DateTime now)
    {
        var (mine, organisation, region, last) = (grant.AccountId, grant.OrganisationId, grant.Region, Territory.Last(grant.Region));
        var staff = db.Set<Grant>().Where(g => g.ValidFrom <= now && (g.ValidTo == null || g.ValidTo > now) && g.MandateId == null && g.Role != "deputy" && g.Role != "application");
        var near = organisation is null ? staff.Where(g => g.Region >= region && g.Region <= last) : staff.Where(g => g.OrganisationId == organisation);
        return db.Users.Where(a => a.Id != mine && a.ClosedAt == null && near.Select(g => g.AccountId).Contains(a.Id));
    }

    /// <summary>
    /// Hands over when somebody leaves: every right given by hand goes to the successor (those that need two people are asked
    /// for), duties taken become everybody's again, and the account is closed and signed out when that is wished.
    /// </summary>
    /// <param name="account">Who leaves.</param>
    /// <param name="form">to (login name of the successor), close, reason.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> HandOverAsync(Guid account, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var now = Now;
        var typed = new TypedForm(form, now);
        var (name, reason, close) = (typed.Text("to").ToUpperInvariant(), typed.Reason(needed: true), typed.Text("close").Length > 0);
        typed.Need(name.Length > 0, "to", "请写接手人的账号。", "Give the successor's account.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        if (account == actor.AccountId) return Own;
        List<Guid> forget = [account];
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            var mine = Within(db, Territories(actor, Accounts));
            if (await mine.FirstOrDefaultAsync(a => a.Id == account, cancellation) is not { } leaving) return Refusal.NotFound;
            var successor = await mine.FirstOrDefaultAsync(a => a.NormalizedUserName == name, cancellation);
            if (successor is not { ClosedAt: null } || successor.Id == account || successor.Id == actor.AccountId) return Refusal.Form([new("grants.successor", new("请写另一个在用的账号，不能是您自己的。", "Give another account in use, not your own."), Field: "to")]);
            var held = await db.Set<Grant>().Where(g => g.AccountId == account && g.MandateId == null && g.Role != "application" && g.LentFromId == null && (g.ValidTo == null || g.ValidTo > now)).ToListAsync(cancellation);
            foreach (var grant in held)
                if (!await ReachesAsync(db, Territories(actor, Accounts), grant.Region, grant.OrganisationId, cancellation)) return new("grants.beyond", new("他有的权限超出您的管理范围，请上一级管理员办理。", "Some of the rights are beyond what you administer; ask the administrator above."), 409);
            var all = await roles.AllAsync(cancellation);
            var given = new HashSet<(string, long, Guid?, string)>();
            foreach (var grant in held)
            {
                var until = grant.ValidTo;
                var begins = grant.ValidFrom > now ? grant.ValidFrom : now;
                await EndAsync(db, grant, now, forget, cancellation);
                if (all.GetValueOrDefault(grant.Role) is not { Own: null or { RetiredAt: null } } || !given.Add((grant.Role, grant.Region, grant.OrganisationId, grant.Module))) continue;
                var wanted = new GrantRequest { Id = Guid.CreateVersion7(), Role = grant.Role, Region = grant.Region, OrganisationId = grant.OrganisationId, Module = grant.Module, ValidFrom = begins, ValidTo = until, Reason = $"接手{leaving.DisplayName}：{reason}", AskedBy = actor.AccountId, AskedAt = now };
                // What the successor holds already is not given twice.
                await GiveAsync(db, note, successor, wanted, actor, cancellation);
            }
            await db.Set<TodoClaim>().Where(c => c.AccountId == account).ExecuteDeleteAsync(cancellation);
            forget.Add(successor.Id);
            if (close) leaving.ClosedAt = now;
            await note(AuditLog.Entry(actor, "platform.hand-over", "Account", account, $"{leaving.DisplayName}（{leaving.UserName}）的 {held.Count} 项权限移交 {successor.DisplayName}（{successor.UserName}）{(close ? "，账号停用" : "")}；{reason}"));
            return (Refusal?)null;
        }, cancellation);
        foreach (var id in forget) actors.Forget(id);
        if (refusal is null && close) await sessions.EndAllAsync(account, null, cancellation);
        return refusal;
    }

    /// <summary>Closes an account, or opens it again. A closed one signs nobody in and may do nothing; what it did stays. Twice is once.</summary>
    public async Task<Refusal?> CloseAsync(Guid account, bool close, string reason, Actor actor, CancellationToken cancellation)
    {
        reason = reason.Trim();
        if (reason.Length is 0 or > 300) return new("grants.reason", new("请写明原因，最多 300 字。", "Say why, in at most 300 characters."), Field: "reason");
        if (account == actor.AccountId) return Own;
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            if (await Within(db, Territories(actor, Accounts)).FirstOrDefaultAsync(a => a.Id == account, cancellation) is not { } found) return Refusal.NotFound;
            if (await BeyondAsync(db, found, actor, cancellation) is { } beyond) return beyond;
            if (found.ClosedAt is not null == close) return null;
            found.ClosedAt = close ? Now : null;
            await note(AuditLog.Entry(actor, close ? "platform.close-account" : "platform.reopen-account", "Account", account, $"{(close ? "停用" : "恢复")}账号 {found.DisplayName}（{found.UserName}）；{reason}"));
            return (Refusal?)null;
        }, cancellation);
        actors.Forget(account);
        if (refusal is null && close) await sessions.EndAllAsync(account, null, cancellation);
        return refusal;
    }

    /// <summary>A refusal when an account holds a right beyond the actor's territory: closing it or giving it another password is not the actor's.</summary>
    public async Task<Refusal?> BeyondAsync(RendaDbContext db, Account account, Actor actor, CancellationToken cancellation)
    {
        var now = Now;
        var held = await db.Set<Grant>().AsNoTracking().Where(g => g.AccountId == account.Id && g.LentFromId == null && (g.ValidTo == null || g.ValidTo > now)).ToListAsync(cancellation);
        foreach (var grant in held)
            if (!await ReachesAsync(db, Territories(actor, Accounts), grant.Region, grant.OrganisationId, cancellation)) return new("grants.beyond", new("他有的权限超出您的管理范围，请上一级管理员办理。", "Some of the rights are beyond what you administer; ask the administrator above."), 409);
        return null;
    }

    /// <summary>A right in words: role, place, organisation, application.</summary>
    public async Task<string> DescribeAsync(RendaDbContext db, Role role, long region, Guid? organisation, string module, CancellationToken cancellation)
    {
        var parts = new List<string> { role.Name.Zh };
        if (region > 0) parts.Add(regions.Find(region)?.FullName ?? region.ToString());
        if (organisation is { } id) parts.Add(await db.Set<Organisation>().Where(o => o.Id == id).Select(o => o.Name).FirstOrDefaultAsync(cancellation) ?? id.ToString());
        if (module.Length > 0) parts.Add($"只限 {module}");
        return string.Join('，', parts);
    }

    private static Refusal Own { get; } = new("grants.own", new("不能给自己授权或者收回自己的权限，请另一位管理员办理。", "Nobody gives or takes rights of their own; ask another administrator."), 409);

    private static Grant ToGrant(GrantRequest asked, Guid by, Guid? second) => new()
    {
        Id = asked.Id, AccountId = asked.AccountId, Role = asked.Role, Region = asked.Region, OrganisationId = asked.OrganisationId, Module = asked.Module, ValidFrom = asked.ValidFrom, ValidTo = asked.ValidTo, GivenBy = by, ConfirmedBy = second, Reason = asked.Reason,
    };

    private static async Task EndAsync(RendaDbContext db, Grant grant, DateTime now, List<Guid> forget, CancellationToken cancellation)
    {
        foreach (var ended in (await db.Set<Grant>().Where(g => g.LentFromId == grant.Id && (g.ValidTo == null || g.ValidTo > now)).ToListAsync(cancellation)).Append(grant))
        {
            // What had not begun never holds.
            if (ended.ValidFrom > now) ended.ValidFrom = now;
            ended.ValidTo = now;
            forget.Add(ended.AccountId);
        }
    }

    private static async Task<bool> ReachesAsync(RendaDbContext db, IReadOnlyList<long> territories, long region, Guid? organisation, CancellationToken cancellation)
    {
        // A place is asked for first: an office may act below or beyond where it sits.
        var place = region > 0 || organisation is null ? region : await db.Set<Organisation>().Where(o => o.Id == organisation).Select(o => o.Region).FirstOrDefaultAsync(cancellation);
        return territories.Any(t => place >= t && place <= Territory.Last(t));
    }

    // Those who may confirm it, with a person to be told; a city has few.
    private async Task<List<Guid>> SecondsAsync(RendaDbContext db, GrantRequest asked, CancellationToken cancellation)
    {
        var able = (await roles.AllAsync(cancellation)).Values.Where(r => r.Permissions.Contains(Confirm) && r.Own?.RetiredAt is null).Select(r => r.Role.Id).ToList();
        var now = Now;
        var held = await db.Set<Grant>().InForce(db, now).Where(g => able.Contains(g.Role) && g.AccountId != asked.AskedBy && g.AccountId != asked.AccountId)
            .Join(db.Users.Where(a => a.ClosedAt == null && a.PersonId != null), g => g.AccountId, a => a.Id, (g, a) => new { g.Region, Person = a.PersonId!.Value }).ToListAsync(cancellation);
        var place = asked.Region > 0 || asked.OrganisationId is null ? asked.Region : await db.Set<Organisation>().Where(o => o.Id == asked.OrganisationId).Select(o => o.Region).FirstOrDefaultAsync(cancellation);
        return [.. held.Where(h => h.Region > 0 && place >= h.Region && place <= Territory.Last(h.Region)).Select(h => h.Person).Distinct().Take(50)];
    }
}
