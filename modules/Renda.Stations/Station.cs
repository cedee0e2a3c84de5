using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Indicators;

namespace Renda.Stations;

/// <summary>
/// What is known of a contact station beside what the registry says: the station itself is an organisation there, with its
/// name, place and period.
/// </summary>
public sealed class StationDetail
{
    /// <summary>The organisation.</summary>
    public Guid StationId { get; set; }

    /// <summary><c>centre</c> (中心站), <c>area</c> (片区站) or <c>point</c> (联络点).</summary>
    public string Level { get; set; } = "area";

    /// <summary>What it is beside a contact station, of <see cref="StationText.Points"/>, comma-separated; empty for nothing else.</summary>
    public string Points { get; set; } = "";

    /// <summary>Name of its head (站长); empty when not told.</summary>
    public string Head { get; set; } = "";

    /// <summary>Name of its liaison (联络员); empty when not told.</summary>
    public string Liaison { get; set; } = "";

    /// <summary>The station's own telephone, made public; empty for none.</summary>
    public string Phone { get; set; } = "";

    /// <summary>Where it is: street, number, floor.</summary>
    public string Address { get; set; } = "";

    /// <summary>When it is open, in words.</summary>
    public string Hours { get; set; } = "";

    /// <summary>Rooms and what they offer.</summary>
    public string Facilities { get; set; } = "";

    /// <summary>WGS-84 latitude in degrees; null when not known.</summary>
    public double? Latitude { get; set; }

    /// <summary>WGS-84 longitude in degrees; null when not known.</summary>
    public double? Longitude { get; set; }

    /// <summary>Stars it was given, 1 to 5; 0 for none.</summary>
    public int Stars { get; set; }

    /// <summary>Year of the stars; 0 for none.</summary>
    public int StarsYear { get; set; }

    /// <summary>Plan of its activities for the year.</summary>
    public string Plan { get; set; } = "";

    /// <summary>When it was last changed (UTC).</summary>
    public DateTime ChangedAt { get; set; }

    /// <summary>Name of who changed it.</summary>
    public string ChangedBy { get; set; } = "";
}

/// <summary>A deputy who works in a station (进站代表), near home or work: Deputies Law (代表法), art. 28.</summary>
public sealed class StationPlacement
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>The station.</summary>
    public Guid StationId { get; set; }

    /// <summary>The deputy.</summary>
    public Guid PersonId { get; set; }

    /// <summary>Tier of the highest seat at the time: <c>nation</c>, <c>province</c>, <c>city</c>, <c>county</c> or <c>town</c>.</summary>
    public string Tier { get; set; } = "";

    /// <summary>First day.</summary>
    public DateOnly From { get; set; }

    /// <summary>Last day; null while it lasts.</summary>
    public DateOnly? To { get; set; }
}

/// <summary>A day on which deputies receive voters (接待日), as planned and made public.</summary>
public sealed class StationDuty
{
    /// <summary>UUIDv7 made by the page, so that a retry is harmless.</summary>
    public Guid Id { get; set; }

    /// <summary>The station.</summary>
    public Guid StationId { get; set; }

    /// <summary>The day in China.</summary>
    public DateOnly Day { get; set; }

    /// <summary>From when, e.g. 09:00.</summary>
    public TimeOnly Begins { get; set; }

    /// <summary>Until when.</summary>
    public TimeOnly Ends { get; set; }

    /// <summary>What it is about; empty for whatever people bring.</summary>
    public string Theme { get; set; } = "";

    /// <summary>Officials of departments who are invited, in words.</summary>
    public string Officials { get; set; } = "";

    /// <summary>When the notice (接待公告) was published (UTC); null while it is not.</summary>
    public DateTime? PublishedAt { get; set; }

    /// <summary>When it was called off (UTC); null while it holds.</summary>
    public DateTime? CancelledAt { get; set; }

    /// <summary>Why it was called off.</summary>
    public string CancelReason { get; set; } = "";
}

/// <summary>A deputy on duty.</summary>
public sealed class StationDutyDeputy
{
    /// <summary>The duty.</summary>
    public Guid DutyId { get; set; }

    /// <summary>The deputy.</summary>
    public Guid PersonId { get; set; }
}

/// <summary>A reception (接待) that took place.</summary>
public sealed class StationReception : ICounted
{
    /// <summary>UUIDv7 made by the page, so that a retry is harmless.</summary>
    public Guid Id { get; set; }

    /// <summary>The station.</summary>
    public Guid StationId { get; set; }

    /// <summary>The duty it was planned as; null when nobody had planned it.</summary>
    public Guid? DutyId { get; set; }

    /// <summary>The day in China.</summary>
    public DateOnly Day { get; set; }

    /// <summary>Voters received, as person-times (人次).</summary>
    public int Voters { get; set; }

    /// <summary>Officials who came, in words.</summary>
    public string Officials { get; set; } = "";

    /// <summary>What is to be remembered of it.</summary>
    public string Note { get; set; } = "";

    /// <summary>Name of who recorded it.</summary>
    public string RecordedBy { get; set; } = "";

    /// <summary>When it was recorded (UTC).</summary>
    public DateTime RecordedAt { get; set; }

    (string Book, Guid Source) ICounted.Counted => (ReceptionBook.Key, Id);
}

/// <summary>A deputy who received voters: each is one deputy-attendance (代表人次).</summary>
public sealed class StationReceptionDeputy
{
    /// <summary>The reception.</summary>
    public Guid ReceptionId { get; set; }

    /// <summary>The deputy.</summary>
    public Guid PersonId { get; set; }

    /// <summary>Tier as of that day, as <see cref="StationPlacement.Tier"/>.</summary>
    public string Tier { get; set; } = "";
}

/// <summary>The short public code on a poster, of a station or of a deputy. It never changes: posters hang for years.</summary>
public sealed class StationCode
{
    /// <summary>Eight characters that are not mistaken for one another.</summary>
    public string Code { get; set; } = "";

    /// <summary>The station or the deputy.</summary>
    public Guid OwnerId { get; set; }

    /// <summary>Whether it is a deputy's.</summary>
    public bool OfDeputy { get; set; }
}

internal sealed class StationConfiguration :
    IEntityTypeConfiguration<StationDetail>, IEntityTypeConfiguration<StationPlacement>, IEntityTypeConfiguration<StationDuty>, IEntityTypeConfiguration<StationDutyDeputy>,
    IEntityTypeConfiguration<StationReception>, IEntityTypeConfiguration<StationReceptionDeputy>, IEntityTypeConfiguration<StationCode>
{
    public void Configure(EntityTypeBuilder<StationDetail> builder)
    {
        builder.ToTable("stations_details");
        builder.HasKey(d => d.StationId);
        builder.Property(d => d.StationId).ValueGeneratedNever();
        builder.Property(d => d.Level).HasMaxLength(10);
        builder.Property(d => d.Head).HasMaxLength(60);
        builder.Property(d => d.Liaison).HasMaxLength(60);
        builder.Property(d => d.Phone).HasMaxLength(40);
        builder.Property(d => d.Address).HasMaxLength(200);
        builder.Property(d => d.Hours).HasMaxLength(200);
        builder.Property(d => d.Facilities).HasMaxLength(1000);
        builder.Property(d => d.Plan).HasMaxLength(4000);
        builder.Property(d => d.ChangedBy).HasMaxLength(60);
    }

    public void Configure(EntityTypeBuilder<StationPlacement> builder)
    {
        builder.ToTable("stations_placements");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.Tier).HasMaxLength(10);
        builder.HasIndex(p => p.StationId);
        builder.HasIndex(p => p.PersonId);
    }

    public void Configure(EntityTypeBuilder<StationDuty> builder)
    {
        builder.ToTable("stations_duties");
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.Theme).HasMaxLength(100);
        builder.Property(d => d.Officials).HasMaxLength(300);
        builder.Property(d => d.CancelReason).HasMaxLength(300);
        builder.HasIndex(d => new { d.StationId, d.Day });
    }

    public void Configure(EntityTypeBuilder<StationDutyDeputy> builder)
    {
        builder.ToTable("stations_duty_deputies");
        builder.HasKey(d => new { d.DutyId, d.PersonId });
        builder.HasIndex(d => d.PersonId);
    }

    public void Configure(EntityTypeBuilder<StationReception> builder)
    {
        builder.ToTable("stations_receptions");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Officials).HasMaxLength(300);
        builder.Property(r => r.Note).HasMaxLength(2000);
        builder.Property(r => r.RecordedBy).HasMaxLength(60);
        builder.HasIndex(r => new { r.StationId, r.Day });
    }

    public void Configure(EntityTypeBuilder<StationReceptionDeputy> builder)
    {
        builder.ToTable("stations_reception_deputies");
        builder.HasKey(r => new { r.ReceptionId, r.PersonId });
        builder.Property(r => r.Tier).HasMaxLength(10);
        builder.HasIndex(r => r.PersonId);
    }

    public void Configure(EntityTypeBuilder<StationCode> builder)
    {
        builder.ToTable("stations_codes");
        builder.HasKey(c => c.Code);
        builder.Property(c => c.Code).HasMaxLength(12);
        builder.HasIndex(c => c.OwnerId).IsUnique();
    }
}
