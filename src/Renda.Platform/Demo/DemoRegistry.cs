using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Platform.Demo;

/// <summary>
/// The demo city's registry beside its people: terms and sessions, standing committees, supervised organs, delegations,
/// groups, constituencies, and what is known of each person. Numbers are such as nobody can have: identity numbers begin
/// with 99, telephones with 100.
/// </summary>
internal sealed class DemoRegistry
{
    private static readonly (string Party, int Weight)[] Parties = [("中共党员", 64), ("群众", 20), ("无党派", 5), ("民盟", 3), ("民建", 2), ("民进", 2), ("农工党", 2), ("九三学社", 2)];
    private static readonly (string Education, int Weight)[] Educations = [("初中及以下", 12), ("高中（中专）", 22), ("大专", 26), ("本科", 32), ("研究生", 8)];
    private readonly DemoRandom _random = new(3305, 31);
    private readonly PersonalData _personal;
    private readonly DateTime _since;
    private readonly Dictionary<long, Guid> _congresses = [], _terms = [];
    private readonly Dictionary<(long Congress, long Place), Guid> _delegations = [], _groups = [];
    private readonly Dictionary<long, List<Constituency>> _constituencies = [];
    private readonly Dictionary<Guid, int> _certificates = [];
    private int _people;

    public DemoRegistry(RendaDbContext db, DemoCity city, RegionDirectory regions, PersonalData personal, DateTime since, Dictionary<string, Guid> organisations)
    {
        (_personal, _since) = (personal, since);
        foreach (var congress in city.Congresses)
        {
            var (id, region) = (organisations[$"congress-{congress.RegionCode}"], congress.RegionCode);
            _congresses[region] = id;
            Add(congress.Body, congress.Body, OrganisationKind.StandingCommittee, region, "", id);
            var term = new Term { Id = Guid.CreateVersion7(), CongressId = id, Ordinal = congress.Tier switch { DemoTier.City => 9, DemoTier.County => 17, _ => 19 }, Seats = congress.Seats + (congress.Seats > 40 ? 3 : 0), ValidFrom = since, ValidTo = since.AddYears(5) };
            db.Add(term);
            _terms[region] = term.Id;
            for (var year = 1; year <= 5; year++)
            {
                var opens = DateOnly.FromDateTime(since).AddYears(year - 1).AddMonths(congress.Tier == DemoTier.City ? 2 : 1).AddDays(9);
                db.Add(new CongressSession { Id = Guid.CreateVersion7(), TermId = term.Id, Ordinal = year, Opens = opens, Closes = opens.AddDays(congress.Tier == DemoTier.Town ? 1 : 3), ValidFrom = since });
            }
            if (congress.Tier != DemoTier.Town)
                foreach (var (name, duty) in (ReadOnlySpan<(string, string)>)[("人民政府", "government"), ("监察委员会", "supervision"), ("人民法院", "court"), ("人民检察院", "procuratorate")])
                    Add((regions.Find(region)?.FullName ?? "") + (duty == "court" && congress.Tier == DemoTier.City ? "中级" : "") + name, name, OrganisationKind.SupervisedOrgan, region, duty, null);
            // A delegation of a city's deputies comes from a county, that of a county's from a town; a town's congress has none.
            foreach (var place in congress.Tier == DemoTier.Town ? [] : regions.Children(region))
            {
                _delegations[(region, place.Code)] = Add(place.Name + "代表团", place.Name + "团", OrganisationKind.Delegation, place.Code, "", id);
                if (congress.Tier == DemoTier.County) _groups[(region, place.Code)] = Add(place.Name + "代表小组", place.Name + "组", OrganisationKind.DeputyGroup, place.Code, "", id);
            }
            _constituencies[region] = [.. Constituencies(congress, id, regions)];
            db.AddRange(_constituencies[region]);
        }

        Guid Add(string name, string shortName, OrganisationKind kind, long region, string duty, Guid? parent)
        {
            var organisation = new Organisation { Id = Guid.CreateVersion7(), Name = name, ShortName = shortName, Kind = kind, Region = region, Duty = duty, ParentId = parent, ValidFrom = since };
            db.Add(organisation);
            return organisation.Id;
        }
    }

    public Person Person(DemoPerson person, string occupation, string employer, long residence)
    {
        var n = ++_people;
        var number = IdNumber(n, person);
        var phone = $"100{n:00000000}";
        return new Person
        {
            Id = Guid.CreateVersion7(), ValidFrom = _since, Name = person.Name, Sex = person.Sex == DemoSex.Female ? "女" : "男", BirthDate = person.BirthDate, Occupation = occupation, Employer = employer, Residence = residence, IsDemo = true,
            Ethnicity = _random.Chance(0.985) ? "汉族" : _random.Pick(["畲族", "回族", "土家族", "苗族"]), Party = Weighted(Parties), Education = Weighted(Educations),
            IdNumberSealed = _personal.Seal(number, People.Person.IdNumberColumn), IdNumberIndex = _personal.Index(number, People.Person.IdNumberColumn), IdNumberEnd = number[^4..],
            PhoneSealed = _personal.Seal(phone, People.Person.PhoneColumn), PhoneIndex = _personal.Index(phone, People.Person.PhoneColumn), PhoneEnd = phone[^4..],
        };
    }

    public Mandate Mandate(DemoDeputy deputy, DemoMandate mandate, Guid person)
    {
        var (congress, county) = (_congresses[mandate.RegionCode], RegionCode.County(deputy.TownCode));
        var place = mandate.Tier == DemoTier.City ? county : deputy.TownCode;
        var constituency = _constituencies[mandate.RegionCode].Where(c => c.Regions.Contains(place.ToString(), StringComparison.Ordinal)).ToList();
        // The deputy of the demo's story was elected where the story plays.
        if (deputy.Account == "liyang" && _constituencies[mandate.RegionCode].Find(c => c.Regions.Contains(DemoCity.Hongshan.ToString(), StringComparison.Ordinal)) is { } own) constituency = [own];
        var of = constituency.Count > 0 ? constituency : _constituencies[mandate.RegionCode];
        _certificates[congress] = _certificates.GetValueOrDefault(congress) + 1;
        return new Mandate
        {
            Id = Guid.CreateVersion7(), PersonId = person, CongressId = congress, TermId = _terms[mandate.RegionCode], ConstituencyId = of.Count > 0 ? of[deputy.Index % of.Count].Id : null,
            DelegationId = _delegations.TryGetValue((mandate.RegionCode, place), out var delegation) ? delegation : null, GroupId = _groups.TryGetValue((mandate.RegionCode, place), out var group) ? group : null,
            Region = deputy.TownCode, CertificateNo = $"{_certificates[congress]:0000}", Status = MandateStatus.Active, ValidFrom = _since,
        };
    }

    private IEnumerable<Constituency> Constituencies(DemoCongress congress, Guid id, RegionDirectory regions)
    {
        var places = regions.Children(congress.RegionCode);
        // A city's deputies are elected by the counties' congresses, a county's and a town's by voters: two or three places each.
        if (congress.Tier == DemoTier.City)
            return places.Select((p, i) => Make(i + 1, p.Name + "人民代表大会", true, [p.Code], congress.Seats / Math.Max(1, places.Count)));
        var size = congress.Tier == DemoTier.County ? 1 : 3;
        return places.Chunk(size).Select((chunk, i) => Make(i + 1, $"第{i + 1}选区（{string.Join("、", chunk.Select(p => p.Name))}）", false, [.. chunk.Select(p => p.Code)], Math.Clamp(congress.Seats * size / Math.Max(1, places.Count), 1, 12)));

        Constituency Make(int number, string name, bool indirect, IReadOnlyList<long> of, int seats) =>
            new() { Id = Guid.CreateVersion7(), CongressId = id, Number = number, Name = name, Indirect = indirect, Seats = seats, Regions = string.Join(',', of), ValidFrom = _since };
    }

    // No region's code begins with 99; the check digit is right (GB 11643), so that what checks it lets it pass.
    private static string IdNumber(int n, DemoPerson person)
    {
        var digits = $"99{n / 1000:0000}{person.BirthDate:yyyyMMdd}{(n % 500) * 2 + (person.Sex == DemoSex.Male ? 1 : 0):000}";
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return digits + "10X98765432"[digits.Select((d, i) => (d - '0') * weights[i]).Sum() % 11];
    }

    private string Weighted((string Value, int Weight)[] choices)
    {
        var at = _random.Next(choices.Sum(c => c.Weight));
        foreach (var (value, weight) in choices)
        {
            at -= weight;
            if (at < 0) return value;
        }
        return choices[0].Value;
    }
}
