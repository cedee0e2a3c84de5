using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;

namespace Renda.Visits;

/// <summary>A way to look at findings: a name and the states it shows.</summary>
/// <param name="Id">Stable id, part of addresses.</param>
/// <param name="Name">Name for people.</param>
/// <param name="States">States shown, comma-separated; empty for all.</param>
public sealed record FindingView(string Id, Words Name, string States)
{
    /// <summary>Every view; the first is the one shown when none is named.</summary>
    public static IReadOnlyList<FindingView> All { get; } =
    [
        new("all", new("全部", "All"), ""),
        new("mine", new("我反映的", "My findings"), ""),
        new("triage", new("待核实待交办", "To verify and assign"), "submitted,verified,return-requested"),
        new("check", new("待核验", "To check"), "replied"),
        new("handle", new("待签收待办理", "To handle"), "assigned,handling,redo"),
        new("running", new("办理中", "Under way"), "returned,assigned,handling,redo,replied"),
        new("evaluate", new("待评价", "To judge"), "checked"),
        new("closed", new("已办结", "Closed"), "closed,closed-unreturned"),
        // What has been found to be a problem, wherever it stands: the ground for frequent problems.
        new("confirmed", new("已核实的问题", "Confirmed findings"), "verified,assigned,return-requested,handling,redo,replied,checked,closed,closed-unreturned"),
    ];

    /// <summary>The states in which a clock runs, comma-separated.</summary>
    public static string Open { get; } = string.Join(',', FindingProcedure.Create().States.Where(s => !s.Final).Select(s => s.Id));

    /// <summary>The view of that id; the first when there is none.</summary>
    public static FindingView Find(string? id) => All.FirstOrDefault(v => v.Id == id) ?? All[0];
}

/// <summary>What a list of findings is narrowed by. The list, its count and its exports read it from the same address, so they agree.</summary>
public sealed record FindingFilter
{
    /// <summary>The view.</summary>
    public FindingView View { get; init; } = FindingView.All[0];

    /// <summary>States instead of the view's, comma-separated; null for the view's.</summary>
    public string? State { get; init; }

    /// <summary>Category id, or null.</summary>
    public string? Category { get; init; }

    /// <summary>Handling unit in whatever part, or null.</summary>
    public Guid? Unit { get; init; }

    /// <summary>Lead unit, or null.</summary>
    public Guid? Lead { get; init; }

    /// <summary>12-digit division code whose subtree counts, or null.</summary>
    public long? Region { get; init; }

    /// <summary>Words to be found, or null.</summary>
    public string? Q { get; init; }

    /// <summary>Only those whose running clock has run out.</summary>
    public bool Overdue { get; init; }

    /// <summary>First day of arrival in China, or null.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day of arrival in China, itself included, or null.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Campaign, or null.</summary>
    public Guid? Campaign { get; init; }

    /// <summary>List of inspection focuses they are on, or null.</summary>
    public Guid? Focus { get; init; }

    /// <summary>The deputy who raised them, first or by a merged duplicate, or null.</summary>
    public Guid? Reporter { get; init; }

    /// <summary>What they have in common, one of <see cref="Marks"/>, or null.</summary>
    public string? Mark { get; init; }

    /// <summary>Whether commits of matters and the second of the clock decide on the list: not the index of words, nor a list that is kept beside.</summary>
    public bool Settled => string.IsNullOrEmpty(Q) && Mark is null && Focus is null;

    /// <summary>The marks a list may be narrowed by, each with its name: what the figures of a campaign count.</summary>
    public static IReadOnlyDictionary<string, Words> Marks { get; } = new Dictionary<string, Words>
    {
        ["photos"] = new("有照片", "with photos"), ["videos"] = new("有视频", "with videos"), ["late"] = new("答复超期", "replied late"), ["proven"] = new("有凭证", "with proof"),
        ["judged"] = new("已评价", "judged"), ["satisfied"] = new("满意", "satisfied"), ["basically"] = new("满意或基本满意", "satisfied or basically so"), ["dissatisfied"] = new("不满意", "not satisfied"),
        ["unreturned"] = new("未评价", "judgement not returned"), ["listed"] = new("已列检查重点", "listed as focus"),
    };

    /// <summary>Reads it from an address.</summary>
    /// <exception cref="BadHttpRequestException">A value is malformed. Ignored, it would show or export more than was asked for.</exception>
    public static FindingFilter Read(IQueryCollection query)
    {
        return new FindingFilter
        {
            View = FindingView.Find(Text("view")),
            State = Text("state"),
            Category = Text("category"),
            Unit = Id("unit"),
            Lead = Id("lead"),
            Region = Text("region") is { } region ? long.TryParse(region, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : throw Bad("region") : null,
            Q = Text("q"),
            Overdue = Text("overdue") == "1",
            From = Day("from"),
            To = Day("to"),
            Campaign = Id("campaign"),
            Focus = Id("focus"),
            Reporter = Id("reporter"),
            Mark = Text("mark") is { } mark ? Marks.ContainsKey(mark) ? mark : throw Bad("mark") : null,
        };

        string? Text(string name) => query[name].ToString().Trim() is { Length: > 0 } text ? text : null;
        Guid? Id(string name) => Text(name) is { } text ? Guid.TryParse(text, out var id) ? id : throw Bad(name) : null;
        DateOnly? Day(string name) => Text(name) is { } text
            ? DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day is { Year: > 1900 and < 9999 } ? day : throw Bad(name)
            : null;
        static BadHttpRequestException Bad(string name) => new($"The value of {name} is malformed.");
    }

    /// <summary>Writes it as an address reads it, e.g. <c>view=closed&amp;region=330522000000</c>.</summary>
    public string Query() => string.Join('&', Pairs().Select(p => p.Name + "=" + Uri.EscapeDataString(p.Value)));

    /// <summary>The same as names and values, for the hidden fields of a form.</summary>
    public IEnumerable<(string Name, string Value)> Pairs()
    {
        (string, string?)[] all =
        [
            ("view", View.Id), ("state", State), ("category", Category), ("unit", Unit?.ToString()), ("lead", Lead?.ToString()), ("region", Region?.ToString(CultureInfo.InvariantCulture)), ("q", Q), ("overdue", Overdue ? "1" : null),
            ("from", From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("to", To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("campaign", Campaign?.ToString()), ("focus", Focus?.ToString()), ("reporter", Reporter?.ToString()), ("mark", Mark),
        ];
        foreach (var (name, value) in all)
            if (value is not null) yield return (name, value);
    }

    /// <summary>The findings it leaves of those the actor may see, in no order.</summary>
    public IQueryable<Matter> Apply(DbContext db, Actor actor, DateTime now) => Narrow(db, Kernel.Apply(db, actor, now));

    /// <summary>One page, newest first.</summary>
    /// <param name="db">Where to read.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="limit">Rows of a page, 1 or more.</param>
    /// <param name="after">Cursor of the page before, or null for the first.</param>
    /// <param name="now">The present (UTC).</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<MatterPage> PageAsync(DbContext db, Actor actor, int limit, long? after, DateTime now, CancellationToken cancellation) =>
        MatterPage.ReadAsync(db, Branches(db, actor, now), limit, after, cancellation);

    /// <summary>How many it leaves: from the kept counts where these tell, otherwise from the rows.</summary>
    public async Task<MatterCount> CountAsync(DbContext db, Actor actor, DateTime now, CancellationToken cancellation)
    {
        var counted = From is null && To is null && Focus is null ? Kernel.Cells(db, actor) : null;
        var count = counted is null ? null : Mark switch
        {
            null => counted.Select(t => t.Matters),
            "late" => counted.Select(t => t.Late),
            "proven" => counted.Select(t => t.Proven),
            "judged" => counted.Select(t => t.Result1 + t.Result2 + t.Result3),
            "satisfied" => counted.Select(t => t.Result1),
            "basically" => counted.Select(t => t.Result1 + t.Result2),
            "dissatisfied" => counted.Select(t => t.Result3),
            "unreturned" => counted.Select(t => t.Unreturned),
            "listed" => counted.Select(t => t.Focus),
            _ => null,
        };
        return count is null ? await MatterPage.CountAsync(Branches(db, actor, now), cancellation) : new(await count.SumAsync(cancellation), false);
    }

    /// <summary>Photos or videos of what it leaves when those are its mark; null when they are not, or the kept counts do not tell.</summary>
    public async Task<long?> ShotsAsync(DbContext db, Actor actor, CancellationToken cancellation)
    {
        if (Mark is not ("photos" or "videos") || From is not null || To is not null || Focus is not null || Kernel.Cells(db, actor) is not { } cells) return null;
        return await (Mark == "photos" ? cells.Select(t => t.Photos) : cells.Select(t => t.Videos)).SumAsync(cancellation);
    }

    private MatterFilter Kernel => new() { Scenario = "visits", State = State ?? (Overdue && View.States.Length == 0 ? FindingView.Open : View.States), Region = Region, Category = Category, Unit = Unit, Lead = Lead, Q = Q, Overdue = Overdue, Context = Campaign, Reporter = Reporter };

    private IReadOnlyList<MatterBranch> Branches(DbContext db, Actor actor, DateTime now) => [.. Kernel.Branches(db, actor, now).Select(b => b.With(m => Narrow(db, m)))];

    private IQueryable<Matter> Narrow(DbContext db, IQueryable<Matter> matters)
    {
        if (From is { } first)
        {
            var start = ChinaTime.StartOf(first);
            matters = matters.Where(m => m.SubmittedAt >= start);
        }
        if (To is { } last)
        {
            var end = ChinaTime.EndOf(last);
            matters = matters.Where(m => m.SubmittedAt < end);
        }
        if (Focus is { } focus) matters = matters.Where(m => db.Set<FocusListMatter>().Where(f => f.FocusListId == focus).Select(f => f.MatterId).Contains(m.Id));
        return Mark switch
        {
            "photos" => matters.Where(m => m.Photos > 0),
            "videos" => matters.Where(m => m.Videos > 0),
            "late" => matters.Where(m => m.Late),
            "proven" => matters.Where(m => m.Proven),
            "judged" => matters.Where(m => m.Result >= 1 && m.Result <= 3),
            "satisfied" => matters.Where(m => m.Result == 1),
            "basically" => matters.Where(m => m.Result == 1 || m.Result == 2),
            "dissatisfied" => matters.Where(m => m.Result == 3),
            "unreturned" => matters.Where(m => m.Result == 4),
            "listed" => matters.Where(m => m.Focus),
            _ => matters,
        };
    }
}
