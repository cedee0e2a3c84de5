using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Visits;

namespace Modules.Tests.Visits;

/// <summary>Frequent problems are counted as the lists behind them, and become a list of focuses once.</summary>
public sealed class FocusListTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    private static FindingFilter Autumn { get; } = new() { From = new(2026, 11, 1), To = new(2026, 11, 30), Region = FindingWorld.County, Category = "poles" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Pressing_twice_makes_one_list_and_marks_each_finding_once(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var lists = new FocusLists(w.Desk, w.Databases, w.Time);
        var (verified, assigned, waiting) = (await w.SubmitAsync(), await w.SubmitAsync("又一根"), await w.SubmitAsync("还没核实"));
        await w.ActAsync(verified, "verify", w.Clerk);
        await w.ActAsync(assigned, "assign", w.Clerk, new { leadUnit = w.Power });

        var id = Guid.CreateVersion7();
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => lists.CreateAsync(id, "杆线 · 长兴县", Autumn, w.Clerk, Cancellation))));
        Assert.All(both, a => Assert.Equal((id, 2), (a.List!.Id, a.List.Matters)));
        Assert.Equal(id, (await lists.CreateAsync(id, "杆线 · 长兴县", Autumn, w.Clerk, Cancellation)).List!.Id);

        await using var db = w.Databases.CreateDbContext();
        Assert.Equal(1, await db.Set<FocusList>().CountAsync(Cancellation));
        Assert.Equal(new[] { verified, assigned }.Order(), (await db.Set<FocusListMatter>().Select(f => f.MatterId).ToListAsync(Cancellation)).Order());
        Assert.Equal(["submit", "verify", "focus"], (await w.EventsAsync(verified)).Select(e => e.Action));
        Assert.Equal("列入“杆线 · 长兴县”", (await w.EventsAsync(assigned))[^1].Reason);
        Assert.Equal(["submit"], (await w.EventsAsync(waiting)).Select(e => e.Action));
        Assert.Equal(2, await db.Set<Matter>().CountAsync(m => m.Focus, Cancellation));
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_list_is_refused_with_a_reason_and_nothing_is_kept(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var lists = new FocusLists(w.Desk, w.Databases, w.Time);
        var id = await w.SubmitAsync();
        Assert.Equal("visits.focus-empty", await RefusedAsync(w.Clerk, Autumn));
        await w.ActAsync(id, "verify", w.Clerk);
        Assert.Equal("visits.focus-not-yours", await RefusedAsync(w.Deputy, Autumn));
        Assert.Equal("visits.focus-period", await RefusedAsync(w.Clerk, Autumn with { To = new(2026, 10, 1) }));
        Assert.Equal("visits.focus-empty", await RefusedAsync(w.Clerk, Autumn with { From = new(2026, 10, 1), To = new(2026, 10, 31) }));
        Assert.Equal("not-found", await RefusedAsync(VisitsRules.Person("德清", "clerk", 330521000000), Autumn));
        await using (var db = w.Databases.CreateDbContext()) Assert.Empty(await db.Set<FocusList>().ToListAsync(Cancellation));

        var taken = Guid.CreateVersion7();
        Assert.NotNull((await lists.CreateAsync(taken, "杆线", Autumn, w.Clerk, Cancellation)).List);
        Assert.Equal("visits.focus-id-taken", (await lists.CreateAsync(taken, "别的", Autumn, w.Clerk, Cancellation)).Refusal!.Code);
        Assert.Equal("visits.focus-id-taken", (await lists.CreateAsync(taken, "杆线", Autumn, w.Head, Cancellation)).Refusal!.Code);

        async Task<string> RefusedAsync(Actor actor, FindingFilter filter) => (await lists.CreateAsync(Guid.CreateVersion7(), "杆线", filter, actor, Cancellation)).Refusal!.Code;
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_list_is_seen_in_its_territory_only(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await w.ActAsync(await w.SubmitAsync(), "verify", w.Clerk);
        Assert.NotNull((await new FocusLists(w.Desk, w.Databases, w.Time).CreateAsync(Guid.CreateVersion7(), "杆线", Autumn, w.Clerk, Cancellation)).List);
        Assert.Equal(1, await SeenAsync(w.Head));
        Assert.Equal(1, await SeenAsync(VisitsRules.Person("市", "clerk", 330500000000)));
        Assert.Equal(0, await SeenAsync(VisitsRules.Person("德清", "clerk", 330521000000)));
        Assert.Equal(0, await SeenAsync(VisitsRules.Person("镇", "clerk", 330522110000)));
        Assert.Equal(0, await SeenAsync(w.Deputy));
        Assert.Equal(0, await SeenAsync(w.PowerClerk));

        async Task<int> SeenAsync(Actor actor)
        {
            await using var db = w.Databases.CreateDbContext();
            return await db.Set<FocusList>().VisibleTo(actor).CountAsync(Cancellation);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Every_count_of_the_ranking_is_the_length_of_its_list(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        for (var i = 0; i < 3; i++) await w.ActAsync(await w.SubmitAsync($"第{i}处"), "verify", w.Clerk);
        var elsewhere = Guid.CreateVersion7();
        Assert.Null((await w.SubmitAsync(elsewhere, w.Request() with { RegionCode = "330522101000" })).Refusal);
        await w.ActAsync(elsewhere, "verify", w.Clerk);
        await w.SubmitAsync("还没核实");

        await using var db = w.Databases.CreateDbContext();
        var now = w.Time.Now.UtcDateTime;
        var filter = Autumn with { Category = null, View = FindingView.Find("confirmed") };
        var category = Assert.Single(await FrequentProblems.RankAsync(db, w.Clerk, filter, byTown: false, now, Cancellation));
        Assert.Equal(("poles", 4), (category.Category, category.Count));
        Assert.Equal([(330522110000L, 3), (330522101000L, 1)], category.Most.Select(m => (m.Town!.Value, m.Count)));
        foreach (var town in await FrequentProblems.RankAsync(db, w.Clerk, filter, byTown: true, now, Cancellation))
            Assert.Equal(town.Count, await (filter with { Region = town.Town }).Apply(db, w.Clerk, now).CountAsync(Cancellation));
        Assert.Empty(await FrequentProblems.RankAsync(db, VisitsRules.Person("德清", "clerk", 330521000000), filter, byTown: false, now, Cancellation));
    }
}
