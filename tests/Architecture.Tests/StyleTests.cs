using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>Rules of STYLE.md that no compiler holds.</summary>
public sealed partial class StyleTests
{
    /// <summary>Longer than the limit, and why that is right.</summary>
    private static readonly Dictionary<string, string> Long = new()
    {
        ["modules/Renda.Visits/Demo/SceneSubjects.cs"] = "One drawing a method, nothing but lines and colours",
    };

    /// <summary>Interfaces with one implementation or none, and why they are there.</summary>
    private static readonly Dictionary<string, string> Interfaces = new()
    {
        ["Renda.Platform.Sms.ISmsSender"] = "The way out to a carrier: each city has its own, and tests must be able to be one",
    };

    /// <summary>Hosts that may stand in the sources: names of formats, of licences, of this project, examples, and what npm keeps of packages in its lock file.</summary>
    private static readonly HashSet<string> Hosts =
        ["127.0.0.1", "localhost", "schemas.openxmlformats.org", "schemas.microsoft.com", "schemas.openid.net", "wiki.open311.org", "www.apache.org", "www.w3.org", "github.com", "opencollective.com", "renda.example"];

    [Fact]
    public void Time_comes_from_the_provider()
    {
        Assert.Empty(Repository.Under("src/", "modules/").Where(f => WallClock().IsMatch(Repository.WithoutComments(f.Text))).Select(f => f.Path));
        // The one clock of the machine is taken where the parts are put together.
        Assert.Equal(["src/Renda.Host/RendaHost.cs"],
            Repository.Under("src/", "modules/").Where(f => Repository.WithoutComments(f.Text).Contains("TimeProvider.System", StringComparison.Ordinal)).Select(f => f.Path));
    }

    [Fact]
    public void An_interface_has_more_than_one_implementation()
    {
        var types = Repository.Assemblies.SelectMany(a => a.GetTypes()).Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute), false)).ToList();
        var idle = types.Where(t => t.IsInterface && t.Namespace?.StartsWith("Renda.", StringComparison.Ordinal) == true)
            .Where(i => types.Count(t => t is { IsClass: true } or { IsValueType: true } && t.GetInterfaces().Any(x => (x.IsGenericType ? x.GetGenericTypeDefinition() : x) == i)) < 2)
            .Select(i => i.FullName!).ToList();
        Assert.NotEmpty(types);
        Assert.Empty(idle.Except(Interfaces.Keys));
        Assert.Empty(Interfaces.Keys.Except(idle));
    }

    [Fact]
    public void No_file_is_longer_than_600_lines()
    {
        var found = Repository.Sources.Where(f => !Generated().IsMatch(f.Path) && f.Text.AsSpan().Count('\n') > 600).Select(f => f.Path).ToList();
        Assert.Empty(found.Except(Long.Keys));
        Assert.Empty(Long.Keys.Except(found));
    }

    [Fact]
    public void Nothing_is_put_off_in_a_comment() =>
        Assert.Empty(Repository.Texts.Where(f => f.Path != "STYLE.md" && PutOff().IsMatch(f.Text)).Select(f => f.Path));

    [Fact]
    public void No_registry_and_no_strange_host_is_named()
    {
        var found = Repository.Texts.SelectMany(f => Address().Matches(f.Text).Select(m => m.Groups[1].Value).Where(host => !Hosts.Contains(host) && !host.EndsWith(".renda.example", StringComparison.Ordinal)).Select(host => $"{f.Path}: {host}"));
        Assert.Empty(found.Distinct());
        Assert.Empty(Repository.Texts.Where(f => Registry().IsMatch(f.Text) && !f.Path.EndsWith("StyleTests.cs", StringComparison.Ordinal)).Select(f => f.Path));
    }

    [Fact]
    public void No_path_of_a_developers_machine_is_named() =>
        Assert.Empty(Repository.Texts.SelectMany(f => MachinePath().Matches(f.Text).Select(m => $"{f.Path}: {m.Value}")));

    [Fact]
    public void Every_project_is_built_by_the_solution()
    {
        var solution = KernelTests.Text("Renda.slnx");
        var projects = Repository.Texts.Where(f => f.Path.EndsWith(".csproj", StringComparison.Ordinal) && !f.Path.StartsWith("templates/", StringComparison.Ordinal)).Select(f => f.Path).ToList();
        Assert.NotEmpty(projects);
        Assert.All(projects, p => Assert.Contains($"\"{p}\"", solution, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bDateTime\.Today\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"^src/Renda\.Migrations\.\w+/Migrations/")]
    private static partial Regex Generated();

    // In pieces, so that this file does not accuse itself.
    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|XX" + @"X|HA" + @"CK)\b")]
    private static partial Regex PutOff();

    [GeneratedRegex("https?://([A-Za-z0-9][A-Za-z0-9.-]*)")]
    private static partial Regex Address();

    [GeneratedRegex(@"registry\.(npm|yarn)|\bnuget\.org|\bnpmjs\.|\bpypi\.|artifactory|\bnexus\b", RegexOptions.IgnoreCase)]
    private static partial Regex Registry();

    [GeneratedRegex(@"(?<![\w./@*}-])/(root|home|Users|work|workspace|mnt)/\w[\w./-]*|(?<![\w/])[A-Z]:\\\w+")]
    private static partial Regex MachinePath();
}
