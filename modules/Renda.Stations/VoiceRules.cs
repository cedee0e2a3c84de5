using System.Globalization;
using System.Text.Json.Nodes;
using Renda.Platform.Matters;
using Renda.Platform.Procedures;

namespace Renda.Stations;

/// <summary>Guards and effects of the loop of a citizen's matter.</summary>
public static class VoiceRules
{
    /// <summary>Registers them.</summary>
    public static ProcedureRules AddVoiceRules(this ProcedureRules rules) => rules
        .AddEffect("stations.classify", d => [new Titled(d.Text("title"), d.Text("category"))])
        // The station's own part is done when it has looked it through; it sees the rest.
        .AddEffect("stations.hold", d => d.Matter.Assignments.Where(a => a is { Kind: "coordinator", State: "assigned" }).Select(a => new AssignmentMoved(a.Id, "accepted", null)))
        .AddEffect("stations.offer", d => [new TakenUp(Guid.Parse(d.Text("deputy")))])
        .AddEffect("stations.offer-if-named", d => d.Text("deputy") is { Length: > 0 } deputy ? [new TakenUp(Guid.Parse(deputy))] : [])
        .AddGuard("stations.is-offered", d => d.Matter.Matter.ReporterId is null ? new("stations.nobody", new("还没有交给代表。", "No deputy has it.")) : null)
        .AddEffect("stations.claim", d => d.Actor.PersonId is { } me ? [new TakenUp(me)] : [])
        .AddEffect("stations.put-back", _ => [new TakenUp(null)])
        .AddGuard("stations.no-parts", d => d.Matter.Matter.Redone > 0 ? new("stations.keep-it", new("群众再次反映的，请原来的代表办到底。", "What was said again stays with its deputy."), 409) : null)
        .AddEffect("stations.channel", d => [new DataSet(new JsonObject { ["channel"] = d.Text("channel") })])
        .AddEffect("stations.answer", d => [Told(d, d.Action.Id == "feed-back" ? "unit" : "deputy")])
        .AddEffect("stations.convert", d => [Told(d, "converted"), new DataSet(new JsonObject { ["convertedTo"] = d.Text("kind") })])
        .AddGuard("stations.is-project", d => d.Text("kind") == "project" ? null : new("stations.no-project", new("没有转为民生实事项目。", "It becomes no project.")))
        .AddEffect("stations.level", d => [new DataSet(new JsonObject { ["level"] = d.Text("level") })])
        .AddGuard("stations.is-town", d => d.Text("level") == "town" ? null : new("stations.not-town", new("不由乡镇办理。", "Not the town's.")))
        // Who gave it gives it again when it comes back.
        .AddGuard("stations.was-town", d => Data(d, "givenBy") == "station" ? null : new("stations.not-town", new("不由乡镇办理。", "Not the town's.")))
        .AddEffect("stations.pass-up", _ => [new DataSet(new JsonObject { ["level"] = "county" })])
        .AddEffect("stations.assign-town", d => [.. KernelRules.Assign(d, "stations.handle", "stations.opinion"), new DataSet(new JsonObject { ["level"] = "town", ["givenBy"] = "station", ["extended"] = null })])
        .AddEffect("stations.assign", d => Assign(d, "office"))
        // What a unit hands back, or did not do well, goes on by the office as everything else does.
        .AddEffect("stations.assign-straight", d => Assign(d, "deputy"))
        .AddEffect("stations.reply", d => [new DataSet(new JsonObject { ["reply"] = new JsonObject { ["unit"] = d.Grant?.OrganisationId?.ToString(), ["text"] = d.Text("text"), ["at"] = Instant(d.Now) } })])
        .AddEffect("stations.object", d => [new DataSet(new JsonObject { ["objections"] = Number(d, "objections") + 1 })])
        .AddGuard("stations.once", d => d.Matter.Body.Data["extended"] is null ? null : new("stations.extended", new("已经延长过一次，不能再延长。", "It was extended once already."), 409))
        .AddEffect("stations.extended", _ => [new DataSet(new JsonObject { ["extended"] = true })])
        .AddEffect("stations.rate", d =>
        [
            new Rated(int.Parse(d.Text("score"), CultureInfo.InvariantCulture), int.Parse(d.Text("score"), CultureInfo.InvariantCulture)),
            new DataSet(new JsonObject { ["reopenUntil"] = Instant(d.StartClock("stations.reopen").DueAt) }),
        ])
        .AddGuard("stations.reopen-once", d => d.Matter.Matter.Redone > 0
            ? new("stations.reopened", new("已经再次反映过一次，不能再重复。如有新的问题，请重新反映。", "It was said again once already; a new problem is said anew."), 409)
            : Data(d, "reopenUntil") is { Length: > 0 } until && d.Now >= DateTime.Parse(until, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)
                ? new("stations.reopen-late", new("再次反映的时间已经过了，如有新的问题，请重新反映。", "The time for that has passed; a new problem is said anew."), 409)
                : null)
        .AddEffect("stations.reopen", d => [new Redone(), new DataSet(new JsonObject { ["again"] = d.Text("reason"), ["level"] = null, ["extended"] = null })])
        .AddGuard("stations.unrated", d => d.Matter.Matter.State == "answered" ? null : new("stations.not-answered", new("还没有答复。", "Not answered.")))
        // What nobody rated in time is closed so, and counted in no rate; everything else is brought to notice.
        .AddEffect("stations.time-up", d => d.Matter.Matter.State == "answered" ? [new Rated(4, 4)] : [new Escalated(d.Matter.Matter.Escalation + 1)])
        .AddEffect("stations.publish", d => [new DataSet(new JsonObject { ["published"] = new JsonObject { ["text"] = d.Text("publicText"), ["answer"] = d.Text("publicAnswer"), ["at"] = Instant(d.Now) } }), new Published(true)])
        .AddGuard("stations.is-published", d => d.Matter.Body.Data["published"] is null ? new("stations.not-published", new("没有公开。", "It is not published."), 409) : null)
        .AddEffect("stations.unpublish", _ => [new DataSet(new JsonObject { ["published"] = null }), new Published(false)]);

    private static IEnumerable<Change> Assign(Decision d, string by) =>
    [
        .. KernelRules.Assign(d, d.Text("level") switch { "city" => "stations.handle-city", "county" => "stations.handle-county", _ => "stations.handle" }, "stations.opinion"),
        new DataSet(new JsonObject { ["level"] = d.Text("level"), ["givenBy"] = by, ["extended"] = null }),
    ];

    // What the citizen reads; the first time counts for how long it took.
    private static DataSet Told(Decision d, string by) => new(new JsonObject
    {
        ["told"] = new JsonObject { ["text"] = d.Text("text"), ["at"] = Instant(d.Now), ["by"] = d.Actor.Name, ["how"] = by },
        ["answeredAt"] = Data(d, "answeredAt") is { Length: > 0 } first ? first : Instant(d.Now),
    });

    private static int Number(Decision d, string name) => d.Matter.Body.Data[name]?.GetValue<int>() ?? 0;

    private static string Data(Decision d, string name) => d.Matter.Body.Data[name]?.ToString() ?? "";

    private static string Instant(DateTime at) => at.ToString("o", CultureInfo.InvariantCulture);
}
