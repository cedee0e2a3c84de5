using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Schema;
using Json.Schema;

namespace EndToEnd.Tests;

/// <summary>The portal's open data, Open311 and telephones that are verified, over the wire on both databases. Each answer of Open311 is held against a schema.</summary>
public sealed partial class OpenDataTests(GuardedTowns towns) : IClassFixture<GuardedTowns>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_files_are_there_for_everybody_and_caches_may_keep_them(string database)
    {
        var town = await towns.OnAsync(database);
        using var nobody = GuardedTowns.Fresh(town);
        var page = WebUtility.HtmlDecode(await nobody.GetStringAsync("/p/open", Stop));
        foreach (var (name, type) in new[] { ("stations.csv", "text/csv"), ("stations.geojson", "application/geo+json"), ("voices.csv", "text/csv"), ("deputies.csv", "text/csv") })
        {
            Assert.Contains($"href=\"/p/open/{name}\"", page, StringComparison.Ordinal);
            using var answer = await nobody.GetAsync($"/p/open/{name}", Stop);
            Assert.Equal((HttpStatusCode.OK, type, "public, max-age=300", name), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Headers.GetValues("Cache-Control").Single(), answer.Content.Headers.ContentDisposition!.FileName!.Trim('"')));
            // Nothing that tells one reader from another.
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            var text = await answer.Content.ReadAsStringAsync(Stop);
            Assert.Contains(name.StartsWith("deputies", StringComparison.Ordinal) ? "李阳" : name.StartsWith("voices", StringComparison.Ordinal) ? "红山村口路灯坏了半个月" : "和平镇人大代表中心联络站", text, StringComparison.Ordinal);
            // No telephone of a citizen or a deputy.
            Assert.DoesNotMatch(DemoPhone(), text);
            using var head = await nobody.SendAsync(new(HttpMethod.Head, $"/p/open/{name}"), Stop);
            Assert.Equal((HttpStatusCode.OK, type, 0), (head.StatusCode, head.Content.Headers.ContentType!.MediaType, (await head.Content.ReadAsByteArrayAsync(Stop)).Length));
        }
        // What was said and never published is in no file.
        var voices = await nobody.GetStringAsync("/p/open/voices.csv", Stop);
        Assert.DoesNotContain("养殖场", voices, StringComparison.Ordinal);
        Assert.DoesNotContain("宅基地", voices, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Open311_answers_by_the_standard_in_json_and_in_xml(string database)
    {
        var town = await towns.OnAsync(database);
        using var head = (await GuardedTowns.PressAsync(town, "yaoweiping")).Client;
        using var app = GuardedTowns.Fresh(town);
        foreach (var (path, what) in new[] { ("discovery", "discovery"), ("services", "services"), ("services/roads", "definition"), ("requests", "requests"), ("requests?service_code=roads&page_size=1", "requests") })
            await GoodAsync(app, path, what);
        var shown = (await GoodAsync(app, "requests", "requests")).AsArray();
        Assert.Equal(2, shown.Count);
        var id = shown[0]!["service_request_id"]!.ToString();
        Assert.Single((await GoodAsync(app, $"requests/{id}", "requests")).AsArray());
        Assert.Equal("public, max-age=300", (await app.GetAsync("/open311/v2/requests.json", Stop)).Headers.GetValues("Cache-Control").Single());

        foreach (var (path, status) in new[] { ("services/no-such", 404), ($"requests/{Guid.CreateVersion7()}", 404), ("tokens/made-up", 404), ("requests?status=done", 400), ("no-such", 404), ("requests?start_date=%00", 400) })
            await BadAsync(await app.GetAsync(Address(path, "json"), Stop), await app.GetAsync(Address(path, "xml"), Stop), status);

        // Sending needs a key; it is given on a page and shown once.
        Dictionary<string, string> whole = new() { ["service_code"] = "roads", ["address_id"] = "330522110225", ["description"] = $"接口反映：红山村桥头的护栏松了（{database}）。", ["phone"] = "10000008888" };
        await BadAsync(await SendAsync(app, "json", whole), await SendAsync(app, "xml", whole), 403);
        var settings = await Server.PostAsync(head, "/stations/settings", "/stations/settings", new() { ["name"] = "城市 App" }, "key");
        var key = Regex.Match(await settings.Content.ReadAsStringAsync(Stop), "id=\"new-key\">([2-9A-Z]{32})<").Groups[1].Value;
        Assert.Equal(32, key.Length);
        Assert.DoesNotContain(key, await head.GetStringAsync("/stations/settings", Stop), StringComparison.Ordinal);
        whole["api_key"] = key;
        whole["description"] = "短";
        await BadAsync(await SendAsync(app, "json", whole), await SendAsync(app, "xml", whole), 400);
        await BadAsync(await app.PostAsync("/open311/v2/requests.json", JsonContent.Create(whole), Stop), await app.PostAsync("/open311/v2/requests.xml", JsonContent.Create(whole), Stop), 400);
        whole["description"] = new string('长', 40_000);
        await BadAsync(await SendAsync(app, "json", whole), await SendAsync(app, "xml", whole), 413);
        whole["description"] = $"接口反映：红山村桥头的护栏松了（{database}）。";
        var retry = Guid.CreateVersion7().ToString();
        var posted = await SendAsync(app, "json", whole, retry);
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        Assert.True(posted.Headers.CacheControl!.NoStore);
        var json = JsonNode.Parse(await posted.Content.ReadAsStringAsync(Stop))!;
        Valid(json, "posted");
        var again = await SendAsync(app, "xml", whole, retry);
        var xml = Valid(await again.Content.ReadAsStringAsync(Stop));
        Assert.Equal(json[0]!["service_request_id"]!.ToString(), xml.SelectSingleNode("/service_requests/request/service_request_id")!.InnerText);
        // The token leads to the id; neither is the query code, and what is not published is not there.
        Assert.Equal(json[0]!["service_request_id"]!.ToString(), (await GoodAsync(app, $"tokens/{json[0]!["token"]}", "tokens"))[0]!["service_request_id"]!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync($"/open311/v2/requests/{json[0]!["service_request_id"]}.json", Stop)).StatusCode);
        var code = QueryCode().Match(json[0]!["service_notice"]!.ToString()).Value;
        using var citizen = GuardedTowns.Fresh(town);
        var look = await Server.PostAsync(citizen, "/p/q", "/p/q", new() { ["code"] = code }, "look");
        Assert.Contains("桥头的护栏松了", WebUtility.HtmlDecode(await look.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);

        // The flood that stops the portal's form stops this, in the standard's form.
        HttpResponseMessage last;
        var sent = 0;
        do last = await SendAsync(app, "xml", new() { ["api_key"] = "wrong" });
        while (last.StatusCode == HttpStatusCode.Forbidden && ++sent < 40);
        Assert.Equal(HttpStatusCode.TooManyRequests, last.StatusCode);
        Valid(await last.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Where_a_telephone_has_to_be_verified_the_form_asks_for_its_code(string database)
    {
        var town = await towns.OnAsync(database);
        using var head = (await GuardedTowns.PressAsync(town, "yaoweiping")).Client;
        Assert.Equal(HttpStatusCode.Redirect, (await SetAsync(head, ("verifyPhone", "1"))).StatusCode);
        try
        {
            using var citizen = GuardedTowns.Fresh(town);
            var number = database == "sqlite" ? "13700137001" : "13700137002";
            var station = "/p/s/" + await CentreAsync(citizen);
            var form = await citizen.GetStringAsync(station, Stop);
            Assert.DoesNotContain("name=\"contact\"", form, StringComparison.Ordinal);
            var ticket = WebUtility.HtmlDecode(Regex.Match(form, "name=\"ticket\" value=\"([^\"]+)\"").Groups[1].Value);
            Dictionary<string, string> typed = new() { ["ticket"] = ticket, ["text"] = "红山村小学门口的斑马线看不清了。", ["category"] = "safety", ["phone"] = number, ["do"] = "code" };
            await Task.Delay(3200, Stop);
            var asked = await PageAsync(await SayAsync(citizen, station, typed));
            Assert.Contains("验证码已发往 137****", asked, StringComparison.Ordinal);
            // What was typed is still there.
            Assert.Contains("斑马线看不清了", asked, StringComparison.Ordinal);
            var sent = await towns.Carrier.CodeAsync(number);
            typed["phoneTicket"] = Regex.Match(asked, "name=\"phoneTicket\" value=\"([^\"]+)\"").Groups[1].Value;
            typed.Remove("do");
            typed["code"] = sent == "123456" ? "654321" : "123456";
            Assert.Contains("验证码不对", await PageAsync(await SayAsync(citizen, station, typed)), StringComparison.Ordinal);
            typed["code"] = sent;
            // A fault elsewhere does not use the code up for nothing.
            typed["text"] = "短";
            var mend = await PageAsync(await SayAsync(citizen, station, typed));
            Assert.Contains("已验证", mend, StringComparison.Ordinal);
            typed["phoneTicket"] = Regex.Match(mend, "name=\"phoneTicket\" value=\"([^\"]+)\"").Groups[1].Value;
            typed["text"] = "红山村小学门口的斑马线看不清了。";
            typed.Remove("code");
            var said = await PageAsync(await SayAsync(citizen, station, typed));
            var code = Regex.Match(said, "id=\"query-code\">([^<]+)<").Groups[1].Value;
            Assert.Matches(QueryCode(), code);
            // The answer was lost: the same again gives the same.
            Assert.Contains(code, await PageAsync(await SayAsync(citizen, station, typed)), StringComparison.Ordinal);
            using var keeper = (await GuardedTowns.PressAsync(town, "luchunyan")).Client;
            var list = await keeper.GetStringAsync("/stations/voices?view=screen", Stop);
            var id = Regex.Match(WebUtility.HtmlDecode(list), "&id=([0-9a-f-]{36})\">[^<]*斑马线").Groups[1].Value;
            Assert.Contains("已用短信验证码核实", WebUtility.HtmlDecode(await keeper.GetStringAsync($"/matters/{id}", Stop)), StringComparison.Ordinal);
        }
        finally
        {
            await SetAsync(head);
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task On_the_fast_lane_the_deputys_page_offers_units_and_proposals_are_listed_and_exported(string database)
    {
        var town = await towns.OnAsync(database);
        using var head = (await GuardedTowns.PressAsync(town, "yaoweiping")).Client;
        using var deputy = (await GuardedTowns.PressAsync(town, "liyang")).Client;
        // Said by an application, put to Li Yang by the keeper, taken by him.
        await SetAsync(head, ("api", "open"));
        using var app = GuardedTowns.Fresh(town);
        var posted = JsonNode.Parse(await (await SendAsync(app, "json", new() { ["service_code"] = "roads", ["attribute[station]"] = await CentreAsync(app), ["description"] = "村口的减速带松了，请加固。" })).Content.ReadAsStringAsync(Stop))!;
        var id = posted[0]!["service_request_id"]!.ToString();
        using var keeper = await town.ApiAsync("luchunyan");
        using var li = await town.ApiAsync("liyang");
        var station = (await keeper.GetFromJsonAsync<JsonObject>($"/api/v1/matters/{id}", Stop))!["contextId"]!.ToString();
        var person = (await keeper.GetFromJsonAsync<JsonArray>($"/api/v1/stations/{station}/deputies", Stop))!.First(d => d!["name"]!.ToString() == "李阳")!["id"]!.ToString();
        await ActAsync(keeper, id, "accept", new() { ["title"] = "村口减速带松了", ["category"] = "roads", ["deputy"] = person });
        await ActAsync(li, id, "take", []);
        Assert.DoesNotContain("id=\"hand-over\"", await deputy.GetStringAsync($"/matters/{id}", Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await SetAsync(head, ("fastLane", "1"))).StatusCode);
        var page = await deputy.GetStringAsync($"/matters/{id}", Stop);
        var unit = Regex.Match(page, "<select[^>]*id=\"leadUnit\".*?<option value=\"([0-9a-f-]{36})\"", RegexOptions.Singleline).Groups[1].Value;
        var done = await Server.PostAsync(deputy, $"/matters/{id}", $"/matters/{id}", new() { ["leadUnit"] = unit, ["text"] = "请尽快办理。" }, "hand-over");
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        page = WebUtility.HtmlDecode(await head.GetStringAsync($"/matters/{id}", Stop));
        Assert.Contains("民情直通车", page, StringComparison.Ordinal);
        Assert.Contains("抄送", page, StringComparison.Ordinal);
        await SetAsync(head);

        var proposals = WebUtility.HtmlDecode(await head.GetStringAsync("/stations/proposals", Stop));
        Assert.Contains("集镇赶集日没有地方停车", proposals, StringComparison.Ordinal);
        var origin = Regex.Match(proposals, "<section class=\"card proposal\" id=\"p-([0-9a-f-]{36})\"").Groups[1].Value;
        Assert.Contains($"/stations/proposals#p-{origin}", await head.GetStringAsync($"/matters/{origin}", Stop), StringComparison.Ordinal);
        using var file = await head.GetAsync("/stations/export/proposals.xlsx", Stop);
        Assert.Equal((HttpStatusCode.OK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (file.StatusCode, file.Content.Headers.ContentType!.MediaType));
        using var nobody = GuardedTowns.Fresh(town);
        Assert.Equal(HttpStatusCode.Redirect, (await nobody.GetAsync("/stations/export/proposals.xlsx", Stop)).StatusCode);
    }

    // The station whose keeper is among the demonstration's persons.
    private static async Task<string> CentreAsync(HttpClient citizen) => Regex.Match(await citizen.GetStringAsync("/p/open/stations.csv", Stop), "([2-9A-Z]{8}),[^,]*和平镇人大代表中心联络站").Groups[1].Value;

    private static async Task ActAsync(HttpClient api, string id, string action, JsonObject form)
    {
        using var answer = await api.PostAsJsonAsync($"/api/v1/matters/{id}/actions/{action}", new JsonObject { ["form"] = form }, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static Task<HttpResponseMessage> SetAsync(HttpClient head, params (string, string)[] fields)
    {
        Dictionary<string, string> form = new() { ["open"] = "1", ["perStationAnHour"] = "100", ["leastSeconds"] = "3", ["keepDays"] = "180", ["api"] = "key", ["licence"] = "by" };
        foreach (var (name, value) in fields) form[name] = value;
        return Server.PostAsync(head, "/stations/settings", "/stations/settings", form, "portal");
    }

    // As the form sends it: by parts.
    private static async Task<HttpResponseMessage> SayAsync(HttpClient citizen, string station, Dictionary<string, string> typed)
    {
        using var content = new MultipartFormDataContent();
        var page = await citizen.GetStringAsync(station, Stop);
        content.Add(new StringContent(Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value), "__RequestVerificationToken");
        content.Add(new StringContent("say"), "_handler");
        foreach (var (name, value) in typed) content.Add(new StringContent(value), name);
        return await citizen.PostAsync(station, content, Stop);
    }

    private static async Task<string> PageAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
    }

    private static string Address(string path, string format)
    {
        var query = path.IndexOf('?', StringComparison.Ordinal);
        return "/open311/v2/" + (query < 0 ? $"{path}.{format}" : $"{path[..query]}.{format}{path[query..]}");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient app, string format, Dictionary<string, string> fields, string? retry = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/open311/v2/requests.{format}") { Content = new FormUrlEncodedContent(fields) };
        if (retry is not null) request.Headers.Add("Idempotency-Key", retry);
        return await app.SendAsync(request, Stop);
    }

    private static async Task<JsonNode> GoodAsync(HttpClient app, string path, string what)
    {
        using var json = await app.GetAsync(Address(path, "json"), Stop);
        Assert.Equal((path, HttpStatusCode.OK, "application/json"), (path, json.StatusCode, json.Content.Headers.ContentType!.MediaType));
        var node = JsonNode.Parse(await json.Content.ReadAsStringAsync(Stop))!;
        Valid(node, what);
        using var xml = await app.GetAsync(Address(path, "xml"), Stop);
        Assert.Equal((path, HttpStatusCode.OK, "text/xml"), (path, xml.StatusCode, xml.Content.Headers.ContentType!.MediaType));
        var document = Valid(await xml.Content.ReadAsStringAsync(Stop));
        if (node is JsonArray parts) Assert.Equal(parts.Count, document.DocumentElement!.ChildNodes.Count);
        return node;
    }

    private static async Task BadAsync(HttpResponseMessage json, HttpResponseMessage xml, int status)
    {
        Assert.Equal((json.RequestMessage!.RequestUri, status, status), (json.RequestMessage.RequestUri, (int)json.StatusCode, (int)xml.StatusCode));
        var errors = JsonNode.Parse(await json.Content.ReadAsStringAsync(Stop))!;
        Valid(errors, "errors");
        Assert.Equal(status, errors[0]!["code"]!.GetValue<int>());
        Assert.Equal(status.ToString(), Valid(await xml.Content.ReadAsStringAsync(Stop)).SelectSingleNode("/errors/error/code")!.InnerText);
    }

    private static void Valid(JsonNode answer, string what)
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "open311", "geo-report.schema.json")))!;
        schema["$ref"] = "#/$defs/" + what;
        using var document = System.Text.Json.JsonDocument.Parse(answer.ToJsonString());
        var found = JsonSchema.FromText(schema.ToJsonString()).Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(found.IsValid, $"{what}: {string.Join("; ", found.Details?.Where(d => d.Errors is not null).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation} {e.Value}")) ?? [])} in {answer.ToJsonString()}");
    }

    private static XmlDocument Valid(string answer)
    {
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, DtdProcessing = DtdProcessing.Prohibit };
        settings.Schemas.Add(null, Path.Combine(AppContext.BaseDirectory, "open311", "geo-report.xsd"));
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        // A root that the schema does not know is only a warning to the reader, and a fault here.
        settings.ValidationEventHandler += (_, e) => throw new InvalidOperationException($"{e.Message} in {answer}");
        using var reader = XmlReader.Create(new StringReader(answer), settings);
        var document = new XmlDocument();
        document.Load(reader);
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>", answer, StringComparison.OrdinalIgnoreCase);
        return document;
    }

    [GeneratedRegex("[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")]
    private static partial Regex QueryCode();

    // The demonstration's telephones of people begin with 100 and have 11 digits.
    [GeneratedRegex(@"\b1\d{10}\b")]
    private static partial Regex DemoPhone();
}
