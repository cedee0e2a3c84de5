using System.Diagnostics;
using Renda.Platform.Regions;

namespace Platform.Tests.Regions;

public sealed class RegionDirectoryTests
{
    private const long City = 330500000000L;
    private const long Changxing = 330522000000L;
    private const long Heping = 330522110000L;
    private const long Hongshan = 330522110225L;

    private static readonly RegionDirectory Huzhou = RegionDirectory.Huzhou;

    [Fact]
    public void Huzhou_has_5_counties_72_towns_and_1301_villages()
    {
        var counts = Huzhou.All.CountBy(region => region.Level).ToDictionary();

        Assert.Equal(1, counts[RegionLevel.Province]);
        Assert.Equal(1, counts[RegionLevel.City]);
        Assert.Equal(5, counts[RegionLevel.County]);
        Assert.Equal(72, counts[RegionLevel.Town]);
        Assert.Equal(1301, counts[RegionLevel.Village]);
    }

    [Fact]
    public void A_village_is_found_with_its_names_and_path()
    {
        var village = Huzhou.Find(Hongshan)!;

        Assert.Equal("红山村", village.Name);
        Assert.Equal("长兴县和平镇红山村", village.FullName);
        Assert.Equal("hsc", village.Initials);
        Assert.Equal("长兴县和平镇红山村", Huzhou.FullName(Hongshan));
        Assert.Equal(["浙江省", "湖州市", "长兴县", "和平镇", "红山村"], Huzhou.Path(Hongshan).Select(region => region.Name));
    }

    [Fact]
    public void An_unknown_code_has_no_region_no_path_and_its_digits_for_a_name()
    {
        Assert.Null(Huzhou.Find(330522110999L));
        Assert.Empty(Huzhou.Path(330522110999L));
        Assert.Empty(Huzhou.Children(330522110999L));
        Assert.Equal("330522110999", Huzhou.FullName(330522110999L));
    }

    [Fact]
    public void Children_are_one_level_down()
    {
        Assert.Equal(["吴兴区", "南浔区", "德清县", "长兴县", "安吉县"], Huzhou.Children(City).Select(region => region.Name));
        Assert.All(Huzhou.Children(Changxing), region => Assert.Equal(RegionLevel.Town, region.Level));
        Assert.Contains(Huzhou.Children(Heping), region => region.Code == Hongshan);
        Assert.Empty(Huzhou.Children(Hongshan));
    }

    [Theory]
    [InlineData(330522000000L, "长兴县", "cxx")]
    [InlineData(330522111000L, "泗安镇", "saz")]
    [InlineData(330503101000L, "双林镇", "slz")]
    [InlineData(330502004013L, "米行街社区", "mhjsq")]
    [InlineData(330502101222L, "尹家圩村", "yjyc")]
    [InlineData(330503105003L, "西栅社区", "xzsq")]
    [InlineData(330503103201L, "平乐村", "plc")]
    [InlineData(330522111232L, "长潮岕村", "ccjc")]
    public void Initials_follow_the_local_reading(long code, string name, string initials)
    {
        Assert.Equal(name, Huzhou.Find(code)?.Name);
        Assert.Equal(initials, Huzhou.Find(code)?.Initials);
    }

    [Fact]
    public void No_name_keeps_the_suffix_of_a_village_committee()
    {
        Assert.DoesNotContain(Huzhou.All, region => region.Name.Contains("村委会", StringComparison.Ordinal));
        Assert.DoesNotContain(Huzhou.All, region => region.Name.Contains("社区居委会", StringComparison.Ordinal));
        Assert.DoesNotContain(Huzhou.All, region => region.Name.EndsWith("村村", StringComparison.Ordinal));
    }

    [Fact]
    public void Subdistricts_are_the_28_towns_named_so()
    {
        var subdistricts = Huzhou.All.Where(region => region.IsSubdistrict).ToList();

        Assert.Equal(28, subdistricts.Count);
        Assert.Contains(subdistricts, region => region.Name == "雉城街道");
        Assert.False(Huzhou.Find(Heping)!.IsSubdistrict);
    }

    [Theory]
    [InlineData("浙江省湖州市长兴县和平镇红山村12号", "长兴县和平镇红山村 长兴县和平镇")]
    [InlineData("长兴和平红山 12 号", "长兴县和平镇红山村 长兴县和平镇")]
    [InlineData("湖州市吴兴区织里镇吴兴大道１００号", "吴兴区织里镇")]
    [InlineData("吴兴区和平镇", "")]
    [InlineData("红山村口的老樟树", "长兴县和平镇红山村")]
    [InlineData("愿世界和平", "")]
    [InlineData("", "")]
    public void An_address_is_read_for_the_towns_and_villages_it_names(string address, string found) =>
        Assert.Equal(found, string.Join(' ', Huzhou.InAddress(address).Select(r => r.FullName)));

    [Fact]
    public void Search_by_initials_within_a_town_finds_its_villages_only()
    {
        var found = Huzhou.Search("hs", Heping);

        Assert.Equal(["红山村", "横山村"], found.Select(region => region.Name));
        Assert.All(found, region => Assert.True(new RegionCode(Heping).Contains(region.Code)));
    }

    [Fact]
    public void Search_by_name_brings_the_shortest_first_and_tells_equal_names_apart()
    {
        Assert.Equal(Hongshan, Huzhou.Search("红山", Changxing)[0].Code);

        var same = Huzhou.Search("和平村");
        Assert.True(same.Count >= 3);
        Assert.All(same.Take(3), region => Assert.Equal("和平村", region.Name));
        Assert.Equal(3, same.Take(3).Select(region => region.FullName).Distinct().Count());
    }

    [Theory]
    [InlineData("长兴", "长兴县")]
    [InlineData("cxx", "长兴县")]
    [InlineData("和平镇", "和平镇")]
    [InlineData("和平镇红山", "红山村")]
    [InlineData("和平镇 红山村", "红山村")]
    [InlineData("ＨＰＺ", "和平镇")]
    public void Search_puts_the_best_match_first(string text, string first) =>
        Assert.Equal(first, Huzhou.Search(text)[0].Name);

    [Fact]
    public void Search_for_a_town_does_not_bring_every_village_of_it() =>
        Assert.Equal(["和平镇"], Huzhou.Search("和平镇").Select(region => region.Name));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(null)]
    [InlineData("'; drop table regions; --")]
    [InlineData("\uD800")]
    [InlineData("%")]
    public void Search_for_nothing_or_nonsense_finds_nothing(string? text) => Assert.Empty(Huzhou.Search(text));

    [Fact]
    public void Search_keeps_to_the_limit_and_takes_a_long_or_misplaced_question()
    {
        Assert.Equal(5, Huzhou.Search("村", limit: 5).Count);
        Assert.Empty(Huzhou.Search(new string('村', 1_000_000)));
        Assert.Empty(Huzhou.Search("村", within: 42));
        Assert.Equal([Hongshan], Huzhou.Search("红", within: Hongshan).Select(region => region.Code));
    }

    [Fact]
    public void A_search_is_fast_enough_for_every_key_stroke()
    {
        Huzhou.Search("hs");
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 1000; i++)
            Huzhou.Search("hs");

        // About 0.1 ms each; the bound is a hundred times looser, for a busy machine.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Fact]
    public void Another_citys_list_can_be_loaded()
    {
        using var csv = new StringReader("code,name,initials\n441900003000,东城街道,dcjd\n441900000000,东莞市,dgs\n");
        var directory = RegionDirectory.FromCsv(csv);

        // A city without counties: its towns are its children and are named from the city.
        Assert.Equal("东莞市东城街道", directory.FullName(441900003000L));
        Assert.Equal([441900003000L], directory.Children(441900000000L).Select(region => region.Code));
    }

    [Theory]
    [InlineData("code,name,initials\n", "空")]
    [InlineData("code,name,initials\n3305,湖州市,hzs\n", "2")]
    [InlineData("code,name,initials\n330500000000,湖州市\n", "2")]
    [InlineData("code,name,initials\n330500000000,湖州市,hzs\n330500000000,湖州市,hzs\n", "重复")]
    [InlineData("code,name,initials\n330500000000,,hzs\n", "名称")]
    [InlineData("code,name,initials\n330500000000,湖州市,HZS\n", "小写")]
    [InlineData("code,name,initials\n330522110225,红山村,hsc\n", "上级")]
    public void A_list_that_does_not_fit_together_is_refused_with_the_reason(string csv, string reason)
    {
        using var reader = new StringReader(csv);
        var refusal = Assert.Throws<InvalidRegionsException>(() => RegionDirectory.FromCsv(reader));

        Assert.Contains(reason, refusal.Words.Zh, StringComparison.Ordinal);
        Assert.False(refusal.Words.IsIncomplete);
    }
}
