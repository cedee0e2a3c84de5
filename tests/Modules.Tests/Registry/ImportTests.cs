using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using MiniExcelLibs;
using Platform.Tests;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Congresses;
using Renda.Platform.Documents;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Registry;
using Renda.Registry;
using Renda.Registry.Import;

namespace Modules.Tests.Registry;

/// <summary>A roster as people keep them is read, compared, written and undone; who is not certain is left out and told why.</summary>
public sealed class ImportTests
{
    private static readonly ModelAssemblies Model = TestModel.All;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_roster_full_of_dirt_is_compared_written_and_undone(DatabaseProvider provider)
    {
        await using var world = await World.CreateAsync(provider);
        var li = await world.AddAsync("李阳", new(1979, 8, 1), "11010519491231002X", seat: true);
        var wang = await world.AddAsync("王芳", new(1980, 1, 1), null, seat: true);
        await world.AddAsync("王芳", new(1990, 2, 2), null, seat: true);
        var gone = await world.AddAsync("赵六", null, null, seat: true);
        var before = await world.RowsAsync();
        var id = await world.ReadAsync("名册.xlsx", Sheet(
            ["长兴县代表名册", "", "", "", ""],
            ["姓 名", "公民身份号码", "出生年月", "联系电话", "工作单位及职务"],
            ["李　阳", "1101051949123１002X", "", "１３８-1234-5678", "供电所班长"],
            ["王 芳", "", "1980.1.1", "", "教师"],
            ["王芳", "", "", "", "医生"],
            ["钱新", "", "1988年3月9日", "", "农民"],
            ["钱新", "", "1988/3/9", "", "农民"],
            ["孙错", "110105194912310021", "", "", ""],
            ["孙日", "", "1988-13-40", "", ""],
            ["", "", "", "", ""],
            ["周别", "11010519491231002X", "", "", ""]));
        await world.CompareAsync(id, endsOthers: true);

        var rows = await world.ImportRowsAsync(id);
        Assert.Equal(RowOutcome.Changed, rows[3].Outcome);
        Assert.Contains("单位和职务：供电所班长", rows[3].Text, StringComparison.Ordinal);
        Assert.Contains("补登电话（末四位 5678）", rows[3].Text, StringComparison.Ordinal);
        Assert.Equal((RowOutcome.Changed, (Guid?)wang), (rows[4].Outcome, rows[4].PersonId));
        Assert.Equal((RowOutcome.Conflict, "本级代表中同名 2 人，请补充身份证号或出生日期"), (rows[5].Outcome, rows[5].Text));
        Assert.Equal(RowOutcome.New, rows[6].Outcome);
        Assert.Equal((RowOutcome.Conflict, "与第 6 行重复"), (rows[7].Outcome, rows[7].Text));
        Assert.Equal((RowOutcome.Wrong, "身份证号的校验码不对"), (rows[8].Outcome, rows[8].Text));
        Assert.Equal(RowOutcome.Wrong, rows[9].Outcome);
        Assert.False(rows.ContainsKey(10));
        Assert.Equal((RowOutcome.Conflict, "身份证号已登记在“李阳”名下"), (rows[11].Outcome, rows[11].Text));
        // The other 王芳 and 赵六 are deputies who are not in it.
        Assert.Equal(2, rows.Values.Count(r => r.Outcome == RowOutcome.Ended));
        // What a preview says is not written yet, and no cell stands in the database as it was.
        Assert.Equal(before, await world.RowsAsync());
        Assert.DoesNotContain(rows.Values, r => r.Cells.Contains("138", StringComparison.Ordinal) && r.Cells.Contains("5678", StringComparison.Ordinal));

        await world.ApplyAsync(id);
        await using (var db = world.Context())
        {
            Assert.Equal("供电所班长", (await db.Set<Person>().SingleAsync(p => p.Id == li, Cancellation)).Employer);
            Assert.Equal(1, await db.Set<Person>().CountAsync(p => p.Name == "钱新", Cancellation));
            Assert.Equal("term", (await db.Set<Mandate>().SingleAsync(m => m.PersonId == gone, Cancellation)).Cause);
            Assert.True(await db.Set<Mandate>().AnyAsync(m => m.ValidTo == null && db.Set<Person>().Any(p => p.Id == m.PersonId && p.Name == "钱新"), Cancellation));
            var import = await db.Set<RosterImport>().SingleAsync(i => i.Id == id, Cancellation);
            Assert.Equal(ImportState.Applied, import.State);
            Assert.Null((await world.Desk.UndoAsync(import.ChangeSetId!.Value, world.Actor, "传错了", Cancellation)).Refusal);
        }
        Assert.Equal(before, await world.RowsAsync());
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task What_changed_after_the_preview_is_compared_again_and_columns_are_remembered(DatabaseProvider provider)
    {
        await using var world = await World.CreateAsync(provider);
        var id = await world.ReadAsync("a.csv", Csv("姓名,出生日期,备注\n钱新,1988-03-09,x\n"));
        await world.CompareAsync(id, fields: ["name", "birth", "employer"]);
        await world.AddAsync("钱新", new(1988, 3, 9), null, seat: false);
        await world.ApplyAsync(id);
        await using var db = world.Context();
        var import = await db.Set<RosterImport>().AsNoTracking().SingleAsync(i => i.Id == id, Cancellation);
        Assert.Equal((ImportState.Failed, "预览之后数据又有变化，请重新比对。"), (import.State, import.Fault));
        Assert.Equal(1, await db.Set<Person>().CountAsync(Cancellation));
        var again = await world.ReadAsync("b.csv", Csv("姓名,出生日期,备注\n周新,1988-03-09,y\n"));
        Assert.Equal(["name", "birth", "employer"], JsonSerializer.Deserialize<string[]>((await db.Set<RosterImport>().AsNoTracking().SingleAsync(i => i.Id == again, Cancellation)).Fields)!);
    }

    [Theory]
    [InlineData("a.xlsx", "not a zip")]
    [InlineData("a.xlsx", "PK")]
    [InlineData("a.docx", "姓名,性别\n甲,男")]
    [InlineData("a.csv", "甲,乙\n丙,丁")]
    [InlineData("a.csv", "")]
    [InlineData("a.csv", "姓名,性别\n")]
    public async Task A_file_that_is_no_roster_is_refused_with_words(string name, string text)
    {
        await using var world = await World.CreateAsync(DatabaseProvider.Sqlite);
        var (_, refusal) = await world.Imports.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), name, world.Actor, Cancellation);
        Assert.Equal("file", refusal!.Field);
        await using var db = world.Context();
        Assert.Equal(0, await db.Set<RosterImport>().CountAsync(Cancellation));
    }

    [Fact]
    public async Task A_sheet_of_our_own_making_is_read_again()
    {
        await using var world = await World.CreateAsync(DatabaseProvider.Sqlite);
        var file = new MemoryStream();
        using (var sheet = await SheetFile.BeginAsync(file, "名册", [("姓名", 12), ("性别", 6), ("单位和职务", 30)], Cancellation))
        {
            await sheet.RowAsync("沈国", null, "供电所\n班长");
            await sheet.RowAsync("钱新", "女", "<农民>");
            await sheet.EndAsync();
        }
        file.Position = 0;
        var id = await world.ReadAsync("a.xlsx", file);
        await world.CompareAsync(id);
        await world.ApplyAsync(id);
        await using var db = world.Context();
        Assert.Equal([("沈国", "供电所 班长"), ("钱新", "<农民>")], (await db.Set<Person>().OrderBy(p => p.Name == "钱新").ToListAsync(Cancellation)).Select(p => (p.Name, p.Employer.Replace('\n', ' '))));
    }

    [Fact]
    public async Task A_sheet_in_GB18030_is_read_and_every_way_of_writing_a_day()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        await using var world = await World.CreateAsync(DatabaseProvider.Sqlite);
        var id = await world.ReadAsync("a.csv", new MemoryStream(Encoding.GetEncoding("GB18030").GetBytes("姓名,民族,出生日期\n沈国,畲族,32211\n")));
        await world.CompareAsync(id);
        await world.ApplyAsync(id);
        await using var db = world.Context();
        var person = await db.Set<Person>().SingleAsync(Cancellation);
        Assert.Equal(("沈国", "畲族", new DateOnly(1988, 3, 9)), (person.Name, person.Ethnicity, person.BirthDate!.Value));
        foreach (var text in (string[])["1988-3-9", "1988/03/09", "1988.3.9", "19880309", "1988年3月9日", "１９８８－３－９"]) Assert.Equal(new DateOnly(1988, 3, 9), RosterFields.Day(text));
        foreach (var text in (string[])["1988-2-30", "1988", "明天", "3/9"]) Assert.Null(RosterFields.Day(text));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task What_a_stop_interrupted_is_taken_up_once(DatabaseProvider provider)
    {
        await using var world = await World.CreateAsync(provider);
        var id = await world.ReadAsync("a.csv", Csv("姓名,出生日期\n钱新,1988-03-09\n"));
        await world.CompareAsync(id);
        // Pressed, and the server gone before it began.
        await using (var db = world.Context()) await db.Set<RosterImport>().ExecuteUpdateAsync(s => s.SetProperty(i => i.State, ImportState.Applying), Cancellation);
        for (var start = 0; start < 2; start++)
        {
            await world.RestartAsync();
            await world.WaitAsync(id);
        }
        await using var after = world.Context();
        Assert.Equal((1, ImportState.Applied), (await after.Set<Person>().CountAsync(Cancellation), (await after.Set<RosterImport>().SingleAsync(Cancellation)).State));
    }

    private static MemoryStream Csv(string text) => new(Encoding.UTF8.GetBytes(text));

    private static MemoryStream Sheet(params string[][] rows)
    {
        var file = new MemoryStream();
        file.SaveAs(rows.Select(r => r.Select((c, i) => (Key: ((char)('A' + i)).ToString(), c)).ToDictionary(p => p.Key, object (p) => p.c)), printHeader: false);
        return file;
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly TestDatabase _database;
        private readonly RendaDbContextFactory _databases;
        private readonly PersonalData _personal = new(new byte[96], PersonalCipher.Aes);
        private readonly Guid _congress = Guid.CreateVersion7();
        private readonly AuditLog _audit;

        private World(TestDatabase database)
        {
            _database = database;
            var options = new DbContextOptionsBuilder<RendaDbContext>();
            database.Settings.Configure(options);
            _databases = new RendaDbContextFactory(options.Options, Model);
            _audit = new AuditLog(_databases, database.Settings, TimeProvider.System);
            Desk = new RegistryDesk(_audit, TimeProvider.System);
            Imports = Make();
            Actor = new Actor(Guid.CreateVersion7(), null, "钱办", [new ActorGrant(Role.Find("clerk")!, 330522000000, null, new HashSet<string> { "registry.edit", "registry.details" })]);
        }

        public RegistryDesk Desk { get; }
        public Imports Imports { get; private set; }
        public Actor Actor { get; }

        public static async Task<World> CreateAsync(DatabaseProvider provider)
        {
            var world = new World(await TestDatabase.CreateAsync(provider, Model, migrate: true));
            await using var db = world.Context();
            db.Add(new Organisation { Id = world._congress, Name = "长兴县人民代表大会", ShortName = "县人大", Kind = OrganisationKind.Congress, Region = 330522000000, ValidFrom = DateTime.UnixEpoch });
            db.Add(new Account { Id = world.Actor.AccountId, UserName = "qian", DisplayName = "钱办" });
            db.Add(new Grant { Id = Guid.CreateVersion7(), AccountId = world.Actor.AccountId, Role = "clerk", Region = 330522000000, ValidFrom = DateTime.UnixEpoch });
            await db.SaveChangesAsync(Cancellation);
            await world.Imports.StartAsync(Cancellation);
            return world;
        }

        public RendaDbContext Context() => _databases.CreateDbContext();

        public async Task<Guid> AddAsync(string name, DateOnly? birth, string? number, bool seat)
        {
            var id = Guid.CreateVersion7();
            await using var db = Context();
            db.Add(new Person { Id = id, Name = name, BirthDate = birth, ValidFrom = DateTime.UnixEpoch, IdNumberSealed = _personal.Seal(number, Person.IdNumberColumn), IdNumberIndex = _personal.Index(number, Person.IdNumberColumn), IdNumberEnd = number?[^4..] ?? "" });
            if (seat) db.Add(new Mandate { Id = Guid.CreateVersion7(), PersonId = id, CongressId = _congress, Region = 330522000000, ValidFrom = DateTime.UnixEpoch });
            await db.SaveChangesAsync(Cancellation);
            return id;
        }

        public async Task<Guid> ReadAsync(string name, Stream file)
        {
            var (id, refusal) = await Imports.ReadAsync(file, name, Actor, Cancellation);
            Assert.Null(refusal);
            return id;
        }

        public async Task CompareAsync(Guid id, bool endsOthers = false, IReadOnlyList<string>? fields = null)
        {
            await using (var db = Context())
            {
                var import = await db.Set<RosterImport>().AsNoTracking().SingleAsync(i => i.Id == id, Cancellation);
                Assert.Null(await Imports.CompareAsync(id, fields ?? JsonSerializer.Deserialize<List<string>>(import.Fields)!, endsOthers || fields is null ? _congress : null, new DateOnly(2026, 5, 1), endsOthers, Actor, Cancellation));
            }
            Assert.Equal(ImportState.Compared, await WaitAsync(id));
        }

        public async Task ApplyAsync(Guid id)
        {
            Assert.Null(await Imports.ApplyAsync(id, Actor, Cancellation));
            await WaitAsync(id);
        }

        public async Task<ImportState> WaitAsync(Guid id)
        {
            for (var i = 0; ; i++)
            {
                await using var db = Context();
                var import = await db.Set<RosterImport>().AsNoTracking().SingleAsync(x => x.Id == id, Cancellation);
                if (import.State is not (ImportState.Comparing or ImportState.Applying) && (import.State != ImportState.Applied || import.ChangeSetId is not null)) return import.State;
                Assert.True(i < 600, $"still {import.State}");
                await Task.Delay(50, Cancellation);
            }
        }

        public async Task RestartAsync()
        {
            await Imports.StopAsync(Cancellation);
            Imports.Dispose();
            Imports = Make();
            await Imports.StartAsync(Cancellation);
        }

        public async Task<Dictionary<int, RosterImportRow>> ImportRowsAsync(Guid id)
        {
            await using var db = Context();
            return await db.Set<RosterImportRow>().AsNoTracking().Where(r => r.ImportId == id).ToDictionaryAsync(r => r.Row, Cancellation);
        }

        public async Task<List<string>> RowsAsync()
        {
            await using var db = Context();
            List<string> rows = [.. (await db.Set<Person>().IgnoreQueryFilters().AsNoTracking().ToListAsync(Cancellation)).Select(p => JsonSerializer.Serialize(p)), .. (await db.Set<Mandate>().IgnoreQueryFilters().AsNoTracking().ToListAsync(Cancellation)).Select(m => JsonSerializer.Serialize(m))];
            rows.Sort(StringComparer.Ordinal);
            return rows;
        }

        public async ValueTask DisposeAsync()
        {
            await Imports.StopAsync(CancellationToken.None);
            Imports.Dispose();
            await _database.DisposeAsync();
        }

        private Imports Make() =>
            new(_databases, _database.Settings, Desk, TestActors.Of(_databases, _database.Settings, new RegistryModule().Permissions, TimeProvider.System), _personal, RegionDirectory.Huzhou, TimeProvider.System, NullLogger<Imports>.Instance);
    }
}
