using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Media;
using Renda.Platform.People;
using Renda.Platform.Persistence;

namespace Renda.Deputies;

/// <summary>What the pages' forms of activities hold beside plain fields.</summary>
internal static class ActivityForms
{
    /// <summary>Largest file, in bytes.</summary>
    private const long Largest = 15 * 1024 * 1024;

    /// <summary>Whom a form invites. Without script a name was typed and not chosen; it is looked up here.</summary>
    public static async Task<Invitation> InvitationAsync(IFormCollection form, RendaDbContext db, Guid congress, DateTime now, CancellationToken cancellation)
    {
        var people = Ids(form, "people");
        if (form["peopleText"].ToString().Trim() is { Length: > 0 and <= 60 } name)
        {
            var found = await (from m in DeputyScope.Sitting(db, congress, now) join p in db.Set<Person>() on m.PersonId equals p.Id where p.Name == name select p.Id).Distinct().Take(2).ToListAsync(cancellation);
            // Nobody of that name, or two: an id of nobody is refused in words.
            people = [.. people, found is [var only] ? only : Guid.Empty];
        }
        return new Invitation(form["all"] == "1", Ids(form, "groups"), people);
    }

    /// <summary>The marks of a record's form.</summary>
    public static IReadOnlyList<AttendedMark> Marks(IFormCollection form) =>
    [
        .. from field in form.Keys
           where field.StartsWith("m-", StringComparison.Ordinal) && Guid.TryParse(field.AsSpan(2), out _)
           let state = form[field].ToString() switch { "there" => ParticipantState.Attended, "leave" => ParticipantState.OnLeave, "absent" => ParticipantState.Absent, _ => ParticipantState.Invited }
           where state != ParticipantState.Invited
           select new AttendedMark(Guid.Parse(field.AsSpan(2)), state, form["s-" + field[2..]].ToString()),
    ];

    /// <summary>Takes in the photos and documents of a form's field <c>files</c>, and keeps those that stay ticked.</summary>
    public static async Task<(IReadOnlyList<string> Shas, Refusal? Refusal)> FilesAsync(IFormCollection form, MediaService media, Guid account, CancellationToken cancellation)
    {
        List<string> shas = [.. form["media"].OfType<string>().Where(MediaStore.IsSha).Distinct().Take(ActivityText.MostFiles + 1)];
        var files = form.Files.Where(f => f.Name == "files" && f.Length > 0).ToList();
        if (files.Count + shas.Count > ActivityText.MostFiles) return (shas, new("form.too-many", new($"照片和材料最多 {ActivityText.MostFiles} 个。", $"At most {ActivityText.MostFiles} files."), Field: "files"));
        foreach (var file in files)
        {
            var name = Path.GetFileName(file.FileName) is { Length: > 0 } given ? given[..Math.Min(60, given.Length)] : "?";
            if (file.Length > Largest) return (shas, new("deputies.file-large", new($"“{name}”太大，每个不超过 15 MB。", $"“{name}” is too large; 15 MB at most."), Field: "files"));
            await using var content = file.OpenReadStream();
            var taken = await media.IngestAsync(content, file.FileName, account, cancellation);
            if (taken.Refusal is { } refused) return (shas, refused with { Field = "files", Text = new($"{name}：{refused.Text.Zh}", $"{name}: {refused.Text.En}") });
            if (taken.Item!.Kind == MediaKind.Video) return (shas, new("deputies.file-kind", new($"“{name}”是视频，这里放照片和文件。", $"“{name}” is a video; photos and documents go here."), Field: "files"));
            if (!shas.Contains(taken.Item.Sha256)) shas.Add(taken.Item.Sha256);
        }
        return (shas, null);
    }

    private static IReadOnlyList<Guid> Ids(IFormCollection form, string field) => [.. form[field].Select(t => Guid.TryParse(t, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct().Take(500)];
}
