using System.Globalization;
using Renda.Platform;

namespace Platform.Tests;

public sealed class WordsTests
{
    [Theory]
    [InlineData("zh-CN", "待办")]
    [InlineData("en", "To-do")]
    [InlineData("fr", "待办")]
    public void ToString_is_in_the_language_of_the_request_and_Chinese_otherwise(string culture, string expected)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = new CultureInfo(culture);
        Assert.Equal(expected, new Words("待办", "To-do").ToString());
        CultureInfo.CurrentUICulture = before;
    }
}
