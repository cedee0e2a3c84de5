using System.Text.Json;

namespace Renda.Platform.Dingtalk;

/// <summary>Why the gateway did not do what it was asked.</summary>
/// <param name="Code">Its own code, or <c>HTTP 503</c> and the like.</param>
/// <param name="Text">In its own words.</param>
/// <param name="Permanent">Whether the same again is of no use.</param>
/// <param name="Away">Whether it could not be reached or made no sense, as opposed to having said no.</param>
public sealed record DingtalkFault(string Code, string Text, bool Permanent, bool Away)
{
    /// <summary>Whether it was the access token that was refused. Codes differ between its installations, so its words are asked.</summary>
    public bool OfToken => !Away && Text.Replace("_", "", StringComparison.Ordinal).Contains("accesstoken", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc />
    public override string ToString() => $"{Code} {Text}".Trim();
}

/// <summary>What the gateway answered, unwrapped.</summary>
/// <param name="Content">The inner envelope; undefined when there is none.</param>
internal readonly record struct DingtalkAnswer(JsonElement Content)
{
    private static readonly string[] Busy = ["限流", "频率", "频繁", "繁忙", "稍后", "超时", "busy", "limit", "timeout", "try again"];

    /// <summary>What was asked for; undefined when there is nothing.</summary>
    public JsonElement Data => Content.ValueKind == JsonValueKind.Object && Content.TryGetProperty("data", out var data) ? Opened(data) : default;

    /// <summary>
    /// Takes an answer out of its wrappings: an outer envelope of the gateway, an inner one of the service behind it, each of
    /// which says whether it succeeded and may be JSON, or a string of JSON.
    /// </summary>
    public static (DingtalkAnswer Answer, DingtalkFault? Fault) Unwrap(string body)
    {
        JsonElement outer;
        try
        {
            using var json = JsonDocument.Parse(body);
            outer = Opened(json.RootElement.Clone());
        }
        catch (JsonException)
        {
            return (default, Senseless);
        }
        if (outer.ValueKind != JsonValueKind.Object) return (default, Senseless);
        // The gateway's own no: signature, key, a right that is missing. None of it is the fault of what was asked.
        if (!Succeeded(outer)) return (default, Refused(outer, permanent: false));
        if (!outer.TryGetProperty("content", out var content)) return (default, null);
        content = Opened(content);
        if (content.ValueKind == JsonValueKind.Object && !Succeeded(content))
        {
            var fault = Refused(content, permanent: true);
            return (default, Busy.Any(b => fault.Text.Contains(b, StringComparison.OrdinalIgnoreCase)) ? fault with { Permanent = false } : fault);
        }
        return (new DingtalkAnswer(content), null);
    }

    /// <summary>A property as text, whether it comes as a string or a number; empty when it is not there.</summary>
    public static string Text(JsonElement of, string name) => of.ValueKind != JsonValueKind.Object || !of.TryGetProperty(name, out var value) ? "" : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Number => value.GetRawText(),
        _ => "",
    };

    /// <summary>The codes in an array that are of a length that is kept.</summary>
    public static IEnumerable<string> Codes(JsonElement of) => Each(of).Where(c => c.ValueKind == JsonValueKind.String).Select(c => c.GetString()!).Where(c => c.Length is > 0 and <= 100);

    /// <summary>The elements of an array; none when it is not one.</summary>
    public static IEnumerable<JsonElement> Each(JsonElement of) => Opened(of) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    private static DingtalkFault Senseless { get; } = new("", "an answer that is not of its form", false, true);

    /// <summary>A string that holds JSON is what it holds; at most three times over.</summary>
    private static JsonElement Opened(JsonElement value)
    {
        for (var i = 0; i < 3 && value.ValueKind == JsonValueKind.String && value.GetString()?.TrimStart() is ['{' or '[' or '"', ..] text; i++)
        {
            try
            {
                using var json = JsonDocument.Parse(text);
                value = json.RootElement.Clone();
            }
            catch (JsonException)
            {
                return value;
            }
        }
        return value;
    }

    private static bool Succeeded(JsonElement envelope)
    {
        if (envelope.TryGetProperty("success", out var success)) return success.ValueKind == JsonValueKind.True || (success.ValueKind == JsonValueKind.String && success.GetString() == "true");
        return Text(envelope, "responseCode") is "" or "0";
    }

    private static DingtalkFault Refused(JsonElement envelope, bool permanent)
    {
        return new(First("responseCode", "errorCode", "bizErrorCode", "code"), First("responseMessage", "errorMsg", "errorMessage", "message"), permanent, false);

        string First(params string[] names) => names.Select(n => Text(envelope, n)).FirstOrDefault(t => t.Length > 0) ?? "";
    }
}
