using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tests.Media;
using Renda.Platform.Accounts;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Sms;

namespace Platform.Tests.Accounts;

/// <summary>What signing in is made of, on one database, with a clock that is set and a carrier that keeps what it is given.</summary>
internal sealed class SignOnWorld : IAsyncDisposable, IDbContextFactory<RendaDbContext>
{
    private readonly TestDatabase _database;
    private readonly MemoryCache _cache = new(new MemoryCacheOptions());

    private SignOnWorld(TestDatabase database)
    {
        _database = database;
        Sessions = new Sessions(this, _cache, Clock, NullLogger<Sessions>.Instance);
        Factors = new SecondFactors(this, new EphemeralDataProtectionProvider(), Clock);
        Delivery = new SmsDelivery(Carrier, Clock, NullLogger<SmsDelivery>.Instance);
        Phones = new PhoneCodes(this, new SmsSettings(new Uri("http://127.0.0.1/"), "a key that is long enough", SmsSettings.UsualTemplate), Delivery, Clock);
    }

    public TestClock Clock { get; } = new() { Now = new DateTimeOffset(2026, 11, 26, 1, 0, 0, TimeSpan.Zero) };
    public Sessions Sessions { get; }
    public SecondFactors Factors { get; }
    public PhoneCodes Phones { get; }
    public SmsDelivery Delivery { get; }
    public Recorder Carrier { get; } = new();

    public static async Task<SignOnWorld> CreateAsync(DatabaseProvider provider) => new(await TestDatabase.CreateAsync(provider));

    public RendaDbContext CreateDbContext() => _database.CreateContext();

    /// <summary>As on another node: nothing is remembered from before.</summary>
    public void ForgetCache() => _cache.Clear();

    public async Task<Account> AccountAsync(string name, string? phone = null, string role = "deputy")
    {
        await using var db = CreateDbContext();
        var account = new Account { Id = Guid.CreateVersion7(), UserName = name, NormalizedUserName = name.ToUpperInvariant(), DisplayName = name, PersonId = Guid.CreateVersion7(), PhoneNumber = phone, SecurityStamp = "s" };
        db.Add(account);
        db.Add(new Grant { Id = Guid.CreateVersion7(), AccountId = account.Id, Role = role, Region = 330522110000, ValidFrom = Clock.Now.UtcDateTime.AddYears(-1) });
        await db.SaveChangesAsync();
        return account;
    }

    public async Task<List<string>> NoticesAsync(Account account)
    {
        await using var db = CreateDbContext();
        return await db.Set<Notice>().Where(n => n.PersonId == account.PersonId && n.MatterId == null && n.Path == "/account").OrderBy(n => n.At).Select(n => n.Zh).ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Delivery.Dispose();
        _cache.Dispose();
        await _database.DisposeAsync();
    }

    internal sealed class Recorder : ISmsSender
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<SmsMessage> _sent = [];

        public List<SmsMessage> Sent => [.. _sent];

        public Task SendAsync(SmsMessage message, CancellationToken cancellation)
        {
            _sent.Enqueue(message);
            return Task.CompletedTask;
        }
    }
}
