using System.Collections.Concurrent;
using System.Threading.Channels;
using Renda.Platform.Matters;

namespace Renda.Platform.Live;

/// <summary>A committed change of a matter, as the live feed sees it.</summary>
/// <param name="Seq">Cursor: the sequence number of the event.</param>
/// <param name="Action">Action taken.</param>
/// <param name="Matter">The matter after it.</param>
/// <param name="Assignments">The units' parts after it.</param>
/// <param name="Reporters">Who raised it.</param>
public sealed record LiveChange(long Seq, string Action, Matter Matter, IReadOnlyList<Assignment> Assignments, IReadOnlyList<MatterReporter> Reporters);

/// <summary>What the live feed brings: a change of a matter, or word that somebody's duties changed otherwise.</summary>
/// <param name="Change">The change of a matter, or null.</param>
/// <param name="Holders">Persons, organisations and accounts whose duties changed; empty when it is not known whose. Null with a <paramref name="Change"/>.</param>
/// <param name="OfNotices">Whether it is their notices that changed, and not their duties.</param>
/// <param name="OfNumbers">Whether it is word that indicators were counted further; then nothing else is said.</param>
public readonly record struct LiveNews(LiveChange? Change, IReadOnlyList<Guid>? Holders, bool OfNotices = false, bool OfNumbers = false);

/// <summary>
/// Tells open screens of commits, in commit order. It holds nothing that must not be lost: who comes back with a
/// cursor reads the events from the database first.
/// </summary>
public sealed class ChangeFeed
{
    private readonly ConcurrentDictionary<Channel<LiveNews>, byte> _subscribers = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _position;

    /// <summary>Changes with every commit of a matter, duty or notice that this node made or heard of, before whoever made it here has their answer.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>Says that something was committed which is told to screens in its turn.</summary>
    internal void Committed() => Interlocked.Increment(ref _position);

    /// <summary>Number of open subscriptions.</summary>
    public int Subscribers => _subscribers.Count;

    /// <summary>Completes with the next committed change of a matter.</summary>
    public Task NextChange => Volatile.Read(ref _next).Task;

    /// <summary>
    /// Begins listening. A reader that falls more than 1,000 changes behind is cut off (its channel completes) and is
    /// expected to come back with its cursor.
    /// </summary>
    public Subscription Subscribe()
    {
        var channel = Channel.CreateBounded<LiveNews>(new BoundedChannelOptions(1000) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _subscribers[channel] = 0;
        return new Subscription(channel, this);
    }

    internal void Publish(LiveChange change)
    {
        Publish(new LiveNews(change, null));
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    internal void Publish(IReadOnlyList<Guid> holders, bool ofNotices = false) => Publish(new LiveNews(null, holders, ofNotices));

    internal void PublishNumbers() => Publish(new LiveNews(null, null, OfNumbers: true));

    private void Publish(LiveNews news)
    {
        if (!news.OfNumbers) Committed();
        foreach (var (channel, _) in _subscribers)
            if (!channel.Writer.TryWrite(news) && _subscribers.TryRemove(channel, out byte _))
                channel.Writer.TryComplete();
    }

    /// <summary>An open subscription; dispose it when the screen is gone.</summary>
    public sealed class Subscription(Channel<LiveNews> channel, ChangeFeed feed) : IDisposable
    {
        /// <summary>The changes as they are committed.</summary>
        public ChannelReader<LiveNews> Changes => channel.Reader;

        /// <inheritdoc />
        public void Dispose()
        {
            feed._subscribers.TryRemove(channel, out _);
            channel.Writer.TryComplete();
        }
    }
}
