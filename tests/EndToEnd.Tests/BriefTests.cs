using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Deque.AxeCore.Playwright;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>A monthly brief made, edited, issued and read by those whose place it is.</summary>
public sealed class BriefTests(Product product)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static DateOnly Last => new DateOnly(DateTime.UtcNow.AddHours(8).Year, DateTime.UtcNow.AddHours(8).Month, 1).AddDays(-1);

    [Fact]
    public async Task A_clerk_edits_and_issues_a_brief_whose_document_tells_the_indicators_figures()
    {
        var page = await product.OpenAsync();
        await Product.SignInAsync(page, "zhoumin");
        await page.GotoAsync("/cockpit");
        await page.GetByRole(AriaRole.Link, new() { Name = "代表寻访每月简报" }).Or(page.Locator("a[href='/cockpit/visits/brief']")).First.ClickAsync();
        await Expect(page.Locator("textarea").First).ToBeVisibleAsync();
        await LookAsync(page, "brief-draft");
        // Too little is told at its field, and what was typed elsewhere stays.
        var (first, second) = (page.Locator("textarea").First, page.Locator("textarea").Nth(1));
        await first.FillAsync("本月寻访平稳，请各镇继续抓好办理。");
        await second.FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存草稿" }).ClickAsync();
        await Expect(page.Locator(".field.bad")).ToHaveCountAsync(1);
        await Expect(first).ToHaveValueAsync("本月寻访平稳，请各镇继续抓好办理。");
        await second.FillAsync("各地情况见下表。");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存草稿" }).ClickAsync();
        await Expect(page.Locator(".note.ok")).ToContainTextAsync("草稿已保存");
        await Expect(first).ToHaveValueAsync("本月寻访平稳，请各镇继续抓好办理。");

        // A draft is its makers' alone.
        using var leader = await product.Server.ApiAsync("shenguorong");
        Assert.DoesNotContain("请各镇继续抓好办理", WebUtility.HtmlDecode(await leader.GetStringAsync(new Uri($"/cockpit/visits/brief?month={Last:yyyy-MM}", UriKind.Relative), Stop)), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "发布", Exact = true }).ClickAsync();
        await Expect(page.Locator("textarea")).ToHaveCountAsync(0);
        await Expect(page.Locator(".page-head")).ToContainTextAsync($"{Last.Year}年第1期");
        await LookAsync(page, "brief-issued");
        var address = new Uri(page.Url).AbsolutePath;

        // Leaders of the place and above read it; the document is valid and its figures are the API's.
        using var file = new MemoryStream(await leader.GetByteArrayAsync(new Uri(address + ".docx", UriKind.Relative), Stop));
        using var document = WordprocessingDocument.Open(file, false);
        Assert.Empty(new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Microsoft365).Validate(document, Stop).Select(e => $"{e.Part?.Uri} {e.Path?.XPath} {e.Description}"));
        var body = document.MainDocumentPart!.Document!.Body!;
        Assert.Contains("本月寻访平稳，请各镇继续抓好办理。", body.InnerText, StringComparison.Ordinal);
        Assert.Contains($"{Last.Year}年第1期", body.InnerText, StringComparison.Ordinal);
        using var clerk = await product.Server.ApiAsync("zhoumin");
        var rows = body.Elements<Table>().First().Elements<TableRow>().Select(r => r.Elements<TableCell>().Select(c => c.InnerText).ToList()).ToDictionary(r => r[0], r => r);
        foreach (var code in (string[])["visits.raised", "visits.closed", "visits.under-way", "visits.on-time", "visits.satisfied", "visits.days"])
        {
            var told = (await clerk.GetFromJsonAsync<JsonObject>(new Uri(FormattableString.Invariant($"/api/v1/indicators/{code}?from={Last:yyyy-MM}-01&to={Last:yyyy-MM-dd}&asOf={Last:yyyy-MM-dd}&region=330522000000"), UriKind.Relative), Stop))!;
            var name = told["definition"]!["name"]!.ToString();
            var shown = rows[name[(name.IndexOf('·', StringComparison.Ordinal) + 1)..]][1];
            var number = new string([.. shown.TakeWhile(c => char.IsAsciiDigit(c) || c is '.' or ',' or '-')]).Replace(",", "", StringComparison.Ordinal);
            Assert.Equal((code, told["value"]?.GetValue<decimal>()), (code, number.Length == 0 ? null : decimal.Parse(number, CultureInfo.InvariantCulture)));
        }
        // What was issued is shown again wherever the month is asked for, and cannot be issued again.
        await page.GotoAsync($"/cockpit/visits/brief?month={Last:yyyy-MM}");
        await Expect(page.Locator("textarea")).ToHaveCountAsync(0);
        await Expect(page.Locator("a.option[aria-current=page]")).ToHaveCountAsync(1);
        Assert.Equal(HttpStatusCode.OK, (await leader.GetAsync(new Uri(address, UriKind.Relative), Stop)).StatusCode);
        // Of another's place and to the wrong person there is none.
        foreach (var (name, status) in ((string, HttpStatusCode)[])[("liyang", HttpStatusCode.Forbidden), ("chenjianguo", HttpStatusCode.Forbidden), ("cailixin", HttpStatusCode.Forbidden), ("zhangliping", HttpStatusCode.Forbidden)])
        {
            using var other = await product.Server.ApiAsync(name);
            foreach (var path in (string[])[address, address + ".docx", "/cockpit/visits/brief", "/cockpit/visits/brief.docx"]) Assert.Equal((name, path, status), (name, path, (await other.GetAsync(new Uri(path, UriKind.Relative), Stop)).StatusCode));
        }
    }

    private static async Task LookAsync(IPage page, string name)
    {
        foreach (var (width, height) in ((int, int)[])[(390, 844), (1440, 900)])
        {
            await page.SetViewportSizeAsync(width, height);
            Assert.Empty((await page.RunAxe()).Violations.Select(v => $"{name} {width}: {v.Id} {v.Nodes[0].Target}"));
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") <= 0, $"{name} is wider than {width}");
            await Product.PictureAsync(page, $"{name}-{width}", whole: true);
        }
    }

    [Theory]
    [InlineData("shenguorong", "/cockpit/visits/brief.docx", HttpStatusCode.Forbidden)]
    [InlineData("zhoumin", "/cockpit/nowhere/brief", HttpStatusCode.NotFound)]
    [InlineData("zhoumin", "/cockpit/nowhere/brief.docx", HttpStatusCode.NotFound)]
    [InlineData("zhoumin", "/cockpit/visits/brief.docx?month=2999-01", HttpStatusCode.NotFound)]
    [InlineData("zhoumin", "/cockpit/briefs/0199f000-0000-7000-8000-000000000000", HttpStatusCode.NotFound)]
    [InlineData("zhoumin", "/cockpit/briefs/0199f000-0000-7000-8000-000000000000.docx", HttpStatusCode.NotFound)]
    [InlineData("zhoumin", "/cockpit/all/brief.docx", HttpStatusCode.OK)]
    [InlineData("shenguorong", "/cockpit/all/brief", HttpStatusCode.OK)]
    public async Task The_wrong_person_and_a_wrong_address_find_no_brief(string name, string path, HttpStatusCode status)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var api = await product.Server.ApiAsync(name);
        Assert.Equal(status, (await api.GetAsync(new Uri(path, UriKind.Relative), Stop)).StatusCode);
    }

    [Fact]
    public async Task A_month_that_is_none_is_told_at_its_field()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var api = await product.Server.ApiAsync("zhoumin");
        foreach (var month in (string[])["2026-13", "2999-01", "october"])
        {
            var page = WebUtility.HtmlDecode(await api.GetStringAsync(new Uri("/cockpit/visits/brief?month=" + month, UriKind.Relative), Stop));
            Assert.Contains("月份写成 2026-10 这样", page, StringComparison.Ordinal);
            Assert.Contains($"value=\"{month}\"", page, StringComparison.Ordinal);
        }
        // The month that runs is shown, and cannot be issued.
        var running = WebUtility.HtmlDecode(await api.GetStringAsync(new Uri(FormattableString.Invariant($"/cockpit/visits/brief?month={Last.AddDays(1):yyyy-MM}"), UriKind.Relative), Stop));
        Assert.Contains("还没有过完", running, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"issue\"", running, StringComparison.Ordinal);
        // A leader reads, and cannot send what the page does not offer.
        using var leader = await product.ClientAsync("shenguorong");
        var answer = await Server.PostAsync(leader, "/account", "/cockpit/visits/brief", new() { ["do"] = "issue", ["version"] = "0" }, "brief");
        Assert.False(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Redirect, answer.StatusCode.ToString());
    }
}
