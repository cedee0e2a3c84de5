using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Renda.Platform.Persistence;

namespace Renda.Host;

/// <summary>What <c>./dev migrate</c> makes migrations from: <c>RENDA_MIGRATE</c> names the provider.</summary>
internal sealed class DesignTimeContexts : IDesignTimeDbContextFactory<RendaDbContext>
{
    public RendaDbContext CreateDbContext(string[] args)
    {
        var settings = Environment.GetEnvironmentVariable("RENDA_MIGRATE") == "postgres"
            ? new DatabaseSettings(DatabaseProvider.Postgres, "Host=127.0.0.1")
            : DatabaseSettings.SqliteFile("design.db");
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        settings.Configure(options);
        return new RendaDbContext(options.Options, new ModelAssemblies(ModuleList.All.Select(m => m.GetType().Assembly)));
    }
}
