using Renda.Platform.Todos;

namespace Renda.Platform.Procedures;

/// <summary>
/// Words in which modules draw their procedures, each text in Chinese and in English:
/// <c>using static Renda.Platform.Procedures.Draw</c>.
/// </summary>
public static class Draw
{
    /// <summary>A state that waits for a party until a deadline.</summary>
    public static ProcedureState Wait(string id, string phase, string zh, string en, Party party, string clock, string waitingZh, string waitingEn, DutyKind duty = DutyKind.Handle) =>
        new() { Id = id, Phase = phase, Name = new(zh, en), WaitsFor = party, Clock = clock, Waiting = new(waitingZh, waitingEn), Duty = duty };

    /// <summary>A state in which it has ended.</summary>
    public static ProcedureState End(string id, string phase, string zh, string en) => new() { Id = id, Phase = phase, Name = new(zh, en), Final = true };

    /// <summary>An action; it leads to a state, to none of its own (null), or to the outcomes named.</summary>
    public static ProcedureAction Act(
        string id, string zh, string en, string doneZh, string doneEn, Party by, string permission, IReadOnlyList<string> from, string? state,
        bool primary = false, IReadOnlyList<string>? requires = null, IReadOnlyList<string>? effects = null, IReadOnlyList<Field>? form = null, IReadOnlyList<Outcome>? to = null, Words? basis = null) => new()
        {
            Id = id,
            Name = new(zh, en),
            Done = new(doneZh, doneEn),
            By = by,
            Permission = permission,
            From = from,
            To = to ?? [new Outcome(state)],
            Primary = primary,
            Requires = requires ?? [],
            Effects = effects ?? [],
            Form = form ?? [],
            Basis = basis,
        };

    /// <summary>Why, in at most 500 characters; it stands with the event as its reason.</summary>
    public static Field Reason(string zh, string en) => Text("reason", zh, en, 500);

    /// <summary>Several lines of text.</summary>
    public static Field Text(string id, string zh, string en, int max = 2000, bool required = true) => new() { Id = id, Label = new(zh, en), Kind = FieldKind.Text, Required = required, Max = max };

    /// <summary>One line of text.</summary>
    public static Field Line(string id, string zh, string en, int max, bool required = true) => new() { Id = id, Label = new(zh, en), Kind = FieldKind.Line, Required = required, Max = max };

    /// <summary>A day.</summary>
    public static Field Day(string id, string zh, string en, bool required = true) => new() { Id = id, Label = new(zh, en), Kind = FieldKind.Date, Required = required };

    /// <summary>One of several answers.</summary>
    public static Field Choice(string id, string zh, string en, params (string Id, string Zh, string En)[] choices) =>
        new() { Id = id, Label = new(zh, en), Kind = FieldKind.Choice, Required = true, Choices = [.. choices.Select(c => new Choice(c.Id, new(c.Zh, c.En)))] };

    /// <summary>One code of a set that places choose for themselves.</summary>
    public static Field Code(string id, string zh, string en, string set) => new() { Id = id, Label = new(zh, en), Kind = FieldKind.Choice, Required = true, CodeSet = set };

    /// <summary>One unit.</summary>
    public static Field Unit(string id, string zh, string en, bool required = true) => new() { Id = id, Label = new(zh, en), Kind = FieldKind.Unit, Required = required };

    /// <summary>Several units, or none.</summary>
    public static Field Units(string id, string zh, string en, int max) => new() { Id = id, Label = new(zh, en), Kind = FieldKind.Units, Max = max };

    /// <summary>Photos, videos or documents, at most nine.</summary>
    public static Field Files(string zh, string en) => new() { Id = "media", Label = new(zh, en), Kind = FieldKind.Media, Max = 9 };
}
