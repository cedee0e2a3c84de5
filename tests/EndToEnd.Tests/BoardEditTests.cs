using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>Boards are made on the page, hung on a wall without anybody signed in, played in turn.</summary>
public sealed partial class BoardEditTests(Product product)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clerk_makes_a_board_by_hand_and_keyboard_and_goes_back_to_an_older_version()
    {
        var title = "科室屏" + Guid.NewGuid().ToString("N")[..4];
        var page = await product.OpenAsync(1440, 900);
        await Product.SignInAsync(page, "zhoumin");
        await page.GotoAsync("/cockpit/boards/new?from=visits");
        await page.FillAsync("#title", title);
        Assert.Empty((await Deque.AxeCore.Playwright.PageExtensions.RunAxe(page)).Violations.Select(v => $"{v.Id} {v.Nodes[0].Target}"));

        // By hand: the first tile is dropped on the map; they change places and sizes.
        var (first, map) = (page.Locator("#t0"), page.Locator("#t1"));
        var (from, to) = ((await first.BoundingBoxAsync())!, (await map.BoundingBoxAsync())!);
        await page.Mouse.MoveAsync(from.X + 60, from.Y + from.Height - 40);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(to.X + 100, from.Y + from.Height - 40, new() { Steps = 6 });
        await page.Mouse.UpAsync();
        await Expect(first).ToHaveClassAsync(Lies(4, 1, 6, 8));
        await Expect(map).ToHaveClassAsync(Lies(1, 1, 3, 4));
        // By keyboard: smaller by a row and a column, and one to the right.
        await first.FocusAsync();
        await page.Keyboard.PressAsync("Shift+ArrowUp");
        await page.Keyboard.PressAsync("Shift+ArrowLeft");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(first).ToHaveClassAsync(Lies(5, 1, 5, 7));
        // No room there: it stays.
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await Expect(first).ToHaveClassAsync(Lies(5, 1, 5, 7));

        // Another kind with other settings; what was set elsewhere stays.
        await first.Locator(".b-pick").ClickAsync();
        await page.SelectOptionAsync("#kind", "Lights");
        await Expect(page.Locator("#good")).ToBeVisibleAsync();
        await page.FillAsync("#heading", "按时办结");
        await page.SelectOptionAsync("#ind0", "visits.on-time");
        await page.FillAsync("#good", "90");
        await page.FillAsync("#poor", "90");
        await page.Locator("button[value=save]").ClickAsync();
        await Expect(page.Locator(".b-panel .error")).ToContainTextAsync("绿灯线和红灯线不能一样");
        await Expect(page.Locator("#title")).ToHaveValueAsync(title);
        await page.FillAsync("#poor", "60");
        await page.Locator("button[value=save]").ClickAsync();
        await Expect(page.Locator(".board-top h1")).ToHaveTextAsync(title);
        await Expect(page.Locator(".b-lights-tile")).ToHaveClassAsync(Lies(5, 1, 5, 7));
        Assert.True(await page.Locator(".b-lights a").CountAsync() > 0);
        var path = new Uri(page.Url).AbsolutePath;

        // Its numbers are those of the indicator, as on every board.
        using var api = await product.Server.ApiAsync("zhoumin");
        foreach (var link in await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.b-lights a')].map(a => a.getAttribute('href') + ' ' + a.querySelector('b').firstChild.textContent)"))
        {
            var (address, shown) = (link[..link.LastIndexOf(' ')], link[(link.LastIndexOf(' ') + 1)..]);
            var told = (await api.GetFromJsonAsync<JsonObject>(new Uri("/api/v1" + address, UriKind.Relative), Cancellation))!["value"]!.GetValue<decimal>();
            Assert.Equal(told.ToString("0.#", System.Globalization.CultureInfo.InvariantCulture), shown);
        }

        // A second version without one tile; then the first is taken up again, as a third.
        var making = "/cockpit/boards" + path["/cockpit".Length..];
        await page.GotoAsync(making + "/edit");
        var before = await page.Locator("[data-tile]").CountAsync();
        await page.Locator("#t0 .b-pick").ClickAsync();
        await page.Locator("button[value='gone:0']").ClickAsync();
        await page.Locator("button[value=save]").ClickAsync();
        await Expect(page.Locator(".b-tile")).ToHaveCountAsync(before - 1);
        await page.GotoAsync(making + "/versions");
        await page.GetByRole(AriaRole.Button, new() { Name = "恢复第 1 版" }).ClickAsync();
        await Expect(page.Locator(".b-tile")).ToHaveCountAsync(before);

        // Somebody of the same place sees it; a county away it is not there.
        await using (var other = await OpenAsync("shenguorong"))
            Assert.Equal(404, (await other.Page.GotoAsync(path))!.Status);
        await using (var head = await OpenAsync("yaoweiping"))
            Assert.Equal(200, (await head.Page.GotoAsync(path))!.Status);
    }

    [Fact]
    public async Task A_wall_without_anybody_signed_in_reads_one_place_moves_by_itself_and_ends_when_told()
    {
        var office = await product.OpenAsync(1440, 900);
        await Product.SignInAsync(office, "yaoweiping");
        await office.GotoAsync("/cockpit/screens");
        await office.FillAsync("#seconds", "2");
        await office.GetByRole(AriaRole.Button, new() { Name = "开通", Exact = true }).ClickAsync();
        await Expect(office.Locator(".error-summary")).ToContainTextAsync("写明屏在哪里");
        await Expect(office.Locator("#seconds")).ToHaveValueAsync("2");
        var name = "会议室" + Guid.NewGuid().ToString("N")[..4];
        await office.FillAsync("#name", name);
        await office.FillAsync("#seconds", "10");
        await office.CheckAsync("input[name=boards][value=visits]");
        await office.GetByRole(AriaRole.Button, new() { Name = "开通", Exact = true }).ClickAsync();
        var address = new Uri(await office.GetByLabel("大屏网址").InputValueAsync()).AbsolutePath;
        Assert.Matches("^/cockpit/wall/[0-9a-f]{32}$", address);

        // Nobody is signed in at it.
        var wall = await product.OpenAsync(1920, 1080);
        Assert.Equal(200, (await wall.GotoAsync(address + "?n=1"))!.Status);
        await Expect(wall.Locator(".board-top h1")).ToHaveTextAsync("代表寻访一件事");
        await Expect(wall.Locator("[data-live=board].on")).ToBeVisibleAsync();
        Assert.Equal(0, await wall.EvaluateAsync<int>("document.documentElement.scrollHeight - innerHeight"));
        // It leads nowhere but to its own tiles, and tells no names.
        Assert.Empty(await wall.EvaluateAsync<string[]>("[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href')).filter(h => !h.startsWith('/cockpit/wall/'))"));
        Assert.Equal(0, await wall.Locator(".b-ticker-tile").CountAsync());
        var shown = await wall.Locator(".b-figures b").First.InnerTextAsync();
        using (var api = await product.Server.ApiAsync("yaoweiping"))
        {
            // Other tests raise findings in this city meanwhile.
            for (var patience = 0; ; patience++)
            {
                shown = await wall.Locator(".b-figures b").First.InnerTextAsync();
                var page = await api.GetStringAsync(new Uri("/cockpit/visits", UriKind.Relative), Cancellation);
                if (FirstFigure().Match(page).Groups[1].Value == shown.TrimEnd('件')) break;
                Assert.True(patience < 8, $"the wall tells {shown}, the board {FirstFigure().Match(page).Groups[1].Value}");
                await Task.Delay(1500, Cancellation);
            }
        }
        // A new finding moves it.
        await product.ReportAsync("大厅的屏也动：" + name);
        await Expect(wall.Locator(".b-figures b").First).Not.ToHaveTextAsync(shown, new() { Timeout = 15_000 });
        // A tile is looked at alone, then the other board takes its turn.
        await wall.Locator(".b-ranking-tile h2 a").First.ClickAsync();
        await Expect(wall.Locator(".b-tile")).ToHaveCountAsync(1);
        await wall.Locator(".b-tile h2 a").ClickAsync();
        await Expect(wall.Locator(".b-tile").Nth(3)).ToBeVisibleAsync();
        await Product.PictureAsync(wall, "wall-1920");

        // The address opens nothing else, and no other address opens it.
        foreach (var path in (string[])["/cockpit/wall/" + new string('0', 32), address[..^1] + (address[^1] == '0' ? '1' : '0'), address + "x"])
        {
            await wall.GotoAsync(path);
            Assert.Equal(0, await wall.Locator(".board").CountAsync());
        }
        using var nobody = await product.ClientAsync();
        Assert.Equal(404, (int)(await nobody.GetAsync(new Uri("/cockpit/wall/" + new string('0', 32) + "/live", UriKind.Relative), Cancellation)).StatusCode);

        // Somebody else's place: neither listed nor ended.
        await using (var city = await OpenAsync("zhoumin"))
            Assert.Equal(404, (await city.Page.GotoAsync("/cockpit/screens"))!.Status);
        await office.GotoAsync("/cockpit/screens");
        await office.GetByRole(AriaRole.Button, new() { Name = "停用" + name }).ClickAsync();
        await Expect(office.Locator(".b-screen").Filter(new() { HasText = name })).ToContainTextAsync("已停用");
        Assert.Equal(404, (await wall.GotoAsync(address))!.Status);
    }

    [Fact]
    public async Task Boards_take_turns_and_what_was_opened_from_a_wall_comes_back()
    {
        var wall = await product.OpenAsync(1920, 1080);
        await Product.SignInAsync(wall, "shenguorong");
        await wall.Clock.InstallAsync();
        await wall.GotoAsync("/cockpit/all?play=all,visits&every=10");
        await Expect(wall.Locator(".board-top h1")).ToHaveTextAsync("一屏感知人大");
        await wall.Clock.RunForAsync(11_000);
        await Expect(wall.Locator(".board-top h1")).ToHaveTextAsync("代表寻访一件事");
        // Without network the last state stays, with its age.
        await wall.Context.SetOfflineAsync(true);
        await wall.Clock.RunForAsync(11_000);
        await Expect(wall.Locator(".board-top h1")).ToHaveTextAsync("代表寻访一件事");
        Assert.True(await wall.Locator(".b-figures a").CountAsync() > 3);
        await wall.Context.SetOfflineAsync(false);
        // Somebody touches it and opens what is behind a number; a minute later the board is back.
        await wall.Locator(".b-figures a").First.ClickAsync();
        await Expect(wall.Locator("header.top")).ToBeVisibleAsync();
        await wall.Clock.RunForAsync(50_000);
        await Expect(wall.Locator(".wall-back")).ToContainTextAsync("秒后回到大屏");
        await wall.Clock.RunForAsync(15_000);
        await Expect(wall.Locator(".board-top h1")).ToBeVisibleAsync();
    }

    private static Regex Lies(int column, int row, int width, int height) => new($@"\bc{column} r{row} w{width} h{height}\b");

    private async Task<Opened> OpenAsync(string name)
    {
        var page = await product.OpenAsync(1440, 900);
        await Product.SignInAsync(page, name);
        return new(page);
    }

    private sealed record Opened(IPage Page) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
    }

    [GeneratedRegex("class=\"b-figures\"><a href=\"[^\"]+\"><b>([^<]+)<")]
    private static partial Regex FirstFigure();
}
