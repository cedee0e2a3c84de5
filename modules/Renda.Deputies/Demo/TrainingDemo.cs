using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Demo;
using Renda.Platform.Documents;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Deputies.Demo;

/// <summary>
/// Lets the demo county offer courses and its deputies learn and report to their electors (演示数据): through the same doors as
/// in real life, each at its own time. Only the clock is the plan's.
/// </summary>
internal static class TrainingDemo
{
    private const string Done = "demo/training";
    private const int Learners = 24;

    public static async Task SeedAsync(IServiceProvider services, CancellationToken cancellation)
    {
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        if (await db.Set<RunningNumber>().AnyAsync(n => n.Name == Done, cancellation)) return;
        if (await db.Set<Course>().AnyAsync(cancellation)) throw new InvalidOperationException("The demo city was interrupted while it was being made. Start again with --reset.");
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var clock = new DemoClock();
        var known = await db.Users.Where(a => a.UserName == "liyang" || a.UserName == "zhoumin").ToDictionaryAsync(a => a.UserName!, a => a.Id, cancellation);
        var last = Territory.Last(DemoCity.Changxing);
        var seats = CourseScope.Sitting(db, DemoCity.Changxing, now);
        var near = await db.Users.Where(a => a.PersonId != null && a.UserName != "liyang" && seats.Any(m => m.PersonId == a.PersonId)).OrderBy(a => a.UserName).Take(Learners).Select(a => a.Id).ToListAsync(cancellation);
        var loaded = (await services.GetRequiredService<Actors>().LoadAsync([.. known.Values.Concat(near).Distinct()], cancellation)).ToDictionary(a => a.AccountId);
        var (clerk, liyang) = (loaded[known["zhoumin"]], loaded[known["liyang"]]);
        List<Actor> deputies = [liyang, .. near.Where(loaded.ContainsKey).Select(id => loaded[id])];

        await TeachAsync(services, clock, now, clerk, deputies, cancellation);
        await ReportAsync(services.GetRequiredService<ReportDesk>().By(clock), db, clock, now, clerk, deputies, cancellation);
        db.Add(new RunningNumber { Name = Done, Value = DemoCourse.All.Count });
        await db.SaveChangesAsync(cancellation);
    }

    private static async Task TeachAsync(IServiceProvider services, DemoClock clock, DateTime now, Actor clerk, List<Actor> deputies, CancellationToken cancellation)
    {
        var (desk, learnings, media) = (services.GetRequiredService<CourseDesk>().By(clock), services.GetRequiredService<Learnings>().By(clock), services.GetRequiredService<MediaService>());
        var congress = (await desk.CongressesAsync(clerk, cancellation)).First(c => c.Region == DemoCity.Changxing);
        foreach (var (course, number) in DemoCourse.All.Select((c, i) => (c, i)))
        {
            var at = now.AddDays(-(course.Opened ?? 3));
            clock.Now = at.AddHours(-1);
            var id = Guid.CreateVersion7(clock.Now);
            List<string> files = course.Material.Length == 0 ? [] : [await FileAsync(media, course, clerk, cancellation)];
            Expect(await desk.SaveAsync(id, new Dictionary<string, string>
            {
                ["congress"] = congress.Id.ToString(), ["title"] = course.Title, ["content"] = course.Content, ["hours"] = course.Hours, ["pass"] = "60", ["onboarding"] = course.Onboarding ? "1" : "", ["until"] = course.Until is { } days ? Day(ChinaTime.Date(now.AddDays(days))) : "",
            }, course.Questions, files, clerk, cancellation));
            if (course.Opened is null) continue;
            clock.Now = at;
            Expect(await desk.PublishAsync(id, clerk, cancellation));
            for (var i = 0; i < deputies.Count; i++)
            {
                // Of four one has completed it, one has failed, one has only read, one has not begun. Li Yang is new to the latest.
                var stage = i == 0 ? course.Closed is not null || course.Onboarding ? 0 : number == 2 ? 2 : 3 : (i + number) % 4;
                if (stage == 3 || deputies[i].PersonId is null) continue;
                clock.Now = at.AddDays(1 + i % 9).AddMinutes(13 * i);
                if (clock.Now > now) clock.Now = now.AddMinutes(-5);
                if (files.Count > 0) Expect(await learnings.ReadAsync(id, files[0], deputies[i], cancellation));
                if (stage == 2) continue;
                var version = Learnings.Version((await learnings.FindAsync(id, deputies[i], cancellation))!.Course);
                var answers = course.Questions.Select((q, n) => (Place: n + 1, Chosen: (IReadOnlyList<int>)(stage == 0 || n == 0 ? q.Right : [.. Enumerable.Range(0, q.Options.Count).Where(o => !q.Right.Contains(o)).Take(1)]))).ToDictionary(a => a.Place, a => a.Chosen);
                Expect((await learnings.AnswerAsync(id, version, answers, deputies[i], cancellation)).Refusal);
            }
            if (course.Closed is not { } ended) continue;
            clock.Now = now.AddDays(-ended);
            Expect(await desk.CloseAsync(id, true, clerk, cancellation));
        }
    }

    private static async Task ReportAsync(ReportDesk desk, RendaDbContext db, DemoClock clock, DateTime now, Actor clerk, List<Actor> deputies, CancellationToken cancellation)
    {
        var people = deputies.Select(d => d.PersonId!.Value).ToList();
        var last = Territory.Last(DemoCity.Changxing);
        var seats = (await (from m in db.Set<Mandate>().AsNoTracking() join o in db.Set<Organisation>() on m.CongressId equals o.Id where people.Contains(m.PersonId) && m.Status == MandateStatus.Active && m.ValidTo == null && o.Region >= DemoCity.Changxing && o.Region <= last orderby o.Region descending select new { m.PersonId, m.Id, o.ShortName, m.ValidFrom }).ToListAsync(cancellation)).ToLookup(s => s.PersonId);
        // Ten in the year that has passed, one whose result is still to be recorded, and Li Yang's to come.
        for (var i = 0; i < 12 && i < deputies.Count; i++)
        {
            var deputy = deputies[i];
            if (seats[deputy.PersonId!.Value].FirstOrDefault() is not { } seat) continue;
            var day = ChinaTime.Date(now.AddDays(i == 0 ? 12 : i == 11 ? -2 : -(40 + 31 * i)));
            var held = ChinaTime.StartOf(day).AddHours(11);
            clock.Now = i == 0 ? now.AddDays(-1) : held.AddDays(-20);
            if (seat.ValidFrom > clock.Now) continue;
            var id = Guid.CreateVersion7(clock.Now);
            Expect(await desk.PlanAsync(id, new Dictionary<string, string> { ["mandate"] = seat.Id.ToString(), ["day"] = Day(day), ["place"] = i % 2 == 0 ? "村文化礼堂" : "镇人大代表联络站", ["audience"] = i == 0 ? "红山村选区选民代表" : "原选区选民代表" }, clerk, cancellation));
            if (i == 0) continue;
            clock.Now = held.AddDays(-6);
            Expect(await desk.WriteAsync(id, DemoCourse.Report, true, deputy, cancellation));
            if (i == 11) continue;
            clock.Now = held;
            var present = 36 + i * 7 % 25;
            var (dissatisfied, basically) = (i % 3 == 0 ? 1 : 0, 3 + i % 4);
            Expect(await desk.RecordAsync(id, new Dictionary<string, string>
            {
                ["day"] = Day(day), ["present"] = Number(present), ["satisfied"] = Number(present - 2 - basically - dissatisfied), ["basically"] = Number(basically), ["dissatisfied"] = Number(dissatisfied), ["comments"] = i % 2 == 0 ? "希望多到田头走走；老年活动室的空调要盯紧。" : "", ["public"] = i % 3 == 1 ? "1" : "",
            }, clerk, cancellation));
        }
    }

    private static async Task<string> FileAsync(MediaService media, DemoCourse course, Actor clerk, CancellationToken cancellation)
    {
        using var document = new DocumentFile(course.Title, "演示数据");
        document.Title(course.Title);
        foreach (var paragraph in course.Material) document.Letter(paragraph);
        using var content = new MemoryStream(document.End());
        var taken = await media.IngestAsync(content, $"{course.Title}（讲义）.docx", clerk.AccountId, cancellation);
        Expect(taken.Refusal);
        return taken.Item!.Sha256;
    }

    private static void Expect(Refusal? refusal)
    {
        if (refusal is not null) throw new InvalidOperationException($"The demo city's training could not be made: {refusal.Code} {refusal.Text.En} {string.Join("; ", refusal.Fields.Select(f => $"{f.Field}: {f.Text.En}"))}");
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class DemoClock : TimeProvider
    {
        public DateTime Now { get; set; }

        public override DateTimeOffset GetUtcNow() => new(Now, TimeSpan.Zero);
    }
}
