using Microsoft.EntityFrameworkCore;
using Renda.Platform.Accounts;
using Renda.Platform.Congresses;
using Renda.Platform.Hub;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Renda.Platform.Web;

/// <summary>Names of where duties come from: modules and joined applications.</summary>
public sealed class TodoSources
{
    private TodoSources(IReadOnlyList<RendaModule> modules, IReadOnlyList<JoinedApplication> applications)
    {
        Applications = applications;
        All = [.. modules.Where(m => m.RaisesDuties).Select(m => (m.Id, m.Name)), .. applications.Where(a => a.Feeds && a.RetiredAt is null).Select(a => (a.Id, a.Name))];
    }

    /// <summary>Reads the names as they are now.</summary>
    public static async Task<TodoSources> ReadAsync(IReadOnlyList<RendaModule> modules, JoinedApplications applications, CancellationToken cancellation) => new(modules, await applications.ListAsync(cancellation));

    /// <summary>Those that send duties now, scenarios first.</summary>
    public IReadOnlyList<(string Id, Words Name)> All { get; }

    /// <summary>The joined applications, with those that were retired.</summary>
    public IReadOnlyList<JoinedApplication> Applications { get; }

    /// <summary>The name of a source, also of one that was retired.</summary>
    public string Name(string id) => All.Where(s => s.Id == id).Select(s => s.Name.ToString()).FirstOrDefault() ?? Applications.FirstOrDefault(a => a.Id == id)?.Name.ToString() ?? id;

    /// <summary>Short names of the organisations that duties are of.</summary>
    public static async Task<Dictionary<Guid, string>> OrganisationsAsync(RendaDbContext db, IEnumerable<Todo> todos, CancellationToken cancellation)
    {
        var ids = todos.Select(t => t.OrganisationId).OfType<Guid>().Distinct().ToList();
        return ids.Count == 0 ? [] : await db.Set<Organisation>().Where(o => ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.ShortName, cancellation);
    }

    /// <summary>Names of the accounts that closed duties.</summary>
    public static async Task<Dictionary<Guid, string>> DoersAsync(RendaDbContext db, IEnumerable<Todo> todos, CancellationToken cancellation)
    {
        var ids = todos.Select(t => t.DoneBy).OfType<Guid>().Distinct().ToList();
        return ids.Count == 0 ? [] : await db.Set<Account>().Where(a => ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.DisplayName, cancellation);
    }
}
