using System.Data.Common;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Media;
using Renda.Platform.Search;

namespace Renda.Platform.Persistence;

/// <summary>
/// A backup is one tar file: <c>manifest.json</c>, <c>renda.db</c> (an SQLite database with every row, whichever
/// database they came from) and <c>media/…</c>. Because the rows are in a form of their own, a backup of PostgreSQL can
/// be restored to SQLite and the other way round.
/// </summary>
public sealed class Backup(ModelAssemblies assemblies, MediaSettings media, IDbContextFactory<RendaDbContext> databases, TimeProvider time)
{
    private const int Format = 1;

    /// <summary>What is in a backup.</summary>
    /// <param name="Format">1.</param>
    /// <param name="MadeAt">When the rows were read (UTC).</param>
    /// <param name="Schema">Newest migration of the database it came from; a restore needs a program with the same.</param>
    /// <param name="Rows">Rows by table.</param>
    /// <param name="Files">Media files.</param>
    /// <param name="DatabaseSha256">SHA-256 of <c>renda.db</c>, lower-case hex.</param>
    /// <param name="LeftOut">What of the data folder is not in it; null in backups of older versions, which did not say.</param>
    public sealed record Manifest(int Format, DateTime MadeAt, string Schema, IReadOnlyDictionary<string, long> Rows, long Files, string DatabaseSha256, IReadOnlyList<string>? LeftOut = null);

    /// <summary>Keys are kept apart, so that a stolen backup opens nothing; unfinished uploads come again from where they began.</summary>
    private static readonly string[] LeftOut = ["keys/personal.key", "keys/sign-on", "media/incoming"];

    /// <summary>Writes a backup beside the running server: the rows of one moment, then the media they refer to.</summary>
    /// <exception cref="IOException">The file exists already, or the disk is full; no half file stays behind.</exception>
    public async Task<Manifest> WriteAsync(string file, CancellationToken cancellation)
    {
        if (File.Exists(file)) throw new IOException($"{file} exists already.");
        var (part, copy) = (file + ".part", file + ".db.part");
        try
        {
            Dictionary<string, long> rows;
            DateTime madeAt;
            string schema;
            await using (var from = databases.CreateDbContext())
            {
                await using var snapshot = await from.BeginSnapshotAsync(cancellation);
                schema = Name((await from.Database.GetAppliedMigrationsAsync(cancellation)).Last());
                madeAt = time.GetUtcNow().UtcDateTime;
                await using var to = Open(SqliteFile(copy));
                await to.Database.EnsureCreatedAsync(cancellation);
                rows = await CopyAsync(from, to, cancellation);
            }
            SqliteConnection.ClearAllPools();
            long files = 0;
            string sha;
            await using (var database = File.OpenRead(copy)) sha = Convert.ToHexStringLower(await SHA256.HashDataAsync(database, cancellation));
            Manifest manifest;
            await using (var stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write))
            {
                await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
                {
                    await tar.WriteEntryAsync(copy, "renda.db", cancellation);
                    // Files are never changed once they are there, so those that came after the rows do no harm.
                    foreach (var path in Directory.Exists(media.Folder) ? Directory.EnumerateFiles(media.Folder, "*", SearchOption.AllDirectories) : [])
                    {
                        var name = Path.GetRelativePath(media.Folder, path).Replace('\\', '/');
                        // Uploads that are under way belong to the server they go to.
                        if (name.StartsWith("incoming/", StringComparison.Ordinal)) continue;
                        await tar.WriteEntryAsync(path, "media/" + name, cancellation);
                        files++;
                    }
                    manifest = new Manifest(Format, madeAt, schema, rows, files, sha, LeftOut);
                    await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "manifest.json") { DataStream = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest)) }, cancellation);
                }
                stream.Flush(flushToDisk: true);
            }
            File.Move(part, file);
            return manifest;
        }
        finally
        {
            File.Delete(part);
            foreach (var rest in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(copy))!, Path.GetFileName(copy) + "*")) File.Delete(rest);
        }
    }

    /// <summary>Fills an empty installation from a backup: all or nothing as far as rows go; media files are laid down first and do no harm without rows.</summary>
    /// <exception cref="InvalidDataException">It is not a backup, it is damaged, it comes from another schema, or there are rows already.</exception>
    public async Task<Manifest> ReadAsync(string file, CancellationToken cancellation)
    {
        var copy = Path.Combine(Path.GetTempPath(), $"renda-restore-{Guid.CreateVersion7():N}.db");
        try
        {
            await using var to = databases.CreateDbContext();
            await to.Database.MigrateAsync(cancellation);
            if (await to.Set<Account>().AnyAsync(cancellation)) throw new InvalidDataException("There are accounts already: restore into an empty installation.");
            Manifest? manifest = null;
            var root = Path.GetFullPath(media.Folder) + Path.DirectorySeparatorChar;
            await using (var stream = File.OpenRead(file))
            {
                await using var tar = new TarReader(stream);
                while (await tar.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
                {
                    if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) throw new InvalidDataException($"{entry.Name} is no file.");
                    if (entry.Name == "manifest.json") manifest = await JsonSerializer.DeserializeAsync<Manifest>(entry.DataStream!, cancellationToken: cancellation);
                    else if (entry.Name == "renda.db") await entry.ExtractToFileAsync(copy, overwrite: true, cancellation);
                    else
                    {
                        // A name may lead nowhere but below the media folder.
                        var path = Path.GetFullPath(Path.Combine(media.Folder, entry.Name["media/".Length..]));
                        if (!entry.Name.StartsWith("media/", StringComparison.Ordinal) || !path.StartsWith(root, StringComparison.Ordinal)) throw new InvalidDataException($"{entry.Name} is not a name of a backup.");
                        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                        await entry.ExtractToFileAsync(path, overwrite: true, cancellation);
                    }
                }
            }
            if (manifest is null || manifest.Format != Format || !File.Exists(copy)) throw new InvalidDataException("It is not a whole backup.");
            var schema = Name(to.Database.GetMigrations().Last());
            if (manifest.Schema != schema) throw new InvalidDataException($"The backup has schema {manifest.Schema}, this program {schema}.");
            await using (var database = File.OpenRead(copy))
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(database, cancellation)) != manifest.DatabaseSha256)
                    throw new InvalidDataException("renda.db is damaged.");

            await using var from = Open(SqliteFile(copy));
            await using var transaction = await to.Database.BeginTransactionAsync(cancellation);
            // What a fresh installation writes by itself is in the backup too.
            foreach (var type in Tables(to).Reverse()) await type.ClearAsync(to, cancellation);
            foreach (var type in Tables(to, followers: true)) await type.ClearAsync(to, cancellation);
            var rows = await CopyAsync(from, to, cancellation);
            foreach (var (table, count) in manifest.Rows)
                if (rows.GetValueOrDefault(table) != count)
                    throw new InvalidDataException($"{table} has {rows.GetValueOrDefault(table)} rows, the manifest says {count}.");
            await transaction.CommitAsync(cancellation);
            return manifest;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            foreach (var rest in Directory.EnumerateFiles(Path.GetTempPath(), Path.GetFileName(copy) + "*")) File.Delete(rest);
        }
    }

    private RendaDbContext Open(DatabaseSettings to)
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        to.Configure(options);
        return new RendaDbContext(options.Options, assemblies);
    }

    // Without a pool and a log of its own, so that the file is whole when the connection is closed.
    private static DatabaseSettings SqliteFile(string path) => new(DatabaseProvider.Sqlite, new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());

    // Migrations of the two databases are made together and differ in the time stamp only.
    private static string Name(string migration) => migration[(migration.IndexOf('_') + 1)..];

    private static async Task<Dictionary<string, long>> CopyAsync(RendaDbContext from, RendaDbContext to, CancellationToken cancellation)
    {
        var rows = new Dictionary<string, long>();
        var own = to.Database.CurrentTransaction is null ? await to.Database.BeginTransactionAsync(cancellation) : null;
        foreach (var table in Tables(to)) rows[table.Name] = await table.CopyAsync(from, to, cancellation);
        if (own is not null)
        {
            await own.CommitAsync(cancellation);
            await own.DisposeAsync();
        }
        return rows;
    }

    /// <summary>All mapped tables, those that are referred to before those that refer: either those of a backup, or those that follow the events and are made anew from them.</summary>
    private static IReadOnlyList<Table> Tables(RendaDbContext db, bool followers = false)
    {
        var types = db.Model.GetEntityTypes().Where(t => !t.IsOwned() && t.ClrType.IsDefined(typeof(FollowsEventsAttribute), false) == followers).ToList();
        var ordered = new List<Table>();
        var done = new HashSet<string>();
        while (types.Count > 0)
        {
            var next = types.First(t => t.GetForeignKeys().All(k => k.PrincipalEntityType == t || done.Contains(k.PrincipalEntityType.Name)));
            types.Remove(next);
            done.Add(next.Name);
            ordered.Add((Table)Activator.CreateInstance(typeof(Table<>).MakeGenericType(next.ClrType))!);
        }
        return ordered;
    }

    private abstract class Table
    {
        public abstract string Name { get; }
        public abstract Task<long> CopyAsync(RendaDbContext from, RendaDbContext to, CancellationToken cancellation);
        public abstract Task ClearAsync(RendaDbContext db, CancellationToken cancellation);
    }

    private sealed class Table<T> : Table where T : class
    {
        public override string Name => typeof(T).Name;

        public override async Task<long> CopyAsync(RendaDbContext from, RendaDbContext to, CancellationToken cancellation)
        {
            var sql = new RowSql<T>(to);
            await using DbCommand command = to.Database.GetDbConnection().CreateCommand();
            command.Transaction = (DbTransaction?)Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(to.Database.CurrentTransaction!);
            command.CommandText = sql.Insert;
            long count = 0;
            await foreach (var row in from.Set<T>().IgnoreQueryFilters().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
            {
                sql.Bind(command, row);
                if (count == 0) await command.PrepareAsync(cancellation);
                await command.ExecuteNonQueryAsync(cancellation);
                count++;
            }
            return count;
        }

        public override Task ClearAsync(RendaDbContext db, CancellationToken cancellation) => db.Set<T>().IgnoreQueryFilters().ExecuteDeleteAsync(cancellation);
    }
}
