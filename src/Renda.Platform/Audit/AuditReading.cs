using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Persistence;

namespace Renda.Platform.Audit;

/// <summary>What the audit log may be narrowed by. Empty fields do not narrow.</summary>
/// <param name="Who">Part of the name of who acted.</param>
/// <param name="Action">An action, or its module with a dot at the end.</param>
/// <param name="Record">What it was done to, by id.</param>
/// <param name="Text">Part of the text.</param>
/// <param name="From">First day (in China).</param>
/// <param name="To">Last day.</param>
public sealed record AuditFilter(string? Who, string? Action, Guid? Record, string? Text, DateOnly? From, DateOnly? To)
{
    /// <summary>Permission to read the log.</summary>
    public const string Permission = "platform.audit";

    /// <summary>
    /// The entries that fit and that the actor may read: with the whole city's territory all of them; else what people did
    /// whose accounts are within the own territories.
    /// </summary>
    public IQueryable<AuditEntry> Apply(RendaDbContext db, Actor actor)
    {
        var territories = GrantDesk.Territories(actor, Permission);
        var entries = db.Set<AuditEntry>().AsNoTracking();
        if (territories.Count == 0) return entries.Where(e => false);
        if (!territories.Any(t => Territory.Level(t) >= 3))
        {
            var own = GrantDesk.Within(db, territories).Select(a => a.Id);
            entries = entries.Where(e => e.ActorId != null && own.Contains(e.ActorId.Value));
        }
        if (!string.IsNullOrWhiteSpace(Who)) entries = entries.Where(e => e.ActorName.Contains(Who.Trim()));
        if (!string.IsNullOrWhiteSpace(Action)) entries = Action.EndsWith('.') ? entries.Where(e => e.Action.StartsWith(Action)) : entries.Where(e => e.Action == Action);
        if (Record is { } record) entries = entries.Where(e => e.RecordId == record);
        if (!string.IsNullOrWhiteSpace(Text)) entries = entries.Where(e => e.Text.Contains(Text.Trim()));
        if (From is { } from)
        {
            var begin = ChinaTime.StartOf(from);
            entries = entries.Where(e => e.At >= begin);
        }
        if (To is { } to)
        {
            var end = ChinaTime.StartOf(to.AddDays(1));
            entries = entries.Where(e => e.At < end);
        }
        return entries;
    }
}
