using Microsoft.EntityFrameworkCore;
using Npgsql;
using Renda.Platform.Persistence;

namespace Platform.Tests;

/// <summary>
/// A fresh database of one provider for one test. PostgreSQL is named by <c>RENDA_TEST_POSTGRES</c>
/// (a connection string to a server where databases may be made); <c>./test</c> sets it. Without it, tests on
/// PostgreSQL are skipped and counted as skipped.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? _folder;

    private TestDatabase(DatabaseSettings settings, string? folder)
    {
        Settings = settings;
        _folder = folder;
    }

    public DatabaseSettings Settings { get; }

    public static ModelAssemblies Assemblies { get; } = new([]);

    /// <param name="provider">Which database.</param>
    /// <param name="assemblies">Modules in the model, or none.</param>
    /// <param name="migrate">Made by the migrations, as an installation is; else from the model alone.</param>
    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider, ModelAssemblies? assemblies = null, bool migrate = false)
    {
        TestDatabase database;
        if (provider == DatabaseProvider.Sqlite)
        {
            var folder = Directory.CreateTempSubdirectory("renda-test-").FullName;
            database = new TestDatabase(DatabaseSettings.SqliteFile(Path.Combine(folder, "renda.db")), folder);
        }
        else
        {
            var server = Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES");
            Assert.SkipWhen(string.IsNullOrEmpty(server), "RENDA_TEST_POSTGRES is not set");
            var connection = new NpgsqlConnectionStringBuilder(server) { Database = "t_" + Guid.NewGuid().ToString("N"), Pooling = true };
            database = new TestDatabase(new DatabaseSettings(DatabaseProvider.Postgres, connection.ToString()), null);
        }
        await using var context = database.CreateContext(assemblies);
        if (migrate) await context.Database.MigrateAsync();
        else await context.Database.EnsureCreatedAsync();
        return database;
    }

    public RendaDbContext CreateContext(ModelAssemblies? assemblies = null)
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        Settings.Configure(options);
        return new RendaDbContext(options.Options, assemblies ?? Assemblies);
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(_folder, recursive: true);
            return;
        }
        await using (var connection = new NpgsqlConnection(Settings.ConnectionString)) NpgsqlConnection.ClearPool(connection);
        await using var context = CreateContext();
        await context.Database.EnsureDeletedAsync();
    }
}
