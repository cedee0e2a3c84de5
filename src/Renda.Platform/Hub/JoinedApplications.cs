using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Live;
using Renda.Platform.Modules;
using Renda.Platform.OpenId;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Renda.Platform.Hub;

/// <summary>Lets applications join, changes what is known of them, and lets them go.</summary>
public sealed partial class JoinedApplications(IDbContextFactory<RendaDbContext> databases, IReadOnlyList<RendaModule> modules, Actors actors, ChangeRelay relay, SignOnClients clients, AuditLog audit, TimeProvider time)
{
    /// <summary>Permission to let applications join.</summary>
    public const string Permission = "platform.applications";

    private const string Record = "JoinedApplication";

    /// <summary>Longest id or name, in characters.</summary>
    public const int LongestName = 40;

    /// <summary>Longest address, in characters.</summary>
    public const int LongestAddress = 300;

    /// <summary>How long a token of theirs holds, in days.</summary>
    public const int TokenDays = 366;

    /// <summary>Icons an application may have, each with its name; all of them are in the sprite.</summary>
    public static IReadOnlyDictionary<string, Words> Icons { get; } = new Dictionary<string, Words>
    {
        ["archive"] = new("档案", "Archive"),
        ["bell"] = new("铃", "Bell"),
        ["book"] = new("书", "Book"),
        ["building"] = new("办公楼", "Office building"),
        ["building-community"] = new("社区", "Community"),
        ["calendar"] = new("日历", "Calendar"),
        ["chart-bar"] = new("图表", "Chart"),
        ["checklist"] = new("清单", "Checklist"),
        ["clipboard-check"] = new("核对", "Check"),
        ["file-text"] = new("文件", "Document"),
        ["gavel"] = new("法槌", "Gavel"),
        ["id"] = new("证件", "Card"),
        ["inbox"] = new("收件", "Inbox"),
        ["map-2"] = new("地图", "Folded map"),
        ["message-2"] = new("留言", "Message"),
        ["notes"] = new("笔记", "Notes"),
        ["photo"] = new("照片", "Photo"),
        ["scale"] = new("天平", "Scales"),
        ["send"] = new("发送", "Send"),
        ["users"] = new("人员", "People"),
        ["video"] = new("视频", "Video"),
    };

    /// <summary>All of them, those that are there first, by name.</summary>
    public async Task<IReadOnlyList<JoinedApplication>> ListAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return [.. (await db.Set<JoinedApplication>().AsNoTracking().ToListAsync(cancellation)).OrderBy(a => a.RetiredAt is not null).ThenBy(a => a.Zh, StringComparer.Ordinal)];
    }

    /// <summary>Lets an application join; its token, which is told this once, or what is wrong with what was typed.</summary>
    public async Task<(string? Token, Refusal? Refusal)> JoinAsync(JoinedApplication wanted, Actor actor, CancellationToken cancellation)
    {
        var faults = Faults(wanted);
        await using var db = databases.CreateDbContext();
        if (!IdPattern().IsMatch(wanted.Id)) faults.Add(new("applications.id", new("编号用小写字母、数字和连字符，2 到 40 个，字母开头。", "An id is 2 to 40 small letters, digits and hyphens, and begins with a letter."), Field: "id"));
        else if (modules.Any(m => m.Id == wanted.Id) || await db.Set<JoinedApplication>().AnyAsync(a => a.Id == wanted.Id, cancellation)) faults.Add(new("applications.id-taken", new("这个编号已经有了，换一个。", "This id is taken; choose another."), Field: "id"));
        if (faults.Count > 0) return (null, Refusal.Form(faults));
        var now = Now;
        // The account is never signed in by a person: it has no password, no person, and a role that can do one thing.
        var account = new Account { Id = Guid.CreateVersion7(), UserName = "app." + wanted.Id, NormalizedUserName = ("app." + wanted.Id).ToUpperInvariant(), DisplayName = wanted.Zh, SecurityStamp = Guid.NewGuid().ToString("N") };
        (wanted.AccountId, wanted.JoinedAt, wanted.RetiredAt) = (account.Id, now, null);
        var (text, token) = TokenAuthentication.Create(account.Id, now, TokenDays);
        try
        {
            return await audit.RunAsync(async (write, note) =>
            {
                write.Add(account);
                write.Add(new Grant { Id = Guid.CreateVersion7(), AccountId = account.Id, Role = "application", ValidFrom = now });
                write.Add(wanted);
                write.Add(token);
                await write.SaveChangesAsync(cancellation);
                await note(AuditLog.Entry(actor, "application.join", Record, account.Id, Told(wanted) + "；发放令牌"));
                return (text, (Refusal?)null);
            }, cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            if (!await db.Set<JoinedApplication>().AnyAsync(a => a.Id == wanted.Id, cancellation)) throw;
            return (null, Refusal.Form([new("applications.id-taken", new("这个编号已经有了，换一个。", "This id is taken; choose another."), Field: "id")]));
        }
    }

    private static string Told(JoinedApplication a) => $"{a.Id}（{a.Zh}）：{a.Address}{(a.Feeds ? "；推送待办" : "")}";

    /// <summary>Changes what is known of an application; its id stays. Null, or what is wrong.</summary>
    public async Task<Refusal?> ChangeAsync(JoinedApplication wanted, Actor actor, CancellationToken cancellation)
    {
        if (Faults(wanted) is { Count: > 0 } faults) return Refusal.Form(faults);
        return await audit.RunAsync<Refusal?>(async (db, note) =>
        {
            if (await db.Set<JoinedApplication>().FirstOrDefaultAsync(a => a.Id == wanted.Id, cancellation) is not { } kept) return Refusal.NotFound;
            (kept.Zh, kept.En, kept.Icon, kept.Address, kept.Group, kept.Feeds) = (wanted.Zh, wanted.En, wanted.Icon, wanted.Address, wanted.Group, wanted.Feeds);
            await db.SaveChangesAsync(cancellation);
            await note(AuditLog.Entry(actor, "application.change", Record, kept.AccountId, Told(kept)));
            return null;
        }, cancellation);
    }

    /// <summary>A new token, told this once; the one before ends. An application that was retired is there again with it.</summary>
    public async Task<(string? Token, Refusal? Refusal)> RenewAsync(string id, Actor actor, CancellationToken cancellation)
    {
        var (renewed, text) = await audit.RunAsync<(JoinedApplication? Application, string Token)>(async (db, note) =>
        {
            if (await db.Set<JoinedApplication>().FirstOrDefaultAsync(a => a.Id == id, cancellation) is not { } application) return default;
            var (text, token) = TokenAuthentication.Create(application.AccountId, Now, TokenDays);
            db.RemoveRange(await db.Set<ApiToken>().Where(t => t.AccountId == application.AccountId).ToListAsync(cancellation));
            db.Add(token);
            var again = application.RetiredAt is not null;
            application.RetiredAt = null;
            (await db.Users.FirstAsync(a => a.Id == application.AccountId, cancellation)).ClosedAt = null;
            await db.SaveChangesAsync(cancellation);
            await note(AuditLog.Entry(actor, "application.renew", Record, application.AccountId, $"{id}：{(again ? "重新接入，发放令牌" : "换新令牌，旧的作废")}"));
            return (application, text);
        }, cancellation);
        if (renewed is null) return (null, Refusal.NotFound);
        actors.Forget(renewed.AccountId);
        return (text, null);
    }

    /// <summary>Lets an application go: its tile, its token, its sign-on client and its open duties with it. Twice is once.</summary>
    public async Task<Refusal?> RetireAsync(string id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await db.Set<JoinedApplication>().FirstOrDefaultAsync(a => a.Id == id, cancellation) is not { } application) return Refusal.NotFound;
        if (application.RetiredAt is not null) return null;
        await clients.RetireAsync(id, actor, cancellation);
        var now = Now;
        await audit.RunAsync(async (write, note) =>
        {
            await write.Set<JoinedApplication>().Where(a => a.Id == id).ExecuteUpdateAsync(s => s.SetProperty(a => a.RetiredAt, now), cancellation);
            await write.Users.Where(a => a.Id == application.AccountId).ExecuteUpdateAsync(s => s.SetProperty(a => a.ClosedAt, now), cancellation);
            await write.Set<ApiToken>().Where(t => t.AccountId == application.AccountId).ExecuteDeleteAsync(cancellation);
            await note(AuditLog.Entry(actor, "application.retire", Record, application.AccountId, $"{id}：停用，令牌作废"));
            return true;
        }, cancellation);
        actors.Forget(application.AccountId);
        var open = db.Set<Todo>().Where(t => t.DoneAt == null && db.Set<ApplicationDuty>().Any(d => d.Source == id && d.TodoId == t.Id));
        await open.ExecuteUpdateAsync(s => s.SetProperty(t => t.DoneAt, now).SetProperty(t => t.DoneBy, actor.AccountId), cancellation);
        await relay.DutiesChangedAsync(db, [], cancellation);
        return null;
    }

    /// <summary>The address as it is kept, if it is one a browser may be sent to; else null.</summary>
    public static Uri? Web(string? text) =>
        text is { Length: <= 1000 } && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && address.Host.Length > 0 ? address : null;

    /// <summary>Whether two addresses are of the same origin: scheme, host and port.</summary>
    public static bool SameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static List<Refusal> Faults(JoinedApplication wanted)
    {
        var faults = new List<Refusal>();
        (wanted.Zh, wanted.En) = (wanted.Zh.Trim(), wanted.En.Trim());
        foreach (var (field, name) in ((string, string)[])[("zh", wanted.Zh), ("en", wanted.En)])
            if (name.Length is 0 or > LongestName || PlainText.IsHostile(name)) faults.Add(new("applications.name", new($"写上名称，最多 {LongestName} 字。", $"Give a name of at most {LongestName} characters."), Field: field));
        if (!Icons.ContainsKey(wanted.Icon)) faults.Add(new("applications.icon", new("选一个图标。", "Choose an icon."), Field: "icon"));
        if (Web(wanted.Address) is not { } address || wanted.Address.Length > LongestAddress) faults.Add(new("applications.address", new("写完整的网址，以 https:// 或 http:// 开头。", "Give the whole address; it begins with https:// or http://."), Field: "address"));
        else wanted.Address = address.AbsoluteUri;
        return faults;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{1,39}$")]
    private static partial Regex IdPattern();
}
