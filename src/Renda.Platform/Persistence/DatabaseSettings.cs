using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SQLitePCL;

namespace Renda.Platform.Persistence;

/// <summary>The two databases the product runs on.</summary>
public enum DatabaseProvider
{
    /// <summary>Embedded: one file in the data folder, one node.</summary>
    Sqlite,

    /// <summary>A server, for more than one node.</summary>
    Postgres,
}

/// <summary>Which database to use.</summary>
/// <param name="Provider">Embedded or server.</param>
/// <param name="ConnectionString">Provider's connection string.</param>
public sealed record DatabaseSettings(DatabaseProvider Provider, string ConnectionString)
{
    /// <summary>The embedded database in a file.</summary>
    public static DatabaseSettings SqliteFile(string path) => new(
        DatabaseProvider.Sqlite,
        new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30 }.ToString());

    /// <summary>
    /// What is asked again and again is parsed and planned once for each connection: a unit's list took four times as long
    /// without. Whoever sets <c>Max Auto Prepare</c> themselves is obeyed; 0 for a pool between that does not keep connections.
    /// </summary>
    private string Prepared()
    {
        var given = new NpgsqlConnectionStringBuilder(ConnectionString);
        if (!given.ShouldSerialize("Max Auto Prepare")) (given.MaxAutoPrepare, given.AutoPrepareMinUsages) = (300, 2);
        // Nothing is set for a session and no lock outlives its transaction: there is nothing to be undone each time a connection is given back.
        if (!given.ShouldSerialize("No Reset On Close")) given.NoResetOnClose = true;
        return given.ConnectionString;
    }

    /// <summary>Applies the settings to a context's options.</summary>
    public void Configure(DbContextOptionsBuilder options)
    {
        if (Provider == DatabaseProvider.Sqlite)
            options.UseSqlite(ConnectionString, o => o.MigrationsAssembly("Renda.Migrations.Sqlite")).AddInterceptors(SqlitePragmas.Instance);
        else
            options.UseNpgsql(Prepared(), o => o.MigrationsAssembly("Renda.Migrations.Postgres"));
        options.UseSnakeCaseNamingConvention();
        // A module need not own tables.
        options.ConfigureWarnings(w => w.Ignore(CoreEventId.NoEntityTypeConfigurationsWarning));
        // Identity asks the application for its schema version (3 holds passkeys); outside a host there is none to ask.
        if (options.Options.FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider is null)
            options.UseApplicationServiceProvider(IdentitySchema.Value);
    }

    private static readonly Lazy<IServiceProvider> IdentitySchema = new(() => new ServiceCollection()
        .Configure<IdentityOptions>(o => o.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
        .BuildServiceProvider());

    /// <summary>
    /// WAL lets readers go on while one writes. <c>synchronous=FULL</c> is SQLite's default and stays: what was
    /// acknowledged is on disk.
    /// </summary>
    private sealed class SqlitePragmas : DbConnectionInterceptor
    {
        public static readonly SqlitePragmas Instance = new();
        private const string Sql = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=15000; PRAGMA cache_size=-32000; PRAGMA wal_autocheckpoint=25000;";

        // EF opens a connection for each query and the pool gives the same few handles again: they keep what they were told.
        private readonly ConditionalWeakTable<sqlite3, object> _told = [];

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            var handle = ((SqliteConnection)connection).Handle!;
            // Asked without a lock first: every query comes by here.
            if (_told.TryGetValue(handle, out _) || !_told.TryAdd(handle, this)) return;
            using var command = connection.CreateCommand();
            command.CommandText = Sql;
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}

/// <summary>Registration of the database.</summary>
public static class PersistenceRegistration
{
    /// <summary>Adds a <see cref="RendaDbContext"/> for each request and its factory.</summary>
    public static IServiceCollection AddRendaDatabase(this IServiceCollection services, DatabaseSettings settings, ModelAssemblies assemblies)
    {
        services.AddSingleton(settings);
        services.AddSingleton(assemblies);
        // The longest step of a start, and one that needs nothing of the host: it goes on beside the rest.
        var model = Task.Run(() => Compose(settings, assemblies));
        services.AddDbContextFactory<RendaDbContext, RendaDbContextFactory>((_, options) =>
        {
            settings.Configure(options);
            options.UseModel(model.GetAwaiter().GetResult());
        });
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext());
        return services;
    }

    private static IModel Compose(DatabaseSettings settings, ModelAssemblies assemblies)
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        settings.Configure(options);
        using var db = new RendaDbContext(options.Options, assemblies);
        return db.Model;
    }
}

/// <summary>Makes contexts; short-lived, one per unit of work.</summary>
public sealed class RendaDbContextFactory(DbContextOptions<RendaDbContext> options, ModelAssemblies assemblies) : IDbContextFactory<RendaDbContext>
{
    /// <inheritdoc />
    public RendaDbContext CreateDbContext() => new(options, assemblies);
}
