using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Persistence;

namespace Modules.Tests;

/// <summary>Finds who acts as an installation does, for the permissions a test is about.</summary>
internal static class TestActors
{
    public static Actors Of(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, IReadOnlyList<Permission> permissions, TimeProvider time)
    {
        var cache = new MemoryCache(new MemoryCacheOptions());
        return new Actors(databases, new Roles(databases, permissions, cache, new AuditLog(databases, settings, time), time), cache, time);
    }
}
