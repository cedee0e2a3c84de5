using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Analysis;

/// <summary>A group as somebody may see it: only of the matters that they may read.</summary>
/// <param name="Group">The group.</param>
/// <param name="Name">What it is called; of who may not read all of it, the title of the matter most like the centre.</param>
/// <param name="Count">Matters seen.</param>
/// <param name="Closed">How many of them have ended.</param>
/// <param name="First">Day of the first.</param>
/// <param name="Last">Day of the last.</param>
/// <param name="Towns">Division codes with counts, most first.</param>
/// <param name="Categories">Scenario and category with counts, most first.</param>
/// <param name="Months">First days of the months from first to last, with counts.</param>
/// <param name="Phrases">What the titles have in common.</param>
public sealed record GroupView(
    StudyGroup Group, string Name, int Count, int Closed, DateOnly First, DateOnly Last, IReadOnlyList<(long Region, int Count)> Towns, IReadOnlyList<(string Category, int Count)> Categories,
    IReadOnlyList<(DateOnly Month, int Count)> Months, IReadOnlyList<string> Phrases);

/// <summary>A matter of a group.</summary>
/// <param name="Matter">The matter.</param>
/// <param name="Likeness">Likeness in percent to the centre or to the common words of the group, whichever it is more like.</param>
/// <param name="ByHand">Whether a person put it there.</param>
/// <param name="Centre">Whether it is the centre itself.</param>
/// <param name="Category">Scenario and category.</param>
public sealed record GroupMember(MatterRow Matter, int Likeness, bool ByHand, bool Centre, string Category);

/// <summary>A matter that a study took in and that somebody may read.</summary>
internal sealed class SeenMatter
{
    public long Serial { get; init; }
    public Guid? GroupId { get; init; }
    public Guid? TakenFrom { get; init; }
    public int Likeness { get; init; }
    public bool ByHand { get; init; }
    public Matter Matter { get; init; } = null!;
}

/// <summary>Reads groups for pages and files.</summary>
public sealed class GroupReader(IDbContextFactory<RendaDbContext> databases)
{
    /// <summary>Groups of a page.</summary>
    public const int Page = 20;

    /// <summary>Matters of a page of a group.</summary>
    public const int MembersPage = 50;

    /// <summary>
    /// The rows of groups whose matters the actor may read; to be asked by the group they are in or were taken from. A group is of one
    /// study: neither that nor the mark, as a sum, offers the key of the table, by which SQLite would read the whole study for each group.
    /// </summary>
    internal static IQueryable<SeenMatter> Seen(RendaDbContext db, Actor actor, Study study) =>
        from r in db.Set<StudyMatter>().AsNoTracking()
        join m in db.Set<Matter>().AsNoTracking().VisibleTo(actor, db) on r.Serial equals m.Serial
        where r.Serial + 0 <= study.Upto
        select new SeenMatter { Serial = r.Serial, GroupId = r.GroupId, TakenFrom = r.TakenFrom, Likeness = r.Likeness, ByHand = r.ByHand, Matter = m };

    /// <summary>A page of a study's groups, the largest first; those of which the actor may read nothing are left out.</summary>
    /// <param name="study">The study.</param>
    /// <param name="dismissed">Those put away instead of the others.</param>
    /// <param name="after">The last group of the page before, or null for the first.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The groups, and the last of them when there are more.</returns>
    public async Task<(IReadOnlyList<GroupView> Groups, Guid? Next)> ListAsync(Study study, bool dismissed, Guid? after, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var seen = Seen(db, actor, study);
        var groups = db.Set<StudyGroup>().AsNoTracking().Where(g => g.StudyId == study.Id && g.Since <= study.Upto && g.Size > 0 && (g.Dismissed != null) == dismissed && seen.Any(s => s.GroupId == g.Id));
        if (after is { } id && await db.Set<StudyGroup>().AsNoTracking().FirstOrDefaultAsync(g => g.Id == id && g.StudyId == study.Id, cancellation) is { } last)
            groups = groups.Where(g => g.Size < last.Size || (g.Size == last.Size && g.Centre > last.Centre));
        var page = await groups.OrderByDescending(g => g.Size).ThenBy(g => g.Centre).Take(Page + 1).ToListAsync(cancellation);
        var more = page.Count > Page;
        if (more) page.RemoveAt(Page);
        return (await ViewsAsync(db, study, page, actor, cancellation), more ? page[^1].Id : null);
    }

    /// <summary>One group; null when the actor may read nothing of it.</summary>
    public async Task<GroupView?> ViewAsync(Study study, StudyGroup group, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await ViewsAsync(db, study, [group], actor, cancellation) is [var view] ? view : null;
    }

    /// <summary>A page of a group's matters, the most alike first.</summary>
    /// <param name="study">The study.</param>
    /// <param name="group">The group.</param>
    /// <param name="after">Likeness and serial of the last of the page before, as <c>87-1234</c>; null for the first page.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(IReadOnlyList<GroupMember> Members, string? Next)> MembersAsync(Study study, StudyGroup group, string? after, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var seen = Seen(db, actor, study).Where(s => s.GroupId == group.Id);
        if (after?.Split('-') is [var l, var s] && int.TryParse(l, NumberStyles.None, CultureInfo.InvariantCulture, out var likeness) && long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var serial))
            seen = seen.Where(x => x.Likeness < likeness || (x.Likeness == likeness && x.Serial > serial));
        var page = await seen.OrderByDescending(x => x.Likeness).ThenBy(x => x.Serial).Take(MembersPage + 1).Select(x => new { x.Serial, x.Likeness, x.ByHand }).ToListAsync(cancellation);
        var more = page.Count > MembersPage;
        if (more) page.RemoveAt(MembersPage);
        var serials = page.ConvertAll(p => p.Serial);
        var rows = await MatterRow.From(db.Set<Matter>().AsNoTracking().VisibleTo(actor, db).Where(m => serials.Contains(m.Serial))).ToDictionaryAsync(m => m.Serial, cancellation);
        return ([.. page.Where(p => rows.ContainsKey(p.Serial)).Select(p => new GroupMember(rows[p.Serial], p.Likeness, p.ByHand, p.Serial == group.Centre, $"{rows[p.Serial].Scenario}/{rows[p.Serial].Category}"))],
            more ? $"{page[^1].Likeness}-{page[^1].Serial}" : null);
    }

    /// <summary>Matters that were taken out of a group and are in none, at most 100.</summary>
    public async Task<IReadOnlyList<MatterRow>> TakenOutAsync(Study study, StudyGroup group, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var serials = await Seen(db, actor, study).Where(s => s.TakenFrom == group.Id).OrderBy(s => s.Serial).Take(100).Select(s => s.Serial).ToListAsync(cancellation);
        return await MatterRow.From(db.Set<Matter>().AsNoTracking().VisibleTo(actor, db).Where(m => serials.Contains(m.Serial)).OrderBy(m => m.Serial)).ToListAsync(cancellation);
    }

    /// <summary>Other groups of the study with names, those most like this one first, for the choice of where to put something. At most 60.</summary>
    public async Task<IReadOnlyList<(Guid Id, string Name, int Likeness)>> OthersAsync(Study study, StudyGroup group, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var centre = await db.Set<StudyMatter>().AsNoTracking().Where(m => m.StudyId == study.Id && m.Serial == group.Centre).Select(m => m.Print).FirstOrDefaultAsync(cancellation) ?? [];
        var own = group.Id;
        var others = await (from g in db.Set<StudyGroup>().AsNoTracking()
                            join c in db.Set<StudyMatter>() on new { g.StudyId, Serial = g.Centre } equals new { c.StudyId, c.Serial }
                            join m in db.Set<Matter>().VisibleTo(actor, db) on g.Centre equals m.Serial
                            where g.StudyId == study.Id && g.Id != own && g.Size > 0 && g.Since <= study.Upto
                            orderby g.Size descending, g.Centre
                            select new { g.Id, g.Name, m.Title, c.Print }).Take(5000).ToListAsync(cancellation);
        return [.. others.Select(o => (o.Id, Name: o.Name.Length > 0 ? o.Name : o.Title, Likeness: TextPrint.Likeness(centre, o.Print))).OrderByDescending(o => o.Likeness).Take(60)];
    }

    private static async Task<IReadOnlyList<GroupView>> ViewsAsync(RendaDbContext db, Study study, List<StudyGroup> groups, Actor actor, CancellationToken cancellation)
    {
        var ids = groups.ConvertAll(g => g.Id);
        // In the order of the index of groups: otherwise SQLite begins with the county, a hundred thousand matters.
        var rows = (await Seen(db, actor, study).Where(s => s.GroupId != null && ids.Contains(s.GroupId.Value)).OrderBy(s => s.GroupId).ThenBy(s => s.Likeness).ThenBy(s => s.Serial)
            .Select(s => new { s.GroupId, s.Serial, s.Likeness, s.Matter.Title, s.Matter.Region, s.Matter.Town, s.Matter.Scenario, s.Matter.Category, s.Matter.SubmittedAt, s.Matter.Closed }).ToListAsync(cancellation)).ToLookup(r => r.GroupId!.Value);
        var views = new List<GroupView>();
        foreach (var group in groups)
        {
            var members = rows[group.Id].OrderByDescending(r => r.Serial == group.Centre).ThenByDescending(r => r.Likeness).ThenBy(r => r.Serial).ToList();
            if (members.Count == 0) continue;
            var days = members.ConvertAll(m => ChinaTime.Date(m.SubmittedAt));
            var (first, last) = (days.Min(), days.Max());
            var months = days.CountBy(d => new DateOnly(d.Year, d.Month, 1)).ToDictionary();
            // A name that a person wrote may tell of what somebody else may not read.
            var name = group.Name.Length > 0 && members.Count >= group.Size ? group.Name : members[0].Title;
            views.Add(new(group, name, members.Count, members.Count(m => m.Closed), first, last,
                [.. members.CountBy(m => m.Town > 0 ? m.Town : m.Region).OrderByDescending(t => t.Value).ThenBy(t => t.Key).Select(t => (t.Key, t.Value))],
                [.. members.CountBy(m => $"{m.Scenario}/{m.Category}").OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, c.Value))],
                [.. Months(first, last).Select(m => (m, months.GetValueOrDefault(m)))], Phrases([.. members.Take(40).Select(m => m.Title)])));
        }
        return views;
    }

    private static IEnumerable<DateOnly> Months(DateOnly first, DateOnly last)
    {
        for (var month = new DateOnly(first.Year, first.Month, 1); month <= last; month = month.AddMonths(1)) yield return month;
    }

    /// <summary>Runs of characters of the first title whose neighbouring pairs at least half of the titles have.</summary>
    internal static IReadOnlyList<string> Phrases(IReadOnlyList<string> titles)
    {
        var (title, phrases, start) = (titles[0], new List<string>(), -1);
        for (var i = 0; i <= title.Length; i++)
        {
            var common = i + 1 < title.Length && char.IsLetter(title[i]) && char.IsLetter(title[i + 1]) && titles.Count(t => t.Contains(title.Substring(i, 2), StringComparison.Ordinal)) * 2 >= Math.Max(3, titles.Count);
            if (common && start < 0) start = i;
            else if (!common && start >= 0)
            {
                phrases.Add(title[start..(i + 1)]);
                start = -1;
            }
        }
        // The whole title stands there already.
        return [.. phrases.Distinct().Where(p => p.Length < title.Length).OrderByDescending(p => p.Length).Take(4)];
    }
}
