using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Analysis;

/// <summary>Numbers of a focus, of the matters that somebody may read.</summary>
/// <param name="Seen">Matters seen.</param>
/// <param name="Closed">How many of them have ended.</param>
/// <param name="Proven">How many of these with an after-photo.</param>
/// <param name="Overdue">How many wait for somebody who is late.</param>
public readonly record struct FocusFigures(int Seen, int Closed, int Proven, int Overdue);

/// <summary>Takes common problems up as focuses of an inspection or as topics.</summary>
public sealed class Focuses(IDbContextFactory<RendaDbContext> databases, GroupDesk groups, MatterDesk desk, AuditLog audit, TimeProvider time)
{
    /// <summary>Most matters of one, as an inspection can look at and one press can mark.</summary>
    public const int Most = 1000;

    /// <summary>
    /// Makes one of a group, with the matters of it that the actor may read. For an inspection each is marked as its focus where its
    /// procedure and state know that. The same press again gives the same and finishes what was interrupted.
    /// </summary>
    /// <param name="id">UUIDv7, made by the page.</param>
    /// <param name="group">The group.</param>
    /// <param name="form">kind, title, reason.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up; pressing again goes on from there.</param>
    public async Task<Refusal?> CreateAsync(Guid id, Guid group, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        if (id.Version != 7) return new("analysis.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400);
        if (await groups.FindAsync(group, actor, cancellation) is not { } found) return Refusal.NotFound;
        if (!Studies.MayManage(found.Study, actor)) return Studies.NotYours;
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var (title, reason) = (typed.Text("title"), typed.Text("reason"));
        typed.Need(Enum.TryParse<FocusKind>(typed.Text("kind"), out var kind) && Enum.IsDefined(kind), "kind", "请选择列为什么。", "Choose what it is taken up as.");
        typed.Need(title.Length > 0, "title", "请写标题。", "Give it a title.");
        typed.Short(title, 100, "title");
        typed.Need(reason.Length > 0, "reason", "请写明理由。", "Say why.");
        typed.Short(reason, 1000, "reason");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            if (await db.Set<Focus>().AsNoTracking().FirstOrDefaultAsync(f => f.Id == id, cancellation) is { } known)
                return known.CreatedBy == actor.AccountId && known.Title == title && known.Kind == kind && known.GroupId == group ? null : new Refusal("analysis.id-taken", new("这个编号已经用于另一件。", "This id belongs to another."), 409);
            var serials = await GroupReader.Seen(db, actor, found.Study).Where(s => s.GroupId == group).OrderBy(s => s.Serial).Select(s => s.Serial).Take(Most + 1).ToListAsync(cancellation);
            if (serials.Count == 0) return new("analysis.empty", new("这一组里没有事项。", "There is no matter in this group."));
            if (serials.Count > Most) return new("analysis.too-many", new($"超过 {Most} 件，请用更高的相似度重新分析，或者移出一部分。", $"More than {Most} matters: make a study with a higher likeness, or take some out."));
            db.Add(new Focus { Id = id, Kind = kind, Title = title, Reason = reason, GroupId = group, StudyId = found.Study.Id, Region = found.Study.Region, Matters = serials.Count, CreatedBy = actor.AccountId, CreatedByName = actor.Name, CreatedAt = typed.Now });
            db.AddRange(serials.Select(s => new FocusMatter { FocusId = id, Serial = s }));
            await note(AuditLog.Entry(actor, "analysis.focus", nameof(Focus), id, title));
            return null;
        }, cancellation);
        if (refusal is null && kind == FocusKind.Inspection) await MarkAsync(id, title, actor, cancellation);
        return refusal;
    }

    /// <summary>One that the actor may see; null when it is not theirs.</summary>
    public async Task<Focus?> FindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<Focus>().AsNoTracking().VisibleTo(actor).FirstOrDefaultAsync(f => f.Id == id, cancellation);
    }

    /// <summary>Closes one with what came of it, or opens it again with null.</summary>
    public async Task<Refusal?> CloseAsync(Guid id, string? outcome, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(id, actor, cancellation) is not { } focus) return Refusal.NotFound;
        if (!AnalysisScope.Reaches(actor, AnalysisScope.Manage, focus.Region)) return Studies.NotYours;
        outcome = outcome?.Trim();
        if (outcome is { Length: 0 or > 1000 }) return Refusal.Form([new("analysis.outcome", new("请写明办理结果，最多 1000 字。", "Say in at most 1,000 characters what came of it."), Field: "outcome")]);
        var now = time.GetUtcNow().UtcDateTime;
        return await audit.RunAsync(async (db, note) =>
        {
            var row = await db.Set<Focus>().FirstAsync(f => f.Id == id, cancellation);
            (row.ClosedAt, row.ClosedByName, row.Outcome) = (outcome is null ? null : new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc), outcome is null ? "" : actor.Name, outcome ?? "");
            await note(AuditLog.Entry(actor, "analysis.focus", nameof(Focus), id, $"{focus.Title}：{(outcome is null ? "重新打开" : "办结")}"));
            return (Refusal?)null;
        }, cancellation);
    }

    /// <summary>The matters of one that the actor may read.</summary>
    public static IQueryable<Matter> Matters(RendaDbContext db, Guid focus, Actor actor) =>
        db.Set<Matter>().AsNoTracking().VisibleTo(actor, db).Where(m => db.Set<FocusMatter>().Any(f => f.FocusId == focus && f.Serial == m.Serial));

    /// <summary>Their numbers.</summary>
    public async Task<FocusFigures> FiguresAsync(Guid focus, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var now = time.GetUtcNow().UtcDateTime;
        var figures = await Matters(db, focus, actor).GroupBy(m => 1).Select(g => new { Seen = g.Count(), Closed = g.Count(m => m.Closed), Proven = g.Count(m => m.Closed && m.Proven), Overdue = g.Count(m => m.DueAt < now) }).FirstOrDefaultAsync(cancellation);
        return figures is null ? default : new(figures.Seen, figures.Closed, figures.Proven, figures.Overdue);
    }

    // Several at once share the writer's commits. A refusal is no failure: where the state does not allow it the matter speaks for the focus all the same.
    private async Task MarkAsync(Guid id, string title, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var matters = await Matters(db, id, actor).Where(m => !m.Focus).Select(m => m.Id).ToListAsync(cancellation);
        await Parallel.ForEachAsync(matters, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation }, async (matter, ct) =>
            await desk.ActAsync(matter, "focus", new JsonObject { ["reason"] = $"列入“{title}”" }, actor, null, "focus-" + id.ToString("N"), ct));
    }
}
