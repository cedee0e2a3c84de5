using System.Text.Json.Serialization;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Todos;

namespace Renda.Platform.Procedures;

/// <summary>
/// How matters of one kind go round: states grouped into phases, actions with who may take them, forms and clocks.
/// Immutable data: a module writes it in code, an administrator's copy is the same record stored as JSON. Guards and
/// effects are referred to by name (<see cref="ProcedureRules"/>), so that they can be listed, translated and tested.
/// </summary>
public sealed record Procedure
{
    /// <summary>Stable id, e.g. <c>visits.finding</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Counts from 1; a matter keeps the version it began under.</summary>
    public required int Version { get; init; }

    /// <summary>Name for people.</summary>
    public required Words Name { get; init; }

    /// <summary>
    /// Whether its matters are raised by citizens, who are no persons of the registry: nobody is their reporter until somebody
    /// takes one up (<see cref="Matters.TakenUp"/>).
    /// </summary>
    public bool OfCitizens { get; init; }

    /// <summary>The steps shown as a bar on the matter's page, in order.</summary>
    public required IReadOnlyList<Phase> Phases { get; init; }

    /// <summary>Every state a matter can be in; the first is the one it is born in.</summary>
    public required IReadOnlyList<ProcedureState> States { get; init; }

    /// <summary>Everything that can be done to a matter.</summary>
    public required IReadOnlyList<ProcedureAction> Actions { get; init; }

    /// <summary>The state with this id; throws for an unknown one, which proof excludes.</summary>
    public ProcedureState State(string id) => States.First(s => s.Id == id);

    /// <summary>The action with this id, or null.</summary>
    public ProcedureAction? Action(string id) => Actions.FirstOrDefault(a => a.Id == id);

    /// <summary>Whether somebody who sees the matter is told what was written in an event of it.</summary>
    public bool Tells(MatterEvent e, Actor actor) => Action(e.Action) is not { Internal: true } || (e.OnBehalfOf is { } behalf && actor.Organisations.Contains(behalf));

    /// <summary>Position of a state's phase, from 0.</summary>
    public int PhaseIndex(string stateId)
    {
        var phase = State(stateId).Phase;
        for (var i = 0; i < Phases.Count; i++)
            if (Phases[i].Id == phase)
                return i;
        return Phases.Count;
    }
}

/// <summary>A step of the loop, e.g. 反映.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Name">Name for people.</param>
public sealed record Phase(string Id, Words Name);

/// <summary>Where a matter stands.</summary>
public sealed record ProcedureState
{
    /// <summary>Stable id, e.g. <c>submitted</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The phase it belongs to.</summary>
    public required string Phase { get; init; }

    /// <summary>Name for people, e.g. 待核实.</summary>
    public required Words Name { get; init; }

    /// <summary>Who is to act next; null only in a final state.</summary>
    public Party? WaitsFor { get; init; }

    /// <summary>What it asks of whom it waits for.</summary>
    public DutyKind Duty { get; init; }

    /// <summary>What is waited for, said to those who may not act, e.g. 等待承办单位答复.</summary>
    public Words Waiting { get; init; }

    /// <summary>
    /// Id of the deadline that runs while the matter is here (see <c>Calendar</c>); null only in a final state. A handling
    /// clock of a variant, whose id goes on after a hyphen, runs in its stead.
    /// </summary>
    public string? Clock { get; init; }

    /// <summary>True when the matter has ended here.</summary>
    public bool Final { get; init; }
}

/// <summary>Something that can be done to a matter.</summary>
public sealed record ProcedureAction
{
    /// <summary>Stable id, the last part of the API address, e.g. <c>assign</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Name on the button, e.g. 交办.</summary>
    public required Words Name { get; init; }

    /// <summary>How the history tells it, e.g. 已交办.</summary>
    public required Words Done { get; init; }

    /// <summary>States it can be taken in.</summary>
    public required IReadOnlyList<string> From { get; init; }

    /// <summary>Where it leads: the first outcome whose condition holds; an outcome that stays has a null state.</summary>
    public required IReadOnlyList<Outcome> To { get; init; }

    /// <summary>Who may take it, by their relation to the matter.</summary>
    public required Party By { get; init; }

    /// <summary>The permission the person's role must hold, e.g. <c>visits.assign</c>.</summary>
    public required string Permission { get; init; }

    /// <summary>Names of the guards that must pass, in order.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>Names of the effects, in order.</summary>
    public IReadOnlyList<string> Effects { get; init; } = [];

    /// <summary>The fields asked for.</summary>
    public IReadOnlyList<Field> Form { get; init; } = [];

    /// <summary>What it asks of those who get a duty by it rather than by the state: co-handling units.</summary>
    public DutyKind Duty { get; init; }

    /// <summary>
    /// States the acting unit's own part must be in, e.g. <c>assigned</c>: each of several units stands somewhere else.
    /// Empty for any part that was not returned.
    /// </summary>
    public IReadOnlyList<string> OwnPart { get; init; } = [];

    /// <summary>Name of the series (<see cref="ProcedureRules"/>) that gives the matter its official number by this action; null for none.</summary>
    public string? Numbering { get; init; }

    /// <summary>The one thing a person in this state most likely wants; shown as the primary button.</summary>
    public bool Primary { get; init; }

    /// <summary>True when whoever the matter waits for gets a notice with what was written (催办).</summary>
    public bool Tells { get; init; }

    /// <summary>Who else gets a notice with what was written, e.g. the office that is asked for more time; null for nobody.</summary>
    public Party? TellsTo { get; init; }

    /// <summary>True when what was written is for the acting organisation alone, e.g. a draft; that it was done is told to all.</summary>
    public bool Internal { get; init; }

    /// <summary>Where the law or rule behind it is, or null.</summary>
    public Words? Basis { get; init; }
}

/// <summary>A place an action leads to.</summary>
/// <param name="State">The new state, or null to stay.</param>
/// <param name="When">Name of the guard that must pass; null for "otherwise".</param>
public sealed record Outcome(string? State, string? When = null);

/// <summary>The relation of a person to a matter.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Party>))]
public enum Party
{
    /// <summary>The one who raised it, or whose matter was merged into it.</summary>
    Reporter,

    /// <summary>The one who raised it first (领衔), without those who joined.</summary>
    FirstReporter,

    /// <summary>Staff of the congress whose territory covers it.</summary>
    Office,

    /// <summary>The head of that office.</summary>
    OfficeHead,

    /// <summary>Staff of the very congress it was put to, not of one above: the territory is the matter's own place.</summary>
    OwnOffice,

    /// <summary>The head of the office of that very congress.</summary>
    OwnOfficeHead,

    /// <summary>The body that gives it on to units and sees to them (政府办).</summary>
    Coordinator,

    /// <summary>The unit that leads its handling (主办), or a separate handler (分办).</summary>
    LeadUnit,

    /// <summary>A co-handling unit (会办) that has not answered yet.</summary>
    CoUnit,

    /// <summary>The platform itself, when a clock runs out.</summary>
    System,

    /// <summary>The citizen who raised it without an account and holds its query code; the platform acts for them.</summary>
    Citizen,
}

/// <summary>A field of an action's form: shown, checked and exported alike.</summary>
public sealed record Field
{
    /// <summary>Name in the JSON and in the form.</summary>
    public required string Id { get; init; }

    /// <summary>What is asked.</summary>
    public required Words Label { get; init; }

    /// <summary>What kind of answer.</summary>
    public required FieldKind Kind { get; init; }

    /// <summary>True when it cannot be left out.</summary>
    public bool Required { get; init; }

    /// <summary>Help under the label.</summary>
    public Words? Hint { get; init; }

    /// <summary>Longest text in characters, or most items; 2,000 unless told.</summary>
    public int Max { get; init; } = 2000;

    /// <summary>What can be chosen, for choices.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Id of the code set (<see cref="Codes.CodeSets"/>) whose codes can be chosen instead; null for <see cref="Choices"/>.</summary>
    public string? CodeSet { get; init; }
}

/// <summary>One answer of a choice.</summary>
/// <param name="Id">Stored value.</param>
/// <param name="Name">Shown name.</param>
public sealed record Choice(string Id, Words Name);

/// <summary>Kinds of form fields.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FieldKind>))]
public enum FieldKind
{
    /// <summary>One line of text.</summary>
    Line,

    /// <summary>Several lines of text.</summary>
    Text,

    /// <summary>One of <see cref="Field.Choices"/>.</summary>
    Choice,

    /// <summary>One handling unit, by id.</summary>
    Unit,

    /// <summary>Several handling units, by id.</summary>
    Units,

    /// <summary>Photos or videos, each by SHA-256.</summary>
    Media,

    /// <summary>A day, <c>yyyy-MM-dd</c>.</summary>
    Date,

    /// <summary>Another matter, by id.</summary>
    Matter,

    /// <summary>A deputy in office, by the person's id.</summary>
    Deputy,
}
