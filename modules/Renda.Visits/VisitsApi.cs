using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Renda.Platform;
using Renda.Platform.Access;

namespace Renda.Visits;

/// <summary>The API of visits.</summary>
internal static class VisitsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var visits = api.MapGroup("/visits").WithTags("Visits");
        visits.MapPut("/findings/{id:guid}", SubmitAsync).RequirePermission("visits.report").WithSummary("Report a finding; the same request again is harmless");
        visits.MapPut("/visits/{id:guid}", PutVisitAsync).RequirePermission("visits.report").WithSummary("Record a visit; the same request again is harmless");
        visits.MapGet("/visits/{id:guid}", GetVisitAsync).RequirePermission(VisitScope.Permission).WithSummary("A visit within one's scope");
        visits.MapPost("/visits/{id:guid}/track", TrackAsync).RequirePermission("visits.report").WithSummary("Add points to the way of one's own visit; the same points again are harmless");
        visits.MapGet("/duplicates", DuplicatesAsync).RequirePermission("visits.report").WithSummary("Findings nearby that may be the same");
        visits.MapGet("/campaigns/{id:guid}/statistics", StatisticsAsync).RequirePermission("visits.statistics").WithSummary("Figures of a campaign within one's scope");
    }

    private static async Task<IResult> SubmitAsync(Guid id, FindingRequest request, Findings findings, HttpContext http)
    {
        var answer = await findings.SubmitAsync(id, request, await http.ActorAsync(), http.RequestAborted);
        if (answer.Refusal is { } refusal) return refusal.Problem();
        var m = answer.Matter!.Matter;
        var body = new { m.Id, m.Number, m.Title, m.State, m.Version, m.SubmittedAt };
        return answer.Repeated ? Results.Ok(body) : Results.Created($"/api/v1/matters/{m.Id}", body);
    }

    private static async Task<IResult> PutVisitAsync(Guid id, VisitRequest request, Visits visits, HttpContext http)
    {
        var answer = await visits.PutAsync(id, request, await http.ActorAsync(), http.RequestAborted);
        if (answer.Refusal is { } refusal) return refusal.Problem();
        return answer.Created ? Results.Created($"/api/v1/visits/visits/{id}", Show(answer.Record!, track: true)) : Results.Ok(Show(answer.Record!, track: true));
    }

    private static async Task<IResult> GetVisitAsync(Guid id, Visits visits, HttpContext http)
    {
        var actor = await http.ActorAsync();
        return await visits.FindAsync(id, actor, http.RequestAborted) is { } record ? Results.Ok(Show(record, record.MayShowTrack(actor))) : Refusal.NotFound.Problem();
    }

    private static object Show(VisitRecord record, bool track) => new
    {
        record.Visit.Id, record.Visit.CampaignId, record.Visit.CampaignVersion, record.Visit.BeganAt, record.Visit.EndedAt, record.Visit.NothingFound, record.Visit.Note, record.Visit.Tracking, record.Visit.Revision,
        Villages = record.Villages.Select(v => new { RegionCode = v.Region.ToString("D12"), Answers = v.ReadAnswers() }), Companions = record.Companions.Select(c => c.Name),
        Track = track ? record.Visit.ReadTrack().Select(p => new[] { p.At, p.Latitude, p.Longitude }) : null,
    };

    private static async Task<IResult> TrackAsync(Guid id, TrackRequest request, Visits visits, HttpContext http)
    {
        var (points, refusal) = await visits.TrackAsync(id, request.Points ?? [], await http.ActorAsync(), http.RequestAborted);
        return refusal is null ? Results.Ok(new { points }) : refusal.Problem();
    }

    private static async Task<IResult> DuplicatesAsync(Guid campaign, string? category, double lat, double lon, string? text, [FromQuery] string[]? looks, Triage triage, HttpContext http)
    {
        if (!double.IsFinite(lat) || !double.IsFinite(lon)) return new Refusal("visits.bad-point", new("定位数据不对。", "Not a valid position."), 400, "lat").Problem();
        var pictures = new List<long>();
        foreach (var hash in looks ?? [])
        {
            if (hash.Length != 16 || pictures.Count == Findings.MostMedia || !long.TryParse(hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                return new Refusal("visits.bad-looks", new("照片特征应为 16 位十六进制数，最多 20 个。", "What a picture looks like is 16 hex digits; at most 20 of them."), 400, "looks").Problem();
            pictures.Add(value);
        }
        return Results.Ok(await triage.NearAsync(campaign, category ?? "", lat, lon, text ?? "", pictures, null, http.RequestAborted));
    }

    private static async Task<IResult> StatisticsAsync(Guid id, Findings findings, CampaignFigures figures, HttpContext http)
    {
        if (await findings.CampaignAsync(id, http.RequestAborted) is null) return Refusal.NotFound.Problem();
        return Results.Ok(await figures.ReadAsync(id, await http.ActorAsync(), http.RequestAborted));
    }
}

/// <summary>Points of a way.</summary>
public sealed record TrackRequest
{
    /// <summary>Each <c>[unix seconds, latitude, longitude]</c>.</summary>
    public IReadOnlyList<double[]>? Points { get; init; }
}
