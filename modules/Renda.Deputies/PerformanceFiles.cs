using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Modules;
using Renda.Platform.People;
using Renda.Platform.Performance;
using Renda.Platform.Persistence;
using Renda.Platform.Registry;

namespace Renda.Deputies;

/// <summary>A seat whose performance is looked at.</summary>
/// <param name="Mandate">The seat as it stands now.</param>
/// <param name="Name">The deputy's name.</param>
/// <param name="Congress">The congress.</param>
/// <param name="Group">Delegation, or deputy group, or both; empty for none.</param>
/// <param name="Since">Day on which it was won.</param>
/// <param name="Until">Its last day; null while it goes on.</param>
public sealed record DeputySeat(Mandate Mandate, string Name, Organisation Congress, string Group, DateOnly Since, DateOnly? Until);

/// <summary>Something done, as it stands in the file.</summary>
/// <param name="Item">What kind.</param>
/// <param name="Day">On which day in China.</param>
/// <param name="Title">What it was.</param>
/// <param name="Amount">How much of the item's unit.</param>
/// <param name="Href">Where it was recorded.</param>
/// <param name="Public">Whether everybody may read what it was.</param>
public sealed record FileEntry(PerformanceItem Item, DateOnly Day, string Title, int Amount, string Href, bool Public);

/// <summary>How much of an item somebody did within a period.</summary>
/// <param name="Item">The item.</param>
/// <param name="Amount">How much.</param>
/// <param name="Last">The last day of it.</param>
public readonly record struct ItemCount(PerformanceItem Item, int Amount, DateOnly Last);

/// <summary>Points of an item within a year.</summary>
/// <param name="Item">The item.</param>
/// <param name="Amount">How much was done.</param>
/// <param name="Points">What it is worth, capped.</param>
/// <param name="Cap">The most it can be worth within a year; null for no limit.</param>
public sealed record ItemPoints(PerformanceItem Item, int Amount, decimal Points, decimal? Cap);

/// <summary>
/// The performance file (履职档案). It is read where things are recorded, through the items that modules name, each time it is
/// asked for: nothing is typed twice, and what is corrected at its source is corrected here.
/// </summary>
public sealed class PerformanceFiles(IDbContextFactory<RendaDbContext> databases, IReadOnlyList<RendaModule> modules, TimeProvider time)
{
    /// <summary>Most entries of one item shown at once; all of them are counted and exported.</summary>
    public const int Shown = 200;

    /// <summary>Every item of every module, by heading.</summary>
    public IReadOnlyList<PerformanceItem> Items { get; } = [.. modules.SelectMany(m => m.Performance).OrderBy(i => i.Heading)];

    /// <summary>The calendar year, as far as a seat was held in it.</summary>
    public static PerformancePeriod Year(DeputySeat seat, int year)
    {
        var (first, last) = (new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));
        return new(seat.Since > first ? seat.Since : first, seat.Until is { } until && until < last ? until : last);
    }

    /// <summary>The seat; null when there is none of that id.</summary>
    public async Task<DeputySeat?> SeatAsync(Guid mandate, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<Mandate>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == mandate, cancellation) is { } found ? (await SeatsAsync(db, [found], cancellation))[0] : null;
    }

    /// <summary>The seats of a person, those held now first.</summary>
    public async Task<IReadOnlyList<DeputySeat>> OfPersonAsync(Guid person, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var seats = await SeatsAsync(db, await db.Set<Mandate>().AsNoTracking().Where(m => m.PersonId == person && (m.Status == MandateStatus.Active || m.Status == MandateStatus.Suspended)).ToListAsync(cancellation), cancellation);
        return [.. seats.OrderBy(s => s.Until is not null).ThenByDescending(s => Territory(s)).ThenByDescending(s => s.Since)];

        static int Territory(DeputySeat seat) => Platform.Access.Territory.Level(seat.Congress.Region);
    }

    /// <summary>Names, congress, group and period of seats, in their order.</summary>
    public static async Task<IReadOnlyList<DeputySeat>> SeatsAsync(RendaDbContext db, IReadOnlyList<Mandate> mandates, CancellationToken cancellation)
    {
        var (ids, people) = (mandates.Select(m => m.Id).ToList(), mandates.Select(m => m.PersonId).Distinct().ToList());
        var bodies = mandates.Select(m => m.CongressId).Concat(mandates.Select(m => m.DelegationId ?? Guid.Empty)).Concat(mandates.Select(m => m.GroupId ?? Guid.Empty)).Distinct().ToList();
        Dictionary<Guid, string> names = [];
        Dictionary<Guid, DateTime> since = [];
        foreach (var part in people.Chunk(2000)) foreach (var p in await db.Set<Person>().AsNoTracking().Where(p => part.Contains(p.Id)).Select(p => new { p.Id, p.Name }).ToListAsync(cancellation)) names[p.Id] = p.Name;
        // A seat changes rows when it is suspended or moved to another delegation; it began with the first.
        foreach (var part in ids.Chunk(2000))
            foreach (var m in await db.Set<Mandate>().IgnoreQueryFilters([DatedQueries.LatestOnly]).Where(m => part.Contains(m.Id) && (m.Status == MandateStatus.Active || m.Status == MandateStatus.Suspended)).GroupBy(m => m.Id).Select(g => new { g.Key, From = g.Min(m => m.ValidFrom) }).ToListAsync(cancellation)) since[m.Key] = m.From;
        var organisations = await db.Set<Organisation>().AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, cancellation);
        return
        [
            .. mandates.Select(m => new DeputySeat(
                m, names.GetValueOrDefault(m.PersonId, ""), organisations[m.CongressId], string.Join(Language.T("、", ", "), new[] { m.DelegationId, m.GroupId }.OfType<Guid>().Select(id => organisations.GetValueOrDefault(id)?.ShortName).OfType<string>()),
                ChinaTime.Date(since.GetValueOrDefault(m.Id, m.ValidFrom)), m.ValidTo is { } end ? ChinaTime.Date(end) : null)),
        ];
    }

    /// <summary>How much of each item was done for a seat within a period; items of which nothing was done are left out.</summary>
    public async Task<IReadOnlyList<ItemCount>> CountAsync(DeputySeat seat, PerformancePeriod period, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var counts = await CountAsync(db, seat.Congress.Id, [seat.Mandate.PersonId], period, cancellation);
        return counts.GetValueOrDefault(seat.Mandate.PersonId) ?? [];
    }

    /// <summary>How much people did for a congress within a period: one question for each item, whatever the number of people.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="congress">The congress: what was done for another does not count.</param>
    /// <param name="people">Whose; null for all who hold or held a seat of it.</param>
    /// <param name="period">When.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyDictionary<Guid, List<ItemCount>>> CountAsync(RendaDbContext db, Guid congress, IReadOnlyList<Guid>? people, PerformancePeriod period, CancellationToken cancellation)
    {
        var all = new Dictionary<Guid, List<ItemCount>>();
        if (period.First > period.Last) return all;
        foreach (var item in Items)
        {
            var rows = item.Rows(db, period).Where(r => r.CongressId == null || r.CongressId == congress);
            rows = people is not null ? rows.Where(r => people.Contains(r.PersonId)) : rows.Where(r => db.Set<Mandate>().Where(m => m.CongressId == congress).Select(m => m.PersonId).Contains(r.PersonId));
            foreach (var one in await rows.GroupBy(r => r.PersonId).Select(g => new { g.Key, Amount = g.Sum(r => r.Amount), At = g.Max(r => r.At), Day = g.Max(r => r.Day) }).ToListAsync(cancellation))
            {
                if (!all.TryGetValue(one.Key, out var list)) all[one.Key] = list = [];
                list.Add(new(item, one.Amount, one.Day ?? ChinaTime.Date(one.At!.Value)));
            }
        }
        return all;
    }

    /// <summary>What was done for a seat within a period, newest first within each item.</summary>
    /// <param name="seat">The seat.</param>
    /// <param name="period">When.</param>
    /// <param name="most">Most entries of one item.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<FileEntry>> EntriesAsync(DeputySeat seat, PerformancePeriod period, int most, CancellationToken cancellation)
    {
        if (period.First > period.Last) return [];
        await using var db = databases.CreateDbContext();
        var (person, congress) = (seat.Mandate.PersonId, seat.Congress.Id);
        List<FileEntry> entries = [];
        foreach (var item in Items)
        {
            var rows = await item.Rows(db, period).Where(r => r.PersonId == person && (r.CongressId == null || r.CongressId == congress)).OrderByDescending(r => r.Day).ThenByDescending(r => r.At).Take(most).ToListAsync(cancellation);
            entries.AddRange(rows.Select(r => new FileEntry(item, r.Day ?? ChinaTime.Date(r.At!.Value), r.Title, r.Amount, item.Href(r.Source), r.Public)));
        }
        return entries;
    }

    /// <summary>The rules of points of a congress, by item and first day.</summary>
    public async Task<IReadOnlyList<PointRule>> RulesAsync(Guid congress, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<PointRule>().AsNoTracking().Where(r => r.CongressId == congress).OrderBy(r => r.Item).ThenBy(r => r.From).ToListAsync(cancellation);
    }

    /// <summary>
    /// Points of people within a year. What an item is worth on the day it was done counts; the cap is that of the last rule of the
    /// year, for the whole year.
    /// </summary>
    /// <param name="congress">Whose rules.</param>
    /// <param name="people">Whose points; null for all of the congress.</param>
    /// <param name="year">The whole year, or the part in which a seat was held.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyDictionary<Guid, List<ItemPoints>>> PointsAsync(Guid congress, IReadOnlyList<Guid>? people, PerformancePeriod year, CancellationToken cancellation)
    {
        var rules = (await RulesAsync(congress, cancellation)).Where(r => r.From <= year.Last).ToLookup(r => r.Item);
        if (rules.Count == 0) return new Dictionary<Guid, List<ItemPoints>>();
        await using var db = databases.CreateDbContext();
        var points = new Dictionary<(Guid Person, PerformanceItem Item), (int Amount, decimal Points)>();
        // A table that changes within the year cuts it; most years are one piece.
        List<DateOnly> cuts = [year.First, .. rules.SelectMany(r => r).Select(r => r.From).Where(d => d > year.First).Distinct().Order()];
        for (var i = 0; i < cuts.Count; i++)
        {
            var piece = new PerformancePeriod(cuts[i], i + 1 < cuts.Count ? cuts[i + 1].AddDays(-1) : year.Last);
            foreach (var (person, counts) in await CountAsync(db, congress, people, piece, cancellation))
            {
                foreach (var count in counts)
                {
                    var worth = rules[count.Item.Id].LastOrDefault(r => r.From <= piece.First)?.Points;
                    var (amount, sum) = points.GetValueOrDefault((person, count.Item));
                    points[(person, count.Item)] = (amount + count.Amount, sum + count.Amount * (worth ?? 0));
                }
            }
        }
        return points.Where(p => rules.Contains(p.Key.Item.Id)).GroupBy(p => p.Key.Person)
            .ToDictionary(g => g.Key, g => g.Select(p => (p.Key.Item, p.Value, rules[p.Key.Item.Id].Last().Cap) is var (item, of, cap) ? new ItemPoints(item, of.Amount, cap is { } most && of.Points > most ? most : of.Points, cap) : null!).OrderBy(p => p.Item.Heading).ToList());
    }

    /// <summary>The present day in China.</summary>
    public DateOnly Today => ChinaTime.Date(time.GetUtcNow().UtcDateTime);
}
