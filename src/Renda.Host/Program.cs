using Renda.Host;
using Renda.Platform.Demo;


var verb = args.FirstOrDefault(a => !a.StartsWith('-')) ?? "serve";
var settings = HostSettings.Read(args);
Directory.CreateDirectory(settings.DataFolder);

switch (verb)
{
    case "serve":
        var app = RendaHost.Build(settings, args);
        await RendaHost.PrepareAsync(app.Services, settings, app.Lifetime.ApplicationStopping);
        await app.StartAsync();
        // The demo goes through the writer like any real matter, so the host runs already; it is ready when this is done.
        if (settings.Demo) await DemoSeed.RunAsync(app.Services, app.Lifetime.ApplicationStopping);
        app.Services.GetRequiredService<Readiness>().Ready = true;
        Console.WriteLine($"Renda: http://127.0.0.1:{settings.Port}");
        await app.WaitForShutdownAsync();
        return 0;

    case "token":
        await using (var services = RendaHost.Build(settings, args))
        {
            await RendaHost.PrepareAsync(services.Services, settings, CancellationToken.None);
            return await Verbs.TokenAsync(services.Services, args);
        }

    case "verify":
        await using (var services = RendaHost.Build(settings, args))
            return await Verbs.VerifyAsync(services.Services);

    default:
        Console.Error.WriteLine("renda serve [--data DIR] [--port N] [--demo] [--postgres CONNECTION]\nrenda token ACCOUNT --days N\nrenda verify");
        return 2;
}
