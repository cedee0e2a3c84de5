using System.Globalization;
using System.Text.Json.Nodes;
using Renda.Platform.Codes;

namespace Renda.Platform.Procedures;

/// <summary>Checks answers against the fields of a form. What does not belong to the form is dropped.</summary>
public static class FormCheck
{
    /// <summary>The clean form, or what is wrong at each field.</summary>
    public static (JsonObject Form, IReadOnlyList<Refusal> Errors) Check(IReadOnlyList<Field> fields, JsonObject answers, IReadOnlyDictionary<string, IReadOnlyList<Code>> codes)
    {
        var form = new JsonObject();
        var errors = new List<Refusal>();
        foreach (var field in fields)
        {
            var values = Values(answers[field.Id]);
            if (values is null)
            {
                errors.Add(new Refusal("form.malformed", new("格式不对。", "Not in the expected form."), Field: field.Id));
                continue;
            }
            values = [.. values.Select(v => v.Trim()).Where(v => v.Length > 0)];
            if (values.Count == 0)
            {
                if (field.Required)
                    errors.Add(new Refusal("form.required", new($"请填写“{field.Label.Zh}”。", $"“{field.Label.En}” is required."), Field: field.Id));
                continue;
            }
            if (Fault(field, values, codes) is { } fault)
            {
                errors.Add(fault with { Field = field.Id });
                continue;
            }
            // One way to write an id, so that guards may compare texts.
            if (field.Kind is FieldKind.Unit or FieldKind.Units or FieldKind.Matter or FieldKind.Deputy) values = [.. values.Select(v => Guid.Parse(v).ToString())];
            if (field.Kind is FieldKind.Units or FieldKind.Media) form[field.Id] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]);
            else form[field.Id] = values[0];
        }
        return (form, errors);
    }

    private static Refusal? Fault(Field field, IReadOnlyList<string> values, IReadOnlyDictionary<string, IReadOnlyList<Code>> codes) => field.Kind switch
    {
        FieldKind.Line or FieldKind.Text when values[0].Length > field.Max =>
            new("form.too-long", new($"最多 {field.Max} 字，现在 {values[0].Length} 字。", $"At most {field.Max} characters; it has {values[0].Length}.")),
        FieldKind.Choice when Unknown(field, values[0], codes) => new("form.unknown-choice", new("请从列出的选项中选择。", "Choose one of those listed.")),
        FieldKind.Matter when !Guid.TryParse(values[0], out _) => new("form.unknown-matter", new("没有这个编号的事项。请写编号，如 975，或完整的编号。", "There is no matter of that number. Write its number, e.g. 975, or the whole of it.")),
        FieldKind.Unit or FieldKind.Units or FieldKind.Deputy when values.Any(v => !Guid.TryParse(v, out _)) => new("form.malformed", new("编号不对。", "Not a valid id.")),
        FieldKind.Units or FieldKind.Media when values.Count > field.Max => new("form.too-many", new($"最多 {field.Max} 个。", $"At most {field.Max}.")),
        FieldKind.Media when values.Any(v => v.Length != 64 || !v.All(char.IsAsciiHexDigitLower)) => new("form.malformed", new("文件编号不对。", "Not a valid file id.")),
        FieldKind.Date when !DateOnly.TryParseExact(values[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) =>
            new("form.date", new("日期请写成 2026-11-23 的样子。", "Write the date like 2026-11-23.")),
        _ => null,
    };

    private static bool Unknown(Field field, string value, IReadOnlyDictionary<string, IReadOnlyList<Code>> codes) =>
        field.CodeSet is { } set ? codes[set].All(c => c.Id != value || c.Retired) : field.Choices.All(c => c.Id != value);

    private static List<string>? Values(JsonNode? node) => node switch
    {
        null => [],
        JsonValue value when value.TryGetValue(out string? text) => [text],
        JsonArray array when array.All(v => v is JsonValue item && item.TryGetValue(out string? _)) => [.. array.Select(v => v!.GetValue<string>())],
        _ => null,
    };
}
