using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Calendar;
using Renda.Platform.Indicators;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Visits;

/// <summary>Visits that have ended, counted on the day they began at the first place they went to, and once for each place.</summary>
internal sealed class TourBook() : RecordBook(Key, new("走访", "Visits made"), VisitScope.Permission,
[
    new("visits.tours", new("走访次数", "Visits"), Times), new("visits.toursclear", new("没有发现问题的走访", "Visits that found nothing"), Times),
    new("visits.tourplaces", new("走访村（社区）次数", "Visits to a village"), Times), new("visits.tourpeople", new("参加走访的人次", "People on visits"), new("人次", "people")),
])
{
    public const string Key = "visits.tours";

    private static Words Times { get; } = new("次", "times");

    public static IReadOnlyList<Indicator> Indicators { get; } =
    [
        One("tours", "走访次数", "visits", "次", "visits", "visits.tours", IndicatorDirection.Up, "期内开始、已经结束的走访次数，按第一个走访的村（社区）归属。", "Visits begun within the period that have ended, where they went first."),
        One("tour-places", "走访村（社区）次数", "visits to villages", "次", "visits", "visits.tourplaces", IndicatorDirection.Up, "一次走访到几个村（社区）就计几次，按村（社区）归属。", "A visit to several villages counts once for each, where it is."),
        One("tour-people", "参加走访人次", "people on visits", "人次", "people", "visits.tourpeople", IndicatorDirection.Up, "带队代表和同行的人，每次走访各计一人次。", "The deputy and whoever came along, once for each visit."),
        One("tours-clear", "没有发现问题的走访占比", "visits that found nothing", "%", "%", "visits.toursclear / visits.tours * 100", IndicatorDirection.None, "走访中代表写明没有发现问题的占比。走访之后又补报了问题的不计。", "Of the visits, those on which the deputy said that nothing was found, and nothing was sent later.", 1),
    ];

    public override Task<List<Guid>> AllAsync(RendaDbContext db, CancellationToken cancellation) => db.Set<Visit>().Select(v => v.Id).ToListAsync(cancellation);

    public override async Task<IEnumerable<(Guid Source, Fact Fact)>> FactsAsync(RendaDbContext db, IReadOnlyCollection<Guid> records, CancellationToken cancellation)
    {
        var visits = await db.Set<Visit>().AsNoTracking().Where(v => records.Contains(v.Id) && v.EndedAt != null).Select(v => new { v.Id, v.BeganAt, v.NothingFound, Companions = db.Set<VisitCompanion>().Count(c => c.VisitId == v.Id) }).ToListAsync(cancellation);
        var places = (await db.Set<VisitVillage>().AsNoTracking().Where(v => records.Contains(v.VisitId)).OrderBy(v => v.Ordinal).Select(v => new { v.VisitId, v.Region }).ToListAsync(cancellation)).ToLookup(v => v.VisitId, v => v.Region);
        return visits.SelectMany(v =>
        {
            var (day, first) = (ChinaTime.Date(v.BeganAt), places[v.Id].FirstOrDefault());
            List<(string Measure, long Place, long Amount)> counted = [("visits.tours", first, 1), ("visits.tourpeople", first, 1 + v.Companions), .. places[v.Id].Select(p => ("visits.tourplaces", p, 1L))];
            if (v.NothingFound) counted.Add(("visits.toursclear", first, 1));
            return counted.Select(c => (v.Id, new Fact(c.Measure, day, c.Place, Guid.Empty, "", c.Amount)));
        });
    }

    public override async Task<IReadOnlyDictionary<Guid, RecordName>> NamesAsync(RendaDbContext db, IReadOnlyCollection<Guid> records, CancellationToken cancellation) =>
        (await (from v in db.Set<Visit>().AsNoTracking()
                join p in db.Set<Person>() on v.PersonId equals p.Id
                join c in db.Set<Campaign>() on v.CampaignId equals c.Id
                where records.Contains(v.Id)
                select new { v.Id, p.Name, c.Title }).ToListAsync(cancellation)).ToDictionary(v => v.Id, v => new RecordName($"{v.Name} · {v.Title}", $"/visits/tours/{v.Id}"));

    private static Indicator One(string code, string zh, string en, string unitZh, string unitEn, string formula, IndicatorDirection better, string meaningZh, string meaningEn, int decimals = 0) => new()
    {
        Code = "visits." + code, Zh = "代表寻访·" + zh, En = "Visits: " + en, UnitZh = unitZh, UnitEn = unitEn, Better = better, Formula = formula, Decimals = decimals, MeaningZh = meaningZh, MeaningEn = meaningEn, Owner = "人大常委会办公室",
    };
}
