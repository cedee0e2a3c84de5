using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Renda.Stations;

/// <summary>A station in a list.</summary>
/// <param name="Station">The organisation.</param>
/// <param name="Detail">What is known of it; an empty one where nothing is.</param>
/// <param name="Deputies">Deputies who work in it today.</param>
/// <param name="Next">Its next published reception day; null for none.</param>
public sealed record StationRow(Organisation Station, StationDetail Detail, int Deputies, DateOnly? Next);

/// <summary>A deputy who works in a station.</summary>
/// <param name="Placement">Since when.</param>
/// <param name="Name">Name.</param>
/// <param name="Seat">Congress and delegation, as the law publishes them.</param>
public sealed record PlacedDeputy(StationPlacement Placement, string Name, string Seat);

/// <summary>A planned reception with who is on duty.</summary>
/// <param name="Duty">The plan.</param>
/// <param name="Deputies">Who is on duty.</param>
/// <param name="PublishBy">Until when the notice has to be out (UTC).</param>
/// <param name="Held">Whether it took place and was recorded.</param>
public sealed record DutyRecord(StationDuty Duty, IReadOnlyList<(Guid Id, string Name)> Deputies, DateTime PublishBy, bool Held);

/// <summary>A reception with who received.</summary>
/// <param name="Reception">The record.</param>
/// <param name="Deputies">Who received.</param>
/// <param name="Voices">Opinions that came of it.</param>
public sealed record ReceptionRecord(StationReception Reception, IReadOnlyList<(Guid Id, string Name, string Tier)> Deputies, int Voices);

/// <summary>
/// The book of the stations: what they are, who works in them, when deputies receive and what came of it. Each change is noted
/// in the audit log. What was said at a station is a matter and the business of <see cref="Voices"/>.
/// </summary>
public sealed class StationDesk(IDbContextFactory<RendaDbContext> databases, AuditLog audit, Deadlines deadlines, ChangeRelay relay, TimeProvider time)
{
    /// <summary>Most deputies on duty on one day.</summary>
    public const int MostOnDuty = 40;

    private static int _changes;

    /// <summary>Grows with each change made here, so that what was read before is known to be old.</summary>
    public static int Changes => Volatile.Read(ref _changes);

    /// <summary>The same by another clock, for a demonstration that lets time pass.</summary>
    public StationDesk By(TimeProvider clock) => new(databases, audit, deadlines, relay, clock);

    /// <summary>Stations of a division and below whose name, address or place fits, by place; at most 300.</summary>
    public async Task<IReadOnlyList<StationRow>> ListAsync(long region, string level, string text, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (last, today, now, q) = (Territory.Last(region), Today, Now, text.Trim());
        var all = db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Station && o.ValidTo == null);
        if (region > 0) all = all.Where(o => o.Region >= region && o.Region <= last);
        if (level.Length > 0) all = all.Where(o => db.Set<StationDetail>().Any(d => d.StationId == o.Id && d.Level == level));
        if (q.Length > 0) all = all.Where(o => o.Name.Contains(q) || o.ShortName.Contains(q) || db.Set<StationDetail>().Any(d => d.StationId == o.Id && d.Address.Contains(q)));
        var rows = await all.OrderBy(o => o.Region).ThenBy(o => o.Name).Take(300).Select(o => new
        {
            o,
            Detail = db.Set<StationDetail>().FirstOrDefault(d => d.StationId == o.Id),
            Deputies = db.Set<StationPlacement>().Count(p => p.StationId == o.Id && p.From <= today && (p.To == null || p.To >= today)),
            Next = db.Set<StationDuty>().Where(d => d.StationId == o.Id && d.Day >= today && d.PublishedAt != null && d.CancelledAt == null).Min(d => (DateOnly?)d.Day),
        }).ToListAsync(cancellation);
        return [.. rows.Select(r => new StationRow(r.o, r.Detail ?? new StationDetail { StationId = r.o.Id, Level = "", Address = r.o.Address }, r.Deputies, r.Next))];
    }

    /// <summary>A station with its details; null when there is none.</summary>
    public async Task<StationRow?> FindAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var station = await StationAsync(db, id, cancellation);
        if (station is null) return null;
        var (deputies, next, today) = (0, (DateOnly?)null, Today);
        deputies = await db.Set<StationPlacement>().CountAsync(p => p.StationId == id && p.From <= today && (p.To == null || p.To >= today), cancellation);
        next = await db.Set<StationDuty>().Where(d => d.StationId == id && d.Day >= today && d.PublishedAt != null && d.CancelledAt == null).MinAsync(d => (DateOnly?)d.Day, cancellation);
        return new StationRow(station, await db.Set<StationDetail>().AsNoTracking().FirstOrDefaultAsync(d => d.StationId == id, cancellation) ?? new StationDetail { StationId = id, Level = "", Address = station.Address }, deputies, next);
    }

    /// <summary>Who works in a station today, and may: whose mandate holds. Highest tier first.</summary>
    public async Task<IReadOnlyList<PlacedDeputy>> DeputiesAsync(Guid station, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await DeputiesAsync(db, station, cancellation);
    }

    private async Task<IReadOnlyList<PlacedDeputy>> DeputiesAsync(RendaDbContext db, Guid station, CancellationToken cancellation)
    {
        var (today, now) = (Today, Now);
        var rows = await (from p in db.Set<StationPlacement>().AsNoTracking()
                          join person in db.Set<Person>() on p.PersonId equals person.Id
                          where p.StationId == station && p.From <= today && (p.To == null || p.To >= today) && person.MergedIntoId == null
                          select new { p, person.Name }).ToListAsync(cancellation);
        var ids = rows.Select(r => r.p.PersonId).Distinct().ToList();
        var seats = (await (from m in db.Set<Mandate>().AsNoTracking()
                            join c in db.Set<Organisation>() on m.CongressId equals c.Id
                            where ids.Contains(m.PersonId) && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now)
                            select new { m.PersonId, c.ShortName, c.Region, Delegation = db.Set<Organisation>().Where(o => o.Id == m.DelegationId).Select(o => o.ShortName).FirstOrDefault() }).ToListAsync(cancellation)).ToLookup(s => s.PersonId);
        return
        [
            .. from row in rows
               let own = seats[row.p.PersonId].OrderBy(s => StationText.Rank(StationText.Tier(s.Region))).ToList()
               where own.Count > 0
               orderby StationText.Rank(row.p.Tier), row.Name
               select new PlacedDeputy(row.p, row.Name, string.Join(Language.T("、", ", "), own.Select(s => s.ShortName + (string.IsNullOrEmpty(s.Delegation) ? "" : $"（{s.Delegation}）")))),
        ];
    }

    /// <summary>Whether a person works in a station today.</summary>
    public async Task<bool> WorksInAsync(Guid station, Guid person, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return (await DeputiesAsync(db, station, cancellation)).Any(d => d.Placement.PersonId == person);
    }

    /// <summary>The stations a deputy works in today.</summary>
    public async Task<IReadOnlyList<Organisation>> OfDeputyAsync(Guid person, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var today = Today;
        return await (from p in db.Set<StationPlacement>().AsNoTracking()
                      join o in db.Set<Organisation>() on p.StationId equals o.Id
                      where p.PersonId == person && p.From <= today && (p.To == null || p.To >= today) && o.ValidTo == null
                      orderby o.Region
                      select o).Distinct().ToListAsync(cancellation);
    }

    /// <summary>Planned receptions of a station within some days, by day.</summary>
    public async Task<IReadOnlyList<DutyRecord>> DutiesAsync(Guid station, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await RecordsAsync(db, await db.Set<StationDuty>().AsNoTracking().Where(d => d.StationId == station && d.Day >= first && d.Day <= last).OrderBy(d => d.Day).ThenBy(d => d.Begins).Take(200).ToListAsync(cancellation), cancellation);
    }

    /// <summary>A planned reception; null when there is none.</summary>
    public async Task<DutyRecord?> DutyAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<StationDuty>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellation) is { } duty ? (await RecordsAsync(db, [duty], cancellation))[0] : null;
    }

    /// <summary>The days on which a deputy is on duty, published ones only, by day.</summary>
    public async Task<IReadOnlyList<(StationDuty Duty, Organisation Station)>> DutiesOfAsync(Guid person, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var rows = await (from d in db.Set<StationDuty>().AsNoTracking()
                          join o in db.Set<Organisation>() on d.StationId equals o.Id
                          where d.Day >= first && d.Day <= last && d.PublishedAt != null && d.CancelledAt == null && db.Set<StationDutyDeputy>().Any(x => x.DutyId == d.Id && x.PersonId == person)
                          orderby d.Day, d.Begins
                          select new { d, o }).Take(100).ToListAsync(cancellation);
        return [.. rows.Select(r => (r.d, r.o))];
    }

    /// <summary>Receptions of a station within some days, newest first.</summary>
    public async Task<IReadOnlyList<ReceptionRecord>> ReceptionsAsync(Guid station, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.Set<StationReception>().AsNoTracking().Where(r => r.StationId == station && r.Day >= first && r.Day <= last).OrderByDescending(r => r.Day).ThenByDescending(r => r.RecordedAt).Take(200)
            .Select(r => new { r, Voices = db.Set<StationVoice>().Count(v => v.ReceptionId == r.Id) }).ToListAsync(cancellation);
        var ids = rows.Select(r => r.r.Id).ToList();
        var deputies = (await (from d in db.Set<StationReceptionDeputy>().AsNoTracking() join p in db.Set<Person>() on d.PersonId equals p.Id where ids.Contains(d.ReceptionId) select new { d, p.Name }).ToListAsync(cancellation)).ToLookup(d => d.d.ReceptionId);
        return [.. rows.Select(r => new ReceptionRecord(r.r, [.. deputies[r.r.Id].OrderBy(d => StationText.Rank(d.d.Tier)).Select(d => (d.d.PersonId, d.Name, d.d.Tier))], r.Voices))];
    }

    /// <summary>Writes what is known of a station.</summary>
    public Task<Refusal?> SaveAsync(Guid station, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, Now);
        foreach (var (field, most) in (ReadOnlySpan<(string, int)>)[("head", 60), ("liaison", 60), ("phone", 40), ("address", 200), ("hours", 200), ("facilities", 1000), ("plan", 4000)]) typed.Short(typed.Text(field), most, field);
        typed.Need(StationText.Levels.Any(l => l.Id == typed.Text("level")), "level", "请选择级别。", "Choose its level.");
        var points = typed.Text("points").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        typed.Need(points.All(p => StationText.Points.Any(k => k.Id == p)), "points", "请从列出的中选择。", "Choose from those listed.");
        var (latitude, longitude) = (Number("latitude", 3, 54), Number("longitude", 73, 136));
        typed.Need(latitude is null == (longitude is null), "latitude", "纬度和经度要一起填。", "Give both latitude and longitude.");
        var stars = typed.Text("stars") is { Length: > 0 } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        var year = typed.Text("starsYear") is { Length: > 0 } of && int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : 0;
        typed.Need(stars is >= 0 and <= 5, "stars", "星级为一至五星。", "One to five stars.");
        typed.Need(stars == 0 || (year >= 2000 && year <= Today.Year), "starsYear", "请写评星的年份。", "Give the year of the stars.");
        if (typed.Errors.Count > 0) return Task.FromResult<Refusal?>(Refusal.Form(typed.Errors));
        return ChangeAsync(station, actor, async (db, at) =>
        {
            var detail = await db.Set<StationDetail>().FirstOrDefaultAsync(d => d.StationId == station, cancellation);
            if (detail is null) db.Add(detail = new StationDetail { StationId = station });
            (detail.Level, detail.Head, detail.Liaison, detail.Phone, detail.Address, detail.Hours) = (typed.Text("level"), typed.Text("head"), typed.Text("liaison"), typed.Text("phone"), typed.Text("address"), typed.Text("hours"));
            (detail.Facilities, detail.Plan, detail.Latitude, detail.Longitude, detail.Stars, detail.StarsYear) = (typed.Text("facilities"), typed.Text("plan"), latitude, longitude, stars, stars == 0 ? 0 : year);
            (detail.Points, detail.ChangedAt, detail.ChangedBy) = (string.Join(',', StationText.Points.Select(p => p.Id).Intersect(points)), Now, actor.Name);
            await CodeAsync(db, station, false, cancellation);
            return (null, $"维护{at.ShortName}的信息");
        }, cancellation);

        double? Number(string field, double least, double most)
        {
            if (typed.Text(field).Length == 0) return null;
            if (double.TryParse(TypedForm.Plain(typed.Text(field)), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
            typed.Need(false, field, "请写成度，如 30.8612。", "Degrees, e.g. 30.8612.");
            return null;
        }
    }

    /// <summary>Places a deputy in a station from a day on. Twice is once.</summary>
    public Task<Refusal?> PlaceAsync(Guid station, Guid person, DateOnly from, Actor actor, CancellationToken cancellation) => ChangeAsync(station, actor, async (db, at) =>
    {
        var now = Now;
        var seats = await (from m in db.Set<Mandate>().AsNoTracking()
                           join c in db.Set<Organisation>() on m.CongressId equals c.Id
                           where m.PersonId == person && m.Status == MandateStatus.Active && m.ValidFrom <= now && (m.ValidTo == null || m.ValidTo > now)
                           select c.Region).ToListAsync(cancellation);
        if (seats.Count == 0) return (Bad("stations.no-deputy", "deputy", "请选择一名现任代表。", "Choose a deputy in office."), "");
        if (from < Today.AddYears(-5) || from > Today.AddYears(1)) return (Bad("stations.from", "from", "开始日期不对。", "That day is too far away."), "");
        if (await db.Set<StationPlacement>().AnyAsync(p => p.StationId == station && p.PersonId == person && (p.To == null || p.To >= from), cancellation)) return (null, "");
        db.Add(new StationPlacement { Id = Guid.CreateVersion7(), StationId = station, PersonId = person, Tier = seats.Select(StationText.Tier).MinBy(StationText.Rank)!, From = from });
        await CodeAsync(db, person, true, cancellation);
        var name = await db.Set<Person>().Where(p => p.Id == person).Select(p => p.Name).FirstAsync(cancellation);
        db.Add(AccountNotice.For(person, new($"您已编入{at.ShortName}，请查看接待安排。", $"You work in {at.Name} from now on."), now, "/stations/mine"));
        return (null, $"{name}编入{at.ShortName}");
    }, cancellation);

    /// <summary>Ends a placement with a day. Twice is once.</summary>
    public Task<Refusal?> EndPlacementAsync(Guid station, Guid placement, DateOnly to, Actor actor, CancellationToken cancellation) => ChangeAsync(station, actor, async (db, at) =>
    {
        if (await db.Set<StationPlacement>().FirstOrDefaultAsync(p => p.Id == placement && p.StationId == station, cancellation) is not { } row) return (Refusal.NotFound, "");
        if (row.To <= to) return (null, "");
        row.To = to < row.From ? row.From : to;
        var name = await db.Set<Person>().Where(p => p.Id == row.PersonId).Select(p => p.Name).FirstOrDefaultAsync(cancellation);
        return (null, $"{name}不再编入{at.ShortName}");
    }, cancellation);

    /// <summary>Plans a reception or changes the plan, as long as its notice is not out. The same again changes nothing.</summary>
    public Task<Refusal?> PlanAsync(Guid id, Guid station, IReadOnlyDictionary<string, string> form, IReadOnlyList<Guid> deputies, Actor actor, CancellationToken cancellation)
    {
        if (id.Version != 7) return Task.FromResult<Refusal?>(new("stations.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400));
        var typed = new TypedForm(form, Now);
        var day = typed.Day("day", needed: true);
        var (begins, ends) = (Time(typed, "begins"), Time(typed, "ends"));
        typed.Need(begins is null || ends is null || begins < ends, "ends", "结束要晚于开始。", "It ends after it begins.");
        typed.Short(typed.Text("theme"), 100, "theme");
        typed.Short(typed.Text("officials"), 300, "officials");
        deputies = [.. deputies.Distinct()];
        typed.Need(deputies.Count is > 0 and <= MostOnDuty, "deputies", $"请选择接待代表，最多 {MostOnDuty} 名。", $"Choose who receives, at most {MostOnDuty}.");
        typed.Need(day is null || day > Today, "day", "接待日要在今天之后；已经进行的接待请直接登记。", "A day to come; what has taken place is recorded.");
        if (typed.Errors.Count > 0) return Task.FromResult<Refusal?>(Refusal.Form(typed.Errors));
        return ChangeAsync(station, actor, async (db, at) =>
        {
            var due = deadlines.Before("stations.notice", ChinaTime.StartOf(day!.Value), at.Region, Now);
            if (due.DueAt <= Now) return (Bad("stations.notice-time", "day", $"接待公告要提前公布，最早可以安排到 {ChinaTime.Date(Now).AddDays(due.Rule.Amount):yyyy-MM-dd}。", $"The notice has to be published ahead: the earliest day is {ChinaTime.Date(Now).AddDays(due.Rule.Amount):yyyy-MM-dd}."), "");
            var placed = (await DeputiesAsync(db, station, cancellation)).Select(d => d.Placement.PersonId).ToHashSet();
            if (deputies.Any(d => !placed.Contains(d))) return (Bad("stations.not-placed", "deputies", "只能安排编入本站的代表。", "Only deputies who work in this station."), "");
            var duty = await db.Set<StationDuty>().FirstOrDefaultAsync(d => d.Id == id, cancellation);
            if (duty is not null && duty.StationId != station) return (Refusal.NotFound, "");
            if (duty is { PublishedAt: not null } or { CancelledAt: not null }) return (new Refusal("stations.published", new("公告已经发布，不能再改；需要变动请先取消再另排。", "The notice is out; call it off and plan another."), 409), "");
            if (duty is null) db.Add(duty = new StationDuty { Id = id, StationId = station });
            (duty.Day, duty.Begins, duty.Ends, duty.Theme, duty.Officials) = (day.Value, begins!.Value, ends!.Value, typed.Text("theme"), typed.Text("officials"));
            var had = await db.Set<StationDutyDeputy>().Where(d => d.DutyId == id).ToListAsync(cancellation);
            db.RemoveRange(had.Where(h => !deputies.Contains(h.PersonId)));
            db.AddRange(deputies.Where(d => had.All(h => h.PersonId != d)).Select(d => new StationDutyDeputy { DutyId = id, PersonId = d }));
            await AskToPublishAsync(db, duty, at, due, cancellation);
            return (null, $"{at.ShortName}安排 {duty.Day:yyyy-MM-dd} 接待");
        }, cancellation, station);
    }

    /// <summary>Publishes the notice of a reception, in time; its deputies are told. Twice is once.</summary>
    public Task<Refusal?> PublishAsync(Guid station, Guid duty, Actor actor, CancellationToken cancellation) => ChangeAsync(station, actor, async (db, at) =>
    {
        if (await db.Set<StationDuty>().FirstOrDefaultAsync(d => d.Id == duty && d.StationId == station, cancellation) is not { } row) return (Refusal.NotFound, "");
        if (row.PublishedAt is not null) return (null, "");
        if (row.CancelledAt is not null) return (new Refusal("stations.cancelled", new("这次接待已经取消。", "It was called off."), 409), "");
        var due = deadlines.Before("stations.notice", ChinaTime.StartOf(row.Day), at.Region, Now);
        if (due.DueAt <= Now) return (new Refusal("stations.notice-late", new($"接待公告应当提前 {due.Rule.Amount} 天公布，已经过了时间，请改期。", $"The notice has to be out {due.Rule.Amount} days ahead; that has passed. Choose another day."), 409), "");
        row.PublishedAt = Now;
        await EndDutyAsync(db, duty, actor, cancellation);
        foreach (var person in await db.Set<StationDutyDeputy>().Where(d => d.DutyId == duty).Select(d => d.PersonId).ToListAsync(cancellation))
            db.Add(AccountNotice.For(person, new($"请您 {row.Day:MM-dd} {row.Begins:HH\\:mm} 到{at.ShortName}接待群众。", $"You receive citizens at {at.Name} on {row.Day:yyyy-MM-dd}, {row.Begins:HH\\:mm}."), Now, "/stations/mine"));
        return (null, $"{at.ShortName}公布 {row.Day:yyyy-MM-dd} 接待公告");
    }, cancellation, station);

    /// <summary>Calls a planned reception off; its deputies are told when they had been. Twice is once.</summary>
    public Task<Refusal?> CancelAsync(Guid station, Guid duty, string reason, Actor actor, CancellationToken cancellation) => ChangeAsync(station, actor, async (db, at) =>
    {
        reason = reason.Trim();
        if (reason.Length is 0 or > 300) return (Bad("stations.reason", "reason", "请写明为什么取消，最多 300 字。", "Say why, in at most 300 characters."), "");
        if (await db.Set<StationDuty>().FirstOrDefaultAsync(d => d.Id == duty && d.StationId == station, cancellation) is not { } row) return (Refusal.NotFound, "");
        if (row.CancelledAt is not null) return (null, "");
        if (await db.Set<StationReception>().AnyAsync(r => r.DutyId == duty, cancellation)) return (new Refusal("stations.held", new("这次接待已经登记，不能取消。", "It took place."), 409), "");
        (row.CancelledAt, row.CancelReason) = (Now, reason);
        await EndDutyAsync(db, duty, actor, cancellation);
        if (row.PublishedAt is not null)
            foreach (var person in await db.Set<StationDutyDeputy>().Where(d => d.DutyId == duty).Select(d => d.PersonId).ToListAsync(cancellation))
                db.Add(AccountNotice.For(person, new($"{at.ShortName} {row.Day:MM-dd} 的接待取消了：{reason}", $"The reception at {at.Name} on {row.Day:yyyy-MM-dd} was called off: {reason}"), Now, "/stations/mine"));
        return (null, $"{at.ShortName}取消 {row.Day:yyyy-MM-dd} 接待：{reason}");
    }, cancellation, station);

    /// <summary>Records a reception that took place, or corrects the record. The same again changes nothing.</summary>
    public Task<Refusal?> RecordAsync(Guid id, Guid station, IReadOnlyDictionary<string, string> form, IReadOnlyList<Guid> deputies, Actor actor, CancellationToken cancellation)
    {
        if (id.Version != 7) return Task.FromResult<Refusal?>(new("stations.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400));
        var typed = new TypedForm(form, Now);
        var day = typed.Day("day", needed: true);
        var voters = int.TryParse(TypedForm.Plain(typed.Text("voters")), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : -1;
        typed.Need(voters is >= 0 and <= 10_000, "voters", "请写接待群众的人次。", "Say how many were received, counted each time.");
        typed.Short(typed.Text("officials"), 300, "officials");
        typed.Short(typed.Text("note"), 2000, "note");
        deputies = [.. deputies.Distinct()];
        typed.Need(deputies.Count is > 0 and <= MostOnDuty, "deputies", "请选择到站接待的代表。", "Choose who received.");
        typed.Need(day is null || (day <= Today && day >= Today.AddYears(-1)), "day", "日期要在今天以前、一年以内。", "Not later than today, within a year.");
        if (typed.Errors.Count > 0) return Task.FromResult<Refusal?>(Refusal.Form(typed.Errors));
        return ChangeAsync(station, actor, async (db, at) =>
        {
            var tiers = await db.Set<StationPlacement>().AsNoTracking().Where(p => p.StationId == station && p.From <= day && (p.To == null || p.To >= day) && deputies.Contains(p.PersonId)).Select(p => new { p.PersonId, p.Tier }).ToListAsync(cancellation);
            if (deputies.Any(d => tiers.All(t => t.PersonId != d))) return (Bad("stations.not-placed", "deputies", "只能登记当天编入本站的代表。", "Only deputies who worked in this station that day."), "");
            var reception = await db.Set<StationReception>().FirstOrDefaultAsync(r => r.Id == id, cancellation);
            if (reception is not null && reception.StationId != station) return (Refusal.NotFound, "");
            var duty = typed.Id("duty");
            if (duty is not null && !await db.Set<StationDuty>().AnyAsync(d => d.Id == duty && d.StationId == station && d.CancelledAt == null, cancellation)) return (Refusal.NotFound, "");
            if (duty is not null && await db.Set<StationReception>().AnyAsync(r => r.DutyId == duty && r.Id != id, cancellation)) return (new Refusal("stations.held", new("这次接待已经登记过了。", "It has been recorded already."), 409), "");
            if (reception is null) db.Add(reception = new StationReception { Id = id, StationId = station, DutyId = duty });
            (reception.Day, reception.Voters, reception.Officials, reception.Note, reception.RecordedBy, reception.RecordedAt) = (day!.Value, voters, typed.Text("officials"), typed.Text("note"), actor.Name, Now);
            var had = await db.Set<StationReceptionDeputy>().Where(d => d.ReceptionId == id).ToListAsync(cancellation);
            db.RemoveRange(had.Where(h => !deputies.Contains(h.PersonId)));
            db.AddRange(deputies.Where(d => had.All(h => h.PersonId != d)).Select(d => new StationReceptionDeputy { ReceptionId = id, PersonId = d, Tier = tiers.First(t => t.PersonId == d).Tier }));
            return (null, $"{at.ShortName}登记 {reception.Day:yyyy-MM-dd} 接待，{voters} 人次");
        }, cancellation);
    }

    /// <summary>The public code of a station or of a deputy; made when it is first asked for.</summary>
    public async Task<string> CodeAsync(Guid owner, bool ofDeputy, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var code = await CodeAsync(db, owner, ofDeputy, cancellation);
        try
        {
            await db.SaveChangesAsync(cancellation);
            return code;
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Somebody else asked for it first at this moment.
            return await databases.CreateDbContext().Set<StationCode>().Where(c => c.OwnerId == owner).Select(c => c.Code).FirstAsync(cancellation);
        }
    }

    /// <summary>Whose public code it is; null for nobody's.</summary>
    public async Task<StationCode?> OwnerAsync(string code, CancellationToken cancellation)
    {
        var plain = (code ?? "").Trim().ToUpperInvariant();
        if (plain.Length is 0 or > 12) return null;
        await using var db = databases.CreateDbContext();
        return await db.Set<StationCode>().AsNoTracking().FirstOrDefaultAsync(c => c.Code == plain, cancellation);
    }

    private static async Task<string> CodeAsync(RendaDbContext db, Guid owner, bool ofDeputy, CancellationToken cancellation)
    {
        if (await db.Set<StationCode>().AsNoTracking().Where(c => c.OwnerId == owner).Select(c => c.Code).FirstOrDefaultAsync(cancellation) is { } known) return known;
        var made = new StationCode { Code = StationText.NewCode(8), OwnerId = owner, OfDeputy = ofDeputy };
        db.Add(made);
        return made.Code;
    }

    // One transaction with its note in the audit log; a refusal leaves everything as it was.
    private async Task<Refusal?> ChangeAsync(Guid station, Actor actor, Func<RendaDbContext, Organisation, Task<(Refusal? Refusal, string Note)>> work, CancellationToken cancellation, Guid? duties = null)
    {
        var refusal = await audit.RunAsync<Refusal?>(async (db, note) =>
        {
            if (await StationAsync(db, station, cancellation) is not { } at || !StationScope.May(actor, StationsModule.Manage, at)) return Refusal.NotFound;
            var (refused, text) = await work(db, at);
            if (refused is not null)
            {
                db.ChangeTracker.Clear();
                return refused;
            }
            if (text.Length > 0) await note(AuditLog.Entry(actor, "stations.edit", "Station", station, text));
            await db.SaveChangesAsync(cancellation);
            return null;
        }, cancellation);
        if (refusal is null) Interlocked.Increment(ref _changes);
        if (refusal is null && duties is { } holder)
        {
            await using var db = databases.CreateDbContext();
            await relay.DutiesChangedAsync(db, [holder], cancellation);
        }
        return refusal;
    }

    private static Task<Organisation?> StationAsync(RendaDbContext db, Guid id, CancellationToken cancellation) =>
        db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == id && o.Kind == OrganisationKind.Station && o.ValidTo == null, cancellation);

    private async Task<IReadOnlyList<DutyRecord>> RecordsAsync(RendaDbContext db, List<StationDuty> duties, CancellationToken cancellation)
    {
        var ids = duties.Select(d => d.Id).ToList();
        var stations = duties.Select(d => d.StationId).Distinct().ToList();
        var regions = await db.Set<Organisation>().Where(o => stations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Region, cancellation);
        var deputies = (await (from d in db.Set<StationDutyDeputy>().AsNoTracking() join p in db.Set<Person>() on d.PersonId equals p.Id where ids.Contains(d.DutyId) orderby p.Name select new { d.DutyId, p.Id, p.Name }).ToListAsync(cancellation)).ToLookup(d => d.DutyId);
        var held = (await db.Set<StationReception>().Where(r => r.DutyId != null && ids.Contains(r.DutyId.Value)).Select(r => r.DutyId!.Value).ToListAsync(cancellation)).ToHashSet();
        return [.. duties.Select(d => new DutyRecord(d, [.. deputies[d.Id].Select(x => (x.Id, x.Name))], deadlines.Before("stations.notice", ChinaTime.StartOf(d.Day), regions.GetValueOrDefault(d.StationId), Now).DueAt, held.Contains(d.Id)))];
    }

    private async Task AskToPublishAsync(RendaDbContext db, StationDuty duty, Organisation station, Clock due, CancellationToken cancellation)
    {
        var item = ItemOf(duty.Id);
        var title = $"公布 {duty.Day:MM-dd} 接待公告";
        var todo = await db.Set<Todo>().FirstOrDefaultAsync(t => t.ItemId == item && t.DoneAt == null, cancellation);
        if (todo is null) db.Add(todo = new Todo { Id = Guid.CreateVersion7(), ItemId = item, Scenario = "stations", Kind = "notice", Duty = DutyKind.Handle, OrganisationId = station.Id, Href = $"/stations/{station.Id}?tab=duties", ArrivedAt = Now });
        (todo.Title, todo.DueAt, todo.YellowAt) = (title, due.DueAt, due.YellowAt);
    }

    private async Task EndDutyAsync(RendaDbContext db, Guid duty, Actor actor, CancellationToken cancellation)
    {
        var item = ItemOf(duty);
        foreach (var todo in await db.Set<Todo>().Where(t => t.ItemId == item && t.DoneAt == null).ToListAsync(cancellation)) (todo.DoneAt, todo.DoneBy) = (Now, actor.AccountId);
    }

    private static Guid ItemOf(Guid duty) => Todo.ItemOf("stations", $"notice:{duty:N}");

    private static TimeOnly? Time(TypedForm typed, string field)
    {
        if (TimeOnly.TryParseExact(TypedForm.Plain(typed.Text(field)).Replace('：', ':'), "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)) return at;
        typed.Need(false, field, "时间写作 09:00。", "A time is written as 09:00.");
        return null;
    }

    private static Refusal Bad(string code, string field, string zh, string en) => Refusal.Form([new(code, new(zh, en), Field: field)]);

    private DateTime Now => time.GetUtcNow().UtcDateTime is var now ? new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc) : default;

    private DateOnly Today => ChinaTime.Date(Now);
}
