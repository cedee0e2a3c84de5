using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Visits;

namespace Modules.Tests.Visits;

public sealed class CampaignTests
{
    private const string Tree = """
        设施 #facilities
          杆线 / Poles #lines
            电线杆倾斜 / Leaning pole | 第二十四条 | 供电 | 7个工作日 | 2张 #leaning
            电线垂落 | 第24条 | 1张 #hanging
        """;

    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Publishing_makes_a_version_and_the_phone_with_the_older_one_is_still_heard(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await PublishedAsync(w);
        var old = w.Request() with { CampaignId = id, CampaignVersion = 1, Category = "hanging", Media = [new() { Sha256 = await w.PhotoAsync(w.Deputy, 0) }] };

        var second = Draft(w) with { Categories = Tree.Replace("#hanging", "#dangling") };
        Assert.Null(await w.Campaigns.PublishAsync(id, second, 3, w.Clerk, Stop));

        Assert.Null((await w.SubmitAsync(Guid.CreateVersion7(), old)).Refusal);
        Assert.Equal("visits.unknown-category", Only((await w.SubmitAsync(Guid.CreateVersion7(), old with { CampaignVersion = 2 })).Refusal));
        Assert.Equal("visits.unknown-version", Only((await w.SubmitAsync(Guid.CreateVersion7(), old with { CampaignVersion = 3 })).Refusal));
        Assert.Null((await w.SubmitAsync(Guid.CreateVersion7(), old with { CampaignVersion = 2, Category = "dangling" })).Refusal);
        await using var db = w.Databases.CreateDbContext();
        var versions = await db.Set<CampaignVersion>().Where(v => v.CampaignId == id).OrderBy(v => v.Version).ToListAsync(Stop);
        Assert.Equal([(1, true), (2, false)], versions.Select(v => (v.Version, v.Content.Contains("\"hanging\"", StringComparison.Ordinal))));
        Assert.Equal("电线垂落", (await w.Findings.LeafAsync(id, "hanging", Stop))!.Name.Zh);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_wrong_is_refused_at_its_field_and_line_and_the_draft_is_kept(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var (id, _) = await w.Campaigns.BeginAsync(null, w.Clerk, Stop);
        var wrong = Draft(w) with { Title = " ", Closes = "2026-10-01", Metres = "3", Categories = "设施\n  杆线\n     歪了\n    电线 | 第24条 | 火星局 | 3张", Fields = "颜色 | 选择：红", Checklist = "看路\n看路" };

        var refusal = await w.Campaigns.PublishAsync(id, wrong, 1, w.Clerk, Stop);

        Assert.Equal(["title", "closes", "categories", "categories", "fields", "checklist", "metres"], refusal!.Fields.Select(f => f.Field));
        Assert.StartsWith("第 3 行：", refusal.Fields[2].Text.Zh, StringComparison.Ordinal);
        Assert.StartsWith("第 4 行：“火星局”看不懂", refusal.Fields[3].Text.Zh, StringComparison.Ordinal);
        var kept = await w.Campaigns.FindAsync(id, w.Clerk, Stop);
        Assert.Equal((0, wrong.Categories), (kept!.Version, (await w.Campaigns.DraftAsync(kept, Stop)).Categories));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_stale_edit_is_refused_and_loses_nothing(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var (id, _) = await w.Campaigns.BeginAsync(null, w.Clerk, Stop);
        Assert.Null(await w.Campaigns.SaveAsync(id, Draft(w) with { Title = "我先存的" }, 1, w.Head, Stop));

        var refusal = await w.Campaigns.SaveAsync(id, Draft(w) with { Title = "我后存的" }, 1, w.Clerk, Stop);
        var publish = await w.Campaigns.PublishAsync(id, Draft(w), 1, w.Clerk, Stop);

        Assert.Equal(("visits.campaign-stale", 409), (refusal!.Code, refusal.Status));
        Assert.Contains("孙主任", refusal.Text.Zh, StringComparison.Ordinal);
        Assert.Equal("visits.campaign-stale", publish!.Code);
        var kept = await w.Campaigns.FindAsync(id, w.Clerk, Stop);
        Assert.Equal(("我先存的", 2, 0), (kept!.Title, kept.Revision, kept.Version));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Another_office_does_not_find_the_campaign_nor_may_it_be_given_away(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await PublishedAsync(w);
        var stranger = VisitsRules.Person("外人", "clerk", FindingWorld.County, Guid.CreateVersion7());

        Assert.Null(await w.Campaigns.FindAsync(id, stranger, Stop));
        Assert.Equal(404, (await w.Campaigns.SaveAsync(id, Draft(w), 1, stranger, Stop))!.Status);
        Assert.Equal(404, (await w.Campaigns.PublishAsync(id, Draft(w), 1, stranger, Stop))!.Status);
        Assert.Equal(404, (await w.Campaigns.DiscardAsync(id, 1, stranger, Stop))!.Status);
        Assert.Equal(404, (await w.Campaigns.BeginAsync(id, stranger, Stop)).Refusal!.Status);
        Assert.Equal(404, (await w.Campaigns.BeginAsync(null, w.Deputy, Stop)).Refusal!.Status);
        Assert.Equal("visits.campaign-officeId", Only(await w.Campaigns.SaveAsync(id, Draft(w) with { OfficeId = Guid.CreateVersion7() }, 3, w.Clerk, Stop)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Photos_and_days_of_a_category_count(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await PublishedAsync(w);
        var one = w.Request() with { CampaignId = id, Category = "leaning", Media = [new() { Sha256 = await w.PhotoAsync(w.Deputy, 0) }] };
        Assert.Equal("visits.too-few-photos", Only((await w.SubmitAsync(Guid.CreateVersion7(), one)).Refusal));

        var taken = await w.SubmitAsync(Guid.CreateVersion7(), one with { Media = [.. one.Media!, new() { Sha256 = await w.PhotoAsync(w.Deputy, 0) }] });
        var assigned = await w.ActAsync(taken.Matter!.Matter.Id, "assign", w.Clerk, new { leadUnit = w.Power });
        var handling = await w.ActAsync(taken.Matter.Matter.Id, "accept", w.PowerClerk);
        var clock = handling.Body.Clocks.Values.Single();
        Assert.Equal((7, "寻访活动“秋季寻访”"), (clock.Rule.Amount, clock.LegalBasis.Zh));

        // The next version says nothing of days: the general deadline counts again.
        Assert.Null(await w.Campaigns.PublishAsync(id, Draft(w) with { Categories = Tree.Replace(" | 7个工作日", "") }, 3, w.Clerk, Stop));
        Assert.Equal(15, w.Deadlines.Start("visits.handle", 330522110225, "leaning", w.Time.Now.UtcDateTime).Rule.Amount);
        Assert.Equal("assigned", assigned.Matter.State);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Two_open_campaigns_in_one_place_may_not_give_a_category_two_deadlines(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await PublishedAsync(w);
        var (other, _) = await w.Campaigns.BeginAsync(null, w.Clerk, Stop);
        var refusal = await w.Campaigns.PublishAsync(other, Draft(w) with { Title = "别的", Categories = Tree.Replace("7个工作日", "3个工作日") }, 1, w.Clerk, Stop);
        Assert.Contains("“电线杆倾斜”在同时进行的“秋季寻访”里办理时限是 7 个工作日", refusal!.Fields.Single().Text.Zh, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Deputies_meet_the_campaigns_that_invite_their_tier_group_and_area(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        await SeatAsync(w, w.Li, FindingWorld.County, 330522110000);
        await SeatAsync(w, w.Wang, 330521000000, 330521100000);
        var id = await PublishedAsync(w, Draft(w) with { Areas = [330522110000], Tiers = ["county"], Groups = [330522110000] });
        var towns = await PublishedAsync(w, Draft(w) with { Title = "乡镇代表", Tiers = ["town"] });

        Assert.Equal([id, w.Campaign], (await w.Findings.OpenCampaignsAsync(w.Deputy, Stop)).Select(c => c.Id));
        Assert.Equal([w.Campaign], (await w.Findings.OpenCampaignsAsync(w.OtherDeputy, Stop)).Select(c => c.Id));
        var request = w.Request() with { CampaignId = id, Category = "hanging", Media = [new() { Sha256 = await w.PhotoAsync(w.OtherDeputy, 0) }] };
        Assert.Equal("visits.not-invited", Only((await w.SubmitAsync(Guid.CreateVersion7(), request, w.OtherDeputy)).Refusal));
        var mine = request with { Media = [new() { Sha256 = await w.PhotoAsync(w.Deputy, 0) }] };
        Assert.Equal("visits.outside-campaign", Only((await w.SubmitAsync(Guid.CreateVersion7(), mine with { RegionCode = "330522101000" })).Refusal));
        Assert.Null((await w.SubmitAsync(Guid.CreateVersion7(), mine)).Refusal);
        Assert.NotEqual(id, towns);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Further_fields_are_asked_and_kept_with_the_finding(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await PublishedAsync(w, Draft(w) with { Fields = "河道 | 文字 #river\n水色 | 选择：清、浑 | 必填 #water" });
        var request = w.Request() with { CampaignId = id, Category = "hanging", Media = [new() { Sha256 = await w.PhotoAsync(w.Deputy, 0) }] };
        Assert.Equal("answers.water", Assert.Single((await w.SubmitAsync(Guid.CreateVersion7(), request)).Refusal!.Fields).Field);
        Assert.Equal("form.unknown-choice", Only((await w.SubmitAsync(Guid.CreateVersion7(), request with { Answers = new Dictionary<string, string> { ["water"] = "黑" } })).Refusal));
        var taken = await w.SubmitAsync(Guid.CreateVersion7(), request with { Answers = new Dictionary<string, string> { ["water"] = "浑" } });
        Assert.Equal("浑", taken.Matter!.Body.Data["answers"]![0]!["text"]!.ToString());
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_campaign_with_two_ratings_takes_no_third(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await PublishedAsync(w, Draft(w) with { TwoRatings = true });
        var finding = Guid.CreateVersion7();
        Assert.Null((await w.SubmitAsync(finding, w.Request() with { CampaignId = id, Category = "hanging", Media = [new() { Sha256 = await w.PhotoAsync(w.Deputy, 0) }] })).Refusal);
        await w.ActAsync(finding, "assign", w.Clerk, new { leadUnit = w.Power });
        await w.ActAsync(finding, "accept", w.PowerClerk);
        await w.ActAsync(finding, "reply", w.PowerClerk, new { text = "已扶正", media = new[] { await w.PhotoAsync(w.PowerClerk, 5) } });
        await w.ActAsync(finding, "check", w.Clerk);
        Assert.Equal("visits.rating-not-offered", Only((await w.TryAsync(finding, "evaluate", w.Deputy, new { attitude = "1", result = "2" })).Refusal));
        Assert.Equal("closed", (await w.ActAsync(finding, "evaluate", w.Deputy, new { attitude = "1", result = "1" })).Matter.State);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_clone_is_a_draft_of_its_own_and_a_dropped_draft_leaves_what_is_published(DatabaseProvider provider)
    {
        await using var w = await FindingWorld.CreateAsync(provider);
        var id = await PublishedAsync(w);
        var (clone, _) = await w.Campaigns.BeginAsync(id, w.Clerk, Stop);
        var copied = (await w.Campaigns.FindAsync(clone, w.Clerk, Stop))!;
        var draft = await w.Campaigns.DraftAsync(copied, Stop);
        Assert.Equal((0, "秋季寻访（副本）"), (copied.Version, draft.Title));
        Assert.Equal(CampaignText.ReadTree(Tree, new Dictionary<string, string> { ["供电"] = "power" }, new Dictionary<string, CampaignCategory>()).Categories.SelectMany(Ids),
            (await w.Campaigns.CheckAsync(copied, draft, Stop)).Content.Categories.SelectMany(Ids));

        Assert.Null(await w.Campaigns.SaveAsync(id, Draft(w) with { Title = "改一半" }, 3, w.Clerk, Stop));
        Assert.Null(await w.Campaigns.DiscardAsync(id, 4, w.Clerk, Stop));
        Assert.Null(await w.Campaigns.DiscardAsync(clone, 1, w.Clerk, Stop));
        Assert.Equal("秋季寻访", (await w.Campaigns.DraftAsync((await w.Campaigns.FindAsync(id, w.Clerk, Stop))!, Stop)).Title);
        Assert.Null(await w.Campaigns.FindAsync(clone, w.Clerk, Stop));

        static IEnumerable<(string, Words)> Ids(CampaignCategory c) => c.Children.SelectMany(Ids).Prepend((c.Id, c.Name));
    }

    private static CampaignDraft Draft(FindingWorld w) => new()
    {
        Title = "秋季寻访", OfficeId = w.Office, Regulation = "湖州市美丽乡村建设条例", Opens = "2026-11-01", Closes = "2026-12-31", Categories = Tree, Checklist = "看路\n看河",
    };

    /// <summary>A campaign in its first version; its revision is 3 by then: begun, saved, published.</summary>
    private static async Task<Guid> PublishedAsync(FindingWorld w, CampaignDraft? draft = null)
    {
        var (id, _) = await w.Campaigns.BeginAsync(null, w.Clerk, Stop);
        var refusal = await w.Campaigns.PublishAsync(id, draft ?? Draft(w), 1, w.Clerk, Stop);
        Assert.True(refusal is null, string.Join("; ", refusal?.Fields.Select(f => f.Text.En) ?? []));
        return id;
    }

    private static async Task SeatAsync(FindingWorld w, Guid person, long congress, long place)
    {
        await using var db = w.Databases.CreateDbContext();
        var organisation = new Organisation { Id = Guid.CreateVersion7(), Name = "人大", ShortName = "人大", Kind = OrganisationKind.Congress, Region = congress, ValidFrom = DateTime.UnixEpoch };
        db.Add(organisation);
        db.Add(new Mandate { Id = Guid.CreateVersion7(), PersonId = person, CongressId = organisation.Id, Region = place, ValidFrom = DateTime.UnixEpoch });
        await db.SaveChangesAsync(Stop);
    }

    private static string? Only(Refusal? refusal) => Assert.Single(refusal!.Fields).Code;
}
