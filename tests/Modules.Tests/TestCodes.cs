using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Renda.Platform.Audit;
using Renda.Platform.Codes;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Settings;

namespace Modules.Tests;

/// <summary>The code sets of some modules over a test's database.</summary>
internal static class TestCodes
{
    public static CodeSets Of(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, TimeProvider time, params IReadOnlyList<RendaModule> modules) =>
        new(modules, new StoredSettings(databases, new MemoryCache(new MemoryCacheOptions()), time), new AuditLog(databases, settings, time), time);
}
