using System.Text.Json;

namespace Renda.Platform.Registry;

/// <summary>Collects the rows of a change set, in the three ways in which a dated record may change.</summary>
public sealed class RegistryEdit
{
    internal RegistryEdit(DateTime now) => Now = now;

    /// <summary>The moment of the change (UTC).</summary>
    public DateTime Now { get; }

    internal List<Row> Rows { get; } = [];

    /// <summary>How many rows it will write.</summary>
    public int Count => Rows.Count;

    /// <summary>The rows of one kind that it touches, each as it was and as it will be.</summary>
    public IEnumerable<T> Touched<T>() where T : class, IDated => Rows.SelectMany(r => (IDated?[])[r.Before, r.After]).OfType<T>();

    /// <summary>A new thing.</summary>
    public void Add<T>(T row) where T : class, IDated
    {
        row.Latest = true;
        Rows.Add(new(typeof(T).Name, null, row));
    }

    /// <summary>
    /// What is different from a day on: the row's period ends there and another begins. From the day the row itself began
    /// it is a correction of that row; what it said before stays in the change set.
    /// </summary>
    /// <param name="last">The thing's last row, as it is in the database.</param>
    /// <param name="from">From when (UTC); not before the row began.</param>
    /// <param name="change">Sets what is different.</param>
    /// <returns>The row that is the last now.</returns>
    public T Revise<T>(T last, DateTime from, Action<T> change) where T : class, IDated
    {
        if (from < last.ValidFrom) throw new ArgumentOutOfRangeException(nameof(from), "A record cannot change before it began.");
        var next = Copy(last);
        change(next);
        (next.Id, next.Latest) = (last.Id, true);
        if (from == last.ValidFrom)
        {
            next.ValidFrom = last.ValidFrom;
            Rows.Add(new(typeof(T).Name, last, next));
            return next;
        }
        var former = Copy(last);
        (former.ValidTo, former.Latest) = (from, false);
        next.ValidFrom = from;
        Rows.Add(new(typeof(T).Name, last, former));
        Rows.Add(new(typeof(T).Name, null, next));
        return next;
    }

    /// <summary>The end of a thing: its last row ends, and may say why.</summary>
    public T End<T>(T last, DateTime at, Action<T>? change = null) where T : class, IDated
    {
        if (at < last.ValidFrom) throw new ArgumentOutOfRangeException(nameof(at), "A record cannot end before it began.");
        var ended = Copy(last);
        change?.Invoke(ended);
        (ended.Id, ended.ValidFrom, ended.ValidTo, ended.Latest) = (last.Id, last.ValidFrom, at, true);
        Rows.Add(new(typeof(T).Name, last, ended));
        return ended;
    }

    /// <summary>Corrects a row in place, whether the last or a former one: what it said was wrong from its beginning. Its period stays.</summary>
    public T Correct<T>(T row, Action<T> change) where T : class, IDated
    {
        var right = Copy(row);
        change(right);
        (right.Id, right.ValidFrom, right.ValidTo, right.Latest) = (row.Id, row.ValidFrom, row.ValidTo, row.Latest);
        Rows.Add(new(typeof(T).Name, row, right));
        return right;
    }

    /// <summary>Takes a row away that was recorded twice. It stays in the change set and comes back when that is undone.</summary>
    public void Remove<T>(T row) where T : class, IDated => Rows.Add(new(typeof(T).Name, row, null));

    internal static T Copy<T>(T row) where T : class => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(row, Matters.EventContent.Json), Matters.EventContent.Json)!;

    internal sealed record Row(string Record, IDated? Before, IDated? After);
}
