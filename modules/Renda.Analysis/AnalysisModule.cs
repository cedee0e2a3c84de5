using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Modules;

namespace Renda.Analysis;

/// <summary>Common problems (共性问题分析): what many matters of any scenario have in common, as the ground of inspections and topics.</summary>
public sealed class AnalysisModule : RendaModule
{
    /// <inheritdoc />
    public override string Id => "analysis";

    /// <inheritdoc />
    public override Words Name => new("共性问题分析", "Common problems");

    /// <inheritdoc />
    public override string Icon => "affiliate";

    /// <inheritdoc />
    public override TaskGroup Group => TaskGroup.Supervision;

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        // Not “read”: that names a scenario whose matters may be read, and this one has none of its own.
        new(AnalysisScope.View, new("查看共性问题分析", "See common problems"), "clerk", "office-head", "leader"),
        new(AnalysisScope.Manage, new("分析共性问题、列检查重点和议题", "Study common problems, take them up"), "clerk", "office-head"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<(string Id, Words Name)> AuditActions { get; } =
    [
        ("analysis.edit", new("调整共性问题", "change common problems")), ("analysis.delete", new("删除共性问题分析", "delete a study of common problems")), ("analysis.focus", new("列检查重点、议题", "take up a common problem")),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("共性问题分析", "Common problems"), "/analysis", AnalysisScope.View, "affiliate"),
        new(new("检查重点和议题", "Focuses and topics"), "/analysis/focuses", AnalysisScope.View, "flag"),
    ];

    /// <inheritdoc />
    public override void AddServices(IServiceCollection services) => services.AddSingleton<Studies>().AddHostedService(p => p.GetRequiredService<Studies>())
        .AddSingleton<GroupDesk>().AddSingleton<GroupReader>().AddSingleton<Focuses>().AddSingleton<FocusFiles>().AddSingleton<AnalysisWords>();

    /// <inheritdoc />
    public override void MapRoot(IEndpointRouteBuilder root) => root.MapGet("/analysis/focuses/{id:guid}/problems.docx", FocusFiles.ServeAsync).RequirePermission(AnalysisScope.View).ExcludeFromDescription();
}
