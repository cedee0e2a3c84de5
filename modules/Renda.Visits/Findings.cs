using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Indicators;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Visits;

/// <summary>A finding as a phone sends it.</summary>
public sealed record FindingRequest
{
    /// <summary>The campaign.</summary>
    public Guid CampaignId { get; init; }

    /// <summary>The version of the campaign whose form was filled in.</summary>
    public int CampaignVersion { get; init; }

    /// <summary>Id of a leaf of the category tree.</summary>
    public string? Category { get; init; }

    /// <summary>One line; made from the description when left out. At most 80 characters.</summary>
    public string? Title { get; init; }

    /// <summary>What was seen. At most 2,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>What should be done. At most 2,000 characters.</summary>
    public string? Suggestion { get; init; }

    /// <summary><c>normal</c> or <c>urgent</c>; normal when left out.</summary>
    public string? Severity { get; init; }

    /// <summary>Name of the place below the village, e.g. 塘子头. At most 100 characters.</summary>
    public string? PlaceText { get; init; }

    /// <summary>12-digit division code of the village, or of the town where the village is not known.</summary>
    public string? RegionCode { get; init; }

    /// <summary>WGS-84 latitude in degrees, or null.</summary>
    public double? Latitude { get; init; }

    /// <summary>WGS-84 longitude in degrees, or null.</summary>
    public double? Longitude { get; init; }

    /// <summary>Radius of uncertainty in metres, or null.</summary>
    public double? Accuracy { get; init; }

    /// <summary>When it was captured, by the phone's clock (UTC); the server's time when left out.</summary>
    public DateTime? CapturedAt { get; init; }

    /// <summary>Photos and videos, uploaded before.</summary>
    public IReadOnlyList<FindingMedia>? Media { get; init; }

    /// <summary>The visit it was found on, or null.</summary>
    public Guid? VisitId { get; init; }

    /// <summary>Answers to the fields that the campaign adds, by the field's id.</summary>
    public IReadOnlyDictionary<string, string>? Answers { get; init; }
}

/// <summary>A photo or video of a finding.</summary>
public sealed record FindingMedia
{
    /// <summary>Content address.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>When the phone says it was taken (UTC), or null.</summary>
    public DateTime? CapturedAt { get; init; }
}

/// <summary>What a version of a campaign asks for.</summary>
/// <param name="Content">Its content.</param>
/// <param name="OpensAt">First day (UTC).</param>
/// <param name="ClosesAt">End (UTC, exclusive).</param>
internal sealed record CampaignForm(CampaignContent Content, DateTime OpensAt, DateTime ClosesAt);

/// <summary>Takes findings in, by the campaigns as they are or were when the deputy saw them.</summary>
public sealed class Findings(MatterDesk desk, IDbContextFactory<RendaDbContext> databases, RegionDirectory regions, IMemoryCache cache, TimeProvider time)
{
    /// <summary>Most photos and videos of one finding.</summary>
    public const int MostMedia = 20;

    /// <summary>Takes a finding in: checked, numbered, with its clock, its to-do and its place in the counts, or refused with the reason at the field.</summary>
    public async Task<MatterAnswer> SubmitAsync(Guid id, FindingRequest request, Actor actor, CancellationToken cancellation)
    {
        if (id.Version != 7) return new MatterAnswer(null, new Refusal("visits.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400));
        if (actor.PersonId is null) return new MatterAnswer(null, new Refusal("visits.no-person", new("这个账号没有对应的人员。", "This account has no person."), 403));
        var campaign = await CampaignAsync(request.CampaignId, cancellation);
        if (campaign is null) return new MatterAnswer(null, Refusal.Form([new Refusal("visits.unknown-campaign", new("没有这个寻访活动。", "There is no such campaign."), Field: "campaignId")]));

        var errors = new List<Refusal>();
        var now = time.GetUtcNow().UtcDateTime;
        var occurred = request.CapturedAt is { } captured ? DateTime.SpecifyKind(captured, DateTimeKind.Utc) : now;
        var form = await FormAsync(campaign.Value, request.CampaignVersion, occurred, cancellation);
        if (form is null) return new MatterAnswer(null, Refusal.Form([UnknownVersion]));
        if (now < form.OpensAt || occurred >= form.ClosesAt)
            errors.Add(new("visits.campaign-closed", new("这个寻访活动没有开始或已经结束。", "The campaign is not open."), Field: "campaignId"));
        if (occurred > now.AddDays(1)) errors.Add(new("visits.captured-in-future", new("拍摄时间晚于现在，请检查手机时间。", "Captured in the future: check the phone's clock."), Field: "capturedAt"));
        if (!await IsInvitedAsync(form.Content, actor, cancellation)) errors.Add(NotInvited);
        var leaf = form.Content.Leaf(request.Category ?? "");
        if (leaf is null) errors.Add(new("visits.unknown-category", new("请选择类别。", "Choose a category."), Field: "category"));
        Length(request.Description, 2000, "description");
        Length(request.Suggestion, 2000, "suggestion");
        Length(request.Title, 80, "title");
        Length(request.PlaceText, 100, "placeText");
        if (string.IsNullOrWhiteSpace(request.Description)) errors.Add(new("form.required", new("请写一句看到了什么。", "Say in a sentence what you saw."), Field: "description"));
        if (request.Severity is not (null or "" or "normal" or "urgent")) errors.Add(new("form.unknown-choice", new("请从列出的选项中选择。", "Choose one of those listed."), Field: "severity"));
        Region? region = null;
        if (!RegionCode.TryParse(request.RegionCode, out var code) || (region = regions.Find(code.Value)) is null || region.Level < RegionLevel.Town)
            errors.Add(new("visits.unknown-region", new("请选择所在的村或镇。", "Choose the village or town."), Field: "regionCode"));
        else if (!new RegionCode(campaign.Value.Campaign.Region).Contains(region.Code) || !form.Content.Covers(region.Code))
            errors.Add(new("visits.outside-campaign", new("这个地方不在寻访活动的范围内。", "The place is outside the campaign."), Field: "regionCode"));
        if (request.Latitude is { } lat && !(lat is >= -90 and <= 90) || request.Longitude is { } lon && !(lon is >= -180 and <= 180) || request.Latitude is null != request.Longitude is null)
            errors.Add(new("visits.bad-point", new("定位数据不对。", "Not a valid position."), Field: "latitude"));
        var media = (request.Media ?? []).DistinctBy(m => m.Sha256).ToList();
        if (leaf is not null && media.Count < leaf.RequiredPhotos)
            errors.Add(new("visits.too-few-photos", new($"“{leaf.Name.Zh}”至少要 {leaf.RequiredPhotos} 张照片（视频也算），现在 {media.Count} 张。", $"“{leaf.Name.En}” needs at least {leaf.RequiredPhotos} photos or videos; there are {media.Count}."), Field: "media"));
        var answers = Answers(form.Content, request.Answers, errors);
        if (media.Count > MostMedia) errors.Add(new("form.too-many", new($"最多 {MostMedia} 个照片和视频。", $"At most {MostMedia} photos and videos."), Field: "media"));
        var visit = request.VisitId is { } visitId ? await VisitAsync(visitId, cancellation) : null;
        // A visit that is not known yet comes later: the phone has no signal.
        if (visit is not null && !visit.Value.People.Contains(actor.PersonId)) errors.Add(new("visits.unknown-visit", new("这次寻访不是您的。", "The visit is not yours."), Field: "visitId"));
        if (errors.Count > 0) return new MatterAnswer(null, Refusal.Form(errors));

        var known = new Dictionary<string, MediaItem>();
        if (media.Count > 0)
        {
            await using var db = databases.CreateDbContext();
            var shas = media.Select(m => m.Sha256).ToList();
            known = await db.Set<MediaItem>().AsNoTracking()
                .Where(m => shas.Contains(m.Sha256) && (m.UploadedBy == actor.AccountId || db.Set<MediaCopy>().Any(c => c.Sha256 == m.Sha256 && c.AccountId == actor.AccountId)))
                .ToDictionaryAsync(m => m.Sha256, cancellation);
        }
        if (known.Count != media.Count)
            return new MatterAnswer(null, Refusal.Form([new Refusal("visits.unknown-media", new("有照片或视频还没有上传完，会自动重试。", "A photo or video has not been uploaded yet."), Field: "media")]));

        var office = await OfficeAsync(region!.Code, campaign.Value.Campaign, cancellation);
        var description = request.Description!.Trim();
        var title = string.IsNullOrWhiteSpace(request.Title) ? FirstLine(description) : request.Title.Trim();
        var data = new JsonObject
        {
            ["description"] = description,
            ["suggestion"] = Clean(request.Suggestion),
            ["severity"] = request.Severity is "urgent" ? "urgent" : "normal",
            ["placeText"] = Clean(request.PlaceText),
            ["accuracy"] = request.Accuracy is { } metres && double.IsFinite(metres) ? Math.Round(metres, 1) : null,
            ["campaignVersion"] = request.CampaignVersion,
            ["proofMetres"] = form.Content.ProofMetres,
            ["ratings"] = form.Content.Ratings.Count < 3 ? string.Join(',', form.Content.Ratings) : null,
            ["answers"] = answers.Count > 0 ? answers : null,
            ["article"] = leaf!.Article,
            ["visitId"] = request.VisitId?.ToString(),
        };
        foreach (var empty in data.Where(p => p.Value is null).Select(p => p.Key).ToList()) data.Remove(empty);
        var year = now.AddHours(8).Year;
        var raised = await desk.RaiseAsync(new NewMatter
        {
            Id = id,
            Scenario = "visits",
            Procedure = FindingProcedure.Id,
            Title = title,
            Category = leaf.Id,
            ContextId = campaign.Value.Campaign.Id,
            OfficeId = office,
            OccurredAt = new DateTime(occurred.Ticks - occurred.Ticks % 10, DateTimeKind.Utc),
            Place = new Placed(
                region.Code, RegionCode.City(region.Code), RegionCode.County(region.Code), RegionCode.Town(region.Code), request.Latitude, request.Longitude),
            Data = data,
            Media = [.. media.Select(m => new MediaAdded(m.Sha256, "before", known[m.Sha256].Kind.ToString().ToLowerInvariant(), Trim(m.CapturedAt ?? known[m.Sha256].TakenAt), null))],
            Number = ($"visits/{year}", n => $"寻访〔{year}〕{n}号"),
            Fingerprint = Fingerprint(request),
        }, actor, cancellation);
        if (raised.Refusal is null && visit is { NothingFound: true })
        {
            // Something was found after all: it was only sent later than the visit itself.
            await using var db = databases.CreateDbContext();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            if (await db.Set<Visit>().Where(v => v.Id == request.VisitId).ExecuteUpdateAsync(s => s.SetProperty(v => v.NothingFound, false).SetProperty(v => v.Revision, v => v.Revision + 1), cancellation) > 0)
            {
                db.Add(new RecordChange { Book = TourBook.Key, Source = request.VisitId!.Value });
                await db.SaveChangesAsync(cancellation);
            }
            await transaction.CommitAsync(cancellation);
        }
        return raised;

        void Length(string? text, int max, string field)
        {
            if (text?.Length > max) errors.Add(new("form.too-long", new($"最多 {max} 字，现在 {text.Length} 字。", $"At most {max} characters; it has {text.Length}."), Field: field));
        }
    }

    /// <summary>A published campaign with its content, or null. Kept for a minute.</summary>
    public async ValueTask<(Campaign Campaign, CampaignContent Content)?> CampaignAsync(Guid id, CancellationToken cancellation)
    {
        if (cache.TryGetValue((typeof(Campaign), id), out (Campaign, CampaignContent)? found)) return found;
        await using var db = databases.CreateDbContext();
        var campaign = await db.Set<Campaign>().AsNoTracking().FirstOrDefaultAsync(c => c.Id == id && c.Version > 0, cancellation);
        found = campaign is null ? null : (campaign, campaign.Read());
        cache.Set((typeof(Campaign), id), found, TimeSpan.FromMinutes(1));
        return found;
    }

    /// <summary>Reads a campaign anew at the next call, after it was published.</summary>
    internal void Forget(Guid id)
    {
        cache.Remove((typeof(Campaign), id));
        cache.Remove(typeof(CampaignCategory));
        cache.Remove(typeof(Campaign));
    }

    /// <summary>The newest published campaigns, at most eight. Kept for a minute.</summary>
    public async ValueTask<IReadOnlyList<(Guid Id, string Title)>> PublishedAsync(CancellationToken cancellation)
    {
        if (cache.TryGetValue(typeof(Campaign), out IReadOnlyList<(Guid, string)>? known)) return known!;
        await using var db = databases.CreateDbContext();
        known = [.. (await db.Set<Campaign>().Where(c => c.Version > 0).OrderByDescending(c => c.OpensAt).Take(8).Select(c => new { c.Id, c.Title }).ToListAsync(cancellation)).Select(c => (c.Id, c.Title))];
        return cache.Set(typeof(Campaign), known, TimeSpan.FromMinutes(1));
    }

    /// <summary>
    /// Names of categories by id: of all published campaigns as they are now, of two the newer's, and of those asked for also
    /// what only an older version had. Kept for a minute, because a campaign is much to read.
    /// </summary>
    public async ValueTask<Dictionary<string, Words>> CategoryNamesAsync(IEnumerable<string> asked, CancellationToken cancellation)
    {
        if (!cache.TryGetValue(typeof(CampaignCategory), out (List<Guid> Campaigns, Dictionary<string, Words> Names) known))
        {
            await using var db = databases.CreateDbContext();
            var campaigns = await db.Set<Campaign>().AsNoTracking().Where(c => c.Version > 0).OrderByDescending(c => c.OpensAt).ToListAsync(cancellation);
            known = ([.. campaigns.Select(c => c.Id)], campaigns.SelectMany(c => c.Read().AllLeaves()).DistinctBy(c => c.Id).ToDictionary(c => c.Id, c => c.Name));
            cache.Set(typeof(CampaignCategory), known, TimeSpan.FromMinutes(1));
        }
        var names = new Dictionary<string, Words>(known.Names);
        foreach (var old in asked.Distinct().Where(c => !known.Names.ContainsKey(c)))
            foreach (var campaign in known.Campaigns)
                if (!names.ContainsKey(old) && await LeafAsync(campaign, old, cancellation) is { } leaf) names[old] = leaf.Name;
        return names;
    }

    /// <summary>
    /// The form that a version of a campaign asks for, with its period; null when there is no such version. 0 means the
    /// current one. What was captured after a newer version came out keeps its old form but must be within the new period.
    /// </summary>
    internal async ValueTask<CampaignForm?> FormAsync((Campaign Campaign, CampaignContent Content) current, int version, DateTime at, CancellationToken cancellation)
    {
        var (campaign, content) = current;
        if (version == 0 || version == campaign.Version) return new CampaignForm(content, campaign.OpensAt, campaign.ClosesAt);
        var key = (typeof(CampaignVersion), campaign.Id, version);
        if (!cache.TryGetValue(key, out (CampaignVersion Version, CampaignContent Content)? known))
        {
            await using var db = databases.CreateDbContext();
            if (await db.Set<CampaignVersion>().AsNoTracking().FirstOrDefaultAsync(v => v.CampaignId == campaign.Id && v.Version == version, cancellation) is not { } row) return null;
            known = (row, JsonSerializer.Deserialize<CampaignContent>(row.Content, EventContent.Json)!);
            cache.Set(key, known, TimeSpan.FromHours(1));
        }
        var newer = version < campaign.Version && at >= campaign.PublishedAt;
        return new CampaignForm(known!.Value.Content, newer ? campaign.OpensAt : known.Value.Version.OpensAt, newer ? campaign.ClosesAt : known.Value.Version.ClosesAt);
    }

    /// <summary>A category of any version of a campaign, the newest first; null when none had it.</summary>
    public async Task<CampaignCategory?> LeafAsync(Guid campaignId, string category, CancellationToken cancellation)
    {
        if (await CampaignAsync(campaignId, cancellation) is not { } current) return null;
        if (current.Content.Leaf(category) is { } leaf) return leaf;
        for (var version = current.Campaign.Version - 1; version > 0; version--)
        {
            if ((await FormAsync(current, version, default, cancellation))?.Content.Leaf(category) is { } old) return old;
        }
        return null;
    }

    /// <summary>The open campaigns that a person may report to, the newest first: those whose areas, tiers and groups include one of the person's mandates.</summary>
    public async Task<IReadOnlyList<Campaign>> OpenCampaignsAsync(Actor actor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        var open = await db.Set<Campaign>().AsNoTracking().Where(c => c.Version > 0 && c.OpensAt <= now && c.ClosesAt > now).OrderByDescending(c => c.OpensAt).ThenByDescending(c => c.Id).ToListAsync(cancellation);
        if (open.Count == 0) return [];
        var seats = await SeatsAsync(db, actor, now, cancellation);
        return
        [
            .. open.Where(c =>
            {
                var content = c.Read();
                IReadOnlyList<long> areas = content.Areas.Count > 0 ? content.Areas : [c.Region];
                return Invites(content, seats) && (seats.Count == 0 || seats.Any(s => areas.Any(a => new RegionCode(a).Contains(s.Congress) || new RegionCode(s.Congress).Contains(a))));
            }),
        ];
    }

    /// <summary>Whether a campaign's tiers and groups include one of the person's mandates.</summary>
    public async ValueTask<bool> IsInvitedAsync(CampaignContent content, Actor actor, CancellationToken cancellation)
    {
        if (content.Tiers.Count == 0 && content.Groups.Count == 0) return true;
        await using var db = databases.CreateDbContext();
        return Invites(content, await SeatsAsync(db, actor, time.GetUtcNow().UtcDateTime, cancellation));
    }

    private static bool Invites(CampaignContent content, IReadOnlyList<(long Congress, long Place)> seats) =>
        content.Tiers.Count == 0 && content.Groups.Count == 0
        || seats.Any(s => (content.Tiers.Count == 0 || content.Tiers.Contains(TierOf(s.Congress))) && (content.Groups.Count == 0 || content.Groups.Any(g => new RegionCode(g).Contains(s.Place))));

    private static string TierOf(long congress) => new RegionCode(congress).Level switch { RegionLevel.City => "city", RegionLevel.County => "county", RegionLevel.Town => "town", _ => "" };

    /// <summary>A person's seats that hold now: territory of the congress, and the place represented.</summary>
    private static async Task<IReadOnlyList<(long Congress, long Place)>> SeatsAsync(RendaDbContext db, Actor actor, DateTime now, CancellationToken cancellation)
    {
        if (actor.PersonId is not { } person) return [];
        var seats = await db.Set<Mandate>().AsNoTracking().Where(m => m.PersonId == person && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now))
            .Join(db.Set<Organisation>(), m => m.CongressId, o => o.Id, (m, o) => new { o.Region, Place = m.Region }).ToListAsync(cancellation);
        return [.. seats.Where(s => s.Region > 0).Select(s => (s.Region, s.Place))];
    }

    private async Task<(HashSet<Guid?> People, bool NothingFound)?> VisitAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await db.Set<Visit>().AsNoTracking().Where(v => v.Id == id).Select(v => new { v.PersonId, v.NothingFound }).FirstOrDefaultAsync(cancellation) is not { } visit) return null;
        var others = await db.Set<VisitCompanion>().AsNoTracking().Where(c => c.VisitId == id && c.PersonId != null).Select(c => c.PersonId).ToListAsync(cancellation);
        return ([.. others, visit.PersonId], visit.NothingFound);
    }

    /// <summary>What was answered to the campaign's further fields, as asked at the time.</summary>
    private static JsonArray Answers(CampaignContent content, IReadOnlyDictionary<string, string>? given, List<Refusal> errors)
    {
        var answers = new JsonArray();
        foreach (var field in content.Fields)
        {
            var text = given?.GetValueOrDefault(field.Id)?.Trim() ?? "";
            var at = "answers." + field.Id;
            if (text.Length == 0)
            {
                if (field.Required) errors.Add(new("form.required", new($"请填写“{field.Label}”。", $"“{field.Label}” is needed."), Field: at));
                continue;
            }
            if (text.Length > 200) errors.Add(new("form.too-long", new($"最多 200 字，现在 {text.Length} 字。", $"At most 200 characters; it has {text.Length}."), Field: at));
            else if (field.Choices.Count > 0 && !field.Choices.Contains(text)) errors.Add(new("form.unknown-choice", new("请从列出的选项中选择。", "Choose one of those listed."), Field: at));
            else answers.Add(new JsonObject { ["id"] = field.Id, ["label"] = field.Label, ["text"] = text });
        }
        return answers;
    }

    internal static Refusal UnknownVersion { get; } = new("visits.unknown-version", new("没有这个版本的寻访活动，请刷新页面。", "The campaign has no such version; reload the page."), Field: "campaignVersion");

    internal static Refusal NotInvited { get; } = new("visits.not-invited", new("这个寻访活动没有邀请您所在的层级或代表团。", "The campaign does not invite your tier or group."), Field: "campaignId");

    /// <summary>The newest open campaign of all, or null.</summary>
    public async Task<Campaign?> OpenCampaignAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        return await db.Set<Campaign>().AsNoTracking().Where(c => c.Version > 0 && c.OpensAt <= now && c.ClosesAt > now).OrderByDescending(c => c.OpensAt).FirstOrDefaultAsync(cancellation);
    }

    private async ValueTask<Guid> OfficeAsync(long region, Campaign campaign, CancellationToken cancellation)
    {
        var county = RegionCode.County(region);
        return await cache.GetOrCreateAsync(("visits-office", county, campaign.Id), async entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1);
            await using var db = databases.CreateDbContext();
            var office = await db.Set<Organisation>().AsNoTracking()
                .Where(o => o.Kind == OrganisationKind.Office && o.Region == county && o.Duty == "deputies" && o.ValidTo == null).Select(o => (Guid?)o.Id).FirstOrDefaultAsync(cancellation);
            return office ?? campaign.OfficeId;
        });
    }

    private static string FirstLine(string description)
    {
        var end = description.IndexOfAny(['。', '；', '！', '？', '\n']);
        var line = end > 0 ? description[..end] : description;
        return line.Length > 40 ? line[..39] + "…" : line;
    }

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static DateTime? Trim(DateTime? at) => at is { } t ? new DateTime(t.Ticks - t.Ticks % 10, DateTimeKind.Utc) : null;

    private static string Fingerprint(FindingRequest request) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request, EventContent.Json))));
}
