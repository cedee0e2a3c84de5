using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Procedures;

namespace Renda.Platform.Modules;

/// <summary>The manifest of a scenario: everything the platform needs to know of it, in one place.</summary>
public abstract class RendaModule
{
    /// <summary>Stable id, lower case, e.g. <c>visits</c>. Prefix of its permissions, procedures and tables.</summary>
    public abstract string Id { get; }

    /// <summary>The name people know it by.</summary>
    public abstract Words Name { get; }

    /// <summary>Name of its icon in the sprite (Tabler).</summary>
    public virtual string Icon => "folder";

    /// <summary>What its roles may do.</summary>
    public virtual IReadOnlyList<Permission> Permissions => [];

    /// <summary>The procedures its matters follow.</summary>
    public virtual IReadOnlyList<Procedure> Procedures => [];

    /// <summary>Deadlines it brings, written to the database once; from then on they are the administrator's.</summary>
    public virtual IReadOnlyList<Deadline> Deadlines => [];

    /// <summary>Its lines in the navigation.</summary>
    public virtual IReadOnlyList<MenuItem> Menu => [];

    /// <summary>Registers the guards and effects its procedures name.</summary>
    public virtual void AddRules(ProcedureRules rules)
    {
    }

    /// <summary>Registers its services.</summary>
    public virtual void AddServices(IServiceCollection services)
    {
    }

    /// <summary>Maps its API below <c>/api/v1</c>; each endpoint names its policy.</summary>
    public virtual void MapApi(IEndpointRouteBuilder api)
    {
    }

    /// <summary>Writes what the demo city needs of it. Called once on an empty database.</summary>
    public virtual Task SeedDemoAsync(IServiceProvider services, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>A line in the navigation.</summary>
/// <param name="Name">Text.</param>
/// <param name="Href">Address.</param>
/// <param name="Permission">Shown to those who hold it.</param>
/// <param name="Icon">Icon name.</param>
public sealed record MenuItem(Words Name, string Href, string Permission, string Icon);
