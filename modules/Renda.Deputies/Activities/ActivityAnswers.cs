using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;

namespace Renda.Deputies;

/// <summary>That somebody has checked in.</summary>
/// <param name="Activity">To what.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Distance">Metres from the place; null where not measured.</param>
public sealed record CheckedIn(Activity Activity, DateTime At, int? Distance);

public sealed partial class ActivityDesk
{
    /// <summary>Signs the actor up for what they are invited to. Twice is once.</summary>
    public Task<Refusal?> SignUpAsync(Guid id, Actor actor, CancellationToken cancellation) => AnswerAsync(id, actor, async (db, activity, row, duties) =>
    {
        if (row.State == ParticipantState.SignedUp) return null;
        if (activity.AnswerBy <= Now) return new("deputies.answer-late", new($"报名 {ActivityText.Short(activity.AnswerBy.Value.AddTicks(-1))[..5]} 已经截止，还想参加请联系工作人员。", "The last day to answer has passed; to come nevertheless, ask the staff."), 409);
        if (activity.Places > 0 && await db.Set<Participant>().CountAsync(p => p.ActivityId == id && p.State == ParticipantState.SignedUp, cancellation) >= activity.Places)
            return new("deputies.full", new("名额已经报满，还想参加请联系工作人员。", "All places are taken; to come nevertheless, ask the staff."), 409);
        await duties.EndAsync([id, ActivityDuties.LeaveOf(id, row.PersonId)], row.PersonId, actor, cancellation);
        (row.State, row.LeaveReason, row.DecidedBy, row.AnsweredAt) = (ParticipantState.SignedUp, "", "", Now);
        return null;
    }, cancellation);

    /// <summary>Asks for leave from what the actor is invited to, until it begins: who falls ill does not keep to a date. The same again changes nothing.</summary>
    public Task<Refusal?> AskLeaveAsync(Guid id, string reason, Actor actor, CancellationToken cancellation) => AnswerAsync(id, actor, async (db, activity, row, duties) =>
    {
        reason = reason.Trim();
        if (reason.Length is 0 or > 300) return Bad("deputies.leave-reason", "reason", "请写明请假的事由，最多 300 字。", "Say why you ask for leave, in at most 300 characters.");
        if (row.CheckedInAt is not null) return new("deputies.checked-in", new("您已经签到，不用请假。", "You have checked in already."), 409);
        if (row.State == ParticipantState.OnLeave || (row.LeaveReason == reason && row.State == ParticipantState.LeaveAsked)) return null;
        // The office has answered this; asked in the same words again it would look asked and nobody would hear of it.
        if (row.LeaveReason == reason && row.State == ParticipantState.LeaveRefused) return Bad("deputies.leave-refused", "reason", "这个事由没有批准；有别的事由，请写明。", "Leave was refused on this ground; give another if there is one.");
        await duties.EndAsync([id], row.PersonId, actor, cancellation);
        (row.State, row.LeaveReason, row.DecidedBy, row.AnsweredAt) = (ParticipantState.LeaveAsked, reason, "", Now);
        var congress = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == activity.CongressId, cancellation);
        await duties.AskToDecideAsync(activity, congress, row.PersonId, actor.Name, cancellation);
        return null;
    }, cancellation);

    /// <summary>What a code stands for, when the actor is invited to it; no code and somebody else's are the same answer.</summary>
    public async Task<(Activity? Activity, Participant? Row, Refusal? Refusal)> LookAsync(string? code, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var plain = ActivityText.Code(code);
        if (plain.Length == 0 || actor.PersonId is not { } person || !actor.May(DeputiesModule.Own)) return (null, null, NotInvited);
        var activity = await db.Set<Activity>().AsNoTracking().FirstOrDefaultAsync(a => a.Code == plain && a.State != ActivityState.Draft, cancellation);
        var row = activity is null ? null : await db.Set<Participant>().AsNoTracking().FirstOrDefaultAsync(p => p.ActivityId == activity.Id && p.PersonId == person, cancellation);
        return activity is null || row is null ? (null, null, NotInvited) : (activity, row, null);
    }

    /// <summary>
    /// Checks the actor in by an activity's code: from an hour before it begins until it ends and, where it has a place, near
    /// it. Repeated, the first time stands.
    /// </summary>
    /// <param name="code">As in the QR code.</param>
    /// <param name="latitude">WGS-84 latitude of the phone in degrees; null when it gives none.</param>
    /// <param name="longitude">WGS-84 longitude in degrees; null with the latitude.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(CheckedIn? Done, Refusal? Refusal)> CheckInAsync(string? code, double? latitude, double? longitude, Actor actor, CancellationToken cancellation)
    {
        CheckedIn? done = null;
        var refusal = await RunAsync(actor, async (db, duties) =>
        {
            var plain = ActivityText.Code(code);
            if (plain.Length == 0 || actor.PersonId is not { } person || !actor.May(DeputiesModule.Own)) return (NotInvited, null);
            var activity = await db.Set<Activity>().AsNoTracking().FirstOrDefaultAsync(a => a.Code == plain && a.State != ActivityState.Draft, cancellation);
            var row = activity is null ? null : await db.Set<Participant>().FirstOrDefaultAsync(p => p.ActivityId == activity.Id && p.PersonId == person, cancellation);
            if (activity is null || row is null) return (NotInvited, null);
            if (row.CheckedInAt is { } before && activity.State != ActivityState.Cancelled)
            {
                done = new(activity, before, row.Distance);
                return (null, null);
            }
            if (WhyNot(activity, Now) is { } no) return (no, null);
            int? distance = null;
            if (activity is { Latitude: { } y, Longitude: { } x })
            {
                if (latitude is not (>= -90 and <= 90) || longitude is not (>= -180 and <= 180)) return (NoPosition, null);
                distance = (int)Math.Round(Distance.Metres(y, x, latitude.Value, longitude.Value), MidpointRounding.AwayFromZero);
                if (distance > activity.Metres) return (TooFar(activity, distance.Value), null);
            }
            (row.CheckedInAt, row.CheckedInBy, row.Distance) = (Now, "code", distance);
            await duties.EndAsync([activity.Id], person, actor, cancellation);
            done = new(activity, Now, distance);
            return (null, null);
        }, cancellation);
        return (done, refusal);
    }

    /// <summary>Why nobody can check in to it now; null when they can.</summary>
    public static Refusal? WhyNot(Activity activity, DateTime now) => activity switch
    {
        { State: ActivityState.Cancelled } => Closed(activity),
        _ when now < activity.Begins - ActivityText.Early => Early(activity),
        _ when now > activity.Ends || activity.State == ActivityState.Held => new("deputies.over", new("活动已经结束，不能再签到。到了场的请找工作人员补登记。", "It is over. If you were there, ask the staff to note it."), 409),
        _ => null,
    };

    private static Refusal NotInvited { get; } = new("deputies.not-invited", new("这个签到码不是给您的：可能没有邀请您，或者签到码已经失效。请找现场工作人员。", "This code is not for you: you are not invited, or it is no longer valid. Please ask the staff."), 404);

    private static Refusal NoPosition { get; } = new("deputies.no-position", new("没有得到您的位置，无法核对是否在现场。请允许定位后再试，或者请工作人员代为签到。", "Your position is not known, so that nobody can tell that you are there. Allow it and try again, or ask the staff to tick you."), 422);

    private static Refusal TooFar(Activity activity, int metres)
    {
        var (zh, en) = metres < 1000 ? ($"{metres} 米", $"{metres} m") : (FormattableString.Invariant($"{metres / 1000.0:0.#} 公里"), FormattableString.Invariant($"{metres / 1000.0:0.#} km"));
        return new("deputies.too-far", new($"您离活动地点 {zh}，要在 {activity.Metres} 米以内才能签到。到了再签，或者请工作人员代为签到。", $"You are {en} from the place; check in within {activity.Metres} m of it, or ask the staff to tick you."), 422);
    }

    // What somebody invited does for themselves; it stands in their own row, with its time.
    private Task<Refusal?> AnswerAsync(Guid id, Actor actor, Func<Renda.Platform.Persistence.RendaDbContext, Activity, Participant, ActivityDuties, Task<Refusal?>> work, CancellationToken cancellation) => RunAsync(actor, async (db, duties) =>
    {
        if (actor.PersonId is not { } person || !actor.May(DeputiesModule.Own)) return (Refusal.NotFound, null);
        var row = await db.Set<Participant>().FirstOrDefaultAsync(p => p.ActivityId == id && p.PersonId == person, cancellation);
        var activity = row is null ? null : await db.Set<Activity>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == id && a.State != ActivityState.Draft, cancellation);
        if (row is null || activity is null) return (Refusal.NotFound, null);
        if (activity.State == ActivityState.Cancelled) return (Closed(activity), null);
        if (activity.State == ActivityState.Held || activity.Begins <= Now) return (new("deputies.begun", new("活动已经开始，有事请联系工作人员。", "It has begun; please ask the staff."), 409), null);
        return (await work(db, activity, row, duties), null);
    }, cancellation);
}
