using Renda.Platform.Matters;

namespace Renda.Analysis;

/// <summary>A text that is to be grouped.</summary>
/// <param name="Serial">Order of arrival of its matter; decides where nothing else does.</param>
/// <param name="Section">Number of what must be the same for two to be compared (category, place); negative for one that cannot be compared.</param>
/// <param name="Words">Its words, sorted by <see cref="Vocabulary.Order"/>.</param>
/// <param name="Latitude">WGS-84 latitude in degrees; NaN when not known.</param>
/// <param name="Longitude">WGS-84 longitude in degrees; NaN when not known.</param>
public sealed record GroupedText(long Serial, int Section, int[] Words, double Latitude, double Longitude)
{
    /// <summary>Serial of the centre of its group; 0 while it has none.</summary>
    public long Centre { get; set; }

    /// <summary>Likeness to that centre in percent.</summary>
    public int Likeness { get; set; }
}

/// <summary>The words of all texts, the most telling first: place in this order is how they are named in <see cref="GroupedText.Words"/>.</summary>
public sealed class Vocabulary
{
    private readonly Dictionary<uint, int> _order;

    /// <summary>Puts words in order: by weight, then the rarer first, then by their number, so that it is the same each time.</summary>
    /// <param name="words">Each with its weight and in how many texts it is.</param>
    public Vocabulary(IReadOnlyCollection<(uint Word, byte Weight, int Texts)> words)
    {
        var sorted = words.OrderByDescending(w => w.Weight).ThenBy(w => w.Texts).ThenBy(w => w.Word).ToArray();
        Weights = Array.ConvertAll(sorted, w => w.Weight);
        Texts = Array.ConvertAll(sorted, w => w.Texts);
        _order = new(sorted.Length);
        for (var i = 0; i < sorted.Length; i++) _order[sorted[i].Word] = i;
    }

    internal byte[] Weights { get; }

    internal int[] Texts { get; }

    /// <summary>The places of a text's words, ascending.</summary>
    public int[] Order(uint[] words)
    {
        var order = Array.ConvertAll(words, w => _order[w]);
        Array.Sort(order);
        return order;
    }
}

/// <summary>
/// Groups texts that are alike. Two are alike when the weight of the words they share is at least so many percent of the
/// weight of all their words. Every pair that is alike is found, and no other is looked at for long: two such texts must share
/// one of their most telling words, so only texts with the same such word are compared. A group is a centre with the texts that are
/// like the centre: no chain joins a first to a last that have nothing in common. Nothing depends on chance.
/// </summary>
/// <param name="vocabulary">All words.</param>
/// <param name="threshold">Least likeness in percent, 1 to 100.</param>
/// <param name="radius">How far apart two may be, in metres; 0 for anywhere.</param>
public sealed class Grouping(Vocabulary vocabulary, int threshold, int radius)
{
    private readonly byte[] _weights = vocabulary.Weights;
    private readonly int[] _texts = vocabulary.Texts;
    private readonly int _threshold = threshold;

    /// <summary>
    /// Groups what has no group. The text that most others are like becomes a centre with those that are like it, then the
    /// next of those left, until no group of <paramref name="smallest"/> is left. A text that is like several centres goes to the one it is most like.
    /// </summary>
    /// <param name="texts">What is to be grouped; their <see cref="GroupedText.Centre"/> is set.</param>
    /// <param name="smallest">Least texts of a group, 2 or more.</param>
    /// <returns>One step for each text that was counted, for whoever shows progress.</returns>
    public IEnumerable<int> Group(IEnumerable<GroupedText> texts, int smallest)
    {
        var steps = 0;
        foreach (var section in Sections(texts))
        {
            // Texts that say the very same are one with a number: a petition that a thousand people hand in costs as one.
            var same = section.GroupBy(t => t, Same).Select(g => g.OrderBy(t => t.Serial).ToArray()).OrderBy(g => g[0].Serial).ToArray();
            var index = new Index(this, Array.ConvertAll(same, g => g[0]));
            var near = new int[same.Length];
            for (var i = 0; i < same.Length; i++)
            {
                var count = same[i].Length;
                index.Near(same[i][0], (other, _) => count += same[other].Length);
                near[i] = count;
                yield return steps += same[i].Length;
            }
            var (centre, likeness) = (new int[same.Length], new int[same.Length]);
            Array.Fill(centre, -1);
            foreach (var i in Enumerable.Range(0, same.Length).Where(i => near[i] >= smallest).OrderByDescending(i => near[i]).ThenBy(i => same[i][0].Serial))
            {
                if (centre[i] >= 0) continue;
                var around = new List<(int Other, int Likeness)>();
                index.Near(same[i][0], (other, alike) => around.Add((other, alike)));
                if (same[i].Length + around.Sum(a => centre[a.Other] < 0 ? same[a.Other].Length : 0) < smallest) continue;
                (centre[i], likeness[i]) = (i, 100);
                foreach (var (other, alike) in around)
                    if (alike > likeness[other]) (centre[other], likeness[other]) = (i, alike);
            }
            var sizes = new int[same.Length];
            for (var i = 0; i < same.Length; i++)
                if (centre[i] >= 0) sizes[centre[i]] += same[i].Length;
            for (var i = 0; i < same.Length; i++)
            {
                // Others may have been more like a later centre, and left too few.
                if (centre[i] < 0 || sizes[centre[i]] < smallest) continue;
                foreach (var text in same[i]) (text.Centre, text.Likeness) = (same[centre[i]][0].Serial, likeness[i]);
            }
        }
    }

    /// <summary>Puts texts to the centre that each is most like, where one is like enough.</summary>
    /// <param name="texts">Texts without a group.</param>
    /// <param name="centres">The centres there are.</param>
    public void Join(IEnumerable<GroupedText> texts, IEnumerable<GroupedText> centres)
    {
        var known = Sections(centres).ToDictionary(s => s[0].Section, s => new Index(this, [.. s]));
        foreach (var text in texts)
        {
            if (!known.TryGetValue(text.Section, out var index)) continue;
            index.Near(text, (other, alike) =>
            {
                var centre = index.Texts[other].Serial;
                if (alike > text.Likeness || (alike == text.Likeness && centre < text.Centre)) (text.Centre, text.Likeness) = (centre, alike);
            });
        }
    }

    /// <summary>Those of some texts that at least one of others is like.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="others">The others.</param>
    public IReadOnlySet<GroupedText> Near(IEnumerable<GroupedText> texts, IEnumerable<GroupedText> others)
    {
        var known = Sections(texts).ToDictionary(s => s[0].Section, s => new Index(this, [.. s]));
        var near = new HashSet<GroupedText>(ReferenceEqualityComparer.Instance);
        foreach (var other in others)
            if (known.TryGetValue(other.Section, out var index)) index.Near(other, (text, _) => near.Add(index.Texts[text]));
        return near;
    }

    private static IEnumerable<List<GroupedText>> Sections(IEnumerable<GroupedText> texts) => texts.Where(t => t.Section >= 0 && t.Words.Length > 0).GroupBy(t => t.Section).OrderBy(g => g.Key).Select(g => g.ToList());

    private static readonly IEqualityComparer<GroupedText> Same = EqualityComparer<GroupedText>.Create(
        (a, b) => a!.Latitude.Equals(b!.Latitude) && a.Longitude.Equals(b.Longitude) && a.Words.AsSpan().SequenceEqual(b.Words),
        t =>
        {
            var hash = new HashCode();
            foreach (var word in t.Words) hash.Add(word);
            return hash.ToHashCode();
        });

    private bool Close(GroupedText one, GroupedText other) => radius == 0 || Distance.Metres(one.Latitude, one.Longitude, other.Latitude, other.Longitude) <= radius;

    private int Shared(int[] one, int[] other)
    {
        var (i, j, shared) = (0, 0, 0);
        while (i < one.Length && j < other.Length)
        {
            if (one[i] == other[j])
            {
                shared += _weights[one[i]];
                i++;
                j++;
            }
            else if (one[i] < other[j]) i++;
            else j++;
        }
        return shared;
    }

    private int Total(int[] words)
    {
        var total = 0;
        foreach (var word in words) total += _weights[word];
        return total;
    }

    /// <summary>
    /// The words of a text that matter: without them the rest is too light for any other text to be like it. Words stand in one
    /// order in every text, so the first word that two texts share lies within what matters of both, or they are not alike.
    /// </summary>
    private IEnumerable<(int Word, int Behind)> Telling(int[] words, int total)
    {
        var rest = total;
        foreach (var word in words)
        {
            if (rest * 100 < _threshold * total) yield break;
            yield return (word, rest);
            rest -= _weights[word];
        }
    }

    /// <summary>The texts of a section by their telling words.</summary>
    private sealed class Index
    {
        private readonly Grouping _grouping;
        private readonly int[] _totals, _seen;
        private readonly Dictionary<int, (int First, int Count)> _where = [];
        private readonly (int Text, int Behind)[] _entries;
        private int _asked;

        public Index(Grouping grouping, GroupedText[] texts)
        {
            (_grouping, Texts) = (grouping, texts);
            _totals = Array.ConvertAll(texts, t => grouping.Total(t.Words));
            _seen = new int[texts.Length];
            var all = 0;
            for (var i = 0; i < texts.Length; i++)
                foreach (var (word, _) in Entries(i))
                {
                    _where[word] = (0, _where.GetValueOrDefault(word).Count + 1);
                    all++;
                }
            _entries = new (int, int)[all];
            var first = 0;
            foreach (var word in _where.Keys.ToArray())
            {
                var count = _where[word].Count;
                _where[word] = (first, 0);
                first += count;
            }
            for (var i = 0; i < texts.Length; i++)
                foreach (var (word, rest) in Entries(i))
                {
                    var (at, filled) = _where[word];
                    _entries[at + filled] = (i, rest);
                    _where[word] = (at, filled + 1);
                }
        }

        public GroupedText[] Texts { get; }

        // A word that one text has joins nothing.
        private IEnumerable<(int Word, int Behind)> Entries(int text) => _grouping.Telling(Texts[text].Words, _totals[text]).Where(e => _grouping._texts[e.Word] > 1);

        /// <summary>Tells of each other text that is like this one, with the likeness in percent.</summary>
        public void Near(GroupedText text, Action<int, int> tell)
        {
            var (threshold, total) = (_grouping._threshold, _grouping.Total(text.Words));
            _asked++;
            foreach (var (word, rest) in _grouping.Telling(text.Words, total))
            {
                if (!_where.TryGetValue(word, out var where)) continue;
                for (var e = where.First; e < where.First + where.Count; e++)
                {
                    var (other, otherRest) = _entries[e];
                    if (_seen[other] == _asked || ReferenceEquals(Texts[other], text)) continue;
                    _seen[other] = _asked;
                    // What both have lies behind the first word they share: alike needs shared · 100 ≥ threshold · (total + other's − shared).
                    if (Math.Min(rest, otherRest) * (100 + threshold) < threshold * (total + _totals[other])) continue;
                    var shared = _grouping.Shared(text.Words, Texts[other].Words);
                    var either = total + _totals[other] - shared;
                    if (shared * 100 < threshold * either || !_grouping.Close(text, Texts[other])) continue;
                    tell(other, 100 * shared / either);
                }
            }
        }
    }
}
