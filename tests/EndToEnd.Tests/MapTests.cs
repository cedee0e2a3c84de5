using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>The map as the people of the demonstration city use it.</summary>
public sealed partial class MapTests(Product product)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_map_counts_is_what_the_person_may_see_and_a_wrong_question_gets_a_clear_no()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var clerk = await product.Server.ApiAsync("zhoumin");
        using var nobody = await product.ClientAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(new Uri("/api/v1/map/matters/5/26/13", UriKind.Relative), Cancellation)).StatusCode);
        foreach (var (address, status) in ((string, HttpStatusCode)[])
        [
            ("matters/5/26/13", HttpStatusCode.OK), ("matters/4/13/6", HttpStatusCode.NotFound), ("matters/19/1/1", HttpStatusCode.NotFound), ("matters/5/-1/3", HttpStatusCode.NotFound), ("matters/5/26/32", HttpStatusCode.NotFound), ("matters/5/26/x", HttpStatusCode.NotFound),
            ("matters/5/26/13?from=2026-13", HttpStatusCode.BadRequest), ("matters/5/26/13?to=now", HttpStatusCode.BadRequest), ("matters?box=1,2,3", HttpStatusCode.BadRequest), ("matters?box=30,119,32,121", HttpStatusCode.OK), ("matters/" + Guid.NewGuid(), HttpStatusCode.NotFound),
            ("layers", HttpStatusCode.OK), ("layers/nothing.here?box=30,119,32,121", HttpStatusCode.NotFound), ("layers/stations.stations?box=30", HttpStatusCode.BadRequest),
        ])
        {
            using var answer = await clerk.GetAsync(new Uri("/api/v1/map/" + address, UriKind.Relative), Cancellation);
            Assert.True(status == answer.StatusCode, $"{address}: {answer.StatusCode}");
            if (status == HttpStatusCode.OK && address.StartsWith("matters", StringComparison.Ordinal)) Assert.True(answer.Headers.CacheControl is { Private: true });
        }
        // Each person's map has what their own list has.
        foreach (var name in (string[])["zhoumin", "liyang", "chenjianguo", "shenguorong"])
        {
            using var api = await product.Server.ApiAsync(name);
            var newest = (await api.GetFromJsonAsync<JsonObject>(new Uri("/api/v1/map/matters?box=29,118,32,122", UriKind.Relative), Cancellation))!["items"]!.AsArray();
            foreach (var matter in newest.Take(5)) Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(new Uri("/api/v1/matters/" + matter!["id"], UriKind.Relative), Cancellation)).StatusCode);
            var count = (await api.GetFromJsonAsync<JsonObject>(new Uri("/api/v1/map/matters/5/26/13", UriKind.Relative), Cancellation))!["count"]!.GetValue<int>();
            Assert.InRange(count, newest.Count, await CountAsync(api, "/api/v1/matters?scenario=visits&limit=200"));
            if (name is "zhoumin" or "shenguorong") Assert.NotEmpty(newest);
        }
        // Stations stand on the map with their level; a deputy's mark is the station's.
        var box = "?box=29.8,118.7,31.7,121.1";
        // Two of the stations are contact points for legislation as well.
        var points = (await clerk.GetFromJsonAsync<JsonObject>(new Uri("/api/v1/map/layers/stations.points" + box, UriKind.Relative), Cancellation))!["features"]!.AsArray();
        Assert.Equal(2, points.Count);
        var stations = (await clerk.GetFromJsonAsync<JsonObject>(new Uri("/api/v1/map/layers/stations.stations" + box, UriKind.Relative), Cancellation))!["features"]!.AsArray();
        var deputies = (await clerk.GetFromJsonAsync<JsonObject>(new Uri("/api/v1/map/layers/stations.deputies" + box, UriKind.Relative), Cancellation))!["features"]!.AsArray();
        Assert.NotEmpty(deputies);
        Assert.Empty(deputies.Select(d => d!["geometry"]!.ToJsonString()).Except(stations.Select(s => s!["geometry"]!.ToJsonString())));
    }

    [Fact]
    public async Task A_clerk_filters_the_map_opens_a_matter_and_asks_who_represents_a_place()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        var page = await product.OpenAsync();
        var faults = new List<string>();
        page.PageError += (_, error) => faults.Add(error);
        await Product.SignInAsync(page, "zhoumin");
        await page.GotoAsync("/map");
        await Expect(page.Locator(".dm-cluster, .dm-dot").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.Locator(".dm-area").First).ToBeAttachedAsync(new() { Timeout = 30_000 });
        // What is chosen stands in the address, and the list follows.
        await page.Locator("select[name=state]").SelectOptionAsync("closed");
        await page.WaitForURLAsync("**/map?*state=closed*");
        await Expect(page.Locator("#dm-list td.num a").First).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("state=closed"), new() { Timeout = 30_000 });
        // Near enough each matter is a point that opens.
        for (var press = 0; await page.Locator(".dm-dot").CountAsync() == 0; press++)
        {
            Assert.True(press < 8, "no single matter to be seen");
            await page.Locator(".dm-cluster").First.ClickAsync(new() { Force = true });
            await page.WaitForTimeoutAsync(1500);
        }
        await page.Locator(".dm-dot").First.ClickAsync(new() { Force = true });
        await Expect(page.Locator(".dm-card a.btn.primary")).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^/matters/"), new() { Timeout = 30_000 });
        // An address moves the map and leads to those who represent it.
        await page.Locator("#dm-q").FillAsync("长兴县和平镇红山村");
        await page.Locator(".dm-search button").ClickAsync();
        await Expect(page.Locator(".dm-found a").First).ToContainTextAsync("红山村");
        await Expect(page.Locator(".dm-found a").Nth(1)).ToHaveAttributeAsync("href", "/p?place=330522110225");
        await page.GotoAsync("/map?indicator=visits.raised&by=town&mode=heat&layer=areas&layer=stations.stations");
        await Expect(page.Locator(".dm-legend li").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.Locator(".dm-pin").First).ToBeAttachedAsync(new() { Timeout = 30_000 });
        Assert.Empty((await page.RunAxe()).Violations.Select(v => $"{v.Id} {v.Nodes[0].Target}"));
        Assert.Empty(faults);
    }

    [Fact]
    public async Task What_comes_in_shows_itself_and_the_place_and_the_open_card_stay()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        // At a place of its own: where many lie, one more is no mark of its own.
        var (lat, lon) = (30.83 + (Random.Shared.Next(1000) / 100_000.0), 119.92 + (Random.Shared.Next(1000) / 100_000.0));
        await ReportAsync("地图上先有的一件");
        var page = await product.OpenAsync();
        await Product.SignInAsync(page, "zhoumin");
        await page.GotoAsync(FormattableString.Invariant($"/map?lat={lat}&lon={lon}&z=18"));
        await Expect(page.Locator("[data-following].on")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.Locator(".dm-dot").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.Locator(".dm-dot").First.ClickAsync(new() { Force = true });
        await Expect(page.Locator(".dm-card a.btn.primary")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        var (card, dots, address) = (await page.Locator(".dm-card h2").InnerTextAsync(), await page.Locator(".dm-dot").CountAsync(), page.Url);
        await ReportAsync("地图上新来的一件");
        await Expect(page.Locator("#dm-list .dm-newest a").Filter(new() { HasText = "地图上新来的一件" }).First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.Locator(".dm-dot")).Not.ToHaveCountAsync(dots, new() { Timeout = 30_000 });
        Assert.Equal(card, await page.Locator(".dm-card h2").InnerTextAsync());
        Assert.Equal(address, page.Url);

        async Task ReportAsync(string description)
        {
            using var api = await product.Server.ApiAsync("liyang");
            var stored = await Server.UploadAsync(api, Server.Photo());
            var finding = Server.Finding(await product.Server.CampaignAsync(), description + "：" + Guid.NewGuid().ToString("N")[..6], stored.Headers.GetValues("Renda-Sha256").Single());
            (finding["latitude"], finding["longitude"]) = (lat, lon);
            using var answer = await api.PutAsJsonAsync($"/api/v1/visits/findings/{Guid.CreateVersion7()}", finding, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Without_script_the_map_is_its_list()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var clerk = await product.ClientAsync("zhoumin");
        var page = "";
        // A city that was just made is still being counted.
        for (var patience = 0; patience < 60 && !ClosedOfATown().IsMatch(page); patience++)
        {
            if (patience > 0) await Task.Delay(500, Cancellation);
            page = WebUtility.HtmlDecode(await clerk.GetStringAsync("/map?county=330522000000&state=closed", Cancellation));
        }
        Assert.Contains("长兴县各乡镇的事项", page, StringComparison.Ordinal);
        Assert.Matches(ClosedOfATown(), page);
        Assert.Contains("最近的事项", page, StringComparison.Ordinal);
    }

    private static async Task<int> CountAsync(HttpClient api, string address)
    {
        var (count, after) = (0, (string?)null);
        do
        {
            var page = (await api.GetFromJsonAsync<JsonObject>(new Uri(after is null ? address : $"{address}&after={after}", UriKind.Relative), Cancellation))!;
            count += page["items"]!.AsArray().Count;
            after = page["next"]?.ToString();
        }
        while (after is not null);
        return count;
    }

    [GeneratedRegex("/visits\\?view=all&state=closed&region=3305221[0-9]{2}000\"")]
    private static partial Regex ClosedOfATown();
}
