using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Renda.Platform.Persistence;

/// <summary>
/// Prepared statements on a context's open transaction, for work of many rows of several types, where the change tracker
/// would be slow. They go with the transaction.
/// </summary>
public sealed class RowStatements
{
    private readonly RendaDbContext _db;

    internal RowStatements(RendaDbContext db) => _db = db;

    private readonly Dictionary<(Type, string), object> _statements = [];

    /// <summary>Writes a new row.</summary>
    public Task InsertAsync<T>(T row) where T : class => RunAsync("insert", row, s => s.Insert);

    /// <summary>Writes all columns of the row with this key.</summary>
    public Task UpdateAsync<T>(T row) where T : class => RunAsync("update", row, s => s.Update);

    /// <summary>Takes the row with this key away.</summary>
    public Task DeleteAsync<T>(T row) where T : class => RunAsync("delete", row, s => s.Delete);

    private async Task RunAsync<T>(string verb, T row, Func<RowSql<T>, string> text) where T : class
    {
        var first = !_statements.TryGetValue((typeof(T), verb), out var known);
        var (sql, command) = first ? Make(text) : ((RowSql<T>, DbCommand))known!;
        sql.Bind(command, row);
        if (first)
        {
            await command.PrepareAsync();
            _statements[(typeof(T), verb)] = (sql, command);
        }
        await command.ExecuteNonQueryAsync();
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
