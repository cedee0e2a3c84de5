using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Platform.Tests.Dingtalk;

/// <summary>
/// A gateway that speaks 浙政钉's protocol as it is documented: it checks signatures by itself, gives codes that are good
/// once and for five minutes, wraps its answers now this way and now that, and can refuse, break off, be late or talk nonsense.
/// </summary>
public sealed class DingtalkGateway : IAsyncDisposable
{
    public const string Key = "renda-tests", Secret = "a secret of the tests", Tenant = "50330522", Client = "renda_dingoa", Corporation = "corp-of-tests";

    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(5);
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte> _nonces = [];
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = [];
    private readonly ConcurrentDictionary<string, (long Account, bool Scanned, DateTimeOffset At)> _codes = [];
    private int _answers, _tokenFetches;

    private DingtalkGateway(WebApplication app) => _app = app;

    public sealed record Member(long Account, string Name, string Employee, string Organisation);

    public sealed class Message
    {
        public string To { get; init; } = "";
        public string Text { get; init; } = "";
        public int Times { get; set; }
        public bool Revoked { get; set; }
    }

    public sealed class Task
    {
        public string Uuid { get; init; } = "";
        public string Subject { get; init; } = "";
        public string To { get; init; } = "";
        public string Url { get; init; } = "";
        public string Due { get; init; } = "";
        public int Times { get; set; }
        public string State { get; set; } = "open";
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>Its clock.</summary>
    public Func<DateTimeOffset> Now { get; set; } = () => DateTimeOffset.UtcNow;

    /// <summary>What the next calls meet instead of an answer: <c>500</c>, <c>drop</c> after it was done, <c>late</c>, <c>busy</c>, <c>refuse</c>, <c>nonsense</c>, <c>huge</c>, <c>token</c>.</summary>
    public ConcurrentQueue<string> Next { get; } = [];

    /// <summary>Whether every call fails.</summary>
    public bool Down { get; set; }

    /// <summary>How long a token is waited for.</summary>
    public TimeSpan TokenDelay { get; set; }

    public List<Member> Members { get; } = [];
    public List<(string Code, string Name, string Parent)> Organisations { get; } = [];
    public ConcurrentDictionary<string, Message> Messages { get; } = [];
    public ConcurrentDictionary<string, Task> Tasks { get; } = [];
    public ConcurrentQueue<string> Complaints { get; } = [];
    public int TokenFetches => _tokenFetches;

    public static async System.Threading.Tasks.Task<DingtalkGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var gateway = new DingtalkGateway(app);
        app.MapGet("/gettoken.json", gateway.TokenAsync);
        app.MapGet("/oauth2/auth.htm", gateway.ShowAsync);
        app.MapGet("/oauth2/scanned", gateway.ScannedAsync);
        app.MapPost("/{**path}", gateway.AnswerAsync);
        await app.StartAsync();
        gateway.Address = new Uri(app.Urls.Single());
        return gateway;
    }

    /// <summary>A code as the micro-app or the sign-in page gets it.</summary>
    public string Code(long account, bool scanned)
    {
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _codes[code] = (account, scanned, Now());
        return code;
    }

    /// <summary>Makes all tokens void.</summary>
    public void ForgetTokens() => _tokens.Clear();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async System.Threading.Tasks.Task TokenAsync(HttpContext http)
    {
        if (!Signed(http, "GET", http.Request.Query.SelectMany(p => p.Value.Select(v => (p.Key, v ?? "")))))
        {
            await http.Response.WriteAsync("""{"success":false,"errorMsg":"SignatureDoesNotMatch","errorCode":"OPF-B001-05-16-0009"}""");
            return;
        }
        Interlocked.Increment(ref _tokenFetches);
        if (TokenDelay > TimeSpan.Zero) await System.Threading.Tasks.Task.Delay(TokenDelay);
        if (Down || http.Request.Query["appsecret"] != Secret)
        {
            http.Response.StatusCode = 503;
            return;
        }
        var token = "app_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _tokens[token] = Now().AddHours(2);
        await SayAsync(http, new JsonObject { ["data"] = new JsonObject { ["accessToken"] = token, ["expiresIn"] = "7200" } });
    }

    private async System.Threading.Tasks.Task AnswerAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        if (!Signed(http, "POST", form.SelectMany(p => p.Value.Select(v => (p.Key, v ?? "")))))
        {
            await http.Response.WriteAsync("""{"success":false,"errorMsg":"SignatureDoesNotMatch","errorCode":"OPF-B001-05-16-0009"}""");
            return;
        }
        var next = Down ? "500" : Next.TryDequeue(out var n) ? n : "";
        switch (next)
        {
            case "500":
                http.Response.StatusCode = 500;
                return;
            case "busy":
                await RefuseAsync(http, "999", "系统繁忙，请稍后再试");
                return;
            case "refuse":
                await RefuseAsync(http, "300037", "接收人不存在");
                return;
            case "token":
                await RefuseAsync(http, "240102", "access_token 无效");
                return;
            case "nonsense":
                await http.Response.WriteAsync("<html>Bad gateway</html>");
                return;
            case "huge":
                await http.Response.WriteAsync(new string(' ', 5 << 20) + "{}");
                return;
            case "late":
                await System.Threading.Tasks.Task.Delay(TimeSpan.FromSeconds(2));
                break;
        }
        var content = Do(http.Request.Path, form, out var refusal);
        if (next == "drop") http.Abort();
        else if (refusal is not null) await RefuseAsync(http, "-1", refusal);
        else await SayAsync(http, content!);
    }

    private JsonObject? Do(string path, IFormCollection form, out string? refusal)
    {
        refusal = path.StartsWith("/rpc/", StringComparison.Ordinal) || form["tenantId"] == Tenant ? null : "租户不对";
        if (refusal is not null) return null;
        switch (path)
        {
            case "/rpc/oauth2/dingtalk_app_user.json":
            case "/rpc/oauth2/getuserinfo_bycode.json":
                var scanned = path.EndsWith("bycode.json", StringComparison.Ordinal);
                if (!_tokens.TryGetValue(form["access_token"].ToString(), out var until) || until < Now()) refusal = "access_token 已过期";
                else if (!_codes.TryRemove(form[scanned ? "code" : "auth_code"].ToString(), out var code) || code.Scanned != scanned || Now() - code.At > CodeLife) refusal = "授权码无效";
                else
                {
                    var who = Members.Find(m => m.Account == code.Account)!;
                    var said = new JsonObject { ["accountId"] = who.Account, ["account"] = "u" + who.Account, ["lastName"] = who.Name, ["nickNameCn"] = who.Name, ["tenantId"] = long.Parse(Tenant, CultureInfo.InvariantCulture), ["realmId"] = 1 };
                    // The sign-in page does not tell who somebody is in the contacts.
                    if (!scanned) said["employeeCode"] = who.Employee;
                    return new JsonObject { ["data"] = said };
                }
                return null;
            case "/message/workNotification":
                if (!Known(form["receiverIds"]))
                {
                    refusal = "接收人不存在";
                    return null;
                }
                var message = Messages.GetOrAdd(form["bizMsgId"].ToString(), _ => new Message { To = form["receiverIds"].ToString(), Text = form["msg"].ToString() });
                lock (message) message.Times++;
                return new JsonObject { ["data"] = new JsonObject { ["msgId"] = form["bizMsgId"].ToString() } };
            case "/message/revoke":
                if (form["msgType"] != "workNotification" || form["msgApp"].Count == 0 || !Messages.TryGetValue(form["bizMsgId"].ToString(), out var sent))
                {
                    refusal = "消息不存在";
                    return null;
                }
                sent.Revoked = true;
                return new JsonObject { ["data"] = true };
            case "/tc/v2/openapi/task/create.json":
                if (!Known(form["assigneeId"]) || form["creatorId"].Count == 0 || form["subject"].ToString() is not { Length: > 0 } subject)
                {
                    refusal = "参数错误";
                    return null;
                }
                var task = Tasks.GetOrAdd(form["bizTaskId"].ToString(), _ => new Task { Uuid = Guid.NewGuid().ToString("N"), Subject = subject, To = form["assigneeId"].ToString(), Url = form["url"].ToString(), Due = form["dueTime"].ToString() });
                lock (task) task.Times++;
                return new JsonObject { ["data"] = new JsonObject { ["taskUuid"] = task.Uuid, ["packageUuid"] = "p" + task.Uuid } };
            case "/tc/openapi/task/finish.json":
            case "/tc/openapi/task/cancel.json":
                if (Tasks.Values.FirstOrDefault(t => t.Uuid == form["taskUuid"] && t.To == form["userId"]) is not { } own)
                {
                    refusal = "待办不存在";
                    return null;
                }
                own.State = path.Contains("finish", StringComparison.Ordinal) ? "finished" : "cancelled";
                return new JsonObject { ["data"] = true };
            case "/auth/scopesV2":
                return new JsonObject { ["deptVisibleScopes"] = Array(Organisations.Where(o => o.Parent.Length == 0).Select(o => o.Code)), ["userVisibleScopes"] = new JsonArray() };
            case "/mozi/organization/pageSubOrganizationCodes":
                var parent = form["organizationCode"].ToString();
                return Page(form, Organisations.Where(o => o.Parent == parent).Select(o => (JsonNode)o.Code!));
            case "/mozi/organization/listOrganizationsByCodes":
                return new JsonObject { ["data"] = new JsonArray([.. Organisations.Where(o => form["organizationCodes"].Contains(o.Code)).Select(o => (JsonNode)new JsonObject { ["organizationCode"] = o.Code, ["organizationName"] = o.Name, ["parentCode"] = o.Parent, ["status"] = "A" })]) };
            case "/mozi/organization/pageOrganizationEmployeePositions":
                var of = form["organizationCode"].ToString();
                lock (Members) return Page(form, Members.Where(m => m.Organisation == of).Select(m => (JsonNode)new JsonObject { ["employeeName"] = m.Name, ["employeeCode"] = m.Employee, ["status"] = "A", ["govEmployeePositions"] = new JsonArray() }));
            case "/mozi/employee/listEmployeeAccountIds":
                if (form["employeeCodes"].Count > 100)
                {
                    refusal = "一次最多 100 个";
                    return null;
                }
                lock (Members) return new JsonObject { ["data"] = new JsonArray([.. Members.Where(m => form["employeeCodes"].Contains(m.Employee)).Select(m => (JsonNode)new JsonObject { ["accountId"] = m.Account, ["accountCode"] = "u" + m.Account, ["accountNamespace"] = "local", ["employeeCode"] = m.Employee })]) };
            default:
                refusal = "no such interface";
                return null;
        }
    }

    private bool Known(string? account) => Members.Exists(m => m.Account.ToString(CultureInfo.InvariantCulture) == account);

    private static JsonObject Page(IFormCollection form, IEnumerable<JsonNode> all)
    {
        var (rows, size, page) = (all.ToList(), int.Parse(form["pageSize"]!, CultureInfo.InvariantCulture), int.Parse(form["pageNo"]!, CultureInfo.InvariantCulture));
        if (size > 100) throw new InvalidOperationException("at most 100 a page");
        return new JsonObject { ["totalSize"] = rows.Count, ["data"] = new JsonArray([.. rows.Skip((page - 1) * size).Take(size)]), ["pageSize"] = size, ["currentPage"] = page };
    }

    private static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t!)]);

    /// <summary>In two envelopes; each of them, and what they hold, comes now as JSON and now as a string of JSON.</summary>
    private async System.Threading.Tasks.Task SayAsync(HttpContext http, JsonObject content)
    {
        (content["success"], content["responseMessage"], content["responseCode"], content["requestId"]) = (true, "OK", "0", Guid.NewGuid().ToString("N"));
        var way = Interlocked.Increment(ref _answers) % 4;
        if (way is 1 or 3 && content["data"] is JsonObject or JsonArray) content["data"] = content["data"]!.ToJsonString();
        var outer = new JsonObject { ["success"] = true, ["content"] = way is 2 or 3 ? JsonValue.Create(content.ToJsonString()) : content, ["bizErrorCode"] = "0" };
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(outer.ToJsonString());
    }

    private static System.Threading.Tasks.Task RefuseAsync(HttpContext http, string code, string words) =>
        http.Response.WriteAsync(new JsonObject { ["success"] = true, ["content"] = new JsonObject { ["success"] = false, ["responseCode"] = code, ["responseMessage"] = words, ["bizErrorCode"] = "MFH-" + code } }.ToJsonString());

    /// <summary>Whether the headers are right; written from the documents and not from the product.</summary>
    private bool Signed(HttpContext http, string method, IEnumerable<(string Name, string Value)> parameters)
    {
        var headers = http.Request.Headers;
        var (at, nonce) = (headers["X-Hmac-Auth-Timestamp"].ToString(), headers["X-Hmac-Auth-Nonce"].ToString());
        var text = new StringBuilder().Append(method).Append('\n').Append(at).Append('\n').Append(nonce).Append('\n').Append(http.Request.Path.Value);
        var pairs = new List<string>();
        foreach (var (name, value) in parameters) pairs.Add(name + "=" + value);
        pairs.Sort(string.CompareOrdinal);
        if (pairs.Count > 0) text.Append('\n').AppendJoin('&', pairs);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(Secret));
        hash.AppendData(Encoding.UTF8.GetBytes(text.ToString()));
        var wrong = headers["apiKey"] != Key ? "apiKey"
            : headers["X-Hmac-Auth-Version"] != "1.0" ? "version"
            : !DateTimeOffset.TryParseExact(at, "yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var when) || when.Offset != TimeSpan.FromHours(8) || (Now() - when).Duration() > TimeSpan.FromMinutes(15) ? "time"
            : nonce.Length != 17 || nonce.Any(c => !char.IsAsciiDigit(c)) || !nonce.StartsWith(when.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) ? "nonce"
            : !_nonces.TryAdd(nonce, 0) ? "nonce used"
            : headers["X-Hmac-Auth-IP"].Count == 0 || headers["X-Hmac-Auth-MAC"].Count == 0 ? "machine"
            : headers["X-Hmac-Auth-Signature"] != Convert.ToBase64String(hash.GetHashAndReset()) ? "signature" : null;
        if (wrong is not null) Complaints.Enqueue(wrong);
        return wrong is null;
    }

    /// <summary>Its page with the code to be scanned: whoever presses a name has scanned it.</summary>
    private async System.Threading.Tasks.Task ShowAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (query["client_id"] != Client || query["response_type"] != "code" || query["scope"] != "get_user_info" || query["authType"] != "QRCODE" || query["redirect_uri"].Count == 0)
        {
            http.Response.StatusCode = 403;
            return;
        }
        var rest = JsonSerializer.Serialize(http.Request.QueryString.Value);
        http.Response.ContentType = "text/html; charset=utf-8";
        // Told twice, as a page that is opened anew tells it again.
        await http.Response.WriteAsync($$"""
            <!doctype html><meta charset="utf-8"><title>扫码</title>{{string.Join("", Members.Select(m => $"<button data-account=\"{m.Account}\">{m.Name}</button>"))}}
            <script>
            for (const button of document.querySelectorAll("button")) button.onclick = async () => {
              const answer = await fetch("/oauth2/scanned" + {{rest}} + "&account=" + button.dataset.account);
              if ((answer.headers.get("content-type") ?? "").startsWith("application/json")) {
                const said = await answer.json();
                parent.postMessage(said, "*");
                parent.postMessage(said, "*");
              } else location.href = await answer.text();
            };
            </script>
            """);
    }

    private async System.Threading.Tasks.Task ScannedAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var code = Code(long.Parse(query["account"]!, CultureInfo.InvariantCulture), scanned: true);
        if (query["embedMode"] == "true") await http.Response.WriteAsJsonAsync(new { code, state = query["state"].ToString() });
        else await http.Response.WriteAsync($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}");
    }
}
