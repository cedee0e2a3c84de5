using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Registry;

namespace Renda.Registry;

/// <summary>A session of a congress with what it belongs to.</summary>
/// <param name="Session">The session.</param>
/// <param name="Term">Its term.</param>
/// <param name="Congress">The congress.</param>
public sealed record HeldSession(CongressSession Session, Term Term, Organisation Congress)
{
    /// <summary>As it is officially called, e.g. 湖州市第九届人民代表大会第五次会议.</summary>
    public Words Name => new($"{Congress.Name}第{Term.Ordinal}届第{Session.Ordinal}次会议", $"{Congress.Name}, term {Term.Ordinal}, session {Session.Ordinal}");
}

/// <summary>A deputy on a session's list.</summary>
/// <param name="Seat">The seat as it was on the session's days.</param>
/// <param name="Delegation">The delegation's name; empty for none.</param>
/// <param name="Row">What is recorded; null for nothing yet.</param>
public sealed record AttendanceLine(Seat Seat, string Delegation, Attendance? Row);

/// <summary>Everybody who was to come to a session.</summary>
/// <param name="Of">The session.</param>
/// <param name="Lines">The deputies by delegation and name.</param>
/// <param name="Suspended">Deputies who were suspended throughout and are not expected.</param>
public sealed record AttendanceSheet(HeldSession Of, IReadOnlyList<AttendanceLine> Lines, int Suspended)
{
    /// <summary>How many stand so.</summary>
    public int Count(AttendanceStatus status) => Lines.Count(l => l.Row?.Status == status);

    /// <summary>How many are not recorded: nothing is known, or only what was asked for.</summary>
    public int Open => Lines.Count(l => !Attendances.IsVerdict(l.Row?.Status));
}

/// <summary>What somebody says of a deputy's attendance.</summary>
/// <param name="Mandate">The seat.</param>
/// <param name="Status">Present, on leave or absent.</param>
/// <param name="Was">What the page showed before; null for nothing.</param>
/// <param name="ApprovedBy">Who approved the leave.</param>
/// <param name="Reason">Why leave was taken.</param>
/// <param name="Document">By which document.</param>
public sealed record AttendanceMark(Guid Mandate, AttendanceStatus Status, AttendanceStatus? Was, string ApprovedBy = "", string Reason = "", string Document = "");

/// <summary>What stands on a mandate's page of its attendance.</summary>
/// <param name="Of">The session.</param>
/// <param name="Rows">What was recorded, the newest first; empty for nothing.</param>
public sealed record AttendedSession(HeldSession Of, IReadOnlyList<Attendance> Rows)
{
    /// <summary>What stands now.</summary>
    public Attendance? Now => Rows.FirstOrDefault(r => r.Latest);
}

/// <summary>
/// Attendance at the sessions of a congress: recorded by its clerks as one change set of the kernel's
/// <see cref="RegistryDesk"/>, asked leave from by its deputies, decided by its heads. What follows for the credentials
/// committee is <see cref="AbsenceDuties"/>' business.
/// </summary>
public sealed class Attendances(RegistryDesk desk, IDbContextFactory<RendaDbContext> databases, TimeProvider time)
{
    /// <summary>Whether it says how a session was attended, and not only what was asked for before.</summary>
    public static bool IsVerdict(AttendanceStatus? status) => status is AttendanceStatus.Present or AttendanceStatus.Leave or AttendanceStatus.Absent;

    // A change set without rows would be noise; the caller takes it for done.
    private static Refusal Nothing { get; } = new("registry.nothing", new("没有变化。", "Nothing has changed."), 409);

    /// <summary>The list of a session; null when there is none or it is out of the actor's scope.</summary>
    public async Task<AttendanceSheet?> ReadAsync(Guid session, Actor actor, string permission, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await FindAsync(db, session, actor, permission, cancellation) is { } of ? await SheetAsync(db, of, cancellation) : null;
    }

    /// <summary>What is recorded of a mandate, and what could be: the sessions of its congress while it lasted, the newest first.</summary>
    public async Task<IReadOnlyList<AttendedSession>> OfMandateAsync(Guid mandate, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.Set<Mandate>().History(mandate).AsNoTracking().ToListAsync(cancellation);
        if (rows.Count == 0) return [];
        var (congress, first, last) = (rows[0].CongressId, ChinaTime.Date(rows[0].ValidFrom), rows[^1].ValidTo is { } end ? ChinaTime.Date(end) : DateOnly.MaxValue);
        var sessions = await Held(db).Where(h => h.Congress.Id == congress && h.Session.Closes >= first && h.Session.Opens <= last).OrderByDescending(h => h.Session.Opens).Take(100).ToListAsync(cancellation);
        var recorded = (await db.Set<Attendance>().IgnoreQueryFilters().AsNoTracking().Where(a => a.MandateId == mandate).OrderByDescending(a => a.ValidFrom).ToListAsync(cancellation)).ToLookup(a => a.SessionId);
        return [.. sessions.Select(s => new AttendedSession(new HeldSession(s.Session, s.Term, s.Congress), [.. recorded[s.Session.Id]]))];
    }

    /// <summary>Records what is different from what stands. The same again changes nothing; what a colleague changed meanwhile is not overwritten.</summary>
    /// <param name="session">The session.</param>
    /// <param name="marks">What is said, of those of whom something is said.</param>
    /// <param name="why">Why; needed where something recorded is corrected.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many deputies it changed, or why not.</returns>
    public async Task<(int Changed, Refusal? Refusal)> RecordAsync(Guid session, IReadOnlyList<AttendanceMark> marks, string why, Actor actor, CancellationToken cancellation)
    {
        why = why.Trim();
        string title;
        await using (var db = databases.CreateDbContext())
        {
            if (await FindAsync(db, session, actor, RegistryScope.Edit, cancellation) is not { } of) return (0, Refusal.NotFound);
            var (fresh, refusal) = Compare(await SheetAsync(db, of, cancellation), marks, why);
            if (refusal is not null || fresh.Count == 0) return (0, refusal);
            title = $"{(fresh.Exists(f => IsVerdict(f.Row?.Status)) ? "更正" : "登记")}出席：{of.Name.Zh}，{fresh.Count} 人";
        }
        var changed = 0;
        var (_, no) = await desk.ChangeAsync(actor, "edit", title, why, async (db, edit) =>
        {
            // Compared once more, with no other writer between: what was looked at before is only a look.
            if (await FindAsync(db, session, actor, RegistryScope.Edit, cancellation) is not { } of) return Refusal.NotFound;
            var (fresh, refusal) = Compare(await SheetAsync(db, of, cancellation), marks, why);
            if (refusal is not null) return refusal;
            foreach (var (mark, row) in fresh) Write(edit, row, session, mark, actor);
            changed = fresh.Count;
            return changed == 0 ? Nothing : null;
        }, cancellation);
        return (no is null ? changed : 0, no == Nothing ? null : no);
    }

    /// <summary>Asks for leave from a session that is not over, for oneself. Asked again, the newer reason counts.</summary>
    public async Task<Refusal?> AskAsync(Guid mandate, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var session = typed.Id("session");
        typed.Need(session is not null, "session", "请选择会议。", "Choose the session.");
        var reason = typed.Text("reason");
        typed.Need(reason.Length > 0, "reason", "请写明请假的事由。", "Say why you ask for leave.");
        typed.Short(reason, 300, "reason");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", "代表请假", reason, async (db, edit) =>
        {
            var seat = await db.Set<Mandate>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == mandate && m.PersonId == actor.PersonId && m.Status == MandateStatus.Active && m.ValidTo == null, cancellation);
            var held = seat is null ? null : await Held(db).FirstOrDefaultAsync(h => h.Session.Id == session && h.Congress.Id == seat.CongressId, cancellation);
            if (held is null) return Refusal.NotFound;
            if (held.Session.Closes < ChinaTime.Date(edit.Now)) return Refusal.Form([new("registry.session-over", new("会议已经闭幕，不能再请假。", "The session is over; leave can no longer be asked for."), Field: "session")]);
            var row = await db.Set<Attendance>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == Attendance.IdOf(session!.Value, mandate), cancellation);
            if (IsVerdict(row?.Status)) return new("registry.already-recorded", new("您的出席情况已经登记。要更正，请联系代表工作机构。", "Your attendance is recorded already. To have it corrected, ask the deputies' office."), 409);
            if (row is { Status: AttendanceStatus.Asked } && row.Reason == reason) return Nothing;
            Write(edit, row, session!.Value, new AttendanceMark(mandate, AttendanceStatus.Asked, null, Reason: reason), actor);
            return null;
        }, cancellation);
        return refusal == Nothing ? null : refusal;
    }

    /// <summary>Approves or refuses a leave that was asked for. The same decision again changes nothing.</summary>
    /// <param name="session">The session.</param>
    /// <param name="mandate">Whose leave.</param>
    /// <param name="approve">Whether it is approved.</param>
    /// <param name="document">By which document; may be empty.</param>
    /// <param name="actor">Who decides.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> DecideAsync(Guid session, Guid mandate, bool approve, string document, Actor actor, CancellationToken cancellation)
    {
        document = document.Trim();
        if (document.Length > 200) return Refusal.Form([new("form.invalid", new("文号最多 200 字。", "A document's number has at most 200 characters."), Field: "document")]);
        var to = approve ? AttendanceStatus.Leave : AttendanceStatus.Refused;
        var id = Attendance.IdOf(session, mandate);
        await using (var look = databases.CreateDbContext())
        {
            if (await FindAsync(look, session, actor, RegistryScope.Leave, cancellation) is null) return Refusal.NotFound;
            var now = await look.Set<Attendance>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == id, cancellation);
            if (now is null) return Refusal.NotFound;
            if (now.Status == to) return null;
        }
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", approve ? "批准代表请假" : "不批准代表请假", document, async (db, edit) =>
        {
            var row = await db.Set<Attendance>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == id, cancellation);
            if (row is not { Status: AttendanceStatus.Asked }) return new("registry.leave-decided", new("这个请假刚刚已经处理，请看最新情况。", "This leave has just been decided; look at it as it is now."), 409);
            if (await db.Set<Mandate>().AnyAsync(m => m.Id == mandate && m.PersonId == actor.PersonId, cancellation)) return new("registry.own-leave", new("自己的请假要由别人批准。", "One's own leave is decided by somebody else."), 409);
            Write(edit, row, session, new AttendanceMark(mandate, to, null, approve ? actor.Name : "", row.Reason, document), actor);
            return null;
        }, cancellation);
        return refusal;
    }

    /// <summary>Records that the credentials committee looked at a deputy's absences and that they do not end the mandate.</summary>
    /// <param name="mandate">The seat.</param>
    /// <param name="form">reason, document.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> OpinionAsync(Guid mandate, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var reason = typed.Reason(needed: true);
        var document = typed.Document(needed: true);
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", "代表资格审查：两次缺席不适用终止", reason, async (db, edit) =>
        {
            var seat = await db.Set<Mandate>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == mandate, cancellation);
            if (seat is null || await db.Set<Organisation>().Where(o => o.Id == seat.CongressId).Select(o => (long?)o.Region).FirstOrDefaultAsync(cancellation) is not { } region || !RegistryScope.Reaches(actor, RegistryScope.Credentials, region)) return Refusal.NotFound;
            var missed = await db.Set<Attendance>().Where(a => a.MandateId == mandate && a.Status == AttendanceStatus.Absent).Select(a => a.SessionId).ToListAsync(cancellation);
            var last = await db.Set<CredentialsOpinion>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == mandate, cancellation);
            if (!Absences.CallForCommittee(seat.ValidTo is null || seat.ValidTo > edit.Now, missed, Absences.Covered(last)))
                return new("registry.nothing-to-examine", new("现在没有要审查的缺席，请看最新情况。", "There are no absences to examine now; look at it as it is."), 409);
            void Fill(CredentialsOpinion o) => (o.Sessions, o.Reason, o.Document, o.RecordedBy, o.RecordedByName) = (string.Join(',', missed.Order()), reason, document, actor.AccountId, actor.Name);
            if (last is not null)
            {
                edit.Revise(last, After(edit, last), Fill);
                return null;
            }
            var opinion = new CredentialsOpinion { Id = mandate, ValidFrom = edit.Now };
            Fill(opinion);
            edit.Add(opinion);
            return null;
        }, cancellation);
        return refusal;
    }

    private static void Write(RegistryEdit edit, Attendance? row, Guid session, AttendanceMark mark, Actor actor)
    {
        void Fill(Attendance a) => (a.Status, a.ApprovedBy, a.Reason, a.Document, a.RecordedBy, a.RecordedByName) = (mark.Status, mark.ApprovedBy, mark.Reason, mark.Document, actor.IsPlatform ? null : actor.AccountId, actor.Name);
        if (row is not null)
        {
            edit.Revise(row, After(edit, row), Fill);
            return;
        }
        var added = new Attendance { Id = Attendance.IdOf(session, mark.Mandate), SessionId = session, MandateId = mark.Mandate, ValidFrom = edit.Now };
        Fill(added);
        edit.Add(added);
    }

    // Never the row's own begin: that would put the new words in the place of the old.
    private static DateTime After(RegistryEdit edit, IDated row) => edit.Now > row.ValidFrom ? edit.Now : row.ValidFrom.AddMicroseconds(1);

    /// <summary>What the marks change of the sheet, or what is wrong with them.</summary>
    private (List<(AttendanceMark Mark, Attendance? Row)> Fresh, Refusal? Refusal) Compare(AttendanceSheet sheet, IReadOnlyList<AttendanceMark> marks, string why)
    {
        var today = ChinaTime.Date(time.GetUtcNow().UtcDateTime);
        var session = sheet.Of.Session;
        var lines = sheet.Lines.ToDictionary(l => l.Seat.Mandate.Id);
        var (fresh, faults) = (new List<(AttendanceMark, Attendance?)>(), new List<Refusal>());
        foreach (var mark in marks.DistinctBy(m => m.Mandate))
        {
            if (!lines.TryGetValue(mark.Mandate, out var line) || !IsVerdict(mark.Status)) return ([], Refusal.NotFound);
            var (row, name) = (line.Row, line.Seat.Person.Name);
            var clean = mark.Status == AttendanceStatus.Leave ? mark with { ApprovedBy = mark.ApprovedBy.Trim(), Reason = mark.Reason.Trim(), Document = mark.Document.Trim() } : mark with { ApprovedBy = "", Reason = "", Document = "" };
            if (row is not null && (row.Status, row.ApprovedBy, row.Reason, row.Document) == (clean.Status, clean.ApprovedBy, clean.Reason, clean.Document)) continue;
            // Left as it was shown: a colleague's newer word stands.
            if (mark.Status == mark.Was && row?.Status != mark.Was) continue;
            if (row?.Status != mark.Was) Fault("changed", $"{name}：刚刚由{row?.RecordedByName}登记过，请看最新情况再改。", $"{name}: {row?.RecordedByName} has just recorded something else; look again before you change it.");
            else if (clean.Status != AttendanceStatus.Leave && today < session.Opens) Fault("not-open", $"{name}：会议 {session.Opens:yyyy-MM-dd} 才开幕，现在只能登记请假。", $"{name}: the session opens on {session.Opens:yyyy-MM-dd}; until then only leave is recorded.");
            else if (clean.Status == AttendanceStatus.Absent && today < session.Closes) Fault("not-closed", $"{name}：缺席按整个会期算，{session.Closes:yyyy-MM-dd} 闭幕那天起才能登记。", $"{name}: an absence is of the whole session and is recorded from its last day on, {session.Closes:yyyy-MM-dd}.");
            else if (clean.Status == AttendanceStatus.Leave && (clean.ApprovedBy.Length is 0 or > 100 || clean.Reason.Length is 0 or > 300 || clean.Document.Length > 200)) Fault("leave", $"{name}：请假要写明谁批准的（最多 100 字）和事由（最多 300 字），文号最多 200 字。", $"{name}: a leave says who approved it (at most 100 characters) and why (300); a document has at most 200.");
            else fresh.Add((clean, row));

            void Fault(string code, string zh, string en) => faults.Add(new("registry.attendance-" + code, new(zh, en), Field: $"m-{mark.Mandate}"));
        }
        if (faults.Count == 0 && why.Length == 0 && fresh.Exists(f => IsVerdict(f.Item2?.Status))) faults.Add(new("form.required", new("更正已经登记的，请写明依据或原因。", "Say on what ground what was recorded is corrected."), Field: "why"));
        if (why.Length > 300) faults.Add(new("form.invalid", new("原因最多 300 字。", "A reason has at most 300 characters."), Field: "why"));
        return faults.Count > 0 ? ([], Refusal.Form(faults)) : (fresh, null);
    }

    private static async Task<HeldSession?> FindAsync(RendaDbContext db, Guid session, Actor actor, string permission, CancellationToken cancellation) =>
        await Held(db).FirstOrDefaultAsync(h => h.Session.Id == session, cancellation) is { } found && RegistryScope.Reaches(actor, permission, found.Congress.Region) ? new(found.Session, found.Term, found.Congress) : null;

    /// <summary>Sessions of congresses; those of standing committees are attended by their members and not by the deputies.</summary>
    private static IQueryable<HeldRow> Held(RendaDbContext db) =>
        from s in db.Set<CongressSession>().AsNoTracking()
        join t in db.Set<Term>().AsNoTracking() on s.TermId equals t.Id
        join c in db.Set<Organisation>().AsNoTracking() on t.CongressId equals c.Id
        where !s.OfCommittee
        select new HeldRow { Session = s, Term = t, Congress = c };

    private static async Task<AttendanceSheet> SheetAsync(RendaDbContext db, HeldSession of, CancellationToken cancellation)
    {
        var (opens, closes) = (ChinaTime.StartOf(of.Session.Opens), ChinaTime.EndOf(of.Session.Closes));
        var rows = await db.Set<Mandate>().IgnoreQueryFilters([DatedQueries.LatestOnly]).AsNoTracking()
            .Where(m => m.CongressId == of.Congress.Id && m.ValidFrom < closes && (m.ValidTo == null || m.ValidTo > opens) && (m.Status == MandateStatus.Active || m.Status == MandateStatus.Suspended)).ToListAsync(cancellation);
        // Whoever was a deputy on one of its days was to come; the row of the last of these days says of which delegation.
        var expected = rows.Where(m => m.Status == MandateStatus.Active).GroupBy(m => m.Id).Select(g => g.MaxBy(m => m.ValidFrom)!).ToList();
        var seats = await Roster.SeatsAsync(db, expected, closes.AddTicks(-10), cancellation);
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => o.ParentId == of.Congress.Id && o.Kind == OrganisationKind.Delegation).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        var recorded = await db.Set<Attendance>().AsNoTracking().Where(a => a.SessionId == of.Session.Id).ToDictionaryAsync(a => a.MandateId, cancellation);
        var lines = seats.Select(s => new AttendanceLine(s, s.Mandate.DelegationId is { } d ? names.GetValueOrDefault(d, "") : "", recorded.GetValueOrDefault(s.Mandate.Id)))
            .OrderBy(l => l.Delegation, StringComparer.Ordinal).ThenBy(l => l.Seat.Person.Name, StringComparer.Ordinal).ThenBy(l => l.Seat.Mandate.Id).ToList();
        return new AttendanceSheet(of, lines, rows.Select(m => m.Id).Distinct().Count() - expected.Count);
    }

    private sealed class HeldRow
    {
        public CongressSession Session { get; init; } = null!;
        public Term Term { get; init; } = null!;
        public Organisation Congress { get; init; } = null!;
    }
}
