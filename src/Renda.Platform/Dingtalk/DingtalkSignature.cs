using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Renda.Platform.Calendar;

namespace Renda.Platform.Dingtalk;

/// <summary>How the gateway wants requests signed: HMAC-SHA256, with the secret, of method, time, nonce, path and sorted parameters.</summary>
internal static class DingtalkSignature
{
    private static readonly Lazy<(string Ip, string Mac)> Machine = new(FindMachine);
    private static uint _count = (uint)RandomNumberGenerator.GetInt32(10_000);

    /// <summary>The headers of a request.</summary>
    /// <param name="settings">Key and secret.</param>
    /// <param name="method">E.g. <c>POST</c>.</param>
    /// <param name="path">Path at the gateway, without a query.</param>
    /// <param name="parameters">Parameters as they are, not encoded; a name may come more than once.</param>
    /// <param name="now">The moment; told to the millisecond as Chinese time.</param>
    public static IEnumerable<KeyValuePair<string, string>> Headers(DingtalkSettings settings, string method, string path, IEnumerable<KeyValuePair<string, string>> parameters, DateTimeOffset now)
    {
        var at = now.ToOffset(ChinaTime.Offset).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        // Counted and not thrown, so that two of one millisecond differ.
        var nonce = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) + (Interlocked.Increment(ref _count) % 10_000).ToString("0000", CultureInfo.InvariantCulture);
        var (ip, mac) = Machine.Value;
        return
        [
            new("X-Hmac-Auth-Timestamp", at), new("X-Hmac-Auth-Version", "1.0"), new("X-Hmac-Auth-Nonce", nonce), new("X-Hmac-Auth-Signature", Sign(settings.Secret, method, at, nonce, path, parameters)),
            new("X-Hmac-Auth-IP", ip), new("X-Hmac-Auth-MAC", mac), new("apiKey", settings.Key),
        ];
    }

    /// <summary>The signature.</summary>
    public static string Sign(string secret, string method, string at, string nonce, string path, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var sorted = string.Join('&', parameters.OrderBy(p => p.Key, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));
        var text = string.Join('\n', method, at, nonce, path) + (sorted.Length > 0 ? "\n" + sorted : "");
        return Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
    }

    // Asked for by the protocol and kept in its log; the answer does not depend on them.
    private static (string Ip, string Mac) FindMachine()
    {
        try
        {
            foreach (var card in NetworkInterface.GetAllNetworkInterfaces().Where(n => n.OperationalStatus == OperationalStatus.Up && n.NetworkInterfaceType != NetworkInterfaceType.Loopback))
                if (card.GetIPProperties().UnicastAddresses.FirstOrDefault(a => a.Address.AddressFamily == AddressFamily.InterNetwork) is { } own && card.GetPhysicalAddress().GetAddressBytes() is { Length: 6 } mac)
                    return (own.Address.ToString(), string.Join(':', mac.Select(b => b.ToString("X2", CultureInfo.InvariantCulture))));
        }
        catch (NetworkInformationException)
        {
            // A machine that does not tell.
        }
        return ("127.0.0.1", "00:00:00:00:00:00");
    }
}
