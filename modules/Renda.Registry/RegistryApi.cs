using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Registry;

namespace Renda.Registry;

/// <summary>The API of the registry.</summary>
internal static class RegistryApi
{
    public static async Task<IResult> RepresentsAsync(string region, string? on, Roster roster, RegionDirectory regions, HttpContext http)
    {
        if (!RegionCode.TryParse(region, out var code) || regions.Find(code.Value) is not { } place)
            return new Refusal("registry.unknown-region", new("没有这个区划代码。", "There is no division of this code."), 422, "region").Problem();
        var (day, at) = roster.On(on);
        if (on is not null && on != day.ToString("yyyy-MM-dd")) return BadDay.Problem();
        var seats = await roster.RepresentsAsync(place.Code, at, 2000, http.RequestAborted);
        return Results.Ok(new
        {
            Region = place.Code.ToString("D12"), place.FullName, On = day.ToString("yyyy-MM-dd"),
            Deputies = seats.Select(s => new { PersonId = s.Person.Id, s.Person.Name, Congress = s.Congress.Name, Constituency = s.Constituency?.Name, Status = s.Mandate.Status.ToString().ToLowerInvariant(), MandateId = s.Mandate.Id }),
        });
    }

    public static async Task<IResult> PersonAsync(Guid id, string? on, Roster roster, RendaDbContext db, HttpContext http)
    {
        var (day, at) = roster.On(on);
        if (on is not null && on != day.ToString("yyyy-MM-dd")) return BadDay.Problem();
        var actor = await http.ActorAsync();
        // A seat may be older than the record of who holds it: before that began there is its first row to tell.
        if ((await db.Set<Person>().AsOf(at).AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, http.RequestAborted)
            ?? await db.Set<Person>().History(id).AsNoTracking().FirstOrDefaultAsync(http.RequestAborted)) is not { } person) return Refusal.NotFound.Problem();
        var details = await RegistryScope.ReachesPersonAsync(db, actor, RegistryScope.Details, id, http.RequestAborted);
        var mandates = await db.Set<Mandate>().AsOf(at).AsNoTracking().Where(m => m.PersonId == id).ToListAsync(http.RequestAborted);
        var seats = await Roster.SeatsAsync(db, mandates, at, http.RequestAborted);
        var posts = await db.Set<Post>().AsOf(at).AsNoTracking().Where(p => p.PersonId == id)
            .Join(db.Set<Organisation>(), p => p.OrganisationId, o => o.Id, (p, o) => new { p.OrganisationId, Organisation = o.Name, p.Title }).ToListAsync(http.RequestAborted);
        return Results.Ok(new
        {
            person.Id, person.Name, person.Sex, person.Ethnicity, person.Party, person.Education, person.Employer, On = day.ToString("yyyy-MM-dd"),
            BirthDate = details ? person.BirthDate : null, IdNumberEnd = details ? person.IdNumberEnd : null, PhoneEnd = details ? person.PhoneEnd : null,
            Mandates = seats.Select(s => new { s.Mandate.Id, Congress = s.Congress.Name, Constituency = s.Constituency?.Name, Region = s.Mandate.Region.ToString("D12"), Status = s.Mandate.Status.ToString().ToLowerInvariant() }),
            Posts = posts,
        });
    }

    private static Refusal BadDay { get; } = new("registry.bad-day", new("日期应写作 2026-11-23。", "A day is written as 2026-11-23."), 422, "on");
}
