using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renda.Cockpit.Briefs;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Indicators;
using Renda.Platform.Live;
using Renda.Platform.Matters;
using Renda.Platform.Modules;

namespace Renda.Cockpit;

/// <summary>The cockpit (数字人大驾驶舱): one screen to sense the congress by, on the wall, the tablet and the phone.</summary>
public sealed class CockpitModule : RendaModule
{
    /// <summary>Permission to look at boards.</summary>
    public const string View = "cockpit.view";

    /// <summary>Permission to make boards and to change those of one's place.</summary>
    public const string Edit = "cockpit.edit";

    /// <summary>Permission to open a wall screen by a secret address, and to end it.</summary>
    public const string Screens = "cockpit.screens";

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
        new(Edit, new("制作驾驶舱", "Make boards"), "office-head", "clerk"),
        new(Screens, new("开通大屏", "Open wall screens"), "office-head"),
        new(BriefDesk.Permission, new("编发工作简报", "Make and issue briefs"), "office-head", "clerk"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<(string Id, Words Name)> AuditActions { get; } = [(Screens, new("开通、停用大屏", "open or end a wall screen")), (BriefDesk.Permission, new("发布工作简报", "issue a brief"))];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Offers(string indicator, IndicatorBy by) => [new(new("放到驾驶舱", "Put on a board"), $"/cockpit/boards/keep?add={Uri.EscapeDataString(indicator)}&by={by.ToString().ToLowerInvariant()}", Edit, "layout-dashboard")];

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
        services.AddSingleton<BoardDesk>();
        services.AddSingleton<ScreenDesk>();
        services.AddSingleton<BriefReader>();
        services.AddSingleton<BriefDesk>();
        services.AddSingleton<BriefDocument>();
    }

    /// <inheritdoc />
    public override void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/cockpit/wall/{secret:length(32)}/live", LiveAsync).AllowAnonymous().WithTags("Live").ExcludeFromDescription();
        BriefEndpoints.Map(root);
    }

    /// <summary>Word to a wall screen that numbers moved, as long as its address is valid.</summary>
    private static async Task<IResult> LiveAsync(string secret, ScreenDesk desk, ChangeFeed feed, HttpContext http)
    {
        if (await desk.OpenAsync(secret, http.RequestAborted) is null) return Refusal.NotFound.Problem();
        var subscription = feed.Subscribe();
        http.Response.RegisterForDispose(subscription);
        return TypedResults.ServerSentEvents(MatterApi.NumbersAsync(subscription, async () => await desk.OpenAsync(secret, http.RequestAborted) is not null, http.RequestAborted));
    }
}
