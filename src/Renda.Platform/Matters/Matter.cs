using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Matters;

/// <summary>
/// A matter (事项): one thing that moves through a loop. The row is the fold of its <see cref="MatterEvent"/>s and is
/// only ever written by <see cref="MatterFold"/>; <c>renda verify</c> replays the events and compares.
/// </summary>
public sealed class Matter
{
    /// <summary>UUIDv7; made on the phone for matters raised there, so that a retry is harmless.</summary>
    public Guid Id { get; internal set; }

    /// <summary>Order of arrival at the server, from 1, without gaps in what was committed; lists page by it.</summary>
    public long Serial { get; internal set; }

    /// <summary>Module it belongs to, e.g. <c>visits</c>.</summary>
    public string Scenario { get; internal set; } = "";

    /// <summary>Procedure it follows.</summary>
    public string Procedure { get; internal set; } = "";

    /// <summary>Version of the procedure it began under.</summary>
    public int ProcedureVersion { get; internal set; }

    /// <summary>Official number, e.g. 寻访〔2026〕975号.</summary>
    public string Number { get; internal set; } = "";

    /// <summary>One line that says what it is.</summary>
    public string Title { get; internal set; } = "";

    /// <summary>State of the procedure.</summary>
    public string State { get; internal set; } = "";

    /// <summary>Position of the state's phase in the procedure, from 0.</summary>
    public int Phase { get; internal set; }

    /// <summary>True when it has ended.</summary>
    public bool Closed { get; internal set; }

    /// <summary>12-digit division code of the place, as fine as known.</summary>
    public long Region { get; internal set; }

    /// <summary>Division code of the city the place is in.</summary>
    public long City { get; internal set; }

    /// <summary>Division code of the county the place is in; 0 when not known so finely.</summary>
    public long County { get; internal set; }

    /// <summary>Division code of the town the place is in; 0 when not known so finely.</summary>
    public long Town { get; internal set; }

    /// <summary>What it belongs to within its scenario, e.g. the campaign; null for none.</summary>
    public Guid? ContextId { get; internal set; }

    /// <summary>Category id within its scenario.</summary>
    public string Category { get; internal set; } = "";

    /// <summary>The person who raised it, or took it up for a citizen; null while nobody has.</summary>
    public Guid? ReporterId { get; internal set; }

    /// <summary>The office of the congress that sees it through.</summary>
    public Guid OfficeId { get; internal set; }

    /// <summary>The unit that leads its handling; null before it is assigned.</summary>
    public Guid? LeadUnitId { get; internal set; }

    /// <summary>When it happened or was seen, as told by the reporter (UTC).</summary>
    public DateTime OccurredAt { get; internal set; }

    /// <summary>When the server took it in (UTC).</summary>
    public DateTime SubmittedAt { get; internal set; }

    /// <summary>When it last changed (UTC).</summary>
    public DateTime UpdatedAt { get; internal set; }

    /// <summary>When it ended (UTC).</summary>
    public DateTime? ClosedAt { get; internal set; }

    /// <summary>When the running clock runs out (UTC); null while none runs.</summary>
    public DateTime? DueAt { get; internal set; }

    /// <summary>When the running clock turns yellow (UTC).</summary>
    public DateTime? YellowAt { get; internal set; }

    /// <summary>How often the running clock has been escalated: 0, 1 (clerk told), 2 (office head told).</summary>
    public int Escalation { get; internal set; }

    /// <summary>WGS-84 latitude in degrees; null when not known.</summary>
    public double? Latitude { get; internal set; }

    /// <summary>WGS-84 longitude in degrees.</summary>
    public double? Longitude { get; internal set; }

    /// <summary>SHA-256 of its first photo, for lists.</summary>
    public string? Thumbnail { get; internal set; }

    /// <summary>Photos attached by the reporter.</summary>
    public int Photos { get; internal set; }

    /// <summary>Videos attached by the reporter.</summary>
    public int Videos { get; internal set; }

    /// <summary>Judgement of the handling's attitude: 0 none, 1 satisfied, 2 basically, 3 not, 4 not returned.</summary>
    public int Attitude { get; internal set; }

    /// <summary>Judgement of the handling's result; values as <see cref="Attitude"/>.</summary>
    public int Result { get; internal set; }

    /// <summary>True when a clock of a handling unit ran out before it answered.</summary>
    public bool Late { get; internal set; }

    /// <summary>True when it was closed with an after-photo near the first point.</summary>
    public bool Proven { get; internal set; }

    /// <summary>True when it is listed as a focus of inspection.</summary>
    public bool Focus { get; internal set; }

    /// <summary>True when the scenario shows a version of it to everybody.</summary>
    public bool Public { get; internal set; }

    /// <summary>How often it had to be done again.</summary>
    public int Redone { get; internal set; }

    /// <summary>The matter it was merged into.</summary>
    public Guid? MergedIntoId { get; internal set; }

    /// <summary>Typed data of the scenario and the clocks, as JSON (<see cref="MatterBody"/>).</summary>
    public string Body { get; internal set; } = "{}";

    /// <summary>Counts its events; an action names the version it was decided on.</summary>
    public int Version { get; internal set; }

    /// <summary>Hash of its newest event, lower-case hex SHA-256.</summary>
    public string Hash { get; internal set; } = "";

    /// <summary>A copy that can be folded further without touching this one.</summary>
    internal Matter Clone() => (Matter)MemberwiseClone();
}

/// <summary>A unit's part in the handling of a matter.</summary>
public sealed class Assignment
{
    /// <summary>Id of the assignment.</summary>
    public Guid Id { get; internal set; }

    /// <summary>The matter.</summary>
    public Guid MatterId { get; internal set; }

    /// <summary>The unit.</summary>
    public Guid UnitId { get; internal set; }

    /// <summary><c>lead</c> (主办), <c>co</c> (会办), <c>separate</c> (分办) or <c>coordinator</c>, who gives it on to units (政府办分办).</summary>
    public string Kind { get; internal set; } = "";

    /// <summary><c>assigned</c>, <c>accepted</c>, <c>drafted</c> (an answer waits for the head's signature), <c>answered</c> or <c>returned</c>.</summary>
    public string State { get; internal set; } = "";

    /// <summary>When it was given (UTC).</summary>
    public DateTime AssignedAt { get; internal set; }

    /// <summary>When its answer is due (UTC).</summary>
    public DateTime DueAt { get; internal set; }

    /// <summary>When it answered (UTC).</summary>
    public DateTime? AnsweredAt { get; internal set; }

    /// <summary>What it answered.</summary>
    public string? Answer { get; internal set; }

    /// <summary>Module of the matter, as it stands there: with the two below an index gives a unit's parts newest first.</summary>
    public string Scenario { get; internal set; } = "";

    /// <summary>State of the matter, as it stands there.</summary>
    public string MatterState { get; internal set; } = "";

    /// <summary>Order of the matter's arrival, as it stands there.</summary>
    public long MatterSerial { get; internal set; }

    /// <summary>Whether it is another part than that of the matter's present lead: of several of one unit, the one with the smallest id.</summary>
    public bool Beside { get; internal set; }

    internal Assignment Clone() => (Assignment)MemberwiseClone();
}

/// <summary>A photo, video or document of a matter.</summary>
public sealed class MatterMedia
{
    /// <summary>The matter.</summary>
    public Guid MatterId { get; internal set; }

    /// <summary>Content address.</summary>
    public string Sha256 { get; internal set; } = "";

    /// <summary>What it shows: <c>before</c>, <c>after</c> or <c>document</c>.</summary>
    public string Role { get; internal set; } = "";

    /// <summary><c>photo</c>, <c>video</c> or <c>document</c>.</summary>
    public string Kind { get; internal set; } = "";

    /// <summary>Order within the matter, from 1.</summary>
    public int Position { get; internal set; }

    /// <summary>When it was taken, as the phone or the file says (UTC).</summary>
    public DateTime? TakenAt { get; internal set; }

    /// <summary>Distance in metres between where it was taken and the matter's first point; null when not known.</summary>
    public double? DistanceMetres { get; internal set; }
}

/// <summary>A link (关联) from one matter to another.</summary>
public sealed class MatterLink
{
    /// <summary>From.</summary>
    public Guid FromId { get; internal set; }

    /// <summary>To.</summary>
    public Guid ToId { get; internal set; }

    /// <summary><c>merged-into</c>, <c>became-focus-of</c>, <c>converted-to</c>, <c>raised-by</c> or <c>evidence-for</c>.</summary>
    public string Kind { get; internal set; } = "";
}

/// <summary>A person who raised a matter: the first reporter and those of merged duplicates.</summary>
public sealed class MatterReporter
{
    /// <summary>The matter.</summary>
    public Guid MatterId { get; internal set; }

    /// <summary>The person.</summary>
    public Guid PersonId { get; internal set; }

    /// <summary>The matter the person raised: this one, or the duplicate that was merged into it.</summary>
    public Guid ViaMatterId { get; internal set; }

    /// <summary>Order of the matter's arrival, as it stands there: so an index gives a person's newest first.</summary>
    public long MatterSerial { get; internal set; }
}

/// <summary>One thing that happened to a matter: the truth, never changed, hash-chained per matter.</summary>
public sealed class MatterEvent
{
    /// <summary>Order over all matters, in commit order; the cursor of the change feed.</summary>
    public long Seq { get; internal set; }

    /// <summary>The matter.</summary>
    public Guid MatterId { get; internal set; }

    /// <summary>Counts the matter's events, from 1.</summary>
    public int Version { get; internal set; }

    /// <summary>Action taken, e.g. <c>assign</c>.</summary>
    public string Action { get; internal set; } = "";

    /// <summary>When (UTC).</summary>
    public DateTime At { get; internal set; }

    /// <summary>The account that acted; null for the platform itself.</summary>
    public Guid? ActorId { get; internal set; }

    /// <summary>Name of who acted, as it was then.</summary>
    public string ActorName { get; internal set; } = "";

    /// <summary>The organisation on whose behalf; null for oneself.</summary>
    public Guid? OnBehalfOf { get; internal set; }

    /// <summary>Why, when a reason was asked for.</summary>
    public string? Reason { get; internal set; }

    /// <summary>What was said and what changed, as JSON (<see cref="EventContent"/>).</summary>
    public string Content { get; internal set; } = "";

    /// <summary>Hash of the event before, or 64 zeros for the first.</summary>
    public string PreviousHash { get; internal set; } = "";

    /// <summary>SHA-256 over <see cref="PreviousHash"/> and everything above except <see cref="Seq"/>.</summary>
    public string Hash { get; internal set; } = "";

    /// <summary>The client's key that makes a retry of the action harmless; null when none was given.</summary>
    public string? IdempotencyKey { get; internal set; }
}

/// <summary>What an action was: the form as it was filled in, and what it changed.</summary>
/// <param name="Form">The person's answers.</param>
/// <param name="Changes">What followed, in order.</param>
public sealed record EventContent(JsonObject Form, IReadOnlyList<Change> Changes)
{
    /// <summary>JSON as stored: short, Chinese readable.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Reads a stored content.</summary>
    public static EventContent Parse(string json) => JsonSerializer.Deserialize<EventContent>(json, Json)!;
}

internal sealed class MatterConfiguration :
    IEntityTypeConfiguration<Matter>, IEntityTypeConfiguration<Assignment>, IEntityTypeConfiguration<MatterMedia>,
    IEntityTypeConfiguration<MatterLink>, IEntityTypeConfiguration<MatterReporter>, IEntityTypeConfiguration<MatterEvent>
{
    public void Configure(EntityTypeBuilder<Matter> builder)
    {
        builder.ToTable("matters");
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.HasIndex(m => m.Serial).IsUnique();
        // One index per scope a list is read by: equality on the scenario and the scope, then newest first. A small scenario
        // is read as fast as if the large ones were not there.
        builder.HasIndex(m => new { m.Scenario, m.City, m.State, m.Serial });
        builder.HasIndex(m => new { m.Scenario, m.City, m.Serial });
        builder.HasIndex(m => new { m.Scenario, m.County, m.State, m.Serial });
        builder.HasIndex(m => new { m.Scenario, m.County, m.Serial });
        builder.HasIndex(m => new { m.Scenario, m.Town, m.State, m.Serial });
        builder.HasIndex(m => new { m.Scenario, m.Town, m.Serial });
        builder.HasIndex(m => new { m.ReporterId, m.Serial });
        builder.HasIndex(m => new { m.LeadUnitId, m.Scenario, m.State, m.Serial });
        builder.HasIndex(m => new { m.LeadUnitId, m.Scenario, m.Serial });
        builder.HasIndex(m => new { m.ContextId, m.Category, m.Serial });
        builder.HasIndex(m => new { m.Scenario, m.Serial }).HasFilter("public");
        builder.HasIndex(m => m.DueAt);
        builder.HasIndex(m => new { m.Latitude, m.Longitude });
        builder.HasIndex(m => m.Number);
    }

    public void Configure(EntityTypeBuilder<Assignment> builder)
    {
        builder.ToTable("assignments");
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.HasIndex(a => a.MatterId);
        builder.HasIndex(a => new { a.UnitId, a.Beside, a.Scenario, a.MatterState, a.MatterSerial });
        builder.HasIndex(a => new { a.UnitId, a.Beside, a.Scenario, a.MatterSerial });
    }

    public void Configure(EntityTypeBuilder<MatterMedia> builder)
    {
        builder.ToTable("matter_media");
        builder.HasKey(m => new { m.MatterId, m.Sha256, m.Role });
        builder.HasIndex(m => m.Sha256);
    }

    public void Configure(EntityTypeBuilder<MatterLink> builder)
    {
        builder.ToTable("matter_links");
        builder.HasKey(l => new { l.FromId, l.ToId, l.Kind });
        builder.HasIndex(l => l.ToId);
    }

    public void Configure(EntityTypeBuilder<MatterReporter> builder)
    {
        builder.ToTable("matter_reporters");
        builder.HasKey(r => new { r.MatterId, r.PersonId, r.ViaMatterId });
        builder.HasIndex(r => new { r.PersonId, r.MatterSerial });
    }

    public void Configure(EntityTypeBuilder<MatterEvent> builder)
    {
        builder.ToTable("matter_events");
        builder.HasKey(e => e.Seq);
        builder.Property(e => e.Seq).ValueGeneratedNever();
        builder.HasIndex(e => new { e.MatterId, e.Version }).IsUnique();
    }
}
