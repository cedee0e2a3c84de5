using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Demo;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Stations.Demo;

/// <summary>
/// Lets the demo town's stations work for some weeks (演示数据): through the same doors as in real life, by its own people, each
/// at its own time. Only the clock is the plan's.
/// </summary>
internal static class StationsDemo
{
    private const string Done = "demo/stations";

    public static async Task SeedAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var databases = services.GetRequiredService<IDbContextFactory<RendaDbContext>>();
        await using var db = databases.CreateDbContext();
        if (await db.Set<RunningNumber>().AnyAsync(n => n.Name == Done, cancellation)) return;
        if (await db.Set<StationDetail>().AnyAsync(cancellation)) throw new InvalidOperationException("The demo city was interrupted while it was being made. Start again with --reset.");
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var clock = new DemoClock();
        await services.GetRequiredService<Deadlines>().ReloadAsync(cancellation);
        var desk = services.GetRequiredService<StationDesk>().By(clock);
        var voices = services.GetRequiredService<Voices>().By(clock);
        var matters = services.GetRequiredService<MatterDesk>().By(clock);
        var cast = await CastAsync(db, services.GetRequiredService<Actors>(), cancellation);

        clock.Now = now.AddDays(-60);
        await FurnishAsync(desk, cast, ChinaTime.Date(now.AddDays(-300)), cancellation);
        await ReceiveAsync(desk, cast, clock, now, cancellation);
        foreach (var (saying, i) in DemoSaying.All.Select((s, i) => (s, i)).OrderByDescending(s => s.s.Days))
            await new Story(cast, voices, matters, clock, saying, now).PlayAsync(i, cancellation);
        db.Add(new RunningNumber { Name = Done, Value = DemoSaying.All.Count });
        await db.SaveChangesAsync(cancellation);
    }

    private static async Task FurnishAsync(StationDesk desk, Cast cast, DateOnly from, CancellationToken cancellation)
    {
        (Organisation Station, string Level, string Address, string Hours, double Latitude, double Longitude, int Stars)[] rooms =
        [
            (cast.Centre, "centre", "和平镇人民路 88 号便民服务中心一楼", "工作日 8:30–17:00，每周六上午", 30.8402, 119.8951, 5),
            (cast.Stations[0], "area", "回车岭村文化礼堂二楼", "工作日 8:30–16:30", 30.8127, 119.8583, 4), (cast.Stations[1], "point", "红山村党群服务中心", "每月 5 日、15 日、25 日上午", 30.8251, 119.8747, 3),
            (cast.Stations[2], "area", "勤劳社区居委会一楼", "工作日 8:30–17:00", 30.8419, 119.8987, 4),
        ];
        foreach (var (station, level, address, hours, latitude, longitude, stars) in rooms)
        {
            Expect(await desk.SaveAsync(station.Id, new Dictionary<string, string>
            {
                ["level"] = level, ["points"] = level == "centre" ? "legislative,finance" : station == cast.Stations[2] ? "legislative" : "", ["head"] = level == "centre" ? "徐晓东（镇人大主席）" : "", ["liaison"] = level == "centre" ? "陆春燕" : "", ["phone"] = level == "centre" ? "0572-1000110" : "", ["address"] = address, ["hours"] = hours,
                ["facilities"] = level == "centre" ? "接待室、调解室、视频连线室、代表风采墙、意见办理公示屏" : "接待室、意见箱", ["latitude"] = latitude.ToString(CultureInfo.InvariantCulture), ["longitude"] = longitude.ToString(CultureInfo.InvariantCulture),
                ["stars"] = stars.ToString(CultureInfo.InvariantCulture), ["starsYear"] = "2025", ["plan"] = level == "centre" ? "每周六接待选民；每月一次代表活动；每季度一个主题：一季度春耕，二季度防汛，三季度民生实事，四季度述职。" : "",
            }, cast.Clerk, cancellation));
            var people = level == "centre" ? cast.Deputies : [.. cast.Deputies.Where((_, i) => i == 0 || i % 3 == station.Id.ToByteArray()[15] % 3)];
            foreach (var deputy in people) Expect(await desk.PlaceAsync(station.Id, deputy.PersonId!.Value, from, cast.Clerk, cancellation));
        }
    }

    private static async Task ReceiveAsync(StationDesk desk, Cast cast, DemoClock clock, DateTime now, CancellationToken cancellation)
    {
        string[] themes = ["道路交通", "养老和医疗", "", "人居环境", "教育", "秋收和水利"];
        string[] officials = ["镇村镇建设办", "镇卫生院、社区", "", "县生态环境分局", "镇教育办", "镇农业农村办"];
        // A reception on six Saturdays that have passed, and the three to come; the last is only planned.
        var saturday = ChinaTime.Date(now);
        while (saturday.DayOfWeek != DayOfWeek.Saturday) saturday = saturday.AddDays(1);
        for (var week = -6; week <= 3; week++)
        {
            var day = saturday.AddDays(7 * week);
            var planned = ChinaTime.StartOf(day).AddDays(-9);
            clock.Now = planned < now ? planned : now.AddMinutes(-30);
            var deputies = cast.Deputies.Skip((week + 6) % 4).Take(3).Prepend(cast.Deputies[0]).Select(d => d.PersonId!.Value).Distinct().ToList();
            var id = Guid.CreateVersion7(clock.Now);
            var i = (week + 6) % themes.Length;
            Expect(await desk.PlanAsync(id, cast.Centre.Id, new Dictionary<string, string> { ["day"] = Day(day), ["begins"] = "09:00", ["ends"] = "11:30", ["theme"] = themes[i], ["officials"] = officials[i] }, deputies, cast.Keeper, cancellation));
            if (week == 3) continue;
            clock.Now = clock.Now.AddDays(2) < now ? clock.Now.AddDays(2) : now.AddMinutes(-20);
            Expect(await desk.PublishAsync(cast.Centre.Id, id, cast.Keeper, cancellation));
            if (ChinaTime.StartOf(day).AddHours(12) >= now) continue;
            clock.Now = ChinaTime.StartOf(day).AddHours(12);
            var reception = Guid.CreateVersion7(clock.Now);
            cast.Receptions.Add((day, reception));
            Expect(await desk.RecordAsync(reception, cast.Centre.Id, new Dictionary<string, string> { ["day"] = Day(day), ["voters"] = (5 + (week + 6) * 2 % 9).ToString(CultureInfo.InvariantCulture), ["officials"] = officials[i], ["note"] = week == -3 ? "群众集中反映公交和路灯。" : "", ["duty"] = id.ToString() }, deputies, cast.Keeper, cancellation));
        }
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static async Task<Cast> CastAsync(RendaDbContext db, Actors actors, CancellationToken cancellation)
    {
        var stations = await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Station && o.Region >= DemoCity.Heping && o.Region <= DemoCity.Heping + 999).ToListAsync(cancellation);
        var units = await db.Set<Organisation>().AsNoTracking().Where(o => (o.Kind == OrganisationKind.HandlingUnit && o.Region == DemoCity.Changxing) || (o.Kind == OrganisationKind.TownGovernment && o.Region == DemoCity.Heping)).ToListAsync(cancellation);
        var ids = units.Select(u => u.Id).ToList();
        var staff = await db.Set<Grant>().Where(g => g.OrganisationId != null && ids.Contains(g.OrganisationId.Value) && g.Role == "unit-clerk").Select(g => g.AccountId).ToListAsync(cancellation);
        var known = await db.Users.Where(a => a.UserName == "luchunyan" || a.UserName == "zhoumin" || a.UserName == "liyang" || a.UserName == "shenjianfang").ToDictionaryAsync(a => a.UserName!, a => a.Id, cancellation);
        var near = await (from m in db.Set<Mandate>() join a in db.Users on m.PersonId equals a.PersonId where m.Region == DemoCity.Heping && m.Status == MandateStatus.Active && m.ValidTo == null orderby a.UserName select a.Id).Distinct().Take(12).ToListAsync(cancellation);
        var loaded = (await actors.LoadAsync([.. known.Values.Concat(near).Concat(staff).Distinct()], cancellation)).ToDictionary(a => a.AccountId);
        var byUnit = units.ToDictionary(u => u.Kind == OrganisationKind.TownGovernment ? "town" : u.Duty, u => (u.Id, Clerk: loaded.Values.FirstOrDefault(a => a.Grants.Any(g => g.OrganisationId == u.Id && g.Role.Id == "unit-clerk"))));
        return new Cast(
            stations.First(s => s.Region == DemoCity.Heping), [.. stations.Where(s => s.Region != DemoCity.Heping).OrderByDescending(s => s.Region == 330522110235).ThenByDescending(s => s.Region == DemoCity.Hongshan)],
            loaded[known["luchunyan"]], loaded[known["zhoumin"]], [loaded[known["liyang"]], loaded[known["shenjianfang"]], .. near.Where(n => n != known["liyang"] && n != known["shenjianfang"] && loaded.ContainsKey(n)).Select(n => loaded[n])], byUnit);
    }

    private static void Expect(Refusal? refusal, string what = "")
    {
        if (refusal is not null) throw new InvalidOperationException($"The demo's station was refused {what}: {refusal.Code} {string.Join("; ", refusal.Fields.Select(f => f.Field + " " + f.Text.En))} {refusal.Text.En}");
    }

    /// <summary>Who plays whom.</summary>
    private sealed record Cast(Organisation Centre, IReadOnlyList<Organisation> Stations, Actor Keeper, Actor Clerk, IReadOnlyList<Actor> Deputies, IReadOnlyDictionary<string, (Guid Id, Actor? Clerk)> Units)
    {
        public List<(DateOnly Day, Guid Id)> Receptions { get; } = [];
    }

    /// <summary>The life of one matter.</summary>
    private sealed class Story(Cast cast, Voices voices, MatterDesk desk, DemoClock clock, DemoSaying saying, DateTime latest)
    {
        private Guid _id;
        private DateTime _at;

        public async Task PlayAsync(int index, CancellationToken cancellation)
        {
            var deputy = cast.Deputies[index % 3 == 0 ? 0 : index % cast.Deputies.Count];
            var town = saying.Unit == "town";
            _at = saying.Days == 0 ? latest.AddHours(-2) : latest.AddDays(-saying.Days).AddMinutes(7 * index);
            clock.Now = _at;
            // Every third was said at a reception, the others by the portal.
            var reception = cast.Receptions.Where(r => index % 3 == 1 && ChinaTime.StartOf(r.Day) < _at).Select(r => (Guid?)r.Id).LastOrDefault();
            var said = await voices.SayAsync(new Saying
            {
                Key = Guid.CreateVersion7(_at), StationId = cast.Centre.Id, Category = saying.Category, Text = saying.Text, Village = saying.Village, Contact = index % 2 == 0 ? $"100{index:00000000}" : "",
                ReceptionId = reception, Source = reception is null ? "portal" : "reception", DeputyId = index % 4 == 0 ? deputy.PersonId : null,
            }, reception is null ? Actor.Citizen : cast.Keeper, cancellation);
            Expect(said.Refusal, saying.Title);
            _id = said.Matter!.Matter.Id;
            if (saying.Stage == "submitted") return;
            if (saying.Stage == "court")
            {
                await StepAsync(0.6, cast.Keeper, "not-accept", new() { ["channel"] = "court", ["reason"] = "案件已经判决，人大不办理具体案件。如果不服，请在收到判决书之日起十五日内向中级人民法院上诉。" });
                return;
            }
            var accept = new JsonObject { ["title"] = saying.Title, ["category"] = saying.Category };
            if (saying.Stage != "open") accept["deputy"] = deputy.PersonId.ToString();
            await StepAsync(0.7, cast.Keeper, "accept", accept);
            if (saying.Stage == "open") return;
            await StepAsync(0.5, deputy, "take", []);
            if (saying.Stage == "claimed") return;
            if (saying.Stage == "answered-here")
            {
                await StepAsync(1, deputy, "answer", new() { ["text"] = saying.Answer });
                await StepAsync(1, Actor.Citizen, "rate", new() { ["score"] = "1", ["text"] = "问到了，谢谢代表。" });
                return;
            }
            if (saying.Stage is "converted" or "proposed")
            {
                await StepAsync(1.5, deputy, "visit", new() { ["text"] = "走了三个村，都有同样的情况。" });
                await StepAsync(1, deputy, "convert", new() { ["kind"] = saying.Stage == "proposed" ? "project" : "suggestion", ["text"] = saying.Answer });
                return;
            }
            await StepAsync(0.8, deputy, "ask-transfer", new() { ["level"] = town ? "town" : "county", ["text"] = "情况属实，请尽快办理。" });
            if (saying.Stage == "transfer") return;
            var (unit, clerk) = cast.Units[saying.Unit];
            if (town) await StepAsync(0.6, cast.Keeper, "transfer-town", new() { ["leadUnit"] = unit.ToString() });
            else await StepAsync(0.9, cast.Clerk, "transfer", new() { ["level"] = "county", ["leadUnit"] = unit.ToString() });
            // A unit without an account in this demonstration has not seen it yet.
            if (clerk is null) return;
            await StepAsync(0.6, clerk, "sign-for", []);
            if (saying.Stage is "handling" or "late") return;
            await StepAsync(6, clerk, "reply", new() { ["text"] = saying.Reply });
            if (saying.Stage == "replied") return;
            await StepAsync(1.2, deputy, "feed-back", new() { ["text"] = saying.Answer });
            if (saying.Stage == "rating") return;
            await StepAsync(1.5, Actor.Citizen, "rate", new() { ["score"] = saying.Stage switch { "published" => "2", "reopened" => "3", _ => "1" } });
            if (saying.Stage == "reopened") await StepAsync(0.4, Actor.Citizen, "reopen", new() { ["reason"] = "除臭设备还没有装，这两天味道还是很大。" });
            if (saying.Stage is "published" or "satisfied") await StepAsync(2, cast.Keeper, "publish", new() { ["publicText"] = saying.Text, ["publicAnswer"] = saying.Answer });
        }

        private async Task StepAsync(double days, Actor actor, string action, JsonObject form)
        {
            // Nothing happens after now.
            _at = _at.AddDays(days) < latest ? _at.AddDays(days) : _at.AddMinutes(7);
            clock.Now = _at;
            Expect((await desk.ActAsync(_id, action, form, actor, null, null, CancellationToken.None)).Refusal, $"{action} of {saying.Title}");
        }
    }
}
