using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Persistence;

namespace Renda.Platform.Media;

/// <summary>A stored original that is not what its row says.</summary>
/// <param name="Sha256">Which.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record MediaFault(string Sha256, Words Problem);

/// <summary>Takes files in and answers for them afterwards.</summary>
public sealed class MediaService
{
    private readonly MediaSettings _settings;
    private readonly MediaStore _store;
    private readonly MediaInspector _inspector;
    private readonly Derivatives _derivatives;
    private readonly MediaWriter _writer;
    private readonly IDbContextFactory<RendaDbContext> _contexts;
    private readonly TimeProvider _clock;

    internal MediaService(MediaSettings settings, MediaStore store, MediaInspector inspector, Derivatives derivatives, MediaWriter writer, IDbContextFactory<RendaDbContext> contexts, TimeProvider clock)
    {
        (_settings, _store, _inspector, _derivatives, _writer, _contexts, _clock) = (settings, store, inspector, derivatives, writer, contexts, clock);
    }

    /// <summary>
    /// Takes in one file. When it returns an item, the original is on disk and its row committed; the same bytes again
    /// give the same item.
    /// </summary>
    /// <param name="content">The file, read to its end.</param>
    /// <param name="claimedName">Name the sender gave; only shown, never trusted.</param>
    /// <param name="accountId">Who sends it.</param>
    /// <param name="ct">Ends the reading; once all is read, the storing is finished whatever happens.</param>
    public async Task<MediaResult> IngestAsync(Stream content, string? claimedName, Guid accountId, CancellationToken ct)
    {
        var path = _store.IncomingPath(Guid.CreateVersion7().ToString("N"));
        try
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using (var file = Open(path, FileMode.CreateNew))
            {
                var outcome = await Incoming.CopyAsync(content, file, 0, _settings.VideoLimit, [sha], ct);
                if (outcome.Interrupted) return new(MediaRefusals.Interrupted);
                if (outcome.TooLong) return new(MediaRefusals.TooLarge(_settings.VideoLimit));
                Incoming.Guard(() => RandomAccess.FlushToDisk(file));
            }
            return await AcceptAsync(path, Convert.ToHexStringLower(sha.GetHashAndReset()), claimedName, accountId, null, false);
        }
        catch (MediaStorageException)
        {
            return new(MediaRefusals.StorageFull);
        }
        finally
        {
            Discard(path);
        }
    }

    /// <summary>The original's row; null when there is none.</summary>
    public async Task<MediaItem?> FindAsync(string sha, CancellationToken ct)
    {
        if (!MediaStore.IsSha(sha)) return null;
        await using var db = _contexts.CreateDbContext();
        return await db.Set<MediaItem>().AsNoTracking().FirstOrDefaultAsync(m => m.Sha256 == sha, ct);
    }

    /// <summary>True when the account itself sent these bytes; knowing their hash is not enough to refer to them.</summary>
    public async Task<bool> IsSenderAsync(string sha, Guid accountId, CancellationToken ct)
    {
        if (!MediaStore.IsSha(sha)) return false;
        await using var db = _contexts.CreateDbContext();
        return await db.Set<MediaItem>().AnyAsync(m => m.Sha256 == sha && m.UploadedBy == accountId, ct)
            || await db.Set<MediaCopy>().AnyAsync(c => c.Sha256 == sha && c.AccountId == accountId, ct);
    }

    /// <summary>
    /// The picture (JPEG, at most 1600 pixels, without metadata) of a photo or a video, made if it is not there yet; null
    /// when there is nothing to show. Who may see it is the caller's to ask. The caller disposes the stream.
    /// </summary>
    public async Task<Stream?> OpenPictureAsync(string sha, CancellationToken ct) =>
        await FindAsync(sha, ct) is { } item && await _derivatives.EnsureAsync(item, ct) == PictureState.Ready ? _store.OpenRead(sha, Derivatives.View) : null;

    /// <summary>Gives up uploads whose time is over and files left by a crash. Harmless at any time.</summary>
    /// <param name="now">The present (UTC).</param>
    /// <param name="ct">Stops between uploads.</param>
    /// <returns>How many uploads and files were given up.</returns>
    public async Task<int> SweepAsync(DateTime now, CancellationToken ct = default)
    {
        await using var db = _contexts.CreateDbContext();
        var swept = 0;
        foreach (var upload in await db.Set<Upload>().AsNoTracking().Where(u => u.ExpiresAt <= now).OrderBy(u => u.ExpiresAt).Take(10_000).ToListAsync(ct))
        {
            // A byte that arrived in the meantime has moved the time on.
            if (await db.Set<Upload>().Where(u => u.Id == upload.Id && u.ExpiresAt <= now).ExecuteDeleteAsync(ct) == 0) continue;
            Discard(_store.IncomingPath(upload.FileName));
            swept++;
        }
        foreach (var file in _store.IncomingFiles().Where(f => f.LastWriteTimeUtc < now - _settings.UploadLifetime - TimeSpan.FromHours(1)))
        {
            if (await db.Set<Upload>().AnyAsync(u => u.FileName == file.Name, ct)) continue;
            Discard(file.FullName);
            swept++;
        }
        return swept;
    }

    /// <summary>Reads every original and reports those that are missing or altered. Streams; takes as long as the disk.</summary>
    public async IAsyncEnumerable<MediaFault> VerifyAllAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var db = _contexts.CreateDbContext();
        var after = "";
        while (true)
        {
            // In pages: a reader held open for hours would keep SQLite's log from being emptied.
            var from = after;
#pragma warning disable CA1309 // translated to SQL, which compares as it orders
            var page = await db.Set<MediaItem>().Where(m => string.Compare(m.Sha256, from) > 0).OrderBy(m => m.Sha256).Select(m => m.Sha256).Take(500).ToListAsync(ct);
#pragma warning restore CA1309
            if (page.Count == 0) yield break;
            after = page[^1];
            foreach (var sha in page)
            {
                if (!_store.Exists(sha)) yield return new(sha, new("原件缺失。", "The original is missing."));
                else if (!await _store.VerifyAsync(sha, ct)) yield return new(sha, new("原件已被改动。", "The original has been altered."));
            }
        }
    }

    /// <summary>Inspects and stores a complete, synced incoming file; completes the upload in the same transaction.</summary>
    internal async Task<MediaResult> AcceptAsync(string path, string sha, string? claimedName, Guid accountId, Upload? upload, bool uploadIsNew)
    {
        var (facts, refusal) = _inspector.Inspect(path);
        if (facts is null) return new(refusal!);
        Pictures? pictures = null;
        if (facts.DecodeToKnow && (pictures = await _derivatives.TryAsync(path, facts)) is null) return new(MediaRefusals.Broken);

        var known = _store.Exists(sha);
        Incoming.Guard(() => _store.Place(path, sha));
        var item = new MediaItem
        {
            Sha256 = sha,
            ContentType = facts.ContentType,
            Length = new FileInfo(_store.PathOf(sha, MediaStore.Original)).Length,
            Kind = facts.Kind,
            Name = NameOf(claimedName),
            Width = facts.Width,
            Height = facts.Height,
            DurationMs = facts.DurationMs,
            TakenAt = facts.TakenAt,
            Latitude = facts.Latitude,
            Longitude = facts.Longitude,
            Device = facts.Device,
            UploadedBy = accountId,
            UploadedAt = _clock.GetUtcNow().UtcDateTime,
            PerceptualHash = pictures?.Hash ?? 0,
        };
        if (upload is not null) upload.CompletedSha = sha;
        var stored = await _writer.RecordAsync(item, upload, uploadIsNew, mayBeKnown: known);
        if (pictures is not null) Incoming.Guard(() => _derivatives.Keep(sha, pictures));
        else if (facts.Kind != MediaKind.Document) _derivatives.Queue(sha);
        return new(stored);
    }

    internal static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The sweep comes by again.
        }
    }

    internal static Microsoft.Win32.SafeHandles.SafeFileHandle Open(string path, FileMode mode)
    {
        try
        {
            return File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaStorageException(e);
        }
    }

    private static string NameOf(string? claimed)
    {
        var name = MediaInspector.Clean(claimed, 1000);
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        return MediaInspector.Clean(name, 200);
    }
}
