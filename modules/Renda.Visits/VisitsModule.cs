using Renda.Platform;
using Renda.Platform.Modules;

namespace Renda.Visits;

/// <summary>Visits (代表寻访一件事): deputies report what they find, units mend it, deputies judge.</summary>
public sealed class VisitsModule : RendaModule
{
    /// <inheritdoc />
    public override string Id => "visits";

    /// <inheritdoc />
    public override Words Name => new("代表寻访一件事", "Visits");
}
