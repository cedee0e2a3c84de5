using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>What a deputy reports goes to the office and then into the file, and what the congress publishes is what everybody sees.</summary>
public sealed class DeputiesTests(Product product)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deputy_reports_the_office_confirms_and_the_file_has_it()
    {
        var title = "走访独居老人 " + Random.Shared.Next(1000, 9999);
        var phone = await product.OpenAsync(390, 844);
        await Product.SignInAsync(phone, "liyang");
        await phone.GotoAsync("/deputies/mine");
        await phone.GetByRole(AriaRole.Link, new() { Name = "申报履职" }).ClickAsync();
        // Sent too early: told at the field, and nothing typed is lost.
        await phone.GetByLabel("一句话概括").FillAsync(title);
        await phone.GetByLabel("做了什么").FillAsync("走访六户独居老人，查看用电安全。");
        await phone.GetByRole(AriaRole.Button, new() { Name = "提交" }).ClickAsync();
        await Expect(phone.Locator("fieldset.bad")).ToContainTextAsync("请选择做的是哪一类事");
        await Expect(phone.GetByLabel("一句话概括")).ToHaveValueAsync(title);
        await phone.GetByText("走访联系选民").ClickAsync();
        await phone.GetByLabel("见了多少选民").FillAsync("6");
        await phone.Locator("#media").SetInputFilesAsync(new FilePayload { Name = "走访.jpg", MimeType = "image/jpeg", Buffer = Server.Photo() });
        await phone.GetByRole(AriaRole.Button, new() { Name = "提交" }).ClickAsync();
        await Expect(phone.Locator("h1")).ToContainTextAsync(title);
        var matter = new Uri(phone.Url).AbsolutePath;
        await phone.GotoAsync("/deputies/mine");
        await Expect(phone.Locator("main")).Not.ToContainTextAsync(title);

        var desk = await product.OpenAsync();
        await Product.SignInAsync(desk, "zhoumin");
        await desk.GotoAsync("/deputies/entries?view=confirm");
        await desk.GetByRole(AriaRole.Link, new() { Name = title }).ClickAsync();
        await desk.Locator("#act-confirm button").Last.ClickAsync();
        await Expect(desk.Locator(".pane-main")).ToContainTextAsync("已确认");

        await phone.ReloadAsync();
        await Expect(phone.Locator("main")).ToContainTextAsync(title);
        await Product.PictureAsync(phone, "performance-file-phone", whole: true);
        await phone.GetByRole(AriaRole.Link, new() { Name = title }).ClickAsync();
        await Expect(phone).ToHaveURLAsync(new Regex(Regex.Escape(matter)));

        // The register holds it; a colleague gets neither the file nor the register.
        var seat = await SeatAsync("liyang");
        using var own = await product.ClientAsync("liyang");
        using var register = await own.GetAsync($"/deputies/export/files/{seat}.docx?year={DateTime.UtcNow.AddHours(8).Year}", Stop);
        Assert.Equal(HttpStatusCode.OK, register.StatusCode);
        using var other = await product.ClientAsync("shenjianfang");
        foreach (var address in (string[])[$"/deputies/files/{seat}", $"/deputies/export/files/{seat}.docx", $"/deputies/export/files/{seat}.xlsx", $"/deputies/export/archives/{seat}.zip"])
        {
            using var refused = await other.GetAsync(address, Stop);
            Assert.True(refused.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.Redirect, $"{address}: {refused.StatusCode}");
        }
    }

    [Fact]
    public async Task A_number_of_the_list_is_as_many_entries_as_the_file_shows()
    {
        var page = await product.OpenAsync();
        await Product.SignInAsync(page, "zhoumin");
        await page.GotoAsync("/deputies/files");
        var cells = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('tbody td.num a')].filter(a => a.textContent !== '0').slice(0, 8).map(a => a.getAttribute('href') + ' ' + a.textContent)");
        Assert.True(cells.Length >= 4, $"{cells.Length} figures");
        foreach (var cell in cells)
        {
            var (address, count) = (cell.Split(' ')[0], int.Parse(cell.Split(' ')[1]));
            await page.GotoAsync(address);
            Assert.Equal(count, await page.Locator("#" + address.Split('#')[1] + " li").CountAsync());
        }
    }

    [Fact]
    public async Task The_public_sees_what_the_congress_published_and_nothing_of_others()
    {
        using var citizen = await product.ClientAsync();
        var list = await citizen.GetStringAsync("/p/deputies", Stop);
        var group = Regex.Match(list, "/p/delegations/[0-9a-f-]{36}").Value;
        Assert.NotEmpty(group);
        var page = await product.OpenAsync(390, 844);
        await page.GotoAsync(group);
        await page.Locator(".done-list a").First.ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("公开至");
        await Product.PictureAsync(page, "deputy-public-phone", whole: true);
        // Li Yang's seat is the town's, which publishes nothing.
        using var hidden = await citizen.GetAsync($"/p/deputies/{await SeatAsync("liyang")}", Stop);
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        using var later = await citizen.GetAsync(new Uri(page.Url).AbsolutePath + "?year=2031", Stop);
        Assert.Equal(HttpStatusCode.NotFound, later.StatusCode);
    }

    private async Task<string> SeatAsync(string name)
    {
        using var api = await product.Server.ApiAsync(name);
        return Regex.Match(await api.GetStringAsync("/api/v1/deputies/mine", Stop), "\"id\":\"([0-9a-f-]{36})\"").Groups[1].Value;
    }
}
