using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Persistence;

namespace Renda.Platform.Hub;

/// <summary>Where an account wants a tile of the desk. Tiles without such a row stand behind, as they are shipped.</summary>
public sealed class DeskPlace
{
    /// <summary>Whose.</summary>
    public Guid AccountId { get; set; }

    /// <summary>The tile: a module's id or a joined application's.</summary>
    public string Tile { get; set; } = "";

    /// <summary>Order among the others, from 0.</summary>
    public int Position { get; set; }

    /// <summary>Whether it stands on top of all groups.</summary>
    public bool Pinned { get; set; }
}

/// <summary>Keeps how each account arranges its desk.</summary>
public sealed class DeskOrder(IDbContextFactory<RendaDbContext> databases)
{
    /// <summary>Most tiles an order names.</summary>
    public const int Most = 100;

    /// <summary>What the account has arranged, by tile.</summary>
    public async Task<IReadOnlyDictionary<string, DeskPlace>> ListAsync(Guid accountId, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<DeskPlace>().AsNoTracking().Where(p => p.AccountId == accountId).ToDictionaryAsync(p => p.Tile, cancellation);
    }

    /// <summary>Puts tiles in this order; pins stay.</summary>
    public Task ArrangeAsync(Guid accountId, IReadOnlyList<string> tiles, CancellationToken cancellation) => ChangeAsync(accountId, places =>
    {
        foreach (var (position, tile) in tiles.Where(IsTile).Distinct().Take(Most).Index()) places(tile).Position = position;
    }, cancellation);

    /// <summary>Puts a tile on top or back into its group.</summary>
    public Task PinAsync(Guid accountId, string tile, bool pinned, CancellationToken cancellation) => ChangeAsync(accountId, places =>
    {
        if (IsTile(tile)) places(tile).Pinned = pinned;
    }, cancellation);

    private static bool IsTile(string tile) => tile.Length is > 0 and <= JoinedApplications.LongestName;

    private async Task ChangeAsync(Guid accountId, Action<Func<string, DeskPlace>> change, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.CreateDbContext();
            var places = await db.Set<DeskPlace>().Where(p => p.AccountId == accountId).ToDictionaryAsync(p => p.Tile, cancellation);
            change(tile =>
            {
                if (places.TryGetValue(tile, out var place)) return place;
                // An account's rows are as many as there ever were tiles; what somebody makes up does not grow without end.
                if (places.Count >= Most) return new DeskPlace();
                db.Add(place = places[tile] = new DeskPlace { AccountId = accountId, Tile = tile, Position = Most });
                return place;
            });
            try
            {
                await db.SaveChangesAsync(cancellation);
                return;
            }
            catch (DbUpdateException) when (attempt < 3 && !cancellation.IsCancellationRequested)
            {
                // The same hand on another screen at this moment.
            }
        }
    }
}

internal sealed class DeskPlaceConfiguration : IEntityTypeConfiguration<DeskPlace>
{
    public void Configure(EntityTypeBuilder<DeskPlace> builder)
    {
        builder.ToTable("desk_places");
        builder.HasKey(p => new { p.AccountId, p.Tile });
        builder.Property(p => p.Tile).HasMaxLength(JoinedApplications.LongestName);
    }
}
