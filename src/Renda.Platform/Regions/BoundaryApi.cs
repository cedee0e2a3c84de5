using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using Renda.Platform.Calendar;
using Renda.Platform.Persistence;

namespace Renda.Platform.Regions;

/// <summary>Boundaries as GeoJSON, and the regions of a point. Nothing in them is secret: the public portal may ask too.</summary>
public static class BoundaryApi
{
    // Changed when the same boundaries are written in another form.
    private const string Form = "1";

    /// <summary>Maps both.</summary>
    public static void MapBoundaries(this IEndpointRouteBuilder api)
    {
        // The host's limit for what anybody may read without an account.
        api.MapGet("/boundaries", BoundariesAsync).AllowAnonymous().RequireRateLimiting("open").WithTags("Regions")
            .WithSummary("Boundaries as GeoJSON (WGS-84), of all regions of a level within a region, simplified for a zoom, as of a day");
        api.MapGet("/regions/at", AtAsync).AllowAnonymous().RequireRateLimiting("open").WithTags("Regions")
            .WithSummary("The regions that hold a point by their boundaries, the largest first; empty where there is no boundary");
    }

    /// <summary>
    /// What a set holds, for a look before it counts: its towns and all above, or its villages when it has nothing else.
    /// </summary>
    public static async Task<IResult> PreviewAsync(Guid id, RendaDbContext db, RegionDirectory regions, HttpContext http)
    {
        var boundaries = db.Set<Boundary>().AsNoTracking().Where(b => b.SetId == id);
        if (!await boundaries.AnyAsync(http.RequestAborted)) return Refusal.NotFound.Problem();
        var above = boundaries.Where(b => b.Level != RegionLevel.Village);
        var body = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        json.WriteStartArray("features");
        var reader = new WKBReader();
        await foreach (var row in (await above.AnyAsync(http.RequestAborted) ? above : boundaries).OrderBy(b => b.Code).Select(b => new { b.Code, b.Far }).AsAsyncEnumerable().WithCancellation(http.RequestAborted))
            if (regions.Find(row.Code) is { } region) Write(json, region, reader.Read(row.Far), ZoomClass.Far);
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
        return Results.Bytes(body.WrittenMemory, "application/geo+json");
    }

    private static async Task<IResult> AtAsync(double lat, double lon, BoundaryIndex index, RegionDirectory regions, HttpContext http, string datum = "wgs84")
    {
        if (!(Math.Abs(lat) <= 90) || !(Math.Abs(lon) <= 180)) return new Refusal("regions.position", new("纬度在 −90 到 90 之间，经度在 −180 到 180 之间。", "A latitude is −90 to 90 and a longitude −180 to 180."), Field: "lat").Problem();
        if (!Enum.TryParse<Datum>(datum, ignoreCase: true, out var given) || !Enum.IsDefined(given) || !char.IsLetter(datum[0])) return new Refusal("regions.datum", new("坐标系是 wgs84、gcj02 或者 cgcs2000。", "The datum is wgs84, gcj02 or cgcs2000."), Field: "datum").Problem();
        var (latitude, longitude) = Datums.ToWgs84(given, lat, lon);
        var found = await index.FindAsync(latitude, longitude, http.RequestAborted);
        return Results.Ok((found is null ? [] : regions.Path(found.Code)).Select(r => new { Code = r.Code.ToString("D12", CultureInfo.InvariantCulture), r.Name, r.FullName, Level = r.Level.ToString() }));
    }

    private static async Task<IResult> BoundariesAsync(string? within, string? level, double? zoom, string? asOf, RendaDbContext db, RegionDirectory regions, TimeProvider time, HttpContext http)
    {
        var top = regions.All[0];
        if (within is { Length: > 0 })
        {
            if (!RegionCode.TryParse(within, out var code) || regions.Find(code.Value) is not { } named) return Refusal.NotFound.Problem();
            top = named;
        }
        var wanted = (RegionLevel)Math.Min((int)RegionLevel.Village, (int)top.Level + 1);
        if (level is { Length: > 0 } && (!Enum.TryParse(level, ignoreCase: true, out wanted) || !Enum.IsDefined(wanted) || !char.IsLetter(level[0]))) return new Refusal("boundaries.level", new("level 是 province、city、county、town 或者 village。", "A level is province, city, county, town or village."), Field: "level").Problem();
        var day = ChinaTime.Date(time.GetUtcNow().UtcDateTime);
        if (asOf is { Length: > 0 } && !DateOnly.TryParseExact(asOf, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)) return new Refusal("boundaries.day", new("日期写作 2026-11-23。", "A day is written as 2026-11-23."), Field: "asOf").Problem();
        var fineness = BoundaryShapes.ClassOf(zoom ?? 0);

        var cancellation = http.RequestAborted;
        var sets = await db.Set<BoundarySet>().AsNoTracking().InForce(day).Select(s => new { s.Id, s.Name, s.Source, s.DataDay }).ToListAsync(cancellation);
        var tag = Tag($"{Form} {top.Code} {wanted} {fineness} {string.Join(' ', sets.Select(s => s.Id))}");
        http.Response.Headers.ETag = tag;
        // A minute, then asked again: an undone set must not stay on the map.
        http.Response.Headers.CacheControl = "public, max-age=60";
        if (http.Request.Headers.IfNoneMatch.ToString().Split(',').Any(t => t.Trim() == tag)) return Results.StatusCode(StatusCodes.Status304NotModified);

        var area = new RegionCode(top.Code);
        var holders = await db.HoldersAsync(day, area.First, area.Last, wanted, cancellation);
        http.Response.ContentType = "application/geo+json";
        var body = http.Response.BodyWriter;
        await using var json = new Utf8JsonWriter((IBufferWriter<byte>)body);
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        json.WriteStartArray("sources");
        foreach (var set in sets.Where(s => holders.ContainsValue(s.Id)))
        {
            json.WriteStartObject();
            json.WriteString("name", set.Name);
            json.WriteString("source", set.Source);
            json.WriteString("day", set.DataDay.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("features");
        var reader = new WKBReader();
        foreach (var set in sets.Where(s => holders.ContainsValue(s.Id)))
        {
            var rows = db.Set<Boundary>().AsNoTracking().Where(b => b.SetId == set.Id && b.Level == wanted && b.Code >= area.First && b.Code <= area.Last).OrderBy(b => b.Code)
                .Select(b => new { b.Code, Shape = fineness == ZoomClass.Far ? b.Far : fineness == ZoomClass.Middle ? b.Middle : b.Near });
            await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellation))
            {
                if (holders.GetValueOrDefault(row.Code) != set.Id || regions.Find(row.Code) is not { } region) continue;
                Write(json, region, reader.Read(row.Shape), fineness);
                if (json.BytesPending < 32_768) continue;
                await json.FlushAsync(cancellation);
                await body.FlushAsync(cancellation);
            }
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
        await body.FlushAsync(cancellation);
        return Results.Empty;
    }

    /// <summary>One region as a feature. Its outer rings run counter-clockwise, as RFC 7946 asks.</summary>
    internal static void Write(Utf8JsonWriter json, Region region, Geometry shape, ZoomClass fineness)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", region.Code.ToString("D12", CultureInfo.InvariantCulture));
        json.WriteStartObject("properties");
        json.WriteString("code", region.Code.ToString("D12", CultureInfo.InvariantCulture));
        json.WriteString("name", region.Name);
        json.WriteString("fullName", region.FullName);
        json.WriteString("level", region.Level.ToString());
        json.WriteEndObject();
        json.WriteStartObject("geometry");
        json.WriteString("type", shape is Polygon ? "Polygon" : "MultiPolygon");
        json.WriteStartArray("coordinates");
        for (var i = 0; i < shape.NumGeometries; i++)
        {
            var polygon = (Polygon)shape.GetGeometryN(i);
            if (shape is MultiPolygon) json.WriteStartArray();
            Ring(polygon.Shell, counter: true);
            foreach (var hole in polygon.Holes) Ring(hole, counter: false);
            if (shape is MultiPolygon) json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();

        void Ring(LinearRing ring, bool counter)
        {
            var points = ring.Coordinates;
            if (Orientation.IsCCW(points) != counter) Array.Reverse(points);
            // A metre from afar, a tenth of one nearby.
            var digits = fineness == ZoomClass.Near ? 6 : 5;
            json.WriteStartArray();
            foreach (var point in points)
            {
                json.WriteStartArray();
                json.WriteNumberValue(Math.Round(point.X, digits));
                json.WriteNumberValue(Math.Round(point.Y, digits));
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
    }

    private static string Tag(string what) => $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)).AsSpan(0, 12))}\"";
}
