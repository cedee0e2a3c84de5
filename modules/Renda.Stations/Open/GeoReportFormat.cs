using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Renda.Platform.Matters;

namespace Renda.Stations.Open;

/// <summary>An answer of the interface, in either of its formats.</summary>
/// <param name="Root">Name of the root in XML.</param>
/// <param name="Body">What it says, as JSON.</param>
/// <param name="Status">HTTP status.</param>
public sealed record GeoAnswer(string Root, JsonNode Body, int Status = StatusCodes.Status200OK);

/// <summary>Writes answers as the standard asks: the same names in JSON and in XML, where a list's parts carry its name in the singular.</summary>
internal static class GeoReportFormat
{
    private static readonly Dictionary<string, string> Parts = new()
    {
        ["services"] = "service", ["service_requests"] = "request", ["errors"] = "error", ["attributes"] = "attribute", ["values"] = "value", ["endpoints"] = "endpoint", ["formats"] = "format",
    };

    public static async Task WriteAsync(HttpContext http, string? format, GeoAnswer answer)
    {
        var xml = string.Equals(format, "xml", StringComparison.OrdinalIgnoreCase);
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = xml ? "text/xml; charset=utf-8" : "application/json; charset=utf-8";
        http.Response.Headers.AccessControlAllowOrigin = "*";
        await http.Response.Body.WriteAsync(xml ? Xml(answer) : JsonSerializer.SerializeToUtf8Bytes(answer.Body, EventContent.Json), http.RequestAborted);
    }

    public static byte[] Xml(GeoAnswer answer)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            writer.WriteStartDocument();
            Write(writer, answer.Root, answer.Body);
            writer.WriteEndDocument();
        }
        return bytes.ToArray();
    }

    private static void Write(XmlWriter writer, string name, JsonNode? node)
    {
        writer.WriteStartElement(name);
        switch (node)
        {
            case JsonArray parts:
                foreach (var part in parts) Write(writer, Parts[name], part);
                break;
            case JsonObject members:
                foreach (var (member, value) in members) Write(writer, member, value);
                break;
            case JsonValue value:
                writer.WriteString(Allowed(value.GetValueKind() switch { JsonValueKind.True => "true", JsonValueKind.False => "false", JsonValueKind.Number => Convert.ToString(value.GetValue<object>(), CultureInfo.InvariantCulture)!, _ => value.ToString() }));
                break;
        }
        writer.WriteEndElement();
    }

    // What XML cannot say at all, a stray half of a character for one, is left out.
    private static string Allowed(string text)
    {
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i])) kept.Append(text[i]).Append(text[++i]);
            else if (XmlConvert.IsXmlChar(text[i])) kept.Append(text[i]);
        }
        return kept.ToString();
    }
}
