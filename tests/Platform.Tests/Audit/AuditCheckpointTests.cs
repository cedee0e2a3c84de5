using Microsoft.EntityFrameworkCore;
using Platform.Tests.Media;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Persistence;

namespace Platform.Tests.Audit;

/// <summary>The audit log can be read by those whose territory it is, and cannot be rewritten without being found out.</summary>
public sealed class AuditCheckpointTests
{
    private const long City = 330500000000, County = 330522000000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_day_is_signed_once_and_a_chain_written_anew_is_found(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        Assert.False(await w.Checkpoints.TakeAsync(Stop));
        await w.NoteAsync("一", "二");
        // Today is not over.
        Assert.False(await w.Checkpoints.TakeAsync(Stop));
        w.Clock.Now = w.Clock.Now.AddDays(1);
        Assert.Equal(1, (await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => w.Checkpoints.TakeAsync(Stop)))).Count(taken => taken));
        await w.NoteAsync("三");
        w.Clock.Now = w.Clock.Now.AddDays(3);
        Assert.True(await w.Checkpoints.TakeAsync(Stop));
        Assert.False(await w.Checkpoints.TakeAsync(Stop));
        Assert.Empty(await w.Checkpoints.VerifyAsync(Stop));
        Assert.Empty(await w.Audit.VerifyAsync(Stop));

        // Somebody with the database writes the whole chain anew: it fits in itself, and not to what was signed.
        await using (var db = w.CreateDbContext())
        {
            var hash = AuditEntry.NoHash;
            foreach (var entry in await db.Set<AuditEntry>().OrderBy(e => e.Seq).ToListAsync(Stop))
            {
                (entry.Text, entry.PreviousHash) = (entry.Text + "改", hash);
                hash = entry.Hash = entry.Seal();
            }
            await db.SaveChangesAsync(Stop);
        }
        Assert.Empty(await w.Audit.VerifyAsync(Stop));
        Assert.Equal(2, (await w.Checkpoints.VerifyAsync(Stop)).Count);
        // Nor can the checkpoints be written anew without the key.
        await using (var db = w.CreateDbContext())
        {
            foreach (var checkpoint in await db.Set<AuditCheckpoint>().ToListAsync(Stop))
            {
                checkpoint.Hash = await db.Set<AuditEntry>().Where(e => e.Seq == checkpoint.Seq).Select(e => e.Hash).SingleAsync(Stop);
                checkpoint.Signature = AuditKey.FromFile(Path.Combine(w.Folder, "another.key")).Sign(checkpoint.Signed());
            }
            await db.SaveChangesAsync(Stop);
        }
        Assert.All(await w.Checkpoints.VerifyAsync(Stop), f => Assert.Contains("not signed by this installation's key", f, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_holds_no_key_is_refused_and_a_key_stays_the_same()
    {
        var folder = Directory.CreateTempSubdirectory("renda-test-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "bad.key"), "nothing");
            Assert.Throws<InvalidDataException>(() => AuditKey.FromFile(Path.Combine(folder, "bad.key")));
            var path = Path.Combine(folder, "keys", "audit.key");
            var signature = AuditKey.FromFile(path).Sign([1, 2, 3]);
            Assert.True(AuditKey.FromFile(path).Verify([1, 2, 3], signature));
            Assert.False(AuditKey.FromFile(path).Verify([1, 2, 4], signature));
            Assert.False(AuditKey.FromFile(path).Verify([1, 2, 3], "not base64"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Entries_are_narrowed_and_only_the_own_territorys(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var clerk = await w.PersonAsync("钱办", County);
        var other = await w.PersonAsync("吴办", 330523000000);
        var record = Guid.CreateVersion7();
        await w.Audit.NoteAsync(clerk, "registry.reveal", "Person", record, "核对名册", Stop);
        await w.Audit.NoteAsync(other, "platform.grant", "Account", null, "授予 某人", Stop);
        await w.Audit.NoteAsync(Actor.Platform, "platform.reset-password", "Account", null, "服务器", Stop);
        await using var db = w.CreateDbContext();
        var city = World.Auditor(City);
        Assert.Equal(3, await new AuditFilter(null, null, null, null, null, null).Apply(db, city).CountAsync(Stop));
        Assert.Equal(["钱办"], await new AuditFilter(null, null, null, null, null, null).Apply(db, World.Auditor(County)).Select(e => e.ActorName).ToListAsync(Stop));
        Assert.Equal(["钱办"], await new AuditFilter("钱", null, null, null, null, null).Apply(db, city).Select(e => e.ActorName).ToListAsync(Stop));
        Assert.Equal(2, await new AuditFilter(null, "platform.", null, null, null, null).Apply(db, city).CountAsync(Stop));
        Assert.Equal(1, await new AuditFilter(null, "platform.grant", null, null, null, null).Apply(db, city).CountAsync(Stop));
        Assert.Equal(1, await new AuditFilter(null, null, record, null, null, null).Apply(db, city).CountAsync(Stop));
        Assert.Equal(1, await new AuditFilter(null, null, null, "某人", null, null).Apply(db, city).CountAsync(Stop));
        var today = new DateOnly(2026, 11, 26);
        Assert.Equal(3, await new AuditFilter(null, null, null, null, today, today).Apply(db, city).CountAsync(Stop));
        Assert.Equal(0, await new AuditFilter(null, null, null, null, today.AddDays(1), null).Apply(db, city).CountAsync(Stop));
        Assert.Equal(0, await new AuditFilter(null, null, null, null, null, null).Apply(db, clerk).CountAsync(Stop));
    }

    private sealed class World : IAsyncDisposable, IDbContextFactory<RendaDbContext>
    {
        private readonly TestDatabase _database;

        private World(TestDatabase database)
        {
            _database = database;
            Audit = new AuditLog(this, database.Settings, Clock);
            Checkpoints = new AuditCheckpoints(this, AuditKey.FromFile(Path.Combine(Folder, "audit.key")), Clock);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("renda-test-").FullName;
        public TestClock Clock { get; } = new() { Now = new DateTimeOffset(2026, 11, 26, 1, 0, 0, TimeSpan.Zero) };
        public AuditLog Audit { get; }
        public AuditCheckpoints Checkpoints { get; }

        public static async Task<World> CreateAsync(DatabaseProvider provider) => new(await TestDatabase.CreateAsync(provider));

        public RendaDbContext CreateDbContext() => _database.CreateContext();

        public async Task NoteAsync(params string[] texts)
        {
            foreach (var text in texts) await Audit.NoteAsync(Actor.Platform, "records.edit", "ChangeSet", null, text, Stop);
        }

        public static Actor Auditor(long region) => new(Guid.CreateVersion7(), null, "审计", [new ActorGrant(Role.Find("auditor")!, region, null, new HashSet<string> { AuditFilter.Permission })]);

        public async Task<Actor> PersonAsync(string name, long region)
        {
            var id = Guid.CreateVersion7();
            await using var db = CreateDbContext();
            db.Add(new Account { Id = id, UserName = id.ToString("N"), NormalizedUserName = id.ToString("N"), DisplayName = name });
            db.Add(new Grant { Id = Guid.CreateVersion7(), AccountId = id, Role = "clerk", Region = region, ValidFrom = DateTime.UnixEpoch });
            await db.SaveChangesAsync(Stop);
            return new Actor(id, null, name, []);
        }

        public async ValueTask DisposeAsync()
        {
            await _database.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
