using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Search;

namespace EndToEnd.Tests;

/// <summary>
/// Who sees what of the running product, by every way out of it: held against the rules of the office told once more, from
/// codes as texts and a list of who reads what. Accounts of every kind, drawn by lot, ask for every matter.
/// </summary>
public sealed class OracleTests
{
    private const int Actors = 40;

    // From the rules of the office: who reads findings, and as what.
    private static readonly string[] ByTerritory = ["clerk", "office-head", "leader", "auditor"];
    private static readonly string[] ByUnit = ["unit-clerk", "unit-head"];
    private static readonly string[] WithFigures = ByTerritory;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task No_way_out_of_the_product_leaks_a_matter_on_SQLite() => AskEverythingAsync(null);

    [Fact]
    public async Task No_way_out_of_the_product_leaks_a_matter_on_PostgreSQL()
    {
        var server = Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES");
        Assert.SkipWhen(server is null, "RENDA_TEST_POSTGRES is not set");
        var name = "oracle_" + Guid.NewGuid().ToString("N");
        await using var admin = new NpgsqlConnection(server);
        await admin.OpenAsync(Stop);
        await using (var create = new NpgsqlCommand($"CREATE DATABASE {name}", admin)) await create.ExecuteNonQueryAsync(Stop);
        try
        {
            await AskEverythingAsync(new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString);
        }
        finally
        {
            NpgsqlConnection.ClearAllPools();
            await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", admin);
            await drop.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private static async Task AskEverythingAsync(string? postgres)
    {
        var folder = Directory.CreateTempSubdirectory("renda-oracle-").FullName;
        try
        {
            await using var server = await Server.StartAsync(folder, 90, postgres);
            for (var i = 0; i < 2; i++) await SayAsync(server, i);
            var world = await World.MakeAsync(() => Open(folder, postgres));
            var (cases, seen, clicks) = (0, 0, new Random(5));
            // The index of the search follows a second or so behind; what is asked of it here is asked of all there is.
            await using (var db = Open(folder, postgres))
                for (var patience = 0; await db.Set<FeedCursor>().AsNoTracking().Where(c => c.Name == "search").Select(c => c.Seq).FirstOrDefaultAsync(Stop) < await db.Set<MatterEvent>().MaxAsync(e => e.Seq, Stop); patience++)
                {
                    Assert.True(patience < 300, "the search does not catch up");
                    await Task.Delay(200, Stop);
                }
            var everything = await FoundAsync(server, world.Everyone, "电杆");
            Assert.NotEmpty(everything);
            foreach (var holder in world.Holders)
            {
                using var api = await ClientAsync(server, holder);
                var expected = world.Matters.Where(m => world.Sees(holder, m.Matter)).Select(m => m.Matter.Id).ToHashSet();
                seen += expected.Count;
                void Same(IEnumerable<Guid> told, string way, IEnumerable<Guid>? of = null)
                {
                    var right = (of ?? expected).ToHashSet();
                    Assert.True(right.SetEquals(told), $"{holder}: {way} tells {told.Count()}, right are {right.Count}; too many {string.Join(' ', told.Except(right).Take(3))}");
                    cases += world.Matters.Count;
                }

                Same(await ListAsync(api, ""), "the list");
                Same(await ListAsync(api, "&q=" + Uri.EscapeDataString("电杆")), "the search", expected.Intersect(everything));
                Same(await HitsToTheEndAsync(api, "电杆"), "the search's page", expected.Intersect(everything));
                Same(await LiveAsync(api), "the live feed");

                foreach (var (matter, number, photos) in world.Matters)
                {
                    var may = expected.Contains(matter.Id);
                    await AnswersAsync(api, $"/api/v1/matters/{matter.Id}", may);
                    if (photos.Count > 0) await AnswersAsync(api, $"/api/v1/media/{photos[clicks.Next(photos.Count)]}/thumb", may);
                    // Dearer ways are asked for some.
                    if (clicks.Next(12) == 0) await AnswersAsync(api, $"/api/v1/matters/{matter.Id}/events", may);
                    if (clicks.Next(12) == 0) await AnswersAsync(api, $"/matters/{matter.Id}", may);
                    if (clicks.Next(12) == 0 && matter.Scenario is "visits" or "suggestions") await AnswersAsync(api, matter.Scenario == "visits" ? $"/visits/export/findings/{matter.Id}.docx" : $"/suggestions/export/{matter.Id}/original.docx", may, HttpStatusCode.Forbidden);
                    if (may || clicks.Next(12) == 0) Assert.Equal(may, (await HitsAsync(api, number)).Contains(matter.Id));
                }

                // A performance file is the office's of that congress, and the deputy's own.
                foreach (var seat in clicks.GetItems(world.Seats, 3))
                {
                    var may = World.SeesFile(holder, seat);
                    await AnswersAsync(api, $"/api/v1/deputies/files/{seat.Mandate}", may);
                    await AnswersAsync(api, $"/deputies/export/files/{seat.Mandate}.xlsx", may);
                    await AnswersAsync(api, $"/deputies/files/{seat.Mandate}", may);
                }

                // Whoever reads no scenario gets no file; all others get a file of what they may see.
                var reads = World.Reads(holder, "visits");
                foreach (var (scenario, address) in ((string, string)[])[("visits", "/visits/export/ledger.xlsx"), ("suggestions", "/suggestions/export/list.xlsx"), ("stations", "/stations/export/proposals.xlsx")])
                {
                    using var file = await api.GetAsync(new Uri(address, UriKind.Relative), Stop);
                    var listed = world.Matters.Where(m => scenario != "stations" || m.Matter.State == "proposed").Select(m => m.Matter.Id);
                    if (await IsGivenAsync(file, World.Reads(holder, scenario))) Same(world.Matters.Where(NumberIn(Text(await file.Content.ReadAsByteArrayAsync(Stop)))).Select(m => m.Matter.Id), address, world.Of(scenario, expected).Intersect(listed));
                }
                foreach (var scenario in (string[])["suggestions", "stations", "deputies"]) Same(await ListAsync(api, "&scenario=" + scenario), "the list of " + scenario, world.Of(scenario, expected));
                using (var file = await api.GetAsync(new Uri("/visits/export/findings.geojson", UriKind.Relative), Stop))
                {
                    if (await IsGivenAsync(file, reads)) Same(world.Matters.Where(NumberIn(await file.Content.ReadAsStringAsync(Stop))).Select(m => m.Matter.Id), "the GeoJSON", world.Of("visits", expected));
                }
                using var figures = await api.GetAsync(new Uri($"/api/v1/visits/campaigns/{world.Campaign}/statistics", UriKind.Relative), Stop);
                if (await IsGivenAsync(figures, World.MaySeeFigures(holder)))
                {
                    var told = JsonNode.Parse(await figures.Content.ReadAsStringAsync(Stop))!["findings"]!.GetValue<int>();
                    Assert.True(world.Matters.Count(m => m.Matter.ContextId == world.Campaign && World.Counts(holder, m.Matter)) == told, $"{holder}: figures tell {told}");
                    cases += world.Matters.Count;
                }
            }
            // Nobody in particular is told what was published, and of nothing else that it is there.
            var shown = world.Matters.Where(m => m.Matter is { Scenario: "stations", Public: true, Closed: true }).Select(m => m.Matter.Id).ToHashSet();
            Assert.NotEmpty(shown);
            using var nobody = await server.ClientAsync();
            var (file1, file2) = (await nobody.GetStringAsync(new Uri("/p/open/voices.csv", UriKind.Relative), Stop), await nobody.GetStringAsync(new Uri("/open311/v2/requests.json?page_size=500", UriKind.Relative), Stop));
            Assert.True(shown.SetEquals(world.Matters.Where(m => file1.Contains(m.Matter.Id.ToString(), StringComparison.Ordinal)).Select(m => m.Matter.Id)), "voices.csv");
            Assert.True(shown.SetEquals(world.Matters.Where(m => file2.Contains(m.Matter.Id.ToString(), StringComparison.Ordinal)).Select(m => m.Matter.Id)), "Open311");
            foreach (var (matter, _, photos) in world.Matters.Where(m => m.Matter.Scenario == "stations"))
            {
                Assert.Equal(shown.Contains(matter.Id) ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await nobody.GetAsync(new Uri($"/open311/v2/requests/{matter.Id}.json", UriKind.Relative), Stop)).StatusCode);
                foreach (var photo in photos) Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(new Uri($"/api/v1/media/{photo}/thumb", UriKind.Relative), Stop)).StatusCode);
            }
            // Photos of citizens were among what was asked for.
            Assert.Contains(world.Matters, m => m.Matter.Scenario == "stations" && m.Photos.Count > 0);
            // The same again by what each answer of one matter was.
            Assert.True(cases + Actors * world.Matters.Count >= 10_000, $"{cases} cases");
            var all = Actors * world.Matters.Count;
            // Neither "everything" nor "nothing" would pass.
            Assert.InRange(seen, all / 20, all * 19 / 20);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A citizen says something with a photo, as the portal's form sends it.
    private static async Task SayAsync(Server server, int number)
    {
        using var citizen = await server.ClientAsync();
        var station = Regex.Match(await citizen.GetStringAsync(new Uri("/p?place=330522110225", UriKind.Relative), Stop), "/p/s/([2-9A-Z]{8})").Value;
        var page = await citizen.GetStringAsync(new Uri(station, UriKind.Relative), Stop);
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in ((string, string)[])[("__RequestVerificationToken", Hidden("__RequestVerificationToken")), ("_handler", "say"), ("ticket", Hidden("ticket")), ("category", "roads"), ("text", $"第 {number} 件：村口电杆旁的路面塌了一块。")]) form.Add(new StringContent(value), name);
        var photo = new ByteArrayContent(Server.Photo());
        photo.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(photo, "photos", "photo.jpg");
        await Task.Delay(3200, Stop);
        using var answer = await citizen.PostAsync(new Uri(station, UriKind.Relative), form, Stop);
        Assert.Contains("id=\"query-code\"", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        string Hidden(string name) => WebUtility.HtmlDecode(Regex.Match(page, $"name=\"{name}\" value=\"([^\"]+)\"").Groups[1].Value);
    }

    private static Func<(Matter Matter, string Number, List<string> Photos), bool> NumberIn(string text) => m => text.Contains(m.Number, StringComparison.Ordinal);

    private static async Task<bool> IsGivenAsync(HttpResponseMessage answer, bool may)
    {
        Assert.True(may == (answer.StatusCode == HttpStatusCode.OK), $"{answer.RequestMessage!.RequestUri}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Stop)}");
        return may;
    }

    private static async Task AnswersAsync(HttpClient api, string address, bool may, HttpStatusCode? other = null)
    {
        using var answer = await api.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.True(may ? answer.StatusCode == HttpStatusCode.OK : answer.StatusCode == HttpStatusCode.NotFound || answer.StatusCode == other, $"{address}: {answer.StatusCode}, may {may}");
    }

    private static async Task<HashSet<Guid>> FoundAsync(Server server, Holder holder, string question)
    {
        using var api = await ClientAsync(server, holder);
        return [.. await ListAsync(api, "&q=" + Uri.EscapeDataString(question))];
    }

    private static async Task<List<Guid>> ListAsync(HttpClient api, string filter)
    {
        List<Guid> all = [];
        JsonNode page;
        var after = "";
        do
        {
            page = JsonNode.Parse(await api.GetStringAsync(new Uri($"/api/v1/matters?limit=40{filter}{after}", UriKind.Relative), Stop))!;
            all.AddRange(page["items"]!.AsArray().Select(m => Guid.Parse(m!["id"]!.ToString())));
            after = "&after=" + page["next"];
        }
        while (page["next"] is not null);
        Assert.Equal(all.Count, all.Distinct().Count());
        return all;
    }

    // What the search over everything shows on its page.
    private static async Task<HashSet<Guid>> HitsAsync(HttpClient api, string question)
    {
        var page = await api.GetStringAsync(new Uri("/search?q=" + Uri.EscapeDataString(question), UriKind.Relative), Stop);
        return [.. Hits(page)];
    }

    private static IEnumerable<Guid> Hits(string page) => Regex.Matches(page, "/matters/([0-9a-f-]{36})").Select(m => Guid.Parse(m.Groups[1].Value));

    // From the first few by "all of them" through page after page.
    private static async Task<List<Guid>> HitsToTheEndAsync(HttpClient api, string question)
    {
        var first = await api.GetStringAsync(new Uri("/search?q=" + Uri.EscapeDataString(question), UriKind.Relative), Stop);
        if (Link(first, "[^\"]*") is not { } all) return [.. Hits(first)];
        List<Guid> told = [];
        for (var next = all; ;)
        {
            var page = await api.GetStringAsync(new Uri(next, UriKind.Relative), Stop);
            told.AddRange(Hits(page));
            if (Link(page, "[^\"]*after=[^\"]*") is not { } older) break;
            next = older;
        }
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Equal(Hits(first), told.Take(8));
        return told;

        static string? Link(string page, string rest) => Regex.Match(page, $"href=\"(/search\\?matters=all{rest})\"") is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;
    }

    // All that ever happened, as a screen is told that was away since the beginning.
    private static async Task<HashSet<Guid>> LiveAsync(HttpClient api)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/live?topics=matters");
        request.Headers.Add("Last-Event-ID", "0");
        using var answer = await api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        HashSet<Guid> told = [];
        while (await reader.ReadLineAsync(Stop) is { } line && line != "event: ready")
            if (Regex.Match(line, "^data: .*\"matter\":\"([0-9a-f-]{36})\"") is { Success: true } match) told.Add(Guid.Parse(match.Groups[1].Value));
        return told;
    }

    private static string Text(byte[] xlsx)
    {
        using var zip = new ZipArchive(new MemoryStream(xlsx));
        return string.Concat(zip.Entries.Where(e => e.FullName.EndsWith(".xml", StringComparison.Ordinal)).Select(e =>
        {
            using var reader = new StreamReader(e.Open());
            return reader.ReadToEnd();
        }));
    }

    private static async Task<HttpClient> ClientAsync(Server server, Holder holder)
    {
        var client = await server.ClientAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", holder.Token);
        return client;
    }

    private static RendaDbContext Open(string data, string? postgres)
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        (postgres is null ? DatabaseSettings.SqliteFile(Path.Combine(data, "renda.db")) : new DatabaseSettings(DatabaseProvider.Postgres, postgres)).Configure(options);
        return new RendaDbContext(options.Options, new ModelAssemblies([]));
    }

    /// <summary>An account with what it holds, as the test remembers it.</summary>
    private sealed record Holder(string Token, Guid? Person, IReadOnlyList<Held> Rights)
    {
        public override string ToString() => $"{(Person is null ? "nobody" : "a deputy")} with {string.Join("; ", Rights)}";
    }

    /// <param name="Role">The role; a made one by what it may do.</param>
    /// <param name="Region">Code, or 0.</param>
    /// <param name="Unit">Organisation, or null.</param>
    /// <param name="Module">Narrowed to it, or empty.</param>
    /// <param name="Holds">Whether it is in force today.</param>
    private sealed record Held(string Role, long Region, Guid? Unit, string Module, bool Holds);

    /// <param name="Mandate">The seat.</param>
    /// <param name="Person">Whose.</param>
    /// <param name="Congress">Division of the congress.</param>
    private sealed record Seat(Guid Mandate, Guid Person, long Congress);

    private sealed class World
    {
        private List<Assignment> _assignments = [];
        private List<MatterReporter> _reporters = [];

        public List<(Matter Matter, string Number, List<string> Photos)> Matters { get; private set; } = [];

        public List<Holder> Holders { get; } = [];

        /// <summary>Sees all of the city.</summary>
        public Holder Everyone { get; private set; } = null!;

        public Guid Campaign { get; private set; }

        /// <summary>Some deputies' seats, those of whoever is drawn among them.</summary>
        public Seat[] Seats { get; private set; } = [];

        public static async Task<World> MakeAsync(Func<RendaDbContext> open)
        {
            var (world, random, now) = (new World(), new Random(20261126), DateTime.UtcNow);
            await using var db = open();
            var media = (await db.Set<MatterMedia>().AsNoTracking().Where(m => m.Kind == "photo").ToListAsync(Stop)).ToLookup(m => m.MatterId, m => m.Sha256);
            world.Matters = [.. (await db.Set<Matter>().AsNoTracking().OrderBy(m => m.Serial).ToListAsync(Stop)).Select(m => (m, m.Number, media[m.Id].ToList()))];
            world._assignments = await db.Set<Assignment>().AsNoTracking().ToListAsync(Stop);
            world._reporters = await db.Set<MatterReporter>().AsNoTracking().ToListAsync(Stop);
            world.Campaign = world.Matters.First(m => m.Matter.Scenario == "visits").Matter.ContextId!.Value;
            var (units, people) = (world._assignments.Select(a => a.UnitId).Distinct().Order().ToList(), world._reporters.Select(r => r.PersonId).Distinct().Order().ToList());
            world.Seats = [.. (await (from m in db.Set<Mandate>().AsNoTracking() join c in db.Set<Organisation>() on m.CongressId equals c.Id where people.Contains(m.PersonId) orderby m.Id select new { m.Id, m.PersonId, c.Region }).Take(60).ToListAsync(Stop)).Select(m => new Seat(m.Id, m.PersonId, m.Region))];
            db.Add(new OwnRole { Id = "own-0000aaaa", Zh = "看得见的", En = "Sees", Scope = RoleScope.Territory, Permissions = ["visits.read"] });
            db.Add(new OwnRole { Id = "own-0000bbbb", Zh = "看不见的", En = "Does not see", Scope = RoleScope.Territory, Permissions = ["visits.assign", "visits.triage"] });
            db.Add(new OwnRole { Id = "own-0000cccc", Zh = "停用的", En = "Retired", Scope = RoleScope.Territory, Permissions = ["visits.read"], RetiredAt = now });
            string[] roles = [.. ByTerritory, .. ByUnit, "deputy", "deputy", "admin", "own-0000aaaa", "own-0000bbbb", "own-0000cccc"];
            for (var i = 0; i <= Actors; i++)
            {
                var person = random.Next(3) == 0 ? (Guid?)null : people[random.Next(people.Count)];
                List<Held> rights = i == 0 ? [new("leader", 330500000000, null, "", true)] : [.. Enumerable.Range(0, random.Next(4)).Select(_ => Draw())];
                var account = new Account { Id = Guid.CreateVersion7(), UserName = "lot" + i, NormalizedUserName = "LOT" + i, DisplayName = "抽签", PersonId = i == 0 ? null : person, SecurityStamp = "s" };
                db.Add(account);
                foreach (var right in rights)
                {
                    var lender = right.Holds || random.Next(2) == 0 ? (Guid?)null : await LendAsync(right);
                    db.Add(new Grant
                    {
                        Id = Guid.CreateVersion7(), AccountId = account.Id, Role = right.Role, Region = right.Region, OrganisationId = right.Unit, Module = right.Module, LentFromId = lender,
                        ValidFrom = right.Holds || lender is not null || random.Next(2) == 0 ? now.AddDays(-9) : now.AddDays(2), ValidTo = right.Holds || lender is not null ? now.AddDays(3) : now.AddDays(-1),
                    });
                }
                var (text, token) = TokenAuthentication.Create(account.Id, now, 1);
                db.Add(token);
                var holder = new Holder(text, account.PersonId, rights);
                if (i == 0) world.Everyone = holder;
                else world.Holders.Add(holder);
            }
            await db.SaveChangesAsync(Stop);
            return world;

            Held Draw()
            {
                var role = roles[random.Next(roles.Length)];
                var place = world.Matters[random.Next(world.Matters.Count)].Matter.Region.ToString();
                var region = random.Next(6) switch { 0 => 330_000_000_000, 1 => long.Parse(place[..4] + "00000000"), 2 => long.Parse(place[..6] + "000000"), 3 or 4 => long.Parse(place[..9] + "000"), _ => long.Parse(place) };
                var unit = ByUnit.Contains(role) ? units[random.Next(units.Count)] : (Guid?)null;
                return new Held(role, unit is null && role != "deputy" ? region : 0, unit, random.Next(7) switch { 0 => "registry", 1 => "visits", 2 => "suggestions", _ => "" }, random.Next(5) > 0);
            }

            // Lent by one whose account is closed: it holds no longer.
            async Task<Guid> LendAsync(Held right)
            {
                var gone = new Account { Id = Guid.CreateVersion7(), UserName = "gone" + Guid.NewGuid(), DisplayName = "离任", SecurityStamp = "s", ClosedAt = now.AddDays(-1) };
                gone.NormalizedUserName = gone.UserName.ToUpperInvariant();
                var lent = new Grant { Id = Guid.CreateVersion7(), AccountId = gone.Id, Role = right.Role, Region = right.Region, OrganisationId = right.Unit, Module = right.Module, ValidFrom = now.AddDays(-30) };
                await db.AddAsync(gone, Stop);
                await db.AddAsync(lent, Stop);
                return lent.Id;
            }
        }

        public static bool Reads(Holder holder, string scenario) => holder.Rights.Any(r => Reads(r, scenario));

        /// <summary>Those of some matters that are of a scenario.</summary>
        public IEnumerable<Guid> Of(string scenario, IEnumerable<Guid> matters) => Matters.Where(m => m.Matter.Scenario == scenario).Select(m => m.Matter.Id).Intersect(matters);

        public static bool MaySeeFigures(Holder holder) => holder.Rights.Any(r => r is { Holds: true, Module: "" or "visits" } && WithFigures.Contains(r.Role));

        public static bool SeesFile(Holder holder, Seat seat) => holder.Rights.Any(r => r is { Holds: true, Module: "" or "deputies" } && (
            r.Role == "deputy" ? holder.Person == seat.Person : ByTerritory.Contains(r.Role) && Within(seat.Congress, r.Region)));

        public bool Sees(Holder holder, Matter matter) => holder.Rights.Any(r => Reads(r, matter.Scenario) && (
            ByUnit.Contains(r.Role) ? _assignments.Any(a => a.MatterId == matter.Id && a.UnitId == r.Unit)
            : r.Role == "deputy" ? holder.Person is { } me && _reporters.Any(x => x.MatterId == matter.Id && x.PersonId == me)
            : Within(matter.Region, r.Region)));

        // Figures reach down to towns, and tell a unit of what it leads.
        public static bool Counts(Holder holder, Matter matter) => holder.Rights.Any(r => Reads(r, matter.Scenario) && (
            ByUnit.Contains(r.Role) ? matter.LeadUnitId == r.Unit
            : r.Role != "deputy" && r.Region % 1000 == 0 && Within(matter.Region, r.Region)));

        private static bool Reads(Held right, string scenario) => right.Holds && (right.Module.Length == 0 || right.Module == scenario)
            && (ByTerritory.Contains(right.Role) || (ByUnit.Contains(right.Role) && scenario != "deputies") || right.Role is "deputy" || (right.Role is "own-0000aaaa" && scenario == "visits"));

        private static bool Within(long place, long division)
        {
            var code = division.ToString("D12");
            var prefix = code[2..] == "0000000000" ? code[..2] : code[4..] == "00000000" ? code[..4] : code[6..] == "000000" ? code[..6] : code[9..] == "000" ? code[..9] : code;
            return place.ToString("D12").StartsWith(prefix, StringComparison.Ordinal);
        }
    }
}
