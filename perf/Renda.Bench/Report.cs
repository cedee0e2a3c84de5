using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Renda.Bench;

/// <summary>One figure. <paramref name="Limit"/> is what the limit program did in the same run.</summary>
internal sealed record Figure(string Name, double? Value, string Unit, double? Limit = null, string? Goal = null, bool? Holds = null, string? Note = null)
{
    public double? Ratio => Limit is > 0 && Value is { } value ? Round(value / Limit.Value) : null;

    public static double Round(double value) => Math.Abs(value) switch
    {
        >= 100 => Math.Round(value),
        >= 1 => Math.Round(value, 1),
        _ => Math.Round(value, 4),
    };
}

/// <summary>What a run measured: told to people as it comes, printed as one JSON object at the end.</summary>
internal sealed class Report(string bench, string database, object settings)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly List<Figure> _figures = [];
    private readonly string _load = LoadAverage();

    public void Add(Figure figure)
    {
        // Nothing measured is no number, and no success.
        figure = figure with { Value = figure.Value is { } v && double.IsFinite(v) ? Figure.Round(v) : null, Limit = figure.Limit is { } limit ? Figure.Round(limit) : null };
        _figures.Add(figure);
        var text = string.Create(CultureInfo.InvariantCulture, $"{figure.Name}: {figure.Value?.ToString(CultureInfo.InvariantCulture) ?? "nothing measured,"} {figure.Unit}");
        if (figure.Limit is { } l) text += string.Create(CultureInfo.InvariantCulture, $", limit {l}, ratio {figure.Ratio}");
        if (figure.Goal is { } goal) text += $", goal {goal}";
        if (figure.Holds is { } holds) text += holds ? ", holds" : ", DOES NOT HOLD";
        if (figure.Note is { } note) text += $" ({note})";
        Say(text);
    }

    public static void Say(string text) => Console.Error.WriteLine(text);

    /// <summary>Prints the object, keeps it if asked; 1 when a goal was missed.</summary>
    public int Finish(Options options)
    {
        var text = JsonSerializer.Serialize(
            new
            {
                bench, commit = Commit(), at = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture), database, machine = Machine(), settings, results = _figures,
            },
            Json);
        if (options.Has("--json")) Console.WriteLine(text);
        if (options.Has("--save"))
        {
            var folder = Path.Combine(Repository.Root, "perf", "results");
            Directory.CreateDirectory(folder);
            var file = Path.Combine(folder, $"{bench}-{database}-{DateTime.UtcNow:yyyy-MM-dd}.json");
            File.WriteAllText(file, text + "\n");
            Say($"Kept in {Path.GetRelativePath(Repository.Root, file)}");
        }
        return _figures.Any(f => f.Holds == false) ? 1 : 0;
    }

    private object Machine() => new
    {
        cores = Environment.ProcessorCount,
        processor = Line("/proc/cpuinfo", "model name"),
        memoryGb = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9),
        system = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
        runtime = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription,
        // Other work on the machine makes a figure worse; this tells how much there was when the run began and ended.
        loadBefore = _load,
        loadAfter = LoadAverage(),
    };

    private static string LoadAverage() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "";

    private static string Line(string file, string key) =>
        File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "" : "";

    private static string Commit()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--dirty"]) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true })!;
            return git.StandardOutput.ReadToEnd().Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}

/// <summary>Where the repository is, from wherever the program runs.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The product: as <c>./dev bench</c> published it, else as <c>./run</c> builds it.</summary>
    public static string Program => Environment.GetEnvironmentVariable("RENDA_PROGRAM") ?? Path.Combine(Root, "src", "Renda.Host", "bin", "Release", "net10.0", "renda.dll");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Renda.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new BenchException("Run it from inside the repository: ./dev bench");
    }
}
