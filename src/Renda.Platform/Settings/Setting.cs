using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Persistence;

namespace Renda.Platform.Settings;

/// <summary>What administrators have set on a page, as one JSON value of a type that belongs to its name.</summary>
public sealed class Setting
{
    /// <summary>Stable name, e.g. <c>sign-on</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The value.</summary>
    public string Json { get; set; } = "";

    /// <summary>Who set it.</summary>
    public Guid SetBy { get; set; }

    /// <summary>When (UTC).</summary>
    public DateTime SetAt { get; set; }
}

/// <summary>Reads and writes settings. What another node set counts here within 15 seconds.</summary>
public sealed class StoredSettings(IDbContextFactory<RendaDbContext> databases, IMemoryCache cache, TimeProvider time)
{
    /// <summary>The value of that name, or one as a new installation has it.</summary>
    public async ValueTask<T> ReadAsync<T>(string name, CancellationToken cancellation) where T : class, new()
    {
        if (cache.TryGetValue((typeof(Setting), name), out T? value)) return value!;
        await using var db = databases.CreateDbContext();
        var json = await db.Set<Setting>().AsNoTracking().Where(s => s.Name == name).Select(s => s.Json).FirstOrDefaultAsync(cancellation);
        return cache.Set((typeof(Setting), name), json is null ? new T() : JsonSerializer.Deserialize<T>(json) ?? new T(), TimeSpan.FromSeconds(15));
    }

    /// <summary>Sets the value; the last one counts.</summary>
    public async Task WriteAsync<T>(string name, T value, Guid by, CancellationToken cancellation) where T : class, new()
    {
        var (json, now) = (JsonSerializer.Serialize(value), time.GetUtcNow().UtcDateTime);
        await using var db = databases.CreateDbContext();
        if (await SetAsync() == 0)
        {
            db.Add(new Setting { Name = name, Json = json, SetBy = by, SetAt = now });
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
            {
                // Set for the first time by two people at this moment.
                if (await SetAsync() == 0) throw;
            }
        }
        cache.Remove((typeof(Setting), name));

        Task<int> SetAsync() => db.Set<Setting>().Where(s => s.Name == name)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.Json, json).SetProperty(x => x.SetBy, by).SetProperty(x => x.SetAt, now), cancellation);
    }
}

internal sealed class SettingConfiguration : IEntityTypeConfiguration<Setting>
{
    public void Configure(EntityTypeBuilder<Setting> builder)
    {
        builder.ToTable("settings");
        builder.HasKey(s => s.Name);
        builder.Property(s => s.Name).HasMaxLength(60);
    }
}
