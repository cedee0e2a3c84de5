using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Matters;

namespace Renda.Suggestions;

/// <summary>A way to look at suggestions: a name and the states it shows.</summary>
/// <param name="Id">Stable id, part of addresses.</param>
/// <param name="Name">Name for people.</param>
/// <param name="States">States shown, comma-separated; empty for all.</param>
public sealed record SuggestionView(string Id, Words Name, string States)
{
    /// <summary>Every view; the first is the one shown when none is named.</summary>
    public static IReadOnlyList<SuggestionView> All { get; } =
    [
        new("all", new("全部建议", "All suggestions"), ""),
        new("mine", new("我的建议", "My suggestions"), ""),
        new("triage", new("待审查待交办", "To examine and assign"), "submitted,accepted,return-requested"),
        new("handle", new("待签收待办理", "To handle"), "joint,return-asked,assigned,handling,redo,tracking"),
        new("running", new("办理中", "Under way"), "returned,joint,return-asked,assigned,handling,redo"),
        new("evaluate", new("待评价", "To judge"), "replied,promise-reported"),
        new("closed", new("已办结", "Closed"), "closed,closed-kept,closed-unreturned"),
    ];

    /// <summary>The states in which a clock runs, comma-separated.</summary>
    public static string Open { get; } = string.Join(',', SuggestionProcedure.Create().States.Where(s => !s.Final).Select(s => s.Id));

    /// <summary>The view of that id; the first when there is none.</summary>
    public static SuggestionView Find(string? id) => All.FirstOrDefault(v => v.Id == id) ?? All[0];
}

/// <summary>What a list of suggestions is narrowed by; the list, its count and its exports read it from the same address.</summary>
public sealed record SuggestionFilter
{
    /// <summary>The view.</summary>
    public SuggestionView View { get; init; } = SuggestionView.All[0];

    /// <summary>States instead of the view's, comma-separated; null for the view's.</summary>
    public string? State { get; init; }

    /// <summary>Subject, a code, or null.</summary>
    public string? Subject { get; init; }

    /// <summary>Session of the congress, or null.</summary>
    public Guid? Session { get; init; }

    /// <summary>Unit in whatever part, or null.</summary>
    public Guid? Unit { get; init; }

    /// <summary>The deputy who put it forward or signed it, or null.</summary>
    public Guid? Reporter { get; init; }

    /// <summary>12-digit division code whose subtree counts, or null.</summary>
    public long? Region { get; init; }

    /// <summary>Words to be found, or null.</summary>
    public string? Q { get; init; }

    /// <summary>Only those whose running clock has run out.</summary>
    public bool Overdue { get; init; }

    /// <summary>What they have in common, one of <see cref="Marks"/>, or null.</summary>
    public string? Mark { get; init; }

    /// <summary>Whether commits of matters and the second of the clock decide on the list: not the index of words, nor a list that is kept beside.</summary>
    public bool Settled => string.IsNullOrEmpty(Q) && Mark is null;

    /// <summary>The marks a list may be narrowed by: what the report counts.</summary>
    public static IReadOnlyDictionary<string, Words> Marks { get; } = new Dictionary<string, Words>
    {
        ["priority"] = new("重点督办", "priorities"), ["late"] = new("答复超期", "replied late"), ["redone"] = new("重新办理", "done again"), ["judged"] = new("已反馈", "judged"),
        ["attitude1"] = new("态度满意", "satisfied with the attitude"), ["attitude2"] = new("态度基本满意", "basically satisfied with the attitude"), ["attitude3"] = new("态度不满意", "not satisfied with the attitude"),
        ["result1"] = new("结果满意", "satisfied with the result"), ["result2"] = new("结果基本满意", "basically satisfied with the result"), ["result3"] = new("结果不满意", "not satisfied with the result"), ["unreturned"] = new("未反馈", "not returned"),
    };

    /// <summary>Reads it from an address.</summary>
    /// <exception cref="BadHttpRequestException">A value is malformed. Ignored, it would show or export more than was asked for.</exception>
    public static SuggestionFilter Read(IQueryCollection query, Actor actor)
    {
        var view = SuggestionView.Find(Text("view"));
        return new SuggestionFilter
        {
            View = view,
            State = Text("state"),
            Subject = Text("subject"),
            Session = Id("session"),
            Unit = Id("unit"),
            Reporter = Id("reporter") ?? (view.Id == "mine" ? actor.PersonId : null),
            Region = Text("region") is { } region ? long.TryParse(region, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : throw Bad("region") : null,
            Q = Text("q"),
            Overdue = Text("overdue") == "1",
            Mark = Text("mark") is { } mark ? Marks.ContainsKey(mark) ? mark : throw Bad("mark") : null,
        };

        string? Text(string name) => query[name].ToString().Trim() is { Length: > 0 } text ? text : null;
        Guid? Id(string name) => Text(name) is { } text ? Guid.TryParse(text, out var id) ? id : throw Bad(name) : null;
        static BadHttpRequestException Bad(string name) => new($"The value of {name} is malformed.");
    }

    /// <summary>Writes it as an address reads it.</summary>
    public string Query() => string.Join('&', Pairs().Select(p => p.Name + "=" + Uri.EscapeDataString(p.Value)));

    /// <summary>The same as names and values, for the hidden fields of a form.</summary>
    public IEnumerable<(string Name, string Value)> Pairs()
    {
        (string, string?)[] all =
        [
            ("view", View.Id), ("state", State), ("subject", Subject), ("session", Session?.ToString()), ("unit", Unit?.ToString()), ("reporter", View.Id == "mine" ? null : Reporter?.ToString()),
            ("region", Region?.ToString(CultureInfo.InvariantCulture)), ("q", Q), ("overdue", Overdue ? "1" : null), ("mark", Mark),
        ];
        foreach (var (name, value) in all)
            if (value is not null) yield return (name, value);
    }

    /// <summary>One page, newest first.</summary>
    public Task<MatterPage> PageAsync(DbContext db, Actor actor, int limit, long? after, DateTime now, CancellationToken cancellation) => MatterPage.ReadAsync(db, Branches(db, actor, now), limit, after, cancellation);

    /// <summary>How many it leaves: from the kept counts where these tell, otherwise from the rows.</summary>
    public async Task<MatterCount> CountAsync(DbContext db, Actor actor, DateTime now, CancellationToken cancellation) =>
        Mark is null && Kernel.Cells(db, actor) is { } cells ? new(await cells.Select(t => t.Matters).SumAsync(cancellation), false) : await MatterPage.CountAsync(Branches(db, actor, now), cancellation);

    /// <summary>What it leaves of the suggestions the actor may see, in no order.</summary>
    public IQueryable<Matter> Apply(DbContext db, Actor actor, DateTime now) => Narrow(Kernel.Apply(db, actor, now));

    private MatterFilter Kernel => new() { Scenario = "suggestions", State = State ?? (Overdue && View.States.Length == 0 ? SuggestionView.Open : View.States), Region = Region, Category = Subject, Unit = Unit, Q = Q, Overdue = Overdue, Context = Session, Reporter = Reporter };

    private IReadOnlyList<MatterBranch> Branches(DbContext db, Actor actor, DateTime now) => [.. Kernel.Branches(db, actor, now).Select(b => b.With(Narrow))];

    private IQueryable<Matter> Narrow(IQueryable<Matter> matters) => Mark switch
    {
        "priority" => matters.Where(m => m.Focus),
        "late" => matters.Where(m => m.Late),
        "redone" => matters.Where(m => m.Redone > 0),
        "judged" => matters.Where(m => m.Result >= 1 && m.Result <= 3),
        "attitude1" => matters.Where(m => m.Attitude == 1),
        "attitude2" => matters.Where(m => m.Attitude == 2),
        "attitude3" => matters.Where(m => m.Attitude == 3),
        "result1" => matters.Where(m => m.Result == 1),
        "result2" => matters.Where(m => m.Result == 2),
        "result3" => matters.Where(m => m.Result == 3),
        "unreturned" => matters.Where(m => m.Result == 4),
        _ => matters,
    };
}
