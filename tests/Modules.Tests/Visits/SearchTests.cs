using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Search;

namespace Modules.Tests.Visits;

/// <summary>Full text over findings, as each of the people.</summary>
public sealed class SearchTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_finding_is_found_by_what_it_says_and_by_nothing_else(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using (var db = w.Databases.CreateDbContext())
        {
            db.Add(new Person { Id = w.Li, Name = "李阳" });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var id = Guid.CreateVersion7();
        Assert.Null((await w.SubmitAsync(id, w.Request("路边电线杆倾斜，下雨时很危险") with { Title = "塘子头电线杆倾斜", Suggestion = "请尽快扶正", PlaceText = "老桥北堍" })).Refusal);
        var other = await w.SubmitAsync("河道有漂浮物");
        await CatchUpAsync(w);

        foreach (var words in (string[])["电线", "电线杆", "电线杆倾斜", "杆", "危险", "扶正", "北堍", "塘子头 危险", "李阳", "寻访 2026", "1号", "电线杆　倾斜"])
            Assert.True((await FoundAsync(w, w.Clerk, words)).Contains(id), words);
        Assert.Equal([other], await FoundAsync(w, w.Clerk, "漂浮物"));
        foreach (var nothing in (string[])["电缆", "线电", "塘子头 漂浮", "，。", "\" OR words:*", "'); DROP TABLE matters; --", "NEAR(电线 倾斜)"])
            Assert.Empty(await FoundAsync(w, w.Clerk, nothing));
        // The newest first, like every list.
        Assert.Equal([other, id], await FoundAsync(w, w.Clerk, "寻访"));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Nobody_finds_what_they_may_not_see(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        await CatchUpAsync(w);
        Assert.Equal([id], await FoundAsync(w, w.Clerk, "电线杆"));
        Assert.Equal([id], await FoundAsync(w, w.Deputy, "电线杆"));
        Assert.Empty(await FoundAsync(w, w.OtherDeputy, "电线杆"));
        Assert.Empty(await FoundAsync(w, w.PowerClerk, "电线杆"));
        Assert.Empty(await FoundAsync(w, VisitsRules.Person("安吉", "clerk", 330523000000), "电线杆"));
        Assert.Equal([id], await FoundAsync(w, VisitsRules.Person("全市", "leader", 330500000000), "电线杆"));
        Assert.Equal([id], await FoundAsync(w, VisitsRules.Person("全省", "leader", 330000000000), "电线杆"));
        // A clerk elsewhere who is a deputy too sees what is her own.
        var elsewhere = VisitsRules.Person("安吉", "clerk", 330523000000);
        Assert.Equal([id], await FoundAsync(w, elsewhere with { PersonId = w.Li, Grants = [.. elsewhere.Grants, .. w.Deputy.Grants] }, "电线杆"));

        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power });
        await CatchUpAsync(w);
        Assert.Equal([id], await FoundAsync(w, w.PowerClerk, "电线杆"));
        Assert.Empty(await FoundAsync(w, w.RoadsClerk, "电线杆"));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task It_is_narrowed_like_every_list_and_follows_from_where_it_was(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var first = await w.SubmitAsync();
        await CatchUpAsync(w);
        Assert.Equal(0, await w.Search.CatchUpAsync(CancellationToken.None));
        var second = Guid.CreateVersion7();
        Assert.Null((await w.SubmitAsync(second, w.Request("电线杆断了") with { RegionCode = "330522104201" })).Refusal);
        Assert.Equal([first], await FoundAsync(w, w.Clerk, "电线杆"));
        await CatchUpAsync(w);
        Assert.Equal([second, first], await FoundAsync(w, w.Clerk, "电线杆"));
        Assert.Equal([first], await FoundAsync(w, w.Clerk, "电线杆", new MatterFilter { Region = 330522110000 }));
        Assert.Equal([first], await FoundAsync(w, w.Clerk, "电线杆", new MatterFilter { Region = 330522110225 }));
        Assert.Empty(await FoundAsync(w, w.Clerk, "电线杆", new MatterFilter { State = "assigned" }));
        // A whole number is that matter and no other, also as a keyboard without 〔〕 writes it, and only for those who may see it.
        foreach (var number in (string[])["寻访〔2026〕2号", " 寻访[2026]2号 ", "寻访（2026）2号"]) Assert.Equal([second], await FoundAsync(w, w.Clerk, number));
        Assert.Empty(await FoundAsync(w, w.Clerk, "寻访〔2026〕22号"));
        Assert.Empty(await FoundAsync(w, w.OtherDeputy, "寻访〔2026〕2号"));
        await w.ActAsync(first, "assign", w.Clerk, new { leadUnit = w.Power });
        Assert.Equal([first], await FoundAsync(w, w.Clerk, "电线杆", new MatterFilter { State = "assigned" }));

        // Made anew, it is the same.
        await using (var db = w.Databases.CreateDbContext())
        {
            await db.Set<FeedCursor>().ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        }
        await CatchUpAsync(w);
        Assert.Equal([second, first], await FoundAsync(w, w.Clerk, "电线杆"));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task However_far_apart_they_arrived_a_page_begins_with_the_newest_and_none_is_left_out(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var ids = new List<Guid>();
        // The windows that are looked in first end some 16,000 matters back.
        foreach (var serial in (long[])[7, 8, 40_000, 300_000, 300_001, 331_000, 332_000])
        {
            ids.Insert(0, await w.SubmitAsync());
            await using var change = w.Databases.CreateDbContext();
            var id = ids[0];
            Assert.Equal(1, await change.Set<Matter>().Where(m => m.Id == id).ExecuteUpdateAsync(s => s.SetProperty(m => m.Serial, serial), TestContext.Current.CancellationToken));
        }
        await CatchUpAsync(w);

        await using var db = w.Databases.CreateDbContext();
        var branches = new MatterFilter { Q = "电线杆" }.Branches(db, w.Clerk, w.Time.Now.UtcDateTime);
        foreach (var size in (int[])[1, 2, 3, 7])
        {
            var read = new List<Guid>();
            for (long? after = null; ;)
            {
                var page = await MatterPage.ReadAsync(db, branches, size, after, TestContext.Current.CancellationToken);
                Assert.True(page.Next is null || page.Items.Count == size);
                read.AddRange(page.Items.Select(m => m.Id));
                if ((after = page.Next) is null) break;
            }
            Assert.Equal(ids, read);
        }
        // A whole number, too, is on one page only.
        var newest = await db.Set<Matter>().AsNoTracking().FirstAsync(m => m.Id == ids[0], TestContext.Current.CancellationToken);
        var numbered = new MatterFilter { Q = newest.Number }.Branches(db, w.Clerk, w.Time.Now.UtcDateTime);
        Assert.Equal([newest.Id], (await MatterPage.ReadAsync(db, numbered, 1, null, TestContext.Current.CancellationToken)).Items.Select(m => m.Id));
        Assert.Empty((await MatterPage.ReadAsync(db, numbered, 1, newest.Serial, TestContext.Current.CancellationToken)).Items);
    }

    [Fact]
    public async Task On_sqlite_the_newest_come_first_without_sorting_or_reading_the_whole_table()
    {
        await using var w = await FindingWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var db = w.Databases.CreateDbContext();
        var query = new MatterFilter { Q = "电线杆", Scenario = "visits" }.Apply(db, w.Clerk, w.Time.Now.UtcDateTime).Where(m => m.Serial < 100).OrderByDescending(m => m.Serial).Take(25);
        await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = query.CreateDbCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
        var plan = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
            while (await reader.ReadAsync(TestContext.Current.CancellationToken)) plan.Add(reader.GetString(3));
        Assert.DoesNotContain(plan, p => p.Contains("TEMP B-TREE", StringComparison.Ordinal) || p.StartsWith("SCAN m", StringComparison.Ordinal) && !p.Contains("VIRTUAL TABLE", StringComparison.Ordinal));
    }

    private static async Task CatchUpAsync(FindingWorld w)
    {
        while (await w.Search.CatchUpAsync(CancellationToken.None) > 0)
        {
        }
    }

    private static async Task<List<Guid>> FoundAsync(FindingWorld w, Actor actor, string words, MatterFilter? filter = null)
    {
        await using var db = w.Databases.CreateDbContext();
        var found = ((filter ?? new()) with { Q = words }).Apply(db, actor, w.Time.Now.UtcDateTime);
        var page = await found.OrderByDescending(m => m.Serial).Select(m => m.Id).Take(26).ToListAsync();
        Assert.Equal(page.Count, await found.CountAsync());
        Assert.Equal(page, (await MatterPage.ReadAsync(db, ((filter ?? new()) with { Q = words }).Branches(db, actor, w.Time.Now.UtcDateTime), 26, null, CancellationToken.None)).Items.Select(m => m.Id));
        return page;
    }
}
