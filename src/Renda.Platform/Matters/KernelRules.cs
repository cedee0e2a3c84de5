using System.Globalization;
using Renda.Platform.Procedures;

namespace Renda.Platform.Matters;

/// <summary>The guards and effects that any scenario's procedure may name.</summary>
public static class KernelRules
{
    /// <summary>Registers them.</summary>
    public static ProcedureRules AddKernelRules(this ProcedureRules rules) => rules
        .AddGuard("co-units-answered", d => d.Matter.Assignments.Any(a => a.Kind == "co" && a.State is "assigned" or "accepted")
            ? new Refusal("matters.co-units-open", new("还有会办单位没有提出意见，请等会办意见到齐后再答复。", "A co-handling unit has not answered yet; reply when all have."), 409)
            : null)
        .AddGuard("lead-not-co", d => d.Texts("coUnits").Contains(d.Text("leadUnit"))
            ? new Refusal("matters.lead-is-co", new("主办单位不能同时是会办单位。", "The lead unit cannot be a co-handler as well."), Field: "coUnits")
            : null)
        .AddGuard("target-other", d => d.Target is null || d.Target.Matter.Id == d.Matter.Matter.Id || d.Target.Matter.MergedIntoId is not null
            ? new Refusal("matters.merge-target", new("请选择另一件没有被合并的事项。", "Choose another matter that is not merged itself."), Field: "target")
            : null)
        .AddEffect("accept-assignment", d => MoveAssignment(d, "accepted"))
        .AddEffect("return-assignments", d => Returned(d).Concat<Change>([new ClockSet("handling", null)]))
        .AddEffect("answer-assignment", d => MoveAssignment(d, "answered"))
        .AddEffect("reopen-assignment", d => d.Matter.Repliers.Select(part => new AssignmentMoved(part.Id, "accepted", null)))
        .AddGuard("all-answered", d => d.Matter.Repliers.Any(part => part.State != "answered")
            ? new Refusal("matters.parts-open", new("还有分办单位没有答复。", "A separate handler has not replied yet."), 409)
            : null)
        .AddEffect("stop-handling", d => d.Matter.Body.Clocks.TryGetValue("handling", out var clock)
            ? clock.IsLate(d.Now) ? [new MarkedLate(), new ClockSet("handling", null)] : [new ClockSet("handling", null)]
            : [])
        .AddEffect("merge", d => [new Linked(d.Target!.Matter.Id, "merged-into")])
        .AddEffect("unmerge", d => d.Matter.Matter.MergedIntoId is { } to ? [new Unlinked(to, "merged-into")] : [])
        .AddEffect("list-as-focus", _ => [new Focused(true)])
        .AddEffect("attach-before", d => Attach(d, "before"))
        .AddEffect("attach-after", d => Attach(d, "after"))
        .AddEffect("escalate", d => [new Escalated(d.Matter.Matter.Escalation + 1)])
        .AddEffect("pause-clock", d => d.Matter.Body.Clocks.Where(c => c.Value.PausedAt is null && c.Value.StoppedAt is null)
            .Select(c => new ClockSet(c.Key, c.Value.Pause(d.Now, d.Text("reason")))))
        .AddEffect("resume-clock", d => d.Matter.Body.Clocks.Where(c => c.Value.PausedAt is not null).Select(c => new ClockSet(c.Key, d.ResumeClock(c.Value))))
        .AddGuard("later-than-due", d => !d.Matter.Body.Clocks.TryGetValue("handling", out var clock) || Until(d) <= clock.DueDate
            ? new Refusal("matters.extension-not-later", new("新的期限要晚于现在的期限。", "The new day must be later than the present one."), Field: "until")
            : Until(d) > clock.DueDate.AddYears(1)
                ? new Refusal("matters.extension-too-far", new("一次最多延长一年。", "At most a year at a time."), Field: "until")
                : null)
        .AddEffect("extend-clock", d => [new ClockSet("handling", d.ExtendClock(d.Matter.Body.Clocks["handling"], Until(d)))]);

    private static DateOnly Until(Decision d) => DateOnly.ParseExact(d.Text("until"), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>
    /// Gives the matter to the units the form names: <c>leadUnit</c> and <c>coUnits</c>, or <c>separateUnits</c> who each
    /// reply; whoever had it before is relieved. Starts the clock of slot <c>handling</c>.
    /// </summary>
    /// <param name="d">What is decided.</param>
    /// <param name="handling">Id of the deadline of those who reply.</param>
    /// <param name="opinion">Id of the deadline of those who help.</param>
    public static IEnumerable<Change> Assign(Decision d, string handling, string opinion)
    {
        foreach (var old in Returned(d)) yield return old;
        var clock = d.StartClock(handling);
        if (d.Text("leadUnit") is { Length: > 0 } lead) yield return new Assigned(d.NewId(), Guid.Parse(lead), "lead", clock.DueAt);
        foreach (var unit in d.Texts("separateUnits").Distinct()) yield return new Assigned(d.NewId(), Guid.Parse(unit), "separate", clock.DueAt);
        var due = d.StartClock(opinion).DueAt;
        foreach (var unit in d.Texts("coUnits").Distinct()) yield return new Assigned(d.NewId(), Guid.Parse(unit), "co", due);
        yield return new ClockSet("handling", clock);
    }

    // Who distributes keeps its part: it sees what became of what it gave on.
    private static IEnumerable<AssignmentMoved> Returned(Decision d) => d.Matter.Assignments.Where(a => a.State != "returned" && a.Kind != "coordinator").Select(a => new AssignmentMoved(a.Id, "returned", null));

    /// <summary>The part of whoever acts, or null.</summary>
    public static Assignment? OwnPart(Decision d) => d.Matter.Assignments.LastOrDefault(a => a.UnitId == d.Grant?.OrganisationId && a.State != "returned");

    private static IEnumerable<Change> MoveAssignment(Decision d, string state) =>
        OwnPart(d) is { } part ? [new AssignmentMoved(part.Id, state, state == "answered" ? d.Text("text") : null)] : [];

    private static IEnumerable<Change> Attach(Decision d, string role) => d.Texts("media").Distinct()
        .Select(sha => d.Media.TryGetValue(sha, out var fact) ? new MediaAdded(sha, role, fact.Kind, fact.TakenAt, fact.DistanceMetres) : null).OfType<MediaAdded>();
}
