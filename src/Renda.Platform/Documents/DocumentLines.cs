using System.Globalization;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using A = DocumentFormat.OpenXml.Drawing;
using C = DocumentFormat.OpenXml.Drawing.Charts;
using S = DocumentFormat.OpenXml.Spreadsheet;

namespace Renda.Platform.Documents;

/// <content>What a brief has beside texts and tables: its red head, and lines over time.</content>
public sealed partial class DocumentFile
{
    // Told apart in grey as well: dark, middle, light, and by their marks.
    private static readonly (string Colour, string Mark)[] Looks = [("A8202B", "circle"), ("1C5FC4", "square"), ("1A7044", "triangle"), ("8A5000", "diamond")];

    /// <summary>The head of an official brief: its name in red, its issue, who issues it on which day, and the red rule.</summary>
    /// <param name="name">Name, e.g. 工作简报.</param>
    /// <param name="issue">Issue, e.g. 2026年第3期.</param>
    /// <param name="left">Who issues it.</param>
    /// <param name="right">The day.</param>
    public void Masthead(string name, string issue, string left, string right)
    {
        var head = new RunProperties(new RunFonts { EastAsia = "方正小标宋简体" }, new Bold(), new Color { Val = "C00000" }, new Spacing { Val = 200 }, new FontSize { Val = "72" });
        _body.Append(
            new Paragraph(new ParagraphProperties(new SpacingBetweenLines { Before = "240", After = "120" }, new Justification { Val = JustificationValues.Center }), new Run(head, new Text(XmlText.Clean(name)))),
            new Paragraph(new ParagraphProperties(new SpacingBetweenLines { After = "200" }, new Justification { Val = JustificationValues.Center }), Text(issue)),
            new Paragraph(
                new ParagraphProperties(
                    new ParagraphBorders(new BottomBorder { Val = BorderValues.Single, Size = 18, Space = 4, Color = "C00000" }),
                    new Tabs(new TabStop { Val = TabStopValues.Right, Position = (int)(TextWidth * 567) }),
                    new SpacingBetweenLines { After = "320" }),
                Text(left), new Run(new TabChar()), Text(right)));
    }

    /// <summary>A chart of lines over time, with its numbers as a workbook inside, so that they can be changed in Word.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="times">Names of the times, in order.</param>
    /// <param name="lines">Name and numbers of each line, as many as there are times; null leaves a gap. Four lines at most are told apart.</param>
    public void LineChart(string title, IReadOnlyList<string> times, IReadOnlyList<(string Name, IReadOnlyList<decimal?> Values)> lines)
    {
        if (times.Count == 0 || lines.Count == 0) return;
        // The same document twice is the same, down to what it is told apart by.
        var part = _main.AddNewPart<ChartPart>($"chart{_main.ChartParts.Count() + 1}");
        var workbook = part.AddNewPart<EmbeddedPackagePart>(EmbeddedPackagePartType.Xlsx.ContentType, "numbers");
        using (var bytes = new MemoryStream(Workbook(times, lines))) workbook.FeedData(bytes);
        using (var xml = new MemoryStream())
        {
            LinesXml(title, times, lines, part.GetIdOfPart(workbook)).Save(xml);
            xml.Position = 0;
            part.FeedData(xml);
        }
        _body.Append(new Paragraph(new Run(new Drawing(Inline(
            TextWidth - 0.2, 7.5, title,
            new A.GraphicData(new C.ChartReference { Id = _main.GetIdOfPart(part) }) { Uri = "http://schemas.openxmlformats.org/drawingml/2006/chart" })))));
    }

    private static byte[] Workbook(IReadOnlyList<string> times, IReadOnlyList<(string Name, IReadOnlyList<decimal?> Values)> lines)
    {
        using var bytes = new MemoryStream();
        using (var file = SpreadsheetDocument.Create(bytes, SpreadsheetDocumentType.Workbook))
        {
            var book = file.AddWorkbookPart();
            var sheet = book.AddNewPart<WorksheetPart>("sheet1");
            var data = new S.SheetData(new S.Row([Word("A1", ""), .. lines.Select((l, i) => Word($"{Column(i)}1", l.Name))]) { RowIndex = 1 });
            for (var row = 0; row < times.Count; row++)
                data.Append(new S.Row([Word($"A{row + 2}", times[row]), .. lines.Select((l, i) => (l.Values[row], i)).Where(v => v.Item1 is not null).Select(v => new S.Cell { CellReference = $"{Column(v.i)}{row + 2}", CellValue = new S.CellValue(v.Item1!.Value) })]) { RowIndex = (uint)row + 2 });
            sheet.Worksheet = new S.Worksheet(data);
            book.Workbook = new S.Workbook(new S.Sheets(new S.Sheet { Name = "Sheet1", SheetId = 1, Id = book.GetIdOfPart(sheet) }));
        }
        return bytes.ToArray();

        static S.Cell Word(string at, string text) => new() { CellReference = at, DataType = S.CellValues.InlineString, InlineString = new S.InlineString(new S.Text(XmlText.Clean(text))) };
    }

    private static char Column(int line) => (char)('B' + line);

    private static XDocument LinesXml(string title, IReadOnlyList<string> times, IReadOnlyList<(string Name, IReadOnlyList<decimal?> Values)> lines, string workbook)
    {
        XNamespace c = "http://schemas.openxmlformats.org/drawingml/2006/chart", a = "http://schemas.openxmlformats.org/drawingml/2006/main", r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        return new XDocument(new XElement(c + "chartSpace", new XAttribute(XNamespace.Xmlns + "c", c), new XAttribute(XNamespace.Xmlns + "a", a), new XAttribute(XNamespace.Xmlns + "r", r),
            Val("roundedCorners", 0),
            new XElement(c + "chart",
                new XElement(c + "title",
                    new XElement(c + "tx", new XElement(c + "rich", new XElement(a + "bodyPr"), new XElement(a + "p",
                        new XElement(a + "pPr", new XElement(a + "defRPr", new XAttribute("sz", 1100), new XAttribute("b", 1))),
                        new XElement(a + "r", new XElement(a + "rPr", new XAttribute("sz", 1100), new XAttribute("b", 1)), new XElement(a + "t", XmlText.Clean(title)))))),
                    Val("overlay", 0)),
                Val("autoTitleDeleted", 0),
                new XElement(c + "plotArea", new XElement(c + "layout"),
                    new XElement(c + "lineChart", Val("grouping", "standard"), Val("varyColors", 0),
                        lines.Select((line, i) => new XElement(c + "ser", Val("idx", i), Val("order", i),
                            new XElement(c + "tx", new XElement(c + "strRef", new XElement(c + "f", $"Sheet1!${Column(i)}$1"), new XElement(c + "strCache", Val("ptCount", 1), Point(0, line.Name)))),
                            new XElement(c + "spPr", new XElement(a + "ln", new XAttribute("w", 28575), Fill(Looks[i % Looks.Length].Colour))),
                            new XElement(c + "marker", Val("symbol", Looks[i % Looks.Length].Mark), Val("size", 6), new XElement(c + "spPr", Fill(Looks[i % Looks.Length].Colour))),
                            new XElement(c + "cat", new XElement(c + "strRef", new XElement(c + "f", $"Sheet1!$A$2:$A${times.Count + 1}"), new XElement(c + "strCache", Val("ptCount", times.Count), times.Select((t, n) => Point(n, t))))),
                            new XElement(c + "val", new XElement(c + "numRef", new XElement(c + "f", $"Sheet1!${Column(i)}$2:${Column(i)}${times.Count + 1}"),
                                new XElement(c + "numCache", new XElement(c + "formatCode", "General"), Val("ptCount", times.Count), line.Values.Select((v, n) => (v, n)).Where(v => v.v is not null).Select(v => Point(v.n, v.v!.Value))))),
                            Val("smooth", 0))),
                        Val("marker", 1), Val("axId", 1), Val("axId", 2)),
                    new XElement(c + "catAx", Val("axId", 1), new XElement(c + "scaling", Val("orientation", "minMax")), Val("delete", 0), Val("axPos", "b"), Val("majorTickMark", "none"), Val("minorTickMark", "none"), Val("tickLblPos", "low"), Small(), Val("crossAx", 2), Val("crosses", "autoZero")),
                    new XElement(c + "valAx", Val("axId", 2), new XElement(c + "scaling", Val("orientation", "minMax")), Val("delete", 0), Val("axPos", "l"),
                        new XElement(c + "majorGridlines", new XElement(c + "spPr", new XElement(a + "ln", Fill("D9D9D9")))),
                        new XElement(c + "numFmt", new XAttribute("formatCode", "General"), new XAttribute("sourceLinked", 0)), Val("majorTickMark", "none"), Val("minorTickMark", "none"), Val("tickLblPos", "nextTo"), Small(), Val("crossAx", 1), Val("crosses", "autoZero"))),
                new XElement(c + "legend", Val("legendPos", "b"), Val("overlay", 0)),
                Val("plotVisOnly", 1), Val("dispBlanksAs", "gap")),
            new XElement(c + "externalData", new XAttribute(r + "id", workbook), Val("autoUpdate", 0))));

        XElement Val(string name, object value) => new(c + name, new XAttribute("val", value));
        XElement Fill(string colour) => new(a + "solidFill", new XElement(a + "srgbClr", new XAttribute("val", colour)));
        XElement Point(int index, object value) => new(c + "pt", new XAttribute("idx", index), new XElement(c + "v", XmlText.Clean(Convert.ToString(value, CultureInfo.InvariantCulture)!)));
        XElement Small() => new(c + "txPr", new XElement(a + "bodyPr"), new XElement(a + "p", new XElement(a + "pPr", new XElement(a + "defRPr", new XAttribute("sz", 900))), new XElement(a + "endParaRPr", new XAttribute("lang", "zh-CN"))));
    }
}
