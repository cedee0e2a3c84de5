using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Npgsql;

namespace EndToEnd.Tests;

/// <summary>A demo city on each database, started when the first test asks for it.</summary>
public sealed class Towns : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renda-towns-").FullName;
    private readonly Dictionary<string, Server> _servers = [];
    private string? _database;

    public async Task<Server> OnAsync(string database)
    {
        if (_servers.TryGetValue(database, out var server)) return server;
        string? connection = null;
        if (database == "postgres")
        {
            var place = Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES");
            Assert.SkipWhen(string.IsNullOrEmpty(place), "RENDA_TEST_POSTGRES is not set");
            _database = "t_" + Guid.NewGuid().ToString("N");
            await ExecuteAsync($"CREATE DATABASE {_database}");
            connection = new NpgsqlConnectionStringBuilder(place) { Database = _database }.ToString();
        }
        return _servers[database] = await Server.StartAsync(Path.Combine(_folder, database), 0, connection);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values) await server.DisposeAsync();
        if (_database is not null) await ExecuteAsync($"DROP DATABASE IF EXISTS {_database} WITH (FORCE)");
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Deadlines and holidays are changed on pages, by those whose work it is, and clocks follow.</summary>
public sealed class AdministrationTests(Towns towns) : IClassFixture<Towns>
{
    private const string Deadlines = "/administration/deadlines", Holidays = "/administration/holidays";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_deadline_is_changed_on_its_page_and_the_next_clock_follows(string database)
    {
        var town = await towns.OnAsync(database);
        using var api = await town.ApiAsync("liyang");
        var campaign = await town.CampaignAsync();
        using var head = await town.ClientAsync("yaoweiping");
        var before = await ClockAsync(api, await Server.ReportAsync(api, campaign, "改时限之前"));
        var edit = await EditAsync(head, "visits.verify");

        // Everything wrong at once: each fault is told at its field, in both languages, and nothing typed is lost.
        var wrong = new Dictionary<string, string>
        {
            ["amount"] = "0", ["unit"] = "Hours", ["yellow"] = "-1", ["from"] = "2001-02-03", ["region"] = "330523000000", ["category"] = new('c', 61), ["basisZh"] = "", ["basisEn"] = "Rule 7 <b>",
        };
        var rows = Rows(await PageAsync(head, Deadlines));
        foreach (var (language, say) in ((string, string)[])[("zh-CN", "1 到 3660 的整数。"), ("en", "A whole number from 1 to 3660.")])
        {
            head.DefaultRequestHeaders.Remove("Cookie");
            head.DefaultRequestHeaders.Add("Cookie", $"renda-language={Uri.EscapeDataString($"c=zh-CN|uic={language}")}");
            var refused = await Server.PostAsync(head, edit, edit, wrong, "deadline");
            Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
            var page = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Cancellation));
            Assert.Contains(say, page, StringComparison.Ordinal);
            foreach (var field in (string[])["amount", "yellow", "from", "region", "category", "basisZh"])
                Assert.Matches($"<div class=\"field bad\"><label for=\"{field}\">[^<]*</label>\\s*<p class=\"error\">", page);
            Assert.Contains("value=\"2001-02-03\"", page, StringComparison.Ordinal);
            Assert.Contains("value=\"Rule 7 <b>\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("value=\"Rule 7 <b>", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
        head.DefaultRequestHeaders.Remove("Cookie");
        Assert.Equal(rows, Rows(await PageAsync(head, Deadlines)));

        // As it should be.
        var today = DateOnly.FromDateTime(DateTime.UtcNow.AddHours(8));
        var right = new Dictionary<string, string>
        {
            ["amount"] = "3", ["unit"] = "Hours", ["yellow"] = "1", ["from"] = Day(today), ["region"] = "330522110000", ["category"] = "", ["basisZh"] = "县人大常委会主任会议决定", ["basisEn"] = "",
        };
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(head, edit, edit, right, "deadline")).StatusCode);
        Assert.Contains("县人大常委会主任会议决定", await PageAsync(head, Deadlines), StringComparison.Ordinal);
        var second = await Server.ReportAsync(api, campaign, "改时限之后");
        var after = await ClockAsync(api, second);
        Assert.Equal(after.Submitted.AddHours(3), after.Due);
        Assert.Contains("县人大常委会主任会议决定", await api.GetStringAsync($"/api/v1/matters/{second}/events", Cancellation), StringComparison.Ordinal);

        // What is to come does not count yet, and can be withdrawn.
        right["amount"] = "5";
        right["from"] = Day(today.AddDays(3));
        right["basisZh"] = "尚未生效的规定";
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(head, edit, edit, right, "deadline")).StatusCode);
        after = await ClockAsync(api, await Server.ReportAsync(api, campaign, "新规定还没生效"));
        Assert.Equal(after.Submitted.AddHours(3), after.Due);
        var drop = Regex.Match(await PageAsync(head, Deadlines), "value=\"(drop-[0-9a-f-]{36})\"").Groups[1].Value;
        Assert.NotEmpty(drop);

        // Not by anybody else: neither looked at, nor set, nor withdrawn.
        using var clerk = await town.ClientAsync("zhoumin");
        using var nobody = await town.ClientAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync(edit, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Server.PostAsync(clerk, "/", edit, right, "deadline")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Server.PostAsync(clerk, "/", Deadlines, [], drop)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(nobody, "/sign-in", edit, right, "deadline")).StatusCode);
        Assert.Contains("尚未生效的规定", await PageAsync(head, Deadlines), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(head, Deadlines, Deadlines, [], drop)).StatusCode);
        Assert.DoesNotContain("尚未生效的规定", await PageAsync(head, Deadlines), StringComparison.Ordinal);

        // Those that ran keep their day.
        Assert.Equal(before.Due, (await ClockAsync(api, before.Id)).Due);
        Assert.Equal(0, (await town.VerifyAsync()).Code);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_year_of_holidays_is_entered_on_its_page_and_the_next_clock_follows(string database)
    {
        var town = await towns.OnAsync(database);
        using var administrator = await town.ClientAsync("zhangliping");
        using var api = await town.ApiAsync("liyang");
        using var head = await town.ClientAsync("yaoweiping");
        var campaign = await town.CampaignAsync();
        var today = DateOnly.FromDateTime(DateTime.UtcNow.AddHours(8));
        var year = today.Year + 1;
        while (Renda.Platform.Calendar.ChineseCalendar.Official.Knows(year)) year++;

        // A long deadline that reaches into a year nobody has announced starts all the same.
        var edit = await EditAsync(head, "visits.verify");
        var days = (new DateOnly(year, 1, 25).DayNumber - today.DayNumber) * 5 / 7;
        var rule = new Dictionary<string, string> { ["amount"] = days.ToString(CultureInfo.InvariantCulture), ["unit"] = "WorkingDays", ["yellow"] = "1", ["from"] = Day(today), ["region"] = "330522110000", ["category"] = "", ["basisZh"] = "乡镇决定", ["basisEn"] = "" };
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(head, edit, edit, rule, "deadline")).StatusCode);
        var unknown = await ClockAsync(api, await Server.ReportAsync(api, campaign, "明年的放假安排还没公布"));
        Assert.Equal(year, unknown.Due.AddHours(8).AddTicks(-1).Year);

        // A slip of the finger moves nothing, is told in words, and what was typed stays.
        var form = new Dictionary<string, string> { ["year"] = year.ToString(CultureInfo.InvariantCulture), ["notice"] = "国务院办公厅通知", ["off"] = "元旦\n" + Day(new(year, 1, 1)), ["work"] = "" };
        var page = await RefusedAsync(administrator, form);
        Assert.Contains("第 1 行“元旦”不是日期。", page, StringComparison.Ordinal);
        Assert.Contains("国务院办公厅通知", page, StringComparison.Ordinal);
        Assert.Contains("元旦\n", page.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        form["off"] = "";
        page = await RefusedAsync(administrator, form);
        var lawful = Regex.Matches(page, @"缺少(\d{4}-\d\d-\d\d)：这一天是法定节假日。").Select(m => m.Groups[1].Value).ToList();
        Assert.True(lawful.Count >= 5, page);
        form["year"] = "1900";
        Assert.Contains("1900年不在", await RefusedAsync(administrator, form), StringComparison.Ordinal);
        form["year"] = "next";
        await RefusedAsync(administrator, form);
        Assert.DoesNotContain("录入过的年份", await PageAsync(administrator, Holidays), StringComparison.Ordinal);

        // Entered: one working day of January fewer, so the next clock ends one working day later.
        var extra = Enumerable.Range(3, 10).Select(d => new DateOnly(year, 1, d)).First(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !lawful.Contains(Day(d)));
        form["year"] = year.ToString(CultureInfo.InvariantCulture);
        form["off"] = string.Join('\n', lawful.Append(Day(extra)));
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(administrator, Holidays, Holidays, form, "import")).StatusCode);
        page = await PageAsync(administrator, Holidays);
        Assert.Matches($"录入过的年份.*<li>{year} ", page);
        var known = await ClockAsync(api, await Server.ReportAsync(api, campaign, "放假安排已录入"));
        Assert.True(known.Due > unknown.Due, $"{known.Due} {unknown.Due}");
        Assert.Equal(unknown.Due, (await ClockAsync(api, unknown.Id)).Due);

        // Twice is once, and the better one counts.
        form["off"] = string.Join('\n', lawful);
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(administrator, Holidays, Holidays, form, "import")).StatusCode);
        Assert.Single(Regex.Matches(await PageAsync(administrator, Holidays), $"<li>{year} "));
        Assert.Equal(unknown.Due, (await ClockAsync(api, await Server.ReportAsync(api, campaign, "放假安排改正了"))).Due);

        // Not by those who only set deadlines.
        foreach (var other in (string[])["yaoweiping", "zhoumin", "liyang"])
        {
            using var client = await town.ClientAsync(other);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(Holidays, Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await Server.PostAsync(client, "/", Holidays, form, "import")).StatusCode);
        }
    }

    /// <summary>A database that answers while others run shows what a synchronous one hides: two readers of one connection.</summary>
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Every_page_comes_whole_and_one_that_is_not_there_says_so(string database)
    {
        var town = await towns.OnAsync(database);
        foreach (var (who, pages) in ((string, string[])[])
        [
            ("liyang", ["/", "/todos", "/notices", "/visits/capture", "/visits?view=mine", "/visits/tour", "/visits/tours"]),
            ("zhoumin", ["/", "/todos", "/visits?view=triage", "/visits?view=running", "/visits/statistics", "/visits/common", "/visits/focus", "/visits/campaigns"]),
            ("yaoweiping", [Deadlines]),
            ("zhangliping", [Holidays]),
        ])
        {
            using var client = await town.ClientAsync(who);
            for (var round = 0; round < 4; round++)
            {
                foreach (var path in pages)
                {
                    var answer = await client.GetAsync(path, Cancellation);
                    Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{who} {path}: {answer.StatusCode}");
                    Assert.Matches("<h1|<main", await answer.Content.ReadAsStringAsync(Cancellation));
                }
                foreach (var path in (string[])["/nowhere", "/visits/nowhere", "/matters/" + Guid.CreateVersion7(), who is "yaoweiping" ? Holidays : "/visits/export/nowhere.docx"])
                {
                    var answer = await client.GetAsync(path, Cancellation);
                    Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{who} {path}: {answer.StatusCode}");
                    Assert.Contains("没有找到", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
                }
            }
        }
    }

    private static async Task<string> RefusedAsync(HttpClient client, Dictionary<string, string> form)
    {
        var answer = await Server.PostAsync(client, Holidays, Holidays, form, "import");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains("没有保存，请改正", page, StringComparison.Ordinal);
        return page;
    }

    private static async Task<(Guid Id, DateTime Submitted, DateTime Due)> ClockAsync(HttpClient api, Guid id)
    {
        var matter = (await api.GetFromJsonAsync<JsonObject>($"/api/v1/matters/{id}", Cancellation))!;
        return (id, matter["submittedAt"]!.GetValue<DateTime>(), matter["dueAt"]!.GetValue<DateTime>());
    }

    private static async Task<string> EditAsync(HttpClient client, string code) =>
        Deadlines + "?edit=" + Regex.Match(await PageAsync(client, Deadlines), $"data-code=\"{Regex.Escape(code)}\".*?edit=([0-9a-f-]{{36}})", RegexOptions.Singleline).Groups[1].Value;

    private static async Task<string> PageAsync(HttpClient client, string path) => WebUtility.HtmlDecode(await client.GetStringAsync(path, Cancellation));

    private static int Rows(string page) => Regex.Count(page, "<tr>");

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
