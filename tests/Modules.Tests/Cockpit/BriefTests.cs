using System.Globalization;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Modules.Tests.Visits;
using Renda.Cockpit;
using Renda.Cockpit.Briefs;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Indicators;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Visits;

namespace Modules.Tests.Cockpit;

/// <summary>Briefs: the figures of a month for good, whatever is corrected later, and for those whose place it is.</summary>
public sealed class BriefTests
{
    private static readonly DateOnly October = new(2026, 10, 1);

    public static TheoryData<DatabaseProvider> Providers { get; } = FindingLoopTests.Providers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_was_issued_stays_and_says_that_it_was_corrected_since(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using var b = await BriefWorld.CreateAsync(w);
        var merged = await b.OctoberAsync();
        var clerk = Person("clerk", FindingWorld.County);

        // A draft keeps what was changed and no more.
        var made = await b.Reader.ReadAsync(b.Board, October, b.Place, clerk, Cancellation);
        var form = Form(made, 0);
        form[made.Sections[0].Key] = "十月的要点：办得快。\r\n请各镇继续。";
        Assert.Null((await b.Desk.SaveAsync(b.Board, October, form, false, clerk, Cancellation)).Refusal);
        var draft = (await b.Desk.FindAsync("visits", October, FindingWorld.County, Cancellation))!;
        Assert.Equal([(made.Sections[0].Key, "十月的要点：办得快。\n请各镇继续。")], BriefDesk.TextsOf(draft).Select(t => (t.Key, t.Value)));
        Assert.Null(draft.IssuedAt);
        // Over an older draft nothing is written, and too much or nothing is told at its field.
        Assert.Equal("cockpit.brief-changed", (await b.Desk.SaveAsync(b.Board, October, form, false, clerk, Cancellation)).Refusal?.Code);
        form["version"] = "1";
        var wrong = (await b.Desk.SaveAsync(b.Board, October, new Dictionary<string, string>(form) { [made.Sections[0].Key] = new string('长', BriefDesk.Longest + 1), [made.Sections[1].Key] = " " }, true, clerk, Cancellation)).Refusal!;
        Assert.Equal([made.Sections[0].Key, made.Sections[1].Key], wrong.Fields.Select(f => f.Field));

        var (issued, refusal) = await b.Desk.SaveAsync(b.Board, October, form, true, clerk, Cancellation);
        Assert.Null(refusal);
        Assert.Equal((1, new DateOnly(2026, 10, 31)), (issued!.Issue, issued.AsOf));
        var content = BriefDesk.ContentOf(issued);
        // Its figures are the indicators' answers as of the end of the month.
        foreach (var figure in content.Sections.SelectMany(s => s.Figures))
            Assert.Equal((figure.Indicator.Code, await b.ValueAsync(figure.Indicator.Code, clerk, asOf: content.AsOf)), (figure.Indicator.Code, figure.Value));
        Assert.Equal(1m, content.Sections.SelectMany(s => s.Figures).Single(f => f.Indicator.Code == "visits.under-way").Value);
        Assert.Empty((await b.Reader.DifferAsync(content, clerk, Cancellation)).Differences);
        var before = Text(b.Document.Make(content, issued).Bytes);
        Assert.Contains("十月的要点：办得快。", before, StringComparison.Ordinal);

        // In November a merge of October is undone: there was one more under way.
        await w.ActAsync(merged, "unmerge", w.Clerk, new { reason = "不是同一件" });
        await b.CatchUpAsync();
        Assert.Equal(2m, await b.ValueAsync("visits.under-way", clerk, asOf: null));
        var kept = (await b.Desk.IssuedAsync(issued.Id, clerk, Cancellation))!;
        Assert.Equal(before, Text(b.Document.Make(BriefDesk.ContentOf(kept), kept).Bytes));
        var (differences, corrections) = await b.Reader.DifferAsync(BriefDesk.ContentOf(kept), clerk, Cancellation);
        Assert.Contains(differences, d => d is { Indicator.Code: "visits.under-way", Told: 1, Now: 2 });
        Assert.True(corrections >= 1);
        // Made again it tells what was known then.
        var again = await b.Reader.ReadAsync(b.Board, October, b.Place, clerk, Cancellation);
        Assert.Equal(content.Sections.SelectMany(s => s.Figures).Select(f => (f.Indicator.Code, f.Value, f.Before, f.YearBefore)), again.Sections.SelectMany(s => s.Figures).Select(f => (f.Indicator.Code, f.Value, f.Before, f.YearBefore)));
        Assert.Equal(made.Sections.Where(s => s.CountedAt is null).Select(s => s.Text), again.Sections.Where(s => s.CountedAt is null).Select(s => s.Text));

        // Once issued nothing is changed, nor issued again.
        form["version"] = "2";
        foreach (var issue in (bool[])[true, false]) Assert.Equal("cockpit.brief-issued", (await b.Desk.SaveAsync(b.Board, October, form, issue, clerk, Cancellation)).Refusal?.Code);
        // The month that runs is not over; one to come is none.
        var november = await b.Reader.ReadAsync(b.Board, October.AddMonths(1), b.Place, clerk, Cancellation);
        Assert.Equal("cockpit.brief-early", (await b.Desk.SaveAsync(b.Board, October.AddMonths(1), Form(november, 0), true, clerk, Cancellation)).Refusal?.Code);
        Assert.Equal(404, (await b.Desk.SaveAsync(b.Board, October.AddMonths(2), Form(november, 0), true, clerk, Cancellation)).Refusal?.Status);
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal(1, await db.Set<AuditEntry>().CountAsync(e => e.Action == BriefDesk.Permission, Cancellation));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_brief_is_read_within_its_place_and_made_by_the_office(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using var b = await BriefWorld.CreateAsync(w);
        await b.OctoberAsync();
        var clerk = Person("clerk", FindingWorld.County);
        var made = await b.Reader.ReadAsync(b.Board, October, b.Place, clerk, Cancellation);
        foreach (var other in (Actor[])[w.Deputy, w.PowerClerk, Person("leader", FindingWorld.County), Person("unit-clerk", 0)])
            Assert.Equal(403, (await b.Desk.SaveAsync(b.Board, October, Form(made, 0), true, other, Cancellation)).Refusal?.Status);
        var issued = (await b.Desk.SaveAsync(b.Board, October, Form(made, 0), true, clerk, Cancellation)).Brief!;

        foreach (var (reader, reads) in ((Actor, bool)[])[(Person("leader", FindingWorld.County), true), (Person("office-head", FindingWorld.County), true), (Person("leader", 330500000000), true), (Person("clerk", 330523000000), false), (Person("leader", 330522110000), false), (w.Deputy, false), (w.PowerClerk, false)])
        {
            Assert.Equal(reads, await b.Desk.IssuedAsync(issued.Id, reader, Cancellation) is not null);
            Assert.Equal(reads, (await b.Desk.ListAsync("visits", reader, Cancellation)).Any(x => x.Id == issued.Id));
        }
        // Who sees the cockpit but may not read the scenario reads no brief of it.
        var blind = new Actor(Guid.CreateVersion7(), null, "看屏", [new(Role.Find("leader")!, FindingWorld.County, null, new HashSet<string> { "cockpit.view" })]);
        Assert.Null(await b.Desk.IssuedAsync(issued.Id, blind, Cancellation));
        // It tells of visits made, too: that is for those who may ask for visits, and not for all who read findings.
        Assert.Contains(VisitScope.Permission, made.Scenarios);
        Assert.Null(await b.Desk.IssuedAsync(issued.Id, Without(Person("leader", FindingWorld.County), VisitScope.Permission), Cancellation));
        var findings = await b.Reader.ReadAsync(b.Board, October, b.Place, Without(clerk, VisitScope.Permission), Cancellation);
        Assert.Contains("visits", findings.Scenarios);
        Assert.DoesNotContain(VisitScope.Permission, findings.Scenarios);
        // Another county's office makes its own, from its own.
        var anji = Person("clerk", 330523000000);
        var theirs = await b.Reader.ReadAsync(b.Board, October, RegionDirectory.Huzhou.Find(330523000000)!, anji, Cancellation);
        Assert.Equal(0m, theirs.Sections.SelectMany(s => s.Figures).Single(f => f.Indicator.Code == "visits.raised").Value);
        Assert.Empty((await b.Reader.ReadAsync(b.Board, October, b.Place, anji, Cancellation)).Sections);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_document_is_valid_and_its_chart_holds_its_numbers(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await using var b = await BriefWorld.CreateAsync(w);
        await b.OctoberAsync();
        var clerk = Person("clerk", FindingWorld.County);
        foreach (var (language, words) in ((string, string[])[])[("zh-CN", ["工作简报", "草稿", "长兴县", "一、主要数字", "本月收到件数 3 件，上月是 0 件", "近十二个月走势", "数据截至 2026年10月31日"]), ("en", ["Brief", "Draft", "1. Main figures", "Received this month: 3 matters", "The last twelve months", "2026-10-31"])])
        {
            var culture = CultureInfo.CurrentUICulture;
            CultureInfo.CurrentUICulture = new CultureInfo(language);
            BriefContent content;
            try
            {
                content = await b.Reader.ReadAsync(b.Board, October, b.Place, clerk, Cancellation);
            }
            finally
            {
                CultureInfo.CurrentUICulture = culture;
            }
            using var file = new MemoryStream(b.Document.Make(content, null).Bytes);
            using var document = WordprocessingDocument.Open(file, false);
            Assert.Empty(new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Microsoft365).Validate(document, Cancellation).Select(e => $"{e.Part?.Uri} {e.Path?.XPath} {e.Description}"));
            var text = document.MainDocumentPart!.Document!.InnerText;
            foreach (var word in words) Assert.Contains(word, text, StringComparison.Ordinal);
            var course = content.Sections.Single(s => s.Courses.Count > 0).Courses[0];
            var chart = document.MainDocumentPart.ChartParts.Single();
            using (var xml = chart.GetStream())
            {
                XNamespace c = "http://schemas.openxmlformats.org/drawingml/2006/chart";
                var first = XDocument.Load(xml).Descendants(c + "ser").First();
                Assert.Equal(course.Points.Where(p => p.Value is not null).Select(p => p.Value), first.Element(c + "val")!.Descendants(c + "v").Select(v => (decimal?)decimal.Parse(v.Value, CultureInfo.InvariantCulture)));
                Assert.Equal(12, first.Element(c + "cat")!.Descendants(c + "v").Count());
            }
            // The workbook inside says the same, so that the chart can be changed in Word.
            using var inside = chart.EmbeddedPackagePart!.GetStream();
            using var copy = new MemoryStream();
            await inside.CopyToAsync(copy, Cancellation);
            using var book = SpreadsheetDocument.Open(copy, false);
            Assert.Empty(new OpenXmlValidator().Validate(book, Cancellation));
            var rows = book.WorkbookPart!.WorksheetParts.Single().Worksheet!.Descendants<Row>().ToList();
            Assert.Equal(course.Points.Select(p => p.Value), rows.Skip(1).Select(r => (decimal?)decimal.Parse(r.Elements<Cell>().ElementAt(1).CellValue!.Text, CultureInfo.InvariantCulture)));
        }
    }

    private static Dictionary<string, string> Form(BriefContent content, int version) => new(content.Sections.Select(s => KeyValuePair.Create(s.Key, s.Text))) { ["version"] = version.ToString(CultureInfo.InvariantCulture) };

    private static string Text(byte[] docx)
    {
        using var file = new MemoryStream(docx);
        using var document = WordprocessingDocument.Open(file, false);
        return document.MainDocumentPart!.Document!.OuterXml;
    }

    private static Actor Person(string role, long region)
    {
        List<Permission> permissions = [.. VisitsRules.Module.Permissions, .. new CockpitModule().Permissions];
        return new(Guid.CreateVersion7(), null, "钱办", [new ActorGrant(Role.Find(role)!, region, null, permissions.Where(p => p.Roles.Contains(role)).Select(p => p.Id).ToHashSet())]);
    }

    private static Actor Without(Actor actor, string permission) => actor with { Grants = [.. actor.Grants.Select(g => g with { Permissions = g.Permissions.Where(p => p != permission).ToHashSet() })] };

    /// <summary>Boards and briefs over a world of findings.</summary>
    private sealed class BriefWorld(FindingWorld world, ServiceProvider services) : IAsyncDisposable
    {
        public BriefReader Reader { get; } = services.GetRequiredService<BriefReader>();

        public BriefDesk Desk { get; } = services.GetRequiredService<BriefDesk>();

        public BriefDocument Document { get; } = services.GetRequiredService<BriefDocument>();

        public Board Board { get; } = services.GetRequiredService<BoardShelf>().Find("visits")!;

        public Region Place { get; } = RegionDirectory.Huzhou.Find(FindingWorld.County)!;

        public static Task<BriefWorld> CreateAsync(FindingWorld w) => Task.FromResult(new BriefWorld(w, BoardServices.Of(w)));

        /// <summary>Three findings of October: one closed, one merged into it, one under way; then it is November. The merged one.</summary>
        public async Task<Guid> OctoberAsync()
        {
            world.Time.Now = new(2026, 10, 12, 1, 0, 0, TimeSpan.Zero);
            var ids = new List<Guid>();
            foreach (var what in (string[])["电线杆歪了", "河边缺护栏", "还是那根电线杆"])
            {
                var id = Guid.CreateVersion7();
                Assert.Null((await world.SubmitAsync(id, world.Request(what) with { CapturedAt = world.Time.Now.UtcDateTime.AddMinutes(-5) })).Refusal);
                ids.Add(id);
            }
            await world.ActAsync(ids[2], "merge", world.Clerk, new { target = ids[0] });
            await world.ActAsync(ids[0], "assign", world.Clerk, new { leadUnit = world.Power });
            await world.ActAsync(ids[0], "accept", world.PowerClerk);
            await world.ActAsync(ids[0], "reply", world.PowerClerk, new { text = "扶正了", media = new[] { await world.PhotoAsync(world.PowerClerk, 20) } });
            await world.ActAsync(ids[0], "check", world.Clerk);
            await world.ActAsync(ids[0], "evaluate", world.Deputy, new { attitude = "1", result = "1" });
            world.Time.Now = new(2026, 11, 5, 1, 0, 0, TimeSpan.Zero);
            await CatchUpAsync();
            return ids[2];
        }

        public async Task CatchUpAsync()
        {
            while (await services.GetRequiredService<IndicatorLedger>().CatchUpAsync(Cancellation) > 0)
            {
            }
        }

        public async Task<decimal?> ValueAsync(string code, Actor actor, DateOnly? asOf) =>
            (await services.GetRequiredService<IndicatorValues>().AskAsync((await services.GetRequiredService<IndicatorBook>().FindAsync(code, October, Cancellation))!, new(October, new(2026, 10, 31), Region: FindingWorld.County, AsOf: asOf), actor, Cancellation)).Total.Value;

        public ValueTask DisposeAsync() => services.DisposeAsync();
    }
}
