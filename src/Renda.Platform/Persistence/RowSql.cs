using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Renda.Platform.Persistence;

/// <summary>
/// Writes rows of one mapped type with prepared statements made from EF's own model, for the one place where the
/// change tracker is too slow: <c>MatterWriter</c>. Names, types and conversions stay where they are declared.
/// </summary>
internal sealed class RowSql<T> where T : class
{
    private readonly Column[] _columns;
    private readonly string _table;
    private readonly string[] _key;

    public RowSql(DbContext db)
    {
        var type = db.Model.FindEntityType(typeof(T)) ?? throw new InvalidOperationException($"{typeof(T).Name} is not mapped.");
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        _table = table.Name;
        _columns = [.. type.GetProperties().Select(p => new Column(p.GetColumnName(table)!, p.GetGetter(), p.GetRelationalTypeMapping(), p.IsNullable))];
        _key = [.. type.FindPrimaryKey()!.Properties.Select(p => p.GetColumnName(table)!)];
    }

    public string Insert => $"INSERT INTO {_table} ({string.Join(", ", _columns.Select(c => Quoted(c.Name)))}) VALUES ({string.Join(", ", _columns.Select(c => "@" + c.Name))})";

    public string InsertOrIgnore => Insert + " ON CONFLICT DO NOTHING";

    public string Upsert => OnConflict(c => $"{Quoted(c)} = excluded.{Quoted(c)}", c => !_key.Contains(c));

    /// <summary>Adds numbers to a cell, or makes it.</summary>
    public string Accumulate(IReadOnlySet<string> measures) => OnConflict(c => $"{Quoted(c)} = {_table}.{Quoted(c)} + excluded.{Quoted(c)}", measures.Contains);

    public string Update => $"UPDATE {_table} SET {string.Join(", ", _columns.Select(c => c.Name).Where(c => !_key.Contains(c)).Select(c => $"{Quoted(c)} = @{c}"))} WHERE {WhereKey}";

    public string Delete => $"DELETE FROM {_table} WHERE {WhereKey}";

    private string WhereKey => string.Join(" AND ", _key.Select(k => $"{Quoted(k)} = @{k}"));

    private string OnConflict(Func<string, string> set, Func<string, bool> which) =>
        Insert + $" ON CONFLICT ({string.Join(", ", _key.Select(Quoted))}) DO UPDATE SET {string.Join(", ", _columns.Select(c => c.Name).Where(which).Select(set))}";

    // "offset" is a column of ours and a word of PostgreSQL's.
    private static string Quoted(string name) => $"\"{name}\"";

    /// <summary>Sets the parameters of a command made from one of the statements above.</summary>
    public void Bind(DbCommand command, T row)
    {
        var first = command.Parameters.Count == 0;
        for (var i = 0; i < _columns.Length; i++)
        {
            var column = _columns[i];
            var value = column.Getter.GetClrValue(row);
            if (first) command.Parameters.Add(column.Mapping.CreateParameter(command, "@" + column.Name, value, column.Nullable));
            else command.Parameters[i].Value = (column.Mapping.Converter is { } converter && value is not null ? converter.ConvertToProvider(value) : value) ?? DBNull.Value;
        }
    }

    private sealed record Column(string Name, IClrPropertyGetter Getter, RelationalTypeMapping Mapping, bool Nullable);
}
