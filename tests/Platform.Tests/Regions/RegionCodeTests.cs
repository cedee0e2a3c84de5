using CsCheck;
using Renda.Platform.Regions;

namespace Platform.Tests.Regions;

public sealed class RegionCodeTests
{
    [Theory]
    [InlineData(330000000000L, RegionLevel.Province, null, 339999999999L)]
    [InlineData(330500000000L, RegionLevel.City, 330000000000L, 330599999999L)]
    [InlineData(330522000000L, RegionLevel.County, 330500000000L, 330522999999L)]
    [InlineData(330522110000L, RegionLevel.Town, 330522000000L, 330522110999L)]
    [InlineData(330522110225L, RegionLevel.Village, 330522110000L, 330522110225L)]
    public void Level_parent_and_range_are_read_from_the_code(long value, RegionLevel level, long? parent, long last)
    {
        var code = new RegionCode(value);

        Assert.Equal(level, code.Level);
        Assert.Equal(parent, code.Parent?.Value);
        Assert.Equal(value, code.First);
        Assert.Equal(last, code.Last);
        Assert.Equal(value.ToString(null, null), code.ToString());
    }

    [Fact]
    public void The_ancestors_of_a_village_are_found_by_level()
    {
        Assert.Equal(330500000000L, RegionCode.City(330522110225L));
        Assert.Equal(330522000000L, RegionCode.County(330522110225L));
        Assert.Equal(330522110000L, RegionCode.Town(330522110225L));
    }

    [Fact]
    public void Contains_is_true_inside_the_subtree_only()
    {
        var heping = new RegionCode(330522110000L);

        Assert.True(heping.Contains(330522110000L));
        Assert.True(heping.Contains(330522110225L));
        Assert.False(heping.Contains(330522111000L));
        Assert.False(heping.Contains(330522109999L));
        Assert.False(heping.Contains(330522000000L));
    }

    [Fact]
    public void Every_code_is_contained_in_its_parent_and_read_back_from_its_text() =>
        Gen.Long[110_000_000_000, 999_999_999_999].Sample(value =>
        {
            var code = new RegionCode(value);
            return RegionCode.TryParse(code.ToString(), out var read) && read == code
                && (code.Parent is not { } parent || (parent.Contains(value) && parent.Contains(code.Last) && parent.Level < code.Level));
        });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3305")]
    [InlineData("3305221102250")]
    [InlineData("33052211022x")]
    [InlineData("+33052211022")]
    [InlineData(" 33052211022")]
    [InlineData("33052211022\0")]
    [InlineData("３３０５２２１１０２２５")]
    [InlineData("٣٣٠٥٢٢١١٠٢٢٥")]
    [InlineData("000000000000")]
    [InlineData("010000000000")]
    public void TryParse_refuses_what_is_not_twelve_digits_of_a_code(string? text)
    {
        Assert.False(RegionCode.TryParse(text, out var code));
        Assert.Equal(default, code);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-330522110225L)]
    [InlineData(1_000_000_000_000L)]
    [InlineData(long.MinValue)]
    public void A_number_that_is_no_code_is_refused(long value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RegionCode(value));
        Assert.False(RegionCode.TryCreate(value, out _));
    }
}
