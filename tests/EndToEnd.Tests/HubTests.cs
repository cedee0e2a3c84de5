using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>The to-do screen and the desk on several screens at once, and joined applications over the wire.</summary>
public sealed partial class HubTests(Product product)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_duty_taken_on_one_screen_is_seen_on_anothers_within_a_second_and_given_on()
    {
        var title = "领取试一：路灯";
        await product.ReportAsync(title);
        var (clerk, head) = (await product.OpenAsync(), await product.OpenAsync(390, 844));
        await Product.SignInAsync(clerk, "zhoumin");
        await Product.SignInAsync(head, "yaoweiping");
        foreach (var page in (IPage[])[clerk, head])
        {
            await page.GotoAsync("/todos?q=" + Uri.EscapeDataString(title));
            await Expect(Row(page, title)).ToBeVisibleAsync();
        }
        await Task.Delay(1500, Stop);
        await Row(clerk, title).GetByRole(AriaRole.Button, new() { Name = "领取" }).ClickAsync();
        await Expect(Row(head, title)).ToContainTextAsync("周敏已领取", new() { Timeout = 1000 });
        await Expect(Row(head, title).GetByRole(AriaRole.Button, new() { Name = "领取" })).ToHaveCountAsync(0);
        await Expect(Row(clerk, title)).ToContainTextAsync("我已领取");
        await Product.PictureAsync(clerk, "todos-claimed");

        await Row(clerk, title).GetByRole(AriaRole.Link, new() { Name = "委托" }).ClickAsync();
        await clerk.GetByLabel("给谁").SelectOptionAsync(new SelectOptionValue { Label = "姚卫平" });
        await clerk.GetByLabel("为什么委托").FillAsync("我明天去党校学习");
        await Product.PictureAsync(clerk, "todos-delegate");
        await clerk.Locator("button.primary").ClickAsync();
        await Expect(clerk.Locator("[role=status]").First).ToContainTextAsync("已委托");
        await Expect(Row(clerk, title)).ToContainTextAsync("我委托给姚卫平：我明天去党校学习");
        await Expect(Row(head, title)).ToContainTextAsync("周敏委托给我：我明天去党校学习", new() { Timeout = 1000 });
        await Product.PictureAsync(head, "todos-given-phone");
        // Undone by who was given it.
        await Row(head, title).GetByRole(AriaRole.Button, new() { Name = "退回" }).ClickAsync();
        await Expect(Row(head, title).GetByRole(AriaRole.Button, new() { Name = "领取" })).ToBeVisibleAsync();
        await Expect(Row(clerk, title)).Not.ToContainTextAsync("委托给", new() { Timeout = 1000 });
    }

    [Fact]
    public async Task A_joined_applications_duty_appears_everywhere_and_disappears_when_it_is_finished_there()
    {
        var (source, api) = await JoinAsync("walk", "会议管理");
        using var _ = api;
        var office = await OfficeAsync();
        var (clerk, head) = (await product.OpenAsync(), await product.OpenAsync(390, 844));
        await Product.SignInAsync(clerk, "zhoumin");
        await Product.SignInAsync(head, "yaoweiping");
        await clerk.GotoAsync("/");
        await head.GotoAsync("/todos");
        await Task.Delay(1500, Stop);
        using var put = await PutAsync(api, source, "m-1", Duty("会议材料送审", office));
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        await Expect(Row(head, "会议材料送审")).ToContainTextAsync("会议管理", new() { Timeout = 1000 });
        await Expect(clerk.Locator($"[data-tile='{source}'] .figure .n")).ToHaveTextAsync("1", new() { Timeout = 1000 });
        await BadgeIsRightAsync(clerk);
        await Expect(Row(head, "会议材料送审").Locator("h2 a")).ToHaveAttributeAsync("href", $"https://{source}.renda.example/1");
        await Expect(clerk.Locator($"[data-tile='{source}'] a.app-main")).ToHaveAttributeAsync("href", $"https://{source}.renda.example/");
        await Product.PictureAsync(clerk, "desk-joined");

        using var delete = await api.DeleteAsync(new Uri($"/api/v1/todos/{source}/m-1", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        await Expect(Row(head, "会议材料送审")).ToHaveCountAsync(0, new() { Timeout = 1000 });
        await Expect(clerk.Locator($"[data-tile='{source}'] .figure")).ToHaveCountAsync(0, new() { Timeout = 1000 });
        await BadgeIsRightAsync(clerk);
        await head.GotoAsync("/todos?view=done");
        await Expect(Row(head, "会议材料送审")).ToContainTextAsync("会议管理");
    }

    // The badge of a page that stays open says what a page opened now says. How many that are is not known: others' tests give the
    // clerk duties meanwhile.
    private async Task BadgeIsRightAsync(IPage open)
    {
        using var anew = await product.ClientAsync("zhoumin");
        for (var i = 0; ; i++)
        {
            var told = await open.Locator(".nav [data-count=todos]").TextContentAsync();
            var right = BadgePattern().Match(await anew.GetStringAsync("/account", Stop)).Groups[1].Value;
            Assert.NotEmpty(right);
            if (told == right) return;
            Assert.True(i < 10, $"the badge says {told}, a page read anew {right}");
            await Task.Delay(100, Stop);
        }
    }

    [Fact]
    public async Task The_feed_is_idempotent_over_the_wire_and_open_to_nobody_else()
    {
        var (source, api) = await JoinAsync("wire", "接口试验");
        using var a1 = api;
        var (otherSource, other) = await JoinAsync("wrong", "别的应用");
        using var a2 = other;
        var duty = Duty("<script>alert(1)</script> & “引号”", await OfficeAsync());
        Assert.Equal(("Created", null), await SayAsync(await PutAsync(api, source, "x:1", duty)));
        Assert.Equal(("OK", null), await SayAsync(await PutAsync(api, source, "x:1", duty)));
        duty["title"] = "改了";
        Assert.Equal(("Conflict", "hub.same-revision"), await SayAsync(await PutAsync(api, source, "x:1", duty)));
        duty["revision"] = 5;
        Assert.Equal(("OK", null), await SayAsync(await PutAsync(api, source, "x:1", duty)));
        duty["revision"] = 4;
        Assert.Equal(("Conflict", "hub.older-revision"), await SayAsync(await PutAsync(api, source, "x:1", duty)));
        duty["revision"] = 6;
        duty["status"] = "done";
        Assert.Equal(("OK", null), await SayAsync(await PutAsync(api, source, "x:1", duty)));
        Assert.Equal("done", (await api.GetFromJsonAsync<JsonObject>($"/api/v1/todos/{source}/x:1", Stop))!["status"]!.ToString());
        duty["status"] = "open";

        Assert.Equal(("NotFound", "not-found"), await SayAsync(await PutAsync(other, source, "x:1", duty)));
        Assert.Equal(("NotFound", "not-found"), await SayAsync(await other.DeleteAsync($"/api/v1/todos/{source}/x:1", Stop)));
        Assert.Equal(("NotFound", "not-found"), await SayAsync(await api.DeleteAsync($"/api/v1/todos/{source}/unknown", Stop)));
        using (var person = await product.Server.ApiAsync("zhangliping")) Assert.Equal(("Forbidden", "not-allowed"), await SayAsync(await PutAsync(person, source, "x:2", duty)));
        using (var nobody = await product.ClientAsync()) Assert.Equal(("Unauthorized", "not-signed-in"), await SayAsync(await PutAsync(nobody, source, "x:2", duty)));

        duty["link"] = "https://elsewhere.renda.example/1";
        Assert.Equal(("UnprocessableEntity", "form-invalid"), await SayAsync(await PutAsync(api, source, "x:3", duty)));
        duty["link"] = $"https://{source}.renda.example/1";
        duty["organisation"] = Guid.NewGuid().ToString();
        Assert.Equal(("UnprocessableEntity", "form-invalid"), await SayAsync(await PutAsync(api, source, "x:3", duty)));
        Assert.Equal(("UnprocessableEntity", "hub.id"), await SayAsync(await PutAsync(api, source, "a%20b", duty)));
        duty["title"] = new string('大', 8000);
        Assert.Equal("RequestEntityTooLarge", (await SayAsync(await PutAsync(api, source, "x:3", duty))).Item1);
        Assert.Equal(("BadRequest", "request.malformed"), await SayAsync(await api.PutAsync($"/api/v1/todos/{source}/x:3", new StringContent("{\"title\": [", Encoding.UTF8, "application/json"), Stop)));
        // What else a token of an application reaches: nothing of anybody.
        Assert.Equal("Forbidden", (await SayAsync(await api.GetAsync("/api/v1/visits/campaigns", Stop))).Item1 is "Forbidden" or "NotFound" ? "Forbidden" : "open");
        Assert.Empty((await api.GetFromJsonAsync<JsonObject>("/api/v1/matters", Stop))!["items"]!.AsArray());
        Assert.Empty((await api.GetFromJsonAsync<JsonObject>("/api/v1/todos", Stop))!["items"]!.AsArray());

        // A flood of one application is stopped and does not touch the other.
        var statuses = new List<HttpStatusCode>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, stop) =>
        {
            using var answer = await api.GetAsync($"/api/v1/todos/{source}/x:1", stop);
            lock (statuses) statuses.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) Assert.Equal("1", answer.Headers.RetryAfter!.ToString());
        });
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Equal("NotFound", (await SayAsync(await other.GetAsync($"/api/v1/todos/{otherSource}/none", Stop))).Item1);
    }

    [Fact]
    public async Task Nobody_is_told_of_anothers_duties()
    {
        var (source, api) = await JoinAsync("quiet", "安静");
        using var a1 = api;
        var office = await OfficeAsync();
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var heard = new List<string>();
        var ready = new List<Task>();
        var ears = new List<Task>();
        foreach (var name in (string[])["yaoweiping", "chenjianguo", "liyang"])
        {
            var started = new TaskCompletionSource();
            ready.Add(started.Task);
            var client = await product.Server.ApiAsync(name);
            ears.Add(Task.Run(async () =>
            {
                using var kept = client;
                using var answer = await client.GetAsync(new Uri("/api/v1/live?topics=todos", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, listening.Token);
                using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(listening.Token));
                while (await reader.ReadLineAsync(listening.Token) is { } line)
                {
                    if (line == "event: ready") started.TrySetResult();
                    if (line == "event: todos") lock (heard) heard.Add(name);
                    // Which matter or whose duty is never said on this topic.
                    if (line.StartsWith("data:", StringComparison.Ordinal)) Assert.DoesNotMatch("[0-9a-f]{8}-", line);
                }
            }, Stop));
        }
        await Task.WhenAll(ready).WaitAsync(TimeSpan.FromSeconds(20), Stop);
        using (await PutAsync(api, source, "q-1", Duty("悄悄的", office)))
        {
            await Task.Delay(1200, Stop);
        }
        lock (heard) Assert.Equal(["yaoweiping"], heard.Distinct());
        using var deputy = await product.Server.ApiAsync("liyang");
        Assert.DoesNotContain("悄悄的", await deputy.GetStringAsync("/api/v1/todos", Stop), StringComparison.Ordinal);
        using var clerk = await product.Server.ApiAsync("zhoumin");
        var row = (await clerk.GetFromJsonAsync<JsonObject>("/api/v1/todos?q=" + Uri.EscapeDataString("悄悄的"), Stop))!["items"]![0]!;
        foreach (var verb in (string[])["claim", "return", "read"])
            Assert.Equal(("NotFound", "not-found"), await SayAsync(await deputy.PostAsync($"/api/v1/todos/{row["id"]}/{verb}", null, Stop)));
        await listening.CancelAsync();
        try
        {
            await Task.WhenAll(ears);
        }
        catch (OperationCanceledException)
        {
            // Each ended as it was told.
        }
        using var gone = await api.DeleteAsync($"/api/v1/todos/{source}/q-1", Stop);
    }

    [Fact]
    public async Task Only_an_administrator_lets_applications_join_and_the_token_is_shown_once()
    {
        foreach (var name in (string[])["zhoumin", "yaoweiping", "liyang", "chenjianguo"])
        {
            using var client = await product.ClientAsync(name);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/administration/applications", Stop)).StatusCode);
        }
        var admin = await product.OpenAsync();
        await Product.SignInAsync(admin, "zhangliping");
        await admin.GotoAsync("/administration/applications");
        await admin.GetByRole(AriaRole.Link, new() { Name = "接入一个" }).ClickAsync();
        await admin.GetByLabel("编号").FillAsync("visits");
        await admin.GetByLabel("中文名称").FillAsync("档案系统");
        await admin.GetByLabel("英文名称").FillAsync("Archive");
        await admin.GetByLabel("网址").FillAsync("archive.renda.example");
        await admin.Locator("button.primary").ClickAsync();
        await Expect(admin.Locator(".error-summary")).ToContainTextAsync("这个编号已经有了");
        await Expect(admin.Locator(".error-summary")).ToContainTextAsync("完整的网址");
        await Product.PictureAsync(admin, "applications-errors", whole: true);
        var id = "archive" + Guid.NewGuid().ToString("N")[..6];
        await admin.GetByLabel("编号").FillAsync(id);
        await admin.GetByLabel("网址").FillAsync("https://archive.renda.example/desk");
        await admin.Locator("button.primary").ClickAsync();
        var token = await admin.GetByLabel("令牌", new() { Exact = true }).InputValueAsync();
        Assert.StartsWith("rnd_", token, StringComparison.Ordinal);
        await Product.PictureAsync(admin, "applications-token");
        await admin.GotoAsync("/administration/applications?edit=" + id);
        Assert.DoesNotContain(token, await admin.ContentAsync(), StringComparison.Ordinal);
        // A new token ends the old one.
        await admin.GetByRole(AriaRole.Button, new() { Name = "换新令牌" }).ClickAsync();
        Assert.NotEqual(token, await admin.GetByLabel("令牌", new() { Exact = true }).InputValueAsync());
        await admin.GotoAsync("/administration/applications?edit=" + id);
        await Product.PictureAsync(admin, "applications-edit", whole: true);
        await admin.GetByRole(AriaRole.Button, new() { Name = "停用" }).ClickAsync();
        await Expect(admin.Locator($"li[class*=item]", new() { HasTextString = id })).ToContainTextAsync("停用");
        await Product.PictureAsync(admin, "applications");
        await admin.GotoAsync("/");
        await Expect(admin.Locator($"[data-tile='{id}']")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_desk_is_arranged_without_script_and_found_again_on_every_screen()
    {
        var (source, api) = await JoinAsync("pin", "常用应用");
        api.Dispose();
        using var head = await product.ClientAsync("yaoweiping");
        var answer = await Server.PostAsync(head, "/?arrange=1", "/desk/pin", new() { ["pin"] = source });
        Assert.Equal("/?arrange=1", answer.Headers.Location!.ToString());
        Assert.Contains("置顶</h2>", WebUtility.HtmlDecode(await head.GetStringAsync("/", Stop)), StringComparison.Ordinal);
        using var clerk = await product.ClientAsync("zhoumin");
        Assert.DoesNotContain("置顶</h2>", WebUtility.HtmlDecode(await clerk.GetStringAsync("/", Stop)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await head.PostAsync("/desk/pin", new FormUrlEncodedContent([new("pin", source)]), Stop)).StatusCode);

        var page = await product.OpenAsync();
        await Product.SignInAsync(page, "yaoweiping");
        await page.GotoAsync("/?arrange=1");
        await Product.PictureAsync(page, "desk-arrange");
        await page.Locator($"[data-tile='{source}']").GetByRole(AriaRole.Button, new() { Name = "取消置顶" }).ClickAsync();
        await Expect(page.Locator(".desk-group h2", new() { HasTextString = "置顶" })).ToHaveCountAsync(0);
        await page.GotoAsync("/");
        await page.GetByLabel("找应用").FillAsync("常用");
        await Expect(page.Locator("[data-tile]:visible")).ToHaveCountAsync(1);
        await page.GotoAsync("/?q=" + Uri.EscapeDataString("常用"));
        await Expect(page.Locator("[data-tile]")).ToHaveCountAsync(1);
    }

    /// <summary>Lets an application join as the administrator does, by the form; its id and a client with its token.</summary>
    private async Task<(string Source, HttpClient Api)> JoinAsync(string prefix, string name)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        var source = prefix + Guid.NewGuid().ToString("N")[..6];
        using var admin = await product.ClientAsync("zhangliping");
        var answer = await Server.PostAsync(admin, "/administration/applications?new=1", "/administration/applications?new=1", new()
        {
            ["id"] = source, ["zh"] = name, ["en"] = "Joined " + prefix, ["icon"] = "calendar", ["address"] = $"https://{source}.renda.example/", ["group"] = "Office", ["feeds"] = "yes",
        }, "application");
        var token = Token().Match(await answer.Content.ReadAsStringAsync(Stop)).Value;
        Assert.NotEmpty(token);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        var api = await product.ClientAsync();
        api.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return (source, api);
    }

    private async Task<Guid> OfficeAsync()
    {
        await product.ReportAsync("为了知道单位");
        using var clerk = await product.Server.ApiAsync("zhoumin");
        return (await clerk.GetFromJsonAsync<JsonObject>("/api/v1/todos", Stop))!["items"]!.AsArray().Select(t => t!["organisation"]?.GetValue<Guid>()).OfType<Guid>().First();
    }

    private static JsonObject Duty(string title, Guid organisation) => new() { ["title"] = title, ["kind"] = "review", ["organisation"] = organisation.ToString(), ["link"] = "", ["dueAt"] = DateTimeOffset.UtcNow.AddHours(-30).ToString("O"), ["revision"] = 1 };

    private static Task<HttpResponseMessage> PutAsync(HttpClient api, string source, string key, JsonObject duty)
    {
        if (duty["link"]!.ToString().Length == 0) duty["link"] = $"https://{source}.renda.example/1";
        return api.PutAsync(new Uri($"/api/v1/todos/{source}/{key}", UriKind.Relative), new StringContent(duty.ToJsonString(), Encoding.UTF8, "application/json"), Stop);
    }

    private static async Task<(string, string?)> SayAsync(HttpResponseMessage answer)
    {
        using var _ = answer;
        var text = await answer.Content.ReadAsStringAsync(Stop);
        return (answer.StatusCode.ToString(), answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonNode.Parse(text)!["code"]!.ToString() : null);
    }

    private static ILocator Row(IPage page, string title) => page.Locator(".item.duty", new() { HasTextString = title }).First;

    [GeneratedRegex("data-count=\"todos\"[^>]*>([0-9]+)<")]
    private static partial Regex BadgePattern();

    [GeneratedRegex("rnd_[A-Za-z0-9_-]{43}")]
    private static partial Regex Token();
}
