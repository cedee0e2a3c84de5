using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Audit;

/// <summary>
/// Something that must not be forgotten beside what happens to matters: a look at personal data and its purpose, a right
/// given, a change of the registry, an export. Never changed; each entry seals the one before.
/// </summary>
public sealed class AuditEntry
{
    /// <summary>Hash "before" the first entry.</summary>
    public static readonly string NoHash = new('0', 64);

    /// <summary>Order, from 1, without gaps.</summary>
    public long Seq { get; set; }

    /// <summary>When (UTC).</summary>
    public DateTime At { get; set; }

    /// <summary>The account that acted; null for the platform itself.</summary>
    public Guid? ActorId { get; set; }

    /// <summary>Name of who acted, as it was then.</summary>
    public string ActorName { get; set; } = "";

    /// <summary>What was done: module and verb, e.g. <c>people.reveal</c>.</summary>
    public string Action { get; set; } = "";

    /// <summary>Kind of what it was done to, e.g. <c>Person</c>; empty for none.</summary>
    public string Record { get; set; } = "";

    /// <summary>What it was done to.</summary>
    public Guid? RecordId { get; set; }

    /// <summary>In words, with purpose or reason. Never personal data itself.</summary>
    public string Text { get; set; } = "";

    /// <summary>Hash of the entry before.</summary>
    public string PreviousHash { get; set; } = "";

    /// <summary>SHA-256 over everything above, lower-case hex.</summary>
    public string Hash { get; set; } = "";

    /// <summary>What <see cref="Hash"/> has to be.</summary>
    public string Seal()
    {
        // Lengths before texts, so that no two different entries can give the same bytes.
        var text = new StringBuilder(300);
        foreach (var part in (ReadOnlySpan<string>)[PreviousHash, Seq.ToString(), At.Ticks.ToString(), ActorId?.ToString("N") ?? "", ActorName, Action, Record, RecordId?.ToString("N") ?? "", Text])
            text.Append(part.Length).Append(':').Append(part).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit_entries");
        builder.HasKey(e => e.Seq);
        builder.Property(e => e.Seq).ValueGeneratedNever();
        builder.Property(e => e.Action).HasMaxLength(60);
        builder.Property(e => e.Record).HasMaxLength(40);
        builder.HasIndex(e => new { e.ActorId, e.Seq });
        builder.HasIndex(e => new { e.RecordId, e.Seq });
        builder.HasIndex(e => new { e.Action, e.Seq });
    }
}
