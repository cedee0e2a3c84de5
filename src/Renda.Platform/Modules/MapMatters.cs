using Renda.Platform.Access;

namespace Renda.Platform.Modules;

/// <summary>What the map has to know of a scenario whose matters have a place.</summary>
/// <param name="List">Address of its list with a query, e.g. <c>/visits?view=all</c>; it takes state, category, region, from and to.</param>
/// <param name="Categories">Names of its categories by id, for whoever chooses one.</param>
public sealed record MapMatters(string List, Func<IServiceProvider, Actor, CancellationToken, Task<IReadOnlyDictionary<string, Words>>> Categories);
