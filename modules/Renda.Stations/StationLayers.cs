using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Modules;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Stations;

/// <summary>Stations on the map, and the deputies who work in them: at the station, never where they live.</summary>
internal static class StationLayers
{
    private sealed record Placed(Organisation Station, StationDetail Detail);

    /// <summary>The stations in a box.</summary>
    public static async Task<IReadOnlyList<MapFeature>> StationsAsync(IServiceProvider services, Actor actor, GeoBox box, CancellationToken cancellation)
    {
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        var stations = await InAsync(db, box, cancellation);
        var deputies = await DeputiesAsync(services, db, stations, cancellation);
        return
        [
            .. stations.Select(s => new MapFeature(s.Station.Id.ToString(), s.Station.Name, s.Detail.Level,
            [
                $"{StationText.Name(StationText.Levels, s.Detail.Level)}{(s.Detail.Stars > 0 ? " · " + Language.T($"{s.Detail.StarsYear} 年{s.Detail.Stars} 星", $"{s.Detail.Stars} stars, {s.Detail.StarsYear}") : "")}",
                .. s.Detail.Address.Length > 0 ? [s.Detail.Address] : Array.Empty<string>(),
                .. s.Detail.Hours.Length > 0 ? [s.Detail.Hours] : Array.Empty<string>(),
                deputies[s.Station.Id].Count() is var many ? Language.T($"{many} 名代表", many == 1 ? "1 deputy" : $"{many} deputies") : "",
            ], $"/stations/{s.Station.Id}", [(s.Detail.Latitude!.Value, s.Detail.Longitude!.Value)])),
        ];
    }

    /// <summary>The deputies of the stations in a box: all of a station in one mark, since they are met in one place.</summary>
    public static async Task<IReadOnlyList<MapFeature>> DeputiesAsync(IServiceProvider services, Actor actor, GeoBox box, CancellationToken cancellation)
    {
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        var stations = await InAsync(db, box, cancellation);
        var deputies = await DeputiesAsync(services, db, stations, cancellation);
        return
        [
            .. from s in stations
               let names = deputies[s.Station.Id].ToList()
               where names.Count > 0
               select new MapFeature(s.Station.Id.ToString(), Language.T($"{s.Station.ShortName}的代表（{names.Count} 名）", $"Deputies at {s.Station.ShortName} ({names.Count})"), "beside",
                   [.. names.Take(12), .. names.Count > 12 ? [Language.T($"等 {names.Count} 名", $"and {names.Count - 12} more")] : Array.Empty<string>()], $"/stations/{s.Station.Id}", [(s.Detail.Latitude!.Value, s.Detail.Longitude!.Value)]),
        ];
    }

    /// <summary>The stations in a box that are contact points for legislation or for finance as well.</summary>
    public static async Task<IReadOnlyList<MapFeature>> PointsAsync(IServiceProvider services, Actor actor, GeoBox box, CancellationToken cancellation)
    {
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        return
        [
            .. (await InAsync(db, box, cancellation, points: true)).Select(s => new MapFeature(s.Station.Id.ToString(), s.Station.Name, "before",
                [.. s.Detail.Points.Split(',').Select(p => StationText.Name(StationText.Points, p)), .. s.Detail.Address.Length > 0 ? [s.Detail.Address] : Array.Empty<string>()], $"/stations/{s.Station.Id}", [(s.Detail.Latitude!.Value, s.Detail.Longitude!.Value)])),
        ];
    }

    private static async Task<List<Placed>> InAsync(RendaDbContext db, GeoBox box, CancellationToken cancellation, bool points = false) =>
        await (from d in db.Set<StationDetail>().AsNoTracking()
               join o in db.Set<Organisation>() on d.StationId equals o.Id
               where o.Kind == OrganisationKind.Station && o.ValidTo == null && d.Latitude >= box.South && d.Latitude <= box.North && d.Longitude >= box.West && d.Longitude <= box.East && (!points || d.Points != "")
               orderby d.Level != "centre", o.Region
               select new Placed(o, d)).Take(MapLayer.Most).ToListAsync(cancellation);

    /// <summary>Names of those who work in the stations today and whose seat holds, as everybody may know them.</summary>
    private static async Task<ILookup<Guid, string>> DeputiesAsync(IServiceProvider services, RendaDbContext db, List<Placed> stations, CancellationToken cancellation)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var (today, ids) = (ChinaTime.Date(now), stations.Select(s => s.Station.Id).ToList());
        var rows = await (from p in db.Set<StationPlacement>().AsNoTracking()
                          join who in db.Set<Person>() on p.PersonId equals who.Id
                          where ids.Contains(p.StationId) && p.From <= today && (p.To == null || p.To >= today)
                              && db.Set<Mandate>().Any(m => m.PersonId == p.PersonId && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now))
                          select new { p.StationId, p.Tier, who.Name }).ToListAsync(cancellation);
        return rows.OrderBy(r => StationText.Rank(r.Tier)).ThenBy(r => r.Name, StringComparer.Ordinal).ToLookup(r => r.StationId, r => Language.T($"{r.Name}（{StationText.Name(StationText.Tiers, r.Tier)}）", $"{r.Name} ({StationText.Name(StationText.Tiers, r.Tier)})"));
    }
}
