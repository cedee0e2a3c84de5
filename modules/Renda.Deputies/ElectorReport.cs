using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Deputies;

/// <summary>A deputy's report to the electors or the electing unit (述职), with how they rated it. Deputies Law, art. 33.</summary>
public sealed class ElectorReport
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>Who reports.</summary>
    public Guid PersonId { get; set; }

    /// <summary>The seat for which.</summary>
    public Guid MandateId { get; set; }

    /// <summary>The congress of that seat.</summary>
    public Guid CongressId { get; set; }

    /// <summary>The day of the meeting in China.</summary>
    public DateOnly Day { get; set; }

    /// <summary>Where.</summary>
    public string Place { get; set; } = "";

    /// <summary>To whom: the constituency or the electing unit.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The report, at most 8000 characters; written by the deputy.</summary>
    public string Text { get; set; } = "";

    /// <summary>When the deputy handed the text in (UTC); null while it is being written.</summary>
    public DateTime? SubmittedAt { get; set; }

    /// <summary>When it was held and counted (UTC); null before.</summary>
    public DateTime? HeldAt { get; set; }

    /// <summary>How many electors or members were there.</summary>
    public int Present { get; set; }

    /// <summary>Ballots for satisfied.</summary>
    public int Satisfied { get; set; }

    /// <summary>Ballots for basically satisfied.</summary>
    public int Basically { get; set; }

    /// <summary>Ballots for not satisfied.</summary>
    public int Dissatisfied { get; set; }

    /// <summary>What was said to the report, in short.</summary>
    public string Comments { get; set; } = "";

    /// <summary>Whether text and result are shown to everybody.</summary>
    public bool Public { get; set; }

    /// <summary>Who planned or counted it last.</summary>
    public string KeptBy { get; set; } = "";
}

internal sealed class ElectorReportConfiguration : IEntityTypeConfiguration<ElectorReport>
{
    public void Configure(EntityTypeBuilder<ElectorReport> builder)
    {
        builder.ToTable("deputies_reports");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Place).HasMaxLength(120);
        builder.Property(r => r.Audience).HasMaxLength(120);
        builder.Property(r => r.Text).HasMaxLength(8000);
        builder.Property(r => r.Comments).HasMaxLength(2000);
        builder.Property(r => r.KeptBy).HasMaxLength(60);
        builder.HasIndex(r => new { r.CongressId, r.Day });
        builder.HasIndex(r => r.PersonId);
    }
}
