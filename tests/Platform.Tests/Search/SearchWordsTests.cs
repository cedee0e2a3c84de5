using Renda.Platform.Search;

namespace Platform.Tests.Search;

public sealed class SearchWordsTests
{
    [Theory]
    [InlineData("电线杆", "杆 电线 线杆")]
    [InlineData("寻访〔2026〕975号", "2026 975 号 寻访 访")]
    [InlineData("Ｇ２５高速 Exit-3", "3 exit g25 速 高速")]
    [InlineData("，。！", "")]
    [InlineData("", "")]
    public void A_text_is_cut_into_pairs_of_characters_and_whole_words(string text, string words) =>
        Assert.Equal(words, string.Join(' ', SearchWords.Of(text).Order(StringComparer.Ordinal)));

    [Fact]
    public void What_is_asked_for_is_all_pairs_and_the_beginning_of_what_may_go_on() =>
        Assert.Equal([("电线", false), ("线杆", false), ("杆", true), ("g2", true)], SearchWords.Asked("电线杆，杆 g2"));

    [Fact]
    public void Every_part_of_a_text_finds_the_text()
    {
        const string text = "红山村塘子头电线杆倾斜，2026年第975号，联系Li Yang";
        var words = SearchWords.Of(text);
        for (var from = 0; from < text.Length; from++)
            for (var length = 1; length <= text.Length - from; length++)
            {
                var part = text.Substring(from, length);
                // The middle of a number or a Latin word is no word.
                if (char.IsAsciiLetterOrDigit(part[0]) && from > 0 && char.IsAsciiLetterOrDigit(text[from - 1])) continue;
                Assert.All(SearchWords.Asked(part), a => Assert.Contains(words, w => a.Beginning ? w.StartsWith(a.Word, StringComparison.Ordinal) : w == a.Word));
            }
    }

    [Fact]
    public void Half_a_surrogate_pair_and_endless_text_do_no_harm()
    {
        Assert.Equal(["杆"], SearchWords.Of("\uD842杆"));
        Assert.True(SearchWords.Of(new string('电', 1_000_000)).Count <= 2);
        Assert.True(SearchWords.Asked(string.Concat(Enumerable.Range(0x4E00, 5000).Select(c => (char)c))).Count < 100);
    }
}
