using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Renda.Host;

namespace EndToEnd.Tests;

/// <summary>Who reaches what: every endpoint by its policy, and the pages as named persons.</summary>
public sealed class AccessTests(Product product)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What is open to everybody, and why there is nothing to protect.</summary>
    private static readonly string[] Open =
    [
        // What citizens see without an account: public by law, or known by a query code.
        "/p", "/p/s/{Code}", "/p/d/{DeputyCode}", "/p/q", "/p/suggestions", "/p/suggestions/{Id:guid}", "/p/deputies", "/p/deputies/{Id:guid}", "/p/delegations/{Id:guid}",
        // The same as files and for programs; what comes in goes the way of the portal's form.
        "/p/open", "/p/open/stations.csv", "/p/open/stations.geojson", "/p/open/voices.csv", "/p/open/deputies.csv",
        "/open311/v2/discovery.{format:regex(^(json|xml)$)}", "/open311/v2/services.{format:regex(^(json|xml)$)}", "/open311/v2/services/{service}.{format:regex(^(json|xml)$)}", "/open311/v2/requests.{format:regex(^(json|xml)$)}", "/open311/v2/requests/{request}.{format:regex(^(json|xml)$)}", "/open311/v2/tokens/{token}.{format:regex(^(json|xml)$)}", "/open311/v2/{**rest}",
        // A wall screen, by an address that nobody can guess: it reads boards, within the rights of whoever opened it.
        "/cockpit/wall/{Secret:length(32)}", "/cockpit/wall/{secret:length(32)}/live",
        // Where regions lie, as on any printed map.
        "/api/v1/boundaries", "/api/v1/regions/at",
        "/sign-in", "/sign-in/password", "/sign-in/demo", "/sign-in/passkey", "/sign-in/passkey/options", "/sign-in/code", "/sign-in/phone", "/sign-in/outside", "/sign-in/dingtalk", "/sign-in/dingtalk/back", "/sign-in/dingtalk/enter", "/sign-in/dingtalk/silent", "/dingtalk", "/sign-out", "/sign-on/authorize", "/sign-on/continue", "/sign-on/end", "/sign-on/leave", "/sign-on/refused", "/language/{code}", "/first-administrator", "/set-password", "/calendar/{code:length(32)}.ics", "/not-found", "/sw.js", "/manifest.webmanifest", "/health/live", "/health/ready", "/openapi/{documentName}.json",
    ];

    [Fact]
    public async Task Every_endpoint_names_a_policy_or_is_on_the_short_list_of_open_ones()
    {
        var folder = Directory.CreateTempSubdirectory("renda-policy-").FullName;
        try
        {
            var (settings, _) = HostSettings.Read(["serve", "--data", folder]);
            await using var app = RendaHost.Build(settings!);
            var without = new List<string>();
            var open = new List<string>();
            foreach (var endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>())
            {
                var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
                if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
                {
                    // Files of the browser's side: the same for all, nothing of anybody in them.
                    if (endpoint.Metadata.Any(m => m is Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor) || path.StartsWith("/api/docs", StringComparison.Ordinal) || path.StartsWith("/_framework", StringComparison.Ordinal)) continue;
                    open.Add(path);
                }
                else if (endpoint.Metadata.GetMetadata<IAuthorizeData>() is null && endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is null)
                {
                    without.Add(path);
                }
            }
            // The framework's own two; the fallback policy asks them for a signed-in account.
            Assert.Empty(without.Except(["/{**path:file}", "/_framework/opaque-redirect"]));
            Assert.Empty(open.Distinct().Except(Open));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("/visits?id=abc")]
    [InlineData("/visits?after=abc")]
    [InlineData("/visits?from=2026-13-45")]
    [InlineData("/visits/tours?person=abc")]
    [InlineData("/visits/ranking?by=visitor&campaign=abc")]
    public async Task An_address_that_cannot_be_read_is_a_page_not_found_and_to_a_program_a_refusal(string address)
    {
        Assert.SkipWhen(product.Address.Length == 0, "Chromium is not installed");
        using var client = await product.ClientAsync("zhoumin");
        using var program = await client.GetAsync(new Uri(address, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, program.StatusCode);
        Assert.Equal("request.malformed", (await program.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["code"]!.ToString());

        client.DefaultRequestHeaders.Add("Accept", "text/html");
        using var person = await client.GetAsync(new Uri(address, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, person.StatusCode);
        Assert.Equal("text/html", person.Content.Headers.ContentType!.MediaType);
        Assert.True(person.Headers.Contains("Content-Security-Policy"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/todos")]
    [InlineData("/visits")]
    [InlineData("/visits/capture")]
    [InlineData("/visits/statistics")]
    [InlineData("/visits/export/ledger.xlsx")]
    [InlineData("/administration/deadlines")]
    [InlineData("/administration/applications")]
    public async Task Nobody_is_sent_to_sign_in(string path)
    {
        using var client = await product.ClientAsync();
        var answer = await client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/sign-in", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/matters")]
    [InlineData("/api/v1/live?topics=matters")]
    [InlineData("/api/v1/regions?q=h")]
    [InlineData("/api/v1/todos")]
    [InlineData("/api/v1/todos/counts")]
    public async Task The_api_tells_nobody_with_a_code(string path)
    {
        using var client = await product.ClientAsync();
        var answer = await client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("not-signed-in", (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["code"]!.ToString());
    }

    /// <summary>Each page as each person: 200 for those whose page it is, 404 for the others.</summary>
    [Theory]
    [InlineData("liyang", "/visits/capture", 200)]
    [InlineData("liyang", "/visits?view=mine", 200)]
    [InlineData("liyang", "/visits/statistics", 404)]
    [InlineData("liyang", "/visits/campaigns", 404)]
    [InlineData("liyang", "/administration/deadlines", 404)]
    [InlineData("zhoumin", "/visits?view=triage", 200)]
    [InlineData("zhoumin", "/visits/statistics", 200)]
    [InlineData("zhoumin", "/visits/capture", 404)]
    [InlineData("zhoumin", "/administration/deadlines", 404)]
    [InlineData("zhoumin", "/administration/holidays", 404)]
    [InlineData("zhoumin", "/administration/boundaries", 404)]
    [InlineData("zhangliping", "/administration/boundaries", 200)]
    [InlineData("chenjianguo", "/visits?view=handle", 200)]
    [InlineData("chenjianguo", "/visits/statistics", 404)]
    [InlineData("chenjianguo", "/visits/common", 404)]
    [InlineData("chenjianguo", "/visits/capture", 404)]
    [InlineData("yaoweiping", "/administration/deadlines", 200)]
    [InlineData("zhangliping", "/administration/holidays", 200)]
    [InlineData("zhangliping", "/administration/applications", 200)]
    [InlineData("yaoweiping", "/administration/applications", 404)]
    [InlineData("zhangliping", "/administration/sign-in", 200)]
    [InlineData("zhoumin", "/administration/sign-in", 404)]
    [InlineData("yaoweiping", "/administration/sign-in", 404)]
    [InlineData("liyang", "/account", 200)]
    [InlineData("liyang", "/account/second-factor", 200)]
    [InlineData("liyang", "/account/phone", 404)]
    [InlineData("zhangliping", "/visits", 404)]
    public async Task A_page_is_there_for_those_whose_work_it_is(string name, string path, int status)
    {
        using var client = await product.ClientAsync(name);
        var answer = await client.GetAsync(path, Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_unit_sees_only_what_was_given_to_it_and_cannot_tell_the_rest_from_nothing()
    {
        using var clerk = await product.ClientAsync("zhoumin");
        using var unit = await product.ClientAsync("chenjianguo");
        var all = await Ids(clerk);
        var own = await Ids(unit);
        Assert.NotEmpty(all);
        var foreign = all.Except(own).First();
        foreach (var path in (string[])["/api/v1/matters/{0}", "/api/v1/matters/{0}/events", "/matters/{0}", "/visits/export/findings/{0}.docx"])
        {
            var there = await unit.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, foreign), Cancellation);
            var nowhere = await unit.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, Guid.CreateVersion7()), Cancellation);
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (there.StatusCode, nowhere.StatusCode));
        }

        async Task<List<string>> Ids(HttpClient client) =>
            [.. (await client.GetFromJsonAsync<JsonObject>("/api/v1/matters?limit=200", Cancellation))!["items"]!.AsArray().Select(i => i!["id"]!.ToString())];
    }

    [Fact]
    public async Task A_change_by_cookie_without_the_pages_token_is_refused()
    {
        using var deputy = await product.ClientAsync("liyang");
        var answer = await deputy.PutAsJsonAsync($"/api/v1/visits/findings/{Guid.CreateVersion7()}", new { }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("antiforgery", (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["code"]!.ToString());
    }

    [Fact]
    public async Task A_token_works_without_cookies_and_bad_bodies_are_told_apart()
    {
        var (code, said, _) = await Product.RunAsync("token", "liyang", "--days", "1", "--data", product.Data);
        Assert.Equal(0, code);
        using var client = await product.ClientAsync();
        client.DefaultRequestHeaders.Authorization = new("Bearer", said.Trim());
        var address = $"/api/v1/visits/findings/{Guid.CreateVersion7()}";

        var broken = await client.PutAsync(address, new StringContent("{\"campaignId\": 7", System.Text.Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal((HttpStatusCode.BadRequest, "request.malformed"), (broken.StatusCode, await Code(broken)));

        var empty = await client.PutAsJsonAsync(address, new { }, Cancellation);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "form-invalid"), (empty.StatusCode, await Code(empty)));

        client.DefaultRequestHeaders.Authorization = new("Bearer", "rnd_wrong");
        var wrong = await client.GetAsync("/api/v1/matters", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);

        static async Task<string> Code(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["code"]!.ToString();
    }

    [Fact]
    public async Task The_api_describes_itself_as_openapi_3_1()
    {
        using var client = await product.ClientAsync();
        var document = (await client.GetFromJsonAsync<JsonObject>("/openapi/v1.json", Cancellation))!;
        Assert.StartsWith("3.1", document["openapi"]!.ToString(), StringComparison.Ordinal);
        var paths = document["paths"]!.AsObject().Select(p => p.Key).ToList();
        foreach (var path in (string[])["/api/v1/visits/findings/{id}", "/api/v1/matters", "/api/v1/matters/{id}", "/api/v1/matters/{id}/events", "/api/v1/matters/{id}/actions/{action}", "/api/v1/visits/campaigns/{id}/statistics", "/api/v1/live"])
            Assert.Contains(path, paths);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/docs/", Cancellation)).StatusCode);
    }
}
