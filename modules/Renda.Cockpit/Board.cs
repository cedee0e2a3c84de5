using System.Text.Json;
using System.Text.Json.Serialization;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Indicators;
using Renda.Platform.Modules;

namespace Renda.Cockpit;

/// <summary>What a tile shows.</summary>
public enum TileKind
{
    /// <summary>Up to six indicators as numbers, each beside what it was.</summary>
    Figures,

    /// <summary>One indicator as a large number, with its twelve months.</summary>
    Number,

    /// <summary>An indicator broken down, the largest first.</summary>
    Ranking,

    /// <summary>Indicators by month as lines.</summary>
    Trend,

    /// <summary>How many matters of a scenario came as far as each of its steps.</summary>
    Funnel,

    /// <summary>An indicator by the divisions of the place, as a map; with the places of layers on it.</summary>
    Areas,

    /// <summary>An indicator day by day for half a year.</summary>
    Heat,

    /// <summary>An indicator broken down, each with a light by what is good and what is poor.</summary>
    Lights,

    /// <summary>Which scenarios are in use in the place, by whom and how much.</summary>
    Scenarios,

    /// <summary>What just happened.</summary>
    Ticker,
}

/// <summary>A part of a board.</summary>
/// <param name="Kind">What it shows.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Column">First column, from 1 of 12.</param>
/// <param name="Row">First row, from 1 of 12.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record Tile(TileKind Kind, Words Title, int Column, int Row, int Width, int Height)
{
    /// <summary>Columns and rows of a board.</summary>
    public const int Columns = 12, Rows = 12;

    /// <summary>Codes of the indicators it shows; those that are unknown or not for whoever looks are left out.</summary>
    public IReadOnlyList<string> Indicators { get; init; } = [];

    /// <summary>Most lines of a ranking.</summary>
    public int Most { get; init; } = 8;

    /// <summary>What a ranking or lights are broken down by.</summary>
    public IndicatorBy By { get; init; } = IndicatorBy.Region;

    /// <summary>The scenario of a funnel or a ticker; empty for all.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>Ids of the map's layers whose places are drawn on a map.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>From which value on a light is green; below it where less is better.</summary>
    public decimal Good { get; init; }

    /// <summary>From which value on a light is red, on the other side of <see cref="Good"/>.</summary>
    public decimal Poor { get; init; }

    /// <summary>Stands for the scenario in which most was raised this year within the place that is looked at.</summary>
    public const string Busiest = "*";

    /// <summary>What tells it from the others of its board.</summary>
    [JsonIgnore]
    public string Key => $"{Column}-{Row}";

    /// <summary>Whether a part of the grid belongs to both.</summary>
    public bool Overlaps(Tile other) => Column < other.Column + other.Width && other.Column < Column + Width && Row < other.Row + other.Height && other.Row < Row + Height;

    /// <summary>How many indicators a kind takes, at least and at most.</summary>
    public static (int Least, int Most) Takes(TileKind kind) => kind switch
    {
        TileKind.Figures => (1, 6),
        TileKind.Trend => (1, 4),
        TileKind.Number or TileKind.Ranking or TileKind.Areas or TileKind.Heat or TileKind.Lights => (1, 1),
        _ => (0, 0),
    };

    /// <summary>The same tile of one scenario, where it is of the busiest.</summary>
    public Tile Of(RendaModule scenario) => this with
    {
        Title = Scenario == Busiest ? new($"{scenario.Name.Zh} · {Title.Zh}", $"{scenario.Name.En} · {Title.En}") : Title,
        Scenario = Scenario == Busiest ? scenario.Id : Scenario,
        Indicators = [.. Indicators.Select(i => i.StartsWith(Busiest + ".", StringComparison.Ordinal) ? scenario.Id + i[Busiest.Length..] : i)],
    };
}

/// <summary>A board: a grid of twelve columns and twelve rows that fills the wall and flows on smaller screens.</summary>
/// <param name="Code">Last part of its address.</param>
/// <param name="Name">Its title.</param>
/// <param name="Tiles">Its parts in the order in which a phone shows them.</param>
public sealed record Board(string Code, Words Name, IReadOnlyList<Tile> Tiles)
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Which version of it; 0 for one that came with the product.</summary>
    public int Version { get; init; }

    /// <summary>Whether the last row holds a ticker at most, which needs no more height than its line.</summary>
    public bool EndsLow => Tiles.All(t => t.Kind == TileKind.Ticker && t.Height == 1 || t.Row + t.Height <= Tile.Rows);

    /// <summary>Its tiles as they are kept.</summary>
    public static string Write(IReadOnlyList<Tile> tiles) => JsonSerializer.Serialize(tiles, Json);

    /// <summary>Tiles that were kept.</summary>
    public static IReadOnlyList<Tile> Read(string tiles) => JsonSerializer.Deserialize<List<Tile>>(tiles, Json)!;
}

/// <summary>The boards that come with the product: one over all, one for each scenario that counts matters, one of what is in use.</summary>
public sealed class BoardShelf(IReadOnlyList<RendaModule> modules)
{
    private static readonly Words News = new("正在发生", "Happening now");

    /// <summary>All of them, the one over all first.</summary>
    public IReadOnlyList<Board> All { get; } = Make([.. modules.Where(m => m.Procedures.Count > 0 && m.Indicators.Count > 0)]);

    /// <summary>Whether the actor may read anything that a board counts; what counts nothing tells only what each may see.</summary>
    public bool IsFor(Board board, Actor actor) => board.Tiles.All(t => t.Indicators.Count == 0) || board.Tiles.SelectMany(t => t.Indicators).Where(i => !i.StartsWith(Tile.Busiest, StringComparison.Ordinal)).Any(i => Reads(actor, i[..i.IndexOf('.', StringComparison.Ordinal)]));

    private bool Reads(Actor actor, string module) => actor.May(module + ".read") || modules.Any(m => m.Id == module && m.Records.Any(r => r.IsFor(actor)));

    /// <summary>One of them; null for an unknown code.</summary>
    public Board? Find(string code) => All.FirstOrDefault(b => b.Code == code);

    private static List<Board> Make(List<RendaModule> scenarios) => scenarios.Count == 0 ? [] : [Over(scenarios), .. scenarios.Select(Of), InUse(scenarios)];

    private static Board Of(RendaModule m) => new(m.Id, m.Name,
    [
        Figures(m, new("本年", "This year"), 1, 1, 4, ["raised", "closed", "under-way", "on-time", "satisfied", "days"]),
        Areas(m),
        Funnel(m, 10, 1, 4),
        new(TileKind.Ranking, new("哪里多", "Where"), 1, 5, 3, 4) { Indicators = [$"{m.Id}.raised"] },
        new(TileKind.Ranking, new("哪些单位办得多", "Who handles"), 10, 5, 3, 4) { Indicators = [$"{m.Id}.closed"], By = IndicatorBy.Unit },
        new(TileKind.Heat, new("每天收到", "Received by day"), 1, 9, 3, 3) { Indicators = [$"{m.Id}.raised"] },
        new(TileKind.Trend, new("收到和办结", "Received and closed"), 4, 9, m.Records.Count > 0 ? 3 : 6, 3) { Indicators = [$"{m.Id}.raised", $"{m.Id}.closed"] },
        // What it counts apart from its matters stands beside them.
        .. m.Records.Take(1).Select(r => new Tile(TileKind.Figures, r.Name, 7, 9, 3, 3) { Indicators = [.. m.Indicators.Where(i => r.Measures.Any(k => i.Formula.StartsWith(k.Id, StringComparison.Ordinal))).Take(4).Select(i => i.Code)] }),
        new(TileKind.Ranking, new("哪类多", "What kind"), 10, 9, 3, 3) { Indicators = [$"{m.Id}.raised"], By = IndicatorBy.Category, Most = 5 },
        new(TileKind.Ticker, News, 1, 12, 12, 1) { Scenario = m.Id },
    ]);

    private static Board Over(List<RendaModule> scenarios)
    {
        (int Column, int Row)[] places = [(1, 1), (10, 1), (1, 5), (10, 5)];
        return new("all", new("一屏感知人大", "The congress on one screen"),
        [
            .. scenarios.Zip(places, (m, at) => Figures(m, m.Name, at.Column, at.Row, 4, ["raised", "closed", "under-way", "on-time"])),
            new(TileKind.Areas, new("分布", "by place"), 4, 1, 6, 8) { Scenario = Tile.Busiest, Indicators = [$"{Tile.Busiest}.raised"] },
            new(TileKind.Ranking, new("哪里多", "where"), 1, 9, 3, 3) { Scenario = Tile.Busiest, Indicators = [$"{Tile.Busiest}.raised"] },
            new(TileKind.Trend, new("各场景收到", "Received by scenario"), 4, 9, 6, 3) { Indicators = [.. scenarios.Take(4).Select(m => $"{m.Id}.raised")] },
            new(TileKind.Funnel, new("到了哪步", "step by step"), 10, 9, 3, 3) { Scenario = Tile.Busiest },
            new(TileKind.Ticker, News, 1, 12, 12, 1),
        ]);
    }

    private static Board InUse(List<RendaModule> scenarios) => new("scenarios", new("场景上线", "Scenarios in use"),
    [
        new(TileKind.Scenarios, new("各场景使用情况", "Use of each scenario"), 1, 1, 8, 6),
        new(TileKind.Lights, new("按时办结率", "closed in time"), 1, 7, 8, 5) { Scenario = Tile.Busiest, Indicators = [$"{Tile.Busiest}.on-time"], Good = 90, Poor = 60 },
        new(TileKind.Trend, new("各场景收到", "Received by scenario"), 9, 1, 4, 5) { Indicators = [.. scenarios.Take(4).Select(m => $"{m.Id}.raised")] },
        .. scenarios.Take(4).Select((m, i) => new Tile(TileKind.Number, new($"{m.Name.Zh}本年", $"{m.Name.En} this year"), 9 + (i % 2 * 2), 6 + (i / 2 * 3), 2, 3) { Indicators = [$"{m.Id}.raised"] }),
        new(TileKind.Ticker, News, 1, 12, 12, 1),
    ]);

    private static Tile Figures(RendaModule m, Words title, int column, int row, int height, string[] codes) => new(TileKind.Figures, title, column, row, 3, height) { Indicators = [.. codes.Select(c => $"{m.Id}.{c}")] };

    private static Tile Areas(RendaModule m) => new(TileKind.Areas, new($"{m.Name.Zh}分布", $"{m.Name.En} by place"), 4, 1, 6, 8) { Indicators = [$"{m.Id}.raised"] };

    private static Tile Funnel(RendaModule m, int column, int row, int height) => new(TileKind.Funnel, new("到了哪步", "Step by step"), column, row, 3, height) { Scenario = m.Id };
}
