using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Renda.Platform.Persistence;

namespace Renda.Platform.Accounts;

/// <summary>Signs in by <c>Authorization: Bearer …</c>. A token is looked up at most every 15 seconds.</summary>
public sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IDbContextFactory<RendaDbContext> databases, IMemoryCache cache, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Bearer";

    /// <summary>Makes a token; its text is told once and kept nowhere.</summary>
    public static (string Text, ApiToken Token) Create(Guid accountId, DateTime now, int days)
    {
        var text = "rnd_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return (text, new ApiToken { Hash = HashOf(text), AccountId = accountId, CreatedAt = now, ExpiresAt = now.AddDays(days) });
    }

    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        var hash = HashOf(header[7..].Trim());
        var token = await cache.GetOrCreateAsync((typeof(ApiToken), hash), async entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(15);
            await using var db = databases.CreateDbContext();
            return await db.Set<ApiToken>().AsNoTracking().FirstOrDefaultAsync(t => t.Hash == hash, Context.RequestAborted);
        });
        if (token is null || token.ExpiresAt <= time.GetUtcNow().UtcDateTime) return AuthenticateResult.Fail("The token is unknown or has ended.");
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, token.AccountId.ToString())], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
