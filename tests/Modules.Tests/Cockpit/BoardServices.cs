using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Modules.Tests.Visits;
using Renda.Cockpit;
using Renda.Cockpit.Briefs;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Indicators;
using Renda.Platform.Live;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;
using Renda.Platform.Web;

namespace Modules.Tests.Cockpit;

/// <summary>What boards and briefs are read with, over a world of findings.</summary>
internal static class BoardServices
{
    public static ServiceProvider Of(FindingWorld w) => new ServiceCollection().AddLogging().AddMemoryCache().AddSingleton<TimeProvider>(w.Time).AddSingleton<IDbContextFactory<RendaDbContext>>(w.Databases).AddSingleton(w.Settings)
        .AddSingleton(w.Findings).AddSingleton(RegionDirectory.Huzhou).AddSingleton(new DemoMode(false, 0)).AddSingleton<IReadOnlyList<RendaModule>>([VisitsRules.Module]).AddSingleton<ChangeFeed>().AddSingleton<AuditLog>().AddSingleton<Roles>()
        .AddSingleton(new ProcedureCatalogue(VisitsRules.Module.Procedures, VisitsRules.Rules, VisitsRules.Module.Permissions, VisitsRules.Deadlines))
        .AddSingleton<IndicatorLedger>().AddSingleton<IndicatorBook>().AddSingleton<IndicatorValues>().AddSingleton<IndicatorReader>()
        .AddSingleton<BoardShelf>().AddSingleton<BoardReader>().AddSingleton<BriefReader>().AddSingleton<BriefDesk>().AddSingleton<BriefDocument>().BuildServiceProvider();
}
