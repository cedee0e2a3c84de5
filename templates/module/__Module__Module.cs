using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Modules;

namespace Renda.__Module__;

/// <summary>__en__ (__zh__).</summary>
public sealed class __Module__Module : RendaModule
{
    /// <inheritdoc />
    public override string Id => "__module__";

    /// <inheritdoc />
    public override Words Name => new("__zh__", "__en__");

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        new("__module__.read", new("查看__zh__", "See __en__"), "clerk", "office-head", "leader", "auditor"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("__zh__", "__en__"), "/__module__", "__module__.read", "folder"),
    ];
}
