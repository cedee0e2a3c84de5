namespace Renda.Analysis;

/// <summary>
/// The words of all texts with their weights. Words that two or more texts have stand in one order, the most telling first, and
/// are named by their place in it; a word that one text has joins nothing and only adds to that text's weight.
/// </summary>
public sealed class Vocabulary
{
    private const int Sole = -1;
    private readonly uint[] _words;
    private readonly byte[] _all;
    private readonly int[] _places;

    /// <summary>
    /// Counts the words and puts them in order: by weight, then the rarer first, then by their number, so that it is the same each
    /// time. Weights once given stay, so that what two texts have in common does not change because others arrived.
    /// </summary>
    /// <param name="kept">Texts as <see cref="TextPrint"/> keeps them.</param>
    /// <param name="arrived">The words of texts that have no weights yet.</param>
    public Vocabulary(IReadOnlyCollection<byte[]> kept, IReadOnlyCollection<uint[]> arrived)
    {
        // One sorted row of numbers: dictionaries of some million words would take several times the memory.
        var every = new ulong[kept.Sum(p => TextPrint.Count(p)) + arrived.Sum(w => w.Length)];
        var at = 0;
        foreach (var print in kept)
            foreach (var (word, weight) in TextPrint.Unpack(print)) every[at++] = ((ulong)word << 8) | weight;
        foreach (var words in arrived)
            foreach (var word in words) every[at++] = (ulong)word << 8;
        Array.Sort(every);
        var different = 0;
        for (var i = 0; i < every.Length; i++)
            if (i == 0 || every[i] >> 8 != every[i - 1] >> 8) different++;
        (_words, _all, _places) = (new uint[different], new byte[different], new int[different]);
        var order = new List<(byte Weight, int Texts, int Word)>();
        for (int first = 0, next, word = 0; first < every.Length; first = next, word++)
        {
            for (next = first + 1; next < every.Length && every[next] >> 8 == every[first] >> 8;) next++;
            var weight = (byte)every[next - 1];
            if (weight == 0) weight = TextPrint.Weight(kept.Count + arrived.Count, next - first);
            (_words[word], _all[word], _places[word]) = ((uint)(every[first] >> 8), weight, Sole);
            if (next - first > 1) order.Add((weight, next - first, word));
        }
        order.Sort((a, b) => (b.Weight, a.Texts, a.Word).CompareTo((a.Weight, b.Texts, b.Word)));
        Weights = new byte[order.Count];
        for (var place = 0; place < order.Count; place++) (Weights[place], _places[order[place].Word]) = (order[place].Weight, place);
    }

    /// <summary>Weights of the words that two or more texts have, in their order.</summary>
    internal byte[] Weights { get; }

    /// <summary>Weight of a word of one of the texts.</summary>
    public byte Weight(uint word) => _all[Array.BinarySearch(_words, word)];

    /// <summary>A text that is to be grouped, of its kept words.</summary>
    /// <param name="serial">Order of arrival of its matter.</param>
    /// <param name="section">Number of what must be the same for two to be compared; negative for one that cannot be compared.</param>
    /// <param name="print">The words, each of which one of the texts has.</param>
    /// <param name="latitude">WGS-84 latitude in degrees; null when not known.</param>
    /// <param name="longitude">WGS-84 longitude in degrees; null when not known.</param>
    public GroupedText Text(long serial, int section, byte[] print, double? latitude = null, double? longitude = null)
    {
        var (total, words) = (0, new List<int>(TextPrint.Count(print)));
        foreach (var (word, weight) in TextPrint.Unpack(print))
        {
            total += weight;
            var place = _places[Array.BinarySearch(_words, word)];
            if (place != Sole) words.Add(place);
        }
        words.Sort();
        return new(serial, section, [.. words], total, latitude ?? double.NaN, longitude ?? double.NaN);
    }
}
