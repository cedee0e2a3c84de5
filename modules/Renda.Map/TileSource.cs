using System.Globalization;
using System.Text.RegularExpressions;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Regions;
using Renda.Platform.Settings;

namespace Renda.Map;

/// <summary>Where the picture below the map comes from. Without one the boundaries are the picture, and nothing leaves the installation.</summary>
public sealed partial record TileSource
{
    /// <summary>Address with <c>{z}</c>, <c>{x}</c> and <c>{y}</c>, where wanted <c>{s}</c> for a subdomain and <c>{key}</c>; empty for none.</summary>
    public string Url { get; init; } = "";

    /// <summary>What <c>{s}</c> stands for, one or more, comma-separated.</summary>
    public string Subdomains { get; init; } = "";

    /// <summary>The provider's key. Every browser that opens the map gets it.</summary>
    public string Key { get; init; } = "";

    /// <summary>Whose the picture is, as the provider wants it said.</summary>
    public string Attribution { get; init; } = "";

    /// <summary>Datum of the picture.</summary>
    public Datum Datum { get; init; }

    /// <summary>The finest zoom there are pictures of; finer ones are enlarged.</summary>
    public int MaxZoom { get; init; } = MapTiles.LastZoom;

    /// <summary>The address with the key in it; the rest is filled in by the browser.</summary>
    public string Address => Url.Replace("{key}", Uri.EscapeDataString(Key), StringComparison.Ordinal);

    /// <summary>Subdomains one by one.</summary>
    public IReadOnlyList<string> Parts => Subdomains.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The origins that pictures are loaded from; null when the address is none that may be used.</summary>
    public IReadOnlyList<string>? Origins()
    {
        if (!Url.Contains("{z}", StringComparison.Ordinal) || !Url.Contains("{x}", StringComparison.Ordinal) || !Url.Contains("{y}", StringComparison.Ordinal)) return null;
        if (Url.Contains("{s}", StringComparison.Ordinal) && Parts.Count == 0) return null;
        var origins = new List<string>();
        foreach (var part in Url.Contains("{s}", StringComparison.Ordinal) ? Parts : [""])
        {
            var filled = Url.Replace("{s}", part, StringComparison.Ordinal).Replace("{key}", "k", StringComparison.Ordinal).Replace("{z}", "1", StringComparison.Ordinal).Replace("{x}", "1", StringComparison.Ordinal).Replace("{y}", "1", StringComparison.Ordinal);
            // The origin goes into a header: nothing but a host and a port may stand there.
            if (!Uri.TryCreate(filled, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || uri.UserInfo.Length > 0 || !Host().IsMatch(uri.Authority) || Url.Contains('\n', StringComparison.Ordinal)) return null;
            origins.Add("https://" + uri.Authority);
        }
        return [.. origins.Distinct()];
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$")]
    private static partial Regex Host();
}

/// <summary>Reads and sets where the picture comes from.</summary>
public sealed class TileSources(StoredSettings settings, AuditLog audit, TimeProvider time)
{
    private const string Name = "map";

    /// <summary>What is set.</summary>
    public ValueTask<TileSource> ReadAsync(CancellationToken cancellation) => settings.ReadAsync<TileSource>(Name, cancellation);

    /// <summary>Sets it; an empty address takes the picture away.</summary>
    public async Task<Refusal?> SetAsync(IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var wanted = new TileSource { Url = typed.Text("url"), Subdomains = typed.Text("subdomains"), Key = typed.Text("key"), Attribution = typed.Text("attribution"), Datum = Enum.TryParse<Datum>(typed.Text("datum"), out var datum) && Enum.IsDefined(datum) ? datum : Datum.Wgs84 };
        if (wanted.Url.Length > 0)
        {
            typed.Need(wanted.Origins() is not null, "url", "地址以 https:// 开头，里面要有 {z}、{x}、{y}；写了 {s} 的，要填子域名。", "An address begins with https:// and has {z}, {x} and {y}; with {s} the subdomains are needed.");
            typed.Need(wanted.Attribution.Length > 0, "attribution", "请写明底图来源和审图号。", "Say whose the picture is, with its approval number.");
            typed.Need(!wanted.Url.Contains("{key}", StringComparison.Ordinal) || wanted.Key.Length > 0, "key", "地址里写了 {key}，请填密钥。", "The address has {key}: give the key.");
        }
        typed.Short(wanted.Url, 400, "url");
        typed.Short(wanted.Subdomains, 100, "subdomains");
        typed.Short(wanted.Key, 200, "key");
        typed.Short(wanted.Attribution, 100, "attribution");
        var zoom = 0;
        typed.Need(int.TryParse(typed.Text("maxZoom"), NumberStyles.None, CultureInfo.InvariantCulture, out zoom) && zoom is >= 8 and <= MapTiles.LastZoom, "maxZoom", $"请填 8 到 {MapTiles.LastZoom} 的整数。", $"A whole number from 8 to {MapTiles.LastZoom}.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        await settings.WriteAsync(Name, wanted with { MaxZoom = zoom }, actor.AccountId, cancellation);
        await audit.NoteAsync(actor, MapModule.Tiles, "Setting", null, wanted.Url.Length > 0 ? $"地图底图来自 {string.Join('、', wanted.Origins()!)}，坐标系 {wanted.Datum}" : "取消地图底图", cancellation);
        return null;
    }
}
