using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Platform.Access;

/// <summary>A right of an account and where it comes from.</summary>
/// <param name="Grant">The right.</param>
/// <param name="Role">Its role; null when no such role is known any more.</param>
/// <param name="Reach">Where it reaches, in words: a place, an organisation, one's own.</param>
/// <param name="From">Where it comes from, in words: who gave, confirmed or lent it, or the mandate.</param>
/// <param name="InForce">Whether it holds now.</param>
public sealed record HeldRight(Grant Grant, RoleRights? Role, Words Reach, Words From, bool InForce);

/// <summary>Somebody who can see a matter.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Name">Name shown.</param>
/// <param name="Why">By which right, in words; the first when there are several.</param>
public sealed record Viewer(Guid AccountId, string Name, Words Why);

/// <summary>Answers who may see and do what, and why, from the same rows and rules by which it is decided.</summary>
public sealed class AccessReview(IDbContextFactory<RendaDbContext> databases, Roles roles, Actors actors, RegionDirectory regions, TimeProvider time)
{
    /// <summary>Most people named for one matter.</summary>
    public const int MostViewers = 500;

    /// <summary>All rights of an account, those in force first, then those to come, then the ended ones.</summary>
    public async Task<IReadOnlyList<HeldRight>> RightsAsync(Guid account, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var now = time.GetUtcNow().UtcDateTime;
        var all = await roles.AllAsync(cancellation);
        var grants = await db.Set<Grant>().AsNoTracking().Where(g => g.AccountId == account).OrderBy(g => g.ValidFrom).Take(500).ToListAsync(cancellation);
        var held = (await db.Set<Grant>().Where(g => g.AccountId == account).InForce(db, now).Select(g => g.Id).ToListAsync(cancellation)).ToHashSet();
        var bodies = grants.Select(g => g.OrganisationId).OfType<Guid>().Distinct().ToList();
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        var people = grants.SelectMany(g => new[] { g.GivenBy, g.ConfirmedBy }).OfType<Guid>().Distinct().ToList();
        var who = await db.Users.AsNoTracking().Where(a => people.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.DisplayName, cancellation);
        return
        [
            .. from grant in grants
               let role = all.GetValueOrDefault(grant.Role)
               orderby held.Contains(grant.Id) ? 0 : grant.ValidFrom > now ? 1 : 2
               select new HeldRight(grant, role, Reach(grant, role?.Role, grant.OrganisationId is { } id ? names.GetValueOrDefault(id) : null), From(grant, who), held.Contains(grant.Id)),
        ];
    }

    /// <summary>By which of its rights an account may see a matter; empty when by none.</summary>
    public async Task<IReadOnlyList<ActorGrant>> WhyAsync(Guid account, Matter matter, CancellationToken cancellation)
    {
        if (await actors.LoadAsync([account], cancellation) is not [var actor]) return [];
        await using var db = databases.CreateDbContext();
        var (assignments, reporters) = (await db.Set<Assignment>().AsNoTracking().Where(a => a.MatterId == matter.Id).ToListAsync(cancellation), await db.Set<MatterReporter>().AsNoTracking().Where(r => r.MatterId == matter.Id).ToListAsync(cancellation));
        return [.. actor.Grants.Where(g => MatterScope.MaySee(actor with { Grants = [g] }, matter, assignments, reporters))];
    }

    /// <summary>Who can see a matter now, at most <see cref="MostViewers"/>; found by index and then asked of the rule itself.</summary>
    public async Task<IReadOnlyList<Viewer>> ViewersAsync(Matter matter, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var now = time.GetUtcNow().UtcDateTime;
        var (assignments, reporters) = (await db.Set<Assignment>().AsNoTracking().Where(a => a.MatterId == matter.Id).ToListAsync(cancellation), await db.Set<MatterReporter>().AsNoTracking().Where(r => r.MatterId == matter.Id).ToListAsync(cancellation));
        var readers = (await roles.AllAsync(cancellation)).Values.Where(r => r.Permissions.Contains(matter.Scenario + ".read")).Select(r => r.Role.Id).ToList();
        long[] places = [matter.Region, matter.Town, matter.County, matter.City, matter.Region / 10_000_000_000 * 10_000_000_000];
        var (units, people) = (assignments.Select(a => a.UnitId).Distinct().ToList(), reporters.Select(r => r.PersonId).Distinct().ToList());
        var accounts = await db.Set<Grant>().AsNoTracking().InForce(db, now).Where(g => readers.Contains(g.Role)).Join(db.Users.Where(a => a.ClosedAt == null), g => g.AccountId, a => a.Id, (g, a) => new { g, a.Id, a.PersonId })
            .Where(x => places.Contains(x.g.Region) || (x.g.OrganisationId != null && units.Contains(x.g.OrganisationId.Value)) || (x.PersonId != null && people.Contains(x.PersonId.Value)))
            .Select(x => x.Id).Distinct().OrderBy(id => id).Take(MostViewers).ToListAsync(cancellation);
        var found = await actors.LoadAsync(accounts, cancellation);
        return
        [
            .. (from actor in found
                let grant = actor.Grants.FirstOrDefault(g => MatterScope.MaySee(actor with { Grants = [g] }, matter, assignments, reporters))
                where grant is not null
                orderby grant.Role.Scope, grant.Role.Id, actor.Name
                select new Viewer(actor.AccountId, actor.Name, Why(grant, assignments))),
        ];
    }

    /// <summary>A right in words: <c>委室工作人员，管长兴县</c>.</summary>
    public Words Why(ActorGrant grant, IReadOnlyList<Assignment> assignments) => grant.Role.Scope switch
    {
        RoleScope.Territory => new($"{grant.Role.Name.Zh}，管{regions.Find(grant.Region)?.Name}", $"{grant.Role.Name.En}, of {regions.Find(grant.Region)?.Name}"),
        RoleScope.Unit when assignments.Any(a => a.UnitId == grant.OrganisationId && a.Kind == "coordinator") => new($"{grant.Role.Name.Zh}，统筹单位或联络站", $"{grant.Role.Name.En} of the body it was put to"),
        RoleScope.Unit when assignments.Any(a => a.UnitId == grant.OrganisationId && a.Kind == "co") => new($"{grant.Role.Name.Zh}，协办单位", $"{grant.Role.Name.En} of a co-handling unit"),
        RoleScope.Unit => new($"{grant.Role.Name.Zh}，承办单位", $"{grant.Role.Name.En} of a handling unit"),
        _ => new($"{grant.Role.Name.Zh}，本人提出", $"{grant.Role.Name.En}, raised it"),
    };

    private Words Reach(Grant grant, Role? role, string? organisation)
    {
        var place = grant.Region > 0 ? regions.Find(grant.Region)?.FullName : null;
        var (zh, en) = role?.Scope switch
        {
            RoleScope.Territory => (string.Join('，', new[] { place, organisation }.OfType<string>()), string.Join(", ", new[] { place, organisation }.OfType<string>())),
            RoleScope.Unit => (organisation ?? "没有单位", organisation ?? "no unit"),
            _ => ("本人的", "one's own"),
        };
        return grant.Module.Length == 0 ? new(zh, en) : new($"{zh}，只限 {grant.Module}", $"{en}, only {grant.Module}");
    }

    private static Words From(Grant grant, Dictionary<Guid, string> who)
    {
        if (grant.MandateId is not null) return new("随代表资格", "with the mandate");
        if (grant.Role == "application") return new("随应用接入", "with the application");
        if (grant.GivenBy is not { } by) return new("建立系统时", "when the system was set up");
        var (name, second) = (who.GetValueOrDefault(by) ?? "", grant.ConfirmedBy is { } id ? who.GetValueOrDefault(id) : null);
        return grant.LentFromId is not null ? new($"{name}委托", $"lent by {name}")
            : second is null ? new($"{name}授予", $"given by {name}") : new($"{name}授予，{second}确认", $"given by {name}, confirmed by {second}");
    }
}
