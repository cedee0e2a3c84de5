using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Accounts;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Performance;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>A deputy of a congress with what was done in a period.</summary>
/// <param name="Seat">The seat.</param>
/// <param name="Counts">What was done.</param>
/// <param name="Last">The last day of anything; null for nothing.</param>
public sealed record DeputyFigures(DeputySeat Seat, IReadOnlyList<ItemCount> Counts, DateOnly? Last)
{
    /// <summary>How much stands under a heading.</summary>
    public int Of(PerformanceHeading heading) => Counts.Where(c => c.Item.Heading == heading).Sum(c => c.Amount);

    /// <summary>Everything together.</summary>
    public int All => Counts.Sum(c => c.Amount);
}

/// <summary>Deputies who have something in common, and what they did.</summary>
/// <param name="Name">What they have in common.</param>
/// <param name="Deputies">How many.</param>
/// <param name="Active">How many did anything.</param>
/// <param name="Done">What all of them did.</param>
/// <param name="Id">The delegation or group; null for others.</param>
/// <param name="Meetings">Activities that the group held; null where it is none.</param>
public sealed record GroupFigures(string Name, int Deputies, int Active, int Done, Guid? Id = null, int? Meetings = null)
{
    /// <summary>What one did on average.</summary>
    public double Average => Deputies == 0 ? 0 : (double)Done / Deputies;
}

/// <summary>A deputy of whom nothing is recorded for long.</summary>
/// <param name="Seat">The seat.</param>
/// <param name="Last">The last day of anything within two years; null for nothing.</param>
/// <param name="Why">What the records say of the reason.</param>
public sealed record SilentDeputy(DeputySeat Seat, DateOnly? Last, Words Why);

/// <summary>How the deputies of a congress perform.</summary>
/// <param name="Congress">The congress.</param>
/// <param name="Deputies">Everybody with a seat, by name.</param>
/// <param name="Groups">By delegation and by deputy group.</param>
/// <param name="Structure">By what the law asks the structure of deputies for: sex, age, party, education, first term.</param>
public sealed record CongressFigures(Organisation Congress, IReadOnlyList<DeputyFigures> Deputies, IReadOnlyList<GroupFigures> Groups, IReadOnlyList<(Words By, IReadOnlyList<GroupFigures> Of)> Structure);

/// <summary>Structure, activity, silence and fairness between groups, counted from the files of a congress; it has some hundreds of deputies, three thousand at most.</summary>
public sealed class DeputyAnalysis(IDbContextFactory<RendaDbContext> databases, PerformanceFiles files, TimeProvider time)
{
    /// <summary>The figures of a congress within a period.</summary>
    public async Task<CongressFigures> ReadAsync(Organisation congress, PerformancePeriod period, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var seats = await PerformanceFiles.SeatsAsync(db, await DeputyScope.Sitting(db, congress.Id, Now).ToListAsync(cancellation), cancellation);
        var counts = await files.CountAsync(db, congress.Id, null, period, cancellation);
        List<DeputyFigures> deputies = [.. seats.Select(s => Figures(s, counts.GetValueOrDefault(s.Mandate.PersonId) ?? [])).OrderBy(d => d.Seat.Name, StringComparer.Ordinal).ThenBy(d => d.Seat.Mandate.Id)];
        var groups = seats.SelectMany(s => new[] { s.Mandate.DelegationId, s.Mandate.GroupId }).OfType<Guid>().Distinct().ToList();
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => groups.Contains(o.Id)).Select(o => new { o.Id, o.Name, o.Kind }).ToListAsync(cancellation);
        var meetings = await db.Set<Activity>().Where(a => a.CongressId == congress.Id && a.GroupId != null && a.State == ActivityState.Held && a.Begins >= period.Begin && a.Begins < period.End).GroupBy(a => a.GroupId!.Value).Select(g => new { g.Key, N = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.N, cancellation);
        var people = new Dictionary<Guid, Person>();
        foreach (var part in seats.Select(s => s.Mandate.PersonId).Distinct().Chunk(2000)) foreach (var p in await db.Set<Person>().AsNoTracking().Where(p => part.Contains(p.Id)).ToListAsync(cancellation)) people[p.Id] = p;
        // Whoever had a seat in a term before this one is no newcomer.
        var before = (await db.Set<Mandate>().Where(m => m.CongressId == congress.Id && m.ValidTo != null && m.ValidTo <= Now).Select(m => m.PersonId).Distinct().ToListAsync(cancellation)).ToHashSet();
        var today = files.Today;
        return new CongressFigures(
            congress, deputies,
            [.. names.OrderBy(n => n.Kind).ThenBy(n => n.Name, StringComparer.Ordinal).Select(n => Group(n.Name, deputies.Where(d => d.Seat.Mandate.DelegationId == n.Id || d.Seat.Mandate.GroupId == n.Id), n.Id, meetings.GetValueOrDefault(n.Id)))],
            [
                (new("性别", "Sex"), By(p => Said(p.Sex))),
                (new("年龄", "Age"), By(p => p.BirthDate is { } born ? Band(today.Year - born.Year - (today < born.AddYears(today.Year - born.Year) ? 1 : 0)) : Unknown)),
                (new("党派", "Party"), By(p => Said(p.Party))),
                (new("学历", "Education"), By(p => Said(p.Education))),
                (new("任职", "Terms"), By(p => before.Contains(p.Id) ? Language.T("连任", "Served before") : Language.T("首次当选", "First term"))),
            ]);

        IReadOnlyList<GroupFigures> By(Func<Person, string> what) => [.. deputies.Where(d => people.ContainsKey(d.Seat.Mandate.PersonId)).GroupBy(d => what(people[d.Seat.Mandate.PersonId])).Select(g => Group(g.Key, g)).OrderByDescending(g => g.Deputies).ThenBy(g => g.Name, StringComparer.Ordinal)];
    }

    /// <summary>Deputies of a congress of whom nothing is recorded for so many days, and what the records say why; the longest silence first.</summary>
    public async Task<IReadOnlyList<SilentDeputy>> SilentAsync(Organisation congress, int days, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var today = files.Today;
        var since = today.AddDays(-days);
        var mandates = await db.Set<Mandate>().AsNoTracking().Where(m => m.CongressId == congress.Id && (m.Status == MandateStatus.Active || m.Status == MandateStatus.Suspended) && m.ValidFrom <= Now && (m.ValidTo == null || m.ValidTo > Now)).ToListAsync(cancellation);
        var lately = await files.CountAsync(db, congress.Id, null, new(since, today), cancellation);
        List<Mandate> quiet = [.. mandates.Where(m => !lately.ContainsKey(m.PersonId))];
        if (quiet.Count == 0) return [];
        var before = await files.CountAsync(db, congress.Id, null, new(today.AddYears(-2), since.AddDays(-1)), cancellation);
        var seats = await PerformanceFiles.SeatsAsync(db, quiet, cancellation);
        var begin = ChinaTime.StartOf(since);
        var leave = (await (from p in db.Set<Participant>() join a in db.Set<Activity>() on p.ActivityId equals a.Id where a.CongressId == congress.Id && p.State == ParticipantState.OnLeave && a.Begins >= begin select p.PersonId).Distinct().ToListAsync(cancellation)).ToHashSet();
        var invited = (await (from p in db.Set<Participant>() join a in db.Set<Activity>() on p.ActivityId equals a.Id where a.CongressId == congress.Id && a.State != ActivityState.Draft && a.Begins >= begin select p.PersonId).Distinct().ToListAsync(cancellation)).ToHashSet();
        Dictionary<Guid, DateTime?> accounts = [];
        foreach (var part in quiet.Select(m => m.PersonId).Distinct().Chunk(2000))
            foreach (var a in await db.Set<Account>().Where(a => a.PersonId != null && part.Contains(a.PersonId.Value) && a.ClosedAt == null).Select(a => new { Person = a.PersonId!.Value, Seen = db.Set<Session>().Where(s => s.AccountId == a.Id).Max(s => (DateTime?)s.SeenAt) }).ToListAsync(cancellation)) accounts[a.Person] = a.Seen;
        return
        [
            .. from seat in seats
               let last = before.GetValueOrDefault(seat.Mandate.PersonId)?.Max(c => c.Last)
               orderby last is not null, last, seat.Name
               select new SilentDeputy(seat, last, Why(seat)),
        ];

        Words Why(DeputySeat seat) => seat switch
        {
            { Mandate.Status: MandateStatus.Suspended } => new("暂停执行代表职务", "suspended"),
            { Since: var start } when start > since => new($"{start:yyyy-MM-dd} 新当选", $"elected on {start:yyyy-MM-dd}"),
            _ when leave.Contains(seat.Mandate.PersonId) => new("请过假", "was on leave"),
            _ when !accounts.TryGetValue(seat.Mandate.PersonId, out _) => new("还没有账号", "has no account"),
            _ when accounts[seat.Mandate.PersonId] is not { } seen || seen < begin => new("这段时间没有登录", "has not signed in"),
            _ when !invited.Contains(seat.Mandate.PersonId) => new("没有收到过活动邀请", "was invited to nothing"),
            _ => new("有邀请、有登录，没有履职记录", "was invited and signed in, nothing recorded"),
        };
    }

    private static DeputyFigures Figures(DeputySeat seat, IReadOnlyList<ItemCount> counts) => new(seat, counts, counts.Count == 0 ? null : counts.Max(c => c.Last));

    private static GroupFigures Group(string name, IEnumerable<DeputyFigures> deputies, Guid? id = null, int? meetings = null)
    {
        var all = deputies.ToList();
        return new(name, all.Count, all.Count(d => d.All > 0), all.Sum(d => d.All), id, meetings);
    }

    private static string Unknown => Language.T("没有登记", "not recorded");

    private static string Said(string value) => value.Length > 0 ? value : Unknown;

    private static string Band(int age) => age switch { < 36 => Language.T("35 岁以下", "35 or younger"), < 46 => Language.T("36–45 岁", "36 to 45"), < 56 => Language.T("46–55 岁", "46 to 55"), _ => Language.T("56 岁以上", "56 or older") };

    private DateTime Now => time.GetUtcNow().UtcDateTime;
}
