using Renda.Platform.Access;

namespace Renda.Platform.Procedures;

/// <summary>The procedures in force, by id and version, each proved before it got here.</summary>
public sealed class ProcedureCatalogue
{
    private readonly Dictionary<(string, int), Procedure> _all;

    /// <summary>Proves and keeps them. Throws with every fault when one does not pass: it must not start.</summary>
    public ProcedureCatalogue(IEnumerable<Procedure> procedures, ProcedureRules rules, IEnumerable<Permission> permissions, IEnumerable<string> deadlines)
    {
        var known = permissions.Select(p => p.Id).ToHashSet();
        var codes = deadlines.ToHashSet();
        var faults = new List<string>();
        _all = [];
        foreach (var procedure in procedures)
        {
            faults.AddRange(ProcedureProof.Faults(procedure, rules, known, codes).Select(f => $"{procedure.Id} v{procedure.Version}: {f}"));
            if (!_all.TryAdd((procedure.Id, procedure.Version), procedure)) faults.Add($"{procedure.Id} v{procedure.Version} is there twice.");
        }
        if (faults.Count > 0) throw new InvalidOperationException("A procedure did not pass its proof:\n" + string.Join('\n', faults));
    }

    /// <summary>All of them.</summary>
    public IEnumerable<Procedure> All => _all.Values;

    /// <summary>The version a matter began under.</summary>
    public Procedure Get(string id, int version) => _all[(id, version)];

    /// <summary>Whether it is in force; not, when its module was taken away.</summary>
    public bool Has(string id, int version) => _all.ContainsKey((id, version));

    /// <summary>The newest version, for new matters.</summary>
    public Procedure Newest(string id) => _all.Values.Where(p => p.Id == id).MaxBy(p => p.Version)
        ?? throw new InvalidOperationException($"There is no procedure {id}.");
}
