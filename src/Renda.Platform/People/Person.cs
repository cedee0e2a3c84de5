using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Indicators;
using Renda.Platform.Registry;

namespace Renda.Platform.People;

/// <summary>A human being. What a person is elected or appointed to is a <see cref="Mandate"/> or a <see cref="Post"/>.</summary>
public sealed class Person : IDated
{
    /// <summary>Column name under which the identity number is sealed and indexed.</summary>
    public const string IdNumberColumn = "id-number";

    /// <summary>Column name under which the phone number is sealed and indexed.</summary>
    public const string PhoneColumn = "phone";

    /// <inheritdoc />
    public Guid Id { get; set; }

    /// <inheritdoc />
    public DateTime ValidFrom { get; set; }

    /// <inheritdoc />
    public DateTime? ValidTo { get; set; }

    /// <inheritdoc />
    public bool Latest { get; set; } = true;

    /// <summary>Name as used in public.</summary>
    public string Name { get; set; } = "";

    /// <summary>男 or 女; empty when not known.</summary>
    public string Sex { get; set; } = "";

    /// <summary>Ethnicity, e.g. 汉族; empty when not known.</summary>
    public string Ethnicity { get; set; } = "";

    /// <summary>Date of birth; null when not known.</summary>
    public DateOnly? BirthDate { get; set; }

    /// <summary>Party, e.g. 中共党员, 无党派; empty when not known.</summary>
    public string Party { get; set; } = "";

    /// <summary>Education, e.g. 本科; empty when not known.</summary>
    public string Education { get; set; } = "";

    /// <summary>Kind of occupation, for structure statistics, e.g. 农民.</summary>
    public string Occupation { get; set; } = "";

    /// <summary>Employer and title, as it stands in the roster.</summary>
    public string Employer { get; set; } = "";

    /// <summary>12-digit division code of the residence; 0 when not known.</summary>
    public long Residence { get; set; }

    /// <summary>What the person knows well.</summary>
    public string Specialities { get; set; } = "";

    /// <summary>Identity number, sealed by <see cref="PersonalData"/>; null when not known.</summary>
    public string? IdNumberSealed { get; set; }

    /// <summary>Blind index of the identity number.</summary>
    public string? IdNumberIndex { get; set; }

    /// <summary>Last four characters of the identity number, shown with the rest masked.</summary>
    public string IdNumberEnd { get; set; } = "";

    /// <summary>Phone number, sealed by <see cref="PersonalData"/>; null when not known.</summary>
    public string? PhoneSealed { get; set; }

    /// <summary>Blind index of the phone number.</summary>
    public string? PhoneIndex { get; set; }

    /// <summary>Last four digits of the phone number, shown with the rest masked.</summary>
    public string PhoneEnd { get; set; } = "";

    /// <summary>The person this record was merged into; null for a record of its own.</summary>
    public Guid? MergedIntoId { get; set; }

    /// <summary>Invented for the demo city.</summary>
    public bool IsDemo { get; set; }
}

/// <summary>Where a mandate stands. Its end is told by <see cref="Mandate.ValidTo"/> and <see cref="Mandate.Cause"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MandateStatus>))]
public enum MandateStatus
{
    /// <summary>Elected; the election's validity is not examined yet. No rights follow.</summary>
    Elected,

    /// <summary>Before the credentials committee (代表资格审查). No rights follow.</summary>
    Review,

    /// <summary>Confirmed and announced: the person is a deputy.</summary>
    Active,

    /// <summary>Suspended under art. 61 of the Deputies Law. Its rights rest.</summary>
    Suspended,
}

/// <summary>A seat in one congress for a period. One person may hold several, one after another or at once.</summary>
public sealed class Mandate : IDated, ICounted
{
    /// <summary>Id of the book in which mandates are counted.</summary>
    public const string Book = "mandates";

    /// <inheritdoc />
    public Guid Id { get; set; }

    /// <inheritdoc />
    public DateTime ValidFrom { get; set; }

    /// <inheritdoc />
    public DateTime? ValidTo { get; set; }

    /// <inheritdoc />
    public bool Latest { get; set; } = true;

    /// <summary>Who holds it.</summary>
    public Guid PersonId { get; set; }

    /// <summary>The congress.</summary>
    public Guid CongressId { get; set; }

    /// <summary>The congress's term (届); null where none is recorded.</summary>
    public Guid? TermId { get; set; }

    /// <summary>The constituency or electing unit; null where none is recorded.</summary>
    public Guid? ConstituencyId { get; set; }

    /// <summary>The delegation (代表团); null for none.</summary>
    public Guid? DelegationId { get; set; }

    /// <summary>The deputies' group (代表小组); null for none.</summary>
    public Guid? GroupId { get; set; }

    /// <summary>Division code of the place represented.</summary>
    public long Region { get; set; }

    /// <summary>Number of the deputy's certificate; empty when not given yet.</summary>
    public string CertificateNo { get; set; } = "";

    /// <summary>Where it stands.</summary>
    public MandateStatus Status { get; set; } = MandateStatus.Active;

    /// <summary>Filled by a by-election (补选).</summary>
    public bool ByElection { get; set; }

    /// <summary>Id of the cause of its suspension or its end, of <see cref="MandateCause"/>; empty for none.</summary>
    public string Cause { get; set; } = "";

    /// <summary>Number or title of the announcement (公告) or decision by which it came to be so.</summary>
    public string Document { get; set; } = "";

    (string Book, Guid Source) ICounted.Counted => (Book, Id);

    /// <summary>Whether rights follow from it at a moment (UTC).</summary>
    public bool Holds(DateTime at) => Status == MandateStatus.Active && ValidFrom <= at && (ValidTo is null || ValidTo > at);
}

/// <summary>Why a mandate is suspended or ends, by the Deputies Law (代表法, 2025).</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Name">In words.</param>
/// <param name="Ends">True when it ends the mandate (art. 62), false when it suspends it (art. 61).</param>
/// <param name="Basis">Article.</param>
public sealed record MandateCause(string Id, Words Name, bool Ends, Words Basis)
{
    private static readonly Words Art61 = new("代表法第六十一条", "Deputies Law, art. 61"), Art62 = new("代表法第六十二条", "Deputies Law, art. 62");

    /// <summary>All causes the law names, and the end of the term.</summary>
    public static IReadOnlyList<MandateCause> All { get; } =
    [
        new("custody", new("因刑事案件被羁押正在受侦查、起诉、审判", "In custody under criminal investigation or trial"), false, Art61),
        new("sentence", new("被依法判处管制、拘役或者有期徒刑而没有附加剥夺政治权利，正在服刑", "Serving a sentence without loss of political rights"), false, Art61),
        new("moved", new("迁出或者调离本行政区域", "Moved or transferred out of the area"), true, Art62),
        new("resigned", new("辞职被接受", "Resignation accepted"), true, Art62),
        new("ordered-resignation", new("责令辞职被接受", "Ordered resignation accepted"), true, Art62),
        new("absent", new("未经批准两次不出席本级人民代表大会会议", "Missed two sessions without approval"), true, Art62),
        new("recalled", new("被罢免", "Recalled"), true, Art62),
        new("nationality", new("丧失中华人民共和国国籍", "Lost nationality"), true, Art62),
        new("political-rights", new("依照法律被剥夺政治权利", "Deprived of political rights"), true, Art62),
        new("capacity", new("丧失行为能力", "Lost legal capacity"), true, Art62),
        new("death", new("去世", "Death"), true, Art62),
        new("term", new("任期届满", "End of the term"), true, new("代表法第四条", "Deputies Law, art. 4")),
        new("invalid", new("代表资格审查无效", "Election found invalid"), true, new("选举法第四十七条", "Election Law, art. 47")),
    ];

    /// <summary>The cause of that id, or null.</summary>
    public static MandateCause? Find(string id) => All.FirstOrDefault(c => c.Id == id);
}

/// <summary>
/// A place in an organisation for a period: a job, an appointed office (任命人员), a seat in a committee, membership of a
/// delegation's head or a deputies' group.
/// </summary>
public sealed class Post : IDated
{
    /// <inheritdoc />
    public Guid Id { get; set; }

    /// <inheritdoc />
    public DateTime ValidFrom { get; set; }

    /// <inheritdoc />
    public DateTime? ValidTo { get; set; }

    /// <inheritdoc />
    public bool Latest { get; set; } = true;

    /// <summary>Who holds it.</summary>
    public Guid PersonId { get; set; }

    /// <summary>Where.</summary>
    public Guid OrganisationId { get; set; }

    /// <summary>Title, e.g. 主任.</summary>
    public string Title { get; set; } = "";

    /// <summary>True when a congress or its standing committee appointed or elected to it.</summary>
    public bool Appointed { get; set; }

    /// <summary>Number or title of the decision of appointment or removal; empty for none.</summary>
    public string Document { get; set; } = "";

    /// <summary>Votes for the appointment; null when not recorded.</summary>
    public int? For { get; set; }

    /// <summary>Votes against.</summary>
    public int? Against { get; set; }

    /// <summary>Abstentions.</summary>
    public int? Abstained { get; set; }
}

internal sealed class PersonConfiguration : IEntityTypeConfiguration<Person>, IEntityTypeConfiguration<Mandate>, IEntityTypeConfiguration<Post>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.ToTable("people");
        builder.Dated();
        builder.HasIndex(p => new { p.Name, p.Id });
        builder.HasIndex(p => p.IdNumberIndex);
        builder.HasIndex(p => p.PhoneIndex);
    }

    public void Configure(EntityTypeBuilder<Mandate> builder)
    {
        builder.ToTable("mandates");
        builder.Dated();
        builder.Property(m => m.Status).HasConversion<string>().HasMaxLength(20).HasDefaultValue(MandateStatus.Active).HasSentinel(MandateStatus.Active);
        builder.Property(m => m.Cause).HasMaxLength(40);
        builder.HasIndex(m => m.PersonId);
        builder.HasIndex(m => new { m.CongressId, m.Region });
        builder.HasIndex(m => m.Region);
    }

    public void Configure(EntityTypeBuilder<Post> builder)
    {
        builder.ToTable("posts");
        builder.Dated();
        builder.HasIndex(p => p.PersonId);
        builder.HasIndex(p => p.OrganisationId);
    }
}
