using System.Security.Cryptography;
using System.Text;
using Renda.Platform.Procedures;

namespace Renda.Stations;

/// <summary>What administrators set of the public portal.</summary>
public sealed record PortalSettings
{
    /// <summary>Name under which it is kept.</summary>
    public const string Name = "stations.portal";

    /// <summary>Most keys of applications.</summary>
    public const int MostKeys = 50;

    /// <summary>Who may send something by the interface for applications.</summary>
    public static IReadOnlyList<Choice> Apis { get; } =
    [
        new("closed", new("不收，只供查询", "nobody: for reading only")), new("key", new("有密钥的应用", "applications with a key")), new("open", new("任何应用，不要密钥", "any application, without a key")),
    ];

    /// <summary>Terms under which the data are published.</summary>
    public static IReadOnlyList<Choice> Licences { get; } =
    [
        new("by", new("知识共享 署名 4.0（CC BY 4.0）：可以自由使用、转载、改编，请注明来源", "Creative Commons Attribution 4.0 (CC BY 4.0): use, share and adapt freely, and name the source")),
        new("zero", new("公有领域贡献（CC0 1.0）：可以自由使用，不附条件", "Public domain dedication (CC0 1.0): use freely, without conditions")),
        new("local", new("按本地公共数据开放的规定使用", "Under the local rules for open public data")),
    ];

    /// <summary>Whether citizens may say something there; what was said can be looked up in any case.</summary>
    public bool Open { get; init; } = true;

    /// <summary>Most things said by the portal at one station within an hour.</summary>
    public int PerStationAnHour { get; init; } = 30;

    /// <summary>Least time in seconds between opening the form and sending it.</summary>
    public int LeastSeconds { get; init; } = 3;

    /// <summary>Days for which a citizen's contact is kept after the matter has ended.</summary>
    public int KeepDays { get; init; } = 180;

    /// <summary>Whether a citizen has to give a telephone and show by a code that it is theirs.</summary>
    public bool VerifyPhone { get; init; }

    /// <summary>Whether a deputy may hand a matter straight to a unit (民情直通车).</summary>
    public bool FastLane { get; init; }

    /// <summary>Who may send something by the interface for applications, one of <see cref="Apis"/>.</summary>
    public string Api { get; init; } = "key";

    /// <summary>Terms of the published data, one of <see cref="Licences"/>.</summary>
    public string Licence { get; init; } = "by";

    /// <summary>Keys of applications.</summary>
    public IReadOnlyList<ApiKey> Keys { get; init; } = [];
}

/// <summary>An application that may send what citizens say.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">Which it is.</param>
/// <param name="Hash">SHA-256 of its key; the key itself is nowhere.</param>
/// <param name="Since">When it was given (UTC).</param>
public sealed record ApiKey(Guid Id, string Name, string Hash, DateTime Since)
{
    /// <summary>What is kept of a key: it is long and random, so a plain hash is enough.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
