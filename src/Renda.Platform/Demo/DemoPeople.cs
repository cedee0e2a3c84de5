namespace Renda.Platform.Demo;

/// <summary>Sex as the register of deputies holds it.</summary>
public enum DemoSex
{
    /// <summary>男.</summary>
    Male,

    /// <summary>女.</summary>
    Female,
}

/// <summary>An invented person. No real deputy or official is meant.</summary>
/// <param name="Name">Chinese name, surname first; no two people of the demo city share one.</param>
/// <param name="Sex">Sex.</param>
/// <param name="BirthDate">Date of birth.</param>
public sealed record DemoPerson(string Name, DemoSex Sex, DateOnly BirthDate);

/// <summary>Makes invented people whose names sound like Huzhou's: its common surnames, given names by generation and sex.</summary>
public sealed class DemoPeople
{
    // Weights are our estimate of how often a surname is met in Huzhou, per thousand; the tail keeps the local rarities.
    private static readonly (string Surname, int Weight)[] Surnames =
    [
        ("沈", 92), ("王", 66), ("陈", 64), ("吴", 50), ("张", 50), ("朱", 46), ("徐", 38), ("姚", 30), ("李", 30), ("杨", 28),
        ("周", 28), ("钱", 27), ("俞", 24), ("潘", 23), ("施", 22), ("陆", 22), ("费", 18), ("章", 17), ("蒋", 17), ("顾", 16),
        ("金", 16), ("许", 15), ("胡", 15), ("闵", 13), ("丁", 13), ("孙", 13), ("唐", 11), ("叶", 11), ("郑", 11), ("汤", 10),
        ("程", 10), ("莫", 10), ("凌", 9), ("嵇", 8), ("茅", 8), ("严", 8), ("邱", 8), ("宋", 7), ("邵", 7), ("褚", 6),
        ("车", 6), ("谈", 6), ("臧", 6), ("温", 6), ("归", 4), ("慎", 4), ("佘", 4), ("柏", 3), ("竺", 3), ("诸", 3),
    ];

    private static readonly int WeightOfAll = Surnames.Sum(s => s.Weight);

    private static readonly string[] OlderMen =
        Characters("根法|阿林|建国|国良|水根|金荣|永泉|志明|国强|新民|福根|炳荣|连生|小毛|顺林|文龙|卫平|建华|发林|祖荣|泉林|有根|荣根|建平|明华|伟民|金土|建新|国平|永良|洪林|土根|雪林|阿毛|正华|月明|培林|锦荣|树林|庆丰");

    private static readonly string[] OlderWomen =
        Characters("建芳|水英|小兰|美珍|阿娥|桂英|凤仙|月琴|玉珍|秀芳|雪珍|巧云|彩凤|惠芳|小妹|金娣|云仙|素珍|林妹|菊芳|新娥|丽娟|爱珍|凤英|美娟|水娥|文英|玲珍|国芳|根妹|阿宝|月英|秋英|志英|梅芳|小英|建英|琴芳|荷英|雅珍");

    private static readonly string[] YoungerMen =
        Characters("伟|斌|杰|磊|峰|超|勇|鑫|浩|凯|俊杰|晓峰|佳伟|志鹏|海涛|建斌|宇轩|明辉|伟杰|旭东|晓明|立峰|国栋|文斌|嘉豪|振宇|天宇|子豪|晨阳|逸飞|晓东|卫星|学锋|利明|剑锋|志刚|云飞|海波|雄伟|泽民|亦凡|成栋|益民|家骏|新宇|少华|鹏程|跃进|力行|承志");

    private static readonly string[] YoungerWomen =
        Characters("敏|静|燕|芳|丽|婷|洁|莉|琳|颖|晓燕|佳怡|雅婷|丽华|晓敏|海燕|文静|春燕|梦婷|思琪|佳颖|云霞|丽萍|亚琴|小红|晓芬|雪琴|美华|欣怡|诗雨|晓霞|红梅|慧敏|冬梅|佳琪|筱雯|叶青|韵秋|若兰|晨曦|海英|利芳|艳红|素琴|一诺|思远|雨桐|书瑶|倩倩|巧珍");

    private static readonly string[] FirstCharacters = Characters("文|国|建|志|海|永|晓|小|明|新|金|玉|春|秋|庆|云|学|卫|荣|雪|佳|利|立|振|红|林|月|仁|德|思");
    private static readonly string[] LastForMen = Characters("良|明|华|林|根|荣|强|平|军|兴|忠|祥|龙|泉|法|民|锋|康|江|伟|松|源|昌|宝|清");
    private static readonly string[] LastForWomen = Characters("芳|英|珍|娟|琴|萍|仙|妹|娥|华|红|霞|琳|兰|梅|凤|玲|芬|燕|慧|秀|莲|蓉|娣|清");

    private readonly HashSet<string> taken = [];

    /// <summary>Keeps a name for one of the persons of the demo's story, so that no other gets it.</summary>
    public void Reserve(string name) => taken.Add(name);

    /// <summary>A new person of the given age range, with a name that nobody has yet.</summary>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="today">The day from which ages are counted.</param>
    /// <param name="youngest">Least age in years (18 or more).</param>
    /// <param name="oldest">Greatest age in years.</param>
    /// <param name="women">Share of women, 0 to 1.</param>
    public DemoPerson Next(DemoRandom random, DateOnly today, int youngest, int oldest, double women)
    {
        // Two draws give a hill: few very young, few very old.
        var age = (int)((random.Between(youngest, oldest + 1) + random.Between(youngest, oldest + 1)) / 2);
        var birth = today.AddYears(-age).AddDays(-random.Next(365));
        var sex = random.Chance(women) ? DemoSex.Female : DemoSex.Male;
        string name;
        do
        {
            name = Surname(random) + Given(random, sex, birth.Year);
        }
        while (!taken.Add(name));
        return new DemoPerson(name, sex, birth);
    }

    private static string Surname(DemoRandom random)
    {
        var at = random.Next(WeightOfAll);
        foreach (var (surname, weight) in Surnames)
        {
            at -= weight;
            if (at < 0)
                return surname;
        }
        return Surnames[0].Surname;
    }

    private static string Given(DemoRandom random, DemoSex sex, int year)
    {
        if (random.Chance(0.5))
            return random.Pick(FirstCharacters) + random.Pick(sex == DemoSex.Male ? LastForMen : LastForWomen);
        return random.Pick((sex, year < 1978) switch
        {
            (DemoSex.Male, true) => OlderMen,
            (DemoSex.Female, true) => OlderWomen,
            (DemoSex.Male, false) => YoungerMen,
            _ => YoungerWomen,
        });
    }

    private static string[] Characters(string list) => list.Split('|');
}
