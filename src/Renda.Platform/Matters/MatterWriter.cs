using System.Data;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
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

    /// <summary>Duties that end with it, and those that stay but are due at another time.</summary>
    public List<Todo> Ended { get; } = [];
    public List<Todo> Moved { get; } = [];
    public List<Notice> Notices { get; } = [];

    /// <summary>Commits that must land with this one, e.g. the other matter of a merge.</summary>
    public List<MatterCommit> With { get; } = [];

    public bool IsNew => Event.Version == 1;
    public IEnumerable<MatterCommit> All => [this, .. With];

    /// <summary>Makes the event once the running number is known, so that the number is sealed too; null where none is given.</summary>
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
    private Session? _session;

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
        Close();
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
            var session = await BeginAsync(batch);
            var answers = new List<(MatterCommit, CommitAnswer)>(batch.Count);
            foreach (var commit in batch) answers.Add((commit, await session.WriteAsync(commit)));
            await session.CommitAsync(relay.Notice);
            relay.Committed([
                .. answers.Where(a => a.Item2 == CommitAnswer.Committed).SelectMany(a => a.Item1.All)
                    .Select(each => new LiveChange(each.Event.Seq, each.Event.Action, each.After.Matter, each.After.Assignments, each.After.Reporters)),
            ]);
            foreach (var (commit, answer) in answers) commit.Answer.TrySetResult(answer);
        }
        catch (Exception e) when (batch.Count > 1 && e is DbException)
        {
            // One of them is to blame; alone, each gets its own answer.
            Close();
            log.LogWarning(e, "A batch of {Count} commits failed and is written one by one", batch.Count);
            foreach (var commit in batch) await WriteAsync([commit]);
        }
#pragma warning disable CA1031 // The writer must outlive any failure; the caller gets the exception.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Close();
            foreach (var commit in batch) commit.Answer.TrySetException(e);
        }
    }

    /// <summary>Begins on the connection that is open; when it broke while nobody wrote, on a new one.</summary>
    private async Task<Session> BeginAsync(List<MatterCommit> batch)
    {
        if (_session is { } open)
        {
            try
            {
                await open.BeginAsync(batch);
                return open;
            }
            catch (Exception e) when (e is DbException or InvalidOperationException or IOException)
            {
                log.LogWarning(e, "The writer's connection broke; opened again");
                Close();
            }
        }
        _session = new Session(databases.CreateDbContext(), settings.Provider);
        await _session.BeginAsync(batch);
        return _session;
    }

    private void Close()
    {
        _session?.Dispose();
        _session = null;
    }

    /// <summary>
    /// A connection with its prepared statements, kept from group to group. What a group must know is read once, under
    /// the lock that keeps every other writer out; what it writes is sent in one round trip where the driver can
    /// (PostgreSQL), and row by row where there is no wire (SQLite).
    /// </summary>
    private sealed class Session(RendaDbContext db, DatabaseProvider provider) : IDisposable
    {
        private static readonly HashSet<string> Measures =
            ["matters", "photos", "videos", "late", "proven", "attitude1", "attitude2", "attitude3", "result1", "result2", "result3", "unreturned", "focus"];

        private readonly DbConnection _connection = db.Database.GetDbConnection();
        private readonly Dictionary<string, DbCommand> _commands = [];
        private readonly Dictionary<(string, Guid, long, long, long, string, Guid, string), Tally> _tallies = [];
        private readonly Dictionary<(string, Guid, string, long, string), Occurrence> _occurrences = [];
        private Dictionary<string, long> _numbers = [];
        private Dictionary<Guid, int> _versions = [];
        private IDbContextTransaction? _transaction;
        private DbBatch? _batch;
        private long _seq;
        private bool _written;
        private long _serial;

        public async Task BeginAsync(IReadOnlyList<MatterCommit> commits)
        {
            (_written, _numbers) = (false, []);
            _tallies.Clear();
            _occurrences.Clear();
            // Serializable is BEGIN IMMEDIATE on SQLite; PostgreSQL is ordered by the lock below.
            await db.Database.OpenConnectionAsync();
            _transaction = await db.Database.BeginTransactionAsync(provider == DatabaseProvider.Sqlite ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted);
            if (provider == DatabaseProvider.Postgres) await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(72656)");
            if (_connection.CanCreateBatch)
            {
                _batch = _connection.CreateBatch();
                _batch.Transaction = _transaction.GetDbTransaction();
            }
            _seq = await ScalarAsync("SELECT max(seq) FROM matter_events");
            _serial = await ScalarAsync("SELECT max(serial) FROM matters");
            var ids = commits.SelectMany(c => c.All).Select(c => c.Event.MatterId).Distinct().ToArray();
            _versions = await db.Set<Matter>().Where(m => ids.Contains(m.Id)).Select(m => new { m.Id, m.Version }).ToDictionaryAsync(m => m.Id, m => m.Version);
            var names = commits.SelectMany(c => c.All).Where(c => c.Make is not null).Select(c => c.NumberName).Distinct().ToArray();
            if (names.Length > 0)
                _numbers = await db.Set<RunningNumber>().AsNoTracking().Where(n => names.Contains(n.Name)).ToDictionaryAsync(n => n.Name, n => n.Value);
        }

        public async Task<CommitAnswer> WriteAsync(MatterCommit commit)
        {
            // All of them are looked at before one is written: a joint commit is all or nothing.
            foreach (var each in commit.All)
            {
                var version = _versions.GetValueOrDefault(each.Event.MatterId);
                if (version != each.Event.Version - 1) return each.IsNew ? CommitAnswer.Exists : CommitAnswer.Stale;
            }
            foreach (var each in commit.All) await RowsAsync(each);
            return CommitAnswer.Committed;
        }

        public async Task CommitAsync(Func<long, string?> notice)
        {
            foreach (var tally in _tallies.Values.Where(t => t.Matters != 0 || t.Photos != 0 || t.Videos != 0 || t.Late != 0 || t.Proven != 0 || t.Attitude1 != 0 || t.Attitude2 != 0 || t.Attitude3 != 0 || t.Result1 != 0 || t.Result2 != 0 || t.Result3 != 0 || t.Unreturned != 0 || t.Focus != 0))
                await WriteAsync("tally", s => s.Accumulate(Measures), tally);
            foreach (var occurrence in _occurrences.Values.Where(o => o.Matters != 0))
                await WriteAsync("occurrence", s => s.Accumulate(Measures), occurrence);
            if (_written)
            {
                foreach (var (name, value) in _numbers)
                    await WriteAsync("number", s => s.Upsert, new RunningNumber { Name = name, Value = value });
            }
            if (_batch is { BatchCommands.Count: > 0 })
            {
                await _batch.PrepareAsync();
                await _batch.ExecuteNonQueryAsync();
            }
            if (_written && notice(_seq) is { } statement) await db.Database.ExecuteSqlRawAsync(statement);
            await _transaction!.CommitAsync();
            End();
        }

        public void Dispose()
        {
            End();
            foreach (var command in _commands.Values) command.Dispose();
            db.Dispose();
        }

        private void End()
        {
            _batch?.Dispose();
            _transaction?.Dispose();
            (_batch, _transaction) = (null, null);
        }

        private async Task RowsAsync(MatterCommit commit)
        {
            if (commit.Make is { } make)
            {
                var number = _numbers.GetValueOrDefault(commit.NumberName) + 1;
                (commit.After, commit.Event) = make(number);
                _numbers[commit.NumberName] = number;
            }
            if (commit.IsNew)
            {
                commit.After.Matter.Serial = ++_serial;
                commit.After.MarkParts();
            }
            await WriteAsync(commit.IsNew ? "insert" : "update", commit.IsNew ? s => s.Insert : s => s.Update, commit.After.Matter);
            _versions[commit.Event.MatterId] = commit.Event.Version;
            commit.Event.Seq = ++_seq;
            _written = true;
            await WriteAsync("event", s => s.Insert, commit.Event);
            foreach (var assignment in commit.After.Assignments.Where(a => !commit.Before.Assignments.Any(b => Same(a, b))))
                await WriteAsync("assignment", s => s.Upsert, assignment);
            foreach (var media in commit.After.Media.Skip(commit.Before.Media.Count))
                await WriteAsync("media", s => s.InsertOrIgnore, media);
            foreach (var reporter in commit.After.Reporters.Where(a => commit.Before.Reporters.All(b => b.PersonId != a.PersonId || b.ViaMatterId != a.ViaMatterId)))
                await WriteAsync("reporter", s => s.InsertOrIgnore, reporter);
            foreach (var gone in commit.Before.Reporters.Where(b => commit.After.Reporters.All(a => a.PersonId != b.PersonId || a.ViaMatterId != b.ViaMatterId)))
                await WriteAsync("reporter gone", s => s.Delete, gone);
            foreach (var link in commit.After.Links.Where(a => !commit.Before.Links.Any(b => b.ToId == a.ToId && b.Kind == a.Kind)))
                await WriteAsync("link", s => s.InsertOrIgnore, link);
            foreach (var gone in commit.Before.Links.Where(b => !commit.After.Links.Any(a => b.ToId == a.ToId && b.Kind == a.Kind)))
                await WriteAsync("link gone", s => s.Delete, gone);

            foreach (var todo in commit.Ended) await WriteAsync("todo ended", TodoEnded, todo);
            foreach (var todo in commit.Moved) await WriteAsync("todo moved", TodoMoved, todo);
            foreach (var todo in commit.Todos) await WriteAsync("todo", s => s.InsertOrIgnore, todo);
            foreach (var told in commit.Notices) await WriteAsync("notice", s => s.Insert, told);

            if (!commit.IsNew) Count(commit.Before, -1);
            Count(commit.After, 1);
        }

        private const string OpenTodo = "WHERE item_id = @item_id AND (person_id = @person_id OR organisation_id = @organisation_id) AND done_at IS NULL";

        private static string TodoEnded(RowSql<Todo> _) => "UPDATE todos SET done_at = @done_at, done_by = @done_by " + OpenTodo;

        private static string TodoMoved(RowSql<Todo> _) => "UPDATE todos SET due_at = @due_at, yellow_at = @yellow_at, title = @title " + OpenTodo;

        private static bool Same(Assignment a, Assignment b) =>
            a.Id == b.Id && a.State == b.State && a.DueAt == b.DueAt && a.AnsweredAt == b.AnsweredAt && a.Answer == b.Answer && a.MatterState == b.MatterState;

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

        private async Task WriteAsync<T>(string name, Func<RowSql<T>, string> statement, T row) where T : class
        {
            var sql = Rows<T>.Of(db);
            if (!_commands.TryGetValue(name, out var command))
            {
                command = _connection.CreateCommand();
                command.Transaction = _transaction!.GetDbTransaction();
                command.CommandText = statement(sql);
                sql.Bind(command, row);
                if (_batch is null) await command.PrepareAsync();
                _commands[name] = command;
            }
            else
            {
                command.Transaction = _transaction!.GetDbTransaction();
                sql.Bind(command, row);
            }
            if (_batch is null)
            {
                await command.ExecuteNonQueryAsync();
                return;
            }
            RowStatements.Add(_batch, command);
        }

        private async Task<long> ScalarAsync(string text)
        {
            await using var command = _connection.CreateCommand();
            command.Transaction = _transaction!.GetDbTransaction();
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
}
