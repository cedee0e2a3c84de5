using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Tests.Media;
using Renda.Platform.Access;
using Renda.Platform.Agenda;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Platform.Tests.Agenda;

/// <summary>What falls due stands on the day on which it does, on the calendars of those whose duty it is and of nobody else.</summary>
public sealed class AgendaTests
{
    private static readonly Guid Me = Guid.CreateVersion7(), Office = Guid.CreateVersion7();
    private static readonly DateOnly November = new(2026, 11, 1), December = new(2026, 12, 1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Duties_stand_on_their_last_day_and_only_on_the_own_calendar(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        // A deadline of the 30th ends at 24:00 in China, which is 16:00 UTC.
        await w.AddAsync("月底", new DateTime(2026, 11, 30, 16, 0, 0, DateTimeKind.Utc), person: Me);
        await w.AddAsync("本单位的", new DateTime(2026, 11, 20, 16, 0, 0, DateTimeKind.Utc), office: Office);
        await w.AddAsync("办完的", new DateTime(2026, 11, 21, 16, 0, 0, DateTimeKind.Utc), person: Me, done: true);
        await w.AddAsync("没有期限", null, person: Me);
        await w.AddAsync("别人的", new DateTime(2026, 11, 22, 16, 0, 0, DateTimeKind.Utc), person: Guid.CreateVersion7());
        var clerk = Person(Me, Office);
        var found = await w.Agendas.ReadAsync(clerk, November, December.AddDays(-1), Stop);
        Assert.Equal([("本单位的", new DateOnly(2026, 11, 20), true), ("月底", new DateOnly(2026, 11, 30), false)], found.Select(e => (e.Title, e.First, e.Late)));
        Assert.Empty(await w.Agendas.ReadAsync(clerk, December, December.AddMonths(1), Stop));
        Assert.Equal(["月底"], (await w.Agendas.ReadAsync(Person(Me, null), November, December, Stop)).Select(e => e.Title));
        Assert.Empty(await w.Agendas.ReadAsync(Person(Guid.CreateVersion7(), null), November, December, Stop));

        var text = w.Agendas.Write("人大 · 周敏", found, new Uri("https://city.renda.example"));
        var read = Ical.Net.Calendar.Load(text)!;
        Assert.Equal(2, read.Events.Count);
        var last = read.Events.Single(e => e.Summary == "月底");
        Assert.Equal((new DateOnly(2026, 11, 30), new DateOnly(2026, 12, 1), false), (last.Start!.Date, last.End!.Date, last.Start.HasTime));
        Assert.Equal("https://city.renda.example", last.Url!.GetLeftPart(UriPartial.Authority));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_secret_address_is_its_accounts_until_it_is_made_anew_or_stopped(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var account = Guid.CreateVersion7();
        var first = await w.Agendas.MakeAsync(account, Stop);
        Assert.Equal(32, first.Length);
        Assert.Equal(account, await w.Agendas.FindAsync(first, Stop));
        var second = await w.Agendas.MakeAsync(account, Stop);
        Assert.Null(await w.Agendas.FindAsync(first, Stop));
        Assert.Equal(account, await w.Agendas.FindAsync(second, Stop));
        Assert.Null(await w.Agendas.FindAsync(second[..31] + (second[31] == 'A' ? 'B' : 'A'), Stop));
        await w.Agendas.StopAsync(account, Stop);
        Assert.Null(await w.Agendas.FindAsync(second, Stop));
    }

    private static Actor Person(Guid person, Guid? office) => new(Guid.CreateVersion7(), person, "周敏", office is null ? [] : [new ActorGrant(Role.Find("clerk")!, 330522000000, office, new HashSet<string>())]);

    private sealed class World : IAsyncDisposable, IDbContextFactory<RendaDbContext>
    {
        private readonly TestDatabase _database;

        private World(TestDatabase database)
        {
            _database = database;
            Agendas = new Agendas(this, [], new ServiceCollection().BuildServiceProvider(), new TestClock { Now = new DateTimeOffset(2026, 11, 26, 1, 0, 0, TimeSpan.Zero) });
        }

        public Agendas Agendas { get; }

        public static async Task<World> CreateAsync(DatabaseProvider provider) => new(await TestDatabase.CreateAsync(provider));

        public RendaDbContext CreateDbContext() => _database.CreateContext();

        public async Task AddAsync(string title, DateTime? due, Guid? person = null, Guid? office = null, bool done = false)
        {
            await using var db = CreateDbContext();
            db.Add(new Todo { Id = Guid.CreateVersion7(), ItemId = Guid.CreateVersion7(), Scenario = "visits", Kind = "submitted", Title = title, PersonId = person, OrganisationId = office, ArrivedAt = DateTime.UnixEpoch, DueAt = due, DoneAt = done ? DateTime.UnixEpoch : null });
            await db.SaveChangesAsync(Stop);
        }

        public async ValueTask DisposeAsync() => await _database.DisposeAsync();
    }
}
