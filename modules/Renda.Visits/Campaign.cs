using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform;
using Renda.Platform.Matters;
using Renda.Platform.Regions;

namespace Renda.Visits;

/// <summary>A visit campaign (寻访活动): what deputies are asked to look at, where and when.</summary>
public sealed class Campaign
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>Title, e.g. 新时代美丽乡村补短板.</summary>
    public string Title { get; set; } = "";

    /// <summary>The office that runs it.</summary>
    public Guid OfficeId { get; set; }

    /// <summary>Division code of its territory.</summary>
    public long Region { get; set; }

    /// <summary>First day (UTC).</summary>
    public DateTime OpensAt { get; set; }

    /// <summary>End (UTC, exclusive).</summary>
    public DateTime ClosesAt { get; set; }

    /// <summary>Number of the published version; 0 while it is a draft.</summary>
    public int Version { get; set; }

    /// <summary>The published version's content, as JSON (<see cref="CampaignContent"/>).</summary>
    public string Content { get; set; } = "{}";

    /// <summary>When that version was published (UTC).</summary>
    public DateTime? PublishedAt { get; set; }

    /// <summary>What is being written for the next version, as JSON (<see cref="CampaignDraft"/>); null when nothing differs from the published one.</summary>
    public string? Draft { get; set; }

    /// <summary>Counts every save; a save names the one it began from, so that nobody overwrites another unseen.</summary>
    public int Revision { get; set; }

    /// <summary>When it was last saved (UTC).</summary>
    public DateTime? SavedAt { get; set; }

    /// <summary>Name of who saved it last.</summary>
    public string SavedBy { get; set; } = "";

    /// <summary>The content, read.</summary>
    public CampaignContent Read() => JsonSerializer.Deserialize<CampaignContent>(Content, EventContent.Json) ?? new CampaignContent();
}

/// <summary>A published version of a campaign. Never changed: findings sent with it are checked against it for ever.</summary>
public sealed class CampaignVersion
{
    /// <summary>The campaign.</summary>
    public Guid CampaignId { get; set; }

    /// <summary>Number, from 1.</summary>
    public int Version { get; set; }

    /// <summary>Title in this version.</summary>
    public string Title { get; set; } = "";

    /// <summary>First day (UTC).</summary>
    public DateTime OpensAt { get; set; }

    /// <summary>End (UTC, exclusive).</summary>
    public DateTime ClosesAt { get; set; }

    /// <summary>Content, as JSON (<see cref="CampaignContent"/>).</summary>
    public string Content { get; set; } = "{}";

    /// <summary>When it was published (UTC).</summary>
    public DateTime PublishedAt { get; set; }

    /// <summary>Name of who published it.</summary>
    public string PublishedBy { get; set; } = "";
}

/// <summary>What a campaign asks for.</summary>
public sealed record CampaignContent
{
    /// <summary>The regulation it is linked to.</summary>
    public string Regulation { get; init; } = "";

    /// <summary>The category tree.</summary>
    public IReadOnlyList<CampaignCategory> Categories { get; init; } = [];

    /// <summary>Points to look at in each village (寻访要点).</summary>
    public IReadOnlyList<string> Checklist { get; init; } = [];

    /// <summary>How near the after-photo must be to the first point, in metres.</summary>
    public int ProofMetres { get; init; } = FindingRules.DefaultProofMetres;

    /// <summary>Divisions it takes place in, each with its subtree; empty for the whole of the campaign's region.</summary>
    public IReadOnlyList<long> Areas { get; init; } = [];

    /// <summary>Tiers of congress whose deputies are invited: <c>city</c>, <c>county</c>, <c>town</c>; empty for all.</summary>
    public IReadOnlyList<string> Tiers { get; init; } = [];

    /// <summary>Groups invited (代表团、代表小组), each named by the division its deputies represent; empty for all.</summary>
    public IReadOnlyList<long> Groups { get; init; } = [];

    /// <summary>Which of the optional fields are asked: <c>suggestion</c>, <c>severity</c>, <c>placeText</c>.</summary>
    public IReadOnlyList<string> Shown { get; init; } = OptionalFields;

    /// <summary>Further fields of the form.</summary>
    public IReadOnlyList<CampaignField> Fields { get; init; } = [];

    /// <summary>Which judgements may be given: 1 satisfied, 2 basically satisfied, 3 not satisfied.</summary>
    public IReadOnlyList<int> Ratings { get; init; } = [1, 2, 3];

    /// <summary>The fields a campaign may leave out.</summary>
    public static IReadOnlyList<string> OptionalFields { get; } = ["suggestion", "severity", "placeText"];

    /// <summary>Whether a place (12-digit code) is within the areas; true everywhere when none are named.</summary>
    public bool Covers(long region) => Areas.Count == 0 || Areas.Any(a => new RegionCode(a).Contains(region));

    /// <summary>A leaf of the tree by id, or null.</summary>
    public CampaignCategory? Leaf(string id) => Categories.SelectMany(Leaves).FirstOrDefault(c => c.Id == id);

    /// <summary>All leaves in order.</summary>
    public IEnumerable<CampaignCategory> AllLeaves() => Categories.SelectMany(Leaves);

    private static IEnumerable<CampaignCategory> Leaves(CampaignCategory category) => category.Children.Count == 0 ? [category] : category.Children.SelectMany(Leaves);
}

/// <summary>A category; one with children is a heading.</summary>
public sealed record CampaignCategory
{
    /// <summary>Stable id.</summary>
    public required string Id { get; init; }

    /// <summary>Name.</summary>
    public required Words Name { get; init; }

    /// <summary>Article of the regulation, or null.</summary>
    public int? Article { get; init; }

    /// <summary>What kind of unit is answerable, e.g. <c>power</c>; see <c>Organisation.Duty</c>.</summary>
    public string Duty { get; init; } = "";

    /// <summary>How many photos or videos a finding must have at least; 0 to <see cref="Findings.MostMedia"/>.</summary>
    public int RequiredPhotos { get; init; } = 1;

    /// <summary>Working days to handle a finding of this kind, 1 to 365; null for the general deadline.</summary>
    public int? Days { get; init; }

    /// <summary>Icon.</summary>
    public string Icon { get; init; } = "point";

    /// <summary>Narrower categories.</summary>
    public IReadOnlyList<CampaignCategory> Children { get; init; } = [];
}

/// <summary>A field that a campaign adds to the form.</summary>
public sealed record CampaignField
{
    /// <summary>Stable id.</summary>
    public required string Id { get; init; }

    /// <summary>What is asked.</summary>
    public required string Label { get; init; }

    /// <summary>Whether it must be filled in.</summary>
    public bool Required { get; init; }

    /// <summary>What can be chosen; empty for free text of at most 200 characters.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

internal sealed class CampaignConfiguration : IEntityTypeConfiguration<Campaign>, IEntityTypeConfiguration<CampaignVersion>
{
    public void Configure(EntityTypeBuilder<Campaign> builder)
    {
        builder.ToTable("visits_campaigns");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Revision).IsConcurrencyToken();
        builder.HasIndex(c => c.Region);
        builder.HasIndex(c => c.OfficeId);
    }

    public void Configure(EntityTypeBuilder<CampaignVersion> builder)
    {
        builder.ToTable("visits_campaign_versions");
        builder.HasKey(v => new { v.CampaignId, v.Version });
        builder.HasOne<Campaign>().WithMany().HasForeignKey(v => v.CampaignId);
    }
}
