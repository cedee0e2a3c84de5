using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Settings;

namespace Renda.Stations;

/// <summary>What somebody says at a station.</summary>
public sealed record Saying
{
    /// <summary>UUIDv7 made by the page and known to nobody else: the matter's id and the query code follow from it, so that a retry is harmless.</summary>
    public required Guid Key { get; init; }

    /// <summary>The station.</summary>
    public required Guid StationId { get; init; }

    /// <summary>Category, a code.</summary>
    public string Category { get; init; } = "";

    /// <summary>What is said, at most 2,000 characters.</summary>
    public string Text { get; init; } = "";

    /// <summary>Where, in words; empty when not told.</summary>
    public string PlaceText { get; init; } = "";

    /// <summary>Village, a division code within the station's town; 0 when not told.</summary>
    public long Village { get; init; }

    /// <summary>How to reach who says it; empty when not told.</summary>
    public string Contact { get; init; } = "";

    /// <summary>Whether <see cref="Contact"/> is a telephone that was shown to be theirs.</summary>
    public bool Verified { get; init; }

    /// <summary>Whether the public is not told who says it.</summary>
    public bool Anonymous { get; init; } = true;

    /// <summary>The deputy who was asked for; null for whoever takes it up.</summary>
    public Guid? DeputyId { get; init; }

    /// <summary>The reception at which it is said; null for none.</summary>
    public Guid? ReceptionId { get; init; }

    /// <summary><c>portal</c>, <c>deputy</c>, <c>api</c>, <c>desk</c> or <c>reception</c>.</summary>
    public string Source { get; init; } = "portal";

    /// <summary>SHA-256 of photos that were taken in.</summary>
    public IReadOnlyList<string> Media { get; init; } = [];
}

/// <summary>What became of it.</summary>
/// <param name="Code">The query code; null when refused.</param>
/// <param name="Matter">The matter; null when refused.</param>
/// <param name="Refusal">Why not; null when taken in.</param>
public sealed record SaidAnswer(string? Code, MatterFold? Matter, Refusal? Refusal);

/// <summary>What citizens say at stations: taken in, found again by a query code, taken up by deputies. How to reach a citizen is sealed, shown to few and noted, and erased.</summary>
public sealed class Voices(IDbContextFactory<RendaDbContext> databases, MatterDesk desk, StationDesk stations, CodeSets codes, RegionDirectory regions, PersonalData personal, StoredSettings settings, AuditLog audit, TimeProvider time)
{
    /// <summary>Longest text, in characters.</summary>
    public const int LongestText = 2000;

    /// <summary>Most photos.</summary>
    public const int MostPhotos = 4;

    /// <summary>Longest contact, in characters.</summary>
    public const int LongestContact = 60;

    /// <summary>The same by another clock, for a demonstration that lets time pass.</summary>
    public Voices By(TimeProvider clock) => new(databases, desk.By(clock), stations.By(clock), codes, regions, personal, settings, audit, clock);

    /// <summary>The matter that a saying becomes: the page's key is not to be known from it.</summary>
    public static Guid IdOf(Guid key)
    {
        Span<byte> bytes = stackalloc byte[16], hash = stackalloc byte[32];
        key.TryWriteBytes(bytes, bigEndian: true, out _);
        SHA256.HashData(bytes, hash);
        // A UUIDv7 of the same moment; all else follows from the key.
        hash[6..16].CopyTo(bytes[6..]);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Takes in what is said. The same again gives the same code.</summary>
    /// <param name="saying">What.</param>
    /// <param name="actor">Who writes it down: the station's keeper, or <see cref="Actor.Citizen"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<SaidAnswer> SayAsync(Saying saying, Actor actor, CancellationToken cancellation)
    {
        if (saying.Key.Version != 7) return Refused(new("stations.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400));
        await using var db = databases.CreateDbContext();
        var station = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == saying.StationId && o.Kind == OrganisationKind.Station && o.ValidTo == null, cancellation);
        if (station is null || (!actor.IsCitizen && !StationScope.May(actor, "stations.screen", station))) return Refused(Refusal.NotFound);
        var errors = new List<Refusal>();
        var (text, place, contact) = (Clean(saying.Text), Clean(saying.PlaceText).Replace('\n', ' '), Clean(saying.Contact).Replace('\n', ' '));
        var category = (await codes.OfAsync(VoiceProcedure.Categories, cancellation)).FirstOrDefault(c => c.Id == saying.Category && !c.Retired);
        Need(category is not null, "category", "请选择是哪方面的事。", "Choose what it is about.");
        Need(text.Length >= 5, "text", "请说说是什么事，至少 5 个字。", "Say what it is, in at least 5 characters.");
        Need(text.Length <= LongestText, "text", $"最多 {LongestText} 字，现在 {text.Length} 字。", $"At most {LongestText} characters; it has {text.Length}.");
        Need(place.Length <= 100, "place", "地点最多 100 字。", "At most 100 characters.");
        Need(contact.Length <= LongestContact, "contact", $"联系方式最多 {LongestContact} 字。", $"At most {LongestContact} characters.");
        Need(saying.Media.Count <= MostPhotos, "photos", $"照片最多 {MostPhotos} 张。", $"At most {MostPhotos} photos.");
        var town = Territory.Level(station.Region) == 0 ? RegionCode.Town(station.Region) : station.Region;
        Need(saying.Village == 0 || (regions.Find(saying.Village) is not null && saying.Village >= town && saying.Village <= Territory.Last(town)), "village", "请选择本地的村、社区。", "Choose a village of this town.");
        var media = await db.Set<MediaItem>().AsNoTracking().Where(m => saying.Media.Contains(m.Sha256)).ToListAsync(cancellation);
        Need(media.Count == saying.Media.Distinct().Count() && media.All(m => m.Kind == MediaKind.Photo), "photos", "只能上传照片。", "Photos only.");
        var placed = saying.DeputyId is null ? null : (await stations.DeputiesAsync(station.Id, cancellation)).FirstOrDefault(d => d.Placement.PersonId == saying.DeputyId);
        var deputy = placed?.Name ?? (saying.DeputyId is { } asked ? await NameAsync(db, asked, cancellation) : null);
        Need(saying.DeputyId is null || deputy is not null, "deputy", "没有这位代表，或者已经离任。", "There is no such deputy in office.");
        if (saying.ReceptionId is { } reception && !await db.Set<StationReception>().AnyAsync(r => r.Id == reception && r.StationId == station.Id, cancellation)) return Refused(Refusal.NotFound);
        var office = await OfficeAsync(db, station.Region, cancellation);
        if (office is null) errors.Add(new("stations.no-office", new("本地还没有登记人大代表工作机构，暂时不能受理。", "No deputies' office is recorded here; nothing can be taken in yet."), Field: "station"));
        if (errors.Count > 0) return Refused(Refusal.Form(errors));

        var (now, id, code) = (Now, IdOf(saying.Key), CodeOf(saying.Key));
        var region = saying.Village > 0 ? saying.Village : station.Region;
        var year = now.AddHours(8).Year;
        var data = new JsonObject
        {
            ["description"] = text, ["placeText"] = place.Length > 0 ? place : null, ["anonymous"] = saying.Anonymous ? true : null, ["verified"] = saying.Verified ? true : null, ["source"] = saying.Source, ["deputy"] = saying.DeputyId?.ToString(), ["deputyName"] = deputy,
        };
        foreach (var empty in data.Where(p => p.Value is null).Select(p => p.Key).ToList()) data.Remove(empty);
        var answer = await desk.RaiseAsync(new NewMatter
        {
            Id = id,
            Scenario = "stations",
            Procedure = VoiceProcedure.Id,
            Title = StationText.Title(text, 40),
            Category = category!.Id,
            ContextId = station.Id,
            OfficeId = office!.Value,
            CoordinatorId = station.Id,
            OccurredAt = now,
            Place = new Placed(region, RegionCode.City(region), RegionCode.County(region), RegionCode.Town(region), null, null),
            Data = data,
            Media = [.. saying.Media.Distinct().Select(sha => media.First(m => m.Sha256 == sha)).Select(m => new MediaAdded(m.Sha256, "before", "photo", m.TakenAt, null))],
            Number = ($"stations/{RegionCode.County(region)}/{year}", n => $"群众〔{year}〕{n}号"),
            Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { text, place, saying.Category, saying.StationId, saying.Village, saying.DeputyId, saying.Media })))),
        }, actor, cancellation);
        if (answer.Refusal is { } refusal) return Refused(refusal);
        // After the matter: a retry after a crash in between finds it there and writes this.
        if (!await db.Set<StationVoice>().AnyAsync(v => v.MatterId == id, cancellation))
        {
            db.Add(new StationVoice { MatterId = id, StationId = station.Id, CodeIndex = personal.Index(code, StationVoice.CodeColumn)!, ContactSealed = personal.Seal(contact, StationVoice.ContactColumn), Anonymous = saying.Anonymous, ReceptionId = saying.ReceptionId, At = now });
            await db.SaveChangesAsync(cancellation);
        }
        return new SaidAnswer(StationText.Grouped(code), answer.Matter, null);

        void Need(bool holds, string field, string zh, string en)
        {
            if (!holds) errors.Add(new("form.invalid", new(zh, en), Field: field));
        }

        static SaidAnswer Refused(Refusal why) => new(null, null, why);
    }

    /// <summary>Whether what a page with this key said is there already: then its sender only lost the answer.</summary>
    public async Task<bool> IsSaidAsync(Guid key, CancellationToken cancellation)
    {
        var id = IdOf(key);
        await using var db = databases.CreateDbContext();
        return await db.Set<StationVoice>().AnyAsync(v => v.MatterId == id, cancellation);
    }

    /// <summary>What a query code stands for; null for none. Typed in whatever form.</summary>
    public async Task<(StationVoice Voice, MatterFold Matter)?> FindAsync(string? code, CancellationToken cancellation)
    {
        var plain = StationText.Code(code);
        if (plain.Length == 0) return null;
        var index = personal.Index(plain, StationVoice.CodeColumn);
        await using var db = databases.CreateDbContext();
        var voice = await db.Set<StationVoice>().AsNoTracking().FirstOrDefaultAsync(v => v.CodeIndex == index, cancellation);
        return voice is not null && await MatterDesk.LoadAsync(db, voice.MatterId, cancellation) is { } fold ? (voice, fold) : null;
    }

    /// <summary>The citizen who holds the code rates, or says it again once.</summary>
    public async Task<Refusal?> ActAsync(string? code, string action, JsonObject form, CancellationToken cancellation)
    {
        if (action is not ("rate" or "reopen") || await FindAsync(code, cancellation) is not { } found) return Refusal.NotFound;
        return (await desk.ActAsync(found.Matter.Matter.Id, action, form, Actor.Citizen, null, null, cancellation)).Refusal;
    }

    /// <summary>Erases at the wish of whoever holds the code what was kept to reach them. Twice is once.</summary>
    public async Task<Refusal?> EraseAsync(string? code, CancellationToken cancellation)
    {
        if (await FindAsync(code, cancellation) is not { } found) return Refusal.NotFound;
        var (id, now) = (found.Voice.MatterId, Now);
        await audit.RunAsync(async (db, note) =>
        {
            if (await db.Set<StationVoice>().Where(v => v.MatterId == id && v.ErasedAt == null).ExecuteUpdateAsync(s => s.SetProperty(v => v.ContactSealed, (string?)null).SetProperty(v => v.ErasedAt, now), cancellation) == 1)
                await note(AuditLog.Entry(Actor.Platform, "stations.erase", "Matter", id, $"{found.Matter.Matter.Number}：应群众要求删除联系方式"));
            return true;
        }, cancellation);
        return null;
    }

    /// <summary>Erases what is kept to reach citizens whose matter ended that long ago; returns of how many.</summary>
    public async Task<int> SweepAsync(TimeSpan kept, CancellationToken cancellation)
    {
        var (now, before) = (Now, Now - kept);
        await using var db = databases.CreateDbContext();
        return await db.Set<StationVoice>().Where(v => v.ContactSealed != null && v.At < before && db.Set<Matter>().Any(m => m.Id == v.MatterId && m.Closed && m.ClosedAt < before))
            .ExecuteUpdateAsync(s => s.SetProperty(v => v.ContactSealed, (string?)null).SetProperty(v => v.ErasedAt, now), cancellation);
    }

    /// <summary>How to reach the citizen, for the station's keeper and for the deputy who took it up; each look is noted.</summary>
    public async Task<(string? Contact, Refusal? Refusal)> RevealAsync(Guid matter, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await MatterDesk.LoadAsync(db, matter, cancellation) is not { Matter.Scenario: "stations" } fold || !MayReach(actor, fold)) return (null, Refusal.NotFound);
        var contact = personal.Open(await db.Set<StationVoice>().Where(v => v.MatterId == matter).Select(v => v.ContactSealed).FirstOrDefaultAsync(cancellation), StationVoice.ContactColumn);
        if (contact is null) return (null, new("stations.no-contact", new("群众没有留联系方式，或者已经删除。", "None was left, or it was erased."), 409));
        await audit.RunAsync(async (_, note) =>
        {
            await note(AuditLog.Entry(actor, "stations.contact", "Matter", matter, $"查看 {fold.Matter.Number} 的群众联系方式"));
            return true;
        }, cancellation);
        return (contact, null);
    }

    /// <summary>Whether the actor may see how the citizen can be reached: the station's keeper, and the deputy who took it up.</summary>
    public static bool MayReach(Actor actor, MatterFold matter) =>
        actor.GrantFor(StationsModule.Contact, Platform.Procedures.Party.Coordinator, matter, []) is not null || actor.GrantFor(StationsModule.Contact, Platform.Procedures.Party.FirstReporter, matter, []) is not null;

    /// <summary>Takes up what was said at a station, for a deputy who works there.</summary>
    public async Task<MatterAnswer> ClaimAsync(Guid matter, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var station = await db.Set<StationVoice>().Where(v => v.MatterId == matter).Select(v => (Guid?)v.StationId).FirstOrDefaultAsync(cancellation);
        if (station is null || actor.PersonId is not { } person || !actor.May("stations.answer") || !await stations.WorksInAsync(station.Value, person, cancellation)) return new MatterAnswer(null, Refusal.NotFound);
        return await desk.ActAsync(matter, "claim", [], StationScope.AtStation(actor, station.Value), null, null, cancellation);
    }

    /// <summary>The units a deputy may hand a matter straight to, the likeliest first; none where the fast lane is not open or it is not the deputy's.</summary>
    public async Task<IReadOnlyList<Organisation>> StraightAsync(MatterFold matter, Actor actor, CancellationToken cancellation)
    {
        if (matter.Matter is not { Scenario: "stations", State: "claimed" } || (await SettingsAsync(cancellation)).FastLane == false || Lent(actor).GrantFor(StationsModule.FastLane, Platform.Procedures.Party.FirstReporter, matter, []) is null) return [];
        await using var db = databases.CreateDbContext();
        return [.. (await StationsModule.UnitsAsync(db, matter.Matter, cancellation)).Select(u => u.Unit)];
    }

    /// <summary>Hands a matter straight to a unit (民情直通车), for the deputy who took it up; the office and the station have it in copy.</summary>
    public async Task<Refusal?> HandOverAsync(Guid matter, string? unit, string? text, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await MatterDesk.LoadAsync(db, matter, cancellation) is not { } fold || await StraightAsync(fold, actor, cancellation) is not { Count: > 0 } units) return Refusal.NotFound;
        if (units.FirstOrDefault(u => Guid.TryParse(unit, out var id) && u.Id == id) is not { } to) return Refusal.Form([new("form.invalid", new("请选择承办单位。", "Choose the unit."), Field: "leadUnit")]);
        // Which tier follows from the unit: the deputy need not know.
        var level = to.Kind == OrganisationKind.TownGovernment ? "town" : Territory.Level(to.Region) == 3 ? "city" : "county";
        return (await desk.ActAsync(matter, "hand-over", new JsonObject { ["level"] = level, ["leadUnit"] = to.Id.ToString(), ["text"] = text ?? "" }, Lent(actor), null, null, cancellation)).Refusal;
    }

    private static Actor Lent(Actor actor) => actor with
    {
        Grants = [.. actor.Grants.Select(g => g.Role.Scope == RoleScope.Personal && g.Permissions.Contains("stations.answer") ? g with { Permissions = g.Permissions.Append(StationsModule.FastLane).ToHashSet() } : g)],
    };

    private ValueTask<PortalSettings> SettingsAsync(CancellationToken cancellation) => settings.ReadAsync<PortalSettings>(PortalSettings.Name, cancellation);

    /// <summary>What waits to be taken up at the stations a deputy works in, oldest first.</summary>
    public async Task<IReadOnlyList<(MatterRow Row, string Text, string Station)>> OpenForAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.PersonId is not { } person || !actor.May("stations.answer")) return [];
        var own = await stations.OfDeputyAsync(person, cancellation);
        var found = new List<(MatterRow, string, string)>();
        await using var db = databases.CreateDbContext();
        foreach (var station in own)
        {
            if (!await stations.WorksInAsync(station.Id, person, cancellation)) continue;
            var id = station.Id;
            var open = db.Set<Matter>().AsNoTracking().VisibleTo(StationScope.AtStation(actor, id), db).Where(m => m.Scenario == "stations" && m.ContextId == id && m.State == "open").OrderBy(m => m.Serial).Take(50);
            var bodies = await open.Select(m => new { m.Id, m.Body }).ToDictionaryAsync(m => m.Id, m => m.Body, cancellation);
            found.AddRange((await MatterRow.From(open).ToListAsync(cancellation)).Select(r => (r, JsonSerializer.Deserialize<MatterBody>(bodies[r.Id], EventContent.Json)!.Data["description"]?.ToString() ?? "", station.ShortName)));
        }
        return found;
    }

    // Follows from the key by a secret: whoever knows the matter learns nothing of it.
    private string CodeOf(Guid key)
    {
        const string letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
        var bytes = Convert.FromHexString(personal.Index(key.ToString("N"), "stations-query-key")!);
        return string.Concat(bytes.Take(StationText.CodeLength).Select(b => letters[b % letters.Length]));
    }

    private async Task<string?> NameAsync(RendaDbContext db, Guid person, CancellationToken cancellation)
    {
        var now = Now;
        return await db.Set<Person>().Where(p => p.Id == person && db.Set<Mandate>().Any(m => m.PersonId == p.Id && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now))).Select(p => p.Name).FirstOrDefaultAsync(cancellation);
    }

    // What a town cannot do goes to its county's deputies' office.
    private static async Task<Guid?> OfficeAsync(RendaDbContext db, long region, CancellationToken cancellation)
    {
        foreach (var place in (long[])[RegionCode.County(region), RegionCode.City(region)])
            if (await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Office && o.Region == place && o.ValidTo == null && o.Duty == "deputies").OrderBy(o => o.Id).Select(o => (Guid?)o.Id).FirstOrDefaultAsync(cancellation) is { } office) return office;
        return null;
    }

    /// <summary>Text of a stranger: without control characters and what turns its direction around, lines kept, at most two empty ones.</summary>
    internal static string Clean(string text)
    {
        var kept = new StringBuilder(Math.Min(text.Length, 8000));
        foreach (var c in text.Length > 8000 ? text[..8000] : text)
            if (c == '\n' || (!char.IsControl(c) && c is not (>= '\u202a' and <= '\u202e') and not (>= '\u2066' and <= '\u2069') and not '\u200b' and not '\ufeff')) kept.Append(c);
        return kept.ToString().Replace("\n\n\n", "\n\n", StringComparison.Ordinal).Trim();
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime is var now ? new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc) : default;
}
