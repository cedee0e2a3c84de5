using System.Text.Json.Nodes;
using Renda.Platform;
using Renda.Platform.Matters;
using Renda.Platform.Procedures;

namespace Renda.Visits;

/// <summary>Guards and effects of the finding's loop.</summary>
public static class FindingRules
{
    /// <summary>An after-photo this near to the first point proves the mending, in metres, unless the campaign says otherwise.</summary>
    public const int DefaultProofMetres = 200;

    /// <summary>Dissatisfied this often, the matter closes as not solved instead of going round again.</summary>
    public const int MostRedos = 2;

    /// <summary>Registers them.</summary>
    public static ProcedureRules AddFindingRules(this ProcedureRules rules) => rules
        .AddGuard("visits.after-photo", d => d.Texts("media").Count == 0 && d.Text("noPhotoReason").Length == 0
            ? new Refusal("visits.after-photo-missing", new("请附上整改后的照片；确实没有的，请写明原因。", "Attach an after-photo, or say why there is none."), Field: "media")
            : null)
        .AddGuard("visits.proof-or-signed", d => !IsProven(d.Matter) && d.Text("signed").Length == 0
            ? new Refusal("visits.proof-missing", new($"整改照片不在原处 {ProofMetres(d.Matter)} 米以内。请退回，或写明同意办结的理由。", $"There is no after-photo within {ProofMetres(d.Matter)} m of the first point. Send it back, or sign for it with a reason."), Field: "signed")
            : null)
        .AddGuard("visits.reason-if-not", d => d.Matter.Body.Data["ratings"]?.ToString() is { } ratings && ratings.Split(',') is var allowed && !(allowed.Contains(d.Text("attitude")) && allowed.Contains(d.Text("result")))
            ? new Refusal("visits.rating-not-offered", new("这个寻访活动只评满意、不满意。", "This campaign asks for satisfied or not satisfied only."), Field: "result")
            : (d.Text("attitude") == "3" || d.Text("result") == "3") && d.Text("reason").Length == 0
            ? new Refusal("visits.reason-missing", new("不满意的，请写明原因，单位才知道怎么改。", "Say why you are not satisfied, so that the unit knows what to do."), Field: "reason")
            : null)
        .AddGuard("visits.redo-wanted", d => d.Text("result") == "3" && d.Matter.Matter.Redone <= MostRedos
            ? null
            : new Refusal("visits.no-redo", new("不需要重新办理。", "It need not be done again.")))
        .AddGuard("visits.evaluation-overdue", d => d.Matter.Matter.DueAt is { } due && due > d.Now
            ? new Refusal("visits.evaluation-still-open", new("评价期限未到，请等代表评价。", "The deputy still has time to judge."), 409)
            : null)
        .AddEffect("visits.assign", d => KernelRules.Assign(d, "visits.handle", "visits.co-answer"))
        .AddEffect("visits.handle-again", d => [new ClockSet("handling", d.StartClock("visits.handle"))])
        .AddEffect("visits.prove", d => [new Proved(IsProven(d.Matter))])
        .AddEffect("visits.rate", d => d.Text("result") == "3" && d.Matter.Matter.Redone < MostRedos
            ? [new Rated(int.Parse(d.Text("attitude")), 3), new Redone(), .. Reopen(d)]
            : [new Rated(int.Parse(d.Text("attitude")), int.Parse(d.Text("result"))), .. d.Text("result") == "3" ? [new Redone()] : Array.Empty<Change>()])
        .AddEffect("visits.unreturned", _ => [new Rated(4, 4)]);

    /// <summary>Whether an after-photo was taken near enough to the first point.</summary>
    public static bool IsProven(MatterFold matter) =>
        matter.Media.Any(m => m.Role == "after" && m.DistanceMetres is { } metres && metres <= ProofMetres(matter));

    /// <summary>How near to the first point an after-photo has to be, in metres.</summary>
    /// <param name="data">What the finding carries.</param>
    public static int ProofMetres(JsonObject data) => data["proofMetres"] is { } metres ? metres.GetValue<int>() : DefaultProofMetres;

    private static int ProofMetres(MatterFold matter) => ProofMetres(matter.Body.Data);

    private static IEnumerable<Change> Reopen(Decision d) => d.Matter.Lead is { } lead ? [new AssignmentMoved(lead.Id, "accepted", null)] : [];
}
