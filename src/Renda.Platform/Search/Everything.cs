using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;

namespace Renda.Platform.Search;

/// <summary>Something that was found.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="About">What tells it from others of the name.</param>
/// <param name="Href">Where it is.</param>
/// <param name="Icon">Icon name.</param>
public sealed record SearchHit(string Title, string About, string Href, string Icon);

/// <summary>Hits of one kind.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Hits">The first of them.</param>
/// <param name="All">Where all of them are listed; null when these are all.</param>
public sealed record SearchGroup(Words Name, IReadOnlyList<SearchHit> Hits, string? All = null);

/// <summary>Looks in everything a person may see: pages, what each module keeps, and matters.</summary>
public sealed class Everything(IDbContextFactory<RendaDbContext> databases, IReadOnlyList<RendaModule> modules, IServiceProvider services, TimeProvider time)
{
    /// <summary>Most hits of a kind.</summary>
    public const int Most = 8;

    /// <summary>Longest question, in characters.</summary>
    public const int LongestQuestion = 80;

    /// <summary>What is found, pages first; empty groups are left out.</summary>
    public async Task<IReadOnlyList<SearchGroup>> FindAsync(string question, Actor actor, CancellationToken cancellation)
    {
        question = question.Trim();
        if (question.Length is 0 or > LongestQuestion) return [];
        var groups = new List<SearchGroup>
        {
            new(new("页面", "Pages"),
            [
                .. modules.SelectMany(m => m.Menu.Where(l => actor.May(l.Permission) && (Has(l.Name) || Has(m.Name))).OrderBy(l => Has(l.Name) ? 0 : 1).Select(l => new SearchHit(l.Name.ToString(), m.Name.ToString(), l.Href, l.Icon))).Take(Most),
            ]),
        };
        foreach (var module in modules) groups.AddRange(await module.SearchAsync(services, question, actor, Most, cancellation));
        groups.Add((await MattersAsync(question, actor, Most, null, cancellation)).Group);
        return [.. groups.Where(g => g.Hits.Count > 0)];

        bool Has(Words words) => words.Zh.Contains(question, StringComparison.OrdinalIgnoreCase) || words.En.Contains(question, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The matters that are found, a page at a time, newest first; with the cursor of the next page, or null at the end.</summary>
    public async Task<(SearchGroup Group, long? Next)> MattersAsync(string question, Actor actor, int limit, long? after, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var page = await MatterPage.ReadAsync(db, new MatterFilter { Q = question }.Branches(db, actor, time.GetUtcNow().UtcDateTime), limit, after, cancellation);
        var hits = page.Items.Select(m => new SearchHit(m.Title, m.Number, $"/matters/{m.Id}", "folder"));
        return (new(new("事项", "Matters"), [.. hits], page.Next is null ? null : $"/search?matters=all&q={Uri.EscapeDataString(question)}"), page.Next);
    }
}
