using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Hub;
using Renda.Platform.Indicators;
using Renda.Platform.Modules;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

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
        new("platform.codes", new("设置代码集", "Set codes"), "admin"),
        new(IndicatorBook.Permission, new("定指标口径", "Define indicators"), "admin", "office-head"),
        new("platform.holidays", new("导入节假日", "Import holidays"), "admin"),
        new(Boundaries.Permission, new("导入区划边界", "Import boundaries"), "admin"),
        new(JoinedApplications.Permission, new("管理接入应用", "Let applications join"), "admin"),
        new(DutyFeed.Permission, new("送待办", "Send duties"), "application"),
        new("platform.sign-in", new("设置登录", "Set how people sign in"), "admin") { Guarded = true },
        new(GrantDesk.Accounts, new("开账号、授权", "Open accounts and give rights"), "admin") { Guarded = true },
        new(GrantDesk.Confirm, new("作为第二人确认授权", "Confirm rights as the second person"), "admin", "auditor") { Guarded = true },
        new(AuditFilter.Permission, new("看审计记录", "Read the audit log"), "admin", "auditor"),
        new("platform.review", new("查谁能看到什么", "See who can see what"), "admin", "auditor"),
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
    public override IReadOnlyList<(string Id, Words Name)> AuditActions { get; } =
    [
        (IndicatorBook.Permission, new("改指标口径", "change an indicator")),
        ("platform.codes", new("改代码集", "change codes")), ("platform.write-boundaries", new("写入区划边界", "write boundaries")), ("platform.undo-boundaries", new("撤销区划边界", "undo boundaries")),
        ("platform.open-account", new("开账号", "open an account")), ("platform.grant", new("授予权限", "give a right")), ("platform.ask", new("申请授权", "ask for a right")), ("platform.confirm", new("确认授权", "confirm a right")),
        ("platform.decline", new("不同意授权", "decline a right")), ("platform.end-grant", new("收回权限", "end a right")), ("platform.lend", new("委托职权", "lend a right")), ("platform.hand-over", new("移交", "hand over")),
        ("platform.close-account", new("停用账号", "close an account")), ("platform.reopen-account", new("恢复账号", "open an account again")), ("platform.reset-password", new("重设密码", "reset a password")), ("platform.sign-out", new("让人退出", "sign somebody out")),
        ("account.bind-dingtalk", new("绑定浙政钉", "bind DingTalk")), ("account.unbind-dingtalk", new("取消绑定浙政钉", "unbind DingTalk")), ("account.suspend-dingtalk", new("停用浙政钉绑定", "suspend a binding with DingTalk")),
        ("account.link", new("关联外部登录", "link an outside account")), ("account.unlink", new("取消关联外部登录", "unlink an outside account")),
        ("application.join", new("接入应用", "let an application join")), ("application.change", new("改接入的应用", "change a joined application")), ("application.renew", new("换应用令牌", "renew an application's token")), ("application.retire", new("停用接入的应用", "let a joined application go")),
        ("sign-on.open", new("开通单点登录", "open sign-on to an application")), ("sign-on.change", new("改单点登录", "change an application's sign-on")), ("sign-on.renew", new("换单点登录密钥", "renew a sign-on secret")), ("sign-on.retire", new("停用单点登录", "close sign-on to an application")),
        ("account.resume-dingtalk", new("恢复浙政钉绑定", "resume a binding with DingTalk")), ("platform.sync-dingtalk", new("同步浙政钉通讯录", "go through DingTalk's contacts")),
        ("platform.role", new("改角色", "change a role")), ("platform.export", new("导出审计记录", "export the audit log")),
        ("records.edit", new("改基础数据", "change the registry")), ("records.import", new("导入名册", "import a roster")), ("records.merge", new("合并人员", "merge people")), ("records.undo", new("撤销变更", "undo a change")),
    ];

    /// <inheritdoc />
    public override void MapRoot(IEndpointRouteBuilder root)
    {
        // A calendar program cannot sign in: the address is the secret, of an account that can make it void.
        root.MapGet("/calendar/{code:length(32)}.ics", AgendaFile.AnswerAsync).AllowAnonymous().RequireRateLimiting("calendar").ExcludeFromDescription();
        root.MapGet("/administration/audit.xlsx", AuditWords.SheetAsync).RequirePermission(AuditFilter.Permission).ExcludeFromDescription();
        root.MapGet("/administration/boundaries/{id:guid}/preview.geojson", (Guid id, RendaDbContext db, RegionDirectory regions, HttpContext http) => BoundaryApi.PreviewAsync(id, db, regions, http)).RequirePermission(Boundaries.Permission).ExcludeFromDescription();
        root.MapGet("/administration/audit/checkpoints.json", AuditWords.CheckpointsAsync).RequirePermission(AuditFilter.Permission).ExcludeFromDescription();
    }

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("时限设置", "Deadlines"), "/administration/deadlines", "platform.deadlines", "hourglass"),
        new(new("代码集", "Codes"), "/administration/codes", "platform.codes", "list-check"),
        new(new("节假日", "Holidays"), "/administration/holidays", "platform.holidays", "calendar"),
        new(new("区划边界", "Boundaries"), "/administration/boundaries", Boundaries.Permission, "map-2"),
        new(new("账号和权限", "Accounts and rights"), "/administration/accounts", GrantDesk.Accounts, "users"),
        new(new("权限确认", "Rights to confirm"), "/administration/requests", GrantDesk.Confirm, "shield-check"),
        new(new("谁能看到一件事", "Who can see a matter"), "/administration/access", "platform.review", "eye"),
        new(new("审计记录", "Audit log"), "/administration/audit", AuditFilter.Permission, "shield-lock"),
        new(new("接入应用", "Applications"), "/administration/applications", JoinedApplications.Permission, "building-community"),
        new(new("登录设置", "Signing in"), "/administration/sign-in", "platform.sign-in", "shield-lock"),
        new(new("消息通道", "Channels"), "/administration/channels", NoticeDeliveries.Permission, "message-2"),
    ];
}
