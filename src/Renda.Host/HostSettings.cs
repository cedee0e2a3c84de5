using Renda.Platform.Persistence;

namespace Renda.Host;

/// <summary>What the program was started with: command line first, then environment (<c>RENDA_…</c>).</summary>
internal sealed record HostSettings(string DataFolder, DatabaseSettings Database, int Port, bool Demo, int DemoFindings)
{
    public static HostSettings Read(IReadOnlyList<string> args)
    {
        var data = Path.GetFullPath(Value("--data") ?? Environment.GetEnvironmentVariable("RENDA_DATA") ?? "data");
        var postgres = Value("--postgres") ?? Environment.GetEnvironmentVariable("RENDA_POSTGRES");
        var database = postgres is null ? DatabaseSettings.SqliteFile(Path.Combine(data, "renda.db")) : new DatabaseSettings(DatabaseProvider.Postgres, postgres);
        return new HostSettings(data, database, int.TryParse(Value("--port"), out var port) ? port : 5080, args.Contains("--demo"),
            int.TryParse(Value("--demo-findings"), out var findings) ? findings : int.MaxValue);

        string? Value(string name)
        {
            for (var i = 0; i + 1 < args.Count; i++)
                if (args[i] == name)
                    return args[i + 1];
            return null;
        }
    }
}
