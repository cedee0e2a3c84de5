using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The kernel carries every scenario and every city, and knows none.</summary>
public sealed class KernelTests
{
    private static readonly string[] City = ["湖州", "huzhou", "长兴", "changxing", "3305"];

    /// <summary>
    /// What the kernel names although it should not, each to be led out of it. A name that is gone must go from
    /// this list too, so that it cannot come back.
    /// </summary>
    private static readonly string[] Known =
    [
        // The search box and the camera button of the shell lead straight to visits.
        "src/Renda.Platform.Web/Layout/MainLayout.razor: visits",
        // The task group of deputies' work is called so in English; a module of it is too.
        "src/Renda.Platform/Modules/TaskGroup.cs: deputies",
        // The brand is the city's name; it is to be a setting.
        "src/Renda.Platform.Web/Layout/MainLayout.razor: 湖州",
        "src/Renda.Platform.Web/Layout/MainLayout.razor: huzhou",
        "src/Renda.Platform.Web/Pages/Home.razor: 湖州",
        "src/Renda.Platform.Web/Pages/Home.razor: huzhou",
        "src/Renda.Platform.Web/Pages/SignIn.razor: 湖州",
        "src/Renda.Platform.Web/Pages/SignIn.razor: huzhou",
        // The directory that is embedded is Huzhou's.
        "src/Renda.Platform/Regions/RegionDirectory.cs: huzhou",
        "src/Renda.Platform/Regions/Data/extract.mjs: 3305",
        "src/Renda.Platform/Regions/Data/extract.mjs: 长兴",
    ];

    [Fact]
    public void The_kernel_names_no_module_and_no_city_but_the_known_ones()
    {
        var ids = Repository.Modules.Select(m => m["Renda.".Length..].ToLowerInvariant()).ToList();
        var found = Repository.Under(Repository.Kernel)
            // The demonstration city is a city, and says so on every page.
            .Where(f => !f.Path.Contains("/Demo/", StringComparison.Ordinal))
            .Select(f => (f.Path, Text: Repository.WithoutComments(f.Text)))
            .SelectMany(f => ids.Where(id => NamesModule(f.Text, id)).Concat(City.Where(city => f.Text.Contains(city, StringComparison.OrdinalIgnoreCase))).Select(name => $"{f.Path}: {name}"))
            .ToList();
        Assert.NotEmpty(ids);
        Assert.Empty(found.Except(Known));
        Assert.True(!Known.Except(found).Any(), "No longer there; strike it off the list: " + string.Join(", ", Known.Except(found)));
    }

    [Fact]
    public void The_kernel_refers_to_no_module_and_not_to_the_host()
    {
        var platform = Repository.Assemblies.Single(a => a.GetName().Name == "Renda.Platform");
        var web = Repository.Assemblies.Single(a => a.GetName().Name == "Renda.Platform.Web");
        Assert.Empty(Own(platform));
        Assert.Equal(["Renda.Platform"], Own(web));
        // A reference that nothing uses yet is not in the assembly, but is one step from being used.
        Assert.DoesNotContain("<ProjectReference", Text("src/Renda.Platform/Renda.Platform.csproj"), StringComparison.Ordinal);
        Assert.Equal(["../Renda.Platform/Renda.Platform.csproj"], References("src/Renda.Platform.Web/Renda.Platform.Web.csproj"));
    }

    [Fact]
    public void The_kernel_writes_no_html_beneath_the_web_project() =>
        Assert.Empty(Repository.Under("src/Renda.Platform/").Where(f => f.Path.EndsWith(".razor", StringComparison.Ordinal)).Select(f => f.Path));

    [Fact]
    public void The_host_names_no_module()
    {
        var found = Repository.Under("src/Renda.Host/")
            .SelectMany(f => Repository.Modules.Where(m => Repository.WithoutComments(f.Text).Contains(m, StringComparison.Ordinal)).Select(m => $"{f.Path}: {m}"));
        Assert.Empty(found);
        Assert.DoesNotContain(Repository.Modules, m => Text("src/Renda.Host/Renda.Host.csproj").Contains(m, StringComparison.Ordinal));
    }

    internal static IEnumerable<string> Own(System.Reflection.Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("Renda.", StringComparison.Ordinal) || n == "renda").Order();

    internal static string Text(string path) => Repository.Texts.Single(f => f.Path == path).Text;

    internal static IEnumerable<string> References(string project) => Regex.Matches(Text(project), "<ProjectReference Include=\"([^\"]+)\"").Select(m => m.Groups[1].Value);

    // As an id, an address or a namespace; many ids are ordinary words as well.
    private static bool NamesModule(string text, string id) => Regex.IsMatch(text, $"""["'/:]{id}["'/.]|Renda\.{id}\b""", RegexOptions.IgnoreCase);
}
