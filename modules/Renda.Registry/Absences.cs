using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Registry;
using Renda.Platform.Todos;

namespace Renda.Registry;

/// <summary>When the law asks the credentials committee to look at a deputy's absences.</summary>
public static class Absences
{
    /// <summary>Sessions missed without approval that end a mandate: Deputies Law (代表法) art. 62. In any order, within one mandate.</summary>
    public const int Enough = 2;

    /// <summary>Whether the committee has to look: enough were missed while the mandate lasts, and not all of them were looked at.</summary>
    /// <param name="lasts">Whether the mandate has not ended.</param>
    /// <param name="missed">Sessions missed without approval.</param>
    /// <param name="examined">Sessions that the committee's opinion covers.</param>
    public static bool CallForCommittee(bool lasts, IReadOnlyCollection<Guid> missed, IReadOnlyCollection<Guid> examined) =>
        lasts && missed.Count >= Enough && missed.Any(s => !examined.Contains(s));

    /// <summary>The sessions an opinion covers; none where there is no opinion.</summary>
    public static IReadOnlyCollection<Guid> Covered(CredentialsOpinion? opinion) => opinion is null ? [] : [.. opinion.Sessions.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse)];
}

/// <summary>
/// Keeps the duties that follow from attendance: one for the credentials committee while a deputy's absences are to be looked
/// at, one for the office while a leave is to be decided. They are raised and ended in the transaction of the rows they
/// follow from, whatever wrote these, so that none is there twice, in vain, or missing.
/// </summary>
public sealed class AbsenceDuties(IDbContextFactory<RendaDbContext> databases, ChangeRelay? relay = null)
{
    private const string Scenario = "registry";

    /// <summary>Duties of a body by which it is the one to look, the likeliest first: the committee itself, the office that works for it, a town's presidium.</summary>
    private static readonly string[] Committee = ["credentials", "deputies", "presidium"], Office = ["deputies", "presidium", "credentials"];

    /// <summary>The item of the committee's duty about a mandate.</summary>
    public static Guid ItemOf(Guid mandate) => Todo.ItemOf(Scenario, $"absences:{mandate:N}");

    /// <summary>What follows from a change set's rows.</summary>
    public async Task<Func<Task>?> FollowAsync(RendaDbContext db, RegistryEdit edit, Actor actor, CancellationToken cancellation)
    {
        var ids = edit.Touched<Attendance>().Select(a => a.MandateId).Concat(edit.Touched<CredentialsOpinion>().Select(o => o.Id)).Concat(edit.Touched<Mandate>().Select(m => m.Id)).ToHashSet();
        // A committee that comes into being takes over what its office had, and the other way round.
        var places = edit.Touched<Organisation>().Where(o => Committee.Contains(o.Duty)).Select(o => o.Region).ToHashSet();
        if (places.Count > 0)
        {
            var congresses = db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Congress && places.Contains(o.Region)).Select(o => o.Id);
            ids.UnionWith(await db.Set<Mandate>().Where(m => congresses.Contains(m.CongressId) && db.Set<Attendance>().Any(a => a.MandateId == m.Id && (a.Status == AttendanceStatus.Absent || a.Status == AttendanceStatus.Asked))).Select(m => m.Id).ToListAsync(cancellation));
        }
        var changed = new HashSet<Guid>();
        foreach (var chunk in ids.Chunk(500)) await FollowAsync(db, [.. chunk], edit.Now, actor, changed, cancellation);
        if (changed.Count == 0 || relay is null) return null;
        return async () =>
        {
            await using var after = databases.CreateDbContext();
            foreach (var some in changed.Chunk(100)) await relay.DutiesChangedAsync(after, some, CancellationToken.None);
        };
    }

    private static async Task FollowAsync(RendaDbContext db, IReadOnlyList<Guid> ids, DateTime now, Actor actor, HashSet<Guid> changed, CancellationToken cancellation)
    {
        var recorded = await db.Set<Attendance>().AsNoTracking().Where(a => ids.Contains(a.MandateId)).ToListAsync(cancellation);
        var items = ids.Select(ItemOf).Concat(recorded.Select(a => a.Id)).ToList();
        var open = await db.Set<Todo>().Where(t => items.Contains(t.ItemId) && t.DoneAt == null).ToListAsync(cancellation);
        var waiting = recorded.Where(a => a.Status is AttendanceStatus.Absent or AttendanceStatus.Asked).Select(a => a.MandateId).ToHashSet();
        if (open.Count == 0 && waiting.Count == 0) return;

        var mandates = await (from m in db.Set<Mandate>().AsNoTracking()
                              join c in db.Set<Organisation>() on m.CongressId equals c.Id
                              join p in db.Set<Person>() on m.PersonId equals p.Id
                              where waiting.Contains(m.Id)
                              select new { m.Id, m.ValidTo, c.Region, p.Name }).ToListAsync(cancellation);
        var opinions = await db.Set<CredentialsOpinion>().AsNoTracking().Where(o => waiting.Contains(o.Id)).ToDictionaryAsync(o => o.Id, cancellation);
        var regions = mandates.Select(m => m.Region).Distinct().ToList();
        var bodies = await db.Set<Organisation>().AsNoTracking().Where(o => regions.Contains(o.Region) && Committee.Contains(o.Duty) && (o.ValidTo == null || o.ValidTo > now) && (o.Kind == OrganisationKind.SpecialCommittee || o.Kind == OrganisationKind.Office))
            .OrderBy(o => o.Id).Select(o => new { o.Id, o.Region, o.Duty }).ToListAsync(cancellation);
        Guid? Holder(long region, string[] duties) => duties.Select(d => bodies.FirstOrDefault(b => b.Region == region && b.Duty == d)?.Id).FirstOrDefault(b => b is not null);

        var wanted = new List<Todo>();
        foreach (var mandate in mandates)
        {
            var lasts = mandate.ValidTo is null || mandate.ValidTo > now;
            var mine = recorded.Where(a => a.MandateId == mandate.Id).ToList();
            var missed = mine.Where(a => a.Status == AttendanceStatus.Absent).Select(a => a.SessionId).ToList();
            if (Absences.CallForCommittee(lasts, missed, Absences.Covered(opinions.GetValueOrDefault(mandate.Id))) && Holder(mandate.Region, Committee) is { } committee)
                wanted.Add(New(ItemOf(mandate.Id), committee, $"{mandate.Name}两次未经批准不出席会议，请审查代表资格", $"/registry/mandates/{mandate.Id}#absences"));
            if (lasts && Holder(mandate.Region, Office) is { } office)
                wanted.AddRange(mine.Where(a => a.Status == AttendanceStatus.Asked).Select(a => New(a.Id, office, $"{mandate.Name}请假，请批准或者不批准", $"/registry/sessions/{a.SessionId}?show=asked")));
        }
        foreach (var todo in open.Where(t => !wanted.Exists(w => (w.ItemId, w.OrganisationId) == (t.ItemId, t.OrganisationId))))
        {
            (todo.DoneAt, todo.DoneBy) = (now, actor.IsPlatform ? null : actor.AccountId);
            changed.Add((todo.OrganisationId ?? todo.PersonId)!.Value);
        }
        foreach (var todo in wanted.Where(w => !open.Exists(t => (w.ItemId, w.OrganisationId) == (t.ItemId, t.OrganisationId))))
        {
            db.Add(todo);
            changed.Add(todo.OrganisationId!.Value);
        }
        // Written before the next of the same set are looked at.
        await db.SaveChangesAsync(cancellation);

        Todo New(Guid item, Guid holder, string title, string href) => new()
        {
            Id = Guid.CreateVersion7(), ItemId = item, Scenario = Scenario, Duty = DutyKind.Review, OrganisationId = holder, Title = title, Href = href, ArrivedAt = now,
        };
    }
}
