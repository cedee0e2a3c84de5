using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Renda.Platform.Accounts;

/// <summary>The one-time codes of an account: the secret it shares with an app.</summary>
public sealed class SecondFactor
{
    /// <summary>Whose it is; one each.</summary>
    public Guid AccountId { get; set; }

    /// <summary>The secret, protected by the keys of cookies and forms.</summary>
    public string Secret { get; set; } = "";

    /// <summary>When the first code was confirmed (UTC).</summary>
    public DateTime SetAt { get; set; }

    /// <summary>Step of the last code that was taken; neither it nor an older one is taken again.</summary>
    public long LastStep { get; set; }

    /// <summary>Tries since the last right one.</summary>
    public int Tries { get; set; }

    /// <summary>No try is taken before (UTC); null while open.</summary>
    public DateTime? LockedUntil { get; set; }
}

/// <summary>A code for the day the phone is lost. Only its hash is kept; it goes when used.</summary>
public sealed class RecoveryCode
{
    /// <summary>Lower-case hex SHA-256 of account and code.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Whose it is.</summary>
    public Guid AccountId { get; set; }
}

/// <summary>What an account has beside its password.</summary>
/// <param name="CodesSince">Since when one-time codes are asked for (UTC); null when they are not.</param>
/// <param name="RecoveryCodes">Recovery codes left.</param>
/// <param name="Passkeys">Passkeys registered.</param>
public sealed record Factors(DateTime? CodesSince, int RecoveryCodes, int Passkeys)
{
    /// <summary>Whether there is a second factor of any kind.</summary>
    public bool Any => CodesSince is not null || Passkeys > 0;
}

/// <summary>
/// One-time codes and recovery codes. Each try is counted before it is looked at, so that many at once are not more
/// than one after another: five, then ten minutes' rest, twice as long each further time, a day at most.
/// </summary>
public sealed class SecondFactors(IDbContextFactory<RendaDbContext> databases, IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>Recovery codes made at a time.</summary>
    public const int RecoveryCodesMade = 10;

    private const int TriesInARow = 5;
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    // No letter that is taken for a digit.
    private const string Letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

    private readonly IDataProtector _secrets = protection.CreateProtector("renda.second-factor");

    /// <summary>What the account has.</summary>
    public async Task<Factors> OfAsync(Guid accountId, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var since = await db.Set<SecondFactor>().Where(f => f.AccountId == accountId).Select(f => (DateTime?)f.SetAt).FirstOrDefaultAsync(cancellation);
        return new Factors(since, since is null ? 0 : await db.Set<RecoveryCode>().CountAsync(c => c.AccountId == accountId, cancellation), await db.Set<IdentityUserPasskey<Guid>>().CountAsync(p => p.UserId == accountId, cancellation));
    }

    /// <summary>A new secret and the sealed form in which the page carries it until it is confirmed; nothing is kept before.</summary>
    public (byte[] Secret, string Seal) Begin(Guid accountId)
    {
        var secret = Totp.NewSecret();
        return (secret, Enrolment(accountId).Protect(Convert.ToBase64String(secret), TimeSpan.FromMinutes(20)));
    }

    /// <summary>The secret in a seal of this account that is not older than 20 minutes, or null.</summary>
    public byte[]? Open(Guid accountId, string seal)
    {
        try
        {
            return Convert.FromBase64String(Enrolment(accountId).Unprotect(seal));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Asks for codes from now on when this one is right: the recovery codes, told once, or why not.</summary>
    public async Task<(IReadOnlyList<string> RecoveryCodes, Refusal? Refusal)> ConfirmAsync(Guid accountId, byte[] secret, string code, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (Totp.Match(secret, Totp.Digits(code), now) is not { } step) return ([], Wrong);
        var (codes, rows) = NewCodes(accountId);
        await using var db = databases.CreateDbContext();
        db.Add(new SecondFactor { AccountId = accountId, Secret = _secrets.Protect(Convert.ToBase64String(secret)), SetAt = now, LastStep = step });
        db.AddRange(rows);
        try
        {
            await db.SaveChangesAsync(cancellation);
            return (codes, null);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            await using var again = databases.CreateDbContext();
            if (!await again.Set<SecondFactor>().AnyAsync(f => f.AccountId == accountId, cancellation)) throw;
            return ([], new Refusal("second-factor.set", new("验证码已经设置过了。", "One-time codes are set up already."), 409, "code"));
        }
    }

    /// <summary>Takes a one-time code, once; null, or why not.</summary>
    public Task<Refusal?> TakeCodeAsync(Guid accountId, string? typed, CancellationToken cancellation)
    {
        var code = Totp.Digits(typed);
        return code.Length != 6 ? Task.FromResult<Refusal?>(Malformed) : TryAsync(accountId, async (db, row, now) =>
        {
            var step = Totp.Match(Convert.FromBase64String(_secrets.Unprotect(row.Secret)), code, now);
            return step is { } s && await db.Set<SecondFactor>().Where(f => f.AccountId == accountId && f.LastStep < s).ExecuteUpdateAsync(x => x.SetProperty(f => f.LastStep, s), cancellation) == 1;
        }, Wrong, cancellation);
    }

    /// <summary>Takes a recovery code, once; null, or why not.</summary>
    public Task<Refusal?> TakeRecoveryCodeAsync(Guid accountId, string? typed, CancellationToken cancellation)
    {
        var code = Plain(typed);
        if (code.Length != 12) return Task.FromResult<Refusal?>(new("second-factor.recovery-malformed", new("恢复码是 12 位字母和数字。", "A recovery code has 12 letters and digits."), Field: "recovery"));
        var hash = HashOf(accountId, code);
        return TryAsync(accountId, async (db, _, _) => await db.Set<RecoveryCode>().Where(c => c.Hash == hash).ExecuteDeleteAsync(cancellation) == 1,
            new Refusal("second-factor.recovery-wrong", new("恢复码不对，或者已经用过。", "The recovery code is wrong or was used."), Field: "recovery"), cancellation);
    }

    /// <summary>New recovery codes in place of the old ones; told once.</summary>
    public async Task<IReadOnlyList<string>> RenewAsync(Guid accountId, CancellationToken cancellation)
    {
        var (codes, rows) = NewCodes(accountId);
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Set<RecoveryCode>().Where(c => c.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        db.AddRange(rows);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return codes;
    }

    /// <summary>Asks for no codes any more.</summary>
    public async Task RemoveAsync(Guid accountId, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Set<SecondFactor>().Where(f => f.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await db.Set<RecoveryCode>().Where(c => c.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static Refusal Malformed { get; } = new("second-factor.malformed", new("验证码是 6 位数字。", "The code has six digits."), Field: "code");

    private static Refusal Wrong { get; } = new("second-factor.wrong", new("验证码不对，或者已经用过。请等应用里出现下一个再输。", "The code is wrong or was used. Wait for the app to show the next one."), Field: "code");

    private static Refusal Locked { get; } = new("second-factor.locked", new("试错太多次，请过一会儿再试。", "Too many wrong attempts; try again later."), 429, "code");

    private async Task<Refusal?> TryAsync(Guid accountId, Func<RendaDbContext, SecondFactor, DateTime, Task<bool>> takes, Refusal wrong, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        var row = await db.Set<SecondFactor>().AsNoTracking().FirstOrDefaultAsync(f => f.AccountId == accountId, cancellation);
        if (row is null) return wrong;
        var mine = db.Set<SecondFactor>().Where(f => f.AccountId == accountId);
        DateTime? until = now + Rest * Math.Min(144, 1 << Math.Min(20, row.Tries / TriesInARow));
        if (await mine.Where(f => f.LockedUntil == null || f.LockedUntil <= now)
            .ExecuteUpdateAsync(x => x.SetProperty(f => f.Tries, f => f.Tries + 1).SetProperty(f => f.LockedUntil, f => (f.Tries + 1) % TriesInARow == 0 ? until : null), cancellation) == 0) return Locked;
        if (await takes(db, row, now))
        {
            await mine.ExecuteUpdateAsync(x => x.SetProperty(f => f.Tries, 0).SetProperty(f => f.LockedUntil, (DateTime?)null), cancellation);
            return null;
        }
        if (await mine.Where(f => f.LockedUntil > now).Select(f => f.LockedUntil).FirstOrDefaultAsync(cancellation) is { } locked) await TellAsync(db, accountId, locked, now, cancellation);
        return wrong;
    }

    /// <summary>Whoever comes this far knows the password or holds the phone number.</summary>
    private static async Task TellAsync(RendaDbContext db, Guid accountId, DateTime locked, DateTime now, CancellationToken cancellation)
    {
        if (await db.Users.Where(a => a.Id == accountId).Select(a => a.PersonId).FirstOrDefaultAsync(cancellation) is not { } person) return;
        var notice = AccountNotice.For(person, new("有人登录您的账号时，密码对了，验证码连错 5 次。不是您本人？请马上改密码。", "Somebody signing in to your account had the right password and five wrong codes. If it was not you, change the password now."), now);
        // One of each lock, whichever of those who tried at this moment comes first.
        notice.Id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{accountId:N} {locked.Ticks}")).AsSpan(0, 16));
        if (await db.Set<Notice>().AnyAsync(n => n.Id == notice.Id, cancellation)) return;
        db.Add(notice);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            db.ChangeTracker.Clear();
            if (!await db.Set<Notice>().AnyAsync(n => n.Id == notice.Id, cancellation)) throw;
        }
    }

    private ITimeLimitedDataProtector Enrolment(Guid accountId) => protection.CreateProtector("renda.second-factor.enrolment", accountId.ToString("N")).ToTimeLimitedDataProtector();

    private static (IReadOnlyList<string> Codes, IReadOnlyList<RecoveryCode> Rows) NewCodes(Guid accountId)
    {
        var codes = Enumerable.Range(0, RecoveryCodesMade).Select(_ => RandomNumberGenerator.GetString(Letters, 12)).ToList();
        return ([.. codes.Select(c => $"{c[..4]}-{c[4..8]}-{c[8..]}")], [.. codes.Select(c => new RecoveryCode { Hash = HashOf(accountId, c), AccountId = accountId })]);
    }

    private static string Plain(string? typed) => new([.. (typed ?? "").Normalize(NormalizationForm.FormKC).ToUpperInvariant().Where(char.IsAsciiLetterOrDigit)]);

    private static string HashOf(Guid accountId, string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{accountId:N} {code}")));
}

internal sealed class SecondFactorConfiguration : IEntityTypeConfiguration<SecondFactor>, IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<SecondFactor> builder)
    {
        builder.ToTable("account_second_factors");
        builder.HasKey(f => f.AccountId);
        builder.Property(f => f.AccountId).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<RecoveryCode> builder)
    {
        builder.ToTable("account_recovery_codes");
        builder.HasKey(c => c.Hash);
        builder.Property(c => c.Hash).HasMaxLength(64);
        builder.HasIndex(c => c.AccountId);
    }
}
