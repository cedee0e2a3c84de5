using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Media;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>Whom to invite.</summary>
/// <param name="All">Every deputy of the congress.</param>
/// <param name="Groups">Delegations and deputy groups of it.</param>
/// <param name="People">Single deputies of it.</param>
public sealed record Invitation(bool All, IReadOnlyList<Guid> Groups, IReadOnlyList<Guid> People)
{
    /// <summary>Whether nobody is meant.</summary>
    public bool IsEmpty => !All && Groups.Count == 0 && People.Count == 0;
}

/// <summary>What the record says of one who was invited.</summary>
/// <param name="Person">Who.</param>
/// <param name="State">Attended, on leave or absent.</param>
/// <param name="Speech">Subject of what they said there; empty for none.</param>
public sealed record AttendedMark(Guid Person, ParticipantState State, string Speech);

/// <summary>
/// Activities of deputies: planned, announced, answered, checked in to and recorded. Each change is one transaction that lets
/// no other change in between, so that places are not given twice; what staff do is noted in the audit log with it.
/// </summary>
public sealed partial class ActivityDesk(IDbContextFactory<RendaDbContext> databases, AuditLog audit, CodeSets codes, ChangeRelay relay, TimeProvider time)
{
    /// <summary>The same by another clock, for a demonstration that lets time pass.</summary>
    public ActivityDesk By(TimeProvider clock) => new(databases, audit, codes, relay, clock);

    /// <summary>Plans an activity or changes its plan, until it is recorded or called off. Those invited are told when time or place change. The same again changes nothing.</summary>
    public async Task<Refusal?> PlanAsync(Guid id, Guid congress, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        if (id.Version != 7) return new("deputies.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400);
        var typed = new TypedForm(form, Now);
        var kinds = await codes.OfAsync(DeputiesModule.ActivityKinds, cancellation);
        typed.Need(kinds.Any(k => k.Id == typed.Text("kind")), "kind", "请选择活动类别。", "Choose its kind.");
        typed.Need(typed.Text("title").Length > 0, "title", "请写活动名称。", "Give it a title.");
        typed.Short(typed.Text("title"), 80, "title");
        typed.Short(typed.Text("content"), 4000, "content");
        typed.Need(typed.Text("place").Length > 0, "place", "请写地点，代表才找得到。", "Say where it is.");
        typed.Short(typed.Text("place"), 120, "place");
        var (first, last, answerDay) = (typed.Day("day", needed: true), typed.Day("lastDay", needed: false), typed.Day("answerDay", needed: false));
        var (from, until) = (Time(typed, "begins"), Time(typed, "ends"));
        var (latitude, longitude) = (Degrees(typed, "latitude", 3, 54), Degrees(typed, "longitude", 73, 136));
        typed.Need(latitude is null == (longitude is null), "latitude", "纬度和经度要一起填。", "Give both latitude and longitude.");
        var metres = Whole(typed, "metres", 500, 20, 20_000, "请写 20 到 20000 米。", "20 to 20,000 metres.");
        var places = Whole(typed, "places", 0, 0, ActivityText.MostInvited, "请写名额，不限就留空。", "How many may come; empty for no limit.");
        if (typed.Errors.Count > 0 || first is null || from is null || until is null) return Refusal.Form(typed.Errors);
        var (begins, ends) = (ChinaTime.StartOf(first.Value) + from.Value.ToTimeSpan(), ChinaTime.StartOf(last ?? first.Value) + until.Value.ToTimeSpan());
        typed.Need(begins < ends, "ends", "结束要晚于开始。", "It ends after it begins.");
        typed.Need(ends - begins <= TimeSpan.FromDays(31), "lastDay", "一次活动最长 31 天。", "An activity lasts 31 days at most.");
        typed.Need(first >= Today.AddYears(-1) && first <= Today.AddYears(2), "day", "日期要在一年以内、两年之前。", "Within the last year or the next two.");
        typed.Need(answerDay is null || ChinaTime.StartOf(answerDay.Value) <= begins, "answerDay", "报名截止不能晚于开始那天。", "Not after the day on which it begins.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        // The day itself still counts, and nobody answers what has begun.
        DateTime? answerBy = answerDay is { } by && ChinaTime.EndOf(by) < begins ? ChinaTime.EndOf(by) : null;
        return await RunAsync(actor, async (db, duties) =>
        {
            if (await DeputyScope.CongressAsync(db, congress, actor, DeputiesModule.Manage, cancellation) is not { } of) return (Refusal.NotFound, null);
            var group = typed.Id("group");
            if (group is not null && !await Bodies(db, congress).AnyAsync(o => o.Id == group, cancellation)) return (Bad("deputies.group", "group", "请选择本级人大的代表团或者代表小组。", "A delegation or deputy group of this congress."), null);
            var activity = await db.Set<Activity>().FirstOrDefaultAsync(a => a.Id == id, cancellation);
            if (activity is not null && activity.CongressId != congress) return (Refusal.NotFound, null);
            if (activity is { State: ActivityState.Held or ActivityState.Cancelled }) return (Closed(activity), null);
            if (activity?.Kind != typed.Text("kind") && kinds.First(k => k.Id == typed.Text("kind")).Retired) return (Bad("deputies.kind", "kind", "这个类别已经停用，请另选。", "This kind is no longer used."), null);
            var fresh = activity is null;
            if (activity is null) db.Add(activity = new Activity { Id = id, CongressId = congress, Code = ActivityText.NewCode() });
            if (activity.State == ActivityState.Published)
            {
                if (begins != activity.Begins && begins <= Now) return (Bad("deputies.begun", "day", "已经通知代表的活动，只能改到以后。", "It has been announced; it can only be moved to a time to come."), null);
                if (places > 0 && await db.Set<Participant>().CountAsync(p => p.ActivityId == id && p.State == ParticipantState.SignedUp, cancellation) > places) return (Bad("deputies.places", "places", "已经报名的人比这个名额多。", "More than that have signed up already."), null);
            }
            var moved = activity.State == ActivityState.Published && (activity.Begins != begins || activity.Ends != ends || activity.Place != typed.Text("place"));
            (activity.Kind, activity.Title, activity.Content, activity.Place, activity.GroupId) = (typed.Text("kind"), typed.Text("title"), typed.Text("content"), typed.Text("place"), group);
            (activity.Begins, activity.Ends, activity.AnswerBy, activity.Places) = (begins, ends, answerBy, places);
            (activity.Latitude, activity.Longitude, activity.Metres) = (latitude, longitude, metres);
            if (!Changed(db, activity, actor)) return (null, null);
            if (activity.State == ActivityState.Published) await duties.MoveAsync(activity, cancellation);
            if (moved)
            {
                foreach (var person in await db.Set<Participant>().Where(p => p.ActivityId == id).Select(p => p.PersonId).ToListAsync(cancellation))
                    duties.Tell(activity, person, new($"活动有变动：“{activity.Title}”改为 {ActivityText.Short(begins)}，{activity.Place}。", $"“{activity.Title}” was changed: {ActivityText.Short(begins)}, {activity.Place}."));
            }
            return (null, Note(actor, activity, $"{(fresh ? "安排" : "修改")}代表活动“{activity.Title}”（{of.ShortName}）"));
        }, cancellation);
    }

    /// <summary>Invites deputies in office; who is invited already stays as they are. After it was announced they are told at once.</summary>
    public Task<Refusal?> InviteAsync(Guid id, Invitation whom, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, async (db, activity, congress, duties) =>
    {
        if (activity.State is ActivityState.Held or ActivityState.Cancelled) return (Closed(activity), "");
        if (whom.IsEmpty) return (Bad("deputies.nobody", "invite", "请选择邀请谁。", "Choose whom to invite."), "");
        var seats = DeputyScope.Sitting(db, activity.CongressId, Now);
        var (groups, people) = (whom.Groups, whom.People);
        if (!whom.All) seats = seats.Where(m => people.Contains(m.PersonId) || (m.DelegationId != null && groups.Contains(m.DelegationId.Value)) || (m.GroupId != null && groups.Contains(m.GroupId.Value)));
        var wanted = await seats.Select(m => m.PersonId).Distinct().Take(ActivityText.MostInvited + 1).ToListAsync(cancellation);
        var had = (await db.Set<Participant>().Where(p => p.ActivityId == id).Select(p => p.PersonId).ToListAsync(cancellation)).ToHashSet();
        if (people.Any(p => !wanted.Contains(p))) return (Bad("deputies.not-sitting", "invite", "只能邀请本级人大的现任代表。", "Only deputies of this congress in office."), "");
        if (wanted.Count == 0) return (Bad("deputies.nobody", "invite", "这里没有现任代表。", "There is no deputy in office there."), "");
        wanted.RemoveAll(had.Contains);
        if (wanted.Count + had.Count > ActivityText.MostInvited) return (Bad("deputies.too-many", "invite", $"一次活动最多邀请 {ActivityText.MostInvited} 名。", $"At most {ActivityText.MostInvited} are invited to one activity."), "");
        foreach (var person in wanted)
        {
            db.Add(new Participant { ActivityId = id, PersonId = person });
            Announce(activity, person, duties);
        }
        return (null, wanted.Count == 0 ? "" : $"邀请 {wanted.Count} 名代表参加“{activity.Title}”");
    }, cancellation);

    /// <summary>Takes somebody from the list of a draft. Twice is once.</summary>
    public Task<Refusal?> RemoveAsync(Guid id, Guid person, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, async (db, activity, congress, duties) =>
    {
        if (activity.State != ActivityState.Draft) return (new Refusal("deputies.published", new("已经通知的代表不能移出名单。", "Who has been told stays on the list."), 409), "");
        if (await db.Set<Participant>().FirstOrDefaultAsync(p => p.ActivityId == id && p.PersonId == person, cancellation) is not { } row) return (null, "");
        db.Remove(row);
        return (null, $"从“{activity.Title}”的名单移出 1 名代表");
    }, cancellation);

    /// <summary>Announces it: those invited are told and asked to answer. Twice is once.</summary>
    public Task<Refusal?> PublishAsync(Guid id, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, async (db, activity, congress, duties) =>
    {
        if (activity.State == ActivityState.Published) return (null, "");
        if (activity.State != ActivityState.Draft) return (Closed(activity), "");
        if (activity.Begins <= Now) return (new Refusal("deputies.begun", new("活动已经开始，不能再发布；已经开展的可以直接登记。", "It has begun. What took place can be recorded."), 409), "");
        if (activity.AnswerBy <= Now) return (new Refusal("deputies.answer-late", new("报名截止已经过了，请先修改。", "The last day to answer has passed; change it first."), 409), "");
        var people = await db.Set<Participant>().Where(p => p.ActivityId == id).Select(p => p.PersonId).ToListAsync(cancellation);
        if (people.Count == 0) return (new Refusal("deputies.nobody", new("还没有邀请代表，请先选择邀请谁。", "Nobody is invited yet; choose whom."), 409), "");
        activity.State = ActivityState.Published;
        foreach (var person in people) Announce(activity, person, duties);
        return (null, $"发布代表活动“{activity.Title}”，通知 {people.Count} 名代表");
    }, cancellation);

    /// <summary>Calls it off; who had been told is told why, and nothing is asked any more. Twice is once.</summary>
    public Task<Refusal?> CancelAsync(Guid id, string reason, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, async (db, activity, congress, duties) =>
    {
        reason = reason.Trim();
        if (reason.Length is 0 or > 300) return (Bad("deputies.reason", "reason", "请写明为什么取消，最多 300 字。", "Say why, in at most 300 characters."), "");
        if (activity.State == ActivityState.Cancelled) return (null, "");
        if (activity.State == ActivityState.Held) return (Closed(activity), "");
        var people = await db.Set<Participant>().Where(p => p.ActivityId == id).ToListAsync(cancellation);
        // Nobody had heard of a draft, and nobody finds it called off.
        if (activity.State == ActivityState.Draft) db.RemoveRange(people);
        else foreach (var p in people) duties.Tell(activity, p.PersonId, new($"活动取消了：“{activity.Title}”（{ActivityText.Short(activity.Begins)}）。{reason}", $"“{activity.Title}” ({ActivityText.Short(activity.Begins)}) was called off: {reason}"));
        (activity.State, activity.CancelReason) = (ActivityState.Cancelled, reason);
        await duties.EndAsync(Items(activity, people), null, actor, cancellation);
        return (null, $"取消代表活动“{activity.Title}”：{reason}");
    }, cancellation);

    /// <summary>Approves or refuses somebody's leave; they are told. The same decision again changes nothing.</summary>
    public Task<Refusal?> DecideAsync(Guid id, Guid person, bool approve, string note, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, async (db, activity, congress, duties) =>
    {
        note = note.Trim();
        if (note.Length > 200) return (Bad("form.invalid", "note", "说明最多 200 字。", "At most 200 characters."), "");
        var to = approve ? ParticipantState.OnLeave : ParticipantState.LeaveRefused;
        if (await db.Set<Participant>().FirstOrDefaultAsync(p => p.ActivityId == id && p.PersonId == person, cancellation) is not { } row) return (Refusal.NotFound, "");
        if (row.State == to) return (null, "");
        if (row.State != ParticipantState.LeaveAsked || activity.State != ActivityState.Published) return (new Refusal("deputies.leave-decided", new("这个请假刚刚已经处理，请看最新情况。", "This leave has just been decided; look at it as it is now."), 409), "");
        if (person == actor.PersonId) return (new Refusal("deputies.own-leave", new("自己的请假要由别人批准。", "One's own leave is decided by somebody else."), 409), "");
        (row.State, row.DecidedBy) = (to, note.Length == 0 ? actor.Name : $"{actor.Name}：{note}");
        await duties.EndAsync([ActivityDuties.LeaveOf(id, person)], null, actor, cancellation);
        duties.Tell(activity, person, approve
            ? new($"“{activity.Title}”的请假已批准。{note}", $"Your leave from “{activity.Title}” is approved. {note}".TrimEnd())
            : new($"“{activity.Title}”的请假没有批准，请参加。{note}", $"Your leave from “{activity.Title}” is refused; please come. {note}".TrimEnd()));
        return (null, $"{(approve ? "批准" : "不批准")}{await NameAsync(db, person, cancellation)}的请假：“{activity.Title}”");
    }, cancellation);

    /// <summary>Ticks somebody as present by the list, or takes a check-in back. The same again changes nothing.</summary>
    public Task<Refusal?> TickAsync(Guid id, Guid person, bool present, Actor actor, CancellationToken cancellation) => ChangeAsync(id, actor, async (db, activity, congress, duties) =>
    {
        if (activity.State != ActivityState.Published) return (Closed(activity), "");
        if (Now < activity.Begins - ActivityText.Early) return (Early(activity), "");
        if (await db.Set<Participant>().FirstOrDefaultAsync(p => p.ActivityId == id && p.PersonId == person, cancellation) is not { } row) return (Refusal.NotFound, "");
        if (row.CheckedInAt is not null == present) return (null, "");
        (row.CheckedInAt, row.CheckedInBy, row.Distance) = (present ? Now : null, present ? "staff" : "", null);
        if (present) await duties.EndAsync([id], person, actor, cancellation);
        return (null, $"{(present ? "登记" : "撤销")}{await NameAsync(db, person, cancellation)}签到：“{activity.Title}”");
    }, cancellation);

    /// <summary>
    /// Writes down what was done, who was there and what came of it. From then on it counts; what was recorded can be corrected.
    /// Of whom nothing is said, the check-in and the leave tell at the first time, and nothing changes later.
    /// </summary>
    public Task<Refusal?> RecordAsync(Guid id, IReadOnlyDictionary<string, string> form, IReadOnlyList<AttendedMark> marks, IReadOnlyList<string> files, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, Now);
        typed.Need(typed.Text("record").Length > 0, "record", "请写活动记录：做了什么、说了什么。", "Write down what was done and said.");
        typed.Short(typed.Text("record"), 8000, "record");
        typed.Short(typed.Text("result"), 4000, "result");
        typed.Need(files.Count <= ActivityText.MostFiles, "files", $"照片和材料最多 {ActivityText.MostFiles} 个。", $"At most {ActivityText.MostFiles} files.");
        foreach (var mark in marks)
        {
            typed.Short(mark.Speech.Trim(), 200, $"s-{mark.Person}");
            typed.Need(mark.Speech.Trim().Length == 0 || mark.State == ParticipantState.Attended, $"s-{mark.Person}", "没有到场的代表不能有发言。", "Who was not there did not speak.");
        }
        if (typed.Errors.Count > 0) return Task.FromResult<Refusal?>(Refusal.Form(typed.Errors));
        return ChangeAsync(id, actor, async (db, activity, congress, duties) =>
        {
            if (activity.State == ActivityState.Cancelled) return (Closed(activity), "");
            if (activity.Begins > Now) return (new Refusal("deputies.not-begun", new("活动还没有开始，开始以后才能登记。", "It has not begun; it is recorded afterwards."), 409), "");
            var people = await db.Set<Participant>().Where(p => p.ActivityId == id).ToListAsync(cancellation);
            if (people.Count == 0) return (new Refusal("deputies.nobody", new("还没有邀请代表，请先选择邀请谁。", "Nobody is invited yet; choose whom."), 409), "");
            var known = ActivityText.Files(activity.Media);
            List<string> shas = [.. files.Distinct()];
            var fresh = shas.Except(known).ToList();
            // Knowing a file's hash is not enough to refer to it.
            if (fresh.Count > 0 && await db.Set<MediaItem>().CountAsync(m => fresh.Contains(m.Sha256) && (m.UploadedBy == actor.AccountId || db.Set<MediaCopy>().Any(c => c.Sha256 == m.Sha256 && c.AccountId == actor.AccountId)), cancellation) != fresh.Count)
                return (Bad("form.unknown-media", "files", "有文件还没有上传完，请稍后再试。", "A file has not been uploaded yet."), "");
            var first = activity.State != ActivityState.Held;
            var said = marks.GroupBy(m => m.Person).ToDictionary(g => g.Key, g => g.Last());
            if (said.Keys.Any(k => people.All(p => p.PersonId != k)) || said.Values.Any(m => m.State is not (ParticipantState.Attended or ParticipantState.OnLeave or ParticipantState.Absent))) return (Refusal.NotFound, "");
            if (first) await duties.EndAsync(Items(activity, people), null, actor, cancellation);
            foreach (var row in people)
            {
                if (!said.TryGetValue(row.PersonId, out var mark) && !first) continue;
                mark ??= new AttendedMark(row.PersonId, Outcome(row), "");
                // Whoever says so in the record has decided on the leave.
                if (row.State == ParticipantState.LeaveAsked) row.DecidedBy = actor.Name;
                (row.State, row.Speech) = (mark.State, mark.State == ParticipantState.Attended ? mark.Speech.Trim() : "");
            }
            (activity.State, activity.Record, activity.Result, activity.Media, activity.Public) = (ActivityState.Held, typed.Text("record"), typed.Text("result"), string.Join(',', shas), typed.Text("public") == "1");
            return (null, $"{(first ? "登记" : "更正")}代表活动“{activity.Title}”：到场 {people.Count(p => p.State == ParticipantState.Attended)} 名，请假 {people.Count(p => p.State == ParticipantState.OnLeave)} 名，缺席 {people.Count(p => p.State == ParticipantState.Absent)} 名");
        }, cancellation);
    }

    /// <summary>How somebody stands to it after it, where nobody says otherwise: leave that was approved is not absence.</summary>
    public static ParticipantState Outcome(Participant row) => row.CheckedInAt is not null ? ParticipantState.Attended : row.State == ParticipantState.OnLeave ? ParticipantState.OnLeave : ParticipantState.Absent;

    /// <summary>Delegations and deputy groups of a congress.</summary>
    public static IQueryable<Organisation> Bodies(RendaDbContext db, Guid congress) =>
        db.Set<Organisation>().AsNoTracking().Where(o => o.ParentId == congress && o.ValidTo == null && (o.Kind == OrganisationKind.Delegation || o.Kind == OrganisationKind.DeputyGroup));

    private void Announce(Activity activity, Guid person, ActivityDuties duties)
    {
        if (activity.State != ActivityState.Published || activity.Begins <= Now) return;
        duties.Tell(activity, person, new($"邀请您参加“{activity.Title}”：{ActivityText.Short(activity.Begins)}，{activity.Place}。请答复是否参加。", $"You are invited to “{activity.Title}”: {ActivityText.Short(activity.Begins)}, {activity.Place}. Please answer."));
        duties.AskToAnswer(activity, person);
    }

    private static List<Guid> Items(Activity activity, IReadOnlyList<Participant> people) => [activity.Id, .. people.Where(p => p.State == ParticipantState.LeaveAsked).Select(p => ActivityDuties.LeaveOf(activity.Id, p.PersonId))];

    private static Refusal Closed(Activity activity) => activity.State switch
    {
        ActivityState.Cancelled => new("deputies.cancelled", new($"这次活动已经取消：{activity.CancelReason}", $"It was called off: {activity.CancelReason}"), 409),
        ActivityState.Held => new("deputies.held", new("这次活动已经登记，请用“更正登记”。", "It has been recorded; correct the record."), 409),
        _ => new("deputies.draft", new("这次活动还没有发布。", "It has not been announced."), 409),
    };

    private static Refusal Early(Activity activity) => new("deputies.early", new($"开始前 {ActivityText.Early.TotalMinutes:0} 分钟起才能签到，活动 {ActivityText.Short(activity.Begins)} 开始。", $"Checking in opens {ActivityText.Early.TotalMinutes:0} minutes before it begins, at {ActivityText.Short(activity.Begins)}."), 409);

    private static Task<string?> NameAsync(RendaDbContext db, Guid person, CancellationToken cancellation) => db.Set<Person>().Where(p => p.Id == person).Select(p => p.Name).FirstOrDefaultAsync(cancellation);

    // Who touched it last stands there only where something changed.
    private bool Changed(RendaDbContext db, Activity activity, Actor actor)
    {
        db.ChangeTracker.DetectChanges();
        if (db.Entry(activity).State == EntityState.Unchanged) return false;
        (activity.ChangedAt, activity.KeptBy) = (Now, actor.Name);
        return true;
    }

    private static AuditEntry Note(Actor actor, Activity activity, string text) => AuditLog.Entry(actor, "deputies.edit", "Activity", activity.Id, text);

    // What staff do with an activity of a congress they keep.
    private Task<Refusal?> ChangeAsync(Guid id, Actor actor, Func<RendaDbContext, Activity, Organisation, ActivityDuties, Task<(Refusal? Refusal, string Note)>> work, CancellationToken cancellation) => RunAsync(actor, async (db, duties) =>
    {
        if (await db.Set<Activity>().FirstOrDefaultAsync(a => a.Id == id, cancellation) is not { } activity || await DeputyScope.CongressAsync(db, activity.CongressId, actor, DeputiesModule.Manage, cancellation) is not { } congress) return (Refusal.NotFound, null);
        var (refusal, text) = await work(db, activity, congress, duties);
        if (refusal is not null || text.Length == 0) return (refusal, null);
        db.ChangeTracker.DetectChanges();
        if (!db.ChangeTracker.HasChanges()) return (null, null);
        (activity.ChangedAt, activity.KeptBy) = (Now, actor.Name);
        return (null, Note(actor, activity, text));
    }, cancellation);

    // One transaction; a refusal leaves everything as it was.
    private async Task<Refusal?> RunAsync(Actor actor, Func<RendaDbContext, ActivityDuties, Task<(Refusal? Refusal, AuditEntry? Note)>> work, CancellationToken cancellation)
    {
        ActivityDuties? duties = null;
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            duties = new ActivityDuties(db, Now);
            var (refused, entry) = await work(db, duties);
            if (refused is not null)
            {
                db.ChangeTracker.Clear();
                duties = null;
                return refused;
            }
            if (entry is not null) await note(entry);
            await db.SaveChangesAsync(cancellation);
            return null;
        }, cancellation);
        if (duties is not null) await duties.ShowAsync(databases, relay);
        return refusal;
    }

    private static TimeOnly? Time(TypedForm typed, string field)
    {
        if (TimeOnly.TryParseExact(TypedForm.Plain(typed.Text(field)).Replace('：', ':'), "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)) return at;
        typed.Need(false, field, "时间写作 09:00。", "A time is written as 09:00.");
        return null;
    }

    private static double? Degrees(TypedForm typed, string field, double least, double most)
    {
        if (typed.Text(field).Length == 0) return null;
        if (double.TryParse(TypedForm.Plain(typed.Text(field)), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        typed.Need(false, field, "请写成度，如 30.8612。", "Degrees, e.g. 30.8612.");
        return null;
    }

    private static int Whole(TypedForm typed, string field, int empty, int least, int most, string zh, string en)
    {
        if (typed.Text(field).Length == 0) return empty;
        if (int.TryParse(TypedForm.Plain(typed.Text(field)), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        typed.Need(false, field, zh, en);
        return empty;
    }

    private static Refusal Bad(string code, string field, string zh, string en) => Refusal.Form([new(code, new(zh, en), Field: field)]);

    private DateTime Now => time.GetUtcNow().UtcDateTime is var now ? new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc) : default;

    private DateOnly Today => ChinaTime.Date(Now);
}
