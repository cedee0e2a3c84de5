using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Persistence;

namespace Renda.Platform.Accounts;

/// <summary>A way to narrow a list that an account wants to find again. It is the account's own; nobody else sees it.</summary>
public sealed class SavedFilter
{
    /// <summary>Id of the filter.</summary>
    public Guid Id { get; set; }

    /// <summary>Whose it is.</summary>
    public Guid AccountId { get; set; }

    /// <summary>Path of the page it narrows, e.g. <c>/visits</c>.</summary>
    public string Page { get; set; } = "";

    /// <summary>Name shown, 1 to <see cref="SavedFilters.LongestName"/> characters, once a page.</summary>
    public string Name { get; set; } = "";

    /// <summary>The page's query, as the page itself writes it, without the question mark.</summary>
    public string Query { get; set; } = "";

    /// <summary>When it was saved (UTC); the order in which they are shown.</summary>
    public DateTime SavedAt { get; set; }
}

/// <summary>Keeps filters of accounts.</summary>
public sealed class SavedFilters(IDbContextFactory<RendaDbContext> databases, TimeProvider time)
{
    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 20;

    /// <summary>Most filters of one page and account.</summary>
    public const int Most = 20;

    private const int LongestQuery = 1000;

    /// <summary>The account's filters of a page, the oldest first.</summary>
    public async Task<IReadOnlyList<SavedFilter>> ListAsync(Guid accountId, string page, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<SavedFilter>().AsNoTracking().Where(f => f.AccountId == accountId && f.Page == page).OrderBy(f => f.SavedAt).ThenBy(f => f.Id).ToListAsync(cancellation);
    }

    /// <summary>Saves a filter; one of the same name is replaced, so that twice is once. Null, or what is wrong with the name.</summary>
    public async Task<Refusal?> SaveAsync(Guid accountId, string page, string name, string query, CancellationToken cancellation)
    {
        name = name.Trim();
        if (name.Length is 0 or > LongestName) return new("filters.name", new($"给它一个名字，最多 {LongestName} 字。", $"Give it a name of at most {LongestName} characters."), Field: "name");
        if (query.Length > LongestQuery) return new("filters.too-long", new("筛选条件太长，存不下。", "The filter is too long to be saved."), Field: "name");
        await using var db = databases.CreateDbContext();
        var mine = db.Set<SavedFilter>().Where(f => f.AccountId == accountId && f.Page == page);
        if (await mine.Where(f => f.Name == name).ExecuteUpdateAsync(s => s.SetProperty(f => f.Query, query), cancellation) > 0) return null;
        if (await mine.CountAsync(cancellation) >= Most) return new("filters.too-many", new($"最多存 {Most} 个筛选，请先删掉不用的。", $"At most {Most} filters; delete one first."), 409, "name");
        db.Add(new SavedFilter { Id = Guid.CreateVersion7(), AccountId = accountId, Page = page, Name = name, Query = query, SavedAt = time.GetUtcNow().UtcDateTime });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Saved by the same hand on another screen at this moment, under this very name.
            if (await mine.Where(f => f.Name == name).ExecuteUpdateAsync(s => s.SetProperty(f => f.Query, query), cancellation) == 0) throw;
        }
        return null;
    }

    /// <summary>Forgets one of the account's own filters; somebody else's is not there.</summary>
    public async Task ForgetAsync(Guid accountId, Guid id, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        await db.Set<SavedFilter>().Where(f => f.Id == id && f.AccountId == accountId).ExecuteDeleteAsync(cancellation);
    }
}

internal sealed class SavedFilterConfiguration : IEntityTypeConfiguration<SavedFilter>
{
    public void Configure(EntityTypeBuilder<SavedFilter> builder)
    {
        builder.ToTable("saved_filters");
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.Property(f => f.Page).HasMaxLength(100);
        builder.Property(f => f.Name).HasMaxLength(SavedFilters.LongestName);
        builder.Property(f => f.Query).HasMaxLength(1000);
        builder.HasIndex(f => new { f.AccountId, f.Page, f.Name }).IsUnique();
    }
}
