using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Renda.Platform.Accounts;

/// <summary>Time-based one-time codes of RFC 6238: SHA-1, 30 seconds, six digits, as every authenticator app has them.</summary>
public static class Totp
{
    private const int Seconds = 30;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A secret of 160 bits.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(20);

    /// <summary>The step of 30 seconds that an instant falls into.</summary>
    public static long Step(DateTime utc) => (long)(utc - DateTime.UnixEpoch).TotalSeconds / Seconds;

    /// <summary>The code of a step.</summary>
    public static string Code(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8], hash = stackalloc byte[20];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The RFC's default; apps that scan a QR code know no other.
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[19] & 15)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The step whose code this is, one step early or late at most, or null.</summary>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTime now)
    {
        var (typed, step) = (Encoding.UTF8.GetBytes(code), Step(now));
        long? found = null;
        // All three are compared, so that the time taken tells nothing.
        for (var at = step - 1; at <= step + 1; at++)
            if (CryptographicOperations.FixedTimeEquals(typed, Encoding.UTF8.GetBytes(Code(secret, at))))
                found = at;
        return found;
    }

    /// <summary>A secret as authenticator apps take it typed, in Base32 (RFC 4648) without padding.</summary>
    public static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (bits, held) = (0, 0);
        foreach (var b in bytes)
        {
            bits = (bits << 8) | b;
            for (held += 8; held >= 5; held -= 5) text.Append(Alphabet[(bits >> (held - 5)) & 31]);
        }
        if (held > 0) text.Append(Alphabet[(bits << (5 - held)) & 31]);
        return text.ToString();
    }

    /// <summary>The address a QR code carries to an authenticator app.</summary>
    public static string Address(string issuer, string account, ReadOnlySpan<byte> secret) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}?secret={Base32(secret)}&issuer={Uri.EscapeDataString(issuer)}";

    /// <summary>The digits of what was typed: spaces go, full-width digits become plain.</summary>
    public static string Digits(string? typed) => new([.. (typed ?? "").Normalize(NormalizationForm.FormKC).Where(char.IsAsciiDigit)]);
}
