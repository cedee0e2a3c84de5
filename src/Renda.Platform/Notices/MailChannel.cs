using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Renda.Platform.Accounts;

namespace Renda.Platform.Notices;

/// <summary>Where mail is handed over.</summary>
/// <param name="Server"><c>smtp://host:25</c>, or <c>smtps://host:465</c> for TLS from the first byte; null when there is none.</param>
/// <param name="From">Address the mail comes from.</param>
/// <param name="User">Name at the server; empty for none.</param>
/// <param name="Password">Password at the server.</param>
public sealed record MailSettings(Uri? Server, string From, string User, string Password)
{
    /// <summary>Whether mail can be sent.</summary>
    public bool On => Server is not null;
}

/// <summary>
/// Mail by SMTP. One connection, kept while there is something to send. A connection that breaks after the text was sent
/// leaves open whether it was taken: it is sent again under the same Message-ID.
/// </summary>
public sealed class MailChannel(MailSettings settings, SiteSettings site, TimeProvider time) : INoticeChannel, IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);
    private readonly SemaphoreSlim _one = new(1);
    private SmtpClient? _client;
    private long _used;

    /// <inheritdoc />
    public string Id => "mail";

    /// <inheritdoc />
    public Words Name { get; } = new("邮件", "Mail");

    /// <inheritdoc />
    public bool Offered => settings.On;

    /// <inheritdoc />
    public int AtOnce => 1;

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<Guid, string>> AddressesAsync(IReadOnlyCollection<Account> accounts, CancellationToken cancellation) => OwnAddresses.OfAsync(accounts, a => a.EmailConfirmed ? a.Email : null);

    /// <inheritdoc />
    public async Task<ChannelFailure?> SendAsync(OutgoingNotice notice, string address, CancellationToken cancellation)
    {
        if (!MailboxAddress.TryParse(address, out var to)) return new(true, "not an address");
        using var message = Message(notice, to);
        await _one.WaitAsync(cancellation);
        try
        {
            await (await OpenAsync(cancellation)).SendAsync(message, cancellation);
            _used = time.GetTimestamp();
            return null;
        }
        catch (SmtpCommandException e)
        {
            var refused = (int)e.StatusCode >= 500 && e.ErrorCode is (SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted);
            Close();
            return new(refused, $"{(int)e.StatusCode} {Without(e.Message, address)}");
        }
        catch (Exception e) when (e is ProtocolException or AuthenticationException or SslHandshakeException or ServiceNotConnectedException or ServiceNotAuthenticatedException or NotSupportedException or IOException or SocketException or TimeoutException)
        {
            Close();
            return new(false, Without(e.Message, address));
        }
        catch (OperationCanceledException)
        {
            // Half a conversation cannot be gone on with.
            Close();
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    private MimeMessage Message(OutgoingNotice notice, MailboxAddress to)
    {
        var from = MailboxAddress.Parse(settings.From);
        var message = new MimeMessage { Subject = notice.Title, MessageId = $"{notice.Id:N}@{from.Domain}", Date = time.GetUtcNow() };
        message.From.Add(from);
        message.To.Add(to);
        // No other robot answers it.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        var foot = string.Join('\n', ((string?[])[notice.From, site.Link(notice.Path), "接收方式可以在系统的“消息”页面设置。"]).Where(l => !string.IsNullOrEmpty(l)));
        message.Body = new TextPart("plain") { Text = (notice.Text.Length > 0 ? notice.Text : notice.Title) + "\n\n" + foot + "\n" };
        return message;
    }

    private async Task<SmtpClient> OpenAsync(CancellationToken cancellation)
    {
        // Servers end what is silent; asking first would cost as much as opening again.
        if (_client is { IsConnected: true } && time.GetElapsedTime(_used) < Idle) return _client;
        Close();
        var server = settings.Server!;
        var client = new SmtpClient { Timeout = 30_000 };
        _client = client;
        var secrecy = server.Scheme == "smtps" ? SecureSocketOptions.SslOnConnect : settings.User.Length > 0 ? SecureSocketOptions.StartTls : SecureSocketOptions.StartTlsWhenAvailable;
        await client.ConnectAsync(server.Host, server.Port > 0 ? server.Port : server.Scheme == "smtps" ? 465 : 25, secrecy, cancellation);
        if (settings.User.Length > 0) await client.AuthenticateAsync(settings.User, settings.Password, cancellation);
        return client;
    }

    private void Close()
    {
        _client?.Dispose();
        _client = null;
    }

    private static string Without(string text, string address) => text.Replace(address, "…", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc />
    public void Dispose()
    {
        Close();
        _one.Dispose();
    }
}
