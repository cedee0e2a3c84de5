using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Renda.Platform.Modules;

namespace Architecture.Tests;

/// <summary>The sources as they lie on the disk, and the assemblies made of them.</summary>
internal static partial class Repository
{
    private static readonly HashSet<string> Code = [".cs", ".razor", ".ts", ".mjs", ".css", ".sh"];
    private static readonly HashSet<string> Pictures = [".png", ".jpg", ".mp4", ".ico", ".woff2", ".tar"];

    /// <summary>What builds, tools and runs leave behind; nothing in it is written by a person.</summary>
    private static readonly HashSet<string> Made = ["bin", "obj", "node_modules", "dist", "artifacts", "data", ".git", ".vs", ".idea"];

    public static string Root { get; } = FindRoot();

    /// <summary>The projects of the kernel, which know no scenario and no city.</summary>
    public static string[] Kernel { get; } = ["src/Renda.Platform/", "src/Renda.Platform.Web/"];

    /// <summary>Every module's folder name, e.g. <c>Renda.Visits</c>.</summary>
    public static IReadOnlyList<string> Modules { get; } = [.. Directory.GetDirectories(Path.Combine(Root, "modules")).Select(folder => Path.GetFileName(folder)!).Order()];

    public static Assembly Host { get; } = Assembly.Load("renda");

    /// <summary>The manifests the host starts with.</summary>
    public static IReadOnlyList<RendaModule> Manifests { get; } = (RendaModule[])Host.GetType("Renda.Host.ModuleList")!.GetField("All")!.GetValue(null)!;

    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [Assembly.Load("Renda.Platform"), Assembly.Load("Renda.Platform.Web"), Host, .. Manifests.Select(m => m.GetType().Assembly)];

    /// <summary>Every file of text, with its path from the root, slashes forward.</summary>
    public static IReadOnlyList<(string Path, string Text)> Texts { get; } =
        [.. Walk(new DirectoryInfo(Root)).Where(f => !Pictures.Contains(f.Extension)).Select(f => (Path.GetRelativePath(Root, f.FullName).Replace('\\', '/'), File.ReadAllText(f.FullName))).OrderBy(f => f.Item1)];

    /// <summary>Every file of program text.</summary>
    public static IEnumerable<(string Path, string Text)> Sources => Texts.Where(f => Code.Contains(Path.GetExtension(f.Path)));

    public static IEnumerable<(string Path, string Text)> Under(params string[] folders) => Sources.Where(f => folders.Any(folder => f.Path.StartsWith(folder, StringComparison.Ordinal)));

    /// <summary>Program text without its comments: examples may name what code may not.</summary>
    public static string WithoutComments(string text) => Comments().Replace(text, "");

    // A "//" behind a colon is an address.
    [GeneratedRegex(@"/\*.*?\*/|@\*.*?\*@|(?<!:)//[^\n]*", RegexOptions.Singleline)]
    private static partial Regex Comments();

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateDirectories().Where(d => !Made.Contains(d.Name)).SelectMany(Walk).Concat(folder.EnumerateFiles().Where(f => f.Name != ".git"));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // Paths are mapped when built, so the folder of the program is asked first.
        foreach (var start in (string[])[AppContext.BaseDirectory, Path.GetDirectoryName(here)!])
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "Renda.slnx")))
                    return folder.FullName;
        throw new InvalidOperationException("Renda.slnx was not found above " + AppContext.BaseDirectory);
    }
}
