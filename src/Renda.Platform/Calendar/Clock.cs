using System.Text.Json.Serialization;

namespace Renda.Platform.Calendar;

/// <summary>What a clock shows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Light>))]
public enum Light
{
    /// <summary>There is no clock.</summary>
    None,

    /// <summary>Running, with time to spare.</summary>
    Green,

    /// <summary>Running, and due soon.</summary>
    Yellow,

    /// <summary>Running, and late.</summary>
    Red,

    /// <summary>Suspended: no time runs.</summary>
    Paused,

    /// <summary>Finished.</summary>
    Stopped,
}

/// <summary>A new due time that somebody approved.</summary>
/// <param name="Approver">The account that approved it.</param>
/// <param name="Reason">Why, in the approver's words.</param>
/// <param name="OldDue">Due before, UTC.</param>
/// <param name="NewDue">Due since, UTC.</param>
/// <param name="At">When it was approved, UTC.</param>
public sealed record Extension(Guid Approver, string Reason, DateTime OldDue, DateTime NewDue, DateTime At);

/// <summary>A span in which a clock did not run.</summary>
/// <param name="From">When it was paused, UTC.</param>
/// <param name="To">When it ran on, UTC; null while it is still paused, or when it was stopped so.</param>
/// <param name="Reason">Why.</param>
public sealed record Suspension(DateTime From, DateTime? To, string Reason);

/// <summary>
/// A deadline that runs. Immutable: each act gives a new clock, which the caller stores. Compared by value, stored as
/// JSON. All times are UTC.
/// </summary>
public sealed record Clock
{
    /// <summary>What has to be done in time, as stored in the procedure.</summary>
    public required string Name { get; init; }

    /// <summary>The rule the clock was started with; pauses count in its unit.</summary>
    public required DeadlineRule Rule { get; init; }

    /// <summary>How long before the end the light turns yellow, see <see cref="Start"/>.</summary>
    public required int YellowBefore { get; init; }

    /// <summary>When it began to run.</summary>
    public required DateTime StartedAt { get; init; }

    /// <summary>From this instant on it is late: the end of the last day, or an exact instant for hours.</summary>
    public required DateTime DueAt { get; init; }

    /// <summary>From this instant on it is yellow; never before <see cref="StartedAt"/>.</summary>
    public required DateTime YellowAt { get; init; }

    /// <summary>The law that sets the deadline.</summary>
    public Words LegalBasis { get; init; }

    /// <summary>When it was finished; null while it is open.</summary>
    public DateTime? StoppedAt { get; init; }

    /// <summary>Every pause, oldest first; only the last can still be open.</summary>
    public IReadOnlyList<Suspension> Suspensions { get; init; } = [];

    /// <summary>Every extension, oldest first.</summary>
    public IReadOnlyList<Extension> Extensions { get; init; } = [];

    /// <summary>Since when it is paused; null when it runs. Stays set when it is stopped while paused.</summary>
    [JsonIgnore]
    public DateTime? PausedAt => Suspensions is [.., { To: null } open] ? open.From : null;

    /// <summary>The last day in China, for people and for counting the working days left.</summary>
    [JsonIgnore]
    public DateOnly DueDate => ChinaTime.Date(DueAt.AddTicks(-1));

    /// <summary>Starts a clock.</summary>
    /// <param name="name">What has to be done in time.</param>
    /// <param name="rule">The deadline.</param>
    /// <param name="yellowBefore">
    /// The light is yellow when no more than this is left: hours for a rule in hours, working days for one in working
    /// days, otherwise days. 0: on the last day only (for hours: never).
    /// </param>
    /// <param name="now">When it starts to run.</param>
    /// <param name="calendar">The working days.</param>
    /// <param name="legalBasis">The law that sets the deadline.</param>
    /// <param name="baseAt">What the rule counts from when that is not now, e.g. the meeting for days before it.</param>
    /// <exception cref="UnknownCalendarYearException">The calendar does not know a year that matters.</exception>
    public static Clock Start(
        string name,
        DeadlineRule rule,
        int yellowBefore,
        DateTime now,
        ChineseCalendar calendar,
        Words legalBasis = default,
        DateTime? baseAt = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(yellowBefore);
        now = ChinaTime.Utc(now);
        var clock = new Clock
        {
            Name = name,
            Rule = rule,
            YellowBefore = yellowBefore,
            StartedAt = now,
            DueAt = default,
            YellowAt = default,
            LegalBasis = legalBasis,
        };
        return clock.DueAgain(rule.Due(baseAt ?? now, calendar), calendar);
    }

    /// <summary>What the clock of a matter shows, which may have none.</summary>
    public static Light LightOf(Clock? clock, DateTime now) => clock?.Light(now) ?? Calendar.Light.None;

    /// <summary>Stops time running until <see cref="Resume"/>.</summary>
    /// <exception cref="InvalidOperationException">It is paused already, or stopped.</exception>
    /// <exception cref="ArgumentException">The reason is empty, or now is before the last act.</exception>
    public Clock Pause(DateTime now, string reason)
    {
        MustRun();
        now = NotBefore(Suspensions is [.., { To: { } resumed }] ? resumed : StartedAt, now);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return this with { Suspensions = [.. Suspensions, new Suspension(now, null, reason)] };
    }

    /// <summary>
    /// Lets time run on. The due time moves by what was paused: by working days for a rule in working days, exactly for
    /// hours, otherwise by days, so that the last day still ends at 24:00 and is again a working day where the rule
    /// says so. A pause within one day moves nothing but hours.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not paused, or it is stopped.</exception>
    /// <exception cref="ArgumentException">Now is before the pause.</exception>
    /// <exception cref="UnknownCalendarYearException">The calendar does not know a year that matters.</exception>
    public Clock Resume(DateTime now, ChineseCalendar calendar)
    {
        MustNotBeStopped();
        if (PausedAt is not { } paused)
            throw new InvalidOperationException("The clock is not paused.");
        now = NotBefore(paused, now);
        var running = this with { Suspensions = [.. Suspensions.SkipLast(1), Suspensions[^1] with { To = now }] };
        return running.DueAgain(MovedBy(paused, now, calendar), calendar);
    }

    /// <summary>Gives more time.</summary>
    /// <exception cref="InvalidOperationException">It is stopped.</exception>
    /// <exception cref="ArgumentException">The new due time is not later than the old one, or the reason is empty.</exception>
    /// <exception cref="UnknownCalendarYearException">The calendar does not know a year that matters.</exception>
    public Clock Extend(DateTime newDue, Guid approver, string reason, DateTime now, ChineseCalendar calendar)
    {
        MustNotBeStopped();
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        newDue = ChinaTime.Utc(newDue);
        if (newDue <= DueAt)
            throw new ArgumentException("An extension ends later than the deadline it extends.", nameof(newDue));
        var extension = new Extension(approver, reason, DueAt, newDue, NotBefore(StartedAt, now));
        return (this with { Extensions = [.. Extensions, extension] }).DueAgain(newDue, calendar);
    }

    /// <summary>Ends it: the thing is done. A clock may be stopped while paused.</summary>
    /// <exception cref="InvalidOperationException">It is stopped already.</exception>
    /// <exception cref="ArgumentException">Now is before the last act.</exception>
    public Clock Stop(DateTime now)
    {
        MustNotBeStopped();
        return this with { StoppedAt = NotBefore(PausedAt ?? StartedAt, now) };
    }

    /// <summary>What it shows at an instant.</summary>
    public Light Light(DateTime now) => this switch
    {
        { StoppedAt: not null } => Calendar.Light.Stopped,
        { PausedAt: not null } => Calendar.Light.Paused,
        _ when IsLate(now) => Calendar.Light.Red,
        _ when now >= YellowAt => Calendar.Light.Yellow,
        _ => Calendar.Light.Green,
    };

    /// <summary>Whether the due time has passed; when stopped or paused, whether it had passed by then.</summary>
    public bool IsLate(DateTime now) => Remaining(now) <= TimeSpan.Zero;

    /// <summary>How long until the due time; negative when late. Stands still while paused and when stopped.</summary>
    // A clock stopped while paused keeps its open pause: the time waited for must not count against anyone.
    public TimeSpan Remaining(DateTime now) => DueAt - (PausedAt ?? StoppedAt ?? ChinaTime.Utc(now));

    /// <summary>The same in every part, the lists included.</summary>
    public bool Equals(Clock? other) =>
        other is not null
        && Scalars == other.Scalars
        && Suspensions.SequenceEqual(other.Suspensions)
        && Extensions.SequenceEqual(other.Extensions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scalars, Suspensions.Count, Extensions.Count);

    // The generated equality would compare the two lists by reference.
    private (string, DeadlineRule, int, DateTime, DateTime, DateTime, Words, DateTime?) Scalars =>
        (Name, Rule, YellowBefore, StartedAt, DueAt, YellowAt, LegalBasis, StoppedAt);

    private DateTime MovedBy(DateTime paused, DateTime now, ChineseCalendar calendar)
    {
        if (Rule.Unit == DeadlineUnit.Hours)
            return DueAt + (now - paused);

        var (from, to) = (ChinaTime.Date(paused), ChinaTime.Date(now));
        var moved = Rule.Unit == DeadlineUnit.WorkingDays
            ? calendar.AddWorkingDays(DueDate, calendar.WorkingDaysBetween(from, to))
            : from == to ? DueDate : Rule.Rolled(DueDate.AddDays(to.DayNumber - from.DayNumber), calendar);
        // Whole days, so that a due time within a day, as an extension may set it, keeps its hour.
        return DueAt.AddDays(moved.DayNumber - DueDate.DayNumber);
    }

    private Clock DueAgain(DateTime due, ChineseCalendar calendar)
    {
        var clock = this with { DueAt = due };
        var yellow = Rule.Unit switch
        {
            DeadlineUnit.Hours => due.AddHours(-YellowBefore),
            DeadlineUnit.WorkingDays => ChinaTime.StartOf(calendar.SubtractWorkingDays(clock.DueDate, YellowBefore)),
            _ => ChinaTime.StartOf(clock.DueDate.AddDays(-YellowBefore)),
        };
        return clock with { YellowAt = yellow > StartedAt ? yellow : StartedAt };
    }

    private void MustRun()
    {
        MustNotBeStopped();
        if (PausedAt is not null)
            throw new InvalidOperationException("The clock is paused already.");
    }

    private void MustNotBeStopped()
    {
        if (StoppedAt is not null)
            throw new InvalidOperationException("The clock is stopped.");
    }

    private static DateTime NotBefore(DateTime earliest, DateTime now) => ChinaTime.Utc(now) < earliest
        ? throw new ArgumentException("This is before the clock's last act.", nameof(now))
        : ChinaTime.Utc(now);
}
