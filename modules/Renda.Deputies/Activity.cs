using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Deputies;

/// <summary>How far an activity has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActivityState>))]
public enum ActivityState
{
    /// <summary>Planned; only staff see it.</summary>
    Draft,

    /// <summary>Announced; those invited have been told.</summary>
    Published,

    /// <summary>Recorded: it counts in the performance files.</summary>
    Held,

    /// <summary>Called off.</summary>
    Cancelled,
}

/// <summary>How somebody invited stands to an activity.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ParticipantState>))]
public enum ParticipantState
{
    /// <summary>Invited, no answer yet.</summary>
    Invited,

    /// <summary>Will come.</summary>
    SignedUp,

    /// <summary>Asks for leave.</summary>
    LeaveAsked,

    /// <summary>On leave: not counted as absent.</summary>
    OnLeave,

    /// <summary>Leave was refused.</summary>
    LeaveRefused,

    /// <summary>Was there.</summary>
    Attended,

    /// <summary>Was not there.</summary>
    Absent,
}

/// <summary>An activity of deputies (代表活动): planned, announced, signed up for, checked in to, recorded.</summary>
public sealed class Activity
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>The congress whose activity it is; its staff keep it.</summary>
    public Guid CongressId { get; set; }

    /// <summary>Delegation or deputy group that holds it; null for the congress itself.</summary>
    public Guid? GroupId { get; set; }

    /// <summary>Kind, a code of the set <c>deputies.activity</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Title, at most 80 characters.</summary>
    public string Title { get; set; } = "";

    /// <summary>What it is about and what to bring, at most 4000 characters.</summary>
    public string Content { get; set; } = "";

    /// <summary>Begins (UTC).</summary>
    public DateTime Begins { get; set; }

    /// <summary>Ends (UTC).</summary>
    public DateTime Ends { get; set; }

    /// <summary>Where, in words.</summary>
    public string Place { get; set; } = "";

    /// <summary>WGS-84 latitude in degrees; null when checking in is not tied to a place.</summary>
    public double? Latitude { get; set; }

    /// <summary>WGS-84 longitude in degrees; null with <see cref="Latitude"/>.</summary>
    public double? Longitude { get; set; }

    /// <summary>How far from there one may check in, in metres.</summary>
    public int Metres { get; set; } = 500;

    /// <summary>Until when one answers (UTC); null for until it begins.</summary>
    public DateTime? AnswerBy { get; set; }

    /// <summary>Most who may sign up; 0 for no limit.</summary>
    public int Places { get; set; }

    /// <summary>How far it has come.</summary>
    public ActivityState State { get; set; }

    /// <summary>What stands in its QR code; guessed by nobody.</summary>
    public string Code { get; set; } = "";

    /// <summary>What was done, written down afterwards.</summary>
    public string Record { get; set; } = "";

    /// <summary>What came of it (成果).</summary>
    public string Result { get; set; } = "";

    /// <summary>Whether title, day and result are shown to everybody.</summary>
    public bool Public { get; set; }

    /// <summary>Files, as stored: SHA-256 of each, comma-separated, at most nine.</summary>
    public string Media { get; set; } = "";

    /// <summary>Why it was called off.</summary>
    public string CancelReason { get; set; } = "";

    /// <summary>Who keeps it.</summary>
    public string KeptBy { get; set; } = "";

    /// <summary>Last change (UTC).</summary>
    public DateTime ChangedAt { get; set; }
}

/// <summary>A deputy invited to an activity.</summary>
public sealed class Participant
{
    /// <summary>The activity.</summary>
    public Guid ActivityId { get; set; }

    /// <summary>The person.</summary>
    public Guid PersonId { get; set; }

    /// <summary>How they stand to it.</summary>
    public ParticipantState State { get; set; }

    /// <summary>Why leave is asked for.</summary>
    public string LeaveReason { get; set; } = "";

    /// <summary>Who decided on it, and what was said.</summary>
    public string DecidedBy { get; set; } = "";

    /// <summary>When they checked in (UTC); null when they did not.</summary>
    public DateTime? CheckedInAt { get; set; }

    /// <summary>How they checked in: <c>code</c> by themselves on the spot, <c>staff</c> by the list; empty for not.</summary>
    public string CheckedInBy { get; set; } = "";

    /// <summary>Metres from the place when checking in; null where not measured.</summary>
    public int? Distance { get; set; }

    /// <summary>What they said there: subject of the speech; empty for none.</summary>
    public string Speech { get; set; } = "";

    /// <summary>When they answered (UTC).</summary>
    public DateTime? AnsweredAt { get; set; }
}

internal sealed class ActivityConfiguration : IEntityTypeConfiguration<Activity>, IEntityTypeConfiguration<Participant>
{
    public void Configure(EntityTypeBuilder<Activity> builder)
    {
        builder.ToTable("deputies_activities");
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.Kind).HasMaxLength(20);
        builder.Property(a => a.Title).HasMaxLength(80);
        builder.Property(a => a.Content).HasMaxLength(4000);
        builder.Property(a => a.Place).HasMaxLength(120);
        builder.Property(a => a.State).HasConversion<string>().HasMaxLength(12);
        builder.Property(a => a.Code).HasMaxLength(12);
        builder.Property(a => a.Record).HasMaxLength(8000);
        builder.Property(a => a.Result).HasMaxLength(4000);
        builder.Property(a => a.Media).HasMaxLength(700);
        builder.Property(a => a.CancelReason).HasMaxLength(300);
        builder.Property(a => a.KeptBy).HasMaxLength(60);
        builder.HasIndex(a => new { a.CongressId, a.Begins });
        builder.HasIndex(a => a.Begins);
        builder.HasIndex(a => a.Code).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Participant> builder)
    {
        builder.ToTable("deputies_participants");
        builder.HasKey(p => new { p.ActivityId, p.PersonId });
        builder.Property(p => p.State).HasConversion<string>().HasMaxLength(12);
        builder.Property(p => p.LeaveReason).HasMaxLength(300);
        builder.Property(p => p.DecidedBy).HasMaxLength(300);
        builder.Property(p => p.CheckedInBy).HasMaxLength(10);
        builder.Property(p => p.Speech).HasMaxLength(200);
        builder.HasIndex(p => p.PersonId);
        builder.HasOne<Activity>().WithMany().HasForeignKey(p => p.ActivityId);
    }
}
