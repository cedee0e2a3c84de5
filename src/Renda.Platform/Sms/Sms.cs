using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Renda.Platform.Sms;

/// <summary>Where text messages go. Given from outside, with its key, and never kept in the database.</summary>
/// <param name="Address">The gateway's address (http or https); null when there is none, and then nothing offers messages.</param>
/// <param name="Key">Key that signs each request, and from which what is kept of phones and codes is derived.</param>
/// <param name="Template">Text of a sign-in code; <c>{code}</c> and <c>{minutes}</c> are filled in.</param>
public sealed record SmsSettings(Uri? Address, string Key, string Template)
{
    /// <summary>The text when none is given.</summary>
    public const string UsualTemplate = "登录验证码 {code}，{minutes} 分钟内有效。不要告诉任何人。";

    /// <summary>Whether messages can be sent.</summary>
    public bool On => Address is not null;
}

/// <summary>A text message.</summary>
/// <param name="Id">Stays the same when it is tried again, so that a gateway can tell that it has it.</param>
/// <param name="Phone">Number, digits only.</param>
/// <param name="Text">What is said.</param>
/// <param name="Code">The code in it, for gateways that fill in a template of their own.</param>
/// <param name="Until">Not worth sending after (UTC).</param>
public sealed record SmsMessage(Guid Id, string Phone, string Text, string Code, DateTime Until);

/// <summary>The way out to a carrier.</summary>
public interface ISmsSender
{
    /// <summary>Hands a message over; throws <see cref="HttpRequestException"/> or is cancelled when it was not taken.</summary>
    Task SendAsync(SmsMessage message, CancellationToken cancellation);
}

/// <summary>
/// Posts messages as JSON: <c>{"id","phone","text","code"}</c>. <c>Renda-Signature</c> is the lower-case hex
/// HMAC-SHA256 of <c>Renda-Time</c> (Unix seconds), a line feed and the body. Any 2xx means taken.
/// </summary>
public sealed class SmsGateway(SmsSettings settings, TimeProvider time) : ISmsSender, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(8) };

    /// <inheritdoc />
    public async Task SendAsync(SmsMessage message, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { id = message.Id, phone = message.Phone, text = message.Text, code = message.Code });
        var at = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes(at + "\n"), .. body];
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("Renda-Time", at);
        request.Headers.Add("Renda-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(settings.Key), signed)));
        using var answer = await _http.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}

/// <summary>
/// Sends messages behind the answer to whoever asked for them, so that the time an answer takes does not tell whether
/// one is sent. What is not taken is tried three times.
/// </summary>
public sealed class SmsDelivery(ISmsSender sender, TimeProvider time, ILogger<SmsDelivery> log) : BackgroundService
{
    private const int AtOnce = 4;
    private static readonly TimeSpan[] Rests = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6)];
    private readonly Channel<SmsMessage> _waiting = Channel.CreateBounded<SmsMessage>(1000);
    private volatile bool _failing;

    /// <summary>Whether the last message could not be handed over.</summary>
    public bool Failing => _failing;

    /// <summary>Sends it in a moment; false when a thousand wait already.</summary>
    public bool Send(SmsMessage message) => _waiting.Writer.TryWrite(message);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var message in _waiting.Reader.ReadAllAsync(stopping)) await TryAsync(message, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task TryAsync(SmsMessage message, CancellationToken stopping)
    {
        for (var i = 0; time.GetUtcNow().UtcDateTime < message.Until; i++)
        {
            try
            {
                await sender.SendAsync(message, stopping);
                _failing = false;
                return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stopping.IsCancellationRequested)
            {
                if (i == Rests.Length)
                {
                    // The number is not written: logs are read by more people than the register.
                    log.LogWarning(e, "A text message was not taken by the gateway in {Tries} tries", i + 1);
                    _failing = true;
                    return;
                }
                await Task.Delay(Rests[i], time, stopping);
            }
        }
    }
}
