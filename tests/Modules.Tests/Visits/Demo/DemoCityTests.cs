using Renda.Platform.Demo;

namespace Modules.Tests.Visits.Demo;

public class DemoCityTests
{
    [Fact]
    public void The_city_has_1925_deputies_376_city_seats_and_60_units()
    {
        var city = SmallHuzhou.City;
        Assert.Equal(1925, city.Deputies.Count);
        Assert.Equal(376, city.Congresses.Single(c => c.Tier == DemoTier.City).Seats);
        Assert.Equal(60, city.Units.Count);
        Assert.Equal(60, city.Units.Select(u => u.Id).Distinct().Count());
        Assert.Equal(200, city.Staff.Count);
    }

    [Fact]
    public void No_two_people_share_a_name()
    {
        var names = SmallHuzhou.City.Deputies.Select(d => d.Person.Name).Concat(SmallHuzhou.City.Staff.Select(s => s.Person.Name)).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void A_subdistrict_has_a_working_body_and_no_congress()
    {
        var city = SmallHuzhou.City;
        Assert.DoesNotContain(city.Congresses, c => c.RegionCode == 330522001000);
        Assert.Contains(city.Offices, o => o is { RegionCode: 330522001000, Kind: "subdistrict", CongressRegionCode: DemoCity.Changxing });
        Assert.All(city.Deputies.SelectMany(d => d.Mandates), m => Assert.Contains(city.Congresses, c => c.RegionCode == m.RegionCode && c.Tier == m.Tier));
    }

    [Fact]
    public void Every_congress_has_deputies_and_some_deputies_hold_several_seats()
    {
        Assert.All(SmallHuzhou.City.Congresses, c => Assert.InRange(c.Seats, 5, 600));
        Assert.InRange(SmallHuzhou.City.Deputies.Count(d => d.Mandates.Count > 1), 150, 600);
    }

    [Fact]
    public void The_persons_of_the_story_are_where_the_story_needs_them()
    {
        var city = SmallHuzhou.City;
        var liYang = city.Deputies.Single(d => d.Person.Name == "李阳");
        Assert.Equal(new DemoMandate(DemoTier.Town, DemoCity.Heping), Assert.Single(liYang.Mandates));
        Assert.Equal("330522000000-deputies", city.Staff.Single(s => s.Account == "zhoumin").OfficeId);
        var chen = city.Staff.Single(s => s.Account == "chenjianguo");
        Assert.Equal("长兴县供电公司", city.Units.Single(u => u.Id == chen.UnitId).Name);
        Assert.Contains(city.Units, u => u.ShortName == "县数据局" && u.RegionCode == DemoCity.Changxing);
    }

    [Fact]
    public void The_same_seed_gives_the_same_people_and_another_gives_others()
    {
        var today = DateOnly.FromDateTime(SmallHuzhou.Now);
        string[] Names(int seed) => [.. DemoCity.Create(SmallHuzhou.Towns, today, seed).Deputies.Select(d => d.Person.Name)];
        Assert.Equal(Names(3305), SmallHuzhou.City.Deputies.Select(d => d.Person.Name));
        Assert.NotEqual(Names(3305), Names(1));
    }

    [Fact]
    public void A_city_without_Heping_is_refused() =>
        Assert.Throws<ArgumentException>(() => DemoCity.Create([.. SmallHuzhou.Towns.Where(t => t.Code != DemoCity.Heping)], new DateOnly(2026, 11, 23)));

    [Fact]
    public void Villages_lie_within_their_town_and_the_city()
    {
        foreach (var village in SmallHuzhou.Villages)
        {
            var (latitude, longitude) = DemoPlaces.PointOf(village.Code);
            Assert.InRange(latitude, 30.3, 31.3);
            Assert.InRange(longitude, 119.2, 120.7);
            // Not every town of this small city is one of the map's.
            if (DemoSchematic.Huzhou.PointOf(village.Code / 1000 * 1000) is not null) Assert.True(DemoSchematic.Huzhou.Holds(village.Code / 1000 * 1000, latitude, longitude), village.Name);
        }
    }

    [Fact]
    public void A_point_140_metres_away_is_140_metres_away()
    {
        var from = DemoPlaces.Tangzitou;
        var to = DemoPlaces.Away(from, 140, 64);
        var (dy, dx) = ((to.Latitude - from.Latitude) * 111_320, (to.Longitude - from.Longitude) * 111_320 * Math.Cos(from.Latitude * Math.PI / 180));
        Assert.Equal(140, Math.Sqrt((dx * dx) + (dy * dy)), 0.5);
    }
}
