using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renda.Platform;
using Renda.Platform.Access;

namespace Renda.Deputies;

/// <summary>The API of deputy service; steps of reported entries are those of all matters, <c>POST /matters/{id}/actions/{action}</c>.</summary>
internal static class DeputiesApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var deputies = api.MapGroup("/deputies").WithTags("Deputies");
        deputies.MapGet("/mine", MineAsync).RequirePermission(DeputiesModule.Own).WithSummary("One's seats");
        deputies.MapGet("/files/{mandate:guid}", FileAsync).RequireAuthorization().WithSummary("The performance file of a seat in a year");
        deputies.MapPut("/entries/{id:guid}", ReportAsync).RequirePermission(DeputiesModule.Own).WithSummary("Report what one did; the id is made by the caller, so a retry is harmless");
    }

    private static async Task<IResult> MineAsync(PerformanceFiles files, HttpContext http) =>
        (await http.ActorAsync()).PersonId is { } person
            ? Results.Ok((await files.OfPersonAsync(person, http.RequestAborted)).Select(s => new { s.Mandate.Id, Congress = s.Congress.Name, s.Group, s.Since, s.Until, s.Mandate.Status })) : Refusal.NotFound.Problem();

    private static async Task<IResult> FileAsync(Guid mandate, int? year, PerformanceFiles files, HttpContext http)
    {
        var of = year ?? files.Today.Year;
        if (of is < 2000 or > 2200 || await files.SeatAsync(mandate, http.RequestAborted) is not { } seat || !DeputyScope.MaySee(await http.ActorAsync(), seat)) return Refusal.NotFound.Problem();
        var period = PerformanceFiles.Year(seat, of);
        var entries = await files.EntriesAsync(seat, period, PerformanceFiles.Shown, http.RequestAborted);
        var points = await files.PointsAsync(seat.Congress.Id, [seat.Mandate.PersonId], period, http.RequestAborted);
        return Results.Ok(new
        {
            seat.Mandate.Id,
            seat.Name,
            Congress = seat.Congress.Name,
            Year = of,
            Headings = (await files.CountAsync(seat, period, http.RequestAborted)).GroupBy(c => c.Item.Heading).ToDictionary(g => g.Key.ToString(), g => g.Sum(c => c.Amount)),
            Points = points.GetValueOrDefault(seat.Mandate.PersonId)?.Sum(p => p.Points),
            Entries = entries.OrderByDescending(e => e.Day).Select(e => new { Item = e.Item.Id, Heading = e.Item.Heading.ToString(), e.Day, e.Title, e.Amount, e.Href }),
        });
    }

    private static async Task<IResult> ReportAsync(Guid id, EntryBody body, Entries entries, HttpContext http)
    {
        var answer = await entries.ReportAsync(new NewEntry { Id = id, MandateId = body.MandateId, Kind = body.Kind ?? "", Day = body.Day, Title = body.Title ?? "", Text = body.Text ?? "", Electors = body.Electors, Media = body.Media ?? [] }, await http.ActorAsync(), http.RequestAborted);
        return answer.Refusal is { } refusal ? refusal.Problem() : Results.Json(new { answer.Matter!.Matter.Id, answer.Matter.Matter.Number, answer.Matter.Matter.State }, statusCode: answer.Repeated ? 200 : 201);
    }

    /// <summary>What is reported, as the body of a request.</summary>
    public sealed record EntryBody(Guid MandateId, string? Kind, DateOnly? Day, string? Title, string? Text, int Electors, IReadOnlyList<string>? Media);
}
