using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Visits;

/// <summary>
/// A list of inspection focuses (检查重点): a frequent problem of an area and a period, with the findings that are its
/// evidence. Made once and never changed, so that the inspection later sees what was decided on.
/// </summary>
public sealed class FocusList
{
    /// <summary>UUIDv7, made by the page, so that pressing twice makes one.</summary>
    public Guid Id { get; set; }

    /// <summary>Name, e.g. 杆线管道 · 长兴县. At most 100 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>Campaign the findings are of; null for any.</summary>
    public Guid? CampaignId { get; set; }

    /// <summary>First day of the period in China.</summary>
    public DateOnly From { get; set; }

    /// <summary>Last day of the period in China, itself included.</summary>
    public DateOnly To { get; set; }

    /// <summary>Division code of the area.</summary>
    public long Region { get; set; }

    /// <summary>Category id; null for every category.</summary>
    public string? Category { get; set; }

    /// <summary>How many findings are on it, 1 to <see cref="FocusLists.MostMatters"/>.</summary>
    public int Matters { get; set; }

    /// <summary>The account that made it.</summary>
    public Guid CreatedBy { get; set; }

    /// <summary>Name of who made it, as it was then.</summary>
    public string CreatedByName { get; set; } = "";

    /// <summary>When it was made (UTC).</summary>
    public DateTime CreatedAt { get; set; }
}

/// <summary>A finding on a list of focuses.</summary>
public sealed class FocusListMatter
{
    /// <summary>The list.</summary>
    public Guid FocusListId { get; set; }

    /// <summary>The finding.</summary>
    public Guid MatterId { get; set; }
}

internal sealed class FocusListConfiguration : IEntityTypeConfiguration<FocusList>, IEntityTypeConfiguration<FocusListMatter>
{
    public void Configure(EntityTypeBuilder<FocusList> builder)
    {
        builder.ToTable("visits_focus_lists");
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.HasIndex(f => f.Region);
    }

    public void Configure(EntityTypeBuilder<FocusListMatter> builder)
    {
        builder.ToTable("visits_focus_matters");
        builder.HasKey(f => new { f.FocusListId, f.MatterId });
        builder.HasIndex(f => f.MatterId);
    }
}

/// <summary>Which lists of focuses a person may see.</summary>
public static class FocusScope
{
    /// <summary>Those whose area lies in a territory where the actor may see statistics.</summary>
    public static IQueryable<FocusList> VisibleTo(this IQueryable<FocusList> lists, Actor actor)
    {
        IQueryable<FocusList>? all = null;
        foreach (var (first, last) in Territories(actor))
        {
            var part = lists.Where(f => f.Region >= first && f.Region <= last);
            all = all is null ? part : all.Union(part);
        }
        return all ?? lists.Where(f => false);
    }

    /// <summary>First and last division code of each territory where the actor may see statistics.</summary>
    public static IEnumerable<(long First, long Last)> Territories(Actor actor) => actor.Grants
        .Where(g => g.Role.Scope == RoleScope.Territory && g.Region > 0 && g.Permissions.Contains("visits.statistics")).Select(g => (g.Region, Territory.Last(g.Region))).Distinct();
}

/// <summary>What became of a wish for a list of focuses.</summary>
/// <param name="List">The list; null when refused.</param>
/// <param name="Refusal">Why not; null when made.</param>
public sealed record FocusAnswer(FocusList? List, Refusal? Refusal);

/// <summary>Makes lists of inspection focuses.</summary>
public sealed class FocusLists(MatterDesk desk, IDbContextFactory<RendaDbContext> databases, TimeProvider time)
{
    /// <summary>Most findings of one list: more than an inspection can look at, and a bound for one press.</summary>
    public const int MostMatters = 500;

    /// <summary>
    /// Makes a list of the confirmed findings that the filter leaves in the actor's scope and marks each as a focus, where
    /// its state allows, through the desk. The same request again gives the same list and finishes what was interrupted.
    /// </summary>
    /// <param name="id">UUIDv7, made by the page.</param>
    /// <param name="name">Name; at most 100 characters.</param>
    /// <param name="filter">Period, area, category and campaign; the period and the area are needed, the view is always the confirmed findings.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellation">Gives up; pressing again goes on from there.</param>
    public async Task<FocusAnswer> CreateAsync(Guid id, string name, FindingFilter filter, Actor actor, CancellationToken cancellation)
    {
        name = name.Trim();
        if (!actor.May("visits.triage")) return new(null, new Refusal("visits.focus-not-yours", new("列为检查重点由人大工作人员办理。", "Only the congress staff list focuses."), 403));
        if (id.Version != 7) return new(null, new Refusal("visits.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400));
        if (name.Length is 0 or > 100) return new(null, new Refusal("visits.focus-name", new("请写名称，最多 100 字。", "Give it a name of at most 100 characters."), Field: "name"));
        if (filter is not { From: { } from, To: { } to, Region: { } region } || from > to)
            return new(null, new Refusal("visits.focus-period", new("请选定地区和起止日期，开始不能晚于结束。", "Choose an area and a period; it cannot end before it begins."), Field: "from"));

        await using (var db = databases.CreateDbContext())
        {
            if (await db.Set<FocusList>().AsNoTracking().FirstOrDefaultAsync(f => f.Id == id, cancellation) is not { } known)
            {
                if (!FocusScope.Territories(actor).Any(t => region >= t.First && region <= t.Last)) return new(null, Refusal.NotFound);
                var now = time.GetUtcNow().UtcDateTime;
                var matters = await (filter with { View = FindingView.Find("confirmed"), State = null, Overdue = false, Q = null, Unit = null, Focus = null }).Apply(db, actor, now)
                    .OrderByDescending(m => m.Serial).Select(m => m.Id).Take(MostMatters + 1).ToListAsync(cancellation);
                if (matters.Count == 0) return new(null, new Refusal("visits.focus-empty", new("这个范围内没有已核实的问题。", "There is no confirmed finding in this range.")));
                if (matters.Count > MostMatters)
                    return new(null, new Refusal("visits.focus-too-many", new($"超过 {MostMatters} 件，请缩短时段或缩小地区。", $"More than {MostMatters} findings: choose a shorter period or a smaller area.")));
                db.Add(new FocusList
                {
                    Id = id, Name = name, CampaignId = filter.Campaign, From = from, To = to, Region = region, Category = filter.Category, Matters = matters.Count,
                    CreatedBy = actor.AccountId, CreatedByName = actor.Name, CreatedAt = new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc),
                });
                db.AddRange(matters.Select(m => new FocusListMatter { FocusListId = id, MatterId = m }));
                try
                {
                    await db.SaveChangesAsync(cancellation);
                }
                catch (DbUpdateException)
                {
                    // The same press a moment earlier; anything else shows below, where the list is read again.
                }
            }
        }

        await using (var db = databases.CreateDbContext())
        {
            var list = await db.Set<FocusList>().AsNoTracking().FirstAsync(f => f.Id == id, cancellation);
            if (list.CreatedBy != actor.AccountId || list.Name != name || list.From != from || list.To != to || list.Region != region || list.Category != filter.Category || list.CampaignId != filter.Campaign)
                return new(null, new Refusal("visits.focus-id-taken", new("这个编号已经用于另一份清单。", "This id belongs to another list."), 409));
            var matters = await db.Set<FocusListMatter>().AsNoTracking().Where(f => f.FocusListId == id).Select(f => f.MatterId).ToListAsync(cancellation);
            // Several at once share the writer's commits. A refusal is no failure: where the state does not allow it the finding is evidence all the same.
            await Parallel.ForEachAsync(matters, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation }, async (matter, ct) =>
                await desk.ActAsync(matter, "focus", new JsonObject { ["reason"] = $"列入“{name}”" }, actor, null, "focus-" + id.ToString("N"), ct));
            return new(list, null);
        }
    }
}
