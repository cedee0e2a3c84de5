using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Stations;

/// <summary>The API of stations; steps of the handling are those of all matters, <c>POST /matters/{id}/actions/{action}</c>.</summary>
internal static class StationsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var stations = api.MapGroup("/stations").WithTags("Stations");
        stations.MapGet("", ListAsync).RequirePermission(StationsModule.Read).WithSummary("Stations of a place");
        stations.MapGet("/{id:guid}/deputies", DeputiesAsync).RequirePermission(StationsModule.Read).WithSummary("Who works in a station");
        stations.MapGet("/candidates", CandidatesAsync).RequirePermission(StationsModule.Manage).WithSummary("Deputies in office by name, to be placed in a station");
        stations.MapPost("/voices/{id:guid}/claim", ClaimAsync).RequirePermission("stations.answer").WithSummary("Take up what was said at one's station");
        stations.MapGet("/figures", FiguresAsync).RequirePermission(StationsModule.Statistics).WithSummary("Figures of a month within one's scope");
    }

    private static async Task<IResult> ListAsync(long? region, string? level, string? q, StationDesk desk, HttpContext http) =>
        Results.Ok((await desk.ListAsync(region ?? 0, level ?? "", q ?? "", http.RequestAborted)).Select(s => new { s.Station.Id, s.Station.Name, s.Station.Region, s.Detail.Level, s.Detail.Address, s.Detail.Hours, s.Detail.Latitude, s.Detail.Longitude, s.Deputies, s.Next }));

    private static async Task<IResult> DeputiesAsync(Guid id, StationDesk desk, HttpContext http) =>
        Results.Ok((await desk.DeputiesAsync(id, http.RequestAborted)).Select(d => new { Id = d.Placement.PersonId, d.Name, Note = d.Seat, d.Placement.Tier, d.Placement.From }));

    private static async Task<IResult> CandidatesAsync(string? q, RendaDbContext db, TimeProvider time, HttpContext http)
    {
        var (text, now) = ((q ?? "").Trim(), time.GetUtcNow().UtcDateTime);
        if (text.Length is 0 or > 60) return Results.Ok(Array.Empty<object>());
        var found = await (from m in db.Set<Mandate>().AsNoTracking()
                           join p in db.Set<Person>() on m.PersonId equals p.Id
                           join c in db.Set<Organisation>() on m.CongressId equals c.Id
                           where p.Name.StartsWith(text) && p.MergedIntoId == null && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now)
                           orderby p.Name, c.Region
                           select new { p.Id, p.Name, Note = c.ShortName }).Take(24).ToListAsync(http.RequestAborted);
        return Results.Ok(found.DistinctBy(f => f.Id).Take(12));
    }

    private static async Task<IResult> ClaimAsync(Guid id, Voices voices, HttpContext http)
    {
        var answer = await voices.ClaimAsync(id, await http.ActorAsync(), http.RequestAborted);
        return answer.Refusal is { } refusal ? refusal.Problem() : Results.Ok(new { answer.Matter!.Matter.Id, answer.Matter.Matter.Number, answer.Matter.Matter.State, answer.Matter.Matter.Version });
    }

    private static async Task<IResult> FiguresAsync(string? month, StationReports reports, HttpContext http) =>
        StationReports.Month(month) is { } first
            ? Results.Ok((await reports.ReadAsync(first, null, await http.ActorAsync(), http.RequestAborted)).Select(f => new { f.Station.Id, f.Station.Name, f.Receptions, f.Deputies, f.Voters, f.Said, f.Accepted, f.Solved, f.Rated, f.Satisfied, f.SolvedRate, f.Satisfaction, f.Days }))
            : new Refusal("stations.month", new("月份写作 2026-11。", "A month is written as 2026-11."), 400).Problem();
}
