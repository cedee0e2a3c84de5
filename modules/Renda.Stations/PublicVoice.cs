using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Stations;

/// <summary>
/// What was said and what became of it, as the station made it public. This is the one way from a matter to what the public sees: the
/// portal, the open data and Open311 show no other matters and no other words.
/// </summary>
/// <param name="Id">The matter.</param>
/// <param name="Serial">Its place in the order of arrival.</param>
/// <param name="Title">In one line, as the station put it.</param>
/// <param name="Text">What was said, as published.</param>
/// <param name="Answer">What became of it, as published.</param>
/// <param name="Rating">1 satisfied, 2 basically satisfied, 3 not satisfied; 0 for not rated.</param>
/// <param name="State">How it ended.</param>
/// <param name="Category">Category, a code.</param>
/// <param name="Town">The town; the village is left out, since few people live there.</param>
/// <param name="Station">The station.</param>
/// <param name="Said">Day on which it was said, in China.</param>
/// <param name="Answered">Day of the first answer; null where there was none.</param>
/// <param name="Published">Day on which it was made public.</param>
/// <param name="Days">Days from what was said to the first answer, with one decimal; null where there was none.</param>
public sealed record PublicVoice(
    Guid Id, long Serial, string Title, string Text, string Answer, int Rating, string State, string Category, long Town, Guid Station, DateOnly Said, DateOnly? Answered, DateOnly Published, double? Days)
{
    /// <summary>The matters that are public now, not tracked.</summary>
    public static IQueryable<Matter> Of(RendaDbContext db) => db.Set<Matter>().AsNoTracking().Where(m => m.Public && m.Scenario == "stations" && m.Closed);

    /// <summary>What the public sees of matters of <see cref="Of"/>.</summary>
    public static IReadOnlyList<PublicVoice> From(IEnumerable<Matter> matters) =>
    [
        .. from m in matters
           let data = JsonSerializer.Deserialize<MatterBody>(m.Body, EventContent.Json)!.Data
           let published = data["published"] as JsonObject
           where published is not null
           let answered = At(data["answeredAt"])
           select new PublicVoice(
               m.Id, m.Serial, m.Title, published["text"]?.ToString() ?? "", published["answer"]?.ToString() ?? "", m.Result is >= 1 and <= 3 ? m.Result : 0, m.State, m.Category, m.Town, m.ContextId ?? Guid.Empty,
               ChinaTime.Date(m.SubmittedAt), answered is { } day ? ChinaTime.Date(day) : null, ChinaTime.Date(At(published["at"]) ?? m.UpdatedAt), answered is { } first ? Math.Round((first - m.SubmittedAt).TotalDays, 1) : null),
    ];

    private static DateTime? At(JsonNode? at) => at?.ToString() is { Length: > 0 } text ? DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null;
}
