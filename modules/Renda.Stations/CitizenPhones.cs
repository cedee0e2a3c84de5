using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.DataProtection;
using Renda.Platform;
using Renda.Platform.Accounts;

namespace Renda.Stations;

/// <summary>A telephone that a citizen gave in a form.</summary>
/// <param name="Ticket">The code that was sent to it.</param>
/// <param name="Number">The number, eleven digits.</param>
/// <param name="Key">The form's key.</param>
/// <param name="Verified">Whether the code was given back.</param>
public sealed record CitizenPhone(Guid Ticket, string Number, Guid Key, bool Verified);

/// <summary>
/// Telephones that citizens show to be theirs by a code: the kernel's codes, with its limits for a number, and a limit for an address.
/// What was asked and shown goes with the form, sealed; nothing of it is kept here.
/// </summary>
public sealed class CitizenPhones(PhoneCodes codes, IDataProtectionProvider protection) : IDisposable
{
    // A village's phones may share one address of their carrier.
    private const int AnHour = 30;
    private const string Template = "验证码 {code}，{minutes} 分钟内有效。您正在向人大代表反映意见，不要告诉任何人。";
    private static readonly TimeSpan Good = TimeSpan.FromHours(24);

    private readonly ITimeLimitedDataProtector _forms = protection.CreateProtector("Renda.Stations.Phones").ToTimeLimitedDataProtector();
    private readonly PartitionedRateLimiter<string> _byAddress = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions { PermitLimit = AnHour, Window = TimeSpan.FromHours(1) }));

    /// <summary>Whether messages can be sent.</summary>
    public bool Offered => codes.Offered;

    /// <summary>Whether messages have not been getting through.</summary>
    public bool Failing => codes.Failing;

    /// <summary>Sends a code to a number; what the form carries from then on.</summary>
    /// <param name="typed">The number as it was typed.</param>
    /// <param name="key">The form's key.</param>
    /// <param name="address">Address of whoever asks.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(string? Sealed, Refusal? Refusal)> AskAsync(string? typed, Guid key, string address, CancellationToken cancellation)
    {
        if (PhoneCodes.Number(typed) is not { } number) return (null, new("phone.malformed", new("手机号是 1 开头的 11 位数字。", "A mobile number has 11 digits and begins with 1."), Field: "phone"));
        using var turn = _byAddress.AttemptAcquire(address);
        if (!turn.IsAcquired) return (null, new("phone.address-often", new("从这里获取验证码的次数太多了，请过一小时再试，或者到联络站反映。", "Too many codes were asked for from here; try again in an hour, or go to the station."), 429, "phone"));
        var (ticket, refusal) = await codes.AskAsync(number, key, Template, cancellation);
        if (refusal is { Code: "phone.too-often" }) refusal = refusal with { Text = new("这个号码今天获取的次数太多了，请明天再试，或者到联络站反映。", "Too many codes for this number today; try tomorrow, or go to the station.") };
        return refusal is null ? (Seal(new(ticket, number, key, false), PhoneCodes.Life), null) : (null, refusal);
    }

    /// <summary>What a form carries; null when it is not ours, of another form, or over.</summary>
    public CitizenPhone? Read(string? carried, Guid key)
    {
        try
        {
            return JsonSerializer.Deserialize<CitizenPhone>(_forms.Unprotect(carried ?? "")) is { } phone && phone.Key == key ? phone : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes the code, once; what the form carries from then on, so that a fault elsewhere in the form does not ask for another.</summary>
    public async Task<(string? Sealed, Refusal? Refusal)> ConfirmAsync(CitizenPhone phone, string? typed, CancellationToken cancellation)
    {
        var (form, refusal) = await codes.TakeAsync(phone.Ticket, typed, cancellation);
        if (refusal is null && form != phone.Key) refusal = new("phone.code-wrong", new("验证码不对。", "The code is wrong."), Field: "code");
        return refusal is null ? (Seal(phone with { Verified = true }, Good), null) : (null, refusal);
    }

    private string Seal(CitizenPhone phone, TimeSpan life) => _forms.Protect(JsonSerializer.Serialize(phone), life);

    /// <inheritdoc />
    public void Dispose() => _byAddress.Dispose();
}
