using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Media;
using Renda.Platform.Persistence;
using Renda.Visits;

namespace Modules.Tests.Visits;

/// <summary>What helps to decide, what is counted, and the filters that somebody keeps.</summary>
public sealed class TriageTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Photos_of_one_scene_tell_two_findings_of_a_place_apart_from_a_third(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var triage = new Triage(w.Databases, w.Findings, w.Time);
        var (same, other, bare) = (await ReportAsync("路灯不亮", 0x0F0F_3C3C_55AA_00FF), await ReportAsync("路灯坏了", ~0x0F0F_3C3C_55AA_00FF), await w.SubmitAsync("路灯不亮"));
        var mine = await ReportAsync("晚上没有灯", 0x0F0F_3C3C_55AA_00FC);

        Assert.Equal([0x0F0F_3C3C_55AA_00FC], await triage.LooksAsync(mine, Stop));
        var near = await triage.NearAsync(w.Campaign, "poles", FindingWorld.Latitude, FindingWorld.Longitude, "晚上没有灯", [0x0F0F_3C3C_55AA_00FC], mine, Stop);

        Assert.Equal(same, near[0].Id);
        Assert.True(near[0].SamePicture);
        Assert.All(near.Skip(1), n => Assert.False(n.SamePicture));
        var likeness = near.ToDictionary(n => n.Id, n => n.Likeness);
        // Same place, category and day, no word in common: 70 of 85 without a photo, 70 with another's, 85 with the same.
        Assert.Equal((85, 70, 82), (likeness[same], likeness[other], likeness[bare]));
        Assert.Equal(82, (await triage.NearAsync(w.Campaign, "poles", FindingWorld.Latitude, FindingWorld.Longitude, "晚上没有灯", [], mine, Stop)).Single(n => n.Id == same).Likeness);

        async Task<Guid> ReportAsync(string description, long looks)
        {
            var photo = await w.PhotoAsync(w.Deputy, 0);
            await using var db = w.Databases.CreateDbContext();
            await db.Set<MediaItem>().Where(m => m.Sha256 == photo).ExecuteUpdateAsync(s => s.SetProperty(m => m.PerceptualHash, looks), Stop);
            var id = Guid.CreateVersion7();
            Assert.Null((await w.SubmitAsync(id, w.Request(description) with { Media = [new FindingMedia { Sha256 = photo }] })).Refusal);
            return id;
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_units_figure_is_the_list_it_opens_and_help_counts_for_the_lead_alone(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var (led, helped) = (await w.SubmitAsync("电杆歪了"), await w.SubmitAsync("路面坏了"));
        await w.ActAsync(led, "assign", w.Clerk, new { leadUnit = w.Power });
        await w.ActAsync(helped, "assign", w.Clerk, new { leadUnit = w.Roads, coUnits = new[] { w.Power } });
        var figures = await w.Figures.ReadAsync(w.Campaign, w.Clerk, Stop);

        Assert.Equal((1, 1), (figures.ByUnit[w.Power], figures.ByUnit[w.Roads]));
        Assert.Equal([led], await ListAsync(new FindingFilter { Campaign = w.Campaign, Lead = w.Power }, w.Clerk));
        Assert.Equal([helped, led], await ListAsync(new FindingFilter { Campaign = w.Campaign, Unit = w.Power }, w.Clerk));
        // A list that an address names shows nothing to whom it does not concern.
        Assert.Equal([], await ListAsync(new FindingFilter { Lead = w.Power }, VisitsRules.Person("外县", "clerk", 330523000000, w.Office)));
        Assert.Equal([], await ListAsync(new FindingFilter { Lead = w.Roads }, w.OtherDeputy));

        async Task<List<Guid>> ListAsync(FindingFilter filter, Renda.Platform.Access.Actor actor)
        {
            await using var db = w.Databases.CreateDbContext();
            var page = await filter.PageAsync(db, actor, 25, null, w.Time.Now.UtcDateTime, Stop);
            Assert.Equal((page.Items.Count, false), ((int)(await filter.CountAsync(db, actor, w.Time.Now.UtcDateTime, Stop)).Count, page.Next is not null));
            Assert.Equal(filter.Query(), FindingFilter.Read(new Microsoft.AspNetCore.Http.QueryCollection(filter.Pairs().ToDictionary(p => p.Name, p => new Microsoft.Extensions.Primitives.StringValues(p.Value)))).Query());
            return [.. page.Items.Select(i => i.Id)];
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Figures_are_exact_after_every_event_and_each_counts_what_is_its_own(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var elsewhere = VisitsRules.Person("外县", "clerk", 330523000000, w.Office);
        Assert.Equal((0, 0, 0, null), await FiguresAsync(w.Clerk));
        var first = await w.SubmitAsync();
        Assert.Equal((1, 1, 1, null), await FiguresAsync(w.Clerk));
        var second = await w.SubmitAsync("路面塌了", w.OtherDeputy);
        Assert.Equal((2, 2, 1, null), await FiguresAsync(w.Clerk));
        Assert.Equal((0, 0, 0, null), await FiguresAsync(elsewhere));
        // Merged, the second deputy has the first matter; the second matter still stands for who raised it.
        await w.ActAsync(second, "merge", w.Clerk, new { target = first });
        Assert.Equal((2, 2, 1, null), await FiguresAsync(w.Clerk));
        var third = Guid.CreateVersion7();
        Assert.Null((await w.SubmitAsync(third, w.Request("井盖没了") with { RegionCode = "330522104201" })).Refusal);
        Assert.Equal((3, 2, 2, null), await FiguresAsync(w.Clerk));

        await ClosedAsync(third, days: 4);
        Assert.Equal((3, 2, 2, 4.0), await FiguresAsync(w.Clerk));
        await ClosedAsync(first, days: 8);
        Assert.Equal((3, 2, 2, 8.0), await FiguresAsync(w.Clerk));
        Assert.Empty((await w.VerifyAsync()).Faults);

        async Task<(long, long, long, double?)> FiguresAsync(Renda.Platform.Access.Actor actor)
        {
            var s = await w.Figures.ReadAsync(w.Campaign, actor, Stop);
            // Twice is the same: the second is what was kept.
            Assert.Equivalent(s, await w.Figures.ReadAsync(w.Campaign, actor, Stop));
            return (s.Findings, s.Deputies, s.Villages, s.MedianDays is { } d ? Math.Round(d, 0) : null);
        }

        async Task ClosedAsync(Guid id, int days)
        {
            await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power });
            await w.ActAsync(id, "accept", w.PowerClerk);
            w.Time.Now += TimeSpan.FromDays(days);
            await w.ActAsync(id, "reply", w.PowerClerk, new { text = "修好了", noPhotoReason = "下雨" });
            await w.ActAsync(id, "check", w.Clerk, new { signed = "下雨拍不了" });
            await w.ActAsync(id, "evaluate", w.Deputy, new { attitude = "1", result = "1" });
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_filter_is_its_owners_has_one_name_and_is_forgotten_only_by_its_owner(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var saved = new SavedFilters(w.Databases, w.Time);
        var (me, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Assert.Null(await saved.SaveAsync(me, "/visits", " 超期的 ", "view=all&overdue=1", Stop));
        Assert.Null(await saved.SaveAsync(other, "/visits", "超期的", "view=closed", Stop));
        Assert.Null(await saved.SaveAsync(me, "/visits", "超期的", "view=triage&overdue=1", Stop));
        Assert.Equal([("超期的", "view=triage&overdue=1")], (await saved.ListAsync(me, "/visits", Stop)).Select(f => (f.Name, f.Query)));
        Assert.Empty(await saved.ListAsync(me, "/visits/tours", Stop));
        Assert.Equal("filters.name", (await saved.SaveAsync(me, "/visits", "  ", "view=all", Stop))!.Code);
        Assert.Equal("filters.name", (await saved.SaveAsync(me, "/visits", new string('长', SavedFilters.LongestName + 1), "view=all", Stop))!.Code);
        for (var i = 1; i < SavedFilters.Most; i++) Assert.Null(await saved.SaveAsync(me, "/visits", "第" + i, "view=all", Stop));
        Assert.Equal("filters.too-many", (await saved.SaveAsync(me, "/visits", "再一个", "view=all", Stop))!.Code);

        var mine = (await saved.ListAsync(me, "/visits", Stop))[0].Id;
        await saved.ForgetAsync(other, mine, Stop);
        Assert.Equal(SavedFilters.Most, (await saved.ListAsync(me, "/visits", Stop)).Count);
        await saved.ForgetAsync(me, mine, Stop);
        await saved.ForgetAsync(me, mine, Stop);
        Assert.Equal(SavedFilters.Most - 1, (await saved.ListAsync(me, "/visits", Stop)).Count);
    }
}
