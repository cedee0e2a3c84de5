using System.Net;
using Renda.Platform.Accounts;
using Renda.Platform.Sms;

namespace Renda.Platform.Notices;

/// <summary>What leaves the platform.</summary>
/// <param name="Id">The same however often it is tried, so that the other side can tell that it has it.</param>
/// <param name="Title">One line.</param>
/// <param name="Text">What is said; empty when the line says all.</param>
/// <param name="From">Who says it; empty for the platform itself.</param>
/// <param name="Path">The page it leads to, e.g. <c>/notices/…</c>.</param>
public sealed record OutgoingNotice(Guid Id, string Title, string Text, string From, string Path);

/// <summary>Why something was not taken.</summary>
/// <param name="Permanent">Whether trying again is of no use.</param>
/// <param name="Text">In the words of the other side. Never the address itself: it is read by administrators.</param>
public sealed record ChannelFailure(bool Permanent, string Text);

/// <summary>A way out of the platform to a person. Each city has its own.</summary>
public interface INoticeChannel
{
    /// <summary>Stable id, e.g. <c>sms</c>.</summary>
    string Id { get; }

    /// <summary>The name people know it by.</summary>
    Words Name { get; }

    /// <summary>Whether this installation has it; else it is offered nowhere.</summary>
    bool Offered { get; }

    /// <summary>How many may be handed over at once.</summary>
    int AtOnce { get; }

    /// <summary>Where it reaches the holders of accounts, by account; who has no address is left out. Only what was confirmed counts.</summary>
    Task<IReadOnlyDictionary<Guid, string>> AddressesAsync(IReadOnlyCollection<Account> accounts, CancellationToken cancellation);

    /// <summary>Hands one over; null when it was taken.</summary>
    Task<ChannelFailure?> SendAsync(OutgoingNotice notice, string address, CancellationToken cancellation);

    /// <summary>Whether what was handed over can be taken back.</summary>
    bool Recalls => false;

    /// <summary>Takes one back; null when it is gone there.</summary>
    Task<ChannelFailure?> RecallAsync(Guid id, CancellationToken cancellation) => throw new NotSupportedException();
}

/// <summary>Addresses that stand in the account itself.</summary>
internal static class OwnAddresses
{
    public static Task<IReadOnlyDictionary<Guid, string>> OfAsync(IReadOnlyCollection<Account> accounts, Func<Account, string?> address) =>
        Task.FromResult<IReadOnlyDictionary<Guid, string>>(accounts.Where(a => !string.IsNullOrEmpty(address(a))).ToDictionary(a => a.Id, a => address(a)!));
}

/// <summary>Where the platform is reached from outside, for links in messages.</summary>
/// <param name="Address">Address without a path, e.g. <c>https://renda.example</c>; null when it is not known.</param>
public sealed record SiteSettings(Uri? Address)
{
    /// <summary>The full address of a page, or null.</summary>
    public string? Link(string path) => Address is null ? null : new Uri(Address, path).ToString();
}

/// <summary>Text messages: the line, and that there is more on the platform.</summary>
public sealed class SmsChannel(SmsSettings settings, ISmsSender sender, SiteSettings site, TimeProvider time) : INoticeChannel
{
    private const int Longest = 200;

    /// <inheritdoc />
    public string Id => "sms";

    /// <inheritdoc />
    public Words Name { get; } = new("短信", "Text message");

    /// <inheritdoc />
    public bool Offered => settings.On;

    /// <inheritdoc />
    public int AtOnce => 4;

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<Guid, string>> AddressesAsync(IReadOnlyCollection<Account> accounts, CancellationToken cancellation) => OwnAddresses.OfAsync(accounts, a => a.PhoneNumberConfirmed ? a.PhoneNumber : null);

    /// <inheritdoc />
    public async Task<ChannelFailure?> SendAsync(OutgoingNotice notice, string address, CancellationToken cancellation)
    {
        var end = site.Link(notice.Path) is { } link ? $" 详情 {link}" : " 请登录系统查看。";
        var from = notice.From.Length > 0 ? $"{notice.From}：" : "";
        var line = from + notice.Title;
        if (line.Length + end.Length > Longest) line = line[..(Longest - end.Length - 1)] + "…";
        try
        {
            await sender.SendAsync(new SmsMessage(notice.Id, address, line + end, "", time.GetUtcNow().UtcDateTime.AddMinutes(5)), cancellation);
            return null;
        }
        catch (HttpRequestException e)
        {
            // What the gateway says is wrong with this message stays wrong; a key that is refused or a flood is not the message's fault.
            return new(e.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.UnprocessableEntity, e.StatusCode is { } status ? $"HTTP {(int)status}" : e.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(false, "no answer in time");
        }
    }
}
