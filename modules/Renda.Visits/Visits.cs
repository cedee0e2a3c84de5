using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Visits;

/// <summary>A visit as a client sends it: always the whole of it, except for the way.</summary>
public sealed record VisitRequest
{
    /// <summary>The campaign.</summary>
    public Guid CampaignId { get; init; }

    /// <summary>The version of the campaign whose points were looked at; 0 for the current one.</summary>
    public int CampaignVersion { get; init; }

    /// <summary>Begin (UTC).</summary>
    public DateTime? BeganAt { get; init; }

    /// <summary>End (UTC), or null while it goes on. An ended visit is not changed any more.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Villages seen, 1 to <see cref="Visits.MostVillages"/>, in order.</summary>
    public IReadOnlyList<VisitedVillage>? Villages { get; init; }

    /// <summary>Names of those who came along, at most <see cref="Visits.MostCompanions"/>.</summary>
    public IReadOnlyList<string>? Companions { get; init; }

    /// <summary>Summary, at most 2,000 characters.</summary>
    public string? Note { get; init; }

    /// <summary>The deputy's word that nothing was found. Not together with a point answered <c>problem</c>.</summary>
    public bool NothingFound { get; init; }

    /// <summary>Whether the way may be recorded.</summary>
    public bool Tracking { get; init; }

    /// <summary>For a change: the revision it was made from.</summary>
    public int? ExpectedRevision { get; init; }
}

/// <summary>A village of a visit.</summary>
public sealed record VisitedVillage
{
    /// <summary>12-digit division code of the village, or of the town.</summary>
    public string? RegionCode { get; init; }

    /// <summary>Answers to points; those left out were not looked at.</summary>
    public IReadOnlyList<PointAnswer>? Answers { get; init; }
}

/// <summary>A visit with all that belongs to it.</summary>
/// <param name="Visit">The visit.</param>
/// <param name="Villages">Its villages, in order.</param>
/// <param name="Companions">Who came along.</param>
public sealed record VisitRecord(Visit Visit, IReadOnlyList<VisitVillage> Villages, IReadOnlyList<VisitCompanion> Companions)
{
    /// <summary>The way is shown to the deputy and to the staff who look after the campaign, to nobody else.</summary>
    public bool MayShowTrack(Actor actor) => (actor.PersonId is { } me && Visit.PersonId == me) || actor.Grants.Any(g =>
        g.Permissions.Contains("visits.triage") && g is { Role.Scope: RoleScope.Territory, Region: > 0 } && Villages.All(v => v.Region >= g.Region && v.Region <= Territory.Last(g.Region)));
}

/// <summary>What became of a request.</summary>
/// <param name="Record">The visit as it is now; null when refused.</param>
/// <param name="Refusal">Why not.</param>
/// <param name="Created">True when it was not there before.</param>
public sealed record VisitAnswer(VisitRecord? Record, Refusal? Refusal, bool Created = false);

/// <summary>Takes visits in and finds them again.</summary>
public sealed class Visits(IDbContextFactory<RendaDbContext> databases, Findings findings, RegionDirectory regions, TimeProvider time)
{
    /// <summary>Most villages of one visit.</summary>
    public const int MostVillages = 30;

    /// <summary>Most companions of one visit.</summary>
    public const int MostCompanions = 30;

    /// <summary>Most points of the way: a day of one a minute.</summary>
    public const int MostTrackPoints = 1_500;

    /// <summary>Takes a visit in, or a change of one that still goes on. The same request again gives the same answer; other content under the same id is refused.</summary>
    public async Task<VisitAnswer> PutAsync(Guid id, VisitRequest request, Actor actor, CancellationToken cancellation)
    {
        if (id.Version != 7) return No(new Refusal("visits.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400));
        if (actor.PersonId is not { } person) return No(new Refusal("visits.no-person", new("这个账号没有对应的人员。", "This account has no person."), 403));
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request, EventContent.Json))));
        await using var db = databases.CreateDbContext();
        if (await db.Set<Visit>().FirstOrDefaultAsync(v => v.Id == id, cancellation) is { } kept)
        {
            if (kept.PersonId != person) return No(Taken);
            if (kept.Fingerprint == fingerprint) return new VisitAnswer(await RecordAsync(db, kept, cancellation), null);
            if (request.ExpectedRevision is not { } expected) return No(Taken);
            if (kept.EndedAt is not null) return No(new Refusal("visits.visit-ended", new("这次寻访已经结束，不能再改。", "The visit has ended and is not changed any more."), 409));
            if (expected != kept.Revision) return No(Stale);
            if (request.CampaignId != kept.CampaignId) return No(Taken);
            return await WriteAsync(db, kept, false);
        }
        return await WriteAsync(db, new Visit { Id = id, PersonId = person, CampaignId = request.CampaignId }, true);

        async Task<VisitAnswer> WriteAsync(RendaDbContext db, Visit visit, bool created)
        {
            var (checkedVisit, errors) = await CheckAsync(db, visit, request, actor, cancellation);
            if (errors.Count > 0) return No(Refusal.Form(errors));
            (visit.CampaignVersion, visit.BeganAt, visit.EndedAt) = (checkedVisit.Version, checkedVisit.Began, checkedVisit.Ended);
            (visit.NothingFound, visit.Note, visit.Tracking, visit.Fingerprint) = (request.NothingFound, request.Note?.Trim() ?? "", request.Tracking, fingerprint);
            visit.Revision++;
            if (created) db.Add(visit);
            else
            {
                db.RemoveRange(await db.Set<VisitVillage>().Where(v => v.VisitId == id).ToListAsync(cancellation));
                db.RemoveRange(await db.Set<VisitCompanion>().Where(c => c.VisitId == id).ToListAsync(cancellation));
            }
            try
            {
                // One transaction, in two steps: the same keys come back under other values.
                await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
                await db.SaveChangesAsync(cancellation);
                db.AddRange(checkedVisit.Villages);
                db.AddRange(checkedVisit.Companions);
                await db.SaveChangesAsync(cancellation);
                await transaction.CommitAsync(cancellation);
            }
            catch (DbUpdateException)
            {
                // Somebody was quicker, perhaps the same request from the same phone.
                await using var again = databases.CreateDbContext();
                if (await again.Set<Visit>().AsNoTracking().FirstOrDefaultAsync(v => v.Id == id, cancellation) is not { } other) throw;
                return other.PersonId == person && other.Fingerprint == fingerprint ? new VisitAnswer(await RecordAsync(again, other, cancellation), null) : No(created ? Taken : Stale);
            }
            return new VisitAnswer(new VisitRecord(visit, checkedVisit.Villages, checkedVisit.Companions), null, created);
        }
    }

    /// <summary>
    /// Adds points to the way of one's own visit. The same points again are harmless; those outside of the visit's time
    /// are left out, and so is everything where the deputy did not allow it.
    /// </summary>
    /// <returns>How many points the way has now, or why not.</returns>
    public async Task<(int Points, Refusal? Refusal)> TrackAsync(Guid id, IReadOnlyList<double[]> points, Actor actor, CancellationToken cancellation)
    {
        if (points.Count > MostTrackPoints || points.Any(p => p is not [> 0 and < 1e11, >= -90 and <= 90, >= -180 and <= 180]))
            return (0, new Refusal("visits.bad-track", new("轨迹数据不对。", "Not a valid way."), 400, "points"));
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.CreateDbContext();
            var visit = await db.Set<Visit>().FirstOrDefaultAsync(v => v.Id == id && v.PersonId == actor.PersonId, cancellation);
            if (visit is null || actor.PersonId is null) return (0, Refusal.NotFound);
            if (!visit.Tracking) return (0, new Refusal("visits.track-not-allowed", new("这次寻访没有允许记录轨迹。", "Recording the way was not allowed on this visit."), 409));
            var (from, to) = (Seconds(visit.BeganAt) - 60, Seconds(visit.EndedAt ?? time.GetUtcNow().UtcDateTime) + 60);
            var all = visit.ReadTrack().Concat(points.Select(p => new TrackPoint((long)p[0], Math.Round(p[1], 5), Math.Round(p[2], 5))).Where(p => p.At >= from && p.At <= to))
                .DistinctBy(p => p.At).OrderBy(p => p.At).Take(MostTrackPoints).ToList();
            visit.Track = "[" + string.Join(',', all.Select(p => string.Create(CultureInfo.InvariantCulture, $"[{p.At},{p.Latitude:0.#####},{p.Longitude:0.#####}]"))) + "]";
            // The way is not part of what the deputy edits: a page that is open stays good, but two sendings at once must not lose one.
            var before = db.Entry(visit).OriginalValues.GetValue<string>(nameof(Visit.Track));
            var track = visit.Track;
            if (await db.Set<Visit>().Where(v => v.Id == id && v.Track == before).ExecuteUpdateAsync(s => s.SetProperty(v => v.Track, track), cancellation) == 1) return (all.Count, null);
            if (attempt == 5) return (0, Stale);
        }
    }

    /// <summary>A visit within the actor's scope, or null.</summary>
    public async Task<VisitRecord?> FindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var visit = await db.Set<Visit>().AsNoTracking().VisibleTo(actor, db).FirstOrDefaultAsync(v => v.Id == id, cancellation);
        return visit is null ? null : await RecordAsync(db, visit, cancellation);
    }

    /// <summary>The actor's own visit that still goes on, the newest first; null when there is none.</summary>
    public async Task<VisitRecord?> OpenAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.PersonId is not { } person) return null;
        await using var db = databases.CreateDbContext();
        var visit = await db.Set<Visit>().AsNoTracking().Where(v => v.PersonId == person && v.EndedAt == null).OrderByDescending(v => v.BeganAt).FirstOrDefaultAsync(cancellation);
        return visit is null ? null : await RecordAsync(db, visit, cancellation);
    }

    /// <summary>
    /// The findings made on a visit, within the actor's scope, oldest first: those that name it, of the people who were there.
    /// </summary>
    public static async Task<IReadOnlyList<Matter>> FindingsOfAsync(RendaDbContext db, VisitRecord record, Actor actor, CancellationToken cancellation)
    {
        var (visit, name) = (record.Visit, record.Visit.Id.ToString());
        var people = record.Companions.Select(c => c.PersonId).Append(visit.PersonId).OfType<Guid>().ToList();
        var (from, to) = (visit.BeganAt.AddDays(-1), (visit.EndedAt ?? visit.BeganAt.AddDays(2)).AddDays(1));
        var found = db.Set<Matter>().AsNoTracking().Where(m => m.ContextId == visit.CampaignId && m.Body.Contains(name) && m.OccurredAt >= from && m.OccurredAt <= to && people.Contains(m.ReporterId!.Value));
        // Who may see the visit as one of those who were there may see what came of it.
        return await (people.Contains(actor.PersonId ?? Guid.Empty) ? found : found.VisibleTo(actor, db)).OrderBy(m => m.Serial).Take(200).ToListAsync(cancellation);
    }

    private async Task<((int Version, DateTime Began, DateTime? Ended, List<VisitVillage> Villages, List<VisitCompanion> Companions) Visit, List<Refusal> Errors)> CheckAsync(
        RendaDbContext db, Visit visit, VisitRequest request, Actor actor, CancellationToken cancellation)
    {
        var errors = new List<Refusal>();
        var now = time.GetUtcNow().UtcDateTime;
        var (began, ended) = (Utc(request.BeganAt ?? now), request.EndedAt is { } end ? Utc(end) : (DateTime?)null);
        var villages = new List<VisitVillage>();
        var companions = new List<VisitCompanion>();
        if (await findings.CampaignAsync(request.CampaignId, cancellation) is not { } campaign || await findings.FormAsync(campaign, request.CampaignVersion, began, cancellation) is not { } form)
        {
            errors.Add(new Refusal("visits.unknown-campaign", new("没有这个寻访活动。", "There is no such campaign."), Field: "campaignId"));
            return ((0, began, ended, villages, companions), errors);
        }
        if (began < form.OpensAt || began >= form.ClosesAt) errors.Add(new("visits.campaign-closed", new("这个寻访活动没有开始或已经结束。", "The campaign is not open."), Field: "campaignId"));
        if (!await findings.IsInvitedAsync(form.Content, actor, cancellation)) errors.Add(Findings.NotInvited);
        if (began > now.AddDays(1)) errors.Add(new("visits.visit-in-future", new("开始时间晚于现在，请检查手机时间。", "It begins in the future: check the phone's clock."), Field: "beganAt"));
        if (ended < began || ended > now.AddDays(1) || ended > began.AddDays(2)) errors.Add(new("visits.visit-end", new("结束时间要在开始之后、两天之内。", "It must end after it began and within two days."), Field: "endedAt"));
        if (request.Note?.Length > 2000) errors.Add(new("form.too-long", new($"最多 2000 字，现在 {request.Note.Length} 字。", $"At most 2,000 characters; it has {request.Note.Length}."), Field: "note"));

        foreach (var (village, ordinal) in (request.Villages ?? []).Take(MostVillages + 1).Select((v, i) => (v, i)))
        {
            if (!RegionCode.TryParse(village.RegionCode, out var code) || regions.Find(code.Value) is not { Level: >= RegionLevel.Town } region)
                errors.Add(new("visits.unknown-region", new("请选择所在的村或镇。", "Choose the village or town."), Field: "villages"));
            else if (!new RegionCode(campaign.Campaign.Region).Contains(region.Code) || !form.Content.Covers(region.Code))
                errors.Add(new("visits.outside-campaign", new($"{region.Name}不在寻访活动的范围内。", $"{region.Name} is outside the campaign."), Field: "villages"));
            else if (villages.All(v => v.Region != region.Code))
            {
                var answers = (village.Answers ?? []).DistinctBy(a => a.Point).ToList();
                if (answers.Any(a => !form.Content.Checklist.Contains(a.Point) || a.Answer is not ("ok" or "problem" or "none") || a.Note?.Length > 200))
                    errors.Add(new("visits.bad-answer", new("寻访要点的回答不对，请刷新页面。", "An answer does not fit the points; reload the page."), Field: "villages"));
                villages.Add(new VisitVillage { VisitId = visit.Id, Region = region.Code, Ordinal = ordinal, Answers = JsonSerializer.Serialize(answers.Select(a => a with { Note = string.IsNullOrWhiteSpace(a.Note) ? null : a.Note.Trim() }), EventContent.Json) });
                if (request.NothingFound && answers.Any(a => a.Answer == "problem"))
                    errors.Add(new("visits.something-found", new("有要点选了“有问题”，不能同时写没有发现问题。", "A point was answered “problem”; it cannot be that nothing was found."), Field: "nothingFound"));
            }
        }
        if ((request.Villages?.Count ?? 0) is 0 or > MostVillages) errors.Add(new("visits.villages", new($"请选择走访的村（1 到 {MostVillages} 个）。", $"Choose the villages seen (1 to {MostVillages})."), Field: "villages"));
        if (request.NothingFound && await FindingsOfAsync(db, new VisitRecord(new Visit { Id = visit.Id, CampaignId = visit.CampaignId, PersonId = visit.PersonId, BeganAt = began, EndedAt = ended }, [], []), actor, cancellation) is [_, ..])
            errors.Add(new("visits.something-found", new("这次寻访已经反映了问题，不能同时写没有发现问题。", "Something was reported on this visit; it cannot be that nothing was found."), Field: "nothingFound"));

        var names = (request.Companions ?? []).Select(n => n.Trim()).Where(n => n.Length > 0).Distinct().ToList();
        if (names.Count > MostCompanions || names.Any(n => n.Length > 30)) errors.Add(new("visits.companions", new($"同行的人最多 {MostCompanions} 位，每个名字最多 30 字。", $"At most {MostCompanions} companions, names of at most 30 characters."), Field: "companions"));
        else if (names.Count > 0)
        {
            var people = await PeopleAsync(db, names, visit.PersonId, cancellation);
            companions = [.. names.Select((name, i) => new VisitCompanion { VisitId = visit.Id, Ordinal = i, Name = name, PersonId = people.GetValueOrDefault(name) })];
        }
        return ((request.CampaignVersion == 0 ? campaign.Campaign.Version : request.CampaignVersion, began, ended, villages, companions), [.. errors.DistinctBy(e => (e.Code, e.Field, e.Text))]);
    }

    /// <summary>Fellow deputies of one congress by name, where just one has it.</summary>
    private static async Task<Dictionary<string, Guid?>> PeopleAsync(RendaDbContext db, List<string> names, Guid person, CancellationToken cancellation)
    {
        var congresses = db.Set<Mandate>().Where(m => m.PersonId == person && m.Status == MandateStatus.Active && m.ValidTo == null).Select(m => m.CongressId);
        var found = await db.Set<Person>().AsNoTracking().Where(p => names.Contains(p.Name) && p.Id != person && db.Set<Mandate>().Any(m => m.PersonId == p.Id && m.Status == MandateStatus.Active && m.ValidTo == null && congresses.Contains(m.CongressId)))
            .Select(p => new { p.Name, p.Id }).ToListAsync(cancellation);
        return found.GroupBy(p => p.Name).Where(g => g.Count() == 1).ToDictionary(g => g.Key, g => (Guid?)g.First().Id);
    }

    private static async Task<VisitRecord> RecordAsync(RendaDbContext db, Visit visit, CancellationToken cancellation) => new(
        visit,
        await db.Set<VisitVillage>().AsNoTracking().Where(v => v.VisitId == visit.Id).OrderBy(v => v.Ordinal).ToListAsync(cancellation),
        await db.Set<VisitCompanion>().AsNoTracking().Where(c => c.VisitId == visit.Id).OrderBy(c => c.Ordinal).ToListAsync(cancellation));

    private static VisitAnswer No(Refusal refusal) => new(null, refusal);

    private static Refusal Taken { get; } = new("visits.id-taken", new("这个编号已经用于另一次寻访，内容不同。", "This id belongs to a visit with other content."), 409);

    private static Refusal Stale { get; } = new("visits.visit-stale", new("这次寻访刚在别处改过，请刷新后再试。", "The visit was changed elsewhere; reload and try again."), 409);

    // Whole microseconds: what PostgreSQL keeps.
    private static DateTime Utc(DateTime at) => new((at.Kind == DateTimeKind.Local ? at.ToUniversalTime() : at).Ticks / 10 * 10, DateTimeKind.Utc);

    private static long Seconds(DateTime at) => (at.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
}
