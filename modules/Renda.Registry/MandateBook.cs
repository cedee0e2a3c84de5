using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Indicators;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Registry;

/// <summary>
/// Mandates while rights follow from them: one begins to count on the day it becomes active and no longer does on the day it is suspended
/// or ends. Where it counts is the place it represents; its category is the tier of its congress.
/// </summary>
internal sealed class MandateBook() : RecordBook(Mandate.Book, new("代表", "Deputies"), "registry.look", [new("registry.begun", new("开始任职的代表", "Deputies who began"), People), new("registry.ended", new("停止任职的代表", "Deputies who ended"), People)])
{
    private static Words People { get; } = new("名", "people");

    private static readonly string[] Tiers = ["village", "town", "county", "city", "province"];

    public static IReadOnlyDictionary<string, Words> TierNames { get; } = new Dictionary<string, Words>
    {
        ["town"] = new("乡镇代表", "Deputies of towns"), ["county"] = new("县（区）代表", "Deputies of counties"), ["city"] = new("市代表", "Deputies of the city"), ["province"] = new("省代表", "Deputies of the province"), ["village"] = new("其他", "Others"),
    };

    public static IReadOnlyList<Indicator> Indicators { get; } =
    [
        One("deputies", "在任代表", "deputies in office", "stock(registry.begun - registry.ended)", "到期末资格有效、没有暂停的代表，一人在几级人大任职就计几名，按所代表的地方归属。", "Mandates in force and not suspended at the end of the period; who sits in several congresses counts in each, where they represent."),
        One("begun", "开始任职", "began", "registry.begun", "期内开始或者恢复执行职务的代表。", "Mandates that became active within the period."),
        One("ended", "停止任职", "ended", "registry.ended", "期内资格终止或者暂时停止执行职务的代表。", "Mandates that ended or were suspended within the period."),
    ];

    public override Task<List<Guid>> AllAsync(RendaDbContext db, CancellationToken cancellation) => db.Set<Mandate>().IgnoreQueryFilters().Select(m => m.Id).Distinct().ToListAsync(cancellation);

    public override async Task<IEnumerable<(Guid Source, Fact Fact)>> FactsAsync(RendaDbContext db, IReadOnlyCollection<Guid> records, CancellationToken cancellation)
    {
        var rows = await (from m in db.Set<Mandate>().AsNoTracking().IgnoreQueryFilters()
                          join c in db.Set<Organisation>() on m.CongressId equals c.Id
                          where records.Contains(m.Id) && c.Latest
                          orderby m.ValidFrom
                          select new { m.Id, m.ValidFrom, m.ValidTo, m.Status, m.Region, Congress = c.Region }).ToListAsync(cancellation);
        var facts = new HashSet<(Guid, Fact)>();
        foreach (var mandate in rows.GroupBy(r => r.Id))
        {
            (long Region, string Tier, DateTime? To)? open = null;
            foreach (var row in mandate.Where(r => r.Status == MandateStatus.Active && r.ValidTo != r.ValidFrom))
            {
                var tier = Tiers[Math.Clamp(Territory.Level(row.Congress), 0, 4)];
                // One row after the other of the same place is one time of office.
                if (open is { } o && o.To == row.ValidFrom && o.Region == row.Region)
                {
                    open = o with { To = row.ValidTo };
                    continue;
                }
                End(mandate.Key);
                facts.Add((mandate.Key, new("registry.begun", ChinaTime.Date(row.ValidFrom), row.Region, Guid.Empty, tier, 1)));
                open = (row.Region, tier, row.ValidTo);
            }
            End(mandate.Key);

            void End(Guid id)
            {
                if (open is { To: { } to } over) facts.Add((id, new("registry.ended", ChinaTime.Date(to), over.Region, Guid.Empty, over.Tier, 1)));
            }
        }
        return facts;
    }

    public override async Task<IReadOnlyDictionary<Guid, RecordName>> NamesAsync(RendaDbContext db, IReadOnlyCollection<Guid> records, CancellationToken cancellation) =>
        (await (from m in db.Set<Mandate>().AsNoTracking()
                join p in db.Set<Person>() on m.PersonId equals p.Id
                join c in db.Set<Organisation>() on m.CongressId equals c.Id
                where records.Contains(m.Id)
                select new { m.Id, p.Name, Congress = c.Name }).ToListAsync(cancellation)).ToDictionary(m => m.Id, m => new RecordName($"{m.Name} · {m.Congress}", $"/registry/mandates/{m.Id}"));

    private static Indicator One(string code, string zh, string en, string formula, string meaningZh, string meaningEn) => new()
    {
        Code = "registry." + code, Zh = "人大代表·" + zh, En = "Deputies: " + en, UnitZh = "名", UnitEn = "people", Formula = formula, MeaningZh = meaningZh, MeaningEn = meaningEn, Owner = "人大常委会代表工作委员会",
    };
}
