using Renda.Platform.Demo;

namespace Modules.Tests.Visits.Demo;

/// <summary>A small Huzhou: real towns, villages by number.</summary>
internal static class SmallHuzhou
{
    public static readonly DateTime Now = new(2026, 11, 23, 1, 0, 0, DateTimeKind.Utc);

    public static IReadOnlyList<(long Code, string Name)> Towns { get; } =
    [
        (330502001000, "月河街道"), (330502100000, "织里镇"), (330502101000, "八里店镇"), (330502200000, "道场乡"),
        (330503001000, "东迁街道"), (330503100000, "南浔镇"), (330503101000, "双林镇"), (330503102000, "练市镇"),
        (330521001000, "武康街道"), (330521101000, "乾元镇"), (330521102000, "新市镇"), (330521115000, "莫干山镇"),
        (330522001000, "雉城街道"), (330522102000, "李家巷镇"), (330522103000, "夹浦镇"), (330522104000, "林城镇"), (330522106000, "虹星桥镇"),
        (330522110000, "和平镇"), (330522111000, "泗安镇"),
        (330523001000, "递铺街道"), (330523103000, "鄣吴镇"), (330523105000, "孝丰镇"), (330523108000, "天荒坪镇"),
    ];

    public static IReadOnlyList<(long Code, string Name)> Villages { get; } =
    [
        .. Towns.SelectMany(t => Enumerable.Range(200, 14).Select(i => (t.Code + i, $"{t.Name[..2]}{i}村"))),
        (DemoPlaces.Hongshan, "红山村"),
    ];

    public static DemoCity City { get; } = DemoCity.Create(Towns, DateOnly.FromDateTime(Now));
}
