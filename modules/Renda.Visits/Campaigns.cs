using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Visits;

/// <summary>A campaign as it is being written: what stands in the fields, right or wrong, so that nothing is lost.</summary>
public sealed record CampaignDraft
{
    /// <summary>Title.</summary>
    public string Title { get; init; } = "";

    /// <summary>The office that runs it.</summary>
    public Guid OfficeId { get; init; }

    /// <summary>The regulation it is linked to.</summary>
    public string Regulation { get; init; } = "";

    /// <summary>First day in China, <c>yyyy-MM-dd</c>.</summary>
    public string Opens { get; init; } = "";

    /// <summary>Last day in China, <c>yyyy-MM-dd</c>; it counts.</summary>
    public string Closes { get; init; } = "";

    /// <summary>Divisions it takes place in; empty for the office's whole territory.</summary>
    public IReadOnlyList<long> Areas { get; init; } = [];

    /// <summary>Tiers invited; empty for all.</summary>
    public IReadOnlyList<string> Tiers { get; init; } = [];

    /// <summary>Groups invited; empty for all.</summary>
    public IReadOnlyList<long> Groups { get; init; } = [];

    /// <summary>The category tree as lines.</summary>
    public string Categories { get; init; } = "";

    /// <summary>Which optional fields are asked.</summary>
    public IReadOnlyList<string> Shown { get; init; } = CampaignContent.OptionalFields;

    /// <summary>Further fields as lines.</summary>
    public string Fields { get; init; } = "";

    /// <summary>Points to look at as lines.</summary>
    public string Checklist { get; init; } = "";

    /// <summary>True when only satisfied and not satisfied may be given.</summary>
    public bool TwoRatings { get; init; }

    /// <summary>Metres between the first point and the after-photo, as typed.</summary>
    public string Metres { get; init; } = FindingRules.DefaultProofMetres.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A draft, read.</summary>
/// <param name="Title">Title.</param>
/// <param name="OpensAt">First day (UTC).</param>
/// <param name="ClosesAt">End (UTC, exclusive).</param>
/// <param name="Region">The smallest division that holds all its areas.</param>
/// <param name="Content">Content; as far as it could be read.</param>
/// <param name="Errors">What must be mended before it can be published, at the fields.</param>
public sealed record CheckedCampaign(string Title, DateTime OpensAt, DateTime ClosesAt, long Region, CampaignContent Content, IReadOnlyList<Refusal> Errors);

/// <summary>Names of the kinds of units.</summary>
/// <param name="Names">Name shown, by id of the duty.</param>
/// <param name="Ids">Id of the duty, by every name that may be written.</param>
public sealed record DutyNames(IReadOnlyDictionary<string, string> Names, IReadOnlyDictionary<string, string> Ids);

/// <summary>Writing and publishing campaigns. A campaign belongs to its office: to everybody else it is not there.</summary>
public sealed class Campaigns(IDbContextFactory<RendaDbContext> databases, Deadlines deadlines, Findings findings, RegionDirectory regions, TimeProvider time)
{
    /// <summary>The permission to write and publish them.</summary>
    public const string Permission = "visits.campaigns";

    /// <summary>Longest text of one field of the editor, in characters.</summary>
    public const int LongestText = 60_000;

    /// <summary>The offices on whose behalf the actor may run campaigns.</summary>
    public static IReadOnlyList<Guid> OfficesOf(Actor actor) =>
        [.. actor.Grants.Where(g => g.Permissions.Contains(Permission)).Select(g => g.OrganisationId).OfType<Guid>().Distinct()];

    /// <summary>A campaign of one of the actor's offices, or null.</summary>
    public async Task<Campaign?> FindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await MineAsync(db.Set<Campaign>().AsNoTracking(), id, actor, cancellation);
    }

    /// <summary>What is being written: the draft, or the published version to go on from.</summary>
    public async Task<CampaignDraft> DraftAsync(Campaign campaign, CancellationToken cancellation)
    {
        if (campaign.Draft is { } draft) return JsonSerializer.Deserialize<CampaignDraft>(draft, EventContent.Json)!;
        var content = campaign.Read();
        var duties = await DutiesAsync(cancellation);
        return new CampaignDraft
        {
            Title = campaign.Title, OfficeId = campaign.OfficeId, Regulation = content.Regulation,
            Opens = Day(campaign.OpensAt), Closes = Day(campaign.ClosesAt.AddTicks(-1)),
            Areas = content.Areas, Tiers = content.Tiers, Groups = content.Groups, Categories = CampaignText.Write(content.Categories, duties.Names), Shown = content.Shown,
            Fields = CampaignText.Write(content.Fields), Checklist = string.Join('\n', content.Checklist), TwoRatings = content.Ratings.Count == 2, Metres = content.ProofMetres.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Begins a draft for an office; empty, or from another campaign of the actor's offices.</summary>
    /// <returns>Its id, or why not.</returns>
    public async Task<(Guid Id, Refusal? Refusal)> BeginAsync(Guid? from, Actor actor, CancellationToken cancellation)
    {
        if (OfficesOf(actor) is not [var office, ..]) return (default, Refusal.NotFound);
        var today = Day(Now());
        var content = "{}";
        var draft = new CampaignDraft { OfficeId = office, Opens = today, Closes = Day(Now().AddDays(60)) };
        if (from is { } source)
        {
            if (await FindAsync(source, actor, cancellation) is not { } original) return (default, Refusal.NotFound);
            var copied = await DraftAsync(original, cancellation);
            content = original.Content;
            draft = copied with { Title = (copied.Title + "（副本）") is { Length: <= 60 } longer ? longer : copied.Title, Opens = draft.Opens, Closes = draft.Closes };
        }
        // The copy knows the icons and English names of the original by their ids.
        var campaign = new Campaign { Id = Guid.CreateVersion7(), Content = content };
        await using var db = databases.CreateDbContext();
        db.Add(campaign);
        return await WriteAsync(db, campaign, draft, actor, cancellation) is { } refusal ? (default, refusal) : (campaign.Id, null);
    }

    /// <summary>
    /// Keeps a draft as it is, right or wrong. Refused only when somebody else saved meanwhile
    /// (<c>visits.campaign-stale</c>), when a text is longer than the database should hold, or when the office is not the actor's.
    /// </summary>
    public async Task<Refusal?> SaveAsync(Guid id, CampaignDraft draft, int expectedRevision, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var campaign = await MineAsync(db.Set<Campaign>(), id, actor, cancellation);
        if (campaign is null) return Refusal.NotFound;
        if (campaign.Revision != expectedRevision) return Stale(campaign);
        return await WriteAsync(db, campaign, draft, actor, cancellation);
    }

    /// <summary>
    /// Publishes a draft as the next version: from now on the phones get it. What is not right is refused at its field
    /// and the draft is kept. The deadlines that its categories name are written with it.
    /// </summary>
    public async Task<Refusal?> PublishAsync(Guid id, CampaignDraft draft, int expectedRevision, Actor actor, CancellationToken cancellation)
    {
        if (await SaveAsync(id, draft, expectedRevision, actor, cancellation) is { } refused) return refused;
        await using var db = databases.CreateDbContext();
        var campaign = await db.Set<Campaign>().FirstAsync(c => c.Id == id, cancellation);
        var good = await CheckAsync(campaign, draft, cancellation);
        if (good.Errors.Count > 0) return Refusal.Form(good.Errors);

        var (before, regionsBefore) = (campaign.Read(), AreasOf(campaign.Region, campaign.Read()));
        campaign.Version++;
        (campaign.Title, campaign.OfficeId, campaign.OpensAt, campaign.ClosesAt, campaign.Region) = (good.Title, draft.OfficeId, good.OpensAt, good.ClosesAt, good.Region);
        (campaign.Content, campaign.PublishedAt, campaign.Draft) = (JsonSerializer.Serialize(good.Content, EventContent.Json), Now(), null);
        Mark(campaign, actor);
        db.Add(new CampaignVersion
        {
            CampaignId = id, Version = campaign.Version, Title = campaign.Title, OpensAt = campaign.OpensAt, ClosesAt = campaign.ClosesAt, Content = campaign.Content,
            PublishedAt = campaign.PublishedAt.Value, PublishedBy = actor.Name,
        });
        await WriteDeadlinesAsync(db, campaign, good.Content, before, regionsBefore, campaign.PublishedAt.Value, cancellation);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException)
        {
            // Only another publishing at the same instant: the version's number is taken.
            return Stale(await db.Set<Campaign>().AsNoTracking().FirstAsync(c => c.Id == id, cancellation));
        }
        findings.Forget(id);
        await deadlines.ReloadAsync(cancellation);
        return null;
    }

    /// <summary>Drops a draft: what was changed since the last version, or the campaign itself where none was published.</summary>
    public async Task<Refusal?> DiscardAsync(Guid id, int expectedRevision, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var campaign = await MineAsync(db.Set<Campaign>(), id, actor, cancellation);
        if (campaign is null) return Refusal.NotFound;
        if (campaign.Revision != expectedRevision) return Stale(campaign);
        if (campaign.Version == 0) db.Remove(campaign);
        else
        {
            campaign.Draft = null;
            Mark(campaign, actor);
        }
        return await SaveAsync(db, campaign, cancellation);
    }

    /// <summary>Reads a draft and says what must be mended before it can be published.</summary>
    public async Task<CheckedCampaign> CheckAsync(Campaign campaign, CampaignDraft draft, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var errors = new List<Refusal>();
        var duties = await DutiesAsync(cancellation);
        var office = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == draft.OfficeId, cancellation);
        var title = draft.Title.Trim();
        if (title.Length is 0 or > 60) Error("title", "活动名称是 1 到 60 字。", "The title has 1 to 60 characters.");
        if (draft.Regulation.Trim().Length > 100) Error("regulation", "法规名称最多 100 字。", "The regulation's name has at most 100 characters.");
        var (opens, closes) = (ReadDay(draft.Opens), ReadDay(draft.Closes));
        if (opens is null) Error("opens", "请写开始日期。", "Give the first day.");
        if (closes is null) Error("closes", "请写结束日期。", "Give the last day.");
        if (opens > closes) Error("closes", "结束日期在开始日期之前。", "The last day is before the first.");

        var territory = office?.Region ?? 0;
        if (office is null) Error("officeId", "请选择主办委室。", "Choose the office.");
        else if (draft.Areas.Any(a => !RegionCode.TryCreate(a, out _) || regions.Find(a) is null || !new RegionCode(territory).Contains(a)))
            Error("areas", "有的范围不在主办委室的行政区划内。", "An area is outside the office's territory.");
        if (draft.Groups.Any(g => regions.Find(g) is null)) Error("groups", "有不认识的代表团。", "A group is not known.");
        if (draft.Tiers.Any(t => t is not ("city" or "county" or "town"))) Error("tiers", "有不认识的层级。", "A tier is not known.");

        var known = campaign.Read().Categories.SelectMany(c => c.Children.SelectMany(g => g.Children.Append(g)).Append(c)).DistinctBy(c => c.Id).ToDictionary(c => c.Id);
        var (tree, faults) = CampaignText.ReadTree(draft.Categories, duties.Ids, known);
        Lines("categories", faults);
        if (tree.Count == 0) Error("categories", "请写问题类别。", "Write the categories.");
        var (fields, fieldFaults) = CampaignText.ReadFields(draft.Fields);
        Lines("fields", fieldFaults);
        var (points, pointFaults) = CampaignText.ReadPoints(draft.Checklist);
        Lines("checklist", pointFaults);
        if (!int.TryParse(draft.Metres, NumberStyles.None, CultureInfo.InvariantCulture, out var metres) || metres is < 10 or > 5000)
            Error("metres", "距离是 10 到 5000 米。", "The distance is 10 to 5,000 m.");

        var content = new CampaignContent
        {
            Regulation = draft.Regulation.Trim(), Categories = tree, Checklist = points, ProofMetres = metres is 0 ? FindingRules.DefaultProofMetres : metres, Areas = [.. draft.Areas.Distinct().Order()],
            Tiers = [.. draft.Tiers.Distinct()], Groups = [.. draft.Groups.Distinct().Order()], Shown = [.. CampaignContent.OptionalFields.Where(draft.Shown.Contains)], Fields = fields, Ratings = draft.TwoRatings ? [1, 3] : [1, 2, 3],
        };
        var region = content.Areas is [var only] ? only : territory;
        if (errors.Count == 0) await ClashesAsync(db, campaign, region, content, Error, cancellation);
        return new CheckedCampaign(title, opens ?? default, closes?.AddDays(1) ?? default, region, content, errors);

        void Error(string field, string zh, string en) => errors.Add(new Refusal("visits.campaign-" + field, new Words(zh, en), Field: field));

        void Lines(string field, IReadOnlyList<LineFault> found)
        {
            foreach (var fault in found.Take(20)) Error(field, $"第 {fault.Line} 行：{fault.Text.Zh}", $"Line {fault.Line}: {fault.Text.En}");
        }
    }

    /// <summary>Names of the kinds of units, made from what the units that have the duty are called.</summary>
    public async Task<DutyNames> DutiesAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var units = await db.Set<Organisation>().AsNoTracking().Where(o => o.ValidTo == null && o.Duty != "" && (o.Kind == OrganisationKind.HandlingUnit || o.Kind == OrganisationKind.TownGovernment))
            .OrderBy(o => o.Region).Select(o => new { o.Duty, o.ShortName, o.Kind }).ToListAsync(cancellation);
        var names = new Dictionary<string, string>();
        var ids = new Dictionary<string, string>();
        foreach (var duty in units.GroupBy(u => u.Duty))
        {
            // 市供电公司, 县供电公司 and 区供电分公司 are all 供电公司.
            var name = duty.First().Kind == OrganisationKind.TownGovernment ? "乡镇街道" : duty.Select(u => u.ShortName.TrimStart('市', '县', '区')).GroupBy(n => n).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Length).First().Key;
            names[duty.Key] = name.Length >= 2 && ids.TryAdd(name, duty.Key) ? name : duty.Key;
            ids[duty.Key] = duty.Key;
        }
        foreach (var unit in units.Where(u => u.Kind == OrganisationKind.HandlingUnit)) ids.TryAdd(unit.ShortName, unit.Duty);
        return new DutyNames(names, ids);
    }

    /// <summary>Two campaigns that run at the same time and place share a clock for a category with the same id: they must mean the same by it.</summary>
    private async Task ClashesAsync(RendaDbContext db, Campaign campaign, long region, CampaignContent content, Action<string, string, string> error, CancellationToken cancellation)
    {
        var now = Now();
        foreach (var other in await db.Set<Campaign>().AsNoTracking().Where(c => c.Id != campaign.Id && c.Version > 0 && c.ClosesAt > now).ToListAsync(cancellation))
        {
            var theirs = other.Read();
            if (!AreasOf(region, content).Any(a => AreasOf(other.Region, theirs).Any(b => new RegionCode(a).Contains(b) || new RegionCode(b).Contains(a)))) continue;
            foreach (var leaf in content.AllLeaves().Where(l => theirs.Leaf(l.Id) is { } same && same.Days != l.Days).Take(5))
            {
                error("categories", $"“{leaf.Name.Zh}”在同时进行的“{other.Title}”里办理时限是{Said(theirs.Leaf(leaf.Id)!.Days, "一般时限", "个工作日")}。请写一样的，或者换一个 # 代码。",
                    $"“{leaf.Name.En}” has {Said(theirs.Leaf(leaf.Id)!.Days, "the general deadline", " working days")} in “{other.Title}”, which runs at the same time. Write the same, or give it another # code.");
            }
        }

        static string Said(int? days, string general, string unit) => days is { } d ? $" {d} {unit.TrimStart()}" : general;
    }

    private static async Task WriteDeadlinesAsync(
        RendaDbContext db, Campaign campaign, CampaignContent content, CampaignContent before, IReadOnlyList<long> regionsBefore, DateTime now, CancellationToken cancellation)
    {
        var wanted = DeadlinesOf(campaign, content, now).ToDictionary(d => d.Id);
        var maybe = before.AllLeaves().SelectMany(l => regionsBefore.Select(r => DeadlineId(campaign.Id, l.Id, r))).Concat(wanted.Keys).ToHashSet();
        foreach (var kept in await db.Set<Deadline>().Where(d => d.Code == "visits.handle" && d.Category != "").ToListAsync(cancellation))
        {
            if (!maybe.Contains(kept.Id)) continue;
            if (!wanted.Remove(kept.Id, out var row))
            {
                db.Remove(kept);
                continue;
            }
            (kept.Amount, kept.YellowBefore, kept.Zh, kept.En, kept.BasisZh, kept.BasisEn) = (row.Amount, row.YellowBefore, row.Zh, row.En, row.BasisZh, row.BasisEn);
        }
        db.AddRange(wanted.Values);
    }

    /// <summary>The rows that make the categories' own deadlines count for the clock of handling.</summary>
    internal static IEnumerable<Deadline> DeadlinesOf(Campaign campaign, CampaignContent content, DateTime since) =>
        from leaf in content.AllLeaves()
        where leaf.Days is not null
        from region in AreasOf(campaign.Region, content)
        select new Deadline
        {
            Id = DeadlineId(campaign.Id, leaf.Id, region), Code = "visits.handle", Category = leaf.Id, Region = region, EffectiveFrom = since,
            Zh = $"办理并答复（{leaf.Name.Zh}）", En = $"Handle and reply ({leaf.Name.En})", Unit = DeadlineUnit.WorkingDays, Amount = leaf.Days!.Value, YellowBefore = Math.Clamp(leaf.Days.Value / 5, 1, 3),
            BasisZh = $"寻访活动“{campaign.Title}”", BasisEn = $"Campaign “{campaign.Title}”",
        };

    private static IReadOnlyList<long> AreasOf(long region, CampaignContent content) => content.Areas.Count > 0 ? content.Areas : region > 0 ? [region] : [];

    private static Guid DeadlineId(Guid campaign, string category, long region) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{campaign:N}/{category}/{region}")).AsSpan(0, 16));

    private async Task<Refusal?> WriteAsync(RendaDbContext db, Campaign campaign, CampaignDraft draft, Actor actor, CancellationToken cancellation)
    {
        if (!OfficesOf(actor).Contains(draft.OfficeId)) return Refusal.Form([new Refusal("visits.campaign-officeId", new("只能选自己的委室。", "Choose one of your own offices."), Field: "officeId")]);
        var errors = new List<Refusal>();
        foreach (var (field, text, most) in new[] { ("title", draft.Title, 200), ("regulation", draft.Regulation, 200), ("opens", draft.Opens, 20), ("closes", draft.Closes, 20), ("metres", draft.Metres, 20), ("categories", draft.Categories, LongestText), ("fields", draft.Fields, LongestText), ("checklist", draft.Checklist, LongestText) })
        {
            if (text.Length > most) errors.Add(new("form.too-long", new($"最多 {most} 字，现在 {text.Length} 字。", $"At most {most} characters; it has {text.Length}."), Field: field));
        }
        if (errors.Count > 0) return Refusal.Form(errors);
        if (campaign.Version == 0)
        {
            var office = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == draft.OfficeId, cancellation);
            (campaign.Title, campaign.OfficeId, campaign.Region) = (draft.Title.Trim(), draft.OfficeId, office.Region);
            (campaign.OpensAt, campaign.ClosesAt) = (ReadDay(draft.Opens) ?? Now(), ReadDay(draft.Closes)?.AddDays(1) ?? Now());
        }
        campaign.Draft = JsonSerializer.Serialize(draft, EventContent.Json);
        Mark(campaign, actor);
        return await SaveAsync(db, campaign, cancellation);
    }

    private static async Task<Refusal?> SaveAsync(RendaDbContext db, Campaign campaign, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            return Stale(await db.Set<Campaign>().AsNoTracking().FirstOrDefaultAsync(c => c.Id == campaign.Id, cancellation) ?? campaign);
        }
    }

    private void Mark(Campaign campaign, Actor actor)
    {
        campaign.Revision++;
        campaign.SavedAt = Now();
        campaign.SavedBy = actor.Name;
    }

    private static Task<Campaign?> MineAsync(IQueryable<Campaign> campaigns, Guid id, Actor actor, CancellationToken cancellation)
    {
        var offices = OfficesOf(actor);
        return campaigns.FirstOrDefaultAsync(c => c.Id == id && offices.Contains(c.OfficeId), cancellation);
    }

    private static Refusal Stale(Campaign campaign) => new("visits.campaign-stale", new(
        $"{campaign.SavedBy}在您打开以后保存过这个活动。您写的还在下面，没有丢；请先看看对方改了什么，再保存会用您写的覆盖。",
        $"{campaign.SavedBy} saved this campaign after you opened it. What you wrote is still below; look at the other's first, saving again replaces it."), 409);

    private static string Day(DateTime utc) => utc.AddHours(8).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The begin of a day in China, UTC.</summary>
    private static DateTime? ReadDay(string text) =>
        DateTime.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var day) && day.Year is (> 2000 and < 2200) ? day.AddHours(-8) : null;

    // Whole microseconds: what PostgreSQL keeps.
    private DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc);
    }
}
