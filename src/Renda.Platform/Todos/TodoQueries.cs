using Renda.Platform.Access;
using Renda.Platform.Notices;

namespace Renda.Platform.Todos;

/// <summary>Whose duties and notices they are.</summary>
public static class TodoQueries
{
    /// <summary>What the actor, or an organisation the actor acts for, has still to do.</summary>
    public static IQueryable<Todo> OpenFor(this IQueryable<Todo> todos, Actor actor)
    {
        var (person, organisations) = (actor.PersonId, actor.Organisations.ToList());
        return todos.Where(t => t.DoneAt == null && ((t.PersonId != null && t.PersonId == person) || (t.OrganisationId != null && organisations.Contains(t.OrganisationId.Value))));
    }

    /// <summary>What the actor, or an organisation the actor acts for, was told.</summary>
    public static IQueryable<Notice> For(this IQueryable<Notice> notices, Actor actor)
    {
        var (person, organisations) = (actor.PersonId, actor.Organisations.ToList());
        return notices.Where(n => (n.PersonId != null && n.PersonId == person) || (n.OrganisationId != null && organisations.Contains(n.OrganisationId.Value)));
    }
}
