using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;

namespace Renda.Map;

/// <summary>Deputy map (代表在线地图): matters of every scenario, boundaries and what the scenarios put there, each as far as one may see it.</summary>
public sealed class MapModule : RendaModule
{
    /// <summary>Permission to open the map; what is on it is decided by what one may see elsewhere.</summary>
    public const string View = "map.view";

    /// <summary>Permission to say where the picture below the map comes from.</summary>
    public const string Tiles = "map.tiles";

    /// <inheritdoc />
    public override string Id => "map";

    /// <inheritdoc />
    public override Words Name => new("代表在线地图", "Deputy map");

    /// <inheritdoc />
    public override string Icon => "map-2";

    /// <inheritdoc />
    public override TaskGroup Group => TaskGroup.Infrastructure;

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        new(View, new("查看代表在线地图", "See the map"), "deputy", "clerk", "office-head", "leader", "auditor", "unit-clerk", "unit-head", "station-keeper", "admin"),
        new(Tiles, new("设置地图底图", "Set the pictures of the map"), "admin"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<(string Id, Words Name)> AuditActions { get; } = [(Tiles, new("设置地图底图", "set the pictures of the map"))];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("代表在线地图", "Deputy map"), "/map", View, "map-2"),
        new(new("地图底图", "Pictures of the map"), "/map/tiles", Tiles, "settings"),
    ];

    /// <inheritdoc />
    public override void AddServices(IServiceCollection services) =>
        services.AddSingleton<MapTiles>().AddSingleton<TileSources>().AddSingleton<MapLedger>().AddHostedService(p => p.GetRequiredService<MapLedger>());

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyList<string>> VerifyAsync(IServiceProvider services, CancellationToken cancellation) =>
        await MapRecount.RunAsync(services.GetRequiredService<IDbContextFactory<RendaDbContext>>(), cancellation);

    /// <inheritdoc />
    public override void MapApi(IEndpointRouteBuilder api) => Renda.Map.MapApi.Map(api);
}
