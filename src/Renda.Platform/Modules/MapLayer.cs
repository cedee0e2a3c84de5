using Renda.Platform.Access;
using Renda.Platform.Regions;

namespace Renda.Platform.Modules;

/// <summary>What a scenario puts on the map beside its matters.</summary>
/// <param name="Id">Stable id, e.g. <c>visits.tracks</c>.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Icon">Icon name.</param>
/// <param name="Permission">Offered to those who hold it.</param>
/// <param name="Read">What of it lies in a box and may be seen by the actor; at most <see cref="Most"/>.</param>
public sealed record MapLayer(string Id, Words Name, string Icon, string Permission, Func<IServiceProvider, Actor, GeoBox, CancellationToken, Task<IReadOnlyList<MapFeature>>> Read)
{
    /// <summary>Most features of one answer: more would hide one another.</summary>
    public const int Most = 500;
}

/// <summary>A place or a way on the map.</summary>
/// <param name="Id">Its id within the layer.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Kind">Stable word by which it is drawn, e.g. <c>centre</c>; empty where all are drawn alike.</param>
/// <param name="Lines">What else is said of it.</param>
/// <param name="Href">Where more is told; null for nowhere.</param>
/// <param name="Points">One point for a place, several for a way; WGS-84 degrees.</param>
public sealed record MapFeature(string Id, string Title, string Kind, IReadOnlyList<string> Lines, string? Href, IReadOnlyList<(double Latitude, double Longitude)> Points);
