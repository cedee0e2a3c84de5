using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform.Persistence;

namespace Renda.Platform.Search;

/// <summary>
/// Rows that a follower makes from the events. They are not in a backup, and a restore takes them away with the cursors: they are
/// made anew.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FollowsEventsAttribute : Attribute;

/// <summary>
/// Follows the events from a cursor, a second behind at most, so that taking a matter in does not wait for what is made of it.
/// Whatever goes wrong once is tried again.
/// </summary>
/// <param name="part">So many events are a full part, after which it goes on without a rest.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where a failure is told.</param>
public abstract class EventFollower(int part, TimeProvider time, ILogger log) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Takes in a part of what happened since the cursor. Returns how many events that was; 0 when it is up to date.</summary>
    public abstract Task<int> CatchUpAsync(CancellationToken cancellation);

    /// <summary>Wakes it after a quiet second, for what is looked at on screens; null where a second later is soon enough.</summary>
    protected virtual Task? NextChange => null;

    /// <summary>Moves a cursor within the open transaction; false when another node has been quicker and has written the same.</summary>
    /// <param name="db">The transaction's context.</param>
    /// <param name="name">Name of the cursor.</param>
    /// <param name="from">Where it stood; null when there was none.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="cancellation">Gives up.</param>
    protected internal static async Task<bool> MoveAsync(RendaDbContext db, string name, long? from, long to, CancellationToken cancellation)
    {
        var moved = from is null
            ? await db.Database.ExecuteSqlAsync($"INSERT INTO feed_cursors (name, seq) VALUES ({name}, {to}) ON CONFLICT DO NOTHING", cancellation)
            : await db.Set<FeedCursor>().Where(c => c.Name == name && c.Seq == from).ExecuteUpdateAsync(s => s.SetProperty(c => c.Seq, to), cancellation);
        return moved > 0;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Taken before it looks: what comes meanwhile wakes it.
                var (next, began) = (NextChange, time.GetTimestamp());
                var took = await CatchUpAsync(stoppingToken);
                if (took >= part) continue;
                if (took == 0 && next is not null)
                {
                    await Task.WhenAny(next, Task.Delay(Rest, time, stoppingToken));
                    continue;
                }
                // Whoever takes matters in has the machine for themselves most of the time.
                var left = Rest - time.GetElapsedTime(began);
                if (left > TimeSpan.Zero) await Task.Delay(left, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever went wrong once, the next second is a new chance.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.LogError(e, "{Follower} could not follow the events; tried again", GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(5), time, stoppingToken);
            }
        }
    }
}
