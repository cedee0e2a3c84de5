using System.Text.Json;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Tests;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Registry;
using Renda.Registry;

namespace Modules.Tests.Registry;

/// <summary>Duplicates become one and can be parted again; what does not fit is found; rosters and announcements say what the rows say.</summary>
public sealed class MergingTests
{
    private const long County = 330522000000, Other = 330523000000;
    private static readonly DateTime Began = new(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Two_records_become_one_person_with_all_seats_and_are_parted_again(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var keep = await w.PersonAsync("李阳", p => p.Party = "");
        var gone = await w.PersonAsync("李阳", p => (p.Party, p.IdNumberIndex, p.IdNumberSealed, p.IdNumberEnd) = ("中共党员", "x", "sealed", "002X"));
        await w.AddAsync(
            Seat(keep, w.Congress, Began), Seat(gone, w.Congress, Began.AddMonths(1)), Seat(gone, w.City, Began, Began.AddYears(1)),
            new Post { Id = Guid.CreateVersion7(), PersonId = gone, OrganisationId = w.Unit, Title = "站长", ValidFrom = Began });
        var before = await w.RowsAsync();
        var preview = (await w.Merging.PreviewAsync(keep, gone, w.Clerk, Stop))!;
        Assert.Null(preview.Refusal);
        Assert.Equal([false, true, false], preview.Rows.Select(r => r.Twice));
        Assert.Equal(["党派", "身份证号"], preview.Filled.Select(f => f.Zh));
        Assert.Equal("registry.merge-reason", (await w.Merging.MergeAsync(keep, gone, " ", w.Clerk, Stop))!.Code);
        Assert.Equal("not-found", (await w.Merging.MergeAsync(keep, gone, "同一人", World.Person("县外", Other), Stop))!.Code);
        Assert.Null(await w.Merging.PreviewAsync(keep, keep, w.Clerk, Stop));
        Assert.Null(await w.Merging.MergeAsync(keep, gone, "身份证同一", w.Clerk, Stop));
        await using (var db = w.Context())
        {
            Assert.Equal(2, await db.Set<Mandate>().CountAsync(m => m.PersonId == keep, Stop));
            Assert.Equal(0, await db.Set<Mandate>().IgnoreQueryFilters().CountAsync(m => m.PersonId == gone, Stop));
            Assert.Equal("站长", (await db.Set<Post>().SingleAsync(p => p.PersonId == keep, Stop)).Title);
            Assert.Equal(("中共党员", "002X"), await db.Set<Person>().Where(p => p.Id == keep).Select(p => new ValueTuple<string, string>(p.Party, p.IdNumberEnd)).SingleAsync(Stop));
            Assert.Equal(keep, (await db.Set<Person>().SingleAsync(p => p.Id == gone, Stop)).MergedIntoId);
        }
        Assert.Equal("not-found", (await w.Merging.MergeAsync(keep, gone, "再来", w.Clerk, Stop))!.Code);
        Assert.Null((await w.Desk.UndoAsync(await w.LastSetAsync(), w.Clerk, "认错了人", Stop)).Refusal);
        Assert.Equal(before, await w.RowsAsync());
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Different_numbers_are_different_people_and_an_account_stays(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var (a, b, c) = (await w.PersonAsync("王芳", p => p.IdNumberIndex = "one"), await w.PersonAsync("王芳", p => p.IdNumberIndex = "two"), await w.PersonAsync("王芳"));
        await w.AddAsync(Seat(a, w.Congress, Began), Seat(b, w.City, Began), new Account { Id = Guid.CreateVersion7(), UserName = "c", NormalizedUserName = "C", DisplayName = "王芳", PersonId = c });
        Assert.Equal("registry.merge-numbers", (await w.Merging.MergeAsync(a, b, "同名", w.Clerk, Stop))!.Code);
        Assert.Equal("registry.merge-account", (await w.Merging.MergeAsync(a, c, "同名", w.Clerk, Stop))!.Code);
        Assert.Null(await w.Merging.MergeAsync(c, a, "本人确认", w.Clerk, Stop));
        await using var db = w.Context();
        // The seat's rights go to the account at once.
        var account = await db.Users.Select(u => u.Id).SingleAsync(Stop);
        Assert.Equal("deputy", (await db.Set<Grant>().SingleAsync(g => g.AccountId == account && g.ValidTo == null, Stop)).Role);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task What_does_not_fit_is_found_in_the_own_territory_only(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        Assert.All((await w.Checks.RunAsync(w.Clerk, Stop)).Where(r => r.Id is not "no-code"), r => Assert.Equal((r.Id, 0), (r.Id, r.Count)));
        var day = new DateOnly(1980, 5, 1);
        var (one, two) = (await w.PersonAsync("赵敏", p => p.BirthDate = day), await w.PersonAsync("赵敏", p => p.BirthDate = day));
        var old = new Term { Id = Guid.CreateVersion7(), CongressId = w.Congress, Ordinal = 8, ValidFrom = Began.AddYears(-5), ValidTo = Began };
        var foreign = new Constituency { Id = Guid.CreateVersion7(), CongressId = w.City, Number = 1, Name = "市选区", Regions = County.ToString(), ValidFrom = Began };
        var (first, second) = (Seat(one, w.Congress, Began, term: old.Id), Seat(one, w.Congress, Began, constituency: foreign.Id));
        var closed = new Organisation { Id = Guid.CreateVersion7(), Name = "撤销的局", Kind = OrganisationKind.HandlingUnit, Region = County, Code = "91330522000000000X", ValidFrom = Began, ValidTo = Began.AddYears(1) };
        var matter = new Matter { Id = Guid.CreateVersion7(), Serial = 1, Scenario = "visits", State = "assigned", Number = "XF-1", Region = County, County = County };
        await w.AddAsync(old, foreign, first, second, closed, matter, new Assignment { Id = Guid.CreateVersion7(), MatterId = matter.Id, UnitId = closed.Id, Kind = "lead", State = "assigned" },
            new Post { Id = Guid.CreateVersion7(), PersonId = two, OrganisationId = closed.Id, Title = "局长", ValidFrom = Began },
            new Organisation { Id = Guid.CreateVersion7(), Name = "不存在的地方", Kind = OrganisationKind.Office, Region = 330522999000, ValidFrom = Began });
        var found = (await w.Checks.RunAsync(w.Clerk, Stop)).ToDictionary(r => r.Id);
        Assert.Equal($"/registry/people/{one}/merge?with={two}", Same(found["duplicates"].Rows.Single().Href, one, two));
        Assert.Equal(1, found["two-seats"].Count);
        Assert.Equal($"/registry/mandates/{first.Id}", found["term-over"].Rows.Single().Href);
        Assert.Equal($"/registry/mandates/{first.Id}", found["no-constituency"].Rows.Single().Href);
        Assert.Equal($"/registry/mandates/{second.Id}", found["other-constituency"].Rows.Single().Href);
        Assert.Equal($"/registry/people/{two}", found["ended-body"].Rows.Single().Href);
        Assert.Equal($"/matters/{matter.Id}", found["ended-unit"].Rows.Single().Href);
        Assert.Equal(1, found["no-region"].Count);
        Assert.Equal(1, found["no-account"].Count);
        Assert.All((await w.Checks.RunAsync(World.Person("邻县", Other), Stop)).Where(r => r.Id != "duplicates"), r => Assert.Equal((r.Id, 0), (r.Id, r.Count)));
        Assert.Empty(await w.Checks.RunAsync(new Actor(Guid.CreateVersion7(), null, "过客", []), Stop));

        static string Same(string href, Guid one, Guid two) => href == $"/registry/people/{two}/merge?with={one}" ? $"/registry/people/{one}/merge?with={two}" : href;
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Roster_structure_and_announcement_say_what_the_rows_say(DatabaseProvider provider)
    {
        await using var w = await World.CreateAsync(provider);
        var (li, wang, chen) = (await w.PersonAsync("李阳", p => (p.Sex, p.BirthDate) = ("男", new(1985, 3, 1))), await w.PersonAsync("王芳", p => (p.Sex, p.BirthDate) = ("女", new(1960, 3, 1))), await w.PersonAsync("=陈+", p => p.Sex = "女"));
        var confirmed = Seat(chen, w.Congress, new DateTime(2026, 5, 1, 2, 0, 0, DateTimeKind.Utc));
        confirmed.Document = "公告〔2026〕3号";
        var ended = Seat(wang, w.Congress, Began, new DateTime(2026, 6, 1, 2, 0, 0, DateTimeKind.Utc));
        ended.Cause = "moved";
        var earlier = Seat(li, w.Congress, Began.AddYears(-5), Began);
        await w.AddAsync(earlier, Seat(li, w.Congress, Began), ended, confirmed);
        var structure = (await w.Reports.StructureAsync(w.Congress, "2026-05-20", w.Clerk, Stop))!;
        Assert.Equal(3, structure.Deputies);
        Assert.Equal([("女", 2), ("男", 1)], structure.Breakdowns[0].Lines);
        Assert.Equal([("36 至 45 岁", 1), ("61 岁及以上", 1), ("未登记", 1)], structure.Breakdowns[1].Lines);
        Assert.Equal([("首任", 2), ("连任或再任", 1)], structure.Breakdowns[^1].Lines.OrderByDescending(l => l.Count));
        Assert.Equal(2, (await w.Reports.StructureAsync(w.Congress, "2026-07-01", w.Clerk, Stop))!.Deputies);
        Assert.Null(await w.Reports.StructureAsync(w.Congress, null, World.Person("邻县", Other), Stop));

        var roster = await w.AnswerAsync(http => w.Reports.RosterAsync(w.Congress, "2026-05-20", http));
        using (var sheet = SpreadsheetDocument.Open(new MemoryStream(roster.Bytes), false))
        {
            Assert.Empty(new OpenXmlValidator().Validate(sheet, Stop));
            var text = sheet.WorkbookPart!.WorksheetParts.Single().Worksheet!.InnerText;
            foreach (var name in (string[])["李阳", "王芳", "=陈+"]) Assert.Contains(name, text, StringComparison.Ordinal);
        }
        var said = await w.AnswerAsync(http => w.Reports.AnnouncementAsync(w.Congress, "2026-05-01", "2026-06-30", http));
        using (var document = WordprocessingDocument.Open(new MemoryStream(said.Bytes), false))
        {
            Assert.Empty(new OpenXmlValidator().Validate(document, Stop));
            var text = document.MainDocumentPart!.Document!.InnerText;
            Assert.Contains("确认=陈+的代表资格有效", text, StringComparison.Ordinal);
            Assert.Contains("王芳迁出或者调离本行政区域，依照代表法第六十二条的规定，其代表资格终止", text, StringComparison.Ordinal);
            Assert.Contains("实有代表2名", text, StringComparison.Ordinal);
        }
        foreach (var kind in (string[])["xlsx", "docx"]) Assert.NotEmpty((await w.AnswerAsync(http => w.Reports.StructureFileAsync(w.Congress, null, kind, http))).Bytes);
        Assert.Equal(404, (await w.AnswerAsync(http => w.Reports.StructureFileAsync(w.Congress, null, "exe", http))).Status);
        Assert.Equal(404, (await w.AnswerAsync(http => w.Reports.AnnouncementAsync(w.Congress, "2026-06-30", "2026-05-01", http))).Status);
        await using var db = w.Context();
        Assert.Equal(2, await db.Set<AuditEntry>().CountAsync(e => e.Action == "registry.export", Stop));
    }

    private static Mandate Seat(Guid person, Guid congress, DateTime from, DateTime? to = null, Guid? term = null, Guid? constituency = null) =>
        new() { Id = Guid.CreateVersion7(), PersonId = person, CongressId = congress, Region = County, ValidFrom = from, ValidTo = to, TermId = term, ConstituencyId = constituency };

    private sealed class World : IAsyncDisposable
    {
        private readonly TestDatabase _database;
        private readonly RendaDbContextFactory _databases;
        private readonly Actors _actors;

        private World(TestDatabase database)
        {
            _database = database;
            var options = new DbContextOptionsBuilder<RendaDbContext>();
            database.Settings.Configure(options);
            _databases = new RendaDbContextFactory(options.Options, TestModel.All);
            var audit = new AuditLog(_databases, database.Settings, TimeProvider.System);
            Desk = new RegistryDesk(audit, TimeProvider.System);
            _actors = TestActors.Of(_databases, database.Settings, new RegistryModule().Permissions, TimeProvider.System);
            Merging = new Merging(Desk, _databases, _actors);
            Checks = new Checks(_databases, Merging, RegionDirectory.Huzhou, TimeProvider.System);
            Reports = new Reports(_databases, audit, new Roster(_databases, RegionDirectory.Huzhou, new PersonalData(new byte[96], PersonalCipher.Aes), TimeProvider.System), RegionDirectory.Huzhou);
            Clerk = Person("钱办", County);
        }

        public RegistryDesk Desk { get; }
        public Merging Merging { get; }
        public Checks Checks { get; }
        public Reports Reports { get; }
        public Actor Clerk { get; }
        public Guid Congress { get; } = Guid.CreateVersion7();
        public Guid City { get; } = Guid.CreateVersion7();
        public Guid Unit { get; } = Guid.CreateVersion7();

        public static async Task<World> CreateAsync(DatabaseProvider provider)
        {
            var world = new World(await TestDatabase.CreateAsync(provider, TestModel.All, migrate: true));
            await world.AddAsync(
                new Organisation { Id = world.Congress, Name = "长兴县人民代表大会", ShortName = "县人大", Kind = OrganisationKind.Congress, Region = County, ValidFrom = DateTime.UnixEpoch },
                new Organisation { Id = world.City, Name = "长兴县第二人民代表大会", ShortName = "二", Kind = OrganisationKind.Congress, Region = County, ValidFrom = DateTime.UnixEpoch },
                new Organisation { Id = world.Unit, Name = "县供电公司", ShortName = "供电", Kind = OrganisationKind.HandlingUnit, Region = County, ValidFrom = DateTime.UnixEpoch });
            return world;
        }

        public RendaDbContext Context() => _databases.CreateDbContext();

        public static Actor Person(string name, long region) => new(Guid.CreateVersion7(), Guid.CreateVersion7(), name,
            [new ActorGrant(Role.Find("clerk")!, region, null, new RegistryModule().Permissions.Where(p => p.Roles.Contains("clerk")).Select(p => p.Id).ToHashSet())]);

        public async Task<Guid> PersonAsync(string name, Action<Person>? more = null)
        {
            var person = new Person { Id = Guid.CreateVersion7(), Name = name, ValidFrom = DateTime.UnixEpoch, Residence = County };
            more?.Invoke(person);
            await AddAsync(person);
            return person.Id;
        }

        public async Task AddAsync(params object[] rows)
        {
            await using var db = Context();
            db.AddRange(rows);
            await db.SaveChangesAsync(Stop);
        }

        public async Task<Guid> LastSetAsync()
        {
            await using var db = Context();
            return await db.Set<ChangeSet>().OrderByDescending(s => s.At).Select(s => s.Id).FirstAsync(Stop);
        }

        public async Task<List<string>> RowsAsync()
        {
            await using var db = Context();
            List<string> rows = [.. (await db.Set<Person>().IgnoreQueryFilters().AsNoTracking().ToListAsync(Stop)).Select(p => JsonSerializer.Serialize(p)), .. (await db.Set<Mandate>().IgnoreQueryFilters().AsNoTracking().ToListAsync(Stop)).Select(m => JsonSerializer.Serialize(m)), .. (await db.Set<Post>().IgnoreQueryFilters().AsNoTracking().ToListAsync(Stop)).Select(m => JsonSerializer.Serialize(m))];
            rows.Sort(StringComparer.Ordinal);
            return rows;
        }

        /// <summary>What a browser of the clerk gets.</summary>
        public async Task<(int Status, byte[] Bytes)> AnswerAsync(Func<HttpContext, Task> work)
        {
            await using var services = new ServiceCollection().AddSingleton(_actors).AddLogging().AddOptions().BuildServiceProvider();
            var account = Guid.CreateVersion7();
            await AddAsync(new Account { Id = account, UserName = account.ToString("N"), NormalizedUserName = account.ToString("N"), DisplayName = "钱办" }, new Grant { Id = Guid.CreateVersion7(), AccountId = account, Role = "clerk", Region = County, ValidFrom = Began });
            using var body = new MemoryStream();
            var http = new DefaultHttpContext { RequestServices = services, User = new(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.NameIdentifier, account.ToString())], "test")) };
            http.Response.Body = body;
            await work(http);
            return (http.Response.StatusCode, body.ToArray());
        }

        public async ValueTask DisposeAsync() => await _database.DisposeAsync();
    }
}
