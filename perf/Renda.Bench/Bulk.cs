using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Bench;

/// <summary>Writes many rows at once, each as the model maps it.</summary>
internal abstract class Bulk(RendaDbContext db) : IAsyncDisposable
{
    protected RendaDbContext Db { get; } = db;

    protected DbConnection Connection { get; } = db.Database.GetDbConnection();

    protected DbTransaction? Transaction { get; private set; }

    public async Task BeginAsync()
    {
        if (Connection.State != System.Data.ConnectionState.Open) await OpenAsync();
        Transaction = await Connection.BeginTransactionAsync();
    }

    public async Task CommitAsync()
    {
        await Transaction!.CommitAsync();
        await Transaction.DisposeAsync();
        Transaction = null;
    }

    public abstract Task WriteAsync<T>(IReadOnlyList<T> rows) where T : class;

    /// <summary>Counts and running numbers are added to what the demo left; then the database is brought to rest.</summary>
    public async Task EndAsync(IEnumerable<Tally> tallies, IEnumerable<Occurrence> occurrences, IEnumerable<RunningNumber> numbers)
    {
        HashSet<string> measures = ["matters", "photos", "videos", "late", "proven", "attitude1", "attitude2", "attitude3", "result1", "result2", "result3", "unreturned", "focus"];
        await BeginAsync();
        Execute(new RowSql<Tally>(Db).Accumulate(measures), tallies);
        Execute(new RowSql<Occurrence>(Db).Accumulate(measures), occurrences);
        Execute(new RowSql<RunningNumber>(Db).Upsert, numbers);
        await CommitAsync();
        await using var rest = Connection.CreateCommand();
        rest.CommandTimeout = 0;
        rest.CommandText = Rest;
        await rest.ExecuteNonQueryAsync();
    }

    protected abstract string Rest { get; }

    protected abstract Task OpenAsync();

    protected void Execute<T>(string statement, IEnumerable<T> rows) where T : class
    {
        var sql = new RowSql<T>(Db);
        using var command = Connection.CreateCommand();
        command.CommandText = statement;
        command.Transaction = Transaction;
        foreach (var row in rows)
        {
            sql.Bind(command, row);
            command.ExecuteNonQuery();
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (Transaction is not null) await Transaction.DisposeAsync();
    }
}

internal sealed class SqliteBulk(RendaDbContext db) : Bulk(db)
{
    // No power cut is survived while it fills; a fill that was cut off is begun anew.
    protected override async Task OpenAsync()
    {
        await Db.Database.OpenConnectionAsync();
        await using var command = Connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous=OFF; PRAGMA cache_size=-600000; PRAGMA wal_autocheckpoint=20000; PRAGMA temp_store=MEMORY";
        await command.ExecuteNonQueryAsync();
    }

    protected override string Rest => "PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(TRUNCATE)";

    public override Task WriteAsync<T>(IReadOnlyList<T> rows)
    {
        if (rows.Count > 0) Execute(new RowSql<T>(Db).Insert, rows);
        return Task.CompletedTask;
    }
}

internal sealed class PostgresBulk(RendaDbContext db) : Bulk(db)
{
    protected override async Task OpenAsync()
    {
        await Db.Database.OpenConnectionAsync();
        await using var command = Connection.CreateCommand();
        command.CommandText = "SET synchronous_commit = off";
        await command.ExecuteNonQueryAsync();
    }

    // As autovacuum would have done in the course of years.
    protected override string Rest => "ANALYZE";

    public override async Task WriteAsync<T>(IReadOnlyList<T> rows)
    {
        if (rows.Count == 0) return;
        var type = Db.Model.FindEntityType(typeof(T))!;
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        using var sample = Connection.CreateCommand();
        var columns = type.GetProperties().Select(p => (Name: p.GetColumnName(table)!, Getter: p.GetGetter(), Mapping: p.GetRelationalTypeMapping(), Type: ((NpgsqlParameter)p.GetRelationalTypeMapping().CreateParameter(sample, p.Name, null, true)).NpgsqlDbType)).ToList();
        await using var importer = await ((NpgsqlConnection)Connection).BeginBinaryImportAsync($"COPY {table.Name} ({string.Join(", ", columns.Select(c => $"\"{c.Name}\""))}) FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            await importer.StartRowAsync();
            foreach (var (_, getter, mapping, dbType) in columns)
            {
                var value = getter.GetClrValue(row);
                if (mapping.Converter is { } converter && value is not null) value = converter.ConvertToProvider(value);
                if (value is null) await importer.WriteNullAsync();
                else await importer.WriteAsync(value, dbType);
            }
        }
        await importer.CompleteAsync();
    }
}
