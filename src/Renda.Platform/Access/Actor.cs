using Renda.Platform.Matters;
using Renda.Platform.Procedures;

namespace Renda.Platform.Access;

/// <summary>How far a role reaches.</summary>
public enum RoleScope
{
    /// <summary>Everything in a division and below.</summary>
    Territory,

    /// <summary>What was given to one unit.</summary>
    Unit,

    /// <summary>One's own.</summary>
    Personal,
}

/// <summary>A role of the office. What it may do is told by the permissions that name it.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Scope">How far it reaches.</param>
public sealed record Role(string Id, Words Name, RoleScope Scope)
{
    /// <summary>The roles the platform knows.</summary>
    public static IReadOnlyList<Role> All { get; } =
    [
        new("deputy", new("人大代表", "Deputy"), RoleScope.Personal),
        new("clerk", new("委室工作人员", "Congress clerk"), RoleScope.Territory),
        new("office-head", new("委室负责人", "Head of office"), RoleScope.Territory),
        new("leader", new("人大领导", "Leader"), RoleScope.Territory),
        new("unit-clerk", new("承办单位经办人", "Unit clerk"), RoleScope.Unit),
        new("unit-head", new("承办单位负责人", "Head of unit"), RoleScope.Unit),
        new("station-keeper", new("联络站联络员", "Keeper of a contact station"), RoleScope.Unit),
        new("admin", new("系统管理员", "Administrator"), RoleScope.Territory),
        new("auditor", new("审计员", "Auditor"), RoleScope.Territory),
        new("application", new("接入应用", "Joined application"), RoleScope.Personal),
    ];

    /// <summary>The platform's role of that id, or null; those that administrators made are found by <see cref="Access.Roles"/>.</summary>
    public static Role? Find(string id) => All.FirstOrDefault(r => r.Id == id);

    /// <summary>Whether it is given by hand. A deputy's follows from a mandate, an application's from its joining.</summary>
    public bool ByHand => Id is not ("deputy" or "application");
}

/// <summary>Something a role may do.</summary>
/// <param name="Id">Module id and verb, e.g. <c>visits.assign</c>.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Roles">Roles that hold it by default.</param>
public sealed record Permission(string Id, Words Name, params IReadOnlyList<string> Roles)
{
    /// <summary>Whether a role that holds it is given by two people (四眼原则): whoever has it could open doors to others.</summary>
    public bool Guarded { get; init; }
}

/// <summary>One grant of an actor, with what it permits.</summary>
/// <param name="Role">The role.</param>
/// <param name="Region">Division code whose subtree it covers; 0 if not territorial.</param>
/// <param name="OrganisationId">On whose behalf, or null.</param>
/// <param name="Permissions">Ids of what it permits.</param>
public sealed record ActorGrant(Role Role, long Region, Guid? OrganisationId, IReadOnlySet<string> Permissions);

/// <summary>Who acts: an account with its person and its grants as of now.</summary>
/// <param name="AccountId">The account; empty for the platform itself.</param>
/// <param name="PersonId">The person, or null.</param>
/// <param name="Name">Name shown.</param>
/// <param name="Grants">Grants that hold now.</param>
public sealed record Actor(Guid AccountId, Guid? PersonId, string Name, IReadOnlyList<ActorGrant> Grants)
{
    /// <summary>The platform itself: clocks and repairs.</summary>
    public static Actor Platform { get; } = new(Guid.Empty, null, "系统", []);

    /// <summary>True for <see cref="Platform"/>.</summary>
    public bool IsPlatform => ReferenceEquals(this, Platform);

    /// <summary>A citizen without an account, for whom the platform acts; whoever calls has seen the query code.</summary>
    public static Actor Citizen { get; } = new(Guid.Empty, null, "群众", []);

    /// <summary>True for <see cref="Citizen"/>.</summary>
    public bool IsCitizen => ReferenceEquals(this, Citizen);

    /// <summary>Whether any grant permits this.</summary>
    public bool May(string permission) => Grants.Any(g => g.Permissions.Contains(permission));

    /// <summary>Organisations on whose behalf the actor may act.</summary>
    public IEnumerable<Guid> Organisations => Grants.Select(g => g.OrganisationId).OfType<Guid>().Distinct();

    /// <summary>The grant by which the actor stands in this relation to the matter and may do this, or null.</summary>
    /// <param name="permission">What is to be done.</param>
    /// <param name="party">The relation.</param>
    /// <param name="matter">The matter.</param>
    /// <param name="ownPart">States the acting unit's own part must be in; empty for any that was not returned.</param>
    public ActorGrant? GrantFor(string permission, Party party, MatterFold matter, IReadOnlyList<string> ownPart)
    {
        return Grants.FirstOrDefault(g =>
        g.Permissions.Contains(permission) && party switch
        {
            Party.Reporter => g.Role.Scope == RoleScope.Personal && PersonId is { } me && matter.Reporters.Any(r => r.PersonId == me),
            Party.FirstReporter => g.Role.Scope == RoleScope.Personal && PersonId is { } me && matter.Matter.ReporterId == me,
            Party.Office => g.Role.Scope == RoleScope.Territory && Territory.Covers(g.Region, matter.Matter),
            Party.OfficeHead => g.Role.Id == "office-head" && Territory.Covers(g.Region, matter.Matter),
            Party.OwnOffice => g.Role.Scope == RoleScope.Territory && g.Region == matter.Matter.Region,
            Party.OwnOfficeHead => g.Role.Id == "office-head" && g.Region == matter.Matter.Region,
            Party.LeadUnit => Has(g, a => a.Kind is "lead" or "separate"),
            Party.Coordinator => Has(g, a => a.Kind == "coordinator"),
            Party.CoUnit => Has(g, a => a.Kind == "co" && a.State is "assigned" or "accepted"),
            _ => false,
        });

        bool Has(ActorGrant grant, Func<Assignment, bool> part) => grant.Role.Scope == RoleScope.Unit
            && matter.Assignments.Any(a => a.UnitId == grant.OrganisationId && a.State != "returned" && part(a) && (ownPart.Count == 0 || ownPart.Contains(a.State)));
    }
}

/// <summary>Division codes as territory: the code is the path, a subtree is a range of numbers.</summary>
public static class Territory
{
    /// <summary>Whether a division (12-digit code) covers a matter's place.</summary>
    public static bool Covers(long division, Matter matter) => Level(division) switch
    {
        3 => matter.City == division,
        2 => matter.County == division,
        1 => matter.Town == division,
        _ => division > 0 && matter.Region >= division && matter.Region <= Last(division),
    };

    /// <summary>3 city, 2 county, 1 town, 0 village, 4 province or none.</summary>
    public static int Level(long code) => code switch
    {
        _ when code % 10_000_000_000 == 0 => 4,
        _ when code % 100_000_000 == 0 => 3,
        _ when code % 1_000_000 == 0 => 2,
        _ when code % 1_000 == 0 => 1,
        _ => 0,
    };

    /// <summary>Last code of the subtree.</summary>
    public static long Last(long code) => code + Level(code) switch { 4 => 10_000_000_000, 3 => 100_000_000, 2 => 1_000_000, 1 => 1_000, _ => 1 } - 1;
}
