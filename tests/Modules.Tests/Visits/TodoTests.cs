using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Modules.Tests.Visits;

/// <summary>Duties: there once, for whom they are, in order, and what colleagues agree on about them.</summary>
public sealed class TodoTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_step_that_leaves_a_duty_where_it_is_neither_closes_nor_doubles_it(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power, coUnits = new[] { w.Roads } });
        await w.ActAsync(id, "accept", w.PowerClerk);
        var before = await RowsAsync(w, id);
        var handling = before.Single(t => t.Kind == "handling");
        Assert.Null(await w.Duties.ClaimAsync(handling.Id, w.PowerClerk, Stop));

        await w.ActAsync(id, "remind", w.Clerk, new { text = "请抓紧" });
        await w.ActAsync(id, "pause", w.Clerk, new { reason = "等雨停" });
        var paused = (await RowsAsync(w, id)).Single(t => t.Kind == "handling");
        Assert.Equal((handling.Id, null, null), (paused.Id, paused.DoneAt, paused.DueAt));
        await w.ActAsync(id, "resume", w.Clerk, new { reason = "雨停了" });
        await w.ActAsync(id, "co-answer", w.RoadsClerk, new { text = "路面无碍" });

        var after = await RowsAsync(w, id);
        Assert.Equal(before.Select(t => t.Id), after.Select(t => t.Id));
        Assert.NotNull(after.Single(t => t.Id == handling.Id).DueAt);
        Assert.Equal((DutyKind.Handle, null), (after.Single(t => t.Id == handling.Id).Duty, after.Single(t => t.Id == handling.Id).DoneAt));
        Assert.Equal(w.RoadsClerk.AccountId, after.Single(t => t.Kind == "co-answer").DoneBy);
        Assert.Equal([("handling", w.Power)], await w.DutiesAsync(id));
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal(w.PowerClerk.AccountId, (await db.Set<TodoClaim>().SingleAsync(Stop)).AccountId);
        Assert.Empty((await w.VerifyAsync()).Faults);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Each_step_asks_for_what_it_is_and_is_closed_by_whoever_did_it(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        await w.ActAsync(id, "verify", w.Clerk);
        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power });
        await w.ActAsync(id, "accept", w.PowerClerk);
        await w.ActAsync(id, "reply", w.PowerClerk, new { text = "已扶正", noPhotoReason = "夜间" });
        await w.ActAsync(id, "check", w.Head, new { signed = "现场看过" });
        await w.ActAsync(id, "evaluate", w.Deputy, new { attitude = "1", result = "1" });
        Assert.Equal(
            [
                ("submitted", DutyKind.Review, w.Clerk.AccountId), ("verified", DutyKind.Handle, w.Clerk.AccountId), ("assigned", DutyKind.Sign, w.PowerClerk.AccountId),
                ("handling", DutyKind.Handle, w.PowerClerk.AccountId), ("replied", DutyKind.Review, w.Head.AccountId), ("checked", DutyKind.Assess, w.Deputy.AccountId),
            ],
            (await RowsAsync(w, id)).Select(t => (t.Kind, t.Duty, t.DoneBy!.Value)));
        await using var db = w.Databases.CreateDbContext();
        foreach (var actor in (Actor[])[w.Clerk, w.Deputy, w.PowerClerk]) Assert.Equal(0, (await db.Set<Todo>().CountAsync(actor, w.Time.Now.UtcDateTime, Stop)).Open);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_database_keeps_one_open_duty_of_a_holder_about_an_item(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await w.SubmitAsync();
        foreach (var (person, organisation) in ((Guid?, Guid?)[])[(null, w.Office), (w.Li, null)])
        {
            await using var db = w.Databases.CreateDbContext();
            if (person is not null)
            {
                db.Add(New(id, person, null));
                await db.SaveChangesAsync(Stop);
            }
            db.Add(New(id, person, organisation));
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Stop));
        }

        Todo New(Guid item, Guid? person, Guid? organisation) => new() { Id = Guid.CreateVersion7(), ItemId = item, Scenario = "visits", Kind = "submitted", PersonId = person, OrganisationId = organisation, Title = "再来一次", ArrivedAt = w.Time.Now.UtcDateTime };
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_duty_of_an_organisation_is_taken_given_and_put_back_by_its_people_alone(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await EmployAsync(w, w.Clerk, w.Office);
        await EmployAsync(w, w.Head, w.Office);
        await EmployAsync(w, w.PowerClerk, w.Power);
        var id = await w.SubmitAsync();
        var duty = (await RowsAsync(w, id)).Single().Id;
        using var screen = w.Feed.Subscribe();

        Assert.Equal("not-found", (await w.Duties.ClaimAsync(duty, w.PowerClerk, Stop))!.Code);
        Assert.Equal("not-found", (await w.Duties.ClaimAsync(duty, w.Deputy, Stop))!.Code);
        Assert.Equal("not-found", (await w.Duties.ClaimAsync(Guid.CreateVersion7(), w.Clerk, Stop))!.Code);
        Assert.Null(await w.Duties.ClaimAsync(duty, w.Clerk, Stop));
        Assert.Null(await w.Duties.ClaimAsync(duty, w.Clerk, Stop));
        Assert.True(screen.Changes.TryRead(out var news) && news.Holders is [var holder] && holder == w.Office);
        Assert.Equal("todos.taken", (await w.Duties.ClaimAsync(duty, w.Head, Stop))!.Code);
        Assert.Equal("todos.taken", (await w.Duties.GiveBackAsync(duty, w.Head, Stop))!.Code);
        Assert.Equal("todos.taken", (await w.Duties.DelegateAsync(duty, w.Clerk.AccountId, "我来安排", w.Head, Stop))!.Code);

        // Only to colleagues, with a reason.
        Assert.Equal("todos.reason", (await w.Duties.DelegateAsync(duty, w.Head.AccountId, "  ", w.Clerk, Stop))!.Code);
        Assert.Equal("todos.reason", (await w.Duties.DelegateAsync(duty, w.Head.AccountId, new string('长', 201), w.Clerk, Stop))!.Code);
        Assert.Equal("todos.colleague", (await w.Duties.DelegateAsync(duty, w.PowerClerk.AccountId, "请帮忙", w.Clerk, Stop))!.Code);
        Assert.Equal("todos.colleague", (await w.Duties.DelegateAsync(duty, w.Clerk.AccountId, "请帮忙", w.Clerk, Stop))!.Code);
        Assert.Null(await w.Duties.DelegateAsync(duty, w.Head.AccountId, "我明天请假", w.Clerk, Stop));
        foreach (var each in (Actor[])[w.Clerk, w.Head])
        {
            await using var db = w.Databases.CreateDbContext();
            var page = await TodoPage.ReadAsync(db, each, new TodoFilter(), w.Time.Now.UtcDateTime, 10, null, Stop);
            Assert.Equal((w.Head.AccountId, w.Clerk.AccountId, "我明天请假"), (page.Claims[duty].AccountId, page.Claims[duty].GivenBy!.Value, page.Claims[duty].Reason));
        }
        // Undone by either, and then it is everybody's again.
        Assert.Null(await w.Duties.GiveBackAsync(duty, w.Clerk, Stop));
        Assert.Null(await w.Duties.GiveBackAsync(duty, w.Clerk, Stop));
        Assert.Null(await w.Duties.ClaimAsync(duty, w.Head, Stop));

        // What somebody has can still be done by a colleague; then there is nothing to take.
        await w.ActAsync(id, "verify", w.Clerk);
        Assert.Equal("todos.done", (await w.Duties.ClaimAsync(duty, w.Head, Stop))!.Code);
        Assert.Equal("todos.done", (await w.Duties.GiveBackAsync(duty, w.Head, Stop))!.Code);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Of_many_hands_that_take_a_duty_at_once_one_has_it(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var duty = (await RowsAsync(w, await w.SubmitAsync())).Single().Id;
        var hands = Enumerable.Range(0, 8).Select(i => VisitsRules.Person($"第{i}人", "clerk", FindingWorld.County, w.Office)).ToList();
        var answers = await Task.WhenAll(hands.Select(h => Task.Run(() => w.Duties.ClaimAsync(duty, h, Stop))));
        Assert.Single(answers, a => a is null);
        Assert.All(answers.OfType<Renda.Platform.Refusal>(), a => Assert.Equal("todos.taken", a.Code));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_to_be_read_is_kept_apart_and_done_by_reading(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var read = new Todo { Id = Guid.CreateVersion7(), ItemId = Guid.CreateVersion7(), Scenario = "meetings", Duty = DutyKind.Read, Reading = true, PersonId = w.Li, Title = "会议通知", Href = "https://meetings.renda.example/1", ArrivedAt = w.Time.Now.UtcDateTime };
        await using (var db = w.Databases.CreateDbContext())
        {
            db.Add(read);
            await db.SaveChangesAsync(Stop);
        }
        var id = await w.SubmitAsync();
        await w.ActAsync(id, "return", w.Clerk, new { reason = "请补照片" });
        Assert.Equal(["请补", "会议通知"], await ListsAsync(TodoView.Open, TodoView.ToRead));
        var todo = (await RowsAsync(w, id)).Single(t => t.PersonId == w.Li);
        Assert.Equal("todos.not-reading", (await w.Duties.ReadAsync(todo.Id, w.Deputy, Stop))!.Code);
        Assert.Equal("todos.own", (await w.Duties.ClaimAsync(todo.Id, w.Deputy, Stop))!.Code);
        Assert.Equal("not-found", (await w.Duties.ReadAsync(read.Id, w.OtherDeputy, Stop))!.Code);
        Assert.Null(await w.Duties.ReadAsync(read.Id, w.Deputy, Stop));
        Assert.Null(await w.Duties.ReadAsync(read.Id, w.Deputy, Stop));
        Assert.Equal(["会议通知"], await ListsAsync(TodoView.ToRead, TodoView.Read));

        async Task<List<string>> ListsAsync(params TodoView[] views)
        {
            await using var db = w.Databases.CreateDbContext();
            var titles = new List<string>();
            foreach (var view in views)
                titles.AddRange((await TodoPage.ReadAsync(db, w.Deputy, new TodoFilter { View = view }, w.Time.Now.UtcDateTime, 10, null, Stop)).Items.Select(t => t.Kind == "returned" ? "请补" : t.Title));
            return titles;
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Pages_follow_each_other_whatever_narrows_them_and_counts_are_exact(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var random = new Random(7);
        var now = w.Time.Now.UtcDateTime;
        var rows = new List<Todo>();
        for (var i = 0; i < 400; i++)
        {
            var due = random.Next(4) == 0 ? (DateTime?)null : now.AddHours(random.Next(-20, 20) * 6);
            rows.Add(new Todo
            {
                Id = Guid.CreateVersion7(), ItemId = Guid.CreateVersion7(), Scenario = random.Next(3) == 0 ? "meetings" : "visits", Duty = DutyKinds.All[random.Next(6)], Title = $"第 {i} 件 {(i % 7 == 0 ? "Flood" : "")}",
                PersonId = random.Next(3) == 0 ? (random.Next(4) == 0 ? w.Wang : w.Li) : null, ArrivedAt = now.AddDays(-3), DueAt = due, YellowAt = due?.AddHours(-24), DoneAt = random.Next(3) == 0 ? now.AddMinutes(-random.Next(50)) : null,
            });
            rows[^1].Reading = rows[^1].Duty == DutyKind.Read;
            if (rows[^1].PersonId is null) rows[^1].OrganisationId = ((Guid[])[w.Office, w.Power, w.Roads])[random.Next(3)];
        }
        await using (var db = w.Databases.CreateDbContext())
        {
            db.AddRange(rows);
            await db.SaveChangesAsync(Stop);
        }
        // One who is a deputy and acts for two organisations as well.
        var actor = new Actor(Guid.CreateVersion7(), w.Li, "李", [.. w.Deputy.Grants, .. w.Clerk.Grants, .. w.PowerClerk.Grants]);
        bool Mine(Todo t) => t.PersonId == w.Li || t.OrganisationId == w.Office || t.OrganisationId == w.Power;
        foreach (var view in Enum.GetValues<TodoView>())
            foreach (var filter in (TodoFilter[])[new(), new() { Scenario = "meetings" }, new() { Duty = DutyKind.Vote }, new() { Light = "late" }, new() { Light = "soon" }, new() { Light = "ok" }, new() { Light = "none" }, new() { Of = "me" }, new() { Of = w.Power.ToString() }, new() { Of = w.Roads.ToString() }, new() { Q = "flOOd" }])
            {
                var expected = rows.Where(Mine).Where(t => t.Reading == view is TodoView.ToRead or TodoView.Read && t.DoneAt is null == view is TodoView.Open or TodoView.ToRead)
                    .Where(t => (filter.Scenario is null || t.Scenario == filter.Scenario) && (filter.Duty is null || t.Duty == filter.Duty) && (filter.Q is null || t.Title.Contains("Flood", StringComparison.Ordinal)))
                    .Where(t => filter.Of is null || (filter.Of == "me" ? t.PersonId == w.Li : t.OrganisationId.ToString() == filter.Of))
                    .Where(t => filter.Light switch { "late" => t.DueAt <= now, "soon" => t.DueAt > now && t.YellowAt <= now, "ok" => t.DueAt > now && t.YellowAt > now, "none" => t.DueAt is null, _ => true });
                var order = view is TodoView.Done or TodoView.Read ? expected.OrderByDescending(t => t.DoneAt).ThenByDescending(t => t.Id) : expected.OrderBy(t => t.DueAt ?? DateTime.MaxValue).ThenBy(t => t.Id);
                Assert.Equal(order.Select(t => t.Id), await AllAsync(w, actor, filter with { View = view }, now));
            }
        await using var reader = w.Databases.CreateDbContext();
        var counts = await reader.Set<Todo>().CountAsync(actor, now, Stop);
        var open = rows.Where(t => Mine(t) && t.DoneAt is null).ToList();
        Assert.Equal((open.Count(t => !t.Reading), open.Count(t => t.Reading), open.Count(t => !t.Reading && t.DueAt < now), open.Count(t => t.Scenario == "meetings")), (counts.Open, counts.ToRead, counts.Late, counts.Of("meetings")));
        Assert.Empty(await AllAsync(w, VisitsRules.Person("过客", "auditor", FindingWorld.County), new TodoFilter(), now));
    }

    [Fact]
    public async Task Lists_and_counts_walk_an_index_of_what_is_open_or_done()
    {
        await using var w = await FindingWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var db = w.Databases.CreateDbContext();
        await db.Database.OpenConnectionAsync(Stop);
        foreach (var part in db.Set<Todo>().For(new Actor(Guid.CreateVersion7(), w.Li, "李", [.. w.Clerk.Grants])).ToList())
        {
            var holder = part.ToQueryString().Contains("person_id\" =", StringComparison.Ordinal) ? "person_id" : "organisation_id";
            var reading = false;
            var open = part.Where(t => t.DoneAt == null && t.Reading == reading);
            await PlanAsync(open.GroupBy(t => new { t.Reading, t.Scenario }).Select(g => new { g.Key, Count = g.Count() }), $"ix_todos_{holder}_reading_due_at_id_scenario", mayGroup: true);
            await PlanAsync(open.Where(t => t.DueAt != null).OrderBy(t => t.DueAt).ThenBy(t => t.Id).Take(31), $"ix_todos_{holder}_reading_due_at_id_scenario");
            await PlanAsync(open.Where(t => t.DueAt == null).OrderBy(t => t.Id).Take(31), $"ix_todos_{holder}_reading_due_at_id_scenario");
            await PlanAsync(part.Where(t => t.DoneAt != null && t.Reading == reading).OrderByDescending(t => t.DoneAt).ThenByDescending(t => t.Id).Take(31), $"ix_todos_{holder}_reading_done_at_id");
        }
        // What the writer closes by.
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN UPDATE todos SET done_at = '' WHERE item_id = 'a' AND (person_id = NULL OR organisation_id = 'b') AND done_at IS NULL";
        await using var reader = await command.ExecuteReaderAsync(Stop);
        while (await reader.ReadAsync(Stop)) Assert.DoesNotContain("SCAN", reader.GetString(3), StringComparison.Ordinal);

        async Task PlanAsync<T>(IQueryable<T> query, string index, bool mayGroup = false)
        {
            await using var explain = query.CreateDbCommand();
            explain.CommandText = "EXPLAIN QUERY PLAN " + explain.CommandText;
            var plan = new List<string>();
            await using (var rows = await explain.ExecuteReaderAsync(Stop))
                while (await rows.ReadAsync(Stop)) plan.Add(rows.GetString(3));
            Assert.Contains(plan, p => p.Contains(index, StringComparison.Ordinal));
            Assert.DoesNotContain(plan, p => p.StartsWith("SCAN t", StringComparison.Ordinal) || (p.Contains("TEMP B-TREE", StringComparison.Ordinal) && !mayGroup));
        }
    }

    private static async Task<List<Guid>> AllAsync(FindingWorld w, Actor actor, TodoFilter filter, DateTime now)
    {
        await using var db = w.Databases.CreateDbContext();
        var ids = new List<Guid>();
        for (string? after = null; ;)
        {
            var page = await TodoPage.ReadAsync(db, actor, filter, now, 9, after, Stop);
            ids.AddRange(page.Items.Select(t => t.Id));
            if ((after = page.Next) is null) return ids;
            Assert.Equal(9, page.Items.Count);
        }
    }

    private static async Task<List<Todo>> RowsAsync(FindingWorld w, Guid item)
    {
        await using var db = w.Databases.CreateDbContext();
        return await db.Set<Todo>().AsNoTracking().Where(t => t.ItemId == item).OrderBy(t => t.ArrivedAt).ThenBy(t => t.Kind).ToListAsync(Stop);
    }

    private static async Task EmployAsync(FindingWorld w, Actor actor, Guid organisation)
    {
        await using var db = w.Databases.CreateDbContext();
        db.Add(new Account { Id = actor.AccountId, UserName = actor.Name, NormalizedUserName = actor.Name, DisplayName = actor.Name });
        db.Add(new Grant { Id = Guid.CreateVersion7(), AccountId = actor.AccountId, Role = actor.Grants[0].Role.Id, Region = FindingWorld.County, OrganisationId = organisation, ValidFrom = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc) });
        await db.SaveChangesAsync(Stop);
    }
}
