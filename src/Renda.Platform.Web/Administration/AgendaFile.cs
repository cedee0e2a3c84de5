using System.Text;
using Microsoft.AspNetCore.Http;
using Renda.Platform.Access;
using Renda.Platform.Agenda;
using Renda.Platform.Calendar;

namespace Renda.Platform.Web.Administration;

/// <summary>An account's calendar as calendar programs fetch it.</summary>
internal static class AgendaFile
{
    public static async Task<IResult> AnswerAsync(string code, Agendas agendas, Actors actors, TimeProvider time, HttpContext http)
    {
        if (await agendas.FindAsync(code, http.RequestAborted) is not { } account || await actors.FindAsync(account, http.RequestAborted) is not { } actor) return Refusal.NotFound.Problem();
        var today = ChinaTime.Date(time.GetUtcNow().UtcDateTime);
        var entries = await agendas.ReadAsync(actor, today.AddDays(-30), today.AddDays(366), http.RequestAborted);
        http.Response.Headers.CacheControl = "private, no-store";
        return Results.Text(agendas.Write($"人大 · {actor.Name}", entries, new Uri($"{http.Request.Scheme}://{http.Request.Host}")), "text/calendar", Encoding.UTF8);
    }
}
