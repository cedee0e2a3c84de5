using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Documents;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;
using Renda.Platform.Web;
using static Renda.Platform.Language;

namespace Renda.Visits.Exports;

/// <summary>
/// Findings as files, in the language of the request and never more than the actor may see: the problem ledger and the
/// map are streamed, the card and the report are documents.
/// </summary>
public sealed partial class FindingExports(
    IDbContextFactory<RendaDbContext> databases, ProcedureCatalogue procedures, RegionDirectory regions, Findings findings, CampaignFigures campaignFigures, MediaService media, DemoMode demo, TimeProvider time)
{
    /// <summary>Rows of one query. Each begins where the last ended, so that no read holds the database for minutes.</summary>
    private const int PageRows = 10_000;

    /// <summary>Writes the problem ledger (问题清单) as a workbook, newest first, while it is read.</summary>
    /// <param name="to">Where to; only written, asynchronously.</param>
    /// <param name="filter">What of it.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="site">Address of the site, e.g. <c>https://renda.example</c>; links begin with it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many findings were written.</returns>
    public async Task<int> WriteLedgerAsync(Stream to, FindingFilter filter, Actor actor, string site, CancellationToken cancellation)
    {
        var (now, count) = (time.GetUtcNow().UtcDateTime, 0);
        await using var db = databases.CreateDbContext();
        var categories = await findings.CategoryNamesAsync([], cancellation);
        var states = procedures.Newest(FindingProcedure.Id).States.ToDictionary(s => s.Id, s => s.Name.ToString());
        var units = await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.HandlingUnit || o.Kind == OrganisationKind.TownGovernment)
            .Select(o => new { o.Id, o.ShortName }).ToDictionaryAsync(o => o.Id, o => o.ShortName, cancellation);
        (string, int)[] columns =
        [
            (T("编号", "Number"), 20), (T("标题", "Title"), 42), (T("类别", "Category"), 20), (T("村（社区）", "Village"), 28), (T("反映代表", "Deputy"), 12), (T("反映时间", "Reported"), 17),
            (T("状态", "State"), 14), (T("主办单位", "Lead unit"), 18), (T("期限", "Due"), 12), (T("是否超期", "Late"), 10), (T("有凭证办结", "Proven"), 12),
            (T("办理态度", "Attitude"), 12), (T("办理结果", "Result"), 12), (T("链接", "Link"), 60),
        ];
        using var sheet = await SheetFile.BeginAsync(to, T("问题清单", "Findings") + (demo.On ? T("（演示数据）", " (demo data)") : ""), columns, cancellation);
        await foreach (var row in ReadAsync(db, filter, actor, now, cancellation))
        {
            await sheet.RowAsync(
                row.Number, row.Title, categories.TryGetValue(row.Category, out var category) ? category.ToString() : row.Category, regions.FullName(row.Region), row.Deputy,
                Time(row.SubmittedAt), states.GetValueOrDefault(row.State, row.State), row.Unit is { } unit ? units.GetValueOrDefault(unit) : null, row.DueAt is { } due ? Show.DueDay(due)[..10] : null,
                YesNo(row.Late || (!row.Closed && row.DueAt < now)), YesNo(row.Proven), Show.Rating(row.Attitude), Show.Rating(row.Result), $"{site}/matters/{row.Id}");
            count++;
        }
        await sheet.EndAsync();
        return count;
    }

    /// <summary>Writes findings as GeoJSON (RFC 7946), newest first, while they are read. One without a position has a null geometry.</summary>
    /// <returns>How many findings were written.</returns>
    public async Task<int> WriteGeoJsonAsync(Stream to, FindingFilter filter, Actor actor, string site, CancellationToken cancellation)
    {
        var (now, count) = (time.GetUtcNow().UtcDateTime, 0);
        await using var db = databases.CreateDbContext();
        var categories = await findings.CategoryNamesAsync([], cancellation);
        var states = procedures.Newest(FindingProcedure.Id).States.ToDictionary(s => s.Id, s => s.Name.ToString());
        await using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Encoder = EventContent.Json.Encoder });
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        json.WriteStartArray("features");
        await foreach (var row in ReadAsync(db, filter, actor, now, cancellation))
        {
            json.WriteStartObject();
            json.WriteString("type", "Feature");
            json.WriteString("id", row.Id);
            if (row is { Latitude: { } latitude, Longitude: { } longitude })
            {
                json.WriteStartObject("geometry");
                json.WriteString("type", "Point");
                json.WriteStartArray("coordinates");
                // Longitude first, WGS-84; six decimals are a hand's breadth.
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
            json.WriteString("number", row.Number);
            json.WriteString("title", row.Title);
            json.WriteString("category", categories.TryGetValue(row.Category, out var category) ? category.ToString() : row.Category);
            json.WriteString("state", states.GetValueOrDefault(row.State, row.State));
            json.WriteString("village", regions.FullName(row.Region));
            json.WriteString("url", $"{site}/matters/{row.Id}");
            json.WriteEndObject();
            json.WriteEndObject();
            count++;
            if (json.BytesPending > 32_000) await json.FlushAsync(cancellation);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
        return count;
    }

    private static async IAsyncEnumerable<LedgerRow> ReadAsync(RendaDbContext db, FindingFilter filter, Actor actor, DateTime now, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long? after = null;
        for (var read = PageRows; read == PageRows;)
        {
            var query = filter.Apply(db, actor, now);
            if (after is { } cursor) query = query.Where(m => m.Serial < cursor);
            read = 0;
            var page = query.OrderByDescending(m => m.Serial).Take(PageRows).Select(m => new LedgerRow(
                m.Serial, m.Id, m.Number, m.Title, m.Category, m.Region, db.Set<Person>().Where(p => p.Id == m.ReporterId).Select(p => p.Name).FirstOrDefault(), m.SubmittedAt, m.State, m.Closed, m.LeadUnitId,
                m.DueAt, m.Late, m.Proven, m.Attitude, m.Result, m.Latitude, m.Longitude));
            await foreach (var row in page.AsAsyncEnumerable().WithCancellation(cancellation))
            {
                read++;
                after = row.Serial;
                yield return row;
            }
        }
    }

    private static string YesNo(bool value) => value ? T("是", "Yes") : T("否", "No");

    private static string Time(DateTime utc) => utc.AddHours(8).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private sealed record LedgerRow(
        long Serial, Guid Id, string Number, string Title, string Category, long Region, string? Deputy, DateTime SubmittedAt, string State, bool Closed, Guid? Unit,
        DateTime? DueAt, bool Late, bool Proven, int Attitude, int Result, double? Latitude, double? Longitude);
}
