using System.Globalization;

namespace Renda.Deputies;

/// <summary>Where a page of a list begins, as it stands in addresses: what the list is ordered by, and an id.</summary>
internal static class PageKey
{
    public static string Of(DateOnly day, Guid id) => $"{day:yyyyMMdd}~{id:N}";

    public static string Of(DateTime at, Guid id) => $"{at.Ticks}~{id:N}";

    public static string Of(string name, Guid id) => $"{name}~{id:N}";

    /// <summary>A day and an id; null for none.</summary>
    public static (DateOnly, Guid)? Day(string? key) => Parts(key) is var (first, id) && DateOnly.TryParseExact(first, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? (day, id) : null;

    /// <summary>An instant (UTC) and an id; null for none.</summary>
    public static (DateTime, Guid)? Time(string? key) => Parts(key) is var (first, id) && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks ? (new DateTime(ticks, DateTimeKind.Utc), id) : null;

    /// <summary>A name and an id; null for none.</summary>
    public static (string, Guid)? Name(string? key) => Parts(key);

    private static (string, Guid)? Parts(string? key) => key?.LastIndexOf('~') is int at and > 0 && Guid.TryParse(key[(at + 1)..], out var id) ? (key[..at], id) : null;
}
