using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.Persistence;

namespace Renda.Host;

/// <summary>The verbs of the command line.</summary>
internal static class Verbs
{
    /// <summary>Prints a bearer token for an account; 2 when there is no such account.</summary>
    public static async Task<int> TokenAsync(IServiceProvider services, IReadOnlyList<string> args)
    {
        var names = args.Where(a => !a.StartsWith('-')).ToList();
        var days = 30;
        for (var i = 0; i + 1 < args.Count; i++)
            if (args[i] == "--days" && int.TryParse(args[i + 1], out var given))
                days = given;
        if (names.Count < 2 || days is < 1 or > 3660)
        {
            await Console.Error.WriteLineAsync("renda token ACCOUNT --days N (1 to 3660)");
            return 2;
        }
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        var name = names[1].ToUpperInvariant();
        var account = await db.Users.AsNoTracking().FirstOrDefaultAsync(a => a.NormalizedUserName == name && a.ClosedAt == null);
        if (account is null)
        {
            await Console.Error.WriteLineAsync($"There is no account {names[1]}.");
            return 2;
        }
        var (text, token) = TokenAuthentication.Create(account.Id, services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime, days);
        db.Add(token);
        await db.SaveChangesAsync();
        Console.WriteLine(text);
        return 0;
    }

    /// <summary>Checks chains, folds, counts and media; prints what is wrong; 1 when anything is.</summary>
    public static async Task<int> VerifyAsync(IServiceProvider services)
    {
        var result = await services.GetRequiredService<Verification>().RunAsync(CancellationToken.None);
        await foreach (var fault in services.GetRequiredService<MediaService>().VerifyAllAsync()) result.Faults.Add($"media {fault.Sha256}: {fault.Problem.En}");
        foreach (var fault in result.Faults.Take(100)) Console.WriteLine(fault);
        Console.WriteLine(JsonSerializer.Serialize(new { result.Matters, result.Events, Faults = result.Faults.Count }));
        return result.Faults.Count == 0 ? 0 : 1;
    }
}
