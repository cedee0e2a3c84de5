using System.Data;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Persistence;

namespace Renda.Platform.Audit;

/// <summary>
/// Writes <see cref="AuditEntry"/>s. One writes at a time, whatever the number of nodes, so that the chain has no fork:
/// SQLite by its own write lock, PostgreSQL by one held until the end of the transaction.
/// </summary>
public sealed class AuditLog(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, TimeProvider time)
{
    /// <summary>Runs work and what is noted of it in one transaction: both are there or neither.</summary>
    /// <param name="work">Gets the context and a function that notes; returns what the caller wants to know.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public async Task<T> RunAsync<T>(Func<RendaDbContext, Func<AuditEntry, Task>, Task<T>> work, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(settings.Provider == DatabaseProvider.Sqlite ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted, cancellation);
        if (settings.Provider == DatabaseProvider.Postgres) await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(72657)", cancellation);
        AuditEntry? last = null;
        var result = await work(db, async entry =>
        {
            last ??= await db.Set<AuditEntry>().AsNoTracking().OrderByDescending(e => e.Seq).FirstOrDefaultAsync(cancellation);
            entry.Seq = (last?.Seq ?? 0) + 1;
            var now = time.GetUtcNow().UtcDateTime;
            // PostgreSQL keeps microseconds; the hash must be the same after a round trip.
            entry.At = new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc);
            entry.PreviousHash = last?.Hash ?? AuditEntry.NoHash;
            entry.Hash = entry.Seal();
            db.Add(entry);
            last = entry;
        });
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return result;
    }

    /// <summary>Notes one thing on its own.</summary>
    public Task NoteAsync(Actor actor, string action, string record, Guid? id, string text, CancellationToken cancellation) =>
        RunAsync(async (_, note) =>
        {
            await note(Entry(actor, action, record, id, text));
            return true;
        }, cancellation);

    /// <summary>An entry to be noted.</summary>
    public static AuditEntry Entry(Actor actor, string action, string record, Guid? id, string text) => new()
    {
        ActorId = actor.IsPlatform ? null : actor.AccountId, ActorName = actor.Name, Action = action, Record = record, RecordId = id, Text = text,
    };

    /// <summary>Walks the chain and names what does not fit: an entry that is missing or was changed.</summary>
    public async Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var faults = new List<string>();
        var (seq, hash) = (0L, AuditEntry.NoHash);
        await foreach (var entry in db.Set<AuditEntry>().AsNoTracking().OrderBy(e => e.Seq).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (entry.Seq != seq + 1) faults.Add($"audit entries {seq + 1} to {entry.Seq - 1} are missing");
            else if (entry.PreviousHash != hash || entry.Seal() != entry.Hash) faults.Add($"audit entry {entry.Seq} was altered");
            (seq, hash) = (entry.Seq, entry.Hash);
        }
        return faults;
    }
}
