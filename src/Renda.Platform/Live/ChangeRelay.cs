using System.Globalization;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Renda.Platform.Live;

/// <summary>
/// Brings commits to the <see cref="ChangeFeed"/> in the order of their sequence numbers, those of other nodes on the same
/// PostgreSQL too. A node tells of its commits with NOTIFY, inside their transaction; sequence numbers have no gaps, so a
/// number that is not the next says that another node committed in between, and what is missing is read from the database.
/// </summary>
public sealed class ChangeRelay(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, ChangeFeed feed, ILogger<ChangeRelay> log) : BackgroundService
{
    private const string Topic = "renda_changes";
    private const string DutyTopic = "renda_todos";
    private const string NoticeTopic = "renda_notices";

    // What PostgreSQL takes in one notification is 8,000 bytes.
    private const int Holders = 200;
    private const int Page = 500;

    private readonly string _node = Guid.NewGuid().ToString("N");
    private readonly Channel<(IReadOnlyList<LiveChange> Mine, long Theirs)> _news = Channel.CreateUnbounded<(IReadOnlyList<LiveChange>, long)>(new() { SingleReader = true });
    private long _told;

    /// <summary>What other nodes are told within a transaction whose last sequence number this is, as a statement; null when there can be none.</summary>
    internal string? Notice(long last) => settings.Provider == DatabaseProvider.Postgres ? string.Create(CultureInfo.InvariantCulture, $"SELECT pg_notify('{Topic}', '{_node} {last}')") : null;

    /// <summary>Takes over what this node has committed, in order.</summary>
    internal void Committed(IReadOnlyList<LiveChange> changes)
    {
        feed.Committed();
        if (settings.Provider == DatabaseProvider.Postgres) _news.Writer.TryWrite((changes, 0));
        else foreach (var change in changes) feed.Publish(change);
    }

    /// <summary>
    /// Tells all nodes' screens that a duty changed outside a matter's commit: taken, given, read, or fed by a joined
    /// application. Called after it is saved; what is lost with a node is seen at the next look.
    /// </summary>
    internal Task DutiesChangedAsync(RendaDbContext db, Todo todo, CancellationToken cancellation) => DutiesChangedAsync(db, [(todo.PersonId ?? todo.OrganisationId)!.Value], cancellation);

    /// <summary>The same for several holders, at most some hundred at once.</summary>
    public async Task DutiesChangedAsync(RendaDbContext db, IReadOnlyList<Guid> holders, CancellationToken cancellation)
    {
        feed.Publish(holders);
        if (settings.Provider == DatabaseProvider.Postgres)
            await db.Database.ExecuteSqlAsync($"SELECT pg_notify({DutyTopic}, {_node + " " + string.Join(' ', holders.Select(h => h.ToString("N")))})", cancellation);
    }

    /// <summary>Tells all nodes' screens that notices of these persons or accounts came, were read or were taken back; any number of them.</summary>
    public async Task NoticesChangedAsync(RendaDbContext db, IReadOnlyList<Guid> holders, CancellationToken cancellation)
    {
        if (holders.Count == 0) return;
        feed.Publish(holders, ofNotices: true);
        if (settings.Provider != DatabaseProvider.Postgres) return;
        foreach (var some in holders.Chunk(Holders))
            await db.Database.ExecuteSqlAsync($"SELECT pg_notify({NoticeTopic}, {_node + " " + string.Join(' ', some.Select(h => h.ToString("N")))})", cancellation);
    }

    /// <summary>Knows where it begins before anybody can write or listen.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Provider == DatabaseProvider.Postgres) _told = await NewestAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Provider != DatabaseProvider.Postgres) return;
        try
        {
            await Task.WhenAll(ListenAsync(stoppingToken), TellAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops; who listens to it comes back to another with a cursor.
        }
    }

    /// <summary>Hears of the other nodes' commits, over a connection of its own that is opened again whenever it breaks.</summary>
    private async Task ListenAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false, KeepAlive = 30 }.ConnectionString);
                connection.Notification += (_, said) =>
                {
                    if (said.Channel is DutyTopic or NoticeTopic)
                    {
                        var words = said.Payload.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                        if (words[0] != _node) feed.Publish([.. words.Skip(1).Select(w => Guid.TryParse(w, out var holder) ? holder : Guid.Empty)], said.Channel == NoticeTopic);
                        return;
                    }
                    var (node, last) = said.Payload.Split(' ') is [var n, var l] && long.TryParse(l, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (n, number) : ("", 0);
                    if (node != _node) _news.Writer.TryWrite(([], last));
                };
                await connection.OpenAsync(stopping);
                await using (var listen = new NpgsqlCommand($"LISTEN {Topic}; LISTEN {DutyTopic}; LISTEN {NoticeTopic}", connection)) await listen.ExecuteNonQueryAsync(stopping);
                // What was committed while nobody listened.
                _news.Writer.TryWrite(([], await NewestAsync(stopping)));
                feed.Publish([]);
                feed.Publish([], ofNotices: true);
                while (true) await connection.WaitAsync(stopping);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or System.Net.Sockets.SocketException && !stopping.IsCancellationRequested)
            {
                log.LogWarning(e, "The connection that tells of other nodes' changes broke; opened again");
                await Task.Delay(TimeSpan.FromSeconds(1), stopping);
            }
        }
    }

    private async Task TellAsync(CancellationToken stopping)
    {
        await foreach (var (mine, theirs) in _news.Reader.ReadAllAsync(stopping))
        {
            foreach (var change in mine)
            {
                if (change.Seq > _told + 1) await ReadAsync(change.Seq - 1, stopping);
                if (change.Seq <= _told) continue;
                feed.Publish(change);
                _told = change.Seq;
            }
            if (theirs > _told) await ReadAsync(theirs, stopping);
        }
    }

    /// <summary>Tells what the database has up to a number. The matter is told as it is now, which is what a screen will show.</summary>
    private async Task ReadAsync(long last, CancellationToken stopping)
    {
        while (_told < last)
        {
            try
            {
                await using var db = databases.CreateDbContext();
                var events = await db.Set<MatterEvent>().AsNoTracking().Where(e => e.Seq > _told && e.Seq <= last).OrderBy(e => e.Seq).Take(Page).Select(e => new { e.Seq, e.Action, e.MatterId }).ToListAsync(stopping);
                if (events.Count == 0) return;
                if (feed.Subscribers > 0)
                {
                    var ids = events.Select(e => e.MatterId).Distinct().ToList();
                    var matters = await db.Set<Matter>().AsNoTracking().Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, stopping);
                    var assignments = (await db.Set<Assignment>().AsNoTracking().Where(a => ids.Contains(a.MatterId)).ToListAsync(stopping)).ToLookup(a => a.MatterId);
                    var reporters = (await db.Set<MatterReporter>().AsNoTracking().Where(r => ids.Contains(r.MatterId)).ToListAsync(stopping)).ToLookup(r => r.MatterId);
                    foreach (var e in events.Where(e => matters.ContainsKey(e.MatterId)))
                        feed.Publish(new LiveChange(e.Seq, e.Action, matters[e.MatterId], [.. assignments[e.MatterId]], [.. reporters[e.MatterId]]));
                }
                feed.Committed();
                _told = events[^1].Seq;
            }
            catch (Exception e) when (e is System.Data.Common.DbException or IOException or InvalidOperationException && !stopping.IsCancellationRequested)
            {
                log.LogWarning(e, "Changes of other nodes could not be read; tried again");
                await Task.Delay(TimeSpan.FromSeconds(1), stopping);
            }
        }
    }

    private async Task<long> NewestAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await using var db = databases.CreateDbContext();
                return await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq, stopping) ?? 0;
            }
            catch (Exception e) when (e is System.Data.Common.DbException or IOException or InvalidOperationException && !stopping.IsCancellationRequested)
            {
                log.LogWarning(e, "The newest change could not be read; tried again");
                await Task.Delay(TimeSpan.FromSeconds(1), stopping);
            }
        }
    }
}
