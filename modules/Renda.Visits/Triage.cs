using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;

namespace Renda.Visits;

/// <summary>What helps to decide about a finding: units that might lead its handling, and findings that may be the same.</summary>
public sealed class Triage(IDbContextFactory<RendaDbContext> databases, Findings findings, TimeProvider time)
{
    /// <summary>Units that might lead the handling, the likeliest first, each with the reason.</summary>
    public async Task<IReadOnlyList<UnitSuggestion>> SuggestUnitsAsync(Matter matter, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var leaf = matter.ContextId is { } context ? await findings.LeafAsync(context, matter.Category, cancellation) : null;
        var duty = leaf?.Duty ?? "";
        var history = await db.Set<Tally>().AsNoTracking()
            .Where(t => t.Scenario == matter.Scenario && t.County == matter.County && t.Category == matter.Category && t.UnitId != Guid.Empty)
            .GroupBy(t => t.UnitId).Select(g => new { Unit = g.Key, Count = g.Sum(t => t.Matters) }).ToDictionaryAsync(g => g.Unit, g => g.Count, cancellation);
        var all = history.Values.Sum();
        var units = await db.Set<Organisation>().AsNoTracking()
            .Where(o => o.ValidTo == null && ((o.Kind == OrganisationKind.HandlingUnit && (o.Region == matter.County || o.Region == matter.City)) || (o.Kind == OrganisationKind.TownGovernment && o.Region == matter.Town)))
            .ToListAsync(cancellation);
        return
        [
            .. units.Select(u => (Unit: u, Rule: duty.Length > 0 && u.Duty == duty, Count: history.GetValueOrDefault(u.Id)))
                .OrderByDescending(x => (x.Rule && x.Unit.Region != matter.City ? 1000 : x.Rule ? 500 : 0) + (all > 0 ? 900 * x.Count / all : 0)).ThenBy(x => x.Unit.Kind).ThenBy(x => x.Unit.Name, StringComparer.Ordinal)
                .Select(x => new UnitSuggestion(x.Unit, Why(x.Rule, x.Count))),
        ];

        Words Why(bool rule, long count)
        {
            var zh = new List<string>();
            var en = new List<string>();
            if (rule)
            {
                zh.Add($"按“{leaf!.Name.Zh}”分工");
                en.Add($"answerable for “{leaf.Name.En}”");
            }
            if (count > 0)
            {
                zh.Add($"本地同类 {all} 件中办理 {count} 件");
                en.Add($"handled {count} of {all} like it here");
            }
            return new Words(string.Join("；", zh), string.Join("; ", en));
        }
    }

    /// <summary>What the reporter's photos and videos of a finding look like, as difference hashes.</summary>
    public async Task<IReadOnlyList<long>> LooksAsync(Guid matterId, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return [.. (await LooksAsync(db, [matterId], cancellation))[matterId]];
    }

    /// <summary>
    /// Findings that may be the same: same campaign, within 300 m and 60 days. Likeness is 40 for place (falling with
    /// distance), 20 for the same category, 10 for recency, 15 for shared character pairs of the text and 15 for photos that
    /// look alike; where one of them has no photo, the rest stands for the whole.
    /// </summary>
    /// <param name="campaignId">Campaign.</param>
    /// <param name="category">Category id, or empty.</param>
    /// <param name="latitude">WGS-84, degrees.</param>
    /// <param name="longitude">WGS-84, degrees.</param>
    /// <param name="text">What was written.</param>
    /// <param name="looks">Difference hashes of its photos; may be empty.</param>
    /// <param name="except">The finding itself, if there is one already.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<NearMatter>> NearAsync(Guid campaignId, string category, double latitude, double longitude, string text, IReadOnlyList<long> looks, Guid? except, CancellationToken cancellation)
    {
        const double reach = 300;
        var now = time.GetUtcNow().UtcDateTime;
        var (dLat, dLon) = (reach / 111_000, reach / (111_000 * Math.Max(0.1, Math.Cos(double.DegreesToRadians(latitude)))));
        var (south, north, west, east, since) = (latitude - dLat, latitude + dLat, longitude - dLon, longitude + dLon, now.AddDays(-60));
        await using var db = databases.CreateDbContext();
        var near = await db.Set<Matter>().AsNoTracking()
            .Where(m => m.ContextId == campaignId && m.Latitude >= south && m.Latitude <= north && m.Longitude >= west && m.Longitude <= east && m.SubmittedAt >= since && m.MergedIntoId == null && m.Id != except)
            .OrderByDescending(m => m.Serial).Take(100)
            .Select(m => new { m.Id, m.Number, m.Title, m.State, m.Category, m.Latitude, m.Longitude, m.SubmittedAt, m.Thumbnail }).ToListAsync(cancellation);
        var theirLooks = looks.Count == 0 ? Enumerable.Empty<(Guid, long)>().ToLookup(x => x.Item1, x => x.Item2) : await LooksAsync(db, [.. near.Select(m => m.Id)], cancellation);
        var words = Pairs(text);
        return
        [
            .. near.Select(m =>
            {
                var distance = Distance.Metres(latitude, longitude, m.Latitude!.Value, m.Longitude!.Value);
                var other = Pairs(m.Title);
                var shared = words.Count == 0 || other.Count == 0 ? 0 : (double)words.Intersect(other).Count() / Math.Min(words.Count, other.Count);
                var likeness = 40 * Math.Max(0, 1 - distance / reach) + (m.Category == category ? 20 : 0) + 10 * Math.Max(0, 1 - (now - m.SubmittedAt).TotalDays / 60) + 15 * shared;
                var bits = looks.SelectMany(mine => theirLooks[m.Id].Select(theirs => (int?)PerceptualHash.Distance(mine, theirs))).Min();
                // Two pictures of different things differ in about 32 of the 64 bits.
                likeness = bits is { } differing ? likeness + 15 * Math.Clamp((20 - differing) / 12.0, 0, 1) : likeness * 100 / 85;
                return (Distance: distance, Near: new NearMatter(m.Id, m.Number, m.Title, m.State, Math.Round(distance), m.SubmittedAt, m.Thumbnail, (int)Math.Round(likeness), bits <= 10));
            })
            .Where(x => x.Distance <= reach && x.Near.Likeness >= 40).Select(x => x.Near).OrderByDescending(x => x.Likeness).Take(5),
        ];
    }

    private static async Task<ILookup<Guid, long>> LooksAsync(RendaDbContext db, List<Guid> matters, CancellationToken cancellation) =>
        (await db.Set<MatterMedia>().AsNoTracking().Where(m => matters.Contains(m.MatterId) && m.Role == "before")
            .Join(db.Set<MediaItem>().Where(i => i.PerceptualHash != 0), m => m.Sha256, i => i.Sha256, (m, i) => new { m.MatterId, i.PerceptualHash }).ToListAsync(cancellation))
        .ToLookup(x => x.MatterId, x => x.PerceptualHash);

    private static HashSet<string> Pairs(string text)
    {
        var clean = new string([.. text.Where(char.IsLetterOrDigit)]);
        return [.. Enumerable.Range(0, Math.Max(0, clean.Length - 1)).Select(i => clean.Substring(i, 2))];
    }
}
