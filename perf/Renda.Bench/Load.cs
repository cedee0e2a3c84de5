using System.Diagnostics;

namespace Renda.Bench;

/// <summary>Latencies in milliseconds.</summary>
internal sealed class Latencies
{
    private readonly List<double> _all = [];

    public int Count => _all.Count;

    public void Add(double milliseconds) => _all.Add(milliseconds);

    public void AddRange(Latencies other) => _all.AddRange(other._all);

    public double Percentile(double share)
    {
        if (_all.Count == 0) return double.NaN;
        _all.Sort();
        return _all[(int)Math.Clamp(Math.Ceiling(share * _all.Count) - 1, 0, _all.Count - 1)];
    }
}

/// <summary>What a closed loop of clients got done.</summary>
internal sealed record LoadResult(double PerSecond, Latencies Latencies, int Failures, string? FirstFailure);

/// <summary>Clients that each ask again as soon as they are answered.</summary>
internal static class Load
{
    public static async Task<LoadResult> RunAsync(int clients, TimeSpan warm, TimeSpan measured, Func<int, Task> once)
    {
        var all = new Latencies();
        var failures = 0;
        string? first = null;
        var began = Stopwatch.GetTimestamp();
        var from = began + (long)(warm.TotalSeconds * Stopwatch.Frequency);
        var until = from + (long)(measured.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var own = new Latencies();
            while (Stopwatch.GetTimestamp() is var start && start < until)
            {
                try
                {
                    await once(client);
                    var end = Stopwatch.GetTimestamp();
                    // Counted where it ended, so that what a window holds is what was done in it.
                    if (end >= from && end < until) own.Add(Stopwatch.GetElapsedTime(start, end).TotalMilliseconds);
                }
                catch (Exception e) when (e is BenchException or HttpRequestException or TaskCanceledException or System.Data.Common.DbException)
                {
                    Interlocked.CompareExchange(ref first, e.Message, null);
                    if (Interlocked.Increment(ref failures) > 1000) return;
                }
            }
            lock (all) all.AddRange(own);
        })));
        return new LoadResult(all.Count / measured.TotalSeconds, all, failures, first);
    }
}
