using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Registry;

namespace Platform.Tests.Registry;

/// <summary>What is written to the registry is there as a whole, keeps what was before, and can be undone.</summary>
public sealed class RegistryDeskTests
{
    private static readonly Actor Clerk = new(Guid.CreateVersion7(), Guid.CreateVersion7(), "钱办", []);
    private static readonly DateTime Spring = new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc), Summer = new(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_change_ends_one_row_and_begins_another(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (desk, _) = Desk(database);
        var person = await AddAsync(desk, "李阳");
        await ReviseAsync(desk, database, person, Summer, p => p.Party = "中共党员");

        await using var db = database.CreateContext();
        Assert.Equal("", (await db.Set<Person>().AsOf(Summer.AddTicks(-10)).SingleAsync(Cancellation)).Party);
        Assert.Equal("中共党员", (await db.Set<Person>().AsOf(Summer).SingleAsync(Cancellation)).Party);
        Assert.Equal("中共党员", (await db.Set<Person>().SingleAsync(p => p.Id == person, Cancellation)).Party);
        Assert.Equal([(Spring, (DateTime?)Summer, false), (Summer, null, true)], (await db.Set<Person>().History(person).ToListAsync(Cancellation)).Select(p => (p.ValidFrom, p.ValidTo, p.Latest)));
        Assert.Empty(await db.Set<Person>().AsOf(Spring.AddTicks(-10)).ToListAsync(Cancellation));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Undoing_leaves_everything_as_it_was_and_can_be_done_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (desk, audit) = Desk(database);
        var person = await AddAsync(desk, "李阳");
        var before = await RowsAsync(database);
        var set = await ReviseAsync(desk, database, person, Summer, p => p.Name = "李洋");
        Assert.NotEqual(before, await RowsAsync(database));

        Assert.Null((await desk.UndoAsync(set, Clerk, "写错了", Cancellation)).Refusal);
        Assert.Equal(before, await RowsAsync(database));
        Assert.Equal("records.undone", (await desk.UndoAsync(set, Clerk, "再撤", Cancellation)).Refusal!.Code);
        Assert.Empty(await audit.VerifyAsync(Cancellation));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task What_was_changed_since_is_not_undone_by_half(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (desk, _) = Desk(database);
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var (set, _) = await desk.ChangeAsync(Clerk, "import", "名册", "", (_, edit) =>
        {
            edit.Add(new Person { Id = first, Name = "甲", ValidFrom = Spring });
            edit.Add(new Person { Id = second, Name = "乙", ValidFrom = Spring });
            return Task.FromResult<Refusal?>(null);
        }, Cancellation);
        await ReviseAsync(desk, database, second, Summer, p => p.Name = "乙二");
        var before = await RowsAsync(database);

        Assert.Equal("records.changed-since", (await desk.UndoAsync(set!.Id, Clerk, "撤", Cancellation)).Refusal!.Code);
        Assert.Equal(before, await RowsAsync(database));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_refusal_and_a_fault_leave_nothing_behind(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (desk, audit) = Desk(database);
        Task<Refusal?> Work(RendaDbContext db, RegistryEdit edit)
        {
            edit.Add(new Person { Id = Guid.CreateVersion7(), Name = "甲", ValidFrom = Spring });
            return Task.FromResult<Refusal?>(Refusal.NotFound);
        }
        Assert.Equal("not-found", (await desk.ChangeAsync(Clerk, "edit", "x", "", Work, Cancellation)).Refusal!.Code);
        var twice = Guid.CreateVersion7();
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => desk.ChangeAsync(Clerk, "edit", "x", "", (_, edit) =>
        {
            edit.Add(new Person { Id = twice, Name = "甲", ValidFrom = Spring });
            edit.Add(new Person { Id = twice, Name = "乙", ValidFrom = Spring });
            return Task.FromResult<Refusal?>(null);
        }, Cancellation));
        Assert.Empty(await RowsAsync(database));
        await using var db = database.CreateContext();
        Assert.Equal(0, await db.Set<ChangeSet>().CountAsync(Cancellation) + await db.Set<AuditEntry>().CountAsync(Cancellation));
        Assert.Empty(await audit.VerifyAsync(Cancellation));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_deputys_rights_begin_rest_and_end_with_the_mandate(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (desk, _) = Desk(database);
        var person = await AddAsync(desk, "李阳");
        var (account, congress, mandate) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await using (var db = database.CreateContext())
        {
            db.Add(new Account { Id = account, UserName = "liyang", PersonId = person });
            await db.SaveChangesAsync(Cancellation);
        }
        async Task StepAsync(Action<RegistryEdit, Mandate?> step) => Assert.Null((await desk.ChangeAsync(Clerk, "edit", "资格", "", async (db, edit) =>
        {
            step(edit, await db.Set<Mandate>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == mandate, Cancellation));
            return null;
        }, Cancellation)).Refusal);
        async Task<bool> HasRightsAsync()
        {
            await using var db = database.CreateContext();
            var now = DateTime.UtcNow.AddSeconds(1);
            return await db.Set<Grant>().AnyAsync(g => g.AccountId == account && g.Role == "deputy" && g.ValidFrom <= now && (g.ValidTo == null || g.ValidTo > now), Cancellation);
        }

        await StepAsync((edit, _) => edit.Add(new Mandate { Id = mandate, PersonId = person, CongressId = congress, Region = 330522110000, Status = MandateStatus.Elected, ValidFrom = Spring }));
        Assert.False(await HasRightsAsync());
        await StepAsync((edit, m) => edit.Revise(m!, Spring.AddDays(10), x => x.Status = MandateStatus.Active));
        Assert.True(await HasRightsAsync());
        await StepAsync((edit, m) => edit.Revise(m!, Summer, x => (x.Status, x.Cause) = (MandateStatus.Suspended, "custody")));
        Assert.False(await HasRightsAsync());
        await StepAsync((edit, m) => edit.Revise(m!, Summer.AddDays(30), x => (x.Status, x.Cause) = (MandateStatus.Active, "")));
        Assert.True(await HasRightsAsync());
        await StepAsync((edit, m) => edit.End(m!, Summer.AddDays(60), x => x.Cause = "resigned"));
        Assert.False(await HasRightsAsync());
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task An_altered_or_missing_audit_entry_is_named(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (_, audit) = Desk(database);
        for (var i = 0; i < 4; i++) await audit.NoteAsync(Clerk, "registry.reveal", "Person", Guid.CreateVersion7(), "核对", Cancellation);
        Assert.Empty(await audit.VerifyAsync(Cancellation));
        await using (var db = database.CreateContext()) await db.Set<AuditEntry>().Where(e => e.Seq == 2).ExecuteUpdateAsync(s => s.SetProperty(e => e.Text, "别的"), Cancellation);
        Assert.Contains("audit entry 2 was altered", await audit.VerifyAsync(Cancellation));
        await using (var db = database.CreateContext()) await db.Set<AuditEntry>().Where(e => e.Seq == 3).ExecuteDeleteAsync(Cancellation);
        Assert.Contains("audit entries 3 to 3 are missing", await audit.VerifyAsync(Cancellation));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Many_who_write_at_once_make_one_chain(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (desk, audit) = Desk(database);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => AddAsync(desk, $"第{i}人"), Cancellation)));
        Assert.Empty(await audit.VerifyAsync(Cancellation));
        await using var db = database.CreateContext();
        Assert.Equal((20, 20), (await db.Set<AuditEntry>().CountAsync(Cancellation), await db.Set<Person>().CountAsync(Cancellation)));
    }

    private static (RegistryDesk Desk, AuditLog Audit) Desk(TestDatabase database)
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        database.Settings.Configure(options);
        var audit = new AuditLog(new RendaDbContextFactory(options.Options, TestDatabase.Assemblies), database.Settings, TimeProvider.System);
        return (new RegistryDesk(audit, TimeProvider.System), audit);
    }

    private static async Task<Guid> AddAsync(RegistryDesk desk, string name)
    {
        var id = Guid.CreateVersion7();
        Assert.Null((await desk.ChangeAsync(Clerk, "edit", name, "", (_, edit) =>
        {
            edit.Add(new Person { Id = id, Name = name, ValidFrom = Spring });
            return Task.FromResult<Refusal?>(null);
        }, Cancellation)).Refusal);
        return id;
    }

    private static async Task<Guid> ReviseAsync(RegistryDesk desk, TestDatabase database, Guid person, DateTime from, Action<Person> change)
    {
        var (set, refusal) = await desk.ChangeAsync(Clerk, "edit", "改", "", async (db, edit) =>
        {
            edit.Revise(await db.Set<Person>().AsNoTracking().SingleAsync(p => p.Id == person, Cancellation), from, change);
            return null;
        }, Cancellation);
        Assert.Null(refusal);
        return set!.Id;
    }

    private static async Task<List<string>> RowsAsync(TestDatabase database)
    {
        await using var db = database.CreateContext();
        return [.. (await db.Set<Person>().IgnoreQueryFilters().AsNoTracking().OrderBy(p => p.Name).ThenBy(p => p.ValidFrom).ToListAsync(Cancellation)).Select(p => System.Text.Json.JsonSerializer.Serialize(p))];
    }
}
