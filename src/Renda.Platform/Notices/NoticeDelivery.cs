using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Notices;

/// <summary>Where a delivery stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>To be handed over at <see cref="NoticeDelivery.NextAt"/>, for the first time or again.</summary>
    Waiting,

    /// <summary>Taken by the other side.</summary>
    Sent,

    /// <summary>Refused, or not taken however often it was tried. Somebody has to look.</summary>
    Dead,

    /// <summary>Its person had no address on this channel any more.</summary>
    NoAddress,

    /// <summary>Not needed any more: read in the meantime, or taken back.</summary>
    Dropped,

    /// <summary>An administrator gave a dead one up.</summary>
    GivenUp,

    /// <summary>To be taken back at <see cref="NoticeDelivery.NextAt"/>, where the channel can.</summary>
    Revoking,

    /// <summary>Taken back.</summary>
    Revoked,
}

/// <summary>
/// One notice on its way to its person by one channel outside the platform. Whoever takes it up first moves
/// <see cref="NextAt"/> on and counts the attempt: what is lost with a process is taken up again when that time has come.
/// </summary>
public sealed class NoticeDelivery
{
    /// <summary>The notice.</summary>
    public Guid NoticeId { get; set; }

    /// <summary>Id of the channel, e.g. <c>sms</c>.</summary>
    public string Channel { get; set; } = "";

    /// <summary>The reminder it belongs to; 0 for the notice itself.</summary>
    public int Round { get; set; }

    /// <summary>What the other side tells it apart by; the same however often it is tried.</summary>
    public Guid Id { get; set; }

    /// <summary>Who is told.</summary>
    public Guid PersonId { get; set; }

    /// <summary>Where it stands.</summary>
    public DeliveryState State { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next (UTC).</summary>
    public DateTime NextAt { get; set; }

    /// <summary>Why the last attempt failed, in the words of the other side, at most 500 characters; empty for none.</summary>
    public string LastError { get; set; } = "";

    /// <summary>When it came to be in its state (UTC).</summary>
    public DateTime ChangedAt { get; set; }
}

internal sealed class NoticeDeliveryConfiguration : IEntityTypeConfiguration<NoticeDelivery>
{
    public void Configure(EntityTypeBuilder<NoticeDelivery> builder)
    {
        builder.ToTable("notice_deliveries");
        builder.HasKey(d => new { d.NoticeId, d.Channel, d.Round });
        builder.Property(d => d.Channel).HasMaxLength(20);
        builder.Property(d => d.State).HasConversion<string>().HasMaxLength(10);
        builder.Property(d => d.LastError).HasMaxLength(500);
        // What waits and what is dead is little beside what was sent.
        builder.HasIndex(d => new { d.Channel, d.NextAt }, "ix_notice_deliveries_waiting").HasFilter("state = 'Waiting'");
        builder.HasIndex(d => new { d.Channel, d.NextAt }, "ix_notice_deliveries_revoking").HasDatabaseName("ix_notice_deliveries_revoking").HasFilter("state = 'Revoking'");
        builder.HasIndex(d => new { d.ChangedAt, d.Id }, "ix_notice_deliveries_dead").HasFilter("state = 'Dead'");
    }
}
