using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>Suggestions as deputies, both offices, units, the public and the wrong person meet them.</summary>
public sealed class SuggestionTests(Product product, Towns towns) : IClassFixture<Towns>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_suggestion_goes_from_the_deputys_phone_over_the_meeting_to_a_published_reply()
    {
        var deputy = await product.OpenAsync(390, 844);
        await Product.SignInAsync(deputy, "shenjianfang");
        await deputy.GotoAsync("/suggestions/new");
        await deputy.GetByLabel("标题").FillAsync("给山区学校通上校车");
        await deputy.Locator("button[value=submit]").ClickAsync();
        // What is missing is told at its place, and what was typed is still there.
        await Expect(deputy.Locator(".error-summary")).ToContainTextAsync("请写情况");
        await Expect(deputy.GetByLabel("标题")).ToHaveValueAsync("给山区学校通上校车");
        await deputy.GetByLabel("主题分类").SelectOptionAsync(new SelectOptionValue { Label = "公共服务" });
        await deputy.GetByLabel("一、情况").FillAsync("煤山镇三个村的孩子每天走六里路上学。");
        await deputy.GetByLabel("二、分析").FillAsync("公交不到，家长接送不便。");
        await deputy.GetByLabel("三、具体意见").FillAsync("开通两条校车线路，由交通部门统筹。");
        await deputy.GetByLabel("建议从哪里来").SelectOptionAsync("visit");
        await Product.PictureAsync(deputy, "suggestion-phone", whole: true);
        await deputy.Locator("button[value=submit]").ClickAsync();
        await Expect(deputy.Locator("h1")).ToHaveTextAsync("关于给山区学校通上校车的建议");
        var matter = deputy.Url.Split('/')[^1];

        var clerk = await product.OpenAsync();
        await Product.SignInAsync(clerk, "zhoumin");
        await clerk.GotoAsync($"/matters/{matter}");
        await clerk.Locator("#act-accept").GetByText("社会建设").ClickAsync();
        await clerk.Locator("#act-accept form button").ClickAsync();
        await Expect(clerk.Locator(".lead-in")).ToContainTextAsync("闭会第");
        await clerk.GotoAsync("/suggestions/board");
        var card = clerk.Locator($"[data-card='{matter}']");
        await Expect(card).ToBeVisibleAsync();
        // Chosen by key in the card: the card moves into the unit's column.
        await card.Locator("select").SelectOptionAsync(new SelectOptionValue { Label = "县交通运输局" });
        await Expect(clerk.Locator(".board-column", new() { HasTextString = "县交通运输局" }).Locator($"[data-card='{matter}']")).ToBeVisibleAsync();
        // The others stay where they are.
        foreach (var other in await clerk.Locator($"[data-card]:not([data-card='{matter}']) select").AllAsync()) await other.SelectOptionAsync("");
        await Product.PictureAsync(clerk, "suggestion-board", whole: true);
        await clerk.GetByRole(AriaRole.Button, new() { Name = "交办", Exact = true }).ClickAsync();
        await Expect(clerk.Locator(".note.ok")).ToContainTextAsync("已交办 1 件：县政府办 1 件");

        var government = await product.OpenAsync();
        await Product.SignInAsync(government, "cailixin");
        await government.GotoAsync($"/matters/{matter}");
        // The office's proposal comes first.
        await Expect(government.Locator("#act-distribute")).ToContainTextAsync("推荐县交通运输局");
        await government.Locator("#act-distribute select[name=leadUnit]").SelectOptionAsync(new SelectOptionValue { Label = "县供电公司" });
        await government.Locator("#act-distribute form button").ClickAsync();
        await Expect(government.Locator(".facts")).ToContainTextAsync("待签收");

        var unit = await product.OpenAsync();
        await Product.SignInAsync(unit, "chenjianguo");
        await unit.GotoAsync($"/matters/{matter}");
        await unit.Locator("#act-sign-for form button").ClickAsync();
        await Expect(unit.Locator("#act-draft-reply")).ToBeVisibleAsync();
        await unit.Locator("#act-draft-reply form button").ClickAsync();
        await Expect(unit.Locator("#act-draft-reply .error-summary")).ToContainTextAsync("发文字号");
        var today = DateTime.UtcNow.AddHours(8).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await unit.Locator("#act-contact summary").ClickAsync();
        await unit.Locator("#act-contact").GetByText("电话").ClickAsync();
        await unit.Locator("#act-contact input[type=date]").FillAsync(today);
        await unit.Locator("#act-contact textarea").FillAsync("代表希望春节前通车。");
        await unit.Locator("#act-contact form button").ClickAsync();
        await Expect(unit.Locator("main")).ToContainTextAsync("与代表联系");
        var reply = unit.Locator("#act-draft-reply");
        await reply.Locator("input[name=docNumber]").FillAsync("长电函〔2026〕88号");
        await reply.GetByText("A 已经解决或基本解决").ClickAsync();
        await reply.Locator("textarea[name=text]").FillAsync("两条校车线路已于本周开通。");
        await reply.Locator("input[name=contactName]").FillAsync("陈建国");
        await reply.Locator("input[name=contactPhone]").FillAsync("0572-100");
        await reply.GetByText("主动公开").ClickAsync();
        await reply.Locator("form button").ClickAsync();
        await Expect(unit.Locator("main")).ToContainTextAsync("未签发的拟稿");

        // The deputy does not see a draft; the head signs it.
        await deputy.GotoAsync($"/matters/{matter}");
        await Expect(deputy.Locator("main")).Not.ToContainTextAsync("两条校车线路已于本周开通");
        var head = await product.OpenAsync();
        await head.GotoAsync("/sign-in");
        var signer = await head.Locator("button.persona", new() { HasTextString = "县供电公司分管副经理" }).GetAttributeAsync("value");
        await Product.SignInAsync(head, signer!);
        await head.GotoAsync($"/matters/{matter}");
        await head.Locator("#act-sign input[name=signer]").FillAsync("张经理");
        await head.Locator("#act-sign form button").ClickAsync();
        await Expect(head.Locator(".facts")).ToContainTextAsync("待评价");

        await deputy.ReloadAsync();
        await Expect(deputy.Locator("main")).ToContainTextAsync("两条校车线路已于本周开通");
        await deputy.Locator("#act-evaluate fieldset").Nth(0).GetByText("满意", new() { Exact = true }).ClickAsync();
        await deputy.Locator("#act-evaluate fieldset").Nth(1).GetByText("基本满意").ClickAsync();
        await deputy.Locator("#act-evaluate form button").ClickAsync();
        await Expect(deputy.Locator(".facts")).ToContainTextAsync("已办结");
        await Product.PictureAsync(deputy, "suggestion-closed", whole: true);

        // Published without the village's name; whoever is not signed in reads that and nothing else.
        await clerk.GotoAsync($"/matters/{matter}");
        await clerk.Locator("#act-publish summary").ClickAsync();
        await clerk.Locator("#act-publish textarea[name=publicText]").FillAsync("山区孩子上学远，建议开通校车。");
        await clerk.Locator("#act-publish form button").ClickAsync();
        await Expect(clerk.Locator("main")).ToContainTextAsync("已向社会公开");
        var citizen = await product.OpenAsync(390, 844);
        await citizen.GotoAsync("/p/suggestions?q=" + Uri.EscapeDataString("校车"));
        await citizen.GetByRole(AriaRole.Link, new() { Name = "关于给山区学校通上校车的建议" }).ClickAsync();
        await Expect(citizen.Locator("article")).ToContainTextAsync("山区孩子上学远");
        await Expect(citizen.Locator("article")).Not.ToContainTextAsync("煤山镇");
        await Product.PictureAsync(citizen, "suggestion-public", whole: true);

        using var letter = await (await product.ClientAsync("shenjianfang")).GetAsync(Regex.Match(await deputy.ContentAsync(), "/suggestions/export/[0-9a-f-]{36}/letters/[0-9a-f-]{36}\\.docx").Value, Stop);
        Assert.Equal(HttpStatusCode.OK, letter.StatusCode);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_wrong_person_finds_no_suggestion_no_draft_and_no_letter(string database)
    {
        var town = await towns.OnAsync(database);
        using var deputy = await town.ApiAsync("shenjianfang");
        var draft = Guid.CreateVersion7();
        using (var kept = await deputy.PutAsJsonAsync($"/api/v1/suggestions/drafts/{draft}", Text("没有提交的草稿"), Stop)) Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        var id = await HandInAsync(deputy, "提交的建议");
        foreach (var wrong in (string[])["liyang", "chenjianguo", "cailixin", "feijianping"])
        {
            using var api = await town.ApiAsync(wrong);
            // The auditor reads all matters; nobody but its author reads a draft.
            Assert.Equal((wrong, wrong == "feijianping"), (wrong, (await api.GetAsync($"/api/v1/matters/{id}", Stop)).IsSuccessStatusCode));
            Assert.Contains((await api.GetAsync($"/api/v1/suggestions/drafts/{draft}", Stop)).StatusCode, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.Forbidden]);
            using var page = await town.ClientAsync(wrong);
            foreach (var path in (string[])[$"/suggestions/drafts/{draft}", $"/suggestions/drafts/{draft}/sign", $"/suggestions/export/{draft}/original.docx", "/suggestions/register"])
                Assert.Equal((wrong, path, HttpStatusCode.NotFound), (wrong, path, (await page.GetAsync(path, Stop)).StatusCode));
        }
        using var nobody = await town.ClientAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await nobody.GetAsync("/suggestions", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await nobody.GetAsync($"/p/suggestions/{id}", Stop)).StatusCode);
        // A city deputy who has no seat in the county puts nothing to it.
        using var clerk = await town.ClientAsync("zhoumin");
        Assert.Equal(HttpStatusCode.OK, (await clerk.GetAsync("/suggestions/register", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync("/suggestions/new", Stop)).StatusCode);
        // Malformed addresses and bodies are told, not guessed at.
        Assert.Equal(HttpStatusCode.BadRequest, (await clerk.GetAsync("/suggestions?session=x", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await clerk.GetAsync("/suggestions/export/list.xlsx?mark=no-such", Stop)).StatusCode);
        using var bad = await deputy.PutAsJsonAsync($"/api/v1/suggestions/drafts/{Guid.CreateVersion7()}", new { title = new string('长', 81), subject = "no-such" }, Stop);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_a_unit_writes_before_its_head_signs_is_told_to_nobody_else(string database)
    {
        var town = await towns.OnAsync(database);
        using var deputy = await town.ApiAsync("shenjianfang");
        using var clerk = await town.ApiAsync("zhoumin");
        using var unit = await town.ApiAsync("chenjianguo");
        using var head = await town.ApiAsync(await SignerAsync(town));
        var id = await HandInAsync(deputy, "拟稿不外传");
        await ActAsync(clerk, id, "accept", new { committee = "general", subject = "other" });
        await ActAsync(clerk, id, "assign", new { leadUnit = await PowerAsync(clerk), term = "hard" });
        await ActAsync(unit, id, "sign-for", new { });
        await ActAsync(unit, id, "contact", new { how = "call", day = DateTime.UtcNow.AddHours(8).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), text = "好。" });
        await ActAsync(unit, id, "draft-reply", new { docNumber = "9号", @class = "A", text = "机密的拟稿", contactName = "陈", contactPhone = "1", disclosure = "open" });
        await ActAsync(head, id, "redraft", new { reason = "机密的退稿理由" });
        foreach (var path in (string[])[$"/api/v1/matters/{id}", $"/api/v1/matters/{id}/events"])
        {
            Assert.Contains("机密", Plain(await unit.GetStringAsync(path, Stop)), StringComparison.Ordinal);
            foreach (var other in (HttpClient[])[deputy, clerk]) Assert.DoesNotContain("机密", Plain(await other.GetStringAsync(path, Stop)), StringComparison.Ordinal);
        }
        using var page = await town.ClientAsync("zhoumin");
        Assert.DoesNotContain("机密", WebUtility.HtmlDecode(await page.GetStringAsync($"/matters/{id}", Stop)), StringComparison.Ordinal);

        static string Plain(string json) => Regex.Unescape(json);
    }

    /// <summary>As it really is: they arrive in three days, and each is due on the day the law says.</summary>
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Four_hundred_are_assigned_and_replied_to_through_the_API(string database)
    {
        var town = await towns.OnAsync(database);
        using var deputy = await town.ApiAsync("shenjianfang");
        using var clerk = await town.ApiAsync("zhoumin");
        using var unit = await town.ApiAsync("chenjianguo");
        using var head = await town.ApiAsync(await SignerAsync(town));
        var power = await PowerAsync(clerk);
        var today = DateOnly.FromDateTime(DateTime.UtcNow.AddHours(8));
        var (normal, hard) = (Due(today, 3), Due(today, 6));
        var numbers = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Stop }, async (i, _) =>
        {
            var id = await HandInAsync(deputy, $"第 {i} 件");
            numbers.Add((await ActAsync(clerk, id, "accept", new { committee = "general", subject = "other" }))["number"]!.ToString());
            var assigned = await ActAsync(clerk, id, "assign", new { leadUnit = power, term = i % 4 == 0 ? "hard" : "normal" });
            var due = DateOnly.FromDateTime(DateTime.Parse(assigned["assignments"]![0]!["dueAt"]!.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal).AddHours(8).AddTicks(-1));
            Assert.Equal(i % 4 == 0 ? hard : normal, due);
            await ActAsync(unit, id, "sign-for", new { });
            await ActAsync(unit, id, "contact", new { how = "call", day = today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), text = "好。" });
            await ActAsync(unit, id, "draft-reply", new { docNumber = $"{i}号", @class = "A", text = "已办。", contactName = "陈", contactPhone = "1", disclosure = "open" });
            Assert.Equal("replied", (await ActAsync(head, id, "sign", new { signer = "张" }))["state"]!.ToString());
        });
        Assert.Equal(400, numbers.Distinct().Count());
        var (code, said, wrong) = await town.VerifyAsync();
        Assert.True(code == 0, said + wrong);
    }

    /// <summary>Three or six months on, moved to the next working day; the holidays of 2026 and 2027 that can be met are written down here.</summary>
    private static DateOnly Due(DateOnly from, int months)
    {
        var day = from.AddMonths(months);
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || Fixed.Contains((day.Month, day.Day))) day = day.AddDays(1);
        return day;
    }

    // Those fixed by law by the solar calendar; a day at the turn of a moon calendar's year would have to be counted by hand.
    private static readonly HashSet<(int, int)> Fixed = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)];

    /// <summary>The account of whoever signs for the power company.</summary>
    private static async Task<string> SignerAsync(Server town)
    {
        using var door = await town.ClientAsync();
        var personas = WebUtility.HtmlDecode(await door.GetStringAsync("/sign-in", Stop));
        var signer = Regex.Match(personas.Split("县供电公司分管副经理")[0], "value=\"([a-z0-9]+)\"", RegexOptions.RightToLeft).Groups[1].Value;
        Assert.StartsWith("staff", signer, StringComparison.Ordinal);
        return signer;
    }

    /// <summary>The power company, as it leads a suggestion of the demonstration.</summary>
    private static async Task<string> PowerAsync(HttpClient clerk) =>
        JsonNode.Parse(await clerk.GetStringAsync("/api/v1/matters?scenario=suggestions&limit=200&q=" + Uri.EscapeDataString("空中蜘蛛网"), Stop))!["items"]!.AsArray()[0]!["unit"]!.ToString();

    private static object Text(string title) => new { title, subject = "other", situation = "情况", analysis = "分析", proposal = "意见", origin = "own" };

    private static async Task<Guid> HandInAsync(HttpClient deputy, string title)
    {
        var id = Guid.CreateVersion7();
        using (var kept = await deputy.PutAsJsonAsync($"/api/v1/suggestions/drafts/{id}", Text(title), Stop)) Assert.True(kept.IsSuccessStatusCode, await kept.Content.ReadAsStringAsync(Stop));
        using var submitted = await deputy.PostAsync($"/api/v1/suggestions/drafts/{id}/submit", null, Stop);
        Assert.True(submitted.StatusCode == HttpStatusCode.Created, await submitted.Content.ReadAsStringAsync(Stop));
        return id;
    }

    private static async Task<JsonNode> ActAsync(HttpClient api, Guid id, string action, object form)
    {
        using var answer = await api.PostAsJsonAsync($"/api/v1/matters/{id}/actions/{action}", new { form }, Stop);
        var body = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, $"{action}: {body}");
        return JsonNode.Parse(body)!;
    }
}
