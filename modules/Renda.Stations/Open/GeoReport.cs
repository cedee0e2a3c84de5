using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Settings;

namespace Renda.Stations.Open;

/// <summary>
/// Open311 GeoReport v2: services are the categories of citizens' matters, requests are what stations have published. What an application
/// sends goes the way of the portal's form. A request's id is the matter's, which tells nothing; the query code is told once, to
/// whoever sent it, and stands in no address.
/// </summary>
public sealed class GeoReport(IDbContextFactory<RendaDbContext> databases, Voices voices, Portal portal, StationDesk stations, CodeSets codes, RegionDirectory regions, BoundaryIndex boundaries, PersonalData personal, IDataProtectionProvider protection)
{
    /// <summary>Longest body that is read, in bytes.</summary>
    public const int LongestBody = 64 * 1024;

    private const int Most = 500, Usual = 100;
    private const double NearMetres = 20_000;
    private readonly IDataProtector _tokens = protection.CreateProtector("Renda.Stations.Open311");

    /// <summary>What is here and in which formats.</summary>
    public async Task<GeoAnswer> DiscoveryAsync(string site, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var changed = await db.Set<Setting>().Where(s => s.Name == "codes/" + VoiceProcedure.Categories).Select(s => (DateTime?)s.SetAt).FirstOrDefaultAsync(cancellation) ?? new DateTime(2026, 11, 26, 16, 0, 0, DateTimeKind.Utc);
        var changeset = Instant(DateTime.SpecifyKind(changed, DateTimeKind.Utc));
        return new("discovery", new JsonObject
        {
            ["changeset"] = changeset,
            ["contact"] = $"{site}/p/open",
            ["key_service"] = $"密钥由人大代表工作机构发放 · Keys are given by the deputies' office: {site}/p/open",
            ["endpoints"] = new JsonArray(new JsonObject
            {
                ["specification"] = "http://wiki.open311.org/GeoReport_v2", ["url"] = $"{site}/open311/v2", ["changeset"] = changeset, ["type"] = "production", ["formats"] = new JsonArray("text/xml", "application/json"),
            }),
        });
    }

    /// <summary>What may be said, by category.</summary>
    public async Task<GeoAnswer> ServicesAsync(CancellationToken cancellation) => new("services", new JsonArray(
    [
        .. (await codes.OfAsync(VoiceProcedure.Categories, cancellation)).Where(c => !c.Retired).Select(c => new JsonObject
        {
            ["service_code"] = c.Id, ["service_name"] = c.Name.Zh, ["description"] = $"向人大代表反映：{c.Name.Zh} · Tell your deputies: {c.Name.En}", ["metadata"] = true, ["type"] = "realtime", ["keywords"] = $"{c.Name.Zh},{c.Name.En}", ["group"] = "群众意见",
        }),
    ]));

    /// <summary>What may be told with it.</summary>
    public async Task<GeoAnswer> ServiceAsync(string? service, CancellationToken cancellation)
    {
        if ((await codes.OfAsync(VoiceProcedure.Categories, cancellation)).All(c => c.Id != service || c.Retired)) return Fault(404, new("没有这个 service_code。", "There is no such service_code."));
        return new("service_definition", new JsonObject
        {
            ["service_code"] = service,
            ["attributes"] = new JsonArray(
                Attribute("station", "string", 1, "联络站的代码（stations.csv 里的 code）；不写就按 address_id 或者坐标找 · Code of the station, as in stations.csv; without it address_id or the position tells which"),
                Attribute("anonymous", "singlevaluelist", 2, "公开办理结果时不出现您 · You do not appear when the result is published", ("yes", "匿名 · anonymous"), ("no", "不匿名 · not anonymous"))),
        });
    }

    /// <summary>What was published, newest first.</summary>
    public async Task<GeoAnswer> RequestsAsync(IQueryCollection query, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var found = PublicVoice.Of(db);
        if (Text("service_request_id") is { } list)
        {
            // As the standard has it, ids make the rest meaningless.
            var ids = Ids(list);
            return await AnswerAsync(db, found.Where(m => ids.Contains(m.Id)).Take(Most), cancellation);
        }
        if (Text("service_code") is { } services)
        {
            var wanted = services.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            found = found.Where(m => wanted.Contains(m.Category));
        }
        if (Text("status") is { } status)
        {
            var states = status.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (states.Except(["open", "closed"]).Any()) return Fault(400, new("status 是 open 或者 closed。", "status is open or closed."));
            // Published are only those that have ended.
            if (!states.Contains("closed")) return new("service_requests", new JsonArray());
        }
        if (!Day("start_date", out var start) || !Day("end_date", out var end)) return Fault(400, new("start_date、end_date 写作 2026-11-01T00:00:00+08:00。", "start_date and end_date are written as 2026-11-01T00:00:00+08:00."));
        if (start > end) return Fault(400, new("start_date 要早于 end_date。", "start_date is before end_date."));
        // By days, as they are told.
        if (start is { } from)
        {
            var first = ChinaTime.StartOf(ChinaTime.Date(from)) == from ? from : ChinaTime.StartOf(ChinaTime.Date(from).AddDays(1));
            found = found.Where(m => m.SubmittedAt >= first);
        }
        if (end is { } to)
        {
            var last = ChinaTime.StartOf(ChinaTime.Date(to).AddDays(1));
            found = found.Where(m => m.SubmittedAt < last);
        }
        if (!Number("page", 1, 10_000, 1, out var page) || !Number("page_size", 1, Most, Usual, out var size)) return Fault(400, new($"page 从 1 起，page_size 从 1 到 {Most}。", $"page begins with 1, page_size is from 1 to {Most}."));
        return await AnswerAsync(db, found.OrderByDescending(m => m.Serial).Skip((page - 1) * size).Take(size), cancellation);

        string? Text(string name) => query[name].ToString().Trim() is { Length: > 0 } text ? text : null;

        bool Day(string name, out DateTime? at)
        {
            at = null;
            if (Text(name) is not { } text) return true;
            // A plus in an address is a space to those who forget to write it as %2B.
            if (!DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var told) || told.Year is < 2000 or > 2200) return false;
            at = told.UtcDateTime;
            return true;
        }

        bool Number(string name, int least, int most, int otherwise, out int value)
        {
            value = otherwise;
            return Text(name) is not { } text || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most);
        }
    }

    /// <summary>Published requests by their ids.</summary>
    public async Task<GeoAnswer> RequestAsync(string list, CancellationToken cancellation)
    {
        var ids = Ids(list);
        await using var db = databases.CreateDbContext();
        var answer = await AnswerAsync(db, PublicVoice.Of(db).Where(m => ids.Contains(m.Id)).Take(Most), cancellation);
        return answer.Body.AsArray().Count > 0 ? answer : Fault(404, new("没有这件已经公开的意见。", "There is no such published request."));
    }

    /// <summary>The id that belongs to a token.</summary>
    public async Task<GeoAnswer> TokenAsync(string token, CancellationToken cancellation)
    {
        try
        {
            var id = Guid.ParseExact(_tokens.Unprotect(token), "N");
            await using var db = databases.CreateDbContext();
            if (await db.Set<StationVoice>().AnyAsync(v => v.MatterId == id, cancellation)) return new("service_requests", new JsonArray(new JsonObject { ["token"] = token, ["service_request_id"] = id.ToString() }));
        }
        catch (CryptographicException)
        {
            // Not ours: as good as none.
        }
        return Fault(404, new("没有这个 token。", "There is no such token."));
    }

    /// <summary>Takes in what an application sends for a citizen, as the portal's form does.</summary>
    /// <param name="form">The fields.</param>
    /// <param name="retry">A UUIDv7 of the application's, so that sending it again is harmless; null for none.</param>
    /// <param name="site">The product's address.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<GeoAnswer> PostAsync(IFormCollection form, string? retry, string site, CancellationToken cancellation)
    {
        var set = await portal.SettingsAsync(cancellation);
        if (set.Api == "closed") return Fault(403, new("这里不接收应用提交的意见。", "Nothing is taken in from applications here."));
        var hash = ApiKey.HashOf(Text("api_key"));
        var key = set.Keys.FirstOrDefault(k => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(k.Hash), Encoding.ASCII.GetBytes(hash)));
        if (set.Api == "key" && key is null) return Fault(403, new("没有 api_key，或者已经停用。", "The api_key is missing or no longer valid."));
        if (!set.Open) return Fault(403, Portal.Closed.Text);
        // Who sends it for another cannot show whose telephone it is.
        if (set.VerifyPhone) return Fault(403, new($"这里要先用短信验证手机号，请在 {site}/p 反映。", $"A telephone has to be verified here; please say it at {site}/p."));
        if (Text("service_code").Length == 0) return Fault(400, new("请给出 service_code。", "service_code is missing."));
        if ((await codes.OfAsync(VoiceProcedure.Categories, cancellation)).All(c => c.Id != Text("service_code") || c.Retired)) return Fault(404, new("没有这个 service_code。", "There is no such service_code."));
        var (station, village, refused) = await StationAsync(Text("attribute[station]"), Text("address_id"), Text("lat"), Text("long"), cancellation);
        if (refused is { } why) return Fault(400, why);
        if (Text("attribute[anonymous]") is not ("" or "yes" or "no")) return Fault(400, new("attribute[anonymous] 是 yes 或者 no。", "attribute[anonymous] is yes or no."));
        if (!Guid.TryParse(retry, out var given)) given = Guid.CreateVersion7();
        else if (given.Version != 7) return Fault(400, new("Idempotency-Key 必须是 UUIDv7。", "The Idempotency-Key is a UUIDv7."));
        var saying = new Saying
        {
            Key = KeyOf(given, key?.Id), StationId = station, Category = Text("service_code"), Text = Text("description"), PlaceText = Text("address_string"), Village = village, Contact = Contact(), Anonymous = Text("attribute[anonymous]") != "no", Source = "api",
        };
        if (!await voices.IsSaidAsync(saying.Key, cancellation) && await portal.CrowdedAsync(station, cancellation) is { } crowded) return Fault(crowded.Status, crowded.Text);
        var answer = await voices.SayAsync(saying, Actor.Citizen, cancellation);
        if (answer.Refusal is { } refusal) return refusal.Fields.Count > 0 ? Faults(400, refusal.Fields.Select(f => f.Text)) : Fault(refusal.Status, refusal.Text);
        var id = answer.Matter!.Matter.Id;
        return new("service_requests", new JsonArray(new JsonObject
        {
            ["service_request_id"] = id.ToString(), ["token"] = _tokens.Protect(id.ToString("N")), ["account_id"] = null,
            ["service_notice"] = $"查询码 {answer.Code}，请转告反映人并且只告诉本人：凭它在 {site}/p/q 看进展、评价。 · Query code {answer.Code}: tell it to the citizen only, who follows the matter with it at {site}/p/q.",
        }), StatusCodes.Status201Created);

        string Text(string name) => form[name].ToString().Trim();

        string Contact()
        {
            string[] ways = [Text("phone"), Text("email")];
            var reach = string.Join(' ', ways.Where(w => w.Length > 0));
            var whole = $"{Text("last_name")}{Text("first_name")} {reach}".Trim();
            return whole.Length <= Voices.LongestContact ? whole : reach;
        }
    }

    /// <summary>An error as the standard answers it.</summary>
    public static GeoAnswer Fault(int status, Words text) => Faults(status, [text]);

    private static GeoAnswer Faults(int status, IEnumerable<Words> texts) => new("errors", new JsonArray([.. texts.Select(t => new JsonObject { ["code"] = status, ["description"] = $"{t.Zh} {t.En}" })]), status);

    private async Task<GeoAnswer> AnswerAsync(RendaDbContext db, IQueryable<Matter> matters, CancellationToken cancellation)
    {
        var rows = PublicVoice.From(await matters.ToListAsync(cancellation));
        var at = rows.Select(r => r.Station).Distinct().ToList();
        var names = await db.Set<Organisation>().Where(o => at.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        var categories = (await codes.OfAsync(VoiceProcedure.Categories, cancellation)).ToDictionary(c => c.Id, c => c.Name.Zh);
        return new("service_requests", new JsonArray(
        [
            .. rows.Select(r => new JsonObject
            {
                ["service_request_id"] = r.Id.ToString(), ["status"] = "closed", ["status_notes"] = r.Answer + (r.Rating == 0 ? "" : $"（{(r.Rating == 1 ? "群众评价：满意" : r.Rating == 2 ? "群众评价：基本满意" : "群众评价：不满意")}）"), ["service_name"] = categories.GetValueOrDefault(r.Category, r.Category), ["service_code"] = r.Category,
                ["description"] = r.Text, ["agency_responsible"] = names.GetValueOrDefault(r.Station, ""), ["service_notice"] = null, ["requested_datetime"] = Instant(ChinaTime.StartOf(r.Said)), ["updated_datetime"] = Instant(ChinaTime.StartOf(r.Published)), ["expected_datetime"] = null,
                ["address"] = regions.FullName(r.Town), ["address_id"] = r.Town.ToString("D12", CultureInfo.InvariantCulture), ["zipcode"] = null, ["lat"] = null, ["long"] = null, ["media_url"] = null,
            }),
        ]));
    }

    // The named one; or the one of the village or town, that of a point by the boundaries; or the nearest.
    private async Task<(Guid Station, long Village, Words? Fault)> StationAsync(string code, string address, string lat, string @long, CancellationToken cancellation)
    {
        var region = RegionCode.TryParse(address, out var parsed) && regions.Find(parsed.Value) is { Level: RegionLevel.Village or RegionLevel.Town } place ? place : null;
        var village = region is { Level: RegionLevel.Village } ? region.Code : 0;
        if (code.Length > 0) return await stations.OwnerAsync(code, cancellation) is { OfDeputy: false } owner ? (owner.OwnerId, village, null) : (default, 0, new Words("没有这个联络站。", "There is no such station."));
        if (address.Length > 0)
        {
            if (region is null) return (default, 0, new Words("address_id 是乡镇、街道或者村、社区的 12 位区划代码。", "address_id is the 12-digit division code of a town or village."));
            return (await portal.StationsOfAsync(region.Code, cancellation)) is [var first, ..] ? (first.Row.Station.Id, village, null) : (default, 0, new Words("这里还没有联络站。", "There is no station there yet."));
        }
        if (!Degrees(lat, 90, out var latitude) || !Degrees(@long, 180, out var longitude)) return (default, 0, new Words("请给出地点：address_id，或者 lat 和 long，或者 attribute[station]。", "Say where: address_id, or lat and long, or attribute[station]."));
        if (await boundaries.FindAsync(latitude, longitude, cancellation) is { Level: RegionLevel.Village or RegionLevel.Town } here)
        {
            village = here.Level == RegionLevel.Village ? here.Code : 0;
            if (await portal.StationsOfAsync(here.Code, cancellation) is [var own, ..]) return (own.Row.Station.Id, village, null);
        }
        await using var db = databases.CreateDbContext();
        var near = await (from d in db.Set<StationDetail>()
                          join o in db.Set<Organisation>() on d.StationId equals o.Id
                          where o.Kind == OrganisationKind.Station && o.ValidTo == null && d.Latitude > latitude - 0.3 && d.Latitude < latitude + 0.3 && d.Longitude > longitude - 0.3 && d.Longitude < longitude + 0.3
                          select new { d.StationId, d.Latitude, d.Longitude }).Take(1000).ToListAsync(cancellation);
        var nearest = near.Select(n => (n.StationId, Metres: Distance.Metres(latitude, longitude, n.Latitude!.Value, n.Longitude!.Value))).Where(n => n.Metres <= NearMetres).OrderBy(n => n.Metres).Select(n => (Guid?)n.StationId).FirstOrDefault();
        return nearest is { } station ? (station, village, null) : (default, 0, new Words("附近没有联络站，请给出 address_id 或者 attribute[station]。", "No station is near; give address_id or attribute[station]."));

        static bool Degrees(string text, double most, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && Math.Abs(value) <= most;
    }

    // Of the application and its own key: another application with the same key is told nothing of this one's.
    private Guid KeyOf(Guid given, Guid? application)
    {
        Span<byte> bytes = stackalloc byte[16];
        given.TryWriteBytes(bytes, bigEndian: true, out _);
        Convert.FromHexString(personal.Index($"{application:N}|{given:N}", "stations-open311-key")!).AsSpan(0, 10).CopyTo(bytes[6..]);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return new Guid(bytes, bigEndian: true);
    }

    private static List<Guid> Ids(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries).Take(Most).Select(t => Guid.TryParse(t, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty)];

    private static string Instant(DateTime utc) => new DateTimeOffset(utc).ToOffset(ChinaTime.Offset).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static JsonObject Attribute(string variable, string type, int order, string description, params (string Key, string Name)[] values)
    {
        var attribute = new JsonObject { ["variable"] = true, ["code"] = variable, ["datatype"] = type, ["required"] = false, ["datatype_description"] = null, ["order"] = order, ["description"] = description };
        if (values.Length > 0) attribute["values"] = new JsonArray([.. values.Select(v => new JsonObject { ["key"] = v.Key, ["name"] = v.Name })]);
        return attribute;
    }
}
