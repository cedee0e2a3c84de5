using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Platform.Tests.Access;

/// <summary>Who sees what, held against the rules told once more in another way: codes as texts, prefixes as territory.</summary>
public sealed class MatterScopeTests
{
    private static readonly string[] Scenarios = ["visits", "petitions"];

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Twenty_thousand_pairs_of_actor_and_matter_agree_with_the_rules(DatabaseProvider provider)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var world = new World(20261123);
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var db = database.CreateContext();
        db.AddRange(world.Matters);
        db.AddRange(world.Assignments);
        db.AddRange(world.Reporters);
        db.AddRange(world.Matters.GroupBy(m => Tally.Of(m).Key).Select(cell =>
        {
            var sum = Tally.Of(cell.First());
            foreach (var matter in cell.Skip(1)) sum.Add(Tally.Of(matter), 1);
            return sum;
        }));
        db.AddRange(world.Matters.SelectMany(m => Occurrence.Of(m, world.Reporters.Where(r => r.MatterId == m.Id))).GroupBy(o => o.Key).Select(same =>
        {
            same.First().Matters = same.Count();
            return same.First();
        }));
        await db.SaveChangesAsync(cancellation);

        var filters = new Random(7);
        var (paged, exact) = (0, 0);
        var (cases, seen, counted) = (0, 0, 0L);
        foreach (var actor in world.Actors)
        {
            var expected = world.Matters.Where(m => world.Sees(actor, m)).Select(m => m.Id).ToHashSet();
            foreach (var matter in world.Matters)
            {
                cases++;
                var may = MatterScope.MaySee(actor, matter, world.Assignments.Where(a => a.MatterId == matter.Id), world.Reporters.Where(r => r.MatterId == matter.Id));
                Assert.True(may == expected.Contains(matter.Id), $"{Tell(actor)} and {matter.Region}: {may}");
            }
            var listed = await db.Set<Matter>().AsNoTracking().VisibleTo(actor, db).Select(m => m.Id).ToListAsync(cancellation);
            Assert.Equal(listed.Count, listed.Distinct().Count());
            Assert.True(expected.SetEquals(listed), $"{Tell(actor)} lists {listed.Count}, may see {expected.Count}");

            var cells = await db.Set<Tally>().AsNoTracking().VisibleTo(actor).ToListAsync(cancellation);
            var mine = world.Matters.Where(m => World.Counts(actor, m)).ToList();
            Assert.True(mine.Count == cells.Sum(c => c.Matters), $"{Tell(actor)} counts {cells.Sum(c => c.Matters)} of {mine.Count}");
            Assert.Equal(mine.Sum(m => m.Photos), cells.Sum(c => c.Photos));
            Assert.Equal(mine.Count(m => m.Late), cells.Sum(c => c.Late));
            var occurrences = await db.Set<Occurrence>().AsNoTracking().VisibleTo(actor).Where(o => o.Kind == Occurrence.Village).ToListAsync(cancellation);
            var near = world.Matters.Where(m => m.Region % 1000 != 0 && World.Occurs(actor, m)).ToList();
            Assert.Equal(near.GroupBy(m => (m.Scenario, m.Region)).Count(), occurrences.Count);
            Assert.Equal(near.Count, occurrences.Sum(o => o.Matters));

            for (var i = 0; i < 3; i++)
            {
                var filter = world.AnyFilter(filters);
                var asked = world.Matters.Where(m => expected.Contains(m.Id) && world.Passes(filter, m)).OrderByDescending(m => m.Serial).Select(m => m.Id).ToList();
                Assert.True(asked.ToHashSet().SetEquals(await filter.Apply(db, actor, World.Now).Select(m => m.Id).ToListAsync(cancellation)), $"{Tell(actor)} asks for {filter}");
                var branches = filter.Branches(db, actor, World.Now);
                List<Guid> pages = [];
                long? after = null;
                do
                {
                    var page = await MatterPage.ReadAsync(db, branches, 7, after, cancellation);
                    pages.AddRange(page.Items.Select(r => r.Id));
                    after = page.Next;
                    paged++;
                }
                while (after is not null);
                Assert.True(asked.SequenceEqual(pages), $"{Tell(actor)} asks for {filter}: {pages.Count} of {asked.Count}");
                Assert.Equal(new MatterCount(asked.Count, false), await MatterPage.CountAsync(branches, cancellation));
                if (filter.Cells(db, actor) is not { } counting) continue;
                exact++;
                Assert.Equal(asked.Count, await counting.SumAsync(t => t.Matters, cancellation));
            }
            seen += expected.Count;
            counted += mine.Count;
        }
        Assert.Equal(20_000, cases);
        // Neither "everything" nor "nothing" would pass.
        Assert.InRange(seen, cases / 20, cases * 19 / 20);
        Assert.True(counted > cases / 50);
        Assert.True(paged > 700 && exact > 20, $"{paged} pages, {exact} counts");
    }

    private static string Tell(Actor actor) => string.Join("; ", actor.Grants.Select(g => $"{g.Role.Id} {g.Region} {g.OrganisationId} {string.Join(',', g.Permissions)}"));

    private sealed class World
    {
        private static readonly string[] Places =
        [
            "330502100201", "330502100202", "330502101201", "330522110225", "330522110226", "330522110000", "330522111200", "330522000000", "330523103201", "330500000000", "330402100201", "330521102203",
        ];

        public static readonly DateTime Now = new(2026, 11, 23, 8, 0, 0, DateTimeKind.Utc);

        private readonly Guid[] _units = [.. Enumerable.Range(1, 5).Select(i => new Guid(i, 1, 0, new byte[8]))];
        private readonly Guid[] _people = [.. Enumerable.Range(1, 12).Select(i => new Guid(i, 2, 0, new byte[8]))];

        public World(int seed)
        {
            var random = new Random(seed);
            for (var i = 1; i <= 100; i++)
            {
                var code = Places[random.Next(Places.Length)];
                var matter = new Matter
                {
                    Id = new Guid(i, 3, 0, new byte[8]),
                    Serial = i,
                    Scenario = Scenarios[random.Next(3) / 2],
                    State = random.Next(2) == 0 ? "submitted" : "handling",
                    Category = "c" + random.Next(3),
                    Region = long.Parse(code),
                    City = long.Parse(code[..4] + "00000000"),
                    County = code[4..6] == "00" ? 0 : long.Parse(code[..6] + "000000"),
                    Town = code[6..9] == "000" ? 0 : long.Parse(code[..9] + "000"),
                    Photos = random.Next(4),
                    Late = random.Next(5) == 0,
                    DueAt = random.Next(3) switch { 0 => null, 1 => Now.AddHours(-1), _ => Now.AddHours(1) },
                };
                Matters.Add(matter);
                foreach (var (unit, n) in _units.OrderBy(_ => random.Next()).Take(random.Next(4)).Select((u, n) => (u, n)))
                {
                    var state = random.Next(4) switch { 0 => "returned", 1 => "answered", _ => "assigned" };
                    Assignments.Add(new Assignment { Id = new Guid(i, 4, (short)n, new byte[8]), MatterId = matter.Id, UnitId = unit, Kind = n == 0 ? "lead" : "co", State = state, Scenario = matter.Scenario, MatterState = matter.State, MatterSerial = matter.Serial, Beside = n > 0 || state == "returned" });
                    if (n == 0 && state != "returned") matter.LeadUnitId = unit;
                }
                foreach (var person in _people.OrderBy(_ => random.Next()).Take(1 + random.Next(2)))
                {
                    Reporters.Add(new MatterReporter { MatterId = matter.Id, PersonId = person, MatterSerial = matter.Serial });
                    // Some raised it twice: another of theirs was merged into it.
                    if (i % 5 == 0) Reporters.Add(new MatterReporter { MatterId = matter.Id, PersonId = person, ViaMatterId = new Guid(i, 6, 0, new byte[8]), MatterSerial = matter.Serial });
                }
            }
            for (var i = 0; i < 200; i++)
            {
                var grants = Enumerable.Range(0, random.Next(4)).Select(_ =>
                {
                    var role = Role.All[random.Next(Role.All.Count)];
                    var place = Places[random.Next(Places.Length)];
                    // What a role may do differs by scenario; some may act without being allowed to read.
                    var permissions = new HashSet<string> { "visits.triage", "petitions.ready" };
                    foreach (var scenario in Scenarios)
                        if (random.Next(3) > 0) permissions.Add(scenario + ".read");
                    var region = random.Next(7) switch { 0 => 330_000_000_000, 1 => long.Parse(place[..4] + "00000000"), 2 => long.Parse(place[..6] + "000000"), 3 => long.Parse(place[..9] + "000"), 4 => 0, _ => long.Parse(place) };
                    return new ActorGrant(role, region, random.Next(6) == 0 ? null : _units[random.Next(_units.Length)], permissions);
                }).ToList();
                Actors.Add(new Actor(Guid.CreateVersion7(), random.Next(4) == 0 ? null : _people[random.Next(_people.Length)], "某人", grants));
            }
        }

        public List<Matter> Matters { get; } = [];

        public List<Assignment> Assignments { get; } = [];

        public List<MatterReporter> Reporters { get; } = [];

        public List<Actor> Actors { get; } = [];

        public bool Sees(Actor actor, Matter matter) => actor.Grants.Any(g => g.Permissions.Contains(matter.Scenario + ".read") && g.Role.Scope switch
        {
            RoleScope.Territory => Within(matter.Region, g.Region),
            RoleScope.Unit => Assignments.Any(a => a.MatterId == matter.Id && g.OrganisationId == a.UnitId),
            RoleScope.Personal => actor.PersonId is not null && Reporters.Any(r => r.MatterId == matter.Id && r.PersonId == actor.PersonId),
            _ => throw new InvalidOperationException(),
        });

        // Counts reach down to towns; villages and persons count rows.
        public static bool Counts(Actor actor, Matter matter) => actor.Grants.Any(g => g.Permissions.Contains(matter.Scenario + ".read") && g.Role.Scope switch
        {
            RoleScope.Territory => g.Region.ToString().EndsWith("000", StringComparison.Ordinal) && Within(matter.Region, g.Region),
            RoleScope.Unit => g.OrganisationId is not null && matter.LeadUnitId == g.OrganisationId,
            _ => false,
        });

        // What is known of no town counts where it is known: at the county or the city.
        public static bool Occurs(Actor actor, Matter matter) => Counts(new Actor(actor.AccountId, actor.PersonId, actor.Name, [.. actor.Grants.Where(g => g.Role.Scope == RoleScope.Territory)]), matter);

        public MatterFilter AnyFilter(Random random)
        {
            bool Often() => random.Next(3) == 0;
            var place = Places[random.Next(Places.Length)];
            return new MatterFilter
            {
                Scenario = Often() ? Scenarios[random.Next(2)] : null,
                State = random.Next(3) switch { 0 => "submitted", 1 => "handling, submitted,closed", _ => null },
                Region = Often() ? long.Parse(random.Next(4) switch { 0 => place, 1 => place[..9] + "000", 2 => place[..6] + "000000", _ => place[..4] + "00000000" }) : null,
                Unit = Often() ? _units[random.Next(_units.Length)] : null,
                Reporter = Often() ? _people[random.Next(_people.Length)] : null,
                Category = Often() ? "c1" : null,
                Overdue = Often() ? true : null,
            };
        }

        public bool Passes(MatterFilter filter, Matter matter) =>
            (filter.Scenario is null || filter.Scenario == matter.Scenario)
            && (filter.State is null || filter.State.Contains(matter.State, StringComparison.Ordinal))
            && (filter.Region is not { } region || Within(matter.Region, region))
            && (filter.Unit is not { } unit || Assignments.Any(a => a.MatterId == matter.Id && a.UnitId == unit))
            && (filter.Reporter is not { } person || Reporters.Any(r => r.MatterId == matter.Id && r.PersonId == person))
            && (filter.Category is null || filter.Category == matter.Category)
            && (filter.Overdue is null || matter.DueAt < Now);

        private static bool Within(long place, long division)
        {
            var code = division.ToString("D12");
            if (code == "000000000000") return false;
            var prefix = code[4..] == "00000000" ? code[2..4] == "00" ? code[..2] : code[..4] : code[6..] == "000000" ? code[..6] : code[9..] == "000" ? code[..9] : code;
            return place.ToString("D12").StartsWith(prefix, StringComparison.Ordinal);
        }
    }
}
