using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Persistence;

namespace Renda.Platform.Web.Administration;

/// <summary>
/// Lets whoever reads the console make the first account of an empty installation, once. The code lives in memory
/// only: a restart before it is used prints another.
/// </summary>
public sealed class FirstAdministrator(IDbContextFactory<RendaDbContext> databases)
{
    private volatile string? _code;

    /// <summary>A new code when there is no account yet, else null.</summary>
    public async Task<string?> OpenAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return _code = await db.Set<Account>().AnyAsync(cancellation) ? null : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
    }

    /// <summary>Whether this is the code, in time that does not tell how much of it is right.</summary>
    public bool Accepts(string? code) =>
        _code is { } open && code is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(open), Encoding.UTF8.GetBytes(code));

    /// <summary>Takes the code away, once: of two at the same moment one succeeds.</summary>
    public bool Close() => Interlocked.Exchange(ref _code, null) is not null;

    /// <summary>Gives it back when the account could not be made after all.</summary>
    public void Reopen(string code) => _code = code;
}
