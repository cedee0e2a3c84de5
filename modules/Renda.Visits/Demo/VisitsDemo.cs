using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Demo;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Web;

namespace Renda.Visits.Demo;

/// <summary>
/// Lets the demo campaign happen: every finding of the plan is reported, assigned, answered and judged through the
/// same doors as in real life, by its own people, at its own time. Only the clock is the plan's.
/// </summary>
internal static class VisitsDemo
{
    private const string Done = "demo/visits";

    public static async Task SeedAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var databases = services.GetRequiredService<IDbContextFactory<RendaDbContext>>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        if (await db.Set<RunningNumber>().AnyAsync(n => n.Name == Done, cancellation)) return;
        if (await db.Set<Campaign>().AnyAsync(cancellation))
            throw new InvalidOperationException("The demo city was interrupted while it was being made. Start again with --reset.");

        var regions = services.GetRequiredService<RegionDirectory>();
        var city = DemoCity.Create([.. regions.All.Where(r => r.Level == RegionLevel.Town).Select(r => (r.Code, r.Name))], DateOnly.FromDateTime(now.AddHours(8)));
        var plan = DemoPlan.Create(city, [.. regions.All.Where(r => r.Level == RegionLevel.Village).Select(r => (r.Code, r.Name))], now);
        var most = services.GetRequiredService<DemoMode>().Findings;
        var played = plan.Findings.Where(f => f.Number <= most && (f.DuplicateOf is null || f.DuplicateOf <= most)).ToList();
        var people = await PeopleAsync(db, city, services.GetRequiredService<Actors>(), cancellation);
        var campaign = await CampaignAsync(db, people.Office(DemoCity.Huzhou), now, cancellation);
        await services.GetRequiredService<Deadlines>().ReloadAsync(cancellation);

        var clock = new PlanClock();
        var desk = services.GetRequiredService<MatterDesk>().By(clock);
        var findings = new Findings(desk, databases, regions, services.GetRequiredService<IMemoryCache>(), clock);
        var media = services.GetRequiredService<MediaService>();

        var refused = new ConcurrentBag<string>();
        var visits = await VisitsAsync(db, plan, campaign, played, people, cancellation);
        // In the order they were sent, so that the running numbers are theirs; the next ones' photos are drawn meanwhile.
        var inOrder = played.OrderBy(f => f.ReportedAtUtc).ToList();
        var shas = played.ToDictionary(f => f.Number, _ => new TaskCompletionSource<IReadOnlyList<FindingMedia>>());
        var drawing = Parallel.ForEachAsync(inOrder, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellation }, async (finding, stop) =>
        {
            try
            {
                shas[finding.Number].SetResult(await MediaAsync(media, finding, people.Deputy(finding.DeputyIndex).AccountId, stop));
            }
            catch (Exception e)
            {
                shas[finding.Number].SetException(e);
                throw;
            }
        });
        var ids = played.ToDictionary(f => f.Number, f => Guid.CreateVersion7(f.ReportedAtUtc));
        foreach (var finding in inOrder)
        {
            clock.Now = finding.ReportedAtUtc;
            var answer = await findings.SubmitAsync(ids[finding.Number], new FindingRequest
            {
                CampaignId = campaign.Id,
                CampaignVersion = campaign.Version,
                Category = finding.Problem,
                Title = finding.Telling.Title,
                Description = finding.Telling.Description,
                Suggestion = finding.Telling.Suggestion,
                PlaceText = finding.Telling.Spot,
                RegionCode = finding.VillageCode.ToString("D12"),
                Latitude = finding.Latitude,
                Longitude = finding.Longitude,
                Accuracy = finding.AccuracyMetres,
                CapturedAt = finding.Photos.Count > 0 ? finding.Photos[0].TakenAtUtc : finding.ReportedAtUtc,
                Media = await shas[finding.Number].Task.WaitAsync(cancellation),
                VisitId = visits.TryGetValue(finding.Number, out var visit) ? visit : null,
            }, people.Deputy(finding.DeputyIndex), cancellation);
            Expect(answer, finding, "submit");
        }
        await drawing;
        await Parallel.ForEachAsync(played, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellation }, async (finding, stop) =>
        {
            var again = false;
            foreach (var step in finding.Steps.Skip(1))
            {
                again |= step.Action == DemoAction.Redo;
                // What has to be done again is the unit's already: it need not be accepted a second time.
                if (again && step.Action == DemoAction.Accept) continue;
                await StepAsync(finding, step, stop);
            }
        });

        if (!refused.IsEmpty) throw new InvalidOperationException($"{refused.Count} steps of the demo were refused:\n{string.Join('\n', refused.Take(20))}");
        db.Add(new RunningNumber { Name = Done, Value = played.Count });
        await db.SaveChangesAsync(cancellation);

        void Expect(MatterAnswer answer, DemoFinding finding, string action)
        {
            if (answer.Refusal is { } refusal)
                refused.Add($"{finding.Number} ({finding.Stage}): {action}: {refusal.Code} {string.Join("; ", refusal.Fields.Select(f => f.Field + " " + f.Text.En))} {refusal.Text.En}");
        }

        async Task StepAsync(DemoFinding finding, DemoStep step, CancellationToken stop)
        {
            var (action, form) = ActionOf(finding, step, people, ids);
            if (action is null) return;
            var actor = step.Actor switch
            {
                DemoActor.Deputy => people.Deputy(finding.DeputyIndex),
                DemoActor.Clerk when action == "extend" => people.Head(RegionCode.County(finding.VillageCode)),
                DemoActor.Clerk => people.Clerk(RegionCode.County(finding.VillageCode)),
                _ => people.Unit(step.UnitId ?? finding.LeadUnitId),
            };
            if (step.Photos is { Count: > 0 } photos)
            {
                var list = new JsonArray();
                foreach (var photo in photos) list.Add(await IngestAsync(media, DemoScenes.Draw(photo.Seed, finding.Problem, photo.After, photo.TakenAtUtc, photo.Latitude, photo.Longitude), "after.jpg", actor.AccountId, stop));
                form["media"] = list;
            }
            clock.Now = step.AtUtc;
            var answer = await desk.ActAsync(ids[finding.Number], action, form, actor, null, null, stop);
            // What touches two findings meets others who act on the second one just now; here nobody is there to look again.
            for (var again = 0; again < 50 && answer.Refusal?.Code == "matters.stale-version"; again++)
            {
                await Task.Delay(20, stop);
                answer = await desk.ActAsync(ids[finding.Number], action, form, actor, null, null, stop);
            }
            Expect(answer, finding, action);
        }
    }

    private static (string? Action, JsonObject Form) ActionOf(DemoFinding finding, DemoStep step, Cast people, IReadOnlyDictionary<int, Guid> ids)
    {
        var text = step.Text ?? "";
        return step.Action switch
        {
            DemoAction.Return => ("return", new() { ["reason"] = text }),
            DemoAction.Resubmit => ("complete", new() { ["text"] = text.Length > 0 ? text : "已补充现场情况。" }),
            DemoAction.Verify => ("verify", []),
            DemoAction.Merge => ("merge", new() { ["target"] = ids[finding.DuplicateOf!.Value].ToString() }),
            DemoAction.Refuse => ("decline", new() { ["channel"] = "hotline", ["reason"] = text }),
            DemoAction.Assign => ("assign", new()
            {
                ["leadUnit"] = people.UnitId(step.UnitId ?? finding.LeadUnitId).ToString(),
                ["coUnits"] = new JsonArray([.. finding.CoUnitIds.Where(c => c != (step.UnitId ?? finding.LeadUnitId)).Select(c => JsonValue.Create(people.UnitId(c).ToString()))]),
            }),
            DemoAction.RequestReturn => ("request-return", new() { ["reason"] = text }),
            DemoAction.Accept => ("accept", []),
            DemoAction.CoReply => ("co-answer", new() { ["text"] = text }),
            DemoAction.GrantExtension => ("extend", new() { ["until"] = DateOnly.FromDateTime(step.AtUtc.AddHours(8)).AddDays(40).ToString("yyyy-MM-dd"), ["reason"] = text.Length > 0 ? text : "情况属实，同意延期。" }),
            DemoAction.Reply => ("reply", new() { ["text"] = text, ["noPhotoReason"] = step.Photos is { Count: > 0 } ? "" : "地下管线整治，已在答复中附施工记录。" }),
            DemoAction.Check => ("check", new() { ["signed"] = text }),
            DemoAction.Evaluate => ("evaluate", new()
            {
                ["attitude"] = ((int)step.Evaluation!.Attitude + 1).ToString(), ["result"] = ((int)step.Evaluation.Result + 1).ToString(), ["reason"] = step.Evaluation.Remark,
            }),
            // The judgement itself sends it back or closes it; asking for more time is told in the grant.
            _ => (null, []),
        };
    }

    private static async Task<IReadOnlyList<FindingMedia>> MediaAsync(MediaService media, DemoFinding finding, Guid account, CancellationToken cancellation)
    {
        var taken = new List<FindingMedia>();
        foreach (var photo in finding.Photos)
            taken.Add(new() { Sha256 = await IngestAsync(media, DemoScenes.Draw(photo.Seed, finding.Problem, photo.After, photo.TakenAtUtc, photo.Latitude, photo.Longitude), "photo.jpg", account, cancellation), CapturedAt = photo.TakenAtUtc });
        foreach (var seed in finding.VideoSeeds)
            taken.Add(new() { Sha256 = await IngestAsync(media, DemoVideos.Make(seed, finding.Problem), "video.mp4", account, cancellation), CapturedAt = finding.ReportedAtUtc });
        return taken;
    }

    private static async Task<string> IngestAsync(MediaService media, byte[] bytes, string name, Guid account, CancellationToken cancellation)
    {
        var result = await media.IngestAsync(new MemoryStream(bytes), name, account, cancellation);
        return result.Item?.Sha256 ?? throw new InvalidOperationException($"The demo's {name} was refused: {result.Refusal!.Text.En}");
    }

    private static async Task<Campaign> CampaignAsync(RendaDbContext db, Guid office, DateTime now, CancellationToken cancellation)
    {
        var content = new CampaignContent
        {
            Regulation = RegulationCategories.Regulation.Zh,
            Categories =
            [
                .. RegulationCategories.Fields.Select(field => new CampaignCategory
                {
                    Id = field.Id, Name = field.Name, Icon = field.Icon,
                    Children =
                    [
                        .. field.Groups.Select(group => new CampaignCategory
                        {
                            Id = group.Id, Name = group.Name, Icon = group.Icon,
                            Children = [.. group.Problems.Select(p => new CampaignCategory { Id = p.Id, Name = p.Name, Article = p.Article, Duty = p.UnitKind, RequiredPhotos = p.RequiredPhotos, Days = p.Days == 15 ? null : p.Days, Icon = p.Icon })],
                        }),
                    ],
                }),
            ],
            Checklist = Checklist,
        };
        var campaign = new Campaign
        {
            Id = Guid.CreateVersion7(), Title = RegulationCategories.Campaign.Zh, OfficeId = office, Region = DemoCity.Huzhou,
            OpensAt = now.AddDays(-60), ClosesAt = now.AddDays(120), Version = 1, Content = JsonSerializer.Serialize(content, EventContent.Json), PublishedAt = now.AddDays(-60),
            Revision = 1, SavedAt = now.AddDays(-60), SavedBy = "演示数据",
        };
        db.Add(campaign);
        db.Add(new CampaignVersion { CampaignId = campaign.Id, Version = 1, Title = campaign.Title, OpensAt = campaign.OpensAt, ClosesAt = campaign.ClosesAt, Content = campaign.Content, PublishedAt = campaign.PublishedAt.Value, PublishedBy = "演示数据" });
        // Some kinds have a shorter deadline of their own: data like any other.
        db.AddRange(Campaigns.DeadlinesOf(campaign, content, campaign.OpensAt));
        await db.SaveChangesAsync(cancellation);
        return campaign;
    }

    /// <summary>Writes the visits on which the findings were made, and those on which nothing was found.</summary>
    /// <returns>The visit of each finding, by the finding's number.</returns>
    private static async Task<Dictionary<int, Guid>> VisitsAsync(RendaDbContext db, DemoPlan plan, Campaign campaign, List<DemoFinding> played, Cast people, CancellationToken cancellation)
    {
        var byNumber = played.ToDictionary(f => f.Number);
        var groups = RegulationCategories.Fields.SelectMany(f => f.Groups).SelectMany(g => g.Problems.Select(p => (p.Id, Group: g.Id))).ToDictionary(p => p.Id, p => p.Group);
        // A small city has few visits that found nothing, as it has few findings.
        var share = (double)played.Count / plan.Findings.Count;
        var random = new DemoRandom(3305, 211);
        var visitOf = new Dictionary<int, Guid>();
        foreach (var planned in plan.Visits)
        {
            var found = planned.FindingNumbers.Where(byNumber.ContainsKey).Select(n => byNumber[n]).ToList();
            if (found.Count == 0 && (planned.FindingNumbers.Count > 0 || !random.Chance(share))) continue;
            var tracked = random.Chance(0.25);
            var start = found.Count > 0 ? (found[0].Latitude, found[0].Longitude) : DemoPlaces.PointOf(planned.VillageCode);
            var visit = new Visit
            {
                Id = Guid.CreateVersion7(planned.BeganAtUtc), CampaignId = campaign.Id, CampaignVersion = 1, PersonId = people.Deputy(planned.LeaderIndex).PersonId!.Value,
                BeganAt = Whole(planned.BeganAtUtc), EndedAt = Whole(planned.EndedAtUtc), NothingFound = found.Count == 0, Revision = 1, Fingerprint = "demo",
                Note = found.Count == 0 ? "走了一圈，看了杆线、垃圾点、公厕和河道，没有发现问题。" : "", Tracking = tracked, Track = tracked ? Way(random, start, planned) : "[]",
            };
            db.Add(visit);
            var problems = found.Select(f => groups[f.Problem] switch { "poles" => 0, "waste" => 1, "toilets" => 2, "rivers" => 3, _ => 4 }).ToHashSet();
            db.Add(new VisitVillage
            {
                VisitId = visit.Id, Region = planned.VillageCode,
                Answers = JsonSerializer.Serialize(Checklist.Select((point, i) => new PointAnswer(point, problems.Contains(i) ? "problem" : random.Chance(0.1) ? "none" : "ok")), EventContent.Json),
            });
            foreach (var (companion, i) in planned.CompanionIndexes.Select((c, i) => (people.Deputy(c), i)))
                db.Add(new VisitCompanion { VisitId = visit.Id, Ordinal = i, PersonId = companion.PersonId, Name = companion.Name });
            foreach (var finding in found) visitOf[finding.Number] = visit.Id;
        }
        await db.SaveChangesAsync(cancellation);
        db.ChangeTracker.Clear();
        return visitOf;

        static DateTime Whole(DateTime at) => new(at.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc);
    }

    /// <summary>A walk of one position a minute that keeps roughly its direction.</summary>
    private static string Way(DemoRandom random, (double Latitude, double Longitude) at, DemoVisit visit)
    {
        var bearing = random.Between(0, 360);
        var points = new List<string>();
        for (var time = visit.BeganAtUtc; time < visit.EndedAtUtc && points.Count < 60; time = time.AddMinutes(1))
        {
            points.Add(string.Create(CultureInfo.InvariantCulture, $"[{new DateTimeOffset(time).ToUnixTimeSeconds()},{at.Latitude:0.#####},{at.Longitude:0.#####}]"));
            bearing = (bearing + random.Between(-40, 40) + 360) % 360;
            at = DemoPlaces.Away(at, random.Between(5, 70), bearing);
        }
        return "[" + string.Join(',', points) + "]";
    }

    private static readonly string[] Checklist = ["杆线管道是否整齐安全", "垃圾分类点是否整洁", "公厕是否开放干净", "河道有无漂浮物", "有无残墙断壁、乱堆乱放"];

    private static async Task<Cast> PeopleAsync(RendaDbContext db, DemoCity city, Actors actors, CancellationToken cancellation)
    {
        var accounts = await db.Users.AsNoTracking().Where(a => a.IsDemo).ToDictionaryAsync(a => a.UserName!, a => a.Id, cancellation);
        var organisations = await db.Set<Organisation>().AsNoTracking().ToListAsync(cancellation);
        var byPlace = organisations.ToDictionary(o => (o.Kind, o.Region, o.Duty), o => o.Id);
        var all = new Dictionary<Guid, Actor>();
        foreach (var actor in await actors.LoadAsync([.. accounts.Values], cancellation)) all[actor.AccountId] = actor;
        var units = city.Units.Select(u => (u.Id, Org: byPlace[(OrganisationKind.HandlingUnit, u.RegionCode, u.Kind)]))
            .Concat(city.TownGovernments.Select(u => (u.Id, Org: byPlace[(OrganisationKind.TownGovernment, u.RegionCode, u.Kind)]))).ToDictionary(u => u.Id, u => u.Org);
        return new Cast(
            [.. city.Deputies.Select(d => all[accounts[d.Account ?? $"deputy{d.Index + 1:0000}"]])], units, [.. all.Values],
            organisations.Where(o => o is { Kind: OrganisationKind.Office, Duty: "deputies" }).ToDictionary(o => o.Region, o => o.Id));
    }

    /// <summary>Who plays whom.</summary>
    private sealed class Cast(IReadOnlyList<Actor> deputies, IReadOnlyDictionary<string, Guid> units, IReadOnlyList<Actor> everyone, IReadOnlyDictionary<long, Guid> offices)
    {
        private readonly Dictionary<Guid, Actor> _byUnit = everyone.Where(a => a.Grants.Any(g => g.Role.Id == "unit-clerk")).GroupBy(a => a.Grants[0].OrganisationId!.Value).ToDictionary(g => g.Key, g => g.First());

        public Actor Deputy(int index) => deputies[index];

        public Guid UnitId(string id) => units[id];

        public Guid Office(long region) => offices[region];

        public Actor Clerk(long county) => everyone.First(a => a.Grants.Any(g => g.Role.Id == "clerk" && g.Region == county && g.OrganisationId == offices[county]));

        public Actor Head(long county) => everyone.First(a => a.Grants.Any(g => g.Role.Id == "office-head" && g.Region == county && g.OrganisationId == offices[county]));

        /// <summary>A unit whose people have no account of their own yet is answered for by whoever serves it in the demo.</summary>
        public Actor Unit(string id) => _byUnit.TryGetValue(units[id], out var actor) ? actor
            : new Actor(everyone[0].AccountId, null, "镇村建设办", [new ActorGrant(Role.Find("unit-clerk")!, 0, units[id], new HashSet<string> { "visits.read", "visits.handle" })]);
    }

    /// <summary>The plan's time: each finding's life runs in its own flow of calls.</summary>
    private sealed class PlanClock : TimeProvider
    {
        private readonly AsyncLocal<DateTime> _now = new();

        public DateTime Now { set => _now.Value = value; }

        public override DateTimeOffset GetUtcNow() => new(_now.Value, TimeSpan.Zero);
    }
}
