using System.Text.Json.Nodes;
using Platform.Tests.Media;
using Renda.Platform.Dingtalk;

namespace Platform.Tests.Dingtalk;

/// <summary>What goes to the gateway and what comes back.</summary>
public sealed class DingtalkClientTests : IAsyncLifetime
{
    private readonly TestClock _clock = new() { Now = new DateTimeOffset(2026, 11, 26, 1, 0, 0, TimeSpan.Zero) };
    private DingtalkGateway _gateway = null!;
    private DingtalkClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static DingtalkSettings To(Uri gateway) => new(gateway, DingtalkGateway.Key, DingtalkGateway.Secret, DingtalkGateway.Tenant)
    {
        Application = DingtalkGateway.Key, Corporation = DingtalkGateway.Corporation, Login = gateway, Client = DingtalkGateway.Client,
    };

    public async ValueTask InitializeAsync()
    {
        _gateway = await DingtalkGateway.StartAsync();
        _gateway.Now = () => _clock.Now;
        _gateway.Members.Add(new(100135, "李阳", "GE_1", "GO_1"));
        _client = new DingtalkClient(To(_gateway.Address), _clock);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public void A_signature_is_that_of_the_documents()
    {
        // Reckoned by another program: openssl dgst -sha256 -hmac secret -binary | base64
        Assert.Equal("WyqClUieeuxXMTLrCcCZrJOMEPe+mGUnzGbFZliDMgg=", DingtalkSignature.Sign("secret", "POST", "2025-01-02T03:04:05.000+08:00", "17357606450001234", "/rpc/oauth2/dingtalk_app_user.json", [new("b", "2"), new("a", "中 文&="), new("b", "1")]));
    }

    [Fact]
    public async Task A_code_tells_who_it_is_once_whichever_way_the_answer_is_wrapped()
    {
        for (var i = 0; i < 8; i++)
        {
            var scanned = i % 2 == 1;
            var code = _gateway.Code(100135, scanned);
            var (person, fault) = await _client.WhoAsync(code, scanned, Stop);
            Assert.Null(fault);
            Assert.Equal(new DingtalkPerson(100135, "李阳"), person);
            (person, fault) = await _client.WhoAsync(code, scanned, Stop);
            Assert.Null(person);
            Assert.Equal((true, false), (fault!.Permanent, fault.Away));
            // A code of the one way is none of the other.
            Assert.NotNull((await _client.WhoAsync(_gateway.Code(100135, scanned), !scanned, Stop)).Fault);
            _clock.Now += TimeSpan.FromMilliseconds(100);
        }
        var late = _gateway.Code(100135, false);
        _clock.Now += TimeSpan.FromMinutes(5.1);
        Assert.Contains("授权码无效", (await _client.WhoAsync(late, false, Stop)).Fault!.Text, StringComparison.Ordinal);
        Assert.Empty(_gateway.Complaints);
    }

    [Fact]
    public async Task Many_who_need_a_token_at_once_fetch_one()
    {
        _gateway.TokenDelay = TimeSpan.FromMilliseconds(300);
        using var impatient = new CancellationTokenSource();
        var first = _client.WhoAsync(_gateway.Code(100135, false), false, impatient.Token);
        var others = Enumerable.Range(0, 10).Select(_ => _client.WhoAsync(_gateway.Code(100135, false), false, Stop)).ToList();
        // Whoever asked first gives up: the others get theirs all the same.
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.All(await Task.WhenAll(others), o => Assert.NotNull(o.Person));
        Assert.Equal(1, _gateway.TokenFetches);
        // Given up ten minutes before it ends.
        _clock.Now += TimeSpan.FromMinutes(109);
        Assert.NotNull((await _client.WhoAsync(_gateway.Code(100135, false), false, Stop)).Person);
        Assert.Equal(1, _gateway.TokenFetches);
        _clock.Now += TimeSpan.FromMinutes(2);
        Assert.NotNull((await _client.WhoAsync(_gateway.Code(100135, false), false, Stop)).Person);
        Assert.Equal(2, _gateway.TokenFetches);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_fetched_anew_once()
    {
        Assert.NotNull((await _client.WhoAsync(_gateway.Code(100135, false), false, Stop)).Person);
        _gateway.ForgetTokens();
        Assert.NotNull((await _client.WhoAsync(_gateway.Code(100135, false), false, Stop)).Person);
        Assert.Equal(2, _gateway.TokenFetches);
        _gateway.Next.Enqueue("token");
        _gateway.Next.Enqueue("token");
        Assert.Equal("240102", (await _client.WhoAsync(_gateway.Code(100135, false), false, Stop)).Fault!.Code);
        Assert.Equal(3, _gateway.TokenFetches);
    }

    [Fact]
    public async Task What_goes_wrong_there_is_told_apart()
    {
        var id = Guid.CreateVersion7();
        foreach (var (meets, permanent, away) in ((string, bool, bool)[])[("500", false, true), ("busy", false, false), ("refuse", true, false), ("nonsense", false, true), ("huge", false, true), ("drop", false, true)])
        {
            _gateway.Next.Enqueue(meets);
            var fault = await SendAsync();
            Assert.True(fault is not null, meets);
            Assert.Equal((meets, permanent, away), (meets, fault.Permanent, fault.Away));
        }
        // What was broken off had been taken; the same again is the same message.
        Assert.Null(await SendAsync());
        var message = Assert.Single(_gateway.Messages);
        Assert.Equal((id.ToString("N"), "100135", 2), (message.Key, message.Value.To, message.Value.Times));
        Assert.Equal("""{"msgtype":"text","text":{"content":"“开会”通知"}}""", message.Value.Text);
        Assert.Null(await _client.RevokeAsync(id, Stop));
        Assert.True(message.Value.Revoked);

        using var stranger = new DingtalkClient(To(_gateway.Address) with { Secret = "another" }, _clock);
        var refused = await stranger.RevokeAsync(id, Stop);
        Assert.Equal(("OPF-B001-05-16-0009", false), (refused!.Code, refused.Permanent));
        Assert.Equal("signature", Assert.Single(_gateway.Complaints));
        await _gateway.DisposeAsync();
        Assert.True((await SendAsync())!.Away);

        Task<DingtalkFault?> SendAsync()
        {
            _clock.Now += TimeSpan.FromMilliseconds(10);
            return _client.NotifyAsync(id, "100135", new JsonObject { ["msgtype"] = "text", ["text"] = new JsonObject { ["content"] = "“开会”通知" } }, Stop);
        }
    }
}
