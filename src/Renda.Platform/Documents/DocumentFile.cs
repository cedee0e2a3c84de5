using System.Globalization;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using SkiaSharp;
using A = DocumentFormat.OpenXml.Drawing;
using C = DocumentFormat.OpenXml.Drawing.Charts;
using Pic = DocumentFormat.OpenXml.Drawing.Pictures;
using Wp = DocumentFormat.OpenXml.Drawing.Wordprocessing;

namespace Renda.Platform.Documents;

/// <summary>A document made for one person, with the name it is kept under.</summary>
/// <param name="Name">File name with its ending.</param>
/// <param name="Bytes">Content.</param>
public sealed record ExportedDocument(string Name, byte[] Bytes);

/// <summary>A picture of a document.</summary>
/// <param name="Jpeg">Its bytes.</param>
/// <param name="Caption">What is said below it.</param>
public sealed record DocumentPicture(byte[] Jpeg, string Caption);

/// <summary>A document on A4 (docx), built from top to bottom: headings, texts, tables, pictures side by side, charts.</summary>
public sealed partial class DocumentFile : IDisposable
{
    private const long EmuPerCentimetre = 360_000;
    private const double TextWidth = 16.0;
    private const double MostHeight = 7.0;
    private readonly MemoryStream _bytes = new();
    private readonly WordprocessingDocument _document;
    private readonly MainDocumentPart _main;
    private readonly Body _body;
    private uint _drawings;

    /// <summary>Begins a document.</summary>
    /// <param name="title">Title, for the file's properties.</param>
    /// <param name="foot">Line at the foot of each page.</param>
    public DocumentFile(string title, string foot)
    {
        _document = WordprocessingDocument.Create(_bytes, WordprocessingDocumentType.Document);
        _document.PackageProperties.Title = XmlText.Clean(title);
        _main = _document.AddMainDocumentPart();
        _body = new Body();
        _main.Document = new Document(_body);
        _main.AddNewPart<StyleDefinitionsPart>().Styles = Styles();
        var footer = _main.AddNewPart<FooterPart>("foot");
        footer.Footer = new Footer(new Paragraph(
            new ParagraphProperties(new Justification { Val = JustificationValues.Center }),
            Text(foot + "　", small: true),
            new Run(Small(), new FieldChar { FieldCharType = FieldCharValues.Begin }), new Run(Small(), new FieldCode(" PAGE ")), new Run(Small(), new FieldChar { FieldCharType = FieldCharValues.End })));
    }

    /// <summary>The title on the page.</summary>
    public void Title(string text) => Styled("Title", text);

    /// <summary>A heading.</summary>
    public void Heading(string text) => Styled("Heading1", text);

    /// <summary>A paragraph; with what follows on the same page where it introduces it.</summary>
    public void Paragraph(string text, bool withNext = false) => _body.Append(withNext ? new Paragraph(new ParagraphProperties(new KeepNext()), Text(text)) : new Paragraph(Text(text)));

    /// <summary>A line in the middle, in small letters.</summary>
    public void Note(string text) => _body.Append(new Paragraph(new ParagraphProperties(new Justification { Val = JustificationValues.Center }), Text(text, small: true)));

    /// <summary>A line at the right edge, e.g. the signature of a letter.</summary>
    public void Right(string text) => _body.Append(new Paragraph(new ParagraphProperties(new Justification { Val = JustificationValues.Right }), Text(text)));

    /// <summary>A text as letters have it: each line a paragraph that begins two characters in.</summary>
    public void Letter(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            _body.Append(new Paragraph(new ParagraphProperties(new Indentation { FirstLineChars = 200 }), Text(line)));
    }

    /// <summary>What follows begins on a new page.</summary>
    public void NewPage() => _body.Append(new Paragraph(new Run(new Break { Type = BreakValues.Page })));

    /// <summary>Facts: label and value in two columns of pairs.</summary>
    public void Facts(IEnumerable<(string Label, string Value)> facts)
    {
        var table = Bordered(3.0, 5.0, 3.0, 5.0);
        foreach (var pair in facts.Where(f => f.Value.Length > 0).Chunk(2))
        {
            var row = new TableRow(new TableRowProperties(new CantSplit()));
            foreach (var (label, value) in pair) row.Append(Cell(3.0, label, head: true), Cell(5.0, value));
            if (pair.Length == 1) row.Append(Cell(3.0, "", head: true), Cell(5.0, ""));
            table.Append(row);
        }
        _body.Append(table, Gap());
    }

    /// <summary>A table.</summary>
    /// <param name="columns">Headers with widths in centimetres; 16 in all.</param>
    /// <param name="rows">Texts.</param>
    public void Table(IReadOnlyList<(string Header, double Width)> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = Bordered([.. columns.Select(c => c.Width)]);
        table.Append(new TableRow([new TableRowProperties(new CantSplit(), new TableHeader()), .. columns.Select(c => Cell(c.Width, c.Header, head: true))]));
        foreach (var row in rows) table.Append(new TableRow([new TableRowProperties(new CantSplit()), .. columns.Select((c, i) => Cell(c.Width, row[i]))]));
        _body.Append(table, Gap());
    }

    /// <summary>Pictures in two columns: before on the left, after on the right. A missing one leaves its place empty.</summary>
    public void SideBySide(string left, string right, IReadOnlyList<DocumentPicture> before, IReadOnlyList<DocumentPicture> after)
    {
        var table = Bordered(TextWidth / 2, TextWidth / 2);
        table.Append(new TableRow(new TableRowProperties(new CantSplit(), new TableHeader()), Cell(TextWidth / 2, left, head: true), Cell(TextWidth / 2, right, head: true)));
        for (var i = 0; i < Math.Max(before.Count, after.Count); i++)
            table.Append(new TableRow(new TableRowProperties(new CantSplit()), PictureCell(before.ElementAtOrDefault(i)), PictureCell(after.ElementAtOrDefault(i))));
        _body.Append(table, Gap());
    }

    /// <summary>A bar chart, the first value on top. Native, so that it is sharp in print and its colours can be changed.</summary>
    public void Chart(string title, IReadOnlyList<(string Name, long Value)> values)
    {
        if (values.Count == 0) return;
        var part = _main.AddNewPart<ChartPart>($"chart{_main.ChartParts.Count() + 1}");
        using (var xml = new MemoryStream())
        {
            ChartXml(title, values).Save(xml);
            xml.Position = 0;
            part.FeedData(xml);
        }
        var height = 1.8 + 0.62 * values.Count;
        _body.Append(new Paragraph(new Run(new Drawing(Inline(
            TextWidth - 0.2, height, title,
            new A.GraphicData(new C.ChartReference { Id = _main.GetIdOfPart(part) }) { Uri = "http://schemas.openxmlformats.org/drawingml/2006/chart" })))));
    }

    /// <summary>Ends the document and gives its bytes.</summary>
    public byte[] End()
    {
        _body.Append(new SectionProperties(
            new FooterReference { Type = HeaderFooterValues.Default, Id = "foot" },
            new PageSize { Width = 11906, Height = 16838 },
            new PageMargin { Top = 1304, Bottom = 1304, Left = 1417, Right = 1417, Header = 700, Footer = 700, Gutter = 0 }));
        _document.Save();
        _document.Dispose();
        return _bytes.ToArray();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _document.Dispose();
        _bytes.Dispose();
    }

    private void Styled(string style, string text) => _body.Append(new Paragraph(new ParagraphProperties(new ParagraphStyleId { Val = style }), Text(text)));

    private static Run Text(string text, bool small = false, bool bold = false)
    {
        var run = new Run();
        if (small) run.Append(Small());
        else if (bold) run.Append(new RunProperties(new Bold()));
        var lines = XmlText.Clean(text).ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0) run.Append(new Break());
            run.Append(new Text(lines[i]) { Space = SpaceProcessingModeValues.Preserve });
        }
        return run;
    }

    private static RunProperties Small() => new(new Color { Val = "595959" }, new FontSize { Val = "18" });

    // Word joins tables that touch.
    private static Paragraph Gap() => new(new ParagraphProperties(new SpacingBetweenLines { Before = "0", After = "0", Line = "160", LineRule = LineSpacingRuleValues.Exact }));

    private static string Twips(double centimetres) => Math.Round(centimetres * 567).ToString(CultureInfo.InvariantCulture);

    private static Table Bordered(params double[] widths) => new(
        new TableProperties(
            new TableWidth { Width = Twips(TextWidth), Type = TableWidthUnitValues.Dxa },
            new TableBorders(Line<TopBorder>(), Line<LeftBorder>(), Line<BottomBorder>(), Line<RightBorder>(), Line<InsideHorizontalBorder>(), Line<InsideVerticalBorder>()),
            new TableLayout { Type = TableLayoutValues.Fixed }),
        new TableGrid(widths.Select(w => new GridColumn { Width = Twips(w) })));

    private static T Line<T>() where T : BorderType, new() => new() { Val = BorderValues.Single, Size = 4, Color = "A6A6A6" };

    private static TableCell Cell(double width, string text, bool head = false)
    {
        var properties = new TableCellProperties(new TableCellWidth { Width = Twips(width), Type = TableWidthUnitValues.Dxa });
        if (head) properties.Append(new Shading { Val = ShadingPatternValues.Clear, Color = "auto", Fill = "F3EDE4" });
        return new TableCell(properties, new Paragraph(new ParagraphProperties(new SpacingBetweenLines { Before = "40", After = "40" }), Text(text, bold: head)));
    }

    private TableCell PictureCell(DocumentPicture? picture)
    {
        var cell = new TableCell(new TableCellProperties(new TableCellWidth { Width = Twips(TextWidth / 2), Type = TableWidthUnitValues.Dxa }));
        if (picture is null)
        {
            cell.Append(new Paragraph());
            return cell;
        }
        var size = SKBitmap.DecodeBounds(picture.Jpeg);
        var (ratio, width) = (size.Width > 0 && size.Height > 0 ? (double)size.Height / size.Width : 0.75, TextWidth / 2 - 0.5);
        var height = width * ratio;
        if (height > MostHeight) (width, height) = (MostHeight / ratio, MostHeight);
        var part = _main.AddImagePart(ImagePartType.Jpeg);
        using (var bytes = new MemoryStream(picture.Jpeg)) part.FeedData(bytes);
        var id = _drawings + 1;
        var graphic = new A.GraphicData(new Pic.Picture(
            new Pic.NonVisualPictureProperties(new Pic.NonVisualDrawingProperties { Id = id, Name = $"picture{id}.jpg" }, new Pic.NonVisualPictureDrawingProperties()),
            new Pic.BlipFill(new A.Blip { Embed = _main.GetIdOfPart(part) }, new A.Stretch(new A.FillRectangle())),
            new Pic.ShapeProperties(
                new A.Transform2D(new A.Offset { X = 0, Y = 0 }, new A.Extents { Cx = Emu(width), Cy = Emu(height) }),
                new A.PresetGeometry(new A.AdjustValueList()) { Preset = A.ShapeTypeValues.Rectangle })))
        { Uri = "http://schemas.openxmlformats.org/drawingml/2006/picture" };
        cell.Append(
            new Paragraph(new ParagraphProperties(new Justification { Val = JustificationValues.Center }), new Run(new Drawing(Inline(width, height, picture.Caption, graphic)))),
            new Paragraph(new ParagraphProperties(new Justification { Val = JustificationValues.Center }), Text(picture.Caption, small: true)));
        return cell;
    }

    private Wp.Inline Inline(double width, double height, string description, A.GraphicData data) => new(
        new Wp.Extent { Cx = Emu(width), Cy = Emu(height) },
        new Wp.EffectExtent { LeftEdge = 0, TopEdge = 0, RightEdge = 0, BottomEdge = 0 },
        new Wp.DocProperties { Id = ++_drawings, Name = $"drawing{_drawings}", Description = XmlText.Clean(description) },
        new Wp.NonVisualGraphicFrameDrawingProperties(),
        new A.Graphic(data))
    { DistanceFromTop = 0, DistanceFromBottom = 0, DistanceFromLeft = 0, DistanceFromRight = 0 };

    private static long Emu(double centimetres) => (long)(centimetres * EmuPerCentimetre);

    private static XDocument ChartXml(string title, IReadOnlyList<(string Name, long Value)> values)
    {
        XNamespace c = "http://schemas.openxmlformats.org/drawingml/2006/chart", a = "http://schemas.openxmlformats.org/drawingml/2006/main";
        return new XDocument(new XElement(c + "chartSpace", new XAttribute(XNamespace.Xmlns + "c", c), new XAttribute(XNamespace.Xmlns + "a", a),
            Val("roundedCorners", 0),
            new XElement(c + "chart",
                new XElement(c + "title",
                    new XElement(c + "tx", new XElement(c + "rich", new XElement(a + "bodyPr"), new XElement(a + "p",
                        new XElement(a + "pPr", new XElement(a + "defRPr", new XAttribute("sz", 1100), new XAttribute("b", 1))),
                        new XElement(a + "r", new XElement(a + "rPr", new XAttribute("sz", 1100), new XAttribute("b", 1)), new XElement(a + "t", XmlText.Clean(title)))))),
                    Val("overlay", 0)),
                Val("autoTitleDeleted", 0),
                new XElement(c + "plotArea", new XElement(c + "layout"),
                    new XElement(c + "barChart", Val("barDir", "bar"), Val("grouping", "clustered"), Val("varyColors", 0),
                        new XElement(c + "ser", Val("idx", 0), Val("order", 0),
                            new XElement(c + "tx", new XElement(c + "strRef", new XElement(c + "f", "Sheet1!$B$1"), new XElement(c + "strCache", Val("ptCount", 1), Point(0, title)))),
                            new XElement(c + "spPr", new XElement(a + "solidFill", new XElement(a + "srgbClr", new XAttribute("val", "A8202B")))),
                            Val("invertIfNegative", 0),
                            new XElement(c + "dLbls", Val("showLegendKey", 0), Val("showVal", 1), Val("showCatName", 0), Val("showSerName", 0), Val("showPercent", 0), Val("showBubbleSize", 0)),
                            new XElement(c + "cat", new XElement(c + "strRef", new XElement(c + "f", $"Sheet1!$A$2:$A${values.Count + 1}"),
                                new XElement(c + "strCache", Val("ptCount", values.Count), values.Select((v, i) => Point(i, v.Name))))),
                            new XElement(c + "val", new XElement(c + "numRef", new XElement(c + "f", $"Sheet1!$B$2:$B${values.Count + 1}"),
                                new XElement(c + "numCache", new XElement(c + "formatCode", "General"), Val("ptCount", values.Count), values.Select((v, i) => Point(i, v.Value)))))),
                        Val("gapWidth", 45), Val("axId", 1), Val("axId", 2)),
                    new XElement(c + "catAx", Val("axId", 1), new XElement(c + "scaling", Val("orientation", "maxMin")), Val("delete", 0), Val("axPos", "l"), Val("majorTickMark", "none"), Val("minorTickMark", "none"), Val("tickLblPos", "nextTo"), Small(), Val("crossAx", 2), Val("crosses", "autoZero")),
                    new XElement(c + "valAx", Val("axId", 2), new XElement(c + "scaling", Val("orientation", "minMax"), Val("min", 0)), Val("delete", 1), Val("axPos", "t"), Val("numFmt", null, ("formatCode", "General"), ("sourceLinked", "0")), Val("majorTickMark", "none"), Val("minorTickMark", "none"), Val("tickLblPos", "nextTo"), Val("crossAx", 1), Val("crosses", "autoZero"))),
                Val("plotVisOnly", 1), Val("dispBlanksAs", "gap"))));

        XElement Val(string name, object? value, params (string Name, string Value)[] more) =>
            new(c + name, value is null ? null : new XAttribute("val", value), more.Select(m => new XAttribute(m.Name, m.Value)));
        XElement Point(int index, object value) => new(c + "pt", new XAttribute("idx", index), new XElement(c + "v", XmlText.Clean(Convert.ToString(value, CultureInfo.InvariantCulture)!)));
        XElement Small() => new(c + "txPr", new XElement(a + "bodyPr"), new XElement(a + "p", new XElement(a + "pPr", new XElement(a + "defRPr", new XAttribute("sz", 900))), new XElement(a + "endParaRPr", new XAttribute("lang", "zh-CN"))));
    }

    /// <summary>Fonts of the office by name; a machine without them takes its own.</summary>
    private static Styles Styles() => new(
        new DocDefaults(
            new RunPropertiesDefault(new RunPropertiesBaseStyle(
                new RunFonts { Ascii = "Times New Roman", HighAnsi = "Times New Roman", EastAsia = "仿宋" }, new FontSize { Val = "22" }, new Languages { Val = "en-US", EastAsia = "zh-CN" })),
            new ParagraphPropertiesDefault(new ParagraphPropertiesBaseStyle(new SpacingBetweenLines { After = "80", Line = "300", LineRule = LineSpacingRuleValues.Auto }))),
        new Style(new StyleName { Val = "Normal" }, new PrimaryStyle()) { Type = StyleValues.Paragraph, StyleId = "Normal", Default = true },
        new Style(new StyleName { Val = "Title" }, new BasedOn { Val = "Normal" }, new NextParagraphStyle { Val = "Normal" }, new PrimaryStyle(),
            new StyleParagraphProperties(new SpacingBetweenLines { Before = "0", After = "120" }, new Justification { Val = JustificationValues.Center }),
            new StyleRunProperties(new RunFonts { EastAsia = "黑体" }, new Bold(), new FontSize { Val = "36" }))
        { Type = StyleValues.Paragraph, StyleId = "Title" },
        new Style(new StyleName { Val = "heading 1" }, new BasedOn { Val = "Normal" }, new NextParagraphStyle { Val = "Normal" }, new PrimaryStyle(),
            new StyleParagraphProperties(new KeepNext(), new SpacingBetweenLines { Before = "240", After = "100" }, new OutlineLevel { Val = 0 }),
            new StyleRunProperties(new RunFonts { EastAsia = "黑体" }, new Bold(), new FontSize { Val = "26" }))
        { Type = StyleValues.Paragraph, StyleId = "Heading1" });
}
