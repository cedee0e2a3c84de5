using Deque.AxeCore.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>Every page at the four sizes: nothing wider than the window, nothing wrong in the console; at a phone's and a desk's, nothing for axe to find.</summary>
public sealed class PagesTests(Product product)
{
    [Theory]
    [InlineData(390, 844)]
    [InlineData(820, 1180)]
    [InlineData(1440, 900)]
    [InlineData(1920, 1080)]
    public async Task Pages_are_whole_and_accessible(int width, int height)
    {
        var faults = new List<string>();
        var (station, deputy) = await CodesAsync();
        foreach (var (who, pages) in ((string, string[])[])
        [
            ("", ["/sign-in", "/p", "/p?place=330522110225", $"/p/s/{station}", $"/p/d/{deputy}", "/p/q", "/p/open", "/p/suggestions", "/p/deputies"]),
            ("liyang", ["/", "/visits/capture", "/visits/queue", "/visits?view=mine", "/visits/tour", "/visits/tours", "/notices", "/notices/settings", "/account", "/account/second-factor", "/suggestions/new", "/suggestions?view=mine", "/deputies/mine", "/deputies/entries/new", "/deputies/entries?view=mine", "/deputies/activities/mine", "/deputies/courses/mine", "/deputies/reports/mine", "/stations/mine", "/stations/voices?view=mine"]),
            ("zhoumin", ["/", "/todos", "/visits?view=triage", "/visits?view=running", "/visits/statistics", "/visits/common", "/visits/focus", "/visits/tours", "/visits/campaigns", "/push", "/push/new", "/no-such-page", "/suggestions?view=triage", "/suggestions/board", "/suggestions/report", "/deputies/entries?view=confirm", "/cockpit", "/cockpit/all", "/cockpit/visits", "/cockpit/scenarios", "/cockpit/boards/new?from=all", "/analysis", "/analysis/new", "/analysis/focuses", "/cockpit/list?scenario=visits&step=report", "/map", "/map?q=%E5%92%8C%E5%B9%B3%E9%95%87"]),
            ("chenjianguo", ["/", "/visits?view=handle", "/suggestions?view=handle"]),
            ("luchunyan", ["/stations", "/stations/voices?view=screen", "/stations/voices/new", "/stations/report", "/stations/proposals"]),
            ("yaoweiping", ["/cockpit/screens", "/cockpit/boards/keep?add=visits.raised&by=month", "/administration/deadlines", "/stations/settings"]),
            ("zhangliping", ["/administration/holidays", "/administration/sign-in", "/administration/channels", "/map/tiles"]),
            // What is a table at every size is looked at on a phone and on a desk.
            .. width is 390 or 1440 ? Tables : [],
        ])
        {
            var page = await product.OpenAsync(width, height);
            page.Console += (_, message) =>
            {
                if (message.Type == "error" && !message.Text.Contains("404", StringComparison.Ordinal)) faults.Add($"{width} {page.Url}: {message.Text}");
            };
            page.PageError += (_, error) => faults.Add($"{width} {page.Url}: {error}");
            if (who.Length > 0) await Product.SignInAsync(page, who);
            foreach (var path in pages)
            {
                await page.GotoAsync(path);
                await page.WaitForLoadStateAsync();
                // The other two sizes lay out the same elements; looking through each page takes axe seconds.
                if (width is 390 or 1440) faults.AddRange((await page.RunAxe()).Violations.Select(v => $"{width} {who} {path}: {v.Id} {v.Nodes[0].Target}"));
                if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") > 0) faults.Add($"{width} {who} {path}: wider than the window");
            }
            await page.Context.CloseAsync();
        }
        Assert.Empty(faults);
    }

    // Codes are drawn by lot; a citizen comes to them by the pages.
    private async Task<(string Station, string Deputy)> CodesAsync()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var citizen = await product.ClientAsync();
        var place = await citizen.GetStringAsync("/p?place=330522110225", TestContext.Current.CancellationToken);
        return (System.Text.RegularExpressions.Regex.Match(place, "/p/s/([2-9A-Z]{8})").Groups[1].Value, System.Text.RegularExpressions.Regex.Match(place, "/p/d/([2-9A-Z]{8})").Groups[1].Value);
    }

    private static readonly (string Who, string[] Pages)[] Tables =
    [
        ("zhoumin", ["/search?q=%E5%92%8C%E5%B9%B3", "/search?matters=all&q=%E5%AF%BB%E8%AE%BF", "/registry/people", "/registry/people/new", "/registry/regions/330522110225", "/registry/organisations", "/registry/reports", "/registry/checks", "/registry/imports", "/registry/changes", "/account/rights", "/calendar", "/indicators", "/indicators/visits.on-time?by=month", "/indicators/visits.raised?by=region&region=330522000000", "/indicators/visits.closed/rows", "/indicators/explore?indicator=visits.raised&with=visits.on-time&by=month&compare=year", "/indicators/explore?indicator=visits.raised&by=unit&compare=year&asOf=2026-11-10", "/indicators/explore?indicator=visits.raised&from=nothing", "/cockpit/visits/brief", "/cockpit/all/brief", "/suggestions", "/suggestions/promises", "/suggestions/register", "/deputies/files", "/deputies/analysis", "/deputies/life", "/deputies/activities", "/deputies/activities/new", "/deputies/courses", "/deputies/courses/new", "/deputies/reports", "/deputies/reports/new"]),
        ("yaoweiping", ["/deputies/rules"]),
        ("zhangliping", ["/administration/accounts", "/administration/accounts/new", "/administration/roles?new=1", "/administration/roles", "/administration/requests", "/administration/access?number=1", "/administration/audit", "/administration/applications?new=1", "/administration/boundaries", "/indicators/visits.on-time/edit", "/administration/codes", "/administration/codes?set=suggestions.class&new=1"]),
    ];

    [Fact]
    public async Task A_figure_opens_a_list_of_as_many()
    {
        var page = await product.OpenAsync();
        await Product.SignInAsync(page, "zhoumin");
        await page.GotoAsync("/visits/statistics");
        // Rates, days and counts of photos lead to the findings they come from; every other number is told again by its list.
        var figures = await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll("a.stat, table.bars td.num a")].filter(a => !/%|—/.test(a.textContent) && !/天|照片|视频/.test(a.textContent))
              .map(a => [a.getAttribute("href"), (a.querySelector("b") ?? a).textContent.match(/\d+/)[0]].join(" "))
            """);
        // Eleven tiles, and a bar at least of each kind; how many bars there are is a matter of what the demonstration drew and other tests reported.
        Assert.True(figures.Length >= 14, $"Only {figures.Length} figures: {string.Join(", ", figures)}");
        var wrong = new List<string>();
        foreach (var figure in figures)
        {
            var (address, count) = (figure.Split(' ')[0], figure.Split(' ')[1]);
            await page.GotoAsync(address);
            var told = await page.Locator(".pane-head p, .page-head p:not(.lead-in)").First.InnerTextAsync();
            if (System.Text.RegularExpressions.Regex.Match(told, @"\d+").Value != count) wrong.Add($"{count} opens “{told}” at {address}");
        }
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task A_clerk_opens_and_assigns_a_finding_by_keyboard_alone()
    {
        var id = await product.ReportAsync("村口电杆倾斜，请尽快扶正");
        var page = await product.OpenAsync();
        await Product.SignInAsync(page, "zhoumin");
        await page.GotoAsync("/visits?view=triage");
        var items = page.Locator(".item h2 a");
        await Expect(items).Not.ToHaveCountAsync(0);
        // Its own, not what another test has just reported above it.
        for (var i = 0; i < 30; i++)
        {
            await page.Keyboard.PressAsync("j");
            if (await page.EvaluateAsync<bool>($"!!document.activeElement?.closest('.item')?.querySelector('input[value=\"{id}\"]')")) break;
        }
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#act-assign")).ToBeVisibleAsync();
        // Tab until the form's own button has the focus; a person would take the same way.
        for (var i = 0; i < 150 && !await page.EvaluateAsync<bool>("document.activeElement?.matches('#act-assign form .btns button') ?? false"); i++) await page.Keyboard.PressAsync("Tab");
        Assert.True(await page.EvaluateAsync<bool>("document.activeElement.matches('#act-assign form .btns button')"), "the button is never reached");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".facts")).ToContainTextAsync("待签收");
    }
}
