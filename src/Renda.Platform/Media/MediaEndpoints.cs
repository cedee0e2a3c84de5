using System.Net.Mime;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Renda.Platform.Persistence;

namespace Renda.Platform.Media;

/// <summary>The store over HTTP.</summary>
public static class MediaEndpoints
{
    internal const string UploadsPath = "/api/v1/uploads";

    /// <summary>Maps <c>/api/v1/uploads</c> and <c>/api/v1/media</c>; every one of them asks for a signed-in person.</summary>
    public static IEndpointConventionBuilder MapMedia(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/v1").RequireAuthorization().WithTags("Media");

        group.MapMethods("/uploads", ["OPTIONS"], (HttpContext http, ResumableUploads uploads) => uploads.Describe(http)).WithSummary("What the tus server can do");
        group.MapPost("/uploads", (HttpContext http, ResumableUploads uploads) => uploads.CreateAsync(http)).WithSummary("Begin a resumable upload (tus 1.0)");
        group.MapMethods("/uploads/{id:guid}", ["HEAD"], (HttpContext http, Guid id, ResumableUploads uploads) => uploads.HeadAsync(http, id)).WithSummary("How much of an upload is held");
        group.MapPatch("/uploads/{id:guid}", (HttpContext http, Guid id, ResumableUploads uploads) => uploads.PatchAsync(http, id)).WithSummary("Send the next bytes of an upload");
        group.MapDelete("/uploads/{id:guid}", (HttpContext http, Guid id, ResumableUploads uploads) => uploads.DeleteAsync(http, id)).WithSummary("Give an upload up");
        // tus asks for this way around proxies that let only GET and POST through.
        group.MapPost("/uploads/{id:guid}", (HttpContext http, Guid id, ResumableUploads uploads) => http.Request.Headers["X-HTTP-Method-Override"].ToString() switch
        {
            "PATCH" => uploads.PatchAsync(http, id),
            "DELETE" => uploads.DeleteAsync(http, id),
            "HEAD" => uploads.HeadAsync(http, id),
            _ => Task.FromResult<IResult>(TypedResults.StatusCode(StatusCodes.Status405MethodNotAllowed)),
        }).ExcludeFromDescription();

        group.MapPost("/media", PostAsync).WithSummary("Send one file in one request (multipart field \"file\", or the raw bytes)");
        group.MapMethods("/media/{sha}/{variant}", ["GET", "HEAD"], GetAsync).WithSummary("A picture, a video, or with a purpose the sealed original");
        return group;
    }

    internal static Guid? AccountOf(ClaimsPrincipal user) => Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    internal static IResult Refuse(int status, string code, Words text) => new Refusal(code, text, status).Problem();

    private static async Task<IResult> PostAsync(HttpContext http, MediaService media, MediaSettings settings, string? name)
    {
        if (AccountOf(http.User) is not { } account) return TypedResults.Forbid();
        // The form around the file needs a little room too.
        var most = settings.VideoLimit + (64 << 10);
        if (http.Request.ContentLength > most) return MediaRefusals.TooLarge(settings.VideoLimit).Problem();
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = most;
        var content = http.Request.Body;
        if (MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                if (await FileOfFormAsync(http, type) is not { } file) return Refuse(400, "media.no-file", new("表单中没有名为 file 的文件。", "The form has no file named \"file\"."));
                (content, name) = file;
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                return MediaRefusals.Interrupted.Problem();
            }
        }
        var result = await media.IngestAsync(content, name, account, http.RequestAborted);
        if (result.Refusal is { } refusal) return refusal.Problem();
        var item = result.Item!;
        http.Response.Headers[ResumableUploads.ShaHeader] = item.Sha256;
        return TypedResults.Ok(new StoredMedia(item.Sha256, item.ContentType, item.Kind.ToString(), item.Length, item.Width, item.Height, item.DurationMs));
    }

    private static async Task<(Stream, string?)?> FileOfFormAsync(HttpContext http, MediaTypeHeaderValue type)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 100) return null;
        var reader = new MultipartReader(boundary, http.Request.Body);
        for (var parts = 0; parts < 50 && await reader.ReadNextSectionAsync(http.RequestAborted) is { } section; parts++)
        {
            if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) && disposition.IsFileDisposition()
                && HeaderUtilities.RemoveQuotes(disposition.Name) == "file")
                return (section.Body, HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value);
        }
        return null;
    }

    private static async Task<IResult> GetAsync(
        HttpContext http, string sha, string variant, string? purpose, MediaService media, MediaStore store, Derivatives derivatives,
        IMediaAccess access, IDbContextFactory<RendaDbContext> contexts, TimeProvider clock, CancellationToken ct)
    {
        if (variant is not ("thumb" or "view" or "poster" or "play" or MediaStore.Original)) return NotFound();
        if (await media.FindAsync(sha, ct) is not { } item) return NotFound();
        if (AccountOf(http.User) is not { } account || !await access.MaySeeAsync(http.User, sha, variant, ct)) return NotFound();
        http.Response.Headers.XContentTypeOptions = "nosniff";
        // Should a browser ever take one for a page, it may neither run nor load anything.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return variant switch
        {
            MediaStore.Original => await OriginalAsync(http, item, account, purpose, store, contexts, clock, ct),
            "play" => Play(http, item, store),
            _ => await PictureAsync(http, item, variant, store, derivatives, ct),
        };
    }

    private static async Task<IResult> PictureAsync(HttpContext http, MediaItem item, string variant, MediaStore store, Derivatives derivatives, CancellationToken ct)
    {
        if (variant == "poster" && item.Kind != MediaKind.Video) return NotFound();
        PictureState state;
        try
        {
            state = await derivatives.EnsureAsync(item, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return MediaRefusals.StorageFull.Problem();
        }
        if (state == PictureState.NoTool)
        {
            return item.Kind == MediaKind.Video
                ? Refuse(404, "media.no-poster", new("服务器没有安装 ffmpeg，无法生成视频封面；视频本身可以播放。", "ffmpeg is not installed on the server, so there is no poster; the video itself plays."))
                : Refuse(404, "media.no-preview", new("服务器没有安装 HEIC 转换程序，无法预览；原件已妥善保存。", "No HEIC converter is installed on the server, so there is no preview; the original is kept safely."));
        }
        if (state == PictureState.None || store.OpenRead(item.Sha256, variant == "thumb" ? Derivatives.Thumb : Derivatives.View) is not { } picture)
            return Refuse(404, "media.no-preview", new("这个文件没有可以预览的画面。", "This file has no picture to show."));
        Headers(http, item, variant, MediaTypeNames.Image.Jpeg, inline: true);
        return TypedResults.Stream(picture, MediaTypeNames.Image.Jpeg, entityTag: Tag(item, variant), enableRangeProcessing: true);
    }

    private static IResult Play(HttpContext http, MediaItem item, MediaStore store)
    {
        if (item.Kind != MediaKind.Video || store.OpenRead(item.Sha256) is not { } original) return NotFound();
        Stream shown;
        try
        {
            var plan = item.ContentType == MediaInspector.Webm ? Matroska.PlanPlay(original) : IsoMedia.PlanPlay(original);
            original.Position = 0;
            shown = plan.Over(original);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or IndexOutOfRangeException)
        {
            original.Dispose();
            return Refuse(404, "media.no-preview", new("这个视频的结构异常，无法播放。", "This video is built in a way that cannot be shown."));
        }
        // Browsers play QuickTime files that hold what MP4 files hold, but not by their own name.
        var type = item.ContentType == MediaInspector.Webm ? MediaInspector.Webm : MediaInspector.Mp4;
        Headers(http, item, "play", type, inline: true);
        return TypedResults.Stream(shown, type, entityTag: Tag(item, "play"), enableRangeProcessing: true);
    }

    private static async Task<IResult> OriginalAsync(
        HttpContext http, MediaItem item, Guid account, string? purpose, MediaStore store, IDbContextFactory<RendaDbContext> contexts, TimeProvider clock, CancellationToken ct)
    {
        var why = MediaInspector.Clean(purpose, 200);
        if (why.Length == 0) return Refuse(400, "media.purpose-required", new("查看原件须说明用途，查看会被记录。", "To open the original, say what for; each look is recorded."));
        if (store.OpenRead(item.Sha256) is not { } original) return NotFound();
        await using (var db = contexts.CreateDbContext())
        {
            db.Add(new MediaLook { Id = Guid.CreateVersion7(), Sha256 = item.Sha256, AccountId = account, At = clock.GetUtcNow().UtcDateTime, Purpose = why });
            await db.SaveChangesAsync(ct);
        }
        Headers(http, item, MediaStore.Original, item.ContentType, inline: false);
        // A kept copy would be looked at without a record.
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Stream(original, item.ContentType, entityTag: Tag(item, MediaStore.Original), enableRangeProcessing: true);
    }

    private static void Headers(HttpContext http, MediaItem item, string variant, string contentType, bool inline)
    {
        var name = Path.GetFileNameWithoutExtension(item.Name) is { Length: > 0 } given ? given : item.Sha256[..12];
        if (variant != MediaStore.Original) name += "-" + variant;
        var disposition = new ContentDispositionHeaderValue(inline ? "inline" : "attachment");
        disposition.SetHttpFileName(name + MediaInspector.ExtensionOf(contentType));
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
    }

    private static EntityTagHeaderValue Tag(MediaItem item, string variant) => new($"\"{item.Sha256}-{variant}\"");

    private static IResult NotFound() => Refuse(404, "media.not-found", new("没有这个文件，或您无权查看。", "There is no such file, or it is not for you to see."));

    private sealed record StoredMedia(string Sha256, string ContentType, string Kind, long Length, int Width, int Height, long? DurationMs);
}

/// <summary>Registration of the store.</summary>
public static class MediaRegistration
{
    /// <summary>
    /// Adds the store, intake, uploads and the making of pictures. Needs <see cref="TimeProvider"/> and the database.
    /// Register an <see cref="IMediaAccess"/> to widen who sees what; otherwise only the sender does.
    /// </summary>
    public static IServiceCollection AddRendaMedia(this IServiceCollection services, MediaSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<MediaStore>();
        services.AddSingleton<MediaInspector>();
        services.AddSingleton<ExternalTool>();
        services.AddSingleton<Derivatives>();
        services.AddHostedService(provider => provider.GetRequiredService<Derivatives>());
        services.AddSingleton<MediaWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<MediaWriter>());
        services.AddSingleton(provider => new MediaService(
            provider.GetRequiredService<MediaSettings>(), provider.GetRequiredService<MediaStore>(), provider.GetRequiredService<MediaInspector>(),
            provider.GetRequiredService<Derivatives>(), provider.GetRequiredService<MediaWriter>(), provider.GetRequiredService<IDbContextFactory<RendaDbContext>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ResumableUploads>();
        services.AddSingleton<SenderAccess>();
        Microsoft.Extensions.DependencyInjection.Extensions.ServiceCollectionDescriptorExtensions.TryAddScoped<IMediaAccess>(services, provider => provider.GetRequiredService<SenderAccess>());
        return services;
    }
}
