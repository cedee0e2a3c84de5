using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>A step of entering or leaving office.</summary>
/// <param name="Id">The step; a code for those ticked by hand.</param>
/// <param name="Name">Name.</param>
/// <param name="Done">Whether it is done.</param>
/// <param name="Note">What the records or whoever ticked it say of it.</param>
/// <param name="Href">Where it can be done; null for here.</param>
/// <param name="ByHand">Whether somebody ticks it; otherwise the records show it.</param>
public sealed record LifeLine(string Id, Words Name, bool Done, string Note, string? Href, bool ByHand);

/// <summary>A mandate that begins or has ended, with its steps.</summary>
/// <param name="Seat">The seat.</param>
/// <param name="Lines">The steps.</param>
/// <param name="Archive">The file that was handed over; null while it was not.</param>
public sealed record Life(DeputySeat Seat, IReadOnlyList<LifeLine> Lines, LifeArchive? Archive)
{
    /// <summary>Steps done.</summary>
    public int Done => Lines.Count(l => l.Done);
}

/// <summary>
/// A deputy's entry into office and leaving of it: what the records show by themselves stands beside what somebody ticks, and
/// the file is closed and handed over at the end.
/// </summary>
public sealed class DeputyLives(IDbContextFactory<RendaDbContext> databases, CodeSets codes, Exports.DeputyExports exports, AuditLog audit, TimeProvider time)
{
    /// <summary>Most mandates of a list.</summary>
    public const int Most = 200;

    /// <summary>Mandates of a congress that began within a year (or have ended within two and are not handed over), newest first.</summary>
    public async Task<IReadOnlyList<DeputySeat>> ListAsync(Guid congress, bool leaving, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (now, year, two) = (Now, Now.AddYears(-1), Now.AddYears(-2));
        var all = db.Set<Mandate>().AsNoTracking().Where(m => m.CongressId == congress);
        var rows = leaving
            ? await all.Where(m => m.ValidTo != null && m.ValidTo <= now && m.ValidTo > two && !db.Set<LifeArchive>().Any(a => a.MandateId == m.Id)).OrderByDescending(m => m.ValidTo).ThenBy(m => m.Id).Take(Most).ToListAsync(cancellation)
            : await all.Where(m => m.Status == MandateStatus.Active && m.ValidFrom > year && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now)).OrderByDescending(m => m.ValidFrom).ThenBy(m => m.Id).Take(Most).ToListAsync(cancellation);
        return await PerformanceFiles.SeatsAsync(db, rows, cancellation);
    }

    /// <summary>The steps of a seat: of leaving once it has ended, of entry before.</summary>
    public async Task<Life> ReadAsync(DeputySeat seat, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (m, ended) = (seat.Mandate, seat.Until is not null && seat.Mandate.ValidTo <= Now);
        var ticked = await db.Set<LifeStep>().AsNoTracking().Where(s => s.MandateId == m.Id).ToDictionaryAsync(s => s.Step, cancellation);
        var archive = await db.Set<LifeArchive>().AsNoTracking().Where(a => a.MandateId == m.Id).Select(a => new LifeArchive { MandateId = a.MandateId, At = a.At, By = a.By, To = a.To, Sha256 = a.Sha256 }).FirstOrDefaultAsync(cancellation);
        List<LifeLine> lines = [];
        if (ended)
        {
            var open = await db.Set<Matter>().Where(x => x.ReporterId == m.PersonId && !x.Closed).CountAsync(cancellation);
            var rights = await db.Set<Grant>().CountAsync(g => g.MandateId == m.Id && (g.ValidTo == null || g.ValidTo > Now), cancellation);
            lines.Add(new("rights", new("权限已收回", "Rights ended"), rights == 0, rights == 0 ? "" : Language.T($"还有 {rights} 项", $"{rights} left"), null, false));
            lines.Add(new("open", new("反映的事项都已办结", "Everything raised is closed"), open == 0, open == 0 ? "" : Language.T($"还有 {open} 件", $"{open} open"), null, false));
        }
        else
        {
            var account = await db.Set<Account>().AnyAsync(a => a.PersonId == m.PersonId && a.ClosedAt == null, cancellation);
            var courses = await db.Set<Course>().AsNoTracking().Where(c => c.CongressId == m.CongressId && c.Onboarding && c.PublishedAt != null).Select(c => new { c.Id, c.Title, Done = db.Set<Learning>().Any(l => l.CourseId == c.Id && l.PersonId == m.PersonId && l.CompletedAt != null) }).ToListAsync(cancellation);
            lines.Add(new("account", new("开通账号", "Account opened"), account, "", null, false));
            lines.Add(new("group", new("编入代表团或代表小组", "In a delegation or group"), m.DelegationId is not null || m.GroupId is not null, seat.Group, $"/registry/people/{m.PersonId}", false));
            lines.Add(new("number", new("登记代表证号", "Number of the certificate"), m.CertificateNo.Length > 0, m.CertificateNo, $"/registry/people/{m.PersonId}", false));
            lines.AddRange(courses.Select(c => new LifeLine($"course-{c.Id:N}", new($"完成课程：{c.Title}", $"Course completed: {c.Title}"), c.Done, "", $"/deputies/courses/{c.Id}", false)));
        }
        foreach (var step in (await codes.OfAsync(ended ? DeputiesModule.LeavingSteps : DeputiesModule.EntrySteps, cancellation)).Where(c => !c.Retired || ticked.ContainsKey(c.Id)))
        {
            var done = ticked.GetValueOrDefault(step.Id);
            lines.Add(new(step.Id, step.Name, done is not null, done is null ? "" : string.Join(" · ", new[] { ChinaTime.Date(done.DoneAt).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), done.By, done.Note }.Where(t => t.Length > 0)), null, true));
        }
        return new Life(seat, lines, archive);
    }

    /// <summary>Ticks a step, or takes the tick back. The same again changes nothing.</summary>
    public Task<Refusal?> TickAsync(Guid mandate, string step, bool done, string note, Actor actor, CancellationToken cancellation) => ChangeAsync(mandate, actor, async (db, seat) =>
    {
        var known = (await codes.OfAsync(DeputiesModule.EntrySteps, cancellation)).Concat(await codes.OfAsync(DeputiesModule.LeavingSteps, cancellation)).FirstOrDefault(c => c.Id == step);
        if (known is null) return (Refusal.NotFound, "");
        note = note.Trim().ReplaceLineEndings(" ");
        if (note.Length > 200) return (Refusal.Form([new("form.too-long", new("备注最多 200 字。", "At most 200 characters."), Field: "note")]), "");
        var row = await db.Set<LifeStep>().FirstOrDefaultAsync(s => s.MandateId == mandate && s.Step == step, cancellation);
        if (done == row is not null) return (null, "");
        if (row is not null) db.Remove(row);
        else db.Add(new LifeStep { MandateId = mandate, Step = step, DoneAt = Now, By = actor.Name, Note = note });
        return (null, $"{seat.Name}：{known.Zh}{(done ? "已办" : "改为未办")}{(note.Length > 0 ? $"（{note}）" : "")}");
    }, cancellation);

    /// <summary>Closes the file of a seat that has ended and notes to whom it was handed. Once: what was handed over stays as it was.</summary>
    public async Task<Refusal?> ArchiveAsync(Guid mandate, string to, Actor actor, CancellationToken cancellation)
    {
        to = to.Trim();
        if (to.Length is 0 or > 60) return Refusal.Form([new("form.required", new("请写移交给谁，最多 60 字。", "Say to whom, in at most 60 characters."), Field: "to")]);
        byte[]? content = null;
        return await ChangeAsync(mandate, actor, async (db, seat) =>
        {
            if (seat.Mandate.ValidTo is not { } end || end > Now) return (new("deputies.in-office", new("任期还没有结束。", "The seat has not ended."), 409), "");
            if (await db.Set<LifeArchive>().AnyAsync(a => a.MandateId == mandate, cancellation)) return (null, "");
            content ??= await exports.ArchiveAsync(seat, cancellation);
            db.Add(new LifeArchive { MandateId = mandate, At = Now, By = actor.Name, To = to, Content = content, Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)) });
            return (null, $"{seat.Name}的履职档案移交给{to}");
        }, cancellation);
    }

    private Task<Refusal?> ChangeAsync(Guid mandate, Actor actor, Func<RendaDbContext, DeputySeat, Task<(Refusal? Refusal, string Note)>> work, CancellationToken cancellation) => audit.RunAsync<Refusal?>(async (db, note) =>
    {
        if (await db.Set<Mandate>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == mandate, cancellation) is not { } found) return Refusal.NotFound;
        var seat = (await PerformanceFiles.SeatsAsync(db, [found], cancellation))[0];
        if (!DeputyScope.Reaches(actor, DeputiesModule.Manage, seat.Congress.Region)) return Refusal.NotFound;
        var (refusal, text) = await work(db, seat);
        if (refusal is not null) return refusal;
        if (text.Length > 0) await note(AuditLog.Entry(actor, "deputies.edit", "Mandate", mandate, text));
        await db.SaveChangesAsync(cancellation);
        return null;
    }, cancellation);

    private DateTime Now => time.GetUtcNow().UtcDateTime is var now ? new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc) : default;
}
