using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Persistence;
using Renda.Platform.Settings;

namespace Renda.Bench;

/// <summary>
/// The citizens' pages as browsers ask for them: finding one's deputies, a station's page, what was published, saying something and
/// following it by its query code. Each request comes from an address of its own by way of a proxy, as a town's do: the limits that
/// keep one address from crowding out the others stay on.
/// </summary>
internal static partial class PortalBench
{
    private const double GoalPage = 1000, GoalP95 = 25, GoalSay = 300, GoalFirstLoad = 150;
    private const string Place = "330522110225";
    private static int _addresses;

    public static async Task<int> RunAsync(Options options)
    {
        var seconds = options.Number("--seconds", 2, 1, 30);
        var report = new Report("portal", options.Postgres is null ? "sqlite" : "postgres", new { seconds, clients = (int[])[1, 8] });
        await using var product = await Product.FreshAsync(options.Postgres);
        await product.StartAsync(more: ["--proxy", "127.0.0.1"]);
        await OpenWideAsync(product);
        using var http = product.Client();
        var (station, deputy) = await AtPlaceAsync(http);
        await FirstLoadAsync(http, station, report);

        (string Name, string Path)[] pages =
        [
            ("the first page, with what was published", "/p"), ("a village is looked for", "/p?q=" + Uri.EscapeDataString("红山")), ("find my deputies", "/p?place=" + Place), ("a station's page", station), ("a deputy's page", deputy),
            ("open data", "/p/open"), ("Open311, what was published", "/open311/v2/requests.json"), ("voices.csv", "/p/open/voices.csv"), ("stations.geojson", "/p/open/stations.geojson"),
        ];
        await using (var bare = await BareServer.StartAsync(product.Database.Provider == DatabaseProvider.Sqlite ? Path.Combine(product.Folder, "renda.db") : null, product.Database.Provider == DatabaseProvider.Postgres ? product.Database.ConnectionString : null))
        {
            using var bareHttp = Product.Client(bare.Address);
            foreach (var clients in (int[])[1, 8])
            {
                var limit = await Load.RunAsync(clients, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(seconds), _ => GetAsync(bareHttp, "/newest?county=330522000000"));
                report.Add(new($"bare endpoint, newest 25 of a county, {clients} clients", limit.PerSecond, "1/s"));
                foreach (var (name, path) in pages)
                {
                    for (var i = 0; i < 2; i++) await GetAsync(http, path);
                    Tell(report, $"{name}, {clients} clients", await Load.RunAsync(clients, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(seconds), _ => GetAsync(http, path)), limit.PerSecond, clients == 8 && path.StartsWith("/p", StringComparison.Ordinal) && !path.Contains('.', StringComparison.Ordinal) ? GoalPage : null, GoalP95);
                }
            }
        }
        // The bare endpoint's own table does not stay in the product's file.
        await using (var db = product.OpenDatabase()) await db.Database.ExecuteSqlAsync($"DROP TABLE IF EXISTS bare_findings");
        await SayAndFollowAsync(http, station, seconds, report);
        report.Add(new("memory", product.MemoryMb("VmRSS"), "MB"));
        await product.StopAsync();
        var (code, said) = await product.VerbAsync("verify");
        report.Add(new("renda verify finds", code, "faults", Goal: "0", Holds: code == 0, Note: code == 0 ? null : said));
        return report.Finish(options);
    }

    /// <summary>A station takes in some dozens an hour, and nobody fills in a form within three seconds: a bench does.</summary>
    public static async Task OpenWideAsync(Product product)
    {
        await using var db = product.OpenDatabase();
        db.Add(new Setting { Name = "stations.portal", Json = """{"PerStationAnHour":1000000,"LeastSeconds":0}""", SetAt = DateTime.UtcNow });
        await db.SaveChangesAsync();
    }

    /// <summary>Addresses of a station and of a deputy of the place.</summary>
    public static async Task<(string Station, string Deputy)> AtPlaceAsync(HttpClient http)
    {
        var place = await GetAsync(http, "/p?place=" + Place);
        var (station, deputy) = (StationCode().Match(place).Value, DeputyCode().Match(place).Value);
        return station.Length > 0 && deputy.Length > 0 ? (station, deputy) : throw new BenchException("The demonstration city has no station at " + Place);
    }

    /// <summary>Says something by an opened form; the query code that is told.</summary>
    public static async Task<string> SayAsync(HttpClient http, string station, Form form, string text)
    {
        var page = await PostAsync(http, station, form, new() { ["_handler"] = "say", ["ticket"] = WebUtility.HtmlDecode(Ticket().Match(form.Page).Groups[1].Value), ["category"] = "roads", ["text"] = text, ["village"] = Place, ["anonymous"] = "1" });
        return QueryCode().Match(page) is { Success: true } found ? found.Groups[1].Value : throw new BenchException("nothing was taken in");
    }

    private static async Task SayAndFollowAsync(HttpClient http, string station, int seconds, Report report)
    {
        var codes = new ConcurrentQueue<string>();
        foreach (var clients in (int[])[1, 8])
        {
            var sent = new ConcurrentBag<double>();
            var done = await Load.RunAsync(clients, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(seconds), async _ =>
            {
                var form = await FormAsync(http, station);
                var began = Stopwatch.GetTimestamp();
                var code = await SayAsync(http, station, form, "村口的路灯坏了半个月，晚上老人出门不安全。");
                sent.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                codes.Enqueue(code);
            });
            Tell(report, $"a form is opened and sent, {clients} clients", done, null, null, null);
            var latencies = new Latencies();
            foreach (var one in sent) latencies.Add(one);
            var p95 = latencies.Percentile(0.95);
            report.Add(new($"saying something, {clients} clients, p95", p95, "ms", Goal: $"<= {GoalSay}", Holds: p95 <= GoalSay && done.Failures == 0));
        }
        var all = codes.ToArray();
        if (all.Length == 0) return;
        var (look, next) = (await FormAsync(http, "/p/q"), 0);
        foreach (var clients in (int[])[1, 8])
            Tell(report, $"following by query code, {clients} clients", await Load.RunAsync(clients, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(seconds), async _ =>
            {
                var page = await PostAsync(http, "/p/q", look, new() { ["_handler"] = "look", ["code"] = all[(uint)Interlocked.Increment(ref next) % all.Length] });
                if (!page.Contains("portal-story", StringComparison.Ordinal)) throw new BenchException("a query code was not found");
            }), null, null, GoalP95);
    }

    private static void Tell(Report report, string name, LoadResult done, double? limit, double? goal, double? p95)
    {
        var note = done.Failures > 0 ? $"{done.Failures} failed: {done.FirstFailure}" : null;
        report.Add(new(name, done.PerSecond, "1/s", limit, goal is null ? null : $">= {goal}", goal is null ? null : done.PerSecond >= goal && done.Failures == 0, note));
        report.Add(new(name + ", p50", done.Latencies.Percentile(0.5), "ms"));
        var last = done.Latencies.Percentile(0.95);
        report.Add(new(name + ", p95", last, "ms", Goal: p95 is null ? null : $"<= {p95}", Holds: p95 is null ? null : last <= p95 && done.Failures == 0));
    }

    /// <summary>What a phone that has nothing yet has to fetch before the page can be read.</summary>
    private static async Task FirstLoadAsync(HttpClient http, string station, Report report)
    {
        var page = await GetAsync(http, station);
        string[] parts = [station, .. Loaded().Matches(page).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).Where(p => p.StartsWith('/') || !p.Contains(':', StringComparison.Ordinal)).Distinct()];
        long bytes = 0;
        foreach (var part in parts)
        {
            using var request = Request(HttpMethod.Get, part.StartsWith('/') ? part : "/" + part);
            request.Headers.AcceptEncoding.ParseAdd("br");
            using var answer = await http.SendAsync(request);
            bytes += (await answer.Content.ReadAsByteArrayAsync()).Length;
        }
        report.Add(new("a station's page with its styles and scripts, compressed", bytes / 1024.0, "KB", Goal: $"<= {GoalFirstLoad}", Holds: bytes / 1024.0 <= GoalFirstLoad, Note: $"{parts.Length} files"));
    }

    /// <summary>An opened form with what has to come back with it.</summary>
    internal sealed record Form(string Page, string Token, string Cookie);

    public static async Task<Form> FormAsync(HttpClient http, string path)
    {
        using var answer = await http.SendAsync(Request(HttpMethod.Get, path));
        var page = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new BenchException($"{(int)answer.StatusCode} {path}");
        return new(page, Token().Match(page).Groups[1].Value, answer.Headers.TryGetValues("Set-Cookie", out var set) ? string.Join("; ", set.Select(c => c.Split(';')[0])) : "");
    }

    private static async Task<string> PostAsync(HttpClient http, string path, Form form, Dictionary<string, string> fields)
    {
        fields["__RequestVerificationToken"] = form.Token;
        using var request = Request(HttpMethod.Post, path);
        request.Headers.Add("Cookie", form.Cookie);
        request.Content = new FormUrlEncodedContent(fields);
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : throw new BenchException($"{(int)answer.StatusCode} {path}");
    }

    private static async Task<string> GetAsync(HttpClient http, string path)
    {
        using var answer = await http.SendAsync(Request(HttpMethod.Get, path));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : throw new BenchException($"{(int)answer.StatusCode} {path}");
    }

    private static HttpRequestMessage Request(HttpMethod method, string path)
    {
        var n = (uint)Interlocked.Increment(ref _addresses);
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("X-Forwarded-For", $"10.{(n >> 16) & 255}.{(n >> 8) & 255}.{n & 255}");
        return request;
    }

    [GeneratedRegex("/p/s/[2-9A-Z]{8}")]
    private static partial Regex StationCode();

    [GeneratedRegex("/p/d/[2-9A-Z]{8}")]
    private static partial Regex DeputyCode();

    [GeneratedRegex("name=\"ticket\" value=\"([^\"]+)\"")]
    private static partial Regex Ticket();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("id=\"query-code\">([^<]+)<")]
    private static partial Regex QueryCode();

    [GeneratedRegex("<(?:link rel=\"stylesheet\" href|script[^>]* src)=\"([^\"]+)\"")]
    private static partial Regex Loaded();
}
