using System.Globalization;

namespace Renda.Platform.Indicators;

/// <summary>
/// A formula over measures, e.g. <c>visits.closed / visits.raised * 100</c>: numbers, names of measures, the four operations,
/// brackets, and <c>stock(…)</c> for what there is on the last day, counted from the beginning.
/// </summary>
public sealed class Formula
{
    /// <summary>Most characters.</summary>
    public const int Longest = 400;

    private readonly Func<Func<string, bool, decimal>, decimal?> _value;

    private Formula(string text, IReadOnlyList<(string Measure, bool Stock)> terms, Func<Func<string, bool, decimal>, decimal?> value) => (Text, Terms, _value) = (text, terms, value);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The measures it names, each once; with <c>Stock</c> where it is counted from the beginning.</summary>
    public IReadOnlyList<(string Measure, bool Stock)> Terms { get; }

    /// <summary>What it says of these sums; null where something is divided by nothing, or is beyond all numbers.</summary>
    /// <param name="sum">Sum of a measure, for the period or as a stock.</param>
    public decimal? Value(Func<string, bool, decimal> sum)
    {
        try
        {
            return _value(sum);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>
    /// The measures taken away from one other, where the formula is no more than that: <c>a - b - c</c> counts what is in a and
    /// neither in b nor in c. Empty for one measure alone, null for every other formula: its number counts no things.
    /// </summary>
    public (string Measure, bool Stock, IReadOnlyList<string> Without)? Things
    {
        get
        {
            // What it makes of each alone, and whether that is all it makes of them.
            var weights = Terms.Select((_, i) => Value((m, s) => (m, s) == Terms[i] ? 1 : 0)).ToList();
            if (Value((_, _) => 0) != 0 || weights.Any(w => w is not (1 or -1)) || weights.Count(w => w == 1) != 1 || Terms.DistinctBy(t => t.Stock).Count() > 1) return null;
            var sums = Terms.Select((t, i) => (t, Sum: (decimal)(7 * i * i + 3 * i + 5))).ToDictionary(t => t.t, t => t.Sum);
            if (Value((m, s) => sums[(m, s)]) != Terms.Select((t, i) => weights[i] * sums[t]).Sum()) return null;
            var one = Terms[weights.FindIndex(w => w == 1)];
            return (one.Measure, one.Stock, [.. Terms.Where(t => t != one).Select(t => t.Measure)]);
        }
    }

    /// <summary>Reads a formula.</summary>
    /// <param name="text">What somebody wrote.</param>
    /// <param name="known">Whether there is a measure of that id.</param>
    /// <returns>The formula, or what is wrong with it.</returns>
    public static (Formula? Formula, Words? Wrong) Read(string text, Func<string, bool> known)
    {
        if (text.Length > Longest) return (null, new($"公式最多 {Longest} 字。", $"At most {Longest} characters."));
        var reader = new Reader(text, known);
        try
        {
            var value = reader.Sum(0);
            reader.End();
            return reader.Terms.Count == 0 ? (null, new("公式里至少要有一个度量。", "Name at least one measure.")) : (new Formula(text, [.. reader.Terms.Distinct()], value), null);
        }
        catch (FormatException wrong)
        {
            return (null, new($"公式第 {reader.At + 1} 个字起看不懂：{wrong.Message}", $"From character {reader.At + 1} on: {reader.English}"));
        }
    }

    private sealed class Reader(string text, Func<string, bool> known)
    {
        private bool _stock;

        public int At { get; private set; }
        public string English { get; private set; } = "";
        public List<(string, bool)> Terms { get; } = [];

        public Func<Func<string, bool, decimal>, decimal?> Sum(int depth)
        {
            var value = Product(depth);
            while (Next('+', '-') is { } sign)
            {
                var (left, right) = (value, Product(depth));
                value = sign == '+' ? s => left(s) + right(s) : s => left(s) - right(s);
            }
            return value;
        }

        private Func<Func<string, bool, decimal>, decimal?> Product(int depth)
        {
            var value = One(depth);
            while (Next('*', '/') is { } sign)
            {
                var (left, right) = (value, One(depth));
                value = sign == '*' ? s => left(s) * right(s) : s => right(s) is { } by and not 0 ? left(s) / by : null;
            }
            return value;
        }

        private Func<Func<string, bool, decimal>, decimal?> One(int depth)
        {
            if (depth > 20) throw Wrong("括号太深", "too many brackets");
            if (Next('(') is not null) return Closed(depth);
            var from = At;
            while (At < text.Length && (char.IsAsciiLetterOrDigit(text[At]) || text[At] == '.')) At++;
            var word = text[from..At];
            if (word.Length == 0) throw Wrong(At < text.Length ? $"“{text[At]}”" : "到这里就断了", At < text.Length ? $"“{text[At]}”" : "it ends too early");
            if (char.IsAsciiDigit(word[0]))
                return decimal.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < 1_000_000_000 ? _ => number : throw Back(from, $"“{word}”不是数", $"“{word}” is no number");
            if (word == "stock")
            {
                if (_stock) throw Back(from, "stock 不能套 stock", "stock within stock");
                if (Next('(') is null) throw Wrong("stock 后面要有括号", "a bracket belongs after stock");
                _stock = true;
                var inner = Closed(depth);
                _stock = false;
                return inner;
            }
            if (!known(word)) throw Back(from, $"没有度量“{word}”", $"there is no measure “{word}”");
            var stock = _stock;
            Terms.Add((word, stock));
            return s => s(word, stock);
        }

        private Func<Func<string, bool, decimal>, decimal?> Closed(int depth)
        {
            var value = Sum(depth + 1);
            return Next(')') is not null ? value : throw Wrong("少一个右括号", "a bracket is missing");
        }

        public void End()
        {
            Skip();
            if (At < text.Length) throw Wrong($"“{text[At]}”", $"“{text[At]}”");
        }

        private char? Next(params ReadOnlySpan<char> any)
        {
            Skip();
            return At < text.Length && any.Contains(text[At]) ? text[At++] : null;
        }

        private void Skip()
        {
            while (At < text.Length && text[At] is ' ' or '\n' or '\r' or '\t') At++;
        }

        private FormatException Back(int from, string zh, string en)
        {
            At = from;
            return Wrong(zh, en);
        }

        private FormatException Wrong(string zh, string en)
        {
            English = en;
            return new FormatException(zh);
        }
    }
}
