using System.Globalization;
using System.IO.Compression;
using System.Text;
using MiniExcelLibs;
using MiniExcelLibs.Csv;
using MiniExcelLibs.OpenXml;
using Renda.Platform;

namespace Renda.Registry.Import;

/// <summary>Reads the first sheet of an xlsx, or a csv, as texts: merged cells filled, whole numbers and days written out.</summary>
internal static class RosterSheet
{
    /// <summary>Most rows of a roster.</summary>
    public const int MostRows = 200_000;

    /// <summary>Most bytes of its file.</summary>
    public const long MostBytes = 40 << 20;

    private const int MostColumns = 60, MostCell = 500;
    private const long MostUnpacked = 600L << 20;

    /// <summary>Its headers and rows, with the number of each row in the sheet.</summary>
    /// <param name="file">The file; can seek.</param>
    /// <param name="name">Name with its ending.</param>
    /// <exception cref="RefusedFileException">It is neither, too large, broken, or has no headers that say what it is.</exception>
    public static (IReadOnlyList<string> Headers, IEnumerable<(int Row, string[] Cells)> Rows) Read(Stream file, string name)
    {
        var xlsx = name.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase);
        if (!xlsx && !name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) throw new RefusedFileException(new("请上传 xlsx 或 csv 文件。", "Bring an xlsx or csv file."));
        if (xlsx) CheckPackage(file);
        var rows = Texts(file, xlsx).GetEnumerator();
        // Titles and notes stand above the headers: those are the first row in which two words are names of fields.
        var above = 0;
        while (rows.MoveNext())
        {
            var cells = rows.Current;
            if (++above > 20) break;
            if (cells.Count(c => RosterFields.Guess(c) is not null) < 2) continue;
            var width = Math.Min(MostColumns, cells.Length);
            return ([.. cells.Take(width)], Rest(rows, above, width));
        }
        throw new RefusedFileException(new("前 20 行里没有找到表头，至少要有“姓名”和另一列。", "No headers in the first 20 rows; there must be 姓名 and one more."));
    }

    private static IEnumerable<(int, string[])> Rest(IEnumerator<string[]> rows, int above, int width)
    {
        using (rows)
        {
            for (var row = above + 1; rows.MoveNext(); row++)
            {
                var cells = new string[width];
                for (var i = 0; i < width; i++) cells[i] = i < rows.Current.Length ? rows.Current[i] : "";
                if (cells.All(c => c.Length == 0)) continue;
                if (row - above > MostRows) throw new RefusedFileException(new($"最多 {MostRows} 行，请分成几个文件。", $"At most {MostRows} rows; divide it."));
                yield return (row, cells);
            }
        }
    }

    private static IEnumerable<string[]> Texts(Stream file, bool xlsx)
    {
        IEnumerator<object> rows;
        try
        {
            file.Position = 0;
            rows = (xlsx
                ? file.Query(excelType: ExcelType.XLSX, configuration: new OpenXmlConfiguration { FillMergedCells = true, EnableSharedStringCache = false })
                : file.Query(excelType: ExcelType.CSV, configuration: new CsvConfiguration { StreamReaderFunc = Reader })).GetEnumerator();
        }
        catch (Exception e) when (Broken(e))
        {
            throw new RefusedFileException(Unreadable);
        }
        using (rows)
        {
            while (true)
            {
                string[] cells;
                try
                {
                    if (!rows.MoveNext()) yield break;
                    cells = [.. ((IDictionary<string, object?>)rows.Current).Values.Take(MostColumns).Select(Text)];
                }
                catch (Exception e) when (Broken(e))
                {
                    throw new RefusedFileException(Unreadable);
                }
                yield return cells;
            }
        }
    }

    private static Words Unreadable { get; } = new("文件打不开，可能已损坏。请用表格软件另存为 xlsx 再传。", "The file cannot be read. Save it anew as xlsx and try again.");

    private static bool Broken(Exception e) => e is InvalidDataException or System.Xml.XmlException or IOException or FormatException or ArgumentException or InvalidOperationException or KeyNotFoundException or NullReferenceException or NotSupportedException or IndexOutOfRangeException;

    private static string Text(object? value)
    {
        var text = value switch
        {
            null => "",
            string s => s,
            DateTime day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            // An identity number that a sheet took for a number has lost its end and must not be guessed.
            double number => number.ToString(number == Math.Truncate(number) && Math.Abs(number) < 1e15 ? "0" : "G17", CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        text = text.Trim();
        return text.Length > MostCell ? text[..MostCell] : text;
    }

    /// <summary>Sheets saved by Chinese software are GB 18030 where they are not UTF-8.</summary>
    private static StreamReader Reader(Stream stream)
    {
        var start = stream.Position;
        var probe = new byte[64 << 10];
        var length = stream.ReadAtLeast(probe, probe.Length, throwOnEndOfStream: false);
        stream.Position = start;
        var utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);
        try
        {
            // The last character may have been cut by the probe's end.
            utf8.GetDecoder().GetCharCount(probe, 0, length, flush: false);
            return new StreamReader(stream, new UTF8Encoding(false));
        }
        catch (DecoderFallbackException)
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return new StreamReader(stream, Encoding.GetEncoding("GB18030"));
        }
    }

    private static void CheckPackage(Stream file)
    {
        try
        {
            file.Position = 0;
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (zip.Entries.Count > 1000 || zip.Entries.Sum(e => Math.Min(e.Length, MostUnpacked)) >= MostUnpacked) throw new RefusedFileException(new("文件展开后太大。", "Unpacked, the file is too large."));
            if (zip.GetEntry("xl/workbook.xml") is null) throw new RefusedFileException(Unreadable);
        }
        catch (InvalidDataException)
        {
            throw new RefusedFileException(Unreadable);
        }
    }
}

/// <summary>A file that cannot be taken, with the reason for whoever brought it.</summary>
public sealed class RefusedFileException(Words words) : Exception(words.En)
{
    /// <summary>Why.</summary>
    public Words Words { get; } = words;
}
