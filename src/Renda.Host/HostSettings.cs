using System.Net;
using Renda.Platform;
using Renda.Platform.Dingtalk;
using Renda.Platform.Notices;
using Renda.Platform.OpenId;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Sms;

namespace Renda.Host;

/// <summary>What the program was started with: command line first, then environment (<c>RENDA_DATA</c>, <c>RENDA_POSTGRES</c>, <c>RENDA_PROXY</c>, <c>RENDA_PERSONAL_KEY</c>, <c>RENDA_PERSONAL_CIPHER</c>, <c>RENDA_AUDIT_KEY</c>, <c>RENDA_PASSKEY_DOMAIN</c>, <c>RENDA_SITE</c>, <c>RENDA_SMS_…</c>, <c>RENDA_SMTP_…</c>, <c>RENDA_OUTSIDE_…</c>, <c>RENDA_DINGTALK_…</c>).</summary>
internal sealed record HostSettings
{
    private static readonly string[] WithValue = ["--data", "--port", "--postgres", "--demo-findings", "--days", "--proxy", "--personal-key", "--personal-cipher", "--audit-key", "--passkey-domain", "--outside-issuer", "--outside-client", "--outside-zh", "--outside-en", "--site", "--smtp", "--smtp-from", "--dingtalk", "--dingtalk-key", "--dingtalk-secret", "--dingtalk-tenant", "--dingtalk-corp", "--dingtalk-script", "--dingtalk-login", "--dingtalk-client", "--dingtalk-app"];
    private static readonly string[] Alone = ["--demo", "--revoke"];

    /// <summary>What to do, <c>serve</c> when nothing is said.</summary>
    public required string Verb { get; init; }

    /// <summary>What the verb is about: an account, a file.</summary>
    public required IReadOnlyList<string> Objects { get; init; }

    public required string DataFolder { get; init; }
    public required DatabaseSettings Database { get; init; }
    public required int Port { get; init; }
    public required bool Demo { get; init; }

    /// <summary>How many of the demo's findings are made.</summary>
    public required int DemoFindings { get; init; }

    /// <summary>How long a token lasts.</summary>
    public required int Days { get; init; }

    /// <summary>Whether the account's tokens are made void instead.</summary>
    public required bool Revoke { get; init; }

    /// <summary>The proxy whose word about the client's address and scheme is taken, or null.</summary>
    public required IPAddress? Proxy { get; init; }

    /// <summary>The file with the key that identity and phone numbers are sealed with; <c>personal.key</c> in the data folder's <c>keys</c> when nothing is said.</summary>
    public required string PersonalKey { get; init; }

    /// <summary>What new numbers are sealed with.</summary>
    public required PersonalCipher PersonalCipher { get; init; }

    /// <summary>The file with the key that signs the audit log's daily checkpoints; <c>audit.key</c> in the data folder's <c>keys</c> when nothing is said.</summary>
    public required string AuditKey { get; init; }

    /// <summary>The domain that passkeys belong to; null for the host each request names.</summary>
    public required string? PasskeyDomain { get; init; }

    /// <summary>Where text messages go.</summary>
    public required SmsSettings Sms { get; init; }

    /// <summary>The outside provider by which people may sign in too, or null.</summary>
    public required OutsideProvider? Outside { get; init; }

    /// <summary>Where the platform is reached from outside.</summary>
    public required SiteSettings Site { get; init; }

    /// <summary>Where mail is handed over.</summary>
    public required MailSettings Mail { get; init; }

    /// <summary>Where 浙政钉 is, if it is used.</summary>
    public required DingtalkSettings Dingtalk { get; init; }

    /// <summary>Reads them; the second is what is wrong, or null.</summary>
    public static (HostSettings? Settings, string? Fault) Read(IReadOnlyList<string> args)
    {
        var values = new Dictionary<string, string>();
        var objects = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            if (Alone.Contains(args[i])) values[args[i]] = "yes";
            else if (WithValue.Contains(args[i]))
            {
                if (i + 1 == args.Count) return (null, $"{args[i]} needs a value");
                values[args[i]] = args[++i];
            }
            else if (args[i].StartsWith('-')) return (null, $"unknown option {args[i]}");
            else objects.Add(args[i]);
        }
        if (Number("--port", 5080, 1, 65535) is not { } port) return (null, "--port is a number from 1 to 65535");
        if (Number("--demo-findings", int.MaxValue, 0, int.MaxValue) is not { } findings) return (null, "--demo-findings is a number");
        if (Number("--days", 30, 1, 3660) is not { } days) return (null, "--days is a number from 1 to 3660");
        IPAddress? proxy = null;
        if (Value("--proxy", "RENDA_PROXY") is { } given && !IPAddress.TryParse(given, out proxy)) return (null, "--proxy is an IP address");
        var cipher = PersonalCipher.Aes;
        if (Value("--personal-cipher", "RENDA_PERSONAL_CIPHER") is { } named && !(Enum.TryParse(named, ignoreCase: true, out cipher) && Enum.IsDefined(cipher))) return (null, "--personal-cipher is aes or sm4");
        var domain = Value("--passkey-domain", "RENDA_PASSKEY_DOMAIN");
        if (domain is not null && (Uri.CheckHostName(domain) != UriHostNameType.Dns || domain.Any(char.IsUpper))) return (null, "--passkey-domain is a name like renda.example, in small letters");
        // The key is a secret, so none of these stands on a command line that others can read.
        Uri? gateway = null;
        var key = Environment.GetEnvironmentVariable("RENDA_SMS_KEY") ?? "";
        if (Environment.GetEnvironmentVariable("RENDA_SMS_ADDRESS") is { Length: > 0 } sms)
        {
            if (!Uri.TryCreate(sms, UriKind.Absolute, out gateway) || gateway.Scheme is not ("http" or "https")) return (null, "RENDA_SMS_ADDRESS is an http or https address");
            if (key.Length < 16) return (null, "RENDA_SMS_KEY needs at least 16 characters");
        }
        var template = Environment.GetEnvironmentVariable("RENDA_SMS_TEMPLATE") is { Length: > 0 } own ? own : SmsSettings.UsualTemplate;
        if (!template.Contains("{code}", StringComparison.Ordinal)) return (null, "RENDA_SMS_TEMPLATE needs {code}");
        OutsideProvider? outside = null;
        if (Value("--outside-issuer", "RENDA_OUTSIDE_ISSUER") is { Length: > 0 } issuer)
        {
            if (issuer.Length > 300 || !Uri.TryCreate(issuer, UriKind.Absolute, out var at) || !(at.Scheme == Uri.UriSchemeHttps || (at.Scheme == Uri.UriSchemeHttp && at.IsLoopback))) return (null, "--outside-issuer is an https address");
            if (Value("--outside-client", "RENDA_OUTSIDE_CLIENT") is not { Length: > 0 } client) return (null, "--outside-issuer needs --outside-client");
            if (Environment.GetEnvironmentVariable("RENDA_OUTSIDE_SECRET") is not { Length: > 0 } secret) return (null, "--outside-issuer needs RENDA_OUTSIDE_SECRET");
            outside = new OutsideProvider(issuer, client, secret, new Words(Value("--outside-zh", "RENDA_OUTSIDE_ZH") ?? "统一身份", Value("--outside-en", "RENDA_OUTSIDE_EN") ?? "the common account"));
        }
        Uri? site = null, smtp = null;
        if (Value("--site", "RENDA_SITE") is { Length: > 0 } address && !(Uri.TryCreate(address, UriKind.Absolute, out site) && site is { Scheme: "http" or "https", PathAndQuery: "/" })) return (null, "--site is an address like https://renda.example");
        if (Value("--smtp", "RENDA_SMTP") is { Length: > 0 } server && !(Uri.TryCreate(server, UriKind.Absolute, out smtp) && smtp is { Scheme: "smtp" or "smtps", Host.Length: > 0, UserInfo: "" })) return (null, "--smtp is an address like smtp://mail.renda.example:25 or smtps://mail.renda.example; name and password are RENDA_SMTP_USER and RENDA_SMTP_PASSWORD");
        var from = Value("--smtp-from", "RENDA_SMTP_FROM") ?? "";
        if (smtp is not null && !(from.Length <= 200 && from.IndexOf('@', StringComparison.Ordinal) > 0 && System.Net.Mail.MailAddress.TryCreate(from, out _))) return (null, "--smtp needs --smtp-from, the address that mail comes from");
        var (dingtalk, wrong) = Dingtalked();
        if (wrong is not null) return (null, wrong);
        var data = Path.GetFullPath(Value("--data", "RENDA_DATA") ?? "data");
        return (new HostSettings
        {
            Verb = objects.FirstOrDefault() ?? "serve",
            Objects = [.. objects.Skip(1)],
            DataFolder = data,
            Database = Value("--postgres", "RENDA_POSTGRES") is { } postgres ? new DatabaseSettings(DatabaseProvider.Postgres, postgres) : DatabaseSettings.SqliteFile(Path.Combine(data, "renda.db")),
            Port = port,
            Demo = values.ContainsKey("--demo"),
            DemoFindings = findings,
            Days = days,
            Revoke = values.ContainsKey("--revoke"),
            Proxy = proxy,
            PersonalKey = Path.GetFullPath(Value("--personal-key", "RENDA_PERSONAL_KEY") ?? Path.Combine(data, "keys", "personal.key")),
            PersonalCipher = cipher,
            AuditKey = Path.GetFullPath(Value("--audit-key", "RENDA_AUDIT_KEY") ?? Path.Combine(data, "keys", "audit.key")),
            PasskeyDomain = domain,
            Sms = new SmsSettings(gateway, key, template),
            Outside = outside,
            Site = new SiteSettings(site),
            Mail = new MailSettings(smtp, from, Environment.GetEnvironmentVariable("RENDA_SMTP_USER") ?? "", Environment.GetEnvironmentVariable("RENDA_SMTP_PASSWORD") ?? ""),
            Dingtalk = dingtalk,
        }, null);

        (DingtalkSettings Settings, string? Fault) Dingtalked()
        {
            if (Value("--dingtalk", "RENDA_DINGTALK") is not { Length: > 0 } gateway) return (DingtalkSettings.None, null);
            if (Host(gateway) is not { } address) return (DingtalkSettings.None, "--dingtalk is an address like https://openplatform.renda.example");
            if (Value("--dingtalk-key", "RENDA_DINGTALK_KEY") is not { Length: > 0 } appKey || Value("--dingtalk-tenant", "RENDA_DINGTALK_TENANT") is not { Length: > 0 and <= 100 } tenant) return (DingtalkSettings.None, "--dingtalk needs --dingtalk-key and --dingtalk-tenant");
            // A file, for the same reason as with keys: a command line and the environment of a process are seen by more people.
            if (Value("--dingtalk-secret", "RENDA_DINGTALK_SECRET") is not { Length: > 0 } file || !File.Exists(file) || File.ReadAllText(file).Trim() is not { Length: > 0 } appSecret) return (DingtalkSettings.None, "--dingtalk needs --dingtalk-secret, a file with the secret on one line");
            Uri? login = null, script = null;
            var client = Value("--dingtalk-client", "RENDA_DINGTALK_CLIENT") ?? "";
            if (Value("--dingtalk-login", "RENDA_DINGTALK_LOGIN") is { Length: > 0 } pages && ((login = Host(pages)) is null || client.Length == 0)) return (DingtalkSettings.None, "--dingtalk-login is an address like https://login.renda.example and needs --dingtalk-client");
            if (Value("--dingtalk-script", "RENDA_DINGTALK_SCRIPT") is { Length: > 0 } source && !(Uri.TryCreate(source, UriKind.Absolute, out script) && Trusted(script) && !source.Any(c => c is ';' or ',' or ' '))) return (DingtalkSettings.None, "--dingtalk-script is an https address");
            return (new DingtalkSettings(address, appKey, appSecret, tenant) { Corporation = Value("--dingtalk-corp", "RENDA_DINGTALK_CORP") ?? "", Script = script, Login = login, Client = client, Application = Value("--dingtalk-app", "RENDA_DINGTALK_APP") ?? appKey }, null);

            static Uri? Host(string text) => Uri.TryCreate(text, UriKind.Absolute, out var host) && Trusted(host) && host is { PathAndQuery: "/", UserInfo: "" } ? host : null;
            static bool Trusted(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);
        }

        string? Value(string option, string variable) => values.GetValueOrDefault(option) ?? Environment.GetEnvironmentVariable(variable);

        int? Number(string option, int otherwise, int least, int most) =>
            !values.TryGetValue(option, out var text) ? otherwise : int.TryParse(text, out var number) && number >= least && number <= most ? number : null;
    }
}
