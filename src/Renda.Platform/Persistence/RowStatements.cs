using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Renda.Platform.Persistence;

/// <summary>Prepared statements on a context's open transaction, for work of many rows of several types.</summary>
internal sealed class RowStatements(RendaDbContext db)
{
    private readonly Dictionary<(Type, string), object> _statements = [];

    public Task InsertAsync<T>(T row) where T : class => RunAsync("insert", row, s => s.Insert);

    public Task UpdateAsync<T>(T row) where T : class => RunAsync("update", row, s => s.Update);

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
        var sql = new RowSql<T>(db);
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        command.CommandText = text(sql);
        return (sql, command);
    }
}
