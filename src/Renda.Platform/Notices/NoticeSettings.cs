using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Calendar;

namespace Renda.Platform.Notices;

/// <summary>How a person wants to be told. Who has set nothing is told by <see cref="Usual"/>.</summary>
public sealed class NoticeSettings
{
    /// <summary>The person.</summary>
    public Guid PersonId { get; set; }

    /// <summary><see cref="Channels"/> of whoever leaves to the platform what comes by which channel.</summary>
    public const string Unset = "usual";

    /// <summary>Ids of channels outside the platform, comma-separated, the first tried first; empty to be told on the platform alone; <see cref="Unset"/>.</summary>
    public string Channels { get; set; } = "";

    /// <summary>Hour (0 to 23, China) of the one message a day that takes the place of all others; null to be told of each at once.</summary>
    public int? DigestHour { get; set; }

    /// <summary>Hour (0 to 23, China) from which it is quiet; null for never.</summary>
    public int? QuietFrom { get; set; }

    /// <summary>Hour at which it is quiet no more.</summary>
    public int? QuietTo { get; set; }

    /// <summary>The day in China of the last digest, made or not needed; null for none yet.</summary>
    public DateOnly? DigestedOn { get; set; }

    /// <summary>What holds for whoever has set nothing: pushes come by the channels there are, never at night.</summary>
    public static NoticeSettings Usual { get; } = new() { Channels = Unset, QuietFrom = 22, QuietTo = 7 };

    /// <summary>The channels in their order; null when that is left to the platform.</summary>
    public IReadOnlyList<string>? Order => Channels == Unset ? null : Channels.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Sets what somebody has chosen. A digest begins with the next time its hour comes.</summary>
    /// <param name="channels">As <see cref="Channels"/>.</param>
    /// <param name="digestHour">As <see cref="DigestHour"/>.</param>
    /// <param name="quiet">Hours from and to which it is quiet, or null.</param>
    /// <param name="now">Now (UTC).</param>
    public void Set(string channels, int? digestHour, (int From, int To)? quiet, DateTime now)
    {
        var there = now + ChinaTime.Offset;
        if (digestHour is { } hour && digestHour != DigestHour && there.Hour >= hour) DigestedOn = DateOnly.FromDateTime(there);
        (Channels, DigestHour, QuietFrom, QuietTo) = (channels, digestHour, quiet?.From, quiet?.To);
    }

    /// <summary>The first moment from now on at which it is not quiet; now itself when it is not.</summary>
    public DateTime NotQuiet(DateTime utc)
    {
        if (QuietFrom is not { } from || QuietTo is not { } to || from == to) return utc;
        var there = utc + ChinaTime.Offset;
        var quiet = from < to ? there.Hour >= from && there.Hour < to : there.Hour >= from || there.Hour < to;
        if (!quiet) return utc;
        var end = there.Date.AddHours(to);
        return DateTime.SpecifyKind((end > there ? end : end.AddDays(1)) - ChinaTime.Offset, DateTimeKind.Utc);
    }
}

internal sealed class NoticeSettingsConfiguration : IEntityTypeConfiguration<NoticeSettings>
{
    public void Configure(EntityTypeBuilder<NoticeSettings> builder)
    {
        builder.ToTable("notice_settings");
        builder.HasKey(s => s.PersonId);
        builder.Property(s => s.PersonId).ValueGeneratedNever();
        builder.Property(s => s.Channels).HasMaxLength(100);
        builder.Ignore(s => s.Order);
        builder.HasIndex(s => s.DigestHour).HasFilter("digest_hour IS NOT NULL");
    }
}
