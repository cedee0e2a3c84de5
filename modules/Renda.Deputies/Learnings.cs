using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Media;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>
/// What a deputy does with the courses that are offered: reads, answers, completes. A course is completed once; its hours are
/// those it had then, whatever becomes of it.
/// </summary>
public sealed class Learnings(IDbContextFactory<RendaDbContext> databases, TimeProvider time)
{
    /// <summary>The same by another clock, for a demonstration that lets time pass.</summary>
    public Learnings By(TimeProvider clock) => new(databases, clock);

    /// <summary>A course as the actor may see it; null when it is neither offered to them, nor learned by them, nor theirs to look after.</summary>
    public async Task<CourseView?> FindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await ViewAsync(db, id, actor, Now, cancellation);
    }

    /// <summary>A file of a course that the actor may see; null for any other.</summary>
    public async Task<MediaItem?> FileAsync(Guid id, string sha, Actor actor, CancellationToken cancellation) =>
        (await FindAsync(id, actor, cancellation))?.Files.FirstOrDefault(f => f.Sha256 == sha);

    /// <summary>Courses that wait for the deputy, those that end first before the others.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="after">End and id of the last one of the page before; null for the first page.</param>
    /// <param name="most">Most of them.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(IReadOnlyList<OwnCourse> Items, bool More)> WaitingAsync(Guid person, (DateOnly Until, Guid Id)? after, int most, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var open = CourseScope.Offered(db, await CourseScope.DivisionsAsync(db, person, Now, cancellation)).Where(c => !db.Set<Learning>().Any(l => l.CourseId == c.Id && l.PersonId == person && l.CompletedAt != null));
        if (after is var (until, id)) open = open.Where(c => (c.Until ?? DateOnly.MaxValue) > until || ((c.Until ?? DateOnly.MaxValue) == until && c.Id.CompareTo(id) > 0));
        var rows = await open.OrderBy(c => c.Until ?? DateOnly.MaxValue).ThenBy(c => c.Id).Take(most + 1).ToListAsync(cancellation);
        return (await OwnAsync(db, person, [.. rows.Take(most)], cancellation), rows.Count > most);
    }

    /// <summary>How many courses wait for the deputy.</summary>
    public async Task<int> CountWaitingAsync(Guid person, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await CourseScope.Offered(db, await CourseScope.DivisionsAsync(db, person, Now, cancellation)).CountAsync(c => !db.Set<Learning>().Any(l => l.CourseId == c.Id && l.PersonId == person && l.CompletedAt != null), cancellation);
    }

    /// <summary>Courses that the deputy has completed, the latest first.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="before">Time and id of the last one of the page before; null for the first page.</param>
    /// <param name="most">Most of them.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(IReadOnlyList<OwnCourse> Items, bool More)> CompletedAsync(Guid person, (DateTime At, Guid Id)? before, int most, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var done = db.Set<Learning>().AsNoTracking().Where(l => l.PersonId == person && l.CompletedAt != null);
        if (before is var (at, id)) done = done.Where(l => l.CompletedAt < at || (l.CompletedAt == at && l.CourseId.CompareTo(id) < 0));
        var rows = await (from l in done join c in db.Set<Course>() on l.CourseId equals c.Id orderby l.CompletedAt descending, l.CourseId descending select c).Take(most + 1).ToListAsync(cancellation);
        return (await OwnAsync(db, person, [.. rows.Take(most)], cancellation), rows.Count > most);
    }

    /// <summary>Courses completed within a calendar year, and the hours they counted for.</summary>
    public async Task<(int Courses, decimal Hours)> YearAsync(Guid person, int year, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (begin, end) = (ChinaTime.StartOf(new(year, 1, 1)), ChinaTime.EndOf(new(year, 12, 31)));
        // SQLite adds no decimals; there are some dozens in a year.
        var hours = await db.Set<Learning>().Where(l => l.PersonId == person && l.CompletedAt >= begin && l.CompletedAt < end).Select(l => l.Hours).ToListAsync(cancellation);
        return (hours.Count, hours.Sum());
    }

    /// <summary>Marks a file as read to its end. Twice is once.</summary>
    public async Task<Refusal?> ReadAsync(Guid id, string sha, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await ViewAsync(db, id, actor, Now, cancellation) is not { } view || actor.PersonId is not { } person || CourseText.Files(view.Course.Media) is var files && !files.Contains(sha)) return Refusal.NotFound;
        if (view.Learning is { } known && CourseText.Files(known.Read).Contains(sha)) return null;
        if (!view.Offered) return view.Learning is null ? Refusal.NotFound : Closed;
        // What the course no longer has is forgotten, so that the list never outgrows its column.
        await ChangeAsync(db, view, person, l => l.Read = string.Join(',', CourseText.Files(l.Read).Where(files.Contains).Append(sha).Distinct()), cancellation);
        return null;
    }

    /// <summary>
    /// Judges a try. As often as one likes; the best result counts. What is answered right is not told before it is passed.
    /// </summary>
    /// <param name="id">The course.</param>
    /// <param name="version">The course as it was when the questions were shown, see <see cref="Version"/>.</param>
    /// <param name="answers">Chosen positions, from 0, by place of the question.</param>
    /// <param name="actor">Who answers.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(QuizResult? Result, Refusal? Refusal)> AnswerAsync(Guid id, string version, IReadOnlyDictionary<int, IReadOnlyList<int>> answers, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await ViewAsync(db, id, actor, Now, cancellation) is not { Questions.Count: > 0 } view || actor.PersonId is not { } person) return (null, Refusal.NotFound);
        if (!view.Offered) return (null, view.Learning is null ? Refusal.NotFound : Closed);
        if (version != Version(view.Course)) return (null, new("deputies.course-changed", new("题目刚刚改过，请看一遍再答。", "The questions have just been changed; look at them once more."), 409));
        var questions = (await db.Set<Question>().AsNoTracking().Where(q => q.CourseId == id).OrderBy(q => q.Ordinal).ToListAsync(cancellation)).ConvertAll(CourseQuestion.Of);
        var open = questions.Where(q => answers.GetValueOrDefault(q.Ordinal) is not { Count: > 0 } chosen || chosen.Any(c => c < 0 || c >= q.Options.Count)).ToList();
        if (open.Count > 0) return (null, Refusal.Form([.. open.Select(q => new Refusal("deputies.course-unanswered", new($"第 {q.Ordinal} 题还没有作答。", $"Question {q.Ordinal} is not answered."), Field: $"q{q.Ordinal}"))]));
        var right = questions.Count(q => q.Right.ToHashSet().SetEquals(answers[q.Ordinal]));
        var percent = right * 100 / questions.Count;
        var now = await ChangeAsync(db, view, person, l => (l.Tries, l.Best) = (l.Tries + 1, Math.Max(l.Best ?? 0, percent)), cancellation);
        return (new(right, questions.Count, percent, percent >= view.Course.Pass, now.CompletedAt is not null), null);
    }

    /// <summary>Which state of the course its questions are shown in.</summary>
    public static string Version(Course course) => course.ChangedAt.Ticks.ToString(CultureInfo.InvariantCulture);

    // The right answers stay on the server until the quiz is passed.
    internal static async Task<CourseView?> ViewAsync(RendaDbContext db, Guid id, Actor actor, DateTime now, CancellationToken cancellation)
    {
        if (await db.Set<Course>().AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellation) is not { } course) return null;
        var congress = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == course.CongressId, cancellation);
        var keeps = DeputyScope.Reaches(actor, DeputiesModule.Manage, congress.Region);
        if (course.PublishedAt is null && !keeps) return null;
        var person = actor.May(DeputiesModule.Own) ? actor.PersonId : null;
        var learning = person is null ? null : await db.Set<Learning>().AsNoTracking().FirstOrDefaultAsync(l => l.CourseId == id && l.PersonId == person, cancellation);
        var offered = person is { } me && course is { PublishedAt: not null, ClosedAt: null } && (await CourseScope.DivisionsAsync(db, me, now, cancellation)).Contains(congress.Region);
        if (!keeps && !offered && learning is null && !CourseScope.StaffSees(actor, congress.Region)) return null;
        var shas = CourseText.Files(course.Media);
        var files = await db.Set<MediaItem>().AsNoTracking().Where(m => shas.Contains(m.Sha256)).ToDictionaryAsync(m => m.Sha256, cancellation);
        var questions = (await db.Set<Question>().AsNoTracking().Where(q => q.CourseId == id).OrderBy(q => q.Ordinal).ToListAsync(cancellation)).ConvertAll(CourseQuestion.Of);
        var view = new CourseView(course, congress, [.. shas.Where(files.ContainsKey).Select(s => files[s])], questions, keeps, offered, learning);
        return keeps || view.Passed || learning?.CompletedAt is not null ? view : view with { Questions = questions.ConvertAll(q => q with { Right = [], Several = q.Right.Count > 1 }) };
    }

    private static async Task<IReadOnlyList<OwnCourse>> OwnAsync(RendaDbContext db, Guid person, List<Course> courses, CancellationToken cancellation)
    {
        var (ids, congresses) = (courses.ConvertAll(c => c.Id), courses.Select(c => c.CongressId).Distinct().ToList());
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => congresses.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.ShortName, cancellation);
        var questions = await db.Set<Question>().Where(q => ids.Contains(q.CourseId)).GroupBy(q => q.CourseId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var learning = await db.Set<Learning>().AsNoTracking().Where(l => l.PersonId == person && ids.Contains(l.CourseId)).ToDictionaryAsync(l => l.CourseId, cancellation);
        return [.. courses.Select(c => new OwnCourse(c, names.GetValueOrDefault(c.CongressId, ""), questions.GetValueOrDefault(c.Id), learning.GetValueOrDefault(c.Id)))];
    }

    // Two devices of one deputy may do this at once: a row is only changed as it was seen, and seen again when it was not.
    private async Task<Learning> ChangeAsync(RendaDbContext db, CourseView view, Guid person, Action<Learning> change, CancellationToken cancellation)
    {
        var course = view.Course.Id;
        for (var attempt = 1; ; attempt++)
        {
            var row = await db.Set<Learning>().AsNoTracking().FirstOrDefaultAsync(l => l.CourseId == course && l.PersonId == person, cancellation);
            var begun = row is not null;
            row ??= new Learning { CourseId = course, PersonId = person, StartedAt = Now };
            var (read, tries) = (row.Read, row.Tries);
            change(row);
            if (row.CompletedAt is null && CourseText.Done(view.Course, view.Questions.Count, row)) (row.CompletedAt, row.Hours) = (Now, view.Course.Hours);
            try
            {
                if (begun)
                {
                    // Completed is completed: what another wrote first stays.
                    if (await db.Set<Learning>().Where(l => l.CourseId == course && l.PersonId == person && l.Read == read && l.Tries == tries).ExecuteUpdateAsync(s => s
                        .SetProperty(l => l.Read, row.Read).SetProperty(l => l.Tries, row.Tries).SetProperty(l => l.Best, row.Best)
                        .SetProperty(l => l.Hours, l => l.CompletedAt == null ? row.Hours : l.Hours).SetProperty(l => l.CompletedAt, l => l.CompletedAt ?? row.CompletedAt), cancellation) > 0) return row;
                }
                else
                {
                    db.Add(row);
                    await db.SaveChangesAsync(cancellation);
                    return row;
                }
            }
            catch (DbUpdateException) when (!begun && attempt < 5 && !cancellation.IsCancellationRequested)
            {
                // The other device began it at this moment.
                db.ChangeTracker.Clear();
            }
            if (attempt == 20) throw new InvalidOperationException("The course is being learned on too many devices at once.");
        }
    }

    private static Refusal Closed { get; } = new("deputies.course-closed", new("课程已经结束，不再学习；已完成的不受影响。", "The course is closed; what was completed stays."), 409);

    private DateTime Now => time.GetUtcNow().UtcDateTime is var now ? new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc) : default;
}
