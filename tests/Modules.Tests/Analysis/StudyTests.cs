using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Modules.Tests.Visits;
using Renda.Analysis;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Modules.Tests.Analysis;

/// <summary>Common problems are found, changed by people, brought up to date and taken up; nobody sees more than they may read.</summary>
public sealed class StudyTests
{
    private const string Poles = "村口主路边的通信电线杆向河道一侧明显倾斜有倒下的危险", Bins = "菜市场后门的垃圾桶几天没有人清运污水流到居民楼下", Lamps = "小学门前的路灯坏了三个月晚上接送孩子看不清台阶";

    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Planted_problems_are_found_among_noise_and_kept_up_to_date(DatabaseProvider provider)
    {
        await using var w = await StudyWorld.CreateAsync(provider);
        await w.NoiseAsync(60);
        var (poles, bins, pair) = (await w.PlantAsync(Poles, 9), await w.PlantAsync(Bins, 5), await w.PlantAsync(Lamps, 2));
        var study = await w.StudyAsync();
        Assert.Equal((StudyState.Ready, 76, 2), (study.State, study.Matters, study.Groups));
        Same([poles, bins], await w.GroupsAsync(study));
        var (groups, next) = await w.Reader.ListAsync(study, false, null, w.Clerk, Cancellation);
        Assert.Equal([9, 5], groups.Select(g => g.Count));
        Assert.Null(next);
        Assert.All(groups, g => Assert.Equal(g.Count, g.Months.Sum(m => m.Count)));

        // Nothing new changes nothing.
        study = await w.UpdateAsync(study);
        Same([poles, bins], await w.GroupsAsync(study));
        // What is like a group goes to it; two that were too few become a group with a third; noise stays alone.
        await w.NoiseAsync(10);
        poles.UnionWith(await w.PlantAsync(Poles, 2));
        pair.UnionWith(await w.PlantAsync(Lamps, 2));
        study = await w.UpdateAsync(study);
        Assert.Equal((90, 3), (study.Matters, study.Groups));
        Same([poles, bins, pair], await w.GroupsAsync(study));
        await using var db = w.Context();
        Assert.Equal([11, 5, 4], (await db.Set<StudyGroup>().Select(g => g.Size).ToListAsync(Cancellation)).OrderDescending());
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_people_changed_stays_when_it_is_brought_up_to_date(DatabaseProvider provider)
    {
        await using var w = await StudyWorld.CreateAsync(provider);
        await w.NoiseAsync(40);
        var (poles, bins, lamps) = (await w.PlantAsync(Poles, 6), await w.PlantAsync(Bins, 5), await w.PlantAsync(Lamps, 4));
        var study = await w.StudyAsync();
        var (of, binsOf, lampsOf) = (await w.GroupOfAsync(study, poles.First()), await w.GroupOfAsync(study, bins.First()), await w.GroupOfAsync(study, lamps.First()));
        Assert.Equal(3, new[] { of, binsOf, lampsOf }.Distinct().Count());

        // The centre itself is taken out: another is the centre from then on.
        long centre;
        Guid taken;
        await using (var db = w.Context())
        {
            centre = await db.Set<StudyGroup>().Where(g => g.Id == of).Select(g => g.Centre).SingleAsync(Cancellation);
            taken = await db.Set<Matter>().Where(m => m.Serial == centre).Select(m => m.Id).SingleAsync(Cancellation);
        }
        Assert.Null(await w.Desk.TakeOutAsync(of, [centre], w.Clerk, Cancellation));
        Assert.Null(await w.Desk.RenameAsync(of, "电线杆倾斜", w.Clerk, Cancellation));
        var moved = poles.First(p => p != taken);
        Assert.Null(await w.Desk.MoveAsync(of, await w.SerialsAsync(moved), binsOf, w.Clerk, Cancellation));
        Assert.Null(await w.Desk.DismissAsync(lampsOf, "已列入今年的改造", w.Clerk, Cancellation));
        poles.ExceptWith([taken, moved]);
        bins.Add(moved);

        poles.UnionWith(await w.PlantAsync(Poles, 2));
        lamps.UnionWith(await w.PlantAsync(Lamps, 3));
        study = await w.UpdateAsync(study);
        Same([poles, bins, lamps], await w.GroupsAsync(study));
        Assert.Equal((Guid.Empty, binsOf, 3), (await w.GroupOfAsync(study, taken), await w.GroupOfAsync(study, moved), study.Groups));
        var (open, _) = await w.Reader.ListAsync(study, false, null, w.Clerk, Cancellation);
        Assert.Equal(new[] { of, binsOf }.Order(), open.Select(g => g.Group.Id).Order());
        Assert.Equal("电线杆倾斜", open.Single(g => g.Group.Id == of).Name);
        Assert.NotEqual(centre, open.Single(g => g.Group.Id == of).Group.Centre);
        Assert.Equal(["已列入今年的改造"], (await w.Reader.ListAsync(study, true, null, w.Clerk, Cancellation)).Groups.Select(g => g.Group.Dismissed));

        // Put together with another: what is like either goes there.
        Assert.Null(await w.Desk.MergeAsync(of, binsOf, w.Clerk, Cancellation));
        bins.UnionWith(poles);
        bins.UnionWith(await w.PlantAsync(Poles, 1));
        bins.UnionWith(await w.PlantAsync(Bins, 1));
        study = await w.UpdateAsync(study);
        Same([bins, lamps], await w.GroupsAsync(study));
        Assert.Equal("not-found", (await w.Desk.RenameAsync(of, "没有了", w.Clerk, Cancellation))!.Code);

        // Put back by hand.
        Assert.Equal([taken], (await w.Reader.TakenOutAsync(study, (await w.Desk.FindAsync(binsOf, w.Clerk, Cancellation))!.Value.Group, w.Clerk, Cancellation)).Select(m => m.Id));
        Assert.Null(await w.Desk.MoveAsync(binsOf, [centre], binsOf, w.Clerk, Cancellation));
        Assert.Equal(binsOf, await w.GroupOfAsync(study, taken));
        await using var check = w.Context();
        foreach (var group in await check.Set<StudyGroup>().Where(g => g.StudyId == study.Id).ToListAsync(Cancellation)) Assert.Equal(group.Size, await check.Set<StudyMatter>().CountAsync(m => m.GroupId == group.Id, Cancellation));
        Assert.Empty(await w.Audit.VerifyAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_start_that_was_killed_is_begun_anew_and_gives_the_same(DatabaseProvider provider)
    {
        await using var w = await StudyWorld.CreateAsync(provider);
        await w.NoiseAsync(40);
        var (poles, bins) = (await w.PlantAsync(Poles, 6), await w.PlantAsync(Bins, 5));
        var expected = await RowsAsync((await w.StudyAsync()).Id);

        await w.StopAsync();
        var id = await w.BeginAsync();
        // Arrived after the press: not of this start, whenever it is begun.
        await w.PlantAsync(Lamps, 3);
        await using (var db = w.Context())
        {
            // As a kill between the parts leaves it: a mark, groups and rows that count for nothing.
            var target = await db.Set<Study>().Where(s => s.Id == id).Select(s => s.Target).SingleAsync(Cancellation);
            var half = Guid.CreateVersion7();
            await db.Set<Study>().Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.Run, half), Cancellation);
            db.Add(new StudyGroup { Id = half, StudyId = id, Centre = 1, Size = 30, Since = target });
            db.AddRange(Enumerable.Range(1, 30).Select(i => new StudyMatter { StudyId = id, Serial = i, GroupId = half, Likeness = 50 }));
            await db.SaveChangesAsync(Cancellation);
        }
        await w.RestartAsync();
        var study = await w.WaitAsync(id);
        Assert.Equal((StudyState.Ready, 51), (study.State, study.Matters));
        Assert.Equal(expected, await RowsAsync(id));
        Same([poles, bins], await w.GroupsAsync(study));

        async Task<List<(long, int, long)>> RowsAsync(Guid of)
        {
            await using var db = w.Context();
            return [.. (await (from r in db.Set<StudyMatter>() from g in db.Set<StudyGroup>().Where(g => g.Id == r.GroupId).DefaultIfEmpty() where r.StudyId == of orderby r.Serial select new { r.Serial, r.Likeness, Centre = g == null ? 0 : g.Centre }).ToListAsync(Cancellation)).Select(r => (r.Serial, r.Likeness, r.Centre))];
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_study_that_is_stopped_ends_as_it_was(DatabaseProvider provider)
    {
        await using var w = await StudyWorld.CreateAsync(provider);
        var poles = await w.PlantAsync(Poles, 4);
        await w.StopAsync();
        var id = await w.BeginAsync();
        Assert.Equal("analysis.busy", (await w.Studies.UpdateAsync(id, w.Clerk, Cancellation))!.Code);
        Assert.Null(await w.Studies.CancelAsync(id, w.Clerk, Cancellation));
        await w.RestartAsync();
        Assert.Equal(StudyState.Cancelled, (await w.WaitAsync(id)).State);
        // It can be begun again.
        Assert.Null(await w.Studies.UpdateAsync(id, w.Clerk, Cancellation));
        var study = await w.WaitAsync(id);
        Same([poles], await w.GroupsAsync(study));
        await w.StopAsync();
        Assert.Null(await w.Studies.UpdateAsync(id, w.Clerk, Cancellation));
        // While it is worked on nothing is changed.
        Assert.Equal("analysis.busy", (await w.Desk.RenameAsync(await w.GroupOfAsync(study, poles.First()), "改名", w.Clerk, Cancellation))!.Code);
        Assert.Null(await w.Studies.CancelAsync(id, w.Clerk, Cancellation));
        Assert.Equal(StudyState.Ready, (await w.WaitAsync(id)).State);
        Same([poles], await w.GroupsAsync(study));
        Assert.Null(await w.Studies.DeleteAsync(id, w.Clerk, Cancellation));
        await using var db = w.Context();
        Assert.Equal((0, 0, 0), (await db.Set<Study>().CountAsync(Cancellation), await db.Set<StudyGroup>().CountAsync(Cancellation), await db.Set<StudyMatter>().CountAsync(Cancellation)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Conditions_decide_what_is_one_group(DatabaseProvider provider)
    {
        await using var w = await StudyWorld.CreateAsync(provider);
        await w.NoiseAsync(40);
        var village = RegionDirectory.Huzhou.Children(FindingWorld.County).Where(t => t.Code != 330522110000).SelectMany(t => RegionDirectory.Huzhou.Children(t.Code)).First().Code.ToString("D12", CultureInfo.InvariantCulture);
        var (here, there) = (await w.PlantAsync(Poles, 4), await w.PlantAsync(Poles, 3, village));
        Same([[.. here, .. there]], await w.GroupsAsync(await w.StudyAsync()));
        Same([here, there], await w.GroupsAsync(await w.StudyAsync(null, ("place", "Town"))));
        Same([[.. here, .. there]], await w.GroupsAsync(await w.StudyAsync(null, ("place", "County"))));
        Same([[.. here, .. there]], await w.GroupsAsync(await w.StudyAsync(null, ("place", "Radius"), ("radius", "100"))));
        Same([here], await w.GroupsAsync(await w.StudyAsync(null, ("region", "330522110000"))));
        Same([here], await w.GroupsAsync(await w.StudyAsync(null, ("place", "Town"), ("smallest", "4"))));
        Same([], await w.GroupsAsync(await w.StudyAsync(null, ("likeness", "95"))));
        Same([], await w.GroupsAsync(await w.StudyAsync(null, ("to", "2026-02-01"))));
        Same([[.. here, .. there]], await w.GroupsAsync(await w.StudyAsync(null, ("category", "1"))));

        foreach (var (field, value) in ((string, string)[])[("name", ""), ("scenario-visits", ""), ("from", "昨天"), ("to", "2025-01-01"), ("region", "330521000000"), ("likeness", "19"), ("likeness", "96"), ("smallest", "1"), ("place", "Moon"), ("place", "Radius")])
            Assert.Equal("form-invalid", (await w.Studies.CreateAsync(Guid.CreateVersion7(), StudyWorld.Form((field, value)), w.Clerk, Cancellation))?.Code);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Nobody_sees_more_than_they_may_read(DatabaseProvider provider)
    {
        await using var w = await StudyWorld.CreateAsync(provider);
        await w.NoiseAsync(40);
        var poles = await w.PlantAsync(Poles, 4);
        var study = await w.StudyAsync();
        var group = await w.GroupOfAsync(study, poles.First());
        var town = StudyWorld.Person("镇", "clerk", 330522110000);
        foreach (var stranger in (Actor[])[w.Stranger, town, w.Findings.Deputy, w.Findings.PowerClerk])
        {
            Assert.Null(await w.Studies.FindAsync(study.Id, stranger, Cancellation));
            Assert.Null(await w.Desk.FindAsync(group, stranger, Cancellation));
            Assert.Equal("not-found", (await w.Studies.UpdateAsync(study.Id, stranger, Cancellation))!.Code);
            Assert.Equal("not-found", (await w.Studies.DeleteAsync(study.Id, stranger, Cancellation))!.Code);
            Assert.Equal("not-found", (await w.Desk.RenameAsync(group, "x", stranger, Cancellation))!.Code);
            Assert.Equal("not-found", (await w.Focuses.CreateAsync(Guid.CreateVersion7(), group, Take("x"), stranger, Cancellation))!.Code);
        }
        // A leader reads and changes nothing.
        Assert.NotNull(await w.Studies.FindAsync(study.Id, w.Leader, Cancellation));
        Assert.Equal(4, (await w.Reader.ListAsync(study, false, null, w.Leader, Cancellation)).Groups.Single().Count);
        Assert.Equal("analysis.not-yours", (await w.Desk.RenameAsync(group, "x", w.Leader, Cancellation))!.Code);
        Assert.Equal("analysis.not-yours", (await w.Studies.UpdateAsync(study.Id, w.Leader, Cancellation))!.Code);

        // Who may look at studies and read nothing of what is in them finds no group, not even its name.
        Assert.Null(await w.Desk.RenameAsync(group, "机密的名称", w.Clerk, Cancellation));
        var blind = w.Leader with { Grants = [w.Leader.Grants[0] with { Permissions = new HashSet<string> { AnalysisScope.View } }] };
        Assert.Empty((await w.Reader.ListAsync(study, false, null, blind, Cancellation)).Groups);
        Assert.Null(await w.Desk.FindAsync(group, blind, Cancellation));
        // Who may read one of four sees one.
        var half = blind with { PersonId = w.Findings.Li, Grants = [.. blind.Grants, w.Findings.Deputy.Grants[0]] };
        var other = await w.Findings.SubmitAsync(Poles, w.Findings.OtherDeputy);
        study = await w.UpdateAsync(study);
        Assert.Equal(group, await w.GroupOfAsync(study, other));
        var seen = (await w.Reader.ListAsync(study, false, null, half, Cancellation)).Groups.Single();
        Assert.Equal((4, true), (seen.Count, seen.Name != "机密的名称"));
        Assert.Equal("机密的名称", (await w.Reader.ListAsync(study, false, null, w.Clerk, Cancellation)).Groups.Single().Name);

        // A study is read with the rights of who made it: another county's has none of these.
        Assert.Equal(0, (await w.StudyAsync(w.Stranger, ("region", "330521000000"))).Matters);
        Assert.Equal("form-invalid", (await w.Studies.CreateAsync(Guid.CreateVersion7(), StudyWorld.Form(), w.Stranger, Cancellation))!.Code);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_common_problem_is_taken_up_with_the_matters_it_has_then(DatabaseProvider provider)
    {
        await using var w = await StudyWorld.CreateAsync(provider);
        await w.NoiseAsync(20);
        var poles = await w.PlantAsync(Poles, 4);
        await w.Findings.ActAsync(poles.First(), "verify", w.Findings.Clerk);
        var study = await w.StudyAsync();
        var group = await w.GroupOfAsync(study, poles.First());
        Assert.Equal("form-invalid", (await w.Focuses.CreateAsync(Guid.CreateVersion7(), group, Take(""), w.Clerk, Cancellation))!.Code);
        var id = Guid.CreateVersion7();
        for (var press = 0; press < 2; press++) Assert.Null(await w.Focuses.CreateAsync(id, group, Take("电线杆倾斜"), w.Clerk, Cancellation));
        Assert.Equal("analysis.id-taken", (await w.Focuses.CreateAsync(id, group, Take("别的"), w.Clerk, Cancellation))!.Code);
        // Marked where its state knows that, and no more than once.
        Assert.Equal(["submit", "verify", "focus"], (await w.Findings.EventsAsync(poles.First())).Select(e => e.Action));
        Assert.Equal(["submit"], (await w.Findings.EventsAsync(poles.Last())).Select(e => e.Action));

        // The group goes on; what was taken up does not.
        await w.PlantAsync(Poles, 2);
        study = await w.UpdateAsync(study);
        Assert.Equal(4, (await w.Focuses.FiguresAsync(id, w.Clerk, Cancellation)).Seen);
        Assert.Null(await w.Studies.DeleteAsync(study.Id, w.Clerk, Cancellation));
        Assert.Equal(4, (await w.Focuses.FiguresAsync(id, w.Leader, Cancellation)).Seen);
        Assert.Null(await w.Focuses.FindAsync(id, w.Stranger, Cancellation));
        Assert.Equal(0, (await w.Focuses.FiguresAsync(id, w.Stranger, Cancellation)).Seen);
        Assert.Equal("analysis.not-yours", (await w.Focuses.CloseAsync(id, "好了", w.Leader, Cancellation))!.Code);
        Assert.Equal("form-invalid", (await w.Focuses.CloseAsync(id, " ", w.Clerk, Cancellation))!.Code);
        Assert.Null(await w.Focuses.CloseAsync(id, "列入四季度执法检查", w.Clerk, Cancellation));
        var closed = (await w.Focuses.FindAsync(id, w.Clerk, Cancellation))!;
        Assert.Equal(("列入四季度执法检查", "钱办", true), (closed.Outcome, closed.ClosedByName, closed.ClosedAt is not null));
    }

    private static Dictionary<string, string> Take(string title) => new() { ["kind"] = "Inspection", ["title"] = title, ["reason"] = "多处反映同类问题" };

    private static void Same(IEnumerable<HashSet<Guid>> expected, List<HashSet<Guid>> found) =>
        Assert.Equal(expected.Select(Key).Order(StringComparer.Ordinal), found.Select(Key).Order(StringComparer.Ordinal));

    private static string Key(IEnumerable<Guid> ids) => string.Join(' ', ids.Order());
}
