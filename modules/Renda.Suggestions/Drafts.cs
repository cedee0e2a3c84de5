using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Todos;

namespace Renda.Suggestions;

/// <summary>A seat of somebody in a congress, as far as suggestions need it.</summary>
/// <param name="Mandate">The mandate.</param>
/// <param name="Congress">Its congress.</param>
/// <param name="Delegation">Short name of the delegation; empty for none.</param>
public sealed record Seat(Mandate Mandate, Organisation Congress, string Delegation);

/// <summary>A draft with those who were asked to sign it.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="Cosigners">In the order they were asked.</param>
public sealed record DraftRecord(SuggestionDraft Draft, IReadOnlyList<SuggestionCosigner> Cosigners)
{
    /// <summary>Whether this deputy signed the text as it is now.</summary>
    public bool HasSigned(SuggestionCosigner cosigner) => cosigner.SignedRevision == Draft.Revision;
}

/// <summary>
/// Suggestions while they are written: kept, shown to those asked to sign, handed in. Nobody else sees them; only what was
/// handed in is a matter. A signature is given to a text: when the text changes, it has to be given again.
/// </summary>
public sealed class Drafts(IDbContextFactory<RendaDbContext> databases, MatterDesk desk, CodeSets codes, ChangeRelay relay, TimeProvider time)
{
    private const string Scenario = "suggestions";

    private static Refusal NotADeputy { get; } = new("suggestions.no-mandate", new("只有现任代表可以提出建议。", "Only a deputy in office can put a suggestion forward."), 403);

    /// <summary>The same desk by another clock, for a demonstration that lets time pass.</summary>
    public Drafts By(TimeProvider clock) => new(databases, desk.By(clock), codes, relay, clock);

    /// <summary>The item of a co-signer's duty.</summary>
    public static Guid ItemOf(Guid draft) => Todo.ItemOf(Scenario, $"cosign:{draft:N}");

    /// <summary>The seats in which a person may put suggestions forward now.</summary>
    public async Task<IReadOnlyList<Seat>> SeatsAsync(Guid person, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await SeatsAsync(db, [person], Now, cancellation);
    }

    /// <summary>Deputies of a congress whose names fit, without some, for the choice of co-signers.</summary>
    public async Task<IReadOnlyList<(Guid Id, string Name, string Delegation)>> ColleaguesAsync(Guid congress, string text, int most, CancellationToken cancellation)
    {
        text = text.Trim();
        if (text.Length == 0) return [];
        var now = Now;
        await using var db = databases.CreateDbContext();
        var found = await (from m in db.Set<Mandate>().AsNoTracking()
                           join p in db.Set<Person>() on m.PersonId equals p.Id
                           where m.CongressId == congress && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now) && p.MergedIntoId == null && p.Name.StartsWith(text)
                           orderby p.Name
                           select new { p.Id, p.Name, Delegation = db.Set<Organisation>().Where(o => o.Id == m.DelegationId).Select(o => o.ShortName).FirstOrDefault() }).Take(most).ToListAsync(cancellation);
        return [.. found.DistinctBy(f => f.Id).Select(f => (f.Id, f.Name, f.Delegation ?? ""))];
    }

    /// <summary>Whether the actor may look up the deputies of a congress: a deputy of it, or staff of it.</summary>
    public async Task<bool> KnowsAsync(Guid congress, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var region = await db.Set<Organisation>().Where(o => o.Id == congress && o.Kind == OrganisationKind.Congress && o.ValidTo == null).Select(o => (long?)o.Region).FirstOrDefaultAsync(cancellation);
        if (region is null) return false;
        return Registers(actor).Contains(region.Value) || (actor.PersonId is { } person && (await SeatsAsync(db, [person], Now, cancellation)).Any(s => s.Congress.Id == congress));
    }

    /// <summary>Places for whose congress the actor writes suggestions down.</summary>
    public static IReadOnlyList<long> Registers(Actor actor) => [.. actor.Grants.Where(g => g.Permissions.Contains("suggestions.register") && g.Role.Scope == RoleScope.Territory).Select(g => g.Region).Where(r => r > 0).Distinct()];

    /// <summary>Deputies whose names fit, of the congresses for which the actor writes suggestions down.</summary>
    public async Task<IReadOnlyList<(Guid Id, string Name, string Delegation)>> DeputiesAsync(string text, int most, Actor actor, CancellationToken cancellation)
    {
        var regions = Registers(actor);
        await using var db = databases.CreateDbContext();
        var congresses = await db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Congress && o.ValidTo == null && regions.Contains(o.Region)).Select(o => o.Id).ToListAsync(cancellation);
        var found = new List<(Guid, string, string)>();
        foreach (var congress in congresses) found.AddRange(await ColleaguesAsync(congress, text, most, cancellation));
        return [.. found.DistinctBy(f => f.Item1).Take(most)];
    }

    /// <summary>A draft that the actor wrote, or was asked to sign; null when it is not theirs to see.</summary>
    public async Task<DraftRecord?> FindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await LoadAsync(db, id, cancellation) is { } record && (IsAuthor(record.Draft, actor) || record.Cosigners.Any(c => c.PersonId == actor.PersonId)) ? record : null;
    }

    /// <summary>Whether the actor may change and hand in a draft.</summary>
    public static bool IsAuthor(SuggestionDraft draft, Actor actor) => draft.WrittenBy is { } writer ? writer == actor.AccountId : draft.PersonId == actor.PersonId;

    /// <summary>What the actor has open, newest first, at most 50.</summary>
    public async Task<IReadOnlyList<SuggestionDraft>> OpenAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<SuggestionDraft>().AsNoTracking().Where(d => d.SubmittedAt == null && ((d.WrittenBy == null && d.PersonId == actor.PersonId) || d.WrittenBy == actor.AccountId))
            .OrderByDescending(d => d.ChangedAt).Take(50).ToListAsync(cancellation);
    }

    /// <summary>What the actor was asked to sign and has not answered, newest first, at most 50.</summary>
    public async Task<IReadOnlyList<SuggestionDraft>> ToSignAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await (from c in db.Set<SuggestionCosigner>().AsNoTracking()
                      join d in db.Set<SuggestionDraft>() on c.DraftId equals d.Id
                      where c.PersonId == actor.PersonId && !c.Declined && c.SignedRevision != d.Revision && d.SubmittedAt == null
                      orderby c.AskedAt descending
                      select d).Take(50).ToListAsync(cancellation);
    }

    /// <summary>Keeps a draft as typed, complete or not, and asks its co-signers. The same again changes nothing.</summary>
    /// <param name="id">UUIDv7 made by the page.</param>
    /// <param name="wanted">Its text; <c>PersonId</c> and <c>WrittenBy</c> of a new one are taken from here, of a known one from the row.</param>
    /// <param name="cosigners">Whom to ask.</param>
    /// <param name="actor">Who writes.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> SaveAsync(Guid id, SuggestionDraft wanted, IReadOnlyList<Guid> cosigners, Actor actor, CancellationToken cancellation)
    {
        if (id.Version != 7) return new("suggestions.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400);
        var now = Now;
        await using var db = databases.CreateDbContext();
        var record = await LoadAsync(db, id, cancellation, track: true);
        if (record is not null && !IsAuthor(record.Draft, actor)) return record.Cosigners.Any(c => c.PersonId == actor.PersonId) ? new("suggestions.not-author", new("只有起草人可以修改。", "Only its author can change it."), 403) : Refusal.NotFound;
        if (record?.Draft.SubmittedAt is not null) return new("suggestions.submitted", new("这件建议已经提交。", "It has been handed in already."), 409);
        var author = record?.Draft.PersonId ?? wanted.PersonId;
        if (record is null && (wanted.WrittenBy is null ? author != actor.PersonId : wanted.WrittenBy != actor.AccountId)) return NotADeputy;
        var errors = new List<Refusal>();
        Length(wanted.Title, SuggestionText.LongestTitle, "title");
        Length(wanted.Situation, SuggestionText.LongestPart, "situation");
        Length(wanted.Analysis, SuggestionText.LongestPart, "analysis");
        Length(wanted.Proposal, SuggestionText.LongestPart, "proposal");
        var subjects = await codes.OfAsync(SuggestionProcedure.Subjects, cancellation);
        if (wanted.Subject.Length > 0 && subjects.All(s => s.Id != wanted.Subject || s.Retired)) errors.Add(Unknown("subject"));
        if (wanted.Origin.Length > 0 && SuggestionText.Origins.All(o => o.Id != wanted.Origin)) errors.Add(Unknown("origin"));
        if (wanted.Openness is not ("open" or "closed")) errors.Add(Unknown("openness"));
        if (SuggestionText.Contacts.All(c => c.Id != wanted.Contact)) errors.Add(Unknown("contact"));
        var seats = await SeatsAsync(db, [author], now, cancellation);
        if (seats.Count == 0) return NotADeputy;
        // Whoever writes it down for a deputy does so for the own congress only.
        if ((record?.Draft.WrittenBy ?? wanted.WrittenBy) is not null && seats.Any(s => s.Congress.Id == wanted.CongressId && !Registers(actor).Contains(s.Congress.Region))) return Refusal.NotFound;
        if (seats.All(s => s.Congress.Id != wanted.CongressId)) errors.Add(new("suggestions.congress", new("请选择向哪一级人大提出。", "Choose the congress it is put to."), Field: "congress"));
        if (wanted.UnitId is { } unit && !await db.Set<Organisation>().AnyAsync(o => o.Id == unit && o.ValidTo == null && (o.Kind == OrganisationKind.HandlingUnit || o.Kind == OrganisationKind.TownGovernment || o.Kind == OrganisationKind.SupervisedOrgan), cancellation)) errors.Add(Unknown("unit"));
        if (wanted.SourceId is { } source && !await db.Set<Matter>().VisibleTo(actor, db).AnyAsync(m => m.Id == source, cancellation)) errors.Add(new("form.unknown-matter", new("没有找到来源事项。", "There is no such matter."), Field: "source"));
        cosigners = [.. cosigners.Where(c => c != author).Distinct()];
        if (cosigners.Count > SuggestionText.MostCosigners) errors.Add(new("form.too-many", new($"附议代表最多 {SuggestionText.MostCosigners} 名。", $"At most {SuggestionText.MostCosigners} co-signers."), Field: "cosigners"));
        var asked = await db.Set<Mandate>().AsNoTracking().Where(m => cosigners.Contains(m.PersonId) && m.CongressId == wanted.CongressId && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now)).Select(m => m.PersonId).Distinct().ToListAsync(cancellation);
        if (asked.Count < cosigners.Count && errors.Count == 0) errors.Add(new("suggestions.cosigner", new("附议人要是同一个人大的现任代表。", "Co-signers are deputies of the same congress."), Field: "cosigners"));
        if (await MissingMediaAsync(db, wanted.Media, actor, cancellation) is { } missing) errors.Add(missing);
        if (errors.Count > 0) return Refusal.Form(errors);

        var draft = record?.Draft;
        if (draft is null) db.Add(draft = new SuggestionDraft { Id = id, PersonId = author, WrittenBy = wanted.WrittenBy, SourceId = wanted.SourceId });
        var before = TextOf(draft);
        (draft.CongressId, draft.Title, draft.Subject, draft.Situation, draft.Analysis, draft.Proposal) = (wanted.CongressId, wanted.Title.Trim(), wanted.Subject, wanted.Situation.Trim(), wanted.Analysis.Trim(), wanted.Proposal.Trim());
        (draft.Origin, draft.Repeated, draft.Openness, draft.Contact, draft.UnitId, draft.Media, draft.ChangedAt) = (wanted.Origin, wanted.Repeated, wanted.Openness, wanted.Contact, wanted.UnitId, wanted.Media, now);
        var changed = record is not null && TextOf(draft) != before;
        if (changed) draft.Revision++;
        var had = record?.Cosigners ?? [];
        var names = await db.Set<Person>().AsNoTracking().Where(p => cosigners.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellation);
        var holders = new HashSet<Guid>();
        foreach (var gone in had.Where(c => !cosigners.Contains(c.PersonId)))
        {
            db.Remove(gone);
            await EndDutyAsync(db, id, gone.PersonId, actor, now, holders, cancellation);
        }
        foreach (var person in cosigners)
        {
            var known = had.FirstOrDefault(c => c.PersonId == person);
            if (known is null) db.Add(known = new SuggestionCosigner { DraftId = id, PersonId = person, Name = names.GetValueOrDefault(person, ""), AskedAt = now });
            // Paper bears the signatures already; whoever declined is not asked again for another comma.
            if (draft.WrittenBy is not null) (known.SignedRevision, known.AnsweredAt) = (draft.Revision, known.AnsweredAt ?? now);
            else if (!known.Declined && (had.All(c => c.PersonId != person) || changed)) await AskAsync(db, draft, known, now, holders, cancellation);
        }
        await db.SaveChangesAsync(cancellation);
        if (holders.Count > 0) await relay.DutiesChangedAsync(db, [.. holders], cancellation);
        return null;

        void Length(string text, int max, string field)
        {
            if (text.Trim().Length > max) errors.Add(new("form.too-long", new($"最多 {max} 字，现在 {text.Trim().Length} 字。", $"At most {max} characters; it has {text.Trim().Length}."), Field: field));
        }
    }

    /// <summary>Signs a draft, or declines to; the last word counts while it is not handed in.</summary>
    /// <param name="id">The draft.</param>
    /// <param name="revision">The text that was read.</param>
    /// <param name="signs">Whether the deputy signs.</param>
    /// <param name="actor">Who answers.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> AnswerAsync(Guid id, int revision, bool signs, Actor actor, CancellationToken cancellation)
    {
        var now = Now;
        await using var db = databases.CreateDbContext();
        var record = await LoadAsync(db, id, cancellation, track: true);
        if (record?.Cosigners.FirstOrDefault(c => c.PersonId == actor.PersonId) is not { } mine) return Refusal.NotFound;
        if (record.Draft.SubmittedAt is not null) return new("suggestions.submitted", new("这件建议已经提交，不能再附议。", "It has been handed in; it can no longer be signed."), 409);
        if (record.Draft.Revision != revision) return new("suggestions.text-changed", new("建议的文字刚刚改过，请再看一遍。", "The text has just been changed; please read it again."), 409);
        if (signs && (await SeatsAsync(db, [actor.PersonId!.Value], now, cancellation)).All(s => s.Congress.Id != record.Draft.CongressId)) return NotADeputy;
        (mine.SignedRevision, mine.AnsweredAt, mine.Declined) = (signs ? revision : null, now, !signs);
        var holders = new HashSet<Guid>();
        await EndDutyAsync(db, id, mine.PersonId, actor, now, holders, cancellation);
        await db.SaveChangesAsync(cancellation);
        if (holders.Count > 0) await relay.DutiesChangedAsync(db, [.. holders], cancellation);
        return null;
    }

    /// <summary>Throws a draft away; twice is once.</summary>
    public async Task<Refusal?> DiscardAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var record = await LoadAsync(db, id, cancellation, track: true);
        if (record is null || !IsAuthor(record.Draft, actor)) return Refusal.NotFound;
        if (record.Draft.SubmittedAt is not null) return new("suggestions.submitted", new("这件建议已经提交；要撤回请到办理页面。", "It has been handed in; withdraw it on its page."), 409);
        var holders = new HashSet<Guid>();
        foreach (var cosigner in record.Cosigners) await EndDutyAsync(db, id, cosigner.PersonId, actor, Now, holders, cancellation);
        db.RemoveRange(record.Cosigners);
        db.Remove(record.Draft);
        await db.SaveChangesAsync(cancellation);
        if (holders.Count > 0) await relay.DutiesChangedAsync(db, [.. holders], cancellation);
        return null;
    }

    /// <summary>
    /// Hands a draft in: from then on it is a matter, raised by its lead deputy and those who signed this very text. Whoever
    /// has not signed is left out. The same again gives the first answer, also when the process died in between.
    /// </summary>
    public async Task<MatterAnswer> SubmitAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        var now = Now;
        await using var db = databases.CreateDbContext();
        var record = await LoadAsync(db, id, cancellation, track: true);
        if (record is null || !IsAuthor(record.Draft, actor)) return new MatterAnswer(null, Refusal.NotFound);
        var draft = record.Draft;
        if (await MatterDesk.LoadAsync(db, id, cancellation) is { } there)
        {
            await FinishAsync(db, record, actor, there.Matter.SubmittedAt, cancellation);
            return new MatterAnswer(there, null, Repeated: true);
        }
        var errors = new List<Refusal>();
        Need(draft.Title.Length > 0, "title", "请写标题，说清建议什么。", "Give it a title that says what is suggested.");
        Need(draft.Subject.Length > 0, "subject", "请选择主题分类。", "Choose a subject.");
        Need(draft.Situation.Length > 0, "situation", "请写情况：现在是什么样。", "Say how things are.");
        Need(draft.Analysis.Length > 0, "analysis", "请写分析：为什么会这样。", "Say why.");
        Need(draft.Proposal.Length > 0, "proposal", "请写具体意见：建议怎么办。", "Say what should be done.");
        Need(draft.Origin.Length > 0, "origin", "请选择建议从哪里来。", "Say where it comes from.");
        var seat = (await SeatsAsync(db, [draft.PersonId], now, cancellation)).FirstOrDefault(s => s.Congress.Id == draft.CongressId);
        if (seat is null) return new MatterAnswer(null, NotADeputy);
        var office = await OfficeAsync(db, seat.Congress.Region, cancellation);
        if (office is null) errors.Add(new("suggestions.no-office", new($"{seat.Congress.ShortName}还没有登记代表工作机构，请联系管理员。", "No deputies' office of that congress is recorded; ask an administrator."), Field: "congress"));
        var session = await SessionAsync(db, seat.Congress.Id, now, cancellation);
        if (session is null) errors.Add(new("suggestions.no-session", new($"{seat.Congress.ShortName}还没有登记届次和会议，请联系管理员。", "No session of that congress is recorded; ask an administrator."), Field: "congress"));
        if (errors.Count > 0) return new MatterAnswer(null, Refusal.Form(errors));

        var (term, meeting, between) = session!.Value;
        List<SuggestionCosigner> signed = [.. record.Cosigners.Where(record.HasSigned)];
        var lead = await db.Set<Person>().AsNoTracking().Where(p => p.Id == draft.PersonId).Select(p => p.Name).FirstAsync(cancellation);
        var files = SuggestionText.Files(draft.Media).ToList();
        List<string> shas = [.. files.Select(f => f.Sha)];
        var media = await db.Set<MediaItem>().AsNoTracking().Where(m => shas.Contains(m.Sha256)).ToDictionaryAsync(m => m.Sha256, cancellation);
        var sessionText = SuggestionText.Session(term, meeting);
        var data = new JsonObject
        {
            ["situation"] = draft.Situation, ["analysis"] = draft.Analysis, ["proposal"] = draft.Proposal, ["origin"] = draft.Origin, ["repeated"] = draft.Repeated ? true : null, ["openness"] = draft.Openness,
            ["contact"] = draft.Contact, ["unit"] = draft.UnitId?.ToString(), ["congress"] = seat.Congress.Name, ["session"] = sessionText, ["between"] = between ? true : null, ["lead"] = lead, ["delegation"] = seat.Delegation.Length > 0 ? seat.Delegation : null,
            ["files"] = files.Count > 0 ? new JsonObject(files.Select(f => KeyValuePair.Create(f.Sha, (JsonNode?)f.Name))) : null,
            ["mandate"] = seat.Mandate.Id.ToString(), ["term"] = term.Id.ToString(),
            ["cosigners"] = signed.Count > 0 ? new JsonArray([.. signed.Select(c => (JsonNode)new JsonObject { ["id"] = c.PersonId.ToString(), ["name"] = c.Name })]) : null,
            ["series"] = $"suggestions/{meeting.Id:N}{(between ? "/between" : "")}", ["numberFormat"] = between ? sessionText + "闭会第{0}号" : sessionText + "第{0:000}号",
        };
        foreach (var empty in data.Where(p => p.Value is null).Select(p => p.Key).ToList()) data.Remove(empty);
        var region = seat.Congress.Region;
        var year = now.AddHours(8).Year;
        var answer = await desk.RaiseAsync(new NewMatter
        {
            Id = id,
            Scenario = Scenario,
            Procedure = SuggestionProcedure.Id,
            Title = SuggestionText.Full(draft.Title),
            Category = draft.Subject,
            ContextId = meeting.Id,
            OfficeId = office!.Value,
            OccurredAt = now,
            Place = new Placed(region, Level(region, RegionLevel.City), Level(region, RegionLevel.County), Level(region, RegionLevel.Town), null, null),
            Data = data,
            Media = [.. shas.Where(media.ContainsKey).Select(sha => new MediaAdded(sha, "before", media[sha].Kind.ToString().ToLowerInvariant(), media[sha].TakenAt, null))],
            Number = ($"suggestions-arrived/{region}/{year}", n => $"收〔{year}〕{n}号"),
            Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{draft.Revision}\n{TextOf(draft)}"))),
            ReporterId = draft.PersonId,
            Joined = [.. signed.Select(c => c.PersonId)],
            Links = draft.SourceId is { } source ? [new Linked(source, "raised-by")] : [],
        }, actor, cancellation);
        if (answer.Refusal is null) await FinishAsync(db, record, actor, answer.Matter!.Matter.SubmittedAt, cancellation);
        return answer;

        void Need(bool holds, string field, string zh, string en)
        {
            if (!holds) errors.Add(new("form.required", new(zh, en), Field: field));
        }
    }

    /// <summary>The newest session of a congress that has begun, and whether it is over; null when none is recorded.</summary>
    public static async Task<(Term Term, CongressSession Session, bool Between)?> SessionAsync(RendaDbContext db, Guid congress, DateTime now, CancellationToken cancellation)
    {
        var today = ChinaTime.Date(now);
        var found = await (from s in db.Set<CongressSession>().AsNoTracking()
                           join t in db.Set<Term>() on s.TermId equals t.Id
                           where t.CongressId == congress && !s.OfCommittee && s.Opens <= today
                           orderby s.Opens descending
                           select new { t, s }).FirstOrDefaultAsync(cancellation);
        return found is null ? null : (found.t, found.s, today > found.s.Closes);
    }

    private static long Level(long region, RegionLevel level) => level switch
    {
        RegionLevel.City => RegionCode.City(region),
        RegionLevel.County => Territory.Level(region) <= 2 ? RegionCode.County(region) : 0,
        _ => Territory.Level(region) <= 1 ? RegionCode.Town(region) : 0,
    };

    private async Task FinishAsync(RendaDbContext db, DraftRecord record, Actor actor, DateTime submitted, CancellationToken cancellation)
    {
        if (record.Draft.SubmittedAt is not null) return;
        var holders = new HashSet<Guid>();
        foreach (var cosigner in record.Cosigners) await EndDutyAsync(db, record.Draft.Id, cosigner.PersonId, actor, Now, holders, cancellation);
        record.Draft.SubmittedAt = submitted;
        await db.SaveChangesAsync(cancellation);
        if (holders.Count > 0) await relay.DutiesChangedAsync(db, [.. holders], cancellation);
    }

    private static async Task AskAsync(RendaDbContext db, SuggestionDraft draft, SuggestionCosigner cosigner, DateTime now, HashSet<Guid> holders, CancellationToken cancellation)
    {
        var item = ItemOf(draft.Id);
        var title = draft.Title.Length > 0 ? draft.Title : "（未写标题）";
        var open = await db.Set<Todo>().FirstOrDefaultAsync(t => t.ItemId == item && t.PersonId == cosigner.PersonId && t.DoneAt == null, cancellation);
        if (open is not null)
        {
            open.Title = title;
            return;
        }
        db.Add(new Todo { Id = Guid.CreateVersion7(), ItemId = item, Scenario = Scenario, Kind = "cosign", Duty = DutyKind.Sign, PersonId = cosigner.PersonId, Title = title, Href = $"/suggestions/drafts/{draft.Id}/sign", ArrivedAt = now });
        db.Add(AccountNotice.For(cosigner.PersonId, new($"请您附议建议“{title}”。", $"You are asked to co-sign “{title}”."), now, $"/suggestions/drafts/{draft.Id}/sign"));
        holders.Add(cosigner.PersonId);
    }

    private static async Task EndDutyAsync(RendaDbContext db, Guid draft, Guid person, Actor actor, DateTime now, HashSet<Guid> holders, CancellationToken cancellation)
    {
        var item = ItemOf(draft);
        foreach (var todo in await db.Set<Todo>().Where(t => t.ItemId == item && t.PersonId == person && t.DoneAt == null).ToListAsync(cancellation))
        {
            (todo.DoneAt, todo.DoneBy) = (now, actor.AccountId);
            holders.Add(person);
        }
    }

    private static async Task<Refusal?> MissingMediaAsync(RendaDbContext db, string media, Actor actor, CancellationToken cancellation)
    {
        var shas = SuggestionText.Files(media).Select(f => f.Sha).Distinct().ToList();
        if (shas.Count != media.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length) return new("form.malformed", new("文件编号不对。", "Not a valid file id."), Field: "files");
        if (shas.Count > SuggestionText.MostMedia) return new("form.too-many", new($"附件最多 {SuggestionText.MostMedia} 个。", $"At most {SuggestionText.MostMedia} attachments."), Field: "files");
        if (shas.Count == 0) return null;
        var known = await db.Set<MediaItem>().CountAsync(m => shas.Contains(m.Sha256) && (m.UploadedBy == actor.AccountId || db.Set<MediaCopy>().Any(c => c.Sha256 == m.Sha256 && c.AccountId == actor.AccountId)), cancellation);
        return known == shas.Count ? null : new("form.unknown-media", new("有附件还没有上传完，请稍后再试。", "An attachment has not been uploaded yet."), Field: "files");
    }

    private static async Task<DraftRecord?> LoadAsync(RendaDbContext db, Guid id, CancellationToken cancellation, bool track = false)
    {
        var (drafts, cosigners) = track ? (db.Set<SuggestionDraft>(), db.Set<SuggestionCosigner>()) : (db.Set<SuggestionDraft>().AsNoTracking(), db.Set<SuggestionCosigner>().AsNoTracking());
        return await drafts.FirstOrDefaultAsync(d => d.Id == id, cancellation) is { } draft
            ? new DraftRecord(draft, await cosigners.Where(c => c.DraftId == id).OrderBy(c => c.AskedAt).ThenBy(c => c.PersonId).ToListAsync(cancellation))
            : null;
    }

    private static async Task<IReadOnlyList<Seat>> SeatsAsync(RendaDbContext db, IReadOnlyList<Guid> people, DateTime now, CancellationToken cancellation)
    {
        var found = await (from m in db.Set<Mandate>().AsNoTracking()
                           join c in db.Set<Organisation>() on m.CongressId equals c.Id
                           where people.Contains(m.PersonId) && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now) && c.ValidTo == null
                           orderby c.Region
                           select new { m, c, Delegation = db.Set<Organisation>().Where(o => o.Id == m.DelegationId).Select(o => o.ShortName).FirstOrDefault() }).ToListAsync(cancellation);
        return [.. found.Select(f => new Seat(f.m, f.c, f.Delegation ?? ""))];
    }

    private static async Task<Guid?> OfficeAsync(RendaDbContext db, long region, CancellationToken cancellation)
    {
        string[] duties = ["deputies", "presidium", "general"];
        var offices = await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Office && o.Region == region && o.ValidTo == null && duties.Contains(o.Duty)).Select(o => new { o.Id, o.Duty }).ToListAsync(cancellation);
        return offices.OrderBy(o => Array.IndexOf(duties, o.Duty)).ThenBy(o => o.Id).FirstOrDefault()?.Id;
    }

    private static string TextOf(SuggestionDraft d) => JsonSerializer.Serialize(new { d.CongressId, d.Title, d.Situation, d.Analysis, d.Proposal, d.Media });

    private static Refusal Unknown(string field) => new("form.unknown-choice", new("请从列出的选项中选择。", "Choose one of those listed."), Field: field);

    private DateTime Now => time.GetUtcNow().UtcDateTime is var now ? new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc) : default;
}
