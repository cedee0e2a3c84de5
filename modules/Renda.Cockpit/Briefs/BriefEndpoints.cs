using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Documents;

namespace Renda.Cockpit.Briefs;

/// <summary>Briefs as files, beside their pages.</summary>
internal static class BriefEndpoints
{
    private const string Document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    public static void Map(IEndpointRouteBuilder root)
    {
        var briefs = root.MapGroup("/cockpit").WithTags("Cockpit").ExcludeFromDescription();
        briefs.MapGet("/briefs/{id:guid}.docx", async (Guid id, HttpContext http, BriefDesk desk, BriefDocument document) =>
            await desk.IssuedAsync(id, await http.ActorAsync(), http.RequestAborted) is { } brief ? Answer(http, document.Make(BriefDesk.ContentOf(brief), brief)) : Refusal.NotFound.Problem()).RequirePermission(CockpitModule.View);
        briefs.MapGet("/{board}/brief.docx", DraftAsync).RequirePermission(BriefDesk.Permission);
    }

    private static async Task<IResult> DraftAsync(string board, string? month, HttpContext http, BoardDesk boards, BriefDesk desk, BriefReader reader, BriefDocument document, TimeProvider time)
    {
        var actor = await http.ActorAsync();
        var today = ChinaTime.Date(time.GetUtcNow().UtcDateTime);
        if (await boards.FindAsync(board, actor, null, http.RequestAborted) is not { Board: var found } || desk.PlaceFor(actor) is not { } place || Month(month, today) is not { } of) return Refusal.NotFound.Problem();
        var brief = await desk.FindAsync(board, of, place.Code, http.RequestAborted);
        // What was issued is told as it was issued, also to who makes them.
        if (brief is { IssuedAt: not null }) return Answer(http, document.Make(BriefDesk.ContentOf(brief), brief));
        return Answer(http, document.Make(BriefDesk.Edited(await reader.ReadAsync(found, of, place, actor, http.RequestAborted), BriefDesk.TextsOf(brief)), null));
    }

    /// <summary>The month of an address, its first day: the last that is over where nothing is said; null for what is none or is to come.</summary>
    public static DateOnly? Month(string? text, DateOnly today)
    {
        if (string.IsNullOrEmpty(text)) return new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        return DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && month.Year >= 2000 && month <= today ? month : null;
    }

    private static IResult Answer(HttpContext http, ExportedDocument document)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return Results.File(document.Bytes, Document, document.Name);
    }
}
