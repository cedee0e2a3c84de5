using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Suggestions;

/// <summary>What a line of the report counts.</summary>
public sealed record SuggestionFigures
{
    /// <summary>Suggestions that were taken in.</summary>
    public int Accepted { get; set; }

    /// <summary>Of them those that were replied to, by the unit of the line where it is a unit's.</summary>
    public int Replied { get; set; }

    /// <summary>Replied after the day it was due.</summary>
    public int Late { get; set; }

    /// <summary>Replies by result class, a code.</summary>
    public Dictionary<string, int> Classes { get; } = [];

    /// <summary>Judgements of the attitude: satisfied, basically, not.</summary>
    public int[] Attitude { get; } = new int[3];

    /// <summary>Judgements of the result: satisfied, basically, not.</summary>
    public int[] Result { get; } = new int[3];

    /// <summary>Closed though the deputy's judgement did not come; counted in no rate.</summary>
    public int Unreturned { get; set; }

    /// <summary>Done again after a dissatisfied judgement.</summary>
    public int Redone { get; set; }

    /// <summary>Priorities.</summary>
    public int Priorities { get; set; }

    /// <summary>With a promise that is or was followed.</summary>
    public int Promises { get; set; }

    /// <summary>Promises that were kept.</summary>
    public int Kept { get; set; }

    /// <summary>Share satisfied, 0 to 1, of the judgements that were returned; null where none was.</summary>
    /// <param name="judged">Judgements as counted above.</param>
    /// <param name="basically">Whether the basically satisfied count as well.</param>
    public static double? Rate(int[] judged, bool basically) => judged.Sum() == 0 ? null : (double)(judged[0] + (basically ? judged[1] : 0)) / judged.Sum();
}

/// <summary>A line of the report.</summary>
/// <param name="Key">Unit, subject code or delegation; empty for the whole.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Figures">What it counts.</param>
public sealed record SuggestionLine(string Key, string Name, SuggestionFigures Figures);

/// <summary>The report on one session.</summary>
/// <param name="Session">The session.</param>
/// <param name="Name">As the office writes it, e.g. 九届五次.</param>
/// <param name="Arrived">Handed in.</param>
/// <param name="Between">Of them between sessions.</param>
/// <param name="Inadmissible">Not taken in.</param>
/// <param name="Withdrawn">Withdrawn.</param>
/// <param name="Waiting">Not examined yet, or to be revised.</param>
/// <param name="All">The whole.</param>
/// <param name="Units">By unit that replies.</param>
/// <param name="Subjects">By subject.</param>
/// <param name="Delegations">By delegation of the lead deputy.</param>
public sealed record SuggestionReport(
    CongressSession Session, string Name, int Arrived, int Between, int Inadmissible, int Withdrawn, int Waiting, SuggestionLine All,
    IReadOnlyList<SuggestionLine> Units, IReadOnlyList<SuggestionLine> Subjects, IReadOnlyList<SuggestionLine> Delegations);

/// <summary>
/// Counts suggestions by session from their rows, never more than the actor may see. A session has some hundred suggestions,
/// so they are read, not kept counted.
/// </summary>
public sealed class SuggestionReports(IDbContextFactory<RendaDbContext> databases, CodeSets codes)
{
    /// <summary>States of what was taken in, comma-separated.</summary>
    public const string AcceptedStates = "accepted,joint,assigned,return-asked,return-requested,handling,redo,replied,tracking,promise-reported,closed,closed-kept,closed-unreturned";

    /// <summary>States of what was replied to by all who had to, comma-separated.</summary>
    public const string RepliedStates = "replied,tracking,promise-reported,closed,closed-kept,closed-unreturned";

    /// <summary>Sessions compared with one another.</summary>
    public const int Compared = 5;

    /// <summary>The sessions whose suggestions the actor may see, newest first, each with its congress.</summary>
    public async Task<IReadOnlyList<(Organisation Congress, Term Term, CongressSession Session)>> SessionsAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var regions = actor.Grants.Where(g => g.Permissions.Contains("suggestions.statistics") && g.Role.Scope == RoleScope.Territory && g.Region > 0).Select(g => g.Region).Distinct().ToList();
        var found = new List<(Organisation, Term, CongressSession)>();
        foreach (var region in regions)
        {
            var last = Territory.Last(region);
            var known = db.Set<Matter>().Where(m => m.Scenario == "suggestions" && m.Region >= region && m.Region <= last).Select(m => m.ContextId).Distinct();
            var rows = await (from s in db.Set<CongressSession>().AsNoTracking()
                              join t in db.Set<Term>() on s.TermId equals t.Id
                              join c in db.Set<Organisation>() on t.CongressId equals c.Id
                              where known.Contains(s.Id)
                              orderby c.Region, s.Opens descending
                              select new { c, t, s }).ToListAsync(cancellation);
            found.AddRange(rows.Select(r => (r.c, r.t, r.s)));
        }
        return [.. found.DistinctBy(f => f.Item3.Id)];
    }

    /// <summary>The report on a session; null when there is none, or none the actor may see.</summary>
    public async Task<SuggestionReport?> ReadAsync(Guid sessionId, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var session = await (from s in db.Set<CongressSession>().AsNoTracking() join t in db.Set<Term>() on s.TermId equals t.Id where s.Id == sessionId select new { s, t }).FirstOrDefaultAsync(cancellation);
        if (session is null) return null;
        var matters = await db.Set<Matter>().AsNoTracking().Where(m => m.Scenario == "suggestions" && m.ContextId == sessionId).VisibleTo(actor, db)
            .Select(m => new { m.Id, m.State, m.Category, m.Late, m.Attitude, m.Result, m.Redone, m.Focus, m.Body }).ToListAsync(cancellation);
        if (matters.Count == 0 && !(await SessionsAsync(actor, cancellation)).Any(f => f.Session.Id == sessionId)) return null;
        var ids = matters.Select(m => m.Id).ToList();
        var parts = new List<Assignment>();
        foreach (var some in ids.Chunk(1000)) parts.AddRange(await db.Set<Assignment>().AsNoTracking().Where(a => some.Contains(a.MatterId) && (a.Kind == "lead" || a.Kind == "separate") && a.State != "returned").ToListAsync(cancellation));
        var units = parts.Select(p => p.UnitId).Distinct().ToList();
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => units.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.ShortName, cancellation);
        var subjects = (await codes.OfAsync(SuggestionProcedure.Subjects, cancellation)).ToDictionary(c => c.Id, c => c.Name.ToString());
        var byMatter = parts.ToLookup(p => p.MatterId);

        var (all, byUnit, bySubject, byDelegation) = (new SuggestionFigures(), new Dictionary<string, SuggestionFigures>(), new Dictionary<string, SuggestionFigures>(), new Dictionary<string, SuggestionFigures>());
        var (between, inadmissible, withdrawn, waiting) = (0, 0, 0, 0);
        foreach (var m in matters)
        {
            var body = JsonSerializer.Deserialize<MatterBody>(m.Body, EventContent.Json)!;
            var data = body.Data;
            if (data["between"] is not null) between++;
            switch (m.State)
            {
                case "inadmissible": inadmissible++; continue;
                case "withdrawn": withdrawn++; continue;
                case "submitted" or "returned": waiting++; continue;
            }
            var replies = (data["replies"] as JsonObject ?? []).ToDictionary(p => Guid.Parse(p.Key), p => p.Value.Deserialize<Reply>(EventContent.Json)!);
            var signed = replies.Where(r => r.Value.SignedAt is not null).ToList();
            foreach (var figures in (SuggestionFigures[])[all, At(bySubject, m.Category), At(byDelegation, data["delegation"]?.ToString() ?? "")])
            {
                Count(figures);
                if (RepliedStates.Split(',').Contains(m.State)) figures.Replied++;
                foreach (var reply in signed) figures.Classes[reply.Value.Class] = figures.Classes.GetValueOrDefault(reply.Value.Class) + 1;
            }
            foreach (var part in byMatter[m.Id])
            {
                var figures = At(byUnit, part.UnitId.ToString());
                Count(figures);
                if (!replies.TryGetValue(part.UnitId, out var own) || own.SignedAt is null) continue;
                figures.Replied++;
                figures.Classes[own.Class] = figures.Classes.GetValueOrDefault(own.Class) + 1;
            }

            void Count(SuggestionFigures figures)
            {
                figures.Accepted++;
                if (m.Late) figures.Late++;
                if (m.Attitude is >= 1 and <= 3) figures.Attitude[m.Attitude - 1]++;
                if (m.Result is >= 1 and <= 3) figures.Result[m.Result - 1]++;
                if (m.Result == 4) figures.Unreturned++;
                if (m.Redone > 0) figures.Redone++;
                if (m.Focus) figures.Priorities++;
                if (data["promiseDue"] is not null) figures.Promises++;
                if (data["promiseKept"] is not null) figures.Kept++;
            }
        }
        return new SuggestionReport(
            session.s, SuggestionText.Session(session.t, session.s), matters.Count, between, inadmissible, withdrawn, waiting, new("", "", all),
            Lines(byUnit, key => names.GetValueOrDefault(Guid.Parse(key), key)), Lines(bySubject, key => subjects.GetValueOrDefault(key, key)), Lines(byDelegation, key => key));

        static SuggestionFigures At(Dictionary<string, SuggestionFigures> lines, string key) => lines.TryGetValue(key, out var known) ? known : lines[key] = new SuggestionFigures();
        static IReadOnlyList<SuggestionLine> Lines(Dictionary<string, SuggestionFigures> lines, Func<string, string> name) =>
            [.. lines.Select(l => new SuggestionLine(l.Key, name(l.Key), l.Value)).OrderByDescending(l => l.Figures.Accepted).ThenBy(l => l.Name, StringComparer.Ordinal)];
    }

    /// <summary>The session and those of the same congress before it, newest first, for comparison.</summary>
    public async Task<IReadOnlyList<SuggestionReport>> CompareAsync(Guid sessionId, Actor actor, CancellationToken cancellation)
    {
        var all = await SessionsAsync(actor, cancellation);
        var own = all.FirstOrDefault(f => f.Session.Id == sessionId);
        if (own.Session is null) return [];
        var reports = new List<SuggestionReport>();
        foreach (var (_, _, session) in all.Where(f => f.Congress.Id == own.Congress.Id && f.Session.Opens <= own.Session.Opens).Take(Compared))
            if (await ReadAsync(session.Id, actor, cancellation) is { } report) reports.Add(report);
        return reports;
    }
}
