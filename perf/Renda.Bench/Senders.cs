using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Demo;
using Renda.Platform.Matters;
using Renda.Platform.Regions;
using Renda.Visits;
using SkiaSharp;

namespace Renda.Bench;

/// <summary>Findings as deputies' phones send them: 12 fields, Chinese text of ordinary length, places all over a territory.</summary>
internal sealed class FindingSource
{
    private static readonly string[] Things = ["电线杆倾斜", "管线交织杂乱", "路面破损坑洼", "河道有漂浮物", "垃圾房满溢", "公厕无人保洁", "路灯不亮", "残墙断壁未清理", "临水路段缺护栏", "农田边堆放建筑垃圾"];
    private static readonly string[] Places = ["塘子头", "村委会东侧", "文化礼堂门口", "老桥北堍", "机耕路口", "小学围墙外"];

    private readonly Guid _campaign;
    private readonly int _version;
    private readonly string[] _categories;
    private readonly Region[] _villages;

    private FindingSource(Campaign campaign, IEnumerable<Region> villages)
    {
        (_campaign, _version) = (campaign.Id, campaign.Version);
        _categories = [.. campaign.Read().AllLeaves().Select(c => c.Id)];
        _villages = [.. villages];
    }

    /// <summary>Of a campaign like the demo's that does not insist on photos, in the villages of a division.</summary>
    public static async Task<FindingSource> OpenAsync(Product product, long within = DemoCity.Huzhou)
    {
        await using var db = product.OpenDatabase();
        const string title = "压力测试（不要求照片）";
        var campaign = await db.Set<Campaign>().AsNoTracking().FirstOrDefaultAsync(c => c.Title == title);
        if (campaign is null)
        {
            var like = await db.Set<Campaign>().AsNoTracking().Where(c => c.Version > 0).OrderBy(c => c.Id).FirstAsync();
            var content = like.Read();
            campaign = new Campaign
            {
                Id = Guid.CreateVersion7(), Title = title, OfficeId = like.OfficeId, Region = like.Region, OpensAt = like.OpensAt, ClosesAt = like.ClosesAt, Version = 1, PublishedAt = like.PublishedAt,
                Content = JsonSerializer.Serialize(content with { Categories = [.. content.Categories.Select(WithoutPhotos)] }, EventContent.Json),
            };
            db.Add(campaign);
            await db.SaveChangesAsync();
        }
        return new FindingSource(campaign, RegionDirectory.Huzhou.All.Where(r => r.Level == RegionLevel.Village && new RegionCode(within).Contains(r.Code)));

        static CampaignCategory WithoutPhotos(CampaignCategory category) => category with { RequiredPhotos = 0, Children = [.. category.Children.Select(WithoutPhotos)] };
    }

    public FindingRequest Next(string? mark = null, params FindingMedia[] media)
    {
        var random = Random.Shared;
        var village = _villages[random.Next(_villages.Length)];
        var thing = Things[random.Next(Things.Length)];
        var place = Places[random.Next(Places.Length)];
        return new FindingRequest
        {
            CampaignId = _campaign,
            CampaignVersion = _version,
            Category = _categories[random.Next(_categories.Length)],
            Title = $"{village.Name}{place}{thing}{mark}",
            Description = $"{village.Name}{place}{thing}，已有一段时间，过往村民和车辆都有不便，雨天尤其明显。村里反映过两次，尚未处理。",
            Suggestion = "请有关单位到现场看一看，尽快整治，并明确以后由谁管护。",
            Severity = random.Next(10) == 0 ? "urgent" : "normal",
            PlaceText = place,
            RegionCode = village.Code.ToString("D12"),
            Latitude = Math.Round(30.5 + random.NextDouble() * 0.6, 6),
            Longitude = Math.Round(119.5 + random.NextDouble(), 6),
            Accuracy = Math.Round(3 + random.NextDouble() * 20, 1),
            CapturedAt = DateTime.UtcNow,
            Media = media,
        };
    }

    public static byte[] Bytes(FindingRequest request) => JsonSerializer.SerializeToUtf8Bytes(request, EventContent.Json);

    public static ByteArrayContent Content(byte[] json) => new(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>Sends a finding. The answer's status is 201 the first time and 200 ever after.</summary>
    public static async Task<HttpStatusCode> PutAsync(HttpClient http, string token, Guid id, byte[] json, string path = "/api/v1/visits/findings/")
    {
        using var request = Product.Request(HttpMethod.Put, path + id, token, Content(json));
        using var answer = await http.SendAsync(request);
        if (answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK) return answer.StatusCode;
        throw new BenchException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}

/// <summary>Photos of one size, each different, as a phone's camera makes them.</summary>
internal static class Photo
{
    public const int Size = 300 * 1024;
    private static readonly Lazy<byte[]> Plain = new(Draw);

    /// <summary>A valid JPEG of <see cref="Size"/> bytes that nobody has sent before.</summary>
    public static byte[] Make()
    {
        var plain = Plain.Value;
        var photo = new byte[Size];
        // A comment segment directly after the start marker: another file, the same picture. The rest of the size too.
        plain.AsSpan(0, 2).CopyTo(photo);
        var at = 2;
        var fill = Size - plain.Length;
        while (fill > 0)
        {
            var segment = Math.Min(fill, 60_000);
            if (fill - segment is > 0 and < 32) segment -= 32;
            (photo[at], photo[at + 1], photo[at + 2], photo[at + 3]) = (0xFF, 0xFE, (byte)((segment - 2) >> 8), (byte)(segment - 2));
            RandomNumberGenerator.Fill(photo.AsSpan(at + 4, Math.Min(16, segment - 4)));
            at += segment;
            fill -= segment;
        }
        plain.AsSpan(2).CopyTo(photo.AsSpan(at));
        return photo;
    }

    /// <summary>Uploads by tus in one request and returns the content address.</summary>
    public static async Task<string> UploadAsync(HttpClient http, string token, byte[] photo)
    {
        using var request = Product.Request(HttpMethod.Post, "/api/v1/uploads", token, new ByteArrayContent(photo));
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", photo.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Metadata", "filename cGhvdG8uanBn");
        using var answer = await http.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.Created && answer.Headers.TryGetValues("Renda-Sha256", out var sha)
            ? sha.First()
            : throw new BenchException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static byte[] Draw()
    {
        using var bitmap = new SKBitmap(1600, 1200);
        var random = new Random(1);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint())
        {
            canvas.Clear(SKColors.SkyBlue);
            for (var i = 0; i < 6000; i++)
            {
                paint.Color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), 90);
                canvas.DrawCircle(random.Next(1600), random.Next(1200), random.Next(4, 40), paint);
            }
        }
        using var picture = bitmap.PeekPixels()!;
        for (var quality = 90; quality > 5; quality -= 5)
        {
            using var data = picture.Encode(new SKJpegEncoderOptions(quality));
            if (data is not null && data.Size <= Size - 64) return data.ToArray();
        }
        throw new BenchException("The photo cannot be made small enough.");
    }
}
