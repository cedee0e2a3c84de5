using System.Text;

namespace Renda.Platform.Documents;

/// <summary>
/// Writes rows of texts as CSV (RFC 4180, UTF-8 with a byte order mark, so that spreadsheets read Chinese) forward only, in constant
/// memory. What a spreadsheet would take for a formula gets an apostrophe before it.
/// </summary>
public sealed class CsvFile(Stream to)
{
    private readonly StringBuilder _waiting = new("\ufeff", 40_000);

    /// <summary>Adds a row.</summary>
    public async ValueTask RowAsync(CancellationToken cancellation, params IReadOnlyList<string?> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0) _waiting.Append(',');
            Cell(cells[i] ?? "");
        }
        _waiting.Append("\r\n");
        if (_waiting.Length > 32_000) await EndAsync(cancellation);
    }

    /// <summary>Writes what is not written yet. The stream stays open.</summary>
    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        var bytes = Encoding.UTF8.GetBytes(_waiting.ToString());
        _waiting.Clear();
        await to.WriteAsync(bytes, cancellation);
    }

    private void Cell(string text)
    {
        // Also after spaces: some spreadsheets skip them.
        var formula = text.AsSpan().TrimStart(' ') is [var first, ..] && first is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠';
        var quoted = formula || text.AsSpan().IndexOfAny("\",\r\n") >= 0 || text is [' ', ..] or [.., ' '];
        if (!quoted)
        {
            _waiting.Append(text);
            return;
        }
        _waiting.Append('"');
        if (formula) _waiting.Append('\'');
        _waiting.Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
