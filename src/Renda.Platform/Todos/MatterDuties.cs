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
        if (state.WaitsFor is { } party)
        {
            var (person, organisation) = Whom(party, matter);
            duties.Add(New(state.Id, state.Duty, person, organisation, matter.Matter.DueAt));
        }
        if (procedure.Actions.FirstOrDefault(a => a.By == Party.CoUnit && a.From.Contains(state.Id)) is { } answer)
            duties.AddRange(matter.Assignments.Where(a => a.Kind == "co" && a.State is "assigned" or "accepted").Select(co => New(answer.Id, answer.Duty, null, co.UnitId, co.DueAt)));
        return duties.Where(t => t.PersonId is not null || t.OrganisationId is not null).DistinctBy(t => (t.PersonId, t.OrganisationId));

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
    public static (Guid? Person, Guid? Organisation) Whom(Party party, MatterFold matter) => party switch
    {
        Party.Reporter => (matter.Matter.ReporterId, null),
        Party.LeadUnit => (null, matter.Lead?.UnitId),
        _ => (null, matter.Matter.OfficeId),
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
