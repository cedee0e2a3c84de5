using System.Text.Json.Nodes;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;

namespace Renda.Platform.Procedures;

/// <summary>Everything a guard or an effect may look at: no I/O.</summary>
public sealed record Decision
{
    /// <summary>The procedure version the matter began under.</summary>
    public required Procedure Procedure { get; init; }

    /// <summary>What is to be done.</summary>
    public required ProcedureAction Action { get; init; }

    /// <summary>The matter as it is.</summary>
    public required MatterFold Matter { get; init; }

    /// <summary>Who acts.</summary>
    public required Actor Actor { get; init; }

    /// <summary>The grant by which they may; null for the platform itself.</summary>
    public ActorGrant? Grant { get; init; }

    /// <summary>The form, already checked against the action's fields.</summary>
    public required JsonObject Form { get; init; }

    /// <summary>Now (UTC).</summary>
    public required DateTime Now { get; init; }

    /// <summary>Starts the clock of a deadline for this matter's tier, category and day.</summary>
    public required Func<string, Clock> StartClock { get; init; }

    /// <summary>Lets a paused clock run on.</summary>
    public Func<Clock, Clock> ResumeClock { get; init; } = clock => clock;

    /// <summary>Gives a clock more time, until the end of a day.</summary>
    public Func<Clock, DateOnly, Clock> ExtendClock { get; init; } = (clock, _) => clock;

    /// <summary>A clock of a deadline that ends with a day somebody named, e.g. the day of a promise.</summary>
    public Func<string, DateOnly, Clock> ClockUntil { get; init; } = (code, day) => throw new InvalidOperationException($"No clock {code} until {day} outside the desk.");

    /// <summary>What a code of a code set means to the rules (<see cref="Codes.Code.Meaning"/>); empty for an unknown one.</summary>
    public Func<string, string, string> Meaning { get; init; } = (_, _) => "";

    /// <summary>What is known of the media named in the form, by SHA-256.</summary>
    public IReadOnlyDictionary<string, MediaFact> Media { get; init; } = new Dictionary<string, MediaFact>();

    /// <summary>The other matter named in the form, or null.</summary>
    public MatterFold? Target { get; init; }

    /// <summary>Makes ids of what the effects create; tests make it repeatable.</summary>
    public Func<Guid> NewId { get; init; } = Guid.CreateVersion7;

    /// <summary>A text answer, trimmed; empty when not given.</summary>
    public string Text(string field) => Form[field] is JsonValue value && value.TryGetValue(out string? text) ? text.Trim() : "";

    /// <summary>Answers that are lists, or a single one as a list.</summary>
    public IReadOnlyList<string> Texts(string field) => Form[field] switch
    {
        JsonArray array => [.. array.OfType<JsonValue>().Select(v => v.ToString()).Where(v => v.Length > 0)],
        JsonValue value when value.ToString().Length > 0 => [value.ToString()],
        _ => [],
    };
}

/// <summary>What is known of an uploaded file.</summary>
/// <param name="Kind"><c>photo</c>, <c>video</c> or <c>document</c>.</param>
/// <param name="TakenAt">When it was taken (UTC), or null.</param>
/// <param name="DistanceMetres">How far from the matter's first point, or null.</param>
public sealed record MediaFact(string Kind, DateTime? TakenAt, double? DistanceMetres);

/// <summary>The pure heart: what follows from an action, or why it may not be.</summary>
public sealed class ProcedureEngine(ProcedureRules rules)
{
    /// <summary>The named rules it goes by.</summary>
    public ProcedureRules Rules => rules;

    /// <summary>Slot of the clock that belongs to the state.</summary>
    public const string StepClock = "step";

    /// <summary>What changes, in order; or a refusal. The same input gives the same answer.</summary>
    public (IReadOnlyList<Change>? Changes, Refusal? Refusal) Decide(Decision decision)
    {
        var (procedure, action, fold) = (decision.Procedure, decision.Action, decision.Matter);
        var state = procedure.State(fold.Matter.State);
        if (!action.From.Contains(state.Id)) return (null, WrongState(action, state));
        foreach (var guard in action.Requires)
            if (rules.Guard(guard)(decision) is { } refusal)
                return (null, refusal);

        // Each effect sees what the ones before it changed.
        var changes = new List<Change>();
        var after = fold.Clone();
        foreach (var effect in action.Effects)
        {
            var more = rules.Effect(effect)(decision with { Matter = after }).ToList();
            if (more.Count == 0) continue;
            changes.AddRange(more);
            Preview(after, more, decision.Now);
        }

        var outcome = action.To.First(t => t.When is null || rules.Guard(t.When)(decision with { Matter = after }) is null);
        if (outcome.State is { } next && next != fold.Matter.State)
        {
            var to = procedure.State(next);
            changes.Add(new Moved(next, procedure.PhaseIndex(next), to.Final));
            changes.AddRange(ClocksOf(to, after, decision));
        }
        return (changes, null);
    }

    /// <summary>What follows from the birth of a matter: its first state and clock.</summary>
    public static IReadOnlyList<Change> Begin(Procedure procedure, Func<string, Clock> startClock)
    {
        var first = procedure.States[0];
        return [new Moved(first.Id, procedure.PhaseIndex(first.Id), first.Final), new ClockSet(StepClock, startClock(first.Clock!))];
    }

    /// <summary>The actions open to a person now, each with the reason why it is not possible, if so.</summary>
    public static IReadOnlyList<(ProcedureAction Action, ActorGrant Grant)> OpenTo(Procedure procedure, MatterFold fold, Actor actor) =>
        [.. procedure.Actions.Where(a => a.From.Contains(fold.Matter.State))
            .Select(a => (a, actor.GrantFor(a.Permission, a.By, fold, a.OwnPart))).Where(x => x.Item2 is not null).Select(x => (x.a, x.Item2!))];

    /// <summary>Said when the matter is not where the action starts.</summary>
    public static Refusal WrongState(ProcedureAction action, ProcedureState state) => new(
        "matters.wrong-state",
        new($"现在是“{state.Name.Zh}”，不能{action.Name.Zh}。{state.Waiting.Zh}", $"It is “{state.Name.En}” now; “{action.Name.En}” is not possible. {state.Waiting.En}"),
        409);

    private static IEnumerable<Change> ClocksOf(ProcedureState to, MatterFold after, Decision decision)
    {
        if (to.Final)
        {
            foreach (var slot in after.Body.Clocks.Keys.ToList()) yield return new ClockSet(slot, null);
            yield break;
        }
        // A clock that already runs for this state's deadline (the unit's, started on assignment) is not started twice.
        var runs = after.Body.Clocks.Any(c => c.Key != StepClock && (c.Value.Name == to.Clock || c.Value.Name.StartsWith(to.Clock + "-", StringComparison.Ordinal)) && c.Value.StoppedAt is null);
        if (runs && after.Body.Clocks.ContainsKey(StepClock)) yield return new ClockSet(StepClock, null);
        if (!runs) yield return new ClockSet(StepClock, decision.StartClock(to.Clock!));
    }

    private static void Preview(MatterFold fold, IReadOnlyList<Change> changes, DateTime now) =>
        fold.Apply(new MatterEvent { MatterId = fold.Matter.Id, Version = fold.Matter.Version, At = now, Hash = fold.Matter.Hash }, new EventContent([], changes));
}
