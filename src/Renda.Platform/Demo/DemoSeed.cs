using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform.Accounts;
using Renda.Platform.Congresses;
using Renda.Platform.Indicators;
using Renda.Platform.Modules;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Platform.Demo;

/// <summary>
/// Writes the demo city (演示数据) into an empty database: congresses, offices, units, deputies, staff and their
/// accounts, then what each module adds. A start that was killed half way is taken up again.
/// </summary>
public static class DemoSeed
{
    private static readonly Dictionary<DemoRole, string> Roles = new()
    {
        [DemoRole.Clerk] = "clerk", [DemoRole.OfficeHead] = "office-head", [DemoRole.Leader] = "leader", [DemoRole.UnitHandler] = "unit-clerk",
        [DemoRole.UnitHead] = "unit-head", [DemoRole.Administrator] = "admin", [DemoRole.Auditor] = "auditor", [DemoRole.Officer] = "clerk", [DemoRole.StationKeeper] = "station-keeper",
    };

    // One id for ever: a start that was killed between reading and writing goes on with the same set.
    private static readonly Guid Map = new("01940000-0000-7000-8000-000000003305");

    /// <summary>Seeds what is missing; does nothing on a seeded database.</summary>
    public static async Task RunAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var databases = services.GetRequiredService<IDbContextFactory<RendaDbContext>>();
        await using (var db = databases.CreateDbContext())
        {
            // One transaction: the city is there as a whole or not at all.
            if (!await db.Set<Person>().AnyAsync(p => p.IsDemo, cancellation)) await CityAsync(db, services, cancellation);
        }
        await MapAsync(databases, services, cancellation);
        foreach (var module in services.GetRequiredService<IReadOnlyList<RendaModule>>()) await module.SeedDemoAsync(services, cancellation);
        await using var after = databases.CreateDbContext();
        await RecordLedger.BeginAnewAsync(after, cancellation);
    }

    /// <summary>The schematic goes the way of any file that an administrator brings. Undone, it stays undone.</summary>
    private static async Task MapAsync(IDbContextFactory<RendaDbContext> databases, IServiceProvider services, CancellationToken cancellation)
    {
        await using (var db = databases.CreateDbContext())
        {
            if (await db.Set<BoundarySet>().AnyAsync(s => s.Id == Map && s.WrittenAt != null, cancellation)) return;
        }
        var boundaries = services.GetRequiredService<Boundaries>();
        var form = new Dictionary<string, string> { ["name"] = "演示边界", ["source"] = "演示数据·示意图", ["day"] = "2022-01-01", ["datum"] = nameof(Datum.Wgs84), ["code"] = "code" };
        var refusal = await boundaries.ReadAsync(Map, new MemoryStream(DemoSchematic.Huzhou.ToGeoJson()), form, Access.Actor.Platform, cancellation) ?? await boundaries.WriteAsync(Map, Access.Actor.Platform, cancellation);
        if (refusal is not null) throw new InvalidOperationException($"The demo's boundaries were refused: {refusal.Text.En}");
    }

    private static async Task CityAsync(RendaDbContext db, IServiceProvider services, CancellationToken cancellation)
    {
        var regions = services.GetRequiredService<RegionDirectory>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var city = DemoCity.Create([.. regions.All.Where(r => r.Level == RegionLevel.Town).Select(r => (r.Code, r.Name))], DateOnly.FromDateTime(now.AddHours(8)));
        var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var organisations = new Dictionary<string, Guid>();
        Guid Organisation(string key, string name, string shortName, OrganisationKind kind, long region, string duty)
        {
            var organisation = new Organisation { Id = Guid.CreateVersion7(), Name = name, ShortName = shortName, Kind = kind, Region = region, Duty = duty, ValidFrom = since };
            db.Add(organisation);
            return organisations[key] = organisation.Id;
        }

        foreach (var c in city.Congresses) Organisation($"congress-{c.RegionCode}", c.Name, c.Name, OrganisationKind.Congress, c.RegionCode, "");
        foreach (var office in city.Offices) Organisation(office.Id, office.Name, office.ShortName, OrganisationKind.Office, office.RegionCode, office.Kind);
        foreach (var unit in city.Units) Organisation(unit.Id, unit.Name, unit.ShortName, OrganisationKind.HandlingUnit, unit.RegionCode, unit.Kind);
        foreach (var government in city.TownGovernments) Organisation(government.Id, government.Name, government.ShortName, OrganisationKind.TownGovernment, government.RegionCode, government.Kind);

        foreach (var station in city.Stations) Organisation(station.Id, station.Name, station.ShortName, OrganisationKind.Station, station.RegionCode, station.Kind);

        var registry = new DemoRegistry(db, city, regions, services.GetRequiredService<PersonalData>(), since, organisations);

        Guid Person(DemoPerson person, string occupation, string employer, long residence)
        {
            var added = registry.Person(person, occupation, employer, residence);
            db.Add(added);
            return added.Id;
        }

        Account Account(string name, Guid person, string display, string? persona)
        {
            // No password: demo accounts are entered at one press, and only while the demo is on.
            var account = new Account
            {
                Id = Guid.CreateVersion7(), UserName = name, NormalizedUserName = name.ToUpperInvariant(), PersonId = person, DisplayName = display, IsDemo = true, Persona = persona, SecurityStamp = Guid.NewGuid().ToString("N"),
            };
            db.Add(account);
            return account;
        }

        foreach (var deputy in city.Deputies)
        {
            var person = Person(deputy.Person, deputy.Occupation, deputy.Title, deputy.TownCode);
            List<Mandate> mandates = [.. deputy.Mandates.Select(m => registry.Mandate(deputy, m, person))];
            db.AddRange(mandates);
            var about = deputy.Account is null ? null : $"{regions.Find(deputy.TownCode)?.Name}人大代表";
            var account = Account(deputy.Account ?? $"deputy{deputy.Index + 1:0000}", person, deputy.Person.Name, deputy.Account is "liyang" ? about : null);
            foreach (var mandate in mandates) db.Add(new Grant { Id = Guid.CreateVersion7(), AccountId = account.Id, Role = "deputy", Region = deputy.TownCode, MandateId = mandate.Id, ValidFrom = since });
        }
        foreach (var member in city.Staff)
        {
            var person = Person(member.Person, "", member.Title, RegionCode.County(member.RegionCode));
            var organisation = organisations.TryGetValue(member.OfficeId ?? member.UnitId ?? "", out var found) ? found : (Guid?)null;
            if (organisation is { } at) db.Add(new Post { Id = Guid.CreateVersion7(), PersonId = person, OrganisationId = at, Title = member.Title, ValidFrom = since });
            var account = Account(member.Account ?? $"staff{member.Index + 1:000}", person, member.Person.Name, member.Account is not null && Roles.ContainsKey(member.Role) ? member.Title : null);
            if (!Roles.TryGetValue(member.Role, out var role)) continue;
            // A keeper works in the town's office and acts for its station.
            if (member.Role == DemoRole.StationKeeper) organisation = organisations[DemoCity.StationOf(member.RegionCode)];
            db.Add(new Grant { Id = Guid.CreateVersion7(), AccountId = account.Id, Role = role, Region = Access.Role.Find(role)!.Scope == Access.RoleScope.Unit ? 0 : member.RegionCode, OrganisationId = organisation, ValidFrom = since });
        }
        await db.SaveChangesAsync(cancellation);
    }
}
