using System.Data;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform.Live;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Renda.Platform.Matters;

/// <summary>One action's rows, to be written all or not at all.</summary>
internal sealed class MatterCommit
{
    public required MatterFold Before { get; init; }
    public required MatterFold After { get; set; }
    public required MatterEvent Event { get; set; }
    public List<Todo> Todos { get; } = [];
    public List<Notice> Notices { get; } = [];

    /// <summary>Commits that must land with this one, e.g. the other matter of a merge.</summary>
    public List<MatterCommit> With { get; } = [];

    public bool IsNew => Event.Version == 1;
    public IEnumerable<MatterCommit> All => [this, .. With];

    /// <summary>For a new matter: makes its first event once its running number is known, so that the number is sealed too.</summary>
    public Func<long, (MatterFold After, MatterEvent Event)>? Make { get; init; }

    /// <summary>What the running number counts, e.g. <c>visits/2026</c>.</summary>
    public string NumberName { get; init; } = "";

    public TaskCompletionSource<CommitAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

internal enum CommitAnswer
{
    Committed,

    /// <summary>Somebody else was quicker: the version is no longer the one that was decided on.</summary>
    Stale,

    /// <summary>A matter of this id is there already.</summary>
    Exists,
}

/// <summary>
/// The only writer of matters. Commits that arrive together share one transaction (group commit): one fsync serves
/// many, and the answer is given after it. Sequence numbers are given inside, under one lock, so that the order of
/// <see cref="MatterEvent.Seq"/> is the order of commits and a cursor never skips one.
/// </summary>
public sealed class MatterWriter(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, ChangeRelay relay, ILogger<MatterWriter> log) : BackgroundService
{
    private const int BatchSize = 128;
    private readonly Channel<MatterCommit> _queue = Channel.CreateBounded<MatterCommit>(new BoundedChannelOptions(4096) { SingleReader = true });

    internal async Task<CommitAnswer> CommitAsync(MatterCommit commit, CancellationToken cancellation)
    {
        await _queue.Writer.WriteAsync(commit, cancellation);
        // Not cancelled from here on: the caller must learn what became of it.
        return await commit.Answer.Task;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<MatterCommit>(BatchSize);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < BatchSize && _queue.Reader.TryRead(out var commit)) batch.Add(commit);
            await WriteAsync(batch);
            batch.Clear();
        }
    }

    /// <summary>Lets what is queued be written before the process ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } running) await running.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    private async Task WriteAsync(List<MatterCommit> batch)
    {
        try
        {
            await using var db = databases.CreateDbContext();
            using var session = await Session.OpenAsync(db, settings.Provider);
            var answers = new List<(MatterCommit, CommitAnswer)>(batch.Count);
            foreach (var commit in batch) answers.Add((commit, await session.WriteAsync(commit)));
            await session.CommitAsync(relay.Notice);
            relay.Committed([
                .. answers.Where(a => a.Item2 == CommitAnswer.Committed).SelectMany(a => a.Item1.All)
                    .Select(each => new LiveChange(each.Event.Seq, each.Event.Action, each.After.Matter, each.After.Assignments, each.After.Reporters)),
            ]);
            foreach (var (commit, answer) in answers) commit.Answer.TrySetResult(answer);
        }
        catch (StaleAfterWriteException) when (batch.Count > 1)
        {
            // Nothing is wrong: two acted on one matter within a batch. Alone, each gets its own answer.
            foreach (var commit in batch) await WriteAsync([commit]);
        }
        catch (Exception e) when (batch.Count > 1 && e is DbException)
        {
            // One of them is to blame; alone, each gets its own answer.
            log.LogWarning(e, "A batch of {Count} commits failed and is written one by one", batch.Count);
            foreach (var commit in batch) await WriteAsync([commit]);
        }
        catch (StaleAfterWriteException)
        {
            batch[0].Answer.TrySetResult(CommitAnswer.Stale);
        }
#pragma warning disable CA1031 // The writer must outlive any failure; the caller gets the exception.
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var commit in batch) commit.Answer.TrySetException(e);
        }
    }

    /// <summary>One transaction with its prepared statements.</summary>
    private sealed class Session : IDisposable
    {
        private static readonly HashSet<string> Measures =
            ["matters", "photos", "videos", "late", "proven", "attitude1", "attitude2", "attitude3", "result1", "result2", "result3", "unreturned", "focus"];

        private readonly RendaDbContext _db;
        private readonly DbConnection _connection;
        private readonly DbTransaction _transaction;
        private readonly Dictionary<string, DbCommand> _commands = [];
        private readonly Dictionary<(string, Guid, long, long, long, string, Guid, string), Tally> _tallies = [];
        private readonly Dictionary<(string, Guid, string, long, string), Occurrence> _occurrences = [];
        private readonly Dictionary<string, long> _numbers = [];
        private long _seq;
        private bool _written;
        private long _serial;

        private Session(RendaDbContext db, DbTransaction transaction)
        {
            _db = db;
            _connection = db.Database.GetDbConnection();
            _transaction = transaction;
        }

        public static async Task<Session> OpenAsync(RendaDbContext db, DatabaseProvider provider)
        {
            // Serializable is BEGIN IMMEDIATE on SQLite; PostgreSQL is ordered by the lock below.
            var transaction = await db.Database.BeginTransactionAsync(provider == DatabaseProvider.Sqlite ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted);
            var session = new Session(db, transaction.GetDbTransaction());
            if (provider == DatabaseProvider.Postgres) await session.ExecuteAsync("SELECT pg_advisory_xact_lock(72656)");
            session._seq = await session.ScalarAsync("SELECT max(seq) FROM matter_events");
            session._serial = await session.ScalarAsync("SELECT max(serial) FROM matters");
            return session;
        }

        public async Task<CommitAnswer> WriteAsync(MatterCommit commit)
        {
            // Existing matters first: nothing is written if one of them has moved on. Of several with versions to
            // check, only the first may fail after a write, and then the whole batch is written one by one.
            var written = false;
            foreach (var each in commit.All)
            {
                var answer = each.IsNew ? await InsertAsync(each) : await UpdateAsync(each);
                if (answer != CommitAnswer.Committed)
                    return written ? throw new StaleAfterWriteException() : answer;
                written = true;
            }
            foreach (var each in commit.All) await RowsAsync(each);
            return CommitAnswer.Committed;
        }

        public async Task CommitAsync(Func<long, string?> notice)
        {
            if (_written && notice(_seq) is { } statement) await ExecuteAsync(statement);
            foreach (var tally in _tallies.Values.Where(t => t.Matters != 0 || t.Photos != 0 || t.Videos != 0 || t.Late != 0 || t.Proven != 0 || t.Attitude1 != 0 || t.Attitude2 != 0 || t.Attitude3 != 0 || t.Result1 != 0 || t.Result2 != 0 || t.Result3 != 0 || t.Unreturned != 0 || t.Focus != 0))
                await ExecuteAsync("tally", s => s.Accumulate(Measures), tally);
            foreach (var occurrence in _occurrences.Values.Where(o => o.Matters != 0))
                await ExecuteAsync("occurrence", s => s.Accumulate(Measures), occurrence);
            foreach (var (name, value) in _numbers)
                await ExecuteAsync("number", s => s.Upsert, new RunningNumber { Name = name, Value = value });
            await _transaction.CommitAsync();
        }

        public void Dispose()
        {
            foreach (var command in _commands.Values) command.Dispose();
            _transaction.Dispose();
        }

        private async Task<CommitAnswer> InsertAsync(MatterCommit commit)
        {
            if (commit.Make is { } make)
            {
                if (!_numbers.TryGetValue(commit.NumberName, out var last))
                    last = await _db.Set<RunningNumber>().AsNoTracking().Where(n => n.Name == commit.NumberName).Select(n => n.Value).FirstOrDefaultAsync();
                (commit.After, commit.Event) = make(last + 1);
                commit.After.Matter.Serial = _serial + 1;
                if (await ExecuteAsync("insert", s => s.InsertOrIgnore, commit.After.Matter) == 0) return CommitAnswer.Exists;
                _serial++;
                _numbers[commit.NumberName] = last + 1;
            }
            return CommitAnswer.Committed;
        }

        private async Task<CommitAnswer> UpdateAsync(MatterCommit commit)
        {
            // An event whose version is taken cannot be inserted (unique), and the row must still be at the version before.
            var rows = await ExecuteAsync("update", s => s.Update("version = @version - 1"), commit.After.Matter);
            return rows == 1 ? CommitAnswer.Committed : CommitAnswer.Stale;
        }

        private async Task RowsAsync(MatterCommit commit)
        {
            commit.Event.Seq = ++_seq;
            _written = true;
            await ExecuteAsync("event", s => s.Insert, commit.Event);
            foreach (var assignment in commit.After.Assignments.Where(a => !commit.Before.Assignments.Any(b => Same(a, b))))
                await ExecuteAsync("assignment", s => s.Upsert, assignment);
            foreach (var media in commit.After.Media.Skip(commit.Before.Media.Count))
                await ExecuteAsync("media", s => s.InsertOrIgnore, media);
            foreach (var reporter in commit.After.Reporters.Where(a => commit.Before.Reporters.All(b => b.PersonId != a.PersonId || b.ViaMatterId != a.ViaMatterId)))
                await ExecuteAsync("reporter", s => s.InsertOrIgnore, reporter);
            foreach (var gone in commit.Before.Reporters.Where(b => commit.After.Reporters.All(a => a.PersonId != b.PersonId || a.ViaMatterId != b.ViaMatterId)))
                await _db.Set<MatterReporter>().Where(r => r.MatterId == gone.MatterId && r.PersonId == gone.PersonId && r.ViaMatterId == gone.ViaMatterId).ExecuteDeleteAsync();
            foreach (var link in commit.After.Links.Where(a => !commit.Before.Links.Any(b => b.ToId == a.ToId && b.Kind == a.Kind)))
                await ExecuteAsync("link", s => s.InsertOrIgnore, link);
            foreach (var gone in commit.Before.Links.Where(b => !commit.After.Links.Any(a => b.ToId == a.ToId && b.Kind == a.Kind)))
                await _db.Set<MatterLink>().Where(l => l.FromId == gone.FromId && l.ToId == gone.ToId && l.Kind == gone.Kind).ExecuteDeleteAsync();

            if (!commit.IsNew)
                await ExecuteAsync("UPDATE todos SET done_at = @at WHERE matter_id = @matter AND done_at IS NULL", ("@at", commit.Event.At), ("@matter", commit.Event.MatterId));
            foreach (var todo in commit.Todos) await ExecuteAsync("todo", s => s.Insert, todo);
            foreach (var notice in commit.Notices) await ExecuteAsync("notice", s => s.Insert, notice);

            if (!commit.IsNew) Count(commit.Before, -1);
            Count(commit.After, 1);
        }

        private static bool Same(Assignment a, Assignment b) =>
            a.Id == b.Id && a.State == b.State && a.DueAt == b.DueAt && a.AnsweredAt == b.AnsweredAt && a.Answer == b.Answer;

        private void Count(MatterFold fold, int sign)
        {
            foreach (var occurrence in Occurrence.Of(fold.Matter, fold.Reporters))
            {
                if (_occurrences.TryGetValue(occurrence.Key, out var counted))
                {
                    counted.Matters += sign;
                    continue;
                }
                occurrence.Matters = sign;
                _occurrences[occurrence.Key] = occurrence;
            }
            var cell = Tally.Of(fold.Matter);
            if (!_tallies.TryGetValue(cell.Key, out var sum))
            {
                _tallies[cell.Key] = sum = new Tally
                {
                    Scenario = cell.Scenario, ContextId = cell.ContextId, City = cell.City, County = cell.County, Town = cell.Town, Category = cell.Category, UnitId = cell.UnitId, State = cell.State,
                };
            }
            sum.Add(cell, sign);
        }

        private async Task<int> ExecuteAsync<T>(string name, Func<RowSql<T>, string> statement, T row) where T : class
        {
            var sql = Rows<T>.Of(_db);
            if (!_commands.TryGetValue(name, out var command))
            {
                command = _connection.CreateCommand();
                command.Transaction = _transaction;
                command.CommandText = statement(sql);
                sql.Bind(command, row);
                await command.PrepareAsync();
                _commands[name] = command;
            }
            else
            {
                sql.Bind(command, row);
            }
            return await command.ExecuteNonQueryAsync();
        }

        private async Task ExecuteAsync(string text, params (string Name, object Value)[] parameters)
        {
            if (!_commands.TryGetValue(text, out var command))
            {
                command = _connection.CreateCommand();
                command.Transaction = _transaction;
                command.CommandText = text;
                foreach (var (name, value) in parameters)
                {
                    var mapping = _db.GetService<IRelationalTypeMappingSource>().FindMapping(value.GetType())!;
                    command.Parameters.Add(mapping.CreateParameter(command, name, value, nullable: false));
                }
                _commands[text] = command;
            }
            for (var i = 0; i < parameters.Length; i++) command.Parameters[i].Value = parameters[i].Value;
            await command.ExecuteNonQueryAsync();
        }

        private async Task<long> ScalarAsync(string text)
        {
            await using var command = _connection.CreateCommand();
            command.Transaction = _transaction;
            command.CommandText = text;
            return await command.ExecuteScalarAsync() is long value ? value : 0;
        }
    }

    /// <summary>Statements are made once per mapped type and model.</summary>
    private static class Rows<T> where T : class
    {
        private static RowSql<T>? _sql;
        private static Microsoft.EntityFrameworkCore.Metadata.IModel? _model;

        public static RowSql<T> Of(RendaDbContext db)
        {
            if (!ReferenceEquals(_model, db.Model)) (_sql, _model) = (new RowSql<T>(db), db.Model);
            return _sql!;
        }
    }

    /// <summary>The second matter of a joint commit had moved on after the first was written.</summary>
    private sealed class StaleAfterWriteException : DbException;
}
