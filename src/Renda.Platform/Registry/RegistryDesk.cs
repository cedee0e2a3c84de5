using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Platform.Registry;

/// <summary>
/// Does within the transaction of a change set what follows from its rows, which are written already: duties that are there
/// or not there by what the rows say. What it returns is done after the commit; it may be lost with the process.
/// </summary>
/// <param name="db">The open transaction.</param>
/// <param name="edit">What the set writes.</param>
/// <param name="actor">Who makes it.</param>
/// <param name="cancellation">Gives up before the commit.</param>
public delegate Task<Func<Task>?> RegistryFollower(RendaDbContext db, RegistryEdit edit, Actor actor, CancellationToken cancellation);

/// <summary>
/// The only writer of the registry. What is done in one go is one <see cref="ChangeSet"/>: its rows, each row's before and
/// after, and its entry in the audit log are there together or not at all; so it can be shown and undone as a whole.
/// </summary>
/// <param name="audit">Where each set is noted.</param>
/// <param name="time">The clock.</param>
/// <param name="followers">What follows from the rows of a set; none where only rows are written.</param>
public sealed class RegistryDesk(AuditLog audit, TimeProvider time, IEnumerable<RegistryFollower>? followers = null)
{
    private readonly IReadOnlyList<RegistryFollower> _followers = [.. followers ?? []];

    private static readonly IReadOnlyDictionary<string, Record> Records = new Record[]
    {
        new Record<Organisation>(), new Record<Term>(), new Record<CongressSession>(), new Record<Constituency>(), new Record<Person>(), new Record<Mandate>(), new Record<Post>(), new Record<Attendance>(), new Record<CredentialsOpinion>(),
    }.ToDictionary(r => r.Name);

    /// <summary>Makes a change set of what the work does.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="kind"><c>edit</c>, <c>import</c> or <c>merge</c>.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="reason">Why.</param>
    /// <param name="work">Reads from the context and tells the edit what to write; a refusal leaves everything as it was.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public async Task<(ChangeSet? Set, Refusal? Refusal)> ChangeAsync(
        Actor actor, string kind, string title, string reason, Func<RendaDbContext, RegistryEdit, Task<Refusal?>> work, CancellationToken cancellation)
    {
        var now = Now();
        var after = new List<Func<Task>>();
        try
        {
            var set = await audit.RunAsync(async (db, note) =>
            {
                var edit = new RegistryEdit(now);
                if (await work(db, edit) is { } refusal) throw new RefusedException(refusal);
                return await WriteAsync(db, note, edit, actor, kind, title, reason, undoes: null, after, cancellation);
            }, cancellation);
            foreach (var then in after) await then();
            return (set, null);
        }
        catch (RefusedException refused)
        {
            return (null, refused.Refusal);
        }
    }

    /// <summary>
    /// Undoes a change set as a whole: every row is as it was before. Refused when one of its rows has been changed since,
    /// with the number of such rows.
    /// </summary>
    public async Task<(ChangeSet? Set, Refusal? Refusal)> UndoAsync(Guid id, Actor actor, string reason, CancellationToken cancellation)
    {
        var after = new List<Func<Task>>();
        try
        {
            var made = await audit.RunAsync(async (db, note) =>
            {
                var undone = await db.Set<ChangeSet>().FirstOrDefaultAsync(s => s.Id == id, cancellation) ?? throw new RefusedException(Refusal.NotFound);
                if (undone.UndoneBy is not null) throw new RefusedException(new("records.undone", new("这次变更已经撤销过了。", "This change has been undone already."), 409));
                var edit = new RegistryEdit(Now());
                var moved = 0;
                // Some at a time: a roster of a county is some hundreds of megabytes of texts.
                for (var before = int.MaxValue; ;)
                {
                    var changes = await db.Set<RegistryChange>().AsNoTracking().Where(c => c.ChangeSetId == id && c.Ordinal < before).OrderByDescending(c => c.Ordinal).Take(500).ToListAsync(cancellation);
                    if (changes.Count == 0) break;
                    before = changes[^1].Ordinal;
                    foreach (var group in changes.GroupBy(c => c.Record))
                        moved += await Records[group.Key].InverseAsync(db, edit, [.. group], cancellation);
                }
                if (moved > 0) throw new RefusedException(new("records.changed-since", new($"有 {moved} 条记录后来又改过，不能整体撤销。", $"{moved} records were changed since; it cannot be undone as a whole."), 409));
                var set = await WriteAsync(db, note, edit, actor, "undo", undone.Title, reason, undoes: id, after, cancellation);
                undone.UndoneBy = set.Id;
                return set;
            }, cancellation);
            foreach (var then in after) await then();
            return (made, null);
        }
        catch (RefusedException refused)
        {
            return (null, refused.Refusal);
        }
    }

    private async Task<ChangeSet> WriteAsync(
        RendaDbContext db, Func<AuditEntry, Task> note, RegistryEdit edit, Actor actor, string kind, string title, string reason, Guid? undoes, List<Func<Task>> after, CancellationToken cancellation)
    {
        var set = new ChangeSet
        {
            Id = Guid.CreateVersion7(), At = edit.Now, ActorId = actor.IsPlatform ? null : actor.AccountId, ActorName = actor.Name, Kind = kind, Title = title, Reason = reason, Rows = edit.Rows.Count, Undoes = undoes,
        };
        db.Add(set);
        var statements = db.Statements();
        for (var i = 0; i < edit.Rows.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var row = edit.Rows[i];
            await Records[row.Record].WriteAsync(statements, row);
            await statements.InsertAsync(new RegistryChange
            {
                ChangeSetId = set.Id, Ordinal = i + 1, Record = row.Record, RecordId = (row.After ?? row.Before)!.Id, Before = Json(row.Before), After = Json(row.After),
            });
        }
        await statements.FlushAsync();
        await MandateRights.FollowAsync(db, edit, cancellation);
        foreach (var follow in _followers)
            if (await follow(db, edit, actor, cancellation) is { } then) after.Add(then);
        await note(AuditLog.Entry(actor, "records." + kind, "ChangeSet", set.Id, string.Join('；', ((string[])[title, reason, $"{edit.Rows.Count} 条"]).Where(t => t.Length > 0))));
        return set;
    }

    private DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc);
    }

    internal static string? Json(IDated? row) => row is null ? null : JsonSerializer.Serialize(row, row.GetType(), Matters.EventContent.Json);

    /// <summary>What the desk knows of one kind of record.</summary>
    private abstract class Record
    {
        public abstract string Name { get; }
        public abstract Task WriteAsync(RowStatements statements, RegistryEdit.Row row);
        public abstract Task<int> InverseAsync(RendaDbContext db, RegistryEdit edit, IReadOnlyList<RegistryChange> changes, CancellationToken cancellation);
    }

    private sealed class Record<T> : Record where T : class, IDated
    {
        public override string Name => typeof(T).Name;

        public override Task WriteAsync(RowStatements statements, RegistryEdit.Row row) => (row.Before, row.After) switch
        {
            (null, T after) => statements.InsertAsync(after),
            (T before, null) => statements.DeleteAsync(before),
            (_, T after) => statements.UpdateAsync(after),
            _ => throw new InvalidOperationException($"A change of {Name} without a row."),
        };

        public override async Task<int> InverseAsync(RendaDbContext db, RegistryEdit edit, IReadOnlyList<RegistryChange> changes, CancellationToken cancellation)
        {
            var ids = changes.Select(c => c.RecordId).Distinct().ToList();
            var present = (await db.Set<T>().IgnoreQueryFilters().AsNoTracking().Where(r => ids.Contains(r.Id)).ToListAsync(cancellation)).ToDictionary(r => (r.Id, r.ValidFrom));
            var moved = 0;
            foreach (var change in changes)
            {
                var (before, after) = (Read(change.Before), Read(change.After));
                var key = ((after ?? before)!.Id, (after ?? before)!.ValidFrom);
                if (Json(present.GetValueOrDefault(key)) != Json(after)) moved++;
                else edit.Rows.Add(new(Name, after, before));
                // A set may have written one row twice; what it found the second time is what it left the first time.
                if (before is null) present.Remove(key);
                else present[key] = before;
            }
            return moved;
        }

        private static T? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<T>(json, Matters.EventContent.Json);
    }

    private sealed class RefusedException(Refusal refusal) : Exception
    {
        public Refusal Refusal { get; } = refusal;
    }
}
