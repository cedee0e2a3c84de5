using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Persistence;
using Renda.Platform.Sms;

namespace Renda.Platform.Accounts;

/// <summary>
/// The last code asked for with a phone, known or not. One row a phone: a new code takes the place of the old one, and
/// how many were asked for today is counted beside it.
/// </summary>
public sealed class PhoneCode
{
    /// <summary>HMAC of the number; the number itself is not kept here.</summary>
    public string Phone { get; set; } = "";

    /// <summary>What the browser that asked holds; the code is taken from there only.</summary>
    public Guid Ticket { get; set; }

    /// <summary>Who signs in with it or confirms the number with it, or the form of whoever has no account; null when the number is nobody's.</summary>
    public Guid? AccountId { get; set; }

    /// <summary>HMAC of the code with its ticket.</summary>
    public string Code { get; set; } = "";

    /// <summary>When it was asked for (UTC).</summary>
    public DateTime SentAt { get; set; }

    /// <summary>Not taken from then on (UTC).</summary>
    public DateTime EndsAt { get; set; }

    /// <summary>Tries so far.</summary>
    public int Tries { get; set; }

    /// <summary>When it was taken (UTC); null until then.</summary>
    public DateTime? UsedAt { get; set; }

    /// <summary>Begin of the day in which codes are counted (UTC).</summary>
    public DateTime DayFrom { get; set; }

    /// <summary>Codes asked for in it.</summary>
    public int Day { get; set; }
}

/// <summary>
/// Codes by text message: six digits, five minutes, once, five tries; one a minute and ten a day for a number, whether
/// it is anybody's or not. Each limit is one conditional write, so that many requests at once are not more than one.
/// </summary>
public sealed class PhoneCodes(IDbContextFactory<RendaDbContext> databases, SmsSettings settings, SmsDelivery delivery, TimeProvider time)
{
    /// <summary>How long a code is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private const int Tries = 5, ADay = 10;
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1), Day = TimeSpan.FromDays(1);

    /// <summary>Whether the channel is there at all.</summary>
    public bool Offered => settings.On;

    /// <summary>Whether messages have not been getting through, for everybody.</summary>
    public bool Failing => delivery.Failing;

    /// <summary>A number of a mobile phone in mainland China as eleven digits, or null.</summary>
    public static string? Number(string? typed)
    {
        var digits = Totp.Digits(typed);
        if (digits.Length == 13 && digits.StartsWith("86", StringComparison.Ordinal)) digits = digits[2..];
        return digits.Length == 11 && digits[0] == '1' && digits[1] is >= '3' and <= '9' ? digits : null;
    }

    /// <summary>A number as it may be shown, e.g. <c>138****1234</c>.</summary>
    public static string Masked(string number) => number.Length == 11 ? $"{number[..3]}****{number[7..]}" : "****";

    /// <summary>Sends the deputy whose number it is a code to sign in with. The ticket is the same kind of answer when it is nobody's.</summary>
    public async Task<(Guid Ticket, Refusal? Refusal)> AskAsync(string number, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        // Whoever has two accounts with one number signs in otherwise: which one is meant cannot be told.
        var found = await db.Users.Where(a => a.PhoneNumber == number && a.ClosedAt == null && db.Set<Grant>().Any(g => g.AccountId == a.Id && g.Role == "deputy" && g.ValidFrom <= now && (g.ValidTo == null || g.ValidTo > now)))
            .Select(a => a.Id).Take(2).ToListAsync(cancellation);
        return await AskAsync(db, number, found is [var account] ? account : null, settings.Template, now, cancellation);
    }

    /// <summary>Sends a code to a number that somebody wants to enter for his own account.</summary>
    public async Task<(Guid Ticket, Refusal? Refusal)> AskAsync(string number, Guid accountId, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await AskAsync(db, number, accountId, settings.Template, time.GetUtcNow().UtcDateTime, cancellation);
    }

    /// <summary>Sends a code to a number that somebody without an account says is theirs.</summary>
    /// <param name="number">The number, eleven digits.</param>
    /// <param name="form">What the code is given back for: the form they fill in.</param>
    /// <param name="template">Text of the message, as <see cref="SmsSettings.Template"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(Guid Ticket, Refusal? Refusal)> AskAsync(string number, Guid form, string template, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await AskAsync(db, number, form, template, time.GetUtcNow().UtcDateTime, cancellation);
    }

    /// <summary>Takes a code, once: whose it is, or why not.</summary>
    public async Task<(Guid AccountId, Refusal? Refusal)> TakeAsync(Guid ticket, string? typed, CancellationToken cancellation)
    {
        var code = Totp.Digits(typed);
        if (code.Length != 6) return (default, new("phone.code-malformed", new("验证码是 6 位数字。", "The code has six digits."), Field: "code"));
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        var open = db.Set<PhoneCode>().Where(c => c.Ticket == ticket && c.UsedAt == null && c.EndsAt > now);
        // Counted before it is looked at.
        if (await open.Where(c => c.Tries < Tries).ExecuteUpdateAsync(x => x.SetProperty(c => c.Tries, c => c.Tries + 1), cancellation) == 0)
            return (default, new("phone.code-over", new("这个验证码已经失效，请重新获取。", "This code is no longer valid; ask for another."), Field: "code"));
        var row = await open.AsNoTracking().FirstOrDefaultAsync(cancellation);
        if (row is null || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(row.Code), Encoding.ASCII.GetBytes(Sealed(ticket, code))) || row.AccountId is not { } account
            || await open.ExecuteUpdateAsync(x => x.SetProperty(c => c.UsedAt, now), cancellation) == 0)
            return (default, new("phone.code-wrong", new("验证码不对。", "The code is wrong."), Field: "code"));
        return (account, null);
    }

    /// <summary>Forgets phones that have not been asked for a day.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var before = time.GetUtcNow().UtcDateTime - Day;
        await using var db = databases.CreateDbContext();
        await db.Set<PhoneCode>().Where(c => c.DayFrom < before && c.SentAt < before).ExecuteDeleteAsync(cancellation);
    }

    private async Task<(Guid Ticket, Refusal? Refusal)> AskAsync(RendaDbContext db, string number, Guid? account, string template, DateTime now, CancellationToken cancellation)
    {
        var phone = Sealed("phone " + number);
        var (ticket, code) = (Guid.NewGuid(), RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture));
        var (seal, ends, minute, day) = (Sealed(ticket, code), now + Life, now - Between, now - Day);
        var row = db.Set<PhoneCode>().Where(c => c.Phone == phone);
        var given = await row.Where(c => c.SentAt <= minute && (c.DayFrom <= day || c.Day < ADay)).ExecuteUpdateAsync(x => x
            .SetProperty(c => c.Ticket, ticket).SetProperty(c => c.AccountId, account).SetProperty(c => c.Code, seal).SetProperty(c => c.SentAt, now).SetProperty(c => c.EndsAt, ends)
            .SetProperty(c => c.Tries, 0).SetProperty(c => c.UsedAt, (DateTime?)null)
            .SetProperty(c => c.Day, c => c.DayFrom <= day ? 1 : c.Day + 1).SetProperty(c => c.DayFrom, c => c.DayFrom <= day ? now : c.DayFrom), cancellation) == 1;
        if (!given)
        {
            if (await row.AsNoTracking().FirstOrDefaultAsync(cancellation) is { } last) return (default, last.SentAt > minute ? Soon : Often);
            db.Add(new PhoneCode { Phone = phone, Ticket = ticket, AccountId = account, Code = seal, SentAt = now, EndsAt = ends, DayFrom = now, Day = 1 });
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
            {
                // Asked for twice at this moment; the other one was first.
                db.ChangeTracker.Clear();
                if (!await row.AnyAsync(cancellation)) throw;
                return (default, Soon);
            }
        }
        if (account is not null)
        {
            var text = template.Replace("{code}", code, StringComparison.Ordinal).Replace("{minutes}", ((int)Life.TotalMinutes).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            delivery.Send(new SmsMessage(ticket, number, text, code, ends));
        }
        return (ticket, null);
    }

    private static Refusal Soon { get; } = new("phone.too-soon", new("刚刚发过，请一分钟后再试。", "One was just sent; try again in a minute."), 429, "phone");

    private static Refusal Often { get; } = new("phone.too-often", new("这个号码今天获取的次数太多了，请明天再试，或用密码登录。", "Too many codes for this number today; try tomorrow, or use the password."), 429, "phone");

    private string Sealed(Guid ticket, string code) => Sealed($"code {ticket:N} {code}");

    // With the gateway's key, which is not in the database: six digits or a phone number are soon tried through.
    private string Sealed(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(settings.Key), Encoding.UTF8.GetBytes(text)));
}

internal sealed class PhoneCodeConfiguration : IEntityTypeConfiguration<PhoneCode>
{
    public void Configure(EntityTypeBuilder<PhoneCode> builder)
    {
        builder.ToTable("phone_codes");
        builder.HasKey(c => c.Phone);
        builder.Property(c => c.Phone).HasMaxLength(64);
        builder.Property(c => c.Code).HasMaxLength(64);
        builder.HasIndex(c => c.Ticket).IsUnique();
    }
}
