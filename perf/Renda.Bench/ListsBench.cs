using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Caching.Memory;
using Npgsql;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Demo;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Search;
using Renda.Visits;

namespace Renda.Bench;

/// <summary>
/// Lists, counts, statistics, search and single matters on a filled database, as four people ask for them, beside a bare
/// endpoint that reads the newest 25 of a county from the same file; and the plans by which the database answers.
/// </summary>
internal static class ListsBench
{
    private const double GoalJson = 3000, ShareOfEndpoint = 0.2, GoalPage = 1000, GoalP95 = 25, GoalSearch = 100, GoalStart = 2, GoalIdle = 300;

    /// <summary>What is too slow to be worth a load: asked once.</summary>
    private const double PatienceMs = 2000;

    private enum Kind { List, Page, Statistics, Search, Single }

    /// <summary>Stands at the end of a path for digits that are others each time.</summary>
    private const string Counter = "{n}";

    private sealed record Question(string Name, string Path, Kind Kind);

    /// <summary>Somebody who looks.</summary>
    internal sealed record Asker(string Name, Guid Account, Actor Actor, string Token);

    /// <param name="options">Of the command line.</param>
    /// <param name="asked">Begin of the names of the questions to ask; null for all.</param>
    public static async Task<int> RunAsync(Options options, string? asked = null)
    {
        var seconds = options.Number("--seconds", 2, 1, 60);
        int[] sizes = options.Has("--curve") ? [10_000, 100_000, 1_000_000] : [options.Number("--matters", 20_000, 1000, 2_000_000)];
        if (sizes.Length > 1 && options.Text("--data") is not null) throw new BenchException("--curve fills databases of its own: leave --data out.");
        var report = new Report((asked ?? "lists") + (sizes.Length > 1 ? "-curve" : ""), options.Postgres is null ? "sqlite" : "postgres", new { seconds, matters = sizes, clients = (int[])[1, 8] });
        foreach (var size in sizes)
        {
            await using var product = options.Text("--data") is { } folder ? Product.At(folder, options.Postgres) : await Product.FreshAsync(options.Postgres);
            await Seeding.FillAsync(product, size);
            await MeasureAsync(product, seconds, options.Text("--as"), asked, sizes.Length > 1 ? $"{size:N0}: " : "", report);
        }
        return report.Finish(options);
    }

    private static async Task MeasureAsync(Product product, int seconds, string? only, string? asked, string prefix, Report report)
    {
        var start = await product.StartAsync(demo: false);
        report.Add(new(prefix + "start to the first answer", start.TotalSeconds, "s", Goal: $"<= {GoalStart}", Holds: start.TotalSeconds <= GoalStart));
        await Task.Delay(TimeSpan.FromSeconds(3));
        report.Add(new(prefix + "memory, idle", product.MemoryMb("VmRSS"), "MB", Goal: $"<= {GoalIdle}", Holds: product.MemoryMb("VmRSS") <= GoalIdle));
        await using var db = product.OpenDatabase();
        // The search index follows the events by itself; until it has caught up, a figure would be of that work too.
        var newest = await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq) ?? 0;
        while (await db.Set<FeedCursor>().Where(c => c.Name == "search").Select(c => (long?)c.Seq).FirstOrDefaultAsync() is not { } indexed || indexed < newest) await Task.Delay(TimeSpan.FromSeconds(1));
        report.Add(new(prefix + "matters", await db.Set<Matter>().CountAsync(), ""));
        report.Add(new(prefix + "events", await db.Set<MatterEvent>().MaxAsync(e => e.Seq), ""));
        var all = await AskersAsync(product, db);
        IReadOnlyList<Asker> askers = [.. all.Where(a => only is null || a.Name == only)];
        if (askers.Count == 0) throw new BenchException($"--as {string.Join(", ", all.Select(a => a.Name))}");
        var last = await db.Set<Matter>().MaxAsync(m => m.Serial);
        var campaign = await db.Set<Matter>().Where(m => m.ContextId != null).OrderByDescending(m => m.Serial).Select(m => m.ContextId!.Value).FirstAsync();

        if (asked is null) await PlansAsync(product, askers, campaign, last, prefix, report);
        using var http = product.Client();
        await using (var bare = await BareServer.StartAsync(product.Database.Provider == DatabaseProvider.Sqlite ? Path.Combine(product.Folder, "renda.db") : null, product.Database.Provider == DatabaseProvider.Postgres ? product.Database.ConnectionString : null))
        {
            using var bareHttp = Product.Client(bare.Address);
            foreach (var clients in (int[])[1, 8])
            {
                var limit = await Load.RunAsync(clients, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(seconds), _ => GetAsync(bareHttp, "/newest?county=330522000000", "none"));
                report.Add(new($"{prefix}bare endpoint, newest 25 of a county, {clients} clients", limit.PerSecond, "1/s"));
                foreach (var asker in askers)
                    foreach (var question in Questions(asker, campaign, last, await ExampleAsync(db, asker)).Where(q => asked is null || q.Name.StartsWith(asked, StringComparison.Ordinal)))
                        await AskAsync(http, asker, question, clients, seconds, limit.PerSecond, prefix, report);
            }
        }
        // The bare endpoint's own table does not stay in the product's file.
        await db.Database.ExecuteSqlAsync($"DROP TABLE IF EXISTS bare_findings");
        if (asked is null) await RecountAsync(http, db, all.First(a => a.Name == "leader"), campaign, prefix, report);
    }

    /// <summary>As <see cref="MatterFilter.Clocked"/> does with the only procedure there is here.</summary>
    private static MatterFilter Clocked(MatterFilter filter) => filter.Overdue == true ? filter with { State = FindingView.Open } : filter;

    private static IEnumerable<Question> Questions(Asker asker, Guid campaign, long last, (Guid Id, Guid? Unit, string Number) example)
    {
        const string list = "/api/v1/matters?scenario=visits&limit=25";
        yield return new("newest 25", list, Kind.List);
        yield return new("inbox (three states)", list + "&state=submitted,verified,return-requested", Kind.List);
        yield return new("by state and town", list + "&state=closed&region=330522110000", Kind.List);
        yield return new("by unit", list + "&unit=" + example.Unit, Kind.List);
        yield return new("overdue", list + "&overdue=true", Kind.List);
        yield return new("deep page", list + "&after=" + (last / 2), Kind.List);
        // What was read is kept until somebody changes something: each of these asks for another place, and is read from the database.
        yield return new("any page, read anew", list + "&after=" + (last / 2) + Counter, Kind.List);
        yield return new("inbox as a page, with its count", "/visits?view=triage", Kind.Page);
        yield return new("all as a page, with its count", "/visits?view=all", Kind.Page);
        yield return new("closed of a town as a page, with its count", "/visits?view=closed&region=330522110000", Kind.Page);
        if (asker.Actor.May("visits.statistics")) yield return new("statistics", $"/api/v1/visits/campaigns/{campaign}/statistics", Kind.Statistics);
        if (asker.Actor.May("visits.statistics")) yield return new("statistics as a page", "/visits/statistics?campaign=" + campaign, Kind.Statistics);
        yield return new("search, 2 characters", list + "&q=" + Uri.EscapeDataString("绿化"), Kind.Search);
        yield return new("search, 3 characters", list + "&q=" + Uri.EscapeDataString("宣传牌"), Kind.Search);
        yield return new("search, 4 characters", list + "&q=" + Uri.EscapeDataString("文化礼堂"), Kind.Search);
        yield return new("search, 4 characters that nothing has", list + "&q=" + Uri.EscapeDataString("天外飞仙"), Kind.Search);
        yield return new("search by number", list + "&q=" + Uri.EscapeDataString(example.Number), Kind.Search);
        yield return new("matter", "/api/v1/matters/" + example.Id, Kind.Single);
    }

    private static async Task AskAsync(HttpClient http, Asker asker, Question question, int clients, int seconds, double limit, string prefix, Report report)
    {
        var name = $"{prefix}{question.Name}, {asker.Name}, {clients} clients";
        var next = 0;
        // A cursor just below: of a list of a million hardly another page, and never the same question.
        string Path() => question.Path.EndsWith(Counter, StringComparison.Ordinal) ? Lowered(question.Path[..^Counter.Length], Interlocked.Increment(ref next)) : question.Path;
        // Twice: the first also fills the caches.
        var once = 0.0;
        try
        {
            for (var i = 0; i < 2; i++)
            {
                var watch = Stopwatch.GetTimestamp();
                await GetAsync(http, Path(), asker.Token);
                once = Stopwatch.GetElapsedTime(watch).TotalMilliseconds;
                if (once > PatienceMs) break;
            }
        }
        catch (Exception e) when (e is BenchException or TaskCanceledException or HttpRequestException)
        {
            report.Add(new(name, null, "1/s", Goal: "an answer", Holds: false, Note: e.Message));
            return;
        }
        var goal = question.Kind == Kind.Search ? GoalSearch : GoalP95;
        if (once > PatienceMs)
        {
            report.Add(new(name + ", one request", once, "ms", Goal: $"<= {goal}", Holds: false, Note: "too slow to be asked more than once"));
            return;
        }
        var done = await Load.RunAsync(clients, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(seconds), _ => GetAsync(http, Path(), asker.Token));
        var note = done.Failures > 0 ? $"{done.Failures} failed: {done.FirstFailure}" : null;
        var rate = clients == 8 && done.Failures == 0 ? question.Kind switch { Kind.List => done.PerSecond >= GoalJson && done.PerSecond >= ShareOfEndpoint * limit, Kind.Page => done.PerSecond >= GoalPage, _ => (bool?)null } : null;
        report.Add(new(name, done.PerSecond, "1/s", limit, rate is null ? null : question.Kind == Kind.List ? $">= {GoalJson} and >= {ShareOfEndpoint} of the limit" : $">= {GoalPage}", rate, note));
        report.Add(new(name + ", p50", done.Latencies.Percentile(0.5), "ms"));
        var p95 = done.Latencies.Percentile(0.95);
        report.Add(new(name + ", p95", p95, "ms", Goal: $"<= {goal}", Holds: p95 <= goal && done.Failures == 0));
    }

    private static string Lowered(string path, int by)
    {
        var at = path.LastIndexOf('=') + 1;
        return path[..at] + (long.Parse(path[at..], System.Globalization.CultureInfo.InvariantCulture) - by).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    internal static async Task<string> GetAsync(HttpClient http, string path, string token)
    {
        using var request = Product.Request(HttpMethod.Get, path, token);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new BenchException($"{(int)answer.StatusCode} {path}");
    }

    /// <summary>A county's clerk, a unit's clerk, a deputy and a leader of the city; of units and deputies the busiest.</summary>
    internal static async Task<IReadOnlyList<Asker>> AskersAsync(Product product, RendaDbContext db)
    {
        var unit = await db.Set<Assignment>().Where(a => db.Set<Grant>().Any(g => g.Role == "unit-clerk" && g.OrganisationId == a.UnitId))
            .GroupBy(a => a.UnitId).OrderByDescending(g => g.Count()).Select(g => g.Key).FirstAsync();
        var deputy = await db.Set<MatterReporter>().GroupBy(r => r.PersonId).OrderByDescending(g => g.Count()).Select(g => g.Key).FirstAsync();
        (string Name, Guid Account)[] people =
        [
            ("clerk", await product.AccountAsync("zhoumin")),
            ("unit", await db.Set<Grant>().Where(g => g.Role == "unit-clerk" && g.OrganisationId == unit).Select(g => g.AccountId).FirstAsync()),
            ("deputy", await db.Users.Where(a => a.PersonId == deputy).Select(a => a.Id).FirstAsync()),
            ("leader", await db.Set<Grant>().Where(g => g.Role == "leader" && g.Region == DemoCity.Huzhou).Select(g => g.AccountId).FirstAsync()),
        ];
        var tokens = await product.TokensAsync(people.Select(p => p.Account));
        using var cache = new MemoryCache(new MemoryCacheOptions());
        var factory = Factory(product);
        var actors = new Actors(factory, new Roles(factory, Product.Modules.SelectMany(m => m.Permissions), cache, new AuditLog(factory, product.Database, TimeProvider.System), TimeProvider.System), cache, TimeProvider.System);
        var askers = new List<Asker>();
        foreach (var ((name, account), token) in people.Zip(tokens)) askers.Add(new(name, account, (await actors.FindAsync(account))!, token));
        return askers;
    }

    internal static RendaDbContextFactory Factory(Product product, params IInterceptor[] interceptors)
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>().AddInterceptors(interceptors);
        product.Database.Configure(options);
        return new RendaDbContextFactory(options.Options, Product.Model);
    }

    private static async Task<(Guid Id, Guid? Unit, string Number)> ExampleAsync(RendaDbContext db, Asker asker)
    {
        var own = await db.Set<Matter>().AsNoTracking().VisibleTo(asker.Actor, db).Where(m => m.LeadUnitId != null).OrderBy(m => m.Serial).Select(m => new { m.Id, m.LeadUnitId, m.Number }).FirstAsync();
        return (own.Id, own.LeadUnitId, own.Number);
    }

    /// <summary>Asks each question through the product's own code and lets the database explain every statement it sent.</summary>
    private static async Task PlansAsync(Product product, IReadOnlyList<Asker> askers, Guid campaign, long last, string prefix, Report report)
    {
        var recorder = new Recorder();
        using var cache = new MemoryCache(new MemoryCacheOptions());
        await using var db = product.OpenDatabase(recorder);
        var now = DateTime.UtcNow;
        foreach (var asker in askers)
        {
            var example = await ExampleAsync(db, asker);
            foreach (var question in Questions(asker, campaign, last, example).Where(q => !q.Path.StartsWith("/visits/statistics", StringComparison.Ordinal)))
            {
                recorder.Explained.Clear();
                recorder.On = true;
                var query = new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(question.Path.Contains('?', StringComparison.Ordinal) ? question.Path[question.Path.IndexOf('?', StringComparison.Ordinal)..] : ""));
                var watch = Stopwatch.StartNew();
                if (question.Kind == Kind.Statistics) await new CampaignFigures(Factory(product, recorder), cache).ReadAsync(campaign, asker.Actor, CancellationToken.None);
                else if (question.Kind == Kind.Single) await MatterDesk.LoadAsync(db, example.Id, CancellationToken.None);
                else if (question.Kind == Kind.Page)
                {
                    await FindingFilter.Read(query).PageAsync(db, asker.Actor, 25, null, now, CancellationToken.None);
                    await FindingFilter.Read(query).CountAsync(db, asker.Actor, now, CancellationToken.None);
                }
                else
                {
                    var filter = new MatterFilter
                    {
                        Scenario = "visits", State = query["state"], Region = long.TryParse(query["region"], out var region) ? region : null, Unit = Guid.TryParse(query["unit"], out var unit) ? unit : null,
                        Q = query["q"], Overdue = query["overdue"] == "true" ? true : null,
                    };
                    await MatterPage.ReadAsync(db, Clocked(filter).Branches(db, asker.Actor, now), 25, long.TryParse(query["after"], out var after) ? after : null, CancellationToken.None);
                }
                recorder.On = false;
                var bad = recorder.Explained.Where(e => e.Verdict.Length > 0).ToList();
                report.Add(new($"{prefix}plan: {question.Name}, {asker.Name}", bad.Count, "statements that scan or sort", Goal: "0", Holds: bad.Count == 0,
                    Note: bad.Count == 0 ? null : string.Join(" || ", bad.Select(b => $"{b.Milliseconds:0} ms: {b.Verdict} :: {b.Sql}"))));
            }
        }
    }

    /// <summary>Equal to the figures that anyone would count from the rows.</summary>
    private static async Task RecountAsync(HttpClient http, RendaDbContext db, Asker leader, Guid campaign, string prefix, Report report)
    {
        // A figure takes part when the campaign's whole is within the asker's scope.
        using var told = JsonDocument.Parse(await GetAsync(http, $"/api/v1/visits/campaigns/{campaign}/statistics", leader.Token));
        var rows = await db.Set<Matter>().Where(m => m.ContextId == campaign).GroupBy(m => new { m.State, m.County }).Select(g => new
        {
            g.Key.State, g.Key.County, Matters = g.LongCount(), Photos = g.Sum(m => (long)m.Photos), Videos = g.Sum(m => (long)m.Videos), Late = g.Sum(m => m.Late ? 1L : 0L),
            Satisfied = g.Sum(m => m.Result == 1 ? 1L : 0L), Basically = g.Sum(m => m.Result == 2 ? 1L : 0L), Not = g.Sum(m => m.Result == 3 ? 1L : 0L), Unreturned = g.Sum(m => m.Result == 4 ? 1L : 0L),
        }).ToListAsync();
        var differences = 0;
        void Same(string name, long counted) => differences += told.RootElement.GetProperty(name).GetInt64() == counted ? 0 : 1;
        Same("findings", rows.Sum(r => r.Matters));
        Same("photos", rows.Sum(r => r.Photos));
        Same("videos", rows.Sum(r => r.Videos));
        Same("late", rows.Sum(r => r.Late));
        Same("satisfied", rows.Sum(r => r.Satisfied));
        Same("basically", rows.Sum(r => r.Basically));
        Same("notSatisfied", rows.Sum(r => r.Not));
        Same("unreturned", rows.Sum(r => r.Unreturned));
        foreach (var state in rows.GroupBy(r => r.State)) differences += told.RootElement.GetProperty("byState").GetProperty(state.Key).GetInt64() == state.Sum(r => r.Matters) ? 0 : 1;
        foreach (var county in rows.GroupBy(r => r.County)) differences += told.RootElement.GetProperty("byCounty").GetProperty(county.Key.ToString("D12")).GetInt64() == county.Sum(r => r.Matters) ? 0 : 1;
        report.Add(new(prefix + "statistics differ from the recount", differences, "figures", Goal: "0", Holds: differences == 0));
    }

    /// <summary>Lets the database explain what EF is about to send.</summary>
    /// <param name="sorts">Whether a sort is bad as well.</param>
    internal sealed class Recorder(bool sorts = true) : DbCommandInterceptor
    {
        public bool On { get; set; }

        public List<(string Sql, string Verdict, double Milliseconds)> Explained { get; } = [];

        public override async ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (!On || command.CommandText.Contains("EXPLAIN", StringComparison.Ordinal)) return result;
            // PostgreSQL has one statement at a time on a connection: explained on another.
            Explained.Add((command.CommandText.ReplaceLineEndings(" "), await ExplainAsync(command, cancellationToken), eventData.Duration.TotalMilliseconds));
            return result;
        }

        private async Task<string> ExplainAsync(DbCommand command, CancellationToken cancellation)
        {
            var postgres = command is NpgsqlCommand;
            await using DbConnection connection = postgres ? new NpgsqlConnection(command.Connection!.ConnectionString) : new SqliteConnection(command.Connection!.ConnectionString);
            await connection.OpenAsync(cancellation);
            await using var explain = connection.CreateCommand();
            explain.CommandText = (postgres ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + command.CommandText;
            foreach (DbParameter parameter in command.Parameters) explain.Parameters.Add(((ICloneable?)(parameter as NpgsqlParameter))?.Clone() ?? new SqliteParameter(parameter.ParameterName, parameter.Value ?? DBNull.Value));
            var lines = new List<string>();
            await using var reader = await explain.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation)) lines.Add(reader.GetString(postgres ? 0 : 3).Trim());
            return string.Join("; ", lines.Where(l => Bad(l, postgres)));
        }

        // A walk along an index in the order of the list ends after a page; a walk over a table, or a sort, does not.
        private bool Bad(string line, bool postgres) => postgres
            ? (line.Contains("Seq Scan on", StringComparison.Ordinal) && Large.Any(t => line.Contains("on " + t, StringComparison.Ordinal))) || (sorts && line.Contains("Sort  (", StringComparison.Ordinal))
            : (line.StartsWith("SCAN", StringComparison.Ordinal) && !Small.Any(t => line.Contains(t, StringComparison.Ordinal))) || (sorts && line.Contains("TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal));

        private static readonly string[] Large = ["matters", "matter_", "assignments", "todos", "notices", "visits_visits", "map_"];

        // The values of an IN are a virtual table.
        private static readonly string[] Small = ["CONSTANT ROW", "VIRTUAL TABLE", "(subquery", "USING INDEX ix_matters_serial"];
    }
}
