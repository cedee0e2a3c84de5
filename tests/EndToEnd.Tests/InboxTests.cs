using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Renda.Visits.Demo;
using SkiaSharp;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>The clerk's list as a tool: several assigned at once, filters that are kept, and who may not.</summary>
public sealed class InboxTests(Product product)
{
    // Far from where the other tests report.
    private const double FieldLatitude = 30.9421, FieldLongitude = 119.7355;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_are_ticked_by_keys_and_assigned_with_one_press()
    {
        var first = await product.ReportAsync("一并交办试一：水管漏水");
        var second = await product.ReportAsync("一并交办试二：路灯不亮");
        var clerk = await product.OpenAsync();
        await Product.SignInAsync(clerk, "zhoumin");
        await clerk.GotoAsync("/visits?view=triage");
        // The newest stands above: down by j, as a hand would.
        foreach (var id in (Guid[])[second, first])
        {
            for (var i = 0; i < 30; i++)
            {
                await clerk.Keyboard.PressAsync("j");
                if (await clerk.EvaluateAsync<bool>($"!!document.activeElement?.closest('.item')?.querySelector('input[value=\"{id}\"]')")) break;
            }
            await clerk.Keyboard.PressAsync("x");
            await Expect(clerk.Locator($"input[value=\"{id}\"]")).ToBeCheckedAsync();
        }
        await clerk.GetByRole(AriaRole.Button, new() { Name = "一并交办所选" }).ClickAsync();
        await Expect(clerk.Locator(".assign-row")).ToHaveCountAsync(2);
        await clerk.GetByLabel("交办意见").FillAsync("三日内到现场");
        await Product.PictureAsync(clerk, "clerk-assign-together", whole: true);
        // The second is somebody else's first: it is shown, and nothing of the other is lost.
        using (var api = await product.Server.ApiAsync("zhoumin"))
        {
            using var verified = await api.PostAsync(new Uri($"/api/v1/matters/{second}/actions/verify", UriKind.Relative), null, Stop);
            Assert.Equal(HttpStatusCode.OK, verified.StatusCode);
        }
        await clerk.Locator("button.primary").ClickAsync();
        await Expect(clerk.Locator("[role=status]")).ToContainTextAsync("已交办 1 件");
        await Expect(clerk.Locator(".error-summary")).ToContainTextAsync("一并交办试二");
        await Expect(clerk.GetByLabel("交办意见")).ToHaveValueAsync("三日内到现场");
        await clerk.Locator("button.primary").ClickAsync();
        await Expect(clerk.Locator("[role=status]")).ToContainTextAsync("已交办 1 件");
        await Expect(clerk.Locator(".assign-row")).ToHaveCountAsync(0);
        foreach (var id in (Guid[])[first, second])
        {
            await clerk.GotoAsync("/matters/" + id);
            await Expect(clerk.Locator("body")).ToContainTextAsync("待签收");
            await Expect(clerk.Locator(".story")).ToContainTextAsync("三日内到现场");
        }
        // Assigned is assigned: the same address again says why not.
        await clerk.GotoAsync($"/visits/assign?ids={first}&ids={Guid.NewGuid()}");
        await Expect(clerk.Locator("body")).ToContainTextAsync("不能交办");
        await Expect(clerk.Locator("body")).ToContainTextAsync("有 1 件不在您的范围内");
    }

    [Fact]
    public async Task A_filter_is_kept_for_its_owner_on_every_screen()
    {
        var clerk = await product.OpenAsync();
        await Product.SignInAsync(clerk, "zhoumin");
        await clerk.GotoAsync("/visits?view=closed");
        await clerk.Locator("summary", new() { HasTextString = "更多条件" }).ClickAsync();
        await clerk.GetByLabel("特征").SelectOptionAsync("satisfied");
        await clerk.Locator("form.filters button").ClickAsync();
        await Expect(clerk.Locator(".pane-head")).ToContainTextAsync("满意");
        await clerk.Locator("summary", new() { HasTextString = "更多条件" }).ClickAsync();
        await clerk.GetByLabel("筛选的名称").FillAsync("办得好的");
        await clerk.GetByRole(AriaRole.Button, new() { Name = "存为我的筛选" }).ClickAsync();
        await Expect(clerk.Locator(".chip[aria-current]", new() { HasTextString = "办得好的" })).ToBeVisibleAsync();
        await Product.PictureAsync(clerk, "clerk-saved-filter");

        var again = await product.OpenAsync(390, 844);
        await Product.SignInAsync(again, "zhoumin");
        await again.GotoAsync("/visits?view=all");
        await again.Locator(".chip", new() { HasTextString = "办得好的" }).ClickAsync();
        await Expect(again).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("mark=satisfied"));
        var head = await product.OpenAsync();
        await Product.SignInAsync(head, "yaoweiping");
        await head.GotoAsync("/visits?view=all");
        await Expect(head.Locator(".pane-head")).Not.ToContainTextAsync("办得好的");

        await again.Locator("summary", new() { HasTextString = "更多条件" }).ClickAsync();
        await again.GetByRole(AriaRole.Button, new() { Name = "不再保存" }).ClickAsync();
        await Expect(again.Locator(".chip", new() { HasTextString = "办得好的" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_deputy_is_told_of_a_finding_whose_photo_shows_the_same_before_sending()
    {
        var scene = DemoScenes.Draw(4242, "road-broken", after: false, DateTime.UtcNow.AddMinutes(-3), FieldLatitude, FieldLongitude);
        using (var api = await product.Server.ApiAsync("liyang"))
        {
            var stored = await Server.UploadAsync(api, scene);
            var body = Server.Finding(await product.Server.CampaignAsync(), "照片查重：路面破损", stored.Headers.GetValues("Renda-Sha256").Single());
            (body["latitude"], body["longitude"]) = (FieldLatitude, FieldLongitude);
            using var answer = await api.PutAsJsonAsync(new Uri($"/api/v1/visits/findings/{Guid.CreateVersion7()}", UriKind.Relative), body, Stop);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }
        // The same scene, smaller and more compressed, as another phone would have it.
        using var picture = SKBitmap.Decode(scene);
        using var smaller = picture.Resize(new SKImageInfo(picture.Width / 2, picture.Height / 2), SKSamplingOptions.Default);
        using var encoded = smaller.Encode(SKEncodedImageFormat.Jpeg, 60);
        var phone = await product.PhoneAsync("likeness", (float)FieldLatitude, (float)FieldLongitude);
        var page = phone.Pages[0];
        await Product.SignInAsync(page, "liyang");
        await page.GotoAsync("/visits/capture");
        await page.GetByLabel("拍照片", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = "again.jpg", MimeType = "image/jpeg", Buffer = encoded.ToArray() });
        await page.GetByRole(AriaRole.Group, new() { Name = "属于哪一类？" }).GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(page.Locator(".note.wait", new() { HasTextString = "照片查重：路面破损" })).ToContainTextAsync("照片也像", new() { Timeout = 15_000 });
        await Product.PictureAsync(page, "phone-likeness", whole: true);
        await phone.CloseAsync();
    }

    [Theory]
    [InlineData("liyang")]
    [InlineData("chenjianguo")]
    public async Task Who_may_not_assign_finds_no_page(string name)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        var id = await product.ReportAsync("谁来办");
        using var client = await product.ClientAsync(name);
        using var answer = await client.GetAsync(new Uri($"/visits/assign?ids={id}", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("name=\"ids\"", await client.GetStringAsync(new Uri("/visits?view=triage", UriKind.Relative), Stop), StringComparison.Ordinal);
    }
}
