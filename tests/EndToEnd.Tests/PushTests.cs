using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Platform.Tests.Notices;
using Renda.Platform.Accounts;
using Renda.Platform.Congresses;
using Renda.Platform.Notices;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>One-touch push, from the clerk's desk to a deputy's phone and back, and through the end of the process.</summary>
public sealed class PushTests(Product product)
{
    private const string Heping = "330522110000";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clerk_pushes_to_a_towns_deputies_and_sees_within_a_second_who_has_read_it()
    {
        var (clerk, phone) = (await product.OpenAsync(), await product.OpenAsync(390, 844));
        await Product.SignInAsync(phone, "liyang");
        await phone.GotoAsync("/notices");
        await Product.SignInAsync(clerk, "zhoumin");
        await clerk.GotoAsync("/");
        await Expect(clerk.Locator("[data-tile=push]")).ToBeVisibleAsync();
        await clerk.GotoAsync("/push/new");
        await clerk.GetByLabel("标题").FillAsync("和平镇代表座谈会通知");
        await clerk.GetByLabel("内容").FillAsync("各位代表：\n11 月 30 日上午 9 时在镇政府三楼会议室召开座谈会，请带上走访记录，准时参加。");
        await clerk.GetByLabel("附件").SetInputFilesAsync(new FilePayload { Name = "会场.jpg", MimeType = "image/jpeg", Buffer = Server.Photo() });
        var region = clerk.Locator("region-picker input.input");
        await region.FillAsync("和平镇");
        await clerk.Locator("region-picker [role=option]").First.ClickAsync();
        await clerk.Locator("#tier").SelectOptionAsync("Town");
        await Product.PictureAsync(clerk, "push-new", whole: true);
        await clerk.Locator("button.primary").ClickAsync();
        var send = clerk.GetByRole(AriaRole.Button, new() { NameRegex = new("发送给 \\d+ 人") });
        await Expect(send).ToBeVisibleAsync();
        var count = int.Parse(Regex.Match(await send.InnerTextAsync(), @"\d+").Value);
        Assert.True(count > 5);
        await Expect(clerk.Locator("main")).ToContainTextAsync("和平镇");
        await Product.PictureAsync(clerk, "push-preview", whole: true);
        await send.ClickAsync();
        await Expect(clerk.Locator("#receipts .figures li").First).ToContainTextAsync($"{count}");
        await Product.PictureAsync(clerk, "push-sent", whole: true);

        // It comes to the phone by itself.
        var row = phone.Locator(".item", new() { HasTextString = "和平镇代表座谈会通知" });
        await Expect(row).ToBeVisibleAsync(new() { Timeout = 5000 });
        await Product.PictureAsync(phone, "push-notices-phone");
        await Expect(clerk.Locator("#receipts .figures li").Nth(1)).ToContainTextAsync("0");
        await Task.Delay(1500, Stop);
        await row.Locator("a").ClickAsync();
        await Expect(phone.Locator(".push-text")).ToContainTextAsync("镇政府三楼");
        await Expect(clerk.Locator("#receipts .figures li").Nth(1)).ToContainTextAsync("1", new() { Timeout = 1000 });
        await Product.PictureAsync(phone, "push-phone", whole: true);
        await clerk.GotoAsync(clerk.Url.Split('?')[0] + "?show=read");
        await Expect(clerk.Locator("#receipts .item")).ToContainTextAsync("李阳");
        await Product.PictureAsync(clerk, "push-read");

        // The attachment opens for who has it and does not exist for anybody else.
        var file = (await phone.Locator(".push-files a").First.GetAttributeAsync("href"))!;
        var notice = new Uri(phone.Url).AbsolutePath;
        var push = new Uri(clerk.Url).AbsolutePath;
        using (var reader = await product.ClientAsync("liyang")) Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync(file, Stop)).StatusCode);
        foreach (var name in (string[])["chenjianguo", "xuxiaoyan", "yaoweiping", "luchunyan"])
        {
            using var other = await product.ClientAsync(name);
            Assert.Equal((name, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound),
                (name, (await other.GetAsync(file, Stop)).StatusCode, (await other.GetAsync(notice, Stop)).StatusCode, (await other.GetAsync(push, Stop)).StatusCode));
        }

        await clerk.GotoAsync(push);
        await clerk.GetByRole(AriaRole.Button, new() { Name = "提醒还没看的人" }).ClickAsync();
        await Expect(clerk.Locator("[role=status]").First).ToContainTextAsync("已提醒");
        await Expect(clerk.GetByRole(AriaRole.Button, new() { Name = "提醒还没看的人" })).ToBeDisabledAsync();
        await clerk.GetByRole(AriaRole.Button, new() { Name = "撤回" }).ClickAsync();
        await Expect(clerk.Locator("#receipts")).ToContainTextAsync("撤回");
        await Product.PictureAsync(clerk, "push-recalled", whole: true);
        await phone.GotoAsync("/notices");
        await Expect(phone.Locator(".item", new() { HasTextString = "已撤回：和平镇代表座谈会通知" })).ToBeVisibleAsync();
        await phone.GotoAsync(notice);
        await Expect(phone.Locator("h1")).ToHaveTextAsync("已撤回");
        await Expect(phone.Locator(".push-text")).ToHaveCountAsync(0);
        using (var reader = await product.ClientAsync("liyang")) Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync(file, Stop)).StatusCode);
        await clerk.GotoAsync("/push");
        await Product.PictureAsync(clerk, "push-list");
    }

    [Fact]
    public async Task A_forged_form_reaches_nobody_beyond_the_territory_and_only_the_office_pushes()
    {
        foreach (var name in (string[])["liyang", "chenjianguo", "feijianping"])
        {
            using var other = await product.ClientAsync(name);
            foreach (var path in (string[])["/push", "/push/new"]) Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(path, Stop)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync("/api/v1/push/people?q=" + Uri.EscapeDataString("李"), Stop)).StatusCode);
        }
        using var clerk = await product.ClientAsync("zhoumin");
        foreach (var region in (string[])["330500000000", "330523000000", "330000000000"])
        {
            var (page, _) = await SaveAsync(clerk, region);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains("请选您管理范围内的区域", WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        }
        Assert.DoesNotContain("沈国荣", await clerk.GetStringAsync("/api/v1/push/people?q=" + Uri.EscapeDataString("沈国荣"), Stop), StringComparison.Ordinal);
        Assert.Contains("李阳", Regex.Unescape(await clerk.GetStringAsync("/api/v1/push/people?q=" + Uri.EscapeDataString("李阳"), Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_push_to_five_thousand_it_goes_on_and_each_is_notified_once()
    {
        var data = Directory.CreateTempSubdirectory("renda-push-").FullName;
        try
        {
            Guid id;
            int people;
            var kills = 0;
            await using (var server = await Server.StartAsync(data, 0))
            {
                await CrowdAsync(data, 5000);
                using var clerk = await server.ClientAsync("zhoumin");
                (var saved, id) = await SaveAsync(clerk, "330522000000");
                Assert.True(saved.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.Found, await saved.Content.ReadAsStringAsync(Stop));
                var preview = await clerk.GetStringAsync($"/push/{id}", Stop);
                people = int.Parse(Regex.Match(preview, "name=\"people\" value=\"(\\d+)\"").Groups[1].Value);
                Assert.True(people > 5000, $"{people}");
                var sent = await Server.PostAsync(clerk, $"/push/{id}", $"/push/{id}/send", new() { ["version"] = Regex.Match(preview, "name=\"version\" value=\"(\\d+)\"").Groups[1].Value, ["people"] = $"{people}" });
                Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
                await ReachAsync(data, id, 1);
            }
            // Disposing kills: SIGKILL. Again, twice, each time somewhere else.
            for (var from = await WrittenAsync(data, id); from < people && kills < 3; from = await WrittenAsync(data, id), kills++)
            {
                await using var server = await Server.StartAsync(data, 0);
                await ReachAsync(data, id, from + 1);
            }
            await using (var server = await Server.StartAsync(data, 0))
            {
                for (var i = 0; i < 300 && await WrittenAsync(data, id) < people; i++) await Task.Delay(100, Stop);
            }
            TestContext.Current.SendDiagnosticMessage($"{people} people, killed {kills + 1} times");
            await using var db = Open(data);
            var push = await db.Set<Broadcast>().SingleAsync(b => b.Id == id, Stop);
            Assert.Equal((BroadcastState.Sent, people, people), (push.State, push.Recipients, push.Written));
            var notified = await db.Set<Notice>().Where(n => n.BroadcastId == id).Select(n => n.PersonId!.Value).ToListAsync(Stop);
            Assert.Equal((people, people), (notified.Count, notified.Distinct().Count()));
            var meant = await push.Audience.PeopleAt(db, push.SentAt!.Value).ToListAsync(Stop);
            Assert.Equal(meant.Order(), notified.Order());
            Assert.True(kills >= 1, "It was never in the middle");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_push_goes_out_by_mail_too_and_a_refused_address_is_the_administrators_to_see()
    {
        await using var sink = new SmtpSink();
        var data = Directory.CreateTempSubdirectory("renda-mail-").FullName;
        try
        {
            await using var server = await Server.StartAsync(data, 0, options: ["--smtp", sink.Address.ToString(), "--smtp-from", "renda@renda.example", "--site", "https://renda.example"]);
            using var deputy = await server.ClientAsync("liyang");
            // An address is confirmed by what is sent to it.
            Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(deputy, "/account/mail", "/account/mail", new() { ["mail"] = "liyang@renda.example" }, "mail")).StatusCode);
            var code = Regex.Match(MimeKit.MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(Assert.Single(sink.Taken).Raw)), Stop).TextBody ?? "", @"\d{8}").Value;
            Assert.Equal(HttpStatusCode.OK, (await Server.PostAsync(deputy, "/account/mail", "/account/mail", new() { ["code"] = code == "00000000" ? "1" : "00000000" }, "code")).StatusCode);
            Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(deputy, "/account/mail", "/account/mail", new() { ["code"] = code }, "code")).StatusCode);
            Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(deputy, "/notices/settings", "/notices/settings", new() { ["channels"] = "mail", ["digest"] = "", ["digestHour"] = "8", ["quietFrom"] = "22", ["quietTo"] = "7" }, "settings")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await Server.PostAsync(deputy, "/notices/settings", "/notices/settings", new() { ["channels"] = "pigeon", ["digest"] = "", ["digestHour"] = "8", ["quietFrom"] = "22", ["quietTo"] = "7" }, "settings")).StatusCode);

            sink.Next.Enqueue("rcpt 550");
            using var clerk = await server.ClientAsync("zhoumin");
            await SendAsync(clerk, "先被拒收");
            using var admin = await server.ClientAsync("zhangliping");
            var page = "";
            for (var i = 0; i < 100 && !page.Contains("先被拒收", StringComparison.Ordinal); i++, await Task.Delay(100, Stop)) page = WebUtility.HtmlDecode(await admin.GetStringAsync("/administration/channels", Stop));
            Assert.Contains("550", page, StringComparison.Ordinal);
            Assert.Contains("李阳", page, StringComparison.Ordinal);
            Assert.DoesNotContain("liyang@", page, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync("/administration/channels", Stop)).StatusCode);
            Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(admin, "/administration/channels", "/administration/channels", new() { ["retry"] = Regex.Match(page, "name=\"retry\" value=\"([0-9a-f-]{36})\"").Groups[1].Value }, "move")).StatusCode);
            await WaitAsync(() => Mails().Any(m => m.Subject == "先被拒收"), "the retry");
            Assert.Contains("https://renda.example/notices/", Mails().Single(m => m.Subject == "先被拒收").TextBody, StringComparison.Ordinal);

            List<MimeKit.MimeMessage> Mails() => [.. sink.Taken.Select(t => MimeKit.MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(t.Raw)), Stop))];
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task SendAsync(HttpClient clerk, string title)
    {
        var (saved, id) = await SaveAsync(clerk, Heping, title);
        Assert.True(saved.StatusCode == HttpStatusCode.Redirect, await saved.Content.ReadAsStringAsync(Stop));
        var preview = await clerk.GetStringAsync($"/push/{id}", Stop);
        var sent = await Server.PostAsync(clerk, $"/push/{id}", $"/push/{id}/send", new() { ["version"] = "1", ["people"] = Regex.Match(preview, "name=\"people\" value=\"(\\d+)\"").Groups[1].Value });
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
    }

    /// <summary>Sends the form as a browser without script does.</summary>
    private static async Task<(HttpResponseMessage Answer, Guid Id)> SaveAsync(HttpClient client, string region, string title = "试验")
    {
        var page = await client.GetStringAsync("/push/new", Stop);
        var id = Guid.Parse(Regex.Match(page, "name=\"id\" value=\"([0-9a-f-]{36})\"").Groups[1].Value);
        var fields = new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value, ["_handler"] = "push",
            ["id"] = id.ToString(), ["title"] = title, ["text"] = "内容", ["by"] = "rule", ["region"] = region, ["regionText"] = "", ["tier"] = "", ["roles"] = "deputy", ["groupText"] = "", ["personText"] = "",
        };
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        return (await client.PostAsync("/push/new", form, Stop), id);
    }

    private static RendaDbContext Open(string data)
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        DatabaseSettings.SqliteFile(Path.Combine(data, "renda.db")).Configure(options);
        return new RendaDbContext(options.Options, new ModelAssemblies([]));
    }

    /// <summary>As many more deputies of the county, with accounts.</summary>
    private static async Task CrowdAsync(string data, int count)
    {
        await using var db = Open(data);
        var congress = await db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Congress && o.Region == 330522000000).Select(o => o.Id).FirstAsync(Stop);
        var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        for (var i = 0; i < count; i++)
        {
            var person = Guid.NewGuid();
            db.Add(new Person { Id = person, Name = $"众{i:0000}", ValidFrom = since, IsDemo = true });
            db.Add(new Mandate { Id = Guid.NewGuid(), PersonId = person, CongressId = congress, Region = 330522100000, ValidFrom = since });
            db.Add(new Account { Id = Guid.NewGuid(), UserName = "crowd" + i, NormalizedUserName = "CROWD" + i, DisplayName = "众", PersonId = person, SecurityStamp = "s" });
        }
        await db.SaveChangesAsync(Stop);
    }

    private static async Task<int> WrittenAsync(string data, Guid id)
    {
        await using var db = Open(data);
        return await db.Set<Broadcast>().Where(b => b.Id == id).Select(b => b.Written).FirstAsync(Stop);
    }

    private static async Task ReachAsync(string data, Guid id, int count)
    {
        for (var i = 0; i < 3000 && await WrittenAsync(data, id) < count; i++) await Task.Delay(5, Stop);
    }

    private static async Task WaitAsync(Func<bool> until, string what)
    {
        for (var i = 0; i < 200 && !until(); i++) await Task.Delay(100, Stop);
        Assert.True(until(), "Waited for " + what);
    }
}
