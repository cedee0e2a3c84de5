using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Renda.Platform.Todos;

/// <summary>Whose duties and notices they are.</summary>
public static class TodoQueries
{
    /// <summary>The duties of the actor and of each organisation the actor acts for, open and done: parts without anything in common, each in indexes of its own.</summary>
    public static IEnumerable<IQueryable<Todo>> For(this IQueryable<Todo> todos, Actor actor)
    {
        if (actor.PersonId is { } person) yield return todos.Where(t => t.PersonId == person);
        foreach (var organisation in actor.Organisations.ToList()) yield return todos.Where(t => t.OrganisationId == organisation);
    }

    /// <summary>Whether a duty is the actor's or of an organisation the actor acts for.</summary>
    public static bool IsOf(this Todo todo, Actor actor) =>
        todo.PersonId is { } person ? person == actor.PersonId : todo.OrganisationId is { } organisation && actor.Organisations.Contains(organisation);

    /// <summary>How many are open, exactly; the work is that of the open ones, however many were done.</summary>
    public static async Task<TodoCounts> CountAsync(this IQueryable<Todo> todos, Actor actor, DateTime now, CancellationToken cancellation)
    {
        var cells = new List<TodoCell>();
        foreach (var part in todos.For(actor))
        {
            cells.AddRange(await part.Where(t => t.DoneAt == null).GroupBy(t => new { t.Reading, t.Scenario })
                .Select(g => new TodoCell(g.Key.Reading, g.Key.Scenario, g.Count(), g.Count(t => t.DueAt < now))).ToListAsync(cancellation));
        }
        return new TodoCounts(cells);
    }

    /// <summary>What stands beside the actor's name on every page, in one question: the way to the database costs more than the counting.</summary>
    public static async Task<Badges> BadgesAsync(this RendaDbContext db, Actor actor, CancellationToken cancellation)
    {
        var organisation = actor.Organisations.FirstOrDefault();
        var open = db.Set<Todo>().For(actor).Select(p => p.Where(t => t.DoneAt == null && !t.Reading).Select(t => t.Id)).DefaultIfEmpty(db.Set<Todo>().Where(t => false).Select(t => t.Id)).Aggregate((a, b) => a.Concat(b));
        var unread = db.Set<Notice>().Unread(actor).DefaultIfEmpty(db.Set<Notice>().Where(n => false).Select(n => n.Id)).Aggregate((a, b) => a.Concat(b));
        return await db.Users.Where(u => u.Id == actor.AccountId)
            .Select(u => new Badges(open.Count(), unread.Count(), db.Set<Organisation>().Where(o => o.Id == organisation).Select(o => o.ShortName).FirstOrDefault())).FirstOrDefaultAsync(cancellation) ?? new(0, 0, null);
    }

    /// <summary>
    /// What the actor was told and what each organisation was that the actor acts for: parts without anything in common, each
    /// in an index of its own. What was taken back is among them for who had read it.
    /// </summary>
    public static IEnumerable<IQueryable<Notice>> For(this IQueryable<Notice> notices, Actor actor)
    {
        var organisations = actor.Organisations.ToList();
        if (actor.PersonId is { } person) yield return notices.Where(n => n.PersonId == person && (n.RecalledAt == null || n.ReadAt != null) && (n.OrganisationId == null || !organisations.Contains(n.OrganisationId.Value)));
        foreach (var organisation in organisations) yield return notices.Where(n => n.OrganisationId == organisation);
    }

    // At most a hundred of each part: more is shown as 99+.
    private static IEnumerable<IQueryable<Guid>> Unread(this IQueryable<Notice> notices, Actor actor) =>
        notices.For(actor).Select(p => p.Where(n => n.ReadAt == null).OrderBy(n => n.At).Take(100).Select(n => n.Id));
}

/// <summary>What stands beside a name.</summary>
/// <param name="Todos">How many duties are open (待办), exactly.</param>
/// <param name="Notices">How many notices are unread; not exact beyond 99.</param>
/// <param name="Office">Short name of the organisation the person acts for first; null for none.</param>
public sealed record Badges(int Todos, int Notices, string? Office);

/// <summary>Open duties of one source.</summary>
/// <param name="Reading">Whether they are only to be read.</param>
/// <param name="Scenario">The source.</param>
/// <param name="Open">How many.</param>
/// <param name="Late">How many of them are overdue.</param>
public sealed record TodoCell(bool Reading, string Scenario, int Open, int Late);

/// <summary>How many duties a person has.</summary>
/// <param name="Cells">By source.</param>
public sealed record TodoCounts(IReadOnlyList<TodoCell> Cells)
{
    /// <summary>To be done (待办).</summary>
    public int Open => Cells.Where(c => !c.Reading).Sum(c => c.Open);

    /// <summary>To be read (待阅).</summary>
    public int ToRead => Cells.Where(c => c.Reading).Sum(c => c.Open);

    /// <summary>To be done and overdue.</summary>
    public int Late => Cells.Where(c => !c.Reading).Sum(c => c.Late);

    /// <summary>To be done or read, of one source.</summary>
    public int Of(string scenario) => Cells.Where(c => c.Scenario == scenario).Sum(c => c.Open);
}
