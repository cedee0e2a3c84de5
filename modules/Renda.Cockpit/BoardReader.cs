using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Indicators;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Procedures;
using Renda.Platform.Regions;

namespace Renda.Cockpit;

/// <summary>A number of a tile.</summary>
/// <param name="Indicator">Its definition.</param>
/// <param name="Value">The number; null where there is none to tell.</param>
/// <param name="Before">What it was within the same days of the year before; null where there is none to tell.</param>
/// <param name="Path">Where its definition and its rows are.</param>
public sealed record Figure(Indicator Indicator, decimal? Value, decimal? Before, string Path);

/// <summary>A line of a ranking or a funnel, or a division of a map.</summary>
/// <param name="Name">Name.</param>
/// <param name="Value">The number.</param>
/// <param name="Path">Where what is behind it is shown.</param>
/// <param name="Area">Its outline as SVG path data; empty in a ranking.</param>
/// <param name="X">Where its name stands.</param>
/// <param name="Y">Where its name stands.</param>
public sealed record Share(string Name, decimal Value, string Path, string Area = "", double X = 0, double Y = 0)
{
    /// <summary>Its light; null where there is none.</summary>
    public BoardLight? Light { get; init; }

    /// <summary>Unit of the number, where it is worth saying.</summary>
    public string Unit { get; init; } = "";
}

/// <summary>How something stands.</summary>
public enum BoardLight
{
    /// <summary>Well.</summary>
    Green,

    /// <summary>In between.</summary>
    Yellow,

    /// <summary>Badly.</summary>
    Red,
}

/// <summary>A place or a way of one of the map's layers, on a tile's map.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Href">Where more is told; null for nowhere.</param>
/// <param name="Layer">Which of the tile's layers it is of, from 0.</param>
/// <param name="Points">Where it stands, or where it leads along.</param>
public sealed record Spot(string Title, string? Href, int Layer, IReadOnlyList<(double X, double Y)> Points);

/// <summary>How far a scenario is in use in a place.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its board.</param>
/// <param name="Accounts">Accounts that may read it there.</param>
/// <param name="Matters">Matters it has there.</param>
/// <param name="Month">Matters raised within the last thirty days.</param>
/// <param name="MonthPath">Where these are shown.</param>
/// <param name="PlacesPath">Where they are shown by division.</param>
/// <param name="Places">Divisions below in which something was raised within the last thirty days.</param>
/// <param name="Of">Divisions below.</param>
/// <param name="Light">In use, opened, or not opened.</param>
public sealed record ScenarioUse(string Name, string Path, int Accounts, decimal Matters, decimal Month, string MonthPath, string PlacesPath, int Places, int Of, BoardLight Light);

/// <summary>An indicator by month or day.</summary>
/// <param name="Indicator">Its definition.</param>
/// <param name="Points">First day and number, in order.</param>
/// <param name="Path">Where its definition and its rows are.</param>
public sealed record Course(Indicator Indicator, IReadOnlyList<(DateOnly Day, decimal? Value)> Points, string Path);

/// <summary>Something that just happened.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="Who">Who did it.</param>
/// <param name="What">What they did.</param>
/// <param name="Title">To which matter.</param>
/// <param name="Path">The matter.</param>
public sealed record Happening(DateTime At, string Who, Words What, string Title, string Path);

/// <summary>A tile with what it shows; which of the lists is filled its kind tells.</summary>
public sealed record TileReading(Tile Tile)
{
    /// <summary>Numbers.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];

    /// <summary>Lines, steps or divisions.</summary>
    public IReadOnlyList<Share> Shares { get; init; } = [];

    /// <summary>Lines over time.</summary>
    public IReadOnlyList<Course> Courses { get; init; } = [];

    /// <summary>News.</summary>
    public IReadOnlyList<Happening> News { get; init; } = [];

    /// <summary>Scenarios.</summary>
    public IReadOnlyList<ScenarioUse> Uses { get; init; } = [];

    /// <summary>Places of layers on a map, and the names of these layers.</summary>
    public IReadOnlyList<Spot> Spots { get; init; } = [];

    /// <summary>Names of the layers that are drawn.</summary>
    public IReadOnlyList<Words> Layers { get; init; } = [];

    /// <summary>Width and height of the map's drawing.</summary>
    public (double Width, double Height) Size { get; init; }
}

/// <summary>Fills boards with numbers, within what somebody may see.</summary>
public sealed class BoardReader(IDbContextFactory<RendaDbContext> databases, IndicatorBook book, IndicatorValues values, IndicatorReader reader, IndicatorLedger ledger, IReadOnlyList<RendaModule> modules, ProcedureCatalogue procedures, RegionDirectory regions, Roles roles, IServiceProvider services, IMemoryCache cache, TimeProvider time)
{
    private const int HeatDays = 26 * 7, MostNews = 8;

    /// <summary>The place a board is about: the widest that the actor may look at the cockpit for.</summary>
    public Region PlaceOf(Actor actor) => PlaceOf(actor, regions);

    internal static Region PlaceOf(Actor actor, RegionDirectory regions) =>
        actor.Grants.Where(g => g.Role.Scope == RoleScope.Territory && g.Permissions.Contains(CockpitModule.View)).Select(g => regions.Find(g.Region)).OfType<Region>().OrderBy(r => r.Level).ThenBy(r => r.Code).FirstOrDefault() ?? regions.All[0];

    /// <summary>
    /// Fills a board. All screens that may see the same read it once each time the numbers move: a thousand of them ask in the
    /// same second.
    /// </summary>
    public async Task<IReadOnlyList<TileReading>> ReadAsync(Board board, Actor actor, CancellationToken cancellation)
    {
        var scope = string.Join(';', actor.Grants.Select(g => $"{g.Role.Scope} {g.Region} {g.OrganisationId} {string.Join(',', g.Permissions.Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal));
        var key = (typeof(BoardReader), board.Code, board.Version, board.Tiles.Count, scope, actor.Grants.Any(g => g.Role.Scope == RoleScope.Personal) ? actor.PersonId : null, CultureInfo.CurrentUICulture.Name, ledger.Position);
        var shared = cache.GetOrCreate(key, entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(30);
            // None of those who wait may take it from the others by leaving.
            return new Lazy<Task<IReadOnlyList<TileReading>>>(() => FillAsync(board, actor, CancellationToken.None));
        })!;
        try
        {
            return await shared.Value.WaitAsync(cancellation);
        }
        catch when (shared.Value.IsFaulted)
        {
            cache.Remove(key);
            throw;
        }
    }

    /// <summary>Fills a board anew, e.g. one that is being made; tiles that have nothing for the actor are left out.</summary>
    public async Task<IReadOnlyList<TileReading>> FillAsync(Board board, Actor actor, CancellationToken cancellation)
    {
        var today = ChinaTime.Date(time.GetUtcNow().UtcDateTime);
        var known = (await book.AllAsync(cancellation)).Where(i => i.From <= today).DistinctBy(i => i.Code).Where(i => book.IsFor(actor, i)).ToDictionary(i => i.Code);
        var place = PlaceOf(actor);
        var year = new IndicatorQuestion(new DateOnly(today.Year, 1, 1), today, Region: place.Code);
        var state = await values.StateAsync(cancellation);
        // Every number of the board in two questions: of this year, and of the same days of the last.
        List<Indicator> numbers = [.. board.Tiles.Where(t => t.Kind is TileKind.Figures or TileKind.Number).SelectMany(t => t.Indicators).Distinct().Select(known.GetValueOrDefault).OfType<Indicator>()];
        var now = (await values.TotalsAsync(numbers, year, actor, cancellation, state)).Zip(numbers).ToDictionary(n => n.Second.Code, n => n.First.Value);
        var before = (await values.TotalsAsync(numbers, year with { From = year.From.AddYears(-1), To = today.AddYears(-1) }, actor, cancellation, state)).Zip(numbers).ToDictionary(n => n.Second.Code, n => n.First.Value);

        var busiest = modules.Where(m => now.GetValueOrDefault(m.Id + ".raised") is not null).MaxBy(m => now[m.Id + ".raised"]);
        var read = new List<TileReading>();
        foreach (var tile in busiest is null ? board.Tiles.Where(t => t.Scenario != Tile.Busiest) : board.Tiles.Select(t => t.Of(busiest)))
        {
            List<Indicator> of = [.. tile.Indicators.Select(known.GetValueOrDefault).OfType<Indicator>()];
            // What somebody may not read leaves no gap that tells of it.
            if (tile.Indicators.Count > 0 && of.Count == 0 || tile.Scenario.Length > 0 && !actor.May(tile.Scenario + ".read")) continue;
            read.Add(tile.Kind switch
            {
                TileKind.Figures => new(tile) { Figures = [.. of.Select(i => new Figure(i, now[i.Code], before[i.Code], PathOf(i, year)))] },
                TileKind.Number => new(tile)
                {
                    Figures = [.. of.Take(1).Select(i => new Figure(i, now[i.Code], before[i.Code], PathOf(i, year)))],
                    Courses = await CoursesAsync([of[0]], year with { From = First(today).AddMonths(-11), By = IndicatorBy.Month }, actor, state, cancellation),
                },
                TileKind.Lights => new(tile) { Shares = await LightsAsync(tile, of[0], year with { By = tile.By }, actor, state, cancellation) },
                TileKind.Scenarios => new(tile) { Uses = await UsesAsync(known, place, year with { From = today.AddDays(-29) }, actor, state, cancellation) },
                TileKind.Ranking => new(tile) { Shares = await RankingAsync(of[0], year with { By = tile.By }, tile.Most, actor, state, cancellation) },
                TileKind.Areas => await AreasAsync(tile, of[0], year with { By = IndicatorBy.Region }, place, today, actor, state, cancellation),
                TileKind.Trend => new(tile) { Courses = await CoursesAsync(of, year with { From = First(today).AddMonths(-11), By = IndicatorBy.Month }, actor, state, cancellation) },
                TileKind.Heat => new(tile) { Courses = await CoursesAsync(of, year with { From = today.AddDays(1 - HeatDays), By = IndicatorBy.Day }, actor, state, cancellation) },
                TileKind.Funnel => new(tile) { Shares = await StepsAsync(tile.Scenario, place, actor, cancellation) },
                _ => new(tile) { News = await NewsAsync(tile.Scenario, place, actor, cancellation) },
            });
        }
        return read;
    }

    private async Task<IReadOnlyList<Share>> RankingAsync(Indicator indicator, IndicatorQuestion question, int most, Actor actor, LedgerState state, CancellationToken cancellation)
    {
        var lines = (await values.AskAsync(indicator, question, actor, cancellation, state)).Lines.Where(l => l.Value is > 0).OrderByDescending(l => l.Value).ThenBy(l => l.Key, StringComparer.Ordinal).Take(most).ToList();
        return await SharesAsync(indicator, question, lines, cancellation);
    }

    private async Task<IReadOnlyList<Share>> SharesAsync(Indicator indicator, IndicatorQuestion question, List<IndicatorLine> lines, CancellationToken cancellation)
    {
        var names = await reader.NamesAsync(indicator, question.By, [.. lines.Select(l => l.Key)], services, cancellation);
        return [.. lines.Select(l => new Share(names.GetValueOrDefault(l.Key, l.Key), l.Value!.Value, PathOf(indicator, question.By switch
        {
            IndicatorBy.Unit => question with { Unit = Guid.Parse(l.Key), By = IndicatorBy.None },
            IndicatorBy.Category => question with { Category = l.Key, By = IndicatorBy.None },
            _ => question with { Region = long.Parse(l.Key, CultureInfo.InvariantCulture), By = IndicatorBy.None },
        })) { Unit = indicator.Unit.ToString() })];
    }

    /// <summary>Those that stand worst first: that is what lights are looked at for.</summary>
    private async Task<IReadOnlyList<Share>> LightsAsync(Tile tile, Indicator indicator, IndicatorQuestion question, Actor actor, LedgerState state, CancellationToken cancellation)
    {
        var lines = (await values.AskAsync(indicator, question, actor, cancellation, state)).Lines.Where(l => l.Value is not null).ToList();
        var up = tile.Good > tile.Poor;
        return [.. (await SharesAsync(indicator, question, lines, cancellation)).Select(s => s with { Light = LightOf(s.Value, tile.Good, tile.Poor) }).OrderByDescending(s => s.Light).ThenBy(s => up ? s.Value : -s.Value).ThenBy(s => s.Name, StringComparer.Ordinal).Take(24)];
    }

    /// <summary>The light of a value: green from what is good on, red from what is poor on, yellow between.</summary>
    public static BoardLight LightOf(decimal value, decimal good, decimal poor) =>
        good > poor ? value >= good ? BoardLight.Green : value <= poor ? BoardLight.Red : BoardLight.Yellow
        : value <= good ? BoardLight.Green : value >= poor ? BoardLight.Red : BoardLight.Yellow;

    /// <summary>Every scenario that counts matters: who may use it in the place, and whether they do.</summary>
    private async Task<IReadOnlyList<ScenarioUse>> UsesAsync(Dictionary<string, Indicator> known, Region place, IndicatorQuestion month, Actor actor, LedgerState state, CancellationToken cancellation)
    {
        var scenarios = modules.Where(m => known.ContainsKey(m.Id + ".raised")).ToList();
        List<Indicator> raised = [.. scenarios.Select(m => known[m.Id + ".raised"])];
        var now = await values.TotalsAsync(raised, month, actor, cancellation, state);
        var (rights, area, utc) = (await roles.AllAsync(cancellation), new RegionCode(place.Code), time.GetUtcNow().UtcDateTime);
        await using var db = databases.CreateDbContext();
        var filter = new MatterFilter { Region = place.Code };
        var matters = filter.Cells(db, actor) is { } counted ? await counted.GroupBy(t => t.Scenario).Select(g => new { g.Key, Count = (long)g.Sum(t => t.Matters) }).ToDictionaryAsync(t => t.Key, t => t.Count, cancellation)
            : await filter.Apply(db, actor, utc).GroupBy(m => m.Scenario).Select(g => new { g.Key, Count = g.LongCount() }).ToDictionaryAsync(t => t.Key, t => t.Count, cancellation);
        var uses = new List<ScenarioUse>();
        // What was raised for the place itself lies in none of the divisions below it.
        var own = place.Code.ToString(CultureInfo.InvariantCulture);
        foreach (var (scenario, i) in scenarios.Select((s, i) => (s, i)))
        {
            // A right that is narrowed to another module opens nothing here.
            var holders = rights.Values.Where(r => r.Own?.RetiredAt is null && r.Permissions.Contains(scenario.Id + ".read")).Select(r => r.Role.Id).ToList();
            var accounts = await db.Set<Grant>().AsNoTracking().InForce(db, utc).Where(g => holders.Contains(g.Role) && (g.Module == "" || g.Module == scenario.Id)
                && (g.Region >= area.First && g.Region <= area.Last || g.Region == 0 && db.Set<Organisation>().Any(o => o.Id == g.OrganisationId && o.Region >= area.First && o.Region <= area.Last))).Select(g => g.AccountId).Distinct().CountAsync(cancellation);
            var lines = (await values.AskAsync(raised[i], month with { By = IndicatorBy.Region }, actor, cancellation, state)).Lines.Where(l => l.Key != own).ToList();
            var lately = now[i].Value ?? 0;
            uses.Add(new(scenario.Name.ToString(), $"/cockpit/{scenario.Id}", accounts, matters.GetValueOrDefault(scenario.Id), lately, PathOf(raised[i], month), PathOf(raised[i], month with { By = IndicatorBy.Region }), lines.Count(l => l.Value is > 0), lines.Count, lately > 0 ? BoardLight.Green : accounts > 0 ? BoardLight.Yellow : BoardLight.Red));
        }
        return uses;
    }

    private async Task<IReadOnlyList<Course>> CoursesAsync(IReadOnlyList<Indicator> indicators, IndicatorQuestion question, Actor actor, LedgerState state, CancellationToken cancellation)
    {
        var courses = new List<Course>();
        foreach (var indicator in indicators)
        {
            var answer = await values.AskAsync(indicator, question, actor, cancellation, state);
            courses.Add(new(indicator, [.. answer.Lines.Select(l => (DateOnly.ParseExact(l.Key, "yyyy-MM-dd", CultureInfo.InvariantCulture), l.Value))], PathOf(indicator, question)));
        }
        return courses;
    }

    /// <summary>The divisions of a place as their boundaries lie today, each with its number.</summary>
    private async Task<TileReading> AreasAsync(Tile tile, Indicator indicator, IndicatorQuestion question, Region place, DateOnly today, Actor actor, LedgerState state, CancellationToken cancellation)
    {
        var lines = (await values.AskAsync(indicator, question, actor, cancellation, state)).Lines.ToDictionary(l => long.Parse(l.Key, CultureInfo.InvariantCulture), l => l.Value ?? 0);
        var area = new RegionCode(place.Code);
        await using var db = databases.CreateDbContext();
        var holders = await db.HoldersAsync(today, area.First, area.Last, place.Level + 1, cancellation);
        var sets = holders.Values.Distinct().ToList();
        var rows = await db.Set<Boundary>().AsNoTracking().Where(b => sets.Contains(b.SetId) && b.Level == place.Level + 1 && b.Code >= area.First && b.Code <= area.Last).Select(b => new { b.SetId, b.Code, b.Far }).ToListAsync(cancellation);
        var wkb = new WKBReader();
        var shapes = rows.Where(r => holders[r.Code] == r.SetId).OrderBy(r => r.Code).Select(r => (r.Code, Shape: wkb.Read(r.Far))).ToList();
        if (shapes.Count == 0) return new(tile) { Shares = [.. lines.OrderByDescending(l => l.Value).Select(l => Of(l.Key, l.Value))] };

        var box = new Envelope();
        foreach (var (_, shape) in shapes) box.ExpandToInclude(shape.EnvelopeInternal);
        // A degree of longitude is shorter than one of latitude; within a province that is all a drawing has to know.
        var (narrow, scale) = (Math.Cos(box.Centre.Y * Math.PI / 180), 1000 / Math.Max(box.Width * Math.Cos(box.Centre.Y * Math.PI / 180), box.Height));
        var layers = modules.SelectMany(m => m.MapLayers).Where(l => tile.Layers.Contains(l.Id) && actor.May(l.Permission)).ToList();
        var spots = new List<Spot>();
        foreach (var (layer, i) in layers.Select((l, i) => (l, i)))
            foreach (var feature in await layer.Read(services, actor, new(box.MinY, box.MinX, box.MaxY, box.MaxX), cancellation))
                if (feature.Points.Count > 0) spots.Add(new(feature.Title, feature.Href, i, [.. feature.Points.Select(p => (X(p.Longitude), Y(p.Latitude)))]));
        return new(tile)
        {
            Spots = spots, Layers = [.. layers.Select(l => l.Name)],
            Size = (box.Width * narrow * scale, box.Height * scale),
            Shares = [.. shapes.Select(s => Of(s.Code, lines.GetValueOrDefault(s.Code)) with { Area = Drawn(s.Shape), X = X(s.Shape.InteriorPoint.X), Y = Y(s.Shape.InteriorPoint.Y) })],
        };

        Share Of(long code, decimal value) => new(regions.Find(code)?.Name ?? regions.FullName(code), value, PathOf(indicator, question with { Region = code, By = IndicatorBy.Region }));
        double X(double longitude) => (longitude - box.MinX) * narrow * scale;
        double Y(double latitude) => (box.MaxY - latitude) * scale;
        string Drawn(Geometry shape) => string.Concat(Enumerable.Range(0, shape.NumGeometries).Select(shape.GetGeometryN).Cast<Polygon>().SelectMany(p => p.Holes.Prepend(p.Shell))
            .Select(ring => "M" + string.Join('L', ring.Coordinates.Select(c => string.Create(CultureInfo.InvariantCulture, $"{X(c.X):0.#} {Y(c.Y):0.#}"))) + "z"));
    }

    /// <summary>How many matters came as far as each step or further, by the states in which they are.</summary>
    public async Task<IReadOnlyList<Share>> StepsAsync(string scenario, Region place, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var filter = new MatterFilter { Scenario = scenario, Region = place.Code };
        // What a village has is counted from its rows: the cells know towns.
        var cells = filter.Cells(db, actor) is { } counted ? await counted.GroupBy(t => t.State).Select(g => new { g.Key, Count = (long)g.Sum(t => t.Matters) }).ToListAsync(cancellation)
            : await filter.Apply(db, actor, time.GetUtcNow().UtcDateTime).GroupBy(m => m.State).Select(g => new { g.Key, Count = g.LongCount() }).ToListAsync(cancellation);
        return Main(scenario) is not { } procedure ? [] : [.. procedure.Phases.Select(phase =>
        {
            var states = Reached(procedure, phase.Id);
            return new Share(phase.Name.ToString(), cells.Where(c => states.Contains(c.Key)).Sum(c => c.Count), $"/cockpit/list?scenario={scenario}&step={phase.Id}");
        })];
    }

    /// <summary>The procedure whose steps a scenario is told by: the newest of the one it brings first; null for a scenario without matters.</summary>
    public Procedure? Main(string scenario) => modules.FirstOrDefault(m => m.Id == scenario)?.Procedures is [{ } first, ..] ? procedures.Newest(first.Id) : null;

    /// <summary>The states in which a matter is when it has come as far as a step.</summary>
    public static IReadOnlyList<string> Reached(Procedure procedure, string step)
    {
        var from = procedure.Phases.Select((p, i) => (p.Id, i)).FirstOrDefault(p => p.Id == step).i;
        return [.. procedure.States.Where(s => procedure.PhaseIndex(s.Id) >= from).Select(s => s.Id)];
    }

    private async Task<IReadOnlyList<Happening>> NewsAsync(string scenario, Region place, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var last = await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq, cancellation) ?? 0;
        // Among the newest: a place where nothing happened for long is quiet, and is not looked through for it.
        foreach (var depth in (long[])[400, 20_000])
        {
            var matters = db.Set<Matter>().AsNoTracking().VisibleTo(actor, db).Where(MatterScope.In(place.Code));
            if (scenario.Length > 0) matters = matters.Where(m => m.Scenario == scenario);
            var rows = await (from e in db.Set<MatterEvent>().AsNoTracking() join m in matters on e.MatterId equals m.Id where e.Seq > last - depth && e.ActorId != null orderby e.Seq descending select new { e.At, e.ActorName, e.Action, m.Id, m.Title, m.Procedure, m.ProcedureVersion }).Take(3 * MostNews).ToListAsync(cancellation);
            // What a unit does within itself is nobody else's news, and what the clock does is seen by the lights.
            List<Happening> news = [.. from r in rows let action = procedures.Has(r.Procedure, r.ProcedureVersion) ? procedures.Get(r.Procedure, r.ProcedureVersion).Action(r.Action) : null where action is null or { Internal: false } select new Happening(r.At, r.ActorName, Told(r.Action, action), r.Title, $"/matters/{r.Id}")];
            if (news.Count >= MostNews || depth > 400) return [.. news.Take(MostNews).OrderByDescending(n => n.At)];
        }
        return [];
    }

    private static Words Told(string id, ProcedureAction? action) => action is { } known ? new(known.Name.Zh, known.Done.En) : id == "submit" ? new("提出", "put forward") : new(id, id);

    private static DateOnly First(DateOnly day) => new(day.Year, day.Month, 1);

    private static string PathOf(Indicator i, IndicatorQuestion q) =>
        string.Create(CultureInfo.InvariantCulture, $"/indicators/{i.Code}?from={q.From:yyyy-MM-dd}&to={q.To:yyyy-MM-dd}{(q.By == IndicatorBy.None ? "" : "&by=" + q.By.ToString().ToLowerInvariant())}{(q.Region is { } r ? "&region=" + r : "")}{(q.Unit is { } u ? "&unit=" + u : "")}{(q.Category is { } c ? "&category=" + Uri.EscapeDataString(c) : "")}");
}
