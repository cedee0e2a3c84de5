using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Registry;

namespace Renda.Registry;

/// <summary>A line of the list of people.</summary>
/// <param name="Id">The person.</param>
/// <param name="Name">Name.</param>
/// <param name="Sex">男 or 女.</param>
/// <param name="Employer">Employer and title.</param>
/// <param name="Mandates">Names of the congresses in which the person has a seat on that day.</param>
/// <param name="Posts">Posts on that day.</param>
public sealed record RosterRow(Guid Id, string Name, string Sex, string Employer, IReadOnlyList<string> Mandates, IReadOnlyList<string> Posts);

/// <summary>A seat with what belongs to it.</summary>
/// <param name="Mandate">The seat as of the day.</param>
/// <param name="Person">Who holds it.</param>
/// <param name="Congress">The congress.</param>
/// <param name="Constituency">Where elected, or null.</param>
public sealed record Seat(Mandate Mandate, Person Person, Organisation Congress, Constituency? Constituency);

/// <summary>What the list of people may be narrowed by.</summary>
/// <param name="Q">Part of a name; a whole identity or phone number where the actor may see details.</param>
/// <param name="Congress">A congress in which they have a seat.</param>
/// <param name="Organisation">A body in which they have a post, a delegation or a group to which they belong.</param>
/// <param name="Status">Of the seat.</param>
public sealed record RosterFilter(string? Q, Guid? Congress, Guid? Organisation, MandateStatus? Status);

/// <summary>Asks the registry about a day.</summary>
public sealed class Roster(IDbContextFactory<RendaDbContext> databases, RegionDirectory regions, PersonalData personal, TimeProvider time)
{
    /// <summary>People in a list's page.</summary>
    public const int PageSize = 50;

    /// <summary>The instant for which a day stands: now for today, its last moment for another; today when nothing is said or it is no day.</summary>
    public (DateOnly Day, DateTime At) On(string? day)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var today = ChinaTime.Date(now);
        return DateOnly.TryParseExact(day, "yyyy-MM-dd", out var asked) && asked != today && asked.Year is > 1948 and < 2200 ? (asked, ChinaTime.EndOf(asked).AddTicks(-10)) : (today, now);
    }

    /// <summary>One page of people by name, with their seats and posts of the day.</summary>
    /// <param name="filter">What is asked for.</param>
    /// <param name="at">The day's instant (UTC).</param>
    /// <param name="details">Whether whole numbers may be searched.</param>
    /// <param name="after">Name and id of the last line of the page before, or null.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(IReadOnlyList<RosterRow> Rows, bool More)> ListAsync(RosterFilter filter, DateTime at, bool details, (string Name, Guid Id)? after, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var people = Narrow(db, filter, at, details);
        if (after is var (name, id))
#pragma warning disable CA1309, CA1310 // translated to SQL, which compares as it orders
            people = people.Where(p => string.Compare(p.Name, name) > 0 || (p.Name == name && p.Id.CompareTo(id) > 0));
#pragma warning restore CA1309, CA1310
        var page = await people.OrderBy(p => p.Name).ThenBy(p => p.Id).Select(p => new { p.Id, p.Name, p.Sex, p.Employer }).Take(PageSize + 1).ToListAsync(cancellation);
        var more = page.Count > PageSize;
        if (more) page.RemoveAt(PageSize);
        var ids = page.Select(p => p.Id).ToList();
        var seats = (await db.Set<Mandate>().AsOf(at).AsNoTracking().Where(m => ids.Contains(m.PersonId))
            .Join(db.Set<Organisation>(), m => m.CongressId, o => o.Id, (m, o) => new { m.PersonId, o.Name, o.Region }).ToListAsync(cancellation)).ToLookup(m => m.PersonId);
        var posts = (await db.Set<Post>().AsOf(at).AsNoTracking().Where(m => ids.Contains(m.PersonId))
            .Join(db.Set<Organisation>(), p => p.OrganisationId, o => o.Id, (p, o) => new { p.PersonId, o.ShortName, p.Title }).ToListAsync(cancellation)).ToLookup(p => p.PersonId);
        return ([.. page.Select(p => new RosterRow(p.Id, p.Name, p.Sex, p.Employer, [.. seats[p.Id].OrderBy(s => s.Region).Select(s => s.Name).Distinct()], [.. posts[p.Id].Select(x => $"{x.ShortName} {x.Title}")]))], more);
    }

    /// <summary>The first people of today whose name begins with it or, where those are few, has it within; and whether there are more.</summary>
    public async Task<(IReadOnlyList<Person> People, bool More)> FirstAsync(string name, int most, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var people = db.Set<Person>().AsNoTracking().Where(p => p.MergedIntoId == null && p.ValidTo == null);
        var found = await people.Where(p => p.Name.StartsWith(name)).OrderBy(p => p.Name).ThenBy(p => p.Id).Take(most + 1).ToListAsync(cancellation);
        if (found.Count <= most) found.AddRange(await people.Where(p => p.Name.Contains(name) && !p.Name.StartsWith(name)).OrderBy(p => p.Name).ThenBy(p => p.Id).Take(most + 1 - found.Count).ToListAsync(cancellation));
        return (found.Take(most).ToList(), found.Count > most);
    }

    /// <summary>How many people the list has.</summary>
    public async Task<int> CountAsync(RosterFilter filter, DateTime at, bool details, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await Narrow(db, filter, at, details).CountAsync(cancellation);
    }

    /// <summary>
    /// The deputies who represent a place on a day, the nearest congress first: those elected where its constituency or
    /// electing unit takes the place in and, where none is recorded, those who represent the town it lies in. A suspended
    /// deputy is among them and told as such.
    /// </summary>
    /// <param name="region">Code of the place.</param>
    /// <param name="at">The day's instant (UTC).</param>
    /// <param name="most">Most seats of one congress.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<Seat>> RepresentsAsync(long region, DateTime at, int most, CancellationToken cancellation)
    {
        var path = regions.Path(region).Select(r => r.Code).ToList();
        if (path.Count == 0) return [];
        await using var db = databases.CreateDbContext();
        var congresses = await db.Set<Organisation>().AsOf(at).AsNoTracking().Where(o => o.Kind == OrganisationKind.Congress && path.Contains(o.Region)).ToListAsync(cancellation);
        var ids = congresses.Select(c => c.Id).ToList();
        var constituencies = (await db.Set<Constituency>().AsOf(at).AsNoTracking().Where(c => ids.Contains(c.CongressId)).ToListAsync(cancellation))
            .Where(c => c.Regions.Split(',').Any(code => long.TryParse(code, out var place) && path.Contains(place))).ToDictionary(c => c.Id);
        var of = constituencies.Keys.ToList();
        var (first, last) = (path[^1], Territory.Last(path[^1]));
        var mandates = new List<Mandate>();
        // Each by itself: a large congress must not crowd out the town's.
        foreach (var congress in ids)
            mandates.AddRange(await db.Set<Mandate>().AsOf(at).AsNoTracking()
                .Where(m => m.CongressId == congress && (m.Status == MandateStatus.Active || m.Status == MandateStatus.Suspended)
                    && (m.ConstituencyId != null ? of.Contains(m.ConstituencyId.Value) : path.Contains(m.Region) || (m.Region >= first && m.Region <= last))).Take(most).ToListAsync(cancellation));
        return await SeatsAsync(db, mandates, at, cancellation);
    }

    /// <summary>The seats with their people, congresses and constituencies, the nearest congress first.</summary>
    public static async Task<IReadOnlyList<Seat>> SeatsAsync(RendaDbContext db, IReadOnlyList<Mandate> mandates, DateTime at, CancellationToken cancellation)
    {
        var (people, congresses, constituencies) = (mandates.Select(m => m.PersonId).Distinct().ToList(), mandates.Select(m => m.CongressId).Distinct().ToList(), mandates.Select(m => m.ConstituencyId).OfType<Guid>().Distinct().ToList());
        var persons = new Dictionary<Guid, Person>(people.Count);
        // A database takes some ten thousands of values in a question, and no more.
        foreach (var part in people.Chunk(5000))
        {
            foreach (var person in await db.Set<Person>().AsNoTracking().Where(p => part.Contains(p.Id)).ToListAsync(cancellation)) persons[person.Id] = person;
            // The name of the day, where the newest is younger and there was one already.
            var younger = part.Where(id => persons.TryGetValue(id, out var person) && person.ValidFrom > at).ToList();
            if (younger.Count == 0) continue;
            foreach (var person in await db.Set<Person>().AsOf(at).AsNoTracking().Where(p => younger.Contains(p.Id)).ToListAsync(cancellation)) persons[person.Id] = person;
        }
        var bodies = await db.Set<Organisation>().AsNoTracking().Where(o => congresses.Contains(o.Id)).ToDictionaryAsync(o => o.Id, cancellation);
        var places = await db.Set<Constituency>().AsNoTracking().Where(c => constituencies.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancellation);
        return
        [
            .. mandates.Where(m => persons.ContainsKey(m.PersonId) && bodies.ContainsKey(m.CongressId))
                .Select(m => new Seat(m, persons[m.PersonId], bodies[m.CongressId], m.ConstituencyId is { } c ? places.GetValueOrDefault(c) : null))
                .OrderByDescending(s => RegionLevelOf(s.Congress.Region)).ThenBy(s => s.Person.Name, StringComparer.Ordinal).ThenBy(s => s.Mandate.Id),
        ];
    }

    private static int RegionLevelOf(long region) => (int)new RegionCode(region).Level;

    private IQueryable<Person> Narrow(RendaDbContext db, RosterFilter filter, DateTime at, bool details)
    {
        var people = db.Set<Person>().AsOf(at).AsNoTracking().Where(p => p.MergedIntoId == null);
        if (filter.Q?.Trim() is { Length: > 0 } q)
        {
            var (id, phone) = details ? (personal.Index(q, Person.IdNumberColumn), personal.Index(q, Person.PhoneColumn)) : (null, null);
            people = id is null ? people.Where(p => p.Name.Contains(q)) : people.Where(p => p.Name.Contains(q) || p.IdNumberIndex == id || p.PhoneIndex == phone);
        }
        var mandates = db.Set<Mandate>().AsOf(at);
        if (filter.Congress is { } congress)
        {
            var status = filter.Status;
            people = people.Where(p => mandates.Any(m => m.PersonId == p.Id && m.CongressId == congress && (status == null || m.Status == status)));
        }
        else if (filter.Status is { } of) people = people.Where(p => mandates.Any(m => m.PersonId == p.Id && m.Status == of));
        if (filter.Organisation is { } body)
        {
            var posts = db.Set<Post>().AsOf(at);
            people = people.Where(p => posts.Any(x => x.PersonId == p.Id && x.OrganisationId == body) || mandates.Any(m => m.PersonId == p.Id && (m.DelegationId == body || m.GroupId == body)));
        }
        return people;
    }
}
