using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Renda.Analysis;
using Renda.Platform.Matters;

namespace Renda.Bench;

/// <summary>
/// A clerk groups a hundred thousand texts by the page, then brings it up to date. A fifth of the texts tell of known
/// problems in words of their own; the others are made of the same words and tell of nothing in common. What was planted is looked for
/// among what was found.
/// </summary>
internal sealed partial class CommonBench : IDisposable
{
    private const double GoalSeconds = 180, GoalUpdate = 30, GoalMemory = 700;
    private const int Least = 3;
    private readonly Product _product;
    private readonly HttpClient _client;

    private CommonBench(Product product, string token)
    {
        _product = product;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = product.Address, Timeout = TimeSpan.FromMinutes(10) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public static async Task<int> RunAsync(Options options)
    {
        var texts = options.Number("--texts", 100_000, 1000, Studies.Most);
        var more = options.Number("--more", 1000, 10, 100_000);
        var report = new Report("common", options.Postgres is null ? "sqlite" : "postgres", new { texts, more });
        await using var product = await Product.FreshAsync(options.Postgres);
        await product.StartAsync();
        using var bench = new CommonBench(product, (await product.TokensAsync([await product.AccountAsync("zhoumin")]))[0]);
        await bench.MeasureAsync(texts, more, report);
        return report.Finish(options);
    }

    private async Task MeasureAsync(int texts, int more, Report report)
    {
        var planted = new Dictionary<long, int>();
        var writer = new Writer();
        await FillAsync(writer, texts, planted);
        report.Add(new("memory before", _product.MemoryMb("VmRSS"), "MB"));
        var id = Guid.CreateVersion7();
        using var form = new MultipartFormDataContent
        {
            { new StringContent(id.ToString()), "key" }, { new StringContent("全县共性问题"), "name" }, { new StringContent("1"), "scenario-visits" }, { new StringContent("2020-01-01"), "from" }, { new StringContent(""), "to" },
            { new StringContent("330522000000"), "region" }, { new StringContent("30"), "likeness" }, { new StringContent("Anywhere"), "place" }, { new StringContent(""), "radius" }, { new StringContent(Least.ToString(CultureInfo.InvariantCulture)), "smallest" },
        };
        var seconds = await WorkAsync("/analysis/new", form, "study", id);
        report.Add(new($"{texts:N0} texts grouped, from the press", seconds, "s", Goal: $"<= {GoalSeconds}", Holds: seconds <= GoalSeconds));
        report.Add(new("memory, most so far", _product.MemoryMb("VmHWM"), "MB", Goal: $"<= {GoalMemory}", Holds: _product.MemoryMb("VmHWM") <= GoalMemory));
        await CompareAsync(id, planted, "", report);

        foreach (var (name, path, goal) in ((string, string, double)[])[("the study's page", $"/analysis/{id}", 500), ("the largest group's page", $"/analysis/groups/{await LargestAsync(id)}", 100)])
        {
            var load = await Load.RunAsync(1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), async _ =>
            {
                using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.StatusCode != HttpStatusCode.OK) throw new BenchException($"{path}: {answer.StatusCode}");
                await answer.Content.ReadAsByteArrayAsync();
            });
            report.Add(new(name + ", p95", load.Latencies.Percentile(0.95), "ms", Goal: $"<= {goal}", Holds: load.Failures == 0 && load.Latencies.Percentile(0.95) <= goal, Note: load.FirstFailure ?? $"{load.PerSecond:0}/s"));
        }

        await FillAsync(writer, more, planted);
        using var update = new MultipartFormDataContent();
        seconds = await WorkAsync($"/analysis/{id}", update, "update", id);
        report.Add(new($"{more:N0} more taken in", seconds, "s", Goal: $"<= {GoalUpdate}", Holds: seconds <= GoalUpdate));
        await CompareAsync(id, planted, ", with those that came later", report);
        report.Add(new("memory, most of all", _product.MemoryMb("VmHWM"), "MB", Goal: $"<= {GoalMemory}", Holds: _product.MemoryMb("VmHWM") <= GoalMemory));
    }

    /// <summary>Rows of matters with texts, each a copy of one of the demo's but for its id, place in the order, text and day. They have no history: nothing here asks for it.</summary>
    private async Task FillAsync(Writer writer, int count, Dictionary<long, int> planted)
    {
        await using var db = _product.OpenDatabase();
        var patterns = await db.Set<Matter>().AsNoTracking().Where(m => m.Scenario == "visits" && m.County == 330522000000).OrderBy(m => m.Serial).Take(14).ToListAsync();
        if (patterns.Count == 0) throw new BenchException("The demo city has no finding in Changxing.");
        var serial = await db.Set<Matter>().MaxAsync(m => m.Serial);
        for (var made = 0; made < count;)
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            var statements = db.Statements();
            for (var end = Math.Min(count, made + 5000); made < end; made++)
            {
                var (title, text, problem) = writer.Next();
                var matter = patterns[made % patterns.Count].Clone();
                var body = JsonSerializer.Deserialize<JsonObject>(matter.Body)!;
                body["data"]!["description"] = text;
                (matter.Id, matter.Serial, matter.Title, matter.Body, matter.Number) = (Guid.CreateVersion7(), ++serial, title, body.ToJsonString(EventContent.Json), $"测〔2026〕{serial}号");
                matter.SubmittedAt = matter.SubmittedAt.AddDays(-(made % 300));
                if (problem >= 0) planted[serial] = problem;
                await statements.InsertAsync(matter);
            }
            await statements.FlushAsync();
            await transaction.CommitAsync();
        }
    }

    /// <summary>Of the pairs that were planted how many stand in one group, and of the pairs in a group how many were planted.</summary>
    private async Task CompareAsync(Guid id, Dictionary<long, int> planted, string when, Report report)
    {
        await using var db = _product.OpenDatabase();
        var rows = await db.Set<StudyMatter>().AsNoTracking().Where(m => m.StudyId == id && m.GroupId != null).Select(m => new { m.Serial, m.GroupId }).ToListAsync();
        var groupOf = rows.ToDictionary(r => r.Serial, r => r.GroupId!.Value);
        var asked = planted.GroupBy(p => p.Value, p => p.Key).Where(g => g.Count() >= Least).Sum(g => Pairs(g.Count()));
        var found = planted.Where(p => groupOf.ContainsKey(p.Key)).GroupBy(p => (p.Value, groupOf[p.Key])).Sum(g => Pairs(g.Count()));
        var all = groupOf.GroupBy(g => g.Value).Sum(g => Pairs(g.Count()));
        report.Add(new("planted pairs found together" + when, (double)found / asked, "", Goal: ">= 0.9", Holds: found >= 0.9 * asked, Note: $"{groupOf.Values.Distinct().Count()} groups of {groupOf.Count} matters"));
        report.Add(new("pairs found together that were planted" + when, (double)found / Math.Max(1, all), "", Goal: ">= 0.95", Holds: found >= 0.95 * all));
        // Pairs are mostly of the largest groups; here each group counts the same.
        var clean = rows.GroupBy(r => r.GroupId, r => planted.GetValueOrDefault(r.Serial, -1)).Average(g => (double)g.Where(p => p >= 0).CountBy(p => p).Select(p => p.Value).DefaultIfEmpty(0).Max() / g.Count());
        report.Add(new("of a group's matters of one planted problem" + when, clean, "", Goal: ">= 0.9", Holds: clean >= 0.9));

        static long Pairs(int n) => (long)n * (n - 1) / 2;
    }

    private async Task<Guid> LargestAsync(Guid id)
    {
        await using var db = _product.OpenDatabase();
        return await db.Set<StudyGroup>().Where(g => g.StudyId == id).OrderByDescending(g => g.Size).Select(g => g.Id).FirstAsync();
    }

    // Presses a button and waits until the study is done. The database is asked, so that the page costs nothing meanwhile.
    private async Task<double> WorkAsync(string page, MultipartFormDataContent form, string handler, Guid id)
    {
        var text = await _client.GetStringAsync(new Uri(page, UriKind.Relative));
        form.Add(new StringContent(Token().Match(text).Groups[1].Value), "__RequestVerificationToken");
        form.Add(new StringContent(handler), "_handler");
        var watch = Stopwatch.StartNew();
        using var answer = await _client.PostAsync(new Uri(page, UriKind.Relative), form);
        if (answer.StatusCode != HttpStatusCode.Redirect) throw new BenchException($"{page} {handler}: {(int)answer.StatusCode} {Refused().Match(await answer.Content.ReadAsStringAsync()).Value}");
        await using var db = _product.OpenDatabase();
        while (true)
        {
            var study = await db.Set<Study>().AsNoTracking().FirstAsync(s => s.Id == id);
            if (study.State == StudyState.Ready && study.Fault.Length == 0) return watch.Elapsed.TotalSeconds;
            if (study.State != StudyState.Running) throw new BenchException($"{handler}: {study.State} {study.Fault}");
            if (watch.Elapsed > TimeSpan.FromMinutes(20)) throw new BenchException($"{handler} did not end within twenty minutes.");
            await Task.Delay(200);
        }
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("(?<=<div class=\"error-summary\").*?</div>", RegexOptions.Singleline)]
    private static partial Regex Refused();

    /// <summary>Writes texts of words that are used as words are: few often, most seldom.</summary>
    private sealed class Writer
    {
        private const int Words = 8000;
        private static readonly string[] Phrases = ["请有关部门尽快处理", "村民多次反映", "希望早日解决", "存在安全隐患", "影响群众出行", "现场照片见附件", "建议加强日常管理"];
        private readonly Random _random = new(20261127);
        private readonly string[] _words;
        private readonly List<string[]> _problems = [];

        public Writer() => _words = [.. Enumerable.Range(0, Words).Select(_ => new string([.. Enumerable.Range(0, 2 + _random.Next(2)).Select(_ => (char)('一' + _random.Next(3000)))]))];

        public (string Title, string Text, int Problem) Next()
        {
            var problem = _random.Next(5) == 0 ? Problem() : -1;
            string[] words;
            if (problem < 0) words = [.. Enumerable.Range(0, 10 + _random.Next(25)).Select(_ => Word())];
            else
            {
                // In words of one's own: a quarter left out, some of other words in between.
                words = [.. _problems[problem].Where(_ => _random.Next(4) > 0)];
                for (var own = _random.Next(4); own > 0; own--) words = [.. words.Append(Word())];
            }
            var text = new StringBuilder();
            for (var i = 0; i < words.Length; i++) text.Append(words[i]).Append(i % 6 == 5 ? "，" : "");
            text.Append('。').Append(Phrases[_random.Next(Phrases.Length)]).Append('。');
            return (string.Concat(words.Take(4)), text.ToString(), problem);
        }

        // Each time a problem that is known, mostly, or a new one: some grow large, most stay small.
        private int Problem()
        {
            if (_problems.Count > 0 && _random.Next(20) > 0) return (int)(_problems.Count * Math.Pow(_random.NextDouble(), 3));
            var told = Enumerable.Range(0, 14 + _random.Next(14)).Select(_ => Word()).ToArray();
            // One in three has the place or the thing of another, and is another problem: these must not be put together.
            if (_problems.Count > 0 && _random.Next(3) == 0 && _problems[_random.Next(_problems.Count)] is var other) Array.Copy(other, told, Math.Min(other.Length, told.Length / 3));
            _problems.Add(told);
            return _problems.Count - 1;
        }

        private string Word() => _words[(int)(Words * Math.Pow(_random.NextDouble(), 2.5))];
    }
}
