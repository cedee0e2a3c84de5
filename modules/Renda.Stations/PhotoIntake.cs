using Microsoft.AspNetCore.Http;
using Renda.Platform;
using Renda.Platform.Media;

namespace Renda.Stations;

/// <summary>Photos that come with a form, from whomever.</summary>
internal static class PhotoIntake
{
    /// <summary>Largest photo, in bytes: what phones make is smaller.</summary>
    public const long Largest = 15 * 1024 * 1024;

    /// <summary>Takes in the photos of a form's field <c>photos</c>, and keeps those of a former try.</summary>
    /// <param name="form">The form.</param>
    /// <param name="media">Takes them in.</param>
    /// <param name="account">Who sends them; empty for a citizen.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<(IReadOnlyList<string> Shas, Refusal? Refusal)> TakeAsync(IFormCollection form, MediaService media, Guid account, CancellationToken cancellation)
    {
        var shas = new List<string>();
        foreach (var sha in form["media"].OfType<string>().Distinct().Take(Voices.MostPhotos))
            if (await media.IsSenderAsync(sha, account, cancellation)) shas.Add(sha);
        var files = form.Files.Where(f => f.Name == "photos" && f.Length > 0).ToList();
        if (files.Count + shas.Count > Voices.MostPhotos) return (shas, new("form.too-many", new($"照片最多 {Voices.MostPhotos} 张。", $"At most {Voices.MostPhotos} photos."), Field: "photos"));
        foreach (var file in files)
        {
            if (file.Length > Largest) return (shas, new("stations.photo-large", new($"照片“{Name(file)}”太大，每张不超过 15 MB。", $"“{Name(file)}” is too large; 15 MB at most."), Field: "photos"));
            await using var content = file.OpenReadStream();
            var taken = await media.IngestAsync(content, file.FileName, account, cancellation);
            if (taken.Refusal is { } refused) return (shas, refused with { Field = "photos" });
            if (taken.Item!.Kind != MediaKind.Photo) return (shas, new("stations.no-photo", new($"“{Name(file)}”不是照片。", $"“{Name(file)}” is no photo."), Field: "photos"));
            if (!shas.Contains(taken.Item.Sha256)) shas.Add(taken.Item.Sha256);
        }
        return (shas, null);
    }

    private static string Name(IFormFile file) => Path.GetFileName(file.FileName) is { Length: > 0 } name ? name[..Math.Min(60, name.Length)] : "?";
}
