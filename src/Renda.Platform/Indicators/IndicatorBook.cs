using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;

namespace Renda.Platform.Indicators;

/// <summary>
/// The definitions: those that came with the modules, and the versions that were written since. A code that a module brings is
/// there until its version is followed by another; none is ever taken away.
/// </summary>
public sealed class IndicatorBook(IDbContextFactory<RendaDbContext> databases, IReadOnlyList<RendaModule> modules, IndicatorLedger ledger, AuditLog audit, TimeProvider time)
{
    /// <summary>The permission to write definitions.</summary>
    public const string Permission = "platform.indicators";

    private readonly IReadOnlyList<Indicator> _shipped = [.. modules.SelectMany(m => m.Indicators)];

    /// <summary>Every version, the newest of each code first; codes in the order in which the modules bring them, then those of one's own.</summary>
    public async Task<IReadOnlyList<Indicator>> AllAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var order = _shipped.Select(i => i.Code).Distinct().Index().ToDictionary(i => i.Item, i => i.Index);
        return [.. (await db.Set<Indicator>().AsNoTracking().ToListAsync(cancellation)).Concat(_shipped).OrderBy(i => order.GetValueOrDefault(i.Code, int.MaxValue)).ThenBy(i => i.Code, StringComparer.Ordinal).ThenByDescending(i => i.Version)];
    }

    /// <summary>The version that is used on a day; null for a code that is unknown or not used yet.</summary>
    public async Task<Indicator?> FindAsync(string code, DateOnly day, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return (await db.Set<Indicator>().AsNoTracking().Where(i => i.Code == code).ToListAsync(cancellation)).Concat(_shipped.Where(i => i.Code == code)).Where(i => i.From <= day).MaxBy(i => i.Version);
    }

    /// <summary>The newest version, also one that is not used yet; null for an unknown code.</summary>
    public async Task<Indicator?> LastAsync(string code, CancellationToken cancellation) => await FindAsync(code, DateOnly.MaxValue, cancellation);

    /// <summary>The formula of a definition; those that are kept were read before they were kept.</summary>
    public Formula Formula(Indicator indicator) => Read(indicator.Formula).Formula ?? throw new InvalidOperationException($"The formula of {indicator.Code} cannot be read.");

    /// <summary>Whether the actor may ask for it: of every module that it counts, something has to be theirs to read.</summary>
    public bool IsFor(Actor actor, Indicator indicator) => Formula(indicator).Terms.All(t => RecordsOf(t.Measure) is { } records ? records.IsFor(actor) : actor.May(Scenario(t.Measure) + ".read"));

    /// <summary>The book whose records a measure counts; null for one of matters.</summary>
    public RecordBook? RecordsOf(string measure) => ledger.Records.FirstOrDefault(r => r.Measures.Any(m => m.Id == measure));

    /// <summary>Whether the actor may write definitions: they count everywhere, so that it takes the widest territory.</summary>
    public async Task<bool> MayWriteAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await GrantDesk.IsWidestAsync(db, actor, Permission, time.GetUtcNow().UtcDateTime, cancellation);
    }

    /// <summary>Writes another version, or a first one.</summary>
    /// <param name="form">code, zh, en, unitZh, unitEn, better, formula, decimals, meaningZh, meaningEn, owner, from.</param>
    /// <param name="actor">Who writes it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> SaveAsync(IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        if (!await MayWriteAsync(actor, cancellation)) return Refusal.NotFound;
        var (now, typed) = (time.GetUtcNow().UtcDateTime, new TypedForm(form, time.GetUtcNow().UtcDateTime));
        var today = ChinaTime.Date(now);
        var code = typed.Text("code");
        var from = DateOnly.TryParseExact(typed.Text("from"), "yyyy-MM-dd", out var day) ? day : default;
        var written = new Indicator
        {
            Code = code, From = from, Zh = typed.Text("zh"), En = typed.Text("en"), UnitZh = typed.Text("unitZh"), UnitEn = typed.Text("unitEn"), Formula = typed.Text("formula"), MeaningZh = typed.Text("meaningZh"), MeaningEn = typed.Text("meaningEn"),
            Owner = typed.Text("owner"), Better = Enum.TryParse<IndicatorDirection>(typed.Text("better"), out var better) && Enum.IsDefined(better) ? better : IndicatorDirection.None, Decimals = int.TryParse(typed.Text("decimals"), out var decimals) ? decimals : -1,
            SetBy = actor.Name, SetAt = now,
        };
        typed.Need(code.Length is > 0 and <= 60 && code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-'), "code", "代码用小写字母、数字、点和短横，最多 60 个。", "Lower-case letters, digits, dots and hyphens, at most 60.");
        typed.Need(written.Zh.Length is > 0 and <= 40, "zh", "请填中文名称，最多 40 字。", "A Chinese name of at most 40 characters.");
        typed.Need(written.En.Length is > 0 and <= 80, "en", "请填英文名称，最多 80 字。", "An English name of at most 80 characters.");
        typed.Need(written.UnitZh.Length is > 0 and <= 10, "unitZh", "请填单位，最多 10 字。", "A unit of at most 10 characters.");
        typed.Need(written.MeaningZh.Length is > 0 and <= 500, "meaningZh", "请写清口径，最多 500 字。", "Say what it counts, in at most 500 characters.");
        typed.Need(written.MeaningEn.Length <= 1000, "meaningEn", "最多 1000 字。", "At most 1000 characters.");
        typed.Need(written.Owner.Length is > 0 and <= 40, "owner", "请填由谁负责，最多 40 字。", "Who answers for it, in at most 40 characters.");
        typed.Need(written.Decimals is >= 0 and <= 4, "decimals", "小数位数是 0 到 4。", "0 to 4 digits.");
        // What was told for a past day must be told again: a new way of reckoning begins today at the earliest.
        typed.Need(from >= today && from.Year <= today.Year + 5, "from", "从今天或以后的某天起用。", "In use from today or a later day.");
        if (Read(written.Formula).Wrong is { } wrong) typed.Need(false, "formula", wrong.Zh, wrong.En);
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        if (written.UnitEn.Length == 0) written.UnitEn = written.UnitZh;
        if (written.MeaningEn.Length == 0) written.MeaningEn = written.MeaningZh;
        try
        {
            return await audit.RunAsync<Refusal?>(async (db, note) =>
            {
                var versions = (await db.Set<Indicator>().AsNoTracking().Where(i => i.Code == code).Select(i => i.Version).ToListAsync(cancellation)).Concat(_shipped.Where(i => i.Code == code).Select(i => i.Version)).ToList();
                written.Version = versions.DefaultIfEmpty(0).Max() + 1;
                if (written.UnitEn.Length > 20) written.UnitEn = written.UnitEn[..20];
                db.Add(written);
                await note(AuditLog.Entry(actor, Permission, "Indicator", null, $"{written.Zh}（{code} 第 {written.Version} 版，{from:yyyy-MM-dd} 起）：{written.Formula}"));
                await db.SaveChangesAsync(cancellation);
                return null;
            }, cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            return new Refusal("indicators.twice", new("刚刚有人也写了一版，请刷新后再看。", "Somebody wrote a version at this moment; reload and look again."), 409);
        }
    }

    private (Formula? Formula, Words? Wrong) Read(string text) => Indicators.Formula.Read(text, id => ledger.Measures.Any(m => m.Id == id));

    private static string Scenario(string measure) => measure[..measure.IndexOf('.', StringComparison.Ordinal)];
}
