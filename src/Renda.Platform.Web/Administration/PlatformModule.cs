using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Hub;
using Renda.Platform.Modules;
using Renda.Platform.Notices;

namespace Renda.Platform.Web.Administration;

/// <summary>What the platform itself offers its administrators: deadlines, holidays, how people sign in. Comes before all scenarios.</summary>
public sealed class PlatformModule : RendaModule
{
    /// <inheritdoc />
    public override string Id => "platform";

    /// <inheritdoc />
    public override Words Name => new("系统管理", "Administration");

    /// <inheritdoc />
    public override string Icon => "settings";

    /// <inheritdoc />
    public override TaskGroup Group => TaskGroup.Infrastructure;

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        new("platform.deadlines", new("设置时限", "Set deadlines"), "admin", "office-head"),
        new("platform.holidays", new("导入节假日", "Import holidays"), "admin"),
        new(JoinedApplications.Permission, new("管理接入应用", "Let applications join"), "admin"),
        new(DutyFeed.Permission, new("送待办", "Send duties"), "application"),
        new("platform.sign-in", new("设置登录", "Set how people sign in"), "admin"),
        new(NoticeDeliveries.Permission, new("管理消息通道", "See to the channels of notices"), "admin"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Deadline> Deadlines { get; } =
    [
        new Deadline
        {
            Code = ClockWatch.EscalateAgain, Zh = "超期后再次提醒（报负责人）", En = "Second reminder after the end, to the head", Unit = DeadlineUnit.WorkingDays, Amount = 3, YellowBefore = 1,
            BasisZh = "示例值，由各地自定", BasisEn = "Sample value, set locally",
        },
    ];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("时限设置", "Deadlines"), "/administration/deadlines", "platform.deadlines", "hourglass"),
        new(new("节假日", "Holidays"), "/administration/holidays", "platform.holidays", "calendar"),
        new(new("接入应用", "Applications"), "/administration/applications", JoinedApplications.Permission, "building-community"),
        new(new("登录设置", "Signing in"), "/administration/sign-in", "platform.sign-in", "shield-lock"),
        new(new("消息通道", "Channels"), "/administration/channels", NoticeDeliveries.Permission, "message-2"),
    ];
}
