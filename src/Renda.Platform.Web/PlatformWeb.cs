using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Renda.Platform.Access;
using Renda.Platform.Hub;
using Renda.Platform.Notices;
using Renda.Platform.Regions;
using Renda.Platform.Web.SigningIn;
using Renda.Platform.Todos;

namespace Renda.Platform.Web;

/// <summary>Whether demo accounts are offered at one press.</summary>
/// <param name="On">True with <c>--demo</c>.</param>
/// <param name="Findings">How many of the demo campaign's findings are made, the oldest first; a small demo starts quickly.</param>
public sealed record DemoMode(bool On, int Findings);

/// <summary>The platform's own endpoints beside its pages.</summary>
public static class PlatformWeb
{
    /// <summary>Regions, the form token: what pages ask for.</summary>
    public static void MapPlatformApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/regions", (string? q, long? within, RegionDirectory regions, int limit = 20) =>
            Results.Ok(regions.Search(q, within, Math.Clamp(limit, 1, 50)).Select(r => new { Code = r.Code.ToString("D12"), r.Name, r.FullName, Level = r.Level.ToString() })))
            .RequireAuthorization().WithTags("Regions").WithSummary("Divisions by name or pinyin initials");
        api.MapGet("/regions/nearest", async (double lat, double lon, BoundaryIndex index, HttpContext http) =>
            Results.Ok(await index.VillageNearAsync(lat, lon, http.RequestAborted) is { } r ? new[] { new { Code = r.Code.ToString("D12"), r.Name, r.FullName, Level = r.Level.ToString() } } : []))
            .RequireAuthorization().WithTags("Regions").WithSummary("The village whose boundary holds a point; without boundaries that of the matter raised nearest to it, within about 2 km; empty when there is none");
        api.MapBoundaries();
        var push = api.MapGroup("/push").RequirePermission(Broadcasts.Permission).WithTags("Push");
        push.MapGet("/groups", async (string? q, Broadcasts pushes, RegionDirectory regions, HttpContext http) =>
            Results.Ok((await pushes.GroupsAsync(await http.ActorAsync(), q, 8, http.RequestAborted)).Select(o => new { o.Id, o.Name, Note = regions.FullName(o.Region) })))
            .WithSummary("Bodies of one's territory by a part of the name, as groups to push to");
        push.MapGet("/people", async (string? q, Broadcasts pushes, HttpContext http) =>
            Results.Ok((await pushes.PeopleAsync(await http.ActorAsync(), q, 8, http.RequestAborted)).Select(p => new { p.Id, p.Name, Note = p.Employer })))
            .WithSummary("People of one's territory by the beginning of the name, to push to");
        api.MapGet("/antiforgery", async (IAntiforgery antiforgery, HttpContext http) => Results.Ok(new { Token = antiforgery.GetAndStoreTokens(http).RequestToken, Account = (await http.ActorAsync()).AccountId.ToString("N") }))
            .RequireAuthorization().WithTags("Accounts").WithSummary("A fresh form token for requests by cookie");
    }

    /// <summary>What the buttons of a duty's row, of the desk's tiles and of a push send; each leads back to where it was pressed.</summary>
    public static void MapHubForms(this IEndpointRouteBuilder app)
    {
        var todos = app.MapGroup("/todos/{id:guid}").RequireAuthorization().ExcludeFromDescription();
        todos.MapPost("/claim", (Guid id, [FromForm] string? from, Duties duties, HttpContext http) => BackAsync(http, from, actor => duties.ClaimAsync(id, actor, http.RequestAborted)));
        todos.MapPost("/return", (Guid id, [FromForm] string? from, Duties duties, HttpContext http) => BackAsync(http, from, actor => duties.GiveBackAsync(id, actor, http.RequestAborted)));
        todos.MapPost("/read", (Guid id, [FromForm] string? from, Duties duties, HttpContext http) => BackAsync(http, from, actor => duties.ReadAsync(id, actor, http.RequestAborted)));

        var desk = app.MapGroup("/desk").RequireAuthorization().ExcludeFromDescription();
        desk.MapPost("/order", async ([FromForm] string? order, DeskOrder tiles, HttpContext http) =>
        {
            await tiles.ArrangeAsync((await http.ActorAsync()).AccountId, (order ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), http.RequestAborted);
            return Results.LocalRedirect("/?arrange=1");
        });
        desk.MapPost("/pin", async ([FromForm] string? pin, [FromForm] string? unpin, DeskOrder tiles, HttpContext http) =>
        {
            await tiles.PinAsync((await http.ActorAsync()).AccountId, pin ?? unpin ?? "", pin is not null, http.RequestAborted);
            return Results.LocalRedirect("/?arrange=1");
        });

        var pushes = app.MapGroup("/push/{id:guid}").RequirePermission(Broadcasts.Permission).ExcludeFromDescription();
        // Taking a field from the form is what makes the framework refuse one without its token.
        pushes.MapPost("/send", (Guid id, [FromForm] int version, [FromForm] int people, Broadcasts desk, HttpContext http) => PushedAsync(http, $"/push/{id}", "", actor => desk.SendAsync(id, version, people, actor, http.RequestAborted)));
        pushes.MapPost("/discard", (Guid id, [FromForm] string? from, Broadcasts desk, HttpContext http) => PushedAsync(http, "/push", "", actor => desk.DiscardAsync(id, actor, http.RequestAborted)));
        pushes.MapPost("/remind", (Guid id, [FromForm] string? from, Broadcasts desk, HttpContext http) => PushedAsync(http, $"/push/{id}", "?said=reminded", actor => desk.RemindAsync(id, actor, http.RequestAborted)));
        pushes.MapPost("/recall", (Guid id, [FromForm] string? from, Broadcasts desk, HttpContext http) => PushedAsync(http, $"/push/{id}", "", actor => desk.RecallAsync(id, actor, http.RequestAborted)));

        static async Task<IResult> PushedAsync(HttpContext http, string page, string done, Func<Actor, Task<Refusal?>> act) => await act(await http.ActorAsync()) switch
        {
            null => Results.LocalRedirect(page + done),
            { Status: 404 } => Results.NotFound(),
            var refusal => Results.LocalRedirect($"{page}?said={refusal.Code}"),
        };

        static async Task<IResult> BackAsync(HttpContext http, string? from, Func<Actor, Task<Refusal?>> act)
        {
            var refusal = await act(await http.ActorAsync());
            if (refusal is { Status: 404 }) return Results.NotFound();
            var back = SignInEndpoints.Local(from);
            return Results.LocalRedirect(refusal is null ? back : back + (back.Contains('?') ? '&' : '?') + "said=" + refusal.Code);
        }
    }
}
