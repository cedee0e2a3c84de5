using Renda.Platform.Access;
using Renda.Platform.Modules;
using Renda.Platform.Notices;

namespace Renda.Platform.Web.Administration;

/// <summary>One-touch push (信息一键推送): what the office tells many at once. Comes after all scenarios.</summary>
public sealed class PushModule : RendaModule
{
    /// <inheritdoc />
    public override string Id => "push";

    /// <inheritdoc />
    public override Words Name => new("信息推送", "Push");

    /// <inheritdoc />
    public override string Icon => "send";

    /// <inheritdoc />
    public override TaskGroup Group => TaskGroup.Office;

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } = [new(Broadcasts.Permission, new("推送信息", "Push to many at once"), "clerk", "office-head", "leader", "admin")];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("我的推送", "My pushes"), "/push", Broadcasts.Permission, "send"),
        new(new("写一条推送", "Write one"), "/push/new", Broadcasts.Permission, "edit"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<(string Id, Words Name)> AuditActions { get; } = [("push.send", new("推送信息", "send a push")), ("push.recall", new("撤回推送", "take a push back"))];
}
