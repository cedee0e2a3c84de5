using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Registry;
using Renda.Platform.Todos;

namespace Renda.Platform.Congresses;

/// <summary>How a deputy stands to a session as a whole. Who was there for a part of it was present.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttendanceStatus>))]
public enum AttendanceStatus
{
    /// <summary>Present (出席).</summary>
    Present,

    /// <summary>Absent with approved leave (请假).</summary>
    Leave,

    /// <summary>Absent without approval (未经批准缺席): what art. 62 of the Deputies Law counts.</summary>
    Absent,

    /// <summary>Leave was asked for and is not decided yet.</summary>
    Asked,

    /// <summary>Leave was refused: the deputy is to come, and nothing is known yet of whether.</summary>
    Refused,
}

/// <summary>
/// What is recorded of a deputy's attendance at a session. Its period is that for which the record stood: a correction ends
/// it and begins another row, so that what was recorded before stays to be seen.
/// </summary>
public sealed class Attendance : IDated
{
    /// <inheritdoc />
    public Guid Id { get; set; }

    /// <inheritdoc />
    public DateTime ValidFrom { get; set; }

    /// <inheritdoc />
    public DateTime? ValidTo { get; set; }

    /// <inheritdoc />
    public bool Latest { get; set; } = true;

    /// <summary>The session of the congress.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The seat.</summary>
    public Guid MandateId { get; set; }

    /// <summary>How the deputy stands to it.</summary>
    public AttendanceStatus Status { get; set; }

    /// <summary>Who approved the leave; empty otherwise.</summary>
    public string ApprovedBy { get; set; } = "";

    /// <summary>Why leave was asked for; empty otherwise.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Number or title of the document by which leave was approved; empty for none.</summary>
    public string Document { get; set; } = "";

    /// <summary>The account that recorded it; null for the platform itself.</summary>
    public Guid? RecordedBy { get; set; }

    /// <summary>Name of who recorded it, as it was then.</summary>
    public string RecordedByName { get; set; } = "";

    /// <summary>The id of what is recorded of a seat and a session: always the same, so that there is one of it whoever records.</summary>
    public static Guid IdOf(Guid session, Guid mandate) => Todo.ItemOf(session.ToString("N"), mandate.ToString("N"));
}

/// <summary>
/// What the credentials committee (代表资格审查委员会) found of a deputy's absences: that they do not end the mandate, and why.
/// Its <see cref="Id"/> is the mandate's.
/// </summary>
public sealed class CredentialsOpinion : IDated
{
    /// <inheritdoc />
    public Guid Id { get; set; }

    /// <inheritdoc />
    public DateTime ValidFrom { get; set; }

    /// <inheritdoc />
    public DateTime? ValidTo { get; set; }

    /// <inheritdoc />
    public bool Latest { get; set; } = true;

    /// <summary>Ids of the sessions whose absences it looked at, comma-separated. A further absence is not covered by it.</summary>
    public string Sessions { get; set; } = "";

    /// <summary>Why the law's consequence does not apply.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Number or title of the committee's opinion.</summary>
    public string Document { get; set; } = "";

    /// <summary>The account that recorded it.</summary>
    public Guid? RecordedBy { get; set; }

    /// <summary>Name of who recorded it, as it was then.</summary>
    public string RecordedByName { get; set; } = "";
}

internal sealed class AttendanceConfiguration : IEntityTypeConfiguration<Attendance>, IEntityTypeConfiguration<CredentialsOpinion>
{
    public void Configure(EntityTypeBuilder<Attendance> builder)
    {
        builder.ToTable("attendances");
        builder.Dated();
        builder.Property(a => a.Status).HasConversion<string>().HasMaxLength(10);
        builder.Property(a => a.ApprovedBy).HasMaxLength(100);
        builder.Property(a => a.Reason).HasMaxLength(300);
        builder.Property(a => a.Document).HasMaxLength(200);
        builder.Property(a => a.RecordedByName).HasMaxLength(100);
        builder.HasIndex(a => a.SessionId);
        builder.HasIndex(a => a.MandateId);
    }

    public void Configure(EntityTypeBuilder<CredentialsOpinion> builder)
    {
        builder.ToTable("credentials_opinions");
        builder.Dated();
        builder.Property(o => o.Reason).HasMaxLength(300);
        builder.Property(o => o.Document).HasMaxLength(200);
        builder.Property(o => o.RecordedByName).HasMaxLength(100);
    }
}
