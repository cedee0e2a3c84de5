using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Access;

namespace Renda.Platform.Live;

/// <summary>
/// What was read for somebody, kept until the next commit of a matter, duty or notice on any node: a list that nobody changed is not
/// asked of the database again. Another node's commit is heard a moment later than it is made; who changes something at this
/// node reads it from here on.
/// </summary>
public sealed class KeptReadings(ChangeFeed feed, IMemoryCache cache)
{
    // What is lost with a node that dies between its commit and its word is seen after this.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private sealed record Kept(long Position, object? Value);

    /// <summary>The second it is (UTC): what the clock decides on is asked as of a whole one, which is part of the question.</summary>
    public static DateTime Second(TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
    }

    /// <summary>Reads it, or gives what was read since the last change.</summary>
    /// <param name="actor">For whom; what their rights are is part of the question.</param>
    /// <param name="question">Everything else that decides on the answer, comparable. What the index of words decides on does not belong here.</param>
    /// <param name="read">Reads it.</param>
    public async Task<T> ReadAsync<T>(Actor actor, object question, Func<Task<T>> read)
    {
        // Before it is read: what is committed meanwhile makes it old.
        var position = feed.Position;
        // The same list of grants is the same rights: whoever is looked up anew reads anew.
        var key = (typeof(T), actor.AccountId, actor.Grants, question);
        if (cache.TryGetValue<Kept>(key, out var kept) && kept!.Position == position) return (T)kept.Value!;
        var value = await read();
        cache.Set(key, new Kept(position, value), Longest);
        return value;
    }
}
