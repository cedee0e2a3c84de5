using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Renda.Platform.Dingtalk;

/// <summary>Work notifications (工作通知) to whoever is bound. They can be taken back.</summary>
public sealed class DingtalkChannel(DingtalkSettings settings, DingtalkClient client, IDbContextFactory<RendaDbContext> databases, SiteSettings site) : INoticeChannel
{
    /// <summary>Its id.</summary>
    public const string ChannelId = "dingtalk";

    private const int LongestTitle = 100, LongestText = 500;

    /// <inheritdoc />
    public string Id => ChannelId;

    /// <inheritdoc />
    public Words Name => DingtalkDoor.Name;

    /// <inheritdoc />
    public bool Offered => settings.On;

    /// <inheritdoc />
    public int AtOnce => 4;

    /// <inheritdoc />
    public bool Recalls => true;

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<Guid, string>> AddressesAsync(IReadOnlyCollection<Account> accounts, CancellationToken cancellation)
    {
        var ids = accounts.Select(a => a.Id).ToList();
        await using var db = databases.CreateDbContext();
        return await db.Set<DingtalkBinding>().Where(b => ids.Contains(b.AccountId) && b.Tenant == settings.Tenant && b.SuspendedAt == null)
            .ToDictionaryAsync(b => b.AccountId, b => b.DingtalkId.ToString(CultureInfo.InvariantCulture), cancellation);
    }

    /// <inheritdoc />
    public async Task<ChannelFailure?> SendAsync(OutgoingNotice notice, string address, CancellationToken cancellation) =>
        Failure(await client.NotifyAsync(notice.Id, address, Message("消息", notice.Title, notice.Text, notice.From, site.Link(settings.Landing(notice.Path))), cancellation));

    /// <inheritdoc />
    public async Task<ChannelFailure?> RecallAsync(Guid id, CancellationToken cancellation) => Failure(await client.RevokeAsync(id, cancellation));

    /// <summary>A work notification in its own form.</summary>
    /// <param name="head">What kind of thing it is, in a word.</param>
    /// <param name="title">What it says.</param>
    /// <param name="text">More of it; may be empty.</param>
    /// <param name="from">Who says so; may be empty.</param>
    /// <param name="link">Where it leads; null when the platform's address is not known.</param>
    internal static JsonObject Message(string head, string title, string text, string from, string? link)
    {
        (title, text) = (Cut(title, LongestTitle), Cut(text, LongestText));
        if (link is null) return new JsonObject { ["msgtype"] = "text", ["text"] = new JsonObject { ["content"] = text.Length > 0 ? $"{title}\n{text}" : title } };
        var body = new JsonObject { ["title"] = title };
        if (text.Length > 0) body["content"] = text;
        if (from.Length > 0) body["author"] = from;
        return new JsonObject
        {
            ["msgtype"] = "oa",
            ["oa"] = new JsonObject { ["message_url"] = link, ["pc_message_url"] = link, ["head"] = new JsonObject { ["bgcolor"] = "FFA8202B", ["text"] = head }, ["body"] = body },
        };
    }

    private static string Cut(string text, int most) => text.Length > most ? text[..(most - 1)] + "…" : text;

    private static ChannelFailure? Failure(DingtalkFault? fault) => fault is null ? null : new(fault.Permanent, fault.ToString());
}
