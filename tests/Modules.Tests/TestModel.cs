using Renda.Analysis;
using Renda.Cockpit;
using Renda.Deputies;
using Renda.Map;
using Renda.Platform.Persistence;
using Renda.Registry;
using Renda.Stations;
using Renda.Suggestions;
using Renda.Visits;

namespace Modules.Tests;

/// <summary>The model of an installation: the migrations are made for all modules together.</summary>
internal static class TestModel
{
    public static ModelAssemblies All { get; } = new([typeof(VisitsModule).Assembly, typeof(RegistryModule).Assembly, typeof(SuggestionsModule).Assembly, typeof(StationsModule).Assembly, typeof(DeputiesModule).Assembly, typeof(MapModule).Assembly, typeof(CockpitModule).Assembly, typeof(AnalysisModule).Assembly]);
}
