using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Persistence;
using Renda.Platform.Settings;

namespace Renda.Deputies;

/// <summary>What a congress has set for the performance of its deputies.</summary>
public sealed record CongressRules
{
    /// <summary>Whether deputies are ranked by points; they are not unless the congress wishes it.</summary>
    public bool Ranking { get; init; }

    /// <summary>Through which day the files are published; null while nothing is. Usually the end of a quarter.</summary>
    public DateOnly? PublishedThrough { get; init; }

    /// <summary>Days without anything in the file after which a deputy is listed as silent.</summary>
    public int SilentDays { get; init; } = 90;

    /// <summary>Days a year on which a deputy is to be active; null for what Zhejiang provides, 15 from the county up and 7 in towns.</summary>
    public int? DaysAYear { get; init; }

    /// <summary>Meetings a year that a deputy group is to hold.</summary>
    public int GroupMeetings { get; init; } = 3;
}

/// <summary>Points, ranking and publication, which every congress decides for itself.</summary>
public sealed class DeputyRules(IDbContextFactory<RendaDbContext> databases, PerformanceFiles files, StoredSettings settings, AuditLog audit, TimeProvider time)
{
    /// <summary>What a congress has set.</summary>
    public async ValueTask<CongressRules> OfAsync(Guid congress, CancellationToken cancellation) =>
        await settings.ReadAsync<CongressRules>(Name(congress), cancellation);

    /// <summary>Congresses that publish, with the day through which they do.</summary>
    public async Task<IReadOnlyList<(Guid Congress, DateOnly Through)>> PublishingAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        List<(Guid, DateOnly)> all = [];
        foreach (var name in await db.Set<Setting>().Where(s => s.Name.StartsWith(Prefix)).Select(s => s.Name).ToListAsync(cancellation))
            if (Guid.TryParse(name.AsSpan(Prefix.Length), out var congress) && (await OfAsync(congress, cancellation)).PublishedThrough is { } through) all.Add((congress, through));
        return all;
    }

    /// <summary>Days a year on which a deputy of such a congress is to be active: 浙江省实施代表法办法.</summary>
    public static int DaysAYear(CongressRules rules, long region) => rules.DaysAYear ?? (Territory.Level(region) >= 2 ? 15 : 7);

    /// <summary>Sets ranking, publication and norms of a congress.</summary>
    public async Task<Refusal?> SetAsync(Guid congress, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        await using (var db = databases.CreateDbContext())
        {
            if (await DeputyScope.CongressAsync(db, congress, actor, DeputiesModule.Rules, cancellation) is null) return Refusal.NotFound;
        }
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var (through, silent, days, groups) = (typed.Day("through", false), Number("silentDays", 7, 730), typed.Text("daysAYear").Length == 0 ? (int?)null : Number("daysAYear", 0, 366), Number("groupMeetings", 0, 50));
        typed.Need(through is null || through <= files.Today, "through", "不能公开到今天以后。", "Not beyond today.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var wanted = new CongressRules { Ranking = typed.Text("ranking").Length > 0, PublishedThrough = through, SilentDays = silent, DaysAYear = days, GroupMeetings = groups };
        await settings.WriteAsync(Name(congress), wanted, actor.AccountId, cancellation);
        await audit.NoteAsync(actor, "deputies.rules", "Organisation", congress, $"{(wanted.Ranking ? "排名" : "不排名")}，{(through is { } day ? $"公开至 {day:yyyy-MM-dd}" : "不公开")}，{silent} 天没有履职记录的列出", cancellation);
        return null;

        int Number(string field, int least, int most)
        {
            if (int.TryParse(TypedForm.Plain(typed.Text(field)), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
            typed.Need(false, field, $"请填 {least} 到 {most} 的整数。", $"A whole number from {least} to {most}.");
            return least;
        }
    }

    /// <summary>
    /// Sets what an item is worth from a day on. The same day again replaces what was set for it; what was worth otherwise before
    /// stays so for what was done before.
    /// </summary>
    public async Task<Refusal?> WorthAsync(Guid congress, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var item = files.Items.FirstOrDefault(i => i.Id == typed.Text("item"));
        var from = typed.Day("from", true);
        typed.Need(item is not null, "item", "请选择项目。", "Choose an item.");
        var points = Amount("points", true) ?? 0;
        var cap = Amount("cap", false);
        typed.Need(from is null || from.Value.Year >= 2000 && from <= files.Today.AddYears(2), "from", "起算日期不对。", "That day cannot be.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        return await audit.RunAsync<Refusal?>(async (db, note) =>
        {
            if (await DeputyScope.CongressAsync(db, congress, actor, DeputiesModule.Rules, cancellation) is null) return Refusal.NotFound;
            var rule = await db.Set<PointRule>().FirstOrDefaultAsync(r => r.CongressId == congress && r.Item == item!.Id && r.From == from!.Value, cancellation);
            if (rule is null) db.Add(rule = new PointRule { Id = Guid.CreateVersion7(), CongressId = congress, Item = item!.Id, From = from!.Value });
            (rule.Points, rule.Cap, rule.By, rule.At) = (points, cap, actor.Name, time.GetUtcNow().UtcDateTime);
            await note(AuditLog.Entry(actor, "deputies.rules", "Organisation", congress, $"{item!.Name.Zh}：自 {from:yyyy-MM-dd} 起每{item.Unit.Zh} {points:0.##} 分{(cap is { } most ? $"，每年最多 {most:0.##} 分" : "")}"));
            await db.SaveChangesAsync(cancellation);
            return null;
        }, cancellation);

        decimal? Amount(string field, bool needed)
        {
            var text = TypedForm.Plain(typed.Text(field));
            if (text.Length == 0 && !needed) return null;
            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1000) return decimal.Round(value, 2);
            typed.Need(false, field, "请填 0 到 1000 的数。", "A number from 0 to 1000.");
            return null;
        }
    }

    /// <summary>Takes away a rule that has not begun to count yet. What counts already is ended by a later one.</summary>
    public Task<Refusal?> RemoveAsync(Guid id, Actor actor, CancellationToken cancellation) => audit.RunAsync<Refusal?>(async (db, note) =>
    {
        var rule = await db.Set<PointRule>().FirstOrDefaultAsync(r => r.Id == id, cancellation);
        if (rule is null || await DeputyScope.CongressAsync(db, rule.CongressId, actor, DeputiesModule.Rules, cancellation) is null) return Refusal.NotFound;
        if (rule.From <= files.Today) return new("deputies.rule-counts", new("已经生效的不能删除，请另设新的分值。", "It counts already; set another from a later day."), 409);
        db.Remove(rule);
        await note(AuditLog.Entry(actor, "deputies.rules", "Organisation", rule.CongressId, $"删除尚未生效的分值：{rule.Item} {rule.From:yyyy-MM-dd}"));
        await db.SaveChangesAsync(cancellation);
        return null;
    }, cancellation);

    // One for each congress: two of them that are set at the same moment do not overwrite each other.
    private static string Name(Guid congress) => $"{Prefix}{congress:N}";

    private const string Prefix = "deputies/";

    /// <summary>The last day of the quarter before that day: what is usually published.</summary>
    public static DateOnly LastQuarter(DateOnly day) => new DateOnly(day.Year, (day.Month - 1) / 3 * 3 + 1, 1).AddDays(-1);

    /// <summary>The part of a year that everybody may see; null when none is.</summary>
    public static (DateOnly First, DateOnly Last)? Shown(CongressRules rules, int year) => rules.PublishedThrough is { } through && through.Year >= year
        ? (new DateOnly(year, 1, 1), through < new DateOnly(year, 12, 31) ? through : new DateOnly(year, 12, 31)) : null;
}
