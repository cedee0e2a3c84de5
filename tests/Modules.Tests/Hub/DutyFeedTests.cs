using Microsoft.EntityFrameworkCore;
using Modules.Tests.Visits;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Hub;
using Renda.Platform.Modules;
using Renda.Platform.OpenId;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Modules.Tests.Hub;

/// <summary>Duties of joined applications: each there once, the newest word counts, and nobody reaches another's.</summary>
public sealed class DutyFeedTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_newest_word_counts_and_the_same_word_changes_nothing(DatabaseProvider provider)
    {
        await using var h = await HubWorld.CreateAsync(provider);
        var app = await h.JoinAsync("meetings");
        var first = h.Duty("会议材料待审", 1);
        Assert.Equal((null, true), await PutAsync(first));
        Assert.Equal((null, false), await PutAsync(first));
        Assert.Equal(("hub.same-revision", false), await PutAsync(first with { Title = "会议材料改了" }));
        Assert.Equal((null, false), await PutAsync(first with { Title = "会议材料改了", Revision = 3 }));
        Assert.Equal(("hub.older-revision", false), await PutAsync(first with { Revision = 2 }));
        Assert.Equal("会议材料改了", Assert.Single(await h.OpenAsync(h.World.Deputy)).Title);

        // To another holder: gone here, there now.
        Assert.Equal((null, false), await PutAsync(first with { Person = null, Organisation = h.World.Office, Revision = 4 }));
        Assert.Empty(await h.OpenAsync(h.World.Deputy));
        Assert.Single(await h.OpenAsync(h.World.Clerk));

        // Closed; what comes late does not bring it back, what is newer does.
        Assert.Null(await h.Feed.CloseAsync("meetings", "m-1", app, Stop));
        Assert.Null(await h.Feed.CloseAsync("meetings", "m-1", app, Stop));
        Assert.Equal((null, false), await PutAsync(first with { Person = null, Organisation = h.World.Office, Revision = 4 }));
        Assert.Empty(await h.OpenAsync(h.World.Clerk));
        Assert.Equal((null, false), await PutAsync(first with { Revision = 5 }));
        Assert.Single(await h.OpenAsync(h.World.Deputy));
        Assert.Equal((null, false), await PutAsync(first with { Revision = 6, Status = "done" }));
        Assert.Empty(await h.OpenAsync(h.World.Deputy));
        Assert.Equal((6L, false), (await h.Feed.LookAsync("meetings", "m-1", app, Stop)) is var (known, open, _) ? (known!.Revision, open) : default);
        // The end may come before the beginning.
        Assert.Null((await h.Feed.PutAsync("meetings", "m-2", first with { Status = "done", Revision = 9 }, app, Stop)).Refusal);
        Assert.Equal("hub.older-revision", (await h.Feed.PutAsync("meetings", "m-2", first with { Revision = 8 }, app, Stop)).Refusal!.Code);
        Assert.Empty(await h.OpenAsync(h.World.Deputy));

        async Task<(string?, bool)> PutAsync(FedDuty duty)
        {
            var answer = await h.Feed.PutAsync("meetings", "m-1", duty, app, Stop);
            return (answer.Refusal?.Code, answer.Created);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Told_many_times_at_once_it_is_there_once_with_the_highest_revision(DatabaseProvider provider)
    {
        await using var h = await HubWorld.CreateAsync(provider);
        var app = await h.JoinAsync("meetings");
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => h.Feed.PutAsync("meetings", "m-1", h.Duty($"第 {i % 6} 版", i % 6), app, Stop))));
        Assert.All(answers, a => Assert.True(a.Refusal is null or { Code: "hub.older-revision" }, a.Refusal?.Code));
        Assert.Single(answers, a => a.Created);
        Assert.Equal("第 5 版", Assert.Single(await h.OpenAsync(h.World.Deputy)).Title);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_application_reaches_its_own_duties_only_and_none_once_it_is_retired(DatabaseProvider provider)
    {
        await using var h = await HubWorld.CreateAsync(provider);
        var (meetings, archive) = (await h.JoinAsync("meetings"), await h.JoinAsync("archive"));
        Assert.Null((await h.Feed.PutAsync("meetings", "m-1", h.Duty("待审", 1), meetings, Stop)).Refusal);
        Assert.Equal("not-found", (await h.Feed.PutAsync("meetings", "m-1", h.Duty("冒名", 2), archive, Stop)).Refusal!.Code);
        Assert.Equal("not-found", (await h.Feed.CloseAsync("meetings", "m-1", archive, Stop))!.Code);
        Assert.Equal("not-found", (await h.Feed.LookAsync("meetings", "m-1", archive, Stop)).Refusal!.Code);
        Assert.Equal("not-found", (await h.Feed.PutAsync("nowhere", "m-1", h.Duty("无处", 1), meetings, Stop)).Refusal!.Code);
        // The same id in another application is another duty.
        Assert.Null((await h.Feed.PutAsync("archive", "m-1", h.Duty("归档", 1) with { Link = "https://archive.renda.example/1" }, archive, Stop)).Refusal);
        Assert.Equal(2, (await h.OpenAsync(h.World.Deputy)).Count);

        Assert.Null(await h.Applications.RetireAsync("meetings", h.World.Clerk, Stop));
        Assert.Equal(["归档"], (await h.OpenAsync(h.World.Deputy)).Select(t => t.Title));
        Assert.Equal("not-found", (await h.Feed.PutAsync("meetings", "m-1", h.Duty("还在吗", 2), meetings, Stop)).Refusal!.Code);
        Assert.Null(await h.Actors.FindAsync(meetings.AccountId, Stop));
        var (again, _) = await h.Applications.RenewAsync("meetings", h.World.Clerk, Stop);
        await using (var db = h.World.Databases.CreateDbContext())
            Assert.Equal(["application.join", "application.join", "application.retire", "application.renew"], await db.Set<AuditEntry>().Where(a => a.Record == "JoinedApplication").OrderBy(a => a.Seq).Select(a => a.Action).ToListAsync(Stop));
        Assert.StartsWith("rnd_", again, StringComparison.Ordinal);
        Assert.Null((await h.Feed.PutAsync("meetings", "m-1", h.Duty("又来了", 2), meetings, Stop)).Refusal);
    }

    [Theory]
    [InlineData("title", "")]
    [InlineData("title", "两行\n标题")]
    [InlineData("title", "反转‮文字")]
    [InlineData("title", "零\u0000字")]
    [InlineData("title", "long")]
    [InlineData("kind", "destroy")]
    [InlineData("person", "nobody")]
    [InlineData("person", "")]
    [InlineData("organisation", "019a0000-0000-7000-8000-000000000000")]
    [InlineData("link", "javascript:alert(1)")]
    [InlineData("link", "/todos")]
    [InlineData("link", "https://other.renda.example/1")]
    [InlineData("link", "http://meetings.renda.example/1")]
    [InlineData("link", "https://meetings.renda.example:8443/1")]
    [InlineData("link", "https://meetings.renda.example@other.renda.example/1")]
    [InlineData("link", "https://meetings.renda.example.other.renda.example/1")]
    [InlineData("revision", "-1")]
    [InlineData("status", "finished")]
    [InlineData("dueAt", "0001-01-01T00:00:00Z")]
    public async Task What_is_wrong_is_told_at_its_field_and_nothing_is_kept(string field, string value)
    {
        await using var h = await HubWorld.CreateAsync(DatabaseProvider.Sqlite);
        var app = await h.JoinAsync("meetings");
        var duty = h.Duty("待审", 1);
        duty = field switch
        {
            "title" => duty with { Title = value == "long" ? new string('长', 201) : value },
            "kind" => duty with { Kind = value },
            "person" => duty with { Person = value },
            "organisation" => duty with { Person = null, Organisation = Guid.Parse(value) },
            "link" => duty with { Link = value },
            "revision" => duty with { Revision = long.Parse(value) },
            "status" => duty with { Status = value },
            _ => duty with { DueAt = DateTimeOffset.Parse(value) },
        };
        var answer = await h.Feed.PutAsync("meetings", "m-1", duty, app, Stop);
        Assert.Equal([field], answer.Refusal!.Fields.Select(f => f.Field));
        Assert.False(answer.Refusal.Fields[0].Text.IsIncomplete);
        Assert.Empty(await h.OpenAsync(h.World.Deputy));
        Assert.Equal("not-found", (await h.Feed.LookAsync("meetings", "m-1", app, Stop)).Refusal!.Code);
    }

    [Fact]
    public async Task What_is_typed_of_an_application_is_checked()
    {
        await using var h = await HubWorld.CreateAsync(DatabaseProvider.Sqlite);
        await h.JoinAsync("meetings");
        foreach (var (change, field) in ((Action<JoinedApplication>, string)[])[
            (a => a.Id = "meetings", "id"), (a => a.Id = "visits", "id"), (a => a.Id = "A b", "id"), (a => a.Id = "x", "id"), (a => a.Zh = " ", "zh"), (a => a.En = "a‮b", "en"), (a => a.Icon = "skull", "icon"),
            (a => a.Address = "ftp://x.renda.example", "address"), (a => a.Address = "javascript:alert(1)", "address"), (a => a.Address = "https://u.renda.example:p@x.renda.example", "address")])
        {
            var wanted = HubWorld.Application("other");
            change(wanted);
            Assert.Equal([field], (await h.Applications.JoinAsync(wanted, h.World.Clerk, Stop)).Refusal!.Fields.Select(f => f.Field));
        }
        Assert.Single(await h.Applications.ListAsync(Stop));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_desk_is_arranged_for_its_owner_alone(DatabaseProvider provider)
    {
        await using var h = await HubWorld.CreateAsync(provider);
        var order = new DeskOrder(h.World.Databases);
        var (mine, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await order.ArrangeAsync(mine, ["b", "a", "b", new string('x', 41)], Stop);
        await order.PinAsync(mine, "c", true, Stop);
        await order.ArrangeAsync(mine, ["a", "b"], Stop);
        Assert.Equal([("a", 0, false), ("b", 1, false), ("c", DeskOrder.Most, true)], (await order.ListAsync(mine, Stop)).Values.OrderBy(p => p.Position).Select(p => (p.Tile, p.Position, p.Pinned)));
        Assert.Empty(await order.ListAsync(other, Stop));
        await order.ArrangeAsync(mine, [.. Enumerable.Range(0, 300).Select(i => $"made-up-{i}")], Stop);
        Assert.True((await order.ListAsync(mine, Stop)).Count <= DeskOrder.Most);
    }

    private sealed class HubWorld : IAsyncDisposable
    {
        public required FindingWorld World { get; init; }
        public required JoinedApplications Applications { get; init; }
        public required DutyFeed Feed { get; init; }
        public required Actors Actors { get; init; }

        public static async Task<HubWorld> CreateAsync(DatabaseProvider provider)
        {
            var world = await FindingWorld.CreateAsync(provider);
            var actors = TestActors.Of(world.Databases, world.Settings, [new Permission(DutyFeed.Permission, new("送待办", "Send duties"), "application")], world.Time);
            await using (var db = world.Databases.CreateDbContext())
            {
                db.Add(new Account { Id = world.Deputy.AccountId, UserName = "li", NormalizedUserName = "LI", DisplayName = "李", PersonId = world.Li });
                await db.SaveChangesAsync(Stop);
            }
            return new HubWorld { World = world, Actors = actors, Applications = new JoinedApplications(world.Databases, [VisitsRules.Module], actors, world.Relay, new SignOnClients(world.Databases, new AuditLog(world.Databases, world.Settings, world.Time)), new AuditLog(world.Databases, world.Settings, world.Time), world.Time), Feed = new DutyFeed(world.Databases, world.Relay, world.Time) };
        }

        public static JoinedApplication Application(string id) => new() { Id = id, Zh = "会议系统", En = "Meetings", Icon = "calendar", Address = $"https://{id}.renda.example/", Group = TaskGroup.Office, Feeds = true };

        public FedDuty Duty(string title, long revision) => new() { Title = title, Kind = "review", Person = "Li", Link = "https://meetings.renda.example/1", DueAt = World.Time.Now.AddDays(2), Revision = revision };

        public async Task<Actor> JoinAsync(string id)
        {
            var wanted = Application(id);
            var (token, refusal) = await Applications.JoinAsync(wanted, World.Clerk, Stop);
            Assert.True(refusal is null && token is not null, refusal?.Code);
            var actor = await Actors.FindAsync(wanted.AccountId, Stop);
            Assert.Equal([DutyFeed.Permission], actor!.Grants.SelectMany(g => g.Permissions));
            return actor;
        }

        public async Task<IReadOnlyList<Todo>> OpenAsync(Actor actor)
        {
            await using var db = World.Databases.CreateDbContext();
            return (await TodoPage.ReadAsync(db, actor, new TodoFilter(), World.Time.Now.UtcDateTime, 50, null, Stop)).Items;
        }

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }
}
