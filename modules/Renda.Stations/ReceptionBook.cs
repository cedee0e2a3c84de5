using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Congresses;
using Renda.Platform.Indicators;
using Renda.Platform.Persistence;

namespace Renda.Stations;

/// <summary>Receptions that were recorded, on the day and at the station where they took place.</summary>
internal sealed class ReceptionBook() : RecordBook(Key, new("接待", "Receptions"), StationsModule.Statistics,
[
    new("stations.receptions", new("接待次数", "Receptions"), new("次", "times")), new("stations.voters", new("接待选民人次", "Voters received"), new("人次", "people")),
    new("stations.receiving", new("代表接待人次", "Deputies who received"), new("人次", "people")),
])
{
    public const string Key = "stations.receptions";

    public static IReadOnlyList<Indicator> Indicators { get; } =
    [
        One("receptions", "接待次数", "receptions", "次", "times", "stations.receptions", 0, "期内联络站登记的接待次数，按接待那天计。", "Receptions recorded by stations, on the day they took place."),
        One("voters", "接待选民人次", "voters received", "人次", "people", "stations.voters", 0, "期内接待的选民人次，以联络站登记的为准。", "Voters received within the period, as stations recorded them."),
        One("receiving", "代表接待人次", "deputies who received", "人次", "people", "stations.receiving", 0, "期内到站接待的代表，一人一次计一人次。", "Deputies who received voters, once for each reception."),
        One("voters-each", "每次接待选民", "voters at a reception", "人次", "people", "stations.voters / stations.receptions", 1, "接待选民人次除以接待次数。", "Voters received, for each reception."),
    ];

    public override Task<List<Guid>> AllAsync(RendaDbContext db, CancellationToken cancellation) => db.Set<StationReception>().Select(r => r.Id).ToListAsync(cancellation);

    public override async Task<IEnumerable<(Guid Source, Fact Fact)>> FactsAsync(RendaDbContext db, IReadOnlyCollection<Guid> records, CancellationToken cancellation)
    {
        var receptions = await db.Set<StationReception>().AsNoTracking().Where(r => records.Contains(r.Id)).Select(r => new { r.Id, r.StationId, r.Day, r.Voters, Deputies = db.Set<StationReceptionDeputy>().Count(d => d.ReceptionId == r.Id) }).ToListAsync(cancellation);
        var stations = receptions.Select(r => r.StationId).Distinct().ToList();
        // A station that is gone has its receptions where it was.
        var places = await db.Set<Organisation>().AsNoTracking().Where(o => stations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Region, cancellation);
        return receptions.SelectMany(r => ((string Measure, long Amount)[])[("stations.receptions", 1), ("stations.voters", r.Voters), ("stations.receiving", r.Deputies)],
            (r, c) => (r.Id, new Fact(c.Measure, r.Day, places.GetValueOrDefault(r.StationId), Guid.Empty, "", c.Amount))).Where(f => f.Item2.Amount > 0);
    }

    public override async Task<IReadOnlyDictionary<Guid, RecordName>> NamesAsync(RendaDbContext db, IReadOnlyCollection<Guid> records, CancellationToken cancellation) =>
        (await (from r in db.Set<StationReception>().AsNoTracking()
                join o in db.Set<Organisation>() on r.StationId equals o.Id
                where records.Contains(r.Id)
                select new { r.Id, r.StationId, o.ShortName, r.Voters }).ToListAsync(cancellation)).ToDictionary(r => r.Id, r => new RecordName($"{r.ShortName} · {Language.T($"接待 {r.Voters} 人次", $"{r.Voters} received")}", $"/stations/{r.StationId}"));

    private static Indicator One(string code, string zh, string en, string unitZh, string unitEn, string formula, int decimals, string meaningZh, string meaningEn) => new()
    {
        Code = "stations." + code, Zh = "代表联络站·" + zh, En = "Contact stations: " + en, UnitZh = unitZh, UnitEn = unitEn, Better = IndicatorDirection.Up, Formula = formula, Decimals = decimals, MeaningZh = meaningZh, MeaningEn = meaningEn, Owner = "人大常委会代表工作委员会",
    };
}
