using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Renda.Platform.Access;
using Renda.Platform.Calendar;

namespace Renda.Platform.Matters;

/// <summary>The part of a matter that is kept as JSON.</summary>
public sealed class MatterBody
{
    /// <summary>Typed data of the scenario.</summary>
    public JsonObject Data { get; set; } = [];

    /// <summary>Clocks by slot.</summary>
    public SortedDictionary<string, Clock> Clocks { get; set; } = [];

    /// <summary>The field of <see cref="Data"/> that only those see who act for an organisation, e.g. for its drafts.</summary>
    public static string Own(Guid organisation) => "own-" + organisation;

    /// <summary>The data without what is other organisations' own.</summary>
    public JsonObject DataFor(Actor actor)
    {
        var own = actor.Organisations.Select(Own).ToHashSet();
        return [.. Data.Where(p => !p.Key.StartsWith("own-", StringComparison.Ordinal) || own.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))];
    }
}

/// <summary>A matter with everything its events say of it. The only place where events become state.</summary>
public sealed class MatterFold
{
    /// <summary>Hash "before" the first event.</summary>
    public static readonly string NoHash = new('0', 64);

    private MatterBody? _body;

    /// <summary>An empty fold, to replay events onto.</summary>
    public MatterFold() : this(new Matter(), [], [], [], [])
    {
    }

    /// <summary>A fold of what the rows say; they are copied.</summary>
    public MatterFold(Matter matter, IEnumerable<Assignment> assignments, IEnumerable<MatterMedia> media, IEnumerable<MatterLink> links, IEnumerable<MatterReporter> reporters)
    {
        Matter = matter.Clone();
        Assignments = [.. assignments.Select(a => a.Clone()).OrderBy(a => a.AssignedAt).ThenBy(a => a.Id)];
        Media = [.. media.OrderBy(m => m.Position)];
        Links = [.. links];
        Reporters = [.. reporters];
    }

    /// <summary>The row.</summary>
    public Matter Matter { get; }

    /// <summary>The units' parts.</summary>
    public List<Assignment> Assignments { get; }

    /// <summary>Photos, videos and documents in order.</summary>
    public List<MatterMedia> Media { get; }

    /// <summary>Links from this matter.</summary>
    public List<MatterLink> Links { get; }

    /// <summary>Everyone who raised it.</summary>
    public List<MatterReporter> Reporters { get; }

    /// <summary>Data and clocks.</summary>
    public MatterBody Body => _body ??= JsonSerializer.Deserialize<MatterBody>(Matter.Body, EventContent.Json)!;

    /// <summary>The lead unit's part that is not returned, or null.</summary>
    public Assignment? Lead => Assignments.LastOrDefault(a => a.Kind == "lead" && a.State != "returned");

    /// <summary>The parts of those who have to reply: the lead unit's, or each separate handler's.</summary>
    public IEnumerable<Assignment> Repliers => Assignments.Where(a => a.Kind is "lead" or "separate" && a.State != "returned");

    /// <summary>A copy to fold further.</summary>
    public MatterFold Clone() => new(Matter, Assignments, Media, Links, Reporters);

    /// <summary>Applies one event.</summary>
    public void Apply(MatterEvent @event) => Apply(@event, EventContent.Parse(@event.Content));

    internal void Apply(MatterEvent @event, EventContent content)
    {
        foreach (var change in content.Changes) Apply(change, @event);
        Matter.Version = @event.Version;
        Matter.UpdatedAt = @event.At;
        Matter.Hash = @event.Hash;
        if (_body is not null) Matter.Body = JsonSerializer.Serialize(_body, EventContent.Json);
        MarkParts();
    }

    /// <summary>Notes on each part and each reporter what their lists are read by. Once more when the matter has got its place in the order of arrival.</summary>
    internal void MarkParts()
    {
        foreach (var reporter in Reporters) reporter.MatterSerial = Matter.Serial;
        foreach (var part in Assignments)
        {
            // One of a unit's other parts stands for all of them, so that each matter is in its list once.
            var beside = Other(part) && !Assignments.Any(a => a.UnitId == part.UnitId && a.Id.CompareTo(part.Id) < 0 && Other(a));
            (part.Scenario, part.MatterState, part.MatterSerial, part.Beside) = (Matter.Scenario, Matter.State, Matter.Serial, beside);
        }

        static bool Other(Assignment part) => part.Kind != "lead" || part.State == "returned";
    }

    private void Apply(Change change, MatterEvent @event)
    {
        var at = @event.At;
        switch (change)
        {
            case Created created:
                Matter.Id = created.Id;
                Matter.Scenario = created.Scenario;
                Matter.Procedure = created.Procedure;
                Matter.ProcedureVersion = created.ProcedureVersion;
                Matter.Number = created.Number;
                Matter.Title = created.Title;
                Matter.ContextId = created.ContextId;
                Matter.Category = created.Category;
                Matter.ReporterId = created.ReporterId;
                Matter.OfficeId = created.OfficeId;
                Matter.OccurredAt = created.OccurredAt;
                Matter.SubmittedAt = at;
                Body.Data = (JsonObject)created.Data.DeepClone();
                if (created.ReporterId is { } reporter) Reporters.Add(new MatterReporter { MatterId = created.Id, PersonId = reporter, ViaMatterId = created.Id });
                break;
            case Moved moved:
                Matter.State = moved.State;
                Matter.Phase = moved.Phase;
                Matter.Closed = moved.Final;
                Matter.ClosedAt = moved.Final ? at : null;
                break;
            case DataSet data:
                foreach (var (key, value) in data.Fields)
                    if (value is null) Body.Data.Remove(key);
                    else Body.Data[key] = value.DeepClone();
                break;
            case Titled titled:
                Matter.Title = titled.Title;
                Matter.Category = titled.Category;
                break;
            case Placed placed:
                (Matter.Region, Matter.City, Matter.County, Matter.Town) = (placed.Region, placed.City, placed.County, placed.Town);
                (Matter.Latitude, Matter.Longitude) = (placed.Latitude, placed.Longitude);
                break;
            case ClockSet clock:
                if (clock.Clock is null) Body.Clocks.Remove(clock.Slot);
                else Body.Clocks[clock.Slot] = clock.Clock;
                ShowClock();
                break;
            case Assigned assigned:
                // One leads at a time.
                foreach (var former in Assignments.Where(a => a.Kind == "lead" && assigned.Kind == "lead")) former.State = "returned";
                Assignments.Add(new Assignment
                {
                    Id = assigned.Id, MatterId = Matter.Id, UnitId = assigned.UnitId, Kind = assigned.Kind, State = "assigned", AssignedAt = at, DueAt = assigned.DueAt,
                });
                if (assigned.Kind == "lead") Matter.LeadUnitId = assigned.UnitId;
                break;
            case AssignmentMoved moved:
                var assignment = Assignments.First(a => a.Id == moved.Id);
                assignment.State = moved.State;
                if (moved.DueAt is { } due) assignment.DueAt = due;
                if (moved.State == "answered") (assignment.AnsweredAt, assignment.Answer) = (at, moved.Answer);
                if (moved.State == "accepted") (assignment.AnsweredAt, assignment.Answer) = (null, null);
                if (moved.State == "returned" && assignment.Kind == "lead") Matter.LeadUnitId = null;
                break;
            case MediaAdded media:
                if (Media.Any(m => m.Sha256 == media.Sha256 && m.Role == media.Role)) break;
                Media.Add(new MatterMedia
                {
                    MatterId = Matter.Id, Sha256 = media.Sha256, Role = media.Role, Kind = media.Kind, Position = Media.Count + 1, TakenAt = media.TakenAt, DistanceMetres = media.DistanceMetres,
                });
                if (media.Role != "before") break;
                if (media.Kind == "photo") Matter.Photos++;
                if (media.Kind == "video") Matter.Videos++;
                if (media.Kind == "photo") Matter.Thumbnail ??= media.Sha256;
                break;
            case Linked linked:
                Links.Add(new MatterLink { FromId = Matter.Id, ToId = linked.To, Kind = linked.Kind });
                if (linked.Kind == "merged-into") Matter.MergedIntoId = linked.To;
                break;
            case Unlinked unlinked:
                Links.RemoveAll(l => l.ToId == unlinked.To && l.Kind == unlinked.Kind);
                if (unlinked.Kind == "merged-into") Matter.MergedIntoId = null;
                break;
            case ReporterAdded reporterAdded:
                if (Reporters.All(r => r.PersonId != reporterAdded.PersonId || r.ViaMatterId != reporterAdded.Via))
                    Reporters.Add(new MatterReporter { MatterId = Matter.Id, PersonId = reporterAdded.PersonId, ViaMatterId = reporterAdded.Via });
                break;
            case ReporterRemoved removed:
                Reporters.RemoveAll(r => r.PersonId == removed.PersonId && r.ViaMatterId == removed.Via);
                break;
            case Rated rated:
                (Matter.Attitude, Matter.Result) = (rated.Attitude, rated.Result);
                break;
            case Proved proved:
                Matter.Proven = proved.Proven;
                break;
            case Focused focused:
                Matter.Focus = focused.Focus;
                break;
            case Escalated escalated:
                Matter.Escalation = escalated.Level;
                break;
            case MarkedLate:
                Matter.Late = true;
                break;
            case Redone:
                Matter.Redone++;
                break;
            case Published published:
                Matter.Public = published.Public;
                break;
            case TakenUp taken:
                Reporters.RemoveAll(r => r.PersonId == Matter.ReporterId && r.ViaMatterId == Matter.Id);
                Matter.ReporterId = taken.PersonId;
                if (taken.PersonId is { } person) Reporters.Add(new MatterReporter { MatterId = Matter.Id, PersonId = person, ViaMatterId = Matter.Id });
                break;
            case Numbered numbered:
                Matter.Number = numbered.Number;
                break;
            default:
                throw new InvalidOperationException($"No fold for {change.GetType().Name}.");
        }
    }

    /// <summary>The earliest running clock is the one lists show; a clock that changed starts its escalation anew.</summary>
    private void ShowClock()
    {
        var running = Body.Clocks.Values.Where(c => c.StoppedAt is null && c.PausedAt is null).MinBy(c => c.DueAt);
        if (running?.DueAt != Matter.DueAt) Matter.Escalation = 0;
        Matter.DueAt = running?.DueAt;
        Matter.YellowAt = running?.YellowAt;
    }

    /// <summary>The hash that seals an event into its matter's chain.</summary>
    public static string HashOf(MatterEvent e)
    {
        // Lengths before texts, so that no two different events can give the same bytes.
        var text = new StringBuilder(e.Content.Length + 400);
        foreach (var part in (ReadOnlySpan<string>)[e.PreviousHash, e.MatterId.ToString("N"), e.Version.ToString(), e.Action, e.At.Ticks.ToString(), e.ActorId?.ToString("N") ?? "", e.ActorName, e.OnBehalfOf?.ToString("N") ?? "", e.Reason ?? "", e.IdempotencyKey ?? "", e.Content])
            text.Append(part.Length).Append(':').Append(part).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
