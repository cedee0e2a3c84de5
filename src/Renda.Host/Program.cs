using Microsoft.EntityFrameworkCore;
using Renda.Host;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Demo;
using Renda.Platform.Media;
using Renda.Platform.OpenId;
using Renda.Platform.Persistence;
using Renda.Platform.Web.Administration;

const string usage = """
    renda serve [--data DIR] [--port N] [--demo] [--postgres CONNECTION] [--proxy ADDRESS]
                [--passkey-domain NAME] [--outside-issuer ADDRESS --outside-client ID [--outside-zh NAME] [--outside-en NAME]]
                [--site ADDRESS] [--smtp ADDRESS --smtp-from ADDRESS]
                [--dingtalk ADDRESS --dingtalk-key KEY --dingtalk-secret FILE --dingtalk-tenant ID
                 [--dingtalk-corp ID [--dingtalk-script ADDRESS]] [--dingtalk-login ADDRESS --dingtalk-client ID] [--dingtalk-app ID]]
    renda token ACCOUNT [--days N | --revoke]
    renda account unlock|link|confirm ACCOUNT
    renda verify
    renda backup FILE
    renda restore FILE
    """;

var (settings, fault) = HostSettings.Read(args);
if (settings is null)
{
    Console.Error.WriteLine($"renda: {fault}\n{usage}");
    return 2;
}
if (settings.Verb is "serve" or "token" or "account" or "restore") Directory.CreateDirectory(settings.DataFolder);

if (settings.Verb != "serve")
{
    await using var tools = RendaHost.Build(settings);
    return await Verbs.RunAsync(tools.Services, settings, usage);
}

var app = RendaHost.Build(settings);
var stopping = app.Lifetime.ApplicationStopping;
await RendaHost.PrepareAsync(app.Services, settings, stopping);
await app.StartAsync();
// The demo goes through the writer like any real matter, so the host runs already; it is ready when this is done.
if (settings.Demo)
{
    await DemoSeed.RunAsync(app.Services, stopping);
    // Drawing the city's photos took memory that serving does not need.
    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
}
app.Services.GetRequiredService<Readiness>().Ready = true;
Console.WriteLine($"Renda: http://127.0.0.1:{settings.Port}");
if (settings.Demo)
{
    await using var db = app.Services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
    Console.WriteLine("演示账号，在登录页按一下即可进入 / Demo accounts, entered with one press on the sign-in page:");
    foreach (var account in await db.Users.AsNoTracking().Where(a => a.IsDemo && a.Persona != null).OrderBy(a => a.UserName).ToListAsync(stopping))
        Console.WriteLine($"  {account.UserName,-14}{account.DisplayName}  {account.Persona}");
}
if (await app.Services.GetRequiredService<FirstAdministrator>().OpenAsync(stopping) is { } code)
    Console.WriteLine($"There is no account yet. Make the first administrator here, once: http://127.0.0.1:{settings.Port}/first-administrator?code={code}");
var clocks = app.Services.GetRequiredService<ClockWatch>().RunAsync(stopping);
var sweep = SweepAsync(app.Services, stopping);
await app.WaitForShutdownAsync();
await Task.WhenAll(clocks, sweep);
return 0;

static async Task SweepAsync(IServiceProvider services, CancellationToken stopping)
{
    var (media, time) = (services.GetRequiredService<MediaService>(), services.GetRequiredService<TimeProvider>());
    using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
    try
    {
        do
        {
            try
            {
                await media.SweepAsync(time.GetUtcNow().UtcDateTime, stopping);
                await services.GetRequiredService<Sessions>().SweepAsync(stopping);
                await services.GetRequiredService<PhoneCodes>().SweepAsync(stopping);
                await services.GetRequiredService<AuditCheckpoints>().TakeAsync(stopping);
                await services.GetRequiredService<LogoutCalls>().SweepAsync(stopping);
                services.GetRequiredService<SignOnKeys>().Refresh();
            }
            catch (Exception e) when (e is IOException or System.Data.Common.DbException)
            {
                services.GetRequiredService<ILogger<MediaService>>().LogError(e, "Old uploads, sessions and codes could not be swept; tried again in an hour");
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }
    catch (OperationCanceledException)
    {
        // The server stops.
    }
}
