using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Access;

namespace Renda.Analysis;

/// <summary>How near to each other matters of a group have to be.</summary>
public enum StudyPlace
{
    /// <summary>Anywhere in the area.</summary>
    Anywhere,

    /// <summary>In one county.</summary>
    County,

    /// <summary>In one town or subdistrict.</summary>
    Town,

    /// <summary>Within some metres of the group's centre.</summary>
    Radius,
}

/// <summary>How far a study is.</summary>
public enum StudyState
{
    /// <summary>Waits or is being read and grouped; what was grouped before may be read meanwhile.</summary>
    Running,

    /// <summary>Grouped.</summary>
    Ready,

    /// <summary>Stopped by a person before anything was grouped.</summary>
    Cancelled,

    /// <summary>Could not be done; <see cref="Study.Fault"/> says why.</summary>
    Failed,
}

/// <summary>
/// A study (分析): the matters of an area and a period that its maker may read, grouped by the likeness of their texts and what
/// else has to be the same. How it groups never changes; whoever wants it otherwise makes another.
/// </summary>
public sealed class Study
{
    /// <summary>UUIDv7, made by the page, so that pressing twice makes one.</summary>
    public Guid Id { get; set; }

    /// <summary>Name. At most 100 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>The account that made it; its rights decide what is read.</summary>
    public Guid CreatedBy { get; set; }

    /// <summary>Name of who made it, as it was then.</summary>
    public string CreatedByName { get; set; } = "";

    /// <summary>When it was made (UTC).</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>Ids of the scenarios, comma-separated.</summary>
    public string Scenarios { get; set; } = "";

    /// <summary>First day in China on which its matters arrived.</summary>
    public DateOnly From { get; set; }

    /// <summary>Last day, itself included; null when it goes on.</summary>
    public DateOnly? To { get; set; }

    /// <summary>Division code of the area.</summary>
    public long Region { get; set; }

    /// <summary>Least likeness in percent, 20 to 95, to the centre of a group or to its common words.</summary>
    public int Likeness { get; set; }

    /// <summary>Whether only matters of one category are grouped.</summary>
    public bool SameCategory { get; set; }

    /// <summary>How near they have to be.</summary>
    public StudyPlace Place { get; set; }

    /// <summary>For <see cref="StudyPlace.Radius"/>: how far from the centre in metres, 50 to 20,000; else 0.</summary>
    public int Radius { get; set; }

    /// <summary>Least matters of a group, 2 to 50.</summary>
    public int Smallest { get; set; }

    /// <summary>How far it is.</summary>
    public StudyState State { get; set; }

    /// <summary>Who works on it: each start has an id, and whoever finds another's there stops. Null while nobody does.</summary>
    public Guid? Run { get; set; }

    /// <summary>Matters up to this serial are to be taken in; fixed at the press, so that a start after a stop takes in the same.</summary>
    public long Target { get; set; }

    /// <summary>Matters up to this serial are taken in; rows beyond it are left from a start that was stopped, and count for nothing.</summary>
    public long Upto { get; set; }

    /// <summary>Steps done, of <see cref="Steps"/>.</summary>
    public int Done { get; set; }

    /// <summary>Steps there are: each matter is read and compared.</summary>
    public int Steps { get; set; }

    /// <summary>Matters taken in.</summary>
    public int Matters { get; set; }

    /// <summary>Groups found so far, those put away among them.</summary>
    public int Groups { get; set; }

    /// <summary>When it was last brought up to date (UTC).</summary>
    public DateTime? ReadAt { get; set; }

    /// <summary>What went wrong last time, in Chinese and English with a line break between; empty when nothing did.</summary>
    public string Fault { get; set; } = "";

    /// <summary>Its scenarios.</summary>
    public string[] ScenarioIds => Scenarios.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A matter that a study took in, with what its text is compared by.</summary>
public sealed class StudyMatter
{
    /// <summary>The study.</summary>
    public Guid StudyId { get; set; }

    /// <summary>Serial of the matter.</summary>
    public long Serial { get; set; }

    /// <summary>The group; null when it is in none.</summary>
    public Guid? GroupId { get; set; }

    /// <summary>Likeness in percent to the group's centre or to its common words, whichever it is more like.</summary>
    public int Likeness { get; set; }

    /// <summary>Whether a person decided where it belongs; bringing up to date then leaves it alone.</summary>
    public bool ByHand { get; set; }

    /// <summary>The group a person took it out of; null for none.</summary>
    public Guid? TakenFrom { get; set; }

    /// <summary>Scenario and category, as they were when it was taken in.</summary>
    public string Category { get; set; } = "";

    /// <summary>12-digit division code, as it was then.</summary>
    public long Region { get; set; }

    /// <summary>WGS-84 latitude in degrees; null when not known.</summary>
    public double? Latitude { get; set; }

    /// <summary>WGS-84 longitude in degrees; null when not known.</summary>
    public double? Longitude { get; set; }

    /// <summary>Its text as <see cref="TextPrint"/> keeps it.</summary>
    public byte[] Print { get; set; } = [];
}

/// <summary>A common problem: matters that are alike.</summary>
public sealed class StudyGroup
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>The study.</summary>
    public Guid StudyId { get; set; }

    /// <summary>The name a person gave it, at most 100 characters; empty while it has the title of its centre.</summary>
    public string Name { get; set; } = "";

    /// <summary>Serial of the matter that the others are like.</summary>
    public long Centre { get; set; }

    /// <summary>How many matters it has.</summary>
    public int Size { get; set; }

    /// <summary><see cref="Study.Target"/> of the start that made it.</summary>
    public long Since { get; set; }

    /// <summary>The group a person put it together with; what is like it then goes there.</summary>
    public Guid? MergedIntoId { get; set; }

    /// <summary>Why a person put it away; null while it is among the others. What is like it still goes there.</summary>
    public string? Dismissed { get; set; }
}

internal sealed class StudyConfiguration : IEntityTypeConfiguration<Study>, IEntityTypeConfiguration<StudyMatter>, IEntityTypeConfiguration<StudyGroup>
{
    public void Configure(EntityTypeBuilder<Study> builder)
    {
        builder.ToTable("analysis_studies");
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Place).HasConversion<string>().HasMaxLength(20);
        builder.Property(s => s.State).HasConversion<string>().HasMaxLength(20);
        builder.Ignore(s => s.ScenarioIds);
        builder.HasIndex(s => s.Region);
    }

    public void Configure(EntityTypeBuilder<StudyMatter> builder)
    {
        builder.ToTable("analysis_matters");
        builder.HasKey(m => new { m.StudyId, m.Serial });
        builder.Property(m => m.Category).HasMaxLength(110);
        builder.HasIndex(m => new { m.GroupId, m.Likeness, m.Serial });
        builder.HasIndex(m => m.TakenFrom);
    }

    public void Configure(EntityTypeBuilder<StudyGroup> builder)
    {
        builder.ToTable("analysis_groups");
        builder.Property(g => g.Id).ValueGeneratedNever();
        builder.HasIndex(g => new { g.StudyId, g.Size, g.Centre });
    }
}

/// <summary>Whose studies and focuses somebody may look at.</summary>
public static class AnalysisScope
{
    /// <summary>Permission to look at studies and focuses; what is in them is decided by what one may read elsewhere.</summary>
    public const string View = "analysis.view";

    /// <summary>Permission to make and change them.</summary>
    public const string Manage = "analysis.manage";

    /// <summary>First and last division code of each territory in which the actor holds the permission.</summary>
    public static IReadOnlyList<(long First, long Last)> Territories(Actor actor, string permission) =>
        [.. actor.Grants.Where(g => g.Role.Scope == RoleScope.Territory && g.Region > 0 && g.Permissions.Contains(permission)).Select(g => (g.Region, Territory.Last(g.Region))).Distinct()];

    /// <summary>Whether the actor holds the permission for a whole area.</summary>
    public static bool Reaches(Actor actor, string permission, long region) => Territories(actor, permission).Any(t => region >= t.First && Territory.Last(region) <= t.Last);

    /// <summary>The studies whose area lies in a territory of the actor.</summary>
    public static IQueryable<Study> VisibleTo(this IQueryable<Study> studies, Actor actor)
    {
        System.Linq.Expressions.Expression<Func<Study, bool>>? any = null;
        foreach (var (first, last) in Territories(actor, View)) any = any.Or(s => s.Region >= first && s.Region <= last);
        return any is null ? studies.Where(s => false) : studies.Where(any);
    }

    /// <summary>The focuses whose area lies in a territory of the actor.</summary>
    public static IQueryable<Focus> VisibleTo(this IQueryable<Focus> focuses, Actor actor)
    {
        System.Linq.Expressions.Expression<Func<Focus, bool>>? any = null;
        foreach (var (first, last) in Territories(actor, View)) any = any.Or(f => f.Region >= first && f.Region <= last);
        return any is null ? focuses.Where(f => false) : focuses.Where(any);
    }
}
