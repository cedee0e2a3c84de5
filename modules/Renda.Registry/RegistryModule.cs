using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Modules;
using Renda.Registry.Import;

namespace Renda.Registry;

/// <summary>The base registry (全市人大基础数据库): who is who, in which body, since when and until when.</summary>
public sealed class RegistryModule : RendaModule
{
    /// <inheritdoc />
    public override string Id => "registry";

    /// <inheritdoc />
    public override Words Name => new("基础数据库", "Registry");

    /// <inheritdoc />
    public override string Icon => "id";

    /// <inheritdoc />
    public override TaskGroup Group => TaskGroup.Infrastructure;

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        new("registry.look", new("查看基础数据", "Look things up"), "deputy", "clerk", "office-head", "leader", "unit-clerk", "unit-head", "admin", "auditor"),
        new(RegistryScope.Details, new("查看人员详情", "See people in detail"), "clerk", "office-head", "admin", "auditor"),
        new(RegistryScope.Edit, new("维护基础数据", "Keep the registry"), "clerk", "office-head", "admin"),
        new(RegistryScope.Reveal, new("查看身份证号和电话原文", "See identity and phone numbers"), "office-head", "admin"),
        new(RegistryScope.Undo, new("撤销变更", "Undo changes"), "office-head", "admin"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("代表和人员", "People"), "/registry/people", "registry.look", "users"),
        new(new("区划和代表", "Places and deputies"), "/registry/regions", "registry.look", "map-pin"),
        new(new("机构", "Organisations"), "/registry/organisations", "registry.look", "building-community"),
        new(new("导入名册", "Import a roster"), "/registry/imports", RegistryScope.Edit, "upload"),
        new(new("变更记录", "Changes"), "/registry/changes", RegistryScope.Edit, "clock"),
    ];

    /// <inheritdoc />
    public override void AddServices(IServiceCollection services) => services.AddSingleton<Roster>().AddSingleton<RegistryForms>().AddSingleton<Imports>().AddHostedService(p => p.GetRequiredService<Imports>());

    /// <inheritdoc />
    public override void MapRoot(IEndpointRouteBuilder root) =>
        root.MapGet("/registry/imports/{id:guid}/rows.xlsx", ImportFiles.RowsAsync).RequirePermission(RegistryScope.Edit).ExcludeFromDescription();

    /// <inheritdoc />
    public override void MapApi(IEndpointRouteBuilder api)
    {
        var registry = api.MapGroup("/registry").WithTags("Registry");
        registry.MapGet("/represents", RegistryApi.RepresentsAsync).RequirePermission("registry.look").WithSummary("Who represented a place on a day");
        registry.MapGet("/people/{id:guid}", RegistryApi.PersonAsync).RequirePermission("registry.look").WithSummary("A person with mandates and posts, as of a day; what the law publishes, or more within one's scope");
    }
}
