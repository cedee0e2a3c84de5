using Renda.Platform.Matters;

namespace Renda.Platform.Procedures;

/// <summary>A condition: null when it holds, otherwise why not. Pure.</summary>
public delegate Refusal? Guard(Decision decision);

/// <summary>What an action changes beside the state. Pure.</summary>
public delegate IEnumerable<Change> Effect(Decision decision);

/// <summary>A series of official numbers: what it counts, and how the number is written. Pure.</summary>
public delegate (string Name, Func<long, string> Write) Numbering(Decision decision);

/// <summary>The named guards and effects that procedures may refer to: the kernel's and those of the modules.</summary>
public sealed class ProcedureRules
{
    private readonly Dictionary<string, Guard> _guards = [];
    private readonly Dictionary<string, Effect> _effects = [];
    private readonly Dictionary<string, Numbering> _numberings = [];

    /// <summary>Names of all guards.</summary>
    public IReadOnlyCollection<string> Guards => _guards.Keys;

    /// <summary>Names of all effects.</summary>
    public IReadOnlyCollection<string> Effects => _effects.Keys;

    /// <summary>Names of all series of numbers.</summary>
    public IReadOnlyCollection<string> Numberings => _numberings.Keys;

    /// <summary>Registers a guard; a name can be used once.</summary>
    public ProcedureRules AddGuard(string name, Guard guard)
    {
        _guards.Add(name, guard);
        return this;
    }

    /// <summary>Registers an effect; a name can be used once.</summary>
    public ProcedureRules AddEffect(string name, Effect effect)
    {
        _effects.Add(name, effect);
        return this;
    }

    /// <summary>Registers a series of numbers; a name can be used once.</summary>
    public ProcedureRules AddNumbering(string name, Numbering numbering)
    {
        _numberings.Add(name, numbering);
        return this;
    }

    /// <summary>The series of that name; proof makes sure that it is there.</summary>
    public Numbering Numbering(string name) => _numberings[name];

    /// <summary>The guard of that name; proof makes sure that it is there.</summary>
    public Guard Guard(string name) => _guards[name];

    /// <summary>The effect of that name; proof makes sure that it is there.</summary>
    public Effect Effect(string name) => _effects[name];
}
