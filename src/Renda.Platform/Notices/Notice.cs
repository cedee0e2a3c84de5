using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Notices;

/// <summary>
/// Something a person is to know. The row is written in the transaction of what it tells; it is the in-app notice
/// itself, and the outbox from which other channels are served.
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
    }
}
