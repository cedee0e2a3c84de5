using Microsoft.Playwright;
using Renda.Platform.Demo;
using Renda.Visits.Demo;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>The scene everything serves: Li Yang's photo of the poles, from a field without a signal to a closed matter.</summary>
public sealed class FindingGoesRoundTests(Product product)
{
    private static readonly FilePayload Before = Photo("poles.jpg", after: false);
    private static readonly FilePayload After = Photo("mended.jpg", after: true);

    [Fact]
    public async Task A_finding_captured_offline_is_sent_assigned_mended_proved_and_judged()
    {
        var (latitude, longitude) = DemoPlaces.Tangzitou;
        var clerk = await product.OpenAsync();
        await Product.SignInAsync(clerk, "zhoumin");
        await clerk.GotoAsync("/visits?view=triage");
        await Expect(clerk.Locator(".live.on")).ToBeVisibleAsync();
        await Product.PictureAsync(clerk, "clerk-inbox");

        // In the field: the page is open, then there is no signal.
        var phone = await product.PhoneAsync("liyang", (float)latitude, (float)longitude);
        var page = phone.Pages[0];
        await Product.SignInAsync(page, "liyang");
        await Product.PictureAsync(page, "phone-desk", whole: true);
        await page.GotoAsync("/visits/capture");
        await page.WaitForFunctionAsync("navigator.serviceWorker.ready.then(() => true)");
        var say = page.GetByPlaceholder("看到了什么？");
        await Expect(say).ToBeVisibleAsync();
        await Product.PictureAsync(page, "phone-capture-empty");
        await phone.SetOfflineAsync(true);
        await page.GetByLabel("拍照片", new() { Exact = true }).SetInputFilesAsync(Before);
        await page.GetByRole(AriaRole.Group, new() { Name = "属于哪一类？" }).GetByRole(AriaRole.Button).First.ClickAsync();
        await say.FillAsync("塘子头电线杆老旧倾斜，电线垂到树丛和菜地里，各类管线缠在一起。");
        await Expect(page.Locator(".cap-top .saved, visit-capture .saved").First).ToBeVisibleAsync();
        await Product.PictureAsync(page, "phone-capture-filled");
        await page.GetByRole(AriaRole.Button, new() { Name = "发送", Exact = true }).ClickAsync();
        await Expect(page.Locator("body")).ToContainTextAsync("发送队列");
        await Product.PictureAsync(page, "phone-queued-offline");
        // A page that is not kept says so instead of leaving the person with the browser's own words.
        await page.GotoAsync("/visits?view=mine");
        await Expect(page.Locator("main")).ToContainTextAsync("没有信号，这一页现在打不开");
        await Expect(page.Locator(".queue-item")).ToContainTextAsync("塘子头电线杆老旧倾斜");
        await Product.PictureAsync(page, "phone-away-offline");
        await phone.CloseAsync();

        // The browser is opened again where there is a signal: it sends by itself, whatever page is looked at.
        phone = await product.PhoneAsync("liyang", (float)latitude, (float)longitude);
        page = phone.Pages[0];
        await page.GotoAsync("/notices");

        // The clerk's list shows it without a reload.
        var item = clerk.Locator(".item h2 a", new() { HasTextString = "塘子头电线杆老旧倾斜" });
        await Expect(item).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.GotoAsync("/visits/queue");
        await Expect(page.Locator(".queue-item")).ToContainTextAsync("已送达");
        await Product.PictureAsync(page, "phone-queue-again");
        await Product.PictureAsync(clerk, "clerk-inbox-live");
        await item.ClickAsync();
        await Expect(clerk.Locator("h1", new() { HasTextString = "塘子头电线杆老旧倾斜" })).ToBeVisibleAsync();
        await Product.PictureAsync(clerk, "clerk-matter", whole: true);
        await clerk.Locator("#act-assign form button").ClickAsync();
        await Expect(clerk.Locator("body")).ToContainTextAsync("待签收");
        var matter = new Uri(clerk.Url).Query.Split("id=")[1].Split('&')[0];

        var unit = await product.OpenAsync();
        await Product.SignInAsync(unit, "chenjianguo");
        await Product.PictureAsync(unit, "unit-desk");
        await unit.GotoAsync("/matters/" + matter);
        await unit.Locator("#act-accept form button").ClickAsync();
        await Expect(unit.Locator("#act-reply")).ToBeVisibleAsync();

        // Without a word the unit is told what is missing, at the field.
        await unit.Locator("#act-reply form button").ClickAsync();
        await Expect(unit.Locator("#act-reply .error-summary")).ToContainTextAsync("办理情况");
        await unit.Locator("#act-reply textarea[name=text]").FillAsync("已扶正加固两根电杆，垂落线路重新架设，通信管线分类归整。");
        await unit.Locator("#act-reply input[type=file]").SetInputFilesAsync(After);
        await unit.Locator("#act-reply form button").ClickAsync();
        await Expect(unit.Locator(".facts")).ToContainTextAsync("待核验");
        await Product.PictureAsync(unit, "unit-replied", whole: true);

        await clerk.GotoAsync("/matters/" + matter);
        await Expect(clerk.Locator(".before-after")).ToContainTextAsync("距原处");
        await clerk.Locator("#act-check form button").ClickAsync();
        await Expect(clerk.Locator(".facts")).ToContainTextAsync("待评价");

        await page.GotoAsync("/matters/" + matter);
        await Expect(page.Locator("#act-evaluate")).ToBeVisibleAsync();
        await page.Locator("#act-evaluate input[name=attitude][value='1']").CheckAsync();
        await page.Locator("#act-evaluate input[name=result][value='1']").CheckAsync();
        await Product.PictureAsync(page, "phone-evaluate", whole: true);
        await page.Locator("#act-evaluate form button").ClickAsync();
        await Expect(page.Locator(".facts")).ToContainTextAsync("已办结");
        await Expect(page.Locator(".facts")).ToContainTextAsync("有就近整改照片");
        await clerk.GotoAsync("/matters/" + matter);
        await Expect(clerk.Locator(".step").Last).ToContainTextAsync("李阳");
        await Product.PictureAsync(page, "phone-closed", whole: true);
        await phone.CloseAsync();
    }

    [Fact]
    public async Task Another_countys_clerk_does_not_find_the_page()
    {
        var unit = await product.OpenAsync();
        await Product.SignInAsync(unit, "yuwenbin");
        var answer = await unit.GotoAsync("/matters/" + Guid.CreateVersion7());
        Assert.Equal(404, answer!.Status);
        answer = await unit.GotoAsync("/visits/statistics");
        Assert.Equal(404, answer!.Status);
    }

    private static FilePayload Photo(string name, bool after)
    {
        var (latitude, longitude) = DemoPlaces.Tangzitou;
        return new() { Name = name, MimeType = "image/jpeg", Buffer = DemoScenes.Draw(77, "pole-leaning", after, DateTime.UtcNow.AddMinutes(-2), latitude, longitude) };
    }
}
