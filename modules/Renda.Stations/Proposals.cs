using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Stations;

/// <summary>
/// A proposal for a livelihood project (民生实事项目建议) that came of what a citizen said: kept as it was put forward, whatever
/// becomes of the matter, until projects are collected.
/// </summary>
public sealed class StationProposal
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; set; }

    /// <summary>The matter it came of; one proposal each.</summary>
    public Guid MatterId { get; set; }

    /// <summary>The station at which it was said.</summary>
    public Guid StationId { get; set; }

    /// <summary>Division code of the place.</summary>
    public long Region { get; set; }

    /// <summary>Category, a code.</summary>
    public string Category { get; set; } = "";

    /// <summary>In one line.</summary>
    public string Title { get; set; } = "";

    /// <summary>What the citizen says.</summary>
    public string Text { get; set; } = "";

    /// <summary>What the citizen was told about why it becomes a project.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Name of the deputy or of the clerk who put it forward.</summary>
    public string By { get; set; } = "";

    /// <summary>When it was put forward (UTC).</summary>
    public DateTime At { get; set; }
}

/// <summary>A proposal in a list.</summary>
/// <param name="Proposal">The proposal.</param>
/// <param name="Number">Official number of the matter it came of.</param>
/// <param name="Serial">Its place in the order of arrival.</param>
/// <param name="Station">Name of the station.</param>
/// <param name="Into">The matter of another scenario that took it up, by id, number and title; null for none yet.</param>
public sealed record ProposalRow(StationProposal Proposal, string Number, long Serial, string Station, (Guid Id, string Number, string Title)? Into);

/// <summary>
/// Proposals for livelihood projects. A proposal follows from the matter's state, so it cannot be lost: whoever looks at the list,
/// and a look each hour, writes down those that are missing. What takes one up links its own matter to the proposal's.
/// </summary>
public sealed class Proposals(IDbContextFactory<RendaDbContext> databases)
{
    /// <summary>State of a matter that became a proposal.</summary>
    public const string State = "proposed";

    /// <summary>Writes down what became a proposal and is not written yet; returns how many. Harmless at several places at once.</summary>
    public async Task<int> KeepAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var missing = await db.Set<Matter>().AsNoTracking().Where(m => m.Scenario == "stations" && m.State == State && !db.Set<StationProposal>().Any(p => p.MatterId == m.Id)).OrderBy(m => m.Serial).Take(500).ToListAsync(cancellation);
        foreach (var matter in missing)
        {
            var data = JsonSerializer.Deserialize<MatterBody>(matter.Body, EventContent.Json)!.Data;
            var told = data["told"];
            db.Add(new StationProposal
            {
                Id = Guid.CreateVersion7(), MatterId = matter.Id, StationId = matter.ContextId ?? Guid.Empty, Region = matter.Region, Category = matter.Category, Title = matter.Title,
                Text = data["description"]?.ToString() ?? "", Reason = told?["text"]?.ToString() ?? "", By = told?["by"]?.ToString() ?? "", At = matter.ClosedAt ?? matter.UpdatedAt,
            });
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
            {
                // Written elsewhere at this moment.
                db.ChangeTracker.Clear();
            }
        }
        return missing.Count;
    }

    /// <summary>Proposals of matters the actor may see, newest matter first.</summary>
    /// <param name="actor">Who looks.</param>
    /// <param name="before">Those whose matter came before this one (its serial) only; null for the newest.</param>
    /// <param name="limit">Most of them.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<ProposalRow>> ListAsync(Actor actor, long? before, int limit, CancellationToken cancellation)
    {
        if (before is null) await KeepAsync(cancellation);
        await using var db = databases.CreateDbContext();
        var matters = db.Set<Matter>().Where(m => m.Scenario == "stations" && m.State == State && (before == null || m.Serial < before)).VisibleTo(actor, db);
        var rows = await (from p in db.Set<StationProposal>().AsNoTracking()
                          join m in matters on p.MatterId equals m.Id
                          orderby m.Serial descending
                          select new { p, m.Number, m.Serial, Station = db.Set<Platform.Congresses.Organisation>().Where(o => o.Id == p.StationId).Select(o => o.ShortName).FirstOrDefault() }).Take(limit).ToListAsync(cancellation);
        var ids = rows.Select(r => r.p.MatterId).ToList();
        var taken = (await (from l in db.Set<MatterLink>()
                            join m in db.Set<Matter>().VisibleTo(actor, db) on l.FromId equals m.Id
                            where ids.Contains(l.ToId) && m.Scenario != "stations"
                            select new { l.ToId, m.Id, m.Number, m.Title }).ToListAsync(cancellation)).ToLookup(t => t.ToId);
        return [.. rows.Select(r => new ProposalRow(r.p, r.Number, r.Serial, r.Station ?? "", taken[r.p.MatterId].Select(t => ((Guid, string, string)?)(t.Id, t.Number, t.Title)).FirstOrDefault()))];
    }

    /// <summary>How many the actor may see.</summary>
    public async Task<int> CountAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<Matter>().Where(m => m.Scenario == "stations" && m.State == State).VisibleTo(actor, db).CountAsync(cancellation);
    }
}

internal sealed class StationProposalConfiguration : IEntityTypeConfiguration<StationProposal>
{
    public void Configure(EntityTypeBuilder<StationProposal> builder)
    {
        builder.ToTable("stations_proposals");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.Category).HasMaxLength(60);
        builder.Property(p => p.Title).HasMaxLength(200);
        builder.Property(p => p.By).HasMaxLength(60);
        builder.HasIndex(p => p.MatterId).IsUnique();
    }
}
