using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;

namespace Renda.Stations;

/// <summary>A ready-made list of what was said.</summary>
/// <param name="Id">Its name in addresses.</param>
/// <param name="Name">Name for people.</param>
/// <param name="States">States it shows, comma-separated; empty for all.</param>
public sealed record VoiceView(string Id, Words Name, string States)
{
    /// <summary>Every view; the first is the one shown when none is named.</summary>
    public static IReadOnlyList<VoiceView> All { get; } =
    [
        new("all", new("群众意见", "What was said"), ""),
        new("mine", new("我承接的群众意见", "What I took up"), ""),
        new("screen", new("待筛查待认领", "To look through"), "submitted,open,to-town"),
        new("transfer", new("待转办", "To give to units"), "to-transfer"),
        new("handle", new("待签收待办理", "To handle"), "transferred,handling"),
        new("running", new("办理中", "Under way"), VoiceProcedure.Running),
        new("answered", new("已答复", "Answered"), VoiceProcedure.Answered),
        new("closed", new("已办结", "Closed"), "closed,closed-unrated,converted,proposed,not-accepted,duplicate"),
    ];

    /// <summary>The view of that id; the first when there is none.</summary>
    public static VoiceView Find(string? id) => All.FirstOrDefault(v => v.Id == id) ?? All[0];
}

/// <summary>What a list of what was said is narrowed by; the list and its count read it from the same address.</summary>
public sealed record VoiceFilter
{
    /// <summary>The view.</summary>
    public VoiceView View { get; init; } = VoiceView.All[0];

    /// <summary>States instead of the view's, comma-separated; null for the view's.</summary>
    public string? State { get; init; }

    /// <summary>Station, or null.</summary>
    public Guid? Station { get; init; }

    /// <summary>Category, a code, or null.</summary>
    public string? Category { get; init; }

    /// <summary>First day of the month in which it was said, or null.</summary>
    public DateOnly? Month { get; init; }

    /// <summary>The reception at which it was said, or null.</summary>
    public Guid? Reception { get; init; }

    /// <summary>Deputy who took it up, or null.</summary>
    public Guid? Deputy { get; init; }

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
        ["accepted"] = new("已受理", "taken in"), ["solved"] = new("已解决", "solved"), ["rated"] = new("已评价", "rated"), ["satisfied"] = new("满意或基本满意", "satisfied or basically"), ["unsatisfied"] = new("不满意", "not satisfied"), ["reopened"] = new("再次反映", "said again"), ["late"] = new("答复超期", "replied late"),
    };

    /// <summary>States of what was taken in.</summary>
    public static readonly string[] NotTaken = ["submitted", "not-accepted", "duplicate"];

    /// <summary>Reads it from an address.</summary>
    /// <exception cref="BadHttpRequestException">A value is malformed. Ignored, it would show more than was asked for.</exception>
    public static VoiceFilter Read(IQueryCollection query, Actor actor)
    {
        var view = VoiceView.Find(Text("view"));
        return new VoiceFilter
        {
            View = view,
            State = Text("state"),
            Station = Id("station"),
            Category = Text("category"),
            Month = Text("month") is { } month ? DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) ? first : throw Bad("month") : null,
            Reception = Id("reception"),
            Deputy = Id("deputy") ?? (view.Id == "mine" ? actor.PersonId : null),
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
            ("view", View.Id), ("state", State), ("station", Station?.ToString()), ("category", Category), ("month", Month?.ToString("yyyy-MM", CultureInfo.InvariantCulture)), ("reception", Reception?.ToString()),
            ("deputy", View.Id == "mine" ? null : Deputy?.ToString()), ("q", Q), ("overdue", Overdue ? "1" : null), ("mark", Mark),
        ];
        foreach (var (name, value) in all)
            if (value is not null) yield return (name, value);
    }

    /// <summary>One page, newest first.</summary>
    public Task<MatterPage> PageAsync(DbContext db, Actor actor, int limit, long? after, DateTime now, CancellationToken cancellation) => MatterPage.ReadAsync(db, Branches(db, actor, now), limit, after, cancellation);

    /// <summary>How many it leaves.</summary>
    public Task<MatterCount> CountAsync(DbContext db, Actor actor, DateTime now, CancellationToken cancellation) => MatterPage.CountAsync(Branches(db, actor, now), cancellation);

    private MatterFilter Kernel => new() { Scenario = "stations", State = State ?? (Overdue && View.States.Length == 0 ? VoiceProcedure.Running : View.States), Category = Category, Q = Q, Overdue = Overdue, Context = Station, Reporter = Deputy };

    private IReadOnlyList<MatterBranch> Branches(DbContext db, Actor actor, DateTime now) => [.. Kernel.Branches(db, actor, now).Select(b => b.With(m => Narrow(db, m)))];

    private IQueryable<Matter> Narrow(DbContext db, IQueryable<Matter> matters)
    {
        if (Month is { } first)
        {
            var (begin, end) = (ChinaTime.StartOf(first), ChinaTime.StartOf(first.AddMonths(1)));
            matters = matters.Where(m => m.SubmittedAt >= begin && m.SubmittedAt < end);
        }
        if (Reception is { } reception) matters = matters.Where(m => db.Set<StationVoice>().Any(v => v.MatterId == m.Id && v.ReceptionId == reception));
        return Mark switch
        {
            "accepted" => matters.Where(m => !NotTaken.Contains(m.State)),
            "solved" => matters.Where(m => m.State == "closed" && m.Result != 3 || m.State == "closed-unrated" || m.State == "converted" || m.State == "proposed"),
            "rated" => matters.Where(m => m.Result >= 1 && m.Result <= 3),
            "satisfied" => matters.Where(m => m.Result == 1 || m.Result == 2),
            "unsatisfied" => matters.Where(m => m.Result == 3),
            "reopened" => matters.Where(m => m.Redone > 0),
            "late" => matters.Where(m => m.Late),
            _ => matters,
        };
    }
}
