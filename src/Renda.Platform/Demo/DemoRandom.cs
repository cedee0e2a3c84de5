namespace Renda.Platform.Demo;

/// <summary>
/// A stream of numbers fixed by its keys (SplitMix64), so that the demo city is the same on every machine and in every
/// version of the runtime. Never for anything that must not be guessed.
/// </summary>
public sealed class DemoRandom
{
    private ulong state;

    /// <summary>Starts a stream; other keys give an unrelated stream.</summary>
    /// <param name="keys">What the stream is for, e.g. a seed and the number of a finding.</param>
    public DemoRandom(params ReadOnlySpan<long> keys)
    {
        state = 0x9E3779B97F4A7C15;
        foreach (var key in keys)
            state = Mix(state ^ (ulong)key);
    }

    /// <summary>The next number, 0 to 1, 1 excluded.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next number between two bounds, the upper one excluded.</summary>
    public double Between(double low, double high) => low + (NextDouble() * (high - low));

    /// <summary>The next whole number from 0 up to, and without, <paramref name="count"/> (at least 1).</summary>
    public int Next(int count) => (int)(NextDouble() * count);

    /// <summary>The next whole number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Whole(int low, int high) => low + Next(high - low + 1);

    /// <summary>True with the given chance (0 to 1).</summary>
    public bool Chance(double share) => NextDouble() < share;

    /// <summary>One of the items, all equally likely.</summary>
    public T OneOf<T>(params ReadOnlySpan<T> items) => items[Next(items.Length)];

    /// <summary>One of the items, all equally likely.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>Puts the items into a new order, in place.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private ulong NextBits() => Mix(state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
