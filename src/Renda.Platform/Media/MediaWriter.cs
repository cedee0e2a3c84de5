using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Renda.Platform.Persistence;

namespace Renda.Platform.Media;

/// <summary>
/// Writes the rows of new originals. Those that arrive together share one transaction, so that one sync of the
/// database serves many senders; each is answered after it.
/// </summary>
internal sealed class MediaWriter(IDbContextFactory<RendaDbContext> contexts) : BackgroundService
{
    private const int BatchSize = 128;
    private readonly Channel<Arrival> _queue = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(1024) { SingleReader = true });

    /// <summary>An original now on disk, and the upload it completes (null when it came without one; new when it has no row yet).</summary>
    private sealed record Arrival(MediaItem Item, Upload? Upload, bool UploadIsNew)
    {
        /// <summary>A row of the same bytes may be there; asked only then, since nearly every file is new.</summary>
        public bool MayBeKnown { get; set; }

        public TaskCompletionSource<MediaItem> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The committed row: the given one, or the earlier one of the same bytes.</summary>
    public async Task<MediaItem> RecordAsync(MediaItem item, Upload? upload, bool uploadIsNew, bool mayBeKnown)
    {
        var arrival = new Arrival(item, upload, uploadIsNew) { MayBeKnown = mayBeKnown };
        await _queue.Writer.WriteAsync(arrival);
        return await arrival.Answer.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Arrival>(BatchSize);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < BatchSize && _queue.Reader.TryRead(out var arrival)) batch.Add(arrival);
            if (!await TryWriteAsync(batch, last: batch.Count == 1 && batch[0].MayBeKnown))
            {
                foreach (var arrival in batch)
                {
                    // Perhaps another node stored the same bytes at the same moment.
                    arrival.MayBeKnown = true;
                    await TryWriteAsync([arrival], last: true);
                }
            }
            batch.Clear();
        }
    }

    /// <summary>Lets what is queued be written before the process ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } running) await running.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    private async Task<bool> TryWriteAsync(List<Arrival> batch, bool last)
    {
        try
        {
            await using var db = contexts.CreateDbContext();
            var rows = new Dictionary<string, MediaItem>();
            var copies = new HashSet<(string, Guid)>();
            foreach (var (item, upload, uploadIsNew) in batch)
            {
                var sha = item.Sha256;
                if (!rows.ContainsKey(sha) && batch.Any(a => a.Item.Sha256 == sha && a.MayBeKnown)
                    && await db.Set<MediaItem>().AsNoTracking().FirstOrDefaultAsync(m => m.Sha256 == sha) is { } earlier)
                    rows.Add(sha, earlier);
                if (rows.TryAdd(sha, item))
                    db.Add(item);
                else if (rows[sha].UploadedBy != item.UploadedBy && copies.Add((sha, item.UploadedBy))
                    && !await db.Set<MediaCopy>().AnyAsync(c => c.Sha256 == sha && c.AccountId == item.UploadedBy))
                    db.Add(new MediaCopy { Sha256 = sha, AccountId = item.UploadedBy, UploadedAt = item.UploadedAt });
                if (upload is not null) db.Entry(upload).State = uploadIsNew ? EntityState.Added : EntityState.Modified;
            }
            await db.SaveChangesAsync();
            foreach (var arrival in batch) arrival.Answer.TrySetResult(rows[arrival.Item.Sha256]);
            return true;
        }
#pragma warning disable CA1031 // The writer must outlive any failure; the sender gets the exception.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (last) batch[0].Answer.TrySetException(e);
            return false;
        }
    }
}
