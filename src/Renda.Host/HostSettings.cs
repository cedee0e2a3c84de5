using System.Net;
using Renda.Platform.Persistence;

namespace Renda.Host;

/// <summary>What the program was started with: command line first, then environment (<c>RENDA_DATA</c>, <c>RENDA_POSTGRES</c>, <c>RENDA_PROXY</c>).</summary>
internal sealed record HostSettings
{
    private static readonly string[] WithValue = ["--data", "--port", "--postgres", "--demo-findings", "--days", "--proxy"];
    private static readonly string[] Alone = ["--demo", "--revoke"];

    /// <summary>What to do, <c>serve</c> when nothing is said.</summary>
    public required string Verb { get; init; }

    /// <summary>What the verb is about: an account, a file.</summary>
    public required IReadOnlyList<string> Objects { get; init; }

    public required string DataFolder { get; init; }
    public required DatabaseSettings Database { get; init; }
    public required int Port { get; init; }
    public required bool Demo { get; init; }

    /// <summary>How many of the demo's findings are made.</summary>
    public required int DemoFindings { get; init; }

    /// <summary>How long a token lasts.</summary>
    public required int Days { get; init; }

    /// <summary>Whether the account's tokens are made void instead.</summary>
    public required bool Revoke { get; init; }

    /// <summary>The proxy whose word about the client's address and scheme is taken, or null.</summary>
    public required IPAddress? Proxy { get; init; }

    /// <summary>Reads them; the second is what is wrong, or null.</summary>
    public static (HostSettings? Settings, string? Fault) Read(IReadOnlyList<string> args)
    {
        var values = new Dictionary<string, string>();
        var objects = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            if (Alone.Contains(args[i])) values[args[i]] = "yes";
            else if (WithValue.Contains(args[i]))
            {
                if (i + 1 == args.Count) return (null, $"{args[i]} needs a value");
                values[args[i]] = args[++i];
            }
            else if (args[i].StartsWith('-')) return (null, $"unknown option {args[i]}");
            else objects.Add(args[i]);
        }
        if (Number("--port", 5080, 1, 65535) is not { } port) return (null, "--port is a number from 1 to 65535");
        if (Number("--demo-findings", int.MaxValue, 0, int.MaxValue) is not { } findings) return (null, "--demo-findings is a number");
        if (Number("--days", 30, 1, 3660) is not { } days) return (null, "--days is a number from 1 to 3660");
        IPAddress? proxy = null;
        if (Value("--proxy", "RENDA_PROXY") is { } given && !IPAddress.TryParse(given, out proxy)) return (null, "--proxy is an IP address");
        var data = Path.GetFullPath(Value("--data", "RENDA_DATA") ?? "data");
        return (new HostSettings
        {
            Verb = objects.FirstOrDefault() ?? "serve",
            Objects = [.. objects.Skip(1)],
            DataFolder = data,
            Database = Value("--postgres", "RENDA_POSTGRES") is { } postgres ? new DatabaseSettings(DatabaseProvider.Postgres, postgres) : DatabaseSettings.SqliteFile(Path.Combine(data, "renda.db")),
            Port = port,
            Demo = values.ContainsKey("--demo"),
            DemoFindings = findings,
            Days = days,
            Revoke = values.ContainsKey("--revoke"),
            Proxy = proxy,
        }, null);

        string? Value(string option, string variable) => values.GetValueOrDefault(option) ?? Environment.GetEnvironmentVariable(variable);

        int? Number(string option, int otherwise, int least, int most) =>
            !values.TryGetValue(option, out var text) ? otherwise : int.TryParse(text, out var number) && number >= least && number <= most ? number : null;
    }
}
