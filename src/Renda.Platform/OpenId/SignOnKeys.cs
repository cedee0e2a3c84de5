using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace Renda.Platform.OpenId;

/// <summary>
/// The keys that sign what neighbouring applications are told and seal what they hand back: one file each, named by the
/// day it is used from, in a folder that all nodes share. Every 90 days a new one takes over; it is published a week
/// before, and the one before is believed for another 30 days.
/// </summary>
public sealed class SignOnKeys(string folder, TimeProvider time) : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>, IDisposable
{
    private static readonly TimeSpan Used = TimeSpan.FromDays(90), Published = TimeSpan.FromDays(7), Believed = TimeSpan.FromDays(30);
    private readonly Lock _changing = new();
    private CancellationTokenSource _changed = new();
    private IReadOnlyList<Key> _keys = [];

    /// <summary>One of them.</summary>
    /// <param name="From">First day on which it signs.</param>
    /// <param name="Signing">RSA key of 2048 bits.</param>
    /// <param name="Sealing">32 random bytes.</param>
    public sealed record Key(DateOnly From, RsaSecurityKey Signing, SymmetricSecurityKey Sealing);

    /// <summary>All that are believed, the one in use first. Reads the folder at first need.</summary>
    public IReadOnlyList<Key> All()
    {
        lock (_changing) return _keys.Count > 0 ? _keys : _keys = Load();
    }

    /// <summary>Makes the next key when it is time, drops those that are over, takes up what another node made.</summary>
    public void Refresh()
    {
        CancellationTokenSource told;
        lock (_changing)
        {
            // Whoever never asked for a key is not given one.
            if (_keys.Count == 0) return;
            var now = Load();
            if (now.Select(k => k.From).SequenceEqual(_keys.Select(k => k.From))) return;
            _keys = now;
            (told, _changed) = (_changed, new CancellationTokenSource());
        }
        told.Cancel();
        told.Dispose();
    }

    /// <inheritdoc />
    public void Configure(OpenIddictServerOptions options)
    {
        foreach (var key in All())
        {
            options.SigningCredentials.Add(new SigningCredentials(key.Signing, SecurityAlgorithms.RsaSha256));
            options.EncryptionCredentials.Add(new EncryptingCredentials(key.Sealing, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
        }
    }

    string? IOptionsChangeTokenSource<OpenIddictServerOptions>.Name => Options.DefaultName;

    IChangeToken IOptionsChangeTokenSource<OpenIddictServerOptions>.GetChangeToken()
    {
        lock (_changing) return new CancellationChangeToken(_changed.Token);
    }

    /// <inheritdoc />
    public void Dispose() => _changed.Dispose();

    private List<Key> Load()
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var days = Days();
        if (days.Count == 0) days = Make(today);
        else if (days[^1].AddDays((int)(Used - Published).TotalDays) <= today)
        {
            var (due, soon) = (days[^1].AddDays((int)Used.TotalDays), today.AddDays((int)Published.TotalDays));
            // After a long pause the key of then goes on until the new one has been published for a week.
            days = Make(due > soon ? due : soon);
        }
        var current = days.LastOrDefault(d => d <= today, days[0]);
        for (var i = 0; i + 1 < days.Count; i++)
            if (days[i + 1].AddDays((int)Believed.TotalDays) < today) File.Delete(PathOf(days[i]));
        return [.. Days().Where(d => days.Contains(d)).OrderBy(d => d != current).ThenByDescending(d => d).Select(Read)];
    }

    private List<DateOnly> Days() => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.pem").Select(f => DateOnly.TryParseExact(Path.GetFileNameWithoutExtension(f), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : (DateOnly?)null).OfType<DateOnly>().Order()]
        : [];

    private List<DateOnly> Make(DateOnly from)
    {
        Directory.CreateDirectory(folder);
        using var rsa = RSA.Create(2048);
        var text = rsa.ExportPkcs8PrivateKeyPem() + "\n" + PemEncoding.WriteString("RENDA SEALING KEY", RandomNumberGenerator.GetBytes(32)) + "\n";
        var part = Path.Combine(folder, $".{Guid.NewGuid():N}.part");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(part, options))
        {
            file.Write(Encoding.ASCII.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(part, PathOf(from));
        }
        catch (IOException) when (File.Exists(PathOf(from)))
        {
            // Another node made it at this moment.
            File.Delete(part);
        }
        return Days();
    }

    private Key Read(DateOnly from)
    {
        var text = File.ReadAllText(PathOf(from));
        var rsa = RSA.Create();
        try
        {
            byte[]? seal = null;
            for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var block); rest = rest[block.Location.End..])
            {
                if (rest[block.Label] is "PRIVATE KEY") rsa.ImportFromPem(rest[block.Location]);
                else if (rest[block.Label] is "RENDA SEALING KEY") seal = Convert.FromBase64String(rest[block.Base64Data].ToString());
            }
            if (seal is { Length: 32 } && rsa.KeySize >= 2048) return new Key(from, new RsaSecurityKey(rsa), new SymmetricSecurityKey(seal));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new InvalidDataException($"{PathOf(from)} holds no key for sign-on.", e);
        }
        throw new InvalidDataException($"{PathOf(from)} holds no key for sign-on.");
    }

    private string PathOf(DateOnly from) => Path.Combine(folder, from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".pem");
}
