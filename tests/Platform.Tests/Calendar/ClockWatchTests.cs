using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tests.Media;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Live;
using Renda.Platform.Matters;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Settings;

namespace Platform.Tests.Calendar;

/// <summary>What is overdue is brought to notice twice, each time once, whatever procedure it follows.</summary>
public sealed class ClockWatchTests
{
    private const long County = 330522000000;

    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_overdue_is_told_once_and_after_the_second_step_once_more(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var id = await w.RaiseAsync("letters.letter");
        Assert.Equal(0, await w.PassAsync());

        // Two calendar days from Monday end on Wednesday at midnight in China; a minute before nothing is late.
        w.Clock.Now = new(2026, 11, 25, 15, 59, 0, TimeSpan.Zero);
        Assert.Equal(0, await w.PassAsync());
        w.Clock.Now = new(2026, 11, 25, 16, 1, 0, TimeSpan.Zero);
        Assert.Equal(1, await w.PassAsync());
        Assert.Equal((1, "submit escalate"), await w.StateAsync(id));
        var first = Assert.Single(await w.NoticesAsync(id));
        Assert.Contains("已超期", first.Zh, StringComparison.Ordinal);
        Assert.Equal(w.Office, first.OrganisationId);

        // Three working days later, and not before, it is the head's.
        Assert.Equal(0, await w.PassAsync());
        w.Clock.Now = new(2026, 11, 30, 15, 59, 0, TimeSpan.Zero);
        Assert.Equal(0, await w.PassAsync());
        w.Clock.Now = new(2026, 11, 30, 16, 1, 0, TimeSpan.Zero);
        Assert.Equal(1, await w.PassAsync());
        Assert.Equal((2, "submit escalate escalate"), await w.StateAsync(id));
        var notices = await w.NoticesAsync(id);
        Assert.Equal(2, notices.Count);
        Assert.Contains("负责人", notices[1].Zh, StringComparison.Ordinal);
        Assert.Contains("head", notices[1].En, StringComparison.Ordinal);

        // And never again.
        w.Clock.Now += TimeSpan.FromDays(100);
        Assert.Equal(0, await w.PassAsync());
        Assert.Equal(2, (await w.NoticesAsync(id)).Count);
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Matters_of_several_procedures_are_each_escalated_by_their_own_clock(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var (letter, report) = (await w.RaiseAsync("letters.letter"), await w.RaiseAsync("reports.report"));
        w.Clock.Now = new(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(1, await w.PassAsync());
        Assert.Equal((1, 0), ((await w.StateAsync(letter)).Level, (await w.StateAsync(report)).Level));

        w.Clock.Now = new(2026, 12, 7, 16, 1, 0, TimeSpan.Zero);
        Assert.Equal(2, await w.PassAsync());
        Assert.Equal((2, 1), ((await w.StateAsync(letter)).Level, (await w.StateAsync(report)).Level));

        // What is done is nobody's any more.
        Assert.Null((await w.Desk.ActAsync(report, "finish", [], w.Clerk, null, null, TestContext.Current.CancellationToken)).Refusal);
        w.Clock.Now += TimeSpan.FromDays(30);
        Assert.Equal(0, await w.PassAsync());
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Several_nodes_at_once_escalate_once(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        List<Guid> ids = [];
        for (var i = 0; i < 5; i++) ids.Add(await w.RaiseAsync("letters.letter"));
        w.Clock.Now = new(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);
        var done = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => w.PassAsync()));
        Assert.Equal(ids.Count, done.Sum());
        foreach (var id in ids)
        {
            Assert.Equal((1, "submit escalate"), await w.StateAsync(id));
            Assert.Single(await w.NoticesAsync(id));
        }
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_overdue_matter_whose_clock_stood_still_for_an_hour_still_reaches_the_head(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var id = await w.RaiseAsync("letters.letter");
        w.Clock.Now = new(2026, 11, 26, 1, 0, 0, TimeSpan.Zero);
        Assert.Equal(1, await w.PassAsync());

        // A pause within a day moves no due day, but begins the count of reminders anew.
        Assert.Null((await w.Desk.ActAsync(id, "pause", new JsonObject { ["reason"] = "停电" }, w.Clerk, null, null, TestContext.Current.CancellationToken)).Refusal);
        w.Clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(0, await w.PassAsync());
        Assert.Null((await w.Desk.ActAsync(id, "resume", [], w.Clerk, null, null, TestContext.Current.CancellationToken)).Refusal);
        Assert.Equal(1, await w.PassAsync());
        w.Clock.Now = new(2026, 11, 30, 16, 1, 0, TimeSpan.Zero);
        Assert.Equal(1, await w.PassAsync());
        Assert.Equal(2, (await w.StateAsync(id)).Level);
        await w.HoldsAsync();
    }

    /// <summary>The kernel with two procedures of its own, over a fresh database.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly TestDatabase _database;
        private readonly MatterWriter _writer;
        private readonly RendaDbContextFactory _databases;
        private readonly ClockWatch _watch;

        private World(TestDatabase database)
        {
            _database = database;
            var options = new DbContextOptionsBuilder<RendaDbContext>();
            database.Settings.Configure(options);
            _databases = new RendaDbContextFactory(options.Options, TestDatabase.Assemblies);
            Deadlines = new Deadlines(_databases, ChineseCalendar.Official.Provisional());
            _writer = new MatterWriter(_databases, database.Settings, new ChangeRelay(_databases, database.Settings, new ChangeFeed(), NullLogger<ChangeRelay>.Instance), NullLogger<MatterWriter>.Instance);
            var rules = new ProcedureRules().AddKernelRules();
            Permission[] permissions = [new("kernel.work", new("办理", "Work"), "clerk")];
            var catalogue = new ProcedureCatalogue([Loop("letters.letter"), Loop("reports.report")], rules, permissions, ["letters.letter", "reports.report"]);
            Desk = new MatterDesk(_databases, _writer, catalogue, new ProcedureEngine(rules), Deadlines, new CodeSets([], new StoredSettings(_databases, new MemoryCache(new MemoryCacheOptions()), Clock), new AuditLog(_databases, database.Settings, Clock), Clock), Clock);
            _watch = new ClockWatch(_databases, Desk, Deadlines, Clock, NullLogger<ClockWatch>.Instance);
            Clerk = new Actor(Guid.CreateVersion7(), null, "钱办", [new ActorGrant(Role.Find("clerk")!, County, Office, new HashSet<string> { "kernel.work", "letters.read", "reports.read" })]);
        }

        public TestClock Clock { get; } = new();
        public Guid Office { get; } = Guid.CreateVersion7();
        public Deadlines Deadlines { get; }
        public MatterDesk Desk { get; }
        public Actor Clerk { get; }

        public static async Task<World> CreateAsync(DatabaseProvider provider)
        {
            var world = new World(await TestDatabase.CreateAsync(provider));
            await using (var db = world._databases.CreateDbContext())
            {
                foreach (var (code, unit, amount) in ((string, DeadlineUnit, int)[])[("letters.letter", DeadlineUnit.CalendarDays, 2), ("reports.report", DeadlineUnit.WorkingDays, 10), (ClockWatch.EscalateAgain, DeadlineUnit.WorkingDays, 3)])
                    db.Add(new Deadline { Id = Guid.CreateVersion7(), Code = code, Zh = code, En = code, Unit = unit, Amount = amount, BasisZh = "测试", BasisEn = "test", EffectiveFrom = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc) });
                await db.SaveChangesAsync();
            }
            await world.Deadlines.ReloadAsync(CancellationToken.None);
            await world._writer.StartAsync(CancellationToken.None);
            return world;
        }

        public Task<int> PassAsync() => _watch.EscalateAsync(TestContext.Current.CancellationToken);

        public async Task<Guid> RaiseAsync(string procedure)
        {
            var id = Guid.CreateVersion7();
            var answer = await Desk.RaiseAsync(
                new NewMatter
                {
                    Id = id, Scenario = procedure.Split('.')[0], Procedure = procedure, Title = "一件事", Category = "any", OfficeId = Office, OccurredAt = Clock.Now.UtcDateTime,
                    Place = new Placed(330522110225, 330500000000, County, 330522110000, null, null), Data = [], Number = ("letters/2026", n => $"L{n}"), Fingerprint = "same",
                },
                Clerk, TestContext.Current.CancellationToken);
            Assert.Null(answer.Refusal);
            return id;
        }

        public async Task<(int Level, string Actions)> StateAsync(Guid id)
        {
            await using var db = _databases.CreateDbContext();
            var level = await db.Set<Matter>().Where(m => m.Id == id).Select(m => m.Escalation).SingleAsync();
            return (level, string.Join(' ', await db.Set<MatterEvent>().Where(e => e.MatterId == id).OrderBy(e => e.Version).Select(e => e.Action).ToListAsync()));
        }

        public async Task<List<Notice>> NoticesAsync(Guid id)
        {
            await using var db = _databases.CreateDbContext();
            return await db.Set<Notice>().AsNoTracking().Where(n => n.MatterId == id).OrderBy(n => n.At).ToListAsync();
        }

        public async Task HoldsAsync() => Assert.Empty((await new Verification(_databases).RunAsync(TestContext.Current.CancellationToken)).Faults);

        public async ValueTask DisposeAsync()
        {
            await _writer.StopAsync(CancellationToken.None);
            _writer.Dispose();
            await _database.DisposeAsync();
        }

        private static Procedure Loop(string id) => new()
        {
            Id = id, Version = 1, Name = new("来信", "Letter"),
            Phases = [new("work", new("办理", "Work"))],
            States =
            [
                new() { Id = "open", Phase = "work", Name = new("待办", "Open"), WaitsFor = Party.Office, Waiting = new("等待办理", "Waiting"), Clock = id },
                new() { Id = "done", Phase = "work", Name = new("办结", "Done"), Final = true },
            ],
            Actions =
            [
                Act("finish", "done", Party.Office),
                Act("pause", null, Party.Office, "pause-clock") with { Form = [new Field { Id = "reason", Label = new("原因", "Reason"), Kind = FieldKind.Text, Required = true }] },
                Act("resume", null, Party.Office, "resume-clock"),
                Act("escalate", null, Party.System, "escalate"),
            ],
        };

        private static ProcedureAction Act(string id, string? to, Party by, params string[] effects) => new()
        {
            Id = id, Name = new("做", "Do"), Done = new("已做", "done"), From = ["open"], To = [new Outcome(to)], By = by, Permission = "kernel.work", Effects = effects,
        };
    }
}
