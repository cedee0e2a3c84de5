using System.Net;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>Common problems from the press to the focus, by the pages.</summary>
public sealed partial class CommonProblemTests(Product product)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clerk_studies_the_city_changes_a_group_and_takes_it_up()
    {
        var mark = "梁山伯桥西侧的石栏板断裂缺失三米多行人靠近容易坠河";
        foreach (var saying in (string[])[mark, mark + "请尽快修复", "路过看到" + mark, mark.Replace("三米", "四米", StringComparison.Ordinal)]) await product.ReportAsync(saying);
        var page = await product.OpenAsync();
        await Product.SignInAsync(page, "zhoumin");
        await page.GotoAsync("/analysis/new");
        await page.FillAsync("#name", "");
        await page.GetByRole(AriaRole.Button, new() { Name = "开始分析" }).ClickAsync();
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("请写名称");
        await page.FillAsync("#name", "栏杆和桥梁");
        await page.FillAsync("#likeness", "50");
        await page.GetByRole(AriaRole.Button, new() { Name = "开始分析" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("栏杆和桥梁");
        var group = page.Locator(".analysis-groups h2 a", new() { HasText = "梁山伯桥" });
        // The page looks again by itself while it is worked on.
        await Expect(group).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        var study = new Uri(page.Url).AbsolutePath;
        await LookAsync(page, "common-study");
        await group.ClickAsync();
        await Expect(page.Locator(".stat.key b")).ToHaveTextAsync("4件");
        await Expect(page.Locator(".analysis-why").First).ToContainTextAsync("以它为中心");
        await Expect(page.Locator(".analysis-why").Nth(1)).ToContainTextAsync("文字相似");
        await LookAsync(page, "common-group");
        var address = new Uri(page.Url).AbsolutePath;

        await page.Locator("input.pick").Nth(3).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "移出勾选的" }).ClickAsync();
        await Expect(page.Locator(".stat.key b")).ToHaveTextAsync("3件");
        await Expect(page.Locator("main")).ToContainTextAsync("人工移出的");
        await page.Locator("summary", new() { HasText = "改名" }).ClickAsync();
        await page.FillAsync("#name", "桥梁石栏板断裂");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("桥梁石栏板断裂");

        // One more of the kind: it joins, and what was taken out stays out.
        await product.ReportAsync(mark + "已有两个月");
        await page.GotoAsync(study);
        await page.GetByRole(AriaRole.Button, new() { Name = "更新到现在" }).ClickAsync();
        await Expect(page.Locator(".analysis-groups > li", new() { HasText = "桥梁石栏板断裂" }).Locator(".analysis-count b")).ToHaveTextAsync("4", new() { Timeout = 60_000 });
        await Expect(page.Locator("progress")).ToHaveCountAsync(0, new() { Timeout = 60_000 });

        await page.GotoAsync(address);
        await page.FillAsync("#reason", "");
        await page.GetByRole(AriaRole.Button, new() { Name = "列入", Exact = true }).ClickAsync();
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("请检查");
        await page.FillAsync("#reason", "多处反映同一类隐患，列入四季度检查。");
        await page.GetByRole(AriaRole.Button, new() { Name = "列入", Exact = true }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("桥梁石栏板断裂");
        await Expect(page.Locator(".stat.key b")).ToHaveTextAsync("4件");
        await LookAsync(page, "common-focus");
        var focus = new Uri(page.Url).AbsolutePath;
        await page.GotoAsync("/analysis/focuses");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "桥梁石栏板断裂" })).ToBeVisibleAsync();
        using var clerk = await product.ClientAsync("zhoumin");
        using var file = await clerk.GetAsync(new Uri(focus + "/problems.docx", UriKind.Relative), Cancellation);
        Assert.Equal((HttpStatusCode.OK, true), (file.StatusCode, (await file.Content.ReadAsByteArrayAsync(Cancellation)) is [0x50, 0x4B, ..]));

        // The wrong person: no right at all, and no right for this place.
        foreach (var path in (string[])[study, address, focus, focus + "/problems.docx"])
        {
            foreach (var (name, status) in ((string, int)[])[("liyang", 403), ("chenjianguo", 403), ("luchunyan", 403)])
            {
                using var other = await product.Server.ApiAsync(name);
                Assert.Equal(status, (int)(await other.GetAsync(new Uri(path, UriKind.Relative), Cancellation)).StatusCode);
            }
            using var leader = await product.Server.ApiAsync("shenguorong");
            Assert.Equal(HttpStatusCode.OK, (await leader.GetAsync(new Uri(path, UriKind.Relative), Cancellation)).StatusCode);
        }
        using var reader = await product.Server.ApiAsync("shenguorong");
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync(new Uri("/analysis/new", UriKind.Relative), Cancellation)).StatusCode);
        Assert.DoesNotMatch(Button(), await reader.GetStringAsync(new Uri(address, UriKind.Relative), Cancellation));
        using var gone = await clerk.GetAsync(new Uri($"/analysis/{Guid.CreateVersion7()}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    // At a phone's and a desk's size nothing for axe to find, and nothing wider than the window at any.
    private static async Task LookAsync(IPage page, string name)
    {
        foreach (var (width, height) in ((int, int)[])[(390, 844), (820, 1180), (1920, 1080), (1440, 900)])
        {
            await page.SetViewportSizeAsync(width, height);
            await Product.PictureAsync(page, $"{name}-{width}", whole: true);
            Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
            if (width is 390 or 1440) Assert.Empty((await page.RunAxe()).Violations.Select(v => $"{name} {width}: {v.Id} {v.Nodes[0].Target}"));
        }
    }

    [GeneratedRegex("移出勾选的|name=\"key\"")]
    private static partial Regex Button();
}
