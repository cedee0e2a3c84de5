using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;

namespace Renda.Platform.Todos;

/// <summary>The lists duties are kept in.</summary>
public enum TodoView
{
    /// <summary>待办: to be done, the most urgent first, those without a date last.</summary>
    Open,

    /// <summary>待阅: to be read, in the same order.</summary>
    ToRead,

    /// <summary>已办: done, the latest first.</summary>
    Done,

    /// <summary>已阅: read, the latest first.</summary>
    Read,
}

/// <summary>What a list of duties may be narrowed by. Empty fields do not narrow.</summary>
public sealed record TodoFilter
{
    /// <summary>Longest text that is searched for, in characters.</summary>
    public const int LongestText = 50;

    /// <summary>The list.</summary>
    public TodoView View { get; init; }

    /// <summary>Source.</summary>
    public string? Scenario { get; init; }

    /// <summary>What they ask for.</summary>
    public DutyKind? Duty { get; init; }

    /// <summary><c>late</c>, <c>soon</c>, <c>ok</c> or <c>none</c> for those without a date.</summary>
    public string? Light { get; init; }

    /// <summary>An organisation the actor acts for, by id, or <c>me</c> for what the actor has alone.</summary>
    public string? Of { get; init; }

    /// <summary>A piece of the title.</summary>
    public string? Q { get; init; }

    private bool Closed => View is TodoView.Done or TodoView.Read;

    /// <summary>Whether anything narrows the list.</summary>
    public bool Narrows => !(string.IsNullOrEmpty(Scenario) && Duty is null && string.IsNullOrEmpty(Light) && string.IsNullOrEmpty(Of) && string.IsNullOrWhiteSpace(Q));

    /// <summary>What it leaves of the actor's duties, in parts, each of which an index gives in order.</summary>
    public IEnumerable<IQueryable<Todo>> Parts(DbContext db, Actor actor, DateTime now)
    {
        var (reading, all) = (View is TodoView.ToRead or TodoView.Read, db.Set<Todo>().AsNoTracking());
        var parts = string.IsNullOrEmpty(Of) ? all.For(actor)
            : Of == "me" ? actor.PersonId is { } person ? [all.Where(t => t.PersonId == person)] : []
            : Guid.TryParse(Of, out var organisation) && actor.Organisations.Contains(organisation) ? [all.Where(t => t.OrganisationId == organisation)] : Enumerable.Empty<IQueryable<Todo>>();
        return parts.Select(part => Narrow((Closed ? part.Where(t => t.DoneAt != null) : part.Where(t => t.DoneAt == null)).Where(t => t.Reading == reading), now));
    }

    private IQueryable<Todo> Narrow(IQueryable<Todo> todos, DateTime now)
    {
        if (!string.IsNullOrEmpty(Scenario)) todos = todos.Where(t => t.Scenario == Scenario);
        if (Duty is { } duty) todos = todos.Where(t => t.Duty == duty);
        if (Q?.Trim() is { Length: > 0 } text)
        {
            text = (text.Length > LongestText ? text[..LongestText] : text).ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Said by the database, which has no culture of ours.
            todos = todos.Where(t => t.Title.ToLower().Contains(text));
#pragma warning restore CA1304, CA1311, CA1862
        }
        return Light switch
        {
            "late" => todos.Where(t => t.DueAt <= now),
            "soon" => todos.Where(t => t.DueAt > now && t.YellowAt <= now),
            "ok" => todos.Where(t => t.DueAt > now && (t.YellowAt == null || t.YellowAt > now)),
            "none" => todos.Where(t => t.DueAt == null),
            _ => todos,
        };
    }
}

/// <summary>One page of a list of duties.</summary>
/// <param name="Items">The duties in order.</param>
/// <param name="Claims">Who has taken which, by the duty's id.</param>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record TodoPage(IReadOnlyList<Todo> Items, IReadOnlyDictionary<Guid, TodoClaim> Claims, string? Next)
{
    /// <summary>Reads one page.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="actor">Whose.</param>
    /// <param name="filter">Which.</param>
    /// <param name="now">Now (UTC), for the lights.</param>
    /// <param name="limit">Rows of a page, 1 or more.</param>
    /// <param name="after">Cursor of the page before, or null for the first; one that cannot be read begins anew.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<TodoPage> ReadAsync(DbContext db, Actor actor, TodoFilter filter, DateTime now, int limit, string? after, CancellationToken cancellation)
    {
        var parts = filter.Parts(db, actor, now).ToList();
        var place = Place.Of(after);
        var items = new List<Todo>();
        if (filter.View is TodoView.Done or TodoView.Read)
        {
            await AddAsync(p => place is { At: { } at, Id: var id } ? p.Where(t => t.DoneAt <= at && (t.DoneAt < at || t.Id.CompareTo(id) < 0)) : p, q => q.OrderByDescending(t => t.DoneAt).ThenByDescending(t => t.Id));
            items = [.. items.OrderByDescending(t => t.DoneAt).ThenByDescending(t => t.Id)];
        }
        else
        {
            if (place is not { At: null })
            {
                await AddAsync(p => place is { At: { } at, Id: var id } ? p.Where(t => t.DueAt >= at && (t.DueAt > at || t.Id.CompareTo(id) > 0)) : p.Where(t => t.DueAt != null), q => q.OrderBy(t => t.DueAt).ThenBy(t => t.Id));
                items = [.. items.OrderBy(t => t.DueAt).ThenBy(t => t.Id)];
            }
            // Databases do not agree whether nothing comes before or after a date.
            if (items.Count <= limit)
            {
                var dated = items.Count;
                await AddAsync(p => place is { At: null, Id: var id } ? p.Where(t => t.DueAt == null && t.Id.CompareTo(id) > 0) : p.Where(t => t.DueAt == null), q => q.OrderBy(t => t.Id));
                items = [.. items.Take(dated), .. items.Skip(dated).OrderBy(t => t.Id)];
            }
        }
        var more = items.Count > limit;
        if (more) items.RemoveRange(limit, items.Count - limit);
        var ids = items.Where(t => t.OrganisationId is not null).Select(t => t.Id).ToList();
        var claims = ids.Count == 0 ? [] : await db.Set<TodoClaim>().AsNoTracking().Where(c => ids.Contains(c.TodoId)).ToDictionaryAsync(c => c.TodoId, cancellation);
        return new TodoPage(items, claims, more ? new Place(filter.View is TodoView.Done or TodoView.Read ? items[^1].DoneAt : items[^1].DueAt, items[^1].Id).ToString() : null);

        async Task AddAsync(Func<IQueryable<Todo>, IQueryable<Todo>> from, Func<IQueryable<Todo>, IOrderedQueryable<Todo>> order)
        {
            if (parts.Count > 0) items.AddRange(await parts.Select(p => order(from(p)).Take(limit + 1)).Aggregate((IQueryable<Todo> a, IQueryable<Todo> b) => a.Concat(b)).ToListAsync(cancellation));
        }
    }

    /// <summary>Where a page ended: its last row's date, null for none, and id.</summary>
    private sealed record Place(DateTime? At, Guid Id)
    {
        public static Place? Of(string? text) => text?.Split('.') switch
        {
            ["none", var id] when Guid.TryParse(id, out var last) => new Place(null, last),
            [var ticks, var id] when long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTime.MaxValue.Ticks && Guid.TryParse(id, out var last) => new Place(new DateTime(at, DateTimeKind.Utc), last),
            _ => null,
        };

        public override string ToString() => $"{(At is { } at ? at.Ticks.ToString(CultureInfo.InvariantCulture) : "none")}.{Id:N}";
    }
}
