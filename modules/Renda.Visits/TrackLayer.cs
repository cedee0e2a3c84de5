using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Modules;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Visits;

/// <summary>The ways of visits on the map, to those who may see a way: the deputy who went it and the staff who look after the campaign.</summary>
internal static class TrackLayer
{
    // The newest visits; older ones are found in the list.
    private const int Newest = 200;

    public static async Task<IReadOnlyList<MapFeature>> ReadAsync(IServiceProvider services, Actor actor, GeoBox box, CancellationToken cancellation)
    {
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        var visits = await db.Set<Visit>().AsNoTracking().Where(v => v.Tracking && v.Track != "[]").VisibleTo(actor, db).OrderByDescending(v => v.BeganAt).Take(Newest).ToListAsync(cancellation);
        var ids = visits.Select(v => v.Id).ToList();
        var villages = (await db.Set<VisitVillage>().AsNoTracking().Where(v => ids.Contains(v.VisitId)).ToListAsync(cancellation)).ToLookup(v => v.VisitId);
        var persons = visits.Select(v => v.PersonId).Distinct().ToList();
        var names = await db.Set<Person>().AsNoTracking().Where(p => persons.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellation);
        return
        [
            .. from visit in visits
               where new VisitRecord(visit, [.. villages[visit.Id]], []).MayShowTrack(actor)
               let way = visit.ReadTrack()
               where way.Count > 1 && way.Any(p => box.Contains(p.Latitude, p.Longitude))
               select new MapFeature(visit.Id.ToString(), Language.T($"{names.GetValueOrDefault(visit.PersonId)}的寻访", $"A visit of {names.GetValueOrDefault(visit.PersonId)}"), "",
                   [Language.T($"{ChinaTime.Date(visit.BeganAt):yyyy-MM-dd}，走访 {villages[visit.Id].Count()} 个村（社区）", $"{ChinaTime.Date(visit.BeganAt):yyyy-MM-dd}, {villages[visit.Id].Count()} villages")], $"/visits/tours/{visit.Id}", [.. way.Select(p => (p.Latitude, p.Longitude))]),
        ];
    }
}
