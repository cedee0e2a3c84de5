using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Notices;

/// <summary>How far a push is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BroadcastState>))]
public enum BroadcastState
{
    /// <summary>Being written; nobody has it.</summary>
    Draft,

    /// <summary>Sent by its sender; its recipients are being written, from <see cref="Broadcast.Cursor"/> on.</summary>
    Sending,

    /// <summary>Every recipient has it.</summary>
    Sent,
}

/// <summary>A push (推送): one message from somebody of the office to many people at once.</summary>
public sealed class Broadcast
{
    /// <summary>Longest title, in characters.</summary>
    public const int LongestTitle = 100;

    /// <summary>Longest text, in characters.</summary>
    public const int LongestText = 5000;

    /// <summary>Most attachments.</summary>
    public const int MostAttachments = 9;

    /// <summary>Id, made by the form, so that a form sent twice is one push.</summary>
    public Guid Id { get; set; }

    /// <summary>The account whose it is.</summary>
    public Guid SenderId { get; set; }

    /// <summary>Name of who sends it, as it was then.</summary>
    public string SenderName { get; set; } = "";

    /// <summary>The sender's organisation in words, as it was then; empty for none.</summary>
    public string SenderOffice { get; set; } = "";

    /// <summary>One line.</summary>
    public string Title { get; set; } = "";

    /// <summary>What is said.</summary>
    public string Text { get; set; } = "";

    /// <summary>Whom it goes to, as JSON; see <see cref="Audience"/>.</summary>
    public string AudienceJson { get; set; } = "{}";

    /// <summary>How far it is.</summary>
    public BroadcastState State { get; set; }

    /// <summary>Counts each change of the draft: what was looked at is what is sent.</summary>
    public int Version { get; set; }

    /// <summary>When it was last written (UTC).</summary>
    public DateTime ChangedAt { get; set; }

    /// <summary>When it was sent (UTC); its recipients are those of this moment. Null for a draft.</summary>
    public DateTime? SentAt { get; set; }

    /// <summary>How many it goes to: counted when it was sent, and what came of it once it is <see cref="BroadcastState.Sent"/>.</summary>
    public int Recipients { get; set; }

    /// <summary>How many of them are written.</summary>
    public int Written { get; set; }

    /// <summary>The last person that is written; they are written in the order of their ids.</summary>
    public Guid Cursor { get; set; }

    /// <summary>When the unread were last reminded (UTC).</summary>
    public DateTime? RemindedAt { get; set; }

    /// <summary>When it was taken back (UTC).</summary>
    public DateTime? RecalledAt { get; set; }

    /// <summary>Whom it goes to.</summary>
    public Audience Audience => JsonSerializer.Deserialize<Audience>(AudienceJson) ?? new Audience();
}

/// <summary>A file that goes with a push.</summary>
public sealed class BroadcastMedia
{
    /// <summary>The push.</summary>
    public Guid BroadcastId { get; set; }

    /// <summary>The original in the store.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Order, from 0.</summary>
    public int Ordinal { get; set; }

    /// <summary>Name shown.</summary>
    public string Name { get; set; } = "";
}

internal sealed class BroadcastConfiguration : IEntityTypeConfiguration<Broadcast>, IEntityTypeConfiguration<BroadcastMedia>
{
    public void Configure(EntityTypeBuilder<Broadcast> builder)
    {
        builder.ToTable("broadcasts");
        builder.Property(b => b.Id).ValueGeneratedNever();
        builder.Property(b => b.SenderName).HasMaxLength(100);
        builder.Property(b => b.SenderOffice).HasMaxLength(200);
        builder.Property(b => b.Title).HasMaxLength(Broadcast.LongestTitle);
        builder.Property(b => b.State).HasConversion<string>().HasMaxLength(10);
        builder.Ignore(b => b.Audience);
        builder.HasIndex(b => new { b.SenderId, b.ChangedAt, b.Id });
        builder.HasIndex(b => b.SentAt, "ix_broadcasts_sending").HasFilter("state = 'Sending'");
    }

    public void Configure(EntityTypeBuilder<BroadcastMedia> builder)
    {
        builder.ToTable("broadcast_media");
        builder.HasKey(m => new { m.BroadcastId, m.Sha256 });
        builder.Property(m => m.Sha256).HasMaxLength(64).IsFixedLength();
        builder.Property(m => m.Name).HasMaxLength(200);
        builder.HasIndex(m => m.Sha256);
    }
}
