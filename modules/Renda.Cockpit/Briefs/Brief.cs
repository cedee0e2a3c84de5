using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Indicators;

namespace Renda.Cockpit.Briefs;

/// <summary>
/// A monthly brief (工作简报) of a board for a place: a draft with the texts that somebody changed, until it is issued with its
/// figures. What was issued never changes; a correction is told beside it and by the next one.
/// </summary>
public sealed class Brief
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; set; }

    /// <summary>Code of the board.</summary>
    public string Board { get; set; } = "";

    /// <summary>First day of the month.</summary>
    public DateOnly Month { get; set; }

    /// <summary>Division code of the place.</summary>
    public long Region { get; set; }

    /// <summary>Changes of the draft so far; what was typed over an older one is not kept over a newer.</summary>
    public int Version { get; set; }

    /// <summary>Changed texts by section, as JSON.</summary>
    public string Texts { get; set; } = "{}";

    /// <summary>Name of who changed it last.</summary>
    public string ChangedBy { get; set; } = "";

    /// <summary>When (UTC).</summary>
    public DateTime ChangedAt { get; set; }

    /// <summary>Number among those of the board and place in its year, from 1; 0 for a draft.</summary>
    public int Issue { get; set; }

    /// <summary>When it was issued (UTC); null for a draft.</summary>
    public DateTime? IssuedAt { get; set; }

    /// <summary>The account that issued it; null for a draft.</summary>
    public Guid? IssuedBy { get; set; }

    /// <summary>Name of who issued it, as it was then.</summary>
    public string IssuedByName { get; set; } = "";

    /// <summary>The day as of whose end the figures are; null for a draft.</summary>
    public DateOnly? AsOf { get; set; }

    /// <summary>The figures and texts as they were issued, see <see cref="BriefContent"/>, as JSON; empty for a draft.</summary>
    public string Content { get; set; } = "";

    /// <summary>Ids of the scenarios whose figures it tells, separated by commas: whoever reads it may read them.</summary>
    public string Scenarios { get; set; } = "";

    internal static readonly JsonSerializerOptions Json = new() { IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>What a brief tells.</summary>
/// <param name="Board">Name of the board.</param>
/// <param name="Place">Full name of the place.</param>
/// <param name="Region">Its division code.</param>
/// <param name="Month">First day of the month.</param>
/// <param name="AsOf">The day as of whose end the figures are.</param>
/// <param name="English">Whether it is in English.</param>
/// <param name="Scenarios">Ids of the scenarios whose figures it tells; of records the permission to ask for them.</param>
/// <param name="Sections">Its parts.</param>
public sealed record BriefContent(string Board, string Place, long Region, DateOnly Month, DateOnly AsOf, bool English, IReadOnlyList<string> Scenarios, IReadOnlyList<BriefSection> Sections)
{
    /// <summary>Last day of the month.</summary>
    [JsonIgnore]
    public DateOnly Last => Month.AddMonths(1).AddDays(-1);
}

/// <summary>A part of a brief, from a tile of the board.</summary>
/// <param name="Key">Stable within a month: what it shows, of which indicators.</param>
/// <param name="Title">Heading.</param>
/// <param name="Text">What it says in sentences, a paragraph a line.</param>
public sealed record BriefSection(string Key, string Title, string Text)
{
    /// <summary>Numbers of the month.</summary>
    public IReadOnlyList<BriefFigure> Figures { get; init; } = [];

    /// <summary>A ranking's lines or the steps of a procedure, the largest or first of them first.</summary>
    public IReadOnlyList<BriefLine> Lines { get; init; } = [];

    /// <summary>What the lines are of; null for steps.</summary>
    public Indicator? Ranked { get; init; }

    /// <summary>What the lines are broken down by.</summary>
    public IndicatorBy By { get; init; }

    /// <summary>Indicators over twelve months.</summary>
    public IReadOnlyList<BriefCourse> Courses { get; init; } = [];

    /// <summary>When it was counted (UTC), where that cannot be told of a past day: steps are those of the moment.</summary>
    public DateTime? CountedAt { get; init; }
}

/// <summary>A number of a brief.</summary>
/// <param name="Indicator">The definition by which it was reckoned.</param>
/// <param name="Value">The month's.</param>
/// <param name="Before">That of the month before.</param>
/// <param name="YearBefore">That of the same month of the year before.</param>
public sealed record BriefFigure(Indicator Indicator, decimal? Value, decimal? Before, decimal? YearBefore);

/// <summary>A line of a table.</summary>
/// <param name="Key">As <see cref="IndicatorLine.Key"/>, or the id of a step.</param>
/// <param name="Name">Name.</param>
/// <param name="Value">The number.</param>
public sealed record BriefLine(string Key, string Name, decimal Value);

/// <summary>An indicator by month.</summary>
/// <param name="Indicator">The definition.</param>
/// <param name="Points">Twelve months, the brief's last.</param>
public sealed record BriefCourse(Indicator Indicator, IReadOnlyList<BriefPoint> Points);

/// <summary>A month's number.</summary>
/// <param name="Month">First day.</param>
/// <param name="Value">The number; null where there is none to tell.</param>
public sealed record BriefPoint(DateOnly Month, decimal? Value);

/// <summary>A figure that is told otherwise today than an issued brief tells it (更正).</summary>
/// <param name="Indicator">The definition.</param>
/// <param name="What">The month or line it is of.</param>
/// <param name="Told">What the brief tells.</param>
/// <param name="Now">What is told today.</param>
public sealed record BriefDifference(Indicator Indicator, string What, decimal? Told, decimal? Now);

internal sealed class BriefConfiguration : IEntityTypeConfiguration<Brief>
{
    public void Configure(EntityTypeBuilder<Brief> builder)
    {
        builder.ToTable("cockpit_briefs");
        builder.Property(b => b.Id).ValueGeneratedNever();
        builder.Property(b => b.Board).HasMaxLength(60);
        builder.Property(b => b.ChangedBy).HasMaxLength(100);
        builder.Property(b => b.IssuedByName).HasMaxLength(100);
        builder.Property(b => b.Scenarios).HasMaxLength(400);
        builder.Property(b => b.Version).IsConcurrencyToken();
        // One of a board, place and month: what was issued is not issued again.
        builder.HasIndex(b => new { b.Board, b.Region, b.Month }).IsUnique();
        builder.HasIndex(b => new { b.Region, b.Month });
    }
}
