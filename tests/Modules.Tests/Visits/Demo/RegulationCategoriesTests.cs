using System.Text.RegularExpressions;
using Renda.Platform.Demo;
using Renda.Visits.Demo;

namespace Modules.Tests.Visits.Demo;

public class RegulationCategoriesTests
{
    [Fact]
    public void Every_problem_has_an_article_a_known_unit_and_words_in_both_languages()
    {
        var kinds = DemoCity.UnitKinds.Append("town-government").ToList();
        Assert.Equal(10, DemoCity.UnitKinds.Count);
        foreach (var problem in RegulationCategories.Problems.Values.Select(p => p.Problem))
        {
            Assert.Matches(new Regex("^[a-z]+(-[a-z]+)*$"), problem.Id);
            Assert.False(problem.Name.IsIncomplete);
            Assert.InRange(problem.Article, 12, 27);
            Assert.Contains(problem.UnitKind, kinds);
            Assert.Contains(problem.CoUnitKind, kinds);
            Assert.NotEqual(problem.UnitKind, problem.CoUnitKind);
            Assert.InRange(problem.Days, 5, 15);
        }
    }

    [Fact]
    public void The_tree_has_eleven_categories_of_three_or_four_problems()
    {
        var groups = RegulationCategories.Fields.SelectMany(f => f.Groups).ToList();
        Assert.Equal(11, groups.Count);
        Assert.All(groups, g => Assert.InRange(g.Problems.Count, 3, 4));
    }

    [Theory]
    [InlineData("pole-leaning", "第二十四条")]
    [InlineData("livestock", "第二十条")]
    [InlineData("road-broken", "第十二条")]
    public void Articles_are_quoted_in_Chinese_numerals(string id, string expected)
    {
        var problem = RegulationCategories.Problems.TryGetValue(id, out var found)
            ? found.Problem
            : RegulationCategories.Fields.SelectMany(f => f.Groups).Single(g => g.Id == id).Problems[0];
        Assert.Equal(expected, problem.ArticleName.Zh);
    }
}
