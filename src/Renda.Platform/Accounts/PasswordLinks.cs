using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace Renda.Platform.Accounts;

/// <summary>
/// Links by which somebody chooses a password: for a new account, or when it was forgotten. Each works once, since it names
/// the account's security stamp and choosing a password changes that.
/// </summary>
public sealed class PasswordLinks(IDataProtectionProvider protection)
{
    /// <summary>How long one may be used.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(3);

    private ITimeLimitedDataProtector Protector => protection.CreateProtector("renda.password-link").ToTimeLimitedDataProtector();

    /// <summary>The code of a new link.</summary>
    public string Make(Account account) => Protector.Protect($"{account.Id:N} {account.SecurityStamp}", Life);

    /// <summary>Whose password may be chosen with this code; null when it is none, too old or was used.</summary>
    public async Task<Account?> FindAsync(UserManager<Account> accounts, string? code)
    {
        if (string.IsNullOrEmpty(code) || code.Length > 1000) return null;
        string text;
        try
        {
            text = Protector.Unprotect(code);
        }
        catch (CryptographicException)
        {
            return null;
        }
        var parts = text.Split(' ', 2);
        return await accounts.FindByIdAsync(Guid.ParseExact(parts[0], "N").ToString()) is { ClosedAt: null } account && account.SecurityStamp == parts[1] ? account : null;
    }
}
