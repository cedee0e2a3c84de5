using Microsoft.EntityFrameworkCore;
using Renda.Deputies;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Modules.Tests.Deputies;

/// <summary>Courses from writing to hours, on both databases.</summary>
public sealed class CourseTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static CourseQuestion[] Two { get; } =
    [
        new(0, "代表可以直接处理问题吗？", ["可以", "不可以"], [1]),
        new(0, "闭会期间的活动有哪些？", ["视察", "", "调研", "审批工程"], [0, 2]),
    ];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task It_is_offered_to_the_congress_and_those_below_learned_and_completed_once(DatabaseProvider provider)
    {
        await using var w = await TrainingWorld.CreateAsync(provider);
        var (id, first, second) = (Guid.CreateVersion7(), await w.FileAsync(w.Clerk, 'a'), await w.FileAsync(w.Clerk, 'b'));
        Assert.Null(await SaveAsync(w, id, Two, [first, second]));
        // The same again is the same course, and is noted once.
        Assert.Null(await SaveAsync(w, id, Two, [first, second]));
        Assert.Null(await w.Learnings.FindAsync(id, w.Li, Stop));
        Assert.Null(await w.Courses.PublishAsync(id, w.Clerk, Stop));
        Assert.Null(await w.Courses.PublishAsync(id, w.Clerk, Stop));
        await using (var db = w.Databases.CreateDbContext()) Assert.Equal(2, await db.Set<AuditEntry>().CountAsync(e => e.RecordId == id, Stop));

        // Told: the county's and its town's, who sits in both once; not the city's, not the other county's.
        foreach (var (person, times) in new[] { (w.Li, 1), (w.Shen, 1), (w.Qian, 0), (w.Wu, 0) }) Assert.Equal(times, (await w.ToldAsync(person)).Count);
        foreach (var stranger in new[] { w.Qian, w.Wu, w.OtherClerk })
        {
            Assert.Null(await w.Learnings.FindAsync(id, stranger, Stop));
            Assert.Null(await w.Learnings.FileAsync(id, first, stranger, Stop));
        }
        Assert.Equal(404, (await w.Learnings.ReadAsync(id, first, w.Wu, Stop))!.Status);
        Assert.Equal(404, (await AnswerAsync(w, id, w.Qian, [1], [0, 1])).Refusal!.Status);
        Assert.Empty((await w.Learnings.WaitingAsync(w.Wu.PersonId!.Value, null, 10, Stop)).Items);
        // A file of the course and no other.
        Assert.Equal("讲义 a.pdf", (await w.Learnings.FileAsync(id, first, w.Li, Stop))!.Name);
        Assert.Null(await w.Learnings.FileAsync(id, await w.FileAsync(w.Clerk, 'c'), w.Li, Stop));
        Assert.NotNull(await w.Learnings.FileAsync(id, first, w.Auditor, Stop));

        var own = Assert.Single((await w.Learnings.WaitingAsync(w.Li.PersonId!.Value, null, 10, Stop)).Items);
        Assert.Equal((2, 0, 2, "长兴县人大"), (own.Files, own.Read, own.Questions, own.Congress));
        // Which answers are right is not told before it is passed; only that there are several.
        var shown = (await w.Learnings.FindAsync(id, w.Li, Stop))!;
        Assert.All(shown.Questions, q => Assert.Empty(q.Right));
        Assert.Equal([false, true], shown.Questions.Select(q => q.Several));
        Assert.Equal(["视察", "调研", "审批工程"], shown.Questions[1].Options);

        Assert.Null(await w.Learnings.ReadAsync(id, first, w.Li, Stop));
        Assert.Null(await w.Learnings.ReadAsync(id, first, w.Li, Stop));
        Assert.Equal(404, (await w.Learnings.ReadAsync(id, new string('d', 64), w.Li, Stop))!.Status);
        Assert.Equal(["q2"], (await AnswerAsync(w, id, w.Li, [1], [])).Refusal!.Fields.Select(f => f.Field));
        Assert.Equal(["q1"], (await AnswerAsync(w, id, w.Li, [9], [0])).Refusal!.Fields.Select(f => f.Field));
        // One of two right answers is not right, nor is one too many.
        Assert.Equal((1, 50, false), Result(await AnswerAsync(w, id, w.Li, [1], [0])));
        Assert.Equal((1, 50, false), Result(await AnswerAsync(w, id, w.Li, [1], [0, 1, 2])));
        Assert.Equal((2, 100, true), Result(await AnswerAsync(w, id, w.Li, [1], [1, 0])));
        Assert.Equal([1], (await w.Learnings.FindAsync(id, w.Li, Stop))!.Questions[0].Right);
        // A worse try later does not take it away; the second file completes it.
        Assert.Equal((0, 0, false), Result(await AnswerAsync(w, id, w.Li, [0], [2])));
        Assert.Equal((0, 0m), await w.Learnings.YearAsync(w.Li.PersonId!.Value, 2026, Stop));
        Assert.Null(await w.Learnings.ReadAsync(id, second, w.Li, Stop));
        var learned = (await w.Learnings.FindAsync(id, w.Li, Stop))!.Learning!;
        Assert.Equal((4, 100, 1.5m), (learned.Tries, learned.Best, learned.Hours));
        Assert.Equal((1, 1.5m), await w.Learnings.YearAsync(w.Li.PersonId!.Value, 2026, Stop));
        Assert.Equal((0, 1), ((await w.Learnings.WaitingAsync(w.Li.PersonId!.Value, null, 10, Stop)).Items.Count, (await w.Learnings.CompletedAsync(w.Li.PersonId!.Value, null, 10, Stop)).Items.Count));

        // It stands in the performance file of the seat.
        var seat = (await w.Files.SeatAsync(w.LiSeat, Stop))!;
        Assert.Equal(("deputies.course", 1), Assert.Single(await w.Files.CountAsync(seat, PerformanceFiles.Year(seat, 2026), Stop)) is var count ? (count.Item.Id, count.Amount) : default);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_completed_stays_when_the_course_changes_and_when_it_is_closed(DatabaseProvider provider)
    {
        await using var w = await TrainingWorld.CreateAsync(provider);
        var (id, first, second) = (Guid.CreateVersion7(), await w.FileAsync(w.Clerk, 'a'), await w.FileAsync(w.Clerk, 'b'));
        Assert.Null(await SaveAsync(w, id, Two, [first]));
        Assert.Null(await w.Courses.PublishAsync(id, w.Clerk, Stop));
        Assert.Null(await w.Learnings.ReadAsync(id, first, w.Li, Stop));
        Assert.True((await AnswerAsync(w, id, w.Li, [1], [0, 1])).Result!.Completed);
        var at = (await w.Learnings.FindAsync(id, w.Li, Stop))!.Learning!.CompletedAt;
        Assert.Null(await w.Learnings.ReadAsync(id, first, w.Shen, Stop));

        // More hours, another file, another question: those who have completed it keep what they have.
        w.Time.Now += TimeSpan.FromDays(3);
        var (_, version) = ((await w.Learnings.FindAsync(id, w.Shen, Stop))!, Learnings.Version((await w.Learnings.FindAsync(id, w.Shen, Stop))!.Course));
        Assert.Null(await SaveAsync(w, id, [.. Two, new(0, "第三题？", ["是", "否"], [0])], [first, second], hours: "3"));
        var kept = (await w.Learnings.FindAsync(id, w.Li, Stop))!.Learning!;
        Assert.Equal((at, 1.5m), (kept.CompletedAt, kept.Hours));
        // Answers to questions as they were are not judged by those that are now.
        Assert.Equal("deputies.course-changed", (await w.Learnings.AnswerAsync(id, version, Answers([1], [0, 1]), w.Shen, Stop)).Refusal!.Code);
        Assert.Null(await w.Learnings.ReadAsync(id, second, w.Li, Stop));
        Assert.False((await w.Learnings.AnswerAsync(id, Version(await w.Learnings.FindAsync(id, w.Li, Stop)), Answers([0], [2], [1]), w.Li, Stop)).Result!.Passed);
        kept = (await w.Learnings.FindAsync(id, w.Li, Stop))!.Learning!;
        Assert.Equal((at, 1.5m, 100), (kept.CompletedAt, kept.Hours, kept.Best));

        // Without its questions and the second file there is nothing left to do for who has read the first.
        Assert.Null(await SaveAsync(w, id, [], [first], hours: "3"));
        Assert.Equal(3m, (await w.Learnings.FindAsync(id, w.Shen, Stop))!.Learning!.Hours);
        Assert.NotNull((await w.Learnings.FindAsync(id, w.Shen, Stop))!.Learning!.CompletedAt);
        Assert.Equal("deputies.course-empty", (await SaveAsync(w, id, [], []))!.Code);

        Assert.Null(await w.Courses.CloseAsync(id, true, w.Clerk, Stop));
        Assert.Null(await w.Courses.CloseAsync(id, true, w.Clerk, Stop));
        // Closed: those who learned it still see it, the others do not.
        Assert.NotNull(await w.Learnings.FileAsync(id, first, w.Li, Stop));
        Assert.Equal(1, (await w.Learnings.YearAsync(w.Li.PersonId!.Value, 2026, Stop)).Courses);
        await using (var db = w.Databases.CreateDbContext()) await db.Set<Learning>().Where(l => l.PersonId == w.Shen.PersonId).ExecuteDeleteAsync(Stop);
        Assert.Null(await w.Learnings.FindAsync(id, w.Shen, Stop));
        Assert.Equal("deputies.course-open", (await w.Courses.DiscardAsync(id, w.Clerk, Stop))!.Code);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Only_the_congresss_own_staff_keep_it_and_what_is_wrong_is_told_at_its_field(DatabaseProvider provider)
    {
        await using var w = await TrainingWorld.CreateAsync(provider);
        var (id, file) = (Guid.CreateVersion7(), await w.FileAsync(w.CityClerk, 'a'));
        foreach (var other in new[] { w.OtherClerk, w.Li, w.Auditor }) Assert.Equal(404, (await SaveAsync(w, id, Two, [], by: other))!.Status);
        Assert.Equal("deputies.id-version", (await SaveAsync(w, Guid.NewGuid(), Two, []))!.Code);
        var form = Form(w.County);
        (form["title"], form["hours"], form["pass"], form["until"]) = (new string('长', 81), "0.25", "0", "2026-02-30");
        CourseQuestion[] wrong = [new(0, "", ["甲", "乙"], [0]), new(0, "只有一个选项？", ["甲"], [0]), new(0, "没有答案？", ["甲", "乙"], [5]), new(0, "", ["", ""], []), new(0, "一样？", ["甲", "甲"], [0])];
        Assert.Equal(["title", "hours", "pass", "until", "q0", "q1", "q2", "q4"], (await w.Courses.SaveAsync(id, form, wrong, [], w.Clerk, Stop))!.Fields.Select(f => f.Field));
        Assert.Equal(["files"], (await SaveAsync(w, id, Two, [.. "0123456789".Select(c => new string(c, 64))]))!.Fields.Select(f => f.Field));
        Assert.Equal(["until"], (await SaveAsync(w, id, Two, [], until: "2026-03-01"))!.Fields.Select(f => f.Field));
        // A file of somebody else is not taken by its name.
        Assert.Equal(["files"], (await SaveAsync(w, id, Two, [file]))!.Fields.Select(f => f.Field));

        Assert.Null(await SaveAsync(w, id, [], []));
        Assert.Equal("deputies.course-empty", (await w.Courses.PublishAsync(id, w.Clerk, Stop))!.Code);
        Assert.Null(await SaveAsync(w, id, Two, []));
        foreach (var other in new[] { w.OtherClerk, w.Li, w.Auditor })
        {
            Assert.Equal(404, (await w.Courses.PublishAsync(id, other, Stop))!.Status);
            Assert.Equal(404, (await w.Courses.DiscardAsync(id, other, Stop))!.Status);
            Assert.Equal(404, (await w.Courses.RemindAsync(id, other, Stop)).Refusal!.Status);
            Assert.Null(await w.Courses.FindAsync(id, other, Stop));
        }
        Assert.Empty((await w.Courses.ListAsync(null, "", null, 10, w.OtherClerk, Stop)).Items);
        // The city's staff reach the county's course, and its file is theirs to add.
        Assert.Null(await SaveAsync(w, id, Two, [file], by: w.CityClerk));
        Assert.Null(await SaveAsync(w, id, Two, [file]));
        Assert.Null(await w.Courses.PublishAsync(id, w.Clerk, Stop));
        Assert.Equal((2, 0), Assert.Single((await w.Courses.ListAsync(w.County, "open", null, 10, w.CityClerk, Stop)).Items) is var row ? (row.Deputies, row.Completed) : default);
        Assert.Null(await w.Courses.DiscardAsync(await DraftAsync(w), w.Clerk, Stop));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Who_has_not_completed_it_is_listed_page_by_page_and_reminded_once_a_day(DatabaseProvider provider)
    {
        await using var w = await TrainingWorld.CreateAsync(provider);
        var (id, older) = (Guid.CreateVersion7(w.Time.Now.AddDays(1)), Guid.CreateVersion7(w.Time.Now));
        Assert.Null(await SaveAsync(w, older, Two, [], by: w.CityClerk));
        Assert.Null(await w.Courses.SaveAsync(id, Form(w.City), Two, [], w.CityClerk, Stop));
        Assert.Null(await w.Courses.PublishAsync(id, w.CityClerk, Stop));
        Assert.Null(await w.Courses.PublishAsync(older, w.CityClerk, Stop));
        Assert.True((await AnswerAsync(w, id, w.Shen, [1], [0, 1])).Result!.Completed);
        var view = (await w.Courses.FindAsync(id, w.CityClerk, Stop))!;
        Assert.Equal((4, 1), await w.Courses.FigureAsync(view, Stop));

        // By keys, everybody once.
        List<string> names = [];
        (string, Guid)? after = null;
        do
        {
            var (items, more) = await w.Courses.LearnersAsync(view, null, null, after, 1, Stop);
            names.AddRange(items.Select(i => i.Name));
            after = more ? (items[^1].Name, items[^1].PersonId) : null;
        }
        while (after is not null);
        Assert.Equal(["吴代表", "李代表", "沈代表", "钱代表"], names.Order(StringComparer.Ordinal));
        Assert.Equal("沈代表", Assert.Single((await w.Courses.LearnersAsync(view, true, null, null, 10, Stop)).Items).Name);
        Assert.Equal(["李代表"], (await w.Courses.LearnersAsync(view, false, w.Town, null, 10, Stop)).Items.Select(i => i.Name));
        var page = await w.Courses.ListAsync(null, "", null, 1, w.CityClerk, Stop);
        Assert.Equal((id, true), (page.Items[0].Course.Id, page.More));
        Assert.Equal((older, 0), (await w.Courses.ListAsync(null, "", id, 1, w.CityClerk, Stop)) is var next ? (next.Items[0].Course.Id, next.Items[0].Completed) : default);

        // Published today: nobody is told again the same day.
        Assert.Equal(0, (await w.Courses.RemindAsync(id, w.CityClerk, Stop)).Told);
        w.Time.Now += TimeSpan.FromHours(25);
        Assert.Equal(3, (await w.Courses.RemindAsync(id, w.CityClerk, Stop)).Told);
        Assert.Equal(0, (await w.Courses.RemindAsync(id, w.CityClerk, Stop)).Told);
        Assert.Equal(2, (await w.ToldAsync(w.Qian)).Count);
        Assert.Equal(2, (await w.ToldAsync(w.Li)).Count(t => t.Contains("请在 2026-12-31 前完成", StringComparison.Ordinal)));

        // A seat that rests is offered nothing.
        await using (var db = w.Databases.CreateDbContext()) await db.Set<Mandate>().Where(m => m.PersonId == w.Wu.PersonId).ExecuteUpdateAsync(s => s.SetProperty(m => m.Status, MandateStatus.Suspended), Stop);
        Assert.Null(await w.Learnings.FindAsync(id, w.Wu, Stop));
        Assert.Equal((3, 1), await w.Courses.FigureAsync(view, Stop));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Two_devices_at_once_lose_neither_what_the_one_read_nor_the_other(DatabaseProvider provider)
    {
        await using var w = await TrainingWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        List<string> files = [];
        foreach (var digit in "123456") files.Add(await w.FileAsync(w.Clerk, digit));
        Assert.Null(await SaveAsync(w, id, [], files));
        Assert.Null(await w.Courses.PublishAsync(id, w.Clerk, Stop));
        Assert.All(await Task.WhenAll(files.Concat(files).Select(f => w.Learnings.ReadAsync(id, f, w.Li, Stop))), Assert.Null);
        Assert.NotNull((await w.Learnings.FindAsync(id, w.Li, Stop))!.Learning!.CompletedAt);
    }

    private static async Task<Guid> DraftAsync(TrainingWorld w)
    {
        var id = Guid.CreateVersion7();
        Assert.Null(await SaveAsync(w, id, Two, []));
        return id;
    }

    private static Dictionary<string, string> Form(Guid congress) => new() { ["congress"] = congress.ToString(), ["title"] = "代表怎样履职", ["content"] = "权利、义务和方法。", ["hours"] = "1.5", ["pass"] = "60", ["until"] = "2026-12-31", ["onboarding"] = "1" };

    private static Task<Refusal?> SaveAsync(TrainingWorld w, Guid id, CourseQuestion[] questions, IReadOnlyList<string> files, string hours = "1.5", string until = "2026-12-31", Actor? by = null)
    {
        var form = Form(w.County);
        (form["hours"], form["until"]) = (hours, until);
        return w.Courses.SaveAsync(id, form, questions, files, by ?? w.Clerk, Stop);
    }

    private static Dictionary<int, IReadOnlyList<int>> Answers(params int[][] chosen) => chosen.Select((c, i) => (i, c)).ToDictionary(x => x.i + 1, x => (IReadOnlyList<int>)x.c);

    private static async Task<(QuizResult? Result, Refusal? Refusal)> AnswerAsync(TrainingWorld w, Guid id, Actor actor, params int[][] chosen) =>
        await w.Learnings.AnswerAsync(id, Version(await w.Learnings.FindAsync(id, actor, Stop)), Answers(chosen), actor, Stop);

    private static string Version(CourseView? view) => view is null ? "" : Learnings.Version(view.Course);

    private static (int, int, bool) Result((QuizResult? Result, Refusal? Refusal) answer)
    {
        Assert.Null(answer.Refusal);
        return (answer.Result!.Right, answer.Result.Percent, answer.Result.Passed);
    }
}
