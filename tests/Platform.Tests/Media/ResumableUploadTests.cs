using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Media;
using Renda.Platform.Persistence;

namespace Platform.Tests.Media;

public sealed class ResumableUploadTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task An_upload_in_three_parts_becomes_an_original(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var file = MediaFiles.Jpeg();
        var at = await CreateAsync(server.Client, file.Length, metadata: "filename " + Convert.ToBase64String("电杆.jpg"u8));
        foreach (var (from, to) in ((int, int)[])[(0, 1000), (1000, 1001)])
        {
            using var part = await PatchAsync(server.Client, at, from, file[from..to]);
            Assert.Equal(HttpStatusCode.NoContent, part.StatusCode);
            Assert.Equal(to, Offset(part));
            Assert.False(part.Headers.Contains("Renda-Sha256"));
        }
        using var last = await PatchAsync(server.Client, at, 1001, file[1001..]);
        Assert.Equal(HttpStatusCode.NoContent, last.StatusCode);
        Assert.Equal(MediaFiles.ShaOf(file), Sha(last));

        using var head = await HeadAsync(server.Client, at);
        Assert.Equal(MediaFiles.ShaOf(file), Sha(head));
        Assert.Equal(file.Length, Offset(head));
        await using var db = server.Database.CreateContext();
        var item = await db.Set<MediaItem>().SingleAsync(Ct);
        Assert.Equal(("image/jpeg", file.Length, MediaKind.Photo, 640, 480, "电杆.jpg", MediaServer.LiYang),
            (item.ContentType, (int)item.Length, item.Kind, item.Width, item.Height, item.Name, item.UploadedBy));
        Assert.True(await server.Store.VerifyAsync(item.Sha256, Ct));
        Assert.Empty(Uploads(server));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Creation_with_the_whole_file_needs_one_request(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var file = MediaFiles.Docx();
        using var created = await PostAsync(server.Client, file, file.Length);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(MediaFiles.ShaOf(file), Sha(created));
        Assert.Equal(file.Length, Offset(created));
        using var head = await HeadAsync(server.Client, created.Headers.Location!.ToString());
        Assert.Equal(MediaFiles.ShaOf(file), Sha(head));
    }

    [Fact]
    public async Task Creation_with_a_part_goes_on_from_there()
    {
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.Jpeg();
        using var created = await PostAsync(server.Client, file[..500], file.Length);
        Assert.Equal((HttpStatusCode.Created, 500), (created.StatusCode, Offset(created)));
        using var rest = await PatchAsync(server.Client, created.Headers.Location!.ToString(), 500, file[500..]);
        Assert.Equal(MediaFiles.ShaOf(file), Sha(rest));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_deferred_length_is_said_later_and_only_once(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var file = MediaFiles.Jpeg();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads") { Headers = { { "Upload-Defer-Length", "1" } } };
        using var created = await server.Client.SendAsync(request, Ct);
        var at = created.Headers.Location!.ToString();
        using (var head = await HeadAsync(server.Client, at)) Assert.Equal("1", head.Headers.GetValues("Upload-Defer-Length").Single());
        using (await PatchAsync(server.Client, at, 0, file[..100])) { }
        using (await PatchAsync(server.Client, at, 100, file[100..200], ("Upload-Length", $"{file.Length}"))) { }
        using (var other = await PatchAsync(server.Client, at, 200, file[200..300], ("Upload-Length", $"{file.Length + 1}"))) Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        using (var head = await HeadAsync(server.Client, at)) Assert.Equal(file.Length, int.Parse(head.Headers.GetValues("Upload-Length").Single()));
        using var last = await PatchAsync(server.Client, at, 200, file[200..]);
        Assert.Equal(MediaFiles.ShaOf(file), Sha(last));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_wrong_offset_is_409_and_changes_nothing(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var file = MediaFiles.Jpeg();
        var at = await CreateAsync(server.Client, file.Length);
        using (await PatchAsync(server.Client, at, 0, file[..100])) { }
        using var wrong = await PatchAsync(server.Client, at, 50, file[50..]);
        Assert.Equal(HttpStatusCode.Conflict, wrong.StatusCode);
        Assert.Equal("media.offset-mismatch", await CodeAsync(wrong));
        using var head = await HeadAsync(server.Client, at);
        Assert.Equal(100, Offset(head));
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    [InlineData("md5")]
    public async Task A_part_that_does_not_match_its_checksum_is_460_and_not_kept(string algorithm)
    {
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.Jpeg();
        var at = await CreateAsync(server.Client, file.Length);
        using (var wrong = await PatchAsync(server.Client, at, 0, file[..100], ("Upload-Checksum", algorithm + " " + Sum(algorithm, file[..99]))))
            Assert.Equal(("media.checksum-mismatch", 460), (await CodeAsync(wrong), (int)wrong.StatusCode));
        using (var head = await HeadAsync(server.Client, at)) Assert.Equal(0, Offset(head));
        using (var part = await PatchAsync(server.Client, at, 0, file[..100], ("Upload-Checksum", algorithm + " " + Sum(algorithm, file[..100])))) Assert.Equal(100, Offset(part));
        using var last = await PatchAsync(server.Client, at, 100, file[100..], ("Upload-Checksum", algorithm + " " + Sum(algorithm, file[100..])));
        Assert.Equal(MediaFiles.ShaOf(file), Sha(last));
    }

    [Fact]
    public async Task An_unknown_checksum_algorithm_is_400()
    {
        await using var server = await MediaServer.StartAsync();
        var at = await CreateAsync(server.Client, 10);
        using var answer = await PatchAsync(server.Client, at, 0, new byte[5], ("Upload-Checksum", "crc32 AAAAAA=="));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_terminated_upload_is_gone_with_its_bytes(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var at = await CreateAsync(server.Client, 1000);
        using (await PatchAsync(server.Client, at, 0, new byte[100])) { }
        using (var ended = await server.Client.DeleteAsync(at, Ct)) Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        using (var head = await HeadAsync(server.Client, at)) Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        Assert.Empty(Uploads(server));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task An_expired_upload_is_410_and_swept_away(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var at = await CreateAsync(server.Client, 1000);
        using (var part = await PatchAsync(server.Client, at, 0, new byte[100]))
            Assert.Equal(server.Clock.Now.AddDays(7), part.Content.Headers.Expires ?? DateTimeOffset.Parse(part.Headers.GetValues("Upload-Expires").Single()));
        server.Clock.Now += TimeSpan.FromDays(6);
        Assert.Equal(0, await server.Media.SweepAsync(server.Clock.Now.UtcDateTime, Ct));
        server.Clock.Now += TimeSpan.FromDays(1);
        using (var late = await PatchAsync(server.Client, at, 100, new byte[100])) Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
        Assert.Equal(1, await server.Media.SweepAsync(server.Clock.Now.UtcDateTime, Ct));
        using (var head = await HeadAsync(server.Client, at)) Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        Assert.Empty(Uploads(server));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Another_persons_upload_does_not_exist(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var at = await CreateAsync(server.Client, 1000);
        using var other = server.ClientOf(MediaServer.WangFang);
        using (var head = await HeadAsync(other, at)) Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        using (var patch = await PatchAsync(other, at, 0, new byte[10])) Assert.Equal(HttpStatusCode.NotFound, patch.StatusCode);
        using (var ended = await other.DeleteAsync(at, Ct)) Assert.Equal(HttpStatusCode.NotFound, ended.StatusCode);
        using var mine = await HeadAsync(server.Client, at);
        Assert.Equal((HttpStatusCode.OK, 0), (mine.StatusCode, Offset(mine)));
    }

    [Fact]
    public async Task Nothing_is_open_to_strangers()
    {
        await using var server = await MediaServer.StartAsync();
        using var stranger = server.ClientOf(null);
        foreach (var (method, path) in new[]
        {
            ("POST", "/api/v1/uploads"), ("OPTIONS", "/api/v1/uploads"), ("HEAD", $"/api/v1/uploads/{Guid.NewGuid()}"), ("PATCH", $"/api/v1/uploads/{Guid.NewGuid()}"),
            ("DELETE", $"/api/v1/uploads/{Guid.NewGuid()}"), ("POST", "/api/v1/media"), ("GET", $"/api/v1/media/{new string('a', 64)}/thumb"),
        })
        {
            using var answer = await stranger.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Ct);
            Assert.Equal((method + path, HttpStatusCode.Unauthorized), (method + path, answer.StatusCode));
        }
    }

    [Fact]
    public async Task The_server_says_what_it_can_do()
    {
        await using var server = await MediaServer.StartAsync();
        using var answer = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/api/v1/uploads"), Ct);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("1.0.0", answer.Headers.GetValues("Tus-Version").Single());
        Assert.Equal("sha1,sha256,md5", answer.Headers.GetValues("Tus-Checksum-Algorithm").Single());
        Assert.Equal(
            ["checksum", "creation", "creation-defer-length", "creation-with-upload", "expiration", "termination"],
            answer.Headers.GetValues("Tus-Extension").Single().Split(',').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Tus-Resumable", "0.2.2", 412)]
    [InlineData("Upload-Length", "-5", 400)]
    [InlineData("Upload-Length", "ten", 400)]
    [InlineData("Upload-Length", "99999999999", 413)]
    [InlineData("Upload-Length", "0", 422)]
    [InlineData("Upload-Metadata", "filename not*base64", 400)]
    public async Task A_bad_header_is_refused(string header, string value, int status)
    {
        await using var server = await MediaServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads");
        if (header != "Upload-Length") request.Headers.Add("Upload-Length", "100");
        if (header == "Tus-Resumable") server.Client.DefaultRequestHeaders.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await server.Client.SendAsync(request, Ct);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task More_bytes_than_declared_are_refused_and_not_kept()
    {
        await using var server = await MediaServer.StartAsync();
        var at = await CreateAsync(server.Client, 100);
        using (var answer = await PatchAsync(server.Client, at, 0, new byte[101])) Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        using (var request = new HttpRequestMessage(HttpMethod.Patch, at) { Headers = { { "Upload-Offset", "0" }, { "Transfer-Encoding", "chunked" } }, Content = Body(new byte[500]) })
        using (var answer = await server.Client.SendAsync(request, Ct))
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        using var head = await HeadAsync(server.Client, at);
        Assert.Equal(0, Offset(head));
    }

    [Fact]
    public async Task Methods_may_be_overridden_around_old_proxies()
    {
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.Jpeg();
        var at = await CreateAsync(server.Client, file.Length);
        using var request = new HttpRequestMessage(HttpMethod.Post, at) { Headers = { { "Upload-Offset", "0" }, { "X-HTTP-Method-Override", "PATCH" } }, Content = Body(file) };
        using var answer = await server.Client.SendAsync(request, Ct);
        Assert.Equal(MediaFiles.ShaOf(file), Sha(answer));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_connection_cut_mid_upload_keeps_what_arrived(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var file = MediaFiles.Jpeg(2000, 1500);
        var at = await CreateAsync(server.Client, file.Length);
        await CutAsync(server, at, 0, file, send: 20_000, file.Length);
        long held;
        using (var head = await HeadAsync(server.Client, at)) held = Offset(head);
        Assert.Equal(20_000, held);
        using var rest = await PatchAsync(server.Client, at, held, file[(int)held..]);
        Assert.Equal((HttpStatusCode.NoContent, MediaFiles.ShaOf(file)), (rest.StatusCode, Sha(rest)));
    }

    [Fact]
    public async Task A_hanging_request_gives_way_to_the_one_that_resumes()
    {
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.Jpeg(2000, 1500);
        var at = await CreateAsync(server.Client, file.Length);
        using var hanging = await OpenAsync(server, at, 0, file, send: 5_000, file.Length);
        await Until(() => new FileInfo(Directory.GetFiles(Path.Combine(server.Folder, "incoming")).SingleOrDefault() ?? "/none") is { Exists: true });
        // The connection stays open and silent, as one behind a lost network does.
        using var head = await HeadAsync(server.Client, at);
        Assert.Equal(5_000, Offset(head));
        using var rest = await PatchAsync(server.Client, at, 5_000, file[5_000..]);
        Assert.Equal(MediaFiles.ShaOf(file), Sha(rest));
    }

    [Fact]
    public async Task A_cut_part_with_a_checksum_is_not_kept()
    {
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.Jpeg(2000, 1500);
        var at = await CreateAsync(server.Client, file.Length);
        await CutAsync(server, at, 0, file, send: 20_000, file.Length, "Upload-Checksum: sha1 " + Sum("sha1", file));
        using var head = await HeadAsync(server.Client, at);
        Assert.Equal(0, Offset(head));
    }

    [Fact]
    public async Task What_a_killed_server_left_is_taken_up_again()
    {
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.Jpeg();
        var at = await CreateAsync(server.Client, file.Length);
        using (await PatchAsync(server.Client, at, 0, file[..100])) { }
        var path = Directory.GetFiles(Path.Combine(server.Folder, "incoming")).Single();

        // Killed while writing: the file is longer than the row says.
        await File.WriteAllBytesAsync(path, file[..300], Ct);
        using (var head = await HeadAsync(server.Client, at)) Assert.Equal(300, Offset(head));
        // Killed while writing a part whose checksum was still to be proved.
        await File.WriteAllBytesAsync(path, file[..400], Ct);
        await File.WriteAllTextAsync(path + ".unproved", "300", Ct);
        using (var head = await HeadAsync(server.Client, at)) Assert.Equal(300, Offset(head));
        // Killed between the last byte and the commit.
        await File.WriteAllBytesAsync(path, file, Ct);
        using (var head = await HeadAsync(server.Client, at)) Assert.Equal((file.Length, MediaFiles.ShaOf(file)), (Offset(head), Sha(head)));
    }

    [Fact]
    public async Task A_refused_file_is_discarded()
    {
        await using var server = await MediaServer.StartAsync();
        var file = "<html><script>alert(1)</script></html>"u8.ToArray();
        var at = await CreateAsync(server.Client, file.Length, "filename " + Convert.ToBase64String("photo.jpg"u8));
        using (var answer = await PatchAsync(server.Client, at, 0, file))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Equal("media.unsupported-type", await CodeAsync(answer));
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        }
        using (var head = await HeadAsync(server.Client, at)) Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        Assert.Empty(Uploads(server));
        Assert.Empty(Directory.GetFiles(Path.Combine(server.Folder, "originals"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Too_many_open_uploads_are_refused()
    {
        await using var server = await MediaServer.StartAsync(settings: s => s with { OpenUploadLimit = 2 });
        await CreateAsync(server.Client, 10);
        await CreateAsync(server.Client, 10);
        using var third = await PostAsync(server.Client, null, 10);
        Assert.Equal((429, "media.too-many-uploads"), ((int)third.StatusCode, await CodeAsync(third)));
        using var other = server.ClientOf(MediaServer.WangFang);
        await CreateAsync(other, 10);
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_is_507()
    {
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.Jpeg();
        var at = await CreateAsync(server.Client, file.Length);
        Directory.Delete(Path.Combine(server.Folder, "incoming"), recursive: true);
        using (var part = await PatchAsync(server.Client, at, 0, file)) Assert.Equal((507, "media.storage-full"), ((int)part.StatusCode, await CodeAsync(part)));
        using (var whole = await PostAsync(server.Client, file, file.Length)) Assert.Equal(507, (int)whole.StatusCode);
        using (var form = await server.Client.PostAsync("/api/v1/media", Body(file), Ct)) Assert.Equal(507, (int)form.StatusCode);
        Directory.CreateDirectory(Path.Combine(server.Folder, "incoming"));
        using var again = await PatchAsync(server.Client, at, 0, file);
        Assert.Equal(MediaFiles.ShaOf(file), Sha(again));
    }

    [Fact]
    public async Task No_room_for_the_declared_length_is_507_before_the_first_byte()
    {
        await using var server = await MediaServer.StartAsync(settings: s => s with { ReservedSpace = long.MaxValue / 2 });
        using var answer = await PostAsync(server.Client, null, 1000);
        Assert.Equal((507, "media.storage-full"), ((int)answer.StatusCode, await CodeAsync(answer)));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task The_same_bytes_from_many_at_once_are_stored_once(DatabaseProvider provider)
    {
        await using var server = await MediaServer.StartAsync(provider);
        var file = MediaFiles.Jpeg();
        using var other = server.ClientOf(MediaServer.WangFang);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => PostAsync(i % 2 == 0 ? server.Client : other, file, file.Length)));
        Assert.All(answers, a => Assert.Equal((HttpStatusCode.Created, MediaFiles.ShaOf(file)), (a.StatusCode, Sha(a))));
        await using var db = server.Database.CreateContext();
        Assert.Single(await db.Set<MediaItem>().ToListAsync(Ct));
        Assert.True(await server.Media.IsSenderAsync(MediaFiles.ShaOf(file), MediaServer.LiYang, Ct));
        Assert.True(await server.Media.IsSenderAsync(MediaFiles.ShaOf(file), MediaServer.WangFang, Ct));
        Assert.False(await server.Media.IsSenderAsync(MediaFiles.ShaOf(file), Guid.NewGuid(), Ct));
    }

    internal static ByteArrayContent Body(byte[] bytes) => new(bytes) { Headers = { { "Content-Type", "application/offset+octet-stream" } } };

    internal static async Task<HttpResponseMessage> PostAsync(HttpClient client, byte[]? body, long length)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads") { Headers = { { "Upload-Length", $"{length}" } } };
        if (body is not null) request.Content = Body(body);
        return await client.SendAsync(request, Ct);
    }

    internal static async Task<string> CodeAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement.GetProperty("code").GetString()!;

    private static async Task<string> CreateAsync(HttpClient client, long length, string? metadata = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads") { Headers = { { "Upload-Length", $"{length}" } } };
        if (metadata is not null) request.Headers.Add("Upload-Metadata", metadata);
        using var created = await client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        return created.Headers.Location!.ToString();
    }

    private static async Task<HttpResponseMessage> PatchAsync(HttpClient client, string at, long offset, byte[] bytes, params (string, string)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, at) { Headers = { { "Upload-Offset", $"{offset}" } }, Content = Body(bytes) };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await client.SendAsync(request, Ct);
    }

    private static Task<HttpResponseMessage> HeadAsync(HttpClient client, string at) => client.SendAsync(new HttpRequestMessage(HttpMethod.Head, at), Ct);

    private static int Offset(HttpResponseMessage answer) => int.Parse(answer.Headers.GetValues("Upload-Offset").Single());

    private static string Sha(HttpResponseMessage answer) => answer.Headers.TryGetValues("Renda-Sha256", out var values) ? values.Single() : "none";

    private static string Sum(string algorithm, byte[] bytes) => Convert.ToBase64String(CryptographicOperations.HashData(new HashAlgorithmName(algorithm.ToUpperInvariant()), bytes));

    private static async Task<TcpClient> OpenAsync(MediaServer server, string at, long offset, byte[] file, int send, long length, string? header = null)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(server.Address.Host, server.Address.Port, Ct);
        var head = $"PATCH {at} HTTP/1.1\r\nHost: renda\r\nX-Account: {MediaServer.LiYang}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n{(header is null ? "" : header + "\r\n")}Content-Type: application/offset+octet-stream\r\nContent-Length: {length - offset}\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Ct);
        await socket.GetStream().WriteAsync(file.AsMemory((int)offset, send), Ct);
        // Long enough for the server to have read it all.
        await Task.Delay(300, Ct);
        return socket;
    }

    private static async Task CutAsync(MediaServer server, string at, long offset, byte[] file, int send, long length, string? header = null)
    {
        using var socket = await OpenAsync(server, at, offset, file, send, length, header);
        // An abrupt end, as of a phone that lost its network.
        socket.LingerState = new LingerOption(true, 0);
    }

    /// <summary>What was begun and not finished. What the derivatives are drawn into meanwhile (d-…) is not meant.</summary>
    private static string[] Uploads(MediaServer server) => [.. Directory.GetFiles(Path.Combine(server.Folder, "incoming")).Where(f => !Path.GetFileName(f).StartsWith("d-", StringComparison.Ordinal))];

    private static async Task Until(Func<bool> holds)
    {
        for (var i = 0; i < 100 && !holds(); i++) await Task.Delay(50, Ct);
        Assert.True(holds());
    }
}
