using System.Globalization;
using System.Net;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>A clerk plans an activity and announces it; a deputy signs up on a phone and checks in on the spot; the clerk records it.</summary>
public sealed class ActivityTests(Product product)
{
    private const float Latitude = 30.8402f, Longitude = 119.8951f;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clerk_invites_a_deputy_signs_up_checks_in_on_the_spot_and_the_clerk_records_it()
    {
        var clerk = await product.OpenAsync();
        await Product.SignInAsync(clerk, "zhoumin");
        await clerk.GotoAsync("/deputies/activities/new");
        await clerk.SelectOptionAsync("#congress", new SelectOptionValue { Label = await clerk.Locator("#congress option", new() { HasText = "和平镇" }).InnerTextAsync() });
        await clerk.GetByRole(AriaRole.Button, new() { Name = "换", Exact = true }).ClickAsync();
        await clerk.FillAsync("#title", "走访村级养老照料中心");
        await clerk.SelectOptionAsync("#kind", "research");
        // It begins in half an hour, which is within the hour in which one may check in.
        var begins = DateTime.UtcNow.AddHours(8).AddMinutes(30);
        var ends = begins.AddHours(1);
        await clerk.FillAsync("#day", begins.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await clerk.FillAsync("#begins", begins.ToString("HH:mm", CultureInfo.InvariantCulture));
        await clerk.FillAsync("#ends", ends.ToString("HH:mm", CultureInfo.InvariantCulture));
        if (ends.Date != begins.Date) await clerk.FillAsync("#lastDay", ends.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await clerk.FillAsync("#place", "红山村照料中心");
        await clerk.Locator("summary", new() { HasText = "签到地点" }).ClickAsync();
        await clerk.FillAsync("#latitude", Latitude.ToString(CultureInfo.InvariantCulture));
        await clerk.FillAsync("#longitude", Longitude.ToString(CultureInfo.InvariantCulture));
        await clerk.FillAsync("#people", "李阳");
        await clerk.Locator(".picks [role=option]").First.ClickAsync();
        await Product.PictureAsync(clerk, "activity-new-1440", whole: true);
        await clerk.GetByRole(AriaRole.Button, new() { Name = "保存草稿" }).ClickAsync();
        await Expect(clerk.Locator("#list")).ToContainTextAsync("李阳");
        await clerk.GetByRole(AriaRole.Button, new() { Name = "发布并通知" }).ClickAsync();
        await Expect(clerk.Locator(".page-head .pill")).ToHaveTextAsync("已发布");
        var activity = new Uri(clerk.Url).AbsolutePath;
        await clerk.GetByRole(AriaRole.Link, new() { Name = "签到海报" }).ClickAsync();
        await Expect(clerk.Locator(".activity-poster .qr")).ToBeVisibleAsync();
        var address = await clerk.Locator(".activity-poster .address").InnerTextAsync();
        await Product.PictureAsync(clerk, "activity-poster-1440", whole: true);

        await using var phone = await product.PhoneAsync("activity-phone", Latitude + 0.02f, Longitude);
        var deputy = phone.Pages[0];
        await Product.SignInAsync(deputy, "liyang");
        await deputy.GotoAsync("/deputies/activities/mine");
        await deputy.Locator("#answer").GetByRole(AriaRole.Link, new() { Name = "走访村级养老照料中心" }).ClickAsync();
        await deputy.GetByRole(AriaRole.Button, new() { Name = "报名参加" }).ClickAsync();
        await Expect(deputy.Locator("#own .pill")).ToHaveTextAsync("已报名");
        await Product.PictureAsync(deputy, "activity-own-390", whole: true);

        // The address is in the code on the wall and nowhere on the deputy's page.
        Assert.DoesNotContain("check-in/", await deputy.ContentAsync(), StringComparison.Ordinal);
        await deputy.GotoAsync(address);
        await deputy.GetByRole(AriaRole.Button, new() { Name = "签到" }).ClickAsync();
        await Expect(deputy.Locator(".check-in .note")).ToContainTextAsync("2.2 公里");
        await Product.PictureAsync(deputy, "activity-far-390", whole: true);
        await phone.SetGeolocationAsync(new() { Latitude = Latitude + 0.001f, Longitude = Longitude, Accuracy = 8 });
        await deputy.GotoAsync(address);
        await deputy.GetByRole(AriaRole.Button, new() { Name = "签到" }).ClickAsync();
        await Expect(deputy.Locator(".check-in")).ToContainTextAsync("已签到");
        await Expect(deputy.Locator(".check-in")).ToContainTextAsync("111 米");
        await Product.PictureAsync(deputy, "activity-near-390", whole: true);

        await clerk.GotoAsync(activity);
        await Expect(clerk.Locator("#list")).ToContainTextAsync("扫码，111 米");
        await Product.PictureAsync(clerk, "activity-page-1440", whole: true);
        // What is over is recorded: the demonstration's own, which took place two days ago.
        await clerk.GotoAsync("/deputies/activities?state=to-record");
        await clerk.GetByRole(AriaRole.Link, new() { Name = "列席县人大常委会会议" }).First.ClickAsync();
        await clerk.GetByRole(AriaRole.Link, new() { Name = "登记活动" }).ClickAsync();
        await clerk.FillAsync("#record", "听取审议两个专项工作报告。");
        await clerk.Locator("input[name^='s-']").First.FillAsync("关于审计整改");
        await clerk.Locator("input[type=radio][value=there]").First.CheckAsync();
        await clerk.SetInputFilesAsync("#files", new FilePayload { Name = "会场.jpg", MimeType = "image/jpeg", Buffer = Picture() });
        await Product.PictureAsync(clerk, "activity-record-1440", whole: true);
        await clerk.GetByRole(AriaRole.Button, new() { Name = "保存登记" }).ClickAsync();
        await Expect(clerk.Locator("#record")).ToContainTextAsync("两个专项工作报告");
        await Expect(clerk.Locator("#list")).ToContainTextAsync("关于审计整改");
        Assert.True(await clerk.Locator("#record .shot img").EvaluateAsync<bool>("async i => { await i.decode(); return i.naturalWidth > 0; }"));
        await Product.PictureAsync(clerk, "activity-held-1440", whole: true);
    }

    [Theory]
    [InlineData("zhoumin", "/deputies/activities", 200)]
    [InlineData("zhoumin", "/deputies/activities?state=held&kind=training", 200)]
    [InlineData("zhoumin", "/deputies/activities/mine", 404)]
    [InlineData("liyang", "/deputies/activities/mine", 200)]
    [InlineData("liyang", "/deputies/activities", 404)]
    [InlineData("liyang", "/deputies/activities/new", 404)]
    [InlineData("liyang", "/deputies/activities/0197b2c8-0000-7000-8000-000000000000", 404)]
    [InlineData("liyang", "/deputies/check-in/NOSUCHCODE", 200)]
    [InlineData("zhoumin", "/deputies/check-in/%27%20or%201=1", 200)]
    [InlineData("chenjianguo", "/deputies/activities", 404)]
    [InlineData(null, "/deputies/check-in/NOSUCHCODE", 302)]
    public async Task A_page_is_there_for_those_whose_work_it_is(string? name, string path, int status)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var client = await product.ClientAsync(name);
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
        // Whoever stands at the door is told what to do.
        if (path.Contains("check-in", StringComparison.Ordinal) && status == 200) Assert.Contains("请找现场工作人员", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
    }

    private static byte[] Picture()
    {
        using var bitmap = new SkiaSharp.SKBitmap(320, 240);
        bitmap.Erase(SkiaSharp.SKColors.SeaGreen);
        using var encoded = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Jpeg, 90);
        return encoded.ToArray();
    }
}
