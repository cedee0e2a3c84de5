using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Access;
using Renda.Platform.Indicators;
using Renda.Platform.Matters;

namespace Renda.Visits;

/// <summary>A visit (寻访): a deputy goes and looks, alone or with others. Findings made on it name it.</summary>
public sealed class Visit : ICounted
{
    /// <summary>UUIDv7, made by the client, so that a retry is harmless.</summary>
    public Guid Id { get; set; }

    /// <summary>The campaign.</summary>
    public Guid CampaignId { get; set; }

    /// <summary>The campaign's version whose points were looked at.</summary>
    public int CampaignVersion { get; set; }

    /// <summary>The deputy who made it.</summary>
    public Guid PersonId { get; set; }

    /// <summary>Begin (UTC).</summary>
    public DateTime BeganAt { get; set; }

    /// <summary>End (UTC); null while it goes on.</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>The deputy's word that nothing was found; a result too.</summary>
    public bool NothingFound { get; set; }

    /// <summary>Summary in the deputy's words.</summary>
    public string Note { get; set; } = "";

    /// <summary>Whether the deputy allowed the way to be recorded.</summary>
    public bool Tracking { get; set; }

    /// <summary>The way, as JSON: <c>[[unix seconds, latitude, longitude], …]</c> by time; WGS-84 degrees.</summary>
    public string Track { get; set; } = "[]";

    /// <summary>Counts every change.</summary>
    public int Revision { get; set; }

    /// <summary>Fingerprint of the newest request, so that the same one again is recognised.</summary>
    public string Fingerprint { get; set; } = "";

    (string Book, Guid Source) ICounted.Counted => (TourBook.Key, Id);

    /// <summary>The way, read.</summary>
    public IReadOnlyList<TrackPoint> ReadTrack() => [.. JsonSerializer.Deserialize<double[][]>(Track)!.Where(p => p.Length == 3).Select(p => new TrackPoint((long)p[0], p[1], p[2]))];
}

/// <summary>Where somebody was.</summary>
/// <param name="At">Unix seconds.</param>
/// <param name="Latitude">WGS-84 degrees.</param>
/// <param name="Longitude">WGS-84 degrees.</param>
public sealed record TrackPoint(long At, double Latitude, double Longitude);

/// <summary>A village seen on a visit.</summary>
public sealed class VisitVillage
{
    /// <summary>The visit.</summary>
    public Guid VisitId { get; set; }

    /// <summary>12-digit division code of the village, or of the town.</summary>
    public long Region { get; set; }

    /// <summary>Order on the visit, from 0.</summary>
    public int Ordinal { get; set; }

    /// <summary>Answers to the points to look at, as JSON (<see cref="PointAnswer"/>).</summary>
    public string Answers { get; set; } = "[]";

    /// <summary>The answers, read.</summary>
    public IReadOnlyList<PointAnswer> ReadAnswers() => JsonSerializer.Deserialize<List<PointAnswer>>(Answers, EventContent.Json)!;
}

/// <summary>What was seen of a point (寻访要点).</summary>
/// <param name="Point">The point, as the campaign words it.</param>
/// <param name="Answer"><c>ok</c> no problem, <c>problem</c>, or <c>none</c> not looked at.</param>
/// <param name="Note">A remark of at most 200 characters, or null.</param>
public sealed record PointAnswer(string Point, string Answer, string? Note = null);

/// <summary>Somebody who came along.</summary>
public sealed class VisitCompanion
{
    /// <summary>The visit.</summary>
    public Guid VisitId { get; set; }

    /// <summary>Order as named, from 0.</summary>
    public int Ordinal { get; set; }

    /// <summary>The deputy of that name, where there is just one; otherwise null.</summary>
    public Guid? PersonId { get; set; }

    /// <summary>Name as given.</summary>
    public string Name { get; set; } = "";
}

/// <summary>Which visits a person may see.</summary>
public static class VisitScope
{
    /// <summary>The permission to see visits within one's scope.</summary>
    public const string Permission = "visits.tours";

    /// <summary>One's own and those one came along on; for staff of a congress also those that touch their territory.</summary>
    public static IQueryable<Visit> VisibleTo(this IQueryable<Visit> visits, Actor actor, DbContext db)
    {
        Expression<Func<Visit, bool>>? any = null;
        foreach (var grant in actor.Grants.Where(g => g.Permissions.Contains(Permission)))
        {
            if (grant is { Role.Scope: RoleScope.Territory, Region: > 0 and var first })
            {
                // Asked of each visit, so that a page ends when it is full.
                var last = Territory.Last(first);
                any = any.Or(v => db.Set<VisitVillage>().Any(w => w.VisitId == v.Id && w.Region >= first && w.Region <= last));
            }
            else if (grant.Role.Scope == RoleScope.Personal && actor.PersonId is { } me)
            {
                // One's own are few: found first.
                var mine = db.Set<Visit>().Where(w => w.PersonId == me).Select(w => w.Id).Union(db.Set<VisitCompanion>().Where(c => c.PersonId == me).Select(c => c.VisitId));
                any = any.Or(v => mine.Contains(v.Id));
            }
        }
        return any is null ? visits.Where(v => false) : visits.Where(any);
    }
}

internal sealed class VisitConfiguration : IEntityTypeConfiguration<Visit>, IEntityTypeConfiguration<VisitVillage>, IEntityTypeConfiguration<VisitCompanion>
{
    public void Configure(EntityTypeBuilder<Visit> builder)
    {
        builder.ToTable("visits_visits");
        builder.Property(v => v.Id).ValueGeneratedNever();
        builder.Property(v => v.Revision).IsConcurrencyToken();
        builder.HasIndex(v => new { v.CampaignId, v.BeganAt });
        builder.HasIndex(v => v.PersonId);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(v => v.CampaignId);
    }

    public void Configure(EntityTypeBuilder<VisitVillage> builder)
    {
        builder.ToTable("visits_visit_villages");
        builder.HasKey(v => new { v.VisitId, v.Region });
        builder.HasIndex(v => v.Region);
        builder.HasOne<Visit>().WithMany().HasForeignKey(v => v.VisitId);
    }

    public void Configure(EntityTypeBuilder<VisitCompanion> builder)
    {
        builder.ToTable("visits_visit_companions");
        builder.HasKey(c => new { c.VisitId, c.Ordinal });
        builder.HasIndex(c => c.PersonId);
        builder.HasOne<Visit>().WithMany().HasForeignKey(c => c.VisitId);
    }
}
