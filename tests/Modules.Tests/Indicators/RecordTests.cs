using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Modules.Tests.Stations;
using Modules.Tests.Visits;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Indicators;
using Renda.Platform.Live;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Search;
using Renda.Registry;
using Renda.Stations;
using Renda.Visits;

namespace Modules.Tests.Indicators;

/// <summary>What is counted apart from matters: visits, receptions and mandates, on the day they happened and the day they became known.</summary>
public sealed class RecordTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The indicators of a database, as an installation with these modules has them.</summary>
    private sealed class Figures
    {
        private readonly IDbContextFactory<RendaDbContext> _databases;
        private readonly IndicatorBook _book;
        private readonly IndicatorValues _values;

        public Figures(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, TimeProvider time, params IReadOnlyList<RendaModule> modules)
        {
            _databases = databases;
            Ledger = new(databases, settings, modules, new ChangeFeed(), time, NullLogger<IndicatorLedger>.Instance);
            _book = new(databases, modules, Ledger, new AuditLog(databases, settings, time), time);
            _values = new(databases, _book, RegionDirectory.Huzhou, new MemoryCache(new MemoryCacheOptions()), time);
        }

        public IndicatorLedger Ledger { get; }

        public async Task CatchUpAsync()
        {
            while (await Ledger.CatchUpAsync(Stop) > 0)
            {
            }
        }

        public async Task<IndicatorAnswer> AskAsync(string code, IndicatorQuestion question, Actor actor) => await _values.AskAsync((await _book.FindAsync(code, question.To, Stop))!, question, actor, Stop);

        public async Task<decimal?> ValueAsync(string code, IndicatorQuestion question, Actor actor) => (await AskAsync(code, question, actor)).Total.Value;

        public async Task<bool> IsForAsync(string code, Actor actor) => _book.IsFor(actor, (await _book.FindAsync(code, new(2026, 12, 31), Stop))!);

        public async Task<IReadOnlyList<IndicatorRow>> RowsAsync(string measure, IndicatorQuestion question, Actor actor, bool stock = false, params IReadOnlyList<string> without) => (await _values.RowsAsync(measure, question, actor, stock, without, null, 100, Stop)).Rows;

        public async Task<IReadOnlyList<string>> FaultsAsync() => (await new Verification(_databases, Ledger).RunAsync(Stop)).Faults;

        public async Task<List<string>> LinesAsync()
        {
            await using var db = _databases.CreateDbContext();
            return [.. (await db.Set<RecordFact>().AsNoTracking().ToListAsync(Stop)).Select(f => $"{f.Measure} {f.Source} {f.Day} {f.KnownOn} {f.Division} {f.Category} {f.Amount}").Order(StringComparer.Ordinal)];
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_visit_counts_when_it_has_ended_and_what_was_found_later_corrects_it(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var figures = new Figures(w.Databases, w.Settings, w.Time, VisitsRules.Module);
        var (quiet, going, day) = (Guid.CreateVersion7(), Guid.CreateVersion7(), ChinaTime.Date(w.Time.Now.UtcDateTime));
        var began = w.Time.Now.UtcDateTime.AddHours(-1);
        var request = new VisitRequest { CampaignId = w.Campaign, CampaignVersion = 1, BeganAt = began, EndedAt = began.AddMinutes(50), Villages = [new() { RegionCode = "330522110225" }, new() { RegionCode = "330522103000" }], Companions = ["赵代表"], NothingFound = true };
        Assert.Null((await w.Visits.PutAsync(quiet, request, w.Deputy, Stop)).Refusal);
        Assert.Null((await w.Visits.PutAsync(going, request with { EndedAt = null, NothingFound = false }, w.OtherDeputy, Stop)).Refusal);
        await figures.CatchUpAsync();
        var year = new IndicatorQuestion(new(2026, 1, 1), day);
        var (town, other) = (VisitsRules.Person("镇", "clerk", 330522110000), VisitsRules.Person("安吉", "clerk", 330523000000));
        Assert.Equal(1, await figures.ValueAsync("visits.tours", year, w.Clerk));
        Assert.Equal(2, await figures.ValueAsync("visits.tour-places", year, w.Clerk));
        Assert.Equal(2, await figures.ValueAsync("visits.tour-people", year, w.Clerk));
        Assert.Equal(100, await figures.ValueAsync("visits.tours-clear", year, w.Clerk));
        Assert.Equal((1m, 1m), (await figures.ValueAsync("visits.tours", year, town), await figures.ValueAsync("visits.tour-places", year, town)));
        Assert.Equal((0m, 0m), (await figures.ValueAsync("visits.tours", year, other), await figures.ValueAsync("visits.tour-places", year, other)));
        // A unit and a deputy have no territory of which it would be told.
        Assert.Equal((true, false, false), (await figures.IsForAsync("visits.tours", w.Clerk), await figures.IsForAsync("visits.tours", w.PowerClerk), await figures.IsForAsync("visits.tours", w.Deputy)));
        Assert.Equal(0, await figures.ValueAsync("visits.tours", year, w.Deputy));
        Assert.Equal([quiet], (await figures.RowsAsync("visits.tours", year, w.Clerk)).Select(r => r.Fact.Source));
        Assert.Equal([("330522103000", 1m), ("330522110000", 1m)], (await figures.AskAsync("visits.tour-places", year with { By = IndicatorBy.Region, Region = 330522000000 }, w.Clerk)).Lines.Where(l => l.Value > 0).Select(l => (l.Key, l.Value!.Value)));

        // The next day something is sent that was found after all, and the other visit ends.
        w.Time.Now += TimeSpan.FromDays(1);
        Assert.Null((await w.SubmitAsync(Guid.CreateVersion7(), w.Request() with { VisitId = quiet })).Refusal);
        Assert.Null((await w.Visits.PutAsync(going, request with { EndedAt = began.AddHours(3), NothingFound = false, ExpectedRevision = 1 }, w.OtherDeputy, Stop)).Refusal);
        await figures.CatchUpAsync();
        var now = await figures.AskAsync("visits.tours-clear", year, w.Clerk);
        Assert.Equal((0m, 100m), (now.Total.Value, now.Corrected!.Value));
        Assert.Equal((1m, 2m), (await figures.ValueAsync("visits.tours", year with { AsOf = day }, w.Clerk), await figures.ValueAsync("visits.tours", year, w.Clerk)));
        Assert.Empty(await figures.FaultsAsync());

        // What is counted again, as after a restore, says the same.
        var lines = await figures.LinesAsync();
        await using var db = w.Databases.CreateDbContext();
        await db.Set<FeedCursor>().Where(c => c.Name.StartsWith("records")).ExecuteDeleteAsync(Stop);
        await figures.CatchUpAsync();
        Assert.Equal(lines, await figures.LinesAsync());
        Assert.Equal(0, await db.Set<RecordChange>().CountAsync(Stop));

        // A line that was altered is named.
        await db.Set<RecordFact>().Where(f => f.Source == quiet && f.Measure == "visits.tours").ExecuteUpdateAsync(s => s.SetProperty(f => f.Amount, 2), Stop);
        Assert.Contains(await figures.FaultsAsync(), f => f.Contains($"visits.tours {quiet}", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_reception_that_is_put_right_is_counted_once_with_what_it_says_now(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var figures = new Figures(w.Databases, w.Settings, w.Time, new StationsModule());
        var held = Guid.CreateVersion7();
        Assert.Null(await RecordAsync("30", w.LiId, w.ShenId));
        await figures.CatchUpAsync();
        var year = new IndicatorQuestion(new(2026, 1, 1), new(2026, 12, 31));
        Assert.Equal((1m, 30m, 2m), (await figures.ValueAsync("stations.receptions", year, w.Clerk), await figures.ValueAsync("stations.voters", year, w.Clerk), await figures.ValueAsync("stations.receiving", year, w.Clerk)));
        w.Time.Now += TimeSpan.FromDays(2);
        Assert.Null(await RecordAsync("25", w.LiId));
        // The same again changes nothing.
        Assert.Null(await RecordAsync("25", w.LiId));
        await figures.CatchUpAsync();
        Assert.Equal((1m, 25m, 1m), (await figures.ValueAsync("stations.receptions", year, w.Clerk), await figures.ValueAsync("stations.voters", year, w.Clerk), await figures.ValueAsync("stations.receiving", year, w.Clerk)));
        Assert.Equal(30, await figures.ValueAsync("stations.voters", year with { AsOf = new(2026, 3, 2) }, w.Clerk));
        Assert.Equal(25, await figures.ValueAsync("stations.voters-each", year, w.Clerk));
        var row = Assert.Single(await figures.RowsAsync("stations.voters", year, w.Clerk));
        Assert.Equal((held, 25L, $"/stations/{w.Station}"), (row.Fact.Source, row.Fact.Amount, row.Address));
        Assert.Empty(await figures.FaultsAsync());

        Task<Renda.Platform.Refusal?> RecordAsync(string voters, params Guid[] deputies) => w.Stations.RecordAsync(held, w.Station, new Dictionary<string, string> { ["day"] = "2026-03-01", ["voters"] = voters, ["duty"] = "" }, deputies, w.Keeper, Stop);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_mandate_counts_while_rights_follow_from_it(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var figures = new Figures(w.Databases, w.Settings, w.Time, new RegistryModule());
        var (congress, person, mandate) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var db = w.Databases.CreateDbContext();
        db.Add(new Organisation { Id = congress, Name = "县人大", ShortName = "县人大", Kind = OrganisationKind.Congress, Region = FindingWorld.County, ValidFrom = DateTime.UnixEpoch });
        db.Add(new Person { Id = person, Name = "钱代表" });
        // In office, confirmed in a second row, suspended for two days, in office again.
        db.AddRange(Row(1, 5, MandateStatus.Active), Row(5, 10, MandateStatus.Active), Row(10, 12, MandateStatus.Suspended), Row(12, null, MandateStatus.Active));
        await db.SaveChangesAsync(Stop);
        await figures.CatchUpAsync();
        Actor clerk = new(Guid.CreateVersion7(), null, "周敏", [new ActorGrant(Role.Find("clerk")!, FindingWorld.County, null, new HashSet<string> { "registry.look" })]);
        Assert.Equal([0m, 1m, 1m, 0m, 1m], await EachAsync());
        Assert.Equal("county", Assert.Single((await figures.AskAsync("registry.begun", new(new(2026, 1, 1), new(2026, 1, 2), IndicatorBy.Category), clerk)).Lines).Key);
        Assert.Equal([mandate], (await figures.RowsAsync("registry.begun", new(new(2026, 1, 11), new(2026, 1, 20)), clerk)).Select(r => r.Fact.Source));

        // Ended by a statement, as whoever keeps the registry does it.
        db.ChangeTracker.Clear();
        await using (var transaction = await db.Database.BeginTransactionAsync(Stop))
        {
            var statements = db.Statements();
            await statements.UpdateAsync(Row(12, 15, MandateStatus.Active));
            await statements.FlushAsync();
            await transaction.CommitAsync(Stop);
        }
        await figures.CatchUpAsync();
        Assert.Equal(0, await figures.ValueAsync("registry.deputies", new(new(2026, 1, 1), new(2026, 1, 15)), clerk));
        Assert.Equal(2, await figures.ValueAsync("registry.ended", new(new(2026, 1, 1), new(2026, 12, 31)), clerk));
        Assert.Empty(await figures.FaultsAsync());

        async Task<List<decimal>> EachAsync()
        {
            var values = new List<decimal>();
            foreach (var to in (DateOnly[])[new(2025, 12, 31), new(2026, 1, 1), new(2026, 1, 9), new(2026, 1, 11), new(2026, 1, 13)]) values.Add((await figures.ValueAsync("registry.deputies", new(new(2025, 1, 1), to), clerk))!.Value);
            return values;
        }

        Mandate Row(int from, int? to, MandateStatus status) => new()
        {
            Id = mandate, PersonId = person, CongressId = congress, Region = 330522110000, Status = status, ValidFrom = ChinaTime.StartOf(new(2026, 1, from)), ValidTo = to is { } t ? ChinaTime.StartOf(new(2026, 1, t)) : null, Latest = from == 12,
        };
    }
}
