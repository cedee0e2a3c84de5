using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Documents;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Stations.Open;

/// <summary>A column of an open file.</summary>
/// <param name="Id">Its heading; it never changes.</param>
/// <param name="Meaning">What it says.</param>
public sealed record OpenColumn(string Id, Words Meaning);

/// <summary>A file that anybody may have.</summary>
/// <param name="Id">Its name, without the ending.</param>
/// <param name="Name">What it holds.</param>
/// <param name="About">In plain words.</param>
/// <param name="Endings">Formats.</param>
/// <param name="Columns">Its columns.</param>
public sealed record OpenFile(string Id, Words Name, Words About, IReadOnlyList<string> Endings, IReadOnlyList<OpenColumn> Columns);

/// <summary>How much is published.</summary>
/// <param name="Stations">Stations.</param>
/// <param name="Voices">Matters that are public.</param>
/// <param name="Satisfied">Of these those rated satisfied or basically satisfied.</param>
/// <param name="Rated">Of these those rated.</param>
/// <param name="Seats">Seats of deputies in office.</param>
public sealed record OpenCounts(int Stations, int Voices, int Satisfied, int Rated, int Seats);

/// <summary>
/// What the portal shows, as files for programs: nothing that its pages do not show. Read page by page by key, so that a million
/// rows neither fill the memory nor hold a transaction open while somebody downloads slowly.
/// </summary>
public sealed class OpenData(IDbContextFactory<RendaDbContext> databases, CodeSets codes, RegionDirectory regions, IMemoryCache cache, TimeProvider time)
{
    private const int Page = 500;

    /// <summary>The files.</summary>
    public static IReadOnlyList<OpenFile> Files { get; } =
    [
        new("stations", new("代表联络站", "Contact stations"), new("每个联络站在哪里、什么时候开、有多少代表、下一次接待是哪天。", "Where each station is, when it is open, how many deputies work there, when they receive next."), ["csv", "geojson"],
        [
            new("id", new("编号，不会变", "id; never changes")), new("code", new("二维码上的代码，没有做过海报的为空", "code on the poster; empty where none was made")), new("name", new("名称", "name")), new("level", new("级别：centre 中心站，area 片区站，point 联络点", "centre, area or point")),
            new("region_code", new("区划代码，12 位", "division code, 12 digits")), new("region", new("所在地", "place")), new("address", new("地址", "address")), new("hours", new("开放时间", "hours")), new("phone", new("联络站对外公布的电话", "the station's own public telephone")),
            new("latitude", new("纬度（WGS-84，度）", "latitude (WGS-84, degrees)")), new("longitude", new("经度（WGS-84，度）", "longitude (WGS-84, degrees)")), new("stars", new("星级，0 为没有评", "stars; 0 for none")), new("stars_year", new("评星年份", "year of the stars")),
            new("deputies", new("进站代表数", "deputies who work there")), new("next_reception", new("下一次已公告的接待日", "next published reception day")), new("url", new("网页", "page")),
        ]),
        new("voices", new("群众意见办理结果", "What was said, and what became of it"), new("联络站已经公开的意见：说的什么、怎么办的、用了几天、满意不满意。文字是隐去个人信息以后的，地点只到乡镇、街道。", "Matters that stations have published: what was said, what was done, in how many days, whether it satisfied. The words are those with personal data taken out; the place is the town."), ["csv"],
        [
            new("id", new("编号，和 Open311 的 service_request_id 相同", "id; the same as Open311's service_request_id")), new("said_on", new("反映日期", "day on which it was said")), new("category_code", new("类别代码", "category, code")), new("category", new("类别", "category")),
            new("region_code", new("乡镇、街道区划代码，12 位", "town, division code, 12 digits")), new("region", new("乡镇、街道", "town")), new("station_id", new("联络站编号", "station, id")), new("station", new("联络站", "station")),
            new("title", new("一句话概括", "in one line")), new("text", new("公开的意见", "what was said, as published")), new("answer", new("公开的答复", "what became of it, as published")), new("times", new("合并办理的件数（同一件事有几人次反映）", "how many times the same was said and handled with it")),
            new("result", new("结果：closed 办结，converted 转为代表建议，proposed 转为民生实事项目建议", "closed, converted (a suggestion) or proposed (a livelihood project)")), new("answered_on", new("第一次答复日期", "day of the first answer")), new("days", new("从反映到第一次答复的天数", "days from what was said to the first answer")),
            new("satisfaction", new("评价：1 满意，2 基本满意，3 不满意，空为没有评价", "1 satisfied, 2 basically satisfied, 3 not satisfied, empty: not rated")), new("published_on", new("公开日期", "day on which it was published")),
        ]),
        new("deputies", new("在任代表", "Deputies in office"), new("法律规定公开的：姓名、哪一级人大、选区或者代表团、在哪个联络站。没有电话和住址。", "What the law publishes: name, congress, constituency or delegation, station. No telephone, no address."), ["csv"],
        [
            new("name", new("姓名", "name")), new("tier", new("层级：nation 全国，province 省，city 市，county 县（区），town 乡镇", "nation, province, city, county or town")), new("congress", new("人民代表大会", "congress")), new("region_code", new("人大所在区划代码，12 位", "division code of the congress, 12 digits")),
            new("constituency", new("选区或者代表团", "constituency or delegation")), new("stations", new("所在联络站，分号隔开", "stations, separated by semicolons")), new("code", new("代表码，不进站的为空", "public code; empty for who works in no station")), new("url", new("网页", "page")),
        ]),
    ];

    /// <summary>How much is published; counted once in five minutes.</summary>
    public async Task<OpenCounts> CountsAsync(CancellationToken cancellation) => (await cache.GetOrCreateAsync(typeof(OpenCounts), async entry =>
    {
        entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5);
        await using var db = databases.CreateDbContext();
        var results = await PublicVoice.Of(db).GroupBy(m => m.Result).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation);
        return new OpenCounts(
            await Stations(db).CountAsync(cancellation), results.Sum(r => r.Count), results.Where(r => r.Key is 1 or 2).Sum(r => r.Count), results.Where(r => r.Key is >= 1 and <= 3).Sum(r => r.Count), await Seats(db).CountAsync(cancellation));
    }))!;

    /// <summary>Writes the stations as CSV.</summary>
    public async Task WriteStationsAsync(Stream to, string site, CancellationToken cancellation)
    {
        var csv = new CsvFile(to);
        await csv.RowAsync(cancellation, [.. Files[0].Columns.Select(c => c.Id)]);
        await foreach (var s in StationsAsync(cancellation))
            await csv.RowAsync(cancellation, s.Id.ToString(), s.Code, s.Name, s.Level, Code(s.Region), regions.FullName(s.Region), s.Address, s.Hours, s.Phone, Degrees(s.Latitude), Degrees(s.Longitude), $"{s.Stars}", s.StarsYear == 0 ? "" : $"{s.StarsYear}", $"{s.Deputies}", Day(s.Next), s.Code is null ? "" : $"{site}/p/s/{s.Code}");
        await csv.EndAsync(cancellation);
    }

    /// <summary>Writes the stations as GeoJSON (RFC 7946); those without a position have no geometry.</summary>
    public async Task WriteStationsGeoJsonAsync(Stream to, string site, CancellationToken cancellation)
    {
        await using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Encoder = EventContent.Json.Encoder });
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        json.WriteStartArray("features");
        await foreach (var s in StationsAsync(cancellation))
        {
            json.WriteStartObject();
            json.WriteString("type", "Feature");
            json.WriteString("id", s.Id);
            if (s is { Latitude: { } latitude, Longitude: { } longitude })
            {
                json.WriteStartObject("geometry");
                json.WriteString("type", "Point");
                json.WriteStartArray("coordinates");
                json.WriteNumberValue(Math.Round(longitude, 6));
                json.WriteNumberValue(Math.Round(latitude, 6));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("geometry");
            }
            json.WriteStartObject("properties");
            foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)[("code", s.Code), ("name", s.Name), ("level", s.Level), ("region_code", Code(s.Region)), ("region", regions.FullName(s.Region)), ("address", s.Address), ("hours", s.Hours), ("phone", s.Phone), ("next_reception", s.Next is { } next ? Day(next) : null), ("url", s.Code is null ? null : $"{site}/p/s/{s.Code}")])
                json.WriteString(name, value);
            json.WriteNumber("stars", s.Stars);
            json.WriteNumber("deputies", s.Deputies);
            json.WriteEndObject();
            json.WriteEndObject();
            if (json.BytesPending > 32_000) await json.FlushAsync(cancellation);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
    }

    /// <summary>Writes what was published of what citizens said, newest first.</summary>
    public async Task WriteVoicesAsync(Stream to, CancellationToken cancellation)
    {
        var csv = new CsvFile(to);
        await csv.RowAsync(cancellation, [.. Files[1].Columns.Select(c => c.Id)]);
        var categories = (await codes.OfAsync(VoiceProcedure.Categories, cancellation)).ToDictionary(c => c.Id, c => c.Name.Zh);
        for (long? before = null; ;)
        {
            await using var db = databases.CreateDbContext();
            var matters = await PublicVoice.Of(db).Where(m => before == null || m.Serial < before).OrderByDescending(m => m.Serial).Take(Page).ToListAsync(cancellation);
            var (ids, at) = (matters.Select(m => (Guid?)m.Id).ToList(), matters.Select(m => m.ContextId ?? Guid.Empty).Distinct().ToList());
            var names = await db.Set<Organisation>().Where(o => at.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
            var joined = await db.Set<Matter>().Where(m => ids.Contains(m.MergedIntoId)).GroupBy(m => m.MergedIntoId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key!.Value, g => g.Count, cancellation);
            foreach (var v in PublicVoice.From(matters))
                await csv.RowAsync(
                    cancellation, v.Id.ToString(), Day(v.Said), v.Category, categories.GetValueOrDefault(v.Category, v.Category), Code(v.Town), regions.FullName(v.Town), v.Station.ToString(), names.GetValueOrDefault(v.Station, ""), v.Title, v.Text, v.Answer,
                    $"{1 + joined.GetValueOrDefault(v.Id)}", v.State == "closed-unrated" ? "closed" : v.State, Day(v.Answered), v.Days?.ToString("0.0", CultureInfo.InvariantCulture), v.Rating == 0 ? "" : $"{v.Rating}", Day(v.Published));
            if (matters.Count < Page) break;
            before = matters[^1].Serial;
        }
        await csv.EndAsync(cancellation);
    }

    /// <summary>Writes the deputies in office, one row a seat.</summary>
    public async Task WriteDeputiesAsync(Stream to, string site, CancellationToken cancellation)
    {
        var csv = new CsvFile(to);
        await csv.RowAsync(cancellation, [.. Files[2].Columns.Select(c => c.Id)]);
        var today = ChinaTime.Date(time.GetUtcNow().UtcDateTime);
        for (Guid? after = null; ;)
        {
            await using var db = databases.CreateDbContext();
            var seats = Seats(db);
            if (after is { } last) seats = seats.Where(m => m.Id > last);
            var rows = await (from m in seats.OrderBy(m => m.Id).Take(Page)
                              join p in db.Set<Person>() on m.PersonId equals p.Id
                              join c in db.Set<Organisation>() on m.CongressId equals c.Id
                              orderby m.Id
                              select new
                              {
                                  m.Id, m.PersonId, p.Name, Congress = c.Name, c.Region,
                                  Constituency = db.Set<Constituency>().Where(x => x.Id == m.ConstituencyId).Select(x => x.Name).FirstOrDefault(),
                                  Delegation = db.Set<Organisation>().Where(o => o.Id == m.DelegationId).Select(o => o.ShortName).FirstOrDefault(),
                              }).ToListAsync(cancellation);
            var people = rows.Select(r => r.PersonId).Distinct().ToList();
            var places = (await (from p in db.Set<StationPlacement>()
                                 join o in Stations(db) on p.StationId equals o.Id
                                 where people.Contains(p.PersonId) && p.From <= today && (p.To == null || p.To >= today)
                                 select new { p.PersonId, o.Name }).Distinct().ToListAsync(cancellation)).ToLookup(p => p.PersonId, p => p.Name);
            var known = await db.Set<StationCode>().Where(c => c.OfDeputy && people.Contains(c.OwnerId)).ToDictionaryAsync(c => c.OwnerId, c => c.Code, cancellation);
            foreach (var r in rows)
            {
                var stations = places[r.PersonId].Order(StringComparer.Ordinal).ToList();
                var own = stations.Count == 0 ? null : known.GetValueOrDefault(r.PersonId);
                await csv.RowAsync(cancellation, r.Name, StationText.Tier(r.Region), r.Congress, Code(r.Region), r.Constituency ?? r.Delegation, string.Join(';', stations), own, own is null ? "" : $"{site}/p/d/{own}");
            }
            if (rows.Count < Page) break;
            after = rows[^1].Id;
        }
        await csv.EndAsync(cancellation);
    }

    private async IAsyncEnumerable<OpenStation> StationsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var today = ChinaTime.Date(time.GetUtcNow().UtcDateTime);
        for (Guid? after = null; ;)
        {
            List<OpenStation> rows;
            await using (var db = databases.CreateDbContext())
            {
                var all = Stations(db);
                if (after is { } last) all = all.Where(o => o.Id > last);
                rows = await (from o in all.OrderBy(o => o.Id).Take(Page)
                              join d in db.Set<StationDetail>() on o.Id equals d.StationId into details
                              from d in details.DefaultIfEmpty()
                              orderby o.Id
                              select new OpenStation(
                                  o.Id, db.Set<StationCode>().Where(c => c.OwnerId == o.Id).Select(c => c.Code).FirstOrDefault(), o.Name, d == null ? "" : d.Level, o.Region, d == null ? o.Address : d.Address, d == null ? "" : d.Hours, d == null ? "" : d.Phone,
                                  d == null ? null : d.Latitude, d == null ? null : d.Longitude, d == null ? 0 : d.Stars, d == null ? 0 : d.StarsYear, db.Set<StationPlacement>().Count(p => p.StationId == o.Id && p.From <= today && (p.To == null || p.To >= today)),
                                  db.Set<StationDuty>().Where(x => x.StationId == o.Id && x.Day >= today && x.PublishedAt != null && x.CancelledAt == null).Min(x => (DateOnly?)x.Day))).ToListAsync(cancellation);
            }
            foreach (var row in rows) yield return row;
            if (rows.Count < Page) yield break;
            after = rows[^1].Id;
        }
    }

    private static IQueryable<Organisation> Stations(RendaDbContext db) => db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Station && o.ValidTo == null);

    private IQueryable<Mandate> Seats(RendaDbContext db)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return db.Set<Mandate>().AsNoTracking().Where(m => m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now) && db.Set<Person>().Any(p => p.Id == m.PersonId && p.MergedIntoId == null));
    }

    private static string Code(long region) => region.ToString("D12", CultureInfo.InvariantCulture);

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static string Degrees(double? degrees) => degrees is { } value ? Math.Round(value, 6).ToString(CultureInfo.InvariantCulture) : "";

    private sealed record OpenStation(Guid Id, string? Code, string Name, string Level, long Region, string Address, string Hours, string Phone, double? Latitude, double? Longitude, int Stars, int StarsYear, int Deputies, DateOnly? Next);
}
