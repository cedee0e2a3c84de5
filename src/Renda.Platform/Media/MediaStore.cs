using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Renda.Platform.Media;

/// <summary>
/// Files addressed by the SHA-256 of the original, in a folder: <c>originals/ab/cd/{sha}</c> and
/// <c>derivatives/ab/cd/{sha}.{variant}</c>. A name appears only once its bytes are on disk.
/// </summary>
public sealed class MediaStore
{
    /// <summary>The variant that is the file as sent.</summary>
    public const string Original = "original";

    private readonly string _incoming;
    private readonly string _originals;
    private readonly string _derivatives;
    private readonly ConcurrentDictionary<string, bool> _known = new();

    /// <summary>Opens the store, making its folders when missing.</summary>
    public MediaStore(MediaSettings settings)
    {
        Folder = Path.GetFullPath(settings.Folder);
        _incoming = Path.Combine(Folder, "incoming");
        _originals = Path.Combine(Folder, "originals");
        _derivatives = Path.Combine(Folder, "derivatives");
        Directory.CreateDirectory(_incoming);
        Directory.CreateDirectory(_originals);
        Directory.CreateDirectory(_derivatives);
        for (var first = 0; first < 256; first++) Directory.CreateDirectory(Path.Combine(_originals, first.ToString("x2", CultureInfo.InvariantCulture)));
        Disk.SyncFolder(_originals);
        Disk.SyncFolder(Folder);
    }

    /// <summary>The store's folder, absolute.</summary>
    public string Folder { get; }

    /// <summary>True for 64 lower-case hex digits. Everything else never reaches the file system.</summary>
    public static bool IsSha(string? sha) => sha is { Length: 64 } && !sha.AsSpan().ContainsAnyExcept(HexDigits);

    /// <summary>True when the file is there.</summary>
    public bool Exists(string sha, string variant = Original) => IsSha(sha) && File.Exists(PathOf(sha, variant));

    /// <summary>Opens a file for reading; null when it is not there. The caller disposes the stream.</summary>
    public Stream? OpenRead(string sha, string variant = Original)
    {
        if (!IsSha(sha)) return null;
        try
        {
            return new FileStream(PathOf(sha, variant), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 << 10, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>True when the original is there and its bytes still give its name.</summary>
    public async Task<bool> VerifyAsync(string sha, CancellationToken ct = default)
    {
        await using var stream = OpenRead(sha);
        return stream is not null && Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct)) == sha;
    }

    internal string PathOf(string sha, string variant) => variant == Original
        ? Path.Combine(_originals, sha[..2], sha[2..4], sha)
        : Path.Combine(_derivatives, sha[..2], sha[2..4], $"{sha}.{variant}");

    internal string IncomingPath(string name) => Path.Combine(_incoming, name);

    internal IEnumerable<FileInfo> IncomingFiles() => new DirectoryInfo(_incoming).EnumerateFiles();

    internal void SyncIncoming() => Disk.SyncFolder(_incoming);

    internal bool HasRoomFor(long bytes) => new DriveInfo(Folder).AvailableFreeSpace >= bytes;

    /// <summary>
    /// Gives an incoming file, already synced, its lasting name. The incoming name stays until the caller deletes it,
    /// so that a crash before the caller's commit loses nothing. Placing the same bytes again heals a lost or altered file.
    /// </summary>
    internal void Place(string incomingPath, string sha)
    {
        var path = PathOf(sha, Original);
        MakeFolder(Path.GetDirectoryName(path)!);
        if (!Disk.TryLink(incomingPath, path)) File.Move(incomingPath, path, overwrite: true);
        Disk.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Stores a derivative. It can be made again, so it is atomic but not synced.</summary>
    internal void PlaceDerivative(ReadOnlySpan<byte> bytes, string sha, string variant)
    {
        var path = PathOf(sha, variant);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var incoming = IncomingPath("d-" + Guid.NewGuid().ToString("N"));
        try
        {
            File.WriteAllBytes(incoming, bytes);
            File.Move(incoming, path, overwrite: true);
        }
        catch
        {
            File.Delete(incoming);
            throw;
        }
    }

    private void MakeFolder(string folder)
    {
        if (_known.ContainsKey(folder) && Directory.Exists(folder)) return;
        Directory.CreateDirectory(folder);
        Disk.SyncFolder(Path.GetDirectoryName(folder)!);
        _known[folder] = true;
    }

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
}

/// <summary>What .NET has no call for: folder entries on disk, hard links, the priority of one thread.</summary>
internal static class Disk
{
    /// <summary>Makes the names in a folder lasting. NTFS journals them by itself.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var file = open(Bytes(path), 0);
        if (file < 0) throw new IOException($"open {path}: errno {Marshal.GetLastPInvokeError()}");
        try
        {
            if (fsync(file) != 0) throw new IOException($"fsync {path}: errno {Marshal.GetLastPInvokeError()}");
        }
        finally
        {
            _ = close(file);
        }
    }

    /// <summary>A second name for a file; false where the name is taken or the file system has no links.</summary>
    public static bool TryLink(string existing, string path) => !OperatingSystem.IsWindows() && link(Bytes(existing), Bytes(path)) == 0;

    /// <summary>Lets every other thread go first. .NET's own thread priorities do nothing on Linux.</summary>
    public static void YieldToOthers()
    {
        // PRIO_PROCESS with 0 means the calling thread on Linux, and the whole process on other systems.
        if (OperatingSystem.IsLinux()) _ = setpriority(0, 0, 15);
    }

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + "\0");

#pragma warning disable IDE1006, SYSLIB1054 // names of libc; the generator would need unsafe code in the whole project
    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(int file);

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int file);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int link(byte[] existing, byte[] path);

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setpriority(int which, int who, int priority);
#pragma warning restore IDE1006, SYSLIB1054
}
