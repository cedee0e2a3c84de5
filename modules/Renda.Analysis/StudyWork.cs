using System.Data;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Analysis;

/// <summary>
/// One start of a study: what it had before, what arrived since, and what becomes of it. The texts themselves are not kept,
/// only their words as numbers.
/// </summary>
internal sealed class StudyWork(Study study)
{
    private const int Part = 1000;
    private readonly List<StudyMatter> _known = [];
    private readonly List<StudyMatter> _arrived = [];
    private readonly List<uint[]> _words = [];
    private readonly List<StudyGroup> _groups = [];
    private readonly List<StudyGroup> _made = [];
    private readonly List<StudyMatter> _changed = [];
    private readonly Dictionary<Guid, int> _grown = [];
    private readonly Dictionary<string, int> _sections = [];

    /// <summary>Matters read so far.</summary>
    public int Arrived => _arrived.Count;

    /// <summary>Matters without a group of which a new group may be made.</summary>
    public int Alone => _known.Count(IsAlone);

    /// <summary>Reads what it had before. Nothing is read of a matter itself.</summary>
    public async Task LoadAsync(RendaDbContext db, CancellationToken cancellation)
    {
        if (study.Upto == 0) return;
        _groups.AddRange(await db.Set<StudyGroup>().AsNoTracking().Where(g => g.StudyId == study.Id).ToListAsync(cancellation));
        await foreach (var row in db.Set<StudyMatter>().AsNoTracking().Where(m => m.StudyId == study.Id).OrderBy(m => m.Serial).AsAsyncEnumerable().WithCancellation(cancellation)) _known.Add(row);
    }

    /// <summary>Takes a matter in.</summary>
    public void Add(long serial, string category, long region, double? latitude, double? longitude, string text)
    {
        _arrived.Add(new() { StudyId = study.Id, Serial = serial, Category = category, Region = region, Latitude = latitude, Longitude = longitude });
        _words.Add(TextPrint.Words(text));
    }

    /// <summary>Decides what belongs together. Tells again and again how many matters were compared.</summary>
    public IEnumerable<int> Group()
    {
        if (_arrived.Count == 0) yield break;
        var vocabulary = new Vocabulary(_known.ConvertAll(k => k.Print), _words);
        for (var i = 0; i < _arrived.Count; i++) _arrived[i].Print = TextPrint.Pack(_words[i], vocabulary.Weight);
        _words.Clear();
        var grouping = new Grouping(vocabulary, study.Likeness, study.Radius);
        var rows = new Dictionary<long, StudyMatter>();
        var arrived = _arrived.ConvertAll(Text);

        // First to the groups that there are, those put away or put together with others too: what is like them has been decided on.
        var target = _groups.ToDictionary(g => g.Id);
        var byCentre = _groups.GroupBy(g => g.Centre).ToDictionary(g => g.Key, g => g.MinBy(x => x.MergedIntoId is not null)!);
        grouping.Join(arrived, Known(byCentre));
        foreach (var text in arrived.Where(t => t.Centre > 0))
        {
            var group = byCentre[text.Centre];
            while (group.MergedIntoId is { } into) group = target[into];
            Put(rows[text.Serial], group, text.Likeness);
        }

        // Then new ones of those left, with what was alone until now and is like one of them.
        var left = arrived.FindAll(t => t.Centre == 0);
        var near = grouping.Near(_known.Where(IsAlone).Select(Text), left).OrderBy(t => t.Serial).ToList();
        var all = near.Concat(left).ToList();
        foreach (var step in grouping.Group(all, study.Smallest)) yield return step;
        foreach (var members in all.Where(t => t.Centre > 0).GroupBy(t => t.Centre).OrderBy(g => g.Key))
        {
            var group = new StudyGroup { Id = Guid.CreateVersion7(), StudyId = study.Id, Centre = members.Key, Since = study.Target };
            _made.Add(group);
            foreach (var text in members)
            {
                var row = rows[text.Serial];
                Put(row, group, text.Likeness);
                if (row.Serial <= study.Upto) _changed.Add(row);
            }
            group.Size = _grown[group.Id];
        }

        // Centres, and what the matters that a group has now have in common, those put there by hand among them.
        IEnumerable<GroupedText> Known(Dictionary<long, StudyGroup> groups)
        {
            var members = _known.Where(k => k.GroupId is not null).ToLookup(k => k.GroupId!.Value, k => k.Print);
            foreach (var centre in _known)
            {
                if (!groups.TryGetValue(centre.Serial, out var group)) continue;
                yield return Text(centre);
                yield return Of(centre, TextPrint.CommonOf([.. members[group.Id]]));
            }
        }

        GroupedText Text(StudyMatter row)
        {
            rows[row.Serial] = row;
            return Of(row, row.Print);
        }

        GroupedText Of(StudyMatter row, byte[] print)
        {
            var at = study.Place == StudyPlace.Radius ? (row.Latitude, row.Longitude) : default;
            return vocabulary.Text(row.Serial, Section(row), print, at.Latitude, at.Longitude);
        }
    }

    /// <summary>Writes it: new rows in parts, so that nobody waits long for the one writer of SQLite; they count once the last part says so.</summary>
    public async Task SaveAsync(IDbContextFactory<RendaDbContext> databases, DateTime now, CancellationToken cancellation)
    {
        foreach (var some in _made.Chunk(Part)) await WriteAsync(some, (s, group) => s.InsertAsync(group), null);
        foreach (var some in _arrived.Chunk(Part)) await WriteAsync(some, (s, row) => s.InsertAsync(row), null);
        await WriteAsync(_changed, (s, row) => s.UpdateAsync(row), async db =>
        {
            foreach (var group in _groups.Where(g => _grown.ContainsKey(g.Id)))
            {
                var more = _grown[group.Id];
                await db.Set<StudyGroup>().Where(g => g.Id == group.Id).ExecuteUpdateAsync(s => s.SetProperty(g => g.Size, g => g.Size + more), cancellation);
            }
            var (arrived, made) = (_arrived.Count, _made.Count);
            await db.Set<Study>().Where(s => s.Id == study.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.State, StudyState.Ready).SetProperty(x => x.Run, (Guid?)null).SetProperty(x => x.Upto, study.Target)
                .SetProperty(x => x.Matters, x => x.Matters + arrived).SetProperty(x => x.Groups, x => x.Groups + made).SetProperty(x => x.ReadAt, now), cancellation);
        });

        async Task WriteAsync<T>(IEnumerable<T> rows, Func<RowStatements, T, Task> write, Func<RendaDbContext, Task>? last)
        {
            await using var db = databases.CreateDbContext();
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
            // Held until the commit: whoever stops the study or begins it anew comes before this part or after it.
            if (await db.Set<Study>().Where(s => s.Id == study.Id && s.Run == study.Run).ExecuteUpdateAsync(s => s.SetProperty(x => x.Done, x => x.Steps), cancellation) == 0) throw new StudyTakenException();
            var statements = db.Statements();
            foreach (var row in rows) await write(statements, row);
            await statements.FlushAsync();
            if (last is not null) await last(db);
            await transaction.CommitAsync(cancellation);
        }
    }

    private static bool IsAlone(StudyMatter row) => row is { GroupId: null, ByHand: false };

    private void Put(StudyMatter row, StudyGroup group, int likeness)
    {
        (row.GroupId, row.Likeness) = (group.Id, likeness);
        _grown[group.Id] = _grown.GetValueOrDefault(group.Id) + 1;
    }

    private int Section(StudyMatter row)
    {
        var place = study.Place switch
        {
            StudyPlace.County => row.Region % 100_000_000 < 1_000_000 ? -1 : RegionCode.County(row.Region),
            StudyPlace.Town => row.Region % 1_000_000 < 1_000 ? -1 : RegionCode.Town(row.Region),
            StudyPlace.Radius => row is { Latitude: not null, Longitude: not null } ? 0 : -1,
            _ => 0,
        };
        // Whose place is not known so finely is near to nothing.
        if (place < 0) return -1;
        var section = $"{place} {(study.SameCategory ? row.Category : "")}";
        if (!_sections.TryGetValue(section, out var number)) _sections[section] = number = _sections.Count;
        return number;
    }
}
