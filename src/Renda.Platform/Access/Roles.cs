using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Persistence;

namespace Renda.Platform.Access;

/// <summary>A role that an administrator put together from the modules' permissions. Never deleted, since grants name it.</summary>
public sealed class OwnRole
{
    /// <summary>Stable id: <c>own-</c> and eight hex digits.</summary>
    public string Id { get; set; } = "";

    /// <summary>Name in Chinese.</summary>
    public string Zh { get; set; } = "";

    /// <summary>Name in English.</summary>
    public string En { get; set; } = "";

    /// <summary>How far it reaches; never changed, since those who hold it were given a place or a unit for it.</summary>
    public RoleScope Scope { get; set; }

    /// <summary>Ids of what it permits, in order.</summary>
    public IReadOnlyList<string> Permissions { get; set; } = [];

    /// <summary>When it was retired (UTC): whoever holds it may do nothing by it; null while it may be given.</summary>
    public DateTime? RetiredAt { get; set; }
}

/// <summary>A role and what it permits.</summary>
/// <param name="Role">The role.</param>
/// <param name="Permissions">Ids of what it permits.</param>
/// <param name="Own">The row of one that was made here; null for the platform's.</param>
public sealed record RoleRights(Role Role, IReadOnlySet<string> Permissions, OwnRole? Own)
{
    /// <summary>What a grant of this role gives; null when the role is retired.</summary>
    public ActorGrant? For(Grant grant) => Own?.RetiredAt is not null ? null : new(Role, grant.Region, grant.OrganisationId,
        grant.Module.Length == 0 ? Permissions : Permissions.Where(p => p.StartsWith(grant.Module + ".", StringComparison.Ordinal)).ToHashSet());
}

/// <summary>All roles: the platform's, whose rights stand in the module manifests, and those made by administrators. What another node changed counts within 15 seconds.</summary>
public sealed class Roles(IDbContextFactory<RendaDbContext> databases, IEnumerable<Permission> permissions, IMemoryCache cache, AuditLog audit, TimeProvider time)
{
    /// <summary>Most roles made here.</summary>
    public const int Most = 100;

    /// <summary>Longest name of one, in characters.</summary>
    public const int LongestName = 40;

    private readonly IReadOnlyList<RoleRights> _known = [.. Role.All.Select(r => new RoleRights(r, permissions.Where(p => p.Roles.Contains(r.Id)).Select(p => p.Id).ToHashSet(), null))];

    /// <summary>Every permission of every module.</summary>
    public IReadOnlyList<Permission> Permissions { get; } = [.. permissions];

    /// <summary>Every role by its id, retired ones too.</summary>
    public async ValueTask<IReadOnlyDictionary<string, RoleRights>> AllAsync(CancellationToken cancellation)
    {
        if (cache.TryGetValue(typeof(Roles), out IReadOnlyDictionary<string, RoleRights>? all)) return all!;
        await using var db = databases.CreateDbContext();
        var own = await db.Set<OwnRole>().AsNoTracking().OrderBy(r => r.Id).ToListAsync(cancellation);
        all = _known.Concat(own.Select(r => new RoleRights(new Role(r.Id, new(r.Zh, r.En), r.Scope), r.Permissions.ToHashSet(), r))).ToDictionary(r => r.Role.Id);
        return cache.Set(typeof(Roles), all, TimeSpan.FromSeconds(15));
    }

    /// <summary>Whether it takes two people to give it.</summary>
    public bool IsGuarded(RoleRights role) => Permissions.Any(p => p.Guarded && role.Permissions.Contains(p.Id));

    /// <summary>Permissions that a role made here may hold: none that two people have to give, none of joined applications.</summary>
    public IEnumerable<Permission> Choosable => Permissions.Where(p => !p.Guarded && p.Roles is not ["application"]);

    /// <summary>Makes a role, or changes one: whoever holds it may do at once what it says then.</summary>
    /// <param name="id">The role; null for a new one.</param>
    /// <param name="form">zh, en, scope (of a new one), and a field for each permission's id.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> SaveAsync(string? id, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var (zh, en) = (typed.Text("zh"), typed.Text("en"));
        typed.Need(zh.Length > 0, "zh", "请写中文名称。", "Give a name in Chinese.");
        typed.Need(en.Length > 0, "en", "请写英文名称。", "Give a name in English.");
        typed.Short(zh, LongestName, "zh");
        typed.Short(en, LongestName, "en");
        var scope = RoleScope.Territory;
        typed.Need(id is not null || (Enum.TryParse(typed.Text("scope"), out scope) && Enum.IsDefined(scope)), "scope", "请选择管到哪里。", "Choose how far it reaches.");
        IReadOnlyList<string> chosen = [.. Choosable.Select(p => p.Id).Where(p => typed.Text(p).Length > 0).Order(StringComparer.Ordinal)];
        typed.Need(chosen.Count > 0, "permissions", "至少选一项权限。", "Choose at least one permission.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            var all = await db.Set<OwnRole>().ToListAsync(cancellation);
            if (all.Any(r => r.Id != id && r.RetiredAt is null && r.Zh == zh) || Role.All.Any(r => r.Name.Zh == zh)) return Refusal.Form([new("roles.same-name", new("已经有叫这个名称的角色。", "There is a role of that name."), Field: "zh")]);
            var role = all.FirstOrDefault(r => r.Id == id);
            if (id is not null && role is not { RetiredAt: null }) return Refusal.NotFound;
            if (role is null)
            {
                if (all.Count >= Most) return new("roles.too-many", new($"自定义角色最多 {Most} 个。", $"At most {Most} roles can be made."), 409);
                db.Add(role = new OwnRole { Id = "own-" + Guid.NewGuid().ToString("N")[..8], Scope = scope });
            }
            var before = role.Permissions;
            (role.Zh, role.En, role.Permissions) = (zh, en, chosen);
            var text = id is null ? $"新建角色“{zh}”：{string.Join(' ', chosen)}" : $"修改角色“{zh}”：增加 {string.Join(' ', chosen.Except(before))}；去掉 {string.Join(' ', before.Except(chosen))}";
            await note(AuditLog.Entry(actor, "platform.role", "Role", null, text));
            return (Refusal?)null;
        }, cancellation);
        cache.Remove(typeof(Roles));
        return refusal;
    }

    /// <summary>Retires a role: nobody may do anything by it any more. Twice is once.</summary>
    public async Task<Refusal?> RetireAsync(string id, Actor actor, CancellationToken cancellation)
    {
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            if (await db.Set<OwnRole>().FirstOrDefaultAsync(r => r.Id == id, cancellation) is not { } role) return Refusal.NotFound;
            if (role.RetiredAt is not null) return null;
            role.RetiredAt = time.GetUtcNow().UtcDateTime;
            await note(AuditLog.Entry(actor, "platform.role", "Role", null, $"停用角色“{role.Zh}”"));
            return (Refusal?)null;
        }, cancellation);
        cache.Remove(typeof(Roles));
        return refusal;
    }
}

internal sealed class OwnRoleConfiguration : IEntityTypeConfiguration<OwnRole>
{
    public void Configure(EntityTypeBuilder<OwnRole> builder)
    {
        builder.ToTable("own_roles");
        builder.Property(r => r.Id).HasMaxLength(20);
        builder.Property(r => r.Zh).HasMaxLength(Roles.LongestName);
        builder.Property(r => r.En).HasMaxLength(Roles.LongestName);
        builder.Property(r => r.Permissions).HasConversion(
            p => string.Join(' ', p), text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            new ValueComparer<IReadOnlyList<string>>((a, b) => a!.SequenceEqual(b!), p => string.Join(' ', p).GetHashCode(), p => p.ToArray()));
    }
}
