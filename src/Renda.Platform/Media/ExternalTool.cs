using System.Diagnostics;

namespace Renda.Platform.Media;

/// <summary>
/// Runs a program that reads a file we do not trust: no shell, no input, bounded time, memory and processor where
/// <c>prlimit</c> is installed, ended with all its children when it overruns.
/// </summary>
internal sealed class ExternalTool(MediaSettings settings)
{
    /// <summary>Path of the first of the named programs that is installed; null when none is.</summary>
    public string? Find(params ReadOnlySpan<string> names)
    {
        foreach (var folder in (settings.ToolPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            foreach (var name in names)
            {
                var path = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
                if (File.Exists(path)) return path;
            }
        return null;
    }

    /// <summary>True when the program ended by itself with 0 in time.</summary>
    public async Task<bool> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        string[] limits = [];
        if (OperatingSystem.IsLinux() && Find("prlimit") is { } prlimit)
        {
            limits = [$"--as={2L << 30}", $"--cpu={(int)settings.ToolTimeout.TotalSeconds * 2}", $"--fsize={256L << 20}", program];
            program = prlimit;
        }
        var start = new ProcessStartInfo(program, [.. limits, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException(program);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(settings.ToolTimeout);
        try
        {
            process.StandardInput.Close();
            // Its words are thrown away, but must be read, or it would wait for ever on a full pipe.
            await Task.WhenAll(
                process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, deadline.Token),
                process.StandardError.BaseStream.CopyToAsync(Stream.Null, deadline.Token),
                process.WaitForExitAsync(deadline.Token));
            return process.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            return false;
        }
    }
}
