using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;
using Renda.Platform.Search;

namespace Renda.Map;

/// <summary>The API of the map. Every answer is one person's: it is kept by nobody else.</summary>
public static class MapApi
{
    /// <summary>Most matters of the list beside the map.</summary>
    public const int Newest = 25;

    /// <summary>Maps it below <c>/api/v1</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        var map = api.MapGroup("/map").RequirePermission(MapModule.View).WithTags("Map");
        map.MapGet("/matters/{z:int}/{x:int}/{y:int}", TileAsync).WithSummary("The matters of a tile: counts by squares of 64 pixels, single ones by themselves; narrowed by scenario, state, category, from and to (months as 2026-01)");
        map.MapGet("/matters/{id:guid}", CardAsync).WithSummary("What is said of a matter when its mark is pressed");
        map.MapGet("/matters", NewestAsync).WithSummary("The newest matters within box=south,west,north,east, narrowed as a tile is");
        map.MapGet("/counted", CountedAsync).WithSummary("Up to which sequence number of events the counts of tiles and the lists beside the map have come");
        map.MapGet("/layers", LayersAsync).WithSummary("What scenarios put on the map beside their matters");
        map.MapGet("/layers/{id}", LayerAsync).WithSummary("What a layer has within box=south,west,north,east, as GeoJSON");
    }

    private static async Task<IResult> TileAsync(int z, int x, int y, MapTiles tiles, TimeProvider time, IReadOnlyList<RendaModule> modules, HttpContext http)
    {
        if (!MapTiles.Exists(z, x, y)) return Refusal.NotFound.Problem();
        var tile = await tiles.ReadAsync(z, x, y, MapFilter.Read(http.Request.Query), await http.ActorAsync(), http.RequestAborted);
        Private(http);
        var now = time.GetUtcNow().UtcDateTime;
        return Results.Ok(new { tile.Count, tile.Clusters, Matters = tile.Matters.Select(m => Show(m, modules, now)) });
    }

    private static async Task<IResult> NewestAsync(string? box, MapTiles tiles, TimeProvider time, IReadOnlyList<RendaModule> modules, HttpContext http)
    {
        if (MapBox.Read(box) is not { } asked) return Malformed.Problem();
        var found = await tiles.NewestAsync(asked, MapFilter.Read(http.Request.Query), await http.ActorAsync(), Newest, http.RequestAborted);
        Private(http);
        var now = time.GetUtcNow().UtcDateTime;
        return Results.Ok(new { Items = found.Select(m => Show(m, modules, now)) });
    }

    private static async Task<IResult> CountedAsync(RendaDbContext db, HttpContext http)
    {
        Private(http);
        return Results.Ok(new { Seq = await db.Set<FeedCursor>().Where(c => c.Name == MapLedger.Cursor).Select(c => c.Seq).FirstOrDefaultAsync(http.RequestAborted) });
    }

    private static async Task<IResult> CardAsync(Guid id, RendaDbContext db, ProcedureCatalogue procedures, IReadOnlyList<RendaModule> modules, RegionDirectory regions, TimeProvider time, HttpContext http)
    {
        var actor = await http.ActorAsync();
        var found = await db.Set<Matter>().AsNoTracking().VisibleTo(actor, db).Where(m => m.Id == id).FirstOrDefaultAsync(http.RequestAborted);
        if (found is null) return Refusal.NotFound.Problem();
        var unit = found.LeadUnitId is { } lead ? await db.Set<Organisation>().Where(o => o.Id == lead).Select(o => o.ShortName).FirstOrDefaultAsync(http.RequestAborted) : null;
        var module = modules.FirstOrDefault(m => m.Id == found.Scenario);
        var categories = module is null ? null : await module.CategoriesAsync(http.RequestServices, [found.Category], http.RequestAborted);
        var now = time.GetUtcNow().UtcDateTime;
        var light = Platform.Web.Show.Light(found.DueAt, found.YellowAt, found.Closed, now);
        Private(http);
        return Results.Ok(new
        {
            found.Id, found.Number, found.Title, State = procedures.Get(found.Procedure, found.ProcedureVersion).State(found.State).Name.ToString(), Category = categories?.GetValueOrDefault(found.Category).ToString() ?? "",
            Place = regions.FullName(found.Region), Unit = unit, Light = light.Class, Due = light.Text, At = Platform.Web.Show.Day(found.SubmittedAt), Photo = found.Thumbnail is { } photo ? $"/api/v1/media/{photo}/thumb" : null, Href = $"/matters/{found.Id}",
        });
    }

    private static async Task<IResult> LayersAsync(IReadOnlyList<RendaModule> modules, HttpContext http)
    {
        var actor = await http.ActorAsync();
        return Results.Ok(Offered(modules, actor).Select(l => new { l.Id, Name = l.Name.ToString(), l.Icon }));
    }

    private static async Task<IResult> LayerAsync(string id, string? box, IReadOnlyList<RendaModule> modules, HttpContext http)
    {
        var actor = await http.ActorAsync();
        if (Offered(modules, actor).FirstOrDefault(l => l.Id == id) is not { } layer) return Refusal.NotFound.Problem();
        if (MapBox.Read(box) is not { } asked) return Malformed.Problem();
        var features = await layer.Read(http.RequestServices, actor, asked.Geo, http.RequestAborted);
        Private(http);
        return Results.Json(new
        {
            Type = "FeatureCollection",
            Features = features.Select(f => new
            {
                Type = "Feature", f.Id, Properties = new { f.Title, f.Kind, f.Lines, f.Href },
                Geometry = f.Points is [var at] ? (object)new { Type = "Point", Coordinates = (double[])[at.Longitude, at.Latitude] } : new { Type = "LineString", Coordinates = f.Points.Select(p => (double[])[p.Longitude, p.Latitude]) },
            }),
        }, contentType: "application/geo+json");
    }

    /// <summary>The layers an actor may ask for.</summary>
    internal static IEnumerable<MapLayer> Offered(IReadOnlyList<RendaModule> modules, Actor actor) => modules.SelectMany(m => m.MapLayers).Where(l => actor.May(l.Permission));

    private static object Show(MapMatter m, IReadOnlyList<RendaModule> modules, DateTime now) => new
    {
        m.Id, m.Number, m.Title, m.Scenario, m.State, StateName = StateName(modules, m.Scenario, m.State), m.Category, Light = Platform.Web.Show.Light(m.DueAt, m.YellowAt, m.Closed, now).Class, m.Lat, m.Lon,
    };

    /// <summary>Name of a state, as the newest procedures of a scenario have it.</summary>
    internal static string StateName(IReadOnlyList<RendaModule> modules, string scenario, string state) =>
        modules.FirstOrDefault(m => m.Id == scenario)?.Procedures.SelectMany(p => p.States).FirstOrDefault(s => s.Id == state)?.Name.ToString() ?? state;

    private static Refusal Malformed { get; } = new("map.box", new("box 写作：南,西,北,东（WGS-84 度）。", "A box is south,west,north,east in WGS-84 degrees."), 400, "box");

    // A screen that goes back a step shows what it had for some seconds; nobody between may keep it.
    // A map keeps what it read until it is told of a change: what the browser kept beside that would be the picture before it.
    private static void Private(HttpContext http) => http.Response.Headers.CacheControl = "private, no-store";
}
