using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Matters;
using Renda.Visits;

namespace Renda.Bench;

/// <summary>
/// Kills the server at random moments under load. Whatever it had acknowledged must be there once; whatever it had not
/// may be there or not, and sending it again must leave it there once; the whole must verify.
/// </summary>
internal static class KillDrill
{
    private const long Changxing = 330522000000;
    private const int Clients = 16;

    /// <summary>A request that is to have an effect once, however often it is sent.</summary>
    private sealed record Intent(Guid Matter, byte[] Finding, string Token)
    {
        public bool SubmitAnswered;
        public bool VerifyAnswered;
        public string Key => "verify-" + Matter.ToString("N");
    }

    public static async Task<int> RunAsync(Options options)
    {
        var rounds = options.Number("--rounds", 10, 1, 10_000);
        await using var product = await Product.FreshAsync(options.Postgres);
        var report = new Report("kill", product.DatabaseName, new { rounds, clients = Clients, killAfterMs = "0 to 2000 after the first answer", signal = "SIGKILL" });
        await product.StartAsync();
        var source = await FindingSource.OpenAsync(product, Changxing);
        var tokens = await product.TokensAsync(await product.AccountsAsync("deputy", Clients));
        var clerk = (await product.TokensAsync([await product.AccountAsync("zhoumin")]))[0];
        var (acknowledged, unanswered, landed, lost, doubled, refused, faults, withPhotos) = (0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
        var slowest = TimeSpan.Zero;
        // The demo is there: from here on the server starts as in real life.
        await product.StopAsync();

        for (var round = 1; round <= rounds; round++)
        {
            await product.StartAsync(demo: false);
            var intents = new ConcurrentBag<Intent>();
            using var stop = new CancellationTokenSource();
            using (var http = product.Client())
            {
                var load = Enumerable.Range(0, Clients).Select(client => Task.Run(() => LoadAsync(http, tokens[client], clerk, source, intents, client, stop.Token))).ToList();
                while (!intents.Any(i => i.SubmitAnswered) && load.Any(l => !l.IsCompleted)) await Task.Delay(5);
                await Task.Delay(Random.Shared.Next(0, 2000));
                await product.KillAsync();
                await stop.CancelAsync();
                await Task.WhenAll(load);
            }
            var before = await StateAsync(product, intents);
            foreach (var intent in intents)
            {
                var (matters, verifications) = before[intent.Matter];
                if (intent.SubmitAnswered) acknowledged++; else unanswered++;
                if (intent.VerifyAnswered) acknowledged++;
                if (intent.SubmitAnswered && matters == 0) lost++;
                if (intent.VerifyAnswered && verifications == 0) lost++;
                if (!intent.SubmitAnswered && matters == 1) landed++;
            }

            var start = await product.StartAsync(demo: false);
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
                        await PatientlyAsync(async () => status = await FindingSource.PutAsync(http, intent.Token, intent.Matter, intent.Finding));
                        if (intent.SubmitAnswered && status != HttpStatusCode.OK) Interlocked.Increment(ref lost);
                        await PatientlyAsync(() => VerifyAsync(http, clerk, intent));
                    }
                    catch (BenchException e)
                    {
                        Interlocked.Increment(ref refused);
                        Report.Say($"round {round}: a retry was refused: {e.Message}");
                    }
                });
            }
            await product.StopAsync();
            foreach (var (matters, verifications) in (await StateAsync(product, intents)).Values)
            {
                if (matters == 0 || verifications == 0) lost++;
                if (matters > 1 || verifications > 1) doubled++;
            }
            withPhotos += intents.Count(i => i.Finding.AsSpan().IndexOf("sha256"u8) >= 0);
            var (code, text) = await product.VerbAsync("verify");
            if (code != 0)
            {
                faults += Faults(text);
                Report.Say($"round {round}: {text}");
            }
            Report.Say($"round {round} of {rounds}: {intents.Count} findings, acknowledged so far {acknowledged}, lost {lost}, doubled {doubled}, faults {faults}");
        }
        report.Add(new("rounds", rounds, "kills"));
        report.Add(new("acknowledged", acknowledged, "requests", Note: "findings and actions that were answered before the kill"));
        report.Add(new("cut off", unanswered, "findings", Note: $"sent but not answered; {landed} of them were there after the kill, all once after the retry; {withPhotos} of all came with a photo"));
        report.Add(new("lost", lost, "requests", Goal: "0", Holds: lost == 0));
        report.Add(new("doubled", doubled, "requests", Goal: "0", Holds: doubled == 0));
        report.Add(new("retries refused", refused, "requests", Goal: "0", Holds: refused == 0));
        report.Add(new("faults found by renda verify", faults, "faults", Goal: "0", Holds: faults == 0));
        report.Add(new("slowest start after a kill", slowest.TotalSeconds, "s"));
        return report.Finish(options);
    }

    /// <summary>Reports findings, every tenth with a photo, and verifies every second one as the clerk, until the server is gone.</summary>
    private static async Task LoadAsync(HttpClient http, string token, string clerk, FindingSource source, ConcurrentBag<Intent> intents, int client, CancellationToken stop)
    {
        try
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                FindingMedia[] media = (i + client) % 10 == 0 ? [new FindingMedia { Sha256 = await Photo.UploadAsync(http, token, Photo.Make()), CapturedAt = DateTime.UtcNow }] : [];
                var intent = new Intent(Guid.CreateVersion7(), FindingSource.Bytes(source.Next(null, media)), token);
                intents.Add(intent);
                await FindingSource.PutAsync(http, token, intent.Matter, intent.Finding);
                intent.SubmitAnswered = true;
                if (i % 2 == 0) continue;
                await VerifyAsync(http, clerk, intent);
                intent.VerifyAnswered = true;
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException || IsBusy(e))
        {
            // The server was killed, or was too busy to take it: then this client has nothing more acknowledged.
        }
    }

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

    private static async Task VerifyAsync(HttpClient http, string clerk, Intent intent)
    {
        using var request = Product.Request(HttpMethod.Post, $"/api/v1/matters/{intent.Matter}/actions/verify", clerk, JsonContent.Create(new { expectedVersion = (int?)null, form = new JsonObject() }));
        request.Headers.Add("Idempotency-Key", intent.Key);
        using var answer = await http.SendAsync(request);
        if (!answer.IsSuccessStatusCode) throw new BenchException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Read past the server: how often each finding is there, with how many first events and verifications.</summary>
    private static async Task<Dictionary<Guid, (int Matters, int Verifications)>> StateAsync(Product product, IEnumerable<Intent> intents)
    {
        var state = new Dictionary<Guid, (int, int)>();
        await using var db = product.OpenDatabase();
        foreach (var chunk in intents.Select(i => i.Matter).Chunk(500))
        {
            var rows = await db.Set<Matter>().AsNoTracking().Where(m => chunk.Contains(m.Id)).Select(m => m.Id).ToListAsync();
            var events = await db.Set<MatterEvent>().AsNoTracking().Where(e => chunk.Contains(e.MatterId)).Select(e => new { e.MatterId, e.Action, e.IdempotencyKey }).ToListAsync();
            var byMatter = events.ToLookup(e => e.MatterId);
            var here = rows.ToHashSet();
            foreach (var id in chunk)
            {
                var submitted = byMatter[id].Count(e => e.Action == "submit");
                // A row without its first event, or the other way round, is half a finding: told as doubled or lost.
                var matters = here.Contains(id) ? Math.Max(submitted, 0) : submitted > 0 ? 2 : 0;
                state[id] = (matters, byMatter[id].Count(e => e.IdempotencyKey == "verify-" + id.ToString("N")));
            }
        }
        return state;
    }

    private static long Faults(string text)
    {
        foreach (var line in text.Split('\n').Where(l => l.StartsWith('{')))
            if (JsonNode.Parse(line)?["Faults"]?.GetValue<long>() is { } faults)
                return Math.Max(1, faults);
        return 1;
    }
}
