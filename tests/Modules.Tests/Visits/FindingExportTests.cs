using System.Text.Json;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Renda.Platform.Access;
using Renda.Platform.Media;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;
using Renda.Platform.Web;
using Renda.Visits;
using Renda.Visits.Exports;
using SkiaSharp;

namespace Modules.Tests.Visits;

/// <summary>Findings as files: what is in them, for whom, and that programs can open them.</summary>
public sealed class FindingExportTests
{
    private const string Site = "https://renda.example";

    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_ledger_holds_exactly_the_rows_of_the_list(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using var e = await ExportWorld.CreateAsync(w);
        var (first, second, third) = (await w.SubmitAsync("第一处"), await w.SubmitAsync("第二处", w.OtherDeputy), await w.SubmitAsync("第三处"));
        await w.ActAsync(second, "assign", w.Clerk, new { leadUnit = w.Power });

        var all = await e.LedgerAsync(new FindingFilter(), w.Clerk);
        Assert.Equal(["编号", "标题", "类别", "村（社区）", "反映代表", "反映时间", "状态", "主办单位", "期限", "是否超期", "有凭证办结", "办理态度", "办理结果", "链接"], all[0]);
        Assert.Equal([third, second, first], all.Skip(1).Select(r => Guid.Parse(r[^1].Split('/')[^1])));
        Assert.Equal(["第三处", "第二处", "第一处"], all.Skip(1).Select(r => r[1]));
        Assert.Equal(("杆线", "长兴县和平镇红山村", "2026-11-23 09:00", "供电", "待签收"), (all[2][2], all[2][3], all[2][5], all[2][7], all[2][6]));

        Assert.Equal(["第二处"], (await e.LedgerAsync(new FindingFilter { View = FindingView.Find("handle") }, w.Clerk)).Skip(1).Select(r => r[1]));
        await w.Search.CatchUpAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["第一处"], (await e.LedgerAsync(new FindingFilter { Q = "第一" }, w.Clerk)).Skip(1).Select(r => r[1]));
        Assert.Equal(["第三处", "第一处"], (await e.LedgerAsync(new FindingFilter(), w.Deputy)).Skip(1).Select(r => r[1]));
        Assert.Equal(["第二处"], (await e.LedgerAsync(new FindingFilter(), w.PowerClerk)).Skip(1).Select(r => r[1]));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Another_countys_clerk_gets_no_row_no_card_and_no_point(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using var e = await ExportWorld.CreateAsync(w);
        var id = await w.SubmitAsync();
        var other = VisitsRules.Person("德清", "clerk", 330521000000);
        Assert.Single(await e.LedgerAsync(new FindingFilter(), other));
        Assert.Single(await e.LedgerAsync(new FindingFilter { Region = FindingWorld.County }, other));
        Assert.Null(await e.Exports.CardAsync(id, other, Site, Cancellation));
        Assert.Null(await e.Exports.CardAsync(id, w.OtherDeputy, Site, Cancellation));
        Assert.Empty((await e.GeoJsonAsync(other)).GetProperty("features").EnumerateArray());
        Assert.NotNull(await e.Exports.CardAsync(id, w.Clerk, Site, Cancellation));
    }

    [Fact]
    public async Task A_text_that_looks_like_a_formula_stays_a_text()
    {
        await using var w = await FindingWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var e = await ExportWorld.CreateAsync(w);
        await w.SubmitAsync("=1+1");
        await w.SubmitAsync("+cmd|' /C calc'!A0");
        await w.SubmitAsync("<b>&\u0001\ud83d\ude00 @SUM(A1)");
        using var file = new MemoryStream(await e.LedgerFileAsync(new FindingFilter(), w.Clerk));
        using var workbook = SpreadsheetDocument.Open(file, false);
        Assert.Empty(Validate(workbook));
        var cells = workbook.WorkbookPart!.WorksheetParts.Single().Worksheet!.Descendants<Cell>().ToList();
        Assert.DoesNotContain(cells, c => c.CellFormula is not null);
        Assert.All(cells.Where(c => c.HasChildren), c => Assert.Equal(CellValues.InlineString, c.DataType!.Value));
        var titles = cells.Select(c => c.InnerText).ToList();
        Assert.Contains("=1+1", titles);
        Assert.Contains("+cmd|' /C calc'!A0", titles);
        Assert.Contains("<b>&\ud83d\ude00 @SUM(A1)", titles);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_map_file_is_geojson_with_longitude_first_and_null_for_no_position(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using var e = await ExportWorld.CreateAsync(w);
        var located = await w.SubmitAsync();
        Assert.Null((await w.SubmitAsync(Guid.CreateVersion7(), w.Request("没有定位") with { Latitude = null, Longitude = null })).Refusal);
        var map = await e.GeoJsonAsync(w.Clerk);
        Assert.Equal("FeatureCollection", map.GetProperty("type").GetString());
        var features = map.GetProperty("features").EnumerateArray().ToList();
        Assert.Equal(JsonValueKind.Null, features[0].GetProperty("geometry").ValueKind);
        Assert.Equal([FindingWorld.Longitude, FindingWorld.Latitude], features[1].GetProperty("geometry").GetProperty("coordinates").EnumerateArray().Select(n => n.GetDouble()));
        var properties = features[1].GetProperty("properties");
        Assert.Equal(["number", "title", "category", "state", "village", "url"], properties.EnumerateObject().Select(p => p.Name));
        Assert.Equal(($"{Site}/matters/{located}", "杆线", "待核实"), (properties.GetProperty("url").GetString(), properties.GetProperty("category").GetString(), properties.GetProperty("state").GetString()));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_card_is_a_valid_document_with_the_public_pictures_and_the_course(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using var e = await ExportWorld.CreateAsync(w);
        var (id, before, after) = await e.JudgedAsync();
        var card = await e.Exports.CardAsync(id, w.Clerk, Site, Cancellation);
        Assert.Matches("^寻访问题卡片-寻访〔2026〕1号\\.docx$", card!.Name);
        using var file = new MemoryStream(card.Bytes);
        using var document = WordprocessingDocument.Open(file, false);
        Assert.Empty(Validate(document));
        var text = document.MainDocumentPart!.Document!.InnerText;
        foreach (var expected in new[] { "寻访〔2026〕1号", "电线杆歪了", "已扶正", "整改前", "整改后", "距原处 20 米", "供电", "基本满意", $"{Site}/matters/{id}" })
            Assert.Contains(expected, text);
        var pictures = document.MainDocumentPart.ImageParts.Select(Bytes).ToList();
        Assert.Equal(2, pictures.Count);
        // What goes out is never the sealed original.
        Assert.DoesNotContain(pictures, p => p.AsSpan().SequenceEqual(before) || p.AsSpan().SequenceEqual(after));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_report_is_a_valid_document_with_charts_and_pairs_for_those_whose_campaign_it_is(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using var e = await ExportWorld.CreateAsync(w);
        await e.JudgedAsync();
        var report = await e.Exports.ReportAsync(w.Campaign, w.Head, Cancellation);
        using var file = new MemoryStream(report!.Bytes);
        using var document = WordprocessingDocument.Open(file, false);
        Assert.Empty(Validate(document));
        Assert.True(document.MainDocumentPart!.ChartParts.Count() >= 3);
        Assert.Equal(2, document.MainDocumentPart.ImageParts.Count());
        var text = document.MainDocumentPart.Document!.InnerText;
        Assert.Contains("1 名代表在 1 个村（社区）反映问题 1 件", text);
        Assert.Contains("杆线", text);
        Assert.Null(await e.Exports.ReportAsync(Guid.CreateVersion7(), w.Head, Cancellation));
        Assert.Null(await e.Exports.ReportAsync(w.Campaign, VisitsRules.Person("杭州", "clerk", 330100000000), Cancellation));
        Assert.Null(await e.Exports.ReportAsync(w.Campaign, w.Deputy, Cancellation));
    }

    private static List<string> Validate(OpenXmlPackage package) => [.. new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Microsoft365).Validate(package, Cancellation).Select(e => $"{e.Part?.Uri} {e.Path?.XPath} {e.Description}")];

    private static byte[] Bytes(ImagePart part)
    {
        using var stream = part.GetStream();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>The exports with a real media store beside a world.</summary>
    private sealed class ExportWorld(FindingWorld world, ServiceProvider services, string folder) : IAsyncDisposable
    {
        public FindingExports Exports { get; } = services.GetRequiredService<FindingExports>();

        public static async Task<ExportWorld> CreateAsync(FindingWorld world)
        {
            var folder = Directory.CreateTempSubdirectory("renda-exports-").FullName;
            var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(world.Time).AddSingleton<IDbContextFactory<RendaDbContext>>(world.Databases)
                .AddSingleton(world.Findings).AddSingleton(RegionDirectory.Huzhou).AddSingleton(new DemoMode(false, 0)).AddSingleton<FindingExports>().AddSingleton(world.Figures)
                .AddSingleton(new ProcedureCatalogue(VisitsRules.Module.Procedures, VisitsRules.Rules, VisitsRules.Module.Permissions, VisitsRules.Deadlines))
                .AddRendaMedia(new MediaSettings { Folder = folder }).BuildServiceProvider();
            foreach (var service in services.GetServices<IHostedService>()) await service.StartAsync(Cancellation);
            return new ExportWorld(world, services, folder);
        }

        /// <summary>A finding with a photo before and one after, judged by its deputy, and the bytes of both originals.</summary>
        public async Task<(Guid Id, byte[] Before, byte[] After)> JudgedAsync()
        {
            var (before, beforeBytes) = await PhotoAsync(world.Deputy, SKColors.SaddleBrown);
            var (after, afterBytes) = await PhotoAsync(world.PowerClerk, SKColors.ForestGreen);
            await using (var db = world.Databases.CreateDbContext())
                await db.Set<MediaItem>().Where(m => m.Sha256 == after).ExecuteUpdateAsync(s => s.SetProperty(m => m.Latitude, FindingWorld.Latitude + 20 / 111_195.0).SetProperty(m => m.Longitude, FindingWorld.Longitude), Cancellation);
            var id = Guid.CreateVersion7();
            Assert.Null((await world.SubmitAsync(id, world.Request() with { Media = [new FindingMedia { Sha256 = before }] })).Refusal);
            await world.ActAsync(id, "assign", world.Clerk, new { leadUnit = world.Power });
            await world.ActAsync(id, "accept", world.PowerClerk);
            await world.ActAsync(id, "reply", world.PowerClerk, new { text = "已扶正", media = new[] { after } });
            await world.ActAsync(id, "check", world.Clerk);
            await world.ActAsync(id, "evaluate", world.Deputy, new { attitude = "1", result = "2" });
            return (id, beforeBytes, afterBytes);
        }

        public async Task<byte[]> LedgerFileAsync(FindingFilter filter, Actor actor)
        {
            using var bytes = new MemoryStream();
            await using (var oneWay = new AsyncOnly(bytes)) await Exports.WriteLedgerAsync(oneWay, filter, actor, Site, Cancellation);
            return bytes.ToArray();
        }

        public async Task<List<string[]>> LedgerAsync(FindingFilter filter, Actor actor)
        {
            using var file = new MemoryStream(await LedgerFileAsync(filter, actor));
            using var workbook = SpreadsheetDocument.Open(file, false);
            return
            [
                .. workbook.WorkbookPart!.WorksheetParts.Single().Worksheet!.Descendants<Row>().Select(r =>
                {
                    // Where a cell stands is said by the cell; empty ones are left out.
                    var cells = Enumerable.Repeat("", 14).ToArray();
                    foreach (var cell in r.Elements<Cell>())
                    {
                        Assert.Equal(r.RowIndex!.Value.ToString(), cell.CellReference!.Value![1..]);
                        cells[cell.CellReference.Value[0] - 'A'] = cell.InnerText;
                    }
                    return cells;
                }),
            ];
        }

        public async Task<JsonElement> GeoJsonAsync(Actor actor)
        {
            using var bytes = new MemoryStream();
            await using (var oneWay = new AsyncOnly(bytes)) await Exports.WriteGeoJsonAsync(oneWay, new FindingFilter(), actor, Site, Cancellation);
            return JsonDocument.Parse(bytes.ToArray()).RootElement;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var service in services.GetServices<IHostedService>()) await service.StopAsync(CancellationToken.None);
            await services.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        private async Task<(string Sha, byte[] Bytes)> PhotoAsync(Actor by, SKColor colour)
        {
            using var bitmap = new SKBitmap(400, 300);
            bitmap.Erase(colour);
            using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
            var bytes = data.ToArray();
            using var stream = new MemoryStream(bytes);
            var taken = await services.GetRequiredService<MediaService>().IngestAsync(stream, "photo.jpg", by.AccountId, Cancellation);
            return (taken.Item!.Sha256, bytes);
        }
    }

    /// <summary>As a web server's response: written asynchronously only, never read or sought.</summary>
    private sealed class AsyncOnly(Stream to) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => throw new InvalidOperationException("Synchronous operations are disallowed.");
        public override Task FlushAsync(CancellationToken cancellationToken) => to.FlushAsync(cancellationToken);
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("Synchronous operations are disallowed.");
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => to.WriteAsync(buffer, cancellationToken);
        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => to.WriteAsync(buffer, offset, count, cancellationToken);
    }
}
