using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>What a list of activities may be narrowed by. Empty fields do not narrow.</summary>
/// <param name="Congress">Of one congress.</param>
/// <param name="State">One of <see cref="ActivityText.States"/>.</param>
/// <param name="Kind">Of one kind.</param>
/// <param name="Group">Held by this delegation or group only.</param>
/// <param name="Year">Of this calendar year in China only.</param>
public sealed record ActivityFilter(Guid? Congress, string? State, string? Kind, Guid? Group = null, int? Year = null);

/// <summary>An activity in a list.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Congress">Its congress's name.</param>
/// <param name="Invited">How many are invited.</param>
/// <param name="Coming">How many signed up.</param>
/// <param name="Leave">How many leaves wait for a decision.</param>
/// <param name="Present">How many checked in or, once recorded, were there.</param>
public sealed record ActivityRow(Activity Activity, string Congress, int Invited, int Coming, int Leave, int Present);

/// <summary>An activity that somebody is invited to.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Congress">Its congress's name.</param>
/// <param name="Own">How they stand to it.</param>
public sealed record OwnActivity(Activity Activity, string Congress, Participant Own);

/// <summary>An activity as somebody may see it.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Congress">Its congress.</param>
/// <param name="Group">Delegation or group that holds it; empty for the congress itself.</param>
/// <param name="Keeps">Whether they keep it.</param>
/// <param name="Reads">Whether they may see everything of it.</param>
/// <param name="Own">Their own invitation, or null.</param>
public sealed record ActivityView(Activity Activity, Organisation Congress, string Group, bool Keeps, bool Reads, Participant? Own);

/// <summary>Somebody on an activity's list.</summary>
/// <param name="Row">How they stand to it.</param>
/// <param name="Name">Name.</param>
/// <param name="Group">Delegation or group of the congress; empty for none.</param>
public sealed record InvitedPerson(Participant Row, string Name, string Group);

/// <summary>Reads activities: lists by key, each narrowed to whom they concern before anything else.</summary>
public static class Activities
{
    /// <summary>Activities of congresses that somebody keeps, the latest first.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="congresses">Ids of these congresses.</param>
    /// <param name="filter">Which.</param>
    /// <param name="now">Now (UTC).</param>
    /// <param name="limit">Rows of a page.</param>
    /// <param name="after">Cursor of the page before; one that cannot be read begins anew.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<(IReadOnlyList<ActivityRow> Items, string? Next)> PageAsync(RendaDbContext db, IReadOnlyList<Guid> congresses, ActivityFilter filter, DateTime now, int limit, string? after, CancellationToken cancellation)
    {
        List<Guid> of = filter.Congress is { } one ? [.. congresses.Where(c => c == one)] : [.. congresses];
        var all = db.Set<Activity>().AsNoTracking().Where(a => of.Contains(a.CongressId));
        if (!string.IsNullOrEmpty(filter.Kind)) all = all.Where(a => a.Kind == filter.Kind);
        if (filter.Group is { } group) all = all.Where(a => a.GroupId == group);
        if (filter.Year is { } year)
        {
            var (begin, end) = (ChinaTime.StartOf(new DateOnly(year, 1, 1)), ChinaTime.StartOf(new DateOnly(year + 1, 1, 1)));
            all = all.Where(a => a.Begins >= begin && a.Begins < end);
        }
        all = filter.State switch
        {
            "draft" => all.Where(a => a.State == ActivityState.Draft),
            "coming" => all.Where(a => a.State == ActivityState.Published && a.Ends > now),
            "to-record" => all.Where(a => a.State == ActivityState.Published && a.Ends <= now),
            "held" => all.Where(a => a.State == ActivityState.Held),
            "cancelled" => all.Where(a => a.State == ActivityState.Cancelled),
            _ => all,
        };
        if (Cursor(after) is { } place) all = all.Where(a => a.Begins <= place.At && (a.Begins < place.At || a.Id.CompareTo(place.Id) < 0));
        var participants = db.Set<Participant>();
        var rows = await all.OrderByDescending(a => a.Begins).ThenByDescending(a => a.Id).Take(limit + 1).Select(a => new
        {
            a,
            Congress = db.Set<Organisation>().Where(o => o.Id == a.CongressId).Select(o => o.ShortName).FirstOrDefault(),
            Invited = participants.Count(p => p.ActivityId == a.Id),
            Coming = participants.Count(p => p.ActivityId == a.Id && p.State == ParticipantState.SignedUp),
            Leave = participants.Count(p => p.ActivityId == a.Id && p.State == ParticipantState.LeaveAsked),
            Present = a.State == ActivityState.Held ? participants.Count(p => p.ActivityId == a.Id && p.State == ParticipantState.Attended) : participants.Count(p => p.ActivityId == a.Id && p.CheckedInAt != null),
        }).ToListAsync(cancellation);
        return ([.. rows.Take(limit).Select(r => new ActivityRow(r.a, r.Congress ?? "", r.Invited, r.Coming, r.Leave, r.Present))], rows.Count > limit ? Key(rows[limit - 1].a) : null);
    }

    /// <summary>What a deputy is invited to and is not over, the next first; at most 100.</summary>
    public static async Task<IReadOnlyList<OwnActivity>> ComingAsync(RendaDbContext db, Guid person, DateTime now, CancellationToken cancellation) =>
        [.. (await Own(db, person).Where(r => r.Activity.Ends > now && (r.Activity.State == ActivityState.Published || r.Activity.State == ActivityState.Cancelled)).OrderBy(r => r.Activity.Begins).ThenBy(r => r.Activity.Id).Take(100).ToListAsync(cancellation)).Select(Shown)];

    /// <summary>What a deputy was invited to and is over, the latest first.</summary>
    public static async Task<(IReadOnlyList<OwnActivity> Items, string? Next)> PastAsync(RendaDbContext db, Guid person, DateTime now, int limit, string? after, CancellationToken cancellation)
    {
        var all = Own(db, person).Where(r => r.Activity.State == ActivityState.Held || (r.Activity.State == ActivityState.Published && r.Activity.Ends <= now));
        if (Cursor(after) is { } place) all = all.Where(r => r.Activity.Begins <= place.At && (r.Activity.Begins < place.At || r.Activity.Id.CompareTo(place.Id) < 0));
        var rows = await all.OrderByDescending(r => r.Activity.Begins).ThenByDescending(r => r.Activity.Id).Take(limit + 1).ToListAsync(cancellation);
        return ([.. rows.Take(limit).Select(Shown)], rows.Count > limit ? Key(rows[limit - 1].Activity) : null);
    }

    /// <summary>An activity as the actor may see it: staff those of their congresses, a deputy those they are invited to; null for all others.</summary>
    public static async Task<ActivityView?> FindAsync(RendaDbContext db, Guid id, Actor actor, CancellationToken cancellation)
    {
        if (await db.Set<Activity>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == id, cancellation) is not { } activity) return null;
        if (await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == activity.CongressId, cancellation) is not { } congress) return null;
        var keeps = DeputyScope.Reaches(actor, DeputiesModule.Manage, congress.Region);
        // A file of performance leads here: whoever sees the file sees what stands behind it.
        var reads = keeps || (activity.State != ActivityState.Draft && DeputyScope.Reaches(actor, DeputiesModule.Files, congress.Region));
        var own = actor.PersonId is { } person && activity.State != ActivityState.Draft && actor.May(DeputiesModule.Own) ? await db.Set<Participant>().AsNoTracking().FirstOrDefaultAsync(p => p.ActivityId == id && p.PersonId == person, cancellation) : null;
        if (!reads && own is null) return null;
        var group = activity.GroupId is { } body ? await db.Set<Organisation>().Where(o => o.Id == body).Select(o => o.Name).FirstOrDefaultAsync(cancellation) : null;
        return new ActivityView(activity, congress, group ?? "", keeps, reads, own);
    }

    /// <summary>How many stand how, and how many have checked in.</summary>
    public static async Task<(IReadOnlyDictionary<ParticipantState, int> By, int Invited, int CheckedIn)> CountAsync(RendaDbContext db, Guid activity, CancellationToken cancellation)
    {
        var by = await db.Set<Participant>().Where(p => p.ActivityId == activity).GroupBy(p => p.State).Select(g => new { g.Key, All = g.Count(), In = g.Count(p => p.CheckedInAt != null) }).ToListAsync(cancellation);
        return (by.ToDictionary(b => b.Key, b => b.All), by.Sum(b => b.All), by.Sum(b => b.In));
    }

    /// <summary>Those on an activity's list, in the order of their ids, which is that of the registry.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="activity">Of which activity.</param>
    /// <param name="state">Only who stands so; null for all.</param>
    /// <param name="limit">Rows of a page.</param>
    /// <param name="after">The last person of the page before.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<(IReadOnlyList<InvitedPerson> Items, Guid? Next)> PeopleAsync(RendaDbContext db, Activity activity, ParticipantState? state, int limit, Guid? after, CancellationToken cancellation)
    {
        var (id, congress) = (activity.Id, activity.CongressId);
        var all = db.Set<Participant>().AsNoTracking().Where(p => p.ActivityId == id);
        if (state is { } only) all = all.Where(p => p.State == only);
        if (after is { } last) all = all.Where(p => p.PersonId.CompareTo(last) > 0);
        var rows = await (from p in all
                          join person in db.Set<Person>() on p.PersonId equals person.Id
                          orderby p.PersonId
                          select new
                          {
                              p, person.Name,
                              Group = (from m in db.Set<Mandate>() join o in db.Set<Organisation>() on m.DelegationId ?? m.GroupId equals o.Id where m.PersonId == p.PersonId && m.CongressId == congress select o.ShortName).FirstOrDefault(),
                          }).Take(limit + 1).ToListAsync(cancellation);
        return ([.. rows.Take(limit).Select(r => new InvitedPerson(r.p, r.Name, r.Group ?? ""))], rows.Count > limit ? rows[limit - 1].p.PersonId : null);
    }

    /// <summary>What is on the actor's calendar: what they are invited to, and what their own congress has published.</summary>
    public static async Task<IReadOnlyList<Activity>> BetweenAsync(RendaDbContext db, Actor actor, DateTime begin, DateTime end, CancellationToken cancellation)
    {
        var found = new List<Activity>();
        if (actor.PersonId is { } person && actor.May(DeputiesModule.Own))
            found.AddRange(await Own(db, person).Where(r => r.Activity.State != ActivityState.Cancelled && r.Activity.Begins < end && r.Activity.Ends > begin && r.Own.State != ParticipantState.OnLeave).OrderBy(r => r.Activity.Begins).Take(200).Select(r => r.Activity).ToListAsync(cancellation));
        // A county's clerk reaches its towns too; their calendar shows the county's own.
        var regions = actor.Grants.Where(g => g.Permissions.Contains(DeputiesModule.Manage) && g.Role.Scope == RoleScope.Territory && g.Region > 0).Select(g => g.Region).Distinct().ToList();
        if (regions.Count > 0)
        {
            var own = db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Congress && regions.Contains(o.Region)).Select(o => o.Id);
            found.AddRange(await db.Set<Activity>().AsNoTracking().Where(a => own.Contains(a.CongressId) && (a.State == ActivityState.Published || a.State == ActivityState.Held) && a.Begins < end && a.Ends > begin).OrderBy(a => a.Begins).Take(200).ToListAsync(cancellation));
        }
        return [.. found.DistinctBy(a => a.Id)];
    }

    private static IQueryable<OwnRow> Own(RendaDbContext db, Guid person) =>
        from p in db.Set<Participant>().AsNoTracking()
        join a in db.Set<Activity>().AsNoTracking() on p.ActivityId equals a.Id
        where p.PersonId == person && a.State != ActivityState.Draft
        select new OwnRow { Activity = a, Own = p, Congress = db.Set<Organisation>().Where(o => o.Id == a.CongressId).Select(o => o.ShortName).FirstOrDefault() };

    private static OwnActivity Shown(OwnRow row) => new(row.Activity, row.Congress ?? "", row.Own);

    private static string Key(Activity activity) => string.Create(CultureInfo.InvariantCulture, $"{activity.Begins.Ticks}.{activity.Id:N}");

    private static (DateTime At, Guid Id)? Cursor(string? text) =>
        text?.Split('.') is [var ticks, var id] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTime.MaxValue.Ticks && Guid.TryParse(id, out var last) ? (new DateTime(at, DateTimeKind.Utc), last) : null;

    private sealed class OwnRow
    {
        public Activity Activity { get; init; } = null!;
        public Participant Own { get; init; } = null!;
        public string? Congress { get; init; }
    }
}
