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
        return page;
    }
}
