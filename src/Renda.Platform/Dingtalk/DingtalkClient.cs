using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Renda.Platform.Calendar;

namespace Renda.Platform.Dingtalk;

/// <summary>Somebody whom 浙政钉 vouches for.</summary>
/// <param name="Id">The account there (accountId), which is never given to somebody else.</param>
/// <param name="Name">Name there. Many share one, so it decides nothing.</param>
public sealed record DingtalkPerson(long Id, string Name);

/// <summary>
/// The gateway's calls. What goes wrong there is a value. One access token for all, fetched once however many need it, and a
/// call whose token was refused is made once more with another.
/// </summary>
public sealed class DingtalkClient(DingtalkSettings settings, TimeProvider time) : IDisposable
{
    /// <summary>Longest answer that is read, in bytes.</summary>
    public const int LongestAnswer = 4 << 20;

    private const int LongestSubject = 200;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = LongestAnswer,
    };

    private readonly Lock _lock = new();
    private (string Text, DateTimeOffset Until)? _token;
    private Task<(string? Token, DingtalkFault? Fault)>? _fetching;

    /// <summary>Who has shown a code: of the micro-app, or of the sign-in page when it was scanned. A code is good once, for five minutes.</summary>
    public async Task<(DingtalkPerson? Person, DingtalkFault? Fault)> WhoAsync(string code, bool scanned, CancellationToken cancellation)
    {
        var (answer, fault) = scanned
            ? await WithTokenAsync("/rpc/oauth2/getuserinfo_bycode.json", "code", code, cancellation)
            : await WithTokenAsync("/rpc/oauth2/dingtalk_app_user.json", "auth_code", code, cancellation);
        if (fault is not null) return (null, fault);
        var data = answer.Data;
        if (!long.TryParse(DingtalkAnswer.Text(data, "accountId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == 0) return (null, new("", "no accountId in the answer", false, true));
        // Somebody of another tenant is another person, whatever the number.
        if (DingtalkAnswer.Text(data, "tenantId") is { Length: > 0 } tenant && tenant != settings.Tenant) return (null, new("tenant", "somebody of another tenant", true, false));
        var name = ((string[])["lastName", "nickNameCn", "account"]).Select(n => DingtalkAnswer.Text(data, n)).FirstOrDefault(n => n.Length > 0) ?? "";
        return (new(id, name), null);
    }

    /// <summary>Sends a work notification (工作通知).</summary>
    /// <param name="id">The same again under this id is the same message.</param>
    /// <param name="to">Account of whoever gets it.</param>
    /// <param name="message">The message in its own form.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<DingtalkFault?> NotifyAsync(Guid id, string to, JsonObject message, CancellationToken cancellation) =>
        (await PostAsync("/message/workNotification", [new("receiverIds", to), new("tenantId", settings.Tenant), new("bizMsgId", id.ToString("N")), new("msg", message.ToJsonString(Plain))], cancellation)).Fault;

    /// <summary>Takes a work notification back.</summary>
    public async Task<DingtalkFault?> RevokeAsync(Guid id, CancellationToken cancellation) =>
        (await PostAsync("/message/revoke", [new("msgType", "workNotification"), new("msgApp", settings.Application), new("tenantId", settings.Tenant), new("bizMsgId", id.ToString("N"))], cancellation)).Fault;

    /// <summary>Makes a task (待办); its id there.</summary>
    /// <param name="id">The same again under this id is the same task.</param>
    /// <param name="to">Account of whoever has to do it; said to have made it as well, since the platform has none there.</param>
    /// <param name="subject">One line.</param>
    /// <param name="link">Where it leads.</param>
    /// <param name="due">When it is due (UTC), or null.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(string? Uuid, DingtalkFault? Fault)> CreateTaskAsync(Guid id, long to, string subject, string link, DateTime? due, CancellationToken cancellation)
    {
        var account = to.ToString(CultureInfo.InvariantCulture);
        List<KeyValuePair<string, string>> parameters = [new("tenantId", settings.Tenant), new("bizTaskId", id.ToString("N")), new("subject", subject.Length > LongestSubject ? subject[..(LongestSubject - 1)] + "…" : subject), new("creatorId", account), new("assigneeId", account), new("url", link), new("mobileUrl", link)];
        if (due is { } at) parameters.Add(new("dueTime", (at + ChinaTime.Offset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)));
        var (answer, fault) = await PostAsync("/tc/v2/openapi/task/create.json", parameters, cancellation);
        if (fault is not null) return (null, fault);
        return DingtalkAnswer.Text(answer.Data, "taskUuid") is { Length: > 0 and <= 100 } uuid ? (uuid, null) : (null, new("", "no taskUuid in the answer", false, true));
    }

    /// <summary>Ends a task: finished by whoever had it, or gone. Each is alone in its package, which ends with it; the name of the one switch is misspelt there.</summary>
    public async Task<DingtalkFault?> EndTaskAsync(string uuid, long of, bool finished, CancellationToken cancellation) =>
        (await PostAsync(finished ? "/tc/openapi/task/finish.json" : "/tc/openapi/task/cancel.json",
            [new("tenantId", settings.Tenant), new("userId", of.ToString(CultureInfo.InvariantCulture)), new("taskUuid", uuid), new(finished ? "closePackage" : "cancelPakcage", "true")], cancellation)).Fault;

    /// <summary>A POST to the gateway.</summary>
    internal Task<(DingtalkAnswer Answer, DingtalkFault? Fault)> PostAsync(string path, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken cancellation) => SendAsync(HttpMethod.Post, path, parameters, cancellation);

    // Chinese stays Chinese: what is signed is what its log shows.
    private static JsonSerializerOptions Plain { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private async Task<(DingtalkAnswer Answer, DingtalkFault? Fault)> WithTokenAsync(string path, string name, string value, CancellationToken cancellation)
    {
        string? refused = null;
        for (var again = false; ; again = true)
        {
            var (token, fault) = await TokenAsync(refused, cancellation);
            if (token is null) return (default, fault);
            (var answer, fault) = await PostAsync(path, [new("access_token", token), new(name, value)], cancellation);
            if (again || fault is not { OfToken: true }) return (answer, fault);
            refused = token;
        }
    }

    private Task<(string? Token, DingtalkFault? Fault)> TokenAsync(string? refused, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_token is { } token && token.Text != refused && token.Until > time.GetUtcNow()) return Task.FromResult<(string?, DingtalkFault?)>((token.Text, null));
            // Whoever asked first may give up; the others still wait for it.
            _fetching ??= Task.Run(FetchAsync, CancellationToken.None);
            return _fetching.WaitAsync(cancellation);
        }
    }

    private async Task<(string? Token, DingtalkFault? Fault)> FetchAsync()
    {
        (string, DateTimeOffset)? fetched = null;
        try
        {
            var (answer, fault) = await SendAsync(HttpMethod.Get, "/gettoken.json", [new("appkey", settings.Key), new("appsecret", settings.Secret)], CancellationToken.None);
            if (fault is not null) return (null, fault);
            var (data, token) = (answer.Data, DingtalkAnswer.Text(answer.Data, "accessToken"));
            if (token.Length == 0) return (null, new("", "no token in the answer", false, true));
            var seconds = int.TryParse(DingtalkAnswer.Text(data, "expiresIn"), NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : 7200;
            // Given up before it ends, so that none ends on its way.
            fetched = (token, time.GetUtcNow().AddSeconds(seconds - Math.Min(600, seconds / 5)));
            return (token, null);
        }
        finally
        {
            lock (_lock) (_token, _fetching) = (fetched, null);
        }
    }

    private async Task<(DingtalkAnswer Answer, DingtalkFault? Fault)> SendAsync(HttpMethod method, string path, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken cancellation)
    {
        using var form = new FormUrlEncodedContent(parameters);
        using var request = new HttpRequestMessage(method, new Uri(settings.Gateway!, method == HttpMethod.Get ? $"{path}?{await form.ReadAsStringAsync(cancellation)}" : path));
        if (method != HttpMethod.Get) request.Content = form;
        foreach (var (name, value) in DingtalkSignature.Headers(settings, method.Method, path, parameters, time.GetUtcNow())) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var answer = await _http.SendAsync(request, cancellation);
            if (answer.IsSuccessStatusCode) return DingtalkAnswer.Unwrap(Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellation)));
            return (default, new($"HTTP {(int)answer.StatusCode}", "", answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity, true));
        }
        catch (HttpRequestException e)
        {
            return (default, new(e.HttpRequestError.ToString(), "", false, true));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (default, new("", "no answer in time", false, true));
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
