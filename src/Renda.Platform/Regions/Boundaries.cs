using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Persistence;

namespace Renda.Platform.Regions;

/// <summary>
/// Takes boundaries in: a file is read, mended and kept as a preview; written, it counts; undone, it does not any more.
/// Each step is one transaction and harmless when it is done twice.
/// </summary>
public sealed class Boundaries(IDbContextFactory<RendaDbContext> databases, AuditLog audit, RegionDirectory regions, BoundaryIndex index, TimeProvider time) : IDisposable
{
    /// <summary>The right to bring, write and undo boundaries.</summary>
    public const string Permission = "platform.boundaries";

    /// <summary>Longest file in bytes.</summary>
    public const int LongestFile = BoundaryFile.Longest;

    /// <summary>Days after which a preview that nobody wrote is forgotten.</summary>
    public const int PreviewDays = 7;

    // What mending takes longer than this for was not drawn by anybody.
    private static readonly TimeSpan LongestWork = TimeSpan.FromSeconds(90);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A large file takes memory: one after another.
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Reads a file into a preview.</summary>
    /// <param name="id">Id of the set, made by the form; the same with the same file again changes nothing.</param>
    /// <param name="file">GeoJSON in UTF-8.</param>
    /// <param name="form">
    /// <c>name</c>, <c>source</c>, <c>day</c>, <c>datum</c>; <c>code</c>, the property that holds the code, or <c>title</c>,
    /// the one that holds the name, neither to have it found; <c>parent</c>, the property that names the region above, and
    /// <c>within</c>, the region in which names are looked for.
    /// </param>
    /// <param name="actor">Who brings it.</param>
    /// <param name="cancellation">Gives up; nothing is kept then.</param>
    public async Task<Refusal?> ReadAsync(Guid id, Stream file, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var set = new BoundarySet { Id = id, Name = typed.Text("name"), Source = typed.Text("source"), BroughtBy = actor.AccountId, BroughtByName = actor.Name, BroughtAt = typed.Now };
        typed.Need(set.Name.Length > 0, "name", "请写这批边界的名称。", "Give the set a name.");
        typed.Short(set.Name, 100, "name");
        typed.Need(set.Source.Length > 0, "source", "请写数据来源，地图上要注明。", "Say where the data is from; maps name it.");
        typed.Short(set.Source, 200, "source");
        set.DataDay = typed.Day("day", needed: true) ?? default;
        typed.Need(set.DataDay <= ChinaTime.Date(typed.Now), "day", "数据日期不能晚于今天。", "The day of the data cannot be later than today.");
        typed.Need(Enum.TryParse<Datum>(typed.Text("datum"), out var datum) && Enum.IsDefined(datum), "datum", "请选择坐标系，弄错会偏几百米。", "Choose the datum; a wrong one puts everything some hundred metres off.");
        set.Datum = datum;
        var within = typed.Region("within", regions);
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);

        await _one.WaitAsync(cancellation);
        try
        {
            if (await BytesAsync(file, cancellation) is not { } bytes) return new Refusal("boundaries.too-large", new($"文件最大 {LongestFile >> 20} MB。请先化简，或者分几个文件传。", $"At most {LongestFile >> 20} MB. Simplify it first, or bring it in several files."), Field: "file");
            set.FileHash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
            await using var db = databases.CreateDbContext();
            if (await SeenAsync(db, set.Id, cancellation) is { } seen) return seen == set.FileHash ? null : OtherFile;
            List<Boundary> boundaries;
            try
            {
                boundaries = Take(bytes, set, typed.Text("code"), typed.Text("title"), typed.Text("parent"), within, cancellation);
            }
            catch (BoundaryFileException e)
            {
                return e.Refusal;
            }
            await ForgetOldAsync(db, typed.Now, cancellation);
            db.Add(set);
            db.AddRange(boundaries);
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException)
            {
                // The same form at another node at this moment.
                await using var again = databases.CreateDbContext();
                if (await SeenAsync(again, set.Id, cancellation) is not { } other) throw;
                return other == set.FileHash ? null : OtherFile;
            }
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Makes a preview count.</summary>
    public async Task<Refusal?> WriteAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        var now = Now();
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            var set = await db.Set<BoundarySet>().AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancellation);
            if (set is null) return Refusal.NotFound;
            if (set.WrittenAt is not null) return set.UndoneAt is null ? null : Undone;
            if (set.Taken == 0) return new Refusal("boundaries.none", new("没有一条可以写入的边界，请改好文件再传。", "There is no boundary to write; mend the file and bring it again."));
            if (await db.Set<BoundarySet>().Where(s => s.Id == id && s.WrittenAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.WrittenAt, now).SetProperty(x => x.WrittenByName, actor.Name), cancellation) == 1)
                await note(AuditLog.Entry(actor, "platform.write-boundaries", nameof(BoundarySet), id, $"{set.Name}（{set.Source}，{set.DataDay:yyyy-MM-dd}）：{set.Taken} 条"));
            return null;
        }, cancellation);
        index.Forget();
        return refusal;
    }

    /// <summary>Takes a set out of force as a whole; those before it hold again.</summary>
    public async Task<Refusal?> UndoAsync(Guid id, string reason, Actor actor, CancellationToken cancellation)
    {
        var now = Now();
        reason = reason.Trim();
        if (reason.Length is 0 or > 300) return new Refusal("form.invalid", new("请写撤销的原因，300 字以内。", "Say why it is undone, in at most 300 characters."), Field: "reason");
        var refusal = await audit.RunAsync(async (db, note) =>
        {
            var set = await db.Set<BoundarySet>().AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancellation);
            if (set is null || set.IsPreview) return Refusal.NotFound;
            if (await db.Set<BoundarySet>().Where(s => s.Id == id && s.UndoneAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.UndoneAt, now).SetProperty(x => x.UndoneByName, actor.Name).SetProperty(x => x.UndoneReason, reason), cancellation) == 1)
                await note(AuditLog.Entry(actor, "platform.undo-boundaries", nameof(BoundarySet), id, $"{set.Name}：{reason}"));
            return null;
        }, cancellation);
        index.Forget();
        return refusal;
    }

    /// <summary>Throws a preview away.</summary>
    public async Task DiscardAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        await ForgetAsync(db, db.Set<BoundarySet>().Where(s => s.Id == id && s.WrittenAt == null), cancellation);
    }

    /// <summary>What was noticed in a file, row by row.</summary>
    public static IReadOnlyList<BoundaryNote> Report(BoundarySet set) => JsonSerializer.Deserialize<List<BoundaryNote>>(set.Report) ?? [];

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    private List<Boundary> Take(ReadOnlyMemory<byte> file, BoundarySet set, string codeProperty, string nameProperty, string parentProperty, long within, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var features = BoundaryFile.Read(file);
        var names = BoundaryNames.Find(features, regions, codeProperty, nameProperty, parentProperty, within);
        var notes = new List<BoundaryNote>();
        var taken = new Dictionary<long, (int Row, Geometry Shape)>();
        foreach (var feature in features)
        {
            InTime();
            var (region, shown, kind, why) = names.Of(feature);
            if (region is null) Note(true, kind, why);
            else if (taken.TryGetValue(region.Code, out var first)) Note(true, "twice", new($"和第 {first.Row} 个要素是同一个地方，只用第一个；分成几块的请合成一个 MultiPolygon。", $"The same region as feature {first.Row}, which is used; parts of one region belong into one MultiPolygon."));
            else if (Shape(feature, region, set.Datum, Note) is { } shape) taken[region.Code] = (feature.Row, shape);

            void Note(bool refused, string kind, Words text) => notes.Add(new(feature.Row, region?.Code ?? 0, shown, kind, refused, text.Zh, text.En));
        }

        var boundaries = new List<Boundary>(taken.Count);
        var writer = new WKBWriter();
        foreach (var level in taken.GroupBy(t => new RegionCode(t.Key).Level))
        {
            var group = level.OrderBy(t => t.Key).ToList();
            var simple = BoundaryShapes.Simplify([.. group.Select(t => t.Value.Shape)]);
            InTime();
            for (var i = 0; i < group.Count; i++)
            {
                var (code, (_, shape)) = (group[i].Key, group[i].Value);
                var box = shape.EnvelopeInternal;
                boundaries.Add(new Boundary
                {
                    SetId = set.Id, Code = code, Level = level.Key, Shape = writer.Write(shape), Far = writer.Write(simple[i].Far), Middle = writer.Write(simple[i].Middle), Near = writer.Write(simple[i].Near),
                    South = box.MinY, West = box.MinX, North = box.MaxY, East = box.MaxX, Area = BoundaryShapes.SquareKilometres(shape),
                });
            }
        }
        (set.Features, set.Taken, set.Report) = (features.Count, boundaries.Count, JsonSerializer.Serialize(notes, Plain));
        return boundaries;

        void InTime()
        {
            cancellation.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(begun) > LongestWork) throw new BoundaryFileException("too-slow", "边界太复杂，处理不完。请先化简，或者分几个文件传。", "The boundaries are too complicated to be worked through. Simplify them first, or bring them in several files.");
        }
    }

    /// <summary>The area of one feature, mended; null, and noted, when there is none.</summary>
    private Geometry? Shape(BoundaryFeature feature, Region region, Datum datum, Action<bool, string, Words> note)
    {
        if (feature.Type.Length == 0) return Refuse("empty", "没有图形。", "There is no geometry.");
        if (feature.Polygons is null) return Refuse("no-polygon", $"图形是 {Cut(feature.Type)}，不是面。", $"The geometry is a {Cut(feature.Type)}, no area.");
        if (feature.IsBroken) return Refuse("broken", "坐标不完整，或者不是数字。", "Coordinates are incomplete or no numbers.");
        if (feature.Polygons.Count == 0) return Refuse("empty", "图形是空的，或者不足三个点。", "The geometry is empty or has fewer than three points.");

        var all = new Envelope();
        foreach (var point in feature.Polygons.SelectMany(p => p).SelectMany(r => r)) all.ExpandToInclude(point);
        // A province is larger than the surroundings of what is below it.
        var box = region.Level == RegionLevel.Province ? GeoBox.China : regions.Surroundings;
        var swapped = false;
        if (!box.Contains(all.MinY, all.MinX) || !box.Contains(all.MaxY, all.MaxX))
        {
            swapped = box.Contains(all.MinX, all.MinY) && box.Contains(all.MaxX, all.MaxY);
            if (!swapped && Math.Max(Math.Abs(all.MaxX), Math.Abs(all.MaxY)) > 360) return Refuse("projected", "坐标不是经纬度，像是以米计的投影坐标，请先转换。", "The coordinates are no degrees but seem projected, in metres; convert them first.");
            if (!swapped) return Refuse("outside", "不在本地及周边范围里，请核对坐标和代码。", "It lies outside these surroundings; check coordinates and code.");
        }
        if (swapped) note(false, "swapped", new("经纬度写反了，已对调。", "Latitude and longitude were swapped; put right."));
        if (feature.HadHeight) note(false, "heights", new("高程不用，已略去。", "Heights are not used and were left out."));
        if (feature.HadOpenRing) note(false, "open-ring", new("环没有闭合，已闭合。", "A ring was open; closed."));
        if (BoundaryShapes.Build(feature.Polygons, datum, swapped) is not { } built) return Refuse("empty", "图形小得没有面积。", "The geometry is too small to have an area.");
        var (mended, kind, text) = BoundaryShapes.Mend(built);
        if (kind.Length > 0) note(mended is null, kind, text);
        return mended;

        Geometry? Refuse(string kind, string zh, string en)
        {
            note(true, kind, new(zh, en));
            return null;
        }

        static string Cut(string type) => type.Length <= 30 ? type : type[..30];
    }

    private static async Task<ReadOnlyMemory<byte>?> BytesAsync(Stream file, CancellationToken cancellation)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        for (int read; (read = await file.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (bytes.Length + read > LongestFile) return null;
            bytes.Write(buffer, 0, read);
        }
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>Hash of the file of a set; null when there is none of that id.</summary>
    private static Task<string?> SeenAsync(RendaDbContext db, Guid id, CancellationToken cancellation) => db.Set<BoundarySet>().Where(s => s.Id == id).Select(s => (string?)s.FileHash).FirstOrDefaultAsync(cancellation);

    private static Task ForgetOldAsync(RendaDbContext db, DateTime now, CancellationToken cancellation)
    {
        var before = now.AddDays(-PreviewDays);
        return ForgetAsync(db, db.Set<BoundarySet>().Where(s => s.WrittenAt == null && s.BroughtAt < before), cancellation);
    }

    // The rows go with their sets, by the foreign key.
    private static Task ForgetAsync(RendaDbContext db, IQueryable<BoundarySet> previews, CancellationToken cancellation) => previews.ExecuteDeleteAsync(cancellation);

    private static Refusal OtherFile { get; } = new("boundaries.id-taken", new("这张表单已经传过另一个文件，请重新打开页面。", "This form has already brought another file; open the page anew."), 409);

    private static Refusal Undone { get; } = new("boundaries.undone", new("这批边界已经撤销，请重新上传。", "The set was undone; bring it again."), 409);

    private DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc);
    }
}
