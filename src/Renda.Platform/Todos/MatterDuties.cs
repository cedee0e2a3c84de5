using Renda.Platform.Matters;
using Renda.Platform.Procedures;

namespace Renda.Platform.Todos;

/// <summary>The duties that follow from where a matter stands: a pure function of its procedure and its rows.</summary>
internal static class MatterDuties
{
    /// <summary>Who has to do what now; at most one duty for each holder.</summary>
    public static IEnumerable<Todo> Of(Procedure procedure, MatterFold matter, DateTime now)
    {
        var state = procedure.State(matter.Matter.State);
        var duties = new List<Todo>();
        if (state.WaitsFor is Party.LeadUnit) duties.AddRange(matter.Repliers.Where(part => part is { Kind: "lead" } or { State: not "answered" }).Select(OfPart));
        else if (state.WaitsFor is { } party) duties.AddRange(Whom(party, matter).Select(w => New(state.Id, state.Duty, w.Person, w.Organisation, matter.Matter.DueAt)));
        if (procedure.Actions.FirstOrDefault(a => a.By == Party.CoUnit && a.From.Contains(state.Id)) is { } answer)
            duties.AddRange(matter.Assignments.Where(a => a.Kind == "co" && a.State is "assigned" or "accepted").Select(co => New(answer.Id, answer.Duty, null, co.UnitId, co.DueAt)));
        return duties.Where(t => t.PersonId is not null || t.OrganisationId is not null).DistinctBy(t => (t.PersonId, t.OrganisationId));

        // Several units reply separately: each has its own day and its own next step.
        Todo OfPart(Assignment part)
        {
            var due = part.Kind == "lead" ? matter.Matter.DueAt : part.DueAt;
            return part.State switch
            {
                "drafted" => New("drafted", DutyKind.Review, null, part.UnitId, due),
                "assigned" when part.Kind == "separate" => New("assigned", DutyKind.Sign, null, part.UnitId, due),
                _ => New(state.Id, state.Duty, null, part.UnitId, due),
            };
        }

        Todo New(string kind, DutyKind duty, Guid? person, Guid? organisation, DateTime? due) => new()
        {
            Id = Guid.CreateVersion7(),
            ItemId = matter.Matter.Id,
            Scenario = matter.Matter.Scenario,
            Kind = kind,
            Duty = duty,
            Reading = duty == DutyKind.Read,
            PersonId = person,
            OrganisationId = organisation,
            Title = matter.Matter.Title,
            ArrivedAt = now,
            DueAt = due,
            YellowAt = matter.Matter.YellowAt,
        };
    }

    /// <summary>Who is meant by a party of the matter.</summary>
    public static IEnumerable<(Guid? Person, Guid? Organisation)> Whom(Party party, MatterFold matter) => party switch
    {
        Party.Reporter or Party.FirstReporter => [(matter.Matter.ReporterId, null)],
        Party.LeadUnit => matter.Repliers.Select(part => ((Guid?)null, (Guid?)part.UnitId)),
        Party.Citizen => [],
        Party.Coordinator => matter.Assignments.Where(a => a is { Kind: "coordinator", State: not "returned" }).Select(a => ((Guid?)null, (Guid?)a.UnitId)),
        _ => [(null, matter.Matter.OfficeId)],
    };

    /// <summary>
    /// Puts into the commit what it changes of them. A duty that stays is left alone, so that who has taken it keeps it and
    /// nothing is told done that was not.
    /// </summary>
    public static void Plan(MatterCommit commit, Procedure procedure, MatterFold after, Guid? by, DateTime now)
    {
        List<Todo> had = commit.Before.Matter.Version == 0 ? [] : [.. Of(procedure, commit.Before, now)];
        foreach (var todo in Of(procedure, after, now))
        {
            var same = had.Find(t => t.Kind == todo.Kind && t.PersonId == todo.PersonId && t.OrganisationId == todo.OrganisationId);
            if (same is null)
            {
                commit.Todos.Add(todo);
                continue;
            }
            had.Remove(same);
            if ((same.DueAt, same.YellowAt, same.Title) != (todo.DueAt, todo.YellowAt, todo.Title)) commit.Moved.Add(todo);
        }
        foreach (var gone in had)
        {
            (gone.DoneAt, gone.DoneBy) = (now, by);
            commit.Ended.Add(gone);
        }
    }
}
