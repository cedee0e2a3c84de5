
namespace Renda.Platform.Modules;

/// <summary>The manifest of a scenario: everything the platform needs to know of it, in one place.</summary>
public abstract class RendaModule
{
    /// <summary>Stable id, lower case, e.g. <c>visits</c>. Prefix of its permissions, procedures and tables.</summary>
    public abstract string Id { get; }

    /// <summary>The name people know it by.</summary>
    public abstract Words Name { get; }
}
