using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Persistence;

namespace Modules.Tests.Stations;

/// <summary>What anybody may have as files: nothing but what the pages show.</summary>
public sealed class OpenDataTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Only_what_was_published_is_told_in_the_words_that_were_published(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var (_, hidden) = await w.ClaimedAsync();
        await w.ActAsync(hidden, "answer", w.Li, new { text = "不公开的答复。" });
        var shown = await w.PublishedAsync("=HYPERLINK(\"x\")，“路灯”, 亮了\n第二行", "2");
        var taken = await w.PublishedAsync("后来撤下的。");
        await w.ActAsync(taken, "unpublish", w.Keeper, new { reason = "当事人要求。" });
        var (_, again) = await w.SayAsync();
        await w.ActAsync(again, "merge", w.Keeper, new { target = shown });

        var rows = await TableAsync(to => w.Data.WriteVoicesAsync(to, Stop));
        var row = Assert.Single(rows);
        Assert.Equal((shown.ToString(), "2026-03-02", "roads", "道路交通", "330522110000", "和平镇中心联络站", "2", "closed", "2"), (row["id"], row["said_on"], row["category_code"], row["category"], row["region_code"], row["station"], row["times"], row["result"], row["satisfaction"]));
        // No spreadsheet takes it for a formula, and the quotes come back as they were.
        Assert.Equal("'=HYPERLINK(\"x\")，“路灯”, 亮了\n第二行", row["text"]);
        Assert.Equal("已经修好。", row["answer"]);
        Assert.DoesNotContain("13800000000", string.Join('|', row.Values), StringComparison.Ordinal);
        // A number that is no number in the ledger either.
        Assert.DoesNotContain("群众〔", string.Join('|', row.Values), StringComparison.Ordinal);
        Assert.Equal((1, 1, 1), await CountsAsync(w));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Stations_and_deputies_are_told_as_the_law_publishes_them(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        Assert.Null(await w.Stations.SaveAsync(w.Station, new Dictionary<string, string> { ["level"] = "centre", ["head"] = "不公开的站长", ["phone"] = "0572-1000110", ["address"] = "人民路 88 号", ["hours"] = "每周六", ["latitude"] = "30.84", ["longitude"] = "119.895" }, w.Keeper, Stop));
        var stations = await TableAsync(to => w.Data.WriteStationsAsync(to, "https://p.renda.example", Stop));
        Assert.Equal(2, stations.Count);
        var station = stations.Single(s => s["id"] == w.Station.ToString());
        var code = await w.Stations.CodeAsync(w.Station, false, Stop);
        Assert.Equal(("centre", "0572-1000110", "30.84", "119.895", "2", code, $"https://p.renda.example/p/s/{code}"), (station["level"], station["phone"], station["latitude"], station["longitude"], station["deputies"], station["code"], station["url"]));
        Assert.DoesNotContain("站长", string.Join('|', station.Values), StringComparison.Ordinal);

        using var bytes = new MemoryStream();
        await w.Data.WriteStationsGeoJsonAsync(bytes, "https://p.renda.example", Stop);
        var map = JsonNode.Parse(bytes.ToArray())!;
        var feature = map["features"]!.AsArray().Single(f => f!["id"]!.ToString() == w.Station.ToString())!;
        Assert.Equal((119.895, 30.84), (feature["geometry"]!["coordinates"]![0]!.GetValue<double>(), feature["geometry"]!["coordinates"]![1]!.GetValue<double>()));
        Assert.Null(map["features"]!.AsArray().Single(f => f!["id"]!.ToString() == w.OtherStation.ToString())!["geometry"]);

        var deputies = await TableAsync(to => w.Data.WriteDeputiesAsync(to, "https://p.renda.example", Stop));
        Assert.Equal(["吴代表", "李代表", "沈代表"], deputies.Select(d => d["name"]).Order(StringComparer.Ordinal));
        var li = deputies.Single(d => d["name"] == "李代表");
        Assert.Equal(("town", "和平镇人民代表大会", "第1选区（红山村）", "和平镇中心联络站"), (li["tier"], li["congress"], li["constituency"], li["stations"]));
        // Who works in no station has no page to be said to.
        Assert.Equal(("", ""), (deputies.Single(d => d["name"] == "吴代表")["code"], deputies.Single(d => d["name"] == "吴代表")["url"]));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task More_rows_than_a_page_come_whole_and_once(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        await using (var db = w.Databases.CreateDbContext())
        {
            var since = new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            for (var i = 0; i < 1203; i++)
                db.Add(new Renda.Platform.Congresses.Organisation { Id = i % 2 == 0 ? Guid.CreateVersion7() : Guid.NewGuid(), Name = $"第 {i} 联络点", ShortName = $"{i}", Kind = Renda.Platform.Congresses.OrganisationKind.Station, Region = StationWorld.Town, ValidFrom = since });
            await db.SaveChangesAsync(Stop);
        }
        var stations = await TableAsync(to => w.Data.WriteStationsAsync(to, "", Stop));
        Assert.Equal((1205, 1205), (stations.Count, stations.Select(s => s["id"]).Distinct().Count()));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_becomes_a_project_is_kept_with_its_origin_once_for_those_who_may_see_it(DatabaseProvider provider)
    {
        await using var w = await StationWorld.CreateAsync(provider);
        var (_, plain) = await w.ClaimedAsync();
        await w.ActAsync(plain, "convert", w.Li, new { kind = "suggestion", text = "提成建议。" });
        var (_, id) = await w.ClaimedAsync();
        await w.ActAsync(id, "convert", w.Li, new { kind = "project", text = "各村都有，建议列为民生实事。" });
        Assert.Equal(("converted", "proposed"), ((await w.LoadAsync(plain)).Matter.State, (await w.LoadAsync(id)).Matter.State));
        await Task.WhenAll(w.Proposals.KeepAsync(Stop), w.Proposals.KeepAsync(Stop));
        foreach (var (actor, sees) in new[] { (w.Clerk, true), (w.Keeper, true), (w.Li, true), (w.OtherKeeper, false), (w.Wu, false), (w.RoadsClerk, false) })
        {
            var rows = await w.Proposals.ListAsync(actor, null, 25, Stop);
            Assert.Equal(sees ? 1 : 0, rows.Count);
            Assert.Equal(rows.Count, await w.Proposals.CountAsync(actor, Stop));
        }
        var row = (await w.Proposals.ListAsync(w.Clerk, null, 25, Stop))[0];
        Assert.Equal((id, "李代表", "各村都有，建议列为民生实事。", "和平镇中心联络站"), (row.Proposal.MatterId, row.Proposal.By, row.Proposal.Reason, row.Station));
        Assert.Null(row.Into);
        Assert.Empty(await w.Proposals.ListAsync(w.Clerk, row.Serial, 25, Stop));
        // It counts as solved, as what became a suggestion does.
        Assert.Equal(2, (await w.Reports.ReadAsync(new(2026, 3, 1), w.Station, w.Keeper, Stop))[0].Solved);
        await using var db = w.Databases.CreateDbContext();
        Assert.Equal(1, await db.Set<Renda.Stations.StationProposal>().CountAsync(Stop));
        await w.HoldsAsync();
    }

    private static async Task<(int, int, int)> CountsAsync(StationWorld w)
    {
        var counts = await w.Data.CountsAsync(Stop);
        return (counts.Voices, counts.Rated, counts.Satisfied);
    }

    /// <summary>The rows as another program reads them, by heading.</summary>
    private static async Task<List<Dictionary<string, string>>> TableAsync(Func<Stream, Task> writeAsync)
    {
        using var bytes = new MemoryStream();
        await writeAsync(bytes);
        Assert.Equal([0xef, 0xbb, 0xbf], bytes.ToArray()[..3]);
        var text = Encoding.UTF8.GetString(bytes.ToArray()[3..]);
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        var rows = Parse(text);
        return [.. rows.Skip(1).Select(r => rows[0].Zip(r).ToDictionary(p => p.First, p => p.Second))];
    }

    // RFC 4180 read once more, by nobody's library.
    private static List<List<string>> Parse(string text)
    {
        var (rows, row, cell, quoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
                else quoted = false;
            }
            else if (c == '"') quoted = true;
            else if (c is ',' or '\r')
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (c == ',') continue;
                Assert.Equal('\n', text[++i]);
                rows.Add(row);
                row = [];
            }
            else cell.Append(c);
        }
        Assert.True(rows.All(r => r.Count == rows[0].Count));
        return rows;
    }
}
