using System.Globalization;
using Microsoft.AspNetCore.Http;
using Renda.Map.Data;
using Renda.Platform.Calendar;

namespace Renda.Map;

/// <summary>What the matters on the map are narrowed by, as an address has it; lists of the scenarios say the same with the same words.</summary>
public sealed record MapFilter
{
    /// <summary>The scenario, or null for all.</summary>
    public string? Scenario { get; init; }

    /// <summary>States; empty for all.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Category id, or null.</summary>
    public string? Category { get; init; }

    /// <summary>First month in which they arrived, e.g. 202601, or null.</summary>
    public int? From { get; init; }

    /// <summary>Last month, itself included, or null.</summary>
    public int? To { get; init; }

    /// <summary>Reads it from an address: scenario, state, category, from and to, months as 2026-01.</summary>
    /// <exception cref="BadHttpRequestException">A month is malformed. Ignored, it would show more than was asked for.</exception>
    public static MapFilter Read(IQueryCollection query)
    {
        return new()
        {
            Scenario = Text("scenario"), Category = Text("category"), From = Month("from"), To = Month("to"),
            States = [.. (Text("state") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().Take(50)],
        };

        string? Text(string name) => query[name].ToString().Trim() is { Length: > 0 } text ? text : null;
        int? Month(string name) => Text(name) is not { } text ? null
            : DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 9999 ? day.Year * 100 + day.Month : throw new BadHttpRequestException($"The value of {name} is malformed.");
    }

    /// <summary>Names and values as an address of the map has them.</summary>
    public IEnumerable<(string Name, string Value)> Pairs()
    {
        if (Scenario is not null) yield return ("scenario", Scenario);
        if (States.Count > 0) yield return ("state", string.Join(',', States));
        if (Category is not null) yield return ("category", Category);
        if (From is { } from) yield return ("from", Text(from));
        if (To is { } to) yield return ("to", Text(to));
    }

    /// <summary>A month as an address has it, e.g. 2026-01.</summary>
    public static string Text(int month) => string.Create(CultureInfo.InvariantCulture, $"{month / 100:0000}-{month % 100:00}");

    /// <summary>The same filter as the list of a scenario reads it, whose days are the days of arrival.</summary>
    /// <param name="list">Address of the list, with a query.</param>
    /// <param name="region">Division it is narrowed to, or null.</param>
    public string ListHref(string list, long? region)
    {
        var href = list;
        if (States.Count > 0) href += "&state=" + Uri.EscapeDataString(string.Join(',', States));
        if (Category is not null) href += "&category=" + Uri.EscapeDataString(Category);
        if (From is { } from) href += $"&from={Text(from)}-01";
        if (To is { } to) href += string.Create(CultureInfo.InvariantCulture, $"&to={Text(to)}-{DateTime.DaysInMonth(to / 100, to % 100):00}");
        return region is { } code ? href + string.Create(CultureInfo.InvariantCulture, $"&region={code:D12}") : href;
    }

    /// <summary>The instants (UTC) between which they arrived, the second not included.</summary>
    internal (DateTime Begin, DateTime End) Days() =>
        (From is { } from ? ChinaTime.StartOf(new DateOnly(from / 100, from % 100, 1)) : DateTime.UnixEpoch, To is { } to ? ChinaTime.EndOf(new DateOnly(to / 100, to % 100, DateTime.DaysInMonth(to / 100, to % 100))) : new DateTime(9000, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    /// <summary>The points it leaves; their scenario is asked where they are read.</summary>
    internal IQueryable<MapPoint> Narrow(IQueryable<MapPoint> points)
    {
        if (Category is { } category) points = points.Where(p => p.Category == category);
        if (States is [var only]) points = points.Where(p => p.State == only);
        else if (States.Count > 1) points = points.Where(p => States.Contains(p.State));
        if (From is { } from) points = points.Where(p => p.Month >= from);
        if (To is { } to) points = points.Where(p => p.Month <= to);
        return points;
    }

    /// <summary>The cells of a zoom that count the same.</summary>
    internal IQueryable<MapCell> Narrow(IQueryable<MapCell> cells, string scenario, int zoom)
    {
        var category = Category ?? MapCell.Any;
        cells = cells.Where(c => c.Scenario == scenario && c.Zoom == zoom && c.Category == category);
        cells = States switch
        {
            [] => cells.Where(c => c.State == MapCell.Any),
            [var only] => cells.Where(c => c.State == only),
            _ => cells.Where(c => States.Contains(c.State)),
        };
        if (From is { } from) cells = cells.Where(c => c.Month >= from);
        if (To is { } to) cells = cells.Where(c => c.Month <= to);
        return cells;
    }
}
