using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>Numbers on pages and in the API, as those who may see them and as those who may not.</summary>
public sealed class IndicatorTests(Product product)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<JsonObject> AskAsync(HttpClient api, string address)
    {
        using var answer = await api.GetAsync(new Uri("/api/v1/indicators/" + address, UriKind.Relative), Cancellation);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancellation)}");
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!;
    }

    [Fact]
    public async Task A_new_finding_moves_the_number_and_stands_behind_it()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var clerk = await product.Server.ApiAsync("zhoumin");
        var before = (await AskAsync(clerk, "visits.raised"))["value"]!.GetValue<decimal>();
        var id = await product.ReportAsync("数一数：桥边护栏断了一截");
        // The ledger follows within a second or two.
        for (var patience = 0; (await AskAsync(clerk, "visits.raised"))["value"]!.GetValue<decimal>() == before; patience++)
        {
            Assert.True(patience < 100, "the number does not move");
            await Task.Delay(200, Cancellation);
        }
        var today = DateTime.UtcNow.AddHours(8).ToString("yyyy-MM-dd");
        Assert.Contains((await AskAsync(clerk, $"visits.raised/rows?from={today}"))["items"]!.AsArray(), r => r!["matter"]!.ToString() == id.ToString());

        // Categories stand there by name, whatever campaign they are of.
        var kinds = (await AskAsync(clerk, "visits.raised?from=2020-01-01&by=category"))["lines"]!.AsArray();
        Assert.NotEmpty(kinds);
        Assert.All(kinds, k => Assert.NotEqual(k!["key"]!.ToString(), k["name"]!.ToString()));

        // Of counties that are not hers nobody tells her that nothing was raised there; a leader of the city sees each.
        Assert.Equal(["330522000000"], (await AskAsync(clerk, "visits.raised?by=region&region=330500000000"))["lines"]!.AsArray().Select(l => l!["key"]!.ToString()));
        using (var leader = await product.Server.ApiAsync("shenguorong"))
            Assert.Equal(5, (await AskAsync(leader, "visits.raised?by=region&region=330500000000"))["lines"]!.AsArray().Count);

        // Everybody's number is that of their own list, and no more.
        foreach (var name in (string[])["zhoumin", "liyang", "chenjianguo", "zhangliping", "xuxiaoyan"])
        {
            using var api = await product.Server.ApiAsync(name);
            using var list = await api.GetAsync(new Uri("/api/v1/indicators/visits.raised", UriKind.Relative), Cancellation);
            var matters = await CountAsync(api, "/api/v1/matters?scenario=visits&limit=200");
            if (list.StatusCode == HttpStatusCode.NotFound)
            {
                Assert.Equal(0, matters);
                continue;
            }
            var value = (await AskAsync(api, "visits.raised?from=2020-01-01"))["value"]!.GetValue<decimal>();
            Assert.Equal(await CountAsync(api, "/api/v1/indicators/visits.raised/rows?from=2020-01-01&limit=200"), (int)value);
            // A unit counts what it leads; all others what they see.
            if (name is not "chenjianguo") Assert.Equal(matters, (int)value);
        }
    }

    private static async Task<int> CountAsync(HttpClient api, string address)
    {
        var (count, after) = (0, (string?)null);
        do
        {
            var page = (await api.GetFromJsonAsync<JsonObject>(new Uri(after is null ? address : $"{address}&after={after}", UriKind.Relative), Cancellation))!;
            count += page["items"]!.AsArray().Count;
            after = page["next"]?.ToString();
        }
        while (after is not null);
        return count;
    }

    [Fact]
    public async Task The_wrong_person_and_a_wrong_question_get_a_clear_no()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var clerk = await product.Server.ApiAsync("zhoumin");
        foreach (var (address, status) in ((string, HttpStatusCode)[])
        [
            ("visits.nothing", HttpStatusCode.NotFound), ("visits.raised?by=colour", HttpStatusCode.BadRequest), ("visits.raised?from=2026-13-01", HttpStatusCode.BadRequest), ("visits.raised?from=2026-05-01&to=2026-04-01", HttpStatusCode.BadRequest),
            ("visits.raised?region=33", HttpStatusCode.BadRequest), ("visits.raised?by=day&from=2000-01-01", HttpStatusCode.BadRequest), ("visits.raised/rows?limit=9999", HttpStatusCode.BadRequest), ("visits.raised/rows?measure=visits.closed", HttpStatusCode.NotFound),
            ("visits.raised/rows?after=x_y_z", HttpStatusCode.OK), ("visits.raised.csv?by=month", HttpStatusCode.OK), ("visits.on-time.xlsx?by=region&region=330522000000", HttpStatusCode.OK), ("visits.raised?asOf=2026-11-01&by=unit", HttpStatusCode.OK),
        ])
        {
            using var answer = await clerk.GetAsync(new Uri("/api/v1/indicators/" + address, UriKind.Relative), Cancellation);
            Assert.True(status == answer.StatusCode, $"{address}: {answer.StatusCode}");
        }
        using var nobody = await product.ClientAsync();
        foreach (var path in (string[])["/indicators", "/indicators/visits.raised", "/indicators/visits.raised/rows"]) Assert.Equal(HttpStatusCode.Redirect, (await nobody.GetAsync(new Uri(path, UriKind.Relative), Cancellation)).StatusCode);
        using var deputy = await product.ClientAsync("liyang");
        Assert.Equal(HttpStatusCode.NotFound, (await deputy.GetAsync(new Uri("/indicators/visits.raised/edit", UriKind.Relative), Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_definition_gets_another_version_and_what_is_wrong_with_it_is_told_at_its_field()
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        // What counts everywhere is not a county's to write.
        using var county = await product.ClientAsync("yaoweiping");
        Assert.Equal(HttpStatusCode.NotFound, (await county.GetAsync(new Uri("/indicators/visits.raised/edit", UriKind.Relative), Cancellation)).StatusCode);
        using var head = await product.ClientAsync("zhangliping");
        var today = DateTime.UtcNow.AddHours(8).ToString("yyyy-MM-dd");
        Dictionary<string, string> form = new()
        {
            ["code"] = "visits.proven-rate", ["zh"] = "有照片办结率", ["en"] = "Closed with a photo", ["unitZh"] = "%", ["formula"] = "visits.proven / visits.close * 100", ["decimals"] = "1", ["better"] = "Up", ["meaningZh"] = "办结的件中有整改照片的占比。", ["owner"] = "代表工委", ["from"] = today,
        };
        var wrong = await Server.PostAsync(head, "/indicators/edit", "/indicators/edit", form, "indicator");
        Assert.Contains("没有度量“visits.close”", WebUtility.HtmlDecode(await wrong.Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
        form["formula"] = "visits.proven / visits.closed * 100";
        form["from"] = "2026-01-01";
        Assert.Contains("从今天或以后的某天起用", WebUtility.HtmlDecode(await (await Server.PostAsync(head, "/indicators/edit", "/indicators/edit", form, "indicator")).Content.ReadAsStringAsync(Cancellation)), StringComparison.Ordinal);
        form["from"] = today;
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(head, "/indicators/edit", "/indicators/edit", form, "indicator")).StatusCode);
        using var clerk = await product.Server.ApiAsync("zhoumin");
        Assert.Equal(1, (await AskAsync(clerk, "visits.proven-rate"))["definition"]!["version"]!.GetValue<int>());
        // Before it was in use there is no such number.
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync(new Uri("/api/v1/indicators/visits.proven-rate?to=2026-10-01", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Contains("有照片办结率", WebUtility.HtmlDecode(await county.GetStringAsync("/indicators", Cancellation)), StringComparison.Ordinal);
    }
}
