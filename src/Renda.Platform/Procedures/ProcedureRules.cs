using Renda.Platform.Matters;

namespace Renda.Platform.Procedures;

/// <summary>A condition: null when it holds, otherwise why not. Pure.</summary>
public delegate Refusal? Guard(Decision decision);

/// <summary>What an action changes beside the state. Pure.</summary>
public delegate IEnumerable<Change> Effect(Decision decision);

/// <summary>The named guards and effects that procedures may refer to: the kernel's and those of the modules.</summary>
public sealed class ProcedureRules
{
    private readonly Dictionary<string, Guard> _guards = [];
    private readonly Dictionary<string, Effect> _effects = [];

    /// <summary>Names of all guards.</summary>
    public IReadOnlyCollection<string> Guards => _guards.Keys;

    /// <summary>Names of all effects.</summary>
    public IReadOnlyCollection<string> Effects => _effects.Keys;

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

    /// <summary>The guard of that name; proof makes sure that it is there.</summary>
    public Guard Guard(string name) => _guards[name];

    /// <summary>The effect of that name; proof makes sure that it is there.</summary>
    public Effect Effect(string name) => _effects[name];
}
