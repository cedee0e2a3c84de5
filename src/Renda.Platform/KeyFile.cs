using System.Text;

namespace Renda.Platform;

/// <summary>A key kept in a file beside the database, readable by its owner only and in no backup.</summary>
internal static class KeyFile
{
    /// <summary>The file's text; made and flushed to the disk when there is none.</summary>
    public static string ReadOrMake(string path, Func<string> make)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            try
            {
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                using var file = new FileStream(path, options);
                file.Write(Encoding.ASCII.GetBytes(make()));
                file.Flush(flushToDisk: true);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process of the same installation made it at this moment.
            }
        }
        return File.ReadAllText(path);
    }
}
