using Renda.Platform.Matters;

namespace Renda.Analysis;

/// <summary>A text that is to be grouped.</summary>
/// <param name="Serial">Order of arrival of its matter; decides where nothing else does.</param>
/// <param name="Section">Number of what must be the same for two to be compared (category, place); negative for one that cannot be compared.</param>
/// <param name="Words">Its words that other texts have too, by their places in the <see cref="Vocabulary"/>, ascending.</param>
/// <param name="Total">Weight of all its words, those that no other text has among them.</param>
/// <param name="Latitude">WGS-84 latitude in degrees; NaN when not known.</param>
/// <param name="Longitude">WGS-84 longitude in degrees; NaN when not known.</param>
public sealed record GroupedText(long Serial, int Section, int[] Words, int Total, double Latitude, double Longitude)
{
    /// <summary>Serial of the centre of its group; 0 while it has none.</summary>
    public long Centre { get; set; }

    /// <summary>Likeness in percent to that centre or to the common words of the group, whichever it is more like.</summary>
    public int Likeness { get; set; }
}

/// <summary>
/// Groups texts that are alike. Two are alike when the weight of the words they share is at least so many percent of the
/// weight of all their words. Every pair that is alike is found, and no other is looked at for long: two such texts must share
/// one of their most telling words, so only texts with the same such word are compared. A group has a centre and common words, those
/// that at least half of its texts have. Each of its texts is like one or the other: no chain joins a first to a last that have
/// nothing in common. Nothing depends on chance.
/// </summary>
/// <param name="vocabulary">All words.</param>
/// <param name="threshold">Least likeness in percent, 1 to 100.</param>
/// <param name="radius">How far a text may be from the centre of its group, in metres; 0 for anywhere.</param>
public sealed class Grouping(Vocabulary vocabulary, int threshold, int radius)
{
    private readonly byte[] _weights = vocabulary.Weights;
    private readonly int[] _counts = new int[vocabulary.Weights.Length];
    private readonly int _threshold = threshold;

    /// <summary>
    /// Groups what has no group. The text that most others are like becomes a centre with those that are like it, then the
    /// next of those left. Where at least half of a group is like the common words of a larger one, both are put together. Then each text
    /// goes to the group whose centre or common words it is most like. What lost its group on the way is grouped again among what is left.
    /// </summary>
    /// <param name="texts">What is to be grouped; their <see cref="GroupedText.Centre"/> is set.</param>
    /// <param name="smallest">Least texts of a group, 2 or more.</param>
    /// <returns>How many texts were compared, again and again, for whoever shows progress.</returns>
    public IEnumerable<int> Group(IEnumerable<GroupedText> texts, int smallest)
    {
        var steps = 0;
        foreach (var section in Sections(texts))
        {
            var before = steps;
            for (var left = section; left.Count >= smallest;)
            {
                // Texts that say the very same are one with a number: a petition that a thousand people hand in costs as one.
                var same = left.GroupBy(t => t, _same).Select(g => g.OrderBy(t => t.Serial).ToArray()).OrderBy(g => g[0].Serial).ToArray();
                var index = new Index(this, Array.ConvertAll(same, g => g[0]));
                var near = Array.ConvertAll(same, g => g.Length);
                for (var i = 0; i < same.Length; i++)
                {
                    // Each pair once.
                    index.Near(same[i][0], (other, _) => (near[i], near[other]) = (near[i] + same[other].Length, near[other] + same[i].Length), i);
                    yield return steps = Math.Max(steps, Math.Min(before + section.Count, steps + same[i].Length));
                }
                var (groups, touched) = Around(same, index, near, smallest);
                // With a radius the place says what is one group.
                if (radius == 0)
                    while (PutTogether(same, groups)) yield return steps;
                foreach (var _ in Settle(same, groups, smallest)) yield return steps;

                var lost = Enumerable.Range(0, same.Length).Where(i => touched[i] && same[i][0].Centre == 0).SelectMany(i => same[i]).ToList();
                if (groups.Count == 0 || lost.Count == 0) break;
                left = [.. lost, .. Near(Enumerable.Range(0, same.Length).Where(i => !touched[i] && same[i][0].Centre == 0).SelectMany(i => same[i]), lost)];
            }
            steps = before + section.Count;
        }
    }

    /// <summary>Puts texts to the group that each is most like, where one is like enough.</summary>
    /// <param name="texts">Texts without a group.</param>
    /// <param name="groups">Centres and common words of groups, both with the serial of the centre.</param>
    public void Join(IEnumerable<GroupedText> texts, IEnumerable<GroupedText> groups)
    {
        var known = Sections(groups).ToDictionary(s => s[0].Section, s => new Index(this, [.. s]));
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

    /// <summary>Those of some texts that are like at least one of others.</summary>
    /// <param name="texts">The texts; they may be many and are looked at one after another.</param>
    /// <param name="others">The others.</param>
    public IEnumerable<GroupedText> Near(IEnumerable<GroupedText> texts, IEnumerable<GroupedText> others)
    {
        var known = Sections(others).ToDictionary(s => s[0].Section, s => new Index(this, [.. s]));
        foreach (var text in texts)
        {
            var near = false;
            if (known.TryGetValue(text.Section, out var index)) index.Near(text, (_, _) => near = true);
            if (near) yield return text;
        }
    }

    /// <summary>Centres with the texts that are like them, and which texts were like any.</summary>
    private static (List<Cluster> Groups, bool[] Touched) Around(GroupedText[][] same, Index index, int[] near, int smallest)
    {
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
        // Others may have been more like a later centre, and left too few.
        var groups = Enumerable.Range(0, same.Length).Where(i => centre[i] >= 0).GroupBy(i => centre[i]).Select(g => new Cluster(g.Key, [.. g])).ToList();
        foreach (var group in groups) group.Size = group.Members.Sum(m => same[m].Length);
        groups.RemoveAll(g => g.Size < smallest);
        return (groups, Array.ConvertAll(centre, c => c >= 0));
    }

    /// <summary>
    /// Puts a group into the larger one whose common words most of its texts are like, if these are at least half of it: one problem that
    /// very many tell of in words of their own has several centres. Common words are counted anew each time, so that a group that takes in
    /// what is different has fewer of them and takes in less.
    /// </summary>
    /// <returns>Whether there were any.</returns>
    private bool PutTogether(GroupedText[][] same, List<Cluster> groups)
    {
        // The largest first: a group is put only into one that stands before it.
        groups.Sort((a, b) => (b.Size, same[a.Centre][0].Serial).CompareTo((a.Size, same[b.Centre][0].Serial)));
        foreach (var group in groups) group.Common ??= Common(same, group);
        var index = new Index(this, [.. groups.Select(g => g.Common!)]);
        var (like, grown) = (new int[groups.Count], new HashSet<Cluster>());
        var together = 0;
        for (var g = groups.Count - 1; g > 0; g--)
        {
            var group = groups[g];
            if (grown.Contains(group)) continue;
            Array.Clear(like);
            foreach (var member in group.Members) index.Near(same[member][0], (other, _) => like[other] += same[member].Length);
            var into = 0;
            for (var other = 1; other < g; other++)
                if (like[other] > like[into]) into = other;
            if (like[into] * 2 < group.Size) continue;
            var larger = groups[into];
            larger.Members.AddRange(group.Members);
            (larger.Size, larger.Common) = (larger.Size + group.Size, null);
            grown.Add(larger);
            groups.RemoveAt(g);
            together++;
        }
        return together > 0;
    }

    /// <summary>Puts each text to the group whose centre or common words it is most like; what is then too small is none.</summary>
    private IEnumerable<int> Settle(GroupedText[][] same, List<Cluster> groups, int smallest)
    {
        foreach (var group in groups) group.Common ??= Common(same, group);
        var index = new Index(this, [.. groups.Select(g => g.Common!), .. groups.Select(g => same[g.Centre][0])]);
        var (best, likeness, sizes) = (new int[same.Length], new int[same.Length], new int[groups.Count]);
        Array.Fill(best, -1);
        for (var g = 0; g < groups.Count; g++) (best[groups[g].Centre], likeness[groups[g].Centre]) = (g, 100);
        for (var i = 0; i < same.Length; i++)
        {
            // A centre stays.
            if (best[i] < 0)
                index.Near(same[i][0], (other, alike) =>
                {
                    var group = other % groups.Count;
                    if (alike > likeness[i] || (alike == likeness[i] && same[groups[group].Centre][0].Serial < same[groups[best[i]].Centre][0].Serial)) (best[i], likeness[i]) = (group, alike);
                });
            if (best[i] >= 0) sizes[best[i]] += same[i].Length;
            yield return i;
        }
        for (var i = 0; i < same.Length; i++)
        {
            if (best[i] < 0 || sizes[best[i]] < smallest) continue;
            foreach (var text in same[i]) (text.Centre, text.Likeness) = (same[groups[best[i]].Centre][0].Serial, likeness[i]);
        }
    }

    // As TextPrint.CommonOf, for many groups one after another.
    private GroupedText Common(GroupedText[][] same, Cluster group)
    {
        var (words, total, least) = (new List<int>(), 0, TextPrint.Half(group.Size));
        foreach (var member in group.Members)
            foreach (var word in same[member][0].Words) _counts[word] += same[member].Length;
        foreach (var member in group.Members)
            foreach (var word in same[member][0].Words)
            {
                if (_counts[word] >= least)
                {
                    words.Add(word);
                    total += _weights[word];
                }
                _counts[word] = 0;
            }
        words.Sort();
        var centre = same[group.Centre][0];
        return new(centre.Serial, centre.Section, [.. words], total, centre.Latitude, centre.Longitude);
    }

    private static IEnumerable<List<GroupedText>> Sections(IEnumerable<GroupedText> texts) => texts.Where(t => t.Section >= 0 && t.Words.Length > 0).GroupBy(t => t.Section).OrderBy(g => g.Key).Select(g => g.ToList());

    // A text with a word that no other has is the same as none.
    private readonly IEqualityComparer<GroupedText> _same = EqualityComparer<GroupedText>.Create(
        (a, b) => ReferenceEquals(a, b) || (a!.Total == b!.Total && a.Latitude.Equals(b.Latitude) && a.Longitude.Equals(b.Longitude) && a.Words.AsSpan().SequenceEqual(b.Words) && a.Words.Sum(w => vocabulary.Weights[w]) == a.Total),
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

    /// <summary>
    /// The words of a text that matter: without them the rest is too light for any other text to be like it. Words stand in one
    /// order in every text, so the first word that two texts share lies within what matters of both, or they are not alike.
    /// </summary>
    private IEnumerable<(int Word, int Behind)> Telling(GroupedText text)
    {
        var rest = 0;
        foreach (var word in text.Words) rest += _weights[word];
        foreach (var word in text.Words)
        {
            if (rest * 100 < _threshold * text.Total) yield break;
            yield return (word, rest);
            rest -= _weights[word];
        }
    }

    /// <summary>A group in the making: of texts that say the very same the first stands for all.</summary>
    private sealed class Cluster(int centre, List<int> members)
    {
        public int Centre => centre;

        public List<int> Members => members;

        public int Size { get; set; }

        public GroupedText? Common { get; set; }
    }

    /// <summary>The texts of a section by their telling words.</summary>
    private sealed class Index
    {
        private readonly Grouping _grouping;
        private readonly int[] _seen, _words, _firsts;
        private readonly (int Text, int Behind)[] _entries;
        private int _asked;

        public Index(Grouping grouping, GroupedText[] texts)
        {
            (_grouping, Texts, _seen) = (grouping, texts, new int[texts.Length]);
            // Sorted rows of numbers: there may be thousands of sections, and one of a hundred thousand texts.
            var keys = new ulong[texts.Sum(t => grouping.Telling(t).Count())];
            _entries = new (int, int)[keys.Length];
            var at = 0;
            for (var i = 0; i < texts.Length; i++)
                foreach (var (word, behind) in grouping.Telling(texts[i])) (keys[at], _entries[at++]) = (((ulong)word << 32) | (uint)i, (i, behind));
            Array.Sort(keys, _entries);
            var (words, firsts) = (new List<int>(), new List<int>());
            for (var e = 0; e < keys.Length; e++)
            {
                if (e > 0 && keys[e] >> 32 == keys[e - 1] >> 32) continue;
                words.Add((int)(keys[e] >> 32));
                firsts.Add(e);
            }
            firsts.Add(keys.Length);
            (_words, _firsts) = ([.. words], [.. firsts]);
        }

        public GroupedText[] Texts { get; }

        /// <summary>Tells of each other text that is like this one, with the likeness in percent.</summary>
        /// <param name="text">The text.</param>
        /// <param name="tell">Takes place and likeness of another.</param>
        /// <param name="before">Only those that stand before this place.</param>
        public void Near(GroupedText text, Action<int, int> tell, int before = int.MaxValue)
        {
            var threshold = _grouping._threshold;
            _asked++;
            foreach (var (word, behind) in _grouping.Telling(text))
            {
                var at = Array.BinarySearch(_words, word);
                if (at < 0) continue;
                for (var e = _firsts[at]; e < _firsts[at + 1]; e++)
                {
                    var (other, otherBehind) = _entries[e];
                    if (other >= before) break;
                    if (_seen[other] == _asked) continue;
                    _seen[other] = _asked;
                    var candidate = Texts[other];
                    if (ReferenceEquals(candidate, text)) continue;
                    // What both have lies behind the first word they share: alike needs shared · 100 ≥ threshold · (total + other's − shared).
                    if (Math.Min(behind, otherBehind) * (100 + threshold) < threshold * (text.Total + candidate.Total)) continue;
                    var shared = _grouping.Shared(text.Words, candidate.Words);
                    var either = text.Total + candidate.Total - shared;
                    if (shared * 100 < threshold * either || !_grouping.Close(text, candidate)) continue;
                    tell(other, 100 * shared / either);
                }
            }
        }
    }
}
