using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;
using Renda.Platform.Settings;

namespace Renda.Stations;

/// <summary>A deputy as the law publishes one: name, congress, delegation and constituency. No telephone, no home.</summary>
/// <param name="Id">The person.</param>
/// <param name="Name">Name.</param>
/// <param name="Tier">Tier of the congress.</param>
/// <param name="Congress">Its name.</param>
/// <param name="From">Delegation or constituency; empty when not recorded.</param>
/// <param name="Code">Public code; null for a deputy who works in no station.</param>
public sealed record PublicDeputy(Guid Id, string Name, string Tier, string Congress, string From, string? Code);

/// <summary>A step as told to the citizen.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="Title">What happened, in plain words.</param>
/// <param name="Text">What is said to the citizen; empty for nothing.</param>
public sealed record PublicStep(DateTime At, string Title, string Text);

/// <summary>A station as its public page shows it.</summary>
/// <param name="Row">The station.</param>
/// <param name="Deputies">Who works in it today.</param>
/// <param name="Duties">Published receptions to come, at most four.</param>
/// <param name="Deputy">Whose page it is; null for the station's own.</param>
public sealed record PublicStation(StationRow Row, IReadOnlyList<PlacedDeputy> Deputies, IReadOnlyList<DutyRecord> Duties, PublicDeputy? Deputy);

/// <summary>The citizens' side of the stations: nobody signs in, so everything here is either public by law or known by a query code.</summary>
public sealed class Portal(IDbContextFactory<RendaDbContext> databases, StationDesk stations, RegionDirectory regions, StoredSettings settings, AuditLog audit, IDataProtectionProvider protection, ProcedureCatalogue procedures, PhoneCodes phones, IMemoryCache cache, TimeProvider time)
{
    private readonly IDataProtector _forms = protection.CreateProtector("Renda.Stations.Portal");

    /// <summary>Nothing new is taken in.</summary>
    public static Refusal Closed { get; } = new("stations.portal-closed", new("群众端现在没有开放，请到联络站反映。", "The portal is closed at present; please go to the station."), 409);

    /// <summary>What is set.</summary>
    public ValueTask<PortalSettings> SettingsAsync(CancellationToken cancellation) => settings.ReadAsync<PortalSettings>(PortalSettings.Name, cancellation);

    /// <summary>Sets it.</summary>
    public async Task<Refusal?> SetAsync(IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var (perHour, seconds, keep) = (Number("perStationAnHour", 1, 1000), Number("leastSeconds", 0, 60), Number("keepDays", 1, 3650));
        var (api, licence, verify) = (typed.Text("api"), typed.Text("licence"), typed.Text("verifyPhone").Length > 0);
        if (api.Length == 0) api = "closed";
        typed.Need(PortalSettings.Apis.Any(c => c.Id == api), "api", "请选择一项。", "Choose one.");
        if (licence.Length == 0) licence = PortalSettings.Licences[0].Id;
        typed.Need(PortalSettings.Licences.Any(c => c.Id == licence), "licence", "请选择一项。", "Choose one.");
        typed.Need(!verify || phones.Offered, "verifyPhone", "还没有接通短信，不能要求验证手机号。", "Text messages are not connected, so telephones cannot be verified.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var wanted = await SettingsAsync(cancellation) with { Open = typed.Text("open").Length > 0, PerStationAnHour = perHour, LeastSeconds = seconds, KeepDays = keep, VerifyPhone = verify, FastLane = typed.Text("fastLane").Length > 0, Api = api, Licence = licence };
        await WriteAsync(wanted, actor, $"群众端{(wanted.Open ? "开放" : "关闭")}，每站每小时 {perHour} 件，联系方式办结后保留 {keep} 天，{(verify ? "要求" : "不要求")}验证手机号，民情直通车{(wanted.FastLane ? "开通" : "关闭")}，接口{StationText.Name(PortalSettings.Apis, api)}", cancellation);
        return null;

        int Number(string field, int least, int most)
        {
            if (int.TryParse(typed.Text(field), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
            typed.Need(false, field, $"请填 {least} 到 {most} 的整数。", $"A whole number from {least} to {most}.");
            return least;
        }
    }

    /// <summary>Makes a key for an application that sends what citizens say. The key is told once; only its hash is kept.</summary>
    public async Task<(string? Key, Refusal? Refusal)> AddKeyAsync(string? name, Actor actor, CancellationToken cancellation)
    {
        var (set, plain) = (await SettingsAsync(cancellation), Voices.Clean(name ?? "").Replace('\n', ' '));
        if (plain.Length is 0 or > 40) return (null, Refusal.Form([new("form.invalid", new("请写明是哪个应用，最多 40 字。", "Say which application it is, in at most 40 characters."), Field: "name")]));
        if (set.Keys.Count >= PortalSettings.MostKeys) return (null, Refusal.Form([new("form.invalid", new($"最多 {PortalSettings.MostKeys} 个密钥，请先停用不用的。", $"At most {PortalSettings.MostKeys} keys; end one first."), Field: "name")]));
        var key = StationText.NewCode(32);
        await WriteAsync(set with { Keys = [.. set.Keys, new ApiKey(Guid.CreateVersion7(), plain, ApiKey.HashOf(key), time.GetUtcNow().UtcDateTime)] }, actor, $"给应用“{plain}”发放接口密钥", cancellation);
        return (key, null);
    }

    /// <summary>Ends a key. Twice is once.</summary>
    public async Task EndKeyAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        var set = await SettingsAsync(cancellation);
        if (set.Keys.FirstOrDefault(k => k.Id == id) is not { } gone) return;
        await WriteAsync(set with { Keys = [.. set.Keys.Where(k => k.Id != id)] }, actor, $"停用应用“{gone.Name}”的接口密钥", cancellation);
    }

    private async Task WriteAsync(PortalSettings wanted, Actor actor, string what, CancellationToken cancellation)
    {
        await settings.WriteAsync(PortalSettings.Name, wanted, actor.AccountId, cancellation);
        await audit.RunAsync(async (_, note) =>
        {
            await note(AuditLog.Entry(actor, "stations.portal", "Setting", null, what));
            return true;
        }, cancellation);
    }

    /// <summary>A ticket for one form: its key and when it was opened, sealed, so that neither can be made up.</summary>
    public string Ticket(Guid key) => _forms.Protect($"{key:N}|{time.GetUtcNow().UtcTicks}");

    /// <summary>The key of a form that was sent; null when the ticket is not ours, too old, or the sender no human by all appearance.</summary>
    /// <param name="ticket">What the form carries.</param>
    /// <param name="bait">A field that people do not see; programs fill it in.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(Guid? Key, Refusal? Refusal)> OpenAsync(string? ticket, string? bait, CancellationToken cancellation)
    {
        var set = await SettingsAsync(cancellation);
        if (!set.Open) return (null, Closed);
        string[] parts;
        try
        {
            parts = _forms.Unprotect(ticket ?? "").Split('|');
        }
        catch (CryptographicException)
        {
            return (null, new("stations.form-over", new("页面打开得太久了，请再提交一次。", "The page was open for too long; please send it again."), 409));
        }
        var age = time.GetUtcNow() - new DateTimeOffset(long.Parse(parts[1], CultureInfo.InvariantCulture), TimeSpan.Zero);
        if (age > TimeSpan.FromHours(24)) return (null, new("stations.form-over", new("页面打开得太久了，请再提交一次。", "The page was open for too long; please send it again."), 409));
        if (!string.IsNullOrEmpty(bait) || age < TimeSpan.FromSeconds(set.LeastSeconds)) return (null, new("stations.too-fast", new("提交得太快了，请稍等几秒再提交。", "That was too fast; please wait a few seconds and send it again."), 429));
        return (Guid.ParseExact(parts[0], "N"), null);
    }

    /// <summary>A refusal when so much was said at a station within the hour that nobody could look through it.</summary>
    public async Task<Refusal?> CrowdedAsync(Guid station, CancellationToken cancellation)
    {
        var (set, since) = (await SettingsAsync(cancellation), time.GetUtcNow().UtcDateTime.AddHours(-1));
        await using var db = databases.CreateDbContext();
        return await db.Set<StationVoice>().CountAsync(v => v.StationId == station && v.At > since, cancellation) >= set.PerStationAnHour
            ? new("stations.crowded", new("这个联络站刚收到很多意见，请过一小时再来，或者直接到站反映。", "Much was said at this station just now; please come back in an hour, or go there."), 429)
            : null;
    }

    /// <summary>The stations of a place with their public codes: of the village itself, then of its town. Never empty-handed: a town's station serves all its villages.</summary>
    public async Task<IReadOnlyList<(StationRow Row, string Code)>> StationsOfAsync(long region, CancellationToken cancellation)
    {
        var town = Territory.Level(region) == 0 ? RegionCode.Town(region) : region;
        return (await cache.GetOrCreateAsync((typeof(StationRow), region, StationDesk.Changes), async entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(20);
            var nearest = new List<(StationRow, string)>();
            foreach (var row in (await stations.ListAsync(town, "", "", cancellation)).OrderBy(s => s.Station.Region == region ? 0 : s.Station.Region == town ? 1 : 2).Take(30))
                nearest.Add((row, await stations.CodeAsync(row.Station.Id, false, cancellation)));
            return nearest;
        }))!;
    }

    /// <summary>The deputies of a place as of today, highest tier last: those nearest to people come first.</summary>
    public async Task<IReadOnlyList<PublicDeputy>> DeputiesOfAsync(long region, CancellationToken cancellation) =>
        // Whoever likes may ask, as often as they like: the database is asked once a minute.
        (await cache.GetOrCreateAsync((typeof(PublicDeputy), region), entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1);
            return ReadDeputiesAsync(region, cancellation);
        }))!;

    private async Task<IReadOnlyList<PublicDeputy>> ReadDeputiesAsync(long region, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var today = ChinaTime.Date(now);
        List<string> path = [.. regions.Path(region).Select(r => r.Code.ToString("D12", CultureInfo.InvariantCulture))];
        List<long> codes = [.. regions.Path(region).Select(r => r.Code)];
        await using var db = databases.CreateDbContext();
        var rows = await (from m in db.Set<Mandate>().AsNoTracking()
                          join p in db.Set<Person>() on m.PersonId equals p.Id
                          join c in db.Set<Organisation>() on m.CongressId equals c.Id
                          where codes.Contains(c.Region) && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now) && p.MergedIntoId == null
                          select new
                          {
                              p.Id, p.Name, c.Region, Congress = c.ShortName,
                              Constituency = db.Set<Constituency>().Where(x => x.Id == m.ConstituencyId).Select(x => new { x.Name, x.Regions }).FirstOrDefault(),
                              Delegation = db.Set<Organisation>().Where(o => o.Id == m.DelegationId).Select(o => o.ShortName).FirstOrDefault(),
                              Code = db.Set<StationPlacement>().Any(x => x.PersonId == p.Id && x.From <= today && (x.To == null || x.To >= today)) ? db.Set<StationCode>().Where(x => x.OwnerId == p.Id).Select(x => x.Code).FirstOrDefault() : null,
                          }).ToListAsync(cancellation);
        return
        [
            .. from row in rows
               // Elected by a constituency that the place lies in; where none is recorded, by the whole congress's place.
               where row.Constituency is null || row.Constituency.Regions.Length == 0 || row.Constituency.Regions.Split(',').Any(path.Contains)
               let tier = StationText.Tier(row.Region)
               orderby StationText.Rank(tier) descending, row.Code is null, row.Name
               select new PublicDeputy(row.Id, row.Name, tier, row.Congress, row.Constituency?.Name ?? row.Delegation ?? "", row.Code),
        ];
    }

    /// <summary>What the page behind a public code shows; null for a code that is nobody's. Read anew when a station was changed, and after twenty seconds.</summary>
    /// <param name="code">The station's or the deputy's.</param>
    /// <param name="ofDeputy">Which of both.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<PublicStation?> FaceAsync(string code, bool ofDeputy, CancellationToken cancellation)
    {
        var key = (typeof(PublicStation), code, ofDeputy, StationDesk.Changes, Language.IsEnglish);
        if (cache.TryGetValue(key, out PublicStation? known)) return known;
        PublicDeputy? deputy = null;
        Guid station;
        if (ofDeputy)
        {
            if (await DeputyAsync(code, cancellation) is not { } found) return null;
            (deputy, station) = (found.Deputy, found.Stations[0].Id);
        }
        else if (await stations.OwnerAsync(code, cancellation) is { OfDeputy: false } owner) station = owner.OwnerId;
        else return null;
        if (await stations.FindAsync(station, cancellation) is not { } row) return null;
        var today = ChinaTime.Date(time.GetUtcNow().UtcDateTime);
        List<DutyRecord> duties = [.. (await stations.DutiesAsync(station, today, today.AddMonths(2), cancellation)).Where(d => d.Duty is { PublishedAt: not null, CancelledAt: null }).Take(4)];
        // Only what is there is kept: whoever tries codes must not fill the memory.
        return cache.Set(key, new PublicStation(row, await stations.DeputiesAsync(station, cancellation), duties, deputy), TimeSpan.FromSeconds(20));
    }

    /// <summary>A deputy by the public code; null for nobody, or nobody in office.</summary>
    public async Task<(PublicDeputy Deputy, IReadOnlyList<Organisation> Stations)?> DeputyAsync(string code, CancellationToken cancellation)
    {
        if (await stations.OwnerAsync(code, cancellation) is not { OfDeputy: true } owner) return null;
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        var seats = await (from m in db.Set<Mandate>().AsNoTracking()
                           join p in db.Set<Person>() on m.PersonId equals p.Id
                           join c in db.Set<Organisation>() on m.CongressId equals c.Id
                           where m.PersonId == owner.OwnerId && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now)
                           select new { p.Name, c.Region, c.ShortName, Constituency = db.Set<Constituency>().Where(x => x.Id == m.ConstituencyId).Select(x => x.Name).FirstOrDefault() }).ToListAsync(cancellation);
        if (seats.OrderBy(s => StationText.Rank(StationText.Tier(s.Region))).FirstOrDefault() is not { } highest) return null;
        var places = await stations.OfDeputyAsync(owner.OwnerId, cancellation);
        return places.Count == 0 ? null : (new PublicDeputy(owner.OwnerId, highest.Name, StationText.Tier(highest.Region), string.Join(Language.T("、", ", "), seats.Select(s => s.ShortName)), highest.Constituency ?? "", owner.Code), places);
    }

    /// <summary>A matter's history as its citizen is told it: no names of staff, no notes among officials.</summary>
    public async Task<IReadOnlyList<PublicStep>> StoryAsync(MatterFold matter, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var id = matter.Matter.Id;
        var events = await db.Set<MatterEvent>().AsNoTracking().Where(e => e.MatterId == id).OrderBy(e => e.Version).ToListAsync(cancellation);
        var units = matter.Assignments.Select(a => a.UnitId).Distinct().ToList();
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => units.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.ShortName, cancellation);
        var steps = new List<PublicStep>();
        foreach (var e in events)
        {
            var content = EventContent.Parse(e.Content);
            var (text, reason) = (content.Form["text"]?.ToString() ?? "", e.Reason ?? "");
            var unit = content.Changes.OfType<Assigned>().Where(a => a.Kind == "lead").Select(a => names.GetValueOrDefault(a.UnitId, "")).FirstOrDefault() ?? "";
            var step = e.Action switch
            {
                "submit" => (Language.T("已收到，联络站两个工作日内筛查", "Received; the station looks through it within two working days"), ""),
                "accept" => (Language.T("联络站已受理", "Taken in by the station"), ""),
                "not-accept" => (Language.T("不属于人大受理的范围，请走", "Not for the congress; the right way is ") + StationText.Name(VoiceProcedure.Channels, content.Form["channel"]?.ToString() ?? ""), reason),
                "merge" => (Language.T("和另一件是同一件事，一并办理", "The same as another matter, handled with it"), ""),
                "claim" or "take" => (Language.T($"代表{e.ActorName}已承接", $"Deputy {e.ActorName} has taken it up"), ""),
                "pass" => (Language.T("正在另找代表承接", "Another deputy is being asked"), ""),
                "visit" => (Language.T($"代表{e.ActorName}走访了解了情况", $"Deputy {e.ActorName} went to see"), ""),
                "ask-transfer" => (Language.T("代表已提请有关单位办理", "The deputy has asked for a unit to handle it"), ""),
                "transfer" or "transfer-town" => (Language.T($"已转交{unit}办理", $"Given to {unit}"), ""),
                "hand-over" => (Language.T($"代表{e.ActorName}已直接转交{unit}办理", $"Deputy {e.ActorName} has handed it straight to {unit}"), ""),
                "sign-for" => (Language.T($"{names.GetValueOrDefault(e.OnBehalfOf ?? Guid.Empty, "承办单位")}已签收，正在办理", "Accepted by the unit and under way"), ""),
                "reply" => (Language.T("承办单位已答复代表，代表正在核实", "The unit has replied to the deputy, who is checking"), ""),
                "object" => (Language.T("代表认为没有办好，已要求再办", "Not good enough, says the deputy; it is handled again"), ""),
                "extend" => (Language.T("情况复杂，办理时间延长", "More time was given"), reason),
                "answer" or "feed-back" => (Language.T($"代表{e.ActorName}答复您", $"Deputy {e.ActorName}'s answer"), text),
                "convert" or "convert-office" => (Language.T("这是带有普遍性的问题，已转为代表建议或民生实事项目继续推动", "A general problem: it goes on as a suggestion or a project"), text),
                "rate" or "record-rating" => (Language.T("您已评价：", "Rated: ") + Score(content.Form["score"]?.ToString()), ""),
                "reopen" => (Language.T("您再次反映，代表会继续跟进", "Said again; the deputy goes on with it"), reason),
                _ => ("", ""),
            };
            if (step.Item1.Length > 0) steps.Add(new PublicStep(e.At, step.Item1, step.Item2));
            if (e.Action == "escalate" && content.Changes.OfType<Moved>().Any()) steps.Add(new PublicStep(e.At, Language.T("没有收到评价，已办结", "Closed; no rating came"), ""));
        }
        return steps;
    }

    /// <summary>What was made public at a station, newest first, at most 20; with how many were satisfied of those rated.</summary>
    public async Task<IReadOnlyList<PublicVoice>> PublishedAsync(Guid? station, CancellationToken cancellation) =>
        (await cache.GetOrCreateAsync((typeof(Portal), station), entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1);
            return ReadPublishedAsync(station, cancellation);
        }))!;

    private async Task<IReadOnlyList<PublicVoice>> ReadPublishedAsync(Guid? station, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return PublicVoice.From(await PublicVoice.Of(db).Where(m => station == null || m.ContextId == station).OrderByDescending(m => m.Serial).Take(20).ToListAsync(cancellation));
    }

    /// <summary>Name of where a matter stands, for the citizen.</summary>
    public string State(MatterFold matter) => procedures.Get(matter.Matter.Procedure, matter.Matter.ProcedureVersion).State(matter.Matter.State).Name.ToString();

    private static string Score(string? score) => score switch { "1" => Language.T("满意", "satisfied"), "2" => Language.T("基本满意", "basically satisfied"), _ => Language.T("不满意", "not satisfied") };
}

/// <summary>Erases once an hour what is kept to reach citizens whose matters ended long enough ago, and writes down proposals nobody has looked at. Harmless on several nodes at once.</summary>
internal sealed class ContactKeeper(Voices voices, Portal portal, Proposals proposals, TimeProvider time, ILogger<ContactKeeper> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    var erased = await voices.SweepAsync(TimeSpan.FromDays((await portal.SettingsAsync(stoppingToken)).KeepDays), stoppingToken);
                    await proposals.KeepAsync(stoppingToken);
                    if (erased > 0) log.LogInformation("What was kept to reach {Count} citizens was erased", erased);
                }
#pragma warning disable CA1031 // Whatever went wrong once, the next hour is a new chance.
                catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    log.LogError(e, "What is kept to reach citizens could not be erased; tried again in an hour");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }
}
