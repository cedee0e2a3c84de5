using System.Globalization;

namespace Renda.Bench;

/// <summary>The command line after the verb: <c>--name value</c>, or <c>--name</c> alone.</summary>
internal sealed class Options(IReadOnlyList<string> args)
{
    public bool Has(string name) => args.Contains(name);

    public string? Text(string name)
    {
        for (var i = 0; i + 1 < args.Count; i++)
            if (args[i] == name)
                return args[i + 1];
        return null;
    }

    /// <summary>A whole number within bounds, so that a slip of the finger does not fill the disk.</summary>
    public int Number(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text) return otherwise;
        return int.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new BenchException($"{name} is a whole number from {least} to {most}.");
    }

    /// <summary>Connection to a PostgreSQL server, or null for SQLite.</summary>
    public string? Postgres => Text("--postgres") ?? Environment.GetEnvironmentVariable("RENDA_BENCH_POSTGRES");
}

/// <summary>Something that ends the run with a message and no trace.</summary>
internal sealed class BenchException(string message) : Exception(message);
