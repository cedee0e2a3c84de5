using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Renda.Platform.Regions;

namespace EndToEnd.Tests;

/// <summary>Boundaries over the wire: the demo's are there for everybody, an administrator brings others and takes them back, nobody else does.</summary>
public sealed class BoundariesTests(Towns towns) : IClassFixture<Towns>
{
    private const string Page = "/administration/boundaries";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Everybody_reads_boundaries_and_asks_where_a_point_is(string database)
    {
        var town = await towns.OnAsync(database);
        using var nobody = await town.ClientAsync();
        using var answer = await nobody.GetAsync("/api/v1/boundaries?within=330500000000&level=county&zoom=8", Stop);
        Assert.Equal((HttpStatusCode.OK, "application/geo+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.True(answer.Headers.CacheControl is { Public: true, MaxAge.TotalSeconds: > 0 });
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        var counties = (await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!;
        Assert.Equal(5, counties["features"]!.AsArray().Count);
        Assert.Equal("演示数据·示意图", counties["sources"]![0]!["source"]!.ToString());

        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1/boundaries?within=330500000000&level=county&zoom=8");
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await nobody.SendAsync(again, Stop)).StatusCode);
        var near = await nobody.GetAsync("/api/v1/boundaries?within=330500000000&level=county&zoom=14", Stop);
        Assert.NotEqual(answer.Headers.ETag, near.Headers.ETag);
        Assert.True((await near.Content.ReadAsStringAsync(Stop)).Length > (await answer.Content.ReadAsStringAsync(Stop)).Length);
        var villages = (await nobody.GetFromJsonAsync<JsonObject>("/api/v1/boundaries?within=330522110000", Stop))!["features"]!.AsArray();
        Assert.Contains(villages, v => v!["properties"]!["fullName"]!.ToString() == "长兴县和平镇红山村");
        // Before the data there was none.
        Assert.Empty((await nobody.GetFromJsonAsync<JsonObject>("/api/v1/boundaries?asOf=2021-12-31", Stop))!["features"]!.AsArray());

        Assert.Equal(["浙江省", "湖州市", "长兴县", "和平镇", "红山村"], await AtAsync("lat=30.8138&lon=119.8967"));
        // What AMap calls the same place.
        var (lat, lon) = Datums.FromWgs84(Datum.Gcj02, 30.8138, 119.8967);
        Assert.Equal(["浙江省", "湖州市", "长兴县", "和平镇", "红山村"], await AtAsync(FormattableString.Invariant($"lat={lat}&lon={lon}&datum=gcj02")));
        Assert.Empty(await AtAsync("lat=39.9&lon=116.4"));
        foreach (var wrong in (string[])["regions/at?lat=91&lon=1", "regions/at?lat=NaN&lon=1", "regions/at?lat=30&lon=120&datum=1", "regions/at?lat=30&lon=120&datum=bd09", "boundaries?level=street", "boundaries?level=2", "boundaries?asOf=yesterday"])
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await nobody.GetAsync("/api/v1/" + wrong, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await nobody.GetAsync("/api/v1/boundaries?within=330599000000", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await nobody.GetAsync("/api/v1/regions/at?lat=x", Stop)).StatusCode);

        // A deputy's phone is told the village that holds it, though nothing was reported there yet.
        using var deputy = await town.ClientAsync("liyang");
        Assert.Equal("长兴县和平镇红山村", (await deputy.GetFromJsonAsync<JsonArray>("/api/v1/regions/nearest?lat=30.8138&lon=119.8967", Stop))![0]!["fullName"]!.ToString());

        async Task<string[]> AtAsync(string query) => [.. (await nobody.GetFromJsonAsync<JsonArray>("/api/v1/regions/at?" + query, Stop))!.Select(r => r!["name"]!.ToString())];
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_administrator_brings_boundaries_looks_at_them_writes_and_undoes_them(string database)
    {
        var town = await towns.OnAsync(database);
        using var admin = await town.ClientAsync("zhangliping");
        var page = await TextAsync(admin, Page);
        Assert.Contains("演示边界", page, StringComparison.Ordinal);
        Assert.Matches("村、社区</td>.*?1301</td>.*?1301</td>.*?不缺", Regex.Replace(page, @"\s+", " "));

        // A village is moved ten kilometres to the east, another crosses itself, a third is nowhere.
        const string file = """
            {"type":"FeatureCollection","features":[
              {"type":"Feature","properties":{"code":"330522110225"},"geometry":{"type":"Polygon","coordinates":[[[120.00,31.20],[120.01,31.20],[120.01,31.21],[120.00,31.21],[120.00,31.20]]]}},
              {"type":"Feature","properties":{"code":"330522110235"},"geometry":{"type":"Polygon","coordinates":[[[120.02,31.20],[120.03,31.21],[120.03,31.20],[120.02,31.21],[120.02,31.20]]]}},
              {"type":"Feature","properties":{"code":"330599110235"},"geometry":null}]}
            """;
        var id = Guid.CreateVersion7().ToString();
        var refused = await UploadAsync(admin, "[]", id, "");
        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        Assert.Contains("请选择坐标系", WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.Contains("这不是 GeoJSON", WebUtility.HtmlDecode(await (await UploadAsync(admin, "[]", id, "Wgs84")).Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            var brought = await UploadAsync(admin, file, id, "Wgs84");
            Assert.Equal((HttpStatusCode.Redirect, $"{Page}/{id}"), (brought.StatusCode, new Uri(new Uri(town.Address), brought.Headers.Location!).AbsolutePath));
        }
        page = await TextAsync(admin, $"{Page}/{id}");
        Assert.Contains("文件里 3 个要素，用了 2 个", page, StringComparison.Ordinal);
        Assert.Contains("自己交叉，已修补", page, StringComparison.Ordinal);
        Assert.Contains("区划名单里没有代码 330599110235", page, StringComparison.Ordinal);
        var preview = await admin.GetFromJsonAsync<JsonObject>($"{Page}/{id}/preview.geojson", Stop);
        Assert.Equal(2, preview!["features"]!.AsArray().Count);
        Assert.Equal("红山村", await FinestAsync(30.8138, 119.8967));

        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(admin, $"{Page}/{id}", $"{Page}/{id}", [], "write")).StatusCode);
        Assert.Equal("红山村", await FinestAsync(31.205, 120.005));
        Assert.NotEqual("红山村", await FinestAsync(30.8138, 119.8967));

        // Not by anybody else, and not without a reason.
        foreach (var other in (string[])["yaoweiping", "zhoumin", "liyang"])
        {
            using var client = await town.ClientAsync(other);
            foreach (var path in (string[])[Page, $"{Page}/{id}"]) Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path, Stop)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"{Page}/{id}/preview.geojson", Stop)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await Server.PostAsync(client, "/", $"{Page}/{id}", new() { ["reason"] = "试" }, "undo")).StatusCode);
        }
        var without = await Server.PostAsync(admin, $"{Page}/{id}", $"{Page}/{id}", new() { ["reason"] = "" }, "undo");
        Assert.Contains("请写撤销的原因", WebUtility.HtmlDecode(await without.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Server.PostAsync(admin, $"{Page}/{id}", $"{Page}/{id}", new() { ["reason"] = "村界画错了" }, "undo")).StatusCode);
        Assert.Equal("红山村", await FinestAsync(30.8138, 119.8967));
        Assert.Contains("村界画错了", await TextAsync(admin, $"{Page}/{id}"), StringComparison.Ordinal);
        Assert.Contains("和平镇新村界（镇自然资源所，2024-05-01）：2 条", await TextAsync(admin, "/administration/audit"), StringComparison.Ordinal);

        async Task<string> FinestAsync(double lat, double lon) => (await admin.GetFromJsonAsync<JsonArray>(FormattableString.Invariant($"/api/v1/regions/at?lat={lat}&lon={lon}"), Stop))!.LastOrDefault()?["name"]!.ToString() ?? "";
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, string file, string id, string datum)
    {
        var token = Regex.Match(await client.GetStringAsync(Page, Stop), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var form = new MultipartFormDataContent();
        foreach (var (name, text) in new Dictionary<string, string> { ["__RequestVerificationToken"] = token, ["_handler"] = "upload", ["id"] = id, ["name"] = "和平镇新村界", ["source"] = "镇自然资源所", ["day"] = "2024-05-01", ["datum"] = datum }) form.Add(new StringContent(text), name);
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/geo+json");
        form.Add(content, "file", "villages.geojson");
        return await client.PostAsync(Page, form, Stop);
    }

    private static async Task<string> TextAsync(HttpClient client, string path) => WebUtility.HtmlDecode(await client.GetStringAsync(path, Stop));
}
