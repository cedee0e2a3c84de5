using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform.Access;
using Renda.Platform.Agenda;
using Renda.Platform.Calendar;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>What the module has of activities.</summary>
internal static class ActivityParts
{
    public static IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("我的活动", "My activities"), "/deputies/activities/mine", DeputiesModule.Own, "calendar"),
        new(new("代表活动", "Activities"), "/deputies/activities", DeputiesModule.Manage, "calendar"),
    ];

    public static IServiceCollection AddActivities(this IServiceCollection services) => services.AddSingleton<ActivityDesk>().AddHostedService<ActivityClock>();

    public static void MapApi(IEndpointRouteBuilder api) => ActivityApi.Map(api);

    public static void MapRoot(IEndpointRouteBuilder root) => ActivityExports.Map(root);

    public static async Task<IReadOnlyList<AgendaEntry>> AgendaAsync(IServiceProvider services, Actor actor, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        var found = await Activities.BetweenAsync(db, actor, ChinaTime.StartOf(first), ChinaTime.EndOf(last), cancellation);
        return [.. found.Select(a => new AgendaEntry($"activity-{a.Id:N}", $"{ActivityText.Short(a.Begins)[6..]} {a.Title}", new("代表活动", "Activity"), ChinaTime.Date(a.Begins), ChinaTime.Date(a.Ends.AddTicks(-1)), $"/deputies/activities/{a.Id}", false))];
    }
}
