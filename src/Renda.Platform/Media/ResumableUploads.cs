using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Persistence;

namespace Renda.Platform.Media;

/// <summary>
/// tus 1.0: core, creation, creation-with-upload, creation-defer-length, termination, checksum, expiration.
/// What is held is the length of the file on disk, never what a row or a memory says of it.
/// </summary>
internal sealed class ResumableUploads(MediaSettings settings, MediaStore store, MediaService media, IDbContextFactory<RendaDbContext> contexts, TimeProvider clock)
{
    public const string ShaHeader = "Renda-Sha256";
    private const string Version = "1.0.0", Extensions = "creation,creation-with-upload,creation-defer-length,termination,checksum,expiration",
        Algorithms = "sha1,sha256,md5", Part = "application/offset+octet-stream";

    private readonly UploadLeases _leases = new();

    /// <summary>What the server can do.</summary>
    public IResult Describe(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers["Tus-Resumable"] = headers["Tus-Version"] = Version;
        headers["Tus-Extension"] = Extensions;
        headers["Tus-Checksum-Algorithm"] = Algorithms;
        headers["Tus-Max-Size"] = settings.VideoLimit.ToString(CultureInfo.InvariantCulture);
        return TypedResults.NoContent();
    }

    /// <summary>Begins an upload, and takes its first bytes when they are in the same request.</summary>
    public async Task<IResult> CreateAsync(HttpContext http)
    {
        if (Begin(http) is { } refused) return refused;
        var request = http.Request;
        if (Number(request, "Upload-Length") is { } length)
        {
            if (length < 0) return Bad("Upload-Length");
            if (length == 0) return MediaRefusals.Empty.Problem();
            if (length > settings.VideoLimit) return MediaRefusals.TooLarge(settings.VideoLimit).Problem();
        }
        else if (request.Headers["Upload-Defer-Length"] != "1" || request.Headers.ContainsKey("Upload-Length"))
        {
            return Bad("Upload-Length, Upload-Defer-Length");
        }
        var metadata = request.Headers["Upload-Metadata"].ToString();
        if (metadata.Length > 4000 || !IsMetadata(metadata)) return Bad("Upload-Metadata");
        var account = MediaEndpoints.AccountOf(http.User)!.Value;
        var now = clock.GetUtcNow().UtcDateTime;
        await using (var db = contexts.CreateDbContext())
        {
            if (await db.Set<Upload>().CountAsync(u => u.AccountId == account && u.CompletedSha == null && u.ExpiresAt > now, http.RequestAborted) >= settings.OpenUploadLimit)
                return MediaEndpoints.Refuse(429, "media.too-many-uploads", new("未完成的上传太多，请先完成或取消一些。", "Too many unfinished uploads; finish or cancel some first."));
        }
        var total = Number(request, "Upload-Length");
        if (!HasRoom(total ?? 0)) return MediaRefusals.StorageFull.Problem();

        var id = Guid.CreateVersion7();
        var upload = new Upload { Id = id, AccountId = account, Length = total, Metadata = metadata, ExpiresAt = now + settings.UploadLifetime, FileName = id.ToString("N") };
        http.Response.Headers.Location = $"{request.PathBase}{MediaEndpoints.UploadsPath}/{id}";
        if (request.ContentType == Part)
        {
            using var lease = await _leases.TakeAsync(id, http.RequestAborted);
            return await AppendAsync(http, lease!, upload, 0, isNew: true);
        }
        await SaveAsync(upload, isNew: true);
        Describe(http, upload);
        return TypedResults.StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>Says how much is held. Finishes an upload whose last request was cut after its last byte.</summary>
    public async Task<IResult> HeadAsync(HttpContext http, Guid id)
    {
        if (Begin(http) is { } refused) return refused;
        http.Response.Headers.CacheControl = "no-store";
        using var lease = await _leases.TakeAsync(id, http.RequestAborted);
        if (lease is null) return Busy();
        var (upload, missing) = await FindAsync(http, id);
        if (upload is null) return missing!;
        if (upload.CompletedSha is null)
        {
            if (Held(upload) is not { } held) return NotFound();
            upload.Offset = held;
            if (upload.Length == held && await CompleteAsync(upload, null, isNew: false) is { } failed) return failed;
        }
        Describe(http, upload);
        return TypedResults.Ok();
    }

    /// <summary>Takes the next bytes.</summary>
    public async Task<IResult> PatchAsync(HttpContext http, Guid id)
    {
        if (Begin(http) is { } refused) return refused;
        if (http.Request.ContentType != Part) return MediaEndpoints.Refuse(415, "media.bad-request", new("Content-Type 必须为 " + Part, "Content-Type must be " + Part));
        if (Number(http.Request, "Upload-Offset") is not (>= 0 and var offset)) return Bad("Upload-Offset");
        using var lease = await _leases.TakeAsync(id, http.RequestAborted);
        if (lease is null) return Busy();
        var (upload, missing) = await FindAsync(http, id);
        if (upload is null) return missing!;
        if (upload.CompletedSha is not null)
        {
            if (offset != upload.Length) return Conflict(http, upload);
            Describe(http, upload);
            return TypedResults.NoContent();
        }
        if (Held(upload) is not { } held) return NotFound();
        upload.Offset = held;
        if (offset != held) return Conflict(http, upload);
        if (http.Request.Headers.ContainsKey("Upload-Length"))
        {
            if (Number(http.Request, "Upload-Length") is not (>= 0 and var length) || (upload.Length ?? length) != length || length < held) return Bad("Upload-Length");
            if (length > settings.VideoLimit)
            {
                await ForgetAsync(upload);
                return MediaRefusals.TooLarge(settings.VideoLimit).Problem();
            }
            upload.Length = length;
        }
        return await AppendAsync(http, lease, upload, held, isNew: false);
    }

    /// <summary>Gives an upload up. What it has already become stays.</summary>
    public async Task<IResult> DeleteAsync(HttpContext http, Guid id)
    {
        if (Begin(http) is { } refused) return refused;
        using var lease = await _leases.TakeAsync(id, http.RequestAborted);
        if (lease is null) return Busy();
        var (upload, missing) = await FindAsync(http, id);
        if (upload is null) return missing!;
        await ForgetAsync(upload);
        return TypedResults.NoContent();
    }

    private async Task<IResult> AppendAsync(HttpContext http, UploadLeases.Lease lease, Upload upload, long offset, bool isNew)
    {
        if (!TryChecksum(http.Request, out var check, out var expected)) return Bad("Upload-Checksum");
        using var checkOwner = check;
        var most = (upload.Length ?? settings.VideoLimit) - offset;
        if (http.Request.ContentLength > most) return TooLong(upload);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;

        var path = store.IncomingPath(upload.FileName);
        using var sha = offset == 0 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        Incoming.Outcome outcome;
        try
        {
            // Bytes not yet proved by their checksum must not count after a crash.
            if (check is not null) Incoming.Guard(() => File.WriteAllText(path + Unproved, offset.ToString(CultureInfo.InvariantCulture)));
            using (var file = MediaService.Open(path, FileMode.OpenOrCreate))
            {
                outcome = await Incoming.CopyAsync(http.Request.Body, file, offset, most, [sha, check], lease.Taken);
                var failed = check is not null && (outcome.Interrupted || !CryptographicOperations.FixedTimeEquals(check.GetHashAndReset(), expected));
                if (failed || outcome.TooLong) Incoming.Guard(() => RandomAccess.SetLength(file, offset));
                if (check is not null) Incoming.Guard(() => File.Delete(path + Unproved));
                if (outcome.TooLong) return TooLong(upload);
                if (failed && !outcome.Interrupted)
                {
                    if (isNew) MediaService.Discard(path);
                    return MediaEndpoints.Refuse(460, "media.checksum-mismatch", new("校验和不符，这一段没有保存。", "The checksum does not match; this part was not kept."));
                }
                upload.Offset = failed ? offset : offset + outcome.Written;
                Incoming.Guard(() => RandomAccess.FlushToDisk(file));
            }
            if (upload.Offset == upload.Length)
            {
                if (await CompleteAsync(upload, sha is null ? null : Convert.ToHexStringLower(sha.GetHashAndReset()), isNew) is { } refused) return refused;
            }
            else
            {
                if (offset == 0) Incoming.Guard(store.SyncIncoming);
                upload.ExpiresAt = clock.GetUtcNow().UtcDateTime + settings.UploadLifetime;
                // Who began the upload with an interrupted request has not learnt its address.
                if (isNew && outcome.Interrupted) MediaService.Discard(path);
                else await SaveAsync(upload, isNew);
            }
        }
        catch (MediaStorageException)
        {
            if (isNew) MediaService.Discard(path);
            return MediaRefusals.StorageFull.Problem();
        }
        if (outcome.Interrupted) return MediaRefusals.Interrupted.Problem();
        Describe(http, upload);
        return TypedResults.StatusCode(isNew ? StatusCodes.Status201Created : StatusCodes.Status204NoContent);
    }

    /// <summary>Null when stored; otherwise the refusal, and the upload is gone.</summary>
    private async Task<IResult?> CompleteAsync(Upload upload, string? sha, bool isNew)
    {
        var path = store.IncomingPath(upload.FileName);
        try
        {
            if (sha is null)
            {
                using var file = MediaService.Open(path, FileMode.Open);
                Incoming.Guard(() => RandomAccess.FlushToDisk(file));
                await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 << 10);
                sha = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
            }
            var result = await media.AcceptAsync(path, sha, FileNameOf(upload.Metadata), upload.AccountId, upload, isNew);
            if (result.Refusal is { } refusal)
            {
                await ForgetAsync(upload);
                return refusal.Problem();
            }
            MediaService.Discard(path);
            return null;
        }
        catch (MediaStorageException)
        {
            return MediaRefusals.StorageFull.Problem();
        }
    }

    private const string Unproved = ".unproved";

    /// <summary>Bytes held; null when the file is gone though bytes had been taken.</summary>
    private long? Held(Upload upload)
    {
        var path = store.IncomingPath(upload.FileName);
        var file = new FileInfo(path);
        if (!file.Exists) return upload.Offset == 0 ? 0 : null;
        if (File.Exists(path + Unproved))
        {
            if (long.TryParse(File.ReadAllText(path + Unproved), CultureInfo.InvariantCulture, out var proved) && proved < file.Length)
            {
                using var handle = MediaService.Open(path, FileMode.Open);
                RandomAccess.SetLength(handle, proved);
            }
            File.Delete(path + Unproved);
            file.Refresh();
        }
        return file.Length;
    }

    private async Task<(Upload?, IResult?)> FindAsync(HttpContext http, Guid id)
    {
        await using var db = contexts.CreateDbContext();
        var upload = await db.Set<Upload>().AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, http.RequestAborted);
        if (upload is null || upload.AccountId != MediaEndpoints.AccountOf(http.User)) return (null, NotFound());
        if (upload.ExpiresAt <= clock.GetUtcNow().UtcDateTime)
            return (null, MediaEndpoints.Refuse(410, "media.upload-expired", new("上传已过期，请重新上传。", "The upload has expired; please start again.")));
        return (upload, null);
    }

    private async Task SaveAsync(Upload upload, bool isNew)
    {
        await using var db = contexts.CreateDbContext();
        db.Entry(upload).State = isNew ? EntityState.Added : EntityState.Modified;
        await db.SaveChangesAsync();
    }

    private async Task ForgetAsync(Upload upload)
    {
        await using var db = contexts.CreateDbContext();
        await db.Set<Upload>().Where(u => u.Id == upload.Id).ExecuteDeleteAsync();
        MediaService.Discard(store.IncomingPath(upload.FileName));
        MediaService.Discard(store.IncomingPath(upload.FileName) + Unproved);
    }

    private bool HasRoom(long bytes)
    {
        try
        {
            return store.HasRoomFor(bytes + settings.ReservedSpace);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IResult? Begin(HttpContext http)
    {
        http.Response.Headers["Tus-Resumable"] = Version;
        if (MediaEndpoints.AccountOf(http.User) is null) return TypedResults.Forbid();
        if (http.Request.Headers["Tus-Resumable"] == Version) return null;
        http.Response.Headers["Tus-Version"] = Version;
        return MediaEndpoints.Refuse(412, "media.tus-version", new("需要 tus 1.0.0。", "tus 1.0.0 is required."));
    }

    private static void Describe(HttpContext http, Upload upload)
    {
        var headers = http.Response.Headers;
        headers["Upload-Offset"] = (upload.CompletedSha is null ? upload.Offset : upload.Length!.Value).ToString(CultureInfo.InvariantCulture);
        if (upload.Length is { } length) headers["Upload-Length"] = length.ToString(CultureInfo.InvariantCulture);
        else headers["Upload-Defer-Length"] = "1";
        if (upload.Metadata.Length > 0) headers["Upload-Metadata"] = upload.Metadata;
        if (upload.CompletedSha is { } sha) headers[ShaHeader] = sha;
        else headers["Upload-Expires"] = upload.ExpiresAt.ToString("R", CultureInfo.InvariantCulture);
    }

    private static IResult Conflict(HttpContext http, Upload upload)
    {
        http.Response.Headers["Upload-Offset"] = upload.Offset.ToString(CultureInfo.InvariantCulture);
        return MediaEndpoints.Refuse(409, "media.offset-mismatch", new("续传位置不符。", "The offset does not match what is held."));
    }

    private static IResult TooLong(Upload upload) => upload.Length is { } length
        ? MediaEndpoints.Refuse(413, "media.too-large", new Words("内容超出所声明的长度（{0} 字节）。", "More bytes than the declared length ({0}).").With(length))
        : MediaEndpoints.Refuse(413, "media.too-large", new("文件过大。", "The file is too large."));

    private static IResult NotFound() => MediaEndpoints.Refuse(404, "media.upload-not-found", new("没有这个上传。", "There is no such upload."));

    private static IResult Busy() => MediaEndpoints.Refuse(423, "media.upload-busy", new("这个上传正在处理中，请稍后再试。", "This upload is being worked on; try again shortly."));

    private static IResult Bad(string header) =>
        MediaEndpoints.Refuse(400, "media.bad-request", new Words("请求头 {0} 缺失或无效。", "The header {0} is missing or not valid.").With(header));

    private static long? Number(HttpRequest request, string header) =>
        request.Headers.TryGetValue(header, out var text) ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1 : null;

    private static bool IsMetadata(string metadata) => metadata.Length == 0 || metadata.Split(',').All(pair =>
    {
        var parts = pair.Trim(' ').Split(' ');
        return parts.Length is 1 or 2 && parts[0].Length > 0 && parts[0].All(c => c is > ' ' and < '\x7f') && (parts.Length == 1 || Base64.IsValid(parts[1]));
    });

    private static string? FileNameOf(string metadata)
    {
        foreach (var pair in metadata.Split(','))
            if (pair.Trim(' ').Split(' ') is ["filename" or "name", var value]) return Encoding.UTF8.GetString(Convert.FromBase64String(value));
        return null;
    }

    private static bool TryChecksum(HttpRequest request, out IncrementalHash? hash, out byte[] expected)
    {
        (hash, expected) = (null, []);
        if (!request.Headers.TryGetValue("Upload-Checksum", out var header)) return true;
        if (header.ToString().Split(' ') is not [var name, var value] || !Base64.IsValid(value)) return false;
        expected = Convert.FromBase64String(value);
#pragma warning disable CA5350, CA5351 // The protocol asks for SHA-1; these find accidents on the line, the store itself trusts SHA-256.
        hash = name switch
        {
            "sha1" => IncrementalHash.CreateHash(HashAlgorithmName.SHA1),
            "sha256" => IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
            "md5" => IncrementalHash.CreateHash(HashAlgorithmName.MD5),
            _ => null,
        };
#pragma warning restore CA5350, CA5351
        return hash is not null;
    }
}

/// <summary>
/// One request at a time works on an upload. A newer one takes over from an older one that is still waiting for bytes:
/// its connection is usually dead, only the server has not noticed.
/// </summary>
internal sealed class UploadLeases
{
    private readonly Dictionary<Guid, Entry> _entries = [];

    public async Task<Lease?> TakeAsync(Guid id, CancellationToken ct)
    {
        Entry? entry;
        lock (_entries)
        {
            if (!_entries.TryGetValue(id, out entry)) _entries.Add(id, entry = new Entry());
            entry.Users++;
            entry.Holder?.GiveUp();
        }
        var taken = false;
        try
        {
            taken = await entry.Gate.WaitAsync(TimeSpan.FromSeconds(20), ct);
        }
        finally
        {
            if (!taken) Leave(id, entry);
        }
        if (!taken) return null;
        var lease = new Lease(this, id, entry, ct);
        lock (_entries) entry.Holder = lease;
        return lease;
    }

    private void Leave(Guid id, Entry entry)
    {
        lock (_entries)
        {
            if (--entry.Users > 0) return;
            _entries.Remove(id);
            entry.Gate.Dispose();
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1);
        public Lease? Holder { get; set; }
        public int Users { get; set; }
    }

    internal sealed class Lease : IDisposable
    {
        private readonly UploadLeases _leases;
        private readonly Guid _id;
        private readonly Entry _entry;
        private readonly CancellationTokenSource _taken;

        public Lease(UploadLeases leases, Guid id, object entry, CancellationToken ct)
        {
            (_leases, _id, _entry) = (leases, id, (Entry)entry);
            _taken = CancellationTokenSource.CreateLinkedTokenSource(ct);
        }

        /// <summary>Set when a newer request wants the upload; the body is then read no further.</summary>
        public CancellationToken Taken => _taken.Token;

        public void GiveUp() => _taken.Cancel();

        public void Dispose()
        {
            lock (_leases._entries)
            {
                _entry.Holder = null;
                _taken.Dispose();
                _entry.Gate.Release();
            }
            _leases.Leave(_id, _entry);
        }
    }
}
