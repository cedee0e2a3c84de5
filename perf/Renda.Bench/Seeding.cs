using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Demo;
using Renda.Platform.Matters;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Todos;
using Renda.Visits;

namespace Renda.Bench;

/// <summary>
/// Fills a database: the histories that the demo's findings went through in the product are gone through again by other
/// deputies, in other villages, at other times. Events are sealed and folded by the product's own code, so that
/// <c>renda verify</c> has nothing to say. Photos and videos are shared with the demo's: no files are made.
/// </summary>
internal static class Seeding
{
    /// <summary>Public: everybody gets the same city from it, but for the demo's own ids and the day.</summary>
    private const int Seed = 20_260_501;

    /// <summary>How far back the findings go, and which share of them is of the demo's own six weeks, open ones included.</summary>
    private const int Weeks = 150;
    private const double RecentShare = 0.1;
    private const int Batch = 1500;

    public static async Task<int> RunAsync(Options options)
    {
        var matters = options.Number("--matters", 100_000, 1000, 2_000_000);
        await using var product = Product.At(options.Text("--data") ?? throw new BenchException("seed --matters N --data DIR"), options.Postgres);
        await FillAsync(product, matters);
        return 0;
    }

    /// <summary>Makes the demo city if there is none and multiplies it to so many matters. Does nothing when there are as many.</summary>
    public static async Task FillAsync(Product product, int matters)
    {
        if (!await HasDemoAsync(product))
        {
            Report.Say("Making the demo city ...");
            // All of it: the open ones are the plan's last.
            await product.StartAsync(findings: 974);
            // What is overdue is brought to notice in the first two minutes, step by step.
            await Task.Delay(TimeSpan.FromSeconds(70));
            await product.StopAsync();
        }
        await using var db = product.OpenDatabase();
        var there = await db.Set<Matter>().CountAsync();
        if (there >= matters) return;
        var watch = Stopwatch.StartNew();
        var seed = await Source.ReadAsync(db);
        var (events, _) = await new Filling(db, product.Database.Provider, seed).RunAsync(matters - there, there, watch);
        Report.Say(string.Create(CultureInfo.InvariantCulture, $"{matters - there} matters and {events} events in {watch.Elapsed.TotalSeconds:0} s"));
    }

    private static async Task<bool> HasDemoAsync(Product product)
    {
        if (product.Database.Provider == DatabaseProvider.Sqlite && !File.Exists(Path.Combine(product.Folder, "renda.db"))) return false;
        await using var db = product.OpenDatabase();
        if (!(await db.Database.GetAppliedMigrationsAsync()).Any()) return false;
        return await db.Set<RunningNumber>().AnyAsync(n => n.Name == "demo/visits");
    }

    private enum Kind { Literal, Matter, Person, Assignment, Region, Town, Latitude, Longitude, Village, TownName, Number, Title, Time, Day, TownUnit }

    private readonly record struct Part(Kind Kind, string Text, int Index = 0, double Offset = 0, DateTime At = default);

    private sealed record TemplateEvent(MatterEvent Event, Part[] Content, Part[] Reason, Part[] Key, int Actor);

    private sealed record Template(Matter Matter, TemplateEvent[] Events, (Todo Row, Part[] Title)[] Todos, (Notice Row, Part[] Zh, Part[] En)[] Notices, string Village);

    /// <summary>A finding, or several that were merged: they are multiplied together.</summary>
    private sealed record Group(Template[] Members, Guid[] Persons, Guid[] Assignments, IReadOnlySet<Guid> TownUnits, long County, bool Closed);

    private sealed record Deputy(Guid Account, Guid Person, string Name, long Town);

    private sealed class Source
    {
        public required List<Group> Groups { get; init; }
        public required Dictionary<long, List<Deputy>> Deputies { get; init; }
        public required ILookup<long, Region> Villages { get; init; }
        public required Dictionary<long, Guid> TownUnits { get; init; }

        public static async Task<Source> ReadAsync(RendaDbContext db)
        {
            var demo = await db.Set<RunningNumber>().Where(n => n.Name == "demo/visits").Select(n => n.Value).FirstAsync();
            // Other scenarios' demos stand between them.
            var matters = await db.Set<Matter>().AsNoTracking().Where(m => m.Scenario == "visits").OrderBy(m => m.Serial).Take((int)demo).ToListAsync();
            var ids = matters.Select(m => m.Id).ToHashSet();
            var idList = ids.ToList();
            var events = (await db.Set<MatterEvent>().AsNoTracking().Where(e => idList.Contains(e.MatterId)).ToListAsync()).ToLookup(e => e.MatterId);
            var todos = (await db.Set<Todo>().AsNoTracking().Where(e => idList.Contains(e.ItemId)).ToListAsync()).ToLookup(e => e.ItemId);
            var notices = (await db.Set<Notice>().AsNoTracking().Where(e => e.MatterId != null && idList.Contains(e.MatterId.Value)).ToListAsync()).ToLookup(e => e.MatterId!.Value);
            var assignments = (await db.Set<Assignment>().AsNoTracking().Where(e => idList.Contains(e.MatterId)).ToListAsync()).ToLookup(e => e.MatterId);
            var links = await db.Set<MatterLink>().AsNoTracking().Where(l => idList.Contains(l.FromId)).ToListAsync();
            var units = await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.TownGovernment).ToListAsync();
            var accounts = await db.Users.AsNoTracking().Where(a => a.PersonId != null).ToDictionaryAsync(a => a.Id);
            var seats = await db.Set<Renda.Platform.Accounts.Grant>().AsNoTracking().Where(g => g.Role == "deputy" && g.ValidTo == null).OrderBy(g => g.Region).ThenBy(g => g.AccountId).ToListAsync();
            var deputies = seats.Where(g => accounts.ContainsKey(g.AccountId)).DistinctBy(g => g.AccountId)
                .Select(g => new Deputy(g.AccountId, accounts[g.AccountId].PersonId!.Value, accounts[g.AccountId].DisplayName, g.Region)).ToList();
            var accountOf = deputies.ToDictionary(d => d.Person, d => d.Account);

            // Merged ones with what they were merged into, transitively.
            var leader = matters.ToDictionary(m => m.Id, m => m.Id);
            Guid Find(Guid id) => leader[id] == id ? id : leader[id] = Find(leader[id]);
            foreach (var link in links.Where(l => ids.Contains(l.ToId))) leader[Find(link.FromId)] = Find(link.ToId);

            var groups = new List<Group>();
            foreach (var set in matters.GroupBy(m => Find(m.Id)))
            {
                var members = set.ToList();
                // Links to what is no template, and reporters that are no deputies, cannot be multiplied.
                if (members.Any(m => m.ReporterId is not { } r || !accountOf.ContainsKey(r))) continue;
                var persons = members.Select(m => m.ReporterId!.Value).Distinct().ToArray();
                var given = members.SelectMany(m => assignments[m.Id]).Select(a => a.Id).ToArray();
                var towns = members.Select(m => m.Town).ToHashSet();
                var townUnits = units.Where(u => towns.Contains(u.Region)).Select(u => u.Id).ToHashSet();
                var cutter = new Cutter(members, persons, given, townUnits);
                groups.Add(new Group(
                    [
                        .. members.Select(m => new Template(
                            m,
                            [
                                .. events[m.Id].OrderBy(e => e.Version).Select(e => new TemplateEvent(e, cutter.Cut(e.Content), cutter.Cut(e.Reason ?? ""), cutter.Cut(e.IdempotencyKey ?? ""),
                                    Array.FindIndex(persons, p => e.ActorId == accountOf[p]))),
                            ],
                            [.. todos[m.Id].OrderBy(t => t.ArrivedAt).Select(t => (t, cutter.Cut(t.Title)))],
                            [.. notices[m.Id].OrderBy(n => n.At).Select(n => (n, cutter.Cut(n.Zh), cutter.Cut(n.En)))],
                            RegionDirectory.Huzhou.Find(m.Region)?.Name ?? "")),
                    ],
                    persons, given, townUnits, members[0].County, members.All(m => m.Closed)));
            }
            return new Source
            {
                Groups = groups,
                Deputies = deputies.GroupBy(d => RegionCode.County(d.Town)).ToDictionary(g => g.Key, g => g.ToList()),
                Villages = RegionDirectory.Huzhou.All.Where(r => r.Level == RegionLevel.Village).ToLookup(r => RegionCode.Town(r.Code)),
                TownUnits = units.ToDictionary(u => u.Region, u => u.Id),
            };
        }
    }

    /// <summary>Cuts a stored text into what stays and what is another finding's own.</summary>
    private sealed class Cutter
    {
        private readonly Dictionary<string, Part> _known = [];
        private readonly Regex _pattern;
        private readonly (double Latitude, double Longitude) _origin;

        public Cutter(List<Matter> members, Guid[] persons, Guid[] assignments, IEnumerable<Guid> townUnits)
        {
            var names = new List<string>();
            for (var i = 0; i < members.Count; i++)
            {
                var m = members[i];
                _known[m.Id.ToString()] = new(Kind.Matter, "", i);
                Name(m.Number, new(Kind.Number, "", i));
                Name(m.Title, new(Kind.Title, "", i));
                Name(RegionDirectory.Huzhou.Find(m.Region)?.Name, new(Kind.Village, ""));
                Name(RegionDirectory.Huzhou.Find(m.Town)?.Name, new(Kind.TownName, ""));
            }
            for (var i = 0; i < persons.Length; i++) _known[persons[i].ToString()] = new(Kind.Person, "", i);
            for (var i = 0; i < assignments.Length; i++) _known[assignments[i].ToString()] = new(Kind.Assignment, "", i);
            foreach (var unit in townUnits) _known[unit.ToString()] = new(Kind.TownUnit, "");
            _origin = DemoPlaces.PointOf(members[0].Region);
            var alternatives = names.OrderByDescending(n => n.Length).Select(Regex.Escape).Append(Varying);
            _pattern = new Regex(string.Join('|', alternatives), RegexOptions.CultureInvariant);

            void Name(string? text, Part part)
            {
                if (text is { Length: > 1 } && _known.TryAdd(text, part)) names.Add(text);
            }
        }

        private const string Varying =
            """,?"visitId":"[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|"until":"\d{4}-\d\d-\d\d"|"(?:region|town)":\d{12}|"(?:latitude|longitude)":-?[0-9.E+-]+""";

        public Part[] Cut(string text)
        {
            var parts = new List<Part>();
            var at = 0;
            foreach (Match match in _pattern.Matches(text))
            {
                Literal(text[at..match.Index]);
                Add(match.Value);
                at = match.Index + match.Length;
            }
            Literal(text[at..]);
            return [.. parts];

            void Add(string found)
            {
                if (_known.TryGetValue(found, out var known)) parts.Add(known);
                // The visits themselves are not multiplied.
                else if (found.Contains("\"visitId\"", StringComparison.Ordinal)) return;
                else if (found.StartsWith("\"region\":", StringComparison.Ordinal)) Keyed("\"region\":", new(Kind.Region, ""));
                else if (found.StartsWith("\"town\":", StringComparison.Ordinal)) Keyed("\"town\":", new(Kind.Town, ""));
                else if (found.StartsWith("\"latitude\":", StringComparison.Ordinal)) Keyed("\"latitude\":", new(Kind.Latitude, "", 0, double.Parse(found[11..], CultureInfo.InvariantCulture) - _origin.Latitude));
                else if (found.StartsWith("\"longitude\":", StringComparison.Ordinal)) Keyed("\"longitude\":", new(Kind.Longitude, "", 0, double.Parse(found[12..], CultureInfo.InvariantCulture) - _origin.Longitude));
                else if (found.StartsWith("\"until\":", StringComparison.Ordinal))
                {
                    Keyed("\"until\":\"", new(Kind.Day, "", 0, 0, DateTime.ParseExact(found[9..19], "yyyy-MM-dd", CultureInfo.InvariantCulture)));
                    Literal("\"");
                }
                else if (found.Length > 10 && found[10] == 'T') parts.Add(new(Kind.Time, "", 0, 0, DateTime.Parse(found, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)));
                else Literal(found);
            }

            void Keyed(string key, Part part)
            {
                Literal(key);
                parts.Add(part);
            }

            void Literal(string literal)
            {
                if (literal.Length > 0) parts.Add(new(Kind.Literal, literal));
            }
        }
    }

    /// <summary>Which history is gone through again, how much earlier, and from which place in the order of arrival.</summary>
    private readonly record struct Plan(int Group, TimeSpan Earlier, TimeSpan Sooner, int Offset);

    private sealed class Made
    {
        public List<MatterEvent> Events { get; } = [];
        public List<MatterFold> Folds { get; } = [];
        public List<Todo> Todos { get; } = [];
        public List<Notice> Notices { get; } = [];
        public List<Tally> Touched { get; } = [];
    }

    private sealed class Filling(RendaDbContext db, DatabaseProvider provider, Source source)
    {
        private readonly Dictionary<(string, Guid, long, long, long, string, Guid, string), Tally> _tallies = [];
        private readonly Dictionary<(string, Guid, string, long, string), Occurrence> _occurrences = [];
        private long[] _serials = [];
        private (int Year, long Number)[] _numbers = [];

        public async Task<(long Events, long Matters)> RunAsync(int count, int there, Stopwatch watch)
        {
            await PrepareAsync();
            var numbers = await db.Set<RunningNumber>().AsNoTracking().Where(n => n.Name.StartsWith("visits/")).ToDictionaryAsync(n => n.Name, n => n.Value);
            var plans = PlanAll(count, there, numbers);
            var seq = await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq) ?? 0;
            var (events, matters) = (0L, 0L);
            await using Bulk bulk = provider == DatabaseProvider.Sqlite ? new SqliteBulk(db) : new PostgresBulk(db);
            var next = Task.Run(() => Make(plans, 0, there));
            for (var at = 0; at < plans.Count; at += Batch)
            {
                var batch = await next;
                var following = at + Batch;
                // The next is made while this one is written.
                next = following < plans.Count ? Task.Run(() => Make(plans, following, there)) : next;
                var ordered = batch.SelectMany(m => m.Events).OrderBy(e => e.At).ToList();
                foreach (var e in ordered) e.Seq = ++seq;
                var folds = batch.SelectMany(m => m.Folds).OrderBy(f => f.Matter.Serial).ToList();
                await bulk.BeginAsync();
                await bulk.WriteAsync([.. folds.Select(f => f.Matter)]);
                await bulk.WriteAsync(ordered);
                await bulk.WriteAsync([.. folds.SelectMany(f => f.Assignments)]);
                await bulk.WriteAsync([.. folds.SelectMany(f => f.Media)]);
                await bulk.WriteAsync([.. folds.SelectMany(f => f.Links)]);
                await bulk.WriteAsync([.. folds.SelectMany(f => f.Reporters)]);
                await bulk.WriteAsync([.. batch.SelectMany(m => m.Todos)]);
                await bulk.WriteAsync([.. batch.SelectMany(m => m.Notices)]);
                await bulk.CommitAsync();
                foreach (var cell in batch.SelectMany(m => m.Touched)) Cell(cell);
                foreach (var fold in folds)
                {
                    Cell(Tally.Of(fold.Matter)).Add(Tally.Of(fold.Matter), 1);
                    foreach (var occurrence in Occurrence.Of(fold.Matter, fold.Reporters))
                        if (!_occurrences.TryAdd(occurrence.Key, occurrence)) _occurrences[occurrence.Key].Matters++;
                }
                events += ordered.Count;
                matters += folds.Count;
                if (at / Batch % 10 == 0) Report.Say(string.Create(CultureInfo.InvariantCulture, $"  {matters} matters, {events} events, {watch.Elapsed.TotalSeconds:0} s"));
            }
            await bulk.EndAsync(_tallies.Values, _occurrences.Values, numbers.Select(n => new RunningNumber { Name = n.Key, Value = n.Value }));
            return (events, matters);
        }

        private Tally Cell(Tally like)
        {
            if (_tallies.TryGetValue(like.Key, out var cell)) return cell;
            // The product leaves a cell behind, empty, wherever a matter passed through.
            return _tallies[like.Key] = new Tally
            {
                Scenario = like.Scenario, ContextId = like.ContextId, City = like.City, County = like.County, Town = like.Town, Category = like.Category, UnitId = like.UnitId, State = like.State,
            };
        }

        /// <summary>The campaign opened before the first of them.</summary>
        private async Task PrepareAsync()
        {
            var campaign = await db.Set<Campaign>().AsNoTracking().FirstAsync(c => c.Id == source.Groups[0].Members[0].Matter.ContextId);
            var oldest = source.Groups.SelectMany(g => g.Members).Min(m => m.Matter.OccurredAt);
            var opens = oldest.Date.AddDays(-(7 * Weeks) - 7);
            if (campaign.OpensAt <= opens) return;
            await db.Set<Deadline>().Where(d => d.EffectiveFrom == campaign.OpensAt).ExecuteUpdateAsync(s => s.SetProperty(d => d.EffectiveFrom, opens));
            await db.Set<CampaignVersion>().Where(v => v.CampaignId == campaign.Id).ExecuteUpdateAsync(s => s.SetProperty(v => v.OpensAt, opens).SetProperty(v => v.PublishedAt, opens));
            await db.Set<Campaign>().Where(c => c.Id == campaign.Id).ExecuteUpdateAsync(s => s.SetProperty(c => c.OpensAt, opens).SetProperty(c => c.PublishedAt, opens));
        }

        private List<Plan> PlanAll(int count, int there, Dictionary<string, long> numbers)
        {
            var random = new DemoRandom(Seed, there);
            var all = Enumerable.Range(0, source.Groups.Count).ToArray();
            var closed = all.Where(i => source.Groups[i].Closed).ToArray();
            var single = closed.Where(i => source.Groups[i].Members.Length == 1).ToArray();
            var plans = new List<Plan>(count);
            var left = count;
            while (left > 0)
            {
                var recent = random.Chance(RecentShare);
                var from = recent ? all : closed;
                var group = from[random.Whole(0, from.Length - 1)];
                if (source.Groups[group].Members.Length > left) group = single[random.Whole(0, single.Length - 1)];
                plans.Add(new Plan(group, TimeSpan.FromDays(recent ? 0 : 7 * random.Whole(1, Weeks)), TimeSpan.FromMilliseconds(random.Whole(1, 2_400_000)), 0));
                left -= source.Groups[group].Members.Length;
            }
            plans.Sort((a, b) => Begins(a, 0).CompareTo(Begins(b, 0)));
            _serials = new long[count];
            _numbers = new (int, long)[count];
            var arrivals = new List<(DateTime At, int Slot)>(count);
            var offset = 0;
            for (var i = 0; i < plans.Count; i++)
            {
                plans[i] = plans[i] with { Offset = offset };
                for (var m = 0; m < source.Groups[plans[i].Group].Members.Length; m++) arrivals.Add((Begins(plans[i], m), offset++));
            }
            arrivals.Sort();
            var serial = (long)there;
            foreach (var (at, slot) in arrivals)
            {
                var year = at.AddHours(8).Year;
                var name = $"visits/{year}";
                numbers[name] = numbers.GetValueOrDefault(name) + 1;
                (_serials[slot], _numbers[slot]) = (++serial, (year, numbers[name]));
            }
            return plans;
        }

        private DateTime Begins(Plan plan, int member) => Shift(source.Groups[plan.Group].Members[member].Matter.SubmittedAt, plan);

        /// <summary>By whole weeks, so that working days stay working days; what is not the end of a day also by some minutes.</summary>
        private static DateTime Shift(DateTime at, Plan plan) => at.TimeOfDay == TimeSpan.FromHours(16) ? at - plan.Earlier : at - plan.Earlier - plan.Sooner;

        private Made[] Make(List<Plan> plans, int from, int there)
        {
            var made = new Made[Math.Min(Batch, plans.Count - from)];
            Parallel.For(0, made.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => made[i] = MakeOne(plans[from + i], from + i, there));
            return made;
        }

        private Made MakeOne(Plan plan, int index, int there)
        {
            var group = source.Groups[plan.Group];
            var random = new Random(HashCode3(Seed, there, index));
            var made = new Made();
            var deputies = source.Deputies[group.County];
            var cast = new Deputy[group.Persons.Length];
            for (var i = 0; i < cast.Length; i++)
            {
                do cast[i] = deputies[random.Next(deputies.Count)];
                while (Array.IndexOf(cast, cast[i]) < i);
            }
            var villages = source.Villages[cast[0].Town].ToList();
            // A town's own seat has no villages in the list now and then.
            while (villages.Count == 0) villages = [.. source.Villages[deputies[random.Next(deputies.Count)].Town]];
            var village = villages[random.Next(villages.Count)];
            var point = DemoPlaces.PointOf(village.Code);
            var scene = new Scene(group, plan, village, RegionDirectory.Huzhou.Find(RegionCode.Town(village.Code))?.Name ?? "", point, cast, random.Next(1, 400),
                source.TownUnits.GetValueOrDefault(RegionCode.Town(village.Code)))
            {
                Ids = [.. group.Members.Select((_, m) => Version7(Begins(plan, m), random))],
                Assignments = [.. group.Assignments.Select(_ => Version7(Begins(plan, 0), random))],
                Numbers = [.. group.Members.Select((_, m) => _numbers[plan.Offset + m]).Select(n => $"寻访〔{n.Year}〕{n.Number}号")],
            };
            var text = new StringBuilder(4000);
            for (var m = 0; m < group.Members.Length; m++)
            {
                var member = group.Members[m];
                var fold = new MatterFold();
                var cell = default((string, Guid, long, long, long, string, Guid, string));
                foreach (var template in member.Events)
                {
                    var like = template.Event;
                    var actor = template.Actor < 0 ? null : cast[template.Actor];
                    var e = new MatterEvent
                    {
                        MatterId = scene.Ids[m], Version = like.Version, Action = like.Action, At = Shift(like.At, plan), ActorId = actor?.Account ?? like.ActorId, ActorName = actor?.Name ?? like.ActorName,
                        OnBehalfOf = scene.Organisation(like.OnBehalfOf), Reason = like.Reason is null ? null : scene.Write(template.Reason, text), Content = scene.Write(template.Content, text),
                        PreviousHash = fold.Matter.Version == 0 ? MatterFold.NoHash : fold.Matter.Hash,
                        // The first event's is the fingerprint of the request.
                        IdempotencyKey = like.IdempotencyKey is null ? null : like.Version == 1 ? Hexadecimal(random) : scene.Write(template.Key, text),
                    };
                    e.Hash = MatterFold.HashOf(e);
                    fold.Apply(e);
                    made.Events.Add(e);
                    var now = Tally.Of(fold.Matter);
                    if (now.Key == cell) continue;
                    cell = now.Key;
                    made.Touched.Add(now);
                }
                fold.Matter.Serial = _serials[plan.Offset + m];
                fold.MarkParts();
                made.Folds.Add(fold);
                foreach (var (row, title) in member.Todos)
                {
                    made.Todos.Add(new Todo
                    {
                        Id = Version7(Shift(row.ArrivedAt, plan), random), ItemId = scene.Ids[m], Scenario = row.Scenario, Kind = row.Kind, Duty = row.Duty, Reading = row.Reading, PersonId = scene.Person(row.PersonId), OrganisationId = scene.Organisation(row.OrganisationId),
                        Title = scene.Write(title, text), ArrivedAt = Shift(row.ArrivedAt, plan), DueAt = Moved(row.DueAt), YellowAt = Moved(row.YellowAt), DoneAt = Moved(row.DoneAt),
                    });
                }
                foreach (var (row, zh, en) in member.Notices)
                {
                    made.Notices.Add(new Notice
                    {
                        Id = Version7(Shift(row.At, plan), random), MatterId = scene.Ids[m], PersonId = scene.Person(row.PersonId), OrganisationId = scene.Organisation(row.OrganisationId),
                        Zh = scene.Write(zh, text), En = scene.Write(en, text), At = Shift(row.At, plan), ReadAt = Moved(row.ReadAt), Routed = true,
                    });
                }
            }
            return made;

            DateTime? Moved(DateTime? at) => at is { } t ? Shift(t, plan) : null;
        }

        /// <summary>The same on every machine, unlike <see cref="HashCode"/>.</summary>
        private static int HashCode3(int a, int b, int c) => unchecked((((a * 16777619) ^ b) * 16777619) ^ (c * 7919));

        private static string Hexadecimal(Random random)
        {
            Span<byte> bytes = stackalloc byte[32];
            random.NextBytes(bytes);
            return Convert.ToHexStringLower(bytes);
        }

        private static Guid Version7(DateTime at, Random random)
        {
            Span<byte> bytes = stackalloc byte[16];
            random.NextBytes(bytes);
            var milliseconds = new DateTimeOffset(at).ToUnixTimeMilliseconds();
            for (var i = 0; i < 6; i++) bytes[i] = (byte)(milliseconds >> (40 - (8 * i)));
            bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
            bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
            return new Guid(bytes, bigEndian: true);
        }

        /// <summary>What stands in the gaps of a template this time.</summary>
        private sealed class Scene(Group group, Plan plan, Region village, string town, (double Latitude, double Longitude) point, Deputy[] cast, int house, Guid townUnit)
        {
            public required Guid[] Ids { get; init; }
            public required Guid[] Assignments { get; init; }
            public required string[] Numbers { get; init; }

            public Guid? Organisation(Guid? id) => id is { } known && group.TownUnits.Contains(known) && townUnit != Guid.Empty ? townUnit : id;

            public Guid? Person(Guid? id) => id is { } known && Array.IndexOf(group.Persons, known) is >= 0 and var i ? cast[i].Person : id;

            public string Write(Part[] parts, StringBuilder text)
            {
                text.Clear();
                foreach (var part in parts)
                {
                    switch (part.Kind)
                    {
                        case Kind.Literal: text.Append(part.Text); break;
                        case Kind.Matter: text.Append(Ids[part.Index]); break;
                        case Kind.Person: text.Append(cast[part.Index].Person); break;
                        case Kind.Assignment: text.Append(Assignments[part.Index]); break;
                        case Kind.Region: text.Append(village.Code); break;
                        case Kind.Town: text.Append(RegionCode.Town(village.Code)); break;
                        case Kind.Latitude: text.Append(CultureInfo.InvariantCulture, $"{Math.Round(point.Latitude + part.Offset, 9)}"); break;
                        case Kind.Longitude: text.Append(CultureInfo.InvariantCulture, $"{Math.Round(point.Longitude + part.Offset, 9)}"); break;
                        case Kind.Village: text.Append(village.Name); break;
                        case Kind.TownName: text.Append(town); break;
                        case Kind.Number: text.Append(Numbers[part.Index]); break;
                        case Kind.Title:
                            var member = group.Members[part.Index];
                            text.Append(member.Village.Length > 1 ? member.Matter.Title.Replace(member.Village, village.Name, StringComparison.Ordinal) : member.Matter.Title).Append('（').Append(village.Name).Append(house).Append("号旁）");
                            break;
                        case Kind.Time: text.Append(CultureInfo.InvariantCulture, $"{Shift(part.At, plan):yyyy-MM-ddTHH:mm:ss.FFFFFFF}Z"); break;
                        case Kind.Day: text.Append(CultureInfo.InvariantCulture, $"{part.At - plan.Earlier:yyyy-MM-dd}"); break;
                        default: text.Append(townUnit == Guid.Empty ? group.TownUnits.First() : townUnit); break;
                    }
                }
                return text.ToString();
            }
        }
    }
}
