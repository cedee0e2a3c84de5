using Microsoft.EntityFrameworkCore;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Platform.Calendar;

/// <summary>Starts clocks by the deadlines in the database. Kept in memory and read anew after each edit.</summary>
public sealed class Deadlines(IDbContextFactory<RendaDbContext> databases, ChineseCalendar official)
{
    private readonly ChineseCalendar _official = official;
    private volatile IReadOnlyList<Deadline> _all = [];

    /// <summary>The working days: what comes with the program and what was imported since.</summary>
    public ChineseCalendar Calendar { get; private set; } = official;

    /// <summary>Reads them anew.</summary>
    public async Task ReloadAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        Calendar = (await db.Set<ImportedYear>().AsNoTracking().OrderBy(y => y.Year).ToListAsync(cancellation)).Aggregate(_official, (all, year) => all.Import(year.Json));
        _all = await db.Set<Deadline>().AsNoTracking().ToListAsync(cancellation);
    }

    /// <summary>
    /// The clock of a deadline for a place, a category and a day: the row with this category before the general one,
    /// the nearest congress before the wider, the newest in effect.
    /// </summary>
    /// <exception cref="InvalidOperationException">No row of this code is in effect; start-up excludes it.</exception>
    public Clock Start(string code, long region, string category, DateTime now)
    {
        var deadline = Find(code, region, category, now);
        return Clock.Start(code, new DeadlineRule(deadline.Unit, deadline.Amount), deadline.YellowBefore, now, Calendar, new Words(deadline.BasisZh, deadline.BasisEn));
    }

    /// <summary>The clock of a deadline whose last day somebody named; the rule only says when it turns yellow.</summary>
    /// <exception cref="InvalidOperationException">No row of this code is in effect; start-up excludes it.</exception>
    public Clock Until(string code, DateOnly day, long region, string category, DateTime now)
    {
        var deadline = Find(code, region, category, now);
        var days = Math.Max(0, day.DayNumber - ChinaTime.Date(now).DayNumber);
        return Clock.Start(code, new DeadlineRule(DeadlineUnit.CalendarDays, days), deadline.YellowBefore, now, Calendar, new Words(deadline.BasisZh, deadline.BasisEn));
    }

    /// <summary>The clock of a deadline that counts back from something to come, e.g. days before a reception.</summary>
    /// <exception cref="InvalidOperationException">No row of this code is in effect; start-up excludes it.</exception>
    public Clock Before(string code, DateTime at, long region, DateTime now)
    {
        var deadline = Find(code, region, "", now);
        return Clock.Start(code, new DeadlineRule(deadline.Unit, deadline.Amount), deadline.YellowBefore, now, Calendar, new Words(deadline.BasisZh, deadline.BasisEn), at);
    }

    private Deadline Find(string code, long region, string category, DateTime now) =>
        _all
            .Where(d => d.Code == code && d.EffectiveFrom <= now && (d.Category.Length == 0 || d.Category == category) && (d.Region == 0 || new RegionCode(d.Region).Contains(region)))
            .OrderByDescending(d => d.Category.Length > 0).ThenByDescending(d => d.Region == 0 ? -1 : (int)new RegionCode(d.Region).Level).ThenByDescending(d => d.EffectiveFrom)
            .FirstOrDefault() ?? throw new InvalidOperationException($"No deadline {code} is in effect.");

    /// <summary>Lets a paused clock run on.</summary>
    public Clock Resume(Clock clock, DateTime now) => clock.Resume(now, Calendar);

    /// <summary>Gives a clock more time, until the end of a day in China.</summary>
    public Clock Extend(Clock clock, DateOnly until, Guid approver, string reason, DateTime now) => clock.Extend(ChinaTime.EndOf(until), approver, reason, now, Calendar);
}
