using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Stations;

/// <summary>What a station did in a month.</summary>
/// <param name="Station">The station.</param>
/// <param name="Receptions">Receptions held.</param>
/// <param name="Deputies">Deputy-attendances (人次): who received twice counts twice.</param>
/// <param name="Voters">Voters received, as person-times.</param>
/// <param name="Said">Opinions that came in, by whatever way.</param>
/// <param name="Accepted">Of them those taken in.</param>
/// <param name="Solved">Of these those solved: closed and not rated as not solved, or made a suggestion.</param>
/// <param name="Rated">Of these those rated.</param>
/// <param name="Satisfied">Of these those rated satisfied or basically satisfied.</param>
/// <param name="Answered">Of all those answered.</param>
/// <param name="AllDays">Days from what was said to the first answer, of those together.</param>
public sealed record StationFigures(Organisation Station, int Receptions, int Deputies, int Voters, int Said, int Accepted, int Solved, int Rated, int Satisfied, int Answered, double AllDays)
{
    /// <summary>Average days to the first answer; null where none was answered.</summary>
    public double? Days => Answered == 0 ? null : AllDays / Answered;

    /// <summary>Share solved, 0 to 1, of what was taken in; null where nothing was.</summary>
    public double? SolvedRate => Accepted == 0 ? null : (double)Solved / Accepted;

    /// <summary>Share satisfied or basically satisfied, 0 to 1, of what was rated; null where nothing was.</summary>
    public double? Satisfaction => Rated == 0 ? null : (double)Satisfied / Rated;
}

/// <summary>Counts by station and month, from receptions and from what was said: a station has some dozens of each, so they are read, not kept counted.</summary>
public sealed class StationReports(IDbContextFactory<RendaDbContext> databases)
{
    /// <summary>A month as it stands in addresses; null for none.</summary>
    public static DateOnly? Month(string? text) => DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) ? first : null;

    /// <summary>The figures of every station within the actor's scope, those that did something first.</summary>
    /// <param name="month">First day of the month.</param>
    /// <param name="only">One station; null for all.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<StationFigures>> ReadAsync(DateOnly month, Guid? only, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var stations = await StationScope.Where(db, actor, StationsModule.Statistics).ToListAsync(cancellation);
        if (only is not null) stations = [.. stations.Where(s => s.Id == only)];
        var ids = stations.Select(s => s.Id).ToList();
        var (last, begin, end) = (month.AddMonths(1).AddDays(-1), ChinaTime.StartOf(month), ChinaTime.StartOf(month.AddMonths(1)));
        var receptions = (await db.Set<StationReception>().AsNoTracking().Where(r => ids.Contains(r.StationId) && r.Day >= month && r.Day <= last)
            .Select(r => new { r.StationId, r.Voters, Deputies = db.Set<StationReceptionDeputy>().Count(d => d.ReceptionId == r.Id) }).ToListAsync(cancellation)).ToLookup(r => r.StationId);
        var said = (await db.Set<Matter>().AsNoTracking().Where(m => m.Scenario == "stations" && m.ContextId != null && ids.Contains(m.ContextId.Value) && m.SubmittedAt >= begin && m.SubmittedAt < end)
            .Select(m => new { Station = m.ContextId!.Value, m.State, m.Result, m.SubmittedAt, m.Body }).ToListAsync(cancellation)).ToLookup(m => m.Station);
        return
        [
            .. from station in stations
               let own = said[station.Id].ToList()
               let taken = own.Where(m => !VoiceFilter.NotTaken.Contains(m.State)).ToList()
               let days = own.Select(m => (m.SubmittedAt, Answered: AnsweredAt(m.Body))).Where(m => m.Answered is not null).Select(m => (m.Answered!.Value - m.SubmittedAt).TotalDays).ToList()
               let figures = new StationFigures(
                   station, receptions[station.Id].Count(), receptions[station.Id].Sum(r => r.Deputies), receptions[station.Id].Sum(r => r.Voters), own.Count, taken.Count,
                   taken.Count(m => (m.State == "closed" && m.Result != 3) || m.State is "closed-unrated" or "converted" or "proposed"), taken.Count(m => m.Result is >= 1 and <= 3), taken.Count(m => m.Result is 1 or 2), days.Count, days.Sum())
               orderby figures.Receptions + figures.Said == 0, station.Region, station.Name
               select figures,
        ];
    }

    /// <summary>The figures of several together.</summary>
    public static StationFigures Sum(IReadOnlyList<StationFigures> all, string name) => new(
        new Organisation { Name = name, ShortName = name }, all.Sum(f => f.Receptions), all.Sum(f => f.Deputies), all.Sum(f => f.Voters), all.Sum(f => f.Said), all.Sum(f => f.Accepted), all.Sum(f => f.Solved), all.Sum(f => f.Rated), all.Sum(f => f.Satisfied), all.Sum(f => f.Answered), all.Sum(f => f.AllDays));

    private static DateTime? AnsweredAt(string body) =>
        JsonSerializer.Deserialize<MatterBody>(body, EventContent.Json)!.Data["answeredAt"]?.ToString() is { } text ? DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null;
}
