using System.IO.Compression;
using System.Text;

namespace Renda.Platform.Documents;

/// <summary>
/// Writes a workbook of text cells (xlsx) forward only, to a stream that cannot seek, in constant memory. Written by
/// hand because the libraries at hand keep the whole package in memory while it grows (Open XML SDK needs a readable
/// package); what is written is checked against the SDK's validator in tests.
/// </summary>
public sealed class SheetFile : IDisposable
{
    /// <summary>Rows of one sheet, by the format.</summary>
    private const int MostRows = 1_048_576;

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string PackageRelations = "http://schemas.openxmlformats.org/package/2006/relationships";
    private const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";

    private readonly Stream _to;
    private readonly Gathering _gathering = new();
    private readonly ZipArchive _zip;
    private readonly string _name;
    private readonly IReadOnlyList<(string Header, int Width)> _columns;
    private readonly CancellationToken _cancellation;
    private readonly StringBuilder _waiting = new(40_000);
    private Stream? _sheet;
    private int _sheets;
    private int _rows;

    private SheetFile(Stream to, string name, IReadOnlyList<(string Header, int Width)> columns, CancellationToken cancellation)
    {
        (_to, _name, _columns, _cancellation) = (to, name, columns, cancellation);
        _zip = new ZipArchive(_gathering, ZipArchiveMode.Create, leaveOpen: true);
    }

    /// <summary>Begins a file; <see cref="EndAsync"/> ends it. Without that it stays broken, so that half a ledger is never taken for a whole one.</summary>
    /// <param name="to">Where to; only written, never sought.</param>
    /// <param name="name">Name of the sheet, at most 25 characters, without <c>[ ] : * ? / \</c>.</param>
    /// <param name="columns">Headers, with widths in characters.</param>
    /// <param name="cancellation">Gives up writing.</param>
    public static async Task<SheetFile> BeginAsync(Stream to, string name, IReadOnlyList<(string Header, int Width)> columns, CancellationToken cancellation)
    {
        var file = new SheetFile(to, name, columns, cancellation);
        file.BeginSheet();
        await file._gathering.PassOnAsync(to, cancellation);
        return file;
    }

    /// <summary>Adds a row of texts. They are shown as they are, whatever they begin with: nothing here is ever a formula.</summary>
    public async ValueTask RowAsync(params string?[] cells)
    {
        if (_rows == MostRows)
        {
            EndSheet();
            BeginSheet();
        }
        Row(cells, style: 1);
        if (_waiting.Length < 32_000) return;
        Compress();
        await _gathering.PassOnAsync(_to, _cancellation);
    }

    /// <summary>Ends the file. The stream stays open.</summary>
    public async Task EndAsync()
    {
        EndSheet();
        var sheets = Enumerable.Range(1, _sheets).ToList();
        Part("xl/styles.xml",
            $"""<styleSheet xmlns="{Main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFF3EDE4"/><bgColor indexed="64"/></patternFill></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/></cellXfs></styleSheet>""");
        Part("xl/workbook.xml",
            $"""<workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets>{string.Concat(sheets.Select(i => $"<sheet name=\"{Escaped(i == 1 ? _name : $"{_name} {i}")}\" sheetId=\"{i}\" r:id=\"s{i}\"/>"))}</sheets></workbook>""");
        Part("xl/_rels/workbook.xml.rels",
            $"""<Relationships xmlns="{PackageRelations}">{string.Concat(sheets.Select(i => $"<Relationship Id=\"s{i}\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>"))}<Relationship Id="styles" Type="{Relations}/styles" Target="styles.xml"/></Relationships>""");
        Part("_rels/.rels", $"""<Relationships xmlns="{PackageRelations}"><Relationship Id="w" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
        const string type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
        Part("[Content_Types].xml",
            $"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{type}.styles+xml"/>{string.Concat(sheets.Select(i => $"<Override PartName=\"/xl/worksheets/sheet{i}.xml\" ContentType=\"{type}.worksheet+xml\"/>"))}</Types>""");
        _zip.Dispose();
        await _gathering.PassOnAsync(_to, _cancellation);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _sheet?.Dispose();
        _zip.Dispose();
        _gathering.Dispose();
    }

    private void BeginSheet()
    {
        _sheet = Open($"xl/worksheets/sheet{++_sheets}.xml");
        _rows = 0;
        _waiting.Append(Declaration).Append($"<worksheet xmlns=\"{Main}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>");
        for (var i = 0; i < _columns.Count; i++) _waiting.Append($"<col min=\"{i + 1}\" max=\"{i + 1}\" width=\"{_columns[i].Width}\" customWidth=\"1\"/>");
        _waiting.Append("</cols><sheetData>");
        Row([.. _columns.Select(c => c.Header)], style: 2);
    }

    private void EndSheet()
    {
        _waiting.Append($"</sheetData><autoFilter ref=\"A1:{(char)('A' + _columns.Count - 1)}{_rows}\"/></worksheet>");
        Compress();
        _sheet!.Dispose();
    }

    private void Row(string?[] cells, int style)
    {
        _rows++;
        // With its place at each cell: it may be left out by the standard, but readers of sheets ask for it.
        _waiting.Append("<row r=\"").Append(_rows).Append("\">");
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] is not { Length: > 0 } cell) continue;
            _waiting.Append("<c r=\"").Append((char)('A' + i)).Append(_rows).Append("\" t=\"inlineStr\" s=\"").Append(style).Append("\"><is><t xml:space=\"preserve\">");
            Escape(cell);
            _waiting.Append("</t></is></c>");
        }
        _waiting.Append("</row>");
    }

    private void Compress()
    {
        _sheet!.Write(Encoding.UTF8.GetBytes(_waiting.ToString()));
        _waiting.Clear();
    }

    private void Part(string path, string xml)
    {
        using var part = Open(path);
        part.Write(Encoding.UTF8.GetBytes(Declaration + xml));
    }

    // Fastest: the text of a ledger repeats itself so much that more effort saves little.
    private Stream Open(string path) => _zip.CreateEntry(path, CompressionLevel.Fastest).Open();

    private void Escape(string text)
    {
        foreach (var c in XmlText.Clean(text))
        {
            switch (c)
            {
                case '&':
                    _waiting.Append("&amp;");
                    break;
                case '<':
                    _waiting.Append("&lt;");
                    break;
                case '>':
                    _waiting.Append("&gt;");
                    break;
                default:
                    _waiting.Append(c);
                    break;
            }
        }
    }

    private static string Escaped(string text) => System.Security.SecurityElement.Escape(XmlText.Clean(text));

    /// <summary>Holds what the archive writes until it is sent: the archive ends its entries synchronously, which a web server's response refuses.</summary>
    private sealed class Gathering : Stream
    {
        private readonly MemoryStream _bytes = new(64 << 10);

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public async Task PassOnAsync(Stream to, CancellationToken cancellation)
        {
            await to.WriteAsync(_bytes.GetBuffer().AsMemory(0, (int)_bytes.Length), cancellation);
            _bytes.SetLength(0);
        }

        public override void Write(ReadOnlySpan<byte> buffer) => _bytes.Write(buffer);
        public override void Write(byte[] buffer, int offset, int count) => _bytes.Write(buffer, offset, count);
        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

/// <summary>Text as XML can hold it.</summary>
internal static class XmlText
{
    /// <summary>Without control characters and broken surrogates, which would make the whole file unreadable.</summary>
    public static string Clean(string text)
    {
        var good = 0;
        while (good < text.Length && IsGood(text, good)) good++;
        if (good == text.Length) return text;
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            if (IsGood(text, i)) clean.Append(text[i]);
        return clean.ToString();
    }

    private static bool IsGood(string text, int i) => System.Xml.XmlConvert.IsXmlChar(text[i])
        || (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
        || (i > 0 && char.IsSurrogatePair(text[i - 1], text[i]));
}
