using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Media;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Todos;

namespace Renda.Platform.Matters;

/// <summary>What a scenario says of a matter that is to be raised.</summary>
public sealed record NewMatter
{
    /// <summary>UUIDv7, made by the client.</summary>
    public required Guid Id { get; init; }

    /// <summary>Module.</summary>
    public required string Scenario { get; init; }

    /// <summary>Procedure to follow, newest version.</summary>
    public required string Procedure { get; init; }

    /// <summary>One line.</summary>
    public required string Title { get; init; }

    /// <summary>Category id.</summary>
    public required string Category { get; init; }

    /// <summary>What it belongs to, or null.</summary>
    public Guid? ContextId { get; init; }

    /// <summary>The office that sees it through.</summary>
    public required Guid OfficeId { get; init; }

    /// <summary>When it was seen (UTC).</summary>
    public required DateTime OccurredAt { get; init; }

    /// <summary>Where.</summary>
    public required Placed Place { get; init; }

    /// <summary>Typed data.</summary>
    public required JsonObject Data { get; init; }

    /// <summary>Its media.</summary>
    public IReadOnlyList<MediaAdded> Media { get; init; } = [];

    /// <summary>Who raised it, when somebody else writes it down for them; null for whoever acts.</summary>
    public Guid? ReporterId { get; init; }

    /// <summary>Persons who raise it together with the first, e.g. co-signers (附议).</summary>
    public IReadOnlyList<Guid> Joined { get; init; } = [];

    /// <summary>Links to what it came from.</summary>
    public IReadOnlyList<Linked> Links { get; init; } = [];

    /// <summary>Organisation it is put to (part <c>coordinator</c>), e.g. a contact station; null for none.</summary>
    public Guid? CoordinatorId { get; init; }

    /// <summary>What the yearly number counts, e.g. <c>visits/2026</c>, and how it is written.</summary>
    public required (string Name, Func<long, string> Write) Number { get; init; }

    /// <summary>Fingerprint of the request: the same id with another fingerprint is refused.</summary>
    public required string Fingerprint { get; init; }
}

/// <summary>What became of a request.</summary>
/// <param name="Matter">The matter as it is now; null when refused.</param>
/// <param name="Refusal">Why not; null when done.</param>
/// <param name="Repeated">True when the same request had been carried out before.</param>
public sealed record MatterAnswer(MatterFold? Matter, Refusal? Refusal, bool Repeated = false);

/// <summary>
/// The shell around the pure engine: loads, authorises, decides and hands everything that follows (events, row,
/// to-dos, notices, counts) to the writer as one commit.
/// </summary>
public sealed class MatterDesk(
    IDbContextFactory<RendaDbContext> databases, MatterWriter writer, ProcedureCatalogue procedures, ProcedureEngine engine, Deadlines deadlines, CodeSets codes, TimeProvider time)
{
    /// <summary>The same desk by another clock, for a demonstration that lets time pass.</summary>
    public MatterDesk By(TimeProvider clock) => new(databases, writer, procedures, engine, deadlines, codes, clock);

    /// <summary>Raises a matter. The same request again gives the first answer; another under the same id is refused.</summary>
    public async Task<MatterAnswer> RaiseAsync(NewMatter wanted, Actor actor, CancellationToken cancellation)
    {
        var now = Now();
        var procedure = procedures.Newest(wanted.Procedure);
        var begin = ProcedureEngine.Begin(procedure, code => deadlines.Start(code, wanted.Place.Region, wanted.Category, now));
        var (empty, part) = (new MatterFold(), Guid.CreateVersion7());
        var commit = new MatterCommit
        {
            Before = empty,
            After = empty,
            Event = new MatterEvent { MatterId = wanted.Id, Version = 1 },
            NumberName = wanted.Number.Name,
            Make = number =>
            {
                var after = new MatterFold();
                return (after, Seal(after, "submit", Birth(wanted.Number.Write(number)), [], actor, null, now, null, wanted.Fingerprint, wanted.Id));
            },
        };
        // What waits and whom: known before the number is.
        var preview = new MatterFold();
        Seal(preview, "submit", Birth(""), [], actor, null, now, null, null, wanted.Id);
        MatterDuties.Plan(commit, procedure, preview, Id(actor), now);

        IReadOnlyList<Change> Birth(string number) =>
        [
            new Created(
                wanted.Id, wanted.Scenario, procedure.Id, procedure.Version, number, wanted.Title, wanted.ContextId, wanted.Category,
                procedure.OfCitizens ? null : wanted.ReporterId ?? actor.PersonId, wanted.OfficeId, wanted.OccurredAt, wanted.Data),
            wanted.Place, .. wanted.CoordinatorId is { } coordinator ? [new Assigned(part, coordinator, "coordinator", begin.OfType<ClockSet>().First().Clock!.DueAt)] : Array.Empty<Change>(), .. wanted.Joined.Select(person => new ReporterAdded(person, wanted.Id)), .. wanted.Media, .. wanted.Links, .. begin,
        ];

        switch (await writer.CommitAsync(commit, cancellation))
        {
            case CommitAnswer.Committed:
                return new MatterAnswer(commit.After, null);
            default:
                await using (var db = databases.CreateDbContext())
                {
                    var first = await db.Set<MatterEvent>().AsNoTracking().FirstOrDefaultAsync(e => e.MatterId == wanted.Id && e.Version == 1, cancellation);
                    if (first is null || first.IdempotencyKey != wanted.Fingerprint || first.ActorId != Id(actor))
                        return new MatterAnswer(null, new Refusal("matters.id-taken", new("这个编号已经用于另一件事项，内容不同。", "This id belongs to a matter with other content."), 409));
                    return new MatterAnswer(await LoadAsync(db, wanted.Id, cancellation), null, Repeated: true);
                }
        }
    }

    /// <summary>
    /// Takes an action. With an <paramref name="expectedVersion"/> it is refused if somebody was quicker; with an
    /// <paramref name="idempotencyKey"/> a retry gives the answer of the first time.
    /// </summary>
    public async Task<MatterAnswer> ActAsync(Guid id, string actionId, JsonObject answers, Actor actor, int? expectedVersion, string? idempotencyKey, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.CreateDbContext();
            var fold = await LoadAsync(db, id, cancellation);
            if (fold is null) return new MatterAnswer(null, Refusal.NotFound);
            if (!actor.IsPlatform && !actor.IsCitizen && !MatterScope.MaySee(actor, fold.Matter, fold.Assignments, fold.Reporters)) return new MatterAnswer(null, Refusal.NotFound);
            if (idempotencyKey is not null && await db.Set<MatterEvent>().AsNoTracking().FirstOrDefaultAsync(e => e.MatterId == id && e.IdempotencyKey == idempotencyKey, cancellation) is { } done)
            {
                return done.Action == actionId && done.ActorId == Id(actor)
                    ? new MatterAnswer(fold, null, Repeated: true)
                    : new MatterAnswer(null, new Refusal("matters.key-taken", new("这个请求编号已用于别的操作。", "This idempotency key was used for another action."), 409));
            }
            if (expectedVersion is { } expected && expected != fold.Matter.Version) return new MatterAnswer(null, Stale);

            if (!procedures.Has(fold.Matter.Procedure, fold.Matter.ProcedureVersion))
                return new MatterAnswer(null, new Refusal("matters.no-procedure", new("办理这类事项的模块没有安装，现在不能办理。", "The module of this matter is not installed; it cannot be acted on now."), 409));
            var procedure = procedures.Get(fold.Matter.Procedure, fold.Matter.ProcedureVersion);
            var action = procedure.Action(actionId);
            if (action is null) return new MatterAnswer(null, new Refusal("matters.unknown-action", new("没有这个操作。", "There is no such action."), 404));
            var grant = actor.IsPlatform || actor.IsCitizen ? null : actor.GrantFor(action.Permission, action.By, fold, action.OwnPart);
            if (actor.IsPlatform ? action.By != Party.System : actor.IsCitizen ? action.By != Party.Citizen : grant is null)
                return new MatterAnswer(null, new Refusal("matters.not-yours", new($"您不能{action.Name.Zh}：这一步由别人办理。", $"“{action.Name.En}” is not yours to do."), 403));
            if (!action.From.Contains(fold.Matter.State)) return new MatterAnswer(null, ProcedureEngine.WrongState(action, procedure.State(fold.Matter.State)));

            answers = await NumbersAsync(db, action, answers, fold.Matter, actor, cancellation);
            var sets = new Dictionary<string, IReadOnlyList<Code>>();
            foreach (var set in codes.All.Where(s => s.Id.StartsWith(fold.Matter.Scenario + ".", StringComparison.Ordinal))) sets[set.Id] = await codes.OfAsync(set.Id, cancellation);
            var (form, errors) = FormCheck.Check(action.Form, answers, sets);
            if (errors.Count > 0) return new MatterAnswer(null, Refusal.Form(errors));
            // A server's clock that was set back does not make time run backwards for a matter.
            var now = Now() is var present && present > fold.Matter.UpdatedAt ? present : fold.Matter.UpdatedAt;
            var decision = new Decision
            {
                Procedure = procedure,
                Action = action,
                Matter = fold,
                Actor = actor,
                Grant = grant,
                Form = form,
                Now = now,
                StartClock = code => deadlines.Start(code, fold.Matter.Region, fold.Matter.Category, now),
                ResumeClock = clock => deadlines.Resume(clock, now),
                ClockUntil = (code, day) => deadlines.Until(code, day, fold.Matter.Region, fold.Matter.Category, now),
                Meaning = (set, code) => sets.GetValueOrDefault(set)?.FirstOrDefault(c => c.Id == code)?.Meaning ?? "",
                ExtendClock = (clock, until) => deadlines.Extend(clock, until, actor.AccountId, Text(form, "reason"), now),
            };
            (decision, var unknown) = await LookUpAsync(db, decision, cancellation);
            if (unknown is not null) return new MatterAnswer(null, Refusal.Form([unknown]));

            var (changes, refusal) = engine.Decide(decision);
            if (refusal is not null) return new MatterAnswer(null, refusal.Field is null ? refusal : Refusal.Form([refusal]));

            var after = fold.Clone();
            var reason = decision.Text("reason");
            // An official number is known only when it is given, and sealed with what gave it.
            var series = action.Numbering is { } name ? engine.Rules.Numbering(name)(decision) : default;
            var commit = new MatterCommit
            {
                Before = fold,
                After = after,
                Event = Sealed(after, changes!),
                NumberName = series.Name ?? "",
                Make = series.Name is null ? null : number =>
                {
                    var numbered = fold.Clone();
                    return (numbered, Sealed(numbered, [new Numbered(series.Write(number)), .. changes!]));
                },
            };

            MatterEvent Sealed(MatterFold onto, IReadOnlyList<Change> what) => Seal(onto, action.Id, what, form, actor, grant?.OrganisationId, now, reason.Length > 0 ? reason : null, idempotencyKey, id);
            MatterDuties.Plan(commit, procedure, after, Id(actor), now);
            Tell(commit, procedure, action, decision.Text("text"), actor, now);
            commit.With.AddRange(await MergeAsync(db, decision, actor, now, cancellation));

            switch (await writer.CommitAsync(commit, cancellation))
            {
                case CommitAnswer.Committed:
                    return new MatterAnswer(commit.After, null);
                // Without an expected version the person meant "as it is now": decide once more on what it is now.
                // With a key, whoever was quicker may have been the same request.
                case CommitAnswer.Stale when (expectedVersion is null || idempotencyKey is not null) && attempt < 5:
                    continue;
                default:
                    return new MatterAnswer(null, Stale);
            }
        }
    }

    /// <summary>A matter with everything that belongs to it, or null.</summary>
    public static async Task<MatterFold?> LoadAsync(RendaDbContext db, Guid id, CancellationToken cancellation)
    {
        var matter = await db.Set<Matter>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, cancellation);
        if (matter is null) return null;
        return new MatterFold(
            matter,
            await db.Set<Assignment>().AsNoTracking().Where(a => a.MatterId == id).ToListAsync(cancellation),
            await db.Set<MatterMedia>().AsNoTracking().Where(m => m.MatterId == id).ToListAsync(cancellation),
            await db.Set<MatterLink>().AsNoTracking().Where(l => l.FromId == id).ToListAsync(cancellation),
            await db.Set<MatterReporter>().AsNoTracking().Where(r => r.MatterId == id).ToListAsync(cancellation));
    }

    private static Refusal Stale { get; } = new(
        "matters.stale-version", new("别人刚刚办理了这件事项。请看最新情况后再操作，您填写的内容没有丢失。", "Somebody has just changed this matter. Look at it as it is now; what you typed is not lost."), 409);

    private DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        // PostgreSQL keeps microseconds; the hash must be the same after a round trip.
        return new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc);
    }

    /// <summary>People write a matter's number, whole or only its last digits for one of the same series; the rules know its id.</summary>
    private static async Task<JsonObject> NumbersAsync(DbContext db, ProcedureAction action, JsonObject answers, Matter matter, Actor actor, CancellationToken cancellation)
    {
        foreach (var field in action.Form.Where(f => f.Kind == FieldKind.Matter))
        {
            if (answers[field.Id] is not JsonValue value || !value.TryGetValue(out string? text) || Guid.TryParse(text, out _)) continue;
            var number = MatterNumber.Of(text, matter.Number);
            var id = await db.Set<Matter>().VisibleTo(actor, db).Where(m => m.Number == number && m.Scenario == matter.Scenario).Select(m => (Guid?)m.Id).FirstOrDefaultAsync(cancellation);
            if (id is null) continue;
            answers = (JsonObject)answers.DeepClone();
            answers[field.Id] = id.Value.ToString();
        }
        return answers;
    }

    private static string Text(JsonObject form, string field) => form[field]?.ToString() ?? "";

    private static Guid? Id(Actor actor) => actor.IsPlatform || actor.IsCitizen ? null : actor.AccountId;

    private static MatterEvent Seal(MatterFold fold, string action, IReadOnlyList<Change> changes, JsonObject form, Actor actor, Guid? onBehalfOf, DateTime now, string? reason, string? key, Guid id)
    {
        var content = new EventContent(form, changes);
        var @event = new MatterEvent
        {
            MatterId = id,
            Version = fold.Matter.Version + 1,
            Action = action,
            At = now,
            ActorId = Id(actor),
            ActorName = actor.Name,
            OnBehalfOf = onBehalfOf,
            Reason = reason,
            Content = JsonSerializer.Serialize(content, EventContent.Json),
            PreviousHash = fold.Matter.Version == 0 ? MatterFold.NoHash : fold.Matter.Hash,
            IdempotencyKey = key,
        };
        @event.Hash = MatterFold.HashOf(@event);
        fold.Apply(@event, content);
        return @event;
    }

    /// <summary>The reporters hear of every step others take; units hear of what is given to them; late matters are told to the office.</summary>
    private static void Tell(MatterCommit commit, Procedure procedure, ProcedureAction action, string message, Actor actor, DateTime now)
    {
        var (before, after) = (commit.Before, commit.After);
        var number = after.Matter.Number;
        var moved = before.Matter.State != after.Matter.State;
        if (moved)
            foreach (var reporter in after.Reporters.Select(r => r.PersonId).Where(p => p != actor.PersonId).Distinct())
                Add(reporter, null, new Words($"{(procedure.OfCitizens ? "群众反映的" : "您反映的")}“{after.Matter.Title}”{action.Done.Zh}。", $"{(procedure.OfCitizens ? "A citizen's" : "Your")} matter “{after.Matter.Title}”: {action.Done.En}."));
        foreach (var assignment in after.Assignments.Where(a => before.Assignments.All(b => b.Id != a.Id)))
            Add(null, assignment.UnitId, new Words($"{number}“{after.Matter.Title}”已交给你单位{PartName(assignment.Kind)}。", $"{number} “{after.Matter.Title}” was given to your unit."));
        if ((action.TellsTo ?? (action.Tells ? procedure.State(after.Matter.State).WaitsFor : null)) is { } waited)
        {
            var text = commit.Event.Reason ?? message;
            foreach (var (person, organisation) in MatterDuties.Whom(waited, after)) Add(person, organisation, new Words($"{number}“{after.Matter.Title}”{action.Name.Zh}：{text}", $"{number} “{after.Matter.Title}”, {action.Name.En}: {text}"));
        }
        if (after.Matter.Escalation > before.Matter.Escalation)
            Add(null, after.Matter.OfficeId, after.Matter.Escalation == 1
                ? new Words($"{number}“{after.Matter.Title}”已超期，请督促。", $"{number} “{after.Matter.Title}” is overdue.")
                : new Words($"{number}“{after.Matter.Title}”超期仍未办，请负责人督促。", $"{number} “{after.Matter.Title}” is still overdue; the head is asked to see to it."));

        void Add(Guid? person, Guid? organisation, Words text) => commit.Notices.Add(new Notice
        {
            Id = Guid.CreateVersion7(), MatterId = after.Matter.Id, PersonId = person, OrganisationId = organisation, Zh = text.Zh, En = text.En, At = now,
        });
    }

    /// <summary>What a part of this kind is called.</summary>
    public static string PartName(string kind) => kind switch { "co" => "会办", "separate" => "分办", "coordinator" => "统筹分办", _ => "主办" };

    /// <summary>
    /// A merge is told to the matter merged into as well, so that it keeps every reporter; undoing it takes them back,
    /// also from what that one has been merged into since.
    /// </summary>
    private async Task<List<MatterCommit>> MergeAsync(RendaDbContext db, Decision decision, Actor actor, DateTime now, CancellationToken cancellation)
    {
        var undo = decision.Action.Effects.Contains("unmerge");
        var commits = new List<MatterCommit>();
        if (!undo && !decision.Action.Effects.Contains("merge")) return commits;
        var reporters = decision.Matter.Reporters;
        for (var target = decision.Target; target is not null; target = undo && target.Matter.MergedIntoId is { } next ? await LoadAsync(db, next, cancellation) : null)
        {
            IReadOnlyList<Change> changes = [.. reporters.Select(Change (r) => undo ? new ReporterRemoved(r.PersonId, r.ViaMatterId) : new ReporterAdded(r.PersonId, r.ViaMatterId))];
            var after = target.Clone();
            var commit = new MatterCommit
            {
                Before = target,
                After = after,
                Event = Seal(after, undo ? "unmerged" : "merged", changes, [], actor, decision.Grant?.OrganisationId, now, null, null, target.Matter.Id),
            };
            MatterDuties.Plan(commit, procedures.Get(target.Matter.Procedure, target.Matter.ProcedureVersion), after, Id(actor), now);
            commits.Add(commit);
        }
        return commits;
    }

    /// <summary>Reads what the form names: units, media, the other matter.</summary>
    private static async Task<(Decision Decision, Refusal? Unknown)> LookUpAsync(RendaDbContext db, Decision decision, CancellationToken cancellation)
    {
        foreach (var field in decision.Action.Form)
        {
            var named = decision.Texts(field.Id);
            if (named.Count == 0) continue;
            switch (field.Kind)
            {
                case FieldKind.Unit or FieldKind.Units:
                    var ids = named.Select(Guid.Parse).Distinct().ToList();
                    var known = await db.Set<Organisation>().CountAsync(o => ids.Contains(o.Id) && o.ValidTo == null && (o.Kind == OrganisationKind.HandlingUnit || o.Kind == OrganisationKind.TownGovernment || o.Kind == OrganisationKind.SupervisedOrgan), cancellation);
                    if (known != ids.Count) return (decision, new Refusal("form.unknown-unit", new("没有这个承办单位。", "There is no such handling unit."), Field: field.Id));
                    break;
                case FieldKind.Deputy:
                    var (person, now) = (Guid.Parse(named[0]), decision.Now);
                    if (!await db.Set<Mandate>().AnyAsync(m => m.PersonId == person && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now), cancellation))
                        return (decision, new Refusal("form.unknown-deputy", new("请选择一名现任代表。", "Choose a deputy in office."), Field: field.Id));
                    break;
                case FieldKind.Matter:
                    var target = await LoadAsync(db, Guid.Parse(named[0]), cancellation);
                    if (target is null || !MatterScope.MaySee(decision.Actor, target.Matter, target.Assignments, target.Reporters))
                        return (decision, new Refusal("form.unknown-matter", new("没有找到这件事项。", "There is no such matter."), Field: field.Id));
                    decision = decision with { Target = target };
                    break;
                case FieldKind.Media:
                    var matter = decision.Matter.Matter;
                    var items = await db.Set<MediaItem>().AsNoTracking().Where(m => named.Contains(m.Sha256) && (m.UploadedBy == decision.Actor.AccountId || db.Set<MediaCopy>().Any(c => c.Sha256 == m.Sha256 && c.AccountId == decision.Actor.AccountId))).ToListAsync(cancellation);
                    if (items.Count != named.Distinct().Count()) return (decision, new Refusal("form.unknown-media", new("有文件还没有上传完，请稍后再试。", "A file has not been uploaded yet."), Field: field.Id));
                    decision = decision with
                    {
                        Media = items.ToDictionary(m => m.Sha256, m => new MediaFact(
                            m.Kind.ToString().ToLowerInvariant(), m.TakenAt,
                            m is { Latitude: { } lat, Longitude: { } lon } && matter is { Latitude: { } lat0, Longitude: { } lon0 } ? Distance.Metres(lat0, lon0, lat, lon) : null)),
                    };
                    break;
                default:
                    break;
            }
        }
        if (decision.Action.Effects.Contains("unmerge") && decision.Matter.Matter.MergedIntoId is { } into && await LoadAsync(db, into, cancellation) is { } merged)
            decision = decision with { Target = merged };
        return (decision, null);
    }
}
