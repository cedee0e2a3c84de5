namespace Renda.Platform.Dingtalk;

/// <summary>Where 浙政钉 is and what it calls this platform. Given from outside, with its secret, and never kept in the database.</summary>
/// <param name="Gateway">Address of its open platform; null when there is none, and then nothing of it is offered.</param>
/// <param name="Key">The application's key (appkey).</param>
/// <param name="Secret">The secret that signs each request (appsecret).</param>
/// <param name="Tenant">The tenant that people and messages belong to (tenantId).</param>
public sealed record DingtalkSettings(Uri? Gateway, string Key, string Secret, string Tenant)
{
    /// <summary>Nothing is set.</summary>
    public static DingtalkSettings None { get; } = new(null, "", "", "");

    /// <summary>The corporation that codes of the micro-app are asked for (corpId); empty when nobody signs in from within 浙政钉.</summary>
    public string Corporation { get; init; } = "";

    /// <summary>Its script with <c>window.dd</c>; null where its own browser brings that along.</summary>
    public Uri? Script { get; init; }

    /// <summary>Address of its sign-in pages; null when nobody signs in by scanning.</summary>
    public Uri? Login { get; init; }

    /// <summary>What its sign-in pages call this platform (client_id).</summary>
    public string Client { get; init; } = "";

    /// <summary>What it calls the application when a message is taken back (msgApp).</summary>
    public string Application { get; init; } = "";

    /// <summary>Whether there is a gateway.</summary>
    public bool On => Gateway is not null;

    /// <summary>Whether people who open the platform within 浙政钉 get in without typing (免登).</summary>
    public bool Silent => On && Corporation.Length > 0;

    /// <summary>Whether people may sign in by scanning a code.</summary>
    public bool Scans => On && Login is not null;

    /// <summary>Where a link in a message leads: to the page itself, or by way of signing in without typing.</summary>
    public string Landing(string path) => Silent ? "/dingtalk?to=" + Uri.EscapeDataString(path) : path;
}
