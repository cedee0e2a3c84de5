using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform;
using Renda.Platform.Matters;

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

    /// <summary>The content, read.</summary>
    public CampaignContent Read() => JsonSerializer.Deserialize<CampaignContent>(Content, EventContent.Json) ?? new CampaignContent();
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

    /// <summary>How many photos are asked for at least.</summary>
    public int RequiredPhotos { get; init; } = 1;

    /// <summary>Icon.</summary>
    public string Icon { get; init; } = "point";

    /// <summary>Narrower categories.</summary>
    public IReadOnlyList<CampaignCategory> Children { get; init; } = [];
}

internal sealed class CampaignConfiguration : IEntityTypeConfiguration<Campaign>
{
    public void Configure(EntityTypeBuilder<Campaign> builder)
    {
        builder.ToTable("visits_campaigns");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.HasIndex(c => c.Region);
    }
}
