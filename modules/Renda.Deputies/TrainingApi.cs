using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Agenda;
using Renda.Platform.Modules;

namespace Renda.Deputies;

/// <summary>What the manifest names of training and reports to electors, and their API.</summary>
internal static class Training
{
    /// <summary>Lines in the navigation.</summary>
    public static IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("我的课程", "My courses"), "/deputies/courses/mine", DeputiesModule.Own, "school"),
        new(new("我的述职", "My reports"), "/deputies/reports/mine", DeputiesModule.Own, "microphone"),
        new(new("学习培训", "Training"), "/deputies/courses", DeputiesModule.Manage, "school"),
        new(new("代表述职", "Reports to electors"), "/deputies/reports", DeputiesModule.Manage, "microphone"),
    ];

    /// <summary>Registers the services.</summary>
    public static IServiceCollection AddTraining(this IServiceCollection services) => services.AddSingleton<CourseDesk>().AddSingleton<Learnings>().AddSingleton<ReportDesk>().AddSingleton<Exports.TrainingExports>();

    /// <summary>Maps the API.</summary>
    public static void MapApi(IEndpointRouteBuilder api)
    {
        var courses = api.MapGroup("/deputies/courses").WithTags("Deputies");
        courses.MapGet("/mine", MineAsync).RequirePermission(DeputiesModule.Own).WithSummary("Courses that wait for the deputy, or those completed");
        courses.MapGet("/{id:guid}", StateAsync).RequirePermission(DeputiesModule.Own).WithSummary("How far the deputy is with a course");
        api.MapGet("/deputies/report-seats", SeatsAsync).RequirePermission(DeputiesModule.Manage).WithTags("Deputies").WithSummary("Seats for which a report to electors may be planned, by the deputy's name");
    }

    /// <summary>A deputy's reports and the last days of courses, for the calendar.</summary>
    public static async Task<IReadOnlyList<AgendaEntry>> AgendaAsync(IServiceProvider services, Actor actor, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        if (actor.PersonId is not { } person || !actor.May(DeputiesModule.Own)) return [];
        var reports = await services.GetRequiredService<ReportDesk>().DaysAsync(person, first, last, cancellation);
        return [.. reports.Select(r => new AgendaEntry($"elector-report-{r.Id:N}", $"在{r.Place}述职", new("代表述职", "Report to electors"), r.Day, r.Day, $"/deputies/reports/{r.Id}", false))];
    }

    private static async Task<IResult> MineAsync(bool? done, string? after, Learnings learnings, HttpContext http)
    {
        if ((await http.ActorAsync()).PersonId is not { } person) return Refusal.NotFound.Problem();
        var (items, more) = done == true
            ? await learnings.CompletedAsync(person, PageKey.Time(after), 50, http.RequestAborted)
            : await learnings.WaitingAsync(person, PageKey.Day(after), 50, http.RequestAborted);
        return Results.Ok(new
        {
            Items = items.Select(i => new { i.Course.Id, i.Course.Title, i.Congress, i.Course.Hours, i.Course.Until, i.Course.Onboarding, i.Files, i.Read, i.Questions, i.Course.Pass, i.Learning?.Best, i.Learning?.Tries, i.Learning?.CompletedAt, Counted = i.Learning?.CompletedAt is null ? null : (decimal?)i.Learning.Hours }),
            Next = !more ? null : done == true ? PageKey.Of(items[^1].Learning!.CompletedAt!.Value, items[^1].Course.Id) : PageKey.Of(items[^1].Course.Until ?? DateOnly.MaxValue, items[^1].Course.Id),
        });
    }

    private static async Task<IResult> StateAsync(Guid id, Learnings learnings, HttpContext http) =>
        await learnings.FindAsync(id, await http.ActorAsync(), http.RequestAborted) is { } view && (view.Offered || view.Learning is not null)
            ? Results.Ok(new
            {
                view.Course.Id, view.Course.Title, Congress = view.Congress.ShortName, view.Course.Hours, view.Course.Until, view.Course.Pass, view.Offered, Questions = view.Questions.Count, view.Learning?.Tries, view.Learning?.Best, view.Learning?.CompletedAt,
                Files = view.Files.Select(f => new { f.Sha256, Name = CourseText.FileName(f), Kind = f.Kind.ToString().ToLowerInvariant(), f.Length, Href = $"/deputies/courses/{id}/files/{f.Sha256}", Read = view.Learning?.Read.Contains(f.Sha256, StringComparison.Ordinal) ?? false }),
            })
            : Refusal.NotFound.Problem();

    private static async Task<IResult> SeatsAsync(string? q, ReportDesk desk, HttpContext http) => Results.Ok(await desk.SeatsAsync(q, 12, await http.ActorAsync(), http.RequestAborted));
}
