using Renda.Platform.Demo;

namespace Renda.Visits.Demo;

/// <summary>
/// The demo campaign as it stands at one moment: 974 findings of the six weeks before it, in every stage, with all that
/// happened to each, and the visits on which they were made. A pure plan; what puts it into a database reads it.
/// </summary>
public sealed class DemoPlan
{
    /// <summary>Number of findings.</summary>
    public const int FindingCount = 974;

    /// <summary>Number of the deputies' photos; after-photos of the units come on top.</summary>
    public const int PhotoCount = 2564;

    /// <summary>Number of the deputies' videos.</summary>
    public const int VideoCount = 1271;

    private const int Days = 42;
    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    // 7 wait to be assigned, 86 are handled, 31 wait for a rating, 844 are ended, 6 are with their deputies.
    private static readonly (DemoStage Stage, int Count)[] Mix =
    [
        (DemoStage.Submitted, 4), (DemoStage.Verified, 3), (DemoStage.Returned, 6), (DemoStage.Assigned, 18), (DemoStage.ReturnRequested, 4),
        (DemoStage.Handling, 59), (DemoStage.Redo, 5), (DemoStage.Replied, 9), (DemoStage.Checked, 22), (DemoStage.Duplicate, 20),
        (DemoStage.NotAccepted, 14), (DemoStage.ClosedAfterRedo, 18), (DemoStage.Closed, 792),
    ];

    private static readonly (long County, int Count)[] Shares =
        [(330522, 267), (330523, 221), (330521, 190), (330502, 167), (330503, 129)];

    private readonly DemoCity city;
    private readonly DateTime now;
    private readonly int seed;
    private readonly ILookup<long, (long Code, string Name)> villagesByCounty;
    private readonly ILookup<long, (long Code, string Name)> villagesByTown;
    private readonly ILookup<long, DemoDeputy> deputiesByTown;
    private readonly ILookup<long, DemoDeputy> deputiesByCounty;
    private readonly HashSet<string> units;

    private DemoPlan(DemoCity city, IReadOnlyList<(long Code, string Name)> villages, DateTime nowUtc, int seed)
    {
        (this.city, now, this.seed) = (city, nowUtc, seed);
        villagesByTown = villages.OrderBy(v => v.Code).ToLookup(v => v.Code / 1000);
        villagesByCounty = villages.OrderBy(v => v.Code).ToLookup(v => v.Code / 1_000_000);
        // The persons of the story speak only where the story says so.
        var crowd = city.Deputies.Where(d => d.Account is null).ToList();
        deputiesByTown = crowd.ToLookup(d => d.TownCode / 1000);
        deputiesByCounty = crowd.ToLookup(d => d.TownCode / 1_000_000);
        units = [.. city.Units.Concat(city.TownGovernments).Select(u => u.Id)];
        Findings = MakeFindings();
        Visits = MakeVisits();
    }

    /// <summary>The 974 findings, oldest first.</summary>
    public IReadOnlyList<DemoFinding> Findings { get; }

    /// <summary>The visits, oldest first; every deputy of the city takes part in at least one.</summary>
    public IReadOnlyList<DemoVisit> Visits { get; }

    /// <summary>Makes the plan; the same arguments give the same plan.</summary>
    /// <param name="city">The city.</param>
    /// <param name="villages">Villages of Huzhou: 12-digit code and name. Each county must have some, and Heping town.</param>
    /// <param name="nowUtc">The moment as of which the campaign is planned; nothing in it is later.</param>
    /// <param name="seed">Another seed gives another campaign.</param>
    /// <exception cref="ArgumentException">A county or Heping town has no village.</exception>
    public static DemoPlan Create(DemoCity city, IReadOnlyList<(long Code, string Name)> villages, DateTime nowUtc, int seed = 3305)
    {
        if (Shares.Any(s => !villages.Any(v => v.Code / 1_000_000 == s.County)) || !villages.Any(v => v.Code / 1000 == DemoCity.Heping / 1000))
            throw new ArgumentException("Each county and Heping town must have a village.", nameof(villages));
        return new DemoPlan(city, villages, nowUtc, seed);
    }

    private List<DemoFinding> MakeFindings()
    {
        var random = new DemoRandom(seed, 100);
        var drafts = Story();
        var told = drafts.CountBy(d => d.Stage).ToDictionary();
        var counties = Shares.SelectMany(s => Enumerable.Repeat(s.County, s.Count)).ToList();
        foreach (var draft in drafts)
            counties.Remove(draft.VillageCode / 1_000_000);
        random.Shuffle(counties);
        foreach (var (stage, count) in Mix.Where(m => m.Stage is not DemoStage.Duplicate))
        {
            for (var i = told.GetValueOrDefault(stage); i < count; i++)
            {
                // The clerk of the story works in Changxing: what waits to be assigned, waits there.
                var at = stage is DemoStage.Submitted or DemoStage.Verified ? counties.LastIndexOf(330522) : counties.Count - 1;
                var county = counties[at];
                counties.RemoveAt(at);
                drafts.Add(Draft(stage, county, random));
            }
        }
        AddDuplicates(drafts, random);
        drafts.Sort((a, b) => a.Reported.CompareTo(b.Reported));
        for (var i = 0; i < drafts.Count; i++)
            drafts[i].Number = i + 1;
        ShareMedia(drafts, random);

        var video = 0;
        return [.. drafts.Select(draft =>
        {
            var first = video;
            video += draft.VideoCount;
            return Finding(draft, first);
        })];
    }

    // The people and findings that the guides and the end-to-end journey speak of.
    private List<DraftFinding> Story()
    {
        var random = new DemoRandom(seed, 101);
        var liYang = city.Deputies.First(d => d.Account == "liyang").Index;
        List<DraftFinding> drafts = [];
        void Told(string deputy, string problem, DemoStage stage, long town, string village, TimeSpan age, string? title = null)
        {
            var candidates = villagesByTown[town / 1000].ToList();
            if (candidates.Count == 0)
                return;
            var place = candidates.Find(v => v.Name.StartsWith(village, StringComparison.Ordinal)) is { Code: > 0 } found ? found : random.Pick(candidates);
            var telling = DemoTexts.Tell(random, problem);
            // Those of earlier days are sent in the morning, whatever the hour is now.
            var reported = age.TotalDays < 1.5 ? now - age : (now + Beijing - age).Date.AddMinutes(random.Whole(520, 680)) - Beijing;
            drafts.Add(new DraftFinding(stage, problem, place, reported, telling with { Title = title ?? telling.Title })
            {
                DeputyIndex = city.Deputies.FirstOrDefault(d => d.Person.Name == deputy)?.Index ?? liYang,
            });
        }
        var heping = DemoCity.Heping;
        Told("李阳", "bins-overflow", DemoStage.Closed, heping, "回车岭", TimeSpan.FromDays(37.1));
        Told("李阳", "road-broken", DemoStage.ClosedAfterRedo, heping, "长城", TimeSpan.FromDays(35.2));
        Told("李阳", "drain-blocked", DemoStage.Closed, heping, "吴山", TimeSpan.FromDays(29));
        Told("李阳", "river-floating", DemoStage.Checked, heping, "红山", TimeSpan.FromDays(8.3));
        Told("李阳", "lamp-out", DemoStage.Handling, heping, "城南", TimeSpan.FromDays(4.2));
        Told("李阳", "toilet-broken", DemoStage.Returned, heping, "毛家店", TimeSpan.FromDays(2.1));
        Told("沈建芳", "bins-overflow", DemoStage.Submitted, 330522103000, "环沉", TimeSpan.FromMinutes(8), "垃圾分类点满溢，两只桶无盖");
        Told("吴国良", "river-floating", DemoStage.Submitted, 330522106000, "港口", TimeSpan.FromMinutes(26), "村口河道漂浮物堆积，水面有油花");
        Told("钱小兰", "wall-ruined", DemoStage.Submitted, 330522111000, "长丰", TimeSpan.FromHours(22), "残墙断壁长期未清理，孩子常在旁边玩");
        Told("施根法", "rubble-in-field", DemoStage.Verified, 330522102000, "石泉", TimeSpan.FromHours(25), "建筑垃圾倾倒在农田边");
        Told("朱水英", "toilet-broken", DemoStage.Verified, 330522104000, "大云寺", TimeSpan.FromHours(27), "公厕无水，洗手池损坏三处");

        // 140 m from where Li Yang will stand: the near-duplicate that the phone shows before sending.
        var hongshan = villagesByTown[heping / 1000].FirstOrDefault(v => v.Code == DemoPlaces.Hongshan);
        if (hongshan.Code != 0)
        {
            drafts.Add(new DraftFinding(DemoStage.Handling, "lines-tangled", hongshan, now - TimeSpan.FromDays(9.05), DemoTexts.Tell(random, "lines-tangled", "塘子头自然村路口") with
            {
                Title = "红山村路口通信线垂落",
                Description = "塘子头自然村路口通信线断了一头，垂到路边树上，和电线缠在一起，分不清是谁家的。",
            })
            {
                DeputyIndex = Reporter(random, hongshan.Code, liYang),
                Position = DemoPlaces.Away(DemoPlaces.Tangzitou, 140, 64),
            });
        }
        foreach (var draft in drafts)
            draft.Fixed = true;
        return drafts;
    }

    private DraftFinding Draft(DemoStage stage, long county, DemoRandom random)
    {
        var villages = villagesByCounty[county].ToList();
        // Campaigns about the countryside meet few urban neighbourhoods; town codes of subdistricts are below 100.
        var village = random.Pick(villages);
        for (var i = 0; i < 3 && village.Code / 1000 % 1000 < 100; i++)
            village = random.Pick(villages);
        var problem = random.Pick(AllProblems);
        var late = random.Chance(0.105);
        var days = RegulationCategories.Problems[problem].Problem.Days;
        var (youngest, oldest) = stage switch
        {
            DemoStage.Submitted => (0.1, 1.2),
            DemoStage.Verified => (0.6, 2.2),
            DemoStage.Returned => (1.2, 6.0),
            DemoStage.Assigned => (3.3, 6.5),
            DemoStage.ReturnRequested => (4.3, 7.5),
            DemoStage.Handling when late => ((days * 1.4) + 5, (days * 1.6) + 12),
            DemoStage.Handling => (4.3, Math.Max(6, days * 1.1)),
            DemoStage.Replied => (6.5, 12),
            DemoStage.Checked => (7.5, 16),
            DemoStage.Redo => (16, 34),
            DemoStage.ClosedAfterRedo => (28, Days - 0.5),
            DemoStage.Closed when late => (Math.Min(36, (days * 1.4) + 12), Days - 0.5),
            DemoStage.Closed => (Math.Min(26, (days * 0.9) + 6), Days - 0.5),
            _ => (2.5, Days - 0.5),
        };
        var reported = WorkingMoment(random, youngest, Math.Min(oldest, Days - 0.5));
        return new DraftFinding(stage, problem, village, reported, DemoTexts.Tell(random, problem))
        {
            DeputyIndex = Reporter(random, village.Code, -1),
            Late = late,
        };
    }

    private void AddDuplicates(List<DraftFinding> drafts, DemoRandom random)
    {
        var firsts = drafts.Where(d => !d.Fixed && d.Stage is DemoStage.Closed or DemoStage.Handling && d.Reported < now.AddDays(-5)).ToList();
        random.Shuffle(firsts);
        var merged = Mix.Single(m => m.Stage == DemoStage.Duplicate).Count;
        for (var i = 0; i < merged; i++)
            drafts.Add(Again(firsts[i], DemoStage.Duplicate, firsts[i].Reported.AddHours(random.Between(2, 70)), random));

        // One that nobody has noticed yet waits in the clerk's inbox beside the finding that it repeats.
        var open = drafts.Find(d => d.Stage == DemoStage.Handling && !d.Fixed && d.Village.Code / 1_000_000 == 330522);
        var waiting = drafts.FindIndex(d => d.Stage == DemoStage.Verified && !d.Fixed);
        if (open is not null && waiting >= 0)
            drafts[waiting] = Again(open, DemoStage.Verified, drafts[waiting].Reported, random);
    }

    private DraftFinding Again(DraftFinding first, DemoStage stage, DateTime reported, DemoRandom random) =>
        new(stage, first.Problem, first.Village, reported, DemoTexts.TellAgain(random, first.Problem, first.Telling))
        {
            DeputyIndex = Reporter(random, first.Village.Code, first.DeputyIndex),
            Repeats = first,
            Position = DemoPlaces.Away(Position(first), random.Between(8, 60), random.Between(0, 360)),
        };

    private (double Latitude, double Longitude) Position(DraftFinding draft)
    {
        if (draft.Position is { } known)
            return known;
        var random = new DemoRandom(seed, draft.Village.Code, draft.Reported.Ticks);
        var position = DemoPlaces.Away(DemoPlaces.PointOf(draft.Village.Code), random.Between(40, 700), random.Between(0, 360));
        draft.Position = position;
        return position;
    }

    private int Reporter(DemoRandom random, long village, int otherThan)
    {
        var near = deputiesByTown[village / 1000].ToList();
        if (near.Count < 2 || random.Chance(0.15))
            near = [.. deputiesByCounty[village / 1_000_000]];
        DemoDeputy deputy;
        do
        {
            deputy = random.Pick(near);
        }
        while (deputy.Index == otherThan);
        return deputy.Index;
    }

    private static void ShareMedia(List<DraftFinding> drafts, DemoRandom random)
    {
        foreach (var draft in drafts)
        {
            draft.PhotoCount = draft.Repeats is not null ? random.Whole(1, 2) : random.OneOf(1, 2, 2, 2, 3, 3, 3, 3, 4, 5);
            draft.VideoCount = random.OneOf(0, 0, 1, 1, 1, 1, 2, 2, 3);
        }
        while (drafts.Sum(d => d.PhotoCount) is var photos && photos != PhotoCount)
        {
            var draft = random.Pick(drafts);
            if (draft.Repeats is null)
                draft.PhotoCount = Math.Clamp(draft.PhotoCount + Math.Sign(PhotoCount - photos), 1, 6);
        }
        while (drafts.Sum(d => d.VideoCount) is var videos && videos != VideoCount)
        {
            var draft = random.Pick(drafts);
            draft.VideoCount = Math.Clamp(draft.VideoCount + Math.Sign(VideoCount - videos), 0, 4);
        }
    }

    private DemoFinding Finding(DraftFinding draft, int firstVideo)
    {
        var random = new DemoRandom(seed, 102, draft.Number);
        var problem = RegulationCategories.Problems[draft.Problem].Problem;
        var (latitude, longitude) = Position(draft);
        var lead = UnitFor(problem.UnitKind, draft.Village.Code);
        IReadOnlyList<string> help = random.Chance(0.2) && UnitFor(problem.CoUnitKind, draft.Village.Code) is var other && other != lead ? [other] : [];
        // A repeated finding shows the same place from views that the first does not use.
        var (place, firstView) = draft.Repeats is { } first ? (first.Number, 6) : (draft.Number, 0);
        var photos = Enumerable.Range(0, draft.PhotoCount).Select(i => Photo(random, (place * DemoScenes.ViewsPerPlace) + firstView + i, false,
            draft.Reported.AddSeconds(-random.Between(25, 90) * (draft.PhotoCount - i)), latitude, longitude)).ToList();
        var steps = new Course(this, draft, problem, lead, help, random).Steps(place * DemoScenes.ViewsPerPlace, latitude, longitude);
        return new DemoFinding
        {
            Number = draft.Number,
            DeputyIndex = draft.DeputyIndex,
            VillageCode = draft.Village.Code,
            VillageName = draft.Village.Name,
            Problem = draft.Problem,
            Telling = draft.Telling,
            Latitude = latitude,
            Longitude = longitude,
            AccuracyMetres = random.Whole(3, 18),
            Stage = draft.Stage,
            Photos = photos,
            VideoSeeds = [.. Enumerable.Range(firstVideo, draft.VideoCount)],
            LeadUnitId = lead,
            CoUnitIds = help,
            Steps = steps,
            DuplicateOf = draft.Repeats?.Number,
            IsLate = IsLate(steps, problem.Days),
        };
    }

    private bool IsLate(List<DemoStep> steps, int days)
    {
        // An assignment of a unit that gave it back does not count; the last one before the first reply does.
        var reply = steps.Find(s => s.Action == DemoAction.Reply);
        var assigned = steps.FindLast(s => s.Action == DemoAction.Assign && (reply is null || s.AtUtc <= reply.AtUtc));
        return assigned is not null && (reply?.AtUtc ?? now) > EndOfWeekday(assigned.AtUtc, days);
    }

    private static DemoPhoto Photo(DemoRandom random, int seed, bool after, DateTime taken, double latitude, double longitude)
    {
        var (x, y) = DemoPlaces.Away((latitude, longitude), random.Between(0, 9), random.Between(0, 360));
        return new DemoPhoto(seed, after, new DateTime(taken.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc), x, y);
    }

    private string UnitFor(string kind, long village)
    {
        var id = kind == "town-government" ? $"{village / 1000 * 1000}-town-government" : $"{village / 1_000_000 * 1_000_000}-{kind}";
        return units.Contains(id) ? id : $"{village / 1_000_000 * 1_000_000}-urban-management";
    }

    // Most are sent while people are about: mornings and afternoons of working days, some evenings, hardly any at night.
    private DateTime WorkingMoment(DemoRandom random, double youngest, double oldest)
    {
        for (var i = 0; i < 60; i++)
        {
            var day = (now + Beijing).AddDays(-random.Between(youngest, oldest)).Date;
            if (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && random.Chance(0.65))
                continue;
            var hour = random.Next(100) switch
            {
                < 46 => random.Between(8, 11.7),
                < 80 => random.Between(13.5, 17.5),
                < 89 => random.Between(6, 8),
                < 98 => random.Between(17.5, 21),
                _ => random.Between(21, 24),
            };
            var moment = day.AddHours(hour) - Beijing;
            if (now - moment >= TimeSpan.FromDays(youngest) && now - moment <= TimeSpan.FromDays(oldest))
                return moment;
        }
        return now.AddDays(-random.Between(youngest, oldest));
    }

    /// <summary>The moment so many office hours later; the office is open on weekdays from 8:30 to 17:30.</summary>
    private static DateTime OfficeHoursLater(DateTime utc, double hours)
    {
        var local = utc + Beijing;
        while (true)
        {
            var (open, close) = (local.Date.AddHours(8.5), local.Date.AddHours(17.5));
            if (local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || local >= close)
            {
                local = local.Date.AddDays(1).AddHours(8.5);
                continue;
            }
            if (local < open)
                local = open;
            if (local.AddHours(hours) <= close)
                return local.AddHours(hours) - Beijing;
            hours -= (close - local).TotalHours;
            local = close;
        }
    }

    private static DateTime EndOfWeekday(DateTime utc, int days)
    {
        var day = (utc + Beijing).Date;
        while (days > 0)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                days--;
        }
        return day.AddDays(1) - Beijing;
    }

    private List<DemoVisit> MakeVisits()
    {
        var random = new DemoRandom(seed, 103);
        List<(int Leader, long Village, DateTime Begin, DateTime End, List<int> Findings, List<int> Companions)> visits = [];
        foreach (var group in Findings.GroupBy(f => (f.DeputyIndex, f.VillageCode, (f.ReportedAtUtc + Beijing).Date)))
        {
            var begin = group.Min(f => f.ReportedAtUtc).AddMinutes(-random.Between(15, 90));
            var end = group.Max(f => f.ReportedAtUtc).AddMinutes(random.Between(5, 70));
            visits.Add((group.Key.DeputyIndex, group.Key.VillageCode, begin, end < now ? end : now, [.. group.Select(f => f.Number)], []));
        }
        var reporters = Findings.Select(f => f.DeputyIndex).ToHashSet();
        var others = city.Deputies.Where(d => !reporters.Contains(d.Index)).ToList();
        random.Shuffle(others);
        foreach (var deputy in others)
        {
            // Some walk through a village and find nothing; most come along with someone.
            var county = deputy.TownCode / 1_000_000;
            var company = random.Chance(0.15) ? [] : visits.Where(v => v.Village / 1_000_000 == county && v.Companions.Count < 4).ToList();
            if (company.Count > 0)
            {
                random.Pick(company).Companions.Add(deputy.Index);
                continue;
            }
            var villages = villagesByTown[deputy.TownCode / 1000].ToList();
            var begin = WorkingMoment(random, 0.3, Days - 0.5);
            visits.Add((deputy.Index, random.Pick(villages.Count > 0 ? villages : [.. villagesByCounty[county]]).Code, begin, begin.AddMinutes(random.Between(35, 150)), [], []));
        }
        return [.. visits.OrderBy(v => v.Begin).Select((v, i) => new DemoVisit(i + 1, v.Leader, v.Companions, v.Village, v.Begin, v.End, v.Findings))];
    }

    private static readonly string[] AllProblems = [.. Weighted()];

    // Poles, waste and roads are what deputies meet most.
    private static IEnumerable<string> Weighted() => RegulationCategories.Fields.SelectMany(f => f.Groups).SelectMany(g =>
        g.Problems.SelectMany(p => Enumerable.Repeat(p.Id, g.Id switch { "poles" or "waste" or "roads" => 4, "sewage" or "public-space" or "rivers" => 3, _ => 2 })));

    private sealed class DraftFinding(DemoStage stage, string problem, (long Code, string Name) village, DateTime reported, DemoTelling telling)
    {
        public DemoStage Stage => stage;

        public string Problem => problem;

        public (long Code, string Name) Village => village;

        public long VillageCode => village.Code;

        public DateTime Reported => reported;

        public DemoTelling Telling => telling;

        public required int DeputyIndex { get; init; }

        public bool Late { get; init; }

        public bool Fixed { get; set; }

        public DraftFinding? Repeats { get; init; }

        public (double Latitude, double Longitude)? Position { get; set; }

        public int Number { get; set; }

        public int PhotoCount { get; set; }

        public int VideoCount { get; set; }
    }

    /// <summary>Writes down what happened to one finding, step by step, in office hours.</summary>
    private sealed class Course(DemoPlan plan, DraftFinding draft, RegulationProblem problem, string lead, IReadOnlyList<string> help, DemoRandom random)
    {
        private readonly List<DemoStep> steps = [new(DemoAction.Submit, draft.Reported, DemoActor.Deputy)];
        private DateTime at = draft.Reported;

        public List<DemoStep> Steps(int place, double latitude, double longitude)
        {
            Walk();
            Fit();
            for (var i = 0; i < steps.Count; i++)
            {
                if (steps[i].Action == DemoAction.Reply)
                    steps[i] = WithReply(steps[i], place, latitude, longitude);
            }
            return steps;
        }

        private void Walk()
        {
            switch (draft.Stage)
            {
                case DemoStage.Submitted:
                    return;
                case DemoStage.Returned:
                    Do(DemoAction.Return, DemoActor.Clerk, 1, 6, text: DemoTexts.ReturnForCompletion(random));
                    return;
                case DemoStage.Duplicate:
                    Do(DemoAction.Merge, DemoActor.Clerk, 0.5, 7, text: "与已受理事项为同一处，合并办理，结果一并告知。");
                    return;
                case DemoStage.NotAccepted:
                    Do(DemoAction.Refuse, DemoActor.Clerk, 1, 9, text: DemoTexts.NotAccepted(random));
                    return;
            }
            if (draft.Stage == DemoStage.Closed && random.Chance(0.06))
            {
                Do(DemoAction.Return, DemoActor.Clerk, 0.5, 3, text: DemoTexts.ReturnForCompletion(random));
                Do(DemoAction.Resubmit, DemoActor.Deputy, 1, 8);
            }
            Do(DemoAction.Verify, DemoActor.Clerk, 0.1, 4);
            if (draft.Stage == DemoStage.Verified)
                return;
            Do(DemoAction.Assign, DemoActor.Clerk, 0.1, 6, lead);
            if (draft.Stage == DemoStage.Assigned)
                return;
            if (draft.Stage == DemoStage.ReturnRequested)
            {
                Do(DemoAction.RequestReturn, DemoActor.Unit, 2, 9, lead, DemoTexts.ReturnRequest(random));
                return;
            }
            var assigned = at;
            Do(DemoAction.Accept, DemoActor.Unit, 0.3, 8, lead);
            if (draft.Stage == DemoStage.Handling)
            {
                if (random.Chance(0.5))
                    CoReplies();
                if (draft.Late && random.Chance(0.3))
                    Do(DemoAction.RequestExtension, DemoActor.Unit, 2, 9, lead, DemoTexts.Extension(random));
                return;
            }
            CoReplies();
            // Nine office hours make a day.
            var limit = problem.Days * 9.0;
            var worked = OfficeHoursLater(assigned, draft.Late ? limit + random.Between(10, 36) : limit * random.Between(0.2, 0.86));
            at = worked > at ? worked : at;
            Do(DemoAction.Reply, DemoActor.Unit, 0.1, 1, lead);
            if (draft.Stage == DemoStage.Replied)
                return;
            Do(DemoAction.Check, DemoActor.Clerk, 0.5, 8, text: DemoTexts.Checked(random));
            if (draft.Stage == DemoStage.Checked)
                return;
            var again = draft.Stage is DemoStage.Redo or DemoStage.ClosedAfterRedo;
            Evaluate(again ? DemoRating.Dissatisfied : null);
            if (again)
            {
                Do(DemoAction.Redo, DemoActor.Clerk, 0.5, 6, lead, "代表不满意，请重新办理并于7个工作日内再次答复。");
                if (draft.Stage == DemoStage.Redo)
                    return;
                Do(DemoAction.Accept, DemoActor.Unit, 0.3, 4, lead);
                Do(DemoAction.Reply, DemoActor.Unit, 12, 44, lead);
                Do(DemoAction.Check, DemoActor.Clerk, 0.5, 8, text: DemoTexts.Checked(random));
                Evaluate(random.Chance(0.7) ? DemoRating.Satisfied : DemoRating.PartlySatisfied);
            }
            at = at.AddMinutes(1);
            steps.Add(new(DemoAction.Close, at, DemoActor.Clerk));
        }

        private void Do(DemoAction action, DemoActor actor, double least, double most, string? unit = null, string? text = null)
        {
            at = OfficeHoursLater(at, random.Between(least, most));
            steps.Add(new(action, at, actor, unit, text));
        }

        private void CoReplies()
        {
            foreach (var unit in help)
                Do(DemoAction.CoReply, DemoActor.CoUnit, 2, 12, unit, DemoTexts.CoHandler(random, plan.NameOf(unit)));
        }

        private void Evaluate(DemoRating? given)
        {
            var result = given ?? random.Next(1000) switch { < 843 => DemoRating.Satisfied, < 978 => DemoRating.PartlySatisfied, _ => DemoRating.Dissatisfied };
            // How one was treated is judged like what came out of it, or a little better.
            var attitude = result switch
            {
                DemoRating.Dissatisfied => random.OneOf(DemoRating.Dissatisfied, DemoRating.Dissatisfied, DemoRating.Dissatisfied, DemoRating.PartlySatisfied),
                DemoRating.PartlySatisfied => random.OneOf(DemoRating.PartlySatisfied, DemoRating.PartlySatisfied, DemoRating.PartlySatisfied, DemoRating.PartlySatisfied, DemoRating.Satisfied),
                _ => random.Chance(0.02) ? DemoRating.Dissatisfied : random.Chance(0.03) ? DemoRating.PartlySatisfied : DemoRating.Satisfied,
            };
            var remark = (attitude, result) switch
            {
                (DemoRating.Dissatisfied, DemoRating.Satisfied) => "问题解决了，但没有联系过我，答复是照抄的。",
                (_, DemoRating.Satisfied) => DemoTexts.Satisfied(random),
                (_, DemoRating.PartlySatisfied) => DemoTexts.PartlySatisfied(random),
                _ => DemoTexts.Dissatisfied(random),
            };
            // Deputies rate when they have a moment, evenings and weekends too.
            at = at.AddHours(random.Between(0.3, 60));
            var hour = (at + Beijing).Hour;
            if (hour is < 7 or > 21)
                at = at.AddHours(10);
            steps.Add(new(DemoAction.Evaluate, at, DemoActor.Deputy, Evaluation: new(attitude, result, remark)));
        }

        // What would end after now is drawn together, keeping the order.
        private void Fit()
        {
            var latest = plan.now.AddMinutes(-3);
            var span = steps[^1].AtUtc - draft.Reported;
            var room = latest - draft.Reported;
            if (span <= room)
                return;
            for (var i = 1; i < steps.Count; i++)
                steps[i] = steps[i] with { AtUtc = draft.Reported + ((steps[i].AtUtc - draft.Reported) * (room / span)) };
        }

        private DemoStep WithReply(DemoStep reply, int place, double latitude, double longitude)
        {
            var accepted = steps.FindLast(s => s.Action == DemoAction.Accept && s.AtUtc <= reply.AtUtc)!.AtUtc;
            var text = DemoTexts.Reply(
                random, problem.Id, plan.NameOf(lead), draft.Village.Name, DateOnly.FromDateTime(accepted + Beijing), DateOnly.FromDateTime(reply.AtUtc + Beijing));
            if (random.Chance(0.065) && steps.Count(s => s.Action == DemoAction.Reply) == 1)
            {
                var check = steps.FindIndex(s => s.Action == DemoAction.Check);
                if (check > 0)
                    steps[check] = steps[check] with { Text = DemoTexts.WithoutProof(random) };
                return reply with { Text = text, Photos = [] };
            }
            var count = random.Chance(0.25) ? 2 : 1;
            var taken = accepted + ((reply.AtUtc - accepted) * random.Between(0.8, 0.97));
            var photos = Enumerable.Range(0, count).Select(i => Photo(random, place + i, true, taken.AddSeconds(i * 20), latitude, longitude)).ToList();
            return reply with { Text = text, Photos = photos };
        }
    }

    private string NameOf(string unit) => (city.Units.FirstOrDefault(u => u.Id == unit) ?? city.TownGovernments.First(u => u.Id == unit)).Name;
}
