using System.Globalization;
using System.Net;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>A course from the clerk's desk to the deputy's phone, and a report to electors from plan to result.</summary>
public sealed class TrainingTests(Product product)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_course_is_written_published_read_answered_and_completed()
    {
        var clerk = await product.OpenAsync();
        await Product.SignInAsync(clerk, "zhoumin");
        await clerk.GotoAsync("/deputies/courses/new");
        await clerk.FillAsync("#title", "怎样参加视察");
        await clerk.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        // What is missing is told at its place, and what was typed is still there.
        await Expect(clerk.Locator(".error-summary")).ToContainTextAsync("请写学什么");
        await Expect(clerk.Locator("#title")).ToHaveValueAsync("怎样参加视察");
        await clerk.SelectOptionAsync("#congress", new SelectOptionValue { Label = "长兴县人民代表大会" });
        await clerk.FillAsync("#content", "视察前看什么、视察时怎么问、视察后怎么提意见。");
        await clerk.SetInputFilesAsync("#files", new FilePayload { Name = "视察须知.pdf", MimeType = "application/pdf", Buffer = "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"u8.ToArray() });
        await clerk.FillAsync("#q0", "视察中发现问题怎么办？");
        await clerk.FillAsync("[name=q0o0]", "当场要求单位整改");
        await clerk.FillAsync("[name=q0o1]", "提出意见，由人大转有关单位");
        await clerk.CheckAsync("[name=q0r][value='1']");
        // Three more places for questions; what was chosen and typed is kept.
        await clerk.GetByRole(AriaRole.Button, new() { Name = "再加三题" }).ClickAsync();
        await Expect(clerk.Locator("#q4")).ToBeVisibleAsync();
        await Expect(clerk.GetByText("视察须知.pdf")).ToBeVisibleAsync();
        await clerk.FillAsync("#q1", "哪些是视察的方式？");
        await clerk.FillAsync("[name=q1o0]", "集中视察");
        await clerk.FillAsync("[name=q1o1]", "持代表证就地视察");
        await clerk.FillAsync("[name=q1o2]", "代替部门执法");
        await clerk.CheckAsync("[name=q1r][value='0']");
        await clerk.CheckAsync("[name=q1r][value='1']");
        await Product.PictureAsync(clerk, "training-edit-1440", whole: true);
        await clerk.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(clerk.Locator("h1")).ToHaveTextAsync("怎样参加视察");
        var course = new Uri(clerk.Url).AbsolutePath;
        var file = (await clerk.Locator(".course-file a").GetAttributeAsync("href"))!;

        using var deputy = await product.ClientAsync("liyang");
        Assert.Equal(HttpStatusCode.NotFound, (await deputy.GetAsync(new Uri(file, UriKind.Relative), Stop)).StatusCode);
        await clerk.GetByRole(AriaRole.Button, new() { Name = "发布", Exact = true }).ClickAsync();
        await Expect(clerk.Locator(".note.ok")).ToContainTextAsync("已发布");
        var answer = await deputy.GetAsync(new Uri(file, UriKind.Relative), Stop);
        Assert.Equal((HttpStatusCode.OK, "attachment"), (answer.StatusCode, answer.Content.Headers.ContentDisposition?.DispositionType));
        // Nobody else opens it: not the unit, not the visitor.
        foreach (var other in new[] { "chenjianguo", null })
        {
            using var stranger = await product.ClientAsync(other);
            Assert.NotEqual(HttpStatusCode.OK, (await stranger.GetAsync(new Uri(file, UriKind.Relative), Stop)).StatusCode);
        }

        var phone = await product.OpenAsync(390, 844);
        await Product.SignInAsync(phone, "liyang");
        await phone.GotoAsync("/notices");
        await Expect(phone.Locator("main")).ToContainTextAsync("开设了课程“怎样参加视察”");
        await phone.GotoAsync("/deputies/courses/mine");
        await Product.PictureAsync(phone, "training-mine-390", whole: true);
        await phone.GetByRole(AriaRole.Link, new() { Name = "怎样参加视察" }).ClickAsync();
        await phone.GetByRole(AriaRole.Button, new() { Name = "我已读完" }).ClickAsync();
        await Expect(phone.Locator("#files")).ToContainTextAsync("已读 1 / 1");
        await phone.GetByRole(AriaRole.Link, new() { Name = "开始答题" }).ClickAsync();
        await phone.GetByText("当场要求单位整改").ClickAsync();
        await phone.GetByRole(AriaRole.Button, new() { Name = "交卷" }).ClickAsync();
        await Expect(phone.Locator(".error-summary")).ToContainTextAsync("第 2 题还没有作答");
        await Expect(phone.Locator("[name=q1][value='0']")).ToBeCheckedAsync();
        await phone.GetByText("代替部门执法").ClickAsync();
        await phone.GetByRole(AriaRole.Button, new() { Name = "交卷" }).ClickAsync();
        await Expect(phone.Locator(".quiz-failed")).ToContainTextAsync("0%");
        // Not passed: nothing on the page tells what would have been right.
        await Expect(phone.GetByText("正确答案")).ToHaveCountAsync(0);
        await phone.GetByText("提出意见，由人大转有关单位").ClickAsync();
        await phone.GetByText("代替部门执法").ClickAsync();
        await phone.GetByText("集中视察").ClickAsync();
        await phone.GetByText("持代表证就地视察").ClickAsync();
        await phone.GetByRole(AriaRole.Button, new() { Name = "再交一次" }).ClickAsync();
        await Expect(phone.Locator(".quiz-passed")).ToContainTextAsync("课程已完成");
        await Expect(phone.Locator(".choice.right")).ToHaveCountAsync(3);
        await Product.PictureAsync(phone, "training-quiz-390", whole: true);

        await clerk.GotoAsync(course + "/learners?state=done");
        await Expect(clerk.Locator("main tbody")).ToContainTextAsync("李阳");
        await clerk.GotoAsync(course);
        await clerk.GetByRole(AriaRole.Button, new() { Name = "提醒没学完的" }).ClickAsync();
        await Expect(clerk.Locator(".note.ok")).ToContainTextAsync("一天内已经提醒过");
    }

    [Fact]
    public async Task A_report_is_planned_written_on_the_phone_held_and_counted()
    {
        var clerk = await product.OpenAsync();
        await Product.SignInAsync(clerk, "zhoumin");
        await clerk.GotoAsync("/deputies/reports/new");
        await clerk.FillAsync("#mandate", "李阳");
        await clerk.Locator(".picks [role=option]").First.ClickAsync();
        var today = DateTime.UtcNow.AddHours(8).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await clerk.FillAsync("#day", today);
        await clerk.FillAsync("#place", "红山村文化礼堂");
        await clerk.FillAsync("#audience", "红山村村民小组");
        await clerk.GetByRole(AriaRole.Button, new() { Name = "保存并通知代表" }).ClickAsync();
        await Expect(clerk.Locator("h1")).ToHaveTextAsync("李阳向红山村村民小组述职");
        var report = new Uri(clerk.Url).AbsolutePath;

        var phone = await product.OpenAsync(390, 844);
        await Product.SignInAsync(phone, "liyang");
        await phone.GotoAsync("/todos");
        await Expect(phone.Locator("main")).ToContainTextAsync($"写 {today[5..]} 述职报告");
        await phone.GotoAsync("/deputies/reports/mine");
        await phone.GetByRole(AriaRole.Link, new() { Name = "红山村村民小组" }).ClickAsync();
        await phone.FillAsync("#text", "各位乡亲，我一年来走访四十户，反映的路灯都亮了。");
        await phone.GetByRole(AriaRole.Button, new() { Name = "先保存" }).ClickAsync();
        await Expect(phone.Locator(".note.ok")).ToContainTextAsync("还没有提交");
        await Product.PictureAsync(phone, "training-report-390", whole: true);
        await phone.GetByRole(AriaRole.Button, new() { Name = "提交" }).ClickAsync();
        await Expect(phone.Locator(".note.ok")).ToContainTextAsync("已提交");

        await clerk.GotoAsync(report);
        await clerk.FillAsync("#present", "40");
        await clerk.FillAsync("#satisfied", "35");
        await clerk.FillAsync("#basically", "4");
        await clerk.FillAsync("#dissatisfied", "9");
        await clerk.GetByRole(AriaRole.Button, new() { Name = "登记" }).ClickAsync();
        await Expect(clerk.Locator(".error-summary")).ToContainTextAsync("不能多于到会人数");
        await Expect(clerk.Locator("#satisfied")).ToHaveValueAsync("35");
        await clerk.FillAsync("#dissatisfied", "1");
        await clerk.GetByRole(AriaRole.Button, new() { Name = "登记" }).ClickAsync();
        await Expect(clerk.Locator(".stats")).ToContainTextAsync("87.5%");
        await Expect(clerk.Locator(".stats")).ToContainTextAsync("97.5%");
        await Product.PictureAsync(clerk, "training-report-1440", whole: true);
        await phone.GotoAsync(report);
        await Expect(phone.Locator("main")).ToContainTextAsync("已述职，不能再改");
        await Expect(phone.Locator("#text")).ToHaveCountAsync(0);

        foreach (var (name, status) in new (string?, HttpStatusCode)[] { ("liyang", HttpStatusCode.OK), ("zhoumin", HttpStatusCode.OK), ("shenjianfang", HttpStatusCode.NotFound), ("chenjianguo", HttpStatusCode.NotFound) })
        {
            using var client = await product.ClientAsync(name);
            client.DefaultRequestHeaders.Add("Accept", "text/html");
            Assert.Equal(status, (await client.GetAsync(new Uri(report, UriKind.Relative), Stop)).StatusCode);
            client.DefaultRequestHeaders.Remove("Accept");
            Assert.Equal(status == HttpStatusCode.OK, (await client.GetAsync(new Uri(report + "/report.docx", UriKind.Relative), Stop)).StatusCode == HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("zhoumin", "/deputies/courses", 200)]
    [InlineData("zhoumin", "/deputies/courses?state=open&congress=", 200)]
    [InlineData("zhoumin", "/deputies/reports?year=&state=held&congress=", 200)]
    [InlineData("zhoumin", "/deputies/reports/list.xlsx?year=&state=", 200)]
    [InlineData("zhoumin", "/deputies/courses/mine", 404)]
    [InlineData("liyang", "/deputies/courses/mine?view=done", 200)]
    [InlineData("liyang", "/deputies/reports/mine", 200)]
    [InlineData("liyang", "/deputies/courses", 404)]
    [InlineData("liyang", "/deputies/reports/new", 404)]
    [InlineData("liyang", "/deputies/reports/list.xlsx", 404)]
    [InlineData("chenjianguo", "/deputies/reports", 404)]
    public async Task A_page_is_there_for_those_whose_work_it_is(string name, string path, int status)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var client = await product.ClientAsync(name);
        client.DefaultRequestHeaders.Add("Accept", path.Contains(".xlsx", StringComparison.Ordinal) ? "application/json" : "text/html");
        Assert.Equal(status, (int)(await client.GetAsync(new Uri(path, UriKind.Relative), Stop)).StatusCode);
    }
}
