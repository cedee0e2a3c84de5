using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Renda.Deputies;

/// <summary>
/// Reports to electors (述职, Deputies Law art. 33): the staff of the congress plan the meeting and count its ballots, the deputy
/// writes the text. Once it is held the text stays as it was read out.
/// </summary>
public sealed class ReportDesk(IDbContextFactory<RendaDbContext> databases, AuditLog audit, ChangeRelay relay, TimeProvider time)
{
    /// <summary>Longest text, in characters.</summary>
    public const int LongestText = 8000;

    /// <summary>Most who can be present.</summary>
    public const int MostPresent = 100_000;

    private const int YellowDays = 3;

    /// <summary>The same by another clock, for a demonstration that lets time pass.</summary>
    public ReportDesk By(TimeProvider clock) => new(databases, audit, relay, clock);

    /// <summary>The congresses whose reports the actor keeps, highest tier first.</summary>
    public async Task<IReadOnlyList<Organisation>> CongressesAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await DeputyScope.CongressesAsync(db, actor, DeputiesModule.Manage, cancellation);
    }

    /// <summary>Seats of the actor's congresses whose deputy's name begins so, by name.</summary>
    public async Task<IReadOnlyList<ReportSeat>> SeatsAsync(string? name, int most, Actor actor, CancellationToken cancellation)
    {
        var (text, now) = ((name ?? "").Trim(), Now);
        if (text.Length is 0 or > 60) return [];
        await using var db = databases.CreateDbContext();
        var congresses = (await DeputyScope.CongressesAsync(db, actor, DeputiesModule.Manage, cancellation)).ToDictionary(c => c.Id, c => c.ShortName);
        var ids = congresses.Keys.ToList();
        var found = await (from m in db.Set<Mandate>().AsNoTracking()
                           join p in db.Set<Person>() on m.PersonId equals p.Id
                           where ids.Contains(m.CongressId) && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now) && p.Name.StartsWith(text) && p.MergedIntoId == null
                           orderby p.Name, m.Id
                           select new { m.Id, p.Name, m.CongressId, Delegation = db.Set<Organisation>().Where(o => o.Id == m.DelegationId).Select(o => o.ShortName).FirstOrDefault() }).Take(most).ToListAsync(cancellation);
        return [.. found.Select(f => new ReportSeat(f.Id, f.Name, congresses[f.CongressId] + (string.IsNullOrEmpty(f.Delegation) ? "" : $"（{f.Delegation}）")))];
    }

    /// <summary>A seat by its id, when it is of the actor's congresses and holds.</summary>
    public async Task<ReportSeat?> SeatAsync(Guid mandate, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await db.Set<Mandate>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == mandate, cancellation) is not { } seat || await DeputyScope.CongressAsync(db, seat.CongressId, actor, DeputiesModule.Manage, cancellation) is not { } congress) return null;
        return new(seat.Id, await db.Set<Person>().Where(p => p.Id == seat.PersonId).Select(p => p.Name).FirstAsync(cancellation), congress.ShortName);
    }

    /// <summary>Reports of the actor's congresses, the latest day first.</summary>
    /// <param name="filter">Which of them.</param>
    /// <param name="before">Day and id of the last one of the page before; null for the first page.</param>
    /// <param name="most">Most of them.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(IReadOnlyList<ReportRow> Items, bool More)> ListAsync(ReportFilter filter, (DateOnly Day, Guid Id)? before, int most, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await PageAsync(db, await WhereAsync(db, filter, actor, cancellation), before, most, cancellation);
    }

    /// <summary>The own reports of a deputy, the latest day first.</summary>
    public async Task<(IReadOnlyList<ReportRow> Items, bool More)> OwnAsync(Guid person, (DateOnly Day, Guid Id)? before, int most, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await PageAsync(db, db.Set<ElectorReport>().AsNoTracking().Where(r => r.PersonId == person), before, most, cancellation);
    }

    /// <summary>Figures of the same reports.</summary>
    public async Task<ReportFigures> FiguresAsync(ReportFilter filter, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var sums = await (await WhereAsync(db, filter, actor, cancellation)).GroupBy(r => r.HeldAt != null ? 2 : r.SubmittedAt != null ? 1 : 0)
            .Select(g => new { g.Key, Count = g.Count(), Present = g.Sum(r => r.Present), Satisfied = g.Sum(r => r.Satisfied), Basically = g.Sum(r => r.Basically), Dissatisfied = g.Sum(r => r.Dissatisfied) }).ToDictionaryAsync(g => g.Key, cancellation);
        int Count(int key) => sums.TryGetValue(key, out var group) ? group.Count : 0;
        return new(Count(0) + Count(1), Count(1), Count(2), sums.TryGetValue(2, out var held) ? new(held.Present, held.Satisfied, held.Basically, held.Dissatisfied) : new(0, 0, 0, 0));
    }

    /// <summary>Reports a deputy is to give within some days, by day.</summary>
    public async Task<IReadOnlyList<ElectorReport>> DaysAsync(Guid person, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<ElectorReport>().AsNoTracking().Where(r => r.PersonId == person && r.Day >= first && r.Day <= last).OrderBy(r => r.Day).Take(50).ToListAsync(cancellation);
    }

    /// <summary>A report, for its deputy and for the staff of its congress; null for everybody else.</summary>
    public async Task<ReportView?> FindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await db.Set<ElectorReport>().AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellation) is not { } report) return null;
        var congress = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == report.CongressId, cancellation);
        var (own, keeps) = (IsOwn(report, actor), DeputyScope.Reaches(actor, DeputiesModule.Manage, congress.Region));
        if (!own && !keeps && !DeputyScope.Reaches(actor, DeputiesModule.Files, congress.Region)) return null;
        // A draft is its writer's.
        if (!own && report.SubmittedAt is null) report.Text = "";
        return new(report, await db.Set<Person>().Where(p => p.Id == report.PersonId).Select(p => p.Name).FirstOrDefaultAsync(cancellation) ?? "", congress, keeps, own);
    }

    /// <summary>Plans a report for a seat, or changes the plan as long as it is not held. Its deputy is told and has it among the duties. The same again changes nothing.</summary>
    /// <param name="id">UUIDv7 made by the page.</param>
    /// <param name="form">The fields; <c>mandate</c> is read only when it is new.</param>
    /// <param name="actor">Who plans.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> PlanAsync(Guid id, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        if (id.Version != 7) return new("deputies.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400);
        var typed = new TypedForm(form, Now);
        var day = typed.Day("day", needed: true);
        typed.Need(day is null || (day >= Today.AddYears(-1) && day <= Today.AddYears(1)), "day", "日期要在前后一年以内。", "Within a year from today.");
        typed.Need(typed.Text("place").Length > 0, "place", "请写在哪里述职。", "Say where.");
        typed.Short(typed.Text("place"), 120, "place");
        typed.Need(typed.Text("audience").Length > 0, "audience", "请写向谁述职。", "Say to whom.");
        typed.Short(typed.Text("audience"), 120, "audience");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        Guid told = default;
        var refusal = await audit.RunAsync<Refusal?>(async (db, note) =>
        {
            var report = await db.Set<ElectorReport>().FirstOrDefaultAsync(r => r.Id == id, cancellation);
            var seat = report is null ? await db.Set<Mandate>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == typed.Id("mandate"), cancellation) : null;
            if (report is null && seat is null) return Bad("mandate", "请选择一名代表。", "Choose a deputy.");
            if (await DeputyScope.CongressAsync(db, report?.CongressId ?? seat!.CongressId, actor, DeputiesModule.Manage, cancellation) is not { } congress) return Refusal.NotFound;
            if (seat is not null && !seat.Holds(Now)) return Bad("mandate", "请选择一名现任代表。", "Choose a deputy in office.");
            if (report?.HeldAt is not null) return Held;
            var isNew = report is null;
            if (report is null) db.Add(report = new ElectorReport { Id = id, PersonId = seat!.PersonId, MandateId = seat.Id, CongressId = congress.Id });
            var (had, at) = (report.Day, report.Place);
            (report.Day, report.Place, report.Audience) = (day!.Value, typed.Text("place"), typed.Text("audience"));
            if (!db.ChangeTracker.HasChanges()) return null;
            report.KeptBy = Kept(actor);
            if (report.SubmittedAt is null) await AskAsync(db, report, cancellation);
            if (isNew || had != report.Day || at != report.Place)
                db.Add(AccountNotice.For(report.PersonId, isNew
                    ? new($"请您 {report.Day:yyyy-MM-dd} 在{report.Place}向{report.Audience}述职，请先写好述职报告。", $"You report to {report.Audience} on {report.Day:yyyy-MM-dd} at {report.Place}; please write the report before.")
                    : new($"您的述职改到 {report.Day:yyyy-MM-dd}，在{report.Place}。", $"Your report is now on {report.Day:yyyy-MM-dd} at {report.Place}."), Now, Page(id)));
            told = report.PersonId;
            var name = await db.Set<Person>().Where(p => p.Id == report.PersonId).Select(p => p.Name).FirstOrDefaultAsync(cancellation);
            await note(AuditLog.Entry(actor, "deputies.edit", nameof(ElectorReport), id, $"{(isNew ? "安排" : "修改")}{name} {report.Day:yyyy-MM-dd} 述职"));
            return null;
        }, cancellation);
        await TellAsync(told, cancellation);
        return refusal;
    }

    /// <summary>Calls a planned report off; its deputy is told, and what was written is gone.</summary>
    public async Task<Refusal?> CancelAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        Guid told = default;
        var refusal = await audit.RunAsync<Refusal?>(async (db, note) =>
        {
            if (await db.Set<ElectorReport>().FirstOrDefaultAsync(r => r.Id == id, cancellation) is not { } report || await DeputyScope.CongressAsync(db, report.CongressId, actor, DeputiesModule.Manage, cancellation) is null) return Refusal.NotFound;
            if (report.HeldAt is not null) return Held;
            db.Remove(report);
            await EndAsync(db, id, actor, cancellation);
            db.Add(AccountNotice.For(report.PersonId, new($"原定 {report.Day:yyyy-MM-dd} 的述职取消了。", $"Your report on {report.Day:yyyy-MM-dd} was called off."), Now, "/deputies/reports/mine"));
            told = report.PersonId;
            await note(AuditLog.Entry(actor, "deputies.edit", nameof(ElectorReport), id, $"取消 {report.Day:yyyy-MM-dd} 述职"));
            return null;
        }, cancellation);
        await TellAsync(told, cancellation);
        return refusal;
    }

    /// <summary>
    /// Keeps the text of a report, or hands it in; what is handed in may be changed until it is held. It is the deputy's; staff
    /// only type in a paper one, where the deputy has written nothing.
    /// </summary>
    public async Task<Refusal?> WriteAsync(Guid id, string text, bool submit, Actor actor, CancellationToken cancellation)
    {
        text = text.Trim().ReplaceLineEndings("\n");
        Guid told = default;
        var refusal = await audit.RunAsync<Refusal?>(async (db, note) =>
        {
            if (await db.Set<ElectorReport>().FirstOrDefaultAsync(r => r.Id == id, cancellation) is not { } report) return Refusal.NotFound;
            var own = IsOwn(report, actor);
            if (!own && await DeputyScope.CongressAsync(db, report.CongressId, actor, DeputiesModule.Manage, cancellation) is null) return Refusal.NotFound;
            if (report.HeldAt is not null) return report.Text == text && own ? null : Held;
            if (!own && report.Text == text && report.SubmittedAt is not null) return null;
            if (!own && report.Text.Length > 0) return new("deputies.report-own", new("代表已经在写，请由代表自己提交。", "The deputy is writing it and hands it in."), 409);
            if (text.Length > LongestText) return Bad("text", $"最多 {LongestText} 字，现在 {text.Length} 字。", $"At most {LongestText} characters; it has {text.Length}.");
            if ((submit || !own || report.SubmittedAt is not null) && text.Length < 10) return Bad("text", "请写述职报告，至少 10 字。", "Write the report, at least 10 characters.");
            report.Text = text;
            if ((!submit && own) || report.SubmittedAt is not null) return null;
            report.SubmittedAt = Now;
            await EndAsync(db, id, actor, cancellation);
            told = report.PersonId;
            await note(AuditLog.Entry(actor, "deputies.edit", nameof(ElectorReport), id, own ? $"提交 {report.Day:yyyy-MM-dd} 述职报告" : $"代录 {report.Day:yyyy-MM-dd} 述职报告"));
            return null;
        }, cancellation);
        await TellAsync(told, cancellation);
        return refusal;
    }

    /// <summary>Records that it was held and how it was rated, or corrects the figures. From then on it counts, and the text is fixed. The same again changes nothing.</summary>
    public Task<Refusal?> RecordAsync(Guid id, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, Now);
        var day = typed.Day("day", needed: true);
        typed.Need(day is null || (day <= Today && day >= Today.AddYears(-2)), "day", "述职日期不能晚于今天。", "Not later than today.");
        var (present, satisfied, basically, dissatisfied) = (Number("present", 1), Number("satisfied", 0), Number("basically", 0), Number("dissatisfied", 0));
        typed.Need(typed.Errors.Count > 0 || satisfied + basically + dissatisfied <= present, "present", "三种票数加起来不能多于到会人数。", "There cannot be more ballots than people.");
        typed.Short(typed.Text("comments"), 2000, "comments");
        if (typed.Errors.Count > 0) return Task.FromResult<Refusal?>(Refusal.Form(typed.Errors));
        return audit.RunAsync<Refusal?>(async (db, note) =>
        {
            if (await db.Set<ElectorReport>().FirstOrDefaultAsync(r => r.Id == id, cancellation) is not { } report || await DeputyScope.CongressAsync(db, report.CongressId, actor, DeputiesModule.Manage, cancellation) is null) return Refusal.NotFound;
            if (report.SubmittedAt is null) return new("deputies.report-text", new("代表还没有提交述职报告。请代表先提交，或者代录纸面报告。", "The text is not handed in yet: the deputy does it, or you type in the paper one."), 409);
            (report.Day, report.Present, report.Satisfied, report.Basically, report.Dissatisfied) = (day!.Value, present, satisfied, basically, dissatisfied);
            (report.Comments, report.Public, report.HeldAt) = (typed.Text("comments").ReplaceLineEndings("\n"), typed.Text("public").Length > 0, report.HeldAt ?? Now);
            if (!db.ChangeTracker.HasChanges()) return null;
            report.KeptBy = Kept(actor);
            await note(AuditLog.Entry(actor, "deputies.edit", nameof(ElectorReport), id, $"登记 {report.Day:yyyy-MM-dd} 述职：到会 {present}，满意 {satisfied}，基本满意 {basically}，不满意 {dissatisfied}"));
            return null;
        }, cancellation);

        int Number(string field, int least)
        {
            if (int.TryParse(TypedForm.Plain(typed.Text(field)), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= MostPresent) return value;
            typed.Need(false, field, $"请写人数或票数，{least} 到 {MostPresent}。", $"A number from {least} to {MostPresent}.");
            return 0;
        }
    }

    private static bool IsOwn(ElectorReport report, Actor actor) => actor.May(DeputiesModule.Own) && actor.PersonId == report.PersonId;

    private static string Kept(Actor actor) => actor.Name[..Math.Min(60, actor.Name.Length)];

    private static string Page(Guid id) => $"/deputies/reports/{id}";

    private static Guid ItemOf(Guid id) => Todo.ItemOf("deputies", $"report:{id:N}");

    private async Task AskAsync(RendaDbContext db, ElectorReport report, CancellationToken cancellation)
    {
        var item = ItemOf(report.Id);
        var todo = await db.Set<Todo>().FirstOrDefaultAsync(t => t.ItemId == item && t.PersonId == report.PersonId && t.DoneAt == null, cancellation);
        if (todo is null) db.Add(todo = new Todo { Id = Guid.CreateVersion7(), ItemId = item, Scenario = "deputies", Kind = "report", Duty = DutyKind.Handle, PersonId = report.PersonId, Href = Page(report.Id), ArrivedAt = Now });
        (todo.Title, todo.DueAt) = ($"写 {report.Day:MM-dd} 述职报告", ChinaTime.StartOf(report.Day));
        todo.YellowAt = todo.DueAt.Value.AddDays(-YellowDays);
    }

    private async Task EndAsync(RendaDbContext db, Guid id, Actor actor, CancellationToken cancellation)
    {
        var item = ItemOf(id);
        foreach (var todo in await db.Set<Todo>().Where(t => t.ItemId == item && t.DoneAt == null).ToListAsync(cancellation)) (todo.DoneAt, todo.DoneBy) = (Now, actor.AccountId);
    }

    private async Task TellAsync(Guid person, CancellationToken cancellation)
    {
        if (person == default) return;
        await using var db = databases.CreateDbContext();
        await relay.NoticesChangedAsync(db, [person], cancellation);
        await relay.DutiesChangedAsync(db, [person], cancellation);
    }

    private static async Task<IQueryable<ElectorReport>> WhereAsync(RendaDbContext db, ReportFilter filter, Actor actor, CancellationToken cancellation)
    {
        var ids = (await DeputyScope.CongressesAsync(db, actor, DeputiesModule.Manage, cancellation)).Select(c => c.Id).Where(c => filter.Congress is null || c == filter.Congress).ToList();
        var all = db.Set<ElectorReport>().AsNoTracking().Where(r => ids.Contains(r.CongressId));
        if (filter.Year is { } year and > 1900 and < 2200)
        {
            var (first, last) = (new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));
            all = all.Where(r => r.Day >= first && r.Day <= last);
        }
        return filter.State switch
        {
            "planned" => all.Where(r => r.HeldAt == null && r.SubmittedAt == null),
            "submitted" => all.Where(r => r.HeldAt == null && r.SubmittedAt != null),
            "held" => all.Where(r => r.HeldAt != null),
            _ => all,
        };
    }

    private static async Task<(IReadOnlyList<ReportRow> Items, bool More)> PageAsync(RendaDbContext db, IQueryable<ElectorReport> all, (DateOnly Day, Guid Id)? before, int most, CancellationToken cancellation)
    {
        if (before is var (day, id)) all = all.Where(r => r.Day < day || (r.Day == day && r.Id.CompareTo(id) < 0));
        var rows = await (from r in all
                          join p in db.Set<Person>() on r.PersonId equals p.Id
                          join o in db.Set<Organisation>() on r.CongressId equals o.Id
                          orderby r.Day descending, r.Id descending
                          select new ReportRow(r.Id, r.PersonId, p.Name, o.ShortName, r.Day, r.Place, r.Audience, r.HeldAt != null ? "held" : r.SubmittedAt != null ? "submitted" : "planned", new ReportResult(r.Present, r.Satisfied, r.Basically, r.Dissatisfied), r.Public)).Take(most + 1).ToListAsync(cancellation);
        return ([.. rows.Take(most)], rows.Count > most);
    }

    private static Refusal Held { get; } = new("deputies.report-held", new("已经述职，不能再改。", "It has been held and stays as it was."), 409);

    private static Refusal Bad(string field, string zh, string en) => Refusal.Form([new("form.invalid", new(zh, en), Field: field)]);

    private DateTime Now => time.GetUtcNow().UtcDateTime is var now ? new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc) : default;

    private DateOnly Today => ChinaTime.Date(Now);
}
