using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Documents;
using Renda.Platform.Media;
using Renda.Platform.Persistence;
using Renda.Platform.Web;

namespace Renda.Deputies;

/// <summary>Attendance sheets (签到表) to print and to keep, and the files of a record. In Chinese, as such sheets are.</summary>
internal static class ActivityExports
{
    private const string Document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    private const string Sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void Map(IEndpointRouteBuilder root)
    {
        var activity = root.MapGroup("/deputies/activities/{id:guid}").WithTags("Deputies").ExcludeFromDescription();
        activity.MapGet("/sheet.docx", DocumentAsync).RequirePermission(DeputiesModule.Manage);
        activity.MapGet("/sheet.xlsx", SheetAsync).RequirePermission(DeputiesModule.Manage);
        // Staff, the invited and whoever reads files of performance: asked of the activity itself.
        activity.MapGet("/files/{sha}", FileAsync).RequireAuthorization();
    }

    private static async Task<IResult> DocumentAsync(Guid id, RendaDbContext db, DemoMode demo, HttpContext http)
    {
        if (await Activities.FindAsync(db, id, await http.ActorAsync(), http.RequestAborted) is not { Keeps: true } view) return Refusal.NotFound.Problem();
        var (activity, people) = (view.Activity, (await Activities.PeopleAsync(db, view.Activity, null, ActivityText.MostInvited, null, http.RequestAborted)).Items);
        using var document = new DocumentFile($"{activity.Title}签到表", view.Congress.Name);
        if (demo.On) document.Note("（演示数据）");
        document.Title($"{activity.Title}签到表");
        document.Facts([("组织", view.Group.Length > 0 ? view.Group : view.Congress.Name), ("时间", ChinaWhen(activity)), ("地点", activity.Place), ("应到", $"{people.Count} 名"), ("签到", $"{people.Count(p => p.Row.CheckedInAt is not null)} 名"), ("请假", $"{people.Count(p => p.Row.State == ParticipantState.OnLeave)} 名")]);
        document.Table(
            [("序号", 1.2), ("姓名", 2.6), ("代表团（组）", 4.2), ("答复", 2.2), ("签到", 2.6), ("签名", 3.2)],
            people.OrderBy(p => p.Group, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal).Select((p, i) => (IReadOnlyList<string>)[$"{i + 1}", p.Name, p.Group, ActivityText.Words(p.Row.State).Zh, CheckIn(p.Row), ""]));
        return Results.File(document.End(), Document, $"{Name(activity)}签到表.docx");
    }

    private static async Task SheetAsync(Guid id, RendaDbContext db, DemoMode demo, HttpContext http)
    {
        if (await Activities.FindAsync(db, id, await http.ActorAsync(), http.RequestAborted) is not { Keeps: true } view)
        {
            await Refusal.NotFound.Problem().ExecuteAsync(http);
            return;
        }
        var people = (await Activities.PeopleAsync(db, view.Activity, null, ActivityText.MostInvited, null, http.RequestAborted)).Items;
        http.Response.ContentType = Sheet;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"sheet.xlsx\"; filename*=UTF-8''{Uri.EscapeDataString($"{Name(view.Activity)}签到表.xlsx")}";
        using var sheet = await SheetFile.BeginAsync(http.Response.Body, "签到表" + (demo.On ? "（演示数据）" : ""), [("姓名", 12), ("代表团（组）", 18), ("答复", 12), ("请假事由", 30), ("批准", 20), ("签到", 16), ("方式", 12), ("距离（米）", 12), ("发言", 40)], http.RequestAborted);
        foreach (var p in people.OrderBy(p => p.Group, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal))
            await sheet.RowAsync(p.Name, p.Group, ActivityText.Words(p.Row.State).Zh, p.Row.LeaveReason, p.Row.DecidedBy, CheckIn(p.Row), p.Row.CheckedInBy switch { "code" => "扫码", "staff" => "工作人员", _ => "" }, p.Row.Distance?.ToString(CultureInfo.InvariantCulture) ?? "", p.Row.Speech);
        await sheet.EndAsync();
    }

    // The store shows a file to those who sent it; here it is shown to those who may see the record it belongs to: a photo as a
    // picture without what the camera wrote into it, a document as a file to take away.
    private static async Task<IResult> FileAsync(Guid id, string sha, RendaDbContext db, MediaService media, MediaStore store, HttpContext http)
    {
        if (await Activities.FindAsync(db, id, await http.ActorAsync(), http.RequestAborted) is not { } view || !ActivityText.Files(view.Activity.Media).Contains(sha)) return Refusal.NotFound.Problem();
        if (await media.FindAsync(sha, http.RequestAborted) is not { } item) return Refusal.NotFound.Problem();
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        http.Response.Headers.CacheControl = "private, max-age=3600";
        if (item.Kind == MediaKind.Photo) return await media.OpenPictureAsync(sha, http.RequestAborted) is { } picture ? Results.Stream(picture, "image/jpeg") : Refusal.NotFound.Problem();
        return item.Kind == MediaKind.Document && store.OpenRead(sha) is { } original ? Results.File(original, item.ContentType, item.Name.Length > 0 ? item.Name : sha[..12]) : Refusal.NotFound.Problem();
    }

    private static string CheckIn(Participant row) => row.CheckedInAt is { } at ? ActivityText.Short(at) : "";

    private static string ChinaWhen(Activity activity)
    {
        var (begins, ends) = (activity.Begins.AddHours(8), activity.Ends.AddHours(8));
        return string.Create(CultureInfo.InvariantCulture, $"{begins:yyyy-MM-dd HH:mm} 至 ") + ends.ToString(begins.Date == ends.Date ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    private static string Name(Activity activity) => $"{ChinaTime.Date(activity.Begins):yyyy-MM-dd}{string.Concat(activity.Title.Split(Path.GetInvalidFileNameChars()))}";
}
