using System.Text;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Platform.Tests.Regions;

/// <summary>Boundaries on a fresh database, and files of squares to bring.</summary>
internal sealed class BoundaryWorld : IAsyncDisposable
{
    public const long City = 330500000000, Changxing = 330522000000, Anji = 330523000000, Heping = 330522110000, Hongshan = 330522110225;

    public static readonly Actor Admin = new(Guid.CreateVersion7(), null, "章管理", []);

    private readonly TestDatabase _database;

    private BoundaryWorld(TestDatabase database)
    {
        _database = database;
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        database.Settings.Configure(options);
        Databases = new RendaDbContextFactory(options.Options, TestDatabase.Assemblies);
        Audit = new AuditLog(Databases, database.Settings, TimeProvider.System);
        Index = new BoundaryIndex(Databases, RegionDirectory.Huzhou, Time);
        Sets = new Boundaries(Databases, Audit, RegionDirectory.Huzhou, Index, Time);
    }

    public RendaDbContextFactory Databases { get; }

    public AuditLog Audit { get; }

    public BoundaryIndex Index { get; }

    public Boundaries Sets { get; }

    public Later Time { get; } = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<BoundaryWorld> OnAsync(DatabaseProvider provider) => new(await TestDatabase.CreateAsync(provider));

    public RendaDbContext Open() => _database.CreateContext();

    public Task<Refusal?> ReadAsync(Guid id, string file, string datum = "Wgs84", string day = "2024-01-01", params (string, string)[] more) => ReadAsync(id, Encoding.UTF8.GetBytes(file), datum, day, more);

    public Task<Refusal?> ReadAsync(Guid id, byte[] file, string datum = "Wgs84", string day = "2024-01-01", params (string Name, string Text)[] more)
    {
        var form = new Dictionary<string, string> { ["name"] = "试", ["source"] = "测绘院", ["day"] = day, ["datum"] = datum };
        foreach (var (name, text) in more) form[name] = text;
        return Sets.ReadAsync(id, new MemoryStream(file), form, Admin, Stop);
    }

    /// <summary>Reads a file and writes it.</summary>
    public async Task<Guid> BringAsync(string file, string datum = "Wgs84", string day = "2024-01-01", params (string, string)[] more)
    {
        var id = Guid.CreateVersion7();
        var refusal = await ReadAsync(id, file, datum, day, more);
        Assert.True(refusal is null, refusal?.Text.En + string.Join(' ', refusal?.Fields.Select(f => f.Text.En) ?? []));
        refusal = await Sets.WriteAsync(id, Admin, Stop);
        Assert.True(refusal is null, refusal?.Text.En);
        return id;
    }

    /// <summary>The notes of a file, as <c>row kind</c>, with <c>!</c> for what was left out.</summary>
    public async Task<(BoundarySet Set, List<string> Notes)> LookAsync(Guid id)
    {
        await using var db = Open();
        var set = await db.Set<BoundarySet>().AsNoTracking().SingleAsync(s => s.Id == id, Stop);
        var notes = Boundaries.Report(set);
        Assert.All(notes, n => Assert.False(n.Words.IsIncomplete));
        return (set, [.. notes.Select(n => $"{n.Row} {n.Kind}{(n.Refused ? "!" : "")}")]);
    }

    public async Task<long?> AtAsync(double latitude, double longitude) => (await Index.FindAsync(latitude, longitude, Stop))?.Code;

    public static string Collection(params string[] features) => $$"""{"type":"FeatureCollection","features":[{{string.Join(',', features)}}]}""";

    public static string Feature(string properties, string geometry) => $$"""{"type":"Feature","properties":{{properties}},"geometry":{{geometry}}}""";

    /// <summary>A square of a region, half a side in degrees.</summary>
    public static string Square(long code, double longitude, double latitude, double half = 0.02) => Feature($$"""{"code":"{{code}}"}""", Box(longitude, latitude, half));

    public static string Box(double x, double y, double half) => FormattableString.Invariant($$"""{"type":"Polygon","coordinates":[[[{{x - half}},{{y - half}}],[{{x + half}},{{y - half}}],[{{x + half}},{{y + half}}],[{{x - half}},{{y + half}}],[{{x - half}},{{y - half}}]]]}""");

    public async ValueTask DisposeAsync()
    {
        Sets.Dispose();
        Index.Dispose();
        await _database.DisposeAsync();
    }

    /// <summary>The time of the machine, and some more.</summary>
    public sealed class Later : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(By.TotalSeconds * TimestampFrequency);
    }
}
