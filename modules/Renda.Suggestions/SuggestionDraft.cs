using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Suggestions;

/// <summary>A suggestion that is being written: its author's alone and those who were asked to sign it, until it is handed in.</summary>
public sealed class SuggestionDraft
{
    /// <summary>UUIDv7; becomes the id of the matter.</summary>
    public Guid Id { get; set; }

    /// <summary>The lead deputy (领衔代表).</summary>
    public Guid PersonId { get; set; }

    /// <summary>The congress it is put to.</summary>
    public Guid CongressId { get; set; }

    /// <summary>Who writes it down for the deputy, e.g. from paper; null when the deputy does.</summary>
    public Guid? WrittenBy { get; set; }

    /// <summary>Title, without 关于 and 的建议 being asked for; at most 80 characters.</summary>
    public string Title { get; set; } = "";

    /// <summary>Subject, a code; empty while not chosen.</summary>
    public string Subject { get; set; } = "";

    /// <summary>First part: how things are (情况), at most 4,000 characters.</summary>
    public string Situation { get; set; } = "";

    /// <summary>Second part: why (分析), at most 4,000 characters.</summary>
    public string Analysis { get; set; } = "";

    /// <summary>Third part: what should be done (具体意见), at most 4,000 characters.</summary>
    public string Proposal { get; set; } = "";

    /// <summary>Where it comes from, one of <see cref="SuggestionText.Origins"/>.</summary>
    public string Origin { get; set; } = "";

    /// <summary>Whether it was put forward before.</summary>
    public bool Repeated { get; set; }

    /// <summary><c>open</c> when it may be published, <c>closed</c> when the deputy asks that it is not.</summary>
    public string Openness { get; set; } = "open";

    /// <summary>How the deputy wishes to be contacted: <c>visit</c>, <c>call</c> or <c>letter</c>.</summary>
    public string Contact { get; set; } = "call";

    /// <summary>Unit that might handle it, in the deputy's opinion; null for none.</summary>
    public Guid? UnitId { get; set; }

    /// <summary>The matter it grew out of, e.g. a finding or a citizen's question; null for none.</summary>
    public Guid? SourceId { get; set; }

    /// <summary>Its attachments, a line each: SHA-256, a bar, the file's name.</summary>
    public string Media { get; set; } = "";

    /// <summary>Counts changes of the text; a signature is given to one of them.</summary>
    public int Revision { get; set; } = 1;

    /// <summary>When it was last changed (UTC).</summary>
    public DateTime ChangedAt { get; set; }

    /// <summary>When it was handed in (UTC); null while it is a draft.</summary>
    public DateTime? SubmittedAt { get; set; }
}

/// <summary>A deputy who was asked to sign a suggestion together with its author (附议).</summary>
public sealed class SuggestionCosigner
{
    /// <summary>The suggestion.</summary>
    public Guid DraftId { get; set; }

    /// <summary>The deputy.</summary>
    public Guid PersonId { get; set; }

    /// <summary>That deputy's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>When asked (UTC).</summary>
    public DateTime AskedAt { get; set; }

    /// <summary>Revision of the text that was signed; null when not signed, or when the text was changed afterwards.</summary>
    public int? SignedRevision { get; set; }

    /// <summary>When signed or declined (UTC).</summary>
    public DateTime? AnsweredAt { get; set; }

    /// <summary>True when the deputy does not sign.</summary>
    public bool Declined { get; set; }
}

internal sealed class SuggestionDraftConfiguration : IEntityTypeConfiguration<SuggestionDraft>, IEntityTypeConfiguration<SuggestionCosigner>
{
    public void Configure(EntityTypeBuilder<SuggestionDraft> builder)
    {
        builder.ToTable("suggestions_drafts");
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.Title).HasMaxLength(SuggestionText.LongestTitle);
        builder.Property(d => d.Subject).HasMaxLength(20);
        builder.Property(d => d.Situation).HasMaxLength(SuggestionText.LongestPart);
        builder.Property(d => d.Analysis).HasMaxLength(SuggestionText.LongestPart);
        builder.Property(d => d.Proposal).HasMaxLength(SuggestionText.LongestPart);
        builder.Property(d => d.Origin).HasMaxLength(20);
        builder.Property(d => d.Openness).HasMaxLength(10);
        builder.Property(d => d.Contact).HasMaxLength(10);
        builder.Property(d => d.Media).HasMaxLength(2000);
        // What somebody has open is little; who wrote what down for others likewise.
        builder.HasIndex(d => new { d.PersonId, d.ChangedAt }).HasFilter("submitted_at IS NULL");
        builder.HasIndex(d => new { d.WrittenBy, d.ChangedAt }).HasFilter("submitted_at IS NULL AND written_by IS NOT NULL");
    }

    public void Configure(EntityTypeBuilder<SuggestionCosigner> builder)
    {
        builder.ToTable("suggestions_cosigners");
        builder.HasKey(c => new { c.DraftId, c.PersonId });
        builder.Property(c => c.Name).HasMaxLength(60);
        builder.HasIndex(c => c.PersonId);
    }
}
