using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Visits;

/// <summary>Figures of a campaign, within what the actor may see.</summary>
public sealed record CampaignStatistics
{
    /// <summary>Findings.</summary>
    public long Findings { get; init; }

    /// <summary>Deputies who reported.</summary>
    public long Deputies { get; init; }

    /// <summary>Villages with a finding.</summary>
    public long Villages { get; init; }

    /// <summary>Photos.</summary>
    public long Photos { get; init; }

    /// <summary>Videos.</summary>
    public long Videos { get; init; }

    /// <summary>Findings whose unit answered late.</summary>
    public long Late { get; init; }

    /// <summary>Closed with proof.</summary>
    public long Proven { get; init; }

    /// <summary>Closed in whatever way by judgement or its absence.</summary>
    public long Closed { get; init; }

    /// <summary>Result judged satisfied.</summary>
    public long Satisfied { get; init; }

    /// <summary>Result judged basically satisfied.</summary>
    public long Basically { get; init; }

    /// <summary>Result judged not satisfied.</summary>
    public long NotSatisfied { get; init; }

    /// <summary>Judgement not returned; left out of the rates.</summary>
    public long Unreturned { get; init; }

    /// <summary>Satisfied among the returned, 0 to 1; null when none returned.</summary>
    public double? SatisfiedRate { get; init; }

    /// <summary>Satisfied or basically so among the returned, 0 to 1.</summary>
    public double? SatisfiedOrBasicallyRate { get; init; }

    /// <summary>Half of the closed ones took no longer than this from report to close, in days, to a tenth; null when none is closed.</summary>
    public double? MedianDays { get; init; }

    /// <summary>Visits begun.</summary>
    public long Visits { get; init; }

    /// <summary>Visits on which nothing was found.</summary>
    public long NothingFound { get; init; }

    /// <summary>Villages visited.</summary>
    public long VisitedVillages { get; init; }

    /// <summary>Deputies who went on a visit, companions included.</summary>
    public long VisitingDeputies { get; init; }

    /// <summary>By state.</summary>
    public IReadOnlyDictionary<string, long> ByState { get; init; } = new Dictionary<string, long>();

    /// <summary>By category.</summary>
    public IReadOnlyDictionary<string, long> ByCategory { get; init; } = new Dictionary<string, long>();

    /// <summary>By county, 12-digit code.</summary>
    public IReadOnlyDictionary<string, long> ByCounty { get; init; } = new Dictionary<string, long>();

    /// <summary>By town, 12-digit code.</summary>
    public IReadOnlyDictionary<string, long> ByTown { get; init; } = new Dictionary<string, long>();

    /// <summary>By lead unit.</summary>
    public IReadOnlyDictionary<Guid, long> ByUnit { get; init; } = new Dictionary<Guid, long>();
}

/// <summary>Counts what a campaign has come to, for those who may see some part of it.</summary>
public sealed class CampaignFigures(IDbContextFactory<RendaDbContext> databases, IMemoryCache cache)
{
    /// <summary>
    /// The figures of the part that the actor may see. What comes from findings is added up once for everybody with the
    /// same scope and kept until the next event of any matter; so it is exact however often it is asked for.
    /// </summary>
    public async Task<CampaignStatistics> ReadAsync(Guid campaign, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var visits = db.Set<Visit>().AsNoTracking().VisibleTo(actor, db).Where(v => v.CampaignId == campaign);
        // In one statement: asked one by one they took longer than the whole page.
        var now = await db.Set<Campaign>().Where(c => c.Id == campaign).Select(c => new
        {
            Version = db.Set<MatterEvent>().Max(e => (long?)e.Seq) ?? 0,
            Visits = visits.Count(),
            NothingFound = visits.Count(v => v.NothingFound),
            Villages = db.Set<VisitVillage>().Where(w => visits.Any(v => v.Id == w.VisitId)).Select(w => w.Region).Distinct().Count(),
            Deputies = visits.Select(v => (Guid?)v.PersonId).Union(db.Set<VisitCompanion>().Where(c => c.PersonId != null && visits.Any(v => v.Id == c.VisitId)).Select(c => c.PersonId)).Count(),
        }).FirstOrDefaultAsync(cancellation);
        if (now is null) return new CampaignStatistics();
        var key = (typeof(CampaignFigures), campaign, string.Join(';', actor.Grants.Where(g => g.Permissions.Contains("visits.read")).Select(g => $"{g.Role.Scope} {g.Region} {g.OrganisationId}").Distinct().Order(StringComparer.Ordinal)));
        if (!cache.TryGetValue(key, out (long Version, Lazy<Task<CampaignStatistics>> Figures) kept) || kept.Version != now.Version || kept.Figures is { IsValueCreated: true, Value.IsFaulted: true })
        {
            // Whoever asks meanwhile waits for the same answer; nobody's leaving ends it for the others.
            kept = (now.Version, new(() => FindingsAsync(campaign, actor)));
            cache.Set(key, kept, TimeSpan.FromHours(1));
        }
        var figures = await kept.Figures.Value.WaitAsync(cancellation);
        return figures with { Visits = now.Visits, NothingFound = now.NothingFound, VisitedVillages = now.Villages, VisitingDeputies = now.Deputies };
    }

    private async Task<CampaignStatistics> FindingsAsync(Guid campaign, Actor actor)
    {
        await using var db = databases.CreateDbContext();
        var cells = await db.Set<Tally>().AsNoTracking().VisibleTo(actor).Where(t => t.ContextId == campaign && t.Matters > 0).ToListAsync();
        var occurrences = db.Set<Occurrence>().AsNoTracking().VisibleTo(actor).Where(o => o.ContextId == campaign && o.Matters > 0);
        var returned = cells.Sum(c => c.Result1 + c.Result2 + c.Result3);
        return new CampaignStatistics
        {
            Findings = cells.Sum(c => c.Matters),
            Deputies = await occurrences.Where(o => o.Kind == Occurrence.Reporter).Select(o => o.Member).Distinct().CountAsync(),
            Villages = await occurrences.CountAsync(o => o.Kind == Occurrence.Village),
            Photos = cells.Sum(c => c.Photos),
            Videos = cells.Sum(c => c.Videos),
            Late = cells.Sum(c => c.Late),
            Proven = cells.Where(c => c.State is "closed" or "closed-unreturned").Sum(c => c.Proven),
            MedianDays = await MedianDaysAsync(),
            Closed = cells.Where(c => c.State is "closed" or "closed-unreturned").Sum(c => c.Matters),
            Satisfied = cells.Sum(c => c.Result1),
            Basically = cells.Sum(c => c.Result2),
            NotSatisfied = cells.Sum(c => c.Result3),
            Unreturned = cells.Sum(c => c.Unreturned),
            SatisfiedRate = returned == 0 ? null : (double)cells.Sum(c => c.Result1) / returned,
            SatisfiedOrBasicallyRate = returned == 0 ? null : (double)cells.Sum(c => c.Result1 + c.Result2) / returned,
            ByState = Group(c => c.State),
            ByCategory = Group(c => c.Category),
            ByCounty = Group(c => c.County.ToString("D12")),
            ByTown = Group(c => c.Town.ToString("D12")),
            ByUnit = cells.Where(c => c.UnitId != Guid.Empty).GroupBy(c => c.UnitId).ToDictionary(g => g.Key, g => g.Sum(c => c.Matters)),
        };

        async Task<double?> MedianDaysAsync()
        {
            string[] kinds = [Occurrence.DaysIn("closed"), Occurrence.DaysIn("closed-unreturned")];
            var spans = (await occurrences.Where(o => kinds.Contains(o.Kind)).GroupBy(o => o.Member).Select(g => new { g.Key, Count = g.Sum(o => o.Matters) }).ToListAsync())
                .Select(g => (Days: Occurrence.Days(g.Key), g.Count)).OrderBy(g => g.Days).ToList();
            var all = spans.Sum(g => g.Count);
            return all == 0 ? null : (At((all - 1) / 2) + At(all / 2)) / 2;

            double At(long position) => spans.First(g => (position -= g.Count) < 0).Days;
        }

        Dictionary<string, long> Group(Func<Tally, string> by) => cells.GroupBy(by).OrderByDescending(g => g.Sum(c => c.Matters)).ToDictionary(g => g.Key, g => g.Sum(c => c.Matters));
    }
}
