using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Tests.Media;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Platform.Tests.Access;

/// <summary>Rights are given, confirmed, lent, handed over and ended by those who may, felt at once, and noted.</summary>
public sealed class GrantDeskTests
{
    private const long City = 330500000000, County = 330522000000, Other = 330523000000, Town = 330522110000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_right_is_given_within_the_own_territory_and_holds_at_once(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var clerk = await w.AccountAsync("qian", "auditor-of", County);
        Assert.Null((await w.GiveAsync(clerk, "clerk", County, w.CountyAdmin)).Refusal);
        var actor = await w.ActorAsync(clerk);
        Assert.True(actor.May("visits.assign"));
        Assert.Equal(County, actor.Grants.Single(g => g.Role.Id == "clerk").Region);

        // Not beyond the own territory, not to oneself, not what is held, not by whoever gives no rights, not what follows from a mandate.
        Assert.Equal("region", Field(await w.GiveAsync(clerk, "clerk", City, w.CountyAdmin)));
        Assert.Equal("region", Field(await w.GiveAsync(clerk, "clerk", Other, w.CountyAdmin)));
        Assert.Equal("grants.own", Code(await w.GiveAsync(w.CountyAdmin, "clerk", County, w.CountyAdmin)));
        Assert.Equal("grants.same", Code(await w.GiveAsync(clerk, "clerk", County, w.CountyAdmin)));
        Assert.Equal("not-found", Code(await w.GiveAsync(clerk, "clerk", Town, clerk)));
        Assert.Equal("role", Field(await w.GiveAsync(clerk, "deputy", County, w.CountyAdmin)));
        Assert.Equal("organisation", Field(await w.GiveAsync(clerk, "unit-clerk", 0, w.CountyAdmin)));
        Assert.Equal("organisation", Field(await w.GiveAsync(clerk, "unit-clerk", 0, w.CountyAdmin, w.OtherUnit)));
        // Somebody of another county is not there to be given anything.
        Assert.Equal("not-found", Code(await w.GiveAsync(await w.AccountAsync("wu", "clerk", Other), "clerk", County, w.CountyAdmin)));

        // Narrowed to one application.
        var narrow = await w.AccountAsync("sun", "leader", County);
        Assert.Null((await w.GiveAsync(narrow, "clerk", Town, w.CountyAdmin, module: "votes")).Refusal);
        Assert.True((await w.ActorAsync(narrow)).May("votes.count"));
        Assert.False((await w.ActorAsync(narrow)).May("visits.assign"));
        Assert.Equal("module", Field(await w.GiveAsync(narrow, "clerk", County, w.CountyAdmin, module: "nothing")));

        var held = actor.Grants.Count;
        Assert.Equal("grants.reason", (await w.Desk.EndAsync(await w.GrantAsync(clerk, "clerk"), " ", await w.ActorAsync(w.CountyAdmin), Stop))!.Code);
        Assert.Equal("not-found", (await w.Desk.EndAsync(await w.GrantAsync(clerk, "clerk"), "离任", await w.ActorAsync(narrow), Stop))!.Code);
        Assert.Null(await w.Desk.EndAsync(await w.GrantAsync(clerk, "clerk"), "离任", await w.ActorAsync(w.CountyAdmin), Stop));
        Assert.Equal(held - 1, (await w.ActorAsync(clerk)).Grants.Count);
        Assert.Null(await w.Desk.EndAsync(await w.GrantAsync(clerk, "clerk"), "离任", await w.ActorAsync(w.CountyAdmin), Stop));
        Assert.Equal(["platform.grant", "platform.end-grant"], await w.NotedAsync(clerk));
        Assert.Empty(await w.Audit.VerifyAsync(Stop));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task What_opens_doors_takes_two_people(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var second = await w.AccountAsync("fei", "auditor", City);
        var far = await w.AccountAsync("far", "auditor", Other);
        var next = await w.AccountAsync("zhang", "clerk", County);
        Assert.Equal((true, null), await w.GiveAsync(next, "admin", County, w.CityAdmin));
        Assert.False((await w.ActorAsync(next)).May(GrantDesk.Accounts));
        var request = await w.RequestAsync(next);
        Assert.Contains(await w.NoticesAsync(second), n => n.Contains("请您确认", StringComparison.Ordinal));
        Assert.Empty(await w.NoticesAsync(far));

        Assert.Equal("grants.second", (await w.DecideAsync(request, true, w.CityAdmin))!.Code);
        Assert.Equal("not-found", (await w.DecideAsync(request, true, next))!.Code);
        Assert.Equal("not-found", (await w.DecideAsync(request, true, far))!.Code);
        Assert.Equal("grants.same", Code(await w.GiveAsync(next, "admin", County, w.CityAdmin)));
        Assert.Null(await w.DecideAsync(request, true, second));
        Assert.True((await w.ActorAsync(next)).May(GrantDesk.Accounts));
        // Twice is once; the other answer comes too late.
        Assert.Null(await w.DecideAsync(request, true, second));
        Assert.Equal("grants.decided", (await w.DecideAsync(request, false, second))!.Code);
        await using (var db = w.CreateDbContext()) Assert.Equal(1, await db.Set<Grant>().CountAsync(g => g.AccountId == next && g.Role == "admin", Stop));

        var never = await w.AccountAsync("never", "clerk", County);
        await w.GiveAsync(never, "auditor", County, w.CityAdmin);
        Assert.Null(await w.DecideAsync(await w.RequestAsync(never), false, second));
        Assert.False((await w.ActorAsync(never)).May(GrantDesk.Confirm));
        Assert.Equal(["platform.ask", "platform.decline"], await w.NotedAsync(never));

        // The password of an administrator is not another administrator's to set.
        Assert.Equal("accounts.console", (await w.Accounts.ResetAsync(next, await w.ActorAsync(w.CityAdmin), Stop)).Refusal!.Code);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_lent_right_holds_for_its_period_and_no_longer_than_the_lenders(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var lender = await w.AccountAsync("qian", "office-head", County, w.Office);
        var borrower = await w.AccountAsync("zhou", "clerk", County, w.Office);
        var stranger = await w.AccountAsync("wu", "clerk", County, w.Unit);
        var own = await w.GrantAsync(lender, "office-head");

        Assert.Equal("to", (await w.LendAsync(own, lender, stranger, "2026-12-01", "2026-12-05"))!.Fields[0].Field);
        Assert.Equal("until", (await w.LendAsync(own, lender, borrower, "2026-12-05", "2026-12-01"))!.Fields[0].Field);
        Assert.Equal("until", (await w.LendAsync(own, lender, borrower, "2026-12-05", "2028-12-07"))!.Fields[0].Field);
        Assert.Equal("not-found", (await w.LendAsync(own, borrower, lender, "2026-12-01", "2026-12-05"))!.Code);
        Assert.Null(await w.LendAsync(own, lender, borrower, "2026-12-01", "2026-12-05"));
        Assert.Equal("to", (await w.LendAsync(own, lender, borrower, "2026-12-01", "2026-12-05"))!.Fields[0].Field);

        Assert.DoesNotContain((await w.ActorAsync(borrower)).Grants, g => g.Role.Id == "office-head");
        w.Clock.Now = World.At("2026-12-01T00:00:00");
        Assert.Contains((await w.ActorAsync(borrower)).Grants, g => g.Role.Id == "office-head" && g.OrganisationId == w.Office);
        Assert.Contains((await w.ActorAsync(lender)).Grants, g => g.Role.Id == "office-head");
        // What was lent is not lent on.
        Assert.Equal("grants.not-lendable", (await w.LendAsync(await w.GrantAsync(borrower, "office-head"), borrower, lender, "2026-12-02", "2026-12-03"))!.Code);
        w.Clock.Now = World.At("2026-12-05T23:59:59");
        Assert.Contains((await w.ActorAsync(borrower)).Grants, g => g.Role.Id == "office-head");
        w.Clock.Now = World.At("2026-12-06T00:00:00");
        Assert.DoesNotContain((await w.ActorAsync(borrower)).Grants, g => g.Role.Id == "office-head");

        // Lent again, it ends the moment the lender's account is closed.
        Assert.Null(await w.LendAsync(own, lender, borrower, "", "2026-12-20"));
        Assert.Contains((await w.ActorAsync(borrower)).Grants, g => g.Role.Id == "office-head");
        Assert.Null(await w.Desk.CloseAsync(lender, true, "调离", await w.ActorAsync(w.CountyAdmin), Stop));
        w.Forget();
        Assert.DoesNotContain((await w.ActorAsync(borrower)).Grants, g => g.Role.Id == "office-head");
        Assert.Null(await w.Desk.CloseAsync(lender, false, "回来", await w.ActorAsync(w.CountyAdmin), Stop));
        w.Forget();
        Assert.Contains((await w.ActorAsync(borrower)).Grants, g => g.Role.Id == "office-head");
        // The borrower gives it back; the right itself stays.
        await using var db = w.CreateDbContext();
        var lent = await db.Set<Grant>().Where(g => g.LentFromId == own && (g.ValidTo == null || g.ValidTo > w.Clock.Now.UtcDateTime)).Select(g => g.Id).SingleAsync(Stop);
        Assert.Equal("not-found", (await w.Desk.EndAsync(lent, "退回", await w.ActorAsync(stranger), Stop))!.Code);
        Assert.Null(await w.Desk.EndAsync(lent, "退回", await w.ActorAsync(borrower), Stop));
        Assert.DoesNotContain((await w.ActorAsync(borrower)).Grants, g => g.Role.Id == "office-head");
        Assert.Contains((await w.ActorAsync(lender)).Grants, g => g.Role.Id == "office-head");
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Who_leaves_hands_over_everything_at_once(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var (leaving, successor) = (await w.AccountAsync("qian", "clerk", County, w.Office), await w.AccountAsync("zhou", "clerk", County, w.Office));
        Assert.Null((await w.GiveAsync(leaving, "office-head", County, w.CountyAdmin, w.Office)).Refusal);
        await w.AddAsync(new Renda.Platform.Todos.TodoClaim { TodoId = Guid.CreateVersion7(), AccountId = leaving, Name = "钱", At = w.Clock.Now.UtcDateTime });
        var form = new Dictionary<string, string> { ["to"] = "zhou", ["reason"] = "退休", ["close"] = "1" };
        Assert.Equal("to", (await w.Desk.HandOverAsync(leaving, new Dictionary<string, string>(form) { ["to"] = "nobody" }, await w.ActorAsync(w.CountyAdmin), Stop))!.Fields[0].Field);
        Assert.Equal("not-found", (await w.Desk.HandOverAsync(leaving, form, await w.ActorAsync(successor), Stop))!.Code);
        Assert.Null(await w.Desk.HandOverAsync(leaving, form, await w.ActorAsync(w.CountyAdmin), Stop));
        var now = await w.ActorAsync(successor);
        // The clerk's role was held already and is there once.
        Assert.Equal(["clerk", "office-head"], now.Grants.Select(g => g.Role.Id).Order());
        await using var db = w.CreateDbContext();
        Assert.NotNull((await db.Users.SingleAsync(a => a.Id == leaving, Stop)).ClosedAt);
        Assert.Empty(await db.Set<Renda.Platform.Todos.TodoClaim>().ToListAsync(Stop));
        Assert.Empty(await db.Set<Grant>().Where(g => g.AccountId == leaving).InForce(db, w.Clock.Now.UtcDateTime.AddSeconds(1)).ToListAsync(Stop));
        w.Forget();
        Assert.Null(await w.Actors.FindAsync(leaving, Stop));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_role_made_here_gives_what_it_says_and_nothing_that_takes_two(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var admin = await w.ActorAsync(w.CityAdmin);
        Dictionary<string, string> form = new() { ["zh"] = "统计员", ["en"] = "Statistician", ["scope"] = "Territory", ["visits.read"] = "1", [GrantDesk.Accounts] = "1", ["no.such"] = "1" };
        Assert.Null(await w.Roles.SaveAsync(null, form, admin, Stop));
        Assert.Equal("zh", (await w.Roles.SaveAsync(null, form, admin, Stop))!.Fields[0].Field);
        var role = (await w.Roles.AllAsync(Stop)).Values.Single(r => r.Own is not null);
        Assert.Equal(["visits.read"], role.Permissions);
        var holder = await w.AccountAsync("tong", "auditor-of", County);
        Assert.Null((await w.GiveAsync(holder, role.Role.Id, County, w.CountyAdmin)).Refusal);
        Assert.True((await w.ActorAsync(holder)).May("visits.read"));
        Assert.False((await w.ActorAsync(holder)).May("visits.assign"));
        form["visits.assign"] = "1";
        Assert.Null(await w.Roles.SaveAsync(role.Role.Id, form, admin, Stop));
        w.Forget();
        Assert.True((await w.ActorAsync(holder)).May("visits.assign"));
        Assert.Null(await w.Roles.RetireAsync(role.Role.Id, admin, Stop));
        w.Forget();
        Assert.False((await w.ActorAsync(holder)).May("visits.read"));
        Assert.Equal("role", Field(await w.GiveAsync(w.CityAdmin, role.Role.Id, County, w.CountyAdmin)));
        Assert.Equal("permissions", (await w.Roles.SaveAsync(null, new Dictionary<string, string> { ["zh"] = "空", ["en"] = "Empty", ["scope"] = "Unit" }, admin, Stop))!.Fields[0].Field);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Who_sees_a_matter_is_found_with_the_reason(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var clerk = await w.AccountAsync("qian", "clerk", County, w.Office);
        var other = await w.AccountAsync("wu", "clerk", Other);
        var unit = await w.AccountAsync("power", "unit-clerk", 0, w.Unit);
        var idle = await w.AccountAsync("water", "unit-clerk", 0, w.OtherUnit);
        var deputy = await w.AccountAsync("li", "deputy", Town);
        var (personId, matter) = (await w.PersonAsync(deputy), new Matter { Id = Guid.CreateVersion7(), Serial = 1, Scenario = "visits", State = "assigned", Number = "XF-1", Region = 330522110225, Town = Town, County = County, City = City });
        await w.AddAsync(matter, new Assignment { Id = Guid.CreateVersion7(), MatterId = matter.Id, UnitId = w.Unit, Kind = "lead", State = "assigned" }, new MatterReporter { MatterId = matter.Id, PersonId = personId, MatterSerial = matter.Serial });
        var viewers = await w.Review.ViewersAsync(matter, Stop);
        Assert.Equal([clerk, unit, deputy], viewers.Select(v => v.AccountId).Intersect([clerk, unit, deputy]));
        Assert.DoesNotContain(viewers, v => v.AccountId == other || v.AccountId == idle);
        Assert.Equal("委室工作人员，管长兴县", viewers.Single(v => v.AccountId == clerk).Why.Zh);
        Assert.Equal("承办单位经办人，承办单位", viewers.Single(v => v.AccountId == unit).Why.Zh);
        Assert.Equal("人大代表，本人提出", viewers.Single(v => v.AccountId == deputy).Why.Zh);
        Assert.Single(await w.Review.WhyAsync(unit, matter, Stop));
        Assert.Empty(await w.Review.WhyAsync(idle, matter, Stop));
        Assert.Null(await w.Desk.CloseAsync(unit, true, "停用", await w.ActorAsync(w.CityAdmin), Stop));
        Assert.DoesNotContain(await w.Review.ViewersAsync(matter, Stop), v => v.AccountId == unit);
        Assert.Empty(await w.Review.WhyAsync(unit, matter, Stop));
        Assert.Equal("委室工作人员", (await w.Review.RightsAsync(clerk, Stop)).Single().Role!.Role.Name.Zh);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task An_account_is_opened_once_with_its_first_right_and_a_link_that_works_once(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var admin = await w.ActorAsync(w.CountyAdmin);
        Dictionary<string, string> form = new() { ["name"] = "sunli", ["display"] = "孙丽", ["role"] = "clerk", ["region"] = County.ToString(), ["reason"] = "新任" };
        Assert.Equal(["name"], (await w.Accounts.OpenAsync(new Dictionary<string, string>(form) { ["name"] = "孙 丽" }, admin, Stop)).Refusal!.Fields.Select(f => f.Field));
        Assert.Equal(["role"], (await w.Accounts.OpenAsync(new Dictionary<string, string>(form) { ["role"] = "" }, admin, Stop)).Refusal!.Fields.Select(f => f.Field));
        var (made, refusal) = await w.Accounts.OpenAsync(form, admin, Stop);
        Assert.Null(refusal);
        Assert.True((await w.ActorAsync(made!.Value.Id)).May("visits.assign"));
        Assert.Equal(["name"], (await w.Accounts.OpenAsync(form, admin, Stop)).Refusal!.Fields.Select(f => f.Field));
        var (code, _) = await w.Accounts.ResetAsync(made.Value.Id, admin, Stop);
        Assert.NotNull(code);
        Assert.NotEqual(code, made.Value.Code);
        Assert.Equal(["platform.open-account", "platform.grant", "platform.reset-password"], await w.NotedAsync(made.Value.Id));
        // Nobody is bound to somebody of another county, nor to a person who has an account: both would read that person's post.
        var (far, near) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await w.AddAsync(
            new Renda.Platform.People.Person { Id = far, Name = "邻县人", ValidFrom = DateTime.UnixEpoch }, new Renda.Platform.People.Post { Id = Guid.CreateVersion7(), PersonId = far, OrganisationId = w.OtherUnit, Title = "主任", ValidFrom = DateTime.UnixEpoch },
            new Renda.Platform.People.Person { Id = near, Name = "本县人", ValidFrom = DateTime.UnixEpoch }, new Renda.Platform.People.Post { Id = Guid.CreateVersion7(), PersonId = near, OrganisationId = w.Unit, Title = "主任", ValidFrom = DateTime.UnixEpoch });
        Assert.Equal("not-found", (await w.Accounts.OpenAsync(new Dictionary<string, string>(form) { ["name"] = "far", ["person"] = far.ToString() }, admin, Stop)).Refusal!.Code);
        Assert.Null((await w.Accounts.OpenAsync(new Dictionary<string, string>(form) { ["name"] = "near", ["person"] = near.ToString() }, admin, Stop)).Refusal);
        Assert.Equal("accounts.has-one", (await w.Accounts.OpenAsync(new Dictionary<string, string>(form) { ["name"] = "twice", ["person"] = near.ToString() }, admin, Stop)).Refusal!.Code);
        await using var db = w.CreateDbContext();
        Assert.Equal(1, await db.Users.CountAsync(a => a.NormalizedUserName == "SUNLI", Stop));
        Assert.Equal(1, await db.Set<Renda.Platform.People.Person>().CountAsync(p => p.Name == "孙丽", Stop));
    }

    private static string? Field((bool, Refusal? Refusal) answer) => answer.Refusal?.Fields is [var first, ..] ? first.Field : answer.Refusal?.Field;

    private static string? Code((bool, Refusal? Refusal) answer) => answer.Refusal?.Code;

    private sealed class World : IAsyncDisposable, IDbContextFactory<RendaDbContext>
    {
        private static readonly Permission[] Permissions =
        [
            new("visits.read", new("看", "See"), "deputy", "clerk", "office-head", "unit-clerk"), new("visits.assign", new("交办", "Assign"), "clerk"), new("votes.count", new("计票", "Count"), "clerk"),
            new(GrantDesk.Accounts, new("授权", "Grant"), "admin") { Guarded = true }, new(GrantDesk.Confirm, new("确认", "Confirm"), "admin", "auditor") { Guarded = true },
        ];

        private readonly TestDatabase _database;
        private readonly MemoryCache _cache = new(new MemoryCacheOptions());

        private World(TestDatabase database)
        {
            _database = database;
            Audit = new AuditLog(this, database.Settings, Clock);
            Roles = new Roles(this, Permissions, _cache, Audit, Clock);
            Actors = new Actors(this, Roles, _cache, Clock);
            var sessions = new Sessions(this, _cache, Clock, NullLogger<Sessions>.Instance);
            Desk = new GrantDesk(this, Audit, Roles, Actors, sessions, RegionDirectory.Huzhou, Clock);
            Accounts = new AccountDesk(this, Audit, Desk, Roles, new PasswordLinks(new EphemeralDataProtectionProvider()), sessions, Clock);
            Review = new AccessReview(this, Roles, Actors, RegionDirectory.Huzhou, Clock);
        }

        public TestClock Clock { get; } = new() { Now = new DateTimeOffset(2026, 11, 26, 1, 0, 0, TimeSpan.Zero) };
        public AuditLog Audit { get; }
        public Roles Roles { get; }
        public Actors Actors { get; }
        public GrantDesk Desk { get; }
        public AccountDesk Accounts { get; }
        public AccessReview Review { get; }
        public Guid CityAdmin { get; private set; }
        public Guid CountyAdmin { get; private set; }
        public Guid Office { get; } = Guid.CreateVersion7();
        public Guid Unit { get; } = Guid.CreateVersion7();
        public Guid OtherUnit { get; } = Guid.CreateVersion7();

        public static async Task<World> CreateAsync(DatabaseProvider provider)
        {
            var world = new World(await TestDatabase.CreateAsync(provider));
            var began = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            await world.AddAsync(
                new Organisation { Id = world.Office, Name = "代表工委", Kind = OrganisationKind.Office, Region = County, ValidFrom = began },
                new Organisation { Id = world.Unit, Name = "县供电公司", Kind = OrganisationKind.HandlingUnit, Region = County, ValidFrom = began },
                new Organisation { Id = world.OtherUnit, Name = "邻县水务", Kind = OrganisationKind.HandlingUnit, Region = Other, ValidFrom = began });
            world.CityAdmin = await world.AccountAsync("root", "admin", City);
            world.CountyAdmin = await world.AccountAsync("county", "admin", County);
            return world;
        }

        public RendaDbContext CreateDbContext() => _database.CreateContext();

        /// <summary>As on another node: nothing is remembered from before.</summary>
        public void Forget() => _cache.Clear();

        public static DateTimeOffset At(string china) => new(DateTime.Parse(china, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(8));

        public async Task AddAsync(params object[] rows)
        {
            await using var db = CreateDbContext();
            db.AddRange(rows);
            await db.SaveChangesAsync(Stop);
        }

        public async Task<Guid> AccountAsync(string name, string role, long region, Guid? organisation = null)
        {
            var id = Guid.CreateVersion7();
            await AddAsync(
                new Account { Id = id, UserName = name, NormalizedUserName = name.ToUpperInvariant(), DisplayName = name, PersonId = Guid.CreateVersion7(), SecurityStamp = "s" },
                new Grant { Id = Guid.CreateVersion7(), AccountId = id, Role = role, Region = region, OrganisationId = organisation, ValidFrom = Clock.Now.UtcDateTime.AddYears(-1) });
            return id;
        }

        public async Task<Actor> ActorAsync(Guid account) => (await Actors.LoadAsync([account], Stop)).Single();

        public async Task<(bool Waits, Refusal? Refusal)> GiveAsync(Guid account, string role, long region, Guid by, Guid? organisation = null, string module = "") =>
            await Desk.GiveAsync(account, new Dictionary<string, string> { ["role"] = role, ["region"] = region == 0 ? "" : region.ToString(), ["organisation"] = organisation?.ToString() ?? "", ["module"] = module, ["reason"] = "任职通知" }, await ActorAsync(by), Stop);

        public async Task<Refusal?> DecideAsync(Guid request, bool confirm, Guid by) => await Desk.DecideAsync(request, confirm, await ActorAsync(by), Stop);

        public async Task<Refusal?> LendAsync(Guid grant, Guid by, Guid to, string from, string until) =>
            await Desk.LendAsync(grant, new Dictionary<string, string> { ["to"] = to.ToString(), ["from"] = from, ["until"] = until, ["reason"] = "出差" }, await ActorAsync(by), Stop);

        public async Task<Guid> GrantAsync(Guid account, string role)
        {
            await using var db = CreateDbContext();
            return await db.Set<Grant>().Where(g => g.AccountId == account && g.Role == role).OrderByDescending(g => g.Id).Select(g => g.Id).FirstAsync(Stop);
        }

        public async Task<Guid> RequestAsync(Guid account)
        {
            await using var db = CreateDbContext();
            return await db.Set<GrantRequest>().Where(r => r.AccountId == account).Select(r => r.Id).SingleAsync(Stop);
        }

        public async Task<Guid> PersonAsync(Guid account)
        {
            await using var db = CreateDbContext();
            return (await db.Users.SingleAsync(a => a.Id == account, Stop)).PersonId!.Value;
        }

        public async Task<List<string>> NoticesAsync(Guid account)
        {
            var person = await PersonAsync(account);
            await using var db = CreateDbContext();
            return await db.Set<Notice>().Where(n => n.PersonId == person).Select(n => n.Zh).ToListAsync(Stop);
        }

        public async Task<List<string>> NotedAsync(Guid account)
        {
            await using var db = CreateDbContext();
            return await db.Set<AuditEntry>().Where(e => e.RecordId == account).OrderBy(e => e.Seq).Select(e => e.Action).ToListAsync(Stop);
        }

        public async ValueTask DisposeAsync()
        {
            _cache.Dispose();
            await _database.DisposeAsync();
        }
    }
}
