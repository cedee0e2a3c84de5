using Microsoft.EntityFrameworkCore;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Performance;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>A congress that publishes its deputies' performance.</summary>
/// <param name="Congress">The congress.</param>
/// <param name="Through">Through which day.</param>
/// <param name="Delegations">Its delegations.</param>
public sealed record PublishedCongress(Organisation Congress, DateOnly Through, IReadOnlyList<Organisation> Delegations);

/// <summary>What everybody may see of a delegation or a group.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Congress">Its congress.</param>
/// <param name="Year">The year.</param>
/// <param name="Through">Through which day.</param>
/// <param name="Deputies">Its deputies with their numbers.</param>
/// <param name="Results">Activities whose results are public.</param>
public sealed record PublishedGroup(string Name, Organisation Congress, int Year, DateOnly Through, IReadOnlyList<DeputyFigures> Deputies, IReadOnlyList<Activity> Results);

/// <summary>What everybody may see of a deputy.</summary>
/// <param name="Seat">The seat.</param>
/// <param name="Year">The year.</param>
/// <param name="Years">Years of which something is published.</param>
/// <param name="Last">Through which day.</param>
/// <param name="Counts">Numbers.</param>
/// <param name="Entries">What may be named.</param>
/// <param name="Reports">Reports to electors that are public.</param>
public sealed record PublishedDeputy(DeputySeat Seat, int Year, IReadOnlyList<int> Years, DateOnly Last, IReadOnlyList<ItemCount> Counts, IReadOnlyList<FileEntry> Entries, IReadOnlyList<ElectorReport> Reports);

/// <summary>
/// The published view of performance files (代表法 art. 58: performance is recorded and made known). A congress says through which
/// day; nothing later, and nothing of a congress that says nothing, is shown. Titles are shown of what is public by
/// nature or was marked so, of all else the number.
/// </summary>
public sealed class DeputyPublication(IDbContextFactory<RendaDbContext> databases, PerformanceFiles files, DeputyRules rules, TimeProvider time)
{
    private const int Most = 60;

    /// <summary>Congresses that publish, highest tier first.</summary>
    public async Task<IReadOnlyList<PublishedCongress>> CongressesAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        List<PublishedCongress> all = [];
        foreach (var (id, through) in await rules.PublishingAsync(cancellation))
        {
            if (await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == id && o.ValidTo == null, cancellation) is not { } congress) continue;
            all.Add(new(congress, through, await db.Set<Organisation>().AsNoTracking().Where(o => o.ParentId == id && o.ValidTo == null && o.Kind == OrganisationKind.Delegation).OrderBy(o => o.Name).Take(100).ToListAsync(cancellation)));
        }
        return [.. all.OrderByDescending(c => Platform.Access.Territory.Level(c.Congress.Region)).ThenBy(c => c.Congress.Region)];
    }

    /// <summary>Deputies of publishing congresses whose name begins so.</summary>
    public async Task<IReadOnlyList<DeputySeat>> FindAsync(string name, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (now, congresses) = (time.GetUtcNow().UtcDateTime, (await rules.PublishingAsync(cancellation)).Select(c => c.Congress).ToList());
        var rows = await (from m in db.Set<Mandate>().AsNoTracking()
                          join p in db.Set<Person>() on m.PersonId equals p.Id
                          where p.Name.StartsWith(name) && p.MergedIntoId == null && congresses.Contains(m.CongressId) && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now)
                          orderby p.Name, m.Id
                          select m).Take(Most).ToListAsync(cancellation);
        return await PerformanceFiles.SeatsAsync(db, rows, cancellation);
    }

    /// <summary>A delegation or group of a congress that publishes; null otherwise.</summary>
    public async Task<PublishedGroup?> GroupAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == id && (o.Kind == OrganisationKind.Delegation || o.Kind == OrganisationKind.DeputyGroup) && o.ValidTo == null, cancellation) is not { ParentId: { } congressId } group) return null;
        if ((await rules.OfAsync(congressId, cancellation)).PublishedThrough is not { } through) return null;
        var congress = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == congressId, cancellation);
        var period = new PerformancePeriod(new(through.Year, 1, 1), through);
        var seats = await PerformanceFiles.SeatsAsync(db, await DeputyScope.Sitting(db, congressId, time.GetUtcNow().UtcDateTime).Where(m => m.DelegationId == id || m.GroupId == id).Take(500).ToListAsync(cancellation), cancellation);
        var counts = await files.CountAsync(db, congressId, [.. seats.Select(s => s.Mandate.PersonId).Distinct()], period, cancellation);
        var results = await db.Set<Activity>().AsNoTracking().Where(a => a.CongressId == congressId && a.GroupId == id && a.Public && a.State == ActivityState.Held && a.Result != "" && a.Begins >= period.Begin && a.Begins < period.End).OrderByDescending(a => a.Begins).Take(20).ToListAsync(cancellation);
        return new(group.Name, congress, through.Year, through, [.. seats.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => new DeputyFigures(s, counts.GetValueOrDefault(s.Mandate.PersonId) ?? [], null))], results);
    }

    /// <summary>A deputy in office of a congress that publishes; null otherwise.</summary>
    public async Task<PublishedDeputy?> DeputyAsync(Guid mandate, int? year, CancellationToken cancellation)
    {
        if (await files.SeatAsync(mandate, cancellation) is not { } seat || !seat.Mandate.Holds(time.GetUtcNow().UtcDateTime)) return null;
        var set = await rules.OfAsync(seat.Congress.Id, cancellation);
        if (set.PublishedThrough is not { } through) return null;
        var of = year ?? through.Year;
        if (DeputyRules.Shown(set, of) is not { } shown || of < seat.Since.Year || of < through.Year - 4) return null;
        var period = new PerformancePeriod(seat.Since > shown.First ? seat.Since : shown.First, shown.Last);
        var counts = await files.CountAsync(seat, period, cancellation);
        var entries = (await files.EntriesAsync(seat, period, Most, cancellation)).Where(e => e.Public).ToList();
        await using var db = databases.CreateDbContext();
        var reports = await db.Set<ElectorReport>().AsNoTracking().Where(r => r.MandateId == mandate && r.Public && r.HeldAt != null && r.Day >= period.First && r.Day <= period.Last).OrderByDescending(r => r.Day).Take(10).ToListAsync(cancellation);
        return new(seat, of, [.. Enumerable.Range(0, 5).Select(i => through.Year - i).Where(y => y >= seat.Since.Year)], through, counts, entries, reports);
    }
}
