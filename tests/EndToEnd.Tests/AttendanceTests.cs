using System.Net;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>Attendance as a clerk, the head of an office, a deputy and the wrong person meet it.</summary>
public sealed class AttendanceTests(Towns towns) : IClassFixture<Towns>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_second_absence_comes_before_the_committee_and_its_opinion_ends_it(string database)
    {
        var town = await towns.OnAsync(database);
        using var clerk = await town.ClientAsync("zhoumin");
        var mandate = await MandateOfAsync(clerk, "吴国良");
        var shown = await TextAsync(clerk, mandate);
        Assert.Contains("未经批准缺席 1", shown, StringComparison.Ordinal);
        var session = Session(shown, "第4次会议");
        var id = mandate.Split('/')[^1];
        var list = await TextAsync(clerk, session + "?show=open");
        Assert.Contains("演示数据", list, StringComparison.Ordinal);
        // A leave without who approved it is refused at its place, and what was typed is still there.
        var refused = await Decoded(await Server.PostAsync(clerk, session + "?show=open", session + "?show=open", new() { [$"was-{id}"] = "", [$"m-{id}"] = "leave", [$"reason-{id}"] = "住院<b>" }, "marks"));
        Assert.Contains("吴国良：请假要写明谁批准的", refused, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(clerk, session + "?show=open", session + "?show=open", new() { [$"was-{id}"] = "", [$"m-{id}"] = "absent" }, "marks")).StatusCode);

        using var head = await town.ClientAsync("yaoweiping");
        const string Duty = "吴国良两次未经批准不出席会议，请审查代表资格";
        foreach (var holder in (HttpClient[])[clerk, head]) Assert.Single(Regex.Matches(await TextAsync(holder, "/todos"), Duty));
        Assert.Contains("基础数据库", await TextAsync(head, "/todos"), StringComparison.Ordinal);
        Assert.Contains(mandate, await TextAsync(clerk, "/registry/checks"), StringComparison.Ordinal);
        shown = await TextAsync(head, mandate);
        Assert.Contains("代表法第六十二条", shown, StringComparison.Ordinal);
        // A clerk prepares; the opinion is recorded by the head.
        Assert.DoesNotContain("登记不适用", await TextAsync(clerk, mandate), StringComparison.Ordinal);
        Assert.Contains("请写明依据或原因", await Decoded(await Server.PostAsync(head, mandate, mandate, new(), "opinion")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(head, mandate, mandate, new() { ["opinionReason"] = "会务组漏发通知", ["opinionDocument"] = "审查意见1号" }, "opinion")).StatusCode);
        Assert.DoesNotContain(Duty, await TextAsync(head, "/todos"), StringComparison.Ordinal);
        Assert.Contains("会务组漏发通知", await TextAsync(head, mandate), StringComparison.Ordinal);

        using var sheet = await clerk.GetAsync($"/registry/export/attendance.xlsx?session={session.Split('/')[^1]}", Stop);
        Assert.Equal((HttpStatusCode.OK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (sheet.StatusCode, sheet.Content.Headers.ContentType!.MediaType));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_wrong_person_finds_no_list_and_a_deputy_sees_the_own_row(string database)
    {
        var town = await towns.OnAsync(database);
        using var clerk = await town.ClientAsync("zhoumin");
        var mandate = await MandateOfAsync(clerk, "李阳");
        var session = Session(await TextAsync(clerk, mandate), "第5次会议");
        using var city = await town.ClientAsync("xuxiaoyan");
        Assert.Equal(HttpStatusCode.OK, (await city.GetAsync(session, Stop)).StatusCode);
        // The city's own list is not the county clerk's.
        var cityMandate = await MandateOfAsync(city, "潘志明", "湖州市人民代表大会");
        var citySession = Session(await TextAsync(city, cityMandate), "第5次会议");
        Assert.Equal(HttpStatusCode.OK, (await city.GetAsync(citySession, Stop)).StatusCode);
        foreach (var path in (string[])[citySession, $"/registry/export/attendance.xlsx?session={citySession.Split('/')[^1]}", "/registry/sessions/" + Guid.CreateVersion7()])
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await clerk.GetAsync(path, Stop)).StatusCode));
        foreach (var wrong in (string[])["liyang", "chenjianguo", "shenguorong"])
        {
            using var client = await town.ClientAsync(wrong);
            foreach (var path in (string[])[session, $"/registry/export/attendance.xlsx?session={session.Split('/')[^1]}"])
                Assert.Equal((wrong, path, HttpStatusCode.NotFound), (wrong, path, (await client.GetAsync(path, Stop)).StatusCode));
            if (wrong != "liyang") Assert.DoesNotContain("出席会议", await TextAsync(client, mandate), StringComparison.Ordinal);
        }
        using var deputy = await town.ClientAsync("liyang");
        var own = await TextAsync(deputy, mandate);
        Assert.Contains("出席会议", own, StringComparison.Ordinal);
        Assert.DoesNotContain("/registry/sessions/", own, StringComparison.Ordinal);
        // An auditor reads and records nothing.
        using var auditor = await town.ClientAsync("feijianping");
        Assert.DoesNotContain("type=\"radio\"", await TextAsync(auditor, session), StringComparison.Ordinal);
        using var nobody = await town.ClientAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await nobody.GetAsync(session, Stop)).StatusCode);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_deputy_asks_for_leave_and_the_head_approves(string database)
    {
        var town = await towns.OnAsync(database);
        using var clerk = await town.ClientAsync("zhoumin");
        var mandate = await MandateOfAsync(clerk, "李阳");
        var congress = Regex.Match(await TextAsync(clerk, Session(await TextAsync(clerk, mandate), "第5次会议")), "/registry/organisations/[0-9a-f-]{36}").Value;
        var today = DateOnly.FromDateTime(DateTime.UtcNow.AddHours(8));
        Assert.Contains("闭幕日不早于开幕日", await Decoded(await Server.PostAsync(clerk, congress, congress, new() { ["ordinal"] = "6", ["opens"] = today.ToString("yyyy-MM-dd"), ["closes"] = today.AddDays(-1).ToString("yyyy-MM-dd") }, "session")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(clerk, congress, congress, new() { ["ordinal"] = "6", ["opens"] = today.AddDays(7).ToString("yyyy-MM-dd"), ["closes"] = today.AddDays(8).ToString("yyyy-MM-dd") }, "session")).StatusCode);
        using var deputy = await town.ClientAsync("liyang");
        var ask = Regex.Match(await TextAsync(deputy, mandate), "ask-([0-9a-f-]{36})").Groups[1].Value;
        Assert.Contains("请写明请假的事由", await Decoded(await Server.PostAsync(deputy, mandate, mandate, new() { ["askReason"] = " " }, "ask-" + ask)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(deputy, mandate, mandate, new() { ["askReason"] = "住院手术" }, "ask-" + ask)).StatusCode);
        Assert.Contains("请假待批", await TextAsync(deputy, mandate), StringComparison.Ordinal);

        var (session, seat) = ("/registry/sessions/" + ask, mandate.Split('/')[^1]);
        Assert.DoesNotContain("value=\"approve\"", await TextAsync(clerk, session), StringComparison.Ordinal);
        using var head = await town.ClientAsync("yaoweiping");
        Assert.Contains("住院手术", await TextAsync(head, session), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(head, session, session, new() { ["decision"] = "approve", ["document"] = "批字2号" }, "leave-" + seat)).StatusCode);
        var told = await TextAsync(deputy, mandate);
        Assert.Contains("姚卫平批准 · 住院手术 · 批字2号", told, StringComparison.Ordinal);
        Assert.DoesNotContain("ask-" + ask, told, StringComparison.Ordinal);
    }

    internal static async Task<string> MandateOfAsync(HttpClient client, string name, string? congress = null)
    {
        var people = await TextAsync(client, "/registry/people?q=" + Uri.EscapeDataString(name));
        var person = await TextAsync(client, Regex.Match(people, $"(/registry/people/[0-9a-f-]{{36}})\"[^>]*>(?:<b>)?{name}").Groups[1].Value);
        return Regex.Match(person, congress is null ? "/registry/mandates/[0-9a-f-]{36}" : $"(/registry/mandates/[0-9a-f-]{{36}})\">{congress}").Value.Split('"')[0];
    }

    internal static string Session(string mandatePage, string called) => Regex.Match(mandatePage, $"(/registry/sessions/[0-9a-f-]{{36}})\">[^<]*{called}").Groups[1].Value;

    internal static async Task<string> TextAsync(HttpClient client, string path) => WebUtility.HtmlDecode(await client.GetStringAsync(new Uri(path, UriKind.Relative), Stop));

    private static async Task<string> Decoded(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
}

/// <summary>The list of a session under a clerk's fingers: keys at a desk, the thumb on a phone.</summary>
public sealed class AttendanceListTests(Product product)
{
    [Fact]
    public async Task A_session_is_marked_by_keys_and_by_thumb()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var client = await product.ClientAsync("zhoumin");
        var session = AttendanceTests.Session(await AttendanceTests.TextAsync(client, await AttendanceTests.MandateOfAsync(client, "沈建芳")), "第3次会议");
        var page = await product.OpenAsync();
        await Product.SignInAsync(page, "zhoumin");
        await page.GotoAsync(session);
        await page.Locator("nav.chips a").Nth(1).ClickAsync();
        var rows = page.Locator("fieldset.attend");
        await Expect(rows.Nth(2)).ToBeVisibleAsync();
        var all = await rows.CountAsync();
        foreach (var key in (string[])["j", "1", "3"]) await page.Keyboard.PressAsync(key);
        await Expect(rows.Nth(0).Locator("[value=present]")).ToBeCheckedAsync();
        await Expect(rows.Nth(1).Locator("[value=absent]")).ToBeCheckedAsync();
        // A leave asks who approved it, and takes the cursor there.
        await page.Keyboard.PressAsync("2");
        await Expect(rows.Nth(2).Locator("[value=leave]")).ToBeCheckedAsync();
        await page.Keyboard.TypeAsync("主任会议");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("住院");
        await Expect(page.Locator("[data-tally]")).ToHaveTextAsync($"本页：出席 1，请假 1，缺席 1，未登记 {all - 3}");
        Assert.Empty((await page.RunAxe()).Violations.Select(v => $"{v.Id} {v.Nodes[0].Target}"));
        await Product.PictureAsync(page, "attendance-marks");
        await page.GetByRole(AriaRole.Button, new() { Name = "其余都记为出席并保存" }).ClickAsync();
        await Expect(page.Locator("[role=status]")).ToContainTextAsync($"已登记 {all} 人");
        await Expect(page.Locator("fieldset.attend [value=present]:checked")).ToHaveCountAsync(all - 2);
        // A figure opens as many.
        await page.Locator("a.stat", new() { HasText = "请假" }).ClickAsync();
        await Expect(page.Locator("fieldset.attend")).ToHaveCountAsync(1);
        await page.Context.CloseAsync();

        var phone = await product.OpenAsync(390, 844);
        await Product.SignInAsync(phone, "zhoumin");
        await phone.GotoAsync(session + "?show=open");
        var first = phone.Locator("fieldset.attend").First;
        var seat = await first.GetAttributeAsync("id");
        await first.GetByText("出席", new() { Exact = true }).ClickAsync();
        Assert.Equal(0, await phone.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));
        Assert.Empty((await phone.RunAxe()).Violations.Select(v => $"{v.Id} {v.Nodes[0].Target}"));
        await Product.PictureAsync(phone, "attendance-phone");
        await phone.GetByRole(AriaRole.Button, new() { Name = "保存", Exact = true }).ClickAsync();
        await Expect(phone.Locator("[role=status]")).ToContainTextAsync("已登记 1 人");
        await Expect(phone.Locator("#" + seat)).ToHaveCountAsync(0);
        // What stands is corrected with a reason only.
        await phone.GotoAsync(session + "?show=absent");
        await phone.Locator("fieldset.attend").First.GetByText("出席", new() { Exact = true }).ClickAsync();
        await phone.GetByRole(AriaRole.Button, new() { Name = "保存", Exact = true }).ClickAsync();
        await Expect(phone.Locator(".error-summary")).ToContainTextAsync("更正已经登记的，请写明依据或原因");
        await phone.Locator("#why").FillAsync("签到表补交");
        await phone.GetByRole(AriaRole.Button, new() { Name = "保存", Exact = true }).ClickAsync();
        await Expect(phone.Locator("[role=status]")).ToContainTextAsync("已登记 1 人");
        await phone.Context.CloseAsync();
    }

    [Fact]
    public async Task The_duty_leads_to_the_facts_and_to_what_the_law_says()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var client = await product.ClientAsync("zhoumin");
        var mandate = await AttendanceTests.MandateOfAsync(client, "吴国良");
        var (session, id) = (AttendanceTests.Session(await AttendanceTests.TextAsync(client, mandate), "第4次会议"), mandate.Split('/')[^1]);
        await Server.PostAsync(client, session, session, new() { [$"was-{id}"] = "", [$"m-{id}"] = "absent" }, "marks");
        foreach (var (width, height) in ((int, int)[])[(1440, 900), (390, 844)])
        {
            var head = await product.OpenAsync(width, height);
            await Product.SignInAsync(head, "yaoweiping");
            await head.GotoAsync("/todos");
            await head.GetByRole(AriaRole.Link, new() { Name = "吴国良两次未经批准不出席会议" }).ClickAsync();
            await Expect(head.Locator("#absences")).ToContainTextAsync("代表法第六十二条");
            await Expect(head.Locator("#cause-end")).ToHaveValueAsync("absent");
            Assert.Equal(0, await head.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));
            Assert.Empty((await head.RunAxe()).Violations.Select(v => $"{v.Id} {v.Nodes[0].Target}"));
            await Product.PictureAsync(head, $"attendance-mandate-{width}", whole: true);
            await head.GotoAsync(session);
            await Expect(head.Locator(".stat").First).ToBeVisibleAsync();
            Assert.Empty((await head.RunAxe()).Violations.Select(v => $"{v.Id} {v.Nodes[0].Target}"));
            await Product.PictureAsync(head, $"attendance-list-{width}");
            await head.Context.CloseAsync();
        }
    }
}
