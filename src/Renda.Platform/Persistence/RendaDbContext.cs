using System.Data;
using System.Reflection;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Renda.Platform.Accounts;
using Renda.Platform.Indicators;

namespace Renda.Platform.Persistence;

/// <summary>
/// The one database of the product: the kernel's tables and those of each module, composed from the
/// <see cref="IEntityTypeConfiguration{TEntity}"/>s of their assemblies. SQLite and PostgreSQL hold the same model.
/// </summary>
public sealed class RendaDbContext(DbContextOptions<RendaDbContext> options, ModelAssemblies assemblies)
    : IdentityUserContext<Account, Guid>(options), IDataProtectionKeyContext
{
    /// <summary>Keys that protect cookies and forms, shared by all nodes.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>Begins a transaction that sees one moment of the database throughout and keeps no writer waiting.</summary>
    public async Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken cancellation)
    {
        if (!Database.IsSqlite()) return await Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        // What EF begins on SQLite takes the write lock at once; a deferred one reads from the log as it is now.
        await Database.OpenConnectionAsync(cancellation);
        return (await Database.UseTransactionAsync(((SqliteConnection)Database.GetDbConnection()).BeginTransaction(deferred: true), cancellation))!;
    }

    /// <summary>Prepared statements within the open transaction.</summary>
    public RowStatements Statements() => new(this);

    /// <inheritdoc />
    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        NoteCounted();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    /// <inheritdoc />
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        NoteCounted();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    private void NoteCounted()
    {
        foreach (var (book, source) in ChangeTracker.Entries<ICounted>().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted).Select(e => e.Entity.Counted).Distinct().ToList())
            Add(new RecordChange { Book = book, Source = source });
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("account_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("account_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("account_tokens");
        // Named through the metadata: asking the builder for it again would lose the base's mapping of its JSON column.
        builder.Model.FindEntityType(typeof(IdentityUserPasskey<Guid>))!.SetTableName("account_passkeys");
        builder.Entity<DataProtectionKey>().ToTable("data_protection_keys");
        foreach (var assembly in assemblies.All)
            builder.ApplyConfigurationsFromAssembly(assembly);
    }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        base.ConfigureConventions(configuration);
        // SQLite gives back DateTimeKind.Unspecified and PostgreSQL refuses to store it: everything is UTC here.
        configuration.Properties<DateTime>().HaveConversion<UtcConverter>();
        configuration.Properties<DateTime?>().HaveConversion<UtcConverter>();
    }

    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        value => value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : DateTime.SpecifyKind(value, DateTimeKind.Utc),
        value => DateTime.SpecifyKind(value, DateTimeKind.Utc));
}

/// <summary>The assemblies whose entity configurations make up the model: the kernel's and each module's.</summary>
public sealed class ModelAssemblies(IEnumerable<Assembly> modules)
{
    /// <summary>The kernel first, then the modules by name, so that the model does not depend on load order.</summary>
    public IReadOnlyList<Assembly> All { get; } =
        [typeof(RendaDbContext).Assembly, .. modules.Where(a => a != typeof(RendaDbContext).Assembly).Distinct().OrderBy(a => a.FullName, StringComparer.Ordinal)];
}
