using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform.Access;
using Renda.Platform.Agenda;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Indicators;
using Renda.Platform.Matters;
using Renda.Platform.Performance;
using Renda.Platform.Procedures;
using Renda.Platform.Search;

namespace Renda.Platform.Modules;

/// <summary>The manifest of a scenario: everything the platform needs to know of it, in one place.</summary>
public abstract class RendaModule
{
    /// <summary>Stable id, lower case, e.g. <c>visits</c>. Prefix of its permissions, procedures and tables.</summary>
    public abstract string Id { get; }

    /// <summary>The name people know it by.</summary>
    public abstract Words Name { get; }

    /// <summary>Name of its icon in the sprite (Tabler).</summary>
    public virtual string Icon => "folder";

    /// <summary>Where its tile stands on the desk.</summary>
    public virtual TaskGroup Group => TaskGroup.Office;

    /// <summary>What its roles may do.</summary>
    public virtual IReadOnlyList<Permission> Permissions => [];

    /// <summary>The procedures its matters follow.</summary>
    public virtual IReadOnlyList<Procedure> Procedures => [];

    /// <summary>Whether duties come from it: those of its matters, or others that it raises.</summary>
    public virtual bool RaisesDuties => Procedures.Count > 0;

    /// <summary>Deadlines it brings, written to the database once; from then on they are the administrator's.</summary>
    public virtual IReadOnlyList<Deadline> Deadlines => [];

    /// <summary>Codes it uses that places choose for themselves.</summary>
    public virtual IReadOnlyList<CodeSet> CodeSets => [];

    /// <summary>What it records of deputies' performance.</summary>
    public virtual IReadOnlyList<PerformanceItem> Performance => [];

    /// <summary>What it counts; a scenario counts its matters without saying so.</summary>
    public virtual IReadOnlyList<Measure> Measures => Procedures.Count > 0 ? MatterMeasures.Of(Id) : [];

    /// <summary>What it counts apart from its matters.</summary>
    public virtual IReadOnlyList<RecordBook> Records => [];

    /// <summary>The numbers it brings, each a formula over measures.</summary>
    public virtual IReadOnlyList<Indicator> Indicators => Procedures.Count > 0 ? MatterIndicators.Of(this) : [];

    /// <summary>What it notes in the audit log, by code, in words.</summary>
    public virtual IReadOnlyList<(string Id, Words Name)> AuditActions => [];

    /// <summary>Its lines in the navigation.</summary>
    public virtual IReadOnlyList<MenuItem> Menu => [];

    /// <summary>Address of the list that the map leads to, with a query, e.g. <c>/visits?view=all</c>; it takes state, category, region, from and to. Null where its matters have no place.</summary>
    public virtual string? MapList => null;

    /// <summary>What it puts on the map beside its matters.</summary>
    public virtual IReadOnlyList<MapLayer> MapLayers => [];

    /// <summary>Where it tells of a place, e.g. who represents it; <c>{code}</c> in the address stands for the division code of a town or village.</summary>
    public virtual IReadOnlyList<MenuItem> OfPlace => [];

    /// <summary>A component that stands on top of everybody's desk and shows itself to those it concerns; null for none.</summary>
    public virtual Type? DeskNote => null;

    /// <summary>Fields of its matters' data whose text is searched, beside number, title and reporters.</summary>
    public virtual IReadOnlyList<string> SearchedData => [];

    /// <summary>
    /// What it keeps beside matters that fits a question and that the actor may see, for the search over everything. Must
    /// answer at city size: by index, at most so many of a kind.
    /// </summary>
    public virtual ValueTask<IReadOnlyList<SearchGroup>> SearchAsync(IServiceProvider services, string question, Actor actor, int most, CancellationToken cancellation) => new([]);

    /// <summary>What it knows of for an actor's calendar within some days, beside duties: meetings, sessions.</summary>
    public virtual ValueTask<IReadOnlyList<AgendaEntry>> AgendaAsync(IServiceProvider services, Actor actor, DateOnly first, DateOnly last, CancellationToken cancellation) => new([]);

    /// <summary>Registers the guards and effects its procedures name.</summary>
    public virtual void AddRules(ProcedureRules rules)
    {
    }

    /// <summary>What only the scenario knows of one of its matters, for the matter's page.</summary>
    public virtual ValueTask<MatterDescription> DescribeAsync(IServiceProvider services, Matter matter, bool forStaff, CancellationToken cancellation) => new(new MatterDescription());

    /// <summary>Names of its matters' categories by id, those asked for among them where they are known; for figures by category and for whoever chooses one.</summary>
    public virtual ValueTask<IReadOnlyDictionary<string, Words>> CategoriesAsync(IServiceProvider services, IReadOnlyList<string> asked, CancellationToken cancellation) => new(new Dictionary<string, Words>());

    /// <summary>What it offers to do with a matter of another scenario, e.g. to make a suggestion of it; shown to those who hold the permission.</summary>
    public virtual IReadOnlyList<MenuItem> Offers(Matter matter) => [];

    /// <summary>What it offers to do with an indicator as it is looked at, e.g. to put it on a board; shown to those who hold the permission.</summary>
    public virtual IReadOnlyList<MenuItem> Offers(string indicator, IndicatorBy by) => [];

    /// <summary>Registers its services.</summary>
    public virtual void AddServices(IServiceCollection services)
    {
    }

    /// <summary>Maps its API below <c>/api/v1</c>; each endpoint names its policy.</summary>
    public virtual void MapApi(IEndpointRouteBuilder api)
    {
    }

    /// <summary>Maps what has to stand at the root of the site, e.g. a service worker.</summary>
    public virtual void MapRoot(IEndpointRouteBuilder root)
    {
    }

    /// <summary>Counts again what it keeps beside the events; what does not agree, each naming its row. Asked by <c>renda verify</c>, also while others write.</summary>
    public virtual ValueTask<IReadOnlyList<string>> VerifyAsync(IServiceProvider services, CancellationToken cancellation) => new([]);

    /// <summary>Writes what the demo city needs of it. Called once on an empty database.</summary>
    public virtual Task SeedDemoAsync(IServiceProvider services, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>What a scenario says of a matter beside what the kernel knows.</summary>
public sealed record MatterDescription
{
    /// <summary>Name of the category.</summary>
    public Words Category { get; init; }

    /// <summary>What it belongs to, e.g. the campaign's title.</summary>
    public string Context { get; init; } = "";

    /// <summary>The rule it falls under, e.g. 条例第二十四条.</summary>
    public Words Basis { get; init; }

    /// <summary>Units that might lead its handling, the likeliest first.</summary>
    public IReadOnlyList<UnitSuggestion> Units { get; init; } = [];

    /// <summary>Units for a field that offers others than <see cref="Units"/>, by the field's id.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<UnitSuggestion>> UnitsOf { get; init; } = new Dictionary<string, IReadOnlyList<UnitSuggestion>>();

    /// <summary>Deputies who might take it up, by id and name, the likeliest first.</summary>
    public IReadOnlyList<(Guid Id, string Name)> Deputies { get; init; } = [];

    /// <summary>Its text under headings; where there is none, <c>description</c> and <c>suggestion</c> of its data are shown.</summary>
    public IReadOnlyList<MatterSection> Sections { get; init; } = [];

    /// <summary>A component of the scenario shown below the text, with parameters <c>Fold</c> and <c>Actor</c>; null for none.</summary>
    public Type? Panel { get; init; }

    /// <summary>Matters that may be the same.</summary>
    public IReadOnlyList<NearMatter> Near { get; init; } = [];

    /// <summary>What else is to be known of it, beside its text.</summary>
    public IReadOnlyList<MatterFact> Facts { get; init; } = [];

    /// <summary>How far from the first point a photo may be taken and still prove the mending, in metres; null where no place is asked for.</summary>
    public int? ProofMetres { get; init; }

    /// <summary>What stands in a form's field before anything is typed, by the field's id.</summary>
    public IReadOnlyDictionary<string, string> Presets { get; init; } = new Dictionary<string, string>();

    /// <summary>Choices of a form's field that this matter allows, by the field's id; all where nothing is said.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Choices { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>A part of a matter's text.</summary>
/// <param name="Heading">What it is about, e.g. 情况.</param>
/// <param name="Text">What it says; lines are kept.</param>
public sealed record MatterSection(Words Heading, string Text);

/// <summary>A line of facts on a matter's page.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Text">What it says.</param>
/// <param name="Href">Where it leads, or null.</param>
/// <param name="Permission">Shown to those who hold it; null for everybody who sees the matter.</param>
public sealed record MatterFact(Words Label, string Text, string? Href = null, string? Permission = null);

/// <summary>A unit that might handle a matter, and why.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Reason">Rule and history in words; empty when neither speaks for it.</param>
public sealed record UnitSuggestion(Organisation Unit, Words Reason);

/// <summary>A matter that may be the same.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Official number.</param>
/// <param name="Title">Title.</param>
/// <param name="State">State.</param>
/// <param name="Distance">Metres away.</param>
/// <param name="SubmittedAt">When it came (UTC).</param>
/// <param name="Thumb">First photo, or null.</param>
/// <param name="Likeness">0 to 100, from place, category, time, text and pictures.</param>
/// <param name="SamePicture">Whether a photo of each shows the same scene.</param>
public sealed record NearMatter(Guid Id, string Number, string Title, string State, double Distance, DateTime SubmittedAt, string? Thumb, int Likeness, bool SamePicture);

/// <summary>A line in the navigation.</summary>
/// <param name="Name">Text.</param>
/// <param name="Href">Address.</param>
/// <param name="Permission">Shown to those who hold it.</param>
/// <param name="Icon">Icon name.</param>
public sealed record MenuItem(Words Name, string Href, string Permission, string Icon);
