using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Demo;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Suggestions.Demo;

/// <summary>
/// Lets the demo county's deputies put suggestions forward (演示数据): through the same doors as in real life, by its own people,
/// each at its own time since the last session. Only the clock is the plan's.
/// </summary>
internal static class SuggestionsDemo
{
    private const string Done = "demo/suggestions";

    /// <summary>How far each topic got, in the order of <see cref="DemoTopic.All"/>.</summary>
    private static readonly string[] Stages =
    [
        "kept", "satisfied", "satisfied", "tracking", "satisfied", "tracking", "redone", "basically", "satisfied", "tracking", "basically", "reference", "replied", "late", "replied", "handling", "accepted", "joint", "accepted", "submitted", "accepted", "accepted", "joint", "submitted",
    ];

    public static async Task SeedAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var databases = services.GetRequiredService<IDbContextFactory<RendaDbContext>>();
        await using var db = databases.CreateDbContext();
        if (await db.Set<RunningNumber>().AnyAsync(n => n.Name == Done, cancellation)) return;
        if (await db.Set<SuggestionDraft>().AnyAsync(cancellation)) throw new InvalidOperationException("The demo city was interrupted while it was being made. Start again with --reset.");
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        await GovernmentOfficesAsync(db, cancellation);
        var cast = await CastAsync(db, services.GetRequiredService<Actors>(), now, cancellation);
        var clock = new DemoClock();
        var drafts = services.GetRequiredService<Drafts>().By(clock);
        var desk = services.GetRequiredService<MatterDesk>().By(clock);
        await services.GetRequiredService<Deadlines>().ReloadAsync(cancellation);

        for (var i = 0; i < DemoTopic.All.Count; i++)
        {
            var (topic, stage) = (DemoTopic.All[i], Stages[i]);
            var story = new Story(cast, desk, drafts, clock, topic, i, now);
            // The session was in February; the last ones came between sessions, in these weeks.
            var day = stage is "accepted" or "joint" ? now.AddDays(-3 + i % 3).AddMinutes(-i) : stage == "submitted" ? now.AddDays(-2).AddHours(-i % 5) : stage is "handling" ? now.AddDays(-60) : cast.Opens.AddHours(9).AddMinutes(20 * i);
            await story.PlayAsync(day, stage, cancellation);
        }
        db.Add(new RunningNumber { Name = Done, Value = DemoTopic.All.Count });
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The city's and each county's government office, which distributes suggestions, with somebody at work in it.</summary>
    private static async Task GovernmentOfficesAsync(RendaDbContext db, CancellationToken cancellation)
    {
        var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var governments = await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.SupervisedOrgan && o.Duty == "government").OrderBy(o => o.Region).ToListAsync(cancellation);
        foreach (var government in governments)
        {
            var level = Territory.Level(government.Region) == 3 ? "市" : government.Region is 330502000000 or 330503000000 ? "区" : "县";
            var office = new Organisation { Id = Guid.CreateVersion7(), Name = government.Name + "办公室", ShortName = level + "政府办", Kind = OrganisationKind.HandlingUnit, Region = government.Region, Duty = SuggestionsModule.Coordinator, ParentId = government.Id, ValidFrom = since };
            db.Add(office);
            if (government.Region != DemoCity.Changxing) continue;
            var person = new Person { Id = Guid.CreateVersion7(), ValidFrom = since, Name = "蔡立新", Sex = "男", BirthDate = new(1981, 4, 12), Employer = office.Name, IsDemo = true };
            var account = new Account { Id = Guid.CreateVersion7(), UserName = "cailixin", NormalizedUserName = "CAILIXIN", PersonId = person.Id, DisplayName = person.Name, IsDemo = true, Persona = "县政府办建议提案科科长", SecurityStamp = Guid.NewGuid().ToString("N") };
            db.AddRange(person, account, new Post { Id = Guid.CreateVersion7(), PersonId = person.Id, OrganisationId = office.Id, Title = "建议提案科科长", ValidFrom = since }, new Grant { Id = Guid.CreateVersion7(), AccountId = account.Id, Role = "unit-clerk", OrganisationId = office.Id, ValidFrom = since });
        }
        // Who puts them forward and who signs for the power company are persons of the story as well.
        var power = await db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.HandlingUnit && o.Region == DemoCity.Changxing && o.Duty == "power").Select(o => o.Id).FirstAsync(cancellation);
        var head = await db.Set<Grant>().Where(g => g.OrganisationId == power && g.Role == "unit-head").Select(g => g.AccountId).FirstAsync(cancellation);
        await db.Users.Where(a => a.UserName == "shenjianfang").ExecuteUpdateAsync(s => s.SetProperty(a => a.Persona, "长兴县人大代表"), cancellation);
        await db.Users.Where(a => a.Id == head).ExecuteUpdateAsync(s => s.SetProperty(a => a.Persona, "县供电公司分管副经理"), cancellation);
        await db.SaveChangesAsync(cancellation);
    }

    private static async Task<Cast> CastAsync(RendaDbContext db, Actors actors, DateTime now, CancellationToken cancellation)
    {
        var county = DemoCity.Changxing;
        var congress = await db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Congress && o.Region == county).Select(o => o.Id).FirstAsync(cancellation);
        var session = (await Drafts.SessionAsync(db, congress, now, cancellation))!.Value.Session;
        var deputies = await (from m in db.Set<Mandate>() join a in db.Users on m.PersonId equals a.PersonId where m.CongressId == congress && m.Status == MandateStatus.Active && m.ValidTo == null orderby a.UserName select a.Id).Take(60).ToListAsync(cancellation);
        var shen = await db.Users.Where(a => a.UserName == "shenjianfang").Select(a => a.Id).FirstAsync(cancellation);
        var units = await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.HandlingUnit && o.Region == county).ToDictionaryAsync(o => o.Duty, o => o.Id, cancellation);
        var office = await db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Office && o.Region == county && o.Duty == "deputies").Select(o => o.Id).FirstAsync(cancellation);
        var staff = await db.Set<Grant>().Where(g => g.OrganisationId != null && (units.Values.Contains(g.OrganisationId.Value) || g.OrganisationId == office)).Select(g => g.AccountId).Distinct().ToListAsync(cancellation);
        var loaded = await actors.LoadAsync([.. deputies, shen, .. staff], cancellation);
        var byId = loaded.DistinctBy(a => a.AccountId).ToDictionary(a => a.AccountId);
        return new Cast(
            congress, ChinaTime.StartOf(session.Opens), [byId[shen], .. deputies.Where(d => d != shen && byId.ContainsKey(d)).Select(d => byId[d])], units, office,
            (role, at) => loaded.First(a => a.Grants.Any(g => g.Role.Id == role && g.OrganisationId == at)));
    }

    /// <summary>Who plays whom.</summary>
    private sealed record Cast(Guid Congress, DateTime Opens, IReadOnlyList<Actor> Deputies, IReadOnlyDictionary<string, Guid> Units, Guid Office, Func<string, Guid, Actor> Who);

    /// <summary>The life of one suggestion.</summary>
    private sealed class Story(Cast cast, MatterDesk desk, Drafts drafts, DemoClock clock, DemoTopic topic, int index, DateTime latest)
    {
        private readonly Guid _unit = cast.Units[topic.Unit];
        private Guid _id;
        private DateTime _at;

        public async Task PlayAsync(DateTime begins, string stage, CancellationToken cancellation)
        {
            _at = begins;
            clock.Now = _at;
            // The one of the story has the first, and every sixth; each time a few others sign.
            var lead = cast.Deputies[index % 6 == 0 ? 0 : 1 + index % (cast.Deputies.Count - 1)];
            List<Actor> others = [.. Enumerable.Range(1, index % 4).Select(k => cast.Deputies[(index * 3 + k * 5) % cast.Deputies.Count]).Where(d => d.AccountId != lead.AccountId).DistinctBy(d => d.AccountId)];
            _id = Guid.CreateVersion7(_at);
            Expect(await drafts.SaveAsync(_id, new SuggestionDraft
            {
                PersonId = lead.PersonId!.Value, CongressId = cast.Congress, Title = topic.Title, Subject = topic.Subject, Situation = topic.Situation, Analysis = topic.Analysis, Proposal = topic.Proposal,
                Origin = SuggestionText.Origins[index % 4].Id, UnitId = index % 3 == 0 ? _unit : null, Contact = SuggestionText.Contacts[index % 3].Id,
            }, [.. others.Select(o => o.PersonId!.Value)], lead, cancellation));
            foreach (var other in others) Expect(await drafts.AnswerAsync(_id, 1, true, other, cancellation));
            Expect((await drafts.SubmitAsync(_id, lead, cancellation)).Refusal);
            if (stage == "submitted") return;

            var (clerk, head, gov) = (cast.Who("clerk", cast.Office), cast.Who("office-head", cast.Office), cast.Who("unit-clerk", cast.Units[SuggestionsModule.Coordinator]));
            await StepAsync(1, clerk, "accept", new() { ["committee"] = topic.Committee, ["subject"] = topic.Subject });
            if (index is 0 or 3) await StepAsync(1, head, "prioritise", new() { ["leader"] = "县人大常委会副主任", ["supervisor"] = "城建环保委员会", ["reason"] = "主任会议确定为年度重点督办建议。" });
            if (stage == "accepted") return;
            await StepAsync(2, clerk, "to-coordinator", new() { ["coordinator"] = cast.Units[SuggestionsModule.Coordinator].ToString(), ["proposedUnit"] = _unit.ToString() });
            if (stage == "joint") return;
            var form = new JsonObject { ["leadUnit"] = _unit.ToString(), ["term"] = "normal" };
            if (topic.Co is { } co) form["coUnits"] = new JsonArray(cast.Units[co].ToString());
            await StepAsync(3, gov, "distribute", form);
            var (unit, signer) = (cast.Who("unit-clerk", _unit), cast.Who("unit-head", _unit));
            await StepAsync(1, unit, "sign-for", []);
            if (stage == "handling") return;
            if (topic.Co is { } helper) await StepAsync(20, cast.Who("unit-clerk", cast.Units[helper]), "co-answer", new() { ["text"] = "同意主办单位意见，将配合做好相关工作。" });
            await ContactAsync(unit);
            if (stage == "late") _at = _at.AddDays(80);
            var planned = stage is "tracking" or "kept";
            var @class = planned ? "B" : stage == "reference" ? "C" : "A";
            await ReplyAsync(unit, signer, @class, 12, planned ? (stage == "kept" ? _at.AddDays(150) : latest.AddDays(index == 3 ? 20 : 120 + index * 9)) : null);
            if (stage is "replied" or "late") return;
            if (stage == "redone")
            {
                await StepAsync(6, lead, "evaluate", new() { ["attitude"] = "2", ["result"] = "3", ["reason"] = "停车位缺口仍然很大，单侧停车没有真正落实。" });
                await ContactAsync(unit);
                await ReplyAsync(unit, signer, "A", 15, null);
            }
            await StepAsync(8, lead, "evaluate", new() { ["attitude"] = "1", ["result"] = stage is "basically" or "reference" ? "2" : "1" });
            if (index % 3 == 1) await StepAsync(3, clerk, "publish", new() { ["publicText"] = $"{topic.Situation}\n{topic.Proposal}", ["publicReply"] = topic.Reply });
            if (stage != "kept") return;
            await StepAsync(140, signer, "report-promise", new() { ["text"] = "剩余小区的充电设施已全部建成投用，累计 63 个小区 4,380 个端口。" });
            await StepAsync(5, lead, "confirm-promise", new() { ["text"] = "实地看了三个小区，确实解决了。" });
        }

        private Task ContactAsync(Actor unit) => OnDayAsync(8, unit, "contact", day => new() { ["how"] = index % 2 == 0 ? "visit" : "call", ["day"] = day, ["text"] = "代表希望尽快见到实效，办理中多听群众意见。" });

        private async Task ReplyAsync(Actor unit, Actor signer, string @class, int days, DateTime? promise)
        {
            await StepAsync(days, unit, "draft-reply", new()
            {
                ["docNumber"] = $"长{topic.Unit[..1].ToUpperInvariant()}函〔2026〕{20 + index}号", ["class"] = @class, ["text"] = topic.Reply, ["contactName"] = unit.Name, ["contactPhone"] = $"100{index:00000000}", ["disclosure"] = "open",
                ["promise"] = promise is null ? "" : topic.Promise, ["promiseDue"] = promise is { } due ? ChinaTime.Date(due).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "",
            });
            await StepAsync(2, signer, "sign", new() { ["signer"] = signer.Name });
        }

        private Task StepAsync(double days, Actor actor, string action, JsonObject form) => OnDayAsync(days, actor, action, _ => form);

        private async Task OnDayAsync(double days, Actor actor, string action, Func<string, JsonObject> form)
        {
            // Offices act by day; nothing happens after now.
            var next = _at.AddDays(days);
            _at = next < latest ? next : _at.AddMinutes(7);
            clock.Now = _at;
            Expect((await desk.ActAsync(_id, action, form(ChinaTime.Date(_at).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), actor, null, null, CancellationToken.None)).Refusal, action);
        }

        private void Expect(Renda.Platform.Refusal? refusal, string action = "")
        {
            if (refusal is not null) throw new InvalidOperationException($"The demo's suggestion “{topic.Title}” was refused at {action}: {refusal.Code} {string.Join("; ", refusal.Fields.Select(f => f.Field + " " + f.Text.En))} {refusal.Text.En}");
        }
    }
}
