using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Renda.Platform;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;
using Renda.Platform.Procedures;

namespace Renda.Suggestions;

/// <summary>A reply as a unit drafted and signed it.</summary>
public sealed record Reply
{
    /// <summary>Number of the letter (发文字号).</summary>
    public string DocNumber { get; init; } = "";

    /// <summary>Result class, a code of <see cref="SuggestionProcedure.Classes"/>.</summary>
    public string Class { get; init; } = "";

    /// <summary>Body of the letter.</summary>
    public string Text { get; init; } = "";

    /// <summary>What is promised; empty for nothing.</summary>
    public string Promise { get; init; } = "";

    /// <summary>By when, as <c>yyyy-MM-dd</c>; empty where nothing is promised.</summary>
    public string PromiseDue { get; init; } = "";

    /// <summary>Whom to ask.</summary>
    public string ContactName { get; init; } = "";

    /// <summary>That person's telephone.</summary>
    public string ContactPhone { get; init; } = "";

    /// <summary><c>open</c>, <c>partly</c> or <c>closed</c>.</summary>
    public string Disclosure { get; init; } = "";

    /// <summary>Principal head who signed; empty while it is a draft.</summary>
    public string Signer { get; init; } = "";

    /// <summary>When it was signed (UTC); null while it is a draft.</summary>
    public DateTime? SignedAt { get; init; }
}

/// <summary>Guards and effects of the suggestion's loop.</summary>
public static class SuggestionRules
{
    /// <summary>Meaning of a class whose promise is followed: to be solved step by step.</summary>
    public const string Planned = "planned";

    /// <summary>How often it is done again after a dissatisfied judgement.</summary>
    public const int MostRedos = 1;

    /// <summary>Registers them.</summary>
    public static ProcedureRules AddSuggestionRules(this ProcedureRules rules) => rules
        .AddNumbering("suggestions.number", d => (Data(d, "series"), n => string.Format(CultureInfo.InvariantCulture, Data(d, "numberFormat"), n)))
        .AddEffect("suggestions.classify", d => [new Titled(d.Matter.Matter.Title, d.Text("subject")), new DataSet(new JsonObject { ["committee"] = d.Text("committee") })])
        .AddEffect("suggestions.rewrite", d =>
        [
            new Titled(d.Text("title"), d.Matter.Matter.Category),
            new DataSet(new JsonObject { ["situation"] = d.Text("situation"), ["analysis"] = d.Text("analysis"), ["proposal"] = d.Text("proposal") }),
        ])
        .AddEffect("suggestions.to-coordinator", d =>
        [
            .. d.Matter.Assignments.Where(a => a is { Kind: "coordinator", State: not "returned" }).Select(a => new AssignmentMoved(a.Id, "returned", null)),
            new Assigned(d.NewId(), Guid.Parse(d.Text("coordinator")), "coordinator", d.StartClock("suggestions.joint").DueAt),
            new DataSet(new JsonObject { ["proposedUnit"] = Or(d.Text("proposedUnit")) }),
        ])
        .AddEffect("suggestions.answer-coordinator", d => Coordinator(d, "answered"))
        .AddEffect("suggestions.return-coordinator", d => Coordinator(d, "returned"))
        .AddGuard("suggestions.one-way", d => (d.Text("leadUnit").Length > 0, d.Texts("separateUnits").Distinct().Count(), d.Texts("coUnits").Count) switch
        {
            (true, 0, _) or (false, >= 2, _) => null,
            (true, > 0, _) => new("suggestions.two-ways", new("要么有主办单位，要么分办，不能都选。", "Either a lead unit or separate handlers, not both."), Field: "separateUnits"),
            (false, 1, _) => new("suggestions.one-separate", new("分办至少要两个单位。", "Separate handling takes at least two units."), Field: "separateUnits"),
            _ => new("suggestions.no-unit", new("请选择主办单位，或选择两个以上分办单位。", "Choose a lead unit, or two or more separate handlers."), Field: "leadUnit"),
        })
        .AddEffect("suggestions.assign", d =>
        [
            .. KernelRules.Assign(d, d.Text("term") == "hard" ? "suggestions.reply-hard" : "suggestions.reply", "suggestions.opinion"),
            new DataSet(new JsonObject { ["returnUntil"] = Instant(d.StartClock("suggestions.return").DueAt), ["sixMonths"] = Instant(d.StartClock("suggestions.reply-hard").DueAt), ["assignedAt"] = Instant(d.Now) }),
        ])
        .AddGuard("suggestions.return-in-time", d => At(d, "returnUntil") is { } until && d.Now >= until
            ? new("suggestions.return-late", new($"退办要在收到之日起十日内提出，已于 {Day(until)} 到期。", $"A return is asked for within ten days of receipt; that ended on {Day(until)}."), 409)
            : null)
        .AddEffect("suggestions.ask-return", d => [new DataSet(new JsonObject { ["returnAskedBy"] = d.Grant?.OrganisationId?.ToString() })])
        .AddGuard("suggestions.has-coordinator", d => d.Matter.Assignments.Any(a => a is { Kind: "coordinator", State: not "returned" }) ? null : new("suggestions.no-coordinator", new("不由政府办统筹。", "No government office distributes it.")))
        .AddEffect("suggestions.return-part", ReturnPart)
        .AddGuard("suggestions.others-handle", d => d.Matter.Repliers.Any() ? null : new("suggestions.nobody", new("没有其他承办单位。", "No other unit has it.")))
        .AddGuard("suggestions.someone-handles", d => d.Matter.Repliers.Any(a => a.State != "assigned") ? null : new("suggestions.nobody-accepted", new("还没有单位签收。", "No unit has accepted it.")))
        .AddGuard("suggestions.contact-day", d => DateOnly.ParseExact(d.Text("day"), "yyyy-MM-dd", CultureInfo.InvariantCulture) is var day && day <= ChinaTime.Date(d.Now) && day >= ChinaTime.Date(d.Matter.Matter.SubmittedAt)
            ? null
            : new("suggestions.contact-day", new("联系日期应在代表提出之后、今天之前。", "Between the day it was put forward and today."), Field: "day"))
        .AddEffect("suggestions.contact", d => [Added(d, "contacts", new JsonObject { ["unit"] = Own(d), ["how"] = d.Text("how"), ["day"] = d.Text("day"), ["text"] = d.Text("text") })])
        .AddGuard("suggestions.contacted", d => (d.Matter.Body.Data["contacts"] as JsonArray ?? []).Any(c => c?["unit"]?.ToString() == Own(d))
            ? null
            : new("suggestions.not-contacted", new("答复前应当先与代表联系沟通，请先“记录与代表联系”。", "Contact the deputy before replying, and record it."), 409))
        .AddGuard("suggestions.promise-told", PromiseTold)
        .AddEffect("suggestions.draft", Draft)
        .AddEffect("suggestions.attach", d => d.Texts("media").Distinct().Select(sha => d.Media.TryGetValue(sha, out var fact) ? new MediaAdded(sha, "document", fact.Kind, fact.TakenAt, fact.DistanceMetres) : null).OfType<MediaAdded>())
        .AddEffect("suggestions.sign", Sign)
        .AddEffect("suggestions.stop", d => d.Matter.Repliers.All(part => part.State == "answered")
            ? [new ClockSet("handling", null), .. LateOf(d)]
            : [])
        .AddGuard("suggestions.reason-if-not", d => (d.Text("attitude") == "3" || d.Text("result") == "3") && d.Text("reason").Length == 0
            ? new("suggestions.reason-missing", new("不满意的，请写明原因，单位才知道怎么改。", "Say why you are not satisfied, so that the unit knows what to do."), Field: "reason")
            : null)
        .AddEffect("suggestions.rate", d => d.Text("result") == "3" && d.Matter.Matter.Redone < MostRedos
            ? [new Rated(Number(d, "attitude"), 3), new Redone(), .. Again(d)]
            : [new Rated(Number(d, "attitude"), Number(d, "result")), .. d.Text("result") == "3" ? [new Redone()] : Array.Empty<Change>()])
        .AddGuard("suggestions.redo-wanted", d => d.Text("result") == "3" && d.Matter.Matter.Redone <= MostRedos ? null : new("suggestions.no-redo", new("不需要重新办理。", "It need not be done again.")))
        .AddGuard("suggestions.promised", d => Promising(d).Any() ? null : new("suggestions.no-promise", new("没有需要跟踪的承诺。", "There is no promise to follow.")))
        .AddEffect("suggestions.track", d => d.Text("result") == "3" && d.Matter.Matter.Redone <= MostRedos ? [] : Track(d))
        .AddEffect("suggestions.unreturned", _ => [new Rated(4, 4)])
        .AddGuard("suggestions.time-is-up", d => d.Matter.Matter.DueAt is { } due && due > d.Now ? new("suggestions.still-time", new("代表反馈的期限未到，请等代表反馈。", "The deputy still has time to answer."), 409) : null)
        .AddEffect("suggestions.report-promise", d =>
        [
            Added(d, "promiseReports", new JsonObject { ["unit"] = Own(d), ["at"] = Instant(d.Now), ["docNumber"] = Or(d.Text("docNumber")), ["text"] = d.Text("text") }),
            .. KernelRules.OwnPart(d) is { } part ? [new AssignmentMoved(part.Id, "answered", part.Answer)] : Array.Empty<Change>(),
            .. KernelRules.OwnPart(d) is { } own && own.DueAt <= d.Now ? [new DataSet(new JsonObject { ["promiseLate"] = true })] : Array.Empty<Change>(),
        ])
        .AddEffect("suggestions.stop-promise", d => d.Matter.Repliers.All(a => a.State == "answered") ? [new ClockSet("promise", null)] : [])
        .AddGuard("suggestions.promise-later", d => !d.Matter.Body.Clocks.TryGetValue("promise", out var clock) || Until(d) <= clock.DueDate || Until(d) > clock.DueDate.AddYears(3)
            ? new("suggestions.promise-not-later", new("新的日期要晚于现在的承诺日期，且不超过三年。", "Later than the present day, and by three years at most."), Field: "until")
            : null)
        .AddEffect("suggestions.move-promise", d =>
        [
            new ClockSet("promise", d.ExtendClock(d.Matter.Body.Clocks["promise"], Until(d))),
            .. d.Matter.Assignments.Where(a => a.State == "tracking").Select(a => new AssignmentMoved(a.Id, "tracking", null, ChinaTime.EndOf(Until(d)))),
            new DataSet(new JsonObject { ["promiseMoves"] = (d.Matter.Body.Data["promiseMoves"]?.GetValue<int>() ?? 0) + 1, ["promiseDue"] = d.Text("until") }),
        ])
        .AddEffect("suggestions.kept", d => [new DataSet(new JsonObject { ["promiseKept"] = Instant(d.Now) })])
        .AddEffect("suggestions.track-again", d => [new ClockSet("promise", d.StartClock("suggestions.promise")), .. Promising(d).Select(p => new AssignmentMoved(p.Part.Id, "tracking", null, d.StartClock("suggestions.promise").DueAt)), new DataSet(new JsonObject { ["promiseDenied"] = (d.Matter.Body.Data["promiseDenied"]?.GetValue<int>() ?? 0) + 1 })])
        .AddEffect("suggestions.ask-extension", d => [new DataSet(new JsonObject { ["extensionAsked"] = d.Text("until") })])
        .AddGuard("suggestions.six-months", d => At(d, "sixMonths") is { } latest && ChinaTime.EndOf(Until(d)) > latest
            ? new("suggestions.beyond-six-months", new($"最长不超过交办之日起六个月（{Day(latest)}）。", $"At most six months from assignment ({Day(latest)})."), Field: "until")
            : null)
        .AddEffect("suggestions.extend-parts", d => [.. d.Matter.Repliers.Where(a => a.State != "answered").Select(a => new AssignmentMoved(a.Id, a.State, a.Answer, ChinaTime.EndOf(Until(d)))), new DataSet(new JsonObject { ["extensionAsked"] = null })])
        .AddEffect("suggestions.prioritise", d => [new DataSet(new JsonObject { ["priority"] = new JsonObject { ["leader"] = d.Text("leader"), ["supervisor"] = d.Text("supervisor") } })])
        .AddEffect("suggestions.handle-with", d => [new Linked(d.Target!.Matter.Id, "handled-with")])
        .AddGuard("suggestions.may-publish", d => Data(d, "openness") == "closed"
            ? new("suggestions.deputy-objects", new("代表要求不公开。", "The deputy asked that it is not published."), 409)
            : Replies(d.Matter).Values.All(r => r.Disclosure == "closed")
                ? new("suggestions.unit-objects", new("承办单位标明不予公开。", "The unit marked its reply as not public."), 409)
                : null)
        .AddEffect("suggestions.publish", d => [new DataSet(new JsonObject { ["published"] = new JsonObject { ["text"] = d.Text("publicText"), ["reply"] = d.Text("publicReply"), ["at"] = Instant(d.Now) } }), new Published(true)])
        .AddGuard("suggestions.is-published", d => d.Matter.Body.Data["published"] is null ? new("suggestions.not-published", new("没有公开。", "It is not published."), 409) : null)
        .AddEffect("suggestions.unpublish", _ => [new DataSet(new JsonObject { ["published"] = null }), new Published(false)]);

    /// <summary>What a unit has drafted and not signed; null for nothing. Its own.</summary>
    public static Reply? DraftOf(MatterFold matter, Guid unit) => matter.Body.Data[MatterBody.Own(unit)]?.Deserialize<Reply>(EventContent.Json);

    /// <summary>The signed replies of a suggestion by unit.</summary>
    public static IReadOnlyDictionary<Guid, Reply> Replies(MatterFold matter) =>
        (matter.Body.Data["replies"] as JsonObject ?? []).ToDictionary(p => Guid.Parse(p.Key), p => p.Value.Deserialize<Reply>(EventContent.Json)!);

    private static IEnumerable<Change> Coordinator(Decision d, string state) => d.Matter.Assignments.Where(a => a is { Kind: "coordinator", State: not "returned" }).Select(a => new AssignmentMoved(a.Id, state, null));

    // The lead's part takes all others with it; a separate handler's only itself.
    private static IEnumerable<Change> ReturnPart(Decision d)
    {
        var unit = Data(d, "returnAskedBy");
        var part = d.Matter.Repliers.LastOrDefault(a => a.UnitId.ToString() == unit);
        var all = part is not { Kind: "separate" } || d.Matter.Repliers.Count() == 1;
        foreach (var gone in d.Matter.Assignments.Where(a => a.State != "returned" && a.Kind != "coordinator" && (all || a.Id == part!.Id))) yield return new AssignmentMoved(gone.Id, "returned", null);
        if (all) yield return new ClockSet("handling", null);
        yield return new DataSet(new JsonObject { ["returnAskedBy"] = null });
    }

    private static Refusal? PromiseTold(Decision d)
    {
        if (d.Meaning(SuggestionProcedure.Classes, d.Text("class")) != Planned)
            return d.Text("promise").Length > 0 && d.Text("promiseDue").Length == 0 ? new("suggestions.promise-day", new("写了承诺事项，请写明完成日期。", "A promise needs its day."), Field: "promiseDue") : null;
        if (d.Text("promise").Length == 0) return new("suggestions.promise-missing", new("列入计划逐步解决的，请写明承诺事项，进入承诺事项台账。", "Say what is promised; it goes into the ledger of promises."), Field: "promise");
        if (d.Text("promiseDue").Length == 0) return new("suggestions.promise-day", new("请写明承诺的完成日期。", "Give the day of the promise."), Field: "promiseDue");
        var (day, today) = (DateOnly.ParseExact(d.Text("promiseDue"), "yyyy-MM-dd", CultureInfo.InvariantCulture), ChinaTime.Date(d.Now));
        return day <= today || day > today.AddYears(5) ? new("suggestions.promise-range", new("承诺日期要在今天之后、五年之内。", "After today, within five years."), Field: "promiseDue") : null;
    }

    private static IEnumerable<Change> Draft(Decision d)
    {
        if (KernelRules.OwnPart(d) is not { } part) yield break;
        // The unit's own until it is signed.
        var draft = JsonSerializer.SerializeToNode(
            new Reply
            {
                DocNumber = d.Text("docNumber"), Class = d.Text("class"), Text = d.Text("text"), Promise = d.Text("promise"), PromiseDue = d.Text("promiseDue"), ContactName = d.Text("contactName"),
                ContactPhone = d.Text("contactPhone"), Disclosure = d.Text("disclosure"),
            }, EventContent.Json);
        yield return new DataSet(new JsonObject { [MatterBody.Own(part.UnitId)] = draft });
        yield return new AssignmentMoved(part.Id, "drafted", null);
    }

    private static IEnumerable<Change> Sign(Decision d)
    {
        if (KernelRules.OwnPart(d) is not { } part) yield break;
        var (replies, unit) = (Clone(d, "replies"), part.UnitId.ToString());
        var earlier = (d.Matter.Body.Data["earlierReplies"] as JsonArray)?.DeepClone() as JsonArray ?? [];
        // What was signed before stays readable when it was done again.
        if (replies[unit] is { } former) earlier.Add(new JsonObject { ["unit"] = unit, ["reply"] = former.DeepClone() });
        var reply = DraftOf(d.Matter, part.UnitId)!;
        replies[unit] = JsonSerializer.SerializeToNode(reply with { Signer = d.Text("signer"), SignedAt = d.Now }, EventContent.Json);
        yield return new DataSet(new JsonObject { ["replies"] = replies, ["earlierReplies"] = earlier.Count > 0 ? earlier : null, [MatterBody.Own(part.UnitId)] = null });
        yield return new AssignmentMoved(part.Id, "answered", $"{reply.DocNumber} {reply.Class}");
        if (part.Kind == "separate" && part.DueAt <= d.Now) yield return new MarkedLate();
    }

    private static IEnumerable<Change> LateOf(Decision d) =>
        (d.Matter.Body.Clocks.GetValueOrDefault("handling") ?? d.Matter.Body.Clocks.GetValueOrDefault(ProcedureEngine.StepClock)) is { } clock && clock.IsLate(d.Now) ? [new MarkedLate()] : [];

    private static IEnumerable<Change> Again(Decision d)
    {
        var due = d.StartClock("suggestions.redo").DueAt;
        return d.Matter.Repliers.Select(part => new AssignmentMoved(part.Id, "accepted", null, due));
    }

    private static IEnumerable<(Assignment Part, Reply Reply)> Promising(Decision d)
    {
        var replies = Replies(d.Matter);
        return d.Matter.Repliers.Where(a => replies.TryGetValue(a.UnitId, out var r) && r.Promise.Length > 0 && r.PromiseDue.Length > 0).Select(a => (a, replies[a.UnitId]));
    }

    // Several units may have promised: the last day counts for the matter, each keeps its own for its part.
    private static IEnumerable<Change> Track(Decision d)
    {
        var promised = Promising(d).Select(p => (p.Part, Day: DateOnly.ParseExact(p.Reply.PromiseDue, "yyyy-MM-dd", CultureInfo.InvariantCulture))).ToList();
        if (promised.Count == 0) yield break;
        var last = promised.Max(p => p.Day);
        foreach (var (part, day) in promised) yield return new AssignmentMoved(part.Id, "tracking", null, ChinaTime.EndOf(day));
        yield return new ClockSet("promise", d.ClockUntil("suggestions.promise", last));
        yield return new DataSet(new JsonObject { ["promiseDue"] = last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) });
    }

    private static DataSet Added(Decision d, string list, JsonObject item)
    {
        var all = (d.Matter.Body.Data[list] as JsonArray)?.DeepClone() as JsonArray ?? [];
        all.Add(item);
        return new DataSet(new JsonObject { [list] = all });
    }

    private static JsonObject Clone(Decision d, string name) => (d.Matter.Body.Data[name] as JsonObject)?.DeepClone() as JsonObject ?? [];

    private static string Data(Decision d, string name) => d.Matter.Body.Data[name]?.ToString() ?? "";

    private static DateTime? At(Decision d, string name) => d.Matter.Body.Data[name] is { } text ? DateTime.Parse(text.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null;

    private static string Instant(DateTime at) => at.ToString("o", CultureInfo.InvariantCulture);

    private static string Day(DateTime end) => ChinaTime.Date(end.AddTicks(-1)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Own(Decision d) => d.Grant?.OrganisationId?.ToString() ?? "";

    private static string? Or(string text) => text.Length > 0 ? text : null;

    private static int Number(Decision d, string field) => int.Parse(d.Text(field), CultureInfo.InvariantCulture);

    private static DateOnly Until(Decision d) => DateOnly.ParseExact(d.Text("until"), "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
