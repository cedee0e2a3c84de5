using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.Media;
using Renda.Platform.People;
using Renda.Platform.Performance;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Deputies;

/// <summary>What a deputy reports.</summary>
public sealed record NewEntry
{
    /// <summary>UUIDv7 made by the page, so that a retry is harmless; it becomes the matter's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The own seat for which it was done.</summary>
    public Guid MandateId { get; init; }

    /// <summary>Kind, a code.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The day in China; within the last twelve months.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>In one line, at most 40 characters.</summary>
    public string Title { get; init; } = "";

    /// <summary>What was done, at most 2,000 characters.</summary>
    public string Text { get; init; } = "";

    /// <summary>Electors met, as person-times; 0 where it does not apply.</summary>
    public int Electors { get; init; }

    /// <summary>SHA-256 of photos and documents that were taken in, at most nine.</summary>
    public IReadOnlyList<string> Media { get; init; } = [];
}

/// <summary>Reported entries: a deputy's word for what was done, until the office has confirmed it.</summary>
public sealed class Entries(IDbContextFactory<RendaDbContext> databases, MatterDesk desk, CodeSets codes, TimeProvider time)
{
    /// <summary>The same by another clock, for a demonstration that lets time pass.</summary>
    public Entries By(TimeProvider clock) => new(databases, desk.By(clock), codes, clock);

    /// <summary>Takes in what a deputy reports for an own seat. The same again gives the first answer.</summary>
    public async Task<MatterAnswer> ReportAsync(NewEntry entry, Actor actor, CancellationToken cancellation)
    {
        if (entry.Id.Version != 7) return new(null, new("deputies.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400));
        await using var db = databases.CreateDbContext();
        var now = Now;
        var mandate = await db.Set<Mandate>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == entry.MandateId && m.PersonId == actor.PersonId, cancellation);
        if (mandate is null || !mandate.Holds(now)) return new(null, Refusal.NotFound);
        var congress = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == mandate.CongressId, cancellation);
        var (title, text, today) = (entry.Title.Trim().ReplaceLineEndings(" "), entry.Text.Trim(), ChinaTime.Date(now));
        var kind = (await codes.OfAsync(EntryProcedure.Kinds, cancellation)).FirstOrDefault(c => c.Id == entry.Kind && !c.Retired);
        var errors = new List<Refusal>();
        Need(kind is not null, "kind", "请选择做的是哪一类事。", "Choose what kind it was.");
        Need(entry.Day is not null && entry.Day <= today && entry.Day >= today.AddYears(-1), "day", "请选择是哪一天，最近一年之内。", "Which day, within the last year.");
        Need(title.Length is > 0 and <= 40, "title", "请用一句话概括，最多 40 字。", "Say it in one line of at most 40 characters.");
        Need(text.Length is >= 5 and <= 2000, "text", "请写做了什么，5 到 2000 字。", "Say what was done, in 5 to 2,000 characters.");
        Need(entry.Electors is >= 0 and <= 100_000, "electors", "人次为 0 到 100000。", "From 0 to 100,000.");
        var media = await db.Set<MediaItem>().AsNoTracking().Where(m => entry.Media.Contains(m.Sha256)).ToListAsync(cancellation);
        Need(entry.Media.Count <= 9 && media.Count == entry.Media.Distinct().Count(), "media", "照片和材料最多 9 个。", "At most nine photos and documents.");
        var office = await OfficeAsync(db, congress.Region, cancellation);
        Need(office is not null, "mandate", $"{congress.ShortName}还没有登记代表工作机构，请联系管理员。", $"No deputies' office of that congress is recorded; ask an administrator.");
        if (errors.Count > 0) return new(null, Refusal.Form(errors));

        var (region, year) = (congress.Region, today.Year);
        // Before the matter: a retry after a crash in between finds it there; without a matter nobody sees it.
        if (!await db.Set<ReportedEntry>().AnyAsync(e => e.MatterId == entry.Id, cancellation))
        {
            db.Add(new ReportedEntry { MatterId = entry.Id, PersonId = mandate.PersonId, MandateId = mandate.Id, CongressId = congress.Id, Heading = Enum.Parse<PerformanceHeading>(kind!.Meaning), Day = entry.Day!.Value, Electors = entry.Electors });
            await db.SaveChangesAsync(cancellation);
        }
        return await desk.RaiseAsync(new NewMatter
        {
            Id = entry.Id,
            Scenario = "deputies",
            Procedure = EntryProcedure.Id,
            Title = title,
            Category = kind!.Id,
            ContextId = congress.Id,
            OfficeId = office!.Value,
            OccurredAt = ChinaTime.StartOf(entry.Day!.Value),
            Place = new Placed(region, RegionCode.City(region), Territory.Level(region) <= 2 ? RegionCode.County(region) : 0, Territory.Level(region) <= 1 ? RegionCode.Town(region) : 0, null, null),
            Data = new JsonObject { ["description"] = text, ["congress"] = congress.Name, ["day"] = entry.Day.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) },
            Media = [.. entry.Media.Distinct().Select(sha => media.First(m => m.Sha256 == sha)).Select(m => new MediaAdded(m.Sha256, "before", m.Kind.ToString().ToLowerInvariant(), m.TakenAt, null))],
            Number = ($"deputies/{region}/{year}", n => $"履职〔{year}〕{n}号"),
            Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(entry with { Title = title, Text = text })))),
        }, actor, cancellation);

        void Need(bool holds, string field, string zh, string en)
        {
            if (!holds) errors.Add(new("form.invalid", new(zh, en), Field: field));
        }
    }

    // Who of the congress's offices keeps the deputies' files.
    private static async Task<Guid?> OfficeAsync(RendaDbContext db, long region, CancellationToken cancellation)
    {
        string[] duties = ["deputies", "presidium", "general"];
        var offices = await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Office && o.Region == region && o.ValidTo == null && duties.Contains(o.Duty)).Select(o => new { o.Id, o.Duty }).ToListAsync(cancellation);
        return offices.OrderBy(o => Array.IndexOf(duties, o.Duty)).ThenBy(o => o.Id).FirstOrDefault()?.Id;
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime is var now ? new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc) : default;
}
