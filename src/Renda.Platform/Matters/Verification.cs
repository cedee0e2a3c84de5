using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Indicators;
using Renda.Platform.Persistence;

namespace Renda.Platform.Matters;

/// <summary>What was checked and what is wrong.</summary>
public sealed class VerificationResult
{
    /// <summary>Matters replayed.</summary>
    public long Matters { get; set; }

    /// <summary>Events whose seal was checked.</summary>
    public long Events { get; set; }

    /// <summary>Everything that does not agree, each naming its row.</summary>
    public List<string> Faults { get; } = [];
}

/// <summary>Proves that history was not changed: seals, chains, replay of every matter against its rows, recount of every cell and of the ledger of indicators.</summary>
/// <param name="databases">Where to read.</param>
/// <param name="ledger">The ledger; null where none is kept.</param>
public sealed class Verification(IDbContextFactory<RendaDbContext> databases, IndicatorLedger? ledger = null)
{
    /// <summary>Goes through all matters in pages; memory does not grow with their number.</summary>
    public async Task<VerificationResult> RunAsync(CancellationToken cancellation)
    {
        var result = new VerificationResult();
        await using var db = databases.CreateDbContext();
        // One snapshot for all pages, so that it can run while others write.
        await using var transaction = await db.BeginSnapshotAsync(cancellation);
        var cells = new Dictionary<(string, Guid, long, long, long, string, Guid, string), Tally>();
        var occurrences = new Dictionary<(string, Guid, string, long, string), long>();
        var serial = 0L;
        var recount = ledger is null ? null : await LedgerRecount.BeginAsync(db, ledger.Measures, cancellation);
        while (true)
        {
            var page = await db.Set<Matter>().AsNoTracking().Where(m => m.Serial > serial).OrderBy(m => m.Serial).Take(500).ToListAsync(cancellation);
            if (page.Count == 0) break;
            serial = page[^1].Serial;
            var ids = page.Select(m => m.Id).ToList();
            var events = (await db.Set<MatterEvent>().AsNoTracking().Where(e => ids.Contains(e.MatterId)).ToListAsync(cancellation)).ToLookup(e => e.MatterId);
            var assignments = (await db.Set<Assignment>().AsNoTracking().Where(a => ids.Contains(a.MatterId)).ToListAsync(cancellation)).ToLookup(a => a.MatterId);
            var media = (await db.Set<MatterMedia>().AsNoTracking().Where(a => ids.Contains(a.MatterId)).ToListAsync(cancellation)).ToLookup(a => a.MatterId);
            var links = (await db.Set<MatterLink>().AsNoTracking().Where(a => ids.Contains(a.FromId)).ToListAsync(cancellation)).ToLookup(a => a.FromId);
            var reporters = (await db.Set<MatterReporter>().AsNoTracking().Where(a => ids.Contains(a.MatterId)).ToListAsync(cancellation)).ToLookup(a => a.MatterId);
            if (recount is not null) await recount.CheckAsync(db, events, result.Faults, cancellation);
            foreach (var matter in page)
            {
                result.Matters++;
                Check(new MatterFold(matter, assignments[matter.Id], media[matter.Id], links[matter.Id], reporters[matter.Id]), [.. events[matter.Id].OrderBy(e => e.Version)], result);
                var cell = Tally.Of(matter);
                if (!cells.TryGetValue(cell.Key, out var sum)) cells[cell.Key] = cell;
                else sum.Add(cell, 1);
                foreach (var occurrence in Occurrence.Of(matter, reporters[matter.Id])) occurrences[occurrence.Key] = occurrences.GetValueOrDefault(occurrence.Key) + 1;
            }
        }
        var orphans = await db.Set<MatterEvent>().CountAsync(cancellation) - result.Events;
        if (orphans != 0) result.Faults.Add($"events: {orphans} belong to no matter.");

        await foreach (var kept in db.Set<Tally>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            cells.Remove(kept.Key, out var counted);
            var expected = JsonSerializer.Serialize(counted ?? new Tally { Scenario = kept.Scenario, ContextId = kept.ContextId, City = kept.City, County = kept.County, Town = kept.Town, Category = kept.Category, UnitId = kept.UnitId, State = kept.State });
            var actual = JsonSerializer.Serialize(kept);
            if (expected != actual) result.Faults.Add($"count {kept.Key}: kept {actual}, counted {expected}.");
        }
        foreach (var missing in cells.Keys) result.Faults.Add($"count {missing}: missing.");
        await foreach (var kept in db.Set<Occurrence>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            occurrences.Remove(kept.Key, out var counted);
            if (kept.Matters != counted) result.Faults.Add($"count {kept.Key}: kept {kept.Matters}, counted {counted}.");
        }
        foreach (var missing in occurrences.Keys) result.Faults.Add($"count {missing}: missing.");
        if (recount is not null) await recount.CheckCellsAsync(db, result.Faults, cancellation);
        if (ledger is not null) await RecordLedger.CheckAsync(db, ledger.Records, result.Faults, cancellation);
        return result;
    }

    private static void Check(MatterFold rows, IReadOnlyList<MatterEvent> events, VerificationResult result)
    {
        var name = $"matter {rows.Matter.Id}";
        var replay = new MatterFold();
        var previous = MatterFold.NoHash;
        foreach (var e in events)
        {
            result.Events++;
            if (e.Version != replay.Matter.Version + 1) result.Faults.Add($"{name}: event {e.Version} follows {replay.Matter.Version}.");
            if (e.PreviousHash != previous || MatterFold.HashOf(e) != e.Hash) result.Faults.Add($"{name}: the seal of event {e.Version} does not hold.");
            previous = e.Hash;
            try
            {
                replay.Apply(e);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException)
            {
                result.Faults.Add($"{name}: event {e.Version} cannot be replayed: {error.Message}");
                return;
            }
        }
        replay.Matter.Serial = rows.Matter.Serial;
        replay.MarkParts();
        Compare("row", rows.Matter, replay.Matter);
        Compare("assignments", rows.Assignments.OrderBy(a => a.Id), replay.Assignments.OrderBy(a => a.Id));
        Compare("media", rows.Media.OrderBy(m => m.Position), replay.Media);
        Compare("links", rows.Links.OrderBy(l => l.ToId).ThenBy(l => l.Kind), replay.Links.OrderBy(l => l.ToId).ThenBy(l => l.Kind));
        // One person may have raised it and, merged into it, something else.
        Compare("reporters", rows.Reporters.OrderBy(r => r.PersonId).ThenBy(r => r.ViaMatterId), replay.Reporters.OrderBy(r => r.PersonId).ThenBy(r => r.ViaMatterId));

        void Compare(string what, object row, object fold)
        {
            var (a, b) = (JsonSerializer.Serialize(row), JsonSerializer.Serialize(fold));
            if (a != b) result.Faults.Add($"{name}: {what} {a} differs from its events {b}.");
        }
    }
}
