using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Primitives;
using Renda.Platform.Accounts;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Stations;
using Renda.Stations.Open;

namespace Modules.Tests.Stations;

/// <summary>Ways in that a place may open: telephones that are verified, the fast lane, applications.</summary>
public sealed class PortalDoorTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_telephone_is_shown_to_be_ones_own_and_kept_nowhere_in_clear(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var (key, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Assert.Equal("phone.malformed", (await w.Phones.AskAsync("12345", key, "203.0.113.1", Stop)).Refusal!.Code);
        var (asked, refusal) = await w.Phones.AskAsync("+86 138 0013 8000", key, "203.0.113.1", Stop);
        Assert.Null(refusal);
        var message = await w.Carrier.LastAsync(1);
        Assert.Equal("13800138000", message.Phone);
        Assert.Contains("向人大代表反映意见", message.Text, StringComparison.Ordinal);
        // Of this form only, and not to be made up.
        Assert.Null(w.Phones.Read(asked, other));
        Assert.Null(w.Phones.Read("made up", key));
        var phone = w.Phones.Read(asked, key)!;
        Assert.Equal(("13800138000", false), (phone.Number, phone.Verified));
        Assert.Equal("phone.too-soon", (await w.Phones.AskAsync("13800138000", other, "203.0.113.2", Stop)).Refusal!.Code);

        var wrong = message.Code == "000000" ? "000001" : "000000";
        for (var i = 0; i < 4; i++) Assert.Equal("phone.code-wrong", (await w.Phones.ConfirmAsync(phone, wrong, Stop)).Refusal!.Code);
        var (proof, taken) = await w.Phones.ConfirmAsync(phone, message.Code, Stop);
        Assert.Null(taken);
        Assert.True(w.Phones.Read(proof, key)!.Verified);
        // Once.
        Assert.Equal("phone.code-over", (await w.Phones.ConfirmAsync(phone, message.Code, Stop)).Refusal!.Code);

        // Five tries, five minutes.
        w.Time.Now += TimeSpan.FromMinutes(2);
        var second = w.Phones.Read((await w.Phones.AskAsync("13800138000", key, "203.0.113.1", Stop)).Sealed, key)!;
        var next = await w.Carrier.LastAsync(2);
        wrong = next.Code == "000000" ? "000001" : "000000";
        for (var i = 0; i < 5; i++) Assert.Equal("phone.code-wrong", (await w.Phones.ConfirmAsync(second, wrong, Stop)).Refusal!.Code);
        Assert.Equal("phone.code-over", (await w.Phones.ConfirmAsync(second, next.Code, Stop)).Refusal!.Code);
        w.Time.Now += TimeSpan.FromMinutes(2);
        var third = w.Phones.Read((await w.Phones.AskAsync("13800138000", key, "203.0.113.1", Stop)).Sealed, key)!;
        next = await w.Carrier.LastAsync(3);
        w.Time.Now += TimeSpan.FromMinutes(6);
        Assert.Equal("phone.code-over", (await w.Phones.ConfirmAsync(third, next.Code, Stop)).Refusal!.Code);

        // A code that somebody asked for to sign in verifies nothing here.
        w.Time.Now += TimeSpan.FromMinutes(2);
        Assert.Equal("phone.code-over", (await w.Phones.ConfirmAsync(phone with { Ticket = Guid.NewGuid() }, message.Code, Stop)).Refusal!.Code);

        var said = await w.Voices.SayAsync(w.Saying() with { Key = key, Contact = phone.Number, Verified = true }, Renda.Platform.Access.Actor.Citizen, Stop);
        Assert.Null(said.Refusal);
        Assert.True(await w.Voices.IsSaidAsync(key, Stop));
        Assert.True((await w.LoadAsync(said.Matter!.Matter.Id)).Body.Data["verified"]!.GetValue<bool>());
        await using var db = w.Databases.CreateDbContext();
        Assert.DoesNotContain(await db.Set<PhoneCode>().ToListAsync(Stop), c => c.Phone.Contains("13800138000", StringComparison.Ordinal) || c.Code.Length != 64);
        Assert.DoesNotContain("13800138000", await db.Set<StationVoice>().Where(v => v.MatterId == said.Matter.Matter.Id).Select(v => v.ContactSealed!).FirstAsync(Stop), StringComparison.Ordinal);
        Assert.Equal("13800138000", (await w.Voices.RevealAsync(said.Matter.Matter.Id, w.Keeper, Stop)).Contact);
    }

    [Fact]
    public async Task Whoever_asks_for_codes_again_and_again_is_stopped_by_number_and_by_address()
    {
        await using var w = await StationWorld.CreateAsync(DatabaseProvider.Sqlite);
        for (var i = 0; i < 30; i++) Assert.Null((await w.Phones.AskAsync($"139{i:00000000}", Guid.CreateVersion7(), "203.0.113.9", Stop)).Refusal);
        Assert.Equal("phone.address-often", (await w.Phones.AskAsync("13700000000", Guid.CreateVersion7(), "203.0.113.9", Stop)).Refusal!.Code);
        Assert.Null((await w.Phones.AskAsync("13700000000", Guid.CreateVersion7(), "203.0.113.10", Stop)).Refusal);
        for (var i = 1; i < 10; i++)
        {
            w.Time.Now += TimeSpan.FromMinutes(2);
            Assert.Null((await w.Phones.AskAsync("13700000000", Guid.CreateVersion7(), $"203.0.114.{i}", Stop)).Refusal);
        }
        w.Time.Now += TimeSpan.FromMinutes(2);
        var often = (await w.Phones.AskAsync("13700000000", Guid.CreateVersion7(), "203.0.114.99", Stop)).Refusal!;
        Assert.Equal("phone.too-often", often.Code);
        Assert.DoesNotContain("密码", often.Text.Zh, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task On_the_fast_lane_the_deputy_hands_over_and_the_office_has_it_in_copy(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var (code, id) = await w.ClaimedAsync();
        // Closed, it is there for nobody: not by the module, not by the kernel.
        Assert.Empty(await w.Voices.StraightAsync(await w.LoadAsync(id), w.Li, Stop));
        Assert.Equal(404, (await w.Voices.HandOverAsync(id, w.Roads.ToString(), "请修路灯。", w.Li, Stop))!.Status);
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "hand-over", w.Li, new { level = "county", leadUnit = w.Roads, text = "请修。" }));

        Assert.Null(await w.SetAsync(("fastLane", "1")));
        Assert.Equal([w.Government, w.Roads], (await w.Voices.StraightAsync(await w.LoadAsync(id), w.Li, Stop)).Select(u => u.Id));
        foreach (var other in new[] { w.Shen, w.Wu, w.Keeper, w.Clerk, w.TownClerk }) Assert.Equal(404, (await w.Voices.HandOverAsync(id, w.Roads.ToString(), "不该。", other, Stop))!.Status);
        Assert.Equal("leadUnit", (await w.Voices.HandOverAsync(id, w.Office.ToString(), "请修。", w.Li, Stop))!.Fields[0].Field);
        Assert.Equal("text", (await w.Voices.HandOverAsync(id, w.Roads.ToString(), " ", w.Li, Stop))!.Fields[0].Field);
        Assert.Null(await w.Voices.HandOverAsync(id, w.Roads.ToString(), "村口路灯，请尽快修。", w.Li, Stop));
        var fold = await w.LoadAsync(id);
        Assert.Equal(("transferred", "county", "deputy", w.Roads), (fold.Matter.State, fold.Body.Data["level"]!.ToString(), fold.Body.Data["givenBy"]!.ToString(), fold.Matter.LeadUnitId));
        await using (var db = w.Databases.CreateDbContext())
            Assert.Contains(await db.Set<Notice>().Where(n => n.OrganisationId == w.Office).ToListAsync(Stop), n => n.Zh.Contains("直接转办：村口路灯，请尽快修。", StringComparison.Ordinal));
        Assert.Contains(await w.Portal.StoryAsync(fold, Stop), s => s.Title.Contains("直接转交县交通运输局", StringComparison.Ordinal) && s.Text.Length == 0);
        // Handed back it goes the usual way: the office gives it on.
        await w.ActAsync(id, "hand-back", w.RoadsClerk, new { reason = "属于镇里的路灯。" });
        Assert.Equal("to-transfer", (await w.LoadAsync(id)).Matter.State);
        await w.ActAsync(id, "transfer", w.Clerk, new { level = "town", leadUnit = w.Government });
        await w.ActAsync(id, "sign-for", w.TownClerk);
        Assert.NotNull(code);
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_application_says_something_by_the_portals_rules_and_reads_only_what_is_public(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var (key, _) = await w.Portal.AddKeyAsync("城市 App", w.Head, Stop);
        Assert.Equal(32, key!.Length);
        var station = await w.Stations.CodeAsync(w.Station, false, Stop);
        (string, string)[] whole = [("api_key", key), ("service_code", "roads"), ("attribute[station]", station), ("description", "接口反映：村口路灯坏了，请修一修。"), ("phone", "13812345678"), ("address_string", "村口")];
        // Each fault with the status that the standard gives it.
        foreach (var (change, status) in new ((string, string) Change, int)[] { (("api_key", "wrong"), 403), (("api_key", ""), 403), (("service_code", ""), 400), (("service_code", "no-such"), 404), (("attribute[station]", ""), 400), (("attribute[station]", "NOSUCH22"), 400), (("description", "短"), 400), (("attribute[anonymous]", "maybe"), 400) })
            Assert.Equal((change.ToString(), status), (change.ToString(), await StatusAsync(w, null, [.. whole.Where(f => f.Item1 != change.Item1), change])));
        var retry = Guid.CreateVersion7().ToString();
        var first = await PostAsync(w, retry, whole);
        Assert.Equal(201, first.Status);
        var again = await PostAsync(w, retry, whole);
        Assert.Equal(Member(first, "service_request_id"), Member(again, "service_request_id"));
        // The query code is told to whoever sent it, and is neither the id nor the token.
        var code = System.Text.RegularExpressions.Regex.Match(Member(first, "service_notice"), "[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}").Value;
        var (voice, matter) = (await w.Voices.FindAsync(code, Stop))!.Value;
        Assert.Equal((Member(first, "service_request_id"), "api", "村口"), (matter.Matter.Id.ToString(), matter.Body.Data["source"]!.ToString(), matter.Body.Data["placeText"]!.ToString()));
        Assert.True(voice.Anonymous);
        Assert.Equal("13812345678", (await w.Voices.RevealAsync(matter.Matter.Id, w.Keeper, Stop)).Contact);
        Assert.DoesNotContain(code.Replace("-", ""), Member(first, "token").ToUpperInvariant(), StringComparison.Ordinal);
        Assert.Equal(Member(first, "service_request_id"), Member(await w.Report.TokenAsync(Member(first, "token"), Stop), "service_request_id"));
        foreach (var no in new[] { "made-up", code, Member(first, "service_request_id") }) Assert.Equal(404, (await w.Report.TokenAsync(no, Stop)).Status);

        // Another application with the same key of its own is told nothing of this one's.
        var (second, _) = await w.Portal.AddKeyAsync("另一个 App", w.Head, Stop);
        Assert.NotEqual(Member(first, "service_request_id"), Member(await PostAsync(w, retry, [.. whole.Where(f => f.Item1 != "api_key"), ("api_key", second!)]), "service_request_id"));

        // Not public: for everybody as good as not there.
        Assert.Equal(404, (await w.Report.RequestAsync(Member(first, "service_request_id"), Stop)).Status);
        var shown = await w.PublishedAsync();
        Assert.Equal([shown.ToString()], await ListAsync(w));
        Assert.Equal(shown.ToString(), Member(await w.Report.RequestAsync(shown.ToString(), Stop), "service_request_id"));
        Assert.Equal([shown.ToString()], await ListAsync(w, ("service_request_id", $"{shown},{Member(first, "service_request_id")},x"), ("status", "open")));
        Assert.Equal([shown.ToString()], await ListAsync(w, ("service_code", "housing, roads"), ("status", "closed"), ("start_date", "2026-03-02T00:00:00+08:00"), ("end_date", "2026-03-02T12:00:00Z")));
        Assert.Empty(await ListAsync(w, ("status", "open")));
        Assert.Empty(await ListAsync(w, ("service_code", "housing")));
        // By days, as they are told.
        Assert.Empty(await ListAsync(w, ("start_date", "2026-03-02T00:00:01+08:00")));
        Assert.Empty(await ListAsync(w, ("end_date", "2026-03-01T23:59:59+08:00")));
        Assert.Empty(await ListAsync(w, ("page", "2"), ("page_size", "1")));
        foreach (var bad in new[] { ("status", "done"), ("start_date", "yesterday"), ("page", "0"), ("page_size", "501"), ("page", "x") })
            Assert.Equal(400, (await w.Report.RequestsAsync(Query(bad), Stop)).Status);
        var text = (await w.Report.RequestsAsync(Query(), Stop)).Body.ToJsonString();
        Assert.DoesNotContain("13800000000", text, StringComparison.Ordinal);
        Assert.Contains("2026-03-02T00:00:00\\u002B08:00", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_matter_lies_finds_its_station_and_settings_close_the_door()
    {
        await using var w = await StationWorld.CreateAsync(DatabaseProvider.Sqlite);
        Assert.Null(await w.Stations.SaveAsync(w.OtherStation, new Dictionary<string, string> { ["level"] = "centre", ["latitude"] = "30.95", ["longitude"] = "119.90" }, w.OtherKeeper, Stop));
        Assert.Null(await w.SetAsync(("api", "open")));
        async Task<Guid?> AtAsync(params (string, string)[] where)
        {
            var answer = await PostAsync(w, null, [("service_code", "roads"), ("description", $"接口反映：路灯坏了，{where[0]}。"), .. where]);
            return answer.Status == 201 ? (await w.LoadAsync(Guid.Parse(Member(answer, "service_request_id")))).Matter.ContextId : null;
        }

        Assert.Equal(w.Station, await AtAsync(("address_id", StationWorld.Village.ToString())));
        Assert.Equal(w.OtherStation, await AtAsync(("lat", "30.951"), ("long", "119.901")));
        foreach (var no in new[] { ("address_id", "999999999999"), ("address_id", StationWorld.County.ToString()), ("lat", "91"), ("lat", "30.9"), ("address_string", "某处") }) Assert.Null(await AtAsync(no));
        Assert.Null(await AtAsync(("lat", "0"), ("long", "0")));

        (string, string)[] whole = [("service_code", "roads"), ("address_id", StationWorld.Village.ToString()), ("description", "接口反映：路灯坏了，第二次。")];
        foreach (var set in new[] { ("api", "closed"), ("api", "key"), ("verifyPhone", "1") })
        {
            Assert.Null(await w.SetAsync(("api", "open"), set));
            Assert.Equal((set, 403), (set, await StatusAsync(w, null, whole)));
        }
        Assert.Null(await w.SetAsync(("api", "open"), ("open", "")));
        Assert.Equal(403, await StatusAsync(w, null, whole));
        Assert.Null(await w.SetAsync(("api", "open"), ("perStationAnHour", "2")));
        Assert.Equal(201, await StatusAsync(w, null, whole));
        // As many as the portal takes in, and no more.
        Assert.Equal(429, await StatusAsync(w, null, whole));
        Assert.Equal("api", (await w.SetAsync(("api", "everybody")))!.Fields[0].Field);

        // A key that was ended is none; of keys only hashes are kept.
        var (key, _) = await w.Portal.AddKeyAsync("城市 App", w.Head, Stop);
        var kept = Assert.Single((await w.Portal.SettingsAsync(Stop)).Keys);
        Assert.NotEqual(key, kept.Hash);
        await w.Portal.EndKeyAsync(kept.Id, w.Head, Stop);
        Assert.Empty((await w.Portal.SettingsAsync(Stop)).Keys);
        Assert.Equal("name", (await w.Portal.AddKeyAsync(" ", w.Head, Stop)).Refusal!.Fields[0].Field);
    }

    private static Task<GeoAnswer> PostAsync(StationWorld w, string? retry, params (string Name, string Value)[] fields) =>
        w.Report.PostAsync(new FormCollection(fields.ToDictionary(f => f.Name, f => new StringValues(f.Value))), retry, "https://p.renda.example", Stop);

    private static async Task<int> StatusAsync(StationWorld w, string? retry, params (string, string)[] fields)
    {
        var answer = await PostAsync(w, retry, fields);
        if (answer.Status >= 400) Assert.All(answer.Body.AsArray(), e => Assert.Equal(answer.Status, e!["code"]!.GetValue<int>()));
        return answer.Status;
    }

    private static QueryCollection Query(params (string Name, string Value)[] fields) => new(fields.ToDictionary(f => f.Name, f => new StringValues(f.Value)));

    private static async Task<List<string>> ListAsync(StationWorld w, params (string, string)[] query) => [.. (await w.Report.RequestsAsync(Query(query), Stop)).Body.AsArray().Select(r => r!["service_request_id"]!.ToString())];

    private static string Member(GeoAnswer answer, string name) => ((JsonArray)answer.Body)[0]![name]!.ToString();
}
