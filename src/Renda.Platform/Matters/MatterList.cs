using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Procedures;
using Renda.Platform.Search;

namespace Renda.Platform.Matters;

/// <summary>A matter in a list.</summary>
public sealed record MatterRow(
    Guid Id, long Serial, string Number, string Title, string Scenario, string State, int Phase, string Category, long Region, Guid? Unit, DateTime OccurredAt, DateTime SubmittedAt, DateTime UpdatedAt,
    DateTime? DueAt, DateTime? YellowAt, string? Thumbnail, int Photos, int Videos, bool Closed, int Attitude, int Result, bool Late, bool Proven, int Version)
{
    /// <summary>Projects without loading the body.</summary>
    public static IQueryable<MatterRow> From(IQueryable<Matter> matters) => matters.Select(m => new MatterRow(
        m.Id, m.Serial, m.Number, m.Title, m.Scenario, m.State, m.Phase, m.Category, m.Region, m.LeadUnitId, m.OccurredAt, m.SubmittedAt, m.UpdatedAt,
        m.DueAt, m.YellowAt, m.Thumbnail, m.Photos, m.Videos, m.Closed, m.Attitude, m.Result, m.Late, m.Proven, m.Version));
}

/// <summary>How many matters a list has: exact up to where counting stops.</summary>
/// <param name="Count">The number.</param>
/// <param name="More">True when there are more than that.</param>
public readonly record struct MatterCount(long Count, bool More)
{
    /// <summary>As shown: <c>974</c>, or <c>1000+</c>.</summary>
    public override string ToString() => Count.ToString(System.Globalization.CultureInfo.InvariantCulture) + (More ? "+" : "");
}

/// <summary>A part of a list, which an index gives newest first.</summary>
/// <param name="Matters">Its matters, each once, in no order.</param>
/// <param name="ByState">Whether an index gives those of one state newest first too; else they are looked for among all of it.</param>
public sealed record MatterBranch(IQueryable<Matter> Matters, bool ByState)
{
    /// <summary>What of it arrived before a running number, where that must be asked of another table for its index to begin there; else null.</summary>
    internal Func<long, IQueryable<Matter>>? Older { get; init; }

    /// <summary>The most recent of <see cref="MatterSearch"/> before a running number, where it is sooner to look there first; else null.</summary>
    internal Func<long, IQueryable<Matter>>? Recent { get; init; }

    /// <summary>The same part, narrowed.</summary>
    public MatterBranch With(Func<IQueryable<Matter>, IQueryable<Matter>> narrow) => this with
    {
        Matters = narrow(Matters),
        Older = Older is { } older ? serial => narrow(older(serial)) : null,
        Recent = Recent is { } recent ? serial => narrow(recent(serial)) : null,
    };

    /// <summary>The rows of its newest; after the cursor when there is one.</summary>
    internal IQueryable<Matter> Rows(int limit, long? after)
    {
        var older = after is not { } cursor ? Matters : Older is { } part ? part(cursor) : Matters.Where(m => m.Serial < cursor);
        return older.OrderByDescending(m => m.Serial).Take(limit);
    }

    /// <summary>The places of its newest in the order of arrival; after the cursor when there is one.</summary>
    internal IQueryable<long> Serials(int limit, long? after) => Rows(limit, after).Select(m => m.Serial);
}

/// <summary>One page of a list, newest first.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Next">Cursor of the next page for <c>after</c>; null at the end.</param>
public sealed record MatterPage(IReadOnlyList<MatterRow> Items, long? Next)
{
    /// <summary>Where counting rows stops: nobody reads further, and the time does not grow with the city.</summary>
    public const int CountedRows = 1000;

    /// <summary>Reads one page of what the branches have together.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="branches">Of <see cref="MatterFilter.Branches"/>; a matter may be in several.</param>
    /// <param name="limit">Rows of a page, 1 or more.</param>
    /// <param name="after">Cursor of the page before, or null for the first.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<MatterPage> ReadAsync(DbContext db, IReadOnlyList<MatterBranch> branches, int limit, long? after, CancellationToken cancellation)
    {
        if (branches.Count == 0) return new MatterPage([], null);
        if (branches is [{ Recent: { } recent }])
        {
            var end = after ?? (await db.Set<Matter>().MaxAsync(m => (long?)m.Serial, cancellation) ?? 0) + 1;
            // A page that is full is done; what is rare is found among all just as soon.
            var page = await ReadAsync(db, [new(recent(end), false)], limit, null, cancellation);
            if (page.Next is not null) return page;
        }
        IQueryable<Matter> rows;
        if (branches is [var only])
        {
            rows = only.Rows(limit + 1, after);
        }
        else
        {
            // Each branch gives its newest from an index; the newest of all are among them.
            var serials = branches.Select(b => b.Serials(limit + 1, after)).Aggregate((a, b) => a.Concat(b)).Distinct().OrderByDescending(s => s).Take(limit + 1);
            rows = db.Set<Matter>().AsNoTracking().Where(m => serials.Contains(m.Serial)).OrderByDescending(m => m.Serial);
        }
        var items = await MatterRow.From(rows).ToListAsync(cancellation);
        var more = items.Count > limit;
        if (more) items.RemoveAt(limit);
        return new MatterPage(items, more ? items[^1].Serial : null);
    }

    /// <summary>Counts what the branches have together, at most <see cref="CountedRows"/>.</summary>
    public static async Task<MatterCount> CountAsync(IReadOnlyList<MatterBranch> branches, CancellationToken cancellation)
    {
        if (branches.Count == 0) return default;
        var serials = branches.Select(b => b.Serials(CountedRows + 1, null)).Aggregate((a, b) => a.Union(b));
        var count = await serials.OrderBy(s => s).Take(CountedRows + 1).CountAsync(cancellation);
        return count > CountedRows ? new(CountedRows, true) : new(count, false);
    }
}

/// <summary>What a list of matters may be narrowed by. Empty fields do not narrow.</summary>
public sealed record MatterFilter
{
    /// <summary>Module.</summary>
    public string? Scenario { get; init; }

    /// <summary>One or more states, comma-separated.</summary>
    public string? State { get; init; }

    /// <summary>Division code whose subtree counts.</summary>
    public long? Region { get; init; }

    /// <summary>Handling unit, in whatever part.</summary>
    public Guid? Unit { get; init; }

    /// <summary>The unit that leads the handling: what a figure by unit counts, where each matter counts once.</summary>
    public Guid? Lead { get; init; }

    /// <summary>The person who raised it, first or by a merged duplicate.</summary>
    public Guid? Reporter { get; init; }

    /// <summary>Context, e.g. campaign.</summary>
    public Guid? Context { get; init; }

    /// <summary>Category id.</summary>
    public string? Category { get; init; }

    /// <summary>Words to be found in number, title, text and names of reporters; all of them. See <see cref="SearchWords"/>.</summary>
    public string? Q { get; init; }

    /// <summary>Only those whose running clock has run out, when true.</summary>
    public bool? Overdue { get; init; }

    /// <summary>Whether commits and the second of the clock decide on the list, and not the index of words, which comes a second after them.</summary>
    internal bool Settled => string.IsNullOrEmpty(Q);

    private const int MostBranches = 300;

    private string[] States => State?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>The same, with the states named in which a clock may run when only what is overdue is asked for.</summary>
    public MatterFilter Clocked(ProcedureCatalogue procedures) => Overdue != true || States.Length > 0 ? this
        : this with { State = string.Join(',', procedures.All.SelectMany(p => p.States).Where(s => !s.Final).Select(s => s.Id).Distinct()) };

    /// <summary>What it leaves of the matters the actor may see, not tracked, in no order.</summary>
    public IQueryable<Matter> Apply(DbContext db, Actor actor, DateTime now) => Left(db, actor, now, null, false);

    private IQueryable<Matter> Left(DbContext db, Actor actor, DateTime now, long? before, bool recent)
    {
        var all = string.IsNullOrWhiteSpace(Q) ? db.Set<Matter>() : MatterSearch.Find(db, Q, actor, Region, before, recent);
        return InStates(Narrow(db, all.AsNoTracking().VisibleTo(actor, db), now));
    }

    /// <summary>
    /// The same matters as <see cref="Apply"/> in parts, each of which an index gives newest first without sorting:
    /// one for each state and each way in which the actor may see matters. A matter may be in two parts.
    /// </summary>
    public IReadOnlyList<MatterBranch> Branches(DbContext db, Actor actor, DateTime now)
    {
        // The index of words is such a part already.
        if (!string.IsNullOrWhiteSpace(Q)) return [new(Apply(db, actor, now), false) { Older = serial => Left(db, actor, now, serial, false), Recent = MatterSearch.RecentFirst(db, Q) ? serial => Left(db, actor, now, serial, true) : null }];
        // A person's or a unit's are fewer than a place's: from them to what may be seen, not the other way round.
        var (parts, rest) = Reporter is { } person ? ([MatterScope.OfReporter(db, person).With(m => m.VisibleTo(actor, db))], this with { Reporter = null })
            : Lead is { } lead ? ([new MatterBranch(db.Set<Matter>().Where(m => m.LeadUnitId == lead).VisibleTo(actor, db), true)], this with { Lead = null })
            : Unit is { } unit ? (MatterScope.OfUnit(db, unit).Select(p => p.With(m => m.VisibleTo(actor, db))), this with { Unit = null })
            : (MatterScope.Branches(db, actor, string.IsNullOrEmpty(Scenario) ? null : Scenario, Region), this);
        List<MatterBranch> known = [.. parts];
        // A database takes only so many parts in one question; beyond that the states are looked for within each.
        var split = known.Count * States.Length <= MostBranches;
        return
        [
            .. from part in known
               let matters = part.With(m => rest.Narrow(db, m.AsNoTracking(), now))
               from branch in split && part.ByState && States is [_, ..] states ? states.Select(state => matters.With(all => all.Where(m => m.State == state))) : [matters.With(InStates)]
               select branch,
        ];
    }

    /// <summary>
    /// The cells that count what it leaves, or null when cells do not tell: they know nothing of words, days, or of units
    /// that help, and what a unit, a deputy or a village has is counted from the rows.
    /// </summary>
    public IQueryable<Tally>? Cells(DbContext db, Actor actor)
    {
        if (!string.IsNullOrWhiteSpace(Q) || Overdue == true || Unit is not null || Reporter is not null || actor.Grants.Any(g => (g.Role.Scope != RoleScope.Territory || Territory.Level(g.Region) == 0) && MatterScope.Readable(g).Length > 0)) return null;
        var cells = db.Set<Tally>().AsNoTracking().VisibleTo(actor);
        if (Region is { } region and > 0)
        {
            if (Territory.Level(region) == 0) return null;
            cells = cells.In(region);
        }
        var states = States;
        if (states.Length > 0) cells = cells.Where(t => states.Contains(t.State));
        if (!string.IsNullOrEmpty(Scenario)) cells = cells.Where(t => t.Scenario == Scenario);
        if (Lead is { } lead) cells = cells.Where(t => t.UnitId == lead);
        if (Context is { } context) cells = cells.Where(t => t.ContextId == context);
        if (!string.IsNullOrEmpty(Category)) cells = cells.Where(t => t.Category == Category);
        return cells;
    }

    private IQueryable<Matter> InStates(IQueryable<Matter> matters)
    {
        var states = States;
        return states.Length switch { 0 => matters, 1 => matters.Where(m => m.State == states[0]), _ => matters.Where(m => states.Contains(m.State)) };
    }

    private IQueryable<Matter> Narrow(DbContext db, IQueryable<Matter> matters, DateTime now)
    {
        if (!string.IsNullOrEmpty(Scenario)) matters = matters.Where(m => m.Scenario == Scenario);
        if (Region is { } region and > 0) matters = matters.Where(MatterScope.In(region));
        if (Unit is { } unit) matters = matters.Where(m => db.Set<Assignment>().Any(a => a.MatterId == m.Id && a.UnitId == unit));
        if (Lead is { } lead) matters = matters.Where(m => m.LeadUnitId == lead);
        if (Reporter is { } person) matters = matters.Where(m => db.Set<MatterReporter>().Any(r => r.MatterId == m.Id && r.PersonId == person));
        if (Context is { } context) matters = matters.Where(m => m.ContextId == context);
        if (!string.IsNullOrEmpty(Category)) matters = matters.Where(m => m.Category == Category);
        if (Overdue == true) matters = matters.Where(m => m.DueAt < now);
        return matters;
    }
}
