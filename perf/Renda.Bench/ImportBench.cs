using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Congresses;
using Renda.Platform.Documents;

namespace Renda.Bench;

/// <summary>
/// A county's roster as an office head brings it, with the dirt that rosters have: read, compared, written and undone, by
/// the pages and nothing else. In between, with all these people there, what is asked of the registry every day.
/// </summary>
internal sealed partial class ImportBench : IDisposable
{
    private const double GoalSeconds = 60, GoalP95 = 100;
    private const string Surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺顾毛郝龚邵";
    private const string Given = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文斌玉兰红梅志春海燕云飞鹏宇浩然子涵欣怡嘉琪思远";

    private readonly Product _product;
    private readonly HttpClient _client;

    private ImportBench(Product product, string token)
    {
        _product = product;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = product.Address, Timeout = TimeSpan.FromMinutes(10) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public static async Task<int> RunAsync(Options options)
    {
        var people = options.Number("--people", 100_000, 100, 200_000);
        var seconds = options.Number("--seconds", 5, 1, 60);
        var report = new Report("import", options.Postgres is null ? "sqlite" : "postgres", new { people, seconds });
        await using var product = await Product.FreshAsync(options.Postgres);
        await product.StartAsync();
        using var bench = new ImportBench(product, (await product.TokensAsync([await product.AccountAsync("yaoweiping")]))[0]);
        await bench.MeasureAsync(people, seconds, report);
        return report.Finish(options);
    }

    private async Task MeasureAsync(int people, int seconds, Report report)
    {
        await using var db = _product.OpenDatabase();
        var congress = await db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Congress && o.Region == 330522000000 && o.ValidTo == null).Select(o => o.Id).FirstAsync();
        var before = await db.Set<Renda.Platform.People.Person>().CountAsync();
        using var sheet = await RosterAsync(people);
        report.Add(new("the file", sheet.Length / 1e6, "MB"));

        var watch = Stopwatch.StartNew();
        using var upload = new MultipartFormDataContent { { new StreamContent(sheet), "file", "名册.xlsx" } };
        var page = (await SendAsync("/registry/imports", upload, "upload")).Headers.Location!.ToString();
        report.Add(new("read", watch.Elapsed.TotalSeconds, "s"));

        var columns = await _client.GetStringAsync(new Uri(page, UriKind.RelativeOrAbsolute));
        using var compare = new MultipartFormDataContent { { new StringContent(congress.ToString()), "congress" }, { new StringContent("2026-11-01"), "from" } };
        foreach (Match select in Select().Matches(columns)) compare.Add(new StringContent(Selected().Match(select.Value).Groups[1].Value), "fields");
        var compared = await WorkAsync(page, compare, "compare");
        report.Add(new("compared", compared, "s"));

        using var apply = new MultipartFormDataContent();
        var applied = await WorkAsync(page, apply, "apply");
        report.Add(new("written", applied, "s"));
        var all = watch.Elapsed.TotalSeconds;
        report.Add(new($"from the press to {people:N0} people in the registry", all, "s", Goal: $"<= {GoalSeconds}", Holds: all <= GoalSeconds));
        // One row in a thousand is wrong on purpose, and some have the name of a deputy who has no identity number yet: those are left for a person to decide.
        var added = await db.Set<Renda.Platform.People.Person>().CountAsync() - before;
        var chips = string.Join(", ", Chip().Matches(WebUtility.HtmlDecode(await _client.GetStringAsync(new Uri(page, UriKind.RelativeOrAbsolute)))).Select(m => m.Groups[1].Value.Trim()));
        report.Add(new("people added", added, "", Goal: $">= {people * 98 / 100}", Holds: added >= people * 98 / 100, Note: chips));
        report.Add(new("memory, most so far", _product.MemoryMb("VmHWM"), "MB", Goal: "<= 700", Holds: _product.MemoryMb("VmHWM") <= 700));

        foreach (var (name, path) in ((string, string)[])
        [
            ("people, first page", "/registry/people"), ("people by a name", "/registry/people?q=" + Uri.EscapeDataString("王伟")), ("people by part of a name", "/registry/people?q=" + Uri.EscapeDataString("国文")),
            ("people by initials", "/registry/people?q=wgw"), ("a name nobody has", "/registry/people?q=" + Uri.EscapeDataString("夔麒麟")),
            ("who represents a village", "/registry/regions/330522110225"), ("search over everything", "/search?q=" + Uri.EscapeDataString("王伟")),
        ])
        {
            var load = await Load.RunAsync(1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(seconds), async _ =>
            {
                using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.StatusCode != HttpStatusCode.OK) throw new BenchException($"{path}: {answer.StatusCode}");
                await answer.Content.ReadAsByteArrayAsync();
            });
            report.Add(new(name + ", p95", load.Latencies.Percentile(0.95), "ms", Goal: $"<= {GoalP95}", Holds: load.Failures == 0 && load.Latencies.Percentile(0.95) <= GoalP95, Note: load.FirstFailure ?? $"{load.PerSecond:0}/s"));
        }
        foreach (var (name, path) in ((string, string)[])[("integrity checks, once", "/registry/checks"), ("the roster as xlsx", $"/registry/export/roster.xlsx?congress={congress}"), ("structure as xlsx", $"/registry/export/structure.xlsx?congress={congress}")])
        {
            watch.Restart();
            using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative));
            var length = (await answer.Content.ReadAsByteArrayAsync()).Length;
            report.Add(new(name, watch.Elapsed.TotalSeconds, "s", Note: $"{(int)answer.StatusCode}, {length / 1e6:0.0} MB"));
        }

        var changes = await _client.GetStringAsync(new Uri("/registry/changes", UriKind.Relative));
        watch.Restart();
        using var undo = new MultipartFormDataContent { { new StringContent("测一测"), "reason" } };
        await SendAsync("/registry/changes", undo, Undo().Match(changes).Groups[1].Value);
        report.Add(new("undone as a whole", watch.Elapsed.TotalSeconds, "s", Goal: $"<= {GoalSeconds}", Holds: watch.Elapsed.TotalSeconds <= GoalSeconds));
        var left = await db.Set<Renda.Platform.People.Person>().CountAsync(p => p.ValidTo == null) - before;
        report.Add(new("people left over", left, "", Goal: "= 0", Holds: left == 0));
        report.Add(new("memory, most of all", _product.MemoryMb("VmHWM"), "MB"));
    }

    // Presses a button and waits until the page says the work is done.
    private async Task<double> WorkAsync(string page, MultipartFormDataContent form, string handler)
    {
        var watch = Stopwatch.StartNew();
        await SendAsync(page, form, handler);
        while ((await _client.GetStringAsync(new Uri(page, UriKind.RelativeOrAbsolute))).Contains("<progress", StringComparison.Ordinal))
        {
            if (watch.Elapsed > TimeSpan.FromMinutes(15)) throw new BenchException($"{handler} did not end within fifteen minutes.");
            await Task.Delay(200);
        }
        return watch.Elapsed.TotalSeconds;
    }

    private async Task<HttpResponseMessage> SendAsync(string page, MultipartFormDataContent form, string handler)
    {
        var text = await _client.GetStringAsync(new Uri(page, UriKind.RelativeOrAbsolute));
        form.Add(new StringContent(Token().Match(text).Groups[1].Value), "__RequestVerificationToken");
        form.Add(new StringContent(handler), "_handler");
        var answer = await _client.PostAsync(new Uri(page, UriKind.RelativeOrAbsolute), form);
        if (answer.StatusCode != HttpStatusCode.Redirect) throw new BenchException($"{page} {handler}: {(int)answer.StatusCode} {Refused().Match(await answer.Content.ReadAsStringAsync()).Value}");
        return answer;
    }

    private static async Task<MemoryStream> RosterAsync(int people)
    {
        var random = new Random(20261126);
        var stream = new MemoryStream();
        using (var sheet = await SheetFile.BeginAsync(stream, "名册", [.. ((string[])["姓名", "性别", "身份证号码", "联系电话", "出生年月", "民族", "政治面貌", "学历", "单位及职务"]).Select(h => (h, 12))], CancellationToken.None))
        {
            for (var i = 0; i < people; i++)
            {
                var name = $"{Surnames[random.Next(Surnames.Length)]}{Given[random.Next(Given.Length)]}{(random.Next(4) == 0 ? "" : Given[random.Next(Given.Length)])}";
                var born = new DateOnly(1950, 1, 1).AddDays(random.Next(18_000));
                var sex = random.Next(2);
                var number = string.Create(CultureInfo.InvariantCulture, $"330522{born:yyyyMMdd}{i % 500 * 2 + sex:000}");
                // As people type: a space inside a short name, full-width digits, a day in one of many ways.
                await sheet.RowAsync(
                    name.Length == 2 && random.Next(3) == 0 ? $"{name[0]}　{name[1]}" : name, sex == 1 ? "男" : "女", i % 1000 == 999 ? "33052219" : number + Check(number),
                    random.Next(9) == 0 ? "１３９" + (10_000_000 + i) : "139" + (10_000_000 + i),
                    random.Next(4) switch { 0 => born.ToString("yyyy.M.d", CultureInfo.InvariantCulture), 1 => born.ToString("yyyy年M月d日", CultureInfo.InvariantCulture), 2 => born.ToString("yyyyMMdd", CultureInfo.InvariantCulture), _ => born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) },
                    random.Next(30) == 0 ? "畲族" : "汉", random.Next(3) == 0 ? "群众" : "中共党员", random.Next(2) == 0 ? "大学" : "大专", "长兴县某单位职工");
            }
            await sheet.EndAsync();
        }
        return new MemoryStream(stream.ToArray());
    }

    // The last character of an identity number: GB 11643.
    private static char Check(string number)
    {
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return "10X98765432"[number.Select((digit, at) => (digit - '0') * weights[at]).Sum() % 11];
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("<select[^>]*name=\"fields\".*?</select>", RegexOptions.Singleline)]
    private static partial Regex Select();

    [GeneratedRegex("<option value=\"([^\"]*)\" selected")]
    private static partial Regex Selected();

    [GeneratedRegex("<a class=\"chip\"[^>]*>([^<]+)</a>")]
    private static partial Regex Chip();

    [GeneratedRegex("value=\"(undo-[0-9a-f-]{36})\"")]
    private static partial Regex Undo();

    [GeneratedRegex("(?<=<div class=\"error-summary\").*?</div>", RegexOptions.Singleline)]
    private static partial Regex Refused();

    public void Dispose() => _client.Dispose();
}
