using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Indicators;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Cockpit.Briefs;

/// <summary>Keeps briefs: their drafts, what was issued, and who may read it.</summary>
public sealed class BriefDesk(IDbContextFactory<RendaDbContext> databases, BriefReader reader, IndicatorLedger ledger, RegionDirectory regions, AuditLog audit, TimeProvider time)
{
    /// <summary>The permission to make and issue briefs.</summary>
    public const string Permission = "cockpit.brief";

    /// <summary>Most characters of a section.</summary>
    public const int Longest = 2000;

    private const int MostListed = 60;

    /// <summary>The place somebody makes briefs for: the widest they may; null for who may not.</summary>
    public Region? PlaceFor(Actor actor) =>
        actor.Grants.Where(g => g.Role.Scope == RoleScope.Territory && g.Permissions.Contains(Permission)).Select(g => regions.Find(g.Region)).OfType<Region>().OrderBy(r => r.Level).ThenBy(r => r.Code).FirstOrDefault();

    /// <summary>The brief of a board, place and month, draft or issued; null where there is none.</summary>
    public async Task<Brief?> FindAsync(string board, DateOnly month, long region, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<Brief>().AsNoTracking().FirstOrDefaultAsync(b => b.Board == board && b.Month == month && b.Region == region, cancellation);
    }

    /// <summary>An issued brief that somebody may read; null where there is none or it is not theirs.</summary>
    public async Task<Brief?> IssuedAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<Brief>().AsNoTracking().FirstOrDefaultAsync(b => b.Id == id && b.IssuedAt != null, cancellation) is { } brief && IsFor(actor, brief) ? brief : null;
    }

    /// <summary>The issued briefs of a board that somebody may read, the newest first, without what they tell.</summary>
    public async Task<IReadOnlyList<Brief>> ListAsync(string board, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var found = new List<Brief>();
        foreach (var first in Territories(actor).Distinct())
        {
            var last = Territory.Last(first);
            found.AddRange(await db.Set<Brief>().AsNoTracking().Where(b => b.Board == board && b.IssuedAt != null && b.Region >= first && b.Region <= last).OrderByDescending(b => b.Month).ThenBy(b => b.Region).Take(MostListed)
                .Select(b => new Brief { Id = b.Id, Board = b.Board, Month = b.Month, Region = b.Region, Issue = b.Issue, IssuedAt = b.IssuedAt, IssuedByName = b.IssuedByName, AsOf = b.AsOf, Scenarios = b.Scenarios }).ToListAsync(cancellation));
        }
        return [.. found.DistinctBy(b => b.Id).Where(b => IsFor(actor, b)).OrderByDescending(b => b.Month).ThenBy(b => b.Region)];
    }

    /// <summary>Keeps the texts of a draft, and issues it where asked to: its figures are then as they are told for ever.</summary>
    /// <param name="board">The board.</param>
    /// <param name="month">First day of the month.</param>
    /// <param name="form">version, and the text of each section by its key.</param>
    /// <param name="issue">Whether it is issued.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The brief, or why not.</returns>
    public async Task<(Brief? Brief, Refusal? Refusal)> SaveAsync(Board board, DateOnly month, IReadOnlyDictionary<string, string> form, bool issue, Actor actor, CancellationToken cancellation)
    {
        if (PlaceFor(actor) is not { } place) return (null, new("cockpit.brief-not-yours", new("简报由委室编发。", "Briefs are made by the office."), 403));
        var now = time.GetUtcNow().UtcDateTime;
        var (typed, last) = (new TypedForm(form, now), month.AddMonths(1).AddDays(-1));
        if (month > ChinaTime.Date(now)) return (null, Refusal.NotFound);
        var content = await reader.ReadAsync(board, month, place, actor, cancellation);
        var texts = new Dictionary<string, string>();
        foreach (var section in content.Sections)
        {
            if (!form.ContainsKey(section.Key)) continue;
            var text = typed.Text(section.Key).ReplaceLineEndings("\n");
            typed.Short(text, Longest, section.Key);
            typed.Need(text.Length > 0, section.Key, "请写这一段的文字，或者按“恢复原文”。", "Write this section's text, or take the one that was made.");
            // What was made is not kept: it would hide what the figures say when they move.
            if (text != section.Text) texts[section.Key] = text;
        }
        if (typed.Errors.Count > 0) return (null, Refusal.Form(typed.Errors));
        if (issue)
        {
            if (last >= ChinaTime.Date(now)) return (null, new("cockpit.brief-early", new($"{month.Month} 月还没有过完，{last.AddDays(1):MM-dd} 起可以发布。", $"The month is not over; it can be issued from {last.AddDays(1):MM-dd} on."), 409));
            if (content.Sections.Count == 0) return (null, new("cockpit.brief-empty", new("没有可写的数字。", "There is nothing to tell."), 409));
            await using var db = databases.CreateDbContext();
            if ((await LedgerState.ReadAsync(db, cancellation)).Until(ledger.Measures.Select(m => m.Id)) < ChinaTime.EndOf(last)) return (null, new("cockpit.brief-counting", new("数字还在计算，请过几分钟再发布。", "The numbers are still being counted; issue it in some minutes."), 409));
        }
        try
        {
            return await audit.RunAsync<(Brief?, Refusal?)>(async (db, note) =>
            {
                var brief = await db.Set<Brief>().FirstOrDefaultAsync(b => b.Board == board.Code && b.Month == month && b.Region == place.Code, cancellation);
                if (brief?.IssuedAt is not null) return (null, new("cockpit.brief-issued", new("这一期已经发布，不能再改；更正写在下一期里。", "It has been issued and stays as it is; a correction is told by the next one."), 409));
                if ((brief?.Version ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture) != typed.Text("version")) return (null, new("cockpit.brief-changed", new("有人刚刚改过这份草稿，请刷新看了再改；您写的还在这里。", "Somebody has just changed this draft; reload and look before you change it. What you wrote is still here."), 409));
                if (brief is null) db.Add(brief = new Brief { Id = Guid.CreateVersion7(), Board = board.Code, Month = month, Region = place.Code });
                (brief.Texts, brief.ChangedBy, brief.ChangedAt, brief.Version) = (JsonSerializer.Serialize(texts, Brief.Json), actor.Name, typed.Now, brief.Version + 1);
                if (issue)
                {
                    var (first, next) = (new DateOnly(month.Year, 1, 1), new DateOnly(month.Year + 1, 1, 1));
                    brief.Issue = 1 + (await db.Set<Brief>().Where(b => b.Board == board.Code && b.Region == place.Code && b.IssuedAt != null && b.Month >= first && b.Month < next).MaxAsync(b => (int?)b.Issue, cancellation) ?? 0);
                    (brief.IssuedAt, brief.IssuedBy, brief.IssuedByName, brief.AsOf) = (typed.Now, actor.AccountId, actor.Name, content.AsOf);
                    brief.Content = JsonSerializer.Serialize(Edited(content, texts), Brief.Json);
                    brief.Scenarios = string.Join(',', content.Scenarios);
                    await note(AuditLog.Entry(actor, Permission, "Brief", brief.Id, $"{place.FullName} {content.Board} {month:yyyy-MM} 第 {brief.Issue} 期"));
                }
                await db.SaveChangesAsync(cancellation);
                return (brief, null);
            }, cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            return (null, new("cockpit.brief-changed", new("有人刚刚改过这份草稿，请刷新看了再改；您写的还在这里。", "Somebody has just changed this draft; reload and look before you change it. What you wrote is still here."), 409));
        }
    }

    /// <summary>What a brief tells with the texts that were changed.</summary>
    public static BriefContent Edited(BriefContent content, IReadOnlyDictionary<string, string> texts) => content with { Sections = [.. content.Sections.Select(s => s with { Text = texts.GetValueOrDefault(s.Key, s.Text) })] };

    /// <summary>The changed texts of a draft.</summary>
    public static IReadOnlyDictionary<string, string> TextsOf(Brief? brief) => brief is null ? new Dictionary<string, string>() : JsonSerializer.Deserialize<Dictionary<string, string>>(brief.Texts, Brief.Json)!;

    /// <summary>What an issued brief tells.</summary>
    public static BriefContent ContentOf(Brief brief) => JsonSerializer.Deserialize<BriefContent>(brief.Content, Brief.Json)!;

    // Its place is within theirs, and they may read all of what it tells there.
    private static bool IsFor(Actor actor, Brief brief) =>
        Territories(actor).Any(t => brief.Region >= t && brief.Region <= Territory.Last(t)) && brief.Scenarios.Split(',', StringSplitOptions.RemoveEmptyEntries).All(s => BriefReader.Whole(actor, s, brief.Region));

    private static IEnumerable<long> Territories(Actor actor) => actor.Grants.Where(g => g.Role.Scope == RoleScope.Territory && g.Region > 0 && g.Permissions.Contains(CockpitModule.View)).Select(g => g.Region);
}
