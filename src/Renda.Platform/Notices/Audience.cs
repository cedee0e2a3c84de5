using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Registry;

namespace Renda.Platform.Notices;

/// <summary>
/// Whom a push goes to: those of a division who meet every condition, and those named beside. Only people with an open
/// account can read a notice, so only they are counted.
/// </summary>
public sealed record Audience
{
    /// <summary>Most people who are named.</summary>
    public const int MostNamed = 200;

    /// <summary>Most groups.</summary>
    public const int MostGroups = 50;

    /// <summary>Division code whose subtree is meant; 0 when only the named are.</summary>
    public long Region { get; init; }

    /// <summary>Level of the congress of whose deputies or staff they are; null for any.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<RegionLevel>))]
    public RegionLevel Tier { get; init; } = RegionLevel.Village;

    /// <summary>Ids of roles, one of which they hold; empty for any.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Congresses, delegations, deputies' groups, committees and other bodies, to one of which they belong; empty for any.</summary>
    public IReadOnlyList<Guid> Groups { get; init; } = [];

    /// <summary>People named beside.</summary>
    public IReadOnlyList<Guid> People { get; init; } = [];

    /// <summary>Levels that have a congress, the largest first. <see cref="RegionLevel.Village"/> has none and stands for any.</summary>
    public static IReadOnlyList<RegionLevel> Tiers { get; } = [RegionLevel.City, RegionLevel.County, RegionLevel.Town];

    /// <summary>The people it goes to, each once.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="at">The moment whose mandates, posts and roles count (UTC).</param>
    public IQueryable<Guid> PeopleAt(RendaDbContext db, DateTime at)
    {
        var named = db.Users.Where(a => a.ClosedAt == null && a.PersonId != null && People.Contains(a.PersonId.Value)).Select(a => a.PersonId!.Value);
        if (Region == 0) return named.Distinct();
        var reached = StandingIn(db, at).Where(id => db.Users.Any(a => a.PersonId == id && a.ClosedAt == null));
        return People.Count == 0 ? reached : reached.Union(named);
    }

    /// <summary>Those who meet the conditions and have no account, so that nothing can reach them.</summary>
    public IQueryable<Guid> WithoutAccount(RendaDbContext db, DateTime at) => StandingIn(db, at).Where(id => !db.Users.Any(a => a.PersonId == id && a.ClosedAt == null));

    /// <summary>Everybody who stands somewhere in one of these divisions at a moment: by a mandate, a post or a role.</summary>
    public static IQueryable<Guid> Within(RendaDbContext db, IReadOnlyList<long> divisions, DateTime at) =>
        divisions.Select(d => new Audience { Region = d }.StandingIn(db, at)).Aggregate((a, b) => a.Union(b));

    // What was so at a moment is asked without the filter for last rows, and that counts for the whole query: it is asked
    // for here wherever it is meant.
    private IQueryable<Guid> StandingIn(RendaDbContext db, DateTime at)
    {
        var (first, last) = (Region, Territory.Last(Region));
        var (roles, groups, anyRole, anyGroup) = (Roles, Groups, Roles.Count == 0, Groups.Count == 0);
        var bodies = OfTier(db.Set<Organisation>().Where(o => o.Latest));
        var parts = new List<IQueryable<Guid>>();
        if (anyRole || roles.Contains("deputy"))
        {
            var mandates = db.Set<Mandate>().AsOf(at).Where(m => m.Status == MandateStatus.Active && m.Region >= first && m.Region <= last);
            if (!anyGroup) mandates = mandates.Where(m => groups.Contains(m.CongressId) || (m.DelegationId != null && groups.Contains(m.DelegationId.Value)) || (m.GroupId != null && groups.Contains(m.GroupId.Value)));
            if (Tiers.Contains(Tier)) mandates = mandates.Where(m => bodies.Any(o => o.Id == m.CongressId && o.Kind == OrganisationKind.Congress));
            parts.Add(mandates.Select(m => m.PersonId));
        }
        if (anyRole)
        {
            var posts = db.Set<Post>().AsOf(at).Where(p => bodies.Any(o => o.Id == p.OrganisationId && o.Region >= first && o.Region <= last));
            if (!anyGroup) posts = posts.Where(p => groups.Contains(p.OrganisationId));
            parts.Add(posts.Select(p => p.PersonId));
        }
        if (anyRole || roles.Any(r => r != "deputy"))
        {
            // A deputy's role follows the mandate and is asked for there.
            var grants = db.Set<Grant>().Where(g => g.Role != "deputy" && g.ValidFrom <= at && (g.ValidTo == null || g.ValidTo > at));
            if (!anyRole) grants = grants.Where(g => roles.Contains(g.Role));
            if (!anyGroup) grants = grants.Where(g => g.OrganisationId != null && groups.Contains(g.OrganisationId.Value));
            var (city, county, town) = (Tier == RegionLevel.City, Tier == RegionLevel.County, Tier == RegionLevel.Town);
            var anyTier = !(city || county || town);
            grants = grants.Where(g =>
                (g.Region >= first && g.Region <= last && (anyTier
                    || (city && g.Region % 100_000_000 == 0 && g.Region % 10_000_000_000 != 0) || (county && g.Region % 1_000_000 == 0 && g.Region % 100_000_000 != 0) || (town && g.Region % 1_000 == 0 && g.Region % 1_000_000 != 0)))
                || (g.Region == 0 && bodies.Any(o => o.Id == g.OrganisationId && o.Region >= first && o.Region <= last)));
            parts.Add(grants.Join(db.Users.Where(a => a.PersonId != null), g => g.AccountId, a => a.Id, (g, a) => a.PersonId!.Value));
        }
        return parts.Aggregate((a, b) => a.Union(b)).Distinct();
    }

    private IQueryable<Organisation> OfTier(IQueryable<Organisation> bodies) => Tier switch
    {
        RegionLevel.City => bodies.Where(o => o.Region % 100_000_000 == 0 && o.Region % 10_000_000_000 != 0),
        RegionLevel.County => bodies.Where(o => o.Region % 1_000_000 == 0 && o.Region % 100_000_000 != 0),
        RegionLevel.Town => bodies.Where(o => o.Region % 1_000 == 0 && o.Region % 1_000_000 != 0),
        _ => bodies,
    };
}
