using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace EndToEnd.Tests;

/// <summary>A program of others that talks with the product: a script of <c>peers</c>, run by Node.js.</summary>
public sealed class Peer : IAsyncDisposable
{
    private readonly Process _process;

    private Peer(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    /// <summary>Starts a script and waits until it says that it is ready.</summary>
    public static async Task<Peer> StartAsync(string script, int port, params string[] arguments)
    {
        var root = Root();
        Assert.SkipUnless(Directory.Exists(Path.Combine(root, "node_modules", "openid-client")), "npm ci was not run");
        var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(root, "tests", "EndToEnd.Tests", "peers", script), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var wrong = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (line == "ready")
            {
                // Read on, so that it never waits for a reader.
                _ = process.StandardOutput.ReadToEndAsync();
                return new Peer(process, $"http://127.0.0.1:{port}");
            }
        throw new InvalidOperationException($"{script} did not start: {await wrong}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static string Root([CallerFilePath] string here = "")
    {
        // Paths are mapped when built, so the folder of the program is asked first.
        foreach (var start in (string[])[AppContext.BaseDirectory, Path.GetDirectoryName(here)!])
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "Renda.slnx")))
                    return folder.FullName;
        throw new InvalidOperationException("Renda.slnx was not found above " + AppContext.BaseDirectory);
    }
}
