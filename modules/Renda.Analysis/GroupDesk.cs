using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Analysis;

/// <summary>
/// What people change in a study: names, what belongs where, what is put together or put away. What they decided stays when the
/// study is brought up to date. While it is being worked on nothing can be changed.
/// </summary>
public sealed class GroupDesk(IDbContextFactory<RendaDbContext> databases, Studies studies, AuditLog audit)
{
    /// <summary>A group with its study; null when it is not the actor's to see.</summary>
    public async Task<(Study Study, StudyGroup Group)?> FindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await db.Set<StudyGroup>().AsNoTracking().FirstOrDefaultAsync(g => g.Id == id, cancellation) is not { } group) return null;
        if (await studies.FindAsync(group.StudyId, actor, cancellation) is not { } study || group.Since > study.Upto) return null;
        // Who may read nothing of it does not learn that there is one; what was put together with another leads there.
        return group.MergedIntoId is not null || await GroupReader.Seen(db, actor, study).AnyAsync(s => s.GroupId == id || s.TakenFrom == id, cancellation) ? (study, group) : null;
    }

    /// <summary>Takes matters out of a group; bringing up to date leaves them alone from then on.</summary>
    public Task<Refusal?> TakeOutAsync(Guid id, IReadOnlyList<long> serials, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, "移出", async (db, study, group) =>
    {
        var rows = await MineAsync(db, study, serials, r => r.GroupId == id, actor, cancellation);
        foreach (var row in rows) (row.GroupId, row.TakenFrom, row.ByHand, row.Likeness) = (null, id, true, 0);
        await db.SaveChangesAsync(cancellation);
        await CountAsync(db, group, cancellation);
        return rows.Count == 0 ? Nothing : null;
    }, cancellation);

    /// <summary>Puts matters of one group, or taken out of it, to another of the same study.</summary>
    public Task<Refusal?> MoveAsync(Guid id, IReadOnlyList<long> serials, Guid to, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, "调整", async (db, study, group) =>
    {
        if (await OtherAsync(db, study, to, cancellation) is not { } other) return Refusal.NotFound;
        var rows = await MineAsync(db, study, serials, r => r.GroupId == id || r.TakenFrom == id, actor, cancellation);
        foreach (var row in rows) (row.GroupId, row.TakenFrom, row.ByHand) = (other.Id, null, true);
        await db.SaveChangesAsync(cancellation);
        await CountAsync(db, group, cancellation);
        if (other.Id != id) await CountAsync(db, other, cancellation);
        return rows.Count == 0 ? Nothing : null;
    }, cancellation);

    /// <summary>Puts a whole group into another of the same study.</summary>
    public Task<Refusal?> MergeAsync(Guid id, Guid into, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, "合并", async (db, study, group) =>
    {
        if (into == id || await OtherAsync(db, study, into, cancellation) is not { } other) return Refusal.NotFound;
        await db.Set<StudyMatter>().Where(m => m.StudyId == study.Id && m.GroupId == id).ExecuteUpdateAsync(s => s.SetProperty(m => m.GroupId, into).SetProperty(m => m.ByHand, true), cancellation);
        await db.Set<StudyMatter>().Where(m => m.StudyId == study.Id && m.TakenFrom == id).ExecuteUpdateAsync(s => s.SetProperty(m => m.TakenFrom, into), cancellation);
        (group.MergedIntoId, group.Size) = (into, 0);
        await CountAsync(db, other, cancellation);
        return null;
    }, cancellation);

    /// <summary>Gives a group a name; an empty one gives it the title of its centre again.</summary>
    public Task<Refusal?> RenameAsync(Guid id, string name, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, "改名", (_, _, group) =>
    {
        name = name.Trim();
        if (name.Length > Studies.LongestName) return Task.FromResult<Refusal?>(new("analysis.name", new($"名称最多 {Studies.LongestName} 字。", $"A name has at most {Studies.LongestName} characters."), Field: "name"));
        group.Name = name;
        return Task.FromResult<Refusal?>(null);
    }, cancellation);

    /// <summary>Puts a group away with a reason; with an empty one it is among the others again.</summary>
    public Task<Refusal?> DismissAsync(Guid id, string? reason, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, reason is null ? "恢复" : "搁置", (_, _, group) =>
    {
        reason = reason?.Trim();
        if (reason is { Length: 0 or > 300 }) return Task.FromResult<Refusal?>(new("analysis.reason", new("请写明为什么不算共性问题，最多 300 字。", "Say in at most 300 characters why it is no common problem."), Field: "reason"));
        group.Dismissed = reason;
        return Task.FromResult<Refusal?>(null);
    }, cancellation);

    private static Refusal Nothing { get; } = new("analysis.nothing", new("请先勾选事项。", "Tick matters first."), Field: "serial");

    private async Task<Refusal?> ChangeAsync(Guid id, Actor actor, string what, Func<RendaDbContext, Study, StudyGroup, Task<Refusal?>> change, CancellationToken cancellation)
    {
        if (await FindAsync(id, actor, cancellation) is not { } found) return Refusal.NotFound;
        if (!Studies.MayManage(found.Study, actor)) return Studies.NotYours;
        try
        {
            return await audit.RunAsync(async (db, note) =>
            {
                // The row of the study is held until the commit: no start begins meanwhile, and of two changes one waits.
                if (await db.Set<Study>().Where(s => s.Id == found.Study.Id && s.State == StudyState.Ready).ExecuteUpdateAsync(s => s.SetProperty(x => x.Run, (Guid?)null), cancellation) == 0) throw new RefusedException(Studies.Busy);
                var group = await db.Set<StudyGroup>().FirstAsync(g => g.Id == id, cancellation);
                if (group.MergedIntoId is not null) throw new RefusedException(Refusal.NotFound);
                if (await change(db, found.Study, group) is { } refusal) throw new RefusedException(refusal);
                await note(AuditLog.Entry(actor, "analysis.edit", nameof(StudyGroup), id, $"{found.Study.Name}：{what}"));
                return (Refusal?)null;
            }, cancellation);
        }
        catch (RefusedException refused)
        {
            return refused.Refusal;
        }
    }

    private static Task<StudyGroup?> OtherAsync(RendaDbContext db, Study study, Guid id, CancellationToken cancellation) =>
        db.Set<StudyGroup>().FirstOrDefaultAsync(g => g.Id == id && g.StudyId == study.Id && g.MergedIntoId == null, cancellation);

    /// <summary>The rows of some matters that the actor may read.</summary>
    private static async Task<List<StudyMatter>> MineAsync(RendaDbContext db, Study study, IReadOnlyList<long> serials, System.Linq.Expressions.Expression<Func<StudyMatter, bool>> which, Actor actor, CancellationToken cancellation)
    {
        var rows = new List<StudyMatter>();
        foreach (var some in serials.Distinct().Take(1000).Chunk(200))
        {
            var mine = db.Set<Matter>().VisibleTo(actor, db).Where(m => some.Contains(m.Serial)).Select(m => m.Serial);
            rows.AddRange(await db.Set<StudyMatter>().Where(r => r.StudyId == study.Id && some.Contains(r.Serial) && mine.Contains(r.Serial)).Where(which).ToListAsync(cancellation));
        }
        return rows;
    }

    /// <summary>Counts a group anew, with its common words. When its centre has left, the matter most like these is the centre.</summary>
    private static async Task CountAsync(RendaDbContext db, StudyGroup group, CancellationToken cancellation)
    {
        var rows = await db.Set<StudyMatter>().Where(m => m.GroupId == group.Id).OrderBy(m => m.Serial).ToListAsync(cancellation);
        group.Size = rows.Count;
        if (rows.Count == 0) return;
        var common = TextPrint.CommonOf(rows.ConvertAll(r => r.Print));
        var centre = rows.Find(r => r.Serial == group.Centre) ?? rows.MaxBy(r => TextPrint.Likeness(common, r.Print))!;
        group.Centre = centre.Serial;
        foreach (var row in rows) row.Likeness = Math.Max(TextPrint.Likeness(centre.Print, row.Print), TextPrint.Likeness(common, row.Print));
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Carries a refusal out of the transaction, which is then taken back.</summary>
    private sealed class RefusedException(Refusal refusal) : Exception
    {
        public Refusal Refusal { get; } = refusal;
    }
}
