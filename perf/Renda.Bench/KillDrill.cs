using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Renda.Deputies;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Stations;
using Renda.Visits;

namespace Renda.Bench;

/// <summary>
/// Kills the server at random moments under load. Whatever it had acknowledged must be there once; whatever it had not
/// may be there or not, and sending it again must leave it there once; the whole must verify.
/// </summary>
internal static partial class KillDrill
{
    private const long Changxing = 330522000000;
    private const int Clients = 16;

    /// <summary>Something that is to be raised once and then taken one step by the staff once, however often both are sent.</summary>
    /// <param name="What">What kind of matter.</param>
    /// <param name="Matter">Its id, made here; of a citizen's, what stands in its text and nowhere else; of a check-in, the activity.</param>
    /// <param name="Body">What is sent.</param>
    /// <param name="Token">Whose; the station's address for a citizen, who has none.</param>
    private sealed record Intent(Kind What, Guid Matter, byte[] Body, string Token)
    {
        public bool SubmitAnswered;
        public bool StepAnswered;
        public PortalBench.Form? Form;
        public string? QueryCode;
        public string Key => "step-" + Matter.ToString("N");
    }

    /// <summary>A kind of matter: how it is raised and which step the staff take first; null where only the raising is looked at.</summary>
    private sealed record Kind(string Name, Func<HttpClient, Intent, Task<HttpStatusCode>> RaiseAsync, string? Step, JsonObject Form);

    /// <summary>A deputy who loads the server.</summary>
    private sealed record Sender(string Token, Guid Person, Guid Mandate, Guid Congress);

    private static readonly Kind Finding = new("findings", (http, i) => FindingSource.PutAsync(http, i.Token, i.Matter, i.Body), "verify", []);
    private static readonly Kind Suggestion = new("suggestions", HandInAsync, "accept", new() { ["committee"] = "general", ["subject"] = "other" });
    private static readonly Kind Entry = new("reported entries", (http, i) => FindingSource.PutAsync(http, i.Token, i.Matter, i.Body, "/api/v1/deputies/entries/"), "confirm", []);
    private static readonly Kind Voice = new("citizens' matters", SayAsync, null, []);
    private static readonly Kind CheckIn = new("check-ins", CheckInAsync, null, []);

    public static async Task<int> RunAsync(Options options)
    {
        var rounds = options.Number("--rounds", 10, 1, 10_000);
        await using var product = await Product.FreshAsync(options.Postgres);
        var report = new Report("kill", product.DatabaseName, new { rounds, clients = Clients, killAfterMs = "0 to 2000 after the first answer", signal = "SIGKILL" });
        await product.StartAsync();
        await PortalBench.OpenWideAsync(product);
        string station;
        using (var http = product.Client()) (station, _) = await PortalBench.AtPlaceAsync(http);
        var source = await FindingSource.OpenAsync(product, Changxing);
        var senders = await SendersAsync(product);
        var clerk = (await product.TokensAsync([await product.AccountAsync("zhoumin")]))[0];
        var (acknowledged, unanswered, landed, lost, doubled, refused, faults, withPhotos) = (0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
        var slowest = TimeSpan.Zero;
        var kinds = new Dictionary<string, long>();
        // The demo is there: from here on the server starts as in real life.
        await product.StopAsync();

        for (var round = 1; round <= rounds; round++)
        {
            var meetings = await MeetingsAsync(product, senders);
            // Each citizen comes from an address of their own, as in the bench of the portal.
            await product.StartAsync(demo: false, more: ["--proxy", "127.0.0.1"]);
            var intents = new ConcurrentBag<Intent>();
            using var stop = new CancellationTokenSource();
            using (var http = product.Client())
            {
                var load = Enumerable.Range(0, Clients).Select(client => Task.Run(() => LoadAsync(http, senders[client % senders.Count], clerk, station, source, meetings, intents, client, stop.Token))).ToList();
                while (!intents.Any(i => i.SubmitAnswered) && load.Any(l => !l.IsCompleted)) await Task.Delay(5);
                await Task.Delay(Random.Shared.Next(0, 2000));
                await product.KillAsync();
                await stop.CancelAsync();
                await Task.WhenAll(load);
            }
            var before = await StateAsync(product, intents);
            foreach (var intent in intents)
            {
                var (matters, steps) = before[intent.Matter];
                if (intent.SubmitAnswered) acknowledged++; else unanswered++;
                if (intent.StepAnswered) acknowledged++;
                if (intent.SubmitAnswered && matters == 0) lost++;
                if (intent.StepAnswered && steps == 0) lost++;
                if (!intent.SubmitAnswered && matters == 1) landed++;
            }

            var start = await product.StartAsync(demo: false, more: ["--proxy", "127.0.0.1"]);
            if (start > slowest) slowest = start;
            using (var http = product.Client())
            {
                // A busy machine makes a retry late, which is not what is measured here.
                http.Timeout = TimeSpan.FromMinutes(10);
                await Parallel.ForEachAsync(intents, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (intent, _) =>
                {
                    // Everything once more, answered or not: a retry must be harmless.
                    try
                    {
                        var status = HttpStatusCode.OK;
                        await PatientlyAsync(async () => status = await intent.What.RaiseAsync(http, intent));
                        if (intent.SubmitAnswered && status != HttpStatusCode.OK) Interlocked.Increment(ref lost);
                        if (intent.What.Step is not null) await PatientlyAsync(() => StepAsync(http, clerk, intent));
                    }
                    catch (BenchException e)
                    {
                        Interlocked.Increment(ref refused);
                        Report.Say($"round {round}: a retry was refused: {e.Message}");
                    }
                });
            }
            await product.StopAsync();
            var after = await StateAsync(product, intents);
            foreach (var intent in intents)
            {
                var (matters, steps) = after[intent.Matter];
                if (matters == 0 || (steps == 0 && intent.What.Step is not null)) lost++;
                if (matters > 1 || steps > 1) doubled++;
            }
            doubled += await NumberedTwiceAsync(product);
            withPhotos += intents.Count(i => i.Body.AsSpan().IndexOf("sha256"u8) >= 0);
            foreach (var intent in intents) kinds[intent.What.Name] = kinds.GetValueOrDefault(intent.What.Name) + 1;
            var (code, text) = await product.VerbAsync("verify");
            if (code != 0)
            {
                faults += Faults(text);
                Report.Say($"round {round}: {text}");
            }
            Report.Say($"round {round} of {rounds}: {intents.Count} matters, acknowledged so far {acknowledged}, lost {lost}, doubled {doubled}, faults {faults}");
        }
        report.Add(new("rounds", rounds, "kills"));
        report.Add(new("acknowledged", acknowledged, "requests", Note: "matters raised and steps taken that were answered before the kill: " + string.Join(", ", kinds.OrderBy(k => k.Key).Select(k => $"{k.Value} {k.Key}"))));
        report.Add(new("cut off", unanswered, "matters", Note: $"sent but not answered; {landed} of them were there after the kill, all once after the retry; {withPhotos} of all came with a photo"));
        report.Add(new("lost", lost, "requests", Goal: "0", Holds: lost == 0));
        report.Add(new("doubled", doubled, "requests", Goal: "0", Holds: doubled == 0));
        report.Add(new("retries refused", refused, "requests", Goal: "0", Holds: refused == 0));
        report.Add(new("faults found by renda verify", faults, "faults", Goal: "0", Holds: faults == 0));
        report.Add(new("slowest start after a kill", slowest.TotalSeconds, "s"));
        return report.Finish(options);
    }

    /// <summary>
    /// Reports findings, every tenth with a photo, hands in suggestions, reports performance, checks in to activities and says
    /// things as a citizen, and takes a step of every second one as the clerk, until the server is gone.
    /// </summary>
    private static async Task LoadAsync(
        HttpClient http, Sender sender, string clerk, string station, FindingSource source, ConcurrentDictionary<string, ConcurrentQueue<(Guid Activity, string Code)>> meetings, ConcurrentBag<Intent> intents, int client, CancellationToken stop)
    {
        try
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var id = Guid.CreateVersion7();
                FindingMedia[] media = (i + client) % 10 == 0 ? [new FindingMedia { Sha256 = await Photo.UploadAsync(http, sender.Token, Photo.Make()), CapturedAt = DateTime.UtcNow }] : [];
                var intent = ((i + client) % 10) switch
                {
                    3 or 6 => new Intent(Suggestion, id, Json(new { congressId = sender.Congress, title = $"改善农村道路 {id:N}", subject = "other", situation = "道路狭窄。", analysis = "建得早，没有拓宽。", proposal = "列入明年计划。", origin = "own" }), sender.Token),
                    5 or 8 => new Intent(Entry, id, Json(new { mandateId = sender.Mandate, kind = "contact", day = DateTime.UtcNow.AddHours(8).ToString("yyyy-MM-dd"), title = "走访选民", text = $"走访选民，{id:N}", electors = 3 }), sender.Token),
                    1 => new Intent(Voice, id, Json($"村口的路灯坏了，编号 {id:N}。"), station),
                    2 or 9 when meetings.TryGetValue(sender.Token, out var own) && own.TryDequeue(out var meeting) => new Intent(CheckIn, meeting.Activity, Json(new { code = meeting.Code }), sender.Token),
                    _ => new Intent(Finding, id, FindingSource.Bytes(source.Next(null, media)), sender.Token),
                };
                intents.Add(intent);
                await intent.What.RaiseAsync(http, intent);
                intent.SubmitAnswered = true;
                if (i % 2 == 0 || intent.What.Step is null) continue;
                await StepAsync(http, clerk, intent);
                intent.StepAnswered = true;
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException || IsBusy(e))
        {
            // The server was killed, or was too busy to take it: then this client has nothing more acknowledged.
        }
    }

    /// <summary>Deputies of the county with an account, each with the seat there.</summary>
    private static async Task<IReadOnlyList<Sender>> SendersAsync(Product product)
    {
        await using var db = product.OpenDatabase();
        var found = await (from m in db.Set<Mandate>().AsNoTracking()
                           join a in db.Users on m.PersonId equals a.PersonId
                           join c in db.Set<Organisation>() on m.CongressId equals c.Id
                           where c.Region == Changxing && c.Kind == OrganisationKind.Congress && m.Status == MandateStatus.Active && m.ValidTo == null
                           orderby m.Id
                           select new { a.Id, m.PersonId, Mandate = m.Id, m.CongressId }).Take(Clients).ToListAsync();
        var tokens = await product.TokensAsync(found.Select(f => f.Id));
        return [.. found.Select((f, i) => new Sender(tokens[i], f.PersonId, f.Mandate, f.CongressId))];
    }

    // Kept as a draft and handed in; a draft that was handed in before the kill is not kept again.
    private static async Task<HttpStatusCode> HandInAsync(HttpClient http, Intent intent)
    {
        try
        {
            await FindingSource.PutAsync(http, intent.Token, intent.Matter, intent.Body, "/api/v1/suggestions/drafts/");
        }
        catch (BenchException e) when (e.Message.Contains("suggestions.submitted", StringComparison.Ordinal))
        {
        }
        using var request = Product.Request(HttpMethod.Post, $"/api/v1/suggestions/drafts/{intent.Matter}/submit", intent.Token, null);
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode ? answer.StatusCode : throw new BenchException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    // By the form of the station's page, opened once: sent again it tells the same query code.
    private static async Task<HttpStatusCode> SayAsync(HttpClient http, Intent intent)
    {
        intent.Form ??= await PortalBench.FormAsync(http, intent.Token);
        var code = await PortalBench.SayAsync(http, intent.Token, intent.Form, JsonSerializer.Deserialize<string>(intent.Body)!);
        if (intent.QueryCode is { } before && before != code) throw new BenchException($"Said once more it got another query code: {before}, {code}");
        intent.QueryCode = code;
        return HttpStatusCode.OK;
    }

    private static async Task<HttpStatusCode> CheckInAsync(HttpClient http, Intent intent)
    {
        using var content = new ByteArrayContent(intent.Body) { Headers = { ContentType = new("application/json") } };
        using var request = Product.Request(HttpMethod.Post, "/api/v1/deputies/activities/check-in", intent.Token, content);
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode ? answer.StatusCode : throw new BenchException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Activities that are under way, forty for each deputy, with their codes: what can be checked in to in this round.</summary>
    private static async Task<ConcurrentDictionary<string, ConcurrentQueue<(Guid, string)>>> MeetingsAsync(Product product, IReadOnlyList<Sender> senders)
    {
        var meetings = new ConcurrentDictionary<string, ConcurrentQueue<(Guid, string)>>();
        await using var db = product.OpenDatabase();
        var now = DateTime.UtcNow;
        foreach (var sender in senders)
        {
            var own = meetings.GetOrAdd(sender.Token, _ => new());
            for (var i = 0; i < 40; i++)
            {
                var activity = new Activity
                {
                    Id = Guid.CreateVersion7(), CongressId = sender.Congress, Kind = "research", Title = "调研农村道路", Place = "和平镇", Begins = now.AddMinutes(-5), Ends = now.AddHours(12), State = ActivityState.Published,
                    Code = RandomNumberGenerator.GetString("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 10), ChangedAt = now,
                };
                db.Add(activity);
                db.Add(new Participant { ActivityId = activity.Id, PersonId = sender.Person, State = ParticipantState.SignedUp });
                own.Enqueue((activity.Id, activity.Code));
            }
        }
        await db.SaveChangesAsync();
        return meetings;
    }

    /// <summary>Numbers that were given to two matters: a number is used once whatever dies.</summary>
    private static async Task<long> NumberedTwiceAsync(Product product)
    {
        await using var db = product.OpenDatabase();
        return await db.Set<Matter>().Where(m => m.Scenario == "suggestions").GroupBy(m => m.Number).CountAsync(g => g.Count() > 1);
    }

    private static byte[] Json(object body) => JsonSerializer.SerializeToUtf8Bytes(body);

    /// <summary>A phone tries again when the server says that it cannot just now.</summary>
    private static async Task PatientlyAsync(Func<Task> send)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await send();
                return;
            }
            catch (BenchException e) when (IsBusy(e) && attempt < 60)
            {
                await Task.Delay(TimeSpan.FromSeconds(2));
            }
        }
    }

    private static bool IsBusy(Exception e) => e is BenchException && e.Message.StartsWith("503", StringComparison.Ordinal);

    private static async Task StepAsync(HttpClient http, string clerk, Intent intent)
    {
        using var request = Product.Request(HttpMethod.Post, $"/api/v1/matters/{intent.Matter}/actions/{intent.What.Step}", clerk, JsonContent.Create(new { expectedVersion = (int?)null, form = intent.What.Form.DeepClone() }));
        request.Headers.Add("Idempotency-Key", intent.Key);
        using var answer = await http.SendAsync(request);
        if (!answer.IsSuccessStatusCode) throw new BenchException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Read past the server: how often each matter is there, with how many first events and steps.</summary>
    private static async Task<Dictionary<Guid, (int Matters, int Steps)>> StateAsync(Product product, IEnumerable<Intent> intents)
    {
        var state = new Dictionary<Guid, (int, int)>();
        await using var db = product.OpenDatabase();
        var said = intents.Where(i => i.What == Voice).Select(i => i.Matter).ToHashSet();
        // What citizens said is found by its text: only the server knows its id. Without the row beside it, it is half a matter.
        var kept = (await db.Set<StationVoice>().AsNoTracking().Select(v => v.MatterId).ToListAsync()).ToHashSet();
        foreach (var voice in await db.Set<Matter>().AsNoTracking().Where(m => m.Scenario == "stations").Select(m => new { m.Id, m.Body }).ToListAsync())
            if (Marker().Match(voice.Body) is { Success: true } marker && said.Contains(Guid.Parse(marker.Groups[1].Value))) state[Guid.Parse(marker.Groups[1].Value)] = (state.GetValueOrDefault(Guid.Parse(marker.Groups[1].Value)).Item1 + (kept.Contains(voice.Id) ? 1 : 2), 0);
        foreach (var none in said.Where(s => !state.ContainsKey(s))) state[none] = (0, 0);
        foreach (var chunk in intents.Where(i => i.What == CheckIn).Select(i => i.Matter).Chunk(500))
        {
            var here = (await db.Set<Participant>().AsNoTracking().Where(p => chunk.Contains(p.ActivityId) && p.CheckedInAt != null).Select(p => p.ActivityId).ToListAsync()).ToHashSet();
            foreach (var id in chunk) state[id] = (here.Contains(id) ? 1 : 0, 0);
        }
        foreach (var chunk in intents.Where(i => i.What != Voice && i.What != CheckIn).Select(i => i.Matter).Chunk(500))
        {
            var rows = await db.Set<Matter>().AsNoTracking().Where(m => chunk.Contains(m.Id)).Select(m => m.Id).ToListAsync();
            var events = await db.Set<MatterEvent>().AsNoTracking().Where(e => chunk.Contains(e.MatterId)).Select(e => new { e.MatterId, e.Action, e.IdempotencyKey }).ToListAsync();
            var byMatter = events.ToLookup(e => e.MatterId);
            var here = rows.ToHashSet();
            foreach (var id in chunk)
            {
                var submitted = byMatter[id].Count(e => e.Action == "submit");
                // A row without its first event, or the other way round, is half a matter: told as doubled or lost.
                var matters = here.Contains(id) ? Math.Max(submitted, 0) : submitted > 0 ? 2 : 0;
                state[id] = (matters, byMatter[id].Count(e => e.IdempotencyKey == "step-" + id.ToString("N")));
            }
        }
        return state;
    }

    [GeneratedRegex("编号 ([0-9a-f]{32})")]
    private static partial Regex Marker();

    private static long Faults(string text)
    {
        foreach (var line in text.Split('\n').Where(l => l.StartsWith('{')))
            if (JsonNode.Parse(line)?["Faults"]?.GetValue<long>() is { } faults)
                return Math.Max(1, faults);
        return 1;
    }
}
