namespace Renda.Platform.Procedures;

/// <summary>
/// What is proved of a procedure before it may start: every state reachable, every path can end, every waiting state
/// has an owner and a clock, every action a permission, every name known, every text in both languages.
/// </summary>
public static class ProcedureProof
{
    /// <summary>Everything wrong with a procedure; empty when it may start.</summary>
    public static IReadOnlyList<string> Faults(Procedure procedure, ProcedureRules rules, IReadOnlySet<string> permissions, IReadOnlySet<string> deadlines)
    {
        var faults = new List<string>();
        var states = procedure.States.Select(s => s.Id).ToHashSet();
        if (states.Count != procedure.States.Count) faults.Add("A state id is used twice.");
        if (procedure.Actions.Select(a => a.Id).Distinct().Count() != procedure.Actions.Count) faults.Add("An action id is used twice.");
        if (procedure.States.Count == 0) return ["There is no state."];
        Texts(procedure.Name, "procedure");
        foreach (var phase in procedure.Phases) Texts(phase.Name, $"phase {phase.Id}");

        foreach (var state in procedure.States)
        {
            Texts(state.Name, $"state {state.Id}");
            if (procedure.Phases.All(p => p.Id != state.Phase)) faults.Add($"State {state.Id} is in no known phase.");
            if (state.Final)
            {
                if (state.WaitsFor is not null || state.Clock is not null) faults.Add($"Final state {state.Id} waits for somebody.");
                continue;
            }
            if (state.WaitsFor is null) faults.Add($"State {state.Id} waits for nobody.");
            if (state.Clock is null) faults.Add($"State {state.Id} has no clock.");
            else if (!deadlines.Contains(state.Clock)) faults.Add($"State {state.Id} names an unknown deadline {state.Clock}.");
            Texts(state.Waiting, $"waiting text of {state.Id}");
            if (state.WaitsFor is { } party && !procedure.Actions.Any(a => a.From.Contains(state.Id) && Serves(a.By, party)))
                faults.Add($"In state {state.Id} the {party} has nothing to do.");
        }

        foreach (var action in procedure.Actions)
        {
            Texts(action.Name, $"action {action.Id}");
            Texts(action.Done, $"done text of {action.Id}");
            if (!permissions.Contains(action.Permission)) faults.Add($"Action {action.Id} names an unknown permission {action.Permission}.");
            if (action.From.Count == 0 || action.To.Count == 0) faults.Add($"Action {action.Id} leads from or to nowhere.");
            faults.AddRange(action.From.Where(f => !states.Contains(f)).Select(f => $"Action {action.Id} starts in unknown state {f}."));
            faults.AddRange(action.To.Where(t => t.State is not null && !states.Contains(t.State)).Select(t => $"Action {action.Id} leads to unknown state {t.State}."));
            if (action.To.Count > 0 && action.To[^1].When is not null) faults.Add($"Action {action.Id} has no last outcome without a condition.");
            faults.AddRange(action.Requires.Concat(action.To.Select(t => t.When).OfType<string>())
                .Where(g => !rules.Guards.Contains(g)).Select(g => $"Action {action.Id} names unknown guard {g}."));
            faults.AddRange(action.Effects.Where(e => !rules.Effects.Contains(e)).Select(e => $"Action {action.Id} names unknown effect {e}."));
            if (action.Numbering is { } numbering && !rules.Numberings.Contains(numbering)) faults.Add($"Action {action.Id} names unknown numbering {numbering}.");
            foreach (var field in action.Form)
            {
                Texts(field.Label, $"field {action.Id}.{field.Id}");
                if (field is { Kind: FieldKind.Choice, CodeSet: null } && field.Choices.Count < 2) faults.Add($"Field {action.Id}.{field.Id} offers no choice.");
                foreach (var choice in field.Choices) Texts(choice.Name, $"choice {action.Id}.{field.Id}.{choice.Id}");
            }
        }
        if (faults.Count > 0) return faults;

        var reachable = Closure(procedure.States[0].Id, s => procedure.Actions.Where(a => a.From.Contains(s)).SelectMany(a => a.To).Select(t => t.State).OfType<string>());
        faults.AddRange(states.Except(reachable).Select(s => $"State {s} cannot be reached."));
        foreach (var state in procedure.States.Where(s => !s.Final))
        {
            var ahead = Closure(state.Id, s => procedure.Actions.Where(a => a.From.Contains(s)).SelectMany(a => a.To).Select(t => t.State).OfType<string>());
            if (!procedure.States.Any(s => s.Final && ahead.Contains(s.Id))) faults.Add($"From state {state.Id} no end can be reached.");
        }
        return faults;

        void Texts(Words words, string where)
        {
            if (words.IsIncomplete) faults.Add($"The text of {where} is not in both languages.");
        }
    }

    private static bool Serves(Party by, Party waited) => by == waited || (waited, by) is (Party.Office, Party.OfficeHead) or (Party.OwnOffice, Party.OwnOfficeHead);

    private static HashSet<string> Closure(string start, Func<string, IEnumerable<string>> next)
    {
        var seen = new HashSet<string> { start };
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out var state))
            foreach (var following in next(state).Where(seen.Add))
                open.Enqueue(following);
        return seen;
    }
}
