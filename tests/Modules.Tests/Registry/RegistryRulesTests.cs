using Renda.Platform.People;
using Renda.Platform.Regions;
using Renda.Registry;

namespace Modules.Tests.Registry;

/// <summary>The registry's rules that need no database.</summary>
public sealed class RegistryRulesTests
{
    [Theory]
    [InlineData(RegionLevel.Province, 0, 350)]
    [InlineData(RegionLevel.Province, 64_567_588, 780)]
    [InlineData(RegionLevel.Province, 126_000_000, 1000)]
    [InlineData(RegionLevel.City, 3_400_000, 376)]
    [InlineData(RegionLevel.City, 10_000_001, 650)]
    [InlineData(RegionLevel.County, 680_000, 276)]
    [InlineData(RegionLevel.County, 1_550_001, 450)]
    [InlineData(RegionLevel.Town, 60_000, 85)]
    [InlineData(RegionLevel.Town, 1_000_000, 160)]
    public void Seats_follow_article_12_of_the_election_law(RegionLevel level, long population, int seats) => Assert.Equal(seats, QuotaCalculator.Seats(level, population));

    [Fact]
    public void A_village_has_no_congress() => Assert.Throws<ArgumentOutOfRangeException>(() => QuotaCalculator.Seats(RegionLevel.Village, 1000));

    [Theory]
    [InlineData("990001198803090017", false)]
    [InlineData("11010519491231002X", true)]
    [InlineData("110105194912310021", false)]
    [InlineData("11010519491331002X", false)]
    [InlineData("1101051949123100", false)]
    public void An_identity_number_checks_itself(string number, bool right) => Assert.Equal(right, RegistryForms.IsIdNumber(number));

    [Theory]
    [InlineData(" 李　阳 ", "李阳")]
    [InlineData("李 阳", "李阳")]
    [InlineData("Ali  Khan", "Ali  Khan")]
    [InlineData("阿不都 Rahim", "阿不都 Rahim")]
    public void Spaces_between_characters_are_slips(string typed, string kept) => Assert.Equal(kept, RegistryForms.PersonName(typed));

    [Fact]
    public void A_mandates_life_has_the_steps_the_law_knows_and_no_other()
    {
        Assert.Equal(["review"], Steps(MandateStatus.Elected));
        Assert.Equal(["confirm", "reject"], Steps(MandateStatus.Review));
        Assert.Equal(["suspend", "end"], Steps(MandateStatus.Active));
        Assert.Equal(["restore", "end"], Steps(MandateStatus.Suspended));
        Assert.Empty(RegistryForms.StepsOf(new Mandate { Status = MandateStatus.Active, ValidTo = DateTime.UtcNow }));
        // Art. 61 suspends, art. 62 ends; each end is announced (art. 63).
        Assert.All(MandateStep.All.Where(s => s.Id is "suspend"), s => Assert.All(s.Causes, c => Assert.False(MandateCause.Find(c)!.Ends)));
        Assert.All(MandateStep.All.Where(s => s.To is null), s => Assert.True(s.NeedsDocument && s.Causes.All(c => MandateCause.Find(c)!.Ends)));

        static IEnumerable<string> Steps(MandateStatus status) => RegistryForms.StepsOf(new Mandate { Status = status }).Select(s => s.Id);
    }
}
