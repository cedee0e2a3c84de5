using Microsoft.EntityFrameworkCore;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Visits;

namespace Modules.Tests.Visits;

public sealed class VisitTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_visit_put_twice_is_there_once_and_other_content_is_refused(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        var first = await w.Visits.PutAsync(id, Request(w), w.Deputy, Stop);
        var again = await w.Visits.PutAsync(id, Request(w), w.Deputy, Stop);
        var other = await w.Visits.PutAsync(id, Request(w) with { Note = "别的" }, w.Deputy, Stop);
        var foreign = await w.Visits.PutAsync(id, Request(w), w.OtherDeputy, Stop);

        Assert.Equal((true, false), (first.Created, again.Created));
        Assert.Equal(("visits.id-taken", "visits.id-taken"), (other.Refusal!.Code, foreign.Refusal!.Code));
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal((1, 2), (await db.Set<Visit>().CountAsync(Stop), await db.Set<VisitVillage>().CountAsync(Stop)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_same_visit_sent_many_times_at_once_is_there_once(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => w.Visits.PutAsync(id, Request(w), w.Deputy, Stop))));
        Assert.All(answers, a => Assert.Null(a.Refusal));
        Assert.Single(answers, a => a.Created);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_visit_that_goes_on_is_changed_from_the_revision_seen_and_an_ended_one_is_not(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        var open = Request(w) with { EndedAt = null };
        await w.Visits.PutAsync(id, open, w.Deputy, Stop);
        var stale = await w.Visits.PutAsync(id, open with { Note = "旧", ExpectedRevision = 7 }, w.Deputy, Stop);
        Assert.Equal("visits.visit-stale", stale.Refusal!.Code);

        var changed = await w.Visits.PutAsync(id, Request(w) with { Villages = [Village("330522110225")], Companions = ["赵代表"], ExpectedRevision = 1 }, w.Deputy, Stop);
        Assert.Equal((false, 2, 1, "赵代表"), (changed.Created, changed.Record!.Visit.Revision, changed.Record.Villages.Count, changed.Record.Companions.Single().Name));
        Assert.Equal("visits.visit-ended", (await w.Visits.PutAsync(id, Request(w) with { Note = "晚了", ExpectedRevision = 2 }, w.Deputy, Stop)).Refusal!.Code);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_visit_is_seen_by_its_deputy_who_came_along_and_the_staff_of_the_place(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using (var db = w.Databases.CreateDbContext())
        {
            var congress = new Organisation { Id = Guid.CreateVersion7(), Name = "县人大", ShortName = "县人大", Kind = OrganisationKind.Congress, Region = FindingWorld.County, ValidFrom = DateTime.UnixEpoch };
            db.Add(congress);
            foreach (var person in new[] { w.Li, w.Wang })
            {
                db.Add(new Person { Id = person, Name = person == w.Li ? "李代表" : "王代表" });
                db.Add(new Mandate { Id = Guid.CreateVersion7(), PersonId = person, CongressId = congress.Id, Region = 330522110000, ValidFrom = DateTime.UnixEpoch });
            }
            await db.SaveChangesAsync(Stop);
        }
        var (alone, together) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await w.Visits.PutAsync(alone, Request(w), w.Deputy, Stop);
        await w.Visits.PutAsync(together, Request(w) with { Companions = ["王代表", "老村长"] }, w.Deputy, Stop);

        foreach (var (who, sees) in new[]
        {
            (w.Deputy, (true, true)), (w.OtherDeputy, (false, true)), (w.Clerk, (true, true)), (w.Head, (true, true)), (w.PowerClerk, (false, false)),
            (VisitsRules.Person("德清", "clerk", 330521000000, Guid.CreateVersion7()), (false, false)), (VisitsRules.Person("陌生", "deputy", person: Guid.CreateVersion7()), (false, false)),
        })
            Assert.Equal(sees, (await w.Visits.FindAsync(alone, who, Stop) is not null, await w.Visits.FindAsync(together, who, Stop) is not null));
        Assert.Equal((true, false), ((await w.Visits.FindAsync(together, w.Clerk, Stop))!.MayShowTrack(w.Clerk), (await w.Visits.FindAsync(together, w.OtherDeputy, Stop))!.MayShowTrack(w.OtherDeputy)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_visit_on_which_nothing_was_found_counts_until_something_is_sent(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var (quiet, busy, empty) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        Assert.Null((await w.Visits.PutAsync(quiet, Request(w) with { NothingFound = true }, w.Deputy, Stop)).Refusal);
        Assert.Null((await w.Visits.PutAsync(busy, Request(w) with { EndedAt = null }, w.Deputy, Stop)).Refusal);
        Assert.Null((await w.Visits.PutAsync(empty, Request(w) with { NothingFound = true }, w.OtherDeputy, Stop)).Refusal);
        Assert.Null((await w.SubmitAsync(Guid.CreateVersion7(), w.Request() with { VisitId = busy })).Refusal);
        var refused = await w.Visits.PutAsync(busy, Request(w) with { NothingFound = true, ExpectedRevision = 1 }, w.Deputy, Stop);
        Assert.Equal("visits.something-found", Assert.Single(refused.Refusal!.Fields).Code);
        Assert.Equal((3, 2, 2, 2), await CountsAsync());

        // The phone had no signal: the finding comes after the visit's end.
        Assert.Null((await w.SubmitAsync(Guid.CreateVersion7(), w.Request() with { VisitId = quiet })).Refusal);
        Assert.Equal((3, 1, 2, 2), await CountsAsync());
        var record = (await w.Visits.FindAsync(quiet, w.Clerk, Stop))!;
        await using var db = w.Databases.CreateDbContext();
        Assert.Single(await Renda.Visits.Visits.FindingsOfAsync(db, record, w.Clerk, Stop));
        Assert.Equal("visits.unknown-visit", Assert.Single((await w.SubmitAsync(Guid.CreateVersion7(), w.Request() with { VisitId = quiet }, w.OtherDeputy)).Refusal!.Fields).Code);

        async Task<(long, long, long, long)> CountsAsync()
        {
            var s = await w.Figures.ReadAsync(w.Campaign, w.Clerk, Stop);
            return (s.Visits, s.NothingFound, s.VisitedVillages, s.VisitingDeputies);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_way_is_kept_only_where_it_was_allowed_and_each_point_once(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var (with, without) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await w.Visits.PutAsync(with, Request(w) with { Tracking = true }, w.Deputy, Stop);
        await w.Visits.PutAsync(without, Request(w), w.Deputy, Stop);
        var began = new DateTimeOffset(Began).ToUnixTimeSeconds();
        double[][] points = [[began + 60, 30.86530001, 119.8921], [began + 120, 30.866, 119.893], [began + 86_400, 30.9, 119.9]];

        Assert.Equal((2, null), await w.Visits.TrackAsync(with, points, w.Deputy, Stop));
        Assert.Equal((3, null), await w.Visits.TrackAsync(with, [points[0], [began + 30, 30.865, 119.892]], w.Deputy, Stop));
        Assert.Equal("visits.track-not-allowed", (await w.Visits.TrackAsync(without, points, w.Deputy, Stop)).Refusal!.Code);
        Assert.Equal(404, (await w.Visits.TrackAsync(with, points, w.OtherDeputy, Stop)).Refusal!.Status);
        Assert.Equal("visits.bad-track", (await w.Visits.TrackAsync(with, [[began, 91, 0]], w.Deputy, Stop)).Refusal!.Code);
        Assert.Equal([began + 30, began + 60, began + 120], (await w.Visits.FindAsync(with, w.Deputy, Stop))!.Visit.ReadTrack().Select(p => p.At));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_does_not_fit_is_refused_at_its_field(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        foreach (var (request, field) in new (VisitRequest, string)[]
        {
            (Request(w) with { CampaignId = Guid.CreateVersion7() }, "campaignId"), (Request(w) with { Villages = [] }, "villages"), (Request(w) with { Villages = [Village("330522000000")] }, "villages"),
            (Request(w) with { EndedAt = Began.AddHours(-1) }, "endedAt"), (Request(w) with { BeganAt = Began.AddDays(30), EndedAt = null }, "beganAt"), (Request(w) with { Companions = [new string('长', 31)] }, "companions"),
            (Request(w) with { Villages = [new VisitedVillage { RegionCode = "330522110225", Answers = [new("没有的要点", "ok")] }] }, "villages"), (Request(w) with { Note = new string('长', 2001) }, "note"),
        })
            Assert.Equal(field, Assert.Single((await w.Visits.PutAsync(Guid.CreateVersion7(), request, w.Deputy, Stop)).Refusal!.Fields).Field);
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal(0, await db.Set<Visit>().CountAsync(Stop));
    }

    private static DateTime Began { get; } = new(2026, 11, 23, 0, 0, 0, DateTimeKind.Utc);

    private static VisitRequest Request(FindingWorld w) => new()
    {
        CampaignId = w.Campaign, CampaignVersion = 1, BeganAt = Began, EndedAt = Began.AddMinutes(50), Villages = [Village("330522110225"), Village("330522110000")],
    };

    private static VisitedVillage Village(string code) => new() { RegionCode = code };
}
