using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Renda.Platform.Calendar;

namespace Renda.Platform.Matters;

/// <summary>One atom of what an event changes. The stored names never change; new kinds may be added.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$")]
[JsonDerivedType(typeof(Created), "created")]
[JsonDerivedType(typeof(Moved), "moved")]
[JsonDerivedType(typeof(DataSet), "data")]
[JsonDerivedType(typeof(Titled), "titled")]
[JsonDerivedType(typeof(Placed), "placed")]
[JsonDerivedType(typeof(ClockSet), "clock")]
[JsonDerivedType(typeof(Assigned), "assigned")]
[JsonDerivedType(typeof(AssignmentMoved), "assignment")]
[JsonDerivedType(typeof(MediaAdded), "media")]
[JsonDerivedType(typeof(Linked), "linked")]
[JsonDerivedType(typeof(Unlinked), "unlinked")]
[JsonDerivedType(typeof(ReporterAdded), "reporter")]
[JsonDerivedType(typeof(ReporterRemoved), "reporter-removed")]
[JsonDerivedType(typeof(Rated), "rated")]
[JsonDerivedType(typeof(Proved), "proved")]
[JsonDerivedType(typeof(Focused), "focused")]
[JsonDerivedType(typeof(Escalated), "escalated")]
[JsonDerivedType(typeof(MarkedLate), "late")]
[JsonDerivedType(typeof(Redone), "redone")]
[JsonDerivedType(typeof(Numbered), "numbered")]
[JsonDerivedType(typeof(Published), "published")]
[JsonDerivedType(typeof(TakenUp), "taken-up")]
public abstract record Change;

/// <summary>The matter came into being.</summary>
public sealed record Created(
    Guid Id, string Scenario, string Procedure, int ProcedureVersion, string Number, string Title, Guid? ContextId, string Category,
    Guid? ReporterId, Guid OfficeId, DateTime OccurredAt, JsonObject Data) : Change;

/// <summary>It went to another state.</summary>
/// <param name="State">Id of the new state.</param>
/// <param name="Phase">Position of that state's phase.</param>
/// <param name="Final">True when it ended there.</param>
public sealed record Moved(string State, int Phase, bool Final) : Change;

/// <summary>Fields of the scenario's data were set; a null value removes the field.</summary>
public sealed record DataSet(JsonObject Fields) : Change;

/// <summary>Title or category changed.</summary>
public sealed record Titled(string Title, string Category) : Change;

/// <summary>The place became known. Codes of the city, county and town are kept so that the fold needs no directory.</summary>
public sealed record Placed(long Region, long City, long County, long Town, double? Latitude, double? Longitude) : Change;

/// <summary>A clock was started, paused, resumed, extended or stopped; null removes it.</summary>
/// <param name="Slot"><c>step</c> for the state's own clock, <c>handling</c> for the unit's.</param>
/// <param name="Clock">The clock as it is now.</param>
public sealed record ClockSet(string Slot, Clock? Clock) : Change;

/// <summary>A unit was given a part.</summary>
public sealed record Assigned(Guid Id, Guid UnitId, string Kind, DateTime DueAt) : Change;

/// <summary>A unit's part moved on.</summary>
/// <param name="Id">The part.</param>
/// <param name="State">Its new state.</param>
/// <param name="Answer">What the unit answered or drafted, or null.</param>
/// <param name="DueAt">A new day for its answer (UTC); null when it keeps the one it has.</param>
public sealed record AssignmentMoved(Guid Id, string State, string? Answer, DateTime? DueAt = null) : Change;

/// <summary>A photo, video or document was attached.</summary>
public sealed record MediaAdded(string Sha256, string Role, string Kind, DateTime? TakenAt, double? DistanceMetres) : Change;

/// <summary>A link was made.</summary>
public sealed record Linked(Guid To, string Kind) : Change;

/// <summary>A link was taken back.</summary>
public sealed record Unlinked(Guid To, string Kind) : Change;

/// <summary>A reporter joined through a merged duplicate.</summary>
public sealed record ReporterAdded(Guid PersonId, Guid Via) : Change;

/// <summary>A reporter left again because the merge was undone.</summary>
public sealed record ReporterRemoved(Guid PersonId, Guid Via) : Change;

/// <summary>The handling was judged; values as <see cref="Matter.Attitude"/>.</summary>
public sealed record Rated(int Attitude, int Result) : Change;

/// <summary>Whether the end is proven by an after-photo near the first point.</summary>
public sealed record Proved(bool Proven) : Change;

/// <summary>Listed as a focus of inspection, or no longer.</summary>
public sealed record Focused(bool Focus) : Change;

/// <summary>A clock that ran out was brought to somebody's notice.</summary>
/// <param name="Level">1 clerk, 2 office head.</param>
public sealed record Escalated(int Level) : Change;

/// <summary>The unit missed its day.</summary>
public sealed record MarkedLate : Change;

/// <summary>It got its official number, e.g. when it was accepted; until then it bore that of its arrival.</summary>
public sealed record Numbered(string Number) : Change;

/// <summary>It is shown to everybody, or no longer. What is shown is the scenario's to say; the matter itself stays with those who may see it.</summary>
public sealed record Published(bool Public) : Change;

/// <summary>Somebody takes up what a citizen raised and is its reporter from now on.</summary>
/// <param name="PersonId">Who; null when it is put back.</param>
public sealed record TakenUp(Guid? PersonId) : Change;

/// <summary>It has to be done again.</summary>
public sealed record Redone : Change;
