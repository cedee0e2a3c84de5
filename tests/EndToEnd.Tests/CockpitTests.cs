using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>The boards: what they show is what stands behind, for each who looks; they fill the wall; they are alive.</summary>
public sealed partial class CockpitTests(Product product)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_number_is_that_of_the_list_behind_it_for_everybody_who_looks()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        var totals = new HashSet<string>();
        foreach (var name in (string[])["zhoumin", "shenguorong", "yaoweiping", "xuxiaoyan"])
        {
            using var api = await product.Server.ApiAsync(name);
            // Twice the same: other tests raise findings in this city meanwhile.
            for (var patience = 0; ; patience++)
            {
                var page = WebUtility.HtmlDecode(await api.GetStringAsync(new Uri("/cockpit/visits", UriKind.Relative), Cancellation));
                var faults = new List<string>();
                var figures = Figure().Matches(page);
                // Six of matters and four of visits.
                Assert.Equal(10, figures.Count);
                foreach (Match figure in figures)
                {
                    var told = (await api.GetFromJsonAsync<JsonObject>(new Uri("/api/v1" + figure.Groups["path"].Value, UriKind.Relative), Cancellation))!["value"];
                    var shown = figure.Groups["value"].Value.Replace(",", "", StringComparison.Ordinal);
                    if (shown == "—" ? told is not null : told is null || told.GetValue<decimal>() != decimal.Parse(shown, CultureInfo.InvariantCulture)) faults.Add($"{name} {figure.Groups["path"]}: {shown}, asked {told}");
                }
                totals.Add(figures[0].Groups["value"].Value);
                foreach (Match step in Step().Matches(page))
                {
                    var list = WebUtility.HtmlDecode(await api.GetStringAsync(new Uri(step.Groups["path"].Value, UriKind.Relative), Cancellation));
                    var (rows, next) = (Row().Count(list), Older().Match(list));
                    while (next.Success)
                    {
                        list = WebUtility.HtmlDecode(await api.GetStringAsync(new Uri(next.Groups[1].Value, UriKind.Relative), Cancellation));
                        rows += Row().Count(list);
                        next = Older().Match(list);
                    }
                    if (rows != int.Parse(step.Groups["value"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)) faults.Add($"{name} {step.Groups["path"]}: {step.Groups["value"]}, listed {rows}");
                }
                if (faults.Count == 0) break;
                Assert.True(patience < 8, string.Join('\n', faults));
                await Task.Delay(1500, Cancellation);
            }
        }
        Assert.True(totals.Count > 1, "a city and a county have the same number");
    }

    [Fact]
    public async Task A_board_whose_connection_was_lost_looks_once_when_it_is_back()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var api = await product.Server.ApiAsync("shenguorong");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/live?topics=numbers");
        request.Headers.Add("Last-Event-ID", "1");
        using var answer = await api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal("event: numbers", await lines.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
    }

    [Theory]
    [InlineData("liyang", "/cockpit/all", 403)]
    [InlineData("chenjianguo", "/cockpit/visits", 403)]
    [InlineData("zhangliping", "/cockpit", 403)]
    [InlineData("liyang", "/cockpit/list?scenario=visits&step=report", 403)]
    [InlineData("zhoumin", "/cockpit/nowhere", 404)]
    [InlineData("zhoumin", "/cockpit/list?scenario=visits&step=nowhere", 404)]
    [InlineData("zhoumin", "/cockpit/list?scenario=cockpit&step=report", 404)]
    public async Task The_wrong_person_and_a_wrong_address_find_no_board(string name, string path, int status)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var api = await product.Server.ApiAsync(name);
        using var answer = await api.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(1920, 1080)]
    [InlineData(3840, 2160)]
    [InlineData(3440, 1440)]
    public async Task A_board_fills_the_wall_and_a_new_finding_moves_it(int width, int height)
    {
        var wall = await product.OpenAsync(width, height);
        await Product.SignInAsync(wall, "shenguorong");
        await wall.GotoAsync("/cockpit/visits");
        Assert.Equal(0, await wall.EvaluateAsync<int>("document.documentElement.scrollHeight - innerHeight"));
        // Nothing of a tile is cut off.
        Assert.Empty(await wall.EvaluateAsync<string[]>("[...document.querySelectorAll('.b-tile:not(.b-ticker-tile)')].filter(t => t.scrollHeight > t.clientHeight + 1 || t.scrollWidth > t.clientWidth + 1).map(t => t.className + ' ' + t.scrollHeight + ' of ' + t.clientHeight)"));
        await Product.PictureAsync(wall, $"cockpit-{width}");
        if (width != 1920) return;
        var number = wall.Locator(".b-figures a").First.Locator("b");
        var before = await number.InnerTextAsync();
        var title = "大屏上看得到：" + Guid.NewGuid().ToString("N")[..6];
        await product.ReportAsync(title);
        await Expect(wall.Locator(".b-news b").First).ToContainTextAsync(title[..10], new() { Timeout = 15_000 });
        await Expect(number).Not.ToHaveTextAsync(before);
    }

    [GeneratedRegex("<a href=\"(?<path>/indicators/[^\"]+)\"><b>(?<value>[^<]+)<")]
    private static partial Regex Figure();

    [GeneratedRegex("<a href=\"(?<path>/cockpit/list[^\"]+)\">.*?<b>(?<value>[^<]+)</b>", RegexOptions.Singleline)]
    private static partial Regex Step();

    [GeneratedRegex("href=\"/matters/[0-9a-f-]{36}\"")]
    private static partial Regex Row();

    [GeneratedRegex("href=\"(/cockpit/list[^\"]*after=[0-9]+)\"")]
    private static partial Regex Older();
}
