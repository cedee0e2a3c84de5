using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Notices;

/// <summary>
/// Something a person is to know. The row is written in the transaction of what it tells; it is the in-app notice
/// itself, and the outbox from which other channels are served: while it is not <see cref="Routed"/>, nobody has decided
/// yet by which of them its person hears of it.
/// </summary>
public sealed class Notice
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>The matter it leads to; null when it is about something else.</summary>
    public Guid? MatterId { get; set; }

    /// <summary>The page it leads to when it is about no matter, e.g. <c>/account</c>; else empty.</summary>
    public string Path { get; set; } = "";

    /// <summary>Who is told, if one person.</summary>
    public Guid? PersonId { get; set; }

    /// <summary>Who is told, if an organisation's people.</summary>
    public Guid? OrganisationId { get; set; }

    /// <summary>Text in Chinese.</summary>
    public string Zh { get; set; } = "";

    /// <summary>Text in English.</summary>
    public string En { get; set; } = "";

    /// <summary>When (UTC).</summary>
    public DateTime At { get; set; }

    /// <summary>When it was read (UTC); null while unread.</summary>
    public DateTime? ReadAt { get; set; }

    /// <summary>The push it brings, or null. Its own text is then the push's title.</summary>
    public Guid? BroadcastId { get; set; }

    /// <summary>When its push was taken back (UTC). Who had not read it by then never sees it.</summary>
    public DateTime? RecalledAt { get; set; }

    /// <summary>How often its person was reminded of it.</summary>
    public int Reminders { get; set; }

    /// <summary>True for the one message a day that tells what is unread and what is due.</summary>
    public bool Digest { get; set; }

    /// <summary>Whether it is settled by which channels outside the platform its person hears of it.</summary>
    public bool Routed { get; set; }
}

/// <summary>Notices about somebody's own account.</summary>
public static class AccountNotice
{
    /// <summary>One for a person; it leads to the page of the account, or to another that is told.</summary>
    public static Notice For(Guid personId, Words text, DateTime now, string path = "/account") => new() { Id = Guid.CreateVersion7(), PersonId = personId, Path = path, Zh = text.Zh, En = text.En, At = now };
}

internal sealed class NoticeConfiguration : IEntityTypeConfiguration<Notice>
{
    public void Configure(EntityTypeBuilder<Notice> builder)
    {
        builder.ToTable("notices");
        builder.Property(n => n.Id).ValueGeneratedNever();
        builder.Property(n => n.Path).HasMaxLength(200);
        builder.HasIndex(n => new { n.PersonId, n.At });
        builder.HasIndex(n => new { n.OrganisationId, n.At });
        // What is unread is counted on every page, and is little beside what was read.
        builder.HasIndex(n => n.PersonId, "ix_notices_unread_person_id").HasFilter("read_at IS NULL");
        builder.HasIndex(n => n.OrganisationId, "ix_notices_unread_organisation_id").HasFilter("read_at IS NULL");
        // What was told before there were channels stays told; a new row says itself that it waits.
        builder.Property(n => n.Routed).HasDefaultValue(true).HasSentinel(true);
        builder.HasIndex(n => n.Id, "ix_notices_unrouted").HasFilter("NOT routed");
        // Nobody is notified twice of one push, whatever is done twice.
        builder.HasIndex(n => new { n.BroadcastId, n.PersonId }).IsUnique().HasFilter("broadcast_id IS NOT NULL");
        builder.HasIndex(n => new { n.BroadcastId, n.ReadAt }).HasFilter("broadcast_id IS NOT NULL");
    }
}
