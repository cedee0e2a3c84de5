using Renda.Analysis;

namespace Modules.Tests.Analysis;

/// <summary>What is alike is found, all of it and nothing else, and each time the same.</summary>
public sealed class GroupingTests
{
    [Fact]
    public void No_pair_that_is_alike_is_missed_and_no_member_is_unlike_its_group()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            // Few characters, so that texts are alike in all degrees.
            var texts = Enumerable.Range(0, 120).Select(_ => Text(random, 4 + random.Next(30), 12)).ToList();
            var threshold = random.Next(20, 96);
            var (grouping, grouped, prints) = Prepare(texts, threshold);
            foreach (var _ in grouping.Group(grouped, 2))
            {
            }
            for (var i = 0; i < grouped.Count; i++)
            {
                if (grouped[i].Centre > 0)
                {
                    // To the centre or to the common words, whichever is more.
                    var likeness = grouped[i].Likeness;
                    Assert.True(likeness >= threshold && likeness >= TextPrint.Likeness(prints[(int)grouped[i].Centre - 1], prints[i]), $"seed {seed}: {likeness} below {threshold}");
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
        var (grouping, grouped, _) = Prepare([.. Enumerable.Range(0, 12).Select(i => letters.Substring(i * 20, 60))], 40);
        foreach (var _ in grouping.Group(grouped, 2))
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
        var (grouping, grouped, _) = Prepare(texts, 35);
        var (other, again, _) = Prepare(texts, 35);
        foreach (var _ in grouping.Group(grouped, 3))
        {
        }
        foreach (var _ in other.Group(again.OrderBy(_ => random.Next()), 3))
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
        var (grouping, grouped, _) = Prepare([.. Enumerable.Range(0, 100).Select(_ => Text(random, 12, 3000) + Everybody)], 20);
        foreach (var _ in grouping.Group(grouped, 2))
        {
        }
        Assert.All(grouped, g => Assert.Equal(0, g.Centre));
    }

    [Fact]
    public void One_problem_that_many_tell_of_in_words_of_their_own_is_one_group_and_two_that_share_a_third_are_two()
    {
        var random = new Random(9);
        // Sayings of two characters, of which each text has two thirds: many texts are not like any one of the others.
        var letters = Text(random, 100, 3000);
        var one = Enumerable.Range(0, 18).Select(i => letters.Substring(i * 2, 2)).ToArray();
        var other = Enumerable.Range(12, 18).Select(i => letters.Substring(i * 2, 2)).ToArray();
        var texts = Enumerable.Range(0, 400).Select(i => string.Join('，', (i % 2 == 0 ? one : other).Where(_ => random.Next(3) > 0))).Concat(Enumerable.Range(0, 8000).Select(_ => Text(random, 20, 3000)));
        var (grouping, grouped, prints) = Prepare([.. texts], 45);
        foreach (var _ in grouping.Group(grouped, 3))
        {
        }
        Assert.Contains(grouped.Take(400), g => g.Centre > 0 && TextPrint.Likeness(prints[(int)g.Centre - 1], prints[(int)g.Serial - 1]) < 45);
        foreach (var half in (int[])[0, 1])
        {
            var largest = grouped.Take(400).Where(g => g.Centre > 0 && g.Serial % 2 != half).GroupBy(g => g.Centre).MaxBy(g => g.Count())!;
            Assert.True(largest.Count() > 180, $"{largest.Count()} of 200");
            Assert.All(grouped.Where(g => g.Centre == largest.Key), g => Assert.True(g.Serial <= 400 && g.Serial % 2 != half));
        }
    }

    [Fact]
    public void Common_words_are_those_of_at_least_half_and_of_two()
    {
        byte[] Of(params string[] texts) => TextPrint.CommonOf([.. texts.Select(t => TextPrint.Pack(TextPrint.Words(t), _ => 50))]);
        Assert.Equal(TextPrint.Words("路灯，不亮"), TextPrint.Unpack(Of("路灯，不亮", "路灯，坏了", "不亮，三天", "路灯，不亮")).Select(w => w.Word));
        Assert.Equal(TextPrint.Words("路灯"), TextPrint.Unpack(Of("路灯，不亮", "路灯，坏了")).Select(w => w.Word));
        Assert.Empty(Of("路灯，不亮"));
        Assert.Empty(Of());
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

    private static (Grouping Grouping, List<GroupedText> Texts, List<byte[]> Prints) Prepare(IReadOnlyList<string> texts, int threshold)
    {
        var words = texts.Select(TextPrint.Words).ToList();
        var vocabulary = new Vocabulary([], words);
        var prints = words.ConvertAll(w => TextPrint.Pack(w, vocabulary.Weight));
        return (new(vocabulary, threshold, 0), [.. prints.Select((p, i) => vocabulary.Text(i + 1, 0, p))], prints);
    }
}
