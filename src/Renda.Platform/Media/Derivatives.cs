using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform.Persistence;

namespace Renda.Platform.Media;

internal enum PictureState
{
    Ready,

    /// <summary>The program that could make it is not installed.</summary>
    NoTool,

    /// <summary>The file has no picture that can be shown.</summary>
    None,
}

/// <summary>Makes pictures of originals: on first demand, and soon after intake on one thread that lets all others go first.</summary>
internal sealed class Derivatives(MediaSettings settings, MediaStore store, ExternalTool tool, IDbContextFactory<RendaDbContext> contexts, TimeProvider clock, ILogger<Derivatives> log)
    : IHostedService, IDisposable
{
    public const string Thumb = "thumb.jpg", View = "view.jpg";
    private const int BigPicture = 30_000_000;

    private readonly Channel<string> _queue = Channel.CreateBounded<string>(new BoundedChannelOptions(20_000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ConcurrentDictionary<string, Lazy<Task<PictureState>>> _running = new();
    private readonly SemaphoreSlim _slots = new(2);
    // Formats that cannot be decoded at a fraction of their size take 4 bytes a pixel; never two of them at once.
    private readonly SemaphoreSlim _bigSlot = new(1);
    private readonly CancellationTokenSource _stop = new();
    private CancellationToken _stopping;
    private Thread? _worker;

    /// <summary>Asks for pictures soon. When the queue is full they are made on first demand instead.</summary>
    public void Queue(string sha) => _queue.Writer.TryWrite(sha);

    /// <summary>Makes the pictures unless they are there.</summary>
    public async Task<PictureState> EnsureAsync(MediaItem item, CancellationToken ct)
    {
        if (Existing(item.Sha256) is { } state) return state;
        if (item.Kind == MediaKind.Document) return PictureState.None;
        var making = _running.GetOrAdd(item.Sha256, _ => new(() => Task.Run(async () =>
        {
            try
            {
                var (made, hash) = Make(item);
                if (hash != 0) await SaveHashesAsync([(item.Sha256, hash)]);
                return made;
            }
            finally
            {
                _running.TryRemove(item.Sha256, out var _);
            }
        }, CancellationToken.None)));
        // Who goes away does not stop what others wait for.
        return await making.Value.WaitAsync(ct);
    }

    /// <summary>Makes the pictures of a file that is not stored yet; null when it cannot be decoded.</summary>
    public Task<Pictures?> TryAsync(string path, MediaFacts facts) =>
        Task.Run(() => InSlot((long)facts.Width * facts.Height, () => Pictures.Make(path)));

    public void Keep(string sha, Pictures pictures)
    {
        store.PlaceDerivative(pictures.View, sha, View);
        store.PlaceDerivative(pictures.Thumb, sha, Thumb);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // What a stop interrupted.
        var since = clock.GetUtcNow().UtcDateTime.AddDays(-7);
        await using (var db = contexts.CreateDbContext())
        {
            await foreach (var sha in db.Set<MediaItem>().Where(m => m.UploadedAt > since && m.PerceptualHash == 0 && m.Kind != MediaKind.Document)
                .OrderByDescending(m => m.UploadedAt).Select(m => m.Sha256).Take(1000).AsAsyncEnumerable().WithCancellation(cancellationToken))
                Queue(sha);
        }
        _stopping = _stop.Token;
        _worker = new Thread(Work) { IsBackground = true, Name = "pictures" };
        _worker.Start();
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Cancel();
        _worker?.Join(TimeSpan.FromSeconds(5));
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _slots.Dispose();
        _bigSlot.Dispose();
    }

    private void Work()
    {
        Disk.YieldToOthers();
        // Kept here: a stop that did not wait for a long picture disposes of its source while this thread still runs.
        var stopping = _stopping;
        var hashes = new List<(string, long)>();
        try
        {
            while (_queue.Reader.WaitToReadAsync(stopping).AsTask().GetAwaiter().GetResult())
            {
                while (hashes.Count < 50 && !stopping.IsCancellationRequested && _queue.Reader.TryRead(out var sha)) WorkOn(sha, hashes);
                if (hashes.Count > 0) SaveHashesAsync(hashes).GetAwaiter().GetResult();
                hashes.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping; what is left in the queue is found again at the next start.
        }
    }

    private void WorkOn(string sha, List<(string, long)> hashes)
    {
        try
        {
            using var db = contexts.CreateDbContext();
            if (db.Set<MediaItem>().AsNoTracking().FirstOrDefault(m => m.Sha256 == sha) is not { } item) return;
            // A hash that could not be saved with its picture, on a full disk say, is taken from the thumb.
            var hash = Existing(sha) != PictureState.Ready ? Make(item).Hash : item.PerceptualHash == 0 ? PerceptualHash.Of(store.PathOf(sha, Thumb)) : 0;
            if (hash != 0) hashes.Add((sha, hash));
        }
        catch (Exception e)
        {
            // One bad file, or a full disk, must not end the making of all later pictures.
            log.LogWarning(e, "No pictures of {Sha} for now; they are made when someone asks for them.", sha);
        }
    }

    private PictureState? Existing(string sha)
    {
        var thumb = new FileInfo(store.PathOf(sha, Thumb));
        return !thumb.Exists ? null : thumb.Length == 0 ? PictureState.None : PictureState.Ready;
    }

    private (PictureState State, long Hash) Make(MediaItem item) => InSlot((long)item.Width * item.Height, () =>
    {
        if (Existing(item.Sha256) is { } state) return (state, 0L);
        var original = store.PathOf(item.Sha256, MediaStore.Original);
        if (!File.Exists(original)) return (PictureState.None, 0);
        Pictures? pictures;
        if (item.ContentType == MediaInspector.Heic)
        {
            if (tool.Find("heif-dec", "heif-convert") is not { } heif) return (PictureState.NoTool, 0);
            pictures = ByTool(heif, result => ["-q", "92", original, result]);
        }
        else if (item.Kind == MediaKind.Video)
        {
            if (tool.Find("ffmpeg") is not { } ffmpeg) return (PictureState.NoTool, 0);
            pictures = ByTool(ffmpeg, result => Frame(item, original, result));
        }
        else
        {
            pictures = Pictures.Make(original);
        }
        if (pictures is null)
        {
            // An empty file says "tried, nothing to show", so that it is not tried at every look.
            store.PlaceDerivative([], item.Sha256, Thumb);
            return (PictureState.None, 0);
        }
        Keep(item.Sha256, pictures);
        return (PictureState.Ready, pictures.Hash);
    });

    private T InSlot<T>(long pixels, Func<T> make)
    {
        var big = pixels > BigPicture;
        if (big) _bigSlot.Wait();
        try
        {
            _slots.Wait();
            try
            {
                return make();
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            if (big) _bigSlot.Release();
        }
    }

    private Pictures? ByTool(string program, Func<string, IEnumerable<string>> arguments)
    {
        var folder = Directory.CreateTempSubdirectory("renda-picture-");
        try
        {
            var ended = tool.RunAsync(program, arguments(Path.Combine(folder.FullName, "picture.jpg")), CancellationToken.None).GetAwaiter().GetResult();
            // A file of several pictures becomes several files; the first is the main one.
            var result = folder.EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault();
            return ended && result is { Length: > 0 } ? Pictures.Make(result.FullName, turn: false) : null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The reader is named, so that a file cannot call for a playlist reader, and only files may be opened.</summary>
    private IEnumerable<string> Frame(MediaItem item, string original, string result) =>
    [
        "-v", "error", "-nostdin", "-max_alloc", "500000000",
        "-max_pixels", settings.PixelLimit.ToString(CultureInfo.InvariantCulture), "-threads", "1",
        "-protocol_whitelist", "file", "-f", item.ContentType == MediaInspector.Webm ? "matroska" : "mov",
        "-ss", Math.Min(1.0, (item.DurationMs ?? 0) / 3000.0).ToString("F3", CultureInfo.InvariantCulture),
        "-i", "file:" + original, "-map", "0:v:0", "-frames:v", "1",
        "-vf", $"scale=w='min({Pictures.ViewEdge},iw)':h='min({Pictures.ViewEdge},ih)':force_original_aspect_ratio=decrease",
        "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "3", "-threads", "1", "-f", "image2", "-update", "1", "-y", "file:" + result,
    ];

    private async Task SaveHashesAsync(List<(string Sha, long Hash)> hashes)
    {
        try
        {
            await using var db = contexts.CreateDbContext();
            await using var transaction = await db.Database.BeginTransactionAsync();
            foreach (var (sha, hash) in hashes)
                await db.Set<MediaItem>().Where(m => m.Sha256 == sha).ExecuteUpdateAsync(set => set.SetProperty(m => m.PerceptualHash, hash));
            await transaction.CommitAsync();
        }
        catch (Exception e)
        {
            // The pictures are there, and no one waits for the hash; it comes with the next start.
            log.LogWarning(e, "The hashes of {Count} pictures could not be saved for now.", hashes.Count);
        }
    }
}
