using Renda.Platform;

namespace Renda.Visits.Demo;

/// <summary>A field of the demo campaign's category tree (first level).</summary>
/// <param name="Id">Stable id, kebab case.</param>
/// <param name="Name">Name.</param>
/// <param name="Icon">Name of the Tabler icon.</param>
/// <param name="Groups">Its categories.</param>
public sealed record RegulationField(string Id, Words Name, string Icon, IReadOnlyList<RegulationGroup> Groups);

/// <summary>A category (second level).</summary>
/// <param name="Id">Stable id, kebab case; also names the kind of scene in a demo photo.</param>
/// <param name="Name">Name.</param>
/// <param name="Icon">Name of the Tabler icon.</param>
/// <param name="Problems">Its concrete problems.</param>
public sealed record RegulationGroup(string Id, Words Name, string Icon, IReadOnlyList<RegulationProblem> Problems);

/// <summary>A concrete problem (third level): what a deputy chooses.</summary>
/// <param name="Id">Stable id, kebab case, unique in the tree.</param>
/// <param name="Name">Name.</param>
/// <param name="Article">Article of the regulation that the problem touches, 12 to 27.</param>
/// <param name="UnitKind">Kind of unit usually responsible, e.g. <c>power</c>.</param>
/// <param name="CoUnitKind">Kind of unit that usually helps.</param>
/// <param name="Days">Working days to handle it: 15, fewer where someone could be hurt.</param>
/// <param name="RequiredPhotos">Photos a finding must have, at least 1.</param>
/// <param name="Icon">Name of the Tabler icon.</param>
public sealed record RegulationProblem(
    string Id, Words Name, int Article, string UnitKind, string CoUnitKind, int Days, int RequiredPhotos, string Icon)
{
    /// <summary>True where the deadline is short because someone could be hurt.</summary>
    public bool IsUrgent => Days <= 7;

    /// <summary>The article as it is quoted, e.g. 第二十四条.</summary>
    public Words ArticleName => new($"第{InCharacters(Article)}条", $"Article {Article}");

    private static string InCharacters(int number)
    {
        const string digits = "〇一二三四五六七八九";
        var tens = number / 10 == 1 ? "十" : digits[number / 10] + "十";
        return number % 10 == 0 ? tens : tens + digits[number % 10];
    }
}

/// <summary>
/// The category tree of the demo campaign 新时代美丽乡村补短板: what the Huzhou Beautiful Countryside regulation
/// (《湖州市美丽乡村建设条例》, articles 12 to 27) asks for, turned into the problems a deputy may meet in a village.
/// Units and deadlines are demo values; a campaign's editor changes them.
/// </summary>
public static class RegulationCategories
{
    /// <summary>Title of the regulation.</summary>
    public static Words Regulation { get; } = new("湖州市美丽乡村建设条例", "Huzhou Regulation on Building a Beautiful Countryside");

    /// <summary>Title of the demo campaign.</summary>
    public static Words Campaign { get; } = new("新时代美丽乡村补短板", "Closing the gaps of the beautiful countryside");

    /// <summary>The tree.</summary>
    public static IReadOnlyList<RegulationField> Fields { get; } =
    [
        new("facilities", new("基础设施", "Public works"), "building-community",
        [
            new("poles", new("杆线管道", "Poles, lines and pipes"), "bolt",
            [
                new("pole-leaning", new("电杆倾斜老旧", "Pole leaning or decayed"), 24, "power", "telecom", 5, 1, "bolt"),
                new("wires-low", new("电线低垂入树丛农田", "Wires hanging into trees or fields"), 24, "power", "telecom", 5, 1, "alert-triangle"),
                new("lines-tangled", new("管线交织杂乱", "Lines tangled"), 24, "telecom", "power", 15, 1, "topology-star"),
                new("pipes-exposed", new("管道裸露破损", "Pipe bare or broken"), 24, "housing-construction", "water", 15, 1, "wave-sine"),
            ]),
            new("roads", new("道路停车", "Roads and parking"), "road",
            [
                new("road-broken", new("路面破损坑洼", "Road surface broken"), 12, "transport", "town-government", 15, 1, "road"),
                new("road-unguarded", new("临水临崖缺护栏", "No guard rail at water or slope"), 12, "transport", "water", 7, 1, "barrier-block"),
                new("lamp-out", new("路灯不亮", "Street lamp out"), 12, "housing-construction", "power", 10, 1, "bulb-off"),
                new("parking-disorder", new("车辆乱停占道", "Vehicles parked across the road"), 12, "urban-management", "transport", 10, 1, "parking"),
            ]),
            new("toilets", new("公共厕所", "Public toilets"), "toilet-paper",
            [
                new("toilet-broken", new("设施损坏无水", "Fittings broken, no water"), 15, "urban-management", "town-government", 10, 1, "tool"),
                new("toilet-dirty", new("保洁不到位", "Not kept clean"), 23, "urban-management", "health", 7, 1, "droplet-off"),
                new("toilet-dry", new("旱厕露天粪缸未改造", "Open cesspit not rebuilt"), 15, "health", "town-government", 15, 1, "home-x"),
                new("toilet-no-access", new("无障碍设施缺失", "No barrier-free access"), 15, "urban-management", "housing-construction", 15, 1, "wheelchair"),
            ]),
        ]),
        new("sanitation", new("环境卫生", "Waste and cleanliness"), "recycle",
        [
            new("waste", new("垃圾分类", "Waste and sorting"), "trash",
            [
                new("bins-overflow", new("垃圾桶满溢", "Bins overflowing"), 13, "urban-management", "town-government", 7, 1, "trash"),
                new("bins-broken", new("垃圾桶破损缺失", "Bins broken or missing"), 13, "urban-management", "town-government", 10, 1, "trash-x"),
                new("sorting-mixed", new("分类混投混运", "Sorted waste mixed again"), 17, "urban-management", "town-government", 15, 1, "recycle-off"),
                new("station-dirty", new("中转站污水异味", "Transfer station dirty and smelling"), 13, "urban-management", "environment", 10, 1, "biohazard"),
            ]),
            new("construction-waste", new("建筑垃圾", "Construction waste"), "bulldozer",
            [
                new("rubble-dumped", new("建筑垃圾偷倒", "Rubble dumped"), 18, "urban-management", "natural-resources", 15, 1, "bulldozer"),
                new("rubble-on-road", new("装修垃圾占道堆放", "Rubble piled on the road"), 18, "urban-management", "housing-construction", 10, 1, "stack-2"),
                new("rubble-in-field", new("渣土侵占农田", "Spoil on farmland"), 18, "natural-resources", "agriculture", 15, 1, "mountain"),
            ]),
        ]),
        new("water", new("水环境", "Water"), "droplet",
        [
            new("sewage", new("污水治理", "Sewage and drains"), "droplet-half",
            [
                new("sewage-direct", new("生活污水直排", "Sewage running into open water"), 14, "housing-construction", "environment", 10, 1, "droplet"),
                new("drain-blocked", new("沟渠淤堵", "Drain blocked"), 21, "housing-construction", "town-government", 15, 1, "filter-off"),
                new("manhole-broken", new("窨井盖缺损", "Manhole cover broken or missing"), 22, "housing-construction", "telecom", 5, 1, "circle-dashed"),
                new("treatment-idle", new("处理终端停运", "Village treatment plant standing still"), 22, "environment", "housing-construction", 15, 1, "engine-off"),
            ]),
            new("rivers", new("河道保洁", "River cleaning"), "ripple",
            [
                new("river-floating", new("河面漂浮物", "Floating waste"), 26, "water", "town-government", 7, 1, "ripple"),
                new("river-algae", new("水体发绿发臭", "Water green and smelling"), 26, "environment", "water", 15, 1, "bubble"),
                new("bank-collapsed", new("河岸坍塌", "River bank collapsed"), 26, "water", "natural-resources", 7, 1, "ripple-down"),
                new("pond-silted", new("山塘淤积", "Pond silted up"), 26, "water", "agriculture", 15, 1, "bucket"),
            ]),
        ]),
        new("farming", new("农业生产", "Farming"), "tractor",
        [
            new("farm-waste", new("农业废弃物", "Farm waste"), "plant",
            [
                new("film-left", new("农膜弃置田间", "Plastic film left in the field"), 19, "agriculture", "environment", 15, 1, "plant-off"),
                new("pesticide-bottles", new("农药包装乱丢", "Pesticide containers thrown away"), 19, "agriculture", "environment", 10, 1, "bottle"),
                new("straw-burning", new("秸秆焚烧堆放", "Straw burnt or heaped up"), 19, "agriculture", "environment", 5, 1, "flame"),
            ]),
            new("livestock", new("畜禽养殖", "Livestock"), "pig",
            [
                new("manure-runoff", new("粪污外流", "Manure running off"), 20, "agriculture", "environment", 10, 1, "pig"),
                new("animals-loose", new("家禽散养扰民", "Poultry running loose"), 20, "agriculture", "town-government", 15, 1, "feather"),
                new("shed-illegal", new("河边违规搭棚养殖", "Unlawful shed by the river"), 20, "agriculture", "water", 15, 1, "home-exclamation"),
            ]),
        ]),
        new("appearance", new("村容村貌", "Look of the village"), "home-2",
        [
            new("public-space", new("公共环境", "Public space"), "wall",
            [
                new("wall-ruined", new("残墙断壁", "Ruined wall"), 25, "housing-construction", "town-government", 7, 1, "wall"),
                new("billboard-broken", new("广告牌破损", "Billboard broken"), 25, "urban-management", "town-government", 7, 1, "sign-right"),
                new("goods-piled", new("公共空间乱堆放", "Public space cluttered"), 25, "town-government", "urban-management", 15, 1, "packages"),
                new("fitness-broken", new("健身器材损坏", "Exercise equipment broken"), 25, "town-government", "health", 10, 1, "barbell"),
            ]),
            new("greening", new("绿化养护", "Greening"), "tree",
            [
                new("trees-dead", new("行道树枯死", "Roadside trees dead"), 27, "natural-resources", "transport", 15, 1, "tree"),
                new("green-occupied", new("绿地毁绿种菜", "Green space dug up for vegetables"), 27, "town-government", "natural-resources", 15, 1, "shovel"),
                new("soil-bare", new("裸土未绿化", "Bare soil"), 27, "natural-resources", "town-government", 15, 1, "seedling"),
            ]),
        ]),
    ];

    /// <summary>Every concrete problem with the category it belongs to, by id.</summary>
    public static IReadOnlyDictionary<string, (RegulationGroup Group, RegulationProblem Problem)> Problems { get; } =
        Fields.SelectMany(f => f.Groups).SelectMany(g => g.Problems.Select(p => (g, p))).ToDictionary(x => x.p.Id);
}
