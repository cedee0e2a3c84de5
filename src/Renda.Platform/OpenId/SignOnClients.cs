using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Hub;
using Renda.Platform.Persistence;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Renda.Platform.OpenId;

/// <summary>What an administrator says of an application's sign-on client.</summary>
/// <param name="Confidential">Whether it has a server of its own that keeps a secret.</param>
/// <param name="Redirects">Addresses to which answers may go, one a line.</param>
/// <param name="AfterLogout">Addresses to which people may be led after signing out, one a line; none is right too.</param>
/// <param name="Logout">Where it is told that a session has ended, or nothing.</param>
public sealed record SignOnClientForm(bool Confidential, string Redirects, string AfterLogout, string Logout);

/// <summary>
/// Gives joined applications a sign-on client, changes it and takes it away. Each change and its note in the audit log
/// are there together or not at all.
/// </summary>
/// <remarks>Clients are entered by an administrator and are of the same house, so nobody is asked for consent.</remarks>
public sealed class SignOnClients(IDbContextFactory<RendaDbContext> databases, AuditLog audit)
{
    /// <summary>Most addresses of one kind.</summary>
    public const int MostAddresses = 10;

    private const string Record = "SignOnClient";

    private static readonly string[] Allowed =
    [
        Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, Permissions.Endpoints.EndSession,
        Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code, Permissions.Scopes.Profile, Permissions.Scopes.Roles,
    ];

    /// <summary>The client of an application, or null.</summary>
    public async Task<SignOnClient?> FindAsync(string application, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<SignOnClient>().AsNoTracking().FirstOrDefaultAsync(c => c.ClientId == application, cancellation);
    }

    /// <summary>Makes or changes the client of an application that has not been retired.</summary>
    /// <param name="application">Id of the application, which is the client's id too.</param>
    /// <param name="wanted">What it is to be.</param>
    /// <param name="loopback">Whether addresses of this machine may go without https: in a demo, and when tried out on it.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Its secret, told this once, when it is given one; or what is wrong.</returns>
    public async Task<(string? Secret, Refusal? Refusal)> SaveAsync(string application, SignOnClientForm wanted, bool loopback, Actor actor, CancellationToken cancellation)
    {
        var faults = new List<Refusal>();
        var redirects = Addresses(wanted.Redirects, "redirects", loopback, faults);
        var afterLogout = Addresses(wanted.AfterLogout, "after-logout", loopback, faults);
        var logout = Addresses(wanted.Logout, "logout", loopback, faults);
        if (redirects.Count == 0 && faults.All(f => f.Field != "redirects")) faults.Add(new("sign-on.redirect", new("至少写一个回调地址。", "Give at least one redirect address."), Field: "redirects"));
        if (logout.Count > 1) faults.Add(new("sign-on.logout", new("退出通知只能写一个地址。", "There can be one address for sign-out calls only."), Field: "logout"));
        if (faults.Count > 0) return (null, Refusal.Form(faults));
        return await audit.RunAsync(async (db, note) =>
        {
            if (!await db.Set<JoinedApplication>().AnyAsync(a => a.Id == application && a.RetiredAt == null, cancellation)) return (null, Refusal.NotFound);
            var client = await db.Set<SignOnClient>().FirstOrDefaultAsync(c => c.ClientId == application, cancellation);
            var isNew = client is null;
            if (client is null)
            {
                client = new SignOnClient { Id = Guid.CreateVersion7(), ClientId = application, ConsentType = ConsentTypes.Implicit, Permissions = JsonSerializer.Serialize(Allowed), Requirements = JsonSerializer.Serialize((string[])[Requirements.Features.ProofKeyForCodeExchange]) };
                db.Add(client);
            }
            string? secret = null;
            if (!wanted.Confidential) client.ClientSecret = null;
            else if (client.ClientSecret is null) (secret, client.ClientSecret) = NewSecret();
            client.ClientType = wanted.Confidential ? ClientTypes.Confidential : ClientTypes.Public;
            client.RedirectUris = JsonSerializer.Serialize(redirects);
            client.PostLogoutRedirectUris = JsonSerializer.Serialize(afterLogout);
            client.LogoutAddress = logout.FirstOrDefault();
            client.ConcurrencyToken = Guid.NewGuid().ToString();
            await note(AuditLog.Entry(actor, isNew ? "sign-on.open" : "sign-on.change", Record, client.Id,
                $"{application}：{(wanted.Confidential ? "有密钥" : "无密钥")}；回调 {string.Join(' ', redirects)}；退出后 {string.Join(' ', afterLogout)}；退出通知 {client.LogoutAddress}{(secret is null ? "" : "；发放密钥")}"));
            return (secret, (Refusal?)null);
        }, cancellation);
    }

    /// <summary>A new secret, told this once; the one before ends at once.</summary>
    public Task<(string? Secret, Refusal? Refusal)> RenewAsync(string application, Actor actor, CancellationToken cancellation) =>
        audit.RunAsync<(string? Secret, Refusal? Refusal)>(async (db, note) =>
        {
            if (await db.Set<SignOnClient>().FirstOrDefaultAsync(c => c.ClientId == application && c.ClientType == ClientTypes.Confidential, cancellation) is not { } client) return (null, Refusal.NotFound);
            (var secret, client.ClientSecret) = NewSecret();
            client.ConcurrencyToken = Guid.NewGuid().ToString();
            await note(AuditLog.Entry(actor, "sign-on.renew", Record, client.Id, $"{application}：换密钥"));
            return (secret, null);
        }, cancellation);

    /// <summary>Takes the client away, and with it every code and token it was given. Twice is once.</summary>
    public Task<bool> RetireAsync(string application, Actor actor, CancellationToken cancellation) =>
        audit.RunAsync(async (db, note) =>
        {
            if (await db.Set<SignOnClient>().FirstOrDefaultAsync(c => c.ClientId == application, cancellation) is not { } client) return false;
            var tokens = await db.Set<SignOnToken>().Where(t => t.ApplicationId == client.Id).ExecuteDeleteAsync(cancellation);
            await db.Set<SignOnAuthorization>().Where(a => a.ApplicationId == client.Id).ExecuteDeleteAsync(cancellation);
            await db.Set<SignOnVisit>().Where(v => v.ClientId == client.Id).ExecuteDeleteAsync(cancellation);
            db.Remove(client);
            await note(AuditLog.Entry(actor, "sign-on.retire", Record, client.Id, $"{application}：停用单点登录，{tokens} 个令牌作废"));
            return true;
        }, cancellation);

    /// <summary>The addresses of a column as they were entered.</summary>
    public static IReadOnlyList<string> Lines(string? column) => column is null ? [] : JsonSerializer.Deserialize<string[]>(column) ?? [];

    private static List<string> Addresses(string typed, string field, bool loopback, List<Refusal> faults)
    {
        var found = new List<string>();
        foreach (var line in typed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // Answers go to these and nowhere else, to the letter: no pattern, no fragment.
            if (line.Length > JoinedApplications.LongestAddress || JoinedApplications.Web(line) is not { Fragment: "" } address || line.Contains('*', StringComparison.Ordinal) || !Uri.IsWellFormedUriString(line, UriKind.Absolute))
                faults.Add(new("sign-on.address", new($"“{line[..Math.Min(line.Length, 60)]}”不是完整的网址，不能带 # 和 *。", $"“{line[..Math.Min(line.Length, 60)]}” is not a whole address; it has no # and no *."), Field: field));
            else if (address.Scheme != Uri.UriSchemeHttps && !(loopback && address.IsLoopback))
                faults.Add(new("sign-on.https", new($"“{line}”要用 https。", $"“{line}” must be https."), Field: field));
            else found.Add(line);
        }
        if (found.Count > MostAddresses) faults.Add(new("sign-on.too-many", new($"最多 {MostAddresses} 个地址。", $"At most {MostAddresses} addresses."), Field: field));
        return [.. found.Distinct()];
    }

    private static (string Text, string Kept) NewSecret()
    {
        var text = "rns_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return (text, SignOnClientManager.HashOf(text));
    }
}

/// <summary>
/// Compares secrets as the tokens of the API are compared: they are long and random, so their SHA-256 is enough, and an
/// application that asks often costs nothing.
/// </summary>
public sealed class SignOnClientManager(
    IOpenIddictApplicationCache<SignOnClient> cache, ILogger<OpenIddictApplicationManager<SignOnClient>> log, IOptionsMonitor<OpenIddictCoreOptions> options, IOpenIddictApplicationStore<SignOnClient> store)
    : OpenIddictApplicationManager<SignOnClient>(cache, log, options, store)
{
    /// <summary>What is kept of a secret.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <inheritdoc />
    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) => ValueTask.FromResult(HashOf(secret));

    /// <inheritdoc />
    protected override ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(comparand)));
}
