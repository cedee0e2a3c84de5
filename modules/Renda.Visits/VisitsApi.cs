using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

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
        visits.MapGet("/campaigns/{id:guid}/statistics", StatisticsAsync).RequirePermission("visits.read").WithSummary("Figures of a campaign within one's scope");
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

    private static async Task<IResult> DuplicatesAsync(Guid campaign, string? category, double lat, double lon, string? text, Findings findings, HttpContext http) =>
        double.IsFinite(lat) && double.IsFinite(lon)
            ? Results.Ok(await findings.NearAsync(campaign, category ?? "", lat, lon, text ?? "", null, http.RequestAborted))
            : new Refusal("visits.bad-point", new("定位数据不对。", "Not a valid position."), 400, "lat").Problem();

    private static async Task<IResult> StatisticsAsync(Guid id, Findings findings, RendaDbContext db, HttpContext http)
    {
        if (await findings.CampaignAsync(id, http.RequestAborted) is null) return Refusal.NotFound.Problem();
        return Results.Ok(await CampaignStatistics.ReadAsync(db, id, await http.ActorAsync(), http.RequestAborted));
    }
}

/// <summary>Points of a way.</summary>
public sealed record TrackRequest
{
    /// <summary>Each <c>[unix seconds, latitude, longitude]</c>.</summary>
    public IReadOnlyList<double[]>? Points { get; init; }
}

/// <summary>Figures of a campaign, within what the actor may see.</summary>
public sealed record CampaignStatistics
{
    /// <summary>Findings.</summary>
    public long Findings { get; init; }

    /// <summary>Deputies who reported.</summary>
    public long Deputies { get; init; }

    /// <summary>Villages with a finding.</summary>
    public long Villages { get; init; }

    /// <summary>Photos.</summary>
    public long Photos { get; init; }

    /// <summary>Videos.</summary>
    public long Videos { get; init; }

    /// <summary>Findings whose unit answered late.</summary>
    public long Late { get; init; }

    /// <summary>Closed with proof.</summary>
    public long Proven { get; init; }

    /// <summary>Closed in whatever way by judgement or its absence.</summary>
    public long Closed { get; init; }

    /// <summary>Result judged satisfied.</summary>
    public long Satisfied { get; init; }

    /// <summary>Result judged basically satisfied.</summary>
    public long Basically { get; init; }

    /// <summary>Result judged not satisfied.</summary>
    public long NotSatisfied { get; init; }

    /// <summary>Judgement not returned; left out of the rates.</summary>
    public long Unreturned { get; init; }

    /// <summary>Satisfied among the returned, 0 to 1; null when none returned.</summary>
    public double? SatisfiedRate { get; init; }

    /// <summary>Satisfied or basically so among the returned, 0 to 1.</summary>
    public double? SatisfiedOrBasicallyRate { get; init; }

    /// <summary>Half of the closed ones took no longer than this from report to close, in days; null when none is closed.</summary>
    public double? MedianDays { get; init; }

    /// <summary>Visits begun.</summary>
    public long Visits { get; init; }

    /// <summary>Visits on which nothing was found.</summary>
    public long NothingFound { get; init; }

    /// <summary>Villages visited.</summary>
    public long VisitedVillages { get; init; }

    /// <summary>Deputies who went on a visit, companions included.</summary>
    public long VisitingDeputies { get; init; }

    /// <summary>By state.</summary>
    public IReadOnlyDictionary<string, long> ByState { get; init; } = new Dictionary<string, long>();

    /// <summary>By category.</summary>
    public IReadOnlyDictionary<string, long> ByCategory { get; init; } = new Dictionary<string, long>();

    /// <summary>By county, 12-digit code.</summary>
    public IReadOnlyDictionary<string, long> ByCounty { get; init; } = new Dictionary<string, long>();

    /// <summary>By town, 12-digit code.</summary>
    public IReadOnlyDictionary<string, long> ByTown { get; init; } = new Dictionary<string, long>();

    /// <summary>By lead unit.</summary>
    public IReadOnlyDictionary<Guid, long> ByUnit { get; init; } = new Dictionary<Guid, long>();

    /// <summary>Sums the counted cells in the actor's scope; people and villages are counted from the rows.</summary>
    public static async Task<CampaignStatistics> ReadAsync(RendaDbContext db, Guid campaign, Actor actor, CancellationToken cancellation)
    {
        var cells = await db.Set<Tally>().AsNoTracking().VisibleTo(actor).Where(t => t.ContextId == campaign && t.Matters > 0).ToListAsync(cancellation);
        var matters = db.Set<Matter>().AsNoTracking().VisibleTo(actor, db).Where(m => m.ContextId == campaign);
        var visits = db.Set<Visit>().AsNoTracking().VisibleTo(actor, db).Where(v => v.CampaignId == campaign);
        var returned = cells.Sum(c => c.Result1 + c.Result2 + c.Result3);
        return new CampaignStatistics
        {
            Findings = cells.Sum(c => c.Matters),
            Deputies = await db.Set<MatterReporter>().Where(r => matters.Any(m => m.Id == r.MatterId)).Select(r => r.PersonId).Distinct().CountAsync(cancellation),
            Villages = await matters.Where(m => m.Region % 1000 != 0).Select(m => m.Region).Distinct().CountAsync(cancellation),
            Photos = cells.Sum(c => c.Photos),
            Videos = cells.Sum(c => c.Videos),
            Late = cells.Sum(c => c.Late),
            Proven = cells.Where(c => c.State is "closed" or "closed-unreturned").Sum(c => c.Proven),
            MedianDays = await MedianDaysAsync(matters, cancellation),
            Closed = cells.Where(c => c.State is "closed" or "closed-unreturned").Sum(c => c.Matters),
            Satisfied = cells.Sum(c => c.Result1),
            Basically = cells.Sum(c => c.Result2),
            NotSatisfied = cells.Sum(c => c.Result3),
            Unreturned = cells.Sum(c => c.Unreturned),
            SatisfiedRate = returned == 0 ? null : (double)cells.Sum(c => c.Result1) / returned,
            SatisfiedOrBasicallyRate = returned == 0 ? null : (double)cells.Sum(c => c.Result1 + c.Result2) / returned,
            Visits = await visits.CountAsync(cancellation),
            NothingFound = await visits.CountAsync(v => v.NothingFound, cancellation),
            VisitedVillages = await db.Set<VisitVillage>().Where(w => visits.Any(v => v.Id == w.VisitId)).Select(w => w.Region).Distinct().CountAsync(cancellation),
            VisitingDeputies = await visits.Select(v => (Guid?)v.PersonId).Union(db.Set<VisitCompanion>().Where(c => c.PersonId != null && visits.Any(v => v.Id == c.VisitId)).Select(c => c.PersonId)).CountAsync(cancellation),
            ByState = Group(c => c.State),
            ByCategory = Group(c => c.Category),
            ByCounty = Group(c => c.County.ToString("D12")),
            ByTown = Group(c => c.Town.ToString("D12")),
            ByUnit = cells.Where(c => c.UnitId != Guid.Empty).GroupBy(c => c.UnitId).ToDictionary(g => g.Key, g => g.Sum(c => c.Matters)),
        };

        static async Task<double?> MedianDaysAsync(IQueryable<Matter> matters, CancellationToken cancellation)
        {
            var closed = matters.Where(m => m.ClosedAt != null && (m.State == "closed" || m.State == "closed-unreturned"));
            var spans = await closed.Select(m => new { m.SubmittedAt, m.ClosedAt }).ToListAsync(cancellation);
            if (spans.Count == 0) return null;
            var days = spans.Select(s => (s.ClosedAt!.Value - s.SubmittedAt).TotalDays).Order().ToList();
            return (days[(days.Count - 1) / 2] + days[days.Count / 2]) / 2;
        }

        Dictionary<string, long> Group(Func<Tally, string> by) => cells.GroupBy(by).OrderByDescending(g => g.Sum(c => c.Matters)).ToDictionary(g => g.Key, g => g.Sum(c => c.Matters));
    }
}
