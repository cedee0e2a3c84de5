using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;

namespace Renda.Host;

/// <summary>The verbs of the command line beside <c>serve</c>. Each ends with 0 when done, 1 when something is wrong, 2 when it was called wrongly.</summary>
internal static class Verbs
{
    public static async Task<int> RunAsync(IServiceProvider services, HostSettings settings, string usage)
    {
        switch (settings.Verb, settings.Objects)
        {
            // What reads a database makes none.
            case ("verify", []) or ("backup", [_]) when settings.Database.Provider == DatabaseProvider.Sqlite && !File.Exists(Path.Combine(settings.DataFolder, "renda.db")):
                await Console.Error.WriteLineAsync($"There is no database in {settings.DataFolder}.");
                return 1;
            case ("token", [var account]):
                await RendaHost.PrepareAsync(services, settings, CancellationToken.None);
                return await TokenAsync(services, account, settings);
            case ("account", ["unlock", var account]):
                await RendaHost.PrepareAsync(services, settings, CancellationToken.None);
                if (await LostFactors.ForgetAsync(services.GetRequiredService<IDbContextFactory<RendaDbContext>>(), services.GetRequiredService<SecondFactors>(), services.GetRequiredService<Sessions>(), account, CancellationToken.None)) return 0;
                await Console.Error.WriteLineAsync($"There is no account {account}.");
                return 2;
            case ("account", ["link", var account]):
                await RendaHost.PrepareAsync(services, settings, CancellationToken.None);
                return await LinkAsync(services, account);
            case ("account", ["confirm", var account]):
                await RendaHost.PrepareAsync(services, settings, CancellationToken.None);
                return await ConfirmAsync(services, account);
            case ("verify", []):
                return await VerifyAsync(services);
            case ("backup", [var file]):
                return await FileAsync(() => services.GetRequiredService<Backup>().WriteAsync(file, CancellationToken.None));
            case ("restore", [var file]):
                return await FileAsync(() => services.GetRequiredService<Backup>().ReadAsync(file, CancellationToken.None));
            default:
                await Console.Error.WriteLineAsync(usage);
                return 2;
        }
    }

    /// <summary>Prints a bearer token for an account, or makes all it has void and prints how many there were.</summary>
    private static async Task<int> TokenAsync(IServiceProvider services, string name, HostSettings settings)
    {
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        var normal = name.ToUpperInvariant();
        var account = await db.Users.AsNoTracking().FirstOrDefaultAsync(a => a.NormalizedUserName == normal && (settings.Revoke || a.ClosedAt == null));
        if (account is null)
        {
            await Console.Error.WriteLineAsync($"There is no account {name}.");
            return 2;
        }
        if (settings.Revoke)
        {
            Console.WriteLine(await db.Set<ApiToken>().Where(t => t.AccountId == account.Id).ExecuteDeleteAsync());
            return 0;
        }
        var (text, token) = TokenAuthentication.Create(account.Id, services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime, settings.Days);
        db.Add(token);
        await db.SaveChangesAsync();
        Console.WriteLine(text);
        return 0;
    }

    /// <summary>Prints the end of a link by which an account's password is chosen: the way for administrators, whom no other administrator may do this for.</summary>
    private static async Task<int> LinkAsync(IServiceProvider services, string name)
    {
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        var normal = name.ToUpperInvariant();
        if (await db.Users.FirstOrDefaultAsync(a => a.NormalizedUserName == normal && a.ClosedAt == null) is not { } account)
        {
            await Console.Error.WriteLineAsync($"There is no account {name}.");
            return 2;
        }
        account.SecurityStamp = Guid.NewGuid().ToString("N");
        await db.SaveChangesAsync();
        await services.GetRequiredService<AuditLog>().NoteAsync(Actor.Platform, "platform.reset-password", "Account", account.Id, $"在服务器上给 {account.DisplayName}（{account.UserName}）重设密码的链接", CancellationToken.None);
        await services.GetRequiredService<Sessions>().EndAllAsync(account.Id, null, CancellationToken.None);
        Console.WriteLine($"/set-password?code={Uri.EscapeDataString(services.GetRequiredService<PasswordLinks>().Make(account))}");
        return 0;
    }

    /// <summary>Confirms the rights that were asked for an account, where there is no second person to do it; prints how many.</summary>
    private static async Task<int> ConfirmAsync(IServiceProvider services, string name)
    {
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        var normal = name.ToUpperInvariant();
        var open = await db.Set<GrantRequest>().AsNoTracking().Where(r => r.DecidedAt == null && db.Users.Any(a => a.Id == r.AccountId && a.NormalizedUserName == normal)).Select(r => r.Id).ToListAsync();
        var confirmed = 0;
        foreach (var request in open)
        {
            if (await services.GetRequiredService<GrantDesk>().DecideAsync(request, confirm: true, Actor.Platform, CancellationToken.None) is { } refusal) await Console.Error.WriteLineAsync(refusal.Text.En);
            else confirmed++;
        }
        Console.WriteLine(confirmed);
        return open.Count == confirmed ? 0 : 1;
    }

    /// <summary>Checks chains, folds, counts and media; prints what is wrong.</summary>
    private static async Task<int> VerifyAsync(IServiceProvider services)
    {
        var result = await services.GetRequiredService<Verification>().RunAsync(CancellationToken.None);
        foreach (var module in services.GetRequiredService<IReadOnlyList<RendaModule>>()) result.Faults.AddRange(await module.VerifyAsync(services, CancellationToken.None));
        await foreach (var fault in services.GetRequiredService<MediaService>().VerifyAllAsync()) result.Faults.Add($"media {fault.Sha256}: {fault.Problem.En}");
        result.Faults.AddRange(await services.GetRequiredService<AuditLog>().VerifyAsync(CancellationToken.None));
        result.Faults.AddRange(await services.GetRequiredService<AuditCheckpoints>().VerifyAsync(CancellationToken.None));
        foreach (var fault in result.Faults.Take(100)) Console.WriteLine(fault);
        Console.WriteLine(JsonSerializer.Serialize(new { result.Matters, result.Events, Faults = result.Faults.Count }));
        return result.Faults.Count == 0 ? 0 : 1;
    }

    private static async Task<int> FileAsync(Func<Task<Backup.Manifest>> run)
    {
        try
        {
            var manifest = await run();
            Console.WriteLine(JsonSerializer.Serialize(new { manifest.MadeAt, Rows = manifest.Rows.Values.Sum(), manifest.Files, manifest.LeftOut }));
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
