using System.Buffers.Binary;
using Renda.Platform.Search;

namespace Renda.Analysis;

/// <summary>
/// What is compared of a text: its words as <see cref="SearchWords"/> cuts them, each as a number with its weight. It is
/// what is kept of a text, so that two can be compared later without reading either again.
/// </summary>
public static class TextPrint
{
    /// <summary>Most words that are looked at, those at the beginning: the time and the memory for a text have a bound.</summary>
    public const int MostWords = 600;

    /// <summary>Weight of a word that is in less than one of twenty texts.</summary>
    public const int Full = 100;

    private const int Size = 5, Least = 5, Common = 20, Few = 200;

    /// <summary>The words of a text, each once, in order. A pair of characters is its own number; longer words have a hash.</summary>
    public static uint[] Words(string text)
    {
        var words = new HashSet<uint>();
        foreach (var word in SearchWords.Of(text))
        {
            // The last character of a run stands among the words only so that it can be searched for alone.
            if (word.Length > 1) words.Add(word.Length == 2 ? ((uint)word[0] << 16) | word[1] : Hash(word));
            if (words.Count == MostWords) break;
        }
        var sorted = words.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>
    /// How much a word counts, 5 to 100: fully when it is in less than one of twenty texts, the less the more texts have it,
    /// so that what every citizen writes (请有关部门) joins nothing. Fewer than 200 texts count as 200: of ten that tell of
    /// one thing its words are in all.
    /// </summary>
    /// <param name="texts">How many texts there are.</param>
    /// <param name="with">How many of them have the word, 1 or more.</param>
    public static byte Weight(int texts, int with) => (byte)Math.Clamp((int)Math.Round(Full * Math.Log((double)Math.Max(texts, Few) / with) / Math.Log(Common)), Least, Full);

    /// <summary>Words and weights as they are kept.</summary>
    public static byte[] Pack(ReadOnlySpan<uint> words, Func<uint, byte> weight)
    {
        var packed = new byte[words.Length * Size];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(i * Size), words[i]);
            packed[i * Size + 4] = weight(words[i]);
        }
        return packed;
    }

    /// <summary>The kept words in order, with their weights.</summary>
    public static IEnumerable<(uint Word, byte Weight)> Unpack(byte[] packed)
    {
        for (var at = 0; at + Size <= packed.Length; at += Size) yield return (BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(at)), packed[at + 4]);
    }

    /// <summary>How many words are kept.</summary>
    public static int Count(byte[] packed) => packed.Length / Size;

    /// <summary>How many of a group's texts have a word that is common to it: at least half, and two.</summary>
    /// <param name="texts">How many texts the group has.</param>
    public static int Half(int texts) => Math.Max(2, (texts + 1) / 2);

    /// <summary>The common words of a group, kept as a text's: those that at least half of its texts have, with their weights.</summary>
    public static byte[] CommonOf(IReadOnlyCollection<byte[]> texts)
    {
        var counts = new Dictionary<uint, (byte Weight, int Texts)>();
        foreach (var (word, weight) in texts.SelectMany(Unpack)) counts[word] = (weight, counts.GetValueOrDefault(word).Texts + 1);
        var common = counts.Where(c => c.Value.Texts >= Half(texts.Count)).Select(c => c.Key).Order().ToArray();
        return Pack(common, w => counts[w].Weight);
    }

    /// <summary>The likeness of two kept texts in percent: the weight of the words both have, of the weight of those that either has.</summary>
    public static int Likeness(byte[] one, byte[] other)
    {
        var (i, j, shared, all) = (0, 0, 0, 0);
        while (i < one.Length && j < other.Length)
        {
            var (a, b) = (BinaryPrimitives.ReadUInt32LittleEndian(one.AsSpan(i)), BinaryPrimitives.ReadUInt32LittleEndian(other.AsSpan(j)));
            if (a <= b) all += one[i + 4];
            else all += other[j + 4];
            if (a == b) shared += one[i + 4];
            if (a <= b) i += Size;
            if (b <= a) j += Size;
        }
        for (; i < one.Length; i += Size) all += one[i + 4];
        for (; j < other.Length; j += Size) all += other[j + 4];
        return all == 0 ? 0 : 100 * shared / all;
    }

    // FNV-1a: the same in every process, which string.GetHashCode is not.
    private static uint Hash(string word)
    {
        var hash = 2166136261u;
        foreach (var c in word) hash = (hash ^ c) * 16777619;
        return hash;
    }
}
