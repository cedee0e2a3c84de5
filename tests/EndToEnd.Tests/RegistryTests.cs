using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EndToEnd.Tests;

/// <summary>The registry as a clerk, a deputy and a neighbour's clerk meet it.</summary>
public sealed partial class RegistryTests(Towns towns) : IClassFixture<Towns>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Who_represented_a_village_on_a_day_is_one_call(string database)
    {
        var server = await towns.OnAsync(database);
        using var api = await server.ApiAsync("liyang");
        var now = await api.GetFromJsonAsync<JsonObject>("/api/v1/registry/represents?region=330522110225", Cancellation);
        Assert.Equal("长兴县和平镇红山村", now!["fullName"]!.ToString());
        var deputies = now["deputies"]!.AsArray();
        Assert.Contains(deputies, d => d!["name"]!.ToString() == "李阳");
        Assert.All(deputies, d => Assert.Equal("active", d!["status"]!.ToString()));
        // Before the term nobody did.
        var before = await api.GetFromJsonAsync<JsonObject>("/api/v1/registry/represents?region=330522110225&on=2021-06-01", Cancellation);
        Assert.Empty(before!["deputies"]!.AsArray());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.GetAsync(new Uri("/api/v1/registry/represents?region=999", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.GetAsync(new Uri("/api/v1/registry/represents?region=330522110225&on=yesterday", UriKind.Relative), Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_person_is_added_changed_elected_and_loses_the_seat(string database)
    {
        var server = await towns.OnAsync(database);
        using var clerk = await server.ClientAsync("zhoumin");
        var page = await PostAsync(clerk, "/registry/people/new", "person", new() { ["name"] = "测　试", ["sex"] = "男", ["phone"] = "100-9999-0001", ["idNumber"] = "1101051949123１002X" });
        // The number says female; nothing is written and what was typed is still there.
        Assert.Contains("与身份证号里的性别不一致", page.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"100-9999-0001\"", page.Text, StringComparison.Ordinal);
        page = await PostAsync(clerk, "/registry/people/new", "person", new() { ["name"] = "测　试", ["sex"] = "女", ["phone"] = "100-9999-0001" });
        Assert.Equal(HttpStatusCode.Found, page.Status);
        var person = page.Location!;

        // Whoever added somebody can go on with it; from the county's hands it goes to the city's with the seat there.
        Assert.Equal(HttpStatusCode.OK, (await clerk.GetAsync(new Uri(person + "/edit", UriKind.Relative), Cancellation)).StatusCode);
        using var city = await server.ClientAsync("xuxiaoyan");
        var shown = await city.GetStringAsync(new Uri(person, UriKind.Relative), Cancellation);
        Assert.Contains("<h1>测试</h1>", WebUtility.HtmlDecode(shown), StringComparison.Ordinal);
        Assert.Contains("*******0001", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("10099990001", shown, StringComparison.Ordinal);

        var congress = CongressOption().Matches(WebUtility.HtmlDecode(shown)).First(m => m.Groups[2].Value == "湖州市人民代表大会").Groups[1].Value;
        page = await PostAsync(city, person, "elect", new() { ["congress"] = congress, ["region"] = "330522110000", ["from"] = "2026-05-01" });
        Assert.Equal(HttpStatusCode.Found, page.Status);
        shown = await city.GetStringAsync(new Uri(person, UriKind.Relative), Cancellation);
        var mandate = MandateLink().Match(shown).Value;
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync(new Uri(person + "/edit", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Contains("已当选", WebUtility.HtmlDecode(shown), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await PostAsync(city, mandate, "step-review", new() { ["from"] = "2026-05-02" })).Status);
        // A confirmation is announced.
        Assert.Contains("请写公告或决定的文号、标题", (await PostAsync(city, mandate, "step-confirm", new() { ["from"] = "2026-05-03" })).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await PostAsync(city, mandate, "step-confirm", new() { ["from"] = "2026-05-03", ["document"] = "公告〔2026〕3号" })).Status);
        Assert.Equal(HttpStatusCode.Found, (await PostAsync(city, mandate, "step-end", new() { ["from"] = "2026-10-08", ["cause"] = "moved", ["document"] = "公告〔2026〕9号" })).Status);
        shown = WebUtility.HtmlDecode(await city.GetStringAsync(new Uri(mandate, UriKind.Relative), Cancellation));
        Assert.Contains("迁出或者调离本行政区域 · 公告〔2026〕9号", shown, StringComparison.Ordinal);
        // What has ended takes no further step, however the request comes.
        Assert.NotEqual(HttpStatusCode.Found, (await PostAsync(city, mandate, "step-end", new() { ["from"] = "2026-10-09", ["cause"] = "moved", ["document"] = "x" })).Status);

        using var api = await server.ApiAsync("xuxiaoyan");
        var id = person.Split('/')[^1];
        Assert.Equal("active", (await api.GetFromJsonAsync<JsonObject>($"/api/v1/registry/people/{id}?on=2026-07-01", Cancellation))?["mandates"]?[0]?["status"]?.ToString());
        Assert.Empty((await api.GetFromJsonAsync<JsonObject>($"/api/v1/registry/people/{id}?on=2026-10-09", Cancellation))!["mandates"]!.AsArray());
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_wrong_person_sees_what_the_law_publishes_and_changes_nothing(string database)
    {
        var server = await towns.OnAsync(database);
        using var clerkApi = await server.ApiAsync("zhoumin");
        var represents = await clerkApi.GetFromJsonAsync<JsonObject>("/api/v1/registry/represents?region=330522110225", Cancellation);
        var li = represents!["deputies"]!.AsArray().First(d => d!["name"]!.ToString() == "李阳")!;
        var person = $"/registry/people/{li["personId"]}";
        using var deputy = await server.ClientAsync("liyang");
        var shown = WebUtility.HtmlDecode(await deputy.GetStringAsync(new Uri(person, UriKind.Relative), Cancellation));
        Assert.Contains("<h1>李阳</h1>", shown, StringComparison.Ordinal);
        foreach (var hidden in (string[])["身份证号", "出生日期", "变更经过", "登记当选"]) Assert.DoesNotContain(hidden, shown, StringComparison.Ordinal);
        Assert.Null((await (await server.ApiAsync("liyang")).GetFromJsonAsync<JsonObject>($"/api/v1/registry/people/{li["personId"]}", Cancellation))!["birthDate"]);
        Assert.NotNull((await clerkApi.GetFromJsonAsync<JsonObject>($"/api/v1/registry/people/{li["personId"]}", Cancellation))!["birthDate"]);
        foreach (var path in (string[])[person + "/edit", "/registry/people/new", "/registry/changes", "/registry/organisations/new"])
            Assert.Equal(HttpStatusCode.NotFound, (await deputy.GetAsync(new Uri(path, UriKind.Relative), Cancellation)).StatusCode);
        using var nobody = await server.ClientAsync(null);
        Assert.Equal(HttpStatusCode.Redirect, (await nobody.GetAsync(new Uri(person, UriKind.Relative), Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_look_at_the_numbers_asks_for_a_purpose_and_is_noted(string database)
    {
        var server = await towns.OnAsync(database);
        using var api = await server.ApiAsync("zhoumin");
        var li = (await api.GetFromJsonAsync<JsonObject>("/api/v1/registry/represents?region=330522110225", Cancellation))!["deputies"]!.AsArray().First(d => d!["name"]!.ToString() == "李阳")!;
        var person = $"/registry/people/{li["personId"]}";
        using var head = await server.ClientAsync("yaoweiping");
        Assert.Contains("请写明用途", WebUtility.HtmlDecode((await PostAsync(head, person, "reveal", [])).Text), StringComparison.Ordinal);
        var shown = (await PostAsync(head, person, "reveal", new() { ["purpose"] = "核对名册" })).Text;
        Assert.Matches(@"99\d{15}[\dX]", shown);
        // A clerk may not, and gets no form to ask with.
        using var clerk = await server.ClientAsync("zhoumin");
        Assert.DoesNotContain("name=\"purpose\"", await clerk.GetStringAsync(new Uri(person, UriKind.Relative), Cancellation), StringComparison.Ordinal);
    }

    /// <summary>Sends one of a page's forms as a browser would.</summary>
    private static async Task<(HttpStatusCode Status, string Text, string? Location)> PostAsync(HttpClient client, string path, string form, Dictionary<string, string> fields)
    {
        var page = await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation);
        var token = FormToken().Match(page).Groups[1].Value;
        using var content = new FormUrlEncodedContent(fields.Append(new("__RequestVerificationToken", token)).Append(new("_handler", form)));
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
        var location = answer.Headers.Location;
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancellation)), location is null ? null : location.IsAbsoluteUri ? location.PathAndQuery : location.ToString());
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    [GeneratedRegex("<option value=\"([0-9a-f-]{36})\"[^>]*>([^<]+)</option>")]
    private static partial Regex CongressOption();

    [GeneratedRegex("/registry/mandates/[0-9a-f-]{36}")]
    private static partial Regex MandateLink();
}
