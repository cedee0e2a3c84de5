using Microsoft.EntityFrameworkCore;
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

    /// <summary>What the actor was told and what each organisation was that the actor acts for: parts without anything in common, each in an index of its own.</summary>
    public static IEnumerable<IQueryable<Notice>> For(this IQueryable<Notice> notices, Actor actor)
    {
        var organisations = actor.Organisations.ToList();
        if (actor.PersonId is { } person) yield return notices.Where(n => n.PersonId == person && (n.OrganisationId == null || !organisations.Contains(n.OrganisationId.Value)));
        foreach (var organisation in organisations) yield return notices.Where(n => n.OrganisationId == organisation);
    }

    /// <summary>How many of them are unread; counting stops at 100.</summary>
    public static async Task<int> UnreadAsync(this IQueryable<Notice> notices, Actor actor, CancellationToken cancellation)
    {
        var parts = notices.For(actor).Select(p => p.Where(n => n.ReadAt == null).OrderBy(n => n.At).Take(100).Select(n => n.Id)).ToList();
        return parts.Count == 0 ? 0 : Math.Min(100, await parts.Aggregate((a, b) => a.Concat(b)).CountAsync(cancellation));
    }
}
