using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Media;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>
/// Courses (学习培训) as the staff of a congress keep them: written, offered to its deputies and those of the congresses below,
/// closed; and who has completed them. How a deputy learns is the business of <see cref="Learnings"/>.
/// </summary>
public sealed class CourseDesk(IDbContextFactory<RendaDbContext> databases, AuditLog audit, ChangeRelay relay, TimeProvider time)
{
    /// <summary>For how long nobody is told of the same course again.</summary>
    public static readonly TimeSpan BetweenReminders = TimeSpan.FromDays(1);

    // So many notices are written at once: a course may be offered to thousands.
    private const int NoticesAtOnce = 1000;

    /// <summary>The same by another clock, for a demonstration that lets time pass.</summary>
    public CourseDesk By(TimeProvider clock) => new(databases, audit, relay, clock);

    /// <summary>The congresses for which the actor may offer courses, highest tier first.</summary>
    public async Task<IReadOnlyList<Organisation>> CongressesAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await DeputyScope.CongressesAsync(db, actor, DeputiesModule.Manage, cancellation);
    }

    /// <summary>Courses that the actor keeps, the newest first.</summary>
    /// <param name="congress">Of one congress only; null for all.</param>
    /// <param name="state">In one state only; empty for all.</param>
    /// <param name="before">The last one of the page before; null for the first page.</param>
    /// <param name="most">Most of them.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(IReadOnlyList<CourseRow> Items, bool More)> ListAsync(Guid? congress, string state, Guid? before, int most, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var congresses = (await DeputyScope.CongressesAsync(db, actor, DeputiesModule.Manage, cancellation)).ToDictionary(c => c.Id);
        var ids = congresses.Keys.Where(c => congress is null || c == congress).ToList();
        var all = db.Set<Course>().AsNoTracking().Where(c => ids.Contains(c.CongressId));
        all = state switch
        {
            "draft" => all.Where(c => c.PublishedAt == null),
            "open" => all.Where(c => c.PublishedAt != null && c.ClosedAt == null),
            "closed" => all.Where(c => c.ClosedAt != null),
            _ => all,
        };
        if (before is { } last) all = all.Where(c => c.Id.CompareTo(last) < 0);
        var rows = await all.OrderByDescending(c => c.Id).Take(most + 1).Select(c => new { c, Questions = db.Set<Question>().Count(q => q.CourseId == c.Id) }).ToListAsync(cancellation);
        var more = rows.Count > most;
        rows = [.. rows.Take(most)];
        var figures = await FiguresAsync(db, [.. rows.Select(r => (r.c.Id, congresses[r.c.CongressId].Region))], cancellation);
        return ([.. rows.Select(r => new CourseRow(r.c, congresses[r.c.CongressId].ShortName, r.Questions, figures[r.c.Id].Deputies, figures[r.c.Id].Completed))], more);
    }

    /// <summary>To how many a course is offered today, and how many of them have completed it.</summary>
    public async Task<(int Deputies, int Completed)> FigureAsync(CourseView course, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return (await FiguresAsync(db, [(course.Course.Id, course.Congress.Region)], cancellation))[course.Course.Id];
    }

    /// <summary>The course, when the actor keeps it.</summary>
    public async Task<CourseView?> FindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await Learnings.ViewAsync(db, id, actor, Now, cancellation) is { Keeps: true } view ? view : null;
    }

    /// <summary>Deputies to whom a course is offered today, by name.</summary>
    /// <param name="course">The course.</param>
    /// <param name="done">Those who have completed it, or those who have not; null for both.</param>
    /// <param name="congress">Of one congress only; null for all.</param>
    /// <param name="after">Name and id of the last one of the page before; null for the first page.</param>
    /// <param name="most">Most of them.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(IReadOnlyList<LearnerRow> Items, bool More)> LearnersAsync(CourseView course, bool? done, Guid? congress, (string Name, Guid Id)? after, int most, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var id = course.Course.Id;
        var seats = CourseScope.Sitting(db, course.Congress.Region, Now);
        if (congress is { } one) seats = seats.Where(m => m.CongressId == one);
        var people = db.Set<Person>().AsNoTracking().Where(p => seats.Any(m => m.PersonId == p.Id));
        if (done is { } wanted) people = people.Where(p => db.Set<Learning>().Any(l => l.CourseId == id && l.PersonId == p.Id && l.CompletedAt != null) == wanted);
        if (after is var (name, last))
        {
#pragma warning disable CA1309, CA1310 // translated to SQL, which compares as it orders
            people = people.Where(p => string.Compare(p.Name, name) > 0 || (p.Name == name && p.Id.CompareTo(last) > 0));
#pragma warning restore CA1309, CA1310
        }
        var rows = await people.OrderBy(p => p.Name).ThenBy(p => p.Id).Take(most + 1).Select(p => new { p.Id, p.Name }).ToListAsync(cancellation);
        var (more, ids) = (rows.Count > most, rows.Take(most).Select(r => r.Id).ToList());
        var learning = await db.Set<Learning>().AsNoTracking().Where(l => l.CourseId == id && ids.Contains(l.PersonId)).ToDictionaryAsync(l => l.PersonId, cancellation);
        var held = (await (from m in seats join o in db.Set<Organisation>() on m.CongressId equals o.Id where ids.Contains(m.PersonId) orderby o.Region select new { m.PersonId, o.ShortName }).ToListAsync(cancellation)).ToLookup(m => m.PersonId, m => m.ShortName);
        return ([.. rows.Take(most).Select(r => new LearnerRow(r.Id, r.Name, string.Join(Language.T("、", ", "), held[r.Id].Distinct()), learning.GetValueOrDefault(r.Id)))], more);
    }

    /// <summary>The congresses to whose deputies a course is offered, highest tier first; at most 500.</summary>
    public async Task<IReadOnlyList<Organisation>> BelowAsync(CourseView course, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (first, last) = (course.Congress.Region, Territory.Last(course.Congress.Region));
        return [.. (await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Congress && o.ValidTo == null && o.Region >= first && o.Region <= last).OrderBy(o => o.Region).Take(500).ToListAsync(cancellation)).OrderByDescending(o => Territory.Level(o.Region)).ThenBy(o => o.Region)];
    }

    /// <summary>
    /// Writes a course or changes it, also when it is open: what was completed stays. The same again changes nothing.
    /// </summary>
    /// <param name="id">UUIDv7 made by the page.</param>
    /// <param name="form">The fields.</param>
    /// <param name="questions">Its questions in their order; empty ones are left out.</param>
    /// <param name="media">SHA-256 of its files in their order: those it has, and those the actor has sent.</param>
    /// <param name="actor">Who writes.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> SaveAsync(Guid id, IReadOnlyDictionary<string, string> form, IReadOnlyList<CourseQuestion> questions, IReadOnlyList<string> media, Actor actor, CancellationToken cancellation)
    {
        if (id.Version != 7) return new("deputies.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400);
        var typed = new TypedForm(form, Now);
        typed.Need(typed.Text("title").Length is > 0 and <= 80, "title", "请写课程名称，最多 80 字。", "Give it a title of at most 80 characters.");
        typed.Need(typed.Text("content").Length > 0, "content", "请写学什么。", "Say what one learns.");
        typed.Short(typed.Text("content"), 4000, "content");
        var hours = decimal.TryParse(TypedForm.Plain(typed.Text("hours")), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var h) && h * 10 == decimal.Truncate(h * 10) ? h : 0;
        typed.Need(hours is >= 0.5m and <= 100, "hours", "学时为 0.5 到 100，最多一位小数。", "From 0.5 to 100, with one decimal.");
        var pass = int.TryParse(TypedForm.Plain(typed.Text("pass")), NumberStyles.None, CultureInfo.InvariantCulture, out var p) ? p : 0;
        typed.Need(pass is >= 1 and <= 100, "pass", "及格线为 1 到 100。", "From 1 to 100 percent.");
        var until = typed.Day("until", needed: false);
        media = [.. media.Distinct()];
        typed.Need(media.Count <= CourseText.MostFiles, "files", $"材料最多 {CourseText.MostFiles} 份。", $"At most {CourseText.MostFiles} files.");
        typed.Need(media.All(MediaStore.IsSha), "files", "文件编号不对。", "Not a valid file id.");
        var asked = Asked(questions, typed);
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);

        return await audit.RunAsync<Refusal?>(async (db, note) =>
        {
            var course = await db.Set<Course>().FirstOrDefaultAsync(c => c.Id == id, cancellation);
            if (await DeputyScope.CongressAsync(db, course?.CongressId ?? typed.Id("congress") ?? Guid.Empty, actor, DeputiesModule.Manage, cancellation) is not { } congress)
                return course is null && typed.Id("congress") is null ? Bad("congress", "请选择哪一级人大开设。", "Choose which congress offers it.") : Refusal.NotFound;
            if (until is { } day && day < Today && day != course?.Until) return Bad("until", "完成期限要在今天以后。", "A day to come.");
            if (course?.PublishedAt is not null && media.Count + asked.Count == 0) return Empty;
            var had = course is null ? [] : CourseText.Files(course.Media);
            var added = media.Where(m => !had.Contains(m)).ToList();
            // Knowing the name of a file is not enough to show it to others.
            var mine = await db.Set<MediaItem>().CountAsync(m => added.Contains(m.Sha256) && (m.UploadedBy == actor.AccountId || db.Set<MediaCopy>().Any(c => c.Sha256 == m.Sha256 && c.AccountId == actor.AccountId)), cancellation);
            if (mine < added.Count) return Bad("files", "有材料还没有上传完，请再选一次。", "A file did not arrive; choose it again.");
            if (course is null) db.Add(course = new Course { Id = id, CongressId = congress.Id });
            (course.Title, course.Content, course.Hours, course.Onboarding, course.Until, course.Pass) = (typed.Text("title").ReplaceLineEndings(" "), typed.Text("content").ReplaceLineEndings("\n"), hours, typed.Text("onboarding").Length > 0, until, pass);
            course.Media = string.Join(',', media);
            var rows = await db.Set<Question>().Where(q => q.CourseId == id).ToDictionaryAsync(q => q.Ordinal, cancellation);
            foreach (var question in asked)
            {
                if (!rows.Remove(question.Ordinal, out var row)) db.Add(row = new Question { CourseId = id, Ordinal = question.Ordinal });
                question.Into(row);
            }
            db.RemoveRange(rows.Values);
            if (!db.ChangeTracker.HasChanges()) return null;
            course.ChangedAt = Now;
            // Who has read and answered all there is now would otherwise wait for something to do.
            if (course.PublishedAt is not null)
                foreach (var learning in await db.Set<Learning>().Where(l => l.CourseId == id && l.CompletedAt == null).ToListAsync(cancellation))
                    if (CourseText.Done(course, asked.Count, learning)) (learning.CompletedAt, learning.Hours) = (Now, course.Hours);
            await note(AuditLog.Entry(actor, "deputies.edit", nameof(Course), id, $"{congress.ShortName}编写课程“{course.Title}”"));
            return null;
        }, cancellation);
    }

    /// <summary>Opens a course to deputies; those with an account are told. Twice is once.</summary>
    public Task<Refusal?> PublishAsync(Guid id, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, async (db, course, congress) =>
    {
        if (course.PublishedAt is not null) return (null, "", []);
        if (course.Media.Length == 0 && !await db.Set<Question>().AnyAsync(q => q.CourseId == id, cancellation)) return (Empty, "", []);
        if (course.Until < Today) return (new Refusal("deputies.course-until", new("完成期限已经过了，请先改期限。", "The day it is to be completed by has passed; change it first."), 409), "", []);
        course.PublishedAt = Now;
        await db.SaveChangesAsync(cancellation);
        var by = course.Until is { } until ? (Zh: $"，请在 {until:yyyy-MM-dd} 前完成", En: $", to be completed by {until:yyyy-MM-dd}") : (Zh: "", En: "");
        var told = await TellAsync(db, course, congress, new($"{congress.ShortName}开设了课程“{course.Title}”{by.Zh}。", $"{congress.ShortName} offers the course “{course.Title}”{by.En}."), cancellation);
        return (null, $"{congress.ShortName}发布课程“{course.Title}”，通知 {told.Count} 名代表", told);
    }, cancellation);

    /// <summary>Takes a course from the list, or puts it there again. What was learned stays. Twice is once.</summary>
    public Task<Refusal?> CloseAsync(Guid id, bool close, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, (_, course, congress) =>
    {
        if (course.PublishedAt is null) return Task.FromResult<(Refusal?, string, IReadOnlyList<Guid>)>((NotOpen, "", []));
        if (course.ClosedAt is not null == close) return Task.FromResult<(Refusal?, string, IReadOnlyList<Guid>)>((null, "", []));
        course.ClosedAt = close ? Now : null;
        return Task.FromResult<(Refusal?, string, IReadOnlyList<Guid>)>((null, $"{congress.ShortName}{(close ? "结束" : "重新开放")}课程“{course.Title}”", []));
    }, cancellation);

    /// <summary>Throws away a course that was never open.</summary>
    public Task<Refusal?> DiscardAsync(Guid id, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, async (db, course, congress) =>
    {
        if (course.PublishedAt is not null) return (new Refusal("deputies.course-open", new("课程已经发布，不能删除，可以结束。", "It is open; close it instead."), 409), "", []);
        db.RemoveRange(await db.Set<Question>().Where(q => q.CourseId == id).ToListAsync(cancellation));
        db.Remove(course);
        return (null, $"{congress.ShortName}删除课程“{course.Title}”", []);
    }, cancellation);

    /// <summary>Reminds those who have not completed a course, each at most once a day. How many were told.</summary>
    public async Task<(int Told, Refusal? Refusal)> RemindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        var count = 0;
        var refusal = await ChangeAsync(id, actor, async (db, course, congress) =>
        {
            if (course.PublishedAt is null || course.ClosedAt is not null) return (NotOpen, "", []);
            var by = course.Until is { } until ? (Zh: $"，{until:yyyy-MM-dd} 前完成", En: $" by {until:yyyy-MM-dd}") : (Zh: "", En: "");
            var told = await TellAsync(db, course, congress, new($"请您学完课程“{course.Title}”{by.Zh}。", $"Please complete the course “{course.Title}”{by.En}."), cancellation);
            count = told.Count;
            return (null, count == 0 ? "" : $"{congress.ShortName}提醒 {count} 名代表学习“{course.Title}”", told);
        }, cancellation);
        return (refusal is null ? count : 0, refusal);
    }

    // Those who have not completed it, can read a notice and were not told of it within a day: a press repeated tells nobody twice.
    private async Task<IReadOnlyList<Guid>> TellAsync(RendaDbContext db, Course course, Organisation congress, Words text, CancellationToken cancellation)
    {
        var (now, path, lately) = (Now, $"/deputies/courses/{course.Id}", Now - BetweenReminders);
        var people = await CourseScope.Sitting(db, congress.Region, now).Select(m => m.PersonId).Distinct()
            .Where(person => db.Users.Any(a => a.PersonId == person && a.ClosedAt == null)
                && !db.Set<Learning>().Any(l => l.CourseId == course.Id && l.PersonId == person && l.CompletedAt != null)
                && !db.Set<Notice>().Any(n => n.PersonId == person && n.At > lately && n.Path == path))
            .ToListAsync(cancellation);
        foreach (var some in people.Chunk(NoticesAtOnce))
        {
            db.AddRange(some.Select(person => AccountNotice.For(person, text, now, path)));
            await db.SaveChangesAsync(cancellation);
            db.ChangeTracker.Clear();
        }
        return people;
    }

    // One transaction with its note in the audit log; those told hear of it once it is saved.
    private async Task<Refusal?> ChangeAsync(Guid id, Actor actor, Func<RendaDbContext, Course, Organisation, Task<(Refusal? Refusal, string Note, IReadOnlyList<Guid> Told)>> work, CancellationToken cancellation)
    {
        IReadOnlyList<Guid> told = [];
        var refusal = await audit.RunAsync<Refusal?>(async (db, note) =>
        {
            if (await db.Set<Course>().FirstOrDefaultAsync(c => c.Id == id, cancellation) is not { } course || await DeputyScope.CongressAsync(db, course.CongressId, actor, DeputiesModule.Manage, cancellation) is not { } congress) return Refusal.NotFound;
            (var refused, var text, told) = await work(db, course, congress);
            if (refused is null && text.Length > 0) await note(AuditLog.Entry(actor, "deputies.edit", nameof(Course), id, text));
            return refused;
        }, cancellation);
        if (told.Count > 0)
        {
            await using var db = databases.CreateDbContext();
            await relay.NoticesChangedAsync(db, told, cancellation);
        }
        return refusal;
    }

    // One question for the deputies of each congress and one for all courses, whatever their number.
    private async Task<Dictionary<Guid, (int Deputies, int Completed)>> FiguresAsync(RendaDbContext db, IReadOnlyList<(Guid Id, long Region)> courses, CancellationToken cancellation)
    {
        if (courses.Count == 0) return [];
        var now = Now;
        var deputies = await courses.Select(c => c.Region).Distinct().Select(region => CourseScope.Sitting(db, region, now).Select(m => new { Region = region, m.PersonId }))
            .Aggregate((a, b) => a.Concat(b)).Distinct().GroupBy(m => m.Region).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var completed = await courses.GroupBy(c => c.Region, c => c.Id).Select(g =>
        {
            var ids = g.ToList();
            var seats = CourseScope.Sitting(db, g.Key, now);
            return db.Set<Learning>().Where(l => ids.Contains(l.CourseId) && l.CompletedAt != null && seats.Any(m => m.PersonId == l.PersonId)).Select(l => new { l.CourseId, l.PersonId });
        }).Aggregate((a, b) => a.Concat(b)).GroupBy(l => l.CourseId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        return courses.ToDictionary(c => c.Id, c => (deputies.GetValueOrDefault(c.Region), completed.GetValueOrDefault(c.Id)));
    }

    // What was typed, without what is empty; what is wrong with a question is noted at its place in the form.
    private static List<CourseQuestion> Asked(IReadOnlyList<CourseQuestion> questions, TypedForm typed)
    {
        var asked = new List<CourseQuestion>();
        for (var i = 0; i < questions.Count; i++)
        {
            var (text, field) = (Line(questions[i].Text), $"q{i}");
            var options = questions[i].Options.Select((o, place) => (Text: Line(o), Right: questions[i].Right.Contains(place))).Where(o => o.Text.Length > 0).ToList();
            if (text.Length == 0 && options.Count == 0) continue;
            var number = asked.Count + 1;
            typed.Need(text.Length is > 0 and <= 500, field, $"第 {number} 题：请写题目，最多 500 字。", $"Question {number}: ask something, in at most 500 characters.");
            typed.Need(options.Count is >= CourseText.FewestOptions and <= CourseText.MostOptions, field, $"第 {number} 题：请写 {CourseText.FewestOptions} 到 {CourseText.MostOptions} 个选项。", $"Question {number}: {CourseText.FewestOptions} to {CourseText.MostOptions} answers to choose from.");
            typed.Need(options.All(o => o.Text.Length <= CourseText.LongestOption), field, $"第 {number} 题：每个选项最多 {CourseText.LongestOption} 字。", $"Question {number}: at most {CourseText.LongestOption} characters for an answer.");
            typed.Need(options.DistinctBy(o => o.Text).Count() == options.Count, field, $"第 {number} 题：有两个选项一样。", $"Question {number}: two answers are the same.");
            typed.Need(options.Any(o => o.Right), field, $"第 {number} 题：请勾出正确的选项。", $"Question {number}: tick the right ones.");
            asked.Add(new(number, text, [.. options.Select(o => o.Text)], [.. options.Select((o, place) => (o.Right, place)).Where(o => o.Right).Select(o => o.place)]));
        }
        typed.Need(asked.Count <= CourseText.MostQuestions, "questions", $"最多 {CourseText.MostQuestions} 题。", $"At most {CourseText.MostQuestions} questions.");
        return asked;

        static string Line(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
    }

    private static Refusal Empty { get; } = new("deputies.course-empty", new("课程要有材料或题目，代表才学得了。", "A course needs a file or a question."), 422);

    private static Refusal NotOpen { get; } = new("deputies.course-not-open", new("课程没有开放。", "The course is not open."), 409);

    private static Refusal Bad(string field, string zh, string en) => Refusal.Form([new("form.invalid", new(zh, en), Field: field)]);

    private DateTime Now => time.GetUtcNow().UtcDateTime is var now ? new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc) : default;

    private DateOnly Today => ChinaTime.Date(Now);
}
