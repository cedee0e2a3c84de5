namespace Renda.Visits.Demo;

/// <summary>How far a finding of the demo has come.</summary>
public enum DemoStage
{
    /// <summary>Sent, not yet looked at.</summary>
    Submitted,

    /// <summary>Sent back to the deputy for completion.</summary>
    Returned,

    /// <summary>Merged into another finding.</summary>
    Duplicate,

    /// <summary>Not accepted; the right channel was named.</summary>
    NotAccepted,

    /// <summary>Found valid, waiting to be assigned.</summary>
    Verified,

    /// <summary>Assigned, not yet accepted by the unit.</summary>
    Assigned,

    /// <summary>The unit asks to give it back.</summary>
    ReturnRequested,

    /// <summary>Accepted and being handled.</summary>
    Handling,

    /// <summary>Replied, not yet checked.</summary>
    Replied,

    /// <summary>Checked, waiting for the deputy's rating.</summary>
    Checked,

    /// <summary>Rated and closed.</summary>
    Closed,

    /// <summary>The deputy was not satisfied; handled a second time.</summary>
    Redo,

    /// <summary>Closed after it was handled a second time.</summary>
    ClosedAfterRedo,
}

/// <summary>What was done to a finding.</summary>
public enum DemoAction
{
    /// <summary>Deputy sends it.</summary>
    Submit,

    /// <summary>Clerk sends it back for completion; the text says what is missing.</summary>
    Return,

    /// <summary>Deputy sends it again.</summary>
    Resubmit,

    /// <summary>Clerk finds it valid.</summary>
    Verify,

    /// <summary>Clerk merges it into the finding named by <see cref="DemoFinding.DuplicateOf"/>.</summary>
    Merge,

    /// <summary>Clerk does not accept it; the text names the right channel.</summary>
    Refuse,

    /// <summary>Clerk assigns it to the unit of the step.</summary>
    Assign,

    /// <summary>Unit asks to give it back; the text says why.</summary>
    RequestReturn,

    /// <summary>Unit accepts it.</summary>
    Accept,

    /// <summary>Co-handling unit gives its opinion.</summary>
    CoReply,

    /// <summary>Unit asks for more time; the text says why.</summary>
    RequestExtension,

    /// <summary>Clerk grants it.</summary>
    GrantExtension,

    /// <summary>Unit replies, usually with after-photos.</summary>
    Reply,

    /// <summary>Clerk finds the reply complete; the text gives the reason where there is no after-photo.</summary>
    Check,

    /// <summary>Deputy rates it.</summary>
    Evaluate,

    /// <summary>Sent to the unit a second time.</summary>
    Redo,

    /// <summary>Closed.</summary>
    Close,
}

/// <summary>Who does a step.</summary>
public enum DemoActor
{
    /// <summary>The deputy who found it.</summary>
    Deputy,

    /// <summary>The clerk of the county's deputies' office.</summary>
    Clerk,

    /// <summary>The leading unit.</summary>
    Unit,

    /// <summary>A co-handling unit.</summary>
    CoUnit,
}

/// <summary>The three grades of a rating.</summary>
public enum DemoRating
{
    /// <summary>满意.</summary>
    Satisfied,

    /// <summary>基本满意.</summary>
    PartlySatisfied,

    /// <summary>不满意.</summary>
    Dissatisfied,
}

/// <summary>A deputy's rating.</summary>
/// <param name="Attitude">Of how it was handled.</param>
/// <param name="Result">Of what came out.</param>
/// <param name="Remark">Remark; never empty where one of the two is not satisfied.</param>
public sealed record DemoEvaluation(DemoRating Attitude, DemoRating Result, string Remark);

/// <summary>A photo to be drawn by <see cref="DemoScenes.Draw"/>.</summary>
/// <param name="Seed">Seed of the scene.</param>
/// <param name="After">True for the mended place.</param>
/// <param name="TakenAtUtc">Time taken, never after it was sent.</param>
/// <param name="Latitude">WGS-84 degrees.</param>
/// <param name="Longitude">WGS-84 degrees.</param>
public sealed record DemoPhoto(int Seed, bool After, DateTime TakenAtUtc, double Latitude, double Longitude);

/// <summary>A step in the life of a finding.</summary>
/// <param name="Action">What was done.</param>
/// <param name="AtUtc">When.</param>
/// <param name="Actor">By whom.</param>
/// <param name="UnitId">The unit concerned, for steps of and towards units.</param>
/// <param name="Text">Reply, reason or note.</param>
/// <param name="Evaluation">The rating, for <see cref="DemoAction.Evaluate"/>.</param>
/// <param name="Photos">After-photos, for <see cref="DemoAction.Reply"/>.</param>
public sealed record DemoStep(
    DemoAction Action, DateTime AtUtc, DemoActor Actor, string? UnitId = null, string? Text = null,
    DemoEvaluation? Evaluation = null, IReadOnlyList<DemoPhoto>? Photos = null);

/// <summary>A finding of the demo campaign.</summary>
public sealed record DemoFinding
{
    /// <summary>1 for the oldest.</summary>
    public required int Number { get; init; }

    /// <summary>Place in <see cref="Renda.Platform.Demo.DemoCity.Deputies"/>.</summary>
    public required int DeputyIndex { get; init; }

    /// <summary>12-digit code of the village.</summary>
    public required long VillageCode { get; init; }

    /// <summary>Name of the village.</summary>
    public required string VillageName { get; init; }

    /// <summary>Id of the concrete problem.</summary>
    public required string Problem { get; init; }

    /// <summary>What the deputy wrote.</summary>
    public required DemoTelling Telling { get; init; }

    /// <summary>WGS-84 degrees.</summary>
    public required double Latitude { get; init; }

    /// <summary>WGS-84 degrees.</summary>
    public required double Longitude { get; init; }

    /// <summary>Accuracy of the phone's position in metres.</summary>
    public required int AccuracyMetres { get; init; }

    /// <summary>How far it has come.</summary>
    public required DemoStage Stage { get; init; }

    /// <summary>The deputy's photos, at least one.</summary>
    public required IReadOnlyList<DemoPhoto> Photos { get; init; }

    /// <summary>Seeds of the deputy's videos (<see cref="DemoVideos.Make"/>), none twice in the plan.</summary>
    public required IReadOnlyList<int> VideoSeeds { get; init; }

    /// <summary>The leading unit that the category and village suggest.</summary>
    public required string LeadUnitId { get; init; }

    /// <summary>Co-handling units; none for most.</summary>
    public required IReadOnlyList<string> CoUnitIds { get; init; }

    /// <summary>What happened, oldest first; begins with <see cref="DemoAction.Submit"/>.</summary>
    public required IReadOnlyList<DemoStep> Steps { get; init; }

    /// <summary>The finding it repeats: merged into it when <see cref="Stage"/> is <see cref="DemoStage.Duplicate"/>, else still to be noticed.</summary>
    public int? DuplicateOf { get; init; }

    /// <summary>True when the unit's first reply came, or is still missing, after the deadline in weekdays (holidays not counted).</summary>
    public required bool IsLate { get; init; }

    /// <summary>When it was sent.</summary>
    public DateTime ReportedAtUtc => Steps[0].AtUtc;

    /// <summary>True when it is closed after rating.</summary>
    public bool IsClosed => Stage is DemoStage.Closed or DemoStage.ClosedAfterRedo;

    /// <summary>True when it is closed and has an after-photo.</summary>
    public bool IsClosedWithProof => IsClosed && Steps.Any(s => s.Photos is { Count: > 0 });
}

/// <summary>A visit of the demo campaign.</summary>
/// <param name="Number">From 1.</param>
/// <param name="LeaderIndex">The deputy who leads, place in <see cref="Renda.Platform.Demo.DemoCity.Deputies"/>.</param>
/// <param name="CompanionIndexes">Deputies who come along.</param>
/// <param name="VillageCode">12-digit code of the village.</param>
/// <param name="BeganAtUtc">Begin.</param>
/// <param name="EndedAtUtc">End, after the last finding, not after now.</param>
/// <param name="FindingNumbers">What was found; none is a result too.</param>
public sealed record DemoVisit(
    int Number, int LeaderIndex, IReadOnlyList<int> CompanionIndexes, long VillageCode, DateTime BeganAtUtc, DateTime EndedAtUtc, IReadOnlyList<int> FindingNumbers);
