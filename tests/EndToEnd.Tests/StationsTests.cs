using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>A citizen without an account says something at the door of a station and follows it to its end.</summary>
public sealed partial class StationsTests(Product product)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_citizen_says_it_the_deputy_answers_and_the_citizen_rates()
    {
        var page = await product.OpenAsync(390, 844);
        await page.GotoAsync("/p");
        await page.FillAsync("#q", "红山");
        await page.GetByRole(AriaRole.Button, new() { Name = "找代表" }).ClickAsync();
        await page.Locator("a.option", new() { HasText = "长兴县和平镇红山村" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("红山村");
        await Product.PictureAsync(page, "portal-place-390", whole: true);
        // Nothing but what the law publishes: no telephone of a deputy stands anywhere.
        Assert.DoesNotMatch(DemoPhone(), await page.ContentAsync());
        await page.Locator("article", new() { HasText = "和平镇人大代表中心联络站" }).GetByRole(AriaRole.Link, new() { Name = "向这个站反映" }).ClickAsync();
        await page.FillAsync("#text", "红山村小桥的栏杆断了一截，小孩上学从这里走，请尽快修。");
        await page.Locator("label.choice", new() { HasText = "公共安全" }).ClickAsync();
        await page.SelectOptionAsync("#village", new SelectOptionValue { Label = "红山村" });
        await page.FillAsync("#contact", "10000009999");
        await Product.PictureAsync(page, "portal-say-390", whole: true);
        await page.WaitForTimeoutAsync(3200);
        await page.GetByRole(AriaRole.Button, new() { Name = "提交" }).ClickAsync();
        var code = await page.Locator("#query-code").InnerTextAsync();
        Assert.Matches("^[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}$", code);
        await Product.PictureAsync(page, "portal-code-390", whole: true);

        var keeper = await product.OpenAsync();
        await Product.SignInAsync(keeper, "luchunyan");
        await keeper.GotoAsync("/stations/voices?view=screen");
        await keeper.GetByRole(AriaRole.Link, new() { Name = "红山村小桥的栏杆断了一截" }).ClickAsync();
        await keeper.GetByRole(AriaRole.Button, new() { Name = "查看联系方式" }).ClickAsync();
        await Expect(keeper.Locator("#contact")).ToContainTextAsync("10000009999");
        await keeper.SelectOptionAsync("#accept-deputy", new SelectOptionValue { Label = await keeper.Locator("#accept-deputy option", new() { HasText = "李阳" }).InnerTextAsync() });
        await keeper.Locator("#act-accept").GetByRole(AriaRole.Button, new() { Name = "受理" }).ClickAsync();
        await Expect(keeper.Locator(".facts")).ToContainTextAsync("待代表承接");
        await Product.PictureAsync(keeper, "stations-voice-1440");

        var deputy = await product.OpenAsync(390, 844);
        await Product.SignInAsync(deputy, "liyang");
        await deputy.GotoAsync("/stations/voices?view=mine");
        await deputy.GetByRole(AriaRole.Link, new() { Name = "红山村小桥的栏杆断了一截" }).ClickAsync();
        await deputy.Locator("#act-take").GetByRole(AriaRole.Button, new() { Name = "承接" }).ClickAsync();
        await deputy.FillAsync("#answer-text", "您好，我今天去看了，村里下午就把栏杆焊好了。");
        await deputy.GetByRole(AriaRole.Button, new() { Name = "直接答复群众" }).ClickAsync();
        await Expect(deputy.Locator(".facts")).ToContainTextAsync("待群众评价");

        await page.GotoAsync("/p/q");
        await page.FillAsync("#code", "AAAA-AAAA-AAAA");
        await page.GetByRole(AriaRole.Button, new() { Name = "查询" }).ClickAsync();
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("没有这个查询码");
        await page.FillAsync("#code", code.ToLowerInvariant());
        await page.GetByRole(AriaRole.Button, new() { Name = "查询" }).ClickAsync();
        await Expect(page.Locator(".portal-story")).ToContainTextAsync("村里下午就把栏杆焊好了");
        // The code stands in no address.
        Assert.DoesNotContain(code, page.Url, StringComparison.OrdinalIgnoreCase);
        await Product.PictureAsync(page, "portal-look-390", whole: true);
        await page.Locator("label.choice", new() { HasText = "基本满意" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "评价" }).ClickAsync();
        await Expect(page.Locator(".portal-story")).ToContainTextAsync("您已评价：基本满意");
        await page.GetByRole(AriaRole.Button, new() { Name = "现在删除" }).ClickAsync();
        await Expect(page.GetByText("已经删除")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_citizen_finds_the_deputies_by_address_by_position_and_on_the_map()
    {
        var page = await product.OpenAsync(390, 844);
        await page.GotoAsync("/p");
        await page.FillAsync("#q", "浙江省湖州市长兴县和平镇红山村12号");
        await page.GetByRole(AriaRole.Button, new() { Name = "找代表" }).ClickAsync();
        await page.Locator("a.option", new() { HasText = "长兴县和平镇红山村" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("长兴县和平镇红山村");

        // Where nobody allows a position the page says so, and nothing is lost.
        await page.GotoAsync("/p");
        await page.GetByRole(AriaRole.Button, new() { Name = "用我现在的位置" }).ClickAsync();
        await Expect(page.Locator("[data-said]")).ToHaveTextAsync("没有得到位置，请写地址。");
        await page.Context.GrantPermissionsAsync(["geolocation"]);
        await page.Context.SetGeolocationAsync(new() { Latitude = 40, Longitude = 116.4f });
        await page.GetByRole(AriaRole.Button, new() { Name = "用我现在的位置" }).ClickAsync();
        await Expect(page.Locator("[data-said]")).ToHaveTextAsync("这个位置不在有边界资料的乡镇里，请写地址。");
        await page.Context.SetGeolocationAsync(new() { Latitude = 30.87f, Longitude = 120.25f });
        await page.GetByRole(AriaRole.Button, new() { Name = "用我现在的位置" }).ClickAsync();
        await page.WaitForURLAsync("**/p?place=*");
        var place = Regex.Match(page.Url, "place=([0-9]{12})").Groups[1].Value;
        var answer = await (await page.APIRequest.GetAsync("/api/v1/regions/at?lat=30.87&lon=120.25")).TextAsync();
        Assert.EndsWith(place, Regex.Matches(answer, "[0-9]{12}")[^1].Value, StringComparison.Ordinal);
        Assert.DoesNotContain("30.87", page.Url, StringComparison.Ordinal);

        await page.GotoAsync("/p");
        await page.GetByText("在地图上点").ClickAsync();
        await Expect(page.Locator(".map-area.pick")).ToHaveCountAsync(72);
        await page.Locator(".map-area.pick").Nth(20).ClickAsync(new() { Force = true });
        await page.WaitForURLAsync("**/p?place=*");
        // A town's villages are one press further: deputies are elected by constituency.
        await page.GetByText("您住在哪个村、社区？").ClickAsync();
        await page.Locator(".portal-list.villages a").First.ClickAsync();
        await page.WaitForURLAsync(new Regex("place=[0-9]{9}(?!000)[0-9]{3}"));
    }

    [Theory]
    [InlineData("luchunyan", "/stations/voices?view=screen", 200)]
    [InlineData("luchunyan", "/stations/report", 200)]
    [InlineData("luchunyan", "/stations/settings", 404)]
    [InlineData("liyang", "/stations/mine", 200)]
    [InlineData("liyang", "/stations/report", 404)]
    [InlineData("liyang", "/stations/voices/new", 404)]
    [InlineData("zhoumin", "/stations/voices?view=transfer", 200)]
    [InlineData("zhoumin", "/stations/mine", 404)]
    [InlineData("chenjianguo", "/stations/voices", 200)]
    [InlineData("chenjianguo", "/stations/voices/new", 404)]
    [InlineData("yaoweiping", "/stations/settings", 200)]
    [InlineData("zhoumin", "/stations/voices?month=2026-13", 404)]
    [InlineData("zhoumin", "/stations/export/report.docx?month=2026-11", 200)]
    public async Task A_page_is_there_for_those_whose_work_it_is(string name, string path, int status)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var client = await product.ClientAsync(name);
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        Assert.Equal(status, (int)(await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("/p/s/NO2SUCH3")]
    [InlineData("/p/d/NO2SUCH3")]
    [InlineData("/p/s/%00%ff")]
    [InlineData("/p/d/'%20or%201=1--")]
    public async Task A_code_that_is_nobodys_is_a_page_not_found(string path)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var client = await product.ClientAsync();
        var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.BadRequest });
    }

    // The demonstration's telephones begin with 100 and have 11 digits; the station's own is written otherwise.
    [GeneratedRegex(@"\b100\d{8}\b")]
    private static partial Regex DemoPhone();
}
