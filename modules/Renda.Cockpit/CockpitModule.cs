using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renda.Cockpit.Briefs;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Modules;

namespace Renda.Cockpit;

/// <summary>The cockpit (数字人大驾驶舱): one screen to sense the congress by, on the wall, the tablet and the phone.</summary>
public sealed class CockpitModule : RendaModule
{
    internal const string View = "cockpit.view";

    /// <inheritdoc />
    public override string Id => "cockpit";

    /// <inheritdoc />
    public override Words Name => new("数字人大驾驶舱", "Cockpit");

    /// <inheritdoc />
    public override string Icon => "gauge";

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        new(View, new("看驾驶舱", "See the cockpit"), "leader", "office-head", "clerk"),
        new(BriefDesk.Permission, new("编发工作简报", "Make and issue briefs"), "office-head", "clerk"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<(string Id, Words Name)> AuditActions { get; } = [(BriefDesk.Permission, new("发布工作简报", "issue a brief"))];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("驾驶舱", "Cockpit"), "/cockpit", View, "gauge"),
    ];

    /// <inheritdoc />
    public override void AddServices(IServiceCollection services)
    {
        services.AddSingleton<BoardShelf>();
        services.AddSingleton<BoardReader>();
        services.AddSingleton<BriefReader>();
        services.AddSingleton<BriefDesk>();
        services.AddSingleton<BriefDocument>();
    }

    /// <inheritdoc />
    public override void MapRoot(IEndpointRouteBuilder root) => BriefEndpoints.Map(root);
}
