using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Renda.Platform.Indicators;

namespace Renda.Platform.Persistence;

/// <summary>
/// Prepared statements on a context's open transaction, for work of many rows of several types, where the change tracker
/// would be slow. They go with the transaction. Where the database takes many at once, as PostgreSQL does, they are sent
/// by the hundred: what was said stands in the database, and only then meets other statements, after <see cref="FlushAsync"/>.
/// </summary>
public sealed class RowStatements
{
    private const int AtOnce = 500;
    private readonly RendaDbContext _db;
    private readonly Dictionary<(Type, string), object> _statements = [];
    private DbBatch? _batch;

    internal RowStatements(RendaDbContext db) => _db = db;

    /// <summary>Writes a new row.</summary>
    public Task InsertAsync<T>(T row) where T : class => RunCountedAsync("insert", row, s => s.Insert);

    /// <summary>Writes all columns of the row with this key.</summary>
    public Task UpdateAsync<T>(T row) where T : class => RunCountedAsync("update", row, s => s.Update);

    /// <summary>Takes the row with this key away.</summary>
    public Task DeleteAsync<T>(T row) where T : class => RunCountedAsync("delete", row, s => s.Delete);

    /// <summary>Adds this row's numbers in some columns to those of the row with this key, or makes it.</summary>
    public Task AddAsync<T>(T row, IReadOnlySet<string> columns) where T : class => RunAsync("add", row, s => s.Accumulate(columns));

    /// <summary>Sends what waits, in the order in which it was said. Belongs before any other statement and before the commit.</summary>
    public async Task FlushAsync()
    {
        if (_batch is not { BatchCommands.Count: > 0 } batch) return;
        _batch = null;
        await using (batch)
        {
            await batch.PrepareAsync();
            await batch.ExecuteNonQueryAsync();
        }
    }

    private async Task RunCountedAsync<T>(string verb, T row, Func<RowSql<T>, string> text) where T : class
    {
        await RunAsync(verb, row, text);
        if (row is ICounted counted) await RunAsync("insert", RecordChange.Of(counted), s => s.Insert);
    }

    private async Task RunAsync<T>(string verb, T row, Func<RowSql<T>, string> text) where T : class
    {
        var first = !_statements.TryGetValue((typeof(T), verb), out var known);
        var (sql, command) = first ? Make(text) : ((RowSql<T>, DbCommand))known!;
        sql.Bind(command, row);
        var together = command.Connection!.CanCreateBatch;
        if (first)
        {
            if (!together) await command.PrepareAsync();
            _statements[(typeof(T), verb)] = (sql, command);
        }
        if (!together)
        {
            await command.ExecuteNonQueryAsync();
            return;
        }
        if (_batch is null)
        {
            _batch = command.Connection.CreateBatch();
            _batch.Transaction = command.Transaction;
        }
        Add(_batch, command);
        if (_batch.BatchCommands.Count == AtOnce) await FlushAsync();
    }

    /// <summary>Adds a command as it is bound now; it may be bound anew afterwards.</summary>
    internal static void Add(DbBatch batch, DbCommand command)
    {
        var batched = batch.CreateBatchCommand();
        batched.CommandText = command.CommandText;
        foreach (DbParameter parameter in command.Parameters) batched.Parameters.Add(((ICloneable)parameter).Clone());
        batch.BatchCommands.Add(batched);
    }

    private (RowSql<T>, DbCommand) Make<T>(Func<RowSql<T>, string> text) where T : class
    {
        var sql = new RowSql<T>(_db);
        var command = _db.Database.GetDbConnection().CreateCommand();
        command.Transaction = _db.Database.CurrentTransaction!.GetDbTransaction();
        command.CommandText = text(sql);
        return (sql, command);
    }
}
