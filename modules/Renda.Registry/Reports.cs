using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Documents;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Registry;
using static Renda.Platform.Language;

namespace Renda.Registry;

/// <summary>One way to look at a congress's deputies: a heading, and how many of each.</summary>
/// <param name="Name">By what.</param>
/// <param name="Lines">Value and number, the most first (ages in order).</param>
public sealed record Breakdown(Words Name, IReadOnlyList<(string Value, int Count)> Lines);

/// <summary>The structure (代表结构) of a congress on a day.</summary>
/// <param name="Congress">The congress.</param>
/// <param name="Day">The day.</param>
/// <param name="Seats">Seats by the term; 0 where none is recorded.</param>
/// <param name="Deputies">Deputies, suspended ones among them.</param>
/// <param name="Breakdowns">By sex, age, ethnicity, party, education, occupation, first term.</param>
public sealed record Structure(Organisation Congress, DateOnly Day, int Seats, int Deputies, IReadOnlyList<Breakdown> Breakdowns);

/// <summary>The files of the registry: roster (代表名册), structure (代表结构分析表), announcement (公告).</summary>
public sealed class Reports(IDbContextFactory<RendaDbContext> databases, AuditLog audit, Roster roster, RegionDirectory regions)
{
    private const string Sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    /// <summary>The congress's deputies by sex, age and so on; null when the congress is not the actor's to see in detail.</summary>
    public async Task<Structure?> StructureAsync(Guid congressId, string? on, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await CongressAsync(db, congressId, RegistryScope.Details, actor, cancellation) is not { } congress) return null;
        var (day, at) = roster.On(on);
        var seats = await SeatsAsync(db, congressId, at, cancellation);
        var term = await db.Set<Term>().AsOf(at).AsNoTracking().FirstOrDefaultAsync(t => t.CongressId == congressId, cancellation);
        // Somebody with another, older seat here serves again.
        var before = (await db.Set<Mandate>().IgnoreQueryFilters().AsNoTracking().Where(m => m.CongressId == congressId).Select(m => new { m.PersonId, m.Id, m.ValidFrom }).ToListAsync(cancellation)).ToLookup(m => m.PersonId);
        var missing = T("未登记", "not recorded");
        return new Structure(congress, day, term?.Seats ?? 0, seats.Count,
        [
            By(new("性别", "Sex"), s => s.Person.Sex),
            new(new("年龄", "Age"), [.. Ages.Select(a => (a.Name.ToString(), seats.Count(s => s.Person.BirthDate is { } born && AgeOn(born, day) is var age && age >= a.From && age <= a.To))).Append((missing, seats.Count(s => s.Person.BirthDate is null))).Where(l => l.Item2 > 0)]),
            By(new("民族", "Ethnicity"), s => s.Person.Ethnicity), By(new("党派", "Party"), s => s.Person.Party), By(new("学历", "Education"), s => s.Person.Education), By(new("职业", "Occupation"), s => s.Person.Occupation),
            By(new("任职", "Terms"), s => before[s.Person.Id].Any(m => m.Id != s.Mandate.Id && m.ValidFrom < s.Mandate.ValidFrom) ? T("连任或再任", "again") : T("首任", "first term")),
        ]);

        Breakdown By(Words name, Func<Seat, string> value) => new(name, [.. seats.GroupBy(s => value(s) is { Length: > 0 } v ? v : missing).Select(g => (g.Key, g.Count())).OrderByDescending(l => l.Item2).ThenBy(l => l.Key, StringComparer.Ordinal)]);
    }

    /// <summary>Writes the roster as a sheet to the answer. Numbers are not in it.</summary>
    public async Task RosterAsync(Guid congressId, string? on, HttpContext http)
    {
        var cancellation = http.RequestAborted;
        await using var db = databases.CreateDbContext();
        if (await CongressAsync(db, congressId, RegistryScope.Details, await http.ActorAsync(), cancellation) is not { } congress)
        {
            await Refusal.NotFound.Problem().ExecuteAsync(http);
            return;
        }
        var (day, at) = roster.On(on);
        var seats = await SeatsAsync(db, congressId, at, cancellation);
        var bodies = await db.Set<Organisation>().AsNoTracking().Where(o => o.ParentId == congressId).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        await audit.NoteAsync(await http.ActorAsync(), "registry.export", nameof(Organisation), congressId, $"{congress.Name}代表名册，{day:yyyy-MM-dd}，{seats.Count} 人", cancellation);
        Attach(http, $"{congress.Name}{T("代表名册", " roster")}-{day:yyyyMMdd}.xlsx", Sheet);
        using var sheet = await SheetFile.BeginAsync(http.Response.Body, T("代表名册", "Roster"),
        [
            (T("序号", "No."), 6), (T("姓名", "Name"), 12), (T("性别", "Sex"), 6), (T("民族", "Ethnicity"), 8), (T("出生年月", "Born"), 10), (T("党派", "Party"), 12), (T("学历", "Education"), 10), (T("职业", "Occupation"), 14),
            (T("单位和职务", "Employer and title"), 36), (T("代表的地方", "Place"), 26), (T("选区或选举单位", "Constituency"), 22), (T("代表团", "Delegation"), 18), (T("代表证号", "Certificate"), 14), (T("资格", "Mandate"), 12),
        ], cancellation);
        for (var i = 0; i < seats.Count; i++)
        {
            var (mandate, person, _, constituency) = seats[i];
            await sheet.RowAsync((i + 1).ToString(CultureInfo.InvariantCulture), person.Name, person.Sex, person.Ethnicity, person.BirthDate?.ToString("yyyy-MM", CultureInfo.InvariantCulture), person.Party, person.Education, person.Occupation,
                person.Employer, regions.FullName(mandate.Region), constituency?.Name, mandate.DelegationId is { } d ? bodies.GetValueOrDefault(d) : null, mandate.CertificateNo, RegistryWords.Of(mandate, at).Text);
        }
        await sheet.EndAsync();
    }

    /// <summary>Writes a session's attendance as a sheet to the answer.</summary>
    public async Task AttendanceAsync(Guid session, Attendances attendances, HttpContext http)
    {
        var (actor, cancellation) = (await http.ActorAsync(), http.RequestAborted);
        if (await attendances.ReadAsync(session, actor, RegistryScope.Details, cancellation) is not { } found)
        {
            await Refusal.NotFound.Problem().ExecuteAsync(http);
            return;
        }
        await audit.NoteAsync(actor, "registry.export", nameof(CongressSession), session, $"{found.Of.Name.Zh}出席名单，{found.Lines.Count} 人", cancellation);
        Attach(http, $"{found.Of.Name}{T("出席名单", " attendance")}.xlsx", Sheet);
        using var sheet = await SheetFile.BeginAsync(http.Response.Body, T("出席名单", "Attendance"),
        [
            (T("序号", "No."), 6), (T("代表团", "Delegation"), 18), (T("姓名", "Name"), 12), (T("单位和职务", "Employer and title"), 36), (T("出席情况", "Attendance"), 14),
            (T("批准人", "Approved by"), 18), (T("事由", "Reason"), 30), (T("文号", "Document"), 22), (T("登记人", "Recorded by"), 12), (T("登记时间", "Recorded at"), 18),
        ], cancellation);
        for (var i = 0; i < found.Lines.Count; i++)
        {
            var (seat, delegation, row) = found.Lines[i];
            await sheet.RowAsync((i + 1).ToString(CultureInfo.InvariantCulture), delegation, seat.Person.Name, seat.Person.Employer, RegistryWords.Of(row?.Status).Text,
                row?.ApprovedBy, row?.Reason, row?.Document, row?.RecordedByName, row?.ValidFrom.AddHours(8).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }
        await sheet.EndAsync();
    }

    /// <summary>The structure as a sheet or a document.</summary>
    public async Task StructureFileAsync(Guid congressId, string? on, string kind, HttpContext http)
    {
        if (kind is not ("xlsx" or "docx") || await StructureAsync(congressId, on, await http.ActorAsync(), http.RequestAborted) is not { } found)
        {
            await Refusal.NotFound.Problem().ExecuteAsync(http);
            return;
        }
        var name = $"{found.Congress.Name}{T("代表结构分析表", " structure")}-{found.Day:yyyyMMdd}.{kind}";
        if (kind == "xlsx")
        {
            Attach(http, name, Sheet);
            using var sheet = await SheetFile.BeginAsync(http.Response.Body, T("代表结构", "Structure"), [(T("项目", "By"), 12), (T("分类", "Value"), 24), (T("人数", "Number"), 10), (T("占比", "Share"), 10)], http.RequestAborted);
            foreach (var part in found.Breakdowns)
                foreach (var (value, count) in part.Lines) await sheet.RowAsync(part.Name.ToString(), value, count.ToString(CultureInfo.InvariantCulture), Share(count, found.Deputies));
            await sheet.EndAsync();
            return;
        }
        using var document = new DocumentFile(T("代表结构分析表", "Structure"), found.Congress.Name);
        document.Title($"{found.Congress.Name}{T("代表结构分析表", ": structure of its deputies")}");
        document.Note(T($"截至 {found.Day:yyyy年M月d日}，实有代表 {found.Deputies} 名{(found.Seats > 0 ? $"，名额 {found.Seats} 名" : "")}", $"{found.Deputies} deputies on {found.Day:yyyy-MM-dd}{(found.Seats > 0 ? $", {found.Seats} seats" : "")}"));
        foreach (var part in found.Breakdowns)
        {
            document.Heading(part.Name.ToString());
            document.Table([(T("分类", "Value"), 8.0), (T("人数", "Number"), 4.0), (T("占比", "Share"), 4.0)], part.Lines.Select(l => (IReadOnlyList<string>)[l.Value, l.Count.ToString(CultureInfo.InvariantCulture), Share(l.Count, found.Deputies)]));
        }
        Attach(http, name, Document);
        await http.Response.Body.WriteAsync(document.End(), http.RequestAborted);
    }

    /// <summary>A draft of the announcement of mandates that began, were suspended or ended within some days.</summary>
    public async Task AnnouncementAsync(Guid congressId, string? from, string? to, HttpContext http)
    {
        var cancellation = http.RequestAborted;
        await using var db = databases.CreateDbContext();
        if (await CongressAsync(db, congressId, RegistryScope.Edit, await http.ActorAsync(), cancellation) is not { } congress
            || !DateOnly.TryParseExact(from, "yyyy-MM-dd", out var first) || !DateOnly.TryParseExact(to, "yyyy-MM-dd", out var last) || last < first)
        {
            await Refusal.NotFound.Problem().ExecuteAsync(http);
            return;
        }
        var (begin, end) = (ChinaTime.StartOf(first), ChinaTime.StartOf(last.AddDays(1)));
        var rows = await db.Set<Mandate>().IgnoreQueryFilters().AsNoTracking().Where(m => m.CongressId == congressId && ((m.ValidFrom >= begin && m.ValidFrom < end) || (m.Latest && m.ValidTo >= begin && m.ValidTo < end))).OrderBy(m => m.ValidFrom).ToListAsync(cancellation);
        var ids = rows.Select(m => m.PersonId).Distinct().ToList();
        var names = await db.Set<Person>().AsNoTracking().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellation);
        var elected = rows.Where(m => m.Status == MandateStatus.Active && m.ValidFrom >= begin && m.ValidFrom < end && m.Document.Length > 0).ToList();
        var suspended = rows.Where(m => m.Status == MandateStatus.Suspended && m.ValidFrom >= begin && m.ValidFrom < end).ToList();
        var ended = rows.Where(m => m.Latest && m.ValidTo is { } over && over >= begin && over < end).ToList();
        // An announcement is an official text in Chinese, whatever the language of the screen.
        using var document = new DocumentFile($"{congress.Name}公告", "草稿，以正式公布的为准");
        document.Title($"{congress.Name}{(Territory.Level(congress.Region) >= 2 ? "常务委员会" : "主席团")}公告");
        document.Note("〔　　　　〕第　　号");
        if (elected.Count + suspended.Count + ended.Count == 0) document.Paragraph($"{first:yyyy年M月d日}至{last:yyyy年M月d日}没有代表资格变动。");
        if (elected.Count > 0) document.Paragraph($"　　经代表资格审查委员会审查，确认{string.Join('、', elected.Select(m => names[m.PersonId]))}的代表资格有效。");
        foreach (var group in suspended.GroupBy(m => m.Cause)) document.Paragraph($"　　{string.Join('、', group.Select(m => names[m.PersonId]))}{MandateCause.Find(group.Key)?.Name.Zh}，依照{MandateCause.Find(group.Key)?.Basis.Zh}的规定，暂时停止执行代表职务。");
        foreach (var group in ended.GroupBy(m => m.Cause)) document.Paragraph($"　　{string.Join('、', group.Select(m => names[m.PersonId]))}{MandateCause.Find(group.Key)?.Name.Zh}，依照{MandateCause.Find(group.Key)?.Basis.Zh}的规定，其代表资格终止。");
        var now = (await SeatsAsync(db, congressId, end.AddTicks(-10), cancellation)).Count;
        document.Paragraph($"　　截至{last:yyyy年M月d日}，{congress.Name}实有代表{now}名。");
        document.Paragraph("　　特此公告。");
        document.Paragraph($"　　　　　　　　　　　　　　　　　　　　{congress.Name}{(Territory.Level(congress.Region) >= 2 ? "常务委员会" : "主席团")}");
        document.Paragraph("　　　　　　　　　　　　　　　　　　　　　　　　年　　月　　日");
        await audit.NoteAsync(await http.ActorAsync(), "registry.export", nameof(Organisation), congressId, $"{congress.Name}公告草稿，{first:yyyy-MM-dd} 至 {last:yyyy-MM-dd}", cancellation);
        Attach(http, $"{congress.Name}公告草稿-{first:yyyyMMdd}-{last:yyyyMMdd}.docx", Document);
        await http.Response.Body.WriteAsync(document.End(), cancellation);
    }

    private static readonly (Words Name, int From, int To)[] Ages =
    [
        (new("35 岁及以下", "35 and below"), 0, 35), (new("36 至 45 岁", "36 to 45"), 36, 45), (new("46 至 55 岁", "46 to 55"), 46, 55), (new("56 至 60 岁", "56 to 60"), 56, 60), (new("61 岁及以上", "61 and above"), 61, 200),
    ];

    private static int AgeOn(DateOnly born, DateOnly day) => day.Year - born.Year - (day < born.AddYears(day.Year - born.Year) ? 1 : 0);

    /// <summary>A share of a whole, e.g. <c>12.5%</c>.</summary>
    public static string Share(int part, int whole) => whole == 0 ? "" : (part / (double)whole).ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);

    private static async Task<Organisation?> CongressAsync(RendaDbContext db, Guid id, string permission, Actor actor, CancellationToken cancellation) =>
        await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == id && o.Kind == OrganisationKind.Congress, cancellation) is { } congress && RegistryScope.Reaches(actor, permission, congress.Region) ? congress : null;

    private static async Task<IReadOnlyList<Seat>> SeatsAsync(RendaDbContext db, Guid congress, DateTime at, CancellationToken cancellation) =>
        await Roster.SeatsAsync(db, await db.Set<Mandate>().AsOf(at).AsNoTracking().Where(m => m.CongressId == congress && (m.Status == MandateStatus.Active || m.Status == MandateStatus.Suspended)).ToListAsync(cancellation), at, cancellation);

    private static void Attach(HttpContext http, string name, string type)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        http.Response.ContentType = type;
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.CacheControl = "private, no-store";
    }
}
