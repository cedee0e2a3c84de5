using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Renda.Platform.Media;
using Renda.Platform.Persistence;

namespace Platform.Tests.Media;

/// <summary>The media endpoints on a real port, over a fresh database and a fresh folder. Requests say who they are.</summary>
public sealed class MediaServer : IAsyncDisposable
{
    public static readonly Guid LiYang = Guid.Parse("0198a000-0000-7000-8000-000000000001");
    public static readonly Guid WangFang = Guid.Parse("0198a000-0000-7000-8000-000000000002");

    private readonly WebApplication _app;
    private readonly string _folder;

    private MediaServer(TestDatabase database, WebApplication app, string folder, TestClock clock)
    {
        (Database, _app, _folder, Clock) = (database, app, folder, clock);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = ClientOf(LiYang);
    }

    public TestDatabase Database { get; }
    public TestClock Clock { get; }
    public Uri Address { get; }
    public HttpClient Client { get; }
    public string Folder => _folder;
    public MediaService Media => _app.Services.GetRequiredService<MediaService>();
    public MediaStore Store => _app.Services.GetRequiredService<MediaStore>();

    public static async Task<MediaServer> StartAsync(DatabaseProvider provider = DatabaseProvider.Sqlite, Func<MediaSettings, MediaSettings>? settings = null) =>
        await StartAsync(await TestDatabase.CreateAsync(provider), System.IO.Directory.CreateTempSubdirectory("renda-media-").FullName, settings);

    /// <summary>Ends it and starts another on what it kept.</summary>
    public async Task<MediaServer> AgainAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        return await StartAsync(Database, _folder, null);
    }

    private static async Task<MediaServer> StartAsync(TestDatabase database, string folder, Func<MediaSettings, MediaSettings>? settings)
    {
        var clock = new TestClock();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        // Without it Identity builds its oldest model, which has no passkeys.
        builder.Services.Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        builder.Services.AddRendaDatabase(database.Settings, TestDatabase.Assemblies);
        var media = new MediaSettings { Folder = folder, ReservedSpace = 0 };
        builder.Services.AddRendaMedia(settings?.Invoke(media) ?? media);
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("test", null);
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapMedia();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new MediaServer(database, app, folder, clock);
    }

    public HttpClient ClientOf(Guid? account)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (account is not null) client.DefaultRequestHeaders.Add("X-Account", account.ToString());
        client.DefaultRequestHeaders.Add("Tus-Resumable", "1.0.0");
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Database.DisposeAsync();
        if (System.IO.Directory.Exists(_folder)) System.IO.Directory.Delete(_folder, recursive: true);
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (!Request.Headers.TryGetValue("X-Account", out var account)) return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, account.ToString())], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}

public sealed class TestClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
