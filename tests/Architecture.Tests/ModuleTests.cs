using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Host;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;

namespace Architecture.Tests;

/// <summary>A module is one folder that sees the kernel and never its neighbours.</summary>
public sealed partial class ModuleTests
{
    /// <summary>What browsers look for at the root of a site: the worker of the whole site and what makes it installable.</summary>
    private static readonly string[] AtTheRoot = ["/sw.js", "/manifest.webmanifest"];

    /// <summary>Addresses that a standard gives; one module answers by it.</summary>
    private static readonly string[] Standards = ["/open311/v2"];

    private static readonly List<RouteEndpoint> Endpoints = Map();

    public static TheoryData<string> Modules => [.. Repository.Modules];

    [Fact]
    public void Every_folder_of_modules_is_started_by_its_manifest() =>
        Assert.Equal(Repository.Modules, Repository.Manifests.Select(m => m.GetType().Assembly.GetName().Name).Order());

    [Theory, MemberData(nameof(Modules))]
    public void A_module_refers_to_the_kernel_only(string name)
    {
        var module = Of(name);
        Assert.Empty(KernelTests.Own(module.GetType().Assembly).Except(["Renda.Platform", "Renda.Platform.Web"]));
        // Its project names the SDK and nothing of ours; what it needs comes from the folder above.
        Assert.Empty(KernelTests.References($"modules/{name}/{name}.csproj"));
        Assert.Equal(["src/Renda.Platform/Renda.Platform.csproj", "src/Renda.Platform.Web/Renda.Platform.Web.csproj"],
            KernelTests.References("modules/Directory.Build.props").Select(r => r[r.IndexOf("src/", StringComparison.Ordinal)..]));
    }

    [Theory, MemberData(nameof(Modules))]
    public void A_module_names_no_other_module(string name)
    {
        var others = Repository.Modules.Where(m => m != name).ToList();
        Assert.Empty(Repository.Under($"modules/{name}/").Where(f => others.Any(o => Regex.IsMatch(f.Text, Regex.Escape(o) + @"\b"))).Select(f => f.Path));
    }

    [Theory, MemberData(nameof(Modules))]
    public void A_module_has_one_manifest_and_maps_endpoints_through_it_alone(string name)
    {
        var module = Of(name);
        Assert.Single(module.GetType().Assembly.GetTypes(), t => t.IsSubclassOf(typeof(RendaModule)));

        // Everything that maps is reached from MapApi or MapRoot, because nothing else is called: no filter of the
        // start-up, no hosted service, no middleware of the module's own.
        var elsewhere = Repository.Under($"modules/{name}/").Where(f => f.Path.EndsWith(".cs", StringComparison.Ordinal))
            .Where(f => Pipeline().IsMatch(Repository.WithoutComments(f.Text))).Select(f => f.Path);
        Assert.Empty(elsewhere);

        // Each address below the module's own name, so that two modules can never meet.
        var addresses = Endpoints.Where(e => e.Metadata.OfType<MethodInfo>().Any(m => m.DeclaringType!.Assembly == module.GetType().Assembly)).Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/')).Except(AtTheRoot);
        // Files of the pages without an account stand beside them.
        Assert.All(addresses, a => Assert.True(Below(a, "/api/v1/" + module.Id) || Below(a, "/" + module.Id) || Below(a, "/p") || Standards.Any(s => Below(a, s)), a));
        var pages = module.GetType().Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes(typeof(RouteAttribute), false)).Cast<RouteAttribute>().Select(r => r.Template).ToList();
        Assert.NotEmpty(pages);
        // What citizens read off a poster is short: pages without an account stand below /p.
        Assert.All(pages, p => Assert.True(Below(p, "/" + module.Id) || Below(p, "/p"), p));
    }

    [Theory, MemberData(nameof(Modules))]
    public void What_a_module_brings_begins_with_its_id(string name)
    {
        var module = Of(name);
        Assert.Equal(name["Renda.".Length..].ToLowerInvariant(), module.Id);
        string[] ids = [.. module.Permissions.Select(p => p.Id), .. module.Procedures.Select(p => p.Id), .. module.Deadlines.Select(d => d.Code)];
        Assert.All(ids, id => Assert.StartsWith(module.Id + ".", id, StringComparison.Ordinal));
        Assert.All(module.Menu, m => Assert.StartsWith("/" + module.Id, m.Href, StringComparison.Ordinal));

        var options = new DbContextOptionsBuilder<RendaDbContext>();
        DatabaseSettings.SqliteFile("unused.db").Configure(options);
        // Of all modules together, as in an installation: EF keeps one model for all contexts of a kind.
        using var db = new RendaDbContext(options.Options, new ModelAssemblies([.. Repository.Manifests.Select(m => m.GetType().Assembly)]));
        var tables = db.Model.GetEntityTypes().Where(t => t.ClrType.Assembly == module.GetType().Assembly).Select(t => t.GetTableName()!);
        Assert.All(tables, t => Assert.StartsWith(module.Id + "_", t, StringComparison.Ordinal));
    }

    private static RendaModule Of(string name) => Repository.Manifests.Single(m => m.GetType().Assembly.GetName().Name == name);

    private static bool Below(string address, string root) => address == root || address.StartsWith(root + "/", StringComparison.Ordinal);

    private static List<RouteEndpoint> Map()
    {
        var folder = Directory.CreateTempSubdirectory("renda-map-").FullName;
        try
        {
            var (settings, _) = HostSettings.Read(["serve", "--data", folder]);
            using var app = (IDisposable)RendaHost.Build(settings!);
            return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"\b(IStartupFilter|IApplicationBuilder|WebApplication|UseEndpoints|UseMiddleware|EndpointDataSource)\b")]
    private static partial Regex Pipeline();
}
