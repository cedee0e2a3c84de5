using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Persistence;

namespace Renda.Platform.Accounts;

/// <summary>A sign-in whose first factor was shown and whose second is awaited.</summary>
/// <param name="AccountId">Who.</param>
/// <param name="Stamp">The account's security stamp then: a changed password ends the wait.</param>
/// <param name="Method">How the first factor was shown.</param>
public sealed record HalfSignedIn(Guid AccountId, string? Stamp, string Method);

/// <summary>Small sealed cookies that carry a sign-in from one page to the next.</summary>
public sealed class Tickets(IDataProtectionProvider protection)
{
    /// <summary>Gives the browser a ticket that lasts for a while and is sent below a path only.</summary>
    public void Give<T>(HttpContext http, string name, string path, T ticket, TimeSpan life) =>
        http.Response.Cookies.Append(name, Protector(name).Protect(JsonSerializer.Serialize(ticket), life), Options(http, path, life));

    /// <summary>The browser's ticket, or null when it has none that is still good.</summary>
    public T? Read<T>(HttpContext http, string name) where T : class
    {
        if (http.Request.Cookies[name] is not { } text) return null;
        try
        {
            return JsonSerializer.Deserialize<T>(Protector(name).Unprotect(text));
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes it back.</summary>
    public static void Take(HttpContext http, string name, string path) => http.Response.Cookies.Delete(name, Options(http, path, null));

    private ITimeLimitedDataProtector Protector(string name) => protection.CreateProtector("renda.ticket", name).ToTimeLimitedDataProtector();

    private static CookieOptions Options(HttpContext http, string path, TimeSpan? life) =>
        new() { HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = path, MaxAge = life };
}

/// <summary>What comes after a factor was shown.</summary>
public enum SignOnStep
{
    /// <summary>Signed in.</summary>
    Done,

    /// <summary>The second factor is asked for.</summary>
    SecondFactor,
}

/// <summary>
/// The one way in: whoever showed a first factor comes by here, whichever it was, and is given a session or asked for
/// the second.
/// </summary>
public sealed class SignOn(SignInManager<Account> signIn, Sessions sessions, SecondFactors factors, SignOnPolicy policy, Tickets tickets)
{
    /// <summary>Claim that names the session in the cookie.</summary>
    public const string SessionClaim = "renda:session";

    private const string HalfCookie = "renda-half", HalfPath = "/sign-in";

    private HttpContext Http => signIn.Context;

    /// <summary>Signs in with what was shown, or asks for the second factor where the account has one.</summary>
    /// <param name="account">Who.</param>
    /// <param name="method">How; see <see cref="Session.Method"/>.</param>
    /// <param name="strong">Whether what was shown counts as two factors, as a passkey with user verification does.</param>
    public async Task<SignOnStep> EnterAsync(Account account, string method, bool strong)
    {
        if (!strong)
        {
            var has = await factors.OfAsync(account.Id, Http.RequestAborted);
            // Where a second factor is required, a passkey is one: otherwise a password alone could set up another.
            if (has.CodesSince is not null || (has.Passkeys > 0 && await policy.RequiresSecondFactorAsync(account.Id, Http.RequestAborted)))
            {
                if (!await sessions.RemembersAsync(account.Id, Visitor.Of(Http).Device, Http.RequestAborted))
                {
                    tickets.Give(Http, HalfCookie, HalfPath, new HalfSignedIn(account.Id, account.SecurityStamp, method), TimeSpan.FromMinutes(10));
                    return SignOnStep.SecondFactor;
                }
                strong = true;
            }
        }
        await CompleteAsync(account, method, strong, remember: false);
        return SignOnStep.Done;
    }

    /// <summary>Whose second factor is awaited from this browser, and how the first was shown; null when nobody's is.</summary>
    public async Task<(Account Account, string Method)?> AwaitedAsync() =>
        tickets.Read<HalfSignedIn>(Http, HalfCookie) is { } half && await signIn.UserManager.FindByIdAsync(half.AccountId.ToString()) is { ClosedAt: null } account && account.SecurityStamp == half.Stamp ? (account, half.Method) : null;

    /// <summary>Begins a session and gives the browser its cookie.</summary>
    public async Task CompleteAsync(Account account, string method, bool strong, bool remember)
    {
        // A session of this browser, of whoever was signed in here before, is left.
        if (SessionOf(Http.User) is { } before) await sessions.LeaveAsync(before, Http.RequestAborted);
        var session = await sessions.StartAsync(account, Visitor.Of(Http), method, strong, remember, Http.RequestAborted);
        Tickets.Take(Http, HalfCookie, HalfPath);
        await CookieAsync(account, session.Id);
    }

    /// <summary>Gives the browser a fresh cookie for the session it has, after the password changed.</summary>
    public Task RefreshAsync(Account account) => SessionOf(Http.User) is { } session ? CookieAsync(account, session) : Task.CompletedTask;

    /// <summary>Ends this browser's session.</summary>
    public async Task LeaveAsync()
    {
        if (SessionOf(Http.User) is { } session) await sessions.LeaveAsync(session, Http.RequestAborted);
        await signIn.SignOutAsync();
    }

    /// <summary>The session a cookie names; null for tokens and for cookies that name none.</summary>
    public static Guid? SessionOf(ClaimsPrincipal principal) => Guid.TryParse(principal.FindFirstValue(SessionClaim), out var id) ? id : null;

    private Task CookieAsync(Account account, Guid session) => signIn.SignInWithClaimsAsync(account, new AuthenticationProperties { IsPersistent = true }, [new Claim(SessionClaim, session.ToString("N"))]);
}

/// <summary>
/// Asks for name and password. What is not there, is closed, has no password or has another takes the same time and
/// gets the same answer; also that it is locked is said of names that do not exist.
/// </summary>
public sealed class PasswordDoor(SignInManager<Account> signIn, IPasswordHasher<Account> hasher, IMemoryCache cache, TimeProvider time)
{
    private static string? _hash;

    /// <summary>The account, or whether the name is locked for a while.</summary>
    public async Task<(Account? Account, bool Locked)> OpenAsync(string name, string password)
    {
        var account = name.Length is 0 or > 256 ? null : await signIn.UserManager.FindByNameAsync(name);
        if (account is { ClosedAt: null, PasswordHash: not null })
        {
            var result = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
            if (result.Succeeded) return (account, false);
            // Locked, it was refused without a look at the password.
            if (result.IsLockedOut) Hash(password);
            return (null, result.IsLockedOut);
        }
        Hash(password);
        return (null, Counts(name));
    }

    private void Hash(string password)
    {
        var nobody = new Account();
        hasher.VerifyHashedPassword(nobody, _hash ??= hasher.HashPassword(nobody, "nobody's"), password);
    }

    // As Identity counts those that exist: five, then ten minutes, then again. Forgotten after an hour, so that made-up
    // names do not fill the memory.
    private bool Counts(string name)
    {
        var options = signIn.Options.Lockout;
        var key = (typeof(PasswordDoor), Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(signIn.UserManager.NormalizeName(name) ?? ""))));
        var tries = cache.GetOrCreate(key, entry =>
        {
            entry.SlidingExpiration = TimeSpan.FromHours(1);
            return new Attempts();
        })!;
        lock (tries)
        {
            var now = time.GetUtcNow();
            if (tries.LockedUntil > now) return true;
            if (++tries.Count < options.MaxFailedAccessAttempts) return false;
            (tries.Count, tries.LockedUntil) = (0, now + options.DefaultLockoutTimeSpan);
            return true;
        }
    }

    private sealed class Attempts
    {
        public int Count;
        public DateTimeOffset LockedUntil;
    }
}

/// <summary>Takes a passkey as one way in.</summary>
public sealed class PasskeyDoor(SignInManager<Account> signIn, IMemoryCache cache)
{
    /// <summary>Most passkeys of one account.</summary>
    public const int Most = 10;

    /// <summary>Longest name of one, in characters.</summary>
    public const int LongestName = 40;

    private static readonly Lock Taking = new();

    /// <summary>Whose passkey it is, or null. The device verified its user (PIN, finger, face), so that it counts as two factors.</summary>
    public async Task<Account?> OpenAsync(string? credential)
    {
        if (string.IsNullOrEmpty(credential) || credential.Length > 20_000 || !Fresh(credential)) return null;
        PasskeyAssertionResult<Account> result;
        try
        {
            result = await signIn.PerformPasskeyAssertionAsync(credential);
        }
        catch (InvalidOperationException)
        {
            // Nothing was asked of this browser, or too long ago.
            return null;
        }
        // A lock keeps guessers of the password out; whoever holds the passkey guesses nothing.
        if (!result.Succeeded || result.User is not { ClosedAt: null } account) return null;
        return (await signIn.UserManager.AddOrUpdatePasskeyAsync(account, result.Passkey)).Succeeded ? account : null;
    }

    /// <summary>Keeps a new passkey of an account; null, or why not.</summary>
    public async Task<Refusal?> AddAsync(Account account, string? credential, string name)
    {
        if ((await signIn.UserManager.GetPasskeysAsync(account)).Count >= Most) return new("passkeys.too-many", new($"最多 {Most} 个通行密钥，请先删掉不用的。", $"At most {Most} passkeys; remove one first."), 409, "passkey");
        if (string.IsNullOrEmpty(credential) || credential.Length > 60_000 || !Fresh(credential)) return Failed;
        PasskeyAttestationResult result;
        try
        {
            result = await signIn.PerformPasskeyAttestationAsync(credential);
        }
        catch (InvalidOperationException)
        {
            return Failed;
        }
        // What was asked for one account is not kept for another who signed in meanwhile.
        if (!result.Succeeded || result.UserEntity.Id != account.Id.ToString()) return Failed;
        result.Passkey.Name = name;
        return (await signIn.UserManager.AddOrUpdatePasskeyAsync(account, result.Passkey)).Succeeded ? null : Failed;
    }

    private static Refusal Failed { get; } = new("passkeys.failed", new("通行密钥没有添加成功，请再试一次。", "The passkey was not added; please try again."), Field: "passkey");

    /// <summary>An answer is taken once, whether right or wrong.</summary>
    private bool Fresh(string credential)
    {
        string? said;
        try
        {
            using var json = JsonDocument.Parse(credential);
            said = json.RootElement.GetProperty("response").GetProperty("clientDataJSON").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
        if (said is null) return false;
        lock (Taking)
        {
            if (cache.TryGetValue((typeof(PasskeyDoor), said), out _)) return false;
            cache.Set((typeof(PasskeyDoor), said), said, TimeSpan.FromMinutes(15));
            return true;
        }
    }
}

/// <summary>Takes away what somebody can no longer show, from the server's console.</summary>
public static class LostFactors
{
    /// <summary>Removes an account's codes and passkeys and its locks, and ends its sessions; false when there is no such account.</summary>
    public static async Task<bool> ForgetAsync(IDbContextFactory<RendaDbContext> databases, SecondFactors factors, Sessions sessions, string name, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var normal = name.ToUpperInvariant();
        var id = await db.Users.Where(a => a.NormalizedUserName == normal).Select(a => (Guid?)a.Id).FirstOrDefaultAsync(cancellation);
        if (id is not { } account) return false;
        await factors.RemoveAsync(account, cancellation);
        await db.Set<IdentityUserPasskey<Guid>>().Where(p => p.UserId == account).ExecuteDeleteAsync(cancellation);
        await db.Users.Where(a => a.Id == account).ExecuteUpdateAsync(x => x.SetProperty(a => a.LockoutEnd, (DateTimeOffset?)null).SetProperty(a => a.AccessFailedCount, 0), cancellation);
        await sessions.EndAllAsync(account, null, cancellation);
        return true;
    }
}
