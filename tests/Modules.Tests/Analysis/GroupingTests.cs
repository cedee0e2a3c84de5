using Renda.Analysis;

namespace Modules.Tests.Analysis;

/// <summary>What is alike is found, all of it and nothing else, and each time the same.</summary>
public sealed class GroupingTests
{
    [Fact]
    public void No_pair_that_is_alike_is_missed_and_no_member_is_unlike_its_centre()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            // Few characters, so that texts are alike in all degrees.
            var texts = Enumerable.Range(0, 120).Select(_ => Text(random, 4 + random.Next(30), 12)).ToList();
            var (grouped, prints) = Prepare(texts);
            var threshold = random.Next(20, 96);
            foreach (var _ in Make(grouped, prints, threshold).Group(grouped, 2))
            {
            }
            for (var i = 0; i < grouped.Count; i++)
            {
                if (grouped[i].Centre > 0)
                {
                    var likeness = TextPrint.Likeness(prints[(int)grouped[i].Centre - 1], prints[i]);
                    Assert.Equal(likeness, grouped[i].Likeness);
                    Assert.True(likeness >= threshold, $"seed {seed}: {likeness} below {threshold}");
                    // No other centre is more like it.
                    Assert.All(grouped.Where(g => g.Centre == g.Serial), c => Assert.True(grouped[i].Centre == grouped[i].Serial || TextPrint.Likeness(prints[(int)c.Serial - 1], prints[i]) <= likeness));
                }
                else
                    for (var j = 0; j < i; j++)
                        Assert.True(grouped[j].Centre > 0 || TextPrint.Likeness(prints[i], prints[j]) < threshold, $"seed {seed}: {i} and {j} are alike and alone");
            }
            Assert.All(grouped.Where(g => g.Centre > 0).CountBy(g => g.Centre), g => Assert.True(g.Value >= 2));
        }
    }

    [Fact]
    public void A_chain_of_texts_that_each_differ_a_little_does_not_join_its_ends()
    {
        // Each has half of what the one before has.
        var letters = Text(new Random(1), 400, 3000);
        var (grouped, prints) = Prepare([.. Enumerable.Range(0, 12).Select(i => letters.Substring(i * 20, 60))]);
        foreach (var _ in Make(grouped, prints, 40).Group(grouped, 2))
        {
        }
        Assert.True(grouped.Where(g => g.Centre > 0).Select(g => g.Centre).Distinct().Count() >= 3);
        Assert.All(grouped.Where(g => g.Centre > 0), g => Assert.True(Math.Abs(g.Serial - g.Centre) <= 1));
    }

    [Fact]
    public void The_order_in_which_texts_come_changes_nothing()
    {
        var random = new Random(3);
        // Texts cut from a few longer ones: some are alike, in many degrees.
        var sources = Enumerable.Range(0, 30).Select(_ => Text(random, 60, 500)).ToList();
        var texts = Enumerable.Range(0, 300).Select(_ => sources[random.Next(30)].Substring(random.Next(30), 30)).ToList();
        var (grouped, prints) = Prepare(texts);
        var (again, _) = Prepare(texts);
        foreach (var _ in Make(grouped, prints, 35).Group(grouped, 3))
        {
        }
        foreach (var _ in Make(again, prints, 35).Group(again.OrderBy(_ => random.Next()), 3))
        {
        }
        Assert.Equal(grouped.Select(g => (g.Serial, g.Centre, g.Likeness)), again.Select(g => (g.Serial, g.Centre, g.Likeness)));
        Assert.Contains(grouped, g => g.Centre > 0);
    }

    [Fact]
    public void What_nearly_every_text_says_joins_nothing()
    {
        var random = new Random(5);
        const string Everybody = "请有关部门尽快核实处理并答复为感";
        var (grouped, prints) = Prepare([.. Enumerable.Range(0, 100).Select(_ => Text(random, 12, 3000) + Everybody)]);
        foreach (var _ in Make(grouped, prints, 20).Group(grouped, 2))
        {
        }
        Assert.All(grouped, g => Assert.Equal(0, g.Centre));
    }

    [Theory]
    [InlineData("电线杆歪了", "电线杆歪了", 100)]
    [InlineData("电线杆歪了", "路灯不亮", 0)]
    [InlineData("", "路灯不亮", 0)]
    [InlineData("ＬＥＤ灯坏了", "led灯坏了", 100)]
    public void Likeness_is_of_words(string one, string other, int likeness) =>
        Assert.Equal(likeness, TextPrint.Likeness(TextPrint.Pack(TextPrint.Words(one), _ => 50), TextPrint.Pack(TextPrint.Words(other), _ => 50)));

    [Theory]
    [InlineData(1000, 1, 100), InlineData(1000, 50, 100), InlineData(1000, 1000, 5), InlineData(1, 1, 100), InlineData(100, 100, 23), InlineData(1000, 224, 50)]
    public void A_word_counts_the_less_the_more_texts_have_it(int texts, int with, int weight) => Assert.Equal(weight, TextPrint.Weight(texts, with));

    [Fact]
    public void A_text_of_any_length_is_kept_within_a_bound() => Assert.Equal(TextPrint.MostWords, TextPrint.Words(Text(new Random(7), 19_000, 3000)).Length);

    private static string Text(Random random, int length, int letters) => new([.. Enumerable.Range(0, length).Select(_ => (char)('一' + random.Next(letters)))]);

    private static (List<GroupedText> Texts, List<byte[]> Prints) Prepare(IReadOnlyList<string> texts)
    {
        var words = texts.Select(TextPrint.Words).ToList();
        var with = words.SelectMany(w => w).CountBy(w => w).ToDictionary();
        var vocabulary = Vocabulary(with, texts.Count);
        return ([.. words.Select((w, i) => new GroupedText(i + 1, 0, vocabulary.Order(w), double.NaN, double.NaN))], [.. words.Select(w => TextPrint.Pack(w, x => TextPrint.Weight(texts.Count, with[x])))]);
    }

    private static Grouping Make(List<GroupedText> texts, List<byte[]> prints, int threshold) =>
        new(Vocabulary(prints.SelectMany(p => TextPrint.Unpack(p).Select(w => w.Word)).CountBy(w => w).ToDictionary(), texts.Count), threshold, 0);

    private static Vocabulary Vocabulary(Dictionary<uint, int> with, int texts) => new([.. with.Select(w => (w.Key, TextPrint.Weight(texts, w.Value), w.Value))]);
}
