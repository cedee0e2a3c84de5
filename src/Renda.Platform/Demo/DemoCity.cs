namespace Renda.Platform.Demo;

/// <summary>Tier of a congress in the demo city.</summary>
public enum DemoTier
{
    /// <summary>Huzhou's own congress.</summary>
    City,

    /// <summary>A county's or district's.</summary>
    County,

    /// <summary>A town's (镇, 乡). A subdistrict has none.</summary>
    Town,
}

/// <summary>A people's congress.</summary>
/// <param name="Tier">Its tier.</param>
/// <param name="RegionCode">12-digit code of its area.</param>
/// <param name="Name">Full name.</param>
/// <param name="Body">The body that works between sessions: the standing committee, or a town's presidium.</param>
/// <param name="Seats">Number of deputies the congress has in the demo.</param>
public sealed record DemoCongress(DemoTier Tier, long RegionCode, string Name, string Body, int Seats);

/// <summary>An office of a congress: a committee, the general office, a town's presidium office, a subdistrict's working body.</summary>
/// <param name="Id">Stable id, e.g. <c>330522000000-deputies</c>.</param>
/// <param name="CongressRegionCode">Area of the congress it belongs to.</param>
/// <param name="RegionCode">Area it works in; differs from the congress's only for a subdistrict's working body.</param>
/// <param name="Kind"><c>deputies</c>, <c>general</c>, <c>urban-environment</c>, <c>agriculture</c>, <c>finance</c>, <c>justice</c>, <c>education-health</c>, <c>legislation</c>, <c>presidium</c> or <c>subdistrict</c>.</param>
/// <param name="Name">Full name.</param>
/// <param name="ShortName">Name as colleagues say it.</param>
public sealed record DemoOffice(string Id, long CongressRegionCode, long RegionCode, string Kind, string Name, string ShortName);

/// <summary>A unit that handles matters: a department, a public company, or a town's government.</summary>
/// <param name="Id">Stable id: region code and kind, e.g. <c>330522000000-power</c>.</param>
/// <param name="RegionCode">Area it is responsible for.</param>
/// <param name="Kind">Kind of duty, e.g. <c>power</c>; see <see cref="DemoCity.UnitKinds"/>.</param>
/// <param name="Name">Full name.</param>
/// <param name="ShortName">Name as colleagues say it.</param>
public sealed record DemoUnit(string Id, long RegionCode, string Kind, string Name, string ShortName);

/// <summary>A seat in a congress.</summary>
/// <param name="Tier">Tier of the congress.</param>
/// <param name="RegionCode">Area of the congress.</param>
public sealed record DemoMandate(DemoTier Tier, long RegionCode);

/// <summary>A deputy.</summary>
/// <param name="Index">Place in <see cref="DemoCity.Deputies"/>, from 0.</param>
/// <param name="Person">Who it is.</param>
/// <param name="Occupation">Occupation type used for the structure of a congress, e.g. 农民.</param>
/// <param name="Title">Job as it stands in the roster.</param>
/// <param name="TownCode">Town or subdistrict of residence, where the deputy mostly visits.</param>
/// <param name="Mandates">All seats held, highest tier first; one or more.</param>
/// <param name="Account">Sign-in name of a person of the demo's story, else null.</param>
public sealed record DemoDeputy(
    int Index, DemoPerson Person, string Occupation, string Title, long TownCode, IReadOnlyList<DemoMandate> Mandates, string? Account);

/// <summary>What a staff member does.</summary>
public enum DemoRole
{
    /// <summary>Receives, verifies and assigns findings in a deputies' office (代表工委).</summary>
    Clerk,

    /// <summary>Heads an office; deadlines that are missed come here.</summary>
    OfficeHead,

    /// <summary>Member of a congress's leadership.</summary>
    Leader,

    /// <summary>Handles matters in a unit.</summary>
    UnitHandler,

    /// <summary>Signs for a unit.</summary>
    UnitHead,

    /// <summary>Keeps a deputies' contact station (联络员).</summary>
    StationKeeper,

    /// <summary>Administers accounts and settings.</summary>
    Administrator,

    /// <summary>Reads the records of who did what.</summary>
    Auditor,

    /// <summary>Other staff of an office.</summary>
    Officer,
}

/// <summary>A member of staff.</summary>
/// <param name="Index">Place in <see cref="DemoCity.Staff"/>, from 0.</param>
/// <param name="Person">Who it is.</param>
/// <param name="Role">What the person does.</param>
/// <param name="RegionCode">Area of duty.</param>
/// <param name="OfficeId">Office, when employed by a congress.</param>
/// <param name="UnitId">Unit, when employed by one.</param>
/// <param name="Title">Job title.</param>
/// <param name="Account">Sign-in name of a person of the demo's story, else null.</param>
public sealed record DemoStaff(
    int Index, DemoPerson Person, DemoRole Role, long RegionCode, string? OfficeId, string? UnitId, string Title, string? Account);

/// <summary>
/// The demo city (演示数据): Huzhou's congresses, offices, handling units, deputies and staff. Institutions carry the names
/// such bodies have; all people are invented. The same seed and towns give the same city.
/// </summary>
public sealed class DemoCity
{
    /// <summary>Number of deputies, as in the first six weeks of the real campaign.</summary>
    public const int DeputyCount = 1925;

    /// <summary>Seats of the city's congress: the legal quota for about 3.4 million people.</summary>
    public const int CitySeats = 376;

    /// <summary>Deputies whose highest seat is in a county's congress.</summary>
    public const int CountyDeputies = 900;

    /// <summary>Number of staff.</summary>
    public const int StaffCount = 200;

    /// <summary>Code of the city.</summary>
    public const long Huzhou = 330500000000;

    /// <summary>Code of Heping town (和平镇), where Li Yang is a deputy.</summary>
    public const long Heping = 330522110000;

    /// <summary>Code of Hongshan village (红山村) in Heping, where the demo's story plays.</summary>
    public const long Hongshan = 330522110225;

    /// <summary>Code of Changxing county (长兴县).</summary>
    public const long Changxing = 330522000000;

    /// <summary>The ten kinds of units that the city and each county have; towns' governments are <c>town-government</c>.</summary>
    public static IReadOnlyList<string> UnitKinds { get; } = [.. Departments.Select(d => d.Kind)];

    private static readonly (long Code, string Name, bool District)[] Counties =
    [
        (330502000000, "吴兴区", true), (330503000000, "南浔区", true), (330521000000, "德清县", false),
        (Changxing, "长兴县", false), (330523000000, "安吉县", false),
    ];

    private static (string Kind, string Name)[] Departments =>
    [
        ("power", "供电公司"), ("transport", "交通运输局"), ("agriculture", "农业农村局"), ("housing-construction", "住房和城乡建设局"),
        ("water", "水利局"), ("environment", "生态环境局"), ("urban-management", "综合行政执法局"), ("health", "卫生健康局"),
        ("telecom", "数据局"), ("natural-resources", "自然资源和规划局"),
    ];

    private static readonly (string Occupation, int Weight, string[] Titles)[] Occupations =
    [
        ("农民", 24, ["种粮大户", "茶叶种植户", "蚕桑养殖户", "家庭农场主", "农机合作社社员", "湖羊养殖户", "毛竹种植户", "农家乐经营户"]),
        ("村（社区）干部", 22, ["村党总支书记", "村委会主任", "村妇联主席", "社区党委书记", "村监会主任", "村委会委员"]),
        ("企业负责人", 14, ["纺织公司总经理", "竹制品公司董事长", "蓄电池公司副总经理", "童装公司经理", "绿色家居公司董事长", "电梯部件公司总经理"]),
        ("工人", 12, ["供电所班组长", "汽车配件厂技工", "丝绸厂挡车工", "环卫站组长", "水厂运行工", "快递站点负责人"]),
        ("专业技术人员", 14, ["镇卫生院医师", "小学教师", "中学高级教师", "农技推广站农艺师", "规划设计院工程师", "律师事务所律师"]),
        ("机关干部", 9, ["镇党委委员", "镇人大办公室主任", "县机关科长", "市机关处长"]),
        ("个体经营者", 5, ["超市店主", "民宿业主", "渔具店店主", "汽修店店主"]),
    ];

    private DemoCity(
        IReadOnlyList<DemoCongress> congresses, IReadOnlyList<DemoOffice> offices, IReadOnlyList<DemoUnit> units,
        IReadOnlyList<DemoUnit> townGovernments, IReadOnlyList<DemoUnit> stations, IReadOnlyList<DemoDeputy> deputies, IReadOnlyList<DemoStaff> staff)
    {
        Stations = stations;
        Congresses = congresses;
        Offices = offices;
        Units = units;
        TownGovernments = townGovernments;
        Deputies = deputies;
        Staff = staff;
    }

    /// <summary>The city's, the counties' and the towns' congresses, highest tier first.</summary>
    public IReadOnlyList<DemoCongress> Congresses { get; }

    /// <summary>Offices of all congresses.</summary>
    public IReadOnlyList<DemoOffice> Offices { get; }

    /// <summary>The 60 units: ten kinds for the city and for each of the five counties.</summary>
    public IReadOnlyList<DemoUnit> Units { get; }

    /// <summary>The towns' and subdistricts' governments, beside the 60 units.</summary>
    public IReadOnlyList<DemoUnit> TownGovernments { get; }

    /// <summary>Contact stations: one in each town and subdistrict, and some below it in Heping.</summary>
    public IReadOnlyList<DemoUnit> Stations { get; }

    /// <summary>Id of the station of a town or subdistrict.</summary>
    public static string StationOf(long town) => $"{town}-station";

    /// <summary>The 1,925 deputies.</summary>
    public IReadOnlyList<DemoDeputy> Deputies { get; }

    /// <summary>The 200 members of staff.</summary>
    public IReadOnlyList<DemoStaff> Staff { get; }

    /// <summary>Builds the city.</summary>
    /// <param name="towns">Huzhou's towns and subdistricts: 12-digit code and name, the name with its 镇, 乡 or 街道.</param>
    /// <param name="today">The day from which ages are counted.</param>
    /// <param name="seed">Another seed gives other people.</param>
    /// <exception cref="ArgumentException">Heping town is missing, or a county has no town.</exception>
    public static DemoCity Create(IReadOnlyList<(long Code, string Name)> towns, DateOnly today, int seed = 3305)
    {
        if (!towns.Any(t => t.Code == Heping) || Counties.Any(c => !towns.Any(t => IsTown(t) && CountyOf(t.Code) == c.Code)))
            throw new ArgumentException("The list of towns must hold Heping and at least one town of each county.", nameof(towns));
        var sorted = towns.OrderBy(t => t.Code).ToList();
        var offices = MakeOffices(sorted);
        var units = MakeUnits();
        List<DemoUnit> governments = [.. sorted.Select(t => new DemoUnit(
            $"{t.Code}-town-government", t.Code, "town-government",
            CountyName(t.Code) + t.Name + (IsTown(t) ? "人民政府" : "办事处"), t.Name + (IsTown(t) ? "政府" : "办事处")))];
        var people = new DemoPeople();
        foreach (var name in (ReadOnlySpan<string>)["李阳", "周敏", "陈建国", "沈建芳", "吴国良", "钱小兰", "施根法", "朱水英", "姚卫平", "徐晓燕",
            "沈国荣", "潘志明", "章丽萍", "俞文斌", "陆春燕", "费建平"])
            people.Reserve(name);
        var deputies = MakeDeputies(sorted, people, today, new DemoRandom(seed, 1));
        var staff = MakeStaff(offices, units, governments, people, today, new DemoRandom(seed, 2));
        List<DemoUnit> stations = [.. sorted.Select(t => new DemoUnit(StationOf(t.Code), t.Code, "", $"{CountyName(t.Code)}{t.Name}人大代表中心联络站", t.Name + "中心站"))];
        // Where the demo's story plays there are stations near people's homes as well.
        stations.AddRange([
            new("heping-west", 330522110235, "", "和平镇回车岭片区人大代表联络站", "回车岭站"), new("heping-hongshan", Hongshan, "", "和平镇红山村人大代表联络点", "红山村联络点"),
            new("heping-qinlao", 330522110003, "", "和平镇勤劳社区人大代表联络站", "勤劳社区站"),
        ]);
        return new DemoCity(MakeCongresses(sorted, deputies), offices, units, governments, stations, deputies, staff);
    }

    private static bool IsTown((long Code, string Name) place) => !place.Name.EndsWith("街道", StringComparison.Ordinal);

    private static long CountyOf(long code) => code / 1_000_000 * 1_000_000;

    private static string CountyName(long code) => Array.Find(Counties, c => c.Code == CountyOf(code)).Name;

    private static List<DemoCongress> MakeCongresses(List<(long Code, string Name)> towns, List<DemoDeputy> deputies)
    {
        var seats = deputies.SelectMany(d => d.Mandates).CountBy(m => m.RegionCode).ToDictionary();
        List<DemoCongress> congresses = [new(DemoTier.City, Huzhou, "湖州市人民代表大会", "湖州市人大常委会", seats[Huzhou])];
        congresses.AddRange(Counties.Select(c =>
            new DemoCongress(DemoTier.County, c.Code, c.Name + "人民代表大会", c.Name + "人大常委会", seats[c.Code])));
        congresses.AddRange(towns.Where(IsTown).Select(t =>
            new DemoCongress(DemoTier.Town, t.Code, CountyName(t.Code) + t.Name + "人民代表大会", t.Name + "人大主席团", seats.GetValueOrDefault(t.Code))));
        return congresses;
    }

    private static List<DemoOffice> MakeOffices(List<(long Code, string Name)> towns)
    {
        List<DemoOffice> offices = [];
        void Add(long region, string body, string kind, string name) => offices.Add(new($"{region}-{kind}", region, region, kind, body + name, name));
        foreach (var (kind, name) in (ReadOnlySpan<(string, string)>)[("deputies", "代表工委"), ("general", "办公室"), ("urban-environment", "城建环保工委"),
            ("agriculture", "农业农村工委"), ("finance", "财经工委"), ("justice", "监察司法工委"), ("education-health", "教科文卫工委"), ("legislation", "法工委")])
            Add(Huzhou, "湖州市人大常委会", kind, name);
        foreach (var county in Counties)
        {
            foreach (var (kind, name) in (ReadOnlySpan<(string, string)>)[("deputies", "代表工委"), ("general", "办公室"),
                ("urban-environment", "城建环保工委"), ("agriculture", "农业农村工委"), ("finance", "财经工委")])
                Add(county.Code, county.Name + "人大常委会", kind, name);
        }
        foreach (var town in towns)
        {
            if (IsTown(town))
                Add(town.Code, town.Name, "presidium", "人大主席团办公室");
            else
                offices.Add(new($"{town.Code}-subdistrict", CountyOf(town.Code), town.Code, "subdistrict", $"{CountyName(town.Code)}人大常委会{town.Name}工委", $"人大{town.Name}工委"));
        }
        return offices;
    }

    private static List<DemoUnit> MakeUnits()
    {
        List<DemoUnit> units = [];
        foreach (var (kind, name) in Departments)
            units.Add(new($"{Huzhou}-{kind}", Huzhou, kind, "湖州市" + name, "市" + name));
        foreach (var county in Counties)
        {
            var tier = county.District ? "区" : "县";
            foreach (var (kind, name) in Departments)
            {
                // A district's power supply and environment are branches of the city's, and called so.
                var (full, colloquial) = (kind, county.District) switch
                {
                    ("power", true) => ($"湖州供电公司{county.Name[..2]}分公司", "区供电分公司"),
                    ("environment", _) => ($"湖州市生态环境局{county.Name[..2]}分局", $"{tier}生态环境分局"),
                    ("natural-resources", true) => ($"湖州市自然资源和规划局{county.Name[..2]}分局", "区资规分局"),
                    _ => (county.Name + name, tier + name),
                };
                units.Add(new($"{county.Code}-{kind}", county.Code, kind, full, colloquial));
            }
        }
        return units;
    }

    private static List<DemoDeputy> MakeDeputies(List<(long Code, string Name)> towns, DemoPeople people, DateOnly today, DemoRandom random)
    {
        var withCongress = towns.Where(IsTown).Select(t => t.Code).ToList();
        List<DemoDeputy> deputies = [];
        foreach (var (person, occupation, title, town, mandates, account) in Story())
            deputies.Add(new(deputies.Count, person, occupation, title, town, mandates, account));

        var city = CitySeats - deputies.Count(d => d.Mandates[0].Tier == DemoTier.City);
        var county = CountyDeputies - deputies.Count(d => d.Mandates[0].Tier == DemoTier.County);
        while (deputies.Count < DeputyCount)
        {
            var person = people.Next(random, today, 24, 72, 0.34);
            var tier = city-- > 0 ? DemoTier.City : county-- > 0 ? DemoTier.County : DemoTier.Town;
            // Town seats go round the towns, so that every congress has its share.
            var home = tier == DemoTier.Town ? withCongress[deputies.Count % withCongress.Count] : random.Pick(towns).Code;
            List<DemoMandate> mandates = [];
            if (tier == DemoTier.City)
                mandates.Add(new(DemoTier.City, Huzhou));
            if (tier == DemoTier.County || (tier == DemoTier.City && random.Chance(0.3)))
                mandates.Add(new(DemoTier.County, CountyOf(home)));
            if (tier == DemoTier.Town || (withCongress.Contains(home) && random.Chance(tier == DemoTier.County ? 0.25 : 0.12)))
                mandates.Add(new(DemoTier.Town, home));
            var (occupation, title) = Occupation(random);
            deputies.Add(new(deputies.Count, person, occupation, title, home, mandates, null));
        }
        return deputies;
    }

    // People who speak in the demo's story: their names are on the sign-in page and in the guides.
    private static IEnumerable<(DemoPerson Person, string Occupation, string Title, long Town, DemoMandate[] Mandates, string? Account)> Story()
    {
        var (town, county) = (new DemoMandate(DemoTier.Town, Heping), new DemoMandate(DemoTier.County, Changxing));
        yield return (new("李阳", DemoSex.Male, new(1984, 5, 17)), "农民", "家庭农场主", Heping, [town], "liyang");
        yield return (new("沈建芳", DemoSex.Female, new(1972, 9, 3)), "村（社区）干部", "村妇联主席", 330522103000, [county], "shenjianfang");
        yield return (new("吴国良", DemoSex.Male, new(1966, 2, 21)), "农民", "渔业养殖户", 330522106000, [county], null);
        yield return (new("钱小兰", DemoSex.Female, new(1979, 11, 8)), "专业技术人员", "小学教师", 330522111000, [county], null);
        yield return (new("施根法", DemoSex.Male, new(1953, 6, 30)), "农民", "种粮大户", 330522102000, [county], null);
        yield return (new("朱水英", DemoSex.Female, new(1968, 4, 12)), "个体经营者", "超市店主", 330522104000, [county], null);
        yield return (new("潘志明", DemoSex.Male, new(1975, 8, 19)), "企业负责人", "竹制品公司董事长", 330523105000, [new(DemoTier.City, Huzhou), new(DemoTier.County, 330523000000)], "panzhiming");
    }

    private static (string Occupation, string Title) Occupation(DemoRandom random)
    {
        var at = random.Next(Occupations.Sum(o => o.Weight));
        foreach (var (occupation, weight, titles) in Occupations)
        {
            at -= weight;
            if (at < 0)
                return (occupation, random.Pick(titles));
        }
        return (Occupations[0].Occupation, Occupations[0].Titles[0]);
    }

    private static List<DemoStaff> MakeStaff(
        List<DemoOffice> offices, List<DemoUnit> units, List<DemoUnit> governments, DemoPeople people, DateOnly today, DemoRandom random)
    {
        List<DemoStaff> staff = [];
        void Known(string name, DemoSex sex, DateOnly birth, DemoRole role, long region, string? office, string? unit, string title, string account) =>
            staff.Add(new(staff.Count, new(name, sex, birth), role, region, office, unit, title, account));
        void Add(DemoRole role, long region, string? office, string? unit, string title) =>
            staff.Add(new(staff.Count, people.Next(random, today, 26, 58, 0.42), role, region, office, unit, title, null));

        Known("周敏", DemoSex.Female, new(1988, 3, 9), DemoRole.Clerk, Changxing, $"{Changxing}-deputies", null, "代表工委科员", "zhoumin");
        Known("陈建国", DemoSex.Male, new(1976, 10, 1), DemoRole.UnitHandler, Changxing, null, $"{Changxing}-power", "运维检修部主管", "chenjianguo");
        Known("俞文斌", DemoSex.Male, new(1985, 7, 25), DemoRole.UnitHandler, Changxing, null, $"{Changxing}-telecom", "基础设施科科长", "yuwenbin");
        Known("姚卫平", DemoSex.Male, new(1970, 1, 14), DemoRole.OfficeHead, Changxing, $"{Changxing}-deputies", null, "代表工委主任", "yaoweiping");
        Known("徐晓燕", DemoSex.Female, new(1983, 12, 2), DemoRole.Clerk, Huzhou, $"{Huzhou}-deputies", null, "代表工委副处长", "xuxiaoyan");
        Known("沈国荣", DemoSex.Male, new(1965, 5, 6), DemoRole.Leader, Huzhou, $"{Huzhou}-general", null, "市人大常委会副主任", "shenguorong");
        Known("章丽萍", DemoSex.Female, new(1986, 6, 18), DemoRole.Administrator, Huzhou, $"{Huzhou}-general", null, "信息中心主任", "zhangliping");
        Known("费建平", DemoSex.Male, new(1974, 9, 27), DemoRole.Auditor, Huzhou, $"{Huzhou}-general", null, "安全审计员", "feijianping");
        Known("陆春燕", DemoSex.Female, new(1991, 2, 11), DemoRole.StationKeeper, Heping, $"{Heping}-presidium", null, "和平镇代表联络站联络员", "luchunyan");

        foreach (var unit in units)
        {
            if (!staff.Any(s => s.UnitId == unit.Id))
                Add(DemoRole.UnitHandler, unit.RegionCode, null, unit.Id, "承办联络员");
            if (unit.RegionCode == Changxing)
                Add(DemoRole.UnitHead, unit.RegionCode, null, unit.Id, unit.Kind == "power" ? "分管副经理" : "分管副局长");
        }
        foreach (var office in offices.Where(o => o.Kind is "deputies" or "general"))
        {
            if (office.Kind == "deputies" && !staff.Any(s => s.OfficeId == office.Id && s.Role == DemoRole.Clerk))
                Add(DemoRole.Clerk, office.RegionCode, office.Id, null, "代表工委科员");
            if (!staff.Any(s => s.OfficeId == office.Id && s.Role == DemoRole.OfficeHead))
                Add(DemoRole.OfficeHead, office.RegionCode, office.Id, null, office.ShortName + "主任");
        }
        foreach (var government in governments.Take(StaffCount - staff.Count))
            Add(DemoRole.UnitHandler, government.RegionCode, null, government.Id, "镇村建设办干部");
        foreach (var office in offices.Where(o => o.Kind is "presidium" or "subdistrict").Take(StaffCount - staff.Count))
        {
            if (!staff.Any(s => s.OfficeId == office.Id))
                Add(DemoRole.StationKeeper, office.RegionCode, office.Id, null, "代表联络站联络员");
        }
        for (var i = 0; staff.Count < StaffCount; i++)
            Add(DemoRole.Officer, offices[i % offices.Count].RegionCode, offices[i % offices.Count].Id, null, "科员");
        return staff;
    }
}
