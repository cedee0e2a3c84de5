using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>Indicators taken apart on a page: each number is the API's and that of the list behind it, for each who looks.</summary>
public sealed partial class ExploreTests(Product product)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Of months that are over: other tests raise findings in this city meanwhile.
    private static (string From, string To) Period()
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow.AddHours(8));
        var last = new DateOnly(today.Year, today.Month, 1).AddDays(-1);
        return (new DateOnly(last.Year, last.Month, 1).AddMonths(-11).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("zhoumin")]
    [InlineData("shenguorong")]
    [InlineData("yaoweiping")]
    [InlineData("liyang")]
    public async Task Each_number_is_the_interfaces_and_that_of_the_list_behind_it(string name)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var api = await product.Server.ApiAsync(name);
        var (from, to) = Period();
        foreach (var by in (string[])["month", "region", "category", "unit"])
        {
            var question = $"from={from}&to={to}&by={by}";
            var page = WebUtility.HtmlDecode(await api.GetStringAsync(new Uri($"/indicators/explore?indicator=visits.raised&with=visits.closed&compare=year&{question}", UriKind.Relative), Stop));
            var told = (await api.GetFromJsonAsync<JsonObject>(new Uri($"/api/v1/indicators/visits.raised?{question}", UriKind.Relative), Stop))!;
            Assert.Equal(told["value"]!.GetValue<decimal>(), Number(Total().Match(page).Groups[1].Value));
            var lines = told["lines"]!.AsArray();
            // Of a deputy's own few perhaps none was given to a unit.
            if (lines.Count == 0 && !page.Contains("<table class=\"table\">", StringComparison.Ordinal)) continue;
            var table = page[page.LastIndexOf("<table class=\"table\">", StringComparison.Ordinal)..];
            var cells = Cell().Matches(table[..table.IndexOf("</table>", StringComparison.Ordinal)]);
            // Four of a line: this one and the other, each beside the year before.
            Assert.True(cells.Count >= 4 * lines.Count, $"{by}: {cells.Count} numbers of {lines.Count} lines");
            var wanted = lines.Select(l => l!["value"]!.GetValue<decimal>()).Order();
            Assert.Equal(wanted, cells.Where((_, i) => i % 4 == 0).Select(c => Number(c.Groups["value"].Value)).Order().Skip(cells.Count / 4 - lines.Count));
            foreach (Match cell in cells.Where((c, i) => i % 4 < 2 && c.Groups["value"].Value != "0").Take(4))
                Assert.Equal(Number(cell.Groups["value"].Value), await RowsAsync(api, cell.Groups["path"].Value));
        }
    }

    [Fact]
    public async Task A_shared_address_shows_everybody_their_own_numbers_and_the_files_hold_what_is_shown()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        var (from, to) = Period();
        var address = $"/indicators/explore?indicator=visits.raised&from={from}&to={to}";
        var totals = new List<decimal>();
        foreach (var name in (string[])["shenguorong", "zhoumin", "liyang"])
        {
            using var api = await product.Server.ApiAsync(name);
            totals.Add(Number(Total().Match(await api.GetStringAsync(new Uri(address, UriKind.Relative), Stop)).Groups[1].Value));
        }
        Assert.True(totals[0] >= totals[1] && totals[1] >= totals[2], string.Join(' ', totals));
        // Who may read nothing finds nothing.
        using var outsider = await product.Server.ApiAsync("luchunyan");
        Assert.Equal(HttpStatusCode.NotFound, (await outsider.GetAsync(new Uri(address, UriKind.Relative), Stop)).StatusCode);
        using var nobody = await product.ClientAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await nobody.GetAsync(new Uri(address, UriKind.Relative), Stop)).StatusCode);

        using var clerk = await product.Server.ApiAsync("zhoumin");
        var csv = await clerk.GetStringAsync(new Uri($"/api/v1/indicators/visits.raised.csv?from={from}&to={to}&by=month&with=visits.closed&compare=year", UriKind.Relative), Stop);
        Assert.Equal(2, Regex.Count(csv, "去年同期"));
        Assert.Contains("办结件数", csv, StringComparison.Ordinal);
        Assert.Equal(12, Regex.Count(csv, @"^""?20\d\d-\d\d""?,", RegexOptions.Multiline));
        Assert.Contains($"合计,{totals[1]}", csv.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await clerk.GetAsync(new Uri($"/api/v1/indicators/visits.raised.xlsx?from={from}&to={to}&by=unit&compare=year&asOf={to}", UriKind.Relative), Stop)).StatusCode);
        foreach (var wrong in (string[])["with=visits.nothing", "compare=decade"]) Assert.Equal(HttpStatusCode.BadRequest, (await clerk.GetAsync(new Uri($"/api/v1/indicators/visits.raised.csv?{wrong}", UriKind.Relative), Stop)).StatusCode);
    }

    [Theory]
    [InlineData("from=2026-13-40", "from", "日期写成 2026-01-31 这样", "2026-13-40")]
    [InlineData("from=2026-05-02&to=2026-05-01", "from", "开始的那天不能晚于结束的那天", "2026-05-02")]
    [InlineData("asOf=gestern", "asOf", "日期写成 2026-01-31 这样", "gestern")]
    [InlineData("with=visits.nothing&unit=", "with", "没有这个指标", null)]
    [InlineData("by=colour", "by", "请从 day", null)]
    [InlineData("compare=decade", "compare", "只能和去年同期比", null)]
    [InlineData("unit=none", "unit", "没有这个单位", null)]
    [InlineData("region=33", "region", "区划代码是 12 位数字", null)]
    public async Task What_is_wrong_is_told_at_its_field_and_stays_there(string query, string field, string text, string? kept)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var api = await product.Server.ApiAsync("zhoumin");
        var page = WebUtility.HtmlDecode(await api.GetStringAsync(new Uri("/indicators/explore?indicator=visits.raised&" + query, UriKind.Relative), Stop));
        Assert.Matches($"<div class=\"field bad\"><label for=\"{field}\">", page);
        Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Contains($"#{field}\"", page, StringComparison.Ordinal);
        if (kept is not null) Assert.Contains($"value=\"{kept}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("stat key", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clerk_asks_looks_and_copies_the_address()
    {
        var page = await product.OpenAsync();
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Product.SignInAsync(page, "zhoumin");
        await page.GotoAsync("/indicators");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "分析", Exact = true }).ClickAsync();
        await page.GetByLabel("看什么").SelectOptionAsync("visits.raised");
        await page.GetByLabel("和什么放一起").SelectOptionAsync("visits.on-time");
        await page.GetByLabel("按什么分").SelectOptionAsync("month");
        await page.GetByLabel("比较").SelectOptionAsync("year");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "计算" }).ClickAsync();
        await Expect(page.Locator("figure.ix")).ToHaveCountAsync(2);
        await Expect(page.Locator(".ix-line polyline").First).ToBeAttachedAsync();
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "复制地址" }).ClickAsync();
        await Expect(page.Locator("copy-address [role=status]")).ToHaveTextAsync("已复制");
        var copied = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Contains("indicator=visits.raised", copied, StringComparison.Ordinal);
        Assert.Contains("with=visits.on-time", copied, StringComparison.Ordinal);
        await page.GotoAsync(copied);
        await Expect(page.Locator("figure.ix")).ToHaveCountAsync(2);
        foreach (var (width, height) in ((int, int)[])[(390, 844), (1440, 900)])
        {
            await page.SetViewportSizeAsync(width, height);
            Assert.Empty((await page.RunAxe()).Violations.Select(v => $"{width}: {v.Id} {v.Nodes[0].Target}"));
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") <= 0, $"wider than {width}");
            // The drawing stays within its place.
            Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('.ix-line')].every(l => l.querySelector('svg').getBoundingClientRect().height <= l.getBoundingClientRect().height + 1)"));
            await Product.PictureAsync(page, $"explore-{width}", whole: true);
        }
    }

    private static decimal Number(string text) => decimal.Parse(text.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private static async Task<decimal> RowsAsync(HttpClient api, string path)
    {
        var count = 0;
        for (string? next = path; next is not null;)
        {
            var list = WebUtility.HtmlDecode(await api.GetStringAsync(new Uri(next, UriKind.Relative), Stop));
            count += Row().Count(list);
            next = Older().Match(list) is { Success: true } older ? older.Groups[1].Value : null;
        }
        return count;
    }

    [GeneratedRegex("class=\"stat key\"[^>]*><b>([^<]+)<")]
    private static partial Regex Total();

    [GeneratedRegex("<a href=\"(?<path>/indicators/[^\"]+/rows[^\"]*)\">(?<value>[^<]+)</a>")]
    private static partial Regex Cell();

    [GeneratedRegex("href=\"/matters/[0-9a-f-]{36}\"")]
    private static partial Regex Row();

    [GeneratedRegex("href=\"(/indicators/[^\"]*after=[^\"]+)\"")]
    private static partial Regex Older();
}
