using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Renda.Platform.Web.SigningIn;

/// <summary>Where a session stands that has shown one factor only.</summary>
public sealed class SecondFactorGate(Sessions sessions, SecondFactors factors, SignOnPolicy policy)
{
    /// <summary>The page that asks for it.</summary>
    public const string Page = "/account/second-factor";

    /// <summary>The page that asks for it, and leads on to an address of ours once it was shown.</summary>
    public static string Way(string? from) => SignInEndpoints.Local(from) is { Length: > 1 } on ? $"{Page}?from={Uri.EscapeDataString(on)}" : Page;

    /// <summary>Whether two factors are required of the session and it has shown one.</summary>
    public async Task<bool> IsWeakAsync(HttpContext http) =>
        SignOn.SessionOf(http.User) is { } id && await sessions.FindAsync(id, http.RequestAborted) is { Strong: false } session && await policy.RequiresSecondFactorAsync(session.AccountId, http.RequestAborted);

    /// <summary>Whether it has to show the factor that the account has, before it may add another: a stolen password must not be enough for that.</summary>
    public async Task<bool> ShutsAsync(HttpContext http) =>
        await IsWeakAsync(http) && SignOn.SessionOf(http.User) is { } id && await sessions.FindAsync(id, http.RequestAborted) is { } session && (await factors.OfAsync(session.AccountId, http.RequestAborted)).Any;
}

/// <summary>Tells people what happened to their accounts.</summary>
public sealed class AccountNotices(IDbContextFactory<RendaDbContext> databases, TimeProvider time)
{
    /// <summary>Writes the account's person a notice.</summary>
    public async Task TellAsync(Account account, Words text, CancellationToken cancellation)
    {
        if (account.PersonId is not { } person) return;
        await using var db = databases.CreateDbContext();
        db.Add(AccountNotice.For(person, text, time.GetUtcNow().UtcDateTime));
        await db.SaveChangesAsync(cancellation);
    }
}
